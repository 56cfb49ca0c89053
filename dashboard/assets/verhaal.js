// Telling in the browser: a figure put at the cursor, and what was typed kept until it is saved.
(function () {
  "use strict";
  const NAMEN = ["tekst", "rol", "soort", "richting", "hoe", "op", "door", "toestemming", "anoniem",
    "bron", "perspectief", "themas"];
  const AANGEVINKT = ["toestemming", "anoniem"];
  const LOS = { cijfer: { type: "vertel-los", veld: "a-cijfer" }, houding: { type: "vertel-los", veld: "b-houding" } };
  const niets = () => window.dash_clientside.no_update;
  // Only while the form is there: what waits may come after the reader went to another page.
  const zet = (id, eigenschappen) => {
    if (document.getElementById("vertel-tekst")) window.dash_clientside.set_props(id, eigenschappen);
  };
  const sleutelVan = (basis) => `telvertel|${basis.wie || ""}|${basis.gebied}|${basis.verhaal || "nieuw"}`;
  let nu = { keer: null, begin: null, klaar: false, basis: null, wacht: 0 };

  function lees(sleutel) {
    try { return JSON.parse(window.sessionStorage.getItem(sleutel) || "null"); } catch { return null; }
  }

  function schrijf(sleutel, waarden) {
    try {
      if (waarden === null) window.sessionStorage.removeItem(sleutel);
      else window.sessionStorage.setItem(sleutel, JSON.stringify(waarden));
    } catch { /* a full or forbidden store: the text still stands in the form */ }
  }

  function vul(waarden, anders) {
    for (const naam of NAMEN) {
      if (naam === "door" || waarden[naam] === undefined) continue;
      if (JSON.stringify(waarden[naam]) === JSON.stringify(anders[naam])) continue;
      zet(`vertel-${naam}`, AANGEVINKT.includes(naam) ? { checked: waarden[naam] } : { value: waarden[naam] });
    }
    for (const naam of Object.keys(LOS)) {
      const gekozen = naam === "cijfer" && anders.cijfer && anders.cijfer !== "geen";
      if (!gekozen && waarden[naam] && waarden[naam] !== anders[naam]) zet(LOS[naam], { value: waarden[naam] });
    }
  }

  function meld(woorden) {
    const knop = { namespace: "dash_html_components", type: "Button",
      props: { children: "Begin opnieuw", type: "button", className: "knop knop-klein", id: "vertel-wis" } };
    zet("vertel-hersteld", { children: woorden ? [
      { namespace: "dash_html_components", type: "Span", props: { children: woorden } }, knop] : [] });
  }

  function meelezen(tekst) {
    window.clearTimeout(nu.wacht);
    nu.wacht = window.setTimeout(() => zet("vertel-meelezen", { data: tekst || "" }), 350);
  }

  function anders(waarden) {
    const zonder = (w) => JSON.stringify({ ...w, door: null, cijfer: null });
    return zonder(waarden) !== zonder(nu.begin);
  }

  // The form may be told of before it is drawn: look again, a second long.
  function wacht(delen, keer) {
    window.setTimeout(() => {
      if (document.getElementById("vertel-tekst")) { nu.keer = null; onthoud(...delen); }
      else if (keer < 40) wacht(delen, keer + 1);
    }, 25);
  }

  // A form that was just built gets back what was typed before; after that, every change is kept.
  function onthoud(...delen) {
    const basis = delen[delen.length - 1];
    const los = delen[delen.length - 3] || [];
    const ids = delen[delen.length - 2] || [];
    if (!basis) return niets();
    const waarden = {};
    NAMEN.forEach((naam, n) => { waarden[naam] = delen[n]; });
    ids.forEach((id, n) => { waarden[id.veld === "a-cijfer" ? "cijfer" : "houding"] = los[n]; });
    if (nu.keer !== basis.keer) {
      nu = { keer: basis.keer, begin: waarden, klaar: false, basis, wacht: 0 };
      const eerder = lees(sleutelVan(basis));
      const vers = eerder && (eerder.nummer || null) === (basis.nummer || null);
      if (eerder && eerder.waarden && anders(eerder.waarden)) {
        if (!document.getElementById("vertel-tekst")) { wacht(delen, 0); return niets(); }
        vul(eerder.waarden, waarden);
        meld(vers ? "Dit had je al opgeschreven; het is nog niet bewaard."
          : "Dit had je al opgeschreven. Intussen is het verhaal herzien: lees het na voor je bewaart.");
        return niets();
      }
      if (waarden.tekst) meelezen(waarden.tekst);
      return niets();
    }
    if (nu.klaar) return niets();
    if (anders(waarden)) schrijf(sleutelVan(basis), { nummer: basis.nummer || null, waarden });
    else schrijf(sleutelVan(basis), null);
    meelezen(waarden.tekst);
    return niets();
  }

  function vergeet(bewaard, basis) {
    if (!bewaard || !basis) return niets();
    nu.klaar = true;
    schrijf(sleutelVan(basis), null);
    return true;
  }

  function voegIn(keuze, tekst) {
    if (!keuze) return [niets(), niets()];
    const veld = document.getElementById("vertel-tekst");
    const oud = tekst || "";
    const plek = veld && veld.selectionStart !== null ? veld.selectionStart : oud.length;
    const voor = oud.slice(0, plek);
    const na = oud.slice(plek);
    const stuk = `${voor && !/\s$/.test(voor) ? " " : ""}[[${keuze}]]${na && !/^[\s.,;:!?)]/.test(na) ? " " : ""}`;
    window.setTimeout(() => {
      if (!veld) return;
      veld.focus();
      veld.setSelectionRange(plek + stuk.length, plek + stuk.length);
    }, 50);
    return [voor + stuk + na, null];
  }

  function cijfer(zoek, waarden) {
    const gekozen = new URLSearchParams(zoek || "").get("cijfer");
    if (!gekozen || !waarden || waarden.length < 2) return (waarden || []).map(niets);
    return [gekozen, waarden[1] === "niet_in_cijfers" ? null : waarden[1]];
  }

  document.addEventListener("click", (gebeurtenis) => {
    if (!gebeurtenis.target.closest("#vertel-wis")) return;
    schrijf(sleutelVan(nu.basis), null);
    const leeg = nu.begin;
    nu.klaar = true;
    for (const naam of NAMEN) {
      if (naam !== "door") zet(`vertel-${naam}`, AANGEVINKT.includes(naam) ? { checked: leeg[naam] } : { value: leeg[naam] });
    }
    zet(LOS.houding, { value: leeg.houding || null });
    meld("");
    window.setTimeout(() => { nu.klaar = false; }, 100);
    document.getElementById("vertel-tekst").focus();
  });

  // When the server cannot be reached, the writer hears it, and what was typed stays.
  const haal = window.fetch;
  window.fetch = function (...wat) {
    const weg = () => {
      if (!String(wat[0] && wat[0].url ? wat[0].url : wat[0]).includes("_dash-update-component")) return;
      const plek = document.getElementById("bericht");
      if (plek) plek.textContent = "De verbinding is weg. Wat je typte, blijft in dit venster staan.";
    };
    return haal.apply(this, wat).then(
      (antwoord) => { if (antwoord.status >= 502) weg(); return antwoord; },
      (fout) => { weg(); throw fout; },
    );
  };

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    verhaal: { onthoud, vergeet, voegIn, cijfer },
  });
})();

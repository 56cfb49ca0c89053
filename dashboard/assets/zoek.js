// The search box: a combobox that asks the server while one types. Without it, /zoek?q= answers.
(function () {
  "use strict";
  const NAMEN = { buurt: "Zoek een buurt, wijk, gemeente of postcode", kaart: "Zoek een plek op de kaart", pagina: "Zoek opnieuw naar een buurt of postcode" };
  let teller = 0;

  function ga(adres) {
    history.pushState({}, "", adres);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }

  function maak(vak) {
    teller += 1;
    const doel = vak.dataset.zoek;
    const id = `zoek-${teller}`;
    const vorm = document.createElement("form");
    vorm.setAttribute("role", "search");
    vorm.action = "/zoek";
    vorm.setAttribute("aria-label", NAMEN[doel]);
    const veld = document.createElement("input");
    Object.assign(veld, { type: "search", name: "q", id, autocomplete: "off", spellcheck: false,
      placeholder: doel === "kaart" ? NAMEN.kaart : "Zoek een gebied of postcode" });
    // What was typed stays to be mended.
    if (doel === "pagina") veld.value = new URLSearchParams(location.search).get("q") || "";
    for (const [naam, waarde] of Object.entries({ role: "combobox", "aria-label": NAMEN[doel],
      "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${id}-lijst` })) {
      veld.setAttribute(naam, waarde);
    }
    const lijst = document.createElement("ul");
    lijst.id = `${id}-lijst`;
    lijst.className = "zoeklijst";
    lijst.setAttribute("role", "listbox");
    lijst.setAttribute("aria-label", "Gevonden gebieden");
    lijst.hidden = true;
    const stand = document.createElement("p");
    stand.className = "verborgen";
    stand.setAttribute("role", "status");
    vorm.append(veld, lijst, stand);
    vak.append(vorm);
    leef({ vorm, veld, lijst, stand, doel, rijen: [], gekozen: -1, wacht: 0, beurt: 0 });
  }

  function leef(z) {
    z.veld.addEventListener("input", () => {
      window.clearTimeout(z.wacht);
      z.wacht = window.setTimeout(() => vraag(z), 90);
    });
    z.veld.addEventListener("keydown", (e) => toets(z, e));
    z.veld.addEventListener("blur", () => window.setTimeout(() => sluit(z), 150));
    z.veld.addEventListener("focus", () => { if (z.rijen.length && z.veld.value.trim()) open(z); });
    z.lijst.addEventListener("mousedown", (e) => e.preventDefault());
    z.lijst.addEventListener("click", (e) => {
      const optie = e.target.closest("[role=option]");
      if (optie) kies(z, Number(optie.dataset.n));
    });
    z.vorm.addEventListener("submit", (e) => {
      e.preventDefault();
      if (z.gekozen >= 0) { kies(z, z.gekozen); return; }
      const term = z.veld.value.trim();
      sluit(z);
      if (term) ga(`/zoek?q=${encodeURIComponent(term)}`);
    });
  }

  async function vraag(z) {
    const term = z.veld.value.trim();
    z.beurt += 1;
    const beurt = z.beurt;
    if (!term) { z.rijen = []; sluit(z); return; }
    try {
      const antwoord = await fetch(`/zoeken?q=${encodeURIComponent(term)}&doel=${z.doel}`);
      const inhoud = await antwoord.json();
      if (beurt !== z.beurt) return;
      z.rijen = inhoud.gevonden;
    } catch { return; }
    z.lijst.replaceChildren(...z.rijen.map((r, n) => {
      const li = document.createElement("li");
      li.id = `${z.lijst.id}-${n}`;
      li.dataset.n = n;
      li.setAttribute("role", "option");
      li.setAttribute("aria-selected", "false");
      const naam = document.createElement("span");
      naam.textContent = r.naam;
      const waar = document.createElement("small");
      waar.textContent = r.waar;
      li.append(naam, waar);
      return li;
    }));
    if (!z.rijen.length) {
      const li = document.createElement("li");
      li.className = "zoek-niets";
      li.setAttribute("role", "option");
      li.setAttribute("aria-disabled", "true");
      li.textContent = "Niets gevonden. Probeer een deel van de naam, een code of een postcode.";
      z.lijst.append(li);
    }
    z.stand.textContent = z.rijen.length ? `${z.rijen.length} gebieden gevonden; kies met de pijltjes.` : "Niets gevonden.";
    open(z);
  }

  function open(z) {
    if (document.activeElement !== z.veld) return;
    z.lijst.hidden = false;
    z.veld.setAttribute("aria-expanded", "true");
    wijs(z, -1);
  }
  function sluit(z) {
    z.lijst.hidden = true;
    z.veld.setAttribute("aria-expanded", "false");
    z.veld.removeAttribute("aria-activedescendant");
    z.gekozen = -1;
  }
  function wijs(z, n) {
    z.gekozen = n;
    [...z.lijst.children].forEach((li, i) => li.setAttribute("aria-selected", String(i === n)));
    if (n < 0) { z.veld.removeAttribute("aria-activedescendant"); return; }
    z.veld.setAttribute("aria-activedescendant", `${z.lijst.id}-${n}`);
    z.lijst.children[n].scrollIntoView({ block: "nearest" });
  }
  function toets(z, e) {
    const open_ = !z.lijst.hidden && z.rijen.length;
    if (e.key === "Escape") {
      if (!z.lijst.hidden) { e.preventDefault(); sluit(z); }
      return;
    }
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      if (!open_) { if (z.rijen.length) open(z); return; }
      const stap = e.key === "ArrowDown" ? 1 : -1;
      const n = z.rijen.length;
      wijs(z, z.gekozen < 0 ? (stap > 0 ? 0 : n - 1) : (z.gekozen + stap + n) % n);
    }
  }
  function kies(z, n) {
    const rij = z.rijen[n];
    if (!rij) return;
    sluit(z);
    z.veld.value = "";
    z.rijen = [];
    if (z.doel === "kaart") { ga(metKeuze(rij.adres)); return; }
    z.veld.blur();
    ga(rij.adres);
  }
  // On the map a found place keeps figure, year and comparison.
  function metKeuze(adres) {
    const nieuw = new URL(adres, location.origin);
    const oud = new URLSearchParams(location.search);
    const zelfde = (oud.get("niveau") || "buurt") === (nieuw.searchParams.get("niveau") || "buurt");
    ["cijfer", "jaar", ...(zelfde ? ["vergelijk"] : [])].forEach((k) => { if (oud.has(k)) nieuw.searchParams.set(k, oud.get(k)); });
    return nieuw.pathname + nieuw.search;
  }

  new MutationObserver(() => {
    document.querySelectorAll("[data-zoek]:empty").forEach(maak);
  }).observe(document.documentElement, { childList: true, subtree: true });
})();

// Drawing an area on the map: corners by mouse, touch, or keys under a cross in the middle.
// Which buurten lie inside is decided by the server (`/kaartlijn`), with the rule in words.
(function () {
  "use strict";
  const STIL = 70; // pixels that one arrow moves the map
  const PIJL = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const css = (naam) => getComputedStyle(document.documentElement).getPropertyValue(naam).trim();
  const kaart = () => window.dash_clientside.kaart.toestand();
  const zeg = (woorden) => { const plek = document.getElementById("teken-stand"); if (plek) plek.textContent = woorden; };
  let bezig = null; // { map, host, punten, klaar }

  // --- what is drawn ---------------------------------------------------------------------------
  function vorm() {
    const p = bezig.punten;
    const stukken = p.map((punt) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: punt } }));
    if (p.length > 1) {
      const rond = p.length > 2 ? [...p, p[0]] : p;
      stukken.push({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: rond } });
      if (p.length > 2) stukken.push({ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [rond] } });
    }
    return { type: "FeatureCollection", features: stukken };
  }
  function toon() {
    if (!bezig) return;
    const { map } = bezig;
    if (!map.isStyleLoaded() && !map.getSource("teken")) { map.once("idle", toon); return; }
    if (!map.getSource("teken")) {
      map.addSource("teken", { type: "geojson", data: vorm() });
      const kleur = css("--kaart-wijs");
      map.addLayer({ id: "teken-vlak", type: "fill", source: "teken", filter: ["==", "$type", "Polygon"],
        paint: { "fill-color": kleur, "fill-opacity": 0.14 } });
      map.addLayer({ id: "teken-rand", type: "line", source: "teken", filter: ["==", "$type", "LineString"],
        paint: { "line-color": css("--kaart-halo"), "line-width": 6 } });
      map.addLayer({ id: "teken-lijn", type: "line", source: "teken", filter: ["==", "$type", "LineString"],
        paint: { "line-color": kleur, "line-width": 2.5, "line-dasharray": [2, 1] } });
      map.addLayer({ id: "teken-punt", type: "circle", source: "teken", filter: ["==", "$type", "Point"],
        paint: { "circle-radius": 5, "circle-color": kleur, "circle-stroke-color": css("--kaart-halo"), "circle-stroke-width": 2 } });
    } else {
      map.getSource("teken").setData(vorm());
    }
    const n = bezig.punten.length;
    const meer = n < 3 ? `nog ${3 - n} tot een gebied` : "klaar kan";
    zeg(n === 0 ? "Nog geen punten." : `${n} ${n === 1 ? "punt" : "punten"}, ${meer}.`);
    document.querySelectorAll("[data-teken=klaar]").forEach((k) => { k.disabled = n < 3; });
    document.querySelectorAll("[data-teken=terug]").forEach((k) => { k.disabled = n === 0; });
  }
  function haalWeg() {
    const { map } = bezig;
    if (!map.getStyle()) return;
    ["teken-vlak", "teken-rand", "teken-lijn", "teken-punt"].forEach((l) => map.getLayer(l) && map.removeLayer(l));
    if (map.getSource("teken")) map.removeSource("teken");
  }

  // --- corners -----------------------------------------------------------------------------------
  const rond = (plek) => [Number(plek.lng.toFixed(6)), Number(plek.lat.toFixed(6))];
  function zet(plek) {
    const punt = rond(plek);
    const laatste = bezig.punten.at(-1);
    if (bezig.klaar) { bezig.punten = []; bezig.klaar = false; uitkomst(null); }
    if (!laatste || laatste[0] !== punt[0] || laatste[1] !== punt[1]) bezig.punten.push(punt);
    toon();
  }
  function klik(e) { zet(e.lngLat); }
  function dubbel(e) { e.preventDefault(); sluit(); }
  function toets(e) {
    if (!bezig || e.ctrlKey || e.altKey || e.metaKey) return;
    if (PIJL[e.key]) {
      bezig.map.panBy(PIJL[e.key].map((d) => d * (e.shiftKey ? 15 : STIL)), { animate: false });
    } else if (e.key === "Enter" || e.key === " ") {
      zet(bezig.map.getCenter());
    } else if (e.key === "Backspace") {
      terug();
    } else {
      return;
    }
    e.preventDefault();
    e.stopPropagation();
  }
  function terug() { bezig.punten.pop(); toon(); }

  // --- begin, finish, stop --------------------------------------------------------------------------
  function begin() {
    const nu = kaart();
    if (!nu || !nu.map) { zegBericht("Zonder kaart is er niets te tekenen. Kies de buurten bij Eigen gebieden."); return; }
    stop();
    bezig = { map: nu.map, host: nu.host, punten: [], klaar: false };
    nu.host.dataset.teken = "ja";
    nu.map.doubleClickZoom.disable();
    nu.map.on("click", klik);
    nu.map.on("dblclick", dubbel);
    nu.map.on("style.load", toon);
    bezig.doek = nu.map.getCanvas();
    bezig.doek.addEventListener("keydown", toets, true);
    bezig.naam = bezig.doek.getAttribute("aria-label");
    bezig.doek.setAttribute("aria-label", "Kaart om op te tekenen. Pijltjes schuiven, Enter zet een punt onder het kruis.");
    document.getElementById("teken-vak").hidden = false;
    document.getElementById("teken-knop").setAttribute("aria-expanded", "true");
    uitkomst(null);
    toon();
    bezig.doek.focus({ preventScroll: true });
    bezig.host.scrollIntoView({ block: "nearest" });
  }
  function stop() {
    if (!bezig) return;
    const { map, host, doek, naam } = bezig;
    if (host.isConnected) {
      map.off("click", klik);
      map.off("dblclick", dubbel);
      map.off("style.load", toon);
      map.doubleClickZoom.enable();
      doek.removeEventListener("keydown", toets, true);
      if (naam) doek.setAttribute("aria-label", naam);
      delete host.dataset.teken;
      haalWeg();
    }
    bezig = null;
    const vak = document.getElementById("teken-vak");
    if (vak) vak.hidden = true;
    const knop = document.getElementById("teken-knop");
    if (knop) knop.setAttribute("aria-expanded", "false");
  }
  async function sluit() {
    if (bezig.punten.length < 3) { zeg("Zet ten minste drie punten."); return; }
    const deze = bezig;
    const jaar = new URLSearchParams(kaart().stand.vorm.split("?")[1]).get("indeling");
    const lijn = deze.punten.map((p) => p.join(",")).join(";");
    try {
      const antwoord = await fetch(`/kaartlijn?${new URLSearchParams({ indeling: jaar, lijn })}`);
      const inhoud = await antwoord.json();
      if (deze !== bezig) return;
      if (!antwoord.ok) { zeg(inhoud.melding); return; }
      deze.klaar = true;
      uitkomst(inhoud);
    } catch { zeg("Dit is nu niet op te zoeken. Probeer het zo nog eens."); }
  }
  function p(woorden, klas) {
    const el = document.createElement("p");
    el.textContent = woorden;
    if (klas) el.className = klas;
    return el;
  }
  function uitkomst(inhoud) {
    const vak = document.getElementById("teken-uitkomst");
    if (!vak) return;
    vak.textContent = "";
    if (!inhoud) return;
    const n = inhoud.codes.length;
    const namen = inhoud.namen.slice(0, 12).join(", ") + (n > 12 ? ` en nog ${n - 12}` : "");
    vak.append(p(n ? `${n} ${n === 1 ? "buurt" : "buurten"}: ${namen}.` : "Geen buurt ligt voor meer dan de helft binnen de lijn.", "zwaar"));
    const erbij = [inhoud.regel];
    if (inhoud.deels) erbij.push(`${inhoud.deels} ${inhoud.deels === 1 ? "buurt ligt" : "buurten liggen"} er voor een kleiner deel in en ${inhoud.deels === 1 ? "telt" : "tellen"} niet mee.`);
    if (inhoud.buiten) erbij.push(`${inhoud.buiten} ${inhoud.buiten === 1 ? "ligt" : "liggen"} buiten deze gegevens.`);
    vak.append(p(erbij.join(" "), "klein zacht"));
    if (n) {
      const door = document.createElement("a");
      door.href = `/gebieden?codes=${inhoud.codes.join(",")}#nieuw`;
      door.className = "knop knop-hoofd";
      door.id = "teken-door";
      door.textContent = "Geef het een naam en bewaar";
      vak.append(door);
      door.focus({ preventScroll: true });
      vak.scrollIntoView({ block: "nearest" });
    }
  }
  function zegBericht(woorden) {
    const plek = document.getElementById("bericht");
    if (plek) plek.textContent = woorden;
  }

  document.addEventListener("click", (e) => {
    if (!e.target.closest) return;
    if (e.target.closest("#teken-knop")) { if (bezig) stop(); else begin(); return; }
    const knop = e.target.closest("[data-teken]");
    if (!knop || knop.tagName !== "BUTTON" || !bezig) return;
    const doe = { punt: () => zet(bezig.map.getCenter()), terug, klaar: sluit, stop };
    doe[knop.dataset.teken]();
    if (!bezig) document.getElementById("teken-knop").focus();
  });
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape" || !bezig) return;
    stop();
    document.getElementById("teken-knop").focus();
    e.preventDefault();
  }, true);
  new MutationObserver(() => { if (bezig && !bezig.host.isConnected) bezig = null; })
    .observe(document.documentElement, { childList: true, subtree: true });
})();

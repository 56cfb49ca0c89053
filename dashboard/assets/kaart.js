// Verkennen: the map (MapLibre over our own tiles), and the list in step with it.
// The server says what is chosen (`kaart-stand`); values come as one small array and become
// feature state, so another figure never asks for a tile again.
(function () {
  "use strict";
  const NIVEAUS = ["gemeente", "wijk", "buurt"];
  const PATROON = 12;
  const BUITEN = "buiten";
  const ANDERS = "andere_grens";
  const FIJN = 9; // from this zoom the outlines of small areas are drawn
  const LEEG = { type: "FeatureCollection", features: [] };
  const VERSCHIL = ["", "hoger", "lager", "ongeveer gelijk"];
  const KLASSE = ["laag", "midden", "hoog"];
  const niets = () => window.dash_clientside.no_update;
  const donker = window.matchMedia("(prefers-color-scheme: dark)");
  const stil = window.matchMedia("(prefers-reduced-motion: reduce)");
  const smal = window.matchMedia("(max-width: 46rem)");
  const kleurVan = (naam) => getComputedStyle(document.documentElement).getPropertyValue(naam).trim();
  const plat = (tekst) => tekst.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

  let k = null; // everything of the page that is open
  let beurt = 0;

  function nieuw(lijst) {
    return {
      lijst, host: null, map: null, api: null, stand: null, gekozen: null, gebieden: null,
      plek: new Map(), waarden: null, rijen: [], vorm: "", wijs: null, soorten: new Set(), kleuren: new Map(), weg: new Map(), inBeeld: new Set(), ooit: new Map(), lijn: {},
      filter: "", delen: [], alleenMijn: false, mijn: new Set(), stijl: false, klaar: false, getekend: 0, naarKaartje: false,
      rijGekozen: null, alInBeeld: null, rijenVan: null, lijstVan: null,
    };
  }

  // --- patterns: one definition for map and legend -------------------------------------------
  const STREKEN = {
    niet_gepubliceerd: (c) => { for (const y of [2, 8]) lijn(c, 0, y, 12, y, 1.6); },
    geheim: (c) => { for (const d of [-12, -6, 0, 6, 12]) lijn(c, d, 12, d + 12, 0, 1.5); },
    onbekend_of_geheim: (c) => {
      for (const d of [-12, 0, 12]) { lijn(c, d, 12, d + 12, 0, 1.2); lijn(c, d, 0, d + 12, 12, 1.2); }
    },
    nvt: (c) => { for (const x of [2, 8]) lijn(c, x, 0, x, 12, 1.3); },
    te_klein: (c) => { for (const [x, y] of [[3, 3], [9, 9]]) stip(c, x, y, 1.8); },
    geen_bron: (c) => { for (const d of [-12, 0, 12]) lijn(c, d, 0, d + 12, 12, 1.4); },
    andere_grens: (c) => { for (const d of [-12, 0, 12]) lijn(c, d, 0, d + 12, 12, 4); },
    buiten: (c) => { stip(c, 6, 6, 0.9); },
  };
  function lijn(c, x, y, naarX, naarY, dik) {
    c.lineWidth = dik; c.beginPath(); c.moveTo(x, y); c.lineTo(naarX, naarY); c.stroke();
  }
  function stip(c, x, y, straal) { c.beginPath(); c.arc(x, y, straal, 0, 7); c.fill(); }
  function patroon(soort) {
    const doek = document.createElement("canvas");
    doek.width = doek.height = PATROON * 2;
    const c = doek.getContext("2d");
    c.scale(2, 2);
    c.fillStyle = kleurVan("--kaart-leeg");
    c.fillRect(0, 0, PATROON, PATROON);
    c.strokeStyle = c.fillStyle = kleurVan("--kaart-streep");
    c.lineCap = "square";
    (STREKEN[soort] || STREKEN.geen_bron)(c);
    return doek;
  }
  function stalen() {
    document.querySelectorAll("[data-patroon]").forEach((staal) => {
      const merk = `${staal.dataset.patroon}|${donker.matches}`;
      if (staal.dataset.getekend === merk) return;
      staal.dataset.getekend = merk;
      staal.style.backgroundImage = `url(${patroon(staal.dataset.patroon).toDataURL()})`;
      staal.style.backgroundSize = `${PATROON}px`;
    });
  }

  // --- the style: our own tiles, no letters, nothing from elsewhere --------------------------
  function kleuren() {
    const uit = ["match", ["coalesce", ["feature-state", "k"], -1]];
    for (let i = 0; i < 5; i += 1) uit.push(i, kleurVan(`--kaart-${i}`));
    for (let i = 0; i < 9; i += 1) uit.push(10 + i, kleurVan(`--negen-${Math.floor(i / 3)}${i % 3}`));
    return [...uit, "rgba(0,0,0,0)"];
  }
  function stijl(stand) {
    const n = stand.niveau;
    const bronnen = {};
    Object.entries(stand.lagen).forEach(([laag, l]) => {
      bronnen[laag] = {
        type: "vector", tiles: [location.origin + l.tegels], minzoom: l.van, maxzoom: l.tot,
        bounds: l.kader, promoteId: "gebied",
      };
    });
    const lagen = [{ id: "grond", type: "background", paint: { "background-color": kleurVan("--kaart-grond") } }];
    const vlak = (laag, opmaak) => bronnen[laag] && lagen.push({ id: laag, type: "fill", source: laag, "source-layer": laag, paint: opmaak });
    vlak("buiten", { "fill-color": kleurVan("--kaart-buiten"), "fill-antialias": false });
    if (bronnen.buiten) {
      lagen.push({ id: "buiten-lijn", type: "line", source: "buiten", "source-layer": "buiten",
        paint: { "line-color": kleurVan("--kaart-streep"), "line-width": 1, "line-dasharray": [3, 3] } });
    }
    if (bronnen[n]) {
      lagen.push({ id: "vlak", type: "fill", source: n, "source-layer": n, paint: {
        "fill-color": kleuren(), "fill-antialias": ["step", ["zoom"], false, FIJN, true] } });
      // What is missing has a source of its own, so that only its own tiles are cut up again.
      bronnen.weg = bronnen[n];
    }
    vlak("groen", { "fill-color": kleurVan("--kaart-groen"), "fill-opacity": Number(kleurVan("--kaart-groen-dek")) });
    vlak("water", { "fill-color": kleurVan("--kaart-water") });
    vlak("achterwater", { "fill-color": kleurVan("--kaart-water") });
    const grens = (laag, dik, kleur, vanaf) => {
      if (bronnen[laag]) {
        lagen.push({ id: `grens-${laag}`, type: "line", source: laag, "source-layer": laag, minzoom: vanaf,
          layout: { "line-join": "round" }, paint: { "line-color": kleur, "line-width": dik } });
      }
    };
    const dun = kleurVan("--kaart-lijn");
    const dik = kleurVan("--kaart-lijn-dik");
    grens(n, ["interpolate", ["linear"], ["zoom"], 7, 0.3, 10, 0.5, 13, 1], dun, n === "gemeente" ? 0 : FIJN);
    if (n === "buurt") grens("wijk", ["interpolate", ["linear"], ["zoom"], 9, 0.4, 13, 1.8], dik, FIJN);
    if (n !== "gemeente") grens("gemeente", ["interpolate", ["linear"], ["zoom"], 7, 0.5, 13, 2.4], dik, 7);
    NIVEAUS.forEach((laag) => {
      lagen.push(...omlijnd("nplv", laag, stand.nplv, bronnen), ...omlijnd("mijn", laag, stand.mijn, bronnen));
    });
    if (stand.eigen) {
      bronnen.eigen = { type: "geojson", data: location.origin + stand.eigen };
      const om = (id, opmaak) => lagen.push({ id, type: "line", source: "eigen", layout: { "line-join": "round" }, paint: opmaak });
      // Drawn inside its border, so that it does not hide that of an own area on the same line.
      const erin = { "line-offset": ["interpolate", ["linear"], ["zoom"], 9, 1, 13, 4.5] };
      om("eigen-rand", { "line-color": kleurVan("--kaart-halo"), "line-width": 4, ...erin });
      om("eigen-lijn", { "line-color": kleurVan("--kaart-mijn"), "line-width": 2, "line-dasharray": [3, 2], ...erin });
    }
    // One outline at a time, asked of the server: the area pointed at, and the one chosen.
    ["gekozen", "wijs"].forEach((soort) => {
      bronnen[soort] = { type: "geojson", data: LEEG };
      const rand = (id, kleur, dikte) => lagen.push({ id, type: "line", source: soort,
        layout: { "line-join": "round" }, paint: { "line-color": kleur, "line-width": dikte } });
      rand(`${soort}-rand`, kleurVan("--kaart-halo"), soort === "wijs" ? 6 : 8);
      rand(`${soort}-lijn`, kleurVan("--kaart-wijs"), soort === "wijs" ? 2.5 : 4);
    });
    return { version: 8, transition: { duration: 0, delay: 0 }, sources: bronnen, layers: lagen };
  }
  function omlijnd(soort, laag, codes, bronnen) {
    if (!bronnen[laag] || !codes[laag].length) return [];
    const keus = ["in", ["get", "gebied"], ["literal", codes[laag]]];
    const breed = (a, b) => ["interpolate", ["linear"], ["zoom"], 8, a, 13, b];
    const basis = { type: "line", source: laag, "source-layer": laag, filter: keus, layout: { "line-join": "round" } };
    const kern = { "line-color": kleurVan(`--kaart-${soort}`), "line-width": breed(1, soort === "mijn" ? 2.6 : 2) };
    if (soort === "nplv") kern["line-dasharray"] = [2, 1.5];
    return [
      { ...basis, id: `${soort}-rand-${laag}`, paint: { "line-color": kleurVan("--kaart-halo"), "line-width": breed(2.5, 5) } },
      { ...basis, id: `${soort}-${laag}`, paint: kern },
    ];
  }

  // --- making the map -------------------------------------------------------------------------
  const geladen = new Map();
  function laad(adres) {
    if (!geladen.has(adres)) geladen.set(adres, haalBestand(adres));
    return geladen.get(adres);
  }
  function haalBestand(adres) {
    return new Promise((goed, mis) => {
      const css = adres.endsWith(".css");
      const el = document.createElement(css ? "link" : "script");
      if (css) { el.rel = "stylesheet"; el.href = adres; } else { el.src = adres; }
      el.onload = goed;
      el.onerror = () => { el.remove(); geladen.delete(adres); mis(new Error(adres)); };
      document.head.append(el);
    });
  }
  function heeftWebgl() {
    try {
      const doek = document.createElement("canvas");
      return Boolean(doek.getContext("webgl2") || doek.getContext("webgl"));
    } catch { return false; }
  }
  function geenKaart(host, kop, uitleg) {
    host.textContent = "";
    host.classList.add("geen-kaart");
    host.dataset.kaart = "geen";
    for (const [klas, woorden] of [["zwaar", kop], ["", uitleg]]) {
      const p = document.createElement("p");
      p.className = klas;
      p.textContent = woorden;
      host.append(p);
    }
  }
  const WOORDEN = {
    "Map.Title": "Kaart. De lijst ernaast heeft dezelfde gebieden en cijfers.",
    "NavigationControl.ZoomIn": "Dichterbij", "NavigationControl.ZoomOut": "Verder weg",
    "CooperativeGesturesHandler.WindowsHelpText": "Ctrl en scrollen zoomt de kaart",
    "CooperativeGesturesHandler.MacHelpText": "⌘ en scrollen zoomt de kaart",
    "CooperativeGesturesHandler.MobileHelpText": "Schuif de kaart met twee vingers",
  };
  // Around the own areas, or all; a chosen area that lies elsewhere goes first.
  function begin(stand, gekozen) {
    const alles = (stand.lagen[stand.niveau] || {}).kader;
    const ruim = stand.kader || alles;
    if (!gekozen || !gekozen.kader) return ruim;
    const g = gekozen.kader;
    const erin = (k) => k && k[2] - k[0] < 0.4 && g[0] >= k[0] && g[1] >= k[1] && g[2] <= k[2] && g[3] <= k[3];
    return [ruim, alles].find(erin) || g;
  }
  const rondom = (host) => Math.min(90, host.clientWidth / 8); // room around a place, less on a phone
  async function maakKaart(nu) {
    if (!heeftWebgl()) {
      geenKaart(nu.host, "Deze browser kan de kaart niet tekenen",
        "WebGL staat uit of ontbreekt. De lijst heeft dezelfde gebieden en cijfers. Zet in de browser hardwareversnelling aan, of gebruik een andere browser.");
      return;
    }
    try {
      await Promise.all([laad("/kaart/maplibre-gl.css"), laad("/kaart/maplibre-gl.js")]);
    } catch {
      geenKaart(nu.host, "De kaart is niet geladen", "Laad de pagina opnieuw. De lijst werkt wel.");
      return;
    }
    if (nu !== k || !nu.host.isConnected || nu.map) return;
    nu.host.textContent = "";
    try {
      nu.map = new window.maplibregl.Map({
        container: nu.host, style: stijl(nu.stand), bounds: begin(nu.stand, nu.gekozen),
        fitBoundsOptions: { padding: nu.gekozen && nu.gekozen.kader ? rondom(nu.host) : 28, maxZoom: 13 }, attributionControl: false, locale: WOORDEN,
        cooperativeGestures: true, dragRotate: false, pitchWithRotate: false, touchPitch: false,
        fadeDuration: 0, minZoom: 5, maxZoom: 17, renderWorldCopies: false,
      });
    } catch {
      geenKaart(nu.host, "Deze browser kan de kaart niet tekenen",
        "WebGL staat uit of ontbreekt. De lijst heeft dezelfde gebieden en cijfers.");
      return;
    }
    if (nu.gekozen && nu.gekozen.kader) inBeeld(nu, nu.gekozen.kader, true);
    nu.vorm = vormVan(nu.stand);
    nu.map.touchZoomRotate.disableRotation();
    nu.map.keyboard.disableRotation();
    nu.map.addControl(new window.maplibregl.NavigationControl({ showCompass: false }), "top-right");
    nu.map.addControl(new Terug(), "top-right");
    nu.map.on("style.load", () => { nu.soorten.clear(); nu.kleuren.clear(); nu.weg.clear(); nu.ooit.clear(); nu.stil = false; nu.buitenVan = nu.ooitVan = null; nu.lijn = {}; nu.stijl = true; kleurIn(nu); });
    nu.map.on("idle", () => staatStil(nu));
    nu.map.on("mousemove", (e) => { if (!nu.host.dataset.teken) wijsMuis(nu, e.point); });
    nu.map.on("mouseout", () => wijsAan(nu, null));
    nu.map.on("click", (e) => { if (nu.host.dataset.teken) return; const g = gebiedOp(nu, e.point); if (g) kiesGebied(g); });
    nu.map.on("webglcontextlost", () => { nu.host.dataset.klaar = ""; });
  }
  function Terug() {
    this.onAdd = (map) => {
      this.vak = document.createElement("div");
      this.vak.className = "maplibregl-ctrl maplibregl-ctrl-group";
      const knop = document.createElement("button");
      knop.type = "button";
      knop.className = "kaart-terug";
      knop.title = "Alles in beeld";
      knop.setAttribute("aria-label", "Alles in beeld");
      knop.addEventListener("click", () => map.fitBounds(k.stand.lagen[k.stand.niveau].kader, { padding: 28, animate: !stil.matches }));
      this.vak.append(knop);
      return this.vak;
    };
    this.onRemove = () => this.vak.remove();
  }
  const vormVan = (s) => JSON.stringify([s.lagen, s.niveau, s.mijn, s.nplv, s.eigen, donker.matches]);
  function gebiedOp(nu, punt) {
    if (!nu.map.getLayer("vlak")) return null;
    const raak = nu.map.queryRenderedFeatures(punt, { layers: ["vlak"] });
    return raak.length ? raak[0].properties.gebied : null;
  }
  // A neighbour over the border: drawn and named, not to be chosen.
  function buurOp(nu, punt) {
    const raak = nu.map.getLayer("buiten") ? nu.map.queryRenderedFeatures(punt, { layers: ["buiten"] }) : [];
    return raak.length ? raak[0].properties.gebied : null;
  }

  // --- values: feature state and rows ---------------------------------------------------------
  function kleurIn(nu) {
    const { map, stand, waarden } = nu;
    if (!map || !nu.stijl || !waarden || !map.getSource(stand.niveau) || nu.waardenVan !== stand.sleutel) return;
    const anders = geefKleur(nu, stand, waarden);
    omlijn(nu, "gekozen", nu.gekozen && nu.gekozen.gebied);
    nu.getekend += 1;
    if (!anders && nu.stil) { staatStil(nu); return; } // it was painted while the words were made
    nu.klaar = false;
    nu.host.dataset.klaar = "";
    map.triggerRepaint();
  }
  function staatStil(nu) {
    nu.stil = true;
    nu.klaar = nu.getekend > 0 && nu.waardenVan === nu.stand.sleutel;
    nu.host.dataset.klaar = nu.klaar ? "ja" : "";
    if (nu.klaar) vooruit(nu);
  }
  // Sets the states of all areas; whether one of them changed.
  function geefKleur(nu, stand, waarden) {
    const { map, gebieden } = nu;
    const n = stand.niveau;
    let veranderd = 0;
    const anders = new Set(stand.anders);
    const soorten = new Set();
    const erbij = [];
    gebieden.codes.forEach((code, i) => {
      const klas = waarden.k[i] === "-" ? -1 : Number(waarden.k[i]);
      const kleur = anders.has(code) || klas < 0 ? -1 : stand.negen ? 10 + klas : stand.kleuren[klas];
      const soort = kleur >= 0 ? "" : anders.has(code) ? ANDERS : stand.soorten[parseInt(waarden.o[i], 16)][0];
      if (soort) { soorten.add(soort); if (!ooitVan(nu, soort).has(code)) erbij.push([soort, code]); }
      if ((nu.weg.get(code) || "") !== soort) {
        nu.weg.set(code, soort);
        veranderd += 1;
        map.setFeatureState({ source: "weg", sourceLayer: n, id: code }, { weg: soort });
      }
      if (nu.kleuren.get(code) === kleur) return;
      nu.kleuren.set(code, kleur);
      veranderd += 1;
      map.setFeatureState({ source: n, sourceLayer: n, id: code }, { k: kleur });
    });
    erbij.forEach(([soort, code]) => ooitVan(nu, soort).add(code));
    patronen(nu, stand, soorten, new Set(erbij.map(([soort]) => soort)));
    if (veranderd) nu.stil = false;
    return veranderd > 0;
  }
  // A hatching per kind, seen where the state of an area says so, over the areas that ever miss a
  // figure: another figure then seldom has a tile cut up again, which takes longer than painting.
  function patronen(nu, stand, soorten, gegroeid) {
    if (!soorten.size) soorten.add(soortenVan(stand)[0] || "geen_bron"); // a source without layers loses its tiles
    nu.inBeeld = soorten;
    gegroeid.forEach((soort) => { if (nu.soorten.has(soort)) zeef(nu, soort); });
    soorten.forEach((soort) => { if (!nu.soorten.has(soort)) patroonlaag(nu, soort, ooitWeg(nu, soort), staat(soort)); });
    if (nu.buitenVan === nu.gebieden) return;
    nu.buitenVan = nu.gebieden;
    if (nu.soorten.delete(BUITEN)) { nu.map.removeLayer("weg-buiten"); nu.map.removeLayer("rand-buiten"); }
    if (nu.stand.buiten) patroonlaag(nu, BUITEN, ["match", ["get", "gebied"], nu.gebieden.codes, false, true], 1);
  }
  const staat = (soort) => ["case", ["==", ["coalesce", ["feature-state", "weg"], ""], soort], 1, 0];
  function soortenVan(stand) {
    const er = [...new Set(stand.soorten.map(([soort]) => soort).filter(Boolean))];
    return stand.anders.length ? [...er, ANDERS] : er;
  }
  function ooitVan(nu, soort) {
    if (!nu.ooit.has(soort)) nu.ooit.set(soort, new Set());
    return nu.ooit.get(soort);
  }
  function ooitWeg(nu, soort) {
    const codes = ooitVan(nu, soort);
    if (!codes.size) return ["literal", false];
    const veel = codes.size > nu.gebieden.codes.length * 0.7;
    return veel ? ["literal", true] : ["match", ["get", "gebied"], [...codes], true, false];
  }
  function zeef(nu, soort) {
    const keus = ooitWeg(nu, soort);
    [`weg-${soort}`, `rand-${soort}`].forEach((id) => nu.map.setFilter(id, keus, { validate: false }));
  }
  // When all stands still: which areas miss any other figure, so that choosing that one is quick.
  async function vooruit(nu) {
    const { weg } = nu.stand;
    if (!weg || nu.ooitVan === weg) return;
    nu.ooitVan = weg;
    let inhoud = null;
    try { inhoud = await haal(weg); } catch { return; }
    if (nu !== k || !nu.stijl || nu.stand.weg !== weg) return;
    Object.entries(inhoud.codes).forEach(([soort, codes]) => codes.forEach((code) => ooitVan(nu, soort).add(code)));
    nu.soorten.forEach((soort) => { if (soort !== BUITEN) zeef(nu, soort); });
    soortenVan(nu.stand).forEach((soort) => { if (!nu.soorten.has(soort)) patroonlaag(nu, soort, ooitWeg(nu, soort), staat(soort)); });
  }
  function patroonlaag(nu, soort, keus, dek) {
    const { map } = nu;
    const n = nu.stand.niveau;
    if (!map.hasImage(soort)) {
      const doek = patroon(soort);
      map.addImage(soort, doek.getContext("2d").getImageData(0, 0, doek.width, doek.height), { pixelRatio: 2 });
    }
    nu.soorten.add(soort);
    const lagen = map.getLayersOrder();
    map.addLayer({ id: `weg-${soort}`, type: "fill", source: "weg", "source-layer": n, filter: keus,
      paint: { "fill-pattern": soort, "fill-opacity": dek, "fill-antialias": false } },
      ["water", "achterwater", `grens-${n}`].find((l) => lagen.includes(l)));
    map.addLayer({ id: `rand-${soort}`, type: "line", source: "weg", "source-layer": n, filter: keus, minzoom: FIJN,
      paint: { "line-color": kleurVan("--kaart-streep"), "line-width": 1, "line-opacity": dek } },
      lagen.find((l) => /^(grens-(wijk|gemeente)|mijn|nplv|eigen|gekozen)/.test(l)));
    if (soort === BUITEN) return;
    [`weg-${soort}`, `rand-${soort}`].forEach((id) => { // `visibility` would have the tiles cut up again
      const laag = map.getLayer(id);
      const oud = laag.isHidden.bind(laag);
      laag.isHidden = (zoom) => !nu.inBeeld.has(soort) || oud(zoom);
    });
  }
  async function omlijn(nu, soort, gebied) {
    if (!nu.map || !nu.stijl || !nu.map.getSource(soort)) return;
    const wat = nu.plek.has(gebied) ? gebied : null; // a code that was typed wrong has no outline
    if ((nu.lijn[soort] || null) === wat) return;
    nu.lijn[soort] = wat;
    let vorm = LEEG;
    if (wat) {
      try { vorm = await haal(`${nu.stand.vorm}&gebied=${encodeURIComponent(wat)}`); } catch { vorm = LEEG; }
      if (nu !== k || nu.lijn[soort] !== wat || !nu.map.getSource(soort)) return;
    }
    nu.map.getSource(soort).setData(vorm);
  }
  function schrijver(o) {
    const f = new Intl.NumberFormat("nl-NL", { minimumFractionDigits: o.decimalen, maximumFractionDigits: o.decimalen });
    return (w) => `${o.voor}${f.format(w).replace("-", "−")}${o.achter}`;
  }
  function maakRijen(nu) {
    const { gebieden: g, waarden: w, stand } = nu;
    const schrijf = stand.opmaak ? schrijver(stand.opmaak) : null;
    if (nu.rijenVan !== g) {
      nu.rijenVan = g;
      nu.rijen = g.codes.map((code, i) => {
        const gemeente = g.gemeenten[g.gemeente[i]];
        return { id: code, nr: i, naam: g.namen[i], gemeente, zoek: plat(`${g.namen[i]} ${gemeente} ${code}`),
          volledig: [g.namen[i], g.wijken ? g.wijken[i] : "", gemeente, code].filter(Boolean).join(", ") };
      });
      nu.lijstVan = null;
    }
    nu.rijen.forEach((rij, i) => {
      const weg = w.k[i] === "-";
      const missend = weg ? stand.soorten[parseInt(w.o[i], 16)][1] : "";
      rij.weg = weg;
      rij.verschil = (w.v && VERSCHIL[Number(w.v[i])]) || (weg || !w.v || !stand.referentie ? "" : "niet te zeggen");
      rij.waarde = weg ? null : w.w ? w.w[i] : Number(w.k[i]);
      rij.tekst = weg ? (w.assen ? halve(w, i, missend) : missend) : schrijf ? schrijf(w.w[i]) : assen(w, i);
      rij.mijn = nu.mijn.has(rij.id);
      Object.entries(w.erbij || {}).forEach(([veld, woorden]) => { rij[veld] = woorden[i]; });
    });
  }
  const assen = (w, i) => `kwetsbaarheid ${KLASSE[w.assen[0][i]]}, overlast ${KLASSE[w.assen[1][i]]}`;
  function halve(w, i, missend) {
    if (w.assen[0][i] !== "-") return `alleen kwetsbaarheid: ${KLASSE[w.assen[0][i]]}`;
    if (w.assen[1][i] !== "-") return `alleen overlast: ${KLASSE[w.assen[1][i]]}`;
    return missend;
  }

  // --- the list ---------------------------------------------------------------------------------
  async function maakLijst(nu) {
    const api = await window.dash_ag_grid.getApiAsync("kaart-lijst");
    if (nu !== k) return;
    nu.api = api;
    api.setGridOption("isExternalFilterPresent", () => Boolean(nu.filter) || nu.alleenMijn);
    api.setGridOption("doesExternalFilterPass", (rij) =>
      (!nu.alleenMijn || rij.data.mijn) && nu.delen.every((d) => rij.data.zoek.includes(d)));
    api.setGridOption("tabToNextCell", () => false); // Tab leaves the list: it may have 14,574 rows
    api.addEventListener("cellFocused", (e) => {
      const rij = e.rowIndex === null || e.rowPinned ? null : api.getDisplayedRowAtIndex(e.rowIndex);
      if (rij && nu.lijst.contains(document.activeElement)) wijsAan(nu, rij.data.id, null, true);
    });
    api.addEventListener("cellMouseOver", (e) => wijsAan(nu, e.data && e.data.id, null, false, true));
    api.addEventListener("cellMouseOut", (e) => { if (e.data && nu.wijs === e.data.id) wijsAan(nu, null); });
    api.addEventListener("cellClicked", (e) => { nu.alInBeeld = e.data.id; kiesGebied(e.data.id); });
    api.addEventListener("cellKeyDown", (e) => {
      if (e.event.key === "Enter") { nu.naarKaartje = true; nu.alInBeeld = e.data.id; kiesGebied(e.data.id); }
    });
    filtervak(nu);
    volgAlleen(nu);
    zetRijen(nu);
  }
  function filtervak(nu) {
    const vak = document.getElementById("lijst-filtervak");
    if (!vak || vak.firstChild) return;
    const veld = document.createElement("input");
    Object.assign(veld, { id: "lijst-filter", type: "search", autocomplete: "off", spellcheck: false });
    let wacht = 0;
    veld.addEventListener("input", () => {
      window.clearTimeout(wacht);
      wacht = window.setTimeout(() => { nu.filter = plat(veld.value.trim()).replace(/\s+/g, " "); nu.delen = nu.filter.split(" "); filter(nu); }, 20);
    });
    vak.append(veld);
    const vink = document.createElement("input");
    Object.assign(vink, { type: "checkbox", id: "lijst-mijn" });
    vink.addEventListener("change", () => {
      nu.alleenMijn = vink.checked;
      filter(nu);
      if (location.pathname !== "/verkennen") return;
      const vraag = new URLSearchParams(location.search);
      if (vink.checked) vraag.set("alleen", "mijn"); else vraag.delete("alleen");
      window.dash_clientside.set_props("url", { search: vraag.toString() ? `?${vraag}` : "" });
    });
    const naam = document.createElement("label");
    naam.htmlFor = "lijst-mijn";
    naam.className = "lijst-mijn";
    naam.append(vink, " alleen mijn gebieden");
    vak.append(naam);
  }
  // The own areas alone stand in the address, so that back, a link and a file know it too.
  function volgAlleen(nu) {
    if (location.pathname !== "/verkennen") return;
    const alleen = new URLSearchParams(location.search).get("alleen") === "mijn" && nu.stand.mijnHier.length > 0;
    const vink = document.getElementById("lijst-mijn");
    if (vink) vink.checked = alleen;
    if (alleen === nu.alleenMijn) return;
    nu.alleenMijn = alleen;
    if (nu.api && !nu.api.isDestroyed()) filter(nu);
  }
  function filter(nu) { nu.api.onFilterChanged(); tel(nu); }
  function tel(nu) {
    const plek = document.getElementById("lijst-telling");
    const er = nu.api.getDisplayedRowCount();
    const f = new Intl.NumberFormat("nl-NL");
    if (plek) plek.textContent = er === nu.rijen.length ? `${f.format(er)} gebieden` : `${f.format(er)} van ${f.format(nu.rijen.length)}`;
    const mijn = document.querySelector(".lijst-mijn");
    if (mijn) mijn.hidden = !nu.rijen.some((r) => r.mijn) && !nu.alleenMijn;
  }
  function zetRijen(nu) {
    if (!nu.api || nu.api.isDestroyed() || !nu.waarden || nu.waardenVan !== nu.stand.sleutel) return;
    nu.api.setColumnsVisible(["gemeente"], nu.gebieden.gemeenten.length > 1 && !smal.matches);
    nu.api.setColumnsVisible(["verschil"], Boolean(nu.stand.referentie) && !smal.matches);
    if (nu.lijstVan !== nu.rijenVan) {
      nu.lijstVan = nu.rijenVan;
      nu.api.setGridOption("rowData", nu.rijen);
    } else {
      const op = nu.api.getColumnState().find((c) => c.sort);
      if (nu.alleenMijn) nu.api.onFilterChanged();
      if (op && !["naam", "gemeente"].includes(op.colId)) nu.api.refreshClientSideRowModel("sort");
      nu.api.refreshCells({ columns: ["waarde", "verschil", ...(nu.stand.kolommen || [])], force: true });
    }
    tel(nu);
    window.setTimeout(() => { if (nu === k) toonRij(nu); }, 60);
  }
  function toonRij(nu) {
    if (!nu.api || nu.api.isDestroyed()) return;
    const code = nu.gekozen && nu.gekozen.gebied;
    [nu.rijGekozen, code].forEach((c) => {
      const rij = c && nu.api.getRowNode(c);
      if (!rij) return;
      rij.data.gekozen = c === code;
      rij.updateData(rij.data); // drawn anew, a row would take the focus back from the card
      if (c === code && nu.alInBeeld !== code) nu.api.ensureNodeVisible(rij);
    });
    nu.rijGekozen = code;
    nu.alInBeeld = null;
  }

  // --- pointing and choosing ----------------------------------------------------------------------
  function wijsAan(nu, gebied, punt, vanToets, vanLijst) {
    if (gebied !== nu.wijs) {
      document.querySelectorAll(".kaartlijst .rij-wijs").forEach((r) => r.classList.remove("rij-wijs"));
      nu.wijs = gebied;
      omlijn(nu, "wijs", gebied);
      if (gebied) {
        document.querySelectorAll(`.kaartlijst [row-id="${CSS.escape(gebied)}"]`).forEach((r) => r.classList.add("rij-wijs"));
      }
      if (nu.map) nu.map.getCanvas().style.cursor = gebied && punt ? "pointer" : "";
    }
    wijzer(nu, gebied, punt || (gebied && (vanToets || vanLijst) ? midden(nu, gebied, vanToets) : null));
  }
  function wijsMuis(nu, punt) {
    const gebied = gebiedOp(nu, punt);
    wijsAan(nu, gebied, punt);
    const buur = gebied ? null : buurOp(nu, punt);
    if (buur) plaats(nu, buur, "buiten deze gegevens", punt);
  }
  function midden(nu, gebied, schuif) {
    if (!nu.map || !nu.map.getSource(nu.stand.niveau)) return null;
    const n = nu.stand.niveau;
    const stukken = nu.map.querySourceFeatures(n, { sourceLayer: n, filter: ["==", ["get", "gebied"], gebied] });
    const hoeken = stukken.flatMap((s) => s.geometry.coordinates.flat(s.geometry.type === "Polygon" ? 1 : 2));
    if (!hoeken.length) return null;
    const xs = hoeken.map((h) => h[0]);
    const ys = hoeken.map((h) => h[1]);
    const plek = [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
    if (!nu.map.getBounds().contains(plek)) {
      if (!schuif) return null;
      nu.map.jumpTo({ center: plek });
    }
    return nu.map.project(plek);
  }
  function wijzer(nu, gebied, punt) {
    if (!nu.host) return;
    const vak = nu.host.querySelector(".kaart-wijzer");
    const i = gebied ? nu.plek.get(gebied) : undefined;
    if (!punt || !gebied) { if (vak) vak.hidden = true; return; }
    const rij = i === undefined ? null : nu.rijen[i];
    plaats(nu, rij ? rij.naam : "Buiten deze gegevens", rij ? [rij.tekst, VERSCHIL.indexOf(rij.verschil) > 0 && nu.stand.referentie ? `${rij.verschil}${rij.verschil === "ongeveer gelijk" ? " aan " : " dan "}${nu.stand.referentie}` : ""].filter(Boolean).join(", ") : "geen cijfers", punt);
  }
  function plaats(nu, kop, woorden, punt) {
    let vak = nu.host.querySelector(".kaart-wijzer");
    if (!vak) { vak = document.createElement("div"); vak.className = "kaart-wijzer"; nu.host.append(vak); }
    const naam = document.createElement("strong");
    naam.textContent = kop;
    const cijfer = document.createElement("span");
    cijfer.textContent = woorden;
    vak.replaceChildren(naam, cijfer);
    vak.hidden = false;
    const breed = nu.host.clientWidth;
    const links = punt.x > breed * 0.6;
    vak.style.left = links ? "" : `${punt.x + 14}px`;
    vak.style.right = links ? `${breed - punt.x + 14}px` : "";
    vak.style.top = `${Math.max(4, Math.min(punt.y + 12, nu.host.clientHeight - 64))}px`;
  }
  function kiesGebied(gebied) {
    const vraag = new URLSearchParams(location.search);
    if (gebied) vraag.set("gebied", gebied); else vraag.delete("gebied");
    const zoek = vraag.toString() ? `?${vraag}` : "";
    if (zoek !== location.search) window.dash_clientside.set_props("url", { search: zoek });
    else if (k.naarKaartje) naarKaartje();
  }
  function zetGekozen(nu, gekozen) {
    const was = nu.gekozen && nu.gekozen.gebied;
    const nieuwe = gekozen && gekozen.gebied;
    nu.gekozen = gekozen;
    if (was !== nieuwe) omlijn(nu, "gekozen", nieuwe);
    if (nieuwe && nieuwe !== was && gekozen.kader && nu.map) inBeeld(nu, gekozen.kader);
    toonRij(nu);
    if (nieuwe && nu.naarKaartje) window.setTimeout(naarKaartje, 80);
  }
  function inBeeld(nu, kader, direct) {
    const b = nu.map.getBounds();
    const a = nu.map.project([kader[0], kader[1]]);
    const z = nu.map.project([kader[2], kader[3]]);
    const groot = Math.max(Math.abs(a.x - z.x), Math.abs(a.y - z.y)) > 24;
    const ziet = b.contains([kader[0], kader[1]]) && b.contains([kader[2], kader[3]]) && groot;
    // The card lies over the left top of the map, except on a phone: not over what it is about.
    const kaartje = document.getElementById("kaartje-vak");
    const breed = smal.matches ? 0 : Math.min(320, nu.host.clientWidth - 84) + 24;
    const hoog = Math.max(280, kaartje ? kaartje.offsetHeight + 24 : 0);
    const eronder = Math.min(a.x, z.x) < breed && Math.min(a.y, z.y) < hoog;
    if (ziet && !eronder) return;
    const naast = nu.host.clientWidth - breed > 160 ? { left: breed, top: 40 } : { left: 40, top: Math.min(hoog, nu.host.clientHeight - 160) };
    nu.map.fitBounds(kader, { padding: eronder ? { ...naast, right: 60, bottom: 40 } : rondom(nu.host),
      maxZoom: ziet ? nu.map.getZoom() : 13.5, animate: !direct && !stil.matches, duration: 600 });
  }
  // The card is drawn by Dash, a moment after the choice and sometimes twice: the focus waits for
  // it and comes back when it was lost to a redraw, but never takes it from where someone went.
  function naarKaartje() {
    if (k) k.naarKaartje = false;
    const vandaan = document.activeElement;
    const tot = performance.now() + 3000;
    let rustig = 0;
    (function probeer() {
      const knop = document.getElementById("kaartje-open");
      const waar = document.activeElement;
      const mag = waar === document.body || waar === knop || (!rustig && waar === vandaan);
      if (!mag) return;
      if (knop && waar !== knop) { knop.focus(); rustig = performance.now(); }
      if (rustig && performance.now() - rustig > 400) return;
      if (performance.now() < tot) window.setTimeout(probeer, 40);
    })();
  }
  // Put with the own areas from its card: the page is made anew, and one is still at that card.
  let erbij = false;
  document.addEventListener("click", (e) => { if (e.target.closest && e.target.closest(".kaartje button")) erbij = true; });
  function terugNaarRij() {
    const code = k.gekozen && k.gekozen.gebied;
    const rij = code && k.api && k.api.getRowNode(code);
    if (rij) { k.api.ensureNodeVisible(rij); k.api.setFocusedCell(rij.rowIndex, "naam"); }
  }
  // Typing in the list of figures replaces the name that stands there.
  document.addEventListener("click", (e) => { if (e.target.id === "kies-cijfer") e.target.select(); });
  document.addEventListener("focusin", (e) => { if (e.target.id === "kies-cijfer") e.target.select(); });
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape" || !k || !k.lijst.isConnected || e.defaultPrevented) return;
    if (e.target.closest && e.target.closest("[role=combobox], .mantine-Select-dropdown")) return;
    const vak = document.querySelector(".kaart-wijzer");
    if (vak && !vak.hidden) vak.hidden = true;
    if (document.getElementById("kaartje-vak")) { terugNaarRij(); kiesGebied(null); }
  });

  // --- keeping up with the address -------------------------------------------------------------
  const bewaard = new Map();
  async function haal(adres) {
    if (!bewaard.has(adres)) {
      const antwoord = await fetch(adres);
      const inhoud = await antwoord.json();
      if (!antwoord.ok) throw new Error(inhoud.melding || adres);
      bewaard.set(adres, inhoud);
      if (bewaard.size > 60) bewaard.delete(bewaard.keys().next().value);
    }
    return bewaard.get(adres);
  }
  // What was chosen on this page is asked for at once, beside the words that the server makes;
  // the answer says which choice it is (such as which year is the newest).
  let komt = null;
  let gevraagd = 0;
  function vraagVooruit(stand, vraag, niveau) {
    const v = new URLSearchParams(stand.sleutel);
    for (const wat of ["jaar", "vergelijk"]) v.delete(wat);
    vraag.forEach((w, wat) => { if (!["gebied", "alleen"].includes(wat)) v.set(wat, w); });
    v.set("niveau", niveau);
    gevraagd += 1;
    const deze = gevraagd;
    komt = haal(`/kaartwaarden?${v}`).then((w) => {
      bewaard.set(`/kaartwaarden?${w.sleutel}`, w);
      if (deze === gevraagd) kleurVooruit(w);
    }, () => {});
  }
  // The colours need no words: they are painted while the heading and the legend are on their way.
  function kleurVooruit(w) {
    const nu = k;
    if (!nu || !nu.map || !nu.stijl || !nu.gebieden || !nu.map.getSource(nu.stand.niveau)) return;
    const van = new URLSearchParams(w.sleutel);
    const hier = new URLSearchParams(nu.stand.gebieden.split("?")[1]);
    if (van.get("niveau") !== hier.get("niveau") || String(w.indeling) !== hier.get("indeling")) return;
    nu.klaar = false;
    nu.host.dataset.klaar = "";
    geefKleur(nu, { ...nu.stand, soorten: w.soorten, kleuren: w.kleuren, negen: Boolean(w.assen) }, w);
  }
  async function toon(stand, gekozen, keer = 0) {
    const lijst = document.querySelector(".verkennen, .met-kaart");
    if (!lijst) {
      if (keer < 50) window.setTimeout(() => toon(stand, gekozen, keer + 1), 20);
      return;
    }
    if (!k || k.lijst !== lijst) { opruimen(); k = nieuw(lijst); }
    const nu = k;
    const eerste = nu.stand === null;
    const veranderd = eerste || nu.stand.sleutel !== stand.sleutel || vormVan(nu.stand) !== nu.vorm;
    nu.stand = stand;
    document.title = `${stand.titel} – ${stand.pagina || "Verkennen"} – Tel & Vertel`;
    if (eerste) {
      nu.gekozen = gekozen;
      nu.host = document.querySelector("[data-kaart]");
      if (smal.matches) document.getElementById("kaart-bediening").open = false;
      if (nu.host) maakKaart(nu);
      maakLijst(nu);
      if (erbij && gekozen) naarKaartje();
      erbij = false;
    } else {
      zetGekozen(nu, gekozen);
      volgAlleen(nu);
    }
    stalen();
    if (!veranderd) return;
    nu.klaar = false; // what is painted is not what was asked for any more
    if (nu.host && nu.map) nu.host.dataset.klaar = "";
    beurt += 1;
    const mijnBeurt = beurt;
    try {
      await komt;
      const [gebieden, waarden] = await Promise.all([haal(stand.gebieden), haal(stand.waarden)]);
      if (nu !== k || mijnBeurt !== beurt) return;
      Object.assign(nu, { gebieden, waarden, waardenVan: stand.sleutel });
    } catch (fout) {
      if (nu === k) zeg(/nieuwe gegevens/.test(fout.message) ? fout.message : "De cijfers zijn niet opgehaald. Laad de pagina opnieuw.");
      return;
    }
    nu.plek = new Map(nu.gebieden.codes.map((c, i) => [c, i]));
    nu.mijn = new Set(stand.mijnHier);
    maakRijen(nu);
    if (nu.map) {
      if (vormVan(stand) === nu.vorm) kleurIn(nu);
      else herteken(nu);
    }
    // First the colours, then the list: the map is what one looks at.
    window.requestAnimationFrame(() => window.setTimeout(() => { if (nu === k) zetRijen(nu); }, 0));
  }
  function herteken(nu) {
    nu.vorm = vormVan(nu.stand);
    nu.stijl = false;
    nu.host.dataset.klaar = "";
    nu.map.setStyle(stijl(nu.stand), { diff: false });
  }
  function zeg(woorden) {
    const plek = document.getElementById("bericht");
    if (plek) plek.textContent = woorden;
  }
  function opruimen() {
    if (k && k.map) k.map.remove();
    k = null;
  }
  donker.addEventListener("change", () => {
    stalen();
    if (k && k.map) herteken(k);
  });
  new MutationObserver(() => {
    if (k && !k.lijst.isConnected) opruimen();
    stalen();
  }).observe(document.documentElement, { childList: true, subtree: true });

  if (location.pathname === "/verkennen" && heeftWebgl()) {
    laad("/kaart/maplibre-gl.css").catch(() => {});
    laad("/kaart/maplibre-gl.js").catch(() => {});
  }

  window.dashAgGridFunctions = Object.assign(window.dashAgGridFunctions || {}, {
    kaartVolgorde: (a, b, x, y, omlaag) => {
      const leeg = (w) => w === null || w === undefined;
      if (leeg(a) || leeg(b)) return leeg(a) && leeg(b) ? 0 : (leeg(a) ? 1 : -1) * (omlaag ? -1 : 1);
      return a - b;
    },
    kaartNaam: (x, y) => x.data.nr - y.data.nr,
    // Without a column for it the gemeente tells one Centrum from the other.
    kaartNaamTekst: (rij) => smal.matches && k && k.gebieden && k.gebieden.gemeenten.length > 1 && rij.gemeente !== rij.naam
      ? `${rij.naam}, ${rij.gemeente}` : rij.naam,
  });
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    kaart: {
      toon: (stand, gekozen) => { if (stand) toon(stand, gekozen); return niets(); },
      kies: (cijfer, niveau, jaar, vergelijk, stand) => {
        const was = stand && stand.keuze;
        if (!was || !cijfer || !niveau || !jaar || !vergelijk) return niets();
        const anders = { cijfer: cijfer !== was.cijfer, niveau: niveau !== was.niveau,
          jaar: jaar !== was.jaar, vergelijk: vergelijk !== was.vergelijk };
        if (!Object.values(anders).some(Boolean)) return niets();
        const oud = new URLSearchParams(location.search);
        const uit = new URLSearchParams();
        if (niveau !== "buurt") uit.set("niveau", niveau);
        uit.set("cijfer", cijfer);
        if (jaar !== "nieuwste") uit.set("jaar", jaar);
        if (anders.vergelijk || (oud.has("vergelijk") && !anders.niveau)) uit.set("vergelijk", vergelijk);
        if (oud.has("gebied") && !anders.niveau) uit.set("gebied", oud.get("gebied"));
        if (oud.has("alleen")) uit.set("alleen", oud.get("alleen"));
        vraagVooruit(stand, uit, niveau);
        window.dash_clientside.set_props("url", { search: `?${uit}` });
        return niets();
      },
      patroon,
      toestand: () => k && { map: k.map, api: k.api, klaar: k.klaar, getekend: k.getekend, rijen: k.rijen, stand: k.stand, host: k.host },
    },
  });
})();

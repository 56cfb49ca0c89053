// The Methode-atelier: what is chosen goes into the address; the server follows the address.
(function () {
  "use strict";
  const niets = () => window.dash_clientside.no_update;
  const gelijk = (a, b) => {
    const som = (r) => r.reduce((x, y) => x + y, 0);
    return som(a) > 0 && a.every((w, j) => Math.abs(w / som(a) - b[j] / som(b)) < 1e-9);
  };
  const GEWOON = { methode: "amean", schaal: "doelpalen", behandeling: "geen", referentie: "gemeente" };

  function kies(gewicht, gemeente, methode, schaal, behandeling, referentie, naast, was) {
    if (!was || !gewicht.length || gewicht.some((w) => w === null || w === undefined)) return niets();
    const nu = { gemeente, methode, schaal, behandeling, referentie };
    if (Object.values(nu).some((v) => !v)) return niets();
    const ander = naast.length ? naast[0] || "" : was.naast;
    const zelfde = gewicht.length === was.gewicht.length && gewicht.every((w, j) => w === was.gewicht[j])
      && Object.entries(nu).every(([k, v]) => v === was[k]);
    if (zelfde && ander === was.naast) return niets();
    const oud = new URLSearchParams(location.search);
    const uit = new URLSearchParams();
    uit.set("as", was.as);
    uit.set("gemeente", gemeente);
    const thuis = gemeente === was.gemeente;
    const anders = Object.keys(GEWOON).some((k) => nu[k] !== was[k])
      || !(gewicht.length === was.gewicht.length && gewicht.every((w, j) => w === was.gewicht[j]));
    if (oud.get("instelling") && !anders) {
      uit.set("instelling", oud.get("instelling"));
    } else {
      if (!gelijk(gewicht, was.gewoon)) uit.set("gewicht", gewicht.join(","));
      Object.entries(GEWOON).forEach(([k, v]) => { if (nu[k] !== v) uit.set(k, nu[k]); });
    }
    if (thuis && oud.get("gebied")) uit.set("gebied", oud.get("gebied"));
    if (thuis && ander && oud.get("gebied")) uit.set("naast", ander);
    const zoek = `?${uit.toString().replaceAll("%2C", ",").replaceAll("%3A", ":")}`;
    if (zoek !== location.search) window.dash_clientside.set_props("url", { search: zoek });
    return niets();
  }
  window.dash_clientside = Object.assign({}, window.dash_clientside, { atelier: { kies } });
})();

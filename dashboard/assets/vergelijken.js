// The file field inside the drop area is worked by its button; readers and keyboards skip the field.
(function () {
  "use strict";
  function stil() {
    document.querySelectorAll(":is(#tabel-bestand, #verhalen-bestand) input[type=file]:not([aria-hidden])").forEach((veld) => {
      veld.setAttribute("aria-hidden", "true");
      veld.setAttribute("tabindex", "-1");
    });
  }
  // The server searches forgivingly (`weilen` finds De Wielen): what it found for these letters is
  // not sifted again; until its answer is there, only what holds the letters can be picked.
  const plat = (tekst) => tekst.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().trim();
  window.dashMantineFunctions = Object.assign(window.dashMantineFunctions || {}, {
    zoalsGevonden: ({ options, search }) => options.filter((o) => o.zoek === search.trim() || plat(o.label).includes(plat(search))),
  });
  new MutationObserver(stil).observe(document.documentElement, { childList: true, subtree: true });
})();

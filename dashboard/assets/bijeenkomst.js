/* The big screen of a meeting: asks every second for one number, and tells the page when it moved. */
(function () {
  "use strict";
  let bezig = false;
  let geklikt = false;
  document.addEventListener("click", (e) => {
    geklikt = Boolean(e.target.closest && e.target.closest("#bij-bediening button"));
  });
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    bijeenkomst: {
      kijk: (_, basis, versie) => {
        if (bezig || !basis || !basis.id) return;
        bezig = true;
        fetch(`/bijeenkomst/${basis.id}/versie`, { cache: "no-store" })
          .then((a) => (a.ok ? a.json() : null))
          .then((d) => {
            if (d && d.versie !== versie && document.getElementById("bij-toneel")) {
              window.dash_clientside.set_props("bij-versie", { data: d.versie });
            }
          })
          .catch(() => { /* the line is gone: what stands there stays, the next second tries again */ })
          .finally(() => { bezig = false; });
      },
      // The button of the last step is gone: by keyboard one stands at that of the next.
      houdVast: () => {
        if (!geklikt) return;
        geklikt = false;
        let keer = 0;
        const kijk = window.setInterval(() => {
          const knop = document.querySelector("#bij-bediening button, #bij-toneel a.knop");
          const los = document.activeElement === document.body;
          if (los && knop) knop.focus({ preventScroll: true });
          keer += 1;
          if (los || keer > 20) window.clearInterval(kijk);
        }, 50);
      },
    },
  });
})();

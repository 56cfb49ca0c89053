// The file field inside the drop area is worked by its button; readers and keyboards skip the field.
(function () {
  "use strict";
  function stil() {
    document.querySelectorAll("#tabel-bestand input[type=file]:not([aria-hidden])").forEach((veld) => {
      veld.setAttribute("aria-hidden", "true");
      veld.setAttribute("tabindex", "-1");
    });
  }
  new MutationObserver(stil).observe(document.documentElement, { childList: true, subtree: true });
})();

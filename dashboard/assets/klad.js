/* What was typed into a form with `data-klad` survives a page that is drawn anew: a session that
   ended, a refresh after another act, a reload. Kept in this tab alone, per name, until it is sent. */
(function () {
  "use strict";
  var VOOR = "telvertel|klad|";
  var KLAAR = { "De inzetkaart is bewaard.": "inzet|", "De inzetkaart is gewist.": "inzet|" };
  var GELEZEN = ["Gelezen, mag gedeeld.", "Teruggegeven aan de schrijver."];
  var wekker = null;
  var nog = new Set();  /* typed before it was known whose it is */

  /* whose it is: the next one at this computer does not get to see it; unknown until `wie` says */
  function wie() {
    var plek = document.getElementById("wie");
    return plek && plek.firstChild ? plek.firstChild.textContent : "";
  }
  /* a field one types in; not the text of a choice from a list */
  function vrij(veld) {
    return veld.tagName === "TEXTAREA" || veld.classList.contains("mantine-TextInput-input");
  }
  function sleutel(veld) {
    var vorm = veld.closest("[data-klad]");
    return vorm && veld.id ? VOOR + wie() + "|" + vorm.dataset.klad + "|" + veld.id : "";
  }
  function bewaard(k) {
    try { return window.sessionStorage.getItem(k); } catch (e) { return null; }
  }
  function bewaar(k, tekst) {
    if (!k) { return; }
    try {
      if (tekst) { window.sessionStorage.setItem(k, tekst); } else { window.sessionStorage.removeItem(k); }
    } catch (e) { /* a full or forbidden store: the text still stands in the form */ }
  }
  function vergeet(welke) {
    try {
      Object.keys(window.sessionStorage).filter(function (k) {
        return k.indexOf(VOOR + wie() + "|") === 0 && welke(k.slice((VOOR + wie() + "|").length));
      }).forEach(function (k) { window.sessionStorage.removeItem(k); });
    } catch (e) { /* as above */ }
  }

  function herstel() {
    wekker = null;
    if (wie()) {
      nog.forEach(function (veld) { bewaar(sleutel(veld), veld.value); });
      nog.clear();
    }
    if (!wie() || !window.dash_clientside || !window.dash_clientside.set_props) { return; }
    document.querySelectorAll("[data-klad] textarea[id], [data-klad] input[id]").forEach(function (veld) {
      if (!vrij(veld)) { return; }
      var toen = bewaard(sleutel(veld));
      if (!toen || veld.value === toen || veld === document.activeElement) { return; }
      var id = veld.id.charAt(0) === "{" ? JSON.parse(veld.id) : veld.id;
      window.dash_clientside.set_props(id, { value: toen });
    });
  }
  function straks() {
    if (wekker === null && document.querySelector("[data-klad]")) { wekker = setTimeout(herstel, 120); }
  }

  function gezegd(woorden) {
    if (KLAAR[woorden]) { vergeet(function (k) { return k.indexOf(KLAAR[woorden]) === 0; }); }
    if (GELEZEN.indexOf(woorden) < 0) { return; }
    setTimeout(function () {  /* the card that was read is gone by then */
      vergeet(function (k) {
        return k.indexOf("lees|") === 0 &&
          !document.querySelector('[data-klad="' + k.split("|").slice(0, 3).join("|") + '"]');
      });
    }, 5000);
  }

  document.addEventListener("input", function (e) {
    if (!e.target.closest || !e.target.closest("[data-klad]") || !vrij(e.target)) { return; }
    if (wie()) { bewaar(sleutel(e.target), e.target.value); } else { nog.add(e.target); }
  });
  new MutationObserver(function (wat) {
    wat.forEach(function (w) {
      var plek = w.target.nodeType === 1 ? w.target : w.target.parentElement;
      if (plek && plek.id === "bericht") { gezegd(plek.textContent); }
    });
    straks();
  }).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
})();

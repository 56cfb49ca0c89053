/* Who is signed in, and what to say when the server refuses; what was typed stays as it is. */
(function () {
  "use strict";
  var echt = window.fetch;

  function zeg(woorden) {
    var plek = document.getElementById("bericht");
    if (plek) { plek.textContent = woorden; }
  }

  window.fetch = function (waar, hoe) {
    return echt.apply(this, arguments).then(function (antwoord) {
      var adres = typeof waar === "string" ? waar : (waar && waar.url) || "";
      if (adres.indexOf("_dash-update-component") >= 0 &&
          [400, 401, 403, 413, 500].indexOf(antwoord.status) >= 0) {
        antwoord.clone().json().then(
          function (d) { zeg(d.melding || "Dat is niet gelukt."); },
          function () { zeg("Dat is niet gelukt; wat je typte staat er nog."); });
      }
      return antwoord;
    });
  };

  function koekje(naam) {
    var deel = document.cookie.split("; ").find(function (d) { return d.indexOf(naam + "=") === 0; });
    return deel ? decodeURIComponent(deel.slice(naam.length + 1)) : "";
  }

  function toon(plek, d) {
    plek.textContent = "";
    if (d.lokaal) {
      plek.textContent = "zonder aanmelden: alleen op deze computer";
      return;
    }
    if (!d.naam) { return; }
    plek.appendChild(document.createTextNode(d.naam));
    var vorm = document.createElement("form");
    vorm.method = "post";
    vorm.action = "/afmelden";
    var woord = document.createElement("input");
    woord.type = "hidden";
    woord.name = "csrf";
    woord.value = koekje("_csrf_token");
    var knop = document.createElement("button");
    knop.type = "submit";
    knop.textContent = "afmelden";
    vorm.append(woord, knop);
    plek.appendChild(vorm);
  }

  function wacht() {
    var plek = document.getElementById("wie");
    if (!plek) { window.setTimeout(wacht, 100); return; }
    echt("/wie", { headers: { Accept: "application/json" } })
      .then(function (a) { return a.json(); })
      .then(function (d) { toon(plek, d); }, function () {});
  }
  wacht();
})();

/* The phone's page: pair, tell, see what waits and hear what became of it. What is typed is kept on
   this phone at once; words of others are only ever put on the page as text. */
(function () {
  "use strict";
  var W = window.Wachtrij;
  var staat = { gekoppeld: null, plekken: [], fotos: false, terug: [], foto: null };
  var KLAAR = "Staat klaar om te versturen.";
  var pogingen = 0, wekker = null, bezig = false, code = "";

  function $(id) { return document.getElementById(id); }
  function maak(soort, tekst, klas) {
    var e = document.createElement(soort);
    if (tekst) { e.textContent = tekst; }
    if (klas) { e.className = klas; }
    return e;
  }
  function knop(tekst, doe) {
    var k = maak("button", tekst, "klein-knop");
    k.type = "button";
    k.addEventListener("click", doe);
    return k;
  }
  function zeg(tekst, fout) {
    var m = $("melding");
    m.textContent = tekst;
    m.hidden = !tekst;
    m.classList.toggle("fout", Boolean(fout));
  }
  function nummer() {
    if (crypto.randomUUID) { return crypto.randomUUID(); }
    var b = crypto.getRandomValues(new Uint8Array(16));
    b[6] = (b[6] & 15) | 64;
    b[8] = (b[8] & 63) | 128;
    var h = Array.from(b, function (x) { return x.toString(16).padStart(2, "0"); }).join("");
    return [h.slice(0, 8), h.slice(8, 12), h.slice(12, 16), h.slice(16, 20), h.slice(20)].join("-");
  }

  /* pairing */
  function leesCode() {
    var deel = /^#koppel=([\w-]{20,200})$/.exec(location.hash);
    code = deel ? deel[1] : "";
    toonKoppeling();
  }
  function toonKoppeling() {
    var bekend = staat.plekken.length > 0 || staat.gekoppeld;
    $("koppelen").hidden = !code;
    $("los").hidden = Boolean(code) || staat.gekoppeld !== false;
    $("vertel").hidden = Boolean(code) || !bekend;
    $("kop").textContent = code ? "Koppel deze telefoon" : "Wat speelt er?";
  }
  function koppel() {
    $("koppel").disabled = true;
    W.vraag("/telefoon/koppel", { code: code }).then(function (a) {
      $("koppel").disabled = false;
      if (a.code === 200) {
        history.replaceState(null, "", "/telefoon");
        code = "";
        zeg("Gekoppeld. Zet deze pagina op je beginscherm, dan heb je hem altijd bij de hand.");
        return haalPlekken().then(function () { toonKoppeling(); $("melding").focus(); ga(); });
      }
      if (a.code === 410) {
        history.replaceState(null, "", "/telefoon");
        code = "";
        toonKoppeling();
      }
      zeg(a.code === 0 ? "Er is nu geen verbinding. Probeer het zo nog eens; de link blijft werken."
        : a.inhoud.melding || "Koppelen lukt nu niet. Probeer het zo nog eens.", true);
      return null;
    });
  }

  /* what the server knows */
  function haalPlekken() {
    return W.vraag("/telefoon/plekken").then(function (a) {
      if (a.code === 200) {
        staat.gekoppeld = true;
        return W.onthoud("stand", a.inhoud).then(function () { neemStand(a.inhoud); });
      }
      if (a.code === 401) { staat.gekoppeld = false; }
      toonKoppeling();
      return a.code === 401 ? vergeet().then(toon) : null;
    });
  }
  function neemStand(d) {
    staat.plekken = d.plekken || [];
    staat.fotos = Boolean(d.fotos);
    $("wie").textContent = d.naam ? d.naam + ", " + d.rol : "";
    $("foto-veld").hidden = !staat.fotos;
    vulPlekken();
    toonKoppeling();
  }
  function vulPlekken() {
    var kies = $("plek"), nu = kies.value;
    kies.textContent = "";
    var leeg = maak("option", "Kies een plek");
    leeg.value = "";
    kies.appendChild(leeg);
    var namen = { beheergebied: "Mijn beheergebied", complex: "Mijn complex", straat: "Straat",
      buurt: "Buurt" };
    Object.keys(namen).forEach(function (soort) {
      var groep = maak("optgroup");
      groep.label = namen[soort];
      staat.plekken.forEach(function (p) {
        if (p.soort !== soort) { return; }
        var o = maak("option", p.naam);
        o.value = p.id;
        groep.appendChild(o);
      });
      if (groep.children.length) { kies.appendChild(groep); }
    });
    if (staat.gekoppeld && !staat.plekken.length) {
      zeg("Er zijn voor jou nog geen plekken. Vraag de redacteur om ze in te stellen.", true);
    }
    return W.weet("plek").then(function (laatst) {
      var id = kies.value || nu || laatst || "";  /* who chose meanwhile keeps that choice */
      kies.value = staat.plekken.some(function (p) { return p.id === id; }) ? id
        : staat.plekken.length === 1 ? staat.plekken[0].id : "";
      toonBuurt();
    });
  }
  function plek() {
    return staat.plekken.find(function (p) { return p.id === $("plek").value; });
  }
  function toonBuurt() {
    var p = plek();
    $("buurt").textContent = p && p.buurt ? "Ligt in " + p.buurt + "." : "";
  }
  function haalTerug() {
    return W.vraag("/telefoon/terug").then(function (a) {
      if (a.code === 401) { staat.gekoppeld = false; toonKoppeling(); return vergeet(); }
      if (a.code !== 200) { return null; }
      staat.terug = a.inhoud.verhalen || [];
      var er = {};
      staat.terug.forEach(function (v) { er[v.nummer] = v.staat; });
      return W.onthoud("terug", staat.terug).then(W.alle).then(function (rij) {
        return Promise.all(rij.filter(function (i) {  /* wiped words go from this phone too */
          return i.staat === W.AANGEKOMEN && er[i.nummer] &&
            (er[i.nummer] === "gewist" || !(i.hulp || []).length);
        }).map(function (i) { return W.weg(i.nummer); }));
      });
    }).then(toon);
  }

  /* shut out: what was told and arrived is not this phone's any more; what waits stays */
  function vergeet() {
    staat.terug = [];
    return W.onthoud("terug", []).then(W.alle).then(function (rij) {
      return Promise.all(rij.filter(function (i) { return i.staat === W.AANGEKOMEN; })
        .map(function (i) { return W.weg(i.nummer); }));
    });
  }

  /* telling */
  function gekozen() {
    var r = document.querySelector("input[name=richting]:checked");
    return r ? r.value : "";
  }
  function bewaarKladje() {
    return W.onthoud("kladje", { tekst: $("tekst").value, richting: gekozen() });
  }
  function zetKladje(d) {
    $("tekst").value = (d && d.tekst) || "";
    document.querySelectorAll("input[name=richting]").forEach(function (r) {
      r.checked = Boolean(d) && r.value === d.richting;
    });
  }
  function keur() {
    var fouten = [];
    function eis(id, goed, zin) {
      var veld = $(id), doel = id === "richting" ? veld.querySelector("input") : veld;
      doel.toggleAttribute("aria-invalid", false);
      if (!goed) { doel.setAttribute("aria-invalid", "true"); fouten.push([doel, zin]); }
    }
    eis("plek", Boolean(plek()), "Kies waar het over gaat.");
    eis("tekst", $("tekst").value.trim() !== "", "Schrijf op wat er aan de hand is.");
    eis("richting", gekozen() !== "", "Kies welke kant het op gaat.");
    eis("anoniem", $("anoniem").checked,
      "Lees het na en vink aan dat niemand te herkennen is.");
    if (!fouten.length) { return true; }
    zeg(fouten.map(function (f) { return f[1]; }).join(" "), true);
    fouten[0][0].focus();
    return false;
  }
  function verstuur(e) {
    e.preventDefault();
    if (bezig || !keur()) { return; }
    bezig = true;
    var p = plek();
    var item = { nummer: nummer(), verteld: Date.now(), plek: p.id, pleknaam: p.naam,
      tekst: $("tekst").value.trim(), richting: gekozen(), anoniem: true,
      toestemming: $("toestemming").checked, foto: staat.foto, staat: W.WACHT };
    W.zet(item).then(function () {
      zetKladje(null);
      $("anoniem").checked = $("toestemming").checked = false;
      $("hulp").textContent = "";
      haalFotoWeg();
      return Promise.all([W.onthoud("plek", p.id), bewaarKladje()]);
    }).then(function () {
      bezig = false;
      zeg(KLAAR);
      $("melding").focus();
      vraagOpslag();
      return toon();
    }).then(ga, function () {
      bezig = false;
      zeg("Deze telefoon kan het niet bewaren; misschien is hij vol. Je tekst staat er nog.", true);
    });
  }
  function vraagOpslag() {
    if (navigator.storage && navigator.storage.persist) { navigator.storage.persist(); }
  }

  /* sending: now, when the connection is back, when the page opens, and again a little later */
  function ga() {
    clearTimeout(wekker);
    if (staat.gekoppeld === false) { return toon(); }
    meldAanBijDienst();
    return W.verstuur().then(function (uit) {
      if (uit.los) { staat.gekoppeld = false; toonKoppeling(); }
      return meldStand().then(uit.los ? function () { return vergeet().then(toon); } : haalTerug).then(function () {
        if (!uit.over || uit.los) { pogingen = 0; return; }
        pogingen += 1;
        var wacht = Math.min(300000, 5000 * Math.pow(2, pogingen - 1));
        wekker = setTimeout(ga, wacht * (0.8 + 0.4 * Math.random()));
      });
    });
  }
  function meldAanBijDienst() {
    if (!navigator.serviceWorker || !("SyncManager" in window)) { return; }
    navigator.serviceWorker.ready.then(function (r) { return r.sync.register("verstuur"); })
      .catch(function () {});
  }
  function opnieuw() {
    pogingen = 0;
    (staat.gekoppeld === false ? haalPlekken() : Promise.resolve()).then(ga);
  }

  /* the list: what waits first, then what the server said of the rest */
  function toon() {
    return W.alle().then(function (rij) {
      var hier = rij.map(function (i) { return i.nummer; });
      var lijst = $("lijst");
      lijst.textContent = "";
      rij.reverse().forEach(function (i) { lijst.appendChild(eigen(i)); });
      staat.terug.forEach(function (v) {
        if (hier.indexOf(v.nummer) < 0) { lijst.appendChild(van(v)); }
      });
      $("verhalen").hidden = !lijst.children.length;
      var wacht = rij.filter(function (i) { return i.staat !== W.AANGEKOMEN; });
      $("los-bewaard").hidden = !wacht.length;
    });
  }
  /* what the line on top said while it waited is made true again */
  function meldStand() {
    if ($("melding").textContent.indexOf(KLAAR) !== 0) { return Promise.resolve(); }
    return W.alle().then(function (rij) {
      var er = function (s) { return rij.some(function (i) { return i.staat === s; }); };
      if (staat.gekoppeld === false) { zeg(""); } else if (er(W.VAST)) {
        zeg("Niet verstuurd. Hieronder staat wat er aan schort.", true);
      } else if (!er(W.WACHT)) { zeg("Aangekomen. Dank je wel."); }
    });
  }
  function kop(li, plaats, begin) {
    li.appendChild(maak("p", plaats, "klein zacht"));
    if (begin) { li.appendChild(maak("p", begin, "begin")); }
  }
  function eigen(i) {
    var li = maak("li");
    kop(li, i.pleknaam, i.staat === W.AANGEKOMEN && i.tekst.length >= 120 ? i.tekst + " …" : i.tekst);
    var woord = { wacht: "Staat klaar om te versturen", aangekomen: "Aangekomen",
      vast: "Niet verstuurd" }[i.staat];
    li.appendChild(maak("p", woord, "staat staat-" + i.staat));
    if (i.staat === W.VAST) { li.appendChild(maak("p", i.melding)); }
    if (i.staat === W.AANGEKOMEN) { toonHulp(li, i.hulp, "De tweede lezer ziet dit ook."); }
    var rij = maak("div", "", "rij");
    if (i.staat === W.VAST && i.soort === "foto") {
      rij.appendChild(knop("Verstuur zonder foto", function () {
        i.foto = null; i.staat = W.WACHT;
        W.zet(i).then(toon).then(ga);
      }));
    }
    if (i.staat === W.VAST) { rij.appendChild(knop("Pas aan", function () { pasAan(i); })); }
    if (i.staat !== W.AANGEKOMEN) {
      rij.appendChild(knop("Kopieer tekst", function () { kopieer(i.tekst); }));
    } else if ((i.hulp || []).length) {
      rij.appendChild(knop("Begrepen", function () { W.weg(i.nummer).then(haalTerug); }));
    }
    if (rij.children.length) { li.appendChild(rij); }
    return li;
  }
  function van(v) {
    var li = maak("li");
    kop(li, v.plek + ", " + v.dag, v.begin);
    li.appendChild(maak("p", v.zin, "staat staat-aangekomen"));
    v.bladen.forEach(function (b) { li.appendChild(maak("p", b, "blad")); });
    if (v.staat === "terug") {
      var rij = maak("div", "", "rij");
      rij.appendChild(knop("Schrijf het opnieuw", function () { neemOver(v.tekst, ""); }));
      li.appendChild(rij);
    }
    return li;
  }
  function toonHulp(waar, hulp, slot) {
    if (!hulp || !hulp.length) { return; }
    var vak = maak("div", "", "hulp");
    hulp.forEach(function (h) {
      vak.appendChild(maak("p", "„" + h.woorden + "” kan naar iemand wijzen. " + h.advies));
    });
    if (slot) { vak.appendChild(maak("p", slot, "zacht")); }
    waar.appendChild(vak);
  }
  function neemOver(tekst, richting) {
    if ($("tekst").value.trim()) {
      zeg("Verstuur eerst wat je nu schrijft, of maak het veld leeg.", true);
      $("tekst").focus();
      return false;
    }
    zetKladje({ tekst: tekst, richting: richting });
    bewaarKladje();
    $("tekst").focus();
    return true;
  }
  function pasAan(i) { if (neemOver(i.tekst, i.richting)) { W.weg(i.nummer).then(toon); } }
  function kopieer(tekst) {
    var kan = navigator.clipboard && navigator.clipboard.writeText;
    (kan ? navigator.clipboard.writeText(tekst) : Promise.reject()).then(
      function () { zeg("Gekopieerd."); },
      function () { zeg("Kopiëren kan hier niet. Houd je vinger op de tekst en kies kopiëren.", true); });
  }

  /* a photo is made small here already: that also leaves behind where and when it was taken */
  function neemFoto() {
    var bestand = $("foto").files[0];
    if (!bestand) { return; }
    createImageBitmap(bestand, { imageOrientation: "from-image" }).then(function (beeld) {
      var maat = Math.min(1, 1600 / Math.max(beeld.width, beeld.height)), vel = $("foto-vel");
      vel.width = Math.round(beeld.width * maat);
      vel.height = Math.round(beeld.height * maat);
      vel.getContext("2d").drawImage(beeld, 0, 0, vel.width, vel.height);
      staat.foto = vel.toDataURL("image/jpeg", 0.8).split(",")[1];
      $("foto-beeld").hidden = false;
    }).catch(function () {
      haalFotoWeg();
      zeg("Deze foto kan niet mee. Kies een andere, of verstuur zonder foto.", true);
    });
  }
  function haalFotoWeg() {
    staat.foto = null;
    $("foto").value = "";
    $("foto-beeld").hidden = true;
  }

  /* a hint while there is a connection; it never stops anyone */
  var hulpwekker = null;
  function typ() {
    bewaarKladje();
    zeg("");
    clearTimeout(hulpwekker);
    hulpwekker = setTimeout(function () {
      var tekst = $("tekst").value;
      if (!navigator.onLine || !staat.gekoppeld || tekst.trim().length < 8) { return; }
      W.vraag("/telefoon/meelezen", { tekst: tekst }).then(function (a) {
        if (a.code !== 200 || $("tekst").value !== tekst) { return; }
        $("hulp").textContent = "";
        toonHulp($("hulp"), a.inhoud.hulp, "");
      });
    }, 900);
  }

  function begin() {
    $("koppel").addEventListener("click", koppel);
    $("vertel").addEventListener("submit", verstuur);
    $("plek").addEventListener("change", function () {
      toonBuurt();
      W.onthoud("plek", $("plek").value);
    });
    $("tekst").addEventListener("input", typ);
    $("richting").addEventListener("change", bewaarKladje);
    $("foto").addEventListener("change", neemFoto);
    $("foto-weg").addEventListener("click", haalFotoWeg);
    window.addEventListener("hashchange", leesCode);
    window.addEventListener("online", opnieuw);
    document.addEventListener("visibilitychange", function () {
      if (document.visibilityState === "visible") { opnieuw(); }
    });
    if (W.kanaal) { W.kanaal.onmessage = function () { toon().then(meldStand); }; }
    if (navigator.serviceWorker) {
      navigator.serviceWorker.register("/telefoon/dienst.js", { scope: "/telefoon" })
        .catch(function () {});
    }
    leesCode();
    Promise.all([W.weet("stand"), W.weet("terug"), W.weet("kladje")]).then(function (d) {
      if (d[0]) { neemStand(d[0]); }
      staat.terug = d[1] || [];
      zetKladje(d[2]);
      return toon();
    }).then(haalPlekken).then(ga).catch(function () {
      zeg("Deze browser kan niets bewaren (misschien een privévenster). Open de pagina in een " +
        "gewoon venster.", true);
    });
  }
  begin();
})();

/* What waits on this phone: kept in IndexedDB, sent one by one, each under a number of its own.
   The page and the service worker share it; the server makes one story of a number. */
(function (zelf) {
  "use strict";
  var NAAM = "telvertel-telefoon";
  var WACHT = "wacht", AANGEKOMEN = "aangekomen", VAST = "vast";
  var kanaal = "BroadcastChannel" in zelf ? new BroadcastChannel(NAAM) : null;

  function open_() {
    return new Promise(function (goed, fout) {
      var vraag = indexedDB.open(NAAM, 1);
      vraag.onupgradeneeded = function () {
        vraag.result.createObjectStore("uit", { keyPath: "nummer" });
        vraag.result.createObjectStore("weet");
      };
      vraag.onsuccess = function () { goed(vraag.result); };
      vraag.onerror = function () { fout(vraag.error); };
    });
  }

  /* Done means: on the disk. */
  function doe(opslag, wijze, werk) {
    return open_().then(function (db) {
      return new Promise(function (goed, fout) {
        var t = db.transaction(opslag, wijze, { durability: "strict" });
        var vraag = werk(t.objectStore(opslag));
        t.oncomplete = function () { db.close(); goed(vraag && vraag.result); };
        t.onerror = t.onabort = function () { db.close(); fout(t.error); };
      });
    });
  }

  function zet(item) {
    return doe("uit", "readwrite", function (s) { return s.put(item); }).then(meld);
  }
  function weg(nummer) {
    return doe("uit", "readwrite", function (s) { return s.delete(nummer); }).then(meld);
  }
  function alle() {
    return doe("uit", "readonly", function (s) { return s.getAll(); }).then(function (rij) {
      return rij.sort(function (a, b) { return a.verteld - b.verteld; });
    });
  }
  function weet(wat) { return doe("weet", "readonly", function (s) { return s.get(wat); }); }
  function onthoud(wat, waarde) {
    return doe("weet", "readwrite", function (s) { return s.put(waarde, wat); });
  }
  function meld() { if (kanaal) { kanaal.postMessage("veranderd"); } }

  function vraag(pad, inhoud) {
    var stop = new AbortController();
    var wacht = setTimeout(function () { stop.abort(); }, 60000);
    var hoe = { credentials: "same-origin", cache: "no-store", redirect: "error",
      signal: stop.signal, headers: { Accept: "application/json" } };
    if (inhoud) {
      hoe.method = "POST";
      hoe.headers["Content-Type"] = "application/json";
      hoe.body = JSON.stringify(inhoud);
    }
    return fetch(pad, hoe).then(function (a) {
      return a.json().catch(function () { return {}; }).then(function (d) {
        return { code: a.status, inhoud: d };
      });
    }).catch(function () { return { code: 0, inhoud: {} }; })
      .then(function (a) { clearTimeout(wacht); return a; });
  }

  /* How long ago is by this phone's own clock at both ends, so that a wrong clock does no harm. */
  function stuur(item) {
    return vraag("/telefoon/verhaal", {
      nummer: item.nummer, plek: item.plek, tekst: item.tekst, richting: item.richting,
      toestemming: item.toestemming, anoniem: item.anoniem, foto: item.foto || null,
      geleden: Math.max(0, (Date.now() - item.verteld) / 1000)
    });
  }

  function verwerk(item, a) {
    var d = a.inhoud || {};
    if (a.code === 200 && d.nummer === item.nummer) {
      return zet({ nummer: item.nummer, verteld: item.verteld, plek: item.plek,
        pleknaam: item.pleknaam, tekst: item.tekst.slice(0, 120), staat: AANGEKOMEN,
        hulp: d.hulp || [] }).then(function () { return "klaar"; });
    }
    if (a.code === 401) { return Promise.resolve("los"); }
    var soort = ["tekst", "plek", "foto", "dubbel"].indexOf(d.soort) >= 0 ? d.soort : "";
    if (soort && a.code >= 400 && a.code < 500) {
      item.staat = VAST; item.soort = soort; item.melding = d.melding || "Dit lukt zo niet.";
      return zet(item).then(function () { return "klaar"; });
    }
    return Promise.resolve(a.code === 0 ? "weg" : "later");
  }

  function stuurAlles() {
    var uit = { over: 0, los: false, weg: false };
    return alle().then(function (rij) {
      return rij.filter(function (i) { return i.staat === WACHT; }).reduce(function (eerst, item) {
        return eerst.then(function () {
          if (uit.los || uit.weg) { uit.over += 1; return null; }
          return stuur(item).then(function (a) { return verwerk(item, a); }).then(function (hoe) {
            if (hoe === "klaar") { return; }
            uit.over += 1;
            uit.los = hoe === "los";
            uit.weg = hoe === "weg";
          });
        });
      }, Promise.resolve());
    }).then(function () { return uit; });
  }

  /* One at a time over all tabs and the service worker; who comes second waits its turn. */
  function verstuur() {
    if (zelf.navigator.locks) { return zelf.navigator.locks.request(NAAM, stuurAlles); }
    return stuurAlles();
  }

  zelf.Wachtrij = { WACHT: WACHT, AANGEKOMEN: AANGEKOMEN, VAST: VAST, kanaal: kanaal, zet: zet,
    weg: weg, alle: alle, weet: weet, onthoud: onthoud, vraag: vraag, verstuur: verstuur };
})(self);

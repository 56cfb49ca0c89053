/* Keeps the empty page for when there is no connection, and sends what waits when there is. */
"use strict";
importScripts("/telefoon/wachtrij.js");

var NAAM = "telvertel-telefoon-";
var KAST = NAAM + "__VERSIE__";
var SCHIL = ["/telefoon", "/telefoon/telefoon.js", "/telefoon/wachtrij.js",
  "/telefoon/telefoon.css", "/telefoon/app.webmanifest", "/assets/merk.svg"];

self.addEventListener("install", function (e) {
  e.waitUntil(caches.open(KAST).then(function (kast) {
    return kast.addAll(SCHIL.map(function (u) { return new Request(u, { cache: "reload" }); }));
  }).then(function () { return self.skipWaiting(); }));
});

self.addEventListener("activate", function (e) {
  e.waitUntil(caches.keys().then(function (namen) {
    return Promise.all(namen.filter(function (n) { return n.indexOf(NAAM) === 0 && n !== KAST; })
      .map(function (n) { return caches.delete(n); }));
  }).then(function () { return self.clients.claim(); }));
});

/* Only the page itself: no answer of the server is ever kept. */
self.addEventListener("fetch", function (e) {
  var adres = new URL(e.request.url);
  if (e.request.method !== "GET" || adres.origin !== self.location.origin ||
      SCHIL.indexOf(adres.pathname) < 0) { return; }
  e.respondWith(caches.open(KAST).then(function (kast) {
    return kast.match(adres.pathname);
  }).then(function (bewaard) { return bewaard || fetch(e.request); }));
});

self.addEventListener("sync", function (e) {
  if (e.tag !== "verstuur") { return; }
  e.waitUntil(self.Wachtrij.verstuur().then(function (uit) {
    if (uit.over) { throw new Error("nog niet alles is verstuurd"); }
  }));
});

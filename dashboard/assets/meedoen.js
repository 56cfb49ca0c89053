/* Taking part in a meeting: asks every second for the step, keeps what is typed, sends it once. */
(function () {
  "use strict";
  const plek = document.getElementById("meedoen");
  if (!plek || !document.body.classList.contains("meedoen")) return;
  const lijn = document.getElementById("meedoen-lijn");
  const KOP = { "X-Meedoen": "1" };
  const stand = () => plek.querySelector("[data-stap]");
  if (!stand()) return;
  let bezig = false;
  let wacht = 0;

  /* What is typed is kept per question, in this browser, until it was sent. */
  const voor = () => `meedoen|${stand().dataset.wie}|`;
  function bewaar(sleutel, tekst) {
    try {
      if (tekst) window.sessionStorage.setItem(voor() + sleutel, tekst);
      else window.sessionStorage.removeItem(voor() + sleutel);
    } catch { /* a forbidden store: the text still stands in the field */ }
  }
  function bewaard() {
    const uit = {};
    try {
      for (let n = 0; n < window.sessionStorage.length; n += 1) {
        const k = window.sessionStorage.key(n);
        if (k.startsWith(voor())) uit[k.slice(voor().length)] = window.sessionStorage.getItem(k);
      }
    } catch { /* as above */ }
    return uit;
  }

  const vorm = () => plek.querySelector('form[data-vorm="schrijf"]');

  /* Text that was not sent before the next question came: shown, to be used or let go. */
  function herstel() {
    const f = vorm();
    const eigen = f ? f.dataset.plek : "";
    const over = Object.entries(bewaard()).filter(([k, t]) => k !== eigen && t);
    if (f && bewaard()[eigen]) { f.elements.tekst.value = bewaard()[eigen]; tel(f); }
    over.forEach(([k, tekst]) => {
      const vak = document.createElement("div");
      vak.className = "meedoen-over";
      const zin = document.createElement("p");
      zin.textContent = f
        ? "Dit schreef je nog; het is niet verstuurd:"
        : "Dit schreef je nog; het is niet verstuurd. Geef het aan de begeleider als je wilt:";
      const citaat = document.createElement("blockquote");
      citaat.textContent = tekst;
      vak.append(zin, citaat);
      const knop = (woorden, doe) => {
        const b = document.createElement("button");
        b.type = "button";
        b.className = "knop knop-klein";
        b.textContent = woorden;
        b.addEventListener("click", () => { doe(); vak.remove(); });
        vak.append(b);
      };
      if (f) {
        knop("Zet het in het tekstvak", () => {
          const veld = vorm().elements.tekst;
          veld.value = veld.value ? `${veld.value}\n${tekst}` : tekst;
          bewaar(vorm().dataset.plek, veld.value);
          bewaar(k, "");
          veld.focus();
        });
      }
      knop("Laat weg", () => bewaar(k, ""));
      if (f) f.before(vak);
      else stand().append(vak);
    });
  }

  function zet(html, naarKop) {
    plek.innerHTML = html;
    plek.dataset.stap = stand().dataset.stap;
    herstel();
    const kop = plek.querySelector("h1");
    if (naarKop && kop) { window.scrollTo(0, 0); kop.focus({ preventScroll: true }); }
  }

  async function haal() {
    const antwoord = await fetch("/meedoen/scherm", { headers: KOP, cache: "no-store" });
    if (antwoord.ok) zet(await antwoord.text(), true);
    else verlopen(antwoord);
  }

  async function verlopen(antwoord) {
    if (antwoord.status === 404) lijn.textContent = (await antwoord.json()).melding;
  }

  async function kijk() {
    if (bezig) return;
    bezig = true;
    try {
      const antwoord = await fetch("/meedoen/stap", { headers: KOP, cache: "no-store" });
      if (antwoord.ok) {
        lijn.textContent = "";
        const nu = await antwoord.json();
        const s = stand().dataset;
        if (String(nu.stap) !== s.stap || nu.open !== (s.open === "ja")) await haal();
      } else await verlopen(antwoord);
    } catch {
      lijn.textContent = "Even geen verbinding. Wat je typt, blijft staan.";
    } finally {
      bezig = false;
    }
  }

  function fout(f, woorden) {
    const vak = f.querySelector(".meedoen-fout");
    if (vak) vak.textContent = woorden;
    else lijn.textContent = woorden;
  }

  async function verstuur(f) {
    const knop = f.querySelector("button[type=submit]");
    if (knop.disabled) return;
    knop.disabled = true;
    fout(f, "");
    try {
      const antwoord = await fetch(f.action, {
        method: "POST", headers: KOP, body: new URLSearchParams(new FormData(f)),
      });
      if (antwoord.ok) {
        if (f.dataset.plek) bewaar(f.dataset.plek, "");
        zet(await antwoord.text(), false);
        const zeg = plek.querySelector(".meedoen-zeg");
        if (zeg) zeg.scrollIntoView({ block: "nearest" });
        return;
      }
      const d = await antwoord.json().catch(() => ({}));
      fout(f, d.melding || "Dat is niet gelukt; je tekst staat er nog.");
      if (antwoord.status === 409) kijk();
    } catch {
      fout(f, "Er is nu geen verbinding; dit is nog niet verstuurd. Je tekst staat er nog.");
    } finally {
      knop.disabled = false;
    }
  }

  function tel(f) {
    const veld = f.elements.tekst;
    const over = Number(veld.dataset.langst) - veld.value.length;
    const uitleg = f.querySelector("#tekst-uitleg");
    uitleg.dataset.begin = uitleg.dataset.begin || uitleg.textContent;
    uitleg.textContent = over < 0 ? `${-over} tekens te veel. Kort het in, of maak er twee van.`
      : over < 100 ? `Nog ${over} tekens.` : uitleg.dataset.begin;
  }

  async function leesMee(f) {
    const hulp = f.querySelector(".meedoen-hulp");
    try {
      const antwoord = await fetch("/meedoen/meelezen", {
        method: "POST", headers: KOP, body: new URLSearchParams(new FormData(f)),
      });
      if (!antwoord.ok) return;
      hulp.replaceChildren(...(await antwoord.json()).map((v) => {
        const p = document.createElement("p");
        const m = document.createElement("mark");
        m.textContent = v.woorden;
        p.append(m, ` ${v.advies}`);
        return p;
      }));
    } catch { /* no line: the help is missing, the text is not */ }
  }

  plek.addEventListener("submit", (e) => {
    if (!e.target.dataset.vorm) return;
    e.preventDefault();
    verstuur(e.target);
  });
  plek.addEventListener("input", (e) => {
    const f = e.target.closest('form[data-vorm="schrijf"]');
    if (!f || e.target.name !== "tekst") return;
    bewaar(f.dataset.plek, e.target.value);
    tel(f);
    window.clearTimeout(wacht);
    wacht = window.setTimeout(() => leesMee(f), 600);
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) kijk(); });
  window.addEventListener("online", kijk);
  herstel();
  window.setInterval(kijk, 1000);
})();

// The small things the browser does by itself: the title, showing what was chosen, copying.
(function () {
  "use strict";
  const vraag = (zoek) => new URLSearchParams(zoek || "");
  let laatsteDoel = null;

  // A fold that holds figures or stories: does it hold the one that was chosen?
  const VOUWEN = "[data-cijfers], [data-verhalen]";
  const bevat = (vouw, wat) =>
    Boolean(wat) && `${vouw.dataset.cijfers || ""} ${vouw.dataset.verhalen || ""}`.split(" ").includes(wat);

  function keuzeIn(element, zoek) {
    const vouw = element.closest(VOUWEN);
    return bevat(vouw, vraag(zoek).get("cijfer")) || bevat(vouw, vraag(zoek).get("verhaal"));
  }

  function naar(doel, midden) {
    const stil = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    doel.scrollIntoView({ behavior: stil ? "auto" : "smooth", block: midden ? "center" : "start" });
  }

  function open(element) {
    for (let d = element.closest("details"); d; d = d.parentElement.closest("details")) {
      d.open = true;
    }
    const later = element.closest(".later");
    if (later) klap(later, true);
  }

  // On a phone a part that can wait is folded; on a wide screen the button is not there.
  function klap(later, uit) {
    later.classList.toggle("open", uit);
    later.querySelector("[data-later]").setAttribute("aria-expanded", String(uit));
  }

  document.addEventListener("click", (e) => {
    const later = e.target.closest("[data-later]");
    if (later) klap(later.parentElement, !later.parentElement.classList.contains("open"));
    const meer = e.target.closest("[data-tegels]");
    if (!meer) return;
    const tegels = meer.previousElementSibling;
    tegels.classList.add("open");
    const eerste = tegels.querySelector(":scope > .tegel:nth-child(3) a");
    if (eerste) eerste.focus();
  });

  // A part that the page asks for when one comes near it: the page itself must work first.
  const kijker = new IntersectionObserver(
    (rijen) => rijen.filter((r) => r.isIntersecting).forEach((r) => vraagNu(r.target)),
    { rootMargin: "600px 0px" },
  );

  function vraagNu(plek) {
    kijker.unobserve(plek);
    if (!plek.querySelector("[data-nog]")) return;
    const wat = plek.dataset.laat;
    window.dash_clientside.set_props({ type: "laat", wat }, { data: wat });
  }

  const laatKomen = (werk) => document.querySelectorAll("[data-laat]").forEach(werk);
  window.addEventListener("beforeprint", () => laatKomen(vraagNu));

  // A figure or story that opens on demand: open its fold, and look again when it has come.
  function haal(wat, zoek, anker, keer) {
    const vak = [...document.querySelectorAll(VOUWEN)].find((d) => bevat(d, wat));
    if (!vak || keer > 30) return;
    if (keer === 0 && !vak.open) vak.querySelector("summary").click();
    window.setTimeout(() => {
      if (document.querySelector(`[data-cijfer="${CSS.escape(wat)}"], [data-verhaal="${CSS.escape(wat)}"]`)) {
        toon(zoek, anker);
      } else haal(wat, zoek, anker, keer + 1);
    }, 100);
  }

  function toon(zoek, anker) {
    document.querySelectorAll("details[open] > [data-lui]:empty").forEach((leeg) => {
      if (!leeg.closest(VOUWEN) || !keuzeIn(leeg, zoek)) leeg.parentElement.open = false;
    });
    const keuze = vraag(zoek);
    const cijfer = keuze.get("cijfer");
    const verhaal = keuze.get("verhaal");
    let doel = null;
    document.querySelectorAll("[data-cijfer]").forEach((rij) => {
      const gekozen = rij.dataset.cijfer === cijfer;
      rij.classList.toggle("gekozen", gekozen);
      const naam = rij.querySelector(".cijfer-naam");
      if (naam && gekozen) naam.setAttribute("aria-current", "true");
      else if (naam) naam.removeAttribute("aria-current");
      if (gekozen) doel = rij;
    });
    document.querySelectorAll("[data-verhaal]").forEach((v) => {
      const gekozen = v.dataset.verhaal === verhaal;
      v.classList.toggle("gekozen", gekozen);
      if (gekozen) doel = v;
    });
    if (!doel && (verhaal || cijfer) && (!anker || anker.length < 2)) haal(verhaal || cijfer, zoek, anker, 0);
    const plek = anker && anker.length > 1 ? document.getElementById(anker.slice(1)) : null;
    const wijzer = `${location.pathname}${zoek}${anker}`;
    if (plek || doel) {
      if (wijzer === laatsteDoel) return;
      laatsteDoel = wijzer;
      const gekozen = plek || doel;
      open(gekozen);
      naar(gekozen, !plek);
      // From another page the focus is lost: what one came for takes it.
      if (document.activeElement === document.body && gekozen.tabIndex === -1) gekozen.tabIndex = -1;
      if (gekozen.tabIndex === -1) gekozen.focus({ preventScroll: true });
      return;
    }
    if (laatsteDoel !== location.pathname && wijzer !== laatsteDoel) {
      if (laatsteDoel !== null && laatsteDoel.split("?")[0] !== location.pathname) {
        window.scrollTo(0, 0);
        document.getElementById("inhoud").focus({ preventScroll: true });
      }
      laatsteDoel = wijzer;
    }
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    telvertel: {
      titel: (titel) => {
        if (titel) document.title = titel;
        return window.dash_clientside.no_update;
      },
      kies: (zoek, anker) => {
        document.querySelectorAll(".bovenbalk nav a").forEach((a) => {
          const naar = a.getAttribute("href");
          const hier = naar === location.pathname || (naar !== "/" && location.pathname.startsWith(`${naar}/`));
          if (hier) a.setAttribute("aria-current", "page");
          else a.removeAttribute("aria-current");
        });
        vouwMenu();
        window.setTimeout(() => {
          toon(zoek || "", anker || "");
          laatKomen((plek) => kijker.observe(plek));
        }, 60);
        return window.dash_clientside.no_update;
      },
    },
  });

  /* The folded part of the menu: says that the page is in it, and closes by Escape or elsewhere. */
  function vouwMenu() {
    const meer = document.getElementById("menu-meer");
    if (!meer) return;
    meer.open = false;
    meer.classList.toggle("menu-hier", !!meer.querySelector("a[aria-current]"));
  }

  document.addEventListener("keydown", (e) => {
    const meer = document.getElementById("menu-meer");
    if (e.key !== "Escape" || !meer || !meer.open) return;
    meer.open = false;
    meer.querySelector("summary").focus();
  });

  document.addEventListener("click", (e) => {
    const meer = document.getElementById("menu-meer");
    if (meer && meer.open && (!meer.contains(e.target) || e.target.closest("a"))) meer.open = false;
  });

  document.addEventListener("focusin", (e) => {
    const meer = document.getElementById("menu-meer");
    if (meer && meer.open && !meer.contains(e.target)) meer.open = false;
  });

  function zeg(woorden) {
    const plek = document.getElementById("bericht");
    if (plek) plek.textContent = woorden;
  }

  document.addEventListener("click", (gebeurtenis) => {
    const knop = gebeurtenis.target.closest("[data-kopieer]");
    if (!knop) return;
    navigator.clipboard.writeText(knop.dataset.kopieer).then(
      () => {
        const was = knop.textContent;
        knop.textContent = "Gekopieerd";
        zeg("De herkomst is gekopieerd.");
        window.setTimeout(() => { knop.textContent = was; }, 1600);
      },
      () => zeg("Kopiëren lukte niet; de zin staat ernaast om te selecteren."),
    );
  });
})();

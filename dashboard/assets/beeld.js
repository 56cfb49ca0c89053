// A picture of what is on screen: the map with its title, legend, sources and limits in one PNG.
// The legend is read from the page, so the picture shows what the screen shows; the words about
// sources and use come from the server and also stand in the file as PNG text.
(function () {
  "use strict";
  const BREED = 1200;
  const RAND = 40;
  const SCHAAL = 2;
  const css = (naam) => getComputedStyle(document.documentElement).getPropertyValue(naam).trim();

  // --- text --------------------------------------------------------------------------------
  function letter(maat, dik) { return `${dik ? 600 : 400} ${maat}px ${css("--sans") || "sans-serif"}`; }
  function regels(c, tekst, breed) {
    const uit = [];
    let regel = "";
    tekst.split(/\s+/).forEach((woord) => {
      const proef = regel ? `${regel} ${woord}` : woord;
      if (regel && c.measureText(proef).width > breed) { uit.push(regel); regel = woord; } else { regel = proef; }
    });
    if (regel) uit.push(regel);
    return uit;
  }
  // Writes, or only measures; gives the height taken.
  function schrijf(c, tekst, x, y, breed, maat, opties = {}) {
    c.font = letter(maat, opties.dik);
    c.fillStyle = opties.kleur || css("--inkt");
    c.textBaseline = "top";
    const hoog = Math.round(maat * 1.4);
    const alle = regels(c, tekst, breed);
    if (!opties.meet) alle.forEach((r, i) => c.fillText(r, x, y + i * hoog));
    return alle.length * hoog;
  }

  // --- the legend, as it stands on the page --------------------------------------------------
  function staal(c, el, x, y, b, h, patroon) {
    const s = getComputedStyle(el);
    if (el.dataset.patroon) {
      c.fillStyle = c.createPattern(patroon(el.dataset.patroon), "repeat");
      c.save();
      c.translate(x, y);
      c.scale(0.5, 0.5);
      c.fillRect(0, 0, b * 2, h * 2);
      c.restore();
    } else {
      c.fillStyle = s.backgroundColor;
      c.fillRect(x, y, b, h);
    }
    const dik = parseFloat(s.borderTopWidth) || parseFloat(s.borderLeftWidth) || 1;
    c.strokeStyle = s.borderLeftColor;
    c.lineWidth = dik;
    c.setLineDash(s.borderTopStyle === "dashed" ? [5, 3] : []);
    c.strokeRect(x + dik / 2, y + dik / 2, b - dik, h - dik);
    c.setLineDash([]);
  }
  function lijst(c, rijen, x, y, breed, patroon, meet) {
    let hier = y;
    rijen.forEach((li) => {
      const el = li.querySelector(".staal");
      const woorden = li.querySelector("span:not(.staal):not(.legenda-aantal)").textContent;
      const telling = li.querySelector(".legenda-aantal");
      const hoog = Math.max(26, schrijf(c, woorden, x + 48, hier + 2, breed - 110, 16, { meet }) + 4);
      if (!meet) {
        staal(c, el, x, hier + 2, 36, 20, patroon);
        if (telling) {
          c.textAlign = "right";
          schrijf(c, telling.textContent, x + breed, hier + 2, 90, 16, { kleur: css("--zacht") });
          c.textAlign = "left";
        }
      }
      hier += hoog;
    });
    return hier - y;
  }
  function negen(c, tabel, x, y, meet) {
    const rijen = [...tabel.querySelectorAll("tbody tr")];
    const cel = [86, 44];
    if (meet) return 26 + rijen.length * cel[1] + 60;
    const links = 150;
    schrijf(c, tabel.querySelector("caption").textContent, x, y, 520, 16);
    // The name of the axis stands upright, as on the page: beside its classes there is no room.
    c.save();
    c.translate(x + 24, y + 26 + (rijen.length * cel[1]) / 2);
    c.rotate(-Math.PI / 2);
    c.textAlign = "center";
    schrijf(c, tabel.querySelector(".negen-op").textContent, 0, -10, 400, 16, { dik: true });
    c.restore();
    rijen.forEach((tr, r) => {
      const boven = y + 26 + r * cel[1];
      schrijf(c, tr.querySelector("th[scope=row]").textContent, x + 90, boven + 12, 60, 16);
      [...tr.querySelectorAll("td")].forEach((td, k) => {
        const s = getComputedStyle(td);
        c.fillStyle = s.backgroundColor;
        c.fillRect(x + links + k * cel[0], boven, cel[0] - 2, cel[1] - 2);
        schrijf(c, td.textContent, x + links + k * cel[0] + 10, boven + 11, 70, 16, { kleur: s.color });
      });
    });
    const onder = y + 26 + rijen.length * cel[1];
    [...tabel.querySelectorAll("tfoot th[scope=col]")].forEach((th, k) =>
      schrijf(c, th.textContent, x + links + k * cel[0] + 10, onder + 4, 70, 16));
    schrijf(c, tabel.querySelector(".negen-naar").textContent, x + links, onder + 28, 400, 16, { dik: true });
    return onder + 60 - y;
  }
  function legenda(c, y, patroon, meet) {
    const vak = document.querySelector("#kaart-legenda, #atelier-legenda");
    const half = (BREED - 3 * RAND) / 2;
    const tabel = vak.querySelector("table.negen");
    const klassen = [...vak.querySelectorAll(".legenda-klassen li")];
    const overig = [...vak.querySelectorAll(".legenda-overig li")];
    let links = tabel ? negen(c, tabel, RAND, y, meet) : lijst(c, klassen, RAND, y, half, patroon, meet);
    const noot = [...vak.querySelectorAll("p:not(.legenda-bron)")].map((p) => p.innerText).join(" ");
    if (noot) links += 6 + schrijf(c, noot, RAND, y + links + 6, half, 14, { kleur: css("--zacht"), meet });
    const rechts = lijst(c, overig, RAND * 2 + half, y, half, patroon, meet);
    return Math.max(links, rechts);
  }

  // --- the picture ----------------------------------------------------------------------------
  function kaartbeeld(map) {
    return new Promise((goed) => {
      map.once("render", () => {
        const bron = map.getCanvas();
        const doek = document.createElement("canvas");
        doek.width = bron.width;
        doek.height = bron.height;
        doek.getContext("2d").drawImage(bron, 0, 0);
        goed(doek);
      });
      map.triggerRepaint();
    });
  }
  function teken(c, kaart, woorden, gekozen, patroon, meet) {
    const breed = BREED - 2 * RAND;
    let y = RAND;
    y += schrijf(c, woorden.titel + woorden.erbij, RAND, y, breed, 30, { dik: true, kleur: css("--tel"), meet }) + 4;
    y += schrijf(c, woorden.zinnen.join(" "), RAND, y, breed, 17, { meet }) + 16;
    if (gekozen) y += schrijf(c, gekozen, RAND, y, breed, 17, { dik: true, meet }) + 8;
    const hoog = Math.round((kaart.height / kaart.width) * breed);
    if (!meet) {
      c.drawImage(kaart, RAND, y, breed, hoog);
      c.strokeStyle = css("--lijn-sterk");
      c.lineWidth = 1;
      c.strokeRect(RAND, y, breed, hoog);
    }
    y += hoog + 20;
    y += legenda(c, y, patroon, meet) + 20;
    woorden.regels.forEach(([wat, zin]) => {
      y += schrijf(c, `${wat}: ${zin}`, RAND, y, breed, 13, { kleur: css("--zacht"), meet }) + 2;
    });
    return y + RAND;
  }
  async function maak() {
    const nu = window.dash_clientside.kaart.toestand();
    if (!nu || !nu.map) throw new Error("Zonder kaart is er geen plaatje. Neem de cijfers mee als CSV of Excel.");
    // What is shown, which may differ from an address that was typed wrong.
    const vraag = new URLSearchParams(nu.stand.keuze);
    if (vraag.get("jaar") === "nieuwste") vraag.delete("jaar");
    const antwoord = await fetch(nu.stand.onderschrift ? `${nu.stand.onderschrift}${location.search}` : `/kaartonderschrift?${vraag}`);
    const woorden = await antwoord.json();
    if (!antwoord.ok) throw new Error(woorden.melding);
    await document.fonts.ready;
    const kaart = await kaartbeeld(nu.map);
    const kaartje = document.querySelector("#kaartje-vak h3");
    const waarde = document.querySelector("#kaartje-vak .waarde");
    const gekozen = kaartje ? `Gekozen: ${kaartje.innerText}${waarde ? `, ${waarde.innerText}` : ""}` : "";
    const doek = document.createElement("canvas");
    let c = doek.getContext("2d");
    const patroon = window.dash_clientside.kaart.patroon;
    const hoog = Math.ceil(teken(c, kaart, woorden, gekozen, patroon, true));
    doek.width = BREED * SCHAAL;
    doek.height = hoog * SCHAAL;
    c = doek.getContext("2d");
    c.scale(SCHAAL, SCHAAL);
    c.fillStyle = css("--papier");
    c.fillRect(0, 0, BREED, hoog);
    teken(c, kaart, woorden, gekozen, patroon, false);
    const png = await new Promise((goed) => { doek.toBlob(goed, "image/png"); });
    const met = metWoorden(new Uint8Array(await png.arrayBuffer()), bijschrift(woorden));
    bewaar(met, woorden.naam);
  }
  function bewaar(blob, naam) {
    const a = document.createElement("a");
    a.href = URL.createObjectURL(blob);
    a.download = naam;
    document.body.append(a);
    a.click();
    a.remove();
    window.setTimeout(() => URL.revokeObjectURL(a.href), 60_000);
  }

  // --- words inside the file (PNG chunks) ------------------------------------------------------
  const SLEUTEL = { "Tel & Vertel": "Title", Publicatie: "Publication", Bron: "Source", "Let op": "Warning",
    "Waar dit niet voor mag": "Disclaimer", Verhalen: "Comment" };
  function bijschrift(woorden) {
    const uit = { Software: "Tel & Vertel", Description: woorden.zinnen.join(" ") };
    woorden.regels.forEach(([wat, zin]) => {
      const naam = SLEUTEL[wat] || "Comment";
      uit[naam] = uit[naam] ? `${uit[naam]}\n${zin}` : zin;
    });
    return uit;
  }
  const CRC = new Uint32Array(256).map((_, n) => {
    let w = n;
    for (let i = 0; i < 8; i += 1) w = w & 1 ? 0xedb88320 ^ (w >>> 1) : w >>> 1;
    return w >>> 0;
  });
  function crc(bytes) {
    let w = 0xffffffff;
    bytes.forEach((b) => { w = CRC[(w ^ b) & 0xff] ^ (w >>> 8); });
    return (w ^ 0xffffffff) >>> 0;
  }
  // tEXt holds Latin-1; what has other letters („ or €) goes into iTXt, which holds all.
  function stuk(naam, tekst) {
    const latijn = [...tekst].every((t) => t.codePointAt(0) < 256);
    const kop = new TextEncoder().encode(naam);
    const inhoud = latijn ? Uint8Array.from(tekst, (t) => t.codePointAt(0)) : new TextEncoder().encode(tekst);
    const tussen = latijn ? [0] : [0, 0, 0, 0, 0];
    const soort = new TextEncoder().encode(latijn ? "tEXt" : "iTXt");
    const data = Uint8Array.from([...soort, ...kop, ...tussen, ...inhoud]);
    const uit = new Uint8Array(data.length + 8);
    const zicht = new DataView(uit.buffer);
    zicht.setUint32(0, data.length - 4);
    uit.set(data, 4);
    zicht.setUint32(data.length + 4, crc(data));
    return uit;
  }
  function metWoorden(png, woorden) {
    const na = 33; // signature (8) and IHDR (25)
    const stukken = Object.entries(woorden).map(([naam, tekst]) => stuk(naam, tekst));
    return new Blob([png.slice(0, na), ...stukken, png.slice(na)], { type: "image/png" });
  }

  document.addEventListener("click", (e) => {
    const knop = e.target.closest && e.target.closest("[data-beeld]");
    if (!knop) return;
    const zeg = (woorden) => { const b = document.getElementById("bericht"); if (b) b.textContent = woorden; };
    knop.setAttribute("aria-busy", "true");
    maak().then(() => zeg("Het plaatje is gemaakt."), (fout) => zeg(fout.message || "Het plaatje is niet gelukt."))
      .finally(() => knop.removeAttribute("aria-busy"));
  });
})();

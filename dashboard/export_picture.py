"""A picture (PNG) of the figures of Vergelijken, Buurt and an area of one's own, set by Typst.

The same figures, words and lines as on the page, and under them where they come from and what
they may not be used for; those lines also stand in the file as PNG text. (Verkennen is drawn in
the browser, by `beeld.js`: there the map itself is the picture.)
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from dashboard import comparison, figures, sentences
from dashboard.comparison import Kolom
from dashboard.exports import Kop, Regel, Uitvoer, naam
from dashboard.figures import Schaal
from dashboard.panels import vraag
from dashboard.sheets import charts
from dashboard.sheets.render import plaat, schoon
from dashboard.snapshot_types import Waarde
from dashboard.words import HARD, cijfer, delen, opsomming
from indicators.catalogue import Catalogus
from indicators.compare import Verschil
from indicators.model import Indicator

MIME = "image/png"
SLEUTELS = {
    "Tel & Vertel": "Title", "Publicatie": "Publication", "Bron": "Source", "Let op": "Warning",
    "Waar dit niet voor mag": "Disclaimer",
}  # fmt: skip
"""PNG keywords of the lines of a head; the browser's pictures have the same (`beeld.js`)."""
_NA_KOP = 33
"""Bytes of the signature and the first chunk (IHDR) of a PNG."""
Vak = dict[str, Any]


def maak(
    blad: str, kolommen: Sequence[Kolom], getoond: Sequence[Indicator], kop: Kop,
    scores: Sequence[Regel] = (),
) -> Uitvoer:  # fmt: skip
    """The picture of a page.

    Args:
        blad: `vergelijken`, `buurt` or `eigen`.
        kolommen: its areas; one, unless they are compared.
        getoond: the figures of the page, in its order.
        kop: title, sources and limits.
        scores: our own indications that the page shows.

    Raises:
        BladFout: when it cannot be set.
    """
    alles = inhoud(blad, kolommen, getoond, kop, scores)
    tekst = json.dumps(alles, ensure_ascii=False).replace(HARD, " ")
    png = plaat("plaat", {"plaat": schoon(tekst)})
    return Uitvoer(naam(kop, "png"), MIME, met_woorden(png, kop))


def inhoud(
    blad: str, kolommen: Sequence[Kolom], getoond: Sequence[Indicator], kop: Kop,
    scores: Sequence[Regel] = (),
) -> dict[str, Any]:  # fmt: skip
    """What is on the picture, as its template reads it; see `maak`."""
    cat = kolommen[0].blad.catalogus
    themas = [
        _naast(kolommen, t, rij, cat) if blad == "vergelijken" else _een(kolommen[0], t, rij, cat)
        for t, rij in _per_thema(getoond, cat).items()
    ]
    if scores:
        themas.append({"vraag": "Samengevat", "naast": False, "figuren": [],
                       "slot": [_score(r) for r in _nieuwste(scores)]})  # fmt: skip
    return {
        "titel": kop.titel,
        "zinnen": _zinnen(blad, kolommen),
        "themas": [t for t in themas if t["figuren"] or t["slot"]],
        "regels": kop.regels(),
    }


def met_woorden(png: bytes, kop: Kop) -> bytes:
    """The picture with the lines of the head inside it, as PNG text (iTXt, UTF-8)."""
    woorden = {"Software": "Tel & Vertel"}
    for wat, zin in kop.regels():
        sleutel = SLEUTELS.get(wat, "Comment")
        woorden[sleutel] = f"{woorden[sleutel]}\n{zin}" if sleutel in woorden else zin
    stukken = b"".join(_stuk(s, t) for s, t in woorden.items())
    return png[:_NA_KOP] + stukken + png[_NA_KOP:]


def _stuk(sleutel: str, tekst: str) -> bytes:
    """One iTXt chunk: keyword, not compressed, no language, no translation, text."""
    data = b"iTXt" + sleutel.encode("latin-1") + b"\0\0\0\0\0" + tekst.encode("utf-8")
    return (len(data) - 4).to_bytes(4, "big") + data + zlib.crc32(data).to_bytes(4, "big")


def _per_thema(getoond: Iterable[Indicator], cat: Catalogus) -> dict[str, list[Indicator]]:
    hier = {i.id for i in getoond}
    per = {t: [i for i in rij if i.id in hier] for t, rij in cat.per_thema().items()}
    return {t: rij for t, rij in per.items() if rij}


def _zinnen(blad: str, kolommen: Sequence[Kolom]) -> list[str]:
    g = kolommen[0].blad.buurt.gebied
    if blad != "vergelijken":
        wie = [f"Eigen gebied van {len(kolommen[0].eigen.gebied.buurtcodes)} buurten"
               if kolommen[0].eigen else g.gebied, f"indeling {g.grensjaar}"]  # fmt: skip
        ref = kolommen[0].blad.buurt.referentie
        return [", ".join(wie) + (f". De grijze lijn is {ref.naam}." if ref else ".")]
    return [
        f"Gezien vanuit {g.naam}. Hoger of lager staat er alleen als het verschil groter is dan de "
        "afronding van de cijfers."
    ]


def _nieuwste(scores: Sequence[Regel]) -> list[Regel]:
    """Of each score its newest year that has one, else its newest."""
    uit: dict[str, Regel] = {}
    for r in sorted(scores, key=lambda r: (r.waarde is not None, r.jaar)):
        uit[r.indicator] = r
    return [uit[i] for i in dict.fromkeys(r.indicator for r in scores)]


def _score(r: Regel) -> str:
    waarom = f": {r.ontbreekt.rstrip('.')}" if r.ontbreekt else f" ({r.toelichting})"
    return f"{r.cijfer} {r.jaar}: {r.op_scherm}{waarom}. {r.aard[:1].upper()}{r.aard[1:]}."


def _naast(
    kolommen: Sequence[Kolom], thema: str, rij: Sequence[Indicator], cat: Catalogus
) -> dict[str, Any]:
    """A question of Vergelijken: each figure of all areas, on one scale."""
    hier = [i for i in rij if any(k.blad.buurt.reeks(i.id) for k in kolommen)]
    geen = [i.kort for i in rij if i not in hier]
    return {
        "vraag": cat.themas[thema].vraag,
        "naast": True,
        "figuren": [_samen(kolommen, i, cat) for i in hier],
        "slot": [f"Niet ingelezen: {opsomming(geen, 99)}."] if geen else [],
    }


def _samen(kolommen: Sequence[Kolom], indicator: Indicator, cat: Catalogus) -> dict[str, Any]:
    jaar = comparison.meetjaar(kolommen, indicator.id)
    met_ref = not sentences.is_telling(indicator)
    samen = figures.gezamenlijk([k.blad.buurt for k in kolommen], indicator.id, met_ref)
    zijden: list[Verschil | None] = [None, *comparison.zijden(kolommen, indicator)]
    vakken = []
    for k, zijde in zip(kolommen, zijden, strict=True):
        naar = ""
        if zijde and zijde != "onbekend":
            naar = comparison.tegenover(zijde, kolommen[0].naam, indicator)
        vak = _vak(k, k.waarde(indicator.id, jaar) if jaar else None, indicator, cat, naar)
        lijn = _lijn(k, indicator, samen[0], met_ref) if samen else {}
        vakken.append(vak | {"naam": k.naam} | lijn)
    schaal = ""
    if samen and samen[3] != samen[4]:
        schaal = (f"Alle lijnen op dezelfde schaal, van {cijfer(samen[1], indicator)} tot "
                  f"{cijfer(samen[2], indicator)}.")  # fmt: skip
    zin = comparison.samenvatting(kolommen, indicator, cat)
    return {"naam": indicator.naam, "zin": zin, "vakken": vakken, "schaal": schaal}


def _een(k: Kolom, thema: str, rij: list[Indicator], cat: Catalogus) -> dict[str, Any]:
    """A question of the page of one area: what stands open there, three in a row."""
    verder: list[Indicator] = []
    if k.eigen:
        open_ = sorted((i for i in rij if k.blad.buurt.reeks(i.id)), key=lambda i: not i.kern)
    else:
        open_, verder, _ = vraag.verdeel(k.blad, rij, None)
    figuren = []
    for i in open_:
        w = comparison.nieuwste(k, i.id)
        naar = ""
        if w is not None and w.waarde is not None:
            naar = sentences.vergelijking(k.blad.buurt, w, i)
        svg = charts.verloop(k.blad.buurt, i.id, not sentences.is_telling(i))
        jaren = [x.jaar for x in k.blad.buurt.reeks(i.id)]
        vak = _vak(k, w, i, cat, naar) | {"naam": i.naam}
        if svg:
            vak |= {"lijn": svg, "van": str(jaren[0]), "tot": str(jaren[-1])}
        figuren.append({"vakken": [vak]})
    ook = f"Op de pagina ook: {opsomming([i.kort for i in verder], 99)}."
    return {"vraag": cat.themas[thema].vraag, "naast": False, "figuren": figuren,
            "slot": [ook] if verder else []}  # fmt: skip


def _vak(k: Kolom, w: Waarde | None, indicator: Indicator, cat: Catalogus, naar: str) -> Vak:
    """One figure of one area: number with unit, or why there is none."""
    getal, eenheid = delen(w.waarde, indicator) if w and w.waarde is not None else ("", "")
    woorden = comparison.stand(w, indicator, cat, k)
    return {
        "naam": "", "getal": getal, "eenheid": eenheid, "lijn": "", "van": "", "tot": "",
        "woorden": f"{w.jaar}: {woorden}" if w else woorden,
        "bereik": bool(w and w.onder is not None and w.boven is not None),
        "vergelijking": naar,
        "onder": " · ".join(comparison.bijzonder(k, w, indicator, cat)) if w else "",
    }  # fmt: skip


def _lijn(k: Kolom, indicator: Indicator, schaal: Schaal, met_ref: bool) -> Vak:
    if not k.blad.buurt.reeks(indicator.id) or schaal.van == schaal.tot:
        return {}
    svg = charts.veelvoud(k.blad.buurt, indicator.id, schaal, met_ref)
    return {"lijn": svg, "van": str(schaal.van), "tot": str(schaal.tot)}

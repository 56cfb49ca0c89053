"""Own stock beside the neighbourhood: what the corporation has here, and what is not shown."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.panels.parts import tabel, tekst, uitklap
from dashboard.snapshot_eigen import EigenBezit
from dashboard.snapshot_types import Buurt, Waarde
from dashboard.words import HARD, cijfer, datum, getal, hoofdletter
from indicators.catalogue import Catalogus
from indicators.vera import Cijfer

_EENHEID = {"pct": " %", "per_1000": " per 1.000"}
VERBORGEN = "niet getoond (privacy)"
_EIGEN_REGEL = {"display": "block"}


def bezit(eigen: EigenBezit, buurt: Buurt, catalogus: Catalogus) -> html.Section:
    """The panel: a sentence, a table beside the whole buurt, and why cells are hidden.

    Args:
        eigen: own figures of this area, as the reader's role may see them.
        buurt: figures of the whole area.
        catalogus: the words of the publication on screen.
    """
    plek = buurt.gebied.niveau if buurt.gebied.niveau in ("wijk", "gemeente") else "buurt"
    kop = html.H2(f"Ons bezit in deze {plek}", id="bezit")
    aantal = eigen.nieuwste("eigen_woningen_aantal")
    leeg = aantal is not None and aantal.waarde == 0
    inhoud = [kop, tekst(_zin(eigen, plek))]
    if not leeg:
        inhoud += [
            html.Div(
                [_tabel(eigen, buurt, catalogus, k, plek) for k in ("object", "persoon")],
                className="eigen-tabellen",
            ),
            _blootstelling(eigen, buurt, catalogus),
            _uitleg(eigen),
        ]
    return html.Section(
        inhoud, className="eigen-bezit", **{"aria-label": f"Ons bezit in deze {plek}"}
    )


def _tabel(eigen: EigenBezit, buurt: Buurt, catalogus: Catalogus, klasse: str,
           plek: str) -> html.Div | None:  # fmt: skip
    """The figures of one class; only object facts have a figure of the whole buurt beside them."""
    rijen: list[list[Any]] = []
    for t in (t for t in eigen.cijfers.tabellen if t.klasse == klasse):
        for c in t.cijfers:
            w = eigen.nieuwste(c.id)
            if w is not None:
                naast = [_naast(c, buurt, catalogus)] if klasse == "object" else []
                rijen.append([c.naam, _waarde(c, w, eigen.sinds(w), plek), *naast])
    if not rijen:
        return None
    if klasse == "object":
        return tabel(["Onze woningen", eigen.naam, f"Hele {plek}"], rijen,
                     f"Woningen van {eigen.naam} naast alle woningen in de {plek}")  # fmt: skip
    regel = eigen.cijfers.regels["gewoon"]
    return tabel(["Bewoners en wat wij doen", eigen.naam], rijen,
                 f"Van bewoners: pas vanaf {regel.minimum}, en aantallen afgerond op "
                 f"{regel.afronden}")  # fmt: skip


def _zin(eigen: EigenBezit, plek: str) -> str:
    """What stands here, in a sentence, read before the table."""
    aantal, deel = eigen.nieuwste("eigen_woningen_aantal"), eigen.nieuwste("eigen_woningen_pct")
    if aantal is None or aantal.waarde is None:
        return f"Hoeveel woningen {eigen.naam} hier heeft, is {VERBORGEN}."
    if aantal.waarde == 0:
        return f"{eigen.naam} had hier op {datum(eigen.peildatum)} geen woningen."
    ongeveer = "" if eigen.intern else "ongeveer "
    zin = f"{eigen.naam} had hier op {datum(eigen.peildatum)} {ongeveer}{getal(aantal.waarde)} "
    zin += "woning" if aantal.waarde == 1 else "woningen"
    if deel is not None and deel.waarde is not None:
        zin += f": {getal(deel.waarde, 1)} % van alle woningen in de {plek}"
    return zin + "."


def _waarde(c: Cijfer, w: Waarde, sinds: str | None, plek: str) -> Any:
    if w.waarde is not None:
        er = _heel(toon(c, w.waarde), w.jaar)
        if sinds is None:
            return er
        deels = "" if plek == "buurt" else "deels "
        stand = html.Span(f"{deels}stand van {datum(sinds)}", className="zacht", style=_EIGEN_REGEL)
        return html.Span([er, stand])
    woorden = {"te_klein": VERBORGEN, "nvt": "geen woningen", "geen_bron": "geen bron"}
    woord = woorden.get(w.ontbreekt_door or "", "onbekend")
    return html.Span(woord, className="arcering-klein", style={"overflowWrap": "normal"})


def _heel(woorden: str, jaar: int) -> html.Span:
    """A number that a narrow column does not cut through, and softly its year."""
    return html.Span(
        [html.Span(woorden, className="heel"), " ", html.Span(f"({jaar})", className="zacht")],
        style={"overflowWrap": "normal"},
    )


def toon(c: Cijfer, waarde: float) -> str:
    """An own figure with its unit."""
    if c.eenheid == "keur":
        return f"€{HARD}{getal(round(waarde) * 1000)}"
    return getal(waarde, c.decimalen) + _EENHEID.get(c.eenheid, "").replace(" ", HARD)


def _naast(c: Cijfer, buurt: Buurt, catalogus: Catalogus) -> Any:
    """The figure of all dwellings, with its year and name: it may count something else."""
    ind = catalogus.indicatoren.get(c.naast or "")
    if ind is None:
        return "–"
    w = buurt.nieuwste(ind.id)
    if w is None or w.waarde is None:
        return "geen cijfer"
    wat = html.Span(hoofdletter(ind.kort), className="klein zacht", style=_EIGEN_REGEL)
    return html.Span([_heel(cijfer(w.waarde, ind), w.jaar), wat])


def _blootstelling(eigen: EigenBezit, buurt: Buurt, catalogus: Catalogus) -> html.Details | None:
    """How the buurten are in which our dwellings stand, beside the whole gemeente."""
    rijen: list[list[Any]] = []
    for i in catalogus.indicatoren.values():
        jaar, waarde = eigen.blootstelling.get(i.id, (0, None))
        w = buurt.waarden.get((i.id, jaar))
        if waarde is not None and i.id.endswith("_keur"):
            waarde = round(waarde)  # in thousands, as the source gives them
        if i.kern and waarde is not None and w is not None and w.waarde is not None:
            rijen.append([i.naam, _heel(cijfer(waarde, i), jaar), _heel(cijfer(w.waarde, i), jaar)])
    if not rijen:
        return None
    return uitklap(
        "In wat voor buurten staan onze woningen?",
        [
            tekst(
                "Elke buurt telt zo zwaar mee als wij er woningen hebben. Het gaat over de hele "
                "buurt, ook over wie niet bij ons huurt; niet over onze huurders."
            ),
            tabel(["Cijfer", "Buurten van onze woningen", f"Heel {buurt.gebied.naam}"], rijen,
                  f"Buurten waar {eigen.naam} woningen heeft, naast de hele gemeente"),
        ],
    )  # fmt: skip


def _uitleg(eigen: EigenBezit) -> html.Details:
    """Why cells are not shown; never which of them is the small one."""
    regel = eigen.cijfers.regels["gewoon"]
    streng = eigen.cijfers.regels["inkomensachtig"]
    zinnen = [
        f"Een aantal van 1 tot en met {regel.minimum - 1} tonen wij niet. Cijfers die iets over "
        f"inkomen zeggen tonen wij pas vanaf {streng.minimum}.",
        "Soms verbergen wij een cijfer dat zelf groot genoeg is. Anders is een klein cijfer uit de "
        "rest terug te rekenen. Aan een verborgen cijfer is niet te zien waarom het verborgen is.",
        "Wat eenmaal verborgen is, blijft verborgen: in elk jaar, op elk blad en in elk bestand.",
        f"Aantallen van bewoners ronden wij af op {regel.afronden}. Een aandeel komt uit afgeronde "
        "aantallen.",
    ]
    if eigen.intern:
        zinnen.append("Feiten over woningen, zoals bouwjaar en label, ziet u binnen de corporatie "
                      "precies. Wat de corporatie verlaat volgt de strenge regel.")  # fmt: skip
    zinnen += _wacht(eigen)
    n = eigen.verborgen
    kop = "Alle cijfers zijn hier te zien" if not n else (
        "Een cijfer is niet getoond" if n == 1 else f"{n} cijfers zijn niet getoond"
    )  # fmt: skip
    return uitklap(f"{kop}: waarom?" if n else f"{kop}: hoe werkt het?", [tekst(z) for z in zinnen])


def _wacht(eigen: EigenBezit) -> list[str]:
    """Where the figures come from, and which are still of an earlier publication."""
    zinnen = [eigen.cijfers.wacht_uitleg]
    namen = {i: c.naam for i, (_, c) in eigen.cijfers.cijfers.items()}
    per: dict[str, list[str]] = {}
    for i in eigen.waarden:
        w = eigen.nieuwste(i)
        sinds = None if w is None else eigen.sinds(w)
        if w is not None and sinds and w.waarde is not None:
            per.setdefault(sinds, []).append(f"{namen[i]} ({w.jaar})")
    zinnen += [
        f"Geheel of deels nog zoals op {datum(d)}: {', '.join(per[d])}." for d in sorted(per)
    ]
    van = f"Herkomst: levering van {eigen.naam} over {datum(eigen.peildatum)}"
    return [*zinnen, f"{van}, publicatie {eigen.publicatie}."]

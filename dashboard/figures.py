"""Small drawings as pictures in the page: a sparkline with its gaps and breaks.

A drawing is an SVG data address with no text in it: the words stand beside it and in its
alternative text. Colours follow the reader's light or dark scheme.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from dashboard.snapshot_types import Buurt, Waarde

BREED, HOOG, RAND = 152, 44, 5
_KLEINSTE_SPREIDING = 0.2
"""A movement smaller than this share of the figure does not fill the drawing."""
_MAG = " '=/:;,.{}()[]@*!+&"
_STIJL = """<style>
.l{fill:none;stroke:#0b6472;stroke-width:1.75;stroke-linejoin:round;stroke-linecap:round}
.p{fill:#0b6472}.r{fill:none;stroke:#8b9297;stroke-width:1.25}.b{stroke:#6b7378;stroke-width:1}
.h{stroke:#8b9297;stroke-width:1}
@media (prefers-color-scheme:dark){.l{stroke:#7fcad6}.p{fill:#7fcad6}.r{stroke:#7b8489}
.b,.h{stroke:#98a1a6}}</style>"""


def sparkline(buurt: Buurt, indicator: str, met_referentie: bool = True) -> str | None:
    """The course of a figure as a data address; None with fewer than two figures."""
    getekend = verloop(buurt, indicator, met_referentie, (BREED, HOOG))
    return None if getekend is None else _plaatje(*getekend)


def verloop(
    buurt: Buurt, indicator: str, met_referentie: bool, maat: tuple[int, int]
) -> tuple[list[str], Schaal] | None:
    """The strokes of a figure's course beside its reference, and the scale they are on.

    None with fewer than two figures: that is no course.
    """
    punten = {w.jaar: w.waarde for w in buurt.reeks(indicator)}
    if sum(v is not None for v in punten.values()) < 2:
        return None
    er = buurt.referentiereeks(indicator) if met_referentie else {}
    ref = {jaar: waarde for jaar, waarde in er.items() if jaar in punten}
    alle = [v for v in [*punten.values(), *ref.values()] if v is not None]
    jaren = sorted(punten)
    schaal = Schaal(jaren[0], jaren[-1], min(alle), max(alle), maat)
    breuken = [b for b in buurt.breuken if jaren[0] < b <= jaren[-1]]
    return teken(punten, ref, breuken, schaal), schaal


def teken(
    punten: dict[int, float | None], ref: dict[int, float | None], breuken: list[int],
    schaal: Schaal,
) -> list[str]:  # fmt: skip
    """The strokes of a series on a scale: reference, line, gaps, breaks, and the newest point."""
    delen = [
        *(lijn("r", stuk, schaal) for stuk in stukken(ref, [])),
        *(lijn("l", stuk, schaal) for stuk in stukken(punten, breuken)),
        *(gat(jaar, schaal) for jaar, v in punten.items() if v is None),
        *(
            f'<path class="b" stroke-dasharray="2 3" '
            f'd="M{schaal.x(b - 0.5):.1f} 2V{schaal.hoog - 2}"/>'
            for b in breuken
        ),
    ]
    met = [(jaar, v) for jaar, v in punten.items() if v is not None]
    if met:
        jaar, eind = max(met)
        delen.append(
            f'<circle class="p" cx="{schaal.x(jaar):.1f}" cy="{schaal.y(eind):.1f}" r="3.25"/>'
        )
    return delen


def _plaatje(delen: list[str], schaal: Schaal) -> str:
    breed, hoog = schaal.breed, schaal.hoog
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {breed} {hoog}" '
        f'width="{breed}" height="{hoog}">{_STIJL}{"".join(delen)}</svg>'
    )
    return "data:image/svg+xml," + quote(svg.replace('"', "'"), safe=_MAG)


KLEIN_MAAT = (168, 56)
"""Width and height of a small multiple."""


def veelvoud(buurt: Buurt, indicator: str, schaal: Schaal, met_referentie: bool) -> str:
    """One of several areas on the same scale, as a data address."""
    return _plaatje(strepen(buurt, indicator, schaal, met_referentie), schaal)


def strepen(buurt: Buurt, indicator: str, schaal: Schaal, met_referentie: bool) -> list[str]:
    """The strokes of `veelvoud`; a year with only an interval is a standing bar."""
    reeks = buurt.reeks(indicator)
    bereik = {w.jaar: w for w in reeks if w.waarde is None and w.onder is not None}
    punten = {w.jaar: w.waarde for w in reeks}
    er = buurt.referentiereeks(indicator) if met_referentie else {}
    ref = {jaar: waarde for jaar, waarde in er.items() if schaal.van <= jaar <= schaal.tot}
    breuken = [b for b in buurt.breuken if reeks and reeks[0].jaar < b <= reeks[-1].jaar]
    staven = [
        f'<path class="l" stroke-dasharray="1 3" d="M{schaal.x(j):.1f} {schaal.y(w.onder or 0):.1f}'
        f'V{schaal.y(w.boven):.1f}"/>'
        for j, w in bereik.items()
        if w.boven is not None
    ]
    return [*teken(punten, ref, breuken, schaal), *staven]


def gezamenlijk(
    buurten: Sequence[Buurt], indicator: str, met_referentie: bool
) -> tuple[Schaal, float, float, int, int] | None:
    """One scale for several areas, with its lowest and highest value and its years."""
    rijen = [w for b in buurten for w in b.reeks(indicator)]
    jaren = sorted({w.jaar for w in rijen})
    waarden = [v for w in rijen for v in (w.waarde, *_einden(w)) if v is not None]
    if met_referentie:
        waarden += [
            w.waarde
            for b in buurten
            for (i, jaar), w in b.referentiewaarden.items()
            if i == indicator and w.waarde is not None and jaren and jaren[0] <= jaar <= jaren[-1]
        ]
    if not waarden:
        return None
    laag, hoog = min(waarden), max(waarden)
    schaal = Schaal(jaren[0], jaren[-1], laag, hoog, KLEIN_MAAT)
    return schaal, laag, hoog, jaren[0], jaren[-1]


def _einden(w: Waarde) -> tuple[float | None, float | None]:
    """The interval of a year without a value, when both ends are known."""
    if w.waarde is not None or w.boven is None:
        return None, None
    return w.onder, w.boven


class Schaal:
    """Years and values to places on the drawing."""

    def __init__(
        self, van: int, tot: int, laag: float, hoog: float, maat: tuple[int, int] = (BREED, HOOG)
    ) -> None:
        self._van, self._jaren, self.tot = van, max(tot - van, 1), tot
        self.van = van
        self.breed, self.hoog = maat
        midden, kleinst = (laag + hoog) / 2, _KLEINSTE_SPREIDING * max(abs(laag), abs(hoog), 1e-9)
        self._spreiding = max(hoog - laag, kleinst)
        self._laag = midden - self._spreiding / 2

    def x(self, jaar: float) -> float:
        """From the left."""
        return RAND + (self.breed - 2 * RAND) * (jaar - self._van) / self._jaren

    def y(self, waarde: float) -> float:
        """From the top: more is higher."""
        deel = (waarde - self._laag) / self._spreiding
        return self.hoog - RAND - (self.hoog - 2 * RAND) * deel


Punt = tuple[int, float]


def stukken(punten: dict[int, float | None], breuken: list[int]) -> list[list[Punt]]:
    """The series cut where a year has no figure, or where the area became another."""
    stukken: list[list[Punt]] = [[]]
    vorig = None
    for jaar in sorted(punten):
        waarde = punten[jaar]
        if jaar in breuken or waarde is None or (vorig is not None and jaar > vorig + 1):
            stukken.append([])
        if waarde is not None:
            stukken[-1].append((jaar, waarde))
        vorig = jaar
    return [s for s in stukken if s]


def lijn(klas: str, stuk: list[Punt], schaal: Schaal) -> str:
    """An unbroken piece of a series; a single year is a dot."""
    plekken = [f"{schaal.x(j):.1f} {schaal.y(v):.1f}" for j, v in stuk]
    if len(plekken) == 1:
        x, y = plekken[0].split()
        return f'<circle class="{"p" if klas == "l" else "r"}" cx="{x}" cy="{y}" r="2"/>'
    return f'<path class="{klas}" d="M{"L".join(plekken)}"/>'


def gat(jaar: int, schaal: Schaal) -> str:
    """A hatched strip where a year has no figure."""
    x = schaal.x(jaar)
    strepen = "".join(f"M{x - 4:.1f} {y + 4}l8 -8" for y in range(8, schaal.hoog - 2, 6))
    return f'<path class="h" d="{strepen}"/>'

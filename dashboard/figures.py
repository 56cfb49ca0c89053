"""Small drawings as pictures in the page: a sparkline with its gaps and breaks.

A drawing is an SVG data address with no text in it: the words stand beside it and in its
alternative text. Colours follow the reader's light or dark scheme.
"""

from __future__ import annotations

from urllib.parse import quote

from dashboard.snapshot_types import Buurt

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
    reeks = buurt.reeks(indicator)
    punten = {w.jaar: w.waarde for w in reeks}
    if sum(v is not None for v in punten.values()) < 2:
        return None
    ref = {
        jaar: w.waarde
        for (i, jaar), w in buurt.referentiewaarden.items()
        if i == indicator and met_referentie and jaar in punten
    }
    alle = [v for v in [*punten.values(), *ref.values()] if v is not None]
    jaren = sorted(punten)
    schaal = _Schaal(jaren[0], jaren[-1], min(alle), max(alle))
    breuken = [b for b in buurt.breuken if jaren[0] < b <= jaren[-1]]
    delen = [
        *(_lijn("r", stuk, schaal) for stuk in _stukken(ref, [])),
        *(_lijn("l", stuk, schaal) for stuk in _stukken(punten, breuken)),
        *(_gat(jaar, schaal) for jaar, v in punten.items() if v is None),
        *(
            f'<path class="b" stroke-dasharray="2 3" d="M{schaal.x(b - 0.5):.1f} 2V{HOOG - 2}"/>'
            for b in breuken
        ),
    ]
    laatste = max(j for j, v in punten.items() if v is not None)
    eind = punten[laatste]
    assert eind is not None  # noqa: S101 - chosen for having a value
    delen.append(
        f'<circle class="p" cx="{schaal.x(laatste):.1f}" cy="{schaal.y(eind):.1f}" r="3.25"/>'
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {BREED} {HOOG}" '
        f'width="{BREED}" height="{HOOG}">{_STIJL}{"".join(delen)}</svg>'
    )
    return "data:image/svg+xml," + quote(svg.replace('"', "'"), safe=_MAG)


class _Schaal:
    """Years and values to places on the drawing."""

    def __init__(self, van: int, tot: int, laag: float, hoog: float) -> None:
        self._van, self._jaren = van, max(tot - van, 1)
        midden, kleinst = (laag + hoog) / 2, _KLEINSTE_SPREIDING * max(abs(laag), abs(hoog), 1e-9)
        self._spreiding = max(hoog - laag, kleinst)
        self._laag = midden - self._spreiding / 2

    def x(self, jaar: float) -> float:
        """From the left."""
        return RAND + (BREED - 2 * RAND) * (jaar - self._van) / self._jaren

    def y(self, waarde: float) -> float:
        """From the top: more is higher."""
        deel = (waarde - self._laag) / self._spreiding
        return HOOG - RAND - (HOOG - 2 * RAND) * deel


Punt = tuple[int, float]


def _stukken(punten: dict[int, float | None], breuken: list[int]) -> list[list[Punt]]:
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


def _lijn(klas: str, stuk: list[Punt], schaal: _Schaal) -> str:
    plekken = [f"{schaal.x(j):.1f} {schaal.y(v):.1f}" for j, v in stuk]
    if len(plekken) == 1:
        x, y = plekken[0].split()
        return f'<circle class="{"p" if klas == "l" else "r"}" cx="{x}" cy="{y}" r="2"/>'
    return f'<path class="{klas}" d="M{"L".join(plekken)}"/>'


def _gat(jaar: int, schaal: _Schaal) -> str:
    """A hatched strip where a year has no figure."""
    x = schaal.x(jaar)
    strepen = "".join(f"M{x - 4:.1f} {y + 4}l8 -8" for y in range(8, HOOG - 2, 6))
    return f'<path class="h" d="{strepen}"/>'

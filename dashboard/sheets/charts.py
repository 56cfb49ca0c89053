"""Drawings for a sheet, as SVG in fixed colours: a figure's course, and where the area lies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from dashboard import figures, snapshot_map
from dashboard.memory import Geheugen
from dashboard.snapshot import Lezing
from dashboard.snapshot_types import Buurt, Gebied

_STIJL = (
    "<style>.l{fill:none;stroke:#0b6472;stroke-width:1.75;stroke-linejoin:round;"
    "stroke-linecap:round}.p{fill:#0b6472}.r{fill:none;stroke:#8b9297;stroke-width:1.25}"
    ".b{stroke:#6b7378;stroke-width:1}.h{stroke:#8b9297;stroke-width:1}</style>"
)
MAAT = (150, 40)
KAART = 120.0
"""Width and height of the map's drawing, in its own units."""
_SOM_HEEL, _DEEL, _LICHT = "#eef1ef", "#0b6472", "#d5e6e8"


def verloop(buurt: Buurt, indicator: str, met_referentie: bool) -> str | None:
    """The course of a figure beside its reference; None with fewer than two figures."""
    getekend = figures.verloop(buurt, indicator, met_referentie, MAAT)
    return None if getekend is None else _svg(*MAAT, _STIJL + "".join(getekend[0]))


def veelvoud(buurt: Buurt, indicator: str, schaal: figures.Schaal, met_referentie: bool) -> str:
    """The course of a figure on a scale that several areas share."""
    delen = figures.strepen(buurt, indicator, schaal, met_referentie)
    return _svg(schaal.breed, schaal.hoog, _STIJL + "".join(delen))


def _svg(breed: float, hoog: float, inhoud: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {breed:g} {hoog:g}" '
        f'width="{breed:g}" height="{hoog:g}">{inhoud}</svg>'
    )


@dataclass(frozen=True)
class _Grond:
    """What is drawn around an area: the same for every area of a gemeente, so worked out once."""

    west: float
    noord: float
    schaal: float
    breed: float
    hoog: float
    lijnen: str
    per_code: dict[str, str]


_GRONDEN = Geheugen(hoogstens=6)


def kaart(lezing: Lezing, gebied: Gebied) -> str | None:
    """Where an area lies in its gemeente, as a drawing; None without its outline."""
    om = gebied.gemeente or gebied.gebied
    sleutel = (lezing.publicatie.publicatie, om, gebied.grensjaar)
    grond = _GRONDEN.haal(sleutel, lambda: _maak_grond(lezing, om, gebied.grensjaar))
    if grond is None:
        return None
    assert isinstance(grond, _Grond)  # noqa: S101 - what was put in comes out
    if gebied.niveau in ("gemeente", "land"):
        lijn = f'<path fill="{_LICHT}" stroke="{_DEEL}" stroke-width="0.4" d="{grond.lijnen}"/>'
        return _svg(grond.breed, grond.hoog, lijn)
    eigen = grond.per_code.get(gebied.gebied) or _eigen(lezing, gebied, grond)
    if not eigen:
        return None
    return _svg(
        grond.breed,
        grond.hoog,
        f'<path fill="{_SOM_HEEL}" stroke="#a9b1af" stroke-width="0.5" d="{grond.lijnen}"/>'
        f'<path fill="{_DEEL}" stroke="#063f49" stroke-width="0.6" d="{eigen}"/>',
    )


def _maak_grond(lezing: Lezing, om: str, grensjaar: int) -> _Grond | None:
    codes = snapshot_map.binnen(lezing, [om], "buurt", grensjaar)
    per = {c: v for c in codes for v in _vormen(lezing, [c], grensjaar)}
    if not per:
        return None
    west, zuid, oost, noord = shapely.total_bounds(list(per.values()))
    wijd = max(oost - west, noord - zuid, 1.0)
    schaal = (KAART - 2) / wijd
    simpel = shapely.simplify(list(per.values()), 0.35 / schaal, preserve_topology=True)
    paden = {c: _pad(v, west, noord, schaal) for c, v in zip(per, simpel, strict=True)}
    maat = (KAART * (oost - west) / wijd, KAART * (noord - zuid) / wijd)
    return _Grond(west, noord, schaal, *maat, "".join(paden.values()), paden)


def _eigen(lezing: Lezing, gebied: Gebied, grond: _Grond) -> str:
    vormen = _vormen(lezing, [gebied.gebied], gebied.grensjaar)
    simpel = shapely.simplify(vormen, 0.35 / grond.schaal, preserve_topology=True)
    return "".join(_pad(v, grond.west, grond.noord, grond.schaal) for v in simpel)


def _vormen(lezing: Lezing, codes: list[str], grensjaar: int) -> np.ndarray:
    if not codes:
        return np.array([], dtype=object)
    vormen = sorted(snapshot_map.vormen(lezing, codes, grensjaar))
    return np.asarray(shapely.from_wkb(vormen), dtype=object)


def _pad(vorm: shapely.Geometry, west: float, noord: float, schaal: float) -> str:
    """The rings of a surface as strokes; y grows downwards."""
    uit = []
    for deel in shapely.get_parts(vorm):
        if deel.geom_type != "Polygon":
            continue
        for ring in (deel.exterior, *deel.interiors):
            xy = shapely.get_coordinates(ring)
            punten = (
                f"{1 + (x - west) * schaal:.1f} {1 + (noord - y) * schaal:.1f}" for x, y in xy
            )
            uit.append(f"M{'L'.join(punten)}Z")
    return "".join(uit)

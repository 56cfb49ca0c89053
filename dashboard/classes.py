"""Classes of a map: few, fixed over the years, with breaks that can be read aloud."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators.model import Indicator

F64 = NDArray[np.float64]
KLASSEN = 5
_GENOEG = 400
"""With this many different values the breaks are rounded to two digits."""
_LEEG = 0.4
"""A class with less than this share of its due is nearly empty."""


def getoond(waarden: F64, indicator: Indicator) -> F64:
    """Values exactly as they are written on screen; thousands of euros in euros."""
    maal, decimalen = (1000.0, 0) if indicator.eenheid == "keur" else (1.0, indicator.decimalen)
    vorm = f"%.{decimalen}f"
    anders, plek = np.unique(waarden * maal, return_inverse=True)
    return np.array([float(vorm % v) + 0.0 for v in anders.tolist()], float)[plek]


@dataclass(frozen=True)
class Indeling:
    """The lowest value of every class but the first; `vast` when the same for all years."""

    grenzen: list[float]
    vast: bool


def indeling(waarden: F64, jaren: NDArray[np.int32], jaar: int, indicator: Indicator) -> Indeling:
    """The classes of a figure: the same in every year, so that a colour keeps its meaning.

    Only where a figure moved so far that the newest year would leave a class nearly empty (prices
    do), every year has classes of its own; that is then said in the legend.
    """
    samen = grenzen(waarden, indicator)
    if not len(jaren):
        return Indeling(samen, True)
    nieuw = klassen(getoond(waarden[jaren == jaren.max()], indicator), samen)
    deel = np.bincount(nieuw, minlength=len(samen) + 1) / max(len(nieuw), 1)
    if deel.min() >= _LEEG / (len(samen) + 1):
        return Indeling(samen, True)
    return Indeling(grenzen(waarden[jaren == jaar], indicator), False)


def grenzen(waarden: F64, indicator: Indicator) -> list[float]:
    """The lowest value of every class but the first, as written on screen; fewer where alike."""
    keur = indicator.eenheid == "keur"
    schoon = waarden[~np.isnan(waarden)] * (1000.0 if keur else 1.0)
    schoon = np.round(schoon, 0 if keur else indicator.decimalen)
    verschillend = np.unique(schoon)
    if len(verschillend) <= KLASSEN:
        return [float(v) for v in verschillend[1:]]
    ruw = np.quantile(schoon, np.linspace(0, 1, KLASSEN + 1)[1:-1])
    stap = 1000.0 if keur else 10.0**-indicator.decimalen
    if len(verschillend) >= _GENOEG:
        spreiding = float(ruw[-1] - ruw[0])
        stap = max(stap, 10.0 ** (math.floor(math.log10(spreiding)) - 1) if spreiding else stap)
    net = np.unique(np.round(np.round(ruw / stap) * stap, 6))
    return [float(g) for g in net if verschillend[0] < g <= verschillend[-1]]


def klassen(waarden: F64, breuken: list[float]) -> NDArray[np.int8]:
    """The class of every value, from 0; -1 where there is none."""
    plek = np.searchsorted(np.array(breuken), waarden, side="right")
    return np.where(np.isnan(waarden), -1, plek).astype(np.int8)


def kleuren(aantal: int) -> list[int]:
    """The colour (0 to 4) of every class; fewer classes are spread over the same colours."""
    if aantal == 1:
        return [KLASSEN // 2]
    return [round(k * (KLASSEN - 1) / (aantal - 1)) for k in range(aantal)]

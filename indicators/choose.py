"""Choosing one value per area when several deliveries have the figure, and seeing them clash."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indicators.formulas import CODES, HEEFT, Reeks


def kies(kandidaten: Sequence[Reeks]) -> tuple[Reeks, NDArray[np.intp]]:
    """Per area the first candidate with a value; without any, the first that knows the area.

    Args:
        kandidaten: one or more columns over the same n areas, the preferred first; an area that a
            candidate does not hold has the kind `geen_bron`.

    Returns:
        The chosen column, and per area the place of the chosen candidate.
    """
    soort = np.stack([k.ontbreekt for k in kandidaten])
    rang = np.where(soort == HEEFT, 0, np.where(soort == CODES["geen_bron"], 2, 1))
    gekozen = rang.argmin(axis=0)
    plek = np.arange(soort.shape[1])

    def uit(veld: str) -> NDArray[np.float64]:
        lagen: NDArray[np.float64] = np.stack([getattr(k, veld) for k in kandidaten])
        return lagen[gekozen, plek]

    reeks = Reeks(uit("waarde"), uit("onder"), uit("boven"), soort[gekozen, plek])
    return reeks, gekozen


def tegenspraak(een: Reeks, ander: Reeks) -> NDArray[np.bool_]:
    """Where two columns of one source cannot both be right.

    Another number, or a number where the other says `geheim`. A number beside another kind of
    missing is no clash: a table fills up over the years.
    """
    beide = (een.ontbreekt == HEEFT) & (ander.ontbreekt == HEEFT)
    anders = beide & (np.abs(een.waarde - ander.waarde) > 1e-9)
    geheim = CODES["geheim"]
    verborgen = (een.ontbreekt == geheim) & (ander.ontbreekt == HEEFT)
    verborgen |= (ander.ontbreekt == geheim) & (een.ontbreekt == HEEFT)
    return anders | verborgen

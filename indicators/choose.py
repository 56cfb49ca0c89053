"""Choosing one value per area when several deliveries have the figure, and seeing them clash."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indicators.formulas import CODES, HEEFT, Reeks

_RANG = np.full(len(CODES) + 1, 9, dtype=np.int8)
for _plek, _soort in enumerate(
    (
        "nvt",
        "geheim",
        "te_klein",
        "onbekend_of_geheim",
        "niet_gepubliceerd",
        "geen_noemer",
        "geen_bron",
    ),
    start=1,
):
    _RANG[CODES[_soort]] = _plek
_RANG[HEEFT] = 0
"""A value first; without any, what says most about why: not applicable before not yet out."""


def kies(kandidaten: Sequence[Reeks], *, een_bron: bool = False) -> tuple[Reeks, NDArray[np.intp]]:
    """Per area the first candidate with a value; without any, the kind of missing that says most.

    Args:
        kandidaten: one or more columns over the same n areas, the preferred first; an area that a
            candidate does not hold has the kind `geen_bron`.
        een_bron: all are deliveries of one source. Then a preferred one that says `geheim` holds:
            what a producer withholds later is not shown from an older file.

    Returns:
        The chosen column, and per area the place of the chosen candidate.
    """
    soort = np.stack([k.ontbreekt for k in kandidaten])
    rang = _RANG[soort]
    if een_bron:
        rang = np.where(soort == CODES["geheim"], 0, rang)
    gekozen = rang.argmin(axis=0)
    plek = np.arange(soort.shape[1])

    def uit(veld: str) -> NDArray[np.float64]:
        lagen: NDArray[np.float64] = np.stack([getattr(k, veld) for k in kandidaten])
        return lagen[gekozen, plek]

    reeks = Reeks(uit("waarde"), uit("onder"), uit("boven"), soort[gekozen, plek])
    return reeks, gekozen


def nog_niet_gepubliceerd(kandidaten: Sequence[Reeks]) -> list[Reeks]:
    """Deliveries of one source and year, judged together on what was not published yet.

    CBS writes one symbol for withheld and not published. When one delivery shows that the whole
    column is out yet nowhere, a bare symbol in a delivery of buurten alone means the same.
    """
    soort = np.stack([k.ontbreekt for k in kandidaten])
    nog_niet, bare = CODES["niet_gepubliceerd"], CODES["onbekend_of_geheim"]
    if not (soort == nog_niet).any() or (soort == HEEFT).any():
        return list(kandidaten)
    return [
        Reeks(k.waarde, k.onder, k.boven, np.where(k.ontbreekt == bare, nog_niet, k.ontbreekt))
        for k in kandidaten
    ]


MINIMUM_INWONERS = 150
"""No rate of our own making under this number of inhabitants; what a producer published stays."""


def te_klein(reeks: Reeks, inwoners: NDArray[np.float64]) -> Reeks:
    """A computed rate, withheld where too few people live; unknown numbers withhold nothing."""
    weg = (reeks.ontbreekt == HEEFT) & (inwoners < MINIMUM_INWONERS)

    def leeg(getallen: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(weg, np.nan, getallen)

    soort = np.where(weg, CODES["te_klein"], reeks.ontbreekt).astype(np.int8)
    return Reeks(leeg(reeks.waarde), leeg(reeks.onder), leeg(reeks.boven), soort)


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

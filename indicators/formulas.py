"""Named formulas: from source columns to an indicator, with interval and kind of missing.

The catalogue names a formula; nothing is evaluated from text. All formulas take and give
`Reeks`: aligned arrays of length n (one entry per area).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators.contracts import ONTBREEKT

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]

HEEFT = np.int8(0)
"""Code in `Reeks.ontbreekt` for: there is a value."""
CODES: dict[str, np.int8] = {naam: np.int8(i + 1) for i, naam in enumerate(ONTBREEKT)}
"""Kind of missing to code; the lower code wins when several parts are missing."""


@dataclass(frozen=True)
class Reeks:
    """A column of n areas: value, interval, and kind of missing (0 = there is a value)."""

    waarde: F64
    onder: F64
    boven: F64
    ontbreekt: I8

    @classmethod
    def maak(cls, waarde: F64, ontbreekt: I8, marge: float | None = 0.0) -> Reeks:
        """A source column, with the interval that follows from rounding.

        Counts and shares do not go below zero; a column that holds negative values does.

        Args:
            waarde: n values, anything where missing.
            ontbreekt: n codes of `CODES`, 0 where there is a value.
            marge: the largest rounding error in the column's unit; 0 when the value is exact,
                None when the interval is not known (an estimate without margins).
        """
        w = np.where(ontbreekt == HEEFT, waarde, np.nan).astype(np.float64)
        if marge is None:
            leeg = np.full(len(w), np.nan)
            return cls(w, leeg, leeg, ontbreekt.astype(np.int8))
        onder = w - marge
        if not np.any(w < 0):
            onder = np.maximum(onder, 0.0)
        return cls(w, onder, w + marge, ontbreekt.astype(np.int8))

    @classmethod
    def leeg(cls, n: int, soort: str) -> Reeks:
        """As many areas as `n`, all without a value for one reason."""
        niets = np.full(n, np.nan)
        return cls(niets, niets, niets, np.full(n, CODES[soort], dtype=np.int8))

    def binnen(self, onder: F64, boven: F64) -> Reeks:
        """The same values with the interval that the producer gives, where it does."""
        heeft = (self.ontbreekt == HEEFT) & ~np.isnan(onder) & ~np.isnan(boven)
        return Reeks(
            self.waarde,
            np.where(heeft, onder, self.onder),
            np.where(heeft, boven, self.boven),
            self.ontbreekt,
        )


def _samen(*delen: Reeks) -> I8:
    """The kind of missing of a combination: the first kind, in catalogue order, of any part."""
    gestapeld = np.stack([d.ontbreekt for d in delen])
    kansen = np.where(gestapeld == HEEFT, np.int8(127), gestapeld)
    laagste = kansen.min(axis=0)
    return np.where(laagste == 127, HEEFT, laagste).astype(np.int8)


def _verhouding(deel: Reeks, geheel: Reeks, factor: float, hoogste: float) -> Reeks:
    """`factor * deel / geheel` with an interval; a whole of 0 is `nvt`."""
    ontbreekt = _samen(deel, geheel)
    nul = (ontbreekt == HEEFT) & (geheel.waarde == 0)
    ontbreekt = np.where(nul, CODES["nvt"], ontbreekt).astype(np.int8)
    goed = ontbreekt == HEEFT
    with np.errstate(divide="ignore", invalid="ignore"):
        waarde = factor * deel.waarde / geheel.waarde
        onder = factor * deel.onder / geheel.boven
        boven = np.where(geheel.onder > 0, factor * deel.boven / geheel.onder, hoogste)
    return Reeks(
        np.where(goed, np.minimum(waarde, hoogste), np.nan),
        np.where(goed, np.clip(onder, 0, hoogste), np.nan),
        np.where(goed, np.minimum(boven, hoogste), np.nan),
        ontbreekt,
    )


def _som(*delen: Reeks) -> Reeks:
    """The sum of columns; missing when any part is."""
    ontbreekt = _samen(*delen)
    return Reeks(
        np.sum([d.waarde for d in delen], axis=0),
        np.sum([d.onder for d in delen], axis=0),
        np.sum([d.boven for d in delen], axis=0),
        ontbreekt,
    )


def direct(kolom: Reeks) -> Reeks:
    """The column as it is."""
    return kolom


def aandeel(deel: Reeks, geheel: Reeks) -> Reeks:
    """Percentage: part of a whole, both counts."""
    return _verhouding(deel, geheel, 100.0, 100.0)


def aandeel_van_som(deel: Reeks, *overige: Reeks) -> Reeks:
    """Percentage: the first count in the sum of all the counts given."""
    return _verhouding(deel, _som(deel, *overige), 100.0, 100.0)


def per_1000(teller: Reeks, *noemers: Reeks) -> Reeks:
    """Count per 1,000 of the sum of one or more counts."""
    return _verhouding(teller, _som(*noemers), 1000.0, np.inf)


def per_1000_uit_aandelen(teller: Reeks, totaal: Reeks, *aandelen: Reeks) -> Reeks:
    """Count per 1,000 of a group that is given as percentages of a total."""
    som = _som(*aandelen)
    groep = Reeks(
        totaal.waarde * som.waarde / 100,
        totaal.onder * som.onder / 100,
        totaal.boven * som.boven / 100,
        _samen(totaal, som),
    )
    return _verhouding(teller, groep, 1000.0, np.inf)


def som_per_1000(noemer: Reeks, *tellers: Reeks) -> Reeks:
    """The sum of counts per 1,000 of a count from another source of the same year."""
    som = _som(*tellers)
    uit = _verhouding(som, noemer, 1000.0, np.inf)
    zonder = (som.ontbreekt == HEEFT) & (noemer.ontbreekt != HEEFT)
    soort = np.where(zonder, CODES["geen_noemer"], uit.ontbreekt).astype(np.int8)
    return Reeks(uit.waarde, uit.onder, uit.boven, soort)


def gedeeld_door_1000(kolom: Reeks) -> Reeks:
    """Euro to thousands of euro."""
    return Reeks(kolom.waarde / 1e3, kolom.onder / 1e3, kolom.boven / 1e3, kolom.ontbreekt)


FORMULES: dict[str, Callable[..., Reeks]] = {
    f.__name__: f
    for f in (
        direct,
        aandeel,
        aandeel_van_som,
        per_1000,
        per_1000_uit_aandelen,
        som_per_1000,
        gedeeld_door_1000,
    )
}
"""Name in the catalogue to function; an unknown name stops the reading of the catalogue."""

AANTAL_KOLOMMEN: dict[str, tuple[int, int | None]] = {
    "direct": (1, 1),
    "aandeel": (2, 2),
    "aandeel_van_som": (2, None),
    "per_1000": (2, None),
    "per_1000_uit_aandelen": (3, None),
    "som_per_1000": (1, None),
    "gedeeld_door_1000": (1, 1),
}
"""Least and most source columns of a formula."""
MET_NOEMER = frozenset({"som_per_1000"})
"""Formulas that take a count from another source first (`per` in the catalogue)."""

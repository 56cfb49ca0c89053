"""Trend of one figure over the years, never across a break."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indicators.formulas import F64


@dataclass(frozen=True)
class Stuk:
    """A stretch of years measured the same way: first and last year, and its slope per year.

    The slope is NaN with fewer than three years; `onder` and `boven` are its 90 % interval.
    """

    van: int
    tot: int
    aantal: int
    helling: float
    onder: float
    boven: float


def stukken(jaar: F64, waarde: F64, breuken: tuple[int, ...] = ()) -> list[Stuk]:
    """The stretches of a series, parted at breaks (the first year of a new definition or border).

    The slope is the median of all slopes between two years (Theil-Sen): one odd year does not
    make a trend. Years without a figure are left out.

    Args:
        jaar: years, in any order.
        waarde: figures, NaN where missing.
        breuken: years from which it was measured another way.
    """
    from scipy.stats import theilslopes  # slow to load, and no command line needs it at its start

    heeft = ~np.isnan(waarde)
    orde = np.argsort(jaar[heeft], kind="stable")
    t, y = jaar[heeft][orde], waarde[heeft][orde]
    deel = np.searchsorted(np.sort(np.array(breuken, dtype=float)), t, side="right")
    uit = []
    for d in np.unique(deel):
        tt, yy = t[deel == d], y[deel == d]
        helling = onder = boven = float("nan")
        if len(tt) >= 3:
            helling, _, onder, boven = (float(v) for v in theilslopes(yy, tt, 0.9))
        uit.append(Stuk(int(tt[0]), int(tt[-1]), len(tt), helling, onder, boven))
    return uit


def jaarlijkse_groei(jaar: F64, waarde: F64) -> float:
    """Compound growth per year between the first and the last figure (COINr's CAGR), as a share.

    NaN with fewer than two figures, and where the first is 0 or the sign changes: there growth in
    percent has no meaning. Equal ends give 0, also at 0.
    """
    heeft = ~np.isnan(waarde)
    if heeft.sum() < 2:
        return float("nan")
    orde = np.argsort(jaar[heeft], kind="stable")
    t, y = jaar[heeft][orde], waarde[heeft][orde]
    if y[0] == y[-1]:
        return 0.0
    if y[0] == 0 or y[-1] / y[0] < 0:
        return float("nan")
    return float((y[-1] / y[0]) ** (1 / (t[-1] - t[0])) - 1)

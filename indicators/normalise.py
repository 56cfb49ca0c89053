"""Normalisation: indicators to one scale (OECD/JRC handbook, step 5).

The product's own scores use fixed goalposts (`min_max`). The other methods are those of the
handbook, with the conventions of COINr 1.1 where the handbook leaves a choice: they take a column
whose direction has been turned already (`richting`), and NaN stays NaN.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from indicators.formulas import F64


def min_max(waarde: F64, laag: float, hoog: float, omkeren: bool = False) -> F64:
    """Goalpost min-max, clipped: 0 at `laag`, 100 at `hoog`, the other way round if `omkeren`.

    Args:
        waarde: values of any shape; NaN stays NaN.
        laag: the goalpost at 0, in the indicator's unit.
        hoog: the goalpost at 100; above `laag`.
        omkeren: true when more of the indicator means less of the node.
    """
    schaal = np.clip(100.0 * (waarde - laag) / (hoog - laag), 0.0, 100.0)
    return 100.0 - schaal if omkeren else schaal


def minmax(x: F64, onder: float = 0.0, boven: float = 100.0) -> F64:
    """From the column's own lowest (`onder`) to its own highest (`boven`)."""
    laag, hoog = _grenzen(x, "minmax")
    uit: F64 = (x - laag) / (hoog - laag) * (boven - onder) + onder
    return uit


def scaled(x: F64, onder: float = 0.0, boven: float = 100.0) -> F64:
    """Linear with declared ends: 0 at `onder`, 100 at `boven`, not clipped."""
    if boven == onder:
        raise ValueError("scaled: onder en boven zijn gelijk")
    uit: F64 = (x - onder) / (boven - onder) * 100
    return uit


def zscore(x: F64, gemiddelde: float = 0.0, sd: float = 1.0) -> F64:
    """Standard score with the sample standard deviation, moved to a declared mean and sd."""
    _grenzen(x, "zscore")
    uit: F64 = (x - np.nanmean(x)) / np.nanstd(x, ddof=1) * sd + gemiddelde
    return uit


def dist2max(x: F64) -> F64:
    """1 minus the distance to the maximum, as a share of the range."""
    laag, hoog = _grenzen(x, "dist2max")
    uit: F64 = 1 - (hoog - x) / (hoog - laag)
    return uit


def dist2ref(x: F64, referentie: int, kap: bool = False) -> F64:
    """1 minus the distance to the value in row `referentie`, as a share of its way up.

    Not finite where the reference is the minimum; the engine refuses that.
    """
    return _naar(x, float(x[referentie]), kap)


def dist2targ(x: F64, doel: float, kap: bool = False) -> F64:
    """1 minus the distance to a target, as a share of the target's way from the minimum.

    The target is in the direction of `x`: multiply it with the direction as well.
    """
    if not np.isfinite(doel):
        raise ValueError("dist2targ: het doel (Target) ontbreekt")
    return _naar(x, doel, kap)


def _naar(x: F64, doel: float, kap: bool) -> F64:
    with np.errstate(invalid="ignore", divide="ignore"):
        y: F64 = 1 - (doel - x) / (doel - np.nanmin(x))
    return np.where(y > 1, 1.0, y) if kap else y


def fracmax(x: F64) -> F64:
    """Share of the maximum. Not finite where the maximum is 0; the engine refuses that."""
    with np.errstate(invalid="ignore", divide="ignore"):
        uit: F64 = x / np.nanmax(x)
    return uit


def rank(x: F64) -> F64:
    """Rank from low (1) to high; ties share the lowest rank."""
    uit = np.full(x.shape, np.nan)
    heeft = ~np.isnan(x)
    uit[heeft] = np.searchsorted(np.sort(x[heeft]), x[heeft]) + 1
    return uit


def prank(x: F64) -> F64:
    """Percentile rank from 0 to 1; ties share the lowest."""
    n = int((~np.isnan(x)).sum())
    if n < 2:
        raise ValueError("prank: minstens twee waarden nodig")
    uit: F64 = (rank(x) - 1) / (n - 1)
    return uit


def borda(x: F64) -> F64:
    """Rank minus one: how many lie lower."""
    uit: F64 = rank(x) - 1
    return uit


def goalposts(
    x: F64, laag: float, hoog: float, schaal: float = 100.0, afkappen: bool = True
) -> F64:
    """0 at `laag`, `schaal` at `hoog`: fixed posts, so that no area changes another one's score."""
    if hoog == laag:
        raise ValueError("goalposts: laag en hoog zijn gelijk")
    y = (x - laag) / (hoog - laag)
    return np.asarray((np.clip(y, 0, 1) if afkappen else y) * schaal)


def geen(x: F64) -> F64:
    """As it is: the columns are on one scale already."""
    return x


FUNCTIES: dict[str, Callable[..., F64]] = {
    f.__name__: f
    for f in (
        minmax, scaled, zscore, dist2max, dist2ref, dist2targ,
        fracmax, rank, prank, borda, goalposts, geen,
    )
}  # fmt: skip
"""Name in a method file to function."""
VAST = ("scaled", "goalposts", "geen")
"""Methods that look at no other area: a column without values simply stays empty."""


def normaliseer(x: F64, richting: int, functie: str, **opties: object) -> F64:
    """One column by a named method, direction applied first (values times `richting`).

    Args:
        x: n values, NaN where missing.
        richting: 1, or -1 when less is more; targets and goalposts turn along.
        functie: a name in `FUNCTIES`.
        **opties: the method's own settings.

    Raises:
        ValueError: a column that the method cannot scale; the engine adds the indicator's name.
    """
    if functie not in VAST and np.isnan(x).all():
        raise ValueError(f"{functie}: alle waarden ontbreken")
    if functie == "dist2targ":
        opties["doel"] = float(opties["doel"]) * richting  # type: ignore[arg-type]
    if functie == "goalposts" and richting == -1:
        laag, hoog = float(opties["laag"]), float(opties["hoog"])  # type: ignore[arg-type]
        opties = {**opties, "laag": -hoog, "hoog": -laag}
    return FUNCTIES[functie](x * richting, **opties)


def _grenzen(x: F64, functie: str) -> tuple[float, float]:
    heeft = x[~np.isnan(x)]
    if not len(heeft):
        raise ValueError(f"{functie}: alle waarden ontbreken")
    if len(heeft) == 1:
        raise ValueError(f"{functie}: maar een waarde, dus geen schaal; neem vaste doelpalen")
    laag, hoog = float(heeft.min()), float(heeft.max())
    if laag == hoog:
        raise ValueError(f"{functie}: alle waarden zijn gelijk ({laag:g})")
    return laag, hoog

"""Comparison in words: two figures with their intervals, and areas that look alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from indicators.formulas import F64

Verschil = Literal["hoger", "lager", "ongeveer_gelijk", "onbekend"]

WOORDEN: dict[Verschil, str] = {
    "hoger": "hoger dan",
    "lager": "lager dan",
    "ongeveer_gelijk": "ongeveer gelijk aan",
    "onbekend": "niet te vergelijken met",
}


def verschil(
    waarde: float | None,
    interval: tuple[float | None, float | None],
    ander: float | None,
    ander_interval: tuple[float | None, float | None],
) -> Verschil:
    """How a figure compares with another one: only apart when their intervals do not overlap.

    Intervals come from rounding and margins; an unknown end counts as the value itself.
    """
    if waarde is None or ander is None:
        return "onbekend"
    onder, boven = (waarde if e is None else e for e in interval)
    a_onder, a_boven = (ander if e is None else e for e in ander_interval)
    if onder > a_boven:
        return "hoger"
    if boven < a_onder:
        return "lager"
    return "ongeveer_gelijk"


ZEKERHEID: tuple[tuple[float, str], ...] = (
    (0.95, "vrijwel zeker"),
    (0.80, "waarschijnlijk"),
    (0.65, "misschien"),
)
"""From this probability on, this word; below the last one no direction is claimed."""


SMAL = 1e-6
"""An interval narrower than this counts as an exact value."""


def kans_hoger(a_onder: F64, a_boven: F64, b_onder: F64, b_boven: F64) -> F64:
    """Probability that a lies above b, both equally likely anywhere in their own interval.

    A stated simplification: the two are taken to be independent. Equal exact values give 0.5.

    Args:
        a_onder: (n,) lower ends of a.
        a_boven: upper ends of a, no lower.
        b_onder: lower ends of b.
        b_boven: upper ends of b, no lower.
    """
    breed_a, breed_b = (
        np.where(b - o < SMAL, (b - o) * 0, b - o)  # keeps NaN
        for o, b in ((a_onder, a_boven), (b_onder, b_boven))
    )

    def tot(t: F64) -> F64:
        """Integral of b's distribution up to t."""
        binnen = np.clip(t - b_onder, 0, breed_b)
        uit: F64 = binnen**2 / (2 * np.where(breed_b > 0, breed_b, 1))
        return uit + np.maximum(t - b_onder - breed_b, 0)

    vlak = (tot(a_boven) - tot(a_onder)) / np.where(breed_a > 0, breed_a, 1)
    punt = np.where(
        breed_b > 0,
        np.clip((a_onder - b_onder) / np.where(breed_b > 0, breed_b, 1), 0, 1),
        np.where(a_onder == b_onder, 0.5, (a_onder > b_onder).astype(float)),
    )
    uit: F64 = np.where(breed_a > 0, vlak, punt)
    return np.where(np.isnan(breed_a) | np.isnan(breed_b), np.nan, uit)


def in_woorden(kans: float, dan: str) -> str:
    """A probability of being higher as a phrase: "waarschijnlijk hoger dan vergelijkbare buurten".

    Args:
        kans: probability that the figure is higher; NaN where it cannot be compared.
        dan: what it is compared with.
    """
    if np.isnan(kans):
        return f"{WOORDEN['onbekend']} {dan}"
    kant, zeker = ("hoger", kans) if kans >= 0.5 else ("lager", 1 - kans)
    for grens, woord in ZEKERHEID:
        if zeker >= grens:
            return f"{woord} {kant} dan {dan}"
    return f"{WOORDEN['ongeveer_gelijk']} {dan}"


@dataclass(frozen=True)
class Gelijkenis:
    """Rows that look most like one row, nearest first, and how far (standard deviations)."""

    rijen: NDArray[np.intp]
    afstand: F64


def vergelijkbaar(
    kenmerken: F64, rij: int, k: int, mag: NDArray[np.bool_] | None = None
) -> Gelijkenis:
    """The k areas nearest in declared structure variables, each standardised.

    Distance is the root of the mean squared difference over the variables, in standard deviations
    of the areas that may take part: 0.5 is half a standard deviation apart on average.

    Args:
        kenmerken: (n, m) structure variables (density, dwelling types, age ...), never outcomes.
        rij: the area to find look-alikes for.
        k: how many; fewer come back when fewer are complete.
        mag: which areas may be a look-alike (no small or odd ones); default all.

    Raises:
        ValueError: the area itself misses a variable, or a variable has no spread.
    """
    if np.isnan(kenmerken[rij]).any():
        raise ValueError("vergelijkbaar: dit gebied mist een kenmerk; geen vergelijking mogelijk")
    mee: NDArray[np.bool_] = ~np.asarray(np.isnan(kenmerken).any(axis=1))
    if mag is not None:
        mee = mee & mag
    sd = kenmerken[mee].std(axis=0) if mee.any() else np.zeros(kenmerken.shape[1])
    if (sd == 0).any():
        raise ValueError(f"vergelijkbaar: kenmerk {int(np.argmax(sd == 0))} verschilt nergens")
    afstand = np.sqrt((((kenmerken - kenmerken[rij]) / sd) ** 2).mean(axis=1))
    mee[rij] = False
    kandidaten = np.flatnonzero(mee)
    orde = kandidaten[np.argsort(afstand[kandidaten], kind="stable")][:k]
    return Gelijkenis(orde, afstand[orde])


def evenveel_sociale_huur(aandeel: F64, rij: int, marge: float = 5.0) -> NDArray[np.bool_]:
    """Areas with about the same share of corporation dwellings, in percentage points; not itself.

    For `vergelijkbaar(mag=...)`: a comparison that holds the share of social rent alike. An area
    of which the share is not known takes no part; without one's own share nobody does.
    """
    mag: NDArray[np.bool_] = np.abs(aandeel - aandeel[rij]) <= marge
    mag[rij] = False
    return mag


MINSTE_GROEP = 3
"""Fewest look-alikes with a figure to compare with; under it nothing is said."""


def kans_boven_groep(een: tuple[float, float], groep: list[tuple[float, float]]) -> float:
    """Probability that a figure lies above that of one of the group, each as likely to be drawn.

    It holds both how the group is spread and how exact the figures are: higher than four of five
    for sure is 0.8.

    Args:
        een: lower and upper end of the figure.
        groep: the same of the group, of areas that have the figure.

    Returns:
        NaN with fewer than `MINSTE_GROEP` of them.
    """
    if len(groep) < MINSTE_GROEP:
        return float("nan")
    onder, boven = (np.array(k, dtype=float) for k in zip(*groep, strict=True))
    laag, hoog = (np.full(len(groep), e) for e in een)
    return float(kans_hoger(laag, hoog, onder, boven).mean())

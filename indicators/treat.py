"""Treatment: availability, screening, denominators and outliers (OECD/JRC handbook, steps 2 and 3).

Outliers as the handbook and COINr do it: a column whose skewness AND kurtosis are too high is
winsorised up to a few points; if that is not enough, transformed. Every treated value is marked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.formulas import F64

Merken = NDArray[np.object_]


def momenten(x: F64) -> tuple[float, float]:
    """Adjusted sample skewness and excess kurtosis (as Excel's SKEW and KURT).

    NaN with fewer than 3 or 4 values, and for a column without spread.
    """
    y = x[~np.isnan(x)]
    n = len(y)
    if n < 3:
        return float("nan"), float("nan")
    y = y - y.mean()
    y2 = y * y
    kwadraat = float(y2.sum())
    if kwadraat == 0:
        return float("nan"), float("nan")
    g = np.sqrt(n) * float((y2 * y).sum()) / kwadraat**1.5
    scheef = float(g * np.sqrt(n * (n - 1)) / (n - 2))
    if n < 4:
        return scheef, float("nan")
    r = n * float((y2 * y2).sum()) / kwadraat**2
    return scheef, float(((n + 1) * (r - 3) + 6) * (n - 1) / ((n - 2) * (n - 3)))


def scheefheid(x: F64) -> float:
    """Adjusted sample skewness alone."""
    return momenten(x)[0]


def kurtosis(x: F64) -> float:
    """Adjusted sample excess kurtosis alone."""
    return momenten(x)[1]


@dataclass(frozen=True)
class Regel:
    """When a column counts as skewed, and what is done about it.

    `max_winsor` None means no limit; `dan` is the transform when winsorising is not enough;
    `combineer` transforms the winsorised instead of the original values.
    """

    max_winsor: int | None = 5
    scheefheid: float = 2.0
    kurtosis: float = 3.5
    dan: str = "log_CT"
    labda: float = 0.0
    combineer: bool = False


@dataclass(frozen=True)
class Behandeld:
    """A treated column: values, a mark per value ('' when untouched), and what was measured."""

    x: F64
    merk: Merken
    geslaagd: tuple[bool | None, ...]
    scheef: tuple[float, ...]
    kurt: tuple[float, ...]
    aantal: int | None
    transformatie: str | None = None


def _goed(x: F64, regel: Regel) -> tuple[bool | None, float, float]:
    """Passes when skewness OR kurtosis is small enough; None when neither can be measured."""
    s, k = momenten(x)
    if np.isnan(s) or np.isnan(k):
        return None, s, k
    return abs(s) < regel.scheefheid or k < regel.kurtosis, s, k


def winsoriseer(x: F64, regel: Regel) -> tuple[F64, Merken, int]:
    """The outermost values one after the other to the next one, on the side of the skew.

    Returns:
        The values, a mark per value (winhi, winlo), and how many were moved.
    """
    y = x.copy()
    merk: Merken = np.full(len(x), "", dtype=object)
    hoog = laag = np.zeros(len(x), dtype=bool)
    aantal = 0
    while regel.max_winsor is None or aantal < regel.max_winsor:
        goed, scheef, _ = _goed(y, regel)
        if goed is not False:
            break
        if scheef >= 0:
            hoog = y == np.nanmax(y)
            y[hoog] = np.nanmax(np.where(hoog, np.nan, y))
        else:
            laag = y == np.nanmin(y)
            y[laag] = np.nanmin(np.where(laag, np.nan, y))
        aantal = int(hoog.sum() + laag.sum())
    merk[hoog] = "winhi"
    merk[laag] = "winlo"
    return y, merk, aantal


def log_ct(x: F64) -> F64:
    """Log(x - min + 1 % of the range): the modified COIN Tool log."""
    laag, hoog = np.nanmin(x), np.nanmax(x)
    uit: F64 = np.log(x - laag + 0.01 * (hoog - laag))
    return uit


def log_ct_orig(x: F64) -> F64:
    """Log(x - min + 1)."""
    uit: F64 = np.log(x - np.nanmin(x) + 1)
    return uit


def log_ct_plus(x: F64) -> F64:
    """The modified COIN Tool log, mirrored for a column that is skewed to the left."""
    if scheefheid(x) >= 0:
        return log_ct(x)
    laag, hoog = np.nanmin(x), np.nanmax(x)
    uit: F64 = -np.log(hoog + 0.01 * (hoog - laag) - x)
    return uit


def log_gii(x: F64) -> F64:
    """Log of x stretched to 1 .. max: the GII log. Refuses a maximum of 1 or less (it would flip).

    COINr 1.1.14 computes this and then returns x itself; its reference files hold that.
    """
    laag, hoog = np.nanmin(x), np.nanmax(x)
    if hoog <= 1:
        raise ValueError(f"log_GII: het maximum ({hoog:g}) is niet groter dan 1")
    uit: F64 = np.log((hoog - 1) * (x - laag) / (hoog - laag) + 1)
    return uit


def boxcox(x: F64, labda: float) -> F64:
    """Box-Cox with a declared lambda, after moving the minimum to 1."""
    y = x - np.nanmin(x) + 1
    uit: F64 = np.log(y) if labda == 0 else (y**labda - 1) / labda
    return uit


TRANSFORMATIES: dict[str, Callable[[F64], F64]] = {
    "log_CT": log_ct,
    "log_CT_orig": log_ct_orig,
    "log_CT_plus": log_ct_plus,
    "log_GII": log_gii,
}
"""Name in a method file to function; `boxcox` takes a lambda and `geen` does nothing."""


def behandel(x: F64, regel: Regel) -> Behandeld:
    """One column: check, winsorise, check, transform, check.

    A column with too few values or without spread cannot be skewed and is left as it is.
    """
    uitslagen = [_goed(x, regel)]
    y, merk, aantal = x, np.full(len(x), "", dtype=object), None
    if uitslagen[0][0] is False:
        y, merk, aantal = winsoriseer(x, regel)
        uitslagen.append(_goed(y, regel))
    transformatie = None
    if uitslagen[-1][0] is False and regel.dan != "geen":
        van = y if regel.combineer else x
        y = boxcox(van, regel.labda) if regel.dan == "boxcox" else TRANSFORMATIES[regel.dan](van)
        transformatie = regel.dan
        basis = merk if regel.combineer else np.full(len(x), "", dtype=object)
        op = np.where(basis == "", regel.dan, basis + f"+{regel.dan}")
        merk = np.where(np.isnan(x), "", op).astype(object)
        uitslagen.append(_goed(y, regel))
    return Behandeld(
        y,
        merk,
        tuple(u[0] for u in uitslagen),
        tuple(u[1] for u in uitslagen),
        tuple(u[2] for u in uitslagen),
        aantal,
        transformatie,
    )


def beschikbaarheid(x: pd.DataFrame) -> pd.DataFrame:
    """Per row: missing, zero, either, share available, share of those that is not zero."""
    mist, nul = x.isna().sum(axis=1), (x == 0).sum(axis=1)
    heeft = x.shape[1] - mist
    return pd.DataFrame(
        {
            "N_missing": mist,
            "N_zero": nul,
            "N_miss_or_zero": mist + nul,
            "Dat_Avail": 1 - mist / x.shape[1],
            "Non_Zero": (1 - nul / heeft.where(heeft > 0)).fillna(0.0),
        }
    )


def kengetallen(x: pd.DataFrame, regel: Regel = Regel(), laag: float = 0.65) -> pd.DataFrame:
    """The 19 statistics per column that COINr's get_stats gives, flags included.

    Args:
        x: numbers only, a column per indicator.
        regel: thresholds of the outlier flag.
        laag: share available under which a column is flagged LOW.
    """
    rijen = []
    for naam in x.columns:
        k = x[naam].to_numpy(float)
        w = k[~np.isnan(k)]
        n, uniek, aantallen = len(w), *np.unique(w, return_counts=True)
        s, u = momenten(k)
        nul, gelijk = int((w != 0).sum()), int(aantallen.max()) if n else 0
        meet = (w.min(), w.max(), w.mean(), np.median(w), w.std(ddof=1)) if n > 1 else (np.nan,) * 5
        delen = (nul / n, len(uniek) / n, gelijk / n) if n else (np.nan,) * 3
        vlag = (
            "ok" if n / len(k) >= laag else "LOW",
            "ok" if nul / len(k) >= 0.5 else "LOW",
            "ok" if len(uniek) / len(k) >= 0.5 else "LOW",
            "OUT" if abs(s) > regel.scheefheid and u > regel.kurtosis else "ok",
        )
        rijen.append((naam, *meet, s, u, n, nul, len(uniek), gelijk, n / len(k), *delen, *vlag))
    return pd.DataFrame(rijen, columns=KENGETALLEN)


KENGETALLEN = [
    "iCode", "Min", "Max", "Mean", "Median", "Std", "Skew", "Kurt", "N.Avail", "N.NonZero",
    "N.Unique", "N.Same", "Frc.Avail", "Frc.NonZero", "Frc.Unique", "Frc.Same", "Flag.Avail",
    "Flag.NonZero", "Flag.Unique", "Flag.SkewKurt",
]  # fmt: skip
"""Columns of `kengetallen`, named as in COINr."""

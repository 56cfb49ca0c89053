"""Robustness: what would the ranks be if the choices and the inputs were slightly other.

OECD/JRC handbook, step 7. Every draw gives each area a score; from all draws come rank intervals,
class probabilities and the probability that one area lies lower than another. Draws are ranked by
packing score and row number into one 64-bit integer and sorting that: several times faster than
sorting with a separate index, and only what is asked for is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.formulas import F64
from indicators.normalise import rank

Rangen = NDArray[np.unsignedinteger[Any]]
BLOK = 32
"""Draws handled at once by one thread: small enough for the cache."""
DRADEN = 2
KLEIN = 250_000
"""Multiplications that OpenBLAS does without starting threads (its bound is 262,144)."""


def rangen(score: F64) -> F64:
    """Rank of each row per column, 1 for the highest; ties share the best rank; NaN stays NaN."""
    s = score[:, None] if score.ndim == 1 else score
    uit = np.column_stack([rank(-kolom) for kolom in s.T])
    return uit[:, 0] if score.ndim == 1 else uit


def rang_kengetallen(nominaal: F64, rang: F64) -> pd.DataFrame:
    """Nominal rank, mean, median and the 5 % and 95 % quantile over the columns of `rang`."""
    q = np.quantile(rang, [0.5, 0.05, 0.95], axis=1)
    return pd.DataFrame(
        {"Nominal": nominaal, "Mean": rang.mean(axis=1), "Median": q[0], "Q5": q[1], "Q95": q[2]}
    )


def rang_trekkingen(score: F64) -> Rangen:
    """Ranks per draw, 1 for the highest; ties share the best rank.

    Scores that differ by less than about a billionth of their range count as tied: the low bits
    carry the row number.

    Args:
        score: (draws, n), finite, changed in place.

    Returns:
        (draws, n) unsigned integers, two bytes each up to 65,535 areas.
    """
    n = score.shape[1]
    bits = max(1, int(n - 1).bit_length())
    masker = np.uint64((1 << bits) - 1)
    nummer = np.arange(n, dtype=np.uint64)
    uit = np.empty(score.shape, dtype=np.uint16 if n < 65_536 else np.uint32)
    volgorde = np.arange(1, n + 1, dtype=uit.dtype)
    werk = np.empty(n, dtype=np.uint64)
    for d, rij in enumerate(score):
        # one row at a time, in place: it stays in the processor's cache
        hoogste, laagste = float(rij.max()), float(rij.min())
        if not np.isfinite(hoogste - laagste):
            raise ValueError("rangen: een score ontbreekt of is oneindig; laat die rijen weg")
        np.subtract(hoogste, rij, out=rij)
        rij += (hoogste - laagste) * 1e-3 or 1.0  # positive numbers sort like their bits
        sleutel = rij.view(np.uint64)
        sleutel &= ~masker
        sleutel |= nummer
        sleutel.sort()
        np.bitwise_and(sleutel, masker, out=werk)
        rang = volgorde
        sleutel >>= np.uint64(bits)
        gelijk = sleutel[1:] == sleutel[:-1]
        if gelijk.any():
            begin = np.concatenate(([True], ~gelijk))
            rang = np.maximum.accumulate(np.where(begin, volgorde, 0)).astype(uit.dtype)
        uit[d, werk.view(np.int64)] = rang
    return uit


def trekkingen(
    x: F64, gewicht: F64, verwerk: Callable[[int, F64], None], draden: int = DRADEN
) -> None:
    """Weighted means of many draws of weights, handed over block by block as (draws, n).

    Means are over what is there, weights rescaled; every row has at least one value with weight.

    Args:
        x: (n, m) normalised values, NaN where missing.
        gewicht: (draws, m) weights.
        verwerk: gets the number of the first draw and the scores, which it may change.
        draden: number of threads.
    """
    leeg = np.isnan(x)
    vol = np.ascontiguousarray(np.where(leeg, 0.0, x).T)
    gaten = bool(leeg.any())
    aanwezig = np.ascontiguousarray((~leeg).T.astype(float)) if gaten else None
    w = gewicht / gewicht.sum(axis=1, keepdims=True)

    def blok(begin: int) -> None:
        deel = w[begin : begin + BLOK]
        score = maal(deel, vol)
        if aanwezig is not None:
            score /= maal(deel, aanwezig)
        verwerk(begin, score)

    with ThreadPoolExecutor(draden) as ploeg:
        list(ploeg.map(blok, range(0, len(w), BLOK)))


def maal(a: F64, b: F64) -> F64:
    """Matrix product in pieces that BLAS does in the calling thread: its own would only wait."""
    uit = np.empty((len(a), b.shape[1]))
    stap = max(1, KLEIN // max(a.size, 1))
    for i in range(0, b.shape[1], stap):
        np.matmul(a, b[:, i : i + stap], out=uit[:, i : i + stap])
    return uit


@dataclass(frozen=True)
class Rangbeeld:
    """Per area: mean rank, its quantiles over all draws, and probability per class."""

    gemiddelde: F64
    kwantielen: F64
    klasse_kans: F64 | None


def rangen_bij_gewichten(
    x: F64,
    gewicht: F64,
    kwantielen: tuple[float, ...] = (0.05, 0.5, 0.95),
    grenzen: tuple[float, ...] = (),
    draden: int = DRADEN,
) -> Rangbeeld:
    """Rank quantiles and class probabilities of n areas over draws of weights.

    Args:
        x: (n, m) normalised values, NaN where missing; a row needs at least one value.
        gewicht: (draws, m) weights, zero or more.
        kwantielen: which quantiles of the rank.
        grenzen: scores between classes, rising; without them no class probabilities.
        draden: number of threads.

    Raises:
        ValueError: rows without any value, or a draw whose weights sum to zero.
    """
    controleer(x, gewicht)
    rang, tel = verzamelaar(len(x), len(gewicht), grenzen)
    trekkingen(x, gewicht, tel.neem, draden)
    return Rangbeeld(
        rang.mean(axis=0), kwantielen_van(rang, kwantielen, draden), tel.kans(len(gewicht))
    )


def controleer(x: F64, gewicht: F64) -> None:
    """Refuses what would let a NaN travel: empty rows, infinite values, weights without a sum."""
    if not len(x) or not len(gewicht):
        raise ValueError("robuustheid: geen gebieden of geen trekkingen")
    if np.isinf(x).any():
        raise ValueError("robuustheid: oneindige waarde")
    if (gewicht < 0).any() or (gewicht.sum(axis=1) <= 0).any():
        raise ValueError("robuustheid: gewichten van een trekking negatief of samen nul")
    leeg = (~np.isnan(x)) @ (gewicht > 0).all(axis=0).astype(float) == 0
    if leeg.any():
        raise ValueError(
            f"robuustheid: rij {int(np.argmax(leeg))} heeft geen waarde met gewicht; "
            "laat rijen zonder score weg"
        )


class Verzamelaar:
    """Keeps ranks of all draws and counts classes; blocks may arrive from several threads."""

    def __init__(self, rang: Rangen, grenzen: tuple[float, ...]) -> None:
        self.rang = rang
        self.grenzen = grenzen
        self.boven: dict[int, F64] = {}

    def neem(self, begin: int, score: F64) -> None:
        """Takes the scores of a block of draws; uses them up."""
        if self.grenzen:
            self.boven[begin] = np.stack([(score >= g).sum(axis=0) for g in self.grenzen])
        self.rang[begin : begin + len(score)] = rang_trekkingen(score)

    def kans(self, keer: int) -> F64 | None:
        """Probability per class (n, classes), lowest class first."""
        if not self.grenzen:
            return None
        boven = np.sum(list(self.boven.values()), axis=0) / keer
        rand = np.vstack([np.ones(boven.shape[1]), boven, np.zeros(boven.shape[1])])
        uit: F64 = (rand[:-1] - rand[1:]).T
        return uit


def verzamelaar(n: int, keer: int, grenzen: tuple[float, ...]) -> tuple[Rangen, Verzamelaar]:
    """An empty store of ranks (draws, n) and its collector."""
    rang: Rangen = np.empty((keer, n), dtype=np.uint16 if n < 65_536 else np.uint32)
    return rang, Verzamelaar(rang, grenzen)


def kwantielen_van(rang: Rangen, kwantielen: tuple[float, ...], draden: int = DRADEN) -> F64:
    """Quantiles over draws (n, k), linear between two ranks as numpy and R's type 7."""
    keer, n = rang.shape
    plek = np.array(kwantielen) * (keer - 1)
    laag = np.floor(plek).astype(int)
    hoog = np.minimum(laag + 1, keer - 1)
    uit = np.empty((n, len(kwantielen)))

    def blok(begin: int) -> None:
        stuk = np.ascontiguousarray(rang[:, begin : begin + 512].T)
        stuk.sort(axis=1)
        onder, boven = stuk[:, laag].astype(float), stuk[:, hoog].astype(float)
        uit[begin : begin + 512] = onder + (plek - laag) * (boven - onder)

    with ThreadPoolExecutor(draden) as ploeg:
        list(ploeg.map(blok, range(0, n, 512)))
    return uit


def rangbereik(onder: F64, boven: F64) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Best and worst rank that are possible at all when every score lies in its interval.

    No assumption on the distribution: widening any interval never narrows anybody's range.

    Args:
        onder: (n,) lowest possible score.
        boven: (n,) highest possible score.

    Returns:
        Best and worst rank, 1 for the highest score.
    """
    if np.isnan(onder).any() or np.isnan(boven).any() or (onder > boven).any():
        raise ValueError("rangbereik: elk interval heeft een onder- en een bovengrens, in die orde")
    n = len(onder)
    beste = 1 + n - np.searchsorted(np.sort(onder), boven, side="right")
    zelf = boven > onder
    hoger = n - np.searchsorted(np.sort(boven), onder, side="right")
    return beste.astype(np.int64), (1 + hoger - zelf).astype(np.int64)


def invoer_trekking(onder: F64, waarde: F64, boven: F64, rng: np.random.Generator) -> F64:
    """One draw of the inputs: every cell uniform in its interval, an exact cell as it is.

    A missing cell with an interval (a hidden figure) is drawn as well; one without stays NaN.
    """
    breed = boven > onder
    uit: F64 = waarde.copy()
    uit[breed] = onder[breed] + rng.random(int(breed.sum())) * (boven - onder)[breed]
    return uit


def afronding(waarde: F64, stap: float, laagste: float = -np.inf) -> tuple[F64, F64]:
    """The interval behind a rounded figure: CBS rounds counts to 5, income to 100, shares to 1.

    Args:
        waarde: published values, NaN where missing.
        stap: a value of `AFRONDING`, or another step.
        laagste: no lower than this (0 for counts and shares).
    """
    return np.maximum(waarde - stap / 2, laagste), waarde + stap / 2


AFRONDING: dict[str, float] = {"aantal_5": 5.0, "aantal_100": 100.0, "heel_procent": 1.0}
"""How CBS rounds: counts of people and homes to 5, of income receivers to 100, shares to 1."""


def met_marge(waarde: F64, marge: F64) -> tuple[F64, F64]:
    """The interval of a survey figure with a published margin; no margin is no interval."""
    breed = np.nan_to_num(marge)
    return waarde - breed, waarde + breed


def verborgen(
    onder: F64, boven: F64, cel: NDArray[np.bool_], laagste: float, hoogste: float
) -> tuple[F64, F64]:
    """The intervals with hidden cells anywhere they can be, for example 0 to 9 of a count under 10.

    Such a cell has no value: it is drawn, never filled in, and a score's interval grows by it.

    Args:
        onder: lower ends so far.
        boven: upper ends so far.
        cel: where the source hid the figure.
        laagste: the least it can be.
        hoogste: the most it can be.
    """
    return np.where(cel, laagste, onder), np.where(cel, hoogste, boven)


def kans_lager(a: F64, b: F64) -> float:
    """Probability that the first really lies lower: share of joint draws, ties counting half."""
    if len(a) != len(b) or not len(a) or np.isnan(a).any() or np.isnan(b).any():
        raise ValueError("kans_lager: van beide evenveel trekkingen met een score verwacht")
    return float(((a < b) + 0.5 * (a == b)).mean())

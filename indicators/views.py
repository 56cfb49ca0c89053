"""Our views on areas: the class of a node, and the 3x3 of two nodes (design: niveau).

All marked "eigen indicatie op open data". Classes are against cut points that the catalogue
declares; they do not depend on which other areas happen to be loaded. The third view, anders dan
verwacht, is in `expected`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators.compare import kans_hoger
from indicators.formulas import F64

KLASSEN = ("laag", "midden", "hoog")
BEWEGINGEN = ("daalt", "ongeveer gelijk", "stijgt")


@dataclass(frozen=True)
class Klasse:
    """Per area the class (0, 1, 2; -1 without score) and the probability of each class (n, 3)."""

    klasse: NDArray[np.int8]
    kans: F64


def klasse(score: F64, onder: F64, boven: F64, grenzen: tuple[float, float]) -> Klasse:
    """The class of a score and how certain it is.

    The probability takes every value between `onder` and `boven` to be equally likely: a stated
    simplification, wide where inputs are missing.

    Args:
        score: n scores on 0 to 100, NaN where there is none.
        onder: lower ends of the intervals.
        boven: upper ends.
        grenzen: the scores between laag and midden, and between midden and hoog.
    """
    heeft = ~np.isnan(score)
    klassen = np.where(heeft, np.digitize(score, grenzen), -1).astype(np.int8)
    breedte = np.where(boven > onder, boven - onder, 1.0)
    tot = [np.clip((g - onder) / breedte, 0, 1) for g in grenzen]
    kans = np.stack([tot[0], tot[1] - tot[0], 1 - tot[1]], axis=1)
    exact = heeft & ~(boven > onder)
    kans[exact] = np.eye(3)[klassen[exact]]
    kans[~heeft] = np.nan
    return Klasse(klassen, kans)


def niveau(een: Klasse, twee: Klasse) -> tuple[NDArray[np.int8], F64]:
    """The 3x3 class of two nodes (0 to 8, row = first node; -1 without) and its probability.

    The probability is the product of both: it takes the two intervals to be independent.
    """
    heeft = (een.klasse >= 0) & (twee.klasse >= 0)
    samen = np.where(heeft, een.klasse * 3 + twee.klasse, -1).astype(np.int8)
    rij = np.arange(len(samen))
    kans = een.kans[rij, np.maximum(een.klasse, 0)] * twee.kans[rij, np.maximum(twee.klasse, 0)]
    return samen, np.where(heeft, kans, np.nan)


@dataclass(frozen=True)
class Stand:
    """Scores of a node in one year with their intervals: arrays of n, NaN where there is none."""

    score: F64
    onder: F64
    boven: F64


def beweging(toen: Stand, nu: Stand, drempel: float, zelfde_meting: NDArray[np.bool_]) -> Klasse:
    """Whether a score fell (0), stayed about the same (1) or rose (2), and how certain that is.

    Args:
        toen: the earlier year.
        nu: the later year.
        drempel: least change in points that counts; zero or more.
        zelfde_meting: per area whether both years were measured the same way (no change of
            definition, no other borders); where not there is no change to speak of: -1.
    """
    heeft = ~np.isnan(toen.score) & ~np.isnan(nu.score) & zelfde_meting
    verschil = nu.score - toen.score
    klassen = np.select([verschil < -drempel, verschil > drempel], [0, 2], 1)
    daalt = kans_hoger(toen.onder - drempel, toen.boven - drempel, nu.onder, nu.boven)
    stijgt = kans_hoger(nu.onder - drempel, nu.boven - drempel, toen.onder, toen.boven)
    kans = np.stack([daalt, 1 - daalt - stijgt, stijgt], axis=1)
    exact = heeft & ~((toen.boven > toen.onder) | (nu.boven > nu.onder))
    kans[exact] = np.eye(3)[klassen[exact]]
    kans[~heeft] = np.nan
    return Klasse(np.where(heeft, klassen, -1).astype(np.int8), kans)


@dataclass(frozen=True)
class Verandering:
    """The 3x3 of two movements, its probability, and that of both rising (Aedes' rule)."""

    samen: NDArray[np.int8]
    kans: F64
    beide_stegen: NDArray[np.bool_]
    kans_beide_stegen: F64


def verandering(een: Klasse, twee: Klasse) -> Verandering:
    """The movements of two nodes together; an area without one of them has none (-1).

    "Both rose" is what Aedes calls under pressure; it is shown as such and is no class of ours.
    """
    samen, kans = niveau(een, twee)
    return Verandering(samen, kans, samen == 8, een.kans[:, 2] * twee.kans[:, 2])

"""A trial with one axis: other weights or another mean, with ranks, classes and coherence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from indicators.coherence import correlaties, cronbach
from indicators.formulas import F64
from indicators.means import gemiddelde, macht_van
from indicators.robustness import rangen_bij_gewichten

Methode = Literal["amean", "gmean", "hmean"]
METHODEN: dict[Methode, str] = {
    "amean": "gewoon gemiddelde",
    "gmean": "meetkundig gemiddelde",
    "hmean": "harmonisch gemiddelde",
}
RUIS = 0.25
"""Every draw moves each weight by at most this share of itself."""
TREKKINGEN = 500
LAAGSTE = 1.0
"""Geometric and harmonic means take no zero: under this score a part counts as this."""
ZAAD = 20260101


@dataclass(frozen=True)
class Proef:
    """The areas that have a score in this trial, and what came out.

    `rij` says which of the given areas they are; `rang` has the 5 % and 95 % rank (k, 2), 1 for
    the highest score; `klasse_kans` (k, 3) for laag, midden, hoog. `invloed` is the rank
    correlation of each part with the score, `samen` of the parts with each other (NaN where a
    part has no spread), `alpha` is Cronbach's over the parts that have spread.
    """

    rij: np.ndarray
    score: F64
    rang: F64
    klasse_kans: F64
    invloed: F64
    samen: F64
    alpha: float


def proef(
    x: F64, gewicht: F64, methode: Methode, grenzen: tuple[float, float], dekking: float
) -> Proef:
    """Scores and their robustness under given weights and a given mean.

    Ranks and classes are over `TREKKINGEN` draws of weights around the given ones; the seed is
    fixed, so that one setting gives one outcome. All means are weighted sums of a rising function
    of the parts, so ranks of the sums are ranks of the scores.

    Args:
        x: (n, m) parts on 0 to 100, more meaning more of the axis; NaN where missing.
        gewicht: (m,) weights, zero or more.
        methode: which mean.
        grenzen: limits between laag and midden, and between midden and hoog.
        dekking: least share of the weight that must be there; other areas are left out.

    Raises:
        ValueError: weights that are negative or sum to zero, or no area with enough coverage.
    """
    if (gewicht < 0).any() or not gewicht.sum() > 0:
        raise ValueError("de gewichten zijn samen nul; geef ten minste een cijfer gewicht")
    aandeel = (~np.isnan(x)) @ gewicht / gewicht.sum()
    rij = np.flatnonzero((aandeel >= dekking - 1e-9) & (aandeel > 0))
    if not len(rij):
        raise ValueError("geen gebied heeft genoeg cijfers voor deze gewichten")
    y = x[rij] if methode == "amean" else np.maximum(x[rij], LAAGSTE)
    score = gemiddelde(y, gewicht, macht_van(methode))
    rng = np.random.default_rng(ZAAD)
    ruis = gewicht * (1 + rng.uniform(-RUIS, RUIS, (TREKKINGEN, len(gewicht))))
    beeld = rangen_bij_gewichten(
        _stijgend(y, methode),
        ruis,
        (0.05, 0.95),
        tuple(float(g) for g in _stijgend(np.array(grenzen), methode)),
    )
    if beeld.klasse_kans is None:
        raise ValueError("geen klassen zonder grenzen")
    namen = [str(j) for j in range(x.shape[1])]
    deel = pd.DataFrame(y, columns=namen)
    samen = correlaties(deel, soort="spearman").to_numpy()
    invloed = correlaties(deel, pd.DataFrame({"score": score}), "spearman").to_numpy()[:, 0]
    alpha = cronbach(deel.loc[:, deel.nunique() > 1])  # a part nobody has says nothing
    return Proef(rij, score, beeld.kwantielen, beeld.klasse_kans, invloed, samen, alpha)


def _stijgend(x: F64, methode: Methode) -> F64:
    """The rising function of which this mean is a weighted sum, up to a rising function."""
    if methode == "amean":
        return x
    uit: F64 = np.log(x) if methode == "gmean" else -1 / x
    return uit

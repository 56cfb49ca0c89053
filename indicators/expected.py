"""Anders dan verwacht: what is left of a node when look-alike circumstances are allowed for.

Robust regression (Tukey's bisquare, statsmodels) of overlast en onveiligheid on kwetsbaarheid and
stedelijkheid. Only registered figures: a modelled figure restates the composition it was made
from, so what is left of it says nothing about the area. Never shown without niveau.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, stdtrit

from indicators.formulas import F64

KLASSEN = ("lager dan verwacht", "zoals verwacht", "hoger dan verwacht")
MINSTENS = 30
"""Fewest areas to fit on; under it there is no expectation, only areas."""
MODELMATIG = ("modelschatting",)


@dataclass(frozen=True)
class Verwachting:
    """Per area: expected value with its prediction interval, residual, class and probabilities.

    Arrays of n; `klasse` is -1 and the rest NaN where an area does not take part. `schaal` is the
    robust spread of the residuals, `coefficienten` start with the constant.
    """

    verwacht: F64
    onder: F64
    boven: F64
    residu: F64
    klasse: NDArray[np.int8]
    kans: F64
    coefficienten: F64
    schaal: float
    aantal: int


def anders_dan_verwacht(
    y: tuple[F64, F64, F64],
    verklaring: F64,
    meedoen: NDArray[np.bool_],
    aarden: tuple[str, ...],
    grens: float = 1.0,
    zeker: float = 0.9,
) -> Verwachting:
    """Expected value and residual of every area that takes part.

    An area is higher (or lower) than expected when its residual is beyond `grens` times the robust
    spread. The probabilities allow for the interval of y (equally likely anywhere in it) and for
    the uncertainty of the line itself (normal), taken as independent.

    Args:
        y: value, lower and upper end of the node to explain, (n,) each; NaN where there is none.
        verklaring: (n, m) explaining figures.
        meedoen: which areas may take part (not small, not full of visitors).
        aarden: kind (`aard`) of every figure used; modelled ones are refused.
        grens: how many robust spreads count as other than expected.
        zeker: coverage of the prediction interval.

    Raises:
        ValueError: a modelled figure, too few areas, or explaining figures that run together.
    """
    if fout := [a for a in aarden if a in MODELMATIG]:
        raise ValueError(f"anders dan verwacht: een {fout[0]} verklaart zichzelf; laat die weg")
    waarde, y_onder, y_boven = y
    mee = meedoen & ~np.isnan(waarde) & ~np.isnan(verklaring).any(axis=1)
    x = np.column_stack([np.ones(len(waarde)), verklaring])
    n, m = int(mee.sum()), x.shape[1]
    if n < MINSTENS:
        raise ValueError(f"anders dan verwacht: {n} gebieden, minstens {MINSTENS} nodig")
    if np.linalg.matrix_rank(x[mee]) < m:
        raise ValueError("anders dan verwacht: de verklarende cijfers lopen gelijk op of zijn vast")
    import statsmodels.api as sm  # more than a second: only where there is something to fit

    model = sm.RLM(waarde[mee], x[mee], M=sm.robust.norms.TukeyBiweight()).fit()
    schaal = float(model.scale)
    verwacht = np.where(mee, x @ model.params, np.nan)
    lijn = np.sqrt(np.einsum("ij,jk,ik->i", x, model.bcov_scaled, x))
    marge = stdtrit(n - m, 0.5 + zeker / 2) * np.sqrt(schaal**2 + lijn**2)
    residu = waarde - verwacht
    kans = _kansen(y_onder - verwacht, y_boven - verwacht, lijn, grens * schaal)
    kans[~mee] = np.nan
    klassen = np.select([residu < -grens * schaal, residu > grens * schaal], [0, 2], 1)
    return Verwachting(
        verwacht,
        verwacht - marge,
        verwacht + marge,
        np.where(mee, residu, np.nan),
        np.where(mee, klassen, -1).astype(np.int8),
        kans,
        np.asarray(model.params, dtype=float),
        schaal,
        n,
    )


def _kansen(onder: F64, boven: F64, sd: F64, grens: float) -> F64:
    """Probability of each class of a residual that is uniform between ends plus a normal error."""
    hoger = _boven(onder, boven, sd, grens)
    lager = _boven(-boven, -onder, sd, grens)
    return np.stack([lager, np.maximum(1 - lager - hoger, 0), hoger], axis=1)


def _boven(onder: F64, boven: F64, sd: F64, c: float) -> F64:
    """P(U + N > c): U uniform between the ends, N normal with mean 0."""
    s = np.maximum(sd, 1e-12)
    breed = boven - onder

    def g(z: F64) -> F64:
        uit: F64 = z * ndtr(z) + np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
        return uit

    with np.errstate(invalid="ignore", divide="ignore"):
        vlak = s * (g((boven - c) / s) - g((onder - c) / s)) / breed
    return np.where(breed > 1e-9 * s, vlak, ndtr((onder - c) / s))

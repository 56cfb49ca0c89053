"""Averages: what a shown average tells of one answer behind it, and when that is too much.

A count and its average give the sum, and the sum bounds every contribution: with n answers on a
scale from `laag` to `hoog` one answer is at least sum - (n-1) * hoog and at most sum - (n-1) *
laag. A sum may be told when each answer can still be anywhere on the scale. For amounts without a
scale the p% rule does the same: the second largest may not come within p% of the largest
(Hundepool et al., Statistical Disclosure Control, 2012, ch. 4). Exact sums are taken as known.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Schaal = tuple[float, float]
"""The least and most that one answer can be."""
P_PROCENT = 10.0
"""So close to the largest amount the second largest may not come, in % of the largest."""


def ruim(aantal: ArrayLike, som: ArrayLike, schaal: Schaal) -> NDArray[np.bool_]:
    """Whether each answer can still be anywhere on the scale, for sums of so many answers.

    Args:
        aantal: n counts of answers.
        som: n sums of them, exact.
        schaal: the least and most of one answer.
    """
    n, s = np.asarray(aantal, dtype=float), np.asarray(som, dtype=float)
    laag, hoog = schaal
    over = 1e-9 * np.maximum(np.abs(s), 1.0)
    return np.asarray((s - n * laag >= hoog - laag - over) & (n * hoog - s >= hoog - laag - over))


def verschil_ruim(meer: int, som: float, schaal: Schaal | None) -> bool:
    """Whether the difference of two sums may be told, as if all who came or went were alone in it.

    A difference that no group of that size could make tells that others changed too: then nothing
    of one answer follows from it.

    Args:
        meer: answers more (or fewer).
        som: what the sum rose by (or fell).
        schaal: the least and most of one answer; None for amounts without one.
    """
    if schaal is None:
        return True
    n, s = abs(meer), som if meer > 0 else -som
    kan = n * schaal[0] <= s <= n * schaal[1]
    return not kan or bool(ruim(n, s, schaal))


def grootste_gedekt(
    som: ArrayLike, eerste: ArrayLike, tweede: ArrayLike, p: float = P_PROCENT
) -> NDArray[Any]:
    """The p% rule: whether what is left of a sum hides its largest part from its second largest.

    Args:
        som: n sums.
        eerste: n largest contributions.
        tweede: n second largest.
        p: in percent of the largest.
    """
    s, a, b = (np.asarray(x, dtype=float) for x in (som, eerste, tweede))
    return np.asarray((a <= 0) | (s - a - b >= p / 100 * a))

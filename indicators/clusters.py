"""Clusters: which areas lie together with areas like them, and which stand out among neighbours.

Classes of local Moran statistics (Anselin 1995) after correction for testing every area at once
(Benjamini and Hochberg; for local statistics Caldas de Castro and Singer 2006). The statistics
themselves need outlines and are worked out in `pipelines.clusters`.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from indicators.formulas import F64

ZEKER = 0.05
"""Share of the clusters named that may be due to chance."""
MINSTENS = 30
"""Fewest areas with a score and a neighbour; under it there is no pattern to speak of."""
BEKENDE_BUREN = 0.5
"""Share of its neighbours that must have a score for an area to be compared with them."""
Soort = Literal["hoog_bij_hoog", "laag_bij_hoog", "laag_bij_laag", "hoog_bij_laag", "geen"]
KWADRANT: tuple[Soort, ...] = ("hoog_bij_hoog", "laag_bij_hoog", "laag_bij_laag", "hoog_bij_laag")
"""Classes by quadrant (1 to 4) of the area itself and the mean of its neighbours."""
Reden = Literal[
    "geen_score", "veel_bezoekers", "geen_grens", "geen_buren", "buren_zonder_score",
    "te_weinig_gebieden", "geen_spreiding",
]  # fmt: skip
"""Why an area has no class (`out_cluster.geen_cluster`)."""


def tweezijdig(p: F64) -> F64:
    """Two-sided pseudo p-values from those of the nearer tail: an area may be high or low."""
    uit: F64 = np.minimum(2 * np.asarray(p, dtype=float), 1.0)
    return uit


def gecorrigeerd(p: F64) -> F64:
    """p-values corrected for testing all areas at once (false discovery rate); NaN takes no part.

    Args:
        p: n p-values, NaN for areas that are not tested.
    """
    uit = np.full(len(p), np.nan)
    mee = ~np.isnan(p)
    if mee.any():
        from scipy.stats import false_discovery_control  # slow to load, seldom needed

        uit[mee] = false_discovery_control(p[mee], method="bh")
    return uit


def klassen(kwadrant: NDArray[np.int64], gecorrigeerde: F64) -> NDArray[np.object_]:
    """The class of each area; None where it was not tested.

    Args:
        kwadrant: 1 to 4, of the area and its neighbours against the mean of all.
        gecorrigeerde: corrected p-values, NaN where not tested.
    """
    namen = np.array(KWADRANT, dtype=object)[np.clip(kwadrant, 1, 4) - 1]
    uit: NDArray[np.object_] = np.where(gecorrigeerde <= ZEKER, namen, "geen")
    uit[np.isnan(gecorrigeerde)] = None
    return uit

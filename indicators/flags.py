"""Flags beside a score: stacked signals, small areas, many visitors, and the barred columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.formulas import F64

MINIMUM_INWONERS = 150
OPVALLEND = 0.5
"""From this absolute rank correlation on a score and a barred column stand out together."""
VEEL_BEZOEKERS = 3.0
"""Jobs and amenities per inhabitant from which an area is mostly used by others."""


def klein(inwoners: F64, minimum: int = MINIMUM_INWONERS) -> NDArray[np.bool_]:
    """Areas under the minimum of inhabitants, or of which the number is not known."""
    return ~(inwoners >= minimum)


def veel_bezoekers(
    banen: F64, voorzieningen: F64, inwoners: F64, grens: float = VEEL_BEZOEKERS
) -> NDArray[np.bool_]:
    """Areas with so many jobs and amenities per inhabitant that rates per inhabitant mislead.

    An unknown number of jobs or amenities counts as none; without inhabitants an area with any of
    them is flagged. They are left out of norm and reference.
    """
    bezoek = np.nan_to_num(banen) + np.nan_to_num(voorzieningen)
    mensen = np.nan_to_num(inwoners)
    return np.where(mensen > 0, bezoek > grens * np.where(mensen > 0, mensen, 1), bezoek > 0)


@dataclass(frozen=True)
class Stapeling:
    """Signals per area: how many there are, how many are not known, and which go together.

    `samen` counts areas per pair of signals (its diagonal per signal). It counts areas: people with
    more than one problem cannot be read from it, and shares are never added up.
    """

    aantal: NDArray[np.int64]
    onbekend: NDArray[np.int64]
    samen: pd.DataFrame


def stapel(waarden: pd.DataFrame, grenzen: dict[str, tuple[str, float]]) -> Stapeling:
    """How many signals each area has.

    Args:
        waarden: areas by figures, NaN where missing: then the signal is unknown, not absent.
        grenzen: figure to ('boven' or 'onder', threshold), strictly beyond it is a signal.

    Raises:
        KeyError: a threshold for a figure that is not there.
        ValueError: another word than boven or onder.
    """
    signaal = pd.DataFrame(index=waarden.index)
    for naam, (kant, grens) in grenzen.items():
        if kant not in ("boven", "onder"):
            raise ValueError(f"stapeling, {naam}: {kant!r}; verwacht boven of onder")
        signaal[naam] = waarden[naam] > grens if kant == "boven" else waarden[naam] < grens
    getal = signaal.to_numpy(np.int64)
    return Stapeling(
        getal.sum(axis=1),
        waarden[list(grenzen)].isna().to_numpy().sum(axis=1),
        pd.DataFrame(getal.T @ getal, index=signaal.columns, columns=signaal.columns),
    )


def samenhang_met_uitgesloten(
    scores: pd.DataFrame, uitgesloten: pd.DataFrame, grens: float = OPVALLEND
) -> pd.DataFrame:
    """Rank correlation of every score with every column that is barred from scores.

    A score may run with a barred column without holding it; this is published so that it can be
    seen, and claims no more than that.

    Args:
        scores: areas by scores.
        uitgesloten: the same areas by barred columns.
        grens: from this absolute correlation on a pair is flagged.

    Returns:
        A row per pair: score, kolom, gebieden, correlatie (Spearman), opvallend. Fewer than three
        areas, or a column without spread, give no correlation (NaN) and no flag.
    """
    rijen = []
    for score in scores.columns:
        for kolom in uitgesloten.columns:
            paar = pd.concat([scores[score], uitgesloten[kolom]], axis=1, keys=["a", "b"]).dropna()
            vast = len(paar) < 3 or paar["a"].nunique() < 2 or paar["b"].nunique() < 2
            r = float("nan") if vast else float(paar["a"].corr(paar["b"], method="spearman"))
            rijen.append((score, kolom, len(paar), r, abs(r) >= grens))
    return pd.DataFrame(rijen, columns=["score", "kolom", "gebieden", "correlatie", "opvallend"])

"""Imputation, only where a method asks for it (OECD/JRC handbook, step 3); never silent.

Nothing in the product's own scores is imputed: there a gap widens the interval. These functions
serve composites whose method file says so; each filled cell is listed beside the result.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from indicators.formulas import F64

MAAT: dict[str, Callable[[F64], float]] = {
    "mean": lambda x: float(np.nanmean(x)),
    "median": lambda x: float(np.nanmedian(x)),
    "mean_grp": lambda x: float(np.nanmean(x)),
    "median_grp": lambda x: float(np.nanmedian(x)),
}
"""Fill value of a column, or of the column within a group."""
PANEL = ("latest", "linear", "constant")
"""Ways of filling a unit's gap from its own other years."""


def vul(x: F64, functie: str, groep: pd.Series | None = None) -> F64:
    """A column with its gaps filled by a mean or median, of all or of the unit's own group.

    A group without any value stays as it is: there is nothing to fill it with.

    Args:
        x: n values, NaN where missing.
        functie: a key of `MAAT`.
        groep: group of each of the n units, for the `_grp` functions; no group, no filling.
    """
    uit = x.copy()
    if groep is None:
        if not np.isnan(x).all():
            uit[np.isnan(x)] = MAAT[functie](x)
        return uit
    for rijen in groep.groupby(groep.to_numpy()).indices.values():
        uit[rijen] = vul(x[rijen], functie)
    return uit


def vul_rijen(x: pd.DataFrame, richting: dict[str, int], functie: str) -> pd.DataFrame:
    """Gaps filled along the row, after min-max of the columns and back again.

    Args:
        x: units by indicators.
        richting: direction of each column.
        functie: mean or median.
    """
    om = pd.Series({c: richting[c] for c in x.columns}, dtype=float)
    laag, hoog = (x * om).min(), (x * om).max()
    schaal = ((x * om) - laag) / (hoog - laag)
    maat = schaal.mean(axis=1) if functie == "mean" else schaal.median(axis=1)
    gevuld = schaal.apply(lambda k: k.fillna(maat))
    return x.fillna((gevuld * (hoog - laag) + laag) * om)


def vul_panel(
    x: pd.DataFrame, eenheid: pd.Series, tijd: pd.Series, functie: str, terug: int | None = None
) -> pd.DataFrame:
    """Gaps of a unit filled from its own other times.

    `latest` takes the last value known before, at most `terug` of the panel's time points back.
    `linear` interpolates and `constant` steps; both give the nearest value outside what is known.

    Args:
        x: rows by indicators.
        eenheid: unit of each row.
        tijd: time of each row, numbers.
        functie: a value of `PANEL`.
        terug: only for `latest`.
    """
    uit = x.to_numpy(float).copy()
    punten = {t: i for i, t in enumerate(sorted(tijd.unique()))}
    for rijen in eenheid.groupby(eenheid.to_numpy()).indices.values():
        orde = rijen[np.argsort(tijd.to_numpy()[rijen])]
        t = tijd.to_numpy(float)[orde]
        for j in range(x.shape[1]):
            y = uit[orde, j]
            heeft = ~np.isnan(y)
            if heeft.all() or not heeft.any():
                continue
            if functie == "linear":
                y = np.interp(t, t[heeft], y[heeft])
            else:
                vorige = np.searchsorted(t[heeft], t, side="right") - 1
                kan = vorige >= 0
                if functie == "latest" and terug is not None:
                    stap = np.array([punten[v] for v in t])
                    kan &= stap - stap[heeft][np.maximum(vorige, 0)] <= terug
                if functie == "constant":
                    kan[:] = True
                y = np.where(heeft, y, np.where(kan, y[heeft][np.maximum(vorige, 0)], np.nan))
            uit[orde, j] = y
    return pd.DataFrame(uit, x.index, x.columns)

"""Coherence: do the parts of a node belong together, and does each do what its weight says.

OECD/JRC handbook, steps 4 and 6: correlations within and across levels with flags, Cronbach's
alpha, principal components, and influence beside intended weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from indicators.formulas import F64
from indicators.hierarchy import Hierarchie

Soort = Literal["pearson", "spearman", "kendall"]


def correlaties(
    a: pd.DataFrame, b: pd.DataFrame | None = None, soort: Soort = "pearson"
) -> pd.DataFrame:
    """Correlation of every column of `a` with every column of `b`, over rows that have both.

    A column without spread has no correlation: its cells are NaN here and never a flag.
    """
    if b is None or list(b.columns) == list(a.columns):
        return a.corr(method=soort)
    overig = [c for c in b.columns if c not in a.columns]
    return (
        pd.concat([a, b[overig]], axis=1).corr(method=soort).loc[list(a.columns), list(b.columns)]
    )


def vlaggen(
    boom: Hierarchie, x: pd.DataFrame, grens: float, kant: Literal["hoog", "laag"], niveau: int = 2
) -> pd.DataFrame:
    """Pairs of indicators in one group that correlate above (or below) a threshold.

    High: they may count one thing twice. Low: they may work against each other in the mean.

    Returns:
        Columns groep, een, ander, correlatie; each pair once.
    """
    rijen = []
    for groep in boom.op_niveau(niveau):
        r = correlaties(x[list(boom.bladeren(groep))])
        for een, ander in combinations(r.columns, 2):
            waarde = float(r[een].to_numpy()[r.index.get_loc(ander)])
            if waarde > grens if kant == "hoog" else waarde < grens:
                rijen.append((groep, een, ander, waarde))
    return pd.DataFrame(rijen, columns=["groep", "een", "ander", "correlatie"])


def met_noemers(x: pd.DataFrame, noemers: pd.DataFrame, grens: float) -> pd.DataFrame:
    """Indicators that mostly measure size: correlated with a denominator beyond a threshold."""
    r = correlaties(x, noemers)
    rij, kolom = np.nonzero((r.abs() > grens).to_numpy())
    return pd.DataFrame(
        {
            "indicator": r.index.to_numpy()[rij],
            "noemer": r.columns.to_numpy()[kolom],
            "correlatie": r.to_numpy()[rij, kolom],
        }
    )


def cronbach(x: pd.DataFrame) -> float:
    """Cronbach's alpha: how much the columns measure one thing; NaN with fewer than two columns.

    From pairwise complete covariances, so that a gap costs no whole row.
    """
    k = x.shape[1]
    if k < 2:
        return float("nan")
    c = x.cov().to_numpy()
    if not c.sum() > 0:
        return float("nan")
    return float(k / (k - 1) * (1 - np.trace(c) / c.sum()))


@dataclass(frozen=True)
class Componenten:
    """Principal components: loadings (codes by components), and share of variance of each."""

    codes: tuple[str, ...]
    rotatie: F64
    sd: F64
    aandeel: F64


def hoofdcomponenten(x: pd.DataFrame) -> Componenten:
    """Principal components of standardised columns; rows with a gap are left out.

    Signs are arbitrary; here the loadings of a component sum to zero or more.

    Raises:
        ValueError: fewer complete rows than two, or a column without spread.
    """
    y = x.dropna().to_numpy(float)
    if len(y) < 2:
        raise ValueError(f"hoofdcomponenten: {len(y)} rij(en) zonder gat; minstens 2 nodig")
    sd = y.std(axis=0, ddof=1)
    if (sd == 0).any():
        vast = x.columns[int(np.argmax(sd == 0))]
        raise ValueError(f"hoofdcomponenten: {vast} heeft overal dezelfde waarde")
    _, s, vt = np.linalg.svd((y - y.mean(axis=0)) / sd, full_matrices=False)
    teken = np.where(vt.sum(axis=1) < 0, -1.0, 1.0)
    breedte = s / np.sqrt(len(y) - 1)
    return Componenten(
        tuple(str(c) for c in x.columns), (vt * teken[:, None]).T, breedte, s**2 / (s**2).sum()
    )


def invloed(boom: Hierarchie, alles: pd.DataFrame, knoop: str) -> pd.DataFrame:
    """Intended weight of a node's parts beside the influence that they have in fact.

    Influence is the squared correlation of the part with the node (the share of the node's
    variance that goes with it), divided by their sum: with equal weights, a part that runs with
    the others weighs more than one that does not.

    Args:
        boom: the tree with its weights.
        alles: normalised indicators and nodes.
        knoop: the node.

    Returns:
        A row per part: bedoeld, correlatie, invloed (bedoeld and invloed each sum to 1).
    """
    delen = list(boom.kinderen[knoop])
    w = np.array([boom.gewicht[d] for d in delen])
    with np.errstate(invalid="ignore", divide="ignore"):
        r = alles[delen].corrwith(alles[knoop]).to_numpy()
    kwadraat = np.nan_to_num(r) ** 2
    som = kwadraat.sum()
    return pd.DataFrame(
        {
            "bedoeld": w / w.sum(),
            "correlatie": r,
            "invloed": kwadraat / som if som > 0 else np.zeros(len(delen)),
        },
        index=pd.Index(delen, name="deel"),
    )

"""Weights: equal, given, from PCA, for equal influence, noisy; and effective ones made visible.

OECD/JRC handbook, step 6. A weight says how much of a node's mean a part is, not how much
influence it has: `coherence.invloed` measures that, `voor_gelijke_invloed` turns it around.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from indicators import coherence, means
from indicators.formulas import F64
from indicators.hierarchy import Hierarchie, MethodeFout


def gelijk(boom: Hierarchie) -> dict[str, float]:
    """Weight 1 for every part of every node."""
    return dict.fromkeys(boom.gewicht, 1.0)


def effectief(boom: Hierarchie) -> dict[str, float]:
    """The share of every indicator and node in its top, down through the shares of its parents."""
    uit = {
        top: boom.gewicht[top] / sum(boom.gewicht[t] for t in boom.toppen) for top in boom.toppen
    }
    for knoop in reversed(boom.knopen):
        delen = boom.kinderen[knoop]
        som = sum(boom.gewicht[d] for d in delen)
        uit |= {d: uit[knoop] * boom.gewicht[d] / som for d in delen}
    return uit


def pca(boom: Hierarchie, x: pd.DataFrame, niveau: int) -> dict[str, float]:
    """Loadings on the first component of each group of a level, as weights.

    Maximises the variance that the parent keeps; the sign of the component is chosen so that the
    loadings sum to something positive. A part that runs against its group has a negative loading:
    it comes back as it is, and is no weight to compute with (`composite` refuses it by name).

    Args:
        boom: the tree.
        x: units by codes, with a column for every code of the level.
        niveau: 1 for the indicators, and up.

    Raises:
        MethodeFout: naming the node and the part: no spread, or too few rows.
    """
    uit: dict[str, float] = {}
    for knoop, delen in boom.kinderen.items():
        van_hier = [d for d in delen if boom.niveau[d] == niveau]
        if len(van_hier) == 1:
            uit[van_hier[0]] = 1.0
        elif van_hier:
            try:
                lading = coherence.hoofdcomponenten(x[van_hier]).rotatie[:, 0].tolist()
            except ValueError as fout:
                raise MethodeFout(f"gewichten pca, knoop {knoop}: {fout}") from fout
            uit |= dict(zip(van_hier, lading, strict=True))
    return uit


def voor_gelijke_invloed(
    boom: Hierarchie, x: pd.DataFrame, niveau: int, doel: dict[str, float] | None = None
) -> dict[str, float]:
    """Weights of a level under which each part correlates with the top as much as asked for.

    After Becker et al. 2017 (doi 10.1016/j.ecolind.2017.03.056): find weights whose correlations
    with the index are in the ratio of `doel` (default equal). They sum to 1 over the level.

    Args:
        boom: the tree, with one top.
        x: normalised indicators.
        niveau: the level to weigh.
        doel: wished share of influence per code.

    Raises:
        MethodeFout: more than one top, or the search finds no weights near the goal.
    """
    if len(boom.toppen) != 1:
        raise MethodeFout(f"gelijke invloed: een top verwacht, niet {', '.join(boom.toppen)}")
    codes = boom.op_niveau(niveau)
    wens = np.array([(doel or {}).get(c, 1.0) for c in codes])
    wens = wens / wens.sum()
    if vast := [c for c in codes if c in x and not x[c].nunique() > 1]:
        raise MethodeFout(
            f"gelijke invloed, knoop {boom.ouder[vast[0]]}: {vast[0]} heeft overal dezelfde "
            "waarde (of geen), en kan dus geen invloed hebben"
        )

    def afstand(w: F64) -> float:
        if w.min() <= 0:
            return 1e3
        nieuw = boom.met_gewichten(dict(zip(codes, (w / w.sum()).tolist(), strict=True)))
        alles = means.aggregeer(nieuw, x)
        r = alles[list(codes)].corrwith(alles[nieuw.toppen[0]]).to_numpy()
        return float(np.log(((wens - r / r.sum()) ** 2).mean() + 1e-16))

    opties = {"xatol": 1e-6, "fatol": 1e-6, "maxiter": 4000}
    gevonden = minimize(afstand, wens, method="Nelder-Mead", options=opties)
    if not np.isfinite(gevonden.fun) or gevonden.fun >= 1e3:
        raise MethodeFout(f"gelijke invloed op niveau {niveau}: geen gewichten gevonden")
    w = gevonden.x / gevonden.x.sum()
    return dict(zip(codes, w.tolist(), strict=True))


def met_ruis(
    boom: Hierarchie, ruis: dict[int, float], keer: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Weights moved at random by at most a share of themselves, per level.

    Args:
        boom: the nominal weights.
        ruis: level to share, 0.25 for plus or minus 25 %.
        keer: number of draws.
        rng: the generator; the caller's seed makes it repeatable.

    Returns:
        A row per draw, a column per code.
    """
    codes = list(boom.gewicht)
    basis = np.array([boom.gewicht[c] for c in codes])
    deel = np.array([ruis.get(boom.niveau[c], 0.0) for c in codes])
    if (deel < 0).any() or (deel > 1).any():
        raise MethodeFout("ruis: een deel tussen 0 en 1 verwacht")
    return pd.DataFrame(basis * (1 + rng.uniform(-1, 1, (keer, len(codes))) * deel), columns=codes)

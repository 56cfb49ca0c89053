"""Means over a tree: arithmetic, geometric, harmonic, generalised, and Copeland by outranking.

OECD/JRC handbook, step 6. A mean is taken over the values that are there, their weights rescaled
to 1; under the coverage floor there is none. Contributions add up to the score: the terms of the
mean itself where it is a sum, Shapley values (named so) where it is not.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.formulas import F64
from indicators.hierarchy import Hierarchie, MethodeFout

MACHT: dict[str, float] = {"amean": 1.0, "gmean": 0.0, "hmean": -1.0}
"""Named means as the power of the generalised mean."""
NAMEN = (*MACHT, "genmean", "copeland")
EXACT_TOT = 10
"""Up to this many parts Shapley values are exact; above, from random orders."""


def macht_van(functie: str, p: float | None = None) -> float:
    """The power of a named mean; `genmean` takes its own."""
    if functie == "genmean":
        if p is None:
            raise MethodeFout("genmean: `p` ontbreekt")
        return p
    return MACHT[functie]


def gemiddelde(x: F64, gewicht: F64, macht: float, dekking: float = 0.0) -> F64:
    """Weighted generalised mean per row over what is there; NaN where coverage is too low.

    Args:
        x: (n, m) values, NaN where missing; positive for a power of 0 or less.
        gewicht: (m,) weights, zero or more.
        macht: 1 arithmetic, 0 geometric, -1 harmonic, any other power as it is.
        dekking: least share of the weight that must be there.

    Raises:
        ValueError: a value that the mean cannot take (zero or less).
    """
    aanwezig = ~np.isnan(x)
    if macht != 1 and (x[aanwezig] < 0).any():
        raise ValueError("negatieve waarde")
    if macht <= 0 and (x[aanwezig] == 0).any():
        raise ValueError("waarde nul")
    som = aanwezig @ gewicht
    maat = _maat(x, aanwezig, macht)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        y = np.where(aanwezig, _heen(x / maat[:, None], macht), 0.0) @ gewicht / som
        uit = _terug(y, macht) * maat
    uit[(som <= 0) | (som / gewicht.sum() < dekking - 1e-9)] = np.nan
    return uit


def _maat(x: F64, aanwezig: NDArray[np.bool_], macht: float) -> F64:
    """What a row is divided by first, so that a high power of it stays a finite number."""
    if macht in (-1, 0, 1):
        return np.ones(len(x))
    uiterst = np.where(aanwezig, x, -np.inf if macht > 0 else np.inf)
    uit: F64 = uiterst.max(axis=1) if macht > 0 else uiterst.min(axis=1)
    return np.where(np.isfinite(uit) & (uit > 0), uit, 1.0)


def _heen(x: F64, macht: float) -> F64:
    return x if macht == 1 else np.log(x) if macht == 0 else x**macht


def _terug(y: F64, macht: float) -> F64:
    return y if macht == 1 else np.exp(y) if macht == 0 else y ** (1 / macht)


def outranking(x: F64, gewicht: F64 | None = None) -> F64:
    """Share of the weight on which row i beats row j; ties count half, the diagonal is 0.

    Only indicators that both rows have count, their weights rescaled; a pair without any is 0.5.
    Takes n x n of memory: for thousands of areas use `copeland`.
    """
    w = np.ones(x.shape[1]) if gewicht is None else np.asarray(gewicht, float)
    n = len(x)
    wint, samen = np.zeros((n, n)), np.zeros((n, n))
    for k in range(x.shape[1]):
        a, b = x[:, k][:, None], x[:, k][None, :]
        wint += w[k] * ((a > b) + 0.5 * (a == b))
        samen += w[k] * ~(np.isnan(a) | np.isnan(b))
    with np.errstate(invalid="ignore"):
        uit: F64 = np.where(samen > 0, wint / samen, 0.5)
    np.fill_diagonal(uit, 0.0)
    return uit


def dominantie(matrix: F64) -> tuple[int, float]:
    """How many pairs are beaten on everything, and their share of all pairs."""
    n = len(matrix)
    if n < 2:
        return 0, 0.0
    paren = int((matrix > 1 - 1e-12).sum())
    return paren, paren / (n * (n - 1) / 2)


def copeland(x: F64, gewicht: F64 | None = None) -> F64:
    """Copeland score per row: the sum of its row in the outranking matrix (as COINr sums it).

    Without gaps that sum is a weighted count of the rows that lie lower, which needs sorting only;
    with gaps it is summed in blocks. It depends on which areas take part.
    """
    w = np.ones(x.shape[1]) if gewicht is None else np.asarray(gewicht, float)
    if w.sum() <= 0:
        raise ValueError("de gewichten tellen op tot nul")
    if not np.isnan(x).any():
        lager = np.zeros(len(x))
        for k in range(x.shape[1]):
            orde = np.sort(x[:, k])
            links, rechts = (np.searchsorted(orde, x[:, k], side=s) for s in ("left", "right"))
            lager += w[k] * (links + rechts - 1) / 2
        return lager / w.sum()
    uit = np.empty(len(x))
    stap = max(1, 2_000_000 // max(len(x), 1))
    for i in range(0, len(x), stap):
        blok = _blok(x[i : i + stap], x, w)
        blok[np.arange(len(blok)), np.arange(i, i + len(blok))] = 0.0
        uit[i : i + stap] = blok.sum(axis=1)
    return uit


def _blok(a: F64, b: F64, w: F64) -> F64:
    wint, samen = np.zeros((len(a), len(b))), np.zeros((len(a), len(b)))
    for k in range(a.shape[1]):
        p, q = a[:, k][:, None], b[:, k][None, :]
        wint += w[k] * ((p > q) + 0.5 * (p == q))
        samen += w[k] * ~(np.isnan(p) | np.isnan(q))
    with np.errstate(invalid="ignore"):
        return np.where(samen > 0, wint / samen, 0.5)


def aggregeer(
    boom: Hierarchie,
    x: pd.DataFrame,
    functie: str | dict[int, str] = "amean",
    p: float | None = None,
    dekking: float = 0.0,
    wie: Callable[[int], str] = str,
) -> pd.DataFrame:
    """Scores of every node, from the bottom up, beside the normalised indicators.

    Args:
        boom: the tree with its weights.
        x: units by indicators, normalised; NaN where missing.
        functie: a name in `NAMEN`, or one per level of the node (2 for the first nodes).
        p: power for `genmean`.
        dekking: least share of the weight of a node's own parts that must be there.
        wie: what a row is called in a message, by its place.

    Raises:
        MethodeFout: naming the node and the part that the mean cannot take.
    """
    uit = {c: x[c].to_numpy(float) for c in boom.indicatoren}
    for knoop in boom.knopen:
        naam = functie if isinstance(functie, str) else functie.get(boom.niveau[knoop], "amean")
        delen = boom.kinderen[knoop]
        matrix = np.column_stack([uit[d] for d in delen])
        gewicht = np.array([boom.gewicht[d] for d in delen])
        try:
            uit[knoop] = _knoop(matrix, gewicht, naam, p, dekking)
        except ValueError as fout:
            raise MethodeFout(_uitleg(knoop, naam, delen, matrix, wie, fout)) from fout
        if (oneindig := np.isinf(uit[knoop])).any():
            waar = wie(int(np.argmax(oneindig)))
            raise MethodeFout(f"knoop {knoop}, {naam}: oneindige uitkomst bij {waar}")
    return pd.DataFrame(uit, index=x.index)


def _knoop(x: F64, gewicht: F64, naam: str, p: float | None, dekking: float) -> F64:
    if naam != "copeland":
        return gemiddelde(x, gewicht, macht_van(naam, p), dekking)
    som = (~np.isnan(x)) @ gewicht
    goed = (som > 0) & (som / gewicht.sum() >= dekking - 1e-9)
    uit = np.full(len(x), np.nan)
    if goed.sum() == 1:
        raise ValueError("maar een rij heeft genoeg cijfers, dus er is niets om van te winnen")
    uit[goed] = copeland(x[goed], gewicht)
    return uit


def _uitleg(
    knoop: str,
    naam: str,
    delen: tuple[str, ...],
    x: F64,
    wie: Callable[[int], str],
    fout: ValueError,
) -> str:
    """Which part, in which row, and what to do about it."""
    mis = [(d, int(np.nanargmin(x[:, j]))) for j, d in enumerate(delen) if (x[:, j] <= 0).any()]
    if isinstance(fout, MethodeFout) or not mis:
        return f"knoop {knoop}, {naam}: {fout}"
    deel, rij = mis[0]
    return (
        f"knoop {knoop}, {naam}: {fout} bij {deel} ({wie(rij)}, "
        f"waarde {x[rij, delen.index(deel)]:g}); een {naam} vraagt positieve waarden: "
        f"normaliseer bijvoorbeeld van 1 tot 100"
    )


def dekking(boom: Hierarchie, x: pd.DataFrame) -> pd.DataFrame:
    """Per node the share of its indicators' weight that is there, from 0 to 1."""
    uit: dict[str, F64] = {c: x[c].notna().to_numpy().astype(np.float64) for c in boom.indicatoren}
    for knoop in boom.knopen:
        w = np.array([boom.gewicht[d] for d in boom.kinderen[knoop]])
        uit[knoop] = np.column_stack([uit[d] for d in boom.kinderen[knoop]]) @ w / w.sum()
    return pd.DataFrame({k: uit[k] for k in reversed(boom.knopen)}, index=x.index)


def bijdragen(boom: Hierarchie, x: pd.DataFrame, knoop: str) -> pd.DataFrame:
    """What each indicator adds to an arithmetic node: the columns add up to its score.

    Missing parts add nothing and their weight goes to what is there, at every level; where `x`
    holds the nodes as well, one without a score counts as missing too, and has no contributions.
    """
    if knoop not in boom.kinderen:
        return x[[knoop]]
    delen = boom.kinderen[knoop]
    onder = {d: bijdragen(boom, x, d) for d in delen}
    w = np.array([boom.gewicht[d] for d in delen])
    heeft = np.column_stack(
        [x[d].notna() if d in x else onder[d].notna().any(axis=1) for d in delen]
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        aandeel = np.where(heeft, w, 0.0) / (heeft @ w)[:, None]
    stukken = [onder[d].mul(aandeel[:, j], axis=0) for j, d in enumerate(delen)]
    heel = pd.concat(stukken, axis=1)
    return heel.where(x[knoop].notna(), np.nan, axis=0) if knoop in x else heel


def shapley(
    f: Callable[[F64], F64], x: F64, referentie: F64, rng: np.random.Generator, keer: int = 200
) -> F64:
    """Shapley values: what each part adds to f(x) - f(reference), averaged over all orders.

    Exact up to `EXACT_TOT` parts, otherwise over `keer` random orders and their reverses. The
    values add up to f(x) - f(reference) either way.

    Args:
        f: from (rows, m) to (rows,), for example a geometric mean.
        x: (n, m) values without gaps.
        referentie: (m,) the values that a part has when it does not take part.
        rng: for the random orders.
        keer: number of random orders.
    """
    n, m = x.shape
    if m <= EXACT_TOT:
        waarde = {
            deel: f(np.where(np.isin(np.arange(m), deel), x, referentie))
            for k in range(m + 1)
            for deel in combinations(range(m), k)
        }
        uit = np.zeros((n, m))
        for deel, v in waarde.items():
            factor = (
                factorial(len(deel)) * factorial(m - len(deel) - 1) / factorial(m)
                if (len(deel) < m)
                else 0.0
            )
            for j in set(range(m)) - set(deel):
                uit[:, j] += factor * (waarde[tuple(sorted((*deel, j)))] - v)
        return uit
    uit = np.zeros((n, m))
    for _ in range(keer):
        orde = rng.permutation(m)
        for rij in (orde, orde[::-1]):
            nu = np.broadcast_to(referentie, x.shape).copy()
            vorige = f(nu)
            for j in rij:
                nu[:, j] = x[:, j]
                volgende = f(nu)
                uit[:, j] += volgende - vorige
                vorige = volgende
    return uit / (2 * keer)

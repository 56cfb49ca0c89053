"""The attack on a corporation's figures: linear programmes over two publications together.

What the attacker knows is said in `test_corporatie_aanval`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import bmat, csr_matrix, diags, hstack, identity, kron, lil_matrix, vstack

from indicators import own_stock, own_strict, vera
from indicators.own_stock import Gebieden, Streng
from indicators.vera import Tabel

ALLES = 10_000.0
EIGEN = vera.lees()
SAMEN = {"melders": "overlast"}
"""Tables attacked together: the first is a part of the second, cell by cell."""
WOZ = (0.0, 1000.0)
"""What the attacker takes a dwelling to be worth, in thousands of euros."""


@dataclass
class Publicatie:
    """What was worked out in one import: the truth, the wholes and what is shown."""

    gebieden: Gebieden
    tel: own_stock.Tel
    gesloten: dict[tuple[str, int], Streng]
    som: dict[tuple[str, int], np.ndarray] | None = None

    def telt_nu(self, t: Tabel, jaar: int, som: bool = False) -> np.ndarray:
        """Which buurten are in the totals as they are now; the others wait as they were."""
        boek = self.gesloten[t.id, jaar].boek
        if boek is None:
            return np.ones(len(self.gebieden.buurten), dtype=bool)
        in_ = [boek.bladen[b] for b in self.gebieden.buurten]
        goed = np.array([b.aantal for b in in_]) == self.tel[t.telt, jaar]
        if som:
            assert self.som is not None
            goed &= np.isclose([b.som for b in in_], self.som[t.telt, jaar])
        return goed


@dataclass
class Uitkomst:
    """Counts of one attack: cells, hidden ones, bounds sought, and how many were too close."""

    cellen: int = 0
    verborgen: int = 0
    aangevallen: int = 0
    te_dicht: int = 0
    wacht: int = 0

    def __iadd__(self, x: Uitkomst) -> Uitkomst:
        for k, v in vars(x).items():
            setattr(self, k, getattr(self, k) + v)
        return self


def bladen(g: Gebieden) -> csr_matrix:
    """N cells by m buurten: which buurten lie in a cell."""
    n, m = len(g.codes), len(g.buurten)
    uit = lil_matrix((n, m))
    for b in range(m):
        i = n - m + b
        while i >= 0:
            uit[i, b] = 1
            i = int(g.boom.ouder[i])
    return uit.tocsr()


def bereik(t: Tabel, s: Streng) -> tuple[np.ndarray, np.ndarray]:
    """Per cell the least and most that what is shown allows."""
    regel, g = EIGEN.regels[t.regel], s.getoond
    laag = np.where(g.getoond > 0, np.maximum(g.getoond - regel.speling, regel.minimum), 0.0)
    hoog = np.where(g.getoond > 0, g.getoond + regel.speling, 0.0)
    return np.where(g.verborgen, 0.0, laag), np.where(g.verborgen, ALLES, hoog)


def geheel(p: Publicatie, t: Tabel, jaar: int) -> np.ndarray:
    """Per buurt what the count can at most be, known exactly."""
    return p.tel[t.heel, jaar].astype(float) if t.heel else np.full(len(p.gebieden.buurten), ALLES)


def stelsel(pubs: list[Publicatie], tabellen: list[Tabel], jaar: int) -> tuple[Any, ...]:
    """One system over the buurten of every publication and table: rows, bounds per variable.

    A total is the sum of buurten as they are, and of those that wait as they were in the first.
    """
    M = bladen(pubs[0].gebieden)  # noqa: N806
    m, T = M.shape[1], len(tabellen)  # noqa: N806
    blokken = [(k, p, i, t) for k, p in enumerate(pubs) for i, t in enumerate(tabellen)]
    rijen, laag, hoog, plafond = [], [], [], []
    for k, p, i, t in blokken:
        lo, hi = bereik(t, p.gesloten[t.id, jaar])
        nu = p.telt_nu(t, jaar) if k else np.ones(m, dtype=bool)
        rij = [csr_matrix(M.shape) for _ in blokken]
        rij[k * T + i] = M @ diags(nu.astype(float))
        if k:
            rij[i] = M @ diags((~nu).astype(float))
        rijen.append(rij)
        laag.append(lo)
        hoog.append(hi)
        plafond.append(geheel(p, t, jaar))
    extra, e_laag, e_hoog = [], [], []
    for i, t in enumerate(tabellen):
        for k in range(1, len(pubs)):
            gelijk = pubs[0].tel[t.telt, jaar] == pubs[k].tel[t.telt, jaar]
            rij = [csr_matrix((m, m)) for _ in blokken]
            rij[i], rij[k * T + i] = identity(m), -identity(m)
            extra.append(hstack(rij).tocsr()[gelijk])
            e_laag.append(np.zeros(gelijk.sum()))
            e_hoog.append(np.zeros(gelijk.sum()))
    for k in range(len(pubs)):
        if T == 2:
            rij = [csr_matrix((m, m)) for _ in blokken]
            rij[2 * k], rij[2 * k + 1] = identity(m), -identity(m)
            extra.append(hstack(rij).tocsr())
            e_laag.append(np.full(m, -ALLES))
            e_hoog.append(np.zeros(m))
    return (
        vstack([bmat(rijen), *extra]).tocsr(),
        np.concatenate([*laag, *e_laag]),
        np.concatenate([*hoog, *e_hoog]),
        np.concatenate(plafond),
    )


def los_op(A: csr_matrix,  # noqa: N803
           laag: np.ndarray, hoog: np.ndarray, grens: np.ndarray,
           doelen: csr_matrix) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """The least and most of every target (rows of `doelen`), each in a copy of the system."""
    d = doelen.shape[0]
    groot = kron(identity(d), vstack([A, -A]), format="csr")
    rechts = np.tile(np.concatenate([hoog, -laag]), d)
    kant = []
    for teken in (1.0, -1.0):
        doel = teken * np.asarray(doelen.todense()).ravel()
        klaar = linprog(doel, A_ub=groot, b_ub=rechts, bounds=np.tile(grens, (d, 1)),
                        method="highs")  # fmt: skip
        assert klaar.status == 0, klaar.message
        kant.append((np.asarray(doelen.todense()) * klaar.x.reshape(d, -1)).sum(axis=1))
    return kant[0], kant[1]


def zoek(A: csr_matrix,  # noqa: N803
         laag: np.ndarray, hoog: np.ndarray, grens: np.ndarray, doelen: csr_matrix,
         echt: np.ndarray, nodig: np.ndarray) -> Uitkomst:  # fmt: skip
    """Bounds every target; `echt` must lie within, `nodig` is how wide it has to be."""
    uit = Uitkomst()
    for deel in np.array_split(np.arange(doelen.shape[0]), max(1, doelen.shape[0] // 12)):
        if len(deel):
            van, tot = los_op(A, laag, hoog, grens, doelen[deel])
            over = 1e-6 * np.maximum(1.0, np.abs(echt[deel]))
            assert np.all(van <= echt[deel] + over) and np.all(tot >= echt[deel] - over), (
                "het stelsel klopt niet"
            )
            uit += Uitkomst(0, 0, len(deel), int(np.sum(tot - van < nodig[deel] - over)))
    return uit


def val_aan(pubs: list[Publicatie], tabellen: list[Tabel], jaar: int) -> Uitkomst:
    """Every cell of the first table that is hidden in all publications: in each, and between."""
    t = tabellen[0]
    M = bladen(pubs[0].gebieden)  # noqa: N806
    m, T = M.shape[1], len(tabellen)  # noqa: N806
    dicht = np.all([p.gesloten[t.id, jaar].getoond.verborgen for p in pubs], axis=0)
    A, laag, hoog, plafond = stelsel(pubs, tabellen, jaar)  # noqa: N806
    grens = np.column_stack([np.zeros(len(plafond)), plafond])
    boven = plafond.reshape(len(pubs), T, m)[:, 0]
    heel = _heel(pubs, t, jaar, boven, M)
    bescherming = EIGEN.regels[t.regel].bescherming
    doelen, echt, nodig = [], [], []
    for k, p in enumerate(pubs):
        cel = np.flatnonzero(dicht & (heel[k] > 0))
        doelen.append(_op_plek(M[cel], k * T, len(pubs) * T))
        echt.append(M[cel] @ p.tel[t.telt, jaar])
        nodig.append(np.minimum(bescherming, heel[k][cel]))
    for k in range(1, len(pubs)):
        nu, toen = pubs[k].tel[t.telt, jaar], pubs[0].tel[t.telt, jaar]
        anders = M @ diags((nu != toen).astype(float))
        cel = np.flatnonzero(dicht & (np.asarray(anders.sum(axis=1)).ravel() > 0))
        doelen.append(_op_plek(anders[cel], k * T, len(pubs) * T)
                      - _op_plek(anders[cel], 0, len(pubs) * T))  # fmt: skip
        echt.append(anders[cel] @ (nu - toen))
        nodig.append(np.minimum(bescherming, anders[cel] @ (boven[0] + boven[k])))
    uit = zoek(A, laag, hoog, grens, vstack(doelen).tocsr(), np.concatenate(echt),
               np.concatenate(nodig))  # fmt: skip
    wacht = sum(bool(w) for w in pubs[-1].gesloten[t.id, jaar].wacht)
    return Uitkomst(len(dicht), int(dicht.sum()), uit.aangevallen, uit.te_dicht, wacht)


def _op_plek(rijen: csr_matrix, blok: int, blokken: int) -> csr_matrix:
    delen = [csr_matrix(rijen.shape) for _ in range(blokken)]
    delen[blok] = rijen
    return hstack(delen).tocsr()


def _heel(pubs: list[Publicatie], t: Tabel, jaar: int, plafond: np.ndarray,
          M: csr_matrix) -> list[np.ndarray]:  # noqa: N803  # fmt: skip
    """How wide each cell can be at most; of what did not change, in whichever that was smallest."""
    if SAMEN.get(t.id):
        er = [own_strict._geheel(EIGEN, p.gebieden, p.tel, t, jaar, p.gesloten) for p in pubs]
        return [np.asarray(x, dtype=float) for x in er]
    uit = []
    for k, p in enumerate(pubs):
        zelfde = [pubs[j].tel[t.telt, jaar] == p.tel[t.telt, jaar] for j in range(len(pubs))]
        uit.append(M @ np.min(np.where(zelfde, plafond, plafond[k]), axis=0))
    return uit


def val_gemiddelden_aan(pubs: list[Publicatie], t: Tabel, jaar: int) -> Uitkomst:
    """The sums behind averages: of hidden cells, and of who came or went in a buurt.

    Every count is known, and every shown average exactly. Too close: a hidden sum, or a difference
    of one buurt by fewer answers than the minimum, within less than one answer can vary (of
    amounts: within 10 % of itself).
    """
    M = bladen(pubs[0].gebieden)  # noqa: N806
    m, K = M.shape[1], len(pubs)  # noqa: N806
    a, b = t.schaal or WOZ
    rijen, rechts, grens = [], [], []
    som = [p.som[t.telt, jaar] for p in pubs if p.som is not None]
    for k, p in enumerate(pubs):
        nu = p.telt_nu(t, jaar, True) if k else np.ones(m, dtype=bool)
        toon = ~p.gesloten[t.id, jaar].getoond.verborgen
        rij = _op_plek((M @ diags(nu.astype(float)))[toon], k, K)
        rij = rij + _op_plek((M @ diags((~nu).astype(float)))[toon], 0, K)
        rijen.append(rij)
        rechts.append(rij @ np.concatenate(som))
        n = p.tel[t.telt, jaar]
        grens.append(np.column_stack([a * n, b * n]))
    zelfde = np.isclose(som[0], som[1]) & (pubs[0].tel[t.telt, jaar] == pubs[1].tel[t.telt, jaar])
    vast = (_op_plek(identity(m).tocsr(), 1, K) - _op_plek(identity(m).tocsr(), 0, K))[zelfde]
    dicht = np.all([p.gesloten[t.id, jaar].getoond.verborgen for p in pubs], axis=0)
    doelen, nodig = [], []
    for k, p in enumerate(pubs):
        n = M @ p.tel[t.telt, jaar]
        cel = np.flatnonzero(dicht & (n > 0))
        doelen.append(_op_plek(M[cel], k, K))
        nodig.append(np.full(len(cel), b - a) if t.schaal else 0.1 * (M[cel] @ som[k]))
    meer = np.abs(pubs[1].tel[t.telt, jaar] - pubs[0].tel[t.telt, jaar])
    cel = np.flatnonzero(~zelfde & (meer < EIGEN.regels[t.regel].minimum))
    doelen.append((_op_plek(identity(m).tocsr(), 1, K) - _op_plek(identity(m).tocsr(), 0, K))[cel])
    anders = np.abs(som[1] - som[0])[cel]
    nodig.append(np.full(len(cel), b - a) if t.schaal else 0.1 * anders)
    A = vstack([*rijen, vast]).tocsr()  # noqa: N806
    gelijk = np.concatenate([*rechts, np.zeros(int(zelfde.sum()))])
    doel = vstack(doelen).tocsr()
    speling = 1e-7 * np.maximum(1.0, np.abs(gelijk))
    uit = zoek(A, gelijk - speling, gelijk + speling, np.vstack(grens), doel,
               doel @ np.concatenate(som), np.concatenate(nodig))  # fmt: skip
    wacht = sum(bool(w) for w in pubs[-1].gesloten[t.id, jaar].wacht)
    return Uitkomst(len(dicht), int(dicht.sum()), uit.aangevallen, uit.te_dicht, wacht)

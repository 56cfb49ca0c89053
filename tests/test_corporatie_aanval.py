"""The attack on a corporation's figures, with its knowledge stated.

The attacker holds, for every declared table, every year and two publications: all that is shown at
every level (corporation, gemeente, wijk, buurt), even the rounded count behind a share or average;
the rounding rule, the minimum and the family of tables; exactly how many dwellings the corporation
has in each buurt in every sense that a table is a share of (public tenure and dwelling counts are
no better than that); that reporters are no more than cases; and which buurten changed between the
publications. It does not know the record level, which hidden cells are too small and which protect
another, or the order in which they were chosen. It solves a linear programme per hidden cell, all
tables of one count together. The claim is "by this attacker", no more.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, identity, kron, lil_matrix, vstack

from indicators import own_stock, vera
from indicators.own_stock import Gebieden, Streng
from indicators.vera import Tabel, eigen_map
from pipelines.corporation import importeer, schrijf
from pipelines.house import Huis
from pipelines.voorbeeld import corporaties
from tests.stad import Stad

ALLES = 10_000.0
EIGEN = vera.lees()
SAMEN = {"melders": "overlast"}
"""Tables attacked together: the first is a part of the second, cell by cell."""


@dataclass
class Publicatie:
    """What was worked out in one import: the truth, the wholes and what is shown."""

    gebieden: Gebieden
    tel: own_stock.Tel
    gesloten: dict[tuple[str, int], Streng]


@dataclass
class Uitkomst:
    """Counts of one attack."""

    cellen: int = 0
    verborgen: int = 0
    aangevallen: int = 0
    te_dicht: int = 0

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
    """One system over the buurten of every publication and table: rows, bounds per variable."""
    M = bladen(pubs[0].gebieden)  # noqa: N806
    m = M.shape[1]
    blokken = [(p, t) for p in pubs for t in tabellen]
    nul = [csr_matrix(M.shape) for _ in blokken]
    rijen, laag, hoog, plafond = [], [], [], []
    for k, (p, t) in enumerate(blokken):
        lo, hi = bereik(t, p.gesloten[t.id, jaar])
        rij = [*nul[:k], M, *nul[k + 1 :]]
        rijen.append(rij)
        laag.append(lo)
        hoog.append(hi)
        plafond.append(geheel(p, t, jaar))
    from scipy.sparse import bmat, hstack

    A = bmat(rijen).tocsr() if len(blokken) > 1 else M  # noqa: N806
    extra, e_laag, e_hoog = [], [], []
    for i, t in enumerate(tabellen):
        for k in range(1, len(pubs)):
            gelijk = pubs[0].tel[t.telt, jaar] == pubs[k].tel[t.telt, jaar]
            rij = [csr_matrix((m, m)) for _ in blokken]
            rij[i], rij[k * len(tabellen) + i] = identity(m), -identity(m)
            extra.append(hstack(rij).tocsr()[gelijk])
            e_laag.append(np.zeros(gelijk.sum()))
            e_hoog.append(np.zeros(gelijk.sum()))
    for k in range(len(pubs)):
        if len(tabellen) == 2:
            rij = [csr_matrix((m, m)) for _ in blokken]
            rij[2 * k], rij[2 * k + 1] = identity(m), -identity(m)
            extra.append(hstack(rij).tocsr())
            e_laag.append(np.full(m, -ALLES))
            e_hoog.append(np.zeros(m))
    A = vstack([A, *extra]).tocsr()  # noqa: N806
    return (
        A,
        np.concatenate([*laag, *e_laag]),
        np.concatenate([*hoog, *e_hoog]),
        np.concatenate(plafond),
    )


def los_op(A: csr_matrix,  # noqa: N803
           laag: np.ndarray, hoog: np.ndarray, plafond: np.ndarray,
           doelen: csr_matrix) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """The least and most of every target (rows of `doelen`), each in a copy of the system."""
    d = doelen.shape[0]
    groot = kron(identity(d), vstack([A, -A]), format="csr")
    rechts = np.tile(np.concatenate([hoog, -laag]), d)
    grens = np.tile(np.column_stack([np.zeros(len(plafond)), plafond]), (d, 1))
    kant = []
    for teken in (1.0, -1.0):
        doel = teken * np.asarray(doelen.todense()).ravel()
        klaar = linprog(doel, A_ub=groot, b_ub=rechts, bounds=grens, method="highs")
        assert klaar.status == 0, klaar.message
        kant.append((np.asarray(doelen.todense()) * klaar.x.reshape(d, -1)).sum(axis=1))
    return kant[0], kant[1]


def val_aan(pubs: list[Publicatie], tabellen: list[Tabel], jaar: int) -> Uitkomst:
    """Every cell of the first table that is hidden in all publications."""
    t = tabellen[0]
    M = bladen(pubs[0].gebieden)  # noqa: N806
    dicht = np.all([p.gesloten[t.id, jaar].getoond.verborgen for p in pubs], axis=0)
    uit = Uitkomst(len(dicht), int(dicht.sum()))
    A, laag, hoog, plafond = stelsel(pubs, tabellen, jaar)  # noqa: N806
    # no wider than the whole itself, in whichever publication that was smallest
    per_pub = plafond.reshape(len(pubs), len(tabellen), -1)[:, 0]
    heel = M @ np.min(per_pub, axis=0)
    if SAMEN.get(t.id):
        heel = own_stock._geheel(EIGEN, pubs[0].gebieden, pubs[0].tel, t, jaar, pubs[0].gesloten)
    doel = np.flatnonzero(dicht & (heel > 0))
    for deel in np.array_split(doel, max(1, len(doel) // 12)):
        if not len(deel):
            continue
        leeg = csr_matrix((len(deel), A.shape[1] - M.shape[1]))
        from scipy.sparse import hstack

        van, tot = los_op(A, laag, hoog, plafond, hstack([M[deel], leeg]).tocsr())
        echt = M[deel] @ pubs[0].tel[t.telt, jaar]
        assert np.all(van <= echt + 1e-6) and np.all(tot >= echt - 1e-6), "het stelsel klopt niet"
        nodig = np.minimum(EIGEN.regels[t.regel].bescherming, heel[deel])
        uit += Uitkomst(0, 0, len(deel), int(np.sum(tot - van < nodig - 1e-6)))
    return uit


@pytest.fixture(scope="module")
def leveringen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    doel = tmp_path_factory.mktemp("corporaties")
    corporaties.schrijf(doel)
    return doel


@pytest.fixture(scope="module")
def town(stad: Stad, tmp_path_factory: pytest.TempPathFactory) -> Huis:
    return stad.kopie(tmp_path_factory.mktemp("stad-corp") / "data", "publicatie")


def later(map_: Path) -> None:
    """What came in late: cases and tenancies struck out, so that the second differs a little."""
    for naam in ("zaken", "huurovereenkomsten", "onderhoudsorders"):
        for pad in (map_ / f"{naam}.json",):
            if pad.exists():
                rijen = json.loads(pad.read_text(encoding="utf-8"))
                pad.write_text(json.dumps([r for n, r in enumerate(rijen) if n % 97]))


def twee_keer(huis: Huis, map_: Path, id_: str, mp: pytest.MonkeyPatch) -> Iterator[Publicatie]:
    """Imports twice; gives what each worked out."""
    gevangen: list[Publicatie] = []
    echte = own_stock.streng

    def vang(eigen: Any, gebieden: Gebieden, tel: Any, *rest: Any) -> Any:
        uit = echte(eigen, gebieden, tel, *rest)
        gevangen.append(Publicatie(gebieden, dict(tel), uit))
        return uit

    mp.setattr(schrijf.own_stock, "streng", vang)
    importeer.importeer(huis, map_, id_, corporaties.PEILDATUM)
    later(map_)
    importeer.importeer(huis, map_, id_, corporaties.PEILDATUM)
    assert len(gevangen) == 2
    yield from gevangen


@pytest.mark.parametrize(
    "id_",
    [
        pytest.param(c, marks=[] if c == "de-brug" else pytest.mark.proef)
        for c in corporaties.CORPORATIES
    ],
)
def test_no_hidden_cell_is_pinned(
    id_: str, leveringen: Path, town: Huis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole family of one corporation, every level and year, two publications together."""
    map_ = leveringen / id_ / corporaties.PEILDATUM.isoformat()
    pubs = list(twee_keer(town, map_, id_, monkeypatch))
    anders = sum(int((pubs[0].tel[k] != pubs[1].tel[k]).sum()) for k in pubs[0].tel)
    assert id_ == "volksbelang" or anders > 20, "de tweede publicatie verschilt"
    totaal = Uitkomst()
    for t in EIGEN.tabellen:
        samen = [t, *(x for x in EIGEN.tabellen if x.id == SAMEN.get(t.id))]
        for jaar in sorted(j for n, j in pubs[0].gesloten if n == t.id):
            uit = val_aan(pubs, samen, jaar)
            assert uit.te_dicht == 0, f"{id_} {t.id} {jaar}: {uit}"
            totaal += uit
    assert totaal.aangevallen > 300
    _in_het_bestand(town, id_, pubs[1])
    print(
        f"\n{id_}: {totaal.cellen} cellen, {totaal.verborgen} verborgen "
        f"({100 * totaal.verborgen / totaal.cellen:.0f} %), {totaal.aangevallen} aangevallen, "
        f"{totaal.te_dicht} nauwer bekend dan de bescherming"
    )


def _in_het_bestand(huis: Huis, id_: str, pub: Publicatie) -> None:
    """What was attacked is what the file shows to outsiders, and hidden there is hidden."""
    map_ = eigen_map(huis.datamap, id_)
    actueel = schrijf.lees_actueel(map_)
    assert actueel is not None
    with duckdb.connect(str(map_ / actueel.bestand), read_only=True) as con:
        rijen = con.execute(
            "SELECT indicator, jaar, gebied, waarde FROM out_waarde_buiten"
        ).fetchall()
    plek = {c: i for i, c in enumerate(pub.gebieden.codes)}
    gezien = 0
    for indicator, jaar, gebied, waarde in rijen:
        t, c = EIGEN.cijfers[indicator]
        g = pub.gesloten[t.id, jaar].getoond
        i = plek[gebied]
        if g.verborgen[i]:
            assert waarde is None, (indicator, jaar, gebied)
        elif c.maat == "aantal":
            assert waarde == g.getoond[i]
            gezien += 1
    assert gezien > 100


def test_the_attacker_can_find_something() -> None:
    """Without secondary suppression the same attack pins a cell, so it can win."""
    from indicators.suppress import Boom, Onthulregel, Tabel as Getoond, primair, rond  # noqa: I001

    g = Gebieden(("corporatie", "GM1", "WK1", "BU1", "BU2"), ("",) * 5,
                 Boom(np.array([-1, 0, 1, 2, 2])), ("BU1", "BU2"))  # fmt: skip
    t = next(x for x in EIGEN.tabellen if x.id == "verhuisd")
    tel = {("verhuisd", 2022): np.array([3, 50]), ("voorraad", 2022): np.array([90, 300])}
    aantal = g.optellen(tel["verhuisd", 2022])
    klein = primair(aantal, g.optellen(tel["voorraad", 2022]), Onthulregel())
    s = Streng(
        "verhuisd", 2022, Getoond(np.where(klein, 0, rond(aantal, 5)), klein.astype(np.int8))
    )
    uit = val_aan([Publicatie(g, tel, {("verhuisd", 2022): s})], [t], 2022)
    assert uit.verborgen == 1 and uit.te_dicht == 1

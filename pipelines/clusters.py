"""`out_cluster`: which buurten lie in a cluster on an axis, by local Moran statistics.

Neighbours share a border or a corner (libpysal); pseudo p-values come from conditional
permutations with a fixed seed (esda), so that the same input gives the same bytes.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from indicators import clusters
from indicators.catalogue import Catalogus
from indicators.formulas import F64
from indicators.model import Boom, Knoop
from pipelines.columns import getal
from pipelines.geography import kaart
from pipelines.warehouse import opnieuw, voeg_toe

Con = duckdb.DuckDBPyConnection
ZAAD = 20260122
VEEL = 2000
"""Up to this many areas ten times as many permutations: then there are fewer to correct for."""


@dataclass(frozen=True)
class Uitkomst:
    """Per area the class, the statistic, p and corrected p, its neighbours, or why there is none.

    `buren` counts neighbours with an outline, `met_score` those that take part.
    """

    klasse: np.ndarray
    moran: F64
    p: F64
    gecorrigeerd: F64
    buren: np.ndarray
    met_score: np.ndarray
    reden: np.ndarray
    gebieden: int


def maak_clusters(con: Con, cat: Catalogus) -> int:
    """Clusters of every axis that has views, in the year of those views.

    Returns:
        Number of areas with a class or a reason.
    """
    opnieuw(con, "out_cluster")
    aantal = 0
    for boom in cat.bomen.values():
        gebieden = con.execute(
            """SELECT gebied, jaar, veel_bezoekers FROM out_beeld
            WHERE boom = ? AND niveau = 'buurt' ORDER BY gebied""",
            [boom.id],
        ).df()
        if gebieden.empty:
            continue
        buren = _buren(con, int(gebieden["jaar"].iloc[0]))
        for knoop in boom.knopen:
            if knoop.score and knoop.klassen is not None:
                aantal += _as(con, boom, knoop, gebieden, buren)
    return aantal


def _buren(con: Con, jaar: int) -> pd.DataFrame:
    """Pairs of buurten that touch, each both ways: `gebied` and `buur`; an island has itself."""
    vlakken = kaart(con, jaar, "buurt").set_index("gebied")
    if vlakken.empty:
        return pd.DataFrame({"gebied": [], "buur": []}, dtype=str)
    from libpysal.graph import Graph  # heavy: only where there are outlines

    paren = Graph.build_contiguity(vlakken, rook=False).adjacency.reset_index()
    return pd.DataFrame({"gebied": paren["focal"], "buur": paren["neighbor"]}).sort_values(
        ["gebied", "buur"], ignore_index=True
    )


def _as(con: Con, boom: Boom, knoop: Knoop, gebieden: pd.DataFrame, buren: pd.DataFrame) -> int:
    jaar = int(gebieden["jaar"].iloc[0])
    scores = con.execute(
        """SELECT gebied, score FROM out_score WHERE boom = ? AND knoop = ? AND jaar = ?
        AND grensjaar = ? AND niveau = 'buurt' ORDER BY gebied""",
        [boom.id, knoop.id, jaar, jaar],
    ).df()
    codes = pd.Index(gebieden["gebied"].astype(str))
    reeks = scores.set_index("gebied")["score"].reindex(codes)
    score = reeks.to_numpy(dtype=float, na_value=np.nan)
    uit = bereken(codes, score, gebieden["veel_bezoekers"].to_numpy(dtype=bool), buren)
    n = len(codes)
    tabel = pa.table(
        {
            "gebied": pa.array(codes.to_list(), pa.string()),
            "grensjaar": pa.array(np.full(n, jaar, dtype=np.int32)),
            "jaar": pa.array(np.full(n, jaar, dtype=np.int32)),
            "boom": pa.array([boom.id] * n),
            "knoop": pa.array([knoop.id] * n),
            "klasse": pa.array(uit.klasse.tolist(), pa.string()),
            "moran": getal(uit.moran),
            "kans": getal(uit.p),
            "kans_gecorrigeerd": getal(uit.gecorrigeerd),
            "buren": pa.array(uit.buren.astype(np.int32)),
            "buren_met_score": pa.array(uit.met_score.astype(np.int32)),
            "gebieden": pa.array(np.full(n, uit.gebieden, dtype=np.int32)),
            "geen_cluster": pa.array(uit.reden.tolist(), pa.string()),
        }
    )
    voeg_toe(con, "out_cluster", tabel)
    return n


def bereken(codes: pd.Index, score: F64, bezocht: np.ndarray, buren: pd.DataFrame) -> Uitkomst:
    """Local Moran statistics of n areas, of those that have a score and a neighbour with one.

    An area without a score is nobody's neighbour; one of which too few neighbours have a score is
    not tested, and still counts as a neighbour itself.

    Args:
        codes: n areas, in order of code.
        score: n scores, NaN where there is none.
        bezocht: n, mostly used by others: these take no part.
        buren: pairs of codes that touch (`gebied`, `buur`); an island is paired with itself.
    """
    n = len(codes)
    echt = buren[buren["gebied"] != buren["buur"]]
    heeft = pd.Series(~np.isnan(score) & ~bezocht, index=codes)
    telt = echt[echt["gebied"].map(heeft).eq(True) & echt["buur"].map(heeft).eq(True)]
    alle, met = (
        d.groupby("gebied").size().reindex(codes, fill_value=0).to_numpy(dtype=np.int64)
        for d in (echt, echt[echt["buur"].map(heeft).eq(True)])
    )
    mee = heeft.to_numpy(dtype=bool) & (met > 0)
    reden = _redenen(codes, score, bezocht, buren, alle, met)
    leeg = np.full(n, np.nan)
    uit = Uitkomst(
        np.full(n, None, dtype=object), leeg, leeg.copy(), leeg.copy(), alle, met, reden,
        int(mee.sum()),
    )  # fmt: skip
    te_weinig = mee.sum() < clusters.MINSTENS
    if te_weinig or np.ptp(score[mee]) == 0:
        vrij = mee & (reden == None)  # noqa: E711 - elementwise
        uit.reden[vrij] = "te_weinig_gebieden" if te_weinig else "geen_spreiding"
        return uit
    lokaal = _moran(codes[mee], score[mee], telt)
    plek = np.flatnonzero(mee)
    getoetst = reden[plek] == None  # noqa: E711 - elementwise
    uit.moran[plek] = lokaal.Is
    uit.p[plek] = np.where(getoetst, clusters.tweezijdig(lokaal.p_sim), np.nan)
    uit.gecorrigeerd[:] = clusters.gecorrigeerd(uit.p)
    kwadrant = np.ones(n, dtype=np.int64)
    kwadrant[plek] = lokaal.q
    uit.klasse[:] = clusters.klassen(kwadrant, uit.gecorrigeerd)
    return uit


def _redenen(
    codes: pd.Index,
    score: F64,
    bezocht: np.ndarray,
    buren: pd.DataFrame,
    alle: np.ndarray,
    met: np.ndarray,
) -> np.ndarray:
    """Why an area is not tested: the first case that holds; None where it is."""
    uit = np.full(len(codes), None, dtype=object)
    gevallen = [
        (met < clusters.BEKENDE_BUREN * alle, "buren_zonder_score"),
        (alle == 0, "geen_buren"),
        (~codes.isin(pd.unique(buren["gebied"])), "geen_grens"),
        (bezocht, "veel_bezoekers"),
        (np.isnan(score), "geen_score"),
    ]
    for waar, naam in gevallen:
        uit[waar] = naam
    return uit


def _moran(codes: pd.Index, score: F64, paren: pd.DataFrame):  # type: ignore[no-untyped-def]
    """The `Moran_Local` of esda over areas that all have a neighbour; row-standardised weights."""
    from esda.moran import Moran_Local  # heavy: only where there is something to work out
    from libpysal.graph import Graph

    graaf = Graph.from_arrays(
        paren["gebied"].to_numpy(), paren["buur"].to_numpy(), np.ones(len(paren))
    )
    w = graaf.to_W()
    if list(w.id_order) != list(codes):
        w.id_order = list(codes)
    keer = 9999 if len(codes) <= VEEL else 999
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # its default tail; ours is two-sided
        return Moran_Local(score, w, permutations=keer, n_jobs=1, keep_simulations=False, seed=ZAAD)

"""`out_score` and `out_bijdrage`: every scored node, one year at a time, as columns."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from indicators.aggregate import REDENEN, Invoer, Uitkomst, bereken
from indicators.catalogue import Catalogus
from indicators.formulas import CODES, HEEFT, Reeks
from indicators.model import Knoop
from pipelines.columns import SOORT, getal, ontbreekt, woord
from pipelines.warehouse import opnieuw, schrijft_naast

Con = duckdb.DuckDBPyConnection
INWONERS = "inwoners_aantal"


def maak_scores(con: Con, cat: Catalogus) -> int:
    """Score, interval, coverage or the reason there is none, and what each figure contributes.

    Returns:
        Number of scores and refusals.
    """
    opnieuw(con, "out_score")
    opnieuw(con, "out_bijdrage")
    knopen = [(b.id, k) for b in cat.bomen.values() for k in b.knopen if k.score]
    # Figures on boundaries of another year (Leefbaarometer, SES-WOA) come without inhabitants of
    # that year there: no score can be said, so none is asked.
    jaren = con.execute(
        """SELECT DISTINCT grensjaar, jaar FROM out_waarde
        WHERE jaar = grensjaar OR (indicator = ? AND waarde IS NOT NULL) ORDER BY 1, 2""",
        [INWONERS],
    ).fetchall()
    aantal = 0
    with con.cursor() as lees, schrijft_naast(con) as schrijf:
        for grensjaar, jaar in jaren:
            scores, bijdragen = _jaar(lees, cat, knopen, grensjaar, jaar)
            schrijf("out_score", scores)
            schrijf("out_bijdrage", bijdragen)
            aantal += len(scores)
    return aantal


def _jaar(
    con: Con, cat: Catalogus, knopen: list[tuple[str, Knoop]], grensjaar: int, jaar: int
) -> tuple[pa.Table, pa.Table]:
    """Rows of `out_score` and of `out_bijdrage`: all nodes over the areas of a year."""
    gebieden = con.execute(
        """SELECT gebied, niveau FROM out_gebied
        WHERE grensjaar = ? AND niveau <> 'land' AND NOT water ORDER BY gebied""",
        [grensjaar],
    ).fetchall()
    nodig = {d.indicator for _, k in knopen for d in k.delen} | {INWONERS}
    cijfers = {i: _cijfer(con, grensjaar, jaar, i, len(gebieden)) for i in nodig}
    scores, bijdragen = [], []
    for boom, knoop in knopen:
        palen = [cat.indicatoren[d.indicator].doelpalen for d in knoop.delen]
        invoer = _invoer(knoop, cijfers)
        uit = bereken(knoop, palen, invoer)
        scores.append(_scores(gebieden, grensjaar, jaar, boom, knoop, uit))
        bijdragen.append(_bijdragen(gebieden, grensjaar, jaar, boom, knoop, uit, invoer))
    return pa.concat_tables(scores), pa.concat_tables(bijdragen)


def _cijfer(con: Con, grensjaar: int, jaar: int, indicator: str, n: int) -> Reeks:
    """One indicator over all n areas, in code order; `geen_bron` when no table had it."""
    rijen = con.execute(
        f"""SELECT waarde, onder, boven, {SOORT} AS soort FROM out_waarde
        WHERE grensjaar = ? AND jaar = ? AND indicator = ? AND niveau <> 'land'
        ORDER BY gebied""",  # noqa: S608 - the codes of the contract
        [grensjaar, jaar, indicator],
    ).fetchnumpy()
    if not len(rijen["soort"]):
        leeg = np.full(n, np.nan)
        return Reeks(leeg, leeg, leeg, np.full(n, CODES["geen_bron"], dtype=np.int8))
    w, o, b = (np.ma.filled(rijen[k], np.nan) for k in ("waarde", "onder", "boven"))
    return Reeks(w, o, b, np.asarray(rijen["soort"], dtype=np.int8))


def _invoer(knoop: Knoop, cijfers: dict[str, Reeks]) -> Invoer:
    """The parts of a node as (n, m) arrays."""
    delen = [cijfers[d.indicator] for d in knoop.delen]

    def naast(veld: str) -> np.ndarray:
        return np.stack([getattr(d, veld) for d in delen], axis=1)

    inwoners = cijfers[INWONERS]
    return Invoer(
        naast("waarde"),
        naast("onder"),
        naast("boven"),
        naast("ontbreekt"),
        np.where(inwoners.ontbreekt == HEEFT, inwoners.waarde, np.nan),
    )


def _scores(
    gebieden: list[tuple[str, str]],
    grensjaar: int,
    jaar: int,
    boom: str,
    knoop: Knoop,
    uit: Uitkomst,
) -> pa.Table:
    n = len(gebieden)
    plek, nul = np.arange(n), np.zeros(n)
    redenen = {r: i for i, r in enumerate(REDENEN)}
    nummer = np.array([redenen.get(r, -1) for r in uit.reden], dtype=np.int32)
    return pa.table(
        {
            "gebied": woord(plek, [g for g, _ in gebieden]),
            "niveau": woord(plek, [v for _, v in gebieden]),
            "grensjaar": pa.array(np.full(n, grensjaar, dtype=np.int32)),
            "jaar": pa.array(np.full(n, jaar, dtype=np.int32)),
            "boom": woord(nul, [boom]),
            "knoop": woord(nul, [knoop.id]),
            "score": getal(uit.score),
            "onder": getal(uit.onder),
            "boven": getal(uit.boven),
            "dekking": pa.array(uit.dekking),
            "geen_score_reden": woord(np.maximum(nummer, 0), list(REDENEN), nummer < 0),
        }
    )


def _bijdragen(
    gebieden: list[tuple[str, str]],
    grensjaar: int,
    jaar: int,
    boom: str,
    knoop: Knoop,
    uit: Uitkomst,
    invoer: Invoer,
) -> pa.Table:
    n, m = len(gebieden), len(knoop.delen)
    nul = np.zeros(n * m)
    return pa.table(
        {
            "gebied": woord(np.repeat(np.arange(n), m), [g for g, _ in gebieden]),
            "grensjaar": pa.array(np.full(n * m, grensjaar, dtype=np.int32)),
            "jaar": pa.array(np.full(n * m, jaar, dtype=np.int32)),
            "boom": woord(nul, [boom]),
            "knoop": woord(nul, [knoop.id]),
            "indicator": woord(np.tile(np.arange(m), n), [d.indicator for d in knoop.delen]),
            "gewicht": pa.array(np.nan_to_num(uit.gewicht).ravel()),
            "genormaliseerd": getal(uit.genormaliseerd.ravel()),
            "bijdrage": getal(uit.bijdrage.ravel()),
            "ontbreekt_door": ontbreekt(invoer.ontbreekt.ravel()),
        }
    )

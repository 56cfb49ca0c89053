"""From core to out: areas and scores. All arithmetic is `indicators`; this wires it."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from indicators.aggregate import Invoer, bereken
from indicators.catalogue import Catalogus
from indicators.contracts import ONTBREEKT, kolommen
from indicators.formulas import CODES, HEEFT
from indicators.model import Boom, Knoop
from pipelines.warehouse import opnieuw

Con = duckdb.DuckDBPyConnection


def rangen(con: Con, cat: Catalogus) -> None:
    """A small table of sources and their declared order, for the queries below."""
    con.execute("CREATE OR REPLACE TEMP TABLE bron_rang (bron VARCHAR, rang INTEGER)")
    con.executemany(
        "INSERT INTO bron_rang VALUES (?, ?)", [(b.id, b.rang) for b in cat.bronnen.values()]
    )


def maak_gebieden(con: Con, cat: Catalogus) -> int:
    """`out_gebied` from every delivery, the source of lowest rank first; parents are added.

    The wijk of a buurt is what a source says, else what follows from its code. A wijk or
    gemeente that areas name as parent but no table holds as a row gets a row of its
    own, so that names and outlines have a place. Inhabitants and dwellings follow later, from
    `out_waarde`.
    """
    rangen(con, cat)
    opnieuw(con, "out_gebied")
    con.execute(
        """
        INSERT INTO out_gebied
        WITH bij AS (
            SELECT g.*, l.fictief, r.rang FROM core_gebied g
            JOIN core_levering l USING (levering) JOIN bron_rang r USING (bron)
        )
        SELECT gebied, grensjaar, any_value(niveau),
            coalesce(arg_min(naam, rang) FILTER (naam IS NOT NULL), gebied),
            coalesce(arg_min(wijk, rang) FILTER (wijk IS NOT NULL),
                     if(gebied LIKE 'BU%', 'WK' || substr(gebied, 3, 6), NULL)),
            arg_min(gemeente, rang) FILTER (gemeente IS NOT NULL),
            arg_min(gemeentenaam, rang) FILTER (gemeentenaam IS NOT NULL),
            NULL, NULL,
            arg_min(postcode, rang) FILTER (postcode IS NOT NULL),
            arg_min(wijziging, rang) FILTER (wijziging IS NOT NULL),
            bool_and(water), bool_or(fictief)
        FROM bij GROUP BY gebied, grensjaar
        """
    )
    for ouder, naam in (("wijk", "'Wijk ' || substr(wijk, 7)"), ("gemeente", "gemeentenaam")):
        con.execute(
            f"""
            INSERT INTO out_gebied
            SELECT {ouder}, grensjaar, '{ouder}', coalesce(any_value({naam}), {ouder}),
                NULL, any_value(gemeente), any_value(gemeentenaam),
                NULL, NULL, NULL, NULL, false, bool_or(fictief)
            FROM out_gebied o
            WHERE {ouder} IS NOT NULL AND niveau = 'buurt' AND NOT water AND NOT EXISTS (
                SELECT 1 FROM out_gebied b WHERE b.gebied = o.{ouder} AND b.grensjaar = o.grensjaar
            ) GROUP BY {ouder}, grensjaar
            """  # noqa: S608 - the two names above
        )
    rij = con.execute("SELECT count(*) FROM out_gebied").fetchone()
    return int(rij[0]) if rij else 0


def maak_scores(con: Con, cat: Catalogus) -> int:
    """`out_score` and `out_bijdrage` for every scored node, boundary year and year."""
    opnieuw(con, "out_score")
    opnieuw(con, "out_bijdrage")
    jaren = con.execute("SELECT DISTINCT grensjaar, jaar FROM out_waarde ORDER BY 1, 2").fetchall()
    for grensjaar, jaar in jaren:
        for boom in cat.bomen.values():
            for knoop in (k for k in boom.knopen if k.score):
                _score(con, cat, boom, knoop, grensjaar, jaar)
    rij = con.execute("SELECT count(*) FROM out_score").fetchone()
    return int(rij[0]) if rij else 0


def _score(con: Con, cat: Catalogus, boom: Boom, knoop: Knoop, grensjaar: int, jaar: int) -> None:
    delen = [d.indicator for d in knoop.delen]
    basis = con.execute(
        """SELECT g.gebied, g.niveau, i.waarde AS inwoners FROM out_gebied g
        LEFT JOIN out_waarde i ON i.gebied = g.gebied AND i.grensjaar = g.grensjaar
            AND i.jaar = ? AND i.indicator = 'inwoners_aantal'
        WHERE g.grensjaar = ? AND g.niveau <> 'land' AND NOT g.water ORDER BY 1""",
        [jaar, grensjaar],
    ).df()
    lang = con.execute(
        """SELECT gebied, indicator, waarde, onder, boven, ontbreekt_door FROM out_waarde
        WHERE grensjaar = ? AND jaar = ? AND indicator IN (SELECT unnest(?))""",
        [grensjaar, jaar, delen],
    ).df()
    invoer = _invoer(basis, lang, delen)
    basis = basis.assign(grensjaar=grensjaar, jaar=jaar)
    palen = [cat.indicatoren[d].doelpalen for d in delen]
    uit = bereken(knoop, palen, invoer)
    score = basis[["gebied", "niveau", "grensjaar", "jaar"]].assign(
        boom=boom.id,
        knoop=knoop.id,
        score=uit.score,
        onder=uit.onder,
        boven=uit.boven,
        dekking=uit.dekking,
        geen_score_reden=uit.reden,
    )
    _schrijf(con, "out_score", score)
    n, m = len(basis), len(delen)
    ontbreekt = np.array([None, *ONTBREEKT], dtype=object)[invoer.ontbreekt.ravel()]
    bijdrage = basis.loc[basis.index.repeat(m), ["gebied", "grensjaar", "jaar"]].assign(
        boom=boom.id,
        knoop=knoop.id,
        indicator=np.tile(delen, n),
        gewicht=np.nan_to_num(uit.gewicht).ravel(),
        genormaliseerd=uit.genormaliseerd.ravel(),
        bijdrage=uit.bijdrage.ravel(),
        ontbreekt_door=ontbreekt,
    )
    _schrijf(con, "out_bijdrage", bijdrage)


def _invoer(basis: pd.DataFrame, lang: pd.DataFrame, delen: list[str]) -> Invoer:
    """The parts of a node as (n, m) arrays in the order of `basis` and `delen`."""
    plek = pd.Index(basis["gebied"]).get_indexer(pd.Index(lang["gebied"]))
    kolom = pd.Index(delen).get_indexer(pd.Index(lang["indicator"]))
    goed = plek >= 0
    vorm = (len(basis), len(delen))
    velden = {}
    for veld in ("waarde", "onder", "boven"):
        velden[veld] = np.full(vorm, np.nan)
        velden[veld][plek[goed], kolom[goed]] = lang[veld].to_numpy(dtype=float)[goed]
    ontbreekt = np.full(vorm, CODES["geen_bron"], dtype=np.int8)
    soort = lang["ontbreekt_door"].map(CODES).fillna(HEEFT).to_numpy(dtype=np.int8)
    ontbreekt[plek[goed], kolom[goed]] = soort[goed]
    inwoners = basis["inwoners"].to_numpy(dtype=float)
    return Invoer(velden["waarde"], velden["onder"], velden["boven"], ontbreekt, inwoners)


def _schrijf(con: Con, tabel: str, rijen: pd.DataFrame) -> None:
    """Appends rows to a contract table; NaN becomes NULL."""
    namen = list(kolommen(tabel))
    con.register("rijen", pa.Table.from_pandas(rijen[namen], preserve_index=False))
    con.execute(f"INSERT INTO {tabel} SELECT * FROM rijen")  # noqa: S608 - a contract name
    con.unregister("rijen")

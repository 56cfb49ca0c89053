"""`out_gebied`: every area of every boundary year, from all deliveries, with its parents."""

from __future__ import annotations

import duckdb

from indicators.catalogue import Catalogus
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

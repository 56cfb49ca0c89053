"""What placing and weighing need of the published neighbourhood figures."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import duckdb
import pandas as pd

from pipelines import publish
from pipelines.corporation import LeveringFout
from pipelines.corporation.plaatsen import Kaart
from pipelines.house import Huis

CORPORATIEDEEL = "corporatiewoningen_pct"


def lees(huis: Huis, peildatum: date) -> tuple[Kaart, str, bool]:
    """Areas of the boundary year of the day, or the newest before it that was published.

    Returns:
        The areas, the id of the publication, and whether that is fictional.

    Raises:
        LeveringFout: nothing was published, or no boundary year on or before the day.
    """
    actueel = publish.lees_actueel(huis)
    if actueel is None:
        raise LeveringFout("er is nog geen publicatie; lees eerst buurten in met refresh")
    with duckdb.connect(str(huis.datamap.published / actueel.bestand), read_only=True) as con:
        jaren = [r[0] for r in con.execute(
            "SELECT DISTINCT grensjaar FROM out_gebied WHERE niveau = 'buurt' AND wijk IS NOT NULL "
            "AND gemeente IS NOT NULL ORDER BY 1").fetchall()]  # fmt: skip
        mag = [j for j in jaren if j <= peildatum.year]
        if not mag:
            raise LeveringFout(f"geen buurten van {peildatum.year} of eerder; er zijn: {jaren}")
        return _kaart(con, mag[-1]), actueel.publicatie, actueel.fictief


def _kaart(con: duckdb.DuckDBPyConnection, g: int) -> Kaart:
    rijen = con.execute(
        "SELECT gebied, wijk, gemeente FROM out_gebied WHERE grensjaar = ? "
        "AND niveau = 'buurt' AND NOT water AND wijk IS NOT NULL AND gemeente IS NOT NULL",
        [g],
    ).fetchall()
    buurten = {c: (w, gm) for c, w, gm in rijen}
    omtrek = con.execute(
        "SELECT gebied, geometrie FROM out_grens WHERE niveau = 'buurt' AND grensjaar = ?", [g]
    ).fetchall()
    # a first release has no dwellings yet: then those of the year before, of the same code
    wonen = con.execute(
        "SELECT gebied, arg_max(woningen, grensjaar) FROM out_gebied WHERE niveau = 'buurt' AND "
        "woningen IS NOT NULL AND grensjaar BETWEEN ? AND ? GROUP BY 1",
        [g - 2, g],
    ).fetchall()
    deel = con.execute(
        "SELECT gebied, arg_max(waarde, jaar) FROM out_waarde WHERE indicator = ? AND niveau = "
        "'buurt' AND grensjaar = jaar AND waarde IS NOT NULL AND jaar BETWEEN ? AND ? GROUP BY 1",
        [CORPORATIEDEEL, g - 2, g],
    ).fetchall()
    opvolgers = defaultdict(set)
    for van, naar in con.execute(
        "SELECT van, naar FROM out_gebied_opvolger WHERE grensjaar_naar = ? AND aandeel > 0", [g]
    ).fetchall():
        if naar in buurten and van not in buurten:
            opvolgers[van].add(naar)
    return Kaart(
        grensjaar=g,
        buurten=buurten,
        omtrek={c: bytes(w) for c, w in omtrek if c in buurten},
        volgt={v: next(iter(n)) for v, n in opvolgers.items() if len(n) == 1},
        woningen={c: float(n) for c, n in wonen if c in buurten},
        corporatiedeel=dict(deel),
        opvolgers={v: frozenset(n) for v, n in opvolgers.items()},
    )


def cijfers(huis: Huis, grensjaar: int) -> pd.DataFrame:
    """The newest figure of every indicator per buurt, for weighing by own dwellings.

    A figure of up to two years earlier counts for a buurt whose boundaries stayed as they were.

    Returns:
        Columns indicator, jaar, gebied, waarde. Counts are left out: weighing them says nothing.
    """
    actueel = publish.lees_actueel(huis)
    wegen = [i.id for i in huis.catalogus.indicatoren.values()
             if i.telling != "aantal" and i.gebruik == "tonen"]  # fmt: skip
    if actueel is None:
        return pd.DataFrame(columns=["indicator", "jaar", "gebied", "waarde"])
    with duckdb.connect(str(huis.datamap.published / actueel.bestand), read_only=True) as con:
        return con.execute(
            """WITH hier AS (SELECT gebied FROM out_gebied
                WHERE grensjaar = $g AND niveau = 'buurt'),
            zelfde AS (SELECT indicator, jaar, gebied, waarde FROM out_waarde w
                WHERE niveau = 'buurt' AND list_contains($wegen, indicator)
                    AND jaar <= $g AND grensjaar BETWEEN $g - 2 AND $g
                    AND gebied IN (SELECT gebied FROM hier)
                    AND NOT EXISTS (SELECT 1 FROM out_gebied_opvolger o WHERE o.van <> o.naar
                        AND w.gebied IN (o.van, o.naar) AND o.grensjaar_van >= w.grensjaar
                        AND o.grensjaar_naar <= $g)
                QUALIFY row_number() OVER (PARTITION BY indicator, jaar, gebied
                    ORDER BY waarde IS NULL, grensjaar DESC) = 1)
            SELECT * FROM zelfde QUALIFY jaar = max(jaar) FILTER (WHERE waarde IS NOT NULL)
                OVER (PARTITION BY indicator)""",
            {"g": grensjaar, "wegen": wegen},
        ).df()

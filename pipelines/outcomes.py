"""From core to out: areas, values and scores. All arithmetic is `indicators`; this wires it."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from indicators.aggregate import Invoer, bereken
from indicators.catalogue import Catalogus
from indicators.contracts import ONTBREEKT, kolommen, maak
from indicators.formulas import CODES, FORMULES, HEEFT, Reeks
from indicators.model import Boom, Indicator, Knoop
from pipelines.sources.tabel import BronFout

Con = duckdb.DuckDBPyConnection


def rangen(con: Con, cat: Catalogus) -> None:
    """A small table of sources and their declared order, for the queries below."""
    con.execute("CREATE OR REPLACE TEMP TABLE bron_rang (bron VARCHAR, rang INTEGER)")
    con.executemany(
        "INSERT INTO bron_rang VALUES (?, ?)", [(b.id, b.rang) for b in cat.bronnen.values()]
    )


def opnieuw(con: Con, tabel: str) -> None:
    """An empty out table as the contract says."""
    con.execute(f"DROP TABLE IF EXISTS {tabel}")
    con.execute(maak(tabel))


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


def maak_waarden(con: Con, cat: Catalogus) -> int:
    """`out_waarde`: every indicator of every delivery, one source chosen per figure.

    Chosen is the first source in declared order that has a value; without any value, the first
    source's kind of missing. An area that a table-year did not hold gets `geen_bron`.

    Raises:
        BronFout: two deliveries of one source give another value for one cell and no order
            between them is declared.
    """
    rangen(con, cat)
    con.execute(
        """CREATE OR REPLACE TEMP TABLE kandidaat (
        levering VARCHAR, bron VARCHAR, jaar INTEGER, grensjaar INTEGER, indicator VARCHAR,
        gebied VARCHAR, waarde DOUBLE, onder DOUBLE, boven DOUBLE, ontbreekt_door VARCHAR)"""
    )
    leveringen = con.execute(
        "SELECT levering, bron, generatie, jaar, grensjaar FROM core_levering ORDER BY levering"
    ).fetchall()
    for levering, bron, generatie, jaar, grensjaar in leveringen:
        regels = _regels(cat, generatie, jaar)
        if regels:
            tabel = _kandidaten(con, cat, levering, generatie, regels)
            con.register("kand", tabel)
            con.execute(
                "INSERT INTO kandidaat SELECT ?, ?, ?, ?, * FROM kand",
                [levering, bron, jaar, grensjaar],
            )
            con.unregister("kand")
    _geen_tegenspraak(con)
    _kies(con, cat)
    _inwoners(con)
    rij = con.execute("SELECT count(*) FROM out_waarde").fetchone()
    return int(rij[0]) if rij else 0


def _regels(cat: Catalogus, generatie: str, jaar: int) -> list[Indicator]:
    return [i for i in cat.indicatoren.values() if generatie in i.kolommen and i.jaren.bevat(jaar)]


def _kandidaten(
    con: Con, cat: Catalogus, levering: str, generatie: str, indicatoren: list[Indicator]
) -> pa.Table:
    """Values of every indicator of one delivery, as rows."""
    _, gen = cat.generatie(generatie)
    nodig = {k for i in indicatoren for k in i.kolommen[generatie].van}
    codes, reeksen = _reeksen(con, levering, nodig, {k: gen.afronding(k) for k in nodig})
    uit: list[Reeks] = []
    for ind in indicatoren:
        regel = ind.kolommen[generatie]
        uit.append(FORMULES[regel.formule](*(reeksen[k] for k in regel.van)))
    n, m = len(codes), len(indicatoren)
    soort = np.concatenate([r.ontbreekt for r in uit]).astype(np.int32)
    mist = soort != HEEFT

    def getal(delen: list[np.ndarray]) -> pa.Array:
        return pa.array(np.concatenate(delen), mask=mist)

    return pa.table(
        {
            "indicator": pa.DictionaryArray.from_arrays(
                np.repeat(np.arange(m, dtype=np.int32), n), [i.id for i in indicatoren]
            ),
            "gebied": pa.DictionaryArray.from_arrays(
                np.tile(np.arange(n, dtype=np.int32), m), codes
            ),
            "waarde": getal([r.waarde for r in uit]),
            "onder": getal([r.onder for r in uit]),
            "boven": getal([r.boven for r in uit]),
            "ontbreekt_door": pa.DictionaryArray.from_arrays(
                pa.array(np.maximum(soort - 1, 0), mask=~mist), list(ONTBREEKT)
            ),
        }
    )


def _reeksen(
    con: Con, levering: str, nodig: set[str], marge: dict[str, float]
) -> tuple[list[str], dict[str, Reeks]]:
    """The needed columns of a delivery as aligned arrays over its areas."""
    codes = [
        r[0]
        for r in con.execute(
            "SELECT gebied FROM core_gebied WHERE levering = ? AND NOT water ORDER BY gebied",
            [levering],
        ).fetchall()
    ]
    cellen = con.execute(
        """SELECT kolom, gebied, waarde, ontbreekt_door FROM core_cel
        JOIN core_gebied USING (levering, gebied)
        WHERE levering = ? AND NOT water AND kolom IN (SELECT unnest(?)) ORDER BY kolom, gebied""",
        [levering, sorted(nodig)],
    ).df()  # not as Arrow: DuckDB 2.0 may give that in another order
    namen = sorted(nodig)
    waarde = cellen["waarde"].to_numpy(dtype=float).reshape(len(namen), len(codes))
    soort = cellen["ontbreekt_door"].map(CODES).fillna(HEEFT)
    kinds = soort.to_numpy(dtype=np.int8).reshape(len(namen), len(codes))
    return codes, {
        naam: Reeks.maak(waarde[i], kinds[i], marge[naam]) for i, naam in enumerate(namen)
    }


def _geen_tegenspraak(con: Con) -> None:
    """Two deliveries of one source that contradict one another in a cell stop the run."""
    fout = con.execute(
        """
        SELECT a.gebied, a.indicator, a.jaar, a.waarde, b.waarde, la.bestand, lb.bestand,
            a.ontbreekt_door, b.ontbreekt_door, count(*) OVER ()
        FROM kandidaat a JOIN kandidaat b USING (bron, jaar, gebied, indicator)
        JOIN core_levering la ON la.levering = a.levering
        JOIN core_levering lb ON lb.levering = b.levering
        WHERE a.levering < b.levering AND la.voorrang = lb.voorrang
            AND (la.gewijzigd_op IS NULL OR lb.gewijzigd_op IS NULL
                 OR la.gewijzigd_op = lb.gewijzigd_op)
            AND (abs(a.waarde - b.waarde) > 1e-9
                 OR (a.waarde IS NULL AND a.ontbreekt_door = 'geheim' AND b.waarde IS NOT NULL)
                 OR (b.waarde IS NULL AND b.ontbreekt_door = 'geheim' AND a.waarde IS NOT NULL))
        ORDER BY a.gebied, a.indicator LIMIT 1
        """
    ).fetchone()
    if fout:
        gebied, indicator, jaar, een, twee, bestand, ander, o1, o2, aantal = fout
        raise BronFout(
            f"{bestand} en {ander} spreken elkaar tegen: {indicator} van {gebied} in {jaar} is "
            f"{een if een is not None else o1} en {twee if twee is not None else o2} "
            f"(samen {aantal} cellen). Verwijder een van beide, of zet in bestanden.yaml "
            "voorrang: 1 bij het bestand dat geldt."
        )


def _kies(con: Con, cat: Catalogus) -> None:
    """One row per figure, the source chosen by order, and `geen_bron` where a table had no row."""
    opnieuw(con, "out_waarde")
    aard = pd.DataFrame([(b.id, b.aard) for b in cat.bronnen.values()], columns=["bron", "aard"])
    con.register("bron_aard", pa.Table.from_pandas(aard, preserve_index=False))
    con.execute(
        """
        INSERT INTO out_waarde
        WITH gekozen AS (
            SELECT k.* FROM kandidaat k JOIN core_levering l USING (levering)
            JOIN bron_rang r ON r.bron = k.bron
            QUALIFY row_number() OVER (
                PARTITION BY k.gebied, k.jaar, k.grensjaar, k.indicator
                ORDER BY (k.waarde IS NULL), r.rang, l.voorrang DESC,
                    coalesce(l.gewijzigd_op, '') DESC, k.levering) = 1
        ), tabeljaar AS (
            SELECT jaar, grensjaar, indicator, arg_min(k.bron, r.rang) AS bron
            FROM kandidaat k JOIN bron_rang r ON r.bron = k.bron
            GROUP BY jaar, grensjaar, indicator
        )
        SELECT g.gebied, g.niveau, g.grensjaar, t.jaar, t.indicator,
            k.waarde, k.onder, k.boven,
            CASE WHEN k.gebied IS NULL THEN 'geen_bron' ELSE k.ontbreekt_door END,
            a.aard, false, coalesce(k.bron, t.bron)
        FROM out_gebied g JOIN tabeljaar t USING (grensjaar)
        LEFT JOIN gekozen k ON k.gebied = g.gebied AND k.jaar = t.jaar
            AND k.grensjaar = g.grensjaar AND k.indicator = t.indicator
        JOIN bron_aard a ON a.bron = coalesce(k.bron, t.bron)
        WHERE NOT g.water AND g.niveau <> 'land' OR (g.niveau = 'land' AND k.waarde IS NOT NULL)
        ORDER BY 1, 3, 4, 5
        """
    )
    con.unregister("bron_aard")


def _inwoners(con: Con) -> None:
    for kolom, indicator in (("inwoners", "inwoners_aantal"), ("woningen", "woningen_aantal")):
        con.execute(
            f"""UPDATE out_gebied g SET {kolom} = w.waarde FROM out_waarde w
            WHERE w.gebied = g.gebied AND w.grensjaar = g.grensjaar AND w.jaar = g.grensjaar
              AND w.indicator = ?""",  # noqa: S608 - the two names above
            [indicator],
        )


def maak_scores(con: Con, cat: Catalogus) -> int:
    """`out_score` and `out_bijdrage` for every scored node, boundary year and year."""
    opnieuw(con, "out_score")
    opnieuw(con, "out_bijdrage")
    for boom in cat.bomen.values():
        for knoop in (k for k in boom.knopen if k.score):
            _score(con, cat, boom, knoop)
    rij = con.execute("SELECT count(*) FROM out_score").fetchone()
    return int(rij[0]) if rij else 0


def _score(con: Con, cat: Catalogus, boom: Boom, knoop: Knoop) -> None:
    delen = [d.indicator for d in knoop.delen]
    basis = con.execute(
        """SELECT DISTINCT g.gebied, g.niveau, g.grensjaar, w.jaar, i.waarde AS inwoners
        FROM out_gebied g JOIN (SELECT DISTINCT grensjaar, jaar FROM out_waarde) w USING (grensjaar)
        LEFT JOIN out_waarde i ON i.gebied = g.gebied AND i.grensjaar = g.grensjaar
            AND i.jaar = w.jaar AND i.indicator = 'inwoners_aantal'
        WHERE g.niveau <> 'land' AND NOT g.water ORDER BY 1, 3, 4"""
    ).df()
    if basis.empty:
        return
    lang = con.execute(
        """SELECT gebied, grensjaar, jaar, indicator, waarde, onder, boven, ontbreekt_door
        FROM out_waarde WHERE indicator IN (SELECT unnest(?))""",
        [delen],
    ).df()
    invoer = _invoer(basis, lang, delen)
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
    sleutel = ["gebied", "grensjaar", "jaar"]
    rij = pd.MultiIndex.from_frame(basis[sleutel])
    plek = rij.get_indexer(pd.MultiIndex.from_frame(lang[sleutel]))
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

"""Before publishing: what is worked out now, beside what was published last.

Coverage that shrank and big jumps are listed and warn; a magnitude that cannot be right, and a
year that is another year's copy, block. A jump that was looked at and is right goes into
`aanvaard_sprongen` of `instellingen/vrijgave.yaml`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import dagster as dg
import duckdb

from pipelines import publish, release
from pipelines.house import Huis
from pipelines.origin import noem_cellen
from pipelines.outcome import BRONNEN
from pipelines.warehouse import slot

Con = duckdb.DuckDBPyConnection


@dataclass(frozen=True)
class Vondst:
    """An offence in words, and the source that it is about (empty: more than one)."""

    tekst: str
    bron: str = ""


FACTOR = 20.0
"""How many times the median may grow or shrink between publications or years."""
SPRONG = 0.5
"""A figure that moved by more than this share of the spread between areas is listed."""
KRIMP = 0.98
"""Coverage under this share of what was published is called shrunk."""
GENOEG = 10
"""Fewer areas than this say nothing about magnitude or sameness."""
ZELFDE = 0.98
"""Two years of a source that agree in more than this share of cells are one year twice."""


def _dekking(con: Con, huis: Huis) -> list[Vondst]:
    """Indicator-years that fewer areas have a value for than was published."""
    rijen = con.execute(
        """WITH nu AS (SELECT indicator, jaar, count(waarde) AS n FROM out_waarde GROUP BY ALL),
        toen AS (SELECT indicator, jaar, any_value(bron) AS bron, count(waarde) AS n
            FROM vorige.out_waarde GROUP BY ALL)
        SELECT bron, indicator, jaar, toen.n, coalesce(nu.n, 0) FROM toen
        LEFT JOIN nu USING (indicator, jaar)
        WHERE toen.n > 0 AND coalesce(nu.n, 0) < ? * toen.n ORDER BY 4 - 5, 2, 3""",
        [KRIMP],
    ).fetchall()
    return [
        Vondst(f"{_bron(huis, b)}, {i} {j}: {toen} gebieden met een cijfer, nu {nu}", b)
        for b, i, j, toen, nu in rijen
    ]


def _sprongen(con: Con, huis: Huis) -> list[Vondst]:
    """The figures that moved most between publications, same area and year."""
    con.execute(
        """CREATE OR REPLACE TEMP TABLE sprong AS
        WITH spreiding AS (SELECT indicator, stddev_pop(waarde) AS s FROM vorige.out_waarde
            WHERE niveau = 'buurt' GROUP BY ALL HAVING s > 0)
        SELECT w.gebied, w.grensjaar, w.jaar, w.indicator, w.waarde, v.waarde AS toen,
            abs(w.waarde - v.waarde) / s AS hoe
        FROM out_waarde w JOIN vorige.out_waarde v USING (gebied, grensjaar, jaar, indicator)
        JOIN spreiding USING (indicator)
        WHERE w.niveau = 'buurt' AND abs(w.waarde - v.waarde) > ? * s""",
        [SPRONG],
    )
    rijen = con.execute("SELECT * FROM sprong ORDER BY hoe DESC LIMIT 10").df().to_dict("records")
    alle = con.execute("SELECT count(*) FROM sprong").fetchall()[0][0]
    regels = [
        Vondst(f"{tekst} (was {r['toen']:g})")
        for tekst, r in zip(noem_cellen(con, huis.catalogus, rijen), rijen, strict=True)
    ]
    rest = alle - len(rijen)
    return [*regels, Vondst(f"en nog {rest} cijfers")] if rest > 0 else regels


def _grootte(con: Con, huis: Huis) -> list[Vondst]:
    """Indicator-years of another magnitude than was published of that year or the one before.

    Euro for thousands of euro, people for households.
    """
    goed = list(release.vrijgave(huis).aanvaard_sprongen)
    rijen = con.execute(
        """WITH toen AS (SELECT indicator, jaar, niveau, median(waarde) AS m
            FROM vorige.out_waarde WHERE niveau IN ('buurt', 'gemeente')
            GROUP BY ALL HAVING count(waarde) >= 1 AND m > 0),
        nu AS (SELECT indicator, jaar, niveau, median(waarde) AS m, count(waarde) AS n,
            any_value(bron) AS bron FROM out_waarde WHERE niveau = 'buurt'
            GROUP BY ALL HAVING n >= ? AND m > 0)
        SELECT nu.bron, nu.indicator, nu.jaar, arg_max(toen.m, toen.jaar), nu.m, nu.n
        FROM nu JOIN toen ON toen.indicator = nu.indicator AND toen.niveau = nu.niveau
            AND toen.jaar BETWEEN nu.jaar - 1 AND nu.jaar
        WHERE NOT list_contains(?, nu.indicator)
        GROUP BY ALL
        HAVING nu.m > ? * arg_max(toen.m, toen.jaar) OR nu.m * ? < arg_max(toen.m, toen.jaar)
        ORDER BY 2, 3""",
        [GENOEG, goed, FACTOR, FACTOR],
    ).fetchall()
    return [
        Vondst(
            f"{_bron(huis, b)}, {_kolom(con, huis, i, j)}: {i} {j} is in het midden {nu:g} over "
            f"{n} buurten, gepubliceerd was {toen:g}",
            b,
        )
        for b, i, j, toen, nu, n in rijen
    ]


def _zelfde_jaar(con: Con, huis: Huis) -> list[Vondst]:
    """Years of a source that are a copy of the year before: last year's data, this year's name."""
    rijen = con.execute(
        """SELECT a.bron, a.jaar, b.jaar, count(*) AS n, count(*) FILTER (a.waarde = b.waarde) AS z
        FROM out_waarde a JOIN out_waarde b ON a.gebied = b.gebied AND a.indicator = b.indicator
            AND a.bron = b.bron AND b.jaar = a.jaar - 1
        WHERE a.indicator IN ('inwoners_aantal', 'huishoudens_aantal', 'woz_waarde_keur',
            'gasverbruik_m3', 'bijstand_per_1000', 'huisarts_afstand_km', 'supermarkt_afstand_km')
            AND a.niveau = 'buurt' AND a.waarde > 0 AND b.waarde > 0
        GROUP BY ALL HAVING n >= ? AND z >= ? * n ORDER BY 1, 2""",
        [5 * GENOEG, ZELFDE],
    ).fetchall()
    return [
        Vondst(
            f"{_bron(huis, b)} {j} ({_bestanden(con, b, j)}): {z} van {n} cijfers zijn gelijk aan "
            f"die van {ander}; dit zijn de gegevens van een ander jaar onder de naam van {j}",
            b,
        )
        for b, j, ander, n, z in rijen
    ]


def _bestanden(con: Con, bron: str, jaar: int) -> str:
    """The files or tables that a year of a source came from."""
    rijen = con.execute(
        "SELECT DISTINCT bestand FROM core_levering WHERE bron = ? AND jaar = ? ORDER BY 1",
        [bron, jaar],
    ).fetchall()
    return ", ".join(str(r[0]) for r in rijen[:3]) + (" en meer" if rijen[3:] else "")


def _bron(huis: Huis, bron: str) -> str:
    gevonden = huis.catalogus.bronnen.get(bron)
    return gevonden.naam if gevonden else bron


def _kolom(con: Con, huis: Huis, indicator: str, jaar: int) -> str:
    """File and column of an indicator-year, from its first figure."""
    rijen = con.execute(
        """SELECT gebied, grensjaar, jaar, indicator, waarde FROM out_waarde
        WHERE indicator = ? AND jaar = ? AND niveau = 'buurt' AND waarde IS NOT NULL
        ORDER BY gebied LIMIT 1""",
        [indicator, jaar],
    ).df().to_dict("records")  # fmt: skip
    if not rijen:
        return "bestand onbekend"
    return noem_cellen(con, huis.catalogus, rijen)[0].split(": ")[0]


@dataclass(frozen=True)
class Vergelijking:
    """A rule about what is worked out, beside what was published; `zoek` gives the offences."""

    naam: str
    uitleg: str
    doen: str
    zoek: Callable[[Con, Huis], list[Vondst]]
    blokkeert: bool = False


VERGELIJKINGEN = (
    Vergelijking(
        "dekking_kromp_niet",
        "Evenveel gebieden hebben een cijfer als in de vorige publicatie.",
        "Is dit niet wat de producent deed, haal de bron dan opnieuw op.",
        _dekking,
    ),
    Vergelijking(
        "grote_sprongen",
        "Geen cijfer verschuift sterk ten opzichte van de vorige publicatie.",
        "Kijk of de producent corrigeerde.",
        _sprongen,
    ),
    Vergelijking(
        "orde_van_grootte",
        "De middelste waarde blijft in de orde van grootte van de vorige publicatie.",
        "Kijk naar de eenheid in het bestand (euro of duizenden euro's?). Klopt het toch, zet de "
        "indicator dan in aanvaard_sprongen van instellingen/vrijgave.yaml.",
        _grootte,
        blokkeert=True,
    ),
    Vergelijking(
        "jaar_is_eigen_jaar",
        "Een jaar is niet een kopie van het jaar ervoor.",
        "Bied het bestand van het goede jaar aan. Kwam het van de producent zelf, dan is het daar "
        "mis: een volgende refresh kijkt opnieuw.",
        _zelfde_jaar,
        blokkeert=True,
    ),
)


def vind(huis: Huis, regel: Vergelijking) -> list[Vondst]:
    """The offences against a rule, in words that name file, column and area.

    Without a last publication an empty one stands in: then nothing can have moved.
    """
    with duckdb.connect() as con:
        pad = str(huis.datamap.warehouse).replace("'", "''")
        con.execute(f"ATTACH '{pad}' AS werk (READ_ONLY)")
        con.execute("USE werk")
        _koppel_vorige(con, huis)
        return regel.zoek(con, huis)


def _koppel_vorige(con: Con, huis: Huis) -> None:
    vorige = publish.lees_actueel(huis)
    bestand = huis.datamap.published / vorige.bestand if vorige else None
    if bestand is not None and bestand.exists():
        pad = str(bestand).replace("'", "''")
        con.execute(f"ATTACH '{pad}' AS vorige (READ_ONLY)")
        return
    con.execute("ATTACH ':memory:' AS vorige")
    con.execute("CREATE TABLE vorige.out_waarde AS SELECT * FROM out_waarde LIMIT 0")


def maak() -> list[dg.AssetChecksDefinition]:
    """The comparisons as Dagster knows them."""
    return [_als_check(v) for v in VERGELIJKINGEN]


def _als_check(regel: Vergelijking) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset="out_herberekening",  # the last to add figures
        name=regel.naam,
        description=regel.uitleg,
        blocking=regel.blokkeert,
        required_resource_keys={"huis"},
    )
    def _check(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        huis: Huis = context.resources.huis
        with slot(huis.datamap):
            gevonden = vind(huis, regel)
        ernst = dg.AssetCheckSeverity.ERROR if regel.blokkeert else dg.AssetCheckSeverity.WARN
        wat = "; ".join(v.tekst for v in gevonden[:12])
        bronnen = sorted({v.bron for v in gevonden})
        meer = f"; en nog {len(gevonden) - 12}" if len(gevonden) > 12 else ""
        return dg.AssetCheckResult(
            passed=not gevonden,
            severity=ernst,
            metadata={"aantal": len(gevonden)} | ({BRONNEN: bronnen} if all(bronnen) else {}),
            description=f"Verwacht: {regel.uitleg} Gevonden: {wat}{meer}. {regel.doen}"
            if gevonden
            else regel.uitleg,
        )

    return _check

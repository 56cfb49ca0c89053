"""Checks on the warehouse, made from the contracts and the catalogue.

A blocking check that fails keeps everything after it, publication included, from running.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import dagster as dg
import duckdb

from indicators.catalogue import Catalogus
from indicators.contracts import CORE, ONTBREEKT, SLEUTELS
from indicators.model import Bron, Verband
from pipelines.conversion import HEEL
from pipelines.house import Huis
from pipelines.origin import noem_rijen
from pipelines.outcome import BRONNEN
from pipelines.warehouse import slot


@dataclass(frozen=True)
class Controle:
    """A query that finds rows that break a rule; none found means the rule holds.

    Attributes:
        asset: the asset it guards.
        naam: name of the check.
        uitleg: the rule, in plain words.
        vraag: gives the offending rows.
        blokkeert: whether a broken rule stops what comes after.
        alleen_met: column and value of core_levering; without such a delivery nothing can break.
    """

    asset: str
    naam: str
    uitleg: str
    vraag: str
    blokkeert: bool = True
    alleen_met: tuple[str, str] | None = None


def _dubbel(tabel: str, waar: str = "true") -> str:
    sleutel = ", ".join(SLEUTELS[tabel])
    return f"SELECT {sleutel}, count(*) FROM {tabel} WHERE {waar} GROUP BY ALL HAVING count(*) > 1"  # noqa: S608


def _dubbele_cellen(binnen: str) -> str:
    """Keys of core_cel that come twice, as `_dubbel` finds them, at a tenth of the cost.

    A column that holds every area of its delivery once needs no look: as many rows, and the same
    hash over their codes. Only of the others every key is counted.
    """
    return f"""WITH hoort AS (
            SELECT levering, count(*) AS n, bit_xor(hash(gebied)) AS som FROM core_gebied
            WHERE {binnen} GROUP BY levering),
        verdacht AS (
            SELECT * FROM (SELECT levering, kolom, count(*) AS n, bit_xor(hash(gebied)) AS som
                FROM core_cel WHERE {binnen} GROUP BY levering, kolom)
            ANTI JOIN hoort USING (levering, n, som))
        SELECT levering, kolom, gebied, count(*) FROM core_cel
        SEMI JOIN verdacht USING (levering, kolom)
        GROUP BY ALL HAVING count(*) > 1"""  # noqa: S608 - contract names


def _dubbele_waarden() -> str:
    """The same for out_waarde: an indicator-year that holds every area once needs no look."""
    return """WITH hoort AS (
            SELECT grensjaar, count(*) AS n, bit_xor(hash(gebied)) AS som FROM out_gebied
            WHERE NOT water AND niveau <> 'land' GROUP BY grensjaar),
        verdacht AS (
            SELECT * FROM (SELECT grensjaar, jaar, indicator, count(*) AS n,
                    bit_xor(hash(gebied)) AS som
                FROM out_waarde WHERE niveau <> 'land' GROUP BY grensjaar, jaar, indicator)
            ANTI JOIN hoort USING (grensjaar, n, som))
        SELECT gebied, grensjaar, jaar, indicator, count(*) FROM (
            SELECT gebied, grensjaar, jaar, indicator FROM out_waarde
            SEMI JOIN verdacht USING (grensjaar, jaar, indicator) WHERE niveau <> 'land'
            UNION ALL
            SELECT gebied, grensjaar, jaar, indicator FROM out_waarde WHERE niveau = 'land')
        GROUP BY ALL HAVING count(*) > 1"""


def controles(cat: Catalogus) -> list[Controle]:
    """Every check: keys and kinds from the contracts, ranges from the units of the catalogue."""
    tabellen = ("out_gebied", "out_grens", "out_gebied_opvolger", "out_waarde", "out_score")
    return [
        *(c for b in cat.bronnen.values() if b.ingelezen for c in _van_bron(b.id)),
        *(c for b in cat.bronnen.values() if b.ingelezen for c in _verbanden(b)),
        *(
            Controle(
                t,
                "sleutel",
                f"Elke sleutel van {t} komt een keer voor.",
                _dubbele_waarden() if t == "out_waarde" else _dubbel(t),
            )
            for t in tabellen
        ),
        *_waarden(cat),
        *_samenhang(cat),
        _vlag_tegen_grens(),
    ]


def _van_bron(bron: str) -> list[Controle]:
    binnen = f"levering IN (SELECT levering FROM core_levering WHERE bron = '{bron}')"  # noqa: S608
    sleutels = [
        Controle(
            f"core_{bron}",
            f"sleutel_{tabel}",
            f"Elke sleutel van {tabel} komt een keer voor.",
            _dubbele_cellen(binnen) if tabel == "core_cel" else _dubbel(tabel, binnen),
            alleen_met=("bron", bron),
        )
        for tabel in CORE
        if tabel != "core_levering"
    ]
    reden = Controle(
        f"core_{bron}",
        "getal_of_reden",
        "Een cel heeft een getal of een reden van ontbreken.",
        "SELECT * FROM core_cel WHERE (waarde IS NULL) = (ontbreekt_door IS NULL) "  # noqa: S608
        f"AND {binnen}",
        alleen_met=("bron", bron),
    )
    return [*sleutels, reden]


def _verbanden(bron: Bron) -> list[Controle]:
    """What the catalogue says must hold between the columns of a source, in every row of core.

    Reading refuses a file that breaks it; this guards what reached core by any other way.
    """
    return [
        Controle(
            f"core_{bron.id}",
            f"{gen.id}_{verband.soort}_{''.join(c for c in verband.geheel if c.isalnum())}",
            verband.uitleg,
            _verband_vraag(gen.id, verband),
            blokkeert=verband.mag_mis == 0,
            alleen_met=("generatie", gen.id),
        )
        for gen in bron.generaties
        for verband in gen.verbanden
        if verband.delen
    ]


def _verband_vraag(generatie: str, verband: Verband) -> str:
    delen = ", ".join(f"'{k}'" for k in verband.delen)
    verschil = {
        "som": "abs(geheel - som)",
        "hoogstens": "som - geheel",
        "vast_verschil": "abs((geheel - som) - median(geheel - som) OVER (PARTITION BY levering))",
    }[verband.soort]
    return f"""SELECT levering, gebied, geheel, som FROM (
            SELECT *, {verschil} AS verschil FROM (
                SELECT levering, gebied, sum(waarde) FILTER (kolom IN ({delen})) AS som,
                    any_value(waarde) FILTER (kolom = '{verband.geheel}') AS geheel
                FROM core_cel WHERE kolom IN ('{verband.geheel}', {delen}) AND levering IN (
                    SELECT levering FROM core_levering WHERE generatie = '{generatie}')
                GROUP BY levering, gebied
                HAVING count(waarde) FILTER (kolom IN ({delen})) = {len(verband.delen)}
            ) WHERE geheel IS NOT NULL
        ) WHERE verschil > {verband.nauw}"""  # noqa: S608 - names of the catalogue


def _waarden(cat: Catalogus) -> list[Controle]:
    soorten = ", ".join(f"'{k}'" for k in ONTBREEKT)
    per_eenheid = {
        e: ", ".join(f"'{i.id}'" for i in cat.indicatoren.values() if i.eenheid == e)
        for e in ("pct", "aantal")
    }
    negatief = ", ".join(
        f"'{i.id}'" for i in cat.indicatoren.values() if i.eenheid not in ("score", "keur")
    )
    return [
        Controle(
            "out_waarde",
            "soort_van_ontbreken",
            "Een cijfer heeft een getal, of een bekende soort van ontbreken.",
            "SELECT * FROM out_waarde WHERE (waarde IS NULL) = (ontbreekt_door IS NULL) "  # noqa: S608
            f"OR ontbreekt_door NOT IN ({soorten}) OR isnan(waarde)",
        ),
        Controle(
            "out_waarde",
            "percentage_tussen_0_en_100",
            "Een percentage ligt tussen 0 en 100.",
            f"SELECT * FROM out_waarde WHERE indicator IN ({per_eenheid['pct']}) "  # noqa: S608
            "AND (waarde < 0 OR waarde > 100)",
        ),
        Controle(
            "out_waarde",
            "niet_negatief",
            "Aantallen, afstanden en verhoudingen zijn niet negatief.",
            f"SELECT * FROM out_waarde WHERE indicator IN ({negatief}) AND waarde < 0",  # noqa: S608
        ),
        Controle(
            "out_waarde",
            "gebied_bestaat",
            "Elk cijfer hoort bij een gebied van zijn indeling.",
            """SELECT w.* FROM out_waarde w ANTI JOIN out_gebied g
            ON w.gebied = g.gebied AND w.grensjaar = g.grensjaar""",
        ),
        Controle(
            "out_gebied",
            "fictief_en_echt_apart",
            "De fictieve gemeente en echte gebieden staan niet in een publicatie.",
            """SELECT fictief, count(*) FROM out_gebied WHERE niveau <> 'land'
            AND (SELECT count(DISTINCT fictief) FROM out_gebied WHERE niveau <> 'land') > 1
            GROUP BY ALL""",
        ),
    ]


def _samenhang(cat: Catalogus) -> list[Controle]:
    """Parts against totals, and counts against what they are divided by: drift, so it warns."""
    aantallen = ", ".join(f"'{i.id}'" for i in cat.indicatoren.values() if i.telling == "aantal")
    return [
        Controle(
            "out_waarde",
            "delen_tellen_op",
            "Buurten tellen op tot hun wijk, binnen de afronding (vijf per buurt).",
            f"""SELECT w.indicator, w.gebied, w.jaar, w.waarde, som FROM out_waarde w JOIN (
                SELECT g.wijk, b.grensjaar, b.jaar, b.indicator, sum(b.waarde) AS som,
                    count(b.waarde) AS met, count(*) AS alle
                FROM out_waarde b JOIN out_gebied g USING (gebied, grensjaar)
                WHERE b.indicator IN ({aantallen}) AND g.wijk IS NOT NULL GROUP BY ALL
            ) d ON d.wijk = w.gebied AND d.grensjaar = w.grensjaar AND d.jaar = w.jaar
                AND d.indicator = w.indicator
            WHERE w.indicator IN ({aantallen}) AND w.niveau = 'wijk' AND w.waarde IS NOT NULL
                AND met = alle AND abs(w.waarde - som) > 5 * (alle + 1)""",  # noqa: S608
            blokkeert=False,
        ),
        Controle(
            "out_waarde",
            "noemer_voor_elk_gebied",
            "Een gebied met een telling van de politie staat ook in de Kerncijfers van dat jaar. "
            "Zo niet, dan hoort de telling misschien bij een andere indeling: zet `indeling` in "
            "bestanden.yaml.",
            """SELECT w.bron, w.indicator, w.jaar, w.gebied FROM out_waarde w
            WHERE w.ontbreekt_door = 'geen_noemer' AND EXISTS (
                SELECT 1 FROM out_waarde i JOIN out_gebied g USING (gebied, grensjaar)
                JOIN out_gebied e ON e.gebied = w.gebied AND e.grensjaar = w.grensjaar
                WHERE i.indicator = 'inwoners_aantal' AND i.jaar = w.jaar
                  AND i.grensjaar = w.grensjaar AND i.niveau = w.niveau
                  AND g.gemeente = e.gemeente AND i.waarde IS NOT NULL)""",
            blokkeert=False,
        ),
    ]


def _vlag_tegen_grens() -> Controle:
    """CBS's own flag of change (1 same, 3 other boundary) against the outlines of two years.

    The same ground: one predecessor, of the same code, that lies in it but for the noise of the
    drawing. Only following years, since the flag tells of the year before.
    """
    return Controle(
        "out_gebied_opvolger",
        "vlag_tegen_grens",
        "Wat CBS zegt van een gebied (1 gelijk, 3 andere grens dan het jaar ervoor) klopt met de "
        "kaarten van die twee jaren.",
        f"""SELECT gebied, grensjaar, wijziging,
                CASE WHEN gelijk THEN 'dezelfde grond' ELSE 'andere grond' END AS op_de_kaart
            FROM (
                SELECT g.gebied, g.grensjaar, any_value(g.wijziging) AS wijziging,
                    count(*) = 1 AND bool_and(o.van = g.gebied AND o.aandeel >= {HEEL}) AS gelijk
                FROM out_gebied g JOIN out_gebied_opvolger o
                    ON o.naar = g.gebied AND o.grensjaar_naar = g.grensjaar
                WHERE o.methode = 'oppervlakte' AND o.grensjaar_van = o.grensjaar_naar - 1
                    AND g.wijziging IN (1, 3)
                GROUP BY g.gebied, g.grensjaar)
            WHERE gelijk = (wijziging = 3) ORDER BY gebied, grensjaar""",  # noqa: S608 - a number
        blokkeert=False,
    )


def loop_na(con: duckdb.DuckDBPyConnection, controle: Controle) -> list[tuple[object, ...]]:
    """Up to five rows that break a rule."""
    if controle.alleen_met is not None:
        kolom, waarde = controle.alleen_met
        er = con.execute(f"SELECT 1 FROM core_levering WHERE {kolom} = ? LIMIT 1", [waarde])  # noqa: S608
        if er.fetchone() is None:
            return []
    return con.execute(f"SELECT * FROM ({controle.vraag}) LIMIT 5").fetchall()  # noqa: S608


def _wiens(con: duckdb.DuckDBPyConnection, controle: Controle) -> list[str]:
    """The sources whose rows break a rule; none where the rows do not say."""
    if controle.asset.startswith("core_"):
        return [controle.asset.removeprefix("core_")]
    if "bron" not in {r[0] for r in con.execute(f"DESCRIBE ({controle.vraag})").fetchall()}:
        return []
    rijen = con.execute(f"SELECT DISTINCT bron FROM ({controle.vraag}) ORDER BY 1").fetchall()  # noqa: S608
    return [str(r[0]) for r in rijen]


def maak(cat: Catalogus) -> list[dg.AssetChecksDefinition]:
    """The checks as Dagster knows them: all of an asset in one step, over one connection."""
    per_activum: dict[str, list[Controle]] = {}
    for controle in controles(cat):
        per_activum.setdefault(controle.asset, []).append(controle)
    return [_van_activum(asset, groep) for asset, groep in per_activum.items()]


def _van_activum(asset: str, groep: list[Controle]) -> dg.AssetChecksDefinition:
    @dg.multi_asset_check(
        name=f"controles_van_{asset}",
        specs=[
            dg.AssetCheckSpec(c.naam, asset=asset, description=c.uitleg, blocking=c.blokkeert)
            for c in groep
        ],
        required_resource_keys={"huis"},
        can_subset=True,
    )
    def _check(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        huis: Huis = context.resources.huis
        gevraagd = {k.name for k in context.selected_asset_check_keys}
        with slot(huis.datamap):
            con = duckdb.connect(str(huis.datamap.warehouse), read_only=True)
            try:
                yield from [_oordeel(con, huis, c) for c in groep if c.naam in gevraagd]
            finally:
                con.close()

    return _check


def _oordeel(con: duckdb.DuckDBPyConnection, huis: Huis, controle: Controle) -> dg.AssetCheckResult:
    fout = loop_na(con, controle)
    wat = noem_rijen(con, huis.catalogus, controle.vraag, fout)
    return dg.AssetCheckResult(
        metadata={BRONNEN: _wiens(con, controle)} if fout else {},
        asset_key=controle.asset,
        check_name=controle.naam,
        passed=not fout,
        severity=dg.AssetCheckSeverity.ERROR if controle.blokkeert else dg.AssetCheckSeverity.WARN,
        description=f"Verwacht: {controle.uitleg} Gevonden: {wat}" if fout else controle.uitleg,
    )

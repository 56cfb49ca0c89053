"""`out_waarde`: every figure of every area, from core cells, one boundary year at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations

import duckdb
import numpy as np
import pyarrow as pa

from indicators.catalogue import Catalogus
from indicators.choose import kies, nog_niet_gepubliceerd, tegenspraak
from indicators.contracts import ONTBREEKT
from indicators.formulas import CODES, Reeks
from pipelines.columns import getal, ontbreekt, woord
from pipelines.origin import noem_botsing, uit_welke_levering
from pipelines.series import noemers_van, onvolledig, uit_levering
from pipelines.sources.tabel import BronFout
from pipelines.warehouse import opnieuw, schrijft_naast

Con = duckdb.DuckDBPyConnection


@dataclass(frozen=True)
class Levering:
    """A delivery in the core tables."""

    levering: str
    bron: str
    generatie: str
    jaar: int
    bestand: str
    voorrang: int
    gewijzigd_op: str | None
    voorlopig: bool = False

    @property
    def wie(self) -> tuple[str, str, int]:
        """Delivery, generation and year."""
        return self.levering, self.generatie, self.jaar

    def heeft_orde(self, ander: Levering) -> bool:
        """Whether it is declared, or follows from the producer's own date, which one holds."""
        gedateerd = bool(self.gewijzigd_op and ander.gewijzigd_op)
        later = gedateerd and self.gewijzigd_op != ander.gewijzigd_op
        return self.voorrang != ander.voorrang or later


def maak_waarden(con: Con, cat: Catalogus) -> int:
    """`out_waarde`, and inhabitants and dwellings in `out_gebied`.

    Within a source the preferred delivery is the one with `voorrang`, then the producer's latest;
    between sources the first with a value, in declared order. Without any value, the kind of
    missing that says most; an area that no table-year held gets `geen_bron`.

    Returns:
        Number of rows.

    Raises:
        BronFout: two deliveries of one source give another value for one cell and no order
            between them is declared.
    """
    opnieuw(con, "out_waarde")
    opnieuw(con, "out_meta__levering_cel")
    aantal = 0
    with con.cursor() as lees, schrijft_naast(con) as schrijf:
        for grensjaar, leveringen in _per_grensjaar(lees, cat).items():
            gebieden = lees.execute(
                """SELECT gebied, niveau FROM out_gebied WHERE grensjaar = ? AND NOT water
                ORDER BY gebied""",
                [grensjaar],
            ).fetchall()
            for jaar in sorted({x.jaar for x in leveringen}) if gebieden else []:
                van_jaar = [x for x in leveringen if x.jaar == jaar]
                uit = _jaar(lees, cat, gebieden, van_jaar, grensjaar)
                if uit is not None:
                    schrijf("out_waarde", uit[0], "niveau <> 'land' OR waarde IS NOT NULL")
                    schrijf("out_meta__levering_cel", uit[1])
                    aantal += uit[0].num_rows
    _inwoners(con)
    return aantal


def _per_grensjaar(con: Con, cat: Catalogus) -> dict[int, list[Levering]]:
    """Deliveries per boundary year, the preferred first."""
    rijen = con.execute(
        """SELECT grensjaar, levering, bron, generatie, jaar, bestand, voorrang, gewijzigd_op
        FROM core_levering ORDER BY grensjaar, levering"""
    ).fetchall()
    gevonden: dict[int, list[Levering]] = {}
    deel = onvolledig(con)
    for grensjaar, *rest in rijen:
        levering = Levering(*rest)
        gevonden.setdefault(grensjaar, []).append(
            replace(levering, voorlopig=levering.levering in deel)
        )
    for leveringen in gevonden.values():  # stable sorts: the last one weighs most
        leveringen.sort(key=lambda x: x.gewijzigd_op or "", reverse=True)
        leveringen.sort(key=lambda x: -x.voorrang)
        leveringen.sort(key=lambda x: cat.bronnen[x.bron].rang)
    return gevonden


def _jaar(
    con: Con,
    cat: Catalogus,
    gebieden: list[tuple[str, str]],
    leveringen: list[Levering],
    grensjaar: int,
) -> tuple[pa.Table, pa.Table] | None:
    """The figures of one year as rows of the contract, one block of n areas per indicator.

    With them which delivery each was chosen from (`out_meta__levering_cel`).

    None when no delivery of the year feeds an indicator, such as one of outlines alone.
    """
    codes = [g for g, _ in gebieden]
    kandidaten: dict[str, list[tuple[Levering, Reeks]]] = {}
    for levering in leveringen:
        for indicator, reeks in uit_levering(con, cat, levering.wie, codes).items():
            kandidaten.setdefault(indicator, []).append((levering, reeks))
    noemers = {
        i: kies([r for _, r in kandidaten[i]])[0] for i in noemers_van(cat) & kandidaten.keys()
    }
    for levering in leveringen:
        for indicator, reeks in uit_levering(con, cat, levering.wie, codes, noemers).items():
            kandidaten.setdefault(indicator, []).append((levering, reeks))
    if not kandidaten:
        return None
    gekozen: dict[str, tuple[Reeks, np.ndarray]] = {}
    gekregen_uit: dict[str, np.ndarray] = {}
    nummer = {x.levering: i for i, x in enumerate(leveringen)}
    for indicator, reeksen in sorted(kandidaten.items()):
        _geen_tegenspraak(con, cat, indicator, reeksen, codes)
        gekozen[indicator], gekregen_uit[indicator] = _kies_een(reeksen, nummer, list(cat.bronnen))
    runs = uit_welke_levering(codes, gekregen_uit, list(nummer), (leveringen[0].jaar, grensjaar))
    voorlopig = {  # the last place is of areas that no delivery held
        i: np.array([*(x.voorlopig for x in leveringen), False])[plekken]
        for i, plekken in gekregen_uit.items()
    }
    return _rijen(cat, gebieden, gekozen, leveringen[0].jaar, grensjaar, voorlopig), runs


def _kies_een(
    reeksen: list[tuple[Levering, Reeks]], nummer: dict[str, int], alle_bronnen: list[str]
) -> tuple[tuple[Reeks, np.ndarray], np.ndarray]:
    """One indicator from all deliveries that have it.

    Returns:
        The column with the place of its source in `alle_bronnen` per area, and the number of the
        delivery per area (-1: none).
    """
    per_bron: dict[str, list[tuple[Levering, Reeks]]] = {}
    for levering, reeks in reeksen:
        per_bron.setdefault(levering.bron, []).append((levering, reeks))
    van_bron = [
        kies(nog_niet_gepubliceerd([r for _, r in paar]), een_bron=True)
        for paar in per_bron.values()
    ]
    reeks, plek = kies([r for r, _ in van_bron])
    bronnen = np.array([alle_bronnen.index(b) for b in per_bron])
    van_levering = [
        np.array([nummer[x.levering] for x, _ in paar])[binnen]
        for paar, (_, binnen) in zip(per_bron.values(), van_bron, strict=True)
    ]
    gekregen = np.stack(van_levering)[plek, np.arange(len(plek))]
    uit = np.where(reeks.ontbreekt == CODES["geen_bron"], -1, gekregen)
    return (reeks, bronnen[plek]), uit


def _geen_tegenspraak(
    con: Con,
    cat: Catalogus,
    indicator: str,
    reeksen: list[tuple[Levering, Reeks]],
    codes: list[str],
) -> None:
    """Two deliveries of one source that contradict one another in a cell stop the run."""
    op_naam = sorted(reeksen, key=lambda paar: paar[0].bestand)
    for (een, reeks), (ander, andere) in combinations(op_naam, 2):
        if een.bron != ander.bron or een.heeft_orde(ander):
            continue
        botst = np.flatnonzero(tegenspraak(reeks, andere))
        if len(botst):
            wie = botst[0]
            wat = [
                ONTBREEKT[r.ontbreekt[wie] - 1] if r.ontbreekt[wie] else f"{r.waarde[wie]:g}"
                for r in (reeks, andere)
            ]
            elders = f" (en in nog {len(botst) - 1} gebieden)" if len(botst) > 1 else ""
            raise BronFout(
                f"{een.bestand} en {ander.bestand} spreken elkaar tegen: "
                f"{noem_botsing(con, cat, indicator, (een, ander), codes[wie])} van "
                f"{codes[wie]} in {een.jaar} is {wat[0]} en {wat[1]}{elders}. "
                "Verwijder een van beide, of zet in bestanden.yaml voorrang: 1 bij "
                "het bestand dat geldt."
            )


def _rijen(
    cat: Catalogus,
    gebieden: list[tuple[str, str]],
    gekozen: dict[str, tuple[Reeks, np.ndarray]],
    jaar: int,
    grensjaar: int,
    voorlopig: dict[str, np.ndarray],
) -> pa.Table:
    n, m = len(gebieden), len(gekozen)
    reeksen = [r for r, _ in gekozen.values()]
    soort = np.concatenate([r.ontbreekt for r in reeksen])
    bron_ids = list(cat.bronnen)
    bron = np.concatenate([bronnen for _, bronnen in gekozen.values()])
    aarden: list[str] = [cat.bronnen[b].aard for b in bron_ids]

    def reeks(veld: str) -> pa.Array:
        return getal(np.concatenate([getattr(r, veld) for r in reeksen]))

    over_gebieden = np.tile(np.arange(n), m)
    return pa.table(
        {
            "gebied": woord(over_gebieden, [g for g, _ in gebieden]),
            "niveau": woord(over_gebieden, [v for _, v in gebieden]),
            "grensjaar": pa.array(np.full(n * m, grensjaar, dtype=np.int32)),
            "jaar": pa.array(np.full(n * m, jaar, dtype=np.int32)),
            "indicator": woord(np.repeat(np.arange(m), n), list(gekozen)),
            "waarde": reeks("waarde"),
            "onder": reeks("onder"),
            "boven": reeks("boven"),
            "ontbreekt_door": ontbreekt(soort),
            "aard": woord(bron, aarden),
            "voorlopig": pa.array(np.concatenate([voorlopig[i] for i in gekozen])),
            "bron": woord(bron, bron_ids),
        }
    )


def _inwoners(con: Con) -> None:
    """Inhabitants and dwellings of an area, of the year of its boundaries."""
    con.execute(
        """UPDATE out_gebied g SET inwoners = w.inwoners, woningen = w.woningen FROM (
            SELECT gebied, grensjaar,
                any_value(waarde) FILTER (indicator = 'inwoners_aantal') AS inwoners,
                any_value(waarde) FILTER (indicator = 'woningen_aantal') AS woningen
            FROM out_waarde WHERE indicator IN ('inwoners_aantal', 'woningen_aantal')
                AND jaar = grensjaar GROUP BY gebied, grensjaar) w
        WHERE w.gebied = g.gebied AND w.grensjaar = g.grensjaar"""
    )

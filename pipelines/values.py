"""`out_waarde`: every figure of every area, from core cells, one boundary year at a time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from indicators.catalogue import Catalogus
from indicators.choose import kies, nog_niet_gepubliceerd, te_klein, tegenspraak
from indicators.contracts import ONTBREEKT
from indicators.formulas import CODES, FORMULES, Reeks
from indicators.model import Indicator
from pipelines.columns import SOORT, getal, ontbreekt, woord
from pipelines.sources.tabel import BronFout
from pipelines.warehouse import opnieuw

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
    aantal = 0
    for grensjaar, leveringen in _per_grensjaar(con, cat).items():
        gebieden = con.execute(
            """SELECT gebied, niveau FROM out_gebied WHERE grensjaar = ? AND NOT water
            ORDER BY gebied""",
            [grensjaar],
        ).fetchall()
        for jaar in sorted({x.jaar for x in leveringen}):
            tabel = _jaar(con, cat, gebieden, [x for x in leveringen if x.jaar == jaar], grensjaar)
            con.register("jaarwaarden", tabel)
            con.execute(
                """INSERT INTO out_waarde SELECT * FROM jaarwaarden
                WHERE niveau <> 'land' OR waarde IS NOT NULL"""
            )
            con.unregister("jaarwaarden")
            aantal += tabel.num_rows
    _inwoners(con)
    return aantal


def _per_grensjaar(con: Con, cat: Catalogus) -> dict[int, list[Levering]]:
    """Deliveries per boundary year, the preferred first."""
    rijen = con.execute(
        """SELECT grensjaar, levering, bron, generatie, jaar, bestand, voorrang, gewijzigd_op
        FROM core_levering ORDER BY grensjaar, levering"""
    ).fetchall()
    gevonden: dict[int, list[Levering]] = {}
    for grensjaar, *rest in rijen:
        gevonden.setdefault(grensjaar, []).append(Levering(*rest))
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
) -> pa.Table:
    """The figures of one year as rows of the contract, one block of n areas per indicator."""
    codes = [g for g, _ in gebieden]
    kandidaten: dict[str, list[tuple[Levering, Reeks]]] = {}
    for levering in leveringen:
        for indicator, reeks in _uit_levering(con, cat, levering, codes).items():
            kandidaten.setdefault(indicator, []).append((levering, reeks))
    gekozen: dict[str, tuple[Reeks, list[str]]] = {}
    for indicator, reeksen in sorted(kandidaten.items()):
        _geen_tegenspraak(indicator, reeksen, codes)
        per_bron: dict[str, list[Reeks]] = {}
        for levering, reeks in reeksen:
            per_bron.setdefault(levering.bron, []).append(reeks)
        van_bron = [kies(nog_niet_gepubliceerd(r), een_bron=True)[0] for r in per_bron.values()]
        reeks, plek = kies(van_bron)
        bronnen = list(per_bron)
        gekozen[indicator] = (reeks, [bronnen[p] for p in plek])
    return _rijen(cat, gebieden, gekozen, leveringen[0].jaar, grensjaar)


def _uit_levering(
    con: Con, cat: Catalogus, levering: Levering, codes: list[str]
) -> dict[str, Reeks]:
    """Every indicator that a delivery feeds, over all areas of the boundary year."""
    _, gen = cat.generatie(levering.generatie)
    indicatoren: list[Indicator] = [
        i
        for i in cat.indicatoren.values()
        if levering.generatie in i.kolommen and i.jaren.bevat(levering.jaar)
    ]
    nodig = sorted({k for i in indicatoren for k in i.kolommen[levering.generatie].van})
    eigen = [
        r[0]
        for r in con.execute(
            "SELECT gebied FROM core_gebied WHERE levering = ? AND NOT water ORDER BY gebied",
            [levering.levering],
        ).fetchall()
    ]
    reeksen = _kolommen(con, levering.levering, nodig, len(eigen))
    met_marge = {k: Reeks.maak(w, s, gen.afronding(k)) for k, (w, s) in reeksen.items()}
    plek = pd.Index(codes).get_indexer(pd.Index(eigen))
    inwoners = _inwoners_van(cat, levering.generatie, met_marge, len(eigen))
    uit = {}
    for ind in indicatoren:
        regel = ind.kolommen[levering.generatie]
        reeks = FORMULES[regel.formule](*(met_marge[k] for k in regel.van))
        if regel.formule != "direct":
            reeks = te_klein(reeks, inwoners)
        uit[ind.id] = _verdeel(reeks, plek, len(codes))
    return uit


def _inwoners_van(cat: Catalogus, generatie: str, kolommen: dict[str, Reeks], n: int) -> np.ndarray:
    """Inhabitants by the delivery itself; unknown (NaN) when it does not tell."""
    regel = cat.indicatoren["inwoners_aantal"].kolommen.get(generatie)
    if regel is None or regel.van[0] not in kolommen:
        return np.full(n, np.nan)
    return kolommen[regel.van[0]].waarde


def _kolommen(
    con: Con, levering: str, nodig: list[str], n: int
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Source columns of a delivery as (values, kinds), in the order of its areas."""
    rijen = con.execute(
        f"""SELECT waarde, {SOORT} AS soort
        FROM core_cel JOIN core_gebied USING (levering, gebied)
        WHERE levering = ? AND NOT water AND kolom IN (SELECT unnest(?))
        ORDER BY kolom, gebied""",  # noqa: S608 - the codes of the contract
        [levering, nodig],
    ).fetchnumpy()  # not as Arrow: with insertion order off, DuckDB 2.0 gives that unsorted
    waarde = np.ma.filled(rijen["waarde"], np.nan).reshape(len(nodig), n)
    soort = np.asarray(rijen["soort"], dtype=np.int8).reshape(len(nodig), n)
    return {k: (waarde[i], soort[i]) for i, k in enumerate(nodig)}


def _verdeel(reeks: Reeks, plek: np.ndarray, n: int) -> Reeks:
    """A delivery's column laid out over all n areas; `geen_bron` where it has no row."""

    def getal(bron: np.ndarray) -> np.ndarray:
        uit = np.full(n, np.nan)
        uit[plek] = bron
        return uit

    soort = np.full(n, CODES["geen_bron"], dtype=np.int8)
    soort[plek] = reeks.ontbreekt
    return Reeks(getal(reeks.waarde), getal(reeks.onder), getal(reeks.boven), soort)


def _geen_tegenspraak(
    indicator: str, reeksen: list[tuple[Levering, Reeks]], codes: list[str]
) -> None:
    """Two deliveries of one source that contradict one another in a cell stop the run."""
    for (een, reeks), (ander, andere) in combinations(reeksen, 2):
        if een.bron != ander.bron or een.heeft_orde(ander):
            continue
        botst = np.flatnonzero(tegenspraak(reeks, andere))
        if len(botst):
            wie = botst[0]
            wat = [
                ONTBREEKT[r.ontbreekt[wie] - 1] if r.ontbreekt[wie] else f"{r.waarde[wie]:g}"
                for r in (reeks, andere)
            ]
            raise BronFout(
                f"{een.bestand} en {ander.bestand} spreken elkaar tegen: {indicator} van "
                f"{codes[wie]} in {een.jaar} is {wat[0]} en {wat[1]} (zo zijn er {len(botst)} "
                "gebieden). Verwijder een van beide, of zet in bestanden.yaml voorrang: 1 bij "
                "het bestand dat geldt."
            )


def _rijen(
    cat: Catalogus,
    gebieden: list[tuple[str, str]],
    gekozen: dict[str, tuple[Reeks, list[str]]],
    jaar: int,
    grensjaar: int,
) -> pa.Table:
    n, m = len(gebieden), len(gekozen)
    reeksen = [r for r, _ in gekozen.values()]
    soort = np.concatenate([r.ontbreekt for r in reeksen])
    bron_ids = list(cat.bronnen)
    nummer = {b: i for i, b in enumerate(bron_ids)}
    bron = np.concatenate([[nummer[b] for b in bronnen] for _, bronnen in gekozen.values()])
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
            "voorlopig": pa.array(np.zeros(n * m, dtype=bool)),
            "bron": woord(bron, bron_ids),
        }
    )


def _inwoners(con: Con) -> None:
    for kolom, indicator in (("inwoners", "inwoners_aantal"), ("woningen", "woningen_aantal")):
        con.execute(
            f"""UPDATE out_gebied g SET {kolom} = w.waarde FROM out_waarde w
            WHERE w.gebied = g.gebied AND w.grensjaar = g.grensjaar AND w.jaar = g.grensjaar
              AND w.indicator = ?""",  # noqa: S608 - the two names above
            [indicator],
        )

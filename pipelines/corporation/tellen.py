"""Counting: from rows after the gate to exact counts per buurt and year, by named counters.

Nothing here decides what may be shown: that is `indicators.own_stock`.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.own_stock import Gebieden, gebieden_van
from indicators.vera import Eigen

NU = (
    "woningen", "met_bouwjaar", "vooroorlogs", "met_soort", "eengezins", "met_label",
    "slecht_label", "met_huur", "sociale_huur", "met_status", "leegstand", "met_conditie",
    "met_woz", "verhuurd", "lang_wonen",
)  # fmt: skip
"""Counters on the day of the export."""
SOMMEN = {"met_conditie": "conditie_som", "met_woz": "woz_som"}
GEWEEST = "coalesce(status, 'LOP') NOT IN ('GEA', 'VOO', 'VER')"
_VOORRAAD = """
    CREATE OR REPLACE TABLE voorraad AS SELECT nr AS eenheid, buurt FROM r_eenheid
    WHERE coalesce(soort, 'WOO') = 'WOO' AND buurt IS NOT NULL
      AND coalesce(status, 'VEH') NOT IN ('ONT', 'ADM')
      AND NOT (status = 'UIT' AND uit_exploitatie IS NULL)
      AND coalesce(in_exploitatie, DATE '1800-01-01') <= $tot
      AND coalesce(uit_exploitatie, DATE '2199-01-01') > $van"""
_STROOM: dict[str, tuple[str, str]] = {
    "verhuisd": ("huurovereenkomst", f"""SELECT v.buurt, count(DISTINCT v.eenheid), 0
        FROM voorraad v JOIN r_huurovereenkomst h USING (eenheid)
        WHERE h.eind BETWEEN $van AND $tot AND {GEWEEST.replace("status", "h.status")}
        GROUP BY 1"""),
    "huurachterstand": ("zaak", """SELECT v.buurt, count(DISTINCT v.eenheid), 0
        FROM voorraad v JOIN r_zaak z USING (eenheid) WHERE z.datum BETWEEN $van AND $tot
        AND z.soort = 'FIN' AND z.detail_soort = 'HUA' GROUP BY 1"""),
    "overlast": ("zaak", """SELECT v.buurt, count(*), 0
        FROM voorraad v JOIN r_zaak z USING (eenheid)
        WHERE z.datum BETWEEN $van AND $tot AND z.soort IN ('SOC', 'OMG') GROUP BY 1"""),
    "leefbaarheid": ("zaak", """SELECT v.buurt, count(*), 0
        FROM voorraad v JOIN r_zaak z USING (eenheid)
        WHERE z.datum BETWEEN $van AND $tot AND z.soort = 'LEE' GROUP BY 1"""),
    "melders": ("zaak", """SELECT buurt, count(*), 0 FROM (
        SELECT z.melder_nr, arg_min(v.buurt, (z.datum, v.buurt)) AS buurt
        FROM voorraad v JOIN r_zaak z USING (eenheid) WHERE z.datum BETWEEN $van AND $tot
        AND z.soort IN ('SOC', 'OMG') AND z.met_melder GROUP BY 1) GROUP BY 1"""),
    "inzet": ("onderhoudsorder", """SELECT v.buurt, count(*), 0
        FROM voorraad v JOIN r_onderhoudsorder o USING (eenheid)
        WHERE o.datum BETWEEN $van AND $tot AND o.soort = 'LEE'
        AND coalesce(o.status, 'AFG') <> 'GEA' GROUP BY 1"""),
    **{f"oordeel_{o}": ("oordeel", f"""SELECT v.buurt, count(*), sum(o.cijfer)
        FROM voorraad v JOIN r_oordeel o USING (eenheid)
        WHERE o.datum BETWEEN $van AND $tot AND o.onderwerp = '{o}' GROUP BY 1""")
       for o in ("veilig", "overlast", "schoon")},
}  # fmt: skip
"""Counters over a year: the entity that must have been delivered, and the question."""


@dataclass
class Telling:
    """Exact counts: `tel` and `som` by (counter, year), per buurt of `gebieden`, in its order.

    `top`: the two largest amounts per buurt (m by 2), of amounts that have no scale.
    `complex` has the counters of the day per complex. `niet` says which could not be counted.
    """

    gebieden: Gebieden
    tel: dict[tuple[str, int], NDArray[np.int64]] = field(default_factory=dict)
    som: dict[tuple[str, int], NDArray[np.float64]] = field(default_factory=dict)
    top: dict[tuple[str, int], NDArray[np.float64]] = field(default_factory=dict)
    complex: pd.DataFrame = field(default_factory=pd.DataFrame)
    niet: dict[str, str] = field(default_factory=dict)


def volle_jaren(peildatum: date, aantal: int) -> list[int]:
    """The last full calendar years up to and including the day."""
    laatste = peildatum.year if (peildatum.month, peildatum.day) == (12, 31) else peildatum.year - 1
    return list(range(laatste - aantal + 1, laatste + 1))


def tel(
    con: duckdb.DuckDBPyConnection,
    eigen: Eigen,
    buurten: Mapping[str, tuple[str, str]],
    peildatum: date,
    volledig: bool,
    ook: frozenset[str] = frozenset(),
) -> Telling:
    """All counters: those of the day, and those of each full year that the delivery covers.

    Args:
        con: with `r_<entiteit>`.
        eigen: the declaration.
        buurten: buurt to wijk and gemeente, of the boundary year.
        peildatum: the day of the export.
        volledig: the delivery says that it is complete; without it reporters are not counted.
        ook: buurten that were published before: their gemeenten stay, also without a dwelling.
    """
    bezet = con.execute("SELECT DISTINCT buurt FROM r_eenheid WHERE buurt IS NOT NULL").fetchall()
    gemeenten = {buurten[r[0]][1] for r in bezet}
    if gemeenten:
        gemeenten |= {buurten[b][1] for b in ook if b in buurten}
    uit = Telling(gebieden_van({b: wg for b, wg in buurten.items() if wg[1] in gemeenten}))
    _van_nu(con, eigen, peildatum, uit)
    for jaar in volle_jaren(peildatum, eigen.jaren):
        _van_jaar(con, jaar, volledig, uit)
    for naam, (entiteit, _) in _STROOM.items():
        if not any(n == naam for n, _ in uit.tel):
            uit.niet.setdefault(naam, f"geen volledig jaar met {entiteit} geleverd")
    return uit


def _van_nu(con: duckdb.DuckDBPyConnection, eigen: Eigen, dag: date, uit: Telling) -> None:
    con.execute(_VOORRAAD, {"van": dag, "tot": dag})
    con.execute(*_nu_sql(eigen, dag))
    if eigen.huurgrens.get(dag.year) is None:
        uit.niet["sociale_huur"] = f"de huurgrens van {dag.year} staat niet in corporatie.yaml"
    velden = ", ".join(f"sum({k})::DOUBLE AS {k}" for k in (*NU, *SOMMEN.values()))
    per = con.execute(f"SELECT buurt, {velden} FROM nu GROUP BY 1").df().set_index("buurt")
    per = per.reindex(list(uit.gebieden.buurten)).fillna(0.0)
    for k in NU:
        uit.tel[k, dag.year] = per[k].to_numpy().astype(np.int64)
    for k, s in SOMMEN.items():
        uit.som[k, dag.year] = per[s].to_numpy()
    uit.top["met_woz", dag.year] = _twee_grootste(con, "woz_som", uit.gebieden)
    uit.complex = con.execute(
        f"SELECT c.cluster AS gebied, {velden} FROM nu JOIN r_cluster_eenheid c USING (eenheid) "
        "JOIN r_cluster k ON k.nr = c.cluster WHERE list_contains($soorten, k.soort) GROUP BY 1 "
        "ORDER BY 1",
        {"soorten": list(eigen.complex_soorten)},
    ).df()


def _twee_grootste(
    con: duckdb.DuckDBPyConnection, kolom: str, gebieden: Gebieden
) -> NDArray[np.float64]:
    """The two largest amounts of each buurt, 0 where there are fewer."""
    uit, plek = np.zeros((len(gebieden.buurten), 2)), {b: i for i, b in enumerate(gebieden.buurten)}
    for buurt, twee in con.execute(f"SELECT buurt, max({kolom}, 2) FROM nu GROUP BY 1").fetchall():
        uit[plek[buurt], : len(twee)] = twee
    return uit


def _nu_sql(eigen: Eigen, dag: date) -> tuple[str, dict[str, object]]:
    """`nu`: one row per dwelling in stock on the day, with a 0 or 1 per counter."""
    lang = date(dag.year - eigen.lang_wonen_jaren, dag.month, min(dag.day, 28))
    geldig = (
        "coalesce(begin, DATE '1800-01-01') <= $dag AND coalesce(eind, DATE '2199-01-01') > $dag"
    )
    vraag = f"""
        CREATE OR REPLACE TABLE nu AS WITH
        label AS (SELECT eenheid, arg_max(label, coalesce(begin, DATE '1800-01-01')) AS label
            FROM r_energieprestatie
            WHERE coalesce(status, 'DEF') = 'DEF' AND coalesce(begin, DATE '1800-01-01') <= $dag
              AND coalesce(eind, DATE '2199-01-01') > $dag GROUP BY 1),
        woz AS (SELECT eenheid, arg_max(waarde, datum) AS woz FROM r_woz WHERE datum <= $dag
            GROUP BY 1),
        kaal AS (SELECT eenheid, arg_max(bedrag, coalesce(begin, DATE '1800-01-01')) AS kaal
            FROM r_prijscomponent
            WHERE detail_soort = 'KAL' AND {geldig} GROUP BY 1),
        stand AS (SELECT eenheid, arg_max(status, begin) AS stand FROM r_toestand WHERE {geldig}
            GROUP BY 1),
        contract AS (SELECT eenheid, min(begin) AS sinds FROM r_huurovereenkomst
            WHERE {geldig} AND {GEWEEST} GROUP BY 1),
        staat AS (SELECT c.eenheid, avg(TRY_CAST(m.score AS DOUBLE)) AS score
            FROM r_conditiemeting m JOIN r_cluster_eenheid c USING (cluster)
            WHERE coalesce(m.begin, DATE '1800-01-01') <= $dag
              AND coalesce(m.eind, DATE '2199-01-01') > $dag GROUP BY 1),
        w AS (SELECT v.eenheid, v.buurt, e.bouwjaar, coalesce(e.huur, kaal.kaal) AS huur,
            label.label, woz.woz, staat.score, contract.sinds,
            coalesce(stand.stand, e.status) AS st,
            CASE WHEN e.pand_soort = 'EGW' OR list_contains($eengezins, e.detail_soort) THEN 1
                 WHEN e.pand_soort = 'MGW' OR list_contains($meergezins, e.detail_soort) THEN 0 END
                 AS egw
            FROM voorraad v JOIN r_eenheid e ON e.nr = v.eenheid LEFT JOIN label USING (eenheid)
            LEFT JOIN woz USING (eenheid) LEFT JOIN kaal USING (eenheid)
            LEFT JOIN stand USING (eenheid) LEFT JOIN contract USING (eenheid)
            LEFT JOIN staat USING (eenheid))
        SELECT eenheid, buurt, 1 AS woningen, (bouwjaar IS NOT NULL)::INT AS met_bouwjaar,
            coalesce(bouwjaar < 1945, false)::INT AS vooroorlogs,
            (egw IS NOT NULL)::INT AS met_soort,
            coalesce(egw, 0) AS eengezins, (label IS NOT NULL)::INT AS met_label,
            coalesce(label IN ('E', 'F', 'G'), false)::INT AS slecht_label,
            (huur IS NOT NULL AND $grens > 0)::INT AS met_huur,
            coalesce(huur <= $grens, false)::INT AS sociale_huur,
            (st IS NOT NULL)::INT AS met_status, coalesce(st = 'LEE', false)::INT AS leegstand,
            (score IS NOT NULL)::INT AS met_conditie, coalesce(score, 0) AS conditie_som,
            (woz IS NOT NULL)::INT AS met_woz, coalesce(woz, 0) / 1000 AS woz_som,
            (sinds IS NOT NULL)::INT AS verhuurd, coalesce(sinds <= $lang, false)::INT AS lang_wonen
        FROM w"""
    return vraag, {
        "dag": dag, "lang": lang, "grens": eigen.huurgrens.get(dag.year, 0.0),
        "eengezins": list(eigen.eengezins), "meergezins": list(eigen.meergezins),
    }  # fmt: skip


def _van_jaar(con: duckdb.DuckDBPyConnection, jaar: int, volledig: bool, uit: Telling) -> None:
    van, tot = date(jaar, 1, 1), date(jaar, 12, 31)
    con.execute(_VOORRAAD, {"van": van, "tot": tot})
    rijen = con.execute("SELECT buurt, count(*), 0 FROM voorraad GROUP BY 1").fetchall()
    uit.tel["voorraad", jaar], _ = _op_orde(uit.gebieden, rijen)
    for naam, (entiteit, vraag) in _STROOM.items():
        if naam == "melders" and not volledig:
            uit.niet[naam] = "niet te bepalen: de levering zegt niet dat zij volledig is"
        elif _gedekt(con, entiteit, naam, van, volledig):
            rijen = con.execute(vraag, {"van": van, "tot": tot}).fetchall()
            uit.tel[naam, jaar], uit.som[naam, jaar] = _op_orde(uit.gebieden, rijen)


def _gedekt(con: duckdb.DuckDBPyConnection, entiteit: str, naam: str, van: date,
            volledig: bool) -> bool:  # fmt: skip
    """Whether the delivery reaches back to the start of the year; no rows is no zero."""
    kolom = "eind" if naam == "verhuisd" else "datum"
    [(eerste, laatste)] = con.execute(
        f"SELECT min({kolom}), max({kolom}) FROM r_{entiteit}"
    ).fetchall()
    if eerste is None or laatste < van:
        return False
    return volledig or eerste <= date(van.year, 1, calendar.monthrange(van.year, 1)[1])


def _op_orde(
    gebieden: Gebieden, rijen: list[tuple]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    plek = {b: i for i, b in enumerate(gebieden.buurten)}
    aantal, som = np.zeros(len(plek), dtype=np.int64), np.zeros(len(plek))
    for buurt, n, s in rijen:
        aantal[plek[buurt]], som[plek[buurt]] = n, s or 0.0
    return aantal, som

"""Raw of a corporation: rows after the gate, without key, address or person, as Parquet.

Keys become numbers of this import; dates of a person's doing keep their month; who reported is
counted and never written. With it the checksums of the files as received, not the files.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from indicators.vera import Eigen, Entiteit, Veld
from pipelines.raw import schrijf_zeker

OPGELOST = ("eenheidadres", "buurt", "zaaktype")
"""Entities that others were resolved with; they hold nothing more to keep."""


def nummer(con: duckdb.DuckDBPyConnection, eigen: Eigen, onderwerpen: Mapping[str, str]) -> None:
    """From `g_<entiteit>` to `r_<entiteit>`: numbers for keys, one dwelling per case.

    A case or tenancy of more than one dwelling counts for the first that could be placed. A free
    code becomes what the delivery says it means, or nothing.
    """
    con.execute("CREATE TABLE onderwerpen (code VARCHAR, naar VARCHAR)")
    if onderwerpen:
        con.executemany("INSERT INTO onderwerpen VALUES (?, ?)", list(onderwerpen.items()))
    con.execute(
        "CREATE TABLE n_eenheid AS SELECT id, row_number() OVER (ORDER BY md5(id)) AS nr "
        "FROM g_eenheid"
    )
    con.execute("CREATE TABLE n_cluster AS SELECT id, id AS nr FROM g_cluster")
    con.execute("""
        CREATE TABLE r_cluster_eenheid AS SELECT DISTINCT c.nr AS cluster, e.nr AS eenheid FROM (
            SELECT id AS eenheid, unnest(clusters) AS cluster FROM g_eenheid UNION ALL
            SELECT unnest(eenheden), id FROM g_cluster) x
        JOIN n_cluster c ON c.id = x.cluster JOIN n_eenheid e ON e.id = x.eenheid""")
    for ent in eigen.entiteiten:
        if ent.id not in OPGELOST:
            _nummer(con, ent)
            con.execute(f"DROP TABLE g_{ent.id}")
    con.execute("DROP TABLE g_zaaktype")
    for tabel in ("n_eenheid", "n_cluster", "w_eenheid"):
        con.execute(f"DROP TABLE {tabel}")


def _nummer(con: duckdb.DuckDBPyConnection, ent: Entiteit) -> None:
    keuze, bij = [], []
    for v in ent.velden:
        if ent.id == "zaak" and v.id in ("soort", "detail_soort"):
            keuze.append(f"coalesce(g.{v.id}, zt.{v.id}) AS {v.id}")
        elif v.soort == "verwijzing" and v.naar in ("eenheid", "cluster"):
            keuze.append(f"{v.id}_n.nr AS {v.id}")
            bij.append(f"LEFT JOIN n_{v.naar} {v.id}_n ON {v.id}_n.id = g.{v.id}")
        elif v.soort == "verwijzingen" and ent.id not in ("eenheid", "cluster"):
            _eerste_woning(con, ent, v)
            keuze.append("woning.nr AS eenheid")
            bij.append("LEFT JOIN woning ON woning.rij = g.rowid")
        elif v.soort == "maand":
            keuze.append(f"date_trunc('month', g.{v.id})::DATE AS {v.id}")
        elif v.soort == "melder":
            keuze.append(f"dense_rank() OVER (ORDER BY g.{v.id} NULLS LAST) AS melder_nr, "
                         f"g.{v.id} IS NOT NULL AS met_melder")  # fmt: skip
        elif v.soort == "vrije_code":
            keuze.append(f"w_{v.id}.naar AS {v.id}")
            bij.append(f"LEFT JOIN onderwerpen w_{v.id} ON w_{v.id}.code = g.{v.id}")
        elif v.soort in ("code", "getal", "datum"):
            keuze.append(f"g.{v.id}")
    if ent.id == "zaak":
        bij.append("LEFT JOIN g_zaaktype zt ON zt.id = g.zaaktype")
    if ent.id in ("eenheid", "cluster"):
        keuze.insert(0, "n.nr")
        bij.append(f"JOIN n_{ent.id} n ON n.id = g.id")
    if ent.id == "eenheid":
        keuze.append("w.buurt")
        bij.append("LEFT JOIN w_eenheid w ON w.id = g.id")
    con.execute(
        f"CREATE TABLE r_{ent.id} AS SELECT {', '.join(keuze)} FROM g_{ent.id} g {' '.join(bij)}"
    )


def _eerste_woning(con: duckdb.DuckDBPyConnection, ent: Entiteit, v: Veld) -> None:
    con.execute(f"""
        CREATE OR REPLACE TABLE woning AS SELECT rij,
            arg_min(n.nr, plek + CASE WHEN w.buurt IS NULL THEN 100000 ELSE 0 END) AS nr
        FROM (SELECT rowid AS rij, unnest({v.id}) AS id, generate_subscripts({v.id}, 1) AS plek
              FROM g_{ent.id}) x
        JOIN n_eenheid n ON n.id = x.id LEFT JOIN w_eenheid w ON w.id = x.id GROUP BY rij""")


def schrijf_raw(
    con: duckdb.DuckDBPyConnection, eigen: Eigen, doel: Path, verslag: dict[str, object]
) -> None:
    """Writes the numbered rows and `levering.json` beside them; whole or not at all.

    Args:
        con: with `r_<entiteit>`.
        eigen: the declaration.
        doel: the folder of this delivery; replaced.
        verslag: counts, checksums and dates; no value of a row.
    """
    bezig = doel.with_name(f".{doel.name}.tmp")
    shutil.rmtree(bezig, ignore_errors=True)
    bezig.mkdir(parents=True, mode=0o700)
    for ent in (*(e.id for e in eigen.entiteiten if e.id not in OPGELOST), "cluster_eenheid"):
        weg = "EXCLUDE (melder_nr, met_melder)" if ent == "zaak" else ""
        tabel = con.sql(f"SELECT * {weg} FROM r_{ent} ORDER BY ALL").to_arrow_table()
        if tabel.num_rows:
            pq.write_table(tabel, bezig / f"{ent}.parquet", compression="zstd")
    schrijf_zeker(
        bezig / "levering.json", json.dumps(verslag, indent=1, ensure_ascii=False).encode()
    )
    shutil.rmtree(doel, ignore_errors=True)
    bezig.rename(doel)

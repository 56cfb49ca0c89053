"""Rows of the core tables: a delivery's table in, and out again."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from indicators import regions
from indicators.contracts import kolommen
from pipelines.columns import getal, ontbreekt, woord
from pipelines.provenance import Herkomst
from pipelines.sources.tabel import Tabel
from pipelines.warehouse import voeg_toe


def verwijder(con: duckdb.DuckDBPyConnection, levering: str) -> None:
    """Removes a delivery from the core tables."""
    con.execute("DELETE FROM core_cel WHERE levering = ?", [levering])
    con.execute("DELETE FROM core_grens WHERE levering = ?", [levering])
    con.execute("DELETE FROM core_gebied WHERE levering = ?", [levering])
    con.execute("DELETE FROM core_levering WHERE levering = ?", [levering])


def laad(con: duckdb.DuckDBPyConnection, herkomst: Herkomst, tabel: Tabel) -> None:
    """Adds the rows of a delivery: itself, its areas, cells and outlines."""
    waarden = [getattr(herkomst, k) for k in kolommen("core_levering")]
    con.execute(f"INSERT INTO core_levering VALUES ({', '.join('?' * len(waarden))})", waarden)  # noqa: S608
    gebieden = tabel.gebieden.assign(
        levering=herkomst.levering,
        niveau=[regions.niveau(c) for c in tabel.gebieden["gebied"]],
        grensjaar=tabel.grensjaar,
    )
    gebied = pa.Table.from_pandas(gebieden[list(kolommen("core_gebied"))], preserve_index=False)
    voeg_toe(con, "core_gebied", gebied)
    if tabel.cellen:
        voeg_toe(con, "core_cel", _lang(herkomst.levering, tabel))
    if tabel.grenzen is not None:
        grens = pa.table(
            {
                "levering": pa.array([herkomst.levering] * len(gebieden)),
                "gebied": pa.array(gebieden["gebied"].tolist()),
                "niveau": pa.array(gebieden["niveau"].tolist()),
                "grensjaar": pa.array([tabel.grensjaar] * len(gebieden), pa.int32()),
                "water": pa.array(gebieden["water"].tolist()),
                "geometrie": pa.array(tabel.grenzen, pa.binary()),
            }
        )
        voeg_toe(con, "core_grens", grens)


def _lang(levering: str, tabel: Tabel) -> pa.Table:
    """The cells of a table as rows: one per source column and area."""
    namen = list(tabel.cellen)
    codes = tabel.gebieden["gebied"].tolist()
    n, m = len(codes), len(namen)
    waarde = np.concatenate([tabel.cellen[k][0] for k in namen])
    soort = np.concatenate([tabel.cellen[k][1] for k in namen]).astype(np.int32)

    return pa.table(
        {
            "levering": woord(np.zeros(n * m), [levering]),
            "kolom": woord(np.repeat(np.arange(m), n), namen),
            "gebied": woord(np.tile(np.arange(n), m), codes),
            "waarde": getal(waarde),
            "ontbreekt_door": ontbreekt(soort),
        }
    )

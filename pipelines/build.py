"""Filling a publication: the out tables in key order, provenance, the catalogue, what it is."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

from indicators.contracts import OUT, SLEUTELS, VERSIE, kolommen
from pipelines.house import Huis
from pipelines.intake import geldige_leveringen
from pipelines.verify import PublicatieFout
from pipelines.warehouse import GEHEUGEN

_EIGEN = ("out_waarde_kaart",)
_SAMEN = 16
"""Indicators sorted in one go."""
_UIT_WAREHOUSE = (
    *(t for t in OUT if not t.startswith("out_meta__") and t not in _EIGEN),
    "out_meta__levering_cel",
    "out_meta__samenhang",
)


def inhoud_hash(huis: Huis) -> str:
    """Over everything a publication depends on: deliveries, catalogue, settings."""
    som = hashlib.sha256()
    for h in geldige_leveringen(huis):
        som.update(f"{h.levering}|{h.sha256}|{h.voorrang}|{h.herstel_geometrie}\n".encode())
    som.update(huis.catalogus.hash.encode())
    som.update(instellingen_hash(huis).encode())
    return som.hexdigest()


def instellingen_hash(huis: Huis) -> str:
    """Over the settings that change figures; not what is shown, released or reported."""
    datamap = huis.datamap
    anders = {
        datamap.gebieden, datamap.vrijgave, datamap.meldingen, datamap.wegingen, datamap.normen,
    }  # fmt: skip
    som = hashlib.sha256()
    map_ = huis.datamap.gebieden.parent
    gevonden = sorted(map_.glob("*.yaml")) if map_.exists() else []
    for pad in [*gevonden, *(p for p in datamap.achtergronden if p.exists())]:
        if pad not in anders:
            som.update(pad.name.encode() + pad.read_bytes())
    return som.hexdigest()


def vul(huis: Huis, werk: Path, stempel: tuple[str, str, str]) -> bool:
    """Copies the out tables into a new file, in key order, with provenance and the catalogue.

    Args:
        huis: the warehouse and the catalogue.
        werk: the file to make.
        stempel: id of the publication, its moment and the hash of its content.

    Returns:
        Whether its areas are fictional.

    Raises:
        PublicatieFout: the warehouse misses a table.
    """
    con = duckdb.connect(str(werk), config=GEHEUGEN)
    try:
        pad = str(huis.datamap.warehouse).replace("'", "''")
        con.execute(f"ATTACH '{pad}' AS w (READ_ONLY)")
        tabellen = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'w'"
        er_is = {r[0] for r in con.execute(tabellen).fetchall()}
        mist = [t for t in _UIT_WAREHOUSE if t not in er_is]
        if mist:
            raise PublicatieFout(f"het warehouse mist {', '.join(mist)}; draai eerst een refresh.")
        for tabel in _UIT_WAREHOUSE:
            _kopie(con, tabel, f"SELECT * FROM w.{tabel}")  # noqa: S608 - a contract name
        _kaartorde(con)
        namen = ", ".join(kolommen("out_meta__herkomst"))
        _kopie(con, "out_meta__herkomst", f"SELECT {namen} FROM w.core_levering")  # noqa: S608
        _kopie(con, "out_meta__levering_gebied", "SELECT levering, gebied FROM w.core_gebied")
        _kopie(
            con,
            "out_meta__indicator",
            """SELECT indicator, bron, jaar, count(*), count(waarde) FROM out_waarde w
            WHERE ontbreekt_door IS DISTINCT FROM 'geen_bron' AND NOT EXISTS (
                SELECT 1 FROM out_herberekening h WHERE h.gebied = w.gebied
                AND h.grensjaar = w.grensjaar AND w.jaar < w.grensjaar) GROUP BY ALL""",
        )
        con.execute(f"CREATE TABLE out_meta__catalogus ({OUT['out_meta__catalogus']})")
        con.executemany(
            "INSERT INTO out_meta__catalogus VALUES (?, ?)", sorted(huis.catalogus.teksten.items())
        )
        rij = con.execute("SELECT coalesce(bool_or(fictief), false) FROM out_gebied").fetchone()
        fictief = bool(rij and rij[0])
        con.execute(f"CREATE TABLE out_meta__publicatie ({OUT['out_meta__publicatie']})")
        con.execute(
            "INSERT INTO out_meta__publicatie VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                *stempel[:2],
                huis.catalogus.hash,
                stempel[2],
                instellingen_hash(huis),
                str(VERSIE),
                fictief,
            ],
        )
        con.execute("DETACH w")
        con.execute("CHECKPOINT")
        return fictief
    finally:
        con.close()


def _kopie(con: duckdb.DuckDBPyConnection, tabel: str, vraag: str) -> None:
    """A contract table, filled in key order: the order is what makes reading fast."""
    con.execute(f"CREATE TABLE {tabel} ({OUT[tabel]})")
    con.execute(f"INSERT INTO {tabel} {vraag} ORDER BY {', '.join(SLEUTELS[tabel])}")


def _kaartorde(con: duckdb.DuckDBPyConnection) -> None:
    """`out_waarde` once more, by indicator: a few sorts that fit in memory, each of many rows.

    (A sort per indicator leaves small row groups: nearly twice the size on disk, and the time.)
    """
    tabel = "out_waarde_kaart"
    con.execute(f"CREATE TABLE {tabel} ({OUT[tabel]})")
    namen = con.execute("SELECT DISTINCT indicator FROM w.out_waarde ORDER BY 1").fetchall()
    for deel in range(0, len(namen), _SAMEN):
        con.execute(
            f"""INSERT INTO {tabel} SELECT * FROM w.out_waarde WHERE indicator BETWEEN ? AND ?
            ORDER BY {", ".join(SLEUTELS[tabel])}""",  # noqa: S608 - contract names
            [namen[deel][0], namen[min(deel + _SAMEN, len(namen)) - 1][0]],
        )

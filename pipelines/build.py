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

_GROOT = {"out_waarde": ("out_waarde", "out_waarde_kaart"), "out_bijdrage": ("out_bijdrage",)}
"""Tables of millions of rows, and the tables of a publication that each is sorted into."""
_UIT_WAREHOUSE = (
    *(t for t in OUT if not t.startswith("out_meta__") and t not in sum(_GROOT.values(), ())),
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
        mist = [t for t in (*_UIT_WAREHOUSE, *_GROOT) if t not in er_is]
        if mist:
            raise PublicatieFout(f"het warehouse mist {', '.join(mist)}; draai eerst een refresh.")
        for tabel in _UIT_WAREHOUSE:
            _kopie(con, tabel, f"SELECT * FROM w.{tabel}")  # noqa: S608 - a contract name
        for tabel, doelen in _GROOT.items():
            _sorteer(con, tabel, doelen)
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


def _sorteer(con: duckdb.DuckDBPyConnection, tabel: str, doelen: tuple[str, ...]) -> None:
    """A large table in one or more orders: its words as numbers while the rows are moved about.

    That takes a sixth off sorting and storing them. The order stays that of the
    texts, since an ENUM made of sorted words compares as they do.
    """
    con.execute("ATTACH ':memory:' AS hulp")
    soorten = {r[0]: r[1] for r in con.execute(f"DESCRIBE w.{tabel}").fetchall()}
    heen, terug, nummer = [], [], {}
    for kolom in kolommen(tabel):
        waar = f"FROM w.{tabel} WHERE {kolom} IS NOT NULL"
        woorden = soorten[kolom] == "VARCHAR" and con.execute(f"SELECT 1 {waar} LIMIT 1").fetchone()
        if woorden:
            keuze = f"(SELECT DISTINCT {kolom} {waar} ORDER BY 1)"
            con.execute(f"CREATE TYPE hulp.{kolom}_woord AS ENUM {keuze}")
        heen.append(f"{kolom}::hulp.{kolom}_woord AS {kolom}" if woorden else kolom)
        terug.append(f"{kolom}::VARCHAR AS {kolom}" if woorden else kolom)
        nummer[kolom] = f"enum_code({kolom})" if woorden else kolom
    con.execute(f"CREATE TABLE hulp.rijen AS SELECT {', '.join(heen)} FROM w.{tabel}")  # noqa: S608
    for doel in doelen:
        con.execute(f"CREATE TABLE {doel} ({OUT[doel]})")
        con.execute(
            f"""INSERT INTO {doel} SELECT {", ".join(terug)} FROM (
            SELECT * FROM hulp.rijen ORDER BY {", ".join(nummer[k] for k in SLEUTELS[doel])})"""  # noqa: S608
        )
    con.execute("DETACH hulp")

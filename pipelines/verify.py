"""Whether a publication keeps the contract: tables, columns, keys, values, catalogue."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from indicators.contracts import OUT, SINDS, SLEUTELS, VERSIE, kolommen
from indicators.formulas import CODES


class PublicatieFout(Exception):
    """A publication that may not go live, or is not what it was; the message says why."""


def controleer(bestand: Path, catalogus_hash: str) -> dict[str, int]:
    """Whether a file keeps the contract: tables, columns, keys, kinds of missing, catalogue.

    Returns:
        Rows per table.

    Raises:
        PublicatieFout: naming table, what was expected and found.
    """
    con = duckdb.connect(str(bestand), read_only=True)
    try:
        versie = _versie(con)
        tabellen = [t for t in OUT if SINDS.get(t, 1) <= versie]
        with ThreadPoolExecutor(2) as naast:  # in key order is one long thread per table
            geteld = naast.map(lambda t: _naast(con, t), tabellen)
            rijen = dict(zip(tabellen, geteld, strict=True))
        _controleer_waarden(con)
        hash_ = con.execute("SELECT catalogus_hash FROM out_meta__publicatie").fetchall()
        if [h[0] for h in hash_] != [catalogus_hash]:
            raise PublicatieFout("out_meta__publicatie: niet de hash van deze catalogus.")
        if rijen["out_waarde"] == 0 or rijen["out_gebied"] == 0:
            raise PublicatieFout(
                "er zijn geen cijfers om te publiceren. Bied bestanden aan: "
                "python -m pipelines refresh --bestanden MAP."
            )
        return rijen
    except duckdb.Error as fout:
        raise PublicatieFout(f"{bestand.name}: niet te lezen als publicatie ({fout}).") from None
    finally:
        con.close()


def _versie(con: duckdb.DuckDBPyConnection) -> int:
    """The version of the contract that a publication was made under."""
    rij = con.execute("SELECT versie FROM out_meta__publicatie").fetchone()
    tekst = str(rij[0]).split(".")[0] if rij else ""
    return int(tekst) if tekst.isdecimal() and tekst != "0" else VERSIE


def _naast(con: duckdb.DuckDBPyConnection, tabel: str) -> int:
    with con.cursor() as eigen:
        return _controleer_tabel(eigen, tabel)


def _controleer_tabel(con: duckdb.DuckDBPyConnection, tabel: str) -> int:
    soort = {r[0]: r[1] for r in con.execute(f"DESCRIBE {tabel}").fetchall()}
    gevonden = list(soort)
    if tuple(gevonden) != kolommen(tabel):
        raise PublicatieFout(f"{tabel}: kolommen {gevonden}, verwacht {list(kolommen(tabel))}.")
    sleutel = ", ".join(SLEUTELS[tabel])
    alle = _aantal(con, f"SELECT count(*) FROM {tabel}")  # noqa: S608 - contract names
    # Written in key order, so each key must come after the one before: unique, and in order.
    fout = _aantal(
        con,
        f"""SELECT count(*) FROM (SELECT row({sleutel}) <= lag(row({sleutel})) OVER () AS fout
        FROM {tabel}) WHERE fout""",  # noqa: S608
    )
    if fout:
        raise PublicatieFout(
            f"{tabel}: {fout} dubbele of verkeerd geplaatste sleutels ({sleutel})."
        )
    for kolom in (k for k, s in soort.items() if s == "DOUBLE"):
        if _aantal(con, f"SELECT count(*) FROM {tabel} WHERE isnan({kolom})"):  # noqa: S608
            raise PublicatieFout(f"{tabel}: NaN in {kolom}; verwacht een getal of leeg (NULL).")
    return int(alle)


def _aantal(con: duckdb.DuckDBPyConnection, vraag: str) -> int:
    rij = con.execute(vraag).fetchone()
    return int(rij[0]) if rij else 0


def _controleer_waarden(con: duckdb.DuckDBPyConnection) -> None:
    regels: list[tuple[str, str]] = [
        (
            "een getal of een reden, niet allebei en niet geen van beide",
            "(waarde IS NULL) = (ontbreekt_door IS NULL)",
        ),
        ("een eindig getal", "isinf(waarde)"),
        ("waarde binnen haar interval", "waarde < onder - 1e-9 OR waarde > boven + 1e-9"),
        ("bekende soort ontbreken", f"ontbreekt_door NOT IN ({', '.join(repr(k) for k in CODES)})"),
    ]
    for wat, fout in regels:
        wie = "gebied, jaar, indicator, waarde, ontbreekt_door"
        rij = con.execute(f"SELECT {wie} FROM out_waarde WHERE {fout} LIMIT 1").fetchone()  # noqa: S608
        if rij:
            raise PublicatieFout(f"out_waarde: verwacht {wat}; gevonden {rij}.")

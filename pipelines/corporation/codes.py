"""VERA's code lists: the standard's own file read, and codes resolved for the gate."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb

from indicators.vera import Code, Eigen, opvolgers
from pipelines.corporation import LeveringFout

KOPPEN = ("Soort", "Code", "Naam", "Omschrijving", "Begindatum", "Einddatum", "Parent")


def lees_lijsten(pad: Path) -> list[Code]:
    """Every row of `Referentiedata.csv` as Aedes publishes it.

    Text throughout: codes such as `1` and `NA` are words. A code can stand there twice, ended and
    live; both rows are given.

    Raises:
        LeveringFout: the headings are not those of the standard.
    """
    with pad.open(encoding="utf-8-sig", newline="") as stroom:
        lezer = csv.DictReader(stroom, delimiter=";")
        mist = [k for k in KOPPEN if k not in (lezer.fieldnames or [])]
        if mist:
            raise LeveringFout(f"{pad.name}: kolom {', '.join(mist)} ontbreekt; verwacht {KOPPEN}")
        return [Code(*(rij[k].strip() for k in KOPPEN)) for rij in lezer]


def geldig(codes: list[Code]) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]]]:
    """Per list the live codes with their names, and the ended ones with their successor.

    Of a code that stands there twice, the row without an end date holds. A code that ended without
    one successor in its list points at "".
    """
    levend: dict[str, dict[str, str]] = {}
    for c in codes:
        lijst = levend.setdefault(c.soort, {})
        if not c.einddatum:
            lijst[c.code] = c.naam
    volg = opvolgers(codes)
    dood: dict[str, dict[str, str]] = {}
    for c in codes:
        if c.einddatum and c.code not in levend[c.soort]:
            dood.setdefault(c.soort, {})[c.code] = volg.get((c.soort, c.code), "")
    return levend, dood


def zet_klaar(con: duckdb.DuckDBPyConnection, eigen: Eigen) -> None:
    """A table `codes(lijst, code, naar, vervallen)` for the gate; `naar` is the code that holds.

    A code that ended without one successor stays itself.
    """
    rijen = [(n, c, c, False) for n, lijst in eigen.codelijsten.items() for c in lijst]
    rijen += [
        (n, c, v or c, True) for n, paren in eigen.vervallen.items() for c, v in paren.items()
    ]
    con.execute("CREATE TABLE codes (lijst VARCHAR, code VARCHAR, naar VARCHAR, vervallen BOOLEAN)")
    con.executemany("INSERT INTO codes VALUES (?, ?, ?, ?)", rijen)

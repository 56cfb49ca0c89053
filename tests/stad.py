"""The fictional town for tests: built once up to a stage, then copied; and a refresh in parts.

The assets are called as plain functions, in order: what Dagster adds (runs, checks) is left out,
and a refresh of the whole town takes a few seconds.
"""

from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import dagster as dg
import duckdb
import xlsxwriter
from python_calamine import CalamineWorkbook

from indicators.catalogue import Catalogus, lees
from indicators.contracts import OUT, Actueel, Datamap
from pipelines import intake, publish, refresh
from pipelines.assets import core, out, raw
from pipelines.house import Huis
from pipelines.settings import Instellingen
from pipelines.sources.tabel import BronFout
from pipelines.voorbeeld import VAST
from pipelines.warehouse import open_warehouse

BRONNEN = VAST / "bronnen"
ECHT = VAST.parents[2] / "shared" / "data"
CAT: Catalogus = lees()
Stap = Literal["kern", "uit", "publicatie"]
STAPPEN: tuple[Stap, ...] = ("kern", "uit", "publicatie")


Rijen = list[list[Any]]


@cache
def _kwb(jaar: int) -> Rijen:
    boek = CalamineWorkbook.from_path(str(BRONNEN / f"kwb-{jaar}.xlsx"))
    return boek.get_sheet_by_index(0).to_python()


def kwb(jaar: int = 2024, **anders: object) -> Rijen:
    """The rows of a KWB file of the town, heading first.

    Args:
        jaar: which year.
        anders: per column another cell, for the buurt in row 6 of the sheet.
    """
    rijen = [list(r) for r in _kwb(jaar)]
    for kolom, cel in anders.items():
        rijen[5][rijen[0].index(kolom)] = cel
    return rijen


def excel(rijen: Rijen, blad: str = "kwb-2024", ervoor: str | None = None) -> bytes:
    """A workbook with one sheet, or with another sheet before it."""
    uit = io.BytesIO()
    boek = xlsxwriter.Workbook(uit, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    boek.set_properties({"created": datetime(2026, 1, 1)})  # same rows, same bytes
    if ervoor:
        boek.add_worksheet(ervoor).write_row(0, 0, ["uitleg", "van", "de", "van"])
    vel = boek.add_worksheet(blad)
    for r, rij in enumerate(rijen):
        vel.write_row(r, 0, rij)
    boek.close()
    return uit.getvalue()


def huis(map_: Path, *mappen: Path) -> Huis:
    """A house on a data folder, asked to take in folders or files."""
    return Huis(Instellingen(Datamap(map_)), CAT, mappen=list(mappen))


def nog_eens(h: Huis, *mappen: Path) -> Huis:
    """The same data folder in a next refresh: nothing of the former run is remembered."""
    return Huis(h.instellingen, h.catalogus, mappen=list(mappen), klok=h.klok, stap=h.stap)


def _roep(h: Huis, activa: list[dg.AssetsDefinition]) -> None:
    """Calls the functions under assets, in the given order."""
    omgeving = SimpleNamespace(resources=SimpleNamespace(huis=h))
    for actief in activa:
        actief.op.compute_fn.decorated_fn(omgeving)  # type: ignore[union-attr]


def lees_in(h: Huis) -> intake.Aanbod:
    """Judges, stores and loads.

    Raises:
        BronFout: something was refused.
    """
    aanbod = intake.beoordeel(h)
    if aanbod.geweigerd:
        raise BronFout("; ".join(r.uitleg for r in aanbod.geweigerd))
    bronnen = [b for b in h.catalogus.bronnen.values() if b.ingelezen]
    _roep(h, [*(raw.maak(b) for b in bronnen), *(core.maak(b) for b in bronnen)])
    return aanbod


def reken_uit(h: Huis, *tabellen: str) -> None:
    """From core to out: the named tables, in the order of the assets; all when none is named."""
    activa = out.maak(h.catalogus)
    _roep(h, [a for a in activa if not tabellen or a.key.to_user_string() in tabellen])


def ververs(h: Huis, *tabellen: str) -> Actueel:
    """A whole refresh; with names, one that works out only those tables of a warehouse."""
    lees_in(h)
    reken_uit(h, *tabellen)
    return publish.publiceer(h)


class Stad:
    """The town in a folder of the session, kept at each stage that was asked for."""

    def __init__(self, map_: Path, bestanden: tuple[str, ...] = ()) -> None:
        """Remembers where; `bestanden` are the files to take, all when empty."""
        self._map = map_
        self._bronnen = [BRONNEN / naam for naam in bestanden] or [BRONNEN]

    def kopie(self, doel: Path, stap: Stap) -> Huis:
        """The town at a stage, in a data folder of one's own."""
        shutil.copytree(self._tot(stap), doel)
        return huis(doel)

    def _tot(self, stap: Stap) -> Path:
        klaar = self._map / stap
        if klaar.exists():
            return klaar
        bezig = self._map / f"{stap}.bezig"
        nummer = STAPPEN.index(stap)
        if nummer:
            shutil.copytree(self._tot(STAPPEN[nummer - 1]), bezig)
        h = huis(bezig, *(self._bronnen if stap == "kern" else []))
        werk = {"kern": lees_in, "uit": reken_uit, "publicatie": publish.publiceer}[stap]
        werk(h)  # type: ignore[operator]
        bezig.rename(klaar)
        return klaar


def ronde(h: Huis) -> intake.Aanbod:
    """A refresh of what was asked; the assets as plain functions when something came."""
    aanbod = intake.beoordeel(h)
    if aanbod.nieuw and not aanbod.geweigerd:
        ververs(h)
        for werk in h.na_publicatie:
            werk()
    else:
        refresh.ververs(h, kortstondig=True)
    return aanbod


def inhoud(h: Huis, zonder_herkomst: bool = False) -> str:
    """A hash over every row of every table of the current publication."""
    som = hashlib.sha256()
    with open_publicatie(h) as con:
        for tabel in OUT:
            if not (zonder_herkomst and tabel.startswith("out_meta")):
                som.update(repr(con.execute(f"SELECT * FROM {tabel}").fetchall()).encode())
    return som.hexdigest()


@contextmanager
def open_publicatie(h: Huis) -> Iterator[duckdb.DuckDBPyConnection]:
    """The current publication, as a reader opens it."""
    actueel = publish.lees_actueel(h)
    assert actueel is not None
    con = duckdb.connect(str(h.datamap.published / actueel.bestand), read_only=True)
    try:
        yield con
    finally:
        con.close()


def vraag(h: Huis, sql: str, *waarden: object) -> list[tuple]:
    """Rows from the warehouse."""
    with open_warehouse(h.datamap) as con:
        return con.execute(sql, list(waarden)).fetchall()

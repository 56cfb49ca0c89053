"""The working DuckDB file: opened late, closed early, by one writer at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import duckdb
import pyarrow as pa
from filelock import FileLock, Timeout

from indicators.contracts import CORE, Datamap, maak

WACHT_SECONDEN = 600.0
GEHEUGEN: dict[str, str | bool | int | float | list[str]] = {"memory_limit": "1GB"}
"""What DuckDB may hold while it writes; a larger sort goes over disk, at little cost."""


_BROK = 122_880
"""Rows that DuckDB stores together: in pieces of this size its threads share the work."""


class BezetFout(Exception):
    """Another process is writing."""


class WarehouseFout(Exception):
    """The working file cannot be opened; the message says what to do."""


@contextmanager
def slot(datamap: Datamap, wacht: float = WACHT_SECONDEN) -> Iterator[None]:
    """The one lock of every writer under a data folder; can be taken again by its holder.

    Raises:
        BezetFout: when another process holds it longer than `wacht` seconds.
    """
    datamap.map.mkdir(parents=True, exist_ok=True)
    grendel = FileLock(datamap.slot, thread_local=False, is_singleton=True)
    try:
        grendel.acquire(timeout=wacht)
    except Timeout:
        raise BezetFout(
            f"Een ander proces schrijft in {datamap.map}. Wacht tot het klaar is; probeer opnieuw."
        ) from None
    try:
        yield
    finally:
        grendel.release()


@contextmanager
def open_warehouse(datamap: Datamap) -> Iterator[duckdb.DuckDBPyConnection]:
    """A writing connection inside the lock, with the core tables there, in one transaction.

    Committed when the block ends well, rolled back otherwise.

    Raises:
        BezetFout: when another process is writing.
        WarehouseFout: a damaged file, or one that another program has open.
    """
    with slot(datamap):
        datamap.warehouse.parent.mkdir(parents=True, exist_ok=True)
        try:
            con = duckdb.connect(str(datamap.warehouse), config=GEHEUGEN)
        except duckdb.Error as fout:
            raise WarehouseFout(
                f"{datamap.warehouse}: niet te openen ({str(fout)[:200]}). Sluit wat het open "
                "heeft; is het beschadigd, verwijder het: een refresh bouwt het op uit raw."
            ) from None
        try:
            con.execute("BEGIN")
            bestaand = {r[0] for r in con.execute("SHOW TABLES").fetchall()}
            for tabel in CORE.keys() - bestaand:
                con.execute(maak(tabel))
            yield con
            con.execute("COMMIT")
        finally:
            con.close()


def opnieuw(con: duckdb.DuckDBPyConnection, tabel: str) -> None:
    """An empty table as the contract says, in place of what was there."""
    con.execute(f"DROP TABLE IF EXISTS {tabel}")
    con.execute(maak(tabel))


def voeg_toe(con: duckdb.DuckDBPyConnection, tabel: str, rijen: pa.Table, waar: str = "") -> None:
    """Adds rows to a table, column by name.

    Many rows in one call cost a fraction of the same rows in many calls.

    Args:
        con: a writing connection.
        tabel: a table of the contract.
        rijen: as many columns as the table has.
        waar: a condition on the rows, from the code and never from data.
    """
    heel = rijen.unify_dictionaries().combine_chunks()  # else each chunk brings its own words
    con.register("erbij", pa.Table.from_batches(heel.to_batches(_BROK), heel.schema))
    try:
        con.execute(f"INSERT INTO {tabel} BY NAME FROM erbij {waar and 'WHERE ' + waar}")
    finally:
        con.unregister("erbij")


@contextmanager
def schrijft_naast(con: duckdb.DuckDBPyConnection) -> Iterator[Callable[..., None]]:
    """Gives `voeg_toe` of this connection, done in order by a thread of its own.

    The next rows are worked out while DuckDB stores the last. Until the block has ended the
    connection is that thread's: read over a cursor, which sees what was committed before. At most
    two lots wait, so memory stays small.
    """
    bezig: list[Future[None]] = []
    with ThreadPoolExecutor(1) as naast:

        def schrijf(tabel: str, rijen: pa.Table, waar: str = "") -> None:
            bezig.append(naast.submit(voeg_toe, con, tabel, rijen, waar))
            if len(bezig) > 2:
                bezig.pop(0).result()

        yield schrijf
        for werk in bezig:
            werk.result()

"""The working DuckDB file: opened late, closed early, by one writer at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
from filelock import FileLock, Timeout

from indicators.contracts import CORE, Datamap, maak

WACHT_SECONDEN = 600.0


class BezetFout(Exception):
    """Another process is writing."""


@contextmanager
def slot(datamap: Datamap, wacht: float = WACHT_SECONDEN) -> Iterator[None]:
    """The one lock of every writer under a data folder; can be taken again by its holder.

    Raises:
        BezetFout: when another process holds it longer than `wacht` seconds.
    """
    datamap.map.mkdir(parents=True, exist_ok=True)
    grendel = FileLock(datamap.slot, timeout=wacht, thread_local=False, is_singleton=True)
    try:
        grendel.acquire()
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
    """
    with slot(datamap):
        datamap.warehouse.parent.mkdir(parents=True, exist_ok=True)
        con = duckdb.connect(str(datamap.warehouse))
        try:
            con.execute("BEGIN")
            bestaand = {r[0] for r in con.execute("SHOW TABLES").fetchall()}
            for tabel in CORE.keys() - bestaand:
                con.execute(maak(tabel))
            yield con
            con.execute("COMMIT")
        finally:
            con.close()

"""Ten whole tables from a replay server in its own process: fetch and store, beside cbsodata."""

from __future__ import annotations

import copy
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indicators.catalogue import lees
from tests.replay import Replay
from tests.replay_bak import kleine_bak

JAREN = range(2015, 2025)
RIJEN = 17_000


def serveer() -> None:
    """Serves until its input closes; prints where."""
    codes = [f"BU{i // 99 + 1:04d}{i % 99:04d}" for i in range(RIJEN)]
    een = kleine_bak("x", JAREN[0], codes)
    bakken = []
    for jaar, tabel in _tabellen().items():
        bak = copy.copy(een)
        bak.tabel_id = tabel
        bak.infos = [een.infos[0] | {"Identifier": tabel, "Period": str(jaar)}]
        bakken.append(bak)
    with Replay(*bakken, bladzijde=10_000) as server:
        print(server.host, flush=True)
        sys.stdin.read()


def _tabellen() -> dict[int, str]:
    alle = lees().bronnen["kwb"].tabellen
    return {j: alle[j] for j in JAREN}


@contextmanager
def server() -> Iterator[str]:
    """The server's host; it does not share this process's lock on Python code."""
    proces = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.odata"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert proces.stdout is not None
        yield proces.stdout.readline().strip()
    finally:
        proces.kill()
        proces.communicate()


def meet() -> tuple[float, float, float]:
    """Seconds of ours, seconds of `cbsodata.get_data`, and our peak memory in GiB."""
    import cbsodata

    from pipelines.sources import odata as bron
    from pipelines.sources.plank import Plank

    with server() as host, tempfile.TemporaryDirectory() as map_:
        adres = bron.Adres(schema="http", host=host, pauze=0)
        for tabel in _tabellen().values():  # the server makes its answers once
            bron.haal_tabel(tabel, adres)
        begin = time.perf_counter()
        for tabel in _tabellen().values():
            pakket = bron.haal_tabel(tabel, adres, plank=Plank(Path(map_) / tabel))
            (Path(map_) / f"{tabel}.zip").write_bytes(pakket.inhoud)
        ons = time.perf_counter() - begin
        piek = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        cbsodata.options.catalog_url, cbsodata.options.use_https = host, False
        begin = time.perf_counter()
        for tabel in _tabellen().values():
            cbsodata.get_data(tabel)
        return ons, time.perf_counter() - begin, piek


if __name__ == "__main__":
    serveer()

"""Debian's PostgreSQL for tests: a server of its own on loopback, gone afterwards.

`postgres` refuses to run as root; then it runs as the system user `postgres` (or `nobody`).
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BIN = Path("/usr/lib/postgresql")


class GeenPostgres(Exception):
    """There is no server to start here; says why."""


def _bin() -> Path:
    gevonden = sorted(BIN.glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if not gevonden or int(gevonden[-1].parts[-3]) < 15:
        raise GeenPostgres(f"geen PostgreSQL 15 of nieuwer in {BIN}")
    return gevonden[-1].parent


def _als() -> list[str]:
    if os.getuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        raise GeenPostgres("setpriv ontbreekt; als root start PostgreSQL niet")
    for naam in ("postgres", "nobody"):
        try:
            wie = pwd.getpwnam(naam)
        except KeyError:
            continue
        return ["setpriv", f"--reuid={wie.pw_uid}", f"--regid={wie.pw_gid}", "--clear-groups"]
    raise GeenPostgres("geen systeemgebruiker om PostgreSQL als te starten")


def _poort() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@contextmanager
def server() -> Iterator[str]:
    """The address of an empty store on a running server.

    Raises:
        GeenPostgres: when it cannot be started here.
    """
    als, bin_, poort = _als(), _bin(), _poort()
    map_ = Path(tempfile.mkdtemp(prefix="tv-pg-", dir="/tmp"))
    try:
        if als:
            wie = pwd.getpwuid(int(als[1].partition("=")[2]))
            os.chown(map_, wie.pw_uid, wie.pw_gid)
        data = map_ / "data"
        _doe([*als, str(bin_ / "initdb"), "-D", str(data), "-U", "toets", "-A", "trust",
              "-E", "UTF8", "--locale=C", "--no-sync"])  # fmt: skip
        opties = f"-c listen_addresses=127.0.0.1 -c fsync=off -p {poort} -k {map_}"
        pg_ctl = [*als, str(bin_ / "pg_ctl"), "-D", str(data), "-w", "-l", str(map_ / "log")]
        _doe([*pg_ctl, "-o", opties, "start"])
        try:
            yield f"postgresql+psycopg://toets@127.0.0.1:{poort}/postgres"
        finally:
            _doe([*pg_ctl, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(map_, ignore_errors=True)


def _doe(opdracht: list[str]) -> None:
    klaar = subprocess.run(opdracht, capture_output=True, text=True, check=False, cwd="/",
                           stdin=subprocess.DEVNULL)  # fmt: skip
    if klaar.returncode:
        raise GeenPostgres(f"{opdracht[-1]}: {klaar.stderr[-300:] or klaar.stdout[-300:]}")

"""The demo as a process: it serves, says where, and stops when asked, also from a script."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from indicators.contracts import DATA_VARIABELE

WACHT = 240.0
"""Seconds in which the town must be built and served, also on a busy machine."""


def vrije_poort() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def gezond(poort: int) -> dict[str, object] | None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{poort}/gezond", timeout=5) as antwoord:
            return dict(json.load(antwoord))
    except OSError:
        return None


@pytest.mark.proef
@pytest.mark.skipif(os.name != "posix", reason="signalen zoals hier zijn er alleen op Unix")
@pytest.mark.parametrize("sein", [signal.SIGTERM, signal.SIGINT])
def test_demo_in_the_background_serves_and_stops(tmp_path: Path, sein: signal.Signals) -> None:
    """Started with `&` by a shell without job control, SIGINT is ignored: SIGTERM still works."""
    poort = vrije_poort()
    omgeving = {**os.environ, DATA_VARIABELE: str(tmp_path / "data"), "PORT": str(poort)}
    negeer = sein is signal.SIGTERM
    proces = subprocess.Popen(
        [sys.executable, "-m", "pipelines", "demo"],
        env=omgeving,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=(lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)) if negeer else None,
    )
    try:
        tot = time.monotonic() + WACHT
        while (stand := gezond(poort)) is None:
            assert proces.poll() is None, proces.communicate()[0]
            assert time.monotonic() < tot, "de demo kwam niet op"
            time.sleep(0.5)
        assert stand["publicatie"] and int(str(stand["verhalen"])) > 30
        proces.send_signal(sein)
        uit = proces.communicate(timeout=20)[0]
        assert f"http://127.0.0.1:{poort}" in uit
        assert gezond(poort) is None
    finally:
        if proces.poll() is None:
            proces.kill()
            proces.communicate()

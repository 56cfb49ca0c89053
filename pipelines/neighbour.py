"""The dashboard's command line, run as another program: rooms meet in files and here."""

from __future__ import annotations

import subprocess
import sys

from indicators.contracts import Datamap
from pipelines.settings import WORTEL, omgeving

GEDULD = 600
"""Seconds that looking after stories and sheets may take."""


def vraag(datamap: Datamap, *woorden: str) -> subprocess.CompletedProcess[str]:
    """Runs `python -m dashboard WOORDEN` on a data folder; what it says is for the caller.

    Raises:
        subprocess.TimeoutExpired: after `GEDULD` seconds.
    """
    return subprocess.run(
        [sys.executable, "-m", "dashboard", *woorden],
        env=omgeving(datamap),
        cwd=WORTEL,
        capture_output=True,
        text=True,
        timeout=GEDULD,
        check=False,
    )

"""A data folder with something new to publish, and what tests of publishing ask of it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pipelines import publish
from pipelines.house import Huis
from pipelines.publish import STAPPEN
from pipelines.settings import WORTEL
from tests.stad import open_publicatie

VOOR_DE_AANWIJZER = STAPPEN[: STAPPEN.index("aangewezen")]
SCRIPT = """
import os, sys
from pathlib import Path
from indicators.contracts import Datamap
from pipelines import publish
from pipelines.house import Huis
from pipelines.settings import Instellingen
h = Huis(Instellingen(Datamap(Path(sys.argv[1]))))
print("klaar", flush=True)
"""


def start(h: Huis, code: str, **anders: object) -> subprocess.Popen[str]:
    """A process of its own that has the house `h` and runs some code."""
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT + code, str(h.datamap.map)],
        cwd=WORTEL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **anders,  # type: ignore[call-overload]
    )


def jaren(h: Huis) -> list[int]:
    """Years in the current publication, after it was verified."""
    assert publish.verifieer(h)
    with open_publicatie(h) as con:
        [(naam,)] = con.execute("SELECT publicatie FROM out_meta__publicatie").fetchall()
        assert (publish.lees_actueel(h) or pytest.fail()).publicatie == naam
        return [
            r[0] for r in con.execute("SELECT DISTINCT jaar FROM out_waarde ORDER BY 1").fetchall()
        ]


def opgeruimd(h: Huis) -> bool:
    """Whether only whole publications are left, each with its record."""
    namen = {p.name for p in h.datamap.published.iterdir() if p.is_file()}
    bestanden = {n for n in namen if n.endswith(".duckdb")}
    records = {n.replace(".duckdb", ".json") for n in bestanden}
    return namen == bestanden | records | {"actueel.json"}


def reeks(h: Huis, n: int) -> list[str]:
    """Publishes n times, faster than a clock tells seconds."""
    return [publish.publiceer(h, forceer=True).publicatie for _ in range(n)]

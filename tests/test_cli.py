"""The command line as a data steward uses it: words, exit codes, and no traces."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from indicators.contracts import DATA_VARIABELE
from pipelines.cli import _jaren
from pipelines.voorbeeld import VAST

BRONNEN = VAST / "bronnen"


def draai(*woorden: str, data: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """`python -m pipelines` in another process and from another folder."""
    return subprocess.run(
        [sys.executable, "-m", "pipelines", *woorden],
        env={**os.environ, DATA_VARIABELE: str(data)},
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one published year of the town."""
    map_ = tmp_path_factory.mktemp("cli")
    uit = draai("refresh", "--bestanden", str(BRONNEN / "kwb-2022.xlsx"), data=map_, cwd=map_)
    assert uit.returncode == 0, uit.stderr
    assert "kwb-2022.xlsx" in uit.stdout and "nieuw" in uit.stdout and "2022" in uit.stdout
    return map_


@pytest.mark.proef
def test_steward_walks_the_commands(data: Path, tmp_path: Path) -> None:
    """refresh, status, verify, lijst, a second publication, rollback; from any folder."""
    eerste = json.loads((data / "published" / "actueel.json").read_text())
    assert eerste["publicatie"] in draai("status", data=data, cwd=tmp_path).stdout
    assert "In orde" in draai("verify", data=data, cwd=tmp_path).stdout
    assert "kwb-2022" in draai("bestanden", "lijst", data=data, cwd=tmp_path).stdout
    weer = draai("refresh", "--bestanden", str(BRONNEN / "kwb-2023.xlsx"), data=data, cwd=tmp_path)
    assert weer.returncode == 0, weer.stderr
    tweede = json.loads((data / "published" / "actueel.json").read_text())
    assert tweede["publicatie"] != eerste["publicatie"]
    terug = draai("rollback", data=data, cwd=tmp_path)
    assert terug.returncode == 0 and eerste["publicatie"] in terug.stdout
    assert json.loads((data / "published" / "actueel.json").read_text()) == eerste
    assert draai("rollback", tweede["publicatie"], data=data, cwd=tmp_path).returncode == 0


def test_bad_file_exits_1_and_names_it(data: Path, tmp_path: Path) -> None:
    """One sentence, no trace, and what was published stays."""
    stuk = tmp_path / "kwb-2021.xlsx"
    stuk.write_bytes((BRONNEN / "kwb-2021.xlsx").read_bytes()[:5000])
    voor = (data / "published" / "actueel.json").read_bytes()
    uit = draai("refresh", "--bestanden", str(tmp_path), data=data, cwd=tmp_path)
    assert uit.returncode == 1
    assert "kwb-2021.xlsx" in uit.stderr and "vorige publicatie blijft staan" in uit.stderr
    assert "Traceback" not in uit.stderr
    assert (data / "published" / "actueel.json").read_bytes() == voor


@pytest.mark.proef
def test_unknown_file_is_listed_and_fine(data: Path, tmp_path: Path) -> None:
    (tmp_path / "notulen.txt").write_text("niets")
    uit = draai("refresh", "--bestanden", str(tmp_path), data=data, cwd=tmp_path)
    assert uit.returncode == 0 and "niet herkend" in uit.stdout


@pytest.mark.parametrize(
    ("woorden", "zegt"),
    [
        (("refresh", "--bestanden", "/bestaat/niet"), "bestaat niet"),
        (("rollback", "p-onbekend"), "is er niet"),
        (("bestanden", "verwijder", "weg"), "is er niet"),
        (("refresh", "--gemeente", "GM0344"), "--jaren"),
    ],
)
def test_wrong_words_get_a_sentence(
    data: Path, tmp_path: Path, woorden: tuple[str, ...], zegt: str
) -> None:
    uit = draai(*woorden, data=data, cwd=tmp_path)
    assert uit.returncode != 0 and zegt in uit.stderr and "Traceback" not in uit.stderr


def test_years_in_words() -> None:
    assert _jaren("2023-2024") == [2023, 2024] and _jaren("2019, 2021") == [2019, 2021]


@pytest.mark.proef
def test_last_delivery_cannot_be_removed_and_is_not_lost(data: Path, tmp_path: Path) -> None:
    """A removal that leaves nothing to publish is undone: raw is never destroyed by a failure."""
    los = tmp_path / "los"
    assert draai("refresh", "--bestanden", str(BRONNEN / "kwb-2019.xlsx"), data=los, cwd=tmp_path)
    [levering] = [p.stem for p in (los / "raw" / "register").glob("*.json")]
    uit = draai("bestanden", "verwijder", levering, data=los, cwd=tmp_path)
    assert uit.returncode == 1 and "geen cijfers" in uit.stderr
    assert levering in draai("bestanden", "lijst", data=los, cwd=tmp_path).stdout.replace("\n", "")
    assert draai("verify", data=los, cwd=tmp_path).returncode == 0

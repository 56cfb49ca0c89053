"""What every test file may use: the town at any stage, and steady property tests."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from typer.testing import CliRunner

from dashboard.cli import app
from indicators.catalogue import Catalogus, lees
from indicators.contracts import Datamap
from pipelines import neighbour
from pipelines.house import Huis
from pipelines.settings import omgeving
from tests.stad import BRONNEN, Stad, huis, lees_in, reken_uit

settings.register_profile(
    "vast",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("vast")


@pytest.fixture(scope="session", autouse=True)
def _buur() -> Iterator[None]:
    """The dashboard's commands run in this process; test_cli starts them as a program."""

    def vraag(datamap: Datamap, *woorden: str) -> subprocess.CompletedProcess[str]:
        uit = CliRunner().invoke(app, woorden, env=omgeving(datamap))
        kapot = uit.exception if uit.exception and not isinstance(uit.exception, SystemExit) else ""
        return subprocess.CompletedProcess(
            woorden, uit.exit_code, uit.stdout, f"{uit.stderr}{kapot}"
        )

    with pytest.MonkeyPatch.context() as m:
        m.setattr(neighbour, "vraag", vraag)
        yield


@pytest.fixture(scope="session")
def cat() -> Catalogus:
    """The catalogue that ships with the house."""
    return lees()


@pytest.fixture
def teksten(cat: Catalogus) -> dict[str, str]:
    """The catalogue's files, to change something in."""
    return dict(cat.teksten)


@pytest.fixture(scope="session")
def stad(tmp_path_factory: pytest.TempPathFactory) -> Stad:
    """The fictional town, all six years; each stage is built once, when first asked for."""
    return Stad(tmp_path_factory.mktemp("stad"))


@pytest.fixture(scope="session")
def dorp(tmp_path_factory: pytest.TempPathFactory) -> Stad:
    """Two years of the town, without maps: for tests that publish often."""
    return Stad(tmp_path_factory.mktemp("dorp"), ("kwb-2022.xlsx", "kwb-2023.xlsx"))


@pytest.fixture
def kern(stad: Stad, tmp_path: Path) -> Huis:
    """An own copy of the town, read in."""
    return stad.kopie(tmp_path / "data", "kern")


@pytest.fixture
def uit(stad: Stad, tmp_path: Path) -> Huis:
    """An own copy of the town, worked out and not published."""
    return stad.kopie(tmp_path / "data", "uit")


@pytest.fixture
def gepubliceerd(stad: Stad, tmp_path: Path) -> Huis:
    """An own copy of the town, published."""
    return stad.kopie(tmp_path / "data", "publicatie")


@pytest.fixture(scope="session")
def _met_nieuws(dorp: Stad, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two years published; a third read in and worked out, and not published."""
    h = dorp.kopie(tmp_path_factory.mktemp("nieuws") / "data", "publicatie")
    h.mappen = [BRONNEN / "kwb-2021.xlsx"]
    lees_in(h)
    reken_uit(h)
    return h.datamap.map


@pytest.fixture
def nieuws(_met_nieuws: Path, tmp_path: Path) -> Huis:
    """An own copy of a data folder with something new to publish."""
    shutil.copytree(_met_nieuws, tmp_path / "data")
    return huis(tmp_path / "data")


@pytest.fixture(name="huis")
def _huis_van_het_scherm(tmp_path: Path) -> Iterator[Any]:
    """The dashboard's house on the small town, open; a file of tests may have one of its own."""
    from dashboard.context import open_huis  # only tests of screens pay for loading it
    from dashboard.settings import voor_map
    from tests import publicatie_klein as klein

    instellingen = voor_map(tmp_path)
    klein.schrijf(instellingen.datamap, 1)
    geopend = open_huis(instellingen)
    yield geopend
    geopend.sluit()

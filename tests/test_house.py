"""The house keeps its own rules: rooms, readers, sizes, and a README that is true."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import readme

WORTEL = Path(__file__).resolve().parent.parent
KAMERS = ("indicators", "pipelines", "dashboard")
BOVEN = {
    "pipelines", "dashboard", "indicators", "data", "tests", "pyproject.toml", "dagster.yaml",
    "README.md", "Makefile", "requirements.lock", "LICENSE",
}  # fmt: skip
GROOTSTE_BESTAND = 450
GROOTSTE_FUNCTIE = 60


def bestanden() -> list[Path]:
    return [
        p.relative_to(WORTEL)
        for kamer in KAMERS
        for p in sorted((WORTEL / kamer).rglob("*.py"))
        if "__pycache__" not in p.parts and "versions" not in p.parts
    ]


def in_git() -> list[str]:
    uit = subprocess.run(
        ["git", "ls-files"], cwd=WORTEL, capture_output=True, text=True, check=True
    )
    return uit.stdout.splitlines()


def test_top_level_is_fixed() -> None:
    boven = {p.split("/")[0] for p in in_git()}
    assert {p for p in boven if not p.startswith(".")} <= BOVEN


def test_only_the_town_is_in_data() -> None:
    """Real figures belong to their producers and are never committed."""
    data = [p for p in in_git() if p.startswith("data/")]
    assert data and all(p == "data/README.md" or p.startswith("data/voorbeeld/") for p in data)


@pytest.mark.parametrize("naam", ["kaart", "indicatoren"])
def test_readme_is_true(naam: str) -> None:
    """The map of the house and the table of indicators are what the code says."""
    tekst = (WORTEL / "README.md").read_text(encoding="utf-8")
    staat_er = tekst.split(f"<!-- {naam} -->")[1].split(f"<!-- /{naam} -->")[0].strip()
    assert staat_er == readme.delen()[naam], "draai: python -m tests.readme"


def test_every_module_says_what_it_is() -> None:
    kaart = readme.kaart()
    zonder = [str(m) for m in readme.modules() if f"`{m.as_posix()}` | |" in kaart]
    assert zonder == []


@pytest.mark.parametrize("pad", bestanden(), ids=str)
def test_files_and_functions_do_one_thing(pad: Path) -> None:
    """Not too long, every public thing has a docstring, nothing dangerous."""
    tekst = (WORTEL / pad).read_text(encoding="utf-8")
    assert len(tekst.splitlines()) <= GROOTSTE_BESTAND
    for node in ast.walk(ast.parse(tekst)):
        if isinstance(node, ast.FunctionDef):
            lengte = (node.end_lineno or 0) - node.lineno
            assert lengte <= GROOTSTE_FUNCTIE, f"{node.name} is {lengte} regels"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("eval", "exec", "__import__"), f"{node.func.id} in {pad}"


@pytest.mark.parametrize("pad", bestanden(), ids=str)
def test_each_thing_has_one_reader(pad: Path) -> None:
    """The environment, publications and CBS are each read in one place of a room."""
    modules = _modules(pad)
    tekst = (WORTEL / pad).read_text(encoding="utf-8")
    if "os.environ" in tekst or "getenv" in tekst:
        assert pad.name == "settings.py", "alleen settings.py leest de omgeving"
    if "duckdb" in modules and pad.parts[0] == "dashboard":
        assert pad.name.startswith("snapshot"), "alleen snapshot*.py leest publicaties"
    if "cbsodata" in modules:
        assert str(pad) == "pipelines/sources/odata.py"
    assert not modules & {"pickle", "marshal", "shelve"}


def _modules(pad: Path) -> set[str]:
    gevonden: set[str] = set()
    for node in ast.walk(ast.parse((WORTEL / pad).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            gevonden |= {n.name.split(".")[0] for n in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            gevonden.add(node.module.split(".")[0])
    return gevonden


def test_packages_for_the_build_are_all_listed() -> None:
    """A folder with code that the build does not know would be missing after an install."""
    toml = (WORTEL / "pyproject.toml").read_text(encoding="utf-8")
    genoemd = set(re.findall(r'"((?:indicators|pipelines|dashboard)[a-z._]*)"', toml))
    er_is = {
        ".".join(p.parent.relative_to(WORTEL).parts)
        for kamer in KAMERS
        for p in (WORTEL / kamer).rglob("__init__.py")
    }
    assert er_is <= genoemd


def test_lock_has_hashes_and_no_addresses() -> None:
    lock = (WORTEL / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock and lock.count("--hash=sha256:") > 500


@pytest.mark.parametrize("kamer", ["indicators.catalogue", "dashboard.words"])
def test_cheap_to_import(kamer: str) -> None:
    """Wiring and words load no heavy library."""
    zwaar = ("dagster", "geopandas", "dash", "plotly", "statsmodels")
    vraag = f"import sys, {kamer}; print([m for m in {zwaar} if m in sys.modules])"
    uit = subprocess.run(
        [sys.executable, "-c", vraag], cwd=WORTEL, capture_output=True, text=True, check=True
    )
    assert uit.stdout.strip() == "[]"

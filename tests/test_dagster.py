"""Assets, checks and the instance: what `dagster dev` shows is what the command line runs."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import duckdb
import pytest
import yaml
from dagster._core.instance.ref import InstanceRef
from sqlalchemy.exc import OperationalError

from indicators.catalogue import lees
from indicators.contracts import CORE, OUT, Datamap, maak
from pipelines import checks, outcome, runs, settings
from pipelines.definitions import activa, defs
from pipelines.house import Huis
from pipelines.refresh import VerversFout
from pipelines.runs import instantie
from pipelines.settings import WORTEL
from pipelines.verify import PublicatieFout

CAT = lees()


def test_definitions_load() -> None:
    assert defs.resolve_asset_graph().get_all_asset_keys()


def test_every_source_that_is_read_has_its_assets_and_blocking_checks() -> None:
    """From the catalogue: a source added there appears in Dagster by itself."""
    namen = {k.to_user_string() for a in activa(CAT) for k in a.keys}
    for bron in (b for b in CAT.bronnen.values() if b.ingelezen):
        assert {f"raw_{bron.id}", f"core_{bron.id}"} <= namen
        assert any(c.asset == f"core_{bron.id}" and c.blokkeert for c in checks.controles(CAT))
    assert {"out_gebied", "out_waarde", "out_score", "publicatie"} <= namen


def test_assets_say_what_they_are_and_whose() -> None:
    for asset in activa(CAT):
        for spec in asset.specs:
            assert spec.description and spec.group_name in ("raw", "core", "out", "publicatie")
            assert spec.owners, spec.key


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    """An empty warehouse by the contract."""
    con = duckdb.connect()
    for tabel in CORE | OUT:
        con.execute(maak(tabel))
    return con


def test_checks_pass_on_nothing(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Each query runs against the contract's own tables."""
    for controle in checks.controles(CAT):
        assert checks.loop_na(warehouse, controle) == [], controle.naam


_RIJ = "('{0}', 'buurt', 2023, 2023, '{1}', {2}, NULL, NULL, {3}, 'geregistreerd', false, 'kwb')"
_GEBIED = "('{0}', {1}, '{2}', 'naam', {3}, 'GM0344', 'Utrecht', 10, 5, NULL, 1, false, {4})"


@pytest.mark.parametrize(
    ("naam", "tabel", "rijen"),
    [
        (
            "percentage_tussen_0_en_100",
            "out_waarde",
            [_RIJ.format("BU03440111", "koopwoningen_pct", 101, "NULL")],
        ),
        (
            "niet_negatief",
            "out_waarde",
            [_RIJ.format("BU03440111", "inwoners_aantal", -99995, "NULL")],
        ),
        (
            "soort_van_ontbreken",
            "out_waarde",
            [_RIJ.format("BU03440111", "inwoners_aantal", "NULL", "NULL")],
        ),
        (
            "soort_van_ontbreken",
            "out_waarde",
            [_RIJ.format("BU03440111", "inwoners_aantal", "NULL", "'zomaar'")],
        ),
        (
            "soort_van_ontbreken",
            "out_waarde",
            [_RIJ.format("BU03440111", "inwoners_aantal", "'nan'", "NULL")],
        ),
        ("gebied_bestaat", "out_waarde", [_RIJ.format("BU03440111", "inwoners_aantal", 5, "NULL")]),
        ("sleutel", "out_waarde", [_RIJ.format("BU03440111", "inwoners_aantal", 5, "NULL")] * 2),
        (
            "fictief_en_echt_apart",
            "out_gebied",
            [
                _GEBIED.format("BU03440111", 2023, "buurt", "NULL", "false"),
                _GEBIED.format("BU99010100", 2023, "buurt", "NULL", "true"),
            ],
        ),
        (
            "sleutel",
            "out_gebied",
            [_GEBIED.format("BU03440111", 2023, "buurt", "NULL", "false")] * 2,
        ),
    ],
)
def test_check_catches(
    warehouse: duckdb.DuckDBPyConnection, naam: str, tabel: str, rijen: list[str]
) -> None:
    """A check that cannot fail guards nothing: each is shown its own offence."""
    warehouse.execute(f"INSERT INTO {tabel} VALUES {', '.join(rijen)}")
    [controle] = [c for c in checks.controles(CAT) if c.naam == naam and c.asset == tabel]
    assert checks.loop_na(warehouse, controle)


def test_command_line_and_dagster_dev_share_one_instance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`dagster dev` reads dagster.yaml in the root; the CLI keeps its runs in the same place."""
    huis = Huis(settings.Instellingen(Datamap(WORTEL / "data")))
    assert huis.datamap.dagster == WORTEL / "data" / "dagster"
    ingesteld = yaml.safe_load((WORTEL / "dagster.yaml").read_text(encoding="utf-8"))
    assert (WORTEL / ingesteld["storage"]["sqlite"]["base_dir"]) == huis.datamap.dagster
    assert ingesteld["telemetry"] == {"enabled": False}
    monkeypatch.chdir(tmp_path)
    van_dev = InstanceRef.from_dir(str(tmp_path), config_dir=str(WORTEL))
    assert van_dev.settings["telemetry"] == {"enabled": False}


def test_instance_of_another_data_folder_lies_there(tmp_path: Path) -> None:
    huis = Huis(settings.Instellingen(Datamap(tmp_path)))
    with instantie(huis) as inst:
        assert isinstance(inst, dg.DagsterInstance) and not inst.is_ephemeral
        assert list((tmp_path / "dagster").rglob("*.db"))


def test_fout_in_eigen_woorden_en_niet_in_die_van_de_database() -> None:
    """Our own error says what to do; what lies below it is for the log."""

    @dg.asset
    def vol() -> None:
        try:
            raise OSError(28, "No space left on device")
        except OSError as fout:
            raise PublicatieFout("publiceren lukt niet. Is de schijf vol?") from fout

    @dg.asset
    def anders() -> None:
        raise ZeroDivisionError("zomaar")

    gezegd = []
    for activum in (vol, anders):
        with dg.DagsterInstance.ephemeral() as inst:
            uit = dg.materialize([activum], instance=inst, raise_on_error=False)
            assert outcome.waarom(outcome.gebeurtenissen(inst, uit.run_id)) == outcome.waarom(
                uit.all_events
            )
        gezegd.append(outcome.waarom(uit.all_events))
    assert gezegd[0] == "vol: publiceren lukt niet. Is de schijf vol?"
    assert gezegd[1] == "anders: ZeroDivisionError: zomaar"
    assert outcome.waarom([]) is None and not outcome.publiceerde([])


def test_volle_schijf_van_dagster_is_een_zin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dagster keeps its records in SQLite: when that cannot write, no trace but what to do."""

    def vol(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(runs, "_draai", vol)
    with pytest.raises(VerversFout, match=r"disk is full.*Is de schijf vol"):
        runs.draai(Huis(settings.Instellingen(Datamap(tmp_path))))

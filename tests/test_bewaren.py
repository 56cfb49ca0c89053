"""Protects: terms act by themselves, and a wipe that was cut off is finished at the next start."""

from __future__ import annotations

import json
import os
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from dashboard import cli
from dashboard.stories import backup, erasure, upkeep
from dashboard.stories.inzet import Inzet, Inzetten
from dashboard.stories.repository import Nieuw, VerhaalFout, Verhalen, Woorden, nu
from dashboard.stories.store import maak_motor, migreer
from indicators.contracts import DATA_VARIABELE, Datamap

OUD = nu().date() - timedelta(days=erasure.Termijnen().verhaal + 1)
INZET = Inzet("Koffie", "Doel.", "Werk.", "Effect.", "", "sociaal_beheer", "team")


@pytest.fixture
def verhalen(tmp_path: Path) -> Iterator[Verhalen]:
    motor = maak_motor(f"sqlite:///{tmp_path / 'verhalen' / 'v.sqlite'}")
    migreer(motor)
    yield Verhalen(motor, Datamap(tmp_path))
    motor.dispose()


def _schrijf(verhalen: Verhalen, op: date | None = None, **meer: object) -> uuid.UUID:
    woorden = Woorden("De lamp is stuk.", "bewoner", opgehaald_op=op)
    return verhalen.schrijf(Nieuw("BU1", 2023, woorden, **meer), "Anna").id  # type: ignore[arg-type]


def _gewist(verhalen: Verhalen, wie: uuid.UUID) -> bool:
    gevonden = verhalen.een(wie)
    return gevonden is not None and gevonden.nu.tekst == backup.GEWIST


def test_a_wipe_that_a_crash_cut_off_is_done_at_the_next_start(
    verhalen: Verhalen, monkeypatch: pytest.MonkeyPatch
) -> None:
    wie, blijft = _schrijf(verhalen), _schrijf(verhalen)
    with monkeypatch.context() as crash, pytest.raises(KeyboardInterrupt):
        crash.setattr(erasure, "_leeg", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        erasure.wis(verhalen, wie, "Anna")
    assert not _gewist(verhalen, wie)
    assert upkeep.bij_de_start(verhalen) == 1
    assert _gewist(verhalen, wie) and not _gewist(verhalen, blijft)
    assert upkeep.bij_de_start(verhalen) == 0


def test_a_line_that_was_cut_off_does_not_eat_the_next_wipe(verhalen: Verhalen) -> None:
    een, twee = _schrijf(verhalen), _schrijf(verhalen)
    erasure.wis(verhalen, een, "Anna")
    with erasure.lijst(verhalen).open("a") as stroom:
        stroom.write('{"soort": "verhaal", "id": "1234')
    erasure.wis(verhalen, twee, "Anna")
    erasure.lijst(verhalen).open("a").write('{"soort": "verhaal"}\n"los"\n')
    assert [r["id"] for r in erasure.gewist(erasure.lijst(verhalen))] == [str(een), str(twee)]


def test_terms_act_while_the_server_runs_and_nobody_asks(verhalen: Verhalen) -> None:
    wie, blijft, stop = _schrijf(verhalen, OUD), _schrijf(verhalen), threading.Event()

    @contextmanager
    def winkel() -> Iterator[Verhalen]:
        stop.set()  # once is enough here
        yield verhalen

    upkeep.dagelijks(winkel, stop).join(timeout=20)
    assert _gewist(verhalen, wie) and not _gewist(verhalen, blijft)
    [regel] = erasure.gewist(erasure.lijst(verhalen))
    assert regel["reden"] == "bewaartermijn"


def test_a_store_that_cannot_be_read_is_tried_again_later(tmp_path: Path) -> None:
    @contextmanager
    def stuk() -> Iterator[Verhalen]:
        yield Verhalen(maak_motor(f"sqlite:///{tmp_path / 'v.sqlite'}"), Datamap(tmp_path))

    assert upkeep.een_keer(stuk) is False


def test_serve_wipes_before_anyone_can_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABELE, str(tmp_path))
    with cli.open_winkel(cli.uit_omgeving()) as winkel:
        wie = _schrijf(winkel)
        regel = {"soort": "verhaal", "id": str(wie), "op": "2026-01-01", "reden": "verzoek"}
        erasure.lijst(winkel).write_text(json.dumps(regel) + "\n")
    gezien: list[bool] = []
    begonnen: list[bool] = []
    monkeypatch.setattr(upkeep, "dagelijks", lambda _: begonnen.append(True))

    def serveer(*_: object, **__: object) -> None:
        with cli.open_winkel(cli.uit_omgeving()) as winkel:
            gezien.append(_gewist(winkel, wie))

    monkeypatch.setattr("waitress.serve", serveer)
    monkeypatch.setattr("dashboard.app.create_app", lambda *_: SimpleNamespace(server=None))
    assert CliRunner().invoke(cli.app, ["serve"]).exit_code == 0
    assert gezien == [True] and begonnen == [True]


def test_a_story_can_be_kept_shorter_or_longer_by_agreement(verhalen: Verhalen) -> None:
    kort, lang, vandaag = _schrijf(verhalen), _schrijf(verhalen, OUD), nu().date()
    fictief = _schrijf(verhalen, OUD, bewaren_tot=date.max)
    erasure.bewaar_tot(verhalen, kort, vandaag - timedelta(days=1), "Anna")
    erasure.bewaar_tot(verhalen, lang, vandaag, "Anna")
    assert erasure.verloop(verhalen, vandaag)["verhalen"] == 1
    assert [_gewist(verhalen, w) for w in (kort, lang, fictief)] == [True, False, False]
    with pytest.raises(VerhaalFout, match="gewist"):
        erasure.bewaar_tot(verhalen, kort, vandaag, "Anna")


def test_cards_end_too_and_can_be_wiped_by_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABELE, str(tmp_path))
    with cli.open_winkel(cli.uit_omgeving()) as winkel:
        kaarten = [Inzetten(winkel).schrijf("BU1", 2023, INZET, "Anna").id for _ in range(2)]
        assert erasure.verloop(winkel, nu().date())["inzetkaarten"] == 0
    uit = CliRunner().invoke(cli.app, ["wis", "--inzet", str(kaarten[0])])
    assert uit.exit_code == 0, uit.output
    with cli.open_winkel(cli.uit_omgeving()) as winkel:
        assert [k.id for k in Inzetten(winkel).van(["BU1"])] == kaarten[1:]
        dan = nu().date() + timedelta(days=erasure.Termijnen().inzet + 1)
        assert erasure.verloop(winkel, dan)["inzetkaarten"] == 1
        assert Inzetten(winkel).van(["BU1"]) == []


def test_what_a_backup_that_was_cut_off_left_behind_goes(verhalen: Verhalen) -> None:
    map_ = backup.map_(verhalen)
    map_.mkdir(parents=True)
    oud, bezig = map_ / "verhalen-1.zip.77.tmp", map_ / "verhalen-2.zip.78.tmp"
    for pad in (oud, bezig):
        pad.write_text("De lamp is stuk.")
    os.utime(oud, (time.time() - 2 * backup.HALF_AF,) * 2)
    assert erasure.verloop(verhalen, nu().date())["halve backups"] == 1
    assert not oud.exists() and bezig.exists()

"""Protects: a meeting is the same on SQLite and PostgreSQL: steps, many at once, erasure."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard.stories import backup, erasure
from dashboard.stories.bijeenkomst import AlVerder, Bijeenkomsten, Vraag
from dashboard.stories.meedoen import Inzending, Meedoen
from dashboard.stories.repository import Verhalen, Woorden, nu
from dashboard.stories.store import maak_motor, migreer
from indicators.contracts import Datamap
from tests import postgres

VRAGEN = [Vraag("laag_inkomen_pct", {"naam": "Laag inkomen", "thema": "inkomen"})]
TEGELIJK = 12


@pytest.fixture(scope="module")
def pg() -> Iterator[str]:
    try:
        with postgres.server() as url:
            yield url
    except postgres.GeenPostgres as reden:
        pytest.skip(f"geen PostgreSQL: {reden}")


@pytest.fixture(params=["sqlite", "postgresql"])
def verhalen(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Verhalen]:
    lokaal = f"sqlite:///{tmp_path / 'verhalen' / 'v.sqlite'}"
    motor = maak_motor(lokaal if request.param == "sqlite" else request.getfixturevalue("pg"))
    migreer(motor, "base")
    migreer(motor)
    yield Verhalen(motor, Datamap(tmp_path))
    motor.dispose()


def test_many_at_once_lose_nothing_and_a_step_is_taken_once(verhalen: Verhalen) -> None:
    samen, meedoen = Bijeenkomsten(verhalen), Meedoen(verhalen)
    b = samen.begin("BU1", 2023, "Avond", VRAGEN, "Anna")
    samen.verder(b.id, 0, "Anna")
    fouten: list[BaseException] = []
    gezet: list[int] = []

    def een(n: int) -> None:
        try:
            sleutel = meedoen.doe_mee(b.code or "", f"10.0.0.{n}", "bewoner", True)
            meedoen.schrijf(sleutel, Inzending(1, "verwachting", f"Notitie {n}", "hoger"))
            meedoen.schrijf(sleutel, Inzending(1, "verwachting", f"Toch {n}", "lager"))
        except BaseException as fout:
            fouten.append(fout)

    draden = [threading.Thread(target=een, args=(n,)) for n in range(TEGELIJK)]
    for d in draden:
        d.start()
    for d in draden:
        d.join()
    assert fouten == []
    assert sorted(n.tekst for n in samen.notities(b.id)) == sorted(
        f"Toch {n}" for n in range(TEGELIJK)
    )
    assert samen.deelnemers(b.id) == TEGELIJK and len(set(_namen(verhalen))) == TEGELIJK

    def onthul() -> None:
        try:
            samen.onthul(b.id, 1, {"leeg": "geen", "jaar": None}, "p-1", "Anna")
            gezet.append(1)
        except AlVerder:
            pass
        except BaseException as fout:
            fouten.append(fout)

    draden = [threading.Thread(target=onthul) for _ in range(4)]
    for d in draden:
        d.start()
    for d in draden:
        d.join()
    stand = samen.een(b.id)
    assert fouten == [] and gezet == [1] and stand is not None
    assert (stand.stap, stand.fase) == (2, "onthuld")
    # each handle, note and step was one change that every screen hears of
    assert samen.versie(b.id) == ("BU1", 2 + 3 * TEGELIJK)


def _namen(verhalen: Verhalen) -> list[str]:
    rijen = backup.alles(verhalen)["tabellen"]["bijeenkomst_deelnemer"]
    return [str(r["naam"]) for r in rijen]


def test_a_wiped_story_takes_its_note_along_also_out_of_backups(verhalen: Verhalen) -> None:
    samen, meedoen = Bijeenkomsten(verhalen), Meedoen(verhalen)
    b = samen.begin("BU1", 2023, "Avond", VRAGEN, "Anna")
    samen.verder(b.id, 0, "Anna")
    sleutel = meedoen.doe_mee(b.code or "", "a", "bewoner", True)
    meedoen.schrijf(sleutel, Inzending(1, "verwachting", "Dit is geheim."))
    [n] = samen.notities(b.id)
    kopie = backup.bewaar(verhalen)
    elders = backup.bewaar(verhalen, verhalen.datamap.map / "elders.zip")
    v = samen.maak_verhaal(b.id, n.id, Woorden("", "bewoner"), (), "Anna")
    erasure.wis(verhalen, v.id, "Anna")
    assert samen.notities(b.id) == [] and "geheim" not in str(backup.lees(kopie)[0])
    assert "geheim" not in str(backup.alles(verhalen))
    backup.zet_terug(verhalen, elders, vervang=True)
    assert "geheim" not in str(backup.alles(verhalen)) and samen.een(b.id) is not None
    assert erasure.verloop(verhalen, nu().date() + timedelta(days=31))["bijeenkomsten"] == 1
    assert samen.lijst() == []

"""Protects: many writers at once lose, double and reorder nothing; a locked store is said."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from dashboard.stories import store
from dashboard.stories.repository import Gelijktijdig, Nieuw, Verhalen, Woorden
from dashboard.stories.store import maak_motor, migreer
from indicators.contracts import Datamap
from tests import postgres

WIE = "toets"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'v.sqlite'}"
        return
    try:
        with postgres.server() as adres:
            yield adres
    except postgres.GeenPostgres as reden:
        pytest.skip(f"geen PostgreSQL: {reden}")


def _schrijvers(url: str, map_: Path, seconden: float, aantal: int = 20) -> dict[str, int]:
    """Writers that revise, hear of each other and merge, and send some things twice."""
    motor = maak_motor(url)
    migreer(motor)
    verhalen = Verhalen(motor, Datamap(map_))
    ids = [verhalen.schrijf(Nieuw("BU1", 2023, Woorden("begin", "bewoner")), WIE).id
           for _ in range(6)]  # fmt: skip
    gelukt: list[list[tuple[uuid.UUID, int, str]]] = [[] for _ in range(aantal)]
    tel: Counter[str] = Counter()
    fouten: list[BaseException] = []
    eind = time.monotonic() + seconden

    def werk(n: int) -> None:
        r, keer = random.Random(n), 0
        try:
            while time.monotonic() < eind:
                keer += 1
                teken, id_ = f"{n}:{keer}", r.choice(ids)
                basis, staat = _lees(verhalen, id_)
                while True:
                    nieuw = f"{staat} {teken}"[-300:].strip()
                    try:
                        nummer = verhalen.herzie(id_, basis, Woorden(nieuw, "bewoner"), f"w{n}")
                        break
                    except Gelijktijdig as botsing:
                        tel["botsing"] += 1
                        basis, staat = botsing.huidig.nummer, botsing.huidig.tekst
                gelukt[n].append((id_, nummer, teken))
                if keer % 7 == 0:
                    for _ in range(2):
                        verhalen.schrijf(
                            Nieuw("BU2", 2023, Woorden(teken, "partner"), sleutel=teken), WIE
                        )
                    tel["nieuw"] += 1
        except BaseException as fout:
            fouten.append(fout)

    draden = [threading.Thread(target=werk, args=(n,)) for n in range(aantal)]
    for draad in draden:
        draad.start()
    for draad in draden:
        draad.join()
    assert fouten == []
    _controleer(verhalen, ids, gelukt)
    assert len(verhalen.van(["BU2"])) == tel["nieuw"]
    motor.dispose()
    return {"schrijvers": aantal, "revisies": sum(map(len, gelukt)), **tel}


def _lees(verhalen: Verhalen, id_: uuid.UUID) -> tuple[int, str]:
    gevonden = verhalen.een(id_)
    assert gevonden is not None
    return gevonden.nu.nummer, gevonden.nu.tekst


def _controleer(
    verhalen: Verhalen, ids: list[uuid.UUID], gelukt: list[list[tuple[uuid.UUID, int, str]]]
) -> None:
    """Every write that was said to be kept is there once, on top of the words it was made on."""
    gezegd = {(id_, nummer): teken for w in gelukt for id_, nummer, teken in w}
    assert len(gezegd) == sum(map(len, gelukt)), "twee schrijvers kregen hetzelfde nummer"
    for id_ in ids:
        verhaal = verhalen.een(id_)
        assert verhaal is not None
        nummers = [r.nummer for r in verhaal.revisies]
        assert nummers == list(range(1, len(nummers) + 1)), "verloren of verdubbeld"
        for vorige, r in zip(verhaal.revisies, verhaal.revisies[1:], strict=False):
            hoort = f"{vorige.tekst} {gezegd[(id_, r.nummer)]}"[-300:].strip()
            assert r.tekst == hoort, "verwisseld"
        assert sum(k[0] == id_ for k in gezegd) == len(nummers) - 1


def test_twenty_writers_for_a_few_seconds(url: str, tmp_path: Path) -> None:
    geteld = _schrijvers(url, tmp_path, 4)
    assert geteld["revisies"] > 20 and geteld["botsing"] > 0


@pytest.mark.proef
@pytest.mark.timeout(400)
def test_twenty_writers_for_a_minute(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    geteld = _schrijvers(url, tmp_path, 60)
    with capsys.disabled():
        print(f"\n{url.partition(':')[0]}: {geteld}, niets verloren, dubbel of verwisseld")


def test_a_locked_store_can_be_read_and_says_that_it_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "WACHT_SECONDEN", 0.3)
    motor = maak_motor(f"sqlite:///{tmp_path / 'v.sqlite'}")
    migreer(motor)
    verhalen = Verhalen(motor, Datamap(tmp_path))
    wie = verhalen.schrijf(Nieuw("BU1", 2023, Woorden("Er is licht.", "bewoner")), WIE).id
    with motor.connect() as bezet:
        bezet.exec_driver_sql("BEGIN IMMEDIATE")
        assert [v.id for v in verhalen.van(["BU1"])] == [wie]
        with pytest.raises(OperationalError, match="locked"):
            verhalen.herzie(wie, 1, Woorden("Het licht is weg.", "bewoner"), WIE)
        bezet.exec_driver_sql("ROLLBACK")
    assert verhalen.herzie(wie, 1, Woorden("Het licht is weg.", "bewoner"), WIE) == 2
    motor.dispose()

"""Protects: a publication asks a story for another look when it must, and only then.

Runs a labelled set of changes through two real publications and the real store, and counts
misses and false alarms; and marks 10,000 stories in time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.snapshot import lees_publicatie
from dashboard.stories.binding import NIEUW_JAAR, TE_HERZIEN, markeer
from dashboard.stories.models import Merk
from dashboard.stories.repository import Citaat, Nieuw, Verhalen, Woorden
from dashboard.stories.store import maak_motor, migreer
from indicators.contracts import Datamap
from tests import wijzigingen

Merken = dict[int, dict[str, Merk]]


@pytest.fixture(scope="module")
def uitkomst(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[list[wijzigingen.Geval], Merken]]:
    """Every case told, quoted and marked; marks per case and kind."""
    plek = tmp_path_factory.mktemp("wijzigingen")
    datamap = Datamap(plek)
    alle = wijzigingen.schrijf(datamap)
    motor = maak_motor(f"sqlite:///{plek / 'v.sqlite'}")
    migreer(motor)
    verhalen = Verhalen(motor, datamap)
    for n, g in enumerate(alle):
        gebied = wijzigingen.code(n)
        citaat = Citaat(gebied, 2023, g.indicator, 2023, *g.toen, wijzigingen.TOEN, 2023, "nuance")
        woorden = Woorden(tekst=f"Geval {n}.", rol="bewoner")
        verhalen.schrijf(Nieuw(gebied, 2023, woorden, (citaat,)), "toets")
    with lees_publicatie(datamap, wijzigingen.NU) as lezing:
        markeer(verhalen, lezing)
    merken: Merken = {n: {} for n in range(len(alle))}
    for k in verhalen.koppelingen():
        merken[int(k.gebied[-6:])] = {m.soort: m for m in k.merken}
    yield alle, merken
    motor.dispose()


def test_no_miss_and_no_false_alarm_on_the_labelled_set(
    uitkomst: tuple[list[wijzigingen.Geval], Merken], capsys: pytest.CaptureFixture[str]
) -> None:
    alle, merken = uitkomst
    tel: Counter[str] = Counter()
    fout: list[str] = []
    for n, g in enumerate(alle):
        herzien = merken[n].get(TE_HERZIEN)
        for soort, hoort, is_er in (
            (TE_HERZIEN, g.herzien is not None, herzien is not None),
            (NIEUW_JAAR, g.jaar, NIEUW_JAAR in merken[n]),
        ):
            tel[f"{soort} hoort"] += hoort
            tel[f"{soort} gemist"] += hoort and not is_er
            tel[f"{soort} vals"] += is_er and not hoort
            if hoort != is_er:
                fout.append(f"{n} {g.regel} {g.indicator}: {soort} hoort {hoort}")
        if herzien is not None and g.herzien not in (None, herzien.oorzaak):
            fout.append(f"{n} {g.regel}: {herzien.oorzaak} in plaats van {g.herzien}")
    with capsys.disabled():
        print(f"\n{len(alle)} gevallen, {len({g.regel for g in alle})} regels: {dict(tel)}")
    assert len(alle) >= 200
    assert fout == []


def test_the_set_can_tell_right_from_wrong(
    uitkomst: tuple[list[wijzigingen.Geval], Merken],
) -> None:
    """Both labels occur often enough for the counts to mean something."""
    alle, _ = uitkomst
    assert sum(g.herzien is not None for g in alle) >= 80
    assert sum(g.herzien is None and not g.jaar for g in alle) >= 80
    assert sum(g.jaar for g in alle) >= 20


def test_a_mark_says_what_changed(uitkomst: tuple[list[wijzigingen.Geval], Merken]) -> None:
    alle, merken = uitkomst
    gezegd = {g.regel: merken[n][TE_HERZIEN].wat for n, g in enumerate(alle) if g.herzien}
    assert gezegd["anders gemeten"] == "hoe het is gemeten: was herberekend, is geregistreerd"
    assert "wie het meet" in gezegd["andere producent"]
    assert gezegd["anders berekend"].startswith("hoe het wordt berekend: was direct")
    assert "waar het een deel van is: was woningen aantal" in gezegd["andere noemer"]
    assert "in 2024 veranderd: nu Buurt" in gezegd["gesplitst"] and "94 %" in gezegd["gesplitst"]
    assert gezegd["buiten de afronding"] == ""


def test_going_back_puts_the_marks_away_and_forward_again_raises_the_same(
    uitkomst: tuple[list[wijzigingen.Geval], Merken], tmp_path: Path
) -> None:
    datamap = Datamap(tmp_path)
    alle = wijzigingen.schrijf(datamap)
    motor = maak_motor(f"sqlite:///{tmp_path / 'v.sqlite'}")
    migreer(motor)
    verhalen = Verhalen(motor, datamap)
    n = next(n for n, g in enumerate(alle) if g.regel == "gesplitst")
    g, gebied = alle[n], wijzigingen.code(n)
    citaat = Citaat(gebied, 2023, g.indicator, 2023, *g.toen, wijzigingen.TOEN, 2023, "past")
    verhalen.schrijf(Nieuw(gebied, 2023, Woorden("Gesplitst.", "bewoner"), (citaat,)), "toets")
    for publicatie, open_ in ((wijzigingen.NU, 1), (wijzigingen.TOEN, 0), (wijzigingen.NU, 1)):
        with lees_publicatie(datamap, publicatie) as lezing:
            markeer(verhalen, lezing)
        [k] = verhalen.koppelingen()
        assert len([m for m in k.merken if m.afgehandeld_op is None]) == open_
    motor.dispose()

"""Protects: stories are never lost, overwritten or silently wrong about their figure."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text

from dashboard.snapshot import Snapshots, lees_publicatie
from dashboard.stories import seed
from dashboard.stories.binding import (
    NIEUW_JAAR,
    TE_HERZIEN,
    Cijfers,
    citeer,
    geraakt,
    markeer,
)
from dashboard.stories.models import Basis, Logregel, Merk
from dashboard.stories.repository import (
    Gelijktijdig,
    Nieuw,
    VerhaalFout,
    Verhalen,
    Woorden,
    vingerafdruk,
)
from dashboard.stories.store import maak_motor, migreer
from indicators.contracts import Datamap
from tests import publicatie_klein as klein

EEN, TWEE = "20260312-klein-1", "20260920-klein-2"
WIE = "toets"


@pytest.fixture(scope="module")
def datamap(tmp_path_factory: pytest.TempPathFactory) -> Datamap:
    plek = Datamap(tmp_path_factory.mktemp("verhalen"))
    klein.schrijf(plek, 2)
    klein.schrijf(plek, 1)
    return plek


@pytest.fixture
def verhalen(datamap: Datamap, tmp_path: Path) -> Iterator[Verhalen]:
    motor = maak_motor(f"sqlite:///{tmp_path / 'v.sqlite'}")
    migreer(motor)
    yield Verhalen(motor, datamap)
    motor.dispose()


def _schrijf(
    verhalen: Verhalen, indicator: str | None = None, jaar: int = 2023, gebied: str = klein.BUURT
) -> uuid.UUID:
    citaten = ()
    if indicator:
        with lees_publicatie(verhalen.datamap, EEN) as lezing:
            citaten = (citeer(lezing.buurt(gebied), indicator, jaar, EEN, "klopt_niet"),)
    woorden = Woorden(tekst="De buren kennen elkaar.", rol="bewoner")
    return verhalen.schrijf(Nieuw(gebied, 2023, woorden, citaten), WIE).id


def _na(verhalen: Verhalen, publicatie: str) -> dict[str, int]:
    with lees_publicatie(verhalen.datamap, publicatie) as lezing:
        return markeer(verhalen, lezing)


def _merken(verhalen: Verhalen) -> list[Merk]:
    return [m for k in verhalen.koppelingen() for m in k.merken]


def test_a_revision_is_added_and_the_old_words_stay(verhalen: Verhalen) -> None:
    wie = _schrijf(verhalen)
    assert verhalen.herzie(wie, 1, Woorden(tekst="Nu niet meer.", rol="bewoner"), WIE) == 2
    verhaal = verhalen.een(wie)
    assert verhaal is not None
    assert [r.tekst for r in verhaal.revisies] == ["De buren kennen elkaar.", "Nu niet meer."]
    assert verhaal.nu.nummer == 2


def test_the_second_writer_hears_it_and_nothing_is_overwritten(verhalen: Verhalen) -> None:
    wie = _schrijf(verhalen)
    verhalen.herzie(wie, 1, Woorden(tekst="Van de eerste.", rol="bewoner"), "eerste")
    with pytest.raises(Gelijktijdig, match="Er is niets overschreven") as botsing:
        verhalen.herzie(wie, 1, Woorden(tekst="Van de tweede.", rol="bewoner"), "tweede")
    assert botsing.value.huidig.tekst == "Van de eerste."
    assert botsing.value.mijn_tekst == "Van de tweede."
    verhaal = verhalen.een(wie)
    assert verhaal is not None and len(verhaal.revisies) == 2


def test_two_writers_at_the_same_moment_leave_one_revision_each_way(verhalen: Verhalen) -> None:
    """Also when both have read before either writes: the database refuses the second number."""
    import threading

    wie = _schrijf(verhalen)
    samen, uitkomst = threading.Barrier(6), []

    def schrijf(n: int) -> None:
        samen.wait()
        try:
            uitkomst.append(verhalen.herzie(wie, 1, Woorden(tekst=f"Nr {n}", rol="partner"), WIE))
        except Gelijktijdig:
            uitkomst.append(0)

    draden = [threading.Thread(target=schrijf, args=(n,)) for n in range(6)]
    for draad in draden:
        draad.start()
    for draad in draden:
        draad.join()
    assert sorted(uitkomst) == [0, 0, 0, 0, 0, 2]


@pytest.mark.parametrize("tekst", ["", "   \n ", "x" * 4001])
def test_words_that_cannot_be_kept_are_refused_with_a_reason(
    verhalen: Verhalen, tekst: str
) -> None:
    with pytest.raises(VerhaalFout):
        verhalen.schrijf(Nieuw(klein.BUURT, 2023, Woorden(tekst=tekst, rol="bewoner")), WIE)
    assert verhalen.aantal() == 0


def test_the_log_says_who_what_when_and_holds_no_text(verhalen: Verhalen) -> None:
    wie = _schrijf(verhalen, "bijstand_per_1000")
    verhalen.herzie(wie, 1, Woorden(tekst="Geheim woord.", rol="bewoner"), "anderman")
    with verhalen.sessie() as sessie:
        regels = sessie.scalars(select(Logregel)).all()
        alles = " ".join(
            str(w) for w in sessie.execute(text("SELECT * FROM logregel")).all()
        ).lower()
    assert [r.wat for r in regels] == ["geschreven", "gekoppeld", "herzien"]
    assert regels[2].wie == "anderman"
    assert regels[2].sha256 == vingerafdruk("Geheim woord.")
    assert "buren" not in alles and "geheim" not in alles


def test_a_binding_quotes_the_figure_and_pins_its_publication(verhalen: Verhalen) -> None:
    _schrijf(verhalen, "bijstand_per_1000")
    [k] = verhalen.koppelingen()
    assert (k.gebied, k.grensjaar, k.jaar, k.waarde, k.publicatie) == (
        klein.BUURT, 2023, 2023, 61.0, EEN,
    )  # fmt: skip
    assert (verhalen.datamap.vastgehouden / EEN).is_file()


def test_a_corrected_figure_is_marked_with_then_and_now(verhalen: Verhalen) -> None:
    _schrijf(verhalen, "bijstand_per_1000")
    assert _na(verhalen, EEN) == {TE_HERZIEN: 0, NIEUW_JAAR: 0}
    _na(verhalen, TWEE)
    [merk] = [m for m in _merken(verhalen) if m.soort == TE_HERZIEN]
    assert (merk.toen, merk.nu, merk.toen_jaar, merk.nu_jaar, merk.oorzaak) == (
        61.0, 74.0, 2023, 2023, "waarde",
    )  # fmt: skip


def test_a_new_year_is_another_mark_than_a_correction(verhalen: Verhalen) -> None:
    _schrijf(verhalen, "koopwoningen_pct")
    assert _na(verhalen, TWEE) == {TE_HERZIEN: 0, NIEUW_JAAR: 1}
    [merk] = _merken(verhalen)
    assert (merk.soort, merk.toen_jaar, merk.nu_jaar) == (NIEUW_JAAR, 2023, 2024)


def test_a_movement_within_the_tolerance_gives_nothing(verhalen: Verhalen) -> None:
    _schrijf(verhalen, klein.BINNEN_TOLERANTIE[0])
    assert _na(verhalen, TWEE) == {TE_HERZIEN: 0, NIEUW_JAAR: 0}


def test_a_year_that_was_there_when_it_was_bound_is_not_new(verhalen: Verhalen) -> None:
    _schrijf(verhalen, "koopwoningen_pct", jaar=2021)
    assert _na(verhalen, EEN)[NIEUW_JAAR] == 0
    assert _na(verhalen, TWEE)[NIEUW_JAAR] == 1


def test_a_figure_that_appears_after_all_is_a_correction(verhalen: Verhalen) -> None:
    _schrijf(verhalen, "wmo_per_1000")
    _na(verhalen, TWEE)
    assert [m.oorzaak for m in _merken(verhalen) if m.soort == TE_HERZIEN] == ["verschenen"]


def test_marking_twice_changes_nothing_and_what_was_handled_stays_handled(
    verhalen: Verhalen,
) -> None:
    _schrijf(verhalen, "bijstand_per_1000")
    _na(verhalen, TWEE)
    for merk in _merken(verhalen):
        verhalen.handel_af(merk.id, WIE)
    assert _na(verhalen, TWEE) == {TE_HERZIEN: 0, NIEUW_JAAR: 0}
    assert all(m.afgehandeld_door == WIE for m in _merken(verhalen))
    assert len(_merken(verhalen)) == 2


def test_a_correction_that_is_taken_back_puts_its_mark_away(verhalen: Verhalen) -> None:
    """Rolling back to the old publication leaves no alarm; going forward again raises it."""
    _schrijf(verhalen, "bijstand_per_1000")
    _na(verhalen, TWEE)
    _na(verhalen, EEN)
    assert [m for m in _merken(verhalen) if m.afgehandeld_op is None] == []
    _na(verhalen, TWEE)
    assert {m.soort for m in _merken(verhalen) if m.afgehandeld_op is None} == {
        TE_HERZIEN, NIEUW_JAAR,
    }  # fmt: skip


def test_geraakt_names_what_a_step_touches_and_writes_nothing(verhalen: Verhalen) -> None:
    wie = _schrijf(verhalen, "bijstand_per_1000")
    _schrijf(verhalen, klein.BINNEN_TOLERANTIE[0])
    with (
        lees_publicatie(verhalen.datamap, EEN) as oud,
        lees_publicatie(verhalen.datamap, TWEE) as nieuw,
    ):
        regels = geraakt(verhalen, oud, nieuw)
        assert geraakt(verhalen, oud, oud) == []
        with pytest.MonkeyPatch.context() as m:  # a boundary that had changed before this step
            m.setattr(Cijfers, "grens", lambda *_: "de grens is in 2019 veranderd")
            assert geraakt(verhalen, oud, oud) == []
    assert {(r["verhaal"], r["soort"]) for r in regels} == {
        (str(wie), TE_HERZIEN), (str(wie), NIEUW_JAAR),
    }  # fmt: skip
    assert _merken(verhalen) == []


def test_a_story_survives_a_new_publication(verhalen: Verhalen, datamap: Datamap) -> None:
    wie = _schrijf(verhalen, "bijstand_per_1000")
    _na(verhalen, TWEE)
    verhaal = verhalen.een(wie)
    assert verhaal is not None and verhaal.nu.tekst == "De buren kennen elkaar."
    assert verhaal.koppelingen[0].waarde == 61.0


ZAAD = """
- gebied: BU99010203
  grensjaar: 2023
  rol: wijkbeheerder
  tekst: Aan de deur zie ik het tegenovergestelde.
  opgehaald_op: 2026-02-14
  koppelingen: [{indicator: bijstand_per_1000, jaar: 2023, houding: klopt_niet}]
- id: v2
  gebied: BU99010203
  grensjaar: 2023
  rol: bewoner
  tekst: Wie valt, wordt geholpen.
"""


def test_loading_stories_twice_adds_nothing_and_leaves_revisions_alone(
    verhalen: Verhalen, tmp_path: Path
) -> None:
    bestand = tmp_path / "verhalen.yaml"
    bestand.write_text(ZAAD, encoding="utf-8")
    bron = Snapshots(verhalen.datamap)
    with bron.lezing() as lezing:
        assert seed.laad(verhalen, bestand, lezing) == (2, 0)
        [een] = [v for v in verhalen.van([klein.BUURT]) if v.koppelingen]
        verhalen.herzie(een.id, 1, Woorden(tekst="Aangevuld.", rol="wijkbeheerder"), WIE)
        assert seed.laad(verhalen, bestand, lezing) == (0, 2)
    bron.sluit()
    weer = verhalen.een(een.id)
    assert weer is not None and weer.nu.tekst == "Aangevuld."
    assert weer.koppelingen[0].waarde == 61.0
    assert weer.themas == ["inkomen"]


@pytest.mark.parametrize(
    ("inhoud", "noemt"),
    [
        ("- {gebied: BU99010203}", "verhaal 1, grensjaar"),
        ("tekst", "geen lijst"),
        (ZAAD.replace("jaar: 2023, houding", "jaar: 1999, houding"), "bijstand_per_1000 over 1999"),
    ],
)
def test_a_bad_file_is_refused_naming_story_and_field(
    verhalen: Verhalen, tmp_path: Path, inhoud: str, noemt: str
) -> None:
    bestand = tmp_path / "verhalen.yaml"
    bestand.write_text(inhoud, encoding="utf-8")
    with (
        lees_publicatie(verhalen.datamap, EEN) as lezing,
        pytest.raises(seed.ZaadFout, match=noemt),
    ):
        seed.laad(verhalen, bestand, lezing)


def test_the_shipped_stories_can_be_read() -> None:
    bestand = Path(__file__).parent.parent / "data" / "voorbeeld" / "verhalen.yaml"
    if not bestand.exists():
        pytest.skip("data/voorbeeld/verhalen.yaml is er niet")
    assert len(seed.lees(bestand)) >= 40


def test_migrations_go_up_and_down_and_agree_with_the_models(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    motor = maak_motor(f"sqlite:///{tmp_path / 'm.sqlite'}")
    migreer(motor)
    migreer(motor)
    assert {"verhaal", "revisie", "koppeling", "merk", "logregel"} <= set(
        inspect(motor).get_table_names()
    )
    with motor.connect() as verbinding:
        assert verbinding.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert compare_metadata(MigrationContext.configure(verbinding), Basis.metadata) == []
    migreer(motor, "base")
    assert set(inspect(motor).get_table_names()) <= {"alembic_version"}
    migreer(motor)
    motor.dispose()

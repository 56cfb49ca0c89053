"""Protects: the same store on SQLite and PostgreSQL, and nothing in it lost or left behind.

Migrations both ways, history, a second reader, erasure in every copy, backup and restore.
"""

from __future__ import annotations

import json
import uuid
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text

from dashboard.stories import backup, erasure, models_access, models_inzet, reading
from dashboard.stories.inzet import Inzet, InzetGelijktijdig, Inzetten
from dashboard.stories.models import Basis, Koppeling, Logregel, Merk
from dashboard.stories.repository import (
    Citaat,
    Nieuw,
    VerhaalFout,
    Verhalen,
    Woorden,
    als_woorden,
    nu,
)
from dashboard.stories.store import maak_motor, migreer
from indicators.contracts import Datamap
from tests import postgres

assert models_access and models_inzet
GEHEIM = "Mevrouw Jansen op nummer 12 durft 's avonds niet meer naar buiten."
CITAAT = Citaat("BU1", 2023, "bijstand_per_1000", 2023, 61.0, None, "p-1", 2023, "nuance")


@pytest.fixture(scope="module")
def pg() -> Iterator[str]:
    try:
        with postgres.server() as url:
            yield url
    except postgres.GeenPostgres as reden:
        pytest.skip(f"geen PostgreSQL: {reden}")


@pytest.fixture(params=["sqlite", "postgresql"])
def verhalen(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Verhalen]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'verhalen' / 'v.sqlite'}"
    else:
        url = request.getfixturevalue("pg")
    motor = maak_motor(url)
    migreer(motor, "base")
    migreer(motor)
    yield Verhalen(motor, Datamap(tmp_path))
    motor.dispose()


def _woorden(tekst: str = GEHEIM) -> Woorden:
    return Woorden(tekst, "bewoner", bron="deur", toestemming=True, anoniem=True)


def _schrijf(verhalen: Verhalen, tekst: str = GEHEIM, door: str = "Anna") -> uuid.UUID:
    return verhalen.schrijf(Nieuw("BU1", 2023, _woorden(tekst), (CITAAT,)), door).id


def test_migrations_go_both_ways_and_agree_with_the_models(verhalen: Verhalen) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with verhalen.motor.connect() as verbinding:
        assert compare_metadata(MigrationContext.configure(verbinding), Basis.metadata) == []
    wie = _schrijf(verhalen)
    [k] = verhalen.koppelingen()
    verhalen.herkoppel(k.id, Citaat(**{**CITAAT.__dict__, "houding": "past"}), "Bert")
    migreer(verhalen.motor, "0001")
    with verhalen.motor.connect() as verbinding:
        assert verbinding.execute(text("SELECT houding FROM koppeling")).scalars().all() == ["past"]
        assert verbinding.execute(text("SELECT tekst FROM revisie")).scalars().all() == [GEHEIM]
    migreer(verhalen.motor)
    verhaal = verhalen.een(wie)
    assert verhaal is not None and [k.houding for k in verhaal.koppelingen] == ["past"]
    migreer(verhalen.motor, "base")
    assert set(inspect(verhalen.motor).get_table_names()) <= {"alembic_version"}


def test_revisions_are_only_added(verhalen: Verhalen) -> None:
    wie = _schrijf(verhalen)
    with verhalen.sessie() as sessie:
        verhaal = sessie.get_one(type(verhalen.een(wie)), wie)
        verhaal.revisies[0].tekst = "Iets anders."
        with pytest.raises(RuntimeError, match="wordt alleen toegevoegd"):
            sessie.commit()
    weer = verhalen.een(wie)
    assert weer is not None and weer.nu.tekst == GEHEIM


def test_another_stance_is_a_new_binding_and_the_old_one_is_kept(verhalen: Verhalen) -> None:
    wie = _schrijf(verhalen)
    [eerst] = verhalen.koppelingen()
    anders = Citaat(**{**CITAAT.__dict__, "houding": "klopt_niet"})
    verhalen.herkoppel(eerst.id, anders, "Bert")
    with pytest.raises(VerhaalFout, match="intussen veranderd"):
        verhalen.herkoppel(eerst.id, anders, "Cato")
    verhaal = verhalen.een(wie)
    assert verhaal is not None
    assert [(k.houding, k.gekoppeld_door) for k in verhaal.koppelingen] == [("klopt_niet", "Bert")]
    assert [k.houding for k in verhaal.koppelingen_ooit] == ["nuance", "klopt_niet"]
    verhalen.herkoppel(verhaal.koppelingen[0].id, None, "Dirk")
    assert verhalen.koppelingen() == []
    with verhalen.sessie() as sessie:
        wat = [r.wat for r in sessie.scalars(select(Logregel).order_by(Logregel.id))]
    assert wat == ["geschreven", "gekoppeld", "herkoppeld", "ontkoppeld"]


def test_someone_else_reads_and_a_refusal_has_a_reason(verhalen: Verhalen) -> None:
    wie = _schrijf(verhalen)
    for lezer, akkoord, reden, match in (
        ("anna", True, "", "zelf geschreven"), ("Bert", False, " ", "waarom"),
    ):  # fmt: skip
        with pytest.raises(VerhaalFout, match=match):
            reading.lees_na(verhalen, wie, 1, akkoord, reden, lezer)
    reading.lees_na(verhalen, wie, 1, False, "Het huisnummer staat erin.", "Bert")
    verhaal = verhalen.een(wie)
    assert verhaal is not None and verhaal.nu.status == "concept"
    laatste = reading.laatste_woord(verhaal)
    assert laatste is not None and laatste.reden == "Het huisnummer staat erin."
    assert verhalen.herzie(wie, 1, _woorden("Iemand durft niet naar buiten."), "Anna") == 2
    reading.lees_na(verhalen, wie, 2, True, "", "Bert")
    gelezen = verhalen.een(wie)
    assert gelezen is not None and gelezen.nu.status == "gelezen"
    assert [r.tekst for r in gelezen.revisies[1:]] == ["Iemand durft niet naar buiten."] * 2
    verhalen.herzie(wie, 3, _woorden("Weer iets anders."), "Anna")
    opnieuw = verhalen.een(wie)
    assert opnieuw is not None and opnieuw.nu.status == "concept"
    assert reading.trek_in(verhalen, wie, 4, "Anna") == 5
    assert verhalen.van(["BU1"]) == []


def test_nothing_is_read_without_consent(verhalen: Verhalen) -> None:
    wie = verhalen.schrijf(Nieuw("BU1", 2023, Woorden("Zo is het.", "bewoner")), "Anna").id
    with pytest.raises(VerhaalFout, match="toestemming"):
        reading.lees_na(verhalen, wie, 1, True, "", "Bert")
    with pytest.raises(VerhaalFout, match="concept, tot een tweede"):
        verhalen.schrijf(Nieuw("BU1", 2023, Woorden("Zo.", "bewoner", status="gelezen")), "Anna")


def test_the_same_submission_twice_is_one_story(verhalen: Verhalen) -> None:
    nieuw = Nieuw("BU1", 2023, _woorden(), (CITAAT,), sleutel="telefoon-1-7")
    eerste = verhalen.schrijf(nieuw, "Anna").id
    nog_eens = Nieuw("BU1", 2023, _woorden(), (CITAAT,), sleutel="telefoon-1-7")
    assert verhalen.schrijf(nog_eens, "Anna").id == eerste
    assert verhalen.aantal() == 1 and len(verhalen.koppelingen()) == 1
    assert verhalen.herzie(eerste, 1, _woorden("Aangevuld."), "Anna") == 2
    assert verhalen.herzie(eerste, 1, _woorden("Aangevuld."), "Anna") == 2


@pytest.mark.parametrize("tekst", ["\x00nul", "half \ud83d teken", "<script>alert(1)</script>"])
def test_odd_characters_are_kept_as_text_or_left_out(verhalen: Verhalen, tekst: str) -> None:
    wie = _schrijf(verhalen, tekst)
    verhaal = verhalen.een(wie)
    assert verhaal is not None and verhaal.nu.tekst.encode()


def test_a_story_speaks_about_more_than_one_area(verhalen: Verhalen) -> None:
    nieuw = Nieuw("BU1", 2023, _woorden(), ook_over=(("BU2", 2023), ("WK1", 2023)))
    wie = verhalen.schrijf(nieuw, "Anna").id
    assert [v.id for v in verhalen.van(["WK1"])] == [wie]
    assert verhalen.van(["BU1", "BU2"])[0].gebieden == ["BU1", "BU2", "WK1"]


INZET = Inzet("Koffie", "Doel.", "Werk.", "Effect.", "", "sociaal_beheer", "Anna Jansen",
              begin=date(2026, 3, 1), terugkijken_op=date(2026, 9, 1))  # fmt: skip


def test_an_inzetkaart_keeps_its_revisions_and_says_who_was_first(verhalen: Verhalen) -> None:
    inzetten = Inzetten(verhalen)
    kaart = inzetten.schrijf("BU1", 2023, INZET, "Anna", "s-1")
    assert inzetten.schrijf("BU1", 2023, INZET, "Anna", "s-1").id == kaart.id
    anders = Inzet(**{**INZET.__dict__, "doel": "Ander doel."})
    assert inzetten.herzie(kaart.id, 1, anders, "Bert") == 2
    with pytest.raises(InzetGelijktijdig, match="Bert"):
        inzetten.herzie(kaart.id, 1, INZET, "Cato")
    [weer] = inzetten.van(["BU1"])
    assert [r.doel for r in weer.revisies] == ["Doel.", "Ander doel."]
    assert [k.id for k in inzetten.terug_te_kijken(date(2026, 9, 1), ["BU1"])] == [kaart.id]
    assert inzetten.terug_te_kijken(date(2026, 8, 31), ["BU1"]) == []
    fout = {**INZET.__dict__, "einde": date(2026, 1, 1)}
    with pytest.raises(VerhaalFout, match="einde ligt voor het begin"):
        inzetten.schrijf("BU1", 2023, Inzet(**fout), "Anna")


def _overal(verhalen: Verhalen, map_: Path) -> list[str]:
    """Where the secret words still are: in tables, in files, in backups."""
    vol = []
    alles = json.dumps(backup.alles(verhalen), ensure_ascii=False)
    if "Jansen" in alles:
        vol.append("tabellen")
    for pad in map_.rglob("*"):
        if not pad.is_file():
            continue
        inhoud = pad.read_bytes()
        if pad.suffix == ".zip":
            with zipfile.ZipFile(pad) as pak:
                inhoud = b"".join(pak.read(n) for n in pak.namelist())
        if b"Jansen" in inhoud:
            vol.append(pad.name)
    return vol


def _op_de_schijf_van_postgres(verhalen: Verhalen) -> list[str]:
    """Tables of PostgreSQL whose file still holds the words; its own log (WAL) is not looked at."""
    if verhalen.motor.dialect.name != "postgresql":
        return []
    with verhalen.motor.connect() as verbinding:
        kaal = verbinding.execution_options(isolation_level="AUTOCOMMIT")
        kaal.execute(text("CHECKPOINT"))
        map_ = Path(str(kaal.scalar(text("SHOW data_directory"))))
        plekken = {t: kaal.scalar(text("SELECT pg_relation_filepath(:t)"), {"t": t})
                   for t in ("revisie", "nalezing", "inzet_revisie")}  # fmt: skip
    return [t for t, plek in plekken.items() if b"Jansen" in (map_ / str(plek)).read_bytes()]


def test_a_wipe_reaches_every_copy_and_a_restore_does_not_undo_it(
    verhalen: Verhalen, tmp_path: Path
) -> None:
    wie = _schrijf(verhalen)
    verhalen.herzie(wie, 1, _woorden(GEHEIM + " Nog steeds."), "Anna")
    reading.lees_na(verhalen, wie, 2, False, "Mevrouw Jansen is te herkennen.", "Bert")
    blijft = _schrijf(verhalen, "De speeltuin is opgeknapt.")
    kaart = Inzetten(verhalen).schrijf("BU1", 2023, INZET, "Cato")
    elders = tmp_path.parent / f"{tmp_path.name}-elders.zip"
    backup.bewaar(verhalen)
    backup.bewaar(verhalen, elders)
    assert len(_overal(verhalen, tmp_path)) >= 2

    erasure.wis(verhalen, wie, "Anna")
    erasure.wis_inzet(verhalen, kaart.id, "Anna")
    erasure.wis(verhalen, wie, "Anna")
    assert _op_de_schijf_van_postgres(verhalen) == []
    verhalen.motor.dispose()
    assert _overal(verhalen, tmp_path) == []
    over = verhalen.een(wie)
    assert over is not None and over.gewist_op is not None and len(over.revisies) == 2
    assert len(erasure.gewist(erasure.lijst(verhalen))) == 2
    with pytest.raises(VerhaalFout, match="gewist"):
        verhalen.herzie(wie, 2, _woorden("Terug."), "Anna")
    with verhalen.sessie() as sessie:
        regels = sessie.scalars(select(Logregel).where(Logregel.verhaal_id == wie)).all()
        assert {r.sha256 for r in regels} == {None} and regels[-1].wat == "gewist"
        assert sessie.scalars(select(Merk)).all() == []

    assert "Jansen" in zipfile.ZipFile(elders).read(backup.INHOUD).decode()
    geteld = backup.zet_terug(verhalen, elders, vervang=True)
    assert geteld["opnieuw gewist"] == 2 and geteld["verhaal"] == 2
    verhalen.motor.dispose()
    assert _overal(verhalen, tmp_path) == []
    weer = verhalen.een(blijft)
    assert weer is not None and weer.nu.tekst == "De speeltuin is opgeknapt."


def test_the_wipe_list_goes_along_to_another_computer(
    verhalen: Verhalen, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A newer backup there tells an older one what was wiped; the list is in no words."""
    wie = _schrijf(verhalen)
    oud = backup.bewaar(verhalen, tmp_path.parent / f"{tmp_path.name}-oud.zip")
    erasure.wis(verhalen, wie, "Anna")
    nieuw = backup.bewaar(verhalen, tmp_path.parent / f"{tmp_path.name}-nieuw.zip")
    motor = maak_motor("sqlite://")
    migreer(motor)
    elders = Verhalen(motor, Datamap(tmp_path_factory.mktemp("elders")))
    assert erasure.gewist(erasure.lijst(elders)) == []
    backup.zet_terug(elders, nieuw)
    assert backup.zet_terug(elders, oud, vervang=True)["opnieuw gewist"] == 1
    assert "Jansen" not in json.dumps(backup.alles(elders))
    assert len(erasure.gewist(erasure.lijst(elders))) == 1, "twice restored is once in the list"


def test_a_restore_never_puts_wiped_words_in_the_store_not_even_for_a_moment(
    verhalen: Verhalen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wie = _schrijf(verhalen)
    oud = backup.bewaar(verhalen, tmp_path.parent / f"{tmp_path.name}-even.zip")
    erasure.wis(verhalen, wie, "Anna")
    monkeypatch.setattr(erasure, "speel_af", lambda _: 0)  # cut off before the list is replayed
    backup.zet_terug(verhalen, oud, vervang=True)
    assert "Jansen" not in json.dumps(backup.alles(verhalen))


def test_a_restore_gives_back_everything_and_writing_goes_on(verhalen: Verhalen) -> None:
    wie = _schrijf(verhalen)
    verhalen.herzie(wie, 1, _woorden("Tweede."), "Bert")
    [k] = verhalen.koppelingen()
    verhalen.herkoppel(k.id, Citaat(**{**CITAAT.__dict__, "houding": "past"}), "Bert")
    voor = backup.alles(verhalen)["tabellen"]
    pad = backup.bewaar(verhalen)
    with pytest.raises(backup.BackupFout, match="al gegevens"):
        backup.zet_terug(verhalen, pad)
    migreer(verhalen.motor, "base")
    migreer(verhalen.motor)
    backup.zet_terug(verhalen, pad)
    assert backup.alles(verhalen)["tabellen"] == voor
    assert verhalen.herzie(wie, 2, _woorden("Derde."), "Anna") == 3
    verhalen.koppel(wie, CITAAT, "Anna")
    with verhalen.sessie() as sessie:
        assert len(sessie.scalars(select(Koppeling)).all()) == 3


def test_a_file_that_is_no_backup_is_refused_and_nothing_is_lost(
    verhalen: Verhalen, tmp_path: Path
) -> None:
    wie = _schrijf(verhalen)
    stuk = tmp_path / "stuk.zip"
    for inhoud in (b"geen zip", backup.bewaar(verhalen).read_bytes()[:200]):
        stuk.write_bytes(inhoud)
        with pytest.raises(backup.BackupFout, match=r"stuk\.zip"):
            backup.zet_terug(verhalen, stuk, vervang=True)
    assert verhalen.een(wie) is not None


def test_terms_act(verhalen: Verhalen) -> None:
    oud = _schrijf(verhalen, "Dit is lang geleden verteld.")
    ingetrokken = _schrijf(verhalen, "Dit wil ik terug.")
    reading.trek_in(verhalen, ingetrokken, 1, "Anna")
    vandaag = nu().date()
    t = erasure.Termijnen()
    assert erasure.verloop(verhalen, vandaag)["verhalen"] == 0
    assert erasure.verloop(verhalen, vandaag + timedelta(days=t.ingetrokken + 1))["verhalen"] == 1
    assert erasure.verloop(verhalen, vandaag + timedelta(days=t.verhaal + 1))["verhalen"] == 1
    weg = verhalen.een(oud)
    assert weg is not None and weg.gewist_op is not None


def test_the_words_of_a_revision_build_the_next(verhalen: Verhalen) -> None:
    wie = _schrijf(verhalen)
    verhaal = verhalen.een(wie)
    assert verhaal is not None and als_woorden(verhaal.nu) == _woorden()

"""Protects: a page that was kept is never old, and never someone else's.

Every input of the page is changed once, as another process would; each time the page over the web
has to be another one, and the very one that is made anew.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask

from dashboard import areas, kept, kept_pages, norm, router
from dashboard.accounts import Accounts
from dashboard.app import create_app
from dashboard.context import Huis, open_huis
from dashboard.gate import KOEKJE
from dashboard.settings import voor_map
from dashboard.stories import erasure
from dashboard.stories.inzet import Inzetten
from dashboard.stories.models import Verhaal
from dashboard.stories.repository import Nieuw, Verhalen, Woorden
from dashboard.stories.store import maak_motor
from indicators.contracts import Gebiedskeuze
from tests import publicatie_klein as klein
from tests.bewaard import (
    BUURT,
    DADEN,
    INZET,
    WOORD,
    Web,
    citaat,
    nieuw_gemaakt,
    rauw,
    zonder_sleutels,
)


@pytest.fixture(scope="module")
def huis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huis]:
    instellingen = voor_map(tmp_path_factory.mktemp("bewaard"))
    klein.schrijf(instellingen.datamap, 1)
    areas.schrijf(instellingen.datamap.gebieden,
                  Gebiedskeuze(naam="Mijn buurten", mijn_gebieden=(klein.BUURT,)))  # fmt: skip
    geopend = open_huis(instellingen)
    yield geopend
    geopend.sluit()


@pytest.fixture(scope="module")
def app(huis: Huis) -> Flask:
    server: Flask = create_app(huis.instellingen, huis).server
    return server


@pytest.fixture(scope="module")
def elders(huis: Huis) -> Iterator[Verhalen]:
    """The same store, written by another process."""
    motor = maak_motor(huis.instellingen.verhalen_url)
    yield Verhalen(motor, huis.instellingen.datamap)
    motor.dispose()


def test_whatever_another_process_writes_shows_at_the_next_visit(
    huis: Huis, app: Flask, elders: Verhalen, monkeypatch: pytest.MonkeyPatch
) -> None:
    web, gemaakt = Web(app.test_client()), []
    echt = router.pagina

    def tel(*a: Any) -> Any:
        gemaakt.append(a[1])
        return echt(*a)

    monkeypatch.setattr(router, "pagina", tel)
    toen = zonder_sleutels(web.json(BUURT))
    for wat, daad in DADEN.items():
        gemaakt.clear()
        assert zonder_sleutels(web.json(BUURT)) == toen and not gemaakt, f"voor: {wat}"
        daad(elders)
        nu_ = zonder_sleutels(web.json(BUURT))
        assert gemaakt == [BUURT] and nu_ != toen, wat
        assert nu_ == nieuw_gemaakt(huis, app, BUURT), wat
        toen = nu_
    assert "MIDD" not in json.dumps(web.json(BUURT))


def test_settings_a_day_and_a_publication_are_inputs_too(
    huis: Huis, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    web, d = Web(app.test_client()), huis.instellingen.datamap
    drempel = {"as": "kwetsbaarheid", "kant": "boven", "waarde": 50}
    vast = {"id": "onze_norm", "versie": 1, "naam": "Eerst kijken", "reden": "Omdat het zo is.",
            "door": "bestuur", "datum": "2026-01-12", "herzien_op": "2027-01-12",
            "drempels": [drempel]}  # fmt: skip
    gemaakt = []
    echt = router.pagina

    def tel(*a: Any) -> Any:
        gemaakt.append(a[1])
        return echt(*a)

    monkeypatch.setattr(router, "pagina", tel)

    class Morgen(date):
        @classmethod
        def today(cls) -> Morgen:
            return cls(2031, 1, 1)

    def morgen() -> None:
        monkeypatch.setattr(kept_pages, "date", Morgen)

    daden: dict[str, Callable[[], object]] = {
        "norm": lambda: areas.schrijf(d.normen, norm.Normen.model_validate({"normen": [vast]})),
        "mijn gebieden": lambda: areas.schrijf(
            d.gebieden, Gebiedskeuze(naam="Anders", mijn_gebieden=(klein.BUURT, klein.KLEIN))
        ),
        "dag": morgen,
        "publicatie": lambda: klein.schrijf(d, 2),
    }
    for wat, daad in daden.items():
        toen = {pad: zonder_sleutels(web.json(pad)) for pad in (BUURT, "/")}
        daad()
        gemaakt.clear()
        nu_ = {pad: zonder_sleutels(web.json(pad)) for pad in toen}
        assert gemaakt == list(toen), wat
        assert nu_ == {pad: nieuw_gemaakt(huis, app, pad) for pad in toen}, wat
        assert {p for p in toen if nu_[p] != toen[p]} == {
            "norm": {BUURT}, "mijn gebieden": {"/"}, "dag": set(), "publicatie": {BUURT},
        }[wat]  # fmt: skip


def test_keys_are_new_at_every_visit(app: Flask) -> None:
    keren = [json.dumps(Web(app.test_client()).json(BUURT)) for _ in range(3)]
    sleutels = [json.loads(k.partition('"id": "vertel-basis", "data": ')[2].partition("}")[0] + "}")
                for k in keren]  # fmt: skip
    assert len({s["sleutel"] for s in sleutels}) == len({s["keer"] for s in sleutels}) == 3
    assert all(len(s["sleutel"]) == 24 and len(s["keer"]) == 8 for s in sleutels)


ROLLEN = ("lezer", "verteller", "redacteur", "gast")


@pytest.fixture(scope="module")
def mensen(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Huis, Flask, dict[str, Any]]]:
    """Two of every role, signed in, and a second verteller who told something here."""
    instellingen = voor_map(tmp_path_factory.mktemp("mensen"))
    klein.schrijf(instellingen.datamap, 1)
    h = open_huis(instellingen)
    accounts = Accounts(h.verhalen, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    server = create_app(h.instellingen, h).server
    ids, web = {}, {}
    for rol in ROLLEN:
        for n in (1, 2):
            naam = f"{rol}{n}"
            ids[naam] = accounts.maak(naam, f"Mevrouw </{naam}>", WOORD, "toets")
            gast = rol == "gast"
            accounts.geef_rol(naam, rol, "toets", items=[f"buurt:{klein.BUURT}"] if gast else (),
                              tot=datetime(2099, 1, 1, tzinfo=UTC) if gast else None)  # fmt: skip
            client = server.test_client()
            sleutel = accounts.meld_aan(naam, WOORD, "hier")
            sessie = accounts.sessie_van(sleutel or "")
            assert sleutel and sessie
            client.set_cookie(KOEKJE, sleutel)
            web[naam] = (Web(client, sessie.csrf), sessie.wie)
    verhaal = Nieuw(klein.BUURT, 2023, Woorden("Van mij alleen.", "bewoner"), (citaat(),))
    h.verhalen.schrijf(verhaal, "toets")
    with h.verhalen.sessie() as s:
        s.query(Verhaal).one().gemaakt_door = ids["verteller2"]
        s.commit()
    yield h, server, web
    h.sluit()


def test_nobody_gets_the_page_of_another_role_or_account(mensen: Any) -> None:
    huis, app, web = mensen
    for naam, (browser, wie) in web.items():
        for pad in (BUURT, "/") if naam[:-1] != "gast" else (BUURT,):
            kreeg = browser.json(pad)
            assert zonder_sleutels(kreeg) == nieuw_gemaakt(huis, app, pad, wie), naam
            plat = json.dumps(kreeg)
            assert not [n for n in web if n != naam and f"</{n}>" in plat], naam
            assert kept._GEHEIM not in plat and str(kept._ACCOUNT) not in plat
    zien = {naam for naam, (b, _) in web.items() if "Van mij alleen." in json.dumps(b.json(BUURT))}
    assert zien == {"verteller2", "redacteur1", "redacteur2"}
    kijkers = {p[-2:] if p[-2] == "met" else p[-4:] for p in huis.paginas._er}
    assert len(kijkers) == len(ROLLEN) + 1  # one for each set of rights, and the teller's own


def test_a_role_that_is_taken_away_is_gone_at_the_next_visit(mensen: Any) -> None:
    huis, _, web = mensen
    browser, _ = web["redacteur2"]
    assert "inzet?gebied" in json.dumps(browser.json(BUURT))
    accounts = Accounts(huis.verhalen)
    accounts.neem_rol("redacteur2", "redacteur", "toets")
    accounts.geef_rol("redacteur2", "lezer", "toets", gebieden=[klein.KLEIN])
    assert "hoort niet bij jouw rol" in json.dumps(browser.json(BUURT))
    accounts.geef_rol("redacteur2", "lezer", "toets")
    plat = json.dumps(browser.json(BUURT))
    assert "Van mij alleen." not in plat and "inzet?gebied" not in plat


def test_a_page_that_changed_while_it_was_made_or_missed_something_is_not_kept(
    huis: Huis, app: Flask, elders: Verhalen, monkeypatch: pytest.MonkeyPatch
) -> None:
    web, echt = Web(app.test_client()), router.pagina

    def onderweg(*a: Any) -> Any:
        af = echt(*a)
        Inzetten(elders).schrijf(klein.BUURT, 2023, INZET, "toets", uuid.uuid4().hex)
        return af

    monkeypatch.setattr(router, "pagina", onderweg)
    web.json(BUURT)
    monkeypatch.setattr(router, "pagina", echt)
    assert zonder_sleutels(web.json(BUURT)) == nieuw_gemaakt(huis, app, BUURT)
    areas.schrijf(huis.instellingen.datamap.gebieden, Gebiedskeuze(naam="Weer anders"))
    hoeveel = len(huis.paginas)

    def mist(*a: Any) -> Any:
        kept.gebrekkig()
        return echt(*a)

    monkeypatch.setattr(router, "pagina", mist)
    web.json("/")
    assert len(huis.paginas) == hoeveel


def test_when_the_store_cannot_be_read_the_figures_come_and_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instellingen = voor_map(tmp_path)
    klein.schrijf(instellingen.datamap, 1)
    h = open_huis(instellingen)
    web = Web(create_app(instellingen, h).server.test_client())
    assert "alleen de cijfers" not in json.dumps(web.json(BUURT))
    rauw(h.verhalen, "ALTER TABLE inzetkaart RENAME TO weg")
    assert "alleen de cijfers" in json.dumps(web.json(BUURT))
    rauw(h.verhalen, "ALTER TABLE weg RENAME TO inzetkaart")
    assert "alleen de cijfers" not in json.dumps(web.json(BUURT))
    h.sluit()


def test_after_a_wipe_anywhere_no_page_made_before_stays_in_memory(
    huis: Huis, app: Flask, elders: Verhalen
) -> None:
    web = Web(app.test_client())
    web.json(BUURT)
    web.json("/")
    assert len(huis.paginas) >= 2
    nieuw = Nieuw("BU00000000", 2023, Woorden("Elders.", "bewoner"), sleutel="ver")
    ver = elders.schrijf(nieuw, "Anna").id
    erasure.wis(elders, ver, "Anna")
    web.json(BUURT)
    assert len(huis.paginas) == 1

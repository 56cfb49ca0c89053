"""Protects: what one writes on an inzetkaart is kept or said, by two at once too, and can go.

And that no screen offers what a role may not do, and that a fault of our own is said aloud.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from argon2 import PasswordHasher
from dash import Dash
from flask import Flask, g
from plotly.utils import PlotlyJSONEncoder

from dashboard import access, router
from dashboard.access import Recht, Wie
from dashboard.accounts import Accounts
from dashboard.app import create_app
from dashboard.context import Huis, open_huis
from dashboard.pages import inbreng, inzet
from dashboard.settings import voor_map
from dashboard.stories import backup
from dashboard.stories.inzet import Inzet, Inzetten
from dashboard.stories.models_inzet import Inzetkaart
from tests import publicatie_klein as klein
from tests.test_rechten import WACHTWOORD, meld_aan

KAART = Inzet("Koffie", "Elkaar kennen.", "Elke week.", "Meer contact.", "", "sociaal_beheer",
              "team")  # fmt: skip
VELDEN = {"titel": "Koffie", "doel": "Van mij.", "werkwijze": "Elke week.", "nodig": "",
          "beoogd_effect": "Meer contact.", "thema": "sociaal_beheer", "wie": "team",
          "indicator": "geen", "verhaal": "geen", "status": "loopt", "door": "Bo"}  # fmt: skip


@pytest.fixture(scope="module")
def huis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huis]:
    instellingen = voor_map(tmp_path_factory.mktemp("inzet"))
    klein.schrijf(instellingen.datamap, 1)
    instellingen.datamap.gebieden.parent.mkdir(parents=True, exist_ok=True)
    instellingen.datamap.gebieden.write_text(f"mijn_gebieden: [{klein.BUURT}, BU99010101]\n")
    geopend = open_huis(instellingen)
    yield geopend
    geopend.sluit()


@pytest.fixture(scope="module")
def app(huis: Huis) -> Dash:
    return create_app(huis.instellingen, huis)


@pytest.fixture
def kaart(huis: Huis) -> Inzetkaart:
    return Inzetten(huis.verhalen).schrijf(klein.BUURT, 2023, KAART, "Anna")


def _vraag(app: Dash, ingang: str, naam: str, staat: dict[str, Any]) -> Any:
    """Asks a callback as the browser does; the answer of the server."""
    sleutel = next(s for s, n in access.callback_namen(app.callback_map).items() if n == naam)
    deel = app.callback_map[sleutel]

    def vul(x: dict[str, str]) -> dict[str, Any]:
        return {**x, "value": staat.get(f"{x['id']}.{x['property']}", 0)}

    uit = [dict(zip(("id", "property"), d.rsplit(".", 1), strict=True))
           for d in sleutel.strip(".").split("...")]  # fmt: skip
    return app.server.test_client().post("/_dash-update-component", json={
        "output": sleutel, "outputs": uit, "inputs": [vul(x) for x in deel["inputs"]],
        "state": [vul(x) for x in deel["state"]], "changedPropIds": [ingang]})  # fmt: skip


def _bewaar(app: Dash, basis: dict[str, Any], **anders: str) -> dict[str, Any]:
    velden = {f"inzet-{v}.value": (VELDEN | anders).get(v) for v in inzet.VELDEN}
    staat = velden | {"inzet-bewaar.n_clicks": 1, "inzet-basis.data": basis, "ververs.data": 0}
    antwoord = _vraag(app, "inzet-bewaar.n_clicks", "inzet-bewaar > inzet-melding", staat)
    return dict(json.loads(antwoord.text)["response"])


def test_the_second_writer_of_a_card_sees_both_and_can_go_on(
    app: Dash, huis: Huis, kaart: Inzetkaart
) -> None:
    basis = {"gebied": klein.BUURT, "grensjaar": 2023, "kaart": str(kaart.id), "nummer": 1}
    ander = Inzet(**{**KAART.__dict__, "doel": "Van een ander."})
    Inzetten(huis.verhalen).herzie(kaart.id, 1, ander, "Cato")
    eerst = _bewaar(app, basis)
    gezegd = json.dumps(eerst["inzet-melding"], ensure_ascii=False)
    assert "Cato heeft deze kaart intussen herzien" in gezegd and "Van een ander." in gezegd
    assert eerst["inzet-basis"]["data"] == {**basis, "nummer": 2}
    dan = _bewaar(app, eerst["inzet-basis"]["data"])
    assert dan["bericht"]["children"] == "De inzetkaart is bewaard."
    nu = Inzetten(huis.verhalen).een(kaart.id)
    assert nu is not None
    assert [r.doel for r in nu.revisies] == ["Elkaar kennen.", "Van een ander.", "Van mij."]


def test_a_card_can_be_wiped_and_only_when_one_is_sure(
    app: Dash, huis: Huis, kaart: Inzetkaart
) -> None:
    def wis(zeker: bool) -> str:
        basis = {"gebied": klein.BUURT, "kaart": str(kaart.id), "nummer": 1}
        return str(_vraag(app, "inzet-wis.n_clicks", "inzet-wis > inzet-melding", {
            "inzet-wis.n_clicks": 1, "inzet-zeker.checked": zeker, "inzet-basis.data": basis,
            "ververs.data": 0}).text)  # fmt: skip

    assert "vinkje" in wis(False)
    assert Inzetten(huis.verhalen).een(kaart.id).nu.doel == KAART.doel  # type: ignore[union-attr]
    assert "De inzetkaart is gewist." in wis(True)
    weg = Inzetten(huis.verhalen).een(kaart.id)
    assert weg is not None and {r.doel for r in weg.revisies} == {backup.GEWIST}


def _als(huis: Huis, pad: str, *rollen: str, zoek: str = "") -> str:
    with Flask("toets").test_request_context():
        g.wie = Wie("Toets", rechten=tuple(Recht(r) for r in rollen))
        p = router.pagina(huis, pad, zoek)
    return json.dumps(p.inhoud, cls=PlotlyJSONEncoder, ensure_ascii=False)


@pytest.mark.parametrize("rol", ["lezer", "verteller", "bestuur", "secretaris", "redacteur"])
def test_start_and_inbreng_offer_only_what_the_role_may(huis: Huis, rol: str) -> None:
    """A button on the first page that asks the server something else says no by itself."""
    start = _als(huis, "/", rol)
    mag = access.RECHTEN
    kiest = rol in mag["gebieden kiezen"]
    assert ("gebied-weg" in start, "zoek-gebied" in start) == (kiest, kiest)
    assert ("/lezen" in start) == (rol in mag["nalezen"])
    for waar in (start, _als(huis, "/botst", rol)):
        assert ("Vertel het eerste" in waar) == (rol in mag["vertellen"])
    formulier = "inzet-bewaar" in _als(huis, "/inzet", rol, zoek=f"?gebied={klein.BUURT}")
    assert formulier == (rol in mag["inzet schrijven"])
    if rol in mag["vertellen"]:
        assert ("/verhalen/alles.json" in _als(huis, "/inbreng", rol)) == (rol == "redacteur")


def test_a_page_that_asks_by_being_drawn_is_not_told_no(huis: Huis) -> None:
    """The button itself still is: this is about what Dash sends when a page appears."""
    app = create_app(huis.instellingen, huis)
    accounts = Accounts(huis.verhalen, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    accounts.maak("lezer", "Lezer", WACHTWOORD, "toets")
    accounts.geef_rol("lezer", "lezer", "toets")
    client, csrf = meld_aan(app, "lezer")
    sleutel = next(s for s, n in access.callback_namen(app.callback_map).items()
                   if n == "gebied-erbij > ververs")  # fmt: skip
    for kliks, code in ((None, 204), (1, 403)):
        ingang = [[{"id": {"id": "BU1", "type": "gebied-weg"}, "property": "n_clicks",
                    "value": kliks}]]  # fmt: skip
        antwoord = client.post("/_dash-update-component", headers={"X-CSRFToken": csrf},
                               json={"output": sleutel, "inputs": ingang, "state": []})  # fmt: skip
        assert antwoord.status_code == code
    accounts.zet("lezer", "toets", actief=False)


def test_wiping_a_card_is_offered_to_who_may(huis: Huis, kaart: Inzetkaart) -> None:
    zoek = f"?gebied={klein.BUURT}&kaart={kaart.id}"
    assert "inzet-wis" in _als(huis, "/inzet", "redacteur", zoek=zoek)
    for rol in ("lezer", "verteller", "bestuur"):
        assert "inzet-wis" not in _als(huis, "/inzet", rol, zoek=zoek)


def test_a_fault_of_our_own_is_said_in_words_and_not_silently(
    app: Dash, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(inbreng, "breng_in", lambda *_: 1 / 0)
    with caplog.at_level(logging.ERROR):
        antwoord = _vraag(app, "verhalen-bestand.contents", "verhalen-bestand > verhalen-melding",
                          {"verhalen-bestand.contents": "x"})  # fmt: skip
    assert antwoord.status_code == 500 and "wat je typte staat er nog" in antwoord.text
    assert "ZeroDivisionError" in caplog.text and "ZeroDivisionError" not in antwoord.text

"""Phones in tests: a house with places, a phone that is paired, and what it sends."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.app import create_app
from dashboard.context import Huis, open_huis
from dashboard.gate import TELEFOON
from dashboard.phone.pairing import Toestellen
from dashboard.settings import voor_map
from tests import publicatie_klein as klein

BUURT, TUINDORP, HAVEN = klein.BUURT, "BU99010202", "BU99010102"
TEKST = "In de hal staat weer grofvuil. Niemand weet van wie het is."
PLEKKEN = f"""
fotos: false
plekken:
  - {{naam: Wielenhof, soort: complex, gebieden: [{BUURT}], grensjaar: 2023}}
  - {{naam: Noord, soort: beheergebied, gebieden: [{BUURT}, {TUINDORP}], grensjaar: 2023}}
  - {{naam: Kade, soort: straat, gebieden: [{HAVEN}], grensjaar: 2023}}
"""


def stel_in(huis: Huis, tekst: str = PLEKKEN) -> None:
    """Writes the places a phone may choose from."""
    pad = huis.instellingen.datamap.telefoon
    pad.parent.mkdir(parents=True, exist_ok=True)
    pad.write_text(tekst, encoding="utf-8")


def inzending(**anders: Any) -> dict[str, Any]:
    """What the page sends of one story."""
    basis = {
        "nummer": str(uuid.uuid4()), "plek": "wielenhof", "tekst": TEKST, "richting": "slechter",
        "toestemming": True, "anoniem": True, "geleden": 0, "foto": None,
    }  # fmt: skip
    return basis | anders


@dataclass
class Telefoon:
    """A paired phone over HTTP."""

    client: FlaskClient
    id: uuid.UUID
    gezegd: list[TestResponse] = field(default_factory=list)

    def stuur(self, wat: dict[str, Any] | None = None, **anders: Any) -> TestResponse:
        return self.client.post("/telefoon/verhaal", json=wat or inzending(**anders))

    def plekken(self) -> list[str]:
        return [p["naam"] for p in self.client.get("/telefoon/plekken").get_json()["plekken"]]

    def terug(self) -> list[dict[str, Any]]:
        return list(self.client.get("/telefoon/terug").get_json()["verhalen"])


def koppel(app: Dash, huis: Huis, naam: str = "Bo", **hoe: Any) -> Telefoon:
    """Makes a link and uses it, the way a phone does."""
    id_, code = Toestellen(huis.verhalen).maak(naam, "wijkbeheerder", timedelta(hours=1), **hoe)
    client = app.server.test_client()
    antwoord = client.post("/telefoon/koppel", json={"code": code})
    assert antwoord.status_code == 200, antwoord.text
    assert client.get_cookie(TELEFOON, path="/telefoon") is not None
    return Telefoon(client, id_)


@pytest.fixture(scope="module")
def huis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huis]:
    """The small publication with places to tell from; a file of tests has one of its own."""
    instellingen = voor_map(tmp_path_factory.mktemp("telefoon"))
    klein.schrijf(instellingen.datamap, 1)
    geopend = open_huis(instellingen)
    stel_in(geopend)
    yield geopend
    geopend.sluit()


@pytest.fixture(scope="module")
def app(huis: Huis) -> Dash:
    """The dashboard on it."""
    return create_app(huis.instellingen, huis)

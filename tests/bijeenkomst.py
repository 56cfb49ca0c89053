"""A meeting for tests: begun, led through its steps, and taken part in by phone."""

from __future__ import annotations

import json
from typing import Any

from dash import Dash
from flask.testing import FlaskClient
from plotly.utils import PlotlyJSONEncoder

from dashboard import callbacks_bijeenkomst, meeting, router
from dashboard.context import Huis, maak_blad
from dashboard.pages import meedoen as deur
from dashboard.stories.bijeenkomst import Bijeenkomsten
from dashboard.stories.models_bijeenkomst import Bijeenkomst, Notitie
from tests import publicatie_klein as klein

HIER, DAAR = klein.BUURT, "BU99010101"
CIJFER, LEEG = "laag_inkomen_pct", "jeugdzorg_pct"
WAARDE = "14,5"
"""What the figure of `CIJFER` reads here: nothing else on a screen reads like it."""
WACHTWOORD = "een heel lang wachtwoord"
MET_SCRIPT = {"X-Meedoen": "1"}


def begin(huis: Huis, *cijfers: str, gebied: str = HIER) -> Bijeenkomst:
    with huis.snapshots.lezing() as lezing:
        vragen = meeting.vragen(maak_blad(huis, lezing, gebied, None), cijfers or (CIJFER, LEEG))
    return Bijeenkomsten(huis.verhalen).begin(gebied, 2023, "Avond in De Wielen", vragen, "Anna")


def nu_van(huis: Huis, b: Bijeenkomst) -> Bijeenkomst:
    gevonden = Bijeenkomsten(huis.verhalen).een(b.id)
    assert gevonden is not None
    return gevonden


def zet(huis: Huis, b: Bijeenkomst, *stappen: str) -> Bijeenkomst:
    """Takes steps as the buttons of the big screen do."""
    for doe in stappen:
        stand = nu_van(huis, b)
        callbacks_bijeenkomst._doe(huis, stand, doe, stand.stap)
    return nu_van(huis, b)


def doe_mee(app: Dash, b: Bijeenkomst, mag: bool = True, rol: str = "bewoner") -> FlaskClient:
    client = app.server.test_client()
    vorm = {"code": f" {(b.code or '')[:3].lower()}-{(b.code or '')[3:]} ", "rol": rol}
    antwoord = client.post("/meedoen", data=vorm | ({"toestemming": "ja"} if mag else {}))
    assert antwoord.status_code == 303, antwoord.text
    return client


def stuur(client: FlaskClient, wat: str = "schrijf", script: bool = True, **velden: Any) -> Any:
    koekje = client.get_cookie(deur.KOEKJE, path="/meedoen")
    woord = deur.woord(koekje.value) if koekje else ""
    koppen = MET_SCRIPT if script else {}
    return client.post(f"/meedoen/{wat}", data={"woord": woord, **velden}, headers=koppen)


def op_het_doek(huis: Huis, b: Bijeenkomst, zoek: str = "") -> str:
    inhoud = router.pagina(huis, f"/bijeenkomst/{b.id}", zoek).inhoud
    return json.dumps(inhoud, cls=PlotlyJSONEncoder, ensure_ascii=False)


def notities(huis: Huis, b: Bijeenkomst) -> list[Notitie]:
    return Bijeenkomsten(huis.verhalen).notities(b.id)

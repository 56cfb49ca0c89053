"""For tests of kept pages: a browser, and everything that can happen to what a page reads."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from flask import Flask, g
from flask.testing import FlaskClient
from plotly.io.json import to_json_plotly
from sqlalchemy import text

from dashboard import router
from dashboard.access import LOKAAL, Wie
from dashboard.context import Huis
from dashboard.phone.photo import Pixels, bewaar
from dashboard.sheets.models import BladTafel, BladVersie, Buurtblad
from dashboard.stories import erasure, reading
from dashboard.stories.inzet import Inzet, Inzetten, als_inzet
from dashboard.stories.models import Basis, Merk
from dashboard.stories.repository import Citaat, Nieuw, Verhalen, Woorden
from tests import publicatie_klein as klein

BUURT = f"/buurt/{klein.BUURT}"
WOORD = "een heel lang wachtwoord"
OP = datetime(2026, 11, 1, tzinfo=UTC)
INZET = Inzet("Koffie", "Elkaar kennen.", "Elke week.", "Minder lawaai.", "", "sociaal_beheer",
              "huismeester")  # fmt: skip


@dataclass
class Web:
    """A browser of someone, as far as pages go."""

    client: FlaskClient
    csrf: str = ""

    def json(self, pad: str, zoek: str = "") -> Any:
        """The content of a page as it came over the line."""
        uit = "..inhoud.children...gegevens.children...titel.data...sleutel.data.."
        namen = uit.strip(".").split("...")
        vraag = {
            "output": uit,
            "outputs": [dict(zip(("id", "property"), n.split("."), strict=True)) for n in namen],
            "inputs": [
                {"id": "url", "property": "pathname", "value": pad},
                {"id": "url", "property": "search", "value": zoek},
                {"id": "ververs", "property": "data", "value": 0},
            ],
            "state": [{"id": "sleutel", "property": "data", "value": None}],
            "changedPropIds": ["url.pathname"],
        }
        antwoord = self.client.post(
            "/_dash-update-component", json=vraag, headers={"X-CSRFToken": self.csrf}
        )
        assert antwoord.status_code == 200, antwoord.get_data(as_text=True)[:200]
        return antwoord.get_json()["response"]["inhoud"]["children"]


def zonder_sleutels(deel: Any) -> Any:
    if isinstance(deel, dict):
        los = ("sleutel", "keer")
        return {k: "*" if k in los and v else zonder_sleutels(v) for k, v in deel.items()}
    return [zonder_sleutels(d) for d in deel] if isinstance(deel, list) else deel


def nieuw_gemaakt(huis: Huis, app: Flask, pad: str, wie: Wie = LOKAAL, zoek: str = "") -> Any:
    """The page as `router` makes it for someone, with nothing kept."""
    with app.test_request_context():
        g.wie = wie
        return zonder_sleutels(json.loads(to_json_plotly(router.pagina(huis, pad, zoek).inhoud)))


def citaat(houding: str = "past") -> Citaat:
    return Citaat(klein.BUURT, 2023, "bijstand_per_1000", 2023, 61.0, None, "p", 2023, houding)


VERHAAL = uuid.uuid4()
LANG = "Het is hier krap. " * 40 + "MIDDEN " + "Echt waar. " * 40
WOORDEN = Woorden(LANG, "bewoner", toestemming=True)


def vertel(v: Verhalen, id_: uuid.UUID = VERHAAL, **anders: Any) -> None:
    nieuw = Nieuw(klein.BUURT, 2023, WOORDEN, (citaat(),), id=id_)
    v.schrijf(Nieuw(**(nieuw.__dict__ | anders)), "toets")


def rauw(v: Verhalen, *zinnen: str) -> None:
    with v.motor.begin() as con:
        for zin in zinnen:
            con.execute(text(zin))


def _zet(v: Verhalen, *rijen: Basis) -> None:
    with v.sessie() as sessie:
        sessie.add_all(rijen)
        sessie.commit()


def merk(v: Verhalen) -> None:
    (k,) = v.koppelingen()
    _zet(v, Merk(koppeling_id=k.id, soort="te_herzien", publicatie="p2", toen_jaar=2023, toen=61.0,
                 nu_jaar=2023, nu=74.0, oorzaak="waarde", op=OP))  # fmt: skip


def _handel_af(v: Verhalen) -> None:
    (k,) = v.koppelingen()
    v.handel_af(k.merken[0].id, "toets")


def _herzie(v: Verhalen) -> None:
    verhaal = v.een(VERHAAL)
    assert verhaal is not None
    v.herzie(VERHAAL, 1, replace(WOORDEN, tekst=LANG.replace("krap", "ruim")), "toets")


def lees(v: Verhalen) -> None:
    verhaal = v.een(VERHAAL)
    assert verhaal is not None
    reading.lees_na(v, VERHAAL, verhaal.nu.nummer, True, "", "een ander")


def foto(v: Verhalen) -> None:
    with v.sessie() as sessie:
        bewaar(sessie, VERHAAL, Pixels(b"x", 1, 1))
        sessie.commit()


def _herzie_inzet(v: Verhalen) -> None:
    (kaart,) = Inzetten(v).van([klein.BUURT])
    inzet = Inzet(**(als_inzet(kaart.nu).__dict__ | {"titel": "Thee"}))
    Inzetten(v).herzie(kaart.id, 1, inzet, "toets")


def blad(v: Verhalen) -> None:
    vel = {"bronnen": {"verhalen": [[str(VERHAAL), 1]]}}
    versie = BladVersie(nummer=1, redactie={}, vel=vel, status="voorgelegd", door="toets", op=OP)
    _zet(v, Buurtblad(id=uuid.uuid4(), gebied=klein.BUURT, grensjaar=2023, gemaakt_op=OP,
                      versies=[versie]))  # fmt: skip


def tafel(v: Verhalen) -> None:
    with v.sessie() as sessie:
        versie = sessie.query(BladVersie).one()
        sessie.add(
            BladTafel(versie_id=versie.id, tafel="bestuur", vergadering_op=date(2026, 12, 1))
        )
        sessie.commit()


def _trek_in(v: Verhalen) -> None:
    verhaal = v.een(VERHAAL)
    assert verhaal is not None
    reading.trek_in(v, VERHAAL, verhaal.nu.nummer, "toets")


DADEN: dict[str, Callable[[Verhalen], object]] = {
    "een verhaal": vertel,
    "herzien": _herzie,
    "nagelezen": lees,
    "een woord midden in een lange tekst": lambda v: rauw(
        v, "UPDATE revisie SET tekst = replace(tekst, 'MIDDEN', 'MIDDAG')"
    ),
    "anders gekoppeld": lambda v: v.herkoppel(v.koppelingen()[0].id, citaat("klopt_niet"), "toets"),
    "een merk": merk,
    "een merk afgehandeld": _handel_af,
    "een foto": foto,
    "de foto gewist": lambda v: rauw(v, "UPDATE verhaal_foto SET gewist_op = '2026-11-02'"),
    "een inzetkaart": lambda v: Inzetten(v).schrijf(klein.BUURT, 2023, INZET, "toets"),
    "een inzetkaart herzien": _herzie_inzet,
    "op een blad": blad,
    "voorgelegd": tafel,
    "verteld over een ander gebied en over hier": lambda v: vertel(
        v, uuid.uuid4(), gebied=klein.KLEIN, ook_over=((klein.BUURT, 2023),), citaten=()
    ),
    "ingetrokken": _trek_in,
    "gewist": lambda v: erasure.wis(v, v.van([klein.BUURT])[0].id, "toets"),
}
"""Everything that can happen to what the page of an area reads of the store, once, in order."""

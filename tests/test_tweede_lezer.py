"""Protects: nobody reads their own story for others, and a page offers only what one may do."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from dash import Dash
from flask import g

from dashboard import access, address
from dashboard.access import Recht, Wie
from dashboard.context import Huis
from dashboard.pages import buurt, lezen
from dashboard.phone.pairing import Toestellen
from dashboard.stories import reading
from dashboard.stories.guard import NietToegestaan
from dashboard.stories.models_telefoon import Toestel
from dashboard.stories.repository import Nieuw, VerhaalFout, Woorden
from tests import publicatie_klein as klein
from tests.telefoon import app, huis

__all__ = ["app", "huis"]
UUR = timedelta(hours=1)
ANNA, BERT, CATO = (
    Wie(naam, uuid.uuid4(), (Recht(rol),))
    for naam, rol in (("Anna", "redacteur"), ("Bert", "redacteur"), ("Cato", "applicatiebeheerder"))
)


class _Als:
    """Acts as someone within a request, the way the door does."""

    def __init__(self, app: Dash, wie: Wie) -> None:
        self.omgeving, self.wie = app.server.test_request_context("/"), wie

    def __enter__(self) -> None:
        self.omgeving.push()
        g.wie = self.wie

    def __exit__(self, *_: object) -> None:
        self.omgeving.pop()


def _vertel(app: Dash, huis: Huis, maker: Wie, naam: str) -> tuple[uuid.UUID, uuid.UUID]:
    """A phone paired by someone under a name, and the story that was told with it."""
    with _Als(app, maker):
        telefoon, code = Toestellen(huis.verhalen).maak(naam, "wijkbeheerder", UUR)
    sessie = Toestellen(huis.verhalen).sessie_van(Toestellen(huis.verhalen).los_in(code))
    assert sessie is not None
    with _Als(app, sessie.wie):
        woorden = Woorden("De hal staat vol.", "wijkbeheerder", toestemming=True)
        return telefoon, huis.verhalen.schrijf(Nieuw(klein.BUURT, 2023, woorden), naam).id


def test_who_paired_a_phone_does_not_read_what_it_told(app: Dash, huis: Huis) -> None:
    """Under whatever name: the link works on any phone, so also on that of who made it."""
    telefoon, verhaal = _vertel(app, huis, ANNA, "Henk van het beheer")
    with _Als(app, ANNA):
        with pytest.raises(VerhaalFout, match="jij de koppellink maakte"):
            reading.lees_na(huis.verhalen, verhaal, 1, True, "", "Iemand anders")
        with huis.snapshots.lezing() as lezing:
            pagina = json.dumps(lezen.maak(huis, lezing)[1].to_plotly_json(), default=_kaal)
    assert "jij de koppellink maakte" in pagina and "lees-ja" not in pagina
    with _Als(app, BERT):
        Toestellen(huis.verhalen).vernieuw(telefoon, UUR)  # from now on the link is Bert's
        with pytest.raises(VerhaalFout, match="jij de koppellink maakte"):
            reading.lees_na(huis.verhalen, verhaal, 1, True, "", "")
    with huis.verhalen.sessie() as s:
        s.get_one(Toestel, telefoon).maker_id = CATO.account
        s.commit()
    with _Als(app, BERT):
        reading.lees_na(huis.verhalen, verhaal, 1, True, "", "")
        gelezen = huis.verhalen.een(verhaal)
        assert gelezen is not None and gelezen.nu.status == "gelezen"


def test_who_pairs_but_does_not_tell_leaves_every_reader_free(app: Dash, huis: Huis) -> None:
    with _Als(app, CATO), pytest.raises(NietToegestaan, match="Met jouw rol vertel je niet"):
        Toestellen(huis.verhalen).maak("Cato", "bewoner", UUR)
    _, verhaal = _vertel(app, huis, CATO, "Henk")
    with _Als(app, ANNA):
        reading.lees_na(huis.verhalen, verhaal, 1, True, "", "")


def test_an_own_story_is_known_by_account_too(app: Dash, huis: Huis) -> None:
    """Signed with a name of before: the account is the same."""
    with _Als(app, ANNA):
        woorden = Woorden("De lift is stuk.", "bewoner", toestemming=True)
        verhaal = huis.verhalen.schrijf(Nieuw(klein.BUURT, 2023, woorden), "x").id
    with (
        _Als(app, Wie("Anna de Boer", ANNA.account, ANNA.rechten)),
        pytest.raises(VerhaalFout, match="zelf geschreven"),
    ):
        reading.lees_na(huis.verhalen, verhaal, 1, True, "", "")


def _kaal(deel: Any) -> Any:
    return deel.to_plotly_json() if hasattr(deel, "to_plotly_json") else str(deel)


def _pagina(app: Dash, huis: Huis, wie: Wie, zoek: str = "") -> str:
    with _Als(app, wie), huis.snapshots.lezing() as lezing:
        adres = address.lees(f"/buurt/{klein.BUURT}", zoek)
        return json.dumps(buurt.maak(huis, lezing, adres)[1].to_plotly_json(), default=_kaal)


def test_a_page_offers_nothing_that_the_role_may_not(app: Dash, huis: Huis) -> None:
    """Who only reads gets no form that is refused after the writing, and no alarm on arrival."""
    with _Als(app, ANNA):
        woorden = Woorden("De lift is stuk.", "bewoner", toestemming=True)
        verhaal = huis.verhalen.schrijf(Nieuw(klein.BUURT, 2023, woorden), "x").id
    with _Als(app, BERT):
        reading.lees_na(huis.verhalen, verhaal, 1, True, "", "")
    stuk = Recht("rvc", (), (f"buurt:{klein.BUURT}",))
    aanbod = ("vertel-bewaar", "Vertel hierbij", "Vertel iets over", "Herzien", "doe=koppelen",
              "Nieuwe inzetkaart")  # fmt: skip
    for recht in (Recht("lezer"), Recht("bestuur"), stuk):
        pagina = _pagina(app, huis, Wie("Lia", uuid.uuid4(), (recht,)))
        assert "De lift is stuk." in pagina and "Je leest hier mee." in pagina
        assert [a for a in aanbod if a in pagina] == [], recht.rol
    assert [a for a in aanbod if a not in _pagina(app, huis, ANNA)] == []
    vera = _pagina(app, huis, Wie("Vera", uuid.uuid4(), (Recht("verteller"),)))
    assert "vertel-bewaar" in vera and "Herzien" not in vera, "their own stories alone"


def test_what_opens_on_demand_opens_for_whom_the_buurt_was_put_before(
    app: Dash, huis: Huis
) -> None:
    """A guest reads "Wat is dit cijfer?" too, on that page and on no other."""
    naam = next(
        s for s, n in access.callback_namen(app.callback_map).items() if n == "vouw > vouw-inhoud"
    )
    gast = Wie("Gast", uuid.uuid4(), (Recht("gast", (), (f"buurt:{klein.BUURT}",)),))
    poort = next(f for f in app.server.before_request_funcs[None] if f.__name__ == "open_")
    codes = {}
    for pad in (f"/buurt/{klein.BUURT}", "/buurt/BU99010102", f"/eigen/{klein.BUURT}", "/bronnen"):
        vraag = {"output": naam, "inputs": [],
                 "state": [{"id": "url", "property": "pathname", "value": pad}]}  # fmt: skip
        with app.server.test_request_context("/_dash-update-component", method="POST", json=vraag):
            g.wie = gast
            uit = poort.__self__._callback()  # type: ignore[attr-defined]
            codes[pad] = None if uit is None else uit.status_code
    assert list(codes.values()) == [None, 403, 403, 403]


def test_what_was_taken_back_can_still_be_wiped_on_screen(app: Dash, huis: Huis) -> None:
    """It is on no page any more, so the reading page leads there; who may not wipe is told who."""
    with _Als(app, ANNA):
        woorden = Woorden("Dit wil ik terug.", "bewoner", toestemming=True)
        verhaal = huis.verhalen.schrijf(Nieuw(klein.BUURT, 2023, woorden), "x").id
        reading.trek_in(huis.verhalen, verhaal, 1, "x")
        with huis.snapshots.lezing() as lezing:
            lijst = json.dumps(lezen.maak(huis, lezing)[1].to_plotly_json(), default=_kaal)
    assert f"verhaal={verhaal}" in lijst and "doe=weghalen" in lijst
    weg = _pagina(app, huis, ANNA, f"?verhaal={verhaal}&doe=weghalen")
    assert "Dit wil ik terug." in weg and "weg-wissen" in weg and "weg-intrekken" not in weg
    vera = Wie("Vera", uuid.uuid4(), (Recht("verteller"),))
    assert "Dit wil ik terug." not in _pagina(app, huis, vera, f"?verhaal={verhaal}&doe=weghalen")

"""Protects: the door: signing in, sessions, other sites, forged areas, nothing said too much."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from dash import Dash
from flask import g
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner

from dashboard import access, cli, telling
from dashboard.access import Recht, Wie
from dashboard.accounts import PER_NAAM, STIL, AccountFout, Accounts
from dashboard.app import create_app
from dashboard.context import Huis, open_huis
from dashboard.pages.aanmelden import veilig_pad
from dashboard.settings import voor_map
from dashboard.stories import reading
from dashboard.stories.guard import NietToegestaan
from dashboard.stories.inzet import Inzet, Inzetten
from dashboard.stories.models_access import Aanmelding, Account
from dashboard.stories.repository import Citaat, Nieuw, Woorden, nu
from indicators.contracts import DATA_VARIABELE
from tests import publicatie_klein as klein

WACHTWOORD = "een heel lang wachtwoord"
HIER, DAAR = klein.BUURT, "BU99010101"
HTML = {"Accept": "text/html"}


@pytest.fixture
def huis(tmp_path: Any) -> Iterator[Huis]:
    instellingen = voor_map(tmp_path)
    klein.schrijf(instellingen.datamap, 1)
    geopend = open_huis(instellingen)
    yield geopend
    geopend.sluit()


@pytest.fixture
def accounts(huis: Huis) -> Accounts:
    zacht = Accounts(huis.verhalen, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    zacht.maak("anna", "Anna", WACHTWOORD, "toets")
    return zacht


@pytest.fixture
def app(huis: Huis, accounts: Accounts) -> Dash:
    return create_app(huis.instellingen, huis)


def _kom_binnen(app: Dash, naam: str = "anna", wachtwoord: str = WACHTWOORD) -> Any:
    client = app.server.test_client()
    data = {"naam": naam, "wachtwoord": wachtwoord, "naar": "/bronnen"}
    return client, client.post("/aanmelden", data=data)


def test_local_mode_lets_only_this_computer_in_and_says_so(huis: Huis) -> None:
    client = create_app(huis.instellingen, huis).server.test_client()
    assert client.get("/").status_code == 200
    assert client.get("/wie").get_json() == {"naam": "deze computer", "lokaal": True, "rollen": []}
    ver = {"REMOTE_ADDR": "10.0.0.8"}
    assert client.get("/", environ_overrides=ver).status_code == 403
    assert client.get("/", headers={"Host": "kwaad.example"}).status_code == 403
    post = {"json": {}, "headers": {"Origin": "https://kwaad.example"}}
    assert client.post("/_dash-update-component", **post).status_code == 403


def test_serving_elsewhere_needs_accounts(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, huis: Huis
) -> None:
    monkeypatch.setenv(DATA_VARIABELE, str(tmp_path))
    geserveerd: list[str] = []
    monkeypatch.setattr("waitress.serve", lambda *_, host, **__: geserveerd.append(host))
    uit = CliRunner().invoke(cli.app, ["serve", "--host", "0.0.0.0"])  # noqa: S104 - refused
    assert uit.exit_code == 1 and "account maak" in uit.output and geserveerd == []
    maak = ["account", "maak", "beheer", "--naam", "Beheer", "--rol", "applicatiebeheerder"]
    assert CliRunner().invoke(cli.app, maak, input=WACHTWOORD + "\n").exit_code == 0
    uit = CliRunner().invoke(cli.app, ["serve", "--host", "0.0.0.0"])  # noqa: S104 - with accounts
    assert uit.exit_code == 0 and geserveerd == ["0.0.0.0"]  # noqa: S104
    assert "Aanmelden is nodig" in uit.output


def test_signing_in_and_out(app: Dash, accounts: Accounts) -> None:
    accounts.geef_rol("anna", "lezer", "toets")
    vreemd = app.server.test_client().get("/verkennen?cijfer=x", headers=HTML)
    assert vreemd.status_code == 303
    assert vreemd.headers["Location"] == "/aanmelden?naar=/verkennen%3Fcijfer%3Dx"
    client, antwoord = _kom_binnen(app)
    assert antwoord.status_code == 303 and antwoord.headers["Location"] == "/bronnen"
    koekje = next(k for k in antwoord.headers.getlist("Set-Cookie") if k.startswith("telvertel="))
    assert "HttpOnly" in koekje and "SameSite=Lax" in koekje
    assert client.get("/bronnen", headers=HTML).status_code == 200
    sleutel, csrf = client.get_cookie("telvertel").value, client.get_cookie("_csrf_token").value
    with accounts.verhalen.sessie() as sessie:
        assert sleutel not in {a.sha256 for a in sessie.scalars(select(Aanmelding))}
    assert client.post("/afmelden").status_code == 403
    assert client.post("/afmelden", data={"csrf": csrf}).status_code == 303
    client.set_cookie("telvertel", sleutel)
    assert client.get("/bronnen", headers=HTML).status_code == 303


def test_outside_loopback_the_cookie_goes_over_tls_only(app: Dash) -> None:
    client = app.server.test_client()
    data = {"naam": "anna", "wachtwoord": WACHTWOORD}
    antwoord = client.post("/aanmelden", data=data, headers={"Host": "buurt.example:8050"})
    assert all("Secure" in k for k in antwoord.headers.getlist("Set-Cookie"))


def test_wrong_names_and_passwords_look_alike_and_are_slowed_down(app: Dash) -> None:
    _, fout = _kom_binnen(app, wachtwoord="verkeerd wachtwoord")
    _, vreemd = _kom_binnen(app, naam="niemand")
    assert fout.status_code == vreemd.status_code == 401
    assert fout.text.replace("anna", "") == vreemd.text.replace("niemand", "")
    for _ in range(PER_NAAM):
        _, fout = _kom_binnen(app, wachtwoord="verkeerd wachtwoord")
    assert fout.status_code == 429 and int(fout.headers["Retry-After"]) > 60
    assert _kom_binnen(app)[1].status_code == 429


def test_a_session_ends_by_itself_by_closing_and_by_another_password(
    app: Dash, accounts: Accounts
) -> None:
    accounts.geef_rol("anna", "lezer", "toets")
    client, _ = _kom_binnen(app)
    with accounts.verhalen.sessie() as sessie:
        sessie.execute(update(Aanmelding).values(gezien_op=nu() - STIL - timedelta(seconds=1)))
        sessie.commit()
    verlopen = client.post("/_dash-update-component", json={})
    assert (
        verlopen.status_code == 401
        and "Wat je typte staat er nog" in verlopen.get_json()["melding"]
    )
    for wat in ({"actief": False}, {"actief": True}, {"wachtwoord": WACHTWOORD + "!"}):
        client, _ = _kom_binnen(app)
        accounts.zet("anna", "toets", **wat)  # type: ignore[arg-type]
        assert client.get("/bronnen", headers=HTML).status_code == 303


def test_a_store_that_fails_right_after_the_start_lets_nobody_in(
    app: Dash, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether there are accounts was known at the start: this computer is not let in as such."""

    def weg(*_: object) -> None:
        raise OperationalError("select", {}, Exception("weg"))

    monkeypatch.setattr(Accounts, "_sessie", weg)
    client = app.server.test_client()
    assert client.get("/bronnen", headers=HTML).status_code == 303
    assert client.get("/wie").get_json()["lokaal"] is False


def test_a_write_brings_the_word_of_its_own_session(app: Dash, accounts: Accounts) -> None:
    accounts.geef_rol("anna", "redacteur", "toets")
    client, _ = _kom_binnen(app)
    for koppen in ({}, {"X-CSRFToken": "fout"}, {"X-CSRFToken": "é"}):
        assert client.post("/_dash-update-component", json={}, headers=koppen).status_code == 403


@pytest.mark.parametrize("naar", ["https://kwaad.example", "//kwaad", "/\\kwaad", "/a\r\nX: 1", ""])
def test_signing_in_leads_nowhere_else(naar: str) -> None:
    assert veilig_pad(naar) == "/"


def test_too_large_a_request_is_refused(huis: Huis) -> None:
    client = create_app(huis.instellingen, huis).server.test_client()
    antwoord = client.post("/_dash-update-component", data=b"x" * 25_000_000,
                           content_type="application/json")  # fmt: skip
    assert antwoord.status_code in (400, 413)


def test_passwords_are_kept_as_argon2_only_and_short_ones_refused(
    accounts: Accounts, caplog: pytest.LogCaptureFixture
) -> None:
    with accounts.verhalen.sessie() as sessie:
        [account] = sessie.scalars(select(Account))
        alles = str(sessie.execute(text("SELECT * FROM logregel")).all())
    assert account.wachtwoord.startswith("$argon2id$")
    assert WACHTWOORD not in alles + caplog.text
    for fout in ({"wachtwoord": "te kort"}, {"inlognaam": "A B"}, {"inlognaam": "ANNA"}):
        velden = {"inlognaam": "bert", "naam": "B", "wachtwoord": WACHTWOORD, "door": "x"} | fout
        with pytest.raises(AccountFout):
            accounts.maak(**velden)


def test_a_guest_gets_one_piece_with_an_end(accounts: Accounts) -> None:
    tot = nu() + timedelta(days=1)
    stuk = f"buurt:{HIER}"
    for items, eind in (((), tot), ((stuk, "buurt:GM9901"), tot), ((stuk,), None), (("x",), tot)):
        with pytest.raises(AccountFout):
            accounts.geef_rol("anna", "gast", "toets", items=items, tot=eind)
    with pytest.raises(AccountFout, match="geen rol"):
        accounts.geef_rol("anna", "beheerder", "toets")


class _Als:
    """Acts as someone within a request, the way the door does."""

    def __init__(self, app: Dash, *rechten: Recht) -> None:
        self.app, self.wie = app, Wie("Anna", uuid.uuid4(), rechten)

    def __enter__(self) -> Wie:
        self.omgeving = self.app.server.test_request_context("/")
        self.omgeving.push()
        g.wie = self.wie
        return self.wie

    def __exit__(self, *_: object) -> None:
        self.omgeving.pop()


def _nieuw(gebied: str = HIER, *citaten: Citaat, **meer: Any) -> Nieuw:
    woorden = Woorden("De lamp is stuk.", "bewoner", toestemming=True)
    return Nieuw(gebied, 2023, woorden, citaten, **meer)


def _citaat(gebied: str) -> Citaat:
    return Citaat(gebied, 2023, "bijstand_per_1000", 2023, 61.0, None, "p", 2023, "past")


def test_a_forged_area_is_refused_on_the_server(app: Dash, huis: Huis) -> None:
    """Also when the figure, not the story, is of an area that may not be seen."""
    with _Als(app, Recht("verteller", (HIER,))):
        huis.verhalen.schrijf(_nieuw(HIER, _citaat(HIER)), "iemand anders")
        for nieuw in (
            _nieuw(DAAR), _nieuw(HIER, _citaat(DAAR)), _nieuw(HIER, ook_over=((DAAR, 2023),)),
        ):  # fmt: skip
            with pytest.raises(NietToegestaan):
                huis.verhalen.schrijf(nieuw, "Anna")
    assert huis.verhalen.aantal() == 1


def test_a_forged_form_is_refused_by_the_callback(app: Dash, accounts: Accounts) -> None:
    accounts.geef_rol("anna", "verteller", "toets", gebieden=[HIER])
    client, _ = _kom_binnen(app)
    namen = access.callback_namen(app.callback_map)
    for naam in ("vertel-bewaar > vertel-melding", "koppel-bewaar > koppel-melding"):
        sleutel = next(s for s, n in namen.items() if n == naam)
        antwoord = _stuur(client, sleutel, naam.partition("-")[0], DAAR)
        assert antwoord.status_code == 403 and DAAR in antwoord.get_json()["melding"]


def _stuur(client: FlaskClient, sleutel: str, vorm: str, gebied: str) -> Any:
    basis = {"id": f"{vorm}-basis", "property": "data", "value": {"gebied": gebied}}
    return client.post(
        "/_dash-update-component",
        json={"output": sleutel, "inputs": [], "state": [basis]},
        headers={"X-CSRFToken": client.get_cookie("_csrf_token").value},  # type: ignore[union-attr]
    )


def test_the_form_itself_hears_no_as_words(app: Dash, huis: Huis) -> None:
    velden = telling.Velden(
        tekst="De lamp is stuk.", rol="bewoner", soort="ervaring", richting=None, hoe="", op="",
        door="", toestemming=True, anoniem=True,
    )  # fmt: skip
    basis = {"gebied": DAAR, "grensjaar": 2023, "verhaal": None, "nummer": None}
    with _Als(app, Recht("verteller", (HIER,))), pytest.raises(NietToegestaan, match="mag je hier"):
        telling.bewaar(huis, basis, velden)


def test_a_name_cannot_be_forged_and_concepts_are_for_teller_and_redacteur(
    app: Dash, huis: Huis
) -> None:
    with _Als(app, Recht("verteller")) as anna:
        wie = huis.verhalen.schrijf(_nieuw(), "De directeur").id
        eigen = huis.verhalen.een(wie)
        assert eigen is not None and eigen.nu.door == "Anna" and eigen.gemaakt_door == anna.account
        huis.verhalen.herzie(wie, 1, Woorden("De lamp doet het.", "bewoner", toestemming=True), "x")
    with _Als(app, Recht("lezer")):
        assert huis.verhalen.van([HIER]) == [] and huis.verhalen.een(wie) is None
    with _Als(app, Recht("verteller")), pytest.raises(Exception, match="bestaat niet"):
        huis.verhalen.herzie(wie, 2, Woorden("Overgenomen.", "bewoner"), "x")
    with _Als(app, Recht("redacteur", ("WK990101",))):
        assert huis.verhalen.een(wie) is None
    with _Als(app, Recht("redacteur", ("WK990102",))) as bert:
        assert bert.naam == "Anna"
        with pytest.raises(Exception, match="zelf geschreven"):
            reading.lees_na(huis.verhalen, wie, 2, True, "", "Bert")
    with _Als(app, Recht("redacteur", ("GM9901",))) as _:
        g.wie = Wie("Bert", uuid.uuid4(), (Recht("redacteur", ("GM9901",)),))
        reading.lees_na(huis.verhalen, wie, 2, True, "", "")
    with _Als(app, Recht("lezer")):
        assert [v.id for v in huis.verhalen.van([HIER])] == [wie]
    with _Als(app, Recht("applicatiebeheerder")):
        assert huis.verhalen.van([HIER]) == []
    with _Als(app, Recht("rvc", (), (f"buurt:{DAAR}",))):
        assert huis.verhalen.van([HIER]) == []
    with _Als(app, Recht("rvc", (), (f"buurt:{HIER}",))):
        assert [v.id for v in huis.verhalen.van([HIER])] == [wie]
    with _Als(app, Recht("gast", (), (f"verhaal:{wie}",), nu() - timedelta(seconds=1))):
        assert huis.verhalen.een(wie) is None


def test_inzet_is_under_the_same_guard(app: Dash, huis: Huis) -> None:
    inzet = Inzet("Koffie", "Doel.", "Werk.", "Effect.", "", "sociaal_beheer", "team")
    with _Als(app, Recht("redacteur", (HIER,))):
        Inzetten(huis.verhalen).schrijf(HIER, 2023, inzet, "Anna")
        with pytest.raises(NietToegestaan):
            Inzetten(huis.verhalen).schrijf(DAAR, 2023, inzet, "Anna")
    with _Als(app, Recht("verteller")), pytest.raises(NietToegestaan):
        Inzetten(huis.verhalen).schrijf(HIER, 2023, inzet, "Anna")
    with _Als(app, Recht("lezer", (DAAR,))):
        assert Inzetten(huis.verhalen).van([HIER]) == []


def test_the_words_of_a_story_are_never_logged(
    app: Dash, huis: Huis, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with _Als(app, Recht("redacteur")):
        wie = huis.verhalen.schrijf(_nieuw(), "x").id
        huis.verhalen.herzie(wie, 1, Woorden("Zeer vertrouwelijk.", "bewoner"), "x")
    assert "lamp" not in caplog.text and "vertrouwelijk" not in caplog.text.lower()


@pytest.mark.parametrize(
    ("groot", "klein_", "hoort"),
    [("GM9901", HIER, True), ("WK990102", HIER, True), ("WK990101", HIER, False),
     (HIER, "GM9901", False), (HIER, HIER, True), ("NL00", HIER, True),
     ("BU990102", HIER, False)],
)  # fmt: skip
def test_an_area_holds_what_lies_in_it(groot: str, klein_: str, hoort: bool) -> None:
    assert access.omvat(groot, klein_) is hoort

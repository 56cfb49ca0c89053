"""Protects: a phone does three things and no more; what it sends arrives once, whatever happens."""

from __future__ import annotations

import re
import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from dash import Dash
from flask import g
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from dashboard.access import Recht, Wie
from dashboard.accounts import Accounts
from dashboard.areas import KeuzeFout
from dashboard.context import Huis
from dashboard.gate import TELEFOON
from dashboard.phone import pairing, places, routes
from dashboard.phone.pairing import STIL, KoppelFout, Toestellen
from dashboard.stories.guard import NietToegestaan
from dashboard.stories.models import Logregel, Revisie, Verhaal
from dashboard.stories.models_telefoon import Toestel, ToestelInzending
from dashboard.stories.repository import Verhalen, nu, vingerafdruk
from tests.telefoon import (
    BUURT,
    HAVEN,
    PLEKKEN,
    TEKST,
    TUINDORP,
    app,
    huis,
    inzending,
    koppel,
    stel_in,
)

__all__ = ["app", "huis"]
UUR = timedelta(hours=1)
SCRIPT = "<script>alert(1)</script>"


def _log(huis: Huis, wat: str) -> list[Logregel]:
    with huis.verhalen.sessie() as sessie:
        return list(sessie.scalars(select(Logregel).where(Logregel.wat == wat)))


def _van(huis: Huis, telefoon: uuid.UUID) -> list[Verhaal]:
    with huis.verhalen.sessie() as sessie:
        vraag = select(ToestelInzending.verhaal_id)
        ids = sessie.scalars(vraag.where(ToestelInzending.toestel_id == telefoon)).all()
        return list(sessie.scalars(select(Verhaal).where(Verhaal.id.in_(ids))))


def test_a_link_works_once_and_the_key_is_the_phones_alone(app: Dash, huis: Huis) -> None:
    id_, code = Toestellen(huis.verhalen).maak("Bo", "wijkbeheerder", UUR)
    client = app.server.test_client()
    antwoord = client.post("/telefoon/koppel", json={"code": code})
    koekje = antwoord.headers["Set-Cookie"]
    for deel in ("HttpOnly", "SameSite=Strict", "Path=/telefoon"):
        assert deel in koekje
    sleutel = client.get_cookie(TELEFOON, path="/telefoon").value  # type: ignore[union-attr]
    assert sleutel not in antwoord.text and code not in antwoord.text
    with huis.verhalen.sessie() as sessie:
        rij = sessie.get_one(Toestel, id_)
    assert rij.sleutel_sha256 == vingerafdruk(sleutel) and code not in str(rij.__dict__)
    ander = app.server.test_client()
    nog_eens = ander.post("/telefoon/koppel", json={"code": code})
    assert nog_eens.status_code == 410 and "al gebruikt" in nog_eens.get_json()["melding"]
    assert ander.get("/telefoon/plekken").status_code == 401
    assert client.get("/telefoon/plekken").status_code == 200
    assert str(id_) in _log(huis, "koppellink geweigerd")[-1].over
    alles = " ".join(r.over for wat in ("koppellink gemaakt", "telefoon gekoppeld")
                     for r in _log(huis, wat))  # fmt: skip
    assert code not in alles and sleutel not in alles


def test_a_link_that_is_past_taken_back_or_made_up_is_refused(app: Dash, huis: Huis) -> None:
    toestellen = Toestellen(huis.verhalen)
    _, oud = toestellen.maak("Bo", "wijkbeheerder", timedelta(seconds=-1))
    weg, ingetrokken = toestellen.maak("Bo", "wijkbeheerder", UUR)
    toestellen.trek_in(weg)
    for code in (oud, ingetrokken, "verzonnen", "", "x" * 100_000):
        antwoord = app.server.test_client().post("/telefoon/koppel", json={"code": code})
        assert antwoord.status_code == 410 and "Set-Cookie" not in antwoord.headers
    with pytest.raises(KoppelFout, match="ingetrokken"):
        toestellen.vernieuw(weg, UUR)


def test_two_at_the_same_moment_pair_one_phone(huis: Huis, monkeypatch: pytest.MonkeyPatch) -> None:
    _, code = Toestellen(huis.verhalen).maak("Bo", "wijkbeheerder", UUR)
    uit: list[str] = []

    def los_in() -> None:
        try:
            uit.append(Toestellen(huis.verhalen).los_in(code))
        except KoppelFout:
            uit.append("")

    draden = [threading.Thread(target=los_in) for _ in range(4)]
    for draad in draden:
        draad.start()
    for draad in draden:
        draad.join()
    assert len([s for s in uit if s]) == 1
    _, code = Toestellen(huis.verhalen).maak("Bo", "wijkbeheerder", UUR)
    toen = nu()
    Toestellen(huis.verhalen).los_in(code)
    monkeypatch.setattr(pairing, "nu", lambda: toen)  # looked at before it had to wait
    with pytest.raises(KoppelFout):
        Toestellen(huis.verhalen).los_in(code)


def test_a_phone_shut_out_hears_what_to_do(app: Dash, huis: Huis) -> None:
    telefoon = koppel(app, huis)
    assert telefoon.stuur().status_code == 200
    Toestellen(huis.verhalen).trek_in(telefoon.id)
    voor = huis.verhalen.aantal()
    antwoord = telefoon.stuur()
    assert antwoord.status_code == 401 and huis.verhalen.aantal() == voor
    assert "Wat je schreef staat nog op de telefoon" in antwoord.get_json()["melding"]
    stil = koppel(app, huis)
    with huis.verhalen.sessie() as sessie:
        lang = nu() - STIL - timedelta(days=1)
        sessie.execute(update(Toestel).where(Toestel.id == stil.id).values(gezien_op=lang))
        sessie.commit()
    assert stil.stuur().status_code == 401
    client = app.server.test_client()
    client.set_cookie(TELEFOON, "verzonnen", path="/telefoon")
    assert client.post("/telefoon/verhaal", json=inzending()).status_code == 401


def test_a_phone_tells_about_its_own_places_only(app: Dash, huis: Huis) -> None:
    assert koppel(app, huis).plekken() == ["Noord", "Wielenhof", "Kade"]
    hier = koppel(app, huis, gebieden=[BUURT])
    assert hier.plekken() == ["Wielenhof"], "the beheergebied is larger than what it may see"
    assert koppel(app, huis, gebieden=["GM9901"], plekken=["kade"]).plekken() == ["Kade"]
    voor = huis.verhalen.aantal()
    for plek in ("kade", "noord", HAVEN, "../kade", SCRIPT, ""):
        antwoord = hier.stuur(plek=plek)
        assert antwoord.status_code == 403 and antwoord.get_json()["soort"] == "plek"
    assert huis.verhalen.aantal() == voor
    noord = koppel(app, huis, gebieden=["GM9901"])
    noord.stuur(plek="noord")
    [verhaal] = _van(huis, noord.id)
    assert verhaal.gebieden == [BUURT, TUINDORP] and verhaal.grensjaar == 2023


def test_what_is_kept_waits_for_a_second_person_like_any_story(app: Dash, huis: Huis) -> None:
    telefoon = koppel(app, huis)
    antwoord = telefoon.stuur(geleden=2 * 86_400, tekst="Kees van nummer 14 is ziek.")
    assert [h["woorden"] for h in antwoord.get_json()["hulp"]] == ["Kees", "nummer 14"]
    [verhaal] = _van(huis, telefoon.id)
    r = verhaal.nu
    assert (r.status, r.rol, r.richting, r.door) == ("concept", "wijkbeheerder", "slechter", "Bo")
    assert r.toestemming and r.anoniem and "complex Wielenhof" in r.opgehaald_hoe
    assert r.opgehaald_op == nu().date() - timedelta(days=2)
    assert verhaal.gemaakt_door == telefoon.id
    zonder = telefoon.stuur(toestemming=False)
    assert zonder.status_code == 200
    assert "je zei niet dat het gedeeld mag worden" in telefoon.terug()[0]["zin"]


@pytest.mark.parametrize("geleden", [-5, 1e12, float("nan"), "gisteren", None, True])
def test_a_clock_that_is_wrong_does_no_harm(app: Dash, huis: Huis, geleden: Any) -> None:
    telefoon = koppel(app, huis)
    assert telefoon.stuur(geleden=geleden).status_code == 200
    [verhaal] = _van(huis, telefoon.id)
    assert verhaal.nu.opgehaald_op == nu().date()


def test_the_same_submission_is_one_story_with_one_answer(app: Dash, huis: Huis) -> None:
    telefoon, een = koppel(app, huis), inzending()
    antwoorden = [telefoon.stuur(een) for _ in range(3)]
    assert {a.status_code for a in antwoorden} == {200}
    assert len({a.text for a in antwoorden}) == 1 and len(_van(huis, telefoon.id)) == 1
    assert telefoon.stuur(een | {"geleden": 900}).text == antwoorden[0].text
    ander = koppel(app, huis)
    ander.stuur(een)
    assert len(_van(huis, ander.id)) == 1, "a number is a phone's own"


def test_the_same_at_the_same_moment_is_one_story(app: Dash, huis: Huis) -> None:
    telefoon, een = koppel(app, huis), inzending()
    codes: list[int] = []
    sleutel = telefoon.client.get_cookie(TELEFOON, path="/telefoon").value  # type: ignore[union-attr]

    def stuur() -> None:
        client = app.server.test_client()
        client.set_cookie(TELEFOON, sleutel, path="/telefoon")
        codes.append(client.post("/telefoon/verhaal", json=een).status_code)

    draden = [threading.Thread(target=stuur) for _ in range(4)]
    for draad in draden:
        draad.start()
    for draad in draden:
        draad.join()
    assert codes == [200] * 4 and len(_van(huis, telefoon.id)) == 1


@pytest.mark.parametrize("anders", [{"tekst": "Iets anders."}, {"richting": "beter"},
                                    {"plek": "kade"}, {"toestemming": False}])  # fmt: skip
def test_other_words_under_the_same_number_are_refused(
    app: Dash, huis: Huis, anders: dict[str, Any]
) -> None:
    telefoon, een = koppel(app, huis), inzending()
    telefoon.stuur(een)
    antwoord = telefoon.stuur(een | anders)
    assert antwoord.status_code == 409 and antwoord.get_json()["soort"] == "dubbel"
    [verhaal] = _van(huis, telefoon.id)
    assert verhaal.nu.tekst == TEKST and verhaal.nu.richting == "slechter"
    regel = _log(huis, "inzending geweigerd")[-1]
    assert regel.sha256 == vingerafdruk((een | anders)["tekst"]) and "Iets" not in regel.over


def test_a_locked_store_keeps_the_phone_waiting_and_nothing_is_double(
    app: Dash, huis: Huis, monkeypatch: pytest.MonkeyPatch
) -> None:
    telefoon, een = koppel(app, huis), inzending()

    def op_slot(*_: Any, **__: Any) -> None:
        raise OperationalError("x", {}, Exception("database is locked"))

    for waar in ((Verhalen, "schrijf"), (Verhalen, "sessie")):
        with monkeypatch.context() as m:
            m.setattr(*waar, op_slot)
            antwoord = telefoon.stuur(een)
            assert (
                antwoord.status_code == 503 and "op je telefoon" in antwoord.get_json()["melding"]
            )
        assert _van(huis, telefoon.id) == []
    assert telefoon.stuur(een).status_code == 200
    assert telefoon.stuur(een).status_code == 200 and len(_van(huis, telefoon.id)) == 1


def test_an_error_of_the_store_holds_no_words(huis: Huis) -> None:
    """What cannot be written is logged with its traceback: that names no values."""
    with huis.verhalen.sessie() as sessie:
        sessie.add(Revisie(verhaal_id=uuid.uuid4(), nummer=1, tekst=TEKST, soort="ervaring",
                           rol="bewoner", door="Bo", op=nu()))  # fmt: skip
        with pytest.raises(IntegrityError) as fout:
            sessie.commit()
    assert "INSERT INTO revisie" in str(fout.value) and TEKST not in str(fout.value)


@pytest.mark.parametrize(
    ("anders", "code", "soort"),
    [({"tekst": "x" * 1_000_000}, 422, "tekst"), ({"tekst": " \x00 "}, 422, "tekst"),
     ({"anoniem": False}, 422, "tekst"), ({"anoniem": "ja"}, 422, "tekst"),
     ({"richting": SCRIPT}, 422, "tekst"), ({"nummer": "1"}, 400, "tekst"),
     ({"nummer": SCRIPT}, 400, "tekst"), ({"tekst": None}, 400, "tekst"),
     ({"tekst": ["x"]}, 400, "tekst"), ({"plek": {"$ne": 1}}, 400, "tekst"),
     ({"foto": "AAAA"}, 422, "foto")],
)  # fmt: skip
def test_bad_input_is_named_and_nothing_is_kept(
    app: Dash, huis: Huis, anders: dict[str, Any], code: int, soort: str
) -> None:
    telefoon = koppel(app, huis)
    antwoord = telefoon.stuur(**anders)
    assert (antwoord.status_code, antwoord.get_json()["soort"]) == (code, soort)
    assert antwoord.get_json()["melding"] and _van(huis, telefoon.id) == []


def test_odd_bodies_are_refused_and_odd_words_stay_words(app: Dash, huis: Huis) -> None:
    telefoon = koppel(app, huis)
    post = telefoon.client.post
    assert post("/telefoon/verhaal", data="tekst=x").status_code == 415
    assert post("/telefoon/verhaal", data="[", content_type="application/json").status_code == 400
    assert post("/telefoon/verhaal", json=[1]).status_code == 400
    assert post("/telefoon/verhaal", json={"x": "y" * 5_000_000}).status_code == 413
    kwaad = {"json": inzending(), "headers": {"Origin": "https://kwaad.example"}}
    assert post("/telefoon/verhaal", **kwaad).status_code == 403
    assert _van(huis, telefoon.id) == []
    for tekst in (SCRIPT, "half \ud83d teken", "[[x]](javascript:alert(1))"):
        assert telefoon.stuur(tekst=tekst).status_code == 200
    assert telefoon.terug()[2]["begin"] == SCRIPT  # the page puts it there as text
    met = koppel(app, huis, naam=SCRIPT)
    assert met.client.get("/telefoon/plekken").content_type == "application/json"


def test_the_page_is_small_strict_and_holds_nothing_of_anyone(app: Dash) -> None:
    client = app.server.test_client()
    pagina = client.get("/telefoon")
    delen = re.findall(r'(?:src|href)="(/[^"]+)"', pagina.text)
    gewicht = len(pagina.data) + sum(len(client.get(d).data) for d in delen)
    assert gewicht < 40_000 and len(delen) == 5, "the first load"
    for pad in ("/telefoon", *(d for d in delen if d.startswith("/telefoon"))):
        antwoord = client.get(pad)
        beleid = antwoord.headers["Content-Security-Policy"]
        assert "default-src 'none'" in beleid and "unsafe" not in beleid and "blob" not in beleid
        assert "://" not in antwoord.text.replace("http://www.w3.org/2000/svg", ""), pad
        assert "innerHTML" not in antwoord.text and 'style="' not in antwoord.text
    assert pagina.text.count('name="richting"') == 4
    weer = client.get("/telefoon", headers={"If-None-Match": pagina.headers["ETag"]})
    assert weer.status_code == 304
    dienst = client.get("/telefoon/dienst.js")
    assert dienst.headers["Service-Worker-Allowed"] == "/telefoon"
    assert routes.versie() in dienst.text
    for weg in ("telefoon.html", "routes.py", "scherm"):
        assert client.get(f"/telefoon/{weg}").status_code == 404


def test_without_accounts_nobody_in_between_is_this_computer(app: Dash, huis: Huis) -> None:
    client = koppel(app, huis).client
    for kop in ("X-Forwarded-For", "X-Forwarded-Host", "Forwarded"):
        assert client.get("/telefoon/plekken", headers={kop: "x"}).status_code == 403


def test_the_list_of_places_says_what_is_wrong_with_it(huis: Huis) -> None:
    try:
        for fout, match in (
            (PLEKKEN.replace(HAVEN, "Kade 4"), r"telefoon\.yaml, plekken, nummer 3 \(Kade\)"),
            (PLEKKEN.replace("naam: Kade", "naam: wielenhof"), "twee keer"),
            (PLEKKEN.replace("soort: straat", "soort: dorp"), r"plekken\.2\.soort"),
            ("plekken: [", r"telefoon\.yaml is niet te lezen"),
        ):
            stel_in(huis, fout)
            with pytest.raises(KeuzeFout, match=match):
                places.alle(huis)
        huis.instellingen.datamap.telefoon.unlink()
        assert places.alle(huis) == []
        huis.instellingen.datamap.gebieden.write_text(f"mijn_gebieden: [{BUURT}]")
        [eigen] = places.alle(huis)
        assert (eigen.naam, eigen.grensjaar) == ("De Wielen", 2023), "the own areas, by default"
    finally:
        stel_in(huis)


class _Als:
    """Acts as someone within a request, the way the door does."""

    def __init__(self, app: Dash, wie: Wie) -> None:
        self.omgeving, self.wie = app.server.test_request_context("/"), wie

    def __enter__(self) -> None:
        self.omgeving.push()
        g.wie = self.wie

    def __exit__(self, *_: object) -> None:
        self.omgeving.pop()


def test_who_may_pair_whom_and_take_it_back(app: Dash, huis: Huis) -> None:
    t = Toestellen(huis.verhalen)
    accounts = Accounts(huis.verhalen, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    bo = accounts.maak("bo", "Bo", "een heel lang wachtwoord", "toets")
    accounts.geef_rol("bo", "verteller", "toets", gebieden=[BUURT])
    try:
        verteller = Wie("Bo", bo, (Recht("verteller", (BUURT,)),))
        with _Als(app, verteller):
            id_, code = t.maak("De directeur", "wijkbeheerder", UUR)
            with pytest.raises(KoppelFout, match="waarover je zelf mag vertellen"):
                t.maak("Bo", "wijkbeheerder", UUR, [HAVEN])
            assert [x.naam for x in t.lijst()] == ["Bo"], "their own name, and their own phone only"
        sessie = t.sessie_van(t.los_in(code))
        assert sessie is not None and sessie.recht.gebieden == (BUURT,)
        rik = accounts.maak("rik", "R", "een heel lang wachtwoord", "toets")
        redacteur = Wie("R", rik, (Recht("redacteur", (HAVEN,)),))
        for ander in (redacteur, Wie("L", uuid.uuid4(), (Recht("lezer"),))):
            with _Als(app, ander):
                assert all(x.id != id_ for x in t.lijst())
                with pytest.raises(KoppelFout, match="in jouw lijst"):
                    t.trek_in(id_)
        with _Als(app, Wie("L", uuid.uuid4(), (Recht("lezer"),))), pytest.raises(NietToegestaan):
            t.maak("L", "bewoner", UUR)
        with _Als(app, redacteur):
            andermans, _ = t.maak("Cato", "huismeester", UUR, [HAVEN])
            eigen, _ = t.maak(" r ", "huismeester", UUR, [HAVEN])
            assert [x.naam for x in t.lijst()] == ["Cato", "R"]
        with huis.verhalen.sessie() as s:
            assert s.get_one(Toestel, eigen).account_id == redacteur.account, "their own phone"
            assert s.get_one(Toestel, andermans).account_id is None
        with huis.verhalen.sessie() as s:
            rij = s.get_one(Toestel, id_)
            sleutel = "bekend"
            rij.sleutel_sha256 = vingerafdruk(sleutel)
            s.commit()
        accounts.geef_rol("bo", "verteller", "toets", gebieden=[HAVEN])
        assert t.sessie_van(sleutel) is None, "what the account may no longer, its phone may not"
        accounts.geef_rol("bo", "verteller", "toets")
        assert t.sessie_van(sleutel) is not None
        accounts.zet("bo", "toets", actief=False)
        assert t.sessie_van(sleutel) is None
        with _Als(app, Wie("B", uuid.uuid4(), (Recht("applicatiebeheerder"),))):
            t.trek_in(andermans)
            with pytest.raises(NietToegestaan):
                t.vernieuw(id_, UUR)
    finally:
        with huis.verhalen.sessie() as s:
            s.execute(update(Toestel).values(account_id=None))
            s.commit()

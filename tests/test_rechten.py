"""Protects: nobody does or sees what is not theirs: every route and callback x every role.

The table below is written by hand, apart from `dashboard.access`: the two have to agree. A route,
callback or page that nobody declared fails here and is refused by the door.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from dash import Dash
from flask.testing import FlaskClient

from dashboard import access, address, router
from dashboard.accounts import Accounts
from dashboard.app import create_app
from dashboard.context import Huis, open_huis
from dashboard.gate import TELEFOON
from dashboard.phone.pairing import Toestellen
from dashboard.settings import voor_map
from dashboard.stories.repository import nu
from tests import publicatie_klein as klein

WACHTWOORD = "een heel lang wachtwoord"
ANDER = "BU99010101"
IEDER = {"lezer", "verteller", "redacteur", "bestuur", "rvc", "secretaris", "gast",
         "applicatiebeheerder"}  # fmt: skip
LEEST = {"lezer", "verteller", "redacteur", "bestuur", "secretaris"}
MAG: dict[str, set[str]] = {
    "aangemeld": IEDER,
    "cijfers zien": LEEST | {"applicatiebeheerder"},
    "zien": LEEST,
    "concept zien": {"redacteur"},
    "vertellen": {"verteller", "redacteur", "toestel"},
    "telefoon gebruiken": {"toestel"},
    "telefoon koppelen": {"verteller", "redacteur", "applicatiebeheerder"},
    "telefoon voor een ander": {"redacteur", "applicatiebeheerder"},
    "telefoon intrekken": {"redacteur", "applicatiebeheerder"},
    "telefoons zien": {"verteller", "redacteur", "applicatiebeheerder"},
    "herzien": {"redacteur"},
    "koppelen": {"redacteur"},
    "intrekken": {"redacteur"},
    "nalezen": {"redacteur"},
    "wissen": {"redacteur", "applicatiebeheerder"},
    "bijeenkomst leiden": {"verteller", "redacteur"},
    "inzet zien": LEEST,
    "inzet schrijven": {"redacteur"},
    "gebieden kiezen": {"redacteur", "applicatiebeheerder"},
    "weging bewaren": {"redacteur", "applicatiebeheerder"},
    "uitvoeren": LEEST,
    "verhalen uitvoeren": {"redacteur"},
    "norm vaststellen": {"bestuur", "secretaris"},
    "eigen bezit zien": LEEST,
    "blad zien": LEEST,
    "blad openen": LEEST,
    "blad schrijven": {"redacteur"},
    "blad opmerken": {"redacteur", "bestuur", "secretaris"},
    "blad voorleggen": {"redacteur", "secretaris"},
    "blad vastleggen": {"secretaris"},
    "voorleggen": {"secretaris"},
    "stukken zien": {"gast", "rvc", "bestuur", "secretaris"},
    "vrijgeven": {"applicatiebeheerder"},
    "beheren": {"applicatiebeheerder"},
}
"""Who may do what, as design.md 5 and issue 5 say it."""
ROUTES: dict[str, tuple[str, ...]] = {
    "openbaar": (
        "/static/<path:filename>",
        "/assets/<path:filename>",
        "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>",
        "/_favicon.ico",
        "/letters/<naam>.ttf",
        "/gezond",
        "/aanmelden",
        "/wie",
        "/meedoen",
        "/meedoen/<soort>",
        "/telefoon",
        "/telefoon/<naam>",
        "/telefoon/koppel",
    ),
    "aangemeld": (
        "/afmelden",
        "/",
        "/<path:path>",
        "/_dash-layout",
        "/_dash-dependencies",
        "/_dash-update-component",
        "/_reload-hash",
        "/privacy/<naam>.docx",
        "/foto/<uuid:foto>.jpg",
    ),
    "cijfers zien": (
        "/kaart/<path:naam>",
        "/tegels/<path:plek>",
        "/kaartgebieden",
        "/kaartvorm",
        "/kaartweg",
        "/kaarteigen",
        "/kaartwaarden",
        "/kaartonderschrift",
        "/kaartlijn",
        "/ateliergebieden",
        "/atelierwaarden",
        "/atelieronderschrift",
        "/zoeken",
    ),
    "blad openen": ("/blad/<path:stuk>",),
    "uitvoeren": ("/uitvoer/<blad>.<soort>",),
    "verhalen uitvoeren": ("/verhalen/<soort>",),
    "vertellen": ("/sjabloon/<naam>",),
    "bijeenkomst leiden": ("/bijeenkomst/<naam>/versie",),
    "telefoon gebruiken": (
        "/telefoon/plekken",
        "/telefoon/verhaal",
        "/telefoon/terug",
        "/telefoon/meelezen",
    ),
}
"""Each act and the routes that are it: written here, not read from the product."""
CALLBACKS: dict[str, tuple[str, ...]] = {
    "aangemeld": ("url > inhoud",),
    "de buurt": (
        "vouw > vouw-inhoud",
        "laat > laat-inhoud",
    ),
    "vertellen": (
        "vertel-meelezen > vertel-lees",
        "vertel-bewaar > vertel-melding",
        "koppel-bewaar > koppel-melding",
        "los > koppel-melding",
        "weg-intrekken > weg-melding",
        "merk > ververs",
        "verhalen-bestand > verhalen-melding",
    ),
    "wissen": (
        "weg-wissen > weg-melding",
        "inzet-wis > inzet-melding",
    ),
    "blad schrijven": ("blad-bewaar > blad-melding",),
    "blad zien": ("blad-stap > blad-melding",),
    "gebieden kiezen": (
        "gebied-erbij > ververs",
        "nieuw-buurten > nieuw-buurten",
        "nieuw-bewaar > nieuw-melding",
        "tabel-bestand > tabel-voorbeeld",
        "tabel-bewaar > tabel-melding",
        "gebied-verwijder > url",
    ),
    "cijfers zien": (
        "zoek-gebied > zoek-resultaat",
        "cijfertabel > url",
        "url > kaart-stand",
        "zoek-vergelijk > zoek-vergelijk-resultaat",
        "url > atelier-stand",
        "atelier-hangt > atelier-hangt-uit",
        "norm-toon > url",
    ),
    "nalezen": ("lees-ja > lees-melding",),
    "weging bewaren": (
        "atelier-bewaar > atelier-melding",
        "atelier-trek-in > atelier-weg-melding",
    ),
    "norm vaststellen": ("norm-bewaar > norm-melding",),
    "inzet schrijven": ("inzet-bewaar > inzet-melding",),
    "bijeenkomst leiden": (
        "bij-cijfer > bij-keuze",
        "bij-begin > bij-melding",
        "bij-versie > bij-toneel",
        "bij-stap-knop > bij-fout",
        "bij-zaal-zet > bij-zaal-melding",
        "oogst > oogst-melding",
    ),
    "telefoon koppelen": ("telefoon-maak > telefoon-melding",),
    "telefoons zien": ("telefoon-weg > telefoon-melding",),
}
"""Each act and the callbacks that are it; the same holds."""
PAGINAS = {
    "/": "cijfers zien", "/verkennen": "cijfers zien", "/zoek": "cijfers zien",
    "/vergelijken": "cijfers zien", "/gebieden": "cijfers zien", "/eigen/x": "cijfers zien",
    "/atelier": "cijfers zien", "/norm": "cijfers zien",
    "/bronnen": "aangemeld", f"/buurt/{klein.BUURT}": "zien", "/botst": "zien",
    "/buurtblad": "blad zien", "/inzet": "inzet zien",
    "/bijeenkomst": "bijeenkomst leiden", "/telefoons": "telefoons zien",
    "/inbreng": "vertellen", "/stukken": "stukken zien", "/beheer": "beheren", "/lezen": "nalezen",
    "/vrijgave": "vrijgeven", "/bestaat-niet": "aangemeld",
}  # fmt: skip
"""Each page, by an address of it, and the act it is."""


@pytest.fixture(scope="module")
def huis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huis]:
    instellingen = voor_map(tmp_path_factory.mktemp("rechten"))
    klein.schrijf(instellingen.datamap, 1)
    geopend = open_huis(instellingen)
    accounts = Accounts(geopend.verhalen, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    for rol in sorted(IEDER):
        accounts.maak(rol, rol.title(), WACHTWOORD, "toets")
        gast = rol == "gast"
        accounts.geef_rol(
            rol, rol, "toets",
            items=["buurt:" + ANDER] if gast else (),
            tot=nu() + timedelta(days=1) if gast else None,
        )  # fmt: skip
    accounts.maak("zonder-rol", "Zonder", WACHTWOORD, "toets")
    yield geopend
    geopend.sluit()


@pytest.fixture(scope="module")
def app(huis: Huis) -> Dash:
    return create_app(huis.instellingen, huis)


@pytest.fixture(scope="module")
def kaal(huis: Huis) -> Dash:
    """The app with nothing behind its door: what answers `binnen` was let in."""
    dash = create_app(huis.instellingen, huis)
    for naam in dash.server.view_functions:
        if naam not in ("meld_aan", "aanmelden"):
            dash.server.view_functions[naam] = lambda **_: "binnen"
    return dash


@pytest.fixture(scope="module")
def binnen(kaal: Dash, huis: Huis) -> dict[str, tuple[FlaskClient, str]]:
    """A signed-in client per role, with the word that its writes have to bring; and a phone.

    The phone shows its key everywhere, also where a browser would not send it.
    """
    telefoon = kaal.server.test_client()
    toestellen = Toestellen(huis.verhalen)
    _, code = toestellen.maak("Bo", "wijkbeheerder", timedelta(hours=1))
    telefoon.set_cookie(TELEFOON, toestellen.los_in(code), path="/")
    rollen = {rol: meld_aan(kaal, rol) for rol in [*sorted(IEDER), "zonder-rol"]}
    return {**rollen, "toestel": (telefoon, "")}


def meld_aan(app: Dash, naam: str) -> tuple[FlaskClient, str]:
    client = app.server.test_client()
    antwoord = client.post("/aanmelden", data={"naam": naam, "wachtwoord": WACHTWOORD})
    assert antwoord.status_code == 303, antwoord.text
    koekje = client.get_cookie("_csrf_token")
    assert koekje is not None
    return client, koekje.value


def _adres(regel: str) -> str:
    for deel, waarde in (("<path:filename>", "a.css"), ("<path:path>", "verkennen"),
                         ("<path:naam>", "a.js"), ("<path:plek>", "a/1/2/3.pbf"),
                         ("<string:package_name>", "dash"), ("<naam>", "sans-400"),
                         ("<path:fingerprinted_path>", "a.js"), ("<blad>", "buurt"),
                         ("<soort>", "csv"),
                         ("<uuid:foto>", "11111111-1111-4111-8111-111111111111")):  # fmt: skip
        regel = regel.replace(deel, waarde)
    return regel


def _plat(tabel: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Each route or callback with its act."""
    return {naam: wat for wat, namen in tabel.items() for naam in namen}


def test_every_route_callback_and_page_is_declared(app: Dash) -> None:
    """What runs, what `access` says of it, and the tables above are the same three times."""
    regels = {r.rule for r in app.server.url_map.iter_rules()}
    assert regels == set(_plat(ROUTES)), "een route zonder rij hierboven, of een rij te veel"
    namen = set(access.callback_namen(app.callback_map).values())
    assert namen == set(_plat(CALLBACKS)), "een callback zonder rij hierboven, of een rij te veel"
    assert dict(access.ROUTES) == _plat(ROUTES)
    assert dict(access.CALLBACKS) == _plat(CALLBACKS)
    assert set(_plat(ROUTES).values()) <= {*MAG, "openbaar"}
    assert set(_plat(CALLBACKS).values()) <= {*MAG, "de buurt"}
    paginas = {address.lees(p, "").pagina: wat for p, wat in PAGINAS.items()}
    assert dict(access.PAGINAS) == paginas and set(router.PAGINAS) <= set(paginas)


def test_the_table_of_acts_is_the_one_written_here() -> None:
    assert {w: set(r) for w, r in access.RECHTEN.items()} == {
        w: r for w, r in MAG.items() if w != "aangemeld"
    }


def test_every_route_for_every_role(kaal: Dash, binnen: dict[str, tuple[FlaskClient, str]]) -> None:
    fout, geteld, hoort_bij = [], 0, _plat(ROUTES)
    for regel in kaal.server.url_map.iter_rules():
        wat = hoort_bij[regel.rule]
        if regel.rule in ("/aanmelden", "/_dash-update-component"):
            continue
        wijze = "POST" if "POST" in (regel.methods or ()) else "GET"
        for rol, (client, csrf) in binnen.items():
            antwoord = client.open(_adres(regel.rule), method=wijze, headers={"X-CSRFToken": csrf})
            hoort = wat == "openbaar" or rol in MAG.get(wat, set())
            if rol == "toestel" and wat != "openbaar":  # what a phone may, it may on its own routes
                hoort = wat == "telefoon gebruiken"
            geteld += 1
            if (antwoord.text == "binnen") != hoort:
                fout.append(f"{regel.rule} {rol}: {antwoord.status_code}, hoort {hoort}")
        vreemd = kaal.server.test_client().open(_adres(regel.rule), method=wijze)
        if (vreemd.text == "binnen") != (wat == "openbaar"):
            fout.append(f"{regel.rule} niet aangemeld: {vreemd.status_code}")
    assert fout == [] and geteld > 150


def test_every_callback_for_every_role(
    kaal: Dash, binnen: dict[str, tuple[FlaskClient, str]]
) -> None:
    fout, geteld, hoort_bij = [], 0, _plat(CALLBACKS)
    op_buurt = [{"id": "url", "property": "pathname", "value": f"/buurt/{ANDER}"}]
    for sleutel, naam in access.callback_namen(kaal.callback_map).items():
        buurt = hoort_bij[naam] == "de buurt"
        for rol, (client, csrf) in binnen.items():
            antwoord = _vraag(client, csrf, sleutel, op_buurt if buurt else ())
            hoort = rol in MAG.get(hoort_bij[naam], set()) - {"toestel"}
            hoort = rol in LEEST | {"gast"} if buurt else hoort
            geteld += 1
            if (antwoord.text == "binnen") != hoort:
                fout.append(f"{naam} {rol}: {antwoord.status_code}, hoort {hoort}")
        assert _vraag(kaal.server.test_client(), "", sleutel).status_code == 401
    assert fout == [] and geteld > 100


def _vraag(client: FlaskClient, csrf: str, sleutel: str, inhoud: Any = ()) -> Any:
    return client.post(
        "/_dash-update-component",
        json={"output": sleutel, "inputs": [], "state": list(inhoud)},
        headers={"X-CSRFToken": csrf},
    )


def test_every_page_for_every_role(app: Dash) -> None:
    fout = []
    for rol in sorted(IEDER):
        client, csrf = meld_aan(app, rol)
        for pad, wat in PAGINAS.items():
            titel = _titel(client, csrf, pad)
            hoort = rol in MAG[wat]
            if ("Niet voor jouw rol" not in titel) != hoort:
                fout.append(f"{pad} {rol}: {titel}, hoort {hoort}")
    assert fout == []


def _titel(client: FlaskClient, csrf: str, pad: str) -> str:
    uitgangen = [d["output"] for d in client.get("/_dash-dependencies").get_json()]
    sleutel = next(u for u in uitgangen if u.startswith("..inhoud.children"))
    antwoord = client.post(
        "/_dash-update-component",
        json={
            "output": sleutel,
            "outputs": [{"id": i, "property": p} for i, p in (
                ("inhoud", "children"), ("gegevens", "children"), ("titel", "data"),
                ("sleutel", "data"))],
            "inputs": [{"id": "url", "property": "pathname", "value": pad},
                       {"id": "url", "property": "search", "value": ""},
                       {"id": "ververs", "property": "data", "value": 0}],
            "state": [{"id": "sleutel", "property": "data", "value": None}],
            "changedPropIds": ["url.pathname"],
        },
        headers={"X-CSRFToken": csrf},
    )  # fmt: skip
    assert antwoord.status_code == 200, antwoord.text[:300]
    return str(json.loads(antwoord.text)["response"]["titel"]["data"])


def test_a_callback_nobody_declared_is_refused(
    kaal: Dash, binnen: dict[str, tuple[FlaskClient, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also for the one who may do everything else."""
    monkeypatch.setattr(access, "CALLBACKS", {})
    sleutel = next(iter(access.callback_namen(kaal.callback_map)))
    assert _vraag(*binnen["redacteur"], sleutel).status_code == 403
    assert _vraag(*binnen["redacteur"], "verzonnen.children").status_code == 404


def test_a_guest_sees_one_piece_and_only_until_its_day(app: Dash, huis: Huis) -> None:
    client, csrf = meld_aan(app, "gast")
    assert "Niet voor jouw rol" not in _titel(client, csrf, f"/buurt/{ANDER}")
    assert "Niet voor jouw rol" in _titel(client, csrf, f"/buurt/{klein.BUURT}")
    Accounts(huis.verhalen).geef_rol("gast", "gast", "toets", items=["buurt:" + ANDER],
                                     tot=nu() - timedelta(seconds=1))  # fmt: skip
    assert client.get("/verkennen", headers={"Accept": "text/html"}).status_code == 403
    Accounts(huis.verhalen).geef_rol("gast", "gast", "toets", items=["buurt:" + ANDER],
                                     tot=nu() + timedelta(days=1))  # fmt: skip


def test_the_rvc_sees_only_what_was_put_before_it(app: Dash, huis: Huis) -> None:
    client, csrf = meld_aan(app, "rvc")
    assert "Niet voor jouw rol" in _titel(client, csrf, f"/buurt/{klein.BUURT}")
    assert Accounts(huis.verhalen).leg_voor(f"buurt:{klein.BUURT}", "secretaris") == 1
    assert "Niet voor jouw rol" not in _titel(client, csrf, f"/buurt/{klein.BUURT}")
    assert "Niet voor jouw rol" in _titel(client, csrf, f"/buurt/{ANDER}")
    Accounts(huis.verhalen).geef_rol("rvc", "rvc", "toets")

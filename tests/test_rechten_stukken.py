"""Protects: who sees only what was put before them opens that sheet, no other, until its day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from dash import Dash
from flask import Flask, g
from plotly.utils import PlotlyJSONEncoder

from dashboard import access
from dashboard.access import Recht, Wie
from dashboard.accounts import AccountFout, Accounts
from dashboard.app import create_app
from dashboard.context import Huis
from dashboard.router import pagina
from dashboard.sheets.round import Bladen
from dashboard.shell import MEER, MENU, menu
from dashboard.stories.repository import nu
from tests import publicatie_klein as klein
from tests.bladen import VOL, huis
from tests.test_buurtblad_ronde import DAG
from tests.test_rechten import IEDER, MAG, WACHTWOORD, meld_aan

__all__ = ["huis"]
ANDER = "BU99010101"
PAGINA_MAG = {
    "start": "cijfers zien", "verkennen": "cijfers zien", "vergelijken": "cijfers zien",
    "botst": "zien", "buurtblad": "blad zien", "stukken": "stukken zien", "inzet": "inzet zien",
    "lezen": "nalezen", "inbreng": "vertellen", "gebieden": "cijfers zien",
    "vrijgave": "vrijgeven", "bronnen": "aangemeld", "beheer": "beheren",
    "telefoons": "telefoons zien", "bijeenkomst": "bijeenkomst leiden",
    "norm": "cijfers zien",
}  # fmt: skip
"""Each line of the menu and the act it is, written by hand."""


@pytest.fixture
def accounts(huis: Huis) -> Accounts:
    zacht = Accounts(huis.verhalen, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    for naam in ("gast", "rvc", "lezer"):
        zacht.maak(naam, naam.title(), WACHTWOORD, "toets")
    zacht.geef_rol("rvc", "rvc", "toets")
    zacht.geef_rol("lezer", "lezer", "toets")
    return zacht


@pytest.fixture
def app(huis: Huis, accounts: Accounts) -> Iterator[Dash]:
    yield create_app(huis.instellingen, huis)


def _blad(huis: Huis, gebied: str, tafel: str) -> int:
    bladen = Bladen(huis)
    versie, _ = bladen.bewaar(gebied, 2023, VOL, "schrijver")
    bladen.ter_toetsing(versie, "schrijver")
    with huis.snapshots.lezing() as lezing:
        bladen.leg_voor(lezing, versie, tafel, DAG, "toetser")
    return versie


def _als(huis: Huis, wie: Wie, pad: str) -> str:
    with Flask("toets").test_request_context():
        g.wie = wie
        p = pagina(huis, pad, "")
    return p.titel + json.dumps(p.inhoud, cls=PlotlyJSONEncoder, ensure_ascii=False)


def _code(client: Any, pad: str) -> int:
    return int(client.get(pad).status_code)


def test_the_rvc_opens_the_sheet_before_it_and_no_other(app: Dash, huis: Huis) -> None:
    """Putting it before the rvc in the round is what opens it; one for the board stays shut."""
    ander = _blad(huis, ANDER, "bestuur")
    client, _ = meld_aan(app, "rvc")
    assert _code(client, f"/blad/versie/{ander}.pdf") == 403, "nothing was put before it yet"
    hun = _blad(huis, klein.BUURT, "rvc")
    antwoord = client.get(f"/blad/versie/{hun}.pdf")
    assert antwoord.status_code == 200 and antwoord.data.startswith(b"%PDF")
    assert _code(client, f"/blad/versie/{ander}.pdf") == 403
    for pad in (f"concept/{klein.BUURT}.html", f"terug/{klein.BUURT}.pdf",
                f"avond/{klein.BUURT}.pdf", f"concept/{ANDER}.pdf"):  # fmt: skip
        assert _code(client, f"/blad/{pad}") == 403, pad
    assert b"SUMMARY" not in client.get("/blad/agenda.ics").data
    wie = Wie("Rvc", rechten=(Recht("rvc", items=(f"blad:{hun}",)),))
    stukken = _als(huis, wie, "/stukken")
    assert f"/blad/versie/{hun}.pdf" in stukken and f"versie/{ander}" not in stukken
    for pad in ("/buurtblad", f"/buurtblad/{klein.BUURT}", f"/buurt/{klein.BUURT}"):
        assert "Niet voor jouw rol" in _als(huis, wie, pad), pad


@pytest.mark.parametrize("rol", ["lezer", "bestuur", "secretaris", "redacteur"])
def test_forms_of_sheets_and_own_areas_are_shown_to_whoever_may_save_them(
    huis: Huis, rol: str
) -> None:
    bladen = Bladen(huis)
    bladen.bewaar(ANDER, 2023, VOL, "schrijver")  # being written
    _blad(huis, klein.BUURT, "bestuur")
    wie = Wie(rol.title(), rechten=(Recht(rol),))
    los, voor, eigen = (
        _als(huis, wie, p)
        for p in (f"/buurtblad/{ANDER}", f"/buurtblad/{klein.BUURT}", "/gebieden")
    )
    schrijft = rol == "redacteur"
    assert ("blad-bewaar" in los) == ("Vraag een ander om te toetsen" in los) == schrijft
    assert ("uitkomst-bestuur" in voor) == (rol == "secretaris")
    assert ("Plaats de opmerking" in voor) == (rol != "lezer")
    assert ("nieuw-bewaar" in eigen) == ("tabel-bestand" in eigen) == schrijft


def test_a_guest_opens_one_sheet_until_its_day(app: Dash, huis: Huis, accounts: Accounts) -> None:
    een, ander = _blad(huis, klein.BUURT, "bestuur"), _blad(huis, ANDER, "bestuur")
    morgen = nu() + timedelta(days=1)
    accounts.geef_rol("gast", "gast", "toets", items=[f"blad:{een}"], tot=morgen)
    client, _ = meld_aan(app, "gast")
    assert _code(client, f"/blad/versie/{een}.pdf") == 200
    assert _code(client, f"/blad/versie/{ander}.pdf") == 403
    gisteren = nu() - timedelta(seconds=1)
    accounts.geef_rol("gast", "gast", "toets", items=[f"blad:{een}"], tot=gisteren)
    assert _code(client, f"/blad/versie/{een}.pdf") == 403


def test_a_piece_gives_reading_and_nothing_else() -> None:
    wie = Wie("Rvc", rechten=(Recht("rvc", items=("blad:1",)),))
    assert access.mag(wie, "blad zien", nu(), [ANDER], stuk="blad:1")
    assert not access.mag(wie, "blad zien", nu(), [ANDER], stuk="blad:11")
    assert not access.mag(wie, "blad zien", nu(), [ANDER])
    assert not access.mag(wie, "blad zien", nu())
    for wat in sorted(set(access.RECHTEN) - {"blad openen", "blad zien", "stukken zien"}):
        assert not access.mag(wie, wat, nu(), [ANDER], stuk="blad:1"), wat
    gast = Wie("G", rechten=(Recht("gast", items=("buurt:" + ANDER,)),))
    assert not access.mag(gast, "blad openen", nu())


def test_without_an_rvc_account_a_sheet_is_put_before_it_all_the_same(huis: Huis) -> None:
    versie = _blad(huis, klein.BUURT, "rvc")
    assert Bladen(huis).pdf(versie).startswith(b"%PDF")
    with pytest.raises(AccountFout, match="blad:NUMMER"):
        Accounts(huis.verhalen).leg_voor("blad:../1", "toets")


@pytest.mark.parametrize("rol", sorted(IEDER))
def test_the_menu_shows_what_the_role_may_and_leads_to_everything(rol: str) -> None:
    boom = json.dumps(menu(Wie(rol, rechten=(Recht(rol),))), cls=PlotlyJSONEncoder)
    for naam, _, adres in (*MENU, *MEER):
        assert (f'"href": "{adres}"' in boom) == (rol in MAG[PAGINA_MAG[naam]]), (naam, rol)
    assert ("Meer" in boom) == (rol not in ("rvc", "gast")), "two lines need no folding"


def test_the_menu_of_this_computer_is_whole() -> None:
    boom = json.dumps(menu(access.LOKAAL), cls=PlotlyJSONEncoder)
    zonder = {"stukken"}  # nothing is put before whoever may see everything
    for naam, _, adres in (*MENU, *MEER):
        assert (f'"href": "{adres}"' in boom) == (naam not in zonder), naam
    bereikbaar = {n for n, _, _ in (*MENU, *MEER)} | {"zoek", "eigen", "buurt", "onbekend"}
    bereikbaar.add("atelier")  # from Bronnen en methode
    assert set(access.PAGINAS) <= bereikbaar, "a page that no menu or link leads to"

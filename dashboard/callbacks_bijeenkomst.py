"""The wiring of meetings: choosing figures, one step at a time, the room's note, and the notes."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from flask import Flask, Response, abort, jsonify
from sqlalchemy.exc import SQLAlchemyError

from dashboard import meeting, privacy
from dashboard.context import IEDEREEN, Huis, maak_blad
from dashboard.pages import bijeenkomst as blad_
from dashboard.panels import bijeenkomst as paneel
from dashboard.panels import formulier
from dashboard.panels.oogst import SOORT
from dashboard.snapshot import GebiedOnbekend, GeenPublicatie
from dashboard.stories.bijeenkomst import (
    KANTEN,
    LEIDEN,
    VERWACHT,
    AlVerder,
    Bijeenkomsten,
    BijeenkomstFout,
)
from dashboard.stories.guard import NietToegestaan, VerhaalFout
from dashboard.stories.models_bijeenkomst import Bijeenkomst
from dashboard.words import opsomming

log = logging.getLogger(__name__)
NIET = "Er is nu niet te schrijven; er is niets veranderd. Probeer het zo nog eens."
ZAAL_NIET = "Er is nu niet te schrijven. Je tekst staat er nog: probeer het zo nog eens."


def verbind(app: Dash, huis: Huis) -> None:
    """Adds these callbacks to the app."""
    _kiezen(app, huis)
    _beginnen(app, huis)
    _kijken(app, huis)
    _stappen(app, huis)
    _zaal(app, huis)
    _oogsten(app, huis)


def routes(server: Flask, huis: Huis) -> None:
    """Adds `/bijeenkomst/<naam>/versie`: one number, asked every second by each big screen."""

    @server.get("/bijeenkomst/<naam>/versie")
    def versie(naam: str) -> Response:
        try:
            gevonden = Bijeenkomsten(huis.verhalen).versie(uuid.UUID(naam))
        except ValueError:
            abort(404)
        except SQLAlchemyError:
            abort(503)
        if gevonden is None:
            abort(404)
        huis.verhalen.bewaker.eis(LEIDEN, [gevonden[0]])
        antwoord = jsonify({"versie": gevonden[1]})
        antwoord.headers["Cache-Control"] = "no-store"
        return antwoord


def _kiezen(app: Dash, huis: Huis) -> None:
    @app.callback(
        Output("bij-keuze", "data"),
        Output("bij-keuze-lijst", "children"),
        Output("bij-erbij", "value"),
        Output("bericht", "children", allow_duplicate=True),
        Input({"type": "bij-cijfer", "doe": ALL, "id": ALL}, "n_clicks"),
        Input("bij-erbij", "value"),
        State("bij-keuze", "data"),
        State("bij-basis", "data"),
        prevent_initial_call=True,
    )
    def kies(kliks: list[int | None], erbij: str | None, gekozen: list[str], _: Any) -> Any:
        wie = ctx.triggered_id
        if isinstance(wie, dict) and any(kliks):
            doe, i = str(wie["doe"]), str(wie["id"])
        elif wie == "bij-erbij" and erbij:
            doe, i = "erbij", erbij
        else:
            return (no_update,) * 4
        try:
            with huis.snapshots.lezing() as lezing:
                cat = lezing.catalogus
        except GeenPublicatie:
            return (no_update,) * 4
        er = [k for k in gekozen or [] if k in cat.indicatoren][: len(cat.indicatoren)]
        nieuw = blad_.verzet(er, doe, i)
        naam = cat.indicatoren[i].naam if i in cat.indicatoren else i
        plek = f"{naam} is nu nummer {nieuw.index(i) + 1}." if i in nieuw else f"{naam} is weg."
        return nieuw, blad_.keuzelijst(cat, nieuw), None, plek


def _beginnen(app: Dash, huis: Huis) -> None:
    @app.callback(
        Output("bij-melding", "children"),
        Output("url", "href", allow_duplicate=True),
        Output("bericht", "children", allow_duplicate=True),
        Input("bij-begin", "n_clicks"),
        State("bij-basis", "data"),
        State("bij-keuze", "data"),
        State("bij-naam", "value"),
        State("bij-door", "value"),
        prevent_initial_call=True,
    )
    def begin(kliks: int | None, basis: dict[str, Any], gekozen: Any, naam: Any, door: Any) -> Any:
        if not kliks:
            return (no_update,) * 3
        try:
            with huis.snapshots.lezing() as lezing:
                blad = maak_blad(huis, lezing, str(basis.get("gebied")), basis.get("grensjaar"))
                vragen = meeting.vragen(blad, gekozen or [])
            g = blad.buurt.gebied
            heet = str(naam or "").strip() or f"Bijeenkomst {g.naam}"
            b = Bijeenkomsten(huis.verhalen).begin(g.gebied, g.grensjaar, heet, vragen, _wie(door))
        except (VerhaalFout, GeenPublicatie, GebiedOnbekend) as fout:
            return formulier.fout(str(fout)), no_update, no_update
        except (SQLAlchemyError, OSError):
            log.exception("de bijeenkomst is niet begonnen")
            return formulier.fout(NIET), no_update, no_update
        return None, f"/bijeenkomst/{b.id}", ""


def _wie(door: Any) -> str:
    return str(door or "").strip() or IEDEREEN


def _kijken(app: Dash, huis: Huis) -> None:
    """Looks every second whether there is anything new, and only then draws the screen again."""
    app.clientside_callback(
        ClientsideFunction("bijeenkomst", "kijk"),
        Input("bij-tik", "n_intervals"),
        State("bij-basis", "data"),
        State("bij-versie", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("bijeenkomst", "houdVast"),
        Input("bij-bediening", "children"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output("bij-toneel", "children"),
        Output("bij-bediening", "children"),
        Output("bij-stap", "data"),
        Output("bij-handen", "children"),
        Output("bij-zeg", "children"),
        Input("bij-versie", "data"),
        State("bij-basis", "data"),
        State("bij-stap", "data"),
        prevent_initial_call=True,
    )
    def teken(_: int, basis: dict[str, Any], stap: int) -> Any:
        try:
            b = blad_.zoek(huis, str(basis.get("id")))
            if b is None:
                return (no_update,) * 5
            toneel = paneel.toneel(blad_.lees_zaal(huis, b))
        except SQLAlchemyError:  # the next change tries again; what stands there stays
            log.exception("de bijeenkomst is niet te lezen")
            return (no_update,) * 5
        if b.stap == stap:  # buttons and fields that someone may be at are left alone
            return (toneel, *(no_update,) * 4)
        return toneel, paneel.bediening(b), b.stap, blad_.handen(b), _gezegd(b)


def _gezegd(b: Bijeenkomst) -> str:
    """What a screen reader hears when the meeting moves on."""
    r = b.huidige
    return f"{r.vraag['naam']}: {paneel.in_een_zin(r)}" if r and r.onthuld else paneel.waar(b)


def _stappen(app: Dash, huis: Huis) -> None:
    @app.callback(
        Output("bij-fout", "children"),
        Output("bij-versie", "data"),
        Input({"type": "bij-stap-knop", "doe": ALL}, "n_clicks"),
        State("bij-basis", "data"),
        State("bij-stap", "data"),
        prevent_initial_call=True,
    )
    def stap(kliks: list[int | None], basis: dict[str, Any], gezien: int) -> Any:
        if not any(kliks) or not isinstance(ctx.triggered_id, dict):
            return no_update, no_update
        b = blad_.zoek(huis, str(basis.get("id")))
        if b is None:
            return formulier.fout("Deze bijeenkomst is er niet (meer)."), no_update
        melding = None
        try:
            _doe(huis, b, str(ctx.triggered_id["doe"]), gezien)
        except AlVerder as fout:
            melding = formulier.fout(str(fout))
        except (VerhaalFout, NietToegestaan, GeenPublicatie, GebiedOnbekend) as fout:
            return formulier.fout(str(fout)), no_update
        except (SQLAlchemyError, OSError):
            log.exception("de stap is niet gezet")
            return formulier.fout(NIET), no_update
        versie = Bijeenkomsten(huis.verhalen).versie(b.id)
        return melding, versie[1] if versie else no_update


def _doe(huis: Huis, b: Bijeenkomst, doe: str, gezien: int) -> None:
    """Takes the step that was asked, on top of the step that was seen."""
    bijeenkomsten = Bijeenkomsten(huis.verhalen)
    if doe == "onthul":
        if b.stap != gezien or b.fase != VERWACHT or b.huidige is None:
            raise AlVerder
        with huis.snapshots.lezing() as lezing:
            blad = maak_blad(huis, lezing, b.gebied, None)
            indicator = lezing.catalogus.indicatoren.get(b.huidige.indicator)
            if indicator is None:
                raise BijeenkomstFout("Dit cijfer bestaat niet meer. Sluit, en begin zonder.")
            wat = meeting.onthulling(blad, indicator)
            bijeenkomsten.onthul(b.id, gezien, wat, lezing.publicatie.publicatie, IEDEREEN)
    elif doe in ("verder", "over"):
        bijeenkomsten.verder(b.id, gezien, IEDEREEN, sla_over=doe == "over")
    elif doe == "sluit":
        bijeenkomsten.sluit(b.id, gezien, IEDEREEN)
    elif doe == "code":
        bijeenkomsten.ververs_code(b.id, IEDEREEN)


def _zaal(app: Dash, huis: Huis) -> None:
    @app.callback(
        Output("bij-zaal-melding", "children"),
        Output("bij-zaal-tekst", "value"),
        Output("bij-versie", "data", allow_duplicate=True),
        Output("bij-zaal-sleutel", "data"),
        Input("bij-zaal-zet", "n_clicks"),
        State("bij-basis", "data"),
        State("bij-zaal-tekst", "value"),
        State("bij-zaal-sleutel", "data"),
        State({"type": "bij-hand", "kant": ALL}, "value"),
        State({"type": "bij-hand", "kant": ALL}, "id"),
        prevent_initial_call=True,
    )
    def zet(
        kliks: int | None, basis: dict[str, Any], tekst: str | None, sleutel: str,
        handen: list[str | None], ids: list[dict[str, str]],
    ) -> Any:  # fmt: skip
        if not kliks:
            return (no_update,) * 4
        blijft = (no_update,) * 3
        try:
            wie = uuid.UUID(str(basis.get("id")))
            geteld = _handen({i["kant"]: h for i, h in zip(ids, handen, strict=True)})
            gevonden = _vondsten(huis, basis, tekst)
            Bijeenkomsten(huis.verhalen).zaal(wie, tekst, geteld, bool(gevonden), sleutel)
            versie = Bijeenkomsten(huis.verhalen).versie(wie)
        except (VerhaalFout, NietToegestaan) as fout:
            return formulier.fout(str(fout)), *blijft
        except (SQLAlchemyError, OSError):
            log.exception("de notitie van de zaal is niet bewaard")
            return formulier.fout(ZAAL_NIET), *blijft
        wacht = f" Nog niet op het grote scherm: kijk eerst naar {gevonden}." if gevonden else ""
        return f"Staat erbij.{wacht}", "", versie[1] if versie else no_update, uuid.uuid4().hex


def _vondsten(huis: Huis, basis: dict[str, Any], tekst: str | None) -> str:
    """The words by which someone may be recognised, in a row; empty when there are none."""
    if not (tekst or "").strip():
        return ""
    namen = meeting.plaatsnamen(huis, str(basis.get("gebied")))
    return opsomming([f"„{v.woorden[:40]}”" for v in privacy.vind((tekst or "")[:2000], namen)], 3)


def _handen(geteld: dict[str, str | None]) -> dict[str, int] | None:
    """The hands as numbers; None when nothing was filled in.

    Raises:
        BijeenkomstFout: when something is no whole number.
    """
    vol = {k: str(h).strip() for k, h in geteld.items() if k in KANTEN and str(h or "").strip()}
    if any(not h.isdecimal() for h in vol.values()):
        raise BijeenkomstFout("Schrijf de handen als hele getallen, zoals 7.")
    return {k: int(h) for k, h in vol.items()} or None


def _oogsten(app: Dash, huis: Huis) -> None:
    @app.callback(
        Output("oogst-melding", "children"),
        Output("ververs", "data", allow_duplicate=True),
        Output("bericht", "children", allow_duplicate=True),
        Input({"type": "oogst", "doe": ALL, "id": ALL}, "n_clicks"),
        State("bij-basis", "data"),
        State({"type": "oogst-keus", "veld": ALL, "id": ALL}, "value"),
        State({"type": "oogst-keus", "veld": ALL, "id": ALL}, "id"),
        State("oogst-door", "value"),
        State("ververs", "data"),
        prevent_initial_call=True,
    )
    def doe(
        kliks: list[int | None], basis: dict[str, Any], keuzes: list[str | None],
        ids: list[dict[str, str]], door: str | None, ververs: int,
    ) -> Any:  # fmt: skip
        wat = ctx.triggered_id
        if not any(kliks) or not isinstance(wat, dict):
            return (no_update,) * 3
        gekozen = {i["veld"]: k for i, k in zip(ids, keuzes, strict=True) if i["id"] == wat["id"]}
        try:
            zeg = _oogst(huis, basis, str(wat["doe"]), str(wat["id"]), gekozen, _wie(door))
        except (VerhaalFout, NietToegestaan) as fout:
            return formulier.fout(str(fout)), no_update, str(fout)
        except (SQLAlchemyError, OSError, GeenPublicatie):
            log.exception("de notitie is niet bewerkt")
            return formulier.fout(NIET), no_update, NIET
        return None, ververs + 1, zeg


def _oogst(
    huis: Huis,
    basis: dict[str, Any],
    doe: str,
    id_: str,
    gekozen: Mapping[str, str | None],
    door: str,
) -> str:
    """Does one thing with one note; says what was done."""
    if doe == "ververs":
        return "Ververst."
    try:
        wie, notitie = uuid.UUID(str(basis.get("id"))), uuid.UUID(id_)
    except ValueError:
        raise BijeenkomstFout("Deze notitie is er niet.") from None
    bijeenkomsten = Bijeenkomsten(huis.verhalen)
    if doe == "wis":
        bijeenkomsten.wis_notitie(wie, notitie, door)
        return "Gewist."
    if doe in ("zien", "vast"):
        bijeenkomsten.laat_zien(wie, notitie, doe == "zien")
        return "Staat op het grote scherm." if doe == "zien" else "Van het grote scherm af."
    meeting.maak_verhaal(huis, wie, notitie, SOORT, gekozen, door)
    return "Het is een verhaal in concept. Een ander leest het na."

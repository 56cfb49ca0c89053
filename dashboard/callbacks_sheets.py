"""The wiring of the page Buurtblad: keeping a concept, and each step of the round."""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from pydantic import ValidationError

from dashboard.context import IEDEREEN, Huis
from dashboard.pages.buurtblad import VELDEN
from dashboard.panels import formulier
from dashboard.sheets.model import BladFout, Redactie
from dashboard.sheets.round import Bladen
from dashboard.snapshot import GebiedOnbekend, GeenPublicatie
from dashboard.stories.guard import NietToegestaan
from dashboard.stories.repository import VerhaalFout
from dashboard.telling import lees_datum
from dashboard.words import hoofdletter

GEDAAN = {
    "toets": "Het blad ligt nu ter toetsing.",
    "voor": "Het blad staat vast en is voorgelegd.",
    "opnieuw": "Een nieuwe versie is begonnen.",
    "opmerking": "De opmerking is geplaatst.",
    "gevolg": "Bewaard wat ervan kwam.",
    "uitkomst": "De uitkomst is vastgelegd.",
}
"""What is said after each step, by the first word of its button."""


def verbind(app: Dash, huis: Huis) -> None:
    """Adds the callbacks of the page to the app."""

    @app.callback(
        Output("blad-melding", "children"),
        Output("ververs", "data", allow_duplicate=True),
        Output("bericht", "children", allow_duplicate=True),
        Input("blad-bewaar", "n_clicks"),
        State("blad-basis", "data"),
        State("ververs", "data"),
        State({"type": "blad-veld", "naam": ALL}, "value"),
        State({"type": "blad-veld", "naam": ALL}, "id"),
        prevent_initial_call=True,
    )
    def bewaar(
        kliks: int | None, basis: dict[str, Any], ververs: int, waarden: list[Any],
        namen: list[dict[str, str]],
    ) -> Any:  # fmt: skip
        if not kliks:
            return no_update, no_update, no_update
        velden = dict(zip((n["naam"] for n in namen), waarden, strict=True))
        return _probeer(lambda: _bewaar(huis, basis, velden), ververs, "Het concept is bewaard.")

    @app.callback(
        Output("blad-melding", "children", allow_duplicate=True),
        Output("ververs", "data", allow_duplicate=True),
        Output("bericht", "children", allow_duplicate=True),
        Input({"type": "blad-stap", "wat": ALL}, "n_clicks"),
        State("blad-basis", "data"),
        State("ververs", "data"),
        State({"type": "blad-invoer", "naam": ALL}, "value"),
        State({"type": "blad-invoer", "naam": ALL}, "id"),
        prevent_initial_call=True,
    )
    def stap(
        kliks: list[int | None], basis: dict[str, Any], ververs: int, waarden: list[Any],
        namen: list[dict[str, str]],
    ) -> Any:  # fmt: skip
        wie = ctx.triggered_id
        if not any(kliks) or not isinstance(wie, dict):
            return no_update, no_update, no_update
        invoer = dict(zip((n["naam"] for n in namen), waarden, strict=True))
        wat = str(wie["wat"])
        return _probeer(lambda: _stap(huis, basis, wat, invoer), ververs, GEDAAN[wat.split("-")[0]])


def _probeer(doe: Any, ververs: int, gedaan: str) -> Any:
    """Does a step and says so; on trouble the words of what to do, and the page stays as it is."""
    try:
        doe()
    except (BladFout, NietToegestaan, VerhaalFout, GeenPublicatie) as fout:
        return formulier.fout(str(fout)), no_update, no_update
    except GebiedOnbekend:
        fout_ = formulier.fout("Dit gebied staat niet in de publicatie van nu.")
        return fout_, no_update, no_update
    return None, ververs + 1, gedaan


def _bewaar(huis: Huis, basis: dict[str, Any], velden: dict[str, Any]) -> None:
    schoon = {k: w for k, w in velden.items() if w not in (None, "")}
    for lijst in ("cijfers", "verhalen"):
        schoon[lijst] = tuple(schoon.get(lijst) or ()) or None
    er = Bladen(huis).van(str(basis["gebied"]))
    vorige = Redactie.model_validate(er[-1].nu.redactie).vorige if er else ()
    try:
        redactie = Redactie(**schoon, vorige=vorige)
    except ValidationError as fout:
        raise BladFout(_waarom(fout)) from None
    was = (int(basis["versie"]), int(basis["revisie"])) if basis.get("versie") else None
    Bladen(huis).bewaar(str(basis["gebied"]), int(basis["grensjaar"]), redactie, IEDEREEN, was)


def _waarom(fout: ValidationError) -> str:
    """What is wrong with the first field, by the name it has on screen."""
    eerste = fout.errors()[0]
    veld = str(eerste["loc"][0])
    naam = next((k for n, k, _ in VELDEN if n == veld), hoofdletter(veld))
    langst = eerste.get("ctx", {}).get("max_length")
    if langst is None:
        return f"„{naam}” is niet goed ingevuld. Er is niets bewaard."
    hoeveel, wat = len(eerste["input"]), "tekens" if isinstance(eerste["input"], str) else "keuzes"
    return (
        f"„{naam}”: dat zijn {hoeveel} {wat}, er passen er {langst}. Er is niets bewaard; "
        "kort het in."
    )


def _stap(huis: Huis, basis: dict[str, Any], wat: str, invoer: dict[str, Any]) -> None:
    bladen, versie = Bladen(huis), int(basis["versie"])
    if wat == "toets":
        bladen.ter_toetsing(versie, IEDEREEN)
    elif wat.startswith("voor-"):
        with huis.snapshots.lezing() as lezing:
            bladen.leg_voor(lezing, versie, wat[5:], _dag(invoer, "vergadering"), IEDEREEN)
    elif wat == "opnieuw":
        bladen.opnieuw(versie, IEDEREEN)
    elif wat == "opmerking":
        blok = str(invoer.get("blok") or "")
        bladen.merk_op(versie, blok, str(invoer.get("opmerking") or ""), "", IEDEREEN)
    elif wat.startswith("gevolg-"):
        bladen.gevolg(int(wat[7:]), str(invoer.get(wat) or ""), IEDEREEN)
    elif wat.startswith("uitkomst-"):
        tafel = wat[9:]
        bladen.leg_vast(
            versie, tafel, str(invoer.get(wat) or ""), str(invoer.get(f"tekst-{tafel}") or ""),
            IEDEREEN, lees_datum(invoer.get(f"terug-{tafel}")),
        )  # fmt: skip


def _dag(invoer: dict[str, Any], naam: str) -> date:
    dag = lees_datum(invoer.get(naam))
    if dag is None:
        raise BladFout("Vul de datum van de vergadering in, als dag-maand-jaar.")
    return dag

"""The wiring of the page Telefoons: make a pairing link, make another, take a phone back."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from sqlalchemy.exc import SQLAlchemyError

from dashboard.areas import KeuzeFout
from dashboard.context import Huis
from dashboard.pages import telefoons
from dashboard.panels import formulier
from dashboard.phone.pairing import Toestellen
from dashboard.snapshot import GeenPublicatie
from dashboard.stories.repository import VerhaalFout

log = logging.getLogger(__name__)


def verbind(app: Dash, huis: Huis) -> None:
    """Adds these callbacks to the app."""

    @app.callback(
        Output("telefoon-melding", "children"),
        Output("telefoon-lijst", "children"),
        Input("telefoon-maak", "n_clicks"),
        State("url", "href"),
        State("telefoon-naam", "value"),
        State("telefoon-rol", "value"),
        State("telefoon-gebieden", "value"),
        State("telefoon-plekken", "value"),
        State("telefoon-geldig", "value"),
        prevent_initial_call=True,
    )
    def maak(kliks: int | None, href: str | None, naam: Any, rol: Any, *rest: Any) -> Any:
        if not kliks:
            return no_update, no_update
        gebieden, plekken, geldig = rest
        uit = _doe(lambda: telefoons.koppel(
            huis, href, str(naam or ""), str(rol or ""), list(gebieden or ()),
            list(plekken or ()), str(geldig or ""),
        ))  # fmt: skip
        with huis.snapshots.lezing() as lezing:
            return uit, telefoons.lijst(huis, lezing)

    @app.callback(
        Output("telefoon-melding", "children", allow_duplicate=True),
        Output("ververs", "data", allow_duplicate=True),
        Input({"type": "telefoon-weg", "id": ALL}, "n_clicks"),
        Input({"type": "telefoon-nieuw", "id": ALL}, "n_clicks"),
        State("url", "href"),
        State("ververs", "data"),
        prevent_initial_call=True,
    )
    def verander(weg: list[Any], nieuw: list[Any], href: str | None, ververs: int) -> Any:
        wie = ctx.triggered_id
        if not (any(weg) or any(nieuw)) or not isinstance(wie, dict):
            return no_update, no_update
        if wie["type"] == "telefoon-nieuw":
            return _doe(lambda: telefoons.vernieuw(huis, href, str(wie["id"]))), no_update
        fout = _doe(lambda: Toestellen(huis.verhalen).trek_in(uuid.UUID(str(wie["id"]))))
        return (fout, no_update) if fout is not None else (None, ververs + 1)


def _doe(werk: Callable[[], Any]) -> Any:
    """Does it; what went wrong, in words for the one who asked."""
    try:
        return werk()
    except (VerhaalFout, KeuzeFout) as fout:
        return formulier.fout(str(fout))
    except GeenPublicatie:
        return formulier.fout("Er zijn nog geen gegevens; zonder buurten is er niets te koppelen.")
    except (SQLAlchemyError, OSError):
        log.exception("een telefoon is niet gekoppeld of ingetrokken")
        return formulier.fout("Er is nu niet te schrijven; er is niets veranderd. Probeer het zo "
                              "nog eens.")  # fmt: skip

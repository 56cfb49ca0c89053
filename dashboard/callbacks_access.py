"""The wiring of inzetkaarten, accounts and what comes in from a workshop."""

from __future__ import annotations

import logging
from typing import Any

from dash import Dash, Input, Output, State, no_update
from sqlalchemy.exc import SQLAlchemyError

from dashboard.context import Huis
from dashboard.pages import inbreng, inzet
from dashboard.panels import formulier
from dashboard.snapshot import GebiedOnbekend, GeenPublicatie
from dashboard.stories.repository import VerhaalFout

log = logging.getLogger(__name__)
NIET_BEWAARD = (
    "Er is nu niet te schrijven; er is nog niets bewaard. Wat je typte staat er nog: probeer het "
    "zo nog eens."
)


def verbind(app: Dash, huis: Huis) -> None:
    """Adds these callbacks to the app."""
    _inzet(app, huis)
    _inbreng(app, huis)


def _inbreng(app: Dash, huis: Huis) -> None:
    @app.callback(
        Output("verhalen-melding", "children"),
        Input("verhalen-bestand", "contents"),
        State("verhalen-bestand", "filename"),
        prevent_initial_call=True,
    )
    def lees(inhoud: str | None, bestand: str | None) -> Any:
        if not inhoud:
            return no_update
        try:
            return inbreng.breng_in(huis, inhoud, bestand or "")
        except (SQLAlchemyError, OSError):
            log.exception("de verhalen uit het bestand zijn niet bewaard")
            return formulier.fout("Er is nu niet te schrijven. Breng het bestand zo nog eens in.")


def _inzet(app: Dash, huis: Huis) -> None:
    @app.callback(
        Output("inzet-melding", "children"),
        Output("url", "href", allow_duplicate=True),
        Output("ververs", "data", allow_duplicate=True),
        Output("bericht", "children", allow_duplicate=True),
        Input("inzet-bewaar", "n_clicks"),
        State("inzet-basis", "data"),
        State("ververs", "data"),
        *(State(f"inzet-{veld}", "value") for veld in inzet.VELDEN),
        prevent_initial_call=True,
    )
    def bewaar(kliks: int | None, basis: dict[str, Any], ververs: int, *velden: Any) -> Any:
        if not kliks:
            return (no_update,) * 4
        try:
            waar = inzet.bewaar(huis, basis, inzet.Velden(*velden))
        except (VerhaalFout, GeenPublicatie, GebiedOnbekend) as fout:
            return formulier.fout(str(fout)), no_update, no_update, no_update
        except (SQLAlchemyError, OSError):
            log.exception("de inzetkaart is niet bewaard")
            return formulier.fout(NIET_BEWAARD), no_update, no_update, no_update
        return None, waar, ververs + 1, "De inzetkaart is bewaard."

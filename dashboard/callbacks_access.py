"""The wiring of inzetkaarten, accounts and what comes in from a workshop."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from dash import Dash, Input, Output, State, no_update
from sqlalchemy.exc import SQLAlchemyError

from dashboard.context import IEDEREEN, Huis
from dashboard.pages import inbreng, inzet
from dashboard.panels import formulier
from dashboard.panels import inzet as paneel
from dashboard.panels.inzet import adres
from dashboard.snapshot import GebiedOnbekend, GeenPublicatie
from dashboard.stories import erasure
from dashboard.stories.inzet import InzetGelijktijdig
from dashboard.stories.repository import VerhaalFout

log = logging.getLogger(__name__)
NIET_BEWAARD = (
    "Er is nu niet te schrijven; er is nog niets bewaard. Wat je typte staat er nog: probeer het "
    "zo nog eens."
)
NIET_GEWIST = "Er is nu niet te schrijven; de kaart staat er nog. Probeer het zo nog eens."


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
        Output("inzet-basis", "data"),
        Input("inzet-bewaar", "n_clicks"),
        State("inzet-basis", "data"),
        State("ververs", "data"),
        *(State(f"inzet-{veld}", "value") for veld in inzet.VELDEN),
        prevent_initial_call=True,
    )
    def bewaar(kliks: int | None, basis: dict[str, Any], ververs: int, *velden: Any) -> Any:
        if not kliks:
            return (no_update,) * 5
        blijft = (no_update,) * 4
        try:
            waar = inzet.bewaar(huis, basis, inzet.Velden(*velden))
        except InzetGelijktijdig as fout:  # with Bewaar once more it comes on top of theirs
            nieuw = {**basis, "nummer": fout.huidig.nummer}
            return paneel.gelijktijdig(fout), no_update, no_update, no_update, nieuw
        except (VerhaalFout, GeenPublicatie, GebiedOnbekend) as fout:
            return formulier.fout(str(fout)), *blijft
        except (SQLAlchemyError, OSError):
            log.exception("de inzetkaart is niet bewaard")
            return formulier.fout(NIET_BEWAARD), *blijft
        return None, waar, ververs + 1, "De inzetkaart is bewaard.", no_update

    @app.callback(
        Output("inzet-melding", "children", allow_duplicate=True),
        Output("url", "href", allow_duplicate=True),
        Output("ververs", "data", allow_duplicate=True),
        Output("bericht", "children", allow_duplicate=True),
        Input("inzet-wis", "n_clicks"),
        State("inzet-zeker", "checked"),
        State("inzet-basis", "data"),
        State("ververs", "data"),
        prevent_initial_call=True,
    )
    def wis(kliks: int | None, zeker: bool | None, basis: dict[str, Any], ververs: int) -> Any:
        if not kliks:
            return (no_update,) * 4
        blijft = (no_update,) * 3
        if not zeker:
            return formulier.fout("Zet eerst het vinkje: wissen is niet terug te draaien."), *blijft
        try:
            erasure.wis_inzet(huis.verhalen, uuid.UUID(str(basis.get("kaart"))), IEDEREEN)
        except (VerhaalFout, ValueError) as fout:
            return formulier.fout(str(fout)), *blijft
        except (SQLAlchemyError, OSError):
            log.exception("de inzetkaart is niet gewist")
            return formulier.fout(NIET_GEWIST), *blijft
        return None, adres(str(basis.get("gebied"))), ververs + 1, "De inzetkaart is gewist."

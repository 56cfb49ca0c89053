"""The wiring of the start page: which areas are ours."""

from __future__ import annotations

from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update

from dashboard import areas
from dashboard.context import Huis
from dashboard.pages import start
from dashboard.panels import formulier
from dashboard.snapshot import GeenPublicatie


def verbind_gebieden(app: Dash, huis: Huis) -> None:
    """Adds what chooses, drops and finds areas."""
    pad = huis.instellingen.datamap.gebieden

    @app.callback(
        Output("ververs", "data", allow_duplicate=True),
        Output("bericht", "children", allow_duplicate=True),
        Input({"type": "gebied-erbij", "id": ALL}, "n_clicks"),
        Input({"type": "gebied-weg", "id": ALL}, "n_clicks"),
        State("ververs", "data"),
        prevent_initial_call=True,
    )
    def kies(erbij: list[int | None], weg: list[int | None], ververs: int) -> Any:
        wie = ctx.triggered_id
        if not (any(erbij) or any(weg)) or not isinstance(wie, dict):
            return no_update, no_update
        erbij_ = wie["type"] == "gebied-erbij"
        try:
            (areas.voeg_toe if erbij_ else areas.haal_weg)(pad, str(wie["id"]))
        except areas.KeuzeFout as fout:
            return no_update, f"{fout}. Herstel of verwijder dat bestand; er is niets bewaard."
        except OSError:
            return no_update, "Er is nu niet te schrijven; er is niets bewaard."
        return ververs + 1, "Toegevoegd aan Mijn buurten." if erbij_ else (
            "Weggehaald uit Mijn buurten."
        )  # fmt: skip

    @app.callback(
        Output("zoek-resultaat", "children"),
        Input("zoek-gebied", "value"),
        prevent_initial_call=True,
    )
    def zoek(term: str | None) -> Any:
        try:
            with huis.snapshots.lezing() as lezing:
                gekozen = areas.lees(pad).mijn_gebieden
                return start.zoekresultaat(huis, lezing, term or "", gekozen)
        except (GeenPublicatie, areas.KeuzeFout) as fout:
            return formulier.fout(str(fout))

"""The wiring of the Methode-atelier: what is chosen goes into the address."""

from __future__ import annotations

from typing import Any

from dash import ALL, Dash, Input, Output, State, no_update

from dashboard.pages.atelier import adres_van


def verbind(app: Dash) -> None:
    """Adds the callback of the page to the app."""

    @app.callback(
        Output("url", "href", allow_duplicate=True),
        Input("atelier-toon", "n_clicks"),
        State("atelier-as", "children"),
        State("atelier-gemeente", "value"),
        State("atelier-methode", "value"),
        State({"type": "atelier-gewicht", "deel": ALL}, "value"),
        prevent_initial_call=True,
    )
    def toon(kliks: int | None, as_: str, gemeente: str, methode: str, gewicht: list[float]) -> Any:
        return adres_van(as_, gemeente, gewicht, methode) if kliks else no_update

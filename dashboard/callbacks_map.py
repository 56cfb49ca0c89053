"""The wiring of Verkennen: address to picture, controls to address."""

from __future__ import annotations

import logging
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, no_update

from dashboard import explore
from dashboard.context import Huis
from dashboard.pages import verkennen
from dashboard.snapshot import GeenPublicatie

log = logging.getLogger(__name__)
_VELDEN = ("kies-cijfer", "kies-niveau", "kies-jaar", "kies-vergelijk")


def verbind_kaart(app: Dash, huis: Huis) -> None:
    """Adds the callbacks of the page Verkennen."""
    _adres_naar_beeld(app, huis)
    app.clientside_callback(
        ClientsideFunction("kaart", "toon"),
        Output("kaart-getoond", "data"),
        Input("kaart-stand", "data"),
        Input("kaart-gekozen", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("kaart", "kies"),
        Output("kaart-gekeken", "data"),
        *(Input(v, "value") for v in _VELDEN),
        State("kaart-stand", "data"),
        prevent_initial_call=True,
    )


def _adres_naar_beeld(app: Dash, huis: Huis) -> None:
    @app.callback(
        Output("kaart-stand", "data"),
        Output("kaart-kop", "children"),
        Output("kaart-samenvatting", "children"),
        Output("kaart-legenda", "children"),
        Output("kaart-meldingen", "children"),
        Output("kies-jaar", "data"),
        Output("kies-vergelijk", "data"),
        *(Output(v, "value") for v in _VELDEN),
        Output("kaart-gekozen", "data"),
        Output("kaartje", "children"),
        Output("kaart-meenemen", "children"),
        Input("url", "search"),
        State("url", "pathname"),
        State("kaart-stand", "data"),
        prevent_initial_call=True,
    )
    def volg(zoek: str | None, pad: str, vorig: dict[str, Any] | None) -> tuple[Any, ...]:
        if pad.rstrip("/") != "/verkennen":
            return (no_update,) * 14
        try:
            with huis.snapshots.lezing() as lezing:
                d = verkennen.delen(huis, lezing, explore.lees(zoek))
        except GeenPublicatie:
            return (no_update,) * 14
        keuze = d["stand"]["keuze"]
        vast = (d["meldingen"], d["jaren"], d["referenties"])
        waarden = (keuze["cijfer"], keuze["niveau"], keuze["jaar"], keuze["vergelijk"])
        beeld = (d["stand"], d["kop"], d["samenvatting"], d["legenda"])
        if vorig and vorig["sleutel"] == d["stand"]["sleutel"]:
            beeld = (no_update,) * 4 if vorig["keuze"] == keuze else (d["stand"], *(no_update,) * 3)
        return (*beeld, *vast, *waarden, d["gekozen"], d["kaartje"], d["meenemen"])

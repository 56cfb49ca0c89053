"""The wiring between page and server: which change calls what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import MATCH, ClientsideFunction, Dash, Input, Output, State, ctx, no_update

from dashboard import address, trial
from dashboard.callbacks_map import verbind_kaart
from dashboard.callbacks_own import verbind_gebieden
from dashboard.callbacks_stories import verbind_verhalen
from dashboard.context import Huis
from dashboard.kept_pages import pagina
from dashboard.pages import buurt
from dashboard.panels import formulier
from dashboard.shell import NAAM, gegevens
from dashboard.snapshot import GebiedOnbekend, GeenPublicatie


def verbind(app: Dash, huis: Huis) -> None:
    """Adds every callback to the app."""
    _pagina(app, huis)
    _vouwen(app, huis)
    _in_de_browser(app)
    verbind_verhalen(app, huis)
    verbind_gebieden(app, huis)
    _raster(app)
    verbind_kaart(app, huis)


def _pagina(app: Dash, huis: Huis) -> None:
    @app.callback(
        Output("inhoud", "children"),
        Output("gegevens", "children"),
        Output("titel", "data"),
        Output("sleutel", "data"),
        Input("url", "pathname"),
        Input("url", "search"),
        Input("ververs", "data"),
        State("sleutel", "data"),
    )
    def toon(pad: str, zoek: str, ververs: int, vorige: str | None) -> tuple[Any, ...]:
        sleutel = f"{_zonder_jaar(huis, address.lees(pad, zoek)).sleutel}|{ververs}"
        if sleutel == vorige:
            return no_update, no_update, no_update, no_update
        p = pagina(huis, pad, zoek)
        return p.inhoud, gegevens(p.gegevens, p.fictief), f"{p.titel} – {NAAM}", sleutel


def _zonder_jaar(huis: Huis, adres: address.Adres) -> address.Adres:
    """The address as the page sees it: the newest grensjaar is the page without one."""
    if adres.pagina == "atelier":
        return trial.volledig(huis, adres)
    if adres.pagina != "buurt" or adres.grensjaar is None:
        return adres
    try:
        with huis.snapshots.lezing() as lezing:
            return adres.zelfde(lezing.gebied(adres.gebied or "").grensjaar)
    except (GeenPublicatie, GebiedOnbekend):
        return adres


def _vouwen(app: Dash, huis: Huis) -> None:
    @app.callback(
        Output({"type": "vouw-inhoud", "wat": MATCH}, "children"),
        Input({"type": "vouw", "wat": MATCH}, "n_clicks"),
        State({"type": "vouw-inhoud", "wat": MATCH}, "children"),
        State("url", "pathname"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def vouw_open(kliks: int | None, er_al: Any, pad: str, zoek: str) -> Any:
        if not kliks or er_al or not isinstance(ctx.triggered_id, dict):
            return no_update
        return _deel(huis, buurt.gevouwen, pad, zoek, str(ctx.triggered_id["wat"]))

    @app.callback(
        Output({"type": "laat-inhoud", "wat": MATCH}, "children"),
        Input({"type": "laat", "wat": MATCH}, "data"),
        State("url", "pathname"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def kom_later(wat: str | None, pad: str, zoek: str) -> Any:
        if not wat:
            return no_update
        return _deel(huis, buurt.later, pad, zoek, wat)


def _deel(huis: Huis, maak: Callable[..., Any], pad: str, zoek: str, wat: str) -> Any:
    """A part of the page of a buurt that was asked for after the page itself."""
    try:
        with huis.snapshots.lezing() as lezing:
            return maak(huis, lezing, address.lees(pad, zoek), wat)
    except (GeenPublicatie, GebiedOnbekend, KeyError):
        return formulier.fout("Dit is nu niet te lezen. Laad de pagina opnieuw.")


def _in_de_browser(app: Dash) -> None:
    """What needs no server: the title, and showing what was chosen."""
    app.clientside_callback(
        ClientsideFunction("telvertel", "titel"),
        Output("mantine", "id"),
        Input("titel", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("telvertel", "kies"),
        Output("url", "id"),
        Input("url", "search"),
        Input("url", "hash"),
        Input("inhoud", "children"),
    )


def _raster(app: Dash) -> None:
    @app.callback(
        Output("url", "search", allow_duplicate=True),
        Output("url", "hash"),
        Input("cijfertabel", "selectedRows"),
        prevent_initial_call=True,
    )
    def open_cijfer(rijen: list[dict[str, str]] | None) -> Any:
        if not rijen:
            return no_update, no_update
        return "?" + address.bronnen(rijen[0]["id"]).partition("?")[2].partition("#")[0], "#cijfer"

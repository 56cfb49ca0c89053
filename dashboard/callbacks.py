"""The wiring between page and server: which change calls what."""

from __future__ import annotations

import logging
from typing import Any

from dash import ALL, MATCH, ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from sqlalchemy.exc import SQLAlchemyError

from dashboard import address, areas, telling
from dashboard.callbacks_map import verbind_kaart
from dashboard.context import IEDEREEN, Huis
from dashboard.pages import buurt, start
from dashboard.panels import formulier
from dashboard.router import pagina
from dashboard.shell import NAAM, gegevens
from dashboard.snapshot import GebiedOnbekend, GeenPublicatie
from dashboard.stories.repository import Gelijktijdig, VerhaalFout

log = logging.getLogger(__name__)


def verbind(app: Dash, huis: Huis) -> None:
    """Adds every callback to the app."""
    _pagina(app, huis)
    _vouwen(app, huis)
    _in_de_browser(app)
    _vertellen(app, huis)
    _gebieden(app, huis)
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
        sleutel = f"{address.lees(pad, zoek).sleutel}|{ververs}"
        if sleutel == vorige:
            return no_update, no_update, no_update, no_update
        p = pagina(huis, pad, zoek)
        return p.inhoud, gegevens(p.gegevens, p.fictief), f"{p.titel} – {NAAM}", sleutel


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
        try:
            with huis.snapshots.lezing() as lezing:
                adres = address.lees(pad, zoek)
                return buurt.gevouwen(huis, lezing, adres, str(ctx.triggered_id["wat"]))
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
    app.clientside_callback(
        ClientsideFunction("telvertel", "cijfer"),
        Output({"type": "vertel-los", "veld": ALL}, "value"),
        Input("url", "search"),
        State({"type": "vertel-los", "veld": ALL}, "value"),
        prevent_initial_call=True,
    )


def _vertellen(app: Dash, huis: Huis) -> None:
    @app.callback(
        Output("vertel-melding", "children"),
        Output("vertel-basis", "data"),
        Output("url", "search"),
        Output("ververs", "data", allow_duplicate=True),
        Output("bericht", "children"),
        Input("vertel-bewaar", "n_clicks"),
        State("vertel-basis", "data"),
        State("ververs", "data"),
        *(
            State(f"vertel-{veld}", "checked" if veld in ("toestemming", "anoniem") else "value")
            for veld in ("tekst", "rol", "soort", "richting", "hoe", "op", "door", "toestemming",
                         "anoniem")
        ),
        State({"type": "vertel-los", "veld": ALL}, "value"),
        prevent_initial_call=True,
    )  # fmt: skip
    def bewaar(kliks: int | None, basis: dict[str, Any], ververs: int, *waarden: Any) -> Any:
        if not kliks:
            return (no_update,) * 5
        return _bewaar(huis, basis, ververs, telling.Velden(*waarden[:-1], *waarden[-1]))

    @app.callback(
        Output("ververs", "data", allow_duplicate=True),
        Input({"type": "merk", "id": ALL}, "n_clicks"),
        State("ververs", "data"),
        prevent_initial_call=True,
    )
    def afhandelen(kliks: list[int | None], ververs: int) -> Any:
        if not any(kliks) or not isinstance(ctx.triggered_id, dict):
            return no_update
        huis.verhalen.handel_af(int(ctx.triggered_id["id"]), IEDEREEN)
        return ververs + 1


def _bewaar(huis: Huis, basis: dict[str, Any], ververs: int, velden: telling.Velden) -> Any:
    """Message, base of the form, address, refresh, and what is said aloud."""
    blijft = (no_update, no_update, no_update, no_update)
    try:
        verhaal = telling.bewaar(huis, basis, velden)
    except Gelijktijdig as botsing:
        nieuwe_basis = {**basis, "nummer": botsing.huidig.nummer}
        return formulier.gelijktijdig(botsing), nieuwe_basis, no_update, no_update, no_update
    except VerhaalFout as fout:
        return formulier.fout(str(fout)), *blijft
    except (GeenPublicatie, GebiedOnbekend):
        return formulier.fout(
            "De cijfers van dit gebied zijn nu niet te lezen; het verhaal is nog niet bewaard. "
            "Je tekst staat er nog: probeer het zo nog eens."
        ), *blijft
    except (SQLAlchemyError, OSError):
        log.exception("het verhaal is niet bewaard")
        return formulier.fout(
            "Het verhaal is nog niet bewaard: er is nu niet te schrijven. Je tekst staat er nog; "
            "probeer het zo nog eens."
        ), *blijft
    jaar = basis.get("grensjaar")
    zoek = "?" + address.buurt("x", jaar, verhaal=str(verhaal)).partition("?")[2]
    return None, no_update, zoek, ververs + 1, "Bewaard."


def _gebieden(app: Dash, huis: Huis) -> None:
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
        if wie["type"] == "gebied-erbij":
            areas.voeg_toe(pad, str(wie["id"]))
            return ververs + 1, "Toegevoegd aan Mijn buurten."
        areas.haal_weg(pad, str(wie["id"]))
        return ververs + 1, "Weggehaald uit Mijn buurten."

    @app.callback(
        Output("zoek-resultaat", "children"),
        Input("zoek-gebied", "value"),
        prevent_initial_call=True,
    )
    def zoek(term: str | None) -> Any:
        try:
            with huis.snapshots.lezing() as lezing:
                return start.zoekresultaat(lezing, term or "", areas.lees(pad).mijn_gebieden)
        except (GeenPublicatie, areas.KeuzeFout) as fout:
            return formulier.fout(str(fout))


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

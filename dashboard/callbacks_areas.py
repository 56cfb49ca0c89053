"""The wiring of Vergelijken and of areas of one's own."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update

from dashboard import address, own_area_table, own_areas
from dashboard.areas import KeuzeFout
from dashboard.context import Huis
from dashboard.pages import gebieden
from dashboard.panels import formulier, keuze
from dashboard.snapshot import GeenPublicatie
from dashboard.snapshot_compare import buurtjaren
from dashboard.words import aantal


def verbind(app: Dash, huis: Huis) -> None:
    """Adds the callbacks of these pages to the app."""
    _zoeken(app, huis)
    _kiezen(app, huis)
    _tabel(app, huis)
    _tabel_bewaren(app, huis)
    _verwijderen(app, huis)


def _zoeken(app: Dash, huis: Huis) -> None:
    @app.callback(
        Output("zoek-vergelijk-resultaat", "children"),
        Input("zoek-vergelijk", "value"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def zoek(term: str | None, adres: str | None) -> Any:
        try:
            with huis.snapshots.lezing() as lezing:
                return keuze.resultaat(huis, lezing, term or "", adres or "")
        except (GeenPublicatie, KeuzeFout) as fout:
            return formulier.fout(str(fout))


def _kiezen(app: Dash, huis: Huis) -> None:
    pad = huis.instellingen.datamap.eigen_gebieden

    @app.callback(
        Output("nieuw-buurten", "data"),
        Input("nieuw-buurten", "searchValue"),
        State("nieuw-buurten", "value"),
        prevent_initial_call=True,
    )
    def vul(term: str | None, gekozen: list[str] | None) -> Any:
        try:
            with huis.snapshots.lezing() as lezing:
                return gebieden.keuzes(huis, lezing, term or "", gekozen or [])
        except GeenPublicatie:
            return no_update

    @app.callback(
        Output("nieuw-melding", "children"),
        Output("url", "href", allow_duplicate=True),
        Output("bericht", "children", allow_duplicate=True),
        Input("nieuw-bewaar", "n_clicks"),
        State("nieuw-naam", "value"),
        State("nieuw-buurten", "value"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def bewaar(
        kliks: int | None, naam: str | None, codes: list[str] | None, zoek: str | None
    ) -> Any:  # fmt: skip
        if not kliks:
            return no_update, no_update, no_update
        try:
            with huis.snapshots.lezing() as lezing:
                nieuw = own_areas.maak_gebied(lezing, naam or "", codes or [])
            oud = dict(address.lees("/gebieden", zoek).vragen).get("wijzig")
            bewaard = (
                own_areas.wijzig(pad, oud, nieuw) if oud else own_areas.bewaar(pad, [nieuw])[0]
            )
        except (GeenPublicatie, KeuzeFout, own_areas.GebiedFout, OSError) as fout:
            return formulier.fout(_zin(fout)), no_update, no_update
        return None, address.eigen(bewaard.id), "Het gebied is bewaard."


def _zin(fout: Exception) -> str:
    if isinstance(fout, OSError):
        return "Er is nu niet te schrijven; er is niets bewaard. Probeer het zo nog eens."
    return str(fout)


def _tabel(app: Dash, huis: Huis) -> None:
    pad = huis.instellingen.datamap.eigen_gebieden

    @app.callback(
        Output("tabel-voorbeeld", "children"),
        Output("tabel-inhoud", "data"),
        Output("tabel-knop", "hidden"),
        Input("tabel-bestand", "contents"),
        State("tabel-bestand", "filename"),
        prevent_initial_call=True,
    )
    def lees(inhoud: str | None, bestand: str | None) -> Any:
        if not inhoud:
            return no_update, no_update, no_update
        try:
            ruw = base64.b64decode(inhoud.partition(",")[2], validate=True)
            with huis.snapshots.lezing() as lezing:
                tabel = own_area_table.lees(ruw, bestand or "bestand", buurtjaren(lezing))
                al = {g.naam.casefold() for g in own_areas.lees(pad)}
                beeld = gebieden.voorbeeld(lezing, bestand or "bestand", tabel, al)
        except binascii.Error:
            return (
                formulier.fout("Het bestand kwam niet heel aan. Probeer het nog eens."),
                None,
                True,
            )
        except (GeenPublicatie, KeuzeFout, own_area_table.TabelFout) as fout:
            return formulier.fout(str(fout)), None, True
        data = {"bron": (bestand or "bestand")[:120], "gebieden": tabel.gebieden,
                "grensjaar": tabel.grensjaar}  # fmt: skip
        return beeld, data, not tabel.gebieden


def _tabel_bewaren(app: Dash, huis: Huis) -> None:
    pad = huis.instellingen.datamap.eigen_gebieden

    @app.callback(
        Output("tabel-melding", "children"),
        Output("ververs", "data", allow_duplicate=True),
        Output("bericht", "children", allow_duplicate=True),
        Input("tabel-bewaar", "n_clicks"),
        State("tabel-inhoud", "data"),
        State("ververs", "data"),
        prevent_initial_call=True,
    )
    def bewaar(kliks: int | None, data: dict[str, Any] | None, ververs: int) -> Any:
        if not kliks or not data:
            return no_update, no_update, no_update
        try:
            with huis.snapshots.lezing() as lezing:
                jaren = buurtjaren(lezing)
                nieuw = [
                    own_areas.maak_gebied(
                        lezing, naam, codes, str(data["bron"]), data.get("grensjaar"), jaren
                    )
                    for naam, codes in dict(data["gebieden"]).items()
                ]
            own_areas.bewaar(pad, nieuw, vervang=True)
        except (GeenPublicatie, KeuzeFout, own_areas.GebiedFout, OSError) as fout:
            return formulier.fout(_zin(fout)), no_update, no_update
        return None, ververs + 1, f"{aantal(len(nieuw), 'gebied', 'gebieden')} bewaard."


def _verwijderen(app: Dash, huis: Huis) -> None:
    @app.callback(
        Output("url", "href", allow_duplicate=True),
        Output("bericht", "children", allow_duplicate=True),
        Input({"type": "gebied-verwijder", "id": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def verwijder(kliks: list[int | None]) -> Any:
        if not any(kliks) or not isinstance(ctx.triggered_id, dict):
            return no_update, no_update
        pad = huis.instellingen.datamap.eigen_gebieden
        try:
            weg = own_areas.verwijder(pad, str(ctx.triggered_id["id"]))
        except (KeuzeFout, OSError) as fout:
            return no_update, _zin(fout)
        return (
            "/gebieden",
            f"{weg.naam} is verwijderd." if weg else "Dat gebied was er al niet meer.",
        )

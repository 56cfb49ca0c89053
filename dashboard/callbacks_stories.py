"""The wiring of telling: writing, reading along, binding, and putting marks away."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from sqlalchemy.exc import SQLAlchemyError

from dashboard import address, telling
from dashboard.context import IEDEREEN, Huis
from dashboard.panels import formulier
from dashboard.panels.meelezen import meelezen
from dashboard.snapshot import GebiedOnbekend, GeenPublicatie
from dashboard.stories import erasure, reading
from dashboard.stories.guard import NietToegestaan
from dashboard.stories.repository import Gelijktijdig, VerhaalFout

log = logging.getLogger(__name__)
VELDEN = {
    "tekst": "value", "rol": "value", "soort": "value", "richting": "value", "hoe": "value",
    "op": "value", "door": "value", "toestemming": "checked", "anoniem": "checked",
    "bron": "value", "perspectief": "value", "themas": "value",
}  # fmt: skip
"""Fields of the form as `telling.Velden` names them, with the property that holds them."""
NIET_BEWAARD = (
    "Het verhaal is nog niet bewaard: er is nu niet te schrijven. Je tekst staat er nog; probeer "
    "het zo nog eens."
)


def verbind_verhalen(app: Dash, huis: Huis) -> None:
    """Adds what writes stories, bindings and readings."""
    _in_de_browser(app)
    _meelezen(app, huis)
    _bewaren(app, huis)
    _koppelen(app, huis)
    _weghalen(app, huis)
    _afhandelen(app, huis)
    _nalezen(app, huis)


def _in_de_browser(app: Dash) -> None:
    """What needs no server: the chosen figure, a figure put into the text, and what was typed."""
    app.clientside_callback(
        ClientsideFunction("verhaal", "cijfer"),
        Output({"type": "vertel-los", "veld": ALL}, "value"),
        Input("url", "search"),
        State({"type": "vertel-los", "veld": ALL}, "value"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("verhaal", "voegIn"),
        Output("vertel-tekst", "value"),
        Output("vertel-invoegen", "value"),
        Input("vertel-invoegen", "value"),
        State("vertel-tekst", "value"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("verhaal", "onthoud"),
        Output("vertel-hersteld", "children"),
        *(Input(f"vertel-{veld}", eigenschap) for veld, eigenschap in VELDEN.items()),
        Input({"type": "vertel-los", "veld": ALL}, "value"),
        State({"type": "vertel-los", "veld": ALL}, "id"),
        State("vertel-basis", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("verhaal", "vergeet"),
        Output("vertel-bewaard", "clear_data"),
        Input("vertel-bewaard", "data"),
        State("vertel-basis", "data"),
        prevent_initial_call=True,
    )


def _meelezen(app: Dash, huis: Huis) -> None:
    @app.callback(
        Output("vertel-lees", "children"),
        Input("vertel-meelezen", "data"),
        State("vertel-basis", "data"),
        prevent_initial_call=True,
    )
    def lees_mee(inhoud: str | None, basis: dict[str, Any] | None) -> Any:
        try:
            with huis.snapshots.lezing() as lezing:
                b = basis or {}
                buurt = lezing.buurt(str(b.get("gebied")), b.get("grensjaar"))
                return meelezen(inhoud or "", lezing, buurt)
        except (GeenPublicatie, GebiedOnbekend):
            return []


def _bewaren(app: Dash, huis: Huis) -> None:
    @app.callback(
        Output("vertel-melding", "children"),
        Output("vertel-basis", "data"),
        Output("vertel-bewaard", "data"),
        Output("url", "search"),
        Output("ververs", "data", allow_duplicate=True),
        Output("bericht", "children"),
        Input("vertel-bewaar", "n_clicks"),
        State("vertel-basis", "data"),
        State("ververs", "data"),
        *(State(f"vertel-{veld}", eigenschap) for veld, eigenschap in VELDEN.items()),
        State({"type": "vertel-los", "veld": ALL}, "value"),
        State({"type": "vertel-los", "veld": ALL}, "id"),
        prevent_initial_call=True,
    )
    def bewaar(kliks: int | None, basis: dict[str, Any], ververs: int, *waarden: Any) -> Any:
        if not kliks:
            return (no_update,) * 6
        los = {i["veld"]: w for i, w in zip(waarden[-1], waarden[-2], strict=True)}
        gevuld: dict[str, Any] = dict(zip(VELDEN, waarden, strict=False))
        gevuld["themas"] = tuple(gevuld["themas"] or ())
        velden = telling.Velden(**gevuld, cijfer=los.get("a-cijfer"), houding=los.get("b-houding"))
        return _bewaar(huis, basis, ververs, velden)


def _bewaar(huis: Huis, basis: dict[str, Any], ververs: int, velden: telling.Velden) -> Any:
    """Message, base of the form, that it was kept, address, refresh, and what is said aloud."""
    blijft = (no_update,) * 5
    try:
        verhaal = telling.bewaar(huis, basis, velden)
    except Gelijktijdig as botsing:
        nieuw = {**basis, "nummer": botsing.huidig.nummer}
        with huis.snapshots.lezing() as lezing:
            return formulier.gelijktijdig(botsing, lezing.catalogus), nieuw, *blijft[1:]
    except (VerhaalFout, NietToegestaan) as fout:
        return formulier.fout(str(fout)), *blijft
    except (GeenPublicatie, GebiedOnbekend):
        return formulier.fout(
            "De cijfers van dit gebied zijn nu niet te lezen; het verhaal is nog niet bewaard. "
            "Je tekst staat er nog: probeer het zo nog eens."
        ), *blijft
    except (SQLAlchemyError, OSError):
        log.exception("het verhaal is niet bewaard")
        return formulier.fout(NIET_BEWAARD), *blijft
    zoek = _terug({**basis, "verhaal": str(verhaal)})
    return None, no_update, str(verhaal), zoek, ververs + 1, "Bewaard."


def _koppelen(app: Dash, huis: Huis) -> None:
    @app.callback(
        Output("koppel-melding", "children"),
        Output("url", "search", allow_duplicate=True),
        Output("ververs", "data", allow_duplicate=True),
        Output("bericht", "children", allow_duplicate=True),
        Input("koppel-bewaar", "n_clicks"),
        State("koppel-basis", "data"),
        State("ververs", "data"),
        *(State(f"koppel-{veld}", "value") for veld in ("cijfer", "houding", "door")),
        prevent_initial_call=True,
    )
    def koppel(kliks: int | None, basis: dict[str, Any], ververs: int, *velden: Any) -> Any:
        if not kliks:
            return (no_update,) * 4
        fout = _probeer(lambda: telling.koppel(huis, basis, *velden))
        if fout:
            return formulier.fout(fout), no_update, no_update, no_update
        return None, _terug(basis), ververs + 1, "Gekoppeld."

    @app.callback(
        Output("koppel-melding", "children", allow_duplicate=True),
        Output("url", "search", allow_duplicate=True),
        Output("ververs", "data", allow_duplicate=True),
        Output("bericht", "children", allow_duplicate=True),
        Input({"type": "los", "id": ALL}, "n_clicks"),
        State("koppel-basis", "data"),
        State("koppel-door", "value"),
        State("ververs", "data"),
        prevent_initial_call=True,
    )
    def maak_los(kliks: list[int | None], basis: dict[str, Any], door: Any, ververs: int) -> Any:
        if not any(kliks) or not isinstance(ctx.triggered_id, dict):
            return (no_update,) * 4
        wie = str(door or "").strip() or IEDEREEN
        koppeling = int(ctx.triggered_id["id"])
        fout = _probeer(lambda: huis.verhalen.herkoppel(koppeling, None, wie))
        if fout:
            return formulier.fout(fout), no_update, no_update, no_update
        return None, _terug(basis), ververs + 1, "Losgemaakt; het staat in de geschiedenis."


def _weghalen(app: Dash, huis: Huis) -> None:
    uit = (
        Output("url", "search", allow_duplicate=True),
        Output("ververs", "data", allow_duplicate=True),
        Output("bericht", "children", allow_duplicate=True),
    )

    def klaar(werk: Any, basis: dict[str, Any], ververs: int, gezegd: str) -> Any:
        fout = _probeer(lambda: werk(uuid.UUID(str(basis["verhaal"]))))
        if fout:
            return formulier.fout(fout), no_update, no_update, no_update
        return None, _terug({**basis, "verhaal": None}), ververs + 1, gezegd

    @app.callback(
        Output("weg-melding", "children"),
        *uit,
        Input("weg-intrekken", "n_clicks"),
        State("weg-basis", "data"),
        State("ververs", "data"),
        prevent_initial_call=True,
    )
    def trek_in(kliks: int | None, basis: dict[str, Any], ververs: int) -> Any:
        if not kliks:
            return (no_update,) * 4
        nummer = int(basis.get("nummer") or 0)
        werk = lambda verhaal: reading.trek_in(huis.verhalen, verhaal, nummer, IEDEREEN)  # noqa: E731
        return klaar(werk, basis, ververs, "Ingetrokken: het verhaal is hier niet meer te zien.")

    @app.callback(
        Output("weg-melding", "children", allow_duplicate=True),
        *uit,
        Input("weg-wissen", "n_clicks"),
        State("weg-zeker", "checked"),
        State("weg-basis", "data"),
        State("ververs", "data"),
        prevent_initial_call=True,
    )
    def wis(kliks: int | None, zeker: bool, basis: dict[str, Any], ververs: int) -> Any:
        if not kliks:
            return (no_update,) * 4
        if not zeker:
            wat = "Zet eerst het vinkje: wissen is niet terug te draaien."
            return formulier.fout(wat), no_update, no_update, no_update
        werk = lambda verhaal: erasure.wis(huis.verhalen, verhaal, IEDEREEN)  # noqa: E731
        return klaar(werk, basis, ververs, "Gewist, in elke kopie die het product bewaart.")


def _terug(basis: dict[str, Any]) -> str:
    """The address after binding: the story where it now stands."""
    adres = address.buurt(
        "x", basis.get("grensjaar"), verhaal=basis["verhaal"], bril=basis.get("bril")
    )
    return "?" + adres.partition("?")[2]


def _probeer(werk: Any) -> str:
    """Does a write; what went wrong, in words for the one who asked; empty when it was done."""
    try:
        werk()
    except (VerhaalFout, NietToegestaan) as fout:
        return str(fout)
    except Gelijktijdig:
        return "De woorden zijn intussen veranderd. Laad de pagina opnieuw en lees ze nog eens."
    except (GeenPublicatie, GebiedOnbekend):
        return "De cijfers van dit gebied zijn nu niet te lezen; probeer het zo nog eens."
    except (SQLAlchemyError, OSError):
        log.exception("niet geschreven")
        return "Er is nu niet te schrijven; er is niets veranderd. Probeer het zo nog eens."
    return ""


def _afhandelen(app: Dash, huis: Huis) -> None:
    @app.callback(
        Output("ververs", "data", allow_duplicate=True),
        Output("bericht", "children", allow_duplicate=True),
        Input({"type": "merk", "id": ALL}, "n_clicks"),
        State("ververs", "data"),
        prevent_initial_call=True,
    )
    def afhandelen(kliks: list[int | None], ververs: int) -> Any:
        if not any(kliks) or not isinstance(ctx.triggered_id, dict):
            return no_update, no_update
        merk = int(ctx.triggered_id["id"])
        fout = _probeer(lambda: huis.verhalen.handel_af(merk, IEDEREEN))
        return (no_update, fout) if fout else (ververs + 1, "Gezien.")


def _nalezen(app: Dash, huis: Huis) -> None:
    @app.callback(
        Output("lees-melding", "children"),
        Output("ververs", "data", allow_duplicate=True),
        Output("bericht", "children", allow_duplicate=True),
        Input({"type": "lees-ja", "id": ALL}, "n_clicks"),
        Input({"type": "lees-nee", "id": ALL}, "n_clicks"),
        State({"type": "lees-reden", "id": ALL}, "value"),
        State({"type": "lees-reden", "id": ALL}, "id"),
        State("lees-door", "value"),
        State("ververs", "data"),
        prevent_initial_call=True,
    )
    def lees(
        ja: list[int | None],
        nee: list[int | None],
        redenen: list[str | None],
        ids: list[dict[str, str]],
        door: str | None,
        ververs: int,
    ) -> Any:
        wie = ctx.triggered_id
        if not (any(ja) or any(nee)) or not isinstance(wie, dict):
            return (no_update,) * 3
        per = {i["id"]: r for i, r in zip(ids, redenen, strict=True)}
        verhaal, _, nummer = str(wie["id"]).partition("|")
        akkoord = wie["type"] == "lees-ja"
        fout = _probeer(
            lambda: reading.lees_na(
                huis.verhalen,
                uuid.UUID(verhaal),
                int(nummer),
                akkoord,
                (per.get(wie["id"]) or ""),
                (door or "").strip() or IEDEREEN,
            )
        )
        if fout:
            return formulier.fout(fout), no_update, fout
        zeg = "Gelezen, mag gedeeld." if akkoord else "Teruggegeven aan de schrijver."
        return None, ververs + 1, zeg

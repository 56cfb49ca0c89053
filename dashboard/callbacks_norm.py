"""The wiring of the page Norm: other numbers to the address, a new version to the settings."""

from __future__ import annotations

import logging
from typing import Any

from dash import ALL, Dash, Input, Output, State, no_update

from dashboard import norm
from dashboard.areas import KeuzeFout
from dashboard.context import Huis
from dashboard.norm import NormFout, Voorstel
from dashboard.pages.norm import adres_van
from dashboard.panels import formulier
from dashboard.snapshot import GeenPublicatie
from dashboard.stories.repository import VerhaalFout, nu
from dashboard.telling import lees_datum
from dashboard.who import huidig

log = logging.getLogger(__name__)


def verbind(app: Dash, huis: Huis) -> None:
    """Adds the callbacks of the page to the app."""

    @app.callback(
        Output("url", "href", allow_duplicate=True),
        Input("norm-toon", "n_clicks"),
        State("norm-waar", "value"),
        State("norm-gebied", "data"),
        State("norm-jaren", "value"),
        State("norm-kans", "value"),
        State({"type": "norm-drempel", "as": ALL}, "value"),
        State({"type": "norm-drempel", "as": ALL}, "id"),
        prevent_initial_call=True,
    )
    def toon(
        kliks: int | None, waar: str, gebied: str | None, jaren: Any, kans: Any,
        drempels: list[Any], ids: list[dict[str, str]],
    ) -> Any:  # fmt: skip
        if not kliks:
            return no_update
        anders = {i["as"]: _getal(d) for i, d in zip(ids, drempels, strict=True)}
        deel = _getal(kans)
        anders |= {"jaren": _getal(jaren), "kans": None if deel is None else deel / 100}
        return adres_van(waar, gebied, anders)

    @app.callback(
        Output("norm-melding", "children"),
        Output("ververs", "data", allow_duplicate=True),
        Output("bericht", "children", allow_duplicate=True),
        Input("norm-bewaar", "n_clicks"),
        State("ververs", "data"),
        State("norm-nieuw-naam", "value"),
        State("norm-nieuw-reden", "value"),
        State("norm-nieuw-jaren", "value"),
        State("norm-nieuw-kans", "value"),
        State("norm-nieuw-door", "value"),
        State("norm-nieuw-herzien", "value"),
        State({"type": "norm-nieuw", "as": ALL}, "value"),
        State({"type": "norm-nieuw", "as": ALL}, "id"),
        prevent_initial_call=True,
    )
    def bewaar(kliks: int | None, ververs: int, *velden: Any) -> Any:
        if not kliks:
            return (no_update,) * 3
        try:
            nieuw = stel_vast(huis, *velden)
        except (NormFout, KeuzeFout, VerhaalFout, GeenPublicatie) as fout:
            return formulier.fout(str(fout)), no_update, no_update
        except OSError:
            log.exception("de norm is niet bewaard")
            return formulier.fout("Er is nu niet te schrijven; er is niets bewaard."), *_NIETS
        return None, ververs + 1, f"De norm is vastgesteld, versie {nieuw.versie}."


_NIETS = (no_update, no_update)


def stel_vast(
    huis: Huis, naam: str, reden: str, jaren: Any, kans: Any, door: str, herzien: str,
    drempels: list[Any], ids: list[dict[str, str]],
) -> norm.Norm:  # fmt: skip
    """Keeps a new version of the norm as filled in; signed with the account where there is one.

    Raises:
        NormFout: naming what is not right.
        VerhaalFout: a day that is none.
        GeenPublicatie: without one there are no axes.
    """
    wie = huidig()
    voorstel = Voorstel(
        naam or "", reden or "",
        {i["as"]: _getal(d) for i, d in zip(ids, drempels, strict=True)},
        int(_getal(jaren) or 1), (_getal(kans) or 0) / 100, lees_datum(herzien),
    )  # fmt: skip
    with huis.snapshots.lezing() as lezing:
        return norm.stel_vast(
            huis.instellingen.datamap.normen, lezing.catalogus, voorstel,
            (door or "") if wie.lokaal else wie.naam, nu().date(),
        )  # fmt: skip


def _getal(waarde: Any) -> float | None:
    """A number from a field; None when it was left empty."""
    try:
        return float(waarde)
    except (TypeError, ValueError):
        return None

"""The dashboard: `create_app(settings)` gives a Dash app that is ready to serve."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dash import Dash

from dashboard import (
    callbacks_access,
    callbacks_areas,
    callbacks_atelier,
    callbacks_bijeenkomst,
    callbacks_norm,
    callbacks_phone,
    callbacks_sheets,
    export_routes,
    map_trial,
)
from dashboard.callbacks import verbind
from dashboard.compress import verklein
from dashboard.context import Huis, open_huis
from dashboard.gate import bewaak
from dashboard.kept import voeg_in
from dashboard.pages import aanmelden, inbreng, meedoen
from dashboard.phone import routes as telefoonroutes
from dashboard.settings import Instellingen
from dashboard.sheets import routes as bladroutes
from dashboard.shell import HTML, NAAM, raam
from dashboard.web import beveilig, routes


class _App(Dash):
    """Dash with Dutch words while the page is loading."""

    def interpolate_index(self, **stukken: Any) -> str:
        """The first page, as Dash makes it, with its one English word replaced."""
        stukken["app_entry"] = str(stukken["app_entry"]).replace("Loading...", "Even laden …")
        return str(super().interpolate_index(**stukken))


def create_app(instellingen: Instellingen, huis: Huis | None = None) -> Dash:
    """Builds the app; everything it serves comes from this computer.

    Args:
        instellingen: where data and stories are.
        huis: the opened parts, when the caller keeps them.
    """
    huis = huis or open_huis(instellingen)
    app = _App(
        __name__,
        assets_folder=str(Path(__file__).resolve().parent / "assets"),
        pages_folder="",
        use_pages=False,
        serve_locally=True,
        suppress_callback_exceptions=True,
        title=NAAM,
        update_title="",
        index_string=HTML,
        meta_tags=[
            {"name": "viewport", "content": "width=device-width, initial-scale=1"},
            {"name": "description", "content": "Cijfers naast verhalen, per buurt."},
            {"name": "color-scheme", "content": "light dark"},
        ],
    )
    app.layout = raam  # asked per visitor: the menu shows what the role may
    verbind(app, huis)
    callbacks_areas.verbind(app, huis)
    callbacks_atelier.verbind(app, huis)
    callbacks_sheets.verbind(app, huis)
    callbacks_access.verbind(app, huis)
    callbacks_bijeenkomst.verbind(app, huis)
    callbacks_norm.verbind(app, huis)
    callbacks_phone.verbind(app, huis)
    routes(app.server, huis)
    map_trial.routes(app.server, huis)
    export_routes.routes(app.server, huis)
    bladroutes.routes(app.server, huis)
    inbreng.routes(app.server, huis)
    callbacks_bijeenkomst.routes(app.server, huis)
    meedoen.routes(app.server, huis)
    telefoonroutes.routes(app.server, huis)
    aanmelden.routes(app.server, bewaak(app, huis).accounts)
    beveilig(app)
    verklein(app.server)
    voeg_in(app.server)
    return app

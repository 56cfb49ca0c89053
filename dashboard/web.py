"""What the server gives besides pages: letters, health, and safe headers."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from dash import Dash
from flask import Flask, Response, abort, jsonify, send_file
from sqlalchemy.exc import SQLAlchemyError

from dashboard.context import Huis
from dashboard.map import routes as kaartroutes
from dashboard.pages.zoek import routes as zoekroutes
from dashboard.snapshot import GeenPublicatie

LETTERS = {
    "sans-400": ("font_source_sans_pro", "SourceSansPro-Regular"),
    "sans-400i": ("font_source_sans_pro", "SourceSansPro-It"),
    "sans-600": ("font_source_sans_pro", "SourceSansPro-Semibold"),
    "serif-400": ("font_source_serif_pro", "SourceSerifPro-Regular"),
    "serif-400i": ("font_source_serif_pro", "SourceSerifPro-It"),
    "serif-600": ("font_source_serif_pro", "SourceSerifPro-Semibold"),
}
"""Name in the stylesheet to package and file. The packages are found, never imported."""
_JAAR = 31_536_000


def _letter(naam: str) -> Path | None:
    pakket, bestand = LETTERS.get(naam, ("", ""))
    vondst = importlib.util.find_spec(pakket) if pakket else None
    for plek in (vondst.submodule_search_locations or ()) if vondst else ():
        pad = Path(plek) / "files" / f"{bestand}.ttf"
        if pad.is_file():
            return pad
    return None


def _gezond(huis: Huis) -> tuple[Response, int]:
    uit: dict[str, object] = {"status": "goed", "publicatie": None, "catalogus_hash": None}
    try:
        with huis.snapshots.lezing() as lezing:
            uit["publicatie"] = lezing.publicatie.publicatie
            uit["catalogus_hash"] = lezing.publicatie.catalogus_hash
        if huis.snapshots.fout:
            uit |= {"status": "oude publicatie in gebruik", "melding": huis.snapshots.fout}
    except GeenPublicatie as fout:
        uit |= {"status": "geen publicatie", "melding": str(fout)}
    try:
        uit["verhalen"] = huis.verhalen.aantal()
    except SQLAlchemyError:
        uit |= {"status": "verhalen niet te lezen", "verhalen": None}
    return jsonify(uit), 200 if uit["status"] == "goed" else 503


def routes(server: Flask, huis: Huis) -> None:
    """Adds `/gezond`, `/letters/<naam>.ttf`, and what the map and the search box read."""
    kaartroutes(server, huis)
    zoekroutes(server, huis)

    @server.get("/gezond")
    def gezond() -> tuple[Response, int]:
        return _gezond(huis)

    @server.get("/letters/<naam>.ttf")
    def letters(naam: str) -> Response:
        pad = _letter(naam)
        if pad is None:
            abort(404)
        return send_file(pad, mimetype="font/ttf", max_age=_JAAR)


def beveilig(app: Dash) -> None:
    """Adds headers: only our own scripts, nothing from elsewhere, no framing, no guessing.

    `worker-src blob:` is for the map alone: MapLibre reads tiles in a worker that it makes from
    its own script. Scripts of a page may not be blobs.
    """
    kop: dict[str, str] = {}

    def beleid() -> str:
        scripts = " ".join(f"'{h.strip(chr(39))}'" for h in app.csp_hashes())
        return "; ".join(
            (
                "default-src 'self'",
                f"script-src 'self' {scripts}",
                "style-src 'self' 'unsafe-inline'",
                "img-src 'self' data:",
                "font-src 'self' data:",
                "connect-src 'self'",
                "worker-src blob:",
                "object-src 'none'",
                "base-uri 'self'",
                "form-action 'self'",
                "frame-ancestors 'none'",
            )
        )

    @app.server.after_request
    def koppen(antwoord: Response) -> Response:
        if "beleid" not in kop:
            kop["beleid"] = beleid()
        antwoord.headers.setdefault("Content-Security-Policy", kop["beleid"])
        antwoord.headers["X-Content-Type-Options"] = "nosniff"
        antwoord.headers["Referrer-Policy"] = "same-origin"  # forms of our own keep their Origin
        antwoord.headers["X-Frame-Options"] = "DENY"
        return antwoord

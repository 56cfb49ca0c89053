"""What the server gives a phone: an empty page that also works offline, and four small answers."""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Callable
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, g, jsonify, request
from sqlalchemy.exc import SQLAlchemyError

from dashboard.areas import KeuzeFout
from dashboard.context import Huis
from dashboard.gate import TELEFOON
from dashboard.phone import hear, photo, places, submit
from dashboard.phone.pairing import STIL, KoppelFout, Toestellen, Toestelsessie
from dashboard.settings import LUS
from dashboard.stories.guard import NietToegestaan, VerhaalFout
from indicators.catalogue import lees as lees_catalogus

log = logging.getLogger(__name__)
SCHERM = Path(__file__).resolve().parent / "scherm"
SOORTEN = {
    "telefoon.js": "text/javascript", "wachtrij.js": "text/javascript",
    "dienst.js": "text/javascript", "telefoon.css": "text/css",
    "app.webmanifest": "application/manifest+json",
}  # fmt: skip
"""What belongs to the page; nothing else is given from that folder."""
GROOTST = 4_500_000
"""Bytes of one submission: a photo as base64, with room."""
BELEID = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
    "connect-src 'self'", "worker-src 'self'", "manifest-src 'self'", "base-uri 'none'",
    "form-action 'none'", "frame-ancestors 'none'",
))  # fmt: skip
"""Stricter than the rest of the product: no style in the page, no blob, nothing by default."""
LATER = "Er is nu niet te schrijven. Het blijft op je telefoon staan en gaat straks vanzelf."


@cache
def versie() -> str:
    """Of which the page is made, in short: other words make another page."""
    som = hashlib.sha256(_pagina().encode())
    for naam in sorted(SOORTEN):
        som.update((SCHERM / naam).read_bytes())
    return som.hexdigest()[:16]


@cache
def _pagina() -> str:
    """The page with the catalogue's own words for where it is going; nothing of anyone in it."""
    keuzes = "".join(
        f'<label class="kant"><input type="radio" name="richting" value="{escape(k)}">'
        f"<span>{escape(w.removeprefix('het wordt ').removeprefix('het blijft '))}</span></label>"
        for k, w in lees_catalogus().woorden.richting.items()
    )
    tekst = (SCHERM / "telefoon.html").read_text(encoding="utf-8")
    return tekst.replace("<!-- richtingen -->", keuzes)


def routes(server: Flask, huis: Huis) -> None:
    """Adds `/telefoon`, what belongs to it, and `/foto/ID.jpg`."""
    _vast(server)
    _antwoorden(server, huis)

    @server.post("/telefoon/koppel")
    def telefoon_koppel() -> Response:
        return _veilig(lambda: _koppel(huis))

    @server.get("/foto/<uuid:foto>.jpg")
    def foto(foto: uuid.UUID) -> Response:
        ruw = photo.jpeg(huis.verhalen, foto)
        if ruw is None:
            abort(404)
        antwoord = Response(ruw, mimetype="image/jpeg")
        antwoord.headers["Cache-Control"] = "no-store"
        return antwoord


def _vast(server: Flask) -> None:
    """The page itself: the same for everyone, asked anew each time and mostly not changed."""

    @server.get("/telefoon")
    def telefoon() -> Response:
        return _bestand(_pagina().encode(), "text/html")

    @server.get("/telefoon/<naam>")
    def telefoon_deel(naam: str) -> Response:
        if naam not in SOORTEN:
            abort(404)
        ruw = (SCHERM / naam).read_bytes()
        if naam == "dienst.js":
            ruw = ruw.replace(b"__VERSIE__", versie().encode())
        antwoord = _bestand(ruw, SOORTEN[naam])
        if naam == "dienst.js":  # it lies under /telefoon/ and works for /telefoon too
            antwoord.headers["Service-Worker-Allowed"] = "/telefoon"
        return antwoord


def _antwoorden(server: Flask, huis: Huis) -> None:
    """The answers for a phone that the door let in (`gate`)."""

    @server.get("/telefoon/plekken")
    def telefoon_plekken() -> Response:
        return _veilig(lambda: _plekken(huis, g.toestel))

    @server.post("/telefoon/verhaal")
    def telefoon_verhaal() -> Response:
        return _veilig(lambda: _verhaal(huis, g.toestel))

    @server.get("/telefoon/terug")
    def telefoon_terug() -> Response:
        return _veilig(lambda: _json({"verhalen": hear.terug(huis.verhalen, g.toestel)}))

    @server.post("/telefoon/meelezen")
    def telefoon_meelezen() -> Response:
        return _veilig(lambda: _json({"hulp": submit.hulp(huis, str(_lees().get("tekst", "")))}))


def _bestand(ruw: bytes, soort: str) -> Response:
    antwoord = Response(ruw, mimetype=soort)
    antwoord.headers["Content-Security-Policy"] = BELEID
    antwoord.headers["Cache-Control"] = "no-cache"
    antwoord.headers["Permissions-Policy"] = "geolocation=(), camera=(), microphone=()"
    antwoord.add_etag()
    return antwoord.make_conditional(request)  # type: ignore[return-value]


def _json(inhoud: Any, status: int = 200) -> Response:
    antwoord = jsonify(inhoud)
    antwoord.status_code = status
    antwoord.headers["Cache-Control"] = "no-store"
    return antwoord


def _weiger(soort: str, melding: str, status: int) -> Response:
    antwoord = _json({"soort": soort, "melding": melding}, status)
    if status in (429, 503):
        antwoord.headers["Retry-After"] = "30"
    return antwoord


def _lees() -> dict[str, Any]:
    """What was sent, as JSON of a page of our own.

    Raises:
        InzendFout: when it is something else, or too much.
    """
    if not request.is_json:
        raise submit.InzendFout("tekst", "Deze inzending is niet te lezen.", 415)
    if (request.content_length or 0) > GROOTST:
        raise submit.InzendFout("tekst", "Dit is te groot om te versturen.", 413)
    ruw = request.get_json(silent=True)
    if not isinstance(ruw, dict):
        raise submit.InzendFout("tekst", "Deze inzending is niet te lezen.", 400)
    return ruw


def _veilig(werk: Callable[[], Response]) -> Response:
    """Does the work; what goes wrong is said so that the phone knows whether to try again."""
    try:
        return werk()
    except submit.InzendFout as fout:
        return _weiger(fout.soort, str(fout), fout.status)
    except KoppelFout as fout:
        return _weiger("koppel", str(fout), 410)
    except NietToegestaan as fout:
        return _weiger("plek", str(fout), 403)
    except VerhaalFout as fout:
        return _weiger("tekst", str(fout), 422)
    except (KeuzeFout, SQLAlchemyError, OSError):
        log.exception("een telefoon kon niet worden geholpen")
        return _weiger("later", LATER, 503)


def _koppel(huis: Huis) -> Response:
    sleutel = Toestellen(huis.verhalen).los_in(str(_lees().get("code", "")))
    antwoord = _json({"gekoppeld": True})
    veilig = request.is_secure or request.host.rpartition(":")[0].strip("[]") not in LUS
    antwoord.set_cookie(TELEFOON, sleutel, max_age=int(4 * STIL.total_seconds()), path="/telefoon",
                        httponly=True, secure=veilig, samesite="Strict")  # fmt: skip
    return antwoord


def _plekken(huis: Huis, van: Toestelsessie) -> Response:
    plekken = places.binnen(places.alle(huis), van.recht, van.plekken)
    rol = lees_catalogus().woorden.rol.get(van.rol, van.rol)
    return _json({
        "naam": van.wie.naam,
        "rol": rol,
        "fotos": places.instelling(huis).fotos,
        "plekken": [
            {"id": p.id, "naam": p.naam, "soort": p.soort, "buurt": p.buurt} for p in plekken
        ],
    })  # fmt: skip


def _verhaal(huis: Huis, van: Toestelsessie) -> Response:
    inzending = submit.lees(_lees())
    try:
        return _json(submit.neem_aan(huis, van, inzending))
    except submit.InzendFout as fout:
        if fout.soort == "dubbel":
            submit.log_dubbel(huis, van, inzending)
        raise

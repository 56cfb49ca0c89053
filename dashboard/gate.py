"""The door: every request passes here before any route or callback runs, and `access` decides.

Without accounts this computer alone may come in (loopback, and asked for by a loopback name, so
that no page elsewhere can borrow it). With accounts everyone signs in, here too.
"""

from __future__ import annotations

import hmac
import logging
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from dash import Dash
from flask import Response, g, jsonify, redirect, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import InternalServerError
from werkzeug.wrappers import Response as Antwoord

from dashboard import access, address
from dashboard.access import LOKAAL, NIEMAND, Wie
from dashboard.accounts import Accounts, Sessie
from dashboard.context import Huis
from dashboard.phone.pairing import Toestellen
from dashboard.settings import LUS
from dashboard.stories.guard import NietToegestaan
from dashboard.stories.repository import nu

log = logging.getLogger(__name__)
KOEKJE, CSRF = "telvertel", "_csrf_token"
TELEFOON = "telvertel_telefoon"
"""The cookie of a paired phone; the browser sends it under `/telefoon` only."""
VIA = ("X-Forwarded-For", "X-Forwarded-Host", "Forwarded")
"""What someone in between adds: then who asks is not at this computer."""
ZONDER_WOORD = ("/aanmelden", "/telefoon/koppel")
"""Where one comes in, so that no session is asked for its word."""
GROOTST = 24_000_000
"""Bytes of one request: the largest table that can be offered, with room."""
ONTHOUD = 900.0
"""Seconds that a session is still known for reading, when the store cannot be read."""


@dataclass
class Poort:
    """Decides on each request; remembers sessions for when the store cannot be read."""

    app: Dash
    accounts: Accounts
    _namen: dict[str, str] = field(default_factory=dict)
    _gezien: dict[str, tuple[float, Sessie]] = field(default_factory=dict)

    def open_(self) -> Antwoord | None:
        """Nothing when the request may go on; else the answer.

        Named by Flask's `before_request`.
        """
        g.wie, g.csrf = NIEMAND, None
        regel = request.url_rule.rule if request.url_rule else None
        if regel is None:
            return None  # Flask answers 404 or 405 itself
        if (nee := self._herken()) is not None:
            return nee
        wat = access.ROUTES.get(regel)
        if wat == "telefoon gebruiken" and (nee := self._telefoon()) is not None:
            return nee
        if wat is None and not g.wie.lokaal:
            return _weiger(403, "Deze weg is niet vrijgegeven.")
        if not access.mag(g.wie, wat or access.AANGEMELD, nu()):
            return self._niet_binnen()
        if request.method not in ("GET", "HEAD", "OPTIONS") and (nee := self._eigen()) is not None:
            return nee
        return self._callback() if regel == "/_dash-update-component" else None

    def _herken(self) -> Antwoord | None:
        """Who this is. Without accounts only this computer, asked for by its own name."""
        try:
            met_accounts = self.accounts.er_zijn()
        except SQLAlchemyError:
            log.exception("de accounts zijn niet te lezen")
            met_accounts = bool(self._gezien) or bool(request.cookies.get(KOEKJE))
        if not met_accounts:
            thuis = request.remote_addr in LUS and urlsplit(f"//{request.host}").hostname in LUS
            thuis = thuis and not any(kop in request.headers for kop in VIA)
            if not thuis:
                return _weiger(403, "Zonder accounts is dit alleen op deze computer te openen.")
            g.wie = LOKAAL
            return None
        sleutel = request.cookies.get(KOEKJE)
        if sleutel and (sessie := self._sessie(sleutel)) is not None:
            g.wie, g.csrf = sessie.wie, sessie.csrf
        return None

    def _telefoon(self) -> Antwoord | None:
        """Lets a paired phone pass as itself, and nobody else: whoever signed in is no phone."""
        g.wie, g.csrf, g.toestel = NIEMAND, None, None
        try:
            sleutel = request.cookies.get(TELEFOON)
            sessie = Toestellen(self.accounts.verhalen).sessie_van(sleutel) if sleutel else None
        except SQLAlchemyError:
            log.exception("de telefoons zijn niet te lezen")
            return _weiger(503, "Er is nu niet te lezen. Het blijft op je telefoon staan.")
        if sessie is None:
            return _weiger(401, "Deze telefoon is niet (meer) gekoppeld. Wat je schreef staat nog "
                                "op de telefoon. Vraag een nieuwe koppellink.")  # fmt: skip
        g.wie, g.toestel = sessie.wie, sessie
        return None

    def _sessie(self, sleutel: str) -> Sessie | None:
        try:
            sessie = self.accounts.sessie_van(sleutel)
        except SQLAlchemyError:
            toen, sessie = self._gezien.get(sleutel, (0.0, None))
            return sessie if time.monotonic() - toen < ONTHOUD else None
        if sessie is None:
            self._gezien.pop(sleutel, None)
        else:
            if len(self._gezien) > 1000:
                self._gezien.clear()
            self._gezien[sleutel] = (time.monotonic(), sessie)
        return sessie

    def _niet_binnen(self) -> Antwoord:
        if g.wie != NIEMAND:
            return _weiger(403, "Dat mag niet met jouw rol.")
        soort = request.accept_mimetypes
        if request.method == "GET" and soort.accept_html and not request.path.startswith("/_"):
            naar = quote(request.full_path.rstrip("?"), safe="/")
            return redirect(f"/aanmelden?naar={naar}", 303)
        return _weiger(
            401,
            "Je bent niet (meer) aangemeld. Wat je typte staat er nog: meld je aan in een ander "
            "tabblad en probeer het hier opnieuw.",
        )

    def _eigen(self) -> Antwoord | None:
        """A write has to come from our own page: same origin, and the session's own word."""
        herkomst = request.headers.get("Origin")
        if herkomst and urlsplit(herkomst).netloc != request.host:
            return _weiger(403, "Dit komt van een andere site en is niet uitgevoerd.")
        if request.path in ZONDER_WOORD or g.csrf is None:
            return None
        woord = request.headers.get("X-CSRFToken") or request.form.get("csrf", "")
        if not hmac.compare_digest(woord.encode(), g.csrf.encode()):
            return _weiger(403, "De pagina is verouderd. Laad hem opnieuw; je tekst staat er nog.")
        return None

    def _callback(self) -> Antwoord | None:
        """Decides per callback: what it does, and on which page it was asked."""
        vraag = request.get_json(silent=True)
        if not isinstance(vraag, dict) or not isinstance(vraag.get("output"), str):
            return _weiger(400, "Deze vraag is niet te lezen.")
        if not self._namen:
            self._namen = access.callback_namen(self.app.callback_map)
        naam = self._namen.get(vraag["output"])
        if naam is None:
            return _weiger(404, "Deze vraag kent de pagina niet.")
        nee = None if g.wie.lokaal else self._oordeel(naam, vraag)
        if nee is not None and _vanzelf(vraag):
            return Response(status=204)  # nobody asked for anything, so nobody is told no
        return nee

    def _oordeel(self, naam: str, vraag: dict[str, Any]) -> Response | None:
        """Nothing when who asks may do this, here and on this page; else the refusal."""
        wat = access.CALLBACKS.get(naam)
        if wat == access.DE_BUURT:
            return None if self._op_buurt(vraag) else _weiger(403, "Dat mag niet met jouw rol.")
        if wat is None or not access.mag(g.wie, wat, nu()):
            return _weiger(403, "Dat mag niet met jouw rol.")
        gebied = _gebied(vraag)
        overal = wat in (access.AANGEMELD, "cijfers zien")
        if gebied and not overal and not access.mag(g.wie, wat, nu(), [gebied]):
            return _weiger(403, f"Dat mag niet met jouw rol in {gebied[:12]}.")
        if wat != access.AANGEMELD and not self._op_pagina(vraag):
            return _weiger(403, "Deze pagina is niet voor jouw rol.")
        return None

    def _op_buurt(self, vraag: dict[str, Any]) -> bool:
        """Whether it was asked on the page of a buurt that this person may open."""
        adres = address.lees(str(_waarden(vraag).get(("url", "pathname")) or "/"), "")
        return adres.pagina == "buurt" and access.mag_pagina(
            g.wie, adres.pagina, adres.gebied, nu()
        )

    def _op_pagina(self, vraag: dict[str, Any]) -> bool:
        waarden = _waarden(vraag)
        if ("url", "pathname") not in waarden:
            return True
        adres = address.lees(str(waarden[("url", "pathname")] or "/"), "")
        return access.mag_pagina(g.wie, adres.pagina, adres.gebied, nu())


def _waarden(vraag: dict[str, Any]) -> dict[tuple[str, str], Any]:
    """What the page sent along, by id and property; patterns are left out."""
    uit: dict[tuple[str, str], Any] = {}
    for deel in [*(vraag.get("inputs") or []), *(vraag.get("state") or [])]:
        if isinstance(deel, dict) and isinstance(deel.get("id"), str):
            uit[(deel["id"], str(deel.get("property")))] = deel.get("value")
    return uit


def _vanzelf(vraag: dict[str, Any]) -> bool:
    """Whether a page asked this by being drawn: Dash then sends inputs that nobody touched."""
    ingangen = vraag.get("inputs") or []
    plat = [d for i in ingangen for d in (i if isinstance(i, list) else [i])]
    return bool(ingangen) and not any(isinstance(d, dict) and d.get("value") for d in plat)


def _gebied(vraag: dict[str, Any]) -> str | None:
    """The area that a form says it is about."""
    for (id_, _), waarde in _waarden(vraag).items():
        if id_.endswith("-basis") and isinstance(waarde, dict) and waarde.get("gebied"):
            return str(waarde["gebied"])
    return None


KAPOT = (
    "Dit is niet gelukt; dat is een fout in het product. Er is niets bewaard, en wat je typte "
    "staat er nog. In het venster waar het draait staat wat er misging."
)


def _weiger(code: int, woorden: str) -> Response:
    antwoord = jsonify({"melding": woorden})
    antwoord.status_code = code
    return antwoord


def bewaak(app: Dash, huis: Huis) -> Poort:
    """Puts the door in front of the app, and answers `/wie`."""
    poort = Poort(app, Accounts(huis.verhalen))
    with suppress(
        SQLAlchemyError
    ):  # known from the start, so that a store that fails opens nothing
        poort.accounts.er_zijn()
    app.server.config["MAX_CONTENT_LENGTH"] = GROOTST
    app.server.before_request(poort.open_)

    @app.server.errorhandler(NietToegestaan)
    def niet(fout: NietToegestaan) -> Response:
        return _weiger(403, str(fout))

    @app.server.errorhandler(500)  # Flask has logged it by then
    def kapot(_: InternalServerError) -> Response:
        return _weiger(500, KAPOT)

    @app.server.get("/wie")
    def wie() -> Response:
        w: Wie = g.wie
        antwoord = jsonify({"naam": w.naam, "lokaal": w.lokaal, "rollen": w.rollen})
        antwoord.headers["Cache-Control"] = "no-store"
        return antwoord

    return poort

"""What the server gives of sheets: PDF, HTML and the calendar, each after asking who is asking."""

from __future__ import annotations

import re

from flask import Flask, Response, abort

from dashboard.areas import KeuzeFout
from dashboard.context import Huis
from dashboard.sheets import agenda, batch, html, onsite, public
from dashboard.sheets.model import BladFout
from dashboard.sheets.round import Bladen
from dashboard.snapshot import GebiedOnbekend, GeenPublicatie
from dashboard.stories.guard import NietToegestaan
from indicators import regions

_STUK = re.compile(r"^(?:(versie)/(\d{1,9})|(concept|terug|avond)/([A-Z]{2}\w{2,8}))\.(pdf|html)$")
_SOORT = {"pdf": "application/pdf", "html": "text/html"}


def routes(server: Flask, huis: Huis) -> None:
    """Adds `/blad/versie/N.pdf`, `/blad/concept|terug|avond/CODE.pdf`, `/blad/agenda.ics`."""

    @server.get("/blad/<path:stuk>")
    def blad(stuk: str) -> Response:
        if stuk == "agenda.ics":
            return Response(agenda.ical(Bladen(huis)), mimetype="text/calendar")
        treffer = _STUK.match(stuk)
        if treffer is None:
            abort(404)
        try:
            return _geef(huis, *treffer.groups())
        except GebiedOnbekend:
            abort(404)
        except NietToegestaan as fout:
            return _zeg(str(fout), 403)
        except (BladFout, GeenPublicatie, KeuzeFout) as fout:
            return _zeg(str(fout), 409)


def _zeg(woorden: str, status: int) -> Response:
    return Response(woorden, status, mimetype="text/plain")


def _geef(
    huis: Huis,
    versie: str | None,
    nummer: str | None,
    wat: str | None,
    code: str | None,
    soort: str,
) -> Response:
    if versie and nummer:
        if soort != "pdf":
            abort(404)
        return _bestand(Bladen(huis).pdf(int(nummer)), f"buurtblad-{nummer}.pdf", soort)
    gebied = regions.schoon(code or "")
    huis.verhalen.bewaker.eis("blad zien", [gebied])
    maak = {"concept": batch.maak_een, "terug": public.maak, "avond": onsite.maak}[wat or ""]
    with huis.snapshots.lezing() as lezing:
        werk = maak(huis, lezing, gebied)
    if soort == "html":
        if not werk.vellen:
            abort(404)
        return _bestand(html.document(werk.vellen[0]).encode(), f"{wat}-{gebied}.html", soort)
    return _bestand(werk.pdf, f"{wat}-{gebied}.pdf", soort)


def _bestand(inhoud: bytes, naam: str, soort: str) -> Response:
    antwoord = Response(inhoud, mimetype=_SOORT[soort])
    antwoord.headers["Content-Disposition"] = f'inline; filename="{naam}"'
    antwoord.headers["Cache-Control"] = "no-store"
    return antwoord

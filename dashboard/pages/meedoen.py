"""Meedoen: the screen of someone who takes part in a meeting, by code, on a phone.

A plain page of its own, outside the app: it shows one meeting and leads nowhere else, and is light
enough for a phone on a bad line. It reads the meeting alone (`stories.meedoen`), never a figure.
"""

from __future__ import annotations

import hmac
import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, g, jsonify, redirect, request
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as Antwoord

from dashboard import meeting, privacy
from dashboard.context import Huis
from dashboard.panels import meedoen as paneel
from dashboard.settings import LUS
from dashboard.stories.bijeenkomst import (
    CODE_GELDT,
    GESLOTEN,
    BijeenkomstFout,
    schone_code,
)
from dashboard.stories.meedoen import Inzending, Meedoen, Onthuld, Plaats, TeVaak
from dashboard.stories.repository import vingerafdruk
from indicators import catalogue

KOEKJE = "telvertel_meedoen"
GROOTST = 32_000
"""Bytes of what is sent: a note with room to spare."""
NIET_BEWAARD = (
    "Er is nu niet te schrijven; dit is nog niet verstuurd. Je tekst staat er nog: probeer het zo "
    "nog eens."
)
TE_LANG = "Dit is veel te lang en is niet verstuurd. Je tekst staat er nog: kort hem in."
AL_VERHAAL = (
    "Deze notitie is er niet meer, of is al een verhaal. Wil je dat niet? Zeg het tegen de "
    "begeleider: die kan het laten wissen."
)
WEG = "Je doet niet (meer) mee aan een bijeenkomst. Vul de code in die op het scherm staat."


@dataclass(frozen=True)
class Deur:
    """What the routes below share."""

    huis: Huis

    @property
    def meedoen(self) -> Meedoen:
        """The meeting's small door."""
        return Meedoen(self.huis.verhalen)

    def sleutel(self) -> str | None:
        """The key that this browser holds."""
        return request.cookies.get(KOEKJE)

    def scherm(self, plaats: Plaats, melding: str = "", typt: str = "") -> Markup:
        """What someone sees now."""
        return paneel.scherm(plaats, self.meedoen.mijn(plaats), self.woorden(plaats), melding, typt)

    def woorden(self, plaats: Plaats) -> dict[str, str]:
        """What every write has to bring, besides the words."""
        return {"woord": woord(self.sleutel() or ""), "csrf": g.csrf or "",
                "sleutel": secrets.token_urlsafe(12)}  # fmt: skip


def woord(sleutel: str) -> str:
    """The word that every write of this browser brings; nobody without the key can make it."""
    return vingerafdruk(f"woord {sleutel}")[:32]


def routes(server: Flask, huis: Huis) -> None:
    """Adds `/meedoen` and what it asks while it is open."""
    deur = Deur(huis)

    @server.get("/meedoen")
    def meedoen() -> Antwoord:
        return _lees(deur, schone_code(request.args.get("code", "")))

    @server.post("/meedoen")
    def doe_mee() -> Antwoord:
        return _kom_binnen(deur)

    @server.get("/meedoen/<soort>")
    def vraag(soort: str) -> Antwoord:
        return _vraag(deur, soort)

    @server.post("/meedoen/<soort>")
    def doe(soort: str) -> Antwoord:
        return _doe(deur, soort)


def _lees(deur: Deur, code: str) -> Antwoord:
    """The meeting that this browser takes part in; else, or with another code, the form."""
    try:
        plaats = deur.meedoen.plaats(deur.sleutel())
        if plaats is not None and code in ("", plaats.bijeenkomst.code):
            return _blad(deur.scherm(plaats), plaats)
    except SQLAlchemyError:
        lees = "De bijeenkomst is nu niet te lezen. Probeer het zo nog eens."
        return _aanmeldblad(lees, code, 503)
    return _aanmeldblad("", code)


def _kom_binnen(deur: Deur) -> Antwoord:
    """Takes a code and gives the browser a key, or says what is wrong."""
    request.max_content_length = GROOTST
    code = ""
    try:
        code, rol = request.form.get("code", ""), request.form.get("rol", "")
        if rol not in catalogue.lees().woorden.rol:
            return _aanmeldblad("Kies nog als wat je meedoet.", code, 400)
        mag = request.form.get("toestemming") == "ja"
        sleutel = deur.meedoen.doe_mee(code, request.remote_addr or "", rol, mag)
    except TeVaak as fout:
        te_vaak = _aanmeldblad(str(fout), code, 429)
        te_vaak.headers["Retry-After"] = str(int(fout.wacht.total_seconds()) + 1)
        return te_vaak
    except RequestEntityTooLarge:
        return _aanmeldblad("Dat is geen code.", "", 413)
    except BijeenkomstFout as fout:
        return _aanmeldblad(str(fout), code, 404)
    except SQLAlchemyError:
        return _aanmeldblad("Meedoen lukt nu niet. Probeer het zo nog eens.", code, 503)
    antwoord = redirect("/meedoen", 303)
    veilig = request.is_secure or request.host.rpartition(":")[0].strip("[]") not in LUS
    antwoord.set_cookie(
        KOEKJE, sleutel, max_age=int(CODE_GELDT.total_seconds()), httponly=True, secure=veilig,
        samesite="Lax", path="/meedoen",
    )  # fmt: skip
    return antwoord


def _vraag(deur: Deur, soort: str) -> Antwoord:
    try:
        if soort == "stap":
            return _stap(deur)
        plaats = deur.meedoen.plaats(deur.sleutel()) if soort == "scherm" else None
        if plaats is not None:
            return _stil(Response(deur.scherm(plaats), mimetype="text/html"))
    except SQLAlchemyError:
        return _zeg(503, "Even geen verbinding met de bijeenkomst.")
    return _zeg(404, WEG)


def _doe(deur: Deur, soort: str) -> Antwoord:
    request.max_content_length = GROOTST
    werk = {"schrijf": _schrijf, "meelezen": _meelezen, "terug": _terug, "mag": _mag}.get(soort)
    try:
        sleutel = deur.sleutel() or ""
        plaats = deur.meedoen.plaats(sleutel)
        if werk is None or plaats is None:
            return _niet(deur, None, 404, WEG)
        gezegd = request.form.get("woord", "")
        if not hmac.compare_digest(gezegd.encode(), woord(sleutel).encode()):
            return _niet(deur, plaats, 403, "De pagina is verouderd. Laad hem opnieuw.")
        return werk(deur, plaats)
    except RequestEntityTooLarge:
        return _zeg(413, TE_LANG)
    except SQLAlchemyError:
        return _zeg(503, NIET_BEWAARD)


def _stap(deur: Deur) -> Antwoord:
    """The number of the step: all that is asked every second."""
    stap = deur.meedoen.stap(deur.sleutel())
    if stap is None:
        return _zeg(404, WEG)
    return _stil(jsonify({"stap": stap[0], "open": stap[1]}))


def _schrijf(deur: Deur, plaats: Plaats) -> Antwoord:
    vorm = request.form
    tekst = vorm.get("tekst", "")
    try:
        ronde, schatting = int(vorm.get("ronde", "0") or 0), _getal(vorm.get("schatting", ""))
        vondsten = privacy.vind(tekst[:2000], _plaatsen(deur, plaats)) if tekst.strip() else []
        deur.meedoen.schrijf(
            deur.sleutel() or "",
            Inzending(ronde, vorm.get("soort", ""), tekst, vorm.get("kant") or None, schatting,
                      bool(vondsten), vorm.get("sleutel", "")[:64] or None),
        )  # fmt: skip
    except Onthuld as fout:
        return _niet(deur, plaats, 409, str(fout), tekst)
    except BijeenkomstFout as fout:
        return _niet(deur, plaats, 400, str(fout), tekst)
    except ValueError:
        return _niet(deur, plaats, 400, "Dat is geen getal. Schrijf bijvoorbeeld 12 of 12,5.",
                     tekst)  # fmt: skip
    wacht = " Er staat misschien iets in waaraan iemand te herkennen is; de begeleider kijkt er " \
        "eerst naar." if vondsten else ""  # fmt: skip
    return _klaar(deur, f"Verstuurd.{wacht}")


def _getal(tekst: str) -> float | None:
    """A number as people type it; empty is none.

    Raises:
        ValueError: when it is no number.
    """
    kaal = tekst.strip().strip("€%").strip()
    if not kaal:
        return None
    if len(kaal) > 20:
        raise ValueError("te lang")
    if "," in kaal:
        kaal = kaal.replace(".", "").replace(",", ".")
    elif kaal.count(".") and len(kaal.rpartition(".")[2]) == 3:
        kaal = kaal.replace(".", "")
    getal = float(kaal)
    if not -1e9 < getal < 1e9:
        raise ValueError("geen gewoon getal")
    return getal


def _plaatsen(deur: Deur, plaats: Plaats) -> list[str]:
    return meeting.plaatsnamen(deur.huis, plaats.bijeenkomst.gebied)


def _meelezen(deur: Deur, plaats: Plaats) -> Antwoord:
    """Words in a text that is being written by which someone may be recognised; kept nowhere."""
    tekst = request.form.get("tekst", "")[:2000]
    vondsten = privacy.vind(tekst, _plaatsen(deur, plaats)) if tekst.strip() else []
    return _stil(jsonify([{"woorden": v.woorden[:60], "advies": privacy.ADVIES[v.soort]}
                          for v in vondsten[:6]]))  # fmt: skip


def _terug(deur: Deur, plaats: Plaats) -> Antwoord:
    try:
        notitie = uuid.UUID(request.form.get("notitie", ""))
    except ValueError:
        return _niet(deur, plaats, 400, "Die notitie is er niet.")
    if not deur.meedoen.neem_terug(deur.sleutel() or "", notitie):
        return _niet(deur, plaats, 409, AL_VERHAAL)
    return _klaar(deur, "Weggehaald.")


def _mag(deur: Deur, plaats: Plaats) -> Antwoord:
    ja = request.form.get("toestemming") == "ja"
    deur.meedoen.toestemming(deur.sleutel() or "", ja)
    return _klaar(deur, "Je notities mogen een verhaal worden." if ja
                  else "Je notities worden geen verhaal.")  # fmt: skip


def _klaar(deur: Deur, woorden: str) -> Antwoord:
    """After a write: the screen as it is now, or without scripts the page again."""
    plaats = deur.meedoen.plaats(deur.sleutel())
    if plaats is None:
        return _zeg(404, WEG)
    if not _met_script():
        return redirect("/meedoen", 303)
    return _stil(Response(deur.scherm(plaats, woorden), mimetype="text/html"))


def _niet(deur: Deur, plaats: Plaats | None, code: int, woorden: str, typt: str = "") -> Antwoord:
    if _met_script():
        return _zeg(code, woorden)
    if plaats is None:
        return _aanmeldblad(woorden, "", code)
    return _blad(deur.scherm(plaats, woorden, typt[:4000]), plaats, code)


def _met_script() -> bool:
    return request.headers.get("X-Meedoen") == "1"


def _zeg(code: int, woorden: str) -> Antwoord:
    antwoord = jsonify({"melding": woorden})
    antwoord.status_code = code
    return _stil(antwoord)


def _stil(antwoord: Response) -> Response:
    antwoord.headers["Cache-Control"] = "no-store"
    return antwoord


def _blad(inhoud: Markup, plaats: Plaats, code: int = 200) -> Response:
    b = plaats.bijeenkomst
    stand: dict[str, Any] = {"stap": b.stap, "open": "" if b.fase == GESLOTEN else "ja"}
    return _stil(Response(paneel.blad(b.naam, inhoud, stand), code, mimetype="text/html"))


def _aanmeldblad(melding: str, code: str, status: int = 200) -> Response:
    rollen = catalogue.lees().woorden.rol
    inhoud = paneel.aanmelden(rollen, melding, code[:12], g.csrf or "")
    return _stil(Response(paneel.blad("Meedoen", inhoud, {}), status, mimetype="text/html"))

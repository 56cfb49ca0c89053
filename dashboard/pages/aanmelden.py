"""Signing in and out: a plain form that also works without scripts."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from flask import Flask, Response, g, redirect, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as Antwoord

from dashboard.accounts import LANGST, Accounts, TeVaak
from dashboard.settings import LUS

KOEKJE, CSRF = "telvertel", "_csrf_token"
_BLAD = """<!DOCTYPE html>
<html lang="nl"><head><meta charset="utf-8"><title>Aanmelden – Tel &amp; Vertel</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" type="image/svg+xml" href="/assets/merk.svg">
<link rel="stylesheet" href="/assets/telvertel.css">
<link rel="stylesheet" href="/assets/rechten.css">
</head><body class="aanmelden"><main>
<p class="merknaam"><span class="tel">Tel</span> &amp; <span class="vertel-naam">Vertel</span></p>
<h1>Aanmelden</h1>
{melding}
<form method="post" action="/aanmelden">
<input type="hidden" name="naar" value="{naar}">
<label for="naam">Inlognaam</label>
<input id="naam" name="naam" autocomplete="username" autocapitalize="none" required
 value="{naam}"{eerst}>
<label for="wachtwoord">Wachtwoord</label>
<input id="wachtwoord" name="wachtwoord" type="password" autocomplete="current-password" required>
<button type="submit" class="knop knop-hoofd">Aanmelden</button>
</form>
<p class="zacht">Geen account, of je wachtwoord kwijt? Vraag het de applicatiebeheerder.</p>
</main></body></html>"""


def _blad(melding: str = "", naam: str = "", naar: str = "/", code: int = 200) -> Response:
    rood = f'<p class="melding melding-fout" role="alert">{escape(melding)}</p>' if melding else ""
    html = _BLAD.format(
        melding=rood,
        naam=escape(naam[:80], quote=True),
        naar=escape(naar, quote=True),
        eerst="" if naam else " autofocus",
    )
    antwoord = Response(html, code, mimetype="text/html")
    antwoord.headers["Cache-Control"] = "no-store"
    return antwoord


def veilig_pad(naar: str | None) -> str:
    """An address inside the product; anything that leads elsewhere becomes the first page."""
    pad = (naar or "/")[:2000]
    vreemd = (
        not pad.startswith("/") or pad.startswith(("//", "/\\")) or pad.startswith("/aanmelden")
    )
    return "/" if vreemd or any(ord(c) < 32 for c in pad) else pad


def routes(server: Flask, accounts: Accounts) -> None:
    """Adds `/aanmelden` and `/afmelden`."""

    @server.get("/aanmelden")
    def aanmelden() -> Antwoord:
        naar = veilig_pad(request.args.get("naar"))
        if g.wie.lokaal or g.wie.rechten:
            return redirect(quote(naar, safe="/?&=#:,%"), 303)
        return _blad(naar=naar)

    @server.post("/aanmelden")
    def meld_aan() -> Antwoord:
        naam, naar = request.form.get("naam", ""), veilig_pad(request.form.get("naar"))
        try:
            sleutel = accounts.meld_aan(
                naam, request.form.get("wachtwoord", ""), request.remote_addr or ""
            )
            sessie = accounts.sessie_van(sleutel) if sleutel else None
        except TeVaak as fout:
            te_vaak = _blad(str(fout), naam, naar, 429)
            te_vaak.headers["Retry-After"] = str(int(fout.wacht.total_seconds()) + 1)
            return te_vaak
        except SQLAlchemyError:
            return _blad("Aanmelden lukt nu niet: er is niet te lezen. Probeer het zo nog eens.",
                         naam, naar, 503)  # fmt: skip
        if sleutel is None or sessie is None:
            return _blad("Inlognaam of wachtwoord klopt niet.", naam, naar, 401)
        antwoord = redirect(quote(naar, safe="/?&=#:,%"), 303)
        veilig = request.is_secure or request.host.rpartition(":")[0].strip("[]") not in LUS
        duur = int(LANGST.total_seconds())
        antwoord.set_cookie(KOEKJE, sleutel, max_age=duur, httponly=True, secure=veilig,
                            samesite="Lax")  # fmt: skip
        antwoord.set_cookie(CSRF, sessie.csrf, max_age=duur, secure=veilig, samesite="Strict")
        return antwoord

    @server.post("/afmelden")
    def afmelden() -> Antwoord:
        if sleutel := request.cookies.get(KOEKJE):
            accounts.meld_af(sleutel)
        antwoord = redirect("/aanmelden", 303)
        antwoord.delete_cookie(KOEKJE)
        antwoord.delete_cookie(CSRF)
        return antwoord

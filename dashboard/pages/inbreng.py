"""Inbreng: verhalen of a workshop come in by template; files of stories and papers go out."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from dash import dcc, html
from flask import Flask, Response, abort

from dashboard import access, privacy_papers, workshop
from dashboard.context import Huis
from dashboard.panels import formulier
from dashboard.panels.parts import tekst
from dashboard.snapshot import GeenPublicatie
from dashboard.stories import backup
from dashboard.stories.repository import VerhaalFout, nu
from dashboard.who import huidig
from dashboard.words import aantal

GETOOND = 30


def maak() -> tuple[str, Any]:
    """Title and content of the page."""
    return "Verhalen inbrengen", html.Div(
        [
            html.H1("Verhalen van een bijeenkomst inbrengen"),
            tekst(
                "Vul een sjabloon in tijdens of na de bijeenkomst en breng het hier in. Klopt één "
                "rij niet, dan wordt er niets bewaard en staat hier wat er aan schort.",
                "inleiding",
            ),
            html.H2("1. Sjabloon"),
            html.Ul(
                [
                    html.Li(html.A(naam, href=f"/sjabloon/verhalen.{soort}"))
                    for soort, naam in (("docx", "Word"), ("xlsx", "Excel"), ("csv", "CSV"))
                ]
            ),
            html.H2("2. Inbrengen"),
            dcc.Upload(
                html.Button("Kies het ingevulde bestand", type="button", className="knop"),
                id="verhalen-bestand",
                accept=".docx,.xlsx,.csv",
                max_size=10_000_000,
            ),
            html.Div(id="verhalen-melding", role="status", className="melding-plek"),
            tekst("De verhalen zijn daarna een concept, tot een tweede ze heeft gelezen.", "zacht"),
            *(_meenemen() if access.mag(huidig(), "verhalen uitvoeren", nu(), ["NL00"]) else []),
        ],
        className="inbreng",
    )


def _meenemen() -> list[Any]:
    """Everything that was told, for who may read all of it."""
    return [
        html.H2("Alles meenemen"),
        html.P(html.A("Alle verhalen met hun geschiedenis (JSON)", href="/verhalen/alles.json",
                      className="actie")),
        tekst("Alle herzieningen, koppelingen, merken, inzetkaarten, bijeenkomsten, bladen en het "
              "log; zonder accounts en sleutels. Wat je meeneemt, kan dit product niet meer voor "
              "je wissen.", "zacht"),
    ]  # fmt: skip


def breng_in(huis: Huis, inhoud: str, bestand: str) -> html.Div:
    """Reads a filled template, keeps the stories or says per row what is wrong."""
    bestand = (bestand or "bestand")[:120]
    try:
        ruw = base64.b64decode(inhoud.partition(",")[2], validate=True)
        with huis.snapshots.lezing() as lezing:
            nieuw, fouten = workshop.keur(lezing, workshop.lees_rijen(ruw, bestand))
        if fouten:
            return _fouten(bestand, fouten)
        erbij, er_al = workshop.bewaar(huis.verhalen, nieuw, "deze computer")
    except binascii.Error:
        return formulier.fout("Het bestand kwam niet heel aan. Probeer het nog eens.")
    except (workshop.WorkshopFout, VerhaalFout, GeenPublicatie) as fout:
        return formulier.fout(str(fout))
    er = f"; {er_al} stonden er al" if er_al else ""
    return html.P(f"{aantal(erbij, 'verhaal', 'verhalen')} bewaard uit {bestand}{er}.",
                  className="melding")  # fmt: skip


def _fouten(bestand: str, fouten: list[workshop.Rijfout]) -> html.Div:
    meer = len(fouten) - GETOOND
    return html.Div(
        [
            html.P(f"{bestand}: er is niets bewaard. Herstel dit en breng het opnieuw in."),
            html.Ul([html.Li(str(f)) for f in fouten[:GETOOND]]),
            html.P(f"en nog {meer} rijen.") if meer > 0 else None,
        ],
        className="melding melding-fout",
    )


def routes(server: Flask, huis: Huis) -> None:
    """Adds `/sjabloon/...`, `/verhalen/alles.json` and `/privacy/....docx`."""

    @server.get("/sjabloon/<naam>")
    def sjabloon(naam: str) -> Response:
        soort = naam.removeprefix("verhalen.")
        if naam != f"verhalen.{soort}" or soort not in workshop.MIME:
            abort(404)
        try:
            with huis.snapshots.lezing() as lezing:
                ruw = workshop.sjabloon(soort, lezing.catalogus)
        except GeenPublicatie:
            abort(503)
        return _bestand(ruw, workshop.MIME[soort], naam)

    @server.get("/verhalen/<soort>")
    def verhalen(soort: str) -> Response:
        if soort != "alles.json":
            abort(404)
        huis.verhalen.bewaker.eis("verhalen uitvoeren", ["NL00"])
        antwoord = _bestand(b"".join(backup.stroom(huis.verhalen)), "application/json", soort)
        antwoord.headers["Cache-Control"] = "no-store"
        return antwoord

    @server.get("/privacy/<naam>.docx")
    def privacy(naam: str) -> Response:
        stuk = privacy_papers.STUKKEN.get(naam)
        if stuk is None:
            abort(404)
        return _bestand(privacy_papers.als_word(stuk()), privacy_papers.WORD, f"{naam}.docx")


def _bestand(ruw: bytes, mime: str, naam: str) -> Response:
    antwoord = Response(ruw, mimetype=mime)
    antwoord.headers["Content-Disposition"] = f'attachment; filename="{naam}"'
    return antwoord

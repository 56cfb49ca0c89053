"""Searching an area: what the search box asks for, and the page with the same answer."""

from __future__ import annotations

from typing import Any

from dash import html
from flask import Flask, Response, jsonify, request

from dashboard import address, explore, search
from dashboard.context import Huis
from dashboard.explore import NIVEAUS, Vraag
from dashboard.panels.parts import sprong, tekst
from dashboard.search import Treffer
from dashboard.snapshot import GeenPublicatie, Lezing
from dashboard.words import aantal, hoofdletter

IN_LIJST, OP_PAGINA = 8, 40


def maak(huis: Huis, lezing: Lezing, term: str) -> tuple[str, Any]:
    """Title and content of the page with results."""
    gevonden = search.zoeker(huis.zoekgeheugen, lezing).zoek(term, OP_PAGINA + 1)
    meer, gevonden = len(gevonden) > OP_PAGINA, gevonden[:OP_PAGINA]
    niveaus: dict[str, str] = {str(k): v for k, v in lezing.catalogus.woorden.niveau.items()}
    kop = [
        html.H1("Zoeken"),
        html.Div(className="zoekvak zoekvak-groot", **{"data-zoek": "pagina"}),
    ]
    if not term.strip():
        zin = "Zoek een buurt, wijk of gemeente op naam, op CBS-code of op postcode."
    elif not gevonden:
        zin = (
            f"Niets gevonden voor „{term[:60]}”. Probeer een deel van de naam, een postcode van "
            "vier cijfers, of een CBS-code zoals BU03440111. Misschien is de gemeente nog niet "
            "ingelezen."
        )
    elif meer:
        zin = (
            f"Er zijn meer dan {OP_PAGINA} gebieden voor „{term[:60]}”; hieronder de {OP_PAGINA} "
            "die het best passen. Typ de gemeente erbij om verder te kiezen."
        )
    else:
        wat = aantal(len(gevonden), "gebied", "gebieden")
        zin = f"{hoofdletter(wat)} voor „{term[:60]}”, wat het best past eerst."
    return f"Zoeken: {term[:60]}" if term else "Zoeken", html.Div(
        [*kop, tekst(zin, role="status"),
         html.Ul([_rij(t, niveaus) for t in gevonden], className="zoekresultaten")],
        className="zoekpagina",
    )  # fmt: skip


def _rij(t: Treffer, niveaus: dict[str, str]) -> html.Li:
    woorden = ["op de kaart", html.Span(f": {t.naam}", className="verborgen")]
    kaart = [sprong(woorden, _adres(t, "kaart"), "klein")] if t.niveau in NIVEAUS else []
    return html.Li(
        [
            sprong(t.naam, _adres(t, "buurt"), "zwaar"),
            html.Span(f" {_waar(t, niveaus)}", className="klein zacht"),
            *kaart,
        ]
    )


def _waar(t: Treffer, niveaus: dict[str, str]) -> str:
    """Level, place, and the boundary year when it is not the newest."""
    delen = [niveaus.get(t.niveau, t.niveau), t.plek]
    if not t.nieuwste:
        delen.append(f"indeling {t.grensjaar}")
    return ", ".join(d for d in delen if d)


def _adres(t: Treffer, doel: str) -> str:
    if doel == "kaart":
        return explore.adres(Vraag(niveau=t.niveau if t.niveau != "buurt" else None,
                                   gebied=t.gebied))  # fmt: skip
    return address.buurt(t.gebied)


def routes(server: Flask, huis: Huis) -> None:
    """Adds `/zoeken`, which the search box asks while one types."""

    @server.get("/zoeken")
    def zoeken() -> tuple[Response, int]:
        term = request.args.get("q", "")
        doel = "kaart" if request.args.get("doel") == "kaart" else "buurt"
        try:
            with huis.snapshots.lezing() as lezing:
                gevonden = search.zoeker(huis.zoekgeheugen, lezing).zoek(term, IN_LIJST)
                niveaus: dict[str, str] = {
                    str(k): v for k, v in lezing.catalogus.woorden.niveau.items()
                }
        except GeenPublicatie as fout:
            return jsonify({"melding": str(fout), "gevonden": []}), 503
        rijen = [
            {"gebied": t.gebied, "naam": t.naam, "niveau": t.niveau, "waar": _waar(t, niveaus),
             "adres": _adres(t, doel)}
            for t in gevonden
            if doel == "buurt" or t.niveau in NIVEAUS
        ]  # fmt: skip
        return jsonify({"gevonden": rijen}), 200

"""Bijeenkomst: first told, then counted. To begin one, the big screen, and its notes."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import dash_mantine_components as dmc
from dash import dcc, html
from flask import has_request_context, request

from dashboard import areas, meeting
from dashboard.address import Adres
from dashboard.context import Blad, Huis, maak_blad
from dashboard.panels import bijeenkomst as paneel
from dashboard.panels import oogst as oogstpaneel
from dashboard.panels.formulier import ondertekening
from dashboard.panels.meedoen import KANT
from dashboard.panels.parts import sprong, tekst, uitklap
from dashboard.snapshot import Lezing
from dashboard.stories.bijeenkomst import GESLOTEN, KANTEN, VERWACHT, Bijeenkomsten, is_open
from dashboard.stories.meedoen import Meedoen
from dashboard.stories.models_bijeenkomst import Bijeenkomst
from dashboard.stories.repository import nu
from dashboard.words import datum, hoofdletter
from indicators.catalogue import Catalogus

WAT = (
    "Mensen schrijven eerst op wat ze verwachten; pas daarna komt het cijfer. Zo gaat het gesprek "
    "over wat mensen weten, niet over wie gelijk heeft. Het kan met telefoons, en ook met één "
    "laptop en een beamer."
)


def maak(huis: Huis, lezing: Lezing, adres: Adres) -> tuple[str, Any]:
    """Title and content: one meeting, the form to begin one, or the meetings there are.

    Raises:
        GebiedOnbekend: when the publication has no such area.
        KeuzeFout: when a settings file cannot be read.
    """
    if adres.doe is not None:
        return _een(huis, lezing, adres)
    if adres.gebied:
        return _begin(maak_blad(huis, lezing, adres.gebied, None))
    return "Bijeenkomsten", _overzicht(huis, lezing)


def _overzicht(huis: Huis, lezing: Lezing) -> html.Div:
    alle = Bijeenkomsten(huis.verhalen).lijst()
    codes = list(areas.lees(huis.instellingen.datamap.gebieden).mijn_gebieden)
    namen = {g.gebied: g.naam for g in lezing.gebieden([*codes, *{b.gebied for b in alle}])}
    nieuw = [html.Li(sprong(namen.get(c, c), f"/bijeenkomst?gebied={c}")) for c in codes]
    return html.Div(
        [
            html.Header([html.H1("Eerst vertellen, dan tellen"), tekst(WAT, "inleiding")]),
            html.Section(
                [
                    html.H2("Begin een bijeenkomst"),
                    html.Ul(nieuw, className="leeslijst")
                    if nieuw
                    else tekst(["Open een buurt en kies daar „Begin een bijeenkomst”, of ",
                                sprong("kies eerst jullie buurten", "/"), "."]),
                ]
            ),
            html.Section(
                [
                    html.H2("Bijeenkomsten"),
                    html.Ul([_regel(b, namen) for b in alle], className="bij-lijst")
                    if alle
                    else tekst("Er is nog geen bijeenkomst geweest.", "zacht"),
                ]
            ),
        ],
        className="bijeenkomst",
    )  # fmt: skip


def _regel(b: Bijeenkomst, namen: dict[str, str]) -> html.Li:
    bezig = is_open(b, nu())
    stand = "bezig" if bezig else "gesloten" if b.gesloten_op else "voorbij, nog niet gesloten"
    return html.Li(
        [
            sprong(b.naam, f"/bijeenkomst/{b.id}"),
            html.Span(f" {namen.get(b.gebied, b.gebied)}, {datum(b.begonnen_op)}, {stand}. ",
                      className="zacht klein"),
            sprong("Notities", paneel.notities_adres(b), "actie"),
        ]
    )  # fmt: skip


def _begin(blad: Blad) -> tuple[str, Any]:
    g = blad.buurt.gebied
    gekozen = meeting.standaard(blad)
    return "Begin een bijeenkomst", html.Div(
        [
            html.Header(
                [
                    html.P(sprong(f"Terug naar {g.naam}", blad.adres(), "actie")),
                    html.H1(f"Een bijeenkomst over {g.naam}"),
                    tekst(WAT, "inleiding"),
                ]
            ),
            dcc.Store(id="bij-basis", data={"gebied": g.gebied, "grensjaar": g.grensjaar}),
            dcc.Store(id="bij-keuze", data=gekozen),
            html.Div(
                [
                    dmc.TextInput(
                        id="bij-naam",
                        label="Hoe heet de bijeenkomst?",
                        description="Staat op het scherm en bij de verhalen. Noem geen mensen.",
                        value=f"Bijeenkomst {g.naam}, {datum(nu().date())}"[:120],
                    ),
                    html.Section(
                        [
                            html.H2("Over welke cijfers, in welke volgorde?"),
                            tekst("Eerst waar het botst, dan het belangrijkste per vraag. Drie tot "
                                  "vijf passen in een avond. De cijfers zelf zie je hier niet.",
                                  "toelichting"),
                            html.Div(keuzelijst(blad.catalogus, gekozen), id="bij-keuze-lijst"),
                            dmc.Select(
                                id="bij-erbij", label="Zet er een cijfer bij",
                                data=meeting.te_kiezen(blad), searchable=True, value=None,
                                placeholder="Zoek een cijfer",
                                nothingFoundMessage="Geen cijfer met die naam",
                                comboboxProps={"transitionProps": {"duration": 0}},
                            ),
                        ]
                    ),
                    ondertekening("bij-door", "Wie begeleidt?",
                                  "naam of functie; staat niet op het scherm"),
                    html.Div(id="bij-melding", role="alert", className="melding-plek"),
                    html.Div(html.Button("Begin", id="bij-begin", type="button",
                                         className="knop knop-hoofd"), className="knoppen"),
                ],
                className="formulier",
            ),
        ],
        className="bijeenkomst",
    )  # fmt: skip


def keuzelijst(cat: Catalogus, gekozen: Sequence[str]) -> Any:
    """The chosen figures in order, each to be moved or taken out by a button."""
    if not gekozen:
        return tekst("Nog geen cijfer gekozen. Zoek er hieronder minstens één.", "zacht")
    regels = []
    for n, i in enumerate(gekozen):
        naam = cat.indicatoren[i].naam if i in cat.indicatoren else i

        def knop(doe: str, woorden: str, uit: bool, i: str = i, naam: str = naam) -> html.Button:
            return html.Button(
                [woorden, html.Span(f": {naam}", className="verborgen")], type="button",
                id={"type": "bij-cijfer", "doe": doe, "id": i}, disabled=uit,
                className="knop knop-klein knop-stil",
            )  # fmt: skip

        regels.append(
            html.Li(
                [
                    html.Span(naam, className="bij-keus-naam"),
                    html.Span([
                        knop("op", "Eerder", n == 0),
                        knop("neer", "Later", n == len(gekozen) - 1),
                        knop("weg", "Weg", False),
                    ], className="bij-keus-knoppen"),
                ],
                key=i,
            )
        )  # fmt: skip
    return html.Ol(regels, className="bij-keuze")


def verzet(gekozen: Sequence[str], doe: str, wie: str) -> list[str]:
    """The chosen figures after one was added, moved earlier or later, or taken out."""
    lijst = [i for i in gekozen if doe != "weg" or i != wie]
    if doe == "erbij" and wie not in lijst:
        lijst.append(wie)
    if doe in ("op", "neer") and wie in lijst:
        n = lijst.index(wie)
        naar = max(0, min(len(lijst) - 1, n + (1 if doe == "neer" else -1)))
        lijst.insert(naar, lijst.pop(n))
    return lijst


def lees_zaal(huis: Huis, b: Bijeenkomst) -> paneel.Zaal:
    """What the big screen is made from now."""
    bijeenkomsten = Bijeenkomsten(huis.verhalen)
    plek = meeting.adres(huis, request.host) if has_request_context() else None
    return paneel.Zaal(
        b, bijeenkomsten.notities(b.id), bijeenkomsten.deelnemers(b.id), plek,
        meeting.qr(plek, b.code) if plek and b.code else None, is_open(b, nu()),
        meeting.is_lus(urlsplit(plek or '').netloc),
    )  # fmt: skip


def zoek(huis: Huis, wie: str | None) -> Bijeenkomst | None:
    """The meeting of an address, when one may lead it."""
    try:
        return Bijeenkomsten(huis.verhalen).een(uuid.UUID(wie or ""))
    except ValueError:
        return None


def _een(huis: Huis, lezing: Lezing, adres: Adres) -> tuple[str, Any]:
    b = zoek(huis, adres.doe)
    if b is None:
        return "Bijeenkomst niet gevonden", html.Div(
            [
                html.H1("Deze bijeenkomst is er niet (meer)"),
                tekst("Ze is gewist na de bewaartermijn, of hoort bij een gebied van een ander."),
                html.P(sprong("Naar de bijeenkomsten", "/bijeenkomst")),
            ],
            className="bericht",
        )
    if dict(adres.vragen).get("scherm") == "notities":
        return f"Notities van {b.naam}", _notities(huis, lezing, b)
    return b.naam, _scherm(huis, b)


def _scherm(huis: Huis, b: Bijeenkomst) -> html.Div:
    """The big screen: what is shown, what the one who leads can do, and the room's own note."""
    return html.Div(
        [
            dcc.Store(id="bij-basis", data={"gebied": b.gebied, "id": str(b.id)}),
            dcc.Store(id="bij-versie", data=b.versie),
            dcc.Store(id="bij-stap", data=b.stap),
            dcc.Interval(id="bij-tik", interval=1000),
            html.Div(paneel.toneel(lees_zaal(huis, b)), id="bij-toneel", className="bij-toneel"),
            html.Div(id="bij-zeg", role="status", className="verborgen"),
            html.Section(
                [
                    html.H2("Voor de begeleider", className="verborgen"),
                    html.Div(id="bij-fout", role="alert", className="melding-plek"),
                    html.Div(paneel.bediening(b), id="bij-bediening", className="bij-bediening"),
                    _zaalvorm(b),
                ],
                className="bij-begeleider",
            ),
        ],
        className="bij-scherm",
    )


def _zaalvorm(b: Bijeenkomst) -> html.Details:
    """What the one who leads types for the room; it stays as it is while the screen moves on."""
    return uitklap(
        "Typ mee voor de zaal",
        [
            dcc.Store(id="bij-zaal-sleutel", data=secrets.token_urlsafe(12)),
            html.Div(handen(b), id="bij-handen"),
            dmc.Textarea(
                id="bij-zaal-tekst", label="Wat zegt de zaal?", value="", autosize=True, minRows=2,
                persistence=str(b.id), persistence_type="session",
                description="Zonder namen. Het komt meteen op het grote scherm.",
            ),
            html.Div(id="bij-zaal-melding", role="status", className="melding-plek"),
            html.Div(html.Button("Zet het erbij", id="bij-zaal-zet", type="button",
                                 className="knop"), className="knoppen"),
        ],
        "formulier bij-zaal",
    )  # fmt: skip


def handen(b: Bijeenkomst) -> Any:
    """Fields for a show of hands; only while a figure is awaited that lies higher or lower."""
    r = b.huidige if b.fase == VERWACHT else None
    velden = [
        dmc.TextInput(id={"type": "bij-hand", "kant": k}, label=hoofdletter(KANT[k]), value="")
        for k in KANTEN
    ]  # fmt: skip
    return html.Fieldset(
        [html.Legend("Handen tellen"), html.Div(velden, className="bij-hand-rij")],
        hidden=r is None or not r.vraag["referentie"],
    )


def _notities(huis: Huis, lezing: Lezing, b: Bijeenkomst) -> html.Div:
    """All notes on an own screen."""
    bijeenkomsten = Bijeenkomsten(huis.verhalen)
    notities = bijeenkomsten.notities(b.id)
    verhalen = {
        n.verhaal_id: v
        for n in notities
        if n.verhaal_id is not None and (v := huis.verhalen.een(n.verhaal_id)) is not None
    }
    return html.Div(
        [
            html.Header(
                [
                    html.P(sprong("Naar het scherm van de bijeenkomst", f"/bijeenkomst/{b.id}",
                                  "actie")),
                    html.H1(f"Notities van {b.naam}"),
                    tekst([oogstpaneel.telling(notities),
                           " " if b.fase == GESLOTEN else " De bijeenkomst is nog bezig. "]),
                    html.Button("Ververs", id={"type": "oogst", "doe": "ververs", "id": ""},
                                type="button", className="knop knop-klein"),
                ]
            ),
            dcc.Store(id="bij-basis", data={"gebied": b.gebied, "id": str(b.id)}),
            html.Div(
                dmc.TextInput(id="oogst-door", label="Wie maakt de verhalen?",
                              description="naam of functie; staat bij het verhaal als schrijver",
                              value="", persistence=True, persistence_type="local"),
                className="formulier oogst-wie",
            ),
            html.Div(id="oogst-melding", role="alert", className="melding-plek"),
            *oogstpaneel.oogst(b, notities, Meedoen(huis.verhalen).wie_mag(b.id), verhalen,
                               lezing.catalogus, meeting.plaatsnamen(huis, b.gebied)),
        ],
        className="bijeenkomst oogst",
    )  # fmt: skip

"""The frame around every page: name, navigation, which figures these are."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.access import Wie, mag_pagina
from dashboard.panels.parts import sprong
from dashboard.stories.repository import nu
from dashboard.who import huidig

NAAM = "Tel & Vertel"

HTML = """<!DOCTYPE html>
<html lang="nl">
<head>
{%metas%}
<title>{%title%}</title>
<link rel="icon" type="image/svg+xml" href="/assets/merk.svg">
{%css%}
</head>
<body>
<noscript><p>Tel &amp; Vertel heeft JavaScript nodig.</p></noscript>
{%app_entry%}
<footer class="verborgen-voet">
{%config%}
{%scripts%}
{%renderer%}
</footer>
</body>
</html>"""

THEMA = {
    "fontFamily": "var(--sans)",
    "headings": {"fontFamily": "var(--sans)"},
    "primaryColor": "inkt",
    "primaryShade": {"light": 7, "dark": 3},
    "colors": {
        "inkt": [
            "#eef3f4", "#d9e5e7", "#b3cfd4", "#7fcad6", "#4aa3b1", "#25818f", "#136f7d", "#0b6472",
            "#084e59", "#053a43",
        ]
    },
    "defaultRadius": 2,
    "cursorType": "pointer",
    "respectReducedMotion": True,
}  # fmt: skip


MENU: tuple[tuple[str, str, str], ...] = (
    ("start", "Mijn buurten", "/"),
    ("verkennen", "Verkennen", "/verkennen"),
    ("vergelijken", "Vergelijken", "/vergelijken"),
    ("botst", "Waar het botst", "/botst"),
    ("buurtblad", "Buurtbladen", "/buurtblad"),
)
"""What one comes for: page, words, address."""
MEER: tuple[tuple[str, str, str], ...] = (
    ("stukken", "Voorgelegd", "/stukken"),
    ("bijeenkomst", "Bijeenkomsten", "/bijeenkomst"),
    ("inzet", "Inzetkaarten", "/inzet"),
    ("lezen", "Lezen", "/lezen"),
    ("inbreng", "Inbreng", "/inbreng"),
    ("telefoons", "Telefoons", "/telefoons"),
    ("norm", "Norm", "/norm"),
    ("gebieden", "Eigen gebieden", "/gebieden"),
    ("vrijgave", "Nieuwe gegevens", "/vrijgave"),
    ("bronnen", "Bronnen en methode", "/bronnen"),
    ("beheer", "Beheer", "/beheer"),
)
"""What one needs now and then."""


def menu(wie: Wie) -> html.Nav:
    """The main menu: only pages that the role may open; with few of them nothing is folded."""
    moment = nu()

    def links(rij: tuple[tuple[str, str, str], ...]) -> list[dcc.Link]:
        return [
            sprong(woorden, adres, id=f"nav-{pagina}")
            for pagina, woorden, adres in rij
            if mag_pagina(wie, pagina, None, moment) and not (pagina == "stukken" and wie.lokaal)
        ]

    hoofd, rest = links(MENU), links(MEER)
    if hoofd and rest:
        rest = [
            html.Details(
                [html.Summary("Meer"), html.Div(rest, className="menu-meer-inhoud")],
                className="menu-meer",
                id="menu-meer",
            )
        ]
    return html.Nav([*hoofd, *rest], **{"aria-label": "Hoofdmenu"})


def raam() -> dmc.MantineProvider:
    """The layout of the whole product, for who asks now; pages come into `inhoud`."""
    return dmc.MantineProvider(
        [
            dcc.Location(id="url", refresh="callback-nav"),
            dcc.Store(id="ververs", data=0),
            dcc.Store(id="sleutel"),
            dcc.Store(id="titel"),
            html.A("Naar de inhoud", href="#inhoud", className="spring-over"),
            html.Header(
                [
                    sprong([html.Span("Tel", className="tel"), html.Span(" & "),
                            html.Span("Vertel", className="vertel-naam")], "/", "merknaam"),
                    html.Div(id="zoek-balk", className="zoekvak", **{"data-zoek": "buurt"}),
                    html.Div(id="gegevens", className="gegevens"),
                    menu(huidig()),
                ],
                className="bovenbalk",
            ),
            html.Main(html.P("Even laden …", className="zacht"), id="inhoud", tabIndex=-1),
            html.Footer(
                [
                    html.P("Een cijfer over een buurt zegt niets over een persoon."),
                    html.P(sprong("Waar dit niet voor mag", "/bronnen#mag-niet")),
                    html.Div(id="wie", className="wie"),
                ],
                className="onderbalk",
            ),
            html.Div(id="bericht", className="bericht-kort", role="status"),
        ],
        id="mantine",
        theme=THEMA,
        defaultColorScheme="auto",
    )  # fmt: skip


def gegevens(tekst: str, fictief: bool) -> list[object]:
    """What the frame says of the figures: of when, and whether the gemeente is fictional."""
    uit: list[object] = []
    if fictief:
        uit.append(html.Strong("fictieve gemeente", className="fictief"))
    if tekst:
        uit.append(html.Span(tekst))
    return uit

"""The frame around every page: name, navigation, which figures these are."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.panels.parts import sprong

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


def raam() -> dmc.MantineProvider:
    """The layout of the whole product; pages come into `inhoud`."""
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
                    html.Nav(
                        [sprong("Mijn buurten", "/", id="nav-start"),
                         sprong("Verkennen", "/verkennen", id="nav-verkennen"),
                         sprong("Vergelijken", "/vergelijken", id="nav-vergelijken"),
                         sprong("Buurtbladen", "/buurtblad", id="nav-buurtblad"),
                         sprong("Bronnen en methode", "/bronnen", id="nav-bronnen")],
                        **{"aria-label": "Hoofdmenu"},
                    ),
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

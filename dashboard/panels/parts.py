"""Small pieces that several panels use."""

from __future__ import annotations

from typing import Any

from dash import dcc, html


def tekst(inhoud: Any, klas: str = "", **meer: Any) -> html.P:
    """A paragraph."""
    return html.P(inhoud, className=klas or None, **meer)


def label(inhoud: Any, klas: str = "") -> html.Span:
    """A small label."""
    return html.Span(inhoud, className=f"label {klas}".strip())


def uitklap(kop: Any, inhoud: Any, klas: str = "", **meer: Any) -> html.Details:
    """Something that opens on demand, also by keyboard."""
    return html.Details(
        [html.Summary(kop), html.Div(inhoud, className="uitklap-inhoud")],
        className=f"uitklap {klas}".strip(),
        **meer,
    )


def vouw(kop: Any, wat: str, klas: str = "", **meer: Any) -> html.Details:
    """Something that opens on demand and is only then asked of the server (`callbacks`)."""
    return html.Details(
        [
            html.Summary(kop, id={"type": "vouw", "wat": wat}),
            html.Div(
                id={"type": "vouw-inhoud", "wat": wat},
                className="uitklap-inhoud",
                **{"data-lui": "ja", "aria-live": "polite"},
            ),
        ],
        className=f"uitklap {klas}".strip(),
        **meer,
    )


def laat(wat: str) -> html.Div:
    """A part that is asked for when one comes near it (`telvertel.js`): the page works first."""
    return html.Div(
        [
            dcc.Store(id={"type": "laat", "wat": wat}),
            html.Div(
                tekst("Dit wordt nu uitgezocht.", "zacht", **{"data-nog": "ja"}),
                id={"type": "laat-inhoud", "wat": wat},
                **{"aria-live": "polite"},
            ),
        ],
        **{"data-laat": wat},
    )


def later_lezen(naam: str, deel: Any) -> html.Div | None:
    """A part that waits behind a button on a phone; on a wide screen and on paper it stands open.

    Without a part there is nothing. The stylesheet hides, `telvertel.js` opens.
    """
    if deel is None:
        return None
    knop = html.Button(
        [html.Span(naam, className="toon-naam"), html.Span("Klap in", className="toon-in")],
        type="button", className="toon-later", **{"data-later": "", "aria-expanded": "false"},
    )  # fmt: skip
    return html.Div([knop, deel], className="later")


def sprong(inhoud: Any, adres: str, klas: str = "", **meer: Any) -> dcc.Link:
    """A link inside the product: the page changes without loading anew."""
    return dcc.Link(inhoud, href=adres, className=klas or None, **meer)


def tabel(kop: list[Any], rijen: list[list[Any]], bijschrift: str, klas: str = "") -> html.Div:
    """A table with a caption that may scroll sideways on a small screen."""
    return html.Div(
        html.Table(
            [
                html.Caption(bijschrift),
                html.Thead(html.Tr([html.Th(k, scope="col") for k in kop])),
                html.Tbody(
                    [
                        html.Tr([html.Th(rij[0], scope="row"), *(html.Td(cel) for cel in rij[1:])])
                        for rij in rijen
                    ]
                ),
            ],
            className=klas or None,
        ),
        className="tabel",
        tabIndex=0,
        role="region",
        **{"aria-label": bijschrift},
    )

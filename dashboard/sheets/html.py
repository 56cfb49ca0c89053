"""A sheet as accessible HTML: the same blocks and words, as components and as one document."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from dashboard.panels.parts import tekst
from dashboard.sheets import render
from dashboard.sheets.model import Blok, Vel

_CSS = Path(__file__).resolve().parent.parent / "assets" / "buurtblad.css"
_LEEG = {"img", "br", "hr"}
_NAAM = {"className": "class", "htmlFor": "for", "colSpan": "colspan", "tabIndex": "tabindex"}


def vel(v: Vel) -> html.Article:
    """The sheet as components, in reading order; headings start at `h2` within a page."""
    return html.Article(
        [
            html.Header(
                [
                    tekst([html.Strong(v.corporatie), html.Span(_bij(v))], "blad-kop"),
                    html.H2(v.titel, className="blad-titel"),
                    tekst(v.ondertitel, "blad-onder"),
                ]
            ),
            *(blok(b, v) for b in v.blokken),
        ],
        className="blad",
        lang="nl",
        **{"aria-label": f"{v.soort} {v.titel}"},
    )


def _bij(v: Vel) -> str:
    fictief = "fictieve gemeente · " if v.fictief else ""
    return f"{fictief}{v.soort} · {v.gegevens} · {v.stand}"


def blok(b: Blok, v: Vel) -> html.Section:
    """One block of a sheet, with its kind as an anchor."""
    inhoud = _BLOKKEN[b.soort](b.inhoud)
    kop = b.kop if b.soort != "gevraagd" else f"{b.kop}: {b.inhoud['wat'].lower()}"
    if b.soort == "voet":
        inhoud.append(tekst(f"{b.inhoud['publicatie']} · controlegetal {v.controle[:16]}"))
    return html.Section(
        [html.H3(kop) if kop else None, *inhoud],
        className=f"blad-blok blad-{b.soort}",
        id=f"blok-{b.soort}",
    )


def _regels(regels: list[dict[str, str]]) -> html.Dl:
    return html.Dl([html.Div([html.Dt(r["naam"]), html.Dd(r["tekst"])]) for r in regels])


def _plaatje(svg: str, alt: str, klas: str) -> html.Img:
    veilig = quote(svg, safe=" '=/:;,.{}()[]@*!+&")
    return html.Img(src=f"data:image/svg+xml,{veilig}", alt=alt, className=klas)


def _gevraagd(i: dict[str, Any]) -> list[Any]:
    return [tekst(i["vergadering"], "zacht") if i["vergadering"] else None, _regels(i["regels"])]


def _zin(i: dict[str, Any]) -> list[Any]:
    kaart = i["kaart"]
    return [
        tekst(i["tekst"], "blad-zin-tekst"),
        _plaatje(kaart["svg"], kaart["alt"], "blad-kaart") if kaart else None,
    ]


def _krachten(i: dict[str, Any]) -> list[Any]:
    punten = [
        html.Li([html.Strong(f"{p['getal']} "), html.Span(p["naam"]), tekst(p["tekst"], "zacht")])
        for p in i["punten"]
    ]
    return [html.Ul(punten, className="blad-krachten-lijst")]


def _cijfers(i: dict[str, Any]) -> list[Any]:
    rijen = [
        html.Div(
            [
                html.Div(_figuur(r), className="blad-figuur"),
                html.Div([_stem(s) for s in r["verhalen"]]) if r["verhalen"] else None,
            ],
            className="blad-rij" + (" blad-rij-met" if r["verhalen"] else ""),
        )
        for r in i["rijen"]
    ]
    legenda = tekst(i["legenda"], "zacht") if i["legenda"] else None
    return [legenda, html.Div(rijen, className="blad-rijen")]


def _figuur(r: dict[str, Any]) -> list[Any]:
    kop = html.H4(r["naam"])
    if "leeg" in r:
        return [kop, tekst(r["leeg"], "arcering"), tekst(r["uitleg"], "zacht")]
    lijn = r["lijn"]
    getal = [html.Span(r["getal"], className="blad-getal"), f" {r['eenheid']}"]
    return [
        kop,
        tekst(getal, "blad-waarde"),
        tekst(f"{r['vergelijking']}.") if r["vergelijking"] else None,
        html.Div(
            [
                _plaatje(lijn["svg"], lijn["alt"], "blad-lijn"),
                html.Span(f"{lijn['van']} tot {lijn['tot']}", className="zacht"),
            ]
        )
        if lijn
        else None,
        tekst(r["onder"], "zacht"),
    ]


def _stem(s: dict[str, Any]) -> html.Figure:
    houding = f" · {s['houding_woord']}" if s["houding_woord"] else ""
    return html.Figure(
        [
            html.Figcaption([html.Strong(s["rol"]), houding]),
            html.Blockquote(html.P(f"„{s['tekst']}”", dir="auto")),
            tekst(s["bij"], "zacht") if s["bij"] else None,
        ],
        className=f"blad-stem blad-stem-{s['houding'] or 'los'}",
    )


def _verhalen(i: dict[str, Any]) -> list[Any]:
    return [html.Div([_stem(s) for s in i["stemmen"]], className="blad-stemmen")]


def _punten(i: dict[str, Any]) -> list[Any]:
    punten = [
        html.Li([html.Strong(f"{p['naam']}. "), p["tekst"], " ", html.Em(p["vraag"])])
        for p in i["punten"]
    ]
    return [html.Ul(punten), tekst(i["meer"], "zacht") if i["meer"] else None]


def _inzet(i: dict[str, Any]) -> list[Any]:
    kaarten = [
        html.Div([html.H4(k["titel"]), tekst(k["bij"], "zacht"), _regels(k["regels"])])
        for k in i["kaarten"]
    ]
    return [
        html.Div(kaarten, className="blad-stemmen"),
        tekst(i["meer"], "zacht") if i["meer"] else None,
    ]


def _oordeel(i: dict[str, Any]) -> list[Any]:
    eerst = [tekst(i["wat"], "blad-oordeel-wat"), tekst(i["reden"]), tekst(i["anders"])]
    return [*(t for t in eerst if t.children), tekst(i["door"], "zacht")]


def _vorige(i: dict[str, Any]) -> list[Any]:
    return [
        html.Div([html.H4(p["naam"]) if p["naam"] else None, _regels(p["regels"])])
        for p in i["punten"]
    ]


def _tabel(i: dict[str, Any]) -> list[Any]:
    kop = html.Thead(html.Tr([html.Th(k, scope="col") for k in i["kop"]]))
    rijen = [
        html.Tr([html.Th(r[0], scope="row"), *(html.Td(c) for c in r[1:])]) for r in i["rijen"]
    ]
    tabel = html.Div(html.Table([kop, html.Tbody(rijen)]), className="blad-tabel-rol", tabIndex=0)
    zacht = [tekst(i[k], "zacht") if i[k] else None for k in ("uitleg", "meer")]
    return [zacht[0], tabel, zacht[1]]


def _melding(i: dict[str, Any]) -> list[Any]:
    return [tekst(i["tekst"], "arcering")]


def _tekst(i: dict[str, Any]) -> list[Any]:
    return [tekst(a) for a in i["alineas"]]


def _voet(i: dict[str, Any]) -> list[Any]:
    naar = i["naar"]
    link: Any = html.A(naar, href=naar) if naar.startswith("http") else naar
    code = render.qr(naar)
    return [
        _regels(i["regels"]),
        tekst([html.Strong("De volledige pagina. "), link]) if naar else None,
        _plaatje(code, f"QR-code naar de volledige pagina: {naar}", "blad-code") if code else None,
    ]


_BLOKKEN: dict[str, Callable[[dict[str, Any]], list[Any]]] = {
    "gevraagd": _gevraagd, "zin": _zin, "krachten": _krachten, "cijfers": _cijfers,
    "verhalen": _verhalen, "botst": _punten, "inzet": _inzet, "oordeel": _oordeel,
    "vorige": _vorige, "tabel": _tabel, "melding": _melding, "tekst": _tekst, "voet": _voet,
}  # fmt: skip


def document(v: Vel) -> str:
    """The sheet as one HTML file that needs nothing beside it."""
    titel = escape(f"{v.soort} {v.titel}")
    return (
        (
            '<!DOCTYPE html>\n<html lang="nl"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{titel}</title><style>{_CSS.read_text(encoding='utf-8')}</style></head>"
            f'<body class="blad-los"><main>{als_html(vel(v))}</main></body></html>\n'
        )
        .replace("<h2 ", "<h1 ", 1)
        .replace("</h2>", "</h1>", 1)
    )


def als_html(ding: Any) -> str:
    """Dash components as HTML text, everything people typed escaped."""
    if ding is None:
        return ""
    if isinstance(ding, (list, tuple)):
        return "".join(als_html(d) for d in ding)
    if not isinstance(ding, Component):
        return escape(str(ding))
    naam = str(ding._type).lower()
    kenmerken = "".join(
        f' {_NAAM.get(k, k)}="{escape(str(w), quote=True)}"'
        for k, w in ding.to_plotly_json()["props"].items()
        if k != "children" and w is not None
    )
    if naam in _LEEG:
        return f"<{naam}{kenmerken}>"
    return f"<{naam}{kenmerken}>{als_html(getattr(ding, 'children', None))}</{naam}>"

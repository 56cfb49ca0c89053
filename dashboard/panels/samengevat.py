"""The trees of the method on an area: per node its score, interval, coverage and parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard import sentences
from dashboard.context import Blad
from dashboard.panels.beelden import drie_beelden
from dashboard.panels.parts import label, sprong, tekst, uitklap
from dashboard.presets import Stand
from dashboard.snapshot_method import Beeld
from dashboard.snapshot_types import Bijdrage, Score
from dashboard.words import cijfer, getal, hoofdletter, opsomming
from indicators.model import Boom, Knoop


def boom(
    blad: Blad, b: Boom, beeld: Beeld | None = None, standen: Sequence[Stand] = (),
    stapel: html.Div | None = None,
) -> html.Section:  # fmt: skip
    """One tree: its views in words, its nodes side by side, never one number for the whole."""
    beelden = drie_beelden(blad, b, beeld)
    return html.Section(
        [
            html.Div(
                [html.H3(b.kop, id=f"boom-{b.id}"), label("eigen indicatie op open data")],
                className="boom-kop",
            ),
            tekst(b.uitleg, "toelichting"),
            *([beelden] if beelden else _niveau(blad, b)),
            anders_gewogen(blad, standen),
            html.Div([_knoop(blad, b, k) for k in b.knopen if k.score], className="knopen"),
            stapel,
            tekst(f"Gemeten tegen: {b.referentie}.", "klein zacht"),
        ],
        className="boom",
        **{"aria-labelledby": f"boom-{b.id}"},
    )


def anders_gewogen(blad: Blad, standen: Sequence[Stand]) -> html.Div | None:
    """Whether the class holds under the weighings that the catalogue names; certainty in words."""
    if len(standen) < 2:
        return None
    anders = [s.voorkeuze.naam for s in standen if s.klasse != standen[0].klasse]
    slot = (
        f"De klasse hangt hier dus af van hoe je weegt: {opsomming(anders)} "
        f"{'komt' if len(anders) == 1 else 'komen'} anders uit."
        if anders
        else "De klasse is in alle wegingen dezelfde."
    )
    return html.Div(
        [
            html.H4("Blijft dit zo als je anders weegt?"),
            html.Ul(
                [
                    html.Li(
                        [html.Strong(f"{s.voorkeuze.naam}: "), f"{s.zin}. ",
                         html.Span(s.voorkeuze.uitleg, className="klein zacht")]
                    )
                    for s in standen
                ],
                className="leeslijst",
            ),
            tekst([f"{slot} ", sprong("Probeer het zelf in het Methode-atelier",
                                      f"/atelier?gemeente={blad.buurt.gebied.gemeente or ''}"
                                      f"&gebied={blad.buurt.gebied.gebied}")]),
        ],
        className="anders-gewogen",
    )  # fmt: skip


def _niveau(blad: Blad, b: Boom) -> list[html.P]:
    """Both axes at once, in words: only when both have a score of the same year."""
    assen = tuple(k for k in b.knopen if k.score and k.klassen is not None)
    if len(assen) != 2:
        return []
    per_jaar: dict[int, dict[str, Score]] = {}
    for s in blad.buurt.scores:
        if s.boom == b.id and s.score is not None:
            per_jaar.setdefault(s.jaar, {})[s.knoop] = s
    beide = [j for j, s in per_jaar.items() if all(k.id in s for k in assen)]
    if not beide:
        return []
    zin = sentences.niveau(per_jaar[max(beide)], (assen[0], assen[1]))
    return [tekst([html.Strong("Niveau. "), f"{hoofdletter(zin)}, over {max(beide)}."], "niveau")]


def _knoop(blad: Blad, b: Boom, k: Knoop) -> html.Div:
    scores = [s for s in blad.buurt.scores if (s.boom, s.knoop) == (b.id, k.id)]
    met = [s for s in scores if s.score is not None]
    meest = max(scores, key=lambda s: (s.dekking, s.jaar), default=None)
    gekozen = met[-1] if met else meest
    bijdragen = _bijdragen(blad, b, k, gekozen)
    kop = [html.H4(k.naam), tekst(k.uitleg, "klein")]
    if gekozen is None or gekozen.score is None:
        waarom = sentences.geen_score(blad.buurt, gekozen, k, bijdragen, blad.catalogus)
        return html.Div(
            [*kop, html.P(waarom, className="arcering"),
             tekst(f"Over {gekozen.jaar}, het jaar waarvan het meest bekend is.", "onderregel")
             if gekozen and gekozen.dekking else None,
             *_waaruit(blad, k, bijdragen)],
            className="knoop",
        )  # fmt: skip
    return html.Div(
        [*kop, *_score(blad, k, gekozen, scores[-1]), *_waaruit(blad, k, bijdragen)],
        className="knoop",
    )


def _bijdragen(blad: Blad, b: Boom, k: Knoop, score: Score | None) -> list[Bijdrage]:
    return [
        x
        for x in blad.buurt.bijdragen
        if score is not None and (x.boom, x.knoop, x.jaar) == (b.id, k.id, score.jaar)
    ]


def _score(blad: Blad, k: Knoop, s: Score, laatste: Score) -> list[Any]:
    onder, boven = s.onder or 0.0, 100.0 if s.boven is None else s.boven
    zeker = sentences.zekerheid(s, k)
    regel = f"tussen {getal(onder)} en {getal(boven)}; {getal(100 * s.dekking)} % is bekend"
    uit: list[Any] = [
        html.P(
            [
                html.Span(getal(s.score or 0), className="getal"),
                html.Span(" van 100", className="eenheid"),
                html.Span(f"{hoofdletter(zeker)}" if zeker else "", className="zeker"),
            ],
            className="waarde",
        ),
        html.Div(
            [
                html.Span(
                    className="balk-marge",
                    style={"left": f"{onder:.1f}%", "width": f"{max(boven - onder, 0.8):.1f}%"},
                ),
                html.Span(className="balk-stip", style={"left": f"{s.score:.1f}%"}),
            ],
            className="balk",
            role="img",
            **{"aria-label": f"Score {getal(s.score or 0)} van 100, {regel}"},
        ),
        tekst(f"over {s.jaar} · {regel}", "onderregel"),
    ]
    if laatste.jaar != s.jaar:
        uit.append(tekst(f"Over {laatste.jaar} is dit nog niet te zeggen.", "onderregel"))
    return uit


def _waaruit(blad: Blad, k: Knoop, bijdragen: list[Bijdrage]) -> list[Any]:
    if not any(b.bijdrage is not None or b.ontbreekt_door != "geen_bron" for b in bijdragen):
        return []
    tekens = {d.indicator: d.teken for d in k.delen}
    volgorde = sorted(bijdragen, key=lambda b: -(b.bijdrage or -1))
    return [
        uitklap(
            ["Waaruit bestaat dit?", html.Span(f" {k.naam}", className="verborgen")],
            html.Ul(
                [_bijdrage(blad, b, tekens.get(b.indicator, "+")) for b in volgorde],
                className="bijdragen",
            ),
        )
    ]


def _bijdrage(blad: Blad, b: Bijdrage, teken: str) -> html.Li:
    cat = blad.catalogus
    indicator = cat.indicatoren[b.indicator]
    naam = sprong(indicator.kort, blad.adres(cijfer=b.indicator))
    minder = " (minder telt als meer)" if teken == "-" else ""
    if b.ontbreekt_door is not None or b.genormaliseerd is None:
        reden = sentences.ontbreekt(b.ontbreekt_door, cat)
        return html.Li([html.Span([naam, minder]), html.Span(reden, className="arcering-klein")])
    w = blad.buurt.waarden.get((b.indicator, b.jaar))
    stand = cijfer(w.waarde, indicator) if w is not None and w.waarde is not None else ""
    erbij = "" if b.bijdrage is None else f" → {getal(b.bijdrage, 1)} punten"
    return html.Li(
        [
            html.Span([naam, minder]),
            html.Span(f"{stand}{erbij}", className="cijfers"),
            html.Span(
                html.Span(style={"width": f"{b.genormaliseerd:.0f}%"}),
                className="bijdrage-balk",
                **{"aria-hidden": "true"},
            ),
        ]
    )

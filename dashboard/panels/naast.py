"""One figure of several areas, on one scale: sentence, numbers, lines, stories, and the table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard import address, comparison, figures, sentences
from dashboard.comparison import Kolom
from dashboard.figures import KLEIN_MAAT, Schaal
from dashboard.panels import stemmen
from dashboard.panels.parts import sprong, tabel, tekst, uitklap
from dashboard.snapshot_types import Waarde
from dashboard.words import cijfer, delen
from indicators.catalogue import Catalogus
from indicators.compare import Verschil
from indicators.model import Indicator


def blok(kolommen: Sequence[Kolom], indicator: Indicator, cat: Catalogus) -> html.Section:
    """One figure, for all areas."""
    jaar = comparison.meetjaar(kolommen, indicator.id)
    met_ref = not sentences.is_telling(indicator)
    samen = figures.gezamenlijk([k.blad.buurt for k in kolommen], indicator.id, met_ref)
    zijden: list[Verschil | None] = [None, *comparison.zijden(kolommen, indicator)]
    kop = f"naast-{indicator.id}-kop"
    return html.Section(
        [
            html.H4(sprong(indicator.naam, address.bronnen(indicator.id), "cijfer-naam"), id=kop),
            tekst(comparison.samenvatting(kolommen, indicator, cat), "samenvatting"),
            html.Ul(
                [
                    html.Li(
                        _een(
                            kolommen[0], k, indicator, jaar, zijde, samen[0] if samen else None, cat
                        ),
                        className="naast-een",
                    )
                    for k, zijde in zip(kolommen, zijden, strict=True)
                ],
                className=f"naast-rij naast-{len(kolommen)}",
            ),
            *_schaal(kolommen, indicator, samen, met_ref),
            uitklap(
                ["Alle jaren in een tabel", html.Span(f" {indicator.naam}", className="verborgen")],
                jaren(kolommen, indicator, cat),
            ),
        ],
        className="naast",
        id=f"naast-{indicator.id}",
        tabIndex=-1,
        **{"aria-labelledby": kop},
    )


def _een(
    eerste: Kolom, k: Kolom, indicator: Indicator, jaar: int | None, zijde: Verschil | None,
    schaal: Schaal | None, cat: Catalogus,
) -> list[Any]:  # fmt: skip
    w = k.waarde(indicator.id, jaar) if jaar else None
    return [
        html.Div(
            [
                html.H5(k.naam),
                _getal(k, w, indicator, jaar, cat),
                *(
                    [tekst(comparison.tegenover(zijde, eerste.naam, indicator), "vergelijking")]
                    if zijde and zijde != "onbekend"
                    else []
                ),
                *_bijzonder(k, w, indicator, cat),
            ],
            className="naast-cijfer",
        ),
        _lijn(k, indicator, schaal, cat),
        html.Div(
            stemmen.kort(k.blad.bij(indicator.id), cat, k.waarvan),
            className="naast-verhalen",
        )
        if k.blad.bij(indicator.id)
        else None,
    ]


def _getal(
    k: Kolom, w: Waarde | None, indicator: Indicator, jaar: int | None, cat: Catalogus
) -> html.P:
    """The number; only an interval in words; hatched when there is none."""
    if w is not None and w.waarde is not None:
        getal, eenheid = delen(w.waarde, indicator)
        return html.P(
            [
                html.Span(getal, className="getal"),
                html.Span(f" {eenheid}", className="eenheid") if eenheid else "",
            ],
            className="waarde",
        )
    woorden = comparison.stand(w, indicator, cat, k)
    if w is not None and w.onder is not None and w.boven is not None:
        return html.P(woorden, className="waarde waarde-bereik")
    g = k.blad.buurt.gebied
    if w is None and jaar is not None and g.grensjaar < jaar:
        woorden = f"indeling {g.grensjaar}: bestond niet meer"
    return html.P(f"{jaar}: {woorden}" if w and jaar else woorden, className="arcering")


def _bijzonder(k: Kolom, w: Waarde | None, indicator: Indicator, cat: Catalogus) -> list[html.P]:
    """What one should know before using the number, and where it came from, as one line."""
    stukken = comparison.bijzonder(k, w, indicator, cat) if w is not None else []
    nieuwste = comparison.nieuwste(k, indicator.id)
    if w is not None and w.waarde is not None and w is nieuwste:
        verloop = sentences.verloop(k.blad.buurt, indicator).rpartition("; ")[2]
        stukken += [verloop] if verloop and "andere grens" not in verloop else []
    return [tekst(" · ".join(stukken), "onderregel")] if stukken else []


def _lijn(k: Kolom, indicator: Indicator, schaal: Schaal | None, cat: Catalogus) -> html.Div | None:
    reeks = k.blad.buurt.reeks(indicator.id)
    if schaal is None or not reeks or schaal.van == schaal.tot:
        return None
    breed, hoog = KLEIN_MAAT
    return html.Div(
        [
            html.Img(
                src=figures.veelvoud(
                    k.blad.buurt, indicator.id, schaal, not sentences.is_telling(indicator)
                ),
                alt=f"{k.naam}. {sentences.reeks_in_woorden(k.blad.buurt, indicator, cat)}",
                width=breed,
                height=hoog,
            ),
            html.Div(
                [html.Span(str(schaal.van)), html.Span(str(schaal.tot))],
                className="lijn-jaren",
                **{"aria-hidden": "true"},
            ),
        ],
        className="lijn",
    )


def _schaal(
    kolommen: Sequence[Kolom], indicator: Indicator,
    samen: tuple[Schaal, float, float, int, int] | None, met_ref: bool,
) -> list[html.P]:  # fmt: skip
    """What the lines are drawn on: the same for all areas."""
    if samen is None or samen[3] == samen[4]:
        return []
    _, laag, hoog, _, _ = samen
    refs = dict.fromkeys(k.blad.buurt.referentie.naam for k in kolommen if k.blad.buurt.referentie)
    grijs = f" Grijs: {', '.join(refs)}." if refs and met_ref else ""
    return [
        tekst(
            f"Alle lijnen op dezelfde schaal, van {cijfer(laag, indicator)} tot "
            f"{cijfer(hoog, indicator)}.{grijs}",
            "schaal",
        )
    ]


def jaren(kolommen: Sequence[Kolom], indicator: Indicator, cat: Catalogus) -> html.Div:
    """All years of all areas as a table."""
    alle = sorted({w.jaar for k in kolommen for w in k.blad.buurt.reeks(indicator.id)})
    rijen: list[list[Any]] = []
    for jaar in reversed(alle):
        rij: list[Any] = [str(jaar)]
        for k in kolommen:
            w = k.waarde(indicator.id, jaar)
            breuk = " (andere grens)" if jaar in k.blad.buurt.breuken else ""
            rij.append("–" if w is None else comparison.stand(w, indicator, cat, k) + breuk)
        rijen.append(rij)
    kop = ["Jaar", *(k.naam for k in kolommen)]
    return tabel(kop, rijen, f"{indicator.naam} per jaar", "smal")


def overzichtstabel(
    kolommen: Sequence[Kolom], indicatoren: Sequence[Indicator], vraag: str, cat: Catalogus
) -> html.Div:
    """The figures of one question as a table: the same numbers and words as the pictures."""
    eerste = kolommen[0]
    rijen: list[list[Any]] = []
    for indicator in indicatoren:
        jaar = comparison.meetjaar(kolommen, indicator.id)
        zijden: list[Verschil | None] = [None, *comparison.zijden(kolommen, indicator)]
        rij: list[Any] = [
            [
                html.Span(indicator.naam, id=f"naast-{indicator.id}", tabIndex=-1),
                html.Span(f" {jaar}" if jaar else "", className="klein zacht"),
            ]
        ]
        for k, zijde in zip(kolommen, zijden, strict=True):
            w = k.waarde(indicator.id, jaar) if jaar else None
            regels: list[Any] = [html.Span(comparison.stand(w, indicator, cat, k))]
            if zijde and zijde != "onbekend":
                woorden = comparison.tegenover(zijde, eerste.naam, indicator)
                regels += [html.Br(), html.Span(woorden, className="klein zacht")]
            rij.append(regels)
        rijen.append(rij)
    return tabel(["Cijfer", *(k.naam for k in kolommen)], rijen, vraag)

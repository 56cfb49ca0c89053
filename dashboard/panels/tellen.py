"""Tellen: a figure with its words, number, reference, course and origin."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard import address, figures, sentences
from dashboard.context import Blad
from dashboard.panels.parts import label, sprong, tabel, tekst, vouw
from dashboard.snapshot_types import Waarde
from dashboard.words import cijfer, delen, jaar_van
from indicators.model import Indicator


def figuur(blad: Blad, indicator: Indicator, kop_van: Any = html.H4) -> html.Div:
    """One figure of an area; hatched and in words when it is missing."""
    w = blad.buurt.nieuwste(indicator.id)
    kop = kop_van(
        sprong(
            indicator.naam,
            blad.adres(cijfer=indicator.id),
            "cijfer-naam",
        ),
    )
    if w is None or w.waarde is None:
        return html.Div(
            [kop, _leeg(blad, w), _meer(blad, indicator)], className="figuur figuur-leeg"
        )
    getal, eenheid = delen(w.waarde, indicator)
    return html.Div(
        [
            kop,
            html.Div(
                [
                    html.Div(
                        [
                            html.P(
                                [
                                    html.Span(getal, className="getal"),
                                    html.Span(f" {eenheid}", className="eenheid")
                                    if eenheid
                                    else "",
                                ],
                                className="waarde",
                            ),
                            tekst(sentences.vergelijking(blad.buurt, w, indicator), "vergelijking"),
                        ]
                    ),
                    _verloop(blad, indicator),
                ],
                className="figuur-kern",
            ),
            _onder(blad, w),
            _meer(blad, indicator),
        ],
        className="figuur",
    )


def _leeg(blad: Blad, w: Waarde | None) -> html.P:
    if w is None:
        woorden = "Geen bron ingelezen met dit cijfer"
    else:
        reden = sentences.ontbreekt(w.ontbreekt_door, blad.catalogus)
        woorden = f"{w.jaar}: {reden}"
    return html.P(woorden, className="arcering")


def _verloop(blad: Blad, indicator: Indicator) -> html.Div | None:
    plaatje = figures.sparkline(
        blad.buurt, indicator.id, met_referentie=not sentences.is_telling(indicator)
    )
    if plaatje is None:
        return None
    reeks = blad.buurt.reeks(indicator.id)
    return html.Div(
        [
            html.Img(
                src=plaatje,
                alt=sentences.reeks_in_woorden(blad.buurt, indicator, blad.catalogus),
                width=figures.BREED,
                height=figures.HOOG,
            ),
            html.Div(
                [html.Span(str(reeks[0].jaar)), html.Span(str(reeks[-1].jaar))],
                className="lijn-jaren",
                **{"aria-hidden": "true"},
            ),
        ],
        className="lijn",
    )


def _onder(blad: Blad, w: Waarde) -> html.P:
    """Course, year, age, kind: what one should know before using the figure."""
    cat = blad.catalogus
    indicator = cat.indicatoren[w.indicator]
    oud = sentences.leeftijd(w.jaar, jaar_van(blad.publicatie.gemaakt_op))
    aarden: dict[str, str] = {str(k): v for k, v in cat.woorden.aard.items()}
    stukken: list[Any] = [html.Span(f"over {w.jaar}", className="jaar")]
    if oud:
        stukken.append(label(oud, "label-oud"))
    if w.voorlopig:
        stukken.append(html.Span("voorlopig"))
    if w.aard != "geregistreerd":
        stukken.append(html.Span(aarden.get(w.aard, w.aard)))
    verder = (sentences.verloop(blad.buurt, indicator), sentences.nog_leeg(blad.buurt, w, cat))
    stukken += [html.Span(woorden) for woorden in verder if woorden]
    return html.P(_met_punten(stukken), className="onderregel")


def _met_punten(stukken: list[Any]) -> list[Any]:
    uit: list[Any] = []
    for n, stuk in enumerate(stukken):
        if n:
            uit.append(html.Span(" · ", **{"aria-hidden": "true"}))
        uit.append(stuk)
    return uit


def _meer(blad: Blad, indicator: Indicator) -> html.Div:
    vertel = (
        sprong(
            "Vertel hierbij",
            blad.adres(cijfer=indicator.id, plek="vertel"),
            "actie actie-vertel",
            **{"title": f"Vertel iets bij: {indicator.naam}"},
        )
        if blad.mag("vertellen")
        else None
    )
    return html.Div(
        [
            vouw(
                ["Wat is dit cijfer?", html.Span(f" {indicator.naam}", className="verborgen")],
                f"uitleg|{indicator.id}",
            ),
            vertel,
        ],
        className="figuur-meer",
    )


def uitleg(blad: Blad, indicator: Indicator) -> list[Any]:
    """What a figure says, how it ran, and where it came from; asked for when opened."""
    cat, w = blad.catalogus, blad.buurt.nieuwste(indicator.id)
    inhoud: list[Any] = [
        tekst(indicator.zin),
        tekst([html.Strong("Lees eerst. "), indicator.lees_eerst]),
        tekst([html.Strong("Vraag voor het gesprek. "), indicator.gespreksvraag]),
    ]
    if w is None:
        namen = " of ".join(b.naam for b in cat.bronnen_van(indicator.id))
        return [*inhoud, tekst(f"Dit cijfer komt uit: {namen}. Die bron is niet ingelezen.")]
    inhoud.append(_jaren(blad, indicator))
    zin = sentences.herkomst(blad.buurt, w, indicator, cat, blad.publicatie)
    return [
        *inhoud,
        html.Div(
            [
                tekst([html.Strong("Herkomst. "), zin], "herkomst"),
                html.Button(
                    "Kopieer herkomst",
                    type="button",
                    className="knop knop-klein",
                    **{"data-kopieer": zin},
                ),
                sprong("Over deze bron en methode", address.bronnen(indicator.id), "actie"),
            ]
        ),
    ]


def _jaren(blad: Blad, indicator: Indicator) -> html.Div:
    ref = blad.buurt.referentie

    def cel(w: Waarde | None) -> str:
        if w is None:
            return "–"
        if w.waarde is None:
            return sentences.ontbreekt(w.ontbreekt_door, blad.catalogus)
        return cijfer(w.waarde, indicator)

    kop = ["Jaar", blad.buurt.gebied.naam] + ([ref.naam] if ref else [])
    rijen = []
    for w in reversed(blad.buurt.reeks(indicator.id)):
        rij: list[Any] = [
            f"{w.jaar}" + (" (andere grens)" if w.jaar in blad.buurt.breuken else ""),
            cel(w),
        ]
        if ref:
            rij.append(cel(blad.buurt.referentiewaarden.get((indicator.id, w.jaar))))
        rijen.append(rij)
    return tabel(kop, rijen, f"{indicator.naam} per jaar", "smal")

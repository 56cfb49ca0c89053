"""Binding a story to a figure: a visible act of its own, signed by whoever binds."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.context import Blad
from dashboard.panels.formulier import cijferlijst, houdingen, ondertekening
from dashboard.panels.parts import sprong, tekst
from dashboard.panels.vertellen import geciteerd, gekoppeld_door, woorden_van
from dashboard.stories.models import Koppeling, Verhaal


def koppelen(blad: Blad, v: Verhaal, koppeling: Koppeling | None) -> html.Div:
    """The screen: the story as it is, its bindings, and the figure and stance to choose."""
    g, cat = blad.buurt.gebied, blad.catalogus
    return html.Div(
        [
            html.H2("Verander de koppeling" if koppeling else "Koppel dit verhaal aan een cijfer",
                    id="vertel-kop"),
            tekst("De woorden blijven zoals ze zijn. Een koppeling is een uitleg van wie koppelt: "
                  "je naam komt erbij te staan.", "toelichting"),
            dcc.Store(id="koppel-basis", data={
                "gebied": g.gebied, "grensjaar": g.grensjaar, "verhaal": str(v.id),
                "koppeling": koppeling.id if koppeling else None, "bril": blad.bril,
                "publicatie": blad.publicatie.publicatie}),
            html.Blockquote(html.P(woorden_van(v, cat)), className="te-koppelen"),
            *_bestaand(blad, v),
            html.Div(
                [
                    dmc.Select(
                        id="koppel-cijfer", label="Bij welk cijfer hoort het?",
                        value=koppeling.indicator if koppeling else None,
                        data=cijferlijst(blad, lambda i, _: i.id), searchable=True,
                        placeholder="Zoek een cijfer", allowDeselect=False,
                        nothingFoundMessage="Geen cijfer met die naam",
                        comboboxProps={"transitionProps": {"duration": 0}},
                    ),
                    houdingen(blad, "koppel-houding", "Hoe verhoudt het zich tot dat cijfer?",
                              koppeling.houding if koppeling else None),
                    ondertekening("koppel-door", "Gekoppeld door",
                                  "naam of functie; staat bij het verhaal"),
                    html.Div(id="koppel-melding", role="alert", className="melding-plek"),
                    html.Div(
                        [
                            html.Button("Koppel", id="koppel-bewaar", type="button",
                                        className="knop knop-hoofd"),
                            sprong("Niet koppelen",
                                   blad.adres(verhaal=str(v.id)),
                                   "actie"),
                        ],
                        className="knoppen",
                    ),
                ],
                className="formulier", role="form", **{"aria-labelledby": "vertel-kop"},
            ),
        ]
    )  # fmt: skip


def _bestaand(blad: Blad, v: Verhaal) -> list[Any]:
    if not v.koppelingen:
        return [tekst("Dit verhaal hoort nog nergens bij.", "klein zacht")]
    cat = blad.catalogus
    regels = []
    for k in v.koppelingen:
        indicator = cat.indicatoren.get(k.indicator)
        regels.append(
            html.Li(
                [
                    html.Span(cat.woorden.houding.get(k.houding, k.houding), className="houding"),
                    html.Span(f" {indicator.naam if indicator else k.indicator}, "
                              f"{geciteerd(cat, k)}. {gekoppeld_door(k)}. "),
                    sprong("Verander", blad.adres(verhaal=str(v.id), doe="koppelen", koppeling=k.id,
                        plek="vertel"), "actie"),
                    html.Button("Maak los", id={"type": "los", "id": k.id}, type="button",
                                className="knop knop-klein knop-stil"),
                ]
            )
        )  # fmt: skip
    return [html.H3("Hoort nu bij"), html.Ul(regels, className="koppelingen")]

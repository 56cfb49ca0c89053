"""Taking a story away: back out of sight, or wiped for good in every copy the product keeps."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.context import Blad
from dashboard.panels.parts import sprong, tekst
from dashboard.panels.vertellen import woorden_van
from dashboard.stories.models import Verhaal
from dashboard.words import datum, hoofdletter


def weghalen(blad: Blad, v: Verhaal) -> html.Div:
    """The screen: the words, what each of the two ways does, and a button for each."""
    g = blad.buurt.gebied
    return html.Div(
        [
            html.H2("Moet dit verhaal weg?", id="vertel-kop"),
            dcc.Store(id="weg-basis", data={
                "gebied": g.gebied, "grensjaar": g.grensjaar, "verhaal": str(v.id),
                "nummer": v.nu.nummer, "bril": blad.bril}),
            tekst(_welk(blad, v), "klein zacht"),
            html.Blockquote(html.P(woorden_van(v, blad.catalogus)), className="te-koppelen"),
            html.Div([*_wegen(blad, v)], className="weg-wegen", role="form",
                     **{"aria-labelledby": "vertel-kop"}),
            html.Div(id="weg-melding", role="alert", className="melding-plek"),
            html.Div(sprong("Niet weghalen", blad.adres(verhaal=str(v.id)), "actie"),
                     className="knoppen"),
        ]
    )  # fmt: skip


def _welk(blad: Blad, v: Verhaal) -> str:
    """Which story it is: who told it, when, and how it stands."""
    w = blad.catalogus.woorden
    status = w.status.get(v.nu.status, v.nu.status)
    rol = hoofdletter(w.rol.get(v.nu.rol, v.nu.rol))
    return f"{rol}, {datum(v.nu.opgehaald_op or v.nu.op)}; {status}"


def _wegen(blad: Blad, v: Verhaal) -> list[html.Section]:
    uit = []
    if v.nu.status != "ingetrokken" and blad.mag("intrekken", v):
        uit.append(html.Section(_intrekken()))
    return [*uit, html.Section(_wissen() if blad.mag("wissen", v) else _vraag_wissen())]


def _intrekken() -> list[Any]:
    return [
        html.H3("Intrekken"),
        tekst("Het verhaal is hier niet meer te zien en komt op geen nieuw blad. Op een blad dat "
              "al vastligt, blijft het staan. De woorden blijven bewaard, tot iemand ze wist of "
              "de bewaartermijn voorbij is."),
        html.Button("Trek het in", id="weg-intrekken", type="button", className="knop"),
    ]  # fmt: skip


def _vraag_wissen() -> list[Any]:
    return [
        html.H3("Wissen"),
        tekst("Moeten de woorden voorgoed weg? De redacteur of de applicatiebeheerder wist ze, in "
              "elke kopie.", "zacht"),
    ]  # fmt: skip


def _wissen() -> list[Any]:
    return [
        html.H3("Wissen"),
        tekst("De woorden verdwijnen voorgoed: uit elke herziening, uit notities en foto's. Een "
              "blad waar ze op staan, komt opnieuw uit als versie b. Wie een oude backup "
              "terugzet, wist ze opnieuw. Wat blijft: dat er iets is gewist, en wanneer."),
        dmc.Checkbox(id="weg-zeker", label="Ik weet dat dit niet terug te draaien is",
                     checked=False),
        html.Button("Wis het voorgoed", id="weg-wissen", type="button", className="knop"),
    ]  # fmt: skip

"""Notes of a meeting, on the own screen of the one who leads: show, wipe, make a verhaal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard import address, privacy
from dashboard.panels import meelezen
from dashboard.panels.bijeenkomst import in_een_zin
from dashboard.panels.meedoen import KANT
from dashboard.panels.parts import label, sprong, tekst, uitklap
from dashboard.panels.vertellen import woorden_van
from dashboard.stories.erasure import Termijnen
from dashboard.stories.models import Verhaal
from dashboard.stories.models_bijeenkomst import Bijeenkomst, Notitie
from dashboard.words import aantal, eerste_woorden, hoofdletter
from indicators.catalogue import Catalogus

VRAAG = {"verwachting": "Wat we verwachtten", "opvallend": "Wat valt je op?",
         "mist": "Wat ziet dit cijfer niet?"}  # fmt: skip
SOORT = {"verwachting": "verklaring", "opvallend": "ervaring", "mist": "context"}
"""The kind of verhaal that a note is at first; whoever makes it can say another."""
UITLEG = (
    "Met één klik wordt een notitie een verhaal in concept, zonder naam. Daarna leest een tweede "
    "het na. Koppelen aan een cijfer is een aparte stap: dat teken je zelf."
)


def oogst(
    b: Bijeenkomst,
    notities: Sequence[Notitie],
    mag: Mapping[int, bool],
    verhalen: Mapping[Any, Verhaal],
    cat: Catalogus,
    bekend: Sequence[str],
) -> list[Any]:
    """All notes, per figure and question.

    Args:
        b: the meeting.
        notities: its notes, oldest first.
        mag: per participant whether notes may become a verhaal.
        verhalen: the verhalen that were made of notes, by id.
        cat: words and themes.
        bekend: names of places, which are no people.
    """
    delen: list[Any] = []
    for nummer, kop in [*((r.nummer, f"{r.vraag['naam']}: {in_een_zin(r)}") for r in b.rondes),
                        (0, "Over alle cijfers samen")]:  # fmt: skip
        hier = [n for n in notities if n.ronde == nummer]
        vragen = []
        for soort, vraag in VRAAG.items():
            zijn = [n for n in hier if n.soort == soort and (n.tekst or n.verhaal_id)]
            if not zijn:
                continue
            kaarten = [_kaart(b, n, mag, verhalen, cat, bekend) for n in zijn]
            kopje = html.H3(vraag if nummer or soort != "mist" else "Wat zien ze niet?")
            vragen += [kopje, html.Ul(kaarten, className="oogst-lijst")]
        if vragen:
            delen.append(html.Section([html.H2(kop), *vragen], className="oogst-ronde"))
    if not delen:
        leeg = "Er zijn nog geen notities. Ze komen hier te staan zodra iemand iets opschrijft."
        return [tekst(leeg, "zacht")]
    dagen = Termijnen().bijeenkomst
    over = f"Wat niemand kiest, wordt {dagen} dagen na de bijeenkomst gewist."
    return [tekst(f"{UITLEG} {over}", "toelichting"), *delen]


def _kaart(
    b: Bijeenkomst,
    n: Notitie,
    mag: Mapping[int, bool],
    verhalen: Mapping[Any, Verhaal],
    cat: Catalogus,
    bekend: Sequence[str],
) -> html.Li:
    if n.verhaal_id is not None:
        return _werd_verhaal(b, verhalen.get(n.verhaal_id), cat)
    vondsten = privacy.vind(n.tekst, bekend)
    geen = n.deelnemer_id is not None and not mag.get(n.deelnemer_id, False)
    kant = label(f"verwachtte {KANT[n.kant]}") if n.kant in KANT else None
    return html.Li(
        [
            html.Blockquote(n.tekst),
            html.P([label("uit de zaal") if n.deelnemer_id is None else None, kant,
                    label("niet op het grote scherm", "label-oud") if n.vast else None],
                   className="oogst-labels"),
            html.Div([html.H4("Kijk hier naar"), meelezen.lijst(vondsten)],
                     className="privacyhulp") if vondsten else None,
            tekst("Wie dit schreef, wil niet dat het een verhaal wordt.", "zacht klein")
            if geen else None,
            html.Div(
                [
                    *([] if geen else [_doe("verhaal", n, "Maak er een verhaal van")]),
                    _doe("zien", n, "Zet op het grote scherm") if n.vast
                    else _doe("vast", n, "Haal van het grote scherm"),
                ],
                className="knoppen",
            ),
            _meer(n, cat, geen),
        ],
        className="oogst-kaart",
    )  # fmt: skip


def _doe(doe: str, n: Notitie, woorden: str) -> html.Button:
    return html.Button(
        [woorden, html.Span(f": {eerste_woorden(n.tekst, 40)}", className="verborgen")],
        id={"type": "oogst", "doe": doe, "id": str(n.id)}, type="button",
        className="knop" if doe == "verhaal" else "knop knop-klein knop-stil",
    )  # fmt: skip


def _meer(n: Notitie, cat: Catalogus, geen: bool) -> html.Details:
    """What one needs now and then: kind and direction of the verhaal, and to wipe."""
    w = cat.woorden

    def keuze(veld: str, naam: str, woorden: Mapping[str, str], waarde: str | None) -> dmc.Select:
        return dmc.Select(
            id={"type": "oogst-keus", "veld": veld, "id": str(n.id)}, label=naam, value=waarde,
            data=[{"value": k, "label": hoofdletter(v)} for k, v in woorden.items()],
            placeholder="Niet gezegd", clearable=waarde is None, allowDeselect=waarde is None,
            comboboxProps={"transitionProps": {"duration": 0}},
        )  # fmt: skip

    velden = [
        keuze("soort", "Wat voor verhaal is het?", w.soort, SOORT[n.soort]),
        keuze("richting", "Welke kant gaat het op?", w.richting, None),
    ]
    if n.deelnemer_id is None:
        velden.append(keuze("rol", "Wie vertelt dit?", w.rol, "bewoner"))
    wis = html.P(_doe("wis", n, "Wis deze notitie"))
    if geen:
        return uitklap("Wissen", wis)
    keuzes = html.Div(velden, className="formulier velden")
    return uitklap("Soort, richting en wissen", [keuzes, wis])


def _werd_verhaal(b: Bijeenkomst, v: Verhaal | None, cat: Catalogus) -> html.Li:
    if v is None:
        return html.Li(tekst("Dit werd een verhaal.", "zacht"), className="oogst-kaart oogst-klaar")
    koppel = address.buurt(b.gebied, verhaal=str(v.id), doe="koppelen", plek="vertel")
    return html.Li(
        [
            html.Blockquote(woorden_van(v, cat)),
            html.P(label("verhaal, in concept" if v.nu.status == "concept" else "verhaal"),
                   className="oogst-labels"),
            html.Div(
                [
                    sprong("Bekijk het bij de buurt", address.buurt(b.gebied, verhaal=str(v.id)),
                           "actie"),
                    sprong("Koppel aan een cijfer", koppel, "actie"),
                ],
                className="knoppen",
            ),
        ],
        className="oogst-kaart oogst-klaar",
    )  # fmt: skip


def telling(notities: Sequence[Notitie]) -> str:
    """How many notes, and how many became a verhaal; nothing about people."""
    met = [n for n in notities if n.tekst or n.verhaal_id]
    klaar = sum(n.verhaal_id is not None for n in met)
    zin = hoofdletter(aantal(len(met), "notitie", "notities"))
    return f"{zin}; {aantal(klaar, 'werd', 'werden')} een verhaal." if klaar else f"{zin}."

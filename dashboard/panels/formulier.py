"""The form to tell: a new story, or a revision of one, and what to say when that fails."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard import address
from dashboard.context import Blad
from dashboard.panels.parts import sprong, tekst, uitklap
from dashboard.panels.vertellen import stand
from dashboard.stories.models import Verhaal
from dashboard.stories.repository import Gelijktijdig
from dashboard.words import tijdstip

GEEN_CIJFER = "geen"


def formulier(blad: Blad, herzie: Verhaal | None = None, cijfer: str | None = None) -> html.Div:
    """The form; filled with the newest revision when `herzie` is given."""
    kop = "Verhaal herzien" if herzie else f"Vertel over {blad.buurt.gebied.naam}"
    return html.Div(
        [
            html.H2(kop, id="vertel-kop"),
            tekst(
                "De vorige versie blijft bewaard in de geschiedenis."
                if herzie
                else "Eén ervaring, in je eigen woorden. Noem geen namen, huisnummers of andere "
                "gegevens waaraan iemand te herkennen is.",
                "toelichting",
            ),
            _basis(blad, herzie),
            html.Div(
                [
                    *_velden(blad, herzie, cijfer),
                    _rest(blad, herzie),
                    _verklaringen(herzie),
                    html.Div(id="vertel-melding", role="alert", className="melding-plek"),
                    _knoppen(blad, herzie),
                ],
                className="formulier",
                role="form",
                **{"aria-labelledby": "vertel-kop"},
            ),
        ]
    )


def _basis(blad: Blad, herzie: Verhaal | None) -> dcc.Store:
    """What the answer is about: area, and the revision that was read."""
    g = blad.buurt.gebied
    return dcc.Store(
        id="vertel-basis",
        data={
            "gebied": g.gebied,
            "grensjaar": g.grensjaar,
            "verhaal": str(herzie.id) if herzie else None,
            "nummer": herzie.nu.nummer if herzie else None,
            "publicatie": blad.publicatie.publicatie,
        },
    )


def _velden(blad: Blad, herzie: Verhaal | None, cijfer: str | None) -> list[Any]:
    r = herzie.nu if herzie else None
    rollen = blad.catalogus.woorden.rol
    rol = _keuze("vertel-rol", "Wie vertelt dit?", rollen, r.rol if r else None, "Kies een rol")
    return [
        dmc.Textarea(
            id="vertel-tekst",
            label="Wat is er aan de hand?",
            value=r.tekst if r else "",
            autosize=True,
            minRows=4,
            maxRows=16,
            required=True,
            withAsterisk=False,
        ),
        html.Div([rol, *([] if herzie else [_bij_cijfer(blad, cijfer)])], className="velden"),
        *([] if herzie else [_houding(blad, cijfer)]),
    ]


def _knoppen(blad: Blad, herzie: Verhaal | None) -> html.Div:
    g = blad.buurt.gebied
    bewaar = html.Button("Bewaar", id="vertel-bewaar", type="button", className="knop knop-hoofd")
    if herzie is None:
        return html.Div([bewaar], className="knoppen")
    terug = address.buurt(g.gebied, g.grensjaar, verhaal=str(herzie.id))
    return html.Div([bewaar, sprong("Niet herzien", terug, "actie")], className="knoppen")


def _keuze(
    veld: str, naam: str, woorden: dict[str, str], waarde: str | None, leeg: str = "", **meer: Any
) -> dmc.Select:
    return dmc.Select(
        id=veld,
        label=naam,
        value=waarde,
        placeholder=leeg,
        data=[{"value": k, "label": v} for k, v in woorden.items()],
        allowDeselect=False,
        comboboxProps={"transitionProps": {"duration": 0}},
        **meer,
    )


def _bij_cijfer(blad: Blad, cijfer: str | None) -> dmc.Select:
    cat = blad.catalogus
    groepen: list[dict[str, Any]] = [
        {"group": "Zonder cijfer",
         "items": [{"value": GEEN_CIJFER, "label": "Staat niet in cijfers"}]}
    ]  # fmt: skip
    for thema, indicatoren in cat.per_thema().items():
        items = []
        for i in indicatoren:
            w = blad.buurt.nieuwste(i.id)
            if w is not None:
                nu = stand(i, w.waarde, w.ontbreekt_door, cat)
                items.append({"value": i.id, "label": f"{i.naam}: {nu} ({w.jaar})"})
        if items:
            groepen.append({"group": cat.themas[thema].naam, "items": items})
    return dmc.Select(
        id={"type": "vertel-los", "veld": "a-cijfer"},
        label="Bij welk cijfer hoort het?",
        value=cijfer or GEEN_CIJFER,
        data=groepen,
        searchable=True,
        allowDeselect=False,
        nothingFoundMessage="Geen cijfer met die naam",
        comboboxProps={"transitionProps": {"duration": 0}},
    )


def _houding(blad: Blad, cijfer: str | None) -> dmc.RadioGroup:
    woorden = blad.catalogus.woorden.houding
    return dmc.RadioGroup(
        id={"type": "vertel-los", "veld": "b-houding"},
        label="Hoe verhoudt het zich tot dat cijfer?",
        value=None,  # the teller says it, not the form
        children=html.Div(
            [dmc.Radio(value=k, label=v) for k, v in woorden.items()], className="keuzes"
        ),
    )


def _rest(blad: Blad, herzie: Verhaal | None) -> html.Details:
    w, r = blad.catalogus.woorden, herzie.nu if herzie else None
    return uitklap(
        "Meer over dit verhaal",
        [
            html.Div(
                [
                    _keuze("vertel-soort", "Wat voor verhaal is het?", w.soort,
                           r.soort if r else "ervaring"),
                    _keuze("vertel-richting", "Welke kant gaat het op?", w.richting,
                           r.richting if r else None, "Niet gezegd", clearable=True),
                    dmc.TextInput(id="vertel-hoe", label="Hoe opgehaald?",
                                  placeholder="bijvoorbeeld: gesprek aan de deur",
                                  value=r.opgehaald_hoe if r else ""),
                    dmc.TextInput(id="vertel-op", label="Wanneer opgehaald?",
                                  description="dag-maand-jaar, bijvoorbeeld 12-3-2026",
                                  value=r.opgehaald_op.strftime("%d-%m-%Y")
                                  if r and r.opgehaald_op else ""),
                    dmc.TextInput(id="vertel-door", label="Wie schrijft dit op?",
                                  description="naam of functie; komt in de geschiedenis",
                                  value="", persistence=True, persistence_type="local"),
                ],
                className="velden",
            ),
        ],
    )  # fmt: skip


def _verklaringen(herzie: Verhaal | None) -> html.Div:
    """What the teller declares; nothing is ticked beforehand."""
    r = herzie.nu if herzie else None
    return html.Div(
        [
            dmc.Checkbox(
                id="vertel-toestemming",
                checked=bool(r and r.toestemming),
                label="De verteller vindt het goed dat dit wordt opgeschreven",
            ),
            dmc.Checkbox(
                id="vertel-anoniem",
                checked=bool(r and r.anoniem),
                label="Ik heb het nagelezen: niemand is hierin te herkennen",
            ),
        ],
        className="verklaringen",
    )


def fout(woorden: str) -> html.P:
    """A message that says what to do; what was typed stays in the form."""
    return html.P(woorden, className="melding melding-fout")


def gelijktijdig(botsing: Gelijktijdig) -> html.Div:
    """Both texts, when someone else was first; nothing was overwritten."""
    r = botsing.huidig
    return html.Div(
        [
            html.P(html.Strong(str(botsing))),
            html.P(f"Revisie {r.nummer}, {tijdstip(r.op)}, door {r.door}:"),
            html.Blockquote(r.tekst),
            html.P("Jouw tekst:"),
            html.Blockquote(botsing.mijn_tekst),
            html.P(
                "Voeg samen wat samen hoort in het tekstveld hierboven. Met Bewaar komt jouw tekst "
                f"als revisie {r.nummer + 1} bovenop die van {r.door}; beide blijven bewaard."
            ),
        ],
        className="melding melding-fout",
    )

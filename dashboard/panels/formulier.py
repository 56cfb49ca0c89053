"""The form to tell: a new story, or a revision of one, and what to say when that fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard import kept
from dashboard.context import Blad
from dashboard.panels.parts import sprong, tekst, uitklap
from dashboard.panels.vertellen import stand
from dashboard.snapshot_types import Waarde
from dashboard.stories import tokens
from dashboard.stories.models import Verhaal
from dashboard.stories.repository import Gelijktijdig
from dashboard.who import huidig
from dashboard.words import tijdstip
from indicators.catalogue import Catalogus
from indicators.model import Indicator

GEEN_CIJFER = "geen"


def formulier(blad: Blad, herzie: Verhaal | None = None, cijfer: str | None = None) -> html.Div:
    """The form; filled with the newest revision when `herzie` is given."""
    kop = "Verhaal herzien" if herzie else f"Vertel over {blad.buurt.gebied.naam}"
    return html.Div(
        [
            html.H2(kop, id="vertel-kop"),
            tekst(
                "De vorige versie blijft bewaard in de geschiedenis. Veranderen de woorden, dan "
                "leest een tweede ze opnieuw."
                if herzie
                else "Eén ervaring, in je eigen woorden. Noem geen namen, huisnummers of andere "
                "gegevens waaraan iemand te herkennen is.",
                "toelichting",
            ),
            *([_weinig_mensen()] if blad.klein else []),
            _basis(blad, herzie),
            html.Div(id="vertel-hersteld", className="hersteld", role="status"),
            html.Div(
                [
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
                    html.Aside(
                        html.Div(id="vertel-lees", **{"aria-live": "polite"}),
                        className="meelezen",
                        **{"aria-label": "Meelezen terwijl je schrijft"},
                    ),
                ],
                className="vertel-vak",
            ),
        ],
    )


def _weinig_mensen() -> html.P:
    return tekst(
        "Hier wonen minder dan 100 huishoudens. Een citaat is dan snel te herkennen: de redacteur "
        "leest het eerst, daarna is het te zien.",
        "melding klein-gebied",
    )


def _basis(blad: Blad, herzie: Verhaal | None) -> html.Div:
    """What the answer is about: area, the revision that was read, and the sender's own key."""
    g = blad.buurt.gebied
    return html.Div(
        [
            dcc.Store(
                id="vertel-basis",
                data={
                    "gebied": g.gebied,
                    "grensjaar": g.grensjaar,
                    "verhaal": str(herzie.id) if herzie else None,
                    "nummer": herzie.nu.nummer if herzie else None,
                    "publicatie": blad.publicatie.publicatie,
                    "bril": blad.bril,
                    "sleutel": None if herzie else kept.vers(18),
                    "keer": kept.vers(6),
                    "wie": kept.klad(huidig().account),
                },
            ),
            dcc.Store(id="vertel-meelezen"),
            dcc.Store(id="vertel-bewaard"),
        ]
    )


def _velden(blad: Blad, herzie: Verhaal | None, cijfer: str | None) -> list[Any]:
    r = herzie.nu if herzie else None
    rollen = blad.catalogus.woorden.rol
    rol = keuze("vertel-rol", "Wie vertelt dit?", rollen, r.rol if r else None, "Kies een rol")
    return [
        dmc.Textarea(
            id="vertel-tekst",
            label="Wat is er aan de hand?",
            value=tokens.om_te_typen(r.tekst, blad.catalogus) if r else "",
            autosize=True,
            minRows=5,
            maxRows=18,
            required=True,
            withAsterisk=False,
        ),
        _invoegen(blad),
        html.Div([rol, *([] if herzie else [_bij_cijfer(blad, cijfer)])], className="velden"),
        _houding(
            blad, "Hoe verhoudt het zich tot een cijfer dat je toevoegt?" if herzie
            else "Hoe verhoudt het zich tot dat cijfer?",
        ),
    ]  # fmt: skip


def _knoppen(blad: Blad, herzie: Verhaal | None) -> html.Div:
    bewaar = html.Button("Bewaar", id="vertel-bewaar", type="button", className="knop knop-hoofd")
    if herzie is None:
        return html.Div([bewaar], className="knoppen")
    terug = blad.adres(verhaal=str(herzie.id))
    weg = blad.adres(verhaal=str(herzie.id), doe="weghalen", plek="vertel")
    return html.Div(
        [bewaar, sprong("Niet herzien", terug, "actie"), sprong("Weghalen", weg, "actie")],
        className="knoppen",
    )


def keuze(
    veld: Any, naam: str, woorden: dict[str, str], waarde: str | None, leeg: str = "", **meer: Any
) -> dmc.Select:
    """A choice from a list of words."""
    return dmc.Select(
        id=veld,
        label=naam,
        value=waarde,
        placeholder=leeg,
        data=[{"value": k, "label": v} for k, v in woorden.items()],
        **{"allowDeselect": False, **meer},
        comboboxProps={"transitionProps": {"duration": 0}},
    )


def _invoegen(blad: Blad) -> dmc.Select:
    """The figures to put into the text: a choice becomes `[[name, year]]` at the cursor."""
    return dmc.Select(
        id="vertel-invoegen",
        label="Zet een cijfer in de tekst",
        description="Het komt als [[naam, jaar]] waar je gebleven was, en toont het cijfer van nu.",
        placeholder="Zoek een cijfer",
        data=cijferlijst(blad, lambda i, w: f"{i.kort}, {w.jaar}", alleen_met=True),
        searchable=True,
        value=None,
        nothingFoundMessage="Geen cijfer met die naam",
        comboboxProps={"transitionProps": {"duration": 0}},
    )


def cijferlijst(
    blad: Blad, sleutel: Callable[[Indicator, Waarde], str], alleen_met: bool = False
) -> list[dict[str, Any]]:
    """The figures of an area as a grouped list to choose from, each with its newest value."""
    cat = blad.catalogus
    groepen: list[dict[str, Any]] = []
    for thema, indicatoren in cat.per_thema().items():
        items = []
        for i in indicatoren:
            w = blad.buurt.nieuwste(i.id)
            if w is None or (alleen_met and w.waarde is None):
                continue
            nu = stand(i, w.waarde, w.ontbreekt_door, cat)
            items.append({"value": sleutel(i, w), "label": f"{i.naam}: {nu} ({w.jaar})"})
        if items:
            groepen.append({"group": cat.themas[thema].naam, "items": items})
    return groepen


def _bij_cijfer(blad: Blad, cijfer: str | None) -> dmc.Select:
    zonder = {"group": "Zonder cijfer",
              "items": [{"value": GEEN_CIJFER, "label": "Staat niet in cijfers"}]}  # fmt: skip
    return dmc.Select(
        id={"type": "vertel-los", "veld": "a-cijfer"},
        label="Bij welk cijfer hoort het?",
        value=cijfer or GEEN_CIJFER,
        data=[zonder, *cijferlijst(blad, lambda i, _: i.id)],
        searchable=True,
        allowDeselect=False,
        nothingFoundMessage="Geen cijfer met die naam",
        comboboxProps={"transitionProps": {"duration": 0}},
    )


def _houding(blad: Blad, vraag: str) -> dmc.RadioGroup:
    return houdingen(blad, {"type": "vertel-los", "veld": "b-houding"}, vraag, None)


def houdingen(blad: Blad, veld: Any, vraag: str, waarde: str | None) -> dmc.RadioGroup:
    """The four stances; the teller says which, not the form."""
    woorden = blad.catalogus.woorden.houding
    return dmc.RadioGroup(
        id=veld,
        label=vraag,
        value=waarde,
        children=html.Div(
            [dmc.Radio(value=k, label=v) for k, v in woorden.items()], className="keuzes"
        ),
    )


def _rest(blad: Blad, herzie: Verhaal | None) -> html.Details:
    w, r = blad.catalogus.woorden, herzie.nu if herzie else None
    themas = {k: t.naam for k, t in blad.catalogus.themas.items()}
    return uitklap(
        "Meer over dit verhaal",
        [
            html.Div(
                [
                    keuze("vertel-soort", "Wat voor verhaal is het?", w.soort,
                          r.soort if r else "ervaring"),
                    keuze("vertel-richting", "Welke kant gaat het op?", w.richting,
                          r.richting if r else None, "Niet gezegd", clearable=True),
                    keuze("vertel-perspectief", "Vanuit wie is het verteld?", w.rol,
                          r.perspectief if r else None, "De verteller zelf", clearable=True),
                    dmc.MultiSelect(
                        id="vertel-themas", label="Waar gaat het over?", value=[],
                        data=[{"value": k, "label": v} for k, v in themas.items()],
                        placeholder="Volgt uit het cijfer", disabled=herzie is not None,
                        comboboxProps={"transitionProps": {"duration": 0}},
                    ),
                    dmc.TextInput(id="vertel-hoe", label="Hoe opgehaald?",
                                  placeholder="bijvoorbeeld: gesprek aan de deur",
                                  value=r.opgehaald_hoe if r else ""),
                    dmc.TextInput(id="vertel-op", label="Wanneer opgehaald?",
                                  description="dag-maand-jaar, bijvoorbeeld 12-3-2026",
                                  value=r.opgehaald_op.strftime("%d-%m-%Y")
                                  if r and r.opgehaald_op else ""),
                    dmc.TextInput(id="vertel-bron", label="Bron",
                                  description="waar het is terug te vinden, zonder namen",
                                  value=r.bron if r else ""),
                    ondertekening("vertel-door", "Wie schrijft dit op?",
                                  "naam of functie; komt in de geschiedenis"),
                ],
                className="velden",
            ),
        ],
    )  # fmt: skip


def ondertekening(veld: str, vraag: str, uitleg: str) -> dmc.TextInput:
    """Who signs: with accounts that is known, and the store itself puts it there."""
    wie = huidig()
    return dmc.TextInput(
        id=veld, label=vraag, description=uitleg if wie.lokaal else "de naam van je account",
        value="" if wie.lokaal else wie.naam, disabled=not wie.lokaal,
        persistence=wie.lokaal, persistence_type="local",
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


def gelijktijdig(botsing: Gelijktijdig, cat: Catalogus) -> html.Div:
    """Both texts as they stand in the field, when someone else was first; nothing was lost."""
    r = botsing.huidig
    return html.Div(
        [
            html.P(html.Strong(str(botsing))),
            html.P(f"Revisie {r.nummer}, {tijdstip(r.op)}, door {r.door}:"),
            html.Blockquote(tokens.om_te_typen(r.tekst, cat)),
            html.P("Jouw tekst:"),
            html.Blockquote(tokens.om_te_typen(botsing.mijn_tekst, cat)),
            html.P(
                "Voeg samen wat samen hoort in het tekstveld hierboven. Met Bewaar komt jouw tekst "
                f"als revisie {r.nummer + 1} bovenop die van {r.door}; beide blijven bewaard."
            ),
        ],
        className="melding melding-fout",
    )

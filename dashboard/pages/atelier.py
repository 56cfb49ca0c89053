"""Methode-atelier: what a score would be with other weights or another mean; a trial."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
import numpy as np
from dash import html

from dashboard import address, snapshot_method
from dashboard.address import Adres
from dashboard.context import Huis
from dashboard.panels.beelden import zeker
from dashboard.panels.parts import label, sprong, tabel, tekst
from dashboard.snapshot import Lezing
from dashboard.snapshot_method import Delen
from dashboard.words import getal
from indicators.catalogue import Catalogus
from indicators.model import Boom, Knoop
from indicators.proef import METHODEN, RUIS, TREKKINGEN, Methode, Proef, proef
from indicators.views import KLASSEN

HOOGSTE = 3.0


@dataclass(frozen=True)
class Instelling:
    """What is tried: an axis, a gemeente, the weights of its parts and the mean."""

    boom: Boom
    knoop: Knoop
    gemeente: str
    gewicht: tuple[float, ...]
    methode: Methode

    @property
    def standaard(self) -> bool:
        """Whether this is how the published score is made."""
        vast = tuple(d.gewicht for d in self.knoop.delen)
        return self.methode == "amean" and np.allclose(self.gewicht, vast)


def adres_van(as_: str, gemeente: str, gewicht: list[float], methode: str) -> str:
    """The address of a setting; everything that is chosen is in it."""
    keuze = {"as": as_, "gemeente": gemeente, "methode": methode,
             "gewicht": ",".join(f"{w:g}" for w in gewicht)}  # fmt: skip
    return "/atelier?" + urlencode({k: v for k, v in keuze.items() if v}, safe=",.")


def assen(cat: Catalogus) -> dict[str, tuple[Boom, Knoop]]:
    """Every axis with classes, by its name in an address."""
    return {
        f"{b.id}.{k.id}": (b, k)
        for b in cat.bomen.values()
        for k in b.knopen
        if k.score and k.klassen is not None
    }


def lees(cat: Catalogus, gemeenten: list[tuple[str, str]], adres: Adres) -> Instelling:
    """The setting of an address; what cannot be understood is as standard."""
    gevraagd, alle = dict(adres.vragen), assen(cat)
    boom, knoop = alle.get(gevraagd.get("as", ""), next(iter(alle.values())))
    codes = [c for c, _ in gemeenten]
    gemeente = gevraagd.get("gemeente", "")
    vast = tuple(d.gewicht for d in knoop.delen)
    gewicht = _gewichten(gevraagd.get("gewicht", ""), len(vast)) or vast
    methode: Methode = next((m for m in METHODEN if m == gevraagd.get("methode")), "amean")
    return Instelling(
        boom, knoop, gemeente if gemeente in codes else (codes or [""])[0], gewicht, methode
    )


def _gewichten(tekst_: str, hoeveel: int) -> tuple[float, ...] | None:
    try:
        gewicht = tuple(float(w) for w in tekst_.split(","))
    except ValueError:
        return None
    goed = len(gewicht) == hoeveel and all(0 <= w <= HOOGSTE for w in gewicht)
    return gewicht if goed else None


def maak(_: Huis, lezing: Lezing, adres: Adres) -> tuple[str, Any]:
    """Title and content of the page."""
    cat, gemeenten = lezing.catalogus, snapshot_method.gemeenten(lezing)
    keuze = lees(cat, gemeenten, adres)
    return "Methode-atelier", html.Div(
        [
            html.Header(
                [
                    html.H1("Methode-atelier"),
                    tekst(
                        "Hier probeer je of een score overeind blijft als je anders weegt. Wat je "
                        "hier ziet is een proef en verandert nergens iets aan.",
                        "inleiding",
                    ),
                ]
            ),
            _instellen(cat, gemeenten, keuze),
            *_uitkomst(cat, keuze, snapshot_method.delen(
                lezing, keuze.gemeente, keuze.boom.id, keuze.knoop)),
        ],
        className="bronnen atelier",
    )  # fmt: skip


def _instellen(cat: Catalogus, gemeenten: list[tuple[str, str]], i: Instelling) -> html.Section:
    hier = f"{i.boom.id}.{i.knoop.id}"
    schuiven = [
        html.Div(
            [
                html.Span(cat.indicatoren[d.indicator].kort),
                dmc.Slider(
                    id={"type": "atelier-gewicht", "deel": j},
                    value=i.gewicht[j],
                    min=0,
                    max=HOOGSTE,
                    step=0.25,
                    marks=[{"value": v, "label": str(v)} for v in range(int(HOOGSTE) + 1)],
                    mb=28,
                    thumbLabel=f"Gewicht van {cat.indicatoren[d.indicator].kort}",
                ),
            ],
            className="atelier-gewicht",
        )
        for j, d in enumerate(i.knoop.delen)
    ]
    return html.Section(
        [
            html.H2("De instelling", id="instelling"),
            html.Ul(
                [
                    html.Li(
                        html.Strong(k.naam)
                        if naam == hier
                        else sprong(k.naam, adres_van(naam, i.gemeente, [], ""))
                    )
                    for naam, (_, k) in assen(cat).items()
                ],
                className="leeslijst",
            ),
            dmc.Select(
                id="atelier-gemeente",
                label="Gemeente",
                value=i.gemeente,
                data=[{"value": c, "label": n} for c, n in gemeenten],
                searchable=True,
                allowDeselect=False,
                maw=400,
            ),
            dmc.Select(
                id="atelier-methode",
                label="Hoe de cijfers samen een score worden",
                value=i.methode,
                data=[{"value": m, "label": n} for m, n in METHODEN.items()],
                allowDeselect=False,
                maw=400,
            ),
            html.H3("Hoe zwaar elk cijfer weegt"),
            html.Div(schuiven, className="knopen"),
            html.Div(hier, id="atelier-as", hidden=True),
            dmc.Button("Toon met deze instelling", id="atelier-toon"),
        ]
    )


def _uitkomst(cat: Catalogus, i: Instelling, delen: Delen | None) -> list[Any]:
    if delen is None or i.knoop.klassen is None:
        return [tekst("In deze gemeente heeft nog geen buurt een score op deze as.", "arcering")]
    try:
        uit = proef(delen.x, np.array(i.gewicht), i.methode, i.knoop.klassen, i.knoop.dekking)
    except ValueError as fout:
        return [tekst(f"Niet te berekenen: {fout}.", "melding melding-fout", role="alert")]
    return [_stempel(i, delen), _lijst(i, delen, uit), _drijft(cat, i, uit)]


def _stempel(i: Instelling, delen: Delen) -> html.P:
    """What kind of figures these are: the standard setting, or somebody's own."""
    if i.standaard:
        return tekst(f"Standaardinstelling, over {delen.jaar}.", "toelichting")
    vast = adres_van(f"{i.boom.id}.{i.knoop.id}", i.gemeente, [], "")
    return tekst(
        [label("eigen instelling"), f" Over {delen.jaar}. Dit is niet de gepubliceerde score. ",
         sprong("Terug naar de standaard", vast)],
        "melding",
    )  # fmt: skip


def _lijst(i: Instelling, delen: Delen, uit: Proef) -> html.Section:
    n = len(uit.rij)
    rijen = [
        [
            sprong(delen.namen[r], address.buurt(delen.gebieden[r])),
            getal(uit.score[k]),
            html.Span(_plek(uit, k), className="heel"),
            _klasse(uit, k),
        ]
        for k, r in enumerate(uit.rij)
    ]
    zonder = len(delen.gebieden) - n
    rest = f" {zonder} buurten hebben te weinig cijfers voor deze gewichten." if zonder else ""
    return html.Section(
        [
            html.H2(i.knoop.naam),
            tekst(
                f"{n} buurten, op naam. Plek 1 is de hoogste score. De plek en de klasse zijn "
                f"{TREKKINGEN} keer bepaald, met elk gewicht hoogstens {getal(100 * RUIS)} % hoger "
                f"of lager: in negen van de tien keer lag de plek hiertussen. Afronding "
                f"en wat ontbreekt tellen hier niet mee.{rest}",
                "inleiding",
            ),
            tabel(["Buurt", "Score", "Plek tussen", "Klasse"], rijen, "Uitkomst van de proef"),
        ]
    )


def _plek(uit: Proef, k: int) -> str:
    laag, hoog = (round(float(q)) for q in uit.rang[k])
    return str(laag) if laag == hoog else f"{laag} en {hoog}"


def _klasse(uit: Proef, k: int) -> str:
    """The likeliest class with its certainty in a word."""
    c = int(np.argmax(uit.klasse_kans[k]))
    return f"{zeker(float(uit.klasse_kans[k, c])) or 'onzeker, het dichtst bij'} {KLASSEN[c]}"


def _drijft(cat: Catalogus, i: Instelling, uit: Proef) -> html.Section:
    som = sum(i.gewicht)
    namen = [cat.indicatoren[d.indicator].kort for d in i.knoop.delen]

    def r(waarde: float) -> str:
        return "niet te zeggen" if np.isnan(waarde) else getal(waarde, 2)

    ander = np.where(np.eye(len(namen), dtype=bool), np.nan, uit.samen)
    rijen = []
    for j, naam in enumerate(namen):
        heeft = not np.isnan(ander[j]).all()
        k = int(np.nanargmax(ander[j])) if heeft else 0
        bij = f"{namen[k]} ({getal(ander[j, k], 2)})" if heeft else "niet te zeggen"
        rijen.append([naam, f"{getal(100 * i.gewicht[j] / som)} %", r(uit.invloed[j]), bij])
    alpha = "niet te zeggen" if np.isnan(uit.alpha) else getal(uit.alpha, 2)
    return html.Section(
        [
            html.H2("Wat deze score stuurt, en of de cijfers bij elkaar horen"),
            tekst(
                "Gewicht is wat je vraagt; samenhang met de score is wat het cijfer doet. Liggen "
                "die ver uit elkaar, dan stuurt iets anders de score dan je denkt. Cronbachs "
                f"alpha: {alpha} (boven 0,7 meten de cijfers ongeveer hetzelfde).",
                "inleiding",
            ),
            tabel(
                ["Cijfer", "Gewicht", "Samenhang met de score", "Lijkt het meest op"],
                rijen,
                "Gewicht en samenhang per cijfer, in deze gemeente",
            ),
        ]
    )

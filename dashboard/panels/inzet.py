"""Wat doen we hier: the inzetkaarten of an area, as the page of the area and of inzet show them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from dash import html

from dashboard import access
from dashboard.context import Blad
from dashboard.panels.parts import label, sprong, tekst, uitklap
from dashboard.stories.inzet import VRAGEN, InzetGelijktijdig, als_inzet
from dashboard.stories.models_inzet import Inzetkaart, InzetRevisie
from dashboard.stories.repository import nu
from dashboard.who import huidig
from dashboard.words import datum, hoofdletter, tijdstip
from indicators import catalogue
from indicators.catalogue import Catalogus
from indicators.model import Woorden


def woorden(cat: Catalogus) -> Woorden:
    """The words of a publication; one that knew no inzetkaarten borrows those of today."""
    return cat.woorden if cat.woorden.inzetthema else catalogue.lees().woorden


def adres(gebied: str, kaart: str | None = None, verhaal: str | None = None) -> str:
    """The address of the cards of an area; to revise one, or to make one for a story."""
    keuze = {"gebied": gebied, "kaart": kaart, "verhaal": verhaal}
    return "/inzet?" + urlencode({k: v for k, v in keuze.items() if v})


def inzet(blad: Blad) -> html.Section:
    """The cards of an area under the heading Wat doen we hier, with a way to add one."""
    g = blad.buurt.gebied
    schrijf = " Schrijf het op in vier vragen, met een dag om terug te kijken."
    mag = blad.mag("inzet schrijven")
    leeg = tekst(f"Er staat nog niet wat jullie hier doen.{schrijf if mag else ''}", "zacht")
    kaarten = [kaart(blad.catalogus, k, blad) for k in blad.inzet]
    return html.Section(
        [
            html.H2("Wat doen we hier?", id="inzet-kop"),
            html.Div(kaarten, className="inzetkaarten") if kaarten else leeg,
            html.P(sprong("Nieuwe inzetkaart", adres(g.gebied), "actie")) if mag else None,
        ],
        className="inzet",
        **{"aria-labelledby": "inzet-kop"},
    )


def kaart(cat: Catalogus, k: Inzetkaart, blad: Blad | None = None) -> html.Article:
    """One card: the four questions, who and when, and what it should move."""
    r, w = k.nu, woorden(cat)
    return html.Article(
        [
            html.P(
                [
                    label(w.inzetthema.get(r.thema, r.thema)),
                    label(w.inzetstatus.get(r.status, r.status)),
                    *([label("tijd om terug te kijken", "label-let-op")] if _rijp(r) else []),
                ],
                className="inzet-labels",
            ),
            html.H3(r.titel),
            html.Dl(
                [
                    deel
                    for veld, vraag in VRAGEN.items()
                    if getattr(r, veld)
                    for deel in (html.Dt(vraag), html.Dd(_alineas(getattr(r, veld))))
                ]
            ),
            tekst(_wanneer(r), "zacht"),
            *_beweegt(cat, r, blad),
            html.P(sprong("Herzien", adres(k.gebied, str(k.id)), "actie"))
            if access.mag(huidig(), "inzet schrijven", nu(), [k.gebied])
            else None,
            _geschiedenis(k),
        ],
        className="inzetkaart",
        **{"data-inzet": str(k.id)},
    )


def _alineas(inhoud: str) -> list[html.P]:
    return [html.P(a.strip()) for a in inhoud.split("\n") if a.strip()]


def _rijp(r: InzetRevisie) -> bool:
    vandaag = date.today()
    return r.status == "loopt" and r.terugkijken_op is not None and r.terugkijken_op <= vandaag


def _wanneer(r: InzetRevisie) -> str:
    stukken = [r.wie]
    if r.begin or r.einde:
        van = f"van {datum(r.begin)}" if r.begin else ""
        stukken.append(f"{van} {f'tot {datum(r.einde)}' if r.einde else ''}".strip())
    if r.terugkijken_op:
        stukken.append(f"terugkijken op {datum(r.terugkijken_op)}")
    return hoofdletter(" · ".join(stukken))


def _beweegt(cat: Catalogus, r: InzetRevisie, blad: Blad | None) -> list[Any]:
    """The figure and the story that this should move."""
    uit: list[Any] = []
    if r.indicator and r.indicator in cat.indicatoren:
        naam = cat.indicatoren[r.indicator].naam
        waar = sprong(naam, blad.adres(cijfer=r.indicator)) if blad else naam
        uit.append(html.P(["Moet bewegen: ", waar]))
    if r.verhaal_id is not None:
        er = blad and any(v.id == r.verhaal_id for v in blad.verhalen)
        wat = sprong("het verhaal", blad.adres(verhaal=str(r.verhaal_id))) if blad and er else None
        uit.append(html.P(["Begon bij ", wat]) if wat else html.P("Begon bij een verhaal van hier"))
    return uit


def _geschiedenis(k: Inzetkaart) -> html.Details | None:
    """Which revision changed what, newest first."""
    if len(k.revisies) < 2:
        return None
    regels = [
        html.Li(
            f"Revisie {r.nummer}, {tijdstip(r.op)}, door {r.door}"
            + (f": {', '.join(_anders(oud, r))} veranderd" if oud and _anders(oud, r) else "")
        )
        for oud, r in zip([None, *k.revisies[:-1]], k.revisies, strict=True)
    ]
    return uitklap(f"Geschiedenis ({len(k.revisies)} revisies)", html.Ol(regels[::-1]))


def _anders(oud: InzetRevisie, nieuw: InzetRevisie) -> list[str]:
    a, b = als_inzet(oud), als_inzet(nieuw)
    namen = {"verhaal_id": "verhaal", "beoogd_effect": "beoogd effect"}
    return [
        namen.get(v, v).replace("_", " ")
        for v in a.__dataclass_fields__
        if getattr(a, v) != getattr(b, v)
    ]


def gelijktijdig(fout: InzetGelijktijdig) -> html.Div:
    """What someone else wrote meanwhile, beside which one goes on writing; nothing was lost."""
    r = fout.huidig
    velden = {"titel": "Hoe heet het?", **VRAGEN, "wie": "Wie doen dit?"}
    delen = [(naam, getattr(r, v)) for v, naam in velden.items() if getattr(r, v)]
    return html.Div(
        [
            html.P(html.Strong(str(fout))),
            html.P(f"Revisie {r.nummer}, {tijdstip(r.op)}, door {r.door}:"),
            html.Dl([d for naam, w in delen for d in (html.Dt(naam), html.Dd(_alineas(w)))]),
            html.P(
                "Voeg in het formulier hierboven samen wat samen hoort. Met Bewaar komt jouw kaart "
                f"als revisie {r.nummer + 1} daarbovenop; beide blijven bewaard."
            ),
        ],
        className="melding melding-fout",
    )


def lijst(cat: Catalogus, kaarten: Sequence[Inzetkaart]) -> html.Div:
    """Cards of more than one area."""
    return html.Div([kaart(cat, k) for k in kaarten], className="inzetkaarten")

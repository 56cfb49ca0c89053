"""The page of an area, the heart: a sentence, figure and voice together, then every question."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from dash import html

from dashboard import access, areas, norm, opening, presets, snapshot_eigen, snapshot_method
from dashboard.address import Adres
from dashboard.brillen import vooraan
from dashboard.context import Blad, Huis, maak_blad
from dashboard.panels import botst, eigen_bezit, inzet, kop, samengevat, vergelijkbaar, vraag
from dashboard.panels.formulier import formulier
from dashboard.panels.koppelen import koppelen
from dashboard.panels.norm import norm_hier
from dashboard.panels.parts import sprong, tekst
from dashboard.panels.weghalen import weghalen
from dashboard.phone import photo
from dashboard.sheets.round import Bladen, gehoord
from dashboard.snapshot import Lezing
from dashboard.stories.models import Verhaal
from dashboard.stories.repository import nu
from dashboard.who import huidig
from indicators.uses import Bril

log = logging.getLogger(__name__)
EIGEN_WEG = (
    "De eigen gegevens zijn nu niet te lezen; de rest van de pagina staat hier los van. Laat ze "
    "opnieuw inlezen: python -m pipelines corporatie importeer."
)


def maak(huis: Huis, lezing: Lezing, adres: Adres) -> tuple[str, Any]:
    """Title and content of the page.

    Raises:
        GebiedOnbekend: when the publication has no such area in that year.
    """
    blad, bril = _lees(huis, lezing, adres)
    return blad.buurt.gebied.naam, html.Div(
        [
            kop.kop(blad),
            _opening(blad, bril),
            _aandacht(blad),
            html.Div([kop.sterk(blad), botst.paneel(blad)], className="sterk-en-botst"),
            _vragen(blad, bril),
            html.Div([inzet.inzet(blad), _bezit(huis, blad)], className="inzet-en-bezit"),
            _bomen(blad, lezing),
            _norm(huis, blad, lezing),
            vergelijkbaar.plek(blad),
            html.Section(_werk(blad, adres), id="vertel", className="vertel", tabIndex=-1),
        ],
        className="buurt",
    )


def _lees(huis: Huis, lezing: Lezing, adres: Adres) -> tuple[Blad, Bril | None]:
    bril = lezing.catalogus.gebruik.bril(adres.bril)
    blad = maak_blad(huis, lezing, adres.gebied or "", adres.grensjaar)
    blad = replace(blad, gehoord=gehoord(Bladen(huis), blad.buurt.gebied.gebied),
                   fotos=photo.van(huis.verhalen, [v.id for v in blad.verhalen]))  # fmt: skip
    return replace(blad, bril=adres.bril if bril else None), bril


def _norm(huis: Huis, blad: Blad, lezing: Lezing) -> html.Section | None:
    """What the norm says here; a file that cannot be read is told on the page Norm."""
    try:
        return norm_hier(lezing, blad, norm.lees(huis.instellingen.datamap.normen))
    except areas.KeuzeFout:
        return None


def _bezit(huis: Huis, blad: Blad) -> html.Section | None:
    """Own stock here, as the reader's role may see it; nothing where there is none."""
    datamap, g = huis.instellingen.datamap, blad.buurt.gebied
    try:
        onze = snapshot_eigen.welke(datamap, areas.lees(datamap.gebieden).corporatie)
        intern = access.is_intern(huidig(), g.gebied, nu())
        er = onze and snapshot_eigen.lees(datamap, onze, g.gebied, g.grensjaar, intern)
    except areas.KeuzeFout:
        return None  # Start says what is wrong with that file
    except snapshot_eigen.EigenOnleesbaar:
        log.exception("de eigen gegevens zijn niet te lezen")
        return html.Section([html.H2("Ons bezit in deze buurt"), tekst(EIGEN_WEG, "arcering")])
    if not er or er.fictief != blad.publicatie.fictief:
        return None
    return eigen_bezit.bezit(er, blad.buurt, blad.catalogus)


def _werk(blad: Blad, adres: Adres) -> html.Div:
    """What one does here: tell, revise a story, or bind one to a figure."""
    gekozen = next((v for v in blad.verhalen if str(v.id) == adres.verhaal), None)
    if gekozen is not None and adres.doe == "koppelen":
        al = next((k for k in gekozen.koppelingen if str(k.id) == adres.koppeling), None)
        return koppelen(blad, gekozen, al)
    if gekozen is not None and adres.doe == "weghalen":
        return weghalen(blad, gekozen)
    cijfer = adres.cijfer if adres.cijfer in blad.catalogus.indicatoren else None
    if cijfer and blad.buurt.nieuwste(cijfer) is None:
        cijfer = None
    return formulier(blad, gekozen if adres.doe == "herzien" else None, cijfer)


def _opening(blad: Blad, bril: Bril | None) -> html.Section:
    """What the eye meets first: a sentence, then one figure and one voice together."""
    cijfer, verhaal = opening.voorop(blad, bril)
    cijfers, verhalen = opening.zin_cijfers(blad), opening.zin_verhalen(blad)
    zin = html.P(
        [
            html.Span(cijfers, className="zin-tellen"),
            " " if cijfers and verhalen else "",
            html.Span(verhalen, className="zin-vertellen"),
        ],
        className="openingszin",
    )
    return html.Section(
        [zin if cijfers or verhalen else None, *_samen(blad, bril, cijfer, verhaal)],
        className="opening",
        **{"aria-label": "In het kort"},
    )


def _samen(blad: Blad, bril: Bril | None, cijfer: str | None, verhaal: Verhaal | None) -> list[Any]:
    if cijfer is None:
        return []
    stem = html.Div(
        [
            html.H2("Tellen", className="stem stem-tellen", id="tellen"),
            html.H2("Vertellen", className="stem stem-vertellen", id="vertellen"),
        ],
        className="stemmen",
    )
    indicator = blad.catalogus.indicatoren[cijfer]
    rij = vraag.rij(blad, indicator, bril, verhaal, html.H3)
    if verhaal is None:
        rij.children[1].children = [_nog_niemand(blad, cijfer)]
    else:
        rij.children[0].children = [
            rij.children[0].children,
            html.P(
                ["Vraag voor het gesprek: ", html.Em(indicator.gespreksvraag)],
                className="gespreksvraag",
            ),
        ]
    rij.className += " rij-voorop"
    return [stem, rij]


def _nog_niemand(blad: Blad, cijfer: str) -> html.Div:
    indicator = blad.catalogus.indicatoren[cijfer]
    return html.Div(
        [
            html.P("Hier vertelde nog niemand iets over.", className="nog-niemand"),
            tekst(indicator.gespreksvraag, "gespreksvraag"),
            sprong("Vertel het eerste verhaal",
                   blad.adres(cijfer=cijfer, plek="vertel"), "actie"),
        ]
    )  # fmt: skip


def _aandacht(blad: Blad) -> html.Div | None:
    inhoud = botst.aandacht(blad)
    return html.Div(inhoud, className="aandacht") if inhoud else None


def _vragen(blad: Blad, bril: Bril | None) -> html.Section:
    per = blad.catalogus.per_thema()
    al, _ = opening.voorop(blad, bril)
    volgorde = vooraan(per, bril.themas) if bril else list(per)
    secties = {t: vraag.thema(blad, t, list(per[t]), bril, al) for t in volgorde}
    getoond = [t for t, s in secties.items() if s is not None]
    return html.Section(
        [
            html.H2("Alle vragen", className="verborgen"),
            kop.brillen(blad, bril),
            kop.inhoud(blad, getoond),
            *(s for s in secties.values() if s is not None),
            vraag.zonder_cijfer(blad, bril),
            vraag.onbeantwoord(blad),
        ],
        className="tweespraak",
        id="vragen",
        tabIndex=-1,
    )


def gevouwen(huis: Huis, lezing: Lezing, adres: Adres, wat: str) -> Any:
    """What opens on demand on this page.

    Raises:
        GebiedOnbekend: when the publication has no such area in that year.
        KeyError: when there is no such theme or figure.
    """
    blad, bril = _lees(huis, lezing, adres)
    soort, _, naam = wat.partition("|")
    return vraag.gevouwen(blad, soort, naam, bril, opening.voorop(blad, bril)[1])


def later(huis: Huis, lezing: Lezing, adres: Adres, wat: str) -> Any:
    """What this page asks for once it is shown.

    Raises:
        GebiedOnbekend: when the publication has no such area in that year.
        KeyError: when there is no such part.
    """
    blad = maak_blad(huis, lezing, adres.gebied or "", adres.grensjaar)
    return {"vergelijkbaar": vergelijkbaar.vergelijkbaar}[wat](blad, lezing)


def _bomen(blad: Blad, lezing: Lezing) -> html.Section:
    g = blad.buurt.gebied
    beelden = snapshot_method.beelden(lezing, g.gebied, g.grensjaar)
    return html.Section(
        [
            html.H2("Samengevat", id="samengevat"),
            tekst(
                [
                    "Een score is een begin van een gesprek, geen oordeel over een buurt. ",
                    sprong("Hoe we rekenen", "/bronnen#rekenen"),
                ],
                "toelichting",
            ),
            *(
                samengevat.boom(
                    blad, b, beelden.get(b.id), presets.van_gebied(lezing, b, beelden.get(b.id))
                )
                for b in blad.catalogus.bomen.values()
            ),
        ],
        className="samengevat",
    )

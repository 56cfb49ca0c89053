"""The page of an area, the heart: a sentence, figure and voice together, then every question."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from dash import html

from dashboard import access, areas, kept, norm, opening, presets, snapshot_eigen, snapshot_method
from dashboard.address import Adres
from dashboard.brillen import vooraan
from dashboard.context import Blad, Huis, maak_blad
from dashboard.panels import (
    botst,
    eigen_bezit,
    inzet,
    kop,
    samengevat,
    stapeling,
    vergelijkbaar,
    vraag,
)
from dashboard.panels.formulier import formulier
from dashboard.panels.koppelen import koppelen
from dashboard.panels.norm import norm_hier
from dashboard.panels.parts import later_lezen, sprong, tekst
from dashboard.panels.weghalen import weghalen
from dashboard.phone import photo
from dashboard.sheets.round import Bladen, gehoord
from dashboard.snapshot import Lezing
from dashboard.snapshot_method import Beeld
from dashboard.stories.models import Verhaal
from dashboard.stories.repository import nu
from dashboard.who import huidig
from indicators.contracts import Datamap
from indicators.model import Boom
from indicators.uses import Bril

log = logging.getLogger(__name__)
BEZIT = "Ons bezit hier"
ALLEEN_LEZEN = (
    "Je leest hier mee. Wil je iets vertellen, of ken je iemand die dat wil? Zeg het tegen de "
    "redacteur of de wijkbeheerder; die schrijft het op, of koppelt een telefoon."
)
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
    sterk, bezit = kop.sterk(blad), _bezit(huis, blad)
    de_norm, gelijk = _norm(huis, blad, lezing), vergelijkbaar.plek(blad)
    wijzer = [
        ("sterk", "Wat hier sterk is", sterk is not None),
        ("botst", "Waar het botst" if blad.verhalen else "Nog geen verhalen", True),
        ("vragen", "De vragen", True),
        ("inzet-kop", "Wat doen we hier", True),
        ("bezit", BEZIT, bezit is not None),
        ("samengevat", "Samengevat", True),
        ("norm", "Norm", de_norm is not None),
        ("vergelijkbaar", "Vergelijkbaar", gelijk is not None),
        ("vertel", "Vertel", blad.mag("vertellen")),
    ]
    return blad.buurt.gebied.naam, html.Div(
        [
            kop.kop(blad),
            kop.wegwijzer([(anker, woorden) for anker, woorden, er in wijzer if er]),
            _opening(blad, bril),
            _aandacht(blad),
            html.Div([sterk, botst.paneel(blad)], className="sterk-en-botst"),
            _vragen(blad, bril),
            html.Div([inzet.inzet(blad), later_lezen(BEZIT, bezit)], className="inzet-en-bezit"),
            later_lezen("Samengevat: veerkracht en leefbaarheid", _bomen(huis, blad, lezing)),
            later_lezen("Norm", de_norm),
            later_lezen("Vergelijkbare gebieden", gelijk),
            html.Section(_werk(huis, blad, adres), id="vertel", className="vertel", tabIndex=-1),
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
        normen = norm.lees(huis.instellingen.datamap.normen)
    except areas.KeuzeFout:
        kept.gebrekkig()
        return None
    nu_vast = "" if normen.huidig is None else normen.huidig.model_dump_json()
    sleutel = (*_sleutel(blad), "norm", nu_vast)
    deel: html.Section | None = huis.buurtgeheugen.haal(
        sleutel, lambda: norm_hier(lezing, blad, normen)
    )
    return deel


def _sleutel(blad: Blad) -> tuple[Any, ...]:
    """Under what is kept that only another publication can change."""
    g = blad.buurt.gebied
    return (blad.publicatie.publicatie, g.gebied, g.grensjaar)


def bezit_stempel(datamap: Datamap) -> tuple[tuple[str, str], ...]:
    """Which own snapshots this page reads from: another one, another page (`kept_pages`)."""
    return snapshot_eigen.stempel(datamap)


def _bezit(huis: Huis, blad: Blad) -> html.Section | None:
    """Own stock here, as the reader's role may see it; nothing where there is none."""
    datamap, g = huis.instellingen.datamap, blad.buurt.gebied
    try:
        gezegd = areas.lees(datamap.gebieden).corporatie
        intern = access.is_intern(huidig(), g.gebied, nu())
        stand = ("bezit", bezit_stempel(datamap), gezegd)
        onze = huis.buurtgeheugen.haal(stand, lambda: snapshot_eigen.welke(datamap, gezegd))
        alle = huis.buurtgeheugen.haal((*stand, intern), lambda: _eigen(datamap, onze, intern))
        er = alle.get((g.gebied, g.grensjaar))
    except areas.KeuzeFout:
        kept.gebrekkig()
        return None  # Start says what is wrong with that file
    except snapshot_eigen.EigenOnleesbaar:
        kept.gebrekkig()
        log.exception("de eigen gegevens zijn niet te lezen")
        return html.Section(
            [html.H2("Ons bezit in deze buurt", id="bezit"), tekst(EIGEN_WEG, "arcering")]
        )
    if not er or er.fictief != blad.publicatie.fictief:
        return None
    return eigen_bezit.bezit(er, blad.buurt, blad.catalogus)


def _eigen(
    datamap: Datamap, onze: str | None, intern: bool
) -> dict[snapshot_eigen.Plek, snapshot_eigen.EigenBezit]:
    return snapshot_eigen.alle(datamap, onze, intern) if onze else {}


def _werk(huis: Huis, blad: Blad, adres: Adres) -> html.Div:
    """What one does here: tell, revise a story, or bind one to a figure; else how to be heard."""
    gekozen = next((v for v in blad.verhalen if str(v.id) == adres.verhaal), None)
    if gekozen is None and adres.doe == "weghalen":  # one that was taken back is not on the page
        gekozen = _ook_ingetrokken(huis, adres.verhaal)
    if not blad.mag("vertellen"):
        return html.Div([html.H2("Weet je hier meer van?"), tekst(ALLEEN_LEZEN)])
    if gekozen is not None and adres.doe == "koppelen":
        al = next((k for k in gekozen.koppelingen if str(k.id) == adres.koppeling), None)
        return koppelen(blad, gekozen, al)
    if gekozen is not None and adres.doe == "weghalen":
        return weghalen(blad, gekozen)
    cijfer = adres.cijfer if adres.cijfer in blad.catalogus.indicatoren else None
    if cijfer and blad.buurt.nieuwste(cijfer) is None:
        cijfer = None
    return formulier(blad, gekozen if adres.doe == "herzien" else None, cijfer)


def _ook_ingetrokken(huis: Huis, id_: str | None) -> Verhaal | None:
    try:
        gevonden = huis.verhalen.een(uuid.UUID(str(id_)))
    except ValueError:
        return None
    return gevonden if gevonden is not None and gevonden.gewist_op is None else None


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
                   blad.adres(cijfer=cijfer, plek="vertel"), "actie")
            if blad.mag("vertellen")
            else None,
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
    """What this page asks for when one comes near it.

    Raises:
        GebiedOnbekend: when the publication has no such area in that year.
        KeyError: when there is no such part.
    """
    blad = maak_blad(huis, lezing, adres.gebied or "", adres.grensjaar)
    soort, _, naam = wat.partition("|")
    return LATER[soort](blad, lezing, naam)


LATER: dict[str, Callable[[Blad, Lezing, str], Any]] = {
    "stapeling": stapeling.stapeling,
    "vergelijkbaar": lambda blad, lezing, _: vergelijkbaar.vergelijkbaar(blad, lezing),
}
"""What makes each part that `parts.laat` left a place for; the name behind it says of what."""


def _standen(
    huis: Huis, blad: Blad, lezing: Lezing, boom: Boom, beeld: Beeld | None
) -> Sequence[presets.Stand]:
    sleutel = (*_sleutel(blad), "standen", boom.id)
    standen: Sequence[presets.Stand] = huis.buurtgeheugen.haal(
        sleutel, lambda: presets.van_gebied(lezing, boom, beeld)
    )
    return standen


def _bomen(huis: Huis, blad: Blad, lezing: Lezing) -> html.Section:
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
                    blad,
                    b,
                    beelden.get(b.id),
                    _standen(huis, blad, lezing, b, beelden.get(b.id)),
                    stapeling.plek(blad, b.id),
                )
                for b in blad.catalogus.bomen.values()
            ),
        ],
        className="samengevat",
    )

"""Vergelijkbare buurten: which areas are alike, how far, and what is clearly different here."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard import address, alike, clusters, snapshot_alike
from dashboard.alike import Gelijken, Regel
from dashboard.context import Blad
from dashboard.panels.parts import laat, sprong, tabel, tekst, uitklap
from dashboard.snapshot import Lezing
from dashboard.words import MEERVOUD, cijfer, getal, opsomming

_ANDERS = 4
VEEL, WEINIG = 0.5, 1.0
"""Distances under which areas are much alike, and over which only a little."""


def plek(blad: Blad) -> html.Section | None:
    """Where it will come, when one comes near; None where the catalogue declares none."""
    niveau = blad.buurt.gebied.niveau
    if blad.catalogus.gebruik.vergelijkbaar is None or niveau not in alike.NIVEAUS:
        return None
    return html.Section(
        [html.H2(f"Vergelijkbare {MEERVOUD[niveau]}", id="vergelijkbaar"), laat("vergelijkbaar")],
        className="samengevat vergelijkbaar",
    )


def vergelijkbaar(blad: Blad, lezing: Lezing) -> html.Div | None:
    """Both comparators side by side; None where the catalogue declares none."""
    delen = alike.gelijken(blad, lezing)
    hoe = blad.catalogus.gebruik.vergelijkbaar
    if not delen or hoe is None:
        return None
    soort = MEERVOUD[blad.buurt.gebied.niveau]
    namen = [blad.catalogus.indicatoren[k.indicator].kort.lower() for k in hoe.kenmerken]
    uitleg = [
        tekst(hoe.reden),
        tekst(
            f"De kenmerken: {opsomming(namen)}. De afstand is het gemiddelde verschil in die "
            f"kenmerken, in standaardafwijkingen; twee willekeurige {soort} liggen zo'n 1,4 uit "
            f"elkaar. Onder {getal(VEEL, 1)} lijken ze veel op elkaar, boven {getal(WEINIG, 1)} "
            "weinig. "
            "„Waarschijnlijk hoger” betekent: de kans dat het cijfer hier hoger is dan in een "
            "willekeurige van deze gebieden is ten minste 80 %, afronding en marges meegerekend."
        ),
    ]
    return html.Div(
        [
            html.Div(
                [*(_deel(blad, lezing, d, soort) for d in delen), _eromheen(blad, lezing)],
                className="knopen",
            ),
            uitklap("Hoe we deze gebieden kiezen", uitleg),
        ]
    )


def _deel(blad: Blad, lezing: Lezing, g: Gelijken, soort: str) -> html.Div:
    hoe = blad.catalogus.gebruik.vergelijkbaar
    assert hoe is not None  # noqa: S101 - `gelijken` gives nothing without
    huur = blad.catalogus.indicatoren[hoe.sociale_huur]
    kop = "In bouw en bewoners"
    if g.soort == "sociale_huur":
        kop = f"En met evenveel {huur.kort.lower()}"
    if not g.buren:
        return html.Div(
            [html.H3(kop), tekst(f"Niet te zeggen: {g.waarom_niet}.", "arcering")],
            className="knoop",
        )
    rijen = [
        html.Li(
            [
                html.Span([sprong(b.naam, address.buurt(b.gebied)), _waar(blad, b.gemeente)]),
                html.Span(
                    f"afstand {getal(b.afstand, 1)}{_lijkt(b.afstand)}"
                    + ("" if b.sociale_huur is None or g.soort == "structuur"
                       else f"; {cijfer(b.sociale_huur, huur)}"),
                    className="cijfers",
                ),
            ]
        )
        for b in g.buren
    ]  # fmt: skip
    waaruit = (
        f"De {len(g.buren)} dichtstbij van {getal(g.uit)} {soort}, naar de cijfers van {g.jaar}."
    )
    if g.soort == "sociale_huur":
        waaruit += f" Hoogstens {getal(hoe.marge)} procentpunt verschil in {huur.kort.lower()}."
    regels = alike.regels(blad, lezing, g)
    wie = blad.buurt.gebied.gebied if blad.huidig else f"{blad.buurt.gebied.gebied}"
    return html.Div(
        [
            html.H3(kop),
            tekst(waaruit, "klein"),
            html.Ul(rijen, className="bijdragen"),
            *_anders(regels),
            html.P(sprong("Zet ze naast elkaar", address.vergelijken([wie, *g.codes]), "actie")),
            _tabel(regels, kop) if regels else None,
        ],
        className="knoop",
    )


def _lijkt(afstand: float) -> str:
    return ", lijkt veel" if afstand < VEEL else ", lijkt weinig" if afstand > WEINIG else ""


_GEEN_CLUSTER = {
    "geen_score": "niet te zeggen; hier is geen score",
    "veel_bezoekers": "niet te zeggen; hier komen veel bezoekers voor weinig inwoners",
    "geen_grens": "niet te zeggen; van deze buurt is geen grens ingelezen",
    "geen_buren": "niet te zeggen; deze buurt grenst aan geen andere",
    "buren_zonder_score": "niet te zeggen; te weinig buurten eromheen hebben een score",
    "te_weinig_gebieden": "niet te zeggen; er zijn te weinig buurten met een score",
    "geen_spreiding": "niet te zeggen; alle buurten hebben dezelfde score",
}


def _eromheen(blad: Blad, lezing: Lezing) -> html.Div | None:
    """Per axis whether the area and those around it go together; None without such a check."""
    g = blad.buurt.gebied
    breuk = max((j for j in blad.buurt.breuken if j <= g.grensjaar), default=0)
    alle = snapshot_alike.clusters(lezing, g.gebied, g.grensjaar)
    rijen = [c for c in alle if c.grensjaar >= breuk]
    if not rijen:
        return None
    regels = []
    for c in rijen:
        naam = blad.catalogus.knoop(c.boom, c.knoop).naam
        zin = clusters.ZIN.get(c.klasse or "") or _GEEN_CLUSTER[c.geen_cluster or "geen_score"]
        regels.append(html.Li([html.Strong(naam), f": {zin}."]))
    c = rijen[0]
    return html.Div(
        [
            html.H3("De buurten eromheen"),
            html.Ul(regels, className="leeslijst"),
            tekst(
                f"Over {c.jaar}, gemeten tegen alle {getal(c.gebieden)} buurten met een score in "
                f"deze publicatie. Om deze buurt liggen er {getal(c.buren)}; "
                f"{getal(c.buren_met_score)} daarvan tellen mee. Lokale Moran, met correctie voor "
                "het toetsen van alle buurten tegelijk.",
                "klein zacht",
            )
            if any(r.klasse for r in rijen)
            else None,
        ],
        className="knoop",
    )


def _waar(blad: Blad, gemeente: str) -> str:
    return f", {gemeente}" if gemeente and gemeente != blad.buurt.gebied.gemeentenaam else ""


def _anders(regels: list[Regel]) -> list[Any]:
    """What is clearly different here, in sentences; said so when nothing is."""
    anders = sorted((r for r in regels if r.anders), key=lambda r: -abs(r.kans - 0.5))[:_ANDERS]
    if not regels:
        return [tekst("Van deze gebieden is te weinig bekend om mee te vergelijken.", "arcering")]
    if not anders:
        return [tekst("Geen cijfer is hier duidelijk anders dan daar.")]
    return [
        html.Ul(
            [
                html.Li(
                    [html.Strong(r.naam), f": {r.zin} ({r.hier} hier, {r.daar} daar, {r.jaar})"]
                )
                for r in anders
            ],
            className="leeslijst",
        )
    ]


def _tabel(regels: list[Regel], kop: str) -> Any:
    return uitklap(
        ["Alle cijfers en hun verloop", html.Span(f" {kop}", className="verborgen")],
        tabel(
            ["Cijfer", "Jaar", "Hier", "Daar", "Hier is het", "Verloop per jaar"],
            [[r.naam, str(r.jaar), r.hier, r.daar, r.zin, r.verloop or "te kort om te zeggen"]
             for r in regels],
            f"Dit gebied naast vergelijkbare gebieden: {kop.lower()}",
            "smal",
        ),
    )  # fmt: skip

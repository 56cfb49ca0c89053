"""Vergelijken: two to six areas side by side, on the same scales, with their stories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard import address, comparison
from dashboard.address import Adres
from dashboard.comparison import Keuze, Kolom
from dashboard.context import Huis
from dashboard.panels import keuze as kiezen
from dashboard.panels import meenemen, naast, stemmen
from dashboard.panels.parts import sprong, tekst, uitklap
from dashboard.snapshot import Lezing
from dashboard.words import aantal, opsomming
from indicators.catalogue import Catalogus
from indicators.model import Indicator


def maak(huis: Huis, lezing: Lezing, adres: Adres) -> tuple[str, Any]:
    """Title and content of the page.

    Raises:
        KeuzeFout: when a file with chosen areas cannot be understood.
    """
    vragen = dict(adres.vragen)
    cat = lezing.catalogus
    thema = vragen.get("thema") if vragen.get("thema") in cat.themas else None
    tabel = vragen.get("als") == "tabel"
    keuze = comparison.kies(huis, lezing, vragen.get("g"))
    k = keuze.kolommen
    zoek = address.vergelijken(keuze.sleutels, thema, tabel).partition("?")[2]
    titel = f"{opsomming([x.naam for x in k])} vergelijken" if k else "Vergelijken"
    return titel, html.Div(
        [
            html.Header([html.H1("Vergelijken"), *_inleiding(keuze)]),
            *_meldingen(keuze, vragen, cat),
            kiezen.gekozen(k, thema, tabel) if k else None,
            kiezen.zoeker(huis, lezing, f"?{zoek}", keuze.sleutels),
            tekst(
                [
                    "Een paar buurten samen bekijken? ",
                    sprong("Maak een eigen gebied", "/gebieden#nieuw"),
                    ".",
                ],
                "klein zacht",
            ),
            *(_cijfers(k, thema, tabel, cat) if len(k) >= comparison.MINST else []),
        ],
        className="vergelijken",
    )


def _inleiding(keuze: Keuze) -> list[Any]:
    if len(keuze.kolommen) < comparison.MINST:
        begin = (
            f"Nu staat {keuze.kolommen[0].naam} er. Kies er nog een gebied bij"
            if keuze.kolommen
            else "Zet twee tot zes gebieden naast elkaar: buurten, wijken, gemeenten of een eigen "
            "gebied. Zoek er hieronder een"
        )
        return [
            tekst(
                f"{begin}; dan staan hier hun cijfers op dezelfde schaal, met de verhalen erbij.",
                "inleiding",
            )
        ]
    return [
        tekst(
            f"Gezien vanuit {keuze.kolommen[0].naam}. Er staat alleen hoger of lager als het "
            "verschil groter is dan de afronding van de cijfers; anders staat er ongeveer gelijk.",
            "inleiding",
        )
    ]


def _meldingen(keuze: Keuze, vragen: dict[str, str], cat: Catalogus) -> list[Any]:
    zinnen: list[str] = []
    if keuze.te_veel:
        zinnen.append(
            f"Er passen zes gebieden naast elkaar. Niet getoond: {opsomming(list(keuze.te_veel))}."
        )
    if keuze.onbekend:
        een = len(keuze.onbekend) == 1
        zinnen.append(
            f"{opsomming(list(keuze.onbekend))} {'staat' if een else 'staan'} niet in deze "
            "publicatie. Misschien is de gemeente nog niet ingelezen, of is de code veranderd. "
            "Zoek op naam."
        )
    if vragen.get("thema") and vragen["thema"] not in cat.themas:
        zinnen.append("Dat thema bestaat niet; hieronder staan de kerncijfers.")
    niveaus = {k.blad.buurt.gebied.niveau for k in keuze.kolommen}
    if len(niveaus) > 1:
        zinnen.append(
            "Deze gebieden zijn niet van dezelfde soort. In een groter gebied vallen uitersten "
            "weg tegen elkaar; lees een verschil daarom voorzichtig."
        )
    return (
        [html.Div([tekst(z) for z in zinnen], className="melding", role="status")] if zinnen else []
    )


def _cijfers(k: Sequence[Kolom], thema: str | None, tabel: bool, cat: Catalogus) -> list[Any]:
    per = cat.per_thema()
    getoond = {
        t: [i for i in rij if (thema == t or (thema is None and i.kern))] for t, rij in per.items()
    }
    if thema is not None:
        getoond[thema].sort(key=lambda i: not i.kern)
    alle = [i for rij in getoond.values() for i in rij]
    wie = [x.sleutel for x in k]
    return [
        html.Section(
            [
                html.H2("Waar ze verschillen", id="verschillen"),
                *_overzicht(k, alle),
            ],
            className="verschillen",
        ),
        _themas(wie, thema, tabel, cat),
        html.Div(
            [
                sprong(
                    "Toon als lijnen" if tabel else "Toon als tabel",
                    address.vergelijken(wie, thema, not tabel, plek="cijfers"),
                    "knop knop-klein",
                ),
                meenemen.rij("vergelijken", address.vergelijken(wie, thema)),
            ],
            className="knoppen",
        ),
        html.Div(
            [_thema(k, t, rij, tabel, cat) for t, rij in getoond.items() if rij],
            id="cijfers",
            tabIndex=-1,
        ),
        *_verhalen(k, alle, cat),
    ]


def _overzicht(k: Sequence[Kolom], alle: Sequence[Indicator]) -> list[Any]:
    """In words which figures clearly differ from the first area, and which do not."""
    groepen = comparison.overzicht(k, alle)
    kop = {
        "anders": "Duidelijk anders"
        if len(k) == 2
        else "Duidelijk anders in ten minste één gebied",
        "gelijk": "Ongeveer gelijk",
        "onbekend": "Niet te vergelijken",
    }
    regels = []
    for soort, rij in groepen.items():
        if not rij:
            continue
        links: list[Any] = []
        for n, i in enumerate(rij):
            links += [
                ", " if n else "",
                html.A(i.kort, href=f"#naast-{i.id}")
                if any(x.blad.buurt.reeks(i.id) for x in k)
                else i.kort,  # not read: it stands nowhere below
            ]
        regels.append(html.Li([html.Strong(f"{kop[soort]}: "), *links, "."]))
    return [html.Ul(regels)] if regels else [tekst("Geen cijfers om te vergelijken.")]


def _themas(wie: list[str], thema: str | None, tabel: bool, cat: Catalogus) -> html.Nav:
    keuzes = [(None, "Kerncijfers"), *((t.id, t.naam) for t in cat.themas.values())]
    return html.Nav(
        [
            html.Span(naam, **{"aria-current": "true"})
            if t == thema
            else sprong(naam, address.vergelijken(wie, t, tabel, plek="cijfers"))
            for t, naam in keuzes
        ],
        className="themakeuze",
        **{"aria-label": "Welke cijfers"},
    )


def _thema(
    k: Sequence[Kolom], thema: str, indicatoren: Sequence[Indicator], tabel: bool, cat: Catalogus
) -> html.Section:
    hier = [i for i in indicatoren if any(x.blad.buurt.reeks(i.id) for x in k)]
    geen = [i for i in indicatoren if i not in hier]
    vraag = cat.themas[thema].vraag
    inhoud: list[Any] = []
    if hier and tabel:
        inhoud.append(
            naast.overzichtstabel(k, hier, f"{cat.themas[thema].naam}, naast elkaar", cat)
        )
    elif hier:
        inhoud += [naast.blok(k, i, cat) for i in hier]
    if geen:
        bronnen = dict.fromkeys(b.naam for i in geen for b in cat.bronnen_van(i.id))
        woorden = f"{opsomming([i.kort for i in geen], 99)}: {opsomming(list(bronnen))}."
        inhoud.append(
            uitklap(f"Niet ingelezen ({len(geen)})", tekst(woorden, "niet-ingelezen"))
            if hier
            else tekst(f"Nog niet te zeggen: {opsomming(list(bronnen))} is niet ingelezen.",
                       "arcering")
        )  # fmt: skip
    return html.Section([html.H3(vraag), *inhoud], className="thema")


def _verhalen(k: Sequence[Kolom], getoond: Sequence[Indicator], cat: Catalogus) -> list[Any]:
    """What is told that stands at no figure above: per area, the first one or two open."""
    ids = {i.id for i in getoond}
    if not any(x.blad.verhalen for x in k):
        return [
            html.Section(
                [
                    html.H2("Vertellen", className="stem stem-vertellen"),
                    tekst("Over deze gebieden is nog niets verteld. Begin op de pagina van een "
                          "van de gebieden."),
                ],
                className="naast-vertellen",
            )
        ]  # fmt: skip
    kolommen: list[Any] = []
    for x in k:
        anders: list[stemmen.Paar] = [
            (x.blad.thuis(v), v)
            for v in x.blad.verhalen
            if not any(p.indicator in ids for p in v.koppelingen)
        ]
        inhoud = stemmen.kort(anders, cat, x.waarvan, eerst=2) or [_niets(x)]
        kolommen.append(html.Li([html.H3(x.naam), *inhoud]))
    return [
        html.Section(
            [
                html.H2("Vertellen", className="stem stem-vertellen"),
                tekst("Wat er verder wordt verteld, los van de cijfers hierboven.", "toelichting"),
                html.Ul(kolommen, className=f"naast-rij naast-{len(k)}"),
            ],
            className="naast-vertellen",
        )
    ]


def _niets(x: Kolom) -> html.P:
    hier = len(x.blad.verhalen)
    woorden = (
        f"{aantal(hier, 'verhaal', 'verhalen').capitalize()}; bij de cijfers hierboven."
        if hier
        else "Nog geen verhalen."
    )
    return tekst(woorden, "zacht")

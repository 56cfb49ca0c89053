"""The small card of a chosen area: name, figure, reference in words, and the way to its page."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
from dash import html

from dashboard import address, clusters, comparison, explore, neighbours, picture
from dashboard.context import Huis
from dashboard.explore import ASSEN, BOOM, NIVEAU, Keuze, Vraag, klein
from dashboard.panels.parts import sprong, tekst, uitklap
from dashboard.picture import VERSCHIL, Beeld
from dashboard.snapshot import GebiedOnbekend, Lezing
from dashboard.snapshot_types import Gebied
from dashboard.words import HARD, MEERVOUD, aantal, cijfer, getal, hoofdletter
from indicators import compare, regions
from indicators.views import KLASSEN


def kaartje(huis: Huis, lezing: Lezing, vraag: Vraag, keuze: Keuze, beeld: Beeld) -> Any:
    """The card of the area in the address; None without one, words when it is not on the map."""
    if not vraag.gebied:
        return None
    try:
        gebied = lezing.gebied(vraag.gebied, keuze.grensjaar)
    except GebiedOnbekend as fout:
        return _niet_hier(lezing, fout, vraag, keuze)
    if gebied.niveau != keuze.niveau:
        return _ander_niveau(gebied, vraag)
    eigen = gebied.gebied in _eigen(huis)
    n = next((i for i, c in enumerate(beeld.codes) if c == gebied.gebied), None)
    return html.Section(
        [
            _kop(gebied.naam, vraag, _plek(gebied)),
            *(_inhoud(lezing, keuze, beeld, gebied, n) if n is not None else []),
            *_verhalen(huis, gebied, keuze),
            *_hoort_bij(huis, gebied),
            *_ernaast(huis, lezing, vraag, keuze, beeld),
            html.Div(
                [
                    sprong("Open deze " + gebied.niveau, _pagina(lezing, gebied, keuze),
                           "knop knop-klein", id="kaartje-open"),
                    None if eigen else _erbij(gebied),
                ],
                className="knoppen",
            ),
        ],
        className="kaartje",
        id="kaartje-vak",
        **{"aria-label": f"Gekozen: {gebied.naam}"},
    )  # fmt: skip


def _eigen(huis: Huis) -> list[str]:
    from dashboard.map import eigen_gebieden

    return eigen_gebieden(huis)


def _kop(naam: Any, vraag: Vraag, onder: str) -> html.Div:
    return html.Div(
        [
            html.H3(naam),
            sprong("Sluit", explore.adres(explore.zonder_gebied(vraag)), "kaartje-sluit",
                   id="kaartje-sluit"),
            tekst(onder, "klein zacht"),
        ],
        className="kaartje-kop",
    )  # fmt: skip


def _plek(g: Gebied) -> str:
    boven = [x for x in (g.wijknaam if g.niveau == "buurt" else None, g.gemeentenaam) if x]
    erin = ", ".join(b for b in dict.fromkeys(boven) if b != g.naam or g.niveau == "buurt")
    return hoofdletter(g.niveau) + (f" in {erin}" if erin and g.niveau != "gemeente" else "")


def _pagina(lezing: Lezing, g: Gebied, keuze: Keuze) -> str:
    jaar = None if lezing.gebied(g.gebied).grensjaar == g.grensjaar else g.grensjaar
    kiest = None if keuze.cijfer == NIVEAU else keuze.cijfer
    return address.buurt(g.gebied, jaar, cijfer=kiest)


def _erbij(g: Gebied) -> html.Button:
    return html.Button(
        "Zet bij mijn buurten",
        id={"type": "gebied-erbij", "id": g.gebied},
        type="button",
        className="knop knop-klein knop-stil",
    )


def _inhoud(lezing: Lezing, keuze: Keuze, beeld: Beeld, g: Gebied, n: int) -> list[Any]:
    if keuze.cijfer == NIVEAU:
        samen = [
            tekst(f"{lezing.catalogus.knoop(BOOM, as_).naam}: {rondom[g.gebied]}.", "klein")
            for as_ in ASSEN
            if g.gebied in (rondom := clusters.per_gebied(lezing, keuze, as_))
        ]
        return [tekst(niveau_woorden(lezing, beeld, n)), *samen]
    indicator = lezing.catalogus.indicatoren[keuze.cijfer]
    if np.isnan(beeld.waarde[n]):
        waarom = hoofdletter(beeld.soorten[int(beeld.soort[n])][1])
        return [tekst(f"{waarom}, {keuze.jaar}", "arcering")]
    heel = picture.schrijf(float(beeld.waarde[n]), indicator)
    woorden = compare.WOORDEN[VERSCHIL[int(beeld.verschil[n])]]
    ref = _referentie(lezing, keuze, beeld, g, n)
    zin = f"{hoofdletter(woorden)} {ref}." if ref and beeld.verschil[n] else ""
    if beeld.referentie.soort == "eerder" and not beeld.verschil[n]:
        zin = (f"Niet naast {keuze.toen} te leggen: toen was er hier geen cijfer, of liep de grens "
               "anders.")  # fmt: skip
    eenheid = picture.opmaak(indicator)["achter"].replace(HARD, " ").strip()
    kort = klein(indicator.kort).removesuffix(f" {eenheid}")  # not `35 per 1.000 ... per 1.000`
    return [
        html.P([html.Span(heel, className="getal"),
                html.Span(f" {kort}, {keuze.jaar}", className="eenheid")],
               className="waarde"),
        tekst(zin, "klein") if zin else None,
    ]  # fmt: skip


def _referentie(lezing: Lezing, keuze: Keuze, beeld: Beeld, g: Gebied, n: int) -> str:
    """What the figure is compared with, with its own figure: `Wendrecht (34 %)`."""
    indicator = lezing.catalogus.indicatoren[keuze.cijfer]
    r = beeld.referentie
    if r.waarde is not None:
        return f"{r.naam} ({cijfer(r.waarde, indicator)})"
    if r.soort == "eerder" and beeld.ander is not None and not np.isnan(beeld.ander[n]):
        return f"{r.naam} ({picture.schrijf(float(beeld.ander[n]), indicator)})"
    boven = regions.gemeente_van(g.gebied)
    if r.soort != "gemeente" or boven is None:
        return ""
    zelf = [
        w
        for w in lezing.waarden([boven], [indicator.id])
        if (w.jaar, w.grensjaar) == (keuze.jaar, keuze.grensjaar)
    ]
    if not zelf or zelf[0].waarde is None:
        return ""
    return f"{g.gemeentenaam or boven} ({cijfer(zelf[0].waarde, indicator)})"


def niveau_woorden(lezing: Lezing, beeld: Beeld, n: int) -> str:
    """Both axes of one area in words, with how certain the pair is."""
    assert beeld.assen is not None and beeld.kans is not None  # noqa: S101 - the 3x3
    delen = []
    for nummer, as_ in enumerate(ASSEN):
        k = int(beeld.assen[n, nummer])
        wat = KLASSEN[k] if k >= 0 else "nog niet te zeggen"
        delen.append(f"{klein(lezing.catalogus.knoop(BOOM, as_).naam)} {wat}")
    zin = hoofdletter("; ".join(delen))
    kans = float(beeld.kans[n])
    if kans != kans:
        return f"{zin}."
    hoe = "vrijwel zeker" if kans >= 0.9 else "waarschijnlijk" if kans >= 0.66 else "onzeker"
    return f"{zin} ({hoe})."


def _verhalen(huis: Huis, g: Gebied, keuze: Keuze) -> list[Any]:
    """How many stories there are, and how many clash with the figure that is shown."""
    verhalen = huis.verhalen.van([g.gebied])
    if not verhalen:
        return []
    botst = sum(
        k.houding == "klopt_niet" and k.indicator == keuze.cijfer
        for v in verhalen
        for k in v.koppelingen
    )
    erbij = ""
    if botst:
        erbij = f"; {botst} {'botst' if botst == 1 else 'botsen'} met dit cijfer"
    return [
        html.P(
            sprong(aantal(len(verhalen), "verhaal", "verhalen") + erbij,
                   address.buurt(g.gebied, plek="vertellen")),
            className="kaartje-verhalen",
        )
    ]  # fmt: skip


def _hoort_bij(huis: Huis, g: Gebied) -> list[Any]:
    """The areas of one's own that this buurt is in: on the map their outlines have no name."""
    from dashboard.map import getekende_gebieden

    bij = [e for e in getekende_gebieden(huis) if g.gebied in e.buurtcodes][:3]
    delen: list[Any] = []
    for e in bij:
        delen += [", " if delen else "In eigen gebied ", sprong(e.naam, address.eigen(e.id))]
    return [tekst(delen, "klein")] if delen else []


def _ernaast(
    huis: Huis, lezing: Lezing, vraag: Vraag, keuze: Keuze, beeld: Beeld
) -> list[Any]:  # fmt: skip
    """What lies next door: each with its figure and how much is told there."""
    code = vraag.gebied or ""
    er = neighbours.naast(lezing, code, keuze.kaartjaar) if keuze.kaartjaar else None
    if er is None or not er.namen:
        return []
    verteld = huis.verhalen.van(list(er.namen))
    tel = Counter(c for v in verteld for c in {*v.gebieden} if c in er.namen)
    plek = {c: n for n, c in enumerate(beeld.codes)}
    regels = [
        html.Li(
            [
                sprong(naam, explore.adres(_met(vraag, c))),
                html.Span(f" {_kort(lezing, keuze, beeld, plek[c])}", className="klein zacht")
                if c in plek
                else None,
                sprong(aantal(tel[c], "verhaal", "verhalen"), address.buurt(c, plek="vertellen"),
                       "kaartje-verhaal")
                if tel[c]
                else None,
            ]
        )
        for c, naam in er.namen.items()
    ]  # fmt: skip
    meest = sorted(er.namen, key=lambda c: -tel[c])[: comparison.MEESTE - 1]
    niveau = aantal(len(er.namen), keuze.niveau, MEERVOUD[keuze.niveau])
    kop = f"Ernaast: {niveau}, {aantal(len(verteld), 'verhaal', 'verhalen')}"
    buiten = f"En {getal(er.buiten)} buiten deze gegevens." if er.buiten else ""
    naast = sprong("Leg ze naast elkaar", address.vergelijken([code, *meest]), "klein")
    return [
        uitklap(
            kop,
            [
                html.Ul(regels, className="kaartje-ernaast"),
                tekst(buiten, "klein zacht") if buiten else None,
                html.P(naast),
            ],
        )
    ]


def _kort(lezing: Lezing, keuze: Keuze, beeld: Beeld, n: int) -> str:
    """What the list says of an area, in the card of its neighbour."""
    if keuze.cijfer == NIVEAU:
        return niveau_woorden(lezing, beeld, n).rstrip(".")
    if np.isnan(beeld.waarde[n]):
        return beeld.soorten[int(beeld.soort[n])][1]
    return picture.schrijf(float(beeld.waarde[n]), lezing.catalogus.indicatoren[keuze.cijfer])


def _ander_niveau(g: Gebied, vraag: Vraag) -> html.Section:
    naar = explore.adres(replace(vraag, niveau=g.niveau))
    kan = g.niveau in explore.NIVEAUS
    return html.Section(
        [
            _kop(g.naam, vraag, hoofdletter(g.niveau)),
            html.P(sprong(f"Laat de kaart per {g.niveau} zien", naar, id="kaartje-open"))
            if kan
            else None,
        ],
        className="kaartje",
        id="kaartje-vak",
        **{"aria-label": f"Gekozen: {g.naam}"},
    )


def _niet_hier(lezing: Lezing, fout: GebiedOnbekend, vraag: Vraag, keuze: Keuze) -> html.Section:
    """An area that this boundary year does not have: where it is, or what came after it."""
    code = (vraag.gebied or "")[:20]
    try:
        naam = lezing.gebied(code).naam
    except GebiedOnbekend:
        naam = code
    na = [o for o in fout.opvolgers if o.van == code and o.van != o.naar]
    voor = [o for o in lezing.opvolgers(code)[1] if o.van != o.naar]
    if not fout.grensjaren:
        uitleg = "Deze code staat niet in deze publicatie. Kijk of hij goed is overgenomen."
    else:
        jaren = sorted(fout.grensjaren)
        van = f"{jaren[0]} tot en met {jaren[-1]}" if len(jaren) > 1 else str(jaren[0])
        uitleg = (
            f"Dit gebied staat niet in de indeling van {keuze.grensjaar}, wel in die van {van}."
        )
    links = [(o.naar, o.naam_naar or o.naar) for o in na] or [
        (o.van, o.naam_van or o.van) for o in voor
    ]
    woord = "Opgevolgd door:" if na else "Kwam uit:"
    return html.Section(
        [
            _kop(naam, vraag, uitleg),
            *([tekst(woord, "klein"),
               html.Ul([html.Li(sprong(n, explore.adres(_met(vraag, c)))) for c, n in links])]
              if links else []),
            html.P(sprong(f"Open {naam}", address.buurt(code), id="kaartje-open"))
            if fout.grensjaren
            else None,
        ],
        className="kaartje",
        id="kaartje-vak",
        **{"aria-label": f"Gekozen: {naam}"},
    )  # fmt: skip


def _met(vraag: Vraag, gebied: str) -> Vraag:
    return replace(vraag, gebied=gebied)

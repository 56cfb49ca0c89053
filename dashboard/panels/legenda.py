"""The words beside the map: its legend, and the map read out in sentences."""

from __future__ import annotations

from typing import Any

import numpy as np
from dash import html

from dashboard import classes, clusters, picture, presets, snapshot_map
from dashboard.explore import ASSEN, BOOM, NIVEAU, NIVEAUS, Keuze, klein
from dashboard.panels.parts import tekst
from dashboard.picture import VERSCHIL, Beeld
from dashboard.snapshot import Lezing
from dashboard.snapshot_map import binnen
from dashboard.words import MEERVOUD, aantal, cijfer, getal, hoofdletter, opsomming
from indicators import compare
from indicators.model import Indicator
from indicators.views import KLASSEN

_ZIJDEN: dict[compare.Verschil, str] = {
    "hoger": "hoger", "lager": "lager", "ongeveer_gelijk": "ongeveer gelijk",
}  # fmt: skip


def legenda(lezing: Lezing, keuze: Keuze, beeld: Beeld, stand: dict[str, Any]) -> Any:
    """What colours, hatchings and lines mean; with how many areas each."""
    met_mijn, met_nplv = (any(stand[s].values()) for s in ("mijn", "nplv"))
    if keuze.cijfer == NIVEAU:
        deel: list[Any] = [_negen(lezing, beeld)]
    else:
        deel = [_klassen(lezing.catalogus.indicatoren[keuze.cijfer], keuze, beeld)]
    op_kaart = [
        *([("buiten", "buiten deze gegevens")] if stand["buiten"] else []),
        *([("andere_grens", "grens veranderd")] if stand["anders"] else []),
    ]
    lijnen = [
        *([("lijn-mijn", "mijn gebieden")] if met_mijn else []),
        *([("lijn-eigen", "eigen gebieden")] if stand.get("eigen") else []),
        *([("lijn-nplv", "NPLV-gebieden")] if met_nplv else []),
        *([("vlak-water", "water")] if {"water", "achterwater"} & set(stand["lagen"]) else []),
        *([("vlak-groen", "groen")] if "groen" in stand["lagen"] else []),
        *([("vlak-buiten", "buiten deze gegevens")] if "buiten" in stand["lagen"] else []),
    ]
    return [
        *deel,
        html.Ul(
            [
                *_missend(beeld),
                *(_regel(_patroon(s), w) for s, w in op_kaart),
                *(_regel(html.Span(className=f"staal {k}"), w) for k, w in lijnen),
            ],
            className="legenda-lijst legenda-overig",
        ),
        *([tekst(stand["nplvFout"], "klein")] if stand.get("nplvFout") else []),
        *(
            [tekst(f"{grenzen(lezing, keuze)} {stand['achtergrond']}", "klein zacht legenda-bron")]
            if stand["lagen"]
            else []
        ),
    ]


def grenzen(lezing: Lezing, keuze: Keuze) -> str:
    """Where the outlines come from."""
    if lezing.publicatie.fictief:
        return f"Grenzen van de fictieve gemeente, indeling {keuze.kaartjaar}."
    return f"Grenzen: CBS en Kadaster, indeling {keuze.kaartjaar}."


def _regel(staal: Any, woorden: str, n: int | None = None) -> html.Li:
    telling = [] if n is None else [html.Span(getal(n), className="legenda-aantal")]
    return html.Li([staal, html.Span(woorden), *telling])


def _klassen(indicator: Indicator, keuze: Keuze, beeld: Beeld) -> html.Div:
    n = len(beeld.grenzen) + 1
    if picture.bereik(beeld) is None:
        return html.Div(tekst("Er is geen cijfer om te kleuren.", "zacht"))
    rijen = [
        _regel(
            html.Span(className=f"staal klas-{kleur}"),
            _grens(k, n, beeld.grenzen, indicator),
            er,
        )
        for k, (kleur, er) in enumerate(zip(classes.kleuren(n), beeld.aantallen(), strict=True))
    ]
    noot = (
        "Dezelfde grenzen in elk jaar."
        if beeld.vast
        else f"Grenzen van {keuze.jaar}; in een ander jaar liggen ze anders."
    )
    if indicator.telling == "aantal":
        noot += " Dit is een aantal: een groter gebied heeft er vanzelf meer."
    return html.Div(
        [
            html.Ul(rijen, className="legenda-lijst legenda-klassen"),
            html.P(
                [
                    html.Span("Donkerder is meer. ", className="alleen-licht"),
                    html.Span("Lichter is meer. ", className="alleen-donker"),
                    noot,
                ],
                className="klein zacht",
            ),
        ]
    )


def _grens(k: int, n: int, grenzen: list[float], indicator: Indicator) -> str:
    """The range of a class in words, with its unit: `11 tot 22 %`."""
    if n == 1:
        return "overal gelijk"
    if k == 0:
        return f"minder dan {picture.schrijf(grenzen[0], indicator)}"
    if k == n - 1:
        return f"{picture.schrijf(grenzen[-1], indicator)} of meer"
    return picture.van_tot(grenzen[k - 1], grenzen[k], indicator)


def _missend(beeld: Beeld) -> list[html.Li]:
    uit = []
    for nummer, (soort, woorden) in enumerate(beeld.soorten):
        er = int((beeld.soort == nummer).sum()) if soort else 0
        if er:
            uit.append(_regel(_patroon(soort), woorden, er))
    return uit


def _patroon(soort: str) -> html.Span:
    """A sample of a hatching; the browser draws it as it does on the map."""
    return html.Span(className="staal staal-patroon", **{"data-patroon": soort})


def _negen(lezing: Lezing, beeld: Beeld) -> html.Div:
    """The 3x3 with both axes named and a count in every cell."""
    een, twee = (lezing.catalogus.knoop(BOOM, a).naam for a in ASSEN)
    rijen = [
        html.Tr(
            [
                html.Th(KLASSEN[r], scope="row"),
                *(html.Td(_cel(beeld, r * 3 + k), className=f"negen-{r}{k}") for k in range(3)),
            ]
        )
        for r in (2, 1, 0)
    ]
    rijen[0].children.insert(0, html.Th(een, rowSpan=3, scope="rowgroup", className="negen-op"))
    kop = [
        html.Tr([html.Td(""), html.Td(""), *(html.Th(k, scope="col") for k in KLASSEN)]),
        html.Tr([html.Td(""), html.Td(""),
                 html.Th(twee, colSpan=3, scope="colgroup", className="negen-naar")]),
    ]  # fmt: skip
    return html.Div(
        [
            html.Table(
                [
                    html.Caption(f"Aantal gebieden naar {klein(een)} en {klein(twee)}"),
                    html.Tbody(rijen),
                    html.Tfoot(kop),
                ],
                className="negen",
            ),
            tekst(
                f"Eigen indicatie op open data, tegen {lezing.catalogus.bomen[BOOM].referentie}.",
                "klein zacht",
            ),
        ]
    )


def _cel(beeld: Beeld, klasse: int) -> str:
    """How many areas a cell of the 3x3 has; nothing when no area has a class at all."""
    return getal(int((beeld.klasse == klasse).sum())) if (beeld.klasse >= 0).any() else ""


def kop(lezing: Lezing, keuze: Keuze) -> list[Any]:
    """What is on the map: figure, level, year."""
    return [titel(lezing, keuze), html.Span(erbij(keuze), className="kop-erbij")]


def titel(lezing: Lezing, keuze: Keuze) -> str:
    """The figure on the map, in words."""
    if keuze.cijfer == NIVEAU:
        weging = presets.kies(lezing.catalogus, BOOM, keuze.weging)
        erbij = f" ({klein(weging.naam)})" if weging else ""
        return f"Niveau: kwetsbaarheid naast overlast en onveiligheid{erbij}"
    return lezing.catalogus.indicatoren[keuze.cijfer].naam


def erbij(keuze: Keuze) -> str:
    """Level and year, as they follow the title."""
    return f" per {keuze.niveau}" + (f", {keuze.jaar}" if keuze.jaar else "")


def samenvatting(lezing: Lezing, keuze: Keuze, beeld: Beeld, eigen: list[str]) -> list[Any]:
    """The map read out: how many, from where to where, the own areas, what is missing."""
    alle = zinnen(lezing, keuze, beeld, eigen)
    return [tekst(" ".join(z for z in alle if z)), *_grensnoot(keuze)]


def zinnen(lezing: Lezing, keuze: Keuze, beeld: Beeld, eigen: list[str]) -> list[str]:
    """The sentences of the summary."""
    if keuze.cijfer == NIVEAU:
        return _niveau_zinnen(lezing, keuze, beeld, eigen)
    return _cijfer_zinnen(lezing, keuze, beeld, eigen)


def _grensnoot(keuze: Keuze) -> list[Any]:
    if keuze.kaartjaar in (None, keuze.grensjaar):
        return []
    return [
        tekst(
            f"De kaart tekent de grenzen van {keuze.kaartjaar}: van {keuze.grensjaar} is geen "
            "kaart ingelezen. Gebieden die in de tussentijd veranderden, krijgen geen kleur.",
            "klein let-op",
        )
    ]


def _cijfer_zinnen(lezing: Lezing, keuze: Keuze, beeld: Beeld, eigen: list[str]) -> list[str]:
    indicator = lezing.catalogus.indicatoren[keuze.cijfer]
    meer, n, bereik = MEERVOUD[keuze.niveau], len(beeld.codes), picture.bereik(beeld)
    if bereik is None:
        van = f"Van {keuze.jaar} heeft" if keuze.jaar else "Er heeft"
        return [f"{van} {'deze ' + keuze.niveau if n == 1 else f'geen van de {getal(n)} {meer}'} "
                f"dit cijfer{' niet' if n == 1 else ''}.",
                _missend_zin(beeld), _elders(lezing, keuze), _later(keuze)]  # fmt: skip
    met = int((~np.isnan(beeld.waarde)).sum())
    deel = (
        f"Alle {getal(n)} {meer} hebben een cijfer"
        if met == n
        else f"{getal(met)} van de {getal(n)} {meer} {'heeft' if met == 1 else 'hebben'} een cijfer"
    )
    loop, midden = (
        picture.van_tot(bereik[0], bereik[2], indicator),
        picture.schrijf(bereik[1], indicator),
    )
    loop = f"{deel}: van {loop}, met {midden} in het midden." if met > 1 else f"{deel}."
    mijn = _mijn_zin(lezing, keuze, beeld, indicator, eigen)
    return [loop, _referentie_zin(beeld, indicator), mijn, _missend_zin(beeld), _later(keuze)]


def _elders(lezing: Lezing, keuze: Keuze) -> str:
    """On which other levels the figure is there, when this level has none."""
    wel = [
        f"per {n}"
        for n in NIVEAUS
        if n != keuze.niveau
        and any(j.met_waarde for j in snapshot_map.jaren(lezing, keuze.cijfer, n))
    ]
    return f"{hoofdletter(opsomming(wel))} is dit cijfer er wel." if wel else ""


def _eerder_zin(beeld: Beeld) -> str:
    """How many areas lie on each side of their own earlier figure."""
    tel = [int((beeld.verschil == VERSCHIL.index(v)).sum()) for v in _ZIJDEN]
    delen = [f"{getal(n)} {woord}" for n, woord in zip(tel, _ZIJDEN.values(), strict=True) if n]
    los = int((beeld.verschil == 0).sum())
    niet = f" Bij {getal(los)} is dat niet te zeggen." if los else ""
    jaar = beeld.referentie.naam.rpartition(" ")[2]
    return f"Vergeleken met {jaar}: {opsomming(delen)}.{niet}" if delen else niet.strip()


def _referentie_zin(beeld: Beeld, indicator: Indicator) -> str:
    r = beeld.referentie
    if r.soort == "eerder":
        return _eerder_zin(beeld)
    if r.waarde is None:
        return "Elk gebied staat naast zijn eigen gemeente." if r.soort == "gemeente" else ""
    hoe = "heeft" if r.soort != "mijn" else "is"
    return f"{r.naam[:1].upper()}{r.naam[1:]} {hoe} {cijfer(r.waarde, indicator)}."


def _mijn_zin(
    lezing: Lezing, keuze: Keuze, beeld: Beeld, indicator: Indicator, eigen: list[str]
) -> str:
    """Where the own areas lie, and on which side of what is compared with."""
    if not eigen:
        return ""
    mijn = set(binnen(lezing, eigen, keuze.niveau, keuze.grensjaar))
    plek = [
        n for n, c in enumerate(beeld.codes) if c in mijn and beeld.waarde[n] == beeld.waarde[n]
    ]
    if not plek:
        return f"Mijn gebieden staan niet tussen deze {MEERVOUD[keuze.niveau]}." if not mijn else ""
    laag, hoog = (float(f(beeld.waarde[plek])) for f in (np.min, np.max))
    naam = aantal(len(plek), "eigen " + keuze.niveau, "eigen " + MEERVOUD[keuze.niveau])
    loop = (
        f"De {naam} lopen van {picture.van_tot(laag, hoog, indicator)}"
        if len(plek) > 1
        else f"De {naam.removeprefix('1 ')} heeft {picture.schrijf(laag, indicator)}"
    )
    if beeld.referentie.soort not in ("gemeente", "land", "eerder"):
        return loop + "."
    hoger, lager = (int((beeld.verschil[plek] == k).sum()) for k in (1, 2))
    delen = [f"{n} {wat}" for n, wat in ((hoger, "hoger"), (lager, "lager")) if n]
    if not delen:
        return f"{loop}; geen duidelijk hoger of lager dan {beeld.referentie.naam}."
    return f"{loop}; {' en '.join(delen)} dan {beeld.referentie.naam}."


def _missend_zin(beeld: Beeld) -> str:
    delen = []
    for nummer, (soort, woorden) in enumerate(beeld.soorten):
        er = int((beeld.soort == nummer).sum()) if soort else 0
        if er:
            delen.append(f"{getal(er)} {woorden}")
    return f"Zonder cijfer: {opsomming(delen)}." if delen else ""


def _later(keuze: Keuze) -> str:
    """Newer years that were read and have no figure yet."""
    leeg = [str(j.jaar) for j in keuze.jaren if not j.met_waarde and j.jaar > (keuze.jaar or 0)]
    return f"Over {opsomming(leeg)} is dit cijfer er nog niet." if leeg else ""


def _niveau_verdeling(lezing: Lezing, keuze: Keuze, beeld: Beeld, eigen: list[str]) -> list[str]:
    """How many areas are high on each axis and on both; and where the own ones stand."""
    assert beeld.assen is not None  # noqa: S101 - the 3x3 always has both axes
    een, twee = (lezing.catalogus.knoop(BOOM, a).naam for a in ASSEN)
    hoog = beeld.assen[beeld.klasse >= 0] == len(KLASSEN) - 1
    tel = [getal(int(v)) if v else "geen" for v in (*hoog.sum(axis=0), hoog.all(axis=1).sum())]
    uit = [
        f"{een} is hoog in {tel[0]} van die {MEERVOUD[keuze.niveau]}, {klein(twee)} in {tel[1]}, "
        f"allebei in {tel[2]}."
        if hoog.any()
        else "Geen daarvan staat hoog op een van beide assen."
    ]
    hier = set(binnen(lezing, eigen, keuze.niveau, keuze.grensjaar)) if eigen else set()
    mijn = [k for c, k in zip(beeld.codes, beeld.klasse.tolist(), strict=True) if c in hier]
    groepen = sorted(((mijn.count(k), k) for k in set(mijn) if k >= 0), key=lambda g: (-g[0], g[1]))
    delen = [
        f"{getal(n)} op beide {KLASSEN[k % 3]}"
        if k // 3 == k % 3
        else f"{getal(n)} met {klein(een)} {KLASSEN[k // 3]} en {klein(twee)} {KLASSEN[k % 3]}"
        for n, k in groepen
    ]
    if delen:
        uit.append(f"Van de {getal(len(mijn))} eigen {MEERVOUD[keuze.niveau]}: {'; '.join(delen)}.")
    return uit


def _niveau_zinnen(lezing: Lezing, keuze: Keuze, beeld: Beeld, eigen: list[str]) -> list[str]:
    """What can be said of both axes; an axis without a source is named with what is missing."""
    assert beeld.assen is not None  # noqa: S101 - the 3x3 always has both axes
    n, meer = len(beeld.codes), MEERVOUD[keuze.niveau]
    samen = int((beeld.klasse >= 0).sum())
    uit = [f"{getal(samen)} van de {getal(n)} {meer} hebben een klasse op beide assen."
              if samen else "Nog niet te zeggen."]  # fmt: skip
    if samen:
        uit += _niveau_verdeling(lezing, keuze, beeld, eigen)
        uit += clusters.zinnen(lezing, keuze)
    if weging := presets.kies(lezing.catalogus, BOOM, keuze.weging):
        uit.insert(0, f"{weging.uitleg} Dit is niet de gepubliceerde weging.")
    for nummer, as_ in enumerate(ASSEN):
        knoop = lezing.catalogus.knoop(BOOM, as_)
        er = int((beeld.assen[:, nummer] >= 0).sum())
        if er and not samen:
            uit.append(
                f"{knoop.naam} is wel berekend voor {getal(er)} van de {getal(n)} {meer}; "
                "de lijst noemt die klasse."
            )
        if not er:
            nodig = knoop.vereist_een_van or tuple(d.indicator for d in knoop.delen)
            met = {d.indicator for d in lezing.dekking() if d.met_waarde}
            er_al = {d.bron for d in lezing.dekking() if d.met_waarde}
            bronnen = {b.naam: None for i in nodig for b in lezing.catalogus.bronnen_van(i)
                       if i not in met and b.id not in er_al}  # fmt: skip
            waarom = (
                f"bron {opsomming(list(bronnen))} ontbreekt"
                if bronnen and not any(i in met for i in nodig)
                else "een cijfer dat nodig is ontbreekt in dit jaar"
            )
            uit.append(f"{knoop.naam}: nog niet te zeggen, {waarom}.")
    return uit

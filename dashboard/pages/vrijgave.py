"""Vrijgave: the publication that waits, what it changes, and how to approve it.

Approval itself is on the command line: the dashboard reads publications and writes none of them.
"""

from __future__ import annotations

from typing import Any, TypeVar

from dash import html
from pydantic import BaseModel

from dashboard import address
from dashboard.panels.parts import sprong, tabel, tekst, uitklap
from dashboard.words import aantal, cijfer, datum, getal, opsomming
from indicators.catalogue import Catalogus
from indicators.contracts import Datamap, Verschil, Verschilregel, Verschiltelling, Wachtend

M = TypeVar("M", bound=BaseModel)
SOORTEN = {
    "gecorrigeerd": "gecorrigeerd",
    "verborgen": "niet meer getoond",
    "vervallen": "weg",
    "verschenen": "nieuw",
}
"""What can happen to a figure, in the order in which a reader wants to know it."""
_TITEL = "Vrijgave"
_EERST, _VERHALEN, _OPEN = 10, 8, 3
_KOP = {
    "gecorrigeerd": "De grootste correcties",
    "verborgen": "Wat niet meer wordt getoond",
    "vervallen": "Wat weg is",
}
"""Heading per kind of change that is told figure by figure."""


def maak(datamap: Datamap, cat: Catalogus | None, actueel: str | None) -> tuple[str, Any]:
    """The page: what waits with its verschil, or what the last publication changed.

    Args:
        datamap: where the files of release are.
        cat: for names and units; None when there is no publication yet.
        actueel: id of the current publication.
    """
    wacht = _lees(Wachtend, datamap.wachtend)
    if wacht is not None and wacht.publicatie.publicatie == actueel:
        wacht = None
    welke = wacht.publicatie.publicatie if wacht else actueel
    verschil = _lees(Verschil, datamap.verschillen / f"{welke}.json") if welke else None
    kop = _wacht(wacht) if wacht else _niets(verschil)
    inhoud = [
        *kop,
        *(_verschil(verschil, cat, wacht is not None) if verschil else [_onbekend(wacht)]),
    ]
    if wacht:
        inhoud.append(_hoe(wacht))
    return _TITEL, html.Div([html.H1(_TITEL), *inhoud], className="bronnen vrijgave")


def _lees(soort: type[M], pad: Any) -> M | None:
    try:
        return soort.model_validate_json(pad.read_bytes())
    except (OSError, ValueError):
        return None


def _wacht(wacht: Wachtend) -> list[Any]:
    p = wacht.publicatie
    zin = "Zolang niemand akkoord geeft, ziet iedereen de vorige."
    if wacht.reden.startswith("bevroren"):
        dag = datum(wacht.reden.replace("bevroren tot ", ""))
        zin = f"De cijfers zijn bevroren tot {dag}; tot die dag ziet iedereen de vorige."
    klaar = f"Er staat een nieuwe publicatie klaar, van {datum(p.gemaakt_op)}. "
    return [tekst(klaar + zin, "inleiding")]


def _niets(verschil: Verschil | None) -> list[Any]:
    zin = "Er wacht geen publicatie: wat u ziet, is het nieuwste dat er is."
    if verschil is not None and verschil.van is not None:
        zin += f" Dit veranderde de laatste keer, op {datum(verschil.gemaakt_op)}."
    return [tekst(zin, "inleiding")]


def _onbekend(wacht: Wachtend | None) -> Any:
    if wacht is None:
        return tekst("Wat de laatste publicatie veranderde, is niet vastgelegd.")
    return html.Div(
        [
            tekst("Wat zij verandert, is nog niet bepaald. Doe dat op een opdrachtregel:"),
            html.Pre("python -m pipelines verschil", tabIndex=0),
        ]
    )


def _verschil(v: Verschil, cat: Catalogus | None, wacht: bool) -> list[Any]:
    """What it changes, or, when it does not wait any more, what it changed."""
    if not v.telling:
        zin = "Geen enkel cijfer verandert." if wacht else "Geen enkel cijfer veranderde."
        return [tekst(zin), *([_opmerkingen(v)] if v.opmerkingen else [])]
    per_soort = {s: [t for t in v.telling if t.soort == s] for s in SOORTEN}
    zinnen = [_zin(s, tellingen, cat) for s, tellingen in per_soort.items() if tellingen]
    toonbaar = [r for r in v.regels if not _uitgesloten(r.indicator, cat)]
    per_regel = {s: [r for r in toonbaar if r.soort == s] for s in _KOP}
    return [
        html.Section(
            [
                html.H2("Wat er verandert" if wacht else "Wat er veranderde"),
                html.Ul([html.Li(z) for z in zinnen]),
            ],
        ),
        _verhalen(v, cat),
        _bladen(v, cat),
        *(_cijfers(s, regels, cat, wacht) for s, regels in per_regel.items() if regels),
        uitklap("Alles geteld, per cijfer en jaar", _telling(per_soort, cat)),
        *([_opmerkingen(v)] if v.opmerkingen else []),
    ]


def _zin(soort: str, tellingen: list[Verschiltelling], cat: Catalogus | None) -> Any:
    hoeveel = sum(t.aantal for t in tellingen)
    eerst = sorted(tellingen, key=lambda t: _rang(t.indicator, cat))
    namen = list(dict.fromkeys(_naam(t.indicator, cat) for t in eerst))
    jaren = sorted({t.jaar for t in tellingen})
    span = f"{jaren[0]}" if len(jaren) == 1 else f"{jaren[0]} tot en met {jaren[-1]}"
    return [
        html.Strong(f"{aantal(hoeveel, 'cijfer', 'cijfers')} {SOORTEN[soort]}"),
        f", over {span}: {opsomming(namen, 4)}.",
    ]


def _uitgesloten(indicator: str, cat: Catalogus | None) -> bool:
    """Figures on origin are counted, and shown of no area: not here either."""
    gevonden = cat.indicatoren.get(indicator) if cat else None
    return gevonden is not None and gevonden.gebruik == "uitgesloten"


def _rang(indicator: str, cat: Catalogus | None) -> int:
    """What people know first: the core set, then the others, then what is shown of no area."""
    gevonden = cat.indicatoren.get(indicator) if cat else None
    if gevonden is None or gevonden.gebruik == "uitgesloten":
        return 2
    return 0 if gevonden.kern else 1


def _naam(indicator: str, cat: Catalogus | None) -> str:
    gevonden = cat.indicatoren.get(indicator) if cat else None
    return gevonden.kort if gevonden else indicator


def _verhalen(v: Verschil, cat: Catalogus | None) -> Any:
    if v.verhalen is None:
        zin = "Welke verhalen dit raakt, is niet nagegaan."
        return tekst(zin) if v.van else html.Span()
    dringend = [g for g in v.verhalen if g.get("soort") == "te_herzien"]
    rustig = len(v.verhalen) - len(dringend)
    if not v.verhalen:
        zin = "Geen enkel verhaal noemt een cijfer dat hierdoor verandert."
        return html.Section([html.H2("Verhalen"), tekst(zin)])
    verhalen = aantal(len({str(g.get("verhaal")) for g in v.verhalen}), "verhaal", "verhalen")
    regels = [
        html.Li(
            sprong(
                _kort(g, cat),
                address.buurt(str(g.get("gebied")), verhaal=str(g.get("verhaal"))),
            )
        )
        for g in dringend[:_VERHALEN]
    ]
    wat = [f"{len(dringend)} keer is het cijfer van toen gecorrigeerd"] if dringend else []
    wat += [f"{rustig} keer komt er een nieuw jaar bij"] if rustig else []
    zin = f"Dit raakt {verhalen}: {', '.join(wat)}."
    meer = len(dringend) - _VERHALEN
    rest = [tekst(f"En nog {aantal(meer, 'verhaal', 'verhalen')}.")] if meer > 0 else []
    return html.Section([html.H2("Verhalen"), tekst(zin), html.Ul(regels), *rest])


def _bladen(v: Verschil, cat: Catalogus | None) -> html.Section | None:
    """Frozen sheets that quote a figure that changes; they stay as they are."""
    if v.bladen is None:
        return None
    if not v.bladen:
        zin = "Geen enkel vastgesteld Buurtblad noemt een cijfer dat hierdoor verandert."
        return html.Section([html.H2("Buurtbladen"), tekst(zin)])
    regels = []
    for b in v.bladen[:_VERHALEN]:
        er = b.get("cijfers")
        namen = [_naam(str(c), cat) for c in er] if isinstance(er, list) else []
        blad = f"{b.get('naam') or b.get('gebied')}, versie {b.get('versie')}"
        regels.append(html.Li([sprong(blad, f"/buurtblad/{b.get('gebied')}"),
                               f": {opsomming(namen, 4)}"]))  # fmt: skip
    meer = len(v.bladen) - _VERHALEN
    zin = (
        f"Dit raakt {aantal(len(v.bladen), 'Buurtblad', 'Buurtbladen')}. Een vastgesteld blad "
        "blijft zoals het is; een nieuwe versie noemt het nieuwe cijfer."
    )
    rest = [tekst(f"En nog {meer}.")] if meer > 0 else []
    return html.Section([html.H2("Buurtbladen"), tekst(zin), html.Ul(regels), *rest])


def _kort(g: dict[str, object], cat: Catalogus | None) -> str:
    """`Inwoners, 2023, in Oosterbroek: was 960, wordt 995`, or what else changed about it."""
    indicator = str(g.get("indicator"))
    ind = cat.indicatoren.get(indicator) if cat else None
    gebied = g.get("naam") or g.get("gebied")
    waar = f"{_naam(indicator, cat)}, {g.get('toen_jaar')}, in {gebied}"
    toen, nu = g.get("toen"), g.get("nu")
    if nu is None:
        return f"{waar}: wordt niet meer getoond"
    if not isinstance(toen, int | float) or not isinstance(nu, int | float) or toen == nu:
        return f"{waar}: {g.get('wat') or 'wat het cijfer zegt, is veranderd'}"
    was, wordt = (cijfer(x, ind) if ind else getal(x, 1) for x in (toen, nu))
    return f"{waar}: was {was}, wordt {wordt}"


def _stand(r: Verschilregel, waarde: float | None, cat: Catalogus | None) -> str:
    if waarde is None:
        woorden = cat.woorden.ontbreekt_door if cat else {}
        return str(dict(woorden).get(r.ontbreekt_door or "", "staat er niet meer in"))  # type: ignore[call-overload]
    ind = cat.indicatoren.get(r.indicator) if cat else None
    return cijfer(waarde, ind) if ind else getal(waarde, 1)


def _cijfers(soort: str, regels: list[Verschilregel], cat: Catalogus | None, wacht: bool) -> Any:
    """The figures of one kind of change, the first ones open."""
    kop = ["Gebied", "Cijfer", *(["Nu te zien", "Wordt"] if wacht else ["Was", "Is nu"])]
    rijen: list[list[Any]] = [
        [
            [
                sprong(r.naam, address.buurt(r.gebied, r.grensjaar)),
                html.Span(f"{_naam(r.indicator, cat)}, {r.jaar}", className="bij-naam klein"),
            ],
            f"{_naam(r.indicator, cat)}, {r.jaar}",
            _stand(r, r.toen, cat),
            _stand(r, r.nu, cat),
        ]
        for r in regels
    ]
    if soort == "gecorrigeerd":
        kop.append("Verschil")
        rijen = [[*rij, _stap(r, cat)] for rij, r in zip(rijen, regels, strict=True)]
    rest = rijen[_EERST:]
    zin = "Per gebied; wat in verhouding het meest verandert eerst"
    if soort != "gecorrigeerd":
        zin = "Per gebied en jaar"
    meer = uitklap(f"Nog {aantal(len(rest), 'regel', 'regels')}", tabel(kop, rest, "De rest"))
    delen = [html.H2(_KOP[soort]), tabel(kop, rijen[:_EERST], zin)]
    return html.Section([*delen, *([meer] if rest else [])])


def _stap(r: Verschilregel, cat: Catalogus | None) -> str:
    if r.toen is None or r.nu is None:
        return "–"
    ind = cat.indicatoren.get(r.indicator) if cat else None
    d = r.nu - r.toen
    stap = cijfer(d, ind).replace("%", "%-punt") if ind else getal(d, 1)
    return ("+" if d > 0 else "") + stap


def _telling(per_soort: dict[str, list[Verschiltelling]], cat: Catalogus | None) -> Any:
    rijen = [
        [_naam(t.indicator, cat), str(t.jaar), SOORTEN[s], getal(t.aantal)]
        for s, tellingen in per_soort.items()
        for t in tellingen
    ]
    return tabel(["Cijfer", "Jaar", "Wat", "Gebieden"], rijen, "Aantal gebieden per cijfer", "smal")


def _opmerkingen(v: Verschil) -> Any:
    return html.Section(
        [html.H2("Let op"), html.Ul([_opmerking(o) for o in v.opmerkingen])], className="let-op"
    )


def _opmerking(zin: str) -> Any:
    """A warning: its sentence, and what was found one by one, the first few open."""
    kop, _, gevonden = zin.partition(" Gevonden: ")
    delen = [d for d in gevonden.split("; ") if d]
    if len(delen) < 2:
        return html.Li(zin)
    eerste, rest = delen[:_OPEN], delen[_OPEN:]
    meer = [uitklap(f"Nog {aantal(len(rest), 'regel', 'regels')}", _puntjes(rest))] if rest else []
    return html.Li([kop, _puntjes(eerste), *meer])


def _puntjes(delen: list[str]) -> Any:
    return html.Ul([html.Li(d) for d in delen], className="klein", style={"fontWeight": 400})


def _hoe(wacht: Wachtend) -> Any:
    p = wacht.publicatie.publicatie
    bevroren = wacht.reden.startswith("bevroren")
    stappen = [
        "Vrijgeven doet wie de gegevens beheert, op een opdrachtregel in de map van het product. "
        "Op deze pagina kan het niet: het dashboard leest de gegevens en schrijft er niet in."
    ]
    if bevroren:
        stappen.append(
            "Zolang de cijfers zijn bevroren kan niemand akkoord geven. Vanaf die dag komt zij bij "
            "de volgende verversing vanzelf. Eerder kan door bevries_tot uit "
            "instellingen/vrijgave.yaml te halen."
        )
    return html.Section(
        [
            html.H2("Akkoord geven"),
            *[tekst(s) for s in stappen],
            html.Pre(f"python -m pipelines akkoord {p}", tabIndex=0),
            tekst("Niet akkoord? Dan hoeft u niets te doen: de vorige blijft staan. Haal wat niet "
                  "klopt weg (python -m pipelines bestanden lijst) en ververs opnieuw."),
        ]
    )  # fmt: skip

"""The big screen of a meeting, per phase: what everyone in the room may see now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from dash import html

from dashboard.panels.meedoen import KANT, NOEM_NIET
from dashboard.panels.parts import sprong, tekst, uitklap
from dashboard.stories.bijeenkomst import (
    GESLOTEN,
    KANTEN,
    MIST,
    ONTHULD,
    SLOT,
    VERWACHT,
    WELKOM,
    volgende,
)
from dashboard.stories.models_bijeenkomst import Bijeenkomst, Notitie, Ronde
from dashboard.words import HARD, aantal, getal, hoofdletter, opsomming

VERLOPEN = "De code is verlopen. Maak onder „Meer” een nieuwe."
OP_HET_DOEK = 18
"""Notes on the big screen at once, the newest first."""


@dataclass(frozen=True)
class Zaal:
    """What a screen of a meeting is made from: nothing of a figure that `Ronde` does not hold."""

    b: Bijeenkomst
    notities: Sequence[Notitie]
    deelnemers: int
    adres: str | None
    qr: str | None
    open: bool = True
    """Whether one can still take part: a code ends after twelve hours."""
    alleen_hier: bool = False
    """Whether the address leads to this computer only, so that no phone can use it."""

    def van(self, ronde: int, soort: str) -> list[Notitie]:
        """The notes of one question, newest first."""
        return [n for n in reversed(self.notities) if (n.ronde, n.soort) == (ronde, soort)]


def toneel(z: Zaal) -> list[Any]:
    """The big screen in this phase."""
    maak = {WELKOM: _welkom, VERWACHT: _verwacht, ONTHULD: _onthuld, MIST: _mist, SLOT: _slot,
            GESLOTEN: _gesloten}[z.b.fase]  # fmt: skip
    return [_bovenregel(z), *maak(z)]


def _bovenregel(z: Zaal) -> html.P:
    """Where the meeting is, and for who comes late how to take part."""
    laat = z.b.fase not in (WELKOM, GESLOTEN)
    if laat and not z.open:
        return html.P([html.Span(waar(z.b)), html.Span(VERLOPEN)], className="plek bij-waar")
    plek = f"{z.adres.partition('//')[2]}, code " if z.adres else "code "
    delen: list[Any] = [html.Span(waar(z.b))]
    if laat:
        delen.append(html.Span([" Meedoen: ", plek, html.Strong(_code(z.b))], className="bij-laat"))
    return html.P(delen, className="plek bij-waar")


def waar(b: Bijeenkomst) -> str:
    """Where the meeting is, in words."""
    if b.huidige is not None:
        return f"{b.naam} · cijfer {b.ronde} van {len(b.rondes)}"
    return b.naam


def _welkom(z: Zaal) -> list[Any]:
    return [
        html.H1("Eerst vertellen, dan tellen"),
        tekst(
            "Je schrijft op wat je verwacht, en pas daarna komt het cijfer. Er zijn geen goede of "
            "foute antwoorden. Op het scherm staat wat er is geschreven, nooit door wie.",
            "inleiding",
        ),
        html.Div([_erbij(z), _regels()], className="bij-welkom"),
    ]


def _erbij(z: Zaal) -> html.Section:
    """How to take part: address, code, and a picture of both."""
    code = z.b.code or ""
    if not z.open:
        return html.Section([html.H2("Doe mee met je telefoon"), tekst(VERLOPEN)])
    return html.Section(
        [
            html.H2("Doe mee met je telefoon"),
            html.Div(
                [
                    html.Img(src=z.qr, alt="QR-code naar deze bijeenkomst", className="bij-qr")
                    if z.qr
                    else None,
                    html.Div(
                        [
                            tekst(
                                ["Ga naar ", html.Strong(z.adres.partition("//")[2])]
                                if z.adres
                                else "Vraag de begeleider naar het adres",
                                "bij-adres",
                            ),
                            tekst("en vul deze code in:"),
                            html.P(
                                [
                                    html.Span(f"{code[:3]} {code[3:]}", **{"aria-hidden": "true"}),
                                    html.Span(" ".join(code), className="verborgen"),
                                ],
                                className="bij-code",
                            ),
                            tekst(_hoeveel(z), "bij-aantal"),
                            tekst("Dit adres werkt alleen op deze computer.", "zacht klein")
                            if z.alleen_hier
                            else None,
                        ]
                    ),
                ],
                className="bij-erbij",
            ),
        ]
    )


def _hoeveel(z: Zaal) -> str:
    if not z.deelnemers:
        return "Nog niemand doet mee. Zonder telefoons kan het ook: de begeleider typt dan mee."
    return f"{hoofdletter(aantal(z.deelnemers, 'mens doet', 'mensen doen'))} mee."


def _regels() -> html.Section:
    regels = ("Praat over de buurt, niet over de buren.", NOEM_NIET,
              "Wat je schrijft, wordt alleen een verhaal als jij dat goedvindt.")  # fmt: skip
    return html.Section(
        [html.H2("Afspraken"), html.Ul([html.Li(r) for r in regels], className="leeslijst")]
    )


def _ronde(z: Zaal) -> Ronde:
    r = z.b.huidige
    assert r is not None  # noqa: S101 - these phases have a round
    return r


def _verwacht(z: Zaal) -> list[Any]:
    r = _ronde(z)
    v = r.vraag
    wie = {n.deelnemer_id for n in z.van(r.nummer, "verwachting") if n.deelnemer_id}
    vraag = (
        f"Is dit in {v['gebied']} hoger, ongeveer gelijk of lager dan in heel {v['referentie']}?"
        if v["referentie"]
        else f"{'Hoeveel zijn het er' if v['telling'] else 'Hoe hoog is dit'} in {v['gebied']}?"
    )
    return [
        html.H1(v["naam"]),
        tekst(v["zin"], "inleiding"),
        tekst(vraag, "bij-vraag"),
        tekst("Wat verwacht je, en waarom? Het cijfer komt hierna.", "zacht"),
        html.P(
            [html.Span(getal(len(wie)), className="bij-teller"),
             f" van {z.deelnemers} schreven iets op"] if z.deelnemers
            else "Vraag de zaal, en typ hieronder mee.",
            className="bij-stand",
        ),
    ]  # fmt: skip


def cijfer(r: Ronde) -> html.Div:
    """A revealed figure, large: number, year, reference, how sure; or why there is none."""
    o = r.onthuld or {}
    if o.get("leeg") is not None:
        jaar = f"{o['jaar']}: " if o["jaar"] else ""
        return html.Div(html.P(f"{jaar}{o['leeg']}", className="arcering"), className="bij-cijfer")
    oud = f", {o['leeftijd']}" if o["leeftijd"] else ""
    return html.Div(
        [
            html.P(
                [
                    html.Span(o["getal"], className="getal"),
                    html.Span(f" {o['eenheid']}", className="eenheid"),
                    html.Span(f"over {o['jaar']}{oud}", className="zacht bij-jaar"),
                ],
                className="waarde",
            ),
            tekst(hoofdletter(o["vergelijking"]), "bij-vergelijking")
            if o["vergelijking"]
            else None,
            tekst(o["zeker"], "zacht klein"),
            uitklap(
                "Lees eerst, en waar dit vandaan komt",
                [tekst(o["lees_eerst"]), tekst(o["herkomst"], "herkomst")],
            ),
        ],
        className="bij-cijfer",
    )


def _onthuld(z: Zaal) -> list[Any]:
    r = _ronde(z)
    return [
        html.H1(r.vraag["naam"]),
        html.Div([cijfer(r), spreiding(z, r)], className="bij-twee"),
        _prikbord(z, r.nummer, "opvallend", "Wat valt je op?"),
    ]


def spreiding(z: Zaal, r: Ronde) -> html.Section:
    """What was expected, without who: counts per side, guesses, and what was written with it."""
    alle = z.van(r.nummer, "verwachting")
    per = _per_kant(z, r)
    geschat = [n.schatting for n in alle if n.schatting is not None]
    woorden = [n for n in alle if n.tekst and not n.vast]
    inhoud: list[Any] = []
    if sum(per.values()):
        inhoud.append(_staven(per, (r.onthuld or {}).get("kant")))
    if geschat:
        inhoud.append(tekst(_schattingen(geschat, str(r.vraag["eenheid"])), "bij-schat"))
    if woorden:
        inhoud.append(uitklap(f"Waarom? {hoofdletter(aantal(len(woorden), 'reden', 'redenen'))}",
                              _lijst(woorden)))  # fmt: skip
    leeg = tekst("Niemand schreef een verwachting op.", "zacht")
    return html.Section(
        [html.H2("Wat we verwachtten"), *(inhoud or [leeg])], className="bij-spreiding"
    )


def _staven(per: dict[str, int], hier: str | None) -> html.Ul:
    hoogste = max(per.values())
    return html.Ul(
        [
            html.Li(
                [
                    html.Span(hoofdletter(KANT[k]), className="bij-staaf-naam"),
                    html.Span(
                        html.Span(style={"width": f"{100 * n / hoogste:.0f}%"}),
                        className="bij-staaf",
                        **{"aria-hidden": "true"},
                    ),
                    html.Span(
                        [getal(n), html.Span(" keer", className="verborgen")],
                        className="bij-staaf-n",
                    ),
                    html.Span("hier ligt het cijfer", className="bij-hier") if k == hier else None,
                ]
            )
            for k, n in per.items()
        ],
        className="bij-staven",
    )


def _schattingen(geschat: list[float], eenheid: str) -> str:
    def zeg(x: float) -> str:
        return f"{getal(x, 0 if abs(x) >= 100 or x == int(x) else 1)} {eenheid}".strip()

    if len(geschat) == 1:
        return f"Eén schatting: {zeg(geschat[0])}."
    zin = f"{len(geschat)} schattingen, van {zeg(min(geschat))} tot {zeg(max(geschat))}"
    return f"{zin}; het midden is {zeg(median(geschat))}." if len(geschat) > 2 else f"{zin}."


def _prikbord(z: Zaal, ronde: int, soort: str, kop: str) -> html.Section:
    """The notes of one question, newest first; those that wait are counted, not shown."""
    alle = [n for n in z.van(ronde, soort) if n.tekst]
    te_zien = [n for n in alle if not n.vast]
    wacht = len(alle) - len(te_zien)
    weg = len(te_zien) - OP_HET_DOEK
    return html.Section(
        [
            html.H2(kop, className="bij-vertel-kop"),
            _lijst(te_zien[:OP_HET_DOEK])
            if te_zien
            else tekst("Schrijf het op je telefoon, of zeg het hardop.", "zacht"),
            tekst(f"En nog {weg} van eerder.", "zacht klein") if weg > 0 else None,
            tekst(
                f"{hoofdletter(aantal(wacht, 'notitie wacht', 'notities wachten'))}: er staat "
                "misschien iets in waaraan iemand te herkennen is. De begeleider kijkt er eerst "
                "naar, op een eigen scherm.",
                "zacht klein",
            )
            if wacht
            else None,
        ],
        className="bij-prikbord",
    )


def _lijst(notities: Sequence[Notitie]) -> html.Ul:
    return html.Ul([html.Li(n.tekst) for n in notities], className="bij-notities")


def _mist(z: Zaal) -> list[Any]:
    r = _ronde(z)
    return [
        html.H1("Wat ziet dit cijfer niet?"),
        html.P([html.Strong(r.vraag["naam"]), ": ", in_een_zin(r)], className="bij-een-zin"),
        _prikbord(z, r.nummer, "mist", "Dit staat er niet in"),
    ]


def in_een_zin(r: Ronde) -> str:
    """A revealed figure in a few words: `14,5 % over 2023`."""
    o = r.onthuld
    if o is None:
        return "niet aan de beurt geweest"
    if o["leeg"] is not None:
        return str(o["leeg"])
    return f"{o['getal']}{HARD}{o['eenheid']}".strip() + f" over {o['jaar']}"


def _slot(z: Zaal) -> list[Any]:
    gezien = [r for r in z.b.rondes if r.onthuld is not None]
    return [
        html.H1("Wat zien al deze cijfers samen niet?"),
        html.Ul(
            [html.Li([html.Strong(r.vraag["naam"]), f": {in_een_zin(r)}"]) for r in gezien],
            className="bij-gezien",
        ),
        _prikbord(z, 0, "mist", "Wat moet wie hier over beslist ook weten?"),
    ]


def _gesloten(z: Zaal) -> list[Any]:
    n = sum(bool(x.tekst or x.verhaal_id) for x in z.notities)
    return [
        html.H1("Dank je wel"),
        tekst(
            f"De bijeenkomst is gesloten. Er {'is' if n == 1 else 'zijn'} "
            f"{aantal(n, 'notitie', 'notities')} opgeschreven.",
            "inleiding",
        ),
        html.Ul(
            [
                html.Li(
                    [html.Strong(r.vraag["naam"]), f": {in_een_zin(r)}. {_verwacht_in_zin(z, r)}"]
                )
                for r in z.b.rondes
                if r.onthuld is not None
            ],
            className="bij-gezien",
        ),
        html.P(
            [
                sprong("Maak van notities verhalen", notities_adres(z.b), "knop knop-hoofd"),
                sprong("Naar de buurt", f"/buurt/{z.b.gebied}", "knop"),
            ],
            className="knoppen",
        ),
    ]


def _per_kant(z: Zaal, r: Ronde) -> dict[str, int]:
    """How many expected which side, on phones and by hand."""
    alle, handen = z.van(r.nummer, "verwachting"), r.handen or {}
    return {k: sum(n.kant == k for n in alle) + handen.get(k, 0) for k in KANTEN}


def _verwacht_in_zin(z: Zaal, r: Ronde) -> str:
    """What was expected of a figure, in a few words: `Verwacht: 6 keer hoger`."""
    keren = [f"{n} keer {KANT[k]}" for k, n in _per_kant(z, r).items() if n]
    return f"Verwacht: {opsomming(keren)}." if keren else ""


def notities_adres(b: Bijeenkomst) -> str:
    """Where the one who leads sees all notes, on a screen of their own."""
    return f"/bijeenkomst/{b.id}?scherm=notities"


def _code(b: Bijeenkomst) -> str:
    return f"{(b.code or '')[:3]} {(b.code or '')[3:]}"


STAPPEN = {
    VERWACHT: "Volgend cijfer", ONTHULD: "Onthul het cijfer", MIST: "Wat ziet dit cijfer niet?",
    SLOT: "Naar de laatste vraag", GESLOTEN: "Sluit de bijeenkomst",
}  # fmt: skip


def bediening(b: Bijeenkomst) -> list[Any]:
    """What the one who leads can do now: one thing first, the rest beside it."""
    if b.fase == GESLOTEN:
        return []
    _, straks = volgende(b)
    woorden = "Begin met het eerste cijfer" if b.fase == WELKOM else STAPPEN[straks]
    knoppen: list[Any] = [_knop("onthul" if straks == ONTHULD else "verder", woorden, True)]
    if b.fase == ONTHULD:
        naar = STAPPEN[volgende(b, sla_over=True)[1]]
        knoppen.append(_knop("over", f"Sla over: {naar[0].lower()}{naar[1:]}"))
    meer = [_knop("code", "Nieuwe code")]
    if straks != GESLOTEN:
        meer.append(_knop("sluit", "Sluit nu"))
    return [
        html.Div(knoppen, className="knoppen"),
        html.Div(
            [
                sprong(
                    [
                        "Notities op een eigen scherm",
                        html.Span(" (nieuw tabblad)", className="verborgen"),
                    ],
                    notities_adres(b),
                    "actie",
                    target="_blank",
                ),
                uitklap(
                    "Meer",
                    html.Div(
                        [*meer, sprong("Naar de buurt", f"/buurt/{b.gebied}", "actie")],
                        className="knoppen",
                    ),
                ),
            ],
            className="bij-rest",
        ),
    ]


def _knop(doe: str, woorden: str, hoofd: bool = False) -> html.Button:
    return html.Button(
        woorden, id={"type": "bij-stap-knop", "doe": doe}, type="button",
        className="knop knop-hoofd" if hoofd else "knop",
    )  # fmt: skip

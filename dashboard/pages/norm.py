"""Norm: the rule that says when to look together, why it is so, and what it says of whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard import access, address, areas, norm, snapshot_method
from dashboard.address import Adres
from dashboard.context import Huis
from dashboard.norm import Toets, assen
from dashboard.panels.norm import (
    hier,
    norm_in_woorden,
    verschuiving_in_woorden,
    zeker_in_woorden,
)
from dashboard.panels.parts import label, sprong, tabel, tekst, uitklap
from dashboard.snapshot import Lezing
from dashboard.snapshot_compare import buurten_in
from dashboard.snapshot_types import Gebied
from dashboard.stories.repository import nu
from dashboard.who import huidig
from dashboard.words import aantal, datum, getal, hoofdletter, opsomming
from indicators.catalogue import Catalogus
from indicators.norms import Norm, Normen, Uitkomst

MIJN = "mijn"
STAPPEN = (-10.0, -5.0, 0.0, 5.0, 10.0)
"""By how many points a threshold is moved in the table."""
_GROEPEN: tuple[tuple[Uitkomst, str], ...] = (
    ("over de norm", "Over de norm"),
    ("binnen de norm", "Binnen de norm"),
    ("weten we niet", "Weten we niet"),
)


@dataclass(frozen=True)
class Keuze:
    """What an address asks: which buurten, which one to look at closer, and other numbers."""

    waar: str
    gebied: str | None
    drempels: dict[str, float]
    jaren: int | None
    kans: float | None


def lees(cat: Catalogus, adres: Adres) -> Keuze:
    """The choice of an address; what cannot be understood is left out."""
    gevraagd = dict(adres.vragen)
    drempels = {a: g for a in assen(cat) if (g := _getal(gevraagd.get(a), 0, 100)) is not None}
    jaren = _getal(gevraagd.get("jaren"), 1, 10)
    return Keuze(
        gevraagd.get("waar", MIJN), gevraagd.get("gebied"), drempels,
        None if jaren is None else int(jaren), _getal(gevraagd.get("kans"), 0.5, 1),
    )  # fmt: skip


def _getal(tekst_: str | None, laagst: float, hoogst: float) -> float | None:
    try:
        waarde = float((tekst_ or "").replace(",", "."))
    except ValueError:
        return None
    return waarde if laagst <= waarde <= hoogst else None


def adres_van(waar: str, gebied: str | None, anders: dict[str, float | None]) -> str:
    """The address of a choice; everything that is chosen is in it."""
    keuze: dict[str, Any] = {"waar": waar, "gebied": gebied}
    keuze |= {k: f"{v:g}" for k, v in anders.items() if v is not None}
    zoek = urlencode({k: v for k, v in keuze.items() if v and (k, v) != ("waar", MIJN)})
    return "/norm" + (f"?{zoek}" if zoek else "")


def maak(huis: Huis, lezing: Lezing, adres: Adres) -> tuple[str, Any]:
    """Title and content of the page.

    Raises:
        KeuzeFout: when a settings file cannot be understood.
    """
    datamap, cat = huis.instellingen.datamap, lezing.catalogus
    normen, keuze = norm.lees(datamap.normen), lees(cat, adres)
    kop = html.Header(
        [
            html.H1("Norm"),
            tekst(
                "Een norm zegt vanaf wanneer jullie samen gaan kijken, en waarom juist dan. Hij "
                "geeft geen oordeel: wat een buurt kan dragen, zeggen mensen, met hun reden, nadat "
                "ze de verhalen hebben gelezen.",
                "inleiding",
            ),
        ]
    )
    vast = normen.huidig
    delen: list[Any] = [kop, _geldt(cat, normen)]
    if vast is not None:
        delen += _uitkomst(lezing, vast, keuze, areas.lees(datamap.gebieden).mijn_gebieden)
    if access.mag(huidig(), "norm vaststellen", nu()):
        delen.append(_vaststellen(cat, vast))
    return "Norm", html.Div(delen, className="bronnen norm")


def _geldt(cat: Catalogus, normen: Normen) -> html.Section:
    vast = normen.huidig
    if vast is None:
        return html.Section(
            [
                html.H2("Er is nog geen norm", id="geldt"),
                tekst(
                    "Zolang niemand een norm heeft vastgesteld, zegt geen enkele pagina dat een "
                    "buurt er een overschrijdt. Bespreek eerst samen: vanaf welke score, hoe lang "
                    "en hoe zeker willen wij gaan kijken, en waarom?",
                    "arcering",
                ),
            ]
        )
    over_tijd = vast.herzien_op < nu().date()
    eerder = [
        html.Li(
            f"Versie {n.versie}, {datum(n.datum)}, {n.door}: {norm_in_woorden(cat, n)} {n.reden}"
        )
        for n in reversed(normen.normen[:-1])
    ]  # fmt: skip
    return html.Section(
        [
            html.H2(vast.naam, id="geldt"),
            tekst(norm_in_woorden(cat, vast), "inleiding"),
            html.Dl(
                [
                    html.Dt("Waarom"), html.Dd(vast.reden),
                    html.Dt("Vastgesteld"),
                    html.Dd(f"versie {vast.versie}, {datum(vast.datum)}, door {vast.door}"),
                    html.Dt("Opnieuw bekijken"),
                    html.Dd(datum(vast.herzien_op) + ("; die dag is voorbij" if over_tijd else "")),
                ]
            ),
            uitklap(f"Eerdere versies ({len(eerder)})", html.Ul(eerder, className="leeslijst"))
            if eerder
            else None,
        ]
    )  # fmt: skip


def _gebieden(lezing: Lezing, waar: str, mijn: Sequence[str]) -> list[Gebied]:
    """The buurten to hold the norm against, by name: our own, or those of a gemeente."""
    codes = mijn if waar == MIJN else buurten_in(lezing, waar, lezing.nieuwste_grensjaar())
    return [g for g in lezing.gebieden(list(codes)) if g.niveau == "buurt" and not g.water]


def _uitkomst(lezing: Lezing, vast: Norm, keuze: Keuze, mijn: Sequence[str]) -> list[Any]:
    cat = lezing.catalogus
    proef = norm.proef(vast, keuze.drempels, keuze.jaren, keuze.kans)
    instellen = _proberen(lezing, proef, keuze)
    gebieden = _gebieden(lezing, keuze.waar, mijn)
    delen: list[Any] = [
        html.H2("Wat de norm nu zegt", id="nu"),
        _stempel(vast, proef, keuze),
        _een(lezing, proef, keuze.gebied),
    ]
    uit = norm.toets(lezing, proef, gebieden) if gebieden else ""
    if isinstance(uit, str):
        niet = f"Nog niet te zeggen: {uit}."
        if not gebieden:
            niet = "Er zijn nog geen eigen buurten gekozen. Kies ze op Start, of kies een gemeente."
        return [html.Section([*delen, tekst(niet, "arcering")]), _anders(instellen)]
    delen.append(tekst(_telling(uit), "inleiding"))
    delen += [_groep(cat, uit, u, k) for u, k in _GROEPEN if uit.wie(u)]
    return [html.Section(delen), _anders(instellen, _schuif(cat, uit))]


def _anders(*inhoud: Any) -> html.Section:
    return html.Section([html.H2("Als de norm anders was", id="anders"), *inhoud])


def _stempel(vast: Norm, proef: Norm, keuze: Keuze) -> html.P | None:
    """What kind of outcome this is, when it is not that of the norm as set."""
    if proef == vast:
        return None
    terug = adres_van(keuze.waar, keuze.gebied, {})
    return tekst(
        [label("proef"), " Dit is niet de vastgestelde norm, maar een proef met andere getallen. ",
         sprong("Terug naar de norm", terug)],
        "melding",
    )  # fmt: skip


def _telling(uit: Toets) -> str:
    n = {u: len(uit.wie(u)) for u, _ in _GROEPEN}
    jaren = " tot en met ".join(str(j) for j in dict.fromkeys((uit.jaren[0], uit.jaren[-1])))
    return (
        f"Van {aantal(len(uit.gebieden), 'buurt', 'buurten')} "
        f"{'ligt' if n['over de norm'] == 1 else 'liggen'} er {n['over de norm']} over de norm en "
        f"{n['binnen de norm']} erbinnen; van {n['weten we niet']} weten we het niet. "
        f"Naar de scores van {jaren}, het nieuwste jaar met alle scores."
    )


def _groep(cat: Catalogus, uit: Toets, uitkomst: Uitkomst, kop: str) -> Any:
    rijen: list[list[Any]] = []
    for n, g in enumerate(uit.gebieden):
        if uit.uitkomst[n] == uitkomst:
            naam = sprong(g.naam, address.buurt(g.gebied))
            weet = uit.waarom.get(g.gebied)
            rijen.append(
                [naam, hoofdletter(weet or "er is geen score")]
                if uitkomst == "weten we niet"
                else [naam, zeker_in_woorden(uit, n), verschuiving_in_woorden(cat, uit, n)]
            )
    koppen = ["Buurt", "Waarom niet"]
    if uitkomst != "weten we niet":
        koppen = ["Buurt", "Hoe zeker", "Wanneer het omslaat"]
    return html.Div(
        [html.H3(f"{kop} ({len(rijen)})"), tabel(koppen, rijen, f"{kop}, op naam")],
    )


def _een(lezing: Lezing, proef: Norm, code: str | None) -> html.Div | None:
    """The buurt that was asked about, before the others."""
    gevonden = lezing.gebieden([code]) if code else []
    h = hier(lezing, gevonden[0], proef) if gevonden else None
    if h is None:
        return None
    g = gevonden[0]
    return html.Div(
        [html.H3(sprong(g.naam, address.buurt(g.gebied))), tekst(html.Strong(h.zin)),
         tekst(h.omslag) if h.omslag else None],
        className="melding",
    )  # fmt: skip


def _schuif(cat: Catalogus, uit: Toets) -> html.Div:
    """Per axis: how many and which areas go over or come back when its threshold moves."""
    namen = {g.gebied: g.naam for g in uit.gebieden}

    def wie(codes: Sequence[str]) -> str:
        return opsomming([namen[c] for c in codes], 8) or "niemand"

    delen = []
    for d in uit.norm.drempels:
        waarden = [d.waarde + s for s in STAPPEN if 0 <= d.waarde + s <= 100]
        naam = assen(cat)[d.as_][1].naam
        rijen = []
        for v in uit.bij(d.as_, waarden):
            nu_ = v.drempel == d.waarde
            punten = getal(v.drempel, 0 if v.drempel == int(v.drempel) else 1)
            rijen.append([html.Strong(f"{punten} (nu)" if nu_ else punten), str(v.over),
                          "zoals het nu is" if nu_ else wie(v.erbij),
                          "" if nu_ else wie(v.eraf)])  # fmt: skip
        delen.append(
            html.Div(
                [
                    html.H3(naam),
                    tabel(["Drempel", "Over de norm", "Komt erbij", "Valt eraf"], rijen,
                          f"Wat een andere drempel op {naam.lower()} verandert"),
                ]
            )
        )  # fmt: skip
    return html.Div(delen)


def _proberen(lezing: Lezing, n: Norm, keuze: Keuze) -> html.Div:
    """Other numbers and other buurten to try; what is chosen goes into the address."""
    cat = lezing.catalogus
    waar = [{"value": MIJN, "label": "Mijn buurten"}]
    waar += [{"value": c, "label": f"Alle buurten van {g}"}
             for c, g in snapshot_method.gemeenten(lezing)]  # fmt: skip
    return html.Div(
        [
            tekst("Probeer andere getallen; er verandert niets aan de norm.", "toelichting"),
            html.Div(
                [
                    dmc.Select(id="norm-waar", label="Welke buurten", data=waar, value=keuze.waar
                               if any(w["value"] == keuze.waar for w in waar) else MIJN,
                               allowDeselect=False, searchable=len(waar) > 12),
                    *(
                        dmc.NumberInput(
                            id={"type": "norm-drempel", "as": d.as_}, value=d.waarde, min=0,
                            max=100, step=1, decimalScale=1, decimalSeparator=",",
                            label=f"{assen(cat)[d.as_][1].naam} "
                            f"{'boven' if d.kant == 'boven' else 'onder'}",
                        )
                        for d in n.drempels
                        if d.as_ in assen(cat)
                    ),
                    dmc.NumberInput(id="norm-jaren", label="Jaren op rij", value=n.jaren, min=1,
                                    max=10, allowDecimal=False),
                    dmc.NumberInput(id="norm-kans", label="Zekerheid (%)", min=50, max=100,
                                    value=round(100 * n.kans), allowDecimal=False),
                ],
                className="velden",
            ),
            dcc.Store(id="norm-gebied", data=keuze.gebied),
            html.Div(html.Button("Toon", id="norm-toon", type="button", className="knop"),
                     className="knoppen"),
        ],
        className="formulier",
        role="form",
        **{"aria-label": "Probeer een andere norm"},
    )  # fmt: skip


def _vaststellen(cat: Catalogus, vast: Norm | None) -> html.Section:
    """The form for a new version: its numbers, its reason, who sets it and when to look again."""
    al = {d.as_: d.waarde for d in vast.drempels} if vast else {}
    velden = [
        dmc.NumberInput(
            id={"type": "norm-nieuw", "as": a},
            label=f"Drempel op {k.naam.lower()}",
            description="Leeg: deze as telt niet mee.",
            value=al.get(a, (k.klassen or (0, 67))[1] if vast is None else ""),
            min=0, max=100, decimalScale=1, decimalSeparator=",",
        )
        for a, (_, k) in assen(cat).items()
    ]  # fmt: skip
    velden += [
        dmc.NumberInput(id="norm-nieuw-jaren", label="Jaren op rij", min=1, max=10,
                        value=vast.jaren if vast else 2, allowDecimal=False),
        dmc.NumberInput(id="norm-nieuw-kans", label="Zekerheid (%)", min=50, max=100,
                        value=round(100 * vast.kans) if vast else 80, allowDecimal=False),
        dmc.TextInput(id="norm-nieuw-door", label="Wie stelt dit vast?", value=""),
        dmc.TextInput(id="norm-nieuw-herzien", label="Wanneer kijken we opnieuw?",
                      description="dag-maand-jaar", value=_over_een_jaar()),
    ]  # fmt: skip
    return html.Section(
        [
            html.H2("Een nieuwe versie vaststellen" if vast else "De eerste norm vaststellen",
                    id="vaststellen"),
            tekst(
                "Alle drempels samen, zoveel jaar op rij, zo zeker. "
                + ("De versie die nu geldt" if vast else "Elke versie")
                + " blijft bewaard, zodat een oud stuk met zijn eigen norm te lezen blijft.",
                "toelichting",
            ),
            html.Div(
                [
                    dmc.TextInput(id="norm-nieuw-naam", label="Hoe heet de norm?",
                                  value=vast.naam if vast else "Eerst samen kijken"),
                    dmc.Textarea(id="norm-nieuw-reden", label="Waarom zo, en niet anders?",
                                 autosize=True, minRows=3, value="",
                                 description="Dit staat bij de norm, met jullie naam en de datum."),
                    html.Div(velden, className="velden"),
                    html.Div(id="norm-melding", role="alert", className="melding-plek"),
                    html.Div(html.Button("Stel vast", id="norm-bewaar", type="button",
                                         className="knop knop-hoofd"), className="knoppen"),
                ],
                className="formulier",
                role="form",
                **{"aria-labelledby": "vaststellen"},
            ),
        ]
    )  # fmt: skip


def _over_een_jaar() -> str:
    dag = nu().date()
    later = date(dag.year + 1, dag.month, min(dag.day, 28))
    return f"{later.day}-{later.month}-{later.year}"

"""Own areas: list, make by picking buurten, read a table, delete."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard import address, own_areas, picture, search
from dashboard.address import Adres
from dashboard.context import Huis
from dashboard.own_area_table import Tabel
from dashboard.panels.parts import sprong, tabel, tekst, uitklap
from dashboard.snapshot import Lezing
from dashboard.snapshot_compare import namen
from dashboard.snapshot_types import Gebied
from dashboard.words import aantal, getal, opsomming
from indicators import regions
from indicators.contracts import EigenGebied

GETOOND = 40
GENOEMD = 12
"""How many buurten of an area are named in the list; its own page has them all."""
_STOPT = ("onbekend", "andere indeling", "formule", "geen buurtcode", "zonder naam", "zonder code")
"""Kinds of remark that mean something was left out."""


def maak(huis: Huis, lezing: Lezing, adres: Adres) -> tuple[str, Any]:
    """Title and content of the page.

    Raises:
        KeuzeFout: when the file with areas of one's own cannot be understood.
    """
    vragen = dict(adres.vragen)
    alle = own_areas.lees(huis.instellingen.datamap.eigen_gebieden)
    weg = next((g for g in alle if g.id == vragen.get("weg")), None)
    oud = next((g for g in alle if g.id == vragen.get("wijzig")), None)
    codes = [c for c in regions.schoon(vragen.get("codes", "")).split(",") if c]
    mag = huis.verhalen.bewaker.mag("gebieden kiezen", [])
    maken = [
        _nieuw(huis, lezing, codes, vragen.get("naam", ""))
        if oud is None
        else _nieuw(huis, lezing, list(oud.buurtcodes), oud.naam, oud),
        _tabel(),
    ]
    return "Eigen gebieden", html.Div(
        [
            html.Header(
                [
                    html.H1("Eigen gebieden"),
                    tekst(
                        "Een eigen gebied is een aantal buurten onder één naam, zoals „Rond de "
                        "haven”. Wat op te tellen is, tellen we op; wat niet op te tellen is, "
                        "laten we weg.",
                        "inleiding",
                    ),
                ]
            ),
            _wegdoen(weg) if weg and mag else None,
            html.Section(
                [html.H2("Jullie gebieden"), _lijst(lezing, alle, mag)], className="gebieden"
            ),
            *(maken if mag else []),
            _regel(),
        ],
        className="eigen-gebieden",
    )


def _lijst(lezing: Lezing, alle: tuple[EigenGebied, ...], mag: bool) -> Any:
    """The areas there are, with what whoever asks may do to them."""
    if not alle:
        maak_er_een = " Maak er hieronder een." if mag else ""
        return tekst(f"Er zijn nog geen eigen gebieden.{maak_er_een}", "zacht")
    rijen = []
    per_jaar = {
        jaar: namen(lezing, {c for g in alle if g.grensjaar == jaar for c in g.buurtcodes}, jaar)
        for jaar in {g.grensjaar for g in alle}
    }
    for g in alle:
        hier = per_jaar[g.grensjaar]
        er = {c: hier[c] for c in g.buurtcodes if c in hier}
        weg = len(g.buurtcodes) - len(er)
        rijen.append(
            html.Li(
                [
                    html.Div(
                        [
                            html.H3(sprong(g.naam, address.eigen(g.id))),
                            tekst(
                                f"{aantal(len(g.buurtcodes), 'buurt', 'buurten')} · indeling "
                                f"{g.grensjaar}" + (f" · {g.bron}" if g.bron else ""),
                                "feiten",
                            ),
                            tekst(opsomming(sorted(er.values()), GENOEMD), "klein"),
                            tekst(
                                f"{aantal(weg, 'buurt', 'buurten')} niet in deze publicatie.",
                                "klein zacht",
                            )
                            if weg
                            else None,
                        ]
                    ),
                    html.P(
                        [
                            _actie("Vergelijk", g, address.vergelijken([own_areas.sleutel(g)])),
                            _actie("Wijzig", g, f"/gebieden?wijzig={g.id}#nieuw") if mag else None,
                            _actie("Verwijder", g, f"/gebieden?weg={g.id}#weg") if mag else None,
                        ],
                        className="gekozen-doe",
                    ),
                ]
            )
        )
    return html.Ul(rijen, className="gebiedenlijst")


def _actie(woord: str, g: EigenGebied, adres: str) -> Any:
    return sprong([woord, html.Span(f" {g.naam}", className="verborgen")], adres, "actie")


def _wegdoen(g: EigenGebied) -> html.Section:
    return html.Section(
        [
            html.H2(f"{g.naam} verwijderen?"),
            tekst(
                "Alleen de naam en de lijst met buurten verdwijnen. De cijfers en verhalen van de "
                "buurten zelf blijven."
            ),
            html.Div(
                [
                    html.Button(f"Verwijder {g.naam}", type="button", className="knop",
                                id={"type": "gebied-verwijder", "id": g.id}),
                    sprong("Niet verwijderen", "/gebieden", "actie"),
                ],
                className="knoppen",
            ),
        ],
        className="melding",
        id="weg",
        tabIndex=-1,
    )  # fmt: skip


def _nieuw(
    huis: Huis, lezing: Lezing, codes: list[str], naam: str, oud: EigenGebied | None = None
) -> html.Section:  # fmt: skip
    """The form of an area: empty, filled from an address, or with an area that is there."""
    return html.Section(
        [
            html.H2(f"{oud.naam} wijzigen" if oud else "Nieuw gebied"),
            _uitleg(lezing, oud),
            html.Div(
                [
                    dmc.TextInput(id="nieuw-naam", label="Hoe heet het?", value=naam[:80],),
                    dmc.MultiSelect(
                        id="nieuw-buurten",
                        label="Welke buurten horen erbij?",
                        description="Typ een deel van de naam, de code of de postcode. Een wijk "
                        "telt als al haar buurten.",
                        data=keuzes(huis, lezing, "", codes),
                        filter={"function": "zoalsGevonden"},  # the server searches forgivingly
                        value=codes,
                        searchable=True,
                        # What was typed stays, so that the next of that name is one arrow away.
                        clearSearchOnChange=False,
                        clearable=True,
                        nothingFoundMessage="Geen gebied met deze naam",
                        hidePickedOptions=True,
                        clearButtonProps={"aria-label": "Alles weghalen"},
                    ),
                    html.Div(id="nieuw-melding", role="alert"),
                    html.Div(
                        [
                            html.Button("Bewaar gebied", id="nieuw-bewaar", type="button",
                                        className="knop knop-hoofd"),
                            sprong("Niet wijzigen", "/gebieden", "actie") if oud else None,
                        ],
                        className="knoppen",
                    ),
                ],
                className="formulier",
            ),
        ],
        id="nieuw",
        tabIndex=-1,
    )  # fmt: skip


def _uitleg(lezing: Lezing, oud: EigenGebied | None) -> html.P:
    if oud is None:
        return tekst(
            ["Kies de buurten hieronder, of ", sprong("teken ze op de kaart", "/verkennen"),
             " met „Teken een gebied”."],
            "toelichting",
        )  # fmt: skip
    zin = "Haal buurten weg of zet er bij, en bewaar. Wat er al naar dit gebied verwijst, blijft."
    if oud.grensjaar < lezing.nieuwste_grensjaar():
        zin += f" De buurten zijn van de indeling van {oud.grensjaar}; kies er geen van een andere."
    return tekst(zin, "toelichting")


def keuzes(huis: Huis, lezing: Lezing, term: str, gekozen: list[str]) -> list[dict[str, str]]:
    """What can be picked: buurten and wijken of the newest grensjaar that fit, and the picked.

    What fits best comes first, as in the search box; without a word, the first by name.
    """
    nieuwst = lezing.nieuwste_grensjaar()
    if term.strip():
        treffers = search.zoeker(huis.zoekgeheugen, lezing).zoek(term, 2 * GETOOND)
        codes = [t.gebied for t in treffers if t.nieuwste and t.niveau in ("buurt", "wijk")]
    else:
        codes = picture.gebieden(huis.geheugen, lezing, "buurt", nieuwst)["gebied"]
    codes = list(dict.fromkeys([*codes[:GETOOND], *gekozen]))
    er = {g.gebied: g for g in lezing.gebieden(codes)}
    een = len(picture.gebieden(huis.geheugen, lezing, "gemeente", nieuwst)["gebied"]) < 2
    zoek = term.strip()
    return [{"value": c, "label": _label(er[c], een), "zoek": zoek} for c in codes if c in er]


def _label(g: Gebied, een_gemeente: bool) -> str:
    """A name with what tells it from its namesakes: its wijk, and its gemeente."""
    waar = ["hele wijk" if g.niveau == "wijk" else g.wijknaam or g.gebied]
    if not een_gemeente and g.gemeentenaam:
        waar.append(g.gemeentenaam)
    return f"{g.naam} ({', '.join(waar)})"


def _tabel() -> html.Section:
    return html.Section(
        [
            html.H2("Uit een tabel"),
            tekst(
                "Eén rij per buurt (gebied; buurtcode), of één rij per gebied met alle codes "
                "achter elkaar. CSV of Excel. Je ziet eerst wat we begrepen; bewaren doe je zelf.",
                "toelichting",
            ),
            dcc.Upload(
                [
                    html.Button("Kies een bestand", type="button", className="knop"),
                    html.Span(" of sleep het hierheen", className="zacht"),
                ],
                id="tabel-bestand",
                className="bestand-kiezen",
                max_size=26_000_000,
                multiple=False,
            ),
            dcc.Store(id="tabel-inhoud"),
            html.Div(id="tabel-voorbeeld", **{"aria-live": "polite"}),
            html.Div(
                [
                    html.Div(id="tabel-melding", role="alert"),
                    html.Button("Bewaar deze gebieden", id="tabel-bewaar", type="button",
                                className="knop knop-hoofd"),
                ],
                id="tabel-knop",
                hidden=True,
            ),
        ],
        id="tabel",
        tabIndex=-1,
    )  # fmt: skip


def voorbeeld(lezing: Lezing, bestand: str, t: Tabel, bestaand: set[str]) -> html.Div:
    """What was understood of a table, before anything is kept."""
    gebieden, nieuwst = aantal(len(t.gebieden), "gebied", "gebieden"), lezing.nieuwste_grensjaar()
    stand = (
        f"{bestand[:60]}: {t.hoe}; {getal(t.rijen)} rijen, "
        + ("meer codes per rij" if t.vorm == "breed" else "één code per rij")
        + f". Begrepen: {gebieden}"
        + (f", indeling {t.grensjaar}" if t.grensjaar else "")
        + (" (niet de nieuwste)." if (t.grensjaar or nieuwst) < nieuwst else ".")
    )
    rijen = [
        [
            naam,
            str(len(codes)),
            opsomming(list(namen(lezing, codes[:50], t.grensjaar or 0).values()), 5),
            "vervangt het bestaande gebied" if naam.casefold() in bestaand else "nieuw",
        ]
        for naam, codes in list(t.gebieden.items())[:GETOOND]
    ]
    meer = len(t.gebieden) - GETOOND
    return html.Div(
        [
            html.H3("Wat we begrepen"),
            tekst(stand),
            tabel(["Gebied", "Buurten", "Welke", "Bij bewaren"], rijen, "Gebieden in de tabel")
            if rijen
            else tekst("Er is geen gebied om te bewaren.", "arcering"),
            tekst(f"En nog {getal(meer)}.", "klein zacht") if meer > 0 else None,
            *_opmerkingen(lezing, t),
        ],
        className="voorbeeld",
    )


def _opmerkingen(lezing: Lezing, t: Tabel) -> list[Any]:
    """What was left out first, then what was read differently; each with its row."""
    uit: list[Any] = []
    soorten = sorted(t.aantallen, key=lambda s: (s not in _STOPT, s))
    for soort in soorten:
        n = t.aantallen[soort]
        regels = [o for o in t.opmerkingen if o.soort == soort][:GETOOND]
        zinnen = [o.zin() for o in regels]
        if soort == "andere indeling":
            zinnen = [z + _werd(lezing, z) for z in zinnen]
        lijst = html.Ul([html.Li(z) for z in zinnen], className="leeslijst")
        meer = tekst(f"En nog {getal(n - len(zinnen))}.", "zacht") if n > len(zinnen) else None
        kop = f"{soort.capitalize()}: {getal(n)} keer" + (
            ", niet meegenomen" if soort in _STOPT else ""
        )
        uit.append(uitklap(kop, [lijst, meer], open=soort in _STOPT and n <= 10))
    return uit


def _werd(lezing: Lezing, zin: str) -> str:
    """What became of the code that a remark is about."""
    code = next((w for w in zin.split() if w.startswith("BU")), "")
    na = lezing.opvolgers(code)[0]
    if not na:
        return ""
    wat = [f"{o.naam_naar or o.naar} {o.naar} ({getal(100 * o.aandeel)} %)" for o in na]
    return f"; opgevolgd door {opsomming(wat)}"


def _regel() -> html.Section:
    return html.Section(
        [
            html.H2("Hoe we rekenen"),
            html.Ul(
                [
                    html.Li("Aantallen, zoals inwoners en woningen: de som van de buurten."),
                    html.Li(
                        "Een deel van een aantal, zoals 65 jaar of ouder: gewogen met het aantal "
                        "waar het een deel van is. Dat staat erbij als herberekend, met de marge "
                        "die uit de afronding van CBS volgt."
                    ),
                    html.Li(
                        "Gemiddelden en medianen, zoals de WOZ-waarde: weggelaten. Het gemiddelde "
                        "van buurten is niet het gemiddelde van het geheel."
                    ),
                    html.Li(
                        "Ontbreekt een buurt, dan staat er een bereik of geen cijfer, met hoeveel "
                        "van de buurten erin zitten."
                    ),
                ],
                className="leeslijst",
            ),
        ]
    )

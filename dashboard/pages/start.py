"""Start: the corporation's own areas, and what is new there. No league table."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard import address, areas
from dashboard.context import Huis
from dashboard.panels.parts import sprong, tekst
from dashboard.snapshot import Lezing
from dashboard.snapshot_types import Gebied
from dashboard.stories.binding import TE_HERZIEN
from dashboard.stories.models import Verhaal
from dashboard.words import aantal, datum, eerste_woorden, getal, hoofdletter
from indicators.catalogue import Catalogus

HOOGSTENS = 24


def maak(huis: Huis, lezing: Lezing) -> tuple[str, Any]:
    """Title and content of the page.

    Raises:
        KeuzeFout: when the file with chosen areas cannot be understood.
    """
    keuze = areas.lees(huis.instellingen.datamap.gebieden)
    gevonden = {g.gebied: g for g in lezing.gebieden(list(keuze.mijn_gebieden))}
    eigen = sorted(gevonden.values(), key=lambda g: (g.naam, g.gebied))
    weg = [c for c in keuze.mijn_gebieden if c not in gevonden]
    van = lezing.voorgangers(list(gevonden))
    verhalen = huis.verhalen.van([*gevonden, *{v for codes in van.values() for v in codes}])
    return keuze.naam, html.Div(
        [
            html.Header(
                [
                    html.H1(keuze.naam),
                    tekst(_stand(eigen, verhalen), "inleiding") if eigen else _leeg(),
                ]
            ),
            html.Ul(
                [
                    _rij(
                        lezing.catalogus,
                        g,
                        [v for v in verhalen if v.gebied in {g.gebied, *van.get(g.gebied, ())}],
                    )
                    for g in eigen
                ],
                className="mijn",
            )
            if eigen
            else None,
            *([_verdwenen(weg)] if weg else []),
            _kiezen(bool(eigen), zoekresultaat(lezing, "", keuze.mijn_gebieden)),
        ],
        className="start",
    )


def _stand(eigen: list[Gebied], verhalen: list[Verhaal]) -> str:
    buurten = aantal(len(eigen), "gebied", "gebieden")
    return hoofdletter(f"{buurten}, {aantal(len(verhalen), 'verhaal', 'verhalen')}.")


def _leeg() -> html.P:
    return tekst(
        "Kies hieronder de buurten waar jullie bezit hebben of waar jullie je zorgen over maken. "
        "Ze komen dan hier te staan: met wat er nieuw is, wie er vertelde en waar het botst.",
        "inleiding",
    )


def _verdwenen(weg: list[str]) -> html.Div:
    """Chosen areas that this publication does not have."""
    return html.Div(
        [
            html.P(["Niet in deze publicatie: ", ", ".join(weg), ". "]),
            *(_knop(c, f"Haal {c} weg", "weg") for c in weg),
        ],
        className="niet-ingelezen",
    )


def _rij(cat: Catalogus, g: Gebied, verhalen: list[Verhaal]) -> html.Li:
    plek = [n for n in (g.wijknaam if g.niveau == "buurt" else None, g.gemeentenaam) if n != g.naam]
    inwoners = "inwoners onbekend" if g.inwoners is None else f"{getal(g.inwoners)} inwoners"
    return html.Li(
        [
            html.Div(
                [
                    html.H2(sprong(g.naam, address.buurt(g.gebied))),
                    tekst(f"{inwoners} · {', '.join(p for p in plek if p)}", "feiten"),
                ],
                className="mijn-naam",
            ),
            html.Div(_nieuw(verhalen), className="mijn-nieuw"),
            html.Div(_laatste(cat, g, verhalen), className="mijn-verhaal"),
            _knop(g.gebied, f"Haal {g.naam} weg uit mijn buurten", "weg"),
        ]
    )


def _nieuw(verhalen: list[Verhaal]) -> list[Any]:
    """What is new, urgent first; and where it clashes."""
    open_ = [m for v in verhalen for k in v.koppelingen for m in k.merken if not m.afgehandeld_op]
    herzien = sum(m.soort == TE_HERZIEN for m in open_)
    jaar = len(open_) - herzien
    botst = sum(k.houding == "klopt_niet" for v in verhalen for k in v.koppelingen)
    regels: list[Any] = []
    if herzien:
        regels.append(
            html.P(f"{aantal(herzien, 'cijfer', 'cijfers')} van toen gecorrigeerd",
                   className="let-op")
        )  # fmt: skip
    if botst:
        regels.append(html.P(f"{aantal(botst, 'verhaal', 'verhalen')} botst met een cijfer"
                             if botst == 1 else f"{botst} verhalen botsen met een cijfer",
                             className="botst"))  # fmt: skip
    if jaar:
        regels.append(
            html.P(f"{aantal(jaar, 'keer', 'keer')} een nieuw jaar: geldt dit nog?",
                   className="zacht")
        )  # fmt: skip
    return regels or [html.P("Niets nieuws", className="zacht")]


def _laatste(cat: Catalogus, g: Gebied, verhalen: list[Verhaal]) -> list[Any]:
    if not verhalen:
        return [
            html.P(
                ["Nog geen verhalen. ",
                 sprong("Vertel het eerste", address.buurt(g.gebied, plek="vertel"))],
                className="zacht",
            )
        ]  # fmt: skip
    v = verhalen[0]
    rol = hoofdletter(cat.woorden.rol.get(v.nu.rol, v.nu.rol))
    return [
        html.P([html.Span(rol, className="rol"),
                html.Span(datum(v.nu.opgehaald_op or v.nu.op), className="wanneer")],
               className="verteller"),
        html.Blockquote(
            html.P(sprong(eerste_woorden(v.nu.tekst, 110),
                          address.buurt(g.gebied, verhaal=str(v.id))))
        ),
        html.P(aantal(len(verhalen), "verhaal", "verhalen"), className="klein zacht"),
    ]  # fmt: skip


def _knop(code: str, woorden: str, soort: str) -> html.Button:
    return html.Button(
        "Haal weg" if soort == "weg" else "Voeg toe",
        id={"type": f"gebied-{soort}", "id": code},
        type="button",
        className="knop knop-klein" + (" knop-stil" if soort == "weg" else ""),
        **{"aria-label": woorden},
    )


def _kiezen(met_eigen: bool, resultaat: Any) -> html.Section:
    return html.Section(
        [
            html.H2("Nog een gebied toevoegen" if met_eigen else "Kies jullie buurten"),
            dmc.TextInput(
                id="zoek-gebied",
                label="Zoek op naam of code",
                placeholder="bijvoorbeeld een buurt, wijk of gemeente",
                debounce=250,
                value="",
            ),
            html.Div(resultaat, id="zoek-resultaat", **{"aria-live": "polite"}),
        ],
        className="kiezen",
    )


def zoekresultaat(lezing: Lezing, zoek: str, gekozen: tuple[str, ...]) -> Any:
    """Areas that match, by name; without a search term the buurten to begin with."""
    term = zoek.strip().casefold()
    if gekozen and not term:
        return None
    nieuwst = lezing.nieuwste_grensjaar()
    alle = [g for g in lezing.gebieden() if g.gebied not in gekozen and g.grensjaar == nieuwst]
    if term:
        passend = [g for g in alle if term in g.naam.casefold() or term in g.gebied.casefold()]
    else:
        passend = [g for g in alle if g.niveau == "buurt" and (g.inwoners or 0) > 0]
    if not passend:
        return tekst(
            f"Geen gebied met „{zoek.strip()[:60]}” in de naam. Probeer een deel van de naam, of "
            "een CBS-code zoals BU03440111."
            if term
            else "Alle buurten uit deze publicatie staan al in de lijst."
        )
    meer = len(passend) - HOOGSTENS
    niveaus: dict[str, str] = {str(k): v for k, v in lezing.catalogus.woorden.niveau.items()}
    return [
        html.Ul([_keus(g, niveaus) for g in passend[:HOOGSTENS]], className="keuzelijst"),
        tekst(f"En nog {getal(meer)}; zoek op naam om te kiezen.", "klein zacht")
        if meer > 0
        else None,
    ]


def _keus(g: Gebied, niveaus: dict[str, str]) -> html.Li:
    plek = g.wijknaam if g.niveau == "buurt" and g.wijknaam else niveaus.get(g.niveau, g.niveau)
    return html.Li(
        [
            html.Span([sprong(g.naam, address.buurt(g.gebied)),
                       html.Span(f" {plek}", className="klein zacht")]),
            _knop(g.gebied, f"Voeg {g.naam} toe", "erbij"),
        ]
    )  # fmt: skip

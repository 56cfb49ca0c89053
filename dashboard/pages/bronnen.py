"""Bronnen en methode: every source, figure and rule, and what this may not be used for."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dash_ag_grid as dag
from dash import html

from dashboard import address, privacy_papers, snapshot_method
from dashboard.panels.parts import label, sprong, tabel, tekst, uitklap
from dashboard.panels.samenhang import controle
from dashboard.snapshot import Lezing
from dashboard.snapshot_method import Samenhang
from dashboard.snapshot_types import Dekking, Herkomst
from dashboard.words import aantal, cijfer, datum, getal, hoofdletter
from indicators.catalogue import Catalogus
from indicators.freshness import Bronstand, Bronstanden, oordeel
from indicators.model import EENHEDEN, Bron, Indicator

_RICHTING = {
    "hoger_is_gunstig": "hoger is gunstig",
    "lager_is_gunstig": "lager is gunstig",
    "neutraal": "geen gunstige kant",
}


def maak(lezing: Lezing, gekozen: str | None, stand: Path | None = None) -> tuple[str, Any]:
    """Title and content of the page.

    Args:
        lezing: the publication.
        gekozen: the figure that is opened.
        stand: where it says when each source was last looked at (`Datamap.bronstand`).
    """
    cat, dekking = lezing.catalogus, lezing.dekking()
    return "Bronnen en methode", html.Div(
        [
            html.Header(
                [
                    html.H1("Bronnen en methode"),
                    tekst(
                        "Waar elk cijfer vandaan komt, hoe we rekenen, en waar dit niet voor mag.",
                        "inleiding",
                    ),
                ]
            ),
            _mag_niet(cat),
            _cijfers(cat, dekking, gekozen),
            _ingelezen(cat, lezing.herkomst(), _standen(stand)),
            _rekenen(cat),
            _uitgesloten(cat, snapshot_method.samenhang(lezing)),
            _publicatie(lezing),
            privacy_papers.paneel(),
        ],
        className="bronnen",
    )


def _mag_niet(cat: Catalogus) -> html.Section:
    return html.Section(
        [
            html.H2("Waar dit niet voor mag", id="mag-niet"),
            html.Ul([html.Li(z) for z in cat.woorden.mag_niet], className="leeslijst"),
        ]
    )


def _standen(pad: Path | None) -> dict[str, Bronstand]:
    """When each source was last looked at; nothing where that is not kept."""
    try:
        return Bronstanden.model_validate_json(pad.read_bytes()).bronnen if pad else {}
    except (OSError, ValueError):
        return {}


def _vers(b: Bron, opgehaald: str, stand: Bronstand | None) -> Any:
    """When a source was fetched and looked at, and in words whether that is too long ago."""
    delen: list[Any] = [datum(opgehaald) if opgehaald else "–"]
    if stand is not None and (stand.bekeken_op or stand.mislukt):
        welke, wanneer = oordeel(b, stand, datetime.now(UTC))
        delen += [html.Br(), html.Span(wanneer, className="klein zacht")]
        late = {"oranje": "dat is lang", "rood": "dat is te lang"}.get(welke)
        if stand.mislukt:
            delen += [html.Br(), label("de laatste keer mislukte het", "label-oud")]
        elif late:
            delen += [html.Br(), label(late, "label-oud")]
    return delen


def _jaren(jaren: set[int]) -> str:
    """`2019 tot en met 2024`, or the years one by one where some are left out."""
    alle = sorted(jaren)
    if len(alle) > 2 and alle == list(range(alle[0], alle[-1] + 1)):
        return f"{alle[0]} tot en met {alle[-1]}"
    return ", ".join(map(str, alle))


def _ingelezen(
    cat: Catalogus, herkomst: list[Herkomst], standen: dict[str, Bronstand]
) -> html.Section:
    per_bron: dict[str, list[Herkomst]] = {}
    for h in herkomst:
        per_bron.setdefault(h.bron, []).append(h)
    rijen: list[list[Any]] = []
    for b in cat.bronnen.values():
        eigen = per_bron.get(b.id, [])
        jaren = _jaren({h.jaar for h in eigen})
        laatst = max((h.opgehaald_op for h in eigen), default="")
        rijen.append(
            [
                html.Span(
                    [b.naam, html.Br(), html.Span(b.bronvermelding, className="klein zacht")]
                ),
                jaren or label("niet ingelezen"),
                _vers(b, laatst, standen.get(b.id)),
                html.Span(b.licentie, className="heel"),
                b.ritme,
            ]
        )
    return html.Section(
        [
            html.H2("Bronnen", id="bronnen"),
            tabel(
                ["Bron", "Jaren", "Laatst opgehaald", "Licentie", "Verschijnt"],
                rijen,
                "Bronnen, en hoe vers ze zijn",
            ),
            uitklap(
                f"Alle leveringen ({len(herkomst)})",
                tabel(
                    ["Bestand of tabel", "Jaar", "Jaar gelezen uit", "Gebieden", "Opgehaald",
                     "Controlegetal (sha256)"],
                    [
                        [h.bestand, str(h.jaar), h.jaar_uit, getal(h.gebieden),
                         datum(h.opgehaald_op), html.Code(h.sha256)]
                        for h in herkomst
                    ],
                    "Elk bestand en elke tabel in deze publicatie",
                    "smal",
                ),
            ),
        ]
    )  # fmt: skip


def _cijfers(cat: Catalogus, dekking: list[Dekking], gekozen: str | None) -> html.Section:
    per: dict[str, list[Dekking]] = {}
    for d in dekking:
        per.setdefault(d.indicator, []).append(d)
    rijen = [_gridrij(cat, i, per.get(i.id, [])) for i in cat.indicatoren.values()]
    return html.Section(
        [
            html.H2("Alle cijfers", id="cijfers"),
            tekst(
                f"{aantal(len(rijen), 'cijfer', 'cijfers')} in de catalogus. Kies een rij met "
                "muis, pijltjes of spatie om te lezen wat een cijfer zegt.",
                "toelichting",
            ),
            _een(cat, cat.indicatoren[gekozen], per.get(gekozen, []))
            if gekozen in cat.indicatoren and gekozen is not None
            else html.Div(id="cijfer"),
            dag.AgGrid(
                id="cijfertabel",
                rowData=rijen,
                columnDefs=[
                    {"field": "naam", "headerName": "Cijfer", "width": 320, "minWidth": 200,
                     "wrapText": True, "autoHeight": True},
                    {"field": "thema", "headerName": "Thema", "width": 200, "minWidth": 140},
                    {"field": "jaren", "headerName": "Jaren", "width": 130, "minWidth": 120},
                    {"field": "dekking", "headerName": "Dekking", "width": 130, "minWidth": 120},
                    {"field": "gebruik", "headerName": "Gebruik", "width": 180, "minWidth": 130},
                ],
                defaultColDef={"sortable": True, "filter": True, "resizable": True,
                               "suppressHeaderMenuButton": True},
                dashGridOptions={
                    "rowSelection": {"mode": "singleRow", "checkboxes": False,
                                     "enableClickSelection": True},
                    "localeText": _NEDERLANDS,
                    "animateRows": False,
                    "suppressColumnVirtualisation": True,
                    "ensureDomOrder": True,
                },
                columnSize="responsiveSizeToFit",
                getRowId="params.data.id",
                className="ag-theme-quartz raster",
                style={"height": "28rem"},
            ),
        ]
    )  # fmt: skip


def _gridrij(cat: Catalogus, i: Indicator, dekking: list[Dekking]) -> dict[str, str]:
    met = [d for d in dekking if d.met_waarde]
    jaren = sorted({d.jaar for d in met})
    nieuwste = [d for d in met if d.jaar == jaren[-1]] if jaren else []
    er = sum(d.met_waarde for d in nieuwste)
    van = sum(d.gebieden for d in nieuwste)  # each area stands under one source
    gebruik = {"tonen": "kernset" if i.kern else "", "context": "context, niet in scores",
               "uitgesloten": "uitgesloten"}[i.gebruik]  # fmt: skip
    return {
        "id": i.id,
        "naam": i.naam,
        "thema": cat.themas[i.thema].naam,
        "jaren": (f"{jaren[0]}–{jaren[-1]}" if len(jaren) > 1 else str(jaren[0])) if jaren else "–",
        "dekking": f"{er} van {van}" if jaren else "niet ingelezen",
        "gebruik": gebruik,
    }


def _een(cat: Catalogus, i: Indicator, dekking: list[Dekking]) -> html.Div:
    bronnen = cat.bronnen_van(i.id)
    paal, palen = i.doelpalen, (cijfer(i.doelpalen.laag, i), cijfer(i.doelpalen.hoog, i))
    in_bomen = [
        f"{b.kop}: {k.naam} ({'meer' if d.teken == '+' else 'minder'} telt als meer)"
        for b in cat.bomen.values()
        for k in b.knopen
        for d in k.delen
        if d.indicator == i.id
    ]
    uitleg: list[tuple[str, Any]] = [
        ("Lees eerst", i.lees_eerst),
        ("Vraag voor het gesprek", i.gespreksvraag),
        ("Eenheid", EENHEDEN[i.eenheid] or "aantal"),
        ("Richting", _RICHTING[i.richting]),
        ("Bron", "; ".join(f"{b.naam} ({b.producent}, {b.licentie})" for b in bronnen)),
        ("Telt mee in", "; ".join(in_bomen) or "geen score"),
        ("Doelpalen (0 en 100)", f"{palen[0]} en {palen[1]}; {paal.herkomst}"
         + (" (voorlopig)" if paal.voorlopig else "")),
        ("Kleine verschuiving", f"binnen {_tolerantie(i)} noemen we geen correctie"),
    ]  # fmt: skip
    return html.Div(
        [
            html.H3(i.naam),
            tekst(i.zin),
            html.Dl([deel for k, v in uitleg for deel in (html.Dt(k), html.Dd(v))]),
            tabel(
                ["Jaar", "Bron", "Gebieden met cijfer"],
                [
                    [str(d.jaar), _bronnaam(cat, d.bron), f"{d.met_waarde} van {d.gebieden}"]
                    for d in dekking
                ],
                f"{i.naam}: dekking per jaar",
                "smal",
            )
            if dekking
            else tekst("Nog geen bron ingelezen met dit cijfer."),
        ],
        id="cijfer",
        className="een-cijfer",
        tabIndex=-1,
    )


def _bronnaam(cat: Catalogus, bron: str) -> str:
    return cat.bronnen[bron].naam if bron in cat.bronnen else bron


def _tolerantie(i: Indicator) -> str:
    """The movement that is no correction; of percentages it is in percentage points."""
    if i.tolerantie is None:
        return "de afronding"
    if i.eenheid == "pct":
        return f"{getal(i.tolerantie, 1)} procentpunt"
    return cijfer(i.tolerantie, i)


def _rekenen(cat: Catalogus) -> html.Section:
    return html.Section(
        [
            html.H2("Hoe we rekenen", id="rekenen"),
            tekst(
                "Elk cijfer in een score gaat naar een schaal van 0 tot 100 tussen twee vaste "
                "doelpalen. De score is het gewogen gemiddelde van wat er is. Wat ontbreekt vullen "
                "we nooit in: het maakt de marge breder, alsof het alles tussen 0 en 100 kon zijn. "
                "Is te weinig bekend, dan is er geen score, en staat er waarom."
            ),
            html.P(sprong("Probeer het zelf in het Methode-atelier", "/atelier")),
            *(
                html.Div(
                    [
                        html.H3(b.naam),
                        tekst(b.uitleg),
                        *_geleerd(cat, b.id, None),
                        *(
                            uitklap(
                                k.naam,
                                [
                                    tekst(k.uitleg),
                                    html.Ul(
                                        [
                                            html.Li(
                                                [
                                                    sprong(
                                                        cat.indicatoren[d.indicator].naam,
                                                        address.bronnen(d.indicator),
                                                    ),
                                                    "" if d.teken == "+" else " (omgekeerd)",
                                                    "" if d.gewicht == 1
                                                    else f" (gewicht {getal(d.gewicht, 1)})",
                                                ]
                                            )
                                            for d in k.delen
                                        ]
                                    ),
                                    tekst(_voorwaarden(cat, k.vereist_een_van, k.dekking,
                                                       k.minimum_inwoners))
                                    if k.score
                                    else tekst("Getoond als krachten, zonder score."),
                                    *_geleerd(cat, b.id, k.id),
                                ],
                            )
                            for k in b.knopen
                        ),
                    ]
                )
                for b in cat.bomen.values()
            ),
        ]
    )  # fmt: skip


def _geleerd(cat: Catalogus, boom: str, knoop: str | None) -> list[Any]:
    """What the analysis of a tree or node taught, on which data, and what was changed."""
    return [
        html.Div(
            [
                tekst([html.Strong("Wat de analyse leerde. "), les.geleerd]),
                tekst([html.Strong("Wat er veranderde. "), les.veranderd]),
                tekst(f"Gemeten op {datum(les.gemeten_op)}. {les.gegevens}", "klein zacht"),
            ],
            className="geleerd",
        )
        for les in cat.geleerd
        if (les.boom, les.knoop) == (boom, knoop)
    ]


def _voorwaarden(cat: Catalogus, een_van: tuple[str, ...], dekking: float, minimum: int) -> str:
    eisen = f"Geen score onder {minimum} inwoners of onder {getal(100 * dekking)} % van het gewicht"
    if not een_van:
        return eisen + "."
    namen = ", ".join(cat.indicatoren[i].kort for i in een_van)
    return f"{eisen}, of zonder ten minste een van: {namen}."


def _uitgesloten(cat: Catalogus, rijen: list[Samenhang] | None) -> html.Section:
    weg = [i for i in cat.indicatoren.values() if i.gebruik == "uitgesloten"]
    return html.Section(
        [
            html.H2("Wat niet meetelt, en waarom", id="uitgesloten"),
            tekst(
                "Herkomst, nationaliteit en wat daarvoor in de plaats kan komen zijn uitgesloten "
                "van elke score en staan niet op de pagina van een buurt. Een score mag mensen "
                "niet indelen naar waar zij of hun ouders vandaan komen. De kolommen worden wel "
                "gelezen, om te kunnen nagaan of een score er toch mee samenhangt. Het aandeel "
                "corporatiewoningen is context en telt ook niet mee."
            ),
            html.Ul([html.Li([i.naam, ": ", i.lees_eerst]) for i in weg], className="leeslijst"),
            controle(cat, rijen),
        ]
    )


def _publicatie(lezing: Lezing) -> html.Section:
    p = lezing.publicatie
    regels = [
        ("Publicatie", p.publicatie),
        ("Gemaakt op", datum(p.gemaakt_op)),
        ("Catalogus (sha256)", html.Code(p.catalogus_hash)),
        ("Soort", hoofdletter("fictieve gemeente" if p.fictief else "echte gegevens")),
    ]
    return html.Section(
        [
            html.H2("Deze publicatie", id="publicatie"),
            html.Dl([deel for k, v in regels for deel in (html.Dt(k), html.Dd(v))]),
            html.P(sprong("Wat er veranderde, en of er iets wacht op akkoord", "/vrijgave")),
        ]
    )


_NEDERLANDS = {
    "filterOoo": "Filter …",
    "contains": "Bevat",
    "notContains": "Bevat niet",
    "equals": "Is gelijk aan",
    "notEqual": "Is niet gelijk aan",
    "startsWith": "Begint met",
    "endsWith": "Eindigt op",
    "blank": "Leeg",
    "notBlank": "Niet leeg",
    "andCondition": "En",
    "orCondition": "Of",
    "noRowsToShow": "Geen rijen",
    "ariaFilterMenuOpen": "Open filter",
    "ariaColumn": "Kolom",
}

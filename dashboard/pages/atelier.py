"""Methode-atelier: what a score would be with other weights, mean, scale or reference; a trial."""

from __future__ import annotations

from typing import Any

import dash_ag_grid as dag
import dash_mantine_components as dmc
import numpy as np
from dash import dcc, html

from dashboard import access, map_trial, snapshot_method, trial, trial_words, weighings
from dashboard.address import Adres
from dashboard.areas import KeuzeFout
from dashboard.context import Huis
from dashboard.panels import meenemen
from dashboard.panels import proef as paneel
from dashboard.panels.parts import sprong, tabel, tekst, uitklap
from dashboard.snapshot import Lezing
from dashboard.stories.repository import nu
from dashboard.trial import HOOGSTE, GeenUitkomst, Instelling, Uitkomst, assen, referenties
from dashboard.who import huidig
from dashboard.words import datum
from indicators.catalogue import Catalogus
from indicators.proef import METHODEN
from indicators.proef_schaal import BEHANDELINGEN, SCHALEN, UITLEG_BEHANDELING
from indicators.weging import Weging, Wegingen, WegingFout, gewicht_van, voorkeur


def maak(huis: Huis, lezing: Lezing, adres: Adres) -> tuple[str, Any]:
    """Title and content of the page.

    Raises:
        KeuzeFout: when a file of settings cannot be understood.
    """
    d = delen(huis, lezing, adres)
    i: Instelling = d["instelling"]
    return "Methode-atelier", html.Div(
        [
            dcc.Store(id="atelier-stand", data=d["stand"]),
            dcc.Store(id="atelier-gekozen", data=d["gekozen"]),
            dcc.Store(id="atelier-keuze", data=d["keuze"]),
            dcc.Store(id="atelier-getoond"),
            dcc.Store(id="atelier-gekeken"),
            html.Header(
                [
                    html.H1("Methode-atelier"),
                    tekst(
                        "Hier probeer je of een score overeind blijft als je anders weegt of "
                        "rekent. Wat je hier ziet is een proef en verandert nergens iets aan.",
                        "inleiding",
                    ),
                ]
            ),
            html.Div(d["meldingen"], id="atelier-meldingen"),
            html.Div(
                [_instellen(huis, lezing, i), _beeld(lezing, i, d)],
                className="atelier-vlak",
            ),
            html.Div(d["onder"], id="atelier-onder", className="atelier-onder"),
            _bewaren(),
        ],
        className="bronnen atelier met-kaart",
    )


def delen(huis: Huis, lezing: Lezing, adres: Adres) -> dict[str, Any]:
    """Every part of the page that follows from the address."""
    i = trial.lees(huis, lezing, adres)
    uit: dict[str, Any] = {
        "instelling": i, "keuze": map_trial.keuze(i), "stand": None, "gekozen": None,
        "meldingen": paneel.meldingen(i.meldingen), "legenda": None, "meenemen": None,
        "uitleg": None,
        "onder": [_bewaard(huis, lezing.catalogus, i)],
    }  # fmt: skip
    try:
        u = trial.reken(huis, lezing, i)
    except GeenUitkomst as fout:
        geen = tekst(str(fout), "melding melding-fout", role="alert")
        return uit | {"stempel": paneel.stempel(i, None), "lezen": [geen]}
    stand = map_trial.stand(huis, lezing, i, u)
    return uit | {
        "stempel": paneel.stempel(i, u),
        "lezen": paneel.lezen(i, u),
        "stand": stand,
        "gekozen": map_trial.gekozen(lezing, i, u),
        "uitleg": paneel.uitleg(i, u),
        "legenda": paneel.legenda(u, stand, map_trial.gearceerd(i, u)),
        "meenemen": meenemen.rij("atelier", i.adres(), bool(stand["lagen"])),
        "onder": [*_onder(lezing.catalogus, i, u), *uit["onder"]],
    }


def _onder(cat: Catalogus, i: Instelling, u: Uitkomst) -> list[Any]:
    return [
        paneel.drijft(cat, i, u),
        paneel.zekerheid(cat, i, u),
        paneel.samenhang(i, u),
    ]


def _instellen(huis: Huis, lezing: Lezing, i: Instelling) -> html.Div:
    """The controls; what is chosen goes into the address, and the page follows that."""
    cat = lezing.catalogus
    return html.Div(
        uitklap(
            "De instelling kiezen",
            [
                html.Div(
                    [
                        html.Span("As", className="veldnaam"),
                        html.Ul([html.Li(_as(i, n, k)) for n, (_, k) in assen(cat).items()]),
                    ]
                ),
                _keuze("gemeente", "Gemeente", dict(snapshot_method.gemeenten(lezing)), i.gemeente),
                html.H2("Hoe zwaar elk cijfer weegt"),
                *(_schuif(cat, i, j) for j in range(len(i.gewicht))),
                _voorkeuzes(i),
                html.H2("Hoe er wordt gerekend"),
                _keuze("methode", "Hoe de cijfers samen een score worden", METHODEN, i.methode),
                _keuze("schaal", "Schaal per cijfer", SCHALEN, i.schaal),
                _keuze("behandeling", "Uitschieters", BEHANDELINGEN, i.behandeling),
                tekst(UITLEG_BEHANDELING, "klein zacht"),
                _keuze("referentie", "Referentie", referenties(huis), i.referentie),
            ],
            "atelier-bediening",
            open=True,
            id="kaart-bediening",
        ),
        className="atelier-links",
    )


def _as(i: Instelling, naam: str, knoop: Any) -> Any:
    if naam == i.as_:
        return html.Strong(knoop.naam, **{"aria-current": "true"})
    vraag = f"/atelier?as={naam}" + (f"&gemeente={i.gemeente}" if i.gemeente else "")
    return sprong(knoop.naam, vraag)


def _keuze(naam: str, kop: str, er: Any, waarde: str) -> dmc.Select:
    return dmc.Select(
        id=f"atelier-{naam}", label=kop, value=waarde, allowDeselect=False,
        data=[{"value": k, "label": v} for k, v in er.items()], searchable=len(er) > 8,
    )  # fmt: skip


def _voorkeuzes(i: Instelling) -> html.Div:
    """The weighings that the catalogue names, as a place to start."""
    return html.Div(
        [
            html.Span("Of begin met", className="veldnaam"),
            html.Ul(
                [
                    html.Li(
                        [
                            sprong(v.naam, i.adres(
                                gewicht=tuple(voorkeur(i.boom, i.knoop, v.id).tolist()),
                                methode="amean", schaal="doelpalen", behandeling="geen",
                                bewaard=None,
                            )),
                            html.Span(f" {v.uitleg}", className="klein zacht"),
                        ]
                    )
                    for v in i.boom.voorkeuzes
                ]
            ),
        ],
        className="voorkeuzes",
    ) if i.boom.voorkeuzes else html.Div()  # fmt: skip


def _schuif(cat: Catalogus, i: Instelling, j: int) -> html.Div:
    kort = cat.indicatoren[i.knoop.delen[j].indicator].kort
    return html.Div(
        [
            html.Span(kort),
            dmc.Slider(
                id={"type": "atelier-gewicht", "deel": j},
                value=i.gewicht[j],
                min=0,
                max=HOOGSTE,
                step=0.25,
                marks=[{"value": v, "label": str(v)} for v in range(int(HOOGSTE) + 1)],
                mb=28,
                thumbLabel=f"Gewicht van {kort}",
            ),
        ],
        className="atelier-gewicht",
    )


def _beeld(lezing: Lezing, i: Instelling, d: dict[str, Any]) -> html.Div:
    """What the setting gives: stamp, sentences, map and list, the files."""
    return html.Div(
        [
            html.Div(d["stempel"], id="atelier-stempel", role="status"),
            html.H2(f"{i.knoop.naam} in {trial_words.gemeente(lezing, i)}"),
            html.Div(d["lezen"], id="atelier-lezen", **{"aria-live": "polite"}),
            html.Div(
                [
                    _kaart(d["stand"]),
                    html.Div(d["legenda"], id="atelier-legenda-vak"),
                    html.Div(d["uitleg"], id="atelier-uitleg"),
                    _lijst(),
                    html.Div(d["meenemen"], id="atelier-meenemen"),
                ],
                id="atelier-beeld",
                hidden=d["stand"] is None,
            ),
        ],
        className="atelier-rechts",
    )


def _kaart(stand: dict[str, Any] | None) -> Any:
    """The frame that `kaart.js` draws in; nothing without geometry, the list has it all."""
    if stand is not None and not stand["lagen"]:
        return tekst("In deze publicatie staan geen grenzen, dus er is geen kaart. De lijst "
                     "hieronder heeft dezelfde buurten.", "klein zacht")  # fmt: skip
    return html.Div(
        html.Div(id="kaart", className="kaartvlak", **{"data-kaart": "ja"}), className="kaartraam"
    )


def _lijst() -> html.Section:
    """The list beside the map, by name: never a league table to land on."""
    volgorde = {"function": "kaartVolgorde(valueA, valueB, nodeA, nodeB, isDescending)"}
    kolom: dict[str, Any] = {"sortable": False}
    kolommen = [
        {"field": "naam", "headerName": "Buurt", "flex": 3, "minWidth": 106, "sortable": True,
         "sort": "asc", "comparator": {"function": "kaartNaam(nodeA, nodeB)"},
         "tooltipField": "volledig"},
        {"field": "waarde", "headerName": "Score", "flex": 1.3, "minWidth": 64, "sortable": True,
         "comparator": volgorde,
         "valueFormatter": {"function": "params.data.weg ? 'geen' : params.data.tekst"},
         "cellClassRules": {"cel-weg": "params.data.weg", "cel-getal": "!params.data.weg"},
         "tooltipField": "tekst"},
        {"field": "plek", "headerName": "Plek", "flex": 1.5, "minWidth": 70, **kolom},
        {"field": "klasse", "headerName": "Klasse", "flex": 2.6, "minWidth": 112, **kolom},
        {"field": "verschil", "headerName": "Naast de referentie", "flex": 2.6, "minWidth": 110,
         **kolom},
    ]  # fmt: skip
    return html.Section(
        [
            html.Div(
                [
                    html.H3("Lijst", className="verborgen"),
                    html.Label("Zoek in de buurten", htmlFor="lijst-filter", id="lijst-naam",
                               className="veldnaam"),
                    html.Div(id="lijst-filtervak"),
                    html.Span(id="lijst-telling", className="klein zacht", role="status"),
                ],
                className="lijst-kop",
            ),
            dag.AgGrid(
                id="kaart-lijst", columnDefs=kolommen, rowData=[],
                defaultColDef={"resizable": False, "suppressHeaderMenuButton": True,
                               "suppressMovable": True},
                dashGridOptions={"animateRows": False, "rowHeight": 44, "headerHeight": 40,
                                 "localeText": {"noRowsToShow": "Geen buurt met die naam",
                                                "ariaColumn": "Kolom"}},
                getRowId="params.data.id",
                rowClassRules={f"rij-{r}": f"params.data.{r}" for r in ("mijn", "gekozen")},
                className="ag-theme-quartz raster kaartlijst", style={"height": "100%"},
            ),
            tekst("Op naam. Plek 1 is de hoogste score; in negen van de tien trekkingen lag de "
                  "plek hiertussen. Kies een buurt om te zien wat de score stuurt.",
                  "klein zacht"),
        ],
        className="lijstkolom",
        **{"aria-label": "Lijst van buurten"},
    )  # fmt: skip


def _bewaren() -> html.Section | None:
    """The form that keeps a setting; nothing for who may not."""
    if not access.mag(huidig(), "weging bewaren", nu()):
        return None
    return html.Section(
        [
            html.H2("Deze instelling bewaren", id="bewaren"),
            tekst("Een bewaarde instelling verandert geen score. Zij staat met naam en reden op "
                  "elk bestand en elk plaatje dat je ermee maakt. Dezelfde naam nog eens geeft een "
                  "volgende versie; de vorige blijft.", "inleiding"),
            dmc.TextInput(id="atelier-naam", label="Naam", maw=480,
                          placeholder="bijvoorbeeld: Schulden zwaarder"),
            dmc.Textarea(id="atelier-reden", label="Waarom weeg je zo?", autosize=True,
                         minRows=2, maw=640),
            html.P(html.Button("Bewaar deze instelling", id="atelier-bewaar", type="button",
                               className="knop")),
            html.Div(id="atelier-melding", **{"aria-live": "polite"}),
        ],
        className="formulier",
    )  # fmt: skip


def _bewaard(huis: Huis, cat: Catalogus, i: Instelling) -> html.Section:
    """The saved settings with who, when and why; one that does not fit any more says so."""
    kop = html.H2("Bewaarde instellingen", id="bewaard")
    try:
        bestand = weighings.lees_alles(huis.instellingen.datamap.wegingen)
    except KeuzeFout as fout:
        return html.Section([kop, tekst(f"{fout}. Herstel of verwijder dat bestand.",
                                        "melding melding-fout")])  # fmt: skip
    alle = weighings.nieuwste(bestand.wegingen)
    nog = [w for w in alle if bestand.intrekking(w) is None]
    weg = [(w, bestand.intrekking(w)) for w in alle if w not in nog]
    koppen = ["Naam", "As", "Waarom", "Door wie en wanneer"]
    return html.Section(
        [
            kop,
            tabel([*koppen, "Eerder"], [_bewaarde_rij(cat, i, w, bestand) for w in nog],
                  "Bewaarde instellingen, op naam")
            if nog
            else tekst("Er is nog geen instelling bewaard." if not weg else
                       "Er is geen instelling in gebruik.", "arcering"),
            uitklap(
                f"Ingetrokken ({len(weg)})",
                tabel([*koppen[:3], "Ingetrokken"],
                      [[*_bewaarde_rij(cat, i, w, bestand)[:3],
                        trial_words.weg_wie_waarom(x) if x else ""] for w, x in weg],
                      "Ingetrokken instellingen, op naam"),
            )
            if weg
            else None,
            _intrekken(nog),
        ]
    )  # fmt: skip


def _bewaarde_rij(cat: Catalogus, i: Instelling, w: Weging, bestand: Wegingen) -> list[Any]:
    eerder = sorted((v for v in bestand.wegingen if v.id == w.id and v.versie < w.versie),
                    key=lambda v: -v.versie)  # fmt: skip
    as_ = assen(cat).get(f"{w.boom}.{w.knoop}")
    return [
        html.Span([_open(cat, i, w), html.Span(f" versie {w.versie}", className="zacht")]),
        html.Span(as_[1].naam if as_ else w.knoop, className="heel"),
        html.Div(w.reden, style={"minWidth": "11rem"}),
        f"{w.door}, {datum(w.op)}",
        html.Span([html.Span([_open(cat, i, v, f"versie {v.versie}"), " "]) for v in eerder])
        if eerder
        else "geen",
    ]


def _intrekken(er: list[Weging]) -> Any:
    """The form that withdraws a saved setting; nothing for who may not, or without any."""
    if not er or not access.mag(huidig(), "weging bewaren", nu()):
        return None
    return uitklap(
        "Een instelling intrekken",
        html.Div(
            [
                tekst("Een ingetrokken instelling staat niet meer in de lijst. Wie een link of "
                      "bestand van eerder heeft, leest dat zij is ingetrokken, en waarom.",
                      "klein zacht"),
                dmc.Select(id="atelier-weg-welke", label="Welke instelling", maw=480,
                           data=[{"value": w.id, "label": w.naam} for w in er]),
                dmc.Textarea(id="atelier-weg-reden", label="Waarom mag zij weg?", autosize=True,
                             minRows=2, maw=640),
                html.P(html.Button("Trek deze instelling in", id="atelier-trek-in", type="button",
                                   className="knop")),
                html.Div(id="atelier-weg-melding", **{"aria-live": "polite"}),
            ],
            className="formulier",
        ),
    )  # fmt: skip


def _open(cat: Catalogus, i: Instelling, w: Weging, woord: str = "") -> Any:
    gevonden = assen(cat).get(f"{w.boom}.{w.knoop}")
    try:
        if gevonden is None:
            raise WegingFout(f"de as {w.boom}.{w.knoop} is er niet meer")
        boom, knoop = gevonden
        gewicht = gewicht_van(w, knoop)
    except WegingFout as fout:
        return html.Span([html.Strong(woord or w.naam), html.Span(f" {fout}.", className="klein")])
    open_ = Instelling(boom, knoop, i.gemeente, tuple(np.array(gewicht).tolist()), bewaard=w)
    return sprong(woord or w.naam, open_.adres())

"""Verkennen: the map and the list beside it, in step; everything chosen is in the address."""

from __future__ import annotations

from typing import Any

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import dcc, html

from dashboard import explore, picture, presets
from dashboard import map as kaart
from dashboard.context import Huis
from dashboard.explore import NIVEAU, NIVEAUS, Keuze, Vraag
from dashboard.panels import kaartje, legenda, meenemen
from dashboard.panels.parts import sprong, tekst, uitklap
from dashboard.snapshot import Lezing
from dashboard.words import MEERVOUD, hoofdletter
from indicators.catalogue import Catalogus

REFERENTIES = {
    "gemeente": "de gemeente",
    "land": "Nederland",
    "mijn": "het midden van mijn buurten",
    "eerder": "het cijfer van {toen}",
    "geen": "niets",
}
KERN = 14
"""How many figures the closed list shows before one types: the core set and the 3x3."""


def maak(huis: Huis, lezing: Lezing, zoek: str | None) -> tuple[str, Any]:
    """Title and content of the page."""
    d = delen(huis, lezing, explore.lees(zoek))
    return f"{d['stand']['titel']} – Verkennen", html.Div(
        [
            dcc.Store(id="kaart-stand", data=d["stand"]),
            dcc.Store(id="kaart-gekozen", data=d["gekozen"]),
            dcc.Store(id="kaart-getoond"),
            dcc.Store(id="kaart-gekeken"),
            html.Header(
                [
                    html.H1("Verkennen"),
                    html.Div(id="kaart-zoek", className="zoekvak", **{"data-zoek": "kaart"}),
                ],
                className="verkennen-kop",
            ),
            html.Div(d["meldingen"], id="kaart-meldingen", role="status"),
            _bediening(lezing.catalogus, d),
            html.Div(
                [
                    html.H2(d["kop"], id="kaart-kop"),
                    html.Div(d["samenvatting"], id="kaart-samenvatting", className="samenvatting"),
                ],
                className="kaart-lezen",
                **{"aria-live": "polite"},
            ),
            html.Div([_kaart(d), _lijst(d["keuze"])], className="kaart-en-lijst"),
        ],
        className="verkennen",
    )


def delen(huis: Huis, lezing: Lezing, vraag: Vraag) -> dict[str, Any]:
    """Every part of the page that follows from the address."""
    eigen = kaart.eigen_gebieden(huis)
    keuze = explore.kies(lezing, vraag, eigen)
    beeld = picture.beeld(huis.geheugen, lezing, keuze, eigen)
    stand = kaart.stand(huis, lezing, keuze, beeld)
    gekozen = None
    if vraag.gebied:
        gekozen = {
            "gebied": vraag.gebied,
            "kader": kaart.plek(lezing, keuze, vraag.gebied),
        }
    return {
        "keuze": keuze,
        "stand": stand,
        "gekozen": gekozen,
        "jaren": _jaren(keuze),
        "referenties": [
            {"value": r, "label": hoofdletter(REFERENTIES[r].format(toen=keuze.toen))}
            for r in keuze.referenties
        ],
        "cijfers": _cijfers(lezing),
        "meldingen": [tekst(m) for m in (*keuze.meldingen, *kaart.niet_te_lezen(huis))],
        "kop": legenda.kop(lezing, keuze),
        "samenvatting": legenda.samenvatting(lezing, keuze, beeld, eigen),
        "legenda": legenda.legenda(lezing, keuze, beeld, stand),
        "kaartje": kaartje.kaartje(huis, lezing, vraag, keuze, beeld),
        "meenemen": meenemen.rij(
            "verkennen", explore.adres(explore.gekozen(vraag, keuze)), bool(stand["lagen"])
        ),
    }


def _jaren(keuze: Keuze) -> list[dict[str, str]]:
    """The years, newest first; a year without any figure says so."""
    met = [j.jaar for j in keuze.jaren if j.met_waarde] or [j.jaar for j in keuze.jaren if j.deels]
    erbij = f" ({met[-1]})" if met else ""
    return [
        {"value": "nieuwste", "label": f"Nieuwste{erbij}"},
        *(
            {"value": str(j.jaar),
             "label": str(j.jaar) if j.met_waarde or j.deels else f"{j.jaar} (nog geen cijfer)"}
            for j in reversed(keuze.jaren)
        ),
    ]  # fmt: skip


def _cijfers(lezing: Lezing) -> list[dict[str, Any]]:
    """The core set first, under the question of its theme; then all others, found by typing."""
    cat: Catalogus = lezing.catalogus
    er = explore.te_kiezen(lezing)
    groepen: list[dict[str, Any]] = []
    for kern in (True, False):
        for thema, lijst in cat.per_thema().items():
            items = [
                {"value": i.id, "label": i.naam} for i in lijst if i.kern is kern and i.id in er
            ]
            if items:
                t = cat.themas[thema]
                groepen.append({"group": t.vraag if kern else f"Meer over {explore.klein(t.naam)}",
                                "items": items})  # fmt: skip
        if kern:
            groepen.append(
                {"group": "Eigen indicatie op open data",
                 "items": _niveaus(cat)}
            )  # fmt: skip
    return groepen


def _niveaus(cat: Catalogus) -> list[dict[str, str]]:
    """The 3x3, with the weighings that the catalogue names; the first is the published one."""
    naam = "Niveau: kwetsbaarheid naast overlast en onveiligheid"
    er = cat.bomen[explore.BOOM].voorkeuzes if explore.BOOM in cat.bomen else ()
    wegingen = [v for v in er if v.id != presets.STANDAARD]
    return [{"value": NIVEAU, "label": naam}] + [
        {"value": f"{NIVEAU}.{v.id}", "label": f"Niveau, {explore.klein(v.naam)}"} for v in wegingen
    ]


def _bediening(cat: Catalogus, d: dict[str, Any]) -> Any:
    keuze: Keuze = d["keuze"]
    woorden: dict[str, str] = {str(k): v for k, v in cat.woorden.niveau.items()}
    velden = [
        dmc.Select(
            id="kies-cijfer", label="Cijfer", data=d["cijfers"], value=keuze.gekozen, limit=KERN,
            searchable=True, allowDeselect=False, maxDropdownHeight=420,
            nothingFoundMessage="Geen cijfer met die naam",
            description="Eerst de kernset; typ om in alle cijfers te zoeken",
            className="kies-cijfer",
        ),
        html.Div(
            [
                html.Span("Niveau", className="veldnaam", id="kies-niveau-naam"),
                dmc.SegmentedControl(
                    id="kies-niveau", value=keuze.niveau, fullWidth=True,
                    data=[{"value": n, "label": hoofdletter(woorden[n])} for n in NIVEAUS],
                    **{"aria-labelledby": "kies-niveau-naam"},
                ),
            ],
            className="kies-niveau",
        ),
        dmc.Select(id="kies-jaar", label="Jaar", data=d["jaren"], allowDeselect=False,
                   value="nieuwste" if keuze.nieuwste else str(keuze.jaar)),
        dmc.Select(id="kies-vergelijk", label="Vergelijk met", data=d["referenties"],
                   value=keuze.vergelijk, allowDeselect=False),
    ]  # fmt: skip
    return uitklap(
        "Cijfer, niveau, jaar en vergelijking kiezen",
        html.Div(velden, className="bediening-velden"),
        "bediening",
        open=True,
        id="kaart-bediening",
    )


def _kaart(d: dict[str, Any]) -> html.Div:
    """The frame of the map: the browser draws in it; without geometry it says what to do."""
    if d["stand"]["lagen"]:
        vlak: Any = html.Div(id="kaart", className="kaartvlak", **{"data-kaart": "ja"})
    else:
        vlak = html.Div(
            [
                tekst("Er is nog geen kaart", "zwaar"),
                tekst("In deze publicatie staan geen grenzen. De lijst werkt wel. Lees ook een "
                      "wijk- en buurtkaart van CBS in (shapefile, GeoPackage of GeoJSON):"),
                html.Pre("python -m pipelines refresh --bestanden MAP", tabIndex=0),
                html.P(sprong("Welke bronnen er zijn", "/bronnen")),
            ],
            className="geen-kaart",
        )  # fmt: skip
    return html.Div(
        [
            html.Div(
                [
                    vlak,
                    html.Div(d["kaartje"], id="kaartje", **{"aria-live": "polite"}),
                ],
                className="kaartraam",
            ),
            *([_tekenen()] if d["stand"]["lagen"] else []),
            html.Section(
                d["legenda"], id="kaart-legenda", className="legenda", **{"aria-label": "Legenda"}
            ),
            html.Div(d["meenemen"], id="kaart-meenemen"),
        ],
        className="kaartkolom",
    )


def _tekenen() -> html.Div:
    """Drawing an area of one's own: what to do in words, and a button for every key."""

    def knop(woord: str, wat: str, klas: str = "") -> html.Button:
        return html.Button(
            woord, type="button", className=f"knop knop-klein {klas}".strip(), **{"data-teken": wat}
        )

    return html.Div(
        [
            html.P(
                [
                    html.Button("Teken een gebied", id="teken-knop", type="button",
                                className="actie",
                                **{"aria-expanded": "false", "aria-controls": "teken-vak"}),
                    sprong("Eigen gebieden", "/gebieden"),
                ],
                className="kaart-doen",
            ),
            html.Div(
                [
                    tekst("Klik op de kaart om hoekpunten te zetten; dubbelklik om te sluiten. Met "
                          "toetsen: pijltjes schuiven de kaart onder het kruis (met Shift een "
                          "klein stukje), Enter zet een punt, Backspace haalt het laatste weg, "
                          "Escape stopt."),
                    tekst("", id="teken-stand", role="status"),
                    html.P(
                        [
                            knop("Klaar", "klaar"),
                            knop("Zet een punt onder het kruis", "punt", "knop-stil"),
                            knop("Haal het laatste punt weg", "terug", "knop-stil"),
                            knop("Stop met tekenen", "stop", "knop-stil"),
                        ],
                        className="knoppen",
                    ),
                    html.Div(id="teken-uitkomst", **{"aria-live": "polite"}),
                ],
                id="teken-vak",
                className="teken-vak",
                hidden=True,
            ),
        ],
        className="tekenen",
    )  # fmt: skip


def _lijst(keuze: Keuze) -> html.Section:
    meer = MEERVOUD[keuze.niveau]
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Lijst", className="verborgen"),
                    html.Label(f"Zoek in de {meer}", htmlFor="lijst-filter", id="lijst-naam",
                               className="veldnaam"),
                    html.Div(id="lijst-filtervak"),
                    html.Span(id="lijst-telling", className="klein zacht", role="status"),
                ],
                className="lijst-kop",
            ),
            dag.AgGrid(
                id="kaart-lijst",
                columnDefs=_kolommen(),
                rowData=[],
                defaultColDef={"resizable": False, "suppressHeaderMenuButton": True,
                               "suppressMovable": True},
                dashGridOptions={
                    "animateRows": False,
                    "rowHeight": 44,
                    "headerHeight": 40,
                    "localeText": _NEDERLANDS,
                    "suppressCellFocus": False,
                },
                columnSize="responsiveSizeToFit",
                getRowId="params.data.id",
                rowClassRules={f"rij-{r}": f"params.data.{r}" for r in ("mijn", "gekozen")},
                className="ag-theme-quartz raster kaartlijst",
                style={"height": "100%"},
            ),
            tekst("Pijltjes gaan door de lijst, Enter opent het kaartje, Escape sluit het, Tab "
                  "gaat verder.", "klein zacht alleen-toets"),
        ],
        className="lijstkolom",
        **{"aria-label": "Lijst van gebieden"},
    )  # fmt: skip


def _kolommen() -> list[dict[str, Any]]:
    volgorde = {"function": "kaartVolgorde(valueA, valueB, nodeA, nodeB, isDescending)"}
    return [
        {"field": "naam", "headerName": "Naam", "flex": 3, "minWidth": 120, "sortable": True,
         "sort": "asc", "comparator": {"function": "kaartNaam(nodeA, nodeB)"},
         "valueFormatter": {"function": "kaartNaamTekst(params.data)"},
         "tooltipField": "volledig"},
        {"field": "gemeente", "headerName": "Gemeente", "flex": 2, "minWidth": 96,
         "sortable": True},
        {"field": "waarde", "headerName": "Cijfer", "flex": 2.4, "minWidth": 100, "sortable": True,
         "comparator": volgorde, "valueFormatter": {"function": "params.data.tekst"},
         "cellClassRules": {"cel-weg": "params.data.weg", "cel-getal": "!params.data.weg"},
         "tooltipField": "tekst"},
        {"field": "verschil", "headerName": "Vergeleken", "flex": 2, "minWidth": 100,
         "sortable": True, "tooltipField": "verschil"},
    ]  # fmt: skip


_NEDERLANDS = {"noRowsToShow": "Geen gebied met die naam", "ariaColumn": "Kolom"}

"""Choosing areas to put side by side: what is chosen, and a search for more. All are links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard import address, areas, own_areas, search
from dashboard.comparison import MEESTE, MINST, Kolom, sleutels
from dashboard.context import Huis
from dashboard.panels.parts import sprong, tekst, uitklap
from dashboard.snapshot import Lezing
from dashboard.snapshot_types import Gebied
from dashboard.words import getal, opsomming

HOOGSTENS = 12


def gekozen(kolommen: Sequence[Kolom], thema: str | None, tabel: bool) -> html.Ul:
    """The areas side by side, each with what can be done with it."""
    alle = [k.sleutel for k in kolommen]
    return html.Ul(
        [html.Li(_een(k, n, alle, thema, tabel)) for n, k in enumerate(kolommen)],
        className=f"gekozen-gebieden gekozen-{len(kolommen)}",
        id="gekozen",
        tabIndex=-1,
        **{"aria-label": "Gekozen gebieden"},
    )


def _een(k: Kolom, n: int, alle: list[str], thema: str | None, tabel: bool) -> list[Any]:
    g, zonder = k.blad.buurt.gebied, [s for s in alle if s != k.sleutel]
    waar = address.eigen(k.eigen.gebied.id) if k.eigen else address.buurt(g.gebied, g.grensjaar)
    doe: list[Any] = [html.Span("uitgangspunt", className="label")] if n == 0 else [
        sprong(
            ["Maak uitgangspunt", html.Span(f" {k.naam}", className="verborgen")],
            address.vergelijken([k.sleutel, *zonder], thema, tabel, plek="gekozen"),
            "actie",
        )
    ]  # fmt: skip
    doe.append(
        sprong(
            ["Haal weg", html.Span(f" {k.naam}", className="verborgen")],
            address.vergelijken(zonder, thema, tabel, plek="gekozen"),
            "actie",
        )
    )
    return [
        html.H2(sprong(k.naam, waar)),
        tekst(plek(k), "feiten"),
        html.P(doe, className="gekozen-doe"),
        *_opvolging(k, alle, thema, tabel),
    ]


def plek(k: Kolom) -> str:
    """What kind of area it is, where it lies, and how many people live there."""
    g, cat = k.blad.buurt.gebied, k.blad.catalogus
    inwoners = "inwoners onbekend" if g.inwoners is None else f"{getal(g.inwoners)} inwoners"
    if k.eigen:
        soort = f"eigen gebied van {len(k.eigen.gebied.buurtcodes)} buurten"
    else:
        soort = dict(cat.woorden.niveau).get(g.niveau, g.niveau)  # type: ignore[call-overload]
    waar = g.gemeentenaam if g.gemeente != g.gebied else None
    return f"{soort}{f' in {waar}' if waar else ''} · {inwoners} · indeling {g.grensjaar}"


def _opvolging(k: Kolom, alle: list[str], thema: str | None, tabel: bool) -> list[Any]:
    """What an area of an earlier indeling became, with the way to put that here instead."""
    if k.eigen:
        return [tekst(zin, "feiten") for zin in eigen_opvolging(k)]
    g = k.blad.buurt.gebied
    na = [o for o in k.blad.buurt.opvolgers if o.grensjaar_van >= g.grensjaar]
    if not na:
        return []
    stukken: list[Any] = [f"Indeling {g.grensjaar}, opgevolgd door "]
    for n, o in enumerate(na):
        rij = [o.naar if s == k.sleutel else s for s in alle]
        stukken += [
            ", " if n else "",
            sprong(o.naam_naar or o.naar, address.vergelijken(rij, thema, tabel, plek="gekozen")),
            f" ({getal(100 * o.aandeel)} % naar {o.methode}, indeling {o.grensjaar_naar})",
        ]
    return [tekst([*stukken, "."], "feiten")]


def eigen_opvolging(k: Kolom) -> list[str]:
    """From where on an area of one's own cannot be followed with whole buurten."""
    uit: list[str] = []
    if k.eigen is None:
        return uit
    for jaar, opvolgers in k.eigen.niet_gevolgd:
        later = jaar > k.eigen.gebied.grensjaar
        wat = [
            f"{o.naam_van or o.van} werd {o.naam_naar or o.naar} ({getal(100 * o.aandeel)} %)"
            for o in opvolgers
        ]
        kant = f"Vanaf {jaar}" if later else f"Tot en met {jaar}"
        uit.append(
            f"{kant} is dit gebied niet met hele buurten te volgen: andere grenzen"
            + (f" ({opsomming(wat)})." if wat else ".")
        )
    if k.eigen.onbekend:
        uit.append(f"Niet in deze publicatie: {opsomming(list(k.eigen.onbekend))}.")
    return uit


def zoeker(
    huis: Huis, lezing: Lezing, zoek: str, er_al: Sequence[str]
) -> html.Section | html.Details:
    """The search for more areas, with suggestions to begin with."""
    vak = html.Section(
        [
            dmc.TextInput(
                id="zoek-vergelijk",
                label="Zoek een gebied op naam of code",
                placeholder="een buurt, wijk, gemeente of eigen gebied",
                debounce=250,
                value="",
            ),
            html.Div(
                resultaat(huis, lezing, "", zoek),
                id="zoek-vergelijk-resultaat",
                **{"aria-live": "polite"},
            ),
        ],
        className="kiezen",
    )
    return vak if len(er_al) < MINST else uitklap("Zet er een gebied bij", vak, "erbij")


def resultaat(huis: Huis, lezing: Lezing, term: str, zoek: str) -> Any:
    """Areas that match, as links that put them beside the ones that the address names."""
    vragen = address.lees("/vergelijken", zoek).vragen
    keuze = dict(vragen)
    er_al = sleutels(keuze.get("g"))
    if len(er_al) >= MEESTE:
        return tekst(f"Er staan {MEESTE} gebieden naast elkaar; haal er eerst een weg.", "zacht")
    paren = _kandidaten(huis, lezing, term.strip(), er_al)
    if not paren:
        return tekst(
            f"Geen gebied met „{term.strip()[:60]}” in de naam. Probeer een deel van de naam, een "
            "postcode van vier cijfers, of een CBS-code zoals BU03440111."
            if term.strip()
            else "Zoek op naam, code of postcode.",
            "zacht",
        )  # fmt: skip
    thema, tabel = keuze.get("thema"), keuze.get("als") == "tabel"
    links = [
        html.Li(
            [
                sprong(
                    [html.Span("Voeg toe: ", className="verborgen"), naam],
                    address.vergelijken([*er_al, wie], thema, tabel, plek="gekozen"),
                    "knop knop-klein",
                ),
                html.Span(f" {waar}", className="klein zacht"),
            ]
        )
        for wie, naam, waar in paren[:HOOGSTENS]
    ]
    meer = len(paren) > HOOGSTENS
    return [
        None if term else tekst("Eigen gebieden en Mijn buurten:", "klein zacht"),
        html.Ul(links, className="voorstellen"),
        tekst("Er zijn er meer; typ er de gemeente bij, of meer van de naam.", "klein zacht")
        if meer
        else None,
    ]


def _kandidaten(
    huis: Huis, lezing: Lezing, term: str, er_al: Sequence[str]
) -> list[tuple[str, str, str]]:
    """Key, name and place: areas of one's own first, then what fits best, as everywhere."""
    plekken = huis.instellingen.datamap
    eigen = [
        (own_areas.sleutel(g), g.naam, "eigen gebied")
        for g in own_areas.lees(plekken.eigen_gebieden)
        if search.gelijk(term) in search.gelijk(g.naam)
    ]
    nieuwst = lezing.nieuwste_grensjaar()
    if term:
        treffers = search.zoeker(huis.zoekgeheugen, lezing).zoek(term, HOOGSTENS + MEESTE + 1)
        er = {g.gebied: g for g in lezing.gebieden([t.gebied for t in treffers])}
        gevonden = [er[t.gebied] for t in treffers]
    else:
        gevonden = lezing.gebieden(list(areas.lees(plekken.gebieden).mijn_gebieden))
        gevonden.sort(key=lambda g: (g.grensjaar < nieuwst, g.naam))
    gewoon = [(g.gebied, g.naam, _waar(g, nieuwst)) for g in gevonden]
    return [p for p in [*eigen, *gewoon] if p[0] not in er_al]


def _waar(g: Gebied, nieuwst: int) -> str:
    plekken = [g.wijknaam if g.niveau == "buurt" else g.niveau, g.gemeentenaam]
    waar = ", ".join(p for p in plekken if p and p != g.naam)
    return waar + (f" (indeling {g.grensjaar})" if g.grensjaar < nieuwst else "")

"""Waar het botst, over all own areas: what there is to see, each with a link to do something."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard import access, address, areas
from dashboard.context import Huis, verhalen_per_gebied
from dashboard.panels.parts import sprong, tabel, tekst
from dashboard.snapshot import Lezing
from dashboard.snapshot_types import Gebied
from dashboard.stories import clash
from dashboard.stories.repository import nu
from dashboard.who import huidig
from dashboard.words import aantal, datum, getal, opsomming
from indicators.catalogue import Catalogus

KOP = [
    "Gebied", "Klopt niet", "Niet eens of juist wel", "Nog niet gehoord", "Cijfers zonder verhaal",
    "Verhalen zonder cijfer", "Oudste verhaal",
]  # fmt: skip


def maak(huis: Huis, lezing: Lezing) -> tuple[str, Any]:
    """Title and content of the page; areas in order of name, this is no league table.

    Raises:
        KeuzeFout: when the file with chosen areas cannot be understood.
    """
    keuze = areas.lees(huis.instellingen.datamap.gebieden)
    eigen = lezing.gebieden(list(keuze.mijn_gebieden))
    kop = html.Header(
        [
            html.H1("Waar het botst"),
            tekst(
                "Waar verhalen en cijfers elkaar tegenspreken, aanvullen of missen, in al jullie "
                "gebieden. Een botsing is geen fout: het is een reden om te gaan kijken.",
                "inleiding",
            ),
        ]
    )
    if not eigen:
        leeg = html.P(["Kies eerst jullie gebieden. ", sprong("Naar Mijn buurten", "/")])
        return "Waar het botst", html.Div([kop, leeg], className="bericht")
    cat = lezing.catalogus
    per = verhalen_per_gebied(huis, lezing, eigen)
    kern = _kern(lezing, [g.gebied for g in eigen])
    rijen = [
        _rij(cat, g, clash.van(per[g.gebied], kern.get(g.gebied, ()), cat.woorden.rol),
             bool(per[g.gebied]))
        for g in eigen
    ]  # fmt: skip
    return "Waar het botst", html.Div(
        [kop, html.Div(tabel(KOP, rijen, "Per gebied, op naam"), className="botst-tabel")]
    )


def _kern(lezing: Lezing, codes: list[str]) -> dict[str, list[str]]:
    """Per area the core figures that have a value in some year."""
    ids = [i.id for i in lezing.catalogus.indicatoren.values() if i.kern]
    uit: dict[str, dict[str, None]] = {}
    for w in lezing.waarden(codes, ids):
        if w.waarde is not None:
            uit.setdefault(w.gebied, {})[w.indicator] = None
    return {g: [i for i in ids if i in gevonden] for g, gevonden in uit.items()}


def _rij(cat: Catalogus, g: Gebied, b: clash.Botsing, verteld: bool) -> list[Any]:
    naam = sprong(g.naam, address.buurt(g.gebied))
    if not verteld:
        eerste = (
            sprong("Vertel het eerste verhaal", address.buurt(g.gebied, plek="vertel"))
            if _vertel(g)
            else "nog niemand"
        )
        zonder = _cijfers(cat, g, b.zonder_verhaal)
        return [naam, _niets(), _niets(), eerste, zonder, _niets(), _niets()]
    return [
        naam,
        _tegen(cat, g, b),
        _eens(cat, g, b),
        _rollen(cat, g, b),
        _cijfers(cat, g, b.zonder_verhaal),
        _los(g, b),
        _oudste(g, b),
    ]


def _vertel(g: Gebied) -> str:
    """Where one tells on the page of an area; nowhere for who may not."""
    return "vertel" if access.mag(huidig(), "vertellen", nu(), [g.gebied]) else ""


def _niets() -> html.Span:
    return html.Span(["–", html.Span("geen", className="verborgen")], className="geen")


def _kort(cat: Catalogus, indicator: str) -> str:
    gevonden = cat.indicatoren.get(indicator)
    return gevonden.kort if gevonden else indicator


def _met_komma(delen: list[Any]) -> Any:
    uit: list[Any] = []
    for d in delen:
        uit += [", ", d] if uit else [d]
    return html.Span(uit) if uit else _niets()


def _tegen(cat: Catalogus, g: Gebied, b: clash.Botsing) -> Any:
    per = dict.fromkeys(k.indicator for k, _ in b.tegen)
    return _met_komma(
        [sprong(_kort(cat, i), address.buurt(g.gebied, cijfer=i)) for i in list(per)[:4]]
    )


def _eens(cat: Catalogus, g: Gebied, b: clash.Botsing) -> Any:
    delen = [
        sprong(f"oneens: {_kort(cat, i)}", address.buurt(g.gebied, cijfer=i)) for i in b.oneens[:3]
    ]
    delen += [
        sprong(f"eens: {_kort(cat, e.indicator)}", address.buurt(g.gebied, cijfer=e.indicator))
        for e in b.eens[:3]
    ]
    return _met_komma(delen)


def _rollen(cat: Catalogus, g: Gebied, b: clash.Botsing) -> Any:
    if not b.niet_gehoord:
        return _niets()
    namen = opsomming([cat.woorden.rol.get(r, r) for r in b.niet_gehoord], 3)
    return sprong(namen, address.buurt(g.gebied, plek=_vertel(g)))


def _cijfers(cat: Catalogus, g: Gebied, ids: tuple[str, ...]) -> Any:
    if not ids:
        return _niets()
    namen = opsomming([_kort(cat, i).lower() for i in ids], 3)
    adres = address.buurt(g.gebied, cijfer=ids[0], plek=_vertel(g))
    return sprong(f"{getal(len(ids))}: {namen}", adres)


def _los(g: Gebied, b: clash.Botsing) -> Any:
    if not b.zonder_cijfer:
        return _niets()
    hoeveel = aantal(len(b.zonder_cijfer), "verhaal", "verhalen")
    return sprong(hoeveel, address.buurt(g.gebied, plek="zonder-cijfer"))


def _oudste(g: Gebied, b: clash.Botsing) -> Any:
    if b.oudste is None:
        return _niets()
    return sprong(datum(clash.wanneer(b.oudste)), address.buurt(g.gebied, verhaal=str(b.oudste.id)))

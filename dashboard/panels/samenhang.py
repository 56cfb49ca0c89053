"""The published check: how each score runs with the columns that are barred from scores."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.panels.parts import tabel, tekst, uitklap
from dashboard.snapshot_method import Samenhang
from dashboard.words import getal
from indicators.catalogue import Catalogus
from indicators.flags import OPVALLEND


def controle(cat: Catalogus, rijen: list[Samenhang] | None) -> html.Div:
    """A sentence and a table; says so when the publication has no such check."""
    if rijen is None:
        return _deel(
            tekst("Deze publicatie is van voor de controle; de volgende publicatie heeft hem wel.")
        )
    met = [r for r in rijen if r.correlatie is not None]
    if not met:
        return _deel(
            tekst("Nog niet te zeggen: er is geen jaar met zowel scores als deze cijfers.")
        )
    nieuwste: dict[tuple[str, str, str], Samenhang] = {}
    for r in sorted(met, key=lambda r: r.jaar):
        nieuwste[(r.boom, r.knoop, r.kolom)] = r
    getoond = sorted(nieuwste.values(), key=lambda r: (_score(cat, r), _kolom(cat, r)))
    return _deel(
        tekst(_zin(cat, getoond), "inleiding"),
        _tabel(cat, getoond, "Samenhang van elke score met wat niet meetelt, nieuwste jaar"),
        uitklap("Alle jaren", _tabel(cat, met, "Samenhang per jaar", "smal")),
    )


def _deel(*inhoud: Any) -> html.Div:
    return html.Div([html.H3("De controle", id="samenhang"), *inhoud])


def _zin(cat: Catalogus, rijen: list[Samenhang]) -> str:
    """How many pairs stand out, the strongest of all, and what this does and does not say."""
    sterkst = max(rijen, key=lambda r: abs(r.correlatie or 0))
    n = sum(r.opvallend for r in rijen)
    hoeveel = "Geen enkel paar valt op." if not n else f"Van {len(rijen)} paren vallen er {n} op."
    return (
        "Samenhang loopt van -1 (precies omgekeerd) via 0 (geen verband) tot 1 (precies gelijk "
        f"op); vanaf {getal(OPVALLEND, 1)} naar een van beide kanten noemen we haar opvallend. "
        f"{hoeveel} Het sterkst is {_score(cat, sterkst)} met {_kolom(cat, sterkst)}: "
        f"{getal(sterkst.correlatie or 0, 2)} over {sterkst.gebieden} buurten in {sterkst.jaar}. "
        "Een score kan dus samenhangen met een cijfer dat er niet in zit. Dit laat dat zien; het "
        "zegt niet waardoor het komt, en niets over een persoon."
    )


def _tabel(cat: Catalogus, rijen: list[Samenhang], bijschrift: str, klas: str = "") -> html.Div:
    return tabel(
        ["Score", "Cijfer dat niet meetelt", "Jaar", "Buurten", "Samenhang"],
        [
            [_score(cat, r), _kolom(cat, r), html.Span(str(r.jaar), className="heel"),
             getal(r.gebieden), html.Span(_getal(r), className="heel")]
            for r in rijen
        ],
        bijschrift,
        klas,
    )  # fmt: skip


def _getal(r: Samenhang) -> str:
    return getal(r.correlatie or 0, 2) + (", opvallend" if r.opvallend else "")


def _score(cat: Catalogus, r: Samenhang) -> str:
    boom = cat.bomen.get(r.boom)
    knoop = next((k for k in boom.knopen if k.id == r.knoop), None) if boom else None
    return f"{boom.kop}: {knoop.naam}" if boom and knoop else f"{r.boom}: {r.knoop}"


def _kolom(cat: Catalogus, r: Samenhang) -> str:
    return cat.indicatoren[r.kolom].kort if r.kolom in cat.indicatoren else r.kolom

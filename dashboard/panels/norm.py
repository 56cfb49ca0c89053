"""A norm in words: the rule itself, what it says of an area, how sure, how far from turning."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from dash import html

from dashboard import norm
from dashboard.context import Blad
from dashboard.norm import Toets, assen
from dashboard.panels.parts import sprong, tekst
from dashboard.snapshot import Lezing
from dashboard.snapshot_types import Gebied
from dashboard.words import HARD, datum, getal, hoofdletter, opsomming
from indicators.catalogue import Catalogus
from indicators.compare import ZEKERHEID
from indicators.norms import Norm, Normen

GEEN_OORDEEL = "Een norm zegt wanneer jullie samen gaan kijken. Hij is geen oordeel over de buurt."


def norm_in_woorden(cat: Catalogus, n: Norm) -> str:
    """The rule in one sentence."""
    alle = assen(cat)
    delen = [
        f"{alle[d.as_][1].naam.lower() if d.as_ in alle else d.as_} {d.kant} {_punten(d.waarde)}"
        for d in n.drempels
    ]
    duur = f", {n.jaren} jaar op rij" if n.jaren > 1 else ""
    zeker = f"met ten minste {getal(100 * n.kans)}{HARD}% zekerheid"
    return f"{hoofdletter(opsomming(delen))}{duur}, {zeker}."


def zeker_in_woorden(uit: Toets, n: int) -> str:
    """How sure the outcome of the n-th area is: `waarschijnlijk`, or the probability itself."""
    kans = float(uit.kans[n])
    zeker = kans if uit.uitkomst[n] == "over de norm" else 1 - kans
    woord = next((w for grens, w in ZEKERHEID if zeker >= grens), "")
    return woord or f"niet zeker: {getal(100 * kans)}{HARD}% kans dat het eroverheen is"


def verschuiving_in_woorden(cat: Catalogus, uit: Toets, n: int) -> str:
    """How far a threshold must move for this area to turn; the others stay where they are."""
    zinnen = []
    for d in uit.norm.drempels:
        o, naam = uit.omslag[d.as_], assen(cat)[d.as_][1].naam.lower()
        if np.isnan(o.drempel[n]):
            continue
        hoeveel = float(o.verschuiving[n])
        hoe = "hoger" if hoeveel > 0 else "lager"
        waar = _punten(float(o.drempel[n]))
        ver = "precies waar hij nu ligt"
        if abs(hoeveel) >= 0.05:
            ver = f"{_punten(abs(hoeveel))} {hoe}"
        zinnen.append(f"bij een drempel op {naam} van {waar} ({ver})")
    if not zinnen:
        return "Een drempel alleen verschuiven verandert hier niets."
    return f"Slaat om {'; of '.join(zinnen)}."


def _punten(waarde: float) -> str:
    return getal(waarde, 0 if abs(waarde - round(waarde)) < 0.05 else 1)


@dataclass(frozen=True)
class Hier:
    """What the norm says of one area: a sentence, and when it turns; empty when not to be said."""

    norm: Norm
    zin: str
    omslag: str = ""


def hier(lezing: Lezing, g: Gebied, vast: Norm | None) -> Hier | None:
    """What the norm says of a buurt; None without a norm, or for an area of another level."""
    if vast is None or g.niveau != "buurt":
        return None
    uit = norm.toets(lezing, vast, [g])
    if isinstance(uit, str):
        return Hier(vast, f"Nog niet te zeggen: {uit}.")
    if uit.uitkomst[0] == "weten we niet":
        return Hier(vast, f"Nog niet te zeggen: {uit.waarom.get(g.gebied, 'er is geen score')}.")
    jaren = opsomming([str(j) for j in uit.jaren])
    zin = f"{hoofdletter(uit.uitkomst[0])}, {zeker_in_woorden(uit, 0)} (scores van {jaren})."
    return Hier(vast, zin, verschuiving_in_woorden(lezing.catalogus, uit, 0))


def norm_hier(lezing: Lezing, blad: Blad, normen: Normen) -> html.Section | None:
    """The norm on the page of a buurt: what it says, how sure, how far from turning."""
    g = blad.buurt.gebied
    if g.niveau != "buurt" or not blad.huidig:
        return None
    h, kop = hier(lezing, g, normen.huidig), html.H2("Norm", id="norm")
    if h is None:
        leeg = ["Er is nog geen norm vastgesteld. ", sprong("Wat is een norm?", "/norm")]
        return html.Section([kop, tekst(leeg)], className="samengevat norm-hier")
    n = h.norm
    return html.Section(
        [
            kop,
            tekst(norm_in_woorden(blad.catalogus, n), "toelichting"),
            tekst(html.Strong(h.zin), "niveau") if h.omslag else tekst(h.zin, "arcering"),
            tekst(h.omslag) if h.omslag else None,
            tekst(
                [f"{n.naam}, versie {n.versie}, vastgesteld op {datum(n.datum)} door {n.door}. "
                 f"{GEEN_OORDEEL} ",
                 sprong("Waarom deze norm, en wie hij nog meer raakt", f"/norm?gebied={g.gebied}")],
                "klein zacht",
            ),
        ],
        className="samengevat norm-hier",
    )  # fmt: skip

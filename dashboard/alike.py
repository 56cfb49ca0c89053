"""Comparable areas: which are alike, how far apart, and how a figure lies to theirs, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from dashboard import sentences
from dashboard.context import Blad
from dashboard.snapshot import Lezing
from dashboard.snapshot_alike import Structuur, scores, structuur, structuurjaar
from dashboard.snapshot_types import Score, Waarde
from dashboard.words import cijfer, getal, opsomming
from indicators import compare, trend
from indicators.catalogue import Catalogus
from indicators.model import Indicator, Knoop
from indicators.uses import Vergelijkbaar

Soort = Literal["structuur", "sociale_huur"]
Reeksen = dict[tuple[str, str], dict[int, Waarde]]
"""Area and indicator to the figure per year."""
NIVEAUS = ("buurt", "wijk")
"""Levels of which there are enough areas to find some that are alike."""


@dataclass(frozen=True)
class Buur:
    """An area that is alike: how far (standard deviations), and its share of social rent."""

    gebied: str
    naam: str
    gemeente: str
    afstand: float
    sociale_huur: float | None


@dataclass(frozen=True)
class Gelijken:
    """The areas that are alike, nearest first; or in words why there are none."""

    soort: Soort
    jaar: int | None
    buren: tuple[Buur, ...] = ()
    uit: int = 0
    waarom_niet: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        """Their codes, nearest first."""
        return tuple(b.gebied for b in self.buren)


@dataclass(frozen=True)
class Regel:
    """A figure here beside that of the look-alikes: in words, and how it moved."""

    naam: str
    hier: str
    daar: str
    kans: float
    verloop: str
    jaar: int

    @property
    def zin(self) -> str:
        """How it lies to theirs, with its certainty."""
        return compare.in_woorden(self.kans, "daar")

    @property
    def anders(self) -> bool:
        """Whether a direction is claimed at all."""
        grens = compare.ZEKERHEID[1][0]
        return not np.isnan(self.kans) and max(self.kans, 1 - self.kans) >= grens


def gelijken(blad: Blad, lezing: Lezing) -> list[Gelijken]:
    """Both comparators: alike in structure, and of those with about as much social rent.

    Empty without a declaration (an older publication), and for an area of another level than buurt
    or wijk.
    """
    hoe, g = blad.catalogus.gebruik.vergelijkbaar, blad.buurt.gebied
    if hoe is None or g.niveau not in NIVEAUS:
        return []
    ids = [k.indicator for k in hoe.kenmerken]
    jaar, nooit = structuurjaar(lezing, g.gebied, ids, g.grensjaar)
    breuk = max((j for j in blad.buurt.breuken if j <= g.grensjaar), default=0)
    if jaar is None or jaar < breuk:
        return [Gelijken("structuur", None, waarom_niet=_mist(blad.catalogus, jaar, nooit, breuk))]
    alle = lezing.onthouden.haal(
        ("structuur", g.niveau, jaar),
        lambda: structuur(lezing, g.niveau, jaar, [*ids, hoe.sociale_huur]),
    )
    return [_dichtstbij(alle, g.gebied, hoe), _met_huur(alle, g.gebied, hoe, blad.catalogus)]


def _mist(cat: Catalogus, jaar: int | None, nooit: Sequence[str], breuk: int) -> str:
    if jaar is not None:
        return (
            f"sinds {breuk} heeft dit gebied een andere grens, en daarna zijn niet alle"
            " kenmerken bekend"
        )
    if nooit:
        namen = [cat.indicatoren[i].kort.lower() for i in nooit if i in cat.indicatoren]
        return f"van dit gebied is niet bekend: {opsomming(namen)}"
    return "er is geen jaar waarin alle kenmerken van dit gebied bekend zijn"


def _schaal(alle: Structuur, hoe: Vergelijkbaar) -> np.ndarray:
    x = alle.x[:, :-1].copy()
    for k, kenmerk in enumerate(hoe.kenmerken):
        if kenmerk.schaal == "log":
            x[:, k] = np.log1p(np.maximum(x[:, k], 0))
    return x


def _zoek(
    alle: Structuur, gebied: str, hoe: Vergelijkbaar, mag: np.ndarray, soort: Soort
) -> Gelijken:
    rij = alle.gebieden.index(gebied)
    try:
        uit = compare.vergelijkbaar(_schaal(alle, hoe), rij, hoe.aantal, mag)
    except ValueError:
        return Gelijken(soort, alle.jaar, waarom_niet="er zijn te weinig gebieden om uit te kiezen")
    huur = alle.x[:, -1]
    buren = tuple(
        Buur(alle.gebieden[r], alle.namen[r], alle.gemeenten[r], float(a),
             None if np.isnan(huur[r]) else float(huur[r]))
        for r, a in zip(uit.rijen, uit.afstand, strict=True)
    )  # fmt: skip
    if len(buren) < compare.MINSTE_GROEP:
        return Gelijken(soort, alle.jaar, waarom_niet="er zijn te weinig gebieden om uit te kiezen")
    uit_hoeveel = int((mag & ~np.isnan(alle.x[:, :-1]).any(axis=1)).sum())
    return Gelijken(soort, alle.jaar, buren, uit_hoeveel)


def _dichtstbij(alle: Structuur, gebied: str, hoe: Vergelijkbaar) -> Gelijken:
    mag = alle.mag.copy()
    mag[alle.gebieden.index(gebied)] = False
    return _zoek(alle, gebied, hoe, mag, "structuur")


def _met_huur(alle: Structuur, gebied: str, hoe: Vergelijkbaar, cat: Catalogus) -> Gelijken:
    rij = alle.gebieden.index(gebied)
    huur = alle.x[:, -1]
    if np.isnan(huur[rij]):
        naam = cat.indicatoren[hoe.sociale_huur].naam.lower()
        return Gelijken("sociale_huur", alle.jaar,
                        waarom_niet=f"van dit gebied is niet bekend: {naam}")  # fmt: skip
    mag = alle.mag & compare.evenveel_sociale_huur(huur, rij, hoe.marge)
    return _zoek(alle, gebied, hoe, mag, "sociale_huur")


def regels(blad: Blad, lezing: Lezing, g: Gelijken) -> list[Regel]:
    """The axes and the core figures, here beside the look-alikes; only what can be compared."""
    if not g.buren:
        return []
    hier = blad.buurt.gebied
    gevonden: list[Regel] = lezing.per_gebied.haal(
        ("vergelijkbaar", hier.gebied, hier.grensjaar, g.soort), lambda: _regels(blad, lezing, g)
    )
    return gevonden


def _regels(blad: Blad, lezing: Lezing, g: Gelijken) -> list[Regel]:
    cat = blad.catalogus
    uit = [
        _as(blad, lezing, g, b.id, k)
        for b in cat.bomen.values()
        for k in b.knopen
        if k.score and k.klassen is not None
    ]
    kenmerken = (
        {k.indicator for k in cat.gebruik.vergelijkbaar.kenmerken}
        if (cat.gebruik.vergelijkbaar)
        else set()
    )
    cijfers = [
        i
        for i in cat.kern()
        if i.gebruik == "tonen" and not sentences.is_telling(i) and i.id not in kenmerken
    ]
    waarden: Reeksen = {}
    for w in lezing.waarden(g.codes, [i.id for i in cijfers]):
        waarden.setdefault((w.gebied, w.indicator), {})[w.jaar] = w
    breuken = lezing.breuken(g.codes)
    uit += [_cijfer(blad, g, i, waarden, breuken) for i in cijfers]
    return [r for r in uit if r is not None]


def _as(blad: Blad, lezing: Lezing, g: Gelijken, boom: str, k: Knoop) -> Regel | None:
    eigen = blad.buurt.gebied.gebied
    alle = scores(lezing, [eigen, *g.codes], boom, k.id)
    met = [j for (c, j), s in alle.items() if c == eigen and s.score is not None]
    if not met:
        return None
    jaar = max(met)
    zelf = alle[eigen, jaar]
    groep = [s for c in g.codes if (s := alle.get((c, jaar))) is not None and s.score is not None]
    if len(groep) < compare.MINSTE_GROEP:
        return None
    kans = compare.kans_boven_groep(_ends(zelf), [_ends(s) for s in groep])
    getallen = [s.score or 0.0 for s in groep]
    return Regel(
        f"{k.naam} (score)", getal(zelf.score or 0.0),
        f"{getal(min(getallen))} tot {getal(max(getallen))}", kans, "", jaar,
    )  # fmt: skip


def _ends(s: Score | Waarde) -> tuple[float, float]:
    waarde = (s.score if isinstance(s, Score) else s.waarde) or 0.0
    return (waarde if s.onder is None else s.onder, waarde if s.boven is None else s.boven)


def _cijfer(
    blad: Blad,
    g: Gelijken,
    i: Indicator,
    waarden: Reeksen,
    breuken: dict[str, tuple[int, ...]],
) -> Regel | None:
    reeks = [w for w in blad.buurt.reeks(i.id) if w.waarde is not None]
    for zelf in reversed(reeks):
        groep = [
            w
            for c in g.codes
            if (w := waarden.get((c, i.id), {}).get(zelf.jaar)) is not None and w.waarde is not None
        ]
        if len(groep) >= compare.MINSTE_GROEP:
            break
    else:
        return None
    kans = compare.kans_boven_groep(_ends(zelf), [_ends(w) for w in groep])
    getallen = [w.waarde or 0.0 for w in groep]
    laag, hoog = cijfer(min(getallen), i), cijfer(max(getallen), i)
    return Regel(
        i.kort, cijfer(zelf.waarde or 0.0, i), laag if laag == hoog else f"{laag} tot {hoog}",
        kans, _verloop(blad, g, i, waarden, breuken), zelf.jaar,
    )  # fmt: skip


def _verloop(
    blad: Blad,
    g: Gelijken,
    i: Indicator,
    waarden: Reeksen,
    breuken: dict[str, tuple[int, ...]],
) -> str:
    """How fast it moves here and there, over the last stretch without a break."""
    hier = _stuk(list(blad.buurt.reeks(i.id)), blad.buurt.breuken)
    if hier is None:
        return ""
    daar = [
        s for c in g.codes
        if (s := _stuk(list(waarden.get((c, i.id), {}).values()), breuken[c])) is not None
    ]  # fmt: skip
    kans = compare.kans_boven_groep((hier.onder, hier.boven), [(s.onder, s.boven) for s in daar])
    per = f"{'+' if hier.helling > 0 else ''}{_per_jaar(hier.helling, i)} per jaar"
    breuk = any(b <= hier.van for b in blad.buurt.breuken)
    sinds = f"sinds {hier.van}" + (" (daarvoor een andere grens)" if breuk else "")
    if np.isnan(kans):
        return f"{per} {sinds}"
    zeker = max(kans, 1 - kans)
    woord = next((w for grens, w in compare.ZEKERHEID if zeker >= grens), "")
    if not woord:
        return f"{per} {sinds}; daar ongeveer even snel"
    return f"{per} {sinds}; {woord} {'meer omhoog' if kans > 0.5 else 'meer omlaag'} dan daar"


def _per_jaar(helling: float, i: Indicator) -> str:
    """A slope in the figure's own unit; of a percentage in points, with a decimal to see it by."""
    if i.eenheid == "keur":
        return cijfer(helling, i)
    return getal(helling, max(i.decimalen, 1)) + (" punt" if i.eenheid == "pct" else "")


def _stuk(reeks: Sequence[Waarde], breuken: tuple[int, ...]) -> trend.Stuk | None:
    """The last stretch of a series with a slope; None with fewer than three years."""
    jaar = np.array([w.jaar for w in reeks], dtype=float)
    waarde = np.array([np.nan if w.waarde is None else w.waarde for w in reeks], dtype=float)
    alle = trend.stukken(jaar, waarde, breuken) if len(reeks) else []
    return alle[-1] if alle and not np.isnan(alle[-1].helling) else None

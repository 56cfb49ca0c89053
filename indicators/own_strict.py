"""The strict rule over the declared family: every table and year of a corporation, suppressed.

A cell hidden in one year or publication is hidden in all (`suppress`), and in the table that it is
a part of as well: linked tables share one pattern, found by going back and forth between them
(Hundepool et al. 2012, ch. 4). What hidden cells count for in shown totals waits until it may be
let in (`editions`); an average is shown only where no single answer follows from it (`spread`), and
moves only when at least the minimum count came or went.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.editions import (
    Blad,
    Cel,
    Deel,
    Eerder,
    Stand,
    bladeren,
    groepen,
    ingaand,
    uitgeven,
    wachtend,
)
from indicators.own_stock import Gebieden, Streng, Tel
from indicators.spread import grootste_gedekt, ruim, verschil_ruim
from indicators.suppress import (
    ONBEGRENSD,
    SECUNDAIR,
    Kennis,
    OnbeschermdFout,
    Onthulregel,
    grenzen,
    heel,
    niets_bekend,
    onderdruk,
    primair,
    rond,
)
from indicators.suppress import Tabel as Getoond
from indicators.vera import Eigen, Tabel

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
B = NDArray[np.bool_]
Geheugen = Mapping[tuple[str, int], Eerder]
"""(table, year) to what all publications of it have told.

Year 0 for tables of the day of the export: their counts hardly change from one to the next.
"""


@dataclass(frozen=True)
class Geteld:
    """What was counted: `tel` and `som` by (counter, year), per buurt in the order of the tree.

    `top`: the two largest amounts per buurt (m by 2), for sums without a scale.
    """

    tel: Tel
    som: Mapping[tuple[str, int], F64]
    top: Mapping[tuple[str, int], F64]


@dataclass(frozen=True)
class _Jaar:
    """One table-year on its way: how it stands, what it counts for, what is known of it."""

    nu: Stand
    telt: Stand
    geheel: I64 | None
    weet: Kennis
    ook: B
    eerder: Eerder | None


def sleutel(t: Tabel, jaar: int) -> tuple[str, int]:
    """Where the memory of a table-year is kept."""
    return t.id, 0 if t.momenten == "peildatum" else jaar


def streng(
    eigen: Eigen,
    gebieden: Gebieden,
    telling: Geteld,
    eerder: Mapping[str, set[str]],
    geheugen: Geheugen,
    naam: str,
) -> dict[tuple[str, int], Streng]:
    """Every declared table for every year that was counted, suppressed.

    Args:
        eigen: the declaration.
        gebieden: the tree.
        telling: exact counts and sums per buurt.
        eerder: per table, codes of cells that were hidden in any publication or year.
        geheugen: what earlier publications told.
        naam: of this publication; names sort by time.

    Returns:
        (table, year) to what may be shown. A table-year that cannot be protected is hidden whole.
    """
    uit: dict[tuple[str, int], Streng] = {}
    for t in (t for t in eigen.tabellen if not t.deel_van):
        delen = [d for d in eigen.tabellen if d.deel_van == t.id]
        namen = {c for x in (t, *delen) for c in eerder.get(x.id, ())}
        dicht = np.array([c in namen for c in gebieden.codes])
        while True:
            een = _tabel(eigen, gebieden, telling, t, {}, dicht, geheugen, naam)
            nieuw = _patroon(een, dicht)
            for d in delen:
                een |= _tabel(eigen, gebieden, telling, d, een, nieuw, geheugen, naam)
            if not delen or np.array_equal(_patroon(een, nieuw), nieuw):
                break
            dicht = _patroon(een, nieuw)
        uit |= een
    return uit


def _patroon(gesloten: Mapping[tuple[str, int], Streng], dicht: B) -> B:
    return np.any([s.getoond.verborgen for s in gesloten.values()] + [dicht], axis=0)


def _tabel(eigen: Eigen, gebieden: Gebieden, telling: Geteld, t: Tabel,
           klaar: Mapping[tuple[str, int], Streng], dicht: B, geheugen: Geheugen,
           naam: str) -> dict[tuple[str, int], Streng]:  # fmt: skip
    """One table in every year, with one pattern of hidden cells; `dicht` are hidden anyway.

    `klaar` holds the table that this one is a part of.
    """
    jaren = sorted(j for teller, j in telling.tel if teller == t.telt)
    ronde: dict[int, tuple[_Jaar, Getoond]] = {}
    while jaren:
        for j in jaren:
            werk = _jaar(eigen, gebieden, telling, t, j, klaar, dicht, geheugen)
            ronde[j] = werk, _een(eigen, gebieden, t, werk, dicht)
        meer = [g.verborgen | _te_sprekend(gebieden, telling, t, j, w, g.verborgen)
                for j, (w, g) in ronde.items()]  # fmt: skip
        nieuw = np.any(meer, axis=0) | dicht
        if np.array_equal(nieuw, dicht):
            break
        dicht = nieuw
    return {(t.id, j): _besluit(eigen, gebieden, t, j, *ronde[j], naam) for j in jaren}


def _jaar(eigen: Eigen, gebieden: Gebieden, telling: Geteld, t: Tabel, jaar: int,
          klaar: Mapping[tuple[str, int], Streng], dicht: B,
          geheugen: Geheugen) -> _Jaar:  # fmt: skip
    """What a table-year counts for, with these cells hidden."""
    blad, regel = bladeren(gebieden.boom), eigen.regels[t.regel]
    codes, toen = [gebieden.codes[i] for i in blad], geheugen.get(sleutel(t, jaar))
    x = telling.tel[t.telt, jaar]
    geheel = _geheel(eigen, gebieden, telling.tel, t, jaar, klaar)
    nu = Stand(x, heel(gebieden.optellen(x), geheel)[blad],
               telling.som.get((t.telt, jaar), np.zeros(len(x))))  # fmt: skip
    vast = _wacht_zelf(t, codes, nu, toen, regel) if t.schaal or t.bedragen else None
    telt = ingaand(codes, nu, dicht[blad], toen, vast)
    aantal = gebieden.optellen(telt.aantal)
    los = geheel is None or t.openbaar or t.deel_van is not None
    ook = primair(gebieden.optellen(x), heel(aantal, None if los else geheel), regel)
    ook |= _over_weinig(gebieden, telling, t, jaar, regel)
    if geheel is not None:
        geheel = _geheel_van_toen(gebieden, t, geheel, telt, nu, toen, aantal)
    if t.schaal or t.bedragen:
        ook |= ~_vrij(gebieden, telling, t, jaar, aantal, gebieden.optellen(telt.som))
    return _Jaar(nu, telt, geheel, _kennis(gebieden, aantal, toen), ook, toen)


def _wacht_zelf(t: Tabel, codes: list[str], nu: Stand, toen: Eerder | None,
                regel: Onthulregel) -> B:  # fmt: skip
    """The buurten of which an average waits: too few answers came or went since it was shown."""
    uit = np.zeros(len(codes), dtype=bool)
    for k, c in enumerate(codes):
        b = toen.bladen.get(c) if toen else None
        if b is not None:
            meer = int(nu.aantal[k]) - b.aantal
            uit[k] = abs(meer) < regel.minimum or not verschil_ruim(
                meer, float(nu.som[k]) - b.som, t.schaal
            )
    return uit


def _vrij(gebieden: Gebieden, telling: Geteld, t: Tabel, jaar: int, aantal: I64, som: F64,
          van: list[I64] | None = None) -> B:  # fmt: skip
    """Whether no single answer follows from each of these sums; of nothing, nothing follows.

    `van`: per sum the buurten in it, as places; without it the sums are those of all cells.
    """
    if t.schaal:
        return np.asarray(ruim(aantal, som, t.schaal) | (aantal == 0))
    top = telling.top.get((t.telt, jaar))
    if top is None:
        return np.ones(len(aantal), dtype=bool)
    if van is None:
        van = _buurten_per_cel(gebieden)
    twee = np.array([np.sort(np.r_[top[k].ravel(), 0.0, 0.0])[-2:] for k in van])
    return np.asarray(grootste_gedekt(som, twee[:, 1], twee[:, 0]) | (aantal == 0))


def _buurten_per_cel(gebieden: Gebieden) -> list[I64]:
    """Per cell the places of its buurten."""
    n, m = len(gebieden.codes), len(gebieden.buurten)
    uit: list[list[int]] = [[] for _ in range(n)]
    for k in range(m):
        i = n - m + k
        while i >= 0:
            uit[i].append(k)
            i = int(gebieden.boom.ouder[i])
    return [np.array(x, dtype=np.int64) for x in uit]


def _te_sprekend(gebieden: Gebieden, telling: Geteld, t: Tabel, jaar: int, werk: _Jaar,
                 verborgen: B) -> B:  # fmt: skip
    """Shown averages of which what is left after all that is shown under them tells too much."""
    uit = np.zeros(len(verborgen), dtype=bool)
    rest = groepen(gebieden.boom, verborgen) if t.schaal or t.bedragen else []
    if not rest:
        return uit
    eerste = len(gebieden.codes) - len(gebieden.buurten)
    van = [leden - eerste for _, leden in rest]
    aantal = np.array([werk.telt.aantal[k].sum() for k in van])
    som = np.array([werk.telt.som[k].sum() for k in van])
    vrij = _vrij(gebieden, telling, t, jaar, aantal, som, van)
    uit[[cel for (cel, _), v in zip(rest, vrij, strict=True) if not v]] = True
    return uit


def _geheel(eigen: Eigen, gebieden: Gebieden, tel: Tel, t: Tabel, jaar: int,
            klaar: Mapping[tuple[str, int], Streng]) -> I64 | None:  # fmt: skip
    """What each count can at most be, to one who knows all that is public.

    Of a part of another table: the most that one can make of that table's cell.
    """
    if t.heel:
        return gebieden.optellen(tel[t.heel, jaar])
    if not t.deel_van:
        return None
    ouder = next(x for x in eigen.tabellen if x.id == t.deel_van)
    los = heel(gebieden.optellen(tel[ouder.telt, jaar]), None)
    regel = eigen.regels[ouder.regel]
    return grenzen(gebieden.boom, klaar[t.deel_van, jaar].getoond, los, regel)[1]


def _geheel_van_toen(gebieden: Gebieden, t: Tabel, geheel: I64, telt: Stand, nu: Stand,
                     toen: Eerder | None, aantal: I64) -> I64:  # fmt: skip
    """The whole that belongs to what a cell counts for, which may be that of an earlier day."""
    if toen is None:
        return geheel
    if t.heel:
        return gebieden.optellen(telt.heel)
    wacht = gebieden.optellen((telt.aantal != nu.aantal).astype(np.int64)) > 0
    oud = np.array([toen.cellen[c].heel if c in toen.cellen else 0 for c in gebieden.codes])
    return np.where(wacht, np.maximum(np.maximum(geheel, oud), aantal), geheel)


def _over_weinig(gebieden: Gebieden, telling: Geteld, t: Tabel, jaar: int,
                 regel: Onthulregel) -> B:  # fmt: skip
    if not t.noemer or t.heel is not None:
        return np.zeros(len(gebieden.codes), dtype=bool)
    noemer = gebieden.optellen(telling.tel[t.noemer, jaar])
    return np.asarray((noemer > 0) & (noemer < regel.minimum))


def _kennis(gebieden: Gebieden, aantal: I64, toen: Eerder | None) -> Kennis:
    """What one can know who kept earlier publications: bounds of cells that count for the same."""
    weet = niets_bekend(aantal)
    if toen is None:
        return weet
    for i, c in enumerate(gebieden.codes):
        cel = toen.cellen.get(c)
        if cel is not None and cel.aantal == aantal[i]:
            weet.laag[i], weet.hoog[i] = cel.laag, cel.hoog
    return weet


def _een(eigen: Eigen, gebieden: Gebieden, t: Tabel, w: _Jaar, dicht: B) -> Getoond:
    los = t.openbaar or t.deel_van is not None
    n = len(w.weet.precies)
    try:
        return onderdruk(gebieden.boom, w.weet.precies, w.geheel, eigen.regels[t.regel], dicht,
                         w.ook, los, w.weet)  # fmt: skip
    except OnbeschermdFout:
        return Getoond(np.zeros(n, np.int64), np.full(n, SECUNDAIR, np.int8))


def _besluit(eigen: Eigen, gebieden: Gebieden, t: Tabel, jaar: int, w: _Jaar, g: Getoond,
             naam: str) -> Streng:  # fmt: skip
    """Lets in what may be let in, rounds, and says what one can derive from it."""
    regel = eigen.regels[t.regel]
    u = uitgeven(gebieden.boom, gebieden.codes, g.verborgen, w.nu, w.telt, w.eerder, regel, naam,
                 t.schaal)  # fmt: skip
    aantal = gebieden.optellen(u.stand.aantal)
    geheel = w.geheel
    if geheel is not None:
        geheel = _geheel_van_toen(gebieden, t, geheel, u.stand, w.nu, w.eerder, aantal)
    n = heel(aantal, geheel)
    getoond = Getoond(np.where(g.verborgen, 0, rond(aantal, regel.afronden)), g.reden)
    weet = _kennis(gebieden, aantal, w.eerder)
    laag, hoog = grenzen(gebieden.boom, getoond, n, regel, weet)
    cellen = {c: Cel(int(aantal[i]), int(laag[i]), int(min(hoog[i], ONBEGRENSD)), int(n[i]))
              for i, c in enumerate(gebieden.codes)}  # fmt: skip
    return Streng(
        t.id, jaar, getoond, (laag, hoog), aantal, gebieden.optellen(u.stand.som),
        wachtend(gebieden.boom, g.verborgen, u.sinds), Eerder(u.bladen, u.sommen, cellen),
    )  # fmt: skip


CELKOLOMMEN = ["tabel", "jaar", "gebied", "aantal", "laag", "hoog", "heel", "blad", "blad_heel",
               "versie", "sinds", "bekend", "som"]  # fmt: skip
SOMKOLOMMEN = ["tabel", "jaar", "nr", "gebied", "versie", "aantal", "heel", "bekend", "teken"]


def onthoud(
    eigen: Eigen, gesloten: Mapping[tuple[str, int], Streng]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The memory that `streng` asks for at the next publication: never on screen."""
    van = {t.id: t for t in eigen.tabellen}
    return als_frames(
        {sleutel(van[s.tabel], s.jaar): s.boek for s in gesloten.values() if s.boek is not None}
    )


def als_frames(geheugen: Geheugen) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A memory as rows.

    Returns:
        Two frames, with `CELKOLOMMEN` (a row per area) and `SOMKOLOMMEN` (a row per part of a sum).
    """
    cellen, sommen = [], []
    for (id_, j), e in geheugen.items():
        for c in sorted(e.cellen.keys() | e.bladen.keys()):
            k, b = e.cellen.get(c, Cel(-1, 0, 0, 0)), e.bladen.get(c)
            blad = (-1, 0, 0, "", False, 0.0) if b is None else (
                b.aantal, b.heel, b.versie, b.sinds, b.bekend, b.som
            )  # fmt: skip
            cellen.append((id_, j, c, k.aantal, k.laag, k.hoog, k.heel, *blad))
        sommen += [
            (id_, j, nr, d.gebied, d.versie, d.aantal, d.heel, d.bekend, d.teken)
            for nr, rij in enumerate(e.sommen)
            for d in rij
        ]
    return pd.DataFrame(cellen, columns=CELKOLOMMEN), pd.DataFrame(sommen, columns=SOMKOLOMMEN)


def herinner(cellen: pd.DataFrame, sommen: pd.DataFrame) -> dict[tuple[str, int], Eerder]:
    """The memory from the frames of `als_frames`."""
    bladen: dict[tuple[str, int], dict[str, Blad]] = {}
    er: dict[tuple[str, int], dict[str, Cel]] = {}
    los: dict[tuple[str, int], dict[int, list[Deel]]] = {}
    for t, j, c, aantal, laag, hoog, geheel, *blad in _rijen(cellen, CELKOLOMMEN):
        er.setdefault((t, j), {})
        if aantal >= 0:
            er[t, j][c] = Cel(aantal, laag, hoog, geheel)
        if blad[0] >= 0:
            bladen.setdefault((t, j), {})[c] = Blad(*blad)
    for t, j, nr, *deel in _rijen(sommen, SOMKOLOMMEN):
        los.setdefault((t, j), {}).setdefault(nr, []).append(Deel(*deel))
    return {
        k: Eerder(bladen.get(k, {}), tuple(tuple(d) for d in los.get(k, {}).values()), er[k])
        for k in er
    }


def _rijen(df: pd.DataFrame, kolommen: list[str]) -> Iterator[tuple[Any, ...]]:
    if len(df):
        yield from zip(*(df[k].tolist() for k in kolommen), strict=True)

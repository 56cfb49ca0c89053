"""Own figures of a corporation: from exact counts per buurt to what may be shown, and to whom.

Each declared table is one count over the tree corporation, gemeente, wijk, buurt. Internal roles
see object facts exact; what comes of persons, and all that leaves the corporation, goes through
`indicators.own_strict`. A cell hidden in one year or publication is hidden in all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.editions import Eerder
from indicators.suppress import EERDER, GETOOND, PRIMAIR, SECUNDAIR, Boom, Onthulregel, rond
from indicators.suppress import Tabel as Getoond
from indicators.vera import CORPORATIE, Blootstelling, Cijfer, Eigen, Tabel

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
Tel = Mapping[tuple[str, int], I64]
"""(counter, year) to a count per buurt of the tree, in its order."""
REDEN = {PRIMAIR: "te klein", SECUNDAIR: "beschermt een ander", EERDER: "eerder verborgen"}


@dataclass(frozen=True)
class Gebieden:
    """The tree of areas that the corporation has dwellings in: root, gemeenten, wijken, buurten.

    `codes` and `niveaus` have n cells, as `boom`; the last `len(buurten)` are the buurten.
    """

    codes: tuple[str, ...]
    niveaus: tuple[str, ...]
    boom: Boom
    buurten: tuple[str, ...]

    def optellen(self, per_buurt: NDArray) -> NDArray:
        """Values of all cells from those of the buurten."""
        uit = np.zeros(len(self.codes), dtype=per_buurt.dtype)
        uit[len(self.codes) - len(self.buurten) :] = per_buurt
        for laag in reversed(self.boom.lagen[1:]):
            np.add.at(uit, self.boom.ouder[laag], uit[laag])
        return uit


def gebieden_van(buurten: Mapping[str, tuple[str, str]]) -> Gebieden:
    """The tree over buurten.

    Args:
        buurten: code of a buurt to those of its wijk and gemeente.
    """
    b = sorted(buurten)
    wijken = sorted({(buurten[c][0], buurten[c][1]) for c in b})
    gemeenten = sorted({g for _, g in wijken})
    codes = [CORPORATIE, *gemeenten, *(w for w, _ in wijken), *b]
    plek = {c: i for i, c in enumerate(codes)}
    ouder = [
        -1,
        *[0] * len(gemeenten),
        *(plek[g] for _, g in wijken),
        *(plek[buurten[c][0]] for c in b),
    ]
    niveaus = [
        CORPORATIE,
        *["gemeente"] * len(gemeenten),
        *["wijk"] * len(wijken),
        *["buurt"] * len(b),
    ]
    return Gebieden(tuple(codes), tuple(niveaus), Boom(np.array(ouder)), tuple(b))


@dataclass(frozen=True)
class Streng:
    """A table under the strict rule, for one year.

    `kan_zijn`: what an attacker can derive. `telt`, `som`: what each cell counts for, and the sum
    behind an average; parts that wait are as they were. `wacht`: per cell the publication since
    which something in it waits, else empty. `boek`: the memory of this publication.
    """

    tabel: str
    jaar: int
    getoond: Getoond
    kan_zijn: tuple[I64, I64] | None = None
    telt: I64 | None = None
    som: F64 | None = None
    wacht: tuple[str, ...] = ()
    boek: Eerder | None = None


def waarden(
    eigen: Eigen,
    gebieden: Gebieden,
    tel: Tel,
    som: Mapping[tuple[str, int], F64],
    gesloten: Mapping[tuple[str, int], Streng],
    buiten: bool,
) -> pd.DataFrame:
    """Figures by the value contract: gebied, niveau, jaar, indicator, waarde, onder, boven, reason.

    Args:
        eigen: the declaration.
        gebieden: the tree.
        tel: exact counts per buurt.
        som: exact sums per buurt, for averages.
        gesloten: what `streng` gave.
        buiten: for outside: object facts too go through the strict rule.
    """
    delen = []
    for (_, jaar), s in gesloten.items():
        t = next(x for x in eigen.tabellen if x.id == s.tabel)
        exact = t.klasse == "object" and not buiten
        for c in t.cijfers:
            deel = _cijfer(eigen, gebieden, tel, som, t, c, s, exact)
            deel.insert(0, "gebied", list(gebieden.codes))
            deel.insert(1, "niveau", list(gebieden.niveaus))
            deel.insert(2, "jaar", jaar)
            deel.insert(3, "indicator", c.id)
            delen.append(deel)
    return pd.concat(delen, ignore_index=True) if delen else pd.DataFrame()


def _cijfer(eigen: Eigen, gebieden: Gebieden, tel: Tel, som: Mapping[tuple[str, int], F64],
            t: Tabel, c: Cijfer, s: Streng, exact: bool) -> pd.DataFrame:  # fmt: skip
    n = gebieden.optellen(tel[t.telt, s.jaar])
    if not exact and s.telt is not None:
        n = s.telt
    regel = eigen.regels[t.regel]
    weg = np.zeros(len(n), bool) if exact else s.getoond.verborgen
    if c.maat == "aantal":
        return _aantal(n, s.getoond, regel, weg, exact)
    if c.maat == "gemiddelde":
        opgeteld = gebieden.optellen(som[t.telt, s.jaar])
        if not exact and s.som is not None:
            opgeteld = s.som
        gemiddeld = np.round(opgeteld / np.maximum(n, 1), 3 if exact else c.decimalen)
        return _frame(gemiddeld, weg, n == 0)
    noemer = gebieden.optellen(tel[t.noemer or "", s.jaar])
    maal = 100.0 if c.maat == "aandeel" else 1000.0
    if exact:
        deel = np.minimum(maal * n / np.maximum(noemer, 1), 100.0 if maal == 100 else np.inf)
        return _frame(np.round(deel, 3), weg, noemer == 0)
    weg = weg | ((noemer > 0) & (noemer < eigen.noemer_minimum[t.regel]))
    return _verhouding(s.getoond.getoond, noemer, regel, maal, weg, c.decimalen)


def _aantal(n: I64, g: Getoond, regel: Onthulregel, weg: NDArray[np.bool_],
            exact: bool) -> pd.DataFrame:  # fmt: skip
    if exact:
        return _frame(n.astype(float), weg, np.zeros(len(n), bool), n, n)
    laag = np.where(g.getoond > 0, np.maximum(g.getoond - regel.speling, regel.minimum), 0)
    hoog = np.where(g.getoond > 0, g.getoond + regel.speling, 0)
    return _frame(g.getoond.astype(float), weg, np.zeros(len(n), bool), laag, hoog)


def _verhouding(teller: I64, noemer: I64, regel: Onthulregel, maal: float,
                weg: NDArray[np.bool_], decimalen: int) -> pd.DataFrame:  # fmt: skip
    """A share or rate out of rounded counts, so that it tells no more than they do."""
    onder_streep = np.maximum(rond(noemer, regel.afronden), 1)
    s = regel.speling
    deel = np.round(maal * teller / onder_streep, decimalen)
    laag = (
        maal * np.where(teller > 0, np.maximum(teller - s, regel.minimum), 0) / (onder_streep + s)
    )
    hoog = maal * np.where(teller > 0, teller + s, 0) / np.maximum(onder_streep - s, 1)
    top = 100.0 if maal == 100 else np.inf
    return _frame(
        np.minimum(deel, top), weg, noemer == 0,
        np.minimum(laag, deel), np.clip(hoog, deel, max(top, deel.max(initial=0.0))),
    )  # fmt: skip


def _frame(waarde: NDArray, weg: NDArray[np.bool_], nvt: NDArray[np.bool_],
           onder: NDArray | None = None, boven: NDArray | None = None) -> pd.DataFrame:  # fmt: skip
    leeg = weg | nvt
    niets = np.full(len(waarde), np.nan)
    return pd.DataFrame(
        {
            "waarde": np.where(leeg, np.nan, waarde),
            "onder": np.where(leeg, np.nan, niets if onder is None else onder),
            "boven": np.where(leeg, np.nan, niets if boven is None else boven),
            "ontbreekt_door": np.select([weg, nvt], ["te_klein", "nvt"], None),  # type: ignore[call-overload]
        }
    )


def wachtend(eigen: Eigen, gebieden: Gebieden,
             gesloten: Mapping[tuple[str, int], Streng]) -> pd.DataFrame:  # fmt: skip
    """The shown figures in which hidden parts wait for a larger change.

    Returns:
        Columns gebied, niveau, jaar, indicator, publicatie: as of which these parts are.
    """
    van = {t.id: t for t in eigen.tabellen}
    rijen = [
        (gebieden.codes[i], gebieden.niveaus[i], s.jaar, c.id, sinds)
        for s in gesloten.values()
        for i, sinds in enumerate(s.wacht)
        if sinds
        for c in van[s.tabel].cijfers
    ]
    return pd.DataFrame(rijen, columns=["gebied", "niveau", "jaar", "indicator", "publicatie"])


def logboek(gebieden: Gebieden, gesloten: Mapping[tuple[str, int], Streng]) -> pd.DataFrame:
    """What was hidden: table, year, area, level and why. For the privacy officer, on no screen."""
    rijen = [
        (s.tabel, s.jaar, gebieden.codes[i], gebieden.niveaus[i], REDEN[int(s.getoond.reden[i])])
        for s in gesloten.values()
        for i in np.flatnonzero(s.getoond.reden != GETOOND)
    ]
    return pd.DataFrame(rijen, columns=["tabel", "jaar", "gebied", "niveau", "reden"])


def blootstelling(
    waarde: pd.DataFrame, woningen: Mapping[str, int], vloer: Blootstelling
) -> pd.DataFrame:
    """Neighbourhood figures weighed by own dwellings.

    Args:
        waarde: columns indicator, jaar, gebied, waarde (NaN where missing), one row per buurt.
        woningen: own dwellings per buurt.
        vloer: under which nothing is said.

    Returns:
        Columns indicator, jaar, waarde, buurten, dekking (share of own dwellings in buurten that
        have the figure), ontbreekt_door.
    """
    w = waarde.assign(w=waarde["gebied"].map(woningen).fillna(0.0))
    w = w[(w["w"] > 0) & w["waarde"].notna()]
    totaal = float(sum(woningen.values()))
    w = w.assign(wx=w["w"] * w["waarde"])
    g = w.groupby(["indicator", "jaar"]).agg(
        w=("w", "sum"), wx=("wx", "sum"), buurten=("gebied", "nunique"), grootste=("w", "max")
    )
    g = g.reset_index()
    if g.empty:
        return g.assign(waarde=[], dekking=[], ontbreekt_door=[])
    g["dekking"] = g["w"] / totaal
    goed = (
        (g["w"] >= vloer.minimum_woningen)
        & (g["buurten"] >= vloer.minimum_buurten)
        & (g["dekking"] >= vloer.dekking)
        & (g["grootste"] <= vloer.grootste_deel * g["w"])
    )
    g["waarde"] = (g["wx"] / g["w"]).where(goed)
    g["ontbreekt_door"] = np.select([~goed], ["te_klein"], None)  # type: ignore[call-overload]
    return g[["indicator", "jaar", "waarde", "buurten", "dekking", "ontbreekt_door"]]

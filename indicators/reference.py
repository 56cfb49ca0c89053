"""A reference folder: our numbers beside those that another implementation published.

The folder holds `input/` (asem_idata.csv, asem_imeta.csv, perhaps asem_idata_panel.csv) and
`expected/` (results of COINr 1.1.14, one CSV per result). Every file is recomputed from `input/`
with the engine's own steps; only the sensitivity files start from the draws given in them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from indicators.hierarchy import MethodeFout
from indicators.reference_more import MEER, OPTIMAAL
from indicators.reference_rules import REGELS, Bouw

Lezer = Callable[[Path], pd.DataFrame]
VAST, RUIM = 1e-9, 1e-2
"""Allowed difference, relative above 1: of what is fixed, and of what an optimiser found."""


@dataclass(frozen=True)
class Uitslag:
    """One file: largest difference, where, and what was said about it."""

    bestand: str
    verschil: float
    grens: float
    waar: str = ""
    toelichting: str = ""

    bekend: bool = True

    @property
    def goed(self) -> bool:
        """Whether the difference is within what is allowed."""
        return self.bekend and self.verschil <= self.grens

    def regel(self, breed: int = 30) -> str:
        """One line for the screen."""
        if not self.bekend:
            return f"? {self.bestand:<{breed}} niet vergeleken: geen regel voor dit bestand"
        teken = "=" if self.goed else "!"
        waar = f"  bij {self.waar}" if self.waar and self.verschil > 0 else ""
        uitleg = f"  ({self.toelichting})" if self.toelichting else ""
        return f"{teken} {self.bestand:<{breed}} {self.verschil:8.1e}{waar}{uitleg}"


def vergelijk(map_: Path, lees_csv: Lezer, lees_meta: Lezer) -> list[Uitslag]:
    """Recomputes every file of `expected/` that a rule knows; the others are listed as unknown.

    Raises:
        MethodeFout: no such folder, or no input in it.
    """
    verwacht = sorted((map_ / "expected").glob("*.csv"))
    if not verwacht or not (map_ / "input" / "asem_idata.csv").exists():
        raise MethodeFout(f"{map_}: geen input/asem_idata.csv of geen expected/*.csv")
    bouw = Bouw(map_, lees_csv, lees_meta)
    uit = []
    for pad in verwacht:
        regel = {**REGELS, **MEER}.get(pad.stem)
        if regel is None:
            uit.append(Uitslag(pad.name, float("nan"), VAST, bekend=False))
            continue
        anders = pd.read_csv(pad, keep_default_na=False, na_values=["", "NA", "NaN"])
        if regel.alleen:
            anders = anders[list(regel.alleen)]
        grens = RUIM if pad.stem in OPTIMAAL else VAST
        ons = regel.maak(bouw)
        if regel.los and len(ons.columns) == len(anders.columns):
            ons.columns = anders.columns
        verschil, waar = grootste(ons, anders, regel.sleutel, regel.bekend)
        uit.append(Uitslag(pad.name, verschil, grens, waar, regel.toelichting))
    return uit


def grootste(
    ons: pd.DataFrame,
    anders: pd.DataFrame,
    sleutel: tuple[str, ...],
    bekend: tuple[tuple[str, str], ...] = (),
) -> tuple[float, str]:
    """The largest difference over the other's columns, and where; infinite when kinds differ.

    Args:
        ons: our table, with at least the other's columns.
        anders: the reference.
        sleutel: columns that identify a row; without, row order does.
        bekend: (key, column) of cells that differ for a reason that is known and pinned.
    """
    mist = [c for c in anders.columns if c not in ons.columns]
    if mist:
        return float("inf"), f"kolom {mist[0]} ontbreekt bij ons"
    if sleutel:
        ons, anders = (t.set_index(list(sleutel)).sort_index() for t in (ons, anders))
    if len(ons) != len(anders) or (sleutel and not ons.index.equals(anders.index)):
        return float("inf"), f"rijen: {len(ons)} bij ons, {len(anders)} in het voorbeeld"
    ergste, waar = 0.0, ""
    for kolom in anders.columns:
        verschil = _kolom(ons[kolom], anders[kolom])
        for naam, welke in bekend:
            if welke == kolom:
                verschil[np.flatnonzero(ons.index == naam)] = 0.0
        if len(verschil) and verschil.max() > ergste:
            ergste = float(verschil.max())
            waar = f"{ons.index[int(verschil.argmax())]}, {kolom}"
    return ergste, waar


def _kolom(ons: pd.Series, anders: pd.Series) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    getal = pd.to_numeric(anders, errors="coerce")
    if (getal.isna() & anders.notna()).any() or anders.dtype == bool:
        een, twee = (k.astype(object).where(k.notna(), "").astype(str) for k in (ons, anders))
        gelijk = een.str.lower().to_numpy() == twee.str.lower().to_numpy()
        return np.where(gelijk, 0.0, np.inf)
    a, b = pd.to_numeric(ons, errors="coerce").to_numpy(float), getal.to_numpy(float)
    with np.errstate(invalid="ignore"):
        verschil = np.abs(a - b) / np.maximum(1.0, np.abs(b))
    verschil[(a == b) | (np.isnan(a) & np.isnan(b))] = 0.0
    return np.where(np.isnan(verschil), np.inf, verschil)

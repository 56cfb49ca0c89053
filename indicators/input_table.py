"""The data of a composite, checked: COINr's iData shape, one row per unit (and time)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from indicators.hierarchy import Hierarchie, MethodeFout

NAAM, TIJD = "uCode", "Time"


@dataclass(frozen=True)
class Invoertabel:
    """Checked data: `sleutel` (uCode, Time, groups, denominators) and `x` (numbers), row by row."""

    sleutel: pd.DataFrame
    x: pd.DataFrame

    @property
    def wie(self) -> pd.DataFrame:
        """The columns that say whose row it is: uCode, and Time where given."""
        return self.sleutel[[c for c in (NAAM, TIJD) if c in self.sleutel]]

    def rijen(self, over: str) -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
        """Row positions that a step takes together, with words for messages."""
        if over == "alles" or TIJD not in self.sleutel or self.sleutel[TIJD].nunique() == 1:
            yield "", np.arange(len(self.x))
            return
        for jaar, rijen in self.sleutel.groupby(TIJD, sort=True).indices.items():
            yield f", {TIJD} {jaar}", np.asarray(rijen)

    def rij(self, plek: int) -> str:
        """A row in words."""
        naam = str(self.sleutel[NAAM].iloc[plek])
        return f"{naam} {self.sleutel[TIJD].iloc[plek]}" if TIJD in self.sleutel else naam


def lees_invoer(data: pd.DataFrame, boom: Hierarchie) -> Invoertabel:
    """Checked data in COINr's iData shape: uCode, Time where given, and a column per indicator.

    Args:
        data: text or numbers; empty, 'NA' and NaN are missing.
        boom: which columns are indicators, groups and denominators.

    Raises:
        MethodeFout: a missing column, a doubled unit, text, or an infinite value; it says where.
    """
    nodig = (NAAM, *boom.indicatoren, *boom.noemers, *boom.groepen)
    mist = [c for c in nodig if c not in data.columns]
    if mist:
        raise MethodeFout(
            f"data: kolom(men) {', '.join(mist)} ontbreken; gevonden: "
            f"{', '.join(map(str, data.columns[:8]))} ..."
        )
    data = data.reset_index(drop=True)
    if not len(data):
        raise MethodeFout("data: geen enkele rij")
    sleutel = pd.DataFrame({NAAM: data[NAAM].astype(str)})
    if (sleutel[NAAM].str.strip() == "").any() or data[NAAM].isna().any():
        raise MethodeFout(f"data: {NAAM} ontbreekt in een of meer rijen")
    if TIJD in data and not data[TIJD].isna().all() and not (data[TIJD].astype(str) == "").all():
        sleutel[TIJD] = _getallen(data[TIJD], TIJD, sleutel[NAAM])
        if sleutel[TIJD].isna().any():
            raise MethodeFout(f"data: {TIJD} ontbreekt in een of meer rijen")
        if (sleutel[TIJD] % 1 == 0).all():
            sleutel[TIJD] = sleutel[TIJD].astype(int)
    dubbel = sleutel[sleutel.duplicated()]
    if len(dubbel):
        raise MethodeFout(f"data: {' '.join(map(str, dubbel.iloc[0]))} komt meer dan eens voor")
    for groep in boom.groepen:
        waarde = data[groep].astype(object)
        sleutel[groep] = waarde.where(data[groep].notna() & (waarde != "") & (waarde != "NA"), None)
    getallen = {c: _getallen(data[c], c, sleutel[NAAM]) for c in (*boom.noemers, *boom.indicatoren)}
    sleutel = pd.concat([sleutel, pd.DataFrame({c: getallen[c] for c in boom.noemers})], axis=1)
    return Invoertabel(sleutel, pd.DataFrame({c: getallen[c] for c in boom.indicatoren}))


def _getallen(kolom: pd.Series, naam: str, wie: pd.Series) -> pd.Series:
    tekst = kolom.astype(object).where(kolom.notna(), "").replace("NA", "")
    uit = pd.to_numeric(tekst.where(tekst != "", None), errors="coerce").astype(float)
    fout = uit.isna() & (tekst != "")
    if fout.any():
        i = int(np.argmax(fout))
        raise MethodeFout(f"data, {naam}, {wie.iloc[i]}: {tekst.iloc[i]!r} is geen getal")
    if np.isinf(uit).any():
        i = int(np.argmax(np.isinf(uit)))
        raise MethodeFout(f"data, {naam}, {wie.iloc[i]}: oneindig; een getal verwacht")
    return uit

"""All SQL for the three views of an area and the published check of scores."""

from __future__ import annotations

from dataclasses import dataclass, fields

import duckdb
import numpy as np
from numpy.typing import NDArray

from dashboard.snapshot import Lezing
from indicators.model import Knoop


@dataclass(frozen=True)
class Beeld:
    """The three views of an area; classes and reasons as `out_beeld` says them."""

    gebied: str
    grensjaar: int
    jaar: int
    boom: str
    stand: int | None
    stand_kans: float | None
    vanaf: int | None
    een_beweging: int | None
    een_kans: float | None
    twee_beweging: int | None
    twee_kans: float | None
    beide_stegen_kans: float | None
    geen_verandering: str | None
    verwacht_onder: float | None
    verwacht_boven: float | None
    verschil: float | None
    verwacht_klasse: int | None
    verwacht_kans: float | None
    geen_verwachting: str | None
    veel_bezoekers: bool


@dataclass(frozen=True)
class Samenhang:
    """How a score runs with a column that is barred from scores, over so many buurten."""

    boom: str
    knoop: str
    kolom: str
    jaar: int
    gebieden: int
    correlatie: float | None
    opvallend: bool


def beelden(lezing: Lezing, gebied: str, grensjaar: int) -> dict[str, Beeld]:
    """Per tree the views of an area, of no later boundaries; none in older publications."""
    namen = ", ".join(v.name for v in fields(Beeld))
    try:
        rijen = lezing.tabel(
            f"""SELECT {namen} FROM out_beeld WHERE gebied = ? AND grensjaar <= ?
            ORDER BY grensjaar""",  # noqa: S608 - names of the contract
            (gebied, grensjaar),
        )
    except duckdb.CatalogException:
        return {}
    return {b.boom: b for b in (Beeld(*r) for r in rijen)}


def samenhang(lezing: Lezing) -> list[Samenhang] | None:
    """The published check, newest year first; None in older publications, which have none."""
    namen = ", ".join(v.name for v in fields(Samenhang))
    try:
        rijen = lezing.tabel(
            f"""SELECT {namen} FROM out_meta__samenhang
            ORDER BY jaar DESC, boom, knoop, kolom"""  # noqa: S608 - names of the contract
        )
    except duckdb.CatalogException:
        return None
    return [Samenhang(*r) for r in rijen]


@dataclass(frozen=True)
class Delen:
    """The parts of an axis for the buurten of a gemeente that have a published score."""

    jaar: int
    gebieden: tuple[str, ...]
    namen: tuple[str, ...]
    x: NDArray[np.float64]


def delen(lezing: Lezing, gemeente: str, boom: str, knoop: Knoop) -> Delen | None:
    """The newest year of an axis in a gemeente: buurten by name, parts in the node's order.

    None when no buurt of it has a score.
    """
    rijen = lezing.tabel(
        """WITH hier AS (
            SELECT g.gebied, g.naam, g.grensjaar FROM out_gebied g
            JOIN out_score s ON s.gebied = g.gebied AND s.grensjaar = g.grensjaar
                AND s.jaar = g.grensjaar AND s.boom = ? AND s.knoop = ?
            WHERE g.gemeente = ? AND g.niveau = 'buurt' AND s.score IS NOT NULL)
        SELECT h.gebied, h.naam, h.grensjaar, b.indicator, b.genormaliseerd FROM hier h
        JOIN out_bijdrage b ON b.gebied = h.gebied AND b.grensjaar = h.grensjaar
            AND b.jaar = h.grensjaar AND b.boom = ? AND b.knoop = ?
        WHERE h.grensjaar = (SELECT max(grensjaar) FROM hier)""",
        (boom, knoop.id, gemeente, boom, knoop.id),
    )
    if not rijen:
        return None
    plek = {d.indicator: j for j, d in enumerate(knoop.delen)}
    orde = sorted({(naam, code) for code, naam, *_ in rijen}, key=lambda n: (n[0].casefold(), n[1]))
    nummer = {code: i for i, (_, code) in enumerate(orde)}
    x = np.full((len(orde), len(plek)), np.nan)
    for code, _, _, indicator, getal in rijen:
        if getal is not None and indicator in plek:
            x[nummer[code], plek[indicator]] = getal
    return Delen(int(rijen[0][2]), tuple(c for _, c in orde), tuple(n for n, _ in orde), x)


def gemeenten(lezing: Lezing) -> list[tuple[str, str]]:
    """Every gemeente that has buurten in the newest grensjaar: code and name, by name."""
    rijen = lezing.tabel(
        """SELECT DISTINCT gemeente, gemeentenaam FROM out_gebied
        WHERE niveau = 'buurt' AND gemeente IS NOT NULL
            AND grensjaar = (SELECT max(grensjaar) FROM out_gebied) ORDER BY 2, 1"""
    )
    return [(str(c), str(n or c)) for c, n in rijen]

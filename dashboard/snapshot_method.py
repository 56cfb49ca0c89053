"""All SQL for the three views of an area and the published check of scores."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields

import duckdb
import numpy as np
from numpy.typing import NDArray

from dashboard.snapshot import Lezing
from indicators.flags import MINIMUM_INWONERS
from indicators.model import Knoop
from indicators.proef_schaal import Cellen


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


VERBORGEN = ("geheim", "onbekend_of_geheim", "te_klein")
"""Kinds of missing of which a figure exists that is not shown: it could be anything."""


@dataclass(frozen=True)
class Ascijfers:
    """The parts of an axis for every buurt of one boundary year, by name.

    `reden` is empty where the buurt has a published score, else why it has none.
    """

    jaar: int
    gebieden: tuple[str, ...]
    namen: tuple[str, ...]
    gemeenten: tuple[str, ...]
    reden: tuple[str, ...]
    cellen: Cellen

    def plekken(self, codes: Collection[str]) -> NDArray[np.intp]:
        """Where some buurten stand that have a published score."""
        return np.array(
            [n for n, c in enumerate(self.gebieden) if c in codes and not self.reden[n]], np.intp
        )


def scorejaar(lezing: Lezing, gemeente: str, boom: str, knoop: str) -> int | None:
    """The newest year in which a buurt of a gemeente has a score on an axis; None without."""
    rij = lezing.tabel(
        """SELECT max(s.jaar) FROM out_score s
        JOIN out_gebied g ON g.gebied = s.gebied AND g.grensjaar = s.grensjaar
        WHERE s.boom = ? AND s.knoop = ? AND s.score IS NOT NULL AND s.jaar = s.grensjaar
            AND g.gemeente = ? AND g.niveau = 'buurt'""",
        (boom, knoop, gemeente),
    )
    return int(rij[0][0]) if rij and rij[0][0] is not None else None


def bekend_per_jaar(
    lezing: Lezing, gemeente: str, indicatoren: Sequence[str]
) -> dict[int, dict[str, str | None]]:
    """Per year that was read for a gemeente: of each figure None where there is one, else why not.

    The reason is that of most buurten; a figure without any row is `geen_bron`.
    """
    rijen = lezing.tabel(
        """SELECT w.jaar, w.indicator, count(w.waarde), mode(w.ontbreekt_door)
        FROM out_waarde_kaart w JOIN out_gebied g USING (gebied, grensjaar)
        WHERE w.indicator IN (SELECT unnest(?::VARCHAR[])) AND w.jaar = w.grensjaar
            AND w.niveau = 'buurt' AND g.gemeente = ? AND NOT g.water
        GROUP BY ALL ORDER BY ALL""",
        (list(indicatoren), gemeente),
    )
    uit: dict[int, dict[str, str | None]] = {}
    for jaar, indicator, er, waarom in rijen:
        leeg: dict[str, str | None] = dict.fromkeys(indicatoren, "geen_bron")
        uit.setdefault(int(jaar), leeg)[indicator] = None if er else waarom or "geen_bron"
    return uit


def ascijfers(lezing: Lezing, boom: str, knoop: Knoop, jaar: int) -> Ascijfers:
    """Every buurt on land of a year with the parts of an axis, in the node's order."""
    rijen = lezing.tabel(
        """SELECT g.gebied, g.naam, coalesce(g.gemeente, ''),
            CASE WHEN s.score IS NULL THEN coalesce(s.geen_score_reden, 'geen_bron') ELSE '' END
        FROM out_gebied g LEFT JOIN out_score s ON s.gebied = g.gebied
            AND s.grensjaar = g.grensjaar AND s.jaar = ? AND s.boom = ? AND s.knoop = ?
        WHERE g.grensjaar = ? AND g.niveau = 'buurt' AND NOT g.water
        ORDER BY ltrim(lower(strip_accents(g.naam)), '''’‘ -'), g.gebied""",
        (jaar, boom, knoop.id, jaar),
    )
    plek = {str(code): n for n, (code, *_) in enumerate(rijen)}
    vorm = (len(rijen), len(knoop.delen))
    waarde, onder, boven = (np.full(vorm, np.nan) for _ in range(3))
    verborgen = np.zeros(vorm, dtype=bool)
    for j, deel in enumerate(knoop.delen):
        k = lezing.kolommen(
            """SELECT gebied, waarde, onder, boven,
                coalesce(ontbreekt_door IN (SELECT unnest(?::VARCHAR[])), false) AS verborgen
            FROM out_waarde_kaart
            WHERE indicator = ? AND jaar = ? AND grensjaar = ? AND niveau = 'buurt'""",
            (list(VERBORGEN), deel.indicator, jaar, jaar),
        )
        naar = np.array([plek.get(c, -1) for c in k["gebied"].tolist()], np.intp)
        er = naar >= 0
        for doel, naam in ((waarde, "waarde"), (onder, "onder"), (boven, "boven")):
            doel[naar[er], j] = np.asarray(k[naam], float)[er]
        verborgen[naar[er], j] = np.asarray(k["verborgen"], bool)[er]
    codes, namen, gemeenten_, redenen = (tuple(str(r[n]) for r in rijen) for n in range(4))
    return Ascijfers(
        jaar, codes, namen, gemeenten_, redenen, Cellen(waarde, onder, boven, verborgen)
    )


def cijfers_van(
    lezing: Lezing, indicatoren: Sequence[str], gebied: str, grensjaar: int, jaar: int
) -> NDArray[np.float64]:
    """Value and both ends of some figures of one area, (3, 1, m); NaN where there is none."""
    rijen = lezing.tabel(
        """SELECT indicator, waarde, onder, boven FROM out_waarde
        WHERE gebied = ? AND grensjaar = ? AND jaar = ?
            AND indicator IN (SELECT unnest(?::VARCHAR[]))""",
        (gebied, grensjaar, jaar, list(indicatoren)),
    )
    uit = np.full((3, 1, len(indicatoren)), np.nan)
    for indicator, *getallen in rijen:
        j = list(indicatoren).index(indicator)
        uit[:, 0, j] = [np.nan if g is None else g for g in getallen]
    return uit


def op_schaal(
    lezing: Lezing, boom: str, gemeente: str, niveau: str, jaar: int
) -> list[tuple[str, str, float]]:
    """The parts of a tree on their scale of 0 to 100, of the areas of a gemeente in a year.

    Areas with too few inhabitants for a figure of our own are left out.
    """
    rijen = lezing.tabel(
        """SELECT b.gebied, b.indicator, max(b.genormaliseerd) FROM out_bijdrage b
        JOIN out_gebied g USING (gebied, grensjaar)
        WHERE b.boom = ? AND b.jaar = ? AND b.grensjaar = ? AND g.gemeente = ? AND g.niveau = ?
            AND g.inwoners >= ? AND NOT g.water AND b.genormaliseerd IS NOT NULL
        GROUP BY ALL ORDER BY ALL""",
        (boom, jaar, jaar, gemeente, niveau, MINIMUM_INWONERS),
    )
    return [(str(g), str(i), float(w)) for g, i, w in rijen]


def gemeenten(lezing: Lezing) -> list[tuple[str, str]]:
    """Every gemeente that has buurten in the newest grensjaar: code and name, by name."""
    rijen = lezing.tabel(
        """SELECT DISTINCT gemeente, gemeentenaam FROM out_gebied
        WHERE niveau = 'buurt' AND gemeente IS NOT NULL
            AND grensjaar = (SELECT max(grensjaar) FROM out_gebied) ORDER BY 2, 1"""
    )
    return [(str(c), str(n or c)) for c, n in rijen]

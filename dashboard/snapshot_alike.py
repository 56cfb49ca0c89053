"""All SQL for areas that are alike, and for areas around one: structure, scores and clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import duckdb
import numpy as np
from numpy.typing import NDArray

from dashboard.snapshot import Lezing
from dashboard.snapshot_types import Score
from indicators.flags import MINIMUM_INWONERS


@dataclass(frozen=True)
class Structuur:
    """Figures of all areas of a level in a year: areas by figures, NaN where missing.

    `mag` says which may be a look-alike: not small, not mostly used by others, not water.
    """

    jaar: int
    gebieden: tuple[str, ...]
    namen: tuple[str, ...]
    gemeenten: tuple[str, ...]
    x: NDArray[np.float64]
    mag: NDArray[np.bool_]


@dataclass(frozen=True)
class Cluster:
    """Whether an area lies among areas like it on an axis, as `out_cluster` says it."""

    grensjaar: int
    jaar: int
    boom: str
    knoop: str
    klasse: str | None
    kans_gecorrigeerd: float | None
    buren: int
    buren_met_score: int
    gebieden: int
    geen_cluster: str | None


def structuurjaar(
    lezing: Lezing, gebied: str, indicatoren: Sequence[str], tot: int
) -> tuple[int | None, tuple[str, ...]]:
    """The newest year in which an area has all these figures, and else which it never has."""
    rijen = lezing.tabel(
        """SELECT jaar, indicator FROM out_waarde
        WHERE gebied = ? AND grensjaar = jaar AND jaar <= ? AND waarde IS NOT NULL
            AND indicator IN (SELECT unnest(?::VARCHAR[]))""",
        (gebied, tot, list(indicatoren)),
    )
    per: dict[int, set[str]] = {}
    for jaar, indicator in rijen:
        per.setdefault(int(jaar), set()).add(indicator)
    heel = [j for j, er in per.items() if len(er) == len(set(indicatoren))]
    ooit = set().union(*per.values())
    return max(heel, default=None), tuple(i for i in indicatoren if i not in ooit)


def structuur(lezing: Lezing, niveau: str, jaar: int, indicatoren: Sequence[str]) -> Structuur:
    """The figures of every area of a level in a year, in order of code."""
    gebieden = lezing.tabel(
        """SELECT gebied, naam, coalesce(gemeentenaam, ''), inwoners, water FROM out_gebied
        WHERE grensjaar = ? AND niveau = ? ORDER BY gebied""",
        (jaar, niveau),
    )
    codes = tuple(str(r[0]) for r in gebieden)
    bezocht = _bezocht(lezing)
    mag = np.array(
        [not r[4] and (r[3] or 0) >= MINIMUM_INWONERS and r[0] not in bezocht for r in gebieden],
        dtype=bool,
    )
    x = np.full((len(codes), len(indicatoren)), np.nan)
    for k, indicator in enumerate(indicatoren):
        kolom = lezing.kolommen(
            """SELECT gebied, waarde FROM out_waarde_kaart WHERE indicator = ? AND jaar = ?
            AND grensjaar = ? AND niveau = ? ORDER BY gebied""",
            (indicator, jaar, jaar, niveau),
        )
        plek = np.searchsorted(np.array(codes), kolom["gebied"].astype(str))
        x[plek, k] = kolom["waarde"].astype(float)
    return Structuur(
        jaar, codes, tuple(r[1] for r in gebieden), tuple(r[2] for r in gebieden), x, mag
    )


def _bezocht(lezing: Lezing) -> set[str]:
    try:
        rijen = lezing.tabel("SELECT DISTINCT gebied FROM out_beeld WHERE veel_bezoekers")
    except duckdb.CatalogException:
        return set()
    return {r[0] for r in rijen}


def scores(
    lezing: Lezing, codes: Sequence[str], boom: str, knoop: str
) -> dict[tuple[str, int], Score]:
    """Scores of a node that some areas have, by area and year, on the boundaries of that year."""
    rijen = lezing.tabel(
        """SELECT gebied, jaar, boom, knoop, score, onder, boven, dekking, geen_score_reden
        FROM out_score WHERE gebied IN (SELECT unnest(?::VARCHAR[])) AND boom = ? AND knoop = ?
            AND grensjaar = jaar ORDER BY gebied, jaar""",
        (list(codes), boom, knoop),
    )
    return {(r[0], int(r[1])): Score(*r[1:]) for r in rijen}


def clusterkaart(lezing: Lezing, boom: str, jaar: int) -> list[tuple[str, str, str, str]]:
    """Axis, class, code and name of every buurt that lies in a cluster, by name; and who does not.

    A buurt that was tested and lies in none has the class `geen`. None in older publications.
    """
    try:
        rijen = lezing.tabel(
            """SELECT c.knoop, c.klasse, c.gebied, g.naam FROM out_cluster c
            JOIN out_gebied g USING (gebied, grensjaar)
            WHERE c.boom = ? AND c.jaar = ? AND c.grensjaar = ? AND c.klasse IS NOT NULL
            ORDER BY lower(strip_accents(g.naam)), c.gebied, c.knoop""",
            (boom, jaar, jaar),
        )
    except duckdb.CatalogException:
        return []
    return [(str(k), str(v), str(c), str(n)) for k, v, c, n in rijen]


def clusters(lezing: Lezing, gebied: str, grensjaar: int) -> list[Cluster]:
    """Per axis whether an area lies in a cluster; none in older publications."""
    namen = ", ".join(v.name for v in fields(Cluster))
    try:
        rijen = lezing.tabel(
            f"""SELECT {namen} FROM out_cluster WHERE gebied = ? AND grensjaar <= ?
            ORDER BY boom, knoop, grensjaar""",  # noqa: S608 - names of the contract
            (gebied, grensjaar),
        )
    except duckdb.CatalogException:
        return []
    return [Cluster(*r) for r in rijen]

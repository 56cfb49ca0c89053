"""All SQL for a norm: scores of axes over the years for a set of buurten, and who takes no part."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np

from dashboard.snapshot import Lezing
from indicators.views import Stand


def jaren_met_scores(lezing: Lezing, assen: Sequence[tuple[str, str]]) -> list[int]:
    """Years in which every axis (boom, knoop) has some score, on the boundaries of that year."""
    rijen = lezing.tabel(
        """SELECT jaar FROM out_score WHERE score IS NOT NULL AND grensjaar = jaar
            AND niveau = 'buurt' AND boom || '.' || knoop IN (SELECT unnest(?::VARCHAR[]))
        GROUP BY jaar HAVING count(DISTINCT boom || '.' || knoop) = ? ORDER BY jaar""",
        ([f"{b}.{k}" for b, k in assen], len(set(assen))),
    )
    return [int(r[0]) for r in rijen]


def stand(lezing: Lezing, codes: Sequence[str], boom: str, knoop: str, jaar: int) -> Stand:
    """Scores of an axis in a year, in the order of the codes; NaN where there is none."""
    kolom = lezing.kolommen(
        """SELECT gebied, score, onder, boven FROM out_score
        WHERE gebied IN (SELECT unnest(?::VARCHAR[])) AND boom = ? AND knoop = ? AND jaar = ?
            AND grensjaar = ? AND score IS NOT NULL ORDER BY gebied""",
        (list(codes), boom, knoop, jaar, jaar),
    )
    plek = {code: n for n, code in enumerate(codes)}
    waar = [plek[str(g)] for g in kolom["gebied"]]
    uit = np.full((3, len(codes)), np.nan)
    uit[0, waar] = score = kolom["score"].astype(float)
    for rij, naam in ((1, "onder"), (2, "boven")):
        ends = kolom[naam].astype(float)
        uit[rij, waar] = np.where(np.isnan(ends), score, ends)
    return Stand(*uit)


def veel_bezoekers(lezing: Lezing, codes: Sequence[str]) -> set[str]:
    """Those of some areas that are mostly used by others: they take no part in a norm."""
    try:
        rijen = lezing.tabel(
            """SELECT DISTINCT gebied FROM out_beeld
            WHERE veel_bezoekers AND gebied IN (SELECT unnest(?::VARCHAR[]))""",
            (list(codes),),
        )
    except duckdb.CatalogException:  # an older publication has no such flag
        return set()
    return {str(r[0]) for r in rijen}


def redenen(
    lezing: Lezing, codes: Sequence[str], boom: str, knoop: str, jaar: int
) -> dict[str, str]:
    """Why areas have no score on an axis in a year (`geen_score_reden`)."""
    rijen = lezing.tabel(
        """SELECT gebied, geen_score_reden FROM out_score
        WHERE gebied IN (SELECT unnest(?::VARCHAR[])) AND boom = ? AND knoop = ? AND jaar = ?
            AND grensjaar = ? AND score IS NULL AND geen_score_reden IS NOT NULL""",
        (list(codes), boom, knoop, jaar, jaar),
    )
    return dict(rijen)

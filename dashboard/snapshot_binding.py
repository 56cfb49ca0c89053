"""What the marking of stories reads from a publication: many figures at once, and boundaries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dashboard.snapshot import Lezing
from indicators.changes import Overgang


@dataclass(frozen=True)
class Stand:
    """A figure as a publication has it, with what its meaning hangs on."""

    gebied: str
    grensjaar: int
    jaar: int
    indicator: str
    waarde: float | None
    ontbreekt_door: str | None
    aard: str
    bron: str


def standen(lezing: Lezing, paren: Iterable[tuple[str, str]]) -> list[Stand]:
    """All figures of some pairs of area and indicator, over all years, oldest first."""
    gevraagd = sorted(set(paren))
    if not gevraagd:
        return []
    rijen = lezing.tabel(
        """SELECT w.gebied, w.grensjaar, w.jaar, w.indicator, w.waarde, w.ontbreekt_door, w.aard,
            w.bron
        FROM out_waarde w
        JOIN (SELECT unnest(?::VARCHAR[]) AS gebied, unnest(?::VARCHAR[]) AS indicator) v
            ON v.gebied = w.gebied AND v.indicator = w.indicator""",
        ([g for g, _ in gevraagd], [i for _, i in gevraagd]),
    )
    alle = [Stand(*rij) for rij in rijen]
    alle.sort(key=lambda s: (s.jaar, s.grensjaar == s.jaar, s.grensjaar))
    return alle


def generaties(lezing: Lezing) -> Mapping[tuple[str, int], tuple[str, ...]]:
    """In which forms each source was read, per year."""
    uit: dict[tuple[str, int], list[str]] = {}
    for bron, jaar, generatie in lezing.tabel(
        "SELECT DISTINCT bron, jaar, generatie FROM out_meta__herkomst ORDER BY ALL"
    ):
        uit.setdefault((bron, jaar), []).append(generatie)
    return {k: tuple(v) for k, v in uit.items()}


def overgangen(lezing: Lezing, gebieden: Iterable[str]) -> dict[str, list[Overgang]]:
    """Per area the steps by which it, or what it became, went to later boundary years.

    The share of the new area is counted in inhabitants where both are known, else in ground as
    the overlay gave it. A step by code alone, without outlines, is taken as the same area unless
    CBS marks the code as changed (`wijziging` 3).
    """
    gevraagd = sorted(set(gebieden))
    rijen = lezing.tabel(_OVERGANG, (gevraagd,))
    uit: dict[str, list[Overgang]] = {g: [] for g in gevraagd}
    for begin, *stap in rijen:
        uit[begin].append(Overgang(*stap))
    return uit


def namen(lezing: Lezing, gebieden: Iterable[str]) -> dict[str, str]:
    """The newest name of each area."""
    rijen = lezing.tabel(
        """SELECT gebied, arg_max(naam, grensjaar) FROM out_gebied
        WHERE gebied IN (SELECT unnest(?::VARCHAR[])) GROUP BY gebied""",
        (sorted(set(gebieden)),),
    )
    return {str(g): str(n) for g, n in rijen}


_OVERGANG = """
WITH RECURSIVE keten AS (
    SELECT unnest(?::VARCHAR[]) AS begin, begin AS code
    UNION
    SELECT k.begin, o.naar FROM keten k JOIN out_gebied_opvolger o ON o.van = k.code
), gewogen AS (
    SELECT o.*, o.aandeel * coalesce(g.inwoners, 0) AS mensen
    FROM out_gebied_opvolger o
    LEFT JOIN out_gebied g ON g.gebied = o.van AND g.grensjaar = o.grensjaar_van
), stap AS (
    SELECT van, naar, grensjaar_van, grensjaar_naar, aandeel, methode,
        mensen / nullif(sum(mensen) OVER (PARTITION BY naar, grensjaar_van, grensjaar_naar), 0)
            AS aandeel_nieuw
    FROM gewogen
)
SELECT DISTINCT k.begin, s.van, s.naar, s.grensjaar_van, s.grensjaar_naar, s.aandeel,
    CASE WHEN s.methode = 'zelfde_code' AND n.wijziging = 3 THEN 0.0
        ELSE coalesce(s.aandeel_nieuw, 1.0) END
FROM keten k JOIN stap s ON s.van = k.code
LEFT JOIN out_gebied n ON n.gebied = s.naar AND n.grensjaar = s.grensjaar_naar
"""

"""What the map and the search box read from a publication: whole columns, one query each.

The reader itself (which publication, its connection) is `snapshot.py`; all SQL stays in these
two. Columns come as arrays: a national map has 14,574 rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.snapshot import GeenPublicatie, Lezing, lees_publicatie
from indicators.contracts import Datamap

F64 = NDArray[np.float64]
Kolommen = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Laag:
    """One tile file of a boundary year: its level (or `water`), bounds and zoom."""

    grensjaar: int
    niveau: str
    bestand: str
    kader: tuple[float, float, float, float]
    van_zoom: int
    tot_zoom: int


@dataclass(frozen=True)
class Kaartjaar:
    """A year of a figure on one level: its boundary year, and how many areas have a value."""

    jaar: int
    grensjaar: int
    gebieden: int
    met_waarde: int
    deels: int = 0
    """Areas of which at least one of several parts is known."""


def lagen(lezing: Lezing) -> list[Laag]:
    """The tile files of this publication; none when no geometry was read."""
    k = lezing.kolommen(
        """SELECT grensjaar, niveau, bestand, west, zuid, oost, noord, van_zoom, tot_zoom
        FROM out_tegels ORDER BY grensjaar, niveau"""
    )
    return [
        Laag(int(j), str(n), str(b), (float(w), float(z), float(o), float(d)), int(v), int(t))
        for j, n, b, w, z, o, d, v, t in zip(*k.values(), strict=True)
    ]


def tegelnamen(datamap: Datamap) -> set[str]:
    """The tile files that kept publications name; a publication that cannot be read is skipped."""
    namen: set[str] = set()
    for pad in sorted(datamap.published.glob("*.duckdb")):
        try:
            with lees_publicatie(datamap, pad.stem.removeprefix("publicatie_")) as lezing:
                namen |= {laag.bestand for laag in lagen(lezing)}
        except GeenPublicatie:
            continue
    return namen


def jaren(lezing: Lezing, indicator: str, niveau: str) -> list[Kaartjaar]:
    """The years of a figure, oldest first; a year on its own boundaries goes before others."""
    sleutel = ("kaartjaren", indicator, niveau)
    return list(lezing.per_gebied.haal(sleutel, lambda: _jaren(lezing, indicator, niveau)))


def _jaren(lezing: Lezing, indicator: str, niveau: str) -> list[Kaartjaar]:
    k = lezing.kolommen(
        """SELECT jaar, grensjaar, count(*) AS er, count(waarde) AS met FROM out_waarde_kaart
        WHERE indicator = ? AND niveau = ? GROUP BY jaar, grensjaar
        QUALIFY row_number() OVER
            (PARTITION BY jaar ORDER BY grensjaar = jaar DESC, grensjaar DESC) = 1
        ORDER BY jaar""",
        (indicator, niveau),
    )
    return [Kaartjaar(*(int(x) for x in rij)) for rij in zip(*k.values(), strict=True)]


def scorejaren(lezing: Lezing, boom: str, knopen: tuple[str, ...], niveau: str) -> list[Kaartjaar]:
    """The years of scores, oldest first; a value counts where all nodes have one."""
    k = lezing.kolommen(
        """SELECT jaar, grensjaar, count(*) AS er, count(*) FILTER (n = ?) AS met,
            count(*) FILTER (n > 0) AS deels FROM (
            SELECT jaar, grensjaar, gebied, count(score) AS n FROM out_score
            WHERE boom = ? AND knoop IN (SELECT unnest(?::VARCHAR[])) AND niveau = ?
            GROUP BY jaar, grensjaar, gebied)
        GROUP BY jaar, grensjaar
        QUALIFY row_number() OVER
            (PARTITION BY jaar ORDER BY grensjaar = jaar DESC, grensjaar DESC) = 1
        ORDER BY jaar""",
        (len(knopen), boom, list(knopen), niveau),
    )
    return [Kaartjaar(*(int(x) for x in rij)) for rij in zip(*k.values(), strict=True)]


def gebieden(lezing: Lezing, niveau: str, grensjaar: int) -> Kolommen:
    """Code, name, wijk and gemeente of all land areas of a level, in order of name."""
    return lezing.kolommen(
        """SELECT g.gebied, g.naam, coalesce(g.gemeente, g.gebied) AS gemeente,
            coalesce(g.gemeentenaam, g.naam) AS gemeentenaam, coalesce(w.naam, '') AS wijknaam
        FROM out_gebied g LEFT JOIN out_gebied w
            ON w.gebied = g.wijk AND w.grensjaar = g.grensjaar AND g.niveau = 'buurt'
        WHERE g.niveau = ? AND g.grensjaar = ? AND NOT g.water
        ORDER BY ltrim(lower(strip_accents(g.naam)), '''’‘ -'), g.gebied""",
        (niveau, grensjaar),
    )


def waarden(lezing: Lezing, indicator: str, jaar: int, grensjaar: int, niveau: str) -> Kolommen:
    """One figure of one year for all areas of a level."""
    return lezing.kolommen(
        """SELECT gebied, waarde, onder, boven, coalesce(ontbreekt_door, '') AS ontbreekt_door
        FROM out_waarde_kaart
        WHERE indicator = ? AND jaar = ? AND grensjaar = ? AND niveau = ?""",
        (indicator, jaar, grensjaar, niveau),
    )


def waarden_toen(
    lezing: Lezing, indicator: str, jaar: int, grensjaar: int, niveau: str
) -> Kolommen:
    """One figure of an earlier year for the areas of later boundaries, where it is the same area.

    What was published for the later boundaries goes first (`herberekend`); else the figure under
    the same code, unless the code came to mean another area in between.
    """
    k = lezing.kolommen(
        """SELECT gebied, waarde, onder, boven, grensjaar FROM out_waarde_kaart
        WHERE indicator = ? AND jaar = ? AND niveau = ? AND grensjaar IN (?, ?)
        QUALIFY row_number() OVER (PARTITION BY gebied ORDER BY grensjaar = ? DESC) = 1""",
        (indicator, jaar, niveau, jaar, grensjaar, grensjaar),
    )
    codes = k["gebied"].astype(str)
    anders = lezing.breuken(codes[k["grensjaar"] != grensjaar].tolist())
    houd = np.array(
        [not any(jaar < b <= grensjaar for b in anders.get(c, ())) for c in codes], dtype=bool
    )
    return {naam: kolom[houd] for naam, kolom in k.items()}


def waarden_heel(
    lezing: Lezing, indicator: str, jaar: int, grensjaar: int, niveau: str
) -> Kolommen:
    """As `waarden`, with what a file says of each figure: its kind, state and source."""
    return lezing.kolommen(
        """SELECT gebied, waarde, onder, boven, coalesce(ontbreekt_door, '') AS ontbreekt_door,
            aard, voorlopig, bron
        FROM out_waarde_kaart
        WHERE indicator = ? AND jaar = ? AND grensjaar = ? AND niveau = ?""",
        (indicator, jaar, grensjaar, niveau),
    )


def verdeling(lezing: Lezing, indicator: str, niveau: str) -> tuple[F64, NDArray[np.int32]]:
    """All values of a figure on a level and their years: what fixed classes are made of."""
    k = lezing.kolommen(
        """SELECT waarde, jaar FROM out_waarde_kaart
        WHERE indicator = ? AND niveau = ? AND waarde IS NOT NULL""",
        (indicator, niveau),
    )
    return np.asarray(k["waarde"], np.float64), np.asarray(k["jaar"], np.int32)


def scores(
    lezing: Lezing, boom: str, knoop: str, jaar: int, grensjaar: int, niveau: str
) -> Kolommen:
    """The scores of one node in one year for all areas of a level."""
    return lezing.kolommen(
        """SELECT gebied, score, onder, boven, dekking,
            coalesce(geen_score_reden, '') AS reden
        FROM out_score
        WHERE boom = ? AND knoop = ? AND jaar = ? AND grensjaar = ? AND niveau = ?""",
        (boom, knoop, jaar, grensjaar, niveau),
    )


def veranderd(lezing: Lezing, een: int, ander: int) -> list[str]:
    """Codes that came to mean another area somewhere between two boundary years."""
    k = lezing.kolommen(
        """SELECT DISTINCT gebied FROM out_gebied
        WHERE wijziging = 3 AND grensjaar > ? AND grensjaar <= ? ORDER BY gebied""",
        (min(een, ander), max(een, ander)),
    )
    return [str(g) for g in k["gebied"]]


def getekend(lezing: Lezing, niveau: str, grensjaar: int) -> set[str]:
    """The codes that are drawn on a level."""
    k = lezing.kolommen(
        "SELECT gebied FROM out_grens WHERE niveau = ? AND grensjaar = ? AND NOT water",
        (niveau, grensjaar),
    )
    return set(k["gebied"].tolist())


def ooit_weg(lezing: Lezing, niveau: str, grensjaar: int) -> dict[str, list[str]]:
    """Per kind of missing the areas that miss a figure which most areas have in that year."""
    k = lezing.kolommen(
        """WITH er AS (SELECT indicator, gebied, waarde, ontbreekt_door FROM out_waarde_kaart
            WHERE niveau = ? AND grensjaar = ? AND jaar = grensjaar),
        met AS (SELECT indicator FROM er GROUP BY indicator HAVING count(waarde) * 2 > count(*))
        SELECT DISTINCT ontbreekt_door AS soort, gebied FROM er JOIN met USING (indicator)
        WHERE waarde IS NULL AND ontbreekt_door IS NOT NULL ORDER BY soort, gebied""",
        (niveau, grensjaar),
    )
    uit: dict[str, list[str]] = {}
    for soort, gebied in zip(k["soort"].tolist(), k["gebied"].tolist(), strict=True):
        uit.setdefault(str(soort), []).append(str(gebied))
    return uit


def vormen(lezing: Lezing, codes: list[str], grensjaar: int) -> list[bytes]:
    """The outlines (WKB, RD New) of some areas in one boundary year."""
    k = lezing.kolommen(
        """SELECT geometrie FROM out_grens
        WHERE grensjaar = ? AND gebied IN (SELECT unnest(?::VARCHAR[]))""",
        (grensjaar, codes),
    )
    return [bytes(v) for v in k["geometrie"]]


def vormen_in(lezing: Lezing, niveau: str, grensjaar: int, gemeenten: list[str] | None) -> Kolommen:
    """Code and outline (WKB, RD New) of the areas on land of a level, in some gemeenten or all."""
    return lezing.kolommen(
        """SELECT gebied, geometrie FROM out_grens
        WHERE niveau = ? AND grensjaar = ? AND NOT water
            AND (? OR substr(gebied, 3, 4) IN (SELECT unnest(?::VARCHAR[])))
        ORDER BY gebied""",
        (niveau, grensjaar, gemeenten is None, [g[2:6] for g in gemeenten or ()]),
    )


def buurtvormen(lezing: Lezing, grensjaar: int) -> Kolommen:
    """Code and outline (WKB, RD New) of every buurt on land in a boundary year."""
    return lezing.kolommen(
        """SELECT gebied, geometrie FROM out_grens
        WHERE grensjaar = ? AND niveau = 'buurt' AND NOT water ORDER BY gebied""",
        (grensjaar,),
    )


def binnen(lezing: Lezing, codes: list[str], niveau: str, grensjaar: int) -> list[str]:
    """The areas of a level that some areas, of any level, consist of."""
    k = lezing.kolommen(
        """SELECT gebied FROM out_gebied
        WHERE niveau = $1 AND grensjaar = $2 AND NOT water AND (
            gebied IN (SELECT unnest($3::VARCHAR[])) OR wijk IN (SELECT unnest($3::VARCHAR[]))
            OR gemeente IN (SELECT unnest($3::VARCHAR[])))
        ORDER BY gebied""",
        (niveau, grensjaar, codes),
    )
    return [str(g) for g in k["gebied"]]


def alle_gebieden(lezing: Lezing) -> Kolommen:
    """Every area ever, in its newest boundary year: what can be searched."""
    return lezing.kolommen(
        """SELECT g.gebied, g.grensjaar, g.niveau, g.naam, coalesce(g.gemeentenaam, '') AS gemeente,
            coalesce(w.naam, '') AS wijk, coalesce(g.postcode, '') AS postcode,
            coalesce(g.inwoners, 0) AS inwoners
        FROM out_gebied g LEFT JOIN out_gebied w
            ON w.gebied = g.wijk AND w.grensjaar = g.grensjaar AND g.niveau = 'buurt'
        WHERE NOT g.water
        QUALIFY row_number() OVER (PARTITION BY g.gebied ORDER BY g.grensjaar DESC) = 1
        ORDER BY g.naam, g.gebied"""
    )

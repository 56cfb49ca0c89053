"""All SQL for areas side by side, areas of one's own, and exports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dashboard.snapshot import Lezing
from dashboard.snapshot_types import Waarde
from indicators.own_area import Overgang


def grensjaren(lezing: Lezing) -> tuple[int, ...]:
    """The grensjaren of the publication, oldest first."""
    rijen = lezing.tabel("SELECT DISTINCT grensjaar FROM out_gebied ORDER BY grensjaar")
    return tuple(int(r[0]) for r in rijen)


def buurtjaren(lezing: Lezing, codes: Sequence[str] | None = None) -> dict[str, tuple[int, ...]]:
    """Per buurt the grensjaren it is in: all buurten, or those asked for."""
    rijen = lezing.tabel(
        """SELECT gebied, list(grensjaar ORDER BY grensjaar) FROM out_gebied
        WHERE niveau = 'buurt' AND (? OR gebied IN (SELECT unnest(?::VARCHAR[])))
        GROUP BY gebied""",
        (codes is None, list(codes or ())),
    )
    return {r[0]: tuple(r[1]) for r in rijen}


def namen(lezing: Lezing, codes: Iterable[str], grensjaar: int) -> dict[str, str]:
    """The names of areas in a grensjaar, where they are in it."""
    rijen = lezing.tabel(
        """SELECT gebied, naam FROM out_gebied
        WHERE grensjaar = ? AND gebied IN (SELECT unnest(?::VARCHAR[])) ORDER BY naam""",
        (grensjaar, list(codes)),
    )
    return dict(rijen)


def buurten_in(lezing: Lezing, code: str, grensjaar: int) -> tuple[str, ...]:
    """The buurten of a wijk or gemeente in a grensjaar, by name."""
    rijen = lezing.tabel(
        """SELECT gebied FROM out_gebied WHERE grensjaar = ? AND niveau = 'buurt'
        AND ? IN (wijk, gemeente) ORDER BY naam""",
        (grensjaar, code),
    )
    return tuple(r[0] for r in rijen)


def gemeenten(lezing: Lezing, codes: Iterable[str], grensjaar: int) -> set[str]:
    """The gemeenten that buurten lie in."""
    rijen = lezing.tabel(
        """SELECT DISTINCT gemeente FROM out_gebied
        WHERE grensjaar = ? AND gebied IN (SELECT unnest(?::VARCHAR[])) AND gemeente IS NOT NULL""",
        (grensjaar, list(codes)),
    )
    return {r[0] for r in rijen}


def waarden_van(lezing: Lezing, codes: Iterable[str], indicatoren: Iterable[str]) -> list[Waarde]:
    """All figures of buurten about the year of their own boundaries."""
    rijen = lezing.tabel(
        """SELECT gebied, grensjaar, jaar, indicator, waarde, onder, boven, ontbreekt_door,
            aard, voorlopig, bron FROM out_waarde
        WHERE gebied IN (SELECT unnest(?::VARCHAR[])) AND grensjaar = jaar
            AND indicator IN (SELECT unnest(?::VARCHAR[]))
        ORDER BY jaar, gebied""",
        (list(codes), list(indicatoren)),
    )
    return [Waarde(*r) for r in rijen]


def overgangen(
    lezing: Lezing, codes: frozenset[str], van: int, naar: int, terug: bool = False
) -> list[Overgang]:
    """What left these buurten and what came where they went (`terug`: the other way round).

    A code in both years that the publication has no line for is the same area, unless the source
    says that its boundary changed (wijziging 3).
    """
    rijen = lezing.tabel(
        """WITH paar AS (SELECT van, naar, aandeel,
                CASE WHEN ? THEN naar ELSE van END AS hier,
                CASE WHEN ? THEN van ELSE naar END AS daar
            FROM out_gebied_opvolger WHERE grensjaar_van = ? AND grensjaar_naar = ?),
        raak AS (SELECT daar FROM paar WHERE hier IN (SELECT unnest(?::VARCHAR[])))
        SELECT van, naar, aandeel FROM paar WHERE daar IN (FROM raak)""",
        (terug, terug, van, naar, list(codes)),
    )
    gezien = codes | {r[0] for r in rijen} | {r[1] for r in rijen}
    staat = lezing.tabel(
        """SELECT n.gebied, n.wijziging FROM out_gebied n JOIN out_gebied v USING (gebied)
        WHERE v.grensjaar = ? AND n.grensjaar = ?
            AND gebied IN (SELECT unnest(?::VARCHAR[]))""",
        (van, naar, list(gezien)),
    )
    anders = {code for code, wijziging in staat if wijziging == 3}
    vertrekt = {r[0] for r in rijen}
    komt_uit: dict[str, set[str]] = {}
    for r in rijen:
        komt_uit.setdefault(r[1], set()).add(r[0])
    uit = [
        Overgang(*r)
        for r in rijen
        if not (r[0] == r[1] and r[0] in anders and komt_uit[r[1]] == {r[0]})
    ]
    zelf = {code for code, _ in staat} - anders - vertrekt
    return uit + [Overgang(code, code, 1.0) for code in sorted(zelf)]


def grenzen(lezing: Lezing, paren: Iterable[tuple[str, int]]) -> dict[tuple[str, int], bytes]:
    """The outlines of areas in a grensjaar, as WKB in RD New (EPSG:28992)."""
    gevraagd = sorted(set(paren))
    if not gevraagd:
        return {}
    rijen = lezing.tabel(
        """SELECT gebied, grensjaar, geometrie FROM out_grens
        WHERE (gebied, grensjaar) IN
            (SELECT (unnest(?::VARCHAR[]), unnest(?::INTEGER[])))""",
        ([p[0] for p in gevraagd], [p[1] for p in gevraagd]),
    )
    return {(r[0], int(r[1])): bytes(r[2]) for r in rijen}

"""From any figure back to its delivery: kept per run of areas, told in words, named in errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import duckdb
import numpy as np
import pyarrow as pa

from indicators import regions
from indicators.catalogue import Catalogus
from indicators.origin import formule, kolomregel, waarom_anders
from pipelines.columns import woord
from pipelines.house import Huis
from pipelines.sources.tabel import BronFout

Con = duckdb.DuckDBPyConnection


class Levering(Protocol):
    """What is needed of a delivery to name it."""

    @property
    def levering(self) -> str:
        """Its id."""

    @property
    def generatie(self) -> str:
        """The form it came in."""


def uit_welke_levering(
    codes: list[str],
    uit_levering: dict[str, np.ndarray],
    leveringen: list[str],
    jaar_grensjaar: tuple[int, int],
) -> pa.Table:
    """Which delivery each figure of a year was chosen from, as runs of areas.

    A whole table gives one run per indicator, a table per gemeente a few: small at any scale.

    Args:
        codes: n area codes, in order.
        uit_levering: per indicator n places in `leveringen`; -1 where no delivery has the area.
        leveringen: ids of deliveries.
        jaar_grensjaar: year of the figures, and year of the boundaries.

    Returns:
        Rows of `out_meta__levering_cel`.
    """
    namen, begin, eind, wie = [], [], [], []
    for nummer, plekken in enumerate(uit_levering.values()):
        grens = np.flatnonzero(np.diff(plekken)) + 1
        van = np.concatenate([[0], grens])
        tot = np.concatenate([grens, [len(plekken)]]) - 1
        er_is = plekken[van] >= 0
        namen.append(np.full(er_is.sum(), nummer))
        begin.append(van[er_is])
        eind.append(tot[er_is])
        wie.append(plekken[van[er_is]])
    lengte = sum(map(len, namen))
    jaar, grensjaar = (np.full(lengte, j, dtype=np.int32) for j in jaar_grensjaar)
    return pa.table(
        {
            "indicator": woord(np.concatenate(namen), list(uit_levering)),
            "jaar": pa.array(jaar),
            "grensjaar": pa.array(grensjaar),
            "van": woord(np.concatenate(begin), codes),
            "tot": woord(np.concatenate(eind), codes),
            "levering": woord(np.concatenate(wie), leveringen),
        }
    )


def noem_botsing(
    con: Con, cat: Catalogus, indicator: str, paar: tuple[Levering, Levering], gebied: str
) -> str:
    """The source columns in which two deliveries differ for an area, with what they feed.

    Columns that have another name in the other form are compared by their place in the rule.
    """
    namen: list[tuple[str, ...]] = []
    cellen: list[list[tuple[Any, ...] | None]] = []
    for x in paar:
        regel = kolomregel(cat, indicator, x.generatie)
        van = regel.van if regel else ()
        rijen = con.execute(
            """SELECT kolom, waarde, ontbreekt_door FROM core_cel
            WHERE levering = ? AND gebied = ? AND kolom IN (SELECT unnest(?))""",
            [x.levering, gebied, list(van)],
        ).fetchall()
        er_is = {r[0]: r[1:] for r in rijen}
        namen.append(van)
        cellen.append([er_is.get(k) for k in van])
    if len(namen[0]) != len(namen[1]):  # another formula: every column of both
        wat = " tegen ".join(
            ", ".join(f"{k} {_stand(c)}" for k, c in zip(v, cs, strict=True))
            for v, cs in zip(namen, cellen, strict=True)
        )
        return f"kolommen {wat} (voor {indicator})"
    delen = [
        f"{k if k == ander else f'{k} of {ander}'} ({_stand(a)} en {_stand(b)})"
        for k, ander, a, b in zip(*namen, *cellen, strict=True)
        if a != b
    ]
    if not delen:
        return indicator
    return f"{'kolom' if len(delen) == 1 else 'kolommen'} {', '.join(delen)}, dus {indicator}"


def _stand(cel: tuple[Any, ...] | None) -> str:
    if cel is None:
        return "niet in het bestand"
    return str(cel[1]) if cel[0] is None else f"{cel[0]:g}"


def noem_cellen(con: Con, cat: Catalogus, rijen: Sequence[Mapping[Any, Any]]) -> list[str]:
    """Rows of `out_waarde` with file and column: what a failed check shows.

    Args:
        con: a warehouse or publication with provenance tables.
        cat: gives columns.
        rijen: with `gebied`, `grensjaar`, `jaar`, `indicator` and `waarde`.
    """
    uit = []
    for r in rijen:
        gevonden = con.execute(
            """SELECT l.bestand, l.generatie FROM out_meta__levering_cel c
            JOIN core_levering l USING (levering)
            WHERE c.indicator = ? AND c.jaar = ? AND c.grensjaar = ? AND ? BETWEEN c.van AND c.tot
            """,
            [r["indicator"], r["jaar"], r["grensjaar"], r["gebied"]],
        ).fetchone()
        getal = r.get("waarde")
        stand = "leeg" if getal is None else f"{getal:g}"
        wat = f"{r['gebied']} {r['jaar']} {r['indicator']} = {stand}"
        if gevonden:
            regel = kolomregel(cat, str(r["indicator"]), gevonden[1])
            kolom = f", kolom {', '.join(regel.van)}" if regel else ""
            wat = f"{gevonden[0]}{kolom}: {wat}"
        uit.append(wat)
    return uit


def noem_rijen(con: Con, cat: Catalogus, vraag: str, rijen: list[tuple[object, ...]]) -> str:
    """What a check found: figures with their file and column, other rows as they are."""
    if not rijen:
        return ""
    namen = [str(r[0]) for r in con.execute(f"DESCRIBE ({vraag})").fetchall()]
    if not {"gebied", "grensjaar", "jaar", "indicator", "waarde"} <= set(namen):
        return "; ".join(", ".join(map(_woord, namen, r)) for r in rijen)
    return "; ".join(noem_cellen(con, cat, [dict(zip(namen, r, strict=True)) for r in rijen]))


def _woord(naam: str, cel: object) -> str:
    kaal = f"{cel:g}" if isinstance(cel, float) else cel
    return str(kaal) if naam in ("gebied", "indicator", "bron") else f"{naam} {kaal}"


@dataclass(frozen=True)
class Spoor:
    """A figure and everything that tells where it came from."""

    cijfer: dict[str, object]
    levering: dict[str, object]
    formule: str
    anders: str
    noemer: Spoor | None = None
    """What it was divided by, where that came from another source."""


def spoor(huis: Huis, gebied: str, indicator: str, jaar: int) -> list[Spoor]:
    """A published figure back to its file: one per year of boundaries that has it.

    Raises:
        BronFout: no publication, no such figure, or a publication of before this was kept.
    """
    from pipelines.publish import lees_actueel

    actueel = lees_actueel(huis)
    if actueel is None:
        raise BronFout("er is nog geen publicatie. Maak er een met refresh.")
    code = regions.schoon(gebied)
    with duckdb.connect(str(huis.datamap.published / actueel.bestand), read_only=True) as con:
        try:
            rijen = con.execute(_SPOOR, [code, indicator, jaar]).df().to_dict("records")
            wel = [r[0] for r in con.execute(_JAREN, [code, indicator]).fetchall()]
            kaal = [{str(k): _kaal(v) for k, v in r.items()} for r in rijen]
            for r in (r for r in kaal if r["levering"] is None):
                om = con.execute(_OMGEREKEND, [indicator, jaar, code, r["grensjaar"]]).df()
                r |= {str(k): _kaal(v) for x in om.to_dict("records") for k, v in x.items()}
        except duckdb.CatalogException:
            raise BronFout(
                f"publicatie {actueel.publicatie} bewaart nog geen levering per cijfer. "
                "Maak een nieuwe met: python -m pipelines refresh."
            ) from None
    if not rijen:
        wat = (
            f" Wel van {', '.join(map(str, wel))}."
            if wel
            else ""
            if indicator in huis.catalogus.indicatoren
            else f" Het cijfer '{indicator}' is er niet."
        )
        raise BronFout(
            f"geen cijfer {indicator} van {code} in {jaar} in publicatie {actueel.publicatie}."
            f"{wat} Kijk op de pagina Bronnen en methode welke cijfers en jaren er zijn."
        )
    return [_met_noemer(huis, _als_spoor(huis.catalogus, r)) for r in kaal]


def _met_noemer(huis: Huis, s: Spoor) -> Spoor:
    regel = kolomregel(huis.catalogus, str(s.cijfer["indicator"]), str(s.levering["generatie"]))
    if regel is None or regel.per is None:
        return s
    try:
        delers = spoor(huis, str(s.cijfer["gebied"]), regel.per, int(str(s.cijfer["jaar"])))
    except BronFout:  # not there: the figure itself says so
        return s
    zelfde = [d for d in delers if d.cijfer["grensjaar"] == s.cijfer["grensjaar"]]
    return replace(s, noemer=zelfde[0]) if zelfde else s


def _kaal(waarde: object) -> object:
    return None if waarde is None or waarde != waarde else waarde  # NaN


def _als_spoor(cat: Catalogus, rij: dict[str, object]) -> Spoor:
    regel = kolomregel(cat, str(rij["indicator"]), str(rij["generatie"]))
    ind = cat.indicatoren.get(str(rij["indicator"]))
    wanneer = str(rij["opgehaald_op"])[:10]
    cijfer = ("gebied", "naam", "grensjaar", "jaar", "indicator", "waarde", "onder", "boven",
              "ontbreekt_door", "aard", "voorlopig", "bron")  # fmt: skip
    generatie = str(rij["generatie"])
    hoe = formule(regel, cat, generatie) if regel else "niet meer in de catalogus"
    if rij.get("methode"):
        hoe += (
            f"; omgerekend van de indeling van {rij['grensjaar_van']} naar die van "
            f"{rij['grensjaar']} ({rij['methode']})"
        )
    return Spoor(
        {k: rij[k] for k in cijfer},
        {k: v for k, v in rij.items() if k not in cijfer},
        hoe,
        waarom_anders(regel, int(str(rij["grensjaar"])), wanneer, ind.decimalen if ind else 0),
    )


_JAREN = "SELECT DISTINCT jaar FROM out_waarde WHERE gebied = ? AND indicator = ? ORDER BY 1"
_OMGEREKEND = """SELECT b.methode, b.grensjaar_van, h.levering, h.generatie, h.bestand, h.url,
    h.licentie, h.opgehaald_op, h.gewijzigd_op, h.sha256
FROM out_herberekening b
JOIN out_meta__levering_cel c ON c.indicator = ? AND c.jaar = ? AND c.grensjaar = b.grensjaar_van
JOIN out_meta__herkomst h USING (levering)
WHERE b.gebied = ? AND b.grensjaar = ? ORDER BY abs(b.grensjaar_van - h.jaar), levering LIMIT 1"""
_SPOOR = """SELECT w.gebied, g.naam, w.grensjaar, w.jaar, w.indicator, w.waarde, w.onder, w.boven,
    w.ontbreekt_door, w.aard, w.voorlopig, w.bron,
    h.levering, h.generatie, h.bestand, h.url, h.licentie, h.opgehaald_op, h.gewijzigd_op,
    h.sha256
FROM out_waarde w
LEFT JOIN out_gebied g ON g.gebied = w.gebied AND g.grensjaar = w.grensjaar
LEFT JOIN out_meta__levering_cel c ON c.indicator = w.indicator AND c.jaar = w.jaar
    AND c.grensjaar = w.grensjaar AND w.gebied BETWEEN c.van AND c.tot
LEFT JOIN out_meta__herkomst h ON h.levering = c.levering
WHERE w.gebied = ? AND w.indicator = ? AND w.jaar = ? ORDER BY w.grensjaar"""

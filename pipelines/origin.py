"""From any figure back to its delivery: kept per run of areas, told in words, named in errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


def leg_vast(
    con: Con,
    codes: list[str],
    uit_levering: dict[str, np.ndarray],
    leveringen: list[str],
    jaar_grensjaar: tuple[int, int],
) -> None:
    """Keeps which delivery each figure of a year was chosen from, as runs of areas.

    A whole table gives one run per indicator, a table per gemeente a few: small at any scale.

    Args:
        con: the warehouse, with an `out_meta__levering_cel`.
        codes: n area codes, in order.
        uit_levering: per indicator n places in `leveringen`; -1 where no delivery has the area.
        leveringen: ids of deliveries.
        jaar_grensjaar: year of the figures, and year of the boundaries.
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
    if not namen or not codes:
        return
    lengte = sum(map(len, namen))
    jaar, grensjaar = (np.full(lengte, j, dtype=np.int32) for j in jaar_grensjaar)
    rijen = pa.table(
        {
            "indicator": woord(np.concatenate(namen), list(uit_levering)),
            "jaar": pa.array(jaar),
            "grensjaar": pa.array(grensjaar),
            "van": woord(np.concatenate(begin), codes),
            "tot": woord(np.concatenate(eind), codes),
            "levering": woord(np.concatenate(wie), leveringen),
        }
    )
    con.register("levering_runs", rijen)
    con.execute("INSERT INTO out_meta__levering_cel SELECT * FROM levering_runs")
    con.unregister("levering_runs")


def noem_botsing(
    con: Con, cat: Catalogus, indicator: str, paar: tuple[Levering, Levering], gebied: str
) -> str:
    """The source columns in which two deliveries differ for an area, with what they feed."""
    cellen: list[dict[str, tuple[Any, ...]]] = []
    for x in paar:
        regel = kolomregel(cat, indicator, x.generatie)
        rijen = con.execute(
            """SELECT kolom, waarde, ontbreekt_door FROM core_cel
            WHERE levering = ? AND gebied = ? AND kolom IN (SELECT unnest(?))""",
            [x.levering, gebied, list(regel.van) if regel else []],
        ).fetchall()
        cellen.append({r[0]: r[1:] for r in rijen})
    een, ander = cellen
    anders = [k for k in een if ander.get(k) != een[k]] + [k for k in ander if k not in een]
    if not anders:
        return indicator
    kop = "kolom" if len(anders) == 1 else "kolommen"
    wat = " en ".join(_stand(c.get(anders[0])) for c in cellen)
    return f"{kop} {', '.join(anders)} ({wat}; voor {indicator})"


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
            ""
            if indicator in huis.catalogus.indicatoren
            else f" Het cijfer '{indicator}' is er niet."
        )
        raise BronFout(
            f"geen cijfer {indicator} van {code} in {jaar} in publicatie {actueel.publicatie}."
            f"{wat} Kijk op de pagina Bronnen en methode welke cijfers en jaren er zijn."
        )
    return [_als_spoor(huis.catalogus, r) for r in kaal]


def _kaal(waarde: object) -> object:
    return None if waarde is None or waarde != waarde else waarde  # NaN


def _als_spoor(cat: Catalogus, rij: dict[str, object]) -> Spoor:
    regel = kolomregel(cat, str(rij["indicator"]), str(rij["generatie"]))
    ind = cat.indicatoren.get(str(rij["indicator"]))
    wanneer = str(rij["opgehaald_op"])[:10]
    cijfer = ("gebied", "grensjaar", "jaar", "indicator", "waarde", "ontbreekt_door", "bron")
    hoe = formule(regel) if regel else "niet meer in de catalogus"
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


_OMGEREKEND = """SELECT b.methode, b.grensjaar_van, h.levering, h.generatie, h.bestand, h.url,
    h.licentie, h.opgehaald_op, h.gewijzigd_op, h.sha256
FROM out_herberekening b
JOIN out_meta__levering_cel c ON c.indicator = ? AND c.jaar = ? AND c.grensjaar = b.grensjaar_van
JOIN out_meta__herkomst h USING (levering)
WHERE b.gebied = ? AND b.grensjaar = ? ORDER BY abs(b.grensjaar_van - h.jaar), levering LIMIT 1"""
_SPOOR = """SELECT w.gebied, w.grensjaar, w.jaar, w.indicator, w.waarde, w.ontbreekt_door, w.bron,
    h.levering, h.generatie, h.bestand, h.url, h.licentie, h.opgehaald_op, h.gewijzigd_op,
    h.sha256
FROM out_waarde w
LEFT JOIN out_meta__levering_cel c ON c.indicator = w.indicator AND c.jaar = w.jaar
    AND c.grensjaar = w.grensjaar AND w.gebied BETWEEN c.van AND c.tot
LEFT JOIN out_meta__herkomst h ON h.levering = c.levering
WHERE w.gebied = ? AND w.indicator = ? AND w.jaar = ? ORDER BY w.grensjaar"""

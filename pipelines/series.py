"""From one delivery's core cells to the indicators it feeds, laid out over all areas."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import numpy as np
import pandas as pd

from indicators.catalogue import Catalogus
from indicators.choose import te_klein
from indicators.formulas import CODES, FORMULES, Reeks
from indicators.model import Generatie, Indicator
from pipelines.columns import SOORT

Con = duckdb.DuckDBPyConnection


def uit_levering(
    con: Con,
    cat: Catalogus,
    levering: tuple[str, str, int],
    codes: list[str],
    noemers: Mapping[str, Reeks] | None = None,
) -> dict[str, Reeks]:
    """Every indicator that a delivery feeds, over all n areas of the boundary year.

    Args:
        con: the warehouse.
        cat: says which columns and formulas.
        levering: delivery, generation, year.
        codes: n areas, in order of code.
        noemers: None gives the indicators that need only the delivery itself; else those that are
            rates of a count from another source (`per`), with that count over the same n areas.

    Returns:
        Indicator to n values, `geen_bron` where the delivery has no row.
    """
    naam, generatie, jaar = levering
    _, gen = cat.generatie(generatie)
    indicatoren: list[Indicator] = [
        i
        for i in cat.indicatoren.values()
        if generatie in i.kolommen
        and i.jaren.bevat(jaar)
        and (i.kolommen[generatie].per is None) == (noemers is None)
    ]
    if not indicatoren:
        return {}
    eigen = [
        r[0]
        for r in con.execute(
            "SELECT gebied FROM core_gebied WHERE levering = ? AND NOT water ORDER BY gebied",
            [naam],
        ).fetchall()
    ]
    nodig = {k for i in indicatoren for k in i.kolommen[generatie].van}
    kolommen = _reeksen(con, naam, gen, sorted(nodig), len(eigen))
    plek = pd.Index(codes).get_indexer(pd.Index(eigen))
    inwoners = _inwoners_van(cat, generatie, kolommen, len(eigen))
    uit = {}
    for ind in indicatoren:
        regel = ind.kolommen[generatie]
        eerst: list[Reeks] = []
        if regel.per is not None and noemers is not None:
            noemer = noemers.get(regel.per, Reeks.leeg(len(codes), "geen_bron"))
            eerst, inwoners = [_neem(noemer, plek)], noemer.waarde[plek]
        reeks = FORMULES[regel.formule](*eerst, *(kolommen[k] for k in regel.van))
        if regel.formule != "direct":
            reeks = te_klein(reeks, inwoners)
        uit[ind.id] = _verdeel(reeks, plek, len(codes))
    return uit


def noemers_van(cat: Catalogus) -> frozenset[str]:
    """The indicators that others are rates of, across sources."""
    regels = (r for i in cat.indicatoren.values() for r in i.kolommen.values())
    return frozenset(r.per for r in regels if r.per is not None)


def onvolledig(con: Con) -> set[str]:
    """Deliveries of months that do not hold a whole year yet."""
    rijen = con.execute(
        "SELECT DISTINCT levering FROM core_cel WHERE kolom = 'maanden' AND waarde < 12"
    ).fetchall()
    return {r[0] for r in rijen}


def _reeksen(con: Con, levering: str, gen: Generatie, nodig: list[str], n: int) -> dict[str, Reeks]:
    """Source columns with their interval: the producer's own margins, else what rounding gives.

    A column that the delivery does not have (a year of which months are missing) was not
    published.
    """
    einden = {k: gen.grenskolommen(k) for k in nodig}
    ook = [k for paar in einden.values() if paar for k in paar]
    cellen = _kolommen(con, levering, sorted({*nodig, *ook}), n)
    uit = {}
    for kolom in nodig:
        if kolom not in cellen:
            uit[kolom] = Reeks.leeg(n, "niet_gepubliceerd")
            continue
        waarde, soort = cellen[kolom]
        reeks = Reeks.maak(waarde, soort, gen.afronding(kolom))
        paar = einden[kolom]
        if paar and paar[0] in cellen and paar[1] in cellen:
            reeks = reeks.binnen(cellen[paar[0]][0], cellen[paar[1]][0])
        uit[kolom] = reeks
    return uit


def _inwoners_van(cat: Catalogus, generatie: str, kolommen: dict[str, Reeks], n: int) -> np.ndarray:
    """Inhabitants by the delivery itself; unknown (NaN) when it does not tell."""
    regel = cat.indicatoren["inwoners_aantal"].kolommen.get(generatie)
    if regel is None or regel.van[0] not in kolommen:
        return np.full(n, np.nan)
    return kolommen[regel.van[0]].waarde


def _kolommen(
    con: Con, levering: str, gevraagd: list[str], n: int
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Source columns of a delivery as (values, kinds), in the order of its areas."""
    rijen = con.execute(
        f"""WITH plekken AS (
            SELECT gebied, row_number() OVER (ORDER BY gebied) - 1 AS plek
            FROM core_gebied WHERE levering = $1 AND NOT water)
        SELECT list_position($2::VARCHAR[], kolom) - 1 AS k, plek, waarde, {SOORT} AS soort
        FROM core_cel JOIN plekken USING (gebied)
        WHERE levering = $1 AND kolom IN (SELECT unnest($2::VARCHAR[]))""",  # noqa: S608 - contract
        [levering, gevraagd],
    ).fetchnumpy()
    k, plek = (np.asarray(rijen[v], dtype=np.intp) for v in ("k", "plek"))
    # Placed by number instead of sorted: sorting millions of rows by text took most of the time.
    waarde = np.full((len(gevraagd), n), np.nan)
    soort = np.zeros((len(gevraagd), n), dtype=np.int8)
    waarde[k, plek] = np.ma.filled(rijen["waarde"], np.nan)
    soort[k, plek] = rijen["soort"]
    er = set(np.unique(k).tolist())
    return {naam: (waarde[i], soort[i]) for i, naam in enumerate(gevraagd) if i in er}


def _neem(reeks: Reeks, plek: np.ndarray) -> Reeks:
    """A column over all areas, at the places of some."""
    return Reeks(reeks.waarde[plek], reeks.onder[plek], reeks.boven[plek], reeks.ontbreekt[plek])


def _verdeel(reeks: Reeks, plek: np.ndarray, n: int) -> Reeks:
    """A delivery's column laid out over all n areas; `geen_bron` where it has no row."""

    def getal(bron: np.ndarray) -> np.ndarray:
        uit = np.full(n, np.nan)
        uit[plek] = bron
        return uit

    soort = np.full(n, CODES["geen_bron"], dtype=np.int8)
    soort[plek] = reeks.ontbreekt
    return Reeks(getal(reeks.waarde), getal(reeks.onder), getal(reeks.boven), soort)

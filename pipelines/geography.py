"""Boundaries: outlines of every level, and which area followed which from one year to the next."""

from __future__ import annotations

from itertools import pairwise

import duckdb
import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from pipelines.warehouse import opnieuw, voeg_toe

Con = duckdb.DuckDBPyConnection
RD = 28992
KLEINSTE_AANDEEL = 0.02
"""A share of area below this is taken for noise in the drawing, not for a successor."""


def maak_grenzen(con: Con) -> int:
    """`out_grens`: buurten as delivered, wijken and gemeenten dissolved from them per year.

    Dissolved in order of code: another order gives the same outline from another first point, and
    so other bytes and other tiles.
    """
    opnieuw(con, "out_grens")
    con.execute(
        """INSERT INTO out_grens
        SELECT gebied, any_value(niveau), grensjaar, bool_and(water), arg_max(geometrie, levering)
        FROM core_grens GROUP BY gebied, grensjaar ORDER BY gebied, grensjaar"""
    )
    for ouder in ("wijk", "gemeente"):
        rijen = con.execute(
            f"""SELECT o.{ouder} AS gebied, g.grensjaar, g.geometrie FROM out_grens g
            JOIN out_gebied o USING (gebied, grensjaar)
            WHERE g.niveau = 'buurt' AND NOT g.water AND o.{ouder} IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM core_grens c
                              WHERE c.gebied = o.{ouder} AND c.grensjaar = g.grensjaar)
            ORDER BY o.{ouder}, g.grensjaar, g.gebied"""  # noqa: S608
        ).df()
        if rijen.empty:
            continue
        vlakken = gpd.GeoDataFrame(
            rijen[["gebied", "grensjaar"]],
            geometry=shapely.from_wkb(rijen["geometrie"].map(bytes).to_numpy(dtype=object)),
            crs=RD,
        )
        samen = _voeg_samen(vlakken).assign(niveau=ouder, water=False)
        voeg_toe(con, "out_grens", _tabel(samen))
    rij = con.execute("SELECT count(*) FROM out_grens").fetchone()
    return int(rij[0]) if rij else 0


def _voeg_samen(vlakken: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """One outline per area and year; the quick way needs borders that fit exactly."""
    sleutel = ["gebied", "grensjaar"]
    try:
        return vlakken.dissolve(by=sleutel, as_index=False, method="coverage")
    except shapely.errors.GEOSException:
        return vlakken.dissolve(by=sleutel, as_index=False)


def _tabel(vlakken: gpd.GeoDataFrame) -> pa.Table:
    return pa.table(
        {
            "gebied": pa.array(vlakken["gebied"].tolist()),
            "niveau": pa.array(vlakken["niveau"].tolist()),
            "grensjaar": pa.array(vlakken["grensjaar"].astype(int).tolist(), pa.int32()),
            "water": pa.array(vlakken["water"].tolist()),
            "geometrie": pa.array([bytes(b) for b in shapely.to_wkb(vlakken.geometry.array)]),
        }
    )


def maak_opvolgers(con: Con) -> int:
    """`out_gebied_opvolger` between each pair of following boundary years.

    With outlines of both years: the share of the old area that lies in each new one, by
    geometric overlap (`oppervlakte`). Without: the same code in both years, unless CBS flags a
    changed boundary (`zelfde_code`). The flag tells of the year before only, so over a gap of
    years, as wherever it cannot be told, nothing is said.
    """
    opnieuw(con, "out_gebied_opvolger")
    jaren = [
        r[0] for r in con.execute("SELECT DISTINCT grensjaar FROM out_gebied ORDER BY 1").fetchall()
    ]
    for van, naar in pairwise(jaren):
        paren = _overlap(con, van, naar)
        voeg_toe(con, "out_gebied_opvolger", pa.Table.from_pandas(paren, preserve_index=False))
        con.execute(
            """INSERT INTO out_gebied_opvolger
            SELECT a.gebied, a.grensjaar, b.gebied, b.grensjaar, 1.0, 'zelfde_code'
            FROM out_gebied a JOIN out_gebied b USING (gebied)
            WHERE a.grensjaar = ? AND b.grensjaar = ? AND b.grensjaar = a.grensjaar + 1
              AND coalesce(b.wijziging, 1) <> 3
              AND NOT EXISTS (SELECT 1 FROM out_gebied_opvolger o
                              WHERE o.van = a.gebied AND o.grensjaar_van = a.grensjaar)""",
            [van, naar],
        )
    rij = con.execute("SELECT count(*) FROM out_gebied_opvolger").fetchone()
    return int(rij[0]) if rij else 0


def _overlap(con: Con, van: int, naar: int) -> pd.DataFrame:
    """Pairs of areas of one level in two years, with the share of the old one in the new one."""
    kolommen = ["van", "grensjaar_van", "naar", "grensjaar_naar", "aandeel", "methode"]
    delen = []
    for niveau in ("buurt", "wijk", "gemeente"):
        twee = kaarten(con, (van, naar), niveau)
        if twee is not None:
            delen.append(overlap(*twee).drop(columns="aandeel_nieuw"))
    if not delen:
        return pd.DataFrame({k: pd.Series(dtype=t) for k, t in zip(kolommen, _TYPEN, strict=True)})
    samen = pd.concat(delen, ignore_index=True)
    samen["aandeel"] = samen["aandeel"].round(6)
    return samen.assign(grensjaar_van=van, grensjaar_naar=naar, methode="oppervlakte")[kolommen]


def overlap(oud: gpd.GeoDataFrame, nieuw: gpd.GeoDataFrame) -> pd.DataFrame:
    """Which areas of two years share ground; what has the same code and outline is not overlaid.

    Args:
        oud: areas with `gebied` and a geometry in RD New.
        nieuw: the same of a later year.

    Returns:
        One row per pair: `van`, `naar`, `aandeel` (of the old area) and `aandeel_nieuw` (of the
        new one), both from 0 to 1.
    """
    wkb_oud, wkb_nieuw = (
        dict(zip(k["gebied"], k.to_wkb().geometry, strict=True)) for k in (oud, nieuw)
    )
    zelfde = [g for g, vorm in wkb_oud.items() if wkb_nieuw.get(g) == vorm]
    rest_oud = oud[~oud["gebied"].isin(zelfde)]
    rest_nieuw = nieuw[~nieuw["gebied"].isin(zelfde)]
    gelijk = pd.DataFrame({"van": zelfde, "naar": zelfde, "aandeel": 1.0, "aandeel_nieuw": 1.0})
    if rest_oud.empty or rest_nieuw.empty:
        return gelijk
    stuk = gpd.overlay(
        rest_oud.rename(columns={"gebied": "van"}),
        rest_nieuw.rename(columns={"gebied": "naar"}),
        how="intersection",
        keep_geom_type=True,
    )
    heel = rest_oud.set_index("gebied").area
    heel_nieuw = rest_nieuw.set_index("gebied").area
    stuk["aandeel"] = np.minimum(stuk.area / stuk["van"].map(heel), 1.0)
    stuk["aandeel_nieuw"] = np.minimum(stuk.area / stuk["naar"].map(heel_nieuw), 1.0)
    stuk = stuk.groupby(["van", "naar"], as_index=False)[["aandeel", "aandeel_nieuw"]].sum()
    return pd.concat([gelijk, stuk[stuk["aandeel"] >= KLEINSTE_AANDEEL]], ignore_index=True)


_TYPEN = ("object", "int32", "object", "int32", "float64", "object")


def kaarten(
    con: Con, jaren: tuple[int, int], niveau: str
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame] | None:
    """The land areas of two boundary years; None, and nothing read, when either has no outlines."""
    rijen = con.execute(
        """SELECT count(DISTINCT grensjaar) FROM out_grens
        WHERE grensjaar IN (?, ?) AND niveau = ? AND NOT water""",
        [*jaren, niveau],
    ).fetchall()
    if rijen[0][0] < 2:
        return None
    return kaart(con, jaren[0], niveau), kaart(con, jaren[1], niveau)


def kaart(con: Con, jaar: int, niveau: str) -> gpd.GeoDataFrame:
    """The land areas of one level and boundary year, in RD New."""
    rijen = con.execute(
        """SELECT gebied, geometrie FROM out_grens
        WHERE grensjaar = ? AND niveau = ? AND NOT water ORDER BY gebied""",
        [jaar, niveau],
    ).df()
    vormen = shapely.from_wkb(rijen["geometrie"].map(bytes).to_numpy(dtype=object))
    return gpd.GeoDataFrame(rijen[["gebied"]], geometry=vormen, crs=RD)

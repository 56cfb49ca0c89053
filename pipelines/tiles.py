"""Vector tiles for the map: one PMTiles file per distinct geometry, made once.

A file is named by the checksum of what is drawn in it, so an unchanged year costs nothing, and a
publication can be rolled back together with its map. Every feature carries its bare CBS code as
the text property `gebied`.
"""

from __future__ import annotations

import hashlib

import duckdb
import geopandas as gpd
import pandas as pd
import pyarrow as pa
import shapely

from indicators.contracts import Datamap, kolommen
from pipelines import background
from pipelines.warehouse import opnieuw

Con = duckdb.DuckDBPyConnection
RD = 28992
VORM = "1"
"""Raised when the way of drawing changes, so that every file is made again."""
ZOOM = {"gemeente": (5, 9), "wijk": (6, 11), "buurt": (6, 12), "water": (6, 11)} | dict.fromkeys(
    background.SOORTEN.values(), (6, 11)
)
"""Lowest and highest zoom per layer; the map stretches the highest for what is closer."""


def maak_tegels(con: Con, datamap: Datamap) -> int:
    """`out_tegels` and the files it names, per boundary year and level; water is its own layer.

    What lies around the areas (`background`) is drawn in layers of its own, the same every year.

    Returns:
        Number of layers. None at all when no geometry was read: everything else works without.
    """
    opnieuw(con, "out_tegels")
    rijen = []
    paren = con.execute(
        """SELECT DISTINCT grensjaar, if(water, 'water', niveau) FROM out_grens ORDER BY 1, 2"""
    ).fetchall()
    achter = background.lees(datamap) if paren else {}
    paren += [(jaar, laag) for jaar in {j for j, _ in paren} for laag in achter]
    for grensjaar, laag in paren:
        kaart = achter[laag] if laag in achter else _laag(con, grensjaar, laag)
        som = _som(kaart, laag)
        bestand = datamap.tegels / f"{som[:16]}.pmtiles"
        if not bestand.exists():
            _schrijf(kaart, laag, datamap, bestand.name)
        west, zuid, oost, noord = (float(g) for g in kaart.to_crs(4326).total_bounds)
        rijen.append((grensjaar, laag, bestand.name, som, west, zuid, oost, noord, *ZOOM[laag]))
    tabel = pd.DataFrame(rijen, columns=list(kolommen("out_tegels")))
    if rijen:
        con.register("tegels", pa.Table.from_pandas(tabel, preserve_index=False))
        con.execute("INSERT INTO out_tegels SELECT * FROM tegels")
        con.unregister("tegels")
    return len(rijen)


def _laag(con: Con, grensjaar: int, laag: str) -> gpd.GeoDataFrame:
    rijen = con.execute(
        """SELECT gebied, geometrie FROM out_grens
        WHERE grensjaar = ? AND if(water, 'water', niveau) = ? ORDER BY gebied""",
        [grensjaar, laag],
    ).df()
    vormen = shapely.from_wkb(rijen["geometrie"].map(bytes).to_numpy(dtype=object))
    return gpd.GeoDataFrame(rijen[["gebied"]], geometry=vormen, crs=RD)


def _som(kaart: gpd.GeoDataFrame, laag: str) -> str:
    som = hashlib.sha256(f"{VORM}|{laag}|{ZOOM[laag]}".encode())
    for gebied, vorm in zip(kaart["gebied"], shapely.to_wkb(kaart.geometry.array), strict=True):
        som.update(gebied.encode() + bytes(vorm))
    return som.hexdigest()


def _schrijf(kaart: gpd.GeoDataFrame, laag: str, datamap: Datamap, naam: str) -> None:
    datamap.tegels.mkdir(parents=True, exist_ok=True)
    tijdelijk = datamap.tegels / f".{naam}.tmp.pmtiles"
    van, tot = ZOOM[laag]
    try:
        kaart.to_file(
            tijdelijk,
            driver="PMTiles",
            layer=laag,
            engine="pyogrio",
            MINZOOM=van,
            MAXZOOM=tot,
            NAME=laag,
        )
        tijdelijk.replace(datamap.tegels / naam)
    finally:
        tijdelijk.unlink(missing_ok=True)

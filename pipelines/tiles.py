"""Vector tiles for the map: one PMTiles file per distinct geometry, made once.

A file is named by the checksum of what is drawn in it, so an unchanged year costs nothing, and a
publication can be rolled back together with its map. Every feature carries its bare CBS code as
the text property `gebied`.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from pmtiles.reader import MmapSource, Reader, all_tiles
from pmtiles.tile import zxy_to_tileid
from pmtiles.writer import Writer

from indicators.contracts import Datamap, kolommen
from pipelines import background
from pipelines.warehouse import opnieuw, voeg_toe

Con = duckdb.DuckDBPyConnection
RD = 28992
VORM = "2"
"""Raised when the way of drawing changes, so that every file is made again."""
NIVEAUS = ("gemeente", "wijk", "buurt")
ZOOM = {"gemeente": (5, 9), "wijk": (5, 11), "buurt": (5, 12), "water": (5, 11)} | dict.fromkeys(
    background.SOORTEN.values(), (5, 11)
)
"""Lowest and highest zoom per layer: 5 holds the country on a phone, and nothing is drawn under the
lowest; the highest is stretched for what is closer."""

VERSIMPEL_TOT = 9
"""Up to this zoom outlines are drawn with fewer points; closer they are as they came."""
PIXEL_M = 48_188.0
"""Metres of one pixel at zoom 0, in the middle of the Netherlands (tiles of 512 pixels)."""
STIP = 0.5
"""Pixels by which an outline may move where the whole country is in view."""


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
        voeg_toe(con, "out_tegels", pa.Table.from_pandas(tabel, preserve_index=False))
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
    try:
        with tempfile.TemporaryDirectory(prefix="tegels") as map_, ThreadPoolExecutor(2) as naast:
            stukken, bezig = [], []
            for vormen, van, tot in _per_zoom(kaart, laag):  # the next is simplified meanwhile
                stukken.append(Path(map_) / f"{van:02d}.pmtiles")
                getekend = kaart.set_geometry(vormen, crs=kaart.crs)
                bezig.append(naast.submit(_teken, getekend, laag, stukken[-1], van, tot))
            for werk in bezig:
                werk.result()
            _voeg_samen(stukken, tijdelijk)
        tijdelijk.replace(datamap.tegels / naam)
    finally:
        tijdelijk.unlink(missing_ok=True)


def _teken(kaart: gpd.GeoDataFrame, laag: str, doel: Path, van: int, tot: int) -> None:
    kaart.to_file(
        doel, driver="PMTiles", layer=laag, engine="pyogrio", NAME=laag, MINZOOM=van, MAXZOOM=tot
    )


def _per_zoom(kaart: gpd.GeoDataFrame, laag: str) -> Iterator[tuple[np.ndarray, int, int]]:
    """Outlines as they are drawn, with the zooms they are for, the closest first.

    A buurt of five pixels needs no thirty points: with fewer, tiles are smaller and the map draws
    several times as fast. Neighbours keep the same border (coverage simplification).
    """
    van, tot = ZOOM[laag]
    vormen = np.asarray(kaart.geometry.array)
    if laag not in NIVEAUS:
        yield vormen, van, tot
        return
    if tot > VERSIMPEL_TOT:
        yield vormen, VERSIMPEL_TOT + 1, tot
    for zoom in range(min(tot, VERSIMPEL_TOT), van - 1, -1):
        vormen = shapely.coverage_simplify(vormen, STIP * PIXEL_M / 2**zoom)
        yield vormen, zoom, zoom


def _voeg_samen(stukken: list[Path], doel: Path) -> None:
    """One PMTiles file of several that hold other zooms; the first says what is in the layer."""
    if len(stukken) == 1:
        shutil.move(stukken[0], doel)
        return
    tegels: dict[int, bytes] = {}
    koppen = []
    for stuk in stukken:
        with stuk.open("rb") as stroom:
            bron = MmapSource(stroom)
            lezer = Reader(bron)
            koppen.append((lezer.header(), lezer.metadata()))
            tegels |= {zxy_to_tileid(*plek): bytes(beeld) for plek, beeld in all_tiles(bron)}
    kop, meta = koppen[0]
    kop |= {
        "min_zoom": min(k["min_zoom"] for k, _ in koppen),
        "max_zoom": max(k["max_zoom"] for k, _ in koppen),
    }
    with doel.open("wb") as stroom:
        schrijver = Writer(stroom)
        for nummer in sorted(tegels):
            schrijver.write_tile(nummer, tegels[nummer])
        schrijver.finalize(kop, meta)

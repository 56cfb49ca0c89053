"""The small publication with a map: outlines, tiles, a postcode each, water, and an outsider.

Squares in RD New beside each other, drawn as the pipelines draw (one PMTiles file per level).
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import shapely
from shapely.geometry.base import BaseGeometry

from indicators.contracts import Datamap
from pipelines import tiles
from tests import publicatie_klein as klein

VREEMD = "BU88880000"
"""A buurt over the border: drawn, without figures."""
ZIJDE = 600.0
_X, _Y = 140000.0, 430000.0


def _vlak(kolom: float, rij: float, breed: float = 1.0) -> BaseGeometry:
    x, y = _X + kolom * ZIJDE, _Y + rij * ZIJDE
    return shapely.box(x, y, x + breed * ZIJDE, y + ZIJDE)


def vormen(jaar: int) -> dict[str, BaseGeometry]:
    """Outline per code in a boundary year: buurten in a row per wijk."""
    er = [p for p in klein.PLEKKEN if p.van <= jaar <= p.tot]
    uit: dict[str, BaseGeometry] = {}
    for rij, wijk in enumerate(klein.WIJKEN):
        leden = [p for p in er if p.code[2:8] == wijk[2:]]
        for kolom, p in enumerate(leden):
            uit[p.code] = _vlak(kolom, rij)
        uit[wijk] = shapely.union_all([uit[p.code] for p in leden])
    uit[klein.GEMEENTE] = shapely.union_all([uit[w] for w in klein.WIJKEN])
    uit[VREEMD] = _vlak(6, 0)
    return uit


def teken(datamap: Datamap, publicatie: str, jaren: tuple[int, ...] = (2022, 2023)) -> None:
    """Adds outlines and tiles to a small publication, and points to it anew."""
    bestand = datamap.published / f"{publicatie}.duckdb"
    niveaus = {"GM": "gemeente", "WK": "wijk", "BU": "buurt"}
    with duckdb.connect(str(bestand)) as con:
        for jaar in jaren:
            rijen = [
                (code, niveaus[code[:2]], jaar, False, shapely.to_wkb(v))
                for code, v in vormen(jaar).items()
            ]
            rijen.append((f"BU9901{jaar}", "buurt", jaar, True, shapely.to_wkb(_vlak(0, 2, 5))))
            con.executemany("INSERT INTO out_grens VALUES (?, ?, ?, ?, ?)", rijen)
        con.execute("UPDATE out_gebied SET postcode = '9912' WHERE gebied = ?", [klein.BUURT])
        tiles.maak_tegels(con, datamap)
    meta = json.loads(datamap.actueel.read_text(encoding="utf-8"))
    klein.wijs(datamap, bestand, meta["gemaakt_op"], meta["catalogus_hash"])


def schrijf(datamap: Datamap, deel: int = 1) -> str:
    """The small publication with its map."""
    publicatie = klein.schrijf(datamap, deel)
    teken(datamap, publicatie)
    return publicatie


if __name__ == "__main__":
    import sys

    print(schrijf(Datamap(Path(sys.argv[1]))))

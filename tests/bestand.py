"""Files for tests: the town's map and tables, changed at will, and read as one table."""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from pipelines.sources.files import Bestand, Bijschrift, zoek
from pipelines.sources.herken import herken
from pipelines.sources.lees import lees
from pipelines.sources.tabel import Tabel
from tests.stad import BRONNEN, CAT

NABIJ = (BRONNEN / "nabijheid-2023.csv").read_text(encoding="utf-8-sig")
SUPERMARKT = "Detailhandel/Winkels dagelijkse boodschappen/Afstand tot grote supermarkt (km)"
_, KWB = CAT.generatie("kwb_excel_2023")
GEEN_BIJ = Bijschrift()
XLSX = (BRONNEN / "kwb-2024.xlsx").read_bytes()


@cache
def heel() -> dict[str, Any]:
    return json.loads(gzip.decompress((BRONNEN / "buurtkaart-2024.geojson.gz").read_bytes()))


def kaart(wijzig: Callable[[list[dict[str, Any]]], None] = lambda _: None) -> bytes:
    """The map as GeoJSON, its features changed."""
    geheel = copy.deepcopy(heel())
    wijzig(geheel["features"])
    return json.dumps(geheel).encode()


def met_vorm(vorm: dict[str, Any] | None, rij: int = 5) -> bytes:
    """The map with another geometry in a row."""
    return kaart(lambda f: f[rij - 2].update(geometry=vorm))


def vlak(*punten: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(p) for p in punten]]}


def tabel(naam: str, inhoud: bytes, bij: Bijschrift = GEEN_BIJ) -> Tabel:
    """The one table in a file."""
    [vondst] = [v for v in herken(Bestand(naam, inhoud, bij), CAT) if v.generatie is not None]
    return lees(vondst, CAT)


def tabel_op(map_: Path) -> Tabel:
    """The one table in a folder."""
    [bestand] = zoek([map_])
    return tabel(bestand.naam, bestand.inhoud, bestand.bijschrift)


def gelijk(een: Tabel, twee: Tabel) -> None:
    """The same table-year, cell by cell and outline by outline."""
    assert (een.bron, een.generatie, een.jaar) == (twee.bron, twee.generatie, twee.jaar)
    pd.testing.assert_frame_equal(een.gebieden, twee.gebieden)
    assert een.cellen.keys() == twee.cellen.keys()
    for kolom, (waarden, soorten) in een.cellen.items():
        np.testing.assert_array_equal(waarden, twee.cellen[kolom][0], kolom)
        np.testing.assert_array_equal(soorten, twee.cellen[kolom][1], kolom)
    assert (een.grenzen is None) == (twee.grenzen is None)
    if een.grenzen and twee.grenzen:
        vormen, andere = shapely.from_wkb(een.grenzen), shapely.from_wkb(twee.grenzen)
        assert shapely.area(shapely.symmetric_difference(vormen, andere)).max() < 0.01

"""What lies under and around the map: water, green, and neighbours that have no figures.

One file of this installation, `instellingen/achtergrond.geojson` (or `.geojson.gz`), drawn into
tiles like the areas. It changes what a map looks like and nothing else; without it the map works.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from indicators.contracts import Datamap
from pipelines.sources.tabel import BronFout

SOORTEN = {"water": "achterwater", "groen": "groen", "buiten": "buiten"}
"""The property `soort` of a feature, and the layer that it is drawn in."""
_DOE = "Herstel het bestand, of haal het weg: zonder achtergrond werkt alles."


def lees(datamap: Datamap) -> dict[str, gpd.GeoDataFrame]:
    """Per layer its shapes in RD New, by name in the column `gebied`; nothing without a file.

    Raises:
        BronFout: naming the file and the feature that cannot be drawn, and what to do.
    """
    pad = next((p for p in datamap.achtergronden if p.exists()), None)
    if pad is None:
        return {}
    kenmerken = _kenmerken(pad)
    rijen: dict[str, list[tuple[str, shapely.Geometry]]] = {}
    for nummer, kenmerk in enumerate(kenmerken, start=1):
        soort, naam, vorm = _een(pad.name, nummer, kenmerk)
        rijen.setdefault(SOORTEN[soort], []).append((naam, vorm))
    return {
        laag: gpd.GeoDataFrame(
            {"gebied": [naam for naam, _ in deel]}, geometry=[vorm for _, vorm in deel], crs=4326
        ).to_crs(28992)
        for laag, deel in rijen.items()
    }


def _kenmerken(pad: Path) -> list[Any]:
    try:
        ruw = pad.read_bytes()
        inhoud = json.loads(gzip.decompress(ruw) if pad.suffix == ".gz" else ruw)
        kenmerken = inhoud["features"]
    except (OSError, EOFError, ValueError, KeyError, TypeError) as fout:
        raise BronFout(f"{pad.name}: geen GeoJSON met features ({fout}). {_DOE}") from None
    if not isinstance(kenmerken, list):
        raise BronFout(f"{pad.name}: features is geen lijst. {_DOE}")
    return kenmerken


def _een(waar: str, nummer: int, kenmerk: Any) -> tuple[str, str, shapely.Geometry]:
    """Kind, name and shape of one feature."""
    plek = f"{waar}, feature {nummer}"
    eigen = (kenmerk.get("properties") or {}) if isinstance(kenmerk, dict) else {}
    soort, naam = eigen.get("soort"), str(eigen.get("naam") or "")[:80]
    if soort not in SOORTEN:
        raise BronFout(
            f"{plek}: soort is {str(soort)[:40]!r}, verwacht {', '.join(SOORTEN)}. {_DOE}"
        )
    try:
        vorm = shapely.make_valid(shapely.geometry.shape(kenmerk["geometry"]))
    except (KeyError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError) as fout:
        raise BronFout(f"{plek} ({naam}): geen vlak ({fout}). {_DOE}") from None
    vlakken = [d for d in shapely.get_parts(shapely.get_parts(vorm)) if d.geom_type == "Polygon"]
    if not vlakken:
        raise BronFout(f"{plek} ({naam}): geen vlak, of een leeg vlak. {_DOE}")
    west, zuid, oost, noord = shapely.total_bounds(vlakken)
    if not (0 < west <= oost < 10 and 49 < zuid <= noord < 55):
        raise BronFout(
            f"{plek} ({naam}): ligt buiten Nederland ({west:.2f}, {zuid:.2f}). GeoJSON telt in "
            f"graden, lengte eerst. {_DOE}"
        )
    return soort, naam, shapely.union_all(vlakken)

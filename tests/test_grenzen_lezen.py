"""Boundaries from files: three layers in one GeoPackage, pages of an API, waters, other forms."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from pipelines import intake
from tests.bestand import heel, kaart
from tests.stad import ECHT, huis, ververs, vraag

RD = 28992


def lagen() -> dict[str, gpd.GeoDataFrame]:
    """The town's map as PDOK packs a year: buurten, wijken and gemeenten, in RD New."""
    buurten = gpd.read_file(io.BytesIO(kaart())).to_crs(RD)
    land = buurten[buurten["water"] == "NEE"]
    vast = ["gemeentecode", "gemeentenaam", "jrstatcode", "water", "aantal_inwoners"]
    wijken = land.dissolve(by="wijkcode", as_index=False)[["wijkcode", *vast, "geometry"]]
    wijken["wijknaam"] = "Wijk " + wijken["wijkcode"].str[-2:]
    wijken["jrstatcode"] = "2024" + wijken["wijkcode"]
    gemeente = land.dissolve(by="gemeentecode", as_index=False)[[*vast, "geometry"]]
    water = buurten[buurten["water"] == "JA"].dissolve(by="gemeentecode", as_index=False)
    gemeenten = pd.concat([gemeente, water[[*vast, "geometry"]]], ignore_index=True)
    return {"buurten": buurten, "wijken": wijken, "gemeenten": gemeenten}


def in_pakket(map_: Path, kaarten: dict[str, gpd.GeoDataFrame]) -> Path:
    pad = map_ / "wijkenbuurten_2024.gpkg"
    for laag, vlakken in kaarten.items():
        vlakken.to_file(pad, layer=laag)
    return pad


def test_geopackage_met_drie_lagen(tmp_path: Path) -> None:
    """Each level keeps its own outline; a water row of the gemeente does not replace the land."""
    kaarten = lagen()
    h = huis(tmp_path / "data", in_pakket(tmp_path, kaarten))
    ververs(h)
    assert sorted(r.bestand.split("blad ")[1] for r in h.aanbod.regels) == [  # type: ignore[union-attr]
        "'buurten'",
        "'gemeenten'",
        "'wijken'",
    ]
    per = dict(vraag(h, "SELECT niveau, count(*) FROM out_grens WHERE NOT water GROUP BY 1"))
    assert per == {"buurt": 70, "wijk": 10, "gemeente": 1}
    [(wkb,)] = vraag(h, "SELECT geometrie FROM out_grens WHERE niveau = 'gemeente'")
    land = kaarten["gemeenten"].geometry.iloc[0]
    assert shapely.area(shapely.symmetric_difference(shapely.from_wkb(bytes(wkb)), land)) < 1.0
    assert vraag(h, "SELECT count(*) FROM core_grens WHERE water") == [(2,)]
    assert vraag(h, "SELECT naam FROM out_gebied WHERE gebied = 'WK990103'") == [("Wijk 03",)]


def bladzij(features: list[dict[str, Any]], nummer: int) -> bytes:
    """A page as an OGC API Features service gives it."""
    links = [{"rel": "next", "href": "next"}] if nummer == 1 else []
    blad = {"type": "FeatureCollection", "numberReturned": len(features), "features": features}
    return json.dumps({**blad, "links": links}).encode()


def test_bladzijden_van_een_api_tellen_op(tmp_path: Path) -> None:
    """Two pages of one year are one map: every area once."""
    map_ = tmp_path / "in"
    map_.mkdir()
    alle = heel()["features"]
    for nummer, deel in ((1, alle[:40]), (2, alle[40:])):
        (map_ / f"buurten-2024-{nummer}.json").write_bytes(bladzij(deel, nummer))
    h = huis(tmp_path / "data", map_)
    ververs(h)
    assert vraag(h, "SELECT count(*), count(DISTINCT gebied) FROM core_grens") == [(72, 72)]
    assert len(vraag(h, "SELECT * FROM core_levering")) == 2


def test_alleen_grenzen_van_een_ander_niveau(tmp_path: Path) -> None:
    """A layer of gemeenten alone is outlines and no figures; beside KWB it gives the map."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "gemeenten-2024.geojson").write_text(
        lagen()["gemeenten"].drop(columns="aantal_inwoners").to_crs(4326).to_json()
    )
    aanbod = intake.beoordeel(huis(tmp_path / "data", tmp_path / "in"))
    [(herkomst, _)] = aanbod.nieuw
    assert (herkomst.generatie, herkomst.gebieden, herkomst.jaar) == (
        "buurtkaart_gemeenten",
        1,
        2024,
    )


@pytest.mark.echt
@pytest.mark.skipif(not ECHT.exists(), reason=f"de echte bestanden ({ECHT}) zijn er niet")
def test_echte_gemeenten_van_2022(tmp_path: Path) -> None:
    """The WFS answer of 2022: 345 gemeenten, codes and year from the file, valid outlines."""
    h = huis(tmp_path / "data", ECHT / "cbs" / "nationaal" / "gemeenten.geojson.gz")
    aanbod = intake.beoordeel(h)
    [(herkomst, _)] = aanbod.nieuw
    assert (herkomst.generatie, herkomst.jaar, herkomst.gebieden) == (
        "gebiedsindeling_2022",
        2022,
        345,
    )
    t = h.gelezen[herkomst.levering]
    assert t.grenzen is not None and shapely.is_valid(shapely.from_wkb(t.grenzen)).all()
    assert t.gebieden.set_index("gebied").loc["GM0014", "naam"] == "Groningen"

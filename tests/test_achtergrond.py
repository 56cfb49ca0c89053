"""Protects: water, green and neighbours are drawn apart, never counted, and refused when odd."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import shapely

from indicators.contracts import Datamap
from pipelines import background
from pipelines.house import Huis
from pipelines.sources.tabel import BronFout
from pipelines.tiles import maak_tegels
from pipelines.voorbeeld import VAST, ZAAD
from pipelines.voorbeeld.achtergrond import achtergrond, schrijf_achtergrond
from pipelines.voorbeeld.vorm import teken
from pipelines.warehouse import open_warehouse

VIERKANT = {"type": "Polygon", "coordinates": [[[5, 52], [5.1, 52], [5.1, 52.1], [5, 52]]]}


def zet(datamap: Datamap, inhoud: Any, pak: bool = False) -> None:
    pad = datamap.achtergronden[int(pak)]
    pad.parent.mkdir(parents=True, exist_ok=True)
    ruw = inhoud if isinstance(inhoud, bytes) else json.dumps(inhoud).encode()
    pad.write_bytes(gzip.compress(ruw) if pak else ruw)


def kaart(soort: object, vorm: object = VIERKANT) -> dict[str, Any]:
    eigen = {"soort": soort, "naam": "Bos"}
    return {"features": [{"type": "Feature", "properties": eigen, "geometry": vorm}]}


def test_the_town_has_water_green_and_neighbours_around_it(tmp_path: Path) -> None:
    vormen = teken(ZAAD)
    schrijf_achtergrond(vormen, ZAAD, tmp_path / "a.gz")
    vast = VAST / "achtergrond.geojson.gz"
    assert gzip.decompress((tmp_path / "a.gz").read_bytes()) == gzip.decompress(vast.read_bytes())
    stad = shapely.union_all(list(vormen.values()))
    per: dict[str, list[shapely.Geometry]] = {}
    for soort, _, vorm in achtergrond(vormen, ZAAD):
        per.setdefault(soort, []).append(vorm)
    assert set(per) == set(background.SOORTEN)
    assert len(per["buiten"]) >= 4
    rond = shapely.union_all(per["buiten"])
    assert rond.intersection(stad).area < 1
    assert stad.exterior.difference(rond.buffer(1)).length < 500  # but for where the river flows
    for een, ander in zip(per["buiten"], per["buiten"][1:], strict=False):
        assert een.intersection(ander).area < 1


def test_background_becomes_layers_of_every_year_and_no_area(uit: Huis) -> None:
    huis = uit
    zet(huis.datamap, gzip.decompress((VAST / "achtergrond.geojson.gz").read_bytes()), pak=True)
    with open_warehouse(huis.datamap) as con:
        maak_tegels(con, huis.datamap)
        lagen = con.execute("SELECT niveau, grensjaar, bestand FROM out_tegels").fetchall()
        gebieden = con.execute(
            "SELECT count(*) FROM out_gebied WHERE gebied LIKE '%bos%' OR naam LIKE '%bos'"
        )
        assert gebieden.fetchone() == (0,)
    for laag in background.SOORTEN.values():
        mijn = [r for r in lagen if r[0] == laag]
        assert len(mijn) == 6 and len({r[2] for r in mijn}) == 1


def test_without_a_file_there_is_no_background(tmp_path: Path) -> None:
    assert background.lees(Datamap(tmp_path)) == {}


@pytest.mark.parametrize(
    ("inhoud", "fout"),
    [
        (b"geen json", "geen GeoJSON"),
        ({"features": "x"}, "geen lijst"),
        (kaart("weg"), "feature 1: soort is 'weg', verwacht water, groen, buiten"),
        (kaart(None), "soort is 'None'"),
        (kaart("groen", None), "geen vlak"),
        (kaart("groen", {"type": "Point", "coordinates": [5, 52]}), "geen vlak"),
        (kaart("groen", {"type": "Polygon", "coordinates": [[[155000, 463000], [155100, 463000],
                                                             [155100, 463100], [155000, 463000]]]}),
         "ligt buiten Nederland"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_named(tmp_path: Path, inhoud: Any, fout: str) -> None:
    datamap = Datamap(tmp_path)
    zet(datamap, inhoud)
    with pytest.raises(BronFout, match=fout) as gevangen:
        background.lees(datamap)
    assert "achtergrond.geojson" in str(gevangen.value)

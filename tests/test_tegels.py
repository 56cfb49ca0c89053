"""Map tiles: made once per geometry, read back with their codes, kept as long as they are named."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime
from pathlib import Path

import pyogrio
import pytest
import shapely
from pmtiles.reader import MmapSource, Reader

from pipelines import publish
from pipelines.house import Huis
from pipelines.publish import PublicatieFout
from pipelines.tiles import maak_tegels
from pipelines.warehouse import open_warehouse
from tests import stad as hulp


def rijen(huis: Huis) -> list[tuple[int, str, str]]:
    with open_warehouse(huis.datamap) as con:
        return con.execute(
            "SELECT grensjaar, niveau, bestand FROM out_tegels ORDER BY ALL"
        ).fetchall()


def test_unchanged_years_share_one_file(uit: Huis) -> None:
    """Six years, three levels and water; only what was redrawn has a file of its own."""
    tegels = rijen(uit)
    assert len(tegels) == 6 * 4
    water = {b for _, niveau, b in tegels if niveau == "water"}
    buurten = {b for _, niveau, b in tegels if niveau == "buurt"}
    assert len(water) == 1 and len(buurten) == 4  # start, code change, split, merge


def test_second_time_costs_nothing(uit: Huis) -> None:
    voor = {p.name: p.stat().st_mtime_ns for p in uit.datamap.tegels.glob("*")}
    with open_warehouse(uit.datamap) as con:
        maak_tegels(con, uit.datamap)
    assert {p.name: p.stat().st_mtime_ns for p in uit.datamap.tegels.glob("*")} == voor


def test_every_tile_carries_the_bare_code(uit: Huis) -> None:
    """`gebied` is a text property of the features, what the map joins figures on."""
    naam = next(b for jaar, niveau, b in rijen(uit) if (jaar, niveau) == (2024, "buurt"))
    with (uit.datamap.tegels / naam).open("rb") as stroom:
        lezer = Reader(MmapSource(stroom))
        kop = lezer.header()
        zoom = kop["min_zoom"]
        x = int((kop["min_lon_e7"] / 1e7 + 180) / 360 * 2**zoom)
        gevonden = [
            lezer.get(zoom, x, y) for y in range(2**zoom) if lezer.get(zoom, x, y) is not None
        ]
    inhoud = gzip.decompress(gevonden[0])
    assert b"gebied" in inhoud and b"BU9901AA01" in inhoud and b"BU99010305" in inhoud


def test_far_away_has_fewer_points_and_loses_no_buurt(uit: Huis) -> None:
    """What makes the country draw fast; neighbours keep one border, so no ground shows between."""
    naam = next(b for jaar, niveau, b in rijen(uit) if (jaar, niveau) == (2024, "buurt"))
    dicht, ver = (
        pyogrio.read_dataframe(uit.datamap.tegels / naam, ZOOM_LEVEL=str(z)) for z in (12, 9)
    )
    assert set(ver["gebied"]) == set(dicht["gebied"]) and len(set(ver["gebied"])) > 60
    punten = [int(shapely.get_num_coordinates(k.geometry.array).sum()) for k in (dicht, ver)]
    assert punten[1] < 0.5 * punten[0]
    gaten = []
    for k in (dicht, ver):
        heel = shapely.union_all(k.geometry.array)
        ringen = [r for deel in shapely.get_parts(heel) for r in deel.interiors]
        gaten.append(sum(shapely.Polygon(r).area for r in ringen) / heel.area)
    assert gaten[1] <= gaten[0] + 0.005


def test_every_layer_is_drawn_from_the_lowest_zoom_of_the_map(uit: Huis) -> None:
    """On a phone the country lies at zoom 5; the map draws nothing under a layer's own zoom."""
    script = (Path(__file__).parents[1] / "dashboard" / "assets" / "kaart.js").read_text("utf-8")
    laagst = re.search(r"minZoom: (\d+)", script)
    with open_warehouse(uit.datamap) as con:
        van = con.execute("SELECT max(van_zoom) FROM out_tegels").fetchall()[0][0]
    assert laagst is not None and van == int(laagst[1])


def test_missing_tile_is_named_by_verify(gepubliceerd: Huis) -> None:
    weg = next(iter(gepubliceerd.datamap.tegels.glob("*.pmtiles")))
    weg.unlink()
    with pytest.raises(PublicatieFout, match=f"kaarttegels ontbreken.*{weg.name}"):
        publish.verifieer(gepubliceerd)


def test_tiles_nobody_names_are_removed(gepubliceerd: Huis) -> None:
    los = gepubliceerd.datamap.tegels / "0123456789abcdef.pmtiles"
    los.write_bytes(b"oud")
    gepubliceerd.klok = lambda: datetime(2031, 1, 1, tzinfo=UTC)
    publish.publiceer(gepubliceerd, forceer=True)
    assert not los.exists()
    assert publish.verifieer(gepubliceerd)


def test_without_maps_there_are_no_tiles_and_everything_else(dorp: hulp.Stad, tmp_path) -> None:
    huis = dorp.kopie(tmp_path / "data", "publicatie")
    assert rijen(huis) == [] and publish.verifieer(huis)["out_waarde"] > 0

"""Protects: a line drawn on the map holds the buurten that its printed rule says it holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import pytest
import shapely
from flask.testing import FlaskClient

from dashboard import draw_area
from dashboard.app import create_app
from dashboard.context import open_huis
from dashboard.draw_area import LijnFout, lees_lijn
from dashboard.settings import voor_map
from tests import kaart_klein

VORMEN = kaart_klein.vormen(2023)
BUURTEN = {c: v for c, v in VORMEN.items() if c.startswith("BU") and c != kaart_klein.VREEMD}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    instellingen = voor_map(tmp_path_factory.mktemp("tekenen"))
    kaart_klein.schrijf(instellingen.datamap)
    huis = open_huis(instellingen)
    yield create_app(instellingen, huis).server.test_client()
    huis.sluit()


def lijn(vlak: shapely.Geometry) -> str:
    """A surface in RD as the browser sends it: corners in degrees."""
    graden = gpd.GeoSeries([vlak], crs=28992).to_crs(4326).iloc[0]
    return ";".join(f"{x:.6f},{y:.6f}" for x, y in graden.exterior.coords[:-1])


def vraag(client: FlaskClient, vlak: shapely.Geometry, jaar: int = 2023) -> Any:
    return client.get("/kaartlijn", query_string={"indeling": jaar, "lijn": lijn(vlak)}).json


def test_the_greater_part_of_a_buurt_decides(client: FlaskClient) -> None:
    code, vorm = next(iter(BUURTEN.items()))
    x1, y1, x2, y2 = vorm.bounds
    for deel, erin in ((0.45, False), (0.55, True)):
        uit = vraag(client, shapely.box(x1, y1, x1 + deel * (x2 - x1), y2))
        assert (code in uit["codes"]) is erin
        assert uit["regel"] == draw_area.REGEL


def test_a_line_around_all_holds_all_and_the_outsider_apart(client: FlaskClient) -> None:
    rondom = shapely.union_all(list(VORMEN.values())).envelope.buffer(200, join_style="mitre")
    uit = vraag(client, rondom)
    assert set(uit["codes"]) == set(BUURTEN)
    assert uit["buiten"] == 1
    assert uit["deels"] == 0
    assert len(uit["namen"]) == len(uit["codes"])


def test_an_empty_place_holds_nothing(client: FlaskClient) -> None:
    assert vraag(client, shapely.box(200_000, 500_000, 200_500, 500_500))["codes"] == []


@pytest.mark.parametrize(
    ("tekst", "fout"),
    [
        ("", "ten minste drie punten"),
        ("5.1,52.0;5.2,52.0", "ten minste drie punten"),
        ("5.1,52.0;5.2,52.0;hier", "geen plek op de kaart"),
        ("5.1,52.0;5.1,52.0;5.1,52.0", "sluit niets in"),
        (";".join(f"5.{n:04d},52.0" for n in range(300)), "te veel punten"),
        ("1e9,2;3,4;5,6", "geen plek op de kaart"),
    ],
)
def test_a_line_that_is_none_is_refused_in_words(tekst: str, fout: str) -> None:
    with pytest.raises(LijnFout, match=fout):
        lees_lijn(tekst)


def test_a_line_that_crosses_itself_holds_both_sides() -> None:
    acht = lees_lijn("5.0,52.0;5.2,52.2;5.2,52.0;5.0,52.2")
    assert acht.is_valid
    assert acht.contains(shapely.Point(5.02, 52.1))
    assert acht.contains(shapely.Point(5.18, 52.1))


@pytest.mark.parametrize("jaar", ["", "20", "alles", "1999"])
def test_a_wrong_year_gives_words(client: FlaskClient, jaar: str) -> None:
    vraag_ = {"indeling": jaar, "lijn": "5.1,52.0;5.2,52.0;5.2,52.1"}
    antwoord = client.get("/kaartlijn", query_string=vraag_)
    assert antwoord.status_code == 400
    assert antwoord.json is not None and antwoord.json["melding"]

"""Protects: files and pictures of Vergelijken, Buurt and own areas hold what the screen says."""

from __future__ import annotations

import csv
import io
import json
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from dashboard import comparison, export_picture, export_routes, exports, own_areas
from dashboard.app import create_app
from dashboard.context import Huis, open_huis
from dashboard.exports import KOLOMMEN
from dashboard.settings import voor_map
from tests import publicatie_klein as klein

EIGEN = "eigen:rond-de-haven"
PAGINAS = {
    "buurt": klein.BUURT,
    "eigen": EIGEN,
    "vergelijken": f"{klein.BUURT},BU99010202,{klein.KLEIN},{EIGEN}",
}


@pytest.fixture(scope="module")
def huis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huis]:
    instellingen = voor_map(tmp_path_factory.mktemp("beeld"))
    klein.schrijf(instellingen.datamap, 1)
    geopend = open_huis(instellingen)
    with geopend.snapshots.lezing() as lezing:
        gebied = own_areas.maak_gebied(lezing, "Rond de haven", [klein.BUURT, klein.KLEIN])
    own_areas.bewaar(instellingen.datamap.eigen_gebieden, [gebied])
    yield geopend
    geopend.sluit()


@pytest.fixture(scope="module")
def client(huis: Huis) -> FlaskClient:
    return create_app(huis.instellingen, huis).server.test_client()


def _tekst(png: bytes) -> dict[str, str]:
    """What stands in a PNG as text; every chunk must be whole."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    plek, uit = 8, {}
    while plek < len(png):
        lang = int.from_bytes(png[plek : plek + 4], "big")
        data = png[plek + 4 : plek + 8 + lang]
        assert zlib.crc32(data) == int.from_bytes(png[plek + 8 + lang : plek + 12 + lang], "big")
        if data[:4] == b"iTXt":
            sleutel, _, rest = data[4:].partition(b"\0")
            uit[sleutel.decode()] = rest[4:].decode()
        plek += 12 + lang
    return uit


def _csv(ruw: bytes) -> list[dict[str, str]]:
    rijen = list(csv.reader(io.StringIO(ruw.decode("utf-8-sig")), delimiter=";"))
    begin = rijen.index(list(KOLOMMEN))
    return [dict(zip(KOLOMMEN, r, strict=True)) for r in rijen[begin + 1 :]]


def _xlsx(ruw: bytes) -> list[dict[str, Any]]:
    rijen = CalamineWorkbook.from_filelike(io.BytesIO(ruw)).get_sheet_by_index(0).to_python()
    return [dict(zip(KOLOMMEN, r, strict=True)) for r in rijen[1:]]


def _geojson(ruw: bytes) -> list[dict[str, Any]]:
    dingen = json.loads(ruw)["features"]
    return [c | {"gebied": d["id"]} for d in dingen for c in d["properties"]["cijfers"]]


@pytest.mark.parametrize("blad", list(PAGINAS))
@pytest.mark.parametrize(("soort", "lees"), [("csv", _csv), ("xlsx", _xlsx), ("geojson", _geojson)])
def test_amounts_in_a_file_are_those_of_the_page(
    client: FlaskClient, huis: Huis, blad: str, soort: str, lees: Any
) -> None:
    antwoord = client.get(f"/uitvoer/{blad}.{soort}?g={PAGINAS[blad]}")
    er = {(str(r["gebied"]), str(r["indicator"]), int(r["jaar"])): r for r in lees(antwoord.data)}
    gezien = 0
    with huis.snapshots.lezing() as lezing:
        getoond = export_routes.gekozen(lezing, blad, None)
        for k in comparison.kies(huis, lezing, PAGINAS[blad]).kolommen:
            for i in getoond:
                for w in k.blad.buurt.reeks(i.id):
                    scherm = comparison.stand(w, i, lezing.catalogus, k).replace("\u00a0", " ")
                    rij = er[k.sleutel, i.id, w.jaar]
                    assert rij["op_scherm"] == scherm
                    in_bestand = rij["waarde"]
                    if w.waarde is None:
                        assert in_bestand in (None, "") and rij["ontbreekt"]
                    else:
                        getal = float(str(in_bestand).replace(",", "."))
                        assert getal == pytest.approx(w.waarde, rel=1e-14)
                    gezien += 1
    assert gezien >= 30


@pytest.mark.parametrize("blad", list(PAGINAS))
def test_a_picture_says_where_it_comes_from_and_what_it_is_not_for(
    client: FlaskClient, huis: Huis, blad: str
) -> None:
    antwoord = client.get(f"/uitvoer/{blad}.png?g={PAGINAS[blad]}")
    assert antwoord.status_code == 200, antwoord.text
    assert antwoord.headers["Content-Disposition"].endswith('-2026-03-12.png"')
    woorden = _tekst(antwoord.data)
    with huis.snapshots.lezing() as lezing:
        cat = lezing.catalogus
        assert lezing.publicatie.publicatie in woorden["Publication"]
    assert cat.bronnen["kwb"].licentie in woorden["Source"]
    assert all(z in woorden["Disclaimer"] for z in cat.woorden.mag_niet)
    assert "fictieve gemeente" in woorden["Warning"] and "Verhalen" not in woorden["Title"]
    breed = int.from_bytes(antwoord.data[16:20], "big")
    hoog = int.from_bytes(antwoord.data[20:24], "big")
    assert breed == 1440 and hoog > 800, "one picture, as high as it needs to be"
    assert antwoord.data == client.get(f"/uitvoer/{blad}.png?g={PAGINAS[blad]}").data


@pytest.mark.parametrize("blad", list(PAGINAS))
def test_what_is_on_a_picture_reads_as_on_the_page(huis: Huis, blad: str) -> None:
    with huis.snapshots.lezing() as lezing:
        cat = lezing.catalogus
        kolommen = comparison.kies(huis, lezing, PAGINAS[blad]).kolommen
        getoond = export_routes.gekozen(lezing, blad, None)
        kop = exports.kop(lezing, "Titel", [])
        er = export_picture.inhoud(blad, kolommen, getoond, kop)
    op_naam = {i.naam: i for i in getoond}
    namen = {k.naam: k for k in kolommen}
    gezien = 0
    for thema in er["themas"]:
        for figuur in thema["figuren"]:
            for vak in figuur["vakken"]:
                i = op_naam[figuur.get("naam") or vak["naam"]]
                k = namen[vak["naam"]] if blad == "vergelijken" else kolommen[0]
                if blad == "vergelijken":
                    w = k.waarde(i.id, comparison.meetjaar(kolommen, i.id) or 0)
                else:
                    w = comparison.nieuwste(k, i.id)
                hoort = comparison.stand(w, i, cat, k)
                getal = f"{vak['getal']} {vak['eenheid']}".strip() or vak["woorden"]
                assert getal.replace("\u00a0", " ").endswith(hoort.replace("\u00a0", " "))
                assert bool(vak["getal"]) == (w is not None and w.waarde is not None)
                gezien += bool(vak["getal"])
    assert gezien >= 1


@pytest.mark.parametrize(
    "pad", ["buurt.png", "buurt.png?g=BU00000000", "verkennen.png", "vergelijken.png?g=x&thema=y"]
)
def test_a_picture_of_a_wrong_address_is_refused_in_words(client: FlaskClient, pad: str) -> None:
    antwoord = client.get(f"/uitvoer/{pad}")
    assert antwoord.status_code in (400, 404)
    assert b"Traceback" not in antwoord.data and b"PNG" not in antwoord.data

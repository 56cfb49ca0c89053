"""Protects: files hold the amounts of the screen, their sources and limits, and no formulas."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
import shapely
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from dashboard import comparison, explore, exports, own_areas, picture
from dashboard.app import create_app
from dashboard.context import Huis, open_huis
from dashboard.exports import GEVAAR, KOLOMMEN, Kop, Regel, maak
from dashboard.settings import voor_map
from indicators.catalogue import lees
from tests import kaart_klein
from tests import publicatie_klein as klein

CAT = lees()
TUINDORP = "BU99010202"


@pytest.fixture(scope="module")
def huis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huis]:
    instellingen = voor_map(tmp_path_factory.mktemp("uitvoer"))
    klein.schrijf(instellingen.datamap, 1)
    geopend = open_huis(instellingen)
    with geopend.snapshots.lezing() as lezing:
        gebied = own_areas.maak_gebied(lezing, "=Rond de haven", [klein.BUURT, klein.KLEIN])
    own_areas.bewaar(instellingen.datamap.eigen_gebieden, [gebied])
    yield geopend
    geopend.sluit()


@pytest.fixture(scope="module")
def client(huis: Huis) -> FlaskClient:
    return create_app(huis.instellingen, huis).server.test_client()


def _csv(ruw: bytes) -> tuple[list[str], list[dict[str, str]]]:
    assert ruw.startswith(b"\xef\xbb\xbf")
    rijen = list(csv.reader(io.StringIO(ruw.decode("utf-8-sig")), delimiter=";"))
    begin = next(n for n, r in enumerate(rijen) if r == list(KOLOMMEN))
    kop = [";".join(r) for r in rijen[:begin]]
    return kop, [dict(zip(KOLOMMEN, r, strict=True)) for r in rijen[begin + 1 :]]


def _getal(tekst: str) -> float | None:
    return float(tekst.replace(",", ".")) if tekst else None


def _xlsx(ruw: bytes) -> tuple[list[list[Any]], list[dict[str, Any]]]:
    boek = CalamineWorkbook.from_filelike(io.BytesIO(ruw))
    assert boek.sheet_names == ["cijfers", "bron en gebruik"]
    rijen = boek.get_sheet_by_index(0).to_python()
    assert rijen[0] == list(KOLOMMEN)
    uitleg = boek.get_sheet_by_index(1).to_python()
    return uitleg, [dict(zip(KOLOMMEN, r, strict=True)) for r in rijen[1:]]


def test_amounts_in_every_file_are_those_of_the_publication(
    client: FlaskClient, huis: Huis
) -> None:
    with huis.snapshots.lezing() as lezing:
        buurt = lezing.buurt(klein.BUURT)
    zoek = f"?g={klein.BUURT}"
    _, rijen = _csv(client.get(f"/uitvoer/buurt.csv{zoek}").data)
    _, excel = _xlsx(client.get(f"/uitvoer/buurt.xlsx{zoek}").data)
    geo = json.loads(client.get(f"/uitvoer/buurt.geojson{zoek}").data)
    cijfers = geo["features"][0]["properties"]["cijfers"]
    assert len(rijen) == len(excel) == len(cijfers)
    gezien = 0
    for r, x, g in zip(rijen, excel, cijfers, strict=True):
        if r["indicator"].startswith("score."):
            continue
        w = buurt.waarden[r["indicator"], int(r["jaar"])]
        for veld in ("waarde", "onder", "boven"):
            hoort = getattr(w, veld)
            assert g[veld] == hoort
            if hoort is None:
                assert r[veld] == "" and x[veld] == ""
            else:
                assert _getal(r[veld]) == hoort and x[veld] == pytest.approx(hoort, rel=1e-14)
        gezien += 1
    getoond = [k for k in buurt.waarden if CAT.indicatoren[k[0]].gebruik != "uitgesloten"]
    assert gezien == len(getoond) > 60


def test_what_reads_on_screen_stands_in_the_file(client: FlaskClient, huis: Huis) -> None:
    g = f"{klein.BUURT},{TUINDORP},{klein.KLEIN}"
    _, rijen = _csv(client.get(f"/uitvoer/vergelijken.csv?g={g}").data)
    op = {(r["gebied"], r["indicator"], int(r["jaar"])): r["op_scherm"] for r in rijen}
    with huis.snapshots.lezing() as lezing:
        kolommen = comparison.kies(huis, lezing, g).kolommen
    for indicator in CAT.kern():
        jaar = comparison.meetjaar(kolommen, indicator.id)
        for k in kolommen:
            w = k.waarde(indicator.id, jaar or 0)
            if w is not None:
                scherm = comparison.stand(w, indicator, CAT, k).replace("\u00a0", " ")
                assert op[k.sleutel, indicator.id, w.jaar] == scherm
    assert {r["gebied"] for r in rijen} == {*g.split(","), klein.GEMEENTE}
    assert {r["indicator"] for r in rijen} <= {i.id for i in CAT.kern()}


@pytest.mark.parametrize("soort", ["csv", "xlsx", "geojson"])
def test_every_file_says_where_it_comes_from_and_what_it_is_not_for(
    client: FlaskClient, soort: str
) -> None:
    antwoord = client.get(f"/uitvoer/buurt.{soort}?g={klein.BUURT}")
    assert antwoord.status_code == 200
    assert antwoord.headers["Content-Disposition"] == (
        f'attachment; filename="telvertel-de-wielen-2026-03-12.{soort}"'
    )
    if soort == "csv":
        tekst = " ".join(_csv(antwoord.data)[0])
    elif soort == "xlsx":
        tekst = " ".join(str(c) for rij in _xlsx(antwoord.data)[0] for c in rij)
    else:
        tekst = " ".join(
            f"{z['wat']}: {z['zin']}" for z in json.loads(antwoord.data)["bron_en_gebruik"]
        )
    bron = CAT.bronnen["kwb"]
    for nodig in (
        bron.bronvermelding.removeprefix("Bron: "), bron.licentie, "20260312-klein-1",
        "12 maart 2026", "fictieve gemeente", *CAT.woorden.mag_niet,
    ):  # fmt: skip
        assert nodig in tekst


def test_kinds_of_missing_of_figure_and_scores_are_in_words(client: FlaskClient) -> None:
    _, rijen = _csv(client.get(f"/uitvoer/buurt.csv?g={klein.KLEIN}").data)
    assert any(r["ontbreekt"] == "niet getoond door CBS (privacy)" for r in rijen)
    scores = [r for r in rijen if r["indicator"].startswith("score.")]
    assert scores and all(r["aard"] == "eigen indicatie op open data" for r in scores)
    assert all(r["ontbreekt"].startswith("Nog niet te zeggen") for r in scores if not r["waarde"])
    assert {r["aard"] for r in rijen} >= {"geregistreerd"}
    verborgen = {i.id for i in CAT.indicatoren.values() if i.gebruik == "uitgesloten"}
    assert verborgen and not verborgen & {r["indicator"] for r in rijen}


def test_an_own_area_is_marked_recomputed_with_how_many_are_known(client: FlaskClient) -> None:
    antwoord = client.get("/uitvoer/eigen.csv?g=eigen:rond-de-haven")
    assert 'filename="telvertel-rond-de-haven-2026-03-12.csv"' in antwoord.headers[
        "Content-Disposition"
    ]  # fmt: skip
    kop, rijen = _csv(antwoord.data)
    rij = next(r for r in rijen if (r["indicator"], r["jaar"]) == ("leeftijd_65_plus_pct", "2023"))
    assert rij["aard"] == "herberekend voor een eigen gebied" and rij["waarde"] == ""
    assert rij["op_scherm"].startswith("tussen ") and "1 van 2 buurten bekend" in rij["toelichting"]
    assert rij["naam"] == "'=Rond de haven", "a name that looks like a formula is disarmed"
    assert any("Gemiddelden en medianen zijn weggelaten" in k for k in kop)
    assert "woz_waarde_keur" not in {r["indicator"] for r in rijen}


def test_decimals_with_a_comma_by_default_and_with_a_point_when_asked(client: FlaskClient) -> None:
    zoek = f"?g={klein.BUURT}"
    komma = client.get(f"/uitvoer/buurt.csv{zoek}").data.decode("utf-8-sig")
    punt = client.get(f"/uitvoer/buurt.csv{zoek}&decimaal=punt").data.decode("utf-8-sig")
    assert ";14,5;" in komma and ";14.5;" in punt


@pytest.mark.parametrize(
    ("pad", "code"),
    [
        ("buurt.pdf?g=BU99010203", 404),
        ("raar.csv?g=BU99010203", 404),
        ("buurt.csv", 400),
        ("buurt.csv?g=BU00000000", 404),
        ("buurt.csv?g=BU99010203,BU99010202", 400),
        ("vergelijken.csv?g=BU99010203&thema=x", 404),
        ("buurt.csv?g=BU99010203&decimaal=x", 400),
        ("eigen.csv?g=eigen:../../etc/passwd", 404),
        ("eigen.csv?g=%00", 404),
    ],
)
def test_an_address_that_cannot_be_is_refused_in_words(
    client: FlaskClient, pad: str, code: int
) -> None:
    antwoord = client.get(f"/uitvoer/{pad}")
    assert antwoord.status_code == code
    assert b"Traceback" not in antwoord.data


REGEL = Regel("BU1", "X", "buurt", 2023, "x_pct", "X", 2023, -1.5, None, None, "%", "-1,5 %", "",
              "geregistreerd", "nee", "B")  # fmt: skip
KOP = Kop("Titel", "p", "2026-01-01", False, (("A", "CC"),), ("Niet doen.",))


@given(st.text(max_size=40), st.sampled_from(["", *GEVAAR]))
def test_no_text_becomes_a_formula_and_numbers_stay_numbers(tekst: str, begin: str) -> None:
    """Whatever a name is: no cell starts as a formula, and the file can be read back."""
    from dataclasses import replace

    naam = begin + tekst.replace("\x00", "").replace("\x1a", "")
    regel = replace(REGEL, naam=naam, toelichting=naam)
    uit = maak("csv", [regel], KOP).inhoud.decode("utf-8-sig")
    rijen = list(csv.reader(io.StringIO(uit, newline=""), delimiter=";"))
    rij = dict(zip(KOLOMMEN, rijen[-1], strict=True))
    assert not rij["naam"].startswith(GEVAAR)
    assert rij["waarde"] == "-1,5", "a negative number is a number"


def test_formulas_are_text_in_excel() -> None:
    import zipfile
    from dataclasses import replace

    rijen = [replace(REGEL, naam=f"{t}1+1") for t in GEVAAR]
    ruw = maak("xlsx", rijen, KOP).inhoud
    _, cellen = _xlsx(ruw)
    assert all(str(c["naam"]).startswith("'") for c in cellen)
    assert all(c["waarde"] == -1.5 for c in cellen)
    with zipfile.ZipFile(io.BytesIO(ruw)) as zip_:
        assert b"<f>" not in zip_.read("xl/worksheets/sheet1.xml")


def test_outlines_come_in_degrees_and_own_areas_are_one_outline() -> None:
    def vak(x: int) -> bytes:
        return bytes(shapely.box(x, 463000, x + 100, 463100).wkb)

    from dataclasses import replace

    grenzen = {("BU1", 2023): vak(155000), ("BU2", 2023): vak(155100)}
    rijen = [REGEL, replace(REGEL, gebied="eigen:a"), replace(REGEL, gebied="BU3")]
    samen = {"eigen:a": [("BU1", 2023), ("BU2", 2023)]}
    geo = json.loads(maak("geojson", rijen, KOP, grenzen=grenzen, samen=samen).inhoud)
    een, eigen, zonder = geo["features"]
    punt = shapely.geometry.shape(een["geometry"]).centroid
    assert (punt.x, punt.y) == (pytest.approx(5.388, abs=0.01), pytest.approx(52.155, abs=0.01))
    vorm = shapely.geometry.shape(eigen["geometry"])
    assert vorm.geom_type == "Polygon"
    assert vorm.area == pytest.approx(2 * shapely.geometry.shape(een["geometry"]).area, rel=0.02)
    assert zonder["geometry"] is None


def test_a_list_of_the_map_can_be_exported_with_the_same_function(huis: Huis) -> None:
    with huis.snapshots.lezing() as lezing:
        gebieden = {g.gebied: g for g in lezing.gebieden()}
        waarden = [
            w for w in lezing.waarden(list(gebieden), ["koopwoningen_pct"]) if w.jaar == 2023
        ]
        regels = [exports.regel(w, gebieden[w.gebied], lezing.catalogus) for w in waarden]
        kop = exports.kop(lezing, "Verkennen: koopwoningen in 2023", regels)
    for soort in exports.MIME:
        bestand = maak(soort, regels, kop)
        assert bestand.naam == f"telvertel-verkennen-koopwoningen-in-2023-2026-03-12.{soort}"
        assert bestand.inhoud
    assert len(regels) == len(waarden) > 8


@pytest.fixture(scope="module")
def met_kaart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Huis, FlaskClient]]:
    instellingen = voor_map(tmp_path_factory.mktemp("kaart"))
    kaart_klein.schrijf(instellingen.datamap)
    geopend = open_huis(instellingen)
    yield geopend, create_app(instellingen, geopend).server.test_client()
    geopend.sluit()


@pytest.mark.parametrize("zoek", ["", "?cijfer=woz_waarde_keur", "?niveau=wijk&jaar=2022"])
def test_a_file_of_the_map_holds_the_amounts_of_its_list(
    met_kaart: tuple[Huis, FlaskClient], zoek: str
) -> None:
    huis, client = met_kaart
    with huis.snapshots.lezing() as lezing:
        keuze = explore.kies(lezing, explore.lees(zoek), [])
        beeld = picture.beeld(huis.geheugen, lezing, keuze, [])
        indicator = lezing.catalogus.indicatoren[keuze.cijfer]
        scherm = {
            c: picture.schrijf(w, indicator).replace("\u00a0", " ")
            for c, w in zip(beeld.codes, beeld.waarde.tolist(), strict=True)
            if w == w
        }
        echt = {w.gebied: w.waarde for w in lezing.waarden(beeld.codes, [keuze.cijfer])
                if (w.jaar, w.grensjaar) == (keuze.jaar, keuze.grensjaar)}  # fmt: skip
    _, rijen = _csv(client.get(f"/uitvoer/verkennen.csv{zoek}").data)
    assert [r["gebied"] for r in rijen] == beeld.codes
    assert {r["gebied"]: r["op_scherm"] for r in rijen if not r["ontbreekt"]} == scherm
    assert {r["gebied"]: _getal(r["waarde"]) for r in rijen} == {c: echt[c] for c in beeld.codes}
    assert all(r["ontbreekt"] for r in rijen if not r["waarde"])
    _, blad = _xlsx(client.get(f"/uitvoer/verkennen.xlsx{zoek}").data)
    assert [r["op_scherm"] for r in blad] == [r["op_scherm"] for r in rijen]
    geo = json.loads(client.get(f"/uitvoer/verkennen.geojson{zoek}").data)
    assert [f["id"] for f in geo["features"]] == beeld.codes
    assert all(f["geometry"]["type"] in ("Polygon", "MultiPolygon") for f in geo["features"])
    assert any("Verhalen" in z["wat"] for z in geo["bron_en_gebruik"])


def test_a_file_of_the_3x3_has_both_axes_and_says_what_is_missing(
    met_kaart: tuple[Huis, FlaskClient],
) -> None:
    kop, rijen = _csv(met_kaart[1].get("/uitvoer/verkennen.csv?cijfer=niveau").data)
    assert {r["cijfer"] for r in rijen} == {"Kwetsbaarheid", "Overlast en onveiligheid"}
    zonder = [r for r in rijen if r["cijfer"] == "Overlast en onveiligheid"]
    assert all(not r["waarde"] and r["ontbreekt"] for r in zonder)
    assert any("nog niet te zeggen (bron ontbreekt)" in r["ontbreekt"] for r in zonder)
    assert any("eigen indicatie op open data" in regel for regel in kop)


def test_a_wrong_address_gives_words_and_no_file(met_kaart: tuple[Huis, FlaskClient]) -> None:
    for pad in ("/uitvoer/verkennen.csv?cijfer=onzin", "/uitvoer/verkennen.xlsx?jaar=1850"):
        antwoord = met_kaart[1].get(pad)
        assert antwoord.status_code == 404
        assert "Dit bestand is niet te maken" in antwoord.text
    assert met_kaart[1].get("/kaartonderschrift?cijfer=onzin").status_code == 400


def test_the_words_of_a_picture_name_title_reference_sources_and_limits(
    met_kaart: tuple[Huis, FlaskClient],
) -> None:
    woorden = met_kaart[1].get("/kaartonderschrift").json
    assert woorden is not None
    assert woorden["titel"] == "Huurwoningen van een woningcorporatie"
    assert woorden["erbij"] == " per buurt, 2023"
    assert "Wierdestad heeft" in " ".join(woorden["zinnen"])
    wat = {w for w, _ in woorden["regels"]}
    assert {"Publicatie", "Bron", "Waar dit niet voor mag"} <= wat
    assert any("CC BY 4.0" in z for w, z in woorden["regels"] if w == "Bron")
    assert woorden["naam"].endswith(".png")

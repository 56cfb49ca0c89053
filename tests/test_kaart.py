"""Protects: the map shows the publication, missing is never low, only tiles can be asked for."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from pmtiles.reader import MemorySource, all_tiles

from dashboard import explore, picture, snapshot_map
from dashboard.app import create_app
from dashboard.context import Huis, open_huis
from dashboard.explore import Vraag
from dashboard.pages import verkennen
from dashboard.panels import kaartje
from dashboard.settings import voor_map
from indicators.catalogue import lees
from tests import kaart_klein
from tests import publicatie_klein as klein

CAT = lees()
PCT = CAT.indicatoren["corporatiewoningen_pct"]
KEUR = CAT.indicatoren["woz_waarde_keur"]


@pytest.fixture(scope="module")
def huis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huis]:
    instellingen = voor_map(tmp_path_factory.mktemp("kaart"))
    kaart_klein.schrijf(instellingen.datamap)
    huis = open_huis(instellingen)
    yield huis
    huis.sluit()


@pytest.fixture(scope="module")
def vraag(huis: Huis) -> FlaskClient:
    return create_app(huis.instellingen, huis).server.test_client()


def tekst(onderdeel: Any) -> str:
    """All words of a piece of a page, in order."""
    if onderdeel is None or isinstance(onderdeel, (bool, dict)):
        return ""
    if isinstance(onderdeel, (str, int, float)):
        return str(onderdeel)
    if isinstance(onderdeel, (list, tuple)):
        return " ".join(filter(None, (tekst(o) for o in onderdeel)))
    return tekst(getattr(onderdeel, "children", None))


def delen(huis: Huis, **vraag: str) -> dict[str, Any]:
    with huis.snapshots.lezing() as lezing:
        return verkennen.delen(huis, lezing, Vraag(**vraag))


def bestand(huis: Huis, niveau: str = "buurt", jaar: int = 2023) -> str:
    with huis.snapshots.lezing() as lezing:
        return next(
            x.bestand for x in snapshot_map.lagen(lezing)
            if (x.niveau, x.grensjaar) == (niveau, jaar)
        )  # fmt: skip


# --- tiles -------------------------------------------------------------------------------------


def test_every_tile_of_a_file_comes_back_byte_for_byte(huis: Huis, vraag: FlaskClient) -> None:
    naam = bestand(huis)
    bron = MemorySource((huis.instellingen.datamap.tegels / naam).read_bytes())
    tegels = [(plek, bytes(inhoud)) for plek, inhoud in all_tiles(bron)]
    assert tegels
    for (z, x, y), inhoud in tegels:
        antwoord = vraag.get(f"/tegels/{naam}/{z}/{x}/{y}.pbf", headers={"Accept-Encoding": "gzip"})
        assert antwoord.status_code == 200
        assert antwoord.headers["Content-Encoding"] == "gzip"
        assert "immutable" in antwoord.headers["Cache-Control"]
        assert antwoord.data == inhoud
        plat = vraag.get(f"/tegels/{naam}/{z}/{x}/{y}.pbf", headers={"Accept-Encoding": ""})
        assert plat.data == gzip.decompress(inhoud)


def test_an_empty_place_gives_204_and_a_place_that_does_not_exist_404(
    huis: Huis, vraag: FlaskClient
) -> None:
    naam = bestand(huis)
    assert vraag.get(f"/tegels/{naam}/6/0/0.pbf").status_code == 204
    for plek in ("6/64/0", "6/0/99999999", "40/1/1", "6/-1/0", "6/a/0"):
        assert vraag.get(f"/tegels/{naam}/{plek}.pbf").status_code == 404


@pytest.mark.parametrize(
    "naam",
    ["0" * 16 + ".pmtiles", "..%2f..%2factueel.json", "../actueel.json", "actueel.json",
     "%2e%2e%2fverhalen%2fverhalen.sqlite", "ABCDEF0123456789.pmtiles", "x.pmtiles", "\x00"],
)  # fmt: skip
def test_only_files_that_a_publication_names_are_served(vraag: FlaskClient, naam: str) -> None:
    assert vraag.get(f"/tegels/{naam}/6/0/0.pbf").status_code == 404


def test_a_file_that_lies_there_but_is_not_named_is_refused(huis: Huis, vraag: FlaskClient) -> None:
    los = huis.instellingen.datamap.tegels / ("a" * 16 + ".pmtiles")
    los.write_bytes((huis.instellingen.datamap.tegels / bestand(huis)).read_bytes())
    assert vraag.get(f"/tegels/{los.name}/6/0/0.pbf").status_code == 404
    los.unlink()


def test_tiles_of_a_kept_publication_stay_after_a_new_one(tmp_path: Path) -> None:
    instellingen = voor_map(tmp_path)
    oud = kaart_klein.schrijf(instellingen.datamap, 1)
    huis = open_huis(instellingen)
    naam = bestand(huis, jaar=2022)
    nieuw = klein.schrijf(instellingen.datamap, 2)
    app = create_app(instellingen, huis).server.test_client()
    assert oud != nieuw
    assert app.get(f"/tegels/{naam}/6/0/0.pbf").status_code == 204
    huis.sluit()


def test_a_tile_takes_well_under_20_ms(huis: Huis, vraag: FlaskClient) -> None:
    naam = bestand(huis)
    vraag.get(f"/tegels/{naam}/6/33/21.pbf")
    begin = time.process_time()
    for _ in range(20):
        vraag.get(f"/tegels/{naam}/6/33/21.pbf")
    assert (time.process_time() - begin) / 20 < 0.02


def test_the_map_script_comes_from_its_package_and_nothing_else_does(vraag: FlaskClient) -> None:
    script = vraag.get("/kaart/maplibre-gl.js")
    assert script.status_code == 200 and len(script.data) > 500_000
    assert vraag.get("/kaart/maplibre-gl.css").status_code == 200
    for naam in ("pywidget.js", "..%2f__init__.py", "maplibre-gl.js.map"):
        assert vraag.get(f"/kaart/{naam}").status_code == 404
    beleid = script.headers["Content-Security-Policy"]
    assert "worker-src blob:;" in beleid
    assert "blob:" not in beleid.replace("worker-src blob:", "")


# --- values ------------------------------------------------------------------------------------


def test_values_follow_the_areas_in_order_and_missing_is_never_a_number(
    huis: Huis, vraag: FlaskClient
) -> None:
    waar = "niveau=buurt&publicatie=20260312-klein-1"
    gebieden = vraag.get(f"/kaartgebieden?{waar}&indeling=2023").get_json()
    antwoord = vraag.get(f"/kaartwaarden?{waar}&cijfer=bijstand_per_1000&jaar=2023")
    waarden = antwoord.get_json()
    assert "immutable" in antwoord.headers["Cache-Control"]
    assert gebieden["namen"] == sorted(gebieden["namen"], key=str.casefold)
    n = len(gebieden["codes"])
    assert n == len(waarden["w"]) == len(waarden["k"]) == len(waarden["o"]) == len(waarden["v"])
    op = dict(zip(gebieden["codes"], zip(waarden["w"], waarden["k"], waarden["o"], strict=True),
                  strict=True))  # fmt: skip
    assert op[klein.BUURT][0] == 61
    stand = delen(huis, cijfer="bijstand_per_1000")["stand"]
    assert op[klein.PARK][:2] == (None, "-")
    assert stand["soorten"][int(op[klein.PARK][2])][0] == "nvt"
    assert stand["soorten"][int(op[klein.KLEIN][2])][0] == "onbekend_of_geheim"


def test_values_of_two_publications_never_come_together(vraag: FlaskClient) -> None:
    oud = vraag.get("/kaartwaarden?niveau=buurt&publicatie=oud")
    assert oud.status_code == 409 and "nieuwe gegevens" in oud.get_json()["melding"]
    zonder = vraag.get("/kaartwaarden?niveau=buurt")
    assert zonder.status_code == 200 and zonder.headers["Cache-Control"] == "no-store"


def test_the_outline_of_one_area_is_lines_in_degrees(vraag: FlaskClient) -> None:
    vorm = vraag.get(f"/kaartvorm?gebied={klein.BUURT}&indeling=2023").get_json()
    (stuk,) = vorm["features"]
    assert stuk["geometry"]["type"] == "MultiLineString"
    assert all(5 < x < 6 and 51 < y < 53 for x, y in stuk["geometry"]["coordinates"][0])
    assert vraag.get("/kaartvorm?gebied=BU00000000&indeling=2023").get_json()["features"] == []
    assert vraag.get("/kaartvorm?gebied=x&indeling=2023").status_code == 400


@pytest.mark.parametrize(
    "zoek",
    ["cijfer=bestaat_niet", "niveau=straat", "jaar=1850", "jaar=%27%3B--", "vergelijk=buren",
     "cijfer=%00%ff", "niveau=" + "x" * 5000],
)  # fmt: skip
def test_values_of_a_wrong_question_give_400_with_words(vraag: FlaskClient, zoek: str) -> None:
    antwoord = vraag.get(f"/kaartwaarden?{zoek}")
    assert antwoord.status_code == 400
    assert len(antwoord.get_json()["melding"]) > 20


@pytest.mark.parametrize("zoek", ["", "niveau=land&indeling=2023", "niveau=buurt&indeling=x"])
def test_areas_of_a_wrong_question_give_400(vraag: FlaskClient, zoek: str) -> None:
    assert vraag.get(f"/kaartgebieden?{zoek}").status_code == 400


def test_a_national_answer_is_small(vraag: FlaskClient, huis: Huis) -> None:
    """About seven bytes an area before compression, whatever the figure."""
    with huis.snapshots.lezing() as lezing:
        keuze = explore.kies(lezing, Vraag(), ())
        beeld = picture.beeld(huis.geheugen, lezing, keuze, ())
    from dashboard.map import waarden_json

    heel = json.dumps(waarden_json(beeld, False), separators=(",", ":"))
    assert len(heel) < 40 + 12 * len(beeld.codes)


# --- choice and words --------------------------------------------------------------------------


def test_without_a_choice_it_is_the_own_share_of_dwellings_newest_year(huis: Huis) -> None:
    d = delen(huis)
    assert d["stand"]["keuze"] == {
        "niveau": "buurt", "cijfer": "corporatiewoningen_pct", "vergelijk": "gemeente",
        "jaar": "nieuwste",
    }  # fmt: skip
    assert d["meldingen"] == [] and d["keuze"].jaar == 2023


def test_newest_with_a_figure_goes_before_newest(huis: Huis) -> None:
    d = delen(huis, cijfer="wmo_per_1000")
    assert d["keuze"].jaar == 2022
    assert "Over 2023 is dit cijfer er nog niet." in tekst(d["samenvatting"])
    leeg = delen(huis, cijfer="wmo_per_1000", jaar="2023")
    assert leeg["keuze"].jaar == 2023
    assert "nog niet gepubliceerd" in tekst(leeg["legenda"])


@pytest.mark.parametrize(
    ("vraag", "zin"),
    [
        ({"niveau": "straat"}, "geen niveau van de kaart"),
        ({"cijfer": "<script>"}, "kennen we niet"),
        ({"cijfer": "herkomst_europa_pct"}, "is uitgesloten"),
        ({"cijfer": "overlast_per_1000"}, "nog niet ingelezen"),
        ({"jaar": "1850"}, "Over 1850 is dit niet ingelezen; wel over 2021, 2022 en 2023"),
        ({"jaar": "morgen"}, "is geen jaar"),
        ({"jaar": "²⁰²³"}, "is geen jaar"),
        ({"vergelijk": "buren"}, "valt niet te vergelijken"),
        ({"vergelijk": "land"}, "heel Nederland"),
        ({"vergelijk": "mijn"}, "nog geen eigen gebieden"),
        ({"niveau": "gemeente", "vergelijk": "gemeente"}, "niet met zichzelf"),
    ],
)
def test_a_hand_typed_address_gets_a_sentence_and_a_sensible_picture(
    huis: Huis, vraag: dict[str, str], zin: str
) -> None:
    d = delen(huis, **vraag)
    assert zin in tekst(d["meldingen"])
    assert d["stand"]["keuze"]["niveau"] in explore.NIVEAUS
    assert d["keuze"].jaar == 2023


def test_an_address_reads_back_what_it_says() -> None:
    vraag = Vraag("wijk", "koopwoningen_pct", "2022", "geen", "WK990101")
    assert explore.lees(explore.adres(vraag).partition("?")[2]) == vraag


def test_the_summary_counts_and_names_every_kind_of_missing(huis: Huis) -> None:
    woorden = tekst(delen(huis)["samenvatting"])
    assert "8 van de 10 buurten hebben een cijfer: van" in woorden
    assert "1 niet getoond door CBS (privacy)" in woorden
    assert "1 niet van toepassing" in woorden


def test_the_legend_counts_add_up_and_draw_missing_as_a_pattern(huis: Huis) -> None:
    d = delen(huis)
    klassen, rest = d["legenda"][0].children[0].children, d["legenda"][1].children
    geteld = sum(int(tekst(li.children[2])) for li in klassen)
    patronen = [li for li in rest if getattr(li.children[0], "data-patroon", None)]
    geteld += sum(int(tekst(li.children[2])) for li in patronen if len(li.children) > 2)
    assert geteld == 10
    soorten = {getattr(li.children[0], "data-patroon") for li in patronen}
    assert {"geheim", "nvt", "buiten"} <= soorten


def test_without_a_source_the_3x3_says_which_one_is_missing(huis: Huis) -> None:
    d = delen(huis, cijfer="niveau")
    woorden = tekst(d["samenvatting"])
    assert "Nog niet te zeggen." in woorden
    assert "bron Geregistreerde misdrijven en overlast ontbreekt" in woorden
    assert "Kwetsbaarheid is wel berekend voor 8 van de 10 buurten" in woorden
    for as_ in ("Kwetsbaarheid", "Overlast en onveiligheid"):
        assert as_ in tekst(d["legenda"])


def test_the_3x3_places_an_area_by_both_axes_with_its_certainty(tmp_path: Path) -> None:
    instellingen = voor_map(tmp_path)
    publicatie = klein.schrijf(instellingen.datamap)
    import duckdb

    with duckdb.connect(str(instellingen.datamap.published / f"{publicatie}.duckdb")) as con:
        con.execute(
            """UPDATE out_score SET score = 80, onder = 78, boven = 82, geen_score_reden = NULL
            WHERE boom = 'veerkracht' AND knoop = 'overlast_en_onveiligheid' AND gebied = ?""",
            [klein.BUURT],
        )
        con.execute(
            """UPDATE out_score SET score = 50, onder = 30, boven = 70
            WHERE boom = 'veerkracht' AND knoop = 'kwetsbaarheid' AND gebied = ?""",
            [klein.BUURT],
        )
    huis = open_huis(instellingen)
    with huis.snapshots.lezing() as lezing:
        keuze = explore.kies(lezing, Vraag(cijfer="niveau"), ())
        beeld = picture.beeld(huis.geheugen, lezing, keuze, ())
        n = beeld.codes.index(klein.BUURT)
        assert beeld.klasse[n] == 5
        woorden = kaartje.niveau_woorden(lezing, beeld, n)
    assert woorden == "Kwetsbaarheid midden; overlast en onveiligheid hoog (waarschijnlijk)."
    huis.sluit()


def test_comparison_is_that_of_the_page_of_the_area(huis: Huis) -> None:
    from dashboard import sentences

    with huis.snapshots.lezing() as lezing:
        keuze = explore.kies(lezing, Vraag(cijfer="bijstand_per_1000"), ())
        beeld = picture.beeld(huis.geheugen, lezing, keuze, ())
        for n, code in enumerate(beeld.codes):
            buurt = lezing.buurt(code)
            w = buurt.waarden[("bijstand_per_1000", 2023)]
            zin = sentences.vergelijking(buurt, w, lezing.catalogus.indicatoren[w.indicator])
            kant = picture.VERSCHIL[int(beeld.verschil[n])]
            if w.waarde is None:
                assert kant == "onbekend"
            else:
                assert zin.startswith(kant.replace("ongeveer_gelijk", "ongeveer gelijk aan"))


def test_own_areas_are_the_reference_and_said_in_the_summary(tmp_path: Path) -> None:
    from dashboard import areas

    instellingen = voor_map(tmp_path)
    kaart_klein.schrijf(instellingen.datamap)
    for code in ("BU99010103", klein.BUURT, "BU99010101"):
        areas.voeg_toe(instellingen.datamap.gebieden, code)
    huis = open_huis(instellingen)
    d = delen(huis, vergelijk="mijn")
    assert "Het midden van mijn 3 gebieden is" in tekst(d["samenvatting"])
    assert "De 3 eigen buurten lopen van" in tekst(d["samenvatting"])
    assert d["stand"]["mijn"]["buurt"] == ["BU99010103", klein.BUURT, "BU99010101"]
    west, zuid, oost, noord = d["stand"]["kader"]
    assert 5 < west < oost < 6 and 51 < zuid < noord < 53
    huis.sluit()


def test_an_area_of_another_boundary_year_leads_to_its_successors(huis: Huis) -> None:
    d = delen(huis, gebied=klein.GESPLITST)
    woorden = tekst(d["kaartje"])
    assert "staat niet in de indeling van 2023, wel in die van 2021 tot en met 2022" in woorden
    assert "Opgevolgd door: Kanaalzone-West Kanaalzone-Oost" in woorden
    toen = delen(huis, gebied=klein.GESPLITST, jaar="2022")
    assert "Buurt in Noorderkwartier, Wierdestad" in tekst(toen["kaartje"])


@pytest.mark.parametrize("code", ["BU00000000", "x", "../..", "BU9901020", "<b>"])
def test_a_wrong_area_code_says_so(huis: Huis, code: str) -> None:
    assert "staat niet in deze publicatie" in tekst(delen(huis, gebied=code)["kaartje"])


def test_a_figure_of_a_year_without_a_map_uses_the_nearest_and_hides_what_changed(
    huis: Huis,
) -> None:
    d = delen(huis, jaar="2021")
    assert d["keuze"].kaartjaar == 2022
    assert "De kaart tekent de grenzen van 2022" in tekst(d["samenvatting"])
    nieuwer = delen(huis, jaar="2021")["stand"]
    assert nieuwer["anders"] == []


def test_without_geometry_the_page_says_what_to_do(tmp_path: Path) -> None:
    instellingen = voor_map(tmp_path)
    klein.schrijf(instellingen.datamap)
    huis = open_huis(instellingen)
    with huis.snapshots.lezing() as lezing:
        _, inhoud = verkennen.maak(huis, lezing, "")
    assert "Er is nog geen kaart" in tekst(inhoud)
    assert "python -m pipelines refresh" in tekst(inhoud)
    assert delen(huis)["stand"]["lagen"] == {}
    huis.sluit()


def test_nplv_areas_are_drawn_only_when_a_file_lists_them(tmp_path: Path) -> None:
    instellingen = voor_map(tmp_path)
    kaart_klein.schrijf(instellingen.datamap)
    huis = open_huis(instellingen)
    assert "NPLV" not in tekst(delen(huis)["legenda"])
    pad = instellingen.datamap.gebieden.with_name("nplv.yaml")
    pad.parent.mkdir(parents=True, exist_ok=True)
    pad.write_text("gebieden: [WK990102, nonsens]\n", encoding="utf-8")
    d = delen(huis)
    assert "NPLV-gebieden" in tekst(d["legenda"]) and d["stand"]["nplv"]["wijk"] == ["WK990102"]
    assert "„NONSENS” is geen code van een gebied" in tekst(d["legenda"])
    for kapot, zin in (("{{{", "is niet te lezen"), ("naam: x", "heeft geen lijst met codes")):
        pad.write_text(kapot, encoding="utf-8")
        assert f"NPLV-gebieden ontbreken: nplv.yaml {zin}" in tekst(delen(huis)["legenda"])
    huis.sluit()

"""Protects: looking further on Verkennen: back in time, next door, mine alone, and with nothing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from flask.testing import FlaskClient

from dashboard import areas, explore, neighbours, own_areas, picture, snapshot_map
from dashboard.app import create_app
from dashboard.context import Huis, open_huis
from dashboard.explore import Vraag
from dashboard.pages import gebieden, verkennen
from dashboard.settings import voor_map
from dashboard.stories.repository import Nieuw, Woorden
from indicators import compare
from indicators.contracts import EigenGebied
from tests import kaart_klein
from tests import publicatie_klein as klein
from tests.test_kaart import tekst

CIJFER = "woz_waarde_keur"
"""A figure that rises every year in every buurt of the small town."""


@pytest.fixture(scope="module")
def huis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huis]:
    instellingen = voor_map(tmp_path_factory.mktemp("verder"))
    kaart_klein.schrijf(instellingen.datamap)
    huis = open_huis(instellingen)
    for code in (klein.BUURT, "BU99010103"):
        areas.voeg_toe(instellingen.datamap.gebieden, code)
    yield huis
    huis.sluit()


@pytest.fixture(scope="module")
def vraag(huis: Huis) -> FlaskClient:
    return create_app(huis.instellingen, huis).server.test_client()


def delen(huis: Huis, **vraag: str) -> dict[str, Any]:
    with huis.snapshots.lezing() as lezing:
        return verkennen.delen(huis, lezing, Vraag(**vraag))


def _rijen(ruw: bytes) -> tuple[list[str], list[dict[str, str]]]:
    regels = ruw.decode("utf-8-sig").splitlines()
    begin = next(n for n, r in enumerate(regels) if r.startswith("gebied;"))
    return regels[:begin], list(csv.DictReader(io.StringIO("\n".join(regels[begin:])), None, None,
                                               delimiter=";"))  # fmt: skip


def test_back_in_time_each_area_stands_beside_itself(huis: Huis) -> None:
    with huis.snapshots.lezing() as lezing:
        keuze = explore.kies(lezing, Vraag(cijfer=CIJFER, vergelijk="eerder"), [])
        beeld = picture.beeld(huis.geheugen, lezing, keuze, [])
        echt = {(w.gebied, w.jaar): w for w in lezing.waarden(beeld.codes, [CIJFER])}
    assert (keuze.jaar, keuze.toen) == (2023, 2021)
    plek = {c: n for n, c in enumerate(beeld.codes)}
    assert beeld.ander is not None
    for code in (klein.BUURT, "BU99010103"):
        toen, nu = echt[code, 2021], echt[code, 2023]
        hoort = compare.verschil(
            nu.waarde, (nu.onder, nu.boven), toen.waarde, (toen.onder, toen.boven)
        )
        assert picture.VERSCHIL[beeld.verschil[plek[code]]] == hoort == "hoger"
        assert beeld.ander[plek[code]] == pytest.approx(1000 * (toen.waarde or 0), rel=0.01)
    for code in klein.DELEN:  # they came of a split in 2023
        assert np.isnan(beeld.ander[plek[code]]) and not beeld.verschil[plek[code]]


def test_the_words_of_back_in_time_name_the_year_and_what_cannot_be_said(huis: Huis) -> None:
    d = delen(huis, cijfer=CIJFER, vergelijk="eerder", gebied=klein.BUURT)
    assert {"value": "eerder", "label": "Het cijfer van 2021"} in d["referenties"]
    assert "Vergeleken met 2021: " in tekst(d["samenvatting"])
    assert "Bij 4 is dat niet te zeggen." in tekst(d["samenvatting"])
    assert "Hoger dan het cijfer van 2021 (€" in tekst(d["kaartje"])
    nieuw = tekst(delen(huis, cijfer=CIJFER, vergelijk="eerder", gebied=klein.DELEN[0])["kaartje"])
    assert "Niet naast 2021 te leggen" in nieuw
    eerste = delen(huis, cijfer=CIJFER, jaar="2022", vergelijk="eerder")  # one year is no change
    assert "geen eerder jaar" in tekst(eerste["meldingen"])
    assert delen(huis, cijfer=CIJFER)["keuze"].vergelijk == "gemeente"  # never by itself


def test_next_door_is_what_shares_a_border_with_its_stories(huis: Huis) -> None:
    with huis.snapshots.lezing() as lezing:
        vormen = kaart_klein.vormen(2023)
        for code in (klein.BUURT, "WK990101"):
            er = neighbours.naast(lezing, code, 2023)
            assert er is not None
            zelfde = [c for c in vormen if c[:2] == code[:2] and c != code]
            raakt = {c for c in zelfde if vormen[c].distance(vormen[code]) < 1}
            assert set(er.namen) == raakt - {kaart_klein.VREEMD}
            assert er.buiten == len(raakt & {kaart_klein.VREEMD})
        assert neighbours.naast(lezing, "BU00000000", 2023) is None
        buur = next(iter(neighbours.naast(lezing, klein.BUURT, 2023).namen))  # type: ignore[union-attr]
    huis.verhalen.schrijf(Nieuw(buur, 2023, Woorden("Hier is veel veranderd.", "bewoner")), "toets")
    kaartje = tekst(delen(huis, gebied=klein.BUURT)["kaartje"])
    assert "1 verhaal" in kaartje.partition("Ernaast:")[2].partition("Leg ze")[0]


def test_mine_alone_stands_in_the_address_and_in_the_file(huis: Huis, vraag: FlaskClient) -> None:
    assert "alleen=mijn" in str(delen(huis, alleen="mijn")["meenemen"])
    kop, rijen = _rijen(vraag.get("/uitvoer/verkennen.csv?alleen=mijn").data)
    assert {r["gebied"] for r in rijen} == {klein.BUURT, "BU99010103"}
    assert any("Alleen mijn gebieden: 2 van de 10" in r for r in kop)
    toen = _rijen(vraag.get(f"/uitvoer/verkennen.csv?vergelijk=eerder&cijfer={CIJFER}").data)[1]
    assert "hoger dan het cijfer van 2021" in toen[0]["toelichting"]
    nieuw = next(r for r in toen if r["gebied"] == klein.DELEN[0])
    assert "niet te vergelijken met het cijfer van 2021" in nieuw["toelichting"]
    geo = json.loads(vraag.get("/uitvoer/verkennen.geojson?alleen=mijn").data)
    assert len(geo["features"]) == 2
    for f in geo["features"]:  # a map program reads the figure by its own name
        (regel,) = f["properties"]["cijfers"]
        assert f["properties"]["corporatiewoningen_pct"] == regel["waarde"] is not None
    assert "tonen kan niet" in tekst(delen(huis, alleen="x")["meldingen"])
    assert "alleen=mijn" in str(delen(huis, alleen="mijn", cijfer="onzin")["meenemen"])


def test_files_of_a_wrong_address_are_those_of_what_is_shown(
    huis: Huis, vraag: FlaskClient
) -> None:
    d = delen(huis, cijfer="onzin", jaar="20x4", vergelijk="quatsch")
    assert "„20x4” is geen jaar. Dit is ingelezen over" in tekst(d["meldingen"])
    adres = next(
        str(a.href) for a in d["meenemen"]._traverse() if "csv" in str(getattr(a, "href", ""))
    )
    assert vraag.get(adres).status_code == 200
    weg = vraag.get("/uitvoer/verkennen.csv?cijfer=onzin").text
    assert "Hieronder" not in weg and ".." not in weg


@pytest.mark.parametrize("wat", ["niveau = 'wijk'", "true"])
def test_a_level_or_map_without_any_figure_lists_its_areas(tmp_path: Path, wat: str) -> None:
    """Real Baarn: figures per buurt only; and a publication that is a map alone."""
    instellingen = voor_map(tmp_path)
    publicatie = klein.schrijf(instellingen.datamap, 1)
    bestand = instellingen.datamap.published / f"{publicatie}.duckdb"
    with duckdb.connect(str(bestand)) as con:
        con.execute(f"DELETE FROM out_waarde_kaart WHERE {wat}")
        con.execute("DELETE FROM out_meta__indicator WHERE indicator = 'corporatiewoningen_pct'")
        if wat == "true":
            con.execute("DELETE FROM out_meta__indicator")
    nu = json.loads(instellingen.datamap.actueel.read_text(encoding="utf-8"))
    klein.wijs(instellingen.datamap, bestand, nu["gemaakt_op"], nu["catalogus_hash"])
    huis = open_huis(instellingen)
    client = create_app(instellingen, huis).server.test_client()
    d = delen(huis, niveau="wijk")
    assert client.get(d["stand"]["waarden"]).status_code == 200
    assert "geen van de 2 wijken dit cijfer" in tekst(d["samenvatting"])
    assert ("Per buurt en per gemeente is dit cijfer er wel." in tekst(d["samenvatting"])) == (
        wat != "true"
    )
    huis.sluit()


def test_an_own_area_is_changed_in_place_and_named_on_the_card(huis: Huis) -> None:
    pad = huis.instellingen.datamap.eigen_gebieden
    with huis.snapshots.lezing() as lezing:
        een, ander = own_areas.bewaar(
            pad, [own_areas.maak_gebied(lezing, n, [klein.BUURT]) for n in ("Een", "Ander")]
        )
        ruimer = own_areas.maak_gebied(lezing, "Een, ruimer", [klein.BUURT, "BU99010202"])
        bladzij = tekst(gebieden.maak(huis, lezing, _adres("?wijzig=een"))[1])
    assert "Een wijzigen" in bladzij
    assert own_areas.wijzig(pad, een.id, ruimer).naam == "Een, ruimer"
    nu = own_areas.een(pad, een.id)
    assert isinstance(nu, EigenGebied) and len(nu.buurtcodes) == 2
    with pytest.raises(own_areas.GebiedFout, match="al een gebied"):
        own_areas.wijzig(pad, ander.id, ruimer)
    with pytest.raises(own_areas.GebiedFout, match="niet meer"):
        own_areas.wijzig(pad, "weg", ruimer)
    kaartje = tekst(delen(huis, gebied=klein.BUURT)["kaartje"])
    erin = kaartje.partition("In eigen gebied")[2].partition("Ernaast:")[0]
    assert "Ander" in erin and "Een, ruimer" in erin
    for g in (een, ander):
        own_areas.verwijder(pad, g.id)


def _adres(zoek: str) -> Any:
    from dashboard.address import lees

    return lees("/gebieden", zoek)


def test_a_broken_file_of_own_areas_is_named_on_the_map(tmp_path: Path) -> None:
    instellingen = voor_map(tmp_path)
    klein.schrijf(instellingen.datamap, 1)
    instellingen.datamap.gebieden.parent.mkdir(parents=True, exist_ok=True)
    instellingen.datamap.gebieden.write_text("mijn_gebieden: [", encoding="utf-8")
    huis = open_huis(instellingen)
    assert "Mijn gebieden ontbreken op de kaart: gebieden.yaml" in tekst(delen(huis)["meldingen"])
    huis.sluit()


def test_earlier_figures_prefer_what_was_published_for_the_later_borders(tmp_path: Path) -> None:
    instellingen = voor_map(tmp_path)
    publicatie = klein.schrijf(instellingen.datamap, 1)
    bestand = instellingen.datamap.published / f"{publicatie}.duckdb"
    with duckdb.connect(str(bestand)) as con:
        con.execute(
            """INSERT INTO out_waarde_kaart BY NAME
            SELECT * REPLACE (2023 AS grensjaar, 7 AS waarde, 'herberekend' AS aard)
            FROM out_waarde_kaart
            WHERE indicator = ? AND jaar = 2021 AND gebied = ?""", (CIJFER, klein.BUURT),
        )  # fmt: skip
    nu = json.loads(instellingen.datamap.actueel.read_text(encoding="utf-8"))
    klein.wijs(instellingen.datamap, bestand, nu["gemaakt_op"], nu["catalogus_hash"])
    huis = open_huis(instellingen)
    with huis.snapshots.lezing() as lezing:
        k = snapshot_map.waarden_toen(lezing, CIJFER, 2021, 2023, "buurt")
    huis.sluit()
    er = dict(zip(k["gebied"].tolist(), k["waarde"].tolist(), strict=True))
    assert er[klein.BUURT] == 7 and er["BU99010103"] > 100

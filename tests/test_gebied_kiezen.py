"""Protects: an area can be picked among thousands of the same name, and a table loses nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from dashboard import geometry, snapshot_map
from dashboard.app import create_app
from dashboard.context import Huis, open_huis
from dashboard.explore import Vraag
from dashboard.memory import Geheugen
from dashboard.own_area_table import lees
from dashboard.own_areas import GebiedFout, bewaar, maak_gebied, verwijder
from dashboard.pages import gebieden, verkennen, zoek
from dashboard.panels import keuze
from dashboard.router import pagina
from dashboard.settings import voor_map
from tests import kaart_klein
from tests import publicatie_klein as klein
from tests.test_kaart import tekst

BEKEND = {f"BU0363000{n}": (2023, 2024) for n in range(9)}


@pytest.fixture(scope="module")
def huis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huis]:
    instellingen = voor_map(tmp_path_factory.mktemp("kiezen"))
    kaart_klein.schrijf(instellingen.datamap)
    huis = open_huis(instellingen)
    yield huis
    huis.sluit()


@pytest.mark.parametrize("typt", ["weilen", "De Wiélen", "9912", klein.BUURT.lower()])
def test_picking_is_as_forgiving_as_the_search_box(huis: Huis, typt: str) -> None:
    with huis.snapshots.lezing() as lezing:
        assert gebieden.keuzes(huis, lezing, typt, [])[0] == {
            "value": klein.BUURT, "label": "De Wielen (Noorderkwartier)", "zoek": typt,
        }  # fmt: skip
        assert tekst(keuze.resultaat(huis, lezing, typt, "")).startswith("Voeg toe:  De Wielen")
        gekozen = gebieden.keuzes(huis, lezing, typt, ["BU99010103"])
    assert gekozen[-1]["value"] == "BU99010103"


def test_namesakes_are_told_apart_by_their_gemeente(huis: Huis) -> None:
    with huis.snapshots.lezing() as lezing:
        g = replace(lezing.gebied(klein.BUURT), naam="Centrum", gemeentenaam="Baarn")
    assert gebieden._label(g, een_gemeente=False) == "Centrum (Noorderkwartier, Baarn)"


def test_a_page_of_results_that_is_cut_off_says_so(
    huis: Huis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zoek, "OP_PAGINA", 2)
    woorden = tekst(pagina(huis, "/zoek", "?q=kanaal").inhoud)
    assert "Er zijn meer dan 2 gebieden voor „kanaal”" in woorden
    monkeypatch.setattr(zoek, "OP_PAGINA", 3)
    assert "3 gebieden voor „kanaal”" in tekst(pagina(huis, "/zoek", "?q=kanaal").inhoud)


@pytest.mark.parametrize(
    "ruw",
    [
        'gebied;codes\nCafé;"BU03630001\nBU03630002"\nOost;BU03630003\n',
        "gebied;codes\r\nCafé,BU03630001;BU03630002\r\nOost;BU03630003\r\n",
        "gebied,codes\nCafé;BU03630001,BU03630002\nOost,BU03630003\n",
        "gebied;buurtcode\nCafé;BU03630001;BU03630002\nOost;BU03630003\n",
    ],
    ids=["regels in een cel", "komma tussen puntkomma's", "andersom", "meer cellen dan koppen"],
)
def test_no_code_is_lost_in_a_name_or_between_lines(ruw: str) -> None:
    t = lees(ruw.encode(), "x.csv", BEKEND)
    assert t.gebieden == {"Café": ("BU03630001", "BU03630002"), "Oost": ("BU03630003",)}
    assert set(t.aantallen) <= {"scheiding"}


def test_what_was_shown_before_keeping_is_what_is_kept(huis: Huis) -> None:
    with huis.snapshots.lezing() as lezing:
        assert maak_gebied(lezing, "Nieuw", [klein.BUURT]).grensjaar == 2023
        assert maak_gebied(lezing, "Oud", [klein.BUURT], grensjaar=2022).grensjaar == 2022
        with pytest.raises(GebiedFout, match="andere indeling"):
            maak_gebied(lezing, "Mis", [klein.GESPLITST], grensjaar=2023)


def test_areas_that_miss_a_figure_are_known_beforehand(huis: Huis) -> None:
    client_jaar = 2023
    with huis.snapshots.lezing() as lezing:
        per_soort = snapshot_map.ooit_weg(lezing, "buurt", client_jaar)
        weg = {c for codes in per_soort.values() for c in codes}
        alle = snapshot_map.gebieden(lezing, "buurt", client_jaar)["gebied"].tolist()
        assert {klein.PARK, klein.KLEIN} <= weg and weg < set(alle)
        for cijfer in ("corporatiewoningen_pct", "koopwoningen_pct"):
            k = snapshot_map.waarden(lezing, cijfer, client_jaar, client_jaar, "buurt")
            for g, w, soort in zip(k["gebied"], k["waarde"], k["ontbreekt_door"], strict=True):
                assert w == w or g in per_soort[soort]


def test_two_who_ask_the_same_wait_for_one_answer() -> None:
    geheugen, keren, uit = Geheugen(), [], []

    def maak() -> int:
        keren.append(1)
        time.sleep(0.1)
        if len(keren) == 1:
            raise ValueError("de eerste lukt niet")
        return 7

    def vraag() -> None:
        try:
            uit.append(geheugen.haal(("x",), maak))
        except ValueError as fout:
            uit.append(str(fout))

    draden = [threading.Thread(target=vraag) for _ in range(4)]
    for d in draden:
        d.start()
    for d in draden:
        d.join(5)
    assert sorted(map(str, uit)) == ["7", "7", "7", "de eerste lukt niet"]
    assert len(keren) == 2


def test_an_area_of_ones_own_is_outlined_on_the_map(huis: Huis) -> None:
    pad = huis.instellingen.datamap.eigen_gebieden
    client = create_app(huis.instellingen, huis).server.test_client()
    with huis.snapshots.lezing() as lezing:
        assert "eigen gebieden" not in tekst(pagina(huis, "/verkennen", "").inhoud)
        bewaar(pad, [maak_gebied(lezing, "Langs het kanaal", klein.DELEN)])
        d = verkennen.delen(huis, lezing, Vraag())
        een, twee = (snapshot_map.vormen(lezing, [c], 2023)[0] for c in klein.DELEN)
    assert "eigen gebieden" in tekst(d["legenda"])
    vorm = client.get(d["stand"]["eigen"]).get_json()["features"]
    assert len(vorm) == 1 and len(vorm[0]["geometry"]["coordinates"]) == 1  # one line around both
    hoeken = np.array(vorm[0]["geometry"]["coordinates"][0])
    kader = geometry.kader([een, twee])
    assert kader and np.allclose([*hoeken.min(0), *hoeken.max(0)], kader, atol=1e-5)
    oud = client.get("/kaarteigen?indeling=2022").get_json()["features"]
    assert oud == []  # its buurten were not there yet
    assert client.get("/kaarteigen?indeling=x").status_code == 400
    verwijder(pad, "langs-het-kanaal")

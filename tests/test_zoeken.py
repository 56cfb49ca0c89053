"""Protects: a buurt is found however it is typed, fast, also in the whole country."""

from __future__ import annotations

import csv
import itertools
import random
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from dashboard.app import create_app
from dashboard.context import Huis, open_huis
from dashboard.pages import start
from dashboard.router import pagina
from dashboard.search import Zoeker, afstand, gelijk
from dashboard.settings import voor_map
from tests import kaart_klein
from tests import publicatie_klein as klein
from tests.test_kaart import tekst

NAMEN = Path(__file__).resolve().parents[2] / "shared/data/cbs/nationaal/cbs_buurt_namen_85984.csv"

RIJEN = [
    # gebied, grensjaar, niveau, naam, gemeente, wijk, postcode, inwoners
    ("GM0518", 2024, "gemeente", "'s-Gravenhage", "'s-Gravenhage", "", "", 560000),
    ("GM0308", 2024, "gemeente", "Baarn", "Baarn", "", "", 25000),
    ("GM1900", 2024, "gemeente", "Súdwest-Fryslân", "Súdwest-Fryslân", "", "", 90000),
    ("GM0193", 2024, "gemeente", "Zwolle", "Zwolle", "", "", 130000),
    ("GM0363", 2024, "gemeente", "Amsterdam", "Amsterdam", "", "", 900000),
    ("WK030800", 2024, "wijk", "Baarn-Centrum", "Baarn", "", "", 9000),
    ("WK019310", 2024, "wijk", "Holtenbroek", "Zwolle", "", "", 9500),
    ("BU03080000", 2024, "buurt", "Centrum", "Baarn", "Baarn-Centrum", "3743", 1825),
    ("BU03080001", 2024, "buurt", "Schoonoordpark", "Baarn", "Baarn-Centrum", "3742", 1010),
    ("BU03080103", 2024, "buurt", "Eemland waaronder Eembrugge", "Baarn", "Eemdal", "3744", 400),
    ("BU05180101", 2024, "buurt", "Centrum", "'s-Gravenhage", "Centrum", "2511", 9000),
    ("BU05180102", 2024, "buurt", "Schilderswijk-Noord", "'s-Gravenhage", "Schilderswijk", "2526",
     7000),
    ("BU0363AA01", 2024, "buurt", "Oudezijds Achterburgwal", "Amsterdam", "Burgwallen", "1012",
     900),
    ("BU19000101", 2024, "buurt", "Snits-Sûd", "Súdwest-Fryslân", "Sneek", "8604", 3100),
    ("BU01931001", 2024, "buurt", "Holtenbroek I", "Zwolle", "Holtenbroek", "8031", 2200),
    ("BU01931002", 2024, "buurt", "Holtenbroek IV", "Zwolle", "Holtenbroek", "8031", 2500),
    ("BU01931003", 2024, "buurt", "Burgemeester Drijbersingel", "Zwolle", "Kamperpoort", "8021",
     700),
    ("BU01931004", 2024, "buurt", "Sint Jozefbuurt", "Zwolle", "Diezerpoort", "8013", 800),
    ("BU01931005", 2024, "buurt", "Bedrijventerrein De Vrolijkheid", "Zwolle", "Noord", "8028", 20),
    ("BU01931006", 2024, "buurt", "Kanaalzone-West", "Zwolle", "Noord", "8012", 900),
    ("BU01931009", 2022, "buurt", "Kanaalzone", "Zwolle", "Noord", "8012", 1900),
    ("BU01931007", 2024, "buurt", "'t Wielse Land", "Zwolle", "Noord", "8012", 300),
    ("BU01931008", 2024, "buurt", "De Wielen", "Zwolle", "Noord", "8012", 4300),
]  # fmt: skip
VELDEN = ("gebied", "grensjaar", "niveau", "naam", "gemeente", "wijk", "postcode", "inwoners")


@pytest.fixture(scope="module")
def klein_land() -> Zoeker:
    return Zoeker({v: np.array(k, object) for v, k in zip(VELDEN, zip(*RIJEN, strict=True),
                                                          strict=True)})  # fmt: skip


@pytest.mark.parametrize(
    ("typt", "eerste"),
    [
        ("De Wielen", "BU01931008"),
        ("de wielen", "BU01931008"),
        ("wielen", "BU01931008"),
        ("dewielen", "BU01931008"),
        ("WIELEN zwolle", "BU01931008"),
        ("weilen", "BU01931008"),
        ("wielse land", "BU01931007"),
        ("t wielse", "BU01931007"),
        ("schoonoord", "BU03080001"),
        ("schonoordpark", "BU03080001"),
        ("schoonoordprak", "BU03080001"),
        ("schoon oord park", "BU03080001"),
        ("eembrugge", "BU03080103"),
        ("embrugge", "BU03080103"),
        ("centrum baarn", "BU03080000"),
        ("baarn centrum", "WK030800"),
        ("centrum den haag", "BU05180101"),
        ("den haag", "GM0518"),
        ("'s-Gravenhage", "GM0518"),
        ("sgravenhage", "GM0518"),
        ("s gravenhage", "GM0518"),
        ("schilderwijk", "BU05180102"),
        ("sudwest fryslan", "GM1900"),
        ("Súdwest-Fryslân", "GM1900"),
        ("snits sud", "BU19000101"),
        ("baarn", "GM0308"),
        ("holtenbroek", "WK019310"),
        ("holtenbroek iv", "BU01931002"),
        ("holtebroek", "WK019310"),
        ("burg drijbersingel", "BU01931003"),
        ("drijbersngel", "BU01931003"),
        ("st jozefbuurt", "BU01931004"),
        ("st. jozef", "BU01931004"),
        ("bedrijventerein vrolijkheid", "BU01931005"),
        ("kanaalzone", "BU01931009"),
        ("kanaalzone west", "BU01931006"),
        ("oudezijds achterburgwal", "BU0363AA01"),
        ("achterburg", "BU0363AA01"),
        ("BU03080001", "BU03080001"),
        ("bu03080001", "BU03080001"),
        ("03080001", "BU03080001"),
        ("BU0363AA01", "BU0363AA01"),
        ("GM0308", "GM0308"),
        ("wk030800", "WK030800"),
        ("3743", "BU03080000"),
        ("3743 AB", "BU03080000"),
        ("3743ab", "BU03080000"),
        ("  schoonoordpark  ", "BU03080001"),
    ],
)
def test_what_people_type_finds_what_they_mean(klein_land: Zoeker, typt: str, eerste: str) -> None:
    gevonden = [t.gebied for t in klein_land.zoek(typt)]
    assert gevonden[:1] == [eerste], gevonden


@pytest.mark.parametrize("typt", ["", "   ", "-", "%", "xyzzy", "9999", "BU99999999", "'"])
def test_nothing_fits_gives_nothing(klein_land: Zoeker, typt: str) -> None:
    assert klein_land.zoek(typt) == []


def test_a_result_says_where_and_when_it_was(klein_land: Zoeker) -> None:
    oud = klein_land.zoek("kanaalzone")[0]
    assert (oud.plek, oud.grensjaar, oud.nieuwste) == ("Noord, Zwolle", 2022, False)
    assert klein_land.zoek("zwolle")[0].plek == ""


@pytest.mark.parametrize(
    ("een", "ander", "verschil"),
    [("wielen", "wielen", 0), ("weilen", "wielen", 1), ("wieln", "wielen", 1),
     ("wiel", "wielen", 0),
     ("wolkn", "wolken", 1), ("anker", "bakkerij", 2), ("anker", "molen", 3)],
)  # fmt: skip
def test_distance_counts_letters_and_swaps(een: str, ander: str, verschil: int) -> None:
    assert afstand(een, ander, 2) == verschil


@given(st.text(max_size=60))
def test_any_text_can_be_searched(term: str) -> None:
    leeg = Zoeker({v: np.array([r[n] for r in RIJEN[:3]], object) for n, v in enumerate(VELDEN)})
    leeg.zoek(term)
    assert gelijk(gelijk(term)) == gelijk(term)


def test_an_empty_publication_can_be_searched() -> None:
    assert Zoeker({v: np.array([], object) for v in VELDEN}).zoek("wielen") == []


def _land() -> Zoeker:
    """The real names of the country where present, else as many made-up ones."""
    if NAMEN.is_file():
        with NAMEN.open(encoding="utf-8-sig") as bestand:
            paren = [(r[0].strip(), r[1].strip()) for r in list(csv.reader(bestand))[1:]]
    else:
        delen = ["Noord", "Zuid", "Oude", "Hoge", "Linde", "Beuken", "Haven", "Molen", "Kerk"]
        namen = ["".join(p).capitalize() for p in itertools.product(delen, delen, ["", "buurt"])]
        paren = [(f"BU{n // 90 + 1:04d}{n % 90:04d}", namen[n % len(namen)]) for n in range(14574)]
    gemeenten = {c[2:6] for c, _ in paren}
    boven = [(f"GM{g}", f"Gemeente {g}") for g in sorted(gemeenten)]
    boven += [(f"WK{w}", f"Wijk {w[4:]}") for w in sorted({c[2:8] for c, _ in paren})]
    kolommen: dict[str, list[object]] = {v: [] for v in VELDEN}
    niveaus = {"GM": "gemeente", "WK": "wijk", "BU": "buurt"}
    for n, (code, naam) in enumerate([*boven, *paren]):
        rij = (code, 2024, niveaus[code[:2]], naam, f"Gemeente {code[2:6]}", "",
               f"{1000 + n % 8999}", n % 9000)  # fmt: skip
        for veld, waarde in zip(VELDEN, rij, strict=True):
            kolommen[veld].append(waarde)
    return Zoeker({v: np.array(k, object) for v, k in kolommen.items()})


def test_the_whole_country_answers_within_30_ms() -> None:
    begin = time.process_time()
    land = _land()
    assert time.process_time() - begin < 3
    rng = random.Random(1)
    namen = rng.sample([n for n in land._k["naam"] if len(n) > 6], 40)
    tijden = []
    for naam in namen:
        fout = naam[:3] + naam[4:]
        for term in (naam, naam[:5], fout, naam[:1]):
            begin = time.process_time()
            land.zoek(term)
            tijden.append(time.process_time() - begin)
    assert float(np.median(tijden)) < 0.03, f"{1000 * float(np.median(tijden)):.1f} ms"
    assert float(np.quantile(tijden, 0.9)) < 0.06, (
        f"{1000 * float(np.quantile(tijden, 0.9)):.1f} ms"
    )


# --- the addresses -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def huis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huis]:
    instellingen = voor_map(tmp_path_factory.mktemp("zoek"))
    kaart_klein.schrijf(instellingen.datamap)
    huis = open_huis(instellingen)
    yield huis
    huis.sluit()


@pytest.fixture(scope="module")
def vraag(huis: Huis) -> FlaskClient:
    return create_app(huis.instellingen, huis).server.test_client()


def test_the_search_box_gets_names_places_and_addresses(vraag: FlaskClient) -> None:
    rij = vraag.get("/zoeken?q=wielen").get_json()["gevonden"][0]
    assert rij == {
        "gebied": klein.BUURT, "naam": "De Wielen", "niveau": "buurt",
        "waar": "buurt, Noorderkwartier, Wierdestad", "adres": f"/buurt/{klein.BUURT}",
    }  # fmt: skip
    kaart = vraag.get("/zoeken?q=noorderkwartier&doel=kaart").get_json()["gevonden"][0]
    assert kaart["adres"] == "/verkennen?niveau=wijk&gebied=WK990102"
    assert vraag.get("/zoeken?q=9912").get_json()["gevonden"][0]["gebied"] == klein.BUURT
    assert vraag.get("/zoeken").get_json() == {"gevonden": []}


def test_an_area_of_older_boundaries_says_so(vraag: FlaskClient) -> None:
    rijen = vraag.get("/zoeken?q=kanaalzone").get_json()["gevonden"]
    oud = next(r for r in rijen if r["gebied"] == klein.GESPLITST)
    assert oud["waar"].endswith("indeling 2022")


def test_the_page_of_results_works_without_the_box(huis: Huis) -> None:
    p = pagina(huis, "/zoek", "?q=kanaal")
    assert p.titel == "Zoeken: kanaal"
    assert "3 gebieden voor „kanaal”" in tekst(p.inhoud)
    assert "indeling 2022" in tekst(p.inhoud)
    assert "Niets gevonden voor „qqqq”" in tekst(pagina(huis, "/zoek", "?q=qqqq").inhoud)
    assert "op naam, op CBS-code of op postcode" in tekst(pagina(huis, "/zoek", "").inhoud)


def test_choosing_own_areas_finds_as_the_search_box_does(huis: Huis) -> None:
    """A typing error or a postcode is forgiven there too; what was chosen is not offered again."""
    with huis.snapshots.lezing() as lezing:
        for term in ("De Wielne", "9912", klein.BUURT):
            assert "De Wielen" in tekst(start.zoekresultaat(huis, lezing, term, ())), term
        al = tekst(start.zoekresultaat(huis, lezing, "wielen", (klein.BUURT,)))
        assert "Voeg De Wielen toe" not in al
        assert "Niets" not in al and "Geen gebied gevonden voor „qqqq”" in tekst(
            start.zoekresultaat(huis, lezing, "qqqq", ())
        )


def test_without_a_publication_the_box_hears_why(tmp_path: Path) -> None:
    huis = open_huis(voor_map(tmp_path))
    app = create_app(huis.instellingen, huis).server.test_client()
    antwoord = app.get("/zoeken?q=x")
    assert antwoord.status_code == 503 and antwoord.get_json()["gevonden"] == []
    assert app.get("/kaartwaarden").status_code == 503
    huis.sluit()

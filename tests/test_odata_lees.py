"""From the bytes of an OData table to a `Tabel`: columns by name and group, and bad content."""

from __future__ import annotations

import copy
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.catalogue import lees as lees_catalogus
from indicators.formulas import CODES, HEEFT
from pipelines.sources import odata_lees
from pipelines.sources.odata_lees import lees
from pipelines.sources.tabel import GEBIED_KOLOMMEN, BronFout, getallen
from tests.replay_bak import ODATA, Bak, kleine_bak, pakket, zelfde

CAT = lees_catalogus()
ID = "99901NED"
GM = ["GM9901", "WK990101", "WK9901AA", "BU99010101", "BU99010102", "BU99010103", "BU9901AA01"]
CODES_ALLE = ["NL00", *GM, "GM9902", "WK990201", "BU99020101"]
CORPORATIE = "Huurwoningen/InBezitWoningcorporatie"


@pytest.fixture
def bak() -> Bak:
    return kleine_bak(ID, 2024, CODES_ALLE)


def test_gebieden_en_soorten_ontbreken(bak: Bak) -> None:
    gelezen = lees(pakket(bak), "p.zip", CAT)
    assert tuple(gelezen.gebieden.columns) == GEBIED_KOLOMMEN
    land, gm, buurt = (gelezen.gebieden.iloc[n].to_dict() for n in (0, 1, 7))
    assert (land["wijk"], land["gemeente"]) == (None, None)
    assert (gm["gemeente"], gm["wijk"], gm["naam"]) == ("GM9901", None, "Gebied GM9901")
    assert (buurt["wijk"], buurt["gemeente"]) == (None, "GM9901")  # CBS does not give the wijk
    assert (buurt["postcode"], buurt["wijziging"], buurt["water"]) == ("3533", 1, False)
    assert buurt["gemeentenaam"] == "Verzonnen"
    kolommen = CAT.gevraagde_kolommen(ODATA)
    assert (gelezen.cellen[kolommen[9]][1] == CODES["niet_gepubliceerd"]).all()
    waarden, soorten = gelezen.cellen[kolommen[0]]
    assert set(soorten) == {HEEFT, CODES["onbekend_of_geheim"]}
    assert (np.isnan(waarden) == (soorten != HEEFT)).all()
    assert "Herkomstland/Nederland" in gelezen.cellen  # no indicator uses it


@pytest.mark.parametrize("cel", [3533, 3533.0, "3533", " 3533 "])
def test_postcode_als_getal_of_tekst(bak: Bak, cel: object) -> None:
    for waarde, verwacht in ((cel, "3533"), (None, None), (".", None)):
        bak.rijen[3][bak.sleutel("Postcode/MeestVoorkomendePostcode")] = waarde
        assert lees(pakket(bak), "p", CAT).gebieden["postcode"][3] == verwacht


def test_nummer_achter_de_naam_telt_niet(bak: Bak) -> None:
    gewoon = lees(pakket(bak), "p.zip", CAT)
    bak.hernummer(met=37)
    zelfde(gewoon, lees(pakket(bak), "p.zip", CAT))


def eigenschap(bak: Bak, kolom: str) -> dict:
    return next(e for e in bak.eigenschappen if e["Key"] == bak.sleutel(kolom))


def test_hernoemde_kolom(bak: Bak) -> None:
    oud = eigenschap(bak, CORPORATIE)
    for rij in bak.rijen:
        rij["InBezitWoningcorporaties_49"] = rij.pop(oud["Key"])
    oud["Key"] = "InBezitWoningcorporaties_49"
    with pytest.raises(BronFout) as fout:
        lees(pakket(bak), "p.zip", CAT)
    for deel in (f"tabel {ID}", CORPORATIE, "corporatiewoningen_pct", ODATA, "Lijkt erop"):
        assert deel in str(fout.value)
    assert "'Huurwoningen/InBezitWoningcorporaties' (InBezitWoningcorporaties_49)" in str(
        fout.value
    )


def test_verhuisde_kolom(bak: Bak) -> None:
    ander = next(e["ID"] for e in bak.eigenschappen if e["Title"].strip() == "Arbeid")
    eigenschap(bak, CORPORATIE)["ParentID"] = ander
    with pytest.raises(BronFout, match=f"{CORPORATIE}.*staat niet in de tabel.*'Arbeid/InBezit"):
        lees(pakket(bak), "p.zip", CAT)


def test_kolom_die_twee_keer_past(bak: Bak) -> None:
    dubbel = copy.copy(eigenschap(bak, CORPORATIE)) | {
        "ID": 9999,
        "Key": "InBezitWoningcorporatie_9",
    }
    bak.eigenschappen.append(dubbel)
    with pytest.raises(BronFout, match=f"{CORPORATIE}.*past op meer dan een kolom.*_9"):
        lees(pakket(bak), "p.zip", CAT)


def test_andere_groepstitel(bak: Bak) -> None:
    gewoon = lees(pakket(bak), "p.zip", CAT)
    groep = next(e for e in bak.eigenschappen if e["Title"].strip() == "Wonen en vastgoed")
    groep["Title"] = "Wonen"  # as CBS called it before 2024; declared in `groepnamen`
    zelfde(gewoon, lees(pakket(bak), "p.zip", CAT))
    groep["Title"] = "Huisvesting"
    with pytest.raises(
        BronFout, match=r"'Wonen en vastgoed/Woningvoorraad' .indicator woningen_aan"
    ):
        lees(pakket(bak), "p.zip", CAT)


def breek(bak: Bak, hoe: str) -> None:
    if hoe == "periode":
        bak.infos[0]["Period"] = "2020-2024"
    elif hoe == "ander_jaar":
        bak.tabel_id = "85618NED"
    elif hoe == "generatie":
        eigenschap(bak, "Regioaanduiding/Codering")["Key"] = "Code_3"
    elif hoe == "code":
        bak.rijen[2]["WijkenEnBuurten"] = "Utrecht   "
    elif hoe == "dubbel":
        bak.rijen[2]["WijkenEnBuurten"] = bak.rijen[3]["WijkenEnBuurten"]
    elif hoe == "tekst":
        bak.rijen[2][bak.sleutel("Bevolking/AantalInwoners")] = "veel"
    elif hoe == "veld":
        del bak.rijen[2][bak.sleutel("Bevolking/AantalInwoners")]
    else:
        bak.rijen.clear()


@pytest.mark.parametrize(
    ("hoe", "zegt"),
    [
        ("periode", "Period: verwacht een jaar van vier cijfers, gevonden '2020-2024'"),
        ("ander_jaar", "gevonden 2024, maar de catalogus kent deze tabel als 2023"),
        ("generatie", "nog nooit gezien .*kwb_odata_2024 mist Regioaanduiding/Codering"),
        ("code", "rij 4: 'UTRECHT' is geen CBS-code"),
        ("dubbel", "rij 5: code 'WK9901AA' staat ook in rij 4"),
        ("tekst", "Bevolking/AantalInwoners.*rij 4: verwacht een getal, gevonden de tekst 'veel'"),
        ("veld", r"rij 4: veld AantalInwoners_\d+ ontbreekt"),
        ("leeg", "TypedDataSet: leeg"),
    ],
)
def test_slechte_inhoud(bak: Bak, hoe: str, zegt: str) -> None:
    breek(bak, hoe)
    with pytest.raises(BronFout, match=zegt):
        lees(pakket(bak), "p.zip", CAT)


@pytest.mark.parametrize("knip", [0, 30, 0.5, 0.99])
def test_beschadigd_pakket(bak: Bak, knip: float) -> None:
    heel = pakket(bak)
    with pytest.raises(BronFout, match=r"p\.zip: geen heel pakket"):
        lees(heel[: int(knip if knip > 1 else knip * len(heel))], "p.zip", CAT)


@given(
    st.lists(
        st.none() | st.integers(-10, 10**9) | st.floats(allow_infinity=False) | st.just("."),
        min_size=1,
    )
)
def test_snelle_weg_is_dezelfde(ruw: list) -> None:
    _, gen = CAT.generatie(ODATA)
    snel, gewoon = odata_lees._reeks(ruw, gen, False, "x"), getallen(ruw, gen, False, "x")
    assert (snel is None) == (gewoon is None)
    if snel and gewoon:
        np.testing.assert_array_equal(snel[0], gewoon[0])
        np.testing.assert_array_equal(snel[1], gewoon[1])


def test_lezen_zonder_netwerkpakketten() -> None:
    code = (
        "import sys, pipelines.sources.odata_lees\n"
        "print({'requests', 'cbsodata', 'urllib3'} & set(sys.modules))"
    )
    uit = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert uit.stdout.strip() == "set()"

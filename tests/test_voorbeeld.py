"""The fictional town: same seed same bytes, and everything hangs together."""

import csv
import gzip
import json
import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
import yaml
from python_calamine import CalamineWorkbook
from shapely.geometry import shape

from pipelines.voorbeeld import MET_DE_HAND, VAST, genereer
from pipelines.voorbeeld.vorm import OORSPRONG_RD, naar_lonlat, op_aarde, teken

BRONNEN = VAST / "bronnen"
ECHT = VAST.parents[2] / "shared" / "data" / "cbs"
JAREN = range(2019, 2025)
echt = pytest.mark.skipif(not ECHT.exists(), reason="../shared/data ontbreekt")

LEEFTIJD = ["a_00_14", "a_15_24", "a_25_44", "a_45_64", "a_65_oo"]
NAB = "Groenvoorzieningen/Openbaar groen/Afstand tot openbaar groen totaal (km)"
TREIN = "Verkeer en vervoer/Treinstations/Afstand tot treinstations totaal (km)"
# indicator -> the columns that need a value in the Excel file of the year
KOLOMMEN: dict[str, list[str]] = {
    "inwoners_aantal": ["a_inw"],
    "leeftijd_0_15_pct": ["a_00_14", "a_inw"],
    "leeftijd_15_25_pct": ["a_15_24", "a_inw"],
    "leeftijd_65_plus_pct": ["a_65_oo", "a_inw"],
    "huishoudens_aantal": ["a_hh"],
    "eenpersoonshuishoudens_pct": ["a_1p_hh", "a_hh"],
    "huishoudens_met_kinderen_pct": ["a_hh_m_k", "a_hh"],
    "huishoudensgrootte_personen": ["g_hhgro"],
    "woningen_aantal": ["a_woning"],
    "woz_waarde_keur": ["g_wozbag"],
    "eengezinswoningen_pct": ["p_1gezw"],
    "meergezinswoningen_pct": ["p_mgezw"],
    "koopwoningen_pct": ["p_koopw"],
    "huurwoningen_pct": ["p_huurw"],
    "corporatiewoningen_pct": ["p_wcorpw"],
    "overige_verhuur_pct": ["p_ov_hw"],
    "leegstand_pct": ["p_leegsw"],
    "gasverbruik_m3": ["g_gas"],
    "elektriciteit_kwh": ["g_ele"],
    "stadsverwarming_pct": ["p_stadsv"],
    "opleiding_laag_pct": ["a_opl_lg", "a_opl_md", "a_opl_hg"],
    "opleiding_hoog_pct": ["a_opl_lg", "a_opl_md", "a_opl_hg"],
    "nettoarbeidsparticipatie_pct": ["p_arb_pp"],
    "zelfstandigen_pct": ["p_arb_zs"],
    "inkomen_per_inwoner_keur": ["g_ink_pi"],
    "laag_inkomen_pct": ["p_hh_lkk"],
    "sociaal_minimum_pct": ["p_hh_osm"],
    "bijstand_per_1000": ["a_soz_wb", *LEEFTIJD],
    "arbeidsongeschikt_per_1000": ["a_soz_ao", *LEEFTIJD],
    "jeugdzorg_pct": ["p_jz_tn"],
    "wmo_per_1000": ["p_wmo_t"],
    "huisarts_afstand_km": ["g_afs_hp"],
    "supermarkt_afstand_km": ["g_afs_gs"],
    "basisschool_afstand_km": ["g_afs_sc"],
    "autos_per_huishouden": ["g_pau_hh"],
    "adressendichtheid_per_km2": ["ste_oad"],
}
NABIJ = {
    "openbaar_groen_afstand_km": NAB,
    "bibliotheek_afstand_km": "Vrije tijd en cultuur/Afstand tot bibliotheek (km)",
    "treinstation_afstand_km": TREIN,
}


@cache
def kwb(jaar: int) -> pd.DataFrame:
    rijen = lees_blad(BRONNEN / f"kwb-{jaar}.xlsx")
    return pd.DataFrame(rijen[1:], columns=rijen[0]).set_index("gwb_code", drop=False)


def lees_blad(pad: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(str(pad)).get_sheet_by_index(0).to_python()


def getal(jaar: int, kolom: str) -> pd.Series:
    return pd.to_numeric(kwb(jaar)[kolom], errors="coerce")


@cache
def kaart(jaar: int) -> dict[str, dict[str, Any]]:
    with gzip.open(BRONNEN / f"buurtkaart-{jaar}.geojson.gz") as bestand:
        features = json.load(bestand)["features"]
    return {f["properties"]["buurtcode"]: f for f in features}


@cache
def nabijheid(jaar: int) -> dict[str, dict[str, str]]:
    tekst = (BRONNEN / f"nabijheid-{jaar}.csv").read_text(encoding="utf-8-sig")
    rijen = csv.DictReader(tekst.splitlines(), delimiter=";")
    return {r["Regioaanduiding/Codering (code)"].strip(): r for r in rijen}


def vorm(jaar: int, code: str) -> shapely.Geometry:
    return shape(kaart(jaar)[code]["geometry"])


def verhalen() -> list[dict[str, Any]]:
    return yaml.safe_load((VAST / "verhalen.yaml").read_text(encoding="utf-8"))


def inhoud(pad: Path) -> Any:
    """What is packed inside: another zlib may pack the same content into other bytes."""
    ruw = pad.read_bytes()
    if pad.suffix == ".gz":
        return gzip.decompress(ruw)
    if pad.suffix == ".xlsx":
        with zipfile.ZipFile(BytesIO(ruw)) as pak:
            return {lid.filename: (lid.date_time, pak.read(lid)) for lid in pak.infolist()}
    return ruw


@pytest.mark.proef
def test_zelfde_zaad_zelfde_bestanden(tmp_path: Path) -> None:
    genereer(tmp_path)
    namen = sorted(p.name for p in BRONNEN.iterdir())
    assert namen == sorted(p.name for p in (tmp_path / "bronnen").iterdir())
    assert len(namen) == 22
    for naam in namen:
        nieuw, vast = tmp_path / "bronnen" / naam, BRONNEN / naam
        assert nieuw.read_bytes() == vast.read_bytes() or inhoud(nieuw) == inhoud(vast), naam
    assert all((tmp_path / naam).read_bytes() == (VAST / naam).read_bytes() for naam in MET_DE_HAND)


def test_niet_te_groot() -> None:
    assert sum(p.stat().st_size for p in VAST.rglob("*") if p.is_file()) < 2_500_000


@pytest.mark.proef
def test_ander_zaad_tekent_een_andere_stad() -> None:
    een, ander = teken(1), teken(2)
    assert shapely.coverage_is_valid(list(een.values()))
    assert not een["BU99010000"].equals(ander["BU99010000"])


@pytest.mark.parametrize("jaar", JAREN)
def test_kaart_sluit_zonder_kieren(jaar: int) -> None:
    vormen = [vorm(jaar, code) for code in kaart(jaar)]
    assert all(v.is_valid and v.geom_type == "Polygon" for v in vormen)
    assert shapely.coverage_is_valid(vormen)
    geheel = shapely.union_all(vormen)
    assert geheel.geom_type == "Polygon" and not geheel.interiors
    assert geheel.area == pytest.approx(sum(v.area for v in vormen), rel=1e-12)


def test_ligt_in_nederland() -> None:
    midden = naar_lonlat(np.array([OORSPRONG_RD[0]]), np.array([OORSPRONG_RD[1]]))[0]
    assert 5.5 < midden[0] < 5.8 and 51.8 < midden[1] < 51.95
    anker = naar_lonlat(np.array([155_000.0]), np.array([463_000.0]))[0]
    assert anker == pytest.approx([5.3872064, 52.1551744], abs=1e-6)
    assert set(op_aarde(teken(9901))) >= {"BU99010000"}


@echt
def test_koppen_als_de_echte() -> None:
    for jaar in (2023, 2024):
        echte = lees_blad(ECHT / "utrecht" / f"CBS-Utrecht-kwb-{jaar}.xlsx")
        eigen = lees_blad(BRONNEN / f"kwb-{jaar}.xlsx")
        assert eigen[0] == echte[0]
        assert leeg(eigen) == leeg(echte)
    assert not leeg(lees_blad(BRONNEN / "kwb-2022.xlsx"))
    echte_csv = next((ECHT / "utrecht").glob("*Nabijheid*.csv")).read_bytes()
    for jaar in (2021, 2022, 2023):
        eigen_csv = (BRONNEN / f"nabijheid-{jaar}.csv").read_bytes()
        assert eigen_csv.split(b"\n")[0] == echte_csv.split(b"\n")[0]
    baarn = json.loads((ECHT / "baarn" / "baarn_buurten.geojson").read_text())["features"]
    namen = list(baarn[0]["properties"])
    gevuld = [n for n in namen if any(f["properties"][n] != -99995 for f in baarn)]
    for jaar in JAREN:
        rijen = [f["properties"] for f in kaart(jaar).values() if f["properties"]["water"] == "NEE"]
        assert list(rijen[0]) == namen
        assert [n for n in namen if any(r[n] != -99995 for r in rijen)] == gevuld
        assert {r["jaar"] for r in rijen} == {jaar}


def leeg(rijen: list[list[Any]]) -> list[str]:
    return [kop for i, kop in enumerate(rijen[0]) if all(r[i] == "." for r in rijen[1:])]


@pytest.mark.parametrize("jaar", JAREN)
def test_wijk_en_gemeente_zijn_de_som_van_de_buurten(jaar: int) -> None:
    tabel = kwb(jaar)
    wijk = tabel["gwb_code"].where(tabel["recs"] == "Wijk").ffill()
    buurt = tabel["recs"] == "Buurt"
    for kolom, stap in {"a_inw": 5, "a_hh": 5, "a_65_oo": 5, "a_woning": 1, "a_soz_wb": 10}.items():
        if (tabel[kolom] == ".").all():
            continue
        waarde = getal(jaar, kolom).fillna(0)
        aantal = buurt.groupby(wijk).sum()
        som = waarde[buurt].groupby(wijk[buurt]).sum()
        gat = stap / 2 * (aantal + 1) + 20 * (kolom == "a_soz_wb")
        assert ((waarde[som.index] - som).abs() <= gat).all(), kolom
        assert abs(waarde["GM9901"] - som.sum()) <= stap / 2 * buurt.sum(), kolom
    assert 46_000 < getal(jaar, "a_inw")["GM9901"] < 51_000


@pytest.mark.parametrize("jaar", [2019, 2022])
def test_cijfers_hangen_samen(jaar: int) -> None:
    inwoners = getal(jaar, "a_inw")
    for delen in (LEEFTIJD, ["a_nl_all", "a_eur_al", "a_neu_al"], ["a_man", "a_vrouw"]):
        assert (sum(getal(jaar, d) for d in delen) - inwoners).abs().max() <= 15
    koop, huur = getal(jaar, "p_koopw"), getal(jaar, "p_huurw")
    assert (koop + huur - 100).abs().max() <= 2
    assert (getal(jaar, "p_wcorpw") + getal(jaar, "p_ov_hw") - huur).abs().max() <= 1
    assert (getal(jaar, "p_hh_osm") <= getal(jaar, "p_hh_110")).sum() > 50
    buurt = kwb(jaar)["recs"] == "Buurt"
    corp, laag = getal(jaar, "p_wcorpw")[buurt], getal(jaar, "p_hh_lkk")[buurt]
    assert corp.corr(getal(jaar, "g_wozbag")[buurt]) < -0.6
    assert corp.corr(laag) > 0.6
    assert laag.corr(getal(jaar, "p_arb_pp")[buurt]) < -0.5


@pytest.mark.parametrize("jaar", JAREN)
def test_kaart_en_excel_zeggen_hetzelfde(jaar: int) -> None:
    tabel = kwb(jaar)
    land = {c: f["properties"] for c, f in kaart(jaar).items() if f["properties"]["water"] == "NEE"}
    assert set(land) == set(tabel.loc[tabel["recs"] == "Buurt", "gwb_code"])
    for code, p in land.items():
        assert p["aantal_inwoners"] == tabel.at[code, "a_inw"]
        assert p["indelingswijziging_wijken_en_buurten"] == tabel.at[code, "ind_wbi"]
        if tabel.at[code, "a_inw"] >= 500:
            procent = 100 * tabel.at[code, "a_65_oo"] / tabel.at[code, "a_inw"]
            assert abs(p["percentage_personen_65_jaar_en_ouder"] - procent) <= 1.2


def test_eigenaardigheden() -> None:
    assert kwb(2021).at["BU99010214", "ind_wbi"] == 2 and "BU99010204" not in kwb(2021).index
    assert vorm(2021, "BU99010214").equals(vorm(2020, "BU99010204"))
    oud, delen = vorm(2021, "BU99010602"), ["BU99010608", "BU99010609"]
    assert shapely.union_all([vorm(2022, d) for d in delen]).equals(oud)
    assert (kwb(2022).loc[delen, "ind_wbi"] == 3).all() and "BU99010602" not in kwb(2022).index
    samen = shapely.union_all([vorm(2022, "BU99010903"), vorm(2022, "BU99010904")])
    assert samen.equals(vorm(2023, "BU99010903")) and "BU99010904" not in kwb(2023).index
    assert kwb(2023).at["BU99010903", "ind_wbi"] == 3 and kwb(2024).at["BU99010903", "ind_wbi"] == 1
    assert kaart(2024)["BU9901AA01"]["properties"]["wijkcode"] == "WK990106"
    assert [c for c, f in kaart(2024).items() if f["properties"]["water"] == "JA"] == [
        "BU99019998",
        "BU99019999",
    ]
    for jaar in JAREN:
        assert kwb(jaar).at["BU99010701", "a_inw"] == 40
        park = kwb(jaar).loc["BU99010005"]
        assert park["a_inw"] == 0 and {park[k] for k in ("g_hhgro", "p_koopw", "g_ink_pi")} == {"."}
    klein = kwb(2022).loc["BU99010701"]
    assert {klein[k] for k in ("g_wozbag", "p_koopw", "p_hh_lkk", "a_soz_wb", "p_arb_pp")} == {"."}
    w = getal(2019, "a_woning")["BU99010303"], getal(2021, "a_woning")["BU99010303"]
    assert w[1] < 0.6 * w[0] < 0.7 * getal(2023, "a_woning")["BU99010303"]
    uitleg = (VAST / "README.md").read_text(encoding="utf-8")
    for code in ("BU99010005", "BU99010701", "BU9901AA01", "BU99010214", "BU99010609"):
        assert code in uitleg


def test_elk_verhaal_hoort_bij_een_buurt_en_een_cijfer() -> None:
    alle = verhalen()
    assert len({v["id"] for v in alle}) == len(alle) >= 40
    for v in alle:
        assert v["gebied"] in kaart(v["grensjaar"]), v["id"]
        assert 2 <= v["tekst"].count(".") + v["tekst"].count("?") <= 6, v["id"]
        assert len(v["koppelingen"]) <= 3
        for k in v["koppelingen"]:
            assert k["houding"] in {"past", "nuance", "klopt_niet", "niet_in_cijfers"}
            assert heeft_waarde(v["gebied"], k["indicator"], k["jaar"]), (v["id"], k)
    assert {v["status"] for v in alle} == {"gelezen", "concept"}


def heeft_waarde(code: str, indicator: str, jaar: int) -> bool:
    if indicator in NABIJ:
        return nabijheid(jaar)[code][NABIJ[indicator]].strip() != "."
    waarden = [kwb(jaar).at[code, kolom] for kolom in KOLOMMEN[indicator]]
    return all(w != "." for w in waarden)


def test_instellingen_noemen_bestaande_buurten() -> None:
    keuze = yaml.safe_load((VAST / "gebieden.yaml").read_text(encoding="utf-8"))
    assert keuze["corporatie"]
    assert len(set(keuze["mijn_gebieden"])) == 12
    assert set(keuze["mijn_gebieden"]) <= set(kwb(2024).index)

"""The CBS door: both ways in, faults, columns by name and group, against a loopback replay."""

from __future__ import annotations

import json
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from io import BytesIO
from pathlib import Path

import cbsodata
import numpy as np
import pytest
from cbsodata import cbsodata3

from indicators.catalogue import lees as lees_catalogus
from indicators.formulas import CODES, HEEFT
from pipelines.sources import odata, odata_vraag
from pipelines.sources.odata import Adres, haal_gemeente, haal_tabel, lees
from pipelines.sources.plank import Plank, ontpers, pers
from pipelines.sources.tabel import BronFout
from tests.replay import Replay
from tests.replay_bak import ODATA, Bak, excel_naar_odata, excel_rijen, kleine_bak, pakket, zelfde

CAT = lees_catalogus()
DATA = Path(__file__).parents[2] / "shared" / "data" / "cbs"
ID = "99901NED"
GM = ["GM9901", "WK990101", "WK9901AA", "BU99010101", "BU99010102", "BU99010103", "BU9901AA01"]
CODES_ALLE = ["NL00", *GM, "GM9902", "WK990201", "BU99020101"]
echt = pytest.mark.skipif(not (DATA / "utrecht").exists(), reason="../shared/data ontbreekt")
CORPORATIE = "Huurwoningen/InBezitWoningcorporatie"


@pytest.fixture
def bak() -> Bak:
    return kleine_bak(ID, 2024, CODES_ALLE)


@pytest.fixture
def replay(bak: Bak):
    with Replay(bak, bladzijde=4) as server:
        yield server


def adres(server: Replay, slapen: list[float] | None = None, **anders) -> Adres:
    slaap = (slapen if slapen is not None else []).append
    vast = {"pauze": 0, "wachttijd": 0.4, "hoogste_duur": 0.5, "hoogste_bytes": 10_000_000}
    return Adres(schema="http", host=server.host, slaap=slaap, **(vast | anders))


def gemeente(a: Adres) -> odata.Pakket:
    return haal_gemeente(ID, "GM9901", a)


def tabel(a: Adres) -> odata.Pakket:
    return haal_tabel(ID, a)


# --- both ways in ---------------------------------------------------------------------------


def test_tabellijst_en_info(replay: Replay) -> None:
    replay.bakken |= {f"9990{n}NED": kleine_bak(f"9990{n}NED", 2020, []) for n in range(2, 9)}
    lijst = odata.tabellijst(adres(replay))
    assert len(lijst) == 8  # over two pages; cbsodata itself reads one
    assert odata.tabel_info(ID, adres(replay)) == lijst[ID]
    assert (lijst[ID].periode, lijst[ID].gewijzigd_op) == ("2024", "2025-03-27T02:00:00")


def test_gemeente_en_tabel_geven_dezelfde_rijen(replay: Replay, bak: Bak) -> None:
    replay.bladzijde = 9
    een, heel = (lees(f(adres(replay)).inhoud, "p.zip", CAT) for f in (gemeente, tabel))
    zelfde(heel, een, [CODES_ALLE.index(c) for c in GM])
    zelfde(heel, lees(pakket(bak), "p.zip", CAT))
    assert list(een.gebieden["gebied"]) == GM
    assert heel.grensjaar == heel.jaar == 2024


@pytest.mark.parametrize("haal", [gemeente, tabel])
def test_zelfde_antwoord_zelfde_bytes(replay: Replay, haal: Callable) -> None:
    een, ander = haal(adres(replay)), haal(adres(replay))
    assert een == ander
    assert (een.tabel_id, een.gewijzigd_op) == (ID, "2025-03-27T02:00:00")
    assert een.url == f"http://{replay.host}/ODataFeed/odata/{ID}/TypedDataSet"
    with zipfile.ZipFile(BytesIO(een.inhoud)) as zip_:
        namen = zip_.namelist()
        assert namen == sorted(namen)
        assert {i.date_time for i in zip_.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {"TableInfos.json.zst", "pakket.json", "TypedDataSet-0001.json.zst"} <= set(namen)
        kenmerk = json.loads(zip_.read("pakket.json"))
        bladen = [ontpers(zip_.read(n), 10**8) for n in namen if n.startswith("TypedDataSet")]
    assert kenmerk["gemeente"] == ("GM9901" if haal is gemeente else None)
    assert kenmerk["via"] == ("cbsodata" if haal is gemeente else "eigen lezer")
    asked = [v for v in dict.fromkeys(replay.verzoeken) if "/TypedDataSet" in v]
    assert bladen == [replay.antwoord(v) for v in asked]  # verbatim
    assert odata.is_pakket(een.inhoud)
    assert not odata.is_pakket(b"PK")


# --- faults ---------------------------------------------------------------------------------

GEWOON = [("verwijs", "{zelf}{pad}"), ("gedeeld", "")]
"""No faults: a redirect on the same host, and a zipped answer in chunks."""
HERSTELT = [
    ("$skip=4", "status", "503"),
    ("DataProperties", "status", "500"),
    ("TypedDataSet", "te_druk", "7"),
    ("$skip=4", "afgekapt", ""),
    ("$skip=4", "gedeeld", ""),
    ("$skip=4", "gedeeld", "kapot"),
    ("TypedDataSet", "halve_json", ""),
    ("TypedDataSet", "stilte", ""),
    ("TypedDataSet", "druppel", ""),
    ("/TypedDataSet?$format=json&$", "dubbel", ""),
    ("TableInfos", "verwijs", "{zelf}{pad}"),
]


@pytest.mark.parametrize("haal", [gemeente, tabel])
@pytest.mark.parametrize(("bevat", "soort", "na"), HERSTELT)
def test_storing_herstelt(replay: Replay, haal: Callable, bevat: str, soort: str, na: str) -> None:
    schoon = haal(adres(replay))
    replay.storing(bevat, soort, na=na.replace("{zelf}", f"http://{replay.host}"))
    slapen: list[float] = []
    begin = time.monotonic()
    assert haal(adres(replay, slapen)) == schoon
    assert time.monotonic() - begin < 4  # a stall or a drip of five seconds is not sat out
    assert replay.storingen[0].keer == 0
    assert len(slapen) == (0 if (soort, na) in GEWOON else 1)
    assert soort != "te_druk" or slapen == [7.0]


STOPT = [
    ("TypedDataSet", "html", "", "webpagina"),
    ("TypedDataSet", "verwijs", "http://elders.example{pad}", "andere host .elders.example."),
    ("TypedDataSet", "verwijs", "http://gebruiker:geheim@{zelf}{pad}", "andere host"),
    ("TypedDataSet", "vreemde_link", "http://elders.example/x", "andere host .elders.example."),
    ("TypedDataSet", "vreemde_link", "http://{zelf}{pad}", "kring"),
    ("TypedDataSet", "leeg", "", "leeg antwoord met status 200"),
    ("DataProperties", "leeg", "", "DataProperties: leeg"),
    ("TableInfos", "leeg", "", "TableInfos: leeg"),
    ("TypedDataSet", "status", "503", "na 5 pogingen nog steeds status 503"),
    ("TypedDataSet", "te_druk", "99999", "na 5 pogingen nog steeds status 429"),
    ("TypedDataSet", "status", "403", "verwacht status 200, gekregen 403"),
    ("TypedDataSet", "halve_json", "", "na 5 pogingen nog steeds geen hele JSON"),
    ("TypedDataSet", "stilte", "", "na 5 pogingen nog steeds geen antwoord binnen"),
    ("/TypedDataSet?$format=json&$", "dubbel", "", "nog steeds een dubbele bladzijde"),
    ("TypedDataSet", "bom", "", "groter dan"),
]


@pytest.mark.parametrize("haal", [gemeente, tabel])
@pytest.mark.parametrize(("bevat", "soort", "na", "zegt"), STOPT)
def test_storing_stopt_met_naam(
    replay: Replay, haal: Callable, bevat: str, soort: str, na: str, zegt: str
) -> None:
    replay.storing(bevat, soort, keer=99, na=na.replace("{zelf}", replay.host))
    slapen: list[float] = []
    begin = time.monotonic()
    with pytest.raises(BronFout, match=zegt) as fout:
        haal(adres(replay, slapen))
    assert ID in str(fout.value)
    assert "geheim" not in str(fout.value)
    assert time.monotonic() - begin < 5
    assert len(slapen) <= 4
    assert all(s <= 60 for s in slapen)
    assert cbsodata3.options.catalog_url == "opendata.cbs.nl"


def test_retry_after_als_moment(replay: Replay) -> None:
    replay.storing(
        "TableInfos", "te_druk", na=format_datetime(datetime.now(UTC) + timedelta(0, 30))
    )
    slapen: list[float] = []
    odata.tabel_info(ID, adres(replay, slapen))
    assert 20 < slapen[0] <= 31


def test_beleefde_pauze_en_meldingen(replay: Replay) -> None:
    slapen: list[float] = []
    meldingen: list[str] = []
    replay.storing("WijkenEnBuurten?", "status", na="502")
    haal_tabel(ID, adres(replay, slapen, pauze=0.5, klok=lambda: 0.0), meldingen.append)
    assert slapen.count(0.5) >= len(replay.verzoeken) - 3
    assert any("status 502; poging 2" in m for m in meldingen)
    assert f"{ID}, TypedDataSet: 11 rijen" in meldingen


def test_tabel_bestaat_niet(replay: Replay) -> None:
    for vraag in (odata.tabel_info, haal_tabel, lambda t, a: haal_gemeente(t, "GM9901", a)):
        with pytest.raises(BronFout, match=r"11111NED.*404.*niet .meer."):
            vraag("11111NED", adres(replay))
    with pytest.raises(BronFout, match="geen tabelnummer"):
        haal_tabel("../x", adres(replay))


def test_tabel_verandert_onderweg(replay: Replay, bak: Bak) -> None:
    def wijzig(pad: str) -> None:
        if "TypedDataSet" in pad:
            bak.infos[0]["Modified"] = "2025-06-01T02:00:00"
            replay.vergeet()

    replay.voor_antwoord = wijzig
    with pytest.raises(BronFout, match="wijzigde de tabel terwijl"):
        tabel(adres(replay))


def test_verdwenen_rijen(replay: Replay, bak: Bak) -> None:
    bak.rijen = bak.rijen[:5]
    with pytest.raises(BronFout, match="5 rijen, maar WijkenEnBuurten noemt 11"):
        tabel(adres(replay))
    with pytest.raises(BronFout, match=r"3 gebieden van GM9901 ontbreken .*BU99010102"):
        gemeente(adres(replay))


def test_leeg_antwoord_zegt_waarom(replay: Replay, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BronFout, match=r"GM9999.*bestaat niet in dit jaar"):
        haal_gemeente(ID, "GM9999", adres(replay))
    monkeypatch.setattr(odata, "_filter", lambda c: f"WijkenEnBuurten eq '{c}'")
    with pytest.raises(BronFout, match=r"leeg antwoord.*7 gebieden.*spaties tot tien tekens"):
        gemeente(adres(replay))
    monkeypatch.setattr(odata, "_filter", lambda c: f"WijkenEnBuurten ge '{c:<10}'")
    with pytest.raises(BronFout, match=r"ook gekregen .*filter niet toegepast"):
        gemeente(adres(replay))
    with pytest.raises(BronFout, match="geen gemeentecode"):
        haal_gemeente(ID, "BU99010101", adres(replay))


def test_verkeerd_adres() -> None:
    for host in ("", "a b", "http://x", "u:geheim@x.nl", "x/pad"):
        with pytest.raises(BronFout, match="verwacht https") as fout:
            Adres(host=host)
        assert "geheim" not in str(fout.value)
    with odata_vraag.Opname(Adres(), ID, print) as opname:
        for url in ("http://opendata.cbs.nl/x", "https://OpenData.cbs.nl:443/x"):
            assert opname._eigen(url, "") == "https://opendata.cbs.nl/x"


# --- cbsodata -------------------------------------------------------------------------------


def test_instellingen_van_cbsodata_komen_terug(replay: Replay) -> None:
    def stand() -> tuple[object, ...]:
        return (cbsodata.options.use_https, cbsodata.options.catalog_url, cbsodata3.Session)

    voor = stand()
    gemeente(adres(replay))
    assert stand() == voor
    replay.storing("DataProperties", "html")
    with pytest.raises(BronFout):
        gemeente(adres(replay))
    assert stand() == voor


@pytest.mark.parametrize("versie", ["omgekeerd", "hersteld"])
def test_typed_in_elke_versie(replay: Replay, monkeypatch: pytest.MonkeyPatch, versie: str) -> None:
    echte = cbsodata.download_data
    gewoon = gemeente(adres(replay))

    def hersteld(*args, typed=False, **kw):
        return echte(*args, typed=not typed, **kw)

    if versie == "hersteld":
        monkeypatch.setattr(cbsodata, "download_data", hersteld)
    assert gemeente(adres(replay)) == gewoon


def test_ongetypeerd_wordt_geweigerd(
    replay: Replay, bak: Bak, monkeypatch: pytest.MonkeyPatch
) -> None:
    bak.rijen[1][bak.sleutel("Bevolking/AantalInwoners")] = "  1817.0"
    for haal in (gemeente, tabel):
        with pytest.raises(BronFout, match=r"AantalInwoners_\d+ .Long.: verwacht getallen.*str"):
            haal(adres(replay))
    echte = cbsodata.download_data
    monkeypatch.setattr(
        cbsodata, "download_data", lambda *a, typed, **kw: echte(*a, typed=True, **kw)
    )
    with pytest.raises(BronFout, match=r"geeft geen TypedDataSet .wel .*UntypedDataSet"):
        gemeente(adres(replay))


def test_cbsodata_buiten_de_bewaking(replay: Replay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cbsodata, "get_info", lambda *_, **__: {"Identifier": ID})
    with pytest.raises(BronFout, match="buiten de bewaakte verbinding"):
        odata.tabel_info(ID, adres(replay))


def test_twee_servers_tegelijk() -> None:
    """The options of cbsodata are process-wide: without the lock these would mix."""
    with Replay(kleine_bak(ID, 2023, CODES_ALLE)) as a, Replay(kleine_bak(ID, 2024, GM)) as b:
        with ThreadPoolExecutor(4) as pool:
            klaar = list(pool.map(lambda s: gemeente(adres(s)), [a, b] * 4))
        assert [p.gewijzigd_op[:4] for p in klaar] == ["2024", "2025"] * 4
        assert [b.host in p.url for p in klaar] == [False, True] * 4


# --- the shelf: a broken-off fetch goes on --------------------------------------------------


def test_afgebroken_ophalen_gaat_verder(replay: Replay, tmp_path: Path) -> None:
    """Pages that came are not asked again, and the result is what one whole fetch gives."""
    schoon = haal_tabel(ID, adres(replay))
    plank = Plank(tmp_path / "bezig")
    replay.storing("TypedDataSet?$format=json&$skip=8", "status", keer=99, na="503")
    with pytest.raises(BronFout, match="503"):
        haal_tabel(ID, adres(replay), plank=plank)
    replay.storingen.clear()
    replay.verzoeken.clear()
    assert haal_tabel(ID, adres(replay), plank=plank) == schoon
    gevraagd = [v for v in replay.verzoeken if "TypedDataSet" in v]
    assert gevraagd == [f"/ODataFeed/odata/{ID}/TypedDataSet?$format=json&$skip=8"]


def test_plank_van_een_oude_uitgave_telt_niet(replay: Replay, bak: Bak, tmp_path: Path) -> None:
    """The table changed between the two runs: every page is asked anew."""
    plank = Plank(tmp_path / "bezig")
    replay.storing("$skip=8", "html")
    with pytest.raises(BronFout):
        haal_tabel(ID, adres(replay), plank=plank)
    bak.infos[0]["Modified"] = "2025-06-01T02:00:00"
    bak.rijen[0][bak.sleutel("Bevolking/AantalInwoners")] = 12345
    replay.vergeet()
    nieuw = haal_tabel(ID, adres(replay), plank=plank)
    assert nieuw == haal_tabel(ID, adres(replay))
    assert 12345 in lees(nieuw.inhoud, "p.zip", CAT).cellen["Bevolking/AantalInwoners"][0]


def test_beschadigde_plank_wordt_opnieuw_gevraagd(replay: Replay, tmp_path: Path) -> None:
    plank = Plank(tmp_path / "bezig")
    schoon = haal_tabel(ID, adres(replay), plank=plank)
    for n, pad in enumerate(sorted((tmp_path / "bezig").glob("*.zst"))):
        pad.write_bytes(b"" if n % 2 else pers(b'{"value": [{"half'))
    assert haal_tabel(ID, adres(replay), plank=plank) == schoon
    with pytest.raises(ValueError, match="groter"):
        ontpers(pers(b" " * 10_000_000), 1_000_000)


def test_gelijk_aan_cbsodata(replay: Replay, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every cell of the page reader is what plain `cbsodata.get_data` gives, keys as titles."""
    monkeypatch.setattr(cbsodata.options, "use_https", False)
    monkeypatch.setattr(cbsodata.options, "catalog_url", replay.host)
    zij = cbsodata.get_data(ID)
    inhoud = haal_tabel(ID, adres(replay)).inhoud
    with zipfile.ZipFile(BytesIO(inhoud)) as zip_:
        wij = [
            rij
            for n in sorted(zip_.namelist())
            if n.startswith("TypedDataSet")
            for rij in json.loads(ontpers(zip_.read(n), 10**8))["value"]
        ]
    assert len(wij) == len(zij) == len(CODES_ALLE)
    for een, ander in zip(wij, zij, strict=True):
        assert ander["WijkenEnBuurten"].split() == ["Gebied", een["WijkenEnBuurten"].strip()]
        rest = {k: v for k, v in een.items() if k != "WijkenEnBuurten"}
        assert {k: ander[k] for k in rest} == rest


# --- real figures ---------------------------------------------------------------------------


@pytest.mark.echt
@echt
@pytest.mark.parametrize("jaar", [2023, 2024])
def test_utrecht_gelijk_aan_excel(jaar: int) -> None:
    """The metadata is of 2024; for 2023 it serves as columns only."""
    xlsx = DATA / "utrecht" / f"CBS-Utrecht-kwb-{jaar}.xlsx"
    tabel_id = CAT.bronnen["kwb"].tabellen[jaar]
    with Replay.uit_excel(xlsx, DATA / "metadata_85984NED", tabel_id, jaar) as server:
        een = lees(haal_gemeente(tabel_id, "GM0344", adres(server)).inhoud, "p.zip", CAT)
        zelfde(een, lees(haal_tabel(tabel_id, adres(server)).inhoud, "p.zip", CAT))
    rijen = excel_rijen(xlsx)
    assert list(een.gebieden["gebied"]) == [r["gwb_code_10"] for r in rijen]
    assert list(een.gebieden["naam"]) == [r["regio"].strip() for r in rijen]
    assert (een.jaar, len(rijen), len(een.cellen)) == (jaar, 122, 123)
    gevraagd = CAT.gevraagde_kolommen(ODATA)
    getoetst = 0
    for kop, kolom in excel_naar_odata(CAT).items():
        if kolom not in gevraagd:
            continue
        waarden, soorten = een.cellen[kolom]
        verwacht = np.array([np.nan if r[kop] == "." else float(r[kop]) for r in rijen])
        np.testing.assert_array_equal(waarden, verwacht, kop)
        leeg = "niet_gepubliceerd" if np.isnan(verwacht).all() else "onbekend_of_geheim"
        assert (soorten == np.where(np.isnan(verwacht), CODES[leeg], HEEFT)).all(), kop
        getoetst += 1
    assert getoetst == len(gevraagd)
    woz = een.cellen["Wonen en vastgoed/GemiddeldeWOZWaardeVanWoningen"][1][
        een.gebieden["gebied"].str.startswith("BU")
    ]
    assert (woz != HEEFT).sum() == (4 if jaar == 2023 else 111)

"""The real files of CBS: what is published equals the cells of the file, one by one.

The files are not ours to commit; without ../shared/data these tests are skipped. The source is
read here a second time and without the project's own readers.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from pipelines import intake, publish, refresh
from pipelines.house import Huis
from tests.stad import CAT, ECHT, huis, nog_eens, open_publicatie, vraag

pytestmark = [
    pytest.mark.echt,
    pytest.mark.skipif(not ECHT.exists(), reason=f"de echte bestanden ({ECHT}) zijn er niet"),
]
UTRECHT, BAARN = ECHT / "cbs" / "utrecht", ECHT / "cbs" / "baarn"
GAT = {".", "x", "", -99995, -99997, -99991}
Cellen = dict[str, dict[str, Any]]


def _getal(cel: object) -> float | None:
    """A cell as CBS means it: a number, or None."""
    if isinstance(cel, str):
        cel = cel.strip()
    return None if cel in GAT else float(str(cel))


@cache
def excel(jaar: int) -> Cellen:
    """Code to column to cell, as they stand in the Excel file."""
    boek = CalamineWorkbook.from_path(str(UTRECHT / f"CBS-Utrecht-kwb-{jaar}.xlsx"))
    kop, *rijen = boek.get_sheet_by_index(0).to_python()
    return {r[0].strip(): dict(zip(kop, r, strict=True)) for r in rijen}


@cache
def nabijheid() -> Cellen:
    [pad] = UTRECHT.glob("*Nabijheid*.csv")
    rijen = csv.DictReader(io.StringIO(pad.read_text(encoding="utf-8-sig")), delimiter=";")
    return {r["Regioaanduiding/Codering (code)"].strip(): dict(r) for r in rijen}


@cache
def baarn() -> Cellen:
    kaart = json.loads((BAARN / "baarn_buurten.geojson").read_text(encoding="utf-8"))
    return {f["properties"]["buurtcode"]: f["properties"] for f in kaart["features"]}


@pytest.fixture(scope="module")
def echt(tmp_path_factory: pytest.TempPathFactory) -> Huis:
    """Both folders in one refresh, with every check that Dagster runs."""
    h = huis(tmp_path_factory.mktemp("echt") / "data", UTRECHT, BAARN)
    aanbod = refresh.ververs(h, kortstondig=True)
    assert not aanbod.geweigerd
    assert Counter(r.status for r in aanbod.regels) == {"nieuw": 4, "niet herkend": 2}
    assert publish.verifieer(h)
    return h


@pytest.fixture(scope="module")
def con(echt: Huis) -> Any:
    with open_publicatie(echt) as verbinding:
        yield verbinding


def figuren(
    con: duckdb.DuckDBPyConnection, indicator: str, jaar: int, begin: str
) -> dict[str, tuple[float | None, str | None]]:
    """Value and kind of missing of an indicator, for the buurten whose code begins so."""
    rijen = con.execute(
        """SELECT gebied, waarde, ontbreekt_door FROM out_waarde
        WHERE indicator = ? AND jaar = ? AND niveau = 'buurt' AND starts_with(gebied, ?)""",
        [indicator, jaar, begin],
    ).fetchall()
    return {g: (w, o) for g, w, o in rijen}


def test_gebieden(con: duckdb.DuckDBPyConnection) -> None:
    """111 buurten and 10 wijken of Utrecht in both years, 21 buurten of Baarn; none invented."""
    rijen = con.execute(
        "SELECT gemeente, grensjaar, niveau, count(*) FROM out_gebied WHERE NOT water GROUP BY ALL"
    ).fetchall()
    per = {(g, j, n): a for g, j, n, a in rijen}
    for jaar in (2023, 2024):
        assert per["GM0344", jaar, "buurt"] == 111 and per["GM0344", jaar, "wijk"] == 10
    assert per["GM0308", 2024, "buurt"] == 21
    assert con.execute("SELECT bool_or(fictief) FROM out_gebied").fetchall() == [(False,)]
    namen = dict(con.execute("SELECT gebied, naam FROM out_gebied").fetchall())
    assert namen["BU03440111"] == "Welgelegen, Den Hommel"


@pytest.mark.parametrize(
    ("indicator", "kolom", "punten"),
    [
        ("inwoners_aantal", "a_inw", 0),
        ("corporatiewoningen_pct", "p_wcorpw", 3),
        ("woz_waarde_keur", "g_wozbag", 4),
    ],
)
def test_utrecht_2023(
    con: duckdb.DuckDBPyConnection, indicator: str, kolom: str, punten: int
) -> None:
    gevonden = figuren(con, indicator, 2023, "BU0344")
    cel = {c: _getal(r[kolom]) for c, r in excel(2023).items() if c.startswith("BU")}
    assert len(cel) == 111 and {c: w for c, (w, _) in gevonden.items()} == cel
    kinds = Counter(o for _, o in gevonden.values() if o)
    assert kinds == ({"onbekend_of_geheim": punten} if punten else {})


def test_utrecht_2024(con: duckdb.DuckDBPyConnection) -> None:
    """The first release: inhabitants only, and the rest said to be not yet published."""
    inwoners = figuren(con, "inwoners_aantal", 2024, "BU0344")
    assert len(inwoners) == 111
    for code, (waarde, _) in inwoners.items():
        assert waarde == _getal(excel(2024)[code]["a_inw"])
    for indicator in ("corporatiewoningen_pct", "woz_waarde_keur"):
        rijen = figuren(con, indicator, 2024, "BU0344")
        assert len(rijen) == 111 and set(rijen.values()) == {(None, "niet_gepubliceerd")}


def test_baarn_2024(con: duckdb.DuckDBPyConnection) -> None:
    inwoners = figuren(con, "inwoners_aantal", 2024, "BU0308")
    assert {c: w for c, (w, _) in inwoners.items()} == {
        c: _getal(p["aantal_inwoners"]) for c, p in baarn().items()
    }
    assert len(inwoners) == 21
    for indicator in ("corporatiewoningen_pct", "koopwoningen_pct", "woz_waarde_keur"):
        rijen = figuren(con, indicator, 2024, "BU0308")
        assert len(rijen) == 21 and set(rijen.values()) == {(None, "niet_gepubliceerd")}


def test_negen_geheime_cellen_van_baarn(echt: Huis, con: duckdb.DuckDBPyConnection) -> None:
    """Every -99997 of the map is `geheim` in core, and in each figure that comes from it."""
    geheim = {(c, k) for c, p in baarn().items() for k, v in p.items() if v == -99997}
    assert len(geheim) == 9
    core = vraag(echt, "SELECT gebied, kolom FROM core_cel WHERE ontbreekt_door = 'geheim'")
    assert set(core) == geheim and len(core) == 9
    verwacht = {
        (code, ind.id)
        for ind in CAT.indicatoren.values()
        for code, kolom in geheim
        if kolom
        in (ind.kolommen["buurtkaart_2024"].van if "buurtkaart_2024" in ind.kolommen else ())
    }
    uit = con.execute(
        "SELECT gebied, indicator FROM out_waarde WHERE ontbreekt_door = 'geheim'"
    ).fetchall()
    assert set(uit) == verwacht and len(uit) == 9


BRONCELLEN = [
    ("kwb_excel_2023", "kwb", 2023),
    ("kwb_excel_2023", "kwb", 2024),
    ("nabijheid_2023", "nabijheid", 2023),
    ("buurtkaart_2024", "buurtkaart", 2024),
]


@pytest.mark.parametrize(("generatie", "bron", "jaar"), BRONCELLEN)
def test_elk_direct_cijfer_is_zijn_broncel(
    con: duckdb.DuckDBPyConnection, generatie: str, bron: str, jaar: int
) -> None:
    """All areas, all levels: the number of the cell, or missing where the cell is."""
    cellen = {"kwb": lambda: excel(jaar), "nabijheid": nabijheid, "buurtkaart": baarn}[bron]()
    factor = {"direct": 1.0, "gedeeld_door_1000": 1000.0}
    gezien = 0
    for ind in CAT.indicatoren.values():
        regel = ind.kolommen.get(generatie)
        if regel is None or regel.formule not in factor or not ind.jaren.bevat(jaar):
            continue
        for gebied, waarde in con.execute(
            "SELECT gebied, waarde FROM out_waarde WHERE indicator = ? AND jaar = ? AND bron = ? "
            "AND ontbreekt_door IS DISTINCT FROM 'geen_bron'",
            [ind.id, jaar, bron],
        ).fetchall():
            cel = _getal(cellen[gebied][regel.van[0]])
            assert waarde == (None if cel is None else cel / factor[regel.formule]), (
                f"{ind.id} van {gebied}"
            )
            gezien += waarde is not None
    assert gezien > (100 if bron != "kwb" or jaar == 2024 else 2000)


def test_supermarkt_2023(con: duckdb.DuckDBPyConnection) -> None:
    """Proximity is empty in the Excel of 2023 and comes from the CSV."""
    kolom = "Detailhandel/Winkels dagelijkse boodschappen/Afstand tot grote supermarkt (km)"
    rijen = con.execute(
        "SELECT gebied, waarde, bron FROM out_waarde WHERE indicator = 'supermarkt_afstand_km' "
        "AND jaar = 2023 AND niveau = 'buurt'"
    ).fetchall()
    assert len(rijen) == 111 and {b for _, w, b in rijen if w is not None} == {"nabijheid"}
    assert {g: w for g, w, _ in rijen} == {
        c: _getal(r[kolom]) for c, r in nabijheid().items() if c.startswith("BU")
    }


def test_waarde_ligt_in_haar_interval(con: duckdb.DuckDBPyConnection) -> None:
    """Everywhere, and every figure with a value has an interval."""
    mis = con.execute(
        """SELECT indicator, gebied, onder, waarde, boven FROM out_waarde
        WHERE waarde IS NOT NULL AND NOT coalesce(onder <= waarde AND waarde <= boven, false)"""
    ).fetchall()
    assert mis == []


@pytest.mark.parametrize(
    ("knoop", "reden"),
    [("kwetsbaarheid", "dekking_te_laag"), ("overlast_en_onveiligheid", "bron_ontbreekt")],
)
def test_utrecht_zegt_eerlijk_wat_nog_niet_te_zeggen_is(
    con: duckdb.DuckDBPyConnection, knoop: str, reden: str
) -> None:
    rijen = con.execute(
        "SELECT geen_score_reden, count(*), count(score) FROM out_score JOIN out_gebied "
        "USING (gebied, grensjaar, niveau) WHERE boom = 'veerkracht' AND knoop = ? AND jaar = 2023 "
        "AND niveau = 'buurt' AND gemeente = 'GM0344' AND inwoners >= 150 GROUP BY 1",
        [knoop],
    ).fetchall()
    assert [r[0] for r in rijen] == [reden] and rijen[0][1] > 100 and rijen[0][2] == 0


def test_grenzen_van_baarn(con: duckdb.DuckDBPyConnection) -> None:
    """21 outlines, the wijken and the gemeente dissolved from them; Utrecht has none."""
    rijen = con.execute(
        "SELECT niveau, count(*) FROM out_grens JOIN out_gebied USING (gebied, grensjaar, niveau) "
        "WHERE gemeente = 'GM0308' GROUP BY 1"
    ).fetchall()
    per = dict(rijen)
    wijken = {p["wijkcode"] for p in baarn().values()}
    assert per == {"buurt": 21, "wijk": len(wijken), "gemeente": 1}
    assert con.execute(
        "SELECT count(*) FROM out_grens WHERE starts_with(gebied, 'BU0344')"
    ).fetchall() == [(0,)]


def test_herkomst(con: duckdb.DuckDBPyConnection) -> None:
    """Which file, which year and where that came from, with its licence."""
    rijen = con.execute(
        "SELECT bestand, bron, jaar, jaar_uit, licentie FROM out_meta__herkomst ORDER BY 1"
    ).fetchall()
    csv_naam = "CBS-Utrecht_Nabijheid_voorzieningen__buurt_2023_14102024_164034.csv"
    assert [(r[0], r[1], r[2], r[3]) for r in rijen] == [
        ("CBS-Utrecht-kwb-2023.xlsx", "kwb", 2023, "naam van het blad"),
        ("CBS-Utrecht-kwb-2024.xlsx", "kwb", 2024, "bestandsnaam"),
        (csv_naam, "nabijheid", 2023, "bestandsnaam"),
        ("baarn_buurten.geojson", "buurtkaart", 2024, "veld in het bestand"),
    ]
    assert {r[4] for r in rijen} == {"CC BY 4.0"}


def test_nog_eens_aanbieden_verandert_niets(echt: Huis) -> None:
    voor = publish.lees_actueel(echt)
    aanbod = intake.beoordeel(nog_eens(echt, UTRECHT, BAARN))
    assert Counter(r.status for r in aanbod.regels) == {"ongewijzigd": 4, "niet herkend": 2}
    assert not aanbod.nieuw and publish.publiceer(nog_eens(echt)) == voor


def test_de_hele_map_met_allerlei(tmp_path: Path) -> None:
    """TopoJSON with broken geometry, other sources, VERA: each is listed, none is a crash."""
    aanbod = intake.beoordeel(huis(tmp_path, ECHT))
    assert not aanbod.geweigerd
    status = {r.bestand.split(", blad")[0]: r.status for r in aanbod.regels}
    op_schijf = [p for p in ECHT.rglob("*") if p.is_file() and not p.name.startswith(".")]
    assert len(status) == len(op_schijf)
    assert sorted(b for b, s in status.items() if s == "nieuw") == [
        "cbs/baarn/baarn_buurten.geojson",
        "cbs/nationaal/gemeenten.geojson",
        "cbs/utrecht/CBS-Utrecht-kwb-2023.xlsx",
        "cbs/utrecht/CBS-Utrecht-kwb-2024.xlsx",
        "cbs/utrecht/CBS-Utrecht_Nabijheid_voorzieningen__buurt_2023_14102024_164034.csv",
        "other/leefbaarometer/lbm3_buurten_sample_2002_2024.csv",
        "other/politie/misdrijven_47018NED_nijmegen_buurten_2023_2025_selectie.csv",
        "other/rivm_gezondheid/rivm_gezondheid_2020_18plus.xlsx",
        "other/ses_woa/SES_WOA_85163NED_amsterdam_2019_statline_export.csv",
    ]
    uitleg = {r.bestand: r.uitleg for r in aanbod.regels}
    assert "focusgebieden" in uitleg["other/nplv/nplv_focusgebieden_2022.csv"]
    assert all(r.uitleg for r in aanbod.regels if r.status == "niet herkend")
    assert status["cbs/nationaal/Buurt_2014_layer_q1e3.json"] == "niet herkend"
    assert status["cbs/utrecht/utrecht_wijken.geojson"] == "niet herkend"

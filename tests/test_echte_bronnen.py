"""The real files beside CBS KWB: what is published equals the file, cell by cell.

RIVM health 2020, police Nijmegen, SES-WOA Amsterdam and the Leefbaarometer sample, each alone in a
folder and without boundaries. Each file is read here a second time, without our own readers.
"""

from __future__ import annotations

import csv
import math
import re
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from indicators.formulas import CODES, HEEFT
from pipelines import fields, intake, publish, refresh
from pipelines.house import Huis
from tests.stad import CAT, ECHT, excel, huis, kwb, nog_eens, open_publicatie, vraag

pytestmark = [
    pytest.mark.echt,
    pytest.mark.skipif(not ECHT.exists(), reason=f"de echte bestanden ({ECHT}) zijn er niet"),
]
RIVM = ECHT / "other" / "rivm_gezondheid"
POLITIE = ECHT / "other" / "politie"
SES = ECHT / "other" / "ses_woa"
LBM = ECHT / "other" / "leefbaarometer"
DIMENSIES = {
    "fys": "leefbaarometer_fysiek_score",
    "onv": "leefbaarometer_onveiligheid_score",
    "soc": "leefbaarometer_samenhang_score",
    "vrz": "leefbaarometer_voorzieningen_score",
    "won": "leefbaarometer_woningen_score",
}
Rijen = list[dict[str, Any]]


@cache
def rivm() -> Rijen:
    [pad] = RIVM.glob("*.xlsx")
    kop, *rijen = CalamineWorkbook.from_path(str(pad)).get_sheet_by_index(0).to_python()
    return [dict(zip(kop, r, strict=True)) for r in rijen]


@cache
def rijen(map_: Path, scheiding: str) -> Rijen:
    [pad] = map_.glob("*.csv")
    with pad.open(encoding="utf-8-sig") as bestand:
        return [
            {k: v.strip() for k, v in r.items()}
            for r in csv.DictReader(bestand, delimiter=scheiding)
        ]


def getal(cel: object) -> float | None:
    """A cell as the producers mean it: a number, or None."""
    tekst = str(cel).strip()
    return None if tekst in ("", ".", "NA") else float(tekst)


def gelezen(map_: Path, *mappen: Path) -> Huis:
    """A refresh of folders with every check that Dagster runs; verified."""
    h = huis(map_ / "data", *mappen)
    aanbod = refresh.ververs(h, kortstondig=True)
    assert not aanbod.geweigerd and publish.verifieer(h)
    return h


def waarden(con: duckdb.DuckDBPyConnection, indicator: str, jaar: int) -> dict[str, Any]:
    """Area to (value, kind of missing)."""
    gevraagd = "SELECT gebied, waarde, ontbreekt_door FROM out_waarde WHERE indicator=? AND jaar=?"
    return {g: (w, o) for g, w, o in con.execute(gevraagd, [indicator, jaar]).fetchall()}


# -- RIVM ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def gezond(tmp_path_factory: pytest.TempPathFactory) -> Huis:
    """The real national file alone: no KWB, no boundaries."""
    return gelezen(tmp_path_factory.mktemp("rivm"), RIVM)


def test_rivm_elke_cel_van_het_bestand(gezond: Huis) -> None:
    """All 17,341 rows and all numeric columns in core: as many values and as many gaps."""
    kolommen = [k for k in rivm()[0] if re.search(r"_\d+$", k) and k not in _TEKST]
    verwacht = {k.rsplit("_", 1)[0]: sum(getal(r[k]) is not None for r in rivm()) for k in kolommen}
    assert len(rivm()) == 17_341 and len(verwacht) == 35
    core = vraag(gezond, "SELECT kolom, count(*), count(waarde) FROM core_cel GROUP BY 1")
    assert {k: n for k, _, n in core} == verwacht
    assert {n for _, n, _ in core} == {17_341}


_TEKST = ("Gemeentenaam_1", "SoortRegio_2", "Codering_3")


@pytest.mark.parametrize(
    ("indicator", "kolom"),
    [("eenzaam_pct", "Eenzaam_28"), ("vrijwilligerswerk_pct", "Vrijwilligerswerk_33")],
)
def test_rivm_elk_gebied_is_zijn_cel(gezond: Huis, indicator: str, kolom: str) -> None:
    """Every buurt, wijk, gemeente and the country; `.` is a kind of missing, never low."""
    cel = {r["WijkenEnBuurten"].strip(): getal(r[kolom]) for r in rivm()}
    cel["NL00"] = cel.pop("NL01")
    with open_publicatie(gezond) as con:
        gevonden = waarden(con, indicator, 2020)
        aard = con.execute("SELECT DISTINCT aard, bron, voorlopig FROM out_waarde").fetchall()
        einden = con.execute("SELECT count(onder), count(boven) FROM out_waarde").fetchall()
    assert {g: w for g, (w, _) in gevonden.items()} == cel
    assert sum(w is None for w, _ in gevonden.values()) == 769
    assert {o for w, o in gevonden.values() if w is None} == {"onbekend_of_geheim"}
    assert aard == [("modelschatting", "rivm", False)]
    assert einden == [(0, 0)]  # this file has no margins, so no interval is made up


def test_rivm_alleen_heeft_gebieden_uit_het_bestand(gezond: Huis) -> None:
    """Codes and levels from the file itself; a publication without an outline works."""
    with open_publicatie(gezond) as con:
        per = dict(con.execute("SELECT niveau, count(*) FROM out_gebied GROUP BY 1").fetchall())
        naam = con.execute(
            "SELECT naam FROM out_gebied WHERE gebied IN ('GM1680', 'NL00') ORDER BY gebied"
        ).fetchall()
        assert con.execute("SELECT count(*) FROM out_grens").fetchall() == [(0,)]
        assert con.execute("SELECT count(*) FROM out_tegels").fetchall() == [(0,)]
        assert con.execute("SELECT DISTINCT grensjaar FROM out_gebied").fetchall() == [(2020,)]
        redenen = con.execute("SELECT DISTINCT geen_score_reden FROM out_score").fetchall()
    assert per == {"land": 1, "gemeente": 355, "wijk": 3177, "buurt": 13_808}
    assert naam == [("Aa en Hunze",), ("Nederland",)]
    assert redenen == [("inwoners_onbekend",)]


def test_rivm_wat_geen_cijfer_gebruikt_blijft_vindbaar(gezond: Huis) -> None:
    """33 columns feed nothing yet: they are in core, and found by a word."""
    con = duckdb.connect(str(gezond.datamap.warehouse), read_only=True)
    with con:
        [stress] = [v for v in fields.zoek(CAT, "stress", con) if v.jaren]
        alle = [v for v in fields.zoek(CAT, "", con) if v.bron == "rivm" and v.jaren]
    assert (stress.kolom, stress.eenheid) == ("HeelVeelStressInAfgelopen4Weken", "%")
    assert stress.indicatoren == () and stress.waarden == 16_572 and stress.jaren == (2020,)
    assert len(alle) == 35 and sum(not v.indicatoren for v in alle) == 33


def test_rivm_nog_eens_aanbieden_verandert_niets(gezond: Huis) -> None:
    aanbod = intake.beoordeel(nog_eens(gezond, RIVM))
    assert [(r.status, r.jaar, r.gebieden) for r in aanbod.regels] == [
        ("ongewijzigd", 2020, 17_341)
    ]


# -- the police ----------------------------------------------------------------------------------


def _kwb_van(codes: list[str], jaar: int, inwoners: list[int]) -> bytes:
    """A KWB file in the real form with these areas and inhabitants (a figure of ours)."""
    kop, *voorbeeld = kwb(2022)
    blad = [kop]
    for code, n in zip(codes, inwoners, strict=True):
        rij = list(voorbeeld[5])
        for kolom, cel in (("gwb_code_10", code), ("gwb_code", code), ("gwb_code_8", code[2:])):
            rij[kop.index(kolom)] = cel
        rij[kop.index("a_inw")], rij[kop.index("ind_wbi")] = float(n), "1"
        blad.append(rij)
    return excel(blad, f"kwb-{jaar}")


@pytest.mark.proef
def test_nijmegen_zonder_inwoners_zegt_dat_die_ontbreken(tmp_path: Path) -> None:
    """All 132 rows and 12 columns in core; a rate without inhabitants is a kind of missing."""
    h = gelezen(tmp_path, POLITIE)
    bron = rijen(POLITIE, ",")
    core = {
        (g, j, k): w
        for g, j, k, w in vraag(
            h,
            "SELECT gebied, jaar, kolom, waarde FROM core_cel JOIN core_levering USING (levering)",
        )
    }
    verwacht = {
        (r["buurtcode"], int(r["Perioden"][:4]), k): getal(v)
        for r in bron
        for k, v in r.items()
        if re.fullmatch(r"\d\.\d\.\d", k)
    }
    assert len(bron) == 132 and core == verwacht
    redenen = vraag(
        h,
        """SELECT DISTINCT ontbreekt_door FROM out_waarde
        WHERE niveau = 'buurt' AND bron = 'politie'""",
    )
    assert redenen == [("geen_noemer",)]


def test_nijmegen_per_1000_inwoners_van_hetzelfde_jaar(tmp_path: Path) -> None:
    """Counts to rates by KWB; under 150 inhabitants none; violence needs threats too: no guess."""
    bron = {r["buurtcode"]: r for r in rijen(POLITIE, ",") if r["Perioden"] == "2024JJ00"}
    codes = sorted(bron)
    inwoners = [140 if i == 0 else 400 + 25 * i for i in range(len(codes))]
    (tmp_path / "kwb").mkdir()
    (tmp_path / "kwb" / "kwb.xlsx").write_bytes(_kwb_van(codes, 2024, inwoners))
    h = gelezen(tmp_path, POLITIE, tmp_path / "kwb")
    with open_publicatie(h) as con:
        vernieling, inbraak = (
            waarden(con, i, 2024) for i in ("vernieling_per_1000", "inbraak_per_1000")
        )
        ander = waarden(con, "vernieling_per_1000", 2023)
        er_is = con.execute("SELECT count(*) FROM out_waarde WHERE indicator = 'geweld_per_1000'")
        assert er_is.fetchall() == [(0,)]
        onder, boven = con.execute(
            """SELECT onder, boven FROM out_waarde WHERE indicator = 'vernieling_per_1000'
            AND jaar = 2024 AND gebied = ?""",
            [codes[5]],
        ).fetchall()[0]
    assert vernieling[codes[0]] == (None, "te_klein") == inbraak[codes[0]]
    for code, n in zip(codes[1:], inwoners[1:], strict=True):
        r = bron[code]
        assert vernieling[code][0] == pytest.approx(1000 * int(r["2.2.1"]) / n)
        assert inbraak[code][0] == pytest.approx(1000 * (int(r["1.1.1"]) + int(r["1.1.2"])) / n)
    n, telling = inwoners[5], int(bron[codes[5]]["2.2.1"])
    assert onder == pytest.approx(1000 * telling / (n + 4))
    assert boven == pytest.approx(1000 * telling / (n - 4))
    assert {o for _, o in ander.values()} == {"geen_noemer", "geen_bron"}


# -- SES-WOA -------------------------------------------------------------------------------------


def test_ses_woa_amsterdam(tmp_path: Path) -> None:
    """579 areas: the score and every other column, and the boundary year that was found out."""
    h = gelezen(tmp_path, SES)
    code, score = "Regiocode (gemeente, wijk, buurt) (code)", "Gemiddelde score (Getal)"
    bron = {r[code]: r for r in rijen(SES, ";")}
    with open_publicatie(h) as con:
        gevonden = waarden(con, "ses_woa_score", 2019)
        assert con.execute("SELECT DISTINCT grensjaar FROM out_waarde").fetchall() == [(2021,)]
        niveaus = Counter(n for (n,) in con.execute("SELECT niveau FROM out_waarde").fetchall())
    assert {g: w for g, (w, _) in gevonden.items()} == {
        c: getal(r[f"SES-WOA/Totaalscore/{score}"]) for c, r in bron.items()
    }
    assert niveaus == {"gemeente": 1, "wijk": 99, "buurt": 479}
    core = vraag(h, "SELECT kolom, gebied, waarde FROM core_cel")
    assert len(core) == 579 * 6
    assert all(w == getal(bron[g][k]) for k, g, w in core)


# -- Leefbaarometer ------------------------------------------------------------------------------


def test_leefbaarometer_elk_getal_en_elk_gat(tmp_path: Path) -> None:
    """54 rows: own scores as they are, and dimensions not published in four years."""
    h = gelezen(tmp_path, LBM)
    bron = rijen(LBM, ",")
    namen = DIMENSIES | {
        "lbm": "leefbaarometer_totaal_score",
        "afw": "leefbaarometer_afwijking_score",
    }
    with open_publicatie(h) as con:
        for jaar in sorted({int(r["jaar"]) for r in bron}):
            in_jaar = {r["bu_code"]: r for r in bron if int(r["jaar"]) == jaar}
            for kolom, indicator in namen.items():
                gevonden = {
                    g: w for g, w in waarden(con, indicator, jaar).items() if g.startswith("BU")
                }
                assert {g: w for g, (w, _) in gevonden.items()} == {
                    g: getal(r[kolom]) for g, r in in_jaar.items()
                }
                leeg = jaar in (2002, 2008, 2012, 2016) and kolom in DIMENSIES
                assert {o for _, o in gevonden.values()} == (
                    {"niet_gepubliceerd"} if leeg else {None}
                ), (jaar, kolom)
        soorten = con.execute("SELECT DISTINCT aard, grensjaar FROM out_waarde").fetchall()
    assert len(bron) == 54 and soorten == [("modelschatting", 2024)]


def test_leefbaarometer_in_de_zip_van_de_makers(tmp_path: Path) -> None:
    """The same rows inside a folder in a zip; tables per square and per pair of years set aside."""
    [pad] = LBM.glob("*.csv")
    map_ = "Leefbaarometer 3.0 - Meting 2024 - open data"
    with zipfile.ZipFile(tmp_path / "open-data.zip", "w") as pak:
        pak.write(pad, f"{map_}/Leefbaarometer-scores buurten 2002-2024.csv")
        pak.writestr(f"{map_}/Leefbaarometer-scores grids 2002-2024.csv", "bu_code,jaar,lbm\n")
        pak.writestr(f"{map_}/Leefbaarometer-ontwikkeling buurten 2022-2024.csv", "bu_code,x\n")
    aanbod = intake.beoordeel(huis(tmp_path / "data", tmp_path / "open-data.zip"))
    assert Counter(r.status for r in aanbod.regels) == {"nieuw": 9, "niet herkend": 2}
    los = intake.beoordeel(huis(tmp_path / "los", pad))
    gezipt = [h.gebieden for h, _ in aanbod.nieuw]
    assert gezipt == [h.gebieden for h, _ in los.nieuw] == [6] * 9


def test_codes_van_ontbreken_blijven_uit_elkaar() -> None:
    """A rate without a denominator is not the same as a figure nobody read."""
    assert len(set(CODES.values())) == len(CODES) and HEEFT not in CODES.values()
    assert CAT.woorden.ontbreekt_door["geen_noemer"] != CAT.woorden.ontbreekt_door["geen_bron"]
    assert not math.isnan(CAT.generatie("rivm_excel_2020")[1].afronding("x") or 0)

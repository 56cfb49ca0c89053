"""A corporation's own snapshot: the value contract, who sees what, what stays over the years."""

from __future__ import annotations

import json
import stat
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from indicators import own_stock, own_strict, vera
from indicators.contracts import kolommen
from indicators.editions import Blad, Cel, Eerder
from indicators.vera import EIGEN_TABELLEN, eigen_map
from pipelines import settings
from pipelines.corporation import LeveringFout, geheugen, importeer, schrijf
from pipelines.corporation.cli import app, klaar_in
from pipelines.corporation.tellen import volle_jaren
from pipelines.house import Huis
from tests.corporatie_klein import (
    BUURTEN,
    DAG,
    ID,
    contract,
    door_de_poort,
    eenheid,
    eigen_vraag,
    inhoud,
    leg_neer,
    zaak,
)
from tests.stad import Stad, open_publicatie

EIGEN = vera.lees()


@pytest.fixture
def huis(dorp: Stad, tmp_path: Path) -> Huis:
    return dorp.kopie(tmp_path / "data", "publicatie")


def cel(huis: Huis, indicator: str, jaar: int, gebied: str, tabel: str = "out_waarde") -> tuple:
    [rij] = eigen_vraag(
        huis,
        f"SELECT waarde, onder, boven, ontbreekt_door FROM {tabel} WHERE "
        f"indicator = '{indicator}' AND jaar = {jaar} AND gebied = '{gebied}'",
    )
    return rij


def test_own_figures_keep_the_value_contract(huis: Huis, tmp_path: Path) -> None:
    """Same columns, every figure `eigen`, one year per day of export, a row per buurt."""
    importeer.importeer(huis, leg_neer(tmp_path / "in", inhoud()), ID, DAG)
    map_ = eigen_map(huis.datamap, ID)
    actueel = schrijf.lees_actueel(map_)
    assert actueel is not None
    tellingen = schrijf.controleer(map_ / actueel.bestand)
    assert set(tellingen) == set(EIGEN_TABELLEN)
    with duckdb.connect(str(map_ / actueel.bestand), read_only=True) as con:
        namen = [r[0] for r in con.execute("DESCRIBE out_waarde").fetchall()]
    assert tuple(namen) == kolommen("out_waarde")
    assert eigen_vraag(huis, "SELECT DISTINCT aard, voorlopig, bron FROM out_waarde") == [
        ("eigen", False, ID)
    ]
    jaren = eigen_vraag(huis, "SELECT DISTINCT jaar FROM out_waarde WHERE indicator = "
                              "'eigen_woningen_aantal'")  # fmt: skip
    assert jaren == [(2023,)]
    assert cel(huis, "eigen_woningen_aantal", 2023, BUURTEN[0]) == (20.0, 20.0, 20.0, None)
    assert stat.S_IMODE((map_ / actueel.bestand).stat().st_mode) == 0o400
    assert stat.S_IMODE(map_.stat().st_mode) == 0o700


def test_nothing_of_it_is_in_the_publication_for_all(huis: Huis, tmp_path: Path) -> None:
    toen = {p: p.read_bytes() for p in huis.datamap.published.rglob("*") if p.is_file()}
    importeer.importeer(huis, leg_neer(tmp_path / "in", inhoud()), ID, DAG)
    assert {p: p.read_bytes() for p in huis.datamap.published.rglob("*") if p.is_file()} == toen
    with open_publicatie(huis) as con:
        n = con.execute("SELECT count(*) FROM out_waarde WHERE indicator LIKE 'eigen%'").fetchall()
    assert n == [(0,)]


def test_object_facts_are_exact_inside_and_strict_outside(huis: Huis, tmp_path: Path) -> None:
    """Three dwellings in a buurt: the corporation may see them, a guest may not."""
    rijen = [eenheid(n) for n in range(40)]
    for n in range(3):
        rijen += [eenheid(50 + n) | {"adres": {"buurt": {"code": "BU99010300"}}}]
    importeer.importeer(huis, leg_neer(tmp_path / "in", {"eenheden": rijen}), ID, DAG)
    assert cel(huis, "eigen_woningen_aantal", 2023, "BU99010300")[0] == 3
    buiten = cel(huis, "eigen_woningen_aantal", 2023, "BU99010300", "out_waarde_buiten")
    assert buiten == (None, None, None, "te_klein")
    dicht = eigen_vraag(
        huis,
        "SELECT count(*) FROM out_waarde_buiten WHERE indicator = "
        "'eigen_woningen_aantal' AND ontbreekt_door = 'te_klein'",
    )
    assert dicht[0][0] >= 2, "een cel alleen is terug te rekenen"


def test_person_derived_figures_are_hidden_inside_too(huis: Huis, tmp_path: Path) -> None:
    """Four tenancies that ended: too few for every role."""
    alles = inhoud()
    alles["huurovereenkomsten"] = [contract(n) for n in range(4)]
    importeer.importeer(huis, leg_neer(tmp_path / "in", alles, "volledig: true\n"), ID, DAG)
    for gebied in BUURTEN:
        assert cel(huis, "eigen_verhuisd_aantal", 2022, gebied)[3] == "te_klein"
        assert cel(huis, "eigen_verhuisd_pct", 2022, gebied)[3] == "te_klein"


def test_shares_come_from_rounded_counts(huis: Huis, tmp_path: Path) -> None:
    """33 of 103 dwellings: 35 of 105 is what the share tells, and its interval holds the truth."""
    rijen = [eenheid(2 * n) for n in range(103)]
    eind = [contract(2 * n) for n in range(33)]
    map_ = leg_neer(tmp_path / "in", {"eenheden": rijen, "huurovereenkomsten": eind},
                    "volledig: true\n")  # fmt: skip
    importeer.importeer(huis, map_, ID, DAG)
    [(waarde, onder, boven, reden)] = eigen_vraag(
        huis, "SELECT waarde, onder, boven, ontbreekt_door FROM out_waarde_indeling WHERE "
              "indicator = 'eigen_verhuisd_pct' AND jaar = 2022")  # fmt: skip
    assert reden is None and waarde == 33.3 and onder <= 100 * 33 / 103 <= boven


def test_income_like_needs_a_hundred(huis: Huis, tmp_path: Path) -> None:
    rijen = [eenheid(n) for n in range(300)]
    fin = {"zaaktype": {"soort": {"code": "FIN"}, "detailSoort": {"code": "HUA"}},
           "registratiedatum": "2022-01-05"}  # fmt: skip
    for aantal, verwacht in ((90, "te_klein"), (120, None)):
        zaken = [zaak(n, n, **fin) for n in range(aantal)]
        map_ = leg_neer(tmp_path / str(aantal), {"eenheden": rijen, "zaken": zaken})
        importeer.importeer(huis, map_, f"corp-{aantal}", DAG)
        [(reden,)] = eigen_vraag(
            huis, "SELECT ontbreekt_door FROM out_waarde_indeling WHERE jaar = 2022 AND "
                  "indicator = 'eigen_huurachterstand_pct'", f"corp-{aantal}")  # fmt: skip
        assert reden == verwacht


def test_reporters_only_from_a_complete_delivery(huis: Huis, tmp_path: Path) -> None:
    """Forty cases by twenty people: 20; without the word that all is there, not to be told."""
    alles = inhoud()
    alles["zaken"] = [zaak(n, n, registratiedatum="2022-01-04", relaties=[f"/r/{n % 20}"])
                      for n in range(40)]  # fmt: skip
    vraag = ("SELECT waarde FROM out_waarde_indeling WHERE indicator = 'eigen_melders_aantal' "
             "AND jaar = 2022")  # fmt: skip
    half = importeer.importeer(huis, leg_neer(tmp_path / "half", alles), ID, DAG)
    assert half.niet_geteld["melders"].startswith("niet te bepalen")
    assert eigen_vraag(huis, vraag) == []
    importeer.importeer(huis, leg_neer(tmp_path / "heel", alles, "volledig: true\n"), ID, DAG)
    assert eigen_vraag(huis, vraag) == [(20.0,)]


def test_no_cases_delivered_is_no_zero(huis: Huis, tmp_path: Path) -> None:
    verslag = importeer.importeer(
        huis, leg_neer(tmp_path / "in", {"eenheden": [eenheid(n) for n in range(40)]}), ID, DAG
    )
    assert "overlast" in verslag.niet_geteld
    assert eigen_vraag(huis, "SELECT count(*) FROM out_waarde WHERE indicator LIKE "
                             "'eigen_overlast%'") == [(0,)]  # fmt: skip


def test_hidden_once_stays_hidden_and_is_logged(huis: Huis, tmp_path: Path) -> None:
    """A buurt with 3 dwellings grows to 20: what was hidden outside stays so, in every year."""
    rijen = [eenheid(n) for n in range(60)]
    klein = [eenheid(100 + n) | {"adres": {"buurt": {"code": "BU99010300"}}} for n in range(20)]
    importeer.importeer(huis, leg_neer(tmp_path / "a", {"eenheden": rijen + klein[:3]}), ID, DAG)
    importeer.importeer(huis, leg_neer(tmp_path / "b", {"eenheden": rijen + klein}), ID, DAG)
    buiten = cel(huis, "eigen_woningen_aantal", 2023, "BU99010300", "out_waarde_buiten")
    assert buiten[3] == "te_klein"
    assert cel(huis, "eigen_woningen_aantal", 2023, "BU99010300")[0] == 20
    log = pd.read_parquet(eigen_map(huis.datamap, ID) / geheugen.VERBORGEN)
    rij = log[(log["tabel"] == "woningen") & (log["gebied"] == "BU99010300")]
    assert rij["reden"].tolist() == ["te klein"] and rij["sinds"].notna().all()


def test_a_year_is_published_in_one_boundary_year_only(huis: Huis, tmp_path: Path) -> None:
    """Two cuts of one count can be subtracted: years of the first import stay as they were."""
    alles = inhoud()
    importeer.importeer(huis, leg_neer(tmp_path / "a", alles, "volledig: true\n"), ID,
                        date(2022, 12, 31))  # fmt: skip
    vraag = ("SELECT jaar, grensjaar, count(*) FROM out_waarde WHERE indicator = "
             "'eigen_overlast_aantal' GROUP BY ALL ORDER BY ALL")  # fmt: skip
    toen = eigen_vraag(huis, vraag)
    assert {(j, g) for j, g, _ in toen} == {(j, 2022) for j in range(2018, 2023)}
    importeer.importeer(huis, leg_neer(tmp_path / "b", alles, "volledig: true\n"), ID, DAG)
    nu = eigen_vraag(huis, vraag)
    assert nu[: len(toen)] == toen and [(j, g) for j, g, _ in nu[len(toen) :]] == [(2023, 2023)]
    jaren = eigen_vraag(huis, "SELECT DISTINCT jaar FROM out_waarde WHERE indicator = "
                              "'eigen_woningen_aantal' ORDER BY 1")  # fmt: skip
    assert jaren == [(2022,), (2023,)], "een jaar per peildatum"


def test_exposure_weighs_neighbourhood_figures_by_own_dwellings(huis: Huis, tmp_path: Path) -> None:
    """By hand: dwellings times figure over dwellings; under the floor nothing."""
    vier = ("BU99010300", "BU99010301", "BU99010302", "BU99010304")
    keer = (30, 40, 50, 60)
    rijen = [
        eenheid(1000 * b + n) | {"adres": {"buurt": {"code": c}}}
        for b, (c, k) in enumerate(zip(vier, keer, strict=True))
        for n in range(k)
    ]
    importeer.importeer(huis, leg_neer(tmp_path / "in", {"eenheden": rijen}), ID, DAG)
    [(indicator, jaar, waarde, buurten)] = eigen_vraag(
        huis,
        "SELECT indicator, jaar, waarde, buurten FROM out_blootstelling WHERE gebied = "
        "'corporatie' AND waarde IS NOT NULL AND dekking = 1 ORDER BY indicator LIMIT 1",
    )
    with open_publicatie(huis) as con:
        van = dict(
            con.execute(
                "SELECT gebied, waarde FROM out_waarde WHERE indicator = ? AND "
                "jaar = ? AND grensjaar = 2023",
                [indicator, jaar],
            ).fetchall()
        )
    hand = sum(k * van[c] for c, k in zip(vier, keer, strict=True)) / sum(keer)
    assert buurten == 4 and waarde == pytest.approx(hand)
    ouder = eigen_vraag(huis, "SELECT count(*) FROM out_blootstelling WHERE gebied = 'corporatie' "
                              "AND waarde IS NOT NULL AND jaar < 2023")  # fmt: skip
    assert ouder[0][0] > 0, "a figure of the year before counts where the boundaries stayed"
    importeer.importeer(huis, leg_neer(tmp_path / "klein", {"eenheden": rijen[:60]}), "klein", DAG)
    assert eigen_vraag(huis, "SELECT count(waarde), count(*) > 0 FROM out_blootstelling",
                       "klein") == [(0, True)]  # fmt: skip


def test_complexes_are_internal_and_hold_object_facts_only(huis: Huis, tmp_path: Path) -> None:
    alles = inhoud()
    for e in alles["eenheden"][:4]:
        e["clusters"] = [{"id": "C9"}]
    alles["clusters"] = [{"id": "C9", "soort": {"code": "VEX"}, "naam": "Dorpsstraat 1-9"}]
    importeer.importeer(huis, leg_neer(tmp_path / "in", alles), ID, DAG)
    rijen = dict(eigen_vraag(huis, "SELECT indicator, waarde FROM out_waarde_indeling WHERE "
                                   "niveau = 'complex' AND gebied = 'C9'"))  # fmt: skip
    assert rijen["eigen_woningen_aantal"] == 4 and rijen["eigen_woz_keur"] > 199
    assert {EIGEN.cijfers[i][0].klasse for i in rijen} == {"object"}
    assert eigen_vraag(huis, "SELECT count(*) FROM out_waarde_buiten WHERE niveau NOT IN "
                             "('gemeente', 'wijk', 'buurt')") == [(0,)]  # fmt: skip


def test_killed_before_the_pointer_the_old_snapshot_is_live(huis: Huis, tmp_path: Path) -> None:
    importeer.importeer(huis, leg_neer(tmp_path / "a", inhoud()), ID, DAG)
    map_ = eigen_map(huis.datamap, ID)
    toen = schrijf.lees_actueel(map_)

    def sterf(stap: str) -> None:
        raise RuntimeError(stap)

    huis.stap = sterf
    with pytest.raises(RuntimeError):
        importeer.importeer(huis, leg_neer(tmp_path / "b", inhoud(60)), ID, DAG)
    assert schrijf.lees_actueel(map_) == toen
    assert cel(huis, "eigen_woningen_aantal", 2023, BUURTEN[0])[0] == 20
    huis.stap = lambda _: None
    importeer.importeer(huis, leg_neer(tmp_path / "c", inhoud(60)), ID, DAG)
    assert cel(huis, "eigen_woningen_aantal", 2023, BUURTEN[0])[0] == 30
    assert not list(map_.glob("*.tmp"))


@pytest.mark.parametrize("id_", ["../weg", "De Brug", "a", ""])
def test_an_id_is_no_path(id_: str, huis: Huis, tmp_path: Path) -> None:
    with pytest.raises(LeveringFout, match="kleine letters"):
        importeer.importeer(huis, leg_neer(tmp_path / "in", inhoud()), id_, DAG)


def test_full_years() -> None:
    assert volle_jaren(date(2024, 1, 1), 3) == [2021, 2022, 2023]
    assert volle_jaren(date(2023, 12, 31), 2) == [2022, 2023]
    assert volle_jaren(date(2024, 6, 30), 1) == [2023]


def test_a_table_that_cannot_be_protected_is_hidden_whole() -> None:
    """Everything but one buurt of four was known before: nothing is left to hide it with."""
    g = own_stock.gebieden_van({"BU1": ("WK1", "GM1"), "BU2": ("WK1", "GM1")})
    tel = {("inzet", 2022): np.array([4, 60]), ("voorraad", 2022): np.array([300, 300])}
    t = next(x for x in EIGEN.tabellen if x.id == "inzet")
    n = g.optellen(tel["inzet", 2022])
    cellen = {c: Cel(int(x), int(x), int(x), 300) for c, x in zip(g.codes, n, strict=True) if x > 4}
    bladen = {"BU1": Blad(4, 300, 0, "e0", False), "BU2": Blad(60, 300, 0, "e0", True)}
    los = EIGEN.model_copy(update={"tabellen": (t,)})
    uit = own_strict.streng(los, g, own_strict.Geteld(tel, {}, {}), {},
                            {("inzet", 2022): Eerder(bladen, (), cellen)}, "e1")  # fmt: skip
    assert uit["inzet", 2022].getoond.verborgen.all()


def test_watching_takes_in_what_is_whole_once(
    huis: Huis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day's folder with `klaar` in it; a refusal is said beside it and does not stop the next."""
    monkeypatch.setattr(settings, "lees", lambda: huis.instellingen)
    bak = tmp_path / "bak"
    leg_neer(bak / "2023-12-31", inhoud())
    leg_neer(bak / "2022-12-31", {"zaken": []})
    (bak / "geen-dag").mkdir()
    assert klaar_in(bak) == []
    for naam in ("2023-12-31", "2022-12-31", "geen-dag"):
        (bak / naam / "klaar").touch()
    uit = CliRunner().invoke(app, ["bewaak", str(bak), "--corporatie", ID, "--eenmaal"])
    assert uit.exit_code == 0, uit.output
    zegt = {p.parent.name: p.read_text("utf-8") for p in bak.glob("*/uitslag.txt")}
    assert zegt["2023-12-31"].startswith("ingelezen: ")
    assert "geen eenheden gevonden" in zegt["2022-12-31"]
    assert "geen dag" in zegt["geen-dag"] and klaar_in(bak) == []
    leg_neer(bak / "2022-12-31", {"eenheden": [eenheid(1) | {"bouwjaar": 19550}]})
    los = CliRunner().invoke(
        app, ["controleer", str(bak / "2022-12-31"), "--peildatum", "2022-12-31"]
    )
    assert "het getal kan niet kloppen (verwacht een getal van 1000 tot 2100)" in los.output


def test_the_template_can_be_read_back(tmp_path: Path) -> None:
    """Its headings are those that the reader knows; filled with one row each field arrives."""
    CliRunner().invoke(app, ["sjabloon", str(tmp_path / "s")], catch_exceptions=False)
    pad = tmp_path / "s" / "eenheden.csv"
    kop = pad.read_text("utf-8").strip()
    rij = {"id": "E1", "soort.code": "WOO", "bouwjaar": "1955", "rekenhuur": "612,50",
           "inExploitatiedatum": "1-7-1955", "status.code": "VEH"}  # fmt: skip
    (tmp_path / "in").mkdir()
    cellen = ";".join(rij.get(k, "") for k in kop.split(";"))
    (tmp_path / "in" / "eenheden.csv").write_text(f"{kop}\n{cellen}\n")
    con, uitslag = door_de_poort(tmp_path / "in", tmp_path)
    assert uitslag.goed["eenheid"] == 1 and not uitslag.af
    assert con.execute("SELECT huur, bouwjaar, status, in_exploitatie::VARCHAR FROM g_eenheid"
                       ).fetchall() == [(612.5, 1955.0, "VEH", "1955-07-01")]  # fmt: skip
    assert "startBrutoJaarinkomen: inkomen" in (tmp_path / "s" / "lees-eerst.txt").read_text()


def test_what_is_stored_of_an_import_are_counts(huis: Huis, tmp_path: Path) -> None:
    alles = inhoud()
    alles["huurovereenkomsten"].append(contract(999, id="GEHEIME-SLEUTEL"))
    importeer.importeer(huis, leg_neer(tmp_path / "in", alles), ID, DAG)
    raw = vera.eigen_raw(huis.datamap, ID) / DAG.isoformat() / "levering.json"
    tekst = raw.read_text("utf-8")
    assert json.loads(tekst)["afgevallen"] == [
        ["huurovereenkomst", "wijst_naar_niets", "eenheden", 1]
    ]
    assert "GEHEIME" not in tekst and len(json.loads(tekst)["originelen"][0]["sha256"]) == 64

"""What breaks the contract never goes live; readers and writers at once never see two mixed."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import duckdb
import pytest

from indicators.contracts import Actueel
from pipelines import publish
from pipelines.house import Huis
from pipelines.publish import PublicatieFout
from pipelines.warehouse import BezetFout, open_warehouse, slot
from tests.nieuws import jaren, opgeruimd, start


@pytest.fixture
def data(nieuws: Huis) -> Huis:
    """An own copy of a data folder with something new to publish."""
    return nieuws


# -- the contract --------------------------------------------------------------------------------

EEN = "(gebied, jaar, indicator) = ('GM9901', 2022, 'inwoners_aantal')"
FOUTEN = {
    "dubbele sleutel": (
        f"INSERT INTO out_waarde SELECT * FROM out_waarde WHERE {EEN}",
        "out_waarde: 1 dubbele",
    ),
    "NaN": (f"UPDATE out_waarde SET waarde = 'nan' WHERE {EEN}", "out_waarde: NaN in waarde"),
    "NaN als grens": (f"UPDATE out_waarde SET boven = 'nan' WHERE {EEN}", "NaN in boven"),
    "oneindig": (
        f"UPDATE out_waarde SET waarde = 'inf', boven = 'inf' WHERE {EEN}",
        "een eindig getal; gevonden.*GM9901",
    ),
    "onbekende soort": (
        f"UPDATE out_waarde SET waarde = NULL, ontbreekt_door = 'zomaar' WHERE {EEN}",
        "bekende soort ontbreken; gevonden .*zomaar",
    ),
    "getal en reden": (
        f"UPDATE out_waarde SET ontbreekt_door = 'geheim' WHERE {EEN}",
        "een getal of een reden.*gevonden",
    ),
    "geen van beide": (
        f"UPDATE out_waarde SET waarde = NULL WHERE {EEN}",
        "een getal of een reden.*gevonden",
    ),
    "onder het interval": (f"UPDATE out_waarde SET onder = 1e9 WHERE {EEN}", "binnen haar interv"),
    "boven het interval": (f"UPDATE out_waarde SET boven = 0 WHERE {EEN}", "binnen haar interval"),
    "dubbel gebied": (
        "INSERT INTO out_gebied SELECT * FROM out_gebied LIMIT 1",
        "out_gebied: 1 dubbele",
    ),
    "score is NaN": ("UPDATE out_score SET score = 'nan'", "out_score: NaN in score"),
    "niets": ("DELETE FROM out_waarde", "geen cijfers om te publiceren.*refresh --bestanden"),
    "tabel weg": ("DROP TABLE out_score", "mist out_score; draai eerst een refresh"),
    "leeg waar het niet mag": (
        "CREATE OR REPLACE TABLE out_gebied AS SELECT * REPLACE (NULL::VARCHAR AS naam) "
        "FROM out_gebied",
        "NOT NULL constraint failed: out_gebied.naam",
    ),
    "kolom te veel": (
        "CREATE OR REPLACE TABLE out_gebied AS SELECT *, 1 AS extra FROM out_gebied",
        "out_gebied",
    ),
}


@pytest.mark.parametrize("wat", FOUTEN)
def test_wat_het_contract_breekt_gaat_niet_live(data: Huis, wat: str) -> None:
    sql, zegt = FOUTEN[wat]
    with open_warehouse(data.datamap) as con:
        con.execute(sql)
    with pytest.raises(PublicatieFout, match=f"(?s){zegt}"):
        publish.publiceer(data)
    assert jaren(data) == [2022, 2023] and opgeruimd(data)


# -- many at once --------------------------------------------------------------------------------


def _merk(h: Huis, n: int) -> None:
    """Another marker in three tables of the warehouse."""
    with open_warehouse(h.datamap) as con:
        con.execute(f"UPDATE out_waarde SET waarde = {n}, onder = {n}, boven = {n} WHERE {EEN}")
        con.execute(f"UPDATE out_gebied SET naam = 'merk {n}' WHERE gebied = 'GM9901'")
        con.execute(f"UPDATE out_score SET dekking = {n}")


def _lees_merk(map_: Path) -> tuple[str, int]:
    """As a reader does: the pointer, a fresh connection, a few queries; all of one publication."""
    actueel = Actueel.model_validate_json((map_ / "actueel.json").read_bytes())
    con = duckdb.connect(str(map_ / actueel.bestand), read_only=True)
    try:
        [(naam,)] = con.execute("SELECT publicatie FROM out_meta__publicatie").fetchall()
        merken = {
            con.execute(vraag).fetchall()[0][0]
            for vraag in (
                f"SELECT waarde::INTEGER FROM out_waarde WHERE {EEN}",
                f"SELECT waarde::INTEGER FROM out_waarde_kaart WHERE {EEN}",
                "SELECT DISTINCT substr(naam, 6)::INTEGER FROM out_gebied WHERE gebied = 'GM9901'",
                "SELECT DISTINCT dekking::INTEGER FROM out_score",
            )
        }
    finally:
        con.close()
    assert naam == actueel.publicatie, f"{actueel.bestand} zegt {naam}"
    assert len(merken) == 1, f"gemengd: {merken}"
    return naam, merken.pop()


def _lees_terwijl_er_wordt_gewisseld(h: Huis, keer: int) -> None:
    _merk(h, 1)
    merk = {publish.publiceer(h, forceer=True).publicatie: 1}
    klaar, fouten, gezien = threading.Event(), list[BaseException](), list[tuple[str, int]]()

    def lezer() -> None:
        try:
            while not klaar.is_set():
                gezien.append(_lees_merk(h.datamap.published))
                time.sleep(0.03)
        except BaseException as fout:  # everything counts
            fouten.append(fout)

    draden = [threading.Thread(target=lezer) for _ in range(8)]
    for draad in draden:
        draad.start()
    for n in range(2, keer + 1):
        _merk(h, n)
        merk[publish.publiceer(h, forceer=True).publicatie] = n
    klaar.set()
    for draad in draden:
        draad.join()
    assert fouten == []
    assert len(merk) == keer and len(gezien) > 8 * 3
    assert all(merk[naam] == n for naam, n in gezien)
    assert len(set(gezien)) > keer // 2


@pytest.mark.proef
def test_acht_lezers_terwijl_publicaties_wisselen(data: Huis) -> None:
    """Fresh connections that follow the pointer: never an error, never two publications mixed."""
    _lees_terwijl_er_wordt_gewisseld(data, 8)


@pytest.mark.proef
@pytest.mark.parametrize("keer", [15, 100])
def test_acht_lezers_lang(data: Huis, keer: int) -> None:
    _lees_terwijl_er_wordt_gewisseld(data, keer)


def test_twee_schrijvers_tegelijk(data: Huis) -> None:
    """Two processes: one waits for the other, and both end well."""
    code = "for _ in range(2): print(publish.publiceer(h, forceer=True).publicatie)"
    processen = [start(data, code) for _ in range(2)]
    namen: list[str] = []
    for proces in processen:
        tekst, fout = proces.communicate(timeout=120)
        assert proces.returncode == 0, fout
        namen += tekst.split()[1:]
    assert len(set(namen)) == 4
    assert jaren(data) == [2021, 2022, 2023] and opgeruimd(data)


def test_wie_te_lang_wacht_hoort_dat_een_ander_schrijft(data: Huis) -> None:
    code = "from pipelines.warehouse import slot\nimport time\n"
    proces = start(data, code + "with slot(h.datamap): print('vast', flush=True); time.sleep(60)")
    assert proces.stdout and proces.stdout.readline() and proces.stdout.readline() == "vast\n"
    try:
        wie = f"ander proces schrijft in {data.datamap.map}"
        with pytest.raises(BezetFout, match=wie), slot(data.datamap, wacht=0.2):
            pytest.fail("het slot was vrij")
    finally:
        proces.kill()
        proces.communicate()
    with slot(data.datamap, wacht=5), slot(data.datamap), slot(data.datamap, wacht=1):
        pass  # the lock of a process that is gone is free, and its holder may take it again

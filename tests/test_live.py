"""The live route against the replay server gives what the file route gives."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from indicators.contracts import Datamap
from pipelines import publish, settings
from pipelines.house import Huis
from pipelines.refresh import VerversFout, ververs
from tests.replay import Replay
from tests.replay_bak import kleine_bak

ECHT = Path(__file__).resolve().parents[2] / "shared" / "data" / "cbs"
CODES = ["GM0344", "WK034401", "BU03440111", "BU03440112"]


def huis(map_: Path, server: Replay | None = None, **vraag) -> Huis:
    adres = f"http://{server.host}" if server else "https://opendata.cbs.nl"
    return Huis(settings.Instellingen(Datamap(map_), cbs_adres=adres), **vraag)


def waarden(h: Huis) -> list[tuple[object, ...]]:
    actueel = publish.lees_actueel(h)
    assert actueel is not None
    con = duckdb.connect(str(h.datamap.published / actueel.bestand), read_only=True)
    try:
        return con.execute("SELECT * FROM out_waarde ORDER BY ALL").fetchall()
    finally:
        con.close()


@pytest.mark.echt
@pytest.mark.skipif(not ECHT.exists(), reason="echte bestanden (../shared/data) ontbreken")
def test_live_equals_file_route_for_utrecht_2024(tmp_path: Path) -> None:
    """The same out_waarde, row by row, intervals and kinds of missing included."""
    excel = ECHT / "utrecht" / "CBS-Utrecht-kwb-2024.xlsx"
    bestanden = tmp_path / "bestanden"
    bestanden.mkdir()
    shutil.copy(excel, bestanden)
    van_bestand = huis(tmp_path / "a", mappen=[bestanden])
    assert not ververs(van_bestand, kortstondig=True).geweigerd
    with Replay.uit_excel(excel, ECHT / "metadata_85984NED", "85984NED", 2024) as server:
        van_cbs = huis(tmp_path / "b", server, gemeenten=["GM0344"], jaren=[2024])
        aanbod = ververs(van_cbs, kortstondig=True)
    assert [r.status for r in aanbod.regels] == ["nieuw"], aanbod.regels
    een, twee = waarden(van_bestand), waarden(van_cbs)
    assert len(een) > 7_000 and een == twee


@pytest.mark.proef
def test_unchanged_table_makes_no_new_publication(tmp_path: Path) -> None:
    with Replay(kleine_bak("85984NED", 2024, CODES)) as server:
        eerst = huis(tmp_path, server, gemeenten=["GM0344"], jaren=[2024])
        ververs(eerst, kortstondig=True)
        oud = publish.lees_actueel(eerst)
        weer = huis(tmp_path, server, gemeenten=["GM0344"], jaren=[2024])
        aanbod = ververs(weer, kortstondig=True)
    assert [r.status for r in aanbod.regels] == ["ongewijzigd"]
    assert publish.lees_actueel(weer) == oud


@pytest.mark.parametrize(
    ("gemeente", "jaar", "status", "woorden"),
    [
        ("GM0344", 1999, "geweigerd", "voor 1999 is geen tabel"),
        ("Utrecht", 2024, "geweigerd", "geen gemeentecode"),
        ("GM0999", 2024, "mislukt", "GM0999"),
    ],
)
def test_wrong_question_is_refused_by_name(
    tmp_path: Path, gemeente: str, jaar: int, status: str, woorden: str
) -> None:
    with Replay(kleine_bak("85984NED", 2024, CODES)) as server:
        h = huis(tmp_path, server, gemeenten=[gemeente], jaren=[jaar])
        aanbod = ververs(h, kortstondig=True)
    assert [r.status for r in aanbod.regels] == [status]
    assert woorden in aanbod.regels[0].uitleg
    assert publish.lees_actueel(h) is None


def test_table_of_another_year_is_refused(tmp_path: Path) -> None:
    """A number in the catalogue that leads to another year must not be published as this one."""
    with Replay(kleine_bak("85618NED", 2024, CODES)) as server:
        h = huis(tmp_path, server, gemeenten=["GM0344"], jaren=[2023])
        aanbod = ververs(h, kortstondig=True)
    assert [r.status for r in aanbod.regels] == ["mislukt"] and "2024" in aanbod.regels[0].uitleg
    assert publish.lees_actueel(h) is None


@pytest.mark.proef
def test_nothing_to_publish_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(VerversFout, match="geen cijfers om te publiceren"):
        ververs(huis(tmp_path), kortstondig=True)

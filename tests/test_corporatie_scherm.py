"""Own stock on screen: exact inside, strict outside, and a hidden cell says so and not why."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from flask import Flask, g
from plotly.utils import PlotlyJSONEncoder

import dashboard
from dashboard.access import LOKAAL, Recht, Wie
from dashboard.areas import schrijf as schrijf_keuze
from dashboard.context import open_huis
from dashboard.panels.eigen_bezit import VERBORGEN, bezit
from dashboard.router import pagina
from dashboard.settings import voor_map
from dashboard.snapshot import Snapshots
from dashboard.snapshot_eigen import corporaties, lees, welke
from indicators.catalogue import lees as catalogus
from indicators.contracts import Gebiedskeuze
from indicators.vera import eigen_map
from pipelines.corporation import importeer
from pipelines.house import Huis
from tests.corporatie_klein import BUURTEN, DAG, ID, contract, eenheid, leg_neer
from tests.stad import Stad


@pytest.fixture
def huis(dorp: Stad, tmp_path: Path) -> Huis:
    h = dorp.kopie(tmp_path / "data", "publicatie")
    rijen = [eenheid(n) for n in range(60)]
    rijen += [eenheid(100 + n) | {"adres": {"buurt": {"code": "BU99010300"}}} for n in range(3)]
    delen = {"eenheden": rijen, "huurovereenkomsten": [contract(n) for n in range(4)]}
    importeer.importeer(h, leg_neer(tmp_path / "in", delen, "naam: De Proef\nvolledig: true\n"),
                        ID, DAG)  # fmt: skip
    return h


def scherm(huis: Huis, gebied: str, intern: bool) -> str:
    eigen = lees(huis.datamap, ID, gebied, 2023, intern)
    assert eigen is not None
    snapshots = Snapshots(huis.datamap)
    try:
        with snapshots.lezing() as lezing:
            buurt = lezing.buurt(gebied, 2023)
            paneel = bezit(eigen, buurt, catalogus())
    finally:
        snapshots.sluit()
    return json.dumps(paneel, cls=PlotlyJSONEncoder, ensure_ascii=False)


def test_inside_sees_three_dwellings_and_a_guest_does_not(huis: Huis) -> None:
    assert "had hier op 31 december 2023 3 woningen" in scherm(huis, "BU99010300", True)
    buiten = scherm(huis, "BU99010300", False)
    assert f"Hoeveel woningen De Proef hier heeft, is {VERBORGEN}" in buiten
    assert "3 woningen" not in buiten


def test_a_hidden_cell_says_so_and_not_why_it_is(huis: Huis) -> None:
    tekst = scherm(huis, BUURTEN[0], True)
    assert VERBORGEN in tekst and "niet getoond: waarom?" in tekst
    assert "beschermt een ander" not in tekst and "te klein" not in tekst


def test_beside_it_stands_the_whole_buurt_with_its_year(huis: Huis) -> None:
    tekst = scherm(huis, BUURTEN[0], True)
    assert "(2023)" in tekst and "€\u00a0200.000" in tekst
    assert "Corporatiewoningen" in tekst, "what stands beside our share is another share: named"


def test_a_gemeente_shows_in_what_buurten_our_dwellings_stand(huis: Huis) -> None:
    """Weighed by our dwellings; for roles inside only, and nothing of what is under the floor."""
    weinig = lees(huis.datamap, ID, "GM9901", 2023, True)
    assert weinig is not None and weinig.blootstelling == {}, "two buurten are too few"
    for pad in eigen_map(huis.datamap, ID).glob("*.duckdb"):
        pad.chmod(0o600)
        with duckdb.connect(str(pad)) as con:
            con.execute(
                "UPDATE out_blootstelling SET waarde = 31, jaar = 2023, ontbreekt_door = NULL "
                "WHERE gebied = 'GM9901' AND indicator = 'koopwoningen_pct'"
            )
    binnen = lees(huis.datamap, ID, "GM9901", 2023, True)
    buiten = lees(huis.datamap, ID, "GM9901", 2023, False)
    assert binnen is not None and binnen.blootstelling == {"koopwoningen_pct": (2023, 31.0)}
    assert buiten is not None and buiten.blootstelling == {}
    zegt = "In wat voor buurten staan onze woningen?"
    assert zegt in scherm(huis, "GM9901", True) and "Koopwoningen" in scherm(huis, "GM9901", True)
    assert zegt not in scherm(huis, "GM9901", False) + scherm(huis, BUURTEN[0], True)


def test_no_snapshot_no_panel(huis: Huis) -> None:
    assert corporaties(huis.datamap) == [ID]
    assert lees(huis.datamap, "onbekend", BUURTEN[0], 2023, True) is None
    assert lees(huis.datamap, "../" + ID, BUURTEN[0], 2023, True) is None
    assert lees(huis.datamap, ID, "BU03440000", 2023, True) is None


def als(huis: Huis, wie: Wie, gebied: str, corporatie: str = "De Proef") -> str:
    """The Buurt page as someone sees it."""
    open_ = open_huis(voor_map(huis.datamap.map))
    try:
        schrijf_keuze(huis.datamap.gebieden, Gebiedskeuze(corporatie=corporatie))
        with Flask("toets").test_request_context():
            g.wie = wie
            p = pagina(open_, f"/buurt/{gebied}", "")
    finally:
        open_.sluit()
    return p.titel + json.dumps(p.inhoud, cls=PlotlyJSONEncoder, ensure_ascii=False)


def rol(naam: str, *items: str, gebieden: tuple[str, ...] = ()) -> Wie:
    return Wie(naam, rechten=(Recht(naam, gebieden, items),))


@pytest.mark.parametrize("naam", ["lezer", "verteller", "redacteur", "bestuur", "secretaris"])
def test_on_the_buurt_page_who_works_here_sees_it_exact(huis: Huis, naam: str) -> None:
    tekst = als(huis, rol(naam), "BU99010300")
    assert "Ons bezit in deze buurt" in tekst and "31 december 2023 3 woningen" in tekst


@pytest.mark.parametrize("naam", ["rvc", "gast"])
def test_who_was_given_the_buurt_sees_what_may_leave(huis: Huis, naam: str) -> None:
    tekst = als(huis, rol(naam, "buurt:BU99010300"), "BU99010300")
    assert f"Hoeveel woningen De Proef hier heeft, is {VERBORGEN}" in tekst
    assert "3 woningen" not in tekst
    assert "Ons bezit" not in als(huis, rol(naam), "BU99010300"), "and not without it"


def test_a_role_in_another_area_and_a_keeper_of_accounts_see_nothing(huis: Huis) -> None:
    for wie in (rol("lezer", gebieden=("BU99010301",)), rol("applicatiebeheerder"), Wie("")):
        assert "Ons bezit" not in als(huis, wie, "BU99010300")


def test_which_corporation_is_ours_is_said_by_id_or_name(huis: Huis) -> None:
    for gezegd in (ID, "De Proef", "de proef"):
        assert welke(huis.datamap, gezegd) == ID
    for gezegd in ("", "Een ander", "..", "De Proef 2"):
        assert welke(huis.datamap, gezegd) is None
        assert "Ons bezit" not in als(huis, LOKAAL, "BU99010300", gezegd)


def test_a_broken_own_snapshot_says_so_and_the_page_stays(huis: Huis) -> None:
    for pad in eigen_map(huis.datamap, ID).glob("*.duckdb"):
        pad.chmod(0o600)
        pad.write_bytes(b"kapot")
    tekst = als(huis, LOKAAL, "BU99010300", ID)
    assert "eigen gegevens zijn nu niet te lezen" in tekst and "Wat doen we hier?" in tekst


def test_only_the_buurt_page_reads_own_figures() -> None:
    """Exports, tiles, sheets and logs cannot hold what their modules never open."""
    wortel = Path(dashboard.__file__).parent
    lezers = {
        p.relative_to(wortel).as_posix()
        for p in wortel.rglob("*.py")
        if "snapshot_eigen" in p.read_text(encoding="utf-8") and p.name != "snapshot_eigen.py"
    }
    assert lezers == {"pages/buurt.py", "panels/eigen_bezit.py"}

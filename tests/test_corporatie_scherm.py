"""Own stock on screen: exact inside, strict outside, and a hidden cell says so and not why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from plotly.utils import PlotlyJSONEncoder

from dashboard.panels.eigen_bezit import VERBORGEN, bezit
from dashboard.snapshot import Snapshots
from dashboard.snapshot_eigen import corporaties, lees
from indicators.catalogue import lees as catalogus
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


def test_no_snapshot_no_panel(huis: Huis) -> None:
    assert corporaties(huis.datamap) == [ID]
    assert lees(huis.datamap, "onbekend", BUURTEN[0], 2023, True) is None
    assert lees(huis.datamap, "../" + ID, BUURTEN[0], 2023, True) is None
    assert lees(huis.datamap, ID, "BU03440000", 2023, True) is None

"""CBS's own flag of change against the outlines: quiet on the town, and heard when they differ."""

from __future__ import annotations

import pytest

from indicators.contracts import Datamap
from pipelines.checks import Controle, controles, loop_na
from pipelines.house import Huis
from pipelines.warehouse import open_warehouse
from tests import stad
from tests.stad import Stad


@pytest.fixture(scope="module")
def paar(tmp_path_factory: pytest.TempPathFactory) -> Datamap:
    """Two years with maps, up to the successors: in 2022 one buurt was split, others stayed."""
    map_ = tmp_path_factory.mktemp("vlag")
    namen = [f"{n}-{j}{e}" for j in (2021, 2022) for n, e in
             (("kwb", ".xlsx"), ("buurtkaart", ".geojson.gz"))]  # fmt: skip
    h = Stad(map_ / "bouw", tuple(namen)).kopie(map_ / "data", "kern")
    stad.reken_uit(h, "out_gebied", "out_grens", "out_gebied_opvolger")
    return h.datamap


def _controle(h: Huis) -> Controle:
    [uit] = [c for c in controles(h.catalogus) if c.naam == "vlag_tegen_grens"]
    return uit


def _gevonden(datamap: Datamap, zet: str = "") -> list[tuple[object, ...]]:
    """What the check finds after a change that is taken back."""
    h = stad.huis(datamap.map)
    with open_warehouse(datamap) as con:
        try:
            if zet:
                con.execute(zet)
            return loop_na(con, _controle(h))
        finally:
            con.rollback()
            con.begin()  # the warehouse closes with a commit


def test_stil_op_de_stad(paar: Datamap) -> None:
    assert _gevonden(paar) == []
    assert not _controle(stad.huis(paar.map)).blokkeert


@pytest.mark.parametrize(
    ("zet", "hoort"),
    [
        (
            "UPDATE out_gebied SET wijziging = 1 WHERE gebied = 'BU99010608' AND grensjaar = 2022",
            ("BU99010608", 2022, 1, "andere grond"),
        ),
        (
            "UPDATE out_gebied SET wijziging = 3 WHERE gebied = 'BU99010000' AND grensjaar = 2022",
            ("BU99010000", 2022, 3, "dezelfde grond"),
        ),
        (
            "UPDATE out_gebied_opvolger SET aandeel = 0.5 "
            "WHERE naar = 'BU99010000' AND grensjaar_naar = 2022",
            ("BU99010000", 2022, 1, "andere grond"),
        ),
    ],
)
def test_hoort_wat_niet_klopt(paar: Datamap, zet: str, hoort: tuple[object, ...]) -> None:
    assert _gevonden(paar, zet) == [hoort]

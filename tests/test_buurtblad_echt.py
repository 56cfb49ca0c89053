"""Protects: a sheet of real figures fits, reads in order, and says plainly what is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.context import open_huis
from dashboard.settings import voor_map
from dashboard.sheets import batch
from tests import stad
from tests.bladen import niets_mist, poppler

pytestmark = pytest.mark.echt


@poppler
@pytest.mark.parametrize(
    ("gemeente", "code", "zegt", "kaart"),
    [
        ("utrecht", "BU03441024", "In Veldhuizen wonen 9.210 mensen", False),
        ("baarn", "BU03080005", "Van de 12 kerncijfers zijn er hier", True),
    ],
)
def test_a_real_buurt(tmp_path: Path, gemeente: str, code: str, zegt: str, kaart: bool) -> None:
    bron = stad.ECHT / "cbs" / gemeente
    if not bron.is_dir():
        pytest.skip(f"{bron} is er niet")
    stad.ververs(stad.huis(tmp_path, bron))
    huis = open_huis(voor_map(tmp_path))
    with huis.snapshots.lezing() as lezing:
        werk = batch.maak_een(huis, lezing, code)
    huis.sluit()
    [vel] = werk.vellen
    assert werk.bladzijden[0] <= 2 and not vel.fictief
    assert zegt in " ".join(t for b in vel.blokken for t in b.teksten())
    zin = vel.blok("zin")
    assert zin is not None and (zin.inhoud["kaart"] is not None) == kaart
    niets_mist(werk, tmp_path)

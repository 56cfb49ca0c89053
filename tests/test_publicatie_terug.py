"""Publications tampered with, rolled back to, pinned and pruned: what is live stays whole."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines import publish
from pipelines.house import Huis
from pipelines.publish import PublicatieFout
from pipelines.settings import Instellingen
from tests.nieuws import jaren, reeks
from tests.stad import (
    huis,
)


@pytest.fixture
def data(nieuws: Huis) -> Huis:
    """An own copy of a data folder with something new to publish."""
    return nieuws


# -- tampered, rolled back, pinned ---------------------------------------------------------------


def knoei(pad: Path) -> None:
    pad.chmod(0o644)
    pad.write_bytes(pad.read_bytes() + b"x")


def test_veranderde_publicatie_valt_op(data: Huis) -> None:
    """Verify names the file and the checksums; rollback leads out, and never into a bad one."""
    eerste, tweede, _ = reeks(data, 3)
    knoei(data.datamap.published / f"publicatie_{tweede}.duckdb")
    knoei(data.datamap.published / (publish.lees_actueel(data) or pytest.fail()).bestand)
    with pytest.raises(PublicatieFout, match=r"publicatie_p.*\.duckdb: checksum [0-9a-f]{12}, ver"):
        publish.verifieer(data)
    with pytest.raises(PublicatieFout, match=f"{tweede}.*checksum"):
        publish.rollback(data)
    assert publish.rollback(data, eerste).publicatie == eerste
    assert jaren(data) == [2021, 2022, 2023]


def test_gepubliceerd_bestand_is_alleen_lezen(data: Huis) -> None:
    actueel = publish.publiceer(data)
    assert (data.datamap.published / actueel.bestand).stat().st_mode & 0o222 == 0


def test_rollback(data: Huis) -> None:
    """The previous, one by its id, further back, and what is not there."""
    nul = (publish.lees_actueel(data) or pytest.fail()).publicatie
    een, twee, drie = reeks(data, 3)
    assert publish.rollback(data).publicatie == twee
    assert publish.rollback(data).publicatie == een
    assert publish.rollback(data, drie).publicatie == drie
    with pytest.raises(PublicatieFout, match=f"'p0' is er niet; wel: {nul}, {een}, {twee}, {drie}"):
        publish.rollback(data, "p0")
    assert publish.rollback(data, een).publicatie == een and jaren(data)
    with pytest.raises(PublicatieFout, match="geen eerdere publicatie"):
        publish.rollback(huis(data.datamap.map / "leeg"))


def test_klok_die_terugloopt(data: Huis) -> None:
    """The order of publications is the order in which they were made, whatever the clock says."""
    eerst = publish.publiceer(data)
    data.klok = lambda: datetime(2001, 1, 1, tzinfo=UTC)
    laatst = publish.publiceer(data, forceer=True)
    assert [a.publicatie for a in publish.lijst(data)][-2:] == [
        eerst.publicatie,
        laatst.publicatie,
    ]
    assert publish.rollback(data) == eerst


def test_geen_publicatie_geen_trace(tmp_path: Path) -> None:
    h = huis(tmp_path / "data")
    assert publish.lees_actueel(h) is None and publish.lijst(h) == []
    with pytest.raises(PublicatieFout, match=r"nog geen publicatie.*refresh"):
        publish.verifieer(h)
    with pytest.raises(PublicatieFout, match="'x' is er niet; wel: geen enkele"):
        publish.rollback(h, "x")
    with pytest.raises(PublicatieFout):
        publish.publiceer(h)


def test_snoeien_spaart_wat_is_vastgehouden(data: Huis) -> None:
    """Kept: the newest few, what is pinned, and what is current, also after a rollback."""
    h = Huis(Instellingen(data.datamap, bewaar=3), data.catalogus)
    eerste, tweede = reeks(h, 2)
    h.datamap.vastgehouden.mkdir()
    (h.datamap.vastgehouden / eerste).touch()
    rest = reeks(h, 4)
    assert [a.publicatie for a in publish.lijst(h)] == [eerste, *rest[-3:]]
    assert not (h.datamap.published / f"publicatie_{tweede}.duckdb").exists()
    publish.rollback(h, eerste)
    assert publish.snoei(h) == [] and publish.verifieer(h)


@pytest.mark.parametrize("inhoud", [b"", b"\xff\xfe", b'{"bestand": "x"}'])
def test_kapotte_aanwijzer(data: Huis, inhoud: bytes) -> None:
    """The message names the file and the way out, and the way out works."""
    een, twee = reeks(data, 2)
    data.datamap.actueel.write_bytes(inhoud)
    for doe in (publish.lees_actueel, publish.verifieer, publish.publiceer):
        with pytest.raises(PublicatieFout, match=r"actueel\.json: niet te lezen.*rollback"):
            doe(data)
    assert publish.rollback(data).publicatie == twee and jaren(data)
    assert publish.rollback(data).publicatie == een


def test_aanwijzer_naar_niets(data: Huis) -> None:
    """Somebody removed the file: said so, and a refresh makes a new one."""
    actueel = publish.publiceer(data)
    (data.datamap.published / actueel.bestand).unlink()
    with pytest.raises(PublicatieFout, match=f"{actueel.bestand} ontbreekt"):
        publish.verifieer(data)
    publish.publiceer(data)
    assert jaren(data) == [2021, 2022, 2023]


def test_kapot_record_is_geen_publicatie_om_naar_terug_te_gaan(data: Huis) -> None:
    een, twee, _ = reeks(data, 3)
    (data.datamap.published / f"publicatie_{twee}.json").write_text("{")
    assert publish.rollback(data).publicatie == een
    assert publish.publiceer(data, forceer=True)


def test_aanwijzer_heeft_wat_anderen_ervan_lezen(data: Huis) -> None:
    """The fields of `actueel.json` that the issue promises."""
    publish.publiceer(data)
    wijzer = json.loads(data.datamap.actueel.read_text(encoding="utf-8"))
    assert {"bestand", "sha256", "publicatie", "gemaakt_op", "catalogus_hash"} <= wijzer.keys()
    pad = data.datamap.published / wijzer["bestand"]
    assert pad.suffix == ".duckdb" and publish.bestandssom(pad) == wijzer["sha256"]
    assert wijzer["catalogus_hash"] == data.catalogus.hash


def test_wat_is_teruggedraaid_komt_niet_vanzelf_terug(gepubliceerd: Huis) -> None:
    """A refresh without anything new must not undo a rollback; something new may publish."""
    eerst = publish.lees_actueel(gepubliceerd)
    assert eerst is not None
    [weg] = [h for h in gepubliceerd.opslag.register() if h.bestand == "nabijheid-2023.csv"]
    gepubliceerd.opslag.schrap(weg.levering)
    tweede = publish.publiceer(gepubliceerd)
    assert publish.rollback(gepubliceerd).publicatie == eerst.publicatie
    assert publish.publiceer(gepubliceerd).publicatie == eerst.publicatie
    assert "teruggedraaid" in gepubliceerd.opmerkingen[-1]
    gepubliceerd.opslag.noteer(weg.model_copy(update={"voorrang": 1}))
    assert publish.publiceer(gepubliceerd).publicatie not in (eerst.publicatie, tweede.publicatie)

"""Publishing under attack: killed, full, tampered with, raced; readers see old or new, never else.

A process that is killed is a real one (`os._exit`, SIGKILL); a full disk is a real limit where the
system allows one.
"""

from __future__ import annotations

import errno
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from pipelines import publish
from pipelines.house import Huis
from pipelines.publish import STAPPEN, PublicatieFout
from tests.nieuws import VOOR_DE_AANWIJZER, jaren, opgeruimd, start
from tests.stad import (
    BRONNEN,
    huis,
    nog_eens,
    ververs,
)


@pytest.fixture
def data(nieuws: Huis) -> Huis:
    """An own copy of a data folder with something new to publish."""
    return nieuws


# -- killed --------------------------------------------------------------------------------------


KORT = {"bouw", "gecontroleerd", "aangewezen"}
"""Steps that `make test` dies at; at the others `make proef` does."""


@pytest.mark.parametrize(
    "stap", [s if s in KORT else pytest.param(s, marks=pytest.mark.proef) for s in STAPPEN]
)
def test_gedood_bij_elke_stap(data: Huis, stap: str) -> None:
    """Readers keep the old one until the pointer moved; then the whole new one. Then all is well.

    What was published stays taken in, also when its files are not offered again.
    """
    code = f"h.stap = lambda s: os._exit(9) if s == {stap!r} else None\npublish.publiceer(h)"
    proces = start(data, code)
    proces.communicate(timeout=60)
    assert proces.returncode == 9
    vers = stap not in VOOR_DE_AANWIJZER
    assert jaren(data) == ([2021, 2022, 2023] if vers else [2022, 2023])
    if vers:
        ververs(nog_eens(data))
    else:
        publish.publiceer(data)
    assert jaren(data) == [2021, 2022, 2023] and opgeruimd(data)
    assert {h.status for h in data.opslag.register()} == {"opgenomen"}
    assert len(publish.lijst(data)) == 2
    publish.rollback(data)
    assert jaren(data) == [2022, 2023]


def _gedood_op_tijd(data: Huis, rondes: int) -> None:
    kans = random.Random(9901)
    for _ in range(rondes):
        proces = start(data, "while True: publish.publiceer(h, forceer=True)")
        assert proces.stdout and proces.stdout.readline() == "klaar\n"
        time.sleep(kans.uniform(0.0, 0.8))
        proces.send_signal(signal.SIGKILL)
        proces.wait()
        proces.communicate()
        assert jaren(data) in ([2022, 2023], [2021, 2022, 2023])
    publish.publiceer(data, forceer=True)
    assert jaren(data) == [2021, 2022, 2023] and opgeruimd(data)


def test_gedood_op_een_willekeurig_moment(data: Huis) -> None:
    _gedood_op_tijd(data, 2)


@pytest.mark.proef
def test_vaak_gedood_op_een_willekeurig_moment(data: Huis) -> None:
    _gedood_op_tijd(data, 40)


@pytest.mark.proef
@pytest.mark.parametrize("ronde", range(12))
def test_hele_verversing_gedood(data: Huis, ronde: int) -> None:
    """Killed anywhere from reading files to the pointer: the next refresh is right."""
    bron = str(BRONNEN / "kwb-2024.xlsx")
    code = f"from tests import stad\nh.mappen = [Path({bron!r})]\nprint('nu', flush=True)\n"
    proces = start(data, code + "stad.ververs(h)")
    assert proces.stdout and proces.stdout.readline() and proces.stdout.readline() == "nu\n"
    time.sleep(random.Random(ronde).uniform(0.0, 2.0))
    proces.send_signal(signal.SIGKILL)
    proces.communicate()
    assert jaren(data) in ([2022, 2023], [2022, 2023, 2024])
    ververs(nog_eens(data, BRONNEN / "kwb-2024.xlsx", BRONNEN / "kwb-2021.xlsx"))
    assert jaren(data) == [2021, 2022, 2023, 2024] and opgeruimd(data)


def test_resten_worden_opgeruimd_en_wat_live_is_blijft(data: Huis) -> None:
    """Half-built files, DuckDB's spill folder, an orphan; the lost record of what is live."""
    map_ = data.datamap.published
    live = publish.lees_actueel(data)
    assert live
    (map_ / ".bouw-oud.tmp").write_bytes(b"half")
    (map_ / ".bouw-oud.tmp.wal").write_bytes(b"half")
    (map_ / ".bouw-oud.tmp.tmp").mkdir()
    (map_ / ".bouw-oud.tmp.tmp" / "duckdb_temp_storage.tmp").write_bytes(b"half")
    shutil.copy(map_ / live.bestand, map_ / "publicatie_wees.duckdb")
    (map_ / live.bestand).with_suffix(".json").unlink()
    data.stap = lambda _: jaren(data) and None  # live all the while
    publish.publiceer(data)
    assert opgeruimd(data)
    assert live.publicatie in [a.publicatie for a in publish.lijst(data)]


# -- full ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("stap", VOOR_DE_AANWIJZER)
def test_schijf_vol_bij_elke_stap(data: Huis, stap: str) -> None:
    def vol(nu: str) -> None:
        if nu == stap:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    data.stap = vol
    with pytest.raises(PublicatieFout) as fout:
        publish.publiceer(data)
    assert str(data.datamap.published) in str(fout.value) and "schijf vol" in str(fout.value)
    assert jaren(data) == [2022, 2023]
    data.stap = lambda _: None
    publish.publiceer(data)
    assert jaren(data) == [2021, 2022, 2023] and opgeruimd(data)


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_FSIZE is er alleen op Unix")
@pytest.mark.parametrize("kilo", [20, pytest.param(2000, marks=pytest.mark.proef)])
def test_bestand_mag_niet_groter(data: Huis, kilo: int) -> None:
    """A real limit of the system on the size of a file, met somewhere in the building."""
    grens = (kilo * 1024, kilo * 1024)
    code = "try: publish.publiceer(h)\nexcept publish.PublicatieFout as f: sys.exit(str(f))"
    proces = start(data, code, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, grens))
    _, tekst = proces.communicate(timeout=60)
    assert proces.returncode == 1 and "Traceback" not in tekst
    assert str(data.datamap.published) in tekst and "schijf vol" in tekst
    assert jaren(data) == [2022, 2023]
    publish.publiceer(data)
    assert jaren(data) == [2021, 2022, 2023] and opgeruimd(data)


@contextmanager
def kleine_schijf(map_: Path, kilo: int) -> Iterator[Path]:
    """A disk of a given size, in memory; skips where that is not allowed."""
    map_.mkdir()
    kan = shutil.which("mount") and hasattr(os, "geteuid") and os.geteuid() == 0
    vraag = ["mount", "-t", "tmpfs", "-o", f"size={kilo}k", "tmpfs", str(map_)]
    if not kan or subprocess.run(vraag, capture_output=True, check=False).returncode:
        pytest.skip("een kleine schijf aankoppelen mag hier niet")
    try:
        yield map_
    finally:
        subprocess.run(["umount", "-l", str(map_)], check=False)


def vul(map_: Path, over: int) -> Path:
    """Fills a disk up to a number of free bytes."""
    pad = map_ / "vol.bin"
    vrij = shutil.disk_usage(map_).free
    pad.write_bytes(b"\0" * max(0, vrij - over))
    return pad


@pytest.mark.parametrize("over", [pytest.param(0, marks=pytest.mark.proef), 1_500_000])
def test_volle_schijf(data: Huis, tmp_path: Path, over: int) -> None:
    """A disk that is really full: the old one stays, and with room again all goes well."""
    with kleine_schijf(tmp_path / "schijf", 60_000) as schijf:
        shutil.copytree(data.datamap.map, schijf / "data")
        h = huis(schijf / "data")
        rommel = vul(schijf, over)
        with pytest.raises(PublicatieFout, match="schijf vol") as fout:
            publish.publiceer(h)
        assert str(h.datamap.published) in str(fout.value)
        assert jaren(h) == [2022, 2023]
        rommel.unlink()
        publish.publiceer(h)
        assert jaren(h) == [2021, 2022, 2023] and opgeruimd(h)


@pytest.mark.parametrize("over", [pytest.param(0, marks=pytest.mark.proef), 400_000])
def test_volle_schijf_bij_het_inlezen(data: Huis, tmp_path: Path, over: int) -> None:
    """No room for raw or for the warehouse: nothing is half taken in."""
    with kleine_schijf(tmp_path / "schijf", 60_000) as schijf:
        shutil.copytree(data.datamap.map, schijf / "data")
        h = huis(schijf / "data", BRONNEN / "kwb-2024.xlsx")
        rommel = vul(schijf, over)
        with pytest.raises((OSError, duckdb.Error, PublicatieFout)) as fout:
            ververs(h)
        assert str(schijf) in str(fout.value)
        assert jaren(h) == [2022, 2023]
        rommel.unlink()
        ververs(nog_eens(h, BRONNEN / "kwb-2024.xlsx", BRONNEN / "kwb-2021.xlsx"))
        assert jaren(h) == [2021, 2022, 2023, 2024] and opgeruimd(h)

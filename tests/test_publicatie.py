"""Publishing under attack: killed, full, tampered with, raced; readers see old or new, never else.

A process that is killed is a real one (`os._exit`, SIGKILL); a full disk is a real limit where the
system allows one.
"""

from __future__ import annotations

import errno
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from indicators.contracts import Actueel
from pipelines import publish
from pipelines.house import Huis
from pipelines.publish import STAPPEN, PublicatieFout
from pipelines.settings import WORTEL, Instellingen
from pipelines.warehouse import BezetFout, open_warehouse, slot
from tests.stad import (
    BRONNEN,
    Stad,
    huis,
    lees_in,
    nog_eens,
    open_publicatie,
    reken_uit,
    ververs,
)

VOOR_DE_AANWIJZER = STAPPEN[: STAPPEN.index("aangewezen")]
SCRIPT = """
import os, sys
from pathlib import Path
from indicators.contracts import Datamap
from pipelines import publish
from pipelines.house import Huis
from pipelines.settings import Instellingen
h = Huis(Instellingen(Datamap(Path(sys.argv[1]))))
print("klaar", flush=True)
"""


@pytest.fixture(scope="module")
def _met_nieuws(dorp: Stad, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two years published; a third read in and worked out, and not published."""
    h = dorp.kopie(tmp_path_factory.mktemp("nieuws") / "data", "publicatie")
    h.mappen = [BRONNEN / "kwb-2021.xlsx"]
    lees_in(h)
    reken_uit(h)
    return h.datamap.map


@pytest.fixture
def data(_met_nieuws: Path, tmp_path: Path) -> Huis:
    """An own copy of a data folder with something new to publish."""
    shutil.copytree(_met_nieuws, tmp_path / "data")
    return huis(tmp_path / "data")


def start(h: Huis, code: str, **anders: object) -> subprocess.Popen[str]:
    """A process of its own that has the house `h` and runs some code."""
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT + code, str(h.datamap.map)],
        cwd=WORTEL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **anders,  # type: ignore[call-overload]
    )


def jaren(h: Huis) -> list[int]:
    """Years in the current publication, after it was verified."""
    assert publish.verifieer(h)
    with open_publicatie(h) as con:
        [(naam,)] = con.execute("SELECT publicatie FROM out_meta__publicatie").fetchall()
        assert (publish.lees_actueel(h) or pytest.fail()).publicatie == naam
        return [
            r[0] for r in con.execute("SELECT DISTINCT jaar FROM out_waarde ORDER BY 1").fetchall()
        ]


def opgeruimd(h: Huis) -> bool:
    """Whether only whole publications are left, each with its record."""
    namen = {p.name for p in h.datamap.published.iterdir() if p.is_file()}
    bestanden = {n for n in namen if n.endswith(".duckdb")}
    records = {n.replace(".duckdb", ".json") for n in bestanden}
    return namen == bestanden | records | {"actueel.json"}


def reeks(h: Huis, n: int) -> list[str]:
    """Publishes n times, faster than a clock tells seconds."""
    return [publish.publiceer(h, forceer=True).publicatie for _ in range(n)]


# -- killed --------------------------------------------------------------------------------------


@pytest.mark.parametrize("stap", STAPPEN)
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

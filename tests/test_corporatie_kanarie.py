"""The canary: what a person is, or where someone lives, is nowhere in the data folder.

Long tokens of one kind stand in every personal field of a delivery (text, rare dates, rare
numbers), also in rows that fail the gate. After the import every file under the data folder is
searched: as bytes, and DuckDB, SQLite and Parquet cell by cell. A file that cannot be opened as
what its name says fails the test. And the dwellings are there: an empty import would be silent too.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import duckdb
import pyarrow.parquet as pq
import pytest

from indicators import vera
from pipelines.corporation import LeveringFout, importeer
from pipelines.corporation.cli import _toon
from pipelines.house import Huis
from tests.corporatie_klein import DAG, ID, Rij, contract, eenheid, eigen_vraag, leg_neer, zaak
from tests.stad import Stad

TEKEN = "kanarievogel"
DAGEN = ("1931-02-17", "1937-11-23", "2021-03-29")
"""Rare days: of birth, and the exact day of a tenancy, of which only the month may stay."""
GETALLEN = ("48271936", "73916482", "52.7319864", "4.8273645")
"""Rare numbers: an income, a bank account, and a point."""


def token(n: int, veld: str) -> str:
    return f"{TEKEN}{n:04d}{veld}{'q' * 24}"


def persoonlijk(rij: Rij, entiteit: str, n: int) -> Rij:
    """Every field that the declaration refuses, filled; as text, list and object."""
    for i, veld in enumerate(vera.lees().entiteit(entiteit).nooit):
        t = token(n, veld)
        rij.setdefault(veld, [t, [t], {"id": t, "naam": t}, [{"id": t, "omschrijving": t}]][i % 4])
    return rij | {
        "startBrutoJaarinkomen": int(GETALLEN[0]), "iban": GETALLEN[1], "geboortedatum": DAGEN[0],
        token(n, "alssleutel"): {"naam": token(n, "binnen")}, "bsn": token(n, "bsn"),
        "extraAttributen": [{"naam": "overleden", "waarde": DAGEN[1]}],
    }  # fmt: skip


def levering() -> dict[str, list[Rij]]:
    eenheden = []
    for n in range(60):
        e = eenheid(n)
        e["id"] = token(n, "id")
        e["adres"] |= {"straatnaam": token(n, "straat"), "postcode": token(n, "pc"), "huisnummer":
                       token(n, "nr"), "huisnummerToevoeging": token(n, "toe"),
                       "geometrie": {"breedtegraad": GETALLEN[2], "lengtegraad": GETALLEN[3]},
                       "id": token(n, "adresid"), "bag": {"id": token(n, "bag")}}  # fmt: skip
        e["clusters"] = [{"id": "C1", "naam": token(n, "cluster"), "code": token(n, "ccode")}]
        eenheden.append(persoonlijk(e, "eenheid", n))
    fout = eenheid(90) | {"id": token(90, "foutid"), "bouwjaar": token(90, "bouwjaar")}
    contracten = [persoonlijk(contract(n, id=token(n, "hid"), eenheden=[f"/e/{token(n, 'id')}"],
                                       begindatum=DAGEN[2]), "huurovereenkomst", n)
                  for n in range(60)]  # fmt: skip
    contracten += [persoonlijk(contract(1, id=token(91, "hid"), eenheden=[token(999, "weg")]),
                               "huurovereenkomst", 91),
                   contract(1, id=token(92, "hid"), begindatum=token(92, "dag"))]  # fmt: skip
    zaken = [persoonlijk(zaak(n, 0, id=token(n, "zid"), eenheden=[{"id": token(n % 60, "id")}],
                              relaties=[f"/r/{token(n, 'melder')}"]), "zaak", n)
             for n in range(300)]  # fmt: skip
    zaken.append(zaak(1, 0, id=token(93, "zid"), zaaktype={"soort": {"code": token(93, "soort")}}))
    oordelen = [persoonlijk({"id": token(n, "oid"), "code": "V1", "datumReactie": "2022-03-29",
                             "beoordelingsWaarde": "7,5", "kwaliteitsmetingsverzoek":
                             {"eenheid": token(n, "id"), "teEnqueterenRelatie": token(n, "rel")}},
                            "oordeel", n) for n in range(60)]  # fmt: skip
    oordelen += [{**oordelen[0], "id": token(94, "oid"), "code": token(94, "vrijecode")}]
    return {"eenheden": [*eenheden, fout], "huurovereenkomsten": contracten, "zaken": zaken,
            "kwaliteitsmetingsresultaten": oordelen,
            "signaleringen": [{"id": token(1, "sig"), "relatie": token(1, "sigrel")}]}  # fmt: skip


def cellen(pad: Path) -> Iterator[str]:
    """Every text that a file holds: its bytes, and what lies packed or compressed in it.

    Raises:
        Exception: the file cannot be opened as what it is.
    """
    ruw = pad.read_bytes()
    yield ruw.decode("latin-1")
    yield ruw.decode("utf-16-le", errors="ignore")
    if ruw[:2] == b"\x1f\x8b":
        yield gzip.decompress(ruw).decode("latin-1")
    if ruw[:4] == b"PAR1":
        yield from (str(c) for r in pq.read_table(io.BytesIO(ruw)).to_pylist() for c in r.values())
    elif ruw[8:12] == b"DUCK":
        with duckdb.connect(str(pad), read_only=True) as con:
            for (tabel,) in con.execute("SHOW TABLES").fetchall():
                yield tabel
                for rij in con.execute(f'SELECT * FROM "{tabel}"').fetchall():
                    yield "\t".join(str(c) for c in rij)
    elif ruw[:15] == b"SQLite format 3":
        with contextlib.closing(sqlite3.connect(f"file:{pad}?mode=ro", uri=True)) as sq:
            for (tabel,) in sq.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
                for rij in sq.execute(f'SELECT * FROM "{tabel}"').fetchall():
                    yield "\t".join(str(c) for c in rij)
    elif pad.suffix in (".duckdb", ".parquet", ".db"):
        raise AssertionError(f"{pad}: niet te openen als {pad.suffix}")


def gevonden(map_: Path) -> tuple[list[str], int]:
    """Files with a token, a rare day or number in them, and how many files were searched."""
    zoek = re.compile("|".join([TEKEN, *(re.escape(x) for x in (*DAGEN, *GETALLEN))]))
    raak, gezien = [], 0
    for pad in (p for p in map_.rglob("*") if p.is_file()):
        gezien += 1
        raak += [f"{pad.name}: {m[0]}" for tekst in cellen(pad) if (m := zoek.search(tekst))][:1]
    return raak, gezien


@dg.op
def _niets() -> None:
    """Gives Dagster's event store something to hold."""


@dg.job
def _klus() -> None:
    _niets()


@pytest.fixture
def huis(dorp: Stad, tmp_path: Path) -> Huis:
    """The small town, with Dagster's event store really there."""
    h = dorp.kopie(tmp_path / "data", "publicatie")
    wortel = h.datamap.dagster
    wortel.mkdir(parents=True, exist_ok=True)
    with dg.DagsterInstance.local_temp(
        str(wortel), overrides={"telemetry": {"enabled": False}}
    ) as instantie:
        assert _klus.execute_in_process(instance=instantie).success
    assert list(wortel.rglob("*.db"))
    return h


def test_no_person_and_no_address_is_in_the_data_folder(
    huis: Huis, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    map_ = leg_neer(tmp_path / "in", levering(), "volledig: true\nonderwerpen: {V1: veilig}\n")
    (map_ / "adressen.csv").write_text(f"PC6;Huisnummer;Buurt2023\n{token(1, 'pc')};12;99010302\n")
    verslag = importeer.importeer(huis, map_, ID, DAG)
    af = dict(verslag.uitslag.af)
    assert sum(af.values()) == 6, "vier rijen, en label en WOZ van de woning die afviel"
    raak, gezien = gevonden(huis.datamap.map)
    assert raak == [] and gezien > 15
    assert gevonden(map_)[0], "de zoeker vindt ze wel waar ze staan"
    som = eigen_vraag(huis, "SELECT indicator, jaar, waarde FROM out_waarde_indeling WHERE "
                            "niveau = 'corporatie' AND waarde > 0")  # fmt: skip
    cijfers = {(i, j): w for i, j, w in som}
    assert cijfers["eigen_woningen_aantal", 2023] == 60
    assert cijfers["eigen_overlast_aantal", 2022] == 60
    assert cijfers["eigen_melders_aantal", 2022] == 60
    assert cijfers["eigen_veilig_score", 2022] == 7.5
    _toon(verslag)
    getoond = capsys.readouterr().out
    zonder_sleutel = re.sub(rf"{TEKEN}\d{{4}}(foutid|hid|zid)\w*…?", "", getoond)
    assert TEKEN not in zonder_sleutel, "op het scherm staan sleutels en kolommen, geen waarden"


def test_a_refused_delivery_leaves_nothing_either(huis: Huis, tmp_path: Path) -> None:
    alles = levering()
    alles["eenheden"].append(alles["eenheden"][0])
    with pytest.raises(LeveringFout):
        importeer.importeer(huis, leg_neer(tmp_path / "in", alles), ID, DAG)
    raak, gezien = gevonden(huis.datamap.map)
    assert raak == [] and gezien > 10


def test_the_searcher_fails_on_what_it_cannot_open(tmp_path: Path) -> None:
    (tmp_path / "x.duckdb").write_bytes(b"geen database")
    with pytest.raises(AssertionError, match="niet te openen"):
        gevonden(tmp_path)


def test_what_is_kept_has_months_and_numbers(huis: Huis, tmp_path: Path) -> None:
    """Raw after the gate: no key of the system, no day of a person's doing, no reporter."""
    importeer.importeer(huis, leg_neer(tmp_path / "in", levering()), ID, DAG)
    raw = vera.eigen_raw(huis.datamap, ID) / DAG.isoformat()
    contracten = pq.read_table(raw / "huurovereenkomst.parquet").to_pylist()
    assert set(contracten[0]) == {"eenheid", "begin", "eind", "status"}
    assert {c["begin"].day for c in contracten} == {1}
    assert set(pq.read_table(raw / "zaak.parquet").column_names) == {
        "eenheid", "soort", "detail_soort", "datum"
    }  # fmt: skip
    assert pq.read_table(raw / "eenheid.parquet")["nr"].to_pylist() == list(range(1, 61))

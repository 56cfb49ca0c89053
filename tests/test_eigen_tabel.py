"""A table of own areas as people upload it: read alike, every trouble named, or refused."""

from __future__ import annotations

import io
import time

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard import own_area_table, own_areas
from dashboard.own_area_table import TabelFout, begrijp, lees

BEKEND = {f"BU{n:08d}": (2023, 2024) for n in range(3630000, 3644500)} | {
    "BU09990001": (2021, 2022)
}


def _soorten(t: own_area_table.Tabel) -> dict[str, list[int]]:
    uit: dict[str, list[int]] = {}
    for o in t.opmerkingen:
        uit.setdefault(o.soort, []).append(o.rij)
    return uit


def test_a_long_table_names_every_trouble_with_its_row() -> None:
    ruw = (
        "gebied;buurtcode\nHaven;BU03630001\nHaven;bu03630002\nHaven;BU03630001\n;BU03630003\n"
        "Oud;BU09990001\nHaven;BU11111111\n=CMD();BU03630004\nHaven;=1+1\nHaven;\n"
        "Oost;BU03630001\nOost;3630007\n"
    )
    t = lees(("\ufeff" + ruw).encode(), "x.csv", BEKEND)
    assert t.gebieden == {
        "Haven": ("BU03630001", "BU03630002"),
        "Oost": ("BU03630001", "BU03630007"),
    }
    assert (t.vorm, t.grensjaar, t.rijen) == ("lang", 2024, 11)
    assert _soorten(t) == {
        "dubbel": [4], "zonder naam": [5], "andere indeling": [6], "onbekend": [7],
        "formule": [8, 9], "zonder code": [10], "in twee gebieden": [11], "aangevuld": [12],
    }  # fmt: skip
    assert "rij 4: BU03630001 staat al bij Haven (rij 2)" in [o.zin() for o in t.opmerkingen]


@pytest.mark.parametrize(
    "ruw",
    [
        b"gebied;codes\nCaf\xe9;BU03630001 BU03630002,BU03630003\nOost;BU03630004|BU03630005\n",
        b"Caf\xe9,BU03630001,BU03630002,BU03630003\nOost,BU03630004,BU03630005\n",
        b"Caf\xe9;BU03630001;BU03630002;BU03630003\nOost,BU03630004,BU03630005\n",
        b'"Caf\xe9";"BU03630001;BU03630002;BU03630003"\n"Oost";"BU03630004;BU03630005"\n',
        b"code\tstraat\tgebied\nBU03630001\tA\tCaf\xe9\nBU03630002\tB\tCaf\xe9\n"
        b"BU03630003\tC\tCaf\xe9\nBU03630004\tD\tOost\nBU03630005\tE\tOost\n",
        "Café;BU03630001 BU03630002 BU03630003\nOost;BU03630004 BU03630005\n".encode("utf-16"),
    ],
    ids=["breed", "komma", "gemengd", "aanhaling", "omgekeerd", "utf16"],
)
def test_forms_and_separators_are_read_alike(ruw: bytes) -> None:
    t = lees(ruw, "x.csv", BEKEND)
    assert t.gebieden == {
        "Café": ("BU03630001", "BU03630002", "BU03630003"), "Oost": ("BU03630004", "BU03630005"),
    }  # fmt: skip
    assert set(_soorten(t)) <= {"scheiding"}


def _excel(rijen: list[list[object]]) -> bytes:
    uit = io.BytesIO()
    boek = xlsxwriter.Workbook(uit, {"in_memory": True})
    blad = boek.add_worksheet("Lijst")
    for n, rij in enumerate(rijen):
        blad.write_row(n, 0, rij)
    boek.close()
    return uit.getvalue()


def test_excel_is_read_with_numbers_that_lost_their_zero() -> None:
    rijen: list[list[object]] = [
        ["Gebied", "Buurtcode"],
        ["Haven", 3630001],
        ["Haven", "BU03630002"],
    ]
    t = lees(_excel(rijen), "x.xlsx", BEKEND)
    assert t.gebieden == {"Haven": ("BU03630001", "BU03630002")}
    assert "Excel, blad „Lijst”" in t.hoe and _soorten(t) == {"aangevuld": [2]}


@pytest.mark.parametrize(
    ("ruw", "fout"),
    [
        (b"", "leeg"),
        (b"\n\n ", "leeg"),
        (b"a;b\nc;d\n", "geen code van een buurt"),
        (b"BU03630001\nBU03630002\n", "naam van het gebied ontbreekt"),
        (b"PK\x03\x04zz", "niet te lezen als Excelbestand"),
        (b"\x00\x01\x02BU03630001", "geen tekst- of Excelbestand"),
        (b"x" * 25_000_001, "25 MB"),
        (b"gebied;code\n" + b"a;b;c;d;e;f\n" * 180_000, r"1\.000\.00\d cellen; er passen er"),
        (b"g;c\n" + b"".join(b"G%d;BU03630001\n" % n for n in range(501)), "501 gebieden"),
    ],
    ids=["leeg", "wit", "geen code", "geen naam", "kapot", "binair", "groot", "cellen", "gebieden"],
)
def test_what_is_no_table_is_refused_in_words(ruw: bytes, fout: str) -> None:
    with pytest.raises(TabelFout, match=fout):
        lees(ruw, "x", BEKEND)


def test_two_hundred_thousand_rows_are_read_in_three_seconds() -> None:
    ruw = "gebied;code\n" + "\n".join(
        f"Gebied {n % 400};BU{3630000 + n % 14500:08d}" for n in range(200_000)
    )
    begin = time.process_time()
    t = lees(ruw.encode(), "x.csv", BEKEND)
    assert time.process_time() - begin < 3
    assert len(t.gebieden) == 400 and t.rijen == 200_000
    assert t.aantallen["in twee gebieden"] > 40_000 and len(t.opmerkingen) <= 2000


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(ruw: bytes) -> None:
    try:
        t = lees(b"gebied;code\nA;BU03630001\n" + ruw, "x", BEKEND)
    except TabelFout:
        return
    assert all(c in BEKEND for codes in t.gebieden.values() for c in codes)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(st.text(max_size=20), max_size=4), max_size=8))
def test_any_cells_are_understood_or_refused(cellen: list[list[str]]) -> None:
    try:
        t = begrijp([["gebied", "code"], ["A", "BU03630001"], *cellen], BEKEND)
    except TabelFout:
        return
    assert all(own_areas.schone_naam(n) == n for n in t.gebieden)

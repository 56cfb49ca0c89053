"""Files from outside: whatever is in a cell becomes a number or a kind of missing."""

from __future__ import annotations

import csv
import io
import random
from datetime import date

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indicators.formulas import CODES, HEEFT
from pipelines.sources.tabel import BronFout, getallen
from tests.bestand import (
    NABIJ,
    SUPERMARKT,
    XLSX,
    gelijk,
    tabel,
)
from tests.stad import CAT

SPELLINGEN = [".", " . ", "x", "-99997", "-99995", "-99997,0", "1,5", ",5", "nan", "inf", "1e999"]
CEL = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.just(10**400),
    st.floats(),
    st.text(max_size=12),
    st.dates(),
    st.binary(max_size=3),
    st.sampled_from(SPELLINGEN),
)


@pytest.mark.parametrize("generatie", ["kwb_excel_2023", "buurtkaart_2024"])
@given(cellen=st.lists(CEL, min_size=1, max_size=4), verplicht=st.booleans())
@example(cellen=[10**400], verplicht=True)
@example(cellen=["-99997,0"], verplicht=True)
def test_elke_cel_wordt_een_getal_of_een_soort_van_ontbreken(
    generatie: str, cellen: list[object], verplicht: bool
) -> None:
    """Never NaN without a kind, never infinite, never a sentinel taken for a value."""
    _, gen = CAT.generatie(generatie)
    try:
        gelezen = getallen(cellen, gen, verplicht, "bestand, kolom")
    except BronFout as fout:
        assert verplicht and "rij" in str(fout)
        return
    if gelezen is None:
        assert not verplicht
        return
    waarden, soorten = gelezen
    heeft = soorten == HEEFT
    assert (np.isfinite(waarden) == heeft).all() and np.isnan(waarden[~heeft]).all()
    assert set(soorten[~heeft].tolist()) <= {int(CODES[k]) for k in gen.ontbreekt.values()} | {
        int(CODES["onbekend_of_geheim"])
    }
    for cel, waarde in zip(cellen, waarden, strict=True):
        if np.isfinite(waarde):
            assert not isinstance(cel, bool | bytes | date) and cel is not None
            assert str(waarde).removesuffix(".0") not in gen.ontbreekt
            tekst = str(cel).strip().replace(",", ".")
            assert waarde == float(tekst)


@given(cel=st.text(max_size=20) | st.sampled_from(SPELLINGEN))
def test_elke_tekst_in_een_csv_cel(cel: str) -> None:
    """Through the whole reading: quotes, separators and line ends in a cell as well."""
    rijen = list(csv.reader(io.StringIO(NABIJ), delimiter=";"))[:4]
    rijen[2][rijen[0].index(SUPERMARKT)] = cel
    uit = io.StringIO()
    csv.writer(uit, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rijen)
    try:
        t = tabel("n-2023.csv", uit.getvalue().encode("utf-8", "surrogatepass"))
    except BronFout as fout:
        assert "n-2023.csv" in str(fout)
        return
    waarden, soorten = t.cellen[SUPERMARKT]
    assert (np.isfinite(waarden) == (soorten == HEEFT)).all() and len(waarden) == 3


@pytest.mark.parametrize("zaad", range(40))
def test_beschadigd_excelbestand_geeft_nooit_andere_cijfers(zaad: int) -> None:
    """Bytes flipped anywhere: refused, or exactly the figures that were there."""
    kans, ruw = random.Random(zaad), bytearray(XLSX)
    for _ in range(kans.choice([1, 4, 40])):
        ruw[kans.randrange(len(ruw))] ^= kans.randrange(1, 256)
    try:
        t = tabel("kwb.xlsx", bytes(ruw))
    except BronFout as fout:
        assert "kwb.xlsx" in str(fout)
    else:
        gelijk(t, tabel("kwb.xlsx", XLSX))

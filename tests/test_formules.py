"""Formulas: values by hand, kinds of missing, and intervals that hold the true value."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.choose import kies, nog_niet_gepubliceerd, te_klein
from indicators.contracts import ONTBREEKT
from indicators.formulas import (
    AANTAL_KOLOMMEN,
    CODES,
    FORMULES,
    HEEFT,
    Reeks,
    aandeel,
    aandeel_van_som,
    per_1000,
    per_1000_uit_aandelen,
)


def reeks(*waarden: float | str, marge: float = 0.0) -> Reeks:
    """Numbers, or the name of a kind of missing."""
    kind = [HEEFT if isinstance(w, int | float) else CODES[w] for w in waarden]
    getal = [w if isinstance(w, int | float) else 0.0 for w in waarden]
    return Reeks.maak(np.array(getal, dtype=float), np.array(kind, dtype=np.int8), marge)


def test_aandeel_by_hand() -> None:
    assert aandeel(reeks(25, 0), reeks(200, 10)).waarde.tolist() == [12.5, 0.0]


def test_aandeel_van_som_counts_the_first_in_all() -> None:
    assert aandeel_van_som(reeks(10), reeks(30), reeks(60)).waarde.tolist() == [10.0]


def test_per_1000_sums_the_denominators() -> None:
    """Benefits per 1,000 of 15 to 65 = 30 / (100 + 200 + 300) * 1000."""
    uit = per_1000(reeks(30), reeks(100), reeks(200), reeks(300))
    assert uit.waarde.tolist() == [50.0]


def test_map_and_excel_give_the_same_rate() -> None:
    """Ages are counts in Excel and percentages on the map; the rate is the same figure."""
    excel = per_1000(reeks(30), reeks(100), reeks(200), reeks(300))
    kaart = per_1000_uit_aandelen(reeks(30), reeks(1000), reeks(10), reeks(20), reeks(30))
    assert kaart.waarde.tolist() == pytest.approx(excel.waarde.tolist())


def test_known_denominator_of_zero_is_nvt() -> None:
    uit = aandeel(reeks(0), reeks(0))
    assert uit.ontbreekt.tolist() == [CODES["nvt"]] and np.isnan(uit.waarde[0])


@pytest.mark.parametrize(
    ("deel", "geheel", "verwacht"),
    [
        ("geheim", 100, "geheim"),
        (10, "onbekend_of_geheim", "onbekend_of_geheim"),
        ("onbekend_of_geheim", "niet_gepubliceerd", "niet_gepubliceerd"),
        ("geheim", 0, "geheim"),
    ],
)
def test_missing_part_keeps_its_kind(deel: float | str, geheel: float | str, verwacht: str) -> None:
    uit = aandeel(reeks(deel), reeks(geheel))
    assert uit.ontbreekt.tolist() == [CODES[verwacht]]
    assert np.isnan(uit.waarde).all() and np.isnan(uit.onder).all() and np.isnan(uit.boven).all()


@given(
    deel=st.integers(0, 5_000),
    rest=st.integers(0, 5_000),
    fout_deel=st.integers(-4, 4),
    fout_geheel=st.integers(-4, 4),
)
def test_interval_holds_the_true_share(
    deel: int, rest: int, fout_deel: int, fout_geheel: int
) -> None:
    """Rounding by lot moves a count by up to 4; the true share lies in the interval."""
    geheel = deel + rest
    gezien_deel, gezien_geheel = max(deel + fout_deel, 0), max(geheel + fout_geheel, 0)
    if geheel == 0 or gezien_geheel == 0:
        return
    uit = aandeel(reeks(gezien_deel, marge=4), reeks(gezien_geheel, marge=4))
    waar = 100 * deel / geheel
    assert uit.onder[0] - 1e-9 <= waar <= uit.boven[0] + 1e-9
    assert 0 <= uit.onder[0] <= uit.waarde[0] <= uit.boven[0] <= 100


def test_every_formula_says_how_many_columns_it_takes() -> None:
    assert FORMULES.keys() == AANTAL_KOLOMMEN.keys()


def test_choice_prefers_a_value_then_the_kind_that_says_most() -> None:
    """A source with a figure wins; withheld says more than not yet published."""
    kwb = reeks("niet_gepubliceerd", 5, "geen_bron", "onbekend_of_geheim")
    kaart = reeks("geheim", 6, "niet_gepubliceerd", 7)
    uit, plek = kies([kwb, kaart])
    assert [ONTBREEKT[c - 1] if c else "" for c in uit.ontbreekt] == [
        "geheim", "", "niet_gepubliceerd", "",
    ]  # fmt: skip
    assert uit.waarde[[1, 3]].tolist() == [5, 7] and plek.tolist() == [1, 0, 1, 1]


def test_withheld_later_is_not_shown_from_an_older_file() -> None:
    """Within one source the preferred delivery holds, also when it hides what was shown before."""
    uit, _ = kies([reeks("geheim"), reeks(645)], een_bron=True)
    assert uit.ontbreekt.tolist() == [CODES["geheim"]] and np.isnan(uit.waarde[0])


def test_buurten_alone_learn_from_another_file_what_is_not_out_yet() -> None:
    alleen, met_wijk = reeks("onbekend_of_geheim"), reeks("niet_gepubliceerd")
    eerste, _ = nog_niet_gepubliceerd([alleen, met_wijk])
    assert eerste.ontbreekt.tolist() == [CODES["niet_gepubliceerd"]]
    eerste, _ = nog_niet_gepubliceerd([alleen, reeks(3)])
    assert eerste.ontbreekt.tolist() == [CODES["onbekend_of_geheim"]]


def test_own_rate_is_withheld_where_few_people_live() -> None:
    """Under 150 inhabitants no rate of our own making; what is missing keeps its own kind."""
    uit = te_klein(reeks(12, 12, "geheim", 12), np.array([149.0, 150.0, 40.0, np.nan]))
    assert [ONTBREEKT[c - 1] if c else "" for c in uit.ontbreekt] == ["te_klein", "", "geheim", ""]
    assert np.isnan(uit.waarde[0]) and np.isnan(uit.boven[0]) and uit.waarde[1] == 12

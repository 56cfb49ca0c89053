"""Niveau, verandering and anders dan verwacht by hand; flags, look-alikes, certainty, trend."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import compare, flags
from indicators.expected import anders_dan_verwacht
from indicators.trend import jaarlijkse_groei, stukken
from indicators.views import Stand, beweging, klasse, niveau, verandering

ALTIJD = np.array([True])


def stand(score: float, onder: float | None = None, boven: float | None = None) -> Stand:
    """One area."""
    ends = (score if onder is None else onder, score if boven is None else boven)
    return Stand(np.array([score]), np.array([ends[0]]), np.array([ends[1]]))


def test_change_by_hand() -> None:
    """From 40 (30-50) to 60 (50-70): it rose for sure, beyond 10 points in 7 of 8 cases.

    The difference is the sum of two uniforms of 20 wide around 20: under 10 lies a triangle of
    10 x 10 / 2 of the 400.
    """
    toen, nu = stand(40, 30, 50), stand(60, 50, 70)
    nul = beweging(toen, nu, 0, ALTIJD)
    assert nul.klasse.tolist() == [2] and nul.kans[0].tolist() == pytest.approx([0, 0, 1])
    tien = beweging(toen, nu, 10, ALTIJD)
    assert tien.kans[0].tolist() == pytest.approx([0, 1 / 8, 7 / 8])


def test_change_only_when_measured_the_same_way() -> None:
    """Another definition is a break, not a change; neither is a year without a score."""
    anders = beweging(stand(40), stand(60), 5, np.array([False]))
    assert anders.klasse.tolist() == [-1] and np.isnan(anders.kans).all()
    assert beweging(stand(np.nan), stand(60), 5, ALTIJD).klasse.tolist() == [-1]


def test_both_rose_is_shown_as_such() -> None:
    """One rose for sure, the other in 7 of 8 cases: both in 7 of 8."""
    een = beweging(stand(40), stand(60), 5, ALTIJD)
    twee = beweging(stand(40, 30, 50), stand(60, 50, 70), 10, ALTIJD)
    uit = verandering(een, twee)
    assert uit.samen.tolist() == [8] and uit.beide_stegen.tolist() == [True]
    assert uit.kans_beide_stegen.tolist() == pytest.approx([7 / 8])
    daalt = beweging(stand(60), stand(40), 5, ALTIJD)
    assert verandering(een, daalt).samen.tolist() == [6]


def test_niveau_has_nine_probabilities_that_add_up() -> None:
    """The class of each axis is exclusive, so the nine products add up to 1."""
    een = klasse(np.array([50.0]), np.array([20.0]), np.array([80.0]), (33.3, 66.7))
    twee = klasse(np.array([70.0]), np.array([60.0]), np.array([80.0]), (33.3, 66.7))
    assert np.outer(een.kans[0], twee.kans[0]).sum() == pytest.approx(1)
    samen, kans = niveau(een, twee)
    assert samen.tolist() == [5] and kans[0] == pytest.approx((33.4 / 60) * (13.3 / 20))


def lijn(n: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Areas on a known line, y = 10 + 0.5 x1 - 2 x2, with a regular ripple of plus or minus 1."""
    x = np.column_stack([np.linspace(0, 100, n), np.tile([1.0, 2, 3, 4, 5], n // 5)])
    return x, 10 + x @ np.array([0.5, -2.0]) + np.tile([1.0, -1.0], n // 2)


def test_residual_by_hand() -> None:
    """The line is found back although three areas lie far off it, and those three stand out."""
    x, y = lijn()
    y[[7, 20]] += 30
    y[33] -= 30
    mee = np.ones(60, dtype=bool)
    mee[5] = False
    uit = anders_dan_verwacht((y, y, y), x, mee, ("geregistreerd",) * 3)
    assert uit.coefficienten == pytest.approx([10, 0.5, -2], abs=0.3)
    assert uit.residu[7] == pytest.approx(30, abs=1.5) and uit.residu[33] == pytest.approx(
        -30, abs=1.5
    )
    assert uit.klasse[[7, 20, 33, 5]].tolist() == [2, 2, 0, -1]
    assert uit.kans[7, 2] > 0.99 and uit.kans[33, 0] > 0.99 and np.isnan(uit.kans[5]).all()
    np.testing.assert_allclose(uit.kans[mee].sum(axis=1), 1, atol=1e-9)
    binnen = (uit.onder <= y) & (y <= uit.boven)
    assert not binnen[[7, 20, 33]].any() and binnen[mee].sum() >= 50
    assert uit.aantal == 59 and np.isnan(uit.verwacht[5])


def test_a_wide_input_is_less_sure() -> None:
    """The same residual with an interval around it: less certain, never more."""
    x, y = lijn()
    y[7] += 4
    mee = np.ones(60, dtype=bool)
    exact = anders_dan_verwacht((y, y, y), x, mee, ())
    wijd = anders_dan_verwacht((y, y - 6, y + 6), x, mee, ())
    assert wijd.kans[7, 2] < exact.kans[7, 2] and wijd.kans[7, 0] >= exact.kans[7, 0]


@pytest.mark.parametrize(
    ("aarden", "n", "woord"),
    [(("modelschatting",), 60, "modelschatting"), ((), 20, "minstens 30")],
)
def test_no_expectation_from_models_or_few_areas(
    aarden: tuple[str, ...], n: int, woord: str
) -> None:
    x, y = lijn(n)
    with pytest.raises(ValueError, match=woord):
        anders_dan_verwacht((y, y, y), x, np.ones(n, dtype=bool), aarden)


def test_explaining_figures_that_run_together() -> None:
    x, y = lijn()
    with pytest.raises(ValueError, match="lopen gelijk op"):
        dubbel = np.column_stack([x, x[:, 0] * 2])
        anders_dan_verwacht((y, y, y), dubbel, np.ones(60, dtype=bool), ())


def test_signals_are_counted_in_areas() -> None:
    """Two signals in A, one in B, and in C one with one unknown."""
    x = pd.DataFrame({"a": [9.0, 1, 9], "b": [2.0, 2, np.nan]}, index=list("ABC"))
    uit = flags.stapel(x, {"a": ("boven", 5), "b": ("onder", 3)})
    assert (uit.aantal.tolist(), uit.onbekend.tolist()) == ([2, 1, 1], [0, 0, 1])
    assert uit.samen.loc["a"].tolist() == [2, 1] and uit.samen.loc["b", "b"] == 2


def test_small_and_visited_areas() -> None:
    inwoners = np.array([149.0, 150, np.nan, 0])
    assert flags.klein(inwoners).tolist() == [True, False, True, True]
    banen, winkels = np.array([500.0, 400, 10, 5]), np.array([0.0, 51, np.nan, np.nan])
    bezocht = flags.veel_bezoekers(banen, winkels, np.array([150.0, 150, 150, 0]))
    assert bezocht.tolist() == [True, True, False, True]


def test_running_with_a_barred_column_is_seen() -> None:
    """Perfectly with one, not with the other, and nothing to say about a constant one."""
    score = pd.DataFrame({"s": [1.0, 2, 3, 4]})
    uit = flags.samenhang_met_uitgesloten(
        score, pd.DataFrame({"u": [10.0, 20, 30, 99], "v": [1.0, -1, -1, 1], "w": [5.0] * 4})
    )
    assert uit["correlatie"].tolist()[:2] == pytest.approx([1, 0])
    assert uit["opvallend"].tolist() == [True, False, False] and np.isnan(uit["correlatie"][2])


@pytest.mark.parametrize(
    ("a", "b", "kans"),
    [
        ((0, 2), (1, 3), 1 / 8),
        ((0, 1), (0, 1), 1 / 2),
        ((5, 5), (0, 10), 1 / 2),
        ((0, 10), (2, 2), 8 / 10),
        ((3, 3), (3, 3), 1 / 2),
        ((4, 4), (3, 3), 1),
        ((0, 4), (1, 2), (2 + 0.5) / 4),
    ],
)
def test_probability_of_being_higher(
    a: tuple[float, float], b: tuple[float, float], kans: float
) -> None:
    """Areas under the line in a rectangle, by hand."""
    uit = compare.kans_hoger(*(np.array([float(v)]) for v in (*a, *b)))
    assert uit[0] == pytest.approx(kans)


BEREIK = st.tuples(st.floats(0, 100), st.floats(0, 50)).map(lambda p: (p[0], p[0] + p[1]))


@given(BEREIK, BEREIK)
def test_higher_and_lower_add_up(a: tuple[float, float], b: tuple[float, float]) -> None:
    ends = [np.array([v]) for v in (*a, *b)]
    heen, terug = compare.kans_hoger(*ends), compare.kans_hoger(*ends[2:], *ends[:2])
    assert heen[0] + terug[0] == pytest.approx(1, abs=1e-6) and -1e-9 <= heen[0] <= 1 + 1e-9


@pytest.mark.parametrize(
    ("kans", "zin"),
    [
        (0.97, "vrijwel zeker hoger dan de gemeente"),
        (0.85, "waarschijnlijk hoger dan de gemeente"),
        (0.5, "ongeveer gelijk aan de gemeente"),
        (0.1, "waarschijnlijk lager dan de gemeente"),
        (float("nan"), "niet te vergelijken met de gemeente"),
    ],
)
def test_certainty_in_words(kans: float, zin: str) -> None:
    assert compare.in_woorden(kans, "de gemeente") == zin


def test_look_alikes_by_hand() -> None:
    """Standardised: one sd of the first counts as much as one sd of the second."""
    x = np.array([[0.0, 0], [1, 0], [0, 300], [2, 200], [np.nan, 0], [1, 100]])
    uit = compare.vergelijkbaar(x, 0, 2)
    sd = x[[0, 1, 2, 3, 5]].std(axis=0)
    afstand = {i: np.sqrt(((x[i] / sd) ** 2).mean()) for i in (1, 2, 3, 5)}
    orde = sorted(afstand, key=lambda i: afstand[i])[:2]
    assert uit.rijen.tolist() == orde
    assert uit.afstand.tolist() == pytest.approx([afstand[i] for i in orde])
    mag = compare.evenveel_sociale_huur(np.array([30.0, 50, 34, 28, 30, np.nan]), 0)
    assert mag.tolist() == [False, False, True, True, True, False]
    assert set(compare.vergelijkbaar(x, 0, 5, mag).rijen.tolist()) == {2, 3}
    with pytest.raises(ValueError, match="mist een kenmerk"):
        compare.vergelijkbaar(x, 4, 2)


def test_trend_stops_at_a_break() -> None:
    """Up one a year, a new definition in 2020, then down two a year; no slope across."""
    jaar = np.arange(2016, 2024.0)
    waarde = np.array([1.0, 2, np.nan, 4, 50, 48, 46, 44])
    voor, na = stukken(jaar, waarde, (2020,))
    assert (voor.van, voor.tot, voor.aantal, voor.helling) == (2016, 2019, 3, 1.0)
    assert (na.van, na.tot, na.helling) == (2020, 2023, -2.0)
    assert np.isnan(stukken(jaar[:2], waarde[:2])[0].helling)


def test_growth_by_hand() -> None:
    """From 100 to 121 in two years is 10 % a year."""
    jaar = np.array([2022.0, 2020, 2021])
    assert jaarlijkse_groei(jaar, np.array([121.0, 100, np.nan])) == pytest.approx(0.1)
    assert jaarlijkse_groei(jaar, np.array([0.0, 0, 5])) == 0
    assert np.isnan(jaarlijkse_groei(jaar, np.array([5.0, 0, 5])))

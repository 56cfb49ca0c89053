"""What must hold for any composite: order, units, additivity, intervals, other areas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from indicators import means, normalise, robustness
from indicators.composite import bereken_composiet
from indicators.hierarchy import lees_hierarchie
from indicators.method import lees_methode
from tests.methode_klein import META

BOOM = lees_hierarchie(META)
GETAL = st.floats(0, 1000, width=32).map(lambda v: round(v, 3))
N = 6
CIJFERS = arrays(float, (N, 3), elements=GETAL)
POSTEN = {
    "functie": "goalposts", "laag": 0, "hoog": 1000,
    "per_indicator": {"y": {"functie": "goalposts", "laag": 0, "hoog": 500}},
}  # fmt: skip


def tabel(x: np.ndarray) -> pd.DataFrame:
    data = pd.DataFrame(x, columns=["x", "y", "z"])
    return data.assign(uCode=[f"u{i}" for i in range(len(x))], inw=1.0, soort="a")


def scores(x: pd.DataFrame, normaliseer: object = "minmax") -> pd.DataFrame:
    stappen = lees_methode({"stappen": [{"normaliseer": normaliseer}, {"aggregeer": "amean"}]})
    return bereken_composiet(x, BOOM, stappen).scores.set_index("uCode")


def gespreid(x: np.ndarray) -> np.ndarray:
    """Columns that have some spread: without it there is no scale, which has a test of its own."""
    x = x.copy()
    x[0], x[1] = 0, 1000
    return x


@given(CIJFERS, st.permutations(range(N)))
@settings(max_examples=25)
def test_row_order_does_not_matter(x: np.ndarray, orde: list[int]) -> None:
    een = scores(tabel(gespreid(x)))
    ander = scores(tabel(gespreid(x)).iloc[orde])
    pd.testing.assert_frame_equal(een, ander.loc[een.index])


@given(CIJFERS, st.sampled_from([0.001, 0.1, 7.0, 1000.0]), st.sampled_from([0.0, -20.0, 300.0]))
@settings(max_examples=25)
def test_units_do_not_matter(x: np.ndarray, factor: float, nul: float) -> None:
    """Euros or thousands, Celsius or Fahrenheit: min-max and z-score give the same scores."""
    data = tabel(gespreid(x))
    anders = data.assign(x=data["x"] * factor + nul)
    for functie in ("minmax", "zscore"):
        np.testing.assert_allclose(
            scores(data, functie)["Top"], scores(anders, functie)["Top"], atol=1e-6
        )


@given(
    arrays(float, (N, 3), elements=st.one_of(GETAL, st.just(np.nan))),
    arrays(float, 3, elements=st.floats(0.01, 10)),
)
def test_contributions_add_up(x: np.ndarray, w: np.ndarray) -> None:
    """Also with gaps, and for any weights."""
    boom = BOOM.met_gewichten(dict(zip("xyz", w.tolist(), strict=True)))
    data = pd.DataFrame(x, columns=["x", "y", "z"])
    score = means.aggregeer(boom, data)["Top"]
    som = means.bijdragen(boom, data, "Top").sum(axis=1, min_count=1)
    np.testing.assert_allclose(som, score, rtol=1e-9, equal_nan=True)


@pytest.mark.parametrize("m", [3, 12])
@given(data=st.data())
def test_shapley_values_add_up(m: int, data: st.DataObject) -> None:
    """Exact for few parts, from random orders for many: they add up either way."""
    x = data.draw(arrays(float, (2, m), elements=st.floats(1, 100)))

    def f(y: np.ndarray) -> np.ndarray:
        return means.gemiddelde(y, np.arange(1.0, m + 1), 0)

    referentie = np.full(m, 50.0)
    uit = means.shapley(f, x, referentie, np.random.default_rng(1), keer=3)
    np.testing.assert_allclose(uit.sum(axis=1), f(x) - f(referentie[None])[0], rtol=1e-8, atol=1e-8)


INTERVAL = st.tuples(GETAL, st.floats(0, 50)).map(lambda p: (p[0], p[0] + p[1]))


@given(st.lists(INTERVAL, min_size=2, max_size=9), st.data())
def test_a_wider_interval_never_narrows_a_rank_range(
    intervallen: list[tuple[float, float]], data: st.DataObject
) -> None:
    """Neither of the area itself nor of any other one."""
    onder, boven = (np.array(k) for k in zip(*intervallen, strict=True))
    i = data.draw(st.integers(0, len(onder) - 1))
    meer = data.draw(st.tuples(st.floats(0, 100), st.floats(0, 100)))
    wijd_onder, wijd_boven = onder.copy(), boven.copy()
    wijd_onder[i] -= meer[0]
    wijd_boven[i] += meer[1]
    beste, slechtste = robustness.rangbereik(onder, boven)
    nieuw_beste, nieuw_slechtste = robustness.rangbereik(wijd_onder, wijd_boven)
    assert (nieuw_beste <= beste).all() and (nieuw_slechtste >= slechtste).all()
    assert (beste >= 1).all() and (beste <= slechtste).all() and (slechtste <= len(onder)).all()


@given(
    arrays(float, (5, 3), elements=st.floats(1, 90)),
    arrays(float, (5, 3), elements=st.floats(0, 9)),
    st.tuples(st.integers(0, 4), st.integers(0, 2)),
    st.sampled_from(["amean", "gmean", "hmean"]),
)
@settings(max_examples=25)
def test_a_wider_input_never_narrows_a_rank_range(
    onder: np.ndarray, breed: np.ndarray, cel: tuple[int, int], functie: str
) -> None:
    """From the interval of one figure of one area to everybody's best and worst rank."""

    def bereik(laag: np.ndarray, hoog: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        ends = [
            means.aggregeer(BOOM, pd.DataFrame(x, columns=["x", "y", "z"]), functie)["Top"]
            for x in (laag, hoog)
        ]
        return robustness.rangbereik(ends[0].to_numpy(), ends[1].to_numpy())

    beste, slechtste = bereik(onder, onder + breed)
    meer = breed.copy()
    meer[cel] += 7
    wijd_beste, wijd_slechtste = bereik(onder, onder + meer)
    assert (wijd_beste <= beste).all() and (wijd_slechtste >= slechtste).all()


@given(st.lists(INTERVAL, min_size=2, max_size=9), st.integers(0, 99))
def test_every_draw_lies_in_the_rank_range(
    intervallen: list[tuple[float, float]], zaad: int
) -> None:
    """The range is a bound: no draw of the scores gives a rank outside it."""
    onder, boven = (np.array(k) for k in zip(*intervallen, strict=True))
    score = onder + np.random.default_rng(zaad).random(len(onder)) * (boven - onder)
    rang = robustness.rangen(np.clip(score, onder, boven))
    beste, slechtste = robustness.rangbereik(onder, boven)
    assert (beste <= rang).all() and (rang <= slechtste).all()


@given(CIJFERS, CIJFERS)
@settings(max_examples=25)
def test_other_areas_change_nothing_with_fixed_posts(x: np.ndarray, meer: np.ndarray) -> None:
    """With min-max they would; with goalposts a score is an area's own."""
    alleen = scores(tabel(x), POSTEN)
    samen = scores(tabel(np.vstack([x, meer])), POSTEN)
    pd.testing.assert_frame_equal(alleen, samen.loc[alleen.index], check_exact=True)


OMKEERBAAR = (
    "minmax",
    "scaled",
    "zscore",
    "dist2max",
    "rank",
    "prank",
    "borda",
    "goalposts",
    "geen",
)


@given(arrays(float, 8, elements=GETAL), st.sampled_from(OMKEERBAAR))
def test_turning_around_turns_the_order(x: np.ndarray, functie: str) -> None:
    """Less is more: what was higher is now no higher."""
    x = np.concatenate([x, [-1.0, 1001.0]])
    opties = {"laag": 0.0, "hoog": 1000.0} if functie == "goalposts" else {}
    heen = normalise.normaliseer(x, 1, functie, **opties)
    terug = normalise.normaliseer(x, -1, functie, **opties)
    for i in range(len(x)):
        assert (terug[i] <= terug)[heen[i] > heen].all()


@given(arrays(float, (N, 3), elements=st.floats(1, 100)))
def test_means_keep_their_order(x: np.ndarray) -> None:
    """Harmonic at most geometric at most arithmetic, all between the lowest and the highest."""
    w = np.array([1.0, 2.0, 3.0])
    h, g, a = (means.gemiddelde(x, w, p) for p in (-1, 0, 1))
    assert (h <= g + 1e-9).all() and (g <= a + 1e-9).all()
    assert (h >= x.min(axis=1) - 1e-9).all() and (a <= x.max(axis=1) + 1e-9).all()

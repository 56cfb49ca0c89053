"""Monte Carlo and Sobol indices against cases whose answer is known on paper."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import rankdata

from indicators import robustness, sensitivity, treat, weights
from indicators.hierarchy import Hierarchie, MethodeFout, lees_hierarchie
from indicators.means import aggregeer
from indicators.sensitivity import Proef, Schaling
from tests.methode_klein import META

BOOM = lees_hierarchie(META)
ZO = Schaling("geen", naar=None)
"""No scaling: the inputs are on one scale already."""


def plat(m: int) -> Hierarchie:
    """One top over m indicators of equal weight."""
    codes = [f"i{j}" for j in range(m)]
    rijen = [(c, "Indicator", "Top", 1, 1) for c in codes] + [("Top", "Aggregate", None, None, 1)]
    kop = ["iCode", "Type", "Parent", "Direction", "Weight"]
    return lees_hierarchie(pd.DataFrame(rijen, columns=kop))


@pytest.mark.parametrize("n", [1, 2, 700])
def test_ranks_as_plain_sorting_gives_them(n: int) -> None:
    """Packed sorting against scipy, with ties and negative scores."""
    rng = np.random.default_rng(n)
    score = np.round(rng.normal(size=(40, n)), 2)
    verwacht = np.array([rankdata(-s, method="min") for s in score])
    np.testing.assert_array_equal(robustness.rang_trekkingen(score.copy()), verwacht)
    np.testing.assert_array_equal(robustness.rangen(score.T).T, verwacht)


def test_rank_quantiles_are_numpys() -> None:
    rng = np.random.default_rng(1)
    x, w = rng.random((60, 5)), rng.random((90, 5))
    x[3, 2] = np.nan
    heeft = ~np.isnan(x)
    score = np.nan_to_num(x) @ w.T / (heeft @ w.T)
    rang = robustness.rangen(score)
    beeld = robustness.rangen_bij_gewichten(x, w, (0.05, 0.5, 0.9), grenzen=(0.4, 0.6))
    np.testing.assert_allclose(beeld.kwantielen, np.quantile(rang, [0.05, 0.5, 0.9], axis=1).T)
    np.testing.assert_allclose(beeld.gemiddelde, rang.mean(axis=1))
    assert beeld.klasse_kans is not None
    midden = ((score >= 0.4) & (score < 0.6)).mean(axis=1)
    np.testing.assert_allclose(beeld.klasse_kans[:, 1], midden)
    np.testing.assert_allclose(beeld.klasse_kans.sum(axis=1), 1)


@pytest.mark.parametrize(
    ("x", "gewicht", "woord"),
    [
        ([[1.0, np.inf]], [[1.0, 1.0]], "oneindige"),
        ([[1.0, 2.0]], [[0.0, 0.0]], "samen nul"),
        ([[1.0, 2.0], [np.nan, np.nan]], [[1.0, 1.0]], "rij 1"),
        (np.empty((0, 2)), [[1.0, 1.0]], "geen gebieden"),
    ],
)
def test_no_nan_travels(x: list[list[float]], gewicht: list[list[float]], woord: str) -> None:
    with pytest.raises(ValueError, match=woord):
        robustness.rangen_bij_gewichten(np.array(x), np.array(gewicht))


@pytest.mark.proef
def test_probability_that_one_lies_lower() -> None:
    """Uniform on 0 to 2 against uniform on 1 to 3: 7/8 lower, by the area of the square."""
    proef = Proef(
        plat(1),
        np.array([[1.0], [2.0]]),
        np.array([[0.0], [1.0]]),
        np.array([[2.0], [3.0]]),
        invoer=4000,
        normalisaties=(ZO,),
    )
    uit = sensitivity.onzekerheid(proef, 4000, np.random.default_rng(2), (1.5,), (0, 1))
    assert uit.kans_lager(0, 1) == pytest.approx(7 / 8, abs=0.02)
    assert uit.beeld.klasse_kans is not None
    assert uit.beeld.klasse_kans[:, 1] == pytest.approx([1 / 4, 3 / 4], abs=0.03)


def test_rounding_intervals_by_hand() -> None:
    """A count rounded to 5 lies within 2.5, no lower than 0."""
    onder, boven = robustness.afronding(np.array([0.0, 15.0]), 5, laagste=0)
    assert (onder.tolist(), boven.tolist()) == ([0.0, 12.5], [2.5, 17.5])


def test_a_missing_score_is_refused() -> None:
    """No rank and no probability comes out of a gap; tiny and huge scores keep their order."""
    gat = np.array([[1.0, np.nan]])
    with pytest.raises(ValueError, match="ontbreekt of is oneindig"):
        robustness.rang_trekkingen(gat.copy())
    with pytest.raises(ValueError, match="met een score"):
        robustness.kans_lager(gat[0], gat[0])
    for score in ([1e-12, 2e-12, 3e-12], [1e12, 1e12 + 1, 1e12 + 2]):
        assert robustness.rang_trekkingen(np.array([score])).tolist() == [[3, 2, 1]]


def test_every_kind_of_uncertain_input() -> None:
    """A margin, income rounded to 100, a share to whole numbers, a hidden count under 10."""
    vijf = np.array([5.0])
    assert [v.tolist() for v in robustness.met_marge(vijf, np.array([2.0]))] == [[3.0], [7.0]]
    stap = robustness.AFRONDING
    assert robustness.afronding(np.array([0.0]), stap["aantal_100"], 0)[1].tolist() == [50.0]
    assert robustness.afronding(vijf, stap["heel_procent"], 0)[0].tolist() == [4.5]
    leeg = np.array([np.nan, 5.0])
    onder, boven = robustness.verborgen(leeg, leeg, np.isnan(leeg), 0, 9)
    assert (onder.tolist(), boven.tolist()) == ([0.0, 5.0], [9.0, 5.0])


def test_hidden_cell_is_drawn_and_exact_cell_is_not() -> None:
    waarde = np.array([[np.nan, 3.0]])
    trek = robustness.invoer_trekking(
        np.array([[0.0, 3.0]]), waarde, np.array([[4.0, 3.0]]), np.random.default_rng(1)
    )
    assert 0 <= trek[0, 0] <= 4 and trek[0, 1] == 3 and np.isnan(waarde[0, 0])


def test_rank_range_by_hand() -> None:
    """Intervals 0-2, 1-3 and 5-6: the third is always first, the others change places."""
    beste, slechtste = robustness.rangbereik(np.array([0.0, 1, 5]), np.array([2.0, 3, 6]))
    assert (beste.tolist(), slechtste.tolist()) == ([2, 2, 1], [3, 3, 1])


def test_sobol_of_a_sum_is_on_paper() -> None:
    """4a + 2b + c with uniforms: shares 16/21, 4/21 and 1/21, alone and in total alike."""
    a, b, gemengd = sensitivity.saltelli(8192, 3, np.random.default_rng(4))
    factor = np.array([4.0, 2.0, 1.0])
    eerste, totaal = sensitivity.indices(a @ factor, b @ factor, gemengd @ factor)
    verwacht = np.array([16, 4, 1]) / 21
    np.testing.assert_allclose(eerste, verwacht, atol=0.02)
    np.testing.assert_allclose(totaal, verwacht, atol=0.02)


def test_sobol_does_not_hang_on_where_zero_lies() -> None:
    """Ranks around 250 and changes of rank around 3 are as sure; COINr's own estimate is not."""
    rng = np.random.default_rng(5)
    y_a, y_b, y_ab = rng.random(64), rng.random(64), rng.random((2, 64))
    een, ver = (sensitivity.indices(y_a + k, y_b + k, y_ab + k) for k in (0.0, 250.0))
    np.testing.assert_allclose(een, ver, atol=1e-9)
    coinr = sensitivity.indices(y_a + 250, y_b + 250, y_ab + 250, midden=False)
    assert np.abs(coinr[0] - een[0]).max() > 1


def test_sobol_of_a_product_shows_interaction() -> None:
    """The product of a - 1/2 and b - 1/2: nothing alone, everything together."""
    a, b, gemengd = sensitivity.saltelli(8192, 2, np.random.default_rng(5))

    def y(u: np.ndarray) -> np.ndarray:
        return (u[..., 0] - 0.5) * (u[..., 1] - 0.5)

    eerste, totaal = sensitivity.indices(y(a), y(b), y(gemengd))
    np.testing.assert_allclose(eerste, 0, atol=0.03)
    np.testing.assert_allclose(totaal, 1, atol=0.05)


def test_sobol_finds_the_assumption_that_matters() -> None:
    """Two weight sets that turn the order around, two scales that change nothing."""
    x = np.array([[0.0, 100.0], [50.0, 60.0], [100.0, 0.0]])
    boom = plat(2)
    w = np.array([[9.0, 1.0, 1.0], [1.0, 9.0, 1.0]])
    proef = Proef(boom, x, normalisaties=(Schaling(), Schaling("scaled")), gewichten=w)
    uit = sensitivity.sobol(proef, 256, np.random.default_rng(6), rij=0)
    assert uit.loc["gewichten", "Si"] == pytest.approx(1, abs=0.1)
    assert uit.loc["gewichten", "STi"] == pytest.approx(1, abs=0.1)
    assert uit.loc["normalisatie", ["Si", "STi"]].tolist() == pytest.approx([0, 0], abs=0.05)
    assert uit.loc["gewichten", "Si_q5"] <= uit.loc["gewichten", "Si"]


@pytest.mark.parametrize("naam", ["amean", "gmean", "hmean", "genmean"])
def test_draws_are_the_engines_own_scores(naam: str) -> None:
    """The fast way over all draws against the slow one per draw, with gaps."""
    rng = np.random.default_rng(7)
    x = rng.uniform(1, 9, (30, 3))
    x[0, 0], x[1, 2], x[2, :2] = np.nan, np.nan, np.nan
    w = weights.met_ruis(BOOM, {1: 0.5, 2: 0.5}, 5, rng)
    p = 0.5 if naam == "genmean" else None
    proef = Proef(
        BOOM, x, normalisaties=(ZO,), gewichten=w[list(BOOM.gewicht)].to_numpy(),
        aggregaties=((naam, p),),
    )  # fmt: skip
    uit = np.empty((5, 30))

    def neem(runs: np.ndarray, score: np.ndarray) -> None:
        uit[runs] = score

    keuzes = np.zeros((5, 5), dtype=np.int64)
    keuzes[:, 3] = range(5)
    # `geen` still turns y around: give it the value that turns back
    omgekeerd = Proef(**{**proef.__dict__, "waarde": x * [1, -1, 1]})
    omgekeerd.scores(keuzes, neem)
    tabel = pd.DataFrame(x, columns=list(BOOM.indicatoren))
    for d in range(5):
        boom = BOOM.met_gewichten(w.iloc[d].to_dict())
        np.testing.assert_allclose(uit[d], aggregeer(boom, tabel, naam, p)["Top"], rtol=1e-12)


def test_treatment_and_scale_are_tried_too() -> None:
    """Every alternative is used, and an impossible one is named."""
    rng = np.random.default_rng(8)
    x = rng.lognormal(0, 1.5, (80, 3))
    proef = Proef(
        BOOM, x,
        behandelingen=(treat.Regel(), None),
        normalisaties=(Schaling(), Schaling("prank")),
        aggregaties=(("amean", None), ("gmean", None)),
    )  # fmt: skip
    uit = sensitivity.onzekerheid(proef, 200, rng)
    assert (np.diff(uit.beeld.kwantielen, axis=1) >= 0).all() and np.ptp(uit.beeld.kwantielen) > 0
    kan_niet = Proef(
        BOOM, x, normalisaties=(Schaling("prank", naar=None),), aggregaties=(("gmean", None),)
    )
    with pytest.raises(MethodeFout, match="knoop P, x: nul of negatief"):
        sensitivity.onzekerheid(kan_niet, 10, rng)
    with pytest.raises(MethodeFout, match="geen enkele aanname"):
        sensitivity.sobol(Proef(BOOM, x), 8, rng)

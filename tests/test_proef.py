"""Protects: the engine of the Methode-atelier: scales, draws of inputs, duels, contributions."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators import means, normalise, proef_uitleg
from indicators.formulas import F64
from indicators.proef import METHODEN, Opzet, Proef, duels, proef
from indicators.proef_schaal import SCHALEN, As, Cellen, maak_schaal

GRENZEN = (33.3, 66.7)


def as_(m: int, om: tuple[bool, ...] | None = None) -> As:
    return As(tuple(f"cijfer {j}" for j in range(m)), om or (False,) * m, ((0.0, 100.0),) * m,
              GRENZEN, 0.6)  # fmt: skip


def exact(x: F64) -> Cellen:
    """Figures without any interval."""
    return Cellen(x, x, x, np.zeros(x.shape, dtype=bool))


def probeer(x: F64, gewicht: list[float], methode: Any = "amean", **anders: Any) -> Proef:
    return proef(as_(x.shape[1]), exact(x), x, Opzet(np.array(gewicht), methode), **anders)


# -- scores and ranks by hand ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("methode", "score"),
    [
        ("amean", [50, 57.5, 80]),  # (40 * 3 + 80) / 4 = 50
        ("gmean", [(40**3 * 80) ** 0.25, (50**3 * 80) ** 0.25, (80**3 * 80) ** 0.25]),
        ("hmean", [4 / (3 / 40 + 1 / 80), 4 / (3 / 50 + 1 / 80), 80]),
        ("copeland", [12.5, 50, 87.5]),  # first: 0 of 3 and half of 1 in both duels: 0.125
    ],
)
def test_scores_by_hand(methode: Any, score: list[float]) -> None:
    """Weights 3 and 1; the order holds whatever the draw, so every rank interval is one place."""
    x = np.array([[40.0, 80], [50, 80], [80, 80]])
    uit = probeer(x, [3, 1], methode)
    assert uit.score == pytest.approx(score)
    assert uit.rang.tolist() == [[3, 3], [2, 2], [1, 1]]
    assert uit.klasse_kans.sum(axis=1) == pytest.approx(1)
    assert uit.kans_lager(0, 1) == 1 and uit.kans_lager(2, 1) == 0


def test_two_areas_that_trade_places() -> None:
    """90/10 against 10/90 with equal weights: which is higher is a coin toss, and the rank says so.

    The class is midden for both in every draw: a weight of 0.75 to 1.25 gives 40 to 60.
    """
    uit = probeer(np.array([[90.0, 10], [10, 90]]), [1, 1])
    assert uit.rang.tolist() == [[1, 2], [1, 2]]
    assert uit.klasse_kans.tolist() == [[0, 1, 0], [0, 1, 0]]
    assert uit.kans_lager(0, 1) == pytest.approx(0.5, abs=0.1)


def test_coverage_leaves_out_and_never_fills_in() -> None:
    """With 0.5 of the weight an area has no score; with 0.75 its score is the mean of the rest."""
    x = np.array([[40.0, np.nan], [40, 60], [10, 20]])
    assert probeer(x, [1, 1]).rij.tolist() == [1, 2]
    zwaar = probeer(x, [3, 1])
    assert zwaar.rij.tolist() == [0, 1, 2] and zwaar.score[0] == 40


def test_part_that_nobody_has_is_left_out_of_alpha() -> None:
    """Two parts that run alike: alpha is 2 * (1 - 2 / 4) = 1, also beside an empty third."""
    uit = probeer(np.array([[10.0, 20, np.nan], [20, 30, np.nan], [60, 70, np.nan]]), [1, 1, 1])
    assert uit.alpha == pytest.approx(1) and np.isnan(uit.invloed[2])


def test_zero_does_not_break_a_geometric_mean() -> None:
    """A part of 0 counts as 1, as the docs say; the outcome stays a number."""
    assert probeer(np.array([[0.0, 100], [50, 50]]), [1, 1], "gmean").score == (
        pytest.approx([10, 50])
    )


@pytest.mark.parametrize("gewicht", [[0.0, 0.0], [-1.0, 2.0]])
def test_weights_without_a_sum_are_refused(gewicht: list[float]) -> None:
    with pytest.raises(ValueError, match="samen nul"):
        probeer(np.array([[1.0, 2], [3, 4]]), gewicht)


# -- what is drawn of the inputs ------------------------------------------------------------------


def test_rounding_makes_two_figures_a_coin_toss() -> None:
    """41 and 42 rounded to 5 overlap for most of their width; apart by 6 they never do.

    With u, v uniform on (-2.5, 2.5): P(41 + u < 42 + v) = 1 - 0.5 * (4 / 5) ** 2 = 0.68.
    """
    x = np.array([[41.0], [42.0], [47.9]])
    cel = Cellen(x, x - 2.5, x + 2.5, np.zeros(x.shape, dtype=bool))
    uit = proef(as_(1), cel, x, Opzet(np.ones(1)), ruis=0.0)
    assert uit.kans_lager(0, 1) == pytest.approx(0.68, abs=0.15)  # 100 draws: sd 0.05
    assert uit.kans_lager(0, 2) == 1
    assert uit.rang.tolist()[2] == [1, 1] and uit.rang[0].tolist() == [2, 3]


def test_hidden_figure_is_anything_between_the_goalposts_and_missing_is_nothing() -> None:
    """Beside a certain 50, a hidden part moves the score between 25 and 75; a missing one not."""
    x = np.array([[50.0, 50, np.nan], [50, 50, np.nan]])
    cel = Cellen(x, x, x, np.array([[False, False, True], [False, False, False]]))
    uit = proef(as_(3), cel, x, Opzet(np.array([1.0, 1, 1])), ruis=0.0)
    assert uit.score.tolist() == [50, 50]
    assert 33 <= uit.trek[:, 0].min() < 38 and 62 < uit.trek[:, 0].max() <= 67
    assert np.allclose(uit.trek[:, 1], 50, rtol=0, atol=1e-9)


def test_unknown_interval_stays_as_it_is() -> None:
    x = np.array([[20.0], [30.0]])
    leeg = np.full(x.shape, np.nan)
    uit = proef(as_(1), Cellen(x, leeg, leeg, np.zeros(x.shape, dtype=bool)), x,
                Opzet(np.ones(1)))  # fmt: skip
    assert np.allclose(uit.trek, [20, 30], rtol=0, atol=1e-9)


@settings(max_examples=12)
@given(st.integers(0, 10_000))
def test_wider_inputs_never_narrow_the_span_of_scores(zaad: int) -> None:
    """The same draws over intervals twice as wide reach at least as far, both ways."""
    rng = np.random.default_rng(zaad)
    x = rng.uniform(20, 80, (6, 3))
    half = rng.uniform(0, 8, x.shape)
    niets = np.zeros(x.shape, dtype=bool)
    smal, wijd = (
        proef(as_(3), Cellen(x, x - k * half, x + k * half, niets), x, Opzet(np.ones(3)), ruis=0.0)
        for k in (1, 2)
    )
    assert (np.ptp(wijd.trek, axis=0) >= np.ptp(smal.trek, axis=0) - 1e-9).all()


# -- scales and references ------------------------------------------------------------------------


@pytest.mark.parametrize(("schaal", "maal"), [("minmax", 1), ("prank", 100), ("fracmax", 100)])
def test_scale_of_its_own_reference_is_that_of_the_handbook(schaal: Any, maal: float) -> None:
    """Seen from themselves, areas get what `normalise` gives (ties and a gap included)."""
    x = np.array([3.0, 9, 9, 1, np.nan, 6])
    s = maak_schaal(as_(1), schaal, "geen", x[:, None], np.ones(1))
    zelf = s.op(x[:, None])[:, 0]
    assert zelf == pytest.approx(maal * normalise.FUNCTIES[schaal](x), nan_ok=True)


def test_turned_part_ranks_from_the_other_side() -> None:
    """Where less is more, the place is counted from above, ties and all."""
    x = np.array([3.0, 9, 9, 1])
    s = maak_schaal(as_(1, (True,)), "prank", "geen", x[:, None], np.ones(1))
    assert s.op(x[:, None])[:, 0] == pytest.approx(100 * normalise.prank(-x))


def test_z_score_and_distance_to_the_middle_by_hand() -> None:
    """Mean 20, sd 10: 30 is 1 sd above, so 70; the middle is 50 and the lowest 0."""
    x = np.array([[10.0], [20.0], [30.0]])
    z = maak_schaal(as_(1), "zscore", "geen", x, np.ones(1))
    assert z.op(x)[:, 0] == pytest.approx([30, 50, 70])
    d = maak_schaal(as_(1), "dist2ref", "geen", np.array([[10.0], [14.0], [90.0]]), np.ones(1))
    assert d.op(np.array([[10.0], [14], [12], [99]]))[:, 0] == pytest.approx([0, 50, 25, 100])


def test_only_another_scale_makes_the_reference_count() -> None:
    """Goalposts: scores do not move with the reference. Lowest to highest: they do."""
    x, ander = np.array([[20.0], [40]]), np.array([[0.0], [80]])
    vast = [proef(as_(1), exact(x), r, Opzet(np.ones(1))) for r in (x, ander)]
    assert (vast[0].score == vast[1].score).all()
    assert [v.midden for v in vast] == [30, 40]
    mee = [proef(as_(1), exact(x), r, Opzet(np.ones(1), schaal="minmax")) for r in (x, ander)]
    assert mee[0].score.tolist() == [0, 100] and mee[1].score.tolist() == [25, 50]


def test_outlier_is_held_in_and_a_skewed_column_takes_the_log() -> None:
    """One of 1,000 among 1 to 20 is moved to 20; then 10 scores about half instead of 1."""
    x = np.append(np.arange(1.0, 21), 1000)[:, None]
    kaal, ingeperkt = (
        maak_schaal(as_(1), "minmax", b, x, np.ones(1)) for b in ("geen", "behandeld")
    )
    assert kaal.op(x)[9, 0] < 1 and ingeperkt.op(x)[9, 0] == pytest.approx(100 * 9 / 19)
    assert ingeperkt.behandeld == (0,) and kaal.behandeld == ()
    scheef = np.exp(np.linspace(0, 12, 400))[:, None]
    vlak, log = (
        maak_schaal(as_(1), "minmax", b, scheef, np.ones(1)).op(scheef)[:, 0]
        for b in ("geen", "behandeld")
    )
    assert (np.diff(log) >= 0).all() and np.median(log) > 10 * np.median(vlak)


@pytest.mark.parametrize("schaal", ["minmax", "zscore", "prank", "fracmax", "dist2ref"])
def test_part_without_spread_is_named(schaal: Any) -> None:
    """A constant figure has no scale: the message names it, and weight 0 leaves it out."""
    x = np.array([[5.0, 1], [5, 2], [5, 3]])
    with pytest.raises(ValueError, match=r"cijfer 0: .* dezelfde waarde.*gewicht 0"):
        proef(as_(2), exact(x), x, Opzet(np.ones(2), schaal=schaal))
    uit = proef(as_(2), exact(x), x, Opzet(np.array([0.0, 1]), schaal=schaal))
    assert np.isnan(uit.deel[:, 0]).all() and np.isfinite(uit.score).all()


# -- duels, contributions, what ranks hang on -----------------------------------------------------


@settings(max_examples=40)
@given(st.integers(0, 10_000))
def test_duels_are_copeland(zaad: int) -> None:
    """Counted per group of equal gaps it is as the whole matrix, ties and gaps included."""
    rng = np.random.default_rng(zaad)
    x = rng.integers(0, 6, (15, 4)).astype(float)
    x[rng.random(x.shape) < 0.25] = np.nan
    w = rng.uniform(0.1, 3, 4)
    assert duels(x, w[None])[0] * 14 / 100 == pytest.approx(means.copeland(x, w))


@pytest.mark.parametrize("methode", METHODEN)
def test_contributions_add_up(methode: Any) -> None:
    """Base and points are the score, for every mean and every area, also with gaps."""
    rng = np.random.default_rng(4)
    x = rng.uniform(1, 99, (8, 5))
    x[2, 1] = x[5, 3] = np.nan
    o = Opzet(np.array([1.0, 2, 0.5, 1, 0]), methode)
    uit = proef(as_(5), exact(x), x, o)
    for k in range(len(uit.rij)):
        midden = np.append(np.nanmedian(uit.deel[:, :4], axis=0), np.nan)
        b = proef_uitleg.bijdragen(uit, k, o, midden)
        assert b.basis + np.nansum(b.punten) == pytest.approx(uit.score[k])
        assert b.soort == {"amean": "termen", "copeland": "duels"}.get(methode, "shapley")
        assert np.isnan(b.punten[4])  # weight 0 takes no part


def test_what_ranks_hang_on() -> None:
    """Two parts that say the opposite, exact: ranks hang on the weights, not on the inputs.

    One that lies above all others on both parts is first whatever one chooses.
    """
    x = np.column_stack([np.linspace(10, 90, 12), np.linspace(90, 10, 12)])
    los = proef_uitleg.hangt_af(as_(2), exact(x), x, Opzet(np.ones(2)))
    per = {a.wat: a for a in los.aannamen}
    assert "invoer" not in per  # exact figures: nothing to draw
    assert per["gewichten"].samen > per["behandeling"].samen
    assert los.schuif > 1 and los.plek is None
    breed = Cellen(x, x - 15, x + 15, np.zeros(x.shape, dtype=bool))
    met = proef_uitleg.hangt_af(as_(2), breed, x, Opzet(np.ones(2)))
    assert next(a for a in met.aannamen if a.wat == "invoer").samen > 0.03
    assert all(0 <= a.alleen <= a.samen <= 1 for a in met.aannamen)
    top = np.vstack([x, [99.0, 99.0]])
    vast = proef_uitleg.hangt_af(as_(2), exact(top), top, Opzet(np.ones(2)), gebied=12)
    assert vast.plek == (1, 1) and all(a.samen == 0 for a in vast.aannamen)
    leeg = np.array([[1.0, 2], [np.nan, np.nan], [3, 4]])
    with pytest.raises(ValueError, match="geen score"):
        proef_uitleg.hangt_af(as_(2), exact(leeg), x, Opzet(np.ones(2)), gebied=1)


@pytest.mark.parametrize(("methode", "schaal"), [("amean", "doelpalen"), ("copeland", "minmax")])
def test_five_hundred_buurten_are_fast(methode: Any, schaal: Any) -> None:
    """500 buurten, 500 draws, 9 parts with inputs drawn; measured by `make bench`, here roughly."""
    x = np.random.default_rng(3).uniform(0, 100, (500, 9))
    x[::7, 3] = np.nan
    cel = Cellen(x, x - 0.5, x + 0.5, np.zeros(x.shape, dtype=bool))
    duur = []
    for _ in range(3):
        begin = time.process_time()
        proef(as_(9), cel, x, Opzet(np.ones(9), methode, schaal))
        duur.append(time.process_time() - begin)
    print(f"atelier, {methode}, {schaal}: {1000 * min(duur):.0f} ms")
    assert min(duur) < 1  # ten times the aim: a busy machine is no fault


def test_every_scale_has_words() -> None:
    from indicators.proef import UITLEG_METHODE
    from indicators.proef_schaal import UITLEG_SCHAAL

    assert set(SCHALEN) == set(UITLEG_SCHAAL) and set(METHODEN) == set(UITLEG_METHODE)

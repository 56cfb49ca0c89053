"""A composite by hand through every step, and each step's own numbers.

y per inhabitant is 4, 1, 0, 1, turned around on 0 to 100: 0, 75, 100, 75; x is 0, 50, 100, 100;
z is 0, 50, 100 and missing. P weighs y three times x; the top takes P and Q alike.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from indicators import coherence, impute, means, normalise, treat, weights
from indicators.__main__ import main
from indicators.composite import Composiet, bereken_composiet
from indicators.hierarchy import lees_hierarchie
from indicators.method import lees_methode
from tests.methode_klein import DATA, META, STAPPEN

BOOM = lees_hierarchie(META)
X = np.array([3.0, 1, 4, 1, 5, np.nan, 9, 2, 6])
"""A column with a gap and ties."""


def reken(stappen: list[object], data: pd.DataFrame = DATA) -> Composiet:
    return bereken_composiet(data, BOOM, lees_methode({"stappen": stappen}))


def test_composite_by_hand() -> None:
    """D has no Q, so the top is its P alone; half of its weight is there."""
    uit = reken(STAPPEN)
    s = uit.scores.set_index("uCode")
    assert s["P"].tolist() == pytest.approx([0, (50 + 3 * 75) / 4, 100, (100 + 3 * 75) / 4])
    assert s["Top"].tolist() == pytest.approx([0, (68.75 + 50) / 2, 100, 81.25])
    assert np.isnan(s.loc["D", "Q"])
    aggregeer = uit.stappen[-1].extra
    assert aggregeer["dekking"].set_index("uCode").loc["D"].tolist() == [0.5, 0.0, 1.0]
    bijdrage = aggregeer["bijdragen"].set_index("uCode")
    assert bijdrage.loc["B"].tolist() == pytest.approx([50 / 8, 3 * 75 / 8, 25])
    assert bijdrage.loc["D", ["x", "y"]].tolist() == pytest.approx([25, 56.25])
    assert aggregeer["zonder_score"].values.tolist() == [["D", "Q", "dekking_te_laag", "z"]]


def test_coverage_floor_leaves_no_score() -> None:
    """Above half, D has no top either, and the list says why."""
    uit = reken([*STAPPEN[:2], {"aggregeer": {"functie": "amean", "dekking": 0.6}}])
    assert np.isnan(uit.scores.set_index("uCode").loc["D", "Top"])
    assert "D" in uit.stappen[-1].extra["zonder_score"]["uCode"].tolist()
    bijdrage = uit.stappen[-1].extra["bijdragen"].set_index("uCode")
    assert bijdrage.loc["D"].isna().all() and bijdrage.loc["B"].sum() == pytest.approx(59.375)


def test_a_node_under_the_floor_passes_nothing_on() -> None:
    """C misses y, three quarters of P: no P, so its top is Q alone, as are its contributions."""
    data = DATA.assign(y=[4.0, 10.0, None, 100.0])
    uit = reken([*STAPPEN[:2], {"aggregeer": {"functie": "amean", "dekking": 0.5}}], data)
    c = uit.scores.set_index("uCode").loc["C"]
    assert np.isnan(c["P"]) and c["Top"] == c["Q"] == 100
    bijdrage = uit.stappen[-1].extra["bijdragen"].set_index("uCode").loc["C"]
    assert bijdrage["z"] == 100 and np.nansum(bijdrage[["x", "y"]].to_numpy(float)) == 0


def test_intended_weight_beside_influence() -> None:
    """In P, y is meant to weigh three quarters; the table says what it does in fact."""
    tabel = reken(STAPPEN).stappen[-1].extra["samenhang"].set_index("deel")
    assert tabel.loc["y", "bedoeld"] == 0.75 and tabel.loc[["x", "y"], "invloed"].sum() == 1
    x, y = np.array([0.0, 50, 100, 100]), np.array([0.0, 75, 100, 75])
    p = (x + 3 * y) / 4
    r = np.array([np.corrcoef(x, p)[0, 1], np.corrcoef(y, p)[0, 1]]) ** 2
    assert tabel.loc["y", "invloed"] == pytest.approx(r[1] / r.sum())


def test_command_writes_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Files in, files out; scores.csv is as by hand; a second run leaves no old step."""
    DATA.to_csv(tmp_path / "D.csv", index=False)
    META.to_csv(tmp_path / "M.csv", index=False)
    (tmp_path / "uit").mkdir()
    for naam in ("09_behandel.csv", "09_van_mij.csv"):
        (tmp_path / "uit" / naam).write_text("x")
    (tmp_path / "S.yaml").write_text(yaml.safe_dump({"stappen": STAPPEN}), encoding="utf-8")
    woorden = ["bereken"]
    for naam, bestand in (
        ("data", "D.csv"),
        ("meta", "M.csv"),
        ("methode", "S.yaml"),
        ("uit", "uit"),
    ):
        woorden += [f"--{naam}", str(tmp_path / bestand)]
    assert main(woorden) == 0
    gezegd = capsys.readouterr().out
    assert "1 indicatoren gedeeld: y/inw" in gezegd and "1 omgekeerd" in gezegd
    s = pd.read_csv(tmp_path / "uit" / "scores.csv").set_index("uCode")
    assert s["Top"].tolist() == pytest.approx([0, 59.375, 100, 81.25])
    bestanden = {p.name for p in (tmp_path / "uit").iterdir()}
    assert {"01_denomineer.csv", "02_normaliseer.csv", "03_aggregeer.csv"} <= bestanden
    assert "09_behandel.csv" not in bestanden and {"09_van_mij.csv", "verslag.txt"} <= bestanden


def test_panel_each_year_by_itself_or_all_together() -> None:
    """With one scale over both years, the second year's best is the only 100."""
    twee = DATA.assign(x=DATA["x"] * 2, Time=2021)
    data = pd.concat([DATA.assign(Time=2020), twee], ignore_index=True)
    per_jaar = reken(STAPPEN, data).scores.set_index(["uCode", "Time"])
    assert per_jaar.loc[("C", 2020), "x"] == per_jaar.loc[("C", 2021), "x"] == 100
    alles = [STAPPEN[0], {"normaliseer": {"functie": "minmax", "over": "alles"}}, STAPPEN[2]]
    samen = reken(alles, data).scores.set_index(["uCode", "Time"])
    assert samen.loc[("C", 2020), "x"] == 50 and samen.loc[("C", 2021), "x"] == 100


@pytest.mark.parametrize(
    ("functie", "opties", "verwacht"),
    [
        ("minmax", {}, [25, 0, 37.5, 0, 50, np.nan, 100, 12.5, 62.5]),
        ("scaled", {"onder": 0.0, "boven": 10.0}, [30, 10, 40, 10, 50, np.nan, 90, 20, 60]),
        ("dist2max", {}, [0.25, 0, 0.375, 0, 0.5, np.nan, 1, 0.125, 0.625]),
        ("dist2ref", {"referentie": 0}, [1, 0, 1.5, 0, 2, np.nan, 4, 0.5, 2.5]),
        ("dist2targ", {"doel": 5.0, "kap": True}, [0.5, 0, 0.75, 0, 1, np.nan, 1, 0.25, 1]),
        ("fracmax", {}, [3 / 9, 1 / 9, 4 / 9, 1 / 9, 5 / 9, np.nan, 1, 2 / 9, 6 / 9]),
        ("rank", {}, [4, 1, 5, 1, 6, np.nan, 8, 3, 7]),
        ("borda", {}, [3, 0, 4, 0, 5, np.nan, 7, 2, 6]),
        ("prank", {}, [3 / 7, 0, 4 / 7, 0, 5 / 7, np.nan, 1, 2 / 7, 6 / 7]),
        ("goalposts", {"laag": 2.0, "hoog": 6.0, "schaal": 1.0},
         [0.25, 0, 0.5, 0, 0.75, np.nan, 1, 0, 1]),
    ],
)  # fmt: skip
def test_normalisations_by_hand(
    functie: str, opties: dict[str, float], verwacht: list[float]
) -> None:
    """A gap stays a gap and ties share the lowest rank."""
    uit = normalise.normaliseer(X, 1, functie, **opties)
    np.testing.assert_allclose(uit, verwacht, rtol=1e-12)


def test_goalposts_turn_along() -> None:
    """Less is more: 3 of 0 to 10 becomes 70."""
    uit = normalise.normaliseer(X, -1, "goalposts", laag=0.0, hoog=10.0, schaal=100.0)
    assert uit[0] == pytest.approx(70)


def test_zscore_has_the_mean_and_spread_asked_for() -> None:
    uit = normalise.zscore(X, 10, 3)
    assert (np.nanmean(uit), np.nanstd(uit, ddof=1)) == pytest.approx((10, 3))


def test_outliers_by_hand() -> None:
    """1 to 10 with 30 and 100: 100 goes to 30 and that will do; with no room, all go by a log."""
    x = np.array([*range(1, 11), 30.0, 100.0])
    uit = treat.behandel(x, treat.Regel(max_winsor=5))
    assert uit.x.tolist() == [*range(1, 11), 30, 30] and uit.aantal == 1
    assert uit.geslaagd == (False, True) and uit.merk.tolist() == [""] * 11 + ["winhi"]
    log = treat.behandel(x, treat.Regel(max_winsor=0))
    assert log.transformatie == "log_CT" and set(log.merk) == {"log_CT"}
    assert log.x[0] == pytest.approx(np.log(0.99))


def test_skewness_and_kurtosis_as_a_spreadsheet_gives_them() -> None:
    """Of 2, 3, 5, 11: 1.5446 and 2.3166 (Excel's SKEW and KURT, worked out by hand)."""
    y = np.array([2.0, 3, 5, 11])
    m2, m3, m4 = (np.mean((y - y.mean()) ** k) for k in (2, 3, 4))
    scheef = m3 / m2**1.5 * np.sqrt(4 * 3) / 2
    kurt = (5 * (m4 / m2**2) - 3 * 3) * 3 / (2 * 1)
    assert treat.momenten(y) == pytest.approx((scheef, kurt))


def test_fills_only_gaps_and_lists_them() -> None:
    """Z of D is filled with the mean of its own group, C's 3, and the list says so."""
    stap = {"imputeer": {"functie": "i_mean_grp", "groep": "soort"}}
    uit = reken([stap, *STAPPEN])
    assert uit.scores.set_index("uCode").loc["D", "Q"] == 100
    lijst = uit.stappen[0].extra["ingevuld"]
    assert lijst[["uCode", "indicator", "is", "hoe"]].values.tolist() == [
        ["D", "z", 3.0, "ingevuld met mean_grp"]
    ]
    assert lijst["was"].isna().all()


@pytest.mark.parametrize(
    ("functie", "verwacht"),
    [
        ("latest", [np.nan, 2, 2, 2, 8]),
        ("linear", [2, 2, 4, 6, 8]),
        ("constant", [2, 2, 2, 2, 8]),
    ],
)
def test_gaps_from_other_years(functie: str, verwacht: list[float]) -> None:
    x = pd.DataFrame({"a": [np.nan, 2, np.nan, np.nan, 8]})
    wie, tijd = pd.Series(["A"] * 5), pd.Series(range(2018, 2023))
    np.testing.assert_allclose(impute.vul_panel(x, wie, tijd, functie)["a"], verwacht)
    een = impute.vul_panel(x, wie, tijd, "latest", terug=1)["a"]
    np.testing.assert_allclose(een, [np.nan, 2, 2, np.nan, 8])


@pytest.mark.parametrize(
    ("macht", "verwacht"),
    [(1, (1 + 2 * 8) / 3), (0, 4.0), (-1, 3 / (1 + 2 / 8)), (2, np.sqrt((1 + 2 * 64) / 3))],
)
def test_means_by_hand(macht: float, verwacht: float) -> None:
    """1 once and 8 twice; what is missing takes its weight along."""
    x = np.array([[1.0, 8.0], [np.nan, 8.0], [np.nan, np.nan]])
    uit = means.gemiddelde(x, np.array([1.0, 2.0]), macht)
    assert uit[0] == pytest.approx(verwacht) and uit[1] == pytest.approx(8)
    assert np.isnan(uit[2])


def test_outranking_by_hand() -> None:
    """A beats B on two of three and ties on none; C is beaten on all by A."""
    x = np.array([[3.0, 3, 1], [2, 2, 2], [1, 2, 0]])
    m = means.outranking(x)
    np.testing.assert_allclose(m, [[0, 2 / 3, 1], [1 / 3, 0, 2.5 / 3], [0, 0.5 / 3, 0]])
    assert means.dominantie(m) == (1, pytest.approx(1 / 3))
    np.testing.assert_allclose(means.copeland(x), m.sum(axis=1))
    met_gat = np.where(x == 0, np.nan, x)
    np.testing.assert_allclose(means.copeland(met_gat), means.outranking(met_gat).sum(axis=1))


def test_shapley_by_hand() -> None:
    """Of a geometric mean of 4 and 9 against 1 and 1: 2 and 3 are worth 1.5 and 3.5 of the 5."""
    uit = means.shapley(
        lambda x: np.sqrt(x.prod(axis=1)), np.array([[4.0, 9.0]]), np.ones(2),
        np.random.default_rng(1),
    )  # fmt: skip
    assert uit[0].tolist() == pytest.approx([((2 - 1) + (6 - 3)) / 2, ((3 - 1) + (6 - 2)) / 2])


def test_weights_by_hand() -> None:
    """Down from the top: P half, y three quarters of that."""
    w = weights.effectief(BOOM)
    assert (w["Top"], w["P"], w["y"], w["x"], w["z"]) == (1, 0.5, 0.375, 0.125, 0.5)


def test_equal_influence_is_found() -> None:
    """After optimising, every part correlates alike with the top; before, they did not."""
    rng = np.random.default_rng(3)
    basis = rng.normal(size=400)
    x = pd.DataFrame({"x": basis + rng.normal(size=400), "y": basis, "z": rng.normal(size=400)})
    plat = META.assign(Parent=["Top", "Top", "Top", None, None, None, None, None])
    boom = lees_hierarchie(plat[plat["iCode"].isin(["x", "y", "z", "Top"])].drop(columns="Level"))
    gevonden = boom.met_gewichten(weights.voor_gelijke_invloed(boom, x, 1))
    voor, na = (
        coherence.invloed(b, means.aggregeer(b, x), "Top")["correlatie"] for b in (boom, gevonden)
    )
    assert np.ptp(voor) > 0.2 and np.ptp(na) < 1e-2


def test_pca_weights_of_two_alike_are_equal() -> None:
    """Two standardised columns always load by one over the root of two on the first component."""
    x = pd.DataFrame({"x": [1.0, 2, 3, 5], "y": [1.0, 3, 2, 9], "z": [1.0, 2, 3, 4]})
    w = weights.pca(BOOM, x, 1)
    assert (w["x"], w["y"], w["z"]) == pytest.approx((0.5**0.5, 0.5**0.5, 1.0))


def test_alpha_by_hand() -> None:
    """Two columns with variances 1 and 4 and covariance 1: 2 x 2 x 1 / (1 + 4 + 2) = 4/7."""
    basis = np.array([[1.0, 2], [-1, -2], [1, -2], [-1, 2], [1, 2], [-1, -2]])
    x = pd.DataFrame(basis)
    c = x.cov().to_numpy()
    assert coherence.cronbach(x) == pytest.approx(4 * c[0, 1] / c.sum())
    assert np.isnan(coherence.cronbach(x[[0]]))

"""Bad input to the engine: an error naming node, indicator, step or key; no NaN that travels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indicators.__main__ import main
from indicators.composite import Composiet, bereken_composiet
from indicators.hierarchy import MethodeFout, lees_hierarchie
from indicators.method import lees_methode
from tests.methode_klein import DATA, META, STAPPEN

AMEAN: dict[str, object] = {"aggregeer": "amean"}


def reken(
    stappen: list[object] = STAPPEN, data: pd.DataFrame = DATA, meta: pd.DataFrame = META
) -> Composiet:
    return bereken_composiet(data, lees_hierarchie(meta), lees_methode({"stappen": stappen}))


def meta(code: str, kolom: str, waarde: object) -> pd.DataFrame:
    """The metadata with one cell changed."""
    anders = META.astype(object)
    anders.loc[anders["iCode"] == code, kolom] = waarde
    return anders


@pytest.mark.parametrize(
    ("kapot", "woorden"),
    [
        (meta("Top", "Parent", "P"), ("lus", "P", "Top")),
        (meta("z", "Parent", "R"), ("z", "R", "wees")),
        (meta("z", "Parent", None), ("z", "wees")),
        (meta("x", "Direction", None), ("x", "Direction ontbreekt")),
        (meta("x", "Direction", 2), ("x", "1 of -1")),
        (meta("x", "Weight", None), ("x", "Weight ontbreekt")),
        (meta("x", "Weight", "zwaar"), ("x", "zwaar", "geen getal")),
        (meta("z", "Weight", 0), ("knoop Q", "tellen op tot nul")),
        (meta("x", "Weight", -1), ("knoop P", "x", "-1")),
        (meta("x", "Type", "Indikator"), ("x", "Indikator")),
        (meta("z", "iCode", "x"), ("x", "meer dan eens")),
        (meta("z", "Parent", "P"), ("Q", "zonder onderdelen")),
        (META.drop(columns="Parent"), ("Parent",)),
        (meta("P", "Level", "inf"), ("P", "Level inf", "heel getal")),
        (meta("Top", "Weight", 0), ("knoop Top", "gewicht 0")),
        (meta("Top", "Weight", "inf"), ("knoop Top", "gewicht inf")),
    ],
)
def test_a_tree_that_cannot_be_computed(kapot: pd.DataFrame, woorden: tuple[str, ...]) -> None:
    with pytest.raises(MethodeFout) as fout:
        lees_hierarchie(kapot)
    assert all(w in str(fout.value) for w in woorden), str(fout.value)


@pytest.mark.parametrize(
    ("data", "woorden"),
    [
        (DATA.assign(x=5.0), ("normaliseer", "x (knoop P)", "gelijk")),
        (DATA.assign(x=np.nan), ("normaliseer", "x (knoop P)", "ontbreken")),
        (DATA.iloc[:1], ("normaliseer", "x (knoop P)", "maar een waarde")),
        (DATA.assign(x=[0, 1, np.inf, 2]), ("x", "C", "oneindig")),
        (DATA.assign(x=["0", "1", "veel", "2"]), ("x", "C", "veel", "geen getal")),
        (DATA.assign(uCode=["A", "A", "C", "D"]), ("A", "meer dan eens")),
        (DATA.assign(inw=[1, 0, 10, 100]), ("denomineer", "y", "B", "inw is nul")),
        (DATA.drop(columns="z"), ("z", "ontbreken")),
        (DATA.iloc[:0], ("geen enkele rij",)),
    ],
)
def test_data_that_cannot_be_scaled(data: pd.DataFrame, woorden: tuple[str, ...]) -> None:
    with pytest.raises(MethodeFout) as fout:
        reken(data=data)
    assert all(w in str(fout.value) for w in woorden), str(fout.value)


@pytest.mark.parametrize("functie", ["gmean", "hmean"])
def test_zero_in_a_geometric_mean(functie: str) -> None:
    with pytest.raises(MethodeFout, match=r"aggregeer.*knoop P.*bij x \(A, waarde 0\)"):
        reken([*STAPPEN[:2], {"aggregeer": functie}])


def test_negative_in_a_geometric_mean() -> None:
    with pytest.raises(MethodeFout, match="knoop P, gmean: negatieve waarde bij x"):
        reken([{"normaliseer": "zscore"}, {"aggregeer": "gmean"}])


def test_division_by_nothing_is_refused() -> None:
    """The first unit has the lowest x: the way from the lowest to itself is zero."""
    with pytest.raises(MethodeFout, match=r"x \(knoop P\): dist2ref geeft oneindige"):
        reken([{"normaliseer": {"functie": "dist2ref", "referentie": "A"}}, AMEAN])


@pytest.mark.parametrize(
    ("stappen", "woorden"),
    [
        ([{"normalizeer": {}}, AMEAN], ("stap 1", "normalizeer")),
        ([{"normaliseer": {"functie": "minmaks"}}, AMEAN], ("stap 1", "functie")),
        ([{"normaliseer": {"functie": "zscore", "onder": 1}}, AMEAN], ("zscore", "onder")),
        ([{"normaliseer": {"over": "altijd"}}, AMEAN], ("stap 1", "over")),
        ([{"behandel": {"max_windsor": 5}}, *STAPPEN[1:]], ("stap 1", "max_windsor")),
        ([{"imputeer": "i_mean_grp"}, *STAPPEN[1:]], ("stap 1", "groep")),
        ([*STAPPEN[1:2], {"aggregeer": "genmean"}], ("stap 2", "p")),
        ([{"screen": {"drempel": 2}}, *STAPPEN[1:]], ("stap 1", "drempel")),
        ([AMEAN], ("normaliseer",)),
        (STAPPEN[:2], ("aggregeer",)),
        ([{"imputeer": {"functie": "mean_grp", "groep": "kleur"}}, *STAPPEN[1:]], ("kleur",)),
        ([{"imputeer": "latest"}, *STAPPEN[1:]], ("latest", "Time")),
        ([*STAPPEN[1:2], {"aggregeer": {"gewichten": {"x": 0, "y": 0}}}], ("knoop P", "nul")),
        ([*STAPPEN[1:2], {"aggregeer": {"gewichten": {"w": 1}}}], ("w",)),
        ([{"behandel": {"per_indicator": {"w": "geen"}}}, *STAPPEN[1:]], ("w",)),
        ([{"screen": {"drempel": 1, "soort": "byNA", "weg": ["A", "B", "C"]}}, *STAPPEN[1:]],
         ("geen enkele rij",)),
    ],
)  # fmt: skip
def test_a_method_that_cannot_be_followed(stappen: list[object], woorden: tuple[str, ...]) -> None:
    with pytest.raises(MethodeFout) as fout:
        reken(stappen)
    assert all(w in str(fout.value) for w in woorden), str(fout.value)


@pytest.mark.parametrize(
    ("stap", "data", "woorden"),
    [
        ({"gewichten": "pca"}, DATA.assign(x=5.0), ("pca", "knoop P", "x", "dezelfde waarde")),
        ({"gewichten": "gelijke_invloed"}, DATA.assign(x=5.0), ("knoop P", "x", "invloed")),
        ("copeland", DATA.iloc[:1], ("knoop P", "copeland", "maar een rij")),
    ],
)
def test_weights_and_duels_that_cannot_be_found(
    stap: object, data: pd.DataFrame, woorden: tuple[str, ...]
) -> None:
    """Ranks allow a constant column; weights that look for spread do not, and say of which."""
    with pytest.raises(MethodeFout) as fout:
        reken([{"normaliseer": "rank"}, {"aggregeer": stap}], data)
    assert all(w in str(fout.value) for w in woorden), str(fout.value)


def test_part_that_runs_against_its_node_gets_no_weight_from_pca() -> None:
    x = np.arange(12.0)
    data = pd.DataFrame({"uCode": [f"u{i}" for i in range(12)], "x": x, "y": x, "z": x, "inw": 1.0,
                         "soort": "a"})  # fmt: skip
    een = meta("y", "Direction", -1)
    een.loc[een["iCode"] == "z", "Parent"] = "P"
    een.loc[een["iCode"] == "Q", "Type"] = "Other"
    with pytest.raises(MethodeFout, match=r"pca, knoop P: y loopt tegen de andere delen in"):
        reken([{"normaliseer": "minmax"}, {"aggregeer": {"gewichten": "pca"}}], data, een)


@pytest.mark.parametrize("p", [500, -500])
def test_high_power_stays_a_number(p: float) -> None:
    """A hundred to the power of 500 is no number any more; the mean of such powers is."""
    een = {"normaliseer": {"functie": "minmax", "onder": 1}}
    uit = reken([een, {"aggregeer": {"functie": "genmean", "p": p}}]).scores
    assert np.isfinite(uit[["P", "Top"]]).all(axis=None)
    delen = uit[["x", "y"]].agg("max" if p > 0 else "min", axis=1)
    assert uit["P"].to_numpy() == pytest.approx(delen.to_numpy(), rel=0.01)


def test_infinite_outcome_is_refused() -> None:
    data = DATA.assign(x=1.7e308, y=-1.7e308, z=1.0)
    with pytest.raises(MethodeFout, match=r"knoop P, amean: oneindige uitkomst bij A"):
        reken([{"normaliseer": "geen"}, {"aggregeer": {"gewichten": {"x": 9, "y": 9}}}], data)


def test_missing_denominator_is_said() -> None:
    uit = reken(data=DATA.assign(inw=[1, np.nan, 10, 100]))
    assert "1 waarden vervallen, want de noemer ontbreekt: y van B" in uit.stappen[0].zinnen


def test_ties_are_no_fault() -> None:
    """Equal values share the lowest rank; a constant column is a tie of all."""
    uit = reken([{"normaliseer": "rank"}, AMEAN], DATA.assign(x=5.0)).scores
    assert uit["x"].tolist() == [1, 1, 1, 1]


def test_fixed_posts_allow_one_area_and_an_empty_column() -> None:
    """What looks at no other area needs none; the empty part leaves its weight to the others."""
    posten = {"normaliseer": {"functie": "goalposts", "laag": 0, "hoog": 10}}
    uit = reken([posten, AMEAN], DATA.iloc[1:2].assign(x=np.nan)).scores.iloc[0]
    assert uit["P"] == 0 and np.isnan(uit["x"])


def test_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    DATA.to_csv(tmp_path / "D.csv", index=False)
    META.to_csv(tmp_path / "M.csv", index=False)
    (tmp_path / "S.yaml").write_text("stappen: [{normaliseer: minmaks}, aggregeer]")
    woorden = ["bereken", "--data", str(tmp_path / "D.csv"), "--meta", str(tmp_path / "M.csv")]
    woorden += ["--methode", str(tmp_path / "S.yaml"), "--uit", str(tmp_path / "uit")]
    assert main(woorden) == 1
    assert "S.yaml, stap 1 (normaliseer), functie" in capsys.readouterr().err
    assert not (tmp_path / "uit").exists()
    (tmp_path / "S.yaml").write_text("stappen: [normaliseer, aggregeer]")
    woorden[-1] = str(tmp_path / "S.yaml")
    assert main(woorden) == 1 and "S.yaml: niet te schrijven" in capsys.readouterr().err
    DATA.assign(x2=1).rename(columns={"x2": "x"}).to_csv(tmp_path / "D.csv", index=False)
    assert main(woorden) == 1 and "kolom x staat er meer dan eens" in capsys.readouterr().err
    assert main(["vergelijk", str(tmp_path)]) == 1

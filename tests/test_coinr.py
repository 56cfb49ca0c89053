"""COINr's own results (R, version 1.1.14) reproduced from its input; needs ../shared/data/coinr."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indicators import means, weights
from indicators.__main__ import main
from indicators.composite_files import lees_csv, lees_meta
from indicators.reference import Uitslag, grootste, vergelijk
from indicators.reference_rules import REGELS, Bouw

COINR = Path(__file__).resolve().parents[2] / "shared" / "data" / "coinr"
pytestmark = [
    pytest.mark.echt,
    pytest.mark.skipif(not COINR.exists(), reason="../shared/data/coinr is er niet"),
]
VOORBEELD = """
stappen: [{denomineer: metadata}, {screen: {soort: byNA, drempel: 0.8}},
  {imputeer: {functie: i_mean_grp, groep: EurAsia_group}},
  {behandel: {max_winsor: 5, scheefheid: 2, kurtosis: 3.5, over: per_jaar}},
  {normaliseer: {functie: minmax, onder: 0, boven: 100, over: alles}},
  {aggregeer: {functie: amean}}]
"""


@pytest.fixture(scope="module")
def bouw() -> Bouw:
    return Bouw(COINR, lees_csv, lees_meta)


@pytest.fixture(scope="module")
def uitslagen() -> dict[str, Uitslag]:
    return {u.bestand: u for u in vergelijk(COINR, lees_csv, lees_meta)}


def test_every_file_is_compared_and_agrees(uitslagen: dict[str, Uitslag]) -> None:
    """To 1e-9; none is skipped for want of a rule."""
    assert len(uitslagen) == len(list((COINR / "expected").glob("*.csv")))
    assert {n: u.regel() for n, u in uitslagen.items() if not u.goed} == {}
    assert max(u.verschil for u in uitslagen.values()) < 1e-9


def test_a_wrong_number_is_seen() -> None:
    """One cell off by a millionth, and a missing one, are not agreement."""
    goed = pd.DataFrame({"uCode": ["A", "B"], "x": [1.0, 2.0]})
    assert grootste(goed, goed, ("uCode",))[0] == 0
    assert grootste(goed, goed.assign(x=[1.0, 2.000002]), ("uCode",))[0] > 9e-7
    assert grootste(goed.assign(x=[1.0, np.nan]), goed, ("uCode",))[0] == np.inf
    assert grootste(goed.iloc[:1], goed, ("uCode",))[0] == np.inf


@pytest.mark.parametrize("naam", ["norm_rank", "norm_borda", "norm_prank"])
def test_the_known_cells_are_the_only_ones_that_differ(bouw: Bouw, naam: str) -> None:
    """Three units are one place off, in one indicator, because the CSV made ties of them."""
    anders = bouw.verwacht(naam).set_index("uCode")
    ons = REGELS[naam].maak(bouw).set_index("uCode").loc[anders.index, anders.columns]
    mis = (ons - anders).abs() > 1e-9
    assert {(u, c) for c in mis for u in mis.index[mis[c]]} == set(REGELS[naam].bekend)
    stap = 1 / 50 if naam == "norm_prank" else 1
    assert (ons - anders).abs().to_numpy()[mis.to_numpy()] == pytest.approx([stap] * 3)


def test_published_anchors(bouw: Bouw) -> None:
    """Scores, ranks and dominance that the package's own pages print, in files left out here."""
    s = bouw.stap("aggregeer").set_index("uCode")["Index"]
    for land, waarde in {
        "CHE": 68.38,
        "NLD": 64.82,
        "DNK": 64.80,
        "NOR": 64.47,
        "BEL": 63.54,
    }.items():
        assert round(s[land], 2) == waarde
    assert round(s["IND"], 2) == 39.79 and int((s > s["IND"]).sum()) + 1 == 45
    norm = bouw.cijfers("normaliseer")
    matrix = means.outranking(norm[list(bouw.boom.bladeren("Physical"))].to_numpy())
    assert means.dominantie(matrix) == (92, pytest.approx(0.072156862745098))
    assert means.dominantie(means.outranking(norm.to_numpy()))[0] == 0
    w = weights.voor_gelijke_invloed(bouw.boom, norm, 3)
    assert (w["Conn"], w["Sust"]) == pytest.approx((0.3902439, 0.6097561), abs=1e-2)


def test_min_max_against_percentile_rank(bouw: Bouw) -> None:
    """Portugal goes from 27 to 17 when indicators are ranked instead of scaled."""
    x = bouw.genormaliseerd("prank").set_index("uCode")
    prank = means.aggregeer(bouw.boom, x)["Index"].rank(ascending=False)
    s = bouw.stap("aggregeer").set_index("uCode")["Index"].rank(ascending=False)
    assert (s["PRT"], prank["PRT"]) == (27, 17)


def test_command_on_the_panel(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Five years: a row per unit and year, years treated by themselves, one scale over all."""
    (tmp_path / "S.yaml").write_text(VOORBEELD, encoding="utf-8")
    woorden = ["bereken", "--data", str(COINR / "input" / "asem_idata_panel.csv")]
    woorden += ["--meta", str(COINR / "input" / "asem_imeta.csv")]
    woorden += ["--methode", str(tmp_path / "S.yaml"), "--uit", str(tmp_path / "uit")]
    assert main(woorden) == 0
    s = pd.read_csv(tmp_path / "uit" / "scores.csv", keep_default_na=False)
    norm = pd.read_csv(tmp_path / "uit" / "05_normaliseer.csv")
    assert sorted(s["Time"].unique()) == [2018, 2019, 2020, 2021, 2022]
    codes = ["LPI", "CO2", "NEET"]
    assert norm[codes].min().tolist() == [0, 0, 0] and norm[codes].max().tolist() == [100] * 3
    een_jaar = norm[norm["Time"] == 2018][codes]
    assert (een_jaar.max() < 100).any() or (een_jaar.min() > 0).any()
    assert "per_jaar" not in capsys.readouterr().err


def test_files_that_are_not_in_every_folder(tmp_path: Path, bouw: Bouw) -> None:
    """Copeland, outranking, PCA weights and Sobol indices against the plainest way to make them.

    The folder here has no such files, so they are made with loops and textbook formulas.
    """
    (tmp_path / "expected").mkdir()
    (tmp_path / "input").symlink_to(COINR / "input")
    norm = bouw.stap("normaliseer")
    x, codes = norm[list(bouw.boom.indicatoren)].to_numpy(), norm["uCode"].tolist()
    n, m = x.shape
    matrix = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            wint = sum((x[i, k] > x[j, k]) + (x[i, k] == x[j, k]) / 2 for k in range(m)) / m
            matrix[i, j] = wint if i != j else 0
    pd.DataFrame({"uCode": codes, "Score": matrix.sum(axis=1)}).to_csv(
        tmp_path / "expected" / "copeland_flat_equalw.csv", index=False
    )
    pd.DataFrame(matrix, columns=[f"V{i}" for i in range(n)]).to_csv(
        tmp_path / "expected" / "outrank_normalised_equalw.csv", index=False
    )
    gewicht = {}
    for knoop in ("Conn", "Sust"):
        delen = list(bouw.boom.kinderen[knoop])
        r = np.corrcoef(bouw.stap("aggregeer")[delen].to_numpy().T)
        gewicht |= dict(zip(delen, -np.linalg.eigh(r)[1][:, -1], strict=True))
    pd.DataFrame({"iCode": list(gewicht), "Weight": list(gewicht.values())}).to_csv(
        tmp_path / "expected" / "weights_pca_level2.csv", index=False
    )
    rng = np.random.default_rng(1)
    rang = pd.DataFrame(rng.integers(1, 52, (51, 60)), columns=[f"r_{i + 1}" for i in range(60)])
    rang.assign(uCode=codes, Nominal=range(1, 52)).to_csv(
        tmp_path / "expected" / "SA_ranks.csv", index=False
    )
    y = np.array([np.abs(rang[c] - np.arange(1, 52)).mean() for c in rang])
    a, b, v = y[:10], y[10:20], np.var(y[:20], ddof=1)
    rijen = []
    for k in range(4):
        ab = y[20 + 10 * k : 30 + 10 * k]
        rijen.append((f"p{k}", np.mean(b * (ab - a)) / v, ((a - ab) ** 2).sum() / 20 / v, 0.0))
    pd.DataFrame(rijen, columns=["Variable", "Si", "STi", "Si_q5"]).to_csv(
        tmp_path / "expected" / "SA_indices.csv", index=False
    )
    groot = bouw.ruwe_tabel
    rijen = []
    for code in bouw.boom.indicatoren:
        for noemer in bouw.boom.noemers:
            paar = pd.concat([groot.x[code], groot.sleutel[noemer]], axis=1).dropna().to_numpy()
            r = float(np.corrcoef(paar.T)[0, 1])
            if abs(r) > 0.7:
                rijen.append((code, noemer, round(r, 2)))
    pd.DataFrame(rijen, columns=["Ind", "Denom", "Corr"]).to_csv(
        tmp_path / "expected" / "denom_corr_0.7.csv", index=False
    )
    uit = {u.bestand: u for u in vergelijk(tmp_path, lees_csv, lees_meta)}
    assert not uit.pop("SA_ranks.csv").bekend
    assert len(uit) == 5 and {u.regel() for u in uit.values() if not u.goed} == set()

"""Clusters: found where scores were laid together, not in noise; missing and islands are kinds."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from indicators import clusters
from pipelines.clusters import bereken
from pipelines.house import Huis
from tests.stad import Stad, reken_uit, vraag

N = 9
CODES = pd.Index([f"BU{i:08d}" for i in range(N * N)])


def ruit(zonder: set[int] = frozenset()) -> pd.DataFrame:  # type: ignore[assignment]
    """Pairs of touching cells (also by a corner) of a board of N by N; without some outlines."""
    paren = [
        (CODES[a], CODES[b])
        for a in range(N * N)
        for b in range(N * N)
        if a != b and max(abs(a // N - b // N), abs(a % N - b % N)) == 1
        and not {a, b} & zonder
    ]  # fmt: skip
    return pd.DataFrame(paren, columns=["gebied", "buur"])


def score() -> np.ndarray:
    """Noise, with a warm corner top left and one cold cell in the middle of it."""
    x = np.random.default_rng(3).normal(50, 5, N * N)
    for a in range(N * N):
        if a // N < 4 and a % N < 4:
            x[a] += 40
    x[1 * N + 1] = 0
    return x


def zonder_bezoek() -> np.ndarray:
    return np.zeros(N * N, dtype=bool)


def test_moran_by_hand() -> None:
    """I = z_i times the mean z of its neighbours, over the mean of z squared (Anselin 1995)."""
    x, paren = score(), ruit()
    uit = bereken(CODES, x, zonder_bezoek(), paren)
    z = x - x.mean()
    for i in (0, 10, 40):
        buren = [CODES.get_loc(b) for b in paren.loc[paren["gebied"] == CODES[i], "buur"]]
        hand = (len(x) - 1) * z[i] * z[buren].mean() / (z**2).sum()  # esda divides by n - 1
        assert uit.moran[i] == pytest.approx(hand)
        assert uit.buren[i] == len(buren) == uit.met_score[i]


def test_warm_corner_and_its_cold_cell_are_found_and_noise_is_not() -> None:
    uit = bereken(CODES, score(), zonder_bezoek(), ruit())
    warm = {i for i, k in enumerate(uit.klasse) if k == "hoog_bij_hoog"}
    assert warm and warm <= {a for a in range(N * N) if a // N < 5 and a % N < 5}
    assert uit.klasse[N + 1] == "laag_bij_hoog"
    ruis = np.random.default_rng(1).normal(size=N * N)
    assert set(bereken(CODES, ruis, zonder_bezoek(), ruit()).klasse) == {"geen"}


def test_testing_all_at_once_is_corrected_for() -> None:
    """Benjamini and Hochberg by hand: p times n over its rank, never falling."""
    p = np.array([0.01, np.nan, 0.04, 0.03, 0.5])
    uit = clusters.gecorrigeerd(p)
    assert uit[[0, 2, 3, 4]].tolist() == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])
    assert np.isnan(uit[1])
    assert clusters.tweezijdig(np.array([0.02, 0.7])).tolist() == [0.04, 1.0]
    klassen = clusters.klassen(np.array([1, 2, 3, 4]), np.array([0.05, 0.051, 0.01, np.nan]))
    assert klassen.tolist() == ["hoog_bij_hoog", "geen", "laag_bij_laag", None]


def test_missing_and_islands_are_kinds() -> None:
    """No score, no outline, no neighbour, or too few neighbours with a score: each said."""
    x, bezocht = score(), zonder_bezoek()
    x[[1, N, 40]] = np.nan  # cell 0 keeps one of its three neighbours
    bezocht[60] = True
    paren = ruit({80})
    eiland = pd.DataFrame({"gebied": [CODES[80]], "buur": [CODES[80]]})
    uit = bereken(CODES, x, bezocht, pd.concat([paren, eiland]))
    assert [uit.reden[i] for i in (0, 1, 40, 60, 80)] == [
        "buren_zonder_score", "geen_score", "geen_score", "veel_bezoekers", "geen_buren",
    ]  # fmt: skip
    assert bereken(CODES, x, bezocht, paren).reden[80] == "geen_grens"
    assert (uit.buren[0], uit.met_score[0]) == (3, 1)
    for i in (0, 1, 40, 60, 80):
        assert uit.klasse[i] is None and np.isnan(uit.gecorrigeerd[i])
    rest = [k for i, k in enumerate(uit.klasse) if uit.reden[i] is None]
    assert None not in rest and uit.gebieden == N * N - 5


def test_few_areas_and_all_alike_give_no_pattern() -> None:
    x = np.full(N * N, np.nan)
    x[:20] = np.arange(20.0)
    assert "te_weinig_gebieden" in set(bereken(CODES, x, zonder_bezoek(), ruit()).reden)
    vlak = bereken(CODES, np.full(N * N, 5.0), zonder_bezoek(), ruit())
    assert set(vlak.reden) == {"geen_spreiding"} and set(vlak.klasse) == {None}


def test_same_input_same_outcome_in_any_order() -> None:
    een = bereken(CODES, score(), zonder_bezoek(), ruit())
    ander = bereken(CODES, score(), zonder_bezoek(), ruit().sample(frac=1, random_state=2))
    assert een.p.tolist() == ander.p.tolist() and een.moran.tolist() == ander.moran.tolist()


def test_town(uit: Huis, stad: Stad, tmp_path: Path) -> None:
    """Every buurt of the year of the views, per axis, with a class or a reason; twice the same."""
    alles = "SELECT * FROM out_cluster ORDER BY ALL"
    rijen = vraag(
        uit, "SELECT gebied, knoop, klasse, geen_cluster, buren, gebieden FROM out_cluster"
    )
    beelden = vraag(uit, "SELECT count(*) FROM out_beeld WHERE niveau = 'buurt'")[0][0]
    assert len(rijen) == 2 * beelden
    assert all((k is None) != (r is None) for _, _, k, r, _, _ in rijen)
    assert {k for _, _, k, _, _, _ in rijen} >= {"hoog_bij_hoog", "laag_bij_laag", "geen"}
    vlak = gpd.GeoSeries(
        shapely.from_wkb([bytes(r[0]) for r in vraag(
            uit, "SELECT geometrie FROM out_grens WHERE niveau = 'buurt' AND NOT water AND "
            "grensjaar = (SELECT max(jaar) FROM out_beeld) ORDER BY gebied")])
    )  # fmt: skip
    codes = [r[0] for r in vraag(
        uit, "SELECT gebied FROM out_grens WHERE niveau = 'buurt' AND NOT water AND "
        "grensjaar = (SELECT max(jaar) FROM out_beeld) ORDER BY gebied")]  # fmt: skip
    raakt = {c: int(vlak.touches(v).sum()) for c, v in zip(codes, vlak, strict=True)}
    assert {g: b for g, k, _, _, b, _ in rijen if k == "kwetsbaarheid"} == raakt
    eerst = vraag(uit, alles)
    reken_uit(uit, "out_cluster")
    assert vraag(uit, alles) == eerst

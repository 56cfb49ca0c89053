"""Classes of the map and where an area lies: arithmetic, without a page."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely

from dashboard import classes, geometry
from indicators.catalogue import lees

CAT = lees()
PCT = CAT.indicatoren["corporatiewoningen_pct"]
KEUR = CAT.indicatoren["woz_waarde_keur"]


# --- classes -----------------------------------------------------------------------------------


def test_classes_are_quantiles_and_each_value_falls_in_its_printed_range() -> None:
    rng = np.random.default_rng(1)
    waarden = rng.gamma(2, 12, 3000)
    breuken = classes.grenzen(waarden, PCT)
    assert len(breuken) == 4 and breuken == sorted(breuken)
    toon = classes.getoond(waarden, PCT)
    klas = classes.klassen(toon, breuken)
    for v, k in zip(toon, klas, strict=True):
        assert (k == 0 or v >= breuken[k - 1]) and (k == 4 or v < breuken[k])
    assert np.bincount(klas).min() > 400


@pytest.mark.parametrize(
    ("waarden", "breuken"),
    [([], []), ([7, 7, 7], []), ([1, 2], [2]), ([0, 0, 0, 0, 0, 0, 5], [5]),
     ([1, 2, 3, 4, 5], [2, 3, 4, 5]), ([np.nan, 3], [])],
)  # fmt: skip
def test_few_different_values_give_fewer_classes(
    waarden: list[float], breuken: list[float]
) -> None:
    assert classes.grenzen(np.array(waarden, float), PCT) == breuken


def test_missing_has_no_class() -> None:
    assert classes.klassen(np.array([np.nan, 0.0]), [10.0]).tolist() == [-1, 0]


def test_classes_stay_the_same_over_the_years_unless_prices_ran_away() -> None:
    jaren = np.repeat(np.array([2020, 2021], np.int32), 200)
    rustig = np.tile(np.linspace(0, 60, 200), 2)
    vast = {classes.indeling(rustig, jaren, j, PCT).grenzen[0] for j in (2020, 2021)}
    assert len(vast) == 1 and classes.indeling(rustig, jaren, 2021, PCT).vast
    prijs = np.concatenate([np.linspace(200, 300, 200), np.linspace(290, 400, 200)])
    nu = classes.indeling(prijs, jaren, 2021, KEUR)
    assert not nu.vast and nu.grenzen[0] > 290_000


def test_figures_in_classes_are_the_figures_on_screen() -> None:
    waarden = np.array([0.15, 2.5, 61.4999, 245.5])
    assert [f"{v:.0f}" for v in classes.getoond(waarden, PCT)] == [f"{w:.0f}" for w in waarden]
    assert classes.getoond(np.array([245.5]), KEUR)[0] == 245_500


# --- where an area lies ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "y"),
    [(155000, 463000), (121687, 487484), (176135, 317644), (13600, 370000), (278000, 580000)],
)
def test_rd_becomes_degrees_as_a_library_does_it(x: float, y: float) -> None:
    zo = pyproj.Transformer.from_crs(28992, 4326, always_xy=True).transform(x, y)
    assert geometry.graden(x, y) == pytest.approx(zo, abs=2e-5)


def test_the_box_of_an_outline_is_that_of_shapely() -> None:
    vorm = shapely.MultiPolygon(
        [shapely.box(1e5, 4e5, 2e5, 5e5), shapely.Point(150000, 450000).buffer(9e4)]
    )
    punten = geometry.punten(shapely.to_wkb(vorm))
    assert (*punten.min(axis=0), *punten.max(axis=0)) == pytest.approx(vorm.bounds)
    assert len(punten) == shapely.get_num_coordinates(vorm)
    assert geometry.kader([]) is None
    with pytest.raises(ValueError, match="geen vlak"):
        geometry.punten(shapely.to_wkb(shapely.Point(1, 2)))

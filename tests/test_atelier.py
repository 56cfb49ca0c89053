"""Protects: the Methode-atelier: the trial by hand, its address, its words and its speed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from dash.development.base_component import Component

from dashboard import access, address, snapshot_method
from dashboard.context import Huis, open_huis
from dashboard.pages import atelier
from dashboard.router import pagina
from dashboard.settings import voor_map
from dashboard.stories.repository import nu
from indicators.proef import proef
from tests.stad import CAT, Stad

GRENZEN = (33.3, 66.7)
KNOOP = next(k for k in CAT.bomen["veerkracht"].knopen if k.id == "kwetsbaarheid")


@pytest.fixture(scope="module")
def scherm(stad: Stad, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huis]:
    h = stad.kopie(tmp_path_factory.mktemp("atelier") / "data", "publicatie")
    geopend = open_huis(voor_map(h.datamap.map))
    yield geopend
    geopend.sluit()


def _tekst(deel: Any) -> str:
    if isinstance(deel, list | tuple):
        return " ".join(_tekst(d) for d in deel)
    if isinstance(deel, Component):
        return _tekst(getattr(deel, "children", None))
    return "" if deel is None else str(deel)


def _pagina(huis: Huis, zoek: str = "") -> str:
    return " ".join(_tekst(pagina(huis, "/atelier", zoek).inhoud).split())


# -- the trial ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("methode", "score"),
    [
        ("amean", [50, 62.5, 87.5]),  # (20 * 3 + 140) / 4 = 50
        ("gmean", [(20**3 * 140) ** 0.25, (50**3 * 100) ** 0.25, (100**3 * 50) ** 0.25]),
        ("hmean", [4 / (3 / 20 + 1 / 140), 4 / (3 / 50 + 1 / 100), 4 / (3 / 100 + 1 / 50)]),
    ],
)
def test_scores_by_hand(methode: Any, score: list[float]) -> None:
    """Weights 3 and 1; the order holds whatever the draw, so every rank interval is one place."""
    x = np.array([[20.0, 140], [50, 100], [100, 50]])
    uit = proef(x, np.array([3.0, 1]), methode, GRENZEN, 0.6)
    assert uit.score == pytest.approx(score)
    assert uit.rang.tolist() == [[3, 3], [2, 2], [1, 1]]
    assert uit.klasse_kans.sum(axis=1) == pytest.approx(1)
    assert uit.invloed == pytest.approx([1, -1]) and uit.samen[0, 1] == pytest.approx(-1)


def test_two_areas_that_trade_places() -> None:
    """90/10 against 10/90 with equal weights: which is higher is a coin toss, and the rank says so.

    The class is midden for both in every draw: a weight of 0.75 to 1.25 gives 40 to 60.
    """
    uit = proef(np.array([[90.0, 10], [10, 90]]), np.ones(2), "amean", GRENZEN, 0.6)
    assert uit.rang.tolist() == [[1, 2], [1, 2]]
    assert uit.klasse_kans.tolist() == [[0, 1, 0], [0, 1, 0]]


def test_coverage_leaves_out_and_never_fills_in() -> None:
    """With 0.5 of the weight an area has no score; with 0.75 its score is the mean of the rest."""
    x = np.array([[40.0, np.nan], [40, 60], [10, 20]])
    gelijk = proef(x, np.ones(2), "amean", GRENZEN, 0.6)
    assert gelijk.rij.tolist() == [1, 2]
    zwaar = proef(x, np.array([3.0, 1]), "amean", GRENZEN, 0.6)
    assert zwaar.rij.tolist() == [0, 1, 2] and zwaar.score[0] == 40


def test_part_that_nobody_has_is_left_out_of_alpha() -> None:
    """Two parts that run alike: alpha is 2 * (1 - 2 / 4) = 1, also beside an empty third."""
    x = np.array([[10.0, 20, np.nan], [20, 30, np.nan], [60, 70, np.nan]])
    uit = proef(x, np.ones(3), "amean", GRENZEN, 0.6)
    assert uit.alpha == pytest.approx(1) and np.isnan(uit.invloed[2])


def test_zero_does_not_break_a_geometric_mean() -> None:
    """A part of 0 counts as 1, as the page says; the outcome stays a number."""
    uit = proef(np.array([[0.0, 100], [50, 50]]), np.ones(2), "gmean", GRENZEN, 0.6)
    assert uit.score == pytest.approx([10, 50])


@pytest.mark.parametrize("gewicht", [[0.0, 0.0], [-1.0, 2.0]])
def test_weights_without_a_sum_are_refused(gewicht: list[float]) -> None:
    with pytest.raises(ValueError, match="samen nul"):
        proef(np.ones((3, 2)), np.array(gewicht), "amean", GRENZEN, 0.6)


def test_five_hundred_buurten_are_fast() -> None:
    """500 buurten, 500 draws, 9 parts: the best of three under 100 ms."""
    x = np.random.default_rng(3).uniform(0, 100, (500, 9))
    x[::7, 3] = np.nan
    duur = []
    for _ in range(3):
        begin = time.perf_counter()
        proef(x, np.ones(9), "amean", GRENZEN, 0.6)
        duur.append(time.perf_counter() - begin)
    print(f"atelier: {1000 * min(duur):.0f} ms")
    assert min(duur) < 0.1


# -- the page -------------------------------------------------------------------------------------


def test_standard_setting_is_the_published_score(scherm: Huis) -> None:
    """The engine of the page gives exactly what is in out_score, for every buurt of the town."""
    with scherm.snapshots.lezing() as lezing:
        code = snapshot_method.gemeenten(lezing)[0][0]
        delen = snapshot_method.delen(lezing, code, "veerkracht", KNOOP)
        assert delen is not None and delen.jaar == 2022
        rijen = lezing.tabel(
            """SELECT gebied, score FROM out_score WHERE knoop = 'kwetsbaarheid' AND jaar = 2022
            AND grensjaar = 2022 AND niveau = 'buurt' AND score IS NOT NULL"""
        )
    gewicht = np.array([d.gewicht for d in KNOOP.delen])
    uit = proef(delen.x, gewicht, "amean", GRENZEN, KNOOP.dekking)
    zelf = {delen.gebieden[r]: uit.score[k] for k, r in enumerate(uit.rij)}
    assert zelf == pytest.approx(dict(rijen)) and len(zelf) > 50


def test_list_is_by_name_and_says_how_sure(scherm: Huis) -> None:
    """No league table: sorted by name; the outcome has a place between, and a class in words."""
    with scherm.snapshots.lezing() as lezing:
        code = snapshot_method.gemeenten(lezing)[0][0]
        delen = snapshot_method.delen(lezing, code, "veerkracht", KNOOP)
    assert delen is not None
    tekst = _pagina(scherm)
    tekst = tekst[tekst.index("Plek tussen") :]
    plekken = [tekst.index(n) for n in delen.namen]
    assert all(a < b for a, b in pairwise(plekken))
    assert "vrijwel zeker laag" in tekst and "Cronbachs alpha" in tekst


def test_setting_is_in_the_address_and_stamped(scherm: Huis) -> None:
    """Standard says so; anything else is stamped, and the address brings it back."""
    assert "Standaardinstelling, over 2022" in _pagina(scherm)
    gewicht = [2.0, *[1.0] * (len(KNOOP.delen) - 1)]
    adres = atelier.adres_van("veerkracht.kwetsbaarheid", "GM9901", gewicht, "gmean")
    deel = urlsplit(adres)
    gelezen = atelier.lees(CAT, [("GM9901", "Stad")], address.lees(deel.path, deel.query))
    assert gelezen.gewicht == tuple(gewicht) and gelezen.methode == "gmean"
    assert not gelezen.standaard
    tekst = _pagina(scherm, "?" + deel.query)
    assert "eigen instelling" in tekst and "niet de gepubliceerde score" in tekst


@pytest.mark.parametrize(
    "zoek",
    ["?as=niets", "?gemeente=GM0000", "?gewicht=1,2", "?gewicht=a,b",
     "?gewicht=nan,1,1,1,1,1,1,1,1", "?methode=<script>", "?gewicht=9,1,1,1,1,1,1,1,1"],
)  # fmt: skip
def test_nonsense_in_the_address_is_the_standard(scherm: Huis, zoek: str) -> None:
    assert "Standaardinstelling" in _pagina(scherm, zoek)


def test_all_weights_at_zero_say_what_to_do(scherm: Huis) -> None:
    nul = ",".join(["0"] * len(KNOOP.delen))
    assert "geef ten minste een cijfer gewicht" in _pagina(scherm, f"?gewicht={nul}")


def test_only_who_may_see_figures() -> None:
    """Declared like the other pages of figures; a gast has no business here."""
    lezer = access.Wie("l", rechten=(access.Recht("lezer"),))
    gast = access.Wie("g", rechten=(access.Recht("gast", items=("buurt:BU99010000",)),))
    assert access.mag_pagina(lezer, "atelier", None, nu())
    assert not access.mag_pagina(gast, "atelier", None, nu())

"""Axis, class and contribution by hand, and what must hold for every area."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import aggregate
from indicators.aggregate import Invoer, bereken
from indicators.changes import Cijfer, gecorrigeerd
from indicators.compare import verschil
from indicators.formulas import CODES, HEEFT
from indicators.model import Deel, Doelpalen, Indicator, Knoop
from indicators.views import klasse, niveau

PAAL = {
    "laag_inkomen_pct": (0.0, 20.0),
    "bijstand_per_1000": (0.0, 200.0),
    "nettoarbeidsparticipatie_pct": (50.0, 90.0),
}
AS = Knoop(
    id="kwetsbaarheid",
    naam="Kwetsbaarheid",
    uitleg="Voorbeeld met drie cijfers.",
    delen=(
        Deel(indicator="laag_inkomen_pct", teken="+"),
        Deel(indicator="bijstand_per_1000", teken="+", gewicht=2),
        Deel(indicator="nettoarbeidsparticipatie_pct", teken="-"),
    ),
    vereist_een_van=("laag_inkomen_pct", "bijstand_per_1000"),
    klassen=(33.3, 66.7),
)
PALEN = [Doelpalen(laag=a, hoog=b, herkomst="met de hand") for a, b in PAAL.values()]


def invoer(rijen: list[list[float | str]], inwoners: list[float], marge: float = 0.0) -> Invoer:
    """Rows of numbers or kinds of missing."""
    kind = np.array(
        [[HEEFT if not isinstance(w, str) else CODES[w] for w in r] for r in rijen], dtype=np.int8
    )
    w = np.array([[np.nan if isinstance(x, str) else x for x in r] for r in rijen], dtype=float)
    return Invoer(w, w - marge, w + marge, kind, np.array(inwoners, dtype=float))


def test_axis_by_hand() -> None:
    """10 of 0..20 is 50; 120 of 0..200 is 60, twice; 60 of 90..50 is 75: (50+2*60+75)/4."""
    uit = bereken(AS, PALEN, invoer([[10, 120, 60]], [1000]))
    assert uit.score.tolist() == pytest.approx([61.25])
    assert uit.bijdrage[0].tolist() == pytest.approx([12.5, 30.0, 18.75])
    assert uit.dekking.tolist() == [1.0] and uit.reden.tolist() == [None]


def test_missing_part_rescales_and_widens() -> None:
    """Without participation: (50 + 2*60) / 3; the interval holds 0 and 100 for what is missing."""
    uit = bereken(AS, PALEN, invoer([[10, 120, "geheim"]], [1000]))
    assert uit.score[0] == pytest.approx(170 / 3)
    assert uit.dekking[0] == 0.75
    assert (uit.onder[0], uit.boven[0]) == (pytest.approx(170 / 4), pytest.approx(270 / 4))
    assert np.nansum(uit.bijdrage[0]) == pytest.approx(uit.score[0])


def test_class_by_hand() -> None:
    """61.25 lies in the middle class; with an interval of 55 to 75 it does so for 11.7 of 20."""
    uit = klasse(np.array([61.25]), np.array([55.0]), np.array([75.0]), (33.3, 66.7))
    assert uit.klasse.tolist() == [1]
    assert uit.kans[0].tolist() == pytest.approx([0.0, 11.7 / 20, 8.3 / 20])


def test_niveau_by_hand() -> None:
    """Middle x high is the sixth of nine, with the product of both probabilities."""
    een = klasse(np.array([50.0]), np.array([40.0]), np.array([60.0]), (33.3, 66.7))
    twee = klasse(np.array([70.0]), np.array([60.0]), np.array([80.0]), (33.3, 66.7))
    samen, kans = niveau(een, twee)
    assert samen.tolist() == [5] and kans[0] == pytest.approx(13.3 / 20)


@pytest.mark.parametrize(
    ("rij", "inwoners", "reden"),
    [
        (["geen_bron", "geen_bron", 60], 1000, aggregate.BRON_ONTBREEKT),
        (["geheim", "niet_gepubliceerd", 60], 1000, aggregate.VEREIST_ONTBREEKT),
        ([10, "geheim", 60], 1000, aggregate.DEKKING),
        ([10, 120, 60], 149, aggregate.TE_KLEIN),
        ([10, 120, 60], np.nan, aggregate.INWONERS_ONBEKEND),
        ([10, 120, 60], 150, None),
    ],
)
def test_no_score_says_why(rij: list[float | str], inwoners: float, reden: str | None) -> None:
    uit = bereken(AS, PALEN, invoer([rij], [inwoners]))
    assert uit.reden.tolist() == [reden]
    assert np.isnan(uit.score[0]) == (reden is not None)


cel = st.one_of(st.floats(0, 300), st.sampled_from(["geheim", "niet_gepubliceerd", "geen_bron"]))


@given(st.lists(st.tuples(cel, cel, cel), min_size=1, max_size=8), st.floats(0, 5))
def test_score_lies_in_its_interval_and_parts_add_up(
    rijen: list[tuple[float | str, ...]], marge: float
) -> None:
    uit = bereken(AS, PALEN, invoer([list(r) for r in rijen], [500.0] * len(rijen), marge))
    heeft = ~np.isnan(uit.score)
    assert (uit.onder[heeft] <= uit.score[heeft] + 1e-9).all()
    assert (uit.score[heeft] <= uit.boven[heeft] + 1e-9).all()
    assert np.nansum(uit.bijdrage[heeft], axis=1) == pytest.approx(uit.score[heeft])
    assert ((uit.score[heeft] >= 0) & (uit.score[heeft] <= 100)).all()


RIJEN = st.lists(st.tuples(cel, cel, cel), min_size=1, max_size=6)


@given(RIJEN, RIJEN, st.randoms())
def test_neither_order_nor_other_areas_change_an_axis(
    rijen: list[tuple[float | str, ...]], meer: list[tuple[float | str, ...]], loting: Random
) -> None:
    """The product's own axis: a score is of its own figures and the fixed goalposts only."""

    def scores(lijst: list[tuple[float | str, ...]]) -> list[tuple[object, ...]]:
        uit = bereken(AS, PALEN, invoer([list(r) for r in lijst], [500.0] * len(lijst), 0.5))
        delen = (uit.score, uit.onder, uit.boven, uit.dekking)
        return [tuple(repr(float(d[n])) for d in delen) for n in range(len(lijst))]

    alleen, samen = scores(rijen), rijen + meer
    orde = loting.sample(range(len(samen)), len(samen))
    door_elkaar = scores([samen[i] for i in orde])
    assert [door_elkaar[orde.index(n)] for n in range(len(rijen))] == alleen


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 100))
def test_class_probabilities_add_up(a: float, b: float, c: float) -> None:
    laag, midden, hoog = sorted((a, b, c))
    uit = klasse(np.array([midden]), np.array([laag]), np.array([hoog]), (33.3, 66.7))
    assert uit.kans.sum() == pytest.approx(1)


def indicator(tolerantie: float | None = None) -> Indicator:
    return Indicator(
        id="leegstand_pct",
        naam="Leegstand",
        kort="Leegstand",
        thema="wonen",
        richting="neutraal",
        zin="Het deel dat leeg staat.",
        lees_eerst="Geregistreerde leegstand.",
        gespreksvraag="Wat merk je ervan in de straat?",
        telling="aandeel",
        doelpalen=PALEN[0],
        tolerantie=tolerantie,
        bron="kwb",
    )


@pytest.mark.parametrize(
    ("toen", "nu", "oorzaak"),
    [
        (Cijfer(14.0), Cijfer(17.0), "waarde"),
        (Cijfer(14.0), Cijfer(14.4), None),
        (Cijfer(14.0), None, "weg"),
        (Cijfer(14.0), Cijfer(None, "geheim"), "ontbreekt"),
        (Cijfer(None, "niet_gepubliceerd"), Cijfer(3.0), "verschenen"),
        (Cijfer(None, "geheim"), Cijfer(None, "geheim"), None),
    ],
)
def test_correction_of_a_quoted_figure(
    toen: Cijfer, nu: Cijfer | None, oorzaak: str | None
) -> None:
    """Beyond rounding it is a correction, within it nothing; a changed kind of missing counts."""
    assert gecorrigeerd(toen, nu, indicator()) == oorzaak


def test_tolerance_comes_from_the_catalogue() -> None:
    assert gecorrigeerd(Cijfer(14.0), Cijfer(16.0), indicator(tolerantie=2.0)) is None


def test_two_figures_differ_only_when_their_intervals_do() -> None:
    assert verschil(10, (9, 11), 12, (11.5, 12.5)) == "lager"
    assert verschil(10, (9, 11), 11, (10.5, 11.5)) == "ongeveer_gelijk"
    assert verschil(12, (None, None), 11, (10.5, 11.5)) == "hoger"
    assert verschil(None, (None, None), 11, (10.5, 11.5)) == "onbekend"

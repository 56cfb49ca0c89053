"""Suppression: hidden cells stay hidden from one who holds every table and a solver.

The attacker here knows all shown cells of every publication, the tree, the rounding rule, the
minimum, and the exact whole (dwellings) of every cell. It does not know which hidden cells are too
small and which protect another, nor the order in which they were chosen. The claim is no wider.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import lil_matrix

from indicators.suppress import (
    EERDER,
    GETOOND,
    INKOMENSACHTIG,
    PRIMAIR,
    SECUNDAIR,
    Boom,
    Kennis,
    OnbeschermdFout,
    Onthulregel,
    SuppressieFout,
    Tabel,
    grenzen,
    heel,
    niets_bekend,
    onderdruk,
    te_smal,
)

I64 = NDArray[np.int64]
REGEL = Onthulregel()


def boom_van(*kinderen: int) -> Boom:
    """A root with wijken that have so many buurten each."""
    ouder = [-1, *([0] * len(kinderen))]
    for wijk, n in enumerate(kinderen, start=1):
        ouder += [wijk] * n
    return Boom(np.array(ouder))


def opgeteld(boom: Boom, blad: list[int] | I64) -> I64:
    """Counts of all cells from those of the leaves, in order."""
    n = len(boom.ouder)
    uit = np.zeros(n, dtype=np.int64)
    bladeren = np.setdiff1d(np.arange(n), boom.ouder)
    uit[bladeren] = blad
    for laag in reversed(boom.lagen[1:]):
        np.add.at(uit, boom.ouder[laag], uit[laag])
    return uit


def val_aan(
    boom: Boom, tabellen: list[Tabel], noemer: I64, regel: Onthulregel
) -> list[tuple[int, float, float]]:
    """By linear programming: the least and most of every cell that is hidden in all tables.

    Independent of `grenzen`: all parents at once, and all publications of the same counts.
    """
    n, s = len(noemer), regel.afronden // 2
    laag, hoog = np.zeros(n), noemer.astype(float)
    for t in tabellen:
        for i in np.flatnonzero(~t.verborgen):
            v = int(t.getoond[i])
            laag[i] = max(laag[i], 0 if v == 0 else max(v - s, regel.minimum))
            hoog[i] = min(hoog[i], 0 if v == 0 else v + s)
    ouders = np.unique(boom.ouder[boom.ouder >= 0])
    som = lil_matrix((len(ouders), n))
    for rij, o in enumerate(ouders):
        som[rij, o] = -1
        for k in np.flatnonzero(boom.ouder == o):
            som[rij, k] = 1
    uit = []
    for i in np.flatnonzero(np.all([t.verborgen for t in tabellen], axis=0)):
        kant = []
        for teken in (1.0, -1.0):
            doel = np.zeros(n)
            doel[i] = teken
            klaar = linprog(
                doel,
                A_eq=som.tocsr(),
                b_eq=np.zeros(len(ouders)),
                bounds=list(zip(laag, hoog, strict=True)),
            )
            assert klaar.status == 0, klaar.message
            kant.append(teken * klaar.fun)
        uit.append((int(i), kant[0], kant[1]))
    return uit


def test_by_hand() -> None:
    """One wijk of four: 3 is too small, 12 is hidden to protect it, the rest is rounded."""
    boom = boom_van(4)
    aantal = opgeteld(boom, [3, 12, 21, 44])
    t = onderdruk(boom, aantal, opgeteld(boom, [100, 100, 100, 100]), REGEL)
    assert t.reden.tolist() == [GETOOND, GETOOND, PRIMAIR, SECUNDAIR, GETOOND, GETOOND]
    assert t.getoond.tolist() == [80, 80, 0, 0, 20, 45]


def test_zero_is_shown_and_tells_nothing_of_others() -> None:
    boom = boom_van(3)
    t = onderdruk(boom, opgeteld(boom, [0, 30, 40]), opgeteld(boom, [50, 90, 90]), REGEL)
    assert not t.verborgen.any() and t.getoond.tolist() == [70, 70, 0, 30, 40]


def test_small_whole_and_nearly_all_are_too_small() -> None:
    """Nobody of four, or 48 of 50: both say something of each."""
    boom = boom_van(4)
    noemer = opgeteld(boom, [4, 50, 200, 200])
    t = onderdruk(boom, opgeteld(boom, [0, 48, 60, 80]), noemer, REGEL)
    assert t.reden[2] == PRIMAIR and t.reden[3] == PRIMAIR


def test_only_child_hides_its_parent() -> None:
    """A wijk of one buurt is that buurt."""
    boom = boom_van(1, 3)
    t = onderdruk(boom, opgeteld(boom, [4, 20, 30, 40]), opgeteld(boom, [80] * 4), REGEL)
    assert t.verborgen[1] and t.verborgen[3] and t.verborgen[2], "de andere wijk beschermt haar"
    assert not t.verborgen[0]


def test_income_like_needs_a_hundred() -> None:
    boom = boom_van(3)
    t = onderdruk(
        boom, opgeteld(boom, [60, 150, 400]), opgeteld(boom, [500, 500, 900]), INKOMENSACHTIG
    )
    assert t.reden[2] == PRIMAIR and t.reden[3] == SECUNDAIR and t.reden[4] == GETOOND


def test_hidden_once_stays_hidden() -> None:
    """Else the second publication shows the cell that protected the first."""
    boom = boom_van(4)
    noemer = opgeteld(boom, [100] * 4)
    eerst = onderdruk(boom, opgeteld(boom, [3, 12, 21, 44]), noemer, REGEL)
    los = onderdruk(boom, opgeteld(boom, [3, 26, 21, 44]), noemer, REGEL)
    assert los.reden[3] == GETOOND and los.reden[4] == SECUNDAIR
    weer = onderdruk(boom, opgeteld(boom, [3, 26, 21, 44]), noemer, REGEL, eerst.verborgen)
    assert weer.reden[3] == EERDER and weer.verborgen[2]


@pytest.mark.parametrize(
    ("blad", "noemer", "zegt"),
    [([3, -1, 2], [5, 5, 5], "onder 0"), ([3, 6, 2], [5, 5, 5], "telt 6, van 5")],
)
def test_impossible_counts_are_named(blad: list[int], noemer: list[int], zegt: str) -> None:
    boom = boom_van(3)
    with pytest.raises(SuppressieFout, match=zegt):
        onderdruk(boom, opgeteld(boom, blad), opgeteld(boom, noemer), REGEL)


def test_parent_that_is_no_sum_is_named() -> None:
    boom = boom_van(2)
    with pytest.raises(SuppressieFout, match="cel 1: aantal 51, maar de delen zijn samen 50"):
        onderdruk(boom, np.array([51, 51, 20, 30]), None, REGEL)


trossen = st.lists(st.lists(st.integers(0, 60), min_size=1, max_size=6), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(trossen, st.integers(0, 2**32 - 1), st.booleans())
def test_no_hidden_cell_is_bounded_closely(
    tros: list[list[int]], zaad: int, met_geheel: bool
) -> None:
    """The solver finds the bounds that `grenzen` finds, and none is too narrow."""
    rng = np.random.default_rng(zaad)
    boom = boom_van(*(len(w) for w in tros))
    blad = np.array([n for w in tros for n in w])
    aantal = opgeteld(boom, blad)
    geheel = opgeteld(boom, blad + rng.integers(0, 80, len(blad))) if met_geheel else None
    t = onderdruk(boom, aantal, geheel, REGEL)
    noemer = np.minimum(heel(aantal, geheel), 10_000)
    assert not te_smal(boom, t, noemer, REGEL).any()
    laag, hoog = grenzen(boom, t, noemer, REGEL)
    for i, van, tot in val_aan(boom, [t], noemer, REGEL):
        assert (laag[i], hoog[i]) == pytest.approx((van, tot))
        assert van <= aantal[i] <= tot
        assert tot - van >= min(REGEL.bescherming, noemer[i]) - 1e-6


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_two_publications_together_give_no_more(zaad: int) -> None:
    """The same year published twice, the second with the first's hidden cells kept."""
    rng = np.random.default_rng(zaad)
    boom = boom_van(*rng.integers(1, 7, 4))
    n = int((boom.ouder > 0).sum())
    geheel = opgeteld(boom, rng.integers(20, 300, n))
    aantal = opgeteld(boom, rng.binomial(geheel[-n:], rng.uniform(0.01, 0.3, n)))
    eerst = onderdruk(boom, aantal, geheel, REGEL)
    strenger = Onthulregel(minimum=12)
    later = onderdruk(boom, aantal, geheel, strenger, eerst.verborgen)
    for i, van, tot in val_aan(boom, [eerst, later], geheel, REGEL):
        assert tot - van >= min(REGEL.bescherming, geheel[i]) - 1e-6


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_correction_gives_no_more_to_who_kept_the_first(zaad: int) -> None:
    """Some buurten change between two publications; the attacker knows which, and has both."""
    rng = np.random.default_rng(zaad)
    boom = boom_van(*rng.integers(1, 7, 3))
    n = int((boom.ouder > 0).sum())
    geheel = opgeteld(boom, np.full(n, 400))
    eerste = rng.integers(0, 40, n)
    tweede = np.where(rng.random(n) < 0.3, rng.integers(0, 40, n), eerste)
    toen, nu = opgeteld(boom, eerste), opgeteld(boom, tweede)
    weet = niets_bekend(toen)
    a = onderdruk(boom, toen, geheel, REGEL, kennis=weet)
    laag, hoog = grenzen(boom, a, geheel, REGEL, weet)
    zelfde = toen == nu
    later = Kennis(nu, np.where(zelfde, laag, 0), np.where(zelfde, hoog, 10**12))
    try:
        b = onderdruk(boom, nu, geheel, REGEL, a.verborgen, kennis=later)
    except OnbeschermdFout:
        return  # then nothing of the second is published
    blad = np.setdiff1d(np.arange(len(nu)), boom.ouder)
    vast = blad[eerste == tweede]
    for i, van, tot in val_twee_aan(boom, (a, b), geheel, vast):
        assert van <= toen[i] <= tot
        assert tot - van >= REGEL.bescherming - 1e-6


def val_twee_aan(
    boom: Boom, ab: tuple[Tabel, Tabel], noemer: I64, vast: I64
) -> list[tuple[int, float, float]]:
    """Bounds of each cell hidden in both: two systems, tied together where nothing changed."""
    n, s = len(noemer), REGEL.afronden // 2
    laag, hoog = np.zeros(2 * n), np.tile(noemer.astype(float), 2)
    for k, t in enumerate(ab):
        for i in np.flatnonzero(~t.verborgen):
            v = int(t.getoond[i])
            laag[k * n + i] = 0 if v == 0 else max(v - s, REGEL.minimum)
            hoog[k * n + i] = 0 if v == 0 else v + s
    ouders = np.unique(boom.ouder[boom.ouder >= 0])
    stelsel = lil_matrix((2 * len(ouders) + len(vast), 2 * n))
    for k in (0, 1):
        for rij, o in enumerate(ouders):
            stelsel[k * len(ouders) + rij, k * n + o] = -1
            for kind in np.flatnonzero(boom.ouder == o):
                stelsel[k * len(ouders) + rij, k * n + kind] = 1
    for rij, i in enumerate(vast, start=2 * len(ouders)):
        stelsel[rij, i], stelsel[rij, n + i] = 1, -1
    uit = []
    for i in np.flatnonzero(ab[0].verborgen & ab[1].verborgen):
        kant = []
        for teken in (1.0, -1.0):
            doel = np.zeros(2 * n)
            doel[i] = teken
            klaar = linprog(doel, A_eq=stelsel.tocsr(), b_eq=np.zeros(stelsel.shape[0]),
                            bounds=list(zip(laag, hoog, strict=True)))  # fmt: skip
            assert klaar.status == 0, klaar.message
            kant.append(teken * klaar.fun)
        uit.append((int(i), kant[0], kant[1]))
    return uit

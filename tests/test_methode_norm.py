"""A norm: what goes over it, what moves when a threshold moves, and how far one area is off."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from indicators.norms import Norm, bij_andere_drempel, omslag, toets
from indicators.views import Stand

VELDEN: dict[str, object] = {
    "id": "eerst_kijken",
    "versie": 1,
    "naam": "Eerst samen kijken",
    "reden": "Boven deze grenzen gaan we binnen een maand samen de buurt in.",
    "door": "team Wonen",
    "datum": dt.date(2026, 1, 12),
    "herzien_op": dt.date(2027, 1, 12),
    "drempels": ({"as": "kwetsbaarheid", "waarde": 60}, {"as": "overlast", "waarde": 50}),
    "kans": 0.8,
}
NORM = Norm.model_validate(VELDEN)
NAMEN = ("A", "B", "C", "D")


def stand(rijen: list[tuple[float, float, float]]) -> Stand:
    score, onder, boven = (np.array(k, dtype=float) for k in zip(*rijen, strict=True))
    return Stand(score, onder, boven)


JAREN = {
    "kwetsbaarheid": [stand([(70, 70, 70), (65, 55, 75), (58, 58, 58), (np.nan,) * 3])],
    "overlast": [stand([(55, 50, 60), (80, 80, 80), (80, 80, 80), (80, 80, 80)])],
}
"""A is sure on both (50 to 60 lies above 50), B is above 60 in 15 of 20, C is under, D unknown."""


def test_outcome_by_hand() -> None:
    uit, kans = toets(NORM, JAREN)
    assert uit.tolist() == ["over de norm", "binnen de norm", "binnen de norm", "weten we niet"]
    assert kans[:3].tolist() == pytest.approx([1, 0.75, 0]) and np.isnan(kans[3])


def test_who_changes_when_the_threshold_moves() -> None:
    """At 57, B (18 of 20) and C come in; at 71, A goes."""
    tabel = bij_andere_drempel(NORM, JAREN, "kwetsbaarheid", (57, 60, 71), NAMEN)
    assert [r.over for r in tabel] == [3, 1, 0]
    assert [r.erbij for r in tabel] == [("B", "C"), (), ()]
    assert [r.eraf for r in tabel] == [(), (), ("A",)]


def test_how_far_each_is_from_turning() -> None:
    """B needs 16 of its 20 points above: at 59; A and C turn at their own score."""
    uit = omslag(NORM, JAREN, "kwetsbaarheid")
    assert uit.drempel[:3].tolist() == pytest.approx([70, 59, 58])
    assert uit.verschuiving[:3].tolist() == pytest.approx([10, -1, -2]) and np.isnan(uit.drempel[3])
    # on the other axis: A needs 8 of its 10 points above; C cannot be turned there
    ander = omslag(NORM, JAREN, "overlast").drempel
    assert ander[0] == pytest.approx(52) and np.isnan(ander[2])


def test_a_minimum_duration() -> None:
    """Two years: the least certain one counts, and a missing year is not knowing."""
    twee = Norm.model_validate({**VELDEN, "jaren": 2})
    eerder = {
        "kwetsbaarheid": stand([(61, 61, 61), (70, 70, 70), (70, 70, 70), (70, 70, 70)]),
        "overlast": stand([(40, 40, 40), (80, 80, 80), (80, 80, 80), (80, 80, 80)]),
    }
    jaren = {a: [eerder[a], *JAREN[a]] for a in JAREN}
    assert toets(twee, jaren)[0].tolist() == ["binnen de norm"] * 3 + ["weten we niet"]
    with pytest.raises(ValueError, match="1 jaar van kwetsbaarheid, 2 nodig"):
        toets(twee, JAREN)


@pytest.mark.parametrize(
    "anders",
    [
        {"reden": ""},
        {"herzien_op": dt.date(2025, 1, 1)},
        {"drempels": ()},
        {"drempels": ({"as": "overlast", "waarde": 5}, {"as": "overlast", "waarde": 9})},
        {"kans": 0},
        {"oordeel": "kapot"},
    ],
)
def test_a_norm_has_its_reason_and_no_verdict(anders: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Norm.model_validate({**VELDEN, **anders})


@given(st.floats(0, 90), st.floats(0, 10), st.floats(0, 90), st.floats(0, 10), st.floats(0.05, 1.0))
def test_the_turning_point_is_where_it_turns(
    k: float, kb: float, o: float, ob: float, kans: float
) -> None:
    """Just on the strict side over the norm, just on the loose side within it."""
    norm = Norm.model_validate({**VELDEN, "kans": kans})
    jaren = {
        "kwetsbaarheid": [stand([(k + kb / 2, k, k + kb)])],
        "overlast": [stand([(o + ob / 2, o, o + ob)])],
    }
    punt = omslag(norm, jaren, "kwetsbaarheid").drempel[0]
    if np.isnan(punt) or not 1e-3 < punt < 100 - 1e-3:
        return
    laag, hoog = (norm.met_drempel("kwetsbaarheid", punt + d) for d in (-1e-4, 1e-4))
    assert toets(laag, jaren)[0][0] == "over de norm"
    assert toets(hoog, jaren)[0][0] == "binnen de norm"

"""A norm: a declared, argued, dated rule, what goes beyond it, and how far that is from turning.

A norm says when to look again, with whom, and why. It never gives a verdict: what an area can bear
is for people to judge (`Gebruik.oordelen` of the catalogue, or `Normen.oordelen`), with reasons,
after reading the stories.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from indicators.contracts import Bestand
from indicators.formulas import F64
from indicators.model import Naam, Strikt, Zin
from indicators.views import Stand

Uitkomst = Literal["over de norm", "binnen de norm", "weten we niet"]


class Drempel(Strikt):
    """A threshold on an axis: beyond it counts."""

    as_: Naam = Field(alias="as")
    kant: Literal["boven", "onder"] = "boven"
    waarde: float = Field(ge=0, le=100, allow_inf_nan=False)


class Norm(Strikt):
    """A rule with its reason: all thresholds, for so many years in a row, this surely.

    A change is a new version; the old one stays, so that an old sheet can be read with its norm.
    """

    id: Naam
    versie: int = Field(ge=1)
    naam: str = Field(min_length=3)
    reden: Zin
    door: str = Field(min_length=2)
    datum: dt.date
    herzien_op: dt.date
    drempels: tuple[Drempel, ...] = Field(min_length=1)
    jaren: int = Field(default=1, ge=1, le=10)
    kans: Annotated[float, Field(gt=0, le=1)] = 0.8

    @model_validator(mode="after")
    def _sensible(self) -> Norm:
        assen = [d.as_ for d in self.drempels]
        if len(set(assen)) < len(assen):
            raise ValueError("elke as heeft hooguit een drempel")
        if self.herzien_op <= self.datum:
            raise ValueError("`herzien_op` ligt na `datum`")
        return self

    def met_drempel(self, as_: str, waarde: float) -> Norm:
        """The same rule with another threshold on one axis (to try out, not a new version)."""
        if as_ not in {d.as_ for d in self.drempels}:
            raise ValueError(f"norm {self.id}: geen drempel op {as_!r}")
        nieuw = tuple(
            d.model_copy(update={"waarde": waarde}) if d.as_ == as_ else d for d in self.drempels
        )
        return self.model_copy(update={"drempels": nieuw})


class Normen(Bestand):
    """`instellingen/normen.yaml`: every version of every norm, oldest first, and verdict labels.

    The last version holds; the ones before it stay. `oordelen` (code to label) replaces the
    catalogue's verdict labels when it is not empty.
    """

    normen: tuple[Norm, ...] = ()
    oordelen: dict[Naam, Annotated[str, Field(min_length=3, max_length=40)]] = Field(
        default_factory=dict
    )

    @model_validator(mode="after")
    def _whole(self) -> Normen:
        for id_ in {n.id for n in self.normen}:
            rij = [n for n in self.normen if n.id == id_]
            if [n.versie for n in rij] != list(range(1, len(rij) + 1)):
                raise ValueError(f"norm {id_}: versies lopen van 1 af, zonder gat en op volgorde")
            if any(later.datum < eerder.datum for eerder, later in pairwise(rij)):
                raise ValueError(f"norm {id_}: een nieuwe versie is niet ouder dan de vorige")
        if len({n.id for n in self.normen}) > 1:
            raise ValueError("er is een norm tegelijk; een andere norm is een nieuwe versie")
        if len(self.oordelen) == 1 or len(set(self.oordelen.values())) < len(self.oordelen):
            raise ValueError("oordelen: ten minste twee, en elk met een eigen naam")
        return self

    @property
    def huidig(self) -> Norm | None:
        """The version that holds; None when no norm was set yet."""
        return self.normen[-1] if self.normen else None


Jaren = dict[str, list[Stand]]
"""Axis to its years, oldest first; every `Stand` holds the same n areas."""


def kansen(norm: Norm, jaren: Jaren) -> dict[str, F64]:
    """Per axis the probability (years, n) of being beyond its threshold in each of the last years.

    Raises:
        ValueError: an axis that is not given, or fewer years than the norm asks for.
    """
    uit = {}
    for d in norm.drempels:
        reeks = jaren.get(d.as_, [])
        if len(reeks) < norm.jaren:
            raise ValueError(f"norm {norm.id}: {len(reeks)} jaar van {d.as_}, {norm.jaren} nodig")
        uit[d.as_] = np.stack([_voorbij(s, d) for s in reeks[-norm.jaren :]])
    return uit


def _voorbij(s: Stand, d: Drempel) -> F64:
    """P(beyond), the value equally likely anywhere in its interval; NaN without score."""
    breed = s.boven - s.onder
    exact = (s.score > d.waarde if d.kant == "boven" else s.score < d.waarde).astype(float)
    afstand = s.boven - d.waarde if d.kant == "boven" else d.waarde - s.onder
    kans = np.where(breed > 0, np.clip(afstand / np.where(breed > 0, breed, 1), 0, 1), exact)
    return np.where(np.isnan(s.score), np.nan, kans)


def toets(norm: Norm, jaren: Jaren) -> tuple[NDArray[np.object_], F64]:
    """Per area the outcome, and the probability of the least certain year.

    The axes are taken to be independent. An area without a score on an axis in one of the years:
    we do not know.

    Returns:
        n outcomes (`Uitkomst`) and n probabilities.
    """
    samen = np.prod(list(kansen(norm, jaren).values()), axis=0)
    kans: F64 = samen.min(axis=0)
    uit: NDArray[np.object_] = np.full(len(kans), "weten we niet", dtype=object)
    uit[kans >= norm.kans - 1e-12] = "over de norm"
    uit[kans < norm.kans - 1e-12] = "binnen de norm"
    return uit, kans


@dataclass(frozen=True)
class Verschoven:
    """What another threshold changes: how many go over, and which come in and go (by name)."""

    drempel: float
    over: int
    erbij: tuple[str, ...]
    eraf: tuple[str, ...]


def bij_andere_drempel(
    norm: Norm, jaren: Jaren, as_: str, waarden: tuple[float, ...], namen: tuple[str, ...]
) -> list[Verschoven]:
    """How many and which areas go over or come back when one threshold moves.

    Args:
        norm: the rule as it stands.
        jaren: scores per axis.
        as_: the axis whose threshold moves.
        waarden: thresholds to try.
        namen: names or codes of the n areas.

    Returns:
        One per threshold, in the order given.
    """
    nu = toets(norm, jaren)[0] == "over de norm"
    wie, uit = np.asarray(namen, dtype=object), []
    for waarde in waarden:
        dan = toets(norm.met_drempel(as_, waarde), jaren)[0] == "over de norm"
        erbij, eraf = (tuple(wie[k].tolist()) for k in (dan & ~nu, nu & ~dan))
        uit.append(Verschoven(waarde, int(dan.sum()), erbij, eraf))
    return uit


@dataclass(frozen=True)
class Omslag:
    """The threshold on one axis at which an area's outcome turns, and how far that is from now.

    NaN where moving this threshold alone cannot turn it, or where there is no outcome.
    """

    drempel: F64
    verschuiving: F64


def omslag(norm: Norm, jaren: Jaren, as_: str) -> Omslag:
    """How far the threshold of one axis must move for each area to turn; the others stay.

    Past it on the strict side an area is over the norm, on the loose side within; exact for values
    that are equally likely anywhere in their interval.
    """
    per_as = kansen(norm, jaren)
    d = next((d for d in norm.drempels if d.as_ == as_), None)
    if d is None:
        raise ValueError(f"norm {norm.id}: geen drempel op {as_!r}")
    anders = np.prod(
        [np.ones_like(per_as[as_]), *(k for a, k in per_as.items() if a != as_)], axis=0
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        nodig = norm.kans / anders
    nodig = np.where(np.isfinite(nodig), nodig, np.nan)
    per_jaar = []
    for s, p in zip(jaren[as_][-norm.jaren :], nodig, strict=True):
        breed = s.boven - s.onder
        punt = s.boven - p * breed if d.kant == "boven" else s.onder + p * breed
        punt = np.where(breed > 0, punt, s.score)
        per_jaar.append(np.where((p <= 1 + 1e-12) & ~np.isnan(s.score), punt, np.nan))
    alle = np.stack(per_jaar)
    uiterste = alle.min(axis=0) if d.kant == "boven" else alle.max(axis=0)
    return Omslag(uiterste, uiterste - d.waarde)

"""The tree behind a composite: which columns are indicators, how they hang together, which way up.

Reads a table in COINr's iMeta shape (one row per column of the data) and refuses a tree that
cannot be computed: a loop, an orphan, a node without parts, weights that sum to zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

import numpy as np
import pandas as pd


class MethodeFout(ValueError):
    """The method cannot be carried out; the message names node, indicator, step and key."""


SOORTEN = ("Indicator", "Aggregate", "Group", "Denominator", "Other")
"""What a column of the data may be (`Type`)."""
NODIG = ("iCode", "Type", "Parent", "Direction")


@dataclass(frozen=True)
class Hierarchie:
    """Indicators and nodes of a composite; `knopen` holds children before parents."""

    indicatoren: tuple[str, ...]
    knopen: tuple[str, ...]
    kinderen: dict[str, tuple[str, ...]]
    ouder: dict[str, str]
    gewicht: dict[str, float]
    richting: dict[str, int]
    doel: dict[str, float]
    noemer: dict[str, str]
    niveau: dict[str, int]
    groepen: tuple[str, ...] = ()
    noemers: tuple[str, ...] = ()

    @property
    def toppen(self) -> tuple[str, ...]:
        """The nodes without a parent, usually one: the index itself."""
        return tuple(k for k in self.knopen if k not in self.ouder)

    def bladeren(self, knoop: str) -> tuple[str, ...]:
        """The indicators under a node, in the order of the tree."""
        if knoop not in self.kinderen:
            return (knoop,)
        return tuple(b for k in self.kinderen[knoop] for b in self.bladeren(k))

    def op_niveau(self, niveau: int) -> tuple[str, ...]:
        """Indicators (level 1) or nodes of a level, in the order of the table."""
        return tuple(c for c, n in self.niveau.items() if n == niveau)

    def met_gewichten(self, gewicht: dict[str, float]) -> Hierarchie:
        """The same tree with other weights for the codes given.

        Raises:
            MethodeFout: unknown code, negative weight, or a node whose weights sum to zero.
        """
        onbekend = sorted(set(gewicht) - set(self.gewicht))
        if onbekend:
            raise MethodeFout(f"gewichten: onbekende code(s) {', '.join(onbekend)}")
        nieuw = {**self.gewicht, **{c: float(w) for c, w in gewicht.items()}}
        controleer_gewichten(self.kinderen, nieuw)
        return Hierarchie(**{**self.__dict__, "gewicht": nieuw})


def lees_hierarchie(meta: pd.DataFrame) -> Hierarchie:
    """The tree in a table with the columns iCode, Type, Parent, Direction (Weight, Level, ...).

    Args:
        meta: one row per column of the data; empty cells are NaN, None or ''.

    Raises:
        MethodeFout: naming the row's iCode and what is wrong with it.
    """
    mist = [k for k in NODIG if k not in meta.columns]
    if mist:
        raise MethodeFout(f"metadata: kolom(men) {', '.join(mist)} ontbreken; nodig: {NODIG}")
    rijen = [_rij(r) for r in meta.to_dict("records")]
    codes = [r["iCode"] for r in rijen]
    dubbel = sorted({c for c in codes if codes.count(c) > 1})
    if dubbel:
        raise MethodeFout(f"metadata: iCode komt meer dan eens voor: {', '.join(dubbel)}")
    boom = [r for r in rijen if r["Type"] in ("Indicator", "Aggregate")]
    indicatoren = tuple(r["iCode"] for r in boom if r["Type"] == "Indicator")
    if not indicatoren:
        raise MethodeFout("metadata: geen enkele rij met Type 'Indicator'")
    ouder = _ouders(boom)
    kinderen = {
        r["iCode"]: tuple(k for k, o in ouder.items() if o == r["iCode"])
        for r in boom
        if r["Type"] == "Aggregate"
    }
    knopen = _volgorde(kinderen)
    gewicht = {r["iCode"]: _gewicht(r) for r in boom}
    controleer_gewichten(kinderen, gewicht)
    return Hierarchie(
        indicatoren=indicatoren,
        knopen=knopen,
        kinderen=kinderen,
        ouder=ouder,
        gewicht=gewicht,
        richting={r["iCode"]: _richting(r) for r in boom if r["Type"] == "Indicator"},
        doel={r["iCode"]: _getal(r, "Target") for r in boom if r.get("Target") is not None},
        noemer={r["iCode"]: str(r["Denominator"]) for r in boom if r.get("Denominator")},
        niveau=_niveaus(boom, knopen, kinderen),
        groepen=tuple(r["iCode"] for r in rijen if r["Type"] == "Group"),
        noemers=tuple(r["iCode"] for r in rijen if r["Type"] == "Denominator"),
    )


def _rij(ruw: Mapping[Any, Any]) -> dict[str, Any]:
    """A row with empty cells as None and a known Type."""
    rij = {str(k): None if pd.isna(v) or v == "" else v for k, v in ruw.items()}
    if rij["iCode"] is None:
        raise MethodeFout("metadata: een rij zonder iCode")
    rij["iCode"] = str(rij["iCode"])
    if rij["Type"] not in SOORTEN:
        raise MethodeFout(
            f"metadata, {rij['iCode']}: Type {rij['Type']!r}; verwacht {', '.join(SOORTEN)}"
        )
    return rij


def _ouders(boom: list[dict[str, Any]]) -> dict[str, str]:
    knopen = {r["iCode"] for r in boom if r["Type"] == "Aggregate"}
    ouder: dict[str, str] = {}
    for r in boom:
        if r["Parent"] is None:
            if r["Type"] == "Indicator":
                raise MethodeFout(f"metadata, {r['iCode']}: indicator zonder Parent (een wees)")
            continue
        if r["Parent"] not in knopen:
            raise MethodeFout(
                f"metadata, {r['iCode']}: Parent {r['Parent']!r} is geen knoop (een wees); "
                f"verwacht een iCode met Type 'Aggregate'"
            )
        ouder[str(r["iCode"])] = str(r["Parent"])
    return ouder


def _volgorde(kinderen: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Children before parents; refuses loops and nodes without parts."""
    leeg = [k for k, delen in kinderen.items() if not delen]
    if leeg:
        raise MethodeFout(f"metadata, {leeg[0]}: knoop zonder onderdelen")
    try:
        orde = TopologicalSorter(
            {k: [d for d in delen if d in kinderen] for k, delen in kinderen.items()}
        ).static_order()
        return tuple(orde)
    except CycleError as fout:
        lus = " > ".join(str(k) for k in fout.args[1])
        raise MethodeFout(f"metadata: de boom heeft een lus: {lus}") from fout


def _gewicht(rij: dict[str, Any]) -> float:
    """The weight in the row; 1 where the table has no weights at all."""
    if "Weight" not in rij:
        return 1.0
    if rij["Weight"] is None:
        if rij["Parent"] is None:
            return 1.0
        raise MethodeFout(f"metadata, {rij['iCode']}: Weight ontbreekt")
    return _getal(rij, "Weight")


def _getal(rij: dict[str, Any], kolom: str) -> float:
    try:
        return float(str(rij[kolom]))
    except ValueError as fout:
        raise MethodeFout(
            f"metadata, {rij['iCode']}: {kolom} {rij[kolom]!r} is geen getal"
        ) from fout


def _heel(rij: dict[str, Any], kolom: str) -> int:
    getal = _getal(rij, kolom)
    if not 1 <= getal < 100 or getal != int(getal):
        raise MethodeFout(
            f"metadata, {rij['iCode']}: {kolom} {getal:g}; een heel getal vanaf 1 verwacht"
        )
    return int(getal)


def _richting(rij: dict[str, Any]) -> int:
    if rij["Direction"] is None:
        raise MethodeFout(f"metadata, {rij['iCode']}: Direction ontbreekt; verwacht 1 of -1")
    getal = _getal(rij, "Direction")
    if getal not in (1.0, -1.0):
        raise MethodeFout(f"metadata, {rij['iCode']}: Direction {getal:g}; verwacht 1 of -1")
    return int(getal)


def controleer_gewichten(kinderen: dict[str, tuple[str, ...]], gewicht: dict[str, float]) -> None:
    """Refuses weights that cannot be shared out.

    Raises:
        MethodeFout: naming the node (sum of zero) or the code (negative, not finite).
    """
    onder = {d for delen in kinderen.values() for d in delen}
    for top in (k for k in kinderen if k not in onder):
        if not 0 < gewicht[top] < np.inf:
            raise MethodeFout(
                f"knoop {top}: gewicht {gewicht[top]:g}; een getal boven nul verwacht"
            )
    for knoop, delen in kinderen.items():
        for deel in delen:
            w = gewicht[deel]
            if not np.isfinite(w) or w < 0:
                raise MethodeFout(f"knoop {knoop}, {deel}: gewicht {w:g}; verwacht nul of meer")
        if sum(gewicht[d] for d in delen) <= 0:
            raise MethodeFout(
                f"knoop {knoop}: de gewichten van {', '.join(delen)} tellen op tot nul"
            )


def _niveaus(
    boom: list[dict[str, Any]],
    knopen: tuple[str, ...],
    kinderen: dict[str, tuple[str, ...]],
) -> dict[str, int]:
    """The level of every code: as given, otherwise the longest way down."""
    gevonden: dict[str, int] = {}
    for code in (*(str(r["iCode"]) for r in boom if r["Type"] == "Indicator"), *knopen):
        gevonden[code] = 1 + max((gevonden[k] for k in kinderen.get(code, ())), default=0)
    gegeven = {str(r["iCode"]): _heel(r, "Level") for r in boom if r.get("Level") is not None}
    niveau = {
        str(r["iCode"]): gegeven.get(str(r["iCode"]), gevonden[str(r["iCode"])]) for r in boom
    }
    for knoop, delen in kinderen.items():
        for deel in delen:
            if niveau[deel] >= niveau[knoop]:
                raise MethodeFout(
                    f"metadata, {deel}: Level {niveau[deel]} ligt niet onder dat van "
                    f"Parent {knoop} ({niveau[knoop]})"
                )
    return niveau

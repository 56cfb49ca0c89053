"""Waar het botst: where figures and stories meet, clash, or leave each other alone.

Pure: from the figures and stories of one area to what asks for another look. `dashboard.panels`
says it on screen; nothing here counts per employee.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from dashboard.stories.models import Koppeling, Verhaal
from dashboard.stories.repository import Verhalen

KLOPT_NIET, PAST = "klopt_niet", "past"
GEHOORD_HOORT = ("bewoner", "huurdersorganisatie", "wijkbeheerder", "woonconsulent",
                 "huismeester", "partner")  # fmt: skip
"""Roles that should have been heard about an area; strategist and board come after them."""
Paar = tuple[Koppeling, Verhaal]


@dataclass(frozen=True)
class Eens:
    """A figure about which several roles say the same."""

    indicator: str
    houding: str
    rollen: tuple[str, ...]


@dataclass(frozen=True)
class Botsing:
    """What there is to see between the figures and the stories of one area."""

    tegen: tuple[Paar, ...]
    """Bindings that say a figure is not right, newest story first."""
    oneens: tuple[str, ...]
    """Figures that one story takes for right and another does not."""
    eens: tuple[Eens, ...]
    zonder_verhaal: tuple[str, ...]
    """Core figures that no story speaks about."""
    zonder_cijfer: tuple[Verhaal, ...]
    niet_gehoord: tuple[str, ...]
    """Roles nobody of whom told anything here."""
    oudste: Verhaal | None


def van(verhalen: Sequence[Verhaal], kern: Iterable[str], rollen: Iterable[str]) -> Botsing:
    """Compares the stories of an area with its figures.

    Args:
        verhalen: those that may be seen, newest first.
        kern: the figures of the core set that this area has.
        rollen: the roles of the catalogue.
    """
    paren = [(k, v) for v in verhalen for k in v.koppelingen]
    besproken = {k.indicator for k, _ in paren}
    gehoord = {r for v in verhalen for r in (v.nu.rol, v.nu.perspectief) if r}
    per: dict[str, list[Paar]] = {}
    for k, v in paren:
        per.setdefault(k.indicator, []).append((k, v))
    houdingen = {i: {k.houding for k, _ in p} for i, p in per.items()}
    return Botsing(
        tegen=tuple(p for p in paren if p[0].houding == KLOPT_NIET),
        oneens=tuple(i for i, h in houdingen.items() if {PAST, KLOPT_NIET} <= h),
        eens=tuple(_eens(per)),
        zonder_verhaal=tuple(i for i in kern if i not in besproken),
        zonder_cijfer=tuple(v for v in verhalen if not v.koppelingen),
        niet_gehoord=tuple(r for r in rollen if r in GEHOORD_HOORT and r not in gehoord),
        oudste=min(verhalen, key=wanneer, default=None),
    )


def _eens(per: dict[str, list[Paar]]) -> list[Eens]:
    uit = []
    for indicator, paren in per.items():
        for houding in (KLOPT_NIET, PAST):
            rollen = dict.fromkeys(v.nu.rol for k, v in paren if k.houding == houding)
            if len(rollen) > 1 and {k.houding for k, _ in paren} <= {houding, "nuance"}:
                uit.append(Eens(indicator, houding, tuple(rollen)))
    return uit


def wanneer(verhaal: Verhaal) -> date:
    """When a story was told, else written down first."""
    eerste = verhaal.revisies[0]
    return verhaal.nu.opgehaald_op or eerste.op.date()


def gebieden_met_verhalen(verhalen: Verhalen) -> list[str]:
    """The areas about which something was told."""
    with verhalen.sessie() as sessie:
        return sorted(sessie.scalars(select(Verhaal.gebied).distinct()))

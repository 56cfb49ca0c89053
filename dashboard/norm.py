"""The norm of this installation held against areas: what goes over it, and how far from turning."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from dashboard import areas, snapshot_norm
from dashboard.snapshot import Lezing
from dashboard.snapshot_types import Gebied
from indicators import norms
from indicators.catalogue import Catalogus
from indicators.model import Boom, Knoop
from indicators.norms import Drempel, Norm, Normen, Omslag, Uitkomst, Verschoven

ID = "onze_norm"
_SLOT = threading.Lock()


class NormFout(Exception):
    """A norm that cannot be kept as given; the message says what to do."""


def assen(cat: Catalogus) -> dict[str, tuple[Boom, Knoop]]:
    """The axes that a norm can have a threshold on, by id: scored, with classes."""
    return {
        k.id: (b, k)
        for b in cat.bomen.values()
        for k in b.knopen
        if k.score and k.klassen is not None
    }


def lees(pad: Path) -> Normen:
    """The norm in all its versions; none when none was set yet.

    Raises:
        KeuzeFout: when the file is there but cannot be understood.
    """
    return areas.lees_als(pad, Normen)


def oordelen(cat: Catalogus, normen: Normen) -> dict[str, str]:
    """The verdict labels that people choose from, by code: those of the settings, else ours."""
    return dict(normen.oordelen or cat.gebruik.oordelen)


@dataclass(frozen=True)
class Toets:
    """A norm held against n areas: outcome, probability, and per axis how far from turning.

    `waarom` says of areas without an outcome why; `jaren` are the years that counted.
    """

    norm: Norm
    gebieden: tuple[Gebied, ...]
    jaren: tuple[int, ...]
    scores: norms.Jaren
    uitkomst: tuple[Uitkomst, ...]
    kans: np.ndarray
    omslag: dict[str, Omslag]
    waarom: dict[str, str]

    def wie(self, uitkomst: Uitkomst) -> list[Gebied]:
        """The areas with an outcome, in the order they came in."""
        return [g for g, u in zip(self.gebieden, self.uitkomst, strict=True) if u == uitkomst]

    def bij(self, as_: str, waarden: Sequence[float]) -> list[Verschoven]:
        """Per threshold to try on one axis: how many go over, and who comes in and who goes."""
        codes = tuple(g.gebied for g in self.gebieden)
        return norms.bij_andere_drempel(self.norm, self.scores, as_, tuple(waarden), codes)


def toets(lezing: Lezing, norm: Norm, gebieden: Sequence[Gebied]) -> Toets | str:
    """Holds a norm against buurten, in the newest years that have every axis.

    Areas that are mostly used by others take no part, and an earlier year does not count where the
    border changed since: there we do not know.

    Returns:
        The outcome, or in words why none can be said of any area.
    """
    alle = assen(lezing.catalogus)
    if weg := [d.as_ for d in norm.drempels if d.as_ not in alle]:
        return f"de catalogus van deze publicatie heeft geen as {weg[0]}"
    paren = {d.as_: (alle[d.as_][0].id, d.as_) for d in norm.drempels}
    er = lezing.onthouden.haal(
        ("norm", *sorted(paren)),
        lambda: snapshot_norm.jaren_met_scores(lezing, list(paren.values())),
    )
    if not er:
        namen = " en ".join(alle[a][1].naam.lower() for a in paren)
        return f"geen enkel jaar heeft een score op {namen}; er ontbreken nog bronnen"
    jaren = tuple(range(er[-1] - norm.jaren + 1, er[-1] + 1))
    if mist := [j for j in jaren if j not in er]:
        return f"over {mist[-1]} zijn niet alle scores er; de norm vraagt {norm.jaren} jaar op rij"
    codes = [g.gebied for g in gebieden]
    scores = {
        a: [snapshot_norm.stand(lezing, codes, *plek, jaar=j) for j in jaren]
        for a, plek in paren.items()
    }
    waarom = _waarom(lezing, codes, jaren, paren, scores)
    uit = np.array([c in waarom for c in codes], dtype=bool)
    for reeks in scores.values():
        for s in reeks:
            for kolom in (s.score, s.onder, s.boven):
                kolom[uit] = np.nan
    uitkomst, kans = norms.toets(norm, scores)
    omslag = {a: norms.omslag(norm, scores, a) for a in paren}
    return Toets(
        norm, tuple(gebieden), jaren, scores, tuple(uitkomst.tolist()), kans, omslag, waarom
    )


def _waarom(
    lezing: Lezing,
    codes: Sequence[str],
    jaren: Sequence[int],
    paren: dict[str, tuple[str, str]],
    scores: norms.Jaren,
) -> dict[str, str]:
    """Per area without an outcome why: visitors, another border, or the first missing score."""
    uit: dict[str, str] = {}
    for as_, (boom, knoop) in paren.items():
        naam = lezing.catalogus.knoop(boom, knoop).naam.lower()
        for jaar, s in zip(jaren, scores[as_], strict=True):
            zonder = [c for c, leeg in zip(codes, np.isnan(s.score), strict=True) if leeg]
            weg = snapshot_norm.redenen(lezing, zonder, boom, knoop, jaar) if zonder else {}
            for code in zonder:
                zin = _REDEN.get(weg.get(code, ""), "er is geen score")
                uit.setdefault(code, f"{naam} {jaar}: {zin}")
    if len(jaren) > 1:
        for code, breuken in lezing.breuken(codes).items():
            if any(jaren[0] < b <= jaren[-1] for b in breuken):
                uit[code] = f"de grens veranderde na {jaren[0]}"
    for code in snapshot_norm.veel_bezoekers(lezing, codes):
        uit[code] = "hier komen veel bezoekers voor weinig inwoners"
    return uit


_REDEN = {
    "te_klein": "hier wonen te weinig mensen voor een score",
    "inwoners_onbekend": "het aantal inwoners is niet bekend",
    "bron_ontbreekt": "een bron ontbreekt",
    "vereist_ontbreekt": "een cijfer dat nodig is ontbreekt",
    "dekking_te_laag": "te weinig is bekend voor een score",
}


def proef(norm: Norm, drempels: dict[str, float], jaren: int | None, kans: float | None) -> Norm:
    """The same norm with other numbers, to try out; what is not given stays."""
    for as_, waarde in drempels.items():
        if as_ in {d.as_ for d in norm.drempels}:
            norm = norm.met_drempel(as_, waarde)
    anders = {k: v for k, v in (("jaren", jaren), ("kans", kans)) if v is not None}
    return norm.model_copy(update=anders)


@dataclass(frozen=True)
class Voorstel:
    """What someone fills in for a new version."""

    naam: str
    reden: str
    drempels: dict[str, float | None]
    jaren: int
    kans: float
    herzien_op: dt.date | None


def stel_vast(pad: Path, cat: Catalogus, v: Voorstel, door: str, vandaag: dt.date) -> Norm:
    """Keeps a new version of the norm; the earlier ones stay as they are.

    Args:
        pad: the settings file.
        cat: the axes that thresholds can be on.
        v: what was filled in.
        door: who sets it.
        vandaag: the day it is set.

    Raises:
        NormFout: saying which field is not right.
        KeuzeFout: when the file is there but cannot be understood.
    """
    if len(v.reden.strip()) < 20:
        raise NormFout("Schrijf in een of twee zinnen waarom deze norm zo is; dat hoort erbij.")
    if v.herzien_op is None or v.herzien_op <= vandaag:
        raise NormFout("Geef een dag in de toekomst waarop jullie opnieuw naar deze norm kijken.")
    if not door.strip():
        raise NormFout("Vul in wie deze norm vaststelt.")
    drempels = [
        Drempel.model_validate({"as": a, "waarde": w})
        for a, w in v.drempels.items()
        if w is not None and a in assen(cat)
    ]
    with _SLOT:
        al = lees(pad)
        vorige = al.huidig
        try:
            nieuw = Norm(
                id=vorige.id if vorige else ID,
                versie=vorige.versie + 1 if vorige else 1,
                naam=v.naam.strip(), reden=v.reden.strip(), door=door.strip(), datum=vandaag,
                herzien_op=v.herzien_op, drempels=tuple(drempels), jaren=v.jaren, kans=v.kans,
            )  # fmt: skip
            alle = Normen(normen=(*al.normen, nieuw), oordelen=al.oordelen)
        except ValidationError as fout:
            veld = ".".join(str(p) for p in fout.errors()[0]["loc"]) or "geheel"
            raise NormFout(f"Dit klopt nog niet, bij {veld}: {fout.errors()[0]['msg']}.") from None
        if vorige and _zelfde(vorige, nieuw):
            raise NormFout("Er is niets veranderd ten opzichte van de versie die geldt.")
        areas.schrijf(pad, alle)
    return nieuw


def _zelfde(een: Norm, ander: Norm) -> bool:
    weg = {"versie", "datum", "door", "herzien_op"}
    return een.model_dump(exclude=weg) == ander.model_dump(exclude=weg)

"""Areas of one's own: figures from the counts of their buurten, and the same ground per year.

Counts add up. A share is recomputed only where the catalogue says of which published count it is
a share (`noemer`). Averages and medians do not add up and are left out. Intervals are worst case:
whatever the true counts within the published rounding, the true figure lies inside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from indicators.contracts import ONTBREEKT
from indicators.model import Indicator

Regel = Literal["optellen", "verhouding", "wegen", "geen_noemer", "gemiddelde"]
REKENBAAR: tuple[Regel, ...] = ("optellen", "verhouding", "wegen")
_HOOGSTE = {"pct": 100.0, "per_1000": 1000.0}
_FACTOR = {"pct": 100.0, "per_1000": 1000.0, "per_km2": 100.0}
"""Per unit: what a part over its whole is multiplied by; land is counted in hectares."""
_HEEL = 0.99
"""An area whose parts went on for less than this share is not followed to the next year."""


@dataclass(frozen=True)
class Deel:
    """The figure of one buurt: value and interval, or the kind of missing."""

    waarde: float | None
    onder: float | None = None
    boven: float | None = None
    ontbreekt_door: str | None = None

    @property
    def laag(self) -> float:
        """The lowest it can be; without an interval the value itself."""
        return (self.waarde or 0.0) if self.onder is None else self.onder

    @property
    def hoog(self) -> float:
        """The highest it can be; without an interval the value itself."""
        return (self.waarde or 0.0) if self.boven is None else self.boven


@dataclass(frozen=True)
class Uitkomst:
    """The figure of the whole: a value, or only an interval, or neither; and from how many."""

    waarde: float | None
    onder: float | None
    boven: float | None
    ontbreekt_door: str | None
    bekend: int
    delen: int


def regel(indicator: Indicator) -> Regel:
    """How an indicator comes about for an area of one's own, or why it does not."""
    if indicator.telling == "aantal":
        return "optellen"
    if indicator.telling == "gemiddelde":
        return "gemiddelde"
    if indicator.noemer is None:
        return "geen_noemer"
    return "verhouding" if indicator.teller else "wegen"


def nodig(indicator: Indicator) -> tuple[str, ...]:
    """The indicators that the figure is made from, itself included."""
    meer = (indicator.teller, indicator.noemer, *indicator.noemer_delen)
    return (indicator.id, *(i for i in meer if i))


def figuur(indicator: Indicator, delen: Callable[[str], Sequence[Deel]]) -> Uitkomst | None:
    """The figure of the whole by its rule; None when parts cannot give it (`geen_noemer` ...).

    Args:
        indicator: what is asked.
        delen: gives, for an indicator's id, its figure of each of the n parts.
    """
    hoe = regel(indicator)
    if hoe == "optellen":
        return optellen(delen(indicator.id))
    if hoe not in REKENBAAR or indicator.noemer is None:
        return None
    if hoe == "verhouding" and indicator.teller:
        return verhouding(delen(indicator.teller), delen(indicator.noemer), indicator.eenheid)
    gewichten = list(delen(indicator.noemer))
    if indicator.noemer_delen:
        kolommen = [delen(d) for d in indicator.noemer_delen]
        gewichten = [deel_van(g, [k[n] for k in kolommen]) for n, g in enumerate(gewichten)]
    return wegen(delen(indicator.id), gewichten, indicator.eenheid)


def stuk(deel: Deel, aandeel: float) -> Deel:
    """The count in a part of the ground of an area, as if people were spread evenly over it.

    How they are really spread is not known: the interval runs from nothing to all of it.

    Args:
        deel: the count of the whole area.
        aandeel: the share of its ground; from `_HEEL` up it is the whole.
    """
    if aandeel >= _HEEL or deel.waarde is None:
        return deel
    return Deel(aandeel * deel.waarde, 0.0, deel.hoog)


def optellen(delen: Sequence[Deel]) -> Uitkomst:
    """The sum of counts; with a part missing no figure, only what there is at least."""
    bekend = [d for d in delen if d.waarde is not None]
    onder = sum(d.laag for d in bekend)
    if len(bekend) < len(delen):
        return Uitkomst(None, onder if bekend else None, None, _reden(delen), len(bekend),
                        len(delen))  # fmt: skip
    som = sum(d.waarde or 0.0 for d in bekend)
    return Uitkomst(som, onder, sum(d.hoog for d in bekend), None, len(bekend), len(delen))


def verhouding(tellers: Sequence[Deel], noemers: Sequence[Deel], eenheid: str) -> Uitkomst:
    """A rate from two published counts: the sum above the line over the sum below it."""
    boven, onder = optellen(tellers), optellen(noemers)
    n, reden = min(boven.bekend, onder.bekend), boven.ontbreekt_door or onder.ontbreekt_door
    if boven.waarde is None or onder.waarde is None:
        return Uitkomst(None, None, None, reden, n, len(tellers))
    if onder.waarde == 0:
        return Uitkomst(None, None, None, "nvt", n, len(tellers))
    factor = _FACTOR[eenheid]
    hoogste = _HOOGSTE.get(eenheid)
    top = factor * (boven.boven or 0.0) / onder.onder if onder.onder else hoogste
    return Uitkomst(
        factor * boven.waarde / onder.waarde,
        factor * (boven.onder or 0.0) / (onder.boven or onder.waarde),
        top, None, n, len(tellers),
    )  # fmt: skip


def deel_van(noemer: Deel, aandelen: Sequence[Deel]) -> Deel:
    """The count of a group that is published as shares of a count: 15 to 65 of all inhabitants."""
    alle = (noemer, *aandelen)
    if any(d.waarde is None for d in alle):
        if noemer.waarde == 0:
            return Deel(0.0, 0.0, noemer.hoog)
        return Deel(None, ontbreekt_door=_reden(alle))
    som = sum(d.waarde or 0.0 for d in aandelen) / 100
    laag = sum(d.laag for d in aandelen) / 100
    hoog = min(sum(d.hoog for d in aandelen) / 100, 1.0)
    return Deel((noemer.waarde or 0.0) * som, noemer.laag * laag, noemer.hoog * hoog)


def wegen(aandelen: Sequence[Deel], gewichten: Sequence[Deel], eenheid: str) -> Uitkomst:
    """A share of the whole: shares weighted with the published count they are a share of.

    A buurt that counts nobody adds nothing. A missing percentage can be anything from 0 to 100,
    so there is an interval without a value; a missing rate or weight leaves no figure.
    """
    n = len(aandelen)
    leeg = [a.waarde is None and g.waarde == 0 for a, g in zip(aandelen, gewichten, strict=True)]
    mist = [a.waarde is None and not e for a, e in zip(aandelen, leeg, strict=True)]
    bekend = sum(not m and g.waarde is not None for m, g in zip(mist, gewichten, strict=True))
    reden = _reden([a for a, m in zip(aandelen, mist, strict=True) if m]) or _reden(gewichten)
    hoogste = _HOOGSTE.get(eenheid)
    grenzenloos = hoogste is None and any(leeg)
    if any(g.waarde is None for g in gewichten) or bekend == 0 or grenzenloos:
        return Uitkomst(None, None, None, reden or "nvt", bekend, n)
    if any(mist) and eenheid != "pct":
        return Uitkomst(None, None, None, reden, bekend, n)
    totaal = sum(g.waarde or 0.0 for g in gewichten)
    if totaal == 0:
        return Uitkomst(None, None, None, "nvt", bekend, n)
    grens = hoogste or 0.0
    laag = [0.0 if a.waarde is None else a.laag for a in aandelen]
    hoog = [grens if a.waarde is None else a.hoog for a in aandelen]
    onder = _uiterste(laag, gewichten)
    boven = -_uiterste([-h for h in hoog], gewichten)
    if any(mist):
        return Uitkomst(None, onder, boven, reden, bekend, n)
    waarde = sum(
        (a.waarde or 0.0) * (g.waarde or 0.0) for a, g in zip(aandelen, gewichten, strict=True)
    )
    return Uitkomst(waarde / totaal, onder, boven, None, bekend, n)


def _uiterste(waarden: Sequence[float], gewichten: Sequence[Deel]) -> float:
    """The lowest weighted mean that the intervals of the weights allow.

    The lowest values take their highest weight and the others their lowest; where to cut is found
    by trying every place in order of value.
    """
    rij = sorted(zip(waarden, gewichten, strict=True), key=lambda p: p[0])
    som = sum(w * g.laag for w, g in rij)
    gewicht = sum(g.laag for _, g in rij)
    laagste = som / gewicht if gewicht > 0 else float("inf")
    for w, g in rij:
        som += w * (g.hoog - g.laag)
        gewicht += g.hoog - g.laag
        if gewicht > 0:
            laagste = min(laagste, som / gewicht)
    return laagste


def _reden(delen: Iterable[Deel]) -> str | None:
    """The kind of missing of the whole: the first kind, in the order of the contract."""
    redenen = {d.ontbreekt_door or "geen_bron" for d in delen if d.waarde is None}
    return next((r for r in ONTBREEKT if r in redenen), None)


@dataclass(frozen=True)
class Overgang:
    """Which area went to which from one grensjaar to the next: `aandeel` is of the old one."""

    van: str
    naar: str
    aandeel: float


def volg(codes: frozenset[str], overgangen: Sequence[Overgang]) -> frozenset[str] | None:
    """The same ground in the next grensjaar; None where it cannot be had with whole buurten.

    Exact: everything that the new buurten came from must have been in the area too.

    Args:
        codes: the buurten of the area.
        overgangen: all that left these buurten, and all that came into where they went.
    """
    weg = [o for o in overgangen if o.van in codes]
    som = dict.fromkeys(codes, 0.0)
    for o in weg:
        som[o.van] += o.aandeel
    nieuw = frozenset(o.naar for o in weg)
    van = {o.van for o in overgangen if o.naar in nieuw}
    if any(s < _HEEL for s in som.values()) or not van <= codes:
        return None
    return nieuw


def volg_terug(codes: frozenset[str], overgangen: Sequence[Overgang]) -> frozenset[str] | None:
    """The same ground in the grensjaar before; None where it cannot be had with whole buurten.

    Args:
        codes: the buurten of the area.
        overgangen: all that came into these buurten, and all that left where they came from.
    """
    oud = frozenset(o.van for o in overgangen if o.naar in codes)
    return oud if oud and volg(oud, overgangen) == codes else None

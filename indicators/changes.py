"""What moved between two publications, and whether it matters to a figure that was quoted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from indicators.catalogue import Catalogus
from indicators.model import Indicator

Oorzaak = Literal["waarde", "klasse", "ontbreekt", "verschenen", "weg", "definitie", "grens"]
ZELFDE_GROND = 0.95
"""The share of its people (or ground) that an area keeps, and that makes up the area after it, to
be called the same area; a smaller share is another boundary."""
DEFINITIE = {
    "eenheid": "de eenheid",
    "telling": "hoe het wordt geteld",
    "teller": "wat er wordt geteld",
    "noemer": "waar het een deel van is",
    "noemer_delen": "welk deel daarvan meetelt",
    "producent": "wie het meet",
    "aard": "hoe het is gemeten",
    "formule": "hoe het wordt berekend",
}
"""What makes up the meaning of a figure, and how a change of it is named on screen."""


@dataclass(frozen=True)
class Cijfer:
    """A figure as it stood: its value, or why there is none."""

    waarde: float | None
    ontbreekt_door: str | None = None


def tolerantie(indicator: Indicator) -> float:
    """The movement within which a quoted figure is not called corrected, in its own unit.

    From the catalogue; without one, half of the last published decimal.
    """
    if indicator.tolerantie is not None:
        return indicator.tolerantie
    return float(0.5 * 10.0**-indicator.decimalen)


def gecorrigeerd(toen: Cijfer, nu: Cijfer | None, indicator: Indicator) -> Oorzaak | None:
    """Why a quoted figure of a past year is no longer what it was; None when it still stands.

    Args:
        toen: as quoted.
        nu: the same area, boundary year, year and indicator in the newer publication; None when
            that publication has no such row.
        indicator: gives the tolerance.
    """
    if nu is None:
        return "weg"
    if toen.waarde is None:
        if nu.waarde is not None:
            return "verschenen"
        return "ontbreekt" if toen.ontbreekt_door != nu.ontbreekt_door else None
    if nu.waarde is None:
        return "ontbreekt"
    if not verschuift(toen.waarde, nu.waarde, indicator):
        return None
    return "klasse" if indicator.eenheid == "klasse" else "waarde"


def verschuift(toen: float | None, nu: float | None, indicator: Indicator) -> bool:
    """Whether a figure moved by more than its tolerance; a missing one always did."""
    if toen is None or nu is None:
        return toen is not nu
    return abs(nu - toen) > tolerantie(indicator) + 1e-9


def definitie(
    cat: Catalogus, indicator: str, bron: str, aard: str, generaties: Iterable[str]
) -> dict[str, Any]:
    """What a figure means: unit, what is counted over what, who measures it and how.

    Args:
        cat: of the publication that the figure comes from.
        indicator: its id; one that the catalogue does not know gives an empty meaning.
        bron: the source that was chosen for it.
        aard: its kind of value.
        generaties: the forms in which that source was read for that year.
    """
    i = cat.indicatoren.get(indicator)
    if i is None:
        return {}
    regels = [i.kolommen[g] for g in generaties if g in i.kolommen]
    formules = {r.formule + (f" per {r.per}" if r.per else "") for r in regels}
    gevonden = cat.bronnen.get(bron)
    return {
        "eenheid": i.eenheid,
        "telling": i.telling,
        "teller": i.teller,
        "noemer": i.noemer,
        "noemer_delen": list(i.noemer_delen),
        "producent": gevonden.producent if gevonden else None,
        "aard": aard,
        "formule": sorted(formules),
    }


def definitie_anders(toen: Mapping[str, Any] | None, nu: Mapping[str, Any] | None) -> str:
    """What changed in the meaning of a figure, in words; empty when nothing did or unknown.

    A part that either side does not know is not called a change.
    """
    if not toen or not nu:
        return ""
    anders = [
        f"{naam}: was {_zeg(toen[deel])}, is {_zeg(nu[deel])}"
        for deel, naam in DEFINITIE.items()
        if toen.get(deel) and nu.get(deel) and toen[deel] != nu[deel]
    ]
    return "; ".join(anders)


def _zeg(deel: Any) -> str:
    tekst = ", ".join(str(d) for d in deel) if isinstance(deel, list) else str(deel)
    return tekst.replace("_", " ")


@dataclass(frozen=True)
class Overgang:
    """Which part of an area went to which area, from one boundary year to the next.

    `aandeel` is of the old area, `aandeel_nieuw` of the new one (1 when nothing else came in).
    """

    van: str
    naar: str
    grensjaar_van: int
    grensjaar_naar: int
    aandeel: float
    aandeel_nieuw: float = 1.0

    @property
    def zelfde(self) -> bool:
        """Whether old and new are the same area, be it under another code."""
        return min(self.aandeel, self.aandeel_nieuw) >= ZELFDE_GROND


def volg(gebied: str, na: int, overgangen: Sequence[Overgang]) -> tuple[str, list[Overgang]]:
    """Follows an area through later boundary years, as long as it stays the same area.

    Args:
        gebied: code as it was in boundary year `na`.
        na: only steps that arrive after this year count.
        overgangen: all steps that start at the area or at a successor, in any order.

    Returns:
        The code under which it still is the same area, and the parts into which it fell apart
        or was merged (empty when it still is the same).
    """
    code = gebied
    for jaar in sorted({o.grensjaar_naar for o in overgangen if o.grensjaar_naar > na}):
        delen = [o for o in overgangen if o.van == code and o.grensjaar_naar == jaar]
        if not delen:
            continue
        grootste = max(delen, key=lambda o: o.aandeel)
        if not grootste.zelfde:
            return code, delen
        code = grootste.naar
    return code, []


@dataclass(frozen=True)
class Oordeel:
    """Why a quoted figure asks for another look, and what changed when it is not the value."""

    oorzaak: Oorzaak
    wat: str = ""


def oordeel(
    toen: Cijfer,
    nu: Cijfer | None,
    indicator: Indicator,
    definities: tuple[Mapping[str, Any] | None, Mapping[str, Any] | None] = (None, None),
    grens: str = "",
) -> Oordeel | None:
    """Whether a quoted figure of a past year still says what it said; None when it does.

    Args:
        toen: as quoted.
        nu: the same area, boundary year, year and indicator in the newer publication.
        indicator: gives the tolerance.
        definities: what the figure meant then and means now, where known.
        grens: what happened to the boundary since, in words; empty when it is the same area.
    """
    anders = definitie_anders(*definities)
    oorzaak = gecorrigeerd(toen, nu, indicator)
    if oorzaak is not None:
        return Oordeel(oorzaak, "; ".join(d for d in (anders, grens) if d))
    if anders:
        return Oordeel("definitie", "; ".join(d for d in (anders, grens) if d))
    return Oordeel("grens", grens) if grens else None

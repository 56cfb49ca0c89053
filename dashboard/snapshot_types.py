"""What a reading of a publication gives back: plain, typed, frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Publicatie:
    """Which publication, made when, with which catalogue."""

    publicatie: str
    gemaakt_op: str
    catalogus_hash: str
    fictief: bool


@dataclass(frozen=True)
class Gebied:
    """An area in one grensjaar."""

    gebied: str
    grensjaar: int
    niveau: str
    naam: str
    wijk: str | None
    wijknaam: str | None
    gemeente: str | None
    gemeentenaam: str | None
    inwoners: float | None
    woningen: float | None
    wijziging: int | None
    water: bool
    fictief: bool


@dataclass(frozen=True)
class Waarde:
    """A figure, or why there is none."""

    gebied: str
    grensjaar: int
    jaar: int
    indicator: str
    waarde: float | None
    onder: float | None
    boven: float | None
    ontbreekt_door: str | None
    aard: str
    voorlopig: bool
    bron: str


@dataclass(frozen=True)
class Score:
    """The score of a node, or why there is none."""

    jaar: int
    boom: str
    knoop: str
    score: float | None
    onder: float | None
    boven: float | None
    dekking: float
    geen_score_reden: str | None


@dataclass(frozen=True)
class Bijdrage:
    """What one indicator adds to a score."""

    jaar: int
    boom: str
    knoop: str
    indicator: str
    gewicht: float
    genormaliseerd: float | None
    bijdrage: float | None
    ontbreekt_door: str | None


@dataclass(frozen=True)
class Opvolger:
    """One area that (partly) became another."""

    van: str
    grensjaar_van: int
    naam_van: str | None
    naar: str
    grensjaar_naar: int
    naam_naar: str | None
    aandeel: float
    methode: str


@dataclass(frozen=True)
class Herkomst:
    """A delivery: the file or table that figures came from."""

    levering: str
    bron: str
    generatie: str
    jaar: int
    grensjaar: int
    jaar_uit: str
    bestand: str
    sha256: str
    url: str | None
    licentie: str
    opgehaald_op: str
    gewijzigd_op: str | None
    gebieden: int
    fictief: bool


@dataclass(frozen=True)
class Dekking:
    """How many areas have a value for an indicator in a year."""

    indicator: str
    bron: str
    jaar: int
    gebieden: int
    met_waarde: int


@dataclass(frozen=True)
class Buurt:
    """Everything the page of an area shows; figures by indicator and year."""

    gebied: Gebied
    referentie: Gebied | None
    waarden: dict[tuple[str, int], Waarde]
    referentiewaarden: dict[tuple[str, int], Waarde]
    scores: list[Score]
    bijdragen: list[Bijdrage]
    opvolgers: list[Opvolger]
    voorgangers: list[Opvolger]
    breuken: tuple[int, ...]
    herkomst: list[Herkomst]
    onderdelen: list[Gebied]
    leveringen: dict[tuple[str, int, int], str] = field(default_factory=dict)
    """Indicator, year and grensjaar to the id of the delivery that the figure was chosen from."""

    def levering(self, w: Waarde) -> Herkomst | None:
        """The one delivery of a figure; None in a publication of before this was kept."""
        gezocht = self.leveringen.get((w.indicator, w.jaar, w.grensjaar))
        return next((h for h in self.herkomst if h.levering == gezocht), None)

    @cached_property
    def _reeksen(self) -> dict[str, list[Waarde]]:
        reeksen: dict[str, list[Waarde]] = {}
        for w in sorted(self.waarden.values(), key=lambda w: w.jaar):
            reeksen.setdefault(w.indicator, []).append(w)
        return reeksen

    def reeks(self, indicator: str) -> list[Waarde]:
        """The figures of an indicator, oldest first."""
        return self._reeksen.get(indicator, [])

    def nieuwste(self, indicator: str) -> Waarde | None:
        """The newest year that has a figure; else the newest that says why there is none.

        A year that is not out yet tells less than an earlier one that was kept back.
        """
        return self._nieuwste.get(indicator)

    @cached_property
    def _nieuwste(self) -> dict[str, Waarde]:
        uit: dict[str, Waarde] = {}
        for indicator, reeks in self._reeksen.items():
            met = [w for w in reeks if w.waarde is not None]
            reden = [w for w in reeks if w.ontbreekt_door != "niet_gepubliceerd"]
            uit[indicator] = (met or reden or reeks)[-1]
        return uit

    @cached_property
    def _referenties(self) -> dict[str, dict[int, float | None]]:
        uit: dict[str, dict[int, float | None]] = {}
        for (indicator, jaar), w in self.referentiewaarden.items():
            uit.setdefault(indicator, {})[jaar] = w.waarde
        return uit

    def referentiereeks(self, indicator: str) -> dict[int, float | None]:
        """The figures of an indicator in the reference, by year."""
        return self._referenties.get(indicator, {})

"""Beside the figures: where screens use them, and what the analysis of the trees taught."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from indicators.model import Naam, Strikt, Zin


class Geleerd(Strikt):
    """What the coherence analysis of a tree or of one of its nodes taught (`geleerd.yaml`).

    `gegevens` says on what it was measured, real or fictional; `veranderd` what was changed
    because of it, also when that is nothing.
    """

    boom: Naam
    knoop: Naam | None = None
    gemeten_op: date
    gegevens: Zin
    geleerd: Zin
    veranderd: Zin


class Bril(Strikt):
    """Whose eyes: which questions come first, which figures in them, and whose voice."""

    id: Naam
    naam: str = Field(min_length=3, max_length=30)
    wat: Zin
    themas: tuple[Naam, ...] = Field(min_length=1)
    cijfers: tuple[Naam, ...] = Field(min_length=1)
    rollen: tuple[Naam, ...] = Field(min_length=1)


class Bladgebruik(Strikt):
    """Figures of a sheet: those that its first sentence holds, and those of the table of parts."""

    in_de_zin: tuple[Naam, ...] = ()
    onderdelen: tuple[Naam, ...] = ()


class Kenmerk(Strikt):
    """A structure variable by which areas are alike; `log` for what runs over many magnitudes."""

    indicator: Naam
    schaal: Literal["gewoon", "log"] = "gewoon"


class Vergelijkbaar(Strikt):
    """When areas are alike: nearest in these structure variables, never in outcomes.

    `sociale_huur` is the share that the second comparator holds alike, within `marge` percentage
    points; `reden` says why these variables.
    """

    reden: Zin
    kenmerken: tuple[Kenmerk, ...] = Field(min_length=1)
    aantal: Annotated[int, Field(ge=2, le=5)] = 5
    sociale_huur: Naam
    marge: float = Field(default=5.0, gt=0, le=25)


class Signaal(Strikt):
    """A signal: a figure that stands high; figures that say the same thing are one signal."""

    naam: str = Field(min_length=3, max_length=40)
    een_van: tuple[Naam, ...] = Field(min_length=1)


class Stapeling(Strikt):
    """Which signals are counted together per area, and from which place on their fixed scale.

    A figure is a signal above `boven` on the scale of 0 to 100 of the tree `boom` (`genormaliseerd`
    of `out_bijdrage`: turned, so that more is always more of the axis).
    """

    boom: Naam
    boven: float = Field(gt=0, lt=100)
    reden: Zin
    signalen: tuple[Signaal, ...] = Field(min_length=2)


OORDELEN = {
    "draagt": "draagt", "aandacht": "vraagt aandacht", "ingrijpen": "vraagt nu ingrijpen",
    "weten_niet": "weten we niet",
}  # fmt: skip
"""For publications of before the catalogue held the verdict labels."""


class Gebruik(Strikt):
    """Everything in `gebruik.yaml`; empty in a publication of before it was there."""

    oordelen: dict[Naam, Annotated[str, Field(min_length=3, max_length=40)]] = OORDELEN
    brillen: tuple[Bril, ...] = ()
    blad: Bladgebruik = Bladgebruik()
    vergelijkbaar: Vergelijkbaar | None = None
    stapeling: Stapeling | None = None

    def bril(self, naam: str | None) -> Bril | None:
        """The glasses of that name; None when there are none."""
        return next((b for b in self.brillen if b.id == naam), None)

    def cijfers(self) -> dict[str, tuple[str, ...]]:
        """Every place that names figures, with the figures that it names."""
        v = self.vergelijkbaar
        return {
            **{f"brillen.{b.id}.cijfers": b.cijfers for b in self.brillen},
            "blad.in_de_zin": self.blad.in_de_zin,
            "blad.onderdelen": self.blad.onderdelen,
            "vergelijkbaar.kenmerken": tuple(k.indicator for k in v.kenmerken) if v else (),
            "vergelijkbaar.sociale_huur": (v.sociale_huur,) if v else (),
            "stapeling.signalen": tuple(
                i for s in (self.stapeling.signalen if self.stapeling else ()) for i in s.een_van
            ),
        }

"""How fresh a source is: when it was last looked at, whether that went well, and its colour."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from indicators.model import Bron

Kleur = Literal["groen", "oranje", "rood"]


class Bronstand(BaseModel):
    """What the last rounds say of one source; `mislukt` is why the newest failed, if it did."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bekeken_op: datetime | None = None
    mislukt: str | None = None


class Bronstanden(BaseModel):
    """`published/bronstand/bronnen.json`: every source, by id; written after each round."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bronnen: dict[str, Bronstand] = {}


def kleur(bron: Bron, dagen: float) -> Kleur:
    """The colour of a source that was last looked at so many days ago."""
    if dagen > bron.rood_na_dagen:
        return "rood"
    return "oranje" if dagen > bron.oranje_na_dagen else "groen"


def oordeel(bron: Bron, stand: Bronstand, nu: datetime) -> tuple[Kleur, str]:
    """The colour of a source now, and how long ago it was looked at, in words.

    A source that was never taken in is green: nobody waits for it; unless asking it failed.
    """
    if stand.bekeken_op is None:
        return ("rood" if stand.mislukt else "groen"), "nog nooit ingelezen"
    dagen = (nu - stand.bekeken_op).total_seconds() / 86400
    uit = kleur(bron, dagen)
    if stand.mislukt and uit == "groen":
        uit = "oranje"
    heel = int(dagen)
    return uit, {0: "vandaag", 1: "gisteren"}.get(heel, f"{heel} dagen geleden") + " bekeken"

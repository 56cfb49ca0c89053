"""Ways to weigh an axis: those that the catalogue names, and those that people saved.

`instellingen/wegingen.yaml` holds the saved ones: written by the Methode-atelier, every version.
They change no published figure, so saving one makes no new publication: the stamp of settings in a
publication (`instellingen_hash`) leaves them out. A version names the publication it was made with;
every file and picture made with it carries its name, version, reason and both publications.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np
from pydantic import Field

from indicators.contracts import Bestand
from indicators.formulas import F64
from indicators.model import Boom, Knoop
from indicators.proef import METHODEN
from indicators.proef_schaal import BEHANDELINGEN, SCHALEN, As


class WegingFout(ValueError):
    """A saved setting does not fit the catalogue any more; the message says what is gone."""


class Weging(Bestand):
    """A saved setting of the Methode-atelier, one version of it: who tried what, when and why.

    `gewichten` maps the parts of the axis (`boom`, `knoop`) to their weight; the other fields are
    names in `proef` and `proef_schaal`. A version is never changed: a next one is added to it.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")
    versie: int = Field(ge=1)
    naam: str = Field(min_length=1, max_length=80)
    reden: str = Field(min_length=1, max_length=600)
    door: str
    op: datetime
    publicatie: str
    boom: str
    knoop: str
    gewichten: dict[str, float] = Field(min_length=1)
    methode: str
    schaal: str
    behandeling: str
    referentie: str


class Intrekking(Bestand):
    """A saved setting that is not to be used any more, up to and with one of its versions, and why.

    The versions stay: files and links that name them can still be read, and say so.
    """

    id: str
    versie: int = Field(ge=1)
    reden: str = Field(min_length=1, max_length=600)
    door: str
    op: datetime


class Wegingen(Bestand):
    """`instellingen/wegingen.yaml`: saved settings, every version, and which are withdrawn."""

    wegingen: tuple[Weging, ...] = ()
    ingetrokken: tuple[Intrekking, ...] = ()

    def intrekking(self, w: Weging) -> Intrekking | None:
        """Who withdrew a version, when and why; None when it may be used."""
        er = [i for i in self.ingetrokken if i.id == w.id and i.versie >= w.versie]
        return er[-1] if er else None


def as_van(knoop: Knoop, palen: dict[str, tuple[float, float]], namen: dict[str, str]) -> As:
    """What a trial needs to know of an axis.

    Args:
        knoop: a node with classes.
        palen: goalposts per indicator, low and high.
        namen: what each indicator is called in a sentence.

    Raises:
        ValueError: when the node has no classes.
    """
    if knoop.klassen is None:
        raise ValueError(f"{knoop.id}: zonder klassen valt er niets te proberen")
    ids = [d.indicator for d in knoop.delen]
    return As(
        tuple(namen[i] for i in ids),
        tuple(d.teken == "-" for d in knoop.delen),
        tuple(palen[i] for i in ids),
        knoop.klassen,
        knoop.dekking,
    )


def voorkeur(boom: Boom, knoop: Knoop, voorkeuze: str) -> F64:
    """The weights (m,) of a node's parts under a weighing that the catalogue names.

    Raises:
        KeyError: when the tree has no weighing of that name.
    """
    keuze = next((v for v in boom.voorkeuzes if v.id == voorkeuze), None)
    if keuze is None:
        raise KeyError(voorkeuze)
    return np.array([d.gewicht * keuze.zwaarder.get(d.indicator, 1.0) for d in knoop.delen])


def gewicht_van(w: Weging, knoop: Knoop) -> tuple[float, ...]:
    """The weights of a saved setting in the order of the node's parts.

    A figure that came into the axis since has weight 0: the setting was made without it.

    Raises:
        WegingFout: when a figure with weight is gone, or a choice is not known.
    """
    ids = [d.indicator for d in knoop.delen]
    weg = [i for i, g in w.gewichten.items() if g and i not in ids]
    if weg:
        raise WegingFout(
            f"„{w.naam}” weegt {', '.join(weg)} mee, en dat cijfer hoort niet meer bij "
            f"{knoop.naam.lower()}. Kies hieronder nieuwe gewichten en bewaar een nieuwe versie"
        )
    for soort, gekozen, er in (
        ("de methode", w.methode, METHODEN),
        ("de schaal", w.schaal, SCHALEN),
        ("de behandeling", w.behandeling, BEHANDELINGEN),
    ):
        if gekozen not in er:
            raise WegingFout(f"„{w.naam}” gebruikt {soort} „{gekozen[:40]}”, en die is er niet")
    if any(not 0 <= g < float("inf") for g in w.gewichten.values()):
        raise WegingFout(f"„{w.naam}” heeft een gewicht dat geen getal vanaf nul is")
    return tuple(w.gewichten.get(i, 0.0) for i in ids)

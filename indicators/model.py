"""Frozen, strict models of what the catalogue's YAML may say.

Nothing here has behaviour beyond validation: reading and cross-checking is `catalogue.py`.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Naam = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Zin = Annotated[str, Field(min_length=8)]
Soort = Literal["excel", "kaart", "statline_csv", "odata"]
Aard = Literal["geregistreerd", "enquete", "modelschatting", "herberekend", "eigen"]
Ontbreekt = Literal[
    "niet_gepubliceerd", "geheim", "onbekend_of_geheim", "nvt", "te_klein", "geen_bron"
]
Niveau = Literal["land", "gemeente", "wijk", "buurt"]
Richting = Literal["hoger_is_gunstig", "lager_is_gunstig", "neutraal"]

EENHEDEN: dict[str, str] = {
    "aantal": "",
    "pct": "%",
    "per_1000": "per 1.000",
    "keur": "x 1.000 euro",
    "personen": "personen",
    "per_huishouden": "per huishouden",
    "per_km2": "per km²",
    "km": "km",
    "ha": "ha",
    "m3": "m³",
    "kwh": "kWh",
    "klasse": "klasse",
    "score": "score",
}
"""Unit at the end of an indicator's id, and how it is written on screen."""


class Strikt(BaseModel):
    """A model that refuses unknown fields and cannot be changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Jaren(Strikt):
    """A closed range of years; `tot` empty means: still going on."""

    van: int = Field(ge=1990, le=2100)
    tot: int | None = Field(default=None, ge=1990, le=2100)

    def bevat(self, jaar: int) -> bool:
        """Whether the year lies in the range."""
        return self.van <= jaar and (self.tot is None or jaar <= self.tot)


class Generatie(Strikt):
    """One form in which a source was really seen: its columns, its missing values, its rounding.

    `herken` are the columns that must all be there for a file to be taken as this generation.
    `marges` maps the largest rounding error to the columns that have it; others have `marge`.
    """

    id: Naam
    soort: Soort
    gezien: Zin
    herken: tuple[str, ...] = Field(min_length=1)
    gebied: str
    naam: str | None = None
    gemeentenaam: str | None = None
    wijk: str | None = None
    gemeente: str | None = None
    jaar: tuple[str, ...] = ()
    postcode: str | None = None
    wijziging: str | None = None
    water: str | None = None
    ontbreekt: dict[str, Ontbreekt]
    marge: float = 0.5
    marges: dict[float, tuple[str, ...]] = {}
    groepnamen: dict[str, tuple[str, ...]] = {}

    def afronding(self, kolom: str) -> float:
        """The largest rounding error of a source column, in the column's own unit."""
        for marge, kolommen in self.marges.items():
            if kolom in kolommen:
                return marge
        return self.marge


class Bron(Strikt):
    """A producer's table or file: who made it, under which licence, in which forms it was seen."""

    id: Naam
    naam: Zin
    producent: str
    licentie: str
    bronvermelding: Zin
    ritme: Zin
    url: str
    aard: Aard
    rang: int = Field(ge=1)
    eigenaar: Naam = "data"
    ingelezen: bool = True
    uitleg: Zin
    grens: Literal["zelfde_jaar"] = "zelfde_jaar"
    tabellen: dict[int, str] = {}
    generaties: tuple[Generatie, ...] = ()

    @model_validator(mode="after")
    def _in_step(self) -> Bron:
        if self.ingelezen and not self.generaties:
            raise ValueError("een bron die wordt ingelezen heeft ten minste een generatie")
        return self


class Kolomregel(Strikt):
    """How an indicator comes out of one generation: a named formula over source columns."""

    formule: Naam
    van: tuple[str, ...] = Field(min_length=1)


class Doelpalen(Strikt):
    """Fixed goalposts for scores: the values at 0 and 100, and where they come from."""

    laag: float
    hoog: float
    herkomst: Zin
    voorlopig: bool = True

    @model_validator(mode="after")
    def _ordered(self) -> Doelpalen:
        if not self.laag < self.hoog:
            raise ValueError(f"laag ({self.laag}) moet kleiner zijn dan hoog ({self.hoog})")
        return self


class Indicator(Strikt):
    """One figure, declared once: drives reading, checks, scores, screens and sheets.

    For areas of one's own: `noemer` is the published count that a share is a share of (with
    `noemer_delen`: only these shares of it), `teller` the published count above the line.
    """

    id: Naam
    naam: str = Field(min_length=3, max_length=70)
    kort: str = Field(min_length=2, max_length=28)
    thema: Naam
    richting: Richting
    kern: bool = False
    gebruik: Literal["tonen", "context", "uitgesloten"] = "tonen"
    decimalen: int = Field(default=0, ge=0, le=3)
    zin: Annotated[str, Field(min_length=8, max_length=160)]
    lees_eerst: Zin
    gespreksvraag: Annotated[str, Field(min_length=25, max_length=110, pattern=r"\?$")]
    telling: Literal["aantal", "aandeel", "gemiddelde"]
    teller: Naam | None = None
    noemer: Naam | None = None
    noemer_delen: tuple[Naam, ...] = ()
    jaren: Jaren = Jaren(van=2015)
    doelpalen: Doelpalen
    tolerantie: float | None = Field(default=None, ge=0)
    bron: Naam | None = None
    kolommen: dict[Naam, Kolomregel] = {}

    @property
    def eenheid(self) -> str:
        """The unit, read from the end of the id."""
        return next(e for e in sorted(EENHEDEN, key=len, reverse=True) if self.id.endswith("_" + e))

    @model_validator(mode="after")
    def _unit_in_name(self) -> Indicator:
        if not any(self.id.endswith("_" + e) for e in EENHEDEN):
            raise ValueError(f"de id eindigt niet op een eenheid ({', '.join(EENHEDEN)})")
        if not self.kolommen and self.bron is None:
            raise ValueError("zonder `kolommen` moet `bron` zeggen waar het cijfer vandaan komt")
        return self


class Thema(Strikt):
    """A group of indicators, opened by the question people ask about it."""

    id: Naam
    naam: str
    vraag: Zin


class Deel(Strikt):
    """An indicator in a node: `teken` is + when more of it means more of the node."""

    indicator: Naam
    teken: Literal["+", "-"]
    gewicht: float = Field(default=1.0, gt=0)


class Knoop(Strikt):
    """A node of a tree: its parts, what it cannot do without, and its coverage floor.

    `klassen` are the two scores that part low from middle and middle from high against the
    declared reference; `score` is False for nodes that are shown as strengths only.
    """

    id: Naam
    naam: str
    uitleg: Zin
    delen: tuple[Deel, ...] = Field(min_length=1)
    vereist_een_van: tuple[Naam, ...] = ()
    dekking: float = Field(default=0.6, gt=0, le=1)
    minimum_inwoners: int = Field(default=150, ge=0)
    klassen: tuple[float, float] | None = None
    score: bool = True


class Boom(Strikt):
    """A tree of nodes under one heading on screen."""

    id: Naam
    naam: str
    kop: str
    uitleg: Zin
    referentie: Zin
    knopen: tuple[Knoop, ...] = Field(min_length=1)


class Woorden(Strikt):
    """Words on screen for codes in the tables."""

    ontbreekt_door: dict[Ontbreekt, str]
    aard: dict[Aard, str]
    niveau: dict[Niveau, str]
    houding: dict[str, str]
    soort: dict[str, str]
    rol: dict[str, str]
    richting: dict[str, str]
    status: dict[str, str]
    mag_niet: tuple[Zin, ...]


CODE = re.compile(r"^(NL|GM|WK|BU)([0-9A-Z]{2}|[0-9A-Z]{4}|[0-9A-Z]{6}|[0-9A-Z]{8})$")
"""A CBS area code without padding; letters occur (`BU0363AA01`)."""

"""Frozen, strict models of what the catalogue's YAML may say.

Nothing here has behaviour beyond validation: reading and cross-checking is `catalogue.py`.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from indicators import forms

Naam = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Zin = Annotated[str, Field(min_length=8)]
Soort = Literal["excel", "kaart", "statline_csv", "odata"]
Aard = Literal["geregistreerd", "enquete", "modelschatting", "herberekend", "eigen"]
Ontbreekt = Literal[
    "niet_gepubliceerd",
    "geheim",
    "onbekend_of_geheim",
    "nvt",
    "te_klein",
    "geen_bron",
    "geen_noemer",
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


class Dimensie(Strikt):
    """A column of a long table whose members tell rows of one area and period apart.

    Rows of the member `gewoon` are the figure itself, those of `onder` and `boven` the ends of
    its interval. Other members become columns of their own, `KOLOM|lid`; with `als_kolom` the
    member alone is the name. `leden` are members in words, as the producer names them.
    """

    kolom: str
    gewoon: str | None = None
    onder: str | None = None
    boven: str | None = None
    als_kolom: bool = False
    leden: dict[str, str] = {}

    @model_validator(mode="after")
    def _een_van_beide(self) -> Dimensie:
        if self.als_kolom == (self.gewoon is not None):
            raise ValueError("zeg of `gewoon` (welk lid het cijfer zelf is), of `als_kolom`")
        return self


class Verband(Strikt):
    """What must hold between columns in every row; a file in which it does not is refused.

    `som`: `geheel` is the sum of `delen`. `hoogstens`: `delen` together are not more than
    `geheel` (a choice of its parts). `vast_verschil`: `geheel` minus the one part is the same in
    every row. `nauw` is the largest difference that counts as equal; `mag_mis` the share of rows
    that may differ by more, as when a producer rounds. Rows with a missing part are passed over;
    no `delen` means: every member of the dimension but the whole. `bij`, at a source: it holds in
    the forms that have this dimension; in all of them when empty.
    """

    soort: Literal["som", "hoogstens", "vast_verschil"]
    bij: str | None = None
    geheel: str
    delen: tuple[str, ...] = ()
    nauw: float = Field(ge=0)
    mag_mis: float = Field(default=0, ge=0, lt=1)
    uitleg: Zin


class Gebrek(Strikt):
    """A known defect of a source, pinned to what was counted: seen again, it is no news.

    Of a table with that many areas, `ontbreekt` cells of a column are missing. Another count is
    reported: the producer mended something, or something else went wrong.
    """

    jaar: int
    gebieden: int = Field(ge=1)
    kolom: str
    ontbreekt: int = Field(ge=0)
    uitleg: Zin


class Weigering(Strikt):
    """A file that looks like the source and is not it: stopped, or with `stopt` off set aside.

    Recognised by columns that match `patroon` beside one of `sleutels`, or by its file name.
    """

    sleutels: tuple[str, ...] = ()
    patroon: str | None = None
    bestandsnaam: str | None = None
    stopt: bool = True
    reden: Zin


class Generatie(Strikt):
    """One form in which a source was really seen: its columns, its missing values, its rounding.

    `ongezien`: nobody here saw it; the names come from others' code, `gezien` says which. It
    counts only for its own `tabellen`, and its columns go by the names of another form
    (`namen_van`): other spellings are in `kolomnamen`, what it lacks in `niet_hierin`, and a name
    is enough where the group titles differ.

    `herken` are the columns that must all be there for a file to be taken as this generation,
    `zonder` those that must not. `marges` maps the largest rounding error to the columns that
    have it; others have `marge`; no `marge` means that the interval is not known.

    A long table has `periode` (years or months in a column), `dimensies`, and columns that only
    describe a row (`beschrijft`). `andere_codes`: codes that CBS writes otherwise. `zonder_nummer`:
    headings end in a number that differs per table and is left off (`Eenzaam_28`).
    `indelingen`: year of the figures to year of the boundaries, where that was found out
    (`indeling_uit` says how); `indelingen_bij` does so by the newest year in the file.
    `eenheden`: pattern of a column name to its unit in words. `betekenis`: what a name that
    misleads is really about. `grootte`: columns to the least and most that can be true of a
    buurt, so that euro for thousands is seen.
    """

    id: Naam
    soort: Soort
    gezien: Zin
    ongezien: bool = False
    tabellen: tuple[str, ...] = ()
    namen_van: Naam | None = None
    kolomnamen: dict[str, tuple[str, ...]] = {}
    niet_hierin: tuple[str, ...] = ()
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
    marge: float | None = 0.5
    marges: dict[float, tuple[str, ...]] = {}
    groepnamen: dict[str, tuple[str, ...]] = {}
    zonder: tuple[str, ...] = ()
    zonder_nummer: bool = False
    periode: str | None = None
    dimensies: tuple[Dimensie, ...] = ()
    beschrijft: tuple[str, ...] = ()
    andere_codes: dict[str, str] = {}
    indelingen: dict[int, int] = {}
    indelingen_bij: dict[int, int] = {}
    indeling_uit: str = ""
    verbanden: tuple[Verband, ...] = ()
    gebreken: tuple[Gebrek, ...] = ()
    eenheden: dict[str, str] = {}
    betekenis: dict[str, Zin] = {}
    grootte: dict[str, tuple[float, float]] = {}

    @model_validator(mode="after")
    def _indeling_met_reden(self) -> Generatie:
        if (self.indelingen or self.indelingen_bij) and len(self.indeling_uit) < 8:
            raise ValueError("`indelingen` heeft `indeling_uit` nodig: waaruit blijkt het")
        if self.dimensies and self.periode is None:
            raise ValueError("`dimensies` horen bij een lange tabel, met `periode`")
        if (self.ongezien or self.namen_van) and not (self.soort == "odata" and self.tabellen):
            raise ValueError("een vorm die niet gezien is noemt de `tabellen` waarvoor zij geldt")
        for patroon in self.eenheden:
            re.compile(patroon)
        return self

    @property
    def leden_als_kolom(self) -> dict[str, str]:
        """Members that are columns here, in words."""
        return next((d.leden for d in self.dimensies if d.als_kolom), {})

    def grenskolommen(self, kolom: str) -> tuple[str, str] | None:
        """The columns that hold the ends of a column's interval, where the source gives them."""
        for d in self.dimensies:
            if d.onder and d.boven:
                return f"{kolom}|{d.onder}", f"{kolom}|{d.boven}"
        return None

    def eenheid_van(self, kolom: str) -> str | None:
        """The unit of a source column in words; None where nothing is declared."""
        for patroon, eenheid in self.eenheden.items():
            if re.search(patroon, kolom):
                return eenheid
        return None

    def afronding(self, kolom: str) -> float | None:
        """The largest rounding error of a source column, in its own unit; None when unknown."""
        for marge, kolommen in self.marges.items():
            if kolom in kolommen:
                return marge
        return self.marge


class Bestandsadres(Strikt):
    """Where a producer offers a year: a file, or layers (`paginas`: OGC API Features; `wfs`).

    `url` is that of the file or of the service; `lagen` are its collections or types. `gezien`
    says on what grounds it stands here.
    """

    vorm: Literal["zip", "bestand", "geopackage", "paginas", "wfs"]
    url: Annotated[str, Field(pattern=r"^https://[a-z0-9.-]+/\S+$")]
    lagen: tuple[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_:]*$", max_length=60)], ...] = ()
    gezien: Zin

    @model_validator(mode="after")
    def _layers(self) -> Bestandsadres:
        if (self.vorm in ("paginas", "wfs")) != bool(self.lagen):
            raise ValueError("alleen wat in bladzijden komt heeft lagen, en dan ten minste een")
        return self


class Bron(Strikt):
    """A producer's table or file: who made it, under which licence, in which forms it was seen.

    `tabellen`: year to table, one per year. `meerjarig`: tables that hold many years, with what
    is in them. `grens`: the boundaries are those of the year of the figures, or must be declared
    (`indeling_van` per table, `indelingen` per form) or asked. `weigert`: what looks like it.
    `bestanden`: year to the address of a file, all on one host; a file of many years stands under
    its newest. `dimensies`, `verbanden`, `betekenis` and `kolomnamen` are facts of the source,
    told once and filled in at each form that has them (`forms`).
    """

    id: Naam
    naam: Zin
    producent: str
    licentie: str
    bronvermelding: Zin
    ritme: Zin
    kijk_elke: Literal["dag", "week", "maand"] = "week"
    oranje_na_dagen: int = Field(default=45, ge=1)
    rood_na_dagen: int = Field(default=120, ge=1)
    url: str
    aard: Aard
    rang: int = Field(ge=1)
    eigenaar: Naam = "data"
    ingelezen: bool = True
    uitleg: Zin
    grens: Literal["zelfde_jaar", "verklaard"] = "zelfde_jaar"
    tabellen: dict[int, str] = {}
    meerjarig: dict[str, str] = {}
    indeling_van: dict[str, int] = {}
    bestanden: dict[int, Bestandsadres] = {}
    dimensies: tuple[Dimensie, ...] = ()
    verbanden: tuple[Verband, ...] = ()
    betekenis: dict[str, Zin] = {}
    kolomnamen: dict[str, tuple[str, ...]] = {}
    generaties: tuple[Generatie, ...] = ()
    weigert: tuple[Weigering, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _told_once(cls, ruw: Any) -> Any:
        return forms.vul_in(ruw) if isinstance(ruw, dict) else ruw

    @model_validator(mode="after")
    def _in_step(self) -> Bron:
        if self.ingelezen and not self.generaties:
            raise ValueError("een bron die wordt ingelezen heeft ten minste een generatie")
        if len({b.url.split("/")[2] for b in self.bestanden.values()}) > 1:
            raise ValueError("de bestanden van een bron staan op een host")
        eigen = {*self.tabellen.values(), *self.meerjarig}
        if vreemd := {t for g in self.generaties for t in g.tabellen} - eigen:
            raise ValueError(f"generaties noemen tabellen van geen jaar: {sorted(vreemd)}")
        return self


class Kolomregel(Strikt):
    """How an indicator comes out of one generation: a named formula over source columns.

    `per`: a count from another source, an indicator of the same area and year, that the formula
    takes first (inhabitants, for a rate of what the police registered).
    """

    formule: Naam
    van: tuple[str, ...] = Field(min_length=1)
    per: Naam | None = None


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

    @cached_property
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


class Voorkeuze(Strikt):
    """A named way to weigh a tree: `zwaarder` says how many times heavier some figures count."""

    id: Naam
    naam: str = Field(min_length=3, max_length=40)
    uitleg: Zin
    zwaarder: dict[Naam, Annotated[float, Field(gt=0, le=3)]] = {}


class Boom(Strikt):
    """A tree of nodes under one heading on screen; `voorkeuzes` are weighings to choose from."""

    id: Naam
    naam: str
    kop: str
    uitleg: Zin
    referentie: Zin
    knopen: tuple[Knoop, ...] = Field(min_length=1)
    voorkeuzes: tuple[Voorkeuze, ...] = ()


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
    inzetthema: dict[str, str] = {}
    inzetstatus: dict[str, str] = {}
    gebruikersrol: dict[str, str] = {}
    mag_niet: tuple[Zin, ...]


CODE = re.compile(r"^(NL|GM|WK|BU)([0-9A-Z]{2}|[0-9A-Z]{4}|[0-9A-Z]{6}|[0-9A-Z]{8})$")
"""A CBS area code without padding; letters occur (`BU0363AA01`)."""

"""What is read of a corporation's own data, and which figures may come of it (`corporatie.yaml`).

The entities and code lists are those of VERA 4.3 (Aedes). What is not on the allow list of an
entity does not exist for this house: it is never named, typed or stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator

from indicators.catalogue import CatalogusFout, _yaml
from indicators.contracts import _WAARDE, Datamap
from indicators.model import EENHEDEN, Naam, Richting, Strikt, Zin
from indicators.suppress import Onthulregel

Soort = Literal[
    "sleutel", "verwijzing", "verwijzingen", "code", "vrije_code", "getal", "datum", "maand",
    "plaats", "melder",
]  # fmt: skip
Klasse = Literal["object", "persoon"]
CORPORATIE_ID = re.compile(r"^[a-z][a-z0-9-]{1,39}$")
PAD = re.compile(r"^[A-Za-z]+(\[0\])?(\.[A-Za-z]+(\[0\])?)*$")
CORPORATIE, COMPLEX = "corporatie", "complex"


class Veld(Strikt):
    """A field on the allow list: where it stands (first path that is filled), and its kind.

    `maand`: a date of a person's doing, kept to the month. `plaats`: used to find the buurt, then
    gone. `melder`: used to count distinct people, then gone. `verplicht`: a row without is left
    out. `bereik`: least and most that can be true.
    """

    id: Naam
    pad: tuple[Annotated[str, Field(pattern=PAD.pattern)], ...] = Field(min_length=1)
    soort: Soort
    lijst: str | None = None
    naar: Naam | None = None
    verplicht: bool = False
    bereik: tuple[float, float] | None = None

    @property
    def bewaard(self) -> bool:
        """Whether it is stored after the gate; keys and references as numbers of this import."""
        return self.soort not in ("plaats", "melder")

    @model_validator(mode="after")
    def _heel(self) -> Veld:
        if (self.soort == "code") != (self.lijst is not None):
            raise ValueError("een code heeft een lijst, en alleen een code")
        if self.soort.startswith("verwijzing") != (self.naar is not None):
            raise ValueError("een verwijzing zegt waarnaar, en alleen zij")
        return self


class Nest(Strikt):
    """Where rows of this entity may also stand: inside those of another."""

    ouder: Naam
    veld: str
    als: Naam


class Entiteit(Strikt):
    """One VERA entity: the names of its collection, what it is recognised by, its allow list.

    `herken`: fields of which one tells an unnamed file apart. `na`: (begin, end), where the end
    may not come first. `nooit`: fields of the standard that are left out, and why.
    `sleutel_blijft`: its own key is kept (a complex is no person); others become numbers.
    """

    id: Naam
    vera: str
    collecties: tuple[str, ...] = Field(min_length=1)
    herken: tuple[str, ...] = ()
    genest: tuple[Nest, ...] = ()
    na: tuple[Naam, Naam] | None = None
    velden: tuple[Veld, ...] = Field(min_length=1)
    sleutel_blijft: bool = False
    nooit: dict[str, str] = Field(default_factory=dict)

    def veld(self, id_: str) -> Veld:
        """A field of the allow list.

        Raises:
            KeyError: when it is not on it.
        """
        for v in self.velden:
            if v.id == id_:
                return v
        raise KeyError(id_)

    @model_validator(mode="after")
    def _niet_beide(self) -> Entiteit:
        eerste = {p.split(".")[0].split("[")[0] for v in self.velden for p in v.pad if v.bewaard}
        beide = eerste & self.nooit.keys()
        if beide:
            raise ValueError(f"{sorted(beide)} staat bij `velden` en bij `nooit`")
        return self


class Cijfer(Strikt):
    """One figure out of a table, by its id, which ends in its unit.

    `naast`: the figure of the whole neighbourhood that says the same of all dwellings.
    """

    id: Naam
    naam: str = Field(min_length=3, max_length=70)
    kort: str = Field(min_length=2, max_length=28)
    maat: Literal["aantal", "aandeel", "per_1000", "gemiddelde"]
    decimalen: int = Field(default=0, ge=0, le=3)
    richting: Richting = "neutraal"
    naast: Naam | None = None
    zin: Zin
    lees_eerst: Zin

    @property
    def eenheid(self) -> str:
        """The unit, read from the end of the id."""
        return next(e for e in sorted(EENHEDEN, key=len, reverse=True) if self.id.endswith("_" + e))

    @model_validator(mode="after")
    def _naam_klopt(self) -> Cijfer:
        if not self.id.startswith("eigen_") or not any(self.id.endswith("_" + e) for e in EENHEDEN):
            raise ValueError("een id begint met eigen_ en eindigt op een eenheid")
        return self


class Tabel(Strikt):
    """A declared table of the family: one count over the tree of areas, and its figures.

    `telt` names a counter of `pipelines.corporation.tellen`; `noemer` the counter that shares and
    rates are taken from; `heel` the counter that this one can never exceed, known to an attacker
    (None: a dwelling can have more than one case). `deel_van`: a table whose count this one is a
    part of: hidden wherever that one is. `momenten`: the day of the export, or every full year.
    `openbaar`: the whole is a public figure; being nearly all of it is no secret. `regel`: which
    rule of suppression. `schaal`: of averages, the least and most of one answer; `bedragen`: they
    are amounts without a scale.
    """

    id: Naam
    klasse: Klasse
    telt: Naam
    noemer: Naam | None = None
    heel: Naam | None = None
    deel_van: Naam | None = None
    openbaar: bool = False
    momenten: Literal["peildatum", "jaren"]
    regel: Naam = "gewoon"
    per_complex: bool = False
    schaal: tuple[float, float] | None = None
    bedragen: bool = False
    cijfers: tuple[Cijfer, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _schaal_van_een_gemiddelde(self) -> Tabel:
        for c in self.cijfers:
            if c.maat != "gemiddelde" and (self.schaal is not None or self.bedragen):
                raise ValueError(f"{c.id}: alleen een gemiddelde heeft een schaal of `bedragen`")
        return self

    @model_validator(mode="after")
    def _persoon_nooit_per_complex(self) -> Tabel:
        if self.per_complex and self.klasse == "persoon":
            raise ValueError("wat van personen komt, staat niet per complex")
        if any(c.maat in ("aandeel", "per_1000") for c in self.cijfers) and self.noemer is None:
            raise ValueError("een aandeel of een aantal per 1.000 heeft een noemer nodig")
        return self


class Blootstelling(Strikt):
    """The floor under which the weight of own dwellings over buurten says too much."""

    minimum_woningen: int = Field(ge=1)
    minimum_buurten: int = Field(ge=2)
    dekking: float = Field(gt=0, le=1)
    grootste_deel: float = Field(gt=0, le=1)


class Eigen(Strikt):
    """The whole of `corporatie.yaml`."""

    vera: str
    entiteiten: tuple[Entiteit, ...]
    codelijsten: dict[str, dict[str, str]]
    vervallen: dict[str, dict[str, str]] = Field(default_factory=dict)
    regels: dict[Naam, Onthulregel]
    noemer_minimum: dict[Naam, int]
    jaren: int = Field(ge=1, le=20)
    huurgrens: dict[int, float]
    huurprijsgrens_uitleg: Zin
    lang_wonen_jaren: int = Field(ge=1)
    complex_soorten: tuple[str, ...]
    eengezins: tuple[str, ...]
    meergezins: tuple[str, ...]
    tabellen: tuple[Tabel, ...]
    blootstelling: Blootstelling
    wacht_uitleg: Zin = "Kleine wijzigingen in wat niet is getoond tellen nog niet mee."

    def entiteit(self, id_: str) -> Entiteit:
        """An entity by its id.

        Raises:
            KeyError: when it is not read.
        """
        for e in self.entiteiten:
            if e.id == id_:
                return e
        raise KeyError(id_)

    @property
    def cijfers(self) -> dict[str, tuple[Tabel, Cijfer]]:
        """Every figure by its id, with its table."""
        return {c.id: (t, c) for t in self.tabellen for c in t.cijfers}

    @model_validator(mode="after")
    def _in_stap(self) -> Eigen:
        ids = [e.id for e in self.entiteiten]
        lijsten = {v.lijst for e in self.entiteiten for v in e.velden if v.lijst}
        if lijsten - self.codelijsten.keys():
            raise ValueError(f"codelijst ontbreekt: {sorted(lijsten - self.codelijsten.keys())}")
        for e in self.entiteiten:
            for v in e.velden:
                if v.naar is not None and v.naar not in ids:
                    raise ValueError(f"{e.id}.{v.id} verwijst naar {v.naar}, dat niet bestaat")
        cijfers = [c.id for t in self.tabellen for c in t.cijfers]
        if len(set(cijfers)) < len(cijfers):
            raise ValueError("een cijfer komt twee keer voor")
        for t in self.tabellen:
            if t.regel not in self.regels or t.regel not in self.noemer_minimum:
                raise ValueError(f"{t.id}: regel '{t.regel}' bestaat niet")
        for lijst, paren in self.vervallen.items():
            dood = {n for n in paren.values() if n} - self.codelijsten[lijst].keys()
            if dood:
                raise ValueError(
                    f"vervallen.{lijst}: opvolger {sorted(dood)} staat niet in de lijst"
                )
        return self


@dataclass(frozen=True)
class Code:
    """A row of VERA's code lists."""

    soort: str
    code: str
    naam: str
    omschrijving: str
    begindatum: str
    einddatum: str
    ouder: str


def opvolgers(codes: Iterable[Code]) -> dict[tuple[str, str], str]:
    """Ended codes to their one successor in the same list, as their description says.

    "Gebruik VER" names a code; "Gebruik de status Uit Exploitatie" a name; a bare "VERVALLEN"
    points at the live code of the same name, if any. Where a code was used again, the row that
    began when the ended one stopped is meant, and followed on. More than one: none.
    """
    lijst = list(codes)
    per_soort: dict[str, list[Code]] = {}
    for c in lijst:
        per_soort.setdefault(c.soort, []).append(c)
    return {
        (c.soort, c.code): n
        for c in lijst
        if c.einddatum and (n := _volg(c, per_soort[c.soort], 0)) is not None
    }


def _volg(dood: Code, lijst: list[Code], diep: int) -> str | None:
    kandidaten = _genoemd(dood, [c for c in lijst if c is not dood])
    if len({c.code for c in kandidaten}) != 1 or diep > 5:
        return None
    aansluitend = [c for c in kandidaten if c.begindatum and c.begindatum == dood.einddatum]
    keuze = (aansluitend or [c for c in kandidaten if not c.einddatum] or kandidaten)[0]
    return keuze.code if not keuze.einddatum else _volg(keuze, lijst, diep + 1)


def _genoemd(dood: Code, anderen: list[Code]) -> list[Code]:
    """The rows that an ended code's description names."""
    _, _, raad = dood.omschrijving.partition("ebruik")
    woorden = set(re.findall(r"\b[A-Z0-9]{2,5}\b", raad))
    op_code = [c for c in anderen if c.code in woorden]
    if op_code or not raad:
        return op_code or [c for c in anderen if c.naam == dood.naam and not c.einddatum]
    levend = [c for c in anderen if not c.einddatum]
    return [c for c in levend if len(c.naam) > 5 and c.naam.lower() in raad.lower()]


EIGEN_TABELLEN: dict[str, str] = {
    "out_waarde": _WAARDE,
    "out_waarde_buiten": _WAARDE,
    "out_waarde_indeling": _WAARDE,
    "out_wacht": """
        gebied VARCHAR NOT NULL, niveau VARCHAR NOT NULL, grensjaar INTEGER NOT NULL,
        jaar INTEGER NOT NULL, indicator VARCHAR NOT NULL, publicatie VARCHAR NOT NULL,
        sinds VARCHAR NOT NULL""",
    "out_blootstelling": """
        gebied VARCHAR NOT NULL, niveau VARCHAR NOT NULL, grensjaar INTEGER NOT NULL,
        jaar INTEGER NOT NULL, indicator VARCHAR NOT NULL, peiljaar INTEGER NOT NULL,
        waarde DOUBLE, buurten INTEGER, dekking DOUBLE, ontbreekt_door VARCHAR""",
    "out_meta__telling": """
        peiljaar INTEGER NOT NULL, entiteit VARCHAR NOT NULL, wat VARCHAR NOT NULL,
        kolom VARCHAR NOT NULL, aantal INTEGER NOT NULL""",
    "out_meta__levering": """
        peildatum VARCHAR NOT NULL, entiteit VARCHAR NOT NULL, sha256 VARCHAR NOT NULL,
        rijen INTEGER NOT NULL""",
    "out_meta__eigen": "bestand VARCHAR NOT NULL, tekst VARCHAR NOT NULL",
    "out_meta__publicatie": """
        publicatie VARCHAR NOT NULL, gemaakt_op VARCHAR NOT NULL, corporatie VARCHAR NOT NULL,
        naam VARCHAR NOT NULL, peildatum VARCHAR NOT NULL, grensjaar INTEGER NOT NULL,
        cijfers_hash VARCHAR NOT NULL, hoofdpublicatie VARCHAR NOT NULL,
        fictief BOOLEAN NOT NULL""",
}
"""The tables of a corporation's own snapshot.

`out_waarde`: own figures per gemeente, wijk and buurt by the value contract, for internal roles:
object facts exact, person-derived ones suppressed. `out_waarde_buiten`: the same, all under the
strict rule, for whatever leaves the corporation. `out_waarde_indeling`: the whole corporation and
its complexes (object facts), internal. `out_wacht`: the figures under the strict rule that hold
hidden parts of an earlier publication, which one, and its day. `out_blootstelling`: neighbourhood
figures weighed by own dwellings, per gemeente and for the whole corporation.
"""
EIGEN_SLEUTELS: dict[str, tuple[str, ...]] = {
    "out_waarde": ("gebied", "grensjaar", "jaar", "indicator"),
    "out_waarde_buiten": ("gebied", "grensjaar", "jaar", "indicator"),
    "out_waarde_indeling": ("niveau", "gebied", "grensjaar", "jaar", "indicator"),
    "out_wacht": ("niveau", "gebied", "grensjaar", "jaar", "indicator"),
    "out_blootstelling": ("gebied", "indicator", "peiljaar"),
    "out_meta__telling": ("peiljaar", "entiteit", "wat", "kolom"),
    "out_meta__levering": ("peildatum", "entiteit", "sha256"),
    "out_meta__eigen": ("bestand",),
    "out_meta__publicatie": ("publicatie",),
}


def eigen_map(datamap: Datamap, corporatie: str) -> Path:
    """The folder of a corporation's own snapshots, pointer and log of what was hidden."""
    return datamap.map / "eigen" / corporatie


def eigen_raw(datamap: Datamap, corporatie: str) -> Path:
    """The folder of a corporation's records as they were after the gate."""
    return datamap.raw / "corporatie" / corporatie


def uit_tekst(tekst: str, bestand: str = "corporatie.yaml") -> Eigen:
    """The declaration from its YAML.

    Raises:
        CatalogusFout: naming file and field.
    """
    try:
        return Eigen.model_validate(_yaml(bestand, tekst))
    except ValidationError as fout:
        eerste = fout.errors()[0]
        plek = ".".join(str(p) for p in eerste["loc"]) or "(geheel)"
        raise CatalogusFout(f"{bestand}, {plek}: {eerste['msg']}") from None


@lru_cache(maxsize=1)
def tekst() -> str:
    """The YAML that ships with this version of the house."""
    return (resources.files("indicators.catalogus") / "corporatie.yaml").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def lees() -> Eigen:
    """The declaration that ships with this version of the house.

    Raises:
        CatalogusFout: naming file and field.
    """
    return uit_tekst(tekst())


def velden_van(eigen: Eigen) -> Mapping[str, tuple[str, ...]]:
    """Entity id to the ids of its allowed fields."""
    return {e.id: tuple(v.id for v in e.velden) for e in eigen.entiteiten}

"""The tables and files that rooms meet in: DDL, kinds of value and of missing, file models.

`pipelines` writes these, `dashboard` reads them, and neither knows them from elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from indicators.model import Aard, Niveau, Ontbreekt

ONTBREEKT: tuple[str, ...] = get_args(Ontbreekt)
NIVEAUS: tuple[str, ...] = get_args(Niveau)
AARDEN: tuple[str, ...] = get_args(Aard)
FICTIEF = "99"
"""The two digits that a fictional gemeente's code starts with (`GM99..`)."""

CORE: dict[str, str] = {
    "core_levering": """
        levering VARCHAR PRIMARY KEY, bron VARCHAR NOT NULL, generatie VARCHAR NOT NULL,
        jaar INTEGER NOT NULL, grensjaar INTEGER NOT NULL, jaar_uit VARCHAR NOT NULL,
        bestand VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, url VARCHAR, licentie VARCHAR NOT NULL,
        opgehaald_op VARCHAR NOT NULL, gewijzigd_op VARCHAR, gebieden INTEGER NOT NULL,
        fictief BOOLEAN NOT NULL, voorrang INTEGER NOT NULL""",
    "core_gebied": """
        levering VARCHAR NOT NULL, gebied VARCHAR NOT NULL, niveau VARCHAR NOT NULL,
        grensjaar INTEGER NOT NULL, naam VARCHAR, wijk VARCHAR, gemeente VARCHAR,
        gemeentenaam VARCHAR, postcode VARCHAR, wijziging INTEGER, water BOOLEAN NOT NULL,
        PRIMARY KEY (levering, gebied)""",
    "core_cel": """
        levering VARCHAR NOT NULL, kolom VARCHAR NOT NULL, gebied VARCHAR NOT NULL,
        waarde DOUBLE, ontbreekt_door VARCHAR""",
    "core_grens": """
        levering VARCHAR NOT NULL, gebied VARCHAR NOT NULL, niveau VARCHAR NOT NULL,
        grensjaar INTEGER NOT NULL, water BOOLEAN NOT NULL, geometrie BLOB NOT NULL,
        PRIMARY KEY (levering, gebied)""",
}
"""core_*: typed, keyed, tidy. Geometry is WKB in RD New (EPSG:28992)."""

_WAARDE = """
    gebied VARCHAR NOT NULL, niveau VARCHAR NOT NULL, grensjaar INTEGER NOT NULL,
    jaar INTEGER NOT NULL, indicator VARCHAR NOT NULL,
    waarde DOUBLE, onder DOUBLE, boven DOUBLE, ontbreekt_door VARCHAR,
    aard VARCHAR NOT NULL, voorlopig BOOLEAN NOT NULL, bron VARCHAR NOT NULL"""

OUT: dict[str, str] = {
    "out_gebied": """
        gebied VARCHAR NOT NULL, grensjaar INTEGER NOT NULL, niveau VARCHAR NOT NULL,
        naam VARCHAR NOT NULL, wijk VARCHAR, gemeente VARCHAR, gemeentenaam VARCHAR,
        inwoners DOUBLE, woningen DOUBLE, postcode VARCHAR, wijziging INTEGER,
        water BOOLEAN NOT NULL, fictief BOOLEAN NOT NULL""",
    "out_gebied_opvolger": """
        van VARCHAR NOT NULL, grensjaar_van INTEGER NOT NULL, naar VARCHAR NOT NULL,
        grensjaar_naar INTEGER NOT NULL, aandeel DOUBLE NOT NULL, methode VARCHAR NOT NULL""",
    "out_herberekening": """
        gebied VARCHAR NOT NULL, grensjaar INTEGER NOT NULL, grensjaar_van INTEGER NOT NULL,
        methode VARCHAR NOT NULL, kwaliteit DOUBLE NOT NULL, delen INTEGER NOT NULL""",
    "out_grens": """
        gebied VARCHAR NOT NULL, niveau VARCHAR NOT NULL, grensjaar INTEGER NOT NULL,
        water BOOLEAN NOT NULL, geometrie BLOB NOT NULL""",
    "out_tegels": """
        grensjaar INTEGER NOT NULL, niveau VARCHAR NOT NULL, bestand VARCHAR NOT NULL,
        sha256 VARCHAR NOT NULL, west DOUBLE NOT NULL, zuid DOUBLE NOT NULL,
        oost DOUBLE NOT NULL, noord DOUBLE NOT NULL, van_zoom INTEGER NOT NULL,
        tot_zoom INTEGER NOT NULL""",
    "out_waarde": _WAARDE,
    "out_waarde_kaart": _WAARDE,
    "out_score": """
        gebied VARCHAR NOT NULL, niveau VARCHAR NOT NULL, grensjaar INTEGER NOT NULL,
        jaar INTEGER NOT NULL, boom VARCHAR NOT NULL, knoop VARCHAR NOT NULL,
        score DOUBLE, onder DOUBLE, boven DOUBLE, dekking DOUBLE NOT NULL,
        geen_score_reden VARCHAR""",
    "out_bijdrage": """
        gebied VARCHAR NOT NULL, grensjaar INTEGER NOT NULL, jaar INTEGER NOT NULL,
        boom VARCHAR NOT NULL, knoop VARCHAR NOT NULL, indicator VARCHAR NOT NULL,
        gewicht DOUBLE NOT NULL, genormaliseerd DOUBLE, bijdrage DOUBLE,
        ontbreekt_door VARCHAR""",
    "out_beeld": """
        gebied VARCHAR NOT NULL, niveau VARCHAR NOT NULL, grensjaar INTEGER NOT NULL,
        jaar INTEGER NOT NULL, boom VARCHAR NOT NULL, stand INTEGER, stand_kans DOUBLE,
        geen_niveau VARCHAR, vanaf INTEGER, een_beweging INTEGER, een_kans DOUBLE,
        twee_beweging INTEGER, twee_kans DOUBLE, beide_stegen_kans DOUBLE,
        geen_verandering VARCHAR, verwacht DOUBLE, verwacht_onder DOUBLE, verwacht_boven DOUBLE,
        verschil DOUBLE, verwacht_klasse INTEGER, verwacht_kans DOUBLE, geen_verwachting VARCHAR,
        klein BOOLEAN NOT NULL, veel_bezoekers BOOLEAN NOT NULL""",
    "out_cluster": """
        gebied VARCHAR NOT NULL, grensjaar INTEGER NOT NULL, jaar INTEGER NOT NULL,
        boom VARCHAR NOT NULL, knoop VARCHAR NOT NULL, klasse VARCHAR, moran DOUBLE, kans DOUBLE,
        kans_gecorrigeerd DOUBLE, buren INTEGER NOT NULL, buren_met_score INTEGER NOT NULL,
        gebieden INTEGER NOT NULL, geen_cluster VARCHAR""",
    "out_meta__samenhang": """
        boom VARCHAR NOT NULL, knoop VARCHAR NOT NULL, kolom VARCHAR NOT NULL,
        jaar INTEGER NOT NULL, gebieden INTEGER NOT NULL, correlatie DOUBLE,
        opvallend BOOLEAN NOT NULL""",
    "out_meta__indicator": """
        indicator VARCHAR NOT NULL, bron VARCHAR NOT NULL, jaar INTEGER NOT NULL,
        gebieden INTEGER NOT NULL, met_waarde INTEGER NOT NULL""",
    "out_meta__herkomst": """
        levering VARCHAR NOT NULL, bron VARCHAR NOT NULL, generatie VARCHAR NOT NULL,
        jaar INTEGER NOT NULL, grensjaar INTEGER NOT NULL, jaar_uit VARCHAR NOT NULL,
        bestand VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, url VARCHAR, licentie VARCHAR NOT NULL,
        opgehaald_op VARCHAR NOT NULL, gewijzigd_op VARCHAR, gebieden INTEGER NOT NULL,
        fictief BOOLEAN NOT NULL""",
    "out_meta__levering_gebied": """
        levering VARCHAR NOT NULL, gebied VARCHAR NOT NULL""",
    "out_meta__levering_cel": """
        indicator VARCHAR NOT NULL, jaar INTEGER NOT NULL, grensjaar INTEGER NOT NULL,
        van VARCHAR NOT NULL, tot VARCHAR NOT NULL, levering VARCHAR NOT NULL""",
    "out_meta__catalogus": "bestand VARCHAR NOT NULL, tekst VARCHAR NOT NULL",
    "out_meta__publicatie": """
        publicatie VARCHAR NOT NULL, gemaakt_op VARCHAR NOT NULL,
        catalogus_hash VARCHAR NOT NULL, inhoud_hash VARCHAR NOT NULL,
        instellingen_hash VARCHAR NOT NULL, versie VARCHAR NOT NULL,
        fictief BOOLEAN NOT NULL""",
}
"""out_*: what a publication holds.

`out_meta__levering_cel` says which delivery each figure was chosen from: one row for a run of
areas, `van` to `tot` in order of code, that took the figure from the same delivery.

`out_herberekening` says how an area got figures of years with other boundaries (rows of
`out_waarde` with aard `herberekend`, a `grensjaar` and an earlier `jaar`): `methode` (samenvoeging:
whole areas only; inwoners or oppervlakte: parts of areas weighted so), `kwaliteit` (the share of
its inhabitants, 0 to 1, that came in whole areas) and from how many areas (`delen`).

`out_beeld` holds the three views of a tree with two axes, of the newest year in which both have
scores: `stand` is the 3x3 class (0 to 8, row = first axis), `*_beweging` 0 fell, 1 about the same,
2 rose since `vanaf`, `verwacht_klasse` 0 lower, 1 as, 2 higher than expected; `*_kans` is the
probability of the class beside it, `geen_*` why there is none (`indicators.beelden.Reden`).
`out_cluster` says per buurt and axis of such a tree, in that year, whether it lies among buurten
like it: `klasse` (`indicators.clusters.Soort`; geen: not more than chance), `kans` the two-sided
p-value and `kans_gecorrigeerd` that after correction for testing all `gebieden` at once, of how
many neighbours (`buren`) how many took part, or why there is no class (`geen_cluster`).
`out_meta__samenhang` is the published check: the rank correlation over buurten of every score
with every column that is barred from scores, and over how many.
"""

VERSIE = 4
"""Version of this contract, stamped into each publication (`out_meta__publicatie.versie`)."""
SINDS: dict[str, int] = {
    "out_meta__levering_cel": 2, "out_herberekening": 2, "out_beeld": 3, "out_meta__samenhang": 3,
    "out_cluster": 4,
}  # fmt: skip
"""Tables that publications of an earlier version do not have."""

SLEUTELS: dict[str, tuple[str, ...]] = {
    "core_levering": ("levering",),
    "core_gebied": ("levering", "gebied"),
    "core_cel": ("levering", "kolom", "gebied"),
    "core_grens": ("levering", "gebied"),
    "out_gebied": ("gebied", "grensjaar"),
    "out_gebied_opvolger": ("van", "grensjaar_van", "naar", "grensjaar_naar"),
    "out_herberekening": ("gebied", "grensjaar", "grensjaar_van"),
    "out_grens": ("gebied", "grensjaar"),
    "out_tegels": ("grensjaar", "niveau"),
    "out_waarde": ("gebied", "grensjaar", "jaar", "indicator"),
    "out_waarde_kaart": ("indicator", "jaar", "grensjaar", "gebied"),
    "out_score": ("gebied", "grensjaar", "jaar", "boom", "knoop"),
    "out_bijdrage": ("gebied", "grensjaar", "jaar", "boom", "knoop", "indicator"),
    "out_beeld": ("gebied", "grensjaar", "boom"),
    "out_cluster": ("gebied", "grensjaar", "boom", "knoop"),
    "out_meta__samenhang": ("boom", "knoop", "kolom", "jaar"),
    "out_meta__indicator": ("indicator", "bron", "jaar"),
    "out_meta__herkomst": ("levering",),
    "out_meta__levering_gebied": ("gebied", "levering"),
    "out_meta__levering_cel": ("indicator", "jaar", "grensjaar", "van"),
    "out_meta__catalogus": ("bestand",),
    "out_meta__publicatie": ("publicatie",),
}
"""The key of each table: unique, and the physical order in a publication."""


def maak(tabel: str) -> str:
    """The statement that creates a table of the contract.

    Raises:
        KeyError: when the contract has no such table.
    """
    return f"CREATE TABLE {tabel} ({(CORE | OUT)[tabel]})"


def kolommen(tabel: str) -> tuple[str, ...]:
    """The column names of a table of the contract, in order."""
    delen = (CORE | OUT)[tabel].split("PRIMARY KEY (")[0].split(",")
    return tuple(deel.split()[0] for deel in delen if deel.split())


class Bestand(BaseModel):
    """A file that rooms share; unknown fields are kept out."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Actueel(BaseModel):
    """`published/actueel.json`: the small pointer that makes a publication current."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    bestand: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    publicatie: str
    gemaakt_op: str
    catalogus_hash: str
    fictief: bool = False


class Gebiedskeuze(Bestand):
    """`instellingen/gebieden.yaml`: the corporation's own areas, chosen on the page Start."""

    naam: str = "Mijn buurten"
    corporatie: str = ""
    mijn_gebieden: tuple[str, ...] = ()


class EigenGebied(Bestand):
    """An area of the corporation's own: some buurten of one grensjaar under one name."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")
    naam: str = Field(min_length=1, max_length=80)
    grensjaar: int = Field(ge=1990, le=2100)
    buurtcodes: tuple[str, ...] = Field(min_length=1)
    bron: str = ""


class EigenGebieden(Bestand):
    """`instellingen/eigen_gebieden.yaml`: areas put together from buurten."""

    gebieden: tuple[EigenGebied, ...] = ()


class Vrijgave(Bestand):
    """`instellingen/vrijgave.yaml`: when a new publication becomes current.

    Until `bevries_tot` (that day not included) every new publication waits, approved or not.
    `aanvaard_sprongen` names indicators whose jump in magnitude was looked at and is right.
    `gemeenten` narrows what is asked live; empty asks whole tables. `indeling_van` gives the year
    of the boundaries of a table, where the catalogue does not know it.
    """

    vrijgave: Literal["automatisch", "na akkoord"] = "automatisch"
    bevries_tot: date | None = None
    aanvaard_sprongen: tuple[str, ...] = ()
    gemeenten: tuple[str, ...] = ()
    indeling_van: dict[str, Annotated[int, Field(ge=2000, le=2100)]] = {}

    def houdt_tegen(self, vandaag: date) -> str | None:
        """Why a new publication waits on this day; None when it goes live by itself."""
        if self.bevries_tot is not None and vandaag < self.bevries_tot:
            return f"bevroren tot {self.bevries_tot.isoformat()}"
        return "wacht op akkoord" if self.vrijgave == "na akkoord" else None


class Mail(Bestand):
    """Where failure messages are mailed; the password comes from the environment only."""

    aan: tuple[str, ...] = Field(min_length=1)
    van: str
    server: str
    poort: int = Field(default=587, ge=1, le=65535)
    starttls: bool = True
    gebruiker: str | None = None


class Meldingen(Bestand):
    """`instellingen/meldingen.yaml`: who hears of a failure.

    The webhook's address is a secret and comes from the environment; `webhook` says to use it.
    """

    mail: Mail | None = None
    webhook: bool = False


Wending = Literal["verschenen", "gecorrigeerd", "verborgen", "vervallen"]


class Verschilregel(Bestand):
    """One figure that moved between two publications."""

    indicator: str
    jaar: int
    grensjaar: int
    gebied: str
    naam: str
    soort: Wending
    toen: float | None = None
    nu: float | None = None
    ontbreekt_door: str | None = None


class Verschiltelling(Bestand):
    """How often an indicator moved in a year, and by how much at most (in its own unit)."""

    indicator: str
    jaar: int
    soort: Wending
    aantal: int
    grootste: float | None = None


class Verschil(Bestand):
    """`published/verschil/<naar>.json`: what a publication changes against the one before it.

    `regels` are the largest moves only; `telling` counts them all. `verhalen` and `bladen` (frozen
    sheets) that quote what changed are None when the store could not be asked.
    """

    van: str | None
    naar: str
    gemaakt_op: str
    telling: tuple[Verschiltelling, ...] = ()
    regels: tuple[Verschilregel, ...] = ()
    verhalen: tuple[dict[str, object], ...] | None = None
    bladen: tuple[dict[str, object], ...] | None = None
    opmerkingen: tuple[str, ...] = ()


class Wachtend(Bestand):
    """`published/wachtend.json`: a finished publication that is not current yet, and why."""

    publicatie: Actueel
    reden: str
    sinds: str


@dataclass(frozen=True)
class Datamap:
    """Where everything lies under a data folder. Paths only: nothing is read or made here."""

    map: Path

    @property
    def raw(self) -> Path:
        """Bytes as received, by checksum, with the record beside each."""
        return self.map / "raw"

    @property
    def warehouse(self) -> Path:
        """The working DuckDB file: one writer at a time, never read by the dashboard."""
        return self.map / "warehouse" / "warehouse.duckdb"

    @property
    def slot(self) -> Path:
        """The one lock file that guards every writer of raw, warehouse and published."""
        return self.map / "slot"

    @property
    def published(self) -> Path:
        """Publications, the pointer and the pins."""
        return self.map / "published"

    @property
    def actueel(self) -> Path:
        """The pointer that makes a publication current (`Actueel`)."""
        return self.published / "actueel.json"

    @property
    def tegels(self) -> Path:
        """Vector tiles (`.pmtiles`), one file per distinct geometry, named by its checksum."""
        return self.published / "tegels"

    @property
    def vastgehouden(self) -> Path:
        """Pins: one empty file per publication id that must not be pruned."""
        return self.published / "vastgehouden"

    @property
    def gebieden(self) -> Path:
        """The corporation's own areas (`Gebiedskeuze`)."""
        return self.map / "instellingen" / "gebieden.yaml"

    @property
    def eigen_gebieden(self) -> Path:
        """Areas put together from buurten (`EigenGebieden`)."""
        return self.map / "instellingen" / "eigen_gebieden.yaml"

    @property
    def telefoon(self) -> Path:
        """What a phone may choose from (`dashboard.phone.places.Telefoon`)."""
        return self.map / "instellingen" / "telefoon.yaml"

    @property
    def wegingen(self) -> Path:
        """Saved settings of the Methode-atelier (`weging.Wegingen`)."""
        return self.map / "instellingen" / "wegingen.yaml"

    @property
    def normen(self) -> Path:
        """The norm in all its versions, and verdict labels (`indicators.norms.Normen`)."""
        return self.map / "instellingen" / "normen.yaml"

    @property
    def vrijgave(self) -> Path:
        """When a new publication becomes current (`Vrijgave`)."""
        return self.map / "instellingen" / "vrijgave.yaml"

    @property
    def meldingen(self) -> Path:
        """Who hears of a failure (`Meldingen`)."""
        return self.map / "instellingen" / "meldingen.yaml"

    @property
    def wachtend(self) -> Path:
        """The publication that waits for approval (`Wachtend`)."""
        return self.published / "wachtend.json"

    @property
    def verschillen(self) -> Path:
        """What each publication changed (`Verschil`), one file per publication."""
        return self.published / "verschil"

    @property
    def bronstand(self) -> Path:
        """When each source was last looked at (`indicators.freshness.Bronstanden`)."""
        return self.published / "bronstand" / "bronnen.json"

    @property
    def achtergronden(self) -> tuple[Path, Path]:
        """What lies under and around the map, where there is any: GeoJSON, or packed."""
        kaal = self.map / "instellingen" / "achtergrond.geojson"
        return kaal, kaal.with_suffix(".geojson.gz")

    @property
    def verhalen(self) -> Path:
        """The folder of the story store."""
        return self.map / "verhalen"

    @property
    def dagster(self) -> Path:
        """Dagster's own storage."""
        return self.map / "dagster"


DATA_VARIABELE = "TELVERTEL_DATA"
"""The environment variable that sets the data folder."""

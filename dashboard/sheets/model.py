"""What a sheet is made of: the editor's part (`Redactie`) and the finished content (`Vel`)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Gevraagd = Literal["kennisname", "bespreking", "besluit"]
GEVRAAGD: dict[str, str] = {
    "kennisname": "Ter kennisname",
    "bespreking": "Ter bespreking",
    "besluit": "Ter besluit",
}
MEESTE_CIJFERS, MEESTE_VERHALEN = 6, 5
_GEEN_TEKST = frozenset({"svg", "soort", "houding", "alt", "id"})


class BladFout(Exception):
    """A sheet that cannot be made as asked; the message says what is wrong and what to do."""


class Terugblik(BaseModel):
    """What was asked before, what the board said, and what came of it."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    wanneer: str = Field(default="", max_length=60)
    gevraagd: str = Field(default="", max_length=300)
    uitkomst: str = Field(default="", max_length=300)
    gevolg: str = Field(default="", max_length=300)


class Redactie(BaseModel):
    """The editor's part of a version: what is asked, what is chosen, what is signed.

    `cijfers` and `verhalen` None mean the default choice; an empty list means none. The lengths
    are what fits: a sheet is two pages.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    gevraagd: Gevraagd = "kennisname"
    vraag: str = Field(default="", max_length=300)
    advies: str = Field(default="", max_length=500)
    reden: str = Field(default="", max_length=500)
    zin: str = Field(default="", max_length=240)
    cijfers: tuple[str, ...] | None = Field(default=None, max_length=MEESTE_CIJFERS)
    verhalen: tuple[str, ...] | None = Field(default=None, max_length=MEESTE_VERHALEN)
    oordeel: str | None = Field(default=None, pattern=r"^[a-z][a-z_]*$", max_length=60)
    oordeel_reden: str = Field(default="", max_length=500)
    oordeel_anders: str = Field(default="", max_length=300)
    ondertekend: str = Field(default="", max_length=80)
    niet: str = Field(default="", max_length=400)
    """What we do not do here and why; for the neighbourhood's own page."""
    vergadering: str = Field(default="", max_length=80)
    vorige: tuple[Terugblik, ...] = Field(default=(), max_length=3)

    @property
    def oordeel_zonder_reden(self) -> bool:
        """Whether a verdict was chosen without the reason or the name that it needs."""
        return self.oordeel is not None and not (self.oordeel_reden and self.ondertekend)


@dataclass(frozen=True)
class Blok:
    """One part of a sheet: its kind, its heading, and what is in it."""

    soort: str
    kop: str
    inhoud: dict[str, Any]

    def teksten(self) -> Iterator[str]:
        """Every text a reader gets to read, in reading order; not drawings."""
        if self.kop:
            yield self.kop
        yield from _teksten(self.inhoud)


@dataclass(frozen=True)
class Bronnen:
    """What a sheet was made from: with these the same bytes come out again."""

    publicatie: str
    catalogus: str
    gebied: str
    grensjaar: int
    cijfers: tuple[tuple[str, int, float | None], ...]
    verhalen: tuple[tuple[str, int], ...]
    inzet: tuple[tuple[str, int], ...] = ()
    tegenover: str = ""
    """The other publication of a comparison of two dates."""
    norm: str = ""
    """The norm that the verdict stands beside, as id and version; empty without one."""


@dataclass(frozen=True)
class Vel:
    """A finished sheet: everything that is printed, in reading order."""

    titel: str
    ondertitel: str
    corporatie: str
    soort: str
    gegevens: str
    stand: str
    fictief: bool
    bronnen: Bronnen
    blokken: tuple[Blok, ...]
    opmaak: dict[str, str] = field(default_factory=dict)
    """Versions of layout, Typst and fonts."""

    def als_dict(self) -> dict[str, Any]:
        """As plain data, for the template and the archive."""
        return asdict(self)

    @property
    def controle(self) -> str:
        """The sha256 of everything the sheet was made from."""
        vast = json.dumps(self.als_dict(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(vast.encode()).hexdigest()

    def blok(self, soort: str) -> Blok | None:
        """The first block of a kind."""
        return next((b for b in self.blokken if b.soort == soort), None)


def uit_dict(rauw: dict[str, Any]) -> Vel:
    """A sheet as it was archived."""
    bronnen = rauw["bronnen"]
    paren = {k: tuple(tuple(x) for x in bronnen[k]) for k in ("cijfers", "verhalen", "inzet")}
    return Vel(
        **{k: v for k, v in rauw.items() if k not in ("bronnen", "blokken")},
        bronnen=Bronnen(**{**bronnen, **paren}),
        blokken=tuple(Blok(**b) for b in rauw["blokken"]),
    )


def _teksten(ding: Any) -> Iterator[str]:
    if isinstance(ding, str):
        if ding:
            yield ding
    elif isinstance(ding, dict):
        for sleutel, waarde in ding.items():
            if sleutel not in _GEEN_TEKST:
                yield from _teksten(waarde)
    elif isinstance(ding, (list, tuple)):
        for waarde in ding:
            yield from _teksten(waarde)

"""One refresh's surroundings: settings, catalogue, raw store, clock, and what was asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.catalogue import Catalogus, lees
from indicators.contracts import Datamap
from pipelines import settings
from pipelines.raw import Opslag
from pipelines.sources.tabel import Tabel

if TYPE_CHECKING:
    from pipelines.intake import Aanbod


def nu_utc() -> datetime:
    """The present moment, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass
class Huis:
    """Handed to every asset and command; nothing below it asks for a clock or a folder.

    `mappen`, and `gemeenten`, `bronnen` or `alle` with `jaren`, say what a refresh must take in;
    all empty means: only work out again what is there. `gelezen` keeps tables read in this run, by
    delivery; `aanbod` what was judged, once per run; `opmerkingen` what a person must hear at the
    end; `na_publicatie` what may only happen once a publication holds what was
    taken in. `stap` is called with the name of each step of publication (a hook for tests).
    """

    instellingen: settings.Instellingen
    catalogus: Catalogus = field(default_factory=lees)
    mappen: list[Path] = field(default_factory=list)
    gemeenten: list[str] = field(default_factory=list)
    jaren: list[int] = field(default_factory=list)
    bronnen: list[str] = field(default_factory=list)
    alle: bool = False
    klok: Callable[[], datetime] = nu_utc
    meld: Callable[[str], None] = lambda _: None
    stap: Callable[[str], None] = lambda _: None
    gelezen: dict[str, Tabel] = field(default_factory=dict)
    aanbod: Aanbod | None = None
    opmerkingen: list[str] = field(default_factory=list)
    na_publicatie: list[Callable[[], None]] = field(default_factory=list)

    @property
    def live(self) -> bool:
        """Whether anything is asked of a producer."""
        return self.alle or bool(self.bronnen or self.gemeenten)

    @property
    def datamap(self) -> Datamap:
        """The data folder."""
        return self.instellingen.datamap

    @property
    def opslag(self) -> Opslag:
        """The raw store."""
        return Opslag(self.datamap)

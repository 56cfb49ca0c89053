"""Settings of the doing: the only module here that reads the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from indicators.contracts import DATA_VARIABELE, Datamap

WORTEL = Path(__file__).resolve().parent.parent
"""The project's root folder."""


@dataclass(frozen=True)
class Instellingen:
    """Where to work and how many publications to keep."""

    datamap: Datamap
    bewaar: int = 5
    cbs_adres: str = "https://opendata.cbs.nl"
    dataderden_adres: str = "https://dataderden.cbs.nl"
    pdok_adres: str = "https://api.pdok.nl"
    leefbaarometer_adres: str = "https://www.leefbaarometer.nl"
    webhook: str | None = None
    smtp_wachtwoord: str | None = None

    def __repr__(self) -> str:
        """Without secrets: this may end up in a log."""
        return f"Instellingen({self.datamap.map}, {self.cbs_adres}, {self.dataderden_adres})"


def omgeving(datamap: Datamap) -> dict[str, str]:
    """The environment for a command of the dashboard that works in the same data folder."""
    return {**os.environ, DATA_VARIABELE: str(datamap.map)}


def demo_map() -> Path:
    """Where `make demo` builds the fictional town: its own folder, unless one was given."""
    return Path(os.environ.get(DATA_VARIABELE) or WORTEL / "data" / "demo").resolve()


def lees() -> Instellingen:
    """Settings from the environment.

    `TELVERTEL_DATA`; mirrors in `TELVERTEL_CBS`, `TELVERTEL_DATADERDEN`, `TELVERTEL_PDOK` and
    `TELVERTEL_LEEFBAAROMETER`; and two secrets: `TELVERTEL_WEBHOOK`, `TELVERTEL_SMTP_WACHTWOORD`.
    """
    return Instellingen(
        datamap=Datamap(Path(os.environ.get(DATA_VARIABELE) or WORTEL / "data").resolve()),
        cbs_adres=os.environ.get("TELVERTEL_CBS") or Instellingen.cbs_adres,
        dataderden_adres=os.environ.get("TELVERTEL_DATADERDEN") or Instellingen.dataderden_adres,
        pdok_adres=os.environ.get("TELVERTEL_PDOK") or Instellingen.pdok_adres,
        leefbaarometer_adres=os.environ.get("TELVERTEL_LEEFBAAROMETER")
        or Instellingen.leefbaarometer_adres,
        webhook=os.environ.get("TELVERTEL_WEBHOOK"),
        smtp_wachtwoord=os.environ.get("TELVERTEL_SMTP_WACHTWOORD"),
    )

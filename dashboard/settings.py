"""Settings of this installation: the only place in the dashboard that reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from indicators.contracts import DATA_VARIABELE, Datamap

VERHALEN_VARIABELE = "TELVERTEL_VERHALEN_URL"
LUS = ("127.0.0.1", "localhost", "::1")
"""Addresses that only this computer can reach."""


class InstellingFout(Exception):
    """A setting that cannot be used; the message names it and says what to do."""


@dataclass(frozen=True)
class Instellingen:
    """Where the data is, where the stories are, and where the pages are served."""

    datamap: Datamap
    verhalen_url: str
    host: str = "127.0.0.1"
    poort: int = 8050


def voor_map(datamap: Path, host: str = "127.0.0.1", poort: int = 8050) -> Instellingen:
    """Settings for one data folder, with the story store inside it."""
    plek = Datamap(datamap.resolve())
    return Instellingen(plek, f"sqlite:///{plek.verhalen / 'verhalen.sqlite'}", host, poort)


def uit_omgeving(omgeving: Mapping[str, str] | None = None) -> Instellingen:
    """Settings from the environment.

    Raises:
        InstellingFout: when PORT is not a port number.
    """
    env = os.environ if omgeving is None else omgeving
    standaard = Path(__file__).resolve().parent.parent / "data"
    tekst = env.get("PORT") or "8050"
    if not (tekst.isdecimal() and 0 < int(tekst) < 65536):
        raise InstellingFout(f"PORT: '{tekst}' is geen poortnummer (1 tot 65535)")
    basis = voor_map(
        Path(env.get(DATA_VARIABELE) or standaard), env.get("HOST") or "127.0.0.1", int(tekst)
    )
    url = env.get(VERHALEN_VARIABELE) or basis.verhalen_url
    return Instellingen(basis.datamap, url, basis.host, basis.poort)

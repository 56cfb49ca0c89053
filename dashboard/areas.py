"""The corporation's own areas, kept in `instellingen/gebieden.yaml`."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import ValidationError

from indicators.catalogue import SNEL
from indicators.contracts import Bestand, Gebiedskeuze

_Schrijver = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
"""The same as `safe_dump`, ten times as fast where libyaml is there; `SNEL` is so for reading."""


class KeuzeFout(Exception):
    """The file cannot be read; the message names it and the field."""


M = TypeVar("M", bound=Bestand)


def lees(pad: Path) -> Gebiedskeuze:
    """The chosen areas; none when nothing was chosen yet.

    Raises:
        KeuzeFout: when the file is there but cannot be understood.
    """
    return lees_als(pad, Gebiedskeuze)


def lees_als(pad: Path, soort: type[M]) -> M:
    """A file of settings; what it says by default when there is none.

    Raises:
        KeuzeFout: when the file is there but cannot be understood.
    """
    try:
        inhoud = yaml.load(pad.read_text(encoding="utf-8"), Loader=SNEL)  # noqa: S506 - a safe one
    except FileNotFoundError:
        return soort()
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as fout:
        raise KeuzeFout(f"{pad} is niet te lezen: {str(fout).splitlines()[0]}") from None
    try:
        return soort.model_validate(inhoud or {})
    except ValidationError as fout:
        veld = ".".join(str(p) for p in fout.errors()[0]["loc"]) or "geheel"
        raise KeuzeFout(f"{pad}, {veld}: {fout.errors()[0]['msg']}") from None


def schrijf(pad: Path, keuze: Bestand) -> None:
    """Keeps a file of settings; it is replaced in one step."""
    pad.parent.mkdir(parents=True, exist_ok=True)
    inhoud = keuze.model_dump(mode="json", by_alias=True)
    tekst = yaml.dump(inhoud, Dumper=_Schrijver, allow_unicode=True, sort_keys=False)
    greep, tijdelijk = tempfile.mkstemp(dir=pad.parent, suffix=".tmp")
    with os.fdopen(greep, "w", encoding="utf-8") as bestand:
        bestand.write(tekst)
    Path(tijdelijk).replace(pad)


def voeg_toe(pad: Path, gebied: str) -> None:
    """Adds an area to the chosen ones; twice is once."""
    keuze = lees(pad)
    if gebied not in keuze.mijn_gebieden:
        nieuw = (*keuze.mijn_gebieden, gebied)
        schrijf(pad, keuze.model_copy(update={"mijn_gebieden": nieuw}))


def haal_weg(pad: Path, gebied: str) -> None:
    """Takes an area out of the chosen ones."""
    keuze = lees(pad)
    over = tuple(g for g in keuze.mijn_gebieden if g != gebied)
    schrijf(pad, keuze.model_copy(update={"mijn_gebieden": over}))

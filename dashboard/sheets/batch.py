"""Many sheets at once: on two cores, resumable, one that fails is reported and the rest made."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from dashboard.context import Huis, open_huis
from dashboard.settings import Instellingen
from dashboard.sheets import matter, render
from dashboard.sheets.choose import MATEN
from dashboard.sheets.compose import Zaak
from dashboard.sheets.model import BladFout, Redactie, Vel, uit_dict
from dashboard.sheets.round import Bladen
from dashboard.snapshot import Lezing, lees_publicatie

VOORTGANG = ".bladen"
"""The folder beside the sheets that says what each was made from: a batch that stopped goes on."""
BUNDEL = "alle-bladen.pdf"
_HUIS: dict[str, Huis] = {}


@dataclass
class Uitkomst:
    """What became of a batch: codes made now, those that were there, and what failed and why."""

    gemaakt: list[str] = field(default_factory=list)
    er_al: list[str] = field(default_factory=list)
    mislukt: dict[str, str] = field(default_factory=dict)
    bundel: Path | None = None


@dataclass(frozen=True)
class Taak:
    """One sheet to make from a publication, into a folder."""

    code: str
    publicatie: str
    doel: str


def schrijf(pad: Path, inhoud: bytes) -> None:
    """Writes a file whole or not at all.

    Raises:
        BladFout: when the disk is full or the folder cannot be written, naming it.
    """
    tijdelijk = ""
    try:
        pad.parent.mkdir(parents=True, exist_ok=True)
        greep, tijdelijk = tempfile.mkstemp(dir=pad.parent, suffix=".deel")
        with os.fdopen(greep, "wb") as bestand:
            bestand.write(inhoud)
        Path(tijdelijk).replace(pad)
    except OSError as fout:
        if tijdelijk:
            Path(tijdelijk).unlink(missing_ok=True)
        waarom = "de schijf is vol" if fout.errno == errno.ENOSPC else fout.strerror
        raise BladFout(f"{pad} is niet geschreven: {waarom}. Er staat geen half bestand.") from None


def concept(huis: Huis, gebied: str) -> Redactie:
    """The editor's part of the newest version of an area; the default when there is none."""
    bladen = Bladen(huis).van(gebied)
    return Redactie.model_validate(bladen[-1].nu.redactie) if bladen else Redactie()


def maak_een(huis: Huis, lezing: Lezing, code: str) -> render.Drukwerk:
    """The concept of one area as it stands now.

    Raises:
        BladFout: when it cannot be made.
        GebiedOnbekend: when the publication has no such area.
    """
    return matter.maak(_zaak(huis, lezing, code))


def _zaak(huis: Huis, lezing: Lezing, code: str) -> Zaak:
    return matter.lees_zaak(huis, lezing, code, redactie=concept(huis, code))


def bladen(
    instellingen: Instellingen,
    codes: Sequence[str],
    publicatie: str,
    doel: Path,
    processen: int = 2,
    meld: Callable[[str], None] = lambda _: None,
    bundel: bool = True,
) -> Uitkomst:
    """Makes the sheets of some areas into a folder; what is there and still right is left.

    Args:
        instellingen: of this installation.
        codes: the areas, in the order of the bundle.
        publicatie: the publication that all are made from.
        doel: the folder for `CODE.pdf` and the bundle.
        processen: how many at the same time.
        meld: is told each code when it is ready or failed.
        bundel: whether to make one bookmarked PDF of all as well.

    Raises:
        BladFout: when the folder cannot be written or the bundle cannot be set.
    """
    uit = Uitkomst()
    taken = [Taak(c, publicatie, str(doel)) for c in codes]
    vellen: dict[str, Vel] = {}
    for code, staat, inhoud in _loop(instellingen, taken, processen):
        if staat == "mislukt":
            uit.mislukt[code] = str(inhoud)
        else:
            (uit.gemaakt if staat == "gemaakt" else uit.er_al).append(code)
            if bundel:
                vellen[code] = uit_dict(inhoud)
        meld(f"{code}: {staat if staat != 'mislukt' else uit.mislukt[code]}")
    if vellen:
        uit.bundel = doel / BUNDEL
        rij = [vellen[c] for c in codes if c in vellen]
        schrijf(uit.bundel, render.druk(rij, f"Buurtbladen, {len(rij)} gebieden").pdf)
    return uit


def _loop(
    instellingen: Instellingen, taken: Sequence[Taak], processen: int
) -> Iterator[tuple[str, str, Any]]:
    if processen < 2 or len(taken) < 4:
        yield from map(partial(_werk, instellingen), taken)
        for huis in _HUIS.values():
            huis.sluit()
        _HUIS.clear()
        return
    with ProcessPoolExecutor(processen, mp_context=get_context("spawn")) as ploeg:
        yield from ploeg.map(partial(_werk, instellingen), taken, chunksize=4)


def _werk(instellingen: Instellingen, taak: Taak) -> tuple[str, str, Any]:
    """One sheet, in a process of its own; any trouble with it is its own."""
    try:
        huis = _HUIS.get("huis") or _HUIS.setdefault("huis", open_huis(instellingen))
        return taak.code, *_maak(huis, taak)
    except Exception as fout:
        return taak.code, "mislukt", _waarom(fout)


def _waarom(fout: Exception) -> str:
    if isinstance(fout, BladFout):
        return str(fout)
    return f"{type(fout).__name__}: {str(fout).splitlines()[0] if str(fout) else 'geen uitleg'}"


def _maak(huis: Huis, taak: Taak) -> tuple[str, dict[str, Any]]:
    """Makes a sheet, unless its file is there and was made from the same."""
    pad = Path(taak.doel) / f"{taak.code}.pdf"
    staat = Path(taak.doel) / VOORTGANG / f"{taak.code}.json"
    with _lezing(huis, taak.publicatie) as lezing:
        zaak = _zaak(huis, lezing, taak.code)
        eerst = matter.stel_samen(zaak, MATEN[0])
        bron = replace(eerst, opmaak=render.opmaak()).controle
        oud = _lees(staat)
        if oud.get("bron") == bron and oud.get("sha256") == _som(pad) and "vel" in oud:
            return "er al", oud["vel"]
        werk = render.passend(
            lambda maat: eerst if maat is MATEN[0] else matter.stel_samen(zaak, maat)
        )
    vel = werk.vellen[0].als_dict()
    schrijf(pad, werk.pdf)
    kort = {"bron": bron, "sha256": werk.sha256, "vel": vel}
    schrijf(staat, json.dumps(kort, ensure_ascii=False).encode())
    return "gemaakt", vel


def _som(pad: Path) -> str | None:
    try:
        return hashlib.sha256(pad.read_bytes()).hexdigest()
    except OSError:
        return None


def _lees(pad: Path) -> dict[str, Any]:
    try:
        inhoud = json.loads(pad.read_bytes())
    except (OSError, ValueError):
        return {}
    return inhoud if isinstance(inhoud, dict) else {}


@contextmanager
def _lezing(huis: Huis, publicatie: str) -> Iterator[Lezing]:
    """The current publication when it is that one, else the one asked for."""
    with huis.snapshots.lezing() as lezing:
        if lezing.publicatie.publicatie == publicatie:
            yield lezing
            return
    with lees_publicatie(huis.instellingen.datamap, publicatie) as lezing:
        yield lezing

"""Finding a delivery's files: walked, zips unpacked outside the data folder, entity recognised."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import re
import shutil
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import duckdb

from indicators.vera import Eigen
from pipelines.corporation import LeveringFout
from pipelines.corporation.levering import NAAM, Levering

GROOTSTE = 4 * 1024**3
"""Bytes of one file, packed or not; a larger one is refused unread."""
SOORTEN = {".json": "json", ".csv": "csv", ".xlsx": "excel", ".xls": "excel", ".parquet": "parquet"}
ADRESSEN = "adressen.csv"
"""The supplied table of postcode and house number to buurt."""


@dataclass(frozen=True)
class Stuk:
    """What is read in one go as one entity: a file, a sheet of it, or a folder of single objects.

    `naam` is relative to the delivery; `blad` a sheet; `sha256` over the bytes of its files.
    """

    naam: str
    paden: tuple[Path, ...]
    vorm: str
    entiteit: str
    sha256: str
    blad: str | None = None


@dataclass(frozen=True)
class Vondst:
    """The files of a delivery, and those that were left alone, with the reason."""

    stukken: tuple[Stuk, ...]
    niet_herkend: tuple[tuple[str, str], ...]


def vind(map_: Path, werk: Path, eigen: Eigen, gezegd: Levering) -> Vondst:
    """Finds and recognises; what a name does not tell, the first object does.

    Args:
        map_: the delivery.
        werk: a private folder outside the data folder, for what is unpacked.
        eigen: the declaration.
        gezegd: what `levering.yaml` says.

    Raises:
        LeveringFout: a file too large, a zip in a zip, an unreadable file, or nothing to read.
    """
    stukken: list[Stuk] = []
    los: dict[tuple[str, Path], list[Path]] = {}
    vreemd: list[tuple[str, str]] = []
    for pad, naam in _loop(map_, werk):
        vorm = SOORTEN.get(_achter(pad))
        if pad.name in (NAAM, ADRESSEN):
            continue
        if vorm is None:
            vreemd.append((naam, f"soort '{_achter(pad)}' wordt niet gelezen"))
            continue
        if pad.stat().st_size == 0:
            raise LeveringFout(f"{naam}: leeg bestand; lever het opnieuw aan of haal het weg")
        if vorm == "excel":
            stukken += _bladen(pad, naam, eigen, gezegd)
            continue
        entiteit = _entiteit(pad, naam, vorm, eigen, gezegd)
        if entiteit is None:
            vreemd.append((naam, "niet te zien welke entiteit dit is; noem het naar de collectie"))
        elif vorm == "json":
            los.setdefault((entiteit, pad.parent), []).append(pad)
        else:
            stukken.append(Stuk(naam, (pad,), vorm, entiteit, som([pad])))
    for (entiteit, ouder), paden in los.items():
        kop = paden[0].name if len(paden) == 1 else f"{ouder.name}/ ({len(paden)} bestanden)"
        stukken.append(Stuk(kop, tuple(paden), "json", entiteit, som(paden)))
    if not any(s.entiteit == "eenheid" for s in stukken):
        raise LeveringFout(
            f"{map_.name}: geen eenheden gevonden; verwacht eenheden.json, eenheden.csv of een "
            "map eenheden/. Zie: python -m pipelines corporatie sjabloon"
        )
    return Vondst(tuple(stukken), tuple(vreemd))


def som(paden: list[Path]) -> str:
    """Hex sha256 over files, in order of name."""
    uit = hashlib.sha256()
    for pad in sorted(paden):
        with pad.open("rb") as stroom:
            uit.update(hashlib.file_digest(stroom, "sha256").digest())
    return uit.hexdigest()


def _achter(pad: Path) -> str:
    delen = [s.lower() for s in pad.suffixes]
    return delen[-2] if delen[-1:] == [".gz"] and len(delen) > 1 else "".join(delen[-1:])


def _loop(map_: Path, werk: Path) -> list[tuple[Path, str]]:
    uit: list[tuple[Path, str]] = []
    for pad in sorted(map_.rglob("*")):
        if pad.is_symlink() or not pad.is_file() or pad.name.startswith((".", "~$")):
            continue
        naam = pad.relative_to(map_).as_posix()
        if pad.stat().st_size > GROOTSTE:
            raise LeveringFout(
                f"{naam}: {pad.stat().st_size / 1024**3:.1f} GB, en meer dan "
                f"{GROOTSTE // 1024**3} GB per bestand wordt niet gelezen. Splits het per jaar."
            )
        if pad.suffix.lower() == ".gz":
            _past_uitgepakt(pad, naam)
        if pad.suffix.lower() == ".zip":
            uit += _pak_uit(pad, naam, werk / f"zip{len(uit)}")
        else:
            uit.append((pad, naam))
    return uit


def _past_uitgepakt(pad: Path, naam: str) -> None:
    """Stops where a gz would unpack to more than is read; one that is broken is told at reading."""
    over = GROOTSTE
    with gzip.open(pad) as stroom, contextlib.suppress(EOFError, OSError, zlib.error):
        while stuk := stroom.read(1 << 20):
            over -= len(stuk)
            if over < 0:
                raise LeveringFout(f"{naam}: uitgepakt meer dan {GROOTSTE // 1024**3} GB")


def _pak_uit(pad: Path, naam: str, doel: Path) -> list[tuple[Path, str]]:
    """The members of a zip; one level deep, and no more bytes than it may hold."""
    uit: list[tuple[Path, str]] = []
    try:
        with zipfile.ZipFile(pad) as zip_:
            leden = [i for i in zip_.infolist() if not i.is_dir()]
            if sum(i.file_size for i in leden) > GROOTSTE:
                raise LeveringFout(f"{naam}: uitgepakt meer dan {GROOTSTE // 1024**3} GB")
            for n, lid in enumerate(leden):
                if lid.filename.lower().endswith((".zip", ".7z", ".rar", ".tar", ".tgz")):
                    raise LeveringFout(f"{naam}: een zip in een zip; pak de binnenste eerst uit")
                # a member's own path is never used to write to
                hier = doel / str(n) / Path(lid.filename.replace("\\", "/")).name
                hier.parent.mkdir(parents=True)
                with zip_.open(lid) as van, hier.open("wb") as naar:
                    shutil.copyfileobj(van, naar, 1 << 20)
                if hier.stat().st_size > lid.file_size:
                    raise LeveringFout(f"{naam}: een lid is groter dan de zip zegt")
                uit.append((hier, f"{naam}/{lid.filename}"))
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as fout:
        raise LeveringFout(f"{naam}: niet te openen als zip ({type(fout).__name__})") from None
    return uit


def op_naam(naam: str, eigen: Eigen) -> str | None:
    """The entity that a file, folder or sheet is named after: the longest collection it begins."""
    kaal = re.sub(r"[^a-z]", "", naam.lower())
    beste = ("", None)
    for e in eigen.entiteiten:
        for c in e.collecties:
            k = re.sub(r"[^a-z]", "", c)
            rest = kaal.removeprefix(k)
            past = kaal == k or (kaal.startswith(k) and rest in ("export", "vera", "alle"))
            if past and len(k) > len(beste[0]):
                beste = (k, e.id)  # type: ignore[assignment]
    return beste[1]


def _entiteit(pad: Path, naam: str, vorm: str, eigen: Eigen, gezegd: Levering) -> str | None:
    if naam in gezegd.bestanden or pad.name in gezegd.bestanden:
        return gezegd.bestanden.get(naam, gezegd.bestanden.get(pad.name)).entiteit  # type: ignore[union-attr]
    stam = pad.name.split(".")[0]
    return (
        op_naam(stam, eigen)
        or op_naam(pad.parent.name, eigen)
        or (_op_inhoud(pad, naam, eigen) if vorm == "json" else None)
    )


def _op_inhoud(pad: Path, naam: str, eigen: Eigen) -> str | None:
    """By the fields of the first object: the entity most of whose marks are there."""
    vraag = "SELECT json_keys(json) FROM read_json_objects(?, format='auto') LIMIT 1"
    try:
        with duckdb.connect() as con:
            rij = con.execute(vraag, [str(pad)]).fetchone()
    except duckdb.Error:
        raise LeveringFout(f"{naam}: niet te lezen als JSON") from None
    sleutels = set(rij[0] or []) if rij else set()
    telling = {e.id: len(sleutels & set(e.herken)) for e in eigen.entiteiten}
    beste = max(telling, key=lambda e: telling[e])
    return beste if telling[beste] else None


def _bladen(pad: Path, naam: str, eigen: Eigen, gezegd: Levering) -> list[Stuk]:
    """A workbook: each sheet named after a collection, or the one sheet by the file's name."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        bladen = CalamineWorkbook.from_path(str(pad)).sheet_names
    except (CalamineError, OSError):
        raise LeveringFout(f"{naam}: niet te openen als Excel") from None
    sha = som([pad])
    if naam in gezegd.bestanden or pad.name in gezegd.bestanden or len(bladen) == 1:
        entiteit = _entiteit(pad, naam, "excel", eigen, gezegd) or op_naam(bladen[0], eigen)
        if entiteit is None:
            raise LeveringFout(f"{naam}: niet te zien welke entiteit; noem het blad of bestand zo")
        return [Stuk(naam, (pad,), "excel", entiteit, sha, bladen[0])]
    gevonden = [(b, op_naam(b, eigen)) for b in bladen]
    return [Stuk(f"{naam}[{b}]", (pad,), "excel", e, sha, b) for b, e in gevonden if e]

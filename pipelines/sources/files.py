"""Finding files: folders walked, `.gz` and `.zip` opened, what is said beside a file read.

Nothing is recognised or stored here: see `herken` and `pipelines.raw`.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Annotated, BinaryIO

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipelines.sources.tabel import BronFout

SIDECAR = "bestanden.yaml"
_GROOTSTE = 4 * 1024**3
_BIJ_SHAPE = (".shp", ".dbf", ".shx", ".prj", ".cpg")


class Bijschrift(BaseModel):
    """What `bestanden.yaml` may say of a file beside it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    jaar: int | None = Field(default=None, ge=1990, le=2100)
    voorrang: int = 0
    herstel_geometrie: bool = False
    indeling: int | None = Field(default=None, ge=1990, le=2100)
    gemeenten: tuple[Annotated[str, Field(pattern=r"^GM\d{4}$")], ...] = ()


@dataclass(frozen=True)
class Bestand:
    """A file as received: its bytes, where it came from and what was said beside it.

    A shapefile is one file here: a zip of its parts, made the same way each time. `ruw` are the
    bytes as received, where `inhoud` was put together from them (pages of a map).
    """

    naam: str
    inhoud: bytes
    bijschrift: Bijschrift = field(default_factory=Bijschrift)
    ruw: bytes | None = None

    @property
    def ontvangen(self) -> bytes:
        """The bytes as received."""
        return self.inhoud if self.ruw is None else self.ruw

    @property
    def sha256(self) -> str:
        """Hex checksum of the bytes as received."""
        return hashlib.sha256(self.ontvangen).hexdigest()

    @property
    def achtervoegsel(self) -> str:
        """The suffix that tells how to open the bytes, lower case."""
        return PurePosixPath(self.naam.replace("\\", "/")).suffix.lower()


def zoek(mappen: list[Path]) -> Iterator[Bestand]:
    """Every file under the folders, archives opened, in name order.

    Raises:
        BronFout: a folder that does not exist, or an archive that cannot be read.
    """
    for map_ in mappen:
        if not map_.exists():
            raise BronFout(f"{map_}: deze map bestaat niet. Geef een bestaande map of bestand.")
        wortel = map_ if map_.is_dir() else map_.parent
        paden = sorted(p for p in map_.rglob("*") if p.is_file()) if map_.is_dir() else [map_]
        for pad in paden:
            if pad.name == SIDECAR or _terzijde(pad.name):
                continue
            yield from _open(pad, pad.relative_to(wortel).as_posix(), _bijschrift(pad))


def _terzijde(naam: str) -> bool:
    """Whether a file is left by a program (Finder, Excel), not meant as input."""
    return naam.startswith((".", "~$"))


def _lees(pad: Path) -> bytes:
    try:
        return pad.read_bytes()
    except OSError as fout:
        raise BronFout(f"{pad}: niet te lezen ({fout.strerror}).") from None


def _bijschrift(pad: Path) -> Bijschrift:
    lijst = pad.parent / SIDECAR
    if not lijst.exists():
        return Bijschrift()
    try:
        inhoud = yaml.safe_load(_lees(lijst)) or {}
        if not isinstance(inhoud, dict):
            raise BronFout(f"{lijst}: verwacht regels als 'bestand.xlsx: {{jaar: 2023}}'.")
        namen = (pad.name, pad.name[:-3] if pad.suffix.lower() == ".gz" else pad.name)
        gezegd = next((inhoud[n] for n in namen if n in inhoud), None)
        return Bijschrift.model_validate(gezegd or {})
    except yaml.YAMLError as fout:
        raise BronFout(f"{lijst}: niet te lezen: {fout}") from None
    except ValidationError as fout:
        wat = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in fout.errors())
        raise BronFout(
            f"{lijst}, {pad.name}: {wat}. Wat kan: jaar, voorrang, herstel_geometrie, "
            "indeling, gemeenten."
        ) from None


def _open(pad: Path, naam: str, bijschrift: Bijschrift) -> Iterator[Bestand]:
    achter = pad.suffix.lower()
    if achter in _BIJ_SHAPE:
        delen = [
            p
            for p in sorted(pad.parent.iterdir())
            if p.stem == pad.stem and p.suffix.lower() in _BIJ_SHAPE
        ]
        if achter == ".shp":
            inhoud = pak_shape(pad.stem, {p.name: _lees(p) for p in delen})
            yield Bestand(naam, inhoud, bijschrift)
        elif not any(p.suffix.lower() == ".shp" for p in delen):
            yield Bestand(naam, _lees(pad), bijschrift)
    elif achter == ".gz":
        yield Bestand(naam[:-3], _gunzip(pad), bijschrift)
    elif achter == ".zip":
        yield from open_zip(pad, naam, bijschrift)
    else:
        yield Bestand(naam, _lees(pad), bijschrift)


def _gunzip(pad: Path) -> bytes:
    try:
        with gzip.open(pad) as stroom:
            inhoud = stroom.read(_GROOTSTE + 1)
    except (OSError, EOFError, zlib.error) as fout:
        raise BronFout(
            f"{pad.name}: het gz-bestand is beschadigd of afgebroken ({fout}). Haal het opnieuw op."
        ) from None
    if len(inhoud) > _GROOTSTE:
        raise BronFout(f"{pad.name}: uitgepakt groter dan {_GROOTSTE} bytes; niet gelezen.")
    return inhoud


def open_zip(
    waar: Path | BinaryIO,
    naam: str,
    bijschrift: Bijschrift | None = None,
    hoogste: int = _GROOTSTE,
) -> Iterator[Bestand]:
    """The files in a zip, in name order.

    Args:
        waar: path, or an open file.
        naam: what it is called.
        bijschrift: what is said of it.
        hoogste: largest size when unpacked, in bytes.

    Raises:
        BronFout: a zip that is damaged, locked, or larger than that.
    """
    pad, bijschrift = PurePosixPath(naam), bijschrift or Bijschrift()
    try:
        with zipfile.ZipFile(waar) as archief:
            leden = [
                i
                for i in archief.infolist()
                if not i.is_dir() and not _terzijde(PurePosixPath(i.filename).name)
            ]
            if sum(i.file_size for i in leden) > hoogste:
                raise BronFout(f"{pad.name}: uitgepakt groter dan {hoogste} bytes; niet gelezen.")
            inhoud = {i.filename: archief.read(i) for i in sorted(leden, key=lambda i: i.filename)}
    except (OSError, RuntimeError, zipfile.BadZipFile, EOFError, zlib.error) as fout:
        raise BronFout(  # RuntimeError: behind a password, or packed in a way Python cannot open
            f"{pad.name}: het zip-bestand is niet te openen of beschadigd ({fout}). "
            "Haal het opnieuw op, of pak het uit."
        ) from None
    shapes = {str(PurePosixPath(n).with_suffix("")) for n in inhoud if n.lower().endswith(".shp")}
    for lid, inh in inhoud.items():
        stam = str(PurePosixPath(lid).with_suffix(""))
        if lid.lower().endswith(".shp"):
            delen = {
                PurePosixPath(n).name: b for n, b in inhoud.items() if n.startswith(stam + ".")
            }
            yield Bestand(f"{naam}!{lid}", pak_shape(PurePosixPath(stam).name, delen), bijschrift)
        elif stam not in shapes or PurePosixPath(lid).suffix.lower() not in _BIJ_SHAPE:
            yield Bestand(f"{naam}!{lid}", inh, bijschrift)


def pak_shape(stam: str, delen: dict[str, bytes]) -> bytes:
    """The parts of a shapefile as one zip, the same bytes for the same parts.

    Raises:
        BronFout: when the table of attributes (.dbf) or the index (.shx) is not beside it.
    """
    uit = io.BytesIO()
    gekozen = {n: b for n, b in delen.items() if Path(n).suffix.lower() in _BIJ_SHAPE}
    for nodig in (".dbf", ".shx"):
        if not any(n.lower().endswith(nodig) for n in gekozen):
            raise BronFout(f"{stam}.shp: het bestand {stam}{nodig} ontbreekt ernaast.")
    with zipfile.ZipFile(uit, "w", zipfile.ZIP_DEFLATED) as archief:
        for naam in sorted(gekozen):
            info = zipfile.ZipInfo(f"kaart{Path(naam).suffix.lower()}", (1980, 1, 1, 0, 0, 0))
            archief.writestr(info, gekozen[naam])
    return uit.getvalue()

"""Photos: only pixels are kept. What is no plain JPEG, or more than one, is refused by name."""

from __future__ import annotations

import base64
import hashlib
import io
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PIL import Image, ImageOps
from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard.stories.models_telefoon import Foto
from dashboard.stories.repository import Verhalen, nu

GROOTST = 3_000_000
"""Bytes of a photo as it comes in; a phone makes it smaller before it sends."""
MEESTE_PUNTEN = 40_000_000
LANGSTE_ZIJDE = 1600
_BOM = (
    "Deze foto wordt bij het uitpakken te groot (een bom); er passen "
    f"{MEESTE_PUNTEN // 1_000_000} miljoen punten."
)
_SOORTEN: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "een ZIP-bestand"), (b"PK\x05\x06", "een ZIP-bestand"),
    (b"%PDF", "een PDF"), (b"\x89PNG", "een PNG"), (b"GIF8", "een GIF"),
    (b"RIFF", "een WebP of film"), (b"MZ", "een programma"), (b"\x7fELF", "een programma"),
    (b"<svg", "een SVG"), (b"<?xml", "een XML-bestand"), (b"<!DOCTYPE", "een webpagina"),
    (b"<html", "een webpagina"), (b"<script", "een script"), (b"<?php", "een script"),
)  # fmt: skip
_ERIN = tuple(s for s in _SOORTEN if s[0] not in (b"MZ", b"RIFF", b"<?xml"))
"""Of these a few bytes also occur by chance or in the notes of an honest camera."""


class FotoFout(Exception):
    """A photo that is not taken; the message says what it is instead and what to do."""


@dataclass(frozen=True)
class Pixels:
    """A photo made anew from its pixels."""

    jpeg: bytes
    breed: int
    hoog: int

    @property
    def sha256(self) -> str:
        """The checksum of what is kept."""
        return hashlib.sha256(self.jpeg).hexdigest()


def lees(tekst: str) -> Pixels:
    """Makes a photo anew from what a phone sent as base64.

    Raises:
        FotoFout: naming what it is instead of a photo.
    """
    try:
        ruw = base64.b64decode(tekst, validate=True)
    except ValueError:
        raise FotoFout("De foto kwam niet heel aan. Kies hem opnieuw.") from None
    return maak_schoon(ruw)


def maak_schoon(ruw: bytes) -> Pixels:
    """The pixels of a JPEG as a new JPEG: no place, time, device, thumbnail or remark in it.

    Raises:
        FotoFout: when it is too large, no JPEG, or something else is in or behind it.
    """
    if len(ruw) > GROOTST:
        raise FotoFout(f"De foto is {len(ruw) / 1e6:.0f} MB; er past {GROOTST // 1_000_000} MB.")
    if not ruw.startswith(b"\xff\xd8\xff"):
        raise FotoFout(f"Dit is geen JPEG-foto maar {_wat(ruw[:64]) or 'iets anders'}.")
    delen = list(_delen(ruw))
    einde = delen[-1][2]
    for merk, deel, _ in delen:
        if merk == 0xFE or 0xE0 <= merk <= 0xEF:
            _niets_erin(deel)
    if ruw[einde:].strip(b"\x00"):
        achter = _wat(ruw[einde : einde + 64]) or _ergens(ruw[einde:]) or "iets anders"
        raise FotoFout(f"Achter deze foto zit {achter}. Zo'n bestand nemen we niet aan.")
    return _opnieuw(ruw)


def _opnieuw(ruw: bytes) -> Pixels:
    try:
        with Image.open(io.BytesIO(ruw), formats=["JPEG"]) as beeld:
            breed, hoog = beeld.size
            if breed * hoog > MEESTE_PUNTEN:
                raise FotoFout(_BOM)
            beeld.draft("RGB", (LANGSTE_ZIJDE, LANGSTE_ZIJDE))
            recht = ImageOps.exif_transpose(beeld).convert("RGB")
    except FotoFout:
        raise
    except Image.DecompressionBombError:
        raise FotoFout(_BOM) from None
    except (OSError, ValueError, SyntaxError):
        raise FotoFout("Deze foto is niet heel. Kies hem opnieuw.") from None
    recht.thumbnail((LANGSTE_ZIJDE, LANGSTE_ZIJDE))
    kaal = Image.frombytes("RGB", recht.size, recht.tobytes())  # nothing comes along but pixels
    uit = io.BytesIO()
    kaal.save(uit, "JPEG", quality=82, optimize=True)
    return Pixels(uit.getvalue(), *kaal.size)


def _delen(ruw: bytes) -> Iterator[tuple[int, bytes, int]]:
    """The marked parts of a JPEG, each with the place after it; ends at its end-of-image.

    Raises:
        FotoFout: when it is cut off before that.
    """
    i = 2
    while i + 4 <= len(ruw) and ruw[i] == 0xFF:
        merk = ruw[i + 1]
        if merk == 0xFF:
            i += 1
            continue
        lengte = int.from_bytes(ruw[i + 2 : i + 4], "big")
        volgend = i + 2 + lengte
        deel = ruw[i + 4 : volgend]
        if merk == 0xDA:  # what follows is the picture, up to a mark that is not part of it
            volgend = _na_beeld(ruw, volgend)
        yield merk, deel, volgend
        i = volgend
        if ruw[i : i + 2] == b"\xff\xd9":
            yield 0xD9, b"", i + 2
            return
    raise FotoFout("Deze foto is niet heel. Kies hem opnieuw.")


def _na_beeld(ruw: bytes, i: int) -> int:
    while (i := ruw.find(b"\xff", i)) >= 0 and i + 1 < len(ruw):
        if ruw[i + 1] != 0 and not 0xD0 <= ruw[i + 1] <= 0xD7:
            return i
        i += 2
    return len(ruw)


def _niets_erin(deel: bytes) -> None:
    if (wat := _ergens(deel)) is not None:
        raise FotoFout(f"In deze foto zit {wat} verstopt. Zo'n bestand nemen we niet aan.")


def _ergens(deel: bytes) -> str | None:
    laag = deel.lower()
    return next((naam for teken, naam in _ERIN if teken.lower() in laag), None)


def _wat(begin: bytes) -> str | None:
    if begin[4:8] == b"ftyp":
        return "een HEIC-foto of film"
    return next((naam for teken, naam in _SOORTEN if begin.startswith(teken)), None)


def bewaar(sessie: Session, verhaal: uuid.UUID, pixels: Pixels) -> None:
    """Keeps a photo with a story, within a session; the same one twice is one."""
    id_ = uuid.uuid5(verhaal, pixels.sha256)
    if sessie.get(Foto, id_) is None:
        tekst = base64.b64encode(pixels.jpeg).decode()
        sessie.add(Foto(id=id_, verhaal_id=verhaal, jpeg64=tekst, sha256=pixels.sha256,
                        breed=pixels.breed, hoog=pixels.hoog, op=nu()))  # fmt: skip


def van(verhalen: Verhalen, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """The photos of some stories, by story; what was wiped is left out."""
    uit: dict[uuid.UUID, list[uuid.UUID]] = {}
    if not ids:
        return uit
    with verhalen.sessie() as sessie:
        vraag = select(Foto.verhaal_id, Foto.id).where(Foto.verhaal_id.in_(ids))
        for verhaal, foto in sessie.execute(vraag.where(Foto.gewist_op.is_(None))):
            uit.setdefault(verhaal, []).append(foto)
    return uit


def jpeg(verhalen: Verhalen, foto: uuid.UUID) -> bytes | None:
    """The bytes of a photo with a story that may be seen; None when there is none to see."""
    with verhalen.sessie() as sessie:
        rij = sessie.get(Foto, foto)
    if rij is None or rij.jpeg64 is None or verhalen.een(rij.verhaal_id) is None:
        return None
    return base64.b64decode(rij.jpeg64)

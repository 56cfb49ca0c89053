"""Pages of a table on their way in: kept as they arrive, so that a broken-off fetch goes on."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

_NIVEAU = 1


def pers(inhoud: bytes) -> bytes:
    """Bytes as a zstd frame: a twentieth of a JSON page, in a tenth of the time of zip."""
    return bytes(pa.Codec("zstd", _NIVEAU).compress(inhoud, asbytes=True))


def ontpers(geperst: bytes, hoogste: int) -> bytes:
    """The bytes of a zstd frame.

    Raises:
        ValueError: it holds more than `hoogste` bytes, or is damaged.
    """
    try:
        with pa.CompressedInputStream(pa.BufferReader(geperst), "zstd") as stroom:
            inhoud = bytes(stroom.read(hoogste + 1))
    except (OSError, pa.ArrowException) as fout:
        raise ValueError(f"beschadigd ({fout})") from None
    if len(inhoud) > hoogste:
        raise ValueError(f"uitgepakt groter dan {hoogste} bytes")
    return inhoud


def pak(bestanden: Mapping[str, bytes]) -> bytes:
    """A zip that depends on names and contents alone: sorted, with one fixed date.

    What is in it is pressed already (`.zst`) or small, so the zip itself only holds it together.
    """
    uit = io.BytesIO()
    with zipfile.ZipFile(uit, "w") as zip_:
        for naam in sorted(bestanden):
            kop = zipfile.ZipInfo(naam, date_time=(1980, 1, 1, 0, 0, 0))
            kop.create_system, kop.external_attr = 3, 0o644 << 16
            zip_.writestr(kop, bestanden[naam], zipfile.ZIP_STORED)
    return uit.getvalue()


class Plank:
    """A folder for the pages of one question, valid as long as the table has not changed."""

    def __init__(self, map_: Path, hoogste: int = 256 * 1024**2) -> None:
        """Makes nothing yet; `hoogste` is the largest page."""
        self._map, self._hoogste = map_, hoogste

    def begin(self, gewijzigd_op: str) -> bool:
        """Whether what is there is of this edition of the table; anything else is thrown away."""
        stand = self._map / "stand.json"
        try:
            if json.loads(stand.read_text(encoding="utf-8")) == gewijzigd_op:
                return True
        except (OSError, ValueError):
            pass
        self.ruim()
        self._map.mkdir(parents=True)
        stand.write_text(json.dumps(gewijzigd_op), encoding="utf-8")
        return False

    def _pad(self, url: str) -> Path:
        return self._map / f"{hashlib.sha256(url.encode()).hexdigest()[:24]}.json.zst"

    def pak(self, url: str) -> bytes | None:
        """The page of an address; None when it is not there or damaged."""
        try:
            return ontpers(self._pad(url).read_bytes(), self._hoogste)
        except (OSError, ValueError):
            return None

    def leg(self, url: str, geperst: bytes) -> None:
        """Keeps a pressed page, whole or not at all."""
        pad = self._pad(url)
        if not self._map.exists() or pad.exists():
            return
        tijdelijk = pad.with_suffix(".tmp")
        tijdelijk.write_bytes(geperst)
        tijdelijk.replace(pad)

    def ruim(self) -> None:
        """Throws everything away."""
        shutil.rmtree(self._map, ignore_errors=True)

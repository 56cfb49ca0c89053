"""Tiles out of a PMTiles file: only files that a publication names, gzip passed through.

A file never changes under its name (the name is a checksum), so its table of contents is kept;
the file itself is opened per tile, so that pruning can always remove it.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from pmtiles.tile import (
    Compression,
    deserialize_directory,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

from dashboard.snapshot import Lezing
from dashboard.snapshot_map import lagen, tegelnamen
from indicators.contracts import Datamap

NAAM = re.compile(r"^[0-9a-f]{16}\.pmtiles$")
_DIEP = 4


class TegelFout(Exception):
    """There is no such file or place; the message says what is wrong."""


@dataclass
class Tegels:
    """The tile files of one data folder."""

    datamap: Datamap
    _bekend: set[str] = field(default_factory=set)
    _gezocht: frozenset[str] = frozenset()

    def pad(self, lezing: Lezing | None, naam: str) -> Path:
        """The file of a name that the current or a kept publication has.

        Raises:
            TegelFout: when the name is malformed, or no publication has it.
        """
        if not NAAM.match(naam):
            raise TegelFout("geen naam van een tegelbestand")
        if naam not in self._bekend and lezing is not None:
            self._bekend |= {laag.bestand for laag in lagen(lezing)}
        if naam not in self._bekend:
            self._zoek_in_oudere(naam)
        pad = self.datamap.tegels / naam
        if naam not in self._bekend or not pad.is_file():
            raise TegelFout("dit tegelbestand hoort bij geen publicatie")
        return pad

    def _zoek_in_oudere(self, naam: str) -> None:
        """Kept publications are opened only when another file lies there than last time."""
        if not (self.datamap.tegels / naam).is_file():
            return
        er = frozenset(p.name for p in self.datamap.published.glob("*.duckdb")) | {naam}
        if er != self._gezocht:
            self._gezocht = er
            self._bekend |= tegelnamen(self.datamap)


def tegel(pad: Path, z: int, x: int, y: int) -> bytes | None:
    """One tile, gzipped; None where nothing is drawn.

    Raises:
        TegelFout: when the place does not exist.
    """
    try:
        nummer = zxy_to_tileid(z, x, y)
    except (ValueError, OverflowError):
        raise TegelFout("deze plek bestaat niet") from None
    kop = _kop(pad)
    plek, lengte = kop["root_offset"], kop["root_length"]
    for _ in range(_DIEP):
        gevonden = find_tile(_inhoud(pad, plek, lengte), nummer)
        if gevonden is None:
            return None
        if gevonden.run_length:
            beeld = _lees(pad, kop["tile_data_offset"] + gevonden.offset, gevonden.length)
            zo = kop["tile_compression"] == Compression.GZIP
            return beeld if zo else gzip.compress(beeld, 5, mtime=0)
        plek, lengte = kop["leaf_directory_offset"] + gevonden.offset, gevonden.length
    return None


def _lees(pad: Path, plek: int, lengte: int) -> bytes:
    with pad.open("rb") as bestand:
        bestand.seek(plek)
        return bestand.read(lengte)


@lru_cache(maxsize=64)
def _kop(pad: Path) -> dict[str, Any]:
    return dict(deserialize_header(_lees(pad, 0, 127)))


@lru_cache(maxsize=256)
def _inhoud(pad: Path, plek: int, lengte: int) -> list[Any]:
    return list(deserialize_directory(_lees(pad, plek, lengte)))

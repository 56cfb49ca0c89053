"""Features that came in pages (OGC API Features): kept as received, read as one GeoJSON.

The pages of one layer are one raw object: a zip of the answers, with where they came from.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Sequence
from typing import Any

from pydantic_core import from_json

from pipelines.sources.plank import ontpers, pak, pers
from pipelines.sources.tabel import BronFout

_KOP = "kop.json"
_GROOTSTE = 1024**3
CRS84 = "OGC:1.3:CRS84"
"""Longitude and latitude: what a server means that names no system."""
_CRS = re.compile(r"(?:opengis\.net/def/crs/|urn:ogc:def:crs:)(OGC|EPSG)[/:]([\d.]*)[/:](\w+)>?$")
_BEKEND = {CRS84, "EPSG:28992"}


def stelsel(kop: str | None, waar: str) -> str:
    """The coordinate system that a `Content-Crs` header or a `crs` member of GeoJSON names.

    Raises:
        BronFout: one that this programme does not read.
    """
    if not kop:
        return CRS84
    treffer = _CRS.search(kop.strip().strip("<>"))
    naam = "" if treffer is None else ":".join(d for d in treffer.groups() if d not in ("", "0"))
    if naam not in _BEKEND:
        raise BronFout(
            f"{waar}: coördinatenstelsel '{kop[:80]}'. Verwacht RD New (EPSG 28992) of lengte en "
            "breedte (CRS84); niets ervan is gebruikt."
        )
    return naam


def pak_paginas(url: str, crs: str, paginas: Sequence[bytes]) -> bytes:
    """The raw object of one layer: its pages, verbatim and pressed; the same pages, the same bytes.

    Args:
        url: address of the first page.
        crs: as `stelsel` gives it.
        paginas: the answers, in order.
    """
    kop = json.dumps({"url": url, "crs": crs, "paginas": len(paginas)}, sort_keys=True)
    bladen = {f"{n:05d}.json.zst": pers(p) for n, p in enumerate(paginas)}
    return pak({_KOP: kop.encode(), **bladen})


def samen(ruw: bytes, waar: str) -> bytes:
    """The pages of a raw object as one GeoJSON, features in the order of the pages.

    Raises:
        BronFout: a damaged object.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(ruw)) as archief:
            kop = json.loads(archief.read(_KOP))
            bladen = sorted(n for n in archief.namelist() if n != _KOP)
            features: list[Any] = []
            for naam in bladen:
                features += from_json(ontpers(archief.read(naam), _GROOTSTE))["features"]
        crs = str(kop["crs"])
        if len(bladen) != kop["paginas"]:
            raise ValueError("er ontbreken bladzijden")
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as fout:
        raise BronFout(f"{waar}: de bewaarde bladzijden zijn beschadigd ({fout}).") from None
    naam = f"urn:ogc:def:crs:{crs}" if crs == CRS84 else f"urn:ogc:def:crs:{crs.replace(':', '::')}"
    kaart = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": naam}},
        "features": features,
    }
    return json.dumps(kaart, ensure_ascii=False, separators=(",", ":")).encode()

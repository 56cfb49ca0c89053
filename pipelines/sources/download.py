"""Files that a producer offers by address: fetched when changed, checked before anything is read.

A file is one conditional question. A layer in pages (OGC API Features, WFS) is one per page; its
pages are kept verbatim, and are whole only when nothing changed or fell away between them.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from pydantic_core import from_json

from pipelines.sources import paginas
from pipelines.sources.files import Bestand, open_zip
from pipelines.sources.plank import Plank, pers
from pipelines.sources.tabel import BronFout
from pipelines.sources.vragen import Adres, Antwoord, Meld, Merken, Tijdelijk, Vrager, voorwaarde

GROOTSTE = 1024**3
"""Largest file, and largest unpacked zip, in bytes; the national map is about a third of it."""
_RD = "http://www.opengis.net/def/crs/EPSG/0/28992"
_PER_PAGINA = 1000
_MB = 10**6


@dataclass(frozen=True)
class Gehaald:
    """What came of one file or layer.

    Attributes:
        bestanden: opened, as the file route would have found them.
        url: address, without query.
        merken: to ask with next time; empty when the producer gives none.
        gewijzigd_op: the producer's own time, where it gives one.
        inhoud: checksum of what was said, whatever the wrapping.
    """

    bestanden: tuple[Bestand, ...]
    url: str
    merken: Merken
    gewijzigd_op: str | None
    inhoud: str


class Haler(Vrager):
    """Asks files and pages on one host."""

    _gemeld = 0

    def _voortgang(self, bytes_: int, waar: str) -> None:
        if bytes_ // _MB != self._gemeld:
            self._gemeld = bytes_ // _MB
            self.meld(f"{self.wat}: {self._gemeld} MB")

    def waar(self, url: str) -> str:
        """What and where, for messages."""
        return f"{self.wat}, {self.adres.host}{urlsplit(url).path}"

    def vraag(
        self,
        url: str,
        merken: Mapping[str, str] | None = None,
        keur: Callable[[bytes], object] = lambda _: None,
    ) -> Antwoord:
        """An answer that passed `keur`; status 304 when it still is what the marks say.

        Raises:
            BronFout: another host, a refusal, too large, or a fault that stays.
        """
        waar = self.waar(url)
        url = self._eigen(url, waar)
        stuur = voorwaarde(merken)

        def een_keer() -> Antwoord:
            antwoord = self._vraag(url, waar, stuur)
            if antwoord.status == 200:
                keur(antwoord.inhoud)
            return antwoord

        return self.herhaal(een_keer, waar)


# -- one file ------------------------------------------------------------------------------------


def haal_bestand(vorm: str, url: str, adres: Adres, meld: Meld, merken: Merken) -> Gehaald | None:
    """A file by its address; None when it is what it was.

    Args:
        vorm: zip, geopackage or bestand.
        url: of the file; its host is that of `adres`.
        adres: host and patience.
        meld: told of progress.
        merken: of the last time.

    Raises:
        BronFout: it did not come, or is something else than `vorm`; naming the address.
    """
    naam = PurePosixPath(urlsplit(url).path).name
    with Haler(adres, naam, meld) as haler:
        vraag_url = _op(url, adres)
        antwoord = haler.vraag(vraag_url, merken.get(url), lambda b: _heel(b, vorm))
        if antwoord.status == 304:
            return None
        _is_vorm(antwoord.inhoud, vorm, haler.waar(url))
    if vorm == "zip":
        leden = tuple(open_zip(io.BytesIO(antwoord.inhoud), naam, hoogste=GROOTSTE))
    else:
        leden = (Bestand(naam, antwoord.inhoud),)
    merken_nu = {url: m} if (m := antwoord.merk) else {}
    sha = hashlib.sha256(antwoord.inhoud).hexdigest()
    return Gehaald(leden, vraag_url, merken_nu, antwoord.koppen.get("last-modified"), sha)


def _op(url: str, adres: Adres) -> str:
    """The address on the host that is set for it, a mirror or the producer's own."""
    return urlsplit(url)._replace(scheme=adres.schema, netloc=adres.host).geturl()


_BEGIN = {"zip": b"PK", "geopackage": b"SQLite format 3\0"}


def _is_vorm(inhoud: bytes, vorm: str, waar: str) -> None:
    begin = inhoud.lstrip(b"\xef\xbb\xbf \r\n\t")[:1]
    if not inhoud or begin == b"<":
        wat = "een webpagina of XML" if inhoud else "een leeg bestand"
        raise BronFout(
            f"{waar}: verwacht een bestand ({vorm}), gekregen {wat}. Vaak is dat onderhoud, een "
            "verhuisd bestand of een inlogpagina van het netwerk: open het adres in een browser."
        )
    if not inhoud.startswith(_BEGIN.get(vorm, b"")):
        raise BronFout(
            f"{waar}: verwacht {vorm}, maar zo begint dit bestand niet. Controleer het adres in "
            "indicators/catalogus/bronnen.yaml."
        )


def _heel(inhoud: bytes, vorm: str) -> None:
    """A GeoPackage says its own size, a zip ends with its list: cut off, they are asked again."""
    if vorm == "geopackage" and inhoud.startswith(_BEGIN[vorm]):
        blad = int.from_bytes(inhoud[16:18], "big")
        heel = (65536 if blad == 1 else blad) * int.from_bytes(inhoud[28:32], "big")
        if len(inhoud) < heel:
            raise Tijdelijk(f"{len(inhoud):,} van de {heel:,} bytes van een GeoPackage")
    if vorm == "zip" and inhoud.startswith(b"PK") and b"PK\x05\x06" not in inhoud[-66_000:]:
        raise Tijdelijk(f"een zip zonder einde ({len(inhoud):,} bytes)")


# -- a layer in pages ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Dienst:
    """A layer of a service: `paginas` (OGC API Features, url without `/collections`) or `wfs`."""

    vorm: str
    url: str
    laag: str

    def begin(self, adres: Adres) -> str:
        """The address of the first page, on the host that is set for it."""
        url = _op(self.url, adres)
        if self.vorm == "paginas":
            vraag = {"f": "json", "limit": _PER_PAGINA, "crs": _RD}
            return f"{url}/collections/{self.laag}/items?{urlencode(vraag)}"
        vraag = {
            "service": "WFS", "version": "2.0.0", "request": "GetFeature", "typeNames": self.laag,
            "outputFormat": "application/json", "srsName": "EPSG:28992", "count": _PER_PAGINA,
        }  # fmt: skip
        return f"{url}?{urlencode(vraag)}"


@dataclass
class _Laag:
    """The pages of a layer while they come in; `begin` is set for WFS, which names no next page."""

    waar: str
    begin: str | None = None
    ruw: list[bytes] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    merken: list[dict[str, str]] = field(default_factory=list)
    sleutels: set[str] = field(default_factory=set)
    aantal: int = 0
    totaal: int | None = None
    crs: str | None = None


def haal_laag(
    dienst: Dienst, naam: str, adres: Adres, meld: Meld, merken: Merken, plank: Plank
) -> Gehaald | None:
    """A layer of a service, all its pages; None when no page changed.

    Args:
        dienst: which layer of which service.
        naam: what the delivery is called; ends in `.geojson`.
        adres: host and patience.
        meld: told of progress.
        merken: per page, of the last time.
        plank: keeps pages of a fetch that broke off.

    Raises:
        BronFout: not all pages came, they changed on the way, or they are no features.
    """
    begin = dienst.begin(adres)
    with Haler(adres, naam, meld) as haler:
        if merken and all(haler.vraag(u, m).status == 304 for u, m in merken.items()):
            return None
        stand = _Laag(haler.waar(begin), begin if dienst.vorm == "wfs" else None)
        for blad in _paginas(haler, begin, stand, plank):
            stand.aantal += len(blad)
            van = f" van {stand.totaal}" if stand.totaal is not None else ""
            meld(f"{naam}: {stand.aantal}{van} gebieden")
        _volledig(stand)
        _niet_veranderd(haler, stand)
    ruw = paginas.pak_paginas(begin, stand.crs or paginas.CRS84, stand.ruw)
    inhoud = paginas.samen(ruw, naam)
    nu = dict(zip(stand.urls, stand.merken, strict=True)) if all(stand.merken) else {}
    wanneer = next((m["gewijzigd"] for m in stand.merken if "gewijzigd" in m), None)
    sha = hashlib.sha256(inhoud).hexdigest()
    return Gehaald((Bestand(naam, inhoud, ruw=ruw),), begin.partition("?")[0], nu, wanneer, sha)


def _paginas(haler: Haler, begin: str, stand: _Laag, plank: Plank) -> Iterator[list[Any]]:
    """The features page by page; later pages from the shelf while the first is what it was."""
    url: str | None = begin
    while url:
        if url in stand.urls:
            raise BronFout(f"{stand.waar}: het vervolgadres is al gelezen; een kring.")
        eerste = not stand.urls
        van_plank = None if eerste else _van_plank(plank.pak(url), stand)
        inhoud, kop, blad = van_plank or _vers(haler, url, stand)
        if eerste:
            plank.begin(_wezen(blad))
        plank.leg(url, pers(json.dumps(kop).encode() + b"\n" + inhoud))
        _neem(stand, url, inhoud, kop, blad)
        yield blad["features"]
        volgend = _volgende(blad, stand)
        url = haler._eigen(urljoin(url, volgend), stand.waar) if volgend else None


_Pagina = tuple[bytes, dict[str, str], dict[str, Any]]
"""As received, the producer's marks and coordinate system, and parsed."""


def _vers(haler: Haler, url: str, stand: _Laag) -> _Pagina:
    antwoord = haler.vraag(url, keur=lambda b: _ontleed(b, stand))
    blad = _ontleed(antwoord.inhoud, stand)
    crs = antwoord.koppen.get("content-crs", "") if stand.begin is None else _genoemd(blad)
    return antwoord.inhoud, antwoord.merk | {"crs": crs}, blad


def _genoemd(blad: dict[str, Any]) -> str:
    """The coordinate system in a GeoJSON itself, as a WFS writes it; empty when there is none."""
    crs = blad.get("crs")
    eigen = crs.get("properties") if isinstance(crs, dict) else None
    return str(eigen.get("name", "")) if isinstance(eigen, dict) else ""


def _van_plank(bewaard: bytes | None, stand: _Laag) -> _Pagina | None:
    """A page that an earlier, broken-off run already had; None when it is of no use."""
    if bewaard is None:
        return None
    regel, _, inhoud = bewaard.partition(b"\n")
    try:
        return inhoud, json.loads(regel), _ontleed(inhoud, stand)
    except (Tijdelijk, ValueError):
        return None


def _ontleed(inhoud: bytes, stand: _Laag) -> dict[str, Any]:
    """A page, checked by itself and against the pages before it."""
    if inhoud.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
        raise BronFout(
            f"{stand.waar}: verwacht GeoJSON, gekregen een webpagina of XML. Vaak is dat onderhoud "
            "of een inlogpagina van het netwerk: open het adres in een browser."
        )
    try:
        blad = from_json(inhoud, cache_strings="keys")
    except ValueError:
        raise Tijdelijk(f"geen hele JSON ({len(inhoud)} bytes)") from None
    features = blad.get("features") if isinstance(blad, dict) else None
    if not isinstance(features, list) or not all(
        isinstance(f, dict) and isinstance(f.get("properties"), dict) for f in features
    ):
        raise BronFout(f"{stand.waar}: verwacht GeoJSON met 'features', die zijn er niet.")
    gezegd = blad.get("numberReturned")
    if isinstance(gezegd, int) and gezegd != len(features):
        raise Tijdelijk(f"{len(features)} van de {gezegd} gebieden van een bladzijde")
    if dubbel := _sleutels(features) & stand.sleutels:
        raise Tijdelijk(f"een dubbele bladzijde ({len(dubbel)} gebieden waren er al)")
    return blad


def _sleutels(features: list[dict[str, Any]]) -> set[str]:
    return {str(f["id"]) for f in features if f.get("id") is not None}


def _wezen(blad: dict[str, Any]) -> str:
    """Checksum of what a page says, without the moment it was asked and names made for it."""
    features = [{k: v for k, v in f.items() if k != "id"} for f in blad["features"]]
    tekst = json.dumps([blad.get("numberMatched"), features], sort_keys=True)
    return hashlib.sha256(tekst.encode()).hexdigest()


def _neem(stand: _Laag, url: str, inhoud: bytes, kop: dict[str, str], blad: dict[str, Any]) -> None:
    crs = paginas.stelsel(kop.get("crs"), stand.waar)
    totaal = blad.get("numberMatched")
    totaal = totaal if isinstance(totaal, int) else None
    if stand.urls and (crs, totaal) != (stand.crs, stand.totaal):
        raise BronFout(
            f"{stand.waar}: veranderd tijdens het ophalen (eerst {stand.totaal} gebieden, nu "
            f"{totaal}). Er is niets van gebruikt; probeer het later opnieuw."
        )
    stand.crs, stand.totaal = crs, totaal
    stand.ruw.append(inhoud)
    stand.urls.append(url)
    stand.merken.append({k: v for k, v in kop.items() if k != "crs"})
    stand.sleutels |= _sleutels(blad["features"])


def _volgende(blad: dict[str, Any], stand: _Laag) -> str | None:
    """The address of the next page; a full last page of an unknown total is suspect."""
    if stand.begin is not None:
        klaar = stand.totaal is not None and stand.aantal >= stand.totaal
        return None if klaar or not blad["features"] else f"{stand.begin}&startIndex={stand.aantal}"
    links = blad.get("links")
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("rel") == "next" and link.get("href"):
            return str(link["href"])
    if stand.totaal is None and len(blad["features"]) >= _PER_PAGINA:
        raise BronFout(
            f"{stand.waar}: de laatste bladzijde is vol ({_PER_PAGINA} gebieden) en er is geen "
            "vervolg of aantal bij. De kaart is misschien niet heel; er is niets van gebruikt."
        )
    return None


def _volledig(stand: _Laag) -> None:
    hoort = stand.totaal if stand.totaal is not None else math.nan
    if stand.aantal == 0 or stand.aantal < hoort or stand.aantal > hoort:
        raise BronFout(
            f"{stand.waar}: {stand.aantal} gebieden gekregen, verwacht "
            f"{stand.totaal if stand.totaal is not None else 'ten minste een'}. De bladzijden "
            "houden te vroeg op; er is niets van gebruikt. Probeer het later opnieuw."
        )


def _niet_veranderd(haler: Haler, stand: _Laag) -> None:
    """Asks the earlier pages once more: pages of two editions do not belong together.

    Without marks of the producer only the first page is asked again.
    """
    for n, url in enumerate(stand.urls[:-1]):
        if n and not stand.merken[n]:
            continue
        weer = haler.vraag(url, stand.merken[n], lambda b: _ontleed(b, _Laag(stand.waar)))
        if weer.status == 304:
            continue
        if _wezen(from_json(weer.inhoud)) != _wezen(from_json(stand.ruw[n])):
            raise BronFout(
                f"{stand.waar}: veranderd tijdens het ophalen (bladzijde {n + 1} is nu anders). Er "
                "is niets van gebruikt; probeer het later opnieuw."
            )

"""Asking an OData v3 server: patient within bounds, polite, on one host, bytes kept as received.

Knows the protocol's pages and nothing of tables' meaning; `odata` is what others use.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import requests
from pydantic_core import from_json
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)
from urllib3.exceptions import HTTPError as TransportFout

from pipelines.sources.plank import Plank, pers
from pipelines.sources.tabel import BronFout

_FEED = "ODataFeed/odata"
_BLOK = 1 << 16
Meld = Callable[[str], None]


def stil(_: str) -> None:
    """Report nothing."""


@dataclass(frozen=True)
class Adres:
    """Where the tables are and how patiently and politely to ask; a mirror is another host.

    Attributes:
        schema: https, or http for a mirror inside the house.
        host: host name, with `:port` where needed; no user, no path.
        wachttijd: seconds that the server may be silent.
        hoogste_duur: seconds that one answer may take in all.
        pogingen: how often one address is asked at most.
        hoogste_wacht: longest pause before asking again, also when the server says longer.
        pauze: seconds between two questions.
        hoogste_bytes: largest answer, after unpacking.
        slaap: waits; replaced in tests.
        klok: seconds, monotonic; replaced in tests.

    Raises:
        BronFout: an address that is not one.
    """

    schema: str = "https"
    host: str = "opendata.cbs.nl"
    wachttijd: float = 60.0
    hoogste_duur: float = 900.0
    pogingen: int = 5
    hoogste_wacht: float = 60.0
    pauze: float = 0.1
    hoogste_bytes: int = 256 * 1024**2
    slaap: Callable[[float], None] = field(default=time.sleep, compare=False, repr=False)
    klok: Callable[[], float] = field(default=time.monotonic, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.schema not in ("https", "http") or not re.fullmatch(
            r"[A-Za-z0-9.-]+(:\d{1,5})?", self.host
        ):
            raise BronFout(
                f"adres '{self.schema}://{self.host.rpartition('@')[2]}': verwacht https (of http) "
                "en een naam met eventueel :poort, zoals opendata.cbs.nl."
            )

    @property
    def basis(self) -> str:
        """The address without path."""
        return f"{self.schema}://{self.host}"

    def tabel(self, tabel_id: str) -> str:
        """The address of a table's feed."""
        return f"{self.basis}/{_FEED}/{tabel_id}"


CBS = Adres()
"""CBS itself; police and RIVM tables are on `Adres(host="dataderden.cbs.nl")`."""


class _Tijdelijk(Exception):
    """A fault that asking again may heal; `na` is the wait in seconds that the server asks."""

    def __init__(self, reden: str, na: float | None = None) -> None:
        super().__init__(reden)
        self.na = na


class Opname:
    """Asks addresses on one host, and keeps every answer, checked, in order of asking."""

    def __init__(self, adres: Adres, wat: str, meld: Meld, plank: Plank | None = None) -> None:
        self.adres, self.wat, self.meld, self.plank = adres, wat, meld, plank
        self.bladen: dict[str, list[Future[bytes]]] = {}  # pressed
        self._pers = ThreadPoolExecutor(1, "pers")
        self.aantal: dict[str, int] = {}
        self.vervolg: str | None = None
        self._sleutels: dict[str, set[Any]] = {}
        self._gehad: set[str] = set()
        self._laatst: float | None = None
        self._http = requests.Session()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pers.shutdown()
        self._http.close()

    def neem(self, url: str) -> tuple[bytes, list[dict[str, Any]]]:
        """The bytes and rows of one address.

        Raises:
            BronFout: another host, a loop of pages, a web page instead of data, an answer too
                large, a refusal, or a fault that stays after all attempts.
        """
        naam = _deel(url)
        nummer = len(self.bladen.get(naam, [])) + 1
        waar = f"{self.wat}, {self.adres.host}{urlsplit(url).path}, bladzijde {nummer}"
        url = self._eigen(url, waar)
        if url in self._gehad:
            raise BronFout(
                f"{waar}: het vervolgadres is al gelezen, de bladzijden lopen in een kring. "
                "Er is niets bewaard; probeer later opnieuw."
            )
        self._gehad.add(url)
        inhoud, rijen = self._van_plank(url, naam, waar) or self._met_herhaling(url, naam, waar)
        self.bladen.setdefault(naam, []).append(self._pers.submit(self._bewaar, url, inhoud))
        self.aantal[naam] = self.aantal.get(naam, 0) + len(rijen)
        self.meld(f"{self.wat}, {naam or 'onderdelen'}: {self.aantal[naam]} rijen")
        return inhoud, rijen

    def _bewaar(self, url: str, inhoud: bytes) -> bytes:
        """Presses a page, and keeps it on the shelf, while the next one is being fetched."""
        geperst = pers(inhoud)
        if self.plank is not None:
            self.plank.leg(url, geperst)
        return geperst

    def _van_plank(
        self, url: str, naam: str, waar: str
    ) -> tuple[bytes, list[dict[str, Any]]] | None:
        """A page that an earlier, broken-off run of the same table already had."""
        inhoud = self.plank.pak(url) if self.plank else None
        if inhoud is None:
            return None
        try:
            return inhoud, self._ontleed(inhoud, url, naam, waar)
        except _Tijdelijk:
            return None

    def bladzijden(self, begin: str) -> Iterator[list[dict[str, Any]]]:
        """The rows of one part, page by page; raises as `neem` does."""
        url: str | None = begin
        while url:
            yield self.neem(url)[1]
            url = self.vervolg
            if url and _deel(url) != _deel(begin):
                raise BronFout(
                    f"{self.wat}, {self.adres.host}: na {_deel(begin)} wijst het antwoord naar "
                    f"'{_deel(url)[:40]}'. Verwacht de volgende bladzijde van hetzelfde onderdeel."
                )

    def rijen(self, begin: str) -> list[dict[str, Any]]:
        """The rows of one part, over all its pages; raises as `neem` does."""
        return [rij for blad in self.bladzijden(begin) for rij in blad]

    def _eigen(self, url: str, waar: str) -> str:
        """The address, on our own scheme and host; CBS writes http and https mixed."""
        deel = urlsplit(url)
        gewoon = {"http": ":80", "https": ":443"}.get(deel.scheme, "")
        if deel.netloc.lower().removesuffix(gewoon or "\0") != self.adres.host.lower():
            raise BronFout(
                f"{waar}: het antwoord verwijst naar een andere host "
                f"({deel.netloc.rpartition('@')[2]}), verwacht {self.adres.host}. Die is niet "
                "gevolgd. Klopt het, stel die host dan in als adres."
            )
        return deel._replace(scheme=self.adres.schema, netloc=self.adres.host).geturl()

    def _met_herhaling(self, url: str, naam: str, waar: str) -> tuple[bytes, list[dict[str, Any]]]:
        def vooraf(toestand: RetryCallState) -> None:
            fout = toestand.outcome.exception() if toestand.outcome else None
            self.meld(f"{waar}: {fout}; poging {toestand.attempt_number + 1}")

        herhaling = Retrying(
            stop=stop_after_attempt(self.adres.pogingen),
            retry=retry_if_exception_type(_Tijdelijk),
            wait=self._wacht,
            sleep=self.adres.slaap,
            before_sleep=vooraf,
            reraise=True,
        )
        try:
            return herhaling(self._een_keer, url, naam, waar)
        except _Tijdelijk as fout:
            raise BronFout(
                f"{waar}: na {self.adres.pogingen} pogingen nog steeds {fout}. Er is niets "
                "bewaard; wat gepubliceerd was blijft staan. Probeer het later opnieuw."
            ) from None

    def _wacht(self, toestand: RetryCallState) -> float:
        fout = toestand.outcome.exception() if toestand.outcome else None
        if isinstance(fout, _Tijdelijk) and fout.na is not None:
            return min(max(fout.na, 0.0), self.adres.hoogste_wacht)
        return wait_random_exponential(multiplier=1, max=self.adres.hoogste_wacht)(toestand)

    def _een_keer(self, url: str, naam: str, waar: str) -> tuple[bytes, list[dict[str, Any]]]:
        inhoud = self._vraag(url, waar)
        return inhoud, self._ontleed(inhoud, url, naam, waar)

    def _ontleed(self, inhoud: bytes, url: str, naam: str, waar: str) -> list[dict[str, Any]]:
        """The rows of a page, checked; where the next one is comes in `vervolg`."""
        if inhoud.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
            raise BronFout(
                f"{waar}: verwacht JSON, gekregen een webpagina of XML. Vaak is dat onderhoud of "
                "een inlogpagina van het netwerk: open het adres in een browser."
            )
        try:
            antwoord = from_json(inhoud, cache_strings="keys")  # half the time of json.loads
        except ValueError:
            raise _Tijdelijk(f"geen hele JSON ({len(inhoud)} bytes)") from None
        rijen = antwoord.get("value") if isinstance(antwoord, dict) else None
        if not isinstance(rijen, list) or not all(isinstance(r, dict) for r in rijen):
            raise BronFout(f"{waar}: verwacht een lijst 'value' van OData v3, die is er niet.")
        self._nieuw(naam, rijen)
        vervolg = antwoord.get("odata.nextLink")
        self.vervolg = self._eigen(urljoin(url, str(vervolg)), waar) if vervolg else None
        return rijen

    def _nieuw(self, naam: str, rijen: list[dict[str, Any]]) -> None:
        """Rows that an earlier page of the same part had as well are a doubled page."""
        veld = next((v for v in ("Identifier", "ID", "Key") if rijen and v in rijen[0]), None)
        sleutels = {r.get(veld) for r in rijen} if veld else set()
        if gehad := self._sleutels.setdefault(naam, set()) & sleutels:
            raise _Tijdelijk(f"een dubbele bladzijde ({len(gehad)} rijen waren er al)")
        self._sleutels[naam] |= sleutels

    def _vraag(self, url: str, waar: str) -> bytes:
        """The unpacked bytes of an answer with status 200, redirects on the same host followed."""
        nu = self.adres.klok()
        if self._laatst is not None and nu - self._laatst < self.adres.pauze:
            self.adres.slaap(self.adres.pauze - (nu - self._laatst))
        self._laatst = self.adres.klok()
        try:
            for _ in range(5):
                with self._http.get(
                    url, timeout=self.adres.wachttijd, stream=True, allow_redirects=False
                ) as antwoord:
                    if not antwoord.is_redirect:
                        _controleer_status(antwoord, waar)
                        return self._lees(antwoord, waar)
                    url = self._eigen(urljoin(url, antwoord.headers["Location"]), waar)
        except requests.exceptions.SSLError:
            raise BronFout(
                f"{waar}: het certificaat wordt niet vertrouwd. Zet REQUESTS_CA_BUNDLE op het "
                "certificaat van de eigen organisatie, of controleer het adres."
            ) from None
        except requests.exceptions.Timeout:
            raise _Tijdelijk(f"geen antwoord binnen {self.adres.wachttijd:g} seconden") from None
        except (requests.exceptions.RequestException, TransportFout) as fout:
            raise _Tijdelijk(f"geen heel antwoord ({type(fout).__name__})") from None
        raise BronFout(f"{waar}: meer dan vijf doorverwijzingen achter elkaar.")

    def _lees(self, antwoord: requests.Response, waar: str) -> bytes:
        """The body, within size and time: a drip or a bomb of zeros ends here."""
        eind = self.adres.klok() + self.adres.hoogste_duur
        uit = bytearray()
        while blok := antwoord.raw.read1(_BLOK, decode_content=True):
            uit += blok
            if len(uit) > self.adres.hoogste_bytes:
                raise BronFout(
                    f"{waar}: antwoord groter dan {self.adres.hoogste_bytes:,} bytes. Verwacht een "
                    "bladzijde van een tabel; niets ervan is gebruikt."
                )
            if self.adres.klok() > eind:
                raise _Tijdelijk(f"een antwoord dat langer duurt dan {self.adres.hoogste_duur:g} s")
        return bytes(uit)


def _deel(url: str) -> str:
    """The part of a table that an address asks for; empty for the list of parts."""
    return urlsplit(url).path.rsplit("/", 1)[-1]


def _controleer_status(antwoord: requests.Response, waar: str) -> None:
    status = antwoord.status_code
    if status == 200:
        return
    if status == 429 or status >= 500:
        raise _Tijdelijk(f"status {status}", _retry_after(antwoord.headers))
    if status == 404:
        raise BronFout(
            f"{waar}: status 404, deze tabel is er niet (meer). Controleer het tabelnummer in "
            "indicators/catalogus/bronnen.yaml tegen de tabellijst van CBS."
        )
    raise BronFout(f"{waar}: verwacht status 200, gekregen {status}. Controleer adres en toegang.")


def _retry_after(koppen: Mapping[str, str]) -> float | None:
    """Seconds to wait: a number, or a moment against the server's own clock."""
    tekst = koppen.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,9}", tekst):
        return float(tekst)
    try:
        tot: datetime = parsedate_to_datetime(tekst)
        return (tot - parsedate_to_datetime(koppen.get("Date", ""))).total_seconds()
    except (TypeError, ValueError):
        return None

"""Asking addresses on one host: patient within bounds, polite, never on another host.

Knows HTTP and nothing of what is asked: `odata_vraag` asks tables with it, `download` files.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Self, TypeVar
from urllib.parse import urljoin, urlsplit

import requests
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)
from urllib3.exceptions import HTTPError as TransportFout

from pipelines.sources.tabel import BronFout

_BLOK = 1 << 16
Meld = Callable[[str], None]
T = TypeVar("T")


Merken = dict[str, dict[str, str]]
"""Address to the producer's marks of what it gave: `etag`, `gewijzigd` (Last-Modified)."""
_VOORWAARDE = {"If-None-Match": "etag", "If-Modified-Since": "gewijzigd"}


def voorwaarde(merken: Mapping[str, str] | None) -> dict[str, str]:
    """Headers that ask only for what is no longer what these marks say."""
    return {k: merken[v] for k, v in _VOORWAARDE.items() if merken and merken.get(v)}


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
        """The address of a table's feed, where the host is one of OData."""
        return f"{self.basis}/ODataFeed/odata/{tabel_id}"


@dataclass(frozen=True)
class Antwoord:
    """An answer with status 200 (or 304, without a body), its body unpacked.

    `koppen` have lower-case names.
    """

    status: int
    koppen: Mapping[str, str]
    inhoud: bytes

    @property
    def merk(self) -> dict[str, str]:
        """The producer's marks, to ask with next time; empty when there are none."""
        uit = {
            "etag": self.koppen.get("etag", ""),
            "gewijzigd": self.koppen.get("last-modified", ""),
        }
        return {k: v for k, v in uit.items() if v}


class Tijdelijk(Exception):
    """A fault that asking again may heal; `na` is the wait in seconds that the server asks."""

    def __init__(self, reden: str, na: float | None = None) -> None:
        super().__init__(reden)
        self.na = na


class Vrager:
    """Asks addresses on one host; use as context manager.

    Attributes:
        wat: what is asked, for messages.
        meld: told of progress and of every new attempt.
    """

    niet_gevonden = (
        "dit bestand is er niet (meer). Controleer het adres in indicators/catalogus/bronnen.yaml "
        "tegen de pagina van de bron."
    )
    verwacht = "een bestand"

    def __init__(self, adres: Adres, wat: str, meld: Meld) -> None:
        self.adres, self.wat, self.meld = adres, wat, meld
        self._laatst: float | None = None
        self._http = requests.Session()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

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

    def herhaal(self, een_keer: Callable[[], T], waar: str) -> T:
        """What `een_keer` gives, asked again after each `Tijdelijk`, within the bounds of `Adres`.

        Raises:
            BronFout: a fault that stays after all attempts.
        """

        def vooraf(toestand: RetryCallState) -> None:
            fout = toestand.outcome.exception() if toestand.outcome else None
            self.meld(f"{waar}: {fout}; poging {toestand.attempt_number + 1}")

        herhaling = Retrying(
            stop=stop_after_attempt(self.adres.pogingen),
            retry=retry_if_exception_type(Tijdelijk),
            wait=self._wacht,
            sleep=self.adres.slaap,
            before_sleep=vooraf,
            reraise=True,
        )
        try:
            return herhaling(een_keer)
        except Tijdelijk as fout:
            raise BronFout(
                f"{waar}: na {self.adres.pogingen} pogingen nog steeds {fout}. Er is niets "
                "bewaard; wat gepubliceerd was blijft staan. Probeer het later opnieuw."
            ) from None

    def _wacht(self, toestand: RetryCallState) -> float:
        fout = toestand.outcome.exception() if toestand.outcome else None
        if isinstance(fout, Tijdelijk) and fout.na is not None:
            return min(max(fout.na, 0.0), self.adres.hoogste_wacht)
        return wait_random_exponential(multiplier=1, max=self.adres.hoogste_wacht)(toestand)

    def _vraag(self, url: str, waar: str, koppen: Mapping[str, str] | None = None) -> Antwoord:
        """The unpacked answer with status 200, redirects on the same host followed.

        Args:
            url: on this host.
            waar: for messages.
            koppen: headers to send; with a condition in them, 304 is an answer too.
        """
        nu = self.adres.klok()
        if self._laatst is not None and nu - self._laatst < self.adres.pauze:
            self.adres.slaap(self.adres.pauze - (nu - self._laatst))
        self._laatst = self.adres.klok()
        try:
            for _ in range(5):
                with self._http.get(
                    url,
                    headers=dict(koppen or {}),
                    timeout=self.adres.wachttijd,
                    stream=True,
                    allow_redirects=False,
                ) as antwoord:
                    if antwoord.status_code == 304 and koppen:
                        return Antwoord(304, _klein(antwoord.headers), b"")
                    if not antwoord.is_redirect:
                        self._controleer_status(antwoord, waar)
                        inhoud = self._lees(antwoord, waar)
                        return Antwoord(200, _klein(antwoord.headers), inhoud)
                    url = self._eigen(urljoin(url, antwoord.headers["Location"]), waar)
        except requests.exceptions.SSLError:
            raise BronFout(
                f"{waar}: het certificaat wordt niet vertrouwd. Zet REQUESTS_CA_BUNDLE op het "
                "certificaat van de eigen organisatie, of controleer het adres."
            ) from None
        except requests.exceptions.Timeout:
            raise Tijdelijk(f"geen antwoord binnen {self.adres.wachttijd:g} seconden") from None
        except (requests.exceptions.RequestException, TransportFout) as fout:
            raise Tijdelijk(f"geen heel antwoord ({type(fout).__name__})") from None
        raise BronFout(f"{waar}: meer dan vijf doorverwijzingen achter elkaar.")

    def _controleer_status(self, antwoord: requests.Response, waar: str) -> None:
        status = antwoord.status_code
        if status == 200:
            return
        if status == 429 or status >= 500:
            raise Tijdelijk(f"status {status}", _retry_after(antwoord.headers))
        if status == 404:
            raise BronFout(f"{waar}: status 404, {self.niet_gevonden}")
        raise BronFout(
            f"{waar}: verwacht status 200, gekregen {status}. Controleer adres en toegang."
        )

    def _lees(self, antwoord: requests.Response, waar: str) -> bytes:
        """The body, within size and time: a drip or a bomb of zeros ends here."""
        eind = self.adres.klok() + self.adres.hoogste_duur
        uit = bytearray()
        while blok := antwoord.raw.read1(_BLOK, decode_content=True):
            uit += blok
            if len(uit) > self.adres.hoogste_bytes:
                raise BronFout(
                    f"{waar}: antwoord groter dan {self.adres.hoogste_bytes:,} bytes. Verwacht "
                    f"{self.verwacht}; niets ervan is gebruikt."
                )
            if self.adres.klok() > eind:
                raise Tijdelijk(f"een antwoord dat langer duurt dan {self.adres.hoogste_duur:g} s")
            self._voortgang(len(uit), waar)
        beloofd = antwoord.headers.get("Content-Length", "")
        if beloofd.isdigit() and antwoord.raw.tell() < int(beloofd):
            raise Tijdelijk(f"{antwoord.raw.tell():,} van de {int(beloofd):,} bytes")
        return bytes(uit)

    def _voortgang(self, bytes_: int, waar: str) -> None:
        """Told after every block; nothing here, since a page of a table is soon there."""


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


def _klein(koppen: Mapping[str, str]) -> dict[str, str]:
    """Headers under lower-case names."""
    return {k.lower(): v for k, v in koppen.items()}

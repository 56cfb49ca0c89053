"""Asking an OData v3 server: patient within bounds, polite, on one host, bytes kept as received.

Knows the protocol's pages and nothing of tables' meaning; `odata` is what others use.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from urllib.parse import urljoin, urlsplit

from pydantic_core import from_json

from pipelines.sources.plank import Plank, pers
from pipelines.sources.tabel import BronFout
from pipelines.sources.vragen import Adres, Meld, Merken, Tijdelijk, Vrager, stil, voorwaarde

__all__ = ["CBS", "Adres", "Meld", "Opname", "stil"]
CBS = Adres()
"""CBS itself; police and RIVM tables are on `Adres(host="dataderden.cbs.nl")`."""


class _NogHetzelfde(Exception):
    """A page is what its marks say (304)."""


class Opname(Vrager):
    """Asks addresses on one host, and keeps every answer, checked, in order of asking."""

    niet_gevonden = (
        "deze tabel is er niet (meer). Controleer het tabelnummer in "
        "indicators/catalogus/bronnen.yaml tegen de tabellijst van CBS."
    )
    verwacht = "een bladzijde van een tabel"

    def __init__(self, adres: Adres, wat: str, meld: Meld, plank: Plank | None = None) -> None:
        super().__init__(adres, wat, meld)
        self.plank = plank
        self.bladen: dict[str, list[Future[bytes]]] = {}  # pressed
        self._pers = ThreadPoolExecutor(1, "pers")
        self.aantal: dict[str, int] = {}
        self.merken: Merken = {}
        self._verwacht: Merken = {}
        self.vervolg: str | None = None
        self._sleutels: dict[str, set[Any]] = {}
        self._gehad: set[str] = set()

    def __exit__(self, *fout: object) -> None:
        self._pers.shutdown()
        super().__exit__(*fout)

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
        inhoud, rijen = self._van_plank(url, naam, waar) or self.herhaal(
            lambda: self._een_keer(url, naam, waar), waar
        )
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
        except Tijdelijk:
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

    def _een_keer(self, url: str, naam: str, waar: str) -> tuple[bytes, list[dict[str, Any]]]:
        antwoord = self._vraag(url, waar, voorwaarde(self._verwacht.get(url)))
        if antwoord.status == 304:
            raise _NogHetzelfde
        self.merken[url] = antwoord.merk
        return antwoord.inhoud, self._ontleed(antwoord.inhoud, url, naam, waar)

    def merken_van(self, deel: str) -> Merken:
        """Marks of every page of a part, to ask with next time; none when a page has none."""
        van = {u: m for u, m in self.merken.items() if _deel(u) == deel}
        heel = len(van) == len(self.bladen.get(deel, ())) and all(van.values())
        return van if heel else {}

    def rijen_als_anders(self, begin: str, merken: Merken) -> list[dict[str, Any]] | None:
        """The rows of one part; None when its one page is still what its marks say."""
        self._verwacht = merken if set(merken) == {begin} else {}
        try:
            return self.rijen(begin)
        except _NogHetzelfde:
            return None
        finally:
            self._verwacht = {}

    def ongewijzigd(self, merken: Merken) -> bool:
        """Whether every page is still what its marks say; False too when a server has no word.

        Raises:
            BronFout: a refusal, or a fault that stays.
        """
        return bool(merken) and all(self._nog_dezelfde(u, m) for u, m in merken.items())

    def _nog_dezelfde(self, url: str, merk: dict[str, str]) -> bool:
        waar = f"{self.wat}, {self.adres.host}{urlsplit(url).path}"
        eigen = self._eigen(url, waar)
        stuur = voorwaarde(merk)
        return bool(stuur) and self.herhaal(
            lambda: self._vraag(eigen, waar, stuur).status == 304, waar
        )

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
            raise Tijdelijk(f"geen hele JSON ({len(inhoud)} bytes)") from None
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
            raise Tijdelijk(f"een dubbele bladzijde ({len(gehad)} rijen waren er al)")
        self._sleutels[naam] |= sleutels


def _deel(url: str) -> str:
    """The part of a table that an address asks for; empty for the list of parts."""
    return urlsplit(url).path.rsplit("/", 1)[-1]

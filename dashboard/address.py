"""Addresses of pages: everything of importance is in them, so that back and sharing work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode

from indicators import regions

NAAST = ("vergelijken", "gebieden", "eigen", "atelier", "norm")
"""Pages of areas side by side and of one's own, and trials: all that is asked is in the query."""


MENSEN = ("inzet", "inbreng", "stukken", "beheer", "telefoons")
"""Pages of what people do and may do: the area and the rest are in the query."""

WERK = ("herzien", "koppelen", "weghalen")
"""What one can do with a story on the page of its area: its words, or its bond to a figure."""


@dataclass(frozen=True)
class Adres:
    """An address, read: the page, the area, and what is chosen on it."""

    pagina: str
    gebied: str | None = None
    grensjaar: int | None = None
    cijfer: str | None = None
    verhaal: str | None = None
    doe: str | None = None
    bril: str | None = None
    koppeling: str | None = None
    vragen: tuple[tuple[str, str], ...] = ()

    def zelfde(self, nieuwste: int | None) -> Adres:
        """The address without a grensjaar that says nothing: that of the newest boundaries."""
        return replace(self, grensjaar=None) if self.grensjaar == nieuwste else self

    @property
    def sleutel(self) -> str:
        """What makes the page another page; choosing a figure or story does not."""
        cijfer = self.cijfer if self.pagina == "bronnen" else None
        bezig = (self.doe, self.verhaal, self.koppeling) if self.doe in WERK else None
        if self.pagina == "zoek":
            return f"zoek|{self.doe}"
        if self.pagina == "bijeenkomst":
            return f"bijeenkomst|{self.doe}|{self.gebied}|{self.vragen}"
        if self.pagina == "atelier":  # the rest of it follows the address by itself
            keuze = dict(self.vragen)
            return f"atelier|{keuze.get('as')}|{keuze.get('gemeente')}"
        if self.pagina in (*NAAST, *MENSEN):
            return f"{self.pagina}|{self.gebied}|{self.vragen}"
        return f"{self.pagina}|{self.gebied}|{self.grensjaar}|{cijfer}|{bezig}|{self.bril}"


@dataclass(frozen=True)
class _Vraag:
    """The parts of a path and what is asked behind it."""

    delen: list[str]
    vragen: dict[str, list[str]]

    def een(self, naam: str) -> str | None:
        return self.vragen[naam][0][:80] if self.vragen.get(naam) else None

    def paren(self, tekens: int) -> tuple[tuple[str, str], ...]:
        return tuple(sorted((k, w[0][:tekens]) for k, w in self.vragen.items()))

    def tweede(self) -> str | None:
        return self.delen[1] if self.delen[1:] else None

    def gebied(self) -> str | None:
        return regions.schoon(self.een("gebied") or "") or None

    def grensjaar(self) -> int | None:
        jaar = self.een("grensjaar")
        return int(jaar) if jaar and jaar.isdecimal() and len(jaar) == 4 else None

    def buurt(self) -> Adres:
        namen = ("cijfer", "verhaal", "doe", "bril", "koppeling")
        keuze: dict[str, Any] = {naam: self.een(naam) for naam in namen}
        return Adres("buurt", regions.schoon(self.delen[1]), self.grensjaar(), **keuze)

    def blad(self) -> Adres:
        code = self.tweede()
        return Adres("buurtblad", regions.schoon(code) if code else None, self.grensjaar())

    def bijeenkomst(self) -> Adres:
        wat = self.tweede()
        return Adres(
            "bijeenkomst", self.gebied(), doe=wat[:40] if wat else None, vragen=self.paren(80)
        )


def _kaal(v: _Vraag) -> Adres:
    return Adres(v.delen[0])


_PADEN: dict[tuple[str, int], Callable[[_Vraag], Adres]] = {
    **{(naam, 1): _kaal for naam in ("botst", "lezen", "vrijgave")},
    **{(naam, 1): lambda v: Adres(v.delen[0], v.gebied(), vragen=v.paren(4000)) for naam in MENSEN},
    **{
        (naam, 2 if naam == "eigen" else 1): lambda v: Adres(
            v.delen[0], v.tweede(), vragen=v.paren(4000)
        )
        for naam in NAAST
    },
    ("verkennen", 1): lambda v: Adres(
        "verkennen", vragen=tuple((k, w[0]) for k, w in v.vragen.items())
    ),
    ("zoek", 1): lambda v: Adres("zoek", doe=v.een("q")),
    ("bronnen", 1): lambda v: Adres("bronnen", cijfer=v.een("cijfer")),
    ("buurt", 2): _Vraag.buurt,
    **{("buurtblad", n): _Vraag.blad for n in (1, 2)},
    **{("bijeenkomst", n): _Vraag.bijeenkomst for n in (1, 2)},
}
"""Every path that is understood: its first part and how many parts it has."""


def lees(pad: str | None, zoek: str | None) -> Adres:
    """Reads path and query; what cannot be understood gives the page `onbekend`."""
    delen = [unquote(d) for d in (pad or "/").strip("/").split("/") if d]
    if not delen:
        return Adres("start")
    maak = _PADEN.get((delen[0], len(delen)))
    vraag = _Vraag(delen, parse_qs((zoek or "").lstrip("?")))
    return maak(vraag) if maak else Adres("onbekend")


def buurt(
    gebied: str,
    grensjaar: int | None = None,
    *,
    cijfer: str | None = None,
    verhaal: str | None = None,
    doe: str | None = None,
    bril: str | None = None,
    koppeling: int | None = None,
    plek: str = "",
) -> str:
    """The address of an area's page."""
    keuze = {
        "grensjaar": grensjaar, "cijfer": cijfer, "verhaal": verhaal, "doe": doe, "bril": bril,
        "koppeling": koppeling,
    }  # fmt: skip
    zoek = urlencode({k: v for k, v in keuze.items() if v is not None})
    return f"/buurt/{gebied}" + (f"?{zoek}" if zoek else "") + (f"#{plek}" if plek else "")


def vergelijken(
    sleutels: Sequence[str], thema: str | None = None, tabel: bool = False, plek: str = ""
) -> str:
    """The address of areas side by side; an area of one's own is `eigen:<id>`."""
    keuze = {"g": ",".join(sleutels), "thema": thema, "als": "tabel" if tabel else None}
    zoek = urlencode({k: v for k, v in keuze.items() if v}, safe=",:")
    return "/vergelijken" + (f"?{zoek}" if zoek else "") + (f"#{plek}" if plek else "")


def eigen(gebied_id: str) -> str:
    """The address of an area of one's own."""
    return f"/eigen/{gebied_id}"


def bronnen(cijfer: str | None = None) -> str:
    """The address of the page Bronnen en methode, at one figure where given."""
    return "/bronnen" + (f"?{urlencode({'cijfer': cijfer})}#cijfer" if cijfer else "")

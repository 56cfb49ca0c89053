"""Addresses of pages: everything of importance is in them, so that back and sharing work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode

from indicators import regions

NAAST = ("vergelijken", "gebieden", "eigen", "atelier")
"""Pages of areas side by side and of one's own, and trials: all that is asked is in the query."""


MENSEN = ("inzet", "inbreng", "stukken", "beheer")
"""Pages of what people do and may do: the area and the rest are in the query."""

WERK = ("herzien", "koppelen")
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
        if self.pagina in (*NAAST, *MENSEN):
            return f"{self.pagina}|{self.gebied}|{self.vragen}"
        return f"{self.pagina}|{self.gebied}|{self.grensjaar}|{cijfer}|{bezig}|{self.bril}"


def lees(pad: str | None, zoek: str | None) -> Adres:
    """Reads path and query; what cannot be understood gives the page `onbekend`."""
    delen = [unquote(d) for d in (pad or "/").strip("/").split("/") if d]
    vragen = parse_qs((zoek or "").lstrip("?"))

    def een(naam: str) -> str | None:
        return vragen[naam][0][:80] if vragen.get(naam) else None

    jaar = een("grensjaar")
    grensjaar = int(jaar) if jaar and jaar.isdecimal() and len(jaar) == 4 else None
    namen = ("cijfer", "verhaal", "doe", "bril", "koppeling")
    keuze: dict[str, Any] = {naam: een(naam) for naam in namen}
    if not delen:
        return Adres("start")
    if delen == ["verkennen"]:
        return Adres("verkennen", vragen=tuple((k, w[0]) for k, w in vragen.items()))
    if delen in (["botst"], ["lezen"]):
        return Adres(delen[0])
    if delen == ["zoek"]:
        return Adres("zoek", doe=een("q"))
    if delen == ["vrijgave"]:
        return Adres("vrijgave")
    if len(delen) == 1 and delen[0] in MENSEN:
        paren = tuple(sorted((k, w[0][:4000]) for k, w in vragen.items()))
        return Adres(delen[0], regions.schoon(een("gebied") or "") or None, vragen=paren)
    if delen == ["bronnen"]:
        return Adres("bronnen", cijfer=keuze["cijfer"])
    if delen[0] in NAAST and len(delen) == (2 if delen[0] == "eigen" else 1):
        paren = tuple(sorted((k, w[0][:4000]) for k, w in vragen.items()))
        return Adres(delen[0], delen[1] if len(delen) == 2 else None, vragen=paren)
    if delen[0] == "buurtblad" and len(delen) <= 2:
        return Adres("buurtblad", regions.schoon(delen[1]) if delen[1:] else None, grensjaar)
    if len(delen) == 2 and delen[0] == "buurt":
        return Adres("buurt", regions.schoon(delen[1]), grensjaar, **keuze)
    return Adres("onbekend")


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

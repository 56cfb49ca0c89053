"""Addresses of pages: everything of importance is in them, so that back and sharing work."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlencode

from indicators import regions


@dataclass(frozen=True)
class Adres:
    """An address, read: the page, the area, and what is chosen on it."""

    pagina: str
    gebied: str | None = None
    grensjaar: int | None = None
    cijfer: str | None = None
    verhaal: str | None = None
    doe: str | None = None

    @property
    def sleutel(self) -> str:
        """What makes the page another page; choosing a figure or story does not."""
        cijfer = self.cijfer if self.pagina == "bronnen" else None
        herzien = self.verhaal if self.doe == "herzien" else None
        return f"{self.pagina}|{self.gebied}|{self.grensjaar}|{cijfer}|{herzien}"


def lees(pad: str | None, zoek: str | None) -> Adres:
    """Reads path and query; what cannot be understood gives the page `onbekend`."""
    delen = [unquote(d) for d in (pad or "/").strip("/").split("/") if d]
    vragen = parse_qs((zoek or "").lstrip("?"))

    def een(naam: str) -> str | None:
        return vragen[naam][0][:80] if vragen.get(naam) else None

    jaar = een("grensjaar")
    grensjaar = int(jaar) if jaar and jaar.isdecimal() and len(jaar) == 4 else None
    keuze = {"cijfer": een("cijfer"), "verhaal": een("verhaal"), "doe": een("doe")}
    if not delen:
        return Adres("start")
    if delen == ["bronnen"]:
        return Adres("bronnen", cijfer=keuze["cijfer"])
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
    plek: str = "",
) -> str:
    """The address of an area's page."""
    keuze = {"grensjaar": grensjaar, "cijfer": cijfer, "verhaal": verhaal, "doe": doe}
    zoek = urlencode({k: v for k, v in keuze.items() if v is not None})
    return f"/buurt/{gebied}" + (f"?{zoek}" if zoek else "") + (f"#{plek}" if plek else "")


def bronnen(cijfer: str | None = None) -> str:
    """The address of the page Bronnen en methode, at one figure where given."""
    return "/bronnen" + (f"?{urlencode({'cijfer': cijfer})}#cijfer" if cijfer else "")

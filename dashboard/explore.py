"""Verkennen: from an address to a choice that can be shown, with what was mended said in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlencode

from dashboard import presets, snapshot_map
from dashboard.snapshot import Lezing
from dashboard.snapshot_map import Kaartjaar
from dashboard.words import opsomming
from indicators import regions
from indicators.beelden import SPAN, SPAN_MINSTENS
from indicators.model import Indicator

NIVEAUS = ("buurt", "wijk", "gemeente")
VERGELIJK = ("gemeente", "land", "mijn", "eerder", "geen")
MIJN = "mijn"
"""What `alleen` may ask for: the own areas and no others."""
NIVEAU = "niveau"
"""The choice that shows the 3x3 of two nodes instead of one figure."""
ASSEN = ("kwetsbaarheid", "overlast_en_onveiligheid")
BOOM = "veerkracht"
STANDAARD = "corporatiewoningen_pct"


@dataclass(frozen=True)
class Vraag:
    """What an address asks for, as typed."""

    niveau: str | None = None
    cijfer: str | None = None
    jaar: str | None = None
    vergelijk: str | None = None
    gebied: str | None = None
    alleen: str | None = None


@dataclass(frozen=True)
class Keuze:
    """What is shown; `meldingen` say what of the address could not be followed."""

    niveau: str
    cijfer: str
    jaar: int | None
    nieuwste: bool
    grensjaar: int
    kaartjaar: int | None
    vergelijk: str
    jaren: tuple[Kaartjaar, ...]
    referenties: tuple[str, ...]
    meldingen: tuple[str, ...] = ()
    toen: int | None = None
    """The earlier year that a figure can be compared with."""
    alleen: bool = False
    """Whether the list and its files hold the own areas alone."""
    weging: str | None = None
    """Of the 3x3: the weighing of the catalogue that it is made with; None is the standard."""

    @property
    def gekozen(self) -> str:
        """What is chosen, as an address names it: `niveau.rondkomen`."""
        return f"{self.cijfer}.{self.weging}" if self.weging else self.cijfer


def lees(zoek: str | None) -> Vraag:
    """Reads the query of an address; nothing is checked yet."""
    vragen = parse_qs((zoek or "").lstrip("?"))
    een = {k: v[0].strip()[:80] for k, v in vragen.items() if v[0].strip()}
    return Vraag(
        een.get("niveau"), een.get("cijfer"), een.get("jaar"), een.get("vergelijk"),
        regions.schoon(een["gebied"]) if "gebied" in een else None, een.get("alleen"),
    )  # fmt: skip


def adres(vraag: Vraag) -> str:
    """The address that asks for this."""
    zoek = urlencode({k: v for k, v in vars(vraag).items() if v})
    return "/verkennen" + (f"?{zoek}" if zoek else "")


def gekozen(vraag: Vraag, keuze: Keuze) -> Vraag:
    """The question that is really answered: what could not be followed is left out."""
    if not keuze.meldingen:
        return vraag
    return Vraag(
        keuze.niveau, keuze.gekozen, None if keuze.nieuwste else str(keuze.jaar), keuze.vergelijk,
        vraag.gebied, MIJN if keuze.alleen else None,
    )  # fmt: skip


def kies(lezing: Lezing, vraag: Vraag, eigen: Sequence[str]) -> Keuze:
    """The choice that an address asks for, or the nearest that can be shown."""
    mis: list[str] = []
    vraag, weging = _weging(lezing, vraag, mis)
    niveau = _niveau(vraag, mis)
    cijfer = _cijfer(lezing, vraag, mis)
    jaren = _jaren(lezing, cijfer, niveau)
    if vraag.cijfer is None and not any(j.met_waarde for j in jaren):
        cijfer = _eerste_met_cijfer(lezing, niveau) or next(iter(te_kiezen(lezing)), cijfer)
        jaren = _jaren(lezing, cijfer, niveau)
    jaar, nieuwste = _jaar(vraag, jaren, mis)
    stand = next((j for j in jaren if j.jaar == jaar), None)
    grensjaar = stand.grensjaar if stand else lezing.nieuwste_grensjaar()
    toen = None if cijfer == NIVEAU else _toen(jaren, jaar)
    referenties = _referenties(lezing, cijfer, niveau, jaar, eigen, toen)
    vergelijk = _vergelijk(vraag, referenties, niveau, mis)
    alleen = _alleen(vraag, eigen, mis)
    kaartjaar = _kaartjaar(lezing, grensjaar)
    return Keuze(
        niveau, cijfer, jaar, nieuwste, grensjaar, kaartjaar, vergelijk, tuple(jaren),
        referenties, tuple(mis), toen, alleen, weging,
    )  # fmt: skip


def _weging(lezing: Lezing, vraag: Vraag, mis: list[str]) -> tuple[Vraag, str | None]:
    """The question without the weighing that stands behind the 3x3, and that weighing."""
    cijfer, punt, naam = (vraag.cijfer or "").partition(".")
    if cijfer != NIVEAU or not punt:
        return vraag, None
    gevonden = presets.kies(lezing.catalogus, BOOM, naam)
    if gevonden is None and naam != presets.STANDAARD:
        mis.append(
            f"De weging „{naam[:40]}” kennen we niet. Hieronder staat de gepubliceerde weging."
        )
    return replace(vraag, cijfer=NIVEAU), gevonden.id if gevonden else None


def zonder_gebied(vraag: Vraag) -> Vraag:
    """The same question without a chosen area."""
    return replace(vraag, gebied=None)


def klein(naam: str) -> str:
    """A name inside a sentence: `gemiddelde WOZ-waarde`."""
    return naam if naam[1:2].isupper() else naam[:1].lower() + naam[1:]


def te_kiezen(lezing: Lezing) -> dict[str, Indicator]:
    """Figures that may be on the map: not barred, and held by this publication."""
    er = {d.indicator for d in lezing.dekking() if d.met_waarde}
    alle = lezing.catalogus.per_thema().values()
    return {i.id: i for groep in alle for i in groep if i.id in er}


def _niveau(vraag: Vraag, mis: list[str]) -> str:
    if vraag.niveau is None or vraag.niveau in NIVEAUS:
        return vraag.niveau or "buurt"
    mis.append(f"„{vraag.niveau}” is geen niveau van de kaart. Hieronder staan de buurten.")
    return "buurt"


def _cijfer(lezing: Lezing, vraag: Vraag, mis: list[str]) -> str:
    keuze = te_kiezen(lezing)
    if vraag.cijfer is None or vraag.cijfer in keuze or vraag.cijfer == NIVEAU:
        return vraag.cijfer or STANDAARD
    bekend = lezing.catalogus.indicatoren.get(vraag.cijfer)
    anders = keuze.get(STANDAARD) or next(iter(keuze.values()), None)
    wel = f" Hieronder staat {klein(anders.naam)}." if anders else ""
    if bekend is None:
        mis.append(f"Het cijfer „{vraag.cijfer}” kennen we niet.{wel}")
    elif bekend.gebruik == "uitgesloten":
        mis.append(f"{bekend.naam} komt niet op de kaart: dat cijfer is uitgesloten.{wel}")
    else:
        mis.append(f"{bekend.naam} is nog niet ingelezen.{wel}")
    return anders.id if anders else STANDAARD


def _eerste_met_cijfer(lezing: Lezing, niveau: str) -> str | None:
    """The first core figure that this publication has; the map never opens empty needlessly."""
    keuze = te_kiezen(lezing)
    kern = sorted(keuze.values(), key=lambda i: (i.telling == "aantal", not i.kern))
    return next((i.id for i in kern if any(j.met_waarde for j in _jaren(lezing, i.id, niveau))),
                None)  # fmt: skip


def _jaren(lezing: Lezing, cijfer: str, niveau: str) -> list[Kaartjaar]:
    if cijfer == NIVEAU:
        return snapshot_map.scorejaren(lezing, BOOM, ASSEN, niveau)
    return snapshot_map.jaren(lezing, cijfer, niveau)


def _jaar(vraag: Vraag, jaren: list[Kaartjaar], mis: list[str]) -> tuple[int | None, bool]:
    """The year asked for, else the newest with a figure, else the newest."""
    met = (
        [j.jaar for j in jaren if j.met_waarde]
        or [j.jaar for j in jaren if j.deels]
        or [j.jaar for j in jaren]
    )
    standaard = met[-1] if met else None
    if vraag.jaar is None:
        return standaard, True
    gevraagd = int(vraag.jaar) if vraag.jaar.isdecimal() and len(vraag.jaar) == 4 else None
    if gevraagd in [j.jaar for j in jaren]:
        return gevraagd, False
    if standaard is None:
        return None, True
    er = opsomming([str(j.jaar) for j in jaren], 12)
    wat = (
        f"Over {gevraagd} is dit niet ingelezen; wel over {er}."
        if gevraagd
        else f"„{vraag.jaar}” is geen jaar. Dit is ingelezen over {er}."
    )
    mis.append(f"{wat} Hieronder staat {standaard}.")
    return standaard, True


def _toen(jaren: list[Kaartjaar], jaar: int | None) -> int | None:
    """The earliest year with a figure of those that verandering looks back on."""
    kan = [
        j.jaar for j in jaren if j.met_waarde and jaar and SPAN_MINSTENS <= jaar - j.jaar <= SPAN
    ]
    return min(kan, default=None)


def _referenties(
    lezing: Lezing, cijfer: str, niveau: str, jaar: int | None, eigen: Sequence[str],
    toen: int | None,
) -> tuple[str, ...]:  # fmt: skip
    """What can be compared with: only what has a figure of that year."""
    if cijfer == NIVEAU or jaar is None:
        return ("geen",)
    uit = []
    telt = lezing.catalogus.indicatoren[cijfer].telling == "aantal"
    for boven in ("gemeente", "land"):
        if boven == niveau or telt:
            continue
        if any(j.jaar == jaar and j.met_waarde for j in _jaren(lezing, cijfer, boven)):
            uit.append(boven)
    return (*uit, *(["mijn"] if eigen else []), *(["eerder"] if toen else []), "geen")


def _vergelijk(vraag: Vraag, kan: tuple[str, ...], niveau: str, mis: list[str]) -> str:
    if vraag.vergelijk is None or vraag.vergelijk in kan:
        return vraag.vergelijk or _vanzelf(kan)
    if vraag.vergelijk not in VERGELIJK:
        mis.append(f"Met „{vraag.vergelijk}” valt niet te vergelijken.")
    elif vraag.vergelijk == "mijn":
        mis.append(
            "Er zijn nog geen eigen gebieden om mee te vergelijken. Kies ze op Mijn buurten."
        )
    elif vraag.vergelijk == "eerder":
        mis.append("Er is geen eerder jaar van dit cijfer om mee te vergelijken.")
    elif vraag.vergelijk == niveau:
        mis.append("Een gemeente vergelijk je niet met zichzelf.")
    elif vraag.vergelijk == "land":
        mis.append("Van heel Nederland is hier geen cijfer van dit jaar om mee te vergelijken.")
    else:
        mis.append("Van de gemeente is hier geen cijfer van dit jaar om mee te vergelijken.")
    return _vanzelf(kan)


def _vanzelf(kan: tuple[str, ...]) -> str:
    """What is compared with unless someone chooses: what all areas share, or nothing."""
    return next(r for r in kan if r not in ("mijn", "eerder"))


def _alleen(vraag: Vraag, eigen: Sequence[str], mis: list[str]) -> bool:
    """Whether only the own areas are asked for, and there are some."""
    if vraag.alleen not in (None, MIJN):
        mis.append(f"Alleen „{vraag.alleen[:40]}” tonen kan niet. De lijst heeft alle gebieden.")
    elif vraag.alleen and not eigen:
        mis.append("Er zijn nog geen eigen gebieden. De lijst heeft alle gebieden.")
    return vraag.alleen == MIJN and bool(eigen)


def _kaartjaar(lezing: Lezing, grensjaar: int) -> int | None:
    """The boundary year to draw: the figures' own, else the nearest; None without geometry."""
    er = {laag.grensjaar for laag in snapshot_map.lagen(lezing) if laag.niveau in NIVEAUS}
    return min(er, key=lambda j: (abs(j - grensjaar), -j), default=None)

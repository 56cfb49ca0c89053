"""From an area in a publication to a sheet: reads what `compose` needs, also for a past one."""

from __future__ import annotations

from pydantic import Field

from dashboard import areas, norm, snapshot_map
from dashboard.context import Blad, Huis, maak_blad
from dashboard.sheets import compose, kinds, render
from dashboard.sheets.choose import Maat
from dashboard.sheets.compose import Zaak
from dashboard.sheets.model import Redactie, Vel
from dashboard.snapshot import Lezing
from dashboard.stories.models_inzet import Inzetkaart
from indicators.contracts import Bestand


class Bladinstelling(Bestand):
    """`instellingen/bladen.yaml`: where the pages are to be found, for the code on a sheet."""

    adres: str = Field(default="", max_length=120, pattern=r"^(https?://[^\s]+)?$")


def lees_zaak(
    huis: Huis,
    lezing: Lezing,
    gebied: str,
    grensjaar: int | None = None,
    redactie: Redactie | None = None,
    stand: str = "concept",
) -> Zaak:
    """Reads what a sheet is made from.

    Raises:
        GebiedOnbekend: when the publication has no such area in that year.
        KeuzeFout: when a settings file cannot be read.
    """
    datamap = huis.instellingen.datamap
    blad = maak_blad(huis, lezing, gebied, grensjaar)
    return Zaak(
        blad,
        lezing,
        redactie or Redactie(),
        _inzet(blad),
        areas.lees(datamap.gebieden).corporatie,
        areas.lees_als(datamap.map / "instellingen" / "bladen.yaml", Bladinstelling).adres,
        stand,
        norm.lees(datamap.normen),
        _eronder(huis, lezing, blad),
    )


def _eronder(huis: Huis, lezing: Lezing, blad: Blad) -> int:
    """How many stories that may be shared the buurten within a wijk or gemeente have."""
    g = blad.buurt.gebied
    if g.niveau not in ("wijk", "gemeente"):
        return 0
    codes = snapshot_map.binnen(lezing, [g.gebied], "buurt", g.grensjaar)
    er = huis.verhalen.van(codes) if codes else []
    return sum(v.nu.status == "gelezen" and v.gewist_op is None for v in er)


def _inzet(blad: Blad) -> tuple[Inzetkaart, ...]:
    """What is done there and was not stopped, in a steady order."""
    er = [k for k in blad.inzet if k.revisies and k.nu.status != "gestopt"]
    return tuple(sorted(er, key=lambda k: (k.gemaakt_op, str(k.id))))


def stel_samen(zaak: Zaak, maat: Maat) -> Vel:
    """The sheet of an area of any level."""
    if zaak.blad.buurt.gebied.niveau in ("wijk", "gemeente", "land"):
        return kinds.overzicht(zaak, maat)
    return compose.stel_samen(zaak, maat)


def maak(zaak: Zaak) -> render.Drukwerk:
    """The sheet of an area on two pages.

    Raises:
        BladFout: when it cannot be made, saying why.
    """
    return render.passend(lambda maat: stel_samen(zaak, maat))

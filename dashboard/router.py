"""From an address to a page: title, content, and what the frame around it says."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.exc import SQLAlchemyError

from dashboard import address
from dashboard.areas import KeuzeFout
from dashboard.context import Huis
from dashboard.pages import (
    bronnen,
    buurt,
    eigen,
    gebieden,
    melding,
    start,
    vergelijken,
    verkennen,
    zoek,
)
from dashboard.snapshot import GebiedOnbekend, GeenPublicatie, Lezing
from dashboard.words import datum

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pagina:
    """A page and what the frame says about the figures on it."""

    titel: str
    inhoud: Any
    gegevens: str = ""
    fictief: bool = False


def pagina(huis: Huis, pad: str | None, zoek: str | None) -> Pagina:
    """The page of an address; trouble gives a page that says what to do."""
    adres = address.lees(pad, zoek)
    try:
        with huis.snapshots.lezing() as lezing:
            titel, inhoud = _inhoud(huis, lezing, adres)
            p = lezing.publicatie
            return Pagina(titel, inhoud, f"gegevens van {datum(p.gemaakt_op)}", p.fictief)
    except GeenPublicatie as fout:
        return Pagina("Nog geen gegevens", melding.geen_publicatie(str(fout)))
    except Exception:
        log.exception("de pagina %s is niet gelukt", pad)
        return Pagina(
            "Dit lukt nu niet",
            melding.mislukt(
                "Deze pagina is niet gelukt; dat is een fout in het product. In het venster waar "
                "het draait staat wat er misging."
            ),
        )


def _inhoud(huis: Huis, lezing: Lezing, adres: address.Adres) -> tuple[str, Any]:
    try:
        if adres.pagina == "start":
            return start.maak(huis, lezing)
        if adres.pagina == "verkennen":
            return verkennen.maak(huis, lezing, urlencode(adres.vragen))
        if adres.pagina == "zoek":
            return zoek.maak(huis, lezing, adres.doe or "")
        if adres.pagina == "bronnen":
            return bronnen.maak(lezing, adres.cijfer)
        if adres.pagina == "buurt":
            return buurt.maak(huis, lezing, adres)
        if adres.pagina == "vergelijken":
            return vergelijken.maak(huis, lezing, adres)
        if adres.pagina == "gebieden":
            return gebieden.maak(huis, lezing, adres)
        if adres.pagina == "eigen":
            return eigen.maak(huis, lezing, adres)
    except GebiedOnbekend as fout:
        return "Gebied niet gevonden", melding.gebied_onbekend(fout, adres.grensjaar)
    except KeuzeFout as fout:
        return "Keuze niet te lezen", melding.mislukt(f"{fout}. Herstel of verwijder dat bestand.")
    except SQLAlchemyError:
        log.exception("de verhalen zijn niet te lezen")
        return "Verhalen niet te lezen", melding.mislukt(
            "De verhalen zijn nu niet te lezen. Er is niets weg; probeer het zo nog eens."
        )
    return "Niet gevonden", melding.onbekend()

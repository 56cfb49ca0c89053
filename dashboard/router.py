"""From an address to a page: title, content, and what the frame around it says."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from dash import html
from sqlalchemy.exc import SQLAlchemyError

from dashboard import access, address, kept
from dashboard.areas import KeuzeFout
from dashboard.context import Huis
from dashboard.pages import (
    atelier,
    beheer,
    bijeenkomst,
    botst,
    bronnen,
    buurt,
    buurtblad,
    eigen,
    gebieden,
    inbreng,
    inzet,
    lezen,
    melding,
    norm,
    start,
    stukken,
    telefoons,
    vergelijken,
    verkennen,
    vrijgave,
    zoek,
)
from dashboard.snapshot import GebiedOnbekend, GeenPublicatie, Lezing
from dashboard.stories.repository import nu
from dashboard.stories.store import maak_motor, migreer
from dashboard.who import huidig
from dashboard.words import datum

log = logging.getLogger(__name__)
GEEN_TOEGANG = (
    "Deze pagina hoort niet bij jouw rol, of gaat over een gebied dat je niet mag zien. Denk je "
    "dat het wel zou moeten? Vraag het de applicatiebeheerder."
)


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
    if not access.mag_pagina(huidig(), adres.pagina, adres.gebied, nu()):
        return Pagina("Niet voor jouw rol", melding.mislukt(GEEN_TOEGANG))
    if adres.pagina == "vrijgave":
        return _vrijgave(huis)
    try:
        with huis.snapshots.lezing() as lezing:
            titel, inhoud = _inhoud(huis, lezing, adres)
            p = lezing.publicatie
            return Pagina(titel, inhoud, f"gegevens van {datum(p.gemaakt_op)}", p.fictief)
    except GeenPublicatie as fout:
        kept.gebrekkig()
        return Pagina("Nog geen gegevens", melding.geen_publicatie(str(fout)))
    except Exception:
        kept.gebrekkig()
        log.exception("de pagina %s is niet gelukt", pad)
        return Pagina(
            "Dit lukt nu niet",
            melding.mislukt(
                "Deze pagina is niet gelukt; dat is een fout in het product. In het venster waar "
                "het draait staat wat er misging."
            ),
        )


def _vrijgave(huis: Huis) -> Pagina:
    """The page of release, also before there is any publication."""
    datamap = huis.instellingen.datamap
    try:
        with huis.snapshots.lezing() as lezing:
            p = lezing.publicatie
            titel, inhoud = vrijgave.maak(datamap, lezing.catalogus, p.publicatie)
            return Pagina(titel, inhoud, f"gegevens van {datum(p.gemaakt_op)}", p.fictief)
    except GeenPublicatie:
        return Pagina(*vrijgave.maak(datamap, None, None))


Maker = Callable[[Huis, Lezing, address.Adres], tuple[str, Any]]
PAGINAS: dict[str, Maker] = {
    "start": lambda huis, lezing, _: start.maak(huis, lezing),
    "verkennen": lambda huis, lezing, a: verkennen.maak(huis, lezing, urlencode(a.vragen)),
    "zoek": lambda huis, lezing, a: zoek.maak(huis, lezing, a.doe or ""),
    "bronnen": lambda huis, lezing, a: bronnen.maak(
        lezing, a.cijfer, huis.instellingen.datamap.bronstand
    ),
    "buurt": buurt.maak,
    "buurtblad": buurtblad.maak,
    "botst": lambda huis, lezing, _: botst.maak(huis, lezing),
    "lezen": lambda huis, lezing, _: lezen.maak(huis, lezing),
    "vergelijken": vergelijken.maak,
    "gebieden": gebieden.maak,
    "atelier": atelier.maak,
    "norm": norm.maak,
    "inzet": inzet.maak,
    "inbreng": lambda *_: inbreng.maak(),
    "stukken": lambda huis, lezing, _: stukken.maak(huis, lezing),
    "beheer": lambda huis, lezing, _: beheer.maak(huis, lezing),
    "telefoons": lambda huis, lezing, _: telefoons.maak(huis, lezing),
    "eigen": eigen.maak,
    "bijeenkomst": bijeenkomst.maak,
}
"""Every page of figures and stories, by its name in an address."""


def _inhoud(huis: Huis, lezing: Lezing, adres: address.Adres) -> tuple[str, Any]:
    maak = PAGINAS.get(adres.pagina)
    try:
        if maak is not None:
            return maak(huis, lezing, adres)
    except GebiedOnbekend as fout:
        kept.gebrekkig()
        return "Gebied niet gevonden", melding.gebied_onbekend(fout, adres.grensjaar)
    except KeuzeFout as fout:
        kept.gebrekkig()
        return "Keuze niet te lezen", melding.mislukt(f"{fout}. Herstel of verwijder dat bestand.")
    except SQLAlchemyError:
        kept.gebrekkig()
        log.exception("de verhalen zijn niet te lezen")
        if maak is not None:
            return _zonder_verhalen(huis, lezing, adres, maak)
    return "Niet gevonden", melding.onbekend()


def _zonder_verhalen(
    huis: Huis, lezing: Lezing, adres: address.Adres, maak: Maker
) -> tuple[str, Any]:
    """The page with its figures alone: reading goes on when the stories cannot be read."""
    motor = maak_motor("sqlite://")
    try:
        migreer(motor)
        leeg = replace(huis, verhalen=replace(huis.verhalen, motor=motor))
        titel, inhoud = maak(leeg, lezing, adres)
    except SQLAlchemyError:
        return "Verhalen niet te lezen", melding.mislukt(
            "De verhalen zijn nu niet te lezen. Er is niets weg; probeer het zo nog eens."
        )
    finally:
        motor.dispose()
    waarschuwing = html.P(
        "De verhalen zijn nu niet te lezen; je ziet alleen de cijfers. Er is niets weg; probeer "
        "het zo nog eens.",
        className="melding melding-fout",
        role="alert",
    )
    return titel, html.Div([waarschuwing, inhoud])

"""Which pages are kept, and everything that each of them is made of.

Kept per page and per set of rights, under a stamp of the publication, the settings files, the own
snapshots, the day, and the rows of the story store. The stamp is taken anew at every visit; it has
to be the same before and after a page is made, or the page is not kept.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Select

from dashboard import access, address, areas, kept, router, stamp
from dashboard.access import Wie
from dashboard.address import Adres
from dashboard.context import Huis
from dashboard.pages import buurt
from dashboard.snapshot import GebiedOnbekend, GeenPublicatie, Lezing
from dashboard.stories import erasure
from dashboard.stories.repository import nu
from dashboard.who import als, huidig

log = logging.getLogger(__name__)
Tabellen = dict[str, Select[Any]]


@dataclass(frozen=True)
class Vraag:
    """What is asked: the page (first what it is about) and what it reads of the story store."""

    plek: tuple[Any, ...]
    codes: tuple[str, ...]
    tabellen: Tabellen


def _buurt(huis: Huis, lezing: Lezing, adres: Adres) -> Vraag | None:
    """The page of an area as one reads it; while someone works on a story it is made anew."""
    if adres.doe is not None or adres.gebied is None:
        return None
    cat, code = lezing.catalogus, adres.gebied
    bril = adres.bril if cat.gebruik.bril(adres.bril) else None
    cijfer = adres.cijfer if adres.cijfer in cat.indicatoren else None
    codes = lezing.per_gebied.haal(
        ("blad", code, adres.grensjaar),
        lambda: (code, *(o.van for o in lezing.buurt(code, adres.grensjaar).voorgangers)),
    )
    return Vraag((("buurt", code), adres.grensjaar, bril, cijfer), codes, stamp.ALLES)


def _start(huis: Huis, lezing: Lezing, adres: Adres) -> Vraag | None:
    mijn = areas.lees(huis.instellingen.datamap.gebieden).mijn_gebieden
    eerder = lezing.per_gebied.haal(("start", *mijn), lambda: lezing.voorgangers(mijn))
    codes = {*mijn, *(v for van in eerder.values() for v in van)}
    return Vraag((("start",),), tuple(sorted(codes)), stamp.VERHALEN)


SOORTEN: dict[str, Callable[[Huis, Lezing, Adres], Vraag | None]] = {
    "buurt": _buurt,
    "start": _start,
}
"""The pages that are kept."""


def _bestand(pad: Path) -> bytes | None:
    try:
        return pad.read_bytes()
    except FileNotFoundError:
        return None


def _stempel(huis: Huis, lezing: Lezing, rijen: str) -> str:
    """Of everything but the reader's rights; each file by what is in it."""
    d = huis.instellingen.datamap
    delen = (
        lezing.publicatie,
        _bestand(d.gebieden),
        _bestand(d.normen),
        buurt.bezit_stempel(d),
        date.today(),
        nu().date(),
        rijen,
    )
    return hashlib.blake2b(repr(delen).encode(), digest_size=16).hexdigest()


def _kijker(wie: Wie, eigen: bool) -> tuple[tuple[Any, ...], Wie]:
    """Under what a page is kept for someone, and as whom it is made.

    Who told one of the stories may do more with it: their page is theirs alone. Rights that ended
    do not count.
    """
    if wie.lokaal:
        return ("lokaal",), wie
    rechten = tuple(sorted(
        {replace(r, tot=None) for r in wie.rechten if r.geldt(nu())},
        key=lambda r: (r.rol, r.gebieden, r.items),
    ))  # fmt: skip
    if eigen:
        return ("zelf", wie.naam, wie.account, rechten), replace(wie, rechten=rechten)
    return ("met", rechten), kept.iemand(rechten)


def _vraag(huis: Huis, adres: Adres) -> tuple[Vraag, str, bool] | None:
    """What is asked, its stamp now, and whether whoever asks told a story of it."""
    with huis.snapshots.lezing() as lezing:
        vraag = SOORTEN[adres.pagina](huis, lezing, adres)
        if vraag is None:
            return None
        s = stamp.stand(huis.verhalen, vraag.codes, vraag.tabellen)
        return vraag, _stempel(huis, lezing, s.som), huidig().account in s.vertellers


def pagina(huis: Huis, pad: str | None, zoek: str | None) -> router.Pagina:
    """As `router.pagina`, within a request: kept pages come as a place for ready JSON."""
    adres, wie = address.lees(pad, zoek), huidig()
    mag = access.mag_pagina(wie, adres.pagina, adres.gebied, nu())
    if adres.pagina not in SOORTEN or not mag:
        return router.pagina(huis, pad, zoek)
    try:
        gevraagd = _vraag(huis, adres)
    except (GeenPublicatie, GebiedOnbekend):
        return router.pagina(huis, pad, zoek)
    except Exception:
        log.exception("van %s is niet te zeggen wat er verandert; hij wordt nieuw gemaakt", pad)
        return router.pagina(huis, pad, zoek)
    if gevraagd is None:
        return router.pagina(huis, pad, zoek)
    _na_wissen(huis)
    vraag, stempel, eigen = gevraagd
    sleutel, kijker = _kijker(wie, eigen)

    def maak() -> tuple[kept.Bewaard, bool]:
        with als(kijker), kept.opname() as opname:
            p = router.pagina(huis, pad, zoek)
        af = kept.pak(p.titel, p.gegevens, p.fictief, p.inhoud)
        return af, opname.heel and _nog_zo(huis, adres, stempel)

    er = huis.paginas.haal((*vraag.plek, *sleutel), stempel, maak)
    return router.Pagina(er.titel, kept.zet_klaar(kept.vul(er, wie)), er.gegevens, er.fictief)


def _na_wissen(huis: Huis) -> None:
    """Lets go of every page once something was wiped, by this process or another."""
    try:
        stand = erasure.lijst(huis.verhalen).stat()
    except FileNotFoundError:
        return
    huis.paginas.zolang((stand.st_mtime_ns, stand.st_size))


def _nog_zo(huis: Huis, adres: Adres, stempel: str) -> bool:
    """Whether nothing changed while the page was made."""
    try:
        weer = _vraag(huis, adres)
    except Exception:
        return False
    return weer is not None and weer[1] == stempel

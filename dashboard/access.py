"""Who may what: the one place that decides, for every route, callback, page and story.

Everything is refused that is not declared here. A role holds everywhere or in some areas; a gast
and the rvc see only the pieces that were put before them. `gate` asks this module before any
route or callback runs; the story store asks it again for every story it reads or writes.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboard.stories.models import Verhaal

ROLLEN = ("lezer", "verteller", "redacteur", "bestuur", "rvc", "secretaris", "gast",
          "applicatiebeheerder")  # fmt: skip
ALLEEN_STUKKEN = frozenset({"rvc", "gast"})
"""Roles that see only what was put before them."""
_LEEST = frozenset({"lezer", "verteller", "redacteur", "bestuur", "secretaris"})
_VERTELT = frozenset({"verteller", "redacteur"})
TOESTEL = "toestel"
"""A paired phone: no account can have this role, and it holds on the phone's own routes only."""

OPENBAAR, AANGEMELD = "openbaar", "aangemeld"
DE_BUURT = "de buurt"
"""Of a callback: as much as the page of the buurt on which it is asked; so for a gast there too."""
RECHTEN: Mapping[str, frozenset[str]] = {
    "cijfers zien": _LEEST | {"applicatiebeheerder"},
    "zien": _LEEST,
    "concept zien": frozenset({"redacteur"}),
    "vertellen": _VERTELT | {TOESTEL},
    "telefoon gebruiken": frozenset({TOESTEL}),
    "telefoon koppelen": _VERTELT | {"applicatiebeheerder"},
    "telefoon voor een ander": frozenset({"redacteur", "applicatiebeheerder"}),
    "telefoon intrekken": frozenset({"redacteur", "applicatiebeheerder"}),
    "telefoons zien": _VERTELT | {"applicatiebeheerder"},
    "herzien": frozenset({"redacteur"}),
    "koppelen": frozenset({"redacteur"}),
    "intrekken": frozenset({"redacteur"}),
    "nalezen": frozenset({"redacteur"}),
    "wissen": frozenset({"redacteur", "applicatiebeheerder"}),
    "bijeenkomst leiden": _VERTELT,
    "inzet zien": _LEEST,
    "inzet schrijven": frozenset({"redacteur"}),
    "gebieden kiezen": frozenset({"redacteur", "applicatiebeheerder"}),
    "weging bewaren": frozenset({"redacteur", "applicatiebeheerder"}),
    "norm vaststellen": frozenset({"bestuur", "secretaris"}),
    "eigen bezit zien": _LEEST,
    "blad zien": _LEEST,
    "blad openen": _LEEST,
    "blad schrijven": frozenset({"redacteur"}),
    "blad opmerken": frozenset({"redacteur", "bestuur", "secretaris"}),
    "blad voorleggen": frozenset({"redacteur", "secretaris"}),
    "blad vastleggen": frozenset({"secretaris"}),
    "uitvoeren": _LEEST,
    "verhalen uitvoeren": frozenset({"redacteur"}),  # the applicatiebeheerder reads no stories
    "voorleggen": frozenset({"secretaris"}),
    "stukken zien": ALLEEN_STUKKEN | {"bestuur", "secretaris"},
    "vrijgeven": frozenset({"applicatiebeheerder"}),
    "beheren": frozenset({"applicatiebeheerder"}),
}
"""Each act and the roles that may do it."""
EIGEN = frozenset({"herzien", "koppelen", "intrekken"})
"""What a verteller may also do, with a story of their own."""

ROUTES: Mapping[str, str] = {
    "/static/<path:filename>": OPENBAAR,
    "/assets/<path:filename>": OPENBAAR,
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>": OPENBAAR,
    "/_favicon.ico": OPENBAAR,
    "/letters/<naam>.ttf": OPENBAAR,
    "/gezond": OPENBAAR,
    "/aanmelden": OPENBAAR,
    "/afmelden": AANGEMELD,
    "/wie": OPENBAAR,
    "/": AANGEMELD,
    "/<path:path>": AANGEMELD,
    "/_dash-layout": AANGEMELD,
    "/_dash-dependencies": AANGEMELD,
    "/_dash-update-component": AANGEMELD,
    "/_reload-hash": AANGEMELD,
    "/kaart/<path:naam>": "cijfers zien",
    "/tegels/<path:plek>": "cijfers zien",
    "/kaartgebieden": "cijfers zien",
    "/kaartvorm": "cijfers zien",
    "/kaartweg": "cijfers zien",
    "/kaarteigen": "cijfers zien",
    "/kaartwaarden": "cijfers zien",
    "/kaartonderschrift": "cijfers zien",
    "/kaartlijn": "cijfers zien",
    "/ateliergebieden": "cijfers zien",
    "/atelierwaarden": "cijfers zien",
    "/atelieronderschrift": "cijfers zien",
    "/zoeken": "cijfers zien",
    "/blad/<path:stuk>": "blad openen",  # which one is asked again, in the store
    "/uitvoer/<blad>.<soort>": "uitvoeren",
    "/verhalen/<soort>": "verhalen uitvoeren",
    "/sjabloon/<naam>": "vertellen",
    "/privacy/<naam>.docx": AANGEMELD,
    "/bijeenkomst/<naam>/versie": "bijeenkomst leiden",  # which one is asked again there
    "/meedoen": OPENBAAR,  # by code: one meeting, and nothing else (stories.meedoen)
    "/meedoen/<soort>": OPENBAAR,
    "/foto/<uuid:foto>.jpg": AANGEMELD,  # whose story it is with is asked again, in the store
    "/telefoon": OPENBAAR,  # the empty page; all that is in it comes from the next ones
    "/telefoon/<naam>": OPENBAAR,
    "/telefoon/koppel": OPENBAAR,
    "/telefoon/plekken": "telefoon gebruiken",
    "/telefoon/verhaal": "telefoon gebruiken",
    "/telefoon/terug": "telefoon gebruiken",
    "/telefoon/meelezen": "telefoon gebruiken",
}
"""Each route and the act it is; `_dash-update-component` is decided per callback."""

CALLBACKS: Mapping[str, str] = {
    "url > inhoud": AANGEMELD,  # the page itself is decided by PAGINAS
    "vouw > vouw-inhoud": DE_BUURT,
    "laat > laat-inhoud": DE_BUURT,
    "vertel-meelezen > vertel-lees": "vertellen",
    "vertel-bewaar > vertel-melding": "vertellen",
    "koppel-bewaar > koppel-melding": "vertellen",
    "los > koppel-melding": "vertellen",
    "weg-intrekken > weg-melding": "vertellen",  # the store asks who may take this one away
    "weg-wissen > weg-melding": "wissen",
    "merk > ververs": "vertellen",
    "blad-bewaar > blad-melding": "blad schrijven",
    "blad-stap > blad-melding": "blad zien",  # each step asks again, in the store
    "gebied-erbij > ververs": "gebieden kiezen",
    "zoek-gebied > zoek-resultaat": "cijfers zien",
    "lees-ja > lees-melding": "nalezen",
    "cijfertabel > url": "cijfers zien",
    "url > kaart-stand": "cijfers zien",
    "zoek-vergelijk > zoek-vergelijk-resultaat": "cijfers zien",
    "nieuw-buurten > nieuw-buurten": "gebieden kiezen",
    "nieuw-bewaar > nieuw-melding": "gebieden kiezen",
    "tabel-bestand > tabel-voorbeeld": "gebieden kiezen",
    "tabel-bewaar > tabel-melding": "gebieden kiezen",
    "url > atelier-stand": "cijfers zien",
    "atelier-hangt > atelier-hangt-uit": "cijfers zien",
    "atelier-bewaar > atelier-melding": "weging bewaren",
    "atelier-trek-in > atelier-weg-melding": "weging bewaren",
    "norm-toon > url": "cijfers zien",
    "norm-bewaar > norm-melding": "norm vaststellen",
    "gebied-verwijder > url": "gebieden kiezen",
    "inzet-bewaar > inzet-melding": "inzet schrijven",
    "inzet-wis > inzet-melding": "wissen",
    "verhalen-bestand > verhalen-melding": "vertellen",
    "bij-cijfer > bij-keuze": "bijeenkomst leiden",
    "bij-begin > bij-melding": "bijeenkomst leiden",
    "bij-versie > bij-toneel": "bijeenkomst leiden",
    "bij-stap-knop > bij-fout": "bijeenkomst leiden",
    "bij-zaal-zet > bij-zaal-melding": "bijeenkomst leiden",
    "oogst > oogst-melding": "bijeenkomst leiden",
    "telefoon-maak > telefoon-melding": "telefoon koppelen",
    "telefoon-weg > telefoon-melding": "telefoons zien",  # whose it is, is asked in the store
}
"""Each callback that runs on the server, named by its first input and output, and the act it is."""

PAGINAS: Mapping[str, str] = {
    "start": "cijfers zien",
    "verkennen": "cijfers zien",
    "zoek": "cijfers zien",
    "vergelijken": "cijfers zien",
    "gebieden": "cijfers zien",
    "eigen": "cijfers zien",
    "atelier": "cijfers zien",
    "norm": "cijfers zien",
    "bronnen": AANGEMELD,
    "buurt": "zien",
    "botst": "zien",
    "buurtblad": "blad zien",
    "lezen": "nalezen",
    "inzet": "inzet zien",
    "inbreng": "vertellen",
    "bijeenkomst": "bijeenkomst leiden",
    "stukken": "stukken zien",
    "beheer": "beheren",
    "telefoons": "telefoons zien",
    "vrijgave": "vrijgeven",
    "onbekend": AANGEMELD,
}
"""Each page and the act it is; on a page of an area the area counts too."""


@dataclass(frozen=True)
class Recht:
    """A role that someone has: where (none named is everywhere), for which pieces, until when."""

    rol: str
    gebieden: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    tot: datetime | None = None

    def geldt(self, moment: datetime) -> bool:
        """Whether it has not ended."""
        return self.tot is None or moment < self.tot

    def reikt_tot(self, gebied: str) -> bool:
        """Whether it holds in an area."""
        return not self.gebieden or any(omvat(g, gebied) for g in self.gebieden)


@dataclass(frozen=True)
class Wie:
    """Someone who asks. `lokaal` is whoever sits at this computer, without accounts.

    Of a paired phone `toestel` says which.
    """

    naam: str
    account: uuid.UUID | None = None
    rechten: tuple[Recht, ...] = ()
    lokaal: bool = False
    toestel: uuid.UUID | None = None

    @property
    def rollen(self) -> tuple[str, ...]:
        """The names of the roles, each once."""
        return tuple(dict.fromkeys(r.rol for r in self.rechten))


LOKAAL = Wie("deze computer", lokaal=True)
NIEMAND = Wie("")


def omvat(groot: str, klein: str) -> bool:
    """Whether an area lies in another, by CBS code: a gemeente holds its wijken and buurten."""
    if groot == klein or groot.startswith("NL"):
        return True
    diepte = {"GM": 1, "WK": 2, "BU": 3}
    ondieper = diepte.get(groot[:2], 9) < diepte.get(klein[:2], 0)
    return ondieper and klein[2:].startswith(groot[2:])


def mag(
    wie: Wie,
    wat: str,
    moment: datetime,
    gebieden: Iterable[str] = (),
    verhaal: Verhaal | None = None,
    stuk: str | None = None,
) -> bool:
    """Whether someone may do this, in all of these areas.

    Args:
        wie: who asks.
        wat: an act of `RECHTEN`, or openbaar, or aangemeld.
        moment: now; roles can end.
        gebieden: the areas it is about; none when it is about no area.
        verhaal: the story it is about, for what a verteller may do with their own.
        stuk: the piece it is about (`blad:12`), for who sees only what was put before them.
    """
    if wie.lokaal or wat == OPENBAAR:
        return True
    rechten = [r for r in wie.rechten if r.geldt(moment)]
    if wat == AANGEMELD:
        return bool(rechten)
    if wat not in RECHTEN:
        return False
    codes = list(gebieden)
    rollen = RECHTEN[wat]
    if _overal(rechten, rollen - ALLEEN_STUKKEN, codes):
        return True
    if wat in EIGEN and verhaal is not None and verhaal.gemaakt_door == wie.account is not None:
        return _overal(rechten, _VERTELT, codes)
    stukken = {i for r in rechten if r.rol in ALLEEN_STUKKEN for i in r.items}
    if wat == "stukken zien":
        return any(r.rol in rollen for r in rechten)
    if wat == "blad openen":
        return any(i.startswith("blad:") for i in stukken)
    if wat == "blad zien":
        return stuk in stukken
    if wat in ("zien", "inzet zien") and codes:
        return all(f"buurt:{c}" in stukken for c in codes)
    return False


def _overal(rechten: Sequence[Recht], rollen: frozenset[str], codes: Sequence[str]) -> bool:
    """Whether one of these roles holds in every area (in any case somewhere)."""
    van = [r for r in rechten if r.rol in rollen]
    return bool(van) and all(any(r.reikt_tot(c) for r in van) for c in codes)


def mag_verhaal(wie: Wie, verhaal: Verhaal, moment: datetime) -> bool:
    """Whether a story may be seen: read ones by readers, others by the redacteur and its teller.

    A story about several areas is seen by whoever may see one of them.
    """
    if wie.lokaal:
        return True
    if verhaal.nu.status != "gelezen":
        eigen = verhaal.gemaakt_door is not None and verhaal.gemaakt_door == wie.account
        zelf = eigen and mag(wie, "vertellen", moment)
        return zelf or any(mag(wie, "concept zien", moment, [g]) for g in verhaal.gebieden)
    stuk = f"verhaal:{verhaal.id}"
    if any(stuk in r.items for r in wie.rechten if r.geldt(moment) and r.rol in ALLEEN_STUKKEN):
        return True
    return any(mag(wie, "zien", moment, [g]) for g in verhaal.gebieden)


def mag_pagina(wie: Wie, pagina: str, gebied: str | None, moment: datetime) -> bool:
    """Whether a page may be opened; a page that is not declared may not."""
    wat = PAGINAS.get(pagina)
    return wat is not None and mag(
        wie, wat, moment, [gebied] if gebied and pagina != "eigen" else []
    )


def is_intern(wie: Wie, gebied: str, moment: datetime) -> bool:
    """Whether someone sees own figures of an area as the corporation does, exact where it may.

    Everyone else who may see the area gets what may leave the corporation.
    """
    return mag(wie, "eigen bezit zien", moment, [gebied])


def naam_van(ingang: Any, uitgang: Any) -> str:
    """The name of a callback in `CALLBACKS`: its first input and output, patterns by their type."""
    return f"{_kort(ingang)} > {_kort(uitgang)}"


def _kort(id_: Any) -> str:
    tekst = str(id_)
    if '"type":"' in tekst:
        return tekst.partition('"type":"')[2].partition('"')[0]
    return tekst


def callback_namen(kaart: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The declared name of each callback that runs on the server, by the key Dash has for it."""
    uit: dict[str, str] = {}
    for sleutel, deel in kaart.items():
        if "callback" not in deel:
            continue
        eerste = sleutel.strip(".").split("...")[0]
        uitgang = eerste.rpartition(".")[0] or eerste
        ingang = deel["inputs"][0]["id"] if deel["inputs"] else ""
        uit[sleutel] = naam_van(ingang, uitgang)
    return uit

"""Help while writing: words by which someone can be recognised, found by rules, never blocked.

Own small rules on purpose: `deduce` (the Dutch library for this) took 24 to 93 seconds to start on
this machine, took "De Wielen" for a person, and knows no health, crime or origin. The text is
looked at here, on the computer that serves the page; it is not kept, logged or sent on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HUISHOUDENS = 100
"""Under this many households a quote is read by the redacteur before it is shown."""

ADVIES = {
    "naam": "Schrijf liever „een bewoner” of „de huismeester”.",
    "huisnummer": "Laat het nummer weg; de straat of het blok is meestal genoeg.",
    "postcode": "Laat de postcode weg; de buurt staat er al bij.",
    "telefoon": "Haal het telefoonnummer weg.",
    "e-mail": "Haal het e-mailadres weg.",
    "bsn": "Dit lijkt een burgerservicenummer. Haal het weg.",
    "gezondheid": "Iets over iemands gezondheid? Schrijf het zo dat het over niemand in het "
    "bijzonder gaat.",
    "strafbaar": "Iets strafbaars over een persoon? Laat weg om wie het gaat.",
    "herkomst": "Doet iemands herkomst, nationaliteit of geloof ertoe? Laat het anders weg.",
}
"""Per kind of find what one can do about it."""

_STRAAT = (
    "straat|laan|weg|plein|hof|kade|dijk|gracht|singel|pad|steeg|dreef|plantsoen|markt|baan|ring|"
    "wal|erf|dam|haven|brink|park|flat"
)
_TUSSEN = r"(?:van der |van den |van de |van |de |den |der |el |al |ten |ter |te |te r)?"
_NAAM = r"[A-ZÀ-Þ][a-zà-ÿ'’-]+"
_AANSPREEK = (
    r"(?:[Mm]evrouw|[Mm]eneer|[Mm]evr\.?|[Mm]w\.?|[Dd]hr\.?|[Dd]e heer|[Tt]ante|[Oo]om|[Oo]pa|"
    r"[Oo]ma|[Bb]uurvrouw|[Bb]uurman|[Ff]amilie|[Ff]am\.|[Dd]okter|[Dd]ominee|[Ii]mam|[Pp]astoor|"
    r"[Jj]uf|[Mm]eester|[Zz]uster|[Ww]ijkagent|[Hh]uismeester)"
)

_REGELS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("e-mail", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("telefoon", re.compile(r"(?<![\d.,])(?:\+31|0031|0)(?:[\s\-.]?\(0\))?(?:[\s\-]?\d){9}(?!\d)")),
    ("postcode", re.compile(r"(?<!\d)[1-9]\d{3}(?: ?(?!SA|SD|SS)[A-Z]{2}|(?!sa|sd|ss)[a-z]{2})\b")),
    ("huisnummer", re.compile(
        rf"\b[A-ZÀ-Þ][\w'’-]*(?:{_STRAAT})\s+(?:nr\.?\s*|nummer\s+)?\d{{1,4}}\s?[a-zA-Z]?\b(?!\s*%)")),
    ("huisnummer", re.compile(r"\b(?:huisnummers?|nummers?|nrs?\.?)\s+\d{1,4}(?:\s?[a-zA-Z])?\b",
                              re.I)),
    ("huisnummer", re.compile(r"\b(?:flat|appartement|portiek|kamer|etage)\s+\d{1,4}[a-zA-Z]?\b",
                              re.I)),
    ("naam", re.compile(rf"\b{_AANSPREEK}\s+(?:[A-Z]\.\s?)*{_TUSSEN}{_NAAM}(?:[\s-]{_NAAM})?")),
    ("naam", re.compile(
        rf"\b(?:heet|heette|heten|genaamd|noemen (?:hem|haar)|naam is)\s+({_NAAM}(?:\s{_TUSSEN}"
        rf"{_NAAM})?)")),
    ("naam", re.compile(
        rf"(?<![.!?]\s)(?<!^)(?<!\n)\b{_NAAM}\s+"
        rf"(?:van der|van den|van de|van 't|van|de|den|el|al|ten|ter)\s+{_NAAM}\b")),
)  # fmt: skip

_STAMMEN: dict[str, tuple[str, ...]] = {
    "gezondheid": (
        "dement", "alzheimer", "kanker", "depressi", "verslaa", "verslaving", "alcoholist",
        "psychisch", "psychiatr", "psychose", "psychotisch", "autis", "adhd", "gehandicapt",
        "verstandelijk", "verward", "overspannen", "burn-?out", "medicijn", "medicatie", "zwanger",
        "zelfmoord", "suïcide", "suicide", "diagnose", "hartinfarct", "beroerte", "rolstoel",
        "diabet", "suikerziek", "schizofre", "borderline", "reuma", "ggz", "hiv", "epilep",
        "chronisch ziek", "ernstig ziek", "opgenomen in het ziekenhuis", "invalide", "angststoor",
    ),
    "strafbaar": (
        "crimine", "strafblad", "veroordeel", "opgepakt", "gearresteerd", "aangehouden", "dealer",
        "dealt", "dealen", "drugs", "inbreker", "dief", "dieven", "gestolen", "steelt", "mishandel",
        "aangifte", "gevangenis", "verdachte", "fraud", "wietplantage", "hennep",
        "huiselijk geweld",
        "prostitu", "vuurwapen", "neergestoken", "bedreigd door", "in de cel", "vastgezeten",
    ),
    "herkomst": (
        "marokka", "turk(?:s|se|en)?", "surina", "antillia", "curaçao", "pools?(?:e)?", "polen",
        "syri[ëe]?", "syrisch", "eritre", "somali", "afghaan", "afghan", "irak", "iraan", "iranes",
        "roemeen", "roemeens", "bulgaar", "oekraï", "chinees", "chinez", "molukk", "kaapverd",
        "ghanees", "nigeriaan", "pakista", "allochto", "autochto", "buitenlander", "statushouder",
        "vluchteling", "asielzoek", "moslim", "islamit", "joods", "christen", "hindoe", "zigeuner",
        "roma-", "sinti", "donkere huid", "nationaliteit", "illega",
    ),
}  # fmt: skip
"""Stems of words; what follows the stem may be anything."""


@dataclass(frozen=True)
class Vondst:
    """Words in a text that may point at someone."""

    soort: str
    woorden: str
    van: int
    tot: int


@cache
def _voornamen() -> frozenset[str]:
    pad = Path(__file__).resolve().parent / "voornamen.txt"
    return frozenset(r for r in pad.read_text(encoding="utf-8").split() if not r.startswith("#"))


DUBBELZINNIG = frozenset(
    {"Mark", "Wil", "Roos", "Jet", "Fleur", "Storm", "Bas", "Sem", "Bart", "Rein", "Ties", "Mees",
     "Daan", "Iris", "Stella", "Merel", "Ben", "Leen", "Floor", "Ton", "Toon", "An", "Mo", "Max"}
)  # fmt: skip
"""First names that are also words or names of places: at the start of a sentence they may not be
a person, so there they are passed by."""


@cache
def _stam(soort: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(_STAMMEN[soort])})[\w-]*", re.I)


def vind(tekst: str, bekend: Iterable[str] = ()) -> list[Vondst]:
    """Words that may point at someone, in order, without overlap.

    Args:
        tekst: what was written.
        bekend: names that are no people: of the area, its wijk and gemeente, its neighbours.
    """
    namen = {w.casefold() for n in bekend for w in (n, *re.split(r"[\s-]", n)) if len(w) > 2}
    gevonden: list[Vondst] = []
    for soort, regel in _REGELS:
        for m in regel.finditer(tekst):
            groep = 1 if m.lastindex else 0
            woorden = m.group(groep)
            if soort == "naam" and _is_plaats(woorden, namen):
                continue
            gevonden.append(Vondst(soort, woorden.strip(), *m.span(groep)))
    gevonden += _namen(tekst, namen) + _bsn(tekst)
    for soort in _STAMMEN:
        gevonden += [Vondst(soort, m.group(0), *m.span()) for m in _stam(soort).finditer(tekst)]
    return _zonder_overlap(gevonden)


def _is_plaats(woorden: str, namen: set[str]) -> bool:
    """Whether the whole is a name of a place, or all of its capitalised words are."""
    delen = re.findall(_NAAM, woorden)
    return woorden.casefold() in namen or (
        bool(delen) and all(d.casefold() in namen for d in delen)
    )


def _namen(tekst: str, plaatsen: set[str]) -> list[Vondst]:
    uit = []
    for m in re.finditer(rf"\b{_NAAM}", tekst):
        naam = m.group(0)
        if naam not in _voornamen() or naam.casefold() in plaatsen:
            continue
        vooraan = re.search(r"(?:^|[.!?:„“\"]\s*|\n\s*)$", tekst[: m.start()]) is not None
        if naam in DUBBELZINNIG and vooraan:
            continue
        if re.match(rf"[\w'’-]*(?:{_STRAAT})\b", tekst[m.start() :]):
            continue
        uit.append(Vondst("naam", naam, *m.span()))
    return uit


def _bsn(tekst: str) -> list[Vondst]:
    """Nine digits that pass the check of a burgerservicenummer."""
    uit = []
    for m in re.finditer(r"(?<!\d)\d{9}(?!\d)", tekst):
        cijfers = [int(c) for c in m.group(0)]
        som = sum(c * g for c, g in zip(cijfers, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True))
        if som % 11 == 0 and som:
            uit.append(Vondst("bsn", m.group(0), *m.span()))
    return uit


def _zonder_overlap(gevonden: list[Vondst]) -> list[Vondst]:
    uit: list[Vondst] = []
    for v in sorted(gevonden, key=lambda v: (v.van, -(v.tot - v.van))):
        if not uit or v.van >= uit[-1].tot:
            uit.append(v)
    return uit

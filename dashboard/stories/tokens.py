"""Sentences that know their figure: tokens in a story's words, and what a sentence claims.

A writer picks a figure and sees `[[Laag inkomen, 2021]]` in the text field. Kept is
`[[laag_inkomen_pct|2021|Wendrecht|9.4]]`: the figure, its year and the reference as it stood; the
value itself is that of the story's binding to the figure. What was quoted is never rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from dashboard.stories.models import Koppeling
from dashboard.stories.repository import VerhaalFout
from dashboard.words import cijfer
from indicators.catalogue import Catalogus
from indicators.changes import tolerantie
from indicators.model import Indicator

_BEWAARD = re.compile(
    r"\[\[([a-z][a-z0-9_]{1,59})\|(\d{4})(?:\|([^\[\]|]{1,80})\|(-?\d{1,12}(?:\.\d{1,6})?))?\]\]"
)
_GETYPT = re.compile(r"\[\[\s*([^\[\]|]{2,80}?)\s*[,|]\s*(\d{4})\s*(?:\|[^\[\]]*)?\]\]")
_ZINSEIND = re.compile(r"(?<=[.!?…])\s+|\n+")

Kant = Literal["omhoog", "omlaag", "gelijk"]


@dataclass(frozen=True)
class Token:
    """A quoted figure in a text, with the reference that stood beside it."""

    indicator: str
    jaar: int
    referentie: str | None = None
    referentiewaarde: float | None = None

    def bewaard(self) -> str:
        """As it is kept in the text."""
        if self.referentie is None or self.referentiewaarde is None:
            return f"[[{self.indicator}|{self.jaar}]]"
        naam = re.sub(r"[\[\]|]", " ", self.referentie)[:80]
        return f"[[{self.indicator}|{self.jaar}|{naam}|{round(self.referentiewaarde, 6):.10g}]]"


def stukken(tekst: str) -> list[str | Token]:
    """A kept text as words and tokens, in order."""
    uit: list[str | Token] = []
    eind = 0
    for m in _BEWAARD.finditer(tekst):
        if m.start() > eind:
            uit.append(tekst[eind : m.start()])
        uit.append(_token(m))
        eind = m.end()
    return [*uit, tekst[eind:]] if eind < len(tekst) else uit


def _token(m: re.Match[str]) -> Token:
    waarde = m.group(4)
    return Token(m.group(1), int(m.group(2)), m.group(3), None if waarde is None else float(waarde))


def om_te_typen(tekst: str, cat: Catalogus) -> str:
    """A kept text as it stands in the text field: `[[Laag inkomen, 2021]]`."""

    def naam(m: re.Match[str]) -> str:
        indicator = cat.indicatoren.get(m.group(1))
        return f"[[{indicator.kort if indicator else m.group(1)}, {m.group(2)}]]"

    return _BEWAARD.sub(naam, tekst)


def uit_typen(tekst: str, cat: Catalogus, maak: Callable[[str, int], Token]) -> str:
    """A typed text as it is kept; `maak` gives the token of an indicator and a year.

    Raises:
        VerhaalFout: when a figure between double brackets is none of the catalogue's.
    """
    return _GETYPT.sub(lambda m: maak(zoek(m.group(1), cat), int(m.group(2))).bewaard(), tekst)


def getypt(tekst: str, cat: Catalogus) -> list[tuple[str, int]]:
    """The figures that a typed text names; what cannot be understood is left out."""
    uit: dict[tuple[str, int], None] = {}
    for m in _GETYPT.finditer(tekst):
        try:
            uit[(zoek(m.group(1), cat), int(m.group(2)))] = None
        except VerhaalFout:
            continue
    return list(uit)


def zoek(naam: str, cat: Catalogus) -> str:
    """The indicator that a name in a token means.

    Raises:
        VerhaalFout: when there is none.
    """
    gezocht = naam.strip().casefold()
    for i in cat.indicatoren.values():
        if gezocht in (i.id, i.kort.casefold(), i.naam.casefold()) and i.gebruik != "uitgesloten":
            return i.id
    raise VerhaalFout(
        f"[[{naam[:40]}]] is geen cijfer dat we kennen. Kies het cijfer uit de lijst bij "
        "„Zet een cijfer in de tekst”, of haal de dubbele haken weg."
    )


def citaat(token: Token, koppelingen: Iterable[Koppeling]) -> Koppeling | None:
    """The binding that a token quotes: the first one to that figure and year, also when undone."""
    for k in koppelingen:
        if (k.indicator, k.jaar) == (token.indicator, token.jaar) and not k.los:
            return k
    return None


def woorden(token: Token, koppelingen: Iterable[Koppeling], cat: Catalogus) -> str:
    """A token in words: `14 % (2021, Nederland 9 %)`; without its binding it says so."""
    indicator, k = cat.indicatoren.get(token.indicator), citaat(token, koppelingen)
    if indicator is None or k is None:
        return f"(cijfer over {token.jaar} niet gevonden)"
    if k.waarde is None:
        redenen: dict[str, str] = {str(r): w for r, w in cat.woorden.ontbreekt_door.items()}
        return f"{redenen.get(k.ontbreekt_door or '', 'onbekend')} ({token.jaar})"
    ref = ""
    if token.referentie and token.referentiewaarde is not None:
        ref = f", {token.referentie} {cijfer(token.referentiewaarde, indicator)}"
    return f"{cijfer(k.waarde, indicator)} ({token.jaar}{ref})"


def in_woorden(tekst: str, koppelingen: Iterable[Koppeling], cat: Catalogus) -> str:
    """A kept text as plain words, its figures as quoted."""
    alle = list(koppelingen)
    return "".join(s if isinstance(s, str) else woorden(s, alle, cat) for s in stukken(tekst))


OMHOOG = (
    "gestegen", "stijgt", "stijgen", "steeg", "stijging", "toegenomen", "toename", "neemt toe",
    "nam toe", "toeneemt", "gegroeid", "groeit", "groei", "hoger", "omhoog", "opgelopen",
    "loopt op", "liep op", "verdubbeld", "verdubbelde",
)  # fmt: skip
OMLAAG = (
    "gedaald", "daalt", "dalen", "daalde", "daling", "afgenomen", "afname", "neemt af", "nam af",
    "afneemt", "gekrompen", "krimpt", "lager", "omlaag", "teruggelopen", "loopt terug",
    "liep terug", "gehalveerd", "halveerde",
)  # fmt: skip
GELIJK = ("gelijk gebleven", "blijft gelijk", "stabiel", "onveranderd", "hetzelfde gebleven")
"""Words with which a sentence says how a figure moved."""
_ONTKENT = re.compile(r"\b(niet|geen|nooit|nauwelijks|amper|zonder|alsof|lijkt)\b", re.I)
_TOEN = re.compile(
    r"\b(hoger|lager) dan (?!toen|vroeger|eerst|eerder|voorheen|daarvoor|(?:het )?vorig|"
    r"(?:in )?(?:19|20)\d\d|een paar jaar|(?:het )?jaar|tien jaar|vijf jaar|nu)",
    re.I,
)


def _patroon(uitdrukking: str) -> re.Pattern[str]:
    een, _, twee = uitdrukking.partition(" ")
    tussen = rf"\b{een}\b" + (rf"(?:\s+\w+){{0,4}}\s+{twee}\b" if twee else "")
    return re.compile(tussen, re.I)


_LIJSTEN: tuple[tuple[Kant, tuple[str, ...]], ...] = (
    ("omhoog", OMHOOG), ("omlaag", OMLAAG), ("gelijk", GELIJK),
)  # fmt: skip
_WOORDEN = tuple((kant, _patroon(woord)) for kant, lijst in _LIJSTEN for woord in lijst)


@dataclass(frozen=True)
class Bewering:
    """What a sentence says of a figure: which way it went, or on which side of another it lies."""

    soort: Literal["verloop", "niveau"]
    kant: Kant
    woord: str


def beweert(zin: str) -> Bewering | None:
    """What one sentence claims; None when it claims nothing, denies it, or says both."""
    if _ONTKENT.search(zin):
        return None
    gevonden = [(kant, m.group(0)) for kant, p in _WOORDEN if (m := p.search(zin))]
    if len({kant for kant, _ in gevonden}) != 1:
        return None
    kant, woord = gevonden[0]
    niveau = _TOEN.search(zin) is not None and all(w.lower() in ("hoger", "lager")
                                                   for _, w in gevonden)  # fmt: skip
    return Bewering("niveau" if niveau else "verloop", kant, woord)


def zinnen_bij(tekst: str, indicator: str, alleen: bool) -> list[str]:
    """The sentences that speak of a figure: those with its token.

    Args:
        tekst: as kept.
        indicator: the figure.
        alleen: whether the story is bound to this figure only; without any token its whole text
            then speaks of it.
    """
    zinnen = [z for z in _ZINSEIND.split(tekst) if z.strip()]
    met = [
        z for z in zinnen
        if any(isinstance(s, Token) and s.indicator == indicator for s in stukken(z))
    ]  # fmt: skip
    if met or not alleen or _BEWAARD.search(tekst):
        return met
    return zinnen


def waarschuwing(
    tekst: str,
    indicator: Indicator,
    toen: float | None,
    nu: float | None,
    alleen: bool,
    referentie: float | None = None,
) -> str:
    """What to say when a sentence's words go against where the figure went; empty when not.

    Args:
        tekst: the story, as kept.
        indicator: the figure.
        toen: its value as quoted.
        nu: its value now.
        alleen: whether it is the only figure the story is bound to.
        referentie: the value of the bigger area now, for sentences like "hoger dan Wendrecht".
    """
    if toen is None or nu is None:
        return ""
    gevonden = [b for z in zinnen_bij(tekst, indicator.id, alleen) if (b := beweert(z))]
    if not gevonden or len({(b.soort, b.kant) for b in gevonden}) != 1:
        return ""
    b = gevonden[0]
    if b.soort == "niveau":
        if referentie is None or beweging(nu, referentie, indicator) in (b.kant, "gelijk"):
            return ""
        return f"In het verhaal staat „{b.woord} dan”; dat klopt met het cijfer van nu niet meer."
    kant = beweging(nu, toen, indicator)
    if kant == b.kant or (kant == "gelijk" and b.kant != "gelijk"):
        return ""
    hoe = {"omhoog": "gestegen", "omlaag": "gedaald", "gelijk": "gelijk gebleven"}[kant]
    return f"In het verhaal staat „{b.woord}”; sindsdien is het cijfer juist {hoe}."


def beweging(nu: float, toen: float, indicator: Indicator) -> Kant:
    """Which way a figure went; within its tolerance it stayed the same."""
    if abs(nu - toen) <= tolerantie(indicator) + 1e-9:
        return "gelijk"
    return "omhoog" if nu > toen else "omlaag"

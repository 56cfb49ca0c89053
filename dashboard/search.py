"""Finding an area by name, code or postcode, forgiving of spelling and accents.

An index per publication: every word of every name in one sorted list, with where it occurs. A
word that was typed matches a whole word, the beginning of one, a piece of one, or one that differs
by a letter or two; all words must match somewhere. Nothing but the standard library and numpy.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.memory import Geheugen
from dashboard.snapshot import Lezing
from dashboard.snapshot_map import Kolommen, alle_gebieden

_KORT = {"st": "sint", "burg": "burgemeester", "kon": "koningin", "pr": "prins", "dr": "dokter",
         "mr": "meester", "ds": "dominee", "prof": "professor", "ind": "industrieterrein",
         "bedr": "bedrijventerrein", "nw": "nieuw"}  # fmt: skip
_NIVEAU = {"gemeente": 0.03, "wijk": 0.02, "buurt": 0.0, "land": 0.0}
_OOK = {"s gravenhage": "den haag", "s hertogenbosch": "den bosch"}
"""Names that everybody uses and CBS does not."""
_CODE = re.compile(r"^(gm|wk|bu)?\d[0-9a-z]{1,9}$|^(gm|wk|bu)$")
_POSTCODE = re.compile(r"^(\d{4})\s*([a-z]{2})?$")
_HEEL, _BEGIN, _STUK, _LIJKT = 1.0, 0.9, 0.6, 0.62
_GEMEENTE, _WIJK = 0.45, 0.35
"""What a word counts for when it is in the name of the gemeente or the wijk, not of the area."""


def gelijk(tekst: str) -> str:
    """A name without accents, capitals and marks: `'s-Gravenweg` becomes `s gravenweg`."""
    plat = unicodedata.normalize("NFKD", tekst.replace("ij", "ij").replace("IJ", "IJ"))
    zonder = "".join(c for c in plat.casefold() if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", zonder.replace("'", "").replace("’", "")).split())


def _woorden(tekst: str) -> list[str]:
    schoon = gelijk(tekst)
    return [_KORT.get(w, w) for w in f"{schoon} {_OOK.get(schoon, '')}".split()]


def afstand(een: str, ander: str, hoogstens: int) -> int:
    """How many letters differ (a swap counts one) between a word and another or its beginning.

    Returns:
        The smallest number over `ander` and its beginnings of about the same length;
        `hoogstens` + 1 when it is more.
    """
    vorige2: list[int] = []
    vorige = list(range(len(een) + 1))
    beste = vorige[-1] if len(een) <= hoogstens else hoogstens + 1
    for i, letter in enumerate(ander, 1):
        nu = [i]
        for j, eigen in enumerate(een, 1):
            kosten = min(vorige[j] + 1, nu[j - 1] + 1, vorige[j - 1] + (letter != eigen))
            if i > 1 and j > 1 and letter == een[j - 2] and ander[i - 2] == eigen:
                kosten = min(kosten, vorige2[j - 2] + 1)
            nu.append(kosten)
        if i == len(ander) or i >= len(een) - 1:
            beste = min(beste, nu[-1])
        if min(nu) > hoogstens and i > 1:
            break
        vorige2, vorige = vorige, nu
    return min(beste, hoogstens + 1)


@dataclass(frozen=True)
class Treffer:
    """An area that was found."""

    gebied: str
    naam: str
    niveau: str
    plek: str
    grensjaar: int
    nieuwste: bool


class Zoeker:
    """The index of one publication."""

    def __init__(self, kolommen: Kolommen) -> None:
        self._k: dict[str, list[Any]] = {naam: k.tolist() for naam, k in kolommen.items()}
        self._n = len(self._k["gebied"])
        self._nieuwst = max(self._k["grensjaar"], default=0)
        self._vol = [gelijk(n) for n in self._k["naam"]]
        self._code = [c.casefold() for c in self._k["gebied"]]
        self._post = [p.strip() for p in self._k["postcode"]]
        plekken: dict[str, list[tuple[int, float]]] = {}
        for n in range(self._n):
            for veld, gewicht in (("naam", 1.0), ("gemeente", _GEMEENTE), ("wijk", _WIJK)):
                for woord in dict.fromkeys(_woorden(self._k[veld][n])):
                    plekken.setdefault(woord, []).append((n, gewicht))
        self._woord = sorted(plekken)
        self._start = np.cumsum([0, *(len(plekken[w]) for w in self._woord)])
        alle = [p for w in self._woord for p in plekken[w]]
        self._waar = np.array([p[0] for p in alle], np.intp)
        self._gewicht = np.array([p[1] for p in alle], np.float64)
        self._lengte = np.array([len(w) for w in self._woord], np.int64)
        self._letters = np.array([_letters(w) for w in self._woord], np.uint64)
        self._rang = self._vaste_rang()

    def _vaste_rang(self) -> NDArray[np.float64]:
        """What decides between equals: newest boundaries, level, short names, many inhabitants."""
        k = self._k
        niveau = np.array([_NIVEAU.get(n, 0.0) for n in k["niveau"]])
        oud = np.array([0.0 if j == self._nieuwst else -0.08 for j in k["grensjaar"]])
        kort = -0.002 * np.array([min(len(n), 40) for n in self._vol], float)
        mensen = 0.004 * np.log10(1 + np.array(k["inwoners"], float))
        return np.asarray(niveau + oud + kort + mensen, np.float64)

    def zoek(self, term: str, hoogstens: int = 12) -> list[Treffer]:
        """The areas that fit best, best first."""
        schoon = gelijk(term[:80])
        if not schoon or not self._n:
            return []
        score = np.maximum(self._op_code(schoon), self._op_naam(schoon))
        er = np.flatnonzero(score > 0)
        orde = er[np.lexsort((er, -(score[er] + self._rang[er])))][:hoogstens]
        return [self._treffer(int(n)) for n in orde]

    def _op_code(self, schoon: str) -> NDArray[np.float64]:
        score = np.zeros(self._n)
        aaneen = schoon.replace(" ", "")
        postcode = _POSTCODE.match(schoon)
        if postcode:
            for n, p in enumerate(self._post):
                if p == postcode[1]:
                    score[n] = 2.0
        if _CODE.match(aaneen) and not (postcode and postcode[2]):
            for n, c in enumerate(self._code):
                if c == aaneen:
                    score[n] = 4.0
                elif c.startswith(aaneen) or (aaneen[0].isdigit() and c[2:].startswith(aaneen)):
                    score[n] = max(score[n], 1.5)
        return score

    def _op_naam(self, schoon: str) -> NDArray[np.float64]:
        gevraagd = [_KORT.get(w, w) for w in schoon.split()]
        delen = np.stack([self._woordscore(w) for w in gevraagd])
        score = np.where((delen > 0).all(axis=0), delen.mean(axis=0), 0.0)
        aaneen = schoon.replace(" ", "")
        for n in np.flatnonzero(score > 0):
            if self._vol[n] == schoon:
                score[n] += 1.0
            elif schoon.startswith(self._vol[n] + " "):
                score[n] += 0.6
            elif self._vol[n].startswith(schoon):
                score[n] += 0.3
        if not (score > 0.5).any() and len(aaneen) > 3:
            score = np.maximum(score, self._aaneen(aaneen))
        return score

    def _aaneen(self, aaneen: str) -> NDArray[np.float64]:
        """Names written as one word or apart: `dewielen`, `noorder kwartier`."""
        score = np.zeros(self._n)
        for n, vol in enumerate(self._vol):
            plat = vol.replace(" ", "")
            if plat.startswith(aaneen):
                score[n] = 0.8
            elif aaneen in plat:
                score[n] = 0.5
        return score

    def _woordscore(self, woord: str) -> NDArray[np.float64]:
        """Per area how well one word fits its best word."""
        van = bisect_left(self._woord, woord)
        tot = bisect_left(self._woord, woord + "\uffff")
        goed = np.zeros(len(self._woord))
        goed[van:tot] = _BEGIN
        if van < tot and self._woord[van] == woord:
            goed[van] = _HEEL
        if len(woord) >= 3:
            self._binnenin(woord, goed)
        if len(woord) >= 4 and not (goed >= _HEEL).any():
            self._lijkt(woord, goed)
        score = np.zeros(self._n)
        raak = np.flatnonzero(goed)
        for w in raak[np.argsort(goed[raak])]:
            stuk = slice(int(self._start[w]), int(self._start[w + 1]))
            waar = self._waar[stuk]
            score[waar] = np.maximum(score[waar], goed[w] * self._gewicht[stuk])
        return score

    def _binnenin(self, woord: str, goed: NDArray[np.float64]) -> None:
        masker = np.uint64(_letters(woord))
        kan = np.flatnonzero((self._letters & masker) == masker)
        for w in kan:
            if goed[w] == 0 and woord in self._woord[w]:
                goed[w] = _STUK

    def _lijkt(self, woord: str, goed: NDArray[np.float64]) -> None:
        """Words that differ by one letter, or two in a long word, also from a beginning."""
        mag = 1 if len(woord) < 7 else 2
        masker = np.uint64(_letters(woord))
        mist = np.bitwise_count(masker & ~self._letters)
        kan = np.flatnonzero((mist <= mag) & (self._lengte >= len(woord) - mag) & (goed == 0))
        for w in kan:
            ander = self._woord[w]
            if ander[0] != woord[0] and ander[1:2] != woord[1:2]:
                continue
            verschil = afstand(woord, ander[: len(woord) + mag], mag)
            if verschil <= mag:
                langer = min(abs(len(ander) - len(woord)), 6)
                goed[w] = _LIJKT - 0.1 * (verschil - 1) - 0.02 * langer

    def _treffer(self, n: int) -> Treffer:
        k = {naam: kolom[n] for naam, kolom in self._k.items()}
        boven = [b for b in (k["wijk"], k["gemeente"]) if b and k["niveau"] != "gemeente"]
        plek = ", ".join(dict.fromkeys(b for b in boven if b != k["naam"]))
        return Treffer(k["gebied"], k["naam"], k["niveau"], plek, int(k["grensjaar"]),
                       k["grensjaar"] == self._nieuwst)  # fmt: skip


def _letters(woord: str) -> int:
    """Which letters and digits a word has, as bits."""
    uit = 0
    for c in woord:
        uit |= 1 << (ord(c) - 97 if "a" <= c <= "z" else 26 + ord(c) % 10)
    return uit


def zoeker(geheugen: Geheugen, lezing: Lezing) -> Zoeker:
    """The index of this publication, built once."""
    sleutel = (lezing.publicatie.publicatie, "zoeker")
    gevonden = geheugen.haal(sleutel, lambda: Zoeker(alle_gebieden(lezing)))
    assert isinstance(gevonden, Zoeker)  # noqa: S101 - what was put in comes out
    return gevonden

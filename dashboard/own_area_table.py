"""Reading a table `gebied -> buurtcodes` that someone uploads: what was understood, and what not.

Long form (`gebied;buurtcode` per row) and wide form (`gebied; code, code, code`) are read alike:
a row is a name and one or more codes. Nothing is guessed in silence: whatever is left out or read
differently is named with its row.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dashboard.own_areas import (
    LANGSTE_NAAM,
    MEESTE_BUURTEN,
    MEESTE_GEBIEDEN,
    beste_grensjaar,
)
from indicators import regions

MEESTE_CELLEN, GROOTSTE_BESTAND, GROOTSTE_UITGEPAKT = 1_000_000, 25_000_000, 300_000_000
LANGSTE_CEL = 100_000
PER_SOORT = 1000
"""How many remarks of a kind are kept; the others are only counted."""
_SCHEIDERS = {"\t": "tab", ";": "puntkomma", "|": "rechte streep", ",": "komma"}
_KNIP = re.compile(r"[\s,;|]+")
_ANDERS = re.compile(r"[\t,;|]")
_NAAM_EN_CODE = re.compile(
    r"(?!\s*(?:BU|WK|GM)\d{4})[^\t,;|]*[^\s\t,;|][^\t,;|]*[\t,;|]\s*BU\d{4}[0-9A-Z]{4}\s*(?:[\t,;|]|$)",
    re.IGNORECASE,
).match
_CODE = re.compile(r"^(BU|WK|GM)\d{4}[0-9A-Z]*$")
_KAAL = re.compile(r"^\d{7,8}$")
_NAAMKOPPEN = ("eigen gebied", "gebied", "gebiedsnaam", "complex", "cluster", "naam")
_CODEKOP = re.compile(r"(code|^buurten?$|^gwb)", re.IGNORECASE)


class TabelFout(Exception):
    """A file that cannot be read as a table; the message says what to do."""


@dataclass(frozen=True)
class Opmerking:
    """Something left out or read differently, with its row (0: the whole file)."""

    rij: int
    soort: str
    wat: str

    def zin(self) -> str:
        """As a line on the page."""
        return f"rij {self.rij}: {self.wat}" if self.rij else self.wat


@dataclass
class Tabel:
    """What was understood of a table: names with their buurten, in order, and the remarks."""

    vorm: str
    rijen: int
    hoe: str = ""
    grensjaar: int | None = None
    gebieden: dict[str, tuple[str, ...]] = field(default_factory=dict)
    opmerkingen: list[Opmerking] = field(default_factory=list)
    aantallen: dict[str, int] = field(default_factory=dict)

    def zeg(self, rij: int, soort: str, wat: str) -> None:
        """Counts a remark, and keeps its words while there are not too many of its kind."""
        n = self.aantallen[soort] = self.aantallen.get(soort, 0) + 1
        if n <= PER_SOORT:
            self.opmerkingen.append(Opmerking(rij, soort, wat))


def lees_cellen(inhoud: bytes, naam: str) -> tuple[list[list[str]], str, list[Opmerking]]:
    """The cells of a file, how it was read, and remarks on that.

    Raises:
        TabelFout: when it is no table, or too big.
    """
    if len(inhoud) > GROOTSTE_BESTAND:
        raise TabelFout(
            f"Dit bestand is {len(inhoud) / 1e6:.0f} MB; er past {GROOTSTE_BESTAND / 1e6:.0f} MB. "
            "Bewaar alleen de kolommen met gebied en buurtcode."
        )
    if not inhoud.strip():
        raise TabelFout("Dit bestand is leeg.")
    if inhoud[:2] == b"PK" or inhoud[:4] == b"\xd0\xcf\x11\xe0":
        rijen, hoe = _excel(inhoud, naam)
        return rijen, hoe, []
    return _tekst(inhoud)


def _excel(inhoud: bytes, naam: str) -> tuple[list[list[str]], str]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        if inhoud[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(inhoud)) as zip_:
                if sum(i.file_size for i in zip_.infolist()) > GROOTSTE_UITGEPAKT:
                    raise TabelFout("Dit bestand is uitgepakt te groot om te lezen.")
        boek = CalamineWorkbook.from_filelike(io.BytesIO(inhoud))
        blad = boek.get_sheet_by_index(0)
        if blad.total_height * max(blad.total_width, 1) > MEESTE_CELLEN:
            raise _te_veel(blad.total_height * blad.total_width)
        rijen = [[_cel(c) for c in rij] for rij in blad.to_python(skip_empty_area=False)]
    except (CalamineError, zipfile.BadZipFile, OSError, IndexError) as fout:
        raise TabelFout(
            f"{naam[:60]} is niet te lezen als Excelbestand ({str(fout)[:80]})."
        ) from None
    return rijen, f"Excel, blad „{boek.sheet_names[0]}”"


def _cel(waarde: object) -> str:
    if isinstance(waarde, float) and waarde.is_integer():
        return str(int(waarde))
    return str(waarde)


def _te_veel(cellen: int) -> TabelFout:
    return TabelFout(
        f"Deze tabel heeft {cellen:,} cellen; er passen er {MEESTE_CELLEN:,}.".replace(",", ".")
        + " Bewaar alleen de kolommen met gebied en buurtcode en probeer het opnieuw."
    )


def _tekst(inhoud: bytes) -> tuple[list[list[str]], str, list[Opmerking]]:
    if b"\x00" in inhoud[:4096] and inhoud[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise TabelFout("Dit is geen tekst- of Excelbestand. Lever een CSV of een XLSX aan.")
    tekst, letters = _letters(inhoud)
    scheider = _scheider(tekst[:100_000].splitlines()[:50])
    regels = io.StringIO(tekst, newline="")  # a cell in quotes may hold lines of its own
    meldingen: list[Opmerking] = []
    rijen: list[list[str]] = []
    cellen = 0
    csv.field_size_limit(GROOTSTE_BESTAND)
    for n, rij in enumerate(csv.reader(regels, delimiter=scheider), start=1):
        if len(rij) == 1 and (ander := _ander(rij[0], scheider)):
            rij = next(csv.reader([rij[0]], delimiter=ander))
            if len(meldingen) < PER_SOORT:
                woord = _SCHEIDERS[ander]
                meldingen.append(Opmerking(n, "scheiding", f"gescheiden door een {woord}"))
        elif any(map(_NAAM_EN_CODE, rij)):
            rij = [deel for cel in rij for deel in _uiteen(cel)]
            if len(meldingen) < PER_SOORT:
                meldingen.append(Opmerking(n, "scheiding", "naam en code stonden in één cel"))
        cellen += len(rij)
        if cellen > MEESTE_CELLEN:
            raise _te_veel(cellen)
        rijen.append(rij)
    return rijen, f"CSV, {letters}, gescheiden door een {_SCHEIDERS[scheider]}", meldingen


def _letters(inhoud: bytes) -> tuple[str, str]:
    """The text and in which letters it was written: UTF-8 or UTF-16 with a mark, or Windows."""
    if inhoud[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return inhoud.decode("utf-16", errors="replace"), "UTF-16"
    try:
        return inhoud.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return inhoud.decode("cp1252", errors="replace"), "Windows-letters (cp1252)"


def _scheider(regels: Sequence[str]) -> str:
    """The first separator after the first cell that most rows have."""
    telling = dict.fromkeys(_SCHEIDERS, 0)
    for regel in regels:
        kaal = re.sub(r'"[^"]*"', "", regel)
        eerste = min((p for s in _SCHEIDERS if (p := kaal.find(s)) >= 0), default=-1)
        if eerste >= 0:
            telling[kaal[eerste]] += 1
    return max(telling, key=lambda s: telling[s]) if any(telling.values()) else ";"


def _uiteen(cel: str) -> list[str]:
    """A cell that holds a name and, behind another separator, a code: as cells of their own."""
    return _ANDERS.split(cel) if _NAAM_EN_CODE(cel) else [cel]


def _ander(cel: str, scheider: str) -> str | None:
    return next((s for s in _SCHEIDERS if s != scheider and s in cel), None)


def _als_code(stuk: str) -> tuple[str | None, bool]:
    """A piece of text as an area code, and whether letters or zeros were added."""
    kaal = stuk.strip().strip("'\"").upper()
    if _CODE.match(kaal):
        return kaal, False
    if _KAAL.match(kaal):
        return "BU" + kaal.zfill(8), True
    return None, False


def lees(inhoud: bytes, bestand: str, bekend: Mapping[str, tuple[int, ...]]) -> Tabel:
    """The areas in an uploaded file.

    Raises:
        TabelFout: when it is no table, too big, or without codes.
    """
    cellen, hoe, meldingen = lees_cellen(inhoud, bestand)
    tabel = begrijp(cellen, bekend)
    tabel.hoe = hoe
    for m in meldingen:
        tabel.zeg(m.rij, m.soort, m.wat)
    tabel.opmerkingen.sort(key=lambda o: o.rij)
    return tabel


def begrijp(cellen: Sequence[Sequence[str]], bekend: Mapping[str, tuple[int, ...]]) -> Tabel:
    """The areas in a table.

    Args:
        cellen: rows of cells, as in the file.
        bekend: every buurt of the publication with its grensjaren.

    Raises:
        TabelFout: when no code of a buurt is in it, or there are too many areas.
    """
    rijen = [list(r) for r in cellen]
    naamkol, codekols, begin = _kolommen(rijen)
    tabel = Tabel("lang", max(len(rijen) - begin, 0))
    lijst: dict[str, dict[str, int]] = {}
    namen: dict[str, str] = {}
    schoon: dict[str, str] = {}
    for n in range(begin, len(rijen)):
        rij = rijen[n]
        if not any(c.strip() for c in rij):
            continue
        ruw = rij[naamkol] if naamkol < len(rij) else ""
        naam = schoon.get(ruw) or _naam(ruw, n + 1, tabel)
        if naam is None:
            continue
        schoon[ruw] = naam
        stukken = [s for k in codekols(rij) for s in _KNIP.split(rij[k]) if s]
        if len(stukken) > 1:
            tabel.vorm = "breed"
        wie = namen.setdefault(naam.casefold(), naam)
        _neem(lijst.setdefault(wie, {}), wie, stukken, n + 1, tabel)
    _sluit(tabel, lijst, bekend)
    return tabel


def _kolommen(rijen: Sequence[Sequence[str]]) -> tuple[int, _Codekolommen, int]:
    """Which column holds the name, which hold codes, and at which row the table begins."""
    begin = next((n for n, r in enumerate(rijen) if any(c.strip() for c in r)), 0)
    breed = max((len(r) for r in rijen[:200]), default=0)
    proef = rijen[begin : begin + 200]
    heeft = [0] * breed
    for rij in proef:
        for k, cel in enumerate(rij):
            stukken = _KNIP.split(cel.strip()[:LANGSTE_CEL])
            heeft[k] += any(_als_code(s)[0] for s in stukken)
    if not any(heeft):
        raise TabelFout(
            "In deze tabel staat geen code van een buurt. Verwacht: een kolom met de naam van het "
            "gebied en een kolom met codes zoals BU03440111."
        )
    kop = [c.strip() for c in rijen[begin]]
    is_kop = not any(_als_code(s)[0] for c in kop for s in _KNIP.split(c))
    codes = [k for k in range(breed) if heeft[k]]
    gekopt = [k for k in codes if is_kop and k < len(kop) and _CODEKOP.search(kop[k])]
    vast = gekopt or codes
    rest = [k for k in range(breed) if k not in codes]
    laag = [c.casefold() for c in kop]
    naamkop = [laag.index(w) for w in _NAAMKOPPEN if is_kop and w in laag]
    naamkop = [k for k in naamkop if k in rest]
    if not rest:
        raise TabelFout("In deze tabel staan alleen codes; de naam van het gebied ontbreekt.")
    return (naamkop or rest)[0], _Codekolommen(min(vast), gekopt, kop), begin + is_kop


@dataclass(frozen=True)
class _Codekolommen:
    """The columns that hold codes: all from the first, or those that say so and what is behind."""

    eerste: int
    gekopt: list[int]
    kop: list[str]

    def __call__(self, rij: Sequence[str]) -> Iterable[int]:
        if not self.gekopt:
            return range(self.eerste, len(rij))
        zonder = range(self.gekopt[-1] + 1, len(rij))
        los = [k for k in zonder if k >= len(self.kop) or not self.kop[k]]
        return [k for k in self.gekopt if k < len(rij)] + los


def _naam(cel: str, rij: int, tabel: Tabel) -> str | None:
    schoon = " ".join("".join(t if t.isprintable() else " " for t in cel[:400]).split())
    if not schoon:
        tabel.zeg(rij, "zonder naam", "geen naam; overgeslagen")
        return None
    if schoon[0] in "=+@" or (schoon[0] == "-" and len(schoon) > 1 and "(" in schoon):
        tabel.zeg(rij, "formule", f"„{schoon[:30]}” is een formule, geen naam; overgeslagen")
        return None
    if len(schoon) > LANGSTE_NAAM:
        tabel.zeg(rij, "lange naam", f"naam ingekort tot {LANGSTE_NAAM} tekens")
    return schoon[:LANGSTE_NAAM].strip()


def _neem(al: dict[str, int], naam: str, stukken: Sequence[str], rij: int, tabel: Tabel) -> None:
    """Adds the codes of a row to an area; the first row of each is remembered."""
    if not stukken:
        tabel.zeg(rij, "zonder code", f"{naam}: geen code; overgeslagen")
    for stuk in stukken:
        code, aangevuld = _als_code(stuk)
        if code is None or not code.startswith("BU") or not regions.geldig(code):
            soort = "formule" if stuk[0] in "=+@" else "geen buurtcode"
            woord = "een formule" if soort == "formule" else "geen code van een buurt"
            tabel.zeg(rij, soort, f"„{stuk[:30]}” is {woord}")
            continue
        if aangevuld:
            tabel.zeg(rij, "aangevuld", f"{stuk} gelezen als {code}")
        if code in al:
            tabel.zeg(rij, "dubbel", f"{code} staat al bij {naam} (rij {al[code]})")
        else:
            al[code] = rij


def _sluit(
    tabel: Tabel, lijst: dict[str, dict[str, int]], bekend: Mapping[str, tuple[int, ...]]
) -> None:
    """Checks the codes against the publication and chooses the grensjaar."""
    if len(lijst) > MEESTE_GEBIEDEN:
        raise TabelFout(f"{len(lijst)} gebieden is te veel; er passen er {MEESTE_GEBIEDEN}.")
    alle = {c for codes in lijst.values() for c in codes}
    tabel.grensjaar = beste_grensjaar({c: bekend[c] for c in alle if c in bekend})
    waar: dict[str, str] = {}
    for naam, codes in lijst.items():
        goed: list[str] = []
        for code, rij in codes.items():
            if code not in bekend:
                tabel.zeg(rij, "onbekend", f"{code} staat niet in deze publicatie")
            elif tabel.grensjaar not in bekend[code]:
                jaren = f"{bekend[code][0]} tot en met {bekend[code][-1]}"
                tabel.zeg(rij, "andere indeling", f"{code} hoort bij de indeling van {jaren}")
            else:
                goed.append(code)
                if code in waar:
                    tabel.zeg(
                        rij,
                        "in twee gebieden",
                        f"{code} staat ook bij {waar[code]}; telt in beide mee",
                    )
                waar.setdefault(code, naam)
        if len(goed) > MEESTE_BUURTEN:
            raise TabelFout(f"{naam}: {len(goed)} buurten; er passen er {MEESTE_BUURTEN}.")
        if goed:
            tabel.gebieden[naam] = tuple(goed)
    tabel.opmerkingen.sort(key=lambda o: o.rij)

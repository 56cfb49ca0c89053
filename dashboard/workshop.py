"""Verhalen of a workshop: a template to fill in (Word, Excel, CSV) and reading it back, per row.

All or nothing: one row that is not right, and nothing is kept; every row is said. The same file
twice adds nothing.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dashboard.privacy_papers import leeg_document, woordtabel
from dashboard.snapshot import Lezing
from dashboard.stories.binding import citeer
from dashboard.stories.repository import (
    LANGSTE_TEKST,
    Citaat,
    Nieuw,
    VerhaalFout,
    Verhalen,
    Woorden,
)
from dashboard.telling import lees_datum
from indicators import regions
from indicators.catalogue import Catalogus

KOLOMMEN = {
    "gebied": "code van de buurt, zoals BU99010203",
    "verhaal": "in eigen woorden, zonder namen",
    "verteller": "wie vertelt het",
    "soort": "mag leeg: ervaring",
    "richting": "mag leeg",
    "opgehaald op": "dag-maand-jaar, mag leeg",
    "hoe": "hoe opgehaald, mag leeg",
    "toestemming": "ja of nee",
    "nagelezen": "ja: niemand is te herkennen",
    "cijfer": "mag leeg: id van het cijfer",
    "houding": "bij een cijfer: past, nuance, klopt_niet of niet_in_cijfers",
}
"""The columns of the template and what to fill in."""
RIJEN, UITGEPAKT = 500, 30_000_000
MIME = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class WorkshopFout(Exception):
    """The file cannot be read at all; the message says why and what to do."""


@dataclass(frozen=True)
class Rijfout:
    """What is wrong in one row."""

    rij: int
    wat: str

    def __str__(self) -> str:
        return f"Rij {self.rij}: {self.wat}"


def sjabloon(soort: str, cat: Catalogus) -> bytes:
    """An empty template with an explanation of every column.

    Raises:
        KeyError: for another kind than xlsx, csv or docx.
    """
    return {"xlsx": _excel, "csv": _csv, "docx": _word}[soort](cat)


def _keuzes(cat: Catalogus) -> dict[str, list[str]]:
    w = cat.woorden
    return {"verteller": list(w.rol), "soort": list(w.soort), "richting": list(w.richting),
            "houding": list(w.houding), "toestemming": ["ja", "nee"],
            "nagelezen": ["ja", "nee"]}  # fmt: skip


def _excel(cat: Catalogus) -> bytes:
    import xlsxwriter

    uit = io.BytesIO()
    with xlsxwriter.Workbook(uit, {"in_memory": True}) as boek:
        blad, vet = boek.add_worksheet("verhalen"), boek.add_format({"bold": True})
        blad.freeze_panes(1, 0)
        for k, (naam, uitleg) in enumerate(KOLOMMEN.items()):
            blad.write_string(0, k, naam, vet)
            blad.write_comment(0, k, uitleg)
            blad.set_column(k, k, 60 if naam == "verhaal" else 16)
            if naam in _keuzes(cat):
                blad.data_validation(1, k, RIJEN, k, {"validate": "list",
                                                      "source": _keuzes(cat)[naam]})  # fmt: skip
        hulp = boek.add_worksheet("uitleg")
        for r, (naam, uitleg) in enumerate(KOLOMMEN.items()):
            hulp.write_string(r, 0, naam, vet)
            hulp.write_string(r, 1, uitleg)
            hulp.write_string(r, 2, ", ".join(_keuzes(cat).get(naam, [])))
    return uit.getvalue()


def _csv(_: Catalogus) -> bytes:
    return ("﻿" + ";".join(KOLOMMEN) + "\r\n").encode()


def _word(cat: Catalogus) -> bytes:
    document = leeg_document("Verhalen uit een bijeenkomst")
    document.add_heading("Verhalen uit een bijeenkomst", 0)
    document.add_paragraph(
        "Een verhaal per tabel; kopieer de tabel voor het volgende. Noem geen namen, huisnummers "
        "of iets anders waaraan je iemand herkent."
    )
    for _ in range(3):
        rijen = [(naam, "") for naam in KOLOMMEN]
        woordtabel(document, ["vraag", "antwoord"], rijen)
        document.add_paragraph("")
    document.add_heading("Wat vul je in?", 1)
    for naam, uitleg in KOLOMMEN.items():
        keuze = ", ".join(_keuzes(cat).get(naam, []))
        document.add_paragraph(f"{naam}: {uitleg}{f' ({keuze})' if keuze else ''}")
    uit = io.BytesIO()
    document.save(uit)
    return uit.getvalue()


def lees_rijen(ruw: bytes, naam: str) -> list[tuple[int, dict[str, str]]]:
    """The filled rows of a file, with their number (in Word: of the table).

    Raises:
        WorkshopFout: when it is no such file, too large, or a column is missing.
    """
    einde = naam.rpartition(".")[2].lower()
    try:
        if einde in ("xlsx", "docx"):
            with zipfile.ZipFile(io.BytesIO(ruw)) as pak:
                if sum(i.file_size for i in pak.infolist()) > UITGEPAKT:
                    raise WorkshopFout(f"{naam} is uitgepakt te groot.")
        if einde == "docx":
            rijen = _uit_word(ruw)
        elif einde == "xlsx":
            rijen = _uit_tabel(_uit_excel(ruw), naam)
        elif einde == "csv":
            rijen = _uit_tabel(_uit_csv(ruw), naam)
        else:
            raise WorkshopFout(f"{naam}: gebruik het sjabloon als Word (.docx), Excel of CSV.")
    except WorkshopFout:
        raise
    except Exception as fout:  # a damaged file fails in many ways inside the readers
        raise WorkshopFout(f"{naam} is niet te lezen ({type(fout).__name__}).") from None
    if len(rijen) > RIJEN:
        raise WorkshopFout(f"{naam} telt {len(rijen)} rijen; er passen er {RIJEN}. Deel het op.")
    return rijen


def _uit_excel(ruw: bytes) -> list[list[Any]]:
    from python_calamine import CalamineWorkbook

    boek = CalamineWorkbook.from_filelike(io.BytesIO(ruw))
    naam = "verhalen" if "verhalen" in boek.sheet_names else boek.sheet_names[0]
    return boek.get_sheet_by_name(naam).to_python(skip_empty_area=False)


def _uit_csv(ruw: bytes) -> list[list[Any]]:
    try:
        tekst = ruw.decode("utf-8-sig")
    except UnicodeDecodeError:
        tekst = ruw.decode("cp1252")
    kop = tekst.split("\n", 1)[0]
    teken = max(";,\t", key=kop.count)
    return [list(r) for r in csv.reader(io.StringIO(tekst), delimiter=teken)]


def _uit_tabel(rijen: list[list[Any]], naam: str) -> list[tuple[int, dict[str, str]]]:
    kop = [str(c).strip().lower() for c in rijen[0]] if rijen else []
    mist = [k for k in ("gebied", "verhaal", "verteller", "toestemming", "nagelezen")
            if k not in kop]  # fmt: skip
    if mist:
        raise WorkshopFout(f"{naam}: er mist een kolom: {', '.join(mist)}. Gebruik het sjabloon.")
    uit = []
    for nummer, rij in enumerate(rijen[1:], start=2):
        cellen = {k: _tekst(c) for k, c in zip(kop, rij, strict=False) if k}
        if any(cellen.values()):
            uit.append((nummer, cellen))
    return uit


def _uit_word(ruw: bytes) -> list[tuple[int, dict[str, str]]]:
    from docx import Document

    uit = []
    for nummer, vak in enumerate(Document(io.BytesIO(ruw)).tables, start=1):
        cellen = {r.cells[0].text.strip().lower(): r.cells[1].text.strip()
                  for r in vak.rows if len(r.cells) > 1}  # fmt: skip
        cellen.pop("vraag", None)
        if any(cellen.values()):
            uit.append((nummer, cellen))
    return uit


def _tekst(cel: Any) -> str:
    if isinstance(cel, datetime | date):
        return f"{cel:%d-%m-%Y}"
    return str(int(cel)) if isinstance(cel, float) and cel.is_integer() else str(cel).strip()


def keur(
    lezing: Lezing, rijen: Iterable[tuple[int, dict[str, str]]]
) -> tuple[list[Nieuw], list[Rijfout]]:
    """The stories in the rows, and what is wrong in which row."""
    goed: list[Nieuw] = []
    fout: list[Rijfout] = []
    for nummer, rij in rijen:
        try:
            goed.append(_verhaal(lezing, rij))
        except (VerhaalFout, LookupError) as reden:
            fout.append(Rijfout(nummer, str(reden)))
    return goed, fout


def _verhaal(lezing: Lezing, rij: dict[str, str]) -> Nieuw:
    w, cat = lezing.catalogus.woorden, lezing.catalogus
    code = regions.schoon(rij.get("gebied", ""))
    gebieden = lezing.gebieden([code]) if code else []
    if not gebieden:
        raise VerhaalFout(f"gebied: „{code[:20]}” is er niet; verwacht een code als BU99010203")
    g, inhoud = gebieden[0], rij.get("verhaal", "")
    if not inhoud or len(inhoud) > LANGSTE_TEKST:
        raise VerhaalFout(f"verhaal: {len(inhoud)} tekens; verwacht 1 tot {LANGSTE_TEKST}")
    if rij.get("nagelezen", "").lower() != "ja":
        raise VerhaalFout("nagelezen: verwacht „ja”; lees na of niemand te herkennen is")
    woorden = Woorden(
        tekst=inhoud,
        rol=_keus(rij, "verteller", w.rol),
        soort=_keus(rij, "soort", w.soort, "ervaring"),
        richting=_keus(rij, "richting", w.richting, None),
        opgehaald_op=lees_datum(rij.get("opgehaald op")),
        opgehaald_hoe=rij.get("hoe", "")[:200],
        toestemming=_keus(rij, "toestemming", {"ja": "ja", "nee": "nee"}) == "ja",
    )
    citaten: tuple[Citaat, ...] = ()
    cijfer = rij.get("cijfer", "")
    if cijfer:
        if cijfer not in cat.indicatoren:
            raise VerhaalFout(f"cijfer: „{cijfer[:40]}” bestaat niet; verwacht een id als "
                              "laag_inkomen_pct, of leeg")  # fmt: skip
        buurt = lezing.buurt(g.gebied, g.grensjaar)
        nieuwste = buurt.nieuwste(cijfer)
        if nieuwste is None:
            raise VerhaalFout(f"cijfer: {cijfer} is er niet voor {g.gebied}")
        houding = str(_keus(rij, "houding", w.houding))
        citaten = (citeer(buurt, cijfer, nieuwste.jaar, lezing.publicatie.publicatie, houding),)
    themas = (cat.indicatoren[cijfer].thema,) if cijfer else ()
    som = hashlib.sha256(f"{g.gebied}|{woorden.rol}|{inhoud}".encode()).hexdigest()
    return Nieuw(g.gebied, g.grensjaar, woorden, citaten, themas, sleutel=f"inbreng {som}")


_LEEG: Any = object()


def _keus(rij: dict[str, str], kolom: str, mag: dict[str, str], anders: Any = _LEEG) -> Any:
    """A choice by its code or its words on screen."""
    gevonden = rij.get(kolom, "").strip().lower()
    if not gevonden and anders is not _LEEG:
        return anders
    op_woord = {woord.lower(): code for code, woord in mag.items()}
    if gevonden in mag:
        return gevonden
    if gevonden in op_woord:
        return op_woord[gevonden]
    raise VerhaalFout(f"{kolom}: „{gevonden[:30]}”; verwacht een van {', '.join(mag)}")


def bewaar(verhalen: Verhalen, nieuw: Iterable[Nieuw], door: str) -> tuple[int, int]:
    """Keeps the stories; those of the same file that were kept before are not doubled.

    Returns:
        How many were added, and how many were there already.

    Raises:
        NietToegestaan: when one of the areas is not the writer's.
    """
    alle = list(nieuw)
    for n in alle:
        verhalen.bewaker.eis("vertellen", [n.gebied])
    voor = verhalen.aantal()
    for n in alle:
        verhalen.schrijf(n, door)
    erbij = verhalen.aantal() - voor
    return erbij, len(alle) - erbij

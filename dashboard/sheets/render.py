"""From a finished sheet to bytes: Typst with our own fonts, two pages at most, no clock in it."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import re
import threading
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import segno
import typst

from dashboard.sheets.choose import MATEN, Maat
from dashboard.sheets.model import BladFout, Blok, Vel

OPMAAK = "2"
"""Version of the layout: higher when the same content would be set otherwise."""
MEESTE_BLADZIJDEN = 2
LETTERS = {
    "font_source_sans_pro": ("SourceSansPro", ("Regular", "It", "Semibold", "SemiboldIt")),
    "font_source_serif_pro": ("SourceSerifPro", ("Regular", "It", "Semibold")),
}
"""Package to family and the cuts that the templates use; the packages are found, never imported."""
_SJABLONEN = Path(__file__).resolve().parent / "typst"
_VREEMD = re.compile(r"the text `\"(.*?)\"` could not be displayed", re.S)
_ONTSNAPT = re.compile(r"\\u\{([0-9a-f]+)\}")
_NAZET = "□"
_LOKAAL = threading.local()
_ONBEKEND: set[str] = set()
"""Characters no font has, as found out before: they are tried once."""


class LettertypeFout(BladFout):
    """A font of the sheet is not there."""


class TeLang(BladFout):
    """What is on the sheet does not fit on two pages."""


@cache
def letters() -> tuple[tuple[Path, ...], str]:
    """The folders with the fonts of a sheet, and the checksum of the cuts that are used.

    Raises:
        LettertypeFout: naming the file and the package that should hold it.
    """
    inhoud: list[bytes] = []
    mappen: list[Path] = []
    for pakket, (familie, sneden) in LETTERS.items():
        vondst = importlib.util.find_spec(pakket)
        plekken = list(vondst.submodule_search_locations or ()) if vondst else []
        for snede in sneden:
            pad = Path(*plekken[:1]) / "files" / f"{familie}-{snede}.ttf"
            if not plekken or not pad.is_file():
                raise LettertypeFout(
                    f"Het lettertype {familie}-{snede}.ttf is er niet (pakket {pakket}). Een blad "
                    "in een ander lettertype zou er anders uitzien; installeer het pakket opnieuw."
                )
            inhoud.append(pad.read_bytes())
        mappen.append(Path(plekken[0]) / "files")
    return tuple(mappen), hashlib.sha256(b"".join(inhoud)).hexdigest()[:12]


def opmaak() -> dict[str, str]:
    """Versions that decide the bytes: layout, Typst, fonts."""
    return {"blad": OPMAAK, "typst": version("typst"), "letters": letters()[1]}


@cache
def _letterbak() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=[str(m) for m in letters()[0]],
    )


def _zetter(sjabloon: str) -> typst.Compiler:
    """One compiler per thread and template; it keeps what it has set before."""
    er: dict[str, typst.Compiler] = getattr(_LOKAAL, "zetters", {})
    if sjabloon not in er:
        er[sjabloon] = typst.Compiler(
            input=str(_SJABLONEN / f"{sjabloon}.typ"),
            root=str(_SJABLONEN),
            font_paths=_letterbak(),
            ignore_system_fonts=True,
        )
        _LOKAAL.zetters = er
    return er[sjabloon]


@dataclass(frozen=True)
class Drukwerk:
    """A document as bytes, with the sheets in it as they were set and their numbers of pages."""

    pdf: bytes
    vellen: tuple[Vel, ...]
    bladzijden: tuple[int, ...]
    vreemd: tuple[str, ...] = field(default=())
    """Characters that no font could print; on paper they are an open square."""
    kaal: bool = False
    """Whether a last page holds nothing but the footer."""

    @property
    def sha256(self) -> str:
        """The checksum of the bytes."""
        return hashlib.sha256(self.pdf).hexdigest()


def zet(sjabloon: str, invoer: Callable[[], dict[str, str]]) -> bytes:
    """Sets a template; characters without a glyph become an open square and it is set again.

    Raises:
        BladFout: when Typst stops, with what it said.
    """
    for _ in range(4):
        try:
            pdf, waarschuwingen = _zetter(sjabloon).compile_with_warnings(
                format="pdf", sys_inputs=invoer(), pdf_standards=["ua-1"]
            )
        except typst.TypstError as fout:
            gevonden = {t for stuk in _VREEMD.findall(fout.diagnostic) for t in _tekens(stuk)}
            if gevonden <= _ONBEKEND:
                raise BladFout(f"Het blad is niet te zetten: {fout.message}") from fout
            _ONBEKEND.update(gevonden)
            continue
        if onbekend := [w.message for w in waarschuwingen if "unknown font" in w.message]:
            raise LettertypeFout(f"Typst mist een lettertype: {onbekend[0]}")
        assert isinstance(pdf, bytes)  # noqa: S101 - one document, no output path
        return pdf
    raise BladFout("Het blad bevat tekens die niet te drukken zijn.")


def _tekens(stuk: str) -> set[str]:
    """The characters of a piece as Typst quotes it: joiners and the like by their number.

    Never a plain one: those are printable, and what is set is JSON.
    """
    leesbaar = _ONTSNAPT.sub(lambda m: chr(int(m[1], 16)), stuk)
    return {t for t in leesbaar if ord(t) > 0x7E}


def plaat(sjabloon: str, invoer: dict[str, str], ppi: float = 144.0) -> bytes:
    """Sets a template of one page as a PNG, with the fonts of a sheet.

    Raises:
        BladFout: when Typst stops, with what it said.
    """
    try:
        png = _zetter(sjabloon).compile(format="png", sys_inputs=invoer, ppi=ppi)
    except typst.TypstError as fout:
        raise BladFout(f"Het plaatje is niet te zetten: {fout.message}") from fout
    assert isinstance(png, bytes)  # noqa: S101 - one page, no output path
    return png


def schoon(tekst: str) -> str:
    """The text with what cannot be printed replaced by an open square."""
    if not _ONBEKEND.isdisjoint(tekst):
        tekst = "".join(_in_plaats_van(t) if t in _ONBEKEND else t for t in tekst)
    return tekst


def _in_plaats_van(teken: str) -> str:
    """An open square; nothing for what only changes its neighbour (joiners, a colour of skin)."""
    los = unicodedata.category(teken) == "Cf" or "\ufe00" <= teken <= "\ufe0f"
    return "" if los or "\U0001f3fb" <= teken <= "\U0001f3ff" else _NAZET


def druk(vellen: Sequence[Vel], bundel: str = "") -> Drukwerk:
    """Sets sheets in one document, each with its bookmarks.

    Raises:
        BladFout: when it cannot be set; `TeLang` when a sheet needs more than two pages.
    """
    gezet = [replace(v, opmaak=opmaak()) for v in vellen]
    invoer = lambda: {"vellen": _json(gezet), "bundel": schoon(bundel)}  # noqa: E731
    pdf = zet("blad", invoer)
    plekken = json.loads(_zetter("blad").query("<bladzijden>", field="value", one=True))
    bladzijden = tuple(eind for eind, _ in plekken)
    for v, n in zip(gezet, bladzijden, strict=True):
        if n > MEESTE_BLADZIJDEN:
            raise TeLang(
                f"{v.titel} telt {n} bladzijden; er zijn er {MEESTE_BLADZIJDEN}. Het langste deel "
                f"is {_langste(v)}. Kort dat in, of kies minder cijfers of verhalen."
            )
    alles = {t for v in gezet for b in v.blokken for x in b.teksten() for t in x}
    kaal = any(slot < eind for eind, slot in plekken)
    vreemd = tuple(sorted(t for t in alles & _ONBEKEND if _in_plaats_van(t)))
    return Drukwerk(pdf, tuple(gezet), bladzijden, vreemd, kaal)


def _langste(v: Vel) -> str:
    blok = max(v.blokken, key=lambda b: sum(map(len, b.teksten())))
    return f"„{blok.kop or blok.soort}”"


def passend(stel_samen: Callable[[Maat], Vel]) -> Drukwerk:
    """One sheet on two pages: with less of what can be less, as long as it does not fit.

    Raises:
        TeLang: when even the smallest does not fit, naming what is longest.
        BladFout: when it cannot be set.
    """
    laatste: TeLang | None = None
    for maat in MATEN:
        try:
            werk = druk([stel_samen(maat)])
        except TeLang as fout:
            laatste = fout
            continue
        if werk.kaal:
            krap = druk([stel_samen(replace(maat, cijfers=min(maat.cijfers, 4)))])
            werk = krap if not krap.kaal else druk([_laatste_over(werk.vellen[0])])
        return _met_vreemd(werk)
    assert laatste is not None  # noqa: S101 - there is at least one size
    raise laatste


def _laatste_over(vel: Vel) -> Vel:
    """The sheet with its last block on a new page, so that the footer is not alone there."""
    plek = max(n for n, b in enumerate(vel.blokken) if b.soort != "voet")
    blokken = list(vel.blokken)
    b = blokken[plek]
    blokken[plek] = Blok(b.soort, b.kop, {**b.inhoud, "op_nieuwe_bladzijde": True})
    return replace(vel, blokken=tuple(blokken))


def _met_vreemd(werk: Drukwerk) -> Drukwerk:
    """Says on the sheet itself that some characters are not printed."""
    if not werk.vreemd:
        return werk
    hoeveel = sum(t in werk.vreemd for b in werk.vellen[0].blokken for x in b.teksten() for t in x)
    regel = {
        "naam": "Tekens",
        "tekst": f"{hoeveel} keer staat hier een open vierkant voor een teken (zoals een emoji) "
        "dat niet te drukken is; op de volledige pagina staat het wel.",
    }
    blokken = [
        Blok(b.soort, b.kop, {**b.inhoud, "regels": [*b.inhoud["regels"], regel]})
        if b.soort == "voet"
        else b
        for b in werk.vellen[0].blokken
    ]
    return replace(druk([replace(werk.vellen[0], blokken=tuple(blokken))]), vreemd=werk.vreemd)


def _json(vellen: Sequence[Vel]) -> str:
    rijen: list[dict[str, Any]] = []
    for n, v in enumerate(vellen):
        voet = v.blok("voet")
        naar = str(voet.inhoud.get("naar", "")) if voet else ""
        rijen.append(v.als_dict() | {"controle": v.controle, "nummer": str(n), "code": qr(naar)})
    return schoon(json.dumps(rijen, ensure_ascii=False, sort_keys=True))


@cache
def qr(adres: str) -> str | None:
    """A QR code of an address as SVG; None for what is no web address."""
    if not adres.startswith(("https://", "http://")):
        return None
    uit = io.BytesIO()
    segno.make(adres, error="m", micro=False).save(
        uit, kind="svg", xmldecl=False, border=0, omitsize=True, dark="#1c2226"
    )
    return uit.getvalue().decode()

"""Sheets in tests: a house over the small town, stories and a card, and what a PDF says."""

from __future__ import annotations

import atexit
import re
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from dashboard.context import Huis, open_huis
from dashboard.settings import voor_map
from dashboard.sheets import matter, render
from dashboard.sheets.model import Redactie, Terugblik
from dashboard.stories.binding import citeer
from dashboard.stories.inzet import Inzet, Inzetten
from dashboard.stories.repository import Nieuw, Woorden
from indicators.contracts import Datamap
from tests import publicatie_klein as klein

WORTEL = Path(__file__).resolve().parent.parent
EEN, TWEE = "20260312-klein-1", "20260920-klein-2"
VOL = Redactie(
    gevraagd="besluit", vraag="Mag het buurthuis open blijven?", advies="Ja, twee jaar.",
    reden="Het is de enige plek waar buren elkaar zien.", oordeel="aandacht",
    oordeel_reden="De bijstand daalt, maar bewoners merken het niet.",
    oordeel_anders="Een tweede jaar met minder meldingen.", ondertekend="A. Strateeg",
    vergadering="Bestuur van 12 maart",
    vorige=(Terugblik(wanneer="bestuur, 1 mei 2025", gevraagd="Een huismeester.",
                      uitkomst="Goedgekeurd.", gevolg="Die is er sinds september."),),
)  # fmt: skip
poppler = pytest.mark.skipif(not shutil.which("pdfinfo"), reason="pdfinfo (poppler) is er niet")


@cache
def _gereed() -> Path:
    """Both publications of the small town, the first one current: written once."""
    plek = Path(mkdtemp(prefix="bladen-"))
    atexit.register(shutil.rmtree, plek, ignore_errors=True)
    klein.schrijf(Datamap(plek), 2)
    klein.schrijf(Datamap(plek), 1)
    return plek


@pytest.fixture
def huis(tmp_path: Path) -> Iterator[Huis]:
    """A house of one's own, with the first publication current."""
    shutil.copytree(_gereed(), tmp_path, dirs_exist_ok=True)
    h = open_huis(voor_map(tmp_path))
    yield h
    h.sluit()


def vertel(
    huis: Huis, tekst: str, rol: str = "bewoner", indicator: str | None = None,
    houding: str = "klopt_niet", gebied: str = klein.BUURT,
) -> uuid.UUID:  # fmt: skip
    with huis.snapshots.lezing() as lezing:
        p = lezing.publicatie.publicatie
        citaten = (citeer(lezing.buurt(gebied), indicator, 2023, p, houding),) if indicator else ()
    woorden = Woorden(tekst=tekst, rol=rol, status="gelezen", toestemming=True)
    return huis.verhalen.schrijf(Nieuw(gebied, 2023, woorden, citaten), "toets", "geladen").id


def vul(huis: Huis) -> None:
    """A buurt with stories of several roles and a card, so that every block has content."""
    vertel(huis, "Aan de deur zie ik het tegenovergestelde.", "wijkbeheerder", "bijstand_per_1000")
    vertel(huis, "Er wordt veel verhuisd in onze straat.", "bewoner", "koopwoningen_pct", "past")
    vertel(huis, "De bus rijdt hier niet meer.", "partner")
    Inzetten(huis.verhalen).schrijf(
        klein.BUURT, 2023,
        Inzet("Koffie in de hal", "Buren kennen elkaar", "Elke week koffie", "Er wordt gegroet",
              "Een ruimte", "sociaal_beheer", "De huismeester"), "toets",
    )  # fmt: skip


def maak(huis: Huis, code: str = klein.BUURT, redactie: Redactie | None = None) -> render.Drukwerk:
    with huis.snapshots.lezing() as lezing:
        return matter.maak(matter.lees_zaak(huis, lezing, code, redactie=redactie))


def structuur(pdf: bytes, tmp_path: Path) -> str:
    """The text of the structure tree, in the order a screen reader gets it."""
    pad = tmp_path / "s.pdf"
    pad.write_bytes(pdf)
    uit = subprocess.run(
        ["pdfinfo", "-struct-text", str(pad)], capture_output=True, check=True, text=True
    )
    return "".join(re.findall(r'^\s*"(.*)"$', uit.stdout, re.M))


def lopend(pdf: bytes, tmp_path: Path) -> str:
    pad = tmp_path / "l.pdf"
    pad.write_bytes(pdf)
    return subprocess.run(
        ["pdftotext", "-raw", str(pad), "-"], capture_output=True, check=True, text=True
    ).stdout


def kaal(tekst: str) -> str:
    """Letters and digits only: no spaces, hyphens at line ends, ligatures or capitals."""
    for van, naar in (("ﬁ", "fi"), ("ﬂ", "fl"), ("ﬀ", "ff"), ("ﬃ", "ffi")):
        tekst = tekst.replace(van, naar)
    return re.sub(r"[\W_]+", "", tekst).casefold()


def niets_mist(werk: render.Drukwerk, tmp_path: Path) -> None:
    """Every text of every block is on paper, and blocks stand in order in stream and tree.

    Poppler's reading of the tree stops at a hyphen (a span of its own), so all words are looked
    for in the stream, and the order of headings in both.
    """
    boom, stroom = kaal(structuur(werk.pdf, tmp_path)), kaal(_romp(lopend(werk.pdf, tmp_path)))
    for vel in werk.vellen:
        for blok in vel.blokken:
            for tekst in blok.teksten():
                assert kaal(render.schoon(tekst)) in stroom, (blok.soort, tekst)
        koppen = [kaal(b.kop) for b in vel.blokken if b.kop]
        for waar in (boom, stroom):
            vanaf = 0
            for kop in koppen:
                assert kop in waar[vanaf:], kop
                vanaf = waar.index(kop, vanaf)


def _romp(tekst: str) -> str:
    """Without the running head and foot, which are no part of the reading order."""
    weg = ("Gemaakt met Tel & Vertel", "fictieve gemeente ·", "Tel & Vertel fictieve")
    return "\n".join(r for r in tekst.replace("\f", "").split("\n") if not r.startswith(weg))

"""Protects: a sheet says everything, on two pages, in order, in the same bytes each time."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import subprocess
import sys
import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard import sentences
from dashboard.context import Huis
from dashboard.sheets import batch, choose, compose, html, kinds, matter, pieces, render
from dashboard.sheets.model import BladFout, Redactie, uit_dict
from dashboard.snapshot import lees_publicatie
from dashboard.snapshot_types import Waarde
from dashboard.stories.models import Revisie
from dashboard.stories.repository import Nieuw, Woorden
from tests import publicatie_klein as klein
from tests.bladen import (
    EEN,
    TWEE,
    VOL,
    WORTEL,
    huis,
    kaal,
    lopend,
    maak,
    niets_mist,
    poppler,
    vertel,
    vul,
)  # fmt: skip

__all__ = ["huis"]


@poppler
def test_everything_is_on_two_pages_in_reading_order(huis: Huis, tmp_path: Path) -> None:
    vul(huis)
    werk = maak(huis, redactie=VOL)
    assert werk.bladzijden[0] <= 2
    soorten = [b.soort for b in werk.vellen[0].blokken]
    assert soorten == [
        "gevraagd", "zin", "krachten", "cijfers", "verhalen", "botst", "inzet", "oordeel",
        "vorige", "voet",
    ]  # fmt: skip
    niets_mist(werk, tmp_path)


def test_an_empty_block_is_left_out_and_the_sentence_has_name_and_inhabitants(huis: Huis) -> None:
    vel = maak(huis, "BU99010101").vellen[0]
    assert {b.soort for b in vel.blokken} <= {
        "gevraagd",
        "zin",
        "krachten",
        "cijfers",
        "melding",
        "voet",
    }
    zin = vel.blok("zin")
    assert zin is not None
    assert "In Markt en omgeving wonen 1.825 mensen" in zin.inhoud["tekst"]
    assert zin.inhoud["kaart"] is None


@poppler
def test_the_pdf_is_tagged_and_every_drawing_has_words(huis: Huis, tmp_path: Path) -> None:
    vul(huis)
    pdf = maak(huis, redactie=VOL).pdf
    pad = tmp_path / "t.pdf"
    pad.write_bytes(pdf)
    feiten = subprocess.run(["pdfinfo", str(pad)], capture_output=True, text=True).stdout
    assert re.search(r"Tagged:\s+yes", feiten) and "CreationDate" not in feiten
    boom = subprocess.run(["pdfinfo", "-struct", str(pad)], capture_output=True, text=True).stdout
    assert boom.count("Figure") >= 3
    assert "H1" in boom and "H2" in boom and "H3" in boom
    assert b"pdfuaid" in pdf and b"nl-NL" in pdf.replace(b"\\055", b"-")


@pytest.mark.parametrize("code", [klein.PARK, klein.KLEIN])
def test_a_buurt_without_people_or_figures_says_so(huis: Huis, code: str) -> None:
    vel = maak(huis, code).vellen[0]
    tekst = " ".join(t for b in vel.blokken for t in b.teksten())
    cijfers = vel.blok("cijfers")
    if code == klein.PARK:
        assert "woont niemand" in tekst
        assert cijfers is None, "no rows of nothing where nobody lives"
    else:
        assert cijfers is not None and all("leeg" in r for r in cijfers.inhoud["rijen"])
    assert "Niet getoond" in tekst


@poppler
def test_a_story_of_5000_characters_is_shortened_and_says_so(huis: Huis, tmp_path: Path) -> None:
    vul(huis)
    wie = vertel(huis, "kort", "huismeester", "laag_inkomen_pct")
    with huis.verhalen.sessie() as s:
        s.info["wissen"] = True
        [r] = [r for r in s.query(Revisie) if r.verhaal_id == wie]
        r.tekst = "Dit gaat maar door en door. " * 180
        s.commit()
    werk = maak(huis, redactie=VOL)
    assert werk.bladzijden[0] <= 2
    assert "ingekort" in " ".join(t for b in werk.vellen[0].blokken for t in b.teksten())
    niets_mist(werk, tmp_path)


@poppler
def test_right_to_left_and_emoji_are_printed_or_said_to_be_missing(
    huis: Huis, tmp_path: Path
) -> None:
    vertel(huis, "هنا هادئ شلום buurt 😀🎉 mooi", "bewoner", "koopwoningen_pct", "past")
    werk = maak(huis)
    assert set(werk.vreemd) >= {"😀", "🎉"}
    tekst = lopend(werk.pdf, tmp_path)
    assert "□□" in tekst
    assert "2 keer staat hier een open vierkant" in " ".join(tekst.split())


@poppler
def test_joined_emoji_do_not_keep_this_or_any_other_sheet_from_the_press(
    huis: Huis, tmp_path: Path
) -> None:
    """A heart or a thumb with a colour of skin holds joiners, which Typst quotes by number."""
    anders = "中文字 漢語 한국어 ไทย हिन्दी " + "😀🎉🏘️❤️👍🏽👨‍👩‍👧🚲🐕🌳🏚️🧓🏿⛔️"
    vertel(huis, f"Fijn hier {anders} toch", "bewoner", "koopwoningen_pct", "past")
    werk = maak(huis)
    assert not {t for t in werk.vreemd if ord(t) < 0x7F or t in "\ufe0f\u200d\U0001f3fd"}
    tekst = lopend(werk.pdf, tmp_path)
    assert "Fijn hier" in tekst and "toch" in tekst and "□" in tekst
    assert maak(huis, klein.KLEIN).pdf.startswith(b"%PDF"), "the next one comes out too"


def test_a_font_that_is_missing_stops_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    render.letters.cache_clear()
    monkeypatch.setitem(render.LETTERS, "font_dat_er_niet_is", ("Weg", ("Regular",)))
    with pytest.raises(render.LettertypeFout, match=r"Weg-Regular\.ttf"):
        render.letters()
    render.letters.cache_clear()


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def vol(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(batch.os, "fdopen", vol)
    with pytest.raises(BladFout, match="de schijf is vol"):
        batch.schrijf(tmp_path / "x.pdf", b"1")
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_fit_is_refused_naming_the_longest_part(huis: Huis) -> None:
    vul(huis)
    with huis.snapshots.lezing() as lezing:
        zaak = matter.lees_zaak(huis, lezing, klein.BUURT, redactie=VOL)
        vel = compose.stel_samen(zaak)
    lang = [*vel.blokken[:-1], compose.Blok("tekst", "Te veel", {"alineas": ["woord " * 4000]})]
    with pytest.raises(render.TeLang, match="Te veel"):
        render.druk([compose.vel_met(vel, lang)])


def test_editors_choices_are_followed_and_wrong_ones_refused(huis: Huis) -> None:
    wie = vertel(huis, "Een.", "bewoner")
    vertel(huis, "Twee.", "partner")
    r = Redactie(cijfers=("koopwoningen_pct",), verhalen=(str(wie),))
    vel = maak(huis, redactie=r).vellen[0]
    assert [c[0] for c in vel.bronnen.cijfers] == ["koopwoningen_pct"]
    assert vel.bronnen.verhalen == ((str(wie), 1),)
    with pytest.raises(BladFout, match="bestaat_niet_pct"):
        maak(huis, redactie=Redactie(cijfers=("bestaat_niet_pct",)))
    with pytest.raises(BladFout, match="gelezen"):
        maak(huis, redactie=Redactie(verhalen=(str(uuid.uuid4()),)))


def test_a_story_that_was_not_read_by_a_second_never_appears(huis: Huis) -> None:
    woorden = Woorden(tekst="Nog niet gelezen.", rol="bewoner")
    huis.verhalen.schrijf(Nieuw(klein.BUURT, 2023, woorden), "toets")
    vel = maak(huis).vellen[0]
    assert vel.bronnen.verhalen == ()


def test_html_has_the_same_words_and_escapes_them(huis: Huis) -> None:
    vul(huis)
    vertel(huis, "<script>alert(1)</script> & meer", "huurdersorganisatie")
    vel = maak(huis, redactie=VOL).vellen[0]
    pagina = html.document(vel)
    assert "<script>" not in pagina and "&lt;script&gt;" in pagina
    plat = kaal(re.sub(r"<[^>]+>", " ", pagina).replace("&amp;", "&"))
    for blok in vel.blokken:
        for tekst in blok.teksten():
            if "<" not in tekst:
                assert kaal(tekst) in plat, tekst
    assert pagina.count("<img") == pagina.count("alt=")


def test_a_sheet_survives_its_archive(huis: Huis) -> None:
    vul(huis)
    vel = maak(huis, redactie=VOL).vellen[0]
    weer = uit_dict(json.loads(json.dumps(vel.als_dict())))
    assert weer.controle == vel.controle
    assert render.druk([weer]).sha256 == render.druk([vel]).sha256


KLOK = """
import time, datetime
class D(datetime.datetime):
    @classmethod
    def now(cls, tz=None): return cls(2031, 7, 9, 3, 4, tzinfo=tz)
datetime.datetime = D
time.time = lambda: 1.9e9
"""


@pytest.mark.parametrize(
    "omgeving",
    [
        {"PYTHONHASHSEED": "7"},
        {"TZ": "Pacific/Auckland"},
        {"SOURCE_DATE_EPOCH": "1000000000"},
        {"KLOK": "1"},
        {"MAP": "elders"},
    ],
    ids=["hash", "tijdzone", "epoch", "datum", "map"],
)
def test_the_same_bytes_whatever_the_surroundings(
    huis: Huis, tmp_path: Path, omgeving: dict[str, str]
) -> None:
    vul(huis)
    verwacht = maak(huis).sha256
    bron = huis.instellingen.datamap.map
    if omgeving.get("MAP"):
        bron = tmp_path / "elders" / "data"
        shutil.copytree(
            huis.instellingen.datamap.map, bron, ignore=shutil.ignore_patterns("elders")
        )
    (tmp_path / "sitecustomize.py").write_text(KLOK if omgeving.get("KLOK") else "")
    env = os.environ | omgeving | {
        "TELVERTEL_DATA": str(bron), "PYTHONPATH": f"{tmp_path}:{WORTEL}",
    }  # fmt: skip
    uit = tmp_path / "x.pdf"
    subprocess.run(
        [sys.executable, "-m", "dashboard", "blad", klein.BUURT, "--uit", str(uit)],
        env=env, cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    assert batch._som(uit) == verwacht


def test_the_checksum_moves_with_every_input(huis: Huis) -> None:
    vul(huis)
    een = maak(huis, redactie=VOL)
    assert een.vellen[0].controle[:16] in html.document(een.vellen[0])
    anders = maak(huis, redactie=VOL.model_copy(update={"vraag": "Iets anders?"}))
    assert anders.vellen[0].controle != een.vellen[0].controle


def test_two_dates_side_by_side_tell_a_correction_from_a_new_year(huis: Huis) -> None:
    with (
        lees_publicatie(huis.instellingen.datamap, EEN) as toen,
        lees_publicatie(huis.instellingen.datamap, TWEE) as nu,
    ):
        a, b = (matter.lees_zaak(huis, x, klein.BUURT, 2023) for x in (toen, nu))
        vel = kinds.twee_data(a, b)
        with pytest.raises(BladFout, match="tweemaal"):
            kinds.twee_data(a, a)
    tabel = vel.blok("tabel")
    assert tabel is not None
    verschil = {r[0]: r[3] for r in tabel.inhoud["rijen"]}
    bijstand = next(v for k, v in verschil.items() if "bijstand" in k)
    assert bijstand == "gecorrigeerd"
    assert render.druk([vel]).bladzijden[0] <= 2


@pytest.mark.parametrize("code", [klein.GEMEENTE, "WK990102"])
def test_a_wijk_and_a_gemeente_show_their_parts_by_name(huis: Huis, code: str) -> None:
    werk = maak(huis, code)
    tabel = werk.vellen[0].blok("tabel")
    assert tabel is not None and werk.bladzijden[0] <= 2
    namen = [r[0] for r in tabel.inhoud["rijen"]]
    assert namen == sorted(namen) and len(namen) > 1


def test_smaller_sizes_take_less(huis: Huis) -> None:
    assert [m.tekens for m in choose.MATEN] == sorted(
        (m.tekens for m in choose.MATEN), reverse=True
    )
    tekst, ingekort = pieces.kort("Een zin. " * 50, 100)
    assert ingekort and len(tekst) <= 106 and tekst.endswith("[…]")
    assert pieces.kort("kort", 100) == ("kort", False)


def test_what_was_kept_back_is_said_before_what_is_not_out_yet(huis: Huis) -> None:
    def rij(jaar: int, reden: str) -> Waarde:
        return Waarde("BU1", 2024, jaar, "x_pct", None, None, None, reden, "geregistreerd", False,
                      "kwb")  # fmt: skip

    with huis.snapshots.lezing() as lezing:
        buurt = lezing.buurt(klein.BUURT)
    rijen = (rij(2023, "geheim"), rij(2024, "niet_gepubliceerd"))
    leeg = replace(buurt, waarden={(w.indicator, w.jaar): w for w in rijen})
    gekozen = leeg.nieuwste("x_pct")
    assert gekozen is not None and (gekozen.jaar, gekozen.ontbreekt_door) == (2023, "geheim")


def test_a_difference_of_very_few_people_is_not_called_sure(huis: Huis) -> None:
    with huis.snapshots.lezing() as lezing:
        blad = matter.lees_zaak(huis, lezing, klein.BUURT).blad
    g = replace(blad.buurt.gebied, inwoners=40)
    weinig = replace(blad, buurt=replace(blad.buurt, gebied=g))
    i = blad.catalogus.indicatoren["bijstand_per_1000"]
    assert "vrijwel zeker" in pieces.figuur(blad, i)["onder"]
    assert "weinig mensen" in pieces.figuur(weinig, i)["onder"]
    assert "vrijwel zeker" not in pieces.figuur(weinig, i)["onder"]


def test_a_wijk_says_that_its_buurten_have_stories(huis: Huis) -> None:
    vertel(huis, "De bus rijdt hier niet meer.")
    tekst = " ".join(t for b in maak(huis, "WK990102").vellen[0].blokken for t in b.teksten())
    eigen = klein.BUURT.startswith("BU990102")
    assert ("Over de buurten erin wel: 1 verhaal" in tekst) == eigen
    tekst = " ".join(t for b in maak(huis, klein.GEMEENTE).vellen[0].blokken for t in b.teksten())
    assert "Over de buurten erin wel: 1 verhaal, te lezen" in tekst


def test_about_equal_is_not_called_a_strength(huis: Huis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentences, "kant", lambda *_: "ongeveer_gelijk")
    krachten = maak(huis).vellen[0].blok("krachten")
    assert krachten is not None and krachten.kop.startswith("Wat hier net zo goed is als in")


def test_the_footer_never_stands_alone_on_a_page(huis: Huis) -> None:
    """With every number of lines in the reason: a last page holds a block too."""
    for regels in range(1, 12):
        zin = "Dit is een regel die ongeveer de breedte van het blad vult, en nog iets meer. "
        r = VOL.model_copy(update={"reden": (zin * regels)[:500], "vraag": (zin * regels)[:300]})
        assert not maak(huis, klein.GEMEENTE, r).kaal, regels

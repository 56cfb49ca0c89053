"""Protects: what a board saw stays what it saw; a wipe reaches it; a batch and a round go on."""

from __future__ import annotations

import json
import re
import subprocess
import uuid
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from dashboard.cli import app
from dashboard.context import Huis
from dashboard.sheets import (
    after,
    agenda,
    batch,
    freeze,
    matter,
    onsite,
    pieces,
    public,
    render,
)
from dashboard.sheets.model import BladFout, Redactie, uit_dict
from dashboard.sheets.models import BladArchief, BladVersie
from dashboard.sheets.round import Bladen, Ingehaald, gehoord
from dashboard.snapshot import lees_publicatie
from dashboard.stories import backup, erasure
from dashboard.stories.inzet import Inzet, Inzetten
from dashboard.stories.repository import Nieuw, Woorden
from tests import publicatie_klein as klein
from tests.bladen import EEN, TWEE, VOL, huis, kaal, lopend, poppler, vertel, vul

__all__ = ["huis"]
DAG = date(2026, 3, 12)
GEHEIM = "Mijn dochter slaapt op de bank."


def leg_voor(huis: Huis, tafel: str = "bestuur") -> int:
    """A version of the full sheet, put before one table."""
    bladen = Bladen(huis)
    versie, _ = bladen.bewaar(klein.BUURT, 2023, VOL, "schrijver")
    bladen.ter_toetsing(versie, "schrijver")
    with huis.snapshots.lezing() as lezing:
        bladen.leg_voor(lezing, versie, tafel, DAG, "toetser")
    return versie


def rij(huis: Huis, versie: int) -> BladVersie:
    with Bladen(huis).sessie() as s:
        gevonden = s.get(BladVersie, versie)
        assert gevonden is not None
        return gevonden


def test_freezing_pins_everything_and_the_same_bytes_come_out_again(huis: Huis) -> None:
    vul(huis)
    versie = leg_voor(huis)
    v = rij(huis, versie)
    assert v.publicatie == EEN and v.catalogus and v.invoer_sha256
    assert v.opmaak == render.opmaak()
    assert (huis.instellingen.datamap.vastgehouden / EEN).is_file()
    # the figures move on; this sheet does not
    klein.schrijf(huis.instellingen.datamap, 2, "20260921-klein-3")
    assert freeze.hashlib.sha256(Bladen(huis).pdf(versie)).hexdigest() == v.pdf_sha256
    assert v.vel is not None and v.vel["stand"] == "versie 1"


def test_a_frozen_version_cannot_be_changed_and_another_press_is_noticed(
    huis: Huis, monkeypatch: pytest.MonkeyPatch
) -> None:
    versie = leg_voor(huis)
    with pytest.raises(BladFout, match="staat vast"):
        Bladen(huis).bewaar(klein.BUURT, 2023, VOL, "x", (versie, 1))
    op_tafel = Bladen(huis).pdf(versie)
    monkeypatch.setattr(render, "OPMAAK", "99")
    assert Bladen(huis).pdf(versie) == op_tafel, "what lies on a table stays readable"
    with Bladen(huis).sessie() as s:
        s.delete(s.get(BladArchief, versie))
        s.commit()
    with pytest.raises(freeze.Veranderd, match="nu 99"):
        Bladen(huis).pdf(versie)


def test_approval_archives_bytes_and_figures(huis: Huis, monkeypatch: pytest.MonkeyPatch) -> None:
    versie = leg_voor(huis)
    voor = Bladen(huis).pdf(versie)
    Bladen(huis).leg_vast(versie, "bestuur", "goedgekeurd", "Twee jaar.", "secretaris")
    with Bladen(huis).sessie() as s:
        archief = s.get(BladArchief, versie)
        assert archief is not None and archief.cijfers
    monkeypatch.setattr(render, "OPMAAK", "99")
    assert Bladen(huis).pdf(versie) == voor


def test_bestuur_and_rvc_are_apart(huis: Huis) -> None:
    bladen, versie = Bladen(huis), leg_voor(huis)
    with huis.snapshots.lezing() as lezing:
        bladen.leg_voor(lezing, versie, "rvc", date(2026, 4, 1), "toetser")
        with pytest.raises(BladFout, match="al voorgelegd aan rvc"):
            bladen.leg_voor(lezing, versie, "rvc", DAG, "toetser")
    bladen.leg_vast(versie, "bestuur", "besproken", "Meer uitleg.", "secretaris")
    assert rij(huis, versie).status == "voorgelegd"
    bladen.leg_vast(versie, "rvc", "teruggestuurd", "Te vroeg.", "secretaris")
    assert [t.status for t in rij(huis, versie).tafels] == ["besproken", "teruggestuurd"]
    assert [len(bladen.vragen(t)) for t in ("bestuur", "rvc")] == [1, 1]
    with pytest.raises(BladFout, match="niet"):
        bladen.leg_vast(versie, "rvc", "goedgekeurd", "", "secretaris")


def test_the_round_keeps_its_order(huis: Huis) -> None:
    bladen = Bladen(huis)
    versie, _ = bladen.bewaar(klein.BUURT, 2023, VOL, "schrijver")
    with huis.snapshots.lezing() as lezing, pytest.raises(BladFout, match="concept"):
        bladen.leg_voor(lezing, versie, "bestuur", DAG, "x")
    with pytest.raises(BladFout, match="niet"):
        bladen.leg_vast(versie, "bestuur", "goedgekeurd", "", "secretaris")
    bladen.merk_op(versie, "krachten", "Waar is de school?", "bestuur", "bestuurder")
    assert [o.blok for o in rij(huis, versie).opmerkingen] == ["krachten"]


def test_the_second_writer_hears_it(huis: Huis) -> None:
    bladen = Bladen(huis)
    versie, revisie = bladen.bewaar(klein.BUURT, 2023, VOL, "een")
    bladen.bewaar(klein.BUURT, 2023, VOL, "twee", (versie, revisie))
    with pytest.raises(Ingehaald, match="twee heeft dit blad intussen bewaard"):
        bladen.bewaar(klein.BUURT, 2023, Redactie(), "drie", (versie, revisie))
    with pytest.raises(Ingehaald, match="al een concept"):
        bladen.bewaar(klein.BUURT, 2023, Redactie(), "vier")


def test_next_year_says_what_was_asked_and_what_came_of_it(huis: Huis) -> None:
    bladen, versie = Bladen(huis), leg_voor(huis)
    bladen.leg_vast(versie, "bestuur", "goedgekeurd", "Twee jaar.", "secretaris", date(2027, 1, 5))
    bladen.gevolg(rij(huis, versie).tafels[0].id, "Het buurthuis is open.", "strateeg")
    nieuw, _ = bladen.opnieuw(versie, "schrijver")
    [terug] = Redactie.model_validate(rij(huis, nieuw).redactie).vorige
    assert terug.gevraagd.endswith("buurthuis open blijven?")
    assert "Goedgekeurd" in terug.uitkomst and terug.gevolg == "Het buurthuis is open."
    ical = agenda.ical(bladen).decode()
    assert "DTSTART;VALUE=DATE:20260312" in ical and "DTSTART;VALUE=DATE:20270105" in ical
    assert ical == agenda.ical(bladen).decode()


def test_a_wiped_passage_reissues_the_sheet_as_version_b(huis: Huis) -> None:
    wie = vertel(huis, GEHEIM, "bewoner", "bijstand_per_1000")
    versie = leg_voor(huis)
    Bladen(huis).leg_vast(versie, "bestuur", "goedgekeurd", "", "secretaris")
    [hoort] = gehoord(Bladen(huis), klein.BUURT)[wie]
    assert "versie 1" in hoort and "goedgekeurd" in hoort
    backup.bewaar(huis.verhalen)
    erasure.wis(huis.verhalen, wie, "privacy")
    with huis.verhalen.motor.connect() as c:
        for tabel in ("blad_versie", "blad_archief", "revisie"):
            assert GEHEIM not in str(c.execute(text(f"SELECT * FROM {tabel}")).all())
    for pad in backup.map_(huis.verhalen).glob("*.zip"):
        assert GEHEIM not in json.dumps(backup.lees(pad)[0], ensure_ascii=False)
    [blad] = Bladen(huis).van(klein.BUURT)
    assert [v.naam for v in blad.versies] == ["versie 1", "versie 1b"]
    pdf = Bladen(huis).pdf(blad.nu.id)
    assert pdf == Bladen(huis).pdf(blad.nu.id)
    vel = rij(huis, blad.nu.id).vel
    assert vel is not None and vel["stand"] == "versie 1b, passage verwijderd"
    assert "op verzoek verwijderd" in json.dumps(vel, ensure_ascii=False)
    assert Bladen(huis).pdf(versie)
    erasure.wis(huis.verhalen, wie, "privacy")
    assert len(Bladen(huis).van(klein.BUURT)[0].versies) == 2


def test_a_reissue_keeps_the_round_and_an_open_concept_stays_the_newest(huis: Huis) -> None:
    """After a wipe the table's outcome can still be recorded, and is remembered next year."""
    bladen, wie = Bladen(huis), vertel(huis, GEHEIM, "bewoner", "bijstand_per_1000")
    versie = leg_voor(huis)
    bladen.merk_op(versie, "cijfers", "Welk jaar?", "bestuur", "bestuurder")
    erasure.wis(huis.verhalen, wie, "privacy")
    [blad] = bladen.van(klein.BUURT)
    assert blad.nu.naam == "versie 1b" and [t.tafel for t in blad.tafels(1)] == ["bestuur"]
    assert [o.tekst for o in blad.opmerkingen(1)] == ["Welk jaar?"]
    with huis.snapshots.lezing() as lezing, pytest.raises(BladFout, match="al voorgelegd"):
        bladen.leg_voor(lezing, blad.nu.id, "bestuur", DAG, "toetser")
    bladen.leg_vast(blad.nu.id, "bestuur", "goedgekeurd", "Twee jaar.", "secretaris")
    nieuw, _ = bladen.opnieuw(blad.nu.id, "schrijver")
    [terug] = Redactie.model_validate(rij(huis, nieuw).redactie).vorige
    assert "Goedgekeurd. Twee jaar." in terug.uitkomst
    ander = vertel(huis, f"{GEHEIM} Nog een keer.", "partner")
    with bladen.sessie() as s:
        oud = s.get(BladVersie, versie)
        assert oud is not None and oud.vel is not None
        oud.vel = {**oud.vel, "blokken": [*oud.vel["blokken"], {"id": str(ander), "tekst": "x"}]}
        s.commit()
    erasure.wis(huis.verhalen, ander, "privacy")
    assert bladen.van(klein.BUURT)[0].nu.id == nieuw, "a concept is not hidden by a reissue"


def test_after_a_publication_it_says_what_differs_and_why(huis: Huis) -> None:
    vertel(huis, "Klopt niet.", "bewoner", "bijstand_per_1000")
    leg_voor(huis)
    with lees_publicatie(huis.instellingen.datamap, TWEE) as nieuw:
        [een] = after.kijk_na(huis, nieuw)
        vel = Bladen(huis).van(klein.BUURT)[0].nu.vel
        assert vel is not None
        snel = after.cijfers_anders(nieuw, {klein.BUURT: uit_dict(vel)})
        with huis.snapshots.lezing() as zelfde:
            assert after.cijfers_anders(zelfde, {klein.BUURT: uit_dict(vel)})[klein.BUURT] == []
    assert any("nieuw jaar 2024" in a for a in een.anders)
    assert any("nieuw jaar 2024" in a for a in snel[klein.BUURT])
    with (
        lees_publicatie(huis.instellingen.datamap, EEN) as a,
        lees_publicatie(huis.instellingen.datamap, TWEE) as b,
    ):
        [regel] = after.geraakt(huis.verhalen, a, b)
        assert "bijstand_per_1000" in regel["cijfers"] and regel["naam"]
        assert after.geraakt(huis.verhalen, a, a) == []


def test_a_figure_withdrawn_after_freezing_leaves_the_frozen_sheet_alone(huis: Huis) -> None:
    vul(huis)
    versie = leg_voor(huis)
    oud = rij(huis, versie).vel
    assert oud is not None
    oud["bronnen"]["cijfers"] = [["wmo_per_1000", 2023, 61.0]]
    with huis.snapshots.lezing() as lezing:
        nieuw = batch.maak_een(huis, lezing, klein.BUURT).vellen[0]
        regels = after.verschillen(uit_dict(oud), nieuw, lezing.catalogus)
    assert any("niet meer op het blad" in r or "ingetrokken" in r for r in regels)
    assert Bladen(huis).pdf(versie)


CODES = ["BU99010101", "BU99999999", "BU99010102"]


def test_one_failing_buurt_is_reported_and_the_rest_made_and_resumed(
    huis: Huis, tmp_path: Path
) -> None:
    doel = tmp_path / "bladen"
    uit = batch.bladen(huis.instellingen, CODES, EEN, doel, processen=1)
    assert (uit.gemaakt, list(uit.mislukt)) == ([CODES[0], CODES[2]], [CODES[1]])
    assert uit.bundel is not None and b"/Outlines" in uit.bundel.read_bytes()
    eerst = uit.bundel.read_bytes()
    (doel / f"{CODES[0]}.pdf").write_bytes(b"half")
    weer = batch.bladen(huis.instellingen, CODES, EEN, doel, processen=1)
    assert (weer.gemaakt, weer.er_al) == ([CODES[0]], [CODES[2]])
    assert weer.bundel is not None and weer.bundel.read_bytes() == eerst


@pytest.mark.proef
def test_two_processes_make_the_same_bytes(huis: Huis, tmp_path: Path) -> None:
    codes = [p.code for p in klein.PLEKKEN if p.van <= 2023 <= p.tot]
    een, twee = tmp_path / "1", tmp_path / "2"
    batch.bladen(huis.instellingen, codes, EEN, een, processen=1)
    uit = batch.bladen(huis.instellingen, codes, EEN, twee, processen=2)
    assert sorted(uit.gemaakt) == sorted(codes)
    for pad in een.glob("*.pdf"):
        assert pad.read_bytes() == (twee / pad.name).read_bytes(), pad.name


def test_the_neighbourhoods_page_shows_only_what_everyone_may_read(huis: Huis) -> None:
    vul(huis)
    vertel(huis, "Mevrouw Jansen van nummer 12 is ernstig ziek.", "bewoner")
    Inzetten(huis.verhalen).schrijf(
        klein.BUURT, 2023,
        Inzet("Hulp voor mevrouw De Wit", "Rust", "Week", "Rust", "", "sociaal_beheer", "Team"),
        "toets",
    )  # fmt: skip
    niet = "Geen woning voor de heer Bakker, Lindestraat 14."
    Bladen(huis).bewaar(klein.BUURT, 2023, VOL.model_copy(update={"niet": niet}), "schrijver")
    with huis.snapshots.lezing() as lezing:
        vel = public.maak(huis, lezing, klein.BUURT).vellen[0]
        assert onsite.maak(huis, lezing, klein.BUURT).pdf.startswith(b"%PDF")
    alles = " ".join(t for b in vel.blokken for t in b.teksten())
    for naam in ("Jansen", "De Wit", "Bakker", "/buurt/", "BU9901"):
        assert naam not in alles + vel.ondertitel, naam
    assert "1 verhaal staat hier niet" in alles and "1 ding dat we doen staat" in alles
    assert "Wat we niet doen staat hier niet" in alles
    assert "Koffie in de hal" in alles and "Hoger dan" not in alles


@poppler
def test_a_figure_stands_behind_its_question(huis: Huis, tmp_path: Path) -> None:
    """Upright A4 turned over along the long edge: left and right change places, rows stay."""
    vul(huis)
    with huis.snapshots.lezing() as lezing:
        pad = tmp_path / "set.pdf"
        pad.write_bytes(onsite.maak(huis, lezing, klein.BUURT).pdf)
    voor, achter = (_vakken(pad, n) for n in (3, 4))
    assert len(voor) >= 2
    for (links, boven), woorden in voor.items():
        assert achter[not links, boven][0] == woorden[0], woorden
    assert len({woorden[0] for woorden in voor.values()}) == len(voor)  # else it shows nothing


def _vakken(pad: Path, bladzijde: int) -> dict[tuple[bool, bool], list[str]]:
    """What stands in each quarter of an upright page: (left, upper) to its words, in order."""
    plek = ["-bbox", "-f", str(bladzijde), "-l", str(bladzijde), str(pad), "-"]
    uit = subprocess.run(["pdftotext", *plek], capture_output=True, check=True, text=True).stdout
    [(breed, hoog)] = re.findall(r'<page width="([\d.]+)" height="([\d.]+)"', uit)
    assert float(breed) < float(hoog)
    vakken: dict[tuple[bool, bool], list[str]] = {}
    for x, y, woord in re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)".*?>(.*?)</word>', uit):
        if float(y) < float(hoog) - 40:  # the foot of the page is of no card
            vak = (float(x) < float(breed) / 2, float(y) < float(hoog) / 2)
            vakken.setdefault(vak, []).append(woord)
    return vakken


def test_no_card_of_the_print_set_is_cut(huis: Huis, tmp_path: Path) -> None:
    """The longest story and a word that cannot be broken: the card holds what it says."""
    lang = "Wij wonen hier en zien elke dag wie er komt en wie er gaat. " * 60
    for tekst in (lang, "woningbouwverenigingscontactpersoon" * 9):
        woorden = Woorden(tekst, "bewoner", status="gelezen", toestemming=True, anoniem=True)
        huis.verhalen.schrijf(Nieuw(klein.BUURT, 2023, woorden), "toets", "geladen")
    with huis.snapshots.lezing() as lezing:
        gedrukt = kaal(lopend(onsite.maak(huis, lezing, klein.BUURT).pdf, tmp_path))
        mag, _ = public.openbaar(matter.lees_zaak(huis, lezing, klein.BUURT).blad)
    assert len(mag) == 2
    for v in mag:
        assert kaal(pieces.kort(v.nu.tekst, 420)[0]) in gedrukt


def test_the_commands_say_what_was_made_and_what_was_not(
    huis: Huis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELVERTEL_DATA", str(huis.instellingen.datamap.map))
    loop = CliRunner()
    uit = tmp_path / "x.pdf"
    goed = loop.invoke(app, ["blad", klein.BUURT, "--uit", str(uit)])
    assert goed.exit_code == 0 and uit.read_bytes().startswith(b"%PDF"), goed.output
    fout = loop.invoke(app, ["blad", "BU00000000", "--uit", str(uit)])
    assert fout.exit_code == 1 and "staat niet in deze publicatie" in fout.output
    alle = [
        "bladen",
        "--gemeente",
        klein.GEMEENTE,
        "--uit",
        str(tmp_path / "m"),
        "--processen",
        "1",
    ]
    meer = loop.invoke(app, alle)
    assert meer.exit_code == 0 and "0 mislukt" in meer.output, meer.output
    na = loop.invoke(app, ["na-publicatie", EEN])
    assert na.exit_code == 0 and "bladen nagekeken" in na.output, na.output


def test_a_story_is_not_found_on_a_sheet_it_is_not_on(huis: Huis) -> None:
    leg_voor(huis)
    assert uuid.uuid4() not in gehoord(Bladen(huis), klein.BUURT)
    assert gehoord(Bladen(huis), klein.PARK) == {}

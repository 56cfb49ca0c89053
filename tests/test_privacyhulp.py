"""Protects: the help while writing finds what points at someone, and leaves the rest alone."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
import yaml

from dashboard.panels.meelezen import meelezen
from dashboard.privacy import ADVIES, vind
from dashboard.settings import voor_map
from dashboard.snapshot import Snapshots
from tests import publicatie_klein as klein

PLAATSEN = ("De Wielen", "Vogelbuurt", "Wierdestad", "Markt en omgeving")
RAAK = [
    ("Mevrouw de Vries belt elke dag.", "naam", "Mevrouw de Vries"),
    ("Meneer Jansen kent iedereen.", "naam", "Meneer Jansen"),
    ("De huismeester heet Kees.", "naam", "Kees"),
    ("Ik sprak Karin de Boer bij de ingang.", "naam", "Karin de Boer"),
    ("Volgens Fatima is het stil.", "naam", "Fatima"),
    ("Jan vertelde dat het stil is.", "naam", "Jan"),
    ("Tante Toos woont er veertig jaar.", "naam", "Tante Toos"),
    ("Familie Yilmaz gaat weg.", "naam", "Familie Yilmaz"),
    ("De buurman Ahmed helpt mee.", "naam", "buurman Ahmed"),
    ("Op de Lindelaan 23 staat het vol.", "huisnummer", "Lindelaan 23"),
    ("In de Kerkstraat 5b is lekkage.", "huisnummer", "Kerkstraat 5b"),
    ("Bij nummer 14 staat altijd afval.", "huisnummer", "nummer 14"),
    ("Het gaat om flat 12.", "huisnummer", "flat 12"),
    ("Ze wonen op 3511 AB.", "postcode", "3511 AB"),
    ("Postcode 1017ab dus.", "postcode", "1017ab"),
    ("Bel 06-12345678.", "telefoon", "06-12345678"),
    ("Bel 030 234 56 78.", "telefoon", "030 234 56 78"),
    ("Bel +31 6 12 34 56 78.", "telefoon", "+31 6 12 34 56 78"),
    ("Mail naar jan.p@voorbeeld.nl graag.", "e-mail", "jan.p@voorbeeld.nl"),
    ("Nummer 123456782 staat erbij.", "bsn", "123456782"),
    ("De buurvrouw heeft dementie.", "gezondheid", "dementie"),
    ("Hij is verslaafd geraakt.", "gezondheid", "verslaafd"),
    ("Er zit iemand met psychische klachten.", "gezondheid", "psychische"),
    ("Hij is opgepakt.", "strafbaar", "opgepakt"),
    ("Ze dealen in het portiek.", "strafbaar", "dealen"),
    ("Er woont een veroordeelde.", "strafbaar", "veroordeelde"),
    ("Een Marokkaans gezin vertrok.", "herkomst", "Marokkaans"),
    ("De Poolse bewoners helpen.", "herkomst", "Poolse"),
    ("Er wonen veel statushouders.", "herkomst", "statushouders"),
]
MIS = [
    "In de Vogelbuurt is het rustig. De Wielen ook.",
    "In mei komt er een bank bij de Jumbo.",
    "In 2021 is het aantal gestegen tot 1234, van 0 tot 15 jaar.",
    "Aan de Kade ligt vuil, op het plein niet.",
    "Bijna 45 procent heeft het krap; 3 van de 12 woningen staan leeg.",
    "De huismeester kent iedereen. De wijkbeheerder ook.",
    "Rond de markt is het druk. Wil je weten hoe? Kom kijken.",
    "Mark de plekken op de kaart. Ben je er geweest?",
    "Op zaterdag staan er twintig kinderen met een fiets.",
    "De lift is al 3 keer kapot geweest sinds 12 maart 2026.",
    "Volgens CBS is dat 14 %. Volgens Wierdestad ook.",
    "De brug over het kanaal is dicht tot 17.30 uur.",
]


@pytest.mark.parametrize(("tekst", "soort", "woorden"), RAAK)
def test_what_points_at_someone_is_found_with_its_words(
    tekst: str, soort: str, woorden: str
) -> None:
    assert (soort, woorden) in [(v.soort, v.woorden) for v in vind(tekst, PLAATSEN)]
    assert soort in ADVIES


@pytest.mark.parametrize("tekst", MIS)
def test_ordinary_sentences_are_left_alone(tekst: str) -> None:
    assert vind(tekst, PLAATSEN) == []


def test_the_stories_of_the_town_raise_no_false_alarm() -> None:
    """46 stories written without anyone in them: every find would be a false alarm."""
    pad = Path(__file__).parents[1] / "data" / "voorbeeld" / "verhalen.yaml"
    inhoud = yaml.safe_load(pad.read_text(encoding="utf-8"))
    teksten = [v["tekst"] for v in (inhoud if isinstance(inhoud, list) else inhoud["verhalen"])]
    assert len(teksten) >= 40
    assert [(t, vind(t)) for t in teksten if vind(t)] == []


def test_finds_do_not_overlap_and_a_long_text_is_quick() -> None:
    import time

    tekst = "Mevrouw Fatima de Vries van de Lindelaan 23 belt 06-12345678. " * 60
    begin = time.process_time()
    gevonden = vind(tekst)
    assert time.process_time() - begin < 0.5
    assert all(a.tot <= b.van for a, b in itertools.pairwise(gevonden))
    assert len(gevonden) >= 180


def test_beside_the_text_stand_the_words_and_what_each_figure_will_show(tmp_path: Path) -> None:
    datamap = voor_map(tmp_path).datamap
    klein.schrijf(datamap, 1)
    snapshots = Snapshots(datamap)
    with snapshots.lezing() as lezing:
        buurt = lezing.buurt(klein.BUURT)
        uit = str(meelezen("Kees zei: [[Laag inkomen, 2023]], in Tuindorp.", lezing, buurt))
        assert "'Kees'" in uit and "14,5" in uit and "Tuindorp" not in uit
        assert meelezen("  ", lezing, buurt) == []
        jaar = str(meelezen("[[Laag inkomen, 1999]]", lezing, buurt))
        assert "geen cijfer over 1999" in jaar
    snapshots.sluit()

"""Protects: a quoted figure in a sentence, its way in and out, and words against its movement."""

from __future__ import annotations

from typing import Any

import pytest
from dash.development.base_component import Component

from dashboard import telling
from dashboard.context import Huis
from dashboard.panels import vertellen
from dashboard.snapshot import lees_publicatie
from dashboard.stories import tokens
from dashboard.stories.binding import markeer
from dashboard.stories.models import Verhaal
from dashboard.stories.repository import VerhaalFout
from dashboard.stories.tokens import Token, beweert, waarschuwing
from indicators.catalogue import lees
from tests import publicatie_klein as klein

CAT = lees()
LAAG = CAT.indicatoren["laag_inkomen_pct"]
BASIS = {"gebied": klein.BUURT, "grensjaar": None, "verhaal": None, "nummer": None}


def _velden(tekst: str, **anders: Any) -> telling.Velden:
    return telling.Velden(
        **{
            "tekst": tekst, "rol": "bewoner", "soort": "ervaring", "richting": None, "hoe": "",
            "op": "", "door": "schrijver", "toestemming": True, "anoniem": True,
            "houding": "past", **anders,
        }
    )  # fmt: skip


def _bewaar(huis: Huis, tekst: str, **anders: Any) -> Verhaal:
    wie = huis.verhalen.een(telling.bewaar(huis, BASIS, _velden(tekst, **anders)))
    assert wie is not None
    return wie


def _gelezen(v: Verhaal) -> str:
    return vertellen.woorden_van(v, CAT).replace("\u00a0", " ")


def test_a_picked_figure_is_kept_bound_and_shown_as_quoted(huis: Huis) -> None:
    v = _bewaar(huis, "Met [[Laag inkomen, 2023]] is het hier krap.")
    with huis.snapshots.lezing() as lezing:
        ref = lezing.buurt(klein.BUURT).referentiewaarden[("laag_inkomen_pct", 2023)].waarde
    [k] = v.koppelingen
    assert (k.indicator, k.jaar, k.waarde, k.houding) == ("laag_inkomen_pct", 2023, 14.5, "past")
    assert v.nu.tekst.startswith("Met [[laag_inkomen_pct|2023|Wierdestad|")
    assert ref is not None
    assert _gelezen(v) == (
        f"Met 14,5 % (2023, Wierdestad {str(round(ref, 1)).replace('.', ',')} %) is het hier krap."
    )


def test_what_was_quoted_is_not_rewritten_by_a_correction(huis: Huis) -> None:
    v = _bewaar(huis, "Bij [[Bijstand per 1.000, 2023]] hoort een verhaal.")
    eerst = _gelezen(v)
    nieuw = klein.schrijf(huis.instellingen.datamap, 2)
    with lees_publicatie(huis.instellingen.datamap, nieuw) as lezing:
        markeer(huis.verhalen, lezing)
    later = huis.verhalen.een(v.id)
    assert later is not None and "61 per 1.000 (2023" in eerst
    assert _gelezen(later) == eerst
    assert {m.soort for k in later.koppelingen for m in k.merken} >= {"te_herzien"}


def test_a_revision_keeps_the_quote_and_binds_a_new_figure_with_a_stance(huis: Huis) -> None:
    v = _bewaar(huis, "Eerst [[Laag inkomen, 2023]].")
    klein.schrijf(huis.instellingen.datamap, 2)
    getypt = tokens.om_te_typen(v.nu.tekst, CAT)
    assert getypt == "Eerst [[Laag inkomen, 2023]]."
    basis = {**BASIS, "verhaal": str(v.id), "nummer": 1}
    anders = getypt + " En [[Koopwoningen, 2023]]."
    with pytest.raises(VerhaalFout, match="hoe het bij het cijfer past"):
        telling.bewaar(huis, basis, _velden(anders, houding=None))
    telling.bewaar(huis, basis, _velden(anders, houding="nuance"))
    na = huis.verhalen.een(v.id)
    assert na is not None
    assert na.nu.tekst.startswith(v.nu.tekst)  # the first token is letter by letter the same
    assert {(k.indicator, k.houding) for k in na.koppelingen} == {
        ("laag_inkomen_pct", "past"), ("koopwoningen_pct", "nuance"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("tekst", "zegt"),
    [
        ("[[Bestaat niet, 2023]]", "geen cijfer dat we kennen"),
        ("[[Laag inkomen, 1999]]", "is er hier niet over 1999"),
        ("[[herkomst_buiten_europa_pct, 2023]]", "geen cijfer dat we kennen"),
    ],
)
def test_a_figure_that_cannot_be_quoted_is_named_and_nothing_is_kept(
    huis: Huis, tekst: str, zegt: str
) -> None:
    with pytest.raises(VerhaalFout, match=zegt):
        _bewaar(huis, tekst)
    assert huis.verhalen.aantal() == 0


def test_a_forged_token_shows_no_figure_and_cannot_forge_its_reference(huis: Huis) -> None:
    v = _bewaar(huis, "Kijk: [[laag_inkomen_pct|2023|Nederland|99]].")
    assert "Nederland" not in v.nu.tekst and "Wierdestad" in v.nu.tekst
    vals = Token("bijstand_per_1000", 2021, "Nederland", 1.0)
    assert tokens.woorden(vals, v.koppelingen_ooit, CAT) == "(cijfer over 2021 niet gevonden)"


def test_a_text_without_figures_stays_as_it_was_and_script_stays_text(huis: Huis) -> None:
    tekst = "Geen haken [hier] en [[ook niet]] <b>vet</b>."
    v = _bewaar(huis, tekst, houding=None)
    assert v.nu.tekst == tekst
    deel = vertellen.alineas(v, CAT)
    assert deel == [[tekst]] and not any(isinstance(d, Component) for d in deel[0])


OMHOOG = [
    "De leegstand is gestegen.", "Het aantal neemt toe.", "Het loopt al jaren op.",
    "De schulden zijn hoger dan vorig jaar.", "Er is een toename te zien.",
    "Het cijfer steeg in een jaar.", "Het aandeel groeit.", "De huur gaat omhoog.",
]  # fmt: skip
OMLAAG = [
    "De leegstand is gedaald.", "Het aantal neemt af.", "Het loopt terug.",
    "Het is lager dan in 2019.", "Een forse daling.", "De bijstand is gehalveerd.",
    "De school krimpt.", "Dat daalt al jaren.",
]  # fmt: skip
NIETS = [
    "Het is niet gedaald.", "Er is niets veranderd in de straat.", "De school is dicht.",
    "Eerst gestegen, toen weer gedaald.", "Het lijkt gedaald.", "Er wonen veel ouderen.",
    "De stoep is opgehoogd.", "Nauwelijks gestegen.",
]  # fmt: skip


@pytest.mark.parametrize("zin", OMHOOG)
def test_words_for_up_are_understood(zin: str) -> None:
    b = beweert(zin)
    assert b is not None and (b.soort, b.kant) == ("verloop", "omhoog")


@pytest.mark.parametrize("zin", OMLAAG)
def test_words_for_down_are_understood(zin: str) -> None:
    b = beweert(zin)
    assert b is not None and (b.soort, b.kant) == ("verloop", "omlaag")


@pytest.mark.parametrize("zin", NIETS)
def test_denials_and_both_ways_claim_nothing(zin: str) -> None:
    assert beweert(zin) is None


def test_higher_than_a_place_is_a_level_and_than_then_a_movement() -> None:
    niveau, toen = beweert("Hoger dan in Wierdestad."), beweert("Hoger dan vorig jaar.")
    assert niveau is not None and niveau.soort == "niveau"
    assert toen is not None and toen.soort == "verloop"


TEKST = "Met [[laag_inkomen_pct|2021]] is het gedaald. De straat is drukker; dat stijgt."


@pytest.mark.parametrize(
    ("tekst", "toen", "nu", "ref", "zegt"),
    [
        (TEKST, 14.0, 17.0, None, "„gedaald”; sindsdien is het cijfer juist gestegen"),
        (TEKST, 17.0, 14.0, None, ""),
        (TEKST, 14.0, 14.05, None, ""),  # within rounding
        (TEKST, None, 14.0, None, ""),
        ("Dit is [[laag_inkomen_pct|2021]], hoger dan in de stad.", 14.0, 9.0, 12.0, "hoger dan"),
        ("Dit is [[laag_inkomen_pct|2021]], hoger dan in de stad.", 14.0, 13.0, 9.0, ""),
        ("Dit is [[laag_inkomen_pct|2021]], gelijk gebleven.", 14.0, 17.0, None, "gelijk gebleven"),
        ("[[koopwoningen_pct|2021]] is gedaald. [[laag_inkomen_pct|2021]] ook.", 14.0, 17.0, None,
         ""),
    ],
)  # fmt: skip
def test_a_warning_only_when_the_sentence_goes_against_the_movement(
    tekst: str, toen: float | None, nu: float | None, ref: float | None, zegt: str
) -> None:
    woorden = waarschuwing(tekst, LAAG, toen, nu, False, ref)
    assert (zegt in woorden) if zegt else woorden == ""


def test_without_tokens_a_story_about_one_figure_is_read_whole() -> None:
    assert waarschuwing("De armoede is gedaald.", LAAG, 14.0, 17.0, alleen=True)
    assert waarschuwing("De armoede is gedaald.", LAAG, 14.0, 17.0, alleen=False) == ""

"""Protects: what was typed is not lost when a page is drawn anew, and is gone once it is kept."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from dashboard.stories.repository import Nieuw, Woorden
from tests import publicatie_klein as klein
from tests.browser.conftest import Bezoek, Plek
from tests.browser.test_reizen import _kies

pytestmark = [pytest.mark.browser, pytest.mark.proef]
REDEN = "Vraag na of dit zo mag."


def test_a_reason_stays_while_another_story_is_read(bezoek: Bezoek, plek: Plek) -> None:
    for n in ("Eerste", "Tweede"):
        woorden = Woorden(f"{n} verhaal.", "bewoner", toestemming=True)
        plek.huis.verhalen.schrijf(Nieuw(klein.BUURT, 2023, woorden), "Anna")
    page = bezoek.naar("/lezen")
    kaart = page.locator(".lees-kaart")
    kaart.filter(has_text="Tweede").get_by_role("textbox").fill(REDEN)
    kaart.filter(has_text="Eerste").get_by_role("button", name="Gelezen").click()
    expect(kaart).to_have_count(1)
    expect(kaart.get_by_role("textbox")).to_have_value(REDEN)
    page.get_by_role("button", name="Geef terug").click()
    expect(page.locator(".lees-leeg")).to_be_visible()
    for _ in range(60):  # it goes a few seconds after the card does
        over = page.evaluate("Object.keys(sessionStorage).filter(k => k.includes('lees|'))")
        if not over:
            break
        page.wait_for_timeout(200)
    assert over == []
    bezoek.schoon()


def test_a_card_that_was_being_written_survives_a_reload_until_it_is_kept(bezoek: Bezoek) -> None:
    page = bezoek.naar(f"/inzet?gebied={klein.BUURT}")
    velden = {"Hoe heet het?": "Koffie", "Wat willen we bereiken?": "Elkaar kennen.",
              "Hoe pakken we het aan?": "Elke week.", "Wie doen dit?": "team",
              "Waaraan merken bewoners": "Meer contact."}  # fmt: skip
    for naam, tekst in velden.items():
        page.get_by_label(naam).fill(tekst)
    page.reload()
    expect(page.get_by_label("Wat willen we bereiken?")).to_have_value("Elkaar kennen.")
    _kies(page, "Waar gaat het over?", "sociaal beheer")
    page.get_by_role("button", name="Bewaar").click()
    expect(page.locator(".inzetkaart h3")).to_have_text("Koffie")
    page.reload()
    expect(page.locator(".inzetkaart h3")).to_have_text("Koffie")
    expect(page.get_by_label("Hoe heet het?")).to_have_value("")
    assert page.evaluate("Object.keys(sessionStorage).filter(k => k.includes('inzet|'))") == []
    bezoek.schoon()

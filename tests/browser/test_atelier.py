"""Protects: the Methode-atelier in a browser: keys move weights, map and list follow, kept."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests import kaart_klein
from tests.browser.conftest import Bezoek, Plek

pytestmark = pytest.mark.browser
KLAAR = "[data-kaart][data-klaar=ja]"


@pytest.mark.proef
def test_weights_by_keyboard_then_a_buurt_then_kept(plek: Plek, bezoek: Bezoek) -> None:
    """A slider by its arrow keeps the focus; list and stamp follow; saved, it has its own link."""
    kaart_klein.teken(plek.datamap, "20260312-klein-1")
    page = bezoek.naar("/atelier")
    page.wait_for_selector(KLAAR)
    stempel = page.locator("#atelier-stempel")
    expect(stempel).to_contain_text("Standaardinstelling")
    schuif = page.get_by_role("slider").first
    schuif.focus()
    page.keyboard.press("ArrowRight")
    expect(stempel).to_contain_text("Eigen instelling, niet bewaard")
    expect(page).to_have_url(re.compile("gewicht=[0-9.]+,"))
    expect(schuif).to_be_focused()
    page.wait_for_selector(KLAAR)
    page.locator(".kaartlijst .ag-row .cel-getal").first.click()
    expect(page.locator("#kaartje-vak h3")).to_be_visible()
    expect(page.get_by_text("Samen de score")).to_be_visible()
    page.fill("#atelier-naam", "Inkomen zwaarder")
    page.fill("#atelier-reden", "Omdat rondkomen hier het gesprek is.")
    page.get_by_role("button", name="Bewaar deze instelling").click()
    expect(page).to_have_url(re.compile("instelling=inkomen-zwaarder.1"))
    expect(stempel).to_contain_text("Omdat rondkomen hier het gesprek is.")
    gevonden = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in gevonden] == []
    page.go_back()
    expect(stempel).to_contain_text("Eigen instelling, niet bewaard")
    bezoek.schoon()

"""Protects: a wijkbeheerder tells with the network cut, and hears what became of it."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from dashboard.phone.pairing import Toestellen
from tests import publicatie_klein as klein
from tests.browser.conftest import Bezoek, Plek
from tests.telefoon import TEKST, stel_in

pytestmark = pytest.mark.browser


def _zuiver(page: Page) -> None:
    fouten = Axe().run(page).response["violations"]
    assert fouten == [], [f"{f['id']}: {f['nodes'][0]['html'][:120]}" for f in fouten]
    breed = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert breed <= 0, "nothing sticks out"


def _doelen(page: Page) -> None:
    """What one taps is large enough for a thumb."""
    for veld in page.locator("button:visible, select:visible, .kant:visible, .vink:visible").all():
        vak = veld.bounding_box()
        assert vak is not None and vak["height"] >= 44, veld.inner_text()


def test_told_without_a_connection_it_arrives_once_is_read_and_heard_of(
    bezoek: Bezoek, plek: Plek, browser: Browser
) -> None:
    stel_in(plek.huis)
    bureau = bezoek.naar("/telefoons")
    bureau.get_by_label("Van wie is de telefoon?").fill("Bo")
    bureau.get_by_role("button", name="Maak koppellink").click()
    link = bureau.locator("#telefoon-link").get_attribute("href")
    assert link is not None and link.startswith(plek.url)
    expect(bureau.get_by_alt_text("QR-code met de koppellink")).to_be_visible()
    _zuiver(bureau)
    venster = browser.new_context(viewport={"width": 390, "height": 844}, locale="nl-NL")
    tel = venster.new_page()
    fouten: list[str] = []
    tel.on("pageerror", lambda fout: fouten.append(str(fout)))
    tel.goto(link)
    tel.get_by_role("button", name="Koppel deze telefoon").press("Enter")
    expect(tel.locator("#wie")).to_have_text("Bo, wijkbeheerder")
    assert "koppel" not in tel.url, "the link does not stay in the address"
    tel.evaluate("navigator.serviceWorker.ready.then(() => true)")
    tel.reload()  # from now on the page comes from the phone itself

    venster.set_offline(True)
    tel.get_by_label("Waar?").select_option(label="Wielenhof")
    expect(tel.locator("#buurt")).to_have_text("Ligt in De Wielen.")
    tel.get_by_label("Wat is er aan de hand?").fill(TEKST)
    tel.get_by_role("button", name="Verstuur").click()
    expect(tel.locator("#melding")).to_contain_text("Kies welke kant het op gaat.")
    tel.get_by_label("slechter").check()
    tel.get_by_label("Niemand is hierin te herkennen").check()
    tel.get_by_label("Dit mag gedeeld worden").check()
    _doelen(tel)
    _zuiver(tel)
    tel.get_by_role("button", name="Verstuur").press("Enter")
    expect(tel.locator("#lijst .staat")).to_have_text("Staat klaar om te versturen")
    tel.reload()
    expect(tel.get_by_role("heading", level=1)).to_have_text("Wat speelt er?")
    expect(tel.locator("#lijst .staat")).to_have_text("Staat klaar om te versturen")
    expect(tel.get_by_label("Waar?")).to_have_value("wielenhof")
    assert plek.huis.verhalen.aantal() == 0

    venster.set_offline(False)
    expect(tel.locator("#lijst .staat")).to_have_text("Wacht op een tweede lezer.")
    tel.reload()
    expect(tel.locator("#lijst li")).to_have_count(1)
    assert plek.huis.verhalen.aantal() == 1

    bezoek.naar("/lezen")
    bureau.get_by_label("Wie leest na?").fill("Rik")
    bureau.get_by_role("button", name="Gelezen, mag gedeeld").click()
    expect(bureau.locator(".lees-leeg")).to_be_visible()
    [verhaal] = plek.huis.verhalen.van([klein.BUURT])
    assert verhaal.nu.status == "gelezen"
    tel.reload()
    expect(tel.locator("#lijst .staat")).to_have_text("Gelezen, mag gedeeld.")

    tel.get_by_label("Wat is er aan de hand?").fill("Nog iets.")
    tel.get_by_label("let op").check()
    tel.get_by_label("Niemand is hierin te herkennen").check()
    [telefoon] = Toestellen(plek.huis.verhalen).lijst()
    Toestellen(plek.huis.verhalen).trek_in(telefoon.id)
    tel.get_by_role("button", name="Verstuur").click()
    expect(tel.locator("#melding")).to_be_hidden()
    expect(tel.locator("#los")).to_contain_text("Wat je schreef staat nog op deze telefoon.")
    expect(tel.locator("#lijst li").first).to_contain_text("Nog iets.")
    expect(tel.locator("#lijst li")).to_have_count(1)  # what arrived is no longer this phone's
    _zuiver(tel)
    assert fouten == [] and plek.huis.verhalen.aantal() == 1
    bezoek.schoon()
    venster.close()

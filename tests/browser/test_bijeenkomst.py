"""Protects: a whole meeting in real browsers: one who leads by keyboard, three with a phone."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests import publicatie_klein as klein
from tests.browser.conftest import Bezoek, Plek

pytestmark = pytest.mark.browser
FIGUUR = "Huishoudens met een laag inkomen"
WAARDE = "14,5"


@pytest.fixture
def telefoons(plek: Plek, browser: Browser) -> Iterator[list[Page]]:
    """Three phones, each with cookies of its own; what the server sends to them is kept."""
    vensters = [
        browser.new_context(viewport={"width": 390, "height": 844}, locale="nl-NL",
                            reduced_motion="reduce")
        for _ in range(3)
    ]  # fmt: skip
    yield [v.new_page() for v in vensters]
    for v in vensters:
        v.close()


def _kop(page: Page) -> Any:
    return page.get_by_role("heading", level=1)


def _axe(page: Page) -> None:
    uit = Axe().run(page)
    assert uit.violations_count == 0, uit.generate_report()


def _stap(page: Page, woorden: str) -> None:
    """A step by keyboard."""
    knop = page.get_by_role("button", name=woorden, exact=True)
    knop.focus()
    page.keyboard.press("Enter")


def _begin(page: Page) -> str:
    """From the page of the area to a meeting about one figure; its code."""
    page.get_by_role("link", name="Begin een bijeenkomst").click()
    expect(_kop(page)).to_contain_text("Een bijeenkomst over De Wielen")
    regels = page.locator(".bij-keuze li")
    while (n := regels.count()) > 1:
        ander = regels.filter(has_not_text=FIGUUR).first
        ander.get_by_role("button", name=re.compile("^Weg")).click()
        expect(regels).to_have_count(n - 1)
    page.get_by_role("button", name="Begin", exact=True).click()
    expect(page.locator(".bij-code")).to_be_visible()
    return str(page.locator(".bij-code > span").first.inner_text())


def _doe_mee(pages: list[Page], url: str, code: str) -> None:
    for page in pages:
        page.goto(f"{url}/meedoen")
        page.get_by_label("Code op het scherm").fill(code.lower())
        page.get_by_label("Mijn notities mogen een verhaal worden").check()
        page.get_by_role("button", name="Doe mee").click()
        expect(_kop(page)).to_contain_text("Je doet mee als")


def _schrijf(page: Page, vraag: str, tekst: str) -> None:
    page.get_by_label(vraag).fill(tekst)
    page.get_by_role("button", name="Verstuur").click()
    expect(page.locator(".meedoen-zeg")).to_contain_text("Verstuurd")


@pytest.mark.proef
def test_three_people_tell_first_and_a_note_ends_on_the_page_of_the_buurt(
    bezoek: Bezoek, plek: Plek, telefoons: list[Page]
) -> None:
    doek = bezoek.naar(f"/buurt/{klein.BUURT}")
    code = _begin(doek)
    gekregen: list[str] = []
    for t in telefoons:
        t.on("response", lambda a: gekregen.append(a.text()) if "/scherm" in a.url else None)
    _doe_mee(telefoons, plek.url, code)
    expect(doek.locator(".bij-aantal")).to_contain_text("3 mensen doen mee")
    _axe(doek)
    een, twee, drie = telefoons

    _stap(doek, "Begin met het eerste cijfer")
    for t, kant in zip(telefoons, ("Hoger", "Hoger", "Lager"), strict=True):
        expect(_kop(t)).to_have_text(FIGUUR)
        t.get_by_label(kant, exact=True).check()
        _schrijf(t, "Wat verwacht je, en waarom?", f"Ik denk {kant.lower()}.")
    expect(doek.locator(".bij-teller")).to_have_text("3")
    doek.wait_for_function("document.activeElement.closest('.bij-bediening') !== null")
    assert WAARDE not in "".join(gekregen) + doek.content() + een.content()
    _axe(een)
    twee.get_by_label("Wat verwacht je, en waarom?").fill("Nog niet verstuurd")

    begin = time.perf_counter()
    _stap(doek, "Onthul het cijfer")
    duur = []
    for t in telefoons:
        expect(t.locator(".bij-cijfer")).to_contain_text(WAARDE)
        duur.append(time.perf_counter() - begin)
    print(f"onthuld op drie telefoons na {', '.join(f'{d:.2f}' for d in duur)} s")
    assert max(duur) < 10, duur  # two seconds on a quiet machine; a busy one is slow, not wrong
    expect(doek.locator(".bij-cijfer")).to_contain_text(WAARDE)
    expect(doek.locator(".bij-staaf-n")).to_have_text(["2 keer", "0 keer", "1 keer"])
    expect(twee.locator(".meedoen-over")).to_contain_text("Nog niet verstuurd")
    twee.get_by_role("button", name="Zet het in het tekstvak").click()
    expect(twee.get_by_label("Wat valt je op?")).to_have_value("Nog niet verstuurd")

    naam = een.evaluate("document.querySelector('[data-wie]').dataset.wie")
    een.reload()  # who drops and comes back is still the same
    assert een.evaluate("document.querySelector('[data-wie]').dataset.wie") == naam
    _schrijf(een, "Wat valt je op?", "De huur stijgt harder dan wat binnenkomt.")
    expect(doek.locator(".bij-prikbord li").first).to_have_text(
        "De huur stijgt harder dan wat binnenkomt."
    )
    _axe(doek)
    _axe(een)
    _stap(doek, "Wat ziet dit cijfer niet?")
    expect(drie.get_by_label("Wat ziet dit cijfer niet?")).to_be_visible()
    _schrijf(drie, "Wat ziet dit cijfer niet?", "Mensen helpen elkaar hier.")
    expect(doek.locator(".bij-prikbord")).to_contain_text("Mensen helpen elkaar hier.")
    _stap(doek, "Naar de laatste vraag")
    expect(_kop(twee)).to_have_text("Wat zien al deze cijfers samen niet?")
    twee.get_by_label("Wat moet wie hier over beslist ook weten?").fill("Te laat")
    _stap(doek, "Sluit de bijeenkomst")
    expect(_kop(twee)).to_contain_text("gesloten")
    expect(twee.locator(".meedoen-over").first).to_contain_text("niet verstuurd")

    doek.get_by_role("link", name="Maak van notities verhalen").click()
    expect(_kop(doek)).to_contain_text("Notities van")
    _axe(doek)
    kaart = doek.locator(".oogst-kaart", has_text="De huur stijgt harder")
    kaart.get_by_role("button", name=re.compile("^Maak er een verhaal van")).click()
    expect(doek.locator(".oogst-klaar")).to_contain_text("De huur stijgt harder")
    doek.get_by_role("link", name="Bekijk het bij de buurt").click()
    expect(_kop(doek)).to_have_text("De Wielen")
    verhaal = doek.locator(".verhaal", has_text="De huur stijgt harder dan wat binnenkomt.")
    expect(verhaal).to_contain_text("nog niet nagelezen")
    bezoek.schoon()

"""Protects: what people come to do works in a real browser, with mouse, keyboard and reader."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from dashboard.snapshot import lees_publicatie
from dashboard.stories.binding import citeer, markeer
from dashboard.stories.repository import Nieuw, Woorden
from tests import publicatie_klein as klein
from tests.browser.conftest import Bezoek, Plek

pytestmark = pytest.mark.browser
BUURT = f"/buurt/{klein.BUURT}"
TEKST = "Op vrijdag staat er een rij bij de voedselbank, ook met mensen die werken."


def _kies(page: Page, veld: str, keuze: str | re.Pattern[str]) -> None:
    page.get_by_label(veld).first.click()
    page.get_by_role("option", name=keuze).click()


def test_choose_areas_write_a_story_reload_revise_and_read_its_history(
    bezoek: Bezoek, plek: Plek
) -> None:
    page = bezoek.naar("/")
    expect(page.get_by_text("fictieve gemeente")).to_be_visible()
    page.get_by_label("Zoek op naam of code").fill("wiel")
    page.get_by_role("button", name="Voeg De Wielen toe").click()
    page.get_by_role("link", name="De Wielen", exact=True).click()
    expect(page.get_by_role("heading", name="De Wielen", exact=True)).to_be_visible()
    expect(page).to_have_title("De Wielen – Tel & Vertel")

    page.locator("#cijfer-bijstand_per_1000").get_by_text("Vertel hierbij").click()
    page.wait_for_url("**cijfer=bijstand_per_1000**")
    expect(page.locator("#vertel")).to_be_focused()
    page.get_by_label("Wat is er aan de hand?").fill(TEKST)
    _kies(page, "Wie vertelt dit?", "huismeester")
    page.get_by_label("klopt niet").check()
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_role("alert")).to_contain_text("vink aan dat niemand erin te herkennen is")
    page.get_by_label("niemand is hierin te herkennen").check()
    page.get_by_role("button", name="Bewaar").click()
    verhaal = page.locator("#cijfer-bijstand_per_1000 .verhaal")
    expect(verhaal).to_contain_text(TEKST)
    expect(verhaal.locator(".houding")).to_have_text("klopt niet")

    page.reload()
    expect(verhaal).to_contain_text("bij 61 per 1.000 over 2023")
    verhaal.get_by_role("link", name="Herzien").click()
    veld = page.get_by_label("Wat is er aan de hand?")
    expect(veld).to_have_value(TEKST)
    veld.fill(TEKST.replace("vrijdag", "zaterdag"))
    page.get_by_role("button", name="Bewaar").click()
    expect(verhaal).to_contain_text("Op zaterdag")
    verhaal.get_by_text("Geschiedenis (2 revisies)").click()
    expect(verhaal.locator("del")).to_have_text("vrijdag")
    expect(verhaal.locator("ins")).to_have_text("zaterdag")

    page.get_by_role("link", name="Mijn buurten").click()
    expect(page.locator(".mijn")).to_contain_text("1 verhaal spreekt een cijfer tegen")
    page.go_back()
    expect(page.get_by_role("heading", name="De Wielen", exact=True)).to_be_visible()
    bezoek.schoon()


def test_a_new_publication_shows_without_restart_and_marks_both_ways_apart(
    bezoek: Bezoek, plek: Plek
) -> None:
    with plek.huis.snapshots.lezing() as lezing:
        buurt, wie = lezing.buurt(klein.BUURT), lezing.publicatie.publicatie
    for indicator in ("bijstand_per_1000", "koopwoningen_pct"):
        plek.huis.verhalen.schrijf(
            Nieuw(klein.BUURT, 2023, Woorden(tekst=f"Over {indicator}.", rol="bewoner"),
                  (citeer(buurt, indicator, 2023, wie, "past"),)),
            "toets",
        )  # fmt: skip
    page = bezoek.naar(BUURT)
    expect(page.locator(".gegevens")).to_contain_text("gegevens van 12 maart 2026")
    nieuw = klein.schrijf(plek.datamap, 2)
    with lees_publicatie(plek.datamap, nieuw) as lezing:
        markeer(plek.huis.verhalen, lezing)
    page.locator("nav summary").first.click()
    page.get_by_role("link", name="Bronnen en methode").click()
    expect(page.locator(".gegevens")).to_contain_text("gegevens van 20 september 2026")
    page = bezoek.naar(BUURT)
    herzien = page.locator("#cijfer-bijstand_per_1000 .merk-herzien")
    expect(herzien).to_contain_text("was 61 per 1.000, is nu 74 per 1.000")
    expect(page.locator("#cijfer-koopwoningen_pct .merk-herzien")).to_have_count(0)
    jaar = page.locator("#cijfer-koopwoningen_pct .merk-jaar")
    expect(jaar).to_contain_text("Er is een nieuw jaar: geldt dit nog?")
    jaar.get_by_role("button", name="Ja, dit geldt nog").click()
    expect(jaar).to_have_count(0)
    expect(herzien).to_have_count(1)
    bezoek.schoon()


@pytest.mark.proef
def test_what_is_chosen_is_in_the_address_and_back_goes_back(bezoek: Bezoek) -> None:
    page = bezoek.naar(f"{BUURT}?cijfer=koopwoningen_pct")
    expect(page.locator("#cijfer-koopwoningen_pct")).to_have_class(re.compile("gekozen"))
    page.get_by_role("link", name="Gemiddelde WOZ-waarde van woningen").click()
    expect(page).to_have_url(re.compile("cijfer=woz_waarde_keur"))
    expect(page.locator("#cijfer-woz_waarde_keur")).to_have_class(re.compile("gekozen"))
    page.go_back()
    expect(page.locator("#cijfer-koopwoningen_pct")).to_have_class(re.compile("gekozen"))
    expect(page.locator("#cijfer-woz_waarde_keur")).not_to_have_class(re.compile("gekozen"))
    bezoek.schoon()


def test_a_figure_that_opens_on_demand_can_be_linked_to(bezoek: Bezoek) -> None:
    page = bezoek.naar(f"{BUURT}?cijfer=eengezinswoningen_pct")
    expect(page.locator("#cijfer-eengezinswoningen_pct")).to_be_visible()
    expect(page.locator("#cijfer-eengezinswoningen_pct")).to_have_class(re.compile("gekozen"))
    bezoek.schoon()


def test_origin_is_copied_as_one_sentence_and_look_alikes_come_later(bezoek: Bezoek) -> None:
    page = bezoek.naar(BUURT)
    rij = page.locator("#cijfer-laag_inkomen_pct")
    rij.get_by_text("Wat is dit cijfer?").click()
    rij.get_by_role("button", name="Kopieer herkomst").click()
    zin = page.evaluate("navigator.clipboard.readText()")
    for stuk in ("De Wielen", "BU99010203", "14,5 %", "2023", "kwb-2023.xlsx", "CC BY 4.0",
                 "sha256", "20260312-klein-1", "fictieve gemeente"):  # fmt: skip
        assert stuk in zin
    # What is lower down is asked for when one comes near, not before.
    laat = page.locator("[data-laat=vergelijkbaar]")
    expect(laat.get_by_text("Dit wordt nu uitgezocht")).to_have_count(1)
    page.locator("#vergelijkbaar").scroll_into_view_if_needed()
    expect(laat.locator("h3").first).to_have_text("In bouw en bewoners")
    expect(laat.get_by_text("Dit wordt nu uitgezocht")).to_have_count(0)
    bezoek.schoon()


def test_keyboard_alone_reaches_the_form_and_keeps_a_story(bezoek: Bezoek, plek: Plek) -> None:
    page = bezoek.naar(BUURT)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Naar de inhoud")).to_be_focused()
    for _ in range(14):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Vertel iets over dit gebied":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#vertel")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Wat is er aan de hand?")).to_be_focused()
    page.keyboard.type("Met alleen het toetsenbord.")
    page.keyboard.press("Tab")  # to the figures that can be put into the text
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    for _ in range(16):
        page.keyboard.press("Tab")
        waar = page.evaluate("document.activeElement.id")
        if waar == "vertel-anoniem":
            page.keyboard.press("Space")
        if waar == "vertel-bewaar":
            break
    page.keyboard.press("Enter")
    expect(page.locator(".verhaal")).to_contain_text("Met alleen het toetsenbord.")
    assert plek.huis.verhalen.aantal() == 1
    bezoek.schoon()


@pytest.mark.proef
def test_the_second_writer_sees_both_texts_and_can_go_on(bezoek: Bezoek, plek: Plek) -> None:
    woorden = Woorden(tekst="Eerste versie.", rol="bewoner")
    wie = plek.huis.verhalen.schrijf(Nieuw(klein.BUURT, 2023, woorden), "toets").id
    page = bezoek.naar(f"{BUURT}?verhaal={wie}&doe=herzien")
    page.get_by_label("Wat is er aan de hand?").fill("Mijn versie.")
    page.get_by_label("niemand is hierin te herkennen").check()
    plek.huis.verhalen.herzie(wie, 1, Woorden(tekst="Van een ander.", rol="bewoner"), "ander")
    page.get_by_role("button", name="Bewaar").click()
    melding = page.get_by_role("alert")
    expect(melding).to_contain_text("Er is niets overschreven")
    expect(melding).to_contain_text("Van een ander.")
    expect(melding).to_contain_text("Mijn versie.")
    expect(page.get_by_label("Wat is er aan de hand?")).to_have_value("Mijn versie.")
    page.get_by_role("button", name="Bewaar").click()
    expect(page.locator(".verhaal blockquote").first).to_contain_text("Mijn versie.")
    verhaal = plek.huis.verhalen.een(wie)
    assert verhaal is not None
    assert [r.tekst for r in verhaal.revisies] == [
        "Eerste versie.", "Van een ander.", "Mijn versie.",
    ]  # fmt: skip
    bezoek.schoon()


def test_script_in_a_story_is_shown_as_text_and_does_not_run(bezoek: Bezoek, plek: Plek) -> None:
    kwaad = "<img src=x onerror=\"document.title='mis'\"><script>document.title='mis'</script>"
    plek.huis.verhalen.schrijf(
        Nieuw(klein.BUURT, 2023, Woorden(tekst=kwaad, rol="bewoner", opgehaald_hoe=kwaad)), kwaad
    )
    page = bezoek.naar(BUURT)
    expect(page.locator(".verhaal")).to_contain_text("<script>")
    assert page.locator(".verhaal img, .verhaal script").count() == 0
    expect(page).to_have_title("De Wielen – Tel & Vertel")
    bezoek.schoon()


@pytest.mark.parametrize(
    ("breed", "kleur"),
    [
        (1440, "light"),
        *(pytest.param(b, k, marks=pytest.mark.proef)
          for b, k in ((1440, "dark"), (390, "light"), (390, "dark"))),
    ],
)  # fmt: skip
def test_pages_have_no_accessibility_violations_and_do_not_scroll_sideways(
    bezoek: Bezoek, plek: Plek, breed: int, kleur: str
) -> None:
    with plek.huis.snapshots.lezing() as lezing:
        buurt, wie = lezing.buurt(klein.BUURT), lezing.publicatie.publicatie
    for houding in ("past", "klopt_niet"):
        plek.huis.verhalen.schrijf(
            Nieuw(klein.BUURT, 2023, Woorden(tekst=TEKST, rol="bewoner"),
                  (citeer(buurt, "bijstand_per_1000", 2023, wie, houding),)),
            "toets",
        )  # fmt: skip
    with lees_publicatie(plek.datamap, klein.schrijf(plek.datamap, 2)) as lezing:
        markeer(plek.huis.verhalen, lezing)
    page = bezoek.page
    page.emulate_media(color_scheme=kleur)  # type: ignore[arg-type]
    page.set_viewport_size({"width": breed, "height": 900})
    mis: list[str] = []
    for pad in ("/", BUURT, "/bronnen?cijfer=laag_inkomen_pct", "/buurt/BU00000000"):
        bezoek.naar(pad)
        page.wait_for_timeout(500)
        if pad.startswith("/bronnen"):
            expect(page.get_by_role("gridcell", name="Aantal inwoners")).to_be_visible()
        for fout in Axe().run(page).response["violations"]:
            mis += [f"{pad}: {fout['id']}: {n['html'][:160]}" for n in fout["nodes"]]
        wijd = page.evaluate("document.documentElement.scrollWidth")
        if wijd > breed:
            mis.append(f"{pad}: {wijd} breed op een scherm van {breed}")
    assert mis == []
    bezoek.schoon()


@pytest.mark.proef
def test_a_figure_of_the_long_table_opens_its_explanation_and_is_in_the_address(
    bezoek: Bezoek,
) -> None:
    page = bezoek.naar("/bronnen")
    page.get_by_role("gridcell", name="Aantal huishoudens").click()
    expect(page).to_have_url(re.compile("cijfer=huishoudens_aantal"))
    expect(page.locator("#cijfer h3")).to_have_text("Aantal huishoudens")
    page.go_back()
    expect(page.locator("#cijfer h3")).to_have_count(0)
    bezoek.schoon()


@pytest.mark.proef
def test_at_320_pixels_nothing_falls_off_the_screen(bezoek: Bezoek) -> None:
    bezoek.page.set_viewport_size({"width": 320, "height": 700})
    for pad in ("/", BUURT, "/bronnen"):
        bezoek.naar(pad)
        assert bezoek.page.evaluate("document.documentElement.scrollWidth") <= 320
    bezoek.schoon()


@pytest.mark.proef
def test_an_address_of_another_grensjaar_or_an_unknown_area_says_what_to_do(
    bezoek: Bezoek,
) -> None:
    page = bezoek.naar(f"{BUURT}?grensjaar=2012")
    expect(page.get_by_role("heading", level=1)).to_have_text("Geen gegevens met indeling 2012")
    page.get_by_role("link", name="Naar de indeling van 2022").click()
    expect(page.locator(".feiten").first).to_contain_text("indeling 2022")
    page = bezoek.naar(f"/buurt/{klein.GESPLITST}")
    expect(page.locator(".buurt-kop")).to_contain_text("opgevolgd door Kanaalzone-West")
    bezoek.schoon()

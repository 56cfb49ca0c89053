"""Protects: comparing areas and making areas of one's own work with mouse, keyboard and reader."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from dashboard import own_areas
from dashboard.stories.binding import citeer
from dashboard.stories.repository import Nieuw, Woorden
from tests import publicatie_klein as klein
from tests.browser.conftest import Bezoek, Plek

pytestmark = pytest.mark.browser
TUINDORP = "BU99010202"
TWEE = f"/vergelijken?g={klein.BUURT},{TUINDORP}"


def _eigen(plek: Plek) -> None:
    with plek.huis.snapshots.lezing() as lezing:
        gebied = own_areas.maak_gebied(lezing, "Rond de haven", [klein.BUURT, klein.KLEIN])
    own_areas.bewaar(plek.datamap.eigen_gebieden, [gebied])


def _verhaal(plek: Plek) -> None:
    with plek.huis.snapshots.lezing() as lezing:
        buurt, wie = lezing.buurt(klein.BUURT), lezing.publicatie.publicatie
    for houding in ("past", "klopt_niet"):
        citaat = citeer(buurt, "bijstand_per_1000", 2023, wie, houding)
        woorden = Woorden(tekst=f"Een verhaal dat {houding} zegt.", rol="huismeester")
        plek.huis.verhalen.schrijf(Nieuw(klein.BUURT, 2023, woorden, (citaat,)), "toets")


def _namen(page: Page) -> list[str]:
    return page.locator("#gekozen h2").all_inner_texts()


@pytest.mark.proef
def test_from_a_buurt_to_three_side_by_side_and_back(bezoek: Bezoek, plek: Plek) -> None:
    _verhaal(plek)
    page = bezoek.naar(f"/buurt/{klein.BUURT}")
    page.get_by_role("link", name="Vergelijk met andere gebieden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vergelijken")
    page.get_by_label("Zoek een gebied op naam of code").fill("tuin")
    page.get_by_role("link", name="Voeg toe: Tuindorp").click()
    expect(page).to_have_url(re.compile(rf"g={klein.BUURT},{TUINDORP}"))
    expect(page.locator("#gekozen")).to_be_focused()
    page.get_by_text("Zet er een gebied bij").click()
    page.get_by_label("Zoek een gebied op naam of code").fill("BU99010103")
    page.get_by_role("link", name="Voeg toe: Vogelbuurt").click()
    expect(page.locator("#gekozen h2")).to_have_text(["De Wielen", "Tuindorp", "Vogelbuurt"])
    expect(page).to_have_title("De Wielen, Tuindorp en Vogelbuurt vergelijken – Tel & Vertel")
    blok = page.locator("#naast-bijstand_per_1000")
    expect(blok).to_contain_text("Lager: Tuindorp en Vogelbuurt.")
    expect(blok.locator(".naast-een")).to_have_count(3)
    expect(blok.locator(".stem-kort").first).to_contain_text("klopt niet")
    page.get_by_role("link", name="Maak uitgangspunt Tuindorp").click()
    expect(page.locator("#gekozen h2").first).to_have_text("Tuindorp")
    page.get_by_role("link", name="Haal weg De Wielen").click()
    expect(page.locator("#gekozen h2")).to_have_text(["Tuindorp", "Vogelbuurt"])
    page.go_back()
    page.go_back()
    expect(page.locator("#gekozen h2")).to_have_text(["De Wielen", "Tuindorp", "Vogelbuurt"])
    page.get_by_role("link", name="Wonen", exact=True).click()
    expect(page.locator("#naast-eengezinswoningen_pct")).to_be_visible()
    page.get_by_role("link", name="Toon als tabel").click()
    expect(page.get_by_role("table").first).to_contain_text("Koopwoningen")
    page.reload()
    expect(page.get_by_role("table").first).to_contain_text("Koopwoningen")
    assert _namen(page) == ["De Wielen", "Tuindorp", "Vogelbuurt"]
    bezoek.schoon()


def test_lines_stand_in_one_row_and_a_file_can_be_taken_along(bezoek: Bezoek) -> None:
    page = bezoek.naar(TWEE)
    rij = page.locator("#naast-koopwoningen_pct .lijn img")
    hoogten = [rij.nth(n).bounding_box() for n in range(2)]
    assert hoogten[0] and hoogten[1] and hoogten[0]["y"] == hoogten[1]["y"]
    with page.expect_download() as ophalen:
        page.get_by_role("link", name="Excel: neem de cijfers mee").click()
    naam = "telvertel-vergelijken-de-wielen-en-tuindorp-2026-03-12.xlsx"
    assert ophalen.value.suggested_filename == naam
    bezoek.schoon()


def test_make_an_area_by_keyboard_open_it_and_delete_it(bezoek: Bezoek, plek: Plek) -> None:
    page = bezoek.naar("/gebieden")
    page.get_by_label("Hoe heet het?").focus()
    page.keyboard.type("Langs het kanaal")
    page.keyboard.press("Tab")
    page.keyboard.type("kanaal")
    west, oost = re.compile("Kanaalzone-West"), re.compile("Kanaalzone-Oost")
    expect(page.get_by_role("option")).to_have_text([west, oost])  # what fits best first
    gekozen = page.locator("#nieuw .mantine-Pill-label")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(gekozen).to_have_text([west])
    expect(page.get_by_role("option")).to_have_text([oost])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(gekozen).to_have_count(2)
    page.keyboard.press("Escape")
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "nieuw-bewaar":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Langs het kanaal")
    expect(page.locator(".buurt-kop")).to_contain_text("1.960 inwoners")
    gebied = own_areas.lees(plek.datamap.eigen_gebieden)[0]
    assert sorted(gebied.buurtcodes) == sorted(klein.DELEN)
    page.get_by_role("link", name="Eigen gebied", exact=True).click()
    page.get_by_role("link", name="Verwijder Langs het kanaal").click()
    page.get_by_role("button", name="Verwijder Langs het kanaal").click()
    expect(page.locator(".eigen-gebieden")).to_contain_text("Er zijn nog geen eigen gebieden")
    assert own_areas.lees(plek.datamap.eigen_gebieden) == ()
    bezoek.schoon()


def test_a_table_is_shown_as_understood_before_it_is_kept(
    bezoek: Bezoek, plek: Plek, tmp_path: Path
) -> None:
    bestand = tmp_path / "complexen.csv"
    bestand.write_bytes(
        f"gebied;buurtcode\nCaf\xe9;{klein.BUURT}\nCaf\xe9;{klein.BUURT}\n;{TUINDORP}\n"
        f"Caf\xe9;BU00000000\nOud;{klein.GESPLITST}\n"
        f"Kanaal;{klein.DELEN[0]} {klein.DELEN[1]}\n".encode("cp1252")
    )
    page = bezoek.naar("/gebieden")
    page.locator("#tabel-bestand input[type=file]").set_input_files(bestand)
    beeld = page.locator("#tabel-voorbeeld")
    expect(beeld).to_contain_text("Windows-letters (cp1252)")
    expect(beeld).to_contain_text("rij 3: BU99010203 staat al bij Café (rij 2)")
    expect(beeld).to_contain_text("rij 4: geen naam; overgeslagen")
    expect(beeld).to_contain_text("rij 5: BU00000000 staat niet in deze publicatie")
    expect(beeld).to_contain_text("opgevolgd door Kanaalzone-West")
    assert own_areas.lees(plek.datamap.eigen_gebieden) == ()
    page.get_by_role("button", name="Bewaar deze gebieden").click()
    expect(page.locator(".gebiedenlijst")).to_contain_text("Café")
    assert {g.bron for g in own_areas.lees(plek.datamap.eigen_gebieden)} == {"complexen.csv"}
    (tmp_path / "leeg.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    page.locator("#tabel-bestand input[type=file]").set_input_files(tmp_path / "leeg.csv")
    expect(beeld).to_contain_text("geen code van een buurt")
    expect(page.locator("#tabel-bewaar")).to_be_hidden()
    bezoek.schoon()


def test_the_file_chooser_can_be_reached_by_keyboard(bezoek: Bezoek) -> None:
    page = bezoek.naar("/gebieden")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#tabel-bestand input[type=file]")).to_have_attribute("tabindex", "-1")
    page.locator("#nieuw-bewaar").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#tabel-bestand') !== null")
    page.evaluate(
        "document.querySelector('#tabel-bestand input[type=file]')"
        ".addEventListener('click', () => { window.geopend = true; })"
    )
    page.keyboard.press("Enter")
    page.wait_for_function("window.geopend === true")
    bezoek.schoon()


@pytest.mark.parametrize(
    ("breed", "kleur"), [pytest.param(1440, "dark", marks=pytest.mark.proef), (390, "light")]
)
@pytest.mark.proef
def test_no_accessibility_violations_and_no_sideways_scroll(
    bezoek: Bezoek, plek: Plek, breed: int, kleur: str
) -> None:
    _eigen(plek)
    _verhaal(plek)
    page = bezoek.page
    page.emulate_media(color_scheme=kleur)  # type: ignore[arg-type]
    page.set_viewport_size({"width": breed, "height": 900})
    mis: list[str] = []
    zes = f"/vergelijken?g=eigen:rond-de-haven,{klein.BUURT},{TUINDORP},BU99010103,BU99010101"
    for pad in (
        f"{zes},{klein.GESPLITST}", f"{TWEE}&als=tabel&thema=wonen", "/vergelijken",
        "/gebieden?weg=rond-de-haven", "/eigen/rond-de-haven", "/zoek?q=kanaal",
    ):  # fmt: skip
        bezoek.naar(pad)
        page.wait_for_timeout(300)
        for fout in Axe().run(page).response["violations"]:
            mis += [f"{pad}: {fout['id']}: {n['html'][:160]}" for n in fout["nodes"]]
        wijd = page.evaluate("document.documentElement.scrollWidth")
        if wijd > breed:
            mis.append(f"{pad}: {wijd} breed op een scherm van {breed}")
    page.set_viewport_size({"width": 320, "height": 700})
    for pad in (TWEE, "/gebieden", "/eigen/rond-de-haven"):
        bezoek.naar(pad)
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            mis.append(f"{pad}: breder dan 320")
    assert mis == []
    bezoek.schoon()

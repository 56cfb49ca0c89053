"""Protects: the map paints what the list says, by mouse, keyboard and address; and never alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from dashboard import areas
from tests import kaart_klein
from tests import publicatie_klein as klein
from tests.browser.conftest import Bezoek, Plek

pytestmark = pytest.mark.browser


@pytest.fixture
def kaart(plek: Plek, bezoek: Bezoek) -> Bezoek:
    """The small town with its map, and two areas of one's own."""
    kaart_klein.teken(plek.datamap, "20260312-klein-1")
    for code in (klein.BUURT, "BU99010103"):
        areas.voeg_toe(plek.datamap.gebieden, code)
    bezoek.fouten.clear()
    return bezoek


def klaar(page: Page) -> Page:
    """Waits until the map stands still with its colours in."""
    page.wait_for_selector("[data-kaart][data-klaar=ja]")
    return page


def naar(bezoek: Bezoek, zoek: str = "") -> Page:
    return klaar(bezoek.naar(f"/verkennen{zoek}"))


MIDDEN = """(gebied) => {
  const { map } = dash_clientside.kaart.toestand();
  const keus = { sourceLayer: "buurt", filter: ["==", ["get", "gebied"], gebied] };
  const p = map.querySourceFeatures("buurt", keus).flatMap((f) =>
    f.geometry.coordinates.flat(f.geometry.type === "Polygon" ? 1 : 2));
  const midden = (n) => (Math.min(...p.map((h) => h[n])) + Math.max(...p.map((h) => h[n]))) / 2;
  const q = map.project([midden(0), midden(1)]);
  const raam = map.getCanvas().getBoundingClientRect();
  return { x: q.x, y: q.y, opScherm: [q.x + raam.x, q.y + raam.y] };
}"""
"""Where the middle of a buurt is: in the map, and on the screen."""


def kleur_op(page: Page, gebied: str) -> list[int]:
    """The colour that is really painted in the middle of an area."""
    return page.evaluate(
        """({ x, y }) => new Promise((goed) => {
        const { map } = dash_clientside.kaart.toestand();
        map.once("render", () => {
          const gl = map.painter.context.gl;
          const uit = new Uint8Array(4);
          const hoog = gl.drawingBufferHeight;
          gl.readPixels(Math.round(x), hoog - Math.round(y), 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, uit);
          goed([...uit]);
        });
        map.triggerRepaint();
        })""",
        page.evaluate(MIDDEN, gebied),
    )  # type: ignore[no-any-return]


def kleuren(page: Page) -> dict[int, list[int]]:
    """The five colours of the stylesheet."""
    waarden = page.evaluate(
        """() => [0, 1, 2, 3, 4].map((n) => getComputedStyle(document.documentElement)
        .getPropertyValue(`--kaart-${n}`).trim())"""
    )
    return {n: [int(w[i : i + 2], 16) for i in (1, 3, 5)] for n, w in enumerate(waarden)}


def rij(page: Page, code: str) -> dict[str, Any]:
    return page.evaluate(
        "(c) => dash_clientside.kaart.toestand().rijen.find((r) => r.id === c)", code
    )  # type: ignore[no-any-return]


def test_the_map_paints_every_class_and_missing_is_not_one_of_them(kaart: Bezoek) -> None:
    page = naar(kaart)
    page.get_by_role("button", name="Alles in beeld").click()
    klaar(page)
    palet = kleuren(page)
    codes = page.evaluate("dash_clientside.kaart.toestand().rijen.map((r) => r.id)")
    gezien = {c: kleur_op(page, c)[:3] for c in codes}
    met = {c: k for c, k in gezien.items() if not rij(page, c)["weg"]}
    assert all(k in palet.values() for k in met.values()), met
    assert len({tuple(k) for k in met.values()}) == 5
    assert gezien[klein.PARK] not in palet.values()
    assert gezien[klein.KLEIN] not in palet.values()
    getekend = page.evaluate(
        """() => { const { map } = dash_clientside.kaart.toestand();
        return [...new Set(map.queryRenderedFeatures({ layers: map.getStyle().layers
            .filter((l) => l.id.startsWith("weg-")).map((l) => l.id) })
            .filter((f) => f.layer.id === `weg-${f.state.weg || "buiten"}`)
            .map((f) => `${f.properties.gebied} ${f.layer.id}`))].sort(); }"""
    )
    assert [g.split(" ")[0] for g in getekend] == [kaart_klein.VREEMD, klein.KLEIN, klein.PARK]
    assert len({g.split(" ")[1] for g in getekend}) == 3
    kaart.schoon()


@pytest.mark.proef
def test_amounts_in_the_list_are_written_as_everywhere(kaart: Bezoek, plek: Plek) -> None:
    from dashboard.words import cijfer

    for indicator in ("woz_waarde_keur", "autos_per_huishouden"):
        page = naar(kaart, f"?cijfer={indicator}")
        with plek.huis.snapshots.lezing() as lezing:
            w = lezing.buurt(klein.BUURT).waarden[(indicator, 2023)]
            ind = lezing.catalogus.indicatoren[indicator]
        assert w.waarde is not None
        assert rij(page, klein.BUURT)["tekst"] == cijfer(w.waarde, ind)
    kaart.schoon()


def test_another_figure_recolours_without_a_tile_and_back_goes_back(kaart: Bezoek) -> None:
    page = naar(kaart)
    voor = kleur_op(page, klein.BUURT)
    tegels: list[str] = []
    page.on("request", lambda r: tegels.append(r.url) if "/tegels/" in r.url else None)
    page.get_by_label("Cijfer").first.click()
    page.keyboard.type("koopwon")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("cijfer=koopwoningen_pct"))
    expect(page.locator("#kaart-kop")).to_contain_text("Koopwoningen per buurt, 2023")
    page.wait_for_function(
        "dash_clientside.kaart.toestand().stand.keuze.cijfer === 'koopwoningen_pct'"
    )
    klaar(page)
    assert kleur_op(page, klein.BUURT) != voor
    assert tegels == []
    expect(page).to_have_title(re.compile("^Koopwoningen, 2023 – Verkennen"))
    page.locator(".kies-niveau").get_by_text("Wijk").click()
    expect(page.locator("#kaart-kop")).to_contain_text("per wijk")
    klaar(page)
    page.go_back()
    expect(page.locator("#kaart-kop")).to_contain_text("Koopwoningen per buurt")
    page.go_back()
    expect(page.locator("#kaart-kop")).to_contain_text("woningcorporatie per buurt, 2023")
    expect(page.get_by_label("Cijfer").first).to_have_value("Huurwoningen van een woningcorporatie")
    klaar(page)
    page.wait_for_function("dash_clientside.kaart.toestand().klaar")
    assert kleur_op(page, klein.BUURT) == voor
    kaart.schoon()


@pytest.mark.proef
def test_map_and_list_point_at_each_other_and_escape_lets_go(kaart: Bezoek) -> None:
    page = naar(kaart)
    wijzer = page.locator(".kaart-wijzer")
    page.get_by_role("gridcell", name="Tuindorp").hover()
    expect(wijzer).to_contain_text("Tuindorp")
    page.keyboard.press("Escape")
    expect(wijzer).to_be_hidden()
    plek = page.evaluate(MIDDEN, klein.BUURT)["opScherm"]
    page.mouse.move(*plek)
    expect(wijzer).to_contain_text("De Wielen")
    expect(wijzer).to_contain_text("%")
    expect(page.locator(f'.kaartlijst [row-id="{klein.BUURT}"].rij-wijs').first).to_be_visible()
    page.mouse.click(*plek)
    expect(page).to_have_url(re.compile(f"gebied={klein.BUURT}"))
    expect(page.locator(".kaartje")).to_contain_text("Buurt in Noorderkwartier, Wierdestad")
    expect(page.locator(f'.kaartlijst [row-id="{klein.BUURT}"].rij-gekozen').first).to_be_visible()
    kaart.schoon()


def test_keyboard_alone_from_search_to_a_buurt_and_back_over_the_list(kaart: Bezoek) -> None:
    page = naar(kaart)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("combobox", name="Zoek een buurt")).to_be_focused()
    page.keyboard.type("weilen")
    expect(page.get_by_role("option").first).to_contain_text("De Wielen")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="De Wielen", exact=True)).to_be_visible()
    page.go_back()
    klaar(page)
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "lijst-filter":
            break
    page.keyboard.type("tuin")
    expect(page.locator("#lijst-telling")).to_have_text("1 van 10")
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('ag-cell')"):
            break
        if page.evaluate("document.activeElement.classList.contains('ag-header-cell')"):
            page.keyboard.press("ArrowDown")
            break
    page.keyboard.press("Enter")
    expect(page.locator(".kaartje h3")).to_have_text("Tuindorp")
    expect(page.locator("#kaartje-open")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".kaartje")).to_have_count(0)
    expect(page.locator(".ag-cell:focus")).to_be_visible()
    page.keyboard.press("Tab")  # out of the list, which may have 14,574 rows
    expect(page.locator(".ag-root-wrapper:focus-within")).to_have_count(0)
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".ag-cell:focus")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#kaartje-open")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Tuindorp", exact=True)).to_be_visible()
    expect(page.locator("[data-cijfer]:focus")).to_be_visible()  # the figure one came with
    page.go_back()
    expect(page.locator(".kaartje h3")).to_have_text("Tuindorp")
    kaart.schoon()


@pytest.mark.proef
def test_only_own_areas_can_be_listed(kaart: Bezoek) -> None:
    page = naar(kaart)
    page.get_by_label("alleen mijn gebieden").check()
    expect(page.locator("#lijst-telling")).to_have_text("2 van 10")
    expect(page.locator(".kaartlijst .rij-mijn")).to_have_count(2)
    expect(page).to_have_url(re.compile("alleen=mijn"))
    expect(page.locator(".meenemen a").first).to_have_attribute("href", re.compile("alleen=mijn"))
    page.go_back()
    expect(page.locator("#lijst-telling")).to_have_text("10 gebieden")
    expect(page.get_by_label("alleen mijn gebieden")).not_to_be_checked()
    kaart.schoon()


@pytest.mark.proef
def test_a_wrong_address_says_so_and_keeps_saying_it(kaart: Bezoek) -> None:
    page = naar(kaart, "?cijfer=onzin&jaar=1850&niveau=straat&gebied=BU00000000")
    melding = page.locator("#kaart-meldingen")
    expect(melding).to_contain_text("„onzin” kennen we niet")
    expect(page.locator(".kaartje")).to_contain_text("staat niet in deze publicatie")
    page.wait_for_timeout(400)
    expect(melding).to_contain_text("Over 1850 is dit niet ingelezen")
    kaart.schoon()


def test_without_webgl_the_list_carries_on(plek: Plek, kaart: Bezoek) -> None:
    page = kaart.page
    page.add_init_script(
        "HTMLCanvasElement.prototype.getContext = ((oud) => function (soort, ...meer) {"
        "return /webgl/.test(soort) ? null : oud.call(this, soort, ...meer); })"
        "(HTMLCanvasElement.prototype.getContext);"
    )
    kaart.naar("/verkennen")
    expect(page.get_by_text("Deze browser kan de kaart niet tekenen")).to_be_visible()
    expect(page.locator("#lijst-telling")).to_have_text("10 gebieden")
    page.get_by_role("gridcell", name="Tuindorp").click()
    expect(page.locator(".kaartje h3")).to_have_text("Tuindorp")
    waarom = page.get_by_text("Deze browser kan de kaart niet tekenen").bounding_box()
    kaartje = page.locator(".kaartje").bounding_box()
    assert waarom and kaartje and kaartje["y"] > waarom["y"] + waarom["height"]  # not over it
    assert not [f for f in kaart.fouten if "WebGL" not in f]


def test_a_publication_without_outlines_says_what_to_do(bezoek: Bezoek) -> None:
    page = bezoek.naar("/verkennen")
    expect(page.get_by_text("Er is nog geen kaart")).to_be_visible()
    expect(page.locator("#lijst-telling")).to_have_text("10 gebieden")
    bezoek.schoon()


@pytest.mark.proef
def test_the_search_page_answers_by_itself(kaart: Bezoek) -> None:
    page = kaart.naar("/zoek?q=kanaalzone")
    expect(page.locator(".zoekresultaten")).to_contain_text("indeling 2022")
    page.get_by_role("link", name="op de kaart").first.click()
    klaar(page)
    expect(page.locator(".kaartje")).to_be_visible()
    kaart.schoon()


@pytest.mark.parametrize(
    ("breed", "kleur"),
    [
        (1440, "light"),
        *(pytest.param(b, k, marks=pytest.mark.proef) for b, k in ((390, "light"), (1440, "dark"))),
    ],
)
@pytest.mark.proef
def test_verkennen_has_no_accessibility_violations(kaart: Bezoek, breed: int, kleur: str) -> None:
    page = kaart.page
    page.set_viewport_size({"width": breed, "height": 900})
    mis: list[str] = []
    page.emulate_media(color_scheme=kleur)  # type: ignore[arg-type]
    for zoek in (f"?gebied={klein.BUURT}", "?cijfer=niveau"):
        naar(kaart, zoek)
        page.locator("#zoek-balk input").fill("kanaal")
        expect(page.get_by_role("option").first).to_be_visible()
        for fout in Axe().run(page).response["violations"]:
            mis += [f"{kleur} {zoek}: {fout['id']}: {n['html'][:160]}" for n in fout["nodes"]]
        wijd = page.evaluate("document.documentElement.scrollWidth")
        if wijd > breed:
            mis.append(f"{zoek}: {wijd} breed op een scherm van {breed}")
    assert mis == []
    kaart.schoon()

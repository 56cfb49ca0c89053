"""Protects: areas side by side on one scale, apart only when it is certain, never a ranking."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from dashboard import address, comparison, figures, own_areas
from dashboard.comparison import Kolom, sleutels
from dashboard.context import Huis
from dashboard.panels import keuze, naast
from dashboard.router import pagina
from dashboard.snapshot_types import Waarde
from dashboard.stories.binding import citeer
from dashboard.stories.repository import Nieuw, Woorden
from indicators.catalogue import lees
from tests import publicatie_klein as klein
from tests.test_dashboard import _pagina, _tekst

TUINDORP, VOGEL = "BU99010202", "BU99010103"
DRIE = f"?g={klein.BUURT},{TUINDORP},{VOGEL}"
CAT = lees()


def _kolommen(huis: Huis, g: str) -> tuple[Kolom, ...]:
    with huis.snapshots.lezing() as lezing:
        return comparison.kies(huis, lezing, g).kolommen


def _w(waarde: float | None, onder: float | None = None, boven: float | None = None) -> Waarde:
    weg = None if waarde is not None else "geheim"
    return Waarde("x", 2023, 2023, "koopwoningen_pct", waarde, onder, boven, weg, "geregistreerd",
                  False, "kwb")  # fmt: skip


@pytest.mark.parametrize(
    ("een", "ander", "hoort"),
    [
        (_w(30, 29, 31), _w(20, 19, 21), "hoger"),
        (_w(20, 19, 21), _w(30, 29, 31), "lager"),
        (_w(20, 19, 21), _w(21, 20, 22), "ongeveer_gelijk"),
        (_w(20.3, 20.3, 20.3), _w(20.1, 20.1, 20.1), "ongeveer_gelijk"),
        (_w(None), _w(20, 19, 21), "onbekend"),
        (_w(None, 30, 40), _w(20, 19, 21), "hoger"),
        (_w(None, 10, 40), _w(20, 19, 21), "ongeveer_gelijk"),
        (None, _w(20), "onbekend"),
    ],
)
def test_apart_only_when_intervals_are(een: Waarde | None, ander: Waarde, hoort: str) -> None:
    """And never when both read the same; a range without a value can still lie apart."""
    assert comparison.verschil(een, ander, CAT.indicatoren["koopwoningen_pct"]) == hoort


def test_what_an_address_names() -> None:
    assert sleutels(" bu01,BU01;BU02|eigen:Haven ") == ["BU01", "BU02", "eigen:haven"]
    assert sleutels(None) == sleutels(" , ;") == []
    adres = address.vergelijken(["BU01", "eigen:a"], "wonen", True, "cijfers")
    assert adres == "/vergelijken?g=BU01,eigen:a&thema=wonen&als=tabel#cijfers"
    gelezen = address.lees("/vergelijken", "?g=BU01&thema=wonen")
    assert dict(gelezen.vragen) == {"g": "BU01", "thema": "wonen"}
    assert gelezen.sleutel != address.lees("/vergelijken", "?g=BU01").sleutel
    assert address.lees("/vergelijken/x", "").pagina == "onbekend"
    assert address.lees("/eigen", "").pagina == "onbekend"


def test_figures_of_three_areas_from_the_first_in_words(huis: Huis) -> None:
    tekst = _pagina(huis, "/vergelijken", DRIE)
    assert "Gezien vanuit De Wielen" in tekst
    assert "In 2023 was dit in De Wielen 61 per 1.000. Lager: Tuindorp en Vogelbuurt." in tekst
    assert "In heel Wierdestad" in tekst and "lager dan De Wielen" in tekst
    assert "Alle lijnen op dezelfde schaal" in tekst
    assert "Minder: Tuindorp en Vogelbuurt." in tekst, "a count is more or less, not higher"
    assert not re.search(
        r"\b(slechtste|beste|ranglijst|plaats \d|nummer \d|hoogste|laagste)\b", tekst
    )


def test_core_first_grouped_by_question_and_a_theme_shows_all_of_it(huis: Huis) -> None:
    tekst = _pagina(huis, "/vergelijken", DRIE)
    plekken = [tekst.index(t.vraag) for t in CAT.themas.values() if t.vraag in tekst]
    assert plekken == sorted(plekken)
    assert "Wat voor woningen staan hier" in tekst and "Eengezinswoningen" not in tekst
    wonen = _pagina(huis, "/vergelijken", DRIE + "&thema=wonen")
    assert "ezinswoningen" in wonen and "Kunnen mensen hier rondkomen?" not in wonen
    for verborgen in (i for i in CAT.indicatoren.values() if i.gebruik == "uitgesloten"):
        bevolking = _pagina(huis, "/vergelijken", DRIE + "&thema=bevolking")
        assert verborgen.naam not in bevolking


def test_the_table_says_the_same_as_the_pictures(huis: Huis) -> None:
    kolommen = _kolommen(huis, f"{klein.BUURT},{TUINDORP},{VOGEL}")
    for thema, rij in CAT.per_thema().items():
        hier = [i for i in rij if kolommen[0].blad.buurt.reeks(i.id)]
        if not hier:
            continue
        tabel = _tekst(naast.overzichtstabel(kolommen, hier, thema, CAT))
        for indicator in hier:
            blok = _tekst(naast.blok(kolommen, indicator, CAT))
            jaar = comparison.meetjaar(kolommen, indicator.id)
            for k in kolommen:
                w = k.waarde(indicator.id, jaar or 0)
                stand = comparison.stand(w, indicator, CAT, k).replace("\u00a0", " ")
                assert stand in tabel
                assert " ".join(stand.split()) in " ".join(blok.split())


@pytest.mark.parametrize("als", ["", "&als=tabel"])
def test_every_link_of_the_overview_leads_somewhere(huis: Huis, als: str) -> None:
    inhoud = pagina(huis, "/vergelijken", DRIE + als).inhoud
    onderdelen = [o for o in inhoud._traverse() if hasattr(o, "to_plotly_json")]
    plekken = {str(getattr(o, "id", "")) for o in onderdelen}
    naar = [str(o.href) for o in onderdelen if str(getattr(o, "href", "")).startswith("#naast-")]
    assert len(naar) > 5 and {n[1:] for n in naar} <= plekken


def test_the_course_of_a_figure_is_said_in_words_beside_its_line(huis: Huis) -> None:
    tekst = _pagina(huis, "/vergelijken", DRIE + "&thema=wonen")
    assert re.search(r"gestegen sinds 2021 \(€.\d", tekst), tekst[:2000]


def test_missing_is_said_and_is_not_low(huis: Huis) -> None:
    tekst = _pagina(
        huis, "/vergelijken", f"?g={klein.BUURT},{klein.KLEIN},{klein.PARK}&thema=wonen"
    )
    assert "Geen cijfer: Landgoed De Eik en Stadspark." in tekst
    assert "2023: niet getoond door CBS (privacy)" in tekst and "niet van toepassing" in tekst
    eerst = _pagina(huis, "/vergelijken", f"?g={klein.KLEIN},{klein.BUURT}&thema=wonen")
    assert "Van Landgoed De Eik is er geen cijfer over 2023" in eerst


def test_the_year_is_one_that_most_have_and_a_succeeded_area_has_no_say(huis: Huis) -> None:
    kolommen = _kolommen(huis, f"{klein.BUURT},{klein.GESPLITST}")
    assert comparison.meetjaar(kolommen, "bijstand_per_1000") == 2023
    assert comparison.meetjaar(kolommen, "wmo_per_1000") == 2022
    tekst = _pagina(huis, "/vergelijken", f"?g={klein.BUURT},{klein.GESPLITST}")
    assert "Indeling 2022, opgevolgd door Kanaalzone-West (63 % naar inwoners" in tekst
    assert "indeling 2022: bestond niet meer" in tekst
    assert comparison.meetjaar(_kolommen(huis, klein.GESPLITST), "koopwoningen_pct") == 2022


def test_lines_share_one_scale_and_break_where_the_boundary_did(huis: Huis) -> None:
    kolommen = _kolommen(huis, f"{klein.BUURT},{VOGEL},{klein.DELEN[0]}")
    buurten = [k.blad.buurt for k in kolommen]
    samen = figures.gezamenlijk(buurten, "koopwoningen_pct", True)
    assert samen is not None
    schaal, laag, hoog, van, tot = samen
    alle = [w.waarde for b in buurten for w in b.reeks("koopwoningen_pct")]
    assert laag <= min(a for a in alle if a is not None) and hoog >= max(
        a for a in alle if a is not None
    )
    assert (van, tot) == (2021, 2023) and schaal.y(hoog) < schaal.y(laag)
    gelijk = {b.gebied.naam: unquote(figures.veelvoud(b, "koopwoningen_pct", schaal, True))
              for b in buurten}  # fmt: skip
    assert all("viewBox='0 0 168 56'" in svg for svg in gelijk.values())
    gat = unquote(figures.veelvoud(buurten[0], "leegstand_pct", schaal, False))
    assert "class='h'" in gat, "a year without a figure is hatched"
    assert figures.gezamenlijk(buurten, "ses_woa_score", True) is None


def test_a_boundary_change_is_a_visible_break(huis: Huis) -> None:
    from dataclasses import replace

    b = replace(_kolommen(huis, klein.BUURT)[0].blad.buurt, breuken=(2022,))
    samen = figures.gezamenlijk([b], "koopwoningen_pct", False)
    assert samen is not None
    svg = unquote(figures.veelvoud(b, "koopwoningen_pct", samen[0], False))
    assert "class='b' stroke-dasharray" in svg
    punten = svg.split("class='l' d='M")[1].split("'")[0].split("L")
    assert len(punten) == 2 and svg.count("class='l'") == 1, "the line does not cross the break"


def test_stories_stand_at_their_figure_clashing_ones_first(huis: Huis) -> None:
    with huis.snapshots.lezing() as lezing:
        buurt, wie = lezing.buurt(klein.BUURT), lezing.publicatie.publicatie
    for n, houding in enumerate(("past", "nuance", "klopt_niet")):
        citaat = citeer(buurt, "bijstand_per_1000", 2023, wie, houding)
        woorden = Woorden(tekst=f"Verhaal {n} over rondkomen.", rol="huismeester")
        huis.verhalen.schrijf(Nieuw(klein.BUURT, 2023, woorden, (citaat,)), "toets")
    huis.verhalen.schrijf(
        Nieuw(TUINDORP, 2023, Woorden(tekst="Los verhaal.", rol="bewoner")), "toets"
    )
    tekst = _pagina(huis, "/vergelijken", DRIE)
    assert "Huismeester klopt niet Verhaal 2 over rondkomen." in tekst
    assert tekst.index("Verhaal 2") < tekst.index("Meer (2)") < tekst.index("Verhaal 0")
    vertellen = tekst[tekst.index("Wat er verder wordt verteld") :]
    assert "Tuindorp Bewoner Los verhaal." in vertellen
    assert "Vogelbuurt Nog geen verhalen." in vertellen


def test_empty_one_unknown_and_too_many_say_what_to_do(huis: Huis) -> None:
    assert "Zet twee tot zes gebieden naast elkaar" in _pagina(huis, "/vergelijken")
    een = _pagina(huis, "/vergelijken", f"?g={klein.BUURT}")
    assert "Nu staat De Wielen er. Kies er nog een gebied bij" in een
    weg = _pagina(huis, "/vergelijken", f"?g={klein.BUURT},BU00000000,eigen:weg")
    assert "BU00000000 en eigen:weg staan niet in deze publicatie" in weg
    alle = [p.code for p in klein.PLEKKEN if p.tot > 2023]
    veel = _pagina(huis, "/vergelijken", "?g=" + ",".join(alle))
    assert "Er passen zes gebieden naast elkaar. Niet getoond:" in veel
    for raar in ("?g=%00%ff<script>", "?g=" + "x," * 3000, "?thema=bestaatniet", "?g=@,@2023",
                 f"?g={klein.BUURT}@9999", "?als=%27"):  # fmt: skip
        p = pagina(huis, "/vergelijken", raar)
        assert p.titel != "Dit lukt nu niet", raar
    assert "Dat thema bestaat niet" in _pagina(huis, "/vergelijken", "?thema=x")


def test_another_level_and_an_older_indeling_can_be_compared_with_a_word_of_care(
    huis: Huis,
) -> None:
    tekst = _pagina(huis, "/vergelijken", f"?g={klein.BUURT}@2022,WK990101")
    assert "De Wielen buurt in Wierdestad" in tekst and "indeling 2022" in tekst
    assert "Deze gebieden zijn niet van dezelfde soort" in tekst


def test_an_own_area_stands_beside_a_buurt_and_says_what_it_cannot_count(huis: Huis) -> None:
    with huis.snapshots.lezing() as lezing:
        gebied = own_areas.maak_gebied(lezing, "Rond de haven", ["BU99010101", "BU99010102"])
    own_areas.bewaar(huis.instellingen.datamap.eigen_gebieden, [gebied])
    tekst = _pagina(huis, "/vergelijken", f"?g=eigen:rond-de-haven,{klein.BUURT}")
    assert "eigen gebied van 2 buurten in Wierdestad" in tekst
    assert "Niet op te tellen: het gemiddelde van buurten" in tekst
    assert "over 2023 · voorlopig · herberekend" in tekst
    wonen = _pagina(huis, "/vergelijken", f"?g=eigen:rond-de-haven,{klein.BUURT}&thema=inkomen")
    assert "Niet te herrekenen" in wonen


def test_search_gives_links_that_keep_what_was_chosen(huis: Huis) -> None:
    with huis.snapshots.lezing() as lezing:
        uit = keuze.resultaat(huis, lezing, "kanaal", f"?g={klein.BUURT}&thema=wonen&als=tabel")
        assert "Kanaalzone-West" in _tekst(uit) and "(indeling 2022)" in _tekst(uit)
        links = re.findall(r"href='([^']+)'", repr(uit))
        assert (
            f"/vergelijken?g={klein.BUURT},{klein.DELEN[1]}&thema=wonen&als=tabel#gekozen" in links
        )
        assert "Geen gebied met „zzz”" in _tekst(keuze.resultaat(huis, lezing, "zzz", ""))
        zes = ",".join(p.code for p in klein.PLEKKEN[:6])
        assert "haal er eerst een weg" in _tekst(keuze.resultaat(huis, lezing, "a", f"?g={zes}"))


def test_a_buurt_page_leads_here(huis: Huis) -> None:
    inhoud = repr(pagina(huis, f"/buurt/{klein.BUURT}", "").inhoud)
    assert f"href='/vergelijken?g={klein.BUURT}'" in inhoud
    ouder = repr(pagina(huis, f"/buurt/{klein.BUURT}", "?grensjaar=2022").inhoud)
    assert f"g={klein.BUURT}%402022" in ouder

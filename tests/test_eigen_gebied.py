"""Protects: own areas count only what adds up, say what is missing, and survive bad tables."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard import comparison, own_area_figures, own_areas
from dashboard.areas import KeuzeFout
from dashboard.context import Huis
from dashboard.own_areas import GebiedFout, bewaar, maak_gebied
from indicators import catalogue
from indicators.catalogue import CatalogusFout
from indicators.contracts import EigenGebied
from indicators.own_area import (
    Deel,
    Overgang,
    deel_van,
    optellen,
    regel,
    verhouding,
    volg,
    volg_terug,
    wegen,
)
from tests import publicatie_klein as klein
from tests.test_dashboard import _pagina

GROND = 4.0
"""CBS rounds people to 5 by lottery: at most 4 off."""


def _gepubliceerd(echt: float, marge: float, fout: float) -> Deel:
    waarde = max(echt + fout * marge, 0.0)
    return Deel(waarde, max(waarde - marge, 0.0), waarde + marge)


BUURT = st.tuples(
    st.integers(0, 5000), st.floats(0, 1), st.floats(-1, 1), st.floats(-1, 1), st.booleans()
)


@settings(max_examples=300, deadline=None)
@given(st.lists(BUURT, min_size=1, max_size=12))
def test_the_true_count_and_share_lie_in_the_interval(
    buurten: list[tuple[int, float, float, float, bool]],
) -> None:
    """Whatever the rounding did, and also when a percentage is missing."""
    echt = [(n, round(n * deel)) for n, deel, *_ in buurten]
    gewichten = [_gepubliceerd(n, GROND, f) for n, _, f, *_ in buurten]
    som = optellen(gewichten)
    assert som.onder is not None and som.boven is not None and som.waarde is not None
    assert som.onder - 1e-6 <= sum(n for n, _ in echt) <= som.boven + 1e-6
    aandelen = [
        Deel(None, ontbreekt_door="geheim")
        if weg
        else Deel(None, ontbreekt_door="nvt")
        if n == 0 and g.waarde == 0
        else _gepubliceerd(100 * k / n if n else 0.0, 0.5, f)
        for (n, k), (_, _, _, f, weg), g in zip(echt, buurten, gewichten, strict=True)
    ]
    uit = wegen(aandelen, gewichten, "pct")
    totaal = sum(n for n, _ in echt)
    if totaal and uit.onder is not None and uit.boven is not None:
        waar = 100 * sum(k for _, k in echt) / totaal
        assert uit.onder - 1e-6 <= waar <= uit.boven + 1e-6
        if uit.waarde is not None:
            assert uit.onder - 1e-6 <= uit.waarde <= uit.boven + 1e-6


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 900), st.integers(1, 400), st.floats(-1, 1)), min_size=1,
                max_size=8))  # fmt: skip
def test_the_true_rate_lies_in_the_interval(buurten: list[tuple[int, int, float]]) -> None:
    tellers = [_gepubliceerd(t, GROND, f) for t, _, f in buurten]
    noemers = [_gepubliceerd(n, 0.5, f) for _, n, f in buurten]
    uit = verhouding(tellers, noemers, "per_km2")
    waar = 100 * sum(t for t, *_ in buurten) / sum(n for _, n, _ in buurten)
    if uit.waarde is not None:
        assert uit.onder is not None
        assert uit.onder - 1e-6 <= waar
        assert uit.boven is None or waar <= uit.boven + 1e-6


def test_a_missing_count_leaves_no_figure_but_says_what_there_is_at_least() -> None:
    uit = optellen([Deel(100, 96, 104), Deel(None, ontbreekt_door="geheim"), Deel(50, 46, 54)])
    assert (uit.waarde, uit.onder, uit.boven) == (None, 142, None)
    assert (uit.ontbreekt_door, uit.bekend, uit.delen) == ("geheim", 2, 3)


def test_a_missing_share_gives_an_interval_and_a_missing_rate_none() -> None:
    gewicht = [Deel(900, 900, 900), Deel(100, 100, 100)]
    uit = wegen([Deel(20, 20, 20), Deel(None, ontbreekt_door="geheim")], gewicht, "pct")
    assert uit.waarde is None and uit.onder == 18 and uit.boven == 28
    uit = wegen([Deel(20, 20, 20), Deel(None, ontbreekt_door="geheim")], gewicht, "per_1000")
    assert (uit.waarde, uit.onder, uit.boven, uit.bekend) == (None, None, None, 1)


def test_a_buurt_without_anyone_adds_nothing_and_is_not_missing() -> None:
    uit = wegen(
        [Deel(20, 19.5, 20.5), Deel(None, ontbreekt_door="nvt")],
        [Deel(1000, 996, 1004), Deel(0, 0, 4)], "pct",
    )  # fmt: skip
    assert uit.waarde == 20 and (uit.bekend, uit.delen) == (2, 2)
    assert uit.boven is not None and 20.5 < uit.boven < 21


def test_a_group_given_as_shares_of_a_count() -> None:
    uit = deel_van(Deel(1000, 996, 1004), [Deel(10, 9.5, 10.5), Deel(30, 29.5, 30.5)])
    assert uit.waarde == 400 and uit.laag <= 400 <= uit.hoog
    assert deel_van(Deel(0, 0, 4), [Deel(None, ontbreekt_door="nvt")]).waarde == 0
    assert deel_van(Deel(10), [Deel(None, ontbreekt_door="geheim")]).ontbreekt_door == "geheim"


def test_the_same_ground_is_followed_only_with_whole_buurten() -> None:
    splits = [Overgang("A", "B", 0.6), Overgang("A", "C", 0.4)]
    assert volg(frozenset("A"), splits) == frozenset("BC")
    assert volg_terug(frozenset("BC"), splits) == frozenset("A")
    assert volg_terug(frozenset("B"), splits) is None
    samen = [Overgang("A", "C", 1.0), Overgang("B", "C", 1.0)]
    assert volg(frozenset("AB"), samen) == frozenset("C")
    assert volg(frozenset("A"), samen) is None
    assert volg(frozenset("A"), [Overgang("A", "A", 0.9)]) is None
    assert volg(frozenset("A"), []) is None and volg_terug(frozenset("A"), []) is None


def test_denominators_are_declared_only_where_cbs_says_of_what_it_is_a_share() -> None:
    cat = catalogue.lees()
    met = {i.id: i.noemer for i in cat.indicatoren.values() if i.noemer}
    assert met["leeftijd_65_plus_pct"] == "inwoners_aantal"
    assert met["eenpersoonshuishoudens_pct"] == "huishoudens_aantal"
    assert met["leegstand_pct"] == "woningen_aantal"
    for zonder in (
        "laag_inkomen_pct", "jeugdzorg_pct", "opleiding_laag_pct", "laagste_inkomens_pct",
        "nettoarbeidsparticipatie_pct", "stadsverwarming_pct",
    ):  # fmt: skip
        assert regel(cat.indicatoren[zonder]) == "geen_noemer"
    assert regel(cat.indicatoren["woz_waarde_keur"]) == "gemiddelde"
    assert regel(cat.indicatoren["bevolkingsdichtheid_per_km2"]) == "verhouding"


@pytest.mark.parametrize(
    ("oud", "nieuw", "fout"),
    [
        ("noemer: inwoners_aantal", "noemer: bestaat_niet_aantal", "geen aantal uit de catalogus"),
        ("noemer: inwoners_aantal", "noemer: woz_waarde_keur", "geen aantal uit de catalogus"),
        ("  noemer: inwoners_aantal\n", "  teller: inwoners_aantal\n", "hoort bij een aandeel"),
        ("[leeftijd_15_25_pct,", "[leegstand_pct,", "geen deel van inwoners_aantal"),
    ],
)
def test_a_wrong_denominator_names_its_place(oud: str, nieuw: str, fout: str) -> None:
    teksten = dict(catalogue.lees().teksten)
    bestand = next(b for b, t in teksten.items() if oud in t)
    teksten[bestand] = teksten[bestand].replace(oud, nieuw, 1)
    with pytest.raises(CatalogusFout, match=fout):
        catalogue.uit_teksten(teksten)


# figures from a publication


def _eigen(huis: Huis, codes: list[str], naam: str = "Proef") -> own_area_figures.Eigen:
    with huis.snapshots.lezing() as lezing:
        return own_area_figures.maak(lezing, maak_gebied(lezing, naam, codes))


def test_counts_add_up_and_shares_are_weighted(huis: Huis) -> None:
    codes = ["BU99010101", "BU99010102", "BU99010103"]
    eigen = _eigen(huis, codes)
    with huis.snapshots.lezing() as lezing:
        los = {(w.gebied, w.indicator): w for w in lezing.waarden(
            codes, ["inwoners_aantal", "leeftijd_65_plus_pct"]) if w.jaar == 2023}  # fmt: skip
    inwoners = [los[c, "inwoners_aantal"].waarde or 0 for c in codes]
    w = eigen.buurt.waarden["inwoners_aantal", 2023]
    assert w.waarde == sum(inwoners) and w.aard == "geregistreerd"
    w = eigen.buurt.waarden["leeftijd_65_plus_pct", 2023]
    hoort = sum(
        n * (los[c, "leeftijd_65_plus_pct"].waarde or 0)
        for n, c in zip(inwoners, codes, strict=True)
    )
    assert w.waarde == pytest.approx(hoort / sum(inwoners)) and w.aard == "herberekend"
    assert w.onder is not None and w.boven is not None and w.onder < w.waarde < w.boven
    assert eigen.telling["leeftijd_65_plus_pct", 2023] == (3, 3)


def test_averages_and_shares_of_unknown_wholes_are_left_out_with_the_reason(huis: Huis) -> None:
    eigen = _eigen(huis, ["BU99010101", "BU99010102"])
    for weg in ("woz_waarde_keur", "laag_inkomen_pct", "huisarts_afstand_km"):
        assert eigen.buurt.reeks(weg) == []
    bewaar(huis.instellingen.datamap.eigen_gebieden, [eigen.gebied])
    tekst = _pagina(huis, "/eigen/proef")
    assert "het gemiddelde van buurten is niet het gemiddelde van het geheel" in tekst
    assert "waarvan dit een deel is, is niet als aantal gepubliceerd" in tekst
    assert "De som van de buurten." in tekst and "Gewogen met: aantal inwoners." in tekst


def test_a_hidden_part_gives_a_range_and_says_how_many_are_known(huis: Huis) -> None:
    eigen = _eigen(huis, [klein.BUURT, klein.KLEIN])
    w = eigen.buurt.waarden["leeftijd_65_plus_pct", 2023]
    assert w.waarde is None and w.ontbreekt_door == "geheim"
    assert w.onder is not None and w.boven is not None and w.onder < w.boven
    assert eigen.telling["leeftijd_65_plus_pct", 2023] == (1, 2)
    bewaar(huis.instellingen.datamap.eigen_gebieden, [eigen.gebied])
    tekst = _pagina(huis, "/eigen/proef")
    assert "1 van 2 buurten bekend; de rest: niet getoond door CBS (privacy)" in tekst
    assert "tussen" in tekst


def test_a_split_inside_the_area_is_followed_and_a_part_of_it_is_not(huis: Huis) -> None:
    eigen = _eigen(huis, list(klein.DELEN))
    assert eigen.per_jaar[2022] == (klein.GESPLITST,) and eigen.per_jaar[2021] == (klein.GESPLITST,)
    assert eigen.buurt.waarden["inwoners_aantal", 2022].waarde == 1900
    deel = _eigen(huis, [klein.DELEN[0]])
    assert set(deel.per_jaar) == {2023}
    assert [(j, [o.van for o in os]) for j, os in deel.niet_gevolgd] == [(2022, [klein.GESPLITST])]
    bewaar(huis.instellingen.datamap.eigen_gebieden, [deel.gebied])
    assert "niet met hele buurten te volgen" in _pagina(huis, "/eigen/proef")


def test_an_area_of_an_earlier_indeling_shows_what_became_of_it(huis: Huis) -> None:
    eigen = _eigen(huis, [klein.GESPLITST])
    assert eigen.gebied.grensjaar == 2022
    assert eigen.per_jaar == {
        2022: (klein.GESPLITST,), 2021: (klein.GESPLITST,), 2023: tuple(sorted(klein.DELEN))
    }  # fmt: skip
    assert eigen.buurt.waarden["inwoners_aantal", 2023].waarde == 1240 + 720


def test_stories_of_its_buurten_come_along_also_from_before(huis: Huis) -> None:
    from dashboard.stories.repository import Nieuw, Woorden

    nieuw = Nieuw(klein.GESPLITST, 2022, Woorden(tekst="Van voor de splitsing.", rol="bewoner"))
    huis.verhalen.schrijf(nieuw, "toets")
    bewaar(huis.instellingen.datamap.eigen_gebieden, [_eigen(huis, list(klein.DELEN)).gebied])
    assert "Van voor de splitsing." in _pagina(huis, "/eigen/proef")


def test_a_buurt_that_the_publication_does_not_have_is_missing_not_zero(huis: Huis) -> None:
    gebied = EigenGebied(id="x", naam="X", grensjaar=2023, buurtcodes=(klein.BUURT, "BU03630101"))
    with huis.snapshots.lezing() as lezing:
        eigen = own_area_figures.maak(lezing, gebied)
    w = eigen.buurt.waarden["inwoners_aantal", 2023]
    assert (w.waarde, w.ontbreekt_door, eigen.onbekend) == (None, "geen_bron", ("BU03630101",))
    assert eigen.telling["inwoners_aantal", 2023] == (1, 2)


# keeping them


def test_a_wijk_stands_for_its_buurten_and_what_cannot_be_is_named(huis: Huis) -> None:
    with huis.snapshots.lezing() as lezing:
        assert len(maak_gebied(lezing, "Wijk", ["WK990101"]).buurtcodes) == 5
        for naam, codes, fout in (
            ("", [klein.BUURT], "Geef het gebied een naam"),
            ("x" * 90, [klein.BUURT], "90 tekens"),
            ("X", [], "Kies eerst"),
            ("X", ["iets"], "geen code van een buurt"),
            ("X", ["NL00"], "geen code van een buurt"),
            ("X", ["BU03630101"], "staat niet in deze publicatie"),
            ("X", [klein.GESPLITST, klein.DELEN[0]], "andere indeling"),
        ):
            with pytest.raises(GebiedFout, match=fout):
                maak_gebied(lezing, naam, codes)


def test_names_are_unique_ids_are_safe_and_nothing_is_overwritten_unasked(huis: Huis) -> None:
    pad = huis.instellingen.datamap.eigen_gebieden
    with huis.snapshots.lezing() as lezing:
        een = maak_gebied(lezing, "  Café\u0000 't  Hoekje ", [klein.BUURT])
        twee = maak_gebied(lezing, "Cafe t Hoekje", [klein.DELEN[0]])
    assert (een.naam, een.id) == ("Café 't Hoekje", "cafe-t-hoekje")
    assert [g.id for g in bewaar(pad, [een, twee])] == ["cafe-t-hoekje", "cafe-t-hoekje-2"]
    with pytest.raises(GebiedFout, match="Er is al een gebied"):
        bewaar(pad, [een])
    bewaar(pad, [een.model_copy(update={"bron": "tabel.csv"})], vervang=True)
    assert [g.bron for g in own_areas.lees(pad)] == ["gekozen op de pagina", "tabel.csv"]
    assert own_areas.verwijder(pad, een.id) is not None
    assert own_areas.verwijder(pad, een.id) is None
    assert own_areas.maak_id("???") == "gebied"
    pad.write_text("gebieden: [{id: '../weg'}]", encoding="utf-8")
    with pytest.raises(KeuzeFout, match=r"gebieden\.0\.id"):
        own_areas.lees(pad)
    assert "Keuze niet te lezen" not in _pagina(huis, "/bronnen")


def test_writers_at_the_same_time_lose_nothing(huis: Huis) -> None:
    pad = huis.instellingen.datamap.eigen_gebieden
    basis = _eigen(huis, [klein.BUURT]).gebied

    def schrijf(n: int) -> None:
        bewaar(pad, [basis.model_copy(update={"naam": f"Gebied {n}"})])

    draden = [threading.Thread(target=schrijf, args=(n,)) for n in range(12)]
    for d in draden:
        d.start()
    for d in draden:
        d.join()
    assert len(own_areas.lees(pad)) == 12


def test_the_page_lists_areas_and_says_how_we_count(huis: Huis) -> None:
    assert "Er zijn nog geen eigen gebieden" in _pagina(huis, "/gebieden")
    gebied = replace(_eigen(huis, [klein.BUURT], "Rond de haven")).gebied
    bewaar(huis.instellingen.datamap.eigen_gebieden, [gebied])
    tekst = _pagina(huis, "/gebieden")
    assert "Rond de haven 1 buurt · indeling 2023 · gekozen op de pagina De Wielen" in tekst
    assert "Gemiddelden en medianen" in tekst
    assert "Rond de haven verwijderen?" in _pagina(huis, "/gebieden", "?weg=rond-de-haven")
    assert "verwijderen?" not in _pagina(huis, "/gebieden", "?weg=../x")
    assert "Dit eigen gebied is er niet" in _pagina(huis, "/eigen/bestaat-niet")
    assert comparison.NIET_TE_REKENEN.keys() == {"gemiddelde", "geen_noemer"}

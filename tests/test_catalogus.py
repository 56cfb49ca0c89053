"""The catalogue: it reads, it says what it may say, and every mistake names its place."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

import pytest
from pydantic import ValidationError

from indicators.catalogue import Catalogus, CatalogusFout, uit_teksten
from indicators.model import EENHEDEN
from tests.catalogus import elk, vervang

ODATA = "kwb_odata_2024"
BEVOLKING = "indicatoren_bevolking.yaml"
KERN = {
    "inwoners_aantal",
    "leeftijd_65_plus_pct",
    "eenpersoonshuishoudens_pct",
    "corporatiewoningen_pct",
    "koopwoningen_pct",
    "woz_waarde_keur",
    "laag_inkomen_pct",
    "bijstand_per_1000",
    "nettoarbeidsparticipatie_pct",
    "wmo_per_1000",
    "supermarkt_afstand_km",
    "overlast_per_1000",
}
UITGESLOTEN = {"herkomst_europa_pct", "herkomst_buiten_europa_pct"}
MEER_IS_ONGUNSTIG = {
    ("veerkracht", "kwetsbaarheid"),
    ("veerkracht", "overlast_en_onveiligheid"),
}
"""Nodes whose score goes up when things are harder; in all others up is better."""

VERBODEN = re.compile(
    r"\b(achterstand\w*|probleem\w*|problemen|problematiek|draaglast|draagkracht|druk|spanning\w*"
    r"|kapot|annotatie\w*|geheim|\w*autochto\w+|\w*allochto\w+|niet-westers\w*|kansarm\w*"
    r"|laagopgeleid\w*|hoogopgeleid\w*|asociaal|zwakke?r?e?|zwakst\w*|slechtst\w*|achterbuurt\w*"
    r"|aandachtswijk\w*|krachtwijk\w*|ghetto\w*|issue\w*|tool\w*|feedback|checken|impact|target\w*"
    r"|performance|benchmark\w*|dashboard\w*)\b",
    re.IGNORECASE,
)
"""Words that blame a place or its people, that the house gives another meaning, or English."""


# --- what is there ---------------------------------------------------------------------------


def test_size_of_the_catalogue(cat: Catalogus) -> None:
    assert len(elk(cat)) >= 80
    assert all(i.kolommen for i in elk(cat)), "elk cijfer komt uit een bron die wordt ingelezen"
    per_bron = Counter(b.id for i in elk(cat) for b in cat.bronnen_van(i.id))
    assert per_bron["politie"] == 4 and per_bron["rivm"] == 2 and per_bron["ses_woa"] == 1
    assert per_bron["leefbaarometer"] == 7


def test_core_is_exactly_the_twelve(cat: Catalogus) -> None:
    assert {i.id for i in cat.kern()} == KERN
    assert all(i.gebruik != "uitgesloten" for i in cat.kern())


def test_every_theme_has_something_to_show(cat: Catalogus) -> None:
    assert all(cat.per_thema().values())
    assert list(cat.per_thema()) == list(cat.themas)


def test_use_of_sensitive_and_context_figures(cat: Catalogus) -> None:
    per_gebruik = defaultdict(set)
    for ind in elk(cat):
        per_gebruik[ind.gebruik].add(ind.id)
    assert per_gebruik["uitgesloten"] == UITGESLOTEN
    assert per_gebruik["context"] == {"corporatiewoningen_pct"}
    for id_ in UITGESLOTEN:
        assert "uitgesloten van elke score" in cat.indicatoren[id_].lees_eerst.lower()
    getoond = {i.id for groep in cat.per_thema().values() for i in groep}
    assert not getoond & UITGESLOTEN
    assert {i.id for g in cat.per_thema(alle=True).values() for i in g} >= UITGESLOTEN


def test_who_people_are_is_never_good_or_bad(cat: Catalogus) -> None:
    samenstelling = [i for i in elk(cat) if i.thema == "bevolking"]
    bezit = [
        cat.indicatoren[f"{s}_pct"] for s in ("koopwoningen", "huurwoningen", "overige_verhuur")
    ]
    dichtheid = [i for i in elk(cat) if i.eenheid == "per_km2"]
    assert {i.richting for i in [*samenstelling, *bezit, *dichtheid]} == {"neutraal"}
    assert cat.indicatoren["corporatiewoningen_pct"].richting == "neutraal"


# --- trees -----------------------------------------------------------------------------------


def test_trees_use_known_and_allowed_indicators(cat: Catalogus) -> None:
    for boom in cat.bomen.values():
        for knoop in boom.knopen:
            for deel in knoop.delen:
                ind = cat.indicatoren[deel.indicator]
                assert ind.gebruik == "tonen", f"{boom.id}.{knoop.id}: {ind.id}"


def test_signs_in_trees_do_not_contradict_the_direction(cat: Catalogus) -> None:
    for boom in cat.bomen.values():
        for knoop in boom.knopen:
            om = (boom.id, knoop.id) in MEER_IS_ONGUNSTIG
            for deel in knoop.delen:
                richting = cat.indicatoren[deel.indicator].richting
                if richting != "neutraal":
                    meer_is_beter = (deel.teken == "+") != om
                    verwacht = "hoger_is_gunstig" if meer_is_beter else "lager_is_gunstig"
                    assert richting == verwacht, f"{boom.id}.{knoop.id}: {deel.indicator}"


@pytest.mark.parametrize("id_", sorted(UITGESLOTEN))
def test_barred_indicator_cannot_enter_a_tree(teksten: dict[str, str], id_: str) -> None:
    regel = '        - {indicator: bijstand_per_1000, teken: "+"}\n'
    met = vervang(teksten, "bomen.yaml", regel, regel + regel.replace("bijstand_per_1000", id_))
    with pytest.raises(
        CatalogusFout, match=rf"bomen.yaml, veerkracht\.kwetsbaarheid, delen: '{id_}'"
    ):
        uit_teksten(met)


# --- mistakes name file, id and field --------------------------------------------------------

EERSTE = "- id: inwoners_aantal\n"
DUBBEL = """
- id: inwoners_aantal
  naam: Aantal inwoners nog een keer
  kort: Inwoners
  thema: bevolking
  richting: neutraal
  zin: Een tweede keer hetzelfde cijfer.
  lees_eerst: Dit hoort te worden geweigerd.
  gespreksvraag: Kan dit volgens jou wel zo blijven?
  telling: aantal
  doelpalen: {laag: 0, hoog: 1, herkomst: alleen voor deze toets}
  bron: kwb
"""


@pytest.mark.parametrize(
    ("bestand", "oud", "nieuw", "noemt"),
    [
        pytest.param(BEVOLKING, EERSTE, EERSTE + "  kleur: rood\n",
            [BEVOLKING, "inwoners_aantal", "kleur"], id="unknown-field"),
        pytest.param(BEVOLKING, EERSTE, "- id: inwoners_stuks\n",
            [BEVOLKING, "inwoners_stuks", "eenheid"], id="unit-ending"),
        pytest.param(BEVOLKING, EERSTE, "- id: Inwoners aantal\n",
            [BEVOLKING, "Inwoners aantal", "id"], id="id-with-capital-and-space"),
        pytest.param(BEVOLKING, "  kort: Inwoners\n", "  kort: Inwoners van deze grote buurt\n",
            [BEVOLKING, "inwoners_aantal", "kort"], id="label-too-long"),
        pytest.param(BEVOLKING, "  richting: neutraal\n", "  richting: hoger_is_beter\n",
            [BEVOLKING, "inwoners_aantal", "richting"], id="unknown-direction"),
        pytest.param(BEVOLKING, "laag: 20, hoog: 5500", "laag: 5500, hoog: 20",
            [BEVOLKING, "inwoners_aantal", "doelpalen"], id="goalposts-reversed"),
        pytest.param(BEVOLKING, "{formule: direct, van: [a_inw]}", "{formule: direct, van: []}",
            [BEVOLKING, "inwoners_aantal", "kolommen.kwb_excel_2023.van"], id="no-columns"),
        pytest.param(BEVOLKING, "{formule: direct, van: [a_inw]}",
            "{formule: gemiddelde_van, van: [a_inw]}",
            ["inwoners_aantal", "kolommen.kwb_excel_2023", "formule", "gemiddelde_van"],
            id="unknown-formula"),
        pytest.param(BEVOLKING, "{formule: direct, van: [a_inw]}",
            "{formule: direct, van: [a_inw, a_hh]}",
            ["inwoners_aantal", "kolommen.kwb_excel_2023", "van", "direct verwacht 1"],
            id="too-many-columns"),
        pytest.param(BEVOLKING, "{formule: aandeel, van: [a_00_14, a_inw]}",
            "{formule: aandeel, van: [a_00_14]}",
            ["leeftijd_0_15_pct", "kolommen.kwb_excel_2023", "van", "aandeel verwacht 2"],
            id="too-few-columns"),
        pytest.param(BEVOLKING, "    kwb_excel_2023: {formule: direct, van: [a_inw]}",
            "    kwb_excel_2031: {formule: direct, van: [a_inw]}",
            ["inwoners_aantal", "kolommen.kwb_excel_2031"], id="unknown-generation"),
        pytest.param(BEVOLKING, "  thema: bevolking\n", "  thema: mensen\n",
            ["inwoners_aantal", "thema", "mensen"], id="unknown-theme"),
        pytest.param(BEVOLKING, EERSTE, EERSTE + "  bron: krant\n",
            ["inwoners_aantal", "bron", "krant"], id="unknown-source"),
        pytest.param(BEVOLKING, "  richting: neutraal\n", "  richting: &r neutraal\n",
            [BEVOLKING, "regel 7", "ankers"], id="anchor"),
        pytest.param(BEVOLKING, "  richting: neutraal\n", "  richting: *r\n",
            [BEVOLKING, "regel 7", "ankers"], id="alias"),
        pytest.param(BEVOLKING, EERSTE, EERSTE + "  naam: Inwoners\n",
            [BEVOLKING, "regel 3", "dubbele sleutel", "naam"], id="duplicate-key"),
        pytest.param(BEVOLKING, "  kort: Inwoners\n", "  kort: [Inwoners\n",
            [BEVOLKING, "geen geldige YAML"], id="broken-yaml"),
        pytest.param("bronnen.yaml", "- id: kwb\n", "- id: kwb\n  prijs: 3\n",
            ["bronnen.yaml", "kwb", "prijs"], id="source-unknown-field"),
        pytest.param("bronnen.yaml", "    - id: buurtkaart_2024\n", "    - id: kwb_excel_2023\n",
            ["bronnen", "generatie", "kwb_excel_2023"], id="generation-twice"),
        pytest.param("themas.yaml", "- id: bevolking\n", "- id: bevolking\n  kleur: rood\n",
            ["themas.yaml", "bevolking", "kleur"], id="theme-unknown-field"),
        pytest.param("bomen.yaml", "{indicator: bijstand_per_1000, teken: \"+\"}",
            "{indicator: geluk_score, teken: \"+\"}",
            ["bomen", "veerkracht.kwetsbaarheid", "delen", "geluk_score"], id="tree-unknown-part"),
        pytest.param("bomen.yaml", "vereist_een_van: [laag_inkomen_pct, bijstand_per_1000]",
            "vereist_een_van: [woningen_aantal]",
            ["bomen", "veerkracht.kwetsbaarheid", "vereist_een_van", "woningen_aantal"],
            id="tree-requires-a-non-part"),
        pytest.param("woorden.yaml", "  buurt: buurt\n", "  buurt: buurt\n  straat: straat\n",
            ["woorden.yaml", "niveau", "straat"], id="words-unknown-code"),
    ],
)  # fmt: skip
def test_mistake_names_its_place(
    teksten: dict[str, str], bestand: str, oud: str, nieuw: str, noemt: list[str]
) -> None:
    with pytest.raises(CatalogusFout) as fout:
        uit_teksten(vervang(teksten, bestand, oud, nieuw))
    for woord in noemt:
        assert woord in str(fout.value), f"{woord!r} ontbreekt in: {fout.value}"


def test_same_id_in_one_file_is_refused(teksten: dict[str, str]) -> None:
    with pytest.raises(CatalogusFout, match=rf"{BEVOLKING}, inwoners_aantal: komt twee keer voor"):
        uit_teksten(teksten | {BEVOLKING: teksten[BEVOLKING] + DUBBEL})


def test_same_id_in_two_files_is_refused(teksten: dict[str, str]) -> None:
    with pytest.raises(CatalogusFout, match=r"indicatoren_z\.yaml, inwoners_aantal: komt twee"):
        uit_teksten(teksten | {"indicatoren_z.yaml": DUBBEL})


def test_indicator_without_columns_or_source_is_refused(teksten: dict[str, str]) -> None:
    los = DUBBEL.replace("inwoners_aantal", "los_aantal").replace("  bron: kwb\n", "")
    with pytest.raises(CatalogusFout, match=r"indicatoren_z\.yaml, los_aantal, .*bron"):
        uit_teksten(teksten | {"indicatoren_z.yaml": los})


@pytest.mark.parametrize("nodig", ["bronnen.yaml", "themas.yaml", "bomen.yaml", "woorden.yaml"])
def test_missing_file_is_named(teksten: dict[str, str], nodig: str) -> None:
    with pytest.raises(CatalogusFout, match=nodig):
        uit_teksten({b: t for b, t in teksten.items() if b != nodig})


def test_a_read_indicator_cannot_be_changed(cat: Catalogus) -> None:
    with pytest.raises(ValidationError):
        cat.indicatoren["inwoners_aantal"].naam = "Iets anders"  # type: ignore[misc]


# --- hash ------------------------------------------------------------------------------------


def test_hash_is_of_the_texts_alone(cat: Catalogus, teksten: dict[str, str]) -> None:
    assert uit_teksten(teksten).hash == cat.hash
    assert uit_teksten(dict(reversed(teksten.items()))).hash == cat.hash


@pytest.mark.parametrize(
    ("bestand", "oud", "nieuw"),
    [
        (BEVOLKING, "  kort: Inwoners\n", "  kort: Bewoners\n"),
        ("themas.yaml", "naam: Wonen\n", "naam: Woningen\n"),
        ("woorden.yaml", "  nuance: nuance\n", "  nuance: een nuance\n"),
        ("bronnen.yaml", "ritme: een keer per jaar;", "ritme: elk jaar een keer;"),
    ],
)
def test_hash_changes_with_a_text(
    cat: Catalogus, teksten: dict[str, str], bestand: str, oud: str, nieuw: str
) -> None:
    assert uit_teksten(vervang(teksten, bestand, oud, nieuw)).hash != cat.hash


# --- words -----------------------------------------------------------------------------------


def test_sentences_and_questions_are_whole(cat: Catalogus) -> None:
    for ind in elk(cat):
        assert ind.zin.endswith("."), ind.id
        assert len(ind.zin) <= 160, f"{ind.id}: {len(ind.zin)}"
        assert not re.search(r"[.!?] [A-Z]", ind.zin.replace("1.000", "")), ind.id
        assert ind.lees_eerst.endswith("."), ind.id
        assert ind.gespreksvraag.endswith("?"), ind.id
        assert ind.gespreksvraag.count("?") == 1, ind.id
        assert "  " not in ind.zin + ind.lees_eerst + ind.gespreksvraag, ind.id
    for thema in cat.themas.values():
        assert thema.vraag.endswith("?"), thema.id


@pytest.mark.parametrize("veld", ["naam", "kort", "zin", "gespreksvraag"])
def test_no_two_indicators_share_a_text(cat: Catalogus, veld: str) -> None:
    gezien: dict[str, list[str]] = defaultdict(list)
    for ind in elk(cat):
        gezien[getattr(ind, veld).lower()].append(ind.id)
    assert not {t: ids for t, ids in gezien.items() if len(ids) > 1}


def test_no_words_that_blame(cat: Catalogus) -> None:
    for ind in elk(cat):
        for veld in ("naam", "kort", "zin", "lees_eerst", "gespreksvraag"):
            treffer = VERBODEN.search(getattr(ind, veld))
            assert not treffer, f"{ind.id}, {veld}: {treffer and treffer.group()}"


def test_questions_are_open_and_not_about_the_figure(cat: Catalogus) -> None:
    for ind in elk(cat):
        assert not re.search(r"\b(cijfer van|percentage|procent|statistiek)\b", ind.gespreksvraag)
        assert 25 <= len(ind.gespreksvraag) <= 110, ind.id


def test_goalposts_are_honest_about_where_they_come_from(cat: Catalogus) -> None:
    for ind in elk(cat):
        assert ind.doelpalen.herkomst, ind.id
        assert ("eigen schatting" in ind.doelpalen.herkomst) == ind.doelpalen.voorlopig, ind.id
        if ind.eenheid == "pct":
            assert 0 <= ind.doelpalen.laag < ind.doelpalen.hoog <= 100, ind.id
    assert [i.id for i in elk(cat) if not i.doelpalen.voorlopig] == ["stedelijkheid_klasse"]


def test_kind_of_count_fits_the_unit(cat: Catalogus) -> None:
    past = {e: {"gemiddelde"} for e in EENHEDEN} | {
        "aantal": {"aantal", "gemiddelde"},
        "ha": {"aantal"},
        "pct": {"aandeel"},
        "per_1000": {"aandeel"},
        "per_km2": {"aandeel", "gemiddelde"},
    }
    for ind in elk(cat):
        assert ind.telling in past[ind.eenheid], ind.id
    gemiddeld = {i.id for i in elk(cat) if i.eenheid == "aantal" and i.telling == "gemiddelde"}
    assert gemiddeld == {"basisscholen_3_km_aantal", "cafe_1_km_aantal"}


def test_context_figure_cannot_enter_a_tree(teksten: dict[str, str]) -> None:
    """Share of corporation dwellings is context: no score may contain it."""
    regel = '        - {indicator: bijstand_per_1000, teken: "+"}\n'
    extra = regel + regel.replace("bijstand_per_1000", "corporatiewoningen_pct")
    with pytest.raises(CatalogusFout, match="corporatiewoningen_pct' is context"):
        uit_teksten(vervang(teksten, "bomen.yaml", regel, extra))


def test_same_figure_twice_in_a_node_is_refused(teksten: dict[str, str]) -> None:
    regel = '        - {indicator: bijstand_per_1000, teken: "+"}\n'
    with pytest.raises(CatalogusFout, match="twee keer"):
        uit_teksten(vervang(teksten, "bomen.yaml", regel, regel + regel))


def test_empty_file_is_named(teksten: dict[str, str]) -> None:
    leeg = teksten | {"indicatoren_bevolking.yaml": "# niets\n"}
    with pytest.raises(CatalogusFout, match=r"indicatoren_bevolking\.yaml: verwacht een lijst"):
        uit_teksten(leeg)

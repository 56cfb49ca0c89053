"""The catalogue's sources: licence, citation, rhythm, tables, forms, columns and their units."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

from indicators.catalogue import Catalogus, CatalogusFout, uit_teksten
from indicators.model import Generatie
from tests.catalogus import elk, vervang

ALLEEN_GRENZEN = {"buurtkaart_wijken", "buurtkaart_gemeenten", "gebiedsindeling_2022"}
"""Forms that give outlines and names; what figures they hold stays in core."""
ODATA = "kwb_odata_2024"
METAGEGEVENS = (
    Path(__file__).parents[2] / "shared/data/cbs/metadata_85984NED" / "DataProperties.json"
)


def test_every_source_has_licence_citation_and_rhythm(cat: Catalogus) -> None:
    for bron in cat.bronnen.values():
        for veld in ("licentie", "bronvermelding", "ritme", "producent", "url", "uitleg"):
            assert getattr(bron, veld).strip(), f"{bron.id}: {veld}"
        assert bron.bronvermelding.startswith("Bron: "), bron.id
    rangen = [b.rang for b in cat.bronnen.values()]
    assert len(rangen) == len(set(rangen))


def test_sources_in_declared_order(cat: Catalogus) -> None:
    assert [b.id for b in cat.bronnen_van("supermarkt_afstand_km")] == [
        "kwb",
        "buurtkaart",
        "nabijheid",
    ]
    assert [b.id for b in cat.bronnen_van("overlast_per_1000")] == ["politie"]


def test_every_figure_says_what_it_is(cat: Catalogus) -> None:
    """Read sources only; an estimate says so, and a police count what it hangs on."""
    for ind in elk(cat):
        assert all(cat.generatie(g)[0].ingelezen for g in ind.kolommen), ind.id
        assert "nog niet ingelezen" not in ind.lees_eerst.lower(), ind.id
        for bron in cat.bronnen_van(ind.id):
            if bron.aard == "modelschatting" and bron.id != "leefbaarometer":
                assert re.search(r"schatting met een model", ind.lees_eerst), ind.id
            if bron.id == "leefbaarometer":
                assert re.search(r"voorspelling|geen meting|zelfde", ind.lees_eerst), ind.id
                assert re.search(r"vergenomen|nooit na|van de makers", ind.lees_eerst), ind.id
            if bron.id == "politie":
                assert "hangt af van meldingsbereidheid" in ind.lees_eerst, ind.id


def _kolommen(cat: Catalogus, gen: Generatie) -> set[str]:
    """Every column that the catalogue names of a form: seen, asked for, or known it by."""
    beschrijft = {
        gen.gebied, gen.naam, gen.gemeentenaam, gen.wijk, gen.gemeente, gen.postcode, gen.water,
        gen.wijziging, gen.periode, *gen.jaar, *gen.beschrijft, *(d.kolom for d in gen.dimensies),
    }  # fmt: skip
    alle = {*cat.velden.get(gen.id, ()), *cat.gevraagde_kolommen(gen.id), *gen.herken}
    return {k for k in alle if k not in beschrijft}


def zonder_eenheid(cat: Catalogus) -> list[str]:
    """Columns of which a form declares no unit."""
    return [
        f"{gen.id}: {kolom}"
        for bron in cat.bronnen.values()
        for gen in bron.generaties
        for kolom in sorted(_kolommen(cat, gen))
        if gen.eenheid_van(kolom) is None
    ]


def test_every_column_has_a_unit(cat: Catalogus) -> None:
    """Each column that the catalogue names describes its row or has a unit, in every form."""
    assert zonder_eenheid(cat) == []
    geteld = {g.id: len(_kolommen(cat, g)) for b in cat.bronnen.values() for g in b.generaties}
    leeg = {g for g, n in geteld.items() if not n}
    assert leeg <= ALLEEN_GRENZEN and sum(geteld.values()) > 800, geteld


def test_every_table_has_a_period_and_a_form(cat: Catalogus) -> None:
    for bron in cat.bronnen.values():
        for tabel, wat in bron.meerjarig.items():
            assert re.fullmatch(r"\d{5}NED", tabel) and len(wat) > 3, tabel
        for jaar, tabel in bron.tabellen.items():
            assert 2015 <= jaar <= 2030 and re.fullmatch(r"\d{5}NED", tabel), tabel
        assert set(bron.indeling_van) <= {*bron.meerjarig, *bron.tabellen.values()}, bron.id
        for jaar, wat in bron.bestanden.items():
            assert 2015 <= jaar <= 2030 and wat.gezien and wat.url.startswith("https://"), bron.id
        assert bool(bron.generaties) == bron.ingelezen, bron.id


def test_unit_is_the_one_that_cbs_gives(cat: Catalogus) -> None:
    """Beside the table's own metadata: the declared unit says the same."""
    if not METAGEGEVENS.exists():
        pytest.skip("../shared/data/cbs/metadata_85984NED is er niet")
    zegt = {
        "aantal": {"aantal", "personen per huishouden"},
        "aantal inwoners per km²": {"per km²"},
        "per 1 000 inwoners": {"per 1.000 inwoners"},
        "x 1 000 euro": {"x 1.000 euro"},
        "code": {"klasse", "omschrijving of code"},
    }
    eigen = cat.generatie(ODATA)[1]
    per_naam: dict[str, set[str]] = defaultdict(set)
    for rij in json.loads(METAGEGEVENS.read_text(encoding="utf-8")):
        if rij["Type"] == "Topic":
            per_naam[rij["Key"].rsplit("_", 1)[0]].add(rij["Unit"].strip())
    for kolom in cat.gevraagde_kolommen(ODATA):
        bij_cbs = per_naam[kolom.rpartition("/")[2]]
        past = {u for b in bij_cbs for u in zegt.get(b, {b})}
        assert eigen.eenheid_van(kolom) in past, f"{kolom}: {eigen.eenheid_van(kolom)}, {bij_cbs}"


@pytest.mark.parametrize("veld", ["licentie", "bronvermelding", "ritme"])
def test_source_without_it_is_refused(teksten: dict[str, str], veld: str) -> None:
    """A source that lacks licence, citation or rhythm does not get into the catalogue."""
    kop, los, rest = teksten["bronnen.yaml"].partition("- id: rivm\n")
    zonder = re.sub(rf"  {veld}: .*\n", "", rest, count=1)
    with pytest.raises(CatalogusFout, match=rf"bronnen.yaml, rivm, {veld}"):
        uit_teksten(teksten | {"bronnen.yaml": kop + los + zonder})


@pytest.mark.parametrize(
    ("oud", "mist"),
    [
        ('      eenheden: {"^[A-Z]": "%"}\n', "rivm_excel_2020: Eenzaam"),
        ('        "aardgasverbruik/": m³\n', "kwb_odata_2024: Gemiddeld aardgasverbruik/Gemiddeld"),
        ('        "/AfstandTot": km\n', "kwb_odata_2015: Basisonderwijs/AfstandTotSchool"),
        ('        "^a_": aantal\n', "kwb_excel_2023: a_inw"),
    ],
)
def test_column_without_unit_is_found(teksten: dict[str, str], oud: str, mist: str) -> None:
    """The rule above can fail, in each kind of form."""
    gevonden = zonder_eenheid(uit_teksten(vervang(teksten, "bronnen.yaml", oud, "")))
    assert any(g.startswith(mist) for g in gevonden), gevonden[:5]


@pytest.mark.parametrize(
    ("oud", "nieuw", "zegt"),
    [
        ("      dimensies: [SoortMisdrijf]\n", "      dimensies: [SoortMisdaad]\n",
         "politie_misdrijven, dimensies: 'SoortMisdaad'"),
        ("      dimensies: [Overlast]\n", "", "dimensies: geen vorm heeft Overlast"),
        ("      bij: SoortMisdrijf\n", "      bij: Soort\n", "bij: Soort staat niet in dimensies"),
        ("namen_van: kwb_odata_2024", "namen_van: kwb_odata_2031", "kwb_odata_2031"),
        ("tabellen: [84286NED]", "tabellen: []", "noemt de `tabellen`"),
        ("tabellen: [84286NED]", "tabellen: [99999NED]", "99999NED"),
    ],
)  # fmt: skip
def test_fact_told_once_points_at_what_is_there(
    teksten: dict[str, str], oud: str, nieuw: str, zegt: str
) -> None:
    """Dimensions, rules and names stand at the source; a form that points wrong is named."""
    with pytest.raises(CatalogusFout, match=re.escape(zegt)):
        uit_teksten(vervang(teksten, "bronnen.yaml", oud, nieuw))


def test_facts_of_a_source_are_told_once(cat: Catalogus, teksten: dict[str, str]) -> None:
    """Each form has them, and the file says them one time."""
    tekst = teksten["bronnen.yaml"]
    for zin in ("Diefstal/inbraak woning", "som van de vijf dimensies", "Persoonlijke (psychische)",
                "ondergrens 95%", "som van alle soorten misdrijven"):  # fmt: skip
        assert tekst.count(zin) == (2 if zin.startswith("Persoonlijke") else 1), zin
    lbm = cat.bronnen["leefbaarometer"].generaties
    assert [len(g.verbanden) for g in lbm] == [2, 2, 2]
    politie = {g.id: (len(g.leden_als_kolom), len(g.verbanden)) for g in
               cat.bronnen["politie"].generaties}  # fmt: skip
    assert politie["politie_misdrijven"] == politie["politie_misdrijven_odata"] == (32, 1)
    assert politie["politie_overlast"] == (0, 0)
    assert all(set(g.betekenis) == set(cat.bronnen["rivm"].betekenis) != set()
               and [d.kolom for d in g.dimensies] == ["Leeftijd", "Marges"]
               for g in cat.bronnen["rivm"].generaties)  # fmt: skip


@pytest.mark.parametrize(
    ("oud", "nieuw", "zegt"),
    [
        ("indeling_uit: het bestand heeft 355", "uitleg: het bestand heeft 355", "uitleg"),
        ("      indeling_uit: het bestand heeft 355 gemeenten, het aantal van 1 januari 2020\n", "",
         "waaruit blijkt het"),
        ("gewoon: MW00000", "als_kolom: false", "gewoon"),
        ("soort: vast_verschil", "soort: product", "verbanden"),
    ],
)  # fmt: skip
def test_mistake_in_a_form_is_named(
    teksten: dict[str, str], oud: str, nieuw: str, zegt: str
) -> None:
    with pytest.raises(CatalogusFout, match=zegt):
        uit_teksten(vervang(teksten, "bronnen.yaml", oud, nieuw))


def test_rate_of_another_source_says_of_what(teksten: dict[str, str]) -> None:
    """`per` belongs to the formula that takes it, and names a figure that exists."""
    bestand = "indicatoren_zorg_veiligheid_samenleven.yaml"
    for oud, nieuw in (("per: inwoners_aantal, ", ""), ("per: inwoners_aantal", "per: mensen")):
        with pytest.raises(CatalogusFout, match="per: "):
            uit_teksten(vervang(teksten, bestand, oud, nieuw))


@pytest.mark.parametrize("generatie", ["kwb_excel_2023", "buurtkaart_2024", "nabijheid_2023"])
def test_columns_were_seen_in_the_generation(cat: Catalogus, generatie: str) -> None:
    gevraagd = cat.gevraagde_kolommen(generatie)
    assert gevraagd
    assert set(gevraagd) <= set(cat.velden[generatie])


def test_every_generation_feeds_and_is_checked(cat: Catalogus) -> None:
    soorten = {g.id: g.soort for b in cat.bronnen.values() for g in b.generaties}
    zonder_lijst = {g for g, soort in soorten.items() if soort == "odata"} | ALLEEN_GRENZEN
    assert {*soorten} == {*cat.velden} | zonder_lijst and ODATA in zonder_lijst
    assert {g for g in soorten if not cat.regels(g)} == ALLEEN_GRENZEN


def test_odata_columns_are_in_the_metadata(cat: Catalogus) -> None:
    """A column is `group title/key without its number`, with more titles where needed."""
    if not METAGEGEVENS.exists():
        pytest.skip("../shared/data/cbs/metadata_85984NED is er niet")
    rijen = json.loads(METAGEGEVENS.read_text(encoding="utf-8"))
    per_id = {r["ID"]: r for r in rijen}
    gevonden: dict[str, int] = defaultdict(int)
    for rij in rijen:
        if rij["Type"] == "TopicGroup" or not rij["Key"]:
            continue
        pad = rij["Key"].rsplit("_", 1)[0]
        ouder = per_id.get(rij["ParentID"])
        while ouder:
            pad = f"{ouder['Title'].strip()}/{pad}"
            gevonden[pad] += 1
            ouder = per_id.get(ouder["ParentID"])
    for kolom in cat.gevraagde_kolommen(ODATA):
        assert gevonden[kolom] == 1, f"{kolom}: {gevonden[kolom]} keer gevonden"


def test_same_formula_family_in_every_generation(cat: Catalogus) -> None:
    """A count stays a count and a rate a rate, whatever the source is called."""
    for ind in elk(cat):
        formules = {r.formule for r in ind.kolommen.values()}
        if ind.eenheid != "per_1000":
            assert not formules & {"per_1000", "per_1000_uit_aandelen"}, ind.id
        if ind.eenheid != "pct":
            assert not formules & {"aandeel", "aandeel_van_som"}, ind.id

"""The catalogue's sources: licence, citation, rhythm, tables, forms, columns and their units."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

from indicators.catalogue import Catalogus, CatalogusFout, lees, uit_teksten
from indicators.model import Indicator
from pipelines import fields

ALLEEN_GRENZEN = {"buurtkaart_wijken", "buurtkaart_gemeenten", "gebiedsindeling_2022"}
"""Forms that give outlines and names; what figures they hold stays in core."""
ODATA = "kwb_odata_2024"
METAGEGEVENS = (
    Path(__file__).parents[2] / "shared/data/cbs/metadata_85984NED" / "DataProperties.json"
)


@pytest.fixture(scope="module")
def cat() -> Catalogus:
    return lees()


@pytest.fixture
def teksten(cat: Catalogus) -> dict[str, str]:
    return dict(cat.teksten)


def _vervang(teksten: dict[str, str], bestand: str, oud: str, nieuw: str) -> dict[str, str]:
    """The texts with the first `oud` in `bestand` replaced; fails when it is not there."""
    assert oud in teksten[bestand], f"{oud!r} staat niet meer in {bestand}"
    return teksten | {bestand: teksten[bestand].replace(oud, nieuw, 1)}


def _elk(cat: Catalogus) -> list[Indicator]:
    return list(cat.indicatoren.values())


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
    for ind in _elk(cat):
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


def test_every_column_has_a_unit(cat: Catalogus) -> None:
    """Each column that was seen describes its row, or has a unit; each table has a period."""
    for bron in cat.bronnen.values():
        for gen in bron.generaties:
            kolommen = [v.kolom for v in fields.zoek(cat, "") if v.bron == bron.id]
            assert kolommen or bron.id == "buurtkaart", bron.id
            zonder = [
                k
                for k in cat.velden.get(gen.id, ())
                if k in kolommen and gen.eenheid_van(k) is None
            ]
            assert not zonder, f"{gen.id}: zonder eenheid {zonder}"
        for tabel, wat in bron.meerjarig.items():
            assert re.fullmatch(r"\d{5}NED", tabel) and len(wat) > 3, tabel
        for jaar, tabel in bron.tabellen.items():
            assert 2015 <= jaar <= 2030 and re.fullmatch(r"\d{5}NED", tabel), tabel
        assert set(bron.indeling_van) <= {*bron.meerjarig, *bron.tabellen.values()}, bron.id


@pytest.mark.parametrize("veld", ["licentie", "bronvermelding", "ritme"])
def test_source_without_it_is_refused(teksten: dict[str, str], veld: str) -> None:
    """A source that lacks licence, citation or rhythm does not get into the catalogue."""
    kop, los, rest = teksten["bronnen.yaml"].partition("- id: rivm\n")
    zonder = re.sub(rf"  {veld}: .*\n", "", rest, count=1)
    with pytest.raises(CatalogusFout, match=rf"bronnen.yaml, rivm, {veld}"):
        uit_teksten(teksten | {"bronnen.yaml": kop + los + zonder})


def test_column_without_unit_is_found(teksten: dict[str, str]) -> None:
    """The rule above can fail: without its units the RIVM form has columns without one."""
    tekst = _vervang(teksten, "bronnen.yaml", '      eenheden: {"^[A-Z]": "%"}\n', "")
    gen = uit_teksten(tekst).generatie("rivm_excel_2020")[1]
    assert gen.eenheid_van("Eenzaam") is None


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
        uit_teksten(_vervang(teksten, "bronnen.yaml", oud, nieuw))


def test_rate_of_another_source_says_of_what(teksten: dict[str, str]) -> None:
    """`per` belongs to the formula that takes it, and names a figure that exists."""
    bestand = "indicatoren_zorg_veiligheid_samenleven.yaml"
    for oud, nieuw in (("per: inwoners_aantal, ", ""), ("per: inwoners_aantal", "per: mensen")):
        with pytest.raises(CatalogusFout, match="per: "):
            uit_teksten(_vervang(teksten, bestand, oud, nieuw))


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
    for ind in _elk(cat):
        formules = {r.formule for r in ind.kolommen.values()}
        if ind.eenheid != "per_1000":
            assert not formules & {"per_1000", "per_1000_uit_aandelen"}, ind.id
        if ind.eenheid != "pct":
            assert not formules & {"aandeel", "aandeel_van_som"}, ind.id

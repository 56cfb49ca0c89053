"""VERA as it really is: the standard's code lists and ten real dwellings are read as they stand."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from indicators import vera
from indicators.catalogue import CatalogusFout
from indicators.vera import Code, opvolgers
from pipelines.corporation import LeveringFout
from pipelines.corporation.codes import geldig, lees_lijsten
from tests.corporatie_klein import door_de_poort, leg_neer
from tests.stad import ECHT

VERA = ECHT / "other" / "vera"
echt = pytest.mark.echt
zonder = pytest.mark.skipif(not VERA.exists(), reason="de echte VERA-bestanden zijn er niet")


@echt
@zonder
def test_every_code_list_of_the_standard_is_read() -> None:
    """245 lists, 2,463 rows, 12 pairs that stand there twice."""
    rijen = lees_lijsten(VERA / "Referentiedata.csv")
    assert len(rijen) == 2463 and len({c.soort for c in rijen}) == 245
    assert len(rijen) - len({(c.soort, c.code) for c in rijen}) == 12
    levend, dood = geldig(rijen)
    assert sum(len(v) for v in levend.values()) == 2463 - 178
    assert levend["EENHEIDDETAILSOORT"]["BIJ"] == "Bijeenkomstruimte"
    assert "BIJ" not in dood.get("EENHEIDDETAILSOORT", {})


@echt
@zonder
def test_lists_in_the_catalogue_are_those_of_the_standard() -> None:
    """Every list that a field uses: the same live codes and names, the same successors."""
    levend, dood = geldig(lees_lijsten(VERA / "Referentiedata.csv"))
    eigen = vera.lees()
    assert {n: levend[n] for n in eigen.codelijsten} == eigen.codelijsten
    assert {n: dood[n] for n in eigen.codelijsten if n in dood} == eigen.vervallen


@echt
@zonder
def test_paths_on_the_allow_list_exist_in_the_standard() -> None:
    """Each first step of a path, and each refused field, is an attribute of that entity."""
    velden: dict[str, set[str]] = {}
    for regel in (VERA / "vera_velden_selectie_4.3.0.csv").read_text("utf-8").splitlines()[1:]:
        _, entiteit, attribuut, *_ = regel.split(";")
        velden.setdefault(entiteit, set()).add(attribuut)
    eigen_keus = {("prijscomponent", "eenheid"), ("zaak", "eenheid"), ("oordeel", "eenheid"),
                  ("huurovereenkomst", "eenheid"), ("eenheid", "buurt")}  # fmt: skip
    for e in vera.lees().entiteiten:
        stappen = {p.split(".")[0].split("[")[0] for v in e.velden for p in v.pad} | set(e.nooit)
        vreemd = {s for s in stappen - velden[e.vera] if (e.id, s) not in eigen_keus}
        assert vreemd == set(), e.id


@echt
@zonder
def test_ten_real_dwellings(tmp_path: Path) -> None:
    """Building year, area, label and WOZ are those in the JSON; unnamed files are recognised."""
    bron = sorted((VERA / "eenheden_voorbeelden").glob("*.json"))
    assert len(bron) == 10
    for pad in bron:
        shutil.copy(pad, tmp_path)
    con, uitslag = door_de_poort(tmp_path, tmp_path)
    assert uitslag.goed["eenheid"] == 10 and not uitslag.af
    gelezen = {r[0]: r[1:] for r in con.execute(
        "SELECT id, bouwjaar, oppervlakte, pand_soort FROM g_eenheid").fetchall()}  # fmt: skip
    for pad in bron:
        d = json.loads(pad.read_text(encoding="utf-8"))
        bag = (d.get("adresseerbaarObjectBasisregistratie") or {}).get("bagGebruikersOppervlakte")
        assert gelezen[d["id"]] == (
            d["bouwjaar"], d.get("gebruiksoppervlakte", bag), d["panden"][0]["soort"]["code"]
        )  # fmt: skip
        labels = con.execute(
            "SELECT label, begin::VARCHAR FROM g_energieprestatie WHERE eenheid = ?", [d["id"]]
        ).fetchall()
        assert sorted(labels) == sorted(
            (p["label"]["code"], p["begindatum"]) for p in d.get("energieprestaties", [])
        )
        woz = con.execute(
            "SELECT datum::VARCHAR, waarde FROM g_woz WHERE eenheid = ?", [d["id"]]
        ).fetchall()
        assert sorted(woz) == sorted(
            (w["waardepeildatum"], float(w["vastgesteldeWaarde"])) for w in d["wozEenheden"]
        )


def test_a_code_used_again_leads_on_from_where_it_ended() -> None:
    """GEE says "Gebruik VER"; that VER ended too, for VBE, and lives on as another."""
    rij = [
        Code("L", "GEE", "Geestelijk", "VERVALLEN - Gebruik VER", "", "6-10-2023", ""),
        Code("L", "VER", "Beperkt", "VERVALLEN - Gebruik code VBE", "6-10-2023", "20-10-2023", ""),
        Code("L", "VER", "Ex-verslaafd", "iets anders", "", "", ""),
        Code("L", "VBE", "Beperkt", "", "20-10-2023", "", ""),
        Code("L", "FRI", "Frictie", "VERVALLEN - Gebruik VBE of VER.", "", "1-1-2022", ""),
    ]
    assert opvolgers(rij) == {("L", "GEE"): "VBE", ("L", "VER"): "VBE"}


def test_ended_codes_resolve_at_the_gate(tmp_path: Path) -> None:
    """VEK (sold) became UIT; the row stays, and is counted as an old code."""
    leg_neer(tmp_path / "in", {"eenheden": [
        {"id": "1", "status": {"code": "VEK"}}, {"id": "2", "status": "veh"}]})  # fmt: skip
    con, uitslag = door_de_poort(tmp_path / "in", tmp_path)
    rijen = con.execute("SELECT id, status FROM g_eenheid ORDER BY id").fetchall()
    assert rijen == [("1", "UIT"), ("2", "VEH")]
    assert uitslag.opgemerkt["eenheid", "vervallen code", "status"] == 1


def test_headings_of_another_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "lijst.csv").write_text("Soort;Code\nA;B\n", encoding="utf-8")
    with pytest.raises(LeveringFout, match="kolom Naam"):
        lees_lijsten(tmp_path / "lijst.csv")


@pytest.mark.parametrize(
    ("van", "naar", "zegt"),
    [
        ("pad: [bouwjaar]", "pad: [naam]", "bij `velden` en bij `nooit`"),
        ("lijst: ENERGIELABEL", "lijst: LABELS", "codelijst ontbreekt"),
        ("regel: inkomensachtig", "regel: soepel", "regel 'soepel' bestaat niet"),
        ("id: eigen_verhuisd_pct", "id: verhuisd_pct", "begint met eigen_"),
    ],
)
def test_an_impossible_declaration_is_named(van: str, naar: str, zegt: str) -> None:
    tekst = vera.tekst()
    assert van in tekst
    with pytest.raises(CatalogusFout, match=zegt):
        vera.uit_tekst(tekst.replace(van, naar, 1))


def test_nothing_of_a_person_is_per_complex() -> None:
    for t in vera.lees().tabellen:
        assert not (t.per_complex and t.klasse == "persoon")

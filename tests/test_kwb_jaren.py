"""KWB of other years over OData: forms nobody here saw are read by their names, or refused by name.

Protects: a table of 2015, 2018 and 2019 under the names that public code asks gives the right
column for each figure and says that nobody here saw it; a name that is not there stops that table
alone, by name, and publishes nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from indicators.catalogue import lees as lees_catalogus
from indicators.contracts import Datamap
from indicators.origin import niet_gezien
from pipelines import intake
from pipelines.house import Huis
from pipelines.origin import spoor
from pipelines.settings import Instellingen
from pipelines.sources import odata
from pipelines.sources.odata_lees import lees
from pipelines.sources.tabel import BronFout
from tests import stad
from tests.replay import Replay
from tests.replay_bak import Bak, kleine_bak, pakket
from tests.replay_kwb import kwb_bak, namen

CAT = lees_catalogus()
KWB = CAT.bronnen["kwb"]
CODES = ["NL00", "GM0344", "WK034401", *(f"BU034401{n:02d}" for n in range(1, 5))]
VORM = {2015: "kwb_odata_2015", 2018: "kwb_odata_2018", 2019: "kwb_odata_2019"}
ANDERS = {
    "Wonen en vastgoed/GemiddeldeWOZWaardeVanWoningen": "GemiddeldeWoningwaarde",
    "Wonen en vastgoed/OnbewoondeWoningen": "PercentageOnbewoond",
    "Gemiddelde elektriciteitslevering/GemiddeldeElektriciteitsleveringTotaal": (
        "GemiddeldElektriciteitsverbruikTotaal"
    ),
    "Hoogst behaald onderwijsniveau/BasisonderwijsVmboMbo1": "OpleidingsniveauLaag",
    "Hoogst behaald onderwijsniveau/HavoVwoMbo24": "OpleidingsniveauMiddelbaar",
    "Hoogst behaald onderwijsniveau/HboWo": "OpleidingsniveauHoog",
}
"""What a column was called before: told here once more, so that a mistake shows."""


def bak_van(jaar: int) -> Bak:
    return kwb_bak(KWB.tabellen[jaar], jaar, CODES)


def test_every_table_has_a_form() -> None:
    """2015 to the newest year: each table is declared for a form, seen or honestly not."""
    genoemd = {t for g in KWB.generaties for t in g.tabellen}
    assert min(KWB.tabellen) == 2015 and set(KWB.tabellen.values()) == genoemd
    for gen in KWB.generaties:
        assert gen.ongezien == ("uit openbare code" in gen.gezien), gen.id


@pytest.mark.parametrize("jaar", VORM)
def test_elk_cijfer_uit_de_goede_kolom(jaar: int) -> None:
    bak = bak_van(jaar)
    with Replay(bak, bladzijde=4) as server:
        adres = odata.Adres(schema="http", host=server.host, pauze=0)
        tabel = lees(odata.haal_tabel(bak.tabel_id, adres).inhoud, "live", CAT)
    assert (tabel.generatie, tabel.jaar, len(tabel.gebieden)) == (VORM[jaar], jaar, len(CODES))
    assert any("niet zelf gezien" in w for w in tabel.waarschuwingen)
    sleutels = {s.rpartition("_")[0]: s for s in namen(jaar)}
    gevraagd = CAT.gevraagde_kolommen(VORM[jaar])
    assert len(gevraagd) > 40
    for kolom in gevraagd:
        naam = kolom.rpartition("/")[2]
        sleutel = sleutels.get(naam) or sleutels[ANDERS[kolom]]
        assert list(tabel.cellen[kolom][0]) == [r[sleutel] for r in bak.rijen], kolom
    assert list(tabel.gebieden["postcode"]) == ["3533"] * len(CODES)
    assert list(tabel.gebieden["wijziging"]) == [1] * len(CODES)


def test_wat_een_jaar_niet_heeft_is_er_niet() -> None:
    """No figure is made of a column that a year does not have."""
    heeft = {jaar: set(CAT.regels(VORM[jaar])) for jaar in VORM}
    assert not heeft[2015] & {"nettoarbeidsparticipatie_pct", "wmo_per_1000", "jeugdzorg_pct"}
    assert {"wmo_per_1000", "nettoarbeidsparticipatie_pct"} <= heeft[2018]
    assert "opleiding_laag_pct" in heeft[2019] - heeft[2018]
    assert not any("herkomst_europa_pct" in h for h in heeft.values())


@pytest.mark.parametrize("jaar", [2015, 2018])
def test_andere_werkelijkheid_stopt_met_naam(jaar: int) -> None:
    """CBS turns out to call a column otherwise than others' code did."""
    bak = bak_van(jaar)
    [topic] = [e for e in bak.eigenschappen if e["Key"].startswith("InBezitWoningcorporatie_")]
    topic["Key"] = "VanCorporatie_42"
    with pytest.raises(BronFout) as fout:
        lees(pakket(bak), "live", CAT)
    for woord in (bak.tabel_id, "InBezitWoningcorporatie", VORM[jaar], "hier zelf niet gezien",
                  "corporatiewoningen_pct", "kolomnamen"):  # fmt: skip
        assert woord in str(fout.value)


def test_onbekende_vorm_onder_een_bekend_nummer() -> None:
    """The form of 2018 under the number of 2015 is refused, and says what is missing."""
    bak = kwb_bak(KWB.tabellen[2015], 2018, CODES)
    with pytest.raises(BronFout, match=r"nog nooit gezien .kwb_odata_2015 mist Personenauto"):
        lees(pakket(bak), "live", CAT)


def test_latere_uitgave_van_2024() -> None:
    """Low income gave way to poverty: those figures are not given, the others are."""
    bak = kleine_bak(KWB.tabellen[2024], 2024, CODES)
    weg = {
        "HuishoudensMetEenLaagInkomen": "PersonenInArmoede",
        "Huurwoning": "AardgasvrijeWoningen",
        "GemiddeldAardgasverbruikTotaal": "GemiddeldAardgasverbruik",
    }
    for e in bak.eigenschappen:
        naam, _, nummer = e["Key"].rpartition("_")
        if naam in weg:
            oud, e["Key"] = e["Key"], f"{weg[naam]}_{nummer}"
            bak.rijen = [{e["Key"] if k == oud else k: v for k, v in r.items()} for r in bak.rijen]
    tabel = lees(pakket(bak), "live", CAT)
    assert tabel.generatie == "kwb_odata_2025"
    cijfers = set(CAT.regels(tabel.generatie))
    assert "bijstand_per_1000" in cijfers and "laag_inkomen_pct" not in cijfers
    assert "Gemiddeld aardgasverbruik/GemiddeldAardgasverbruikTotaal" in tabel.cellen


def test_ongeziene_vorm_geldt_alleen_voor_haar_tabellen() -> None:
    with pytest.raises(BronFout, match="nog nooit gezien"):
        lees(pakket(kwb_bak("99915NED", 2015, CODES)), "live", CAT)
    assert lees(pakket(kleine_bak("99924NED", 2024, CODES)), "x", CAT).generatie == "kwb_odata_2024"


@pytest.mark.proef
def test_2015_en_2018_tot_in_de_publicatie(tmp_path: Path) -> None:
    """Asked live; the year whose table is otherwise than thought holds up no other."""
    goed, stuk = bak_van(2018), bak_van(2015)
    with Replay(goed, stuk) as server:
        adres = f"http://{server.host}"
        inst = Instellingen(Datamap(tmp_path), cbs_adres=adres, dataderden_adres=adres)

        def ronde() -> intake.Aanbod:
            h = Huis(inst, CAT, bronnen=["kwb"], gemeenten=["GM0344"], jaren=[2015, 2018])
            h.klok = lambda: datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
            stad.ververs(h)
            with stad.open_publicatie(h) as con:
                rijen = con.execute(
                    "SELECT jaar, waarde FROM out_waarde WHERE gebied = 'BU03440101' "
                    "AND indicator = 'woz_waarde_keur' AND waarde IS NOT NULL ORDER BY 1"
                ).fetchall()
            cijfers.append(rijen)
            return intake.beoordeel(h)

        cijfers: list[list[tuple]] = []
        weg = next(e for e in stuk.eigenschappen if e["Key"].startswith("Koopwoningen_"))
        weg["Key"] = "EigenWoningen_40"
        [fout] = ronde().mislukt
        assert fout.jaar == 2015 and "Koopwoningen" in fout.uitleg and "niet gezien" in fout.uitleg
        weg["Key"] = "Koopwoningen_40"
        server.vergeet()
        assert not ronde().mislukt
    h = Huis(Instellingen(Datamap(tmp_path)), CAT)
    [een] = spoor(h, "BU03440101", "woz_waarde_keur", 2015)
    assert "niet zelf gezien" in niet_gezien(CAT, str(een.levering["generatie"]))
    assert cijfers == [[(2018, 203.0)], [(2015, 203.0), (2018, 203.0)]]

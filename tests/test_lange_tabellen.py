"""Long tables: years and months, margins and ages, keys with spaces, and codes as columns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from indicators.formulas import CODES
from pipelines import intake
from pipelines.sources.files import Bestand, Bijschrift
from pipelines.sources.herken import herken
from pipelines.sources.lees import lees_alle
from pipelines.sources.tabel import BronFout, Tabel
from tests.stad import CAT, excel, huis, ververs, vraag

BUURTEN = ("BU99010100", "BU99010101")
CODES_POLITIE = CAT.velden["politie_misdrijven"]
GEBIED_2020 = Bijschrift(indeling=2020)


def tabellen(naam: str, inhoud: bytes, bij: Bijschrift | None = None) -> list[Tabel]:
    """Every table-year of a file that is one source."""
    bestand = Bestand(naam, inhoud, bij or Bijschrift())
    [vondst] = [v for v in herken(bestand, CAT) if v.generatie is not None]
    return lees_alle(vondst, CAT)


def csv(kop: list[str], rijen: list[list[object]]) -> bytes:
    return "".join(";".join(f'"{c}"' for c in r) + "\n" for r in [kop, *rijen]).encode()


def misdrijven(*jaren: int, keer: int = 1) -> list[list[object]]:
    """Rows of table 47018NED: code number n has n crimes; the total adds up, times `keer`."""
    n = {c: i for i, c in enumerate(CODES_POLITIE) if c != "0.0.0"}
    n["0.0.0"] = keer * sum(n.values())
    return [
        [i, f"{code:6}", f"{buurt:10}", f"{jaar}JJ00", n[code]]
        for jaar in jaren
        for buurt in BUURTEN
        for i, code in enumerate(CODES_POLITIE)
    ]


KOP = ["ID", "SoortMisdrijf", "WijkenEnBuurten", "Perioden", "GeregistreerdeMisdrijven_1"]
KOP_OVERLAST = ["ID", "Overlast", "WijkenEnBuurten", "Perioden", "GeregistreerdeOverlast_1"]
TOTAAL = "Totaal registraties overlast"


def overlast(jaar: int, maanden: range, soort: str = TOTAAL) -> list[list[object]]:
    return [[1, soort, f"{b:10}", f"{jaar}MM{m:02d}", m] for b in BUURTEN for m in maanden]


def rivm(jaar: int, marges: dict[str, float], leeftijd: str = "20300", nummer: int = 28) -> bytes:
    """A RIVM workbook: loneliness 40 and voluntary work 20, with rows per margin."""
    kop = ["ID", "Leeftijd", "Marges", "WijkenEnBuurten", "Perioden", "Gemeentenaam_1"]
    kop += [f"Eenzaam_{nummer}", f"Vrijwilligerswerk_{nummer + 5}"]
    rijen = [
        [i, leeftijd, m, f"{b:10}", f"{jaar}JJ00", "Wendrecht", f"{40 + d:8.1f}", f"{20 + d:8.1f}"]
        for b in BUURTEN
        for i, (m, d) in enumerate(marges.items())
    ]
    return excel([kop, *rijen], "RIVM")


# -- years and months ----------------------------------------------------------------------------


def test_een_bestand_met_drie_jaren_is_drie_tabellen() -> None:
    """Each year apart, from padded keys; members become columns and the total adds up."""
    alle = tabellen("politie.csv", csv(KOP, misdrijven(2021, 2022, 2023)))
    assert [(t.jaar, t.grensjaar, t.jaar_uit) for t in alle] == [
        (j, j, "veld Perioden") for j in (2021, 2022, 2023)
    ]
    for t in alle:
        assert t.gebieden["gebied"].tolist() == list(BUURTEN)
        assert set(t.cellen) == set(CODES_POLITIE) and t.waarschuwingen == ()
        np.testing.assert_array_equal(t.cellen["2.2.1"][0], CODES_POLITIE.index("2.2.1"))


def test_twaalf_maanden_zijn_een_jaar() -> None:
    [t] = tabellen("o.csv", csv(KOP_OVERLAST, overlast(2023, range(1, 13))))
    assert t.maanden == 12
    np.testing.assert_array_equal(t.cellen["GeregistreerdeOverlast"][0], sum(range(1, 13)))
    np.testing.assert_array_equal(t.cellen["GeregistreerdeOverlast|MM04"][0], 4)


def test_negen_maanden_zijn_geen_jaar() -> None:
    """Months are kept, no year figure is made, and the reader hears it."""
    [t] = tabellen("o.csv", csv(KOP_OVERLAST, overlast(2024, range(1, 10))))
    assert t.maanden == 9 and "GeregistreerdeOverlast" not in t.cellen
    assert "GeregistreerdeOverlast|MM09" in t.cellen
    assert any("9 van 12 maanden" in w and "voorlopig" in w for w in t.waarschuwingen)


def test_een_maand_die_bij_een_gebied_mist_is_geen_jaar_voor_dat_gebied() -> None:
    rijen = [r for r in overlast(2023, range(1, 13)) if not (BUURTEN[0] in r[2] and r[4] == 5)]
    [t] = tabellen("o.csv", csv(KOP_OVERLAST, rijen))
    waarde, soort = t.cellen["GeregistreerdeOverlast"]
    assert np.isnan(waarde[0]) and soort[0] == CODES["onbekend_of_geheim"] and waarde[1] == 78


# -- members -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("jaar", "nummer"), [(2020, 28), (2020, 24)])
def test_marges_worden_de_einden_van_het_interval(tmp_path: Path, jaar: int, nummer: int) -> None:
    """Value, lower and upper margin, whatever number is behind the column's name."""
    marges = {"MOG0095": -2.5, "MW00000": 0.0, "MBG0095": 3.5}
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "rivm.xlsx").write_bytes(rivm(jaar, marges, nummer=nummer))
    h = huis(tmp_path / "data", tmp_path / "in")
    ververs(h)
    assert vraag(
        h,
        """SELECT gebied, waarde, onder, boven, aard FROM out_waarde
        WHERE indicator = 'eenzaam_pct' AND niveau = 'buurt' ORDER BY gebied""",
    ) == [(b, 40.0, 37.5, 43.5, "modelschatting") for b in BUURTEN]


def test_andere_leeftijd_is_een_eigen_kolom() -> None:
    """65+ stays in core under its own name and is never the figure of all adults."""
    een, twee = rivm(2020, {"MW00000": 0.0}), rivm(2020, {"MW00000": 9.0}, leeftijd="80200.0")
    [t] = tabellen("a.xlsx", een, GEBIED_2020)
    assert set(t.cellen) == {"Eenzaam", "Vrijwilligerswerk"}
    with pytest.raises(BronFout, match=r"geen rijen voor Eenzaam.*Leeftijd 20300"):
        tabellen("b.xlsx", twee, GEBIED_2020)


def test_persoonlijke_veerkracht_heet_nergens_naar_een_buurt() -> None:
    """The RIVM notion feeds no figure, and no figure, node or source of ours is called so."""
    gebruikt = {k for i in CAT.indicatoren.values() for r in i.kolommen.values() for k in r.van}
    assert not [k for k in gebruikt if "eerkracht" in k]
    assert not [i.id for i in CAT.indicatoren.values() if "veerkracht" in i.id + i.naam.lower()]
    for gen in ("rivm_excel_2020", "rivm_odata"):
        woorden = CAT.generatie(gen)[1].betekenis
        for kolom in ("ZeerLageVeerkracht", "ZeerHogeVeerkracht"):
            assert "ersoonlijke" in woorden[kolom] and "iets anders" in woorden[kolom]


def test_onbekende_soort_misdrijf_wordt_gemeld_en_bewaard() -> None:
    erbij = [[99, "9.9.9 ", f"{b:10}", "2023JJ00", 0] for b in BUURTEN]
    [t] = tabellen("p.csv", csv(KOP, [*misdrijven(2023), *erbij]))
    assert "9.9.9" in t.cellen and any("9.9.9" in w for w in t.waarschuwingen)


# -- what cannot be right ------------------------------------------------------------------------


def zonder(code: str) -> list[list[object]]:
    return [r for r in misdrijven(2023) if str(r[1]).strip() != code]


FOUT = {
    "code hernoemd": (csv(KOP, zonder("1.4.4")), r"geen rijen voor 1\.4\.4 \(Bedreiging\)"),
    "rij dubbel": (
        csv(KOP, [*misdrijven(2023), misdrijven(2023)[3]]),
        r"rij 66: BU99010100 staat met dezelfde periode.*ook in rij 5",
    ),
    "geen jaar": (csv(KOP, [[1, "0.0.0", BUURTEN[0], "2023KW01", 3]]), "rij 2: '2023KW01' is geen"),
    "kop geen code": (csv(KOP, [[1, "0.0.0", "Oost", "2023JJ00", 3]]), "rij 2: 'OOST' is geen CBS"),
    "tekst": (
        csv(KOP, [[1, "0.0.0", BUURTEN[0], "2023JJ00", "veel"]]),
        "rij 2: verwacht een",
    ),
    "totaal onbekend": (
        csv(KOP_OVERLAST, overlast(2023, range(1, 13), "T001")),
        "geen rijen voor GeregistreerdeOverlast bij Overlast Totaal registraties overlast",
    ),
}


@pytest.mark.parametrize("wat", FOUT)
def test_lange_tabel_die_niet_klopt_stopt(wat: str) -> None:
    inhoud, zegt = FOUT[wat]
    with pytest.raises(BronFout, match=zegt):
        tabellen("lang.csv", inhoud)


# -- years of one file, taken in and taken back --------------------------------------------------


def test_jaren_uit_een_bestand_zijn_losse_leveringen(tmp_path: Path) -> None:
    """Three deliveries of the same bytes; offered again none; another indeling moves all."""
    map_ = tmp_path / "in"
    map_.mkdir()
    (map_ / "p.csv").write_bytes(csv(KOP, misdrijven(2021, 2022, 2023)))
    h = huis(tmp_path / "data", map_)
    ververs(h)
    assert vraag(h, "SELECT jaar, grensjaar FROM core_levering ORDER BY 1") == [
        (2021, 2021),
        (2022, 2022),
        (2023, 2023),
    ]
    aanbod = intake.beoordeel(huis(tmp_path / "data", map_))
    assert [r.status for r in aanbod.regels] == ["ongewijzigd"] * 3 and not aanbod.nieuw
    (map_ / "bestanden.yaml").write_text("p.csv: {indeling: 2023}\n")
    ververs(huis(tmp_path / "data", map_))
    nu = huis(tmp_path / "data")
    assert vraag(nu, "SELECT jaar, grensjaar FROM core_levering ORDER BY 1") == [
        (2021, 2023),
        (2022, 2023),
        (2023, 2023),
    ]
    nu.datamap.warehouse.unlink()
    ververs(nu)
    assert vraag(nu, "SELECT count(*), min(grensjaar) FROM core_levering") == [(3, 2023)]

"""The town's open sources: their faults, and what becomes of them in figures and scores."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from functools import cache

import pytest
from python_calamine import CalamineWorkbook

from pipelines import fields
from pipelines.house import Huis
from pipelines.voorbeeld.oordeel import REFERENTIE
from pipelines.voorbeeld.veiligheid import TOTAAL
from pipelines.warehouse import open_warehouse
from tests.stad import BRONNEN, CAT, vraag

Tellingen = dict[tuple[str, int], dict[str, int]]


@cache
def gezipt(naam: str) -> list[dict[str, str]]:
    tekst = gzip.decompress((BRONNEN / naam).read_bytes()).decode()
    return list(csv.DictReader(io.StringIO(tekst), delimiter=";"))


@cache
def misdrijven() -> Tellingen:
    """Area and year to code to count, as the file has it."""
    uit: Tellingen = {}
    for r in gezipt("politie-misdrijven-2019-2024.csv.gz"):
        plek = (r["WijkenEnBuurten"].strip(), int(r["Perioden"][:4]))
        aantal = int(r["GeregistreerdeMisdrijven_1"])
        uit.setdefault(plek, {})[r["SoortMisdrijf"].strip()] = aantal
    return uit


def test_sleutels_van_de_politie_zijn_opgevuld_met_spaties() -> None:
    rijen = gezipt("politie-misdrijven-2019-2024.csv.gz")
    assert {len(r["SoortMisdrijf"]) for r in rijen} == {6}
    assert {len(r["WijkenEnBuurten"]) for r in rijen} == {10}
    for telling in misdrijven().values():
        assert telling[TOTAAL] == sum(n for code, n in telling.items() if code != TOTAAL)


def test_wijk_en_stad_zijn_de_som_van_hun_buurten() -> None:
    for jaar in range(2019, 2025):
        per = {g: t for (g, j), t in misdrijven().items() if j == jaar}
        buurten = [t[TOTAAL] for g, t in per.items() if g.startswith("BU")]
        assert per["GM9901"][TOTAAL] == sum(buurten) > 1000


@pytest.mark.parametrize(
    ("indicator", "codes"),
    [
        ("vernieling_per_1000", ("2.2.1",)),
        ("geweld_per_1000", ("1.4.4", "1.4.5", "1.4.6")),
        ("inbraak_per_1000", ("1.1.1", "1.1.2")),
    ],
)
def test_misdrijven_per_1000_inwoners(uit: Huis, indicator: str, codes: tuple[str, ...]) -> None:
    """Every area of every year: count by the file over inhabitants by KWB, or why not."""
    rijen = vraag(
        uit,
        """SELECT w.gebied, w.jaar, w.waarde, w.onder, w.boven, w.ontbreekt_door, i.waarde
        FROM out_waarde w JOIN out_waarde i USING (gebied, jaar, grensjaar)
        WHERE w.indicator = ? AND i.indicator = 'inwoners_aantal' AND w.jaar = w.grensjaar""",
        indicator,
    )
    assert len(rijen) == len(misdrijven())
    for gebied, jaar, waarde, onder, boven, reden, inwoners in rijen:
        teller = sum(misdrijven()[gebied, jaar][c] for c in codes)
        if inwoners < 150:
            assert (waarde, reden) == (None, "te_klein" if inwoners else "nvt"), gebied
        else:
            assert waarde == pytest.approx(1000 * teller / inwoners) and reden is None
            assert onder <= waarde <= boven


def test_overlast_telt_maanden_en_mist_een_jaar(uit: Huis) -> None:
    """Twelve months make a year; nine are provisional and no figure; 2021 is not in the file."""
    rijen = gezipt("politie-overlast-2019-2024.csv.gz")
    som = {
        jaar: sum(
            int(r["GeregistreerdeOverlast_1"])
            for r in rijen
            if r["Perioden"].startswith(str(jaar)) and r["WijkenEnBuurten"].strip() == "GM9901"
        )
        for jaar in (2019, 2020, 2022, 2023)
    }
    gevonden = vraag(
        uit,
        """SELECT w.jaar, w.waarde, w.ontbreekt_door, w.voorlopig, i.waarde FROM out_waarde w
        JOIN out_waarde i USING (gebied, jaar, grensjaar) WHERE w.indicator = 'overlast_per_1000'
        AND i.indicator = 'inwoners_aantal' AND gebied = 'GM9901' ORDER BY jaar""",
    )
    assert [r[0] for r in gevonden] == [2019, 2020, 2022, 2023, 2024]
    for jaar, waarde, reden, voorlopig, inwoners in gevonden[:-1]:
        assert waarde == pytest.approx(1000 * som[jaar] / inwoners) and not voorlopig and not reden
    assert gevonden[-1][1:4] == (None, "niet_gepubliceerd", True)


def test_leefbaarometer_zonder_dimensies_in_2016(uit: Huis) -> None:
    """The total of 2016 is there and its dimensions are not published; identities hold."""
    with zipfile.ZipFile(BRONNEN / "leefbaarometer-2024.zip") as pak:
        [naam] = [n for n in pak.namelist() if "scores buurten" in n]
        rijen = list(csv.DictReader(io.StringIO(pak.read(naam).decode())))
    for r in rijen:
        assert float(r["lbm"]) - float(r["afw"]) == pytest.approx(REFERENTIE, abs=1e-12)
        delen = [r[k] for k in ("fys", "onv", "soc", "vrz", "won")]
        if r["jaar"] == "2016":
            assert set(delen) == {"NA"}
        else:
            assert sum(map(float, delen)) == pytest.approx(float(r["afw"]), abs=1e-12)
    per = dict(
        vraag(
            uit,
            """SELECT indicator, count(waarde) FROM out_waarde WHERE bron = 'leefbaarometer'
            AND jaar = 2016 AND niveau = 'buurt' GROUP BY 1""",
        )
    )
    assert per["leefbaarometer_afwijking_score"] == 67
    assert per["leefbaarometer_onveiligheid_score"] == 0


def test_gezondheid_met_marges_onder_andere_nummers(uit: Huis) -> None:
    """`Eenzaam_28` in 2020 and `Eenzaam_27` in 2022: matched by name, margins as interval."""
    for jaar, nummer in ((2020, 28), (2022, 27)):
        boek = CalamineWorkbook.from_path(str(BRONNEN / f"rivm-gezondheid-{jaar}.xlsx"))
        kop, *rijen = boek.get_sheet_by_index(0).to_python()
        plek = kop.index(f"Eenzaam_{nummer}")
        cel = {(r[3].strip(), r[2]): r[plek].strip() for r in rijen}
        for gebied, waarde, onder, boven, aard in vraag(
            uit,
            """SELECT gebied, waarde, onder, boven, aard FROM out_waarde
            WHERE indicator = 'eenzaam_pct' AND jaar = ? AND grensjaar = jaar""",
            jaar,
        ):
            wat = [cel[gebied, m] for m in ("MW00000", "MOG0095", "MBG0095")]
            verwacht = [None if w == "." else float(w) for w in wat]
            assert [waarde, onder, boven] == verwacht and aard == "modelschatting"


def test_ses_op_de_buurten_van_2024(uit: Huis) -> None:
    """All years stand on the areas that were said beside the file."""
    rijen = vraag(
        uit,
        """SELECT jaar, grensjaar, count(waarde) FROM out_waarde WHERE indicator = 'ses_woa_score'
        AND niveau = 'buurt' AND bron = 'ses_woa' GROUP BY 1, 2 ORDER BY 1""",
    )
    assert [r[:2] for r in rijen] == [(j, 2024) for j in range(2019, 2024)]
    assert all(r[2] > 50 for r in rijen)


@pytest.mark.parametrize(
    ("boom", "knoop", "jaren"),
    [
        ("veerkracht", "kwetsbaarheid", (2019, 2020, 2021, 2022)),
        ("veerkracht", "overlast_en_onveiligheid", tuple(range(2019, 2025))),
        ("leefbaarheid", "overlast_en_onveiligheid", tuple(range(2019, 2025))),
        ("leefbaarheid", "sociale_samenhang", (2020, 2022)),
        ("leefbaarheid", "fysieke_omgeving", (2021, 2022)),
    ],
)
def test_assen_en_boom_leven(uit: Huis, boom: str, knoop: str, jaren: tuple[int, ...]) -> None:
    """Scores where the sources of the year are there; both axes differ between buurten."""
    rijen = vraag(
        uit,
        """SELECT jaar, count(score), max(score) - min(score) FROM out_score
        WHERE boom = ? AND knoop = ? AND niveau = 'buurt' AND jaar = grensjaar
        GROUP BY 1 HAVING count(score) > 0 ORDER BY 1""",
        boom,
        knoop,
    )
    assert tuple(r[0] for r in rijen) == jaren
    assert all(aantal > 55 and breedte > 20 for _, aantal, breedte in rijen)


def test_kwetsbaar_en_onveilig_hangen_samen_maar_niet_helemaal(uit: Huis) -> None:
    [(verband,)] = vraag(
        uit,
        """SELECT corr(k.score, o.score) FROM out_score k JOIN out_score o
        USING (gebied, grensjaar, jaar, boom) WHERE boom = 'veerkracht' AND jaar = 2022
        AND k.niveau = 'buurt' AND k.knoop = 'kwetsbaarheid'
        AND o.knoop = 'overlast_en_onveiligheid'""",
    )
    assert 0.3 < verband < 0.95


def test_jaren_op_andere_grenzen_krijgen_geen_lege_scores(uit: Huis) -> None:
    """The Leefbaarometer of 2014 on the areas of 2024 asks for no score of 2014."""
    assert vraag(uit, "SELECT count(*) FROM out_score WHERE jaar < 2019") == [(0,)]


def test_wat_een_bron_geeft_is_te_vinden(uit: Huis) -> None:
    """Used or not: by name, by what it is about, and with the years that are read in."""
    with open_warehouse(uit.datamap) as con:
        [tasje] = fields.zoek(CAT, "zakkenrollerij", con)
        weer = fields.zoek(CAT, "Zeer lage veerkracht", con)
        eenzaam = [v for v in fields.zoek(CAT, "eenzaam_pct", con) if v.jaren]
        alle = {(v.bron, v.kolom) for v in fields.zoek(CAT, "", con)}
        core = con.execute(
            "SELECT DISTINCT bron, kolom FROM core_cel JOIN core_levering USING (levering)"
        ).fetchall()
    assert (tasje.bron, tasje.kolom, tasje.eenheid, tasje.jaren) == (
        "politie",
        "1.2.4",
        "aantal",
        tuple(range(2019, 2025)),
    )
    assert tasje.indicatoren == () and "nog door geen cijfer" in fields.regels([tasje])[0]
    assert {v.jaren for v in weer} == {(2022,)} and all("ersoonlijk" in v.woorden for v in weer)
    assert [v.kolom for v in eenzaam] == ["Eenzaam"] and eenzaam[0].jaren == (2020, 2022)
    vast = {(b.id, k) for b in CAT.bronnen.values() for g in b.generaties
            for k in (g.wijziging, g.postcode)}  # fmt: skip
    assert not set(core) - alle - vast

"""Open sources that are not what they should be: nothing wrong gets in, and the message helps."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines import intake
from pipelines.sources.files import Bestand, Bijschrift
from pipelines.sources.herken import herken
from pipelines.sources.lees import lees_alle
from pipelines.sources.tabel import BronFout
from tests.bestand import kaart
from tests.stad import BRONNEN, CAT, excel, huis, kwb, lees_in, reken_uit, vraag
from tests.test_lange_tabellen import BUURTEN, KOP, csv, misdrijven, rivm, tabellen

ZIP = BRONNEN / "leefbaarometer-2024.zip"


def lbm(wijzig: Callable[[list[str]], list[str]] = lambda r: r) -> bytes:
    """The town's Leefbaarometer of buurten, its lines changed."""
    with zipfile.ZipFile(ZIP) as pak:
        [naam] = [n for n in pak.namelist() if "scores buurten" in n]
        regels = pak.read(naam).decode().splitlines()
    return "\n".join(wijzig(regels)).encode()


def cel(rij: int, kolom: int, anders: Callable[[float], float]) -> Callable[[list[str]], list[str]]:
    """Changes one cell of a CSV without quotes in the numbers."""

    def wijzig(regels: list[str]) -> list[str]:
        cellen = regels[rij].split(",")
        cellen[kolom] = repr(anders(float(cellen[kolom])))
        return [*regels[:rij], ",".join(cellen), *regels[rij + 1 :]]

    return wijzig


def in_euro(kolom: str) -> bytes:
    """A KWB file in which a column is in euro instead of thousands of euro."""
    rijen = kwb(2022)
    plek = rijen[0].index(kolom)
    for rij in rijen[1:]:
        rij[plek] = 1000 * rij[plek] if isinstance(rij[plek], float) else rij[plek]
    return excel(rijen, "kwb-2022")


def hernoemd(oud: bytes, van: str, naar: str) -> bytes:
    assert van.encode() in oud
    return oud.replace(van.encode(), naar.encode(), 1)


SES = (BRONNEN / "ses-woa-2019-2023.csv").read_bytes()
BIJ_SES = Bijschrift(indeling=2024)
FOUT: dict[str, tuple[str, bytes, str]] = {
    "euro als waarde van woningen": (
        "kwb.xlsx",
        in_euro("g_wozbag"),
        r"kolom g_wozbag: de middelste van \d+ waarden is \d+.*verwacht 80 tot 900 "
        r"\(x 1.000 euro\). Staat hier euro waar duizenden",
    ),
    "euro als inkomen": ("kwb.xlsx", in_euro("g_ink_pi"), r"kolom g_ink_pi.*Staat hier euro"),
    "totaal dubbel geteld": (
        "p.csv",
        csv(KOP, misdrijven(2023, keer=2)),
        r"som van alle soorten.*2 van 2 rijen.*Het geheel is steeds twee keer de delen",
    ),
    "totaal half": (
        "p.csv",
        csv(KOP, [[*r[:4], 2 * int(str(r[4])) if "0.0.0" not in str(r[1]) else r[4]]
                  for r in misdrijven(2023)]),
        "De delen zijn steeds twee keer het geheel",
    ),
    "dimensie klopt niet met afwijking": (
        "lbm.csv",
        lbm(cel(1, 5, lambda x: x + 1e-6)),
        r"2014: De afwijking \(afw\) is de som van de vijf dimensies. Dat klopt niet in 1 van 67",
    ),
    "score schuift tegenover afwijking": (
        "lbm.csv",
        lbm(cel(1, 3, lambda x: x + 0.01)),
        r"min de afwijking \(afw\) is in elke rij hetzelfde getal. Dat klopt niet in 1 van 67",
    ),
    "kolom hernoemd bij RIVM": (
        "r.xlsx",
        excel([["ID", "Leeftijd", "Marges", "WijkenEnBuurten", "Perioden", "Eenzaamheid_28",
                "Vrijwilligerswerk_33"]], "RIVM"),
        "lijkt op Gezondheid per wijk en buurt, maar 1 verwachte kolom ontbreekt: Eenzaam[.] Wel "
        "gevonden en niet bekend: Eenzaamheid. Deze vorm",
    ),
    "kolom hernoemd bij SES": (
        "ses.csv",
        hernoemd(SES, "Totaalscore/Gemiddelde score", "Totaal/Gemiddelde score"),
        "lijkt op Sociaal-economische status.*verwachte kolom ontbreekt",
    ),
    "kolom hernoemd bij politie": (
        "p.csv",
        csv([*KOP[:4], "Misdrijven_1"], misdrijven(2023)),
        "GeregistreerdeMisdrijven. Wel gevonden en niet bekend: Misdrijven. Deze vorm is nog niet",
    ),
    "kolom hernoemd bij Leefbaarometer": (
        "lbm.csv",
        lbm(lambda r: [r[0].replace('"onv"', '"vei"'), *r[1:]]),
        "lijkt op Leefbaarometer 3.0.*onv",
    ),
    "tekst in een score": ("lbm.csv", lbm(lambda r: [*r, r[1].replace("0.", "nul", 1)]), "getal"),
    "marges verwisseld": (
        "r.xlsx",
        rivm(2020, {"MW00000": 0.0, "MOG0095": 3.0, "MBG0095": -3.0}),
        r"kolom Eenzaam: in 2 rijen ligt de waarde buiten haar marges.*verwisseld",
    ),
    "eenzaam als aandeel": (
        "r.xlsx",
        rivm(2020, {"MW00000": -39.6}),
        r"kolom Eenzaam: de middelste van 2 waarden is 0.4; verwacht 30 tot 65 \(%\)",
    ),
    "leefbaarometer 2.0 met klassen": (
        "oud.csv",
        b'"CODE","KL02","KL18","VKL1618"\n"BU99010100",5,6,4\n',
        "Leefbaarometer 2.0. Die heeft andere dimensies.*Haal de open data van de Leefbaarometer 3",
    ),
    "leefbaarometer 2.0 met dimensies": (
        "oud.csv",
        b'"GBD","RLBRMTR18","RLBWON18","RLBVEI18"\n"BU99010100",0.1,0.1,0\n',
        "Leefbaarometer 2.0",
    ),
}  # fmt: skip


@pytest.mark.parametrize("wat", FOUT)
def test_slechte_bron_wordt_geweigerd(tmp_path: Path, wat: str) -> None:
    """By name and with what to do; nothing of the refresh is taken in."""
    naam, inhoud, zegt = FOUT[wat]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / naam).write_bytes(inhoud)
    if naam.startswith("ses"):
        (tmp_path / "in" / "bestanden.yaml").write_text(f"{naam}: {{indeling: 2024}}\n")
    h = huis(tmp_path / "data", tmp_path / "in")
    aanbod = intake.beoordeel(h)
    [regel] = aanbod.geweigerd
    assert regel.uitleg.startswith(naam)
    with pytest.raises(BronFout, match=zegt):
        lees_in(h)
    assert not h.datamap.warehouse.exists()


def test_goede_bron_gaat_erdoor() -> None:
    """The same files unchanged are taken in: the refusals above are about the change."""
    assert len(tabellen("lbm.csv", lbm())) == 6
    assert len(tabellen("ses.csv", SES, BIJ_SES)) == 5
    assert len(tabellen("p.csv", csv(KOP, misdrijven(2023)))) == 1
    assert len(tabellen("kwb.xlsx", excel(kwb(2022), "kwb-2022"))) == 1


# -- boundaries that no file tells ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("naam", "inhoud", "bron"),
    [
        ("ses.csv", SES, "SES-WOA"),
        ("r.xlsx", rivm(2022, {"MW00000": 0.0}), "Gezondheid per wijk en buurt"),
        (
            "lbm.csv",
            lbm(lambda r: [x for x in r if ",2024," not in x]),
            "Leefbaarometer 3.0",
        ),
    ],
)
def test_indeling_wordt_gevraagd_en_niet_geraden(naam: str, inhoud: bytes, bron: str) -> None:
    """A table-year whose boundaries nobody found out: the question, and where to answer it."""
    with pytest.raises(BronFout, match="bij welke indeling") as fout:
        tabellen(naam, inhoud)
    assert bron in str(fout.value) and f"{naam}: {{indeling: " in str(fout.value)
    for t in tabellen(naam, inhoud, Bijschrift(indeling=2021)):
        assert t.grensjaar == 2021


def test_jaar_van_vorig_jaar_onder_dit_jaar(tmp_path: Path) -> None:
    """Last year's rows under this year's name: the rows and what is said beside them differ."""
    with pytest.raises(BronFout, match=r"zegt jaar 2024, maar het bestand gaat over 2023"):
        tabellen("politie-2024.csv", csv(KOP, misdrijven(2023)), Bijschrift(jaar=2024))
    with pytest.raises(BronFout, match=r"veld in het bestand zegt \[2024\], maar bestanden.yaml"):
        bestand = Bestand("buurtkaart-2025.geojson", kaart(), Bijschrift(jaar=2025))
        lees_alle(herken(bestand, CAT)[0], CAT)


def test_lijst_van_focusgebieden_wordt_uitgelegd(tmp_path: Path) -> None:
    """The NPLV list has no buurten: recognised, explained, and nothing guessed or stopped."""
    (tmp_path / "nplv.csv").write_text("gemeente,gemeentecode,focusgebied\nArnhem,GM0202,Oost\n")
    aanbod = intake.beoordeel(huis(tmp_path / ".data", tmp_path))
    [regel] = aanbod.regels
    assert regel.status == "niet herkend" and "Eigen gebieden" in regel.uitleg
    assert "raadt dat niet" in regel.uitleg and not aanbod.nieuw


# -- counted again -------------------------------------------------------------------------------


def test_bekend_gebrek_dat_anders_is_wordt_gemeld() -> None:
    """A pinned defect that is there again is no news; another count is."""
    gen = CAT.generatie("rivm_excel_2020")[1]
    anders = gen.gebreken[0].model_copy(update={"gebieden": 2, "ontbreekt": 1})
    nieuw = gen.model_copy(update={"gebreken": (anders,)})
    from pipelines.sources.keur import keur

    [t] = tabellen("r.xlsx", rivm(2020, {"MW00000": 0.0}))
    [gezegd] = keur(t, nieuw, "r.xlsx")
    assert gezegd.startswith("Eenzaam 2020: 0 cellen ontbreken, bekend waren 1")
    assert keur(t, gen, "r.xlsx") == []


def test_verband_in_core_wordt_nog_eens_nagegaan(tmp_path: Path) -> None:
    """What reached core by another way than reading is found by the check as well."""
    from pipelines import checks

    h = huis(tmp_path / "data", ZIP)
    lees_in(h)
    reken_uit(h, "out_gebied")
    [check] = [c for c in checks.controles(CAT) if c.naam == "leefbaarometer_buurten_som_afw"]
    [vast] = [
        c for c in checks.controles(CAT) if c.naam == "leefbaarometer_buurten_vast_verschil_lbm"
    ]
    assert check.blokkeert and vast.blokkeert
    assert vraag(h, check.vraag) == [] == vraag(h, vast.vraag)
    wie = "kolom = '{}' AND gebied = 'BU99010100' AND levering LIKE '%-2024-%'"
    vraag(h, f"UPDATE core_cel SET waarde = waarde + 0.01 WHERE {wie.format('fys')}")
    assert [r[1] for r in vraag(h, check.vraag)] == ["BU99010100"]
    vraag(h, f"UPDATE core_cel SET waarde = waarde + 0.01 WHERE {wie.format('lbm')}")
    assert [r[1] for r in vraag(h, vast.vraag)] == ["BU99010100"]


def test_politie_op_een_andere_indeling_valt_op(tmp_path: Path) -> None:
    """Counts on codes that KWB of that year does not have: a warning that says what to do."""
    from pipelines import checks

    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "kwb.xlsx").write_bytes(excel(kwb(2022), "kwb-2022"))
    rijen = [[*r[:2], "BU99010199", *r[3:]] if r[2] == BUURTEN[1] else r for r in misdrijven(2022)]
    (tmp_path / "in" / "p.csv").write_bytes(csv(KOP, rijen))
    h = huis(tmp_path / "data", tmp_path / "in")
    lees_in(h)
    reken_uit(h, "out_gebied", "out_waarde")
    [check] = [c for c in checks.controles(CAT) if c.naam == "noemer_voor_elk_gebied"]
    gevonden = vraag(h, check.vraag)
    assert {r[3] for r in gevonden} == {"BU99010199"} and not check.blokkeert
    assert "indeling" in check.uitleg

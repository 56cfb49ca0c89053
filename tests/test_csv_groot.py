"""Large CSV files are read at once with the same result, or by the reader that names a line."""

from __future__ import annotations

import numpy as np
import pytest

from indicators.catalogue import lees as lees_catalogus
from pipelines.sources import bladen, csv_groot, tabel
from pipelines.sources.files import Bestand
from pipelines.sources.herken import herken
from pipelines.sources.lees import lees_alle
from pipelines.sources.tabel import BronFout

CAT = lees_catalogus()
KOP = '"ID";"SoortMisdrijf";"WijkenEnBuurten";"Perioden";"GeregistreerdeMisdrijven_1"'
SOORTEN = list(CAT.generatie("politie_misdrijven")[1].leden_als_kolom)


def politie(buurten: int = 40, jaren: int = 2) -> list[str]:
    """Lines of a file of crimes; the total is the sum of the others."""
    regels = [KOP]
    for jaar in range(2020, 2020 + jaren):
        for n in range(buurten):
            for k, soort in enumerate(SOORTEN):
                aantal = len(SOORTEN) - 1 if k == 0 else 1
                cel = "." if n == 3 else str(aantal)
                regels.append(f'"{len(regels)}";"{soort} ";"BU9901{n:04d}";"{jaar}JJ00";"{cel:>6}"')
    return regels


def lees(regels: list[str]):
    bestand = Bestand("politie.csv", ("\ufeff" + "\n".join(regels) + "\n").encode())
    [vondst] = herken(bestand, CAT)
    return lees_alle(vondst, CAT)


@pytest.fixture(params=["snel", "geduldig"])
def weg(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways for the same small file."""
    snel = request.param == "snel"
    monkeypatch.setattr(csv_groot, "VANAF", 0 if snel else 10**12)
    monkeypatch.setattr(tabel, "VEEL", 50 if snel else 10**12)
    return str(request.param)


def test_beide_wegen_geven_hetzelfde(monkeypatch: pytest.MonkeyPatch) -> None:
    uit = []
    for vanaf, veel in ((0, 50), (10**12, 10**12)):
        monkeypatch.setattr(csv_groot, "VANAF", vanaf)
        monkeypatch.setattr(tabel, "VEEL", veel)
        uit.append(lees(politie()))
    for een, ander in zip(*uit, strict=True):
        assert een.jaar == ander.jaar and list(een.cellen) == list(ander.cellen)
        assert list(een.gebieden["gebied"]) == list(ander.gebieden["gebied"])
        for kolom, (waarden, soorten) in een.cellen.items():
            np.testing.assert_array_equal(waarden, ander.cellen[kolom][0], kolom)
            np.testing.assert_array_equal(soorten, ander.cellen[kolom][1], kolom)


@pytest.mark.parametrize(
    ("regel", "wordt", "zegt"),
    [
        (100, '"1";"1.1.1 ";"BU99010000";"2020JJ00"', r"rij 101: 4 cellen, verwacht 5"),
        (100, '"1";"1.1.1 ";"BU9901";"2020JJ00";"5"', r"rij 101: 'BU9901' is geen CBS-code"),
        (100, '"1";"1.1.1 ";"BU99010001";"ooit";"5"', r"rij 101: 'ooit' is geen jaar of maand"),
        (100, '"1";"1.1.1 ";"BU99010001";"2020JJ00";"veel"', r"rij 101: verwacht een getal"),
    ],
)
def test_fout_noemt_zijn_rij(weg: str, regel: int, wordt: str, zegt: str) -> None:
    regels = politie()
    regels[regel] = wordt
    with pytest.raises(BronFout, match=zegt):
        lees(regels)


@pytest.mark.parametrize("einde", ["Bron: Politie", ";;;;", ""])
def test_voetregel_en_lege_regel(weg: str, einde: str) -> None:
    heel, met = lees(politie()), lees([*politie(), einde])
    assert [len(t.gebieden) for t in heel] == [len(t.gebieden) for t in met]


def test_tekst_die_geen_utf8_is_gaat_langs_de_geduldige_weg(monkeypatch) -> None:
    monkeypatch.setattr(csv_groot, "VANAF", 0)
    inhoud = "a;b\nBU99010000;caf\xe9\n".encode("cp1252")
    assert csv_groot.lees(inhoud, ";", ("a", "b")) is None
    assert bladen._lees_csv(Bestand("x.csv", inhoud), ("a", "b"), "x")["b"] == ["café"]

"""Before publishing: what moved since the last time is listed, and what cannot be, blocks."""

from __future__ import annotations

from pathlib import Path

import pytest

from indicators.contracts import Datamap
from pipelines import drift
from pipelines.house import Huis
from pipelines.publish import lees_actueel, publiceer
from pipelines.refresh import VerversFout, ververs
from pipelines.settings import Instellingen
from pipelines.warehouse import open_warehouse
from tests.stad import BRONNEN, Stad, excel, kwb, lees_in, nog_eens, reken_uit

REGELS = {v.naam: v for v in drift.VERGELIJKINGEN}
EEN = "jaar = 2023 AND niveau = 'buurt'"


def vind(h: Huis, naam: str) -> list[str]:
    return [v.tekst for v in drift.vind(h, REGELS[naam])]


def doe(h: Huis, sql: str) -> None:
    with open_warehouse(h.datamap) as con:
        con.execute(sql)


@pytest.fixture
def twee(dorp: Stad, tmp_path: Path) -> Huis:
    """Two years of the town, published; the warehouse still says the same."""
    return dorp.kopie(tmp_path / "data", "publicatie")


@pytest.mark.parametrize("naam", REGELS)
def test_de_hele_stad_geeft_geen_vals_alarm(gepubliceerd: Huis, naam: str) -> None:
    """Six years, all sources, converted figures included: nothing moved, nothing is found."""
    assert vind(gepubliceerd, naam) == []


@pytest.mark.parametrize("naam", REGELS)
def test_een_eerste_publicatie_kan_niet_verschoven_zijn(uit: Huis, naam: str) -> None:
    assert vind(uit, naam) == []


def test_dekking_die_krimpt_wordt_genoemd(twee: Huis) -> None:
    doe(twee, f"""UPDATE out_waarde SET waarde = NULL, ontbreekt_door = 'geheim'
    WHERE indicator = 'koopwoningen_pct' AND {EEN}""")  # fmt: skip
    [zin] = vind(twee, "dekking_kromp_niet")
    assert "Kerncijfers wijken en buurten, koopwoningen_pct 2023" in zin and "nu " in zin
    assert not REGELS["dekking_kromp_niet"].blokkeert


def test_grote_sprong_noemt_bestand_kolom_en_gebied(twee: Huis) -> None:
    doe(twee, f"""UPDATE out_waarde SET waarde = waarde + 40 WHERE indicator = 'koopwoningen_pct'
    AND {EEN} AND gebied = (SELECT min(gebied) FROM out_waarde WHERE waarde < 50
        AND indicator = 'koopwoningen_pct' AND {EEN})""")  # fmt: skip
    [zin] = vind(twee, "grote_sprongen")
    assert zin.startswith("kwb-2023.xlsx, kolom p_koopw: BU") and "(was " in zin


def test_euro_voor_duizenden_euro_blokkeert(twee: Huis) -> None:
    doe(twee, f"UPDATE out_waarde SET waarde = waarde * 1000 WHERE {EEN} "
              "AND indicator = 'woz_waarde_keur'")  # fmt: skip
    [zin] = vind(twee, "orde_van_grootte")
    assert "woz_waarde_keur 2023" in zin and "kwb-2023.xlsx, kolom g_wozbag" in zin
    assert REGELS["orde_van_grootte"].blokkeert
    twee.datamap.vrijgave.parent.mkdir(exist_ok=True)
    twee.datamap.vrijgave.write_text("aanvaard_sprongen: [woz_waarde_keur]\n")
    assert vind(twee, "orde_van_grootte") == []


def test_nieuw_jaar_in_een_andere_eenheid_blokkeert(twee: Huis, tmp_path: Path) -> None:
    """A year that was never published is held against the year before it."""
    rijen = kwb(2024)
    kolom = rijen[0].index("a_inw")
    for rij in rijen[1:]:
        rij[kolom] = rij[kolom] * 1000 if isinstance(rij[kolom], int | float) else rij[kolom]
    (tmp_path / "kwb-2024.xlsx").write_bytes(excel(rijen))
    h = nog_eens(twee, tmp_path / "kwb-2024.xlsx")
    lees_in(h)
    reken_uit(h)
    assert any("inwoners_aantal 2024" in z for z in vind(h, "orde_van_grootte"))


def _kopie_van_2022(map_: Path) -> Path:
    (map_ / "kwb-2023.xlsx").write_bytes(excel(kwb(2022), "kwb-2023"))
    return map_ / "kwb-2023.xlsx"


@pytest.mark.proef
def test_gegevens_van_vorig_jaar_onder_de_naam_van_dit_jaar(tmp_path: Path) -> None:
    """Through Dagster: the run stops, the message says which source and years, the old stays."""
    datamap = Datamap(tmp_path / "data")
    eerst = Huis(Instellingen(datamap), mappen=[BRONNEN / "kwb-2022.xlsx"])
    lees_in(eerst)
    reken_uit(eerst)
    oud = publiceer(eerst)
    h = Huis(Instellingen(datamap), mappen=[_kopie_van_2022(tmp_path)])
    with pytest.raises(VerversFout, match=r"2023 \(kwb-2023.xlsx\): .* gelijk aan die van 2022"):
        ververs(h, kortstondig=True)
    assert lees_actueel(h) == oud

"""Proximity by two ways: the StatLine export and the table over OData give the same figures.

Protects: the names of a form that nobody here saw (keys as public code asks them, numbered by
their place in the export) find the right one of many columns alike; each year has its table; a
table whose boundaries are not known is passed over, by name, before it is asked.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import numpy as np
import pytest

from pipelines import intake, listing
from pipelines.sources.files import Bestand
from pipelines.sources.herken import herken
from pipelines.sources.lees import lees as lees_bestand
from pipelines.sources.odata_lees import lees
from pipelines.sources.tabel import BronFout, Tabel
from tests.replay import Replay
from tests.replay_bak import Bak, Rij, maak_info, pakket
from tests.replay_lang import bron_bakken
from tests.stad import BRONNEN, CAT
from tests.test_storingen import CODES, maak_huis

NABIJ = CAT.bronnen["nabijheid"]
CSV = (BRONNEN / "nabijheid-2023.csv").read_bytes()
GEVRAAGD = {  # keys that public code asks of 86134NED and 86270NED
    "AfstandTotHuisartsenpraktijk_5", "AfstandTotApotheek_10", "AfstandTotGroteSupermarkt_24",
    "Binnen1Km_37", "AfstandTotKinderdagverblijf_52", "AfstandTotSchool_60", "Binnen3Km_62",
    "AfstandTotOpenbaarGroenTotaal_76", "AfstandTotSportterrein_84",
    "AfstandTotTreinstationsTotaal_90", "AfstandTotBibliotheek_92",
}  # fmt: skip


def _sleutel(titel: str, nummer: int) -> str:
    """A key as CBS makes it: the title in one word, and its place in the table."""
    woorden = re.sub(r"[^\w ]", "", titel).split()
    return "".join(w[:1].upper() + w[1:] for w in woorden) + f"_{nummer}"


def nabijheid_bak(tabel_id: str, jaar: int) -> Bak:
    """The town's export as a table over OData: its headings are groups, title and unit."""
    kop, *rijen = list(csv.reader(io.StringIO(CSV.decode("utf-8-sig")), delimiter=";"))
    eigen: list[Rij] = [{"ID": 0, "ParentID": None, "Type": "GeoDetail", "Key": kop[0]}]
    groepen: dict[tuple[str, ...], int] = {}
    sleutels = {}
    for nummer, naam in enumerate(kop[1:], start=1):
        *titels, titel = naam.rpartition(" (")[0].split("/")
        ouder = None
        for diep in range(1, len(titels) + 1):
            pad = tuple(titels[:diep])
            if pad not in groepen:
                groepen[pad] = len(eigen)
                groep = {"Type": "TopicGroup", "Key": "", "Title": pad[-1]}
                eigen.append({"ID": len(eigen), "ParentID": ouder} | groep)
            ouder = groepen[pad]
        sleutels[nummer] = _sleutel(titel, nummer)
        soort = "Double" if re.search(r"\((km|aantal)\)$", naam) else "String"
        topic = {"Type": "Topic", "Key": sleutels[nummer], "Title": titel, "Datatype": soort}
        eigen.append({"ID": len(eigen), "ParentID": ouder} | topic)
    tekst = {e["Key"] for e in eigen if e.get("Datatype") == "String"}
    code = kop.index("Regioaanduiding/Codering (code)")
    bak = Bak(tabel_id, [maak_info(tabel_id, jaar)], eigen, [], [])
    for n, rij in enumerate(r for r in rijen if len(r) == len(kop)):
        cellen = {
            s: rij[i] if s in tekst else _getal(rij[i]) for i, s in sleutels.items()
        }  # fmt: skip
        bak.rijen.append({"ID": n, "WijkenEnBuurten": f"{rij[code].strip():<10}"} | cellen)
        bak.gebieden.append({"Key": f"{rij[code].strip():<10}", "Title": rij[0]})
    return bak


def _getal(cel: str) -> float | None:
    kaal = cel.strip().replace(",", ".")
    return None if kaal in (".", "") else float(kaal)


@pytest.fixture(scope="module")
def bak() -> Bak:
    return nabijheid_bak("85830NED", 2023)


def test_dezelfde_cijfers_langs_beide_wegen(bak: Bak) -> None:
    [vondst] = herken(Bestand("nabijheid-2023.csv", CSV), CAT)
    bestand: Tabel = lees_bestand(vondst, CAT)
    live = lees(pakket(bak), "live", CAT)
    assert (live.generatie, live.jaar, live.grensjaar) == ("nabijheid_odata", 2023, 2023)
    assert list(live.gebieden["gebied"]) == list(bestand.gebieden["gebied"])
    assert any("niet zelf gezien" in w for w in live.waarschuwingen)
    van, naar = CAT.regels("nabijheid_2023"), CAT.regels("nabijheid_odata")
    assert set(van) == set(naar) and len(van) == 11
    for indicator, regel in van.items():
        een, ander = bestand.cellen[regel.van[0]], live.cellen[naar[indicator].van[0]]
        np.testing.assert_array_equal(een[0], ander[0], indicator)
    assert {e["Key"] for e in bak.eigenschappen} >= GEVRAAGD


def test_elk_jaar_zijn_tabel_en_een_ander_jaar_stopt(bak: Bak) -> None:
    assert listing.heeft_route(NABIJ) and min(NABIJ.tabellen) == 2018
    [gen] = [g for g in NABIJ.generaties if g.soort == "odata"]
    assert gen.ongezien and set(gen.tabellen) == set(NABIJ.tabellen.values())
    with pytest.raises(BronFout, match="gevonden 2023, maar de catalogus kent deze tabel als 2024"):
        lees(pakket(nabijheid_bak(NABIJ.tabellen[2024], 2023)), "live", CAT)


def test_kolom_die_anders_heet_stopt_met_naam() -> None:
    """Another title above a name that occurs more than once: refused, not guessed."""
    bak = nabijheid_bak("85830NED", 2023)
    for e in bak.eigenschappen:
        if e.get("Title") == "Basisonderwijs":
            e["Title"] = "Primair onderwijs"
    with pytest.raises(BronFout, match=r"basisschool_afstand_km.*past op meer dan een kolom"):
        lees(pakket(bak), "live", CAT)


def test_tabel_zonder_bekende_indeling_wordt_niet_gevraagd(tmp_path: Path) -> None:
    """Said at the end of the round; the other tables of that source are asked."""
    with Replay(bron_bakken(CAT, CODES, 2024)["rivm"]) as server:
        h = maak_huis(tmp_path, server, "GM0344", "rivm")
        h.catalogus = CAT
        aanbod = intake.beoordeel(h)
        assert not [v for v in server.verzoeken if "50120NED" in v]
    assert [r.status for r in aanbod.regels if "50150NED" in r.bestand] == ["nieuw"]
    [zin] = h.opmerkingen
    assert "50120NED" in zin and "is niet gevraagd" in zin and "indeling_van" in zin

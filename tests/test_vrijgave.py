"""Release: a new publication waits with its verschil, until approval or the end of a freeze."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard.pages import vrijgave
from indicators.contracts import DATA_VARIABELE, Verschilregel
from pipelines import difference, publish, refresh, release
from pipelines.house import Huis
from pipelines.intake import Aanbod
from pipelines.publish import PublicatieFout
from tests.nieuws import VOOR_DE_AANWIJZER, jaren, start
from tests.stad import BRONNEN, excel, kwb, nog_eens, ververs


def stel_in(h: Huis, tekst: str) -> None:
    h.datamap.vrijgave.parent.mkdir(parents=True, exist_ok=True)
    h.datamap.vrijgave.write_text(tekst, encoding="utf-8")


def wacht(h: Huis) -> str:
    """The id of what waits."""
    gevonden = release.lees_wachtend(h, publish.lees_actueel(h))
    assert gevonden is not None
    return gevonden.publicatie.publicatie


def test_automatisch_is_wat_geldt_zonder_instelling(nieuws: Huis) -> None:
    publish.publiceer(nieuws)
    assert jaren(nieuws) == [2021, 2022, 2023] and not nieuws.datamap.wachtend.exists()


def test_na_akkoord_wacht_en_komt_live(nieuws: Huis) -> None:
    """The old one stays live, a second refresh builds nothing new, approval makes it current."""
    stel_in(nieuws, "vrijgave: na akkoord\n")
    oud = publish.lees_actueel(nieuws)
    nieuw = publish.publiceer(nieuws)
    assert jaren(nieuws) == [2022, 2023] and publish.lees_actueel(nieuws) == oud
    assert wacht(nieuws) == nieuw.publicatie and "akkoord" in nieuws.opmerkingen[-1]
    assert {h.status for h in nieuws.opslag.register()} == {"opgenomen"}
    assert publish.publiceer(nog_eens(nieuws)) == nieuw  # nothing new: nothing built
    assert len(list(nieuws.datamap.published.glob("*.duckdb"))) == 2
    assert publish.akkoord(nieuws, nieuw.publicatie) == nieuw
    assert jaren(nieuws) == [2021, 2022, 2023] and not nieuws.datamap.wachtend.exists()
    assert publish.rollback(nieuws) == oud


def test_wachtende_is_geen_publicatie_om_naar_terug_te_gaan(nieuws: Huis) -> None:
    stel_in(nieuws, "vrijgave: na akkoord\n")
    nieuw = publish.publiceer(nieuws)
    assert nieuw not in publish.lijst(nieuws)
    with pytest.raises(PublicatieFout, match=f"wacht op akkoord.*akkoord {nieuw.publicatie}"):
        publish.rollback(nieuws, nieuw.publicatie)
    with pytest.raises(PublicatieFout, match="'p0' wacht niet op akkoord"):
        publish.akkoord(nieuws, "p0")


def test_waarschuwing_van_een_controle_staat_bij_het_verschil(nieuws: Huis) -> None:
    """Checks that only warn speak after the verschil was written: who approves must read them."""
    publish.publiceer(nieuws)
    nieuws.aanbod = Aanbod()
    assert difference.na_publicatie(nieuws, verhalen=False) is not None
    zin = "Verwacht: Geen cijfer verschuift sterk. Gevonden: a = 5 (was 3); b = 1 (was 2)"
    nieuws.opmerkingen.append(zin)
    refresh.rond_af(nieuws)
    huidig = publish.lees_actueel(nieuws)
    assert huidig is not None
    assert difference.lees(nieuws, huidig.publicatie).opmerkingen == (zin,)
    _, pagina = vrijgave.maak(nieuws.datamap, nieuws.catalogus, huidig.publicatie)
    tekst = str(pagina.to_plotly_json())
    assert "b = 1 (was 2)" in tekst and "Gevonden" not in tekst


def test_vrijgave_zegt_was_of_wordt_en_toont_geen_herkomst_per_gebied(nieuws: Huis) -> None:
    """What is live is not "now to be seen, becomes"; origin is counted and shown of no area."""
    publish.publiceer(nieuws)
    difference.na_publicatie(nieuws, verhalen=False)
    huidig = publish.lees_actueel(nieuws)
    assert huidig is not None
    regels = tuple(
        Verschilregel(indicator=i, jaar=2023, grensjaar=2023, gebied="BU99010303",
                      naam="Kanaaleiland", soort="gecorrigeerd", toen=11.0, nu=44.0)
        for i in ("koopwoningen_pct", "herkomst_buiten_europa_pct")
    )  # fmt: skip
    v = difference.lees(nieuws, huidig.publicatie).model_copy(update={"regels": regels})
    pad = nieuws.datamap.verschillen / f"{huidig.publicatie}.json"
    pad.write_text(v.model_dump_json())
    tekst = str(vrijgave.maak(nieuws.datamap, nieuws.catalogus, huidig.publicatie)[1])
    assert "Koopwoningen, 2023" in tekst and "Herkomst buiten Europa, 2023" not in tekst
    assert "'Is nu'" in tekst and "'Wordt'" not in tekst and "Wat er veranderde" in tekst
    release.zet_in_wacht(nieuws, huidig, "wacht op akkoord")
    assert "'Wordt'" in str(vrijgave.maak(nieuws.datamap, nieuws.catalogus, None)[1])


def test_vrijgave_noemt_de_bladen_die_het_raakt(nieuws: Huis) -> None:
    """Sheets come along from the dashboard's answer to the page; unknown is not none."""
    publish.publiceer(nieuws)
    difference.na_publicatie(nieuws, verhalen=False)
    huidig = publish.lees_actueel(nieuws)
    assert huidig is not None
    pad = nieuws.datamap.verschillen / f"{huidig.publicatie}.json"
    v = difference.lees(nieuws, huidig.publicatie)
    blad = {"gebied": "BU99010303", "naam": "Kanaaleiland", "versie": "2",
            "cijfers": ["inwoners_aantal"]}  # fmt: skip
    for bladen, zin in ((None, ""), ((), "Geen enkel vastgesteld Buurtblad"),
                        ((blad,), "Dit raakt 1 Buurtblad.")):  # fmt: skip
        pad.write_text(v.model_copy(update={"bladen": bladen}).model_dump_json())
        _, pagina = vrijgave.maak(nieuws.datamap, nieuws.catalogus, huidig.publicatie)
        tekst = str(pagina.to_plotly_json())
        assert zin in tekst and ("Buurtbl" in tekst) == (bladen is not None)
        assert ("Kanaaleiland, versie 2" in tekst) == bool(bladen)


def test_wat_wacht_wordt_ingehaald_door_wat_nieuwer_is(nieuws: Huis) -> None:
    """Only the newest waits; what it took the place of is cleared away, tiles are kept."""
    stel_in(nieuws, "vrijgave: na akkoord\n")
    eerst = publish.publiceer(nieuws)
    tweede = ververs(nog_eens(nieuws, BRONNEN / "kwb-2024.xlsx"))
    assert wacht(nieuws) == tweede.publicatie != eerst.publicatie
    publish.akkoord(nieuws, tweede.publicatie)
    publish.publiceer(nog_eens(nieuws))
    assert not (nieuws.datamap.published / eerst.bestand).exists()
    assert jaren(nieuws) == [2021, 2022, 2023, 2024]


def test_bevroren_houdt_ook_een_akkoord_tegen(nieuws: Huis) -> None:
    """Until the day itself; from that day on the next refresh releases it without being told."""
    stel_in(nieuws, "bevries_tot: 2026-12-01\n")
    nieuws.klok = lambda: datetime(2026, 11, 30, 23, 0, tzinfo=UTC)
    nieuw = publish.publiceer(nieuws)
    assert jaren(nieuws) == [2022, 2023] and "bevroren tot 2026-12-01" in nieuws.opmerkingen[-1]
    with pytest.raises(PublicatieFout, match="bevroren tot 2026-12-01"):
        publish.akkoord(nieuws, nieuw.publicatie)
    later = nog_eens(nieuws)
    later.klok = lambda: datetime(2026, 12, 1, 6, 0, tzinfo=UTC)
    assert publish.publiceer(later) == nieuw and jaren(nieuws) == [2021, 2022, 2023]


def test_een_veranderde_wachtende_komt_niet_live(nieuws: Huis) -> None:
    stel_in(nieuws, "vrijgave: na akkoord\n")
    nieuw = publish.publiceer(nieuws)
    pad = nieuws.datamap.published / nieuw.bestand
    pad.chmod(0o644)
    pad.write_bytes(pad.read_bytes() + b"x")
    with pytest.raises(PublicatieFout, match="checksum"):
        publish.akkoord(nieuws, nieuw.publicatie)
    assert jaren(nieuws) == [2022, 2023]


@pytest.mark.parametrize(
    "stap",
    [
        "gecontroleerd",
        "aangewezen",
        *(
            pytest.param(s, marks=pytest.mark.proef)
            for s in VOOR_DE_AANWIJZER
            if s != "gecontroleerd"
        ),
    ],
)
def test_gedood_terwijl_iets_gaat_wachten(nieuws: Huis, stap: str) -> None:
    """Whenever it was killed: the old one is live, and the next refresh leaves one waiting."""
    stel_in(nieuws, "vrijgave: na akkoord\n")
    code = f"h.stap = lambda s: os._exit(9) if s == {stap!r} else None\npublish.publiceer(h)"
    assert start(nieuws, code).wait(60) == 9
    assert jaren(nieuws) == [2022, 2023]
    nieuw = publish.publiceer(nog_eens(nieuws))
    assert wacht(nieuws) == nieuw.publicatie
    assert len(list(nieuws.datamap.published.glob("*.duckdb"))) == 2
    publish.akkoord(nieuws, nieuw.publicatie)
    assert jaren(nieuws) == [2021, 2022, 2023]


@pytest.mark.parametrize(
    ("tekst", "zegt"),
    [
        ("vrijgave: altijd\n", "vrijgave.yaml: vrijgave:"),
        ("bevries_tot: ooit\n", "vrijgave.yaml: bevries_tot:"),
        ("vrijgaaf: automatisch\n", "vrijgave.yaml: vrijgaaf:"),
        ("a: [", "niet te lezen als YAML"),
    ],
)
def test_kapotte_instelling_geeft_niets_vrij(nieuws: Huis, tekst: str, zegt: str) -> None:
    stel_in(nieuws, tekst)
    with pytest.raises(PublicatieFout, match=zegt):
        publish.publiceer(nieuws)
    assert jaren(nieuws) == [2022, 2023]


def test_kapotte_wachtende_wordt_opnieuw_gebouwd(nieuws: Huis) -> None:
    stel_in(nieuws, "vrijgave: na akkoord\n")
    publish.publiceer(nieuws)
    nieuws.datamap.wachtend.write_text("{")
    assert wacht_na(nieuws) == [2022, 2023]


def wacht_na(h: Huis) -> list[int]:
    publish.publiceer(nog_eens(h))
    assert wacht(h)
    return jaren(h)


def test_instelling_om_vrij_te_geven_maakt_geen_nieuwe_publicatie(nieuws: Huis) -> None:
    eerst = publish.publiceer(nieuws)
    stel_in(nieuws, "vrijgave: automatisch\n")
    assert publish.publiceer(nog_eens(nieuws)) == eerst


# -- verschil ------------------------------------------------------------------------------------


def gecorrigeerd(h: Huis, map_: Path) -> tuple[str, float]:
    """Offers a newer edition of 2023: one count corrected, one hidden; gives area and new value."""
    rijen = kwb(2023)
    kop = rijen[0]
    toen = float(rijen[5][kop.index("a_inw")])
    nieuw = kwb(2023, a_inw=toen + 500, p_koopw=".")
    (map_ / "kwb-2023.xlsx").write_bytes(excel(nieuw, "kwb-2023"))
    ververs(nog_eens(h, map_ / "kwb-2023.xlsx", BRONNEN / "kwb-2021.xlsx"))
    return str(rijen[5][kop.index("gwb_code_10")]), toen + 500


def test_verschil_noemt_wat_verscheen_is_gecorrigeerd_en_verborgen(
    nieuws: Huis, tmp_path: Path
) -> None:
    stel_in(nieuws, "vrijgave: na akkoord\n")
    gebied, nu = gecorrigeerd(nieuws, tmp_path)
    uit = difference.na_publicatie(nieuws)
    assert uit is not None and uit.naar == wacht(nieuws) and uit.verhalen == uit.bladen == ()
    soorten = {(t.soort, t.indicator, t.jaar): t for t in uit.telling}
    assert soorten[("gecorrigeerd", "inwoners_aantal", 2023)].aantal == 1
    assert soorten[("gecorrigeerd", "inwoners_aantal", 2023)].grootste == 500
    assert soorten[("verborgen", "koopwoningen_pct", 2023)].aantal == 1
    assert soorten[("verschenen", "inwoners_aantal", 2021)].aantal > 10
    [regel] = [
        r for r in uit.regels if (r.indicator, r.soort) == ("inwoners_aantal", "gecorrigeerd")
    ]
    assert (regel.gebied, regel.nu, regel.toen) == (gebied, nu, nu - 500) and regel.naam
    [weg] = [r for r in uit.regels if r.soort == "verborgen" and r.indicator == "koopwoningen_pct"]
    assert weg.nu is None and weg.ontbreekt_door and weg.toen is not None
    assert difference.na_publicatie(nieuws) is None  # written once
    assert difference.lees(nieuws, uit.naar) == uit


@pytest.mark.proef
def test_verschil_met_zichzelf_is_niets_en_omgekeerd_is_het_tegendeel(
    nieuws: Huis, tmp_path: Path
) -> None:
    oud = publish.lees_actueel(nieuws)
    gecorrigeerd(nieuws, tmp_path)
    nieuw = publish.lees_actueel(nieuws)
    assert oud is not None and nieuw is not None
    assert difference.bereken(nieuws, oud, oud).telling == ()
    heen, terug = difference.bereken(nieuws, oud, nieuw), difference.bereken(nieuws, nieuw, oud)
    tegen = {"verschenen": ("vervallen", "verborgen"), "verborgen": ("verschenen",)}

    def tel(v, soorten) -> int:
        return sum(t.aantal for t in v.telling if t.soort in soorten)

    for soort, ander in tegen.items():
        assert tel(heen, [soort]) == tel(terug, ander)
    assert tel(heen, ["gecorrigeerd"]) == tel(terug, ["gecorrigeerd"]) > 0


def test_binnen_de_tolerantie_is_geen_correctie(nieuws: Huis, tmp_path: Path) -> None:
    oud = publish.publiceer(nieuws)
    rijen = kwb(2023)
    toen = float(rijen[5][rijen[0].index("p_koopw")])
    (tmp_path / "kwb-2023.xlsx").write_bytes(excel(kwb(2023, p_koopw=toen + 0.3), "kwb-2023"))
    nieuw = ververs(nog_eens(nieuws, tmp_path / "kwb-2023.xlsx"))
    assert nieuw != oud
    uit = difference.bereken(nieuws, oud, nieuw)
    assert [t for t in uit.telling if t.indicator == "koopwoningen_pct"] == []


@pytest.mark.proef
def test_opdrachten_verschil_en_akkoord(nieuws: Huis, tmp_path: Path) -> None:
    """As a steward: status, verschil without words, verschil A B, akkoord; stories looked after."""
    stel_in(nieuws, "vrijgave: na akkoord\n")
    gecorrigeerd(nieuws, tmp_path)
    nieuw, oud = wacht(nieuws), (publish.lees_actueel(nieuws) or pytest.fail()).publicatie

    def draai(*woorden: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "pipelines", *woorden],
            env={**os.environ, DATA_VARIABELE: str(nieuws.datamap.map)},
            cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    assert nieuw in draai("status").stdout
    for woorden in ((), (oud, nieuw)):
        uit = draai("verschil", *woorden)
        assert uit.returncode == 0, uit.stderr
        assert f"Van {oud} naar {nieuw}" in uit.stdout and "gecorrigeerd" in uit.stdout
        assert "Inwoners 2023: " in uit.stdout and "Verhalen die dit raakt: 0" in uit.stdout
    assert "is er niet" in draai("verschil", oud, "p0").stderr
    assert draai("akkoord", "p0").returncode == 1
    uit = draai("akkoord", nieuw)
    assert uit.returncode == 0 and f"Actueel is nu {nieuw}" in uit.stdout, uit.stderr
    assert (publish.lees_actueel(nieuws) or pytest.fail()).publicatie == nieuw

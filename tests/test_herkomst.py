"""From any figure back to the one delivery it was chosen from: kept, told, and named in errors."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from dashboard import sentences
from dashboard.snapshot import Snapshots
from indicators.contracts import DATA_VARIABELE
from pipelines import checks, publish
from pipelines.house import Huis
from pipelines.origin import noem_cellen, noem_rijen, spoor
from pipelines.sources.tabel import BronFout
from pipelines.warehouse import open_warehouse
from tests.stad import (
    CAT,
    Stad,
    excel,
    huis,
    kwb,
    lees_in,
    open_publicatie,
    reken_uit,
    ververs,
)


def test_elk_cijfer_heeft_precies_een_levering(gepubliceerd: Huis) -> None:
    """Every figure of a source lies in one run; none of an area without a source does."""
    with open_publicatie(gepubliceerd) as con:
        rijen = con.execute(
            """SELECT w.ontbreekt_door = 'geen_bron' AS zonder, count(c.levering) AS n, count(*)
            FROM out_waarde w LEFT JOIN out_meta__levering_cel c ON c.indicator = w.indicator
                AND c.jaar = w.jaar AND c.grensjaar = w.grensjaar
                AND w.gebied BETWEEN c.van AND c.tot
            ANTI JOIN out_herberekening b ON b.gebied = w.gebied AND b.grensjaar = w.grensjaar
                AND w.jaar < w.grensjaar
            GROUP BY w.gebied, w.grensjaar, w.jaar, w.indicator, w.ontbreekt_door"""
        ).fetchall()
        assert rijen and all(n == (0 if zonder else 1) for zonder, n, _ in rijen)
        assert con.execute(
            """SELECT count(*) FROM out_meta__levering_cel c ANTI JOIN out_meta__herkomst h
            USING (levering)"""
        ).fetchall() == [(0,)]
        [(runs, cijfers)] = con.execute(
            """SELECT (SELECT count(*) FROM out_meta__levering_cel),
                (SELECT count(*) FROM out_waarde)"""
        ).fetchall()
    assert runs < cijfers / 5  # runs of areas, not a row per figure


def test_herberekend_cijfer_noemt_waaruit(gepubliceerd: Huis) -> None:
    """A figure on later boundaries: how it was converted, and out of which delivery."""
    with open_publicatie(gepubliceerd) as con:
        [(gebied, jaar, indicator)] = con.execute(
            "SELECT gebied, jaar, indicator FROM out_waarde WHERE aard = 'herberekend' LIMIT 1"
        ).fetchall()
    gevonden = spoor(gepubliceerd, gebied, indicator, jaar)
    [om] = [s for s in gevonden if s.cijfer["grensjaar"] != jaar]
    assert "omgerekend" in om.formule and str(jaar) in str(om.levering["bestand"])


def test_levering_is_die_van_de_bron_van_het_cijfer(gepubliceerd: Huis) -> None:
    with open_publicatie(gepubliceerd) as con:
        anders = con.execute(
            """SELECT count(*) FROM out_waarde w JOIN out_meta__levering_cel c
                ON c.indicator = w.indicator AND c.jaar = w.jaar AND c.grensjaar = w.grensjaar
                AND w.gebied BETWEEN c.van AND c.tot
            JOIN out_meta__herkomst h USING (levering) WHERE h.bron <> w.bron OR h.jaar <> w.jaar"""
        ).fetchall()
    assert anders == [(0,)]


def test_twee_bestanden_van_een_jaar_elk_hun_eigen_cellen(tmp_path: Path) -> None:
    """One corrected file with voorrang: what it has is its own, the other keeps the rest."""
    map_ = tmp_path / "in"
    map_.mkdir()
    gewoon = kwb(2023)
    kop, rijen = gewoon[0], gewoon[1:]
    kolom = kop.index("a_inw")
    code = kop.index("gwb_code_10")
    (map_ / "oud.xlsx").write_bytes(excel(gewoon, "kwb-2023"))
    nieuw = [list(r) for r in rijen[:8]]
    nieuw[5][kolom] = float(nieuw[5][kolom]) + 5
    met = next(n for n, r in enumerate(nieuw[6:], start=6) if r[kop.index("p_koopw")] != ".")
    nieuw[met][kop.index("p_koopw")] = "."
    (map_ / "nieuw.xlsx").write_bytes(excel([kop, *nieuw], "kwb-2023"))
    (map_ / "bestanden.yaml").write_text("nieuw.xlsx: {voorrang: 1}\n")
    h = huis(tmp_path / "data", map_)
    ververs(h)
    [een] = spoor(h, str(nieuw[5][code]), "inwoners_aantal", 2023)
    assert een.levering["bestand"] == "nieuw.xlsx" and een.cijfer["waarde"] == nieuw[5][kolom]
    [buiten] = spoor(h, str(rijen[-1][code]), "inwoners_aantal", 2023)
    assert buiten.levering["bestand"] == "oud.xlsx"
    [gat] = spoor(h, str(nieuw[met][code]), "koopwoningen_pct", 2023)
    assert gat.levering["bestand"] == "oud.xlsx" and gat.cijfer["waarde"] is not None


def test_opdracht_herkomst(gepubliceerd: Huis, tmp_path: Path) -> None:
    """Source, table or file, column, formula, retrieval, licence and checksum, in one go."""
    woorden = ["herkomst", "BU99010201", "corporatiewoningen_pct", "2023"]
    with open_publicatie(gepubliceerd) as con:
        [(code,)] = con.execute(
            """SELECT max(gebied) FROM out_waarde WHERE indicator = 'corporatiewoningen_pct'
            AND jaar = 2023 AND waarde IS NOT NULL AND niveau = 'buurt'"""
        ).fetchall()
    woorden[1] = code
    uit = subprocess.run(
        [sys.executable, "-m", "pipelines", *woorden],
        env={**os.environ, DATA_VARIABELE: str(gepubliceerd.datamap.map)},
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert uit.returncode == 0, uit.stderr
    [h] = [h for h in gepubliceerd.opslag.register() if h.bestand == "kwb-2023.xlsx"]
    for stuk in (code, "kwb-2023.xlsx", "p_wcorpw", "rechtstreeks", "CC BY 4.0", h.sha256,
                 h.opgehaald_op, "Kerncijfers wijken en buurten", "StatLine"):  # fmt: skip
        assert stuk in uit.stdout, stuk


def test_verhouding_noemt_ook_waardoor_zij_is_gedeeld(gepubliceerd: Huis) -> None:
    """A rate of the police: what its code stands for, and the inhabitants with their own file."""
    [s] = spoor(gepubliceerd, "BU99010102", "vernieling_per_1000", 2023)
    assert "‘2.2.1’ (Vernieling cq. zaakbeschadiging), per 1.000 van ‘Aantal inwoners’" in s.formule
    assert s.noemer is not None and s.noemer.levering["bestand"] == "kwb-2023.xlsx"
    with Snapshots(gepubliceerd.datamap).lezing() as lezing:
        buurt = lezing.buurt("BU99010102", 2023)
        w = buurt.waarden["vernieling_per_1000", 2023]
        ind = lezing.catalogus.indicatoren[w.indicator]
        zin = sentences.herkomst(buurt, w, ind, lezing.catalogus, lezing.publicatie)
    assert (
        "gedeeld door " in zin and f"(kwb-2023.xlsx, sha256 {s.noemer.levering['sha256']})" in zin
    )


@pytest.mark.parametrize(
    ("gebied", "indicator", "jaar", "zegt"),
    [
        ("BU99019999", "inwoners_aantal", 2023, "geen cijfer inwoners_aantal van BU99019999"),
        ("GM9901", "geluk_pct", 2023, "'geluk_pct' is er niet"),
        ("GM9901", "inwoners_aantal", 1900, "in 1900 .* Wel van 2019, 2020"),
    ],
)
def test_onbekend_cijfer_zegt_wat_te_doen(
    gepubliceerd: Huis, gebied: str, indicator: str, jaar: int, zegt: str
) -> None:
    with pytest.raises(BronFout, match=zegt):
        spoor(gepubliceerd, gebied, indicator, jaar)


def test_publicatie_van_voor_deze_tabel_blijft_geldig(dorp: Stad, tmp_path: Path) -> None:
    """An older publication verifies and can be gone back to; only its trail is not kept."""
    h = dorp.kopie(tmp_path / "data", "publicatie")
    oud = publish.lees_actueel(h)
    assert oud is not None
    pad = h.datamap.published / oud.bestand
    pad.chmod(0o644)
    with duckdb.connect(str(pad)) as con:
        con.execute("DROP TABLE out_meta__levering_cel")
        con.execute("UPDATE out_meta__publicatie SET versie = '1'")
    anders = oud.model_copy(update={"sha256": publish.bestandssom(pad)})
    publish.wijs_aan(h, anders)
    assert publish.verifieer(h)
    with pytest.raises(BronFout, match="bewaart nog geen levering per cijfer"):
        spoor(h, "GM9901", "inwoners_aantal", 2022)
    with duckdb.connect(str(pad)) as con:
        con.execute("UPDATE out_meta__publicatie SET versie = '2'")
    nieuw = anders.model_copy(update={"sha256": publish.bestandssom(pad)})
    with pytest.raises(publish.PublicatieFout):
        publish.verifieer(h, nieuw)


def test_tegenspraak_noemt_de_kolom_van_de_cellen(tmp_path: Path) -> None:
    """A clash in a count that feeds a rate is told of the count's own column."""
    map_ = tmp_path / "in"
    map_.mkdir()
    (map_ / "a.xlsx").write_bytes(excel(kwb(2022), "kwb-2022"))
    kop = kwb(2022)[0]
    toen = float(kwb(2022)[5][kop.index("a_soz_wb")])
    (map_ / "b.xlsx").write_bytes(excel(kwb(2022, a_soz_wb=toen + 10), "kwb-2022"))
    h = huis(tmp_path / "data", map_)
    lees_in(h)
    with pytest.raises(BronFout, match=r"kolom a_soz_wb \(\d+ en \d+\), dus bijstand"):
        reken_uit(h)


def test_negatief_aantal_noemt_zijn_bestand(uit: Huis) -> None:
    with open_warehouse(uit.datamap) as con:
        rijen = (
            con.execute(
                """SELECT * FROM out_waarde WHERE indicator = 'inwoners_aantal' AND jaar = 2022
                AND niveau = 'buurt' LIMIT 1"""
            )
            .df()
            .to_dict("records")
        )
        [zin] = noem_cellen(con, CAT, rijen)
    assert zin.startswith("kwb-2022.xlsx, kolom a_inw: BU")


def test_controle_op_negatief_aantal_noemt_zijn_bestand(uit: Huis) -> None:
    """The check itself: source, column, area and the value that cannot be."""
    [regel] = [c for c in checks.controles(CAT) if c.naam == "niet_negatief"]
    with open_warehouse(uit.datamap) as con:
        con.execute(
            """UPDATE out_waarde SET waarde = -5 WHERE indicator = 'inwoners_aantal'
            AND jaar = 2022 AND niveau = 'gemeente' AND grensjaar = 2022"""
        )
        zin = noem_rijen(con, CAT, regel.vraag, checks.loop_na(con, regel))
    assert "kwb-2022.xlsx, kolom a_inw: GM9901 2022 inwoners_aantal = -5" in zin


def test_herkomst_op_het_scherm_noemt_de_ene_levering(gepubliceerd: Huis) -> None:
    """One sentence to paste: the file of this very figure, its column, and no "een van deze"."""
    snapshots = Snapshots(gepubliceerd.datamap)
    with snapshots.lezing() as lezing:
        gezien = 0
        for jaar in (2022, 2023):
            buurt = lezing.buurt("BU99010102", jaar)
            for w in buurt.waarden.values():
                if w.grensjaar != w.jaar or w.ontbreekt_door == "geen_bron":
                    continue
                ind = lezing.catalogus.indicatoren[w.indicator]
                zin = sentences.herkomst(buurt, w, ind, lezing.catalogus, lezing.publicatie)
                levering = buurt.levering(w)
                assert levering is not None and levering.bestand in zin
                assert "een van deze" not in zin and levering.bron == w.bron
                gezien += 1
    snapshots.sluit()
    assert gezien > 50

"""Files from outside: which year they are about, and what may be said beside them."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from pipelines.sources.files import Bijschrift
from pipelines.sources.tabel import BronFout
from tests.bestand import (
    GEEN_BIJ,
    NABIJ,
    kaart,
    tabel,
    tabel_op,
)
from tests.stad import excel, kwb


def zonder_jaar(features: list[dict[str, Any]]) -> None:
    for f in features:
        del f["properties"]["jaar"], f["properties"]["jrstatcode"]


def test_volgorde_veld_blad_bijschrift_naam() -> None:
    """Field before sheet before sidecar before file name."""
    los = excel(kwb(), "Gemeente")
    gevallen = [
        (tabel("kaart-2019.geojson", kaart()), 2024, "veld in het bestand"),
        (tabel("kwb-2019.xlsx", excel(kwb(), "kwb-2022")), 2022, "naam van het blad"),
        (tabel("kwb-2019.xlsx", los, Bijschrift(jaar=2021)), 2021, "bestanden.yaml"),
        (tabel("kwb-2019.xlsx", los), 2019, "bestandsnaam"),
        (tabel("kaart-2018.geojson", kaart(zonder_jaar)), 2018, "bestandsnaam"),
    ]
    for t, jaar, waaruit in gevallen:
        assert (t.jaar, t.grensjaar, t.jaar_uit) == (jaar, jaar, waaruit)
    assert "de bestandsnaam zegt 2019, de inhoud 2022" in gevallen[1][0].waarschuwingen[-1]
    assert not gevallen[3][0].waarschuwingen


@pytest.mark.parametrize(
    ("naam", "jaar"),
    [
        ("CBS-Utrecht_Nabijheid_voorzieningen__buurt_2023_14102024_164034.csv", 2023),
        ("nabijheid2021.csv", 2021),
        ("2022/nabijheid.csv!x/nabijheid-2020.csv", 2020),
        ("nabijheid-2022.zip!nabijheid.csv", 2022),
    ],
)
def test_jaar_in_een_bestandsnaam(naam: str, jaar: int) -> None:
    """A date or a time of eight or six digits in a name is not a year."""
    t = tabel(naam, NABIJ.encode())
    assert (t.jaar, t.jaar_uit) == (jaar, "bestandsnaam")


def test_bijschrift_naast_het_bestand(tmp_path: Path) -> None:
    """`bestanden.yaml` gives the year, also for a name without its .gz."""
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(NABIJ.encode()))
    for sleutel in ("a.csv.gz", "a.csv"):
        (tmp_path / "bestanden.yaml").write_text(f"{sleutel}: {{jaar: 2021}}\n")
        assert tabel_op(tmp_path).jaar == 2021


@pytest.mark.parametrize(
    ("naam", "inhoud", "bij", "zegt"),
    [
        (
            "a/nabij.csv",
            NABIJ,
            GEEN_BIJ,
            r"geen jaar .*met: nabij\.csv: \{jaar: 2023\}",
        ),
        ("x.zip!nabij.csv", NABIJ, GEEN_BIJ, r"met: x\.zip: \{jaar: 2023\}"),
        ("n_2022_2023.csv", NABIJ, GEEN_BIJ, "meer dan een jaar in bestandsnaam.*Zet het jaar in"),
        (
            "k.xlsx",
            excel(kwb(), "2022 en 2023"),
            Bijschrift(jaar=2023),
            "een jaar in naam van het b",
        ),
        ("k.xlsx", excel(kwb()), Bijschrift(jaar=2023), r"blad zegt \[2024\], maar .*zegt \[2023"),
        ("k.geojson", kaart(), Bijschrift(jaar=2023), r"veld in het bestand zegt \[2024\], maar"),
        (
            "k.geojson",
            kaart(lambda f: f[3]["properties"].update(jaar=2023)),
            GEEN_BIJ,
            r"meer dan een jaar in veld in het bestand: \[2023, 2024\]. Splits",
        ),
        (
            "k.geojson",
            kaart(lambda f: f[3]["properties"].update(jaar=None)),
            GEEN_BIJ,
            "kolom jaar, rij 5: 'None' is geen jaar",
        ),
    ],
)
def test_geen_jaar_of_tegenspraak_stopt(
    naam: str, inhoud: bytes | str, bij: Bijschrift, zegt: str
) -> None:
    """The message names the file and what to do."""
    ruw = inhoud.encode() if isinstance(inhoud, str) else inhoud
    with pytest.raises(BronFout, match=zegt) as fout:
        tabel(naam, ruw, bij)
    assert str(fout.value).startswith(naam)


@pytest.mark.parametrize(
    ("tekst", "zegt"),
    [
        (b"- los", "verwacht regels als"),
        (b"a: [", "niet te lezen"),
        (b"\xff\xfe\x00", "niet te lezen"),
        (b"n.csv: {jaar: 23}", "jaar: .*1990"),
        (b"n.csv: {jar: 2023}", "jar: .*Wat kan: jaar, voorrang, herstel_geometrie"),
    ],
)
def test_bijschrift_dat_niet_klopt(tmp_path: Path, tekst: bytes, zegt: str) -> None:
    (tmp_path / "n.csv").write_text(NABIJ)
    (tmp_path / "bestanden.yaml").write_bytes(tekst)
    with pytest.raises(BronFout, match=f"bestanden.yaml.*{zegt}"):
        tabel_op(tmp_path)

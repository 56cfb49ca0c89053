"""Files from outside that are broken: each is refused by name, with what to do."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from indicators.formulas import CODES, HEEFT
from pipelines.sources.files import Bijschrift, zoek
from pipelines.sources.tabel import BronFout
from tests.bestand import (
    NABIJ,
    XLSX,
    kaart,
    met_vorm,
    tabel,
    tabel_op,
    vlak,
)
from tests.stad import CAT, excel, kwb


def test_extra_kolom_waarschuwt() -> None:
    rijen = [[*r, "nieuw_2025" if i == 0 else 7] for i, r in enumerate(kwb())]
    [tekst] = tabel("kwb.xlsx", excel(rijen)).waarschuwingen
    assert "kwb.xlsx" in tekst and "nieuw_2025" in tekst


@pytest.mark.parametrize("kolom", ["a_inw", "p_wcorpw"])
def test_ontbrekende_kolom_stopt(kolom: str) -> None:
    """A column that an indicator needs: the message names it and where to declare it."""
    i = kwb()[0].index(kolom)
    with pytest.raises(BronFout, match=rf"blad 'kwb-2024'.*ontbreekt: {kolom}\..*generatie"):
        tabel("kwb.xlsx", excel([r[:i] + r[i + 1 :] for r in kwb()]))


def _regel(nummer: int, wijzig: Callable[[str], str]) -> bytes:
    regels = NABIJ.split("\n")
    regels[nummer - 1] = wijzig(regels[nummer - 1])
    return "\n".join(regels).encode()


KRUIS = vlak((5.6, 51.9), (5.61, 51.91), (5.61, 51.9), (5.6, 51.91), (5.6, 51.9))
STEKEL = vlak(
    (5.6, 51.9),
    (5.61, 51.9),
    (5.61, 51.91),
    (5.61, 51.95),
    (5.61, 51.91),
    (5.6, 51.91),
    (5.6, 51.9),
)
PLAT = vlak((5.6, 51.9), (5.61, 51.9), (5.6, 51.9), (5.6, 51.9))
PARIJS = vlak((2.3, 48.8), (2.4, 48.8), (2.4, 48.9), (2.3, 48.8))
OMGEDRAAID = vlak((51.9, 5.6), (51.91, 5.6), (51.91, 5.61), (51.9, 5.6))
IN_RD = vlak((170_000, 430_000), (171_000, 430_000), (171_000, 431_000), (170_000, 430_000))
LEGE_RIJ = [*kwb()[:3], [], *kwb(a_inw="veel")[3:]]
BLAD = "kwb.xlsx, blad 'kwb-2024'"
FOUT: dict[str, tuple[str, bytes, str]] = {
    "Excel van 0 bytes": ("kwb.xlsx", b"", r"kwb\.xlsx: .*beschadigd of afgebroken.*opnieuw op"),
    "Excel is tekst": ("kwb.xlsx", b"hallo", "beschadigd of afgebroken.*opnieuw op"),
    "Excel alleen koppen": ("kwb.xlsx", excel(kwb()[:1]), f"{BLAD}: geen rijen"),
    "geen code": (
        "kwb.xlsx",
        excel(kwb(gwb_code_10="XX12")),
        f"{BLAD}, kolom gwb_code_10, rij 6: 'XX12' is geen CBS-code. Verwacht NL, GM.*Herstel",
    ),
    "code als getal": (
        "kwb.xlsx",
        excel(kwb(gwb_code_10=99010001)),
        "rij 6: '99010001.*' is geen CBS-code",
    ),
    "lege code": ("kwb.xlsx", excel(kwb(gwb_code_10="")), "rij 6: '' is geen CBS-code"),
    "lege rij ertussen": ("kwb.xlsx", excel(LEGE_RIJ), "rij 4: '' is geen.*haal de rij weg"),
    "code te kort": ("kwb.xlsx", excel(kwb(gwb_code_10="BU9901")), "rij 6: 'BU9901' is"),
    "dubbele code": (
        "kwb.xlsx",
        excel(kwb(gwb_code_10=kwb()[4][0])),
        f"{BLAD}, kolom gwb_code_10, rij 6: code '{kwb()[4][0]}' staat ook in rij 5",
    ),
    "dubbele kolom": (
        "kwb.xlsx",
        excel([[*r, "a_inw" if i == 0 else 7] for i, r in enumerate(kwb())]),
        f"{BLAD}, rij 1: de kolom 'a_inw' staat er twee keer",
    ),
    "CSV ongelijk": (
        "n-2023.csv",
        _regel(7, lambda r: r + ';"1"'),
        r"n-2023\.csv, rij 7: 116 cellen, verwacht 115.*Haal het opnieuw op",
    ),
    "CSV afgebroken": ("n-2023.csv", NABIJ[:-200].encode(), "rij 82: .* cellen, verwacht 115"),
    "CSV alleen koppen": ("n-2023.csv", _regel(1, str).split(b"\n")[0], "n-2023.csv: geen rijen"),
    "CSV met reuzencel": (
        "n-2023.csv",
        _regel(7, lambda r: "x" * 200_000),
        r"n-2023\.csv, regel 7: niet te lezen als CSV",
    ),
    "GeoJSON van 0 bytes": ("k.geojson", b"", r"k\.geojson: .*beschadigd.*opnieuw op"),
    "GeoPackage van 0 bytes": ("k.gpkg", b"", r"k\.gpkg: .*beschadigd.*opnieuw op"),
    "geen geometrie": ("k.geojson", met_vorm(None), "rij 5, gebied BU99010003: geen vlak"),
    "leeg vlak": (
        "k.geojson",
        met_vorm({"type": "Polygon", "coordinates": []}),
        "rij 5, gebied BU99010003: geen vlak, of een leeg vlak.*haal de rij weg",
    ),
    "punt": ("k.geojson", met_vorm({"type": "Point", "coordinates": [5, 52]}), "rij 5.*geen vlak"),
    "kruist zichzelf": (
        "k.geojson",
        met_vorm(KRUIS),
        r"k\.geojson, rij 5, gebied BU99010003: de grens snijdt zichzelf.*herstel_geometrie: true",
    ),
    "in Parijs": ("k.geojson", met_vorm(PARIJS), "rij 5, .*buiten Nederland .*coördinatenstelsel"),
    "lengte en breedte om": ("k.geojson", met_vorm(OMGEDRAAID), "rij 5, .*buiten Nederland"),
    "RD als graden": ("k.geojson", met_vorm(IN_RD), "rij 5, .*buiten Nederland"),
}


@pytest.mark.parametrize("wat", FOUT)
def test_slechte_invoer_noemt_de_schuldige(wat: str) -> None:
    """File, sheet or column, row, what was found and expected, what to do."""
    naam, inhoud, zegt = FOUT[wat]
    with pytest.raises(BronFout, match=zegt):
        tabel(naam, inhoud)


@pytest.mark.parametrize(
    ("cel", "gevonden"),
    [
        *((t, t) for t in ("veel", "nan", "NaN", "inf", "-inf", "1e400", "1.234,5", "1 234", "-")),
        *((t, t) for t in ("1_000", "0x10", "#N/B", "None")),
        (True, "True"),
        (date(2024, 1, 1), "2024-01-01"),
    ],
)
def test_tekst_in_een_getallenkolom(cel: object, gevonden: str) -> None:
    with pytest.raises(BronFout) as fout:
        tabel("kwb.xlsx", excel(kwb(a_inw=cel)))
    assert f"{BLAD}, kolom a_inw, rij 6: verwacht een getal, gevonden" in str(fout.value)
    assert f"'{gevonden}'" in str(fout.value) and "'.' of 'x'" in str(fout.value)


@pytest.mark.parametrize(
    ("cel", "getal", "soort"),
    [
        ("12,5", 12.5, None),
        (" 12.5 ", 12.5, None),
        ("1e3", 1000.0, None),
        ("+7", 7.0, None),
        (".", None, "onbekend_of_geheim"),
        ("x", None, "onbekend_of_geheim"),
        ("", None, "onbekend_of_geheim"),
        (" ", None, "onbekend_of_geheim"),
    ],
)
def test_wat_wel_mag_in_een_getallenkolom(cel: str, getal: float | None, soort: str | None) -> None:
    t = tabel("kwb.xlsx", excel(kwb(a_inw=cel)))
    waarde, gat = t.cellen["a_inw"][0][4], t.cellen["a_inw"][1][4]
    if getal is None:
        assert np.isnan(waarde) and gat == CODES[str(soort)]
    else:
        assert waarde == getal and gat == HEEFT


def test_tekst_in_een_kolom_die_niemand_vraagt_mag() -> None:
    gevraagd = CAT.gevraagde_kolommen("kwb_excel_2023")
    kolom = next(k for k in kwb()[0][7:] if k not in gevraagd)
    assert kolom not in tabel("kwb.xlsx", excel(kwb(**{kolom: "veel"}))).cellen


@pytest.mark.parametrize("deel", [10, 1000, 0.5, 0.99])
@pytest.mark.parametrize("soort", ["xlsx", "geojson", "gpkg"])
def test_afgebroken_bestand(tmp_path: Path, soort: str, deel: float) -> None:
    if soort == "gpkg":
        gpd.read_file(io.BytesIO(kaart())).to_file(tmp_path / "k.gpkg")
        heel = (tmp_path / "k.gpkg").read_bytes()
    else:
        heel = XLSX if soort == "xlsx" else kaart()
    knip = int(deel if deel > 1 else deel * len(heel))
    with pytest.raises(BronFout, match=rf"k\.{soort}.*beschadigd of afgebroken.*opnieuw op"):
        tabel(f"k.{soort}", heel[:knip])


@pytest.mark.filterwarnings("ignore:.*10 char", "ignore:.*Normalized/laundered")
@pytest.mark.parametrize("deel", [".shp", ".dbf", ".shx"])
def test_afgebroken_of_onvolledige_shapefile(tmp_path: Path, deel: str) -> None:
    gpd.read_file(io.BytesIO(kaart())).to_file(tmp_path / "k.shp")
    pad = tmp_path / f"k{deel}"
    pad.write_bytes(pad.read_bytes()[: pad.stat().st_size // 2])
    with pytest.raises(BronFout, match=r"k\.shp.*(afgebroken|geen vlak)"):
        tabel_op(tmp_path)
    if deel != ".shp":
        pad.unlink()
        with pytest.raises(BronFout, match=rf"k\.shp: het bestand k\{deel} ontbreekt"):
            tabel_op(tmp_path)


@pytest.mark.filterwarnings("ignore:.*10 char", "ignore:.*Normalized/laundered", "ignore:.*crs")
@pytest.mark.parametrize("vorm", ["shp", "gpkg"])
def test_kaart_zonder_stelsel(tmp_path: Path, vorm: str) -> None:
    gpd.read_file(io.BytesIO(kaart())).set_crs(None, allow_override=True).to_file(
        tmp_path / f"k.{vorm}"
    )
    with pytest.raises(BronFout, match=rf"k\.{vorm}.*coördinatenstelsel.*EPSG:28992"):
        tabel_op(tmp_path)


@pytest.mark.parametrize("knip", [10, 200, -20])
def test_afgebroken_gz_en_zip(tmp_path: Path, knip: int) -> None:
    gz, pak = tmp_path / "gz" / "n-2023.csv.gz", tmp_path / "zip" / "n-2023.zip"
    gz.parent.mkdir()
    pak.parent.mkdir()
    gz.write_bytes(gzip.compress(NABIJ.encode())[:knip])
    with zipfile.ZipFile(pak, "w") as z:
        z.writestr("n.csv", NABIJ)
    pak.write_bytes(pak.read_bytes()[:knip])
    for pad in (gz, pak):
        with pytest.raises(BronFout, match=rf"{pad.name}.*beschadigd.*opnieuw op"):
            list(zoek([pad.parent]))


def test_zip_achter_een_wachtwoord(tmp_path: Path) -> None:
    """The flag of encryption, set by hand: a sentence, not a trace."""
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as z:
        z.writestr("n-2023.csv", NABIJ)
    ruw = bytearray((tmp_path / "x.zip").read_bytes())
    ruw[6] |= 1
    ruw[ruw.rindex(b"PK\1\2") + 8] |= 1
    (tmp_path / "x.zip").write_bytes(bytes(ruw))
    with pytest.raises(BronFout, match=r"x\.zip: .*password.*pak het uit"):
        list(zoek([tmp_path]))


@pytest.mark.parametrize("wat", ["kruis", "stekel"])
def test_herstel_geometrie(tmp_path: Path, wat: str) -> None:
    """Mended when asked: a valid area of surfaces alone, so that it can be overlaid."""
    inhoud = met_vorm(KRUIS if wat == "kruis" else STEKEL)
    t = tabel("k.geojson", inhoud, Bijschrift(herstel_geometrie=True))
    vorm = shapely.from_wkb((t.grenzen or [])[3])
    assert vorm.is_valid and vorm.geom_type in ("Polygon", "MultiPolygon") and vorm.area > 1000


def test_wat_na_herstel_geen_vlak_is_wordt_geweigerd() -> None:
    with pytest.raises(BronFout, match="rij 5, gebied BU99010003: geen vlak"):
        tabel("k.geojson", met_vorm(PLAT), Bijschrift(herstel_geometrie=True))


def test_oudercode_die_geen_code_is_telt_als_onbekend() -> None:
    """A sentinel in `wijkcode` must not become a wijk of its own."""
    t = tabel("k.geojson", kaart(lambda f: f[3]["properties"].update(wijkcode="-99997")))
    assert t.gebieden["wijk"].isna().sum() == 1 and t.gebieden["wijk"][0] == "WK990100"


@pytest.mark.parametrize(
    ("wat", "ruw"),
    [
        ("BOM", NABIJ.encode("utf-8-sig")),
        ("cp1252", NABIJ.replace("Kloosterbuurt", "Kloösterbüurt").encode("cp1252")),
        ("Windows-regels", NABIJ.replace("\n", "\r\n").encode()),
        ("oude Mac-regels", NABIJ.replace("\n", "\r").encode()),
        ("decimale komma", NABIJ.replace("0.", "0,").encode()),
        ("komma als scheiding", NABIJ.replace('";"', '","').encode()),
        ("bronregel eronder", (NABIJ + '"Bron: CBS"\n"© CBS"\n \n').encode()),
    ],
)
def test_csv_zoals_ze_voorkomen(wat: str, ruw: bytes) -> None:
    """Encodings, line ends and separators do not change a figure."""
    t, gewoon = tabel("n-2023.csv", ruw), tabel("n-2023.csv", NABIJ.encode())
    for kolom, (waarden, soorten) in gewoon.cellen.items():
        np.testing.assert_array_equal(waarden, t.cellen[kolom][0])
        np.testing.assert_array_equal(soorten, t.cellen[kolom][1])
    namen = set(t.gebieden["naam"]) - set(gewoon.gebieden["naam"])
    assert namen == ({"Kloösterbüurt"} if wat == "cp1252" else set())

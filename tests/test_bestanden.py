"""Files from outside: what a file turns out to be, in every wrapping it comes in."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

from pipelines import intake
from pipelines.sources.files import Bestand, zoek
from pipelines.sources.herken import herken
from tests.bestand import (
    NABIJ,
    gelijk,
    kaart,
    tabel,
    tabel_op,
    vlak,
)
from tests.stad import BRONNEN, CAT, ECHT, excel, huis, kwb


def _bron_kaart(welke: str) -> bytes:
    if welke == "stad":
        return kaart()
    pad = ECHT / "cbs" / "baarn" / "baarn_buurten.geojson"
    if not pad.exists():
        pytest.skip("../shared/data ontbreekt: de echte kaart van Baarn is er niet")
    return pad.read_bytes()


@pytest.mark.filterwarnings("ignore:.*10 char", "ignore:.*Normalized/laundered")
@pytest.mark.parametrize("welke", ["stad", pytest.param("baarn", marks=pytest.mark.echt)])
@pytest.mark.parametrize("vorm", ["gpkg", "gpkg in RD", "shp", "zip van shp", "geojson.gz"])
def test_kaart_in_elke_vorm_is_dezelfde_tabel(tmp_path: Path, welke: str, vorm: str) -> None:
    """GeoPackage, shapefile (names cut at ten characters), zip and gz say what GeoJSON says."""
    inhoud = _bron_kaart(welke)
    if vorm == "geojson.gz":
        (tmp_path / "kaart.geojson.gz").write_bytes(gzip.compress(inhoud))
        return gelijk(tabel_op(tmp_path), tabel("kaart.geojson", inhoud))
    lagen = gpd.read_file(io.BytesIO(inhoud))
    if vorm.startswith("gpkg"):
        lagen = lagen.to_crs(28992) if "RD" in vorm else lagen
        lagen.to_file(tmp_path / "kaart.gpkg", layer="buurten")
    else:
        bron = tmp_path if vorm == "shp" else tmp_path / ".werk"
        bron.mkdir(exist_ok=True)
        lagen.to_file(bron / "kaart.shp")
        velden = pyogrio.read_info(bron / "kaart.shp")["fields"]
        assert max(map(len, velden)) <= 10 and "percenta10" in velden
        if vorm != "shp":
            with zipfile.ZipFile(tmp_path / "kaart.zip", "w") as pak:
                for deel in sorted(bron.iterdir()):
                    pak.write(deel, f"map/{deel.name}")
            for deel in bron.iterdir():
                deel.unlink()
    return gelijk(tabel_op(tmp_path), tabel("kaart.geojson", inhoud))


@pytest.mark.filterwarnings("ignore:.*10 char", "ignore:.*Normalized/laundered")
def test_shapefile_met_hoofdletters_en_haken(tmp_path: Path) -> None:
    """`KAART[1].SHP` with `.DBF` beside it is one file; its parts are not listed apart."""
    gpd.read_file(io.BytesIO(kaart())).to_file(tmp_path / "k.shp")
    for deel in list(tmp_path.iterdir()):
        deel.rename(tmp_path / f"KAART[1]{deel.suffix.upper()}")
    assert tabel_op(tmp_path).jaar == 2024


def test_zip_met_excel_en_wat_finder_erbij_doet(tmp_path: Path) -> None:
    """A zip is its members; what a Mac or Excel leaves in it is not offered."""
    inhoud = (BRONNEN / "kwb-2023.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as pak:
        pak.writestr("kwb-2023.xlsx", inhoud)
        pak.writestr("__MACOSX/._kwb-2023.xlsx", b"\0\5\26\7")
        pak.writestr("__MACOSX/._kaart.shp", b"\0\5\26\7")
        pak.writestr("~$kwb-2023.xlsx", b"slot")
    gelijk(tabel_op(tmp_path), tabel("kwb-2023.xlsx", inhoud))


def test_tabel_met_dezelfde_naam_als_de_shape_blijft(tmp_path: Path) -> None:
    """Only the parts of a shapefile go with it; an Excel file of that name is a file."""
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as pak:
        for deel in (".shp", ".shx", ".dbf"):
            pak.writestr(f"k{deel}", b"x")
        pak.writestr("k.xlsx", (BRONNEN / "kwb-2023.xlsx").read_bytes())
    assert [b.naam for b in zoek([tmp_path])] == ["x.zip!k.shp", "x.zip!k.xlsx"]


def test_map_in_map_wordt_gelezen(tmp_path: Path) -> None:
    onder = tmp_path / "2023" / "utrecht"
    onder.mkdir(parents=True)
    (onder / "nabijheid-2023.csv").write_text(NABIJ, encoding="utf-8")
    (tmp_path / ".DS_Store").write_bytes(b"x")
    assert [b.naam for b in zoek([tmp_path])] == ["2023/utrecht/nabijheid-2023.csv"]


def test_goede_blad_tussen_andere_bladen() -> None:
    gelijk(tabel("a.xlsx", excel(kwb(), ervoor="Toelichting")), tabel("b.xlsx", excel(kwb())))


@pytest.mark.parametrize(
    ("naam", "inhoud", "reden"),
    [
        ("notulen.docx", b"PK", "'.docx' wordt niet gelezen"),
        ("LEESMIJ", b"tekst", "'' wordt niet gelezen"),
        ("leeg.csv", b"", "geen kolom met CBS-codes"),
        ("binair.csv", bytes(range(256)) * 900, "geen kolom met CBS-codes"),
        ("ander.csv", b"a,b\n1,2\n", "geen kolom met CBS-codes"),
        ("verkeerd.xlsx", excel([["a", "b"], [1, 2]], "Blad1"), "blad 'Blad1': geen kolom met"),
        ("dubbel.xlsx", excel([["a", "a"], [1, 2]], "Blad1"), "blad 'Blad1': geen kolom met"),
        ("leegblad.xlsx", excel([], "Blad1"), "blad 'Blad1': geen kolom met"),
        ("gegevens.json", b'{"a": 1}', "geen tabel of kaart"),
        ("topo.json", b'{"type": "Topology", "objects": {}, "arcs": []}', "geen tabel of kaart"),
        (
            "wijken.geojson",
            json.dumps(
                {
                    "type": "FeatureCollection",
                    "features": [
                        {
                            "type": "Feature",
                            "properties": {"naam": "Oost"},
                            "geometry": vlak((5.6, 51.9), (5.7, 51.9), (5.7, 52), (5.6, 51.9)),
                        }
                    ],
                }
            ).encode(),
            "kaart of JSON zonder CBS-codes",
        ),
    ],
    ids=lambda w: w if isinstance(w, str) and "." in w and " " not in w else "",
)
def test_onbekend_bestand_staat_in_de_lijst_en_houdt_niets_tegen(
    tmp_path: Path, naam: str, inhoud: bytes, reden: str
) -> None:
    """Not recognised is listed with the reason; nothing is refused."""
    (tmp_path / naam).write_bytes(inhoud)
    aanbod = intake.beoordeel(huis(tmp_path / ".data", tmp_path))
    [regel] = aanbod.regels
    assert (regel.bestand, regel.status) == (naam, "niet herkend") and reden in regel.uitleg
    assert not aanbod.geweigerd


def test_geopackage_zonder_vlakken_is_geen_kaart(tmp_path: Path) -> None:
    """A layer of attributes alone is listed, not read as a map."""
    velden = gpd.read_file(io.BytesIO(kaart())).drop(columns="geometry")
    pyogrio.write_dataframe(pd.DataFrame(velden), tmp_path / "k.gpkg", layer="tabel")
    [vondst] = herken(Bestand("k.gpkg", (tmp_path / "k.gpkg").read_bytes()), CAT)
    assert vondst.generatie is None and "tabel" in vondst.reden

"""Files from outside: what they are, which year, and what is said of the ones that are broken."""

from __future__ import annotations

import copy
import csv
import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from indicators.formulas import CODES, HEEFT
from pipelines import intake
from pipelines.sources.files import Bestand, Bijschrift, zoek
from pipelines.sources.herken import herken
from pipelines.sources.lees import lees
from pipelines.sources.tabel import BronFout, Tabel, getallen
from tests.stad import BRONNEN, CAT, ECHT, excel, huis, kwb

NABIJ = (BRONNEN / "nabijheid-2023.csv").read_text(encoding="utf-8-sig")
SUPERMARKT = "Detailhandel/Winkels dagelijkse boodschappen/Afstand tot grote supermarkt (km)"
_, KWB = CAT.generatie("kwb_excel_2023")
GEEN_BIJ = Bijschrift()


@cache
def _kaart() -> dict[str, Any]:
    return json.loads(gzip.decompress((BRONNEN / "buurtkaart-2024.geojson.gz").read_bytes()))


def kaart(wijzig: Callable[[list[dict[str, Any]]], None] = lambda _: None) -> bytes:
    """The map as GeoJSON, its features changed."""
    geheel = copy.deepcopy(_kaart())
    wijzig(geheel["features"])
    return json.dumps(geheel).encode()


def met_vorm(vorm: dict[str, Any] | None, rij: int = 5) -> bytes:
    """The map with another geometry in a row."""
    return kaart(lambda f: f[rij - 2].update(geometry=vorm))


def vlak(*punten: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(p) for p in punten]]}


def tabel(naam: str, inhoud: bytes, bij: Bijschrift = GEEN_BIJ) -> Tabel:
    """The one table in a file."""
    [vondst] = [v for v in herken(Bestand(naam, inhoud, bij), CAT) if v.generatie is not None]
    return lees(vondst, CAT)


def tabel_op(map_: Path) -> Tabel:
    """The one table in a folder."""
    [bestand] = zoek([map_])
    return tabel(bestand.naam, bestand.inhoud, bestand.bijschrift)


def gelijk(een: Tabel, twee: Tabel) -> None:
    """The same table-year, cell by cell and outline by outline."""
    assert (een.bron, een.generatie, een.jaar) == (twee.bron, twee.generatie, twee.jaar)
    pd.testing.assert_frame_equal(een.gebieden, twee.gebieden)
    assert een.cellen.keys() == twee.cellen.keys()
    for kolom, (waarden, soorten) in een.cellen.items():
        np.testing.assert_array_equal(waarden, twee.cellen[kolom][0], kolom)
        np.testing.assert_array_equal(soorten, twee.cellen[kolom][1], kolom)
    assert (een.grenzen is None) == (twee.grenzen is None)
    if een.grenzen and twee.grenzen:
        vormen, andere = shapely.from_wkb(een.grenzen), shapely.from_wkb(twee.grenzen)
        assert shapely.area(shapely.symmetric_difference(vormen, andere)).max() < 0.01


# -- what a file is ------------------------------------------------------------------------------


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


# -- which year ----------------------------------------------------------------------------------


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


# -- bad input -----------------------------------------------------------------------------------


def test_extra_kolom_waarschuwt() -> None:
    rijen = [[*r, "nieuw_2025" if i == 0 else 7] for i, r in enumerate(kwb())]
    [tekst] = tabel("kwb.xlsx", excel(rijen)).waarschuwingen
    assert "kwb.xlsx" in tekst and "nieuw_2025" in tekst


@pytest.mark.parametrize("kolom", ["a_inw", "p_wcorpw"])
def test_ontbrekende_kolom_stopt(kolom: str) -> None:
    """A column that an indicator needs: the message names it and where to declare it."""
    i = kwb()[0].index(kolom)
    with pytest.raises(BronFout, match=rf"blad 'kwb-2024'.*ontbreken: {kolom}\..*generatie"):
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
XLSX = (BRONNEN / "kwb-2024.xlsx").read_bytes()
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


# -- whatever is in a cell -----------------------------------------------------------------------

SPELLINGEN = [".", " . ", "x", "-99997", "-99995", "-99997,0", "1,5", ",5", "nan", "inf", "1e999"]
CEL = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.just(10**400),
    st.floats(),
    st.text(max_size=12),
    st.dates(),
    st.binary(max_size=3),
    st.sampled_from(SPELLINGEN),
)


@pytest.mark.parametrize("generatie", ["kwb_excel_2023", "buurtkaart_2024"])
@given(cellen=st.lists(CEL, min_size=1, max_size=4), verplicht=st.booleans())
@example(cellen=[10**400], verplicht=True)
@example(cellen=["-99997,0"], verplicht=True)
def test_elke_cel_wordt_een_getal_of_een_soort_van_ontbreken(
    generatie: str, cellen: list[object], verplicht: bool
) -> None:
    """Never NaN without a kind, never infinite, never a sentinel taken for a value."""
    _, gen = CAT.generatie(generatie)
    try:
        gelezen = getallen(cellen, gen, verplicht, "bestand, kolom")
    except BronFout as fout:
        assert verplicht and "rij" in str(fout)
        return
    if gelezen is None:
        assert not verplicht
        return
    waarden, soorten = gelezen
    heeft = soorten == HEEFT
    assert (np.isfinite(waarden) == heeft).all() and np.isnan(waarden[~heeft]).all()
    assert set(soorten[~heeft].tolist()) <= {int(CODES[k]) for k in gen.ontbreekt.values()} | {
        int(CODES["onbekend_of_geheim"])
    }
    for cel, waarde in zip(cellen, waarden, strict=True):
        if np.isfinite(waarde):
            assert not isinstance(cel, bool | bytes | date) and cel is not None
            assert str(waarde).removesuffix(".0") not in gen.ontbreekt
            tekst = str(cel).strip().replace(",", ".")
            assert waarde == float(tekst)


@given(cel=st.text(max_size=20) | st.sampled_from(SPELLINGEN))
def test_elke_tekst_in_een_csv_cel(cel: str) -> None:
    """Through the whole reading: quotes, separators and line ends in a cell as well."""
    rijen = list(csv.reader(io.StringIO(NABIJ), delimiter=";"))[:4]
    rijen[2][rijen[0].index(SUPERMARKT)] = cel
    uit = io.StringIO()
    csv.writer(uit, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rijen)
    try:
        t = tabel("n-2023.csv", uit.getvalue().encode("utf-8", "surrogatepass"))
    except BronFout as fout:
        assert "n-2023.csv" in str(fout)
        return
    waarden, soorten = t.cellen[SUPERMARKT]
    assert (np.isfinite(waarden) == (soorten == HEEFT)).all() and len(waarden) == 3


@pytest.mark.parametrize("zaad", range(40))
def test_beschadigd_excelbestand_geeft_nooit_andere_cijfers(zaad: int) -> None:
    """Bytes flipped anywhere: refused, or exactly the figures that were there."""
    kans, ruw = random.Random(zaad), bytearray(XLSX)
    for _ in range(kans.choice([1, 4, 40])):
        ruw[kans.randrange(len(ruw))] ^= kans.randrange(1, 256)
    try:
        t = tabel("kwb.xlsx", bytes(ruw))
    except BronFout as fout:
        assert "kwb.xlsx" in str(fout)
    else:
        gelijk(t, tabel("kwb.xlsx", XLSX))

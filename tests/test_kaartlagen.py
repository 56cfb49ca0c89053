"""The map's three layers by three services, and files cut to the gemeente that was asked.

Protects: outlines of buurten, wijken and gemeenten reach the publication as their own layer draws
them, through OGC API Features, WFS and GeoPackage alike; `--gemeente` takes of a file of more
gemeenten only what was asked, adds another later, and never cuts what was taken whole.
"""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from indicators.contracts import Datamap
from pipelines import intake, listing
from pipelines.house import Huis
from pipelines.settings import Instellingen
from tests import stad
from tests.replay_bestanden import ReplayBestanden
from tests.stad import ronde

LAGEN = ("buurten", "wijken", "gemeenten")
DIENST = "https://api.pdok.nl/cbs/wijken-en-buurten-2024/ogc/v1"
ANDERE = "GM9902"
"""A second gemeente, made of a part of the town."""


@pytest.fixture(scope="module")
def lagen() -> dict[str, gpd.GeoDataFrame]:
    """The town's map in RD with its own outline per layer, drawn 3 m within the buurten's."""
    ruw = gzip.decompress((stad.BRONNEN / "buurtkaart-2024.geojson.gz").read_bytes())
    buurten = gpd.read_file(io.BytesIO(ruw)).to_crs(28992)
    buurten["geometry"] = shapely.set_precision(buurten.geometry.array, 0.01)
    land = buurten[buurten["water"] == "NEE"]
    uit = {"buurten": buurten}
    for laag, code in (("wijken", "wijkcode"), ("gemeenten", "gemeentecode")):
        houd = [code, "gemeentecode", "gemeentenaam", "water", "jaar", "jrstatcode", "geometry"]
        een = land[list(dict.fromkeys(houd))].dissolve(by=code, as_index=False)
        een["jrstatcode"] = "2024" + een[code]
        een["geometry"] = een.buffer(-3)
        uit[laag] = een.assign(wijknaam="Wijk " + een[code]) if laag == "wijken" else een
    return uit


def als_features(laag: gpd.GeoDataFrame, crs: int) -> list[dict]:
    return json.loads(laag.to_crs(crs).to_json(drop_id=True))["features"]


@pytest.fixture
def server() -> Iterator[ReplayBestanden]:
    with ReplayBestanden() as s:
        yield s


def _catalogus(vorm: str):
    kaart = stad.CAT.bronnen["buurtkaart"]
    wat = kaart.bestanden[2024]
    if vorm == "wfs":
        namen = tuple(f"cbs:{laag}" for laag in LAGEN)
        url = "https://api.pdok.nl/cbs/2024/wfs"
        wat = wat.model_copy(update={"vorm": vorm, "url": url, "lagen": namen})
    if vorm == "geopackage":
        url = "https://api.pdok.nl/kaart-2024.gpkg"
        wat = wat.model_copy(update={"vorm": vorm, "url": url, "lagen": ()})
    bron = kaart.model_copy(update={"bestanden": {2024: wat}})
    return replace(stad.CAT, bronnen=stad.CAT.bronnen | {"buurtkaart": bron})


def zet(s: ReplayBestanden, vorm: str, lagen: dict[str, gpd.GeoDataFrame], map_: Path) -> None:
    """Offers the layers by one kind of service."""
    if vorm == "paginas":
        for naam, laag in lagen.items():
            features = [f | {"id": n} for n, f in enumerate(als_features(laag, 4326), start=1)]
            s.lagen[f"/cbs/wijken-en-buurten-2024/ogc/v1/collections/{naam}/items"] = features
    elif vorm == "wfs":
        s.wfs = {f"cbs:{naam}": als_features(laag, 28992) for naam, laag in lagen.items()}
    else:
        for naam, laag in lagen.items():
            laag.to_file(map_ / "kaart-2024.gpkg", layer=naam, driver="GPKG")
        s.bestanden["/kaart-2024.gpkg"] = (map_ / "kaart-2024.gpkg").read_bytes()


def maak(map_: Path, s: ReplayBestanden, vorm: str, **vraag) -> Huis:
    adres = f"http://{s.host}"
    inst = Instellingen(Datamap(map_), pdok_adres=adres, leefbaarometer_adres=adres)
    h = Huis(inst, _catalogus(vorm), **({"bronnen": ["buurtkaart"]} | vraag))
    h.klok = lambda: datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
    return h


LANG = [pytest.mark.proef]


@pytest.mark.parametrize(
    "vorm", ["paginas", pytest.param("wfs", marks=LANG), pytest.param("geopackage", marks=LANG)]
)
def test_drie_lagen_tot_in_de_publicatie(
    server: ReplayBestanden, lagen, tmp_path: Path, vorm: str
) -> None:
    zet(server, vorm, lagen, tmp_path)
    h = maak(tmp_path / "data", server, vorm, mappen=[stad.BRONNEN / "kwb-2024.xlsx"])
    aanbod = ronde(h)
    assert not aanbod.mislukt and not aanbod.geweigerd, aanbod.regels
    with stad.open_publicatie(h) as con:
        rijen = con.execute("SELECT gebied, niveau, water, geometrie FROM out_grens").fetchall()
    for laag, niveau, code in (
        ("buurten", "buurt", "buurtcode"),
        ("wijken", "wijk", "wijkcode"),
        ("gemeenten", "gemeente", "gemeentecode"),
    ):
        vlak = lagen[laag].set_index(code).geometry.area
        gezien = {g: shapely.from_wkb(bytes(w)).area for g, n, _, w in rijen if n == niveau}
        assert set(gezien) == set(vlak.index) and gezien, laag
        assert max(abs(gezien[c] / vlak[c] - 1) for c in gezien) < 1e-4, laag


@pytest.mark.parametrize("telt", [True, False])
def test_wfs_bladert_tot_het_op_is(
    server: ReplayBestanden, lagen, tmp_path: Path, telt: bool
) -> None:
    """Without the address of a next page, and with names that are made anew each time."""
    server.telt = telt
    zet(server, "wfs", lagen, tmp_path)
    h = maak(tmp_path / "data", server, "wfs")
    aanbod = intake.beoordeel(h)
    assert [r.gebieden for r in aanbod.regels] == [72, 10, 1], aanbod.regels
    assert sum("startIndex=30" in v for v in server.verzoeken) >= 1
    server.wfs["cbs:buurten"] = server.wfs["cbs:buurten"][:-1] * 2
    server.verzoeken.clear()
    weer = intake.beoordeel(maak(tmp_path / "weer", server, "wfs"))
    assert "staat ook in rij" in " ".join(r.uitleg for r in weer.mislukt)


# -- a gemeente out of a file of more ------------------------------------------------------------


def _twee_gemeenten(laag: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The last buurten under another gemeente."""
    anders = laag.copy()
    wie = anders.index[-12:]
    for kolom in ("buurtcode", "wijkcode", "gemeentecode"):
        anders.loc[wie, kolom] = anders.loc[wie, kolom].str.replace("9901", "9902", n=1)
    anders.loc[wie, "jrstatcode"] = "2024" + anders.loc[wie, "buurtcode"]
    return anders


def _neem_in(h: Huis) -> tuple[set[str], dict[str, int]]:
    """Takes in as a publication would; what was said, and buurten with an outline per gemeente."""
    aanbod = stad.lees_in(h)
    assert not aanbod.mislukt, aanbod.mislukt
    intake.neem_op(h, [x.levering for x in h.opslag.register()])
    for werk in h.na_publicatie:
        werk()
    assert len(h.opslag.register()) == 1
    rijen = stad.vraag(h, "SELECT left(gebied, 6), count(*) FROM core_grens GROUP BY 1 ORDER BY 1")
    return {r.status for r in aanbod.regels}, dict(rijen)


@pytest.mark.parametrize("vorm", ["paginas", pytest.param("geopackage", marks=LANG)])
def test_gemeente_knipt_wat_op_adres_komt(
    server: ReplayBestanden, lagen, tmp_path: Path, vorm: str
) -> None:
    """Raw keeps the whole file; core holds what was asked, and what was asked before."""
    buurten = _twee_gemeenten(lagen["buurten"])
    zet(server, vorm, {"buurten": buurten}, tmp_path)
    een = len(buurten) - 12

    def haal(*gemeenten: str) -> tuple[set[str], dict[str, int]]:
        h = maak(tmp_path / "data", server, vorm, gemeenten=list(gemeenten))
        kaart = h.catalogus.bronnen["buurtkaart"]
        lagen_ = ("buurten",) if vorm == "paginas" else ()
        wat = kaart.bestanden[2024].model_copy(update={"lagen": lagen_})
        kaart = kaart.model_copy(update={"bestanden": {2024: wat}})
        h.catalogus = replace(h.catalogus, bronnen=h.catalogus.bronnen | {"buurtkaart": kaart})
        return _neem_in(h)

    beide = {"BU9901": een, "BU9902": 12}
    assert haal("GM9901") == ({"nieuw"}, {"BU9901": een})
    assert haal("GM9901") == ({"ongewijzigd"}, {"BU9901": een})
    assert haal(ANDERE) == ({"nieuw"}, beide)
    assert haal("GM9901") == ({"ongewijzigd"}, beide)
    assert haal() == ({"nieuw"}, beide)
    assert haal("GM9901") == ({"ongewijzigd"}, beide)


def test_leefbaarometer_van_een_gemeente(server: ReplayBestanden, tmp_path: Path) -> None:
    """A zip of three levels and many years, and a gemeente that is not in it."""
    pad = "/resources/open-data-leefbaarometer-meting-2024.zip"
    server.bestanden[pad] = (stad.BRONNEN / "leefbaarometer-2024.zip").read_bytes()
    vraag = {"bronnen": ["leefbaarometer"]}
    aanbod = intake.beoordeel(
        maak(tmp_path / "a", server, "paginas", gemeenten=["GM9901"], **vraag)
    )
    heel = intake.beoordeel(maak(tmp_path / "b", server, "paginas", **vraag))
    assert [r.gebieden for r in aanbod.regels] == [r.gebieden for r in heel.regels] != []
    assert all(h.gemeenten == ("GM9901",) for h, _ in aanbod.nieuw)
    [fout] = intake.beoordeel(
        maak(tmp_path / "c", server, "paginas", gemeenten=[ANDERE], **vraag)
    ).mislukt
    assert f"geen gebied van {ANDERE}" in fout.uitleg and "2024.zip" in fout.uitleg


def test_gemeente_die_geen_code_is_haalt_niets_op(server: ReplayBestanden, tmp_path: Path) -> None:
    aanbod = intake.beoordeel(maak(tmp_path, server, "paginas", gemeenten=["Wendrecht"]))
    assert "geen gemeentecode" in aanbod.geweigerd[0].uitleg and server.verzoeken == []


@pytest.mark.parametrize(("code", "zegt"), [("GM9901", ""), (ANDERE, f"geen gebied van {ANDERE}")])
def test_bijschrift_knipt_een_eigen_bestand(tmp_path: Path, code: str, zegt: str) -> None:
    naam = "ses-woa-2019-2023.csv"
    (tmp_path / naam).write_bytes((stad.BRONNEN / naam).read_bytes())
    regel = f"{naam}: {{indeling: 2024, gemeenten: [{code}]}}\n"
    (tmp_path / "bestanden.yaml").write_text(regel)
    aanbod = intake.beoordeel(stad.huis(tmp_path / "data", tmp_path / naam))
    if zegt:
        assert zegt in aanbod.geweigerd[0].uitleg
    else:
        assert {h.gemeenten for h, _ in aanbod.nieuw} == {(code,)} and "-gm9901" in str(
            aanbod.nieuw
        )


@pytest.fixture(autouse=True)
def _ongeduldig(monkeypatch: pytest.MonkeyPatch) -> None:
    echt = listing.adres
    monkeypatch.setattr(
        listing, "adres", lambda h, b: replace(echt(h, b), pauze=0.0, slaap=lambda _: None)
    )

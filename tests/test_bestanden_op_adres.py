"""Files by address: the same publication as the file route, under every fault the same or none.

Protects: the zip of the Leefbaarometer and the map in pages or as GeoPackage give what their files
give; a fault is recovered or stopped by name with the old publication live; an unchanged file
costs one conditional question; one failing source does not stop the others.
Run with `-s` to see the count: faults tried, recovered, stopped, wrong ones published (must be 0).
"""

from __future__ import annotations

import gzip
import io
import json
import shutil
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pytest

from indicators.contracts import Datamap
from pipelines import intake, listing, publish
from pipelines.house import Huis
from pipelines.settings import Instellingen
from pipelines.sources import download
from tests import stad
from tests.replay_bestanden import ReplayBestanden, features
from tests.stad import inhoud, ronde

KAART = stad.BRONNEN / "buurtkaart-2024.geojson.gz"
ZIP = stad.BRONNEN / "leefbaarometer-2024.zip"
ZIP_PAD = "/resources/open-data-leefbaarometer-meting-2024.zip"
LAAG = "/cbs/wijken-en-buurten-2024/ogc/v1/collections/buurten/items"
GPKG_PAD = "/kaart-2024.gpkg"
BLIJVEND = 99
TELLING: Counter[str] = Counter()


def _catalogus(vorm: str = "paginas"):
    """Of the map only the buurten of 2024, in pages or as GeoPackage."""
    kaart = stad.CAT.bronnen["buurtkaart"]
    een = kaart.bestanden[2024].model_copy(update={"lagen": ("buurten",)})
    if vorm == "geopackage":
        url = f"https://api.pdok.nl{GPKG_PAD}"
        een = een.model_copy(update={"vorm": vorm, "url": url, "lagen": ()})
    bron = kaart.model_copy(update={"bestanden": {2024: een}})
    return replace(stad.CAT, bronnen=stad.CAT.bronnen | {"buurtkaart": bron})


CAT = _catalogus()


@pytest.fixture(scope="module", autouse=True)
def telling() -> Iterator[None]:
    """Prints the count at the end."""
    TELLING.clear()
    yield
    print("\nbestanden op adres:", ", ".join(f"{n} {k}" for k, n in sorted(TELLING.items())))
    assert TELLING["fout gepubliceerd"] == 0


@pytest.fixture(scope="module", autouse=True)
def _ongeduldig() -> Iterator[None]:
    """Asks as in earnest, with short patience and without sleeping."""
    echt = listing.adres
    with pytest.MonkeyPatch.context() as plek:
        plek.setattr(
            listing,
            "adres",
            lambda h, b: replace(
                echt(h, b), wachttijd=0.4, pauze=0.0, hoogste_bytes=5_000_000, slaap=lambda _: None
            ),
        )
        yield


@pytest.fixture(scope="module")
def _server() -> Iterator[ReplayBestanden]:
    with ReplayBestanden() as s:
        yield s


@pytest.fixture
def server(_server: ReplayBestanden) -> ReplayBestanden:
    return zet(_server)


def zet(s: ReplayBestanden) -> ReplayBestanden:
    """The server as it should be."""
    s.bestanden = {ZIP_PAD: ZIP.read_bytes()}
    s.lagen = {LAAG: features(KAART)}
    s.telt = s.merkt = True
    s.storingen.clear()
    s.verzoeken.clear()
    s.voor_antwoord = lambda _: None
    return s


def maak(map_: Path, s: ReplayBestanden, *bronnen: str, **anders) -> Huis:
    adres = f"http://{s.host}"
    inst = Instellingen(
        Datamap(map_),
        cbs_adres=adres,
        dataderden_adres=adres,
        pdok_adres=adres,
        leefbaarometer_adres=adres,
    )
    h = Huis(inst, CAT, **({"bronnen": list(bronnen)} | anders))
    h.klok = lambda: datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
    return h


@pytest.fixture(scope="module")
def oud(tmp_path_factory: pytest.TempPathFactory, _server: ReplayBestanden) -> Path:
    """The key figures of 2024, published from their file."""
    map_ = tmp_path_factory.mktemp("adres") / "oud"
    ronde(maak(map_, _server, mappen=[stad.BRONNEN / "kwb-2024.xlsx"]))
    return map_


def kopie(oud: Path, doel: Path) -> Path:
    shutil.rmtree(doel, ignore_errors=True)
    shutil.copytree(oud, doel)
    return doel


@pytest.fixture(scope="module")
def schoon(oud: Path, _server: ReplayBestanden) -> dict[str, Path]:
    """Per source the data folder after a refresh without faults."""
    zet(_server)
    uit = {}
    for bron in ("leefbaarometer", "buurtkaart"):
        uit[bron] = kopie(oud, oud.parent / bron)
        aanbod = ronde(maak(uit[bron], _server, bron))
        assert aanbod.nieuw and not aanbod.mislukt, aanbod.regels
    return uit


# -- the same as the file route ------------------------------------------------------------------


@pytest.mark.parametrize(("bron", "pad"), [("leefbaarometer", ZIP), ("buurtkaart", KAART)])
def test_op_adres_is_gelijk_aan_het_bestand(
    oud: Path, schoon: dict[str, Path], _server: ReplayBestanden, tmp_path: Path, bron: str, pad
) -> None:
    van_bestand = maak(kopie(oud, tmp_path / "bestand"), _server, mappen=[pad])
    assert not ronde(van_bestand).geweigerd
    live = maak(schoon[bron], _server)
    assert inhoud(live, True) == inhoud(van_bestand, True) != inhoud(maak(oud, _server), True)
    [(url, licentie)] = {(h.url, h.licentie) for h in live.opslag.register() if h.bron == bron}
    assert str(url).startswith(f"http://{_server.host}/") and licentie


def test_paginas_zijn_bewaard_zoals_ze_kwamen(
    schoon: dict[str, Path], server: ReplayBestanden
) -> None:
    """One raw object; read again from there it gives the same table, without the network."""
    h = maak(schoon["buurtkaart"], server)
    [levering] = [x for x in h.opslag.register() if x.bron == "buurtkaart"]
    assert levering.soort == "paginas" and levering.gebieden == len(features(KAART))
    weer = intake.herlees(h, levering)
    assert len(weer.gebieden) == levering.gebieden and weer.grenzen is not None
    assert server.verzoeken == []


def test_geopackage(oud: Path, server: ReplayBestanden, schoon: dict[str, Path], tmp_path) -> None:
    vlak = gpd.read_file(io.BytesIO(gzip.decompress(KAART.read_bytes())))
    vlak.to_file(tmp_path / "k.gpkg", layer="buurten", driver="GPKG")
    server.bestanden[GPKG_PAD] = (tmp_path / "k.gpkg").read_bytes()
    h = maak(kopie(oud, tmp_path / "data"), server, "buurtkaart")
    h.catalogus = _catalogus("geopackage")
    assert ronde(h).nieuw
    assert inhoud(h, True) == inhoud(maak(schoon["buurtkaart"], server), True)
    server.bestanden[GPKG_PAD] = server.bestanden[GPKG_PAD][:50_000]
    kort = maak(kopie(oud, tmp_path / "kort"), server, "buurtkaart")
    kort.catalogus = h.catalogus
    [fout] = ronde(kort).mislukt
    assert "50,000 van de" in fout.uitleg and inhoud(kort) == inhoud(maak(oud, server))


# -- unchanged -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("bron", "vragen"), [("leefbaarometer", 1), ("buurtkaart", 3)])
@pytest.mark.parametrize("merkt", [True, False])
def test_ongewijzigd(
    schoon: dict[str, Path], server: ReplayBestanden, tmp_path: Path, bron: str, vragen: int, merkt
) -> None:
    """With marks one conditional question (one per page); without them the contents decide."""
    server.merkt = merkt
    voor = inhoud(maak(schoon[bron], server))
    h = maak(kopie(schoon[bron], tmp_path / "data"), server, bron)
    aanbod = ronde(h)
    assert {r.status for r in aanbod.regels} == {"ongewijzigd"} and not aanbod.nieuw
    if merkt:
        assert len(server.verzoeken) == vragen
    assert inhoud(h) == voor


# -- faults --------------------------------------------------------------------------------------

WAAR = {"leefbaarometer": ZIP_PAD, "buurtkaart": "cursor=30"}
SNEL = [pytest.param(b, marks=[pytest.mark.proef] if b == "buurtkaart" else []) for b in WAAR]
"""Every fault on a file; on pages in `make proef`."""
EENMALIG = [("503", "status", "503"), ("429", "te_druk", "2"), ("stilte", "stilte", ""),
            ("afgekapt", "afgekapt", ""), ("half", "halve_json", "")]  # fmt: skip
BLIJVEND_FOUT = [
    *EENMALIG,
    ("404", "status", "404"),
    ("HTML in plaats van bestand", "html", ""),
    ("andere host", "verwijs", "http://elders.example{pad}"),
    ("bom", "bom", ""),
]
PAGINAS = [("vervolg op een andere host", "elders"), ("houdt te vroeg op", "houdt_op"),
           ("vreemd stelsel", "vreemd_stelsel"), ("leeg antwoord", "leeg"),
           ("dubbele bladzijde", "dubbel"), ("rij verdwenen", "rij_weg")]  # fmt: skip


def speel(
    oud: Path, schoon: dict[str, Path], server: ReplayBestanden, doel: Path, bron: str
) -> tuple[str, str]:
    """One refresh under a fault: how it ended, and what was said."""
    h = maak(kopie(oud, doel), server, bron)
    aanbod = ronde(h)
    na = inhoud(h)
    goed = {
        inhoud(maak(schoon[bron], server)): "hersteld",
        inhoud(maak(oud, server)): "gestopt",
    }
    uitkomst = goed.get(na, "fout gepubliceerd")
    TELLING.update(["geprobeerd", uitkomst])
    gezegd = " ".join(r.uitleg for r in aanbod.mislukt)
    assert publish.verifieer(h) and bool(gezegd) == (uitkomst == "gestopt"), (uitkomst, gezegd)
    return uitkomst, gezegd


@pytest.mark.parametrize("bron", SNEL)
@pytest.mark.parametrize(
    "fout",
    [
        pytest.param(f, marks=[pytest.mark.proef] if f[0] in ("429", "half") else [], id=f[0])
        for f in EENMALIG
    ],
)
def test_eenmalig_herstelt(oud, schoon, server, tmp_path, bron: str, fout) -> None:
    server.storing(WAAR[bron], fout[1], 1, fout[2])
    assert speel(oud, schoon, server, tmp_path / "d", bron)[0] == "hersteld"
    assert server.storingen[0].keer == 0


@pytest.mark.parametrize("bron", SNEL)
@pytest.mark.parametrize("fout", BLIJVEND_FOUT, ids=lambda f: f[0])
def test_blijvend_stopt_met_naam(oud, schoon, server, tmp_path, bron: str, fout) -> None:
    server.storing(WAAR[bron], fout[1], BLIJVEND, fout[2])
    uitkomst, gezegd = speel(oud, schoon, server, tmp_path / "d", bron)
    assert uitkomst == "gestopt" and ("2024" in gezegd), gezegd


@pytest.mark.parametrize("fout", PAGINAS, ids=lambda f: f[0])
def test_paginas_die_niet_kloppen(oud, schoon, server, tmp_path, fout) -> None:
    server.storing(WAAR["buurtkaart"], fout[1], BLIJVEND)
    uitkomst, gezegd = speel(oud, schoon, server, tmp_path / "d", "buurtkaart")
    assert uitkomst == "gestopt" and "buurten" in gezegd, gezegd


@pytest.mark.parametrize("wat", ["aantal", "eerste bladzijde", "tweede bladzijde"])
def test_kaart_verandert_tijdens_het_ophalen(oud, schoon, server, tmp_path, wat: str) -> None:
    """A new edition comes while the last page is asked."""
    vers = features(KAART)

    def midden(pad: str) -> None:
        if "cursor=60" in pad:
            if wat == "aantal":
                server.lagen[LAAG] = vers[:-1]
            else:
                vers[0 if wat == "eerste bladzijde" else 35]["properties"]["buurtnaam"] = "Anders"
                server.lagen[LAAG] = vers

    server.voor_antwoord = midden
    uitkomst, gezegd = speel(oud, schoon, server, tmp_path / "d", "buurtkaart")
    assert uitkomst == "gestopt" and "veranderd tijdens het ophalen" in gezegd


def _zip(**leden: bytes) -> bytes:
    uit = io.BytesIO()
    with zipfile.ZipFile(uit, "w", zipfile.ZIP_DEFLATED) as z:
        for naam, tekst in leden.items():
            z.writestr(f"{naam}.csv", tekst)
    return uit.getvalue()


def _kolom_anders() -> bytes:
    """The zip in which one heading of the buurten is written otherwise."""
    with zipfile.ZipFile(ZIP) as z:
        leden = {n: z.read(n) for n in z.namelist()}
    uit = io.BytesIO()
    with zipfile.ZipFile(uit, "w", zipfile.ZIP_DEFLATED) as z:
        for naam, tekst in leden.items():
            z.writestr(naam, tekst.replace(b"onv", b"overlast", 1))
    return uit.getvalue()


SLECHT = {
    "kolom hernoemd": (_kolom_anders(), "verwachte kolom ontbreekt: onv"),
    "zipbom": (_zip(a=b" " * 20_000_000), "uitgepakt groter"),
    "kapotte zip": (ZIP.read_bytes()[:9_000] + b"x" * 900 + ZIP.read_bytes()[9_900:], "zip"),
    "iets anders": (_zip(a=b"kolom;ander\n1;2\n"), "geen tabel of kaart"),
    "leeg": (b"", "leeg bestand"),
    "csv": (b"a,b\n1,2\n", "zo begint dit bestand niet"),
}


@pytest.mark.parametrize("wat", SLECHT)
def test_slecht_bestand_stopt_met_naam(
    oud, schoon, server, tmp_path, monkeypatch: pytest.MonkeyPatch, wat: str
) -> None:
    monkeypatch.setattr(download, "GROOTSTE", 5_000_000)
    server.bestanden[ZIP_PAD], zin = SLECHT[wat]
    uitkomst, gezegd = speel(oud, schoon, server, tmp_path / "d", "leefbaarometer")
    assert uitkomst == "gestopt" and zin in gezegd and "2024" in gezegd, gezegd


def test_kolom_van_de_kaart_hernoemd(oud, schoon, server, tmp_path) -> None:
    vers = features(KAART)
    for f in vers:
        f["properties"]["inwoners"] = f["properties"].pop("aantal_inwoners")
    server.lagen[LAAG] = vers
    uitkomst, gezegd = speel(oud, schoon, server, tmp_path / "d", "buurtkaart")
    assert uitkomst == "gestopt" and "aantal_inwoners" in gezegd and "nog niet gezien" in gezegd


def test_ander_jaar_onder_dit_adres(oud, schoon, server, tmp_path) -> None:
    server.lagen[LAAG] = features(stad.BRONNEN / "buurtkaart-2023.geojson.gz")
    uitkomst, gezegd = speel(oud, schoon, server, tmp_path / "d", "buurtkaart")
    assert uitkomst == "gestopt" and "buurtkaart 2023, verwacht buurtkaart 2024" in gezegd


# -- going on ------------------------------------------------------------------------------------


def test_een_mislukte_bron_houdt_de_andere_niet_op(oud, schoon, server, tmp_path) -> None:
    server.storing(ZIP_PAD, "status", BLIJVEND, "503")
    h = maak(kopie(oud, tmp_path / "d"), server, "leefbaarometer", "buurtkaart")
    aanbod = ronde(h)
    assert [r.bestand for r in aanbod.mislukt] == [ZIP_PAD.rpartition("/")[2]]
    assert inhoud(h) == inhoud(maak(schoon["buurtkaart"], server))


def test_afgebroken_kaart_gaat_verder(oud, schoon, server, tmp_path) -> None:
    """Pages that came are not asked again in full, only whether they are still the same."""
    server.storing("cursor=60", "status", BLIJVEND, "503")
    speel(oud, schoon, server, tmp_path / "d", "buurtkaart")
    server.storingen.clear()
    server.verzoeken.clear()
    gevraagd: list[str] = []
    h = maak(tmp_path / "d", server, "buurtkaart")
    h.meld = gevraagd.append
    assert ronde(h).nieuw and inhoud(h) == inhoud(maak(schoon["buurtkaart"], server))
    assert [v.rpartition("=")[2] for v in server.verzoeken if "cursor" in v] == ["60", "30"]
    assert any("72 van 72 gebieden" in m for m in gevraagd)


def test_zonder_aantal_en_zonder_merken(oud, schoon, server, tmp_path) -> None:
    """A server that counts nothing and marks nothing gives the same, asked page by page."""
    server.telt = server.merkt = False
    h = maak(kopie(oud, tmp_path / "d"), server, "buurtkaart")
    assert ronde(h).nieuw
    assert inhoud(h, True) == inhoud(maak(schoon["buurtkaart"], server), True)
    rijen = json.loads((tmp_path / "d" / "raw" / "bekeken.json").read_text())
    assert [r["merken"] for r in rijen.values()] == ["{}"]

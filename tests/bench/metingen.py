"""What is measured, each beside a peer that does the same or less in the same run."""

from __future__ import annotations

import io
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from indicators.catalogue import lees as catalogus
from indicators.contracts import Datamap
from pipelines import settings
from pipelines.house import Huis
from pipelines.voorbeeld import VAST

Regel = dict[str, Any]


def regel(
    naam: str, waarde: float, eenheid: str, peer: str = "", ander: float | None = None
) -> Regel:
    """One line of the table; the ratio is ours divided by the peer's."""
    verhouding = None if ander is None else waarde / ander
    return {"name": naam, "value": waarde, "unit": eenheid, "peer": peer, "ratio": verhouding}


def tijd(werk: Callable[[], object], keer: int = 5) -> float:
    """Median seconds of a few runs, the first one not counted."""
    werk()
    duur = []
    for _ in range(keer):
        begin = time.perf_counter()
        werk()
        duur.append(time.perf_counter() - begin)
    return statistics.median(duur)


def excel() -> list[Regel]:
    """A KWB Excel file to typed cells with kinds of missing, beside pandas alone."""
    from pipelines.sources.files import Bestand
    from pipelines.sources.herken import herken
    from pipelines.sources.lees import lees

    inhoud = (VAST / "bronnen" / "kwb-2022.xlsx").read_bytes()
    cat = catalogus()
    ons = tijd(lambda: lees(herken(Bestand("kwb-2022.xlsx", inhoud), cat)[0], cat))
    pandas = tijd(lambda: pd.read_excel(io.BytesIO(inhoud), engine="calamine"))
    return [regel("KWB-Excel lezen, typeren en nagaan", ons, "s", "pandas.read_excel", pandas)]


def odata() -> list[Regel]:
    """Ten whole tables over loopback, pages kept as received, beside plain cbsodata."""
    from tests.bench.odata import meet

    ons, peer, piek = meet()
    return [
        regel("tien tabellen ophalen en bewaren (17.000 rijen elk)", ons, "s", "cbsodata", peer),
        regel("tien tabellen: meeste geheugen", piek, "GiB"),
    ]


def stad() -> list[Regel]:
    """The town, six years in fifteen files, to a publication, Dagster and checks included."""
    from pipelines.refresh import ververs

    with tempfile.TemporaryDirectory() as map_:
        huis = Huis(settings.Instellingen(Datamap(Path(map_))), mappen=[VAST / "bronnen"])
        begin = time.perf_counter()
        ververs(huis, kortstondig=True)
        return [regel("stad: bestanden tot publicatie", time.perf_counter() - begin, "s")]


def maak_land(map_: Path, jaren: range) -> Huis:
    """The raw files of the country in a folder, and a house that reads them."""
    from tests.bench import land

    cat = catalogus()
    for jaar in jaren:
        land.schrijf_jaar(map_ / "bron" / f"kwb-{jaar}.parquet", jaar, cat)
    land.schrijf_kaart(map_ / "bron" / f"buurtkaart-{jaren[-1]}.gpkg", jaren[-1], cat)
    return Huis(settings.Instellingen(Datamap(map_ / "data")), mappen=[map_ / "bron"])


def land() -> list[Regel]:
    """The country: raw files to publication, ten years, and what reading it costs."""
    from pipelines import publish, tiles
    from pipelines.refresh import ververs
    from pipelines.warehouse import open_warehouse

    with tempfile.TemporaryDirectory() as naam:
        map_ = Path(naam)
        huis = maak_land(map_, range(2015, 2025))
        begin = time.perf_counter()
        aanbod = ververs(huis, kortstondig=True)
        duur = time.perf_counter() - begin
        assert not aanbod.geweigerd, aanbod.geweigerd
        geheugen = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        for tegel in huis.datamap.tegels.glob("*.pmtiles"):
            tegel.unlink()
        begin = time.perf_counter()
        with open_warehouse(huis.datamap) as con:
            tiles.maak_tegels(con, huis.datamap)
        tegels = time.perf_counter() - begin
        actueel = publish.lees_actueel(huis)
        assert actueel is not None
        bestand = huis.datamap.published / actueel.bestand
        grootte = bestand.stat().st_size / 1024**2
        lezen = _lezen(bestand, map_)
    return [
        regel("land: raw tot publicatie, 10 jaar, tegels inbegrepen", duur, "s"),
        regel("land: meeste geheugen", geheugen, "GiB"),
        regel("land: tegels, een keer per vorm", tegels, "s"),
        regel("land: publicatie op schijf", grootte, "MiB"),
        *lezen,
    ]


def land_alles() -> list[Regel]:
    """The country, ten years, every source: raw to publication."""
    from tests.bench.land_alles import meet

    duur, rekende, geheugen, rijen, cijfers = meet()
    return [
        regel("land, alle bronnen: raw tot publicatie, 10 jaar", duur, "s"),
        regel("land, alle bronnen: daarvan rekentijd van de processor", rekende, "s"),
        regel("land, alle bronnen: meeste geheugen", geheugen, "GiB"),
        regel("land, alle bronnen: rijen in raw", sum(rijen.values()) / 1e6, "miljoen"),
        regel("land, alle bronnen: gepubliceerde cijfers", cijfers / 1e6, "miljoen"),
    ]


def niets_veranderd() -> list[Regel]:
    """A refresh in which no producer changed anything, in a process of its own."""
    from tests.bench.niets import meet

    duur, laden, vragen = meet()
    return [
        regel("niets veranderd: opdracht refresh", duur, "s", "alleen laden", laden),
        regel("niets veranderd: vragen aan de host", vragen, "vragen"),
    ]


def _lezen(bestand: Path, map_: Path) -> list[Regel]:
    """One buurt, and one indicator of all areas, beside pandas on the same rows as Parquet."""
    con = duckdb.connect(str(bestand), read_only=True)
    con.execute("SET threads = 1")
    code = con.execute("SELECT max(gebied) FROM out_gebied WHERE niveau = 'buurt'").fetchall()[0][0]
    pad = map_ / "waarde.parquet"
    con.execute(f"COPY out_waarde TO '{pad}' (FORMAT parquet)")
    buurt = tijd(
        lambda: con.execute("SELECT * FROM out_waarde WHERE gebied = ?", [code]).fetchall(), 15
    )
    kaart = tijd(
        lambda: con.execute(
            "SELECT gebied, waarde, ontbreekt_door FROM out_waarde_kaart WHERE indicator = ? "
            "AND jaar = 2024 AND grensjaar = 2024 AND niveau = 'buurt'",
            ["koopwoningen_pct"],
        ).fetchnumpy(),
        15,
    )
    peer = tijd(lambda: pd.read_parquet(pad, filters=[("gebied", "==", code)]), 5)
    peer_kaart = tijd(
        lambda: pd.read_parquet(
            pad,
            columns=["gebied", "waarde"],
            filters=[("indicator", "==", "koopwoningen_pct"), ("jaar", "==", 2024)],
        ),
        5,
    )
    con.close()
    naast = "pandas, Parquet"
    return [
        regel("land: alle cijfers van een buurt", buurt * 1e3, "ms", naast, peer * 1e3),
        regel("land: een cijfer overal", kaart * 1e3, "ms", naast, peer_kaart * 1e3),
    ]


def kaart() -> list[Regel]:
    """The map at the size of the country in a browser, beside its peers."""
    from tests.bench.kaart import kaart as meet  # loads the browser only here

    return meet()


def methode() -> list[Regel]:
    """Ranks under many draws, a slider, Sobol indices, and a composite of the country."""
    from tests.bench import methode as bank

    return bank.meet()


def buurt() -> list[Regel]:
    """The page of an area with many figures and stories."""
    from tests.bench import bladen

    return bladen.buurt()


def buurtblad() -> list[Regel]:
    """Sheets: a thousand, one in the dashboard, and beside WeasyPrint and Chromium."""
    from tests.bench import buurtblad as meting

    return meting.buurtblad()


def merken() -> list[Regel]:
    """Marking 10,000 stories after a national publication of two years."""
    from pipelines.refresh import ververs
    from tests.bench import merken as bench

    with tempfile.TemporaryDirectory() as naam:
        huis = maak_land(Path(naam), range(2023, 2025))
        ververs(huis, kortstondig=True)
        datamap = Datamap(Path(naam) / "data")
        [bestand] = datamap.published.glob("*.duckdb")
        publicatie = bestand.stem.removeprefix("publicatie_")
        duur, weer, geteld = bench.meet(datamap, publicatie)
    return [
        regel(f"10.000 verhalen merken ({sum(geteld.values())} merken)", duur, "s"),
        regel("10.000 verhalen nog eens nalopen", weer, "s"),
    ]


def bijeenkomst() -> list[Regel]:
    """A meeting with forty phones that ask every second, until the figure is on each."""
    from tests.bench import bijeenkomst as bench

    u = bench.meet()
    assert not u.fout and u.notities == len(u.geschreven), u.fout[:3]
    wie = f"{bench.TELEFOONS} telefoons"
    return [
        regel(f"onthuld op {wie} (p95)", bench.p95(u.onthuld), "s"),
        regel(f"onthuld op {wie} (laatste)", max(u.onthuld), "s"),
        regel(f"vraag per seconde van {wie} (p95)", bench.p95(u.vragen), "s"),
        regel(f"notitie van {wie} (p95)", bench.p95(u.geschreven), "s"),
    ]


def importeren() -> list[Regel]:
    """A corporation of 200,000 dwellings, five years and a million cases: folder to snapshot."""
    from tests.bench import corporatie

    return corporatie.importeren()


def onderdrukken() -> list[Regel]:
    """The country's tree of wijken and buurten, 5 % small cells: the first time, and corrected."""
    from tests.bench import corporatie

    return corporatie.onderdrukken()


ALLE: dict[str, Callable[[], list[Regel]]] = {
    "merken": merken,
    "excel": excel,
    "odata": odata,
    "stad": stad,
    "land": land,
    "land_alles": land_alles,
    "niets": niets_veranderd,
    "kaart": kaart,
    "methode": methode,
    "buurt": buurt,
    "buurtblad": buurtblad,
    "bijeenkomst": bijeenkomst,
    "importeren": importeren,
    "onderdrukken": onderdrukken,
}
"""Name on the command line to measurement."""

"""Nothing changed, all sources: one question per host, and one per table that only says it did.

Protects: where a producer marks its answers, a listing, table, file or layer is asked only whether
it still is what it was; what the marks say is believed for the rows, never for other years.
"""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from indicators.contracts import Datamap
from pipelines import listing, publish, refresh
from pipelines.house import Huis
from pipelines.settings import Instellingen
from tests import stad
from tests.replay import Replay
from tests.replay_bak import kleine_bak
from tests.replay_bestanden import ReplayBestanden, features
from tests.replay_lang import bron_bakken
from tests.test_storingen import CAT as VIER

KAART = stad.BRONNEN / "buurtkaart-2024.geojson.gz"
ZIP_PAD = "/resources/open-data-leefbaarometer-meting-2024.zip"
LAAG = "/cbs/wijken-en-buurten-2024/ogc/v1/collections/buurten/items"
BRONNEN = ("kwb", "ses_woa", "politie", "rivm", "buurtkaart", "leefbaarometer")


def _catalogus():
    kaart = VIER.bronnen["buurtkaart"]
    een = kaart.bestanden[2024].model_copy(update={"lagen": ("buurten",)})
    kwb = VIER.bronnen["kwb"].model_copy(update={"tabellen": {2024: "85984NED"}})
    kaart = kaart.model_copy(update={"bestanden": {2024: een}})
    return replace(VIER, bronnen=VIER.bronnen | {"kwb": kwb, "buurtkaart": kaart})


CAT = _catalogus()


@dataclass
class Wereld:
    """Four hosts, one per producer, with a data folder that was filled from them."""

    cbs: Replay
    derden: Replay
    pdok: ReplayBestanden
    lbm: ReplayBestanden
    map: Path

    def huis(self, *bronnen: str, **vraag) -> Huis:
        inst = Instellingen(
            Datamap(self.map),
            cbs_adres=f"http://{self.cbs.host}",
            dataderden_adres=f"http://{self.derden.host}",
            pdok_adres=f"http://{self.pdok.host}",
            leefbaarometer_adres=f"http://{self.lbm.host}",
        )
        h = Huis(inst, CAT, **({"bronnen": list(bronnen or BRONNEN)} | vraag))
        h.klok = lambda: datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
        return h

    def ronde(self, *bronnen: str, **vraag) -> tuple[set[str], dict[str, int]]:
        """A refresh; what it said, and how often each host was asked."""
        hosts = {n: getattr(self, n) for n in ("cbs", "derden", "pdok", "lbm")}
        for s in hosts.values():
            s.verzoeken.clear()
        aanbod = refresh.ververs(self.huis(*bronnen, **vraag), kortstondig=True)
        return {r.status for r in aanbod.regels}, {n: len(s.verzoeken) for n, s in hosts.items()}


@pytest.fixture(scope="module")
def wereld(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wereld]:
    kaart = json.loads(gzip.decompress(KAART.read_bytes()))["features"]
    buurten = [f["properties"]["buurtcode"] for f in kaart if f["properties"]["water"] == "NEE"]
    codes = ["NL00", "GM9901", *sorted({"WK" + b[2:8] for b in buurten}), *buurten]
    bakken = bron_bakken(CAT, codes, 2024)
    echt = listing.adres
    with ExitStack() as stapel:
        plek = stapel.enter_context(pytest.MonkeyPatch.context())
        plek.setattr(listing, "adres", lambda h, b: replace(echt(h, b), pauze=0.0))
        cbs = Replay(kleine_bak("85984NED", 2024, codes), bakken["ses_woa"])
        derden = Replay(bakken["politie"], bakken["rivm"])
        pdok, lbm = ReplayBestanden(bladzijde=1000), ReplayBestanden()
        for s in (cbs, derden, pdok, lbm):
            s.merkt = True
            stapel.enter_context(s)
        pdok.lagen = {LAAG: features(KAART)}
        lbm.bestanden = {ZIP_PAD: (stad.BRONNEN / "leefbaarometer-2024.zip").read_bytes()}
        w = Wereld(cbs, derden, pdok, lbm, tmp_path_factory.mktemp("niets") / "data")
        aanbod = stad.ronde(w.huis())
        assert {r.status for r in aanbod.regels} <= {"nieuw", "niet herkend"}, aanbod.regels
        assert not aanbod.mislukt
        yield w


def test_een_vraag_per_host(wereld: Wereld) -> None:
    """All six sources on four hosts: four questions, no asset, the same publication."""
    oud = publish.lees_actueel(wereld.huis())
    begin = time.perf_counter()
    status, vragen = wereld.ronde()
    duur = time.perf_counter() - begin
    assert status == {"ongewijzigd"}
    assert vragen == {"cbs": 1, "derden": 1, "pdok": 1, "lbm": 1}
    assert publish.lees_actueel(wereld.huis()) == oud
    print(f"\nniets veranderd, zes bronnen, vier hosts: {duur:.2f} s na het laden")


def test_een_vraag_erbij_voor_een_tabel_die_zegt_gewijzigd_te_zijn(wereld: Wereld) -> None:
    """The listing names another moment, the rows are the same: one more question, nothing new."""
    for jaar in (2031, 2032):
        wereld.derden.bakken["47018NED"].infos[0]["Modified"] = f"{jaar}-01-01T02:00:00"
        wereld.derden.vergeet()
        status, vragen = wereld.ronde()
        assert status == {"ongewijzigd"}
        assert vragen == {"cbs": 1, "derden": 2, "pdok": 1, "lbm": 1}
        assert "TypedDataSet" in wereld.derden.verzoeken[-1]
    assert wereld.ronde()[1]["derden"] == 1


def test_zonder_merken_telt_de_lijst(wereld: Wereld) -> None:
    """A host that marks nothing any more: the listing decides, as before."""
    wereld.cbs.merkt = False
    try:
        assert wereld.ronde("kwb") == (
            {"ongewijzigd"},
            {"cbs": 1, "derden": 0, "pdok": 0, "lbm": 0},
        )
    finally:
        wereld.cbs.merkt = True


def test_andere_rijen_worden_gehaald(wereld: Wereld) -> None:
    """Marks that no longer hold: the table is fetched whole, checks and all."""
    bak = wereld.cbs.bakken["86092NED"]
    bak.infos[0]["Modified"] = "2031-01-01T02:00:00"
    bak.rijen[3]["GemiddeldeScore_1"] = bak.rijen[3]["GemiddeldeScore_1"] / 2
    wereld.cbs.vergeet()
    h = wereld.huis("ses_woa")
    aanbod = stad.lees_in(h)
    assert {r.status for r in aanbod.regels} == {"nieuw"}
    assert any("DataProperties" in v for v in wereld.cbs.verzoeken)

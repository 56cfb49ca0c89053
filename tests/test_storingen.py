"""Every fault on every source over OData: recovered to the byte, or stopped by name; never wrong.

By default one of the eight ways in (source, whole table or one gemeente); `make proef` runs all.
Run with `-s` to see the count: faults tried, recovered, stopped, wrong ones published (must be 0).
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from indicators.catalogue import Catalogus
from indicators.contracts import Datamap
from pipelines import listing, live, publish
from pipelines.house import Huis
from pipelines.settings import Instellingen
from pipelines.sources import odata
from tests import stad
from tests.replay import Replay
from tests.replay_bak import Bak, kleine_bak
from tests.replay_lang import LangeBak, bron_bakken
from tests.stad import inhoud, ronde

CODES = ["NL00", "GM0344", "WK034401", *(f"BU034401{n:02d}" for n in range(1, 9))]
BLIJVEND = 99


@dataclass(frozen=True)
class Storing:
    """A fault of the server: where it strikes, how often; `na` as the replay server takes it."""

    naam: str
    soort: str
    bevat: str = "TypedDataSet"
    na: str = ""
    keer: int = 1


EENMALIG = [
    Storing("503", "status", na="503"),
    Storing("429 met Retry-After", "te_druk", na="2"),
    Storing("stilte", "stilte"),
    Storing("afgekapt in een bladzijde", "afgekapt", "$skip="),
    Storing("halve JSON", "halve_json"),
    Storing("dubbele bladzijde", "dubbel", "TypedDataSet?$format=json&$"),
]
BLIJVEND_FOUT = [
    *(replace(s, naam=f"{s.naam}, blijvend", keer=BLIJVEND) for s in EENMALIG),
    Storing("HTML in plaats van JSON", "html"),
    Storing("doorverwijzing naar een andere host", "verwijs", na="http://elders.example{pad}"),
    Storing("vervolg op een andere host", "vreemde_link", na="http://elders.example/x"),
    Storing("gzip-bom", "bom"),
    Storing("leeg antwoord met status 200", "leeg"),
    Storing("tabel bestaat niet meer", "status", "TableInfos", "404"),
    Storing("tabellijst is stuk", "html", "ODataCatalog", keer=BLIJVEND),
]


def _wijzigt(server: Replay, bak: Bak) -> None:
    """The table changes between two requests, with another value in it."""

    def midden(pad: str) -> None:
        if (
            "TypedDataSet" in pad
            and "$skip" in pad
            and bak.infos[0]["Modified"] != "2030-01-01T02:00:00"
        ):
            bak.infos[0]["Modified"] = "2030-01-01T02:00:00"
            bak.rijen[-1] = bak.rijen[-2] | {k: bak.rijen[-1][k] for k in ("ID", "WijkenEnBuurten")}
            server.vergeet()

    server.voor_antwoord = midden


def _hernoemd(_: Replay, bak: Bak) -> None:
    """The first column that is asked has another name, in metadata and rows alike."""
    weg = {"AantalInwoners", "GeregistreerdeMisdrijven", "Eenzaam", "GemiddeldeScore"}
    [topic] = [e for e in bak.eigenschappen if e["Key"].rpartition("_")[0] in weg]
    oud, nieuw = topic["Key"], f"Anders_{topic['Key'].rpartition('_')[2]}"
    topic["Key"] = nieuw
    bak.rijen = [{nieuw if k == oud else k: v for k, v in r.items()} for r in bak.rijen]


def _rij_weg(_: Replay, bak: Bak) -> None:
    del bak.rijen[len(bak.rijen) // 2]


def _andere_tabel(_: Replay, bak: Bak) -> None:
    """The server answers with another table under this number."""
    bak.infos[0]["Identifier"] = "11111NED"


def _tekst(_: Replay, bak: Bak) -> None:
    """The untyped set in place of the typed one: numbers as text."""
    topic = next(e["Key"] for e in bak.eigenschappen if e.get("Datatype") in ("Long", "Double"))
    bak.rijen = [r | {topic: f"{r[topic] or 0:>8}"} for r in bak.rijen]


def _eenheid(_: Replay, bak: Bak) -> None:
    """Another unit than was said: euro for thousands of euro, shares for percentages."""
    maal = {"GemiddeldeWOZWaardeVanWoningen": 1e6, "Eenzaam": 1e-3, "GemiddeldeScore": 1e3,
            "GeregistreerdeMisdrijven": 1.0}  # fmt: skip
    [topic] = [e["Key"] for e in bak.eigenschappen if e["Key"].rpartition("_")[0] in maal]
    keer = maal[topic.rpartition("_")[0]]
    for rij in bak.rijen:
        totaal = str(rij.get("SoortMisdrijf", "")).strip() == "0.0.0"  # counted twice
        rij[topic] = None if rij[topic] is None else rij[topic] * (2 if totaal else keer)


def _vorig_jaar(_: Replay, bak: Bak) -> None:
    """Last year's data under this year's number."""
    if isinstance(bak, LangeBak):
        anders = {p: p.replace("2024", "2023") for p in bak.leden["Perioden"]}
        bak.leden["Perioden"] = list(anders.values())
        for rij in bak.rijen:
            rij["Perioden"] = anders[rij["Perioden"]]
    else:
        bak.infos[0]["Period"] = "2023"


VERANDERD = {
    "andere eenheid": _eenheid,
    "gegevens van vorig jaar": _vorig_jaar,
    "verandert tussen twee vragen": _wijzigt,
    "kolom hernoemd": _hernoemd,
    "rij verdwenen": _rij_weg,
    "andere tabel onder dit nummer": _andere_tabel,
    "tekst waar getallen horen": _tekst,
}


def _bakken(cat: Catalogus) -> dict[str, Bak]:
    return {"kwb": kleine_bak("85984NED", 2024, CODES), **bron_bakken(cat, CODES, 2024)}


BRONNEN = ("kwb", "politie", "rivm", "ses_woa")


def _catalogus() -> Catalogus:
    """The catalogue with one table per source: the one that the server has."""
    cat = stad.CAT
    een = {b: next(iter(bak.infos))["Identifier"] for b, bak in _bakken(cat).items()}
    bronnen = dict(cat.bronnen)
    for naam, tabel in een.items():
        bron = bronnen[naam]
        meer = {t: u for t, u in bron.meerjarig.items() if t == tabel}
        per_jaar = {j: t for j, t in bron.tabellen.items() if t in (tabel, "85618NED")}
        bronnen[naam] = bron.model_copy(update={"meerjarig": meer, "tabellen": per_jaar})
    return replace(cat, bronnen=bronnen)


CAT = _catalogus()
TELLING: Counter[str] = Counter()


@pytest.fixture(scope="module", autouse=True)
def telling() -> Iterator[None]:
    """Prints the count at the end."""
    TELLING.clear()
    yield
    print("\nstoringen:", ", ".join(f"{n} {k}" for k, n in sorted(TELLING.items())))
    assert TELLING["fout gepubliceerd"] == 0


@pytest.fixture(autouse=True)
def _ongeduldig(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asks as in earnest, with short patience and without sleeping."""
    echt = listing.adres

    def snel(huis: Huis, bron):
        return replace(
            echt(huis, bron),
            wachttijd=0.3,
            hoogste_duur=0.5,
            pauze=0.0,
            hoogste_bytes=5_000_000,
            slaap=lambda _: None,
        )

    monkeypatch.setattr(listing, "adres", snel)


def maak_huis(map_: Path, server: Replay, code: str, bron: str, *jaren: int) -> Huis:
    adres = f"http://{server.host}"
    inst = Instellingen(Datamap(map_), cbs_adres=adres, dataderden_adres=adres)
    h = Huis(inst, CAT, gemeenten=[code], bronnen=[bron], jaren=list(jaren))
    h.klok = lambda: datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
    return h


class Toneel:
    """A server with last year published and a source to ask; the clean result to compare with."""

    def __init__(self, map_: Path, bron: str, code: str) -> None:
        self.map, self.bron, self.code = map_, bron, code
        self.server = Replay(kleine_bak("85618NED", 2023, CODES), bladzijde=4)
        self.server.__enter__()
        self.zet()
        oud = maak_huis(map_ / "oud", self.server, code, "kwb", 2023)
        assert [r.status for r in ronde(oud).regels] == ["nieuw"]
        self.oud = inhoud(oud)
        schoon = self.kopie("schoon")
        assert {r.status for r in ronde(schoon).regels} == {"nieuw"}, schoon.aanbod
        self.schoon = inhoud(schoon)
        assert self.schoon != self.oud

    def zet(self) -> Bak:
        """The source's table as it should be, and no faults."""
        bak = _bakken(CAT)[self.bron]
        self.server.bakken[bak.tabel_id] = bak
        self.server.storingen.clear()
        self.server.voor_antwoord = lambda _: None
        self.server.vergeet()
        return bak

    def kopie(self, naam: str) -> Huis:
        doel = self.map / naam
        shutil.rmtree(doel, ignore_errors=True)
        shutil.copytree(self.map / "oud", doel)
        return maak_huis(doel, self.server, self.code, self.bron, 2024)

    def speel(self, naam: str) -> tuple[str, str]:
        """One refresh under a fault: how it ended, and what was said."""
        h = self.kopie("proef")
        aanbod = ronde(h)
        na = inhoud(h)
        gezegd = " ".join(r.uitleg for r in aanbod.mislukt)
        uitkomst = {self.schoon: "hersteld", self.oud: "gestopt"}.get(na, "fout gepubliceerd")
        if uitkomst == "gestopt":
            assert aanbod.mislukt, naam
            assert self.server.bakken and publish.verifieer(h)
            assert any(w in gezegd for w in ("NED", "tabellijst")), gezegd
        TELLING.update(["geprobeerd", uitkomst])
        return uitkomst, gezegd

    def herstelt_daarna(self) -> None:
        """With the fault over, the next run on the same folder ends as the clean one."""
        self.zet()
        h = maak_huis(self.map / "proef", self.server, self.code, self.bron, 2024)
        ronde(h)
        assert inhoud(h) == self.schoon


GEWOON = (("rivm", "GM0344"),)
WEGEN = [
    pytest.param((b, c), marks=[] if (b, c) in GEWOON else pytest.mark.proef, id=f"{b}-{c}")
    for b in BRONNEN
    for c in (live.LAND, "GM0344")
]


@pytest.fixture(scope="module", params=WEGEN)
def toneel(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    bron, code = request.param
    plek = pytest.MonkeyPatch()
    echt = listing.adres
    plek.setattr(listing, "adres", lambda h, b: replace(echt(h, b), pauze=0.0))
    t = Toneel(tmp_path_factory.mktemp("toneel"), bron, code)
    plek.undo()
    yield t
    t.server.__exit__()


@pytest.mark.parametrize("storing", EENMALIG, ids=lambda s: s.naam)
def test_eenmalig_herstelt_tot_op_de_byte(toneel: Toneel, storing: Storing) -> None:
    toneel.zet()
    toneel.server.storing(storing.bevat, storing.soort, storing.keer, storing.na)
    uitkomst, gezegd = toneel.speel(storing.naam)
    assert uitkomst == "hersteld", gezegd
    assert toneel.server.storingen[0].keer == 0


@pytest.mark.parametrize("storing", BLIJVEND_FOUT, ids=lambda s: s.naam)
def test_blijvend_stopt_met_naam_en_het_oude_blijft(toneel: Toneel, storing: Storing) -> None:
    toneel.zet()
    toneel.server.storing(storing.bevat, storing.soort, storing.keer, storing.na)
    uitkomst, gezegd = toneel.speel(storing.naam)
    assert uitkomst == "gestopt", gezegd
    if storing.soort == "status":
        toneel.herstelt_daarna()


@pytest.mark.parametrize("wat", VERANDERD)
def test_veranderde_tabel_stopt_met_naam(toneel: Toneel, wat: str) -> None:
    bak = toneel.zet()
    VERANDERD[wat](toneel.server, bak)
    uitkomst, gezegd = toneel.speel(wat)
    assert uitkomst == "gestopt", (wat, gezegd)
    if wat in ("rij verdwenen", "gegevens van vorig jaar"):
        toneel.herstelt_daarna()


def test_verkeerd_aangevulde_sleutel(toneel: Toneel, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty answer with status 200 is not an empty gemeente."""
    if toneel.code == live.LAND:
        pytest.skip("de hele tabel heeft geen filter")
    toneel.zet()
    monkeypatch.setattr(odata, "_filter", lambda c: f"WijkenEnBuurten eq '{c}'")
    uitkomst, gezegd = toneel.speel("verkeerd aangevulde sleutel")
    assert uitkomst == "gestopt" and "spaties tot tien tekens" in gezegd

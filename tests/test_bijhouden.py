"""What changed decides what is fetched: one listing per host, and nothing heavy for nothing new."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from indicators.contracts import DATA_VARIABELE, Datamap
from pipelines import freshness, listing, messages, publish, refresh, schedules, settings
from pipelines.definitions import activa, controles, defs
from pipelines.house import Huis
from pipelines.reread import herlees
from pipelines.settings import Instellingen
from tests.replay import Replay
from tests.replay_bak import Bak, kleine_bak
from tests.replay_lang import bron_bakken
from tests.stad import CAT, open_publicatie
from tests.test_storingen import CAT as VIER
from tests.test_storingen import CODES

NU = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def _bakken() -> list[Bak]:
    """Two years of one source on one host, and another source."""
    tafels = [kleine_bak(t, j, CODES) for t, j in (("85618NED", 2023), ("85984NED", 2024))]
    return [*tafels, bron_bakken(CAT, CODES, 2024)["ses_woa"]]


@pytest.fixture(scope="module")
def _server():
    with Replay(*_bakken(), bladzijde=6) as s:
        yield s


@pytest.fixture
def bakken(_server: Replay) -> list[Bak]:
    """The tables as they were at first, without faults."""
    verse = _bakken()
    _server.bakken = {b.tabel_id: b for b in verse}
    _server.storingen.clear()
    _server.verzoeken.clear()
    _server.vergeet()
    return verse


@pytest.fixture
def server(_server: Replay, bakken: list[Bak]) -> Replay:
    return _server


@pytest.fixture(scope="module")
def _ingelezen(_server: Replay, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All tables taken in and published, once."""
    map_ = tmp_path_factory.mktemp("bijhouden") / "data"
    eerst = refresh.ververs(maak(map_, _server), kortstondig=True)
    assert [r.status for r in eerst.regels] == ["nieuw"] * 3 and not eerst.mislukt
    return map_


@pytest.fixture
def ingelezen(_ingelezen: Path, server: Replay, tmp_path: Path) -> Path:
    """An own copy of a data folder in which all tables were taken in."""
    shutil.copytree(_ingelezen, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture(autouse=True)
def _kort(monkeypatch: pytest.MonkeyPatch) -> None:
    echt = listing.adres
    monkeypatch.setattr(
        listing,
        "adres",
        lambda h, b: replace(echt(h, b), pauze=0.0, wachttijd=0.4, slaap=lambda _: None),
    )


def maak(map_: Path, server: Replay, dag: int = 0, **vraag) -> Huis:
    adres = f"http://{server.host}"
    inst = Instellingen(Datamap(map_), cbs_adres=adres, dataderden_adres=adres)
    h = Huis(inst, VIER, **({"bronnen": ["kwb", "ses_woa"]} | vraag))
    h.klok = lambda: NU + timedelta(days=dag)
    return h


def lijstvragen(server: Replay) -> list[str]:
    return [v for v in server.verzoeken if v.startswith("/ODataCatalog")]


def test_niets_veranderd_is_een_vraag_per_host(ingelezen: Path, server: Replay) -> None:
    """The second run: no table is asked, no asset runs, the publication stays."""
    oud = publish.lees_actueel(maak(ingelezen, server))
    server.verzoeken.clear()
    begin = time.process_time()
    weer = refresh.ververs(maak(ingelezen, server, dag=1), kortstondig=True)
    assert time.process_time() - begin < 5
    assert server.verzoeken == lijstvragen(server) and len(server.verzoeken) == 1
    assert [r.status for r in weer.regels] == ["ongewijzigd"] * 3
    assert publish.lees_actueel(maak(ingelezen, server)) == oud


def test_alleen_wat_veranderde_wordt_gevraagd(
    ingelezen: Path, server: Replay, bakken: list[Bak]
) -> None:
    bakken[1].infos[0]["Modified"] = "2026-06-01T02:00:00"
    bakken[1].rijen[3][bakken[1].sleutel("Bevolking/AantalInwoners")] = 77.0
    server.vergeet()
    server.verzoeken.clear()
    weer = refresh.ververs(maak(ingelezen, server), kortstondig=True)
    assert {r.bestand: r.status for r in weer.regels} == {
        "cbs/85618NED/NL00": "ongewijzigd",
        "cbs/85984NED/NL00": "nieuw",
        "cbs/86092NED/NL00": "ongewijzigd",
    }
    assert {v.split("/")[3] for v in server.verzoeken if "ODataFeed" in v} == {"85984NED"}


@pytest.mark.proef
def test_een_mislukte_bron_houdt_de_andere_niet_op_en_neemt_niets_weg(
    ingelezen: Path, server: Replay, bakken: list[Bak]
) -> None:
    """The failed one keeps what it had; the next run asks only for it, from where it broke off."""
    for bak in bakken[1:]:
        bak.infos[0]["Modified"] = "2026-06-01T02:00:00"
        sleutel = next(
            e["Key"] for e in bak.eigenschappen if e.get("Datatype") in ("Long", "Double")
        )
        bak.rijen[3][sleutel] = (bak.rijen[3][sleutel] or 1) / 2
    server.vergeet()
    server.storing("85984NED/TypedDataSet?$format=json&$skip=6", "status", keer=99, na="503")
    h = maak(ingelezen, server)
    half = refresh.ververs(h, kortstondig=True)
    assert {r.bestand: r.status for r in half.regels if r.status != "ongewijzigd"} == {
        "cbs/85984NED/NL00": "mislukt",
        "cbs/86092NED/NL00": "nieuw",
    }
    assert "503" in half.mislukt[0].uitleg and "85984NED" in half.mislukt[0].uitleg
    bronnen = {(x.bron, x.jaar) for x in h.opslag.register() if x.status == "opgenomen"}
    assert bronnen == {("kwb", 2023), ("kwb", 2024), ("ses_woa", 2024)}
    server.storingen.clear()
    server.verzoeken.clear()
    refresh.ververs(maak(ingelezen, server), kortstondig=True)
    rijen = [v for v in server.verzoeken if "TypedDataSet" in v]
    assert rijen == ["/ODataFeed/odata/85984NED/TypedDataSet?$format=json&$skip=6"]
    assert not list((ingelezen / "raw" / "bezig").iterdir())


@pytest.mark.proef
def test_alles_slaat_over_wat_de_server_niet_heeft_en_haalt_de_rest(
    tmp_path: Path, server: Replay
) -> None:
    """A table that does not exist is named; every other one is published in the same run."""
    del server.bakken["85618NED"]
    h = maak(tmp_path, server, bronnen=[], alle=True, jaren=[2023, 2024])
    aanbod = refresh.ververs(h, kortstondig=True)
    stand = {r.bestand: r.status for r in aanbod.regels}
    assert stand["cbs/85984NED/NL00"] == stand["cbs/86092NED/NL00"] == "nieuw"
    assert stand["cbs/85618NED/NL00"] == "mislukt"
    [weg] = [r for r in aanbod.mislukt if "85618NED" in r.bestand]
    assert "404" in weg.uitleg and "niet (meer)" in weg.uitleg
    assert publish.verifieer(h)


@pytest.mark.proef
def test_jaren_kiezen(tmp_path: Path, server: Replay) -> None:
    h = maak(tmp_path, server, bronnen=["kwb"], jaren=[2024])
    assert [r.jaar for r in refresh.ververs(h, kortstondig=True).regels] == [2024]


@pytest.mark.proef
def test_tabel_zonder_de_gevraagde_jaren_is_geen_storing(tmp_path: Path, server: Replay) -> None:
    """A table of many years that lacks the asked one: said, remembered, and not asked again."""
    for n in range(2):
        server.verzoeken.clear()
        weer = refresh.ververs(maak(tmp_path, server, jaren=[2023]), kortstondig=True)
        [regel] = [r for r in weer.regels if "86092NED" in r.bestand]
        assert (regel.status, regel.uitleg) == ("andere jaren", "gaat over 2024")
        assert not weer.mislukt and bool(n) == (server.verzoeken == lijstvragen(server))


def test_wat_heel_is_ingelezen_wordt_voor_een_jaar_niet_opnieuw_gehaald(
    ingelezen: Path, server: Replay
) -> None:
    server.verzoeken.clear()
    weer = refresh.ververs(maak(ingelezen, server, jaren=[2024]), kortstondig=True)
    assert {r.status for r in weer.regels} == {"ongewijzigd"}
    for bronnen, status in ((["kwb", "ses_woa"], "andere jaren"), (["ses_woa"], "mislukt")):
        h = maak(ingelezen, server, bronnen=bronnen, jaren=[2015])
        assert [r.status for r in refresh.ververs(h, kortstondig=True).regels] == [status]
    assert server.verzoeken == lijstvragen(server)


@pytest.mark.proef
def test_een_bron_die_een_controle_tegenhoudt_houdt_de_andere_niet_op(
    ingelezen: Path, server: Replay, bakken: list[Bak]
) -> None:
    """What cannot be true of one source is left out by name; what else came is published."""
    goed = [dict(r) for r in bakken[1].rijen]
    bakken[1].rijen[5][bakken[1].sleutel("Huurwoningen/InBezitWoningcorporatie")] = 250.0
    bakken[2].rijen[3]["GemiddeldeScore_1"] = 0.123
    for n in (1, 2):
        bakken[n].infos[0]["Modified"] = "2026-08-01T02:00:00"
    server.vergeet()
    h = maak(ingelezen, server)
    weer = refresh.ververs(h, kortstondig=True)
    [mis] = weer.mislukt
    assert mis.bestand == "cbs/85984NED/NL00" and "InBezitWoningcorporatie" in mis.uitleg
    with open_publicatie(h) as con:
        rijen = con.execute("SELECT bron FROM out_waarde WHERE waarde IN (0.123, 250)").fetchall()
    assert rijen == [("ses_woa",)]
    bakken[1].rijen = goed
    bakken[1].infos[0]["Modified"] = "2026-08-02T02:00:00"
    server.vergeet()
    daarna = refresh.ververs(maak(ingelezen, server), kortstondig=True)
    assert not daarna.mislukt and publish.verifieer(h)


def test_kapot_geheugen_vraagt_alles_opnieuw(ingelezen: Path, server: Replay) -> None:
    (ingelezen / "raw" / "bekeken.json").write_text("[1,")
    server.verzoeken.clear()
    weer = refresh.ververs(maak(ingelezen, server), kortstondig=True)
    assert [r.status for r in weer.regels] == ["ongewijzigd"] * 3
    assert any("TypedDataSet" in v for v in server.verzoeken)


def test_niets_nieuws_laadt_geen_dagster(tmp_path: Path, server: Replay) -> None:
    """On the command line: what decides is light, Dagster stays unloaded."""
    h = maak(tmp_path, server, bronnen=["kwb"], jaren=[2024])
    h.catalogus = CAT  # the command line reads the catalogue itself
    assert refresh.ververs(h, kortstondig=True).nieuw
    code = (
        "import sys\nfrom pipelines import cli\n"
        "try: cli.app(['refresh', '--bron', 'kwb', '--jaren', '2024'], standalone_mode=False)\n"
        "finally: print('ZWAAR', sorted({'dagster', 'cbsodata'} & set(sys.modules)))"
    )
    uit = subprocess.run(
        [sys.executable, "-c", code],
        env={
            **os.environ,
            DATA_VARIABELE: str(tmp_path),
            "TELVERTEL_CBS": f"http://{server.host}",
            "TELVERTEL_DATADERDEN": f"http://{server.host}",
        },
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert uit.returncode == 0, uit.stderr
    assert "ongewijzigd" in uit.stdout and "ZWAAR []" in uit.stdout


# -- Dagster: rhythm, sensor, freshness ----------------------------------------------------------


def test_schema_per_bron_met_live_route() -> None:
    met_route = {b.id for b in CAT.bronnen.values() if listing.heeft_route(b)}
    namen = {s.name for s in defs.schedules or ()}
    assert namen == {f"kijk_{b}" for b in met_route} and "kijk_kwb" in namen
    for schema in defs.schedules or ():
        assert isinstance(schema, dg.ScheduleDefinition)
        assert schema.execution_timezone == "Europe/Amsterdam" and schema.description


def test_schema_vraagt_zijn_bron(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATA_VARIABELE, str(tmp_path))
    (tmp_path / "instellingen").mkdir()
    (tmp_path / "instellingen" / "vrijgave.yaml").write_text("gemeenten: [GM0344]\n")
    [schema] = [s for s in defs.schedules or () if s.name == "kijk_kwb"]
    uit = schema.evaluate_tick(dg.build_schedule_context())  # type: ignore[union-attr]
    [vraag] = uit.run_requests
    assert vraag.run_config == schedules.run_config(["kwb"], ["GM0344"])


def test_sensor_merkt_een_gewijzigde_tabel(
    ingelezen: Path, server: Replay, bakken: list[Bak], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing changed: skips. Changed: one run for that source. No answer: skips and says so."""
    monkeypatch.setattr(schedules.settings, "lees", lambda: maak(ingelezen, server).instellingen)
    [sensor] = defs.sensors or ()

    def kijk() -> list[object]:
        with dg.build_sensor_context() as context:
            return list(sensor(context))  # type: ignore[operator]

    assert "geen tabel is gewijzigd" in str(kijk()[0])
    bakken[2].infos[0]["Modified"] = "2026-07-01T02:00:00"
    server.vergeet()
    [vraag] = kijk()
    assert isinstance(vraag, dg.RunRequest) and vraag.tags["tabellen"] == "86092NED"
    assert vraag.run_config["resources"]["huis"]["config"]["bronnen"] == ["ses_woa"]
    bakken[1].infos[0]["Modified"] = "2026-07-01T02:00:00"
    server.vergeet()
    config = [v.run_config["resources"]["huis"]["config"] for v in kijk()]
    assert {"bronnen": ["kwb"], "gemeenten": [], "jaren": [2024]} in config  # not every year
    server.storing("ODataCatalog", "html", keer=99)
    assert "niet bekeken" in str(kijk()[0])


def test_rooster_onthoudt_en_meldt_als_een_ronde_met_de_hand(
    tmp_path: Path, server: Replay, bakken: list[Bak], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job that schedules and sensor start: what it took in is remembered, what failed is told.

    Without that every schedule fetches all anew, the sensor never sees a change, and nobody hears.
    """
    inst = maak(tmp_path, server).instellingen
    monkeypatch.setattr(settings, "lees", lambda: inst)
    gezegd: list[str] = []
    zeg = lambda _, m: gezegd.extend(x.tekst() for x in m) or []  # noqa: E731
    monkeypatch.setattr(messages, "verstuur", zeg)
    klaar = defs.resolve_job_def("verversen").execute_in_process(
        run_config=schedules.run_config(["ses_woa"], []),
        instance=dg.DagsterInstance.ephemeral(),
        raise_on_error=False,
    )
    assert klaar.success and publish.lees_actueel(Huis(inst)) is not None
    [melding] = gezegd  # the server has one of the tables: the others failed, in one message
    assert "85163NED" in melding and "tabellen" in melding and "Wat te doen" in melding
    assert schedules.gewijzigd(Huis(inst)) == {}
    bakken[2].infos[0]["Modified"] = "2026-07-01T02:00:00"
    server.vergeet()
    assert list(schedules.gewijzigd(Huis(inst))) == ["ses_woa"]


@pytest.mark.parametrize(("dagen", "kleur"), [(1, "groen"), (46, "oranje"), (121, "rood")])
def test_bron_kleurt_met_de_tijd(ingelezen: Path, server: Replay, dagen: int, kleur: str) -> None:
    h = maak(ingelezen, server, dag=dagen)
    welke, zin = freshness.oordeel(h, CAT.bronnen["kwb"])
    assert welke == kleur and ("gisteren" if dagen == 1 else f"{dagen} dagen geleden") in zin


@pytest.mark.proef
def test_mislukte_ronde_kleurt_oranje_in_dagster(tmp_path: Path, server: Replay) -> None:
    """Through Dagster itself: the check warns by name, the run goes on and publishes the rest."""
    refresh.ververs(maak(tmp_path, server, bronnen=["kwb"]), kortstondig=True)
    server.storing("86092NED", "html", keer=99)
    h = maak(tmp_path, server, bronnen=["kwb", "ses_woa"])
    uit = dg.materialize(
        [*activa(VIER), *controles(VIER)],
        resources={"huis": h},
        instance=dg.DagsterInstance.ephemeral(),
        raise_on_error=False,
    )
    assert uit.success
    [vers] = [e for e in uit.get_asset_check_evaluations()
              if e.check_name == "vers" and e.asset_key.to_user_string() == "raw_kwb"]  # fmt: skip
    assert vers.passed
    welke, zin = freshness.oordeel(h, VIER.bronnen["ses_woa"])
    assert welke == "rood" and "86092NED" in zin


def test_bekeken_is_leesbaar(ingelezen: Path, server: Replay) -> None:
    """What is remembered names source, moment of the listing and moment of looking."""
    bekeken = json.loads((ingelezen / "raw" / "bekeken.json").read_text())
    assert {r["bron"] for r in bekeken.values()} == {"kwb", "ses_woa"}
    assert all(r["op"] == NU.isoformat() and r["lijst"] for r in bekeken.values())


@pytest.mark.proef
def test_indeling_van_een_tabel_die_de_gebruiker_zegt(ingelezen: Path, server: Replay) -> None:
    """Nobody knows the boundaries of 50120NED: passed over by name until this installation says."""
    bak = bron_bakken(CAT, CODES, 2024)["rivm"]
    bak.tabel_id = bak.infos[0]["Identifier"] = "50120NED"
    server.bakken["50120NED"] = bak
    server.vergeet()
    bron = CAT.bronnen["rivm"].model_copy(update={"meerjarig": {"50120NED": "vier jaren"}})

    def vraag() -> Huis:
        h = maak(ingelezen, server, bronnen=["rivm"])
        h.catalogus = replace(VIER, bronnen=VIER.bronnen | {"rivm": bron})
        return h

    h = vraag()
    assert refresh.ververs(h, kortstondig=True).regels == []
    [zin] = [o for o in h.opmerkingen if "50120NED" in o]
    assert "vrijgave.yaml, zoals indeling_van: {50120NED: 2022}" in zin
    h.datamap.vrijgave.parent.mkdir(exist_ok=True)
    h.datamap.vrijgave.write_text("indeling_van: {50120NED: 2022}\n")
    for status in ("nieuw", "ongewijzigd"):
        assert [r.status for r in refresh.ververs(vraag(), kortstondig=True).regels] == [status]
    [levering] = [x for x in h.opslag.register() if x.bron == "rivm"]
    assert (levering.jaar, levering.grensjaar, levering.indeling) == (2024, 2022, 2022)
    assert herlees(vraag(), levering).grensjaar == 2022

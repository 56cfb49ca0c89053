"""Protects: pages always read one whole publication, also while publications swap."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.snapshot import GebiedOnbekend, GeenPublicatie, Snapshots, lees_publicatie
from indicators.contracts import Datamap
from tests import publicatie_klein as klein


@pytest.fixture(scope="module")
def gebouwd(tmp_path_factory: pytest.TempPathFactory) -> Datamap:
    """Both small publications, the first one current."""
    datamap = Datamap(tmp_path_factory.mktemp("klein"))
    klein.schrijf(datamap, 2)
    klein.schrijf(datamap, 1)
    return datamap


@pytest.fixture
def snapshots(gebouwd: Datamap) -> Iterator[Snapshots]:
    bron = Snapshots(gebouwd)
    _wijs(gebouwd, 1)
    yield bron
    bron.sluit()
    _wijs(gebouwd, 1)


def _wijs(datamap: Datamap, deel: int) -> str:
    bestand = sorted(datamap.published.glob("*.duckdb"))[deel - 1]
    klein.wijs(datamap, bestand, "2026-03-12T08:30:00+00:00", "x")
    return bestand.stem


def test_a_page_has_figures_reference_scores_and_origin(snapshots: Snapshots) -> None:
    with snapshots.lezing() as lezing:
        buurt = lezing.buurt(klein.BUURT)
    assert buurt.gebied.naam == "De Wielen"
    assert buurt.referentie is not None and buurt.referentie.gebied == klein.GEMEENTE
    assert [w.jaar for w in buurt.reeks("bijstand_per_1000")] == [2021, 2022, 2023]
    assert buurt.waarden[klein.GECORRIGEERD].waarde == 61
    assert {s.knoop for s in buurt.scores} >= {"kwetsbaarheid", "overlast_en_onveiligheid"}
    assert [h.bron for h in buurt.herkomst] == ["kwb"] * 3


def test_newest_is_the_newest_year_with_a_figure_and_missing_stays_missing(
    snapshots: Snapshots,
) -> None:
    with snapshots.lezing() as lezing:
        buurt, eik = lezing.buurt(klein.BUURT), lezing.buurt(klein.KLEIN)
    wmo = buurt.nieuwste("wmo_per_1000")
    assert wmo is not None and wmo.jaar == 2022
    assert buurt.reeks("wmo_per_1000")[-1].ontbreekt_door == "niet_gepubliceerd"
    geheim = eik.nieuwste("corporatiewoningen_pct")
    assert geheim is not None and geheim.waarde is None and geheim.ontbreekt_door == "geheim"
    assert buurt.nieuwste("leefbaarometer_afwijking_score") is None


def test_an_older_grensjaar_shows_no_later_figures(snapshots: Snapshots) -> None:
    with snapshots.lezing() as lezing:
        assert {j for _, j in lezing.buurt(klein.BUURT, 2022).waarden} == {2021, 2022}


def test_successors_and_predecessors_are_known_both_ways(snapshots: Snapshots) -> None:
    with snapshots.lezing() as lezing:
        assert [o.naar for o in lezing.buurt(klein.GESPLITST).opvolgers] == list(klein.DELEN)
        assert [o.van for o in lezing.buurt(klein.DELEN[0]).voorgangers] == [klein.GESPLITST]


def test_what_is_read_of_one_area_is_what_is_read_of_many(snapshots: Snapshots) -> None:
    """The page asks by a shorter way than the map and the lists: no join, no overlap."""
    with snapshots.lezing() as lezing:
        alle = {g.gebied: g for g in lezing.gebieden()}
        assert {code: lezing.gebied(code) for code in alle} == alle
        assert lezing.gebied(klein.BUURT).wijknaam == "Noorderkwartier"
        breuken = lezing.breuken(list(alle))
        assert {code: lezing.breuken([code])[code] for code in alle} == breuken
        assert lezing.nieuwste_grensjaar() == max(g.grensjaar for g in alle.values())


def test_an_unknown_area_or_year_says_what_there_is(snapshots: Snapshots) -> None:
    with snapshots.lezing() as lezing:
        with pytest.raises(GebiedOnbekend) as fout:
            lezing.buurt(klein.BUURT, 2012)
        assert fout.value.grensjaren == (2021, 2022, 2023)
        with pytest.raises(GebiedOnbekend) as fout:
            lezing.buurt("BU00000000")
        assert fout.value.grensjaren == ()


def test_without_a_pointer_it_says_so_and_starts_when_there_is_one(tmp_path: Path) -> None:
    bron = Snapshots(Datamap(tmp_path))
    with pytest.raises(GeenPublicatie, match=r"actueel\.json is er niet"), bron.lezing():
        pass
    klein.schrijf(Datamap(tmp_path), 1)
    with bron.lezing() as lezing:
        assert lezing.publicatie.fictief
    bron.sluit()


@pytest.mark.parametrize(
    "tekst",
    [
        "{",
        "[]",
        json.dumps({"bestand": "weg.duckdb", "sha256": "0" * 64, "publicatie": "weg",
                    "gemaakt_op": "x", "catalogus_hash": "x"}),
        json.dumps({"bestand": "../../etc/passwd", "sha256": "0" * 64, "publicatie": "weg",
                    "gemaakt_op": "x", "catalogus_hash": "x"}),
    ],
)  # fmt: skip
def test_a_broken_pointer_leaves_the_last_good_publication_in_use(
    gebouwd: Datamap, snapshots: Snapshots, tekst: str
) -> None:
    with snapshots.lezing() as lezing:
        voor = lezing.publicatie.publicatie
    gebouwd.actueel.write_text(tekst, encoding="utf-8")
    with snapshots.lezing() as lezing:
        assert lezing.publicatie.publicatie == voor
    assert snapshots.fout is not None and "actueel.json" in snapshots.fout


def test_a_truncated_publication_does_not_go_live(gebouwd: Datamap, snapshots: Snapshots) -> None:
    with snapshots.lezing() as lezing:
        voor = lezing.publicatie.publicatie
    stuk = gebouwd.published / "stuk.duckdb"
    stuk.write_bytes(sorted(gebouwd.published.glob("2*.duckdb"))[0].read_bytes()[:20_000])
    klein.wijs(gebouwd, stuk, "x", "x")
    try:
        with snapshots.lezing() as lezing:
            assert lezing.publicatie.publicatie == voor
    finally:
        stuk.unlink()


def test_a_request_keeps_its_publication_and_the_old_one_closes_after_it(
    gebouwd: Datamap, snapshots: Snapshots
) -> None:
    with snapshots.lezing() as eerste:
        oud = eerste.publicatie.publicatie
        nieuw = _wijs(gebouwd, 2)
        with snapshots.lezing() as tweede:
            assert tweede.publicatie.publicatie == nieuw != oud
            assert tweede.buurt(klein.BUURT).waarden[klein.GECORRIGEERD].waarde == 74
        assert eerste.buurt(klein.BUURT).waarden[klein.GECORRIGEERD].waarde == 61
        assert len(snapshots._oud) == 1
    assert snapshots._oud == []


def test_eight_threads_read_while_publications_swap(gebouwd: Datamap, snapshots: Snapshots) -> None:
    """No failed request, and never figures of two publications in one request."""
    hoort = {sorted(gebouwd.published.glob("*.duckdb"))[n].stem: w for n, w in ((0, 61), (1, 74))}
    klaar = threading.Event()
    mis: list[str] = []
    gelezen: set[str] = set()
    keren = [0]

    def lees() -> None:
        while not klaar.is_set():
            try:
                with snapshots.lezing() as lezing:
                    een = lezing.buurt(klein.BUURT)
                    twee = lezing.waarden([klein.BUURT], [klein.GECORRIGEERD[0]])
                    wie = lezing.publicatie.publicatie
                waarden = {
                    een.waarden[klein.GECORRIGEERD].waarde,
                    next(w.waarde for w in twee if w.jaar == klein.GECORRIGEERD[1]),
                }
                if waarden != {hoort[wie]}:
                    mis.append(f"{wie}: {waarden}")
                gelezen.add(wie)
                keren[0] += 1
            except Exception as fout:
                mis.append(repr(fout))

    draden = [threading.Thread(target=lees) for _ in range(8)]
    for draad in draden:
        draad.start()
    for n in range(24):
        _wijs(gebouwd, 2 - n % 2)
        time.sleep(0.08)
    klaar.set()
    for draad in draden:
        draad.join()
    assert mis == []
    assert gelezen == set(hoort)
    assert keren[0] > 24
    assert snapshots._oud == []


def test_a_publication_can_be_read_by_its_id_also_when_it_is_not_current(gebouwd: Datamap) -> None:
    with lees_publicatie(gebouwd, "20260920-klein-2") as lezing:
        assert lezing.nieuwste_grensjaar() == 2024
    with (
        pytest.raises(GeenPublicatie, match="bestaat-niet"),
        lees_publicatie(gebouwd, "bestaat-niet"),
    ):
        pass

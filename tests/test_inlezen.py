"""From files to `out_waarde`: what adds up, what replaces, what contradicts, what is taken away."""

from __future__ import annotations

import shutil
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from indicators import contracts
from indicators.contracts import Actueel
from pipelines import cli, intake, publish, refresh
from pipelines.house import Huis
from pipelines.sources.tabel import BronFout
from pipelines.warehouse import WarehouseFout
from tests.stad import (
    BRONNEN,
    Rijen,
    Stad,
    excel,
    huis,
    kwb,
    lees_in,
    nog_eens,
    open_publicatie,
    ververs,
    vraag,
)

BUURT = kwb(2023)[5][0]
"""The buurt in row 6 of the KWB files; `kwb(kolom=...)` changes its cells."""
OUT = [t for t in contracts.OUT if not t.startswith("out_meta__") and t != "out_waarde_kaart"]


@pytest.fixture
def data(dorp: Stad, tmp_path: Path) -> Huis:
    """A published data folder with the town's KWB files of 2022 and 2023."""
    return dorp.kopie(tmp_path / "data", "publicatie")


def cijfers_van(h: Huis) -> Actueel:
    """A refresh of a house that was published before, of the figures alone: no scores, no maps."""
    return ververs(h, "out_gebied", "out_gebied_opvolger", "out_waarde")


def leg(map_: Path, **bestanden: bytes) -> Path:
    """A folder with `NAAM.xlsx` files."""
    map_.mkdir(exist_ok=True)
    for naam, inhoud in bestanden.items():
        (map_ / f"{naam.replace('_', '-')}.xlsx").write_bytes(inhoud)
    return map_


def kwb_2023(**anders: object) -> bytes:
    return excel(kwb(2023, **anders), "kwb-2023")


def waarde(h: Huis, gebied: str, indicator: str, jaar: int = 2023) -> tuple:
    """Value, kind of missing and source of a figure in the current publication."""
    with open_publicatie(h) as con:
        rijen = con.execute(
            "SELECT waarde, ontbreekt_door, bron FROM out_waarde "
            "WHERE gebied = ? AND indicator = ? AND jaar = ?",
            [gebied, indicator, jaar],
        ).fetchall()
    assert len(rijen) == 1
    return rijen[0]


def leveringen(h: Huis) -> list[tuple[str, int]]:
    """File and year of each delivery in the current publication."""
    with open_publicatie(h) as con:
        return con.execute("SELECT bestand, jaar FROM out_meta__herkomst ORDER BY ALL").fetchall()


def alles(h: Huis, *tabellen: str) -> dict[str, list[tuple]]:
    """Every row of the out tables in the warehouse."""
    return {t: vraag(h, f"SELECT * FROM {t} ORDER BY ALL") for t in tabellen or OUT}


# -- what adds up, what replaces -----------------------------------------------------------------


def test_inlezen_is_cumulatief(data: Huis) -> None:
    """A refresh with another file keeps what was there."""
    cijfers_van(nog_eens(data, BRONNEN / "nabijheid-2023.csv"))
    assert leveringen(data) == [
        ("kwb-2022.xlsx", 2022),
        ("kwb-2023.xlsx", 2023),
        ("nabijheid-2023.csv", 2023),
    ]
    assert waarde(data, BUURT, "inwoners_aantal")[0] == kwb(2023)[5][7]
    assert waarde(data, BUURT, "supermarkt_afstand_km")[2] == "nabijheid"


def test_zelfde_inhoud_geeft_geen_nieuwe_publicatie(data: Huis, tmp_path: Path) -> None:
    """Also under another name and in another folder: content counts."""
    voor = publish.lees_actueel(data)
    shutil.copy(BRONNEN / "kwb-2023.xlsx", tmp_path / "kopie.xlsx")
    h = nog_eens(data, BRONNEN / "kwb-2022.xlsx", tmp_path / "kopie.xlsx")
    assert cijfers_van(h) == voor == cijfers_van(nog_eens(data))
    assert [r.status for r in (h.aanbod or intake.Aanbod()).regels] == ["ongewijzigd"] * 2
    assert len(publish.lijst(data)) == 1


def test_twee_keer_hetzelfde_bestand_in_een_ronde(tmp_path: Path) -> None:
    """Two copies in one refresh are one delivery."""
    inhoud = kwb_2023()
    map_ = leg(tmp_path / "in", kwb_2023=inhoud, kopie_2023=inhoud)
    h = huis(tmp_path / "data", map_)
    ververs(h)
    assert len(leveringen(h)) == 1


def test_nieuwe_uitgave_vervangt(data: Huis, tmp_path: Path) -> None:
    """Same name, same areas, other content: the old delivery and its bytes go."""
    map_ = leg(tmp_path / "in", kwb_2023=kwb_2023(a_inw=1234))
    h = nog_eens(data, map_)
    eerste, tweede = publish.lees_actueel(data), cijfers_van(h)
    assert eerste and eerste.publicatie != tweede.publicatie
    assert "vervangt kwb-2023-" in (h.aanbod or intake.Aanbod()).regels[0].uitleg
    assert waarde(data, BUURT, "inwoners_aantal")[0] == 1234
    assert len(leveringen(data)) == 2 and len(data.opslag.register()) == 2
    assert len([p for p in (data.datamap.raw / "objecten").rglob("*") if p.is_file()]) == 2
    publish.rollback(data)
    assert waarde(data, BUURT, "inwoners_aantal")[0] == kwb(2023)[5][7]


def test_uitgave_die_minder_gebieden_heeft_vervangt_niet(data: Huis, tmp_path: Path) -> None:
    """A part under the same name adds to what was there; nothing gets lost, and that is said."""
    map_ = leg(tmp_path / "in", kwb_2023=excel(kwb(2023)[:30], "kwb-2023"))
    weer = nog_eens(data, map_)
    cijfers_van(weer)
    assert weer.aanbod is not None
    assert "staan er niet meer in" in weer.aanbod.regels[0].uitleg
    assert leveringen(data).count(("kwb-2023.xlsx", 2023)) == 2
    laatste = kwb(2023)[-1]
    assert waarde(data, laatste[0], "inwoners_aantal")[0] == laatste[7]


def test_ander_jaar_in_het_bijschrift_verplaatst_de_levering(data: Huis, tmp_path: Path) -> None:
    """The year was declared wrongly: declaring it right moves the figures, and does not add."""
    map_ = leg(tmp_path / "in", los=excel(kwb(2024), "Gemeente"))
    for jaar in (2020, 2021):
        (map_ / "bestanden.yaml").write_text(f"los.xlsx: {{jaar: {jaar}}}\n")
        cijfers_van(nog_eens(data, map_))
        assert leveringen(data) == [
            ("kwb-2022.xlsx", 2022),
            ("kwb-2023.xlsx", 2023),
            ("los.xlsx", jaar),
        ]
    assert lees_in(nog_eens(data, map_)).regels[0].status == "ongewijzigd"


def test_veel_bestanden_voor_een_jaar(data: Huis, tmp_path: Path) -> None:
    """The table of 2023 in three parts, by wijk: the same `out_waarde` as in one file."""
    kop, stad, *rest = kwb(2023)
    wijk = [i for i, r in enumerate(rest) if r[0].startswith("WK")]
    knip = [0, wijk[3], wijk[6], len(rest)]
    delen = {
        f"deel_{n}_2023": excel([kop, *([stad] if n == 0 else []), *rest[a:b]], "deel")
        for n, (a, b) in enumerate(pairwise(knip))
    }
    h = huis(tmp_path / "delen", leg(tmp_path / "in", **delen), BRONNEN / "kwb-2022.xlsx")
    ververs(h)
    assert len(leveringen(h)) == 4
    assert alles(h) == alles(data)


# -- contradictions ------------------------------------------------------------------------------


def test_tegenspraak_stopt_en_noemt_beide(data: Huis, tmp_path: Path) -> None:
    """The old publication stays, and the next refresh without the bad file just works."""
    voor = publish.lees_actueel(data)
    map_ = leg(tmp_path / "in", ander_2023=kwb_2023(g_wozbag=1234))
    with pytest.raises(BronFout) as fout:
        cijfers_van(nog_eens(data, map_))
    tekst = str(fout.value)
    for woord in (
        "ander-2023.xlsx",
        "kwb-2023.xlsx",
        BUURT,
        "woz_waarde_keur",
        "1234",
        "voorrang: 1",
    ):
        assert woord in tekst
    assert publish.lees_actueel(data) == voor and publish.verifieer(data)
    assert cijfers_van(nog_eens(data)) == voor
    assert [h.status for h in data.opslag.register()] == ["opgenomen"] * 2
    assert waarde(data, BUURT, "inwoners_aantal")[0] == kwb(2023)[5][7]
    cijfers_van(nog_eens(data, BRONNEN / "kwb-2024.xlsx"))
    assert len(leveringen(data)) == 3


def test_tegenspraak_door_heel_dagster_heen(data: Huis, tmp_path: Path) -> None:
    """The words of the message survive the run; the old publication too."""
    voor = publish.lees_actueel(data)
    map_ = leg(tmp_path / "in", ander_2023=kwb_2023(a_inw=1234))
    with pytest.raises(refresh.VerversFout, match=r"ander-2023\.xlsx en kwb-2023\.xlsx spreken"):
        refresh.ververs(nog_eens(data, map_), kortstondig=True)
    assert publish.lees_actueel(data) == voor


@pytest.mark.parametrize("wie", ["ander-2023.xlsx", "kwb-2023.xlsx"])
def test_voorrang_beslist(tmp_path: Path, wie: str) -> None:
    """`bestanden.yaml` says which of the two counts."""
    map_ = leg(tmp_path / "in", kwb_2023=kwb_2023(), ander_2023=kwb_2023(a_inw=1234))
    (map_ / "bestanden.yaml").write_text(f"{wie}: {{voorrang: 1}}\n")
    h = huis(tmp_path / "data", map_)
    ververs(h)
    assert waarde(h, BUURT, "inwoners_aantal")[0] == (1234 if "ander" in wie else kwb(2023)[5][7])


def test_voorrang_achteraf(data: Huis, tmp_path: Path) -> None:
    """A file that was refused counts after a line in the sidecar; so does one taken in before."""
    map_ = leg(tmp_path / "in", ander_2023=kwb_2023(a_inw=1234))
    (map_ / "bestanden.yaml").write_text("ander-2023.xlsx: {voorrang: 1}\n")
    cijfers_van(nog_eens(data, map_))
    assert waarde(data, BUURT, "inwoners_aantal")[0] == 1234
    shutil.copy(BRONNEN / "kwb-2023.xlsx", map_)
    (map_ / "bestanden.yaml").write_text(
        "ander-2023.xlsx: {voorrang: 1}\nkwb-2023.xlsx: {voorrang: 2}\n"
    )
    cijfers_van(nog_eens(data, map_))
    assert waarde(data, BUURT, "inwoners_aantal")[0] == kwb(2023)[5][7]
    assert len(leveringen(data)) == 3


@pytest.mark.parametrize("eerst", [True, False])
def test_een_punt_wordt_aangevuld(tmp_path: Path, eerst: bool) -> None:
    """A `.` beside a value is no contradiction, whichever came first."""
    vol, gat = kwb_2023(), kwb_2023(p_wcorpw=".")
    h = huis(tmp_path / "data", leg(tmp_path / "in", a_2023=gat if eerst else vol))
    ververs(h)
    ververs(nog_eens(h, leg(tmp_path / "in2", b_2023=vol if eerst else gat)))
    kolom = kwb(2023)[0].index("p_wcorpw")
    assert waarde(h, BUURT, "corporatiewoningen_pct")[0] == kwb(2023)[5][kolom]


# -- taking away, rebuilding, mixing -------------------------------------------------------------


@pytest.mark.proef
def test_verwijder_een_levering(data: Huis, monkeypatch: pytest.MonkeyPatch) -> None:
    """`bestanden verwijder` and its refresh: figures, record and bytes of the file are gone."""
    monkeypatch.setattr(refresh, "ververs", partial(refresh.ververs, kortstondig=True))
    monkeypatch.setenv(contracts.DATA_VARIABELE, str(data.datamap.map))
    [weg] = [h.levering for h in data.opslag.register() if h.jaar == 2023]
    cli.bestanden_verwijder(weg)
    assert leveringen(data) == [("kwb-2022.xlsx", 2022)]
    with open_publicatie(data) as con:
        assert con.execute("SELECT DISTINCT jaar FROM out_waarde").fetchall() == [(2022,)]
    assert len([p for p in (data.datamap.raw / "objecten").rglob("*") if p.is_file()]) == 1
    with pytest.raises(BronFout, match="is er niet"):
        cli.bestanden_verwijder(weg)


def echt(rijen: Rijen) -> Rijen:
    """The town's rows under codes of Utrecht."""
    return [[c.replace("9901", "0344", 1) if i < 6 and isinstance(c, str) else c
             for i, c in enumerate(r)] for r in rijen]  # fmt: skip


def test_fictief_en_echt_mengen_niet(data: Huis, tmp_path: Path) -> None:
    """Real beside fictional is refused, in two refreshes, in one, and in one file."""
    voor, wat = publish.lees_actueel(data), excel(echt(kwb(2023)), "kwb-2023")
    map_ = leg(tmp_path / "in", utrecht_2023=wat)
    with pytest.raises(BronFout, match=r"utrecht-2023\.xlsx: echte cijfers kan niet bij"):
        cijfers_van(nog_eens(data, map_))
    assert publish.lees_actueel(data) == voor and len(data.opslag.register()) == 2
    samen = huis(tmp_path / "nieuw", map_, BRONNEN / "kwb-2023.xlsx")
    with pytest.raises(BronFout, match="Fictief en echt"):
        ververs(samen)
    assert samen.opslag.register() == []
    door_elkaar = [*kwb(2023)[:40], *echt(kwb(2023)[40:])]
    een = leg(tmp_path / "een", een_2023=excel(door_elkaar, "kwb-2023"))
    with pytest.raises(BronFout, match="echte en fictieve gebieden"):
        ververs(huis(tmp_path / "een_data", een))


def test_alleen_een_landrij_is_niet_fictief(tmp_path: Path) -> None:
    """A table with the country alone can go with real figures, and not by itself be invented."""
    rijen = [kwb(2023)[0], ["NL00", "00", *kwb(2023)[1][2:]]]
    map_ = leg(tmp_path / "in", nl_2023=excel(rijen, "kwb-2023"))
    h = huis(tmp_path / "data", map_)
    lees_in(h)
    assert [r.fictief for r in h.opslag.register()] == [False]


def test_warehouse_weg_dan_opnieuw_uit_raw(data: Huis) -> None:
    """Without any file offered, the warehouse comes back from raw, row for row."""
    voor, actueel = alles(data), publish.lees_actueel(data)
    data.datamap.warehouse.unlink()
    assert ververs(nog_eens(data)) == actueel
    assert alles(data) == voor


def test_beschadigd_warehouse_zegt_wat_te_doen(data: Huis) -> None:
    """Overwritten bytes: a sentence that it may be removed, and then all is well."""
    data.datamap.warehouse.write_bytes(b"geen duckdb" * 1000)
    with pytest.raises(WarehouseFout, match=r"warehouse\.duckdb: niet te openen.*verwijder het"):
        cijfers_van(nog_eens(data))
    data.datamap.warehouse.unlink()
    ververs(nog_eens(data))


@pytest.mark.parametrize("hoe", ["veranderd", "weg"])
def test_raw_object_beschadigd(data: Huis, hoe: str) -> None:
    """Named when it is needed; offering the file again makes it whole."""
    [h] = [h for h in data.opslag.register() if h.jaar == 2023]
    pad = data.datamap.raw / "objecten" / h.sha256[:2] / h.sha256
    pad.write_bytes(b"iets anders") if hoe == "veranderd" else pad.unlink()
    voor = alles(data)
    data.datamap.warehouse.unlink()
    with pytest.raises(BronFout, match=r"kwb-2023\.xlsx: raw-object [0-9a-f]{12} (is|ontbreekt)"):
        cijfers_van(nog_eens(data))
    ververs(nog_eens(data, BRONNEN / "kwb-2023.xlsx"))
    assert alles(data) == voor


def test_kapot_register_noemt_het_bestand(data: Huis) -> None:
    pad = next((data.datamap.raw / "register").glob("*2023*.json"))
    pad.write_text('{"levering": ')
    with pytest.raises(BronFout, match=f"{pad.name}: niet te lezen"):
        cijfers_van(nog_eens(data))


def test_een_geweigerd_bestand_houdt_alles_tegen(data: Huis, tmp_path: Path) -> None:
    """All or nothing: the good file beside a bad one is not taken in either."""
    map_ = leg(tmp_path / "in", kwb_2021=excel(kwb(2021), "kwb-2021"), stuk_2020=b"stuk")
    h = nog_eens(data, map_)
    assert [r.bestand for r in refresh.ververs(h, kortstondig=True).geweigerd] == ["stuk-2020.xlsx"]
    assert len(data.opslag.register()) == 2 and len(publish.lijst(data)) == 1

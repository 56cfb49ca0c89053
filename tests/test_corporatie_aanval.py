"""The attack on a corporation's figures, with its knowledge stated.

The attacker holds, for every declared table, every year and two publications: all that is shown at
every level (corporation, gemeente, wijk, buurt), even the rounded count behind a share or average;
the rounding rule, the minimum and the family of tables; exactly how many dwellings the corporation
has in each buurt in every sense that a table is a share of (public tenure and dwelling counts are
no better than that); that reporters are no more than cases; which buurten changed between the
publications, and which hidden ones wait in the totals. Of averages it knows every count exactly,
and the scale. It does not know the record level, which hidden cells are too small and which protect
another, the order in which they were chosen, or by which size of change they wait. It solves a
linear programme per hidden cell, in both publications, and per difference of one, all tables of one
count together. The claim is "by this attacker", no more.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from indicators.own_stock import Gebieden, Streng
from indicators.own_strict import Geteld
from indicators.vera import Eigen, eigen_map
from pipelines.corporation import importeer, schrijf
from pipelines.house import Huis
from pipelines.voorbeeld import corporaties
from tests.aanval import EIGEN, SAMEN, Publicatie, Uitkomst, val_aan, val_gemiddelden_aan
from tests.stad import Stad


@pytest.fixture(scope="module")
def leveringen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    doel = tmp_path_factory.mktemp("corporaties")
    corporaties.schrijf(doel)
    return doel


def later(map_: Path) -> None:
    """What came in late: one row in 97 struck out, so that the other publication differs."""
    for naam in ("zaken", "huurovereenkomsten", "onderhoudsorders", "kwaliteitsmetingsresultaten"):
        pad = map_ / f"{naam}.json"
        if pad.exists():
            rijen = json.loads(pad.read_text(encoding="utf-8"))
            pad.write_text(json.dumps([r for n, r in enumerate(rijen) if n % 97]))
        pad = map_ / f"{naam}.csv"
        if pad.exists():
            regels = pad.read_text(encoding="utf-8").splitlines()
            pad.write_text("\n".join(r for n, r in enumerate(regels) if n % 97 or not n))


def twee_keer(huis: Huis, map_: Path, id_: str, mp: pytest.MonkeyPatch,
              erbij: bool = False) -> list[Publicatie]:  # fmt: skip
    """Imports twice, with rows struck out or (`erbij`) added; gives what each worked out."""
    gevangen: list[Publicatie] = []
    echte = schrijf.own_strict.streng

    def vang(eigen: Eigen, gebieden: Gebieden, telling: Geteld, *rest: Any) -> Any:
        uit = echte(eigen, gebieden, telling, *rest)
        gevangen.append(Publicatie(gebieden, dict(telling.tel), uit, dict(telling.som)))
        return uit

    mp.setattr(schrijf.own_strict, "streng", vang)
    minder = map_.with_name("minder")
    shutil.copytree(map_, minder, dirs_exist_ok=True)
    later(minder)
    for levering in (minder, map_) if erbij else (map_, minder):
        importeer.importeer(huis, levering, id_, corporaties.PEILDATUM)
    assert len(gevangen) == 2
    return gevangen


def val_alles_aan(pubs: list[Publicatie]) -> tuple[Uitkomst, Uitkomst]:
    """The whole family: every level and year, two publications together; counts and averages."""
    aantallen, gemiddelden = Uitkomst(), Uitkomst()
    for t in EIGEN.tabellen:
        samen = [t, *(x for x in EIGEN.tabellen if x.id == SAMEN.get(t.id))]
        for jaar in sorted(j for n, j in pubs[0].gesloten if n == t.id):
            uit = val_aan(pubs, samen, jaar)
            assert uit.te_dicht == 0, f"{t.id} {jaar}: {uit}"
            aantallen += uit
            if t.schaal or t.bedragen:
                uit = val_gemiddelden_aan(pubs, t, jaar)
                assert uit.te_dicht == 0, f"{t.id} {jaar}, gemiddelde: {uit}"
                gemiddelden += uit
    return aantallen, gemiddelden


def meld(wie: str, uit: Uitkomst, gemiddeld: Uitkomst) -> None:
    print(
        f"\n{wie}: {uit.cellen} cellen, {uit.verborgen} verborgen "
        f"({100 * uit.verborgen / uit.cellen:.0f} %), {uit.wacht} totalen wachten; "
        f"{uit.aangevallen} aantallen en verschillen aangevallen, {uit.te_dicht} nauwer bekend dan "
        f"de bescherming; {gemiddeld.aangevallen} sommen achter gemiddelden aangevallen, "
        f"{gemiddeld.te_dicht} te nauw"
    )


@pytest.mark.proef
@pytest.mark.parametrize("id_", corporaties.CORPORATIES)
def test_no_hidden_cell_is_pinned(
    id_: str, stad: Stad, leveringen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole family of one corporation, every level and year, two publications together.

    A proof, since it takes minutes; the daily run attacks small tables (`test_suppressie`).
    """
    town = stad.kopie(tmp_path / "data", "publicatie")
    map_ = leveringen / id_ / corporaties.PEILDATUM.isoformat()
    pubs = twee_keer(town, map_, id_, monkeypatch)
    anders = sum(int((pubs[0].tel[k] != pubs[1].tel[k]).sum()) for k in pubs[0].tel)
    assert anders > 20, "de tweede publicatie verschilt"
    totaal, gemiddeld = val_alles_aan(pubs)
    assert totaal.aangevallen > 300 and gemiddeld.aangevallen > 30
    _in_het_bestand(town, id_, pubs[1])
    meld(id_, totaal, gemiddeld)


@pytest.mark.proef
@pytest.mark.parametrize("worp", range(1, 6))
@pytest.mark.parametrize("id_", corporaties.CORPORATIES)
def test_nor_with_other_random_numbers(
    id_: str, worp: int, stad: Stad, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same town, its corporations drawn anew: five times three, each published twice.

    Of the even ones rows came in between the two publications, of the others rows were struck out.
    """
    corporaties.schrijf(tmp_path / "in", worp=worp)
    huis = stad.kopie(tmp_path / "data", "publicatie")
    map_ = tmp_path / "in" / id_ / corporaties.PEILDATUM.isoformat()
    pubs = twee_keer(huis, map_, id_, monkeypatch, erbij=worp % 2 == 0)
    meld(f"{id_}, worp {worp}", *val_alles_aan(pubs))


def _in_het_bestand(huis: Huis, id_: str, pub: Publicatie) -> None:
    """What was attacked is what the file shows to outsiders, and hidden there is hidden."""
    map_ = eigen_map(huis.datamap, id_)
    actueel = schrijf.lees_actueel(map_)
    assert actueel is not None
    with duckdb.connect(str(map_ / actueel.bestand), read_only=True) as con:
        rijen = con.execute(
            "SELECT indicator, jaar, gebied, waarde FROM out_waarde_buiten"
        ).fetchall()
    plek = {c: i for i, c in enumerate(pub.gebieden.codes)}
    gezien = 0
    for indicator, jaar, gebied, waarde in rijen:
        t, c = EIGEN.cijfers[indicator]
        g = pub.gesloten[t.id, jaar].getoond
        i = plek[gebied]
        if g.verborgen[i]:
            assert waarde is None, (indicator, jaar, gebied)
        elif c.maat == "aantal":
            assert waarde == g.getoond[i]
            gezien += 1
    assert gezien > 100


def test_the_attacker_can_find_something() -> None:
    """Without secondary suppression the same attack pins a cell, so it can win."""
    from indicators.suppress import Boom, Onthulregel, primair, rond
    from indicators.suppress import Tabel as Getoond

    g = Gebieden(("corporatie", "GM1", "WK1", "BU1", "BU2"), ("",) * 5,
                 Boom(np.array([-1, 0, 1, 2, 2])), ("BU1", "BU2"))  # fmt: skip
    t = next(x for x in EIGEN.tabellen if x.id == "verhuisd")
    tel = {("verhuisd", 2022): np.array([3, 50]), ("voorraad", 2022): np.array([90, 300])}
    aantal = g.optellen(tel["verhuisd", 2022])
    klein = primair(aantal, g.optellen(tel["voorraad", 2022]), Onthulregel())
    s = Streng(
        "verhuisd", 2022, Getoond(np.where(klein, 0, rond(aantal, 5)), klein.astype(np.int8))
    )
    uit = val_aan([Publicatie(g, tel, {("verhuisd", 2022): s})], [t], 2022)
    assert uit.verborgen == 1 and uit.te_dicht == 1

"""Comparable areas on the page of a buurt: who, how far, what differs, and why there are none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from dash.development.base_component import Component

from dashboard import address, alike
from dashboard.context import Huis, maak_blad, open_huis
from dashboard.pages import buurt
from dashboard.panels.vergelijkbaar import plek, vergelijkbaar
from dashboard.router import pagina
from dashboard.settings import voor_map
from indicators import compare
from tests.stad import CAT, Stad

BUURT = "BU99010303"
HOE = CAT.gebruik.vergelijkbaar


@pytest.fixture(scope="module")
def scherm(stad: Stad, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huis]:
    h = stad.kopie(tmp_path_factory.mktemp("gelijk") / "data", "publicatie")
    geopend = open_huis(voor_map(h.datamap.map))
    yield geopend
    geopend.sluit()


def _tekst(deel: Any) -> str:
    if isinstance(deel, list | tuple):
        return " ".join(_tekst(d) for d in deel)
    if isinstance(deel, Component):
        return _tekst(getattr(deel, "children", None))
    return "" if deel is None else str(deel)


def test_nearest_by_hand(scherm: Huis) -> None:
    """Read apart from the product: standardised, root of the mean square, own area left out."""
    assert HOE is not None
    with scherm.snapshots.lezing() as lezing:
        een, huur = alike.gelijken(maak_blad(scherm, lezing, BUURT, None), lezing)
        rijen = lezing.tabel(
            """SELECT gebied, indicator, waarde, g.inwoners FROM out_waarde w
            JOIN out_gebied g USING (gebied, grensjaar)
            WHERE w.niveau = 'buurt' AND jaar = ? AND grensjaar = ? AND NOT g.water""",
            (een.jaar, een.jaar),
        )
        bezocht = {r[0] for r in lezing.tabel("SELECT gebied FROM out_beeld WHERE veel_bezoekers")}
    per: dict[str, dict[str, float]] = {}
    for code, indicator, waarde, inwoners in rijen:
        if waarde is not None and inwoners >= 150 and code not in bezocht:
            per.setdefault(code, {})[indicator] = waarde
    ids = [k.indicator for k in HOE.kenmerken]
    codes = sorted(c for c, w in per.items() if all(i in w for i in ids))
    x = np.array([[per[c][i] for i in ids] for c in codes])
    x[:, 0] = np.log1p(x[:, 0])
    rij = codes.index(BUURT)
    rest = np.arange(len(codes)) != rij
    afstand = np.sqrt((((x - x[rij]) / x[rest].std(axis=0)) ** 2).mean(axis=1))
    orde = [c for c in np.array(codes)[np.argsort(afstand, kind="stable")] if c != BUURT][:5]
    assert list(een.codes) == orde and een.uit == len(codes) - 1
    assert [b.afstand for b in een.buren] == pytest.approx([afstand[codes.index(c)] for c in orde])
    eigen = per[BUURT][HOE.sociale_huur]
    assert all(abs((b.sociale_huur or 0) - eigen) <= HOE.marge for b in huur.buren)
    assert len(huur.buren) == 5 and BUURT not in {*een.codes, *huur.codes}


def test_probability_against_a_group_by_hand() -> None:
    """Above two for sure, even with one, below one: (1 + 1 + 0.5 + 0) / 4; few give no answer."""
    groep = [(1.0, 2.0), (2.0, 3.0), (4.0, 6.0), (9.0, 9.0)]
    assert compare.kans_boven_groep((4.0, 6.0), groep) == pytest.approx(2.5 / 4)
    assert np.isnan(compare.kans_boven_groep((4.0, 6.0), groep[:2]))


def test_a_figure_lies_beside_theirs_with_its_certainty(scherm: Huis) -> None:
    """Each line from the published figures; a direction only when it is likely."""
    with scherm.snapshots.lezing() as lezing:
        blad = maak_blad(scherm, lezing, BUURT, None)
        een = alike.gelijken(blad, lezing)[0]
        regels = {r.naam: r for r in alike.regels(blad, lezing, een)}
        laag = regels[CAT.indicatoren["laag_inkomen_pct"].kort]
        cijfers = lezing.tabel(
            """SELECT gebied, onder, boven, waarde FROM out_waarde WHERE jaar = ?
            AND indicator = 'laag_inkomen_pct' AND gebied IN (SELECT unnest(?::VARCHAR[]))
            QUALIFY row_number() OVER (PARTITION BY gebied ORDER BY grensjaar DESC) = 1""",
            (laag.jaar, [BUURT, *een.codes]),
        )
    per = {c: (o, b) for c, o, b, w in cijfers if w is not None}
    zelf = per.pop(BUURT)
    assert laag.kans == pytest.approx(compare.kans_boven_groep(zelf, list(per.values())))
    assert laag.anders and "waarschijnlijk hoger" in laag.zin
    assert not replace(laag, kans=0.7).anders and not replace(laag, kans=float("nan")).anders
    assert "sinds" in laag.verloop and "per jaar" in laag.verloop


def _later(huis: Huis, code: str) -> str:
    with huis.snapshots.lezing() as lezing:
        return _tekst(
            buurt.later(huis, lezing, address.lees(f"/buurt/{code}", ""), "vergelijkbaar")
        )


def test_page_names_them_links_them_and_says_who_lies_around(scherm: Huis) -> None:
    """The page has their place, and asks for them once it is shown; it does not wait for them."""
    tekst = _tekst(pagina(scherm, f"/buurt/{BUURT}", "").inhoud)
    assert "Dit wordt nu uitgezocht" in tekst.split("Vergelijkbare buurten")[1]
    assert "Zet ze naast elkaar" not in tekst
    deel = _later(scherm, BUURT)
    for woord in ("Componistenbuurt", "afstand 0,2, lijkt veel", "Zet ze naast elkaar",
                  "met evenveel corporatiewoningen", "De buurten eromheen",
                  "met correctie voor het toetsen van alle buurten tegelijk"):  # fmt: skip
        assert woord in deel, woord
    warm = _later(scherm, "BU99010306")
    assert "hier en in de buurten eromheen is dit hoog" in warm


def test_no_look_alikes_without_the_variables_and_none_in_older_publications(scherm: Huis) -> None:
    """Said why; an older catalogue declares none, and then nothing is shown."""
    with scherm.snapshots.lezing() as lezing:
        blad = maak_blad(scherm, lezing, BUURT, None)
        breuk = replace(blad, buurt=replace(blad.buurt, breuken=(2024,)))
        [geen] = alike.gelijken(breuk, lezing)
        assert not geen.buren and "sinds 2024 heeft dit gebied een andere grens" in geen.waarom_niet
        leeg = replace(CAT, gebruik=CAT.gebruik.model_copy(update={"vergelijkbaar": None}))
        assert vergelijkbaar(replace(blad, catalogus=leeg), lezing) is None
        gemeente = maak_blad(scherm, lezing, "GM9901", None)
        assert vergelijkbaar(gemeente, lezing) is None and plek(gemeente) is None
        assert plek(replace(blad, catalogus=leeg)) is None


def test_boundaries_of_many_areas_at_once_are_those_of_each(scherm: Huis) -> None:
    with scherm.snapshots.lezing() as lezing:
        codes = [g.gebied for g in lezing.gebieden()]
        samen = lezing.breuken(codes)
        assert {c: lezing.breuken([c])[c] for c in codes} == samen and any(samen.values())

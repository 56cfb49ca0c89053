"""Comparable areas on the page of a buurt: who, how far, what differs, and why there are none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from dash.development.base_component import Component

from dashboard import address, alike, clusters, explore, export_map, picture
from dashboard.context import Huis, maak_blad, open_huis
from dashboard.pages import buurt
from dashboard.panels import legenda, stapeling
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
    assert "hier en in de buurten eromheen ligt dit boven het gemiddelde" in warm


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


def test_map_says_where_an_axis_lies_high_together(scherm: Huis) -> None:
    """The buurten in the sentence and in the rows of the file are those of out_cluster.

    Only of buurten, and only as published: another weighing has no clusters of its own.
    """
    with scherm.snapshots.lezing() as lezing:
        keuze = explore.kies(lezing, explore.lees("cijfer=niveau"), [])
        er = lezing.tabel(
            """SELECT naam, gebied FROM out_cluster JOIN out_gebied USING (gebied, grensjaar)
            WHERE knoop = 'kwetsbaarheid' AND klasse = 'hoog_bij_hoog' ORDER BY 1"""
        )
        zin = clusters.zinnen(lezing, keuze)[0]
        assert er and f"in {' en '.join(n for n, _ in er)} boven het gemiddelde" in zin
        beeld = picture.beeld(scherm.geheugen, lezing, keuze, [])
        assert zin in legenda.zinnen(lezing, keuze, beeld, [])
        gebieden = picture.gebieden(scherm.geheugen, lezing, "buurt", keuze.grensjaar)
        rijen = export_map.rijen(lezing, keuze, beeld, gebieden)
        met = {r.gebied for r in rijen if r.indicator.endswith("kwetsbaarheid")
               and clusters.KORT["hoog_bij_hoog"] in r.toelichting}  # fmt: skip
        assert met == {c for _, c in er}
        for ander in ("cijfer=niveau.rondkomen", "cijfer=niveau&niveau=wijk", ""):
            assert clusters.zinnen(lezing, explore.kies(lezing, explore.lees(ander), [])) == []


# -- stapeling ------------------------------------------------------------------------------------


def test_signals_are_counted_as_read_apart_from_the_product(scherm: Huis) -> None:
    """Buurten of the town: which stand above the limit, which are not known, who has as many.

    Two limits in one income are one signal; areas with many visitors count for nobody else.
    """
    hoe = CAT.gebruik.stapeling
    assert hoe is not None
    met = []
    with scherm.snapshots.lezing() as lezing:
        rijen = lezing.tabel(
            """SELECT b.gebied, b.indicator, b.genormaliseerd FROM out_bijdrage b
            JOIN out_gebied g USING (gebied, grensjaar) WHERE b.boom = 'veerkracht' AND jaar = 2022
            AND b.grensjaar = 2022 AND g.niveau = 'buurt' AND g.inwoners >= 150"""
        )
        bezocht = {r[0] for r in lezing.tabel("SELECT gebied FROM out_beeld WHERE veel_bezoekers")}
        op: dict[str, dict[str, float]] = {}
        for code, indicator, waarde in rijen:
            op.setdefault(code, {})[indicator] = -1.0 if waarde is None else waarde
        hoog = {c: {s.naam for s in hoe.signalen if max(w[i] for i in s.een_van) > 66.7}
                for c, w in op.items()}  # fmt: skip
        er = [g for g in lezing.gebieden() if g.gebied in hoog and g.grensjaar >= 2022]
        er.sort(key=lambda g: -len(hoog[g.gebied]))
        for g in [*er[:3], *er[3::7]]:
            blad = maak_blad(scherm, lezing, g.gebied, None)
            s = stapeling.stapel(blad, lezing, hoe)
            assert s is not None
            assert s.jaar == 2022 and set(s.hoog) == hoog[g.gebied], g.naam
            assert set(s.onbekend) == {
                x.naam for x in hoe.signalen if max(op[g.gebied][i] for i in x.een_van) < 0
            }
            ander = [h for c, h in hoog.items() if c != g.gebied and c not in bezocht]
            assert (s.evenveel, s.uit) == (sum(len(h) >= len(s.hoog) for h in ander), len(ander))
            assert s.samen.loc["geweld", "inbraak"] == sum(
                {"geweld", "inbraak"} <= h for h in ander
            )
            met.append((len(s.hoog), blad, s))
        meest, blad, s = max(met, key=lambda m: m[0])
        tekst = _tekst(stapeling.stapeling(blad, lezing, "veerkracht"))
        assert stapeling.stapeling(blad, lezing, "leefbaarheid") is None
        assert stapeling.plek(blad, "veerkracht") and not stapeling.plek(blad, "leefbaarheid")
        adres = address.lees(f"/buurt/{blad.buurt.gebied.gebied}", "")
        assert tekst == _tekst(buurt.later(scherm, lezing, adres, "stapeling|veerkracht"))
        klein = maak_blad(scherm, lezing, "BU99010701", None)  # too few inhabitants
        assert stapeling.stapel(klein, lezing, hoe) is None
    assert len(met) > 9 and meest >= 3 and 0 in {m[0] for m in met}
    assert f"Van de 11 signalen staan er hier {meest} hoog: " in tekst
    assert stapeling.GEEN_MENSEN in tekst and "twee grenzen in hetzelfde inkomen" in tekst

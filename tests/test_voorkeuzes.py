"""Protects: the named weighings of the catalogue on Buurt and Verkennen: scores, words, stamp."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from typing import Any

import numpy as np
import pytest
from dash.development.base_component import Component

from dashboard import explore, export_map, picture, presets, snapshot_map, snapshot_method
from dashboard.context import Huis, maak_blad, open_huis
from dashboard.panels import legenda, samengevat
from dashboard.settings import voor_map
from indicators.catalogue import CatalogusFout, uit_teksten
from indicators.weging import voorkeur
from tests.catalogus import vervang
from tests.stad import CAT, Stad

BOOM = CAT.bomen["veerkracht"]
AS = CAT.knoop("veerkracht", "kwetsbaarheid")


@pytest.fixture(scope="module")
def scherm(stad: Stad, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huis]:
    h = stad.kopie(tmp_path_factory.mktemp("voorkeuzes") / "data", "publicatie")
    geopend = open_huis(voor_map(h.datamap.map))
    yield geopend
    geopend.sluit()


def _tekst(deel: Any) -> str:
    if isinstance(deel, list | tuple):
        return " ".join(_tekst(d) for d in deel)
    if isinstance(deel, Component):
        return _tekst(getattr(deel, "children", None))
    return "" if deel is None else str(deel)


# -- the catalogue --------------------------------------------------------------------------------


def test_three_weighings_and_the_first_is_the_published_one() -> None:
    """Three names; the standard changes no weight, the others double what they say."""
    assert BOOM.voorkeuzes[0].id == presets.STANDAARD and len(BOOM.voorkeuzes) == 3
    vast = [d.gewicht for d in AS.delen]
    assert voorkeur(BOOM, AS, presets.STANDAARD).tolist() == vast
    per = dict(zip([d.indicator for d in AS.delen], voorkeur(BOOM, AS, "rondkomen"), strict=True))
    assert (per["bijstand_per_1000"], per["wmo_per_1000"]) == (2, 1)
    with pytest.raises(KeyError):
        voorkeur(BOOM, AS, "weg")


def test_weighing_of_a_figure_that_is_not_in_the_tree_is_refused() -> None:
    """The message names file, tree, weighing and figure."""
    map_ = resources.files("indicators.catalogus")
    teksten = {p.name: p.read_text() for p in map_.iterdir() if p.name.endswith(".yaml")}
    teksten = vervang(teksten, "bomen.yaml", "inbraak_per_1000: 2,", "woz_waarde_keur: 2,")
    with pytest.raises(CatalogusFout, match=r"veerkracht\.voorkeuzes\.rondkomen.*woz_waarde_keur"):
        uit_teksten(teksten)


# -- scores ---------------------------------------------------------------------------------------


def test_same_engine_as_the_published_scores(scherm: Huis, monkeypatch: Any) -> None:
    """Made again with the standard weights, every score and interval is the published one."""
    monkeypatch.setattr(presets, "kies", lambda *_: BOOM.voorkeuzes[0])
    with scherm.snapshots.lezing() as lezing:
        for as_ in ("kwetsbaarheid", "overlast_en_onveiligheid"):
            plaats = ("veerkracht", as_, 2022, 2022, "buurt")
            vast = snapshot_map.scores(lezing, *plaats)
            zelf = presets.scores(lezing, "veerkracht", as_, "standaard", *plaats[2:])
            for veld in ("score", "onder", "boven"):
                a, b = (np.asarray(k[veld], float) for k in (vast, zelf))
                assert a == pytest.approx(b, nan_ok=True), (as_, veld)
            assert (~np.isnan(np.asarray(vast["score"], float))).sum() > 50


def test_other_weights_by_hand(scherm: Huis) -> None:
    """The score under a weighing is the weighted mean of the published normalised parts."""
    with scherm.snapshots.lezing() as lezing:
        k = presets.scores(lezing, "veerkracht", "kwetsbaarheid", "rondkomen", 2022, 2022, "buurt")
        n = next(i for i, s in enumerate(k["score"].tolist()) if s == s)
        gebied = str(k["gebied"][n])
        delen = dict(lezing.tabel(
            """SELECT indicator, genormaliseerd FROM out_bijdrage WHERE gebied = ? AND jaar = 2022
            AND grensjaar = 2022 AND knoop = 'kwetsbaarheid' AND genormaliseerd IS NOT NULL""",
            (gebied,)))  # fmt: skip
    w = dict(zip([d.indicator for d in AS.delen], voorkeur(BOOM, AS, "rondkomen"), strict=True))
    hand = sum(w[i] * x for i, x in delen.items()) / sum(w[i] for i in delen)
    assert k["score"][n] == pytest.approx(hand)


# -- Verkennen ------------------------------------------------------------------------------------


def test_map_takes_a_weighing_and_is_stamped(scherm: Huis) -> None:
    """Other classes than the standard for some; named in title, sentence and file."""
    with scherm.snapshots.lezing() as lezing:
        beeld, keuze = {}, {}
        for naam in ("niveau", "niveau.rondkomen", "niveau.standaard"):
            keuze[naam] = explore.kies(lezing, explore.lees(f"cijfer={naam}"), [])
            beeld[naam] = picture.beeld(scherm.geheugen, lezing, keuze[naam], [])
        anders = keuze["niveau.rondkomen"]
        assert anders.gekozen == "niveau.rondkomen" and anders.meldingen == ()
        assert keuze["niveau.standaard"].gekozen == "niveau"
        gewoon, nieuw = beeld["niveau"], beeld["niveau.rondkomen"]
        assert ((gewoon.klasse >= 0) == (nieuw.klasse >= 0)).all()
        assert gewoon.kans is not None and nieuw.kans is not None
        assert not np.array_equal(gewoon.kans, nieuw.kans, equal_nan=True)
        assert legenda.titel(lezing, anders).endswith("(rondkomen voorop)")
        assert "niet de gepubliceerde weging" in legenda.zinnen(lezing, anders, nieuw, [])[0]
        kop = export_map.kop(lezing, anders, nieuw, [])
        regels = dict(kop.regels())
        assert "„Rondkomen voorop”; niet de gepubliceerde score" in regels["Instelling"]
        assert "twee keer zo zwaar" in regels["Reden"]
        assert "Bijstand per 1.000: 2,00" in regels["Gewichten kwetsbaarheid"]
        er = picture.gebieden(scherm.geheugen, lezing, anders.niveau, anders.grensjaar)
        los = export_map.rijen(lezing, anders, nieuw, er)  # a row alone is no published score
        assert {r.aard for r in los} == {"proef met de weging „Rondkomen voorop”"}
        assert all(r.indicator.startswith("proef.") and "rondkomen" in r.cijfer for r in los)
        mis = explore.kies(lezing, explore.lees("cijfer=niveau.maan"), [])
        assert "„maan”" in mis.meldingen[0] and mis.gekozen == "niveau"


# -- Buurt ----------------------------------------------------------------------------------------


def test_buurt_says_in_words_whether_the_class_holds(scherm: Huis) -> None:
    """Three weighings by name, a word for how sure, no percentage; the first is the published view.

    For every buurt of the town that has the view.
    """
    met, hangt = 0, 0
    with scherm.snapshots.lezing() as lezing:
        for g in lezing.gebieden():
            beeld = snapshot_method.beelden(lezing, g.gebied, g.grensjaar).get("veerkracht")
            if g.niveau != "buurt" or beeld is None or beeld.stand is None:
                continue
            standen = presets.van_gebied(lezing, BOOM, beeld)
            assert [s.voorkeuze.id for s in standen] == [v.id for v in BOOM.voorkeuzes]
            assert standen[0].klasse == beeld.stand
            met, hangt = met + 1, hangt + (len({s.klasse for s in standen}) > 1)
        blad = maak_blad(scherm, lezing, g.gebied, None)
        tekst = _tekst(samengevat.anders_gewogen(blad, standen))
    assert met > 50 and 0 < hangt < met
    assert all(v.naam in tekst for v in BOOM.voorkeuzes) and "%" not in tekst
    zelfde = len({s.klasse for s in standen}) == 1
    assert ("in alle wegingen dezelfde" in tekst) == zelfde


def test_without_a_published_view_there_is_nothing_to_weigh(scherm: Huis) -> None:
    with scherm.snapshots.lezing() as lezing:
        blad = maak_blad(scherm, lezing, "BU99010701", None)  # too few inhabitants
        beeld = snapshot_method.beelden(lezing, "BU99010701", 2024).get("veerkracht")
        assert presets.van_gebied(lezing, BOOM, beeld) == []
        assert presets.van_gebied(lezing, CAT.bomen["leefbaarheid"], beeld) == []
    assert samengevat.anders_gewogen(blad, []) is None

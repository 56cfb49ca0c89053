"""Beside the figures: uses name what exists and is allowed; lessons say numbers that are true."""

from __future__ import annotations

import re
from typing import Any

import duckdb
import pandas as pd
import pytest

from dashboard.pages import bronnen
from indicators import coherence
from indicators.catalogue import CatalogusFout, uit_teksten
from indicators.uses import OORDELEN, Geleerd
from pipelines.house import Huis
from tests.stad import CAT, ECHT, huis, ververs, vraag

LESSEN = {(les.boom, les.knoop): les for les in CAT.geleerd}
TEKSTEN = dict(CAT.teksten)


@pytest.mark.parametrize(
    ("oud", "nieuw", "woord"),
    [
        ("cijfers: [laag_inkomen_pct,", "cijfers: [verzonnen_pct,", "huurder.*verzonnen_pct"),
        ("themas: [inkomen,", "themas: [geluk,", "huurder.*geluk"),
        ("rollen: [bewoner, huurders", "rollen: [koning, huurders", "huurder.*koning"),
        ("in_de_zin: [inwoners_aantal", "in_de_zin: [herkomst_europa_pct", "is uitgesloten"),
        ("{indicator: leeftijd_65_plus_pct}", "{indicator: herkomst_europa_pct}", "uitgesloten"),
        ("sociale_huur: corporatiewoningen_pct", "sociale_huur: verzonnen_pct", "verzonnen_pct"),
        ("  aantal: 5", "  aantal: 6", "aantal"),
        ("een_van: [wmo_per_1000]", "een_van: [verzonnen_pct]", "stapeling.*verzonnen_pct"),
        ("een_van: [wmo_per_1000]", "een_van: [koopwoningen_pct]", "telt in geen score"),
        ("een_van: [wmo_per_1000]", "een_van: [herkomst_europa_pct]", "uitgesloten"),
    ],
)
def test_a_use_of_what_is_not_there_names_its_place(oud: str, nieuw: str, woord: str) -> None:
    tekst = TEKSTEN["gebruik.yaml"]
    assert oud in tekst
    with pytest.raises(CatalogusFout, match=rf"gebruik\.yaml.*{woord}"):
        uit_teksten(TEKSTEN | {"gebruik.yaml": tekst.replace(oud, nieuw, 1)})


def test_publications_of_before_still_read() -> None:
    """Without the files: no glasses, no look-alikes, no lessons, and the four verdict labels."""
    oud = {b: t for b, t in TEKSTEN.items() if b not in ("gebruik.yaml", "geleerd.yaml")}
    cat = uit_teksten(oud)
    assert cat.gebruik.brillen == () and cat.gebruik.vergelijkbaar is None and cat.geleerd == ()
    assert cat.gebruik.oordelen == OORDELEN == CAT.gebruik.oordelen


def test_every_tree_and_scored_node_has_its_lesson_on_the_page() -> None:
    nodig = {(b.id, None) for b in CAT.bomen.values()}
    nodig |= {(b.id, k.id) for b in CAT.bomen.values() for k in b.knopen if k.score}
    assert set(LESSEN) == nodig
    tekst = str(bronnen._rekenen(CAT))
    assert all(les.geleerd in tekst and les.veranderd in tekst for les in CAT.geleerd)
    with pytest.raises(CatalogusFout, match=r"geleerd\.yaml: veerkracht\.verzonnen"):
        uit_teksten(TEKSTEN | {"geleerd.yaml": TEKSTEN["geleerd.yaml"].replace(
            "knoop: kwetsbaarheid", "knoop: verzonnen")})  # fmt: skip


def _breed(rijen: list[tuple[Any, ...]], boom: str, knoop: str) -> pd.DataFrame:
    """Areas by parts, on their goalposts, turned so that more is more of the node."""
    lang = pd.DataFrame(rijen, columns=["gebied", "indicator", "waarde"])
    x = lang.pivot(index="gebied", columns="indicator", values="waarde")
    uit = {}
    for d in CAT.knoop(boom, knoop).delen:
        if d.indicator in x:
            p = CAT.indicatoren[d.indicator].doelpalen
            op = ((x[d.indicator] - p.laag) / (p.hoog - p.laag) * 100).clip(0, 100)
            uit[d.indicator] = op if d.teken == "+" else 100 - op
    return pd.DataFrame(uit)


_VRAAG = """SELECT w.gebied, w.indicator, w.waarde FROM out_waarde w
JOIN out_gebied g USING (gebied, grensjaar) WHERE w.niveau = 'buurt' AND w.jaar = ?
AND w.grensjaar = ? AND w.waarde IS NOT NULL AND (g.inwoners >= 150 OR g.inwoners IS NULL)
AND w.indicator IN (SELECT unnest(?::VARCHAR[])) ORDER BY ALL"""


def _delen(boom: str, knoop: str) -> list[str]:
    return [d.indicator for d in CAT.knoop(boom, knoop).delen]


def _staat_er(les: Geleerd, waarde: float) -> None:
    getal = f"{waarde:.2f}".replace(".", ",")
    assert re.search(rf"(?<![\d,-]){re.escape(getal)}(?!\d)", les.geleerd), (les.knoop, getal)


@pytest.mark.parametrize(
    ("boom", "knoop", "jaar"),
    [
        ("veerkracht", "kwetsbaarheid", 2022),
        ("veerkracht", "overlast_en_onveiligheid", 2023),
        ("leefbaarheid", "overlast_en_onveiligheid", 2023),
        ("leefbaarheid", "woningvoorraad", 2023),
        ("leefbaarheid", "voorzieningen", 2022),
        ("leefbaarheid", "fysieke_omgeving", 2022),
    ],
)
def test_alpha_in_the_lesson_is_that_of_the_town(
    uit: Huis, boom: str, knoop: str, jaar: int
) -> None:
    """What the page says was measured is what comes out when it is measured again."""
    x = _breed(vraag(uit, _VRAAG, jaar, jaar, _delen(boom, knoop)), boom, knoop)
    _staat_er(LESSEN[boom, knoop], coherence.cronbach(x))


def test_both_axes_in_the_lesson_run_as_in_the_town(uit: Huis) -> None:
    [(r,)] = vraag(
        uit,
        """SELECT corr(a.score, b.score) FROM out_score a JOIN out_score b
        USING (gebied, grensjaar, jaar, boom) WHERE a.knoop = 'kwetsbaarheid'
        AND b.knoop = 'overlast_en_onveiligheid' AND boom = 'veerkracht' AND a.niveau = 'buurt'
        AND jaar = 2022 AND grensjaar = 2022""",
    )
    _staat_er(LESSEN["veerkracht", None], r)


@pytest.mark.echt
@pytest.mark.skipif(not ECHT.exists(), reason=f"de echte bestanden ({ECHT}) zijn er niet")
def test_lessons_of_real_utrecht_are_what_its_files_give(tmp_path: Any) -> None:
    """Alpha and correlations over 106 buurten, worked out again from the official file."""
    h = huis(tmp_path / "data", ECHT / "cbs" / "utrecht")
    actueel = ververs(h)
    with duckdb.connect(str(h.datamap.published / actueel.bestand), read_only=True) as con:

        def lees(boom: str, knoop: str) -> pd.DataFrame:
            rijen = con.execute(_VRAAG, [2023, 2023, _delen(boom, knoop)]).fetchall()
            return _breed(rijen, boom, knoop)

        kwetsbaar = lees("veerkracht", "kwetsbaarheid")
        assert kwetsbaar.shape == (106, 2)
        _staat_er(LESSEN["veerkracht", "kwetsbaarheid"], kwetsbaar.corr().iloc[0, 1])
        for knoop in ("woningvoorraad", "voorzieningen"):
            x = lees("leefbaarheid", knoop)
            _staat_er(LESSEN["leefbaarheid", knoop], coherence.cronbach(x))
        krachten = lees("veerkracht", "krachten")
        _staat_er(LESSEN["veerkracht", None], krachten.corr().iloc[0, 1])

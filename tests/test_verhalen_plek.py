"""Protects: a story never falls off the page of its area, whatever becomes of its figure."""

from __future__ import annotations

import json

from plotly.utils import PlotlyJSONEncoder
from sqlalchemy import insert

from dashboard.context import Huis
from dashboard.router import pagina
from dashboard.stories.models import Merk
from dashboard.stories.repository import Citaat, Nieuw, Woorden, nu
from tests import publicatie_klein as klein

WEG, NIET_HIER, HIER = "bestond_ooit_pct", "leeftijd_0_15_pct", "laag_inkomen_pct"


def _citaat(indicator: str, houding: str = "past") -> Citaat:
    return Citaat(klein.BUURT, 2023, indicator, 2023, 1.0, None, "20260312-klein-1", 2023, houding)


def _schrijf(huis: Huis, tekst: str, *citaten: Citaat) -> list[int]:
    nieuw = Nieuw(klein.BUURT, 2023, Woorden(tekst, "bewoner"), citaten)
    return [k.id for k in huis.verhalen.schrijf(nieuw, "toets").koppelingen]


def _plekken(huis: Huis) -> str:
    p = pagina(huis, f"/buurt/{klein.BUURT}", "")
    assert p.titel == "De Wielen", p.titel
    return json.dumps(p.inhoud, cls=PlotlyJSONEncoder, ensure_ascii=False)


def _voluit(blad: str, tekst: str) -> int:
    """How often a story is told in full: its words as the content of a paragraph."""
    return blad.count(json.dumps([tekst], ensure_ascii=False))


def test_a_story_of_a_figure_that_went_is_still_told(huis: Huis) -> None:
    for tekst, citaten in (
        ("Weg uit de lijst.", [_citaat(WEG)]),
        ("Niet ingelezen.", [_citaat(NIET_HIER)]),
        ("Hier en niet hier.", [_citaat(NIET_HIER, "klopt_niet"), _citaat(HIER)]),
        ("Gewoon hier.", [_citaat(HIER)]),
        ("Zonder cijfer.", []),
    ):
        _schrijf(huis, tekst, *citaten)
    blad = _plekken(huis)
    for tekst in ("Weg uit de lijst.", "Niet ingelezen.", "Hier en niet hier.", "Zonder cijfer."):
        assert _voluit(blad, tekst) == 1, tekst
    assert _voluit(blad, "Gewoon hier.") == 1
    assert "Bij een cijfer dat hier nu niet is" in blad and f"({WEG})" in blad


def test_a_mark_on_a_figure_that_is_not_in_the_list_any_more_is_said(huis: Huis) -> None:
    """The page stands, and says that the figure is gone."""
    [koppeling] = _schrijf(huis, "Over wat er niet meer is.", _citaat(WEG))
    with huis.verhalen.sessie() as sessie:
        sessie.execute(insert(Merk).values(
            koppeling_id=koppeling, soort="te_herzien", publicatie="p", toen_jaar=2023, toen=1.0,
            nu_jaar=2023, nu=None, nu_ontbreekt="geen_bron", oorzaak="ontbreekt", wat="", op=nu(),
        ))  # fmt: skip
        sessie.commit()
    assert "dit cijfer bestaat niet meer" in _plekken(huis)

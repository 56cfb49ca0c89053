"""Protects: side by side and in own areas, stories are read as on the page of their buurt."""

from __future__ import annotations

import pytest

from dashboard.context import Huis
from dashboard.own_areas import bewaar
from dashboard.panels import formulier
from dashboard.sheets import matter
from dashboard.sheets.model import Redactie
from dashboard.stories import reading
from dashboard.stories.models import Revisie
from dashboard.stories.repository import Gelijktijdig, Nieuw, Woorden, nu
from indicators.catalogue import lees
from indicators.contracts import EigenGebied
from tests import publicatie_klein as klein
from tests.bladen import huis, vertel
from tests.test_dashboard import _pagina

__all__ = ["huis"]
RUW = "Het is hier duur: [[laag_inkomen_pct|2021|Wierdestad|9.4]] zegt niets."
STIL = "Alleen wij wonen hier."
NAAST = f"?g={klein.BUURT},{klein.KLEIN}"


def _eigen(huis: Huis) -> str:
    gebied = EigenGebied(
        id="proef", naam="Proef", grensjaar=2023, buurtcodes=(klein.BUURT, klein.KLEIN)
    )
    bewaar(huis.instellingen.datamap.eigen_gebieden, [gebied])
    return "/eigen/proef"


def test_a_figure_in_a_story_is_read_in_words_everywhere(huis: Huis) -> None:
    vertel(huis, RUW)
    for pad, zoek in (("/vergelijken", NAAST), (_eigen(huis), ""), (f"/buurt/{klein.BUURT}", "")):
        tekst = _pagina(huis, pad, zoek)
        assert "Het is hier duur:" in tekst, pad
        assert "[[" not in tekst and "laag_inkomen_pct|" not in tekst, pad
    with huis.snapshots.lezing() as lezing:
        zaak = matter.lees_zaak(huis, lezing, klein.BUURT, None, Redactie())
        vel = str(matter.maak(zaak).vellen[0])
    assert "Het is hier duur:" in vel and "[[laag" not in vel


@pytest.mark.parametrize("waar", ["vergelijken", "eigen"])
def test_under_a_hundred_households_a_quote_waits_here_too(huis: Huis, waar: str) -> None:
    woorden = Woorden(tekst=STIL, rol="bewoner", toestemming=True)
    v = huis.verhalen.schrijf(Nieuw(klein.KLEIN, 2023, woorden), "schrijver")
    pad, zoek = ("/vergelijken", NAAST) if waar == "vergelijken" else (_eigen(huis), "")
    assert STIL not in _pagina(huis, pad, zoek)
    reading.lees_na(huis.verhalen, v.id, 1, True, "", "een tweede")
    assert STIL in _pagina(huis, pad, zoek)


def test_a_quote_of_a_larger_buurt_does_not_wait_in_an_own_area(huis: Huis) -> None:
    woorden = Woorden(tekst="Wij zijn met velen.", rol="bewoner", toestemming=True)
    huis.verhalen.schrijf(Nieuw(klein.BUURT, 2023, woorden), "schrijver")
    assert "Wij zijn met velen." in _pagina(huis, _eigen(huis))


def test_two_writers_see_each_others_words_as_they_stand_in_the_field(huis: Huis) -> None:
    """Never the marks that are kept: those are for nobody to merge."""
    botsing = Gelijktijdig(Revisie(nummer=2, tekst=RUW, door="Bert", op=nu()), RUW)
    gezegd = str(formulier.gelijktijdig(botsing, lees()))
    assert gezegd.count(", 2021]]") == 2 and "laag_inkomen_pct|" not in gezegd


def test_the_history_says_what_else_changed_than_the_words(huis: Huis) -> None:
    """Consent that is taken back is the last thing to be missed there."""
    v = vertel(huis, "De lift is stuk.")
    anders = Woorden(tekst="De lift is stuk.", rol="bewoner", bron="wijkkrant", toestemming=False)
    huis.verhalen.herzie(v, 1, anders, "Bert")
    tekst = _pagina(huis, f"/buurt/{klein.BUURT}", "")
    assert "toestemming: van ja naar nee" in tekst and "bron: van niets naar wijkkrant" in tekst

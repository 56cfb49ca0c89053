"""Protects: the Methode-atelier on screen: address, words, map, saving, files, rights."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZipFile

import numpy as np
import pytest
from dash.development.base_component import Component

from dashboard import (
    access,
    address,
    areas,
    map_trial,
    own_areas,
    snapshot_method,
    trial,
    trial_words,
    weighings,
)
from dashboard.app import create_app
from dashboard.callbacks_atelier import _bewaar
from dashboard.context import Huis, open_huis
from dashboard.pages import atelier
from dashboard.panels import proef as paneel
from dashboard.router import pagina
from dashboard.settings import voor_map
from dashboard.stories.repository import nu
from indicators.contracts import EigenGebied
from indicators.proef import Opzet, proef
from indicators.proef_uitleg import hangt_af
from tests.stad import CAT, Stad

KNOOP = next(k for k in CAT.bomen["veerkracht"].knopen if k.id == "kwetsbaarheid")
M = len(KNOOP.delen)


@pytest.fixture(scope="module")
def scherm(stad: Stad, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huis]:
    h = stad.kopie(tmp_path_factory.mktemp("atelier") / "data", "publicatie")
    geopend = open_huis(voor_map(h.datamap.map))
    yield geopend
    geopend.sluit()


@pytest.fixture(scope="module")
def web(scherm: Huis) -> Any:
    return create_app(scherm.instellingen, scherm).server.test_client()


@pytest.fixture
def instellingen(scherm: Huis) -> Iterator[Path]:
    """The folder of settings, empty again afterwards."""
    map_ = scherm.instellingen.datamap.gebieden.parent
    yield map_
    for pad in map_.glob("*.yaml"):
        pad.unlink()


def _tekst(deel: Any) -> str:
    if isinstance(deel, list | tuple):
        return " ".join(_tekst(d) for d in deel)
    if isinstance(deel, Component):
        return _tekst(getattr(deel, "children", None))
    return "" if deel is None else str(deel)


def _pagina(huis: Huis, zoek: str = "") -> str:
    return " ".join(_tekst(pagina(huis, "/atelier", zoek).inhoud).split())


def _reken(huis: Huis, zoek: str = "") -> tuple[trial.Instelling, trial.Uitkomst]:
    with huis.snapshots.lezing() as lezing:
        i = trial.lees(huis, lezing, address.lees("/atelier", zoek))
        return i, trial.reken(huis, lezing, i)


def _gewichten(eerste: float) -> str:
    return ",".join(["1"] * M).replace("1", f"{eerste:g}", 1)


# -- the setting and its address ------------------------------------------------------------------


def test_standard_setting_is_the_published_score(scherm: Huis) -> None:
    """The engine of the page gives exactly what is in out_score, for every buurt of the town."""
    i, u = _reken(scherm)
    assert i.standaard and u.cijfers.jaar == 2022
    with scherm.snapshots.lezing() as lezing:
        rijen = lezing.tabel(
            """SELECT gebied, score FROM out_score WHERE knoop = 'kwetsbaarheid' AND jaar = 2022
            AND grensjaar = 2022 AND niveau = 'buurt' AND score IS NOT NULL"""
        )
    assert dict(zip(u.codes, u.uit.score, strict=True)) == pytest.approx(dict(rijen))
    assert len(rijen) > 50


def test_address_brings_a_setting_back(scherm: Huis) -> None:
    """Everything that is chosen is in the address; the usual is left out of it."""
    zoek = f"?gewicht={_gewichten(2)}&methode=gmean&schaal=prank&behandeling=behandeld"
    i, _ = _reken(scherm, zoek + "&referentie=land&gebied=BU99010102&naast=BU99010101")
    terug, _ = _reken(scherm, "?" + urlsplit(i.adres()).query)
    assert terug == i and i.meldingen == ()
    assert (i.methode, i.schaal, i.behandeling, i.referentie) == (
        "gmean", "prank", "behandeld", "land",
    )  # fmt: skip
    kaal, _ = _reken(scherm)
    assert kaal.adres() == "/atelier?as=veerkracht.kwetsbaarheid&gemeente=GM9901"


@pytest.mark.parametrize(
    ("zoek", "zegt"),
    [
        ("?as=niets", "As kennen we niet"), ("?gemeente=GM0000", "gemeente „GM0000”"),
        ("?gewicht=1,2", f"{M} gewichten van 0 tot 3"), ("?gewicht=a,b", "gewichten van 0"),
        ("?gewicht=" + _gewichten(float("nan")), "gewichten van 0"),
        ("?gewicht=" + _gewichten(9), "gewichten van 0"),
        ("?methode=<script>", "methode kennen we „<script>” niet"),
        ("?schaal=huh", "schaal kennen we „huh” niet"), ("?referentie=maan", "„maan” is er niet"),
        ("?instelling=weg.3", "„weg.3” is er niet"),
    ],
)  # fmt: skip
def test_nonsense_in_the_address_is_said_and_the_standard_shown(
    scherm: Huis, zoek: str, zegt: str
) -> None:
    tekst = _pagina(scherm, zoek)
    assert zegt.removeprefix("As ") in tekst and "Standaardinstelling" in tekst


@pytest.mark.parametrize(
    ("zoek", "zegt"),
    [
        (f"?gewicht={','.join(['0'] * M)}", "geef ten minste een cijfer gewicht"),
        ("?referentie=mijn&schaal=minmax", "nog geen eigen buurten gekozen"),
    ],
)
def test_what_cannot_be_worked_out_says_what_to_do(scherm: Huis, zoek: str, zegt: str) -> None:
    """A sentence, no map, no old numbers; the controls stay."""
    tekst = _pagina(scherm, zoek)
    assert zegt in tekst and "Hoe zwaar elk cijfer weegt" in tekst and "Plek 1" in tekst
    with scherm.snapshots.lezing() as lezing:
        assert atelier.delen(scherm, lezing, address.lees("/atelier", zoek))["stand"] is None


def test_gemeente_without_scores_says_what_is_missing(scherm: Huis, monkeypatch: Any) -> None:
    """What was read, how much of the weight that is, and what it takes; never a guess."""
    monkeypatch.setattr(snapshot_method, "scorejaar", lambda *_: None)
    tekst = _pagina(scherm)
    assert "nog geen buurt een score voor kwetsbaarheid" in tekst
    assert "Per buurt is 60 % nodig, met in elk geval een van: Laag inkomen" in tekst


# -- words ----------------------------------------------------------------------------------------


def test_weighings_of_the_catalogue_have_their_name(scherm: Huis) -> None:
    """Three to begin with; choosing one gives its name in the stamp, any other weight does not."""
    boom = CAT.bomen["veerkracht"]
    assert len(boom.voorkeuzes) == 3
    tekst = _pagina(scherm)
    assert all(v.naam in tekst for v in boom.voorkeuzes)
    from indicators.weging import voorkeur

    w = ",".join(f"{g:g}" for g in voorkeur(boom, KNOOP, "rondkomen"))
    assert "„Rondkomen voorop”" in _pagina(scherm, f"?gewicht={w}")
    eigen = _pagina(scherm, f"?gewicht={_gewichten(2)}")
    assert "Eigen instelling, niet bewaard" in eigen and "niet de gepubliceerde score" in eigen


def test_says_what_changes_against_the_standard(scherm: Huis) -> None:
    """The sentence names the buurten whose likeliest class moves: worked out here once more."""
    i, u = _reken(scherm, "?methode=hmean")
    assert u.gewoon is not None
    oud = dict(zip(u.gewoon.rij.tolist(), u.gewoon.klasse.tolist(), strict=True))
    weg = [r for r, c in zip(u.uit.rij.tolist(), u.uit.klasse.tolist(), strict=True) if c < oud[r]]
    zin = trial_words.zinnen(i, u)[1]
    assert weg and f"{len(weg)} buurt" in zin and "lagere klasse" in zin
    assert u.cijfers.namen[u.hier[weg[0]]] in zin and "vaste schaal" not in zin
    for zoek, waar in (("?methode=copeland", "de andere buurten"), ("?schaal=prank", "Wendrecht")):
        assert f"ten opzichte van {waar}" in trial_words.zinnen(*_reken(scherm, zoek))[1]


def test_what_is_drawn_and_hidden_is_said(scherm: Huis) -> None:
    """The number of hidden figures in the sentence is that of the cells."""
    i, u = _reken(scherm)
    weg = int(u.cijfers.cellen.van(u.hier[u.uit.rij]).verborgen.sum())
    zin = trial_words.getrokken(u, i)
    assert weg > 0 and f"{weg} cijfers die de bron niet toont" in zin
    assert "500 keer" in zin and "op 5 of op 100" in zin


def test_drivers_add_up_on_screen_and_two_buurten_are_compared(scherm: Huis) -> None:
    """The last row of the table is the score, and the sentence names the mean's own way."""
    i, u = _reken(scherm, "?gebied=BU99010102&naast=BU99010101&methode=gmean")
    tekst = _tekst(paneel.drijft(CAT, i, u))
    k, ander = u.plek("BU99010102"), u.plek("BU99010101")
    assert k is not None and ander is not None
    assert "Shapley-waarden" in tekst and "Begin: het midden van de referentie" in tekst
    assert "Samen de score " + f"{u.uit.score[k]:.1f}".replace(".", ",") in tekst
    assert trial_words.lager(u, k, ander) in tekst
    kant = "lager" if u.uit.score[k] < u.uit.score[ander] else "hoger"
    assert f"{kant} dan {u.naam(ander)}" in trial_words.lager(u, k, ander)


def test_what_ranks_hang_on_in_words(scherm: Huis) -> None:
    i, u = _reken(scherm)
    lijst = hangt_af(u.as_, u.cijfers.cellen.van(u.hier), u.cijfers.cellen.waarde[u.van],
                     i.opzet())  # fmt: skip
    tekst = _tekst(paneel.hangt(u, i, lijst))
    assert "De plekken hangen het meest af van" in tekst and "Sobol" in tekst


def test_copeland_shows_who_beats_whom(scherm: Huis) -> None:
    """The matrix is on the page, and the reference is said to be half of the duels."""
    tekst = _pagina(scherm, "?methode=copeland&gebied=BU99010102")
    assert "Wie wint van wie" in tekst and "dan de helft van de gemeente" in tekst


# -- references -----------------------------------------------------------------------------------


def test_own_areas_as_reference(scherm: Huis, instellingen: Path) -> None:
    """Goalposts: scores stay. From lowest to highest: they are scaled by those two buurten."""
    datamap = scherm.instellingen.datamap
    _, gewoon = _reken(scherm)
    codes = tuple(gewoon.codes[:2])
    for code in codes:
        areas.voeg_toe(datamap.gebieden, code)
    (paar,) = own_areas.bewaar(datamap.eigen_gebieden, [
        EigenGebied(id="paar", naam="Mijn paar", grensjaar=2022, buurtcodes=codes)])  # fmt: skip
    for referentie in ("mijn", own_areas.sleutel(paar)):
        i, vast = _reken(scherm, f"?referentie={referentie}")
        assert i.standaard and len(vast.van) == 2
        assert (vast.uit.score == gewoon.uit.score).all()
        assert "verandert hier geen enkele score" in trial_words.referentie(i, vast)
    i, mee = _reken(scherm, f"?referentie={own_areas.sleutel(paar)}&schaal=minmax")
    zelf = proef(mee.as_, mee.cijfers.cellen.van(mee.hier), mee.cijfers.cellen.waarde[mee.van],
                 Opzet(np.array([d.gewicht for d in KNOOP.delen]), schaal="minmax"))  # fmt: skip
    assert mee.uit.score == pytest.approx(zelf.score)
    assert not i.standaard and "Mijn paar" in trial_words.referentie(i, mee)


# -- map and list ---------------------------------------------------------------------------------


def test_map_and_list_follow_the_setting(scherm: Huis, web: Any) -> None:
    """Same buurten in the same order, by name; a class for each that has a score, and its words."""
    i, u = _reken(scherm, "?methode=gmean")
    with scherm.snapshots.lezing() as lezing:
        stand = map_trial.stand(scherm, lezing, i, u)
    gebieden, waarden = (json.loads(web.get(stand[w]).data) for w in ("gebieden", "waarden"))
    assert len(gebieden["codes"]) == len(waarden["k"]) == len(waarden["w"]) > 60
    assert all(a.casefold().lstrip("'’‘ -") <= b.casefold().lstrip("'’‘ -")
               for a, b in pairwise(gebieden["namen"]))  # fmt: skip
    met = {c: k for c, k in zip(gebieden["codes"], waarden["k"], strict=True) if k != "-"}
    assert met == dict(zip(u.codes, map(str, u.uit.klasse), strict=True))
    n = gebieden["codes"].index(u.codes[0])
    assert waarden["erbij"]["klasse"][n] == trial_words.klassewoord(u.uit, 0)
    assert waarden["erbij"]["plek"][n] == trial_words.plekwoord(u.uit, 0)
    mist = [waarden["o"][n] for n, k in enumerate(waarden["k"]) if k == "-"]
    assert mist and "0" not in mist  # never without a reason


def test_old_publication_and_nonsense_give_words(web: Any) -> None:
    assert web.get("/atelierwaarden?publicatie=p-oud").status_code == 409
    antwoord = web.get(f"/atelierwaarden?gewicht={','.join(['0'] * M)}")
    assert antwoord.status_code == 400 and "gewicht" in json.loads(antwoord.data)["melding"]


# -- saving, and the stamp ------------------------------------------------------------------------


def test_saved_setting_has_versions_and_comes_back(scherm: Huis, instellingen: Path) -> None:
    """The same name makes version 2; version 1 stays as it was, in file and address."""
    een, _ = _bewaar(scherm, "Schulden zwaarder", "Omdat de preventie daarop stuurt.",
                     f"?gewicht={_gewichten(3)}")  # fmt: skip
    twee, i = _bewaar(scherm, "schulden zwaarder", "Toch meetkundig, na overleg.",
                      f"?gewicht={_gewichten(3)}&methode=gmean")  # fmt: skip
    assert (een.id, een.versie, twee.id, twee.versie) == ("schulden-zwaarder", 1, een.id, 2)
    alle = weighings.lees(scherm.instellingen.datamap.wegingen)
    assert alle == (een, twee) and weighings.nieuwste(alle) == [twee]
    terug, _ = _reken(scherm, "?instelling=schulden-zwaarder.1")
    assert terug.bewaard == een and terug.gewicht == i.gewicht and terug.methode == "amean"
    assert "instelling=schulden-zwaarder.1" in terug.adres(gebied="BU99010102")
    assert "instelling" not in terug.adres(bewaard=None)
    tekst = _pagina(scherm, "?instelling=schulden-zwaarder")
    assert "„schulden zwaarder”, versie 2" in tekst and "Toch meetkundig, na overleg." in tekst
    assert "door deze computer" in tekst


def test_withdrawn_setting_still_opens_and_says_so(
    scherm: Huis, web: Any, instellingen: Path
) -> None:
    """Out of the list with who and why; link and file stay, marked; the same name revives it."""
    pad = scherm.instellingen.datamap.wegingen
    _bewaar(scherm, "Oud idee", "Omdat we dat toen dachten.", f"?gewicht={_gewichten(3)}")
    assert "Een instelling intrekken" in _pagina(scherm)
    for id_, reden in (("oud-idee", "weg"), ("niets", "Omdat het moet, echt waar.")):
        with pytest.raises(weighings.BewaarFout):
            weighings.trek_in(pad, id_, reden, "Anna", nu())
    weighings.trek_in(pad, "oud-idee", "De preventie stuurt er niet meer op.", "Anna", nu())
    with pytest.raises(weighings.BewaarFout, match="al ingetrokken"):
        weighings.trek_in(pad, "oud-idee", "Nog een keer voor de zekerheid.", "Anna", nu())
    lijst = _pagina(scherm)
    assert "Ingetrokken (1)" in lijst and "geen instelling in gebruik" in lijst
    tekst = _pagina(scherm, "?instelling=oud-idee.1")
    assert "versie 1 (ingetrokken)" in tekst
    assert "ingetrokken door Anna" in tekst and "De preventie stuurt er niet meer op." in tekst
    csv = web.get("/uitvoer/atelier.csv?instelling=oud-idee.1").data.decode("utf-8-sig")
    assert "Ingetrokken: door Anna" in csv and "versie 1 (ingetrokken)" in csv
    twee, _ = _bewaar(scherm, "Oud idee", "Toch weer in gebruik.", f"?gewicht={_gewichten(2)}")
    assert twee.versie == 2 and "Ingetrokken (" not in _pagina(scherm)
    assert "(ingetrokken)" not in _pagina(scherm, "?instelling=oud-idee")
    assert "versie 1 (ingetrokken)" in _pagina(scherm, "?instelling=oud-idee.1")


@pytest.mark.parametrize(
    ("naam", "reden", "zoek", "zegt"),
    [
        ("", "Een goede reden.", "", "naam"),
        ("Naam", "kort", "", "waarom"),
        ("Naam", "lang" * 200, "", "600"),
        ("N" * 90, "Een goede reden.", "", "80"),
        ("Naam", "Een goede reden.", "?methode=maan", "niets bewaard"),
    ],
)
def test_saving_asks_for_name_and_reason(
    scherm: Huis, instellingen: Path, naam: str, reden: str, zoek: str, zegt: str
) -> None:
    with pytest.raises(weighings.BewaarFout, match=zegt):
        _bewaar(scherm, naam, reden, zoek)
    assert weighings.lees(scherm.instellingen.datamap.wegingen) == ()


def test_saved_setting_of_a_figure_that_is_gone(scherm: Huis, instellingen: Path) -> None:
    """The sentence names setting and figure, and shows the standard; the list says so too."""
    _bewaar(scherm, "Oud", "Toen dat cijfer er nog was.", f"?gewicht={_gewichten(2)}")
    pad = scherm.instellingen.datamap.wegingen
    pad.write_text(pad.read_text().replace("laag_inkomen_pct", "verdwenen_pct"))
    tekst = _pagina(scherm, "?instelling=oud")
    assert "„Oud” weegt verdwenen_pct mee" in tekst and "Standaardinstelling" in tekst
    assert tekst.count("verdwenen_pct") >= 2
    pad.write_text("wegingen: [1]")
    assert "wegingen.yaml" in _pagina(scherm)


def test_files_carry_the_stamp_and_no_formula(scherm: Huis, web: Any, instellingen: Path) -> None:
    """Name, reason, weights, method, reference, publication, limits; a formula stays words."""
    w, _ = _bewaar(scherm, '=cmd|"x"', "@Omdat het moet; en anders niet.",
                   f"?gewicht={_gewichten(2.5)}&methode=hmean&schaal=zscore")  # fmt: skip
    zoek = f"?instelling={weighings.merk(w)}"
    csv = web.get(f"/uitvoer/atelier.csv{zoek}").data.decode("utf-8-sig")
    for deel in ("=cmd", "@Omdat het moet", "Laag inkomen: 2,50", "harmonisch gemiddelde",
                 "afstand tot het gemiddelde", "Wendrecht, 67 buurten over 2022", w.publicatie,
                 "niet de gepubliceerde score", "Waar dit niet voor mag"):  # fmt: skip
        assert deel in csv, deel
    assert not any(r.lstrip('"').startswith(("=", "@", "+")) for r in csv.splitlines())
    with ZipFile(BytesIO(web.get(f"/uitvoer/atelier.xlsx{zoek}").data)) as boek:
        inhoud = {n: boek.read(n).decode() for n in boek.namelist() if n.endswith(".xml")}
    assert not any("<f>" in x for n, x in inhoud.items() if "sheet" in n)
    assert "@Omdat het moet" in inhoud["xl/sharedStrings.xml"]
    onder = json.loads(web.get(f"/atelieronderschrift{zoek}").data)
    assert ["Reden", "@Omdat het moet; en anders niet."] in onder["regels"]
    assert "=cmd" in onder["erbij"]


def test_file_of_a_nonsense_address_is_refused(web: Any) -> None:
    assert web.get("/uitvoer/atelier.csv?methode=harmonica").status_code == 404
    assert web.get("/uitvoer/atelier.png").status_code == 404


# -- who may --------------------------------------------------------------------------------------


def test_who_may_see_and_who_may_save() -> None:
    """Declared like the other pages of figures; keeping a setting is for who edits settings."""

    def wie(rol: str) -> access.Wie:
        items = ("buurt:BU99010000",) if rol == "gast" else ()
        return access.Wie(rol, rechten=(access.Recht(rol, items=items),))

    assert access.mag_pagina(wie("lezer"), "atelier", None, nu())
    assert not access.mag_pagina(wie("gast"), "atelier", None, nu())
    assert access.mag(wie("redacteur"), "weging bewaren", nu())
    assert not any(access.mag(wie(r), "weging bewaren", nu()) for r in ("lezer", "gast", "rvc"))

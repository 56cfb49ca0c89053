"""The norm on screen: set with a reason, kept per version, tried in the address, no verdict."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import yaml
from dash.development.base_component import Component
from flask import Flask, g
from pydantic import ValidationError

from dashboard import areas, callbacks_norm, norm
from dashboard.access import Recht, Wie
from dashboard.context import Huis, open_huis
from dashboard.norm import NormFout, Voorstel, stel_vast, toets
from dashboard.panels.norm import hier
from dashboard.router import pagina
from dashboard.settings import voor_map
from dashboard.sheets.model import Redactie
from dashboard.snapshot_compare import buurten_in
from indicators.contracts import Gebiedskeuze
from indicators.norms import Normen
from pipelines.voorbeeld import VAST
from tests import publicatie_klein as klein
from tests.stad import CAT, Stad

VANDAAG = dt.date(2026, 3, 12)
AS, ANDER = "kwetsbaarheid", "overlast_en_onveiligheid"
VOORSTEL = Voorstel(
    "Eerst samen kijken", "Boven deze grenzen gaan we samen de buurt in.",
    {AS: 50.0, ANDER: 35.0}, 2, 0.8, dt.date(2027, 3, 12),
)  # fmt: skip
ZUID, PLANETEN, HAAG = "BU99010305", "BU99010303", "BU99010407"


@pytest.fixture(scope="module")
def scherm(stad: Stad, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huis]:
    h = stad.kopie(tmp_path_factory.mktemp("norm") / "data", "publicatie")
    h.datamap.gebieden.parent.mkdir(exist_ok=True)
    shutil.copyfile(VAST / "normen.yaml", h.datamap.normen)
    areas.schrijf(h.datamap.gebieden, Gebiedskeuze(mijn_gebieden=(ZUID, PLANETEN, HAAG)))
    geopend = open_huis(voor_map(h.datamap.map))
    yield geopend
    geopend.sluit()


def _tekst(deel: Any) -> str:
    if isinstance(deel, list | tuple):
        return " ".join(_tekst(d) for d in deel)
    if isinstance(deel, Component):
        return _tekst(getattr(deel, "children", None))
    return "" if deel is None else str(deel).replace("\u00a0", " ")


def _pagina(huis: Huis, zoek: str = "") -> str:
    return " ".join(_tekst(pagina(huis, "/norm", zoek).inhoud).split())


def test_versions_stay_and_the_file_reads_back(tmp_path: Any) -> None:
    """A new version is added, the old one is as it was, and nothing is lost on the way."""
    pad = tmp_path / "normen.yaml"
    een = stel_vast(pad, CAT, VOORSTEL, "bestuur", VANDAAG)
    twee = stel_vast(pad, CAT, Voorstel(**{**vars(VOORSTEL), "kans": 0.9}), "bestuur", VANDAAG)
    assert (een.versie, twee.versie) == (1, 2) and norm.lees(pad).normen == (een, twee)
    assert yaml.safe_load(pad.read_text())["normen"][0]["drempels"][0]["as"] == AS


@pytest.mark.parametrize(
    ("anders", "door", "woord"),
    [
        ({"reden": "omdat"}, "bestuur", "waarom"),
        ({"herzien_op": VANDAAG}, "bestuur", "toekomst"),
        ({"herzien_op": None}, "bestuur", "toekomst"),
        ({}, " ", "wie"),
        ({"drempels": {AS: None}}, "bestuur", "drempels"),
        ({"drempels": {"verzonnen": 5.0}}, "bestuur", "drempels"),
        ({"drempels": {AS: 101.0}}, "bestuur", "waarde"),
    ],
)
def test_a_norm_without_its_reason_is_not_kept(
    tmp_path: Any, anders: dict[str, Any], door: str, woord: str
) -> None:
    pad = tmp_path / "normen.yaml"
    with pytest.raises((NormFout, ValidationError), match=woord):
        stel_vast(pad, CAT, Voorstel(**{**vars(VOORSTEL), **anders}), door, VANDAAG)
    assert not pad.exists()


def test_the_same_again_is_no_new_version(tmp_path: Any) -> None:
    pad = tmp_path / "normen.yaml"
    stel_vast(pad, CAT, VOORSTEL, "bestuur", VANDAAG)
    with pytest.raises(NormFout, match="niets veranderd"):
        stel_vast(pad, CAT, VOORSTEL, "een ander", VANDAAG)


@pytest.mark.parametrize(
    ("weg", "woord"),
    [("versie: 1", "versies"), ("oordelen: {een: dezelfde, twee: dezelfde}", "oordelen")],
)
def test_a_file_with_a_fault_names_it(tmp_path: Any, weg: str, woord: str) -> None:
    pad = tmp_path / "normen.yaml"
    tekst = (VAST / "normen.yaml").read_text(encoding="utf-8")
    tekst = tekst.replace(weg, "versie: 2") if "versie" in weg else f"{tekst}{weg}\n"
    pad.write_text(tekst, encoding="utf-8")
    with pytest.raises(areas.KeuzeFout, match=rf"normen\.yaml.*{woord}"):
        norm.lees(pad)


def test_outcome_is_worked_out_from_the_published_scores(scherm: Huis) -> None:
    """Of each own buurt, in both years: the chance that both axes lie beyond, by hand."""
    vast = norm.lees(scherm.instellingen.datamap.normen).huidig
    assert vast is not None
    with scherm.snapshots.lezing() as lezing:
        uit = toets(lezing, vast, lezing.gebieden([ZUID, PLANETEN, HAAG]))
        assert not isinstance(uit, str) and uit.jaren == (2021, 2022)
        for n, g in enumerate(uit.gebieden):
            jaren = []
            for jaar in uit.jaren:
                kans = 1.0
                for d in vast.drempels:
                    [(onder, boven)] = lezing.tabel(
                        """SELECT onder, boven FROM out_score WHERE gebied = ? AND knoop = ?
                        AND boom = 'veerkracht' AND jaar = ? AND grensjaar = ?""",
                        (g.gebied, d.as_, jaar, jaar))  # fmt: skip
                    kans *= np.clip((boven - d.waarde) / (boven - onder), 0, 1)
                jaren.append(kans)
            assert uit.kans[n] == pytest.approx(min(jaren))
            assert (uit.uitkomst[n] == "over de norm") == (min(jaren) >= vast.kans)
    assert [g.gebied for g in uit.wie("over de norm")] == [ZUID]


def test_moving_the_threshold_to_the_turning_point_turns_it(scherm: Huis) -> None:
    """What the page says of how far is true: just past it, this buurt changes side."""
    vast = norm.lees(scherm.instellingen.datamap.normen).huidig
    assert vast is not None
    with scherm.snapshots.lezing() as lezing:
        gebieden = lezing.gebieden([ZUID])
        uit = toets(lezing, vast, gebieden)
        assert not isinstance(uit, str)
        punt = float(uit.omslag[AS].drempel[0])
        kanten = [toets(lezing, vast.met_drempel(AS, punt + d), gebieden) for d in (-0.01, 0.01)]
    assert [k.uitkomst[0] for k in kanten if not isinstance(k, str)] == [
        "over de norm", "binnen de norm",
    ]  # fmt: skip


def test_page_shows_rule_reason_date_who_and_what_would_change(scherm: Huis) -> None:
    tekst = _pagina(scherm)
    for deel in ("Kwetsbaarheid boven 50 en overlast en onveiligheid boven 35, 2 jaar op rij, met "
                 "ten minste 80 % zekerheid.", "12 januari 2026, door bestuur De Brug",
                 "Van 3 buurten ligt er 1 over de norm en 2 erbinnen; van 0 weten we het niet.",
                 "Over de norm (1)", "Kruisveld-Zuid", "35 (nu)",
                 "geeft geen oordeel"):  # fmt: skip
        assert deel in tekst, deel
    assert "proef" not in tekst.split("Als de norm anders was")[0]
    assert "draagt" not in tekst and "vraagt nu ingrijpen" not in tekst


def test_another_threshold_is_in_the_address_and_stamped(scherm: Huis) -> None:
    """Tried, not kept; what cannot be read in an address changes nothing."""
    voor = scherm.instellingen.datamap.normen.read_bytes()
    tekst = _pagina(scherm, f"?{ANDER}=29&gebied={PLANETEN}")
    assert "Dit is niet de vastgestelde norm" in tekst and "Van 3 buurten liggen er 2" in tekst
    assert "Planetenbuurt Over de norm" in tekst
    assert _pagina(scherm, f"?{ANDER}=veel&jaren=0&kans=7") == _pagina(scherm)
    assert scherm.instellingen.datamap.normen.read_bytes() == voor
    wijd = _pagina(scherm, "?waar=GM9901")
    with scherm.snapshots.lezing() as lezing:
        codes = buurten_in(lezing, "GM9901", lezing.nieuwste_grensjaar())
        land = [g for g in lezing.gebieden(codes) if not g.water]
    assert f"Van {len(land)} buurten" in wijd and "hier wonen te weinig mensen" in wijd


def test_buurt_says_what_the_norm_says_here(scherm: Huis) -> None:
    tekst = _tekst(pagina(scherm, f"/buurt/{PLANETEN}", "").inhoud)
    for deel in ("Binnen de norm, waarschijnlijk (scores van 2021 en 2022).",
                 "Slaat om bij een drempel op overlast en onveiligheid van",
                 "Hij is geen oordeel over de buurt."):  # fmt: skip
        assert deel in tekst, deel


def test_what_cannot_be_said_is_said_so(scherm: Huis) -> None:
    """Too few years, an area too small, and no norm at all."""
    vast = norm.lees(scherm.instellingen.datamap.normen).huidig
    assert vast is not None
    with scherm.snapshots.lezing() as lezing:
        alle = [g for g in lezing.gebieden() if g.niveau == "buurt" and not g.water]
        lang = toets(lezing, vast.model_copy(update={"jaren": 9}), alle)
        assert isinstance(lang, str) and "9 jaar op rij" in lang
        uit = toets(lezing, vast, alle)
        assert not isinstance(uit, str)
        leeg = uit.wie("weten we niet")
        assert leeg and all(uit.waarom[g.gebied] for g in leeg)
        assert hier(lezing, alle[0], None) is None
        assert hier(lezing, lezing.gebied("GM9901"), vast) is None
        vier = toets(lezing, vast.model_copy(update={"jaren": 4}), alle)
        assert not isinstance(vier, str) and vier.jaren == (2019, 2020, 2021, 2022)
        breuken = lezing.breuken([g.gebied for g in alle])
        anders = {c for c, jaren in breuken.items() if any(2019 < j <= 2022 for j in jaren)}
        bezocht = {c for c, zin in vier.waarom.items() if "bezoekers" in zin}
        assert anders - bezocht
        assert all("grens veranderde" in vier.waarom[c] for c in anders - bezocht)


def test_a_verdict_needs_a_reason_and_a_name() -> None:
    """From a score or a norm alone no verdict follows."""
    los = Redactie(oordeel="ingrijpen")
    half = Redactie(oordeel="ingrijpen", oordeel_reden="Het is hier op.")
    heel = Redactie(oordeel="ingrijpen", oordeel_reden="Het is hier op.", ondertekend="A. Bos")
    zonder = [r.oordeel_zonder_reden for r in (los, half, heel, Redactie())]
    assert zonder == [True, True, False, False]


def test_verdict_labels_are_the_catalogues_unless_settings_rename_them() -> None:
    assert list(norm.oordelen(CAT, Normen()).values()) == [
        "draagt", "vraagt aandacht", "vraagt nu ingrijpen", "weten we niet",
    ]  # fmt: skip
    eigen = Normen(oordelen={"draagt": "gaat goed", "aandacht": "samen kijken"})
    assert norm.oordelen(CAT, eigen) == {"draagt": "gaat goed", "aandacht": "samen kijken"}


def test_the_form_keeps_a_version_signed_with_the_account(tmp_path: Any) -> None:
    """What was typed as name counts only where there are no accounts."""
    instellingen = voor_map(tmp_path)
    klein.schrijf(instellingen.datamap, 1)
    huis = open_huis(instellingen)
    velden = ["Onze norm", VOORSTEL.reden, 2, 80, "zomaar iemand", "12-3-2099", [50, None],
              [{"as": AS}, {"as": ANDER}]]  # fmt: skip
    try:
        een = callbacks_norm.stel_vast(huis, *velden)
        assert een.door == "zomaar iemand" and [d.as_ for d in een.drempels] == [AS]
        with Flask("toets").test_request_context():
            g.wie = Wie("Els Secretaris", rechten=(Recht("secretaris"),))
            twee = callbacks_norm.stel_vast(huis, *[*velden[:2], 3, *velden[3:]])
        assert (twee.door, twee.versie, twee.jaren) == ("Els Secretaris", 2, 3)
        with pytest.raises(NormFout, match="waarom"):
            callbacks_norm.stel_vast(huis, "x", "", *velden[2:])
        leeg = _pagina(huis)
        assert "Er zijn nog geen eigen buurten gekozen" in leeg and "versie 2" in leeg
        instellingen.datamap.normen.unlink()
        assert "Er is nog geen norm" in _pagina(huis)
    finally:
        huis.sluit()

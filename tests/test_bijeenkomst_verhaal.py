"""Protects: notes of a meeting: who looks first, what becomes a verhaal, what goes for good."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from sqlalchemy.exc import OperationalError

from dashboard import callbacks_bijeenkomst
from dashboard.app import create_app
from dashboard.context import Huis, open_huis
from dashboard.settings import voor_map
from dashboard.stories import backup, erasure, reading, tokens
from dashboard.stories.bijeenkomst import Bijeenkomsten, BijeenkomstFout
from dashboard.stories.models_bijeenkomst import Bijeenkomst
from dashboard.stories.repository import VerhaalFout, nu
from tests import publicatie_klein as klein
from tests.bijeenkomst import (
    DAAR,
    HIER,
    begin,
    doe_mee,
    notities,
    nu_van,
    op_het_doek,
    stuur,
    zet,
)


@pytest.fixture(scope="module")
def huis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huis]:
    instellingen = voor_map(tmp_path_factory.mktemp("bijeenkomst"))
    klein.schrijf(instellingen.datamap, 1)
    geopend = open_huis(instellingen)
    yield geopend
    geopend.sluit()


@pytest.fixture(scope="module")
def app(huis: Huis) -> Dash:
    return create_app(huis.instellingen, huis)


@pytest.fixture
def vers(huis: Huis, tmp_path: Path) -> Iterator[Huis]:
    """The same figures with a store of its own, for what is about all that there is."""
    shutil.copytree(huis.instellingen.datamap.published, voor_map(tmp_path).datamap.published)
    geopend = open_huis(voor_map(tmp_path))
    yield geopend
    geopend.sluit()


def test_what_may_point_at_someone_waits_and_is_said(app: Dash, huis: Huis) -> None:
    b = begin(huis)
    client = doe_mee(app, b)
    zet(huis, b, "verder", "onthul")
    tekst = "Mevrouw Jansen van De Wielen klaagt."
    [vondst] = stuur(client, "meelezen", tekst=tekst).get_json()
    assert vondst["woorden"] == "Mevrouw Jansen"
    ja = stuur(client, soort="opvallend", ronde=1, tekst=tekst)
    assert "de begeleider kijkt er eerst naar" in ja.text
    [n] = notities(huis, b)
    assert n.vast and tekst not in op_het_doek(huis, b) and "notitie wacht" in op_het_doek(huis, b)
    assert tekst in op_het_doek(huis, b, "?scherm=notities")
    Bijeenkomsten(huis.verhalen).laat_zien(b.id, n.id, True)
    assert tekst in op_het_doek(huis, b)


def test_one_laptop_is_enough(huis: Huis) -> None:
    """Hands and words of the room, typed by the one who leads."""
    b = begin(huis)
    samen = Bijeenkomsten(huis.verhalen)
    zet(huis, b, "verder")
    samen.zaal(b.id, "Dat valt mee", {"hoger": 7, "lager": 2}, False, "s")
    samen.zaal(b.id, "Dat valt mee", None, False, "s")  # sent twice
    with pytest.raises(BijeenkomstFout, match="wat de zaal zegt"):
        samen.zaal(b.id, "  ", None, False)
    zet(huis, b, "onthul")
    assert nu_van(huis, b).rondes[0].handen == {"hoger": 7, "ongeveer_gelijk": 0, "lager": 2}
    assert '"7"' in op_het_doek(huis, b) and len(notities(huis, b)) == 1
    with pytest.raises(BijeenkomstFout, match="zolang het cijfer"):
        samen.zaal(b.id, "", {"hoger": 1}, False)
    assert callbacks_bijeenkomst._handen({"hoger": " 3 ", "lager": ""}) == {"hoger": 3}
    with pytest.raises(BijeenkomstFout, match="hele getallen"):
        callbacks_bijeenkomst._handen({"hoger": "veel"})


def test_a_note_becomes_a_story_with_one_click(app: Dash, huis: Huis) -> None:
    b = begin(huis, gebied=DAAR)
    client, ander = doe_mee(app, b, rol="huismeester"), doe_mee(app, b, mag=False)
    zet(huis, b, "verder", "onthul")
    stuur(client, soort="opvallend", ronde=1, tekst="De lift is vaak stuk.")
    stuur(ander, soort="opvallend", ronde=1, tekst="Dit is niet voor een verhaal.")
    stuur(client, soort="opvallend", ronde=1, tekst="Vraag het Kees maar.")
    eerst, niet, naam = notities(huis, b)
    doe = callbacks_bijeenkomst._oogst
    basis = {"id": str(b.id), "gebied": DAAR}
    keuze: dict[str, str | None] = {"soort": "signaal", "richting": "slechter"}
    for _ in range(2):
        doe(huis, basis, "verhaal", str(eerst.id), keuze, "Anna")
    doe(huis, basis, "verhaal", str(naam.id), {}, "Anna")
    with pytest.raises(BijeenkomstFout, match="wil niet"):
        doe(huis, basis, "verhaal", str(niet.id), {}, "Anna")
    with pytest.raises(BijeenkomstFout, match="geen keuze"):
        doe(huis, basis, "verhaal", str(niet.id), {"soort": "verzonnen"}, "Anna")
    verhalen = {v.nu.tekst: v for v in huis.verhalen.van([DAAR])}
    assert len(verhalen) == 2
    v = verhalen["De lift is vaak stuk."]
    assert (v.nu.rol, v.nu.soort, v.nu.richting, v.nu.status) == (
        "huismeester", "signaal", "slechter", "concept")  # fmt: skip
    assert v.nu.toestemming and v.nu.anoniem and v.nu.bron == "Avond in De Wielen"
    assert v.koppelingen == [] and v.themas == ["inkomen"]
    assert not verhalen["Vraag het Kees maar."].nu.anoniem  # someone has to look first
    assert [n.tekst for n in notities(huis, b)] == ["", niet.tekst, ""]  # the words moved
    assert "De lift is vaak stuk." in op_het_doek(huis, b, "?scherm=notities")
    with pytest.raises(VerhaalFout, match="zelf geschreven"):
        reading.lees_na(huis.verhalen, v.id, 1, True, "", "Anna")
    reading.lees_na(huis.verhalen, v.id, 1, True, "", "Bert")
    assert stuur(client, "terug", notitie=eerst.id).status_code == 409
    stuur(ander, "mag", toestemming="ja")
    doe(huis, basis, "verhaal", str(niet.id), {}, "Anna")
    assert len(huis.verhalen.van([DAAR])) == 3


def test_notes_nobody_picks_go_for_good(vers: Huis) -> None:
    huis, app = vers, create_app(vers.instellingen, vers)
    b = begin(huis)
    client = doe_mee(app, b)
    zet(huis, b, "verder", "onthul")
    for tekst in ("Neem mij terug.", "Word een verhaal.", "Blijf liggen."):
        stuur(client, soort="opvallend", ronde=1, tekst=tekst)
    terug, wordt, _ = notities(huis, b)
    oud = backup.bewaar(huis.verhalen, huis.instellingen.datamap.map / "elders.zip")
    hier = backup.bewaar(huis.verhalen)
    assert stuur(doe_mee(app, b), "terug", notitie=terug.id).status_code == 409  # not one's own
    assert stuur(client, "terug", notitie=terug.id).status_code == 200
    callbacks_bijeenkomst._oogst(huis, {"id": str(b.id)}, "verhaal", str(wordt.id), {}, "Anna")
    [verhaal] = huis.verhalen.van([HIER])
    erasure.wis(huis.verhalen, verhaal.id, "Anna")
    assert [n.tekst for n in notities(huis, b)] == ["Blijf liggen."]
    zet(huis, b, "sluit")
    verloop = erasure.verloop
    assert verloop(huis.verhalen, nu().date() + timedelta(days=30))["bijeenkomsten"] == 0
    assert verloop(huis.verhalen, nu().date() + timedelta(days=31))["bijeenkomsten"] == 1
    assert Bijeenkomsten(huis.verhalen).een(b.id) is None and notities(huis, b) == []
    assert client.get("/meedoen/stap").status_code == 404
    winkel = huis.instellingen.datamap.verhalen.glob("verhalen.sqlite*")
    inhoud = json.dumps(backup.lees(hier)[0]).encode() + b"".join(p.read_bytes() for p in winkel)
    for weg in (b"Neem mij terug.", b"Word een verhaal.", b"Blijf liggen."):
        assert weg not in inhoud
    assert len(backup.lees(oud)[0]["tabellen"]["bijeenkomst_notitie"]) == 3  # a copy from elsewhere
    geteld = backup.zet_terug(huis.verhalen, oud, vervang=True)
    assert geteld["bijeenkomst_notitie"] == 0
    assert notities(huis, b) == [] and Bijeenkomsten(huis.verhalen).lijst() == []


def test_a_forged_quote_in_a_note_is_only_words(app: Dash, huis: Huis) -> None:
    b = begin(huis, gebied="BU99010102")
    client = doe_mee(app, b)
    zet(huis, b, "verder", "onthul")
    vals = "Zie [[[laag_inkomen_pct|2023|Nederland|99]] daar."
    assert stuur(client, soort="opvallend", ronde=1, tekst=vals).status_code == 200
    [n] = notities(huis, b)
    callbacks_bijeenkomst._oogst(huis, {"id": str(b.id)}, "verhaal", str(n.id), {}, "Anna")
    [v] = huis.verhalen.van(["BU99010102"])
    assert tokens.stukken(v.nu.tekst) == ["Zie [laag_inkomen_pct|2023|Nederland|99]] daar."]


def test_who_leads_hears_it_when_nothing_can_be_written(
    app: Dash, huis: Huis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through the callbacks themselves: the screen stays, and what was typed stays."""
    b = begin(huis)
    stap = _roep(app, "bij-fout.children", {"type": "bij-stap-knop", "doe": "verder"}, b)
    assert stap["bij-versie"]["data"] == 1 and nu_van(huis, b).fase == "verwacht"
    laat = _roep(app, "bij-fout.children", {"type": "bij-stap-knop", "doe": "verder"}, b)
    assert "Iemand anders ging al verder" in str(laat) and nu_van(huis, b).stap == 1
    naam = _roep(app, "bij-zaal-melding.children", "bij-zaal-zet", b, "Meneer Pietersen zegt nee.")
    assert "kijk eerst naar „Meneer Pietersen”" in str(naam) and notities(huis, b)[0].vast

    def op_slot(*_: Any, **__: Any) -> None:
        raise OperationalError("x", {}, Exception("database is locked"))

    monkeypatch.setattr(Bijeenkomsten, "zaal", op_slot)
    monkeypatch.setattr(Bijeenkomsten, "verder", op_slot)
    dicht = _roep(app, "bij-zaal-melding.children", "bij-zaal-zet", b, "bewaar mij")
    assert "Je tekst staat er nog" in str(dicht) and "bij-zaal-tekst" not in dicht
    ook = _roep(app, "bij-fout.children", {"type": "bij-stap-knop", "doe": "verder"}, b)
    assert "er is niets veranderd" in str(ook) and "bij-versie" not in ook


def _roep(app: Dash, uitgang: str, knop: Any, b: Bijeenkomst, tekst: str = "") -> dict[str, Any]:
    """A press of a button, as the browser sends it."""
    client = app.server.test_client()
    [doel] = [d for d in client.get("/_dash-dependencies").get_json()
              if d["output"].startswith(f"..{uitgang}")]  # fmt: skip
    vast = {"bij-basis": {"gebied": b.gebied, "id": str(b.id)}, "bij-stap": 0,
            "bij-zaal-tekst": tekst, "bij-zaal-sleutel": tekst}  # fmt: skip
    patroon = isinstance(knop, dict)
    invoer = {"id": knop, "property": "n_clicks", "value": 1}
    stand = [
        [] if s["id"].startswith("{") else {**s, "value": vast[s["id"]]} for s in doel["state"]
    ]
    namen = [d.rpartition(".") for d in doel["output"].strip(".").split("...")]
    sleutel = json.dumps(knop, sort_keys=True, separators=(",", ":")) if patroon else knop
    antwoord = client.post(
        "/_dash-update-component",
        json={
            "output": doel["output"],
            "outputs": [{"id": n.partition("@")[0], "property": p.partition("@")[0]}
                        for n, _, p in namen],
            "inputs": [[invoer] if patroon else invoer],
            "state": stand,
            "changedPropIds": [f"{sleutel}.n_clicks"],
        },
    )  # fmt: skip
    assert antwoord.status_code == 200, antwoord.text[:300]
    return dict(antwoord.get_json()["response"])

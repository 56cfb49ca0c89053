"""Protects: a meeting: no figure before its reveal, no who with a note, no way out of a code.

Also: steps by two who lead, what is typed and sent twice or too late, notes that become verhalen,
and notes that nobody picks, which go for good.
"""

from __future__ import annotations

import ast
import json
import re
import shutil
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from dash import Dash
from plotly.utils import PlotlyJSONEncoder
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from dashboard import access, callbacks_bijeenkomst, meeting, router
from dashboard.accounts import Accounts
from dashboard.app import create_app
from dashboard.context import Huis, maak_blad, open_huis
from dashboard.pages import meedoen as deur
from dashboard.pages.bijeenkomst import verzet
from dashboard.settings import voor_map
from dashboard.stories.bijeenkomst import AlVerder, Bijeenkomsten, BijeenkomstFout, schone_code
from dashboard.stories.meedoen import PER_ADRES, Inzending, Meedoen, Onthuld, TeVaak
from dashboard.stories.models_access import Poging
from dashboard.stories.models_bijeenkomst import Bijeenkomst, Deelnemer
from dashboard.stories.repository import nu
from tests import publicatie_klein as klein
from tests.bijeenkomst import (
    CIJFER,
    DAAR,
    HIER,
    LEEG,
    WAARDE,
    WACHTWOORD,
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


def test_no_screen_gets_the_figure_before_it_is_revealed(app: Dash, huis: Huis) -> None:
    """Not hidden but not sent: to no phone, not to the big screen, not to the own screen."""
    b = begin(huis)
    client = doe_mee(app, b)

    def alles() -> str:
        delen = [client.get(p).text for p in ("/meedoen", "/meedoen/scherm", "/meedoen/stap")]
        rest = app.server.test_client().get(f"/bijeenkomst/{b.id}/versie").text
        begin_ = router.pagina(huis, "/bijeenkomst", f"?gebied={HIER}").inhoud
        delen += [op_het_doek(huis, b), op_het_doek(huis, b, "?scherm=notities")]
        return "".join([*delen, rest, json.dumps(begin_, cls=PlotlyJSONEncoder)])

    with huis.snapshots.lezing() as lezing:
        ref = meeting.onthulling(maak_blad(huis, lezing, HIER, None),
                                 lezing.catalogus.indicatoren[CIJFER])  # fmt: skip
    geheim = (WAARDE, ref["vergelijking"], "geregistreerd", "lager dan Wierdestad (")
    assert ref["getal"] == WAARDE
    for fase in ("welkom", "verwacht"):
        assert nu_van(huis, b).fase == fase
        tekst = alles()
        assert "Avond in De Wielen" in tekst
        assert [g for g in geheim if g in tekst] == []
        if fase == "welkom":
            zet(huis, b, "verder")
    assert "Huishoudens met een laag inkomen" in alles()
    zet(huis, b, "onthul")
    for scherm in (client.get("/meedoen/scherm").text, op_het_doek(huis, b)):
        assert WAARDE in scherm and "over 2023" in scherm and "Wierdestad" in scherm
        assert "vrijwel zeker" in scherm and "geregistreerd" in scherm


def test_the_screens_of_a_meeting_read_no_figure_themselves() -> None:
    """They know only what the reveal put into the round."""
    wortel = Path(access.__file__).parent
    for naam in ("stories/meedoen.py", "stories/bijeenkomst.py", "panels/meedoen.py",
                 "panels/bijeenkomst.py"):  # fmt: skip
        boom = ast.parse((wortel / naam).read_text(encoding="utf-8"))
        uit = {n.module or "" for n in ast.walk(boom) if isinstance(n, ast.ImportFrom)}
        assert not {m for m in uit if "snapshot" in m or m.endswith(".context")}, naam


def test_why_there_is_no_figure_is_said_in_words(app: Dash, huis: Huis) -> None:
    b = begin(huis, LEEG)
    client = doe_mee(app, b)
    zet(huis, b, "verder", "onthul")
    for scherm in (client.get("/meedoen/scherm").text, op_het_doek(huis, b)):
        assert "onbekend of niet getoond door CBS" in scherm or "niet getoond" in scherm
        assert "None" not in scherm and "nan" not in scherm.lower().split()


def test_steps_go_in_order_and_two_who_lead_skip_nothing(huis: Huis) -> None:
    b, fasen = begin(huis), []
    while (stand := nu_van(huis, b)).fase != "gesloten":
        fasen.append((stand.ronde, stand.fase))
        zet(huis, b, "onthul" if stand.fase == "verwacht" else "verder")
    assert fasen == [(0, "welkom"), (1, "verwacht"), (1, "onthuld"), (1, "mist"), (2, "verwacht"),
                     (2, "onthuld"), (2, "mist"), (2, "slot")]  # fmt: skip
    ander = begin(huis)
    assert nu_van(huis, ander).versie == 0
    zet(huis, ander, "verder")
    for doe in ("verder", "onthul", "sluit"):
        with pytest.raises(AlVerder):
            callbacks_bijeenkomst._doe(huis, nu_van(huis, ander), doe, 0)
    assert (nu_van(huis, ander).fase, nu_van(huis, ander).stap) == ("verwacht", 1)
    assert nu_van(huis, ander).rondes[0].onthuld is None
    met_over = zet(huis, ander, "onthul", "over")
    assert (met_over.ronde, met_over.fase) == (2, "verwacht")


def test_figures_to_begin_with_can_be_put_in_order(huis: Huis) -> None:
    with huis.snapshots.lezing() as lezing:
        gekozen = meeting.standaard(maak_blad(huis, lezing, HIER, None))
    assert 3 <= len(gekozen) <= meeting.STANDAARD and len(set(gekozen)) == len(gekozen)
    assert verzet(["a", "b", "c"], "op", "c") == ["a", "c", "b"]
    assert verzet(["a", "b"], "neer", "b") == ["a", "b"]
    assert verzet(["a", "b"], "weg", "a") == ["b"]
    assert verzet(["a"], "erbij", "b") == verzet(["a", "b"], "erbij", "b") == ["a", "b"]
    with pytest.raises(BijeenkomstFout, match="minstens één"):
        begin(huis, "bestaat_niet")


def test_a_code_leads_to_its_own_meeting_while_that_lasts(app: Dash, huis: Huis) -> None:
    b, ander = begin(huis), begin(huis, gebied=DAAR)
    assert re.fullmatch(r"[B-DF-HJ-NP-TV-Z2-9]{6}", b.code or "") and b.code != ander.code
    assert schone_code(" abc-2 3d ") == "ABC23D"
    client = doe_mee(app, b)
    assert HIER not in client.get("/meedoen").text  # nor where else to look
    links = re.findall(r'(?:href|action|src)="([^"]+)"', client.get("/meedoen").text)
    assert {x for x in links if not x.startswith(("/meedoen", "/assets/"))} == set()
    nieuw = Bijeenkomsten(huis.verhalen).ververs_code(b.id, "Anna")
    meedoen = Meedoen(huis.verhalen)
    for code in (b.code or "", "", "ZZZZZZ", "' OR 1=1"):
        with pytest.raises(BijeenkomstFout, match="leidt nergens heen"):
            meedoen.doe_mee(code, "a", "bewoner", True)
    meedoen.doe_mee(nieuw, "a", "bewoner", True)
    with huis.verhalen.sessie() as sessie:  # over after twelve hours, also for who was in
        weg = update(Bijeenkomst).where(Bijeenkomst.id == b.id)
        sessie.execute(weg.values(code_tot=nu() - timedelta(seconds=1)))
        sessie.commit()
    with pytest.raises(BijeenkomstFout, match="leidt nergens heen"):
        meedoen.doe_mee(nieuw, "a", "bewoner", True)
    assert client.get("/meedoen/stap").get_json()["open"] is False
    assert stuur(client, soort="mist", ronde=0, tekst="te laat").status_code == 400
    zet(huis, b, "sluit")
    assert nu_van(huis, b).code is None


def test_guessing_codes_is_slowed_down_per_address(app: Dash, huis: Huis) -> None:
    b, meedoen = begin(huis), Meedoen(huis.verhalen)
    for _ in range(PER_ADRES):
        with pytest.raises(BijeenkomstFout):
            meedoen.doe_mee("QQQQQQ", "10.0.0.1", "bewoner", True)
    with pytest.raises(TeVaak, match="minuten"):
        meedoen.doe_mee(b.code or "", "10.0.0.1", "bewoner", True)
    meedoen.doe_mee(b.code or "", "10.0.0.2", "bewoner", True)
    with huis.verhalen.sessie() as sessie:
        assert "10.0.0.1" not in str([p.waarop for p in sessie.scalars(select(Poging))])


def test_with_a_code_nothing_else_opens(vers: Huis) -> None:
    """With accounts: the key of a meeting is no session."""
    huis, app = vers, create_app(vers.instellingen, vers)
    accounts = Accounts(huis.verhalen, PasswordHasher(1, 8, 1))
    for naam, gebieden in (("ria", (HIER,)), ("daan", (DAAR,))):
        accounts.maak(naam, naam.title(), WACHTWOORD, "toets")
        accounts.geef_rol(naam, "verteller", "toets", gebieden)
    b = begin(huis)
    client = doe_mee(app, b)
    for regel in app.server.url_map.iter_rules():
        if access.ROUTES[regel.rule] == access.OPENBAAR or "GET" not in (regel.methods or ()):
            continue
        pad = re.sub(r"<[^>]+>", "x", regel.rule)
        assert client.get(pad).status_code in (303, 401, 404), pad
    assert client.post("/_dash-update-component", json={}).status_code == 401
    assert client.get(f"/bijeenkomst/{b.id}/versie").status_code == 401
    assert client.get("/meedoen/stap").status_code == 200
    kwaad = client.post("/meedoen/schrijf", data={"soort": "mist"},
                        headers={"Origin": "https://kwaad.example"})  # fmt: skip
    assert kwaad.status_code == 403
    assert client.post("/meedoen/schrijf", data={"woord": "x"}).status_code == 403
    for naam, code in (("ria", 200), ("daan", 403)):
        wie = app.server.test_client()
        wie.post("/aanmelden", data={"naam": naam, "wachtwoord": WACHTWOORD})
        assert wie.get(f"/bijeenkomst/{b.id}/versie").status_code == code
        assert wie.get(f"/bijeenkomst/{uuid.uuid4()}/versie").status_code == 404
        vorm = {"code": b.code or "", "rol": "bewoner"}  # who is signed in may also take part
        assert wie.post("/meedoen", data=vorm).status_code == 403  # not asked by our own page
        csrf = re.search(r'name="csrf" value="([^"]+)"', wie.get("/meedoen").text)
        assert csrf and wie.post("/meedoen", data=vorm | {"csrf": csrf[1]}).status_code == 303


def test_who_returns_is_the_same_bird_and_sends_once(app: Dash, huis: Huis) -> None:
    b = begin(huis)
    client, ander = doe_mee(app, b), doe_mee(app, b, mag=False)
    naam = re.search(r"Je doet mee als (\w[\w ]*)<", client.get("/meedoen").text)
    assert naam is not None and naam[0] in client.get("/meedoen").text
    assert naam[1] not in ander.get("/meedoen").text and naam[1] not in op_het_doek(huis, b)
    zet(huis, b, "verder")
    verwacht: dict[str, Any] = {"soort": "verwachting", "ronde": 1, "kant": "hoger"}
    assert stuur(client, tekst="Eerst dit", schatting="12,5", **verwacht).status_code == 200
    assert stuur(client, tekst="Toch dit", **verwacht | {"kant": "lager"}).status_code == 200
    [n] = notities(huis, b)
    assert (n.tekst, n.kant, n.schatting) == ("Toch dit", "lager", None)
    zet(huis, b, "onthul")
    for _ in range(3):
        stuur(client, soort="opvallend", ronde=1, tekst="Dit valt op", sleutel="s1")
    assert [n.tekst for n in notities(huis, b)] == ["Toch dit", "Dit valt op"]
    doek = op_het_doek(huis, b)
    assert "Dit valt op" in doek and "1 keer lager" not in doek  # the bar says it
    with huis.verhalen.sessie() as sessie:
        hier = select(Deelnemer.rol).where(Deelnemer.bijeenkomst_id == b.id)
        assert list(sessie.scalars(hier)) == ["bewoner", "bewoner"]
    mijn, van_ander = client.get("/meedoen/scherm").text, ander.get("/meedoen/scherm").text
    assert "Toch dit" in mijn and "Toch dit" not in van_ander


def test_bad_input_is_refused_in_words_and_the_text_survives(
    app: Dash, huis: Huis, monkeypatch: pytest.MonkeyPatch
) -> None:
    b = begin(huis)
    client = doe_mee(app, b)
    zet(huis, b, "verder")
    verwacht: dict[str, Any] = {"soort": "verwachting", "ronde": 1}
    for velden, woorden in (
        ({"tekst": ""}, "Schrijf eerst iets op"),
        ({"tekst": "x" * 501}, "501 tekens"),
        ({"tekst": "x", "schatting": "veel"}, "geen getal"),
        ({"tekst": "x", "schatting": "nan"}, "geen getal"),
        ({"tekst": "x", "kant": "verzonnen"}, "Kies hoger"),
        ({"tekst": "x", "soort": "verzonnen"}, "kan hier niet"),
        ({"tekst": "x", "soort": "opvallend"}, "nog niet aan de beurt"),
        ({"tekst": "x", "soort": "mist", "ronde": 0}, "aan het eind"),
    ):
        nee = stuur(client, **verwacht | velden)
        assert nee.status_code == 400 and woorden in nee.get_json()["melding"]
        kaal = stuur(client, script=False, **verwacht | velden)  # also without scripts
        assert kaal.status_code == 400 and woorden in kaal.text
        assert not velden["tekst"] or velden["tekst"] in kaal.text
    groot = stuur(client, **verwacht, tekst="x" * 1_000_000)
    assert groot.status_code == 413 and "Je tekst staat er nog" in groot.get_json()["melding"]
    stout = "<script>alert(1)</script>&<img src=x onerror=y>"
    assert stuur(client, **verwacht, tekst=stout).status_code == 200
    assert "<script>alert" not in client.get("/meedoen/scherm").text
    assert "&lt;script&gt;alert(1)" in client.get("/meedoen/scherm").text

    def op_slot(*_: Any, **__: Any) -> None:
        raise OperationalError("x", {}, Exception("database is locked"))

    with monkeypatch.context() as m:
        m.setattr(Meedoen, "schrijf", op_slot)
        dicht = stuur(client, **verwacht, tekst="bewaar mij")
        assert dicht.status_code == 503 and "Je tekst staat er nog" in dicht.get_json()["melding"]
    zet(huis, b, "onthul")
    laat = stuur(client, **verwacht, tekst="toch nog")
    assert laat.status_code == 409 and "geen verwachting meer" in laat.get_json()["melding"]
    with pytest.raises(Onthuld):
        sleutel = client.get_cookie(deur.KOEKJE, path="/meedoen").value  # type: ignore[union-attr]
        Meedoen(huis.verhalen).schrijf(sleutel, Inzending(1, "verwachting", "toch nog"))
    zet(huis, b, "sluit")
    dicht = stuur(client, soort="opvallend", ronde=1, tekst="net te laat")
    assert dicht.status_code == 400 and "gesloten" in dicht.get_json()["melding"]
    assert len(notities(huis, b)) == 1
    assert stuur(app.server.test_client(), soort="mist", tekst="x").status_code == 404


def test_where_phones_find_it_is_declared_or_this_computer(huis: Huis) -> None:
    assert meeting.adres(huis, "127.0.0.1:8050") == "http://127.0.0.1:8050/meedoen"
    assert meeting.adres(huis, "kwaad.example") is None
    pad = huis.instellingen.datamap.map / "instellingen" / "bladen.yaml"
    pad.parent.mkdir(exist_ok=True)
    pad.write_text("adres: https://buurt.example/\n")
    assert meeting.adres(huis, "kwaad.example") == "https://buurt.example/meedoen"
    assert meeting.qr("https://buurt.example/meedoen", "BCD234").startswith("data:image/svg+xml,")

"""One message per failure: source, consequence, what to do; told once, secrets nowhere."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from pipelines import messages, refresh
from pipelines.house import Huis
from pipelines.intake import Aanbod, Regel
from pipelines.publish import PublicatieFout
from pipelines.settings import Instellingen
from tests.stad import huis


@contextmanager
def ontvanger(status: int = 200) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A webhook on this computer, and what it was told."""
    gehoord: list[dict[str, str]] = []

    class Oor(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            gehoord.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:  # type: ignore[override]
            pass

    server = HTTPServer(("127.0.0.1", 0), Oor)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/geheim-pad", gehoord
    finally:
        server.shutdown()
        server.server_close()


def mislukt(wat: str = "cbs/85984NED/NL00: status 503") -> Aanbod:
    return Aanbod([Regel("cbs/85984NED/NL00", "mislukt", "Kerncijfers", 2024, uitleg=wat)])


def met_webhook(map_: Path, adres: str | None) -> Huis:
    h = huis(map_)
    h.instellingen = Instellingen(h.datamap, webhook=adres, smtp_wachtwoord="wachtwoord-7")
    h.datamap.meldingen.parent.mkdir(parents=True)
    h.datamap.meldingen.write_text("webhook: true\n")
    return h


def test_een_melding_per_storing_met_bron_gevolg_en_wat_te_doen(tmp_path: Path) -> None:
    """Told once; again when it is another; and again after it had been over.

    A round of another source says nothing of this one: its failure is not told again by that.
    """
    with ontvanger() as (adres, gehoord):
        h = met_webhook(tmp_path, adres)
        messages.meld_mislukt(h, mislukt())
        messages.meld_mislukt(h, mislukt())
        assert [m["bron"] for m in gehoord] == ["Kerncijfers"]
        assert "status 503" in gehoord[0]["wat"] and "staat er nog" in gehoord[0]["gevolg"]
        assert "refresh" in gehoord[0]["doen"] and "Gevolg:" in gehoord[0]["text"]
        messages.meld_mislukt(h, mislukt("cbs/85984NED/NL00: kolom weg"))
        for anders in (Aanbod(), Aanbod([Regel("cbs/86092NED/NL00", "nieuw", "SES-WOA")])):
            messages.meld_mislukt(h, anders)
            messages.meld_mislukt(h, mislukt("cbs/85984NED/NL00: kolom weg"))
        assert len(gehoord) == 2
        messages.meld_mislukt(h, Aanbod([Regel("cbs/85984NED/NL00", "ongewijzigd", "Kerncijfers")]))
        messages.meld_mislukt(h, mislukt("cbs/85984NED/NL00: kolom weg"))
        messages.meld_mislukt(h, Aanbod(), "controle out_waarde: iets")
        assert len(gehoord) == 4 and gehoord[-1]["bron"] == messages.RUN
    assert h.opmerkingen == []


def test_geheimen_staan_nergens(tmp_path: Path) -> None:
    """A webhook that refuses is said at the end of the run, without its address."""
    with ontvanger(500) as (adres, _):
        h = met_webhook(tmp_path, adres)
        messages.meld_mislukt(h, mislukt())
    assert "niet verstuurd per webhook" in h.opmerkingen[-1]
    alles = " ".join([*h.opmerkingen, repr(h.instellingen), repr(h)])
    alles += " ".join(p.read_text() for p in tmp_path.rglob("*") if p.is_file())
    assert "geheim-pad" not in alles and "wachtwoord-7" not in alles
    zonder = met_webhook(tmp_path / "b", None)
    messages.meld_mislukt(zonder, mislukt())
    assert "niet verstuurd per webhook" in zonder.opmerkingen[-1]


def test_wat_niet_aankwam_wordt_opnieuw_gemeld(tmp_path: Path) -> None:
    """A failure that nobody could hear of is told as soon as somebody can."""
    with ontvanger(500) as (adres, _):
        messages.meld_mislukt(met_webhook(tmp_path, adres), mislukt())
    with ontvanger() as (adres, gehoord):
        h = huis(tmp_path)
        h.instellingen = Instellingen(h.datamap, webhook=adres)
        messages.meld_mislukt(h, mislukt())
        messages.meld_mislukt(h, mislukt())
        assert len(gehoord) == 1 and "andere bronnen" not in gehoord[0]["gevolg"]


def test_een_fout_in_de_instelling_wordt_ook_gemeld(tmp_path: Path) -> None:
    """A night run that stops before the work must be heard of as well."""
    with ontvanger() as (adres, gehoord):
        h = met_webhook(tmp_path, adres)
        h.datamap.vrijgave.write_text("vrijgave: morgen\n")
        with pytest.raises(PublicatieFout, match="vrijgave"):
            refresh.ververs(h, kortstondig=True)
        h.datamap.vrijgave.unlink()
        h.mappen = [tmp_path / "is-er-niet"]
        assert refresh.ververs(h, kortstondig=True).geweigerd
    assert [m["bron"] for m in gehoord] == [messages.RUN] * 2


def test_mail_wordt_verstuurd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One mail to everyone named, after login; the headers cannot be broken by a message."""
    gezien: list[object] = []

    class Post:
        def __init__(self, server: str, poort: int, timeout: float) -> None:
            gezien.append((server, poort))

        def __enter__(self) -> Post:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def starttls(self, context: ssl.SSLContext) -> None:
            assert context.check_hostname  # else a stranger may read the password
            gezien.append("tls")

        def login(self, wie: str, woord: str) -> None:
            gezien.append((wie, woord))

        def send_message(self, bericht) -> None:
            gezien.append(bericht)

    monkeypatch.setattr(messages.smtplib, "SMTP", Post)
    h = met_webhook(tmp_path, None)
    h.datamap.meldingen.write_text(
        "mail: {aan: [a@x.nl, b@x.nl], van: tel@x.nl, server: post.x.nl, gebruiker: tel}\n"
    )
    aanbod = Aanbod([Regel("x", "mislukt", "Kern\ncijfers", uitleg="kapot")])
    messages.meld_mislukt(h, aanbod)
    assert gezien[:3] == [("post.x.nl", 587), "tls", ("tel", "wachtwoord-7")]
    bericht = gezien[3]
    assert bericht["To"] == "a@x.nl, b@x.nl" and "Kern cijfers" in bericht["Subject"]  # type: ignore[index]
    assert bericht["Date"]  # type: ignore[index]
    assert h.opmerkingen == []

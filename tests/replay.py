"""A loopback server that answers as CBS does (OData v3), with faults to order.

Fed by `replay_bak`: a KWB Excel file and CBS's own metadata, or a small made-up table.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, quote, urlsplit

from tests.replay_bak import Bak, Rij, bak_uit_excel


@dataclass
class Storing:
    """A fault for the next `keer` requests whose address holds `bevat`."""

    bevat: str
    soort: str
    keer: int = 1
    na: str = "1"


class Replay:
    """The server; use as context manager. `verzoeken` lists what was asked.

    `merkt`: whether answers carry an ETag, and a question with the same one gets 304.
    """

    merkt = False

    def __init__(self, *bakken: Bak, bladzijde: int = 10_000) -> None:
        self.bakken = {b.tabel_id: b for b in bakken}
        self.bladzijde = bladzijde
        self.storingen: list[Storing] = []
        self.verzoeken: list[str] = []
        self.voor_antwoord: Callable[[str], None] = lambda _: None
        self.stop = threading.Event()
        self._slot = threading.Lock()
        self._bewaard: dict[str, bytes] = {}

    @classmethod
    def uit_excel(
        cls, pad_xlsx: Path, metadata_dir: Path | None, tabel_id: str, jaar: int, **opties: Any
    ) -> Self:
        """A server with one table: figures from Excel, columns from CBS's metadata."""
        return cls(bak_uit_excel(pad_xlsx, metadata_dir, tabel_id, jaar), **opties)

    def handler(self) -> type[_Handler]:
        """What answers; another server has its own."""
        return _Handler

    def __enter__(self) -> Self:
        replay = self

        class Handler(self.handler()):  # type: ignore[misc]
            server_replay = replay

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self._server.shutdown()
        self._server.server_close()

    def storing(self, bevat: str, soort: str, keer: int = 1, na: str = "1") -> None:
        if soort == "bom":
            _bom_bytes()  # before anyone waits for it
        self.storingen.append(Storing(bevat, soort, keer, na))

    def neem_storing(self, adres: str) -> Storing | None:
        with self._slot:
            self.verzoeken.append(adres)
            for s in self.storingen:
                if s.keer > 0 and s.bevat in adres:
                    s.keer -= 1
                    return s
        return None

    def antwoord(self, adres: str, terug: int = 0) -> bytes | None:
        """The JSON of an address; `terug` rows earlier than asked; None when unknown."""
        sleutel = f"{adres}#{terug}"
        if sleutel not in self._bewaard:
            nieuw = self._maak(adres, terug)
            if nieuw is None:
                return None
            self._bewaard[sleutel] = json.dumps(nieuw, ensure_ascii=False).encode()
        return self._bewaard[sleutel]

    def vergeet(self) -> None:
        """After a table was changed."""
        self._bewaard.clear()

    def _maak(self, adres: str, terug: int) -> Rij | None:
        deel = urlsplit(adres)
        vraag = {k: v[0] for k, v in parse_qs(deel.query).items()}
        if deel.path == "/ODataCatalog/Tables":
            rijen: list[Rij] | None = [i for b in self.bakken.values() for i in b.infos]
            naam = "Tables"
        else:
            m = re.fullmatch(r"/OData(?:Feed|Api)/[oO][dD]ata/(\w+)(?:/(\w*))?", deel.path)
            bak = self.bakken.get(m[1]) if m else None
            if m is None or bak is None:
                return None
            naam = m[2] or ""
            rijen = bak.deel(naam)
        if rijen is None:
            return None
        rijen = [r for r in rijen if past(r, vraag.get("$filter"))]
        begin = int(vraag.get("$skip", 0)) - terug
        eind = begin + min(self.bladzijde, int(vraag.get("$top", 10**9)))
        uit = [kies(r, vraag.get("$select"), naam == "UntypedDataSet") for r in rijen[begin:eind]]
        basis = f"http://{self.host}{deel.path}"
        antwoord: Rij = {"odata.metadata": f"{basis}/$metadata#{naam}", "value": uit}
        if eind < len(rijen) and "$top" not in vraag:
            rest = {k: v for k, v in vraag.items() if k != "$skip"} | {"$skip": str(eind)}
            zoek = "&".join(f"{k}={quote(v)}" for k, v in rest.items())
            antwoord["odata.nextLink"] = f"{basis}?{zoek}"
        return antwoord


def kies(rij: Rij, select: str | None, ongetypeerd: bool) -> Rij:
    if select:
        rij = {k: rij[k] for k in select.split(",")}
    if not ongetypeerd:
        return rij
    return {k: v if k == "ID" or isinstance(v, str) else tekst(v) for k, v in rij.items()}


def tekst(waarde: float | None) -> str:
    """A cell as UntypedDataSet has it: right-aligned, a dot for missing."""
    return f"{'.' if waarde is None else waarde:>8}"


def past(rij: Rij, filter_: str | None) -> bool:
    """Whether a row passes a $filter; comparisons other than eq are ignored, as CBS does."""
    if not filter_:
        return True
    return any(
        all(_term(rij, t.strip()) for t in re.split(r"\s+and\s+", of))
        for of in re.split(r"\s+or\s+", filter_)
    )


def _term(rij: Rij, term: str) -> bool:
    if m := re.fullmatch(r"(\w+) eq '([^']*)'", term):
        return str(rij[m[1]]) == m[2]
    if m := re.fullmatch(r"startswith\((\w+),\s*'([^']*)'\)", term):
        return str(rij[m[1]]).startswith(m[2])
    if m := re.fullmatch(r"substringof\('([^']*)',\s*(\w+)\)", term):
        return m[1] in str(rij[m[2]])
    if m := re.fullmatch(r"substring\((\w+),(\d+),(\d+)\) eq '([^']*)'", term):
        return str(rij[m[1]])[int(m[2]) : int(m[2]) + int(m[3])] == m[4]
    if re.fullmatch(r"\w+ (ge|gt|le|lt) '[^']*'", term):
        return True
    raise ValueError(f"onbekend filter: {term}")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server_replay: Replay

    def log_message(self, *_: object) -> None:  # type: ignore[override]
        pass

    def do_GET(self) -> None:
        replay = self.server_replay
        storing = replay.neem_storing(self.path)
        replay.voor_antwoord(self.path)
        terug = replay.bladzijde if storing and storing.soort == "dubbel" else 0
        inhoud = replay.antwoord(self.path, terug)
        if inhoud is None:
            self._stuur(404, b"Not found", {"Content-Type": "text/plain"})
        elif storing is None or terug:
            etag = f'"{hashlib.sha256(inhoud).hexdigest()[:16]}"'
            if replay.merkt and self.headers.get("If-None-Match") == etag:
                self._stuur(304, b"", {})
            else:
                self._stuur(200, inhoud, {"ETag": etag} if replay.merkt else {})
        else:
            getattr(self, f"_{storing.soort}")(inhoud, storing)

    def _stuur(self, status: int, inhoud: bytes, koppen: Mapping[str, str]) -> None:
        self.send_response(status)
        for kop, waarde in ({"Content-Type": "application/json;charset=utf-8"} | koppen).items():
            self.send_header(kop, waarde)
        self.send_header("Content-Length", str(len(inhoud)))
        self.end_headers()
        self.wfile.write(inhoud)

    def _status(self, inhoud: bytes, storing: Storing) -> None:
        self._stuur(int(storing.na), b"", {})

    def _te_druk(self, inhoud: bytes, storing: Storing) -> None:
        self._stuur(429, b"", {"Retry-After": storing.na})

    def _stilte(self, inhoud: bytes, storing: Storing) -> None:
        self.server_replay.stop.wait(5)
        self.close_connection = True

    def _druppel(self, inhoud: bytes, storing: Storing) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(inhoud)))
        self.end_headers()
        eind = time.monotonic() + 5
        for n in range(len(inhoud)):
            if self.server_replay.stop.wait(0.02) or time.monotonic() > eind:
                break
            try:
                self.wfile.write(inhoud[n : n + 1])
            except OSError:
                break
        self.close_connection = True

    def _afgekapt(self, inhoud: bytes, storing: Storing) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(inhoud)))
        self.end_headers()
        self.wfile.write(inhoud[: len(inhoud) // 2])
        self.close_connection = True

    def _gedeeld(self, inhoud: bytes, storing: Storing) -> None:
        """Not a fault: zipped and in chunks. With `na` = kapot it breaks off halfway."""
        kort = gzip.compress(inhoud)
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for n in range(0, len(kort), 100):
            stuk = kort[n : n + 100]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(stuk), stuk))
            if storing.na == "kapot":
                self.close_connection = True
                return
        self.wfile.write(b"0\r\n\r\n")

    def _halve_json(self, inhoud: bytes, storing: Storing) -> None:
        self._stuur(200, inhoud[: len(inhoud) // 2], {})

    def _html(self, inhoud: bytes, storing: Storing) -> None:
        self._stuur(200, b"<!DOCTYPE html><html>Onderhoud</html>", {"Content-Type": "text/html"})

    def _verwijs(self, inhoud: bytes, storing: Storing) -> None:
        self._stuur(302, b"", {"Location": storing.na.replace("{pad}", self.path)})

    def _vreemde_link(self, inhoud: bytes, storing: Storing) -> None:
        anders = json.loads(inhoud) | {"odata.nextLink": storing.na.replace("{pad}", self.path)}
        self._stuur(200, json.dumps(anders).encode(), {})

    def _leeg(self, inhoud: bytes, storing: Storing) -> None:
        self._stuur(200, b'{"value": []}', {})

    def _bom(self, inhoud: bytes, storing: Storing) -> None:
        self._stuur(200, _bom_bytes(), {"Content-Encoding": "gzip"})


@cache
def _bom_bytes() -> bytes:
    """Little on the wire, much when unpacked; made once, since making it takes a while."""
    return gzip.compress(b" " * 50_000_000)

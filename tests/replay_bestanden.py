"""A loopback server of files and of map layers in pages (OGC API Features), with faults to order.

Fed by the town's own files; conditional questions and ETags as a producer's server gives them.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.replay import Replay, Storing, _Handler

CRS84 = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"


def features(pad: Path) -> list[dict[str, Any]]:
    """The features of a map of the town, each with an id as a server gives."""
    kaart = json.loads(gzip.decompress(pad.read_bytes()))
    return [f | {"id": n} for n, f in enumerate(kaart["features"], start=1)]


class ReplayBestanden(Replay):
    """The server: `bestanden` by path, `lagen` by the path of their items.

    `telt`: whether pages say numberMatched; `merkt`: whether answers carry an ETag.
    """

    def __init__(self, bladzijde: int = 30) -> None:
        super().__init__(bladzijde=bladzijde)
        self.bestanden: dict[str, bytes] = {}
        self.lagen: dict[str, list[dict[str, Any]]] = {}
        self.telt = self.merkt = True
        self.crs = CRS84

    def handler(self) -> type[_Handler]:
        return _Bestandshandler

    def antwoord(self, adres: str, terug: int = 0) -> bytes | None:
        deel = urlsplit(adres)
        if deel.path in self.bestanden:
            return self.bestanden[deel.path]
        if deel.path not in self.lagen:
            return None
        alle = self.lagen[deel.path]
        begin = int(parse_qs(deel.query).get("cursor", ["0"])[0])
        stuk = alle[max(begin - terug, 0) :][: self.bladzijde]
        links = [{"rel": "self", "href": f"http://{self.host}{adres}"}]
        if begin + len(stuk) < len(alle):
            verder = f"http://{self.host}{deel.path}?f=json&cursor={begin + self.bladzijde}"
            links.append({"rel": "next", "href": verder})
        blad = {"type": "FeatureCollection", "links": links, "numberReturned": len(stuk)}
        if self.telt:
            blad["numberMatched"] = len(alle)
        return json.dumps(blad | {"features": stuk}).encode()


class _Bestandshandler(_Handler):
    server_replay: ReplayBestanden

    def _stuur(self, status: int, inhoud: bytes, koppen: Any) -> None:
        replay = self.server_replay
        if status == 200 and not koppen:
            etag = f'"{hashlib.sha256(inhoud).hexdigest()[:16]}"'
            if replay.merkt and self.headers.get("If-None-Match") == etag:
                super()._stuur(304, b"", {})
                return
            koppen = {"Content-Crs": replay.crs} | ({"ETag": etag} if replay.merkt else {})
        super()._stuur(status, inhoud, koppen)

    def _houdt_op(self, inhoud: bytes, storing: Storing) -> None:
        """A page without the address of the next one."""
        self._stuur(200, json.dumps(json.loads(inhoud) | {"links": []}).encode(), {})

    def _elders(self, inhoud: bytes, storing: Storing) -> None:
        """The next page on another host."""
        link = {"rel": "next", "href": "http://elders.example/x"}
        self._stuur(200, json.dumps(json.loads(inhoud) | {"links": [link]}).encode(), {})

    def _vreemd_stelsel(self, inhoud: bytes, storing: Storing) -> None:
        kop = {"Content-Crs": "<http://www.opengis.net/def/crs/EPSG/0/3857>"}
        self._stuur(200, inhoud, kop)

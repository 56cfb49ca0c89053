"""A loopback server of files and of map layers in pages (OGC API Features), with faults to order.

Fed by the town's own files; conditional questions and ETags as a producer's server gives them.
"""

from __future__ import annotations

import gzip
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
    """The server: `bestanden` by path, `lagen` by the path of their items, `wfs` by type.

    `telt`: whether pages say numberMatched; `merkt`: whether answers carry an ETag.
    """

    def __init__(self, bladzijde: int = 30) -> None:
        super().__init__(bladzijde=bladzijde)
        self.bestanden: dict[str, bytes] = {}
        self.lagen: dict[str, list[dict[str, Any]]] = {}
        self.wfs: dict[str, list[dict[str, Any]]] = {}
        self._keer = 0
        self.telt = self.merkt = True
        self.crs = CRS84

    def handler(self) -> type[_Handler]:
        return _Bestandshandler

    def antwoord(self, adres: str, terug: int = 0) -> bytes | None:
        deel = urlsplit(adres)
        if deel.path in self.bestanden:
            return self.bestanden[deel.path]
        if deel.path.endswith("/wfs"):
            return self._wfs({k: v[0] for k, v in parse_qs(deel.query).items()})
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

    def _wfs(self, vraag: dict[str, str]) -> bytes | None:
        """A page of WFS: no address of the next one, names made anew, coordinates in RD."""
        alle = self.wfs.get(vraag.get("typeNames", ""))
        if alle is None or vraag.get("request") != "GetFeature":
            return None
        begin = int(vraag.get("startIndex", 0))
        stuk = alle[begin:][: min(self.bladzijde, int(vraag["count"]))]
        self._keer += 1
        blad = {"type": "FeatureCollection", "features": [
            f | {"id": f"laag.{self._keer}-{n}"} for n, f in enumerate(stuk)]}  # fmt: skip
        crs = {"name": "urn:ogc:def:crs:" + vraag["srsName"].replace(":", "::")}
        blad["crs"] = {"type": "name", "properties": crs}
        return json.dumps(blad | ({"numberMatched": len(alle)} if self.telt else {})).encode()


class _Bestandshandler(_Handler):
    server_replay: ReplayBestanden

    def _stuur(self, status: int, inhoud: bytes, koppen: Any) -> None:
        if status == 200 and set(koppen) <= {"ETag"}:
            koppen = {"Content-Crs": self.server_replay.crs} | koppen
        super()._stuur(status, inhoud, koppen)

    def _houdt_op(self, inhoud: bytes, storing: Storing) -> None:
        """A page without the address of the next one."""
        self._stuur(200, json.dumps(json.loads(inhoud) | {"links": []}).encode(), {})

    def _rij_weg(self, inhoud: bytes, storing: Storing) -> None:
        """A page with one feature less, and a word of how many there are in all."""
        blad = json.loads(inhoud)
        blad["features"].pop()
        self._stuur(200, json.dumps(blad | {"numberReturned": len(blad["features"])}).encode(), {})

    def _elders(self, inhoud: bytes, storing: Storing) -> None:
        """The next page on another host."""
        link = {"rel": "next", "href": "http://elders.example/x"}
        self._stuur(200, json.dumps(json.loads(inhoud) | {"links": [link]}).encode(), {})

    def _vreemd_stelsel(self, inhoud: bytes, storing: Storing) -> None:
        kop = {"Content-Crs": "<http://www.opengis.net/def/crs/EPSG/0/3857>"}
        self._stuur(200, inhoud, kop)

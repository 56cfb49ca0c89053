"""What changed at the producers: one listing per host, against what was seen last time.

Light to import: this decides whether anything heavy has to be loaded at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from indicators.model import Bron
from pipelines.house import Huis
from pipelines.raw import schrijf_zeker
from pipelines.sources.odata_vraag import Adres, Opname
from pipelines.sources.tabel import BronFout
from pipelines.sources.vragen import Merken

LAND = "NL00"
"""Asked for as a gemeente, this stands for the whole table."""
_LIJST = "ODataCatalog/Tables?$format=json&$select=Identifier,Modified"


@dataclass(frozen=True)
class Vraag:
    """One table of a source, whole or one gemeente of it; `jaren` empty means: all it has.

    `indeling`: the year of its boundaries, where this installation says so.
    """

    bron: str
    tabel_id: str
    code: str
    jaren: tuple[int, ...]
    host: str
    indeling: int | None = None

    @property
    def naam(self) -> str:
        """How the delivery is called in the register."""
        return f"cbs/{self.tabel_id}/{self.code}"

    @property
    def sleutel(self) -> str:
        """What it is remembered by: host, table and area."""
        return f"{self.host}|{self.tabel_id}|{self.code}"


def adres(huis: Huis, bron: Bron) -> Adres:
    """Where a source is asked: CBS, dataderden, the host of its files, or the mirror set for it."""
    if bron.bestanden and not (bron.tabellen or bron.meerjarig):
        return _bestandsadres(huis, next(iter(bron.bestanden.values())).url)
    derden = "dataderden" in urlsplit(bron.url).netloc
    deel = urlsplit(huis.instellingen.dataderden_adres if derden else huis.instellingen.cbs_adres)
    return Adres(schema=deel.scheme, host=deel.netloc)


def _bestandsadres(huis: Huis, url: str) -> Adres:
    """Files are larger than pages of a table, and are asked less often."""
    gewoon = urlsplit(url)
    inst = huis.instellingen
    for standaard, gezet in (
        (type(inst).pdok_adres, inst.pdok_adres),
        (type(inst).leefbaarometer_adres, inst.leefbaarometer_adres),
    ):
        if gewoon.netloc == urlsplit(standaard).netloc:
            gewoon = urlsplit(gezet)
            break
    return Adres(gewoon.scheme, gewoon.netloc, hoogste_duur=3600.0, hoogste_bytes=1024**3)


def tabellen(bron: Bron, jaren: Iterable[int]) -> dict[str, tuple[int, ...]]:
    """The tables of a source that hold any of these years (all when empty), with those years."""
    gevraagd = sorted(set(jaren))
    uit: dict[str, tuple[int, ...]] = {}
    for jaar, tabel in sorted(bron.tabellen.items()):
        if not gevraagd or jaar in gevraagd:
            uit[tabel] = (*uit.get(tabel, ()), jaar)
    for tabel in bron.meerjarig:
        uit[tabel] = tuple(gevraagd)
    return uit


def heeft_route(bron: Bron) -> bool:
    """Whether a source can be asked live: its tables and a form of them, or files, are declared."""
    odata = any(g.soort == "odata" for g in bron.generaties)
    tabel = odata and bool(bron.tabellen or bron.meerjarig)
    return bron.ingelezen and (tabel or bool(bron.bestanden))


def vragen(huis: Huis, bronnen: Iterable[str], codes: Iterable[str]) -> list[Vraag]:
    """Every table that a refresh asks, in order of the catalogue."""
    kies = set(bronnen)
    codes = list(codes)
    return [
        Vraag(b.id, tabel, code, jaren, adres(huis, b).basis)
        for b in huis.catalogus.bronnen.values()
        if b.id in kies
        for tabel, jaren in tabellen(b, huis.jaren).items()
        for code in codes
    ]


def stand(
    huis: Huis, hosts: Mapping[str, Adres], gezien: Gezien
) -> dict[str, dict[str, str] | BronFout]:
    """Per host what its catalogue says of each table: when it was last changed.

    Where the host marks its listing, it is asked only whether that changed. A host that does not
    answer gives its error; the others go on.
    """
    uit: dict[str, dict[str, str] | BronFout] = {}
    bekend = _bekende_tabellen(huis)
    for basis, waar in hosts.items():
        sleutel = f"{basis}/{_LIJST}"
        oud = gezien.regels.get(sleutel, {})
        try:
            with Opname(waar, "tabellijst", huis.meld) as opname:
                rijen = opname.rijen_als_anders(sleutel, json.loads(oud.get("merken", "{}")))
            if rijen is None:
                uit[basis] = json.loads(oud["tabellen"])
                continue
            lijst = {
                str(r.get("Identifier")).strip(): str(r.get("Modified")).strip() for r in rijen
            }
            uit[basis] = lijst
            eigen = {t: m for t, m in lijst.items() if t in bekend}
            gezien.lijst(sleutel, opname.merken_van("Tables"), eigen)
        except BronFout as fout:
            uit[basis] = fout
    return uit


def _bekende_tabellen(huis: Huis) -> set[str]:
    """Every table that the catalogue names: what is worth remembering of a listing."""
    return {
        t for b in huis.catalogus.bronnen.values() for t in (*b.tabellen.values(), *b.meerjarig)
    }


class Gezien:
    """`raw/bekeken.json`: what was last taken in of each question, and when it was last looked at.

    Only the listing's own moment is compared with the listing: a table that says another moment
    of itself is not fetched over and over.
    """

    def __init__(self, huis: Huis) -> None:
        """Reads what is there; a damaged file means that everything is asked anew."""
        self._pad = huis.datamap.raw / "bekeken.json"
        self._huis = huis
        self.regels: dict[str, dict[str, str]] = {}
        try:
            gelezen = json.loads(self._pad.read_text(encoding="utf-8"))
            self.regels = {str(k): dict(v) for k, v in gelezen.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            pass
        self._eerst = {k: dict(v) for k, v in self.regels.items()}

    def ongewijzigd(self, vraag: Vraag, gewijzigd_op: str | None) -> bool:
        """Whether what was taken in is still what the listing says; also its form in our words."""
        oud = self.regels.get(vraag.sleutel, {})
        return gewijzigd_op is not None and oud.get("lijst") == gewijzigd_op and _dekt(oud, vraag)

    def bekeken(
        self, vraag: Vraag, gewijzigd_op: str | None, merken: Merken | None, zonder: str = ""
    ) -> None:
        """Remembers that a question was answered and taken in, or found unchanged, now.

        Args:
            vraag: the question.
            gewijzigd_op: what the listing said of its table.
            merken: the producer's marks of the rows; None: what is remembered holds.
            zonder: that the table has none of the years that were asked, in words.
        """
        oud = self.regels.get(vraag.sleutel, {})
        nieuw = {"bron": vraag.bron, "lijst": gewijzigd_op or "", "jaren": _jaren(vraag)}
        nieuw |= {"indeling": str(vraag.indeling)} if vraag.indeling else {}
        if merken is None:
            nieuw |= {k: oud[k] for k in ("jaren", "merken", "zonder") if k in oud}
        else:
            nieuw |= {"merken": json.dumps(merken)} | ({"zonder": zonder} if zonder else {})
        self.regels[vraag.sleutel] = nieuw | {"op": self._huis.klok().isoformat()}

    def merken(self, vraag: Vraag) -> Merken:
        """The producer's marks of the rows that were taken in, for these years."""
        oud = self.regels.get(vraag.sleutel, {})
        return json.loads(oud.get("merken", "{}")) if _dekt(oud, vraag) else {}

    def zonder(self, vraag: Vraag) -> str:
        """That the table had none of these years when it was read, in words; else empty."""
        oud = self.regels.get(vraag.sleutel, {})
        return oud.get("zonder", "") if _dekt(oud, vraag) else ""

    def vergeet(self, bron: str) -> None:
        """Takes back what was remembered in this round of a source: it was not taken in."""
        weg = [k for k, r in self.regels.items() if r.get("bron") == bron]
        for sleutel in weg:
            del self.regels[sleutel]
        self.regels |= {k: r for k, r in self._eerst.items() if r.get("bron") == bron}

    def lijst(self, sleutel: str, merken: Merken, tabellen: Mapping[str, str]) -> None:
        """Remembers a listing, when its host marks it."""
        if merken:
            self.regels[sleutel] = {
                "merken": json.dumps(merken),
                "tabellen": json.dumps(dict(tabellen), sort_keys=True),
            }

    def bestand(self, sleutel: str, bron: str, **wat: str) -> None:
        """Remembers a file by address, with what its producer said of it (`live_files`)."""
        op = self._huis.klok().isoformat()
        self.regels[sleutel] = {**self.regels.get(sleutel, {}), **wat, "bron": bron, "op": op}

    def bewaar(self) -> None:
        """Writes it, whole or not at all."""
        tekst = json.dumps(self.regels, indent=1, sort_keys=True, ensure_ascii=False)
        schrijf_zeker(self._pad, tekst.encode())


def _jaren(vraag: Vraag) -> str:
    return ",".join(map(str, vraag.jaren))


def _dekt(oud: Mapping[str, str], vraag: Vraag) -> bool:
    """Whether what was asked before holds these years: all of them, or at least these."""
    if "jaren" not in oud or oud.get("indeling", "") != str(vraag.indeling or ""):
        return False
    return oud["jaren"] in ("", _jaren(vraag)) or (
        bool(vraag.jaren) and set(map(str, vraag.jaren)) <= set(oud["jaren"].split(","))
    )

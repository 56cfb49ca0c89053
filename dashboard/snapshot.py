"""The only reader of publications: which one is current, and all SQL that reads it.

A publication is a read-only DuckDB file with a unique name; a small pointer file says which one
is current. Every request takes one `Lezing`: all its reads come from one publication, also when
a newer one is made current meanwhile. An old connection closes when its last request has ended.
A path is never opened anew while it is still open: DuckDB would then show the old content
(duckdb#15912); files are never replaced at the same path.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from dashboard import snapshot_sql
from dashboard.memory import Geheugen
from dashboard.snapshot_breaks import BREUKEN, OVERLAP, VLAG, ZELFDE_GROND
from dashboard.snapshot_types import (
    Bijdrage,
    Buurt,
    Dekking,
    Gebied,
    Herkomst,
    Opvolger,
    Publicatie,
    Score,
    Waarde,
)
from indicators import catalogue, regions
from indicators.catalogue import Catalogus, CatalogusFout
from indicators.contracts import Actueel, Datamap

T = TypeVar("T")
_CONFIG: dict[str, Any] = {
    "threads": 2,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_BUURTEN = 64
"""Areas kept in memory per publication: a meeting or a morning looks at the same ones."""
_OPNIEUW = 1.0
"""Seconds before a pointer that could not be followed is tried again."""


class GeenPublicatie(Exception):
    """There is no publication to read; the message says why."""


class GebiedOnbekend(Exception):
    """The publication has no such area in that year; carries what it does have."""

    def __init__(self, gebied: str, grensjaren: tuple[int, ...], opvolgers: tuple[Opvolger, ...]):
        super().__init__(gebied)
        self.gebied = gebied
        self.grensjaren = grensjaren
        self.opvolgers = opvolgers


class _Open:
    """An opened publication and how many requests are reading it."""

    def __init__(self, pad: Path, verwacht: str | None = None) -> None:
        self.pad = pad
        self.lezers = 0
        self.onthouden = Geheugen(hoogstens=8)
        self.per_gebied = Geheugen(hoogstens=1024)
        self.buurten = Geheugen(hoogstens=_BUURTEN)
        self.verbinding = duckdb.connect(str(pad), read_only=True, config=_CONFIG)
        try:
            rij = self.verbinding.execute(
                "SELECT publicatie, gemaakt_op, catalogus_hash, fictief FROM out_meta__publicatie"
            ).fetchone()
            if rij is None or (verwacht is not None and rij[0] != verwacht):
                raise GeenPublicatie(f"{pad.name} is niet publicatie {verwacht}")
            self.meta = Publicatie(*rij)
        except BaseException:
            self.verbinding.close()
            raise

    @cached_property
    def catalogus(self) -> Catalogus:
        """The catalogue as it was when this publication was made."""
        rijen = self.verbinding.cursor().execute("SELECT * FROM out_meta__catalogus").fetchall()
        return catalogue.uit_teksten(dict(rijen))

    @cached_property
    def nieuwste_grensjaar(self) -> int:
        """The newest grensjaar; 0 without areas."""
        cursor = self.verbinding.cursor()
        rij = cursor.execute("SELECT max(grensjaar) FROM out_gebied").fetchone()
        return int(rij[0]) if rij and rij[0] is not None else 0


@dataclass
class Snapshots:
    """Follows the pointer; hands out one publication per request, to any number of threads."""

    datamap: Datamap
    fout: str | None = None
    _slot: threading.Lock = field(default_factory=threading.Lock)
    _huidig: _Open | None = None
    _oud: list[_Open] = field(default_factory=list)
    _gezien: tuple[int, int, int] | None = None
    _laatst: float = 0.0

    @contextmanager
    def lezing(self) -> Iterator[Lezing]:
        """One publication for the time of one request.

        Raises:
            GeenPublicatie: when there is none and never was.
        """
        open_ = self._neem()
        cursor = open_.verbinding.cursor()
        try:
            yield Lezing(open_, cursor)
        finally:
            cursor.close()
            self._geef_terug(open_)

    def sluit(self) -> None:
        """Closes everything; for the end of the process and of tests."""
        with self._slot:
            for open_ in [*self._oud, *([self._huidig] if self._huidig else [])]:
                open_.verbinding.close()
            self._oud, self._huidig, self._gezien = [], None, None

    def _neem(self) -> _Open:
        with self._slot:
            self._volg()
            if self._huidig is None:
                raise GeenPublicatie(self.fout or "er is nog geen publicatie")
            self._huidig.lezers += 1
            return self._huidig

    def _geef_terug(self, open_: _Open) -> None:
        with self._slot:
            open_.lezers -= 1
            if open_.lezers == 0 and open_ in self._oud:
                self._oud.remove(open_)
                open_.verbinding.close()

    def _volg(self) -> None:
        """Looks at the pointer and opens what it points to; on any trouble the last one stays."""
        try:
            stat = self.datamap.actueel.stat()
        except OSError:
            self.fout, self._gezien = f"{self.datamap.actueel} is er niet", None
            return
        nu = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if nu == self._gezien and (self.fout is None or time.monotonic() < self._laatst + _OPNIEUW):
            return
        self._gezien, self._laatst = nu, time.monotonic()
        try:
            self._wissel(Actueel.model_validate_json(self.datamap.actueel.read_bytes()))
            self.fout = None
        except (ValidationError, OSError, duckdb.Error, GeenPublicatie, CatalogusFout) as fout:
            eerste = str(fout).splitlines()[0]
            self.fout = f"{self.datamap.actueel.name} is niet te volgen: {eerste}"

    def _wissel(self, wijzer: Actueel) -> None:
        pad = (self.datamap.published / wijzer.bestand).resolve()
        if not pad.is_relative_to(self.datamap.published.resolve()) or not pad.is_file():
            raise GeenPublicatie(f"{wijzer.bestand} staat niet in {self.datamap.published}")
        if self._huidig is not None and self._huidig.pad == pad:
            return
        terug = next((o for o in self._oud if o.pad == pad), None)
        nieuw = terug or _Open(pad, wijzer.publicatie)
        try:
            nieuw.catalogus  # noqa: B018 - read it now: a broken copy must not go live
        except CatalogusFout:
            nieuw.verbinding.close()
            raise
        if terug is not None:
            self._oud.remove(terug)
        vorig, self._huidig = self._huidig, nieuw
        if vorig is not None:
            if vorig.lezers:
                self._oud.append(vorig)
            else:
                vorig.verbinding.close()


@contextmanager
def lees_publicatie(datamap: Datamap, publicatie: str) -> Iterator[Lezing]:
    """Opens one publication by its id, current or not.

    Raises:
        GeenPublicatie: when no file in `published/` holds it.
    """
    paden = sorted(
        datamap.published.rglob("*.duckdb"), key=lambda p: (publicatie not in str(p), str(p))
    )
    for pad in paden:
        try:
            open_ = _Open(pad, publicatie)
        except (GeenPublicatie, duckdb.Error):
            continue
        try:
            yield Lezing(open_, open_.verbinding.cursor())
        finally:
            open_.verbinding.close()
        return
    raise GeenPublicatie(f"publicatie {publicatie} staat niet in {datamap.published}")


class Lezing:
    """All reads of one request, from one publication."""

    def __init__(self, open_: _Open, cursor: duckdb.DuckDBPyConnection) -> None:
        self._open = open_
        self._cursor = cursor

    @property
    def publicatie(self) -> Publicatie:
        """Which publication this is."""
        return self._open.meta

    @property
    def catalogus(self) -> Catalogus:
        """The catalogue as it was when this publication was made."""
        return self._open.catalogus

    @property
    def onthouden(self) -> Geheugen:
        """What was worked out of this publication and is asked again and again; few things."""
        return self._open.onthouden

    @property
    def per_gebied(self) -> Geheugen:
        """The same for a little of one area: short, so of many areas."""
        return self._open.per_gebied

    def _rijen(self, soort: type[T], sql: str, waarden: Sequence[Any] = ()) -> list[T]:
        return [soort(*rij) for rij in self._cursor.execute(sql, waarden).fetchall()]

    def kolommen(self, sql: str, waarden: Sequence[Any] = ()) -> dict[str, NDArray[Any]]:
        """Whole columns as arrays, for `snapshot_map`; what is NULL is NaN or None."""
        uit: dict[str, NDArray[Any]] = {}
        for naam, kolom in self._cursor.execute(sql, waarden).fetchnumpy().items():
            if not isinstance(kolom, np.ma.MaskedArray):
                uit[naam] = np.asarray(kolom)
            else:
                uit[naam] = kolom.filled(np.nan if kolom.dtype.kind == "f" else None)
        return uit

    def tabel(self, sql: str, waarden: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows as they are, for `snapshot_compare`."""
        return self._cursor.execute(sql, waarden).fetchall()

    def gebieden(self, codes: Sequence[str] | None = None) -> list[Gebied]:
        """Areas in their newest grensjaar, all or those asked for, in order of name."""
        keuze = "" if codes is None else "WHERE g.gebied IN (SELECT unnest(?::VARCHAR[]))"
        return self._rijen(
            Gebied,
            f"""{snapshot_sql.GEBIED} {keuze}
            QUALIFY row_number() OVER (PARTITION BY g.gebied ORDER BY g.grensjaar DESC) = 1
            ORDER BY g.naam, g.gebied""",
            () if codes is None else (list(codes),),
        )

    def nieuwste_grensjaar(self) -> int:
        """The newest grensjaar of the publication."""
        return self._open.nieuwste_grensjaar

    def gebied(self, code: str, grensjaar: int | None = None) -> Gebied:
        """One area in the grensjaar asked for, by default its newest.

        Raises:
            GebiedOnbekend: with the years it does have.
        """
        jaren = self._rijen(
            Gebied, f"{snapshot_sql.KAAL} WHERE g.gebied = ? ORDER BY g.grensjaar DESC", (code,)
        )
        for gevonden in jaren:
            if grensjaar is None or gevonden.grensjaar == grensjaar:
                return self._met_wijknaam(gevonden)
        raise GebiedOnbekend(
            code, tuple(sorted(g.grensjaar for g in jaren)), tuple(self.opvolgers(code)[0])
        )

    def _met_wijknaam(self, g: Gebied) -> Gebied:
        """An area with the name of its wijk, of the same year."""
        if g.wijk is None or g.wijk == g.gebied:
            return g if g.wijk is None else replace(g, wijknaam=g.naam)
        return replace(g, wijknaam=self._naam(g.wijk, g.grensjaar))

    def _naam(self, code: str, grensjaar: int) -> str | None:
        rij = self._cursor.execute(
            "SELECT naam FROM out_gebied WHERE gebied = ? AND grensjaar = ?", (code, grensjaar)
        ).fetchone()
        return None if rij is None else str(rij[0])

    def opvolgers(self, code: str) -> tuple[list[Opvolger], list[Opvolger]]:
        """The areas that came after this one, and those it came from."""
        rijen = self._cursor.execute(
            """SELECT van, grensjaar_van, naar, grensjaar_naar, aandeel, methode
            FROM out_gebied_opvolger WHERE methode <> 'zelfde_code' AND (van = ?) <> (naar = ?)
            ORDER BY grensjaar_naar, aandeel DESC""",
            (code, code),
        ).fetchall()
        alle = [
            Opvolger(van, jv, self._naam(van, jv), naar, jn, self._naam(naar, jn), deel, methode)
            for van, jv, naar, jn, deel, methode in rijen
        ]  # most areas have none, so that their names cost nothing
        return [o for o in alle if o.van == code], [o for o in alle if o.naar == code]

    def namen_in(self, gemeente: str | None) -> list[str]:
        """The names of a gemeente and of all its areas: names that are no people."""
        rijen = self._cursor.execute(
            "SELECT DISTINCT naam FROM out_gebied WHERE gemeente = ?", (gemeente,)
        ).fetchall()
        return [str(naam) for (naam,) in rijen]

    def voorgangers(self, codes: Sequence[str]) -> dict[str, set[str]]:
        """Per area the codes it came from, for several areas at once."""
        rijen = self._cursor.execute(
            """SELECT naar, van FROM out_gebied_opvolger
            WHERE van <> naar AND naar IN (SELECT unnest(?::VARCHAR[]))""",
            (list(codes),),
        ).fetchall()
        uit: dict[str, set[str]] = {}
        for naar, van in rijen:
            uit.setdefault(naar, set()).add(van)
        return uit

    def buurt(self, code: str, grensjaar: int | None = None) -> Buurt:
        """Everything that the page of an area shows, with its reference beside it.

        Raises:
            GebiedOnbekend: when the publication has no such area in that year.
        """
        gevonden: Buurt = self._open.buurten.haal(
            (code, grensjaar), lambda: self._lees_buurt(code, grensjaar)
        )
        return gevonden

    def _lees_buurt(self, code: str, grensjaar: int | None) -> Buurt:
        gebied = self.gebied(code, grensjaar)
        boven = "NL00" if gebied.niveau == "gemeente" else regions.gemeente_van(code)
        referentie = self._referentie(boven, gebied) if gebied.niveau != "land" else None
        codes = [code] + ([referentie.gebied] if referentie else [])
        waarden = self._rijen(
            Waarde,
            """SELECT gebied, grensjaar, jaar, indicator, waarde, onder, boven, ontbreekt_door,
                aard, voorlopig, bron FROM out_waarde
            WHERE gebied IN (SELECT unnest(?::VARCHAR[])) AND jaar <= ? AND grensjaar <= ?
            ORDER BY jaar, (grensjaar = jaar)::INTEGER + 2 * (grensjaar = ?)::INTEGER, grensjaar""",
            (codes, gebied.grensjaar, gebied.grensjaar, gebied.grensjaar),
        )
        plek = (code, gebied.grensjaar)
        opvolgers, voorgangers = self.opvolgers(code)
        return Buurt(
            gebied=gebied,
            referentie=referentie,
            waarden={(w.indicator, w.jaar): w for w in waarden if w.gebied == code},
            referentiewaarden={(w.indicator, w.jaar): w for w in waarden if w.gebied != code},
            scores=self._rijen(Score, snapshot_sql.SCORE, plek),
            bijdragen=self._rijen(Bijdrage, snapshot_sql.BIJDRAGE, plek),
            opvolgers=opvolgers,
            voorgangers=voorgangers,
            breuken=self.breuken([code])[code],
            herkomst=self.herkomst(code),
            onderdelen=self._onderdelen(gebied),
            leveringen=self._leveringen(code),
        )

    def _leveringen(self, code: str) -> dict[tuple[str, int, int], str]:
        """Which delivery each figure of an area came from; empty in older publications."""
        try:
            rijen = self._cursor.execute(snapshot_sql.LEVERING_CEL, (code,)).fetchall()
        except duckdb.CatalogException:
            return {}
        return {(i, j, g): levering for i, j, g, levering in rijen}

    def _onderdelen(self, gebied: Gebied) -> list[Gebied]:
        """The wijken of a gemeente, or the buurten of a wijk."""
        if gebied.niveau not in ("gemeente", "wijk"):
            return []
        onder = "wijk" if gebied.niveau == "gemeente" else "buurt"
        return self._rijen(
            Gebied,
            f"""{snapshot_sql.GEBIED} WHERE g.grensjaar = ? AND g.niveau = ? AND NOT g.water
                AND ? IN (g.wijk, g.gemeente) ORDER BY g.naam""",
            (gebied.grensjaar, onder, gebied.gebied),
        )

    def _referentie(self, boven: str | None, gebied: Gebied) -> Gebied | None:
        if boven is None or boven == gebied.gebied:
            return None
        gevonden = self._rijen(
            Gebied,
            f"{snapshot_sql.KAAL} WHERE g.gebied = ? AND g.grensjaar = ?",
            (boven, gebied.grensjaar),
        )
        return self._met_wijknaam(gevonden[0]) if gevonden else None

    def breuken(self, codes: Sequence[str]) -> dict[str, tuple[int, ...]]:
        """Per area the grensjaren in which its code came to mean another area.

        CBS's flag speaks of the year before only. Over a gap of years, or without the flag, the
        overlap of the outlines tells: when ground left or came, it is another area.
        """
        vraag = self._cursor.execute
        if len(codes) == 1 and not vraag(OVERLAP, {"code": codes[0]}).fetchall():
            return {codes[0]: tuple(int(j) for (j,) in vraag(VLAG, (codes[0],)).fetchall())}
        rijen = vraag(BREUKEN, {"codes": list(codes), "deel": ZELFDE_GROND}).fetchall()
        uit: dict[str, tuple[int, ...]] = dict.fromkeys(codes, ())
        for code, jaar in rijen:
            uit[code] += (int(jaar),)
        return uit

    def waarden(self, gebieden: Sequence[str], indicatoren: Sequence[str]) -> list[Waarde]:
        """All figures of some areas and indicators, over all years."""
        return self._rijen(
            Waarde,
            """SELECT gebied, grensjaar, jaar, indicator, waarde, onder, boven, ontbreekt_door,
                aard, voorlopig, bron FROM out_waarde
            WHERE gebied IN (SELECT unnest(?::VARCHAR[]))
                AND indicator IN (SELECT unnest(?::VARCHAR[]))
            ORDER BY jaar, grensjaar""",
            (list(gebieden), list(indicatoren)),
        )

    def herkomst(self, code: str | None = None) -> list[Herkomst]:
        """Deliveries: all, or those that an area's figures came from."""
        if code is None:
            return self._rijen(Herkomst, snapshot_sql.HERKOMST + snapshot_sql.HERKOMST_ORDE)
        return self._rijen(
            Herkomst,
            snapshot_sql.HERKOMST + snapshot_sql.HERKOMST_VAN + snapshot_sql.HERKOMST_ORDE,
            (code,),
        )

    def dekking(self) -> list[Dekking]:
        """How many areas have a value, per indicator, source and year."""
        return self._rijen(
            Dekking, "SELECT * FROM out_meta__indicator ORDER BY indicator, jaar, bron"
        )

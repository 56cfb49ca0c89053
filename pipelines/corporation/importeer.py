"""One import from folder to snapshot: find, read, gate, place, number, count, suppress, write."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from indicators import vera
from indicators.contracts import Actueel
from indicators.vera import CORPORATIE_ID, Eigen, eigen_map, eigen_raw
from pipelines.corporation import (
    LeveringFout,
    bewaren,
    codes,
    geheugen,
    kaart,
    levering,
    lezen,
    plaatsen,
    poort,
    schrijf,
    tellen,
    vinden,
)
from pipelines.house import Huis
from pipelines.warehouse import slot


@dataclass
class Verslag:
    """What an import found, in counts; the keys in it are for the screen only."""

    uitslag: poort.Uitslag
    stukken: tuple[vinden.Stuk, ...]
    niet_herkend: tuple[tuple[str, str], ...]
    overgeslagen: Counter[tuple[str, str, str]]
    grensjaar: int = 0
    geplaatst: Counter[str] = field(default_factory=Counter)
    niet_geplaatst: Counter[str] = field(default_factory=Counter)
    sleutels_zonder_plek: dict[str, list[str]] = field(default_factory=dict)
    niet_geteld: dict[str, str] = field(default_factory=dict)
    verborgen: int = 0
    actueel: Actueel | None = None


def controleer(huis: Huis, map_: Path, peildatum: date) -> Verslag:
    """Reads and checks a delivery; nothing is stored.

    Raises:
        LeveringFout: the delivery breaks its contract.
    """
    eigen = vera.lees()
    with _werkmap(huis, map_) as werk, lezen.open_werk(werk) as con:
        return _tot_telling(con, huis, eigen, map_, werk, peildatum)[0]


def importeer(huis: Huis, map_: Path, corporatie: str, peildatum: date) -> Verslag:
    """Takes a delivery in and makes its snapshot current.

    Args:
        huis: settings and clock.
        map_: the delivery, outside the data folder.
        corporatie: short id: small letters, digits and hyphens.
        peildatum: the day that the delivery tells about.

    Raises:
        LeveringFout: the delivery breaks its contract; the old snapshot stays live.
    """
    if not CORPORATIE_ID.match(corporatie):
        raise LeveringFout(f"'{corporatie}': een id heeft kleine letters, cijfers en streepjes")
    eigen = vera.lees()
    with _werkmap(huis, map_) as werk, lezen.open_werk(werk) as con, slot(huis.datamap):
        verslag, plek, gezegd, hoofd = _tot_telling(con, huis, eigen, map_, werk, peildatum)
        bewaren.nummer(con, eigen, gezegd.onderwerpen)
        ook = frozenset(geheugen.buurten(eigen_map(huis.datamap, corporatie), plek))
        telling = tellen.tel(con, eigen, plek.buurten, peildatum, gezegd.volledig, ook)
        verslag.niet_geteld = telling.niet
        if not telling.gebieden.buurten:
            waarom = "; ".join(f"{r}: {n}" for r, n in verslag.niet_geplaatst.most_common())
            raise LeveringFout(
                f"geen enkele woning was te plaatsen in een buurt; niets is ingelezen ({waarom})"
            )
        stempel = _stempel(verslag, corporatie, gezegd.naam, peildatum, hoofd)
        raw = eigen_raw(huis.datamap, corporatie) / f"{peildatum:%Y-%m-%d}"
        bewaren.schrijf_raw(con, eigen, raw, _voor_bij_raw(verslag, peildatum))
        verslag.actueel = schrijf.publiceer(huis, eigen, plek, telling, stempel)
    return verslag


@contextmanager
def _werkmap(huis: Huis, map_: Path) -> Iterator[Path]:
    """A private folder for what is unpacked or spilled; never under the data folder."""
    if not map_.is_dir():
        raise LeveringFout(f"{map_}: geen map")
    data = huis.datamap.map.resolve()
    if map_.resolve().is_relative_to(data):
        raise LeveringFout(f"{map_}: een levering hoort buiten de datamap; zet haar ergens anders")
    werk = Path(tempfile.mkdtemp(prefix="telvertel-"))
    try:
        if werk.resolve().is_relative_to(data):
            raise LeveringFout("de map voor tijdelijke bestanden ligt in de datamap; zet TMPDIR")
        yield werk
    finally:
        shutil.rmtree(werk, ignore_errors=True)


def _tot_telling(con: duckdb.DuckDBPyConnection, huis: Huis, eigen: Eigen, map_: Path, werk: Path,
                 peildatum: date) -> (
    tuple[Verslag, plaatsen.Kaart, levering.Levering, tuple[str, bool]]
):  # fmt: skip
    plek, hoofd, fictief = kaart.lees(huis, peildatum)
    gezegd = levering.lees(map_, eigen)
    vondst = vinden.vind(map_, werk, eigen, gezegd)
    codes.zet_klaar(con, eigen)
    try:
        overgeslagen = lezen.lees(con, eigen, vondst.stukken, gezegd)
        uitslag = poort.keur(con, eigen, vondst.stukken)
        pad = map_ / vinden.ADRESSEN
        adressen = plaatsen.lees_adressen(pad) if pad.exists() else None
        wel, niet, zonder = plaatsen.plaats(con, plek, adressen)
    except duckdb.Error as fout:
        raise LeveringFout(_zonder_waarde(fout)) from None
    verslag = Verslag(
        uitslag, vondst.stukken, vondst.niet_herkend, overgeslagen, plek.grensjaar, wel, niet,
        sleutels_zonder_plek=zonder,
    )  # fmt: skip
    return verslag, plek, gezegd, (hoofd, fictief)


def _zonder_waarde(fout: duckdb.Error) -> str:
    """DuckDB's kind of error, without its message: that may quote a cell."""
    soort = re.sub(r"[^A-Za-z]", "", type(fout).__name__)
    return f"het lezen brak af ({soort}); niets is ingelezen. Is er genoeg geheugen en schijf?"


def _stempel(v: Verslag, corporatie: str, naam: str, peildatum: date,
             hoofd: tuple[str, bool]) -> schrijf.Stempel:  # fmt: skip
    j = peildatum.year
    tel = [(j, e, "ingelezen", "", n) for e, n in v.uitslag.goed.items() if n]
    for bak in (v.uitslag.af, v.uitslag.opgemerkt, v.overgeslagen):
        tel += [(j, e, wat, kolom, n) for (e, wat, kolom), n in bak.items()]
    tel += [(j, "eenheid", f"geplaatst met {w}", "", n) for w, n in v.geplaatst.items()]
    tel += [(j, "eenheid", f"niet geplaatst: {w}", "", n) for w, n in v.niet_geplaatst.items()]
    leveringen = {(peildatum.isoformat(), s.entiteit, s.sha256): 0 for s in v.stukken}
    return schrijf.Stempel(
        corporatie, naam, peildatum, hoofd[0], hoofd[1],
        [(*k, v.uitslag.goed.get(k[1], 0)) for k in leveringen], tel,
    )  # fmt: skip


def _voor_bij_raw(v: Verslag, peildatum: date) -> dict[str, object]:
    return {
        "peildatum": peildatum.isoformat(),
        "originelen": [{"entiteit": s.entiteit, "sha256": s.sha256} for s in v.stukken],
        "ingelezen": v.uitslag.goed,
        "afgevallen": [[*k, n] for k, n in v.uitslag.af.items()],
        "niet_geplaatst": dict(v.niet_geplaatst),
        "niet_geteld": v.niet_geteld,
    }

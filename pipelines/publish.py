"""Publishing: build a new file, verify it, make it current in one step, keep a few, roll back.

No Dagster inside. A published file is never changed and never replaced at the same path; readers
only ever follow the pointer. Killed or full at any moment, the old publication stays live.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from indicators.contracts import OUT, SLEUTELS, Actueel, kolommen
from pipelines.house import Huis
from pipelines.intake import geldige_leveringen, neem_op
from pipelines.raw import schrijf_zeker
from pipelines.verify import PublicatieFout, controleer
from pipelines.warehouse import slot

STAPPEN = (
    "bouw",
    "gevuld",
    "gecontroleerd",
    "vast",
    "genoemd",
    "gesommeerd",
    "aangewezen",
    "klaar",
)
"""The steps of a publication, in order; `Huis.stap` is called with each when it is done."""

_TERUG = "teruggedraaid.txt"
_UIT_WAREHOUSE = tuple(t for t in OUT if not t.startswith("out_meta__") and t != "out_waarde_kaart")


def publiceer(huis: Huis, forceer: bool = False) -> Actueel:
    """A new publication of what the warehouse holds; the current one when nothing changed.

    Args:
        huis: settings, catalogue and clock.
        forceer: publish even when inputs and catalogue are those of the current publication.

    Raises:
        PublicatieFout: the result breaks the contract; nothing goes live.
            Also a full disk: the message names the folder.
    """
    with slot(huis.datamap), _met_uitleg(huis):
        huidig = lees_actueel(huis)
        _ruim_resten(huis, huidig)
        inhoud = _inhoud_hash(huis)
        if huidig and not forceer and _meta(huis, huidig, "inhoud_hash") == inhoud:
            neem_op(huis, [h.levering for h in geldige_leveringen(huis)])
            return huidig
        if huidig and not forceer and _teruggedraaid(huis) == inhoud:
            huis.opmerkingen.append(
                f"dit is precies wat is teruggedraaid; {huidig.publicatie} blijft staan. Verwijder "
                "of vervang wat niet klopt, of wijs het aan met: python -m pipelines rollback ID."
            )
            return huidig
        huis.datamap.published.mkdir(parents=True, exist_ok=True)
        nieuw = _Nieuw(huis.datamap.published, _moment(huis), inhoud)
        try:
            actueel = _bouw(huis, nieuw)
        finally:
            for rest in nieuw.map.glob(f"{nieuw.werk.stem}*"):
                _gooi_weg(rest)
        neem_op(huis, [h.levering for h in geldige_leveringen(huis)])
        snoei(huis)
        huis.stap("klaar")
        return actueel


@contextmanager
def _met_uitleg(huis: Huis) -> Iterator[None]:
    try:
        yield
    except (OSError, duckdb.Error) as fout:
        vol = "" if isinstance(fout, duckdb.ConstraintException) else " Is de schijf vol?"
        raise PublicatieFout(
            f"{huis.datamap.published}: publiceren lukt niet ({str(fout)[:300]}).{vol} "
            "Wat er stond, blijft staan."
        ) from fout


def _moment(huis: Huis) -> datetime:
    """Now, or just after the last publication: by this they are ordered, and named.

    So a clock that was set back, or two publications in a second, keep the order.
    """
    eerder = [datetime.fromisoformat(a.gemaakt_op) + timedelta(seconds=1) for a in lijst(huis)]
    return max([huis.klok(), *eerder])


@dataclass(frozen=True)
class _Nieuw:
    """The publication in the making: its folder, its moment and what it is made of."""

    map: Path
    moment: datetime
    inhoud: str

    @property
    def naam(self) -> str:
        return f"p{self.moment:%Y%m%dT%H%M%S}-{self.inhoud[:8]}"

    @property
    def werk(self) -> Path:
        return self.map / f".bouw-{self.naam}.tmp"

    @property
    def doel(self) -> Path:
        return self.map / f"publicatie_{self.naam}.duckdb"


def _bouw(huis: Huis, nieuw: _Nieuw) -> Actueel:
    werk, doel = nieuw.werk, nieuw.doel
    huis.stap("bouw")
    fictief = _vul(huis, nieuw)
    huis.stap("gevuld")
    controleer(werk, huis.catalogus.hash)
    huis.stap("gecontroleerd")
    with werk.open("rb+") as stroom:
        os.fsync(stroom.fileno())
    huis.stap("vast")
    werk.replace(doel)
    doel.chmod(0o444)
    huis.stap("genoemd")
    actueel = Actueel(
        bestand=doel.name,
        sha256=bestandssom(doel),
        publicatie=nieuw.naam,
        gemaakt_op=nieuw.moment.isoformat(),
        catalogus_hash=huis.catalogus.hash,
        fictief=fictief,
    )
    klaar = werk.with_suffix(".json.tmp")  # has its name only once live: see `_ruim_resten`
    schrijf_zeker(klaar, actueel.model_dump_json(indent=1).encode())
    huis.stap("gesommeerd")
    wijs_aan(huis, actueel)
    huis.stap("aangewezen")
    klaar.replace(_bijschrift(doel))
    return actueel


def _bijschrift(doel: Path) -> Path:
    return doel.with_suffix(".json")


def wijs_aan(huis: Huis, actueel: Actueel) -> None:
    """Makes a publication current: one atomic replacement of the pointer."""
    schrijf_zeker(huis.datamap.actueel, actueel.model_dump_json(indent=1).encode())


def bestandssom(pad: Path) -> str:
    """Hex sha256 of a file."""
    with pad.open("rb") as stroom:
        return hashlib.file_digest(stroom, "sha256").hexdigest()


def _inhoud_hash(huis: Huis) -> str:
    """Over everything a publication depends on: deliveries, catalogue, settings."""
    som = hashlib.sha256()
    for h in geldige_leveringen(huis):
        som.update(f"{h.levering}|{h.sha256}|{h.voorrang}|{h.herstel_geometrie}\n".encode())
    som.update(huis.catalogus.hash.encode())
    som.update(_instellingen_hash(huis).encode())
    return som.hexdigest()


def _instellingen_hash(huis: Huis) -> str:
    som = hashlib.sha256()
    map_ = huis.datamap.gebieden.parent
    for pad in sorted(map_.glob("*.yaml")) if map_.exists() else []:
        if pad != huis.datamap.gebieden:  # own areas change what is shown, not what is published
            som.update(pad.name.encode() + pad.read_bytes())
    return som.hexdigest()


def _vul(huis: Huis, nieuw: _Nieuw) -> bool:
    """Copies the out tables into a new file, in key order, with provenance and the catalogue."""
    con = duckdb.connect(str(nieuw.werk))
    try:
        pad = str(huis.datamap.warehouse).replace("'", "''")
        con.execute(f"ATTACH '{pad}' AS w (READ_ONLY)")
        tabellen = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'w'"
        er_is = {r[0] for r in con.execute(tabellen).fetchall()}
        mist = [t for t in _UIT_WAREHOUSE if t not in er_is]
        if mist:
            raise PublicatieFout(f"het warehouse mist {', '.join(mist)}; draai eerst een refresh.")
        for tabel in _UIT_WAREHOUSE:
            _kopie(con, tabel, f"SELECT * FROM w.{tabel}")  # noqa: S608 - a contract name
        _kaartorde(con)
        namen = ", ".join(kolommen("out_meta__herkomst"))
        _kopie(con, "out_meta__herkomst", f"SELECT {namen} FROM w.core_levering")  # noqa: S608
        _kopie(con, "out_meta__levering_gebied", "SELECT levering, gebied FROM w.core_gebied")
        _kopie(
            con,
            "out_meta__indicator",
            """SELECT indicator, bron, jaar, count(*), count(waarde) FROM out_waarde
            WHERE ontbreekt_door IS DISTINCT FROM 'geen_bron' GROUP BY ALL""",
        )
        con.execute(f"CREATE TABLE out_meta__catalogus ({OUT['out_meta__catalogus']})")
        con.executemany(
            "INSERT INTO out_meta__catalogus VALUES (?, ?)", sorted(huis.catalogus.teksten.items())
        )
        rij = con.execute("SELECT coalesce(bool_or(fictief), false) FROM out_gebied").fetchone()
        fictief = bool(rij and rij[0])
        con.execute(f"CREATE TABLE out_meta__publicatie ({OUT['out_meta__publicatie']})")
        con.execute(
            "INSERT INTO out_meta__publicatie VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                nieuw.naam,
                nieuw.moment.isoformat(),
                huis.catalogus.hash,
                nieuw.inhoud,
                _instellingen_hash(huis),
                "1",
                fictief,
            ],
        )
        con.execute("DETACH w")
        con.execute("CHECKPOINT")
        return fictief
    finally:
        con.close()


def _kopie(con: duckdb.DuckDBPyConnection, tabel: str, vraag: str) -> None:
    """A contract table, filled in key order: the order is what makes reading fast."""
    con.execute(f"CREATE TABLE {tabel} ({OUT[tabel]})")
    con.execute(f"INSERT INTO {tabel} {vraag} ORDER BY {', '.join(SLEUTELS[tabel])}")


def _kaartorde(con: duckdb.DuckDBPyConnection) -> None:
    """`out_waarde` once more, by indicator: many small sorts cost a third of one large one."""
    tabel = "out_waarde_kaart"
    con.execute(f"CREATE TABLE {tabel} ({OUT[tabel]})")
    for (indicator,) in con.execute(
        "SELECT DISTINCT indicator FROM w.out_waarde ORDER BY 1"
    ).fetchall():
        con.execute(
            f"""INSERT INTO {tabel} SELECT * FROM w.out_waarde WHERE indicator = ?
            ORDER BY {", ".join(SLEUTELS[tabel])}""",  # noqa: S608 - contract names
            [indicator],
        )


def lees_actueel(huis: Huis) -> Actueel | None:
    """The pointer; None when there is no publication yet.

    Raises:
        PublicatieFout: when the pointer cannot be read.
    """
    pad = huis.datamap.actueel
    if not pad.exists():
        return None
    try:
        return Actueel.model_validate_json(pad.read_text(encoding="utf-8"))
    except ValueError:
        raise PublicatieFout(
            f"{pad}: niet te lezen als aanwijzer. Herstel met: python -m pipelines rollback."
        ) from None


def _meta(huis: Huis, actueel: Actueel, kolom: str) -> str | None:
    bestand = huis.datamap.published / actueel.bestand
    if not bestand.exists():
        return None
    try:
        con = duckdb.connect(str(bestand), read_only=True)
    except duckdb.Error:
        return None
    try:
        rij = con.execute(f"SELECT {kolom} FROM out_meta__publicatie").fetchone()  # noqa: S608
        return str(rij[0]) if rij else None
    except duckdb.Error:
        return None
    finally:
        con.close()


def verifieer(huis: Huis, actueel: Actueel | None = None) -> dict[str, int]:
    """Checks a publication (the current one by default): checksum, contract, keys.

    Returns:
        Rows per table.

    Raises:
        PublicatieFout: naming what is wrong.
    """
    actueel = actueel or lees_actueel(huis)
    if actueel is None:
        raise PublicatieFout("er is nog geen publicatie. Maak er een met refresh.")
    bestand = huis.datamap.published / actueel.bestand
    if not bestand.exists():
        raise PublicatieFout(f"{bestand.name} ontbreekt in {bestand.parent}.")
    som = bestandssom(bestand)
    if som != actueel.sha256:
        raise PublicatieFout(
            f"{bestand.name}: checksum {som[:12]}, verwacht {actueel.sha256[:12]}. Het bestand is "
            "veranderd; ga terug met rollback of publiceer opnieuw."
        )
    mist = sorted(t for t in _tegels(huis, actueel) if not (huis.datamap.tegels / t).exists())
    if mist:
        raise PublicatieFout(
            f"{huis.datamap.tegels}: kaarttegels ontbreken ({', '.join(mist[:3])}). "
            "Maak ze opnieuw met: python -m pipelines refresh."
        )
    return controleer(bestand, actueel.catalogus_hash)


def _tegels(huis: Huis, actueel: Actueel) -> set[str]:
    """The tile files that a publication names."""
    try:
        with duckdb.connect(str(huis.datamap.published / actueel.bestand), read_only=True) as con:
            return {r[0] for r in con.execute("SELECT bestand FROM out_tegels").fetchall()}
    except duckdb.Error:
        return set()


def lijst(huis: Huis) -> list[Actueel]:
    """Every publication there is, oldest first."""
    paden = sorted(huis.datamap.published.glob("publicatie_*.json"))
    alle: list[Actueel] = []
    for pad in paden:
        with suppress(ValueError):  # a damaged record: not one to go back to
            alle.append(Actueel.model_validate_json(pad.read_bytes()))
    return sorted(
        (a for a in alle if (huis.datamap.published / a.bestand).exists()),
        key=lambda a: (a.gemaakt_op, a.publicatie),
    )


def rollback(huis: Huis, publicatie: str | None = None) -> Actueel:
    """Points back to an earlier publication: the given one, or the one before the current.

    Raises:
        PublicatieFout: there is none such, or it no longer verifies.
    """
    with slot(huis.datamap), _met_uitleg(huis):
        try:
            huidig = lees_actueel(huis)
        except PublicatieFout:
            huidig = None  # a damaged pointer: this is the way out
        alle = lijst(huis)
        ids = [a.publicatie for a in alle]
        if publicatie is None:
            plek = ids.index(huidig.publicatie) if huidig and huidig.publicatie in ids else len(ids)
            if plek == 0:
                raise PublicatieFout("er is geen eerdere publicatie om naar terug te gaan.")
            doel = alle[plek - 1]
        elif publicatie in ids:
            doel = alle[ids.index(publicatie)]
        else:
            er_is = ", ".join(ids) or "geen enkele"
            raise PublicatieFout(f"publicatie '{publicatie}' is er niet; wel: {er_is}.")
        verifieer(huis, doel)
        af = _meta(huis, huidig, "inhoud_hash") if huidig else None
        schrijf_zeker(huis.datamap.published / _TERUG, (af or "").encode())
        wijs_aan(huis, doel)
        return doel


def _teruggedraaid(huis: Huis) -> str | None:
    """The content that was rolled back from: it must not come back by itself."""
    pad = huis.datamap.published / _TERUG
    return pad.read_text(encoding="utf-8") if pad.exists() else None


def snoei(huis: Huis) -> list[str]:
    """Removes publications beyond the kept number; never the current or a pinned one."""
    huidig = lees_actueel(huis)
    vast = {p.name for p in huis.datamap.vastgehouden.glob("*")}
    alle = lijst(huis)
    weg = [
        a
        for a in alle[: max(0, len(alle) - huis.instellingen.bewaar)]
        if a.publicatie not in vast and (huidig is None or a.publicatie != huidig.publicatie)
    ]
    for a in weg:
        doel = huis.datamap.published / a.bestand
        _gooi_weg(_bijschrift(doel))
        _gooi_weg(doel)
    gebruikt = {t for a in lijst(huis) for t in _tegels(huis, a)}
    for tegel in huis.datamap.tegels.glob("*.pmtiles"):
        if tegel.name not in gebruikt:
            _gooi_weg(tegel)
    return [a.publicatie for a in weg]


def _gooi_weg(pad: Path) -> None:
    """Removes a file or folder; what a reader holds open (Windows) waits for the next time."""
    if pad.is_dir():
        shutil.rmtree(pad, ignore_errors=True)
        return
    with suppress(OSError):
        pad.chmod(0o644)
        pad.unlink()


def _ruim_resten(huis: Huis, huidig: Actueel | None) -> None:
    """Removes what a killed publication left: half-built files, and files no pointer ever had."""
    map_ = huis.datamap.published
    for rest in map_.glob(".*.tmp*"):
        _gooi_weg(rest)
    for bestand in map_.glob("publicatie_*.duckdb"):
        if huidig is not None and bestand.name == huidig.bestand:
            if not _bijschrift(bestand).exists():
                schrijf_zeker(_bijschrift(bestand), huidig.model_dump_json(indent=1).encode())
        elif not _bijschrift(bestand).exists():
            _gooi_weg(bestand)

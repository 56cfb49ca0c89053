"""Publishing: build a new file, verify it, make it current in one step, keep a few, roll back.

No Dagster inside. A published file is never changed and never replaced at the same path; readers
only ever follow the pointer. Killed or full at any moment, the old publication stays live.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import duckdb

from indicators.contracts import OUT, SLEUTELS, Actueel, kolommen
from indicators.formulas import CODES
from pipelines.house import Huis
from pipelines.intake import geldige_leveringen, neem_op
from pipelines.raw import schrijf_zeker
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

_UIT_WAREHOUSE = tuple(t for t in OUT if not t.startswith("out_meta__") and t != "out_waarde_kaart")


class PublicatieFout(Exception):
    """A publication that may not go live, or is not what it was; the message says why."""


def publiceer(huis: Huis, forceer: bool = False) -> Actueel:
    """A new publication of what the warehouse holds; the current one when nothing changed.

    Args:
        huis: settings, catalogue and clock.
        forceer: publish even when inputs and catalogue are those of the current publication.

    Raises:
        PublicatieFout: the result breaks the contract; nothing goes live.
        OSError: a full disk, for example; nothing goes live.
    """
    with slot(huis.datamap):
        _ruim_resten(huis)
        inhoud = _inhoud_hash(huis)
        huidig = lees_actueel(huis)
        if huidig and not forceer and _meta(huis, huidig, "inhoud_hash") == inhoud:
            neem_op(huis, [h.levering for h in geldige_leveringen(huis)])
            return huidig
        huis.datamap.published.mkdir(parents=True, exist_ok=True)
        naam = f"p{huis.klok():%Y%m%dT%H%M%S}-{inhoud[:8]}"
        naam = _vrij(huis.datamap.published, naam)
        werk = huis.datamap.published / f".bouw-{naam}.tmp"
        doel = huis.datamap.published / f"publicatie_{naam}.duckdb"
        try:
            actueel = _bouw(huis, werk, doel, naam, inhoud)
        finally:
            for rest in (werk, werk.with_name(werk.name + ".wal")):
                rest.unlink(missing_ok=True)
        neem_op(huis, [h.levering for h in geldige_leveringen(huis)])
        snoei(huis)
        huis.stap("klaar")
        return actueel


def _vrij(map_: Path, naam: str) -> str:
    """A publication id that no file has yet."""
    if not (map_ / f"publicatie_{naam}.duckdb").exists():
        return naam
    nummers = (f"{naam}-{n}" for n in range(2, 1000))
    return next(n for n in nummers if not (map_ / f"publicatie_{n}.duckdb").exists())


def _bouw(huis: Huis, werk: Path, doel: Path, naam: str, inhoud: str) -> Actueel:
    huis.stap("bouw")
    fictief = _vul(huis, werk, naam, inhoud)
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
        publicatie=naam,
        gemaakt_op=huis.klok().isoformat(),
        catalogus_hash=huis.catalogus.hash,
        fictief=fictief,
    )
    schrijf_zeker(_bijschrift(doel), actueel.model_dump_json(indent=1).encode())
    huis.stap("gesommeerd")
    wijs_aan(huis, actueel)
    huis.stap("aangewezen")
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


def _vul(huis: Huis, werk: Path, naam: str, inhoud: str) -> bool:
    """Copies the out tables into a new file, in key order, with provenance and the catalogue."""
    con = duckdb.connect(str(werk))
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
        _kopie(con, "out_waarde_kaart", "SELECT * FROM out_waarde")
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
                naam,
                huis.klok().isoformat(),
                huis.catalogus.hash,
                inhoud,
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


def controleer(bestand: Path, catalogus_hash: str) -> dict[str, int]:
    """Whether a file keeps the contract: tables, columns, keys, kinds of missing, catalogue.

    Returns:
        Rows per table.

    Raises:
        PublicatieFout: naming table, what was expected and found.
    """
    con = duckdb.connect(str(bestand), read_only=True)
    try:
        rijen: dict[str, int] = {}
        for tabel in OUT:
            rijen[tabel] = _controleer_tabel(con, tabel)
        _controleer_waarden(con)
        hash_ = con.execute("SELECT catalogus_hash FROM out_meta__publicatie").fetchall()
        if [h[0] for h in hash_] != [catalogus_hash]:
            raise PublicatieFout("out_meta__publicatie: niet de hash van deze catalogus.")
        if rijen["out_waarde"] == 0 or rijen["out_gebied"] == 0:
            raise PublicatieFout(
                "er zijn geen cijfers om te publiceren. Bied bestanden aan: "
                "python -m pipelines refresh --bestanden MAP."
            )
        return rijen
    except duckdb.Error as fout:
        raise PublicatieFout(f"{bestand.name}: niet te lezen als publicatie ({fout}).") from None
    finally:
        con.close()


def _controleer_tabel(con: duckdb.DuckDBPyConnection, tabel: str) -> int:
    gevonden = [r[0] for r in con.execute(f"DESCRIBE {tabel}").fetchall()]
    if tuple(gevonden) != kolommen(tabel):
        raise PublicatieFout(f"{tabel}: kolommen {gevonden}, verwacht {list(kolommen(tabel))}.")
    sleutel = ", ".join(SLEUTELS[tabel])
    alle = _aantal(con, f"SELECT count(*) FROM {tabel}")  # noqa: S608 - contract names
    uniek = _aantal(con, f"SELECT count(*) FROM (SELECT DISTINCT {sleutel} FROM {tabel})")  # noqa: S608
    if alle != uniek:
        raise PublicatieFout(f"{tabel}: {alle - uniek} dubbele sleutels ({sleutel}).")
    return int(alle)


def _aantal(con: duckdb.DuckDBPyConnection, vraag: str) -> int:
    rij = con.execute(vraag).fetchone()
    return int(rij[0]) if rij else 0


def _controleer_waarden(con: duckdb.DuckDBPyConnection) -> None:
    regels: list[tuple[str, str]] = [
        (
            "een getal of een reden, niet allebei en niet geen van beide",
            "(waarde IS NULL) = (ontbreekt_door IS NULL)",
        ),
        ("geen NaN of oneindig", "isnan(waarde) OR isinf(waarde)"),
        ("waarde binnen haar interval", "waarde < onder - 1e-9 OR waarde > boven + 1e-9"),
        ("bekende soort ontbreken", f"ontbreekt_door NOT IN ({', '.join(repr(k) for k in CODES)})"),
    ]
    for wat, fout in regels:
        wie = "gebied, jaar, indicator, waarde, ontbreekt_door"
        rij = con.execute(f"SELECT {wie} FROM out_waarde WHERE {fout} LIMIT 1").fetchone()  # noqa: S608
        if rij:
            raise PublicatieFout(f"out_waarde: verwacht {wat}; gevonden {rij}.")


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
    except ValueError as fout:
        raise PublicatieFout(f"{pad}: niet te lezen ({fout}). Herstel met rollback.") from None


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
    return controleer(bestand, actueel.catalogus_hash)


def lijst(huis: Huis) -> list[Actueel]:
    """Every publication there is, oldest first."""
    paden = sorted(huis.datamap.published.glob("publicatie_*.json"))
    alle = [Actueel.model_validate_json(p.read_text(encoding="utf-8")) for p in paden]
    return sorted(
        (a for a in alle if (huis.datamap.published / a.bestand).exists()),
        key=lambda a: (a.gemaakt_op, a.publicatie),
    )


def rollback(huis: Huis, publicatie: str | None = None) -> Actueel:
    """Points back to an earlier publication: the given one, or the one before the current.

    Raises:
        PublicatieFout: there is none such, or it no longer verifies.
    """
    with slot(huis.datamap):
        alle, huidig = lijst(huis), lees_actueel(huis)
        ids = [a.publicatie for a in alle]
        if publicatie is None:
            plek = ids.index(huidig.publicatie) if huidig and huidig.publicatie in ids else len(ids)
            if plek == 0:
                raise PublicatieFout("er is geen eerdere publicatie om naar terug te gaan.")
            doel = alle[plek - 1]
        elif publicatie in ids:
            doel = alle[ids.index(publicatie)]
        else:
            raise PublicatieFout(f"publicatie '{publicatie}' is er niet; wel: {', '.join(ids)}.")
        verifieer(huis, doel)
        wijs_aan(huis, doel)
        return doel


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
        _bijschrift(doel).unlink(missing_ok=True)
        doel.unlink(missing_ok=True)
    return [a.publicatie for a in weg]


def _ruim_resten(huis: Huis) -> None:
    """Removes what a killed publication left: half-built files, and files no pointer ever had."""
    for rest in huis.datamap.published.glob(".*.tmp*"):
        rest.unlink(missing_ok=True)
    for bestand in huis.datamap.published.glob("publicatie_*.duckdb"):
        if not _bijschrift(bestand).exists():
            bestand.unlink(missing_ok=True)

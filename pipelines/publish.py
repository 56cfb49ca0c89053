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

from indicators.contracts import Actueel, Wachtend
from pipelines import release
from pipelines.build import inhoud_hash, vul
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
        wacht = release.lees_wachtend(huis, huidig)
        _ruim_resten(huis, huidig, wacht)
        inhoud = inhoud_hash(huis)
        if huidig and not forceer and _meta(huis, huidig, "inhoud_hash") == inhoud:
            neem_op(huis, [h.levering for h in geldige_leveringen(huis)])
            release.wacht_niet_meer(huis)  # what waited is not what the sources say now
            return huidig
        if huidig and not forceer and _teruggedraaid(huis) == inhoud:
            huis.opmerkingen.append(
                f"dit is precies wat is teruggedraaid; {huidig.publicatie} blijft staan. Verwijder "
                "of vervang wat niet klopt, of wijs het aan met: python -m pipelines rollback ID."
            )
            return huidig
        if wacht and not forceer and _meta(huis, wacht.publicatie, "inhoud_hash") == inhoud:
            return _wacht_al(huis, wacht)
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


def _wacht_al(huis: Huis, wacht: Wachtend) -> Actueel:
    """What waits is still what there is: released when nothing holds it back any more."""
    neem_op(huis, [h.levering for h in geldige_leveringen(huis)])
    reden = release.houdt_tegen(huis)
    if reden is None:
        return _geef_vrij(huis, wacht.publicatie)
    release.meld_wachten(huis, wacht.publicatie, reden)
    return wacht.publicatie


def akkoord(huis: Huis, publicatie: str) -> Actueel:
    """Makes the waiting publication current, after it was verified once more.

    Raises:
        PublicatieFout: nothing waits under that id, it no longer verifies, or figures are frozen.
    """
    with slot(huis.datamap), _met_uitleg(huis):
        wacht = release.lees_wachtend(huis, lees_actueel(huis))
        if wacht is None or wacht.publicatie.publicatie != publicatie:
            er_is = wacht.publicatie.publicatie if wacht else "geen enkele"
            raise PublicatieFout(f"publicatie '{publicatie}' wacht niet op akkoord; wel: {er_is}.")
        release.weiger_als_bevroren(huis)
        return _geef_vrij(huis, wacht.publicatie)


def _geef_vrij(huis: Huis, actueel: Actueel) -> Actueel:
    verifieer(huis, actueel)
    wijs_aan(huis, actueel)
    _schrijf_bijschrift(huis, actueel)
    release.wacht_niet_meer(huis)
    snoei(huis)
    return actueel


def _schrijf_bijschrift(huis: Huis, actueel: Actueel) -> None:
    pad = _bijschrift(huis.datamap.published / actueel.bestand)
    schrijf_zeker(pad, actueel.model_dump_json(indent=1).encode())


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
    fictief = vul(huis, werk, (nieuw.naam, nieuw.moment.isoformat(), nieuw.inhoud))
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
    if reden := release.houdt_tegen(huis):
        klaar.unlink()  # its record comes with approval: until then it is none to go back to
        release.zet_in_wacht(huis, actueel, reden)
        huis.stap("aangewezen")
        return actueel
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


def is_gemaakt_van(huis: Huis, inhoud: str) -> bool:
    """Whether the current or the waiting publication was made of this content."""
    huidig = lees_actueel(huis)
    wacht = release.lees_wachtend(huis, huidig)
    er_is = [a for a in (huidig, wacht.publicatie if wacht else None) if a is not None]
    return any(_meta(huis, a, "inhoud_hash") == inhoud for a in er_is)


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
            wacht = release.lees_wachtend(huis, huidig)
            if wacht and wacht.publicatie.publicatie == publicatie:
                er_is += f". Zij wacht op akkoord: python -m pipelines akkoord {publicatie}"
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
    wacht = release.lees_wachtend(huis, huidig)
    blijft = [*lijst(huis), *([wacht.publicatie] if wacht else [])]
    gebruikt = {t for a in blijft for t in _tegels(huis, a)}
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


def _ruim_resten(huis: Huis, huidig: Actueel | None, wacht: Wachtend | None) -> None:
    """Removes what a killed publication left: half-built files, and files no pointer ever had."""
    map_ = huis.datamap.published
    for rest in map_.glob(".*.tmp*"):
        _gooi_weg(rest)
    for bestand in map_.glob("publicatie_*.duckdb"):
        if huidig is not None and bestand.name == huidig.bestand:
            if not _bijschrift(bestand).exists():
                _schrijf_bijschrift(huis, huidig)
        elif wacht is not None and bestand.name == wacht.publicatie.bestand:
            continue
        elif not _bijschrift(bestand).exists():
            _gooi_weg(bestand)

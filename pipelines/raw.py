"""The raw layer: bytes as received, by checksum, with a record per delivery beside them.

The warehouse can be rebuilt from here without the network.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from indicators.contracts import Datamap
from pipelines.provenance import Herkomst
from pipelines.sources.tabel import BronFout


def schrijf_zeker(pad: Path, inhoud: bytes) -> None:
    """Writes a file whole or not at all: a temporary file, flushed to disk, then renamed.

    Raises:
        OSError: naming the file; a full disk, for example.
    """
    pad.parent.mkdir(parents=True, exist_ok=True)
    tijdelijk = pad.with_name(f".{pad.name}.{os.getpid()}.tmp")
    try:
        with tijdelijk.open("wb") as stroom:
            stroom.write(inhoud)
            stroom.flush()
            os.fsync(stroom.fileno())
        tijdelijk.replace(pad)
    except OSError as fout:
        raise OSError(fout.errno, fout.strerror, str(pad)) from fout  # a full disk names no file
    finally:
        tijdelijk.unlink(missing_ok=True)


class Opslag:
    """Raw objects and their records under one data folder."""

    def __init__(self, datamap: Datamap) -> None:
        self._objecten = datamap.raw / "objecten"
        self._register = datamap.raw / "register"

    def bewaar(self, inhoud: bytes) -> str:
        """Stores bytes under their checksum, once; an object damaged on disk is made whole."""
        sha = hashlib.sha256(inhoud).hexdigest()
        pad = self._objecten / sha[:2] / sha
        if not pad.exists() or pad.read_bytes() != inhoud:
            schrijf_zeker(pad, inhoud)
        return sha

    def lees(self, sha256: str) -> bytes:
        """The bytes of a checksum.

        Raises:
            BronFout: when they are gone or no longer have that checksum.
        """
        pad = self._objecten / sha256[:2] / sha256
        if not pad.exists():
            raise BronFout(f"raw-object {sha256[:12]} ontbreekt in {self._objecten}.")
        inhoud = pad.read_bytes()
        if hashlib.sha256(inhoud).hexdigest() != sha256:
            raise BronFout(
                f"raw-object {sha256[:12]} is veranderd op schijf; bied het opnieuw aan."
            )
        return inhoud

    def register(self) -> list[Herkomst]:
        """Every delivery, in order of its id.

        Raises:
            BronFout: naming a record that cannot be read.
        """
        uit: list[Herkomst] = []
        for pad in sorted(self._register.glob("*.json")) if self._register.exists() else []:
            try:
                uit.append(Herkomst.model_validate_json(pad.read_bytes()))
            except ValueError:
                raise BronFout(
                    f"{pad}: niet te lezen. Verwijder het en bied het bestand opnieuw aan."
                ) from None
        return uit

    def noteer(self, herkomst: Herkomst) -> None:
        """Writes or replaces the record of a delivery."""
        tekst = herkomst.model_dump_json(indent=1)
        schrijf_zeker(self._register / f"{herkomst.levering}.json", tekst.encode())

    def schrap(self, levering: str) -> None:
        """Removes a delivery's record, and its bytes when no other delivery uses them."""
        weg = [h for h in self.register() if h.levering == levering]
        (self._register / f"{levering}.json").unlink(missing_ok=True)
        over = {h.sha256 for h in self.register()}
        for h in weg:
            if h.sha256 not in over:
                (self._objecten / h.sha256[:2] / h.sha256).unlink(missing_ok=True)

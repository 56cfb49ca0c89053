"""Whether a finished publication goes live by itself, waits for approval, or is frozen out."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from indicators.contracts import Actueel, Vrijgave, Wachtend
from pipelines.house import Huis
from pipelines.raw import schrijf_zeker
from pipelines.verify import PublicatieFout

M = TypeVar("M", bound=BaseModel)


def lees_instelling(soort: type[M], bestand: Path) -> M:
    """A settings file of this installation; its defaults when it is not there.

    Raises:
        PublicatieFout: naming file and field; a setting that cannot be read stops, it is not
            taken as its default.
    """
    if not bestand.exists():
        return soort()
    try:
        inhoud = yaml.safe_load(bestand.read_text(encoding="utf-8")) or {}
        return soort.model_validate(inhoud)
    except ValidationError as fout:
        eerste = fout.errors(include_input=False, include_url=False)[0]
        veld = ".".join(map(str, eerste["loc"])) or "inhoud"
        raise PublicatieFout(f"{bestand}: {veld}: {eerste['msg']}. Herstel dat bestand.") from None
    except (yaml.YAMLError, OSError, UnicodeDecodeError):
        raise PublicatieFout(f"{bestand}: niet te lezen als YAML. Herstel dat bestand.") from None


def vrijgave(huis: Huis) -> Vrijgave:
    """The release setting; `automatisch` when there is no file.

    Raises:
        PublicatieFout: the file is there and cannot be read.
    """
    return lees_instelling(Vrijgave, huis.datamap.vrijgave)


def houdt_tegen(huis: Huis) -> str | None:
    """Why a new publication waits now; None when it goes live by itself."""
    return vrijgave(huis).houdt_tegen(huis.klok().date())


def weiger_als_bevroren(huis: Huis) -> None:
    """Approval does not break a freeze.

    Raises:
        PublicatieFout: figures are frozen today.
    """
    v = vrijgave(huis)
    if v.bevries_tot is not None and huis.klok().date() < v.bevries_tot:
        raise PublicatieFout(
            f"de cijfers zijn bevroren tot {v.bevries_tot.isoformat()}. Haal bevries_tot uit "
            f"{huis.datamap.vrijgave} om eerder vrij te geven."
        )


def lees_wachtend(huis: Huis, huidig: Actueel | None) -> Wachtend | None:
    """The publication that waits; None when there is none, or it is current or gone."""
    pad = huis.datamap.wachtend
    if not pad.exists():
        return None
    try:
        wacht = Wachtend.model_validate_json(pad.read_bytes())
    except ValueError:
        return None  # a half truth helps nobody: the next refresh builds it again
    if huidig is not None and wacht.publicatie.publicatie == huidig.publicatie:
        return None
    er_is = (huis.datamap.published / wacht.publicatie.bestand).exists()
    return wacht if er_is else None


def zet_in_wacht(huis: Huis, actueel: Actueel, reden: str) -> None:
    """Keeps a finished publication beside the current one, until it is approved."""
    wacht = Wachtend(publicatie=actueel, reden=reden, sinds=huis.klok().isoformat())
    schrijf_zeker(huis.datamap.wachtend, wacht.model_dump_json(indent=1).encode())
    meld_wachten(huis, actueel, reden)


def meld_wachten(huis: Huis, actueel: Actueel, reden: str) -> None:
    """Says at the end of a refresh that something waits, and what to do."""
    huis.opmerkingen.append(
        f"publicatie {actueel.publicatie} is klaar en staat nog niet live ({reden}). Bekijk haar: "
        f"python -m pipelines verschil; geef haar vrij: python -m pipelines akkoord "
        f"{actueel.publicatie}."
    )


def wacht_niet_meer(huis: Huis) -> None:
    """Nothing waits any longer."""
    huis.datamap.wachtend.unlink(missing_ok=True)

"""One refresh: judge what is offered; only for what is new, load Dagster and run the assets."""

from __future__ import annotations

from pathlib import Path

from pipelines import intake, messages, publish, release
from pipelines.build import inhoud_hash
from pipelines.house import Huis
from pipelines.intake import Aanbod
from pipelines.sources.tabel import BronFout
from pipelines.warehouse import slot


class VerversFout(Exception):
    """A refresh that did not end in a publication; the message says at which asset and why."""


def ververs(huis: Huis, kortstondig: bool = False) -> Aanbod:
    """Takes in what was asked, works everything out and publishes it.

    Args:
        huis: settings and what to take in.
        kortstondig: keep no record of the run in Dagster's storage (tests).

    Returns:
        What was offered; when something in it was refused, nothing else happened. A table that
        could not be fetched (`mislukt`) stops nothing else.

    Raises:
        VerversFout: an asset or a blocking check failed; the old publication stays live.
        PublicatieFout: the release setting cannot be read; nothing was taken in.
    """
    with slot(huis.datamap):
        release.vrijgave(huis)  # a mistake in this setting is told before all the work, not after
        aanbod = intake.beoordeel(huis)
        if aanbod.geweigerd:
            return aanbod
        try:
            if not _niets_te_doen(huis, aanbod):
                from pipelines import runs  # Dagster: seconds to load, for what is new only

                runs.draai(huis, kortstondig)
        except Exception as fout:
            rond_af(huis, str(fout))
            raise
        rond_af(huis)
    return aanbod


def rond_af(huis: Huis, fout: str | None = None, heel: bool = True) -> None:
    """What follows a run, whether a person or Dagster started it: remember, and tell.

    Args:
        huis: of the run.
        fout: why it stopped; None when it did not.
        heel: whether it came as far as a publication; a run of some assets did not.
    """
    er_is = publish.lees_actueel(huis) is not None or huis.datamap.wachtend.exists()
    if fout is None and heel and er_is:
        for werk in huis.na_publicatie:
            werk()
    messages.meld_mislukt(huis, huis.aanbod or Aanbod(), fout)


def _niets_te_doen(huis: Huis, aanbod: Aanbod) -> bool:
    """Whether only producers were asked, and what they gave is what was published.

    What waits for approval is released here too, once nothing holds it back.
    """
    if not huis.live or huis.mappen or aanbod.nieuw:
        return False
    huidig = publish.lees_actueel(huis)
    if huidig is None:
        return bool(aanbod.mislukt)  # nothing came, so there is nothing to work out
    if not publish.is_gemaakt_van(huis, inhoud_hash(huis)):
        return False
    publish.publiceer(huis)
    return True


def bouw(map_: Path, huis: Huis) -> Aanbod:
    """A refresh of one folder; errors of the source are raised as such.

    Raises:
        BronFout: something was refused.
        VerversFout: the run failed.
    """
    huis.mappen = [map_]
    aanbod = ververs(huis)
    if aanbod.geweigerd:
        raise BronFout("; ".join(r.uitleg for r in aanbod.geweigerd))
    publish.verifieer(huis)
    return aanbod

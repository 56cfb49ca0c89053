"""One refresh: judge what is offered; only for what is new, load Dagster and run the assets."""

from __future__ import annotations

from pathlib import Path

from pipelines import freshness, intake, messages, publish, release
from pipelines.build import inhoud_hash
from pipelines.house import Huis
from pipelines.intake import Aanbod
from pipelines.sources.tabel import BronFout
from pipelines.warehouse import slot


class VerversFout(Exception):
    """A refresh that did not end in a publication; the message says at which asset and why.

    `bronnen` are the ids of the sources that it is about, where that is known.
    """

    def __init__(self, waarom: str, bronnen: frozenset[str] = frozenset()) -> None:
        """Why it stopped, and on which sources."""
        super().__init__(waarom)
        self.bronnen = bronnen


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
        try:
            release.vrijgave(huis)  # a mistake in this setting is told before all the work
            aanbod = intake.beoordeel(huis)
            if not aanbod.geweigerd and not _niets_te_doen(huis, aanbod):
                _draai(huis, aanbod, kortstondig)
        except Exception as fout:
            rond_af(huis, str(fout))
            raise
        geweigerd = "; ".join(r.uitleg for r in aanbod.geweigerd)
        rond_af(huis, geweigerd or None)
    return aanbod


def _draai(huis: Huis, aanbod: Aanbod, kortstondig: bool) -> None:
    """Runs the assets; a fetched source that a check stops is left out, the others go on.

    Raises:
        VerversFout: it stopped, and leaving a source out does not help.
    """
    from pipelines import runs  # Dagster: seconds to load, for what is new only

    while True:
        gezegd = len(huis.opmerkingen)
        try:
            runs.draai(huis, kortstondig)
            return
        except VerversFout as fout:
            namen = {b: huis.catalogus.bronnen[b].naam for b in fout.bronnen}
            if not aanbod.zet_apart(namen, str(fout)):
                raise
            del huis.opmerkingen[gezegd:]  # of a run that is done over


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
    freshness.schrijf(huis)
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

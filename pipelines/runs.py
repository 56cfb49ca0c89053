"""Running the assets in this process, in the instance that `dagster dev` shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from dagster._core.instance.ref import InstanceRef
from sqlalchemy.exc import OperationalError

from pipelines import outcome
from pipelines.definitions import activa, controles
from pipelines.house import Huis
from pipelines.refresh import VerversFout
from pipelines.settings import WORTEL


@contextmanager
def instantie(huis: Huis) -> Iterator[dg.DagsterInstance]:
    """The Dagster instance of a data folder; for the default folder the one of `dagster dev`."""
    map_ = huis.datamap.dagster
    map_.mkdir(parents=True, exist_ok=True)
    ref = InstanceRef.from_dir(
        str(map_),
        config_dir=str(WORTEL),
        overrides={
            "storage": {"sqlite": {"base_dir": str(map_)}},
            "local_artifact_storage": {
                "module": "dagster._core.storage.root",
                "class": "LocalArtifactStorage",
                "config": {"base_dir": str(map_)},
            },
            "compute_logs": {
                "module": "dagster._core.storage.noop_compute_log_manager",
                "class": "NoOpComputeLogManager",
            },
        },
    )
    with dg.DagsterInstance.from_ref(ref) as inst:
        yield inst


def draai(huis: Huis, kortstondig: bool = False) -> None:
    """Runs every asset and check in this process.

    Args:
        huis: settings and what to take in.
        kortstondig: keep no record of the run in Dagster's storage.

    Raises:
        VerversFout: an asset or a blocking check failed, in the words of what failed; or Dagster
            could not keep its records.
    """
    if kortstondig:
        with dg.DagsterInstance.ephemeral() as inst:
            _draai(huis, inst)
        return
    try:
        with instantie(huis) as inst:
            _draai(huis, inst)
    except OperationalError as fout:
        raise VerversFout(
            f"{huis.datamap.dagster}: Dagster kan zijn administratie niet schrijven ({fout.orig}). "
            "Is de schijf vol? Maak ruimte en draai opnieuw: python -m pipelines refresh met "
            "dezelfde opties. Wat live staat zegt: python -m pipelines status."
        ) from fout


def _draai(huis: Huis, inst: dg.DagsterInstance) -> None:
    cat = huis.catalogus
    uit = dg.materialize(
        [*activa(cat), *controles(cat)],
        resources={"huis": huis},
        instance=inst,
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        raise_on_error=False,
    )
    gebeurd = uit.all_events
    huis.opmerkingen += outcome.waarschuwingen(gebeurd)
    if not uit.success:
        waarom = outcome.waarom(gebeurd) or "de run is niet geslaagd"
        raise VerversFout(waarom, outcome.schuldig(gebeurd))

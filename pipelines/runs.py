"""Running the assets in this process, in the instance that `dagster dev` shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from dagster._core.instance.ref import InstanceRef

from pipelines.definitions import activa, controles
from pipelines.house import Huis
from pipelines.refresh import VerversFout
from pipelines.settings import WORTEL

_ZONDER_KLASSE = re.compile(r"^pipelines(?:\.\w+)*Fout: ")
"""Dagster puts the class of an error before its message; people need the message."""


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
        VerversFout: an asset or a blocking check failed, in the words of what failed.
    """
    if kortstondig:
        with dg.DagsterInstance.ephemeral() as inst:
            _draai(huis, inst)
    else:
        with instantie(huis) as inst:
            _draai(huis, inst)


def _draai(huis: Huis, inst: dg.DagsterInstance) -> None:
    cat = huis.catalogus
    uit = dg.materialize(
        [*activa(cat), *controles(cat)],
        resources={"huis": huis},
        instance=inst,
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        raise_on_error=False,
    )
    huis.opmerkingen += [
        f"{e.asset_key.to_user_string()}: {e.description}"
        for e in uit.get_asset_check_evaluations()
        if not e.passed and not e.blocking
    ]
    if not uit.success:
        raise VerversFout(_waarom(uit))


def _waarom(uit: dg.ExecuteInProcessResult) -> str:
    """The first failure of a run, in the words of the error that caused it."""
    for evaluatie in uit.get_asset_check_evaluations():
        if not evaluatie.passed and evaluatie.blocking:
            return f"controle {evaluatie.asset_key.to_user_string()}: {evaluatie.description}"
    for gebeurtenis in uit.all_events:
        if gebeurtenis.is_step_failure:
            fout = gebeurtenis.step_failure_data.error
            while fout is not None and fout.cause is not None:
                fout = fout.cause
            wat = fout.message.strip() if fout else "onbekende fout"
            return f"{gebeurtenis.step_key}: {_ZONDER_KLASSE.sub('', wat)}"
    return "de run is niet geslaagd"

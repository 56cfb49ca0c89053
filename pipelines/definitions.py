"""The only Definitions: a table of contents."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from indicators.catalogue import Catalogus, lees
from pipelines import checks, settings
from pipelines.assets import core, out, publication, raw
from pipelines.house import Huis


def activa(cat: Catalogus) -> list[dg.AssetsDefinition]:
    """Every asset, in the order of the layers."""
    bronnen = [b for b in cat.bronnen.values() if b.ingelezen]
    return [
        *(raw.maak(b) for b in bronnen),
        *(core.maak(b) for b in bronnen),
        *out.maak(cat),
        publication.publicatie,
        publication.verhalen_nagelopen,
    ]


@dg.resource(
    config_schema={
        "bestanden": dg.Field([str], default_value=[], description="mappen met bestanden"),
        "gemeenten": dg.Field([str], default_value=[], description="codes voor de CBS-route"),
        "jaren": dg.Field([int], default_value=[], description="jaren voor de CBS-route"),
    },
    description="Datamap, catalogus en wat deze ronde moet worden ingelezen.",
)
def huis(context: dg.InitResourceContext) -> Huis:
    """The surroundings of a run started from Dagster's own screens."""
    gevraagd = context.resource_config
    return Huis(
        settings.lees(),
        mappen=[Path(m) for m in gevraagd["bestanden"]],
        gemeenten=list(gevraagd["gemeenten"]),
        jaren=list(gevraagd["jaren"]),
    )


_cat = lees()
VERVERS = dg.define_asset_job(
    "verversen", selection=dg.AssetSelection.all(), executor_def=dg.in_process_executor
)
PUBLICEER = dg.define_asset_job(
    "publiceren",
    selection=dg.AssetSelection.assets("publicatie", "verhalen_nagelopen"),
    executor_def=dg.in_process_executor,
)
defs = dg.Definitions(
    assets=activa(_cat),
    asset_checks=checks.maak(_cat),
    jobs=[VERVERS, PUBLICEER],
    resources={"huis": huis},
    executor=dg.in_process_executor,
)

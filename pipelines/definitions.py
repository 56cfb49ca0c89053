"""The only Definitions: a table of contents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from indicators.catalogue import Catalogus, lees
from pipelines import checks, drift, freshness, outcome, refresh, schedules, settings
from pipelines.assets import core, out, publication, raw
from pipelines.house import Huis
from pipelines.warehouse import slot


def activa(cat: Catalogus) -> list[dg.AssetsDefinition]:
    """Every asset, in the order of the layers."""
    bronnen = [b for b in cat.bronnen.values() if b.ingelezen]
    return [
        *(raw.maak(b) for b in bronnen),
        *(core.maak(b) for b in bronnen),
        *out.maak(cat),
        publication.publicatie,
        publication.verschil,
        publication.verhalen_nagelopen,
    ]


def controles(cat: Catalogus) -> list[dg.AssetChecksDefinition]:
    """Every check: contracts, what moved since the last publication, and freshness."""
    return [*checks.maak(cat), *drift.maak(), *freshness.maak(cat)]


@dg.resource(
    config_schema={
        "bestanden": dg.Field([str], default_value=[], description="mappen met bestanden"),
        "gemeenten": dg.Field([str], default_value=[], description="codes voor de CBS-route"),
        "jaren": dg.Field([int], default_value=[], description="jaren; leeg is alle"),
        "bronnen": dg.Field([str], default_value=[], description="bronnen om op te halen"),
        "alle": dg.Field(bool, default_value=False, description="alle bronnen ophalen"),
    },
    description="Datamap, catalogus en wat deze ronde moet worden ingelezen.",
)
def huis(context: dg.InitResourceContext) -> Iterator[Huis]:
    """The surroundings of a run started by Dagster, which ends as a refresh by hand does.

    The lock is held all through, so that nothing else writes between two assets.
    """
    gevraagd = context.resource_config
    h = Huis(
        settings.lees(),
        mappen=[Path(m) for m in gevraagd["bestanden"]],
        gemeenten=list(gevraagd["gemeenten"]),
        jaren=list(gevraagd["jaren"]),
        bronnen=list(gevraagd["bronnen"]),
        alle=bool(gevraagd["alle"]),
    )
    with slot(h.datamap):
        yield h
        _sluit_af(h, context)


def _sluit_af(h: Huis, context: dg.InitResourceContext) -> None:
    if context.instance is None or context.run_id is None:  # built by hand: there is no run
        return
    alle = outcome.gebeurtenissen(context.instance, context.run_id)
    h.opmerkingen += outcome.waarschuwingen(alle)
    refresh.rond_af(h, outcome.waarom(alle), heel=outcome.publiceerde(alle))
    for opmerking in h.opmerkingen:
        if context.log is not None:
            context.log.warning(opmerking)


_cat = lees()
VERVERS = dg.define_asset_job(
    "verversen",
    selection=dg.AssetSelection.all(),
    executor_def=dg.in_process_executor,
    description="Haalt op wat is gewijzigd, rekent uit, gaat na en publiceert. Zeg in het "
    "Launchpad onder resources: huis: config welke bronnen, jaren en gemeenten; leeg rekent alleen "
    "opnieuw.",
)
PUBLICEER = dg.define_asset_job(
    "publiceren",
    selection=dg.AssetSelection.assets("publicatie", "verschil", "verhalen_nagelopen"),
    executor_def=dg.in_process_executor,
    description="Publiceert wat al is uitgerekend, bepaalt het verschil en loopt de verhalen na.",
)
defs = dg.Definitions(
    assets=activa(_cat),
    asset_checks=controles(_cat),
    jobs=[VERVERS, PUBLICEER],
    schedules=schedules.per_bron(_cat, VERVERS),
    sensors=[schedules.tabel_gewijzigd(VERVERS)],
    resources={"huis": huis},
    executor=dg.in_process_executor,
)

"""core_…: typed, keyed cells with their kind of missing, one asset per source."""

import dagster as dg

from indicators.model import Bron
from pipelines import intake
from pipelines.house import Huis


def maak(bron: Bron) -> dg.AssetsDefinition:
    """The core asset of a source."""

    @dg.asset(
        name=f"core_{bron.id}",
        deps=[f"raw_{bron.id}"],
        group_name="core",
        description=f"{bron.naam}: getallen met soort van ontbreken, per gebied en kolom.",
        owners=[f"team:{bron.eigenaar}"],
        required_resource_keys={"huis"},
        kinds={"duckdb"},
    )
    def _core(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        huis: Huis = context.resources.huis
        return dg.MaterializeResult(metadata=intake.werk_kern_bij(huis, bron.id))

    return _core

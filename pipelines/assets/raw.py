"""raw_…: bytes as received, one asset per source that is read in."""

import dagster as dg

from indicators.model import Bron
from pipelines import intake
from pipelines.house import Huis


def maak(bron: Bron) -> dg.AssetsDefinition:
    """The raw asset of a source."""

    @dg.asset(
        name=f"raw_{bron.id}",
        group_name="raw",
        description=f"{bron.naam}, zoals ontvangen. {bron.uitleg} {bron.bronvermelding}.",
        owners=[f"team:{bron.eigenaar}"],
        required_resource_keys={"huis"},
        kinds={"bestand"},
        metadata={
            "producent": bron.producent,
            "licentie": bron.licentie,
            "ritme": bron.ritme,
            "url": bron.url,
        },
    )
    def _raw(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        huis: Huis = context.resources.huis
        leveringen = intake.bied_aan(huis, bron.id)
        return dg.MaterializeResult(
            metadata={
                "leveringen": len(leveringen),
                "jaren": ", ".join(str(j) for j in sorted({h.jaar for h in leveringen})),
                "bytes": sum(h.bytes for h in leveringen),
                "bestanden": dg.MetadataValue.md(
                    "\n".join(f"- {h.bestand} ({h.sha256[:12]})" for h in leveringen) or "geen"
                ),
            }
        )

    return _raw

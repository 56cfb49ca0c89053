"""publicatie and what follows it: the snapshot, and the marks beside the stories."""

import dagster as dg

from pipelines import difference, neighbour, publish
from pipelines.house import Huis


@dg.asset(
    name="publicatie",
    deps=[
        "out_gebied",
        "out_gebied_opvolger",
        "out_tegels",
        "out_waarde",
        "out_score",
        "out_herberekening",
        "out_beeld",
        "out_cluster",
    ],
    group_name="publicatie",
    description="Een alleen-lezen bestand met alles voor het dashboard, en de aanwijzer ernaar.",
    owners=["team:data"],
    required_resource_keys={"huis"},
    kinds={"duckdb"},
)
def publicatie(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Builds, verifies and makes current a new publication."""
    huis: Huis = context.resources.huis
    actueel = publish.publiceer(huis)
    return dg.MaterializeResult(
        metadata={
            "publicatie": actueel.publicatie,
            "bestand": actueel.bestand,
            "sha256": actueel.sha256,
            "catalogus_hash": actueel.catalogus_hash,
        }
    )


@dg.asset(
    name="verschil",
    deps=["publicatie"],
    group_name="publicatie",
    description="Wat de nieuwe publicatie verandert: cijfers en verhalen, voor wie haar vrijgeeft.",
    owners=["team:data"],
    required_resource_keys={"huis"},
    kinds={"json"},
)
def verschil(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Writes what changed beside the publication; a failure is reported and stops nothing."""
    huis: Huis = context.resources.huis
    try:
        uit = difference.na_publicatie(huis)
    except (publish.PublicatieFout, OSError) as fout:
        huis.opmerkingen.append(f"het verschil met de vorige publicatie is niet bepaald: {fout}")
        return dg.MaterializeResult(metadata={"uitkomst": str(fout)[:300]})
    if uit is None:
        return dg.MaterializeResult(metadata={"uitkomst": "niets nieuws"})
    return dg.MaterializeResult(
        metadata={
            "van": uit.van or "niets",
            "naar": uit.naar,
            **{f"{t.soort} {t.indicator} {t.jaar}": t.aantal for t in uit.telling[:20]},
        }
    )


@dg.asset(
    name="verhalen_nagelopen",
    deps=["publicatie"],
    group_name="publicatie",
    description="Laat het dashboard de verhalen nalopen: welke cijfers zijn gecorrigeerd of nieuw.",
    owners=["team:data"],
    required_resource_keys={"huis"},
)
def verhalen_nagelopen(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Runs `python -m dashboard na-publicatie ID`; a failure is reported and stops nothing."""
    huis: Huis = context.resources.huis
    actueel = publish.lees_actueel(huis)
    if actueel is None:
        return dg.MaterializeResult(metadata={"uitkomst": "geen publicatie"})
    klaar = neighbour.vraag(huis.datamap, "na-publicatie", actueel.publicatie)
    if klaar.returncode:
        context.log.warning(f"na-publicatie gaf {klaar.returncode}: {klaar.stderr[-500:]}")
        huis.opmerkingen.append(
            "de verhalen zijn niet nagelopen; draai: python -m dashboard na-publicatie "
            f"{actueel.publicatie}"
        )
    return dg.MaterializeResult(metadata={"uitkomst": klaar.stdout[-500:] or "geen uitvoer"})

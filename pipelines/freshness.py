"""How long ago a source was looked at, and whether that went well: green, amber, red."""

from datetime import datetime
from typing import Literal

import dagster as dg

from indicators.catalogue import Catalogus
from indicators.model import Bron
from pipelines.house import Huis
from pipelines.intake import Regel
from pipelines.listing import Gezien, heeft_route

Kleur = Literal["groen", "oranje", "rood"]


def kleur(bron: Bron, dagen: float) -> Kleur:
    """The colour of a source that was last looked at so many days ago."""
    if dagen > bron.rood_na_dagen:
        return "rood"
    return "oranje" if dagen > bron.oranje_na_dagen else "groen"


def laatst_bekeken(huis: Huis, bron: str) -> datetime | None:
    """When a source was last looked at with success, live or as a file; None when it never was."""
    tijden = [r["op"] for r in Gezien(huis).regels.values() if r.get("bron") == bron]
    tijden += [h.opgehaald_op for h in huis.opslag.register() if h.bron == bron]
    return max((datetime.fromisoformat(t) for t in tijden), default=None)


def oordeel(huis: Huis, bron: Bron) -> tuple[Kleur, str]:
    """The colour of a source now, and the sentence that goes with it."""
    mislukt = [r for r in huis.aanbod.mislukt if r.soort == bron.naam] if huis.aanbod else []
    op = laatst_bekeken(huis, bron.id)
    if op is None:
        wat = f"{bron.naam}: nog nooit ingelezen."
        return ("rood" if mislukt else "groen"), _met(wat, mislukt)
    dagen = (huis.klok() - op).total_seconds() / 86400
    uit = kleur(bron, dagen)
    if mislukt and uit == "groen":
        uit = "oranje"
    wat = f"{bron.naam}: {uit}, {dagen:.0f} dagen geleden bekeken (oranje na {bron.oranje_na_dagen}"
    return uit, _met(f"{wat}, rood na {bron.rood_na_dagen}).", mislukt)


def _met(wat: str, mislukt: list[Regel]) -> str:
    if not mislukt:
        return wat
    waarom = mislukt[0].uitleg
    return f"{wat} De laatste ronde mislukte: {waarom} Wat gepubliceerd was, staat er nog."


def maak(cat: Catalogus) -> list[dg.AssetChecksDefinition]:
    """One check per source that is read; it warns, and stops nothing."""
    return [_als_check(b) for b in cat.bronnen.values() if b.ingelezen]


def _als_check(bron: Bron) -> dg.AssetChecksDefinition:
    wijze = "opgehaald" if heeft_route(bron) else "als bestand aangeboden"

    @dg.asset_check(
        asset=f"raw_{bron.id}",
        name="vers",
        description=f"{bron.naam} is tijdig {wijze}: oranje na {bron.oranje_na_dagen} dagen, "
        f"rood na {bron.rood_na_dagen}.",
        required_resource_keys={"huis"},
    )
    def _check(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        huis: Huis = context.resources.huis
        welke, zin = oordeel(huis, bron)
        rood = welke == "rood"
        return dg.AssetCheckResult(
            passed=welke == "groen",
            severity=dg.AssetCheckSeverity.ERROR if rood else dg.AssetCheckSeverity.WARN,
            metadata={"kleur": welke},
            description=zin,
        )

    return _check

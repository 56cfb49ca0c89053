"""How long ago a source was looked at, and whether that went well: green, amber, red.

Light to import: Dagster is loaded only where its checks are made.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from indicators.catalogue import Catalogus
from indicators.freshness import Bronstand, Bronstanden, Kleur
from indicators.freshness import oordeel as beoordeel
from indicators.model import Bron
from pipelines.house import Huis
from pipelines.listing import Gezien, heeft_route
from pipelines.raw import schrijf_zeker
from pipelines.sources.tabel import BronFout

if TYPE_CHECKING:
    import dagster as dg


def standen(huis: Huis) -> dict[str, Bronstand]:
    """Of every source that is read: when it was last looked at, live or as a file, and what failed.

    What failed in an earlier round stands until the source is asked again.
    """
    tijden: dict[str, list[str]] = {}
    for r in Gezien(huis).regels.values():
        tijden.setdefault(r.get("bron", ""), []).extend([r["op"]] if "op" in r else [])
    for h in huis.opslag.register():
        tijden.setdefault(h.bron, []).append(h.opgehaald_op)
    nu = huis.aanbod.regels if huis.aanbod else []
    mislukt = {r.soort: r.uitleg for r in reversed(huis.aanbod.mislukt if huis.aanbod else [])}
    gevraagd, eerder = {r.soort for r in nu}, lees(huis)
    return {
        b.id: Bronstand(
            bekeken_op=max(map(datetime.fromisoformat, tijden.get(b.id, [])), default=None),
            mislukt=mislukt.get(b.naam)
            or (None if b.naam in gevraagd else eerder.get(b.id, Bronstand()).mislukt),
        )
        for b in huis.catalogus.bronnen.values()
        if b.ingelezen
    }


def lees(huis: Huis) -> dict[str, Bronstand]:
    """What was written after the last round; nothing when it cannot be read."""
    try:
        return Bronstanden.model_validate_json(huis.datamap.bronstand.read_bytes()).bronnen
    except (OSError, ValueError):
        return {}


def schrijf(huis: Huis) -> None:
    """Keeps it beside the publications, for the dashboard; a full disk does not stop a round."""
    try:
        inhoud = Bronstanden(bronnen=standen(huis)).model_dump_json(indent=1)
        schrijf_zeker(huis.datamap.bronstand, inhoud.encode())
    except BronFout:  # a record that cannot be read: the round itself stops on it, with more words
        return
    except OSError as fout:
        huis.opmerkingen.append(f"{huis.datamap.bronstand}: niet te schrijven ({fout.strerror}).")


def oordeel(huis: Huis, bron: Bron) -> tuple[Kleur, str]:
    """The colour of a source now, and the sentence that goes with it."""
    stand = standen(huis)[bron.id]
    uit, wanneer = beoordeel(bron, stand, huis.klok())
    zin = f"{bron.naam}: {wanneer}"
    if stand.bekeken_op is not None:
        na = f"oranje na {bron.oranje_na_dagen}, rood na {bron.rood_na_dagen} dagen"
        zin = f"{bron.naam}: {uit}, {wanneer} ({na})"
    if stand.mislukt:
        wat = f"De laatste ronde mislukte: {stand.mislukt} Wat gepubliceerd was, staat er nog."
        return uit, f"{zin}. {wat}"
    return uit, f"{zin}."


def maak(cat: Catalogus) -> "list[dg.AssetChecksDefinition]":
    """One check per source that is read; it warns, and stops nothing."""
    return [_als_check(b) for b in cat.bronnen.values() if b.ingelezen]


def _als_check(bron: Bron) -> "dg.AssetChecksDefinition":
    import dagster as dg

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

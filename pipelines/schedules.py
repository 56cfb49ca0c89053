"""When Dagster looks: a schedule per source in its rhythm, and a sensor for changed tables."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from indicators.catalogue import Catalogus
from indicators.model import Bron
from pipelines import listing, release, settings
from pipelines.house import Huis
from pipelines.sources.tabel import BronFout

CRON = {"dag": "{m} 6 * * *", "week": "{m} 6 * * 1", "maand": "{m} 6 3 * *"}
"""How often a source is looked at; each source at its own minute."""
TIJDZONE = "Europe/Amsterdam"
_ELK_UUR = 3600


def run_config(
    bronnen: list[str], gemeenten: list[str], jaren: list[int] | None = None
) -> dict[str, Any]:
    """What a run must take in: these sources, whole or these gemeenten and years of them."""
    vraag: dict[str, Any] = {"bronnen": bronnen, "gemeenten": gemeenten}
    return {"resources": {"huis": {"config": vraag | ({"jaren": jaren} if jaren else {})}}}


def per_bron(cat: Catalogus, job: Any) -> list[dg.ScheduleDefinition]:
    """A schedule for every source that can be asked live, off until it is switched on."""
    met_route = [b for b in cat.bronnen.values() if listing.heeft_route(b)]
    return [_schema(b, job, nummer) for nummer, b in enumerate(met_route)]


def _schema(bron: Bron, job: Any, nummer: int) -> dg.ScheduleDefinition:
    def vraag(_: dg.ScheduleEvaluationContext) -> dict[str, Any]:
        huis = Huis(settings.lees())
        return run_config([bron.id], list(release.vrijgave(huis).gemeenten))

    return dg.ScheduleDefinition(
        name=f"kijk_{bron.id}",
        job=job,
        cron_schedule=CRON[bron.kijk_elke].format(m=7 * nummer % 60),
        execution_timezone=TIJDZONE,
        run_config_fn=vraag,
        description=f"{bron.naam}: elke {bron.kijk_elke}. Ritme van de producent: {bron.ritme}.",
    )


def gewijzigd(huis: Huis) -> dict[str, list[listing.Vraag]]:
    """Tables that the listings call changed since they were taken in, per source.

    Only sources that were taken in live before; one request per host.

    Raises:
        BronFout: no host answered.
    """
    gezien = listing.Gezien(huis)
    alle = huis.catalogus.bronnen
    vragen = [
        listing.Vraag(r["bron"], tabel, code, tuple(map(int, filter(None, r["jaren"].split(",")))),
                      listing.adres(huis, alle[r["bron"]]).basis, int(r.get("indeling", 0)) or None)
        for sleutel, r in gezien.regels.items()
        if r.get("bron") in alle and "jaren" in r  # a file has no listing: its schedule asks
        for _, tabel, code in [sleutel.split("|")]
    ]  # fmt: skip
    hosts = {v.host: listing.adres(huis, alle[v.bron]) for v in vragen}
    stand = listing.stand(huis, hosts, gezien)
    fouten = [s for s in stand.values() if isinstance(s, BronFout)]
    if fouten and len(fouten) == len(stand):
        raise fouten[0]
    uit: dict[str, list[listing.Vraag]] = {}
    for v in vragen:
        lijst = stand[v.host]
        if not isinstance(lijst, BronFout) and not gezien.ongewijzigd(v, lijst.get(v.tabel_id)):
            uit.setdefault(v.bron, []).append(v)
    return uit


def tabel_gewijzigd(job: Any) -> dg.SensorDefinition:
    """A sensor that asks each host once an hour which tables changed."""

    @dg.sensor(
        name="tabel_gewijzigd",
        job=job,
        minimum_interval_seconds=_ELK_UUR,
        description="Vraagt elk uur per host een keer welke tabellen zijn gewijzigd.",
    )
    def _sensor(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        huis = Huis(settings.lees())
        try:
            gevonden = gewijzigd(huis)
        except BronFout as fout:
            yield dg.SkipReason(f"niet bekeken: {fout}")
            return
        if not gevonden:
            yield dg.SkipReason("geen tabel is gewijzigd")
        for bron, vragen in gevonden.items():
            codes = sorted({v.code for v in vragen})  # with NL00 where a whole table was taken in
            alle_jaren = any(not v.jaren for v in vragen)
            jaren = [] if alle_jaren else sorted({j for v in vragen for j in v.jaren})
            wat = ",".join(sorted({v.tabel_id for v in vragen}))
            yield dg.RunRequest(
                run_key=f"{bron}|{wat}|{huis.klok():%Y%m%d}",
                run_config=run_config([bron], [] if codes == [listing.LAND] else codes, jaren),
                tags={"bron": bron, "tabellen": wat[:200]},
            )

    return _sensor

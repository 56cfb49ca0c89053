"""Files by address: fetched when changed, opened and judged as the file route does.

What is wrong with one file makes that one fail, by name; the others go on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from indicators import regions
from indicators.model import Bestandsadres, Bron
from pipelines import intake, listing
from pipelines.house import Huis
from pipelines.intake import Aanbod, Regel
from pipelines.listing import Gezien
from pipelines.provenance import Herkomst
from pipelines.sources import download
from pipelines.sources.files import Bijschrift
from pipelines.sources.plank import Plank
from pipelines.sources.tabel import BronFout
from pipelines.sources.vragen import Adres, Merken


@dataclass(frozen=True)
class Bestandsvraag:
    """One file, or one layer of a map, of a year of a source."""

    bron: Bron
    jaar: int
    wat: Bestandsadres
    laag: str | None = None

    @property
    def naam(self) -> str:
        """How it is called in the closing table."""
        if self.laag is not None:
            return f"{self.bron.id}-{self.jaar}-{self.laag.rpartition(':')[2]}.geojson"
        return self.wat.url.rpartition("/")[2]

    @property
    def sleutel(self) -> str:
        """What it is remembered by: address and layer, of the producer or of any mirror."""
        return f"{self.wat.url}|{self.laag or ''}"


def veel_jaren(bron: Bron) -> bool:
    """Whether a file of a source holds many years: its rows say which, so it is taken whole."""
    return bool(bron.bestanden) and all(g.periode is not None for g in bron.generaties)


def vragen(huis: Huis, bronnen: Iterable[str]) -> list[Bestandsvraag]:
    """Every file that a refresh asks, in order of the catalogue."""
    kies = set(bronnen)
    return [
        Bestandsvraag(b, jaar, wat, laag)
        for b in huis.catalogus.bronnen.values()
        if b.id in kies
        for jaar, wat in sorted(b.bestanden.items())
        if not huis.jaren or jaar in huis.jaren or veel_jaren(b)
        for laag in (wat.lagen or (None,))
    ]


def beoordeel(huis: Huis, bronnen: Iterable[str], aanbod: Aanbod, gezien: Gezien) -> None:
    """Fetches and judges every asked file that changed; adds to the offer, stores nothing yet."""
    gevraagd = vragen(huis, bronnen)
    for nummer, vraag in enumerate(gevraagd, start=1):
        huis.meld(f"{nummer} van {len(gevraagd)}: {vraag.bron.id} {vraag.naam}")
        try:
            _neem(huis, vraag, aanbod, gezien)
        except BronFout as fout:
            aanbod.regels.append(
                Regel(vraag.naam, "mislukt", vraag.bron.naam, vraag.jaar,
                      uitleg=f"{vraag.naam}: {fout}")
            )  # fmt: skip


def _neem(huis: Huis, vraag: Bestandsvraag, aanbod: Aanbod, gezien: Gezien) -> None:
    """One file or layer: unchanged, or its table-years as deliveries; all of it or nothing."""
    oud = gezien.regels.get(vraag.sleutel, {})
    er_is = {h.levering: h for h in huis.opslag.register() if h.status == "opgenomen"}
    leveringen = [n for n in oud.get("leveringen", "").split(",") if n]
    heel = bool(leveringen) and all(n in er_is for n in leveringen)
    had = tuple(g for g in oud.get("gemeenten", "").split(",") if g)
    kies = _gemeenten(huis, had if heel else None)
    heel = heel and kies == had
    merken: Merken = json.loads(oud.get("merken", "{}")) if heel else {}
    adres = listing.adres(huis, vraag.bron)
    gehaald = _haal(huis, vraag, adres, merken)
    if gehaald is None or (heel and gehaald.inhoud == oud.get("inhoud")):
        for naam in leveringen:
            h = er_is[naam]
            aanbod.regels.append(
                Regel(h.bestand, "ongewijzigd", vraag.bron.naam, h.jaar, h.jaar_uit, h.gebieden)
            )
        anders = {} if gehaald is None else {"merken": json.dumps(gehaald.merken)}
        gezien.bestand(vraag.sleutel, vraag.bron.id, **anders)
        return
    deel = Aanbod()
    er_al = intake.bekend(huis)
    bekend = {s: [h for h in al if h.gemeenten == kies] for s, al in er_al.items()}
    for bestand in gehaald.bestanden:
        intake.beoordeel_bestand(
            huis,
            replace(bestand, bijschrift=Bijschrift(gemeenten=kies)),
            bekend,
            deel,
            url=gehaald.url,
            gewijzigd_op=gehaald.gewijzigd_op,
        )
    namen = _controleer(huis, vraag, deel, bekend, {b.sha256 for b in gehaald.bestanden})
    aanbod.regels += deel.regels
    aanbod.nieuw += deel.nieuw
    gezien.bestand(
        vraag.sleutel,
        vraag.bron.id,
        merken=json.dumps(gehaald.merken),
        inhoud=gehaald.inhoud,
        leveringen=",".join(namen),
        gemeenten=",".join(kies),
    )


def _gemeenten(huis: Huis, had: tuple[str, ...] | None) -> tuple[str, ...]:
    """The gemeenten that a file is cut to; none: it is taken whole.

    What is in stays in: a file taken whole stays whole, and other gemeenten are added.

    Args:
        huis: with what was asked.
        had: what the file was cut to when it was taken in; None when it is not in.
    """
    gevraagd = {regions.schoon(g) for g in huis.gemeenten}
    if not gevraagd or listing.LAND in gevraagd or had == ():
        return ()
    return tuple(sorted(gevraagd | set(had or ())))


def _haal(
    huis: Huis, vraag: Bestandsvraag, adres: Adres, merken: Merken
) -> download.Gehaald | None:
    wat = vraag.wat
    if vraag.laag is None:
        return download.haal_bestand(wat.vorm, wat.url, adres, huis.meld, merken)
    veilig = "".join(c if c.isalnum() else "_" for c in vraag.naam)
    plank = Plank(Path(huis.datamap.raw) / "bezig" / veilig)
    dienst = download.Dienst(wat.vorm, wat.url, vraag.laag)
    return download.haal_laag(dienst, vraag.naam, adres, huis.meld, merken, plank)


def _controleer(
    huis: Huis,
    vraag: Bestandsvraag,
    deel: Aanbod,
    bekend: dict[str, list[Herkomst]],
    shas: set[str],
) -> list[str]:
    """The deliveries that a file gave, new or known, when they are what the catalogue says.

    Raises:
        BronFout: something in it was refused, nothing was recognised, or it is another source or
            year than declared.
    """
    if deel.geweigerd:
        raise BronFout("; ".join(r.uitleg for r in deel.geweigerd))
    alle = [h for h, _ in deel.nieuw] + [h for s in sorted(shas) for h in bekend.get(s, [])]
    if not alle:
        waarom = "; ".join(dict.fromkeys(r.uitleg for r in deel.regels)) or "een leeg bestand"
        raise BronFout(f"geen tabel of kaart die een bron kent ({waarom}). Is het adres nog goed?")
    vreemd = {h.bron for h in alle} - {vraag.bron.id}
    jaren = sorted({h.jaar for h in alle})
    if vreemd or (jaren[-1:] if veel_jaren(vraag.bron) else jaren) != [vraag.jaar]:
        raise BronFout(
            f"het bestand gaat over {', '.join(sorted({h.bron for h in alle}))} "
            f"{', '.join(map(str, jaren))}, verwacht {vraag.bron.id} {vraag.jaar}. Het adres in de "
            "catalogus (bronnen.yaml, bestanden) klopt niet."
        )
    return sorted(h.levering for h in alle)

"""A delivery's table once more, from its raw bytes: what was read can always be read again."""

from __future__ import annotations

from dataclasses import replace

from indicators.catalogue import Catalogus
from pipelines.house import Huis
from pipelines.provenance import Herkomst
from pipelines.sources.files import Bestand, Bijschrift
from pipelines.sources.herken import herken
from pipelines.sources.knip import knip
from pipelines.sources.lees import lees_alle
from pipelines.sources.tabel import BronFout, Tabel


def herlees(huis: Huis, herkomst: Herkomst) -> Tabel:
    """A delivery's table again, from its raw bytes.

    Raises:
        BronFout: when the bytes are gone, changed, or can no longer be read.
    """
    try:
        inhoud = huis.opslag.lees(herkomst.sha256)
    except BronFout as fout:
        raise BronFout(f"{herkomst.bestand}: {fout}") from None
    if herkomst.soort == "odata":
        from pipelines.sources import odata_lees  # loads only where a table came over OData

        cat = met_indeling(huis.catalogus, herkomst.bron, herkomst.indeling)
        return _onthoud(huis, herkomst, odata_lees.lees_alle(inhoud, herkomst.bestand, cat))
    bijschrift = Bijschrift(
        jaar=herkomst.jaar if herkomst.jaar_uit.endswith(".yaml") else None,
        voorrang=herkomst.voorrang,
        herstel_geometrie=herkomst.herstel_geometrie,
        indeling=herkomst.indeling,
        gemeenten=herkomst.gemeenten,
    )
    if herkomst.soort == "paginas":
        from pipelines.sources import paginas

        inhoud = paginas.samen(inhoud, herkomst.bestand)
    bestand = Bestand(herkomst.bestand, inhoud, bijschrift)
    for vondst in herken(bestand, huis.catalogus):
        if vondst.generatie is not None and vondst.blad == herkomst.blad:
            tabellen = knip(lees_alle(vondst, huis.catalogus), herkomst.gemeenten)
            return _onthoud(huis, herkomst, tabellen)
    raise BronFout(f"{herkomst.bestand}: wordt door deze versie niet meer herkend.")


def met_indeling(cat: Catalogus, bron: str, indeling: int | None) -> Catalogus:
    """The catalogue as this installation reads a table with: with the boundary year it gave."""
    if indeling is None:
        return cat
    van = cat.bronnen[bron]
    gezegd = van.model_copy(update={"indeling_van": dict.fromkeys(van.meerjarig, indeling)})
    return replace(cat, bronnen={**cat.bronnen, bron: gezegd})


def _onthoud(huis: Huis, herkomst: Herkomst, tabellen: list[Tabel]) -> Tabel:
    """The table of a delivery; those of other years from the same bytes are kept for later.

    Raises:
        BronFout: when the bytes no longer give the year of the delivery.
    """
    per_jaar = {t.jaar: t for t in tabellen}
    if herkomst.jaar not in per_jaar:
        raise BronFout(
            f"{herkomst.bestand}: geeft geen {herkomst.jaar} meer, wel {sorted(per_jaar)}."
        )
    for h in huis.opslag.register():
        zelfde = (h.sha256, h.blad, h.indeling, h.gemeenten) == (
            herkomst.sha256,
            herkomst.blad,
            herkomst.indeling,
            herkomst.gemeenten,
        )
        if zelfde and h.jaar in per_jaar:
            huis.gelezen.setdefault(h.levering, per_jaar[h.jaar])
    return per_jaar[herkomst.jaar]

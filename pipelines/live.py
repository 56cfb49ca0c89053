"""The live route: tables asked from CBS and dataderden, and files by address, judged like files.

One failing table does not stop the others, and takes nothing away that was published.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from indicators import regions
from pipelines import listing, live_files, release
from pipelines.house import Huis
from pipelines.intake import Aanbod, Regel, kenmerken, vervangt
from pipelines.listing import LAND, Gezien, Vraag
from pipelines.provenance import Herkomst
from pipelines.reread import met_indeling
from pipelines.sources.odata_vraag import Adres, Opname
from pipelines.sources.plank import Plank
from pipelines.sources.tabel import BronFout, Tabel
from pipelines.sources.vragen import Merken

BRON = "kwb"
"""What `--gemeente` alone asks."""


def beoordeel(huis: Huis, aanbod: Aanbod) -> None:
    """Fetches and judges what was asked and changed; adds to the offer, stores nothing yet."""
    bronnen, codes = _gevraagd(huis, aanbod)
    gezegd = release.vrijgave(huis).indeling_van
    vragen = [
        replace(v, indeling=gezegd.get(v.tabel_id) if _mist_indeling(huis, v) else None)
        for v in listing.vragen(huis, bronnen, codes)
    ]
    _zonder_tabel(huis, bronnen, aanbod)
    adressen = {
        a.basis: a
        for a in (listing.adres(huis, huis.catalogus.bronnen[b]) for b in {v.bron for v in vragen})
    }
    gezien = Gezien(huis)
    aanbod.vergeet = gezien.vergeet
    stand = listing.stand(huis, adressen if vragen else {}, gezien)
    opgenomen = {h.bestand: h for h in huis.opslag.register() if h.status == "opgenomen"}
    for nummer, vraag in enumerate(vragen, start=1):
        huis.meld(f"{nummer} van {len(vragen)}: {vraag.bron} {vraag.tabel_id} {vraag.code}")
        if zin := _zonder_indeling(huis, vraag):  # before megabytes are asked for nothing
            huis.opmerkingen.append(zin)
            continue
        lijst = stand[vraag.host]
        try:
            if isinstance(lijst, BronFout):
                raise lijst
            adres, zonder = adressen[vraag.host], gezien.zonder(vraag)
            merken = None
            if (vraag.naam in opgenomen or zonder) and (
                gezien.ongewijzigd(vraag, lijst.get(vraag.tabel_id))
                or _zelfde_rijen(huis, vraag, adres, gezien)
            ):
                _ongewijzigd(huis, vraag, aanbod, zonder)
            else:
                merken, zonder = _neem(huis, vraag, adres, aanbod)
            gezien.bekeken(vraag, lijst.get(vraag.tabel_id), merken, zonder)
        except BronFout as fout:
            naam = huis.catalogus.bronnen[vraag.bron].naam
            jaar = vraag.jaren[0] if len(vraag.jaren) == 1 else None
            wat = str(fout)
            uitleg = wat if wat.startswith(vraag.naam) else f"{vraag.naam}: {wat}"
            aanbod.regels.append(Regel(vraag.naam, "mislukt", naam, jaar, uitleg=uitleg))
    _nergens(huis, bronnen, aanbod, gezien)
    if not aanbod.geweigerd:  # nothing is taken in then: no need to fetch what is large
        live_files.beoordeel(huis, bronnen, aanbod, gezien)
    huis.na_publicatie.append(lambda: _klaar(huis, gezien))


def _nergens(huis: Huis, bronnen: list[str], aanbod: Aanbod, gezien: Gezien) -> None:
    """The years that one source was asked for are in none of its tables: a failure, by name."""
    er = {r.jaar for r in aanbod.regels if r.status in ("nieuw", "ongewijzigd")}
    if huis.alle or len(bronnen) != 1 or not huis.jaren or er & set(huis.jaren):
        return
    naam, jaren = huis.catalogus.bronnen[bronnen[0]].naam, _opsomming(huis.jaren)
    gevraagd = f"gevraagd is {jaren}, en geen tabel van {naam} heeft dat"
    if any(r.status == "andere jaren" for r in aanbod.regels):
        gezien.vergeet(bronnen[0])
    aanbod.regels = [
        replace(r, status="mislukt", uitleg=f"{r.bestand}: {r.uitleg}; {gevraagd}.")
        if r.status == "andere jaren"
        else r
        for r in aanbod.regels
    ]


def _mist_indeling(huis: Huis, vraag: Vraag) -> bool:
    """Whether the catalogue does not know which year of boundaries a table's codes belong to."""
    bron = huis.catalogus.bronnen[vraag.bron]
    return bron.grens == "verklaard" and vraag.tabel_id not in bron.indeling_van


def _zonder_indeling(huis: Huis, vraag: Vraag) -> str | None:
    """That a table is passed over: nobody says which year of boundaries its codes belong to."""
    if vraag.indeling is not None or not _mist_indeling(huis, vraag):
        return None
    bron = huis.catalogus.bronnen[vraag.bron]
    return (
        f"{bron.naam}, tabel {vraag.tabel_id} ({bron.meerjarig[vraag.tabel_id]}) is niet gevraagd: "
        "niet bekend is bij welke indeling (grenzen van welk jaar) haar codes horen. Dat staat in "
        "de titel of toelichting van de tabel op StatLine; zet het jaar dat daar staat in "
        f"{huis.datamap.vrijgave}, zoals indeling_van: {{{vraag.tabel_id}: 2022}}."
    )


def _klaar(huis: Huis, gezien: Gezien) -> None:
    """After a publication holds it: remember what was seen, and clear the shelf."""
    gezien.bewaar()
    mislukt = {r.bestand for r in huis.aanbod.mislukt} if huis.aanbod else set()
    map_ = huis.datamap.raw / "bezig"
    for rest in map_.iterdir() if map_.exists() else ():
        if not any(rest.name == _veilig(naam) for naam in mislukt):
            shutil.rmtree(rest, ignore_errors=True)


def _gevraagd(huis: Huis, aanbod: Aanbod) -> tuple[list[str], list[str]]:
    """Sources and area codes that were asked; what cannot be asked is refused by name."""
    alle = huis.catalogus.bronnen
    met_route = [b.id for b in alle.values() if listing.heeft_route(b)]
    bronnen = met_route if huis.alle else (huis.bronnen or [BRON])
    for bron in [b for b in bronnen if b not in met_route]:
        _weiger(aanbod, bron, f"bron '{bron}' heeft geen live route; wel: {', '.join(met_route)}.")
    codes = [regions.schoon(g) for g in huis.gemeenten] or [LAND]
    for code in codes:
        if not regions.geldig(code) or not code.startswith(("GM", "NL")):
            uitleg = f"'{code}' is geen gemeentecode. Geef een code als GM0344, of {LAND}."
            _weiger(aanbod, f"cbs/{code}", uitleg)
    goed = [c for c in codes if regions.geldig(c) and c.startswith(("GM", "NL"))]
    return [b for b in bronnen if b in met_route], goed


def _zonder_tabel(huis: Huis, bronnen: list[str], aanbod: Aanbod) -> None:
    """A year that no table of an asked source is known for: refused when it was the one asked."""
    for bron in (huis.catalogus.bronnen[b] for b in bronnen):
        kent = set(bron.tabellen) | set(bron.bestanden)
        alle_jaren = bool(bron.meerjarig) or live_files.veel_jaren(bron)
        mist = [] if alle_jaren else sorted(set(huis.jaren) - kent)
        if mist and not huis.alle and len(bronnen) == 1:
            jaren = ", ".join(map(str, mist))
            _weiger(
                aanbod,
                f"cbs/{jaren}",
                f"voor {jaren} is geen tabel van {bron.naam} bekend; wel voor "
                f"{min(kent)} tot en met {max(kent)} (catalogus, bronnen.yaml).",
            )


def _weiger(aanbod: Aanbod, wat: str, uitleg: str) -> None:
    aanbod.regels.append(Regel(wat, "geweigerd", uitleg=uitleg))


def _ongewijzigd(huis: Huis, vraag: Vraag, aanbod: Aanbod, zonder: str) -> None:
    naam = huis.catalogus.bronnen[vraag.bron].naam
    eigen = [
        h for h in huis.opslag.register() if h.bestand == vraag.naam and h.status == "opgenomen"
    ]
    gevraagd = [h for h in eigen if not vraag.jaren or h.jaar in vraag.jaren]
    for h in gevraagd:
        aanbod.regels.append(Regel(vraag.naam, "ongewijzigd", naam, h.jaar, h.jaar_uit, h.gebieden))
    if eigen and not gevraagd:
        zonder = f"gaat over {_opsomming(h.jaar for h in eigen)}"
    if zonder:
        aanbod.regels.append(Regel(vraag.naam, "andere jaren", naam, uitleg=zonder))


def _veilig(naam: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in naam)


def _plank(huis: Huis, vraag: Vraag) -> Plank:
    return Plank(Path(huis.datamap.raw) / "bezig" / _veilig(vraag.naam))


def _zelfde_rijen(huis: Huis, vraag: Vraag, adres: Adres, gezien: Gezien) -> bool:
    """Whether a table that the listing calls changed still has the same rows, by its own marks."""
    merken = gezien.merken(vraag)
    if not merken:
        return False
    with Opname(adres, vraag.tabel_id, huis.meld) as opname:
        return opname.ongewijzigd(merken)


def _neem(huis: Huis, vraag: Vraag, adres: Adres, aanbod: Aanbod) -> tuple[Merken, str]:
    """Fetches one table and offers each of its asked years as a delivery.

    Returns:
        The producer's marks of its rows; and, where it has none of the asked years, that in words.
    """
    from pipelines.sources import odata  # what follows is heavy: only for what changed

    if vraag.code == LAND:
        pakket = odata.haal_tabel(vraag.tabel_id, adres, huis.meld, _plank(huis, vraag))
    else:
        pakket = odata.haal_gemeente(vraag.tabel_id, vraag.code, adres, huis.meld)
    sha = hashlib.sha256(pakket.inhoud).hexdigest()
    try:
        cat = met_indeling(huis.catalogus, vraag.bron, vraag.indeling)
        tabellen = odata.lees_alle(pakket.inhoud, vraag.naam, cat)
    except BronFout:
        _plank(huis, vraag).ruim()  # what cannot be read is asked anew next time
        raise
    gekozen = [t for t in tabellen if not vraag.jaren or t.jaar in vraag.jaren]
    eigen = all(t.bron == vraag.bron for t in tabellen)
    if not gekozen and eigen and vraag.tabel_id in huis.catalogus.bronnen[vraag.bron].meerjarig:
        _plank(huis, vraag).ruim()
        zonder = f"gaat over {_opsomming(t.jaar for t in tabellen)}"
        naam = huis.catalogus.bronnen[vraag.bron].naam
        aanbod.regels.append(Regel(vraag.naam, "andere jaren", naam, uitleg=zonder))
        return pakket.merken, zonder
    if not gekozen or not eigen:
        _plank(huis, vraag).ruim()
        wat = ", ".join(f"{t.bron} {t.jaar}" for t in tabellen)
        jaren = ", ".join(map(str, vraag.jaren)) or "enig jaar"
        raise BronFout(
            f"tabel {vraag.tabel_id} gaat over {wat}, verwacht {vraag.bron} {jaren}. Het nummer "
            "in de catalogus (bronnen.yaml, tabellen) klopt niet."
        )
    er_is = {
        (h.sha256, h.jaar, h.indeling) for h in huis.opslag.register() if h.status == "opgenomen"
    }
    for tabel in gekozen:
        er_al = (sha, tabel.jaar, vraag.indeling) in er_is
        _bied(huis, vraag, pakket, tabel, sha, aanbod, er_al)
    return pakket.merken, ""


def _opsomming(jaren: Iterable[int]) -> str:
    """`2014 tot en met 2019`, or the years one by one where some are left out."""
    alle = sorted(set(jaren))
    if len(alle) > 2 and alle == list(range(alle[0], alle[-1] + 1)):
        return f"{alle[0]} tot en met {alle[-1]}"
    eerst, laatst = ", ".join(map(str, alle[:-1])), str(alle[-1])
    return f"{eerst} en {laatst}" if eerst else laatst


def _bied(
    huis: Huis,
    vraag: Vraag,
    pakket: object,
    tabel: Tabel,
    sha: str,
    aanbod: Aanbod,
    er_al: bool,
) -> None:
    from pipelines.sources.odata import Pakket

    assert isinstance(pakket, Pakket)  # noqa: S101 - for types; the class is imported late
    naam = huis.catalogus.bronnen[tabel.bron].naam
    basis = (vraag.naam, naam, tabel.jaar, tabel.jaar_uit, len(tabel.gebieden))
    if er_al:
        aanbod.regels.append(Regel(basis[0], "ongewijzigd", *basis[1:]))
        return
    rang = f"-indeling{vraag.indeling}" if vraag.indeling else ""
    herkomst = Herkomst(
        levering=f"{tabel.bron}-{tabel.jaar}-{sha[:12]}{rang}",
        status="aangeboden",
        soort="odata",
        sha256=sha,
        bytes=len(pakket.inhoud),
        bestand=vraag.naam,
        url=pakket.url,
        gewijzigd_op=pakket.gewijzigd_op,
        **kenmerken(huis, tabel),
        indeling=vraag.indeling,
        vervangt=vervangt(huis, vraag.naam, None, tabel),
    )
    huis.gelezen[herkomst.levering] = tabel
    aanbod.nieuw.append((herkomst, pakket.inhoud))
    aanbod.regels.append(Regel(basis[0], "nieuw", *basis[1:], "; ".join(tabel.waarschuwingen)))

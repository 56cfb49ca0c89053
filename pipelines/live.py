"""The live route: tables asked from CBS, judged like files."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from indicators import regions
from indicators.model import Bron
from pipelines.house import Huis
from pipelines.intake import Aanbod, Regel, kenmerken, vervangt
from pipelines.provenance import Herkomst
from pipelines.sources import odata
from pipelines.sources.tabel import BronFout

LAND = "NL00"
"""Asked for as a gemeente, this stands for the whole table."""
BRON = "kwb"
"""The one source with a live route as yet."""


def beoordeel(huis: Huis, aanbod: Aanbod) -> None:
    """Fetches and judges every asked table; adds to what was offered, stores nothing yet."""
    bron = huis.catalogus.bronnen[BRON]
    adres = _adres(huis)
    for code in (regions.schoon(g) for g in huis.gemeenten):
        for jaar in sorted(set(huis.jaren)):
            naam = f"cbs/{bron.tabellen.get(jaar, jaar)}/{code}"
            try:
                _haal(huis, bron, adres, code, jaar, naam, aanbod)
            except BronFout as fout:
                aanbod.regels.append(
                    Regel(naam, "geweigerd", bron.naam, jaar, uitleg=f"{naam}: {fout}")
                )


def _adres(huis: Huis) -> odata.Adres:
    delen = urlsplit(huis.instellingen.cbs_adres)
    return odata.Adres(schema=delen.scheme, host=delen.netloc)


def _haal(
    huis: Huis, bron: Bron, adres: odata.Adres, code: str, jaar: int, naam: str, aanbod: Aanbod
) -> None:
    tabel_id = bron.tabellen.get(jaar)
    if tabel_id is None:
        raise BronFout(
            f"voor {jaar} is geen tabel van {bron.naam} bekend; wel voor "
            f"{min(bron.tabellen)} tot en met {max(bron.tabellen)} (catalogus, bronnen.yaml)."
        )
    if not regions.geldig(code) or not code.startswith(("GM", "NL")):
        raise BronFout(f"'{code}' is geen gemeentecode. Geef een code als GM0344, of {LAND}.")
    huis.meld(f"{tabel_id} {code}")
    if code == LAND:
        pakket = odata.haal_tabel(tabel_id, adres, huis.meld)
    else:
        pakket = odata.haal_gemeente(tabel_id, code, adres, huis.meld)
    sha = hashlib.sha256(pakket.inhoud).hexdigest()
    tabel = odata.lees(pakket.inhoud, naam, huis.catalogus)
    if tabel.jaar != jaar:
        raise BronFout(
            f"tabel {tabel_id} gaat over {tabel.jaar}, verwacht {jaar}. Het nummer in de "
            "catalogus (bronnen.yaml, tabellen) klopt niet."
        )
    regel = Regel(
        naam,
        "nieuw",
        bron.naam,
        jaar,
        tabel.jaar_uit,
        len(tabel.gebieden),
        "; ".join(tabel.waarschuwingen),
    )
    if any(h.sha256 == sha and h.status == "opgenomen" for h in huis.opslag.register()):
        aanbod.regels.append(
            Regel(naam, "ongewijzigd", bron.naam, jaar, tabel.jaar_uit, len(tabel.gebieden))
        )
        return
    herkomst = Herkomst(
        levering=f"{bron.id}-{jaar}-{sha[:12]}",
        status="aangeboden",
        soort="odata",
        sha256=sha,
        bytes=len(pakket.inhoud),
        bestand=naam,
        url=pakket.url,
        gewijzigd_op=pakket.gewijzigd_op,
        **kenmerken(huis, tabel),
        vervangt=vervangt(huis, naam, None, tabel),
    )
    huis.gelezen[herkomst.levering] = tabel
    aanbod.nieuw.append((herkomst, pakket.inhoud))
    aanbod.regels.append(regel)

"""The one door to tables of CBS (OData v3), and the only importer of `cbsodata`.

Two ways in: one gemeente through `cbsodata`, and whole tables through a small page reader of the
same protocol. Both ask through `odata_vraag.Opname`, so that both are equally patient and careful
and keep the bytes as received. Reading them is `odata_lees`, without a network.
"""

from __future__ import annotations

import io
import json
import re
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import cbsodata
import requests
from cbsodata import cbsodata3

from indicators import regions
from pipelines.sources.odata_controle import (
    controleer_gemeente,
    controleer_heel,
    controleer_rooster,
    controleer_typen,
)
from pipelines.sources.odata_lees import GEBIEDEN, GEGEVENS, KENMERK, is_pakket, lees, lees_alle
from pipelines.sources.odata_vraag import CBS, Adres, Meld, Opname, stil
from pipelines.sources.plank import Plank, pak
from pipelines.sources.tabel import BronFout
from pipelines.sources.vragen import Merken

__all__ = [
    "CBS",
    "Adres",
    "Pakket",
    "TabelInfo",
    "haal_gemeente",
    "haal_tabel",
    "is_pakket",
    "lees",
    "lees_alle",
    "tabel_info",
    "tabellijst",
]

_GEEN_DIMENSIE = ("TableInfos", "DataProperties", "CategoryGroups", GEGEVENS, "UntypedDataSet")


@dataclass(frozen=True)
class Pakket:
    """One table, or the rows of one gemeente in it, as received.

    Attributes:
        tabel_id: the table's number, such as 85984NED.
        url: where the rows came from, without query.
        gewijzigd_op: when CBS last changed the table (`TableInfos.Modified`).
        inhoud: zip bytes; the same answers give the same bytes.
        merken: the producer's marks of the pages with rows, where it gives them.
    """

    tabel_id: str
    url: str
    gewijzigd_op: str
    inhoud: bytes
    merken: Merken = field(default_factory=dict)


@dataclass(frozen=True)
class TabelInfo:
    """What the catalogue says of one table."""

    tabel_id: str
    titel: str
    gewijzigd_op: str
    periode: str


# --- through cbsodata -----------------------------------------------------------------------

_SLOT = threading.RLock()


@contextmanager
def _cbsodata_via(opname: Opname) -> Iterator[None]:
    """Lets `cbsodata` ask through `opname`; its process-wide settings come back, also on error.

    The package makes a `Session` per question and knows no retry, size or host: the name it makes
    them by is replaced for the time of the call, under one lock with its options.
    """

    class Sessie(requests.Session):
        def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
            antwoord = requests.Response()
            antwoord.raw = io.BytesIO(opname.neem(str(request.url))[0])
            antwoord.status_code, antwoord.url = 200, str(request.url)
            antwoord.encoding = "utf-8"
            return antwoord

    opties = cbsodata.options
    with _SLOT:
        oud = opties.use_https, opties.catalog_url, cbsodata3.Session
        try:
            opties.use_https = opname.adres.schema == "https"
            opties.catalog_url = opname.adres.host
            cbsodata3.Session = Sessie
            yield
        except (KeyError, TypeError, ValueError, AttributeError, requests.RequestException) as fout:
            raise BronFout(
                f"{opname.wat}, {opname.adres.host}: cbsodata {cbsodata.__version__} kon het "
                f"antwoord niet lezen ({type(fout).__name__}: {fout})."
            ) from fout
        finally:
            opties.use_https, opties.catalog_url, cbsodata3.Session = oud
    if not opname.bladen:
        raise BronFout(
            f"cbsodata {cbsodata.__version__} vroeg buiten de bewaakte verbinding om. Zet versie "
            "1.3.5 terug, of haal de hele tabel op."
        )


def tabellijst(adres: Adres = CBS, meld: Meld = stil) -> dict[str, TabelInfo]:
    """Every table of the host, by number.

    Raises:
        BronFout: the list could not be had, or is empty.
    """
    with Opname(adres, "tabellijst", meld) as opname:
        with _cbsodata_via(opname):
            rijen = list(cbsodata.get_table_list(catalog_url=adres.host, timeout=adres.wachttijd))
        if opname.vervolg:  # cbsodata stops at the first page
            rijen += opname.rijen(opname.vervolg)
    if not rijen:
        raise BronFout(f"tabellijst, {adres.host}/ODataCatalog/Tables: leeg, verwacht tabellen.")
    infos = (_info(rij, f"tabellijst, {adres.host}") for rij in rijen)
    return {info.tabel_id: info for info in infos}


def tabel_info(tabel_id: str, adres: Adres = CBS, meld: Meld = stil) -> TabelInfo:
    """Title, moment of change and period of one table.

    Raises:
        BronFout: the table does not exist or says nothing.
    """
    tabel_id = _tabelnummer(tabel_id)
    with Opname(adres, tabel_id, meld) as opname, _cbsodata_via(opname):
        rij = cbsodata.get_info(tabel_id, catalog_url=adres.host, timeout=adres.wachttijd)
    return _eigen_info([rij] if rij else [], tabel_id, adres)


def haal_gemeente(tabel_id: str, gemeente: str, adres: Adres = CBS, meld: Meld = stil) -> Pakket:
    """The rows of a gemeente, its wijken and its buurten, through `cbsodata`.

    Which data set its `typed` argument gives has been the opposite of its name: what comes back
    decides, and both are tried.

    Args:
        tabel_id: table number, such as 85984NED.
        gemeente: code such as GM0344.
        adres: where to ask.
        meld: hears what goes on, in Dutch.

    Raises:
        BronFout: naming table, address, page, what was expected and what to do; also for an
            answer without rows, rows of other areas, or texts where numbers belong.
    """
    tabel_id, code = _tabelnummer(tabel_id), regions.schoon(gemeente)
    if not (regions.geldig(code) and code.startswith("GM")):
        raise BronFout(f"'{gemeente}' is geen gemeentecode. Verwacht GM en vier cijfers: GM0344.")
    opname, delen = _via_cbsodata(tabel_id, code, adres, meld)
    wie = f"{tabel_id}, {adres.host}, {GEGEVENS}"
    if anders := [n for n, rijen in delen.items() if len(rijen) != opname.aantal.get(n)]:
        raise BronFout(f"{wie}: cbsodata geeft andere rijen dan er binnenkwamen: {anders}.")
    controleer_typen(delen[GEGEVENS], delen["DataProperties"], wie)
    controleer_gemeente(delen, code, wie)
    controleer_rooster(Counter(str(r.get(GEBIEDEN)) for r in delen[GEGEVENS]), wie)
    _nog_dezelfde(opname, delen["TableInfos"], tabel_id)
    return _maak(opname, tabel_id, "cbsodata", delen["TableInfos"], code)


def _via_cbsodata(
    tabel_id: str, code: str, adres: Adres, meld: Meld
) -> tuple[Opname, dict[str, list[dict[str, Any]]]]:
    """The parts of a table with typed rows, whatever `typed` means in this version."""
    for vlag in (False, True):
        with Opname(adres, tabel_id, meld) as opname, _cbsodata_via(opname):
            delen = cbsodata.download_data(
                tabel_id,
                typed=vlag,
                filters=_filter(code),
                catalog_url=adres.host,
                timeout=adres.wachttijd,
            )
        if GEGEVENS in delen:
            return opname, delen
    raise BronFout(
        f"{tabel_id}, {adres.host}: cbsodata {cbsodata.__version__} geeft geen {GEGEVENS} "
        f"(wel {', '.join(sorted(delen))}). Haal de hele tabel op."
    )


def _filter(code: str) -> str:
    """Keys are padded to ten: an unpadded `eq` gives an empty list with status 200."""
    nummer = code[2:]
    return (
        f"{GEBIEDEN} eq '{code:<10}' or startswith({GEBIEDEN},'WK{nummer}') "
        f"or startswith({GEBIEDEN},'BU{nummer}')"
    )


# --- the page reader ------------------------------------------------------------------------


def haal_tabel(
    tabel_id: str, adres: Adres = CBS, meld: Meld = stil, plank: Plank | None = None
) -> Pakket:
    """A whole table, page by page, bytes kept as received.

    Args:
        tabel_id: table number, such as 85984NED.
        adres: where to ask.
        meld: hears what goes on, in Dutch.
        plank: keeps pages as they arrive; those of a broken-off fetch of the same edition are
            not asked again.

    Raises:
        BronFout: naming table, address, page, what was expected and what to do.
    """
    tabel_id = _tabelnummer(tabel_id)
    feed, wie = adres.tabel(tabel_id), f"{tabel_id}, {adres.host}, {GEGEVENS}"
    if plank is not None:
        with Opname(adres, tabel_id, meld) as vooraf:
            stand = _eigen_info(vooraf.rijen(f"{feed}/TableInfos?$format=json"), tabel_id, adres)
        plank.begin(stand.gewijzigd_op)
    with Opname(adres, tabel_id, meld, plank) as opname:
        delen = [str(r.get("name")) for r in opname.rijen(f"{feed}/?$format=json")]
        if GEGEVENS not in delen:
            raise BronFout(f"{wie}: verwacht dit onderdeel, de tabel heeft {delen}.")
        dimensies = [d for d in delen if d not in _GEEN_DIMENSIE]
        meta = {
            naam: opname.rijen(f"{feed}/{naam}?$format=json")
            for naam in ("TableInfos", "DataProperties", *dimensies)
        }
        gekregen: Counter[str] = Counter()
        for nummer, rijen in enumerate(
            opname.bladzijden(f"{feed}/{GEGEVENS}?$format=json"), start=1
        ):
            with _anders_weg(plank):
                controleer_typen(rijen, meta["DataProperties"], f"{wie}, bladzijde {nummer}")
            gekregen.update(str(r.get(GEBIEDEN)) for r in rijen)
    with _anders_weg(plank):
        controleer_heel(opname.aantal[GEGEVENS], meta, gekregen, wie)
        _nog_dezelfde(opname, meta["TableInfos"], tabel_id)
    return _maak(opname, tabel_id, "eigen lezer", meta["TableInfos"], None)


@contextmanager
def _anders_weg(plank: Plank | None) -> Iterator[None]:
    """Pages that did not pass a check are not kept for a next time."""
    try:
        yield
    except BronFout:
        if plank is not None:
            plank.ruim()
        raise


def _nog_dezelfde(opname: Opname, infos: list[dict[str, Any]], tabel_id: str) -> None:
    """Whether the table is still the edition that it was when the first page was asked."""
    adres, meld = opname.adres, opname.meld
    voor = _eigen_info(infos, tabel_id, adres)
    with Opname(adres, tabel_id, meld) as nog_eens:
        infos = nog_eens.rijen(f"{adres.tabel(tabel_id)}/TableInfos?$format=json")
    if _eigen_info(infos, tabel_id, adres).gewijzigd_op != voor.gewijzigd_op:
        raise BronFout(
            f"{tabel_id}, {adres.host}, {GEGEVENS}: CBS wijzigde de tabel terwijl zij werd "
            "opgehaald, de bladzijden horen niet bij elkaar. Er is niets bewaard; haal haar "
            "opnieuw op."
        )


# --- shared ---------------------------------------------------------------------------------


def _tabelnummer(tabel_id: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z]{4,20}", tabel_id.strip()):
        raise BronFout(f"'{tabel_id}' is geen tabelnummer. Verwacht iets als 85984NED.")
    return tabel_id.strip()


def _info(rij: Mapping[str, Any], waar: str) -> TabelInfo:
    try:
        return TabelInfo(
            str(rij["Identifier"]).strip(),
            str(rij["Title"]).strip(),
            str(rij["Modified"]).strip(),
            str(rij.get("Period") or "").strip(),
        )
    except KeyError as fout:
        raise BronFout(f"{waar}: veld {fout} ontbreekt in de beschrijving van een tabel.") from None


def _eigen_info(infos: list[dict[str, Any]], tabel_id: str, adres: Adres) -> TabelInfo:
    waar = f"{tabel_id}, {adres.host}, TableInfos"
    if not infos:
        raise BronFout(f"{waar}: leeg, verwacht een beschrijving van de tabel.")
    info = _info(infos[0], waar)
    if info.tabel_id != tabel_id:
        raise BronFout(f"{waar}: gevraagd {tabel_id}, gekregen de tabel {info.tabel_id}.")
    return info


def _maak(
    opname: Opname, tabel_id: str, via: str, infos: list[dict[str, Any]], gemeente: str | None
) -> Pakket:
    adres = opname.adres
    info = _eigen_info(infos, tabel_id, adres)
    if not opname.aantal.get("DataProperties"):
        raise BronFout(f"{tabel_id}, {adres.host}, DataProperties: leeg, verwacht kolommen.")
    bestanden = {}
    for naam, bladen in opname.bladen.items():
        if naam in ("", "CategoryGroups", "UntypedDataSet"):
            continue
        for nummer, inhoud in enumerate(bladen):
            los = naam != GEGEVENS and nummer == 0
            blad = f"{naam}.json" if los else f"{naam}-{nummer:04d}.json"
            bestanden[f"{blad}.zst"] = inhoud.result()
    kenmerk = {"tabel_id": tabel_id, "adres": adres.basis, "via": via, "gemeente": gemeente}
    bestanden[KENMERK] = json.dumps(kenmerk, indent=1, sort_keys=True).encode()
    return Pakket(
        tabel_id=tabel_id,
        url=f"{adres.tabel(tabel_id)}/{GEGEVENS}",
        gewijzigd_op=info.gewijzigd_op,
        inhoud=pak(bestanden),
        merken=opname.merken_van(GEGEVENS),
    )

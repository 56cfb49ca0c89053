"""Judging a table right after it was read: what the catalogue says must hold between its cells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indicators.formulas import F64, HEEFT
from indicators.model import Generatie, Verband
from pipelines.sources.tabel import BronFout, Tabel

_FACTOR = 5.0
"""How far the middle value may lie from what was declared before it is taken for another unit."""


def keur(tabel: Tabel, gen: Generatie, waar: str) -> list[str]:
    """Relations between columns, ends of intervals, and magnitude.

    Returns:
        What was odd and may be right: warnings.

    Raises:
        BronFout: naming file, columns, rows and what to do.
    """
    for verband in gen.verbanden:
        _verband(tabel, gen, verband, waar)
    _grenzen_om_waarde(tabel, gen, waar)
    for kolom, (laag, hoog) in gen.grootte.items():
        _grootte(tabel, gen, kolom, laag, hoog, waar)
    return _gebreken(tabel, gen)


def _waarden(tabel: Tabel, kolom: str) -> F64 | None:
    cel = tabel.cellen.get(kolom)
    return None if cel is None else np.where(cel[1] == HEEFT, cel[0], np.nan)


def _verband(tabel: Tabel, gen: Generatie, verband: Verband, waar: str) -> None:
    geheel = _waarden(tabel, verband.geheel)
    namen = verband.delen or tuple(
        k for k in tabel.cellen if k in gen.leden_als_kolom and k != verband.geheel
    )
    delen = [d for d in (_waarden(tabel, k) for k in namen) if d is not None]
    if geheel is None or len(delen) < max(len(verband.delen), 1):
        return
    som = np.nansum(delen, axis=0) if verband.soort == "hoogstens" else np.sum(delen, axis=0)
    verschil = geheel - som
    if verband.soort == "vast_verschil":
        verschil = verschil - np.nanmedian(verschil) if np.isfinite(verschil).any() else verschil
    elif verband.soort == "hoogstens":
        verschil = np.minimum(verschil, 0)
    mis = np.flatnonzero(np.abs(verschil) > verband.nauw)
    telt = int(np.isfinite(verschil).sum())
    if len(mis) > verband.mag_mis * telt:
        wie = tabel.gebieden["gebied"].iloc[mis[0]]
        raise BronFout(
            f"{waar}, {tabel.jaar}: {verband.uitleg} Dat klopt niet in {len(mis)} van {telt} "
            f"rijen, zoals {wie}: kolom {verband.geheel} is {geheel[mis[0]]:g}, de delen "
            f"({', '.join(namen[:6])}{' ...' if len(namen) > 6 else ''}) zijn samen "
            f"{som[mis[0]]:g}.{_dubbel(geheel, som)} Er is niets ingelezen; haal het bestand "
            "opnieuw op bij de bron."
        )


def _dubbel(geheel: F64, som: F64) -> str:
    """Says so when totals look counted twice, the known trap of police figures."""
    goed = np.isfinite(geheel) & np.isfinite(som) & (som > 0) & (geheel > 0)
    if not goed.any():
        return ""
    factor = float(np.median(geheel[goed] / som[goed]))
    if 1.8 < factor < 2.2:
        return " Het geheel is steeds twee keer de delen: is het totaal bij zijn delen opgeteld?"
    if 0.45 < factor < 0.55:
        return " De delen zijn steeds twee keer het geheel: zijn rijen dubbel geteld?"
    return ""


def _grenzen_om_waarde(tabel: Tabel, gen: Generatie, waar: str) -> None:
    for kolom in list(tabel.cellen):
        einden = gen.grenskolommen(kolom)
        if einden is None or not {*einden} <= tabel.cellen.keys():
            continue
        w, onder, boven = (_waarden(tabel, k) for k in (kolom, *einden))
        if w is None or onder is None or boven is None:
            continue
        mis = np.flatnonzero((onder > w) | (boven < w))
        if len(mis):
            wie = tabel.gebieden["gebied"].iloc[mis[0]]
            raise BronFout(
                f"{waar}, {tabel.jaar}, kolom {kolom}: in {len(mis)} rijen ligt de waarde buiten "
                f"haar marges, zoals {wie}: {w[mis[0]]:g} bij {onder[mis[0]]:g} tot "
                f"{boven[mis[0]]:g}. Zijn onder- en bovengrens verwisseld? Haal het bestand "
                "opnieuw op."
            )


def _grootte(tabel: Tabel, gen: Generatie, kolom: str, laag: float, hoog: float, waar: str) -> None:
    """A middle value far outside what can be true is another unit, not another town."""
    w = _waarden(tabel, kolom)
    w = None if w is None else w[np.isfinite(w)]
    if w is None or not len(w):
        return
    midden = float(np.median(w))
    ruimte = _FACTOR * (hoog - laag)
    onder, boven = (laag - ruimte, hoog + ruimte) if laag < 0 else (laag / _FACTOR, hoog * _FACTOR)
    if onder <= midden <= boven:
        return
    eenheid = gen.eenheid_van(kolom) or "de eenheid van de bron"
    is_geld = midden > hoog and "euro" in eenheid
    hint = " Staat hier euro waar duizenden euro hoort?" if is_geld else ""
    raise BronFout(
        f"{waar}, {tabel.jaar}, kolom {kolom}: de middelste van {len(w)} waarden is {midden:g}; "
        f"verwacht {laag:g} tot {hoog:g} ({eenheid}).{hint} Deze tabel is niet ingelezen; "
        "controleer de eenheid bij de bron."
    )


def _gebreken(tabel: Tabel, gen: Generatie) -> list[str]:
    """Known defects counted again: another count is worth hearing."""
    gezegd = []
    for gebrek in gen.gebreken:
        cel = tabel.cellen.get(gebrek.kolom)
        zelfde = (gebrek.jaar, gebrek.gebieden) == (tabel.jaar, len(tabel.gebieden))
        if not zelfde or cel is None:
            continue
        nu = int((cel[1] != HEEFT).sum())
        if nu != gebrek.ontbreekt:
            gezegd.append(
                f"{gebrek.kolom} {tabel.jaar}: {nu} cellen ontbreken, bekend waren "
                f"{gebrek.ontbreekt} ({gebrek.uitleg})"
            )
    return gezegd


def ontbrekende_leden(tabel: Tabel, gen: Generatie, nodig: Sequence[str], waar: str) -> None:
    """A long table must have rows for every column that an indicator asks.

    Raises:
        BronFout: naming what is not there and what was found instead.
    """
    mist = [k for k in nodig if k not in tabel.cellen]
    if not mist or (tabel.maanden is not None and tabel.maanden < 12):
        return
    woorden = {k: gen.leden_als_kolom.get(k) for k in mist}
    noem = ", ".join(f"{k} ({w})" if w else k for k, w in woorden.items())
    gewoon = ", ".join(f"{d.kolom} {d.gewoon}" for d in gen.dimensies if d.gewoon)
    raise BronFout(
        f"{waar}, {tabel.jaar}: geen rijen voor {noem}"
        f"{f' bij {gewoon}' if gewoon else ''}. Gevonden: {', '.join(list(tabel.cellen)[:8])}. "
        "Vraag de hele selectie op bij de bron; heeft de bron een code hernoemd, verklaar dan een "
        "nieuwe generatie in indicators/catalogus/bronnen.yaml."
    )

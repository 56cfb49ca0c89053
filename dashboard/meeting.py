"""Figures of a meeting in words: what may be known beforehand, and what is said at the reveal."""

from __future__ import annotations

import io
import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import numpy as np
import segno

from dashboard import areas, privacy, sentences
from dashboard.context import Blad, Huis
from dashboard.panels import botst
from dashboard.settings import LUS
from dashboard.sheets.matter import Bladinstelling
from dashboard.snapshot import GebiedOnbekend, GeenPublicatie
from dashboard.snapshot_types import Waarde
from dashboard.stories.bijeenkomst import Bijeenkomsten, BijeenkomstFout, Vraag
from dashboard.stories.repository import Woorden
from dashboard.words import cijfer, delen, jaar_van
from indicators import compare
from indicators.catalogue import Catalogus
from indicators.model import Indicator

STANDAARD = 5
"""Figures that are chosen at first: with three steps each that is an evening."""


def standaard(blad: Blad) -> list[str]:
    """The figures to begin with: where it clashes first, then one of the core set per question."""
    cat, kern, gezien = blad.catalogus, [], set()
    for i in cat.indicatoren.values():
        w = blad.buurt.nieuwste(i.id)
        mag = i.kern and i.gebruik == "tonen" and not sentences.is_telling(i)
        if mag and w is not None and w.waarde is not None and i.thema not in gezien:
            gezien.add(i.thema)
            kern.append(i.id)
    tegen = [k.indicator for k, _ in botst.botsing(blad).tegen if k.indicator in cat.indicatoren]
    return list(dict.fromkeys([*tegen, *kern]))[:STANDAARD]


def te_kiezen(blad: Blad) -> list[dict[str, Any]]:
    """All figures that this area has something to say about, by theme, without their values."""
    groepen = []
    for thema, indicatoren in blad.catalogus.per_thema().items():
        items = [
            {"value": i.id, "label": i.naam}
            for i in indicatoren
            if i.gebruik != "uitgesloten" and blad.buurt.nieuwste(i.id) is not None
        ]
        if items:
            groepen.append({"group": blad.catalogus.themas[thema].naam, "items": items})
    return groepen


def vragen(blad: Blad, gekozen: Sequence[str]) -> list[Vraag]:
    """The chosen figures with what may be known of them beforehand, in order; unknown ones not."""
    cat = blad.catalogus
    return [Vraag(i, vraag(blad, cat.indicatoren[i])) for i in gekozen if i in cat.indicatoren]


def vraag(blad: Blad, i: Indicator) -> dict[str, Any]:
    """What may be known of a figure before it is revealed: its name, question and unit."""
    ref = blad.buurt.referentie
    telling = sentences.is_telling(i)
    return {
        "naam": i.naam,
        "vraag": i.gespreksvraag,
        "zin": i.zin,
        "eenheid": delen(1.0, i)[1].strip() or ("euro" if i.eenheid == "keur" else ""),
        "gebied": blad.buurt.gebied.naam,
        "referentie": ref.naam if ref is not None and not telling else None,
        "telling": telling,
        "thema": i.thema,
    }


def onthulling(blad: Blad, i: Indicator) -> dict[str, Any]:
    """What is said at the reveal: value, year, reference, how sure, or why there is no figure."""
    w, cat = blad.buurt.nieuwste(i.id), blad.catalogus
    if w is None or w.waarde is None:
        reden = sentences.ontbreekt(w.ontbreekt_door if w else "geen_bron", cat)
        return {"leeg": reden, "jaar": w.jaar if w else None, "kant": None, "waarde": None,
                "lees_eerst": i.lees_eerst}  # fmt: skip
    getal, eenheid = delen(w.waarde, i)
    zijde = None if sentences.is_telling(i) else _kant(blad, w, i)
    schaal = 1000.0 if i.eenheid == "keur" else 1.0
    return {
        "leeg": None,
        "getal": getal,
        "eenheid": eenheid,
        "jaar": w.jaar,
        "leeftijd": sentences.leeftijd(w.jaar, jaar_van(blad.publicatie.gemaakt_op)),
        "vergelijking": sentences.vergelijking(blad.buurt, w, i),
        "zeker": _zeker(blad, w, i, cat),
        "kant": zijde,
        "waarde": w.waarde * schaal,
        "lees_eerst": i.lees_eerst,
        "verloop": sentences.verloop(blad.buurt, i),
        "herkomst": sentences.herkomst(blad.buurt, w, i, cat, blad.publicatie),
    }


def _kant(blad: Blad, w: Waarde, i: Indicator) -> str | None:
    """The side on which the figure lies, as the sentence beside it says; None when unknown."""
    ref = blad.buurt.referentiewaarden.get((i.id, w.jaar))
    if ref is None or ref.waarde is None or w.waarde is None:
        return None
    zelfde = cijfer(ref.waarde, i) == cijfer(w.waarde, i)
    kant = "ongeveer_gelijk" if zelfde else sentences.kant(blad.buurt, w)
    return None if kant == "onbekend" else kant


def _zeker(blad: Blad, w: Waarde, i: Indicator, cat: Catalogus) -> str:
    """How sure the figure is, in a sentence: its kind, its margin, and beside the reference."""
    aard = {str(k): v for k, v in cat.woorden.aard.items()}.get(w.aard, w.aard)
    zinnen = [f"Dit cijfer is {aard}."]
    if w.voorlopig:
        zinnen.append("Het is voorlopig.")
    # a margin that is only the rounding of the figure as it reads is not worth a sentence
    ruim = w.onder is not None and w.boven is not None and (
        w.boven - w.onder > 2.5 * 10.0**-i.decimalen
    )  # fmt: skip
    if ruim and w.onder is not None and w.boven is not None:
        zinnen.append(f"Het ligt tussen {cijfer(w.onder, i)} en {cijfer(w.boven, i)}.")
    ref = blad.buurt.referentiewaarden.get((i.id, w.jaar))
    naam = blad.buurt.referentie.naam if blad.buurt.referentie else ""
    if ref is None or ref.waarde is None or not naam or sentences.is_telling(i):
        return " ".join(zinnen)
    ends = [
        np.array([x.waarde if e is None else e], dtype=np.float64)
        for x in (w, ref)
        for e in (x.onder, x.boven)
    ]
    kans = float(compare.kans_hoger(*ends)[0])
    if cijfer(ref.waarde, i) != cijfer(w.waarde or 0.0, i):
        zinnen.append(f"Het is {compare.in_woorden(kans, naam)}.")
    return " ".join(zinnen)


def adres(huis: Huis, host: str) -> str | None:
    """Where phones find this meeting: the declared address, else this computer itself.

    Args:
        huis: with the settings; `adres:` in instellingen/bladen.yaml.
        host: the name that this page was asked for by; only believed on loopback.

    Raises:
        KeuzeFout: when the file with the address cannot be understood.
    """
    pad = huis.instellingen.datamap.map / "instellingen" / "bladen.yaml"
    gezegd = areas.lees_als(pad, Bladinstelling).adres
    if gezegd:
        return f"{gezegd.rstrip('/')}/meedoen"
    return f"http://{host}/meedoen" if is_lus(host) else None


def is_lus(host: str) -> bool:
    """Whether a name leads to this computer only."""
    return urlsplit(f"//{host}").hostname in LUS


def qr(plek: str, code: str) -> str:
    """A QR code of the address with the code in it, as a data address of an SVG picture."""
    uit = io.BytesIO()
    segno.make(f"{plek}?{urlencode({'code': code})}", error="m", micro=False).save(
        uit, kind="svg", border=2, scale=8, dark="#1c2226", light="#ffffff", xmldecl=False
    )
    return "data:image/svg+xml," + quote(uit.getvalue().decode(), safe=" ='/:;,.()")


def plaatsnamen(huis: Huis, gebied: str) -> list[str]:
    """Names of places here, which are no people: for the privacy help; none without figures."""
    try:
        with huis.snapshots.lezing() as lezing:
            return lezing.namen_in(lezing.gebied(gebied).gemeente)
    except (GeenPublicatie, GebiedOnbekend):
        return []


def maak_verhaal(
    huis: Huis,
    wie: uuid.UUID,
    notitie: uuid.UUID,
    soorten: Mapping[str, str],
    gekozen: Mapping[str, str | None],
    door: str,
) -> uuid.UUID:
    """A note becomes a verhaal in concept, with the meeting as its source.

    Args:
        huis: the house.
        wie: the meeting.
        notitie: which note.
        soorten: per kind of note the kind of verhaal, when none was chosen.
        gekozen: `soort`, `richting` and (of the room's own notes) `rol`, as chosen.
        door: who makes it.

    Returns:
        The verhaal's id.

    Raises:
        BijeenkomstFout: when that may not be, or the note is gone.
        GeenPublicatie: when there are no words to choose from.
    """
    bijeenkomsten = Bijeenkomsten(huis.verhalen)
    b = bijeenkomsten.een(wie)
    n = next((n for n in bijeenkomsten.notities(wie) if n.id == notitie), None) if b else None
    if b is None or n is None:
        raise BijeenkomstFout("Deze notitie is er niet meer.")
    with huis.snapshots.lezing() as lezing:
        w = lezing.catalogus.woorden
    soort, richting, rol = (gekozen.get(v) or None for v in ("soort", "richting", "rol"))
    for waarde, mogelijk in ((soort, w.soort), (richting, w.richting), (rol, w.rol)):
        if waarde is not None and waarde not in mogelijk:
            raise BijeenkomstFout(f"'{waarde[:30]}' is geen keuze. Kies opnieuw.")
    r = next((r for r in b.rondes if r.nummer == n.ronde), None)
    woorden = Woorden(
        n.tekst,
        rol or "bewoner",
        soort or soorten[n.soort],
        richting,
        opgehaald_op=b.begonnen_op.date(),
        opgehaald_hoe="bijeenkomst: eerst vertellen, dan tellen",
        bron=b.naam,
        anoniem=not privacy.vind(n.tekst, plaatsnamen(huis, b.gebied)),
    )
    themas = [str(r.vraag["thema"])] if r is not None else []
    return bijeenkomsten.maak_verhaal(wie, notitie, woorden, themas, door).id

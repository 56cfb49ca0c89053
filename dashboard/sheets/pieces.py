"""A figure and a story as they stand on a sheet: words, numbers, and how sure they are."""

from __future__ import annotations

from typing import Any

from dashboard import sentences
from dashboard.context import Blad
from dashboard.panels.vertellen import geciteerd, woorden_van
from dashboard.sheets import charts
from dashboard.sheets.choose import Maat
from dashboard.snapshot_types import Waarde
from dashboard.stories.models import Koppeling, Verhaal
from dashboard.words import datum, delen, hoofdletter, jaar_van
from indicators.model import Indicator


def figuur(blad: Blad, i: Indicator) -> dict[str, Any]:
    """A figure in words, with its reference, course, certainty and year; hatched when missing."""
    w = blad.buurt.nieuwste(i.id)
    if w is None or w.waarde is None:
        reden = sentences.ontbreekt(w.ontbreekt_door, blad.catalogus) if w else "niet ingelezen"
        wanneer = f"{w.jaar}: " if w else ""
        return {"naam": i.naam, "leeg": f"{wanneer}{reden}", "uitleg": i.zin}
    hoofd, eenheid = delen(w.waarde, i)
    svg = charts.verloop(blad.buurt, i.id, met_referentie=not sentences.is_telling(i))
    reeks = blad.buurt.reeks(i.id)
    lijn = None
    if svg:
        alt = sentences.reeks_in_woorden(blad.buurt, i, blad.catalogus)
        lijn = {"svg": svg, "alt": alt, "van": str(reeks[0].jaar), "tot": str(reeks[-1].jaar)}
    verder = [sentences.verloop(blad.buurt, i), _zeker(blad, w, i), _staat(blad, w)]
    return {
        "naam": i.naam,
        "getal": hoofd,
        "eenheid": eenheid,
        "vergelijking": hoofdletter(sentences.vergelijking(blad.buurt, w, i)),
        "onder": ". ".join(hoofdletter(v) for v in verder if v) + ".",
        "lijn": lijn,
    }


def _zeker(blad: Blad, w: Waarde, i: Indicator) -> str:
    """How sure the difference with the reference is, in words."""
    ref = blad.buurt.referentiewaarden.get((i.id, w.jaar))
    if ref is None or ref.waarde is None or sentences.is_telling(i):
        return ""
    if w.onder is None or w.boven is None:
        return "hoe zeker het verschil is, is niet bekend"
    if weinig_inwoners(blad):
        return "hier wonen weinig mensen: een paar meer of minder maakt al verschil"
    if sentences.kant(blad.buurt, w) == "ongeveer_gelijk":
        return "een verschil is niet zeker"
    sterk = "waarschijnlijk" if w.aard in ("modelschatting", "enquete") else "vrijwel zeker"
    return f"het verschil is {sterk}, ook na afronding"


def weinig_inwoners(blad: Blad) -> bool:
    """Whether so few live here that we make no score of it: then no difference is called sure."""
    g = blad.buurt.gebied
    minst = [k.minimum_inwoners for b in blad.catalogus.bomen.values() for k in b.knopen if k.score]
    return g.niveau == "buurt" and g.inwoners is not None and g.inwoners < max(minst, default=0)


def _staat(blad: Blad, w: Waarde) -> str:
    cat = blad.catalogus
    aard = {str(k): v for k, v in cat.woorden.aard.items()}.get(w.aard, w.aard)
    oud = sentences.leeftijd(w.jaar, jaar_van(blad.publicatie.gemaakt_op))
    stukken = [f"cijfer over {w.jaar}", oud, "voorlopig" if w.voorlopig else "",
               aard if w.aard != "geregistreerd" else "",
               sentences.nog_leeg(blad.buurt, w, cat)]  # fmt: skip
    return ", ".join(s for s in stukken if s)


def stem(blad: Blad, v: Verhaal, k: Koppeling | None, maat: Maat) -> dict[str, Any]:
    """A story in the teller's words, shortened between words and saying so."""
    cat = blad.catalogus
    tekst, ingekort = kort(woorden_van(v, cat), maat.tekens)
    rol = hoofdletter(cat.woorden.rol.get(v.nu.rol, v.nu.rol))
    wanneer = datum(v.nu.opgehaald_op or v.nu.op)
    hoe = v.nu.opgehaald_hoe
    bij = [f"{wanneer}{f', {hoe}' if hoe else ''}"]
    if k is not None:
        bij.append(geciteerd(cat, k))
        if any(m.soort == "te_herzien" and m.afgehandeld_op is None for m in k.merken):
            bij.append("het cijfer van toen is gecorrigeerd")
    if v.gebied != blad.buurt.gebied.gebied:
        bij.append(f"verteld over {v.gebied}, indeling {v.grensjaar}")
    if ingekort:
        bij.append("ingekort")
    return {
        "id": str(v.id),
        "rol": rol,
        "houding": k.houding if k else "",
        "houding_woord": cat.woorden.houding.get(k.houding, k.houding) if k else "",
        "tekst": tekst,
        "bij": " · ".join(bij),
    }


def kort(tekst: str, tekens: int) -> tuple[str, bool]:
    """A text cut after a sentence, else between words; and whether it was cut."""
    plat = " ".join(tekst.split())
    if len(plat) <= tekens:
        return plat, False
    begin = plat[:tekens]
    zinnen = max(begin.rfind(". "), begin.rfind("! "), begin.rfind("? "))
    if zinnen > tekens * 0.55:
        return begin[: zinnen + 1] + " […]", True
    heel = begin.rsplit(" ", 1)[0] if " " in begin else begin
    return heel.rstrip(" ,;:.") + " […]", True

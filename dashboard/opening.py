"""What opens the page of an area: its strengths, what stands out, and the pair that leads."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard import sentences
from dashboard.context import Blad
from dashboard.snapshot_types import Waarde
from dashboard.stories.binding import TE_HERZIEN
from dashboard.stories.models import Koppeling, Verhaal
from dashboard.words import aantal, cijfer, opsomming
from indicators.model import Indicator
from indicators.uses import Bril

HOOGSTENS = 4


@dataclass(frozen=True)
class Kracht:
    """A figure that is favourable here, as a strength of the catalogue's tree."""

    indicator: Indicator
    waarde: Waarde
    beter: bool
    """Whether it is better than its reference, or about the same."""


def krachten(blad: Blad) -> tuple[list[Kracht], list[Indicator]]:
    """Strengths of the area, the clearest first, and what is no stronger than elsewhere."""
    sterk: list[Kracht] = []
    overig: list[Indicator] = []
    delen = [d for b in blad.catalogus.bomen.values() for k in b.knopen if not k.score
             for d in k.delen]  # fmt: skip
    for deel in delen:
        indicator = blad.catalogus.indicatoren[deel.indicator]
        w = blad.buurt.nieuwste(indicator.id)
        if w is None or w.waarde is None:
            continue
        kant = sentences.kant(blad.buurt, w)
        gunstig = "hoger" if deel.teken == "+" else "lager"
        if kant in (gunstig, "ongeveer_gelijk"):
            sterk.append(Kracht(indicator, w, kant == gunstig))
        else:
            overig.append(indicator)
    return sorted(sterk, key=lambda k: not k.beter), overig


def valt_op(blad: Blad) -> list[tuple[Indicator, Waarde, str]]:
    """Core figures that are less favourable than the reference, the largest difference first."""
    uit: list[tuple[float, Indicator, Waarde, str]] = []
    for i in blad.catalogus.indicatoren.values():
        w = blad.buurt.nieuwste(i.id)
        if not i.kern or i.gebruik != "tonen" or w is None or w.waarde is None:
            continue
        ref = blad.buurt.referentiewaarden.get((i.id, w.jaar))
        kant = sentences.kant(blad.buurt, w)
        slecht = {"lager_is_gunstig": "hoger", "hoger_is_gunstig": "lager"}.get(i.richting)
        if kant != slecht or ref is None or not ref.waarde:
            continue
        uit.append((abs(w.waarde / ref.waarde - 1), i, w, kant))
    return [(i, w, kant) for _, i, w, kant in sorted(uit, key=lambda r: -r[0])]


def zin_cijfers(blad: Blad) -> str:
    """The area in figures, in one or two short sentences: strengths first."""
    ref = blad.buurt.referentie
    if ref is None:
        return ""
    sterk = [k for k in krachten(blad)[0] if k.beter]
    dichtbij = [k.indicator.kort.lower() for k in sterk if k.indicator.eenheid == "km"][:3]
    ander = [k.indicator.kort.lower() for k in sterk if k.indicator.eenheid != "km"][:2]
    zinnen = []
    if dichtbij:
        zinnen.append(f"Dichterbij dan in {ref.naam}: {opsomming(dichtbij)}.")
    if ander:
        zinnen.append(f"Sterker dan in {ref.naam}: {opsomming(ander)}.")
    op = valt_op(blad)[:2]
    if op:
        namen = [f"{_zonder_maat(i)} ({cijfer(w.waarde or 0.0, i)})" for i, w, _ in op]
        zinnen.append(f"Minder gunstig dan {'daar' if zinnen else f'in {ref.naam}'}: "
                      f"{opsomming(namen)}.")  # fmt: skip
    if not zinnen and any(w.waarde is not None for w in blad.buurt.referentiewaarden.values()):
        zinnen.append(f"Wat hier is gemeten, ligt dicht bij {ref.naam}.")
    return " ".join(zinnen)


def _zonder_maat(indicator: Indicator) -> str:
    """The short name inside a sentence, without the measure that the figure names itself."""
    return indicator.kort.removesuffix(" per 1.000").lower()


def zin_verhalen(blad: Blad) -> str:
    """The area in voices, in one sentence; empty without stories."""
    if not blad.verhalen:
        return ""
    tegen = len({v.id for _, v in blad.botst()})
    rollen = len({v.nu.rol for v in blad.verhalen})
    hoeveel = aantal(len(blad.verhalen), "verhaal", "verhalen").capitalize()
    wie = f" uit {rollen} rollen" if rollen > 1 else ""
    if not tegen:
        return f"{hoeveel}{wie}; geen spreekt een cijfer tegen."
    return f"{hoeveel}{wie}; {tegen} {'spreekt' if tegen == 1 else 'spreken'} een cijfer tegen."


def voorop(blad: Blad, bril: Bril | None) -> tuple[str | None, Verhaal | None]:
    """The figure that leads the page and the story beside it.

    A corrected figure comes first, then a clash, then the newest story; with someone's glasses
    on, their questions and their voice weigh first. Without stories: what stands out most.
    """
    themas = bril.themas if bril else ()
    rollen = bril.rollen if bril else ()
    cat = blad.catalogus

    def rang(paar: tuple[int, Koppeling, Verhaal]) -> tuple[int, int, int, int, int]:
        plek, k, v = paar
        thema = cat.indicatoren[k.indicator].thema
        herzien = any(m.soort == TE_HERZIEN and m.afgehandeld_op is None for m in k.merken)
        return (
            0 if v.nu.rol in rollen or not rollen else 1,
            themas.index(thema) if thema in themas else len(themas),
            0 if herzien else 1,
            0 if k.houding == "klopt_niet" else 1,
            plek,
        )

    paren = [
        (n, k, v)
        for n, (k, v) in enumerate(blad.koppelingen())
        if k.indicator in cat.indicatoren and blad.buurt.nieuwste(k.indicator) is not None
    ]
    if paren:
        _, k, v = min(paren, key=rang)
        return k.indicator, v
    op = [i.id for i, _, _ in valt_op(blad)]
    kern = [i.id for i in cat.indicatoren.values() if i.kern and blad.buurt.nieuwste(i.id)]
    if bril:
        op = [i for i in bril.cijfers if blad.buurt.nieuwste(i) is not None] + op
    return next(iter([*op, *kern]), None), None

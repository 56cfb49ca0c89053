"""Where a figure came from, in words: columns and formula, and why StatLine may say otherwise."""

from __future__ import annotations

from indicators.catalogue import Catalogus
from indicators.model import Kolomregel

HOE: dict[str, str] = {
    "direct": "rechtstreeks overgenomen uit {0}",
    "aandeel": "aandeel van {0} in {1}, in procenten",
    "aandeel_van_som": "aandeel van {0} in de som van {0}, {rest}, in procenten",
    "per_1000": "{0} per 1.000 van {rest}",
    "per_1000_uit_aandelen": "{0} per 1.000 van een groep: {1} maal de aandelen {na_twee}",
    "gedeeld_door_1000": "{0}, gedeeld door 1.000",
}
"""Each named formula in words; `{0}` and so on are source columns."""


def kolomregel(cat: Catalogus, indicator: str, generatie: str) -> Kolomregel | None:
    """The rule by which a generation gives an indicator; None when it gives it no longer."""
    ind = cat.indicatoren.get(indicator)
    return None if ind is None else ind.kolommen.get(generatie)


def niet_gezien(cat: Catalogus, generatie: str) -> str:
    """That nobody of this house saw the form a figure came in; empty when it was seen."""
    for bron in cat.bronnen.values():
        for gen in bron.generaties:
            if gen.id == generatie and gen.ongezien:
                return f"deze vorm van de tabel is niet zelf gezien ({gen.gezien})"
    return ""


def formule(regel: Kolomregel, cat: Catalogus, generatie: str) -> str:
    """How a figure follows from the columns of its source, in words.

    Args:
        regel: the rule by which `generatie` gives the figure.
        cat: gives what a code that is a column stands for, and the name of a denominator.
        generatie: the form it came in.
    """
    soorten = _leden(cat, generatie)
    namen = [f"‘{k}’ ({soorten[k]})" if k in soorten else f"‘{k}’" for k in regel.van]
    vorm = HOE.get(regel.formule, f"formule {regel.formule} over {{alle}}")
    if regel.per is not None:
        noemer = cat.indicatoren[regel.per]
        uit = " of ".join(b.naam for b in cat.bronnen_van(regel.per)[:1])
        som = namen[0] if len(namen) == 1 else f"som van {' en '.join(namen)}"
        return f"{som}, per 1.000 van ‘{noemer.naam}’ van hetzelfde jaar (bron: {uit})"
    return vorm.format(
        *namen,
        rest=(" en ".join(namen[1:]) + (" samen" if len(namen) > 2 else "")),
        na_twee=" en ".join(namen[2:]),
        alle=", ".join(namen),
    )


def _leden(cat: Catalogus, generatie: str) -> dict[str, str]:
    """Codes that are columns in a form, with what they stand for; none where there are none."""
    try:
        return cat.generatie(generatie)[1].leden_als_kolom
    except KeyError:  # a form that is no longer in the catalogue
        return {}


def waarom_anders(regel: Kolomregel | None, grensjaar: int, opgehaald: str, decimalen: int) -> str:
    """Why the figure can differ from what the producer shows today, in one clause.

    Args:
        regel: how the figure follows from its columns.
        grensjaar: year of the boundaries it is about.
        opgehaald: the date of retrieval, in words.
        decimalen: decimals on screen.
    """
    redenen = [f"de bron kan na {opgehaald} zijn aangevuld of gecorrigeerd"]
    if regel is not None and regel.formule != "direct":
        redenen.append("wij berekenen dit cijfer uit afgeronde aantallen")
    redenen.append(f"het gaat over de indeling van {grensjaar}")
    achter = {0: "hele getallen", 1: "een cijfer achter de komma"}
    hoe = achter.get(decimalen, f"{decimalen} cijfers achter de komma")
    redenen.append(f"het scherm rondt af op {hoe}")
    begin = "Dit cijfer kan afwijken van wat de bron nu laat zien, bijvoorbeeld op StatLine: "
    return begin + "; ".join(redenen)

"""What holds for a whole source, told once: filled in at each of its forms before they are read.

A fact of the producer (the members of a dimension, what must hold between columns, what a name is
really about) stands at the source. A form names the dimensions that it has, and a form with
`namen_van` writes down only what it does otherwise than that one. Other spellings of a column
(`kolomnamen`) count for forms that nobody saw; a seen form is read to the letter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Ruw = dict[str, Any]
_EIGEN = ("id", "soort", "gezien", "herken")
"""What a form always says for itself."""


def vul_in(bron: Mapping[str, Any]) -> Ruw:
    """A source as the YAML has it, with complete forms.

    Args:
        bron: with `generaties`, and maybe `dimensies`, `verbanden` and `betekenis` for all.

    Returns:
        The same, in which each form has its own.

    Raises:
        ValueError: a form names a dimension or form that is not there, or nothing uses a fact.
    """
    dimensies = {d["kolom"]: d for d in bron.get("dimensies", ()) if isinstance(d, dict)}
    verbanden = [v for v in bron.get("verbanden", ()) if isinstance(v, dict)]
    vormen: dict[str, Ruw] = {}
    gebruikt: set[str] = set()
    for vorm in bron.get("generaties", ()):
        if not isinstance(vorm, dict):
            return dict(bron)  # the model says what is wrong with it
        heel = _op_namen(vorm, vormen)
        heeft = [d["kolom"] if isinstance(d, dict) else d for d in heel.get("dimensies", ())]
        gebruikt |= set(heeft)
        heel |= _gedeeld(heel, bron, dimensies, verbanden, heeft)
        vormen[str(vorm.get("id"))] = heel
    if los := sorted(set(dimensies) - gebruikt):
        raise ValueError(f"dimensies: geen vorm heeft {', '.join(los)}")
    if los := sorted({str(v["bij"]) for v in verbanden if v.get("bij")} - set(dimensies)):
        raise ValueError(f"verbanden, bij: {', '.join(los)} staat niet in dimensies")
    return dict(bron) | ({"generaties": list(vormen.values())} if vormen else {})


def _op_namen(vorm: Ruw, vormen: Mapping[str, Ruw]) -> Ruw:
    """A form that goes by the names of one above it, with what it does not say for itself."""
    van = vorm.get("namen_van")
    if van is None:
        return dict(vorm)
    basis = vormen.get(str(van))
    if basis is None or basis.get("namen_van"):
        raise ValueError(
            f"{vorm.get('id')}, namen_van: '{van}' is geen vorm met eigen namen die erboven staat"
        )
    mist = [veld for veld in _EIGEN if veld not in vorm]
    if mist:
        raise ValueError(f"{vorm.get('id')}: zegt zelf {', '.join(_EIGEN)}; {mist[0]} ontbreekt")
    return {k: v for k, v in basis.items() if k not in ("ongezien", "tabellen")} | vorm


def _gedeeld(
    vorm: Ruw,
    bron: Mapping[str, Any],
    dimensies: Mapping[str, Ruw],
    verbanden: list[Ruw],
    heeft: list[str],
) -> Ruw:
    """The facts of the source that hold in a form."""
    onbekend = [
        d for d in vorm.get("dimensies", ()) if not isinstance(d, dict) and d not in dimensies
    ]
    if onbekend:
        raise ValueError(
            f"{vorm.get('id')}, dimensies: '{onbekend[0]}' staat niet in de dimensies van de bron"
        )
    uit: Ruw = {}
    if heeft:
        uit["dimensies"] = [d if isinstance(d, dict) else dimensies[d] for d in vorm["dimensies"]]
    geldt = [v for v in verbanden if not v.get("bij") or v["bij"] in heeft]
    if geldt:
        uit["verbanden"] = [*geldt, *vorm.get("verbanden", ())]
    if bron.get("betekenis"):
        uit["betekenis"] = {**bron["betekenis"], **vorm.get("betekenis", {})}
    if bron.get("kolomnamen") and vorm.get("ongezien"):
        uit["kolomnamen"] = {**bron["kolomnamen"], **vorm.get("kolomnamen", {})}
    return uit

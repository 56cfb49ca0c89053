"""Reading, cross-checking and hashing the catalogue: the one way to ask what an indicator is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from indicators.formulas import AANTAL_KOLOMMEN, FORMULES, MET_NOEMER
from indicators.model import (
    Boom,
    Bron,
    Deel,
    Generatie,
    Indicator,
    Knoop,
    Kolomregel,
    Strikt,
    Thema,
    Woorden,
)
from indicators.uses import Gebruik, Geleerd

M = TypeVar("M", bound=Strikt)


class CatalogusFout(Exception):
    """The catalogue says something impossible; the message names file, id and field."""


SNEL: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml where the wheel has it: ten times as fast, and every command reads the catalogue."""


class _Lezer(SNEL):
    """YAML without double keys; `_zonder_ankers` looks at the rest."""


def _zonder_ankers(tekst: str) -> None:
    for deel in yaml.parse(tekst, Loader=SNEL):
        if isinstance(deel, yaml.AliasEvent) or getattr(deel, "anchor", None):
            regel = deel.start_mark.line + 1 if deel.start_mark else 0
            raise CatalogusFout(f"regel {regel}: geen ankers (& of *)")


def _mapping(lezer: _Lezer, node: yaml.MappingNode) -> dict[Any, Any]:
    sleutels = [lezer.construct_object(k, deep=True) for k, _ in node.value]
    dubbel = {k for k in sleutels if sleutels.count(k) > 1}
    if dubbel:
        raise CatalogusFout(f"regel {node.start_mark.line + 1}: dubbele sleutel {sorted(dubbel)}")
    lezer.flatten_mapping(node)
    return {
        lezer.construct_object(k, deep=True): lezer.construct_object(v, deep=True)
        for k, v in node.value
    }


_Lezer.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


@dataclass(frozen=True)
class Catalogus:
    """Everything the house knows of its figures, in catalogue order.

    `velden` holds, per generation, every column that was seen, in order (for drift and for
    shapefiles, whose field names are cut at ten characters).
    `teksten` are the YAML files as read, `hash` is over them; a publication carries both, so that
    a reader can rebuild this object from the publication alone.
    """

    bronnen: Mapping[str, Bron]
    themas: Mapping[str, Thema]
    indicatoren: Mapping[str, Indicator]
    bomen: Mapping[str, Boom]
    woorden: Woorden
    velden: Mapping[str, tuple[str, ...]]
    teksten: Mapping[str, str]
    hash: str
    gebruik: Gebruik = field(default_factory=Gebruik)
    geleerd: tuple[Geleerd, ...] = ()

    def generatie(self, generatie_id: str) -> tuple[Bron, Generatie]:
        """The source and generation of an id.

        Raises:
            KeyError: when no source declares it.
        """
        for bron in self.bronnen.values():
            for generatie in bron.generaties:
                if generatie.id == generatie_id:
                    return bron, generatie
        raise KeyError(generatie_id)

    def regels(self, generatie_id: str) -> dict[str, Kolomregel]:
        """Indicator id to its rule, for the indicators that a generation feeds."""
        return {
            i.id: i.kolommen[generatie_id]
            for i in self.indicatoren.values()
            if generatie_id in i.kolommen
        }

    def gevraagde_kolommen(self, generatie_id: str) -> tuple[str, ...]:
        """The source columns a generation must have, in first-use order."""
        gezien: dict[str, None] = {}
        for regel in self.regels(generatie_id).values():
            gezien.update(dict.fromkeys(regel.van))
        return tuple(gezien)

    def bronnen_van(self, indicator: str) -> tuple[Bron, ...]:
        """The sources that can feed an indicator, in declared order."""
        ind = self.indicatoren[indicator]
        gevonden = {self.generatie(g)[0].id: self.generatie(g)[0] for g in ind.kolommen}
        if ind.bron:
            gevonden.setdefault(ind.bron, self.bronnen[ind.bron])
        return tuple(sorted(gevonden.values(), key=lambda b: b.rang))

    def knoop(self, boom: str, knoop: str) -> Knoop:
        """A node of a tree.

        Raises:
            KeyError: when the tree or the node does not exist.
        """
        for k in self.bomen[boom].knopen:
            if k.id == knoop:
                return k
        raise KeyError(knoop)

    def kern(self) -> tuple[Indicator, ...]:
        """The core set: the indicators shown first."""
        return tuple(i for i in self.indicatoren.values() if i.kern)

    def per_thema(self, alle: bool = False) -> dict[str, tuple[Indicator, ...]]:
        """Theme id to its indicators that may be shown; `alle` includes the barred ones."""
        return {
            t: tuple(
                i
                for i in self.indicatoren.values()
                if i.thema == t and (alle or i.gebruik != "uitgesloten")
            )
            for t in self.themas
        }


def _waar(fout: ValidationError) -> str:
    eerste = fout.errors()[0]
    veld = ".".join(str(p) for p in eerste["loc"]) or "(geheel)"
    return f"{veld}: {eerste['msg']}"


def _lijst(soort: type[M], bestand: str, rijen: Iterable[Any] | None) -> dict[str, M]:
    gelezen: dict[str, M] = {}
    if not isinstance(rijen, list):
        raise CatalogusFout(f"{bestand}: verwacht een lijst, gevonden {type(rijen).__name__}")
    for nummer, rij in enumerate(rijen, start=1):
        wie = rij.get("id", f"nummer {nummer}") if isinstance(rij, dict) else f"nummer {nummer}"
        try:
            item = soort.model_validate(rij)
        except ValidationError as fout:
            raise CatalogusFout(f"{bestand}, {wie}, {_waar(fout)}") from None
        if wie in gelezen:
            raise CatalogusFout(f"{bestand}, {wie}: komt twee keer voor")
        gelezen[wie] = item
    return gelezen


def _in_elke_vorm(
    indicatoren: Mapping[str, Indicator], bronnen: Mapping[str, Bron]
) -> dict[str, Indicator]:
    """Each indicator also under the forms that go by the names of one it is declared for."""
    vormen = [g for b in bronnen.values() for g in b.generaties if g.namen_van]
    uit = dict(indicatoren)
    for naam, ind in indicatoren.items():
        erbij = {
            g.id: ind.kolommen[str(g.namen_van)]
            for g in vormen
            if g.namen_van in ind.kolommen
            and not set(ind.kolommen[g.namen_van].van) & set(g.niet_hierin)
        }
        if erbij:
            uit[naam] = ind.model_copy(update={"kolommen": {**ind.kolommen, **erbij}})
    return uit


def _yaml(bestand: str, tekst: str) -> Any:
    try:
        _zonder_ankers(tekst)
        return yaml.load(tekst, Loader=_Lezer)  # noqa: S506 - a safe loader, made stricter
    except CatalogusFout as fout:
        raise CatalogusFout(f"{bestand}, {fout}") from None
    except yaml.YAMLError as fout:
        raise CatalogusFout(f"{bestand}: geen geldige YAML: {fout}") from None


def _controleer_indicator(
    ind: Indicator, bestand: str, cat: Catalogus, generaties: set[str]
) -> None:
    waar = f"{bestand}, {ind.id}"
    if ind.thema not in cat.themas:
        raise CatalogusFout(f"{waar}, thema: '{ind.thema}' bestaat niet ({', '.join(cat.themas)})")
    if ind.bron and ind.bron not in cat.bronnen:
        raise CatalogusFout(f"{waar}, bron: '{ind.bron}' bestaat niet")
    _controleer_noemer(ind, waar, cat)
    for generatie, regel in ind.kolommen.items():
        plek = f"{waar}, kolommen.{generatie}"
        if generatie not in generaties:
            raise CatalogusFout(f"{plek}: geen bron verklaart deze generatie")
        if regel.formule not in FORMULES:
            raise CatalogusFout(
                f"{plek}, formule: '{regel.formule}' bestaat niet ({', '.join(FORMULES)})"
            )
        minst, meest = AANTAL_KOLOMMEN[regel.formule]
        if len(regel.van) < minst or (meest is not None and len(regel.van) > meest):
            raise CatalogusFout(
                f"{plek}, van: {regel.formule} verwacht {minst} tot {meest or 'meer'} kolommen, "
                f"gevonden {len(regel.van)}"
            )
        if (regel.formule in MET_NOEMER) != (regel.per is not None):
            raise CatalogusFout(f"{plek}, per: hoort bij {', '.join(sorted(MET_NOEMER))}, en daar")
        if regel.per is not None and regel.per not in cat.indicatoren:
            raise CatalogusFout(f"{plek}, per: indicator '{regel.per}' bestaat niet")
        onbekend = set(regel.van) - set(cat.velden.get(generatie, regel.van))
        if onbekend:
            raise CatalogusFout(f"{plek}, van: {sorted(onbekend)} staat niet in velden.yaml")


def _controleer_noemer(ind: Indicator, waar: str, cat: Catalogus) -> None:
    """Above and below the line stand counts; a part of a count is a share of that same count."""
    if ind.noemer is None and not ind.teller and not ind.noemer_delen:
        return
    if ind.telling != "aandeel" or ind.noemer is None:
        raise CatalogusFout(f"{waar}, noemer: hoort bij een aandeel, en dan altijd")
    for veld, naam in (("noemer", ind.noemer), ("teller", ind.teller)):
        if naam and (naam not in cat.indicatoren or cat.indicatoren[naam].telling != "aantal"):
            raise CatalogusFout(f"{waar}, {veld}: '{naam}' is geen aantal uit de catalogus")
    for naam in ind.noemer_delen:
        deel = cat.indicatoren.get(naam)
        if deel is None or deel.noemer != ind.noemer or deel.eenheid != "pct":
            raise CatalogusFout(f"{waar}, noemer_delen: '{naam}' is geen deel van {ind.noemer}")


def _controleer_deel(waar: str, deel: Deel, cat: Catalogus) -> None:
    ind = cat.indicatoren.get(deel.indicator)
    if ind is None:
        raise CatalogusFout(f"{waar}, delen: indicator '{deel.indicator}' bestaat niet")
    if ind.gebruik != "tonen":
        raise CatalogusFout(
            f"{waar}, delen: '{deel.indicator}' is {ind.gebruik} en hoort in geen enkele score"
        )


def _controleer(cat: Catalogus, bestanden: Mapping[str, str]) -> Catalogus:
    generaties = [g.id for b in cat.bronnen.values() for g in b.generaties]
    dubbel = {g for g in generaties if generaties.count(g) > 1}
    if dubbel:
        raise CatalogusFout(f"bronnen.yaml: generatie komt twee keer voor: {sorted(dubbel)}")
    for ind in cat.indicatoren.values():
        _controleer_indicator(ind, bestanden[ind.id], cat, set(generaties))
    for boom in cat.bomen.values():
        for knoop in boom.knopen:
            waar = f"bomen.yaml, {boom.id}.{knoop.id}"
            for deel in knoop.delen:
                _controleer_deel(waar, deel, cat)
            delen = {d.indicator for d in knoop.delen}
            if len(delen) < len(knoop.delen):
                raise CatalogusFout(f"{waar}, delen: een indicator komt twee keer voor")
            los = set(knoop.vereist_een_van) - delen
            if los:
                raise CatalogusFout(f"{waar}, vereist_een_van: {sorted(los)} staat niet in delen")
        _controleer_voorkeuzes(boom)
    _controleer_gebruik(cat)
    return cat


def _controleer_voorkeuzes(boom: Boom) -> None:
    """Weighings to choose from: each once, over figures that are in the tree."""
    ids = [v.id for v in boom.voorkeuzes]
    if len(set(ids)) < len(ids):
        raise CatalogusFout(f"bomen.yaml, {boom.id}.voorkeuzes: een id komt twee keer voor")
    delen = {d.indicator for k in boom.knopen if k.score for d in k.delen}
    for v in boom.voorkeuzes:
        if los := sorted(set(v.zwaarder) - delen):
            raise CatalogusFout(
                f"bomen.yaml, {boom.id}.voorkeuzes.{v.id}, zwaarder: {los} telt in geen enkele "
                "score van deze boom"
            )


def _controleer_gebruik(cat: Catalogus) -> None:
    """Where screens use figures: they exist, are not barred, and themes and roles are known."""
    for plek, namen in cat.gebruik.cijfers().items():
        for naam in namen:
            ind = cat.indicatoren.get(naam)
            if ind is None or ind.gebruik == "uitgesloten":
                hoe = "bestaat niet" if ind is None else "is uitgesloten"
                raise CatalogusFout(f"gebruik.yaml, {plek}: indicator '{naam}' {hoe}")
    if s := cat.gebruik.stapeling:
        boom = cat.bomen.get(s.boom)
        delen = {d.indicator for k in boom.knopen if k.score for d in k.delen} if boom else set()
        if los := sorted({i for x in s.signalen for i in x.een_van} - delen):
            raise CatalogusFout(f"gebruik.yaml, stapeling: {los} telt in geen score van {s.boom}")
    for les in cat.geleerd:
        er = {k.id for k in cat.bomen[les.boom].knopen} if les.boom in cat.bomen else set()
        if les.boom not in cat.bomen or (les.knoop is not None and les.knoop not in er):
            raise CatalogusFout(f"geleerd.yaml: {les.boom}.{les.knoop} is geen knoop van een boom")
    for bril in cat.gebruik.brillen:
        for veld, bekend in (("themas", cat.themas), ("rollen", cat.woorden.rol)):
            for naam in getattr(bril, veld):
                if naam not in bekend:
                    raise CatalogusFout(
                        f"gebruik.yaml, brillen.{bril.id}.{veld}: '{naam}' bestaat niet"
                    )


def _een(soort: type[M], bestand: str, inhoud: Any) -> M:
    try:
        return soort.model_validate(inhoud or {})
    except ValidationError as fout:
        raise CatalogusFout(f"{bestand}, {_waar(fout)}") from None


def uit_teksten(teksten: Mapping[str, str]) -> Catalogus:
    """A catalogue from its YAML files (file name to text).

    Files: `bronnen.yaml`, `themas.yaml`, `bomen.yaml`, `woorden.yaml`, any number of
    `indicatoren_*.yaml`, and `gebruik.yaml` and `geleerd.yaml` where there are.

    Raises:
        CatalogusFout: naming file, id and field.
    """
    gelezen = {b: _yaml(b, t) for b, t in sorted(teksten.items())}
    for nodig in ("bronnen.yaml", "themas.yaml", "bomen.yaml", "woorden.yaml"):
        if nodig not in gelezen:
            raise CatalogusFout(f"{nodig} ontbreekt in de catalogus")
    indicatoren: dict[str, Indicator] = {}
    waarvandaan: dict[str, str] = {}
    for bestand, rijen in gelezen.items():
        if bestand.startswith("indicatoren_"):
            nieuw = _lijst(Indicator, bestand, rijen)
            dubbel = nieuw.keys() & indicatoren.keys()
            if dubbel:
                raise CatalogusFout(f"{bestand}, {sorted(dubbel)[0]}: komt twee keer voor")
            indicatoren |= nieuw
            waarvandaan |= dict.fromkeys(nieuw, bestand)
    woorden = _een(Woorden, "woorden.yaml", gelezen["woorden.yaml"])
    themas = _lijst(Thema, "themas.yaml", gelezen["themas.yaml"])
    volgorde = {t: n for n, t in enumerate(themas)}
    bronnen = _lijst(Bron, "bronnen.yaml", gelezen["bronnen.yaml"])
    indicatoren = _in_elke_vorm(indicatoren, bronnen)
    cat = Catalogus(
        bronnen=bronnen,
        themas=themas,
        indicatoren=dict(sorted(indicatoren.items(), key=lambda kv: volgorde.get(kv[1].thema, 99))),
        bomen=_lijst(Boom, "bomen.yaml", gelezen["bomen.yaml"]),
        woorden=woorden,
        velden={g: tuple(v) for g, v in (gelezen.get("velden.yaml") or {}).items()},
        teksten=dict(sorted(teksten.items())),
        hash=_hash(teksten),
        gebruik=_een(Gebruik, "gebruik.yaml", gelezen.get("gebruik.yaml")),
        geleerd=tuple(
            _een(Geleerd, "geleerd.yaml", rij) for rij in gelezen.get("geleerd.yaml") or ()
        ),
    )
    return _controleer(cat, waarvandaan)


def _hash(teksten: Mapping[str, str]) -> str:
    som = hashlib.sha256()
    for bestand, tekst in sorted(teksten.items()):
        som.update(f"{bestand}\0{tekst}\0".encode())
    return som.hexdigest()


@lru_cache(maxsize=1)
def lees() -> Catalogus:
    """The catalogue that ships with this version of the house.

    Raises:
        CatalogusFout: naming file, id and field.
    """
    map_ = resources.files("indicators.catalogus")
    return uit_teksten(
        {p.name: p.read_text(encoding="utf-8") for p in map_.iterdir() if p.name.endswith(".yaml")}
    )

"""What a corporation may say beside its files: `levering.yaml`, with columns of other systems."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from indicators.vera import PAD, Eigen, Entiteit
from pipelines.corporation import LeveringFout

NAAM = "levering.yaml"
ONDERWERPEN = ("veilig", "overlast", "schoon")


class Kolommen(BaseModel):
    """One file of another system: which entity it is, and which column is which field.

    `kolommen`: column in the file to a field of the allow list (its id or its VERA path).
    `codes`: per field, codes of the system to those of VERA.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    entiteit: str
    kolommen: dict[str, str] = Field(min_length=1)
    codes: dict[str, dict[str, str]] = {}


class Levering(BaseModel):
    """`levering.yaml`: `volledig` (every case and tenancy of the years is there), columns, topics.

    `onderwerpen`: code of a satisfaction question to veilig, overlast or schoon; VERA has no list.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    naam: str = Field(default="", max_length=80)
    volledig: bool = False
    bestanden: dict[str, Kolommen] = {}
    onderwerpen: dict[str, str] = {}


def lees(map_: Path, eigen: Eigen) -> Levering:
    """What is said beside the files; nothing when there is no `levering.yaml`.

    Raises:
        LeveringFout: naming file, field and what may stand there.
    """
    pad = map_ / NAAM
    if not pad.exists():
        return Levering()
    try:
        inhoud = yaml.safe_load(pad.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise LeveringFout(f"{NAAM}: tekens niet te lezen; bewaar het als UTF-8") from None
    except yaml.YAMLError as fout:
        plek = getattr(fout, "problem_mark", None)
        waar = f" bij regel {plek.line + 1}" if plek else ""
        raise LeveringFout(f"{NAAM}: geen geldige YAML{waar}; zie het sjabloon") from None
    try:
        gezegd = Levering.model_validate(inhoud or {})
    except ValidationError as fout:
        plek = ".".join(str(p) for p in fout.errors()[0]["loc"]) or "(geheel)"
        raise LeveringFout(f"{NAAM}, {plek}: {fout.errors()[0]['msg']}") from None
    anders = sorted(set(gezegd.onderwerpen.values()) - set(ONDERWERPEN))
    if anders:
        raise LeveringFout(f"{NAAM}, onderwerpen: {anders}; verwacht {', '.join(ONDERWERPEN)}")
    for bestand, k in gezegd.bestanden.items():
        _controleer(bestand, k, eigen)
    return gezegd


def _controleer(bestand: str, k: Kolommen, eigen: Eigen) -> None:
    ids = [e.id for e in eigen.entiteiten]
    if k.entiteit not in ids:
        raise LeveringFout(f"{NAAM}, {bestand}: entiteit '{k.entiteit}'; kies uit {', '.join(ids)}")
    ent = eigen.entiteit(k.entiteit)
    doelen: dict[str, str] = {}
    for kolom, doel in k.kolommen.items():
        veld = veld_van(ent, doel)
        if veld is None:
            mag = ", ".join(v.id for v in ent.velden)
            raise LeveringFout(
                f"{NAAM}, {bestand}, {kolom}: '{doel}' wordt niet gelezen; kies {mag}"
            )
        if doelen.setdefault(veld, kolom) != kolom:
            raise LeveringFout(
                f"{NAAM}, {bestand}: {doelen[veld]} en {kolom} gaan beide naar {veld}; kies er een"
            )
    mist = [v.id for v in ent.velden if v.verplicht and v.id not in doelen]
    if mist:
        raise LeveringFout(f"{NAAM}, {bestand}: geen kolom voor {', '.join(mist)} van {ent.id}")
    for veld, paren in k.codes.items():
        lijst = next((v.lijst for v in ent.velden if v.id == veld), None)
        if lijst is None:
            raise LeveringFout(f"{NAAM}, {bestand}, codes.{veld}: dat veld heeft geen codelijst")
        goed = eigen.codelijsten[lijst]
        fout = sorted(c for c in paren.values() if c not in goed)
        if fout:
            raise LeveringFout(
                f"{NAAM}, {bestand}, codes.{veld}: {fout} staat niet in {lijst} "
                f"({', '.join(list(goed)[:12])} ...)"
            )


def veld_van(ent: Entiteit, naam: str) -> str | None:
    """The field that a column name means: its id, its path, or its path with `.code` or `.id`."""
    if not PAD.match(naam.replace("_", "")):
        return None
    for v in ent.velden:
        if naam == v.id or any(naam in (p, p + ".code", p + ".id") for p in v.pad):
            return v.id
    return None

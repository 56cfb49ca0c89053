"""A method file: the steps of a composite in order, strictly read (S.yaml of `bereken`).

Each step is a mapping with one key, the step's name; its value holds the settings, or only the
one setting that matters most. Unknown steps, keys and functions are refused by name. For example:

    stappen:
      - denomineer: metadata
      - screen: {soort: byNA, drempel: 0.9}
      - imputeer: {functie: i_mean_grp, groep: EurAsia_group}
      - behandel: {max_winsor: 5, over: per_jaar, per_indicator: {LPI: geen}}
      - normaliseer: {functie: minmax, onder: 0, boven: 100, over: alles}
      - aggregeer: {functie: amean, per_niveau: {3: gmean}, dekking: 0.6}
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from indicators.hierarchy import MethodeFout
from indicators.treat import Regel

Over = Literal["alles", "per_jaar"]


def _kaal(naam: object) -> object:
    """COINr's prefixes may be there: `n_minmax` is minmax, `i_mean` mean, `a_amean` amean."""
    return re.sub(r"^[nia]_", "", naam) if isinstance(naam, str) else naam


Kaal = BeforeValidator(_kaal)
Drempel = Annotated[float, Field(ge=0, le=1)]
Transformatie = Literal["log_CT", "log_CT_orig", "log_CT_plus", "log_GII", "boxcox", "geen"]
Schaal = Literal[
    "minmax", "scaled", "zscore", "dist2max", "dist2ref", "dist2targ",
    "fracmax", "rank", "prank", "borda", "goalposts", "geen",
]  # fmt: skip
Middeling = Literal["amean", "gmean", "hmean", "genmean", "copeland"]


class Stap(BaseModel):
    """A step: which rows it looks at together."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, allow_inf_nan=False)
    over: Over = "per_jaar"


class Denomineer(Stap):
    """Divide indicators by another column: as the metadata say, or by the columns named here."""

    uit: Literal["metadata", "hier"] = "metadata"
    noemers: dict[str, str] = {}
    factor: dict[str, float] = {}

    @model_validator(mode="after")
    def _hier(self) -> Denomineer:
        if (self.uit == "hier") != bool(self.noemers):
            raise ValueError("`noemers` hoort bij `uit: hier`, en andersom")
        return self


class Screen(Stap):
    """Leave out rows with too little data or too many zeros; `houd` and `weg` go before."""

    soort: Literal["byNA", "byzeros", "byNAandzeros"] = "byNA"
    drempel: Drempel = 2 / 3
    drempel_nul: Drempel = 0.05
    houd: tuple[str, ...] = ()
    weg: tuple[str, ...] = ()


class Imputeer(Stap):
    """Fill gaps; `latest`, `linear` and `constant` use a unit's own other years."""

    functie: Annotated[
        Literal["mean", "median", "mean_grp", "median_grp", "latest", "linear", "constant"], Kaal
    ]
    groep: str | None = None
    langs: Literal["kolom", "rij"] = "kolom"
    terug: Annotated[int, Field(ge=1)] | None = None
    indicatoren: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _past(self) -> Imputeer:
        if self.functie.endswith("_grp") != (self.groep is not None):
            raise ValueError("`groep` hoort bij mean_grp en median_grp, en andersom")
        if self.langs == "rij" and self.functie not in ("mean", "median"):
            raise ValueError("`langs: rij` kan met mean of median")
        if self.terug is not None and self.functie != "latest":
            raise ValueError("`terug` hoort bij latest")
        return self


class Behandeling(Stap):
    """Outlier treatment of one column."""

    max_winsor: Annotated[int, Field(ge=0)] | None = 5
    scheefheid: Annotated[float, Field(gt=0)] = 2.0
    kurtosis: float = 3.5
    dan: Transformatie = "log_CT"
    labda: float = 0.0
    combineer: bool = False

    def regel(self) -> Regel:
        """As the treatment takes it."""
        return Regel(
            self.max_winsor, self.scheefheid, self.kurtosis, self.dan, self.labda, self.combineer
        )


class Behandel(Behandeling):
    """Outlier treatment, with exceptions per indicator (`geen` leaves it alone)."""

    per_indicator: dict[str, Behandeling | Literal["geen"]] = {}


class Normalisatie(Stap):
    """One scale; which settings a function takes is checked."""

    functie: Annotated[Schaal, Kaal] = "minmax"
    onder: float = 0.0
    boven: float = 100.0
    gemiddelde: float = 0.0
    sd: Annotated[float, Field(gt=0)] = 1.0
    referentie: str | None = None
    doel: float | None = None
    kap: bool = False
    laag: float | None = None
    hoog: float | None = None
    schaal: float = 100.0
    afkappen: bool = True

    @model_validator(mode="after")
    def _past(self) -> Normalisatie:
        kent = {"over", "functie", "per_indicator", *OPTIES[self.functie]}
        over = sorted(self.model_fields_set - kent)
        if over:
            raise ValueError(f"{self.functie} kent geen {', '.join(over)}")
        if self.functie == "dist2ref" and self.referentie is None:
            raise ValueError("dist2ref: `referentie` (een uCode) ontbreekt")
        if self.functie == "goalposts" and (self.laag is None or self.hoog is None):
            raise ValueError("goalposts: `laag` en `hoog` ontbreken")
        if self.onder == self.boven:
            raise ValueError("`onder` en `boven` zijn gelijk")
        return self


OPTIES: dict[str, tuple[str, ...]] = {
    "minmax": ("onder", "boven"),
    "scaled": ("onder", "boven"),
    "zscore": ("gemiddelde", "sd"),
    "dist2max": (),
    "dist2ref": ("referentie", "kap"),
    "dist2targ": ("doel", "kap"),
    "fracmax": (),
    "rank": (),
    "prank": (),
    "borda": (),
    "goalposts": ("laag", "hoog", "schaal", "afkappen"),
    "geen": (),
}
"""Settings that each normalisation takes."""


class Normaliseer(Normalisatie):
    """Normalisation, with another one for some indicators (goalposts differ by nature)."""

    per_indicator: dict[str, Normalisatie] = {}


class Aggregeer(Stap):
    """Means up the tree; `per_niveau` names another mean for the nodes of a level."""

    functie: Annotated[Middeling, Kaal] = "amean"
    per_niveau: dict[int, Annotated[Middeling, Kaal]] = {}
    p: float | None = None
    dekking: Drempel = 0.0
    gewichten: Literal["metadata", "gelijk", "pca", "gelijke_invloed"] | dict[str, float] = (
        "metadata"
    )
    niveau: Annotated[int, Field(ge=1)] = 1
    shapley: bool = False

    @model_validator(mode="after")
    def _past(self) -> Aggregeer:
        gevraagd = "genmean" in (self.functie, *self.per_niveau.values())
        if gevraagd != (self.p is not None):
            raise ValueError("`p` hoort bij genmean, en andersom")
        return self


STAPPEN: dict[str, tuple[type[Stap], str]] = {
    "denomineer": (Denomineer, "uit"),
    "screen": (Screen, "soort"),
    "imputeer": (Imputeer, "functie"),
    "behandel": (Behandel, "over"),
    "normaliseer": (Normaliseer, "functie"),
    "aggregeer": (Aggregeer, "functie"),
}
"""Step to its model and to the setting that a bare word stands for."""


def lees_methode(inhoud: object, naam: str = "methode") -> list[tuple[str, Stap]]:
    """The steps of a method file that has been parsed already.

    Args:
        inhoud: what the YAML held.
        naam: the file's name, for messages.

    Raises:
        MethodeFout: naming step and key.
    """
    if not isinstance(inhoud, dict) or set(inhoud) != {"stappen"}:
        raise MethodeFout(f"{naam}: een mapping met alleen de sleutel `stappen` verwacht")
    rijen = inhoud["stappen"]
    if not isinstance(rijen, list) or not rijen:
        raise MethodeFout(f"{naam}, stappen: een lijst met minstens een stap verwacht")
    stappen = [_stap(rij, f"{naam}, stap {i}") for i, rij in enumerate(rijen, 1)]
    namen = [n for n, _ in stappen]
    if namen[-1] != "aggregeer" or namen.count("aggregeer") != 1:
        raise MethodeFout(f"{naam}: `aggregeer` is de laatste stap, en maar een keer")
    if namen.count("normaliseer") != 1 or namen[-2] != "normaliseer":
        raise MethodeFout(
            f"{naam}: vlak voor `aggregeer` hoort een `normaliseer` "
            f"(`normaliseer: geen` als de cijfers al op een schaal staan)"
        )
    return stappen


def _stap(rij: object, waar: str) -> tuple[str, Stap]:
    if isinstance(rij, str):
        rij = {rij: None}
    if not isinstance(rij, dict) or len(rij) != 1:
        raise MethodeFout(f"{waar}: een stap is een mapping met een sleutel, niet {rij!r}")
    ((stap, waarde),) = rij.items()
    if stap not in STAPPEN:
        raise MethodeFout(f"{waar}: onbekende stap {stap!r}; verwacht {', '.join(STAPPEN)}")
    model, kort = STAPPEN[stap]
    if waarde is None:
        waarde = {}
    if not isinstance(waarde, dict):
        waarde = {kort: waarde}
    try:
        return stap, model.model_validate(waarde)
    except ValidationError as fout:
        regels = [f"{waar} ({stap}){_plek(e['loc'])}: {e['msg']}" for e in fout.errors()]
        raise MethodeFout("\n".join(dict.fromkeys(regels))) from fout


def _plek(loc: tuple[int | str, ...]) -> str:
    return f", {'.'.join(str(deel) for deel in loc)}" if loc else ""

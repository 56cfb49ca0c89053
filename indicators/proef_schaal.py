"""Scales of a trial: from figures with their intervals to parts on 0 to 100, seen from a reference.

Fixed goalposts look at no other area. Every other scale is set by the areas of the reference and
then holds for all: an area of a gemeente can be scaled by the whole country, or by our own areas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from indicators import treat
from indicators.formulas import F64

Schaalsoort = Literal["doelpalen", "minmax", "zscore", "prank", "fracmax", "dist2ref"]
Behandeling = Literal["geen", "behandeld"]
SCHALEN: dict[Schaalsoort, str] = {
    "doelpalen": "vaste doelpalen",
    "minmax": "van laagste tot hoogste",
    "zscore": "afstand tot het gemiddelde",
    "prank": "plek in de rij",
    "fracmax": "deel van de hoogste",
    "dist2ref": "afstand tot het midden",
}
UITLEG_SCHAAL: dict[Schaalsoort, str] = {
    "doelpalen": "0 en 100 staan per cijfer vast in de catalogus, gelijk voor alle gebieden en "
    "jaren",
    "minmax": "0 is de laagste en 100 de hoogste waarde van de referentie",
    "zscore": "50 is het gemiddelde van de referentie; 20 punten is een standaardafwijking",
    "prank": "de score is het deel van de referentie dat lager ligt, van 0 tot 100",
    "fracmax": "100 is de hoogste waarde van de referentie; een half zo hoog cijfer krijgt 50",
    "dist2ref": "50 is het midden van de referentie, 0 de laagste waarde",
}
BEHANDELINGEN: dict[Behandeling, str] = {
    "geen": "uitschieters blijven zoals ze zijn",
    "behandeld": "uitschieters ingeperkt",
}
UITLEG_BEHANDELING = (
    "Is een cijfer in de referentie erg scheef (scheefheid boven 2 en kurtosis boven 3,5), dan "
    "schuiven hoogstens vijf uiterste waarden naar de eerstvolgende; helpt dat niet, dan telt de "
    "logaritme."
)
PUNTEN_PER_SD = 20.0
"""Points that one standard deviation is on the scale of `zscore`."""


@dataclass(frozen=True)
class As:
    """What the catalogue says of an axis: its parts in order, which way up, goalposts, classes."""

    namen: tuple[str, ...]
    om: tuple[bool, ...]
    palen: tuple[tuple[float, float], ...]
    grenzen: tuple[float, float]
    dekking: float


@dataclass(frozen=True)
class Cellen:
    """The parts of an axis for n areas, in their own units: arrays of (n, m).

    `waarde` is NaN where missing; `onder` and `boven` are NaN where no interval is known. A cell
    that is `verborgen` was hidden by the source: it has no value and could be anything between
    the goalposts.
    """

    waarde: F64
    onder: F64
    boven: F64
    verborgen: NDArray[np.bool_]

    def van(self, rij: NDArray[np.intp]) -> Cellen:
        """The same for some of the areas."""
        return Cellen(self.waarde[rij], self.onder[rij], self.boven[rij], self.verborgen[rij])

    def trek(self, as_: As, keer: int, rng: np.random.Generator) -> F64:
        """Draws of the inputs, (keer, n, m): every cell anywhere in its interval, equally likely.

        A value without an interval stays as it is; what is missing and not hidden stays NaN.
        """
        laag, hoog = (np.array(p, float) for p in zip(*as_.palen, strict=True))
        onder = np.where(self.verborgen, laag, np.where(np.isnan(self.onder), self.waarde,
                                                        self.onder))  # fmt: skip
        boven = np.where(self.verborgen, hoog, np.where(np.isnan(self.boven), self.waarde,
                                                        self.boven))  # fmt: skip
        uit: F64 = rng.random((keer, *self.waarde.shape)) * (boven - onder) + onder
        return uit


@dataclass(frozen=True)
class _Kolom:
    """One part: held between `klem`, then perhaps the log, then stretched; or a place in a row."""

    klem: tuple[float, float]
    log: float | None
    laag: float
    hoog: float
    rij: F64 | None
    om: bool

    def op(self, x: F64) -> F64:
        y = np.clip(x, *self.klem)
        if self.log is not None:
            y = np.log(y - self.klem[0] + self.log)
        if self.rij is not None:
            n = len(self.rij)
            lager = n - np.searchsorted(self.rij, y, "right") if self.om else (
                np.searchsorted(self.rij, y, "left")
            )  # fmt: skip
            return np.where(np.isnan(y), np.nan, np.minimum(100.0 * lager / (n - 1), 100.0))
        schaal: F64 = np.clip(100.0 * (y - self.laag) / (self.hoog - self.laag), 0.0, 100.0)
        return 100.0 - schaal if self.om else schaal


@dataclass(frozen=True)
class Schaal:
    """The scale of every part; a part without weight, or that nobody has, has none."""

    kolommen: tuple[_Kolom | None, ...]
    behandeld: tuple[int, ...] = ()
    """Which parts were treated for outliers."""

    def op(self, x: F64) -> F64:
        """Figures (..., m) to 0 to 100, more meaning more of the axis; NaN stays NaN."""
        uit = np.full(x.shape, np.nan)
        for j, kolom in enumerate(self.kolommen):
            if kolom is not None:
                uit[..., j] = kolom.op(x[..., j])
        return uit


def maak_schaal(
    as_: As, soort: Schaalsoort, behandeling: Behandeling, referentie: F64, gewicht: F64
) -> Schaal:
    """The scale that a reference gives.

    Args:
        as_: the axis.
        soort: which normalisation.
        behandeling: whether outliers of the reference are treated first (`treat.behandel`).
        referentie: (k, m) figures of the areas of the reference, in their own units.
        gewicht: (m,) weights; a part with weight 0 is left out.

    Raises:
        ValueError: naming the part that cannot be scaled so, and what to do.
    """
    kolommen: list[_Kolom | None] = []
    behandeld = []
    for j, naam in enumerate(as_.namen):
        r = referentie[:, j]
        r = r[~np.isnan(r)]
        if gewicht[j] == 0 or (not len(r) and soort != "doelpalen"):
            kolommen.append(None)
            continue
        klem, log = _behandel(r) if behandeling == "behandeld" and len(r) > 2 else (_VRIJ, None)
        if klem != _VRIJ:
            behandeld.append(j)
        try:
            kolommen.append(_kolom(soort, r, as_.palen[j], as_.om[j], klem, log))
        except ValueError as fout:
            raise ValueError(
                f"{naam}: {fout}. Geef dit cijfer gewicht 0, of kies vaste doelpalen of een "
                "andere referentie"
            ) from None
    return Schaal(tuple(kolommen), tuple(behandeld))


_VRIJ = (-np.inf, np.inf)


def _behandel(r: F64) -> tuple[tuple[float, float], float | None]:
    """Where the reference's values are held, and the log's offset where one is taken."""
    uit = treat.behandel(r, treat.Regel())
    if uit.transformatie is not None:
        laag, hoog = float(r.min()), float(r.max())
        return (laag, np.inf), 0.01 * (hoog - laag)
    if uit.aantal:
        return (float(uit.x.min()), float(uit.x.max())), None
    return _VRIJ, None


def _kolom(
    soort: Schaalsoort, r: F64, palen: tuple[float, float], om: bool,
    klem: tuple[float, float], log: float | None,
) -> _Kolom:  # fmt: skip
    def t(x: F64) -> F64:
        y = np.clip(x, *klem) if log is None else np.maximum(x, klem[0])
        return y if log is None else np.log(y - klem[0] + log)

    if soort == "doelpalen":
        laag, hoog = palen if log is None else (float(v) for v in t(np.array(palen)))
        if not laag < hoog:
            raise ValueError("na de logaritme vallen de doelpalen samen")
        return _Kolom(klem, log, laag, hoog, None, om)
    y = t(r)
    if len(y) < 2 or y.min() == y.max():
        raise ValueError("in de referentie heeft elke buurt dezelfde waarde, dus er is geen schaal")
    if soort == "prank":
        return _Kolom(klem, log, 0.0, 1.0, np.sort(y), om)
    laag, hoog = float(y.min()), float(y.max())
    if soort == "zscore":
        half = float(y.std(ddof=1)) * 50.0 / PUNTEN_PER_SD
        laag, hoog = float(y.mean()) - half, float(y.mean()) + half
    elif soort == "fracmax":
        if laag < 0:
            raise ValueError("een deel van de hoogste kan niet bij waarden onder nul")
        laag = 0.0
    elif soort == "dist2ref":
        hoog = 2 * float(np.median(y)) - laag
        if not hoog > laag:
            raise ValueError("het midden van de referentie is ook de laagste waarde")
    return _Kolom(klem, log, laag, hoog, None, om)

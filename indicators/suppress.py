"""Suppression: small counts hidden so that they cannot be calculated back from what is shown.

A table is one count over a tree of areas (corporation, gemeente, wijk, buurt): every parent is the
sum of its children. The family of tables is fixed and declared; a total over kinds of count is not
published beside its parts, so each table is one tree. What is shown is rounded.

Method: primary suppression by a minimum count, then secondary cell suppression: cells are added
until no hidden cell can be bounded more closely than the protection interval. The bounds are those
of linear programming over the published table (Fischetti and Salazar 2001 give the model; Hundepool
et al., Statistical Disclosure Control, 2012, ch. 4, the practice). On a tree with interval bounds
two passes of sums, up and down, give the same bounds exactly; a test holds them against a solver.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from indicators.model import Strikt

I64 = NDArray[np.int64]
B = NDArray[np.bool_]

ONBEGRENSD = 10**12
"""The whole of a count that has none."""
GETOOND, PRIMAIR, SECUNDAIR, EERDER = 0, 1, 2, 3
"""Why a cell is hidden: not, too small itself, to protect another, or hidden before."""


class SuppressieFout(ValueError):
    """A table that cannot be protected as given; the message names the cell."""


class OnbeschermdFout(SuppressieFout):
    """Whatever is hidden more, a cell stays known too closely; nothing of it may be published."""


class Onthulregel(Strikt):
    """The declared rule of a table: what is too small, how is rounded, how wide is protected.

    `minimum`: a count from 1 up to it is hidden; so is every count over fewer than `minimum` cases
    in the whole (`noemer`). `afronden`: the base that shown counts are rounded to, odd.
    `bescherming`: an attacker may not bound a hidden count within fewer than so many units, or
    than its own whole where that is smaller.
    """

    minimum: int = Field(default=10, ge=1)
    afronden: int = Field(default=5, ge=1)
    bescherming: int = Field(default=10, ge=1)

    @property
    def speling(self) -> int:
        """The largest rounding error of a shown count."""
        return self.afronden // 2


INKOMENSACHTIG = Onthulregel(minimum=100, afronden=5, bescherming=100)
"""The rule for figures that say something of income, as CBS keeps (minimum 100)."""


@dataclass(frozen=True)
class Boom:
    """The tree that counts are summed over: n cells, each with the index of its parent.

    `ouder[i]` is below `i`; -1 is a root. A cell with children is their sum.
    """

    ouder: I64

    def __post_init__(self) -> None:
        if np.any(self.ouder >= np.arange(len(self.ouder))):
            i = int(np.flatnonzero(self.ouder >= np.arange(len(self.ouder)))[0])
            raise SuppressieFout(f"cel {i}: een ouder staat voor haar kinderen, niet erna")

    @cached_property
    def lagen(self) -> list[I64]:
        """The cells per depth, roots first."""
        lagen, over = [np.flatnonzero(self.ouder < 0)], self.ouder >= 0
        while over.any():
            laag = np.flatnonzero(over & np.isin(self.ouder, lagen[-1]))
            over[laag] = False
            lagen.append(laag)
        return lagen

    def som(self, waarde: I64, cellen: I64) -> I64:
        """Per cell of the tree: the sum of `waarde` over its children among `cellen`."""
        uit = np.zeros(len(self.ouder), dtype=waarde.dtype)
        kind = cellen[self.ouder[cellen] >= 0]
        np.add.at(uit, self.ouder[kind], waarde[kind])
        return uit


@dataclass(frozen=True)
class Tabel:
    """What is published of one table: shown counts (0 where hidden), and why a cell is hidden."""

    getoond: I64
    reden: NDArray[np.int8]

    @property
    def verborgen(self) -> B:
        """Which cells are hidden."""
        return np.asarray(self.reden != GETOOND)


@dataclass(frozen=True)
class Kennis:
    """What an attacker can know beside one table; n cells each.

    `precies`: exact counts of what is shown, as if rounding hid nothing: then another publication
    of the same count, rounded elsewhere, adds nothing. `laag`, `hoog`: bounds from earlier
    publications of cells that have not changed since.
    """

    precies: I64
    laag: I64
    hoog: I64

    def te_laat(self, noemer: I64, regel: Onthulregel) -> B:
        """Cells that were known too closely before: nothing that is hidden now can mend that."""
        return np.asarray(self.hoog - self.laag < np.minimum(regel.bescherming, noemer))


def niets_bekend(aantal: I64) -> Kennis:
    """The attacker of a first publication, to whom shown counts are exact."""
    return Kennis(aantal, np.zeros_like(aantal), np.full_like(aantal, ONBEGRENSD))


def rond(aantal: I64, basis: int) -> I64:
    """Counts to the nearest multiple of `basis` (odd: never a tie)."""
    return np.asarray((aantal + basis // 2) // basis * basis, dtype=np.int64)


def primair(aantal: I64, noemer: I64, regel: Onthulregel) -> B:
    """Cells that are too small themselves: 1 up to the minimum, or over too small a whole.

    Args:
        aantal: n counts.
        noemer: n counts of the whole (dwellings, tenancies) that each count is taken from.
        regel: the declared rule.
    """
    klein = (aantal > 0) & (aantal < regel.minimum)
    rest = noemer - aantal
    bijna_allen = (aantal > 0) & (rest < regel.minimum) & (aantal > 0.9 * noemer)
    return np.asarray(klein | bijna_allen | ((noemer > 0) & (noemer < regel.minimum)))


def grenzen(
    boom: Boom, tabel: Tabel, noemer: I64, regel: Onthulregel, kennis: Kennis | None = None
) -> tuple[I64, I64]:
    """What an attacker can derive: the least and most that each cell can be.

    Known to the attacker: all that is shown, the rounding and the rule, the tree, and the whole of
    each cell; with `kennis` more. Not known: which hidden cells are too small and which protect
    another.

    Returns:
        Two arrays of n counts: lower and upper bound.
    """
    laag, hoog = _van_onder(boom, tabel, noemer, regel, kennis)
    for cellen in boom.lagen[1:]:
        onder, boven = boom.som(laag, cellen), boom.som(hoog, cellen)
        o = boom.ouder[cellen]
        anderen_hoog, anderen_laag = boven[o] - hoog[cellen], onder[o] - laag[cellen]
        nieuw_laag = np.maximum(laag[cellen], laag[o] - anderen_hoog)
        hoog[cellen] = np.minimum(hoog[cellen], hoog[o] - anderen_laag)
        laag[cellen] = nieuw_laag
    return laag, hoog


def _van_onder(
    boom: Boom, tabel: Tabel, noemer: I64, regel: Onthulregel, kennis: Kennis | None
) -> tuple[I64, I64]:
    """Bounds of each cell by itself and by what lies under it."""
    laag, hoog = _op_zicht(tabel, noemer, regel)
    if kennis is not None:
        laag = np.maximum(np.where(tabel.verborgen, laag, kennis.precies), kennis.laag)
        hoog = np.minimum(np.where(tabel.verborgen, hoog, kennis.precies), kennis.hoog)
    for cellen in reversed(boom.lagen[1:]):
        ouders = np.unique(boom.ouder[cellen])
        onder, boven = boom.som(laag, cellen), boom.som(hoog, cellen)
        laag[ouders] = np.maximum(laag[ouders], onder[ouders])
        hoog[ouders] = np.minimum(hoog[ouders], boven[ouders])
    return laag, hoog


def _op_zicht(tabel: Tabel, noemer: I64, regel: Onthulregel) -> tuple[I64, I64]:
    """Bounds of each cell by itself: what is shown, rounded; what is hidden, up to its whole."""
    s, getoond = regel.speling, tabel.getoond
    laag = np.where(getoond > 0, np.maximum(getoond - s, regel.minimum), 0)
    hoog = np.where(getoond > 0, np.minimum(getoond + s, noemer), 0)
    laag = np.where(tabel.verborgen, 0, laag)
    return laag.astype(np.int64), np.where(tabel.verborgen, noemer, hoog).astype(np.int64)


def onderdruk(
    boom: Boom,
    aantal: I64,
    noemer: I64 | None,
    regel: Onthulregel,
    eerder: B | None = None,
    ook: B | None = None,
    grens_alleen: bool = False,
    kennis: Kennis | None = None,
) -> Tabel:
    """Hides what is too small and what would give that away; rounds the rest.

    Args:
        boom: the tree of n cells.
        aantal: n exact counts; a parent is the sum of its children.
        noemer: n exact wholes of the same cells, known to the attacker; None when a count has no
            whole (cases: a dwelling can have more than one).
        regel: the declared rule of the table.
        eerder: n flags: hidden in an earlier publication of this table, and so hidden still.
        ook: n flags: too small for another reason (over few dwellings, or a table that this one is
            a part of hides the cell).
        grens_alleen: the whole is only a bound: being nearly all of it says nothing, and that of
            a parent need not be the sum of its children's.
        kennis: what an attacker may know beside this table, such as earlier publications.

    Returns:
        The table as it may be published.

    Raises:
        SuppressieFout: when a parent is not the sum of its children, or a count exceeds its whole.
    """
    geheel = heel(aantal, noemer)
    _nagaan(boom, aantal, None if noemer is None or grens_alleen else geheel)
    klein = primair(aantal, heel(aantal, None) if grens_alleen else geheel, regel)
    if ook is not None:
        klein = klein | ook
    reden = np.where(klein, PRIMAIR, GETOOND).astype(np.int8)
    if eerder is not None:
        reden = np.where((reden == GETOOND) & eerder, EERDER, reden).astype(np.int8)
    kinderen = _kinderen(boom)
    while True:
        tabel = Tabel(np.where(reden == GETOOND, rond(aantal, regel.afronden), 0), reden)
        families = _bloot(boom, tabel, geheel, regel, kennis)
        if not len(families):
            return tabel
        bekend = None if kennis is None else kennis.te_laat(geheel, regel)
        meer = _verberg_meer(kinderen, aantal, reden, families, bekend)
        if np.array_equal(meer, reden):
            raise OnbeschermdFout(f"onder cel {families[0]} is een cel niet te beschermen")
        reden = meer


def heel(aantal: I64, noemer: I64 | None) -> I64:
    """The whole of each cell; without one a bound that no count comes near."""
    return np.full(len(aantal), ONBEGRENSD, dtype=np.int64) if noemer is None else noemer


def te_smal(
    boom: Boom, tabel: Tabel, noemer: I64, regel: Onthulregel, kennis: Kennis | None = None
) -> B:
    """Hidden cells that can be bounded more closely than the protection interval.

    Cells that were known more closely before are left out: that cannot be undone.
    """
    laag, hoog = grenzen(boom, tabel, noemer, regel, kennis)
    smal = tabel.verborgen & (hoog - laag < np.minimum(regel.bescherming, noemer))
    return np.asarray(smal if kennis is None else smal & ~kennis.te_laat(noemer, regel))


def _bloot(boom: Boom, tabel: Tabel, noemer: I64, regel: Onthulregel, kennis: Kennis | None) -> I64:
    """The parents under which one more cell must be hidden.

    A hidden cell is exposed from below when its children bound it, else from above: when its
    parent and siblings do, or when it is the only hidden child of a parent that is shown.
    """
    smal = te_smal(boom, tabel, noemer, regel, kennis)
    kind = boom.ouder >= 0
    laag, hoog = _van_onder(boom, tabel, noemer, regel, kennis)
    van_onder = smal & (hoog - laag < np.minimum(regel.bescherming, noemer))
    per_ouder = np.bincount(boom.ouder[kind], tabel.verborgen[kind], minlength=len(laag))
    o = np.where(kind, boom.ouder, 0)
    alleen = kind & tabel.verborgen & (noemer > 0) & (per_ouder[o] == 1) & ~tabel.verborgen[o]
    if kennis is not None:
        alleen &= ~kennis.te_laat(noemer, regel)
    van_boven = boom.ouder[((smal & ~van_onder) | alleen) & kind]
    return np.unique(np.concatenate([np.flatnonzero(van_onder), van_boven]))


def _kinderen(boom: Boom) -> dict[int, I64]:
    orde = np.argsort(boom.ouder, kind="stable")
    grens = np.flatnonzero(np.diff(boom.ouder[orde])) + 1
    return {int(boom.ouder[g[0]]): g for g in np.split(orde, grens) if len(g)}


def _verberg_meer(
    kinderen: dict[int, I64],
    aantal: I64,
    reden: NDArray[np.int8],
    families: I64,
    bekend: B | None,
) -> NDArray[np.int8]:
    """Hides one cell more in each family: the smallest shown child, else the parent, else a 0.

    Children that were known before protect nobody and are taken last.
    """
    nieuw = reden.copy()
    for ouder in families.tolist():
        broers = kinderen[ouder]
        getoond = broers[nieuw[broers] == GETOOND]
        over = getoond[aantal[getoond] > 0]
        if bekend is not None and not bekend[over].all():
            over = over[~bekend[over]]
        if len(over):
            nieuw[over[np.argmin(aantal[over])]] = SECUNDAIR
        elif nieuw[ouder] == GETOOND:
            nieuw[ouder] = SECUNDAIR
        elif len(getoond):
            nieuw[getoond[0]] = SECUNDAIR
    return nieuw


def _nagaan(boom: Boom, aantal: I64, noemer: I64 | None) -> None:
    if np.any(aantal < 0):
        raise SuppressieFout(f"cel {int(np.argmin(aantal))}: een aantal onder 0")
    if noemer is not None and np.any(aantal > noemer):
        i = int(np.flatnonzero(aantal > noemer)[0])
        raise SuppressieFout(f"cel {i}: telt {aantal[i]}, van {noemer[i]}")
    for wat, reeks in (("aantal", aantal), ("noemer", noemer)):
        if reeks is None:
            continue
        som = boom.som(reeks, np.arange(len(reeks)))
        ouders = np.unique(boom.ouder[boom.ouder >= 0])
        fout = ouders[som[ouders] != reeks[ouders]]
        if len(fout):
            i = int(fout[0])
            raise SuppressieFout(f"cel {i}: {wat} {reeks[i]}, maar de delen zijn samen {som[i]}")

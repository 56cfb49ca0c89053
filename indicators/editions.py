"""Successive publications of one table: which changes wait, and which may be let in.

Whoever keeps two publications subtracts them: the difference of a shown total over hidden parts is
a published cell too. So the publications are treated as one set of linked tables (Hundepool et
al., Statistical Disclosure Control, 2012, ch. 4; de Wolf and Giessing 2009; for releases in time
Fung et al. 2008, Anonymity for continuous data publishing), in two steps:

1. A change in a hidden cell waits. Shown totals are sums over shown cells as they are now and
   hidden cells as they were when last let in, so that a new publication can be worked out from the
   former ones and from what it shows itself: of the hidden cells it tells nothing.
2. The hidden cells that one shown total holds (a group) are let in together, when their sum differs
   by at least the minimum count and a linear programme over all publications together bounds no
   hidden cell, in any publication, and no difference of one between two, more closely than the
   protection interval. Otherwise they go on waiting, and the total says since when.

Exact sums are taken as known, as if rounding hid nothing. That a group waits tells that its change
is small or not protected; the attacker of the claim does not use that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, identity, kron

from indicators.spread import Schaal, verschil_ruim
from indicators.suppress import Boom, Onthulregel

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
B = NDArray[np.bool_]
Sleutel = tuple[str, int]
"""A hidden count of one area: its code and which of its successive values."""
PER_KEER = 24
"""So many cells are bounded in one linear programme."""


@dataclass(frozen=True)
class Deel:
    """One count in a sum that was published; `bekend` when it had been shown before."""

    gebied: str
    versie: int
    aantal: int
    heel: int
    bekend: bool = False
    teken: int = 1

    @property
    def sleutel(self) -> Sleutel:
        """Which unknown this is."""
        return self.gebied, self.versie


@dataclass(frozen=True)
class Blad:
    """A buurt as it is in the totals: its count (and sum), since which publication it may differ.

    `sinds`: the last publication in which this was how it stood. `heel`: the least that its whole
    was while it stood so. `bekend`: shown, so known to all. `versie`: which of its successive
    values; -1 when the sums it was in are not remembered, so that it may never be let in.
    """

    aantal: int
    heel: int
    versie: int
    sinds: str
    bekend: bool
    som: float = 0.0


@dataclass(frozen=True)
class Cel:
    """A cell of the last publication: its count, what could be derived, and its whole."""

    aantal: int
    laag: int
    hoog: int
    heel: int


@dataclass(frozen=True)
class Eerder:
    """What all publications of one table-year together have told, by code of the area."""

    bladen: Mapping[str, Blad]
    sommen: tuple[tuple[Deel, ...], ...]
    cellen: Mapping[str, Cel]


@dataclass(frozen=True)
class Stand:
    """Counts (and sums) per buurt; m of each. `heel`: the most that each count can be."""

    aantal: I64
    heel: I64
    som: F64


@dataclass(frozen=True)
class Uitgave:
    """One publication of a table-year: what is in the totals, and the memory of it.

    `sinds`: per buurt the publication since which its change waits, empty when none does.
    """

    stand: Stand
    bladen: dict[str, Blad]
    sommen: tuple[tuple[Deel, ...], ...]
    sinds: tuple[str, ...]


def ingaand(codes: Sequence[str], nu: Stand, dicht: B, eerder: Eerder | None,
            vast: B | None = None) -> Stand:  # fmt: skip
    """What each buurt counts for in totals before any group is let in.

    Args:
        codes: m codes.
        nu: how it stands now.
        dicht: m flags: hidden.
        eerder: what was published before; None for a first publication.
        vast: m flags: shown, and yet as it was (an average that waits).
    """
    if eerder is None:
        return nu
    oud = [eerder.bladen.get(c) for c in codes]
    blijft = dicht if vast is None else dicht | vast
    aantal = np.array([0 if b is None else b.aantal for b in oud], dtype=np.int64)
    heel = np.array([h if b is None else b.heel for b, h in zip(oud, nu.heel, strict=True)])
    heel = np.where(aantal == nu.aantal, np.minimum(heel, nu.heel), heel)
    som = np.array([0.0 if b is None else b.som for b in oud])
    return Stand(
        np.where(blijft, aantal, nu.aantal),
        np.where(blijft, heel, nu.heel).astype(np.int64),
        np.where(blijft, som, nu.som),
    )


def groepen(boom: Boom, verborgen: B) -> list[tuple[int, I64]]:
    """The hidden leaves by the nearest cell above them that is shown; without one, in none.

    Returns:
        Pairs of that cell and the leaves.
    """
    boven = np.full(len(boom.ouder), -1, dtype=np.int64)
    for laag in boom.lagen:
        o = boom.ouder[laag]
        boven[laag] = np.where(~verborgen[laag], laag, np.where(o >= 0, boven[o], -1))
    blad = bladeren(boom)
    blad = blad[verborgen[blad] & (boven[blad] >= 0)]
    orde = blad[np.argsort(boven[blad], kind="stable")]
    grens = np.flatnonzero(np.diff(boven[orde])) + 1
    return [(int(boven[g[0]]), g) for g in np.split(orde, grens) if len(g)]


def bladeren(boom: Boom) -> I64:
    """The cells without children, in order."""
    return np.setdiff1d(np.arange(len(boom.ouder)), boom.ouder)


def uitgeven(boom: Boom, codes: Sequence[str], verborgen: B, nu: Stand, telt: Stand,
             eerder: Eerder | None, regel: Onthulregel, naam: str,
             schaal: Schaal | None = None) -> Uitgave:  # fmt: skip
    """Lets in the groups of hidden cells that may be, and remembers what is told by that.

    Args:
        boom: the tree of n cells.
        codes: n codes.
        verborgen: n flags.
        nu: how the m leaves stand now.
        telt: what they count for before this; of `ingaand`.
        eerder: what was published before.
        regel: the rule of the table.
        naam: of this publication; names sort by time.
        schaal: of an average: the least and most that one answer can be.
    """
    blad = bladeren(boom)
    plek = {int(i): k for k, i in enumerate(blad)}
    aantal, heel, som = telt.aantal.copy(), telt.heel.copy(), telt.som.copy()
    versie = _versies([codes[i] for i in blad], aantal, eerder)
    bekend = _bekend([codes[i] for i in blad], aantal, verborgen[blad], eerder)
    sommen = list(eerder.sommen) if eerder else []
    for boven, groep in groepen(boom, verborgen):
        k = np.array([plek[int(i)] for i in groep])
        anders = nu.aantal[k] != aantal[k]
        deel = [Deel(codes[i], int(versie[j] + a), int(nu.aantal[j]),
                     int(nu.heel[j] if a else heel[j]), bool(bekend[j] and not a))
                for i, j, a in zip(groep, k, anders, strict=True)]  # fmt: skip
        if eerder is not None:
            oud = [Deel(codes[i], int(versie[j]), int(aantal[j]), int(heel[j]), bool(bekend[j]))
                   for i, j in zip(groep, k, strict=True)]  # fmt: skip
            meer = int(nu.aantal[k].sum() - aantal[k].sum())
            if (versie[k] < 0).any():
                continue
            if abs(meer) < regel.minimum or not verschil_ruim(
                meer, float(nu.som[k].sum() - som[k].sum()), schaal
            ):
                continue
            if not houdt(sommen, oud, deel, _knopen(boom, boven, groep, verborgen), regel):
                continue
            aantal[k], som[k] = nu.aantal[k], nu.som[k]
            heel[k], versie[k] = np.where(anders, nu.heel[k], heel[k]), versie[k] + anders
            bekend[k] &= ~anders
        sommen.append(tuple(deel))
    stand = Stand(aantal, heel, som)
    sinds = _sinds([codes[i] for i in blad], nu, stand, eerder)
    bladen = {
        codes[i]: Blad(int(aantal[k]), int(heel[k]), int(versie[k]), sinds[k] or naam,
                       bool(bekend[k]), float(som[k]))
        for k, i in enumerate(blad)
    }  # fmt: skip
    return Uitgave(stand, bladen, tuple(sommen), sinds)


def _versies(codes: Sequence[str], aantal: I64, eerder: Eerder | None) -> I64:
    """Which of its successive values a buurt counts for: the old one, or one that is new."""
    if eerder is None:
        return np.zeros(len(codes), dtype=np.int64)
    oud = [eerder.bladen.get(c) for c in codes]
    return np.array([0 if b is None else b.versie + int(b.aantal != n and b.versie >= 0)
                     for b, n in zip(oud, aantal, strict=True)], dtype=np.int64)  # fmt: skip


def _bekend(codes: Sequence[str], aantal: I64, dicht: B, eerder: Eerder | None) -> B:
    """What is shown, was shown with this value, or was new and so is not in the totals yet."""
    if eerder is None:
        return ~dicht
    oud = [eerder.bladen.get(c) for c in codes]
    was = np.array([b is None or (b.bekend and b.aantal == n)
                    for b, n in zip(oud, aantal, strict=True)], dtype=bool)  # fmt: skip
    return ~dicht | was


def _sinds(codes: Sequence[str], nu: Stand, telt: Stand, eerder: Eerder | None) -> tuple[str, ...]:
    if eerder is None:
        return ("",) * len(codes)
    laatste = max((b.sinds for b in eerder.bladen.values()), default="")
    wacht = (nu.aantal != telt.aantal) | ~np.isclose(nu.som, telt.som)
    return tuple(
        "" if not w else (eerder.bladen[c].sinds if c in eerder.bladen else laatste)
        for c, w in zip(codes, wacht, strict=True)
    )


def wachtend(boom: Boom, verborgen: B, sinds: Sequence[str]) -> tuple[str, ...]:
    """Per shown cell the oldest publication since which something under it waits, else empty."""
    uit = np.full(len(boom.ouder), "", dtype=object)
    uit[bladeren(boom)] = sinds
    for laag in reversed(boom.lagen[1:]):
        for i in laag:
            o = boom.ouder[i]
            if uit[i] and (not uit[o] or uit[i] < uit[o]):
                uit[o] = uit[i]
    return tuple("" if v else str(s) for v, s in zip(verborgen, uit, strict=True))


def _knopen(boom: Boom, boven: int, groep: I64, verborgen: B) -> list[list[int]]:
    """The hidden cells between a shown cell and its hidden leaves: places in the group of each."""
    per: dict[int, list[int]] = {}
    for k, i in enumerate(groep.tolist()):
        o = int(boom.ouder[i])
        while o != boven:
            per.setdefault(o, []).append(k)
            o = int(boom.ouder[o])
    return [v for o, v in per.items() if verborgen[o]]


def houdt(sommen: Sequence[Sequence[Deel]], oud: Sequence[Deel], nieuw: Sequence[Deel],
          knopen: Sequence[Sequence[int]], regel: Onthulregel) -> bool:  # fmt: skip
    """Whether every hidden cell stays protected when the sum of `nieuw` is published as well.

    Args:
        sommen: all sums published before.
        oud: the parts of a group as they are in the totals; in the order of `nieuw`.
        nieuw: the same parts as they would be.
        knopen: hidden cells that are sums of some of them, as places in the group.
        regel: the rule of the table.
    """
    verwant = _verwant(sommen, [*oud, *nieuw])
    delen = {d.sleutel: d for rij in [oud, *verwant, nieuw] for d in rij}
    doelen, wijd = _doelen(delen, oud, nieuw, knopen)
    nodig = np.minimum(regel.bescherming, wijd)
    na = breedtes([*verwant, nieuw], delen, doelen)
    smal = na < nodig - 1e-6
    if not smal.any():
        return True
    # what was known before cannot be mended: it may only not get worse
    er = [k for k in np.flatnonzero(smal) if all(s in _van_voor(verwant, oud) for s in doelen[k])]
    if len(er) < smal.sum():
        return False
    voor = breedtes(verwant, delen, [doelen[k] for k in er])
    return bool(np.all(na[er] >= voor - 1e-6))


def _van_voor(sommen: Sequence[Sequence[Deel]], oud: Sequence[Deel]) -> set[Sleutel]:
    return {d.sleutel for rij in [*sommen, oud] for d in rij}


def _verwant(sommen: Sequence[Sequence[Deel]], bij: Iterable[Deel]) -> list[Sequence[Deel]]:
    """The sums that share an unknown with these parts, or with a sum that does."""
    weet = {d.sleutel for d in bij if not d.bekend}
    over = list(sommen)
    uit: list[Sequence[Deel]] = []
    while True:
        raakt = [r for r in over if any(d.sleutel in weet and not d.bekend for d in r)]
        if not raakt:
            return uit
        uit += raakt
        over = [r for r in over if not any(r is x for x in raakt)]
        weet |= {d.sleutel for r in raakt for d in r if not d.bekend}


Doel = dict[Sleutel, int]


def _doelen(delen: Mapping[Sleutel, Deel], oud: Sequence[Deel], nieuw: Sequence[Deel],
            knopen: Sequence[Sequence[int]]) -> tuple[list[Doel], I64]:  # fmt: skip
    """What may not be bounded closely, and how wide each can be.

    Every unknown count; the hidden sums of them, before and after; and the difference of each of
    these between the two.
    """
    doelen: list[Doel] = [{s: 1} for s, d in delen.items() if not d.bekend]
    wijd = [d.heel for d in delen.values() if not d.bekend]
    for knoop in [*knopen, *([k] for k in range(len(nieuw)))]:
        a, b = [oud[k] for k in knoop], [nieuw[k] for k in knoop]
        if len(knoop) > 1:
            doelen += [{d.sleutel: 1 for d in a}, {d.sleutel: 1 for d in b}]
            wijd += [sum(d.heel for d in x if not d.bekend) for x in (a, b)]
        anders = [(p, q) for p, q in zip(a, b, strict=True) if p.sleutel != q.sleutel]
        if anders:
            doelen.append({q.sleutel: 1 for _, q in anders} | {p.sleutel: -1 for p, _ in anders})
            wijd.append(sum((0 if d.bekend else d.heel) for paar in anders for d in paar))
    return doelen, np.array(wijd, dtype=np.int64)


def breedtes(sommen: Sequence[Sequence[Deel]], delen: Mapping[Sleutel, Deel],
             doelen: Sequence[Doel]) -> F64:  # fmt: skip
    """How wide each of these can be for one who knows the sums, by linear programming."""
    kol = {s: i for i, s in enumerate(delen)}
    top = 4 * (sum(abs(d.aantal) for d in delen.values()) + 1_000)
    grens = [(d.aantal, d.aantal) if d.bekend else (0, min(d.heel, top)) for d in delen.values()]
    A = np.zeros((len(sommen), len(kol)))  # noqa: N806
    for r, rij in enumerate(sommen):
        for d in rij:
            A[r, kol[d.sleutel]] = d.teken
    gelijk = A @ np.array([d.aantal for d in delen.values()], dtype=float)
    uit = np.zeros(len(doelen))
    for van in range(0, len(doelen), PER_KEER):
        deel = doelen[van : van + PER_KEER]
        T = np.zeros((len(deel), len(kol)))  # noqa: N806
        for r, doel in enumerate(deel):
            for s, c in doel.items():
                T[r, kol[s]] = c
        uit[van : van + PER_KEER] = _breed(A, gelijk, grens, T)
    return uit


def _breed(A: F64, gelijk: F64, grens: list[tuple[int, int]], T: F64) -> F64:  # noqa: N803
    """Most minus least of each row of T, each in a copy of the system."""
    n = len(T)
    groot = kron(identity(n), csr_matrix(A), format="csr") if len(A) else None
    kant = []
    for teken in (1.0, -1.0):
        klaar = linprog(teken * T.ravel(), A_eq=groot, b_eq=None if groot is None else
                        np.tile(gelijk, n), bounds=grens * n, method="highs")  # fmt: skip
        if klaar.status:
            raise ArithmeticError(f"de grenzen zijn niet te bepalen: {klaar.message}")
        kant.append((T * klaar.x.reshape(n, -1)).sum(axis=1))
    return np.asarray(kant[1] - kant[0])


def volgt_op(eerder: Eerder, codes: set[str], opvolgers: Mapping[str, Iterable[str]]) -> Eerder:
    """The memory by codes of other boundaries: what a lost buurt counted for goes to one after it.

    Totals stay what they were; that the new count is the sum of old ones is remembered as a sum.
    A buurt that nothing follows stays as it was.
    """
    bladen, sommen = dict(eerder.bladen), list(eerder.sommen)
    naar: dict[str, list[str]] = {}
    for c in sorted(bladen):
        over = sorted(set(opvolgers.get(c, ())) & codes) if c not in codes else []
        if over:
            naar.setdefault(over[0], []).append(c)
    for nieuw, oud in naar.items():
        delen = [replace(bladen[c]) for c in oud]
        namen = [*oud]
        if nieuw in bladen:
            delen.append(bladen[nieuw])
            namen.append(nieuw)
        een = Blad(sum(b.aantal for b in delen), sum(b.heel for b in delen),
                   1 + max(b.versie for b in delen), min(b.sinds for b in delen),
                   all(b.bekend for b in delen), sum(b.som for b in delen))  # fmt: skip
        sommen.append((
            *(Deel(c, b.versie, b.aantal, b.heel, b.bekend) for c, b in zip(namen, delen,
                                                                            strict=True)),
            Deel(nieuw, een.versie, een.aantal, een.heel, een.bekend, -1)))  # fmt: skip
        for c in oud:
            del bladen[c]
        bladen[nieuw] = een
    return Eerder(bladen, tuple(sommen), eerder.cellen)

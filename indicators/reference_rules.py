"""What each file of a COINr reference folder is, as a rule: how we make the same table.

Two things in the reference are faults of that version or of the CSV, not of the method; each is
pinned where it occurs and said in `vergelijk`'s output.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from indicators import (
    coherence,
    composite,
    hierarchy,
    impute,
    input_table,
    means,
    method,
    normalise,
    robustness,
    treat,
    weights,
)  # fmt: skip

Lezer = Callable[[Path], pd.DataFrame]
NAAM = "uCode"
ASEM: list[object] = [
    {"denomineer": "metadata"},
    {"imputeer": {"functie": "i_mean_grp", "groep": "EurAsia_group"}},
    {"screen": {"soort": "byNA", "drempel": 0.9}},
    {"behandel": {"max_winsor": 5}},
    {"normaliseer": {"functie": "minmax", "onder": 0, "boven": 100}},
    {"aggregeer": {"functie": "amean"}},
]
"""The example index: the steps of the package's own example, in its order."""
PANEL: list[object] = [
    {"screen": {"soort": "byNA", "drempel": 0.9}},
    {"behandel": {"max_winsor": 5}},
    {"normaliseer": {"functie": "minmax", "onder": 0, "boven": 100, "over": "alles"}},
    {"aggregeer": {"functie": "amean"}},
]
"""The example panel: each year treated by itself, one scale over all years."""
MACHTEN = np.array([2.0, 4.0, 8.0, 16.0])
GEWOGEN = np.array([1.0, 2.0, 1.0, 4.0])
"""Values and weights behind vector_aggregate.csv (solved from its ten numbers)."""


class Bouw:
    """The example index, built up once from `input/`."""

    def __init__(self, map_: Path, lees_csv: Lezer, lees_meta: Lezer) -> None:
        self.map = map_
        self.lees_csv = lees_csv
        self.meta = lees_meta(map_ / "input" / "asem_imeta.csv")
        self.boom = hierarchy.lees_hierarchie(self.meta)

    def bereken(
        self, stappen: list[object], bestand: str = "asem_idata.csv"
    ) -> composite.Composiet:
        """A composite of one of the inputs."""
        gelezen = method.lees_methode({"stappen": stappen})
        return composite.bereken_composiet(
            self.lees_csv(self.map / "input" / bestand), self.boom, gelezen
        )

    @cached_property
    def composiet(self) -> composite.Composiet:
        """The example index."""
        return self.bereken(ASEM)

    def stap(self, naam: str) -> pd.DataFrame:
        """The data set after a step, without Time, units sorted as in the reference."""
        tabel = next(s.tabel for s in self.composiet.stappen if s.naam == naam)
        return tabel.drop(columns="Time").sort_values(NAAM, ignore_index=True)

    def cijfers(self, naam: str) -> pd.DataFrame:
        """Only the indicators of a step."""
        return self.stap(naam)[list(self.boom.indicatoren)]

    @cached_property
    def ruwe_tabel(self) -> input_table.Invoertabel:
        """The input as the engine takes it."""
        data = self.lees_csv(self.map / "input" / "asem_idata.csv")
        return input_table.lees_invoer(data, self.boom)

    @cached_property
    def ruw(self) -> pd.DataFrame:
        """The data as they came."""
        tabel = self.ruwe_tabel
        heel = pd.concat([tabel.sleutel[[NAAM]], tabel.x], axis=1)
        return heel.sort_values(NAAM, ignore_index=True)

    @property
    def ruwe_cijfers(self) -> pd.DataFrame:
        """Only the indicators of the data as they came."""
        return self.ruw[list(self.boom.indicatoren)]

    def verwacht(self, naam: str) -> pd.DataFrame:
        """Another file of the reference, for what starts from given draws or vectors."""
        return pd.read_csv(self.map / "expected" / f"{naam}.csv")

    def genormaliseerd(self, functie: str, **opties: object) -> pd.DataFrame:
        """The treated data by another method, units in the reference's order."""
        x = self.cijfers("behandel")
        kolommen = {
            c: normalise.normaliseer(x[c].to_numpy(float), self.boom.richting[c], functie, **opties)
            for c in self.boom.indicatoren
        }
        return pd.DataFrame({NAAM: self.stap("behandel")[NAAM], **kolommen})


def _gemiddeld(functie: str, p: float | None = None) -> Callable[[Bouw], pd.DataFrame]:
    def maak(b: Bouw) -> pd.DataFrame:
        x = b.genormaliseerd("minmax", onder=1.0, boven=100.0)
        return means.aggregeer(b.boom, x, functie, p).assign(**{NAAM: x[NAAM]})

    return maak


def _normaal(functie: str, **opties: object) -> Callable[[Bouw], pd.DataFrame]:
    return lambda b: b.genormaliseerd(functie, **opties)


def _doelen(b: Bouw) -> pd.DataFrame:
    x = b.cijfers("behandel")
    kolommen = {
        c: normalise.normaliseer(
            x[c].to_numpy(float), b.boom.richting[c], "dist2targ", doel=b.boom.doel[c]
        )
        for c in b.boom.indicatoren
    }
    return pd.DataFrame({NAAM: b.stap("behandel")[NAAM], **kolommen})


def _behandeling(b: Bouw) -> pd.DataFrame:
    rijen = []
    for code, kolom in b.cijfers("screen").items():
        uit = treat.behandel(kolom.to_numpy(float), treat.Regel())
        rij: dict[str, object] = {"iCode": code, "winsorise.nwin": uit.aantal}
        for i in range(2):
            er = i < len(uit.geslaagd)
            rij[f"check_SkewKurt{i}.Pass"] = uit.geslaagd[i] if er else None
            rij[f"check_SkewKurt{i}.Skew"] = uit.scheef[i] if er else None
            rij[f"check_SkewKurt{i}.Kurt"] = uit.kurt[i] if er else None
        rijen.append(rij)
    return pd.DataFrame(rijen)


def _groepen(b: Bouw) -> pd.DataFrame:
    delen = {k: b.ruwe_cijfers[list(b.boom.bladeren(k))] for k in b.boom.knopen}
    return pd.DataFrame(
        {NAAM: b.ruw[NAAM], **{k: d.notna().mean(axis=1) for k, d in delen.items()}}
    )


def _vlaggen(grens: float, kant: str) -> Callable[[Bouw], pd.DataFrame]:
    def maak(b: Bouw) -> pd.DataFrame:
        uit = coherence.vlaggen(b.boom, b.cijfers("normaliseer"), grens, kant)  # type: ignore[arg-type]
        paar = [sorted(p, key=str.upper) for p in zip(uit["een"], uit["ander"], strict=True)]
        return pd.DataFrame(
            {
                "Group": uit["groep"],
                "Ind1": [p[0] for p in paar],
                "Ind2": [p[1] for p in paar],
                "Corr": uit["correlatie"].round(3),
            }
        )

    return maak


def _alfa(b: Bouw) -> pd.DataFrame:
    ruw, norm = b.ruwe_cijfers, b.cijfers("normaliseer")
    return pd.DataFrame(
        [
            (k, coherence.cronbach(ruw[list(b.boom.bladeren(k))]),
             coherence.cronbach(norm[list(b.boom.bladeren(k))]))
            for k in b.boom.op_niveau(2)
        ],
        columns=["group", "alpha", "alpha_norm"],
    )  # fmt: skip


def _gewichten(b: Bouw) -> pd.DataFrame:
    return pd.DataFrame(
        [(c, b.boom.niveau[c], b.boom.gewicht[c], w) for c, w in weights.effectief(b.boom).items()],
        columns=["iCode", "Level", "Weight", "EffWeight"],
    )


def _vector_normaliseer(b: Bouw) -> pd.DataFrame:
    x = b.verwacht("vector_normalise")["x"].to_numpy(float)
    n = normalise.normaliseer
    return pd.DataFrame(
        {
            "x": x,
            **{f: n(x, 1, f) for f in ("minmax", "zscore", "dist2max", "fracmax")},
            **{f: n(x, 1, f) for f in ("prank", "rank", "borda")},
            "scaled": n(x, 1, "scaled", onder=0.0, boven=10.0),
            "dist2ref_i1": n(x, 1, "dist2ref", referentie=0),
            "dist2targ_5": n(x, 1, "dist2targ", doel=5.0),
            "dist2targ_5_cap": n(x, 1, "dist2targ", doel=5.0, kap=True),
            "dist2targ_2_neg": n(x, -1, "dist2targ", doel=2.0),
            "goalposts_0_10_100": n(x, 1, "goalposts", laag=0.0, hoog=10.0, schaal=100.0),
            "goalposts_2_6_1_trunc": n(x, 1, "goalposts", laag=2.0, hoog=6.0, schaal=1.0),
            "goalposts_neg": n(x, -1, "goalposts", laag=0.0, hoog=10.0, schaal=100.0),
        }
    )


def _vector_gemiddeld(b: Bouw) -> pd.DataFrame:
    machten = {"amean": 1, "gmean": 0, "hmean": -1, "genmean_p2": 2, "genmean_p-1": -1}
    x, een = MACHTEN[None, :], np.ones(4)
    return pd.DataFrame(
        [
            (naam, means.gemiddelde(x, een, p)[0], means.gemiddelde(x, GEWOGEN, p)[0])
            for naam, p in machten.items()
        ],
        columns=["method", "equal", "weighted"],
    )


def _vector_vul(b: Bouw) -> pd.DataFrame:
    v = b.verwacht("vector_impute")
    x = v["x"].to_numpy(float)
    return v.assign(
        mean=impute.vul(x, "mean"),
        median=impute.vul(x, "median"),
        mean_grp=impute.vul(x, "mean_grp", v["g"]),
        median_grp=impute.vul(x, "median_grp", v["g"]),
    )


def _vector_transformaties(b: Bouw) -> pd.DataFrame:
    x = b.verwacht("treat_functions_vector")["x"].to_numpy(float)
    uit = {naam: f(x) for naam, f in treat.TRANSFORMATIES.items()}
    return pd.DataFrame({"x": x, **uit, "log_GII": x, "boxcox0.5": treat.boxcox(x, 0.5)})


def _vector_lognormaal(b: Bouw) -> pd.DataFrame:
    z = b.verwacht("vector_treat_lognormal")["z"].to_numpy(float)
    wins = treat.winsoriseer(z, treat.Regel())[0]
    return pd.DataFrame({"z": z, "wins": wins, "log_CT": treat.log_ct(z), "log_GII": z})


def _ua_rangen(b: Bouw) -> pd.DataFrame:
    s = b.verwacht("UA_scores")
    trek = [c for c in s.columns if c != NAAM]
    return pd.DataFrame(robustness.rangen(s[trek].to_numpy(float)), columns=trek).assign(
        **{NAAM: s[NAAM]}
    )


def _ua_kengetallen(b: Bouw) -> pd.DataFrame:
    r = _ua_rangen(b)
    trek = [c for c in r.columns if c.startswith("r_")]
    uit = robustness.rang_kengetallen(r["Nominal"].to_numpy(), r[trek].to_numpy(float))
    return uit.assign(**{NAAM: r[NAAM]})


def _ua_nominaal(b: Bouw) -> pd.DataFrame:
    s = b.stap("aggregeer")["Index"]
    rang = robustness.rangen(s.to_numpy(float))
    return pd.DataFrame({NAAM: b.stap("aggregeer")[NAAM], "Score": s, "Rank": rang})


def _ua_scores(b: Bouw) -> pd.DataFrame:
    s = b.verwacht("UA_scores")
    return s.assign(Nominal=_ua_nominaal(b).set_index(NAAM).loc[s[NAAM], "Score"].to_numpy())


def _panel(b: Bouw) -> pd.DataFrame:
    return b.bereken(PANEL, "asem_idata_panel.csv").scores


@dataclass(frozen=True)
class Regel:
    """How a file is made, which columns identify a row, and what is known to differ.

    `los`: columns with another name are matched by position. `alleen`: the columns to compare.
    """

    maak: Callable[[Bouw], pd.DataFrame]
    sleutel: tuple[str, ...] = (NAAM,)
    toelichting: str = ""
    bekend: tuple[tuple[str, str], ...] = ()
    los: bool = False
    alleen: tuple[str, ...] = ()


GII = "log_GII: COINr 1.1.14 geeft x ongewijzigd terug; zo vergeleken, niet onze formule"
CSV = "TolMin: gelijke waarden (5.1, 3.4) waren in R niet gelijk na het 15e cijfer; niet in de CSV"
TOLMIN = (("BGR", "TolMin"), ("CZE", "TolMin"), ("NOR", "TolMin"))
"""Units whose rank is one place off because the CSV made a tie of what was none."""
REGELS: dict[str, Regel] = {
    "UA_nominal": Regel(_ua_nominaal),
    "UA_ranks": Regel(_ua_rangen, toelichting="uit de gegeven scores"),
    "UA_rankstats": Regel(_ua_kengetallen, toelichting="uit de gegeven scores"),
    "UA_scores": Regel(_ua_scores, toelichting="alleen Nominal; de trekkingen zijn gegeven"),
    "agg_1to100_amean": Regel(_gemiddeld("amean")),
    "agg_1to100_gmean": Regel(_gemiddeld("gmean")),
    "agg_1to100_hmean": Regel(_gemiddeld("hmean")),
    "agg_1to100_genmean_p0.5": Regel(_gemiddeld("genmean", 0.5)),
    "corr_flags_high": Regel(_vlaggen(0.75, "hoog"), ("Group", "Ind1", "Ind2")),
    "corr_flags_low": Regel(_vlaggen(-0.5, "laag"), ("Group", "Ind1", "Ind2")),
    "corr_level2": Regel(lambda b: _als(b, "corr_level2", b.stap("aggregeer")), ()),
    "corr_raw_level1": Regel(
        lambda b: _als(b, "corr_raw_level1", b.ruw), ()
    ),
    "cronbach": Regel(_alfa, ("group",)),
    "data_avail_bygroup": Regel(_groepen),
    "data_avail_summary": Regel(
        lambda b: treat.beschikbaarheid(b.ruwe_cijfers).assign(**{NAAM: b.ruw[NAAM]})
    ),
    "dset_raw": Regel(lambda b: b.ruw),
    "dset_denominated": Regel(lambda b: b.stap("denomineer")),
    "dset_imputed": Regel(lambda b: b.stap("imputeer")),
    "dset_screened": Regel(lambda b: b.stap("screen")),
    "dset_treated": Regel(lambda b: b.stap("behandel")),
    "dset_normalised": Regel(lambda b: b.stap("normaliseer")),
    "dset_aggregated": Regel(lambda b: b.stap("aggregeer")),
    "effective_weights": Regel(_gewichten, ("iCode",)),
    "indicator_meta_used": Regel(lambda b: b.meta, ("iCode",)),
    "norm_minmax": Regel(_normaal("minmax", onder=0.0, boven=100.0)),
    "norm_scaled": Regel(_normaal("scaled", onder=0.0, boven=100.0)),
    "norm_zscore": Regel(_normaal("zscore")),
    "norm_dist2max": Regel(_normaal("dist2max")),
    "norm_dist2ref": Regel(_normaal("dist2ref", referentie=0)),
    "norm_dist2targ_direct": Regel(_doelen),
    "norm_fracmax": Regel(_normaal("fracmax")),
    "norm_rank": Regel(_normaal("rank"), (NAAM,), CSV, TOLMIN),
    "norm_prank": Regel(_normaal("prank"), (NAAM,), CSV, TOLMIN),
    "norm_borda": Regel(_normaal("borda"), (NAAM,), CSV, TOLMIN),
    "panel_aggregated": Regel(_panel, (NAAM, "Time")),
    "stats_raw": Regel(
        lambda b: treat.kengetallen(b.ruwe_cijfers), ("iCode",), CSV,
        (("TolMin", "N.Unique"), ("TolMin", "Frc.Unique")),
    ),
    "treat_details": Regel(_behandeling, ("iCode",)),
    "treat_functions_vector": Regel(_vector_transformaties, (), GII),
    "vector_treat_lognormal": Regel(_vector_lognormaal, (), GII),
    "vector_aggregate": Regel(_vector_gemiddeld, ("method",)),
    "vector_impute": Regel(_vector_vul, ()),
    "vector_normalise": Regel(_vector_normaliseer, ()),
}  # fmt: skip
"""File to rule; `reference_more` has those that are not in every copy of the folder."""


def _als(b: Bouw, bestand: str, tabel: pd.DataFrame) -> pd.DataFrame:
    """Correlations as a square matrix, rows in the order of the reference's columns."""
    orde = list(b.verwacht(bestand).columns)
    return coherence.correlaties(tabel[orde]).reset_index(drop=True)

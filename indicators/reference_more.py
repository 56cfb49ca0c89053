"""Rules for files of a COINr reference folder that are not in every copy of it.

Their columns are known from the package's documentation only, so values are matched by position
where the names differ. The rule behind each is that of SOURCES.md in such a folder.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from indicators import coherence, means, sensitivity, weights
from indicators.hierarchy import MethodeFout
from indicators.reference_rules import NAAM, Bouw, Regel

CODE = "iCode"


def _copeland(knoop: str | None) -> Regel:
    def maak(b: Bouw) -> pd.DataFrame:
        norm = b.cijfers("normaliseer")
        x = norm if knoop is None else norm[list(b.boom.bladeren(knoop))]
        return pd.DataFrame(
            {NAAM: b.stap("normaliseer")[NAAM], "Copeland": means.copeland(x.to_numpy(float))}
        )

    return Regel(maak, (NAAM,), los=True)


def _outranking(b: Bouw) -> pd.DataFrame:
    wie = b.stap("normaliseer")[NAAM]
    matrix = means.outranking(b.cijfers("normaliseer").to_numpy(float))
    uit = pd.DataFrame(matrix, columns=wie.tolist())
    met_naam = NAAM in b.verwacht("outrank_normalised_equalw").columns
    return pd.concat([wie, uit], axis=1) if met_naam else uit


def _pca(b: Bouw) -> pd.DataFrame:
    """First loadings per group, each group's sign (arbitrary) as in the reference."""
    codes = list(b.boom.op_niveau(2))
    w = weights.pca(b.boom, b.stap("aggregeer")[codes], 2)
    anders = b.verwacht("weights_pca_level2").set_index(CODE).select_dtypes("number").iloc[:, -1]
    for delen in b.boom.kinderen.values():
        groep = [d for d in delen if d in w]
        if groep and sum(w[d] * float(anders[d]) for d in groep) < 0:
            w |= {d: -w[d] for d in groep}
    alle = {**b.boom.gewicht, **w}
    return pd.DataFrame({CODE: anders.index, "Weight": [alle[c] for c in anders.index]})


def _optimaal(b: Bouw) -> pd.DataFrame:
    gevonden = weights.voor_gelijke_invloed(b.boom, b.cijfers("normaliseer"), 3)
    alle = {**b.boom.gewicht, **gevonden}
    codes = b.verwacht("weights_opt_equal_level3")[CODE]
    return pd.DataFrame({CODE: codes, "Weight": [alle[c] for c in codes]})


def _noemers(b: Bouw) -> pd.DataFrame:
    sleutel = b.ruwe_tabel.sleutel[list(b.boom.noemers)]
    uit = coherence.met_noemers(b.ruwe_tabel.x, sleutel, 0.7).round({"correlatie": 2})
    return uit.rename(columns={"indicator": "Ind", "noemer": "Denom", "correlatie": "Corr"})


def _gevoeligheid(b: Bouw) -> pd.DataFrame:
    """Si and STi from the ranks of the 600 runs that the folder gives."""
    rang = b.verwacht("SA_ranks")
    runs = [c for c in rang.columns if c.startswith("r_")]
    y = (rang[runs].sub(rang["Nominal"], axis=0)).abs().mean().to_numpy()
    namen = b.verwacht("SA_indices").iloc[:, 0]
    n = len(y) // (len(namen) + 2)
    if n * (len(namen) + 2) != len(y):
        raise MethodeFout(f"SA_ranks: {len(y)} runs passen niet bij {len(namen)} aannames")
    y_ab = y[2 * n :].reshape(len(namen), n)
    eerste, totaal = sensitivity.indices(y[:n], y[n : 2 * n], y_ab, midden=False)
    return pd.DataFrame({namen.name: namen, "Si": eerste, "STi": totaal})


def _componenten(knoop: str) -> Regel:
    bestand = f"pca_{knoop}_rotation"

    def maak(b: Bouw) -> pd.DataFrame:
        anders = b.verwacht(bestand)
        ruw = b.ruwe_cijfers[list(b.boom.bladeren(knoop))]
        pca = coherence.hoofdcomponenten(ruw)
        namen = [c for c in anders.columns if c.startswith("PC")]
        sleutel = next(c for c in anders.columns if c not in namen)
        rotatie = pd.DataFrame(pca.rotatie, index=list(pca.codes)).loc[anders[sleutel]].to_numpy()
        teken = np.sign((rotatie * anders[namen].to_numpy()).sum(axis=0))
        uit = pd.DataFrame(rotatie * np.where(teken == 0, 1, teken), columns=namen)
        uit.insert(0, sleutel, anders[sleutel])
        return uit

    return Regel(maak, (), "tekens van componenten als in het voorbeeld")


MEER: dict[str, Regel] = {
    "copeland_flat_equalw": _copeland(None),
    "copeland_physical": _copeland("Physical"),
    "outrank_normalised_equalw": Regel(_outranking, (), los=True),
    "weights_pca_level2": Regel(_pca, (CODE,), "tekens per groep als in het voorbeeld", los=True),
    "weights_opt_equal_level3": Regel(_optimaal, (CODE,), los=True),
    "denom_corr_0.7": Regel(_noemers, ("Ind", "Denom")),
    "SA_indices": Regel(
        _gevoeligheid, (), "Si en STi uit de gegeven rangen", alleen=("Si", "STi")
    ),
    **{
        f"pca_{k}_rotation": _componenten(k)
        for k in (
            "Physical", "ConEcFin", "Political", "Instit", "P2P", "Environ", "Social", "SusEcFin",
        )
    },
}  # fmt: skip
"""File to rule, beside `reference_rules.REGELS`."""
OPTIMAAL = ("weights_opt_equal_level3",)
"""Files that an optimiser made: a number to two decimals is a fair comparison."""

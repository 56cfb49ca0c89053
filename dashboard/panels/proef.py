"""The outcome of a trial: stamp, legend, what drives a score, coherence, what ranks hang on."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
import numpy as np
from dash import html

from dashboard import address, trial_words
from dashboard.explore import klein
from dashboard.panels.parts import label, sprong, tabel, tekst, uitklap
from dashboard.trial import Instelling, Uitkomst
from dashboard.words import HARD, aantal, cijfer, getal, hoofdletter, opsomming
from indicators.catalogue import Catalogus
from indicators.proef_uitleg import AANNAMEN, Afhankelijk, bijdragen, matrix, naaste

_HOE = {
    "termen": "De punten zijn de termen van het gemiddelde; samen zijn ze de score.",
    "duels": "De punten zijn de vergelijkingen die de buurt op dat cijfer wint; samen zijn ze de "
    "score.",
    "shapley": "Dit gemiddelde is geen optelsom. De punten zijn daarom Shapley-waarden: wat elk "
    "cijfer gemiddeld toevoegt, over alle volgordes waarin je de cijfers kunt laten meedoen. Je "
    "begint bij een buurt die in alles het midden van de referentie is.",
}


def stempel(i: Instelling, u: Uitkomst | None) -> html.Div:
    """What kind of figures these are: the standard, a weighing with a name, or somebody's own."""
    jaar = f", over {u.cijfers.jaar}" if u else ""
    if i.standaard and i.bewaard is None:
        return html.Div(tekst(f"Standaardinstelling{jaar}: zo is de gepubliceerde score gemaakt.",
                              "toelichting"))  # fmt: skip
    terug = sprong("Terug naar de standaard", Instelling(i.boom, i.knoop, i.gemeente, tuple(
        d.gewicht for d in i.knoop.delen), gebied=i.gebied).adres())  # fmt: skip
    delen: list[Any] = [
        html.P(
            [label("eigen instelling"), " ", html.Strong(hoofdletter(trial_words.naam(i))), jaar,
             ". Dit is een proef, niet de gepubliceerde score. ", terug]
        )
    ]  # fmt: skip
    if i.bewaard is not None:
        delen += [
            html.P(["Waarom: ", html.Q(i.bewaard.reden)]),
            tekst(f"Bewaard {trial_words.wie_wanneer(i.bewaard)}.", "klein zacht"),
        ]
    if i.ingetrokken is not None:
        weg = trial_words.weg_wie_waarom(i.ingetrokken)
        delen.append(tekst(f"Deze instelling is ingetrokken {weg}", "zwaar"))
    return html.Div(delen, className="melding")


def meldingen(zinnen: tuple[str, ...] | list[str]) -> html.Div | None:
    """What of the address could not be followed."""
    if not zinnen:
        return None
    return html.Div([tekst(z) for z in zinnen], className="melding", role="status")


def lezen(i: Instelling, u: Uitkomst) -> list[Any]:
    """The outcome in sentences, above the map."""
    uitslag, anders = trial_words.zinnen(i, u)
    return [
        tekst(uitslag),
        tekst(html.Strong(anders)) if anders else None,
    ]


def uitleg(i: Instelling, u: Uitkomst) -> html.P:
    """What the chosen mean and scale do, under the map."""
    return tekst(f"{trial_words.methode(i)} {trial_words.referentie(i, u)}", "klein zacht")


def legenda(u: Uitkomst, stand: dict[str, Any], gearceerd: dict[str, int]) -> html.Section:
    """The three classes with their limits and counts, and the hatchings."""
    een, twee = u.as_.grenzen
    grens = (f"laag: tot {getal(een)}", f"midden: {getal(een)} tot {getal(twee)}",
             f"hoog: {getal(twee)} of meer")  # fmt: skip
    rijen = [
        _regel(html.Span(className=f"staal klas-{kleur}"), woorden, int((u.uit.klasse == c).sum()))
        for c, (kleur, woorden) in enumerate(zip(stand["kleuren"], grens, strict=True))
    ]
    soorten = dict(stand["soorten"])
    overig = [
        _regel(_patroon(s), soorten[s], n) for s, n in gearceerd.items()
    ]  # fmt: skip
    if stand["mijnHier"]:
        overig.append(_regel(html.Span(className="staal lijn-mijn"), "mijn gebieden"))
    if stand["buiten"]:
        overig.append(_regel(_patroon("buiten"), "buiten deze gemeente"))
    return html.Section(
        [
            html.Div(
                [
                    html.Ul(rijen, className="legenda-lijst legenda-klassen"),
                    tekst("Gekleurd naar de waarschijnlijkste klasse; hoe zeker die is staat in de "
                          "lijst.", "klein zacht"),
                ]
            ),
            html.Ul(overig, className="legenda-lijst legenda-overig"),
        ],
        className="legenda",
        id="atelier-legenda",
        **{"aria-label": "Legenda"},
    )  # fmt: skip


def _regel(staal: Any, woorden: str, n: int | None = None) -> html.Li:
    telling = [] if n is None else [html.Span(getal(n), className="legenda-aantal")]
    return html.Li([staal, html.Span(woorden), *telling])


def _patroon(soort: str) -> html.Span:
    return html.Span(className="staal staal-patroon", **{"data-patroon": soort})


def drijft(cat: Catalogus, i: Instelling, u: Uitkomst) -> html.Section:
    """What drives the score of the buurt that is looked at: a sentence, and bars with a table."""
    k = u.plek(i.gebied)
    kop = html.H2("Wat stuurt deze score", id="drijft")
    if k is None:
        waarom = (
            "Kies een buurt in de kaart of in de lijst; dan staat hier waaruit de score bestaat."
            if not i.gebied
            else "Van deze buurt is er met deze gewichten geen score. Kies een andere in de lijst."
        )
        return html.Section([kop, tekst(waarom, "arcering")])
    b = bijdragen(u.uit, k, i.opzet(), u.midden())
    score, naam = float(u.uit.score[k]), u.naam(k)
    laag, hoog = trial_words.negen_van_tien(u.uit, k)
    rang = trial_words.plekwoord(u.uit, k)
    return html.Section(
        [
            kop,
            html.Div(
                [
                    html.H3(sprong(naam, address.buurt(i.gebied or ""))),
                    html.P(
                        [html.Span(getal(score), className="getal"),
                         html.Span(" van 100", className="eenheid")],
                        className="waarde",
                    ),
                    tekst(
                        f"{hoofdletter(trial_words.klassewoord(u.uit, k))}. In negen van de tien "
                        f"trekkingen lag de score tussen {getal(laag)} en {getal(hoog)}, en de "
                        f"plek op {rang} van {len(u.uit.rij)} (1 is de hoogste score)."
                    ),
                    tekst(_zin(u, b.punten, b.basis, b.soort)),
                    _naast(i, u, k),
                ],
                id="kaartje-vak",
                className="gekozen-buurt",
            ),
            tekst(_HOE[b.soort], "klein zacht"),
            _bijdragetabel(cat, i, u, k, b.punten, b.basis),
        ]
    )  # fmt: skip


def _zin(u: Uitkomst, punten: Any, basis: float, soort: str) -> str:
    """The largest contributions in a sentence."""
    orde = [j for j in np.argsort(-np.nan_to_num(punten), kind="stable") if punten[j] > 0.05]
    eerst = [f"{klein(u.as_.namen[j])} ({getal(punten[j], 1)})" for j in orde[:3]]
    mist = [klein(n) for j, n in enumerate(u.as_.namen) if np.isnan(punten[j])]
    zin = f"De meeste punten komen van {opsomming(eerst)}." if eerst else "Geen cijfer voegt toe."
    if soort == "shapley":
        min_ = [j for j in np.argsort(np.nan_to_num(punten), kind="stable") if punten[j] < -0.05]
        zin = f"Het midden van de referentie heeft {getal(basis, 1)}. " + (
            f"Omhoog gaat het door {opsomming(eerst)}. " if eerst else ""
        )
        if min_:
            omlaag = [f"{klein(u.as_.namen[j])} ({getal(punten[j], 1)})" for j in min_[:3]]
            zin += f"Omlaag gaat het door {opsomming(omlaag)}."
    if mist:
        zin += f" Niet meegeteld: {opsomming(mist)}."
    return zin.strip()


def _naast(i: Instelling, u: Uitkomst, k: int) -> html.Div:
    """Beside the middle of the reference, and beside one other buurt, in words."""
    kans = float(u.uit.kans_hoger()[k])
    woord = trial_words.naastwoord(kans)
    tussen = "aan" if woord.startswith("ongeveer") else "dan"
    zin = f"De score is {woord} {tussen} {trial_words.midden_van(i, u)}." if woord else ""
    ander = u.plek(i.naast)
    return html.Div(
        [
            tekst(zin),
            dmc.Select(
                id={"type": "atelier-naast", "plek": 0}, label="Zet er een andere buurt naast",
                value=i.naast or "",
                data=[{"value": "", "label": "geen"}]
                + [{"value": c, "label": u.naam(n)} for n, c in enumerate(u.codes) if n != k],
                searchable=True, allowDeselect=False, maw=400,
            ),
            tekst(trial_words.lager(u, k, ander), "zwaar")
            if ander is not None and ander != k
            else None,
        ],
        className="naast-elkaar",
    )  # fmt: skip


def _bijdragetabel(
    cat: Catalogus, i: Instelling, u: Uitkomst, k: int, punten: Any, basis: float
) -> html.Div:
    """Bars inside a table, the largest first; they add up to the score."""
    r = int(u.hier[u.uit.rij[k]])
    grootst = float(np.nanmax(np.abs(punten))) or 1.0
    som = sum(i.gewicht)
    rijen = []
    for j in sorted(range(len(punten)), key=lambda j: -np.nan_to_num(punten[j], nan=-999)):
        ind = cat.indicatoren[i.knoop.delen[j].indicator]
        w = float(u.cijfers.cellen.waarde[r, j])
        weg = "niet getoond" if u.cijfers.cellen.verborgen[r, j] else "niet bekend"
        stand = weg if np.isnan(w) else cijfer(w, ind)
        punt = float(punten[j])
        op = "" if np.isnan(u.uit.deel[k, j]) else getal(float(u.uit.deel[k, j]))
        staaf = html.Span(
            html.Span(style={"width": f"{0 if np.isnan(punt) else 100 * abs(punt) / grootst:.0f}%"},
                      className="min" if punt < 0 else None),
            className="bijdrage-balk", **{"aria-hidden": "true"},
        )  # fmt: skip
        rijen.append([
            html.Span([ind.kort, html.Span(" (minder telt als meer)", className="klein zacht")
                       if i.knoop.delen[j].teken == "-" else None]),
            html.Span(["telt niet mee" if np.isnan(punt) else getal(punt, 1), staaf]),
            html.Span(stand, className="heel"), op, f"{getal(100 * i.gewicht[j] / som)}{HARD}%",
        ])  # fmt: skip
    totaal = [html.Strong("Samen de score"),
              html.Strong(getal(basis + float(np.nansum(punten)), 1)), "", "", ""]  # fmt: skip
    begin = [["Begin: het midden van de referentie", getal(basis, 1), "", "", ""]]
    return tabel(
        ["Cijfer", "Punten", "Stand", "Op de schaal, 0 tot 100", "Gewicht"],
        [*(begin if abs(basis) > 0.05 else []), *rijen, totaal],
        f"Bijdrage per cijfer aan de score van {u.naam(k)}",
        "bijdragetabel",
    )


def samenhang(i: Instelling, u: Uitkomst) -> html.Section:
    """Whether the figures belong together, and whether each does what its weight says."""
    som, uit, namen = sum(i.gewicht), u.uit, u.as_.namen

    def r(waarde: float) -> str:
        return "niet te zeggen" if np.isnan(waarde) else getal(waarde, 2)

    ander = np.where(np.eye(len(namen), dtype=bool), np.nan, uit.samen)
    rijen = []
    for j, naam in enumerate(namen):
        heeft = not np.isnan(ander[j]).all()
        k = int(np.nanargmax(ander[j])) if heeft else 0
        bij = f"{namen[k]} ({getal(ander[j, k], 2)})" if heeft else "niet te zeggen"
        rijen.append([naam, f"{getal(100 * i.gewicht[j] / som)}{HARD}%", r(uit.invloed[j]), bij])
    alpha = "niet te zeggen" if np.isnan(uit.alpha) else getal(uit.alpha, 2)
    return html.Section(
        [
            html.H2("Horen de cijfers bij elkaar"),
            tekst(
                "Gewicht is wat je vraagt; samenhang met de score is wat het cijfer doet. Liggen "
                "die ver uit elkaar, dan stuurt iets anders de score dan je denkt. Cronbachs "
                f"alpha: {alpha} (boven 0,7 meten de cijfers ongeveer hetzelfde).",
                "inleiding",
            ),
            tabel(
                ["Cijfer", "Gewicht", "Samenhang met de score", "Lijkt het meest op"],
                rijen,
                "Gewicht en samenhang per cijfer, in deze gemeente",
            ),
            *([_duels(u, i)] if i.methode == "copeland" else []),
        ]
    )


def _duels(u: Uitkomst, i: Instelling) -> html.Div:
    """The outranking matrix of the buurt looked at (else the first) and those nearest in score."""
    k = u.plek(i.gebied) or 0
    rijen = naaste(u.uit, k)
    m = matrix(u.uit, rijen, np.array(i.gewicht))
    namen = [u.naam(int(r)) for r in rijen]
    return html.Div(
        [
            html.H3("Wie wint van wie"),
            tekst("Het deel van het gewicht waarop de buurt links hoger ligt dan de buurt boven: "
                  f"{namen[int(np.flatnonzero(rijen == k)[0])]} en de buurten die er in score het "
                  "dichtst bij liggen.", "inleiding"),
            tabel(
                ["Buurt", *namen],
                [[n, *("" if a == b else f"{getal(100 * m[a, b])}{HARD}%" for b in range(len(m)))]
                 for a, n in enumerate(namen)],
                "Onderlinge vergelijking",
                "smal",
            ),
        ]
    )  # fmt: skip


def zekerheid(cat: Catalogus, i: Instelling, u: Uitkomst) -> html.Section:
    """What was drawn in words, and per figure how far it can be off."""
    cellen = u.cijfers.cellen.van(u.hier[u.uit.rij])
    rijen = []
    for j, deel in enumerate(i.knoop.delen):
        ind = cat.indicatoren[deel.indicator]
        er = ~np.isnan(cellen.waarde[:, j])
        half = (cellen.boven[er, j] - cellen.onder[er, j]) / 2
        if not er.any():
            speling = "niet ingelezen"
        elif np.isnan(half).all():
            speling = "niet bekend"
        else:
            speling = (
                f"± {cijfer(float(np.nanmedian(half)), ind.model_copy(update={'decimalen': 1}))}"
            )
        weg = int(cellen.verborgen[:, j].sum())
        mist = int((~er).sum()) - weg
        rijen.append([ind.kort, speling, aantal(weg, "buurt", "buurten"),
                      aantal(mist, "buurt", "buurten")])  # fmt: skip
    return html.Section(
        [
            html.H2("Hoe zeker is dit"),
            tekst(trial_words.getrokken(u, i), "inleiding"),
            uitklap(
                "Speling per cijfer",
                tabel(["Cijfer", "Afronding of marge, doorgaans", "Verborgen door de bron",
                       "Ontbreekt anders"], rijen, "Speling per cijfer in deze gemeente"),
            ),
            html.H3("Waar hangt het het meest van af?"),
            html.Button("Reken het uit", id="atelier-hangt", type="button", className="knop"),
            html.Div(id="atelier-hangt-uit", **{"aria-live": "polite"}),
        ]
    )  # fmt: skip


def hangt(u: Uitkomst, i: Instelling, uit: Afhankelijk) -> list[Any]:
    """The Sobol indices in words, and as a table for who wants them."""
    wie = u.plek(i.gebied)
    waarvan = f"De plek van {u.naam(wie)}" if wie is not None else "De plekken"
    hangen = "hangt" if wie is not None else "hangen"
    lijst = uit.aannamen
    telt = [a for a in lijst if a.samen >= 0.05]
    if not telt:
        zin = (
            f"{waarvan} {'verandert' if wie is not None else 'veranderen'} niet, wat je ook kiest."
        )
    else:
        zin = f"{waarvan} {hangen} het meest af van {AANNAMEN[telt[0].wat]}."
        if rest := [AANNAMEN[a.wat] for a in telt[1:]]:
            zin += f" Daarna van {opsomming(rest)}."
        if niet := [AANNAMEN[a.wat] for a in lijst if a.samen < 0.05]:
            zin += f" Nauwelijks van {opsomming(niet)}."
    rijen = [
        [hoofdletter(AANNAMEN[a.wat]), getal(a.keuzes), _deel(a.alleen), _deel(a.samen)]
        for a in lijst
    ]
    if uit.plek is not None:
        laag, hoog = (round(p) for p in uit.plek)
        vrij = f"lag de plek in negen van de tien trekkingen tussen {laag} en {hoog}"
    else:
        vrij = f"verschuift een buurt gemiddeld {getal(uit.schuif, 1)} plekken"
    return [
        tekst(zin, "zwaar"),
        tekst(f"Liet je alles tegelijk vrij, ook schaal, rekenwijze en uitschieters, dan {vrij}, "
              f"van {len(u.uit.rij)}."),
        uitklap(
            "De getallen erbij",
            [
                tekst("Sobol-indices: het deel van de verschillen in plek dat op rekening komt van "
                      "een keuze, alleen en samen met de andere.",
                      "klein zacht"),
                tabel(["Keuze", "Mogelijkheden", "Alleen", "Samen met de andere"], rijen,
                      "Waar de plekken van afhangen"),
            ],
        ),
    ]  # fmt: skip


def _deel(x: float) -> str:
    return f"{getal(100 * x)}{HARD}%"

"""The three views of an area in words: niveau, verandering, anders dan verwacht."""

from __future__ import annotations

from dash import html

from dashboard.context import Blad
from dashboard.panels.parts import tekst
from dashboard.snapshot_method import Beeld
from dashboard.words import getal, hoofdletter, zeker
from indicators.beelden import DREMPEL
from indicators.model import Boom, Knoop
from indicators.views import KLASSEN

_GEEN = {
    "geen_score": "Nog niet te zeggen: een of beide scores ontbreken. Hieronder staat waarom.",
    "jaar_ontbreekt": "Nog niet te zeggen: er is geen eerder jaar met beide scores ingelezen.",
    "geen_score_toen": "Niet te zeggen: in {vanaf} had dit gebied niet beide scores.",
    "grens_veranderd": "Niet te zeggen: de grens van dit gebied veranderde tussen {vanaf} en "
    "{jaar}.",
    "anders_gemeten": "Niet te zeggen: in {vanaf} waren andere cijfers bekend dan in {jaar}. Dan "
    "meet de score niet hetzelfde.",
    "te_klein": "Niet te zeggen: hier wonen te weinig mensen.",
    "veel_bezoekers": "Niet te zeggen: hier komen veel bezoekers voor weinig inwoners.",
    "geen_geregistreerd_cijfer": "Niet te zeggen: te weinig van deze scores komt uit registraties.",
    "stedelijkheid_onbekend": "Niet te zeggen: de stedelijkheid is niet bekend.",
    "te_weinig_gebieden": "Niet te zeggen: er zijn te weinig gebieden om mee te vergelijken.",
}
_BEWOOG = ("daalde", "bleef ongeveer gelijk", "steeg")
_ANDERS = ("lager dan", "ongeveer zo hoog als", "hoger dan")
_VAN = {"buurt": "buurten", "wijk": "wijken", "gemeente": "gemeenten"}


def drie_beelden(blad: Blad, b: Boom, beeld: Beeld | None) -> html.Div | None:
    """The views of a tree side by side, niveau first; None without (an older publication).

    Also None where the borders changed since: then the views are of another area.
    """
    assen = tuple(k for k in b.knopen if k.score and k.klassen is not None)
    sinds = (j for j in blad.buurt.breuken if beeld and j > beeld.grensjaar)
    if beeld is None or len(assen) != 2 or any(j <= blad.buurt.gebied.grensjaar for j in sinds):
        return None
    paar = (assen[0], assen[1])
    onder = f"over {beeld.jaar}, het nieuwste jaar met beide scores"
    delen = [_beeld("Niveau", _niveau(beeld, paar), "" if beeld.stand is None else onder)]
    delen.append(
        _beeld(
            "Verandering",
            _verandering(beeld, paar),
            ""
            if beeld.een_beweging is None
            else f"Van {beeld.vanaf} tot {beeld.jaar}. Minder dan {getal(DREMPEL)} punten verschil "
            "noemen we ongeveer gelijk.",
        )
    )
    if beeld.stand is not None:  # never without niveau
        delen.append(
            _beeld(
                "Anders dan verwacht",
                _verwacht(beeld, paar, _VAN.get(blad.buurt.gebied.niveau, "gebieden")),
                f"Over {beeld.jaar}. Verwacht uit {paar[0].naam.lower()} en stedelijkheid, met "
                "alleen geregistreerde cijfers.",
            )
        )
    druk = "Hier komen veel bezoekers voor weinig inwoners; cijfers per inwoner lopen dan op."
    return html.Div(
        [
            html.Div(delen, className="knopen"),
            tekst(druk, "klein") if beeld.veel_bezoekers else None,
        ],
        className="drie-beelden",
    )


def _beeld(kop: str, zin: str, onder: str) -> html.Div:
    return html.Div(
        [html.H4(kop), tekst(zin, "niveau"), tekst(onder, "klein zacht") if onder else None],
        className="knoop",
    )


def _geen(reden: str | None, beeld: Beeld) -> str:
    zin = _GEEN.get(reden or "geen_score", _GEEN["geen_score"])
    return zin.format(vanaf=beeld.vanaf, jaar=beeld.jaar)


def _niveau(beeld: Beeld, assen: tuple[Knoop, Knoop]) -> str:
    if beeld.stand is None:
        return _geen("geen_score", beeld)
    namen = (KLASSEN[beeld.stand // 3], KLASSEN[beeld.stand % 3])
    een, twee = (f"{k.naam.lower()} {n}" for k, n in zip(assen, namen, strict=True))
    woord = zeker(beeld.stand_kans)
    if woord:
        return f"{hoofdletter(woord)} {een} en {twee}."
    return f"Niet zeker; het dichtst bij {een} en {twee}."


def _verandering(beeld: Beeld, assen: tuple[Knoop, Knoop]) -> str:
    if beeld.een_beweging is None or beeld.twee_beweging is None:
        return _geen(beeld.geen_verandering, beeld)
    zinnen = [
        _beweging(k.naam, beweging, kans)
        for k, beweging, kans in (
            (assen[0], beeld.een_beweging, beeld.een_kans),
            (assen[1], beeld.twee_beweging, beeld.twee_kans),
        )
    ]
    if woord := zeker(beeld.beide_stegen_kans):
        zinnen.append(f"Beide stegen: {woord}.")
    return " ".join(zinnen)


def _beweging(naam: str, beweging: int, kans: float | None) -> str:
    if woord := zeker(kans):
        return f"{naam} {_BEWOOG[beweging]}: {woord}."
    return f"Van {naam.lower()} is niet te zeggen of het steeg of daalde."


def _verwacht(beeld: Beeld, assen: tuple[Knoop, Knoop], waar: str) -> str:
    if beeld.verwacht_klasse is None or beeld.verschil is None:
        return _geen(beeld.geen_verwachting, beeld)
    dan = f"in {waar} die net zo kwetsbaar en stedelijk zijn"
    naam, woord = assen[1].naam, zeker(beeld.verwacht_kans)
    if not woord:
        return f"Of {naam.lower()} anders is dan {dan}, is niet te zeggen."
    verwacht = ""
    if beeld.verwacht_onder is not None and beeld.verwacht_boven is not None:
        onder, boven = (min(max(g, 0), 100) for g in (beeld.verwacht_onder, beeld.verwacht_boven))
        verwacht = f" Verwacht was een score tussen {getal(onder)} en {getal(boven)}."
    return f"{naam} is {woord} {_ANDERS[beeld.verwacht_klasse]} {dan}.{verwacht}"

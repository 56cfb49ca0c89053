"""What is on the sheet of an area: blocks in reading order, words from the house's sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dashboard import norm, opening, sentences
from dashboard.context import Blad
from dashboard.panels.norm import hier
from dashboard.panels.vertellen import geciteerd
from dashboard.sheets import charts, choose, foot, pieces
from dashboard.sheets.choose import MATEN, Maat, Paar
from dashboard.sheets.model import GEVRAAGD, Blok, Bronnen, Redactie, Vel
from dashboard.snapshot import Lezing
from dashboard.stories import clash
from dashboard.stories.models import Koppeling, Verhaal
from dashboard.stories.models_inzet import Inzetkaart
from dashboard.words import aantal, cijfer, datum, getal, hoofdletter, opsomming
from indicators.model import Indicator
from indicators.norms import Normen

ZONDER_REDEN = (
    "Er is een oordeel gekozen, maar de reden of de naam van wie tekent ontbreekt. Zonder die twee "
    "komt er geen oordeel op het blad: een cijfer of een norm alleen is geen reden."
)


@dataclass(frozen=True)
class Zaak:
    """What a sheet is made from: an area as read, the editor's part, and what is done there."""

    blad: Blad
    lezing: Lezing
    redactie: Redactie = field(default_factory=Redactie)
    inzet: tuple[Inzetkaart, ...] = ()
    corporatie: str = ""
    adres: str = ""
    """Where the pages are to be found, `https://…`; empty when only on one computer."""
    stand: str = "concept"
    normen: Normen = field(default_factory=Normen)
    verhalen_eronder: int = 0
    """Stories of the buurten within a wijk or gemeente that may be shared."""

    @property
    def indicatoren(self) -> Mapping[str, Indicator]:
        """The catalogue's indicators."""
        return self.blad.catalogus.indicatoren


def stel_samen(zaak: Zaak, maat: Maat = MATEN[0]) -> Vel:
    """The sheet of an area; a block without content is left out.

    Raises:
        BladFout: when the editor chose what is not there.
    """
    blad = zaak.blad
    verhalen = choose.verhalen(blad, zaak.redactie, maat)
    cijfers = choose.cijfers(blad, zaak.redactie, verhalen, maat)
    blokken = [
        gevraagd(zaak),
        zin(zaak),
        krachten(blad),
        _cijfers(zaak, cijfers, verhalen, maat),
        _los(zaak, cijfers, verhalen, maat),
        _botst(zaak, verhalen, maat),
        _gaten(zaak, cijfers, verhalen),
        _inzet(zaak, maat),
        oordeel(zaak),
        vorige(zaak.redactie),
        foot.voet(blad, zaak.adres, cijfers, verhalen),
    ]
    return vel(zaak, [b for b in blokken if b is not None], cijfers, verhalen)


def vel(
    zaak: Zaak, blokken: Sequence[Blok], cijfers: Sequence[Indicator], verhalen: Sequence[Paar]
) -> Vel:
    """A finished sheet around its blocks."""
    blad, g = zaak.blad, zaak.blad.buurt.gebied
    gebruikt = [w for i in cijfers if (w := blad.buurt.nieuwste(i.id)) is not None]
    return Vel(
        titel=g.naam,
        ondertitel=plek(blad),
        corporatie=zaak.corporatie or "Tel & Vertel",
        soort="Buurtblad" if g.niveau == "buurt" else f"{hoofdletter(g.niveau)}blad",
        gegevens=f"gegevens van {datum(blad.publicatie.gemaakt_op)}",
        stand=zaak.stand,
        fictief=blad.publicatie.fictief,
        bronnen=Bronnen(
            publicatie=blad.publicatie.publicatie,
            catalogus=blad.publicatie.catalogus_hash,
            gebied=g.gebied,
            grensjaar=g.grensjaar,
            cijfers=tuple((w.indicator, w.jaar, w.waarde) for w in gebruikt),
            verhalen=tuple((str(v.id), v.nu.nummer) for _, v in verhalen),
            inzet=tuple((str(k.id), k.nu.nummer) for k in zaak.inzet),
            norm=_norm(zaak)[0],
        ),
        blokken=tuple(blokken),
    )


def plek(blad: Blad) -> str:
    """Where the area is: `Buurt in Kruisveld, Wendrecht · BU99010303`."""
    g = blad.buurt.gebied
    boven = [x for x in (g.wijknaam if g.niveau == "buurt" else None, g.gemeentenaam) if x]
    erin = ", ".join(dict.fromkeys(boven))
    naam = hoofdletter(blad.catalogus.woorden.niveau.get(g.niveau, g.niveau))  # type: ignore[call-overload]
    waar = f" in {erin}" if erin and g.niveau != "gemeente" else ""
    return f"{naam}{waar} · {g.gebied} · indeling {g.grensjaar}"


def gevraagd(zaak: Zaak) -> Blok:
    """What the board is asked, the advice and the reason, on top."""
    r = zaak.redactie
    regels = [("Vraag", r.vraag), ("Advies", r.advies), ("Reden", r.reden)]
    return Blok(
        "gevraagd",
        "Gevraagd",
        {
            "wat": GEVRAAGD[r.gevraagd],
            "vergadering": r.vergadering,
            "regels": [{"naam": n, "tekst": t} for n, t in regels if t],
        },
    )


def zin(zaak: Zaak) -> Blok:
    """The area in one sentence, its name and inhabitants in it, with a small map."""
    blad, g = zaak.blad, zaak.blad.buurt.gebied
    tekst = f"{wonen(blad)} {zaak.redactie.zin or _stand(blad)}".strip()
    svg = charts.kaart(zaak.lezing, g)
    waar = f"{g.naam} in {g.gemeentenaam or 'de omgeving'}"
    kaart = {"svg": svg, "alt": f"Kaartje: de ligging van {waar}."} if svg else None
    return Blok("zin", "", {"tekst": tekst, "kaart": kaart})


def wonen(blad: Blad) -> str:
    """How many people live there and the share of corporation dwellings, as a sentence."""
    g, corp = blad.buurt.gebied, blad.buurt.nieuwste("corporatiewoningen_pct")
    if g.inwoners is None:
        return f"Van {g.naam} is het aantal inwoners niet bekend."
    if not g.inwoners:
        return f"In {g.naam} woont niemand; cijfers over bewoners zijn er daarom niet."
    begin = f"In {g.naam} wonen {getal(g.inwoners)} mensen"
    if corp is None or corp.waarde is None:
        return f"{begin}."
    deel = cijfer(corp.waarde, blad.catalogus.indicatoren["corporatiewoningen_pct"])
    return f"{begin}; {deel} van de woningen is van een corporatie ({corp.jaar})."


def _stand(blad: Blad) -> str:
    """Both axes in words with their certainty; what cannot be said yet is left to the footer."""
    boom = blad.catalogus.bomen.get("veerkracht")
    uit = []
    for k in boom.knopen if boom else ():
        scores = [s for s in blad.buurt.scores if (s.boom, s.knoop) == ("veerkracht", k.id)]
        met = [s for s in scores if s.score is not None]
        zeker = sentences.zekerheid(met[-1], k) if met else ""
        if zeker:
            uit.append(f"{k.naam.lower()} {zeker} ({met[-1].jaar})")
    if not uit:
        return ""
    return (
        "Eigen indicatie op open data, op een vaste schaal van laag, midden en hoog: "
        f"{opsomming(uit)}."
    )


def krachten(blad: Blad) -> Blok | None:
    """What is strong here, before anything else; none when nothing stands out or can be said.

    Where nothing is better than the reference, what is as good stands there and says so.
    """
    gevonden, _ = opening.krachten(blad)
    ref = blad.buurt.referentie
    beter = [k for k in gevonden if k.beter]
    gekozen = (beter or gevonden)[:3]
    if not gekozen or ref is None:
        return None
    punten = [
        {
            "naam": k.indicator.kort,
            "getal": cijfer(k.waarde.waarde or 0.0, k.indicator),
            "tekst": f"{sentences.vergelijking(blad.buurt, k.waarde, k.indicator)}, "
            f"{k.waarde.jaar}",
        }
        for k in gekozen
    ]
    kop = "Wat hier sterk is" if beter else f"Wat hier net zo goed is als in {ref.naam}"
    return Blok("krachten", kop, {"punten": punten})


def _cijfers(
    zaak: Zaak, cijfers: Sequence[Indicator], verhalen: Sequence[Paar], maat: Maat
) -> Blok | None:
    if not cijfers:
        return None
    rijen = []
    for i in cijfers:
        bij = [(k, v) for k, v in verhalen if k is not None and k.indicator == i.id]
        rijen.append(
            pieces.figuur(zaak.blad, i)
            | {"verhalen": [pieces.stem(zaak.blad, v, k, maat) for k, v in bij]}
        )
    rijen.sort(key=lambda r: not r["verhalen"])
    ref = zaak.blad.buurt.referentie
    legenda = f"Lijn: {zaak.blad.buurt.gebied.naam}. " + (f"Grijs: {ref.naam}. " if ref else "")
    kop = "Cijfers, met wie erover vertelt" if rijen[0]["verhalen"] else "Cijfers"
    met_lijn = any(r.get("lijn") for r in rijen)
    return Blok("cijfers", kop, {
        "legenda": legenda + "Gearceerd: dat jaar geen cijfer." if met_lijn else "",
        "rijen": rijen,
    })  # fmt: skip


def _los(
    zaak: Zaak, cijfers: Sequence[Indicator], verhalen: Sequence[Paar], maat: Maat
) -> Blok | None:
    """Stories that speak about none of the figures shown."""
    getoond = {i.id for i in cijfers}
    los = [(k, v) for k, v in verhalen if k is None or k.indicator not in getoond]
    if not los:
        return None
    stemmen = [pieces.stem(zaak.blad, v, k, maat) for k, v in los]
    kop = "Wat de cijfers hierboven niet laten zien" if cijfers else "Wat er verteld is"
    return Blok("verhalen", kop, {"stemmen": stemmen})


def _botst(zaak: Zaak, verhalen: Sequence[Paar], maat: Maat) -> Blok | None:
    """Where stories say that a figure is not right, with the question for the meeting."""
    blad = zaak.blad
    botsing = clash.van(choose.deelbaar(blad), (), ())
    per: dict[str, list[tuple[Koppeling, Verhaal]]] = {}
    for k, v in botsing.tegen:
        per.setdefault(k.indicator, []).append((k, v))
    if not per:
        return None
    punten = []
    for i, paren in list(per.items())[: maat.botsingen]:
        ind = zaak.indicatoren.get(i)
        rollen = dict.fromkeys(blad.catalogus.woorden.rol.get(v.nu.rol, v.nu.rol) for _, v in paren)
        ook = " Een ander verhaal vindt het cijfer wel kloppen." if i in botsing.oneens else ""
        punten.append(
            {
                "naam": ind.naam if ind else i,
                "tekst": f"{hoofdletter(opsomming(list(rollen)))}: klopt niet, "
                f"{geciteerd(blad.catalogus, paren[0][0])}.{_nu(blad, ind, paren[0][0])}{ook}",
                "vraag": ind.gespreksvraag if ind else "",
            }
        )
    meer = len(per) - len(punten)
    extra = f"Nog {meer} op de volledige pagina." if meer > 0 else ""
    return Blok("botst", "Waar het botst", {"punten": punten, "meer": extra})


def _gaten(zaak: Zaak, cijfers: Sequence[Indicator], verhalen: Sequence[Paar]) -> Blok | None:
    """Said plainly when there is little: few figures, or nobody who told anything."""
    blad, stukken = zaak.blad, []
    kern = [i for i in zaak.indicatoren.values() if i.kern]
    er = [i for i in kern if _is_er(blad, i)]
    if sum(_is_er(blad, i) for i in cijfers) < 4 and len(er) < len(kern):
        zijn = f"{'is' if len(er) == 1 else 'zijn'} er hier {len(er)}" if er else "is er hier geen"
        andere = "de andere" if er else "ze"
        stukken.append(
            f"Van de {len(kern)} kerncijfers {zijn} te tonen; onderaan staat waarom {andere} "
            "ontbreken."
        )
    if not verhalen and zaak.verhalen_eronder:
        stukken.append(
            "Over dit gebied als geheel is nog geen verhaal dat gelezen is en gedeeld mag. Over de "
            f"buurten erin wel: {aantal(zaak.verhalen_eronder, 'verhaal', 'verhalen')}, te lezen "
            "bij die buurten."
        )
    elif not verhalen:
        stukken.append("Er is nog geen verhaal over dit gebied dat gelezen is en gedeeld mag.")
    if not stukken:
        return None
    return Blok("melding", "Wat hier nog niet te zien is", {"tekst": " ".join(stukken)})


def _is_er(blad: Blad, i: Indicator) -> bool:
    w = blad.buurt.nieuwste(i.id)
    return w is not None and w.waarde is not None


def _nu(blad: Blad, i: Indicator | None, k: Koppeling) -> str:
    """What the figure is now, when that is of another year and reads otherwise."""
    w = blad.buurt.nieuwste(i.id) if i else None
    if i is None or w is None or w.waarde is None or w.jaar == k.jaar:
        return ""
    if k.waarde is not None and cijfer(w.waarde, i) == cijfer(k.waarde, i):
        return ""
    return f" Nu staat er {cijfer(w.waarde, i)} over {w.jaar}."


def _inzet(zaak: Zaak, maat: Maat) -> Blok | None:
    kaarten = [
        {
            "id": str(k.id),
            "titel": k.nu.titel,
            "bij": " · ".join(x for x in (k.nu.wie, _looptijd(k)) if x),
            "regels": [
                {"naam": naam, "tekst": pieces.kort(tekst, maat.tekens // 2)[0]}
                for naam, tekst in (("Doel", k.nu.doel), ("Beoogd effect", k.nu.beoogd_effect))
                if tekst
            ],
        }
        for k in zaak.inzet[: maat.inzet]
    ]
    if not kaarten:
        return None
    meer = len(zaak.inzet) - len(kaarten)
    return Blok("inzet", "Wat we hier doen", {
        "kaarten": kaarten,
        "meer": f"Nog {meer} op de volledige pagina." if meer > 0 else "",
    })  # fmt: skip


def _looptijd(k: Inzetkaart) -> str:
    r = k.nu
    stukken = (("sinds", r.begin), ("tot", r.einde), ("terugkijken op", r.terugkijken_op))
    return ", ".join(f"{woord} {datum(dag)}" for woord, dag in stukken if dag)


def oordeel(zaak: Zaak) -> Blok | None:
    """The signed verdict of the author, with the reason and what would change our mind.

    Beside it stands what the norm says; no reason or no name, and there is no verdict.
    """
    r = zaak.redactie
    if r.oordeel is None:
        return None
    if r.oordeel_zonder_reden:
        return Blok("melding", "Nog geen oordeel", {"tekst": ZONDER_REDEN})
    woorden = norm.oordelen(zaak.blad.catalogus, zaak.normen)
    return Blok("oordeel", "Ons oordeel", {
        "wat": f"Deze buurt: {woorden.get(r.oordeel, r.oordeel.replace('_', ' '))}.",
        "reden": r.oordeel_reden,
        "anders": f"Wat ons van mening doet veranderen: {r.oordeel_anders}"
        if r.oordeel_anders else "",
        "door": f"Ondertekend door {r.ondertekend}. Dit is het oordeel van wie tekent, geen "
        f"uitkomst van een score.{_norm(zaak)[1]}",
    })  # fmt: skip


def _norm(zaak: Zaak) -> tuple[str, str]:
    """The norm that a verdict stands beside, and what it says here; empty without a verdict."""
    if zaak.redactie.oordeel is None or zaak.redactie.oordeel_zonder_reden:
        return "", ""
    h = hier(zaak.lezing, zaak.blad.buurt.gebied, zaak.normen.huidig)
    if h is None:
        return "", ""
    n = h.norm
    zin = h.zin[:1].lower() + h.zin[1:]
    norm_ = f"Onze norm „{n.naam}” (versie {n.versie}, {datum(n.datum)})"
    return f"{n.id} versie {n.versie}", f" {norm_}: {zin}"


def vorige(r: Redactie) -> Blok | None:
    """What was asked last time, and what came of it."""
    if not r.vorige:
        return None
    punten = [
        {
            "naam": t.wanneer,
            "regels": [
                {"naam": n, "tekst": x}
                for n, x in (("Gevraagd", t.gevraagd), ("Uitkomst", t.uitkomst),
                             ("Wat kwam ervan", t.gevolg))
                if x
            ],
        }
        for t in r.vorige
    ]  # fmt: skip
    return Blok("vorige", "Wat vorige keer is gevraagd", {"punten": punten})


def vel_met(vel: Vel, blokken: Sequence[Blok], **anders: Any) -> Vel:
    """The same sheet with other blocks, and what else is different."""
    return replace(vel, blokken=tuple(blokken), **anders)

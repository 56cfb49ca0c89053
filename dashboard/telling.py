"""What happens when someone writes: from the fields of the form to the story store."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from dashboard.context import IEDEREEN, Huis
from dashboard.panels.formulier import GEEN_CIJFER
from dashboard.snapshot import GeenPublicatie, Lezing, lees_publicatie
from dashboard.stories import tokens
from dashboard.stories.binding import citeer, markeer
from dashboard.stories.repository import Citaat, Nieuw, VerhaalFout, Woorden


@dataclass(frozen=True)
class Velden:
    """The fields of the form as they were sent: nothing in them is trusted."""

    tekst: str | None
    rol: str | None
    soort: str | None
    richting: str | None
    hoe: str | None
    op: str | None
    door: str | None
    toestemming: bool | None
    anoniem: bool | None
    bron: str | None = None
    perspectief: str | None = None
    themas: tuple[str, ...] = ()
    cijfer: str | None = None
    houding: str | None = None


def lees_datum(tekst: str | None) -> date | None:
    """A date as people write it: `12-3-2026` or `2026-03-12`; empty is none.

    Raises:
        VerhaalFout: when it is no date.
    """
    delen = [int(d) for d in re.findall(r"\d+", (tekst or "").strip())]
    if not (tekst or "").strip():
        return None
    try:
        jaar, maand, dag = delen if delen and delen[0] > 31 else delen[::-1]
        return date(jaar, maand, dag)
    except (ValueError, OverflowError):
        raise VerhaalFout(
            f"„{(tekst or '')[:20]}” is geen datum. Schrijf dag-maand-jaar, zoals 12-3-2026."
        ) from None


def _een_van(waarde: str | None, woorden: dict[str, str], wat: str) -> str:
    if not waarde or waarde not in woorden:
        raise VerhaalFout(f"Kies nog {wat}.")
    return waarde


def woorden(velden: Velden, lezing: Lezing, status: str = "concept") -> Woorden:
    """The words of a revision, checked against the catalogue's lists.

    Raises:
        VerhaalFout: naming the field.
    """
    w = lezing.catalogus.woorden
    if not (velden.tekst or "").strip():
        raise VerhaalFout("Schrijf eerst het verhaal op; het tekstveld is nog leeg.")
    if not velden.anoniem:
        raise VerhaalFout(
            "Lees je tekst nog eens na en vink aan dat niemand erin te herkennen is. Staat er een "
            "naam, huisnummer of iets anders in waaraan je iemand herkent? Haal dat eerst weg."
        )
    return Woorden(
        tekst=velden.tekst or "",
        rol=_een_van(velden.rol, w.rol, "wie dit vertelt"),
        soort=_een_van(velden.soort or "ervaring", w.soort, "wat voor verhaal het is"),
        richting=_een_van(velden.richting, w.richting, "een richting") if velden.richting else None,
        opgehaald_op=lees_datum(velden.op),
        opgehaald_hoe=velden.hoe or "",
        bron=velden.bron or "",
        perspectief=_een_van(velden.perspectief, w.rol, "vanuit wie het is verteld")
        if velden.perspectief
        else None,
        toestemming=bool(velden.toestemming),
        anoniem=bool(velden.anoniem),
        status=status,
    )


def bewaar(huis: Huis, basis: dict[str, Any], velden: Velden) -> uuid.UUID:
    """Keeps a new story, or a revision when `basis` names a story.

    Figures named in the text become tokens, each bound as it stood when the writer began.

    Returns:
        The story's id.

    Raises:
        VerhaalFout: when a field is not right.
        Gelijktijdig: when someone else revised the story meanwhile.
        GeenPublicatie: when there are no figures to bind to.
        GebiedOnbekend: when the area is gone.
    """
    door = (velden.door or "").strip() or IEDEREEN
    with huis.snapshots.lezing() as lezing:
        if basis.get("verhaal"):
            return _herzie(huis, lezing, basis, velden, door)
        gelezen = woorden(velden, lezing)
        g = lezing.buurt(str(basis["gebied"]), basis.get("grensjaar")).gebied
        cat = lezing.catalogus
        gevraagd: dict[tuple[str, int | None], None] = {}
        if velden.cijfer and velden.cijfer != GEEN_CIJFER:
            gevraagd[(velden.cijfer, None)] = None
        tekst, genoemd = _met_cijfers(huis, lezing, basis, gelezen.tekst)
        gevraagd |= dict.fromkeys(genoemd)
        citaten = _citaten(huis, lezing, basis, gevraagd, velden.houding)
        themas = [t for t in velden.themas if t in cat.themas]
        themas = themas or [cat.indicatoren[c.indicator].thema for c in citaten]
        nieuw = Nieuw(
            g.gebied, g.grensjaar, replace(gelezen, tekst=tekst), citaten,
            tuple(dict.fromkeys(themas)), sleutel=basis.get("sleutel"),
        )  # fmt: skip
        wie = huis.verhalen.schrijf(nieuw, door).id
        if any(c.publicatie != lezing.publicatie.publicatie for c in citaten):
            markeer(huis.verhalen, lezing)
        return wie


def _herzie(
    huis: Huis, lezing: Lezing, basis: dict[str, Any], velden: Velden, door: str
) -> uuid.UUID:
    """Adds a revision; a figure that is new in the text is bound after it."""
    verhaal = uuid.UUID(basis["verhaal"])
    vorig = huis.verhalen.een(verhaal)
    gelezen = woorden(velden, lezing, vorig.nu.status if vorig else "concept")
    er_al = vorig.koppelingen_ooit if vorig else []
    oud = [s for r in (vorig.revisies if vorig else []) for s in tokens.stukken(r.tekst)]
    bekend = {(t.indicator, t.jaar): t for t in oud if isinstance(t, tokens.Token)}
    bekend = {p: t for p, t in bekend.items() if tokens.citaat(t, er_al) is not None}
    tekst, genoemd = _met_cijfers(huis, lezing, basis, gelezen.tekst, bekend)
    citaten = _citaten(huis, lezing, basis, dict.fromkeys(genoemd), velden.houding)
    huis.verhalen.herzie(verhaal, int(basis["nummer"]), replace(gelezen, tekst=tekst), door)
    for citaat in citaten:
        huis.verhalen.koppel(verhaal, citaat, door)
    return verhaal


def _met_cijfers(
    huis: Huis,
    lezing: Lezing,
    basis: dict[str, Any],
    tekst: str,
    bekend: dict[tuple[str, int], tokens.Token] | None = None,
) -> tuple[str, list[tuple[str, int | None]]]:
    """The text with its figures as tokens, and the figures that are not bound yet."""
    nieuw: dict[tuple[str, int | None], None] = {}

    def maak(indicator: str, jaar: int) -> tokens.Token:
        if bekend and (indicator, jaar) in bekend:
            return bekend[(indicator, jaar)]
        nieuw[(indicator, jaar)] = None
        with _gezien(huis, lezing, basis) as toen:
            buurt = toen.buurt(str(basis["gebied"]), basis.get("grensjaar"))
            if (indicator, jaar) not in buurt.waarden:
                naam = lezing.catalogus.indicatoren[indicator].naam
                raise VerhaalFout(f"{naam} is er hier niet over {jaar}. Kies een ander jaar.")
            ref = buurt.referentiewaarden.get((indicator, jaar))
            if (
                ref is None
                or buurt.referentie is None
                or lezing.catalogus.indicatoren[indicator].telling == "aantal"
            ):
                return tokens.Token(indicator, jaar)
            return tokens.Token(indicator, jaar, buurt.referentie.naam, ref.waarde)

    return tokens.uit_typen(tekst, lezing.catalogus, maak), list(nieuw)


@contextmanager
def _gezien(huis: Huis, lezing: Lezing, basis: dict[str, Any]) -> Iterator[Lezing]:
    """The publication that the writer looked at, also when it is past.

    Raises:
        VerhaalFout: when it is gone.
    """
    gezien = str(basis.get("publicatie") or lezing.publicatie.publicatie)
    if gezien == lezing.publicatie.publicatie:
        yield lezing
        return
    with ExitStack() as open_:
        try:
            toen = open_.enter_context(lees_publicatie(huis.instellingen.datamap, gezien))
        except GeenPublicatie:
            raise VerhaalFout(
                "De gegevens zijn ververst sinds je begon. Kopieer je tekst, laad de pagina "
                "opnieuw en kijk of het cijfer nog klopt."
            ) from None
        yield toen


def _citaten(
    huis: Huis,
    lezing: Lezing,
    basis: dict[str, Any],
    gevraagd: Iterable[tuple[str, int | None]],
    houding: str | None,
) -> tuple[Citaat, ...]:
    """The figures as the writer saw them; one figure and year once.

    Raises:
        VerhaalFout: when there is no such figure, or no stance was chosen.
    """
    uit: dict[tuple[str, int], Citaat] = {}
    for cijfer, jaar in gevraagd:
        hoe = _een_van(houding, lezing.catalogus.woorden.houding, "hoe het bij het cijfer past")
        with _gezien(huis, lezing, basis) as toen:
            buurt = toen.buurt(str(basis["gebied"]), basis.get("grensjaar"))
            w = buurt.nieuwste(cijfer) if jaar is None else buurt.waarden.get((cijfer, jaar))
            if w is None:
                raise VerhaalFout("Dat cijfer is er hier niet; kies een ander.")
            citaat = citeer(buurt, cijfer, w.jaar, toen.publicatie.publicatie, hoe)
            uit.setdefault((cijfer, w.jaar), citaat)
    return tuple(uit.values())


def koppel(
    huis: Huis, basis: dict[str, Any], cijfer: str | None, houding: str | None, door: str | None
) -> None:
    """Binds a story to a figure, or puts another stance or figure in the place of a binding.

    A binding that only gets another stance keeps the figure as it was quoted.

    Raises:
        VerhaalFout: when something is missing, or someone else changed the binding meanwhile.
        GebiedOnbekend: when the area is gone.
    """
    wie, verhaal = (door or "").strip() or IEDEREEN, uuid.UUID(str(basis["verhaal"]))
    with huis.snapshots.lezing() as lezing:
        if not cijfer or cijfer == GEEN_CIJFER:
            raise VerhaalFout("Kies nog bij welk cijfer dit verhaal hoort.")
        hoe = _een_van(houding, lezing.catalogus.woorden.houding, "hoe het bij het cijfer past")
        gevonden = huis.verhalen.een(verhaal)
        al = {k.id: k for k in (gevonden.koppelingen if gevonden else [])}
        oud = al.get(int(basis["koppeling"])) if basis.get("koppeling") else None
        if basis.get("koppeling") and oud is None:
            raise VerhaalFout(
                "Iemand anders heeft deze koppeling intussen veranderd. Laad de pagina opnieuw."
            )
        if oud is not None and oud.indicator == cijfer:
            citaat = Citaat(**{f.name: getattr(oud, f.name) for f in fields(Citaat)})
            huis.verhalen.herkoppel(oud.id, replace(citaat, houding=hoe), wie)
            return
        if any(k.indicator == cijfer for k in al.values()):
            raise VerhaalFout(
                "Dit verhaal hoort al bij dat cijfer. Verander die koppeling, of kies een ander."
            )
        [citaat] = _citaten(huis, lezing, basis, [(cijfer, None)], hoe)
        if oud is None:
            huis.verhalen.koppel(verhaal, citaat, wie)
        else:
            huis.verhalen.herkoppel(oud.id, citaat, wie)
        markeer(huis.verhalen, lezing)

"""What someone who takes part in a meeting sees: plain HTML, every word from elsewhere escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from dashboard.stories.bijeenkomst import (
    GESLOTEN,
    LANGST,
    MIST,
    NOTITIES,
    ONTHULD,
    SLOT,
    VERWACHT,
)
from dashboard.stories.erasure import Termijnen
from dashboard.stories.meedoen import Plaats
from dashboard.stories.models_bijeenkomst import Notitie, Ronde
from dashboard.words import hoofdletter

KANT = {"hoger": "hoger", "ongeveer_gelijk": "ongeveer gelijk", "lager": "lager"}
NOEM_NIET = "Noem geen namen, huisnummers of andere gegevens waaraan iemand te herkennen is."
LEEG = Markup("")

_BLAD = Markup("""<!DOCTYPE html>
<html lang="nl"><head><meta charset="utf-8"><title>{titel} – Tel &amp; Vertel</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" type="image/svg+xml" href="/assets/merk.svg">
<link rel="stylesheet" href="/assets/telvertel.css">
<link rel="stylesheet" href="/assets/bijeenkomst.css">
<script src="/assets/meedoen.js" defer></script>
</head><body class="meedoen">
<header><p class="merknaam"><span class="tel">Tel</span> &amp; <span class="vertel-naam">Vertel</span></p></header>
<main id="meedoen" tabindex="-1"{stand}>{inhoud}</main>
<p id="meedoen-lijn" class="meedoen-lijn" role="status"></p>
</body></html>""")  # noqa: E501 - one line of a page


def blad(titel: str, inhoud: Markup, stand: Mapping[str, Any]) -> Markup:
    """A whole page; `stand` is what the script needs to know of it."""
    delen = [Markup(' data-{}="{}"').format(k, w) for k, w in stand.items()]
    return _BLAD.format(titel=titel, inhoud=inhoud, stand=LEEG.join(delen))


def aanmelden(rollen: Mapping[str, str], melding: str, code: str, csrf: str) -> Markup:
    """The form to come in: a code, as what, and whether notes may become a verhaal."""
    keuzes = LEEG.join(
        Markup('<option value="{}"{}>{}</option>').format(
            k, Markup(" selected") if k == "bewoner" else LEEG, hoofdletter(w)
        )
        for k, w in rollen.items()
    )
    return Markup("""<h1>Doe mee</h1>
<p class="inleiding">Eerst vertellen, dan tellen: je schrijft op wat je verwacht, en pas daarna komt
het cijfer. Je hebt geen account nodig en je naam wordt niet gevraagd.</p>
{melding}
<form method="post" action="/meedoen" class="meedoen-vorm">
<input type="hidden" name="csrf" value="{csrf}">
<label for="code">Code op het scherm</label>
<input id="code" name="code" value="{code}" autocomplete="off" autocapitalize="characters"
 spellcheck="false" maxlength="12" required class="meedoen-code"{eerst}>
<label for="rol">Ik ben hier als</label>
<select id="rol" name="rol">{keuzes}</select>
{toestemming}
<button type="submit" class="knop knop-hoofd">Doe mee</button>
</form>
<p class="zacht klein">{bewaren}</p>""").format(
        melding=_fout(melding),
        csrf=csrf,
        code=code,
        keuzes=keuzes,
        toestemming=_vinkje(False),
        eerst=LEEG if code else Markup(" autofocus"),
        bewaren=_bewaren(),
    )


def _bewaren() -> str:
    return (
        f"Notities worden {Termijnen().bijeenkomst} dagen na de bijeenkomst gewist, behalve wat "
        "een verhaal werd. Je kunt een notitie ook zelf terugnemen."
    )


def _vinkje(aan: bool) -> Markup:
    return Markup("""<label class="meedoen-vinkje"><input type="checkbox" name="toestemming"
 value="ja"{aan}> Mijn notities mogen een verhaal worden, zonder mijn naam.</label>""").format(
        aan=Markup(" checked") if aan else LEEG
    )


def _fout(melding: str) -> Markup:
    if not melding:
        return LEEG
    return Markup('<p class="melding melding-fout" role="alert">{}</p>').format(melding)


def scherm(
    plaats: Plaats, mijn: Sequence[Notitie], vast: Mapping[str, str], melding: str = "",
    typt: str = "",
) -> Markup:  # fmt: skip
    """What someone sees in this phase. Of a figure nothing, until its round holds what was said.

    Args:
        plaats: who, and in which meeting.
        mijn: this person's own notes.
        vast: hidden fields that every form brings.
        melding: what to say first.
        typt: text that was not kept, to put back in its field.
    """
    b = plaats.bijeenkomst
    fase = b.fase if plaats.open else GESLOTEN
    maak = {VERWACHT: _verwacht, ONTHULD: _onthuld, MIST: _mist, SLOT: _slot,
            GESLOTEN: _gesloten}.get(fase, _welkom)  # fmt: skip
    kop = Markup('<p class="plek klein">{} · {}</p>').format(_waar(plaats, fase), b.naam)
    zeg = Markup('<p class="meedoen-zeg" role="status">{}</p>').format(melding) if melding else LEEG
    return Markup('<div data-stap="{}" data-open="{}" data-wie="{}">{}{}{}</div>').format(
        b.stap, "ja" if fase != GESLOTEN else "", plaats.deelnemer.id, kop, zeg,
        maak(plaats, mijn, vast, typt),
    )  # fmt: skip


def _waar(plaats: Plaats, fase: str) -> str:
    b = plaats.bijeenkomst
    if fase in (VERWACHT, ONTHULD, MIST):
        return f"Cijfer {b.ronde} van {len(b.rondes)}"
    return {SLOT: "De laatste vraag", GESLOTEN: "Gesloten"}.get(fase, "Zo meteen")


def _verborgen(vast: Mapping[str, str], **meer: object) -> Markup:
    return LEEG.join(
        Markup('<input type="hidden" name="{}" value="{}">').format(k, w)
        for k, w in {**vast, **meer}.items()
    )


def _welkom(plaats: Plaats, mijn: Sequence[Notitie], vast: Mapping[str, str], _: str) -> Markup:
    return Markup("""<h1 tabindex="-1">Je doet mee als {naam}</h1>
<p>Niemand weet wie {naam} is. Zo meteen komt de eerste vraag hier vanzelf te staan.</p>
<ul class="leeslijst"><li>Er zijn geen goede of foute antwoorden.</li>
<li>Op het grote scherm staat wat er is geschreven, nooit door wie.</li>
<li>{noem}</li></ul>{mag}""").format(
        naam=plaats.deelnemer.naam, noem=NOEM_NIET, mag=_mag(plaats, vast)
    )


def _mag(plaats: Plaats, vast: Mapping[str, str]) -> Markup:
    return Markup("""<form method="post" action="/meedoen/mag" class="meedoen-mag" data-vorm="mag">
{verborgen}{vinkje}<button type="submit" class="knop knop-klein">Bewaar deze keuze</button></form>
<p class="zacht klein">{bewaren}</p>""").format(
        verborgen=_verborgen(vast),
        vinkje=_vinkje(plaats.deelnemer.toestemming),
        bewaren=_bewaren(),
    )


def _ronde(plaats: Plaats) -> Ronde:
    r = plaats.bijeenkomst.huidige
    assert r is not None  # noqa: S101 - these phases have a round
    return r


def _verwacht(
    plaats: Plaats, mijn: Sequence[Notitie], vast: Mapping[str, str], typt: str
) -> Markup:
    r = _ronde(plaats)
    v = r.vraag
    eerder = next((n for n in mijn if (n.ronde, n.soort) == (r.nummer, "verwachting")), None)
    al = Markup('<p class="meedoen-al">Je verwachting is verstuurd. Tot het cijfer komt, kun je '
                'haar nog veranderen.</p>') if eerder else LEEG  # fmt: skip
    return Markup("""<h1 tabindex="-1">{naam}</h1><p>{zin}</p>
<form method="post" action="/meedoen/schrijf" class="meedoen-vorm" data-vorm="schrijf"
 data-plek="{ronde}|verwachting">{verborgen}{kanten}
<label for="schatting">Schat je een getal? <span class="zacht">(mag)</span></label>
<div class="meedoen-getal"><input id="schatting" name="schatting" inputmode="decimal"
 autocomplete="off" maxlength="20" value="{schatting}"><span>{eenheid}</span></div>
{veld}{al}<button type="submit" class="knop knop-hoofd">{knop}</button></form>""").format(
        naam=v["naam"],
        zin=v["zin"],
        ronde=r.nummer,
        verborgen=_verborgen(vast, ronde=r.nummer, soort="verwachting"),
        kanten=_kanten(v, eerder.kant if eerder else None),
        schatting="" if eerder is None or eerder.schatting is None else _komma(eerder.schatting),
        eenheid=v["eenheid"],
        veld=_veld("Wat verwacht je, en waarom?", typt or (eerder.tekst if eerder else "")),
        al=al,
        knop="Verander mijn verwachting" if eerder else "Verstuur",
    )


def _komma(getal: float) -> str:
    return f"{getal:g}".replace(".", ",")


_KEUS = Markup('<label><input type="radio" name="kant" value="{}"{}> <span>{}</span></label>')


def _kanten(v: Mapping[str, Any], gekozen: str | None) -> Markup:
    if not v["referentie"]:
        return LEEG
    keuzes = LEEG.join(
        _KEUS.format(k, Markup(" checked") if k == gekozen else LEEG, hoofdletter(w))
        for k, w in KANT.items()
    )
    return Markup("""<fieldset class="meedoen-kanten"><legend>Is dit in {gebied} hoger of
 lager dan in heel {ref}?</legend>{keuzes}</fieldset>""").format(
        gebied=v["gebied"], ref=v["referentie"], keuzes=keuzes
    )


def _veld(vraag: str, typt: str = "") -> Markup:
    return Markup("""<label for="tekst">{vraag}</label>
<textarea id="tekst" name="tekst" rows="4" data-langst="{langst}" aria-describedby="tekst-uitleg">
{typt}</textarea><p id="tekst-uitleg" class="zacht klein">{noem}</p>
<div class="meedoen-hulp" aria-live="polite"></div>
<div class="meedoen-fout" role="alert"></div>""").format(
        vraag=vraag, typt=typt, langst=LANGST, noem=NOEM_NIET
    )


def _schrijf(
    ronde: int, fase: str, vraag: str, knop: str, vast: Mapping[str, str], typt: str
) -> Markup:
    soort = NOTITIES[fase]
    return Markup("""<form method="post" action="/meedoen/schrijf" class="meedoen-vorm"
 data-vorm="schrijf" data-plek="{ronde}|{soort}">{verborgen}{veld}
<button type="submit" class="knop knop-hoofd">{knop}</button></form>""").format(
        ronde=ronde,
        soort=soort,
        verborgen=_verborgen(vast, ronde=ronde, soort=soort),
        veld=_veld(vraag, typt),
        knop=knop,
    )


def cijfer(r: Ronde) -> Markup:
    """A revealed figure: number, year, reference, how sure; or why there is none."""
    o = r.onthuld
    if o is None:
        return LEEG
    if o["leeg"] is not None:
        jaar = f"{o['jaar']}: " if o["jaar"] else ""
        return Markup('<div class="bij-cijfer"><p class="arcering">{}{}</p></div>').format(
            jaar, o["leeg"]
        )
    return Markup("""<div class="bij-cijfer"><p class="waarde"><span class="getal">{getal}</span>
<span class="eenheid">{eenheid}</span> <span class="zacht klein">over {jaar}{oud}</span></p>
{vergelijking}<p class="zacht klein">{zeker}</p></div>""").format(
        getal=o["getal"],
        eenheid=o["eenheid"],
        jaar=o["jaar"],
        oud=f", {o['leeftijd']}" if o["leeftijd"] else "",
        vergelijking=Markup("<p>{}</p>").format(hoofdletter(o["vergelijking"]))
        if o["vergelijking"]
        else LEEG,
        zeker=o["zeker"],
    )


def _onthuld(plaats: Plaats, mijn: Sequence[Notitie], vast: Mapping[str, str], typt: str) -> Markup:
    r = _ronde(plaats)
    eerder = next((n for n in mijn if (n.ronde, n.soort) == (r.nummer, "verwachting")), None)
    return Markup('<h1 tabindex="-1">{}</h1>{}{}{}{}').format(
        r.vraag["naam"], cijfer(r), _jij(eerder, r.vraag),
        _schrijf(r.nummer, ONTHULD, "Wat valt je op?", "Verstuur", vast, typt),
        _eigen(mijn, r.nummer, "opvallend", vast),
    )  # fmt: skip


def _jij(n: Notitie | None, v: Mapping[str, Any]) -> Markup:
    """One's own expectation, only for oneself; nothing says whether it was right."""
    if n is None:
        return LEEG
    delen = [KANT[n.kant]] if n.kant in KANT else []
    if n.schatting is not None:
        delen.append(f"ongeveer {_komma(n.schatting)} {v['eenheid']}".strip())
    delen += [f"„{n.tekst}”"] if n.tekst else []
    return Markup('<p class="meedoen-jij">Je verwachtte: {}</p>').format(", ".join(delen))


def _mist(plaats: Plaats, mijn: Sequence[Notitie], vast: Mapping[str, str], typt: str) -> Markup:
    r = _ronde(plaats)
    return Markup('<h1 tabindex="-1">{}</h1>{}{}{}').format(
        r.vraag["naam"], cijfer(r),
        _schrijf(r.nummer, MIST, "Wat ziet dit cijfer niet?", "Verstuur", vast, typt),
        _eigen(mijn, r.nummer, "mist", vast),
    )  # fmt: skip


def _slot(plaats: Plaats, mijn: Sequence[Notitie], vast: Mapping[str, str], typt: str) -> Markup:
    return Markup('<h1 tabindex="-1">Wat zien al deze cijfers samen niet?</h1>{}{}').format(
        _schrijf(0, SLOT, "Wat moet wie hier over beslist ook weten?", "Verstuur", vast, typt),
        _eigen(mijn, 0, "mist", vast),
    )


def _gesloten(plaats: Plaats, mijn: Sequence[Notitie], vast: Mapping[str, str], _: str) -> Markup:
    return Markup("""<h1 tabindex="-1">De bijeenkomst is gesloten. Dank je wel!</h1>
<p>Wat je schreef is bij de begeleider. Die maakt er verhalen van, als jij dat goedvindt.</p>
{mag}{eigen}""").format(mag=_mag(plaats, vast), eigen=_eigen(mijn, None, None, vast))


def _eigen(
    mijn: Sequence[Notitie], ronde: int | None, soort: str | None, vast: Mapping[str, str]
) -> Markup:
    """One's own notes, each to be taken back."""
    hier = [n for n in mijn if soort is None or (n.ronde, n.soort) == (ronde, soort)]
    regels = LEEG.join(_regel(n, vast) for n in hier if n.tekst or n.verhaal_id or soort is None)
    if not regels:
        return LEEG
    lijst = Markup('<section><h2>Wat jij schreef</h2><ul class="meedoen-eigen">{}</ul></section>')
    return lijst.format(regels)


def _regel(n: Notitie, vast: Mapping[str, str]) -> Markup:
    if n.verhaal_id is not None:
        return Markup(
            '<li><p class="zacht">Dit werd een verhaal. Wil je dat niet? Zeg het tegen de '
            "begeleider.</p></li>"
        )
    tekst = n.tekst or f"verwachting: {KANT.get(n.kant or '', 'een getal')}"
    return Markup("""<li><p>{tekst}</p>
<form method="post" action="/meedoen/terug" data-vorm="terug">{verborgen}
<button type="submit" class="knop knop-klein knop-stil">Neem terug<span
 class="verborgen">: {kort}</span></button></form></li>""").format(
        tekst=tekst, kort=tekst[:40], verborgen=_verborgen(vast, notitie=n.id)
    )

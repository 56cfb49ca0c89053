"""One message per failure, by mail or webhook: which source, what it means, what to do.

Secrets come from the environment and are never written anywhere. A failure that was told is not
told again until it changes or is over.
"""

from __future__ import annotations

import json
import smtplib
import ssl
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial
from urllib.parse import urlsplit

from indicators.contracts import Mail, Meldingen
from pipelines.house import Huis
from pipelines.intake import Aanbod
from pipelines.raw import schrijf_zeker
from pipelines.release import lees_instelling

_WACHT = 20.0
RUN = "verversing"
"""Stands for the source when the whole run failed."""


@dataclass(frozen=True)
class Melding:
    """A failure in words for a person."""

    bron: str
    wat: str
    gevolg: str
    doen: str

    def tekst(self) -> str:
        """The message as plain text."""
        return f"{self.bron}: {self.wat}\n\nGevolg: {self.gevolg}\n\nWat te doen: {self.doen}\n"


def _gevolg(deels: bool, andere: bool) -> str:
    """What a failed source means for what is published; only what is true of this run."""
    wat = "een deel van deze bron" if deels else "deze bron"
    rest = " De andere bronnen zijn wel verwerkt." if andere else ""
    return f"{wat} is niet bijgewerkt; wat van haar gepubliceerd was, staat er nog.{rest}"


def _en_nog(aantal: int) -> str:
    return f" (en nog {aantal} {'tabel' if aantal == 1 else 'tabellen'})" if aantal else ""


def meldingen(aanbod: Aanbod, fout: str | None = None) -> list[Melding]:
    """What failed in a refresh: one per source, and one when the run itself stopped."""
    per_bron: dict[str, list[str]] = {}
    for r in aanbod.mislukt:
        per_bron.setdefault(r.soort or r.bestand, []).append(r.uitleg)
    goed = {r.soort for r in aanbod.regels if r.status in ("nieuw", "ongewijzigd")}
    uit = [
        Melding(
            bron,
            redenen[0] + _en_nog(len(redenen) - 1),
            _gevolg(bron in goed, fout is None and bool(goed - {bron})),
            "lees de melding; meestal helpt later opnieuw proberen: python -m pipelines refresh "
            "--alles. Wat al was opgehaald, wordt niet opnieuw gevraagd.",
        )
        for bron, redenen in per_bron.items()
    ]
    if fout is not None:
        uit.append(
            Melding(
                RUN,
                fout,
                "er is niets gepubliceerd; de vorige publicatie staat er nog.",
                "herstel wat de melding noemt en draai opnieuw: python -m pipelines refresh.",
            )
        )
    return uit


def meld_mislukt(huis: Huis, aanbod: Aanbod, fout: str | None = None) -> list[Melding]:
    """Sends what failed and was not told before; it is over when its source is asked and answers.

    Returns:
        What was sent or tried. A message that cannot be sent is said at the end of the refresh.
    """
    alle = meldingen(aanbod, fout)
    pad = huis.datamap.raw / "gemeld.json"
    try:
        eerder = dict(json.loads(pad.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        eerder = {}
    nieuw = [m for m in alle if eerder.get(m.bron) != m.wat]
    blijft_liggen = verstuur(huis, nieuw) if nieuw else []
    gevraagd = {r.soort or r.bestand for r in aanbod.regels} | {RUN}
    nu = {b: wat for b, wat in eerder.items() if b not in gevraagd}
    nu |= {m.bron: m.wat for m in alle if m not in blijft_liggen}
    if nu != eerder:
        try:
            schrijf_zeker(pad, json.dumps(nu, indent=1, ensure_ascii=False).encode())
        except OSError as wat:  # told once more is better than a full disk that hides the failure
            huis.opmerkingen.append(f"{pad}: niet te schrijven ({wat.strerror}).")
    return nieuw


def verstuur(huis: Huis, te_melden: Iterable[Melding]) -> list[Melding]:
    """Sends messages the ways that are set; none set sends nothing.

    Returns:
        Those that none of the ways could send: nobody has heard them yet.
    """
    ingesteld = lees_instelling(Meldingen, huis.datamap.meldingen)
    wegen: list[tuple[str, Callable[[Melding], None]]] = []
    if ingesteld.mail is not None:
        wegen.append(("mail", partial(_mail, huis, ingesteld.mail)))
    if ingesteld.webhook:
        wegen.append(("webhook", partial(_webhook, huis)))
    blijft_liggen = []
    for melding in te_melden:
        mis = 0
        for naam, werk in wegen:
            try:
                werk(melding)
            except Exception as fout:  # whatever it is: the refresh itself must not fail by it
                mis += 1
                huis.opmerkingen.append(
                    f"een melding over {melding.bron} is niet verstuurd per {naam} "
                    f"({type(fout).__name__}). Controleer {huis.datamap.meldingen}."
                )
        if wegen and mis == len(wegen):
            blijft_liggen.append(melding)
    return blijft_liggen


def _mail(huis: Huis, mail: Mail, melding: Melding) -> None:
    wat = "de verversing is gestopt" if melding.bron == RUN else f"{melding.bron} niet bijgewerkt"
    bericht = EmailMessage()
    bericht["Subject"] = " ".join(f"Tel & Vertel: {wat}".split())
    bericht["From"], bericht["To"] = mail.van, ", ".join(mail.aan)
    bericht["Date"] = format_datetime(huis.klok())
    bericht.set_content(melding.tekst())
    with smtplib.SMTP(mail.server, mail.poort, timeout=_WACHT) as server:
        if mail.starttls:
            server.starttls(context=ssl.create_default_context())  # else any certificate will do
        if mail.gebruiker and huis.instellingen.smtp_wachtwoord:
            server.login(mail.gebruiker, huis.instellingen.smtp_wachtwoord)
        server.send_message(bericht)


def _webhook(huis: Huis, melding: Melding) -> None:
    adres = huis.instellingen.webhook
    if not adres or urlsplit(adres).scheme not in ("https", "http"):
        raise ValueError("TELVERTEL_WEBHOOK is niet gezet")
    import requests  # only where a webhook is set

    antwoord = requests.post(
        adres,
        json={"text": melding.tekst(), **asdict(melding)},
        timeout=_WACHT,
        allow_redirects=False,
    )
    if antwoord.status_code >= 300:
        raise ValueError(f"status {antwoord.status_code}")

"""One message per failure, by mail or webhook: which source, what it means, what to do.

Secrets come from the environment and are never written anywhere. A failure that was told is not
told again until it changes or is over.
"""

from __future__ import annotations

import json
import smtplib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from email.message import EmailMessage
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


def _en_nog(aantal: int) -> str:
    return f" (en nog {aantal} {'tabel' if aantal == 1 else 'tabellen'})" if aantal else ""


def meldingen(aanbod: Aanbod, fout: str | None = None) -> list[Melding]:
    """What failed in a refresh: one per source, and one when the run itself stopped."""
    per_bron: dict[str, list[str]] = {}
    for r in aanbod.mislukt:
        per_bron.setdefault(r.soort or r.bestand, []).append(r.uitleg)
    uit = [
        Melding(
            bron,
            redenen[0] + _en_nog(len(redenen) - 1),
            "deze bron is niet bijgewerkt; wat van haar gepubliceerd was, staat er nog. De andere "
            "bronnen zijn wel verwerkt.",
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
    if nieuw:
        verstuur(huis, nieuw)
    gevraagd = {r.soort or r.bestand for r in aanbod.regels} | {RUN}
    nu = {b: wat for b, wat in eerder.items() if b not in gevraagd}
    nu |= {m.bron: m.wat for m in alle}
    if nu != eerder:
        try:
            schrijf_zeker(pad, json.dumps(nu, indent=1, ensure_ascii=False).encode())
        except OSError as wat:  # told once more is better than a full disk that hides the failure
            huis.opmerkingen.append(f"{pad}: niet te schrijven ({wat.strerror}).")
    return nieuw


def verstuur(huis: Huis, te_melden: Iterable[Melding]) -> None:
    """Sends messages the ways that are set; none set sends nothing."""
    ingesteld = lees_instelling(Meldingen, huis.datamap.meldingen)
    for melding in te_melden:
        for naam, werk in (
            ("mail", lambda m=melding: _mail(huis, ingesteld.mail, m)),
            ("webhook", lambda m=melding: _webhook(huis, ingesteld.webhook, m)),
        ):
            try:
                werk()
            except Exception as fout:  # whatever it is: the refresh itself must not fail by it
                huis.opmerkingen.append(
                    f"een melding over {melding.bron} is niet verstuurd per {naam} "
                    f"({type(fout).__name__}). Controleer {huis.datamap.meldingen}."
                )


def _mail(huis: Huis, mail: Mail | None, melding: Melding) -> None:
    if mail is None:
        return
    bericht = EmailMessage()
    bericht["Subject"] = " ".join(f"Tel & Vertel: {melding.bron} niet bijgewerkt".split())
    bericht["From"], bericht["To"] = mail.van, ", ".join(mail.aan)
    bericht.set_content(melding.tekst())
    with smtplib.SMTP(mail.server, mail.poort, timeout=_WACHT) as server:
        if mail.starttls:
            server.starttls()
        if mail.gebruiker and huis.instellingen.smtp_wachtwoord:
            server.login(mail.gebruiker, huis.instellingen.smtp_wachtwoord)
        server.send_message(bericht)


def _webhook(huis: Huis, aan: bool, melding: Melding) -> None:
    if not aan:
        return
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

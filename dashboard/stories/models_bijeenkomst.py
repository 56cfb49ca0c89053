"""Tables of a meeting: its rounds, who takes part (by handle, never by name), and their notes."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.stories.models import Basis, Moment


class Bijeenkomst(Basis):
    """A meeting about one area: first told, then counted.

    `ronde` and `fase` say where it is; `stap` counts the steps and `versie` every change, so that
    a screen can ask with one number whether there is anything new. `code` is emptied at the end.
    """

    __tablename__ = "bijeenkomst"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    gebied: Mapped[str] = mapped_column(String(10), index=True)
    grensjaar: Mapped[int]
    naam: Mapped[str] = mapped_column(String(120))
    code: Mapped[str | None] = mapped_column(String(8), unique=True)
    code_tot: Mapped[datetime] = mapped_column(Moment)
    ronde: Mapped[int] = mapped_column(default=0)
    fase: Mapped[str] = mapped_column(String(20), default="welkom")
    stap: Mapped[int] = mapped_column(default=0)
    versie: Mapped[int] = mapped_column(default=0)
    door: Mapped[str] = mapped_column(String(100))
    begonnen_op: Mapped[datetime] = mapped_column(Moment)
    gesloten_op: Mapped[datetime | None] = mapped_column(Moment)

    rondes: Mapped[list[Ronde]] = relationship(order_by="Ronde.nummer", lazy="selectin")

    @property
    def huidige(self) -> Ronde | None:
        """The figure that it is about now; None before the first, at the end and after it."""
        bezig = self.fase in ("verwacht", "onthuld", "mist")
        return next((r for r in self.rondes if bezig and r.nummer == self.ronde), None)


class Ronde(Basis):
    """One figure of a meeting. `vraag` is what everyone may know before it is revealed.

    `onthuld` is empty until then: what it says was put there by the reveal itself, in words, so
    that no screen of the meeting reads a figure from anywhere else. `handen` counts the room.
    """

    __tablename__ = "bijeenkomst_ronde"
    __table_args__ = (UniqueConstraint("bijeenkomst_id", "nummer", name="uq_bijeenkomst_ronde"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bijeenkomst_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("bijeenkomst.id"), index=True)
    nummer: Mapped[int]
    indicator: Mapped[str] = mapped_column(String(60))
    vraag: Mapped[dict[str, Any]] = mapped_column(JSON)
    onthuld: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    publicatie: Mapped[str | None] = mapped_column(String(80))
    onthuld_op: Mapped[datetime | None] = mapped_column(Moment)
    handen: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))


class Deelnemer(Basis):
    """Someone who takes part: a handle of this meeting and a role; no name, no account.

    The browser holds the key, here is only its sha256. `toestemming` is for using notes as a
    verhaal without a name.
    """

    __tablename__ = "bijeenkomst_deelnemer"
    __table_args__ = (UniqueConstraint("bijeenkomst_id", "naam", name="uq_bijeenkomst_deelnemer"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bijeenkomst_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("bijeenkomst.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    naam: Mapped[str] = mapped_column(String(40))
    rol: Mapped[str] = mapped_column(String(30))
    toestemming: Mapped[bool] = mapped_column(default=False)
    begonnen_op: Mapped[datetime] = mapped_column(Moment)


class Notitie(Basis):
    """What someone wrote at one moment of a meeting; without `deelnemer_id` the room said it.

    `soort` is verwachting, opvallend or mist; `ronde` 0 is about all figures together. Of a note
    that became a verhaal the words are in the verhaal alone. `vast` keeps it off the big screen.
    """

    __tablename__ = "bijeenkomst_notitie"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    bijeenkomst_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("bijeenkomst.id"), index=True)
    deelnemer_id: Mapped[int | None] = mapped_column(
        ForeignKey("bijeenkomst_deelnemer.id"), index=True
    )
    ronde: Mapped[int]
    soort: Mapped[str] = mapped_column(String(20))
    tekst: Mapped[str] = mapped_column(Text)
    kant: Mapped[str | None] = mapped_column(String(20))
    schatting: Mapped[float | None]
    vast: Mapped[bool] = mapped_column(default=False)
    sleutel: Mapped[str | None] = mapped_column(String(64), unique=True)
    verhaal_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("verhaal.id"), index=True)
    op: Mapped[datetime] = mapped_column(Moment)

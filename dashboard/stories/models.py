"""What a story is made of: the tables of the story store.

Words people told (`Revisie`) are kept apart from their binding to figures (`Koppeling`): the one
is a voice, the other an interpretation signed by whoever bound it. Revisions and log lines are
only ever added.
"""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, also where the database knows no time zones (SQLite)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """To UTC; a moment without a zone is refused."""
        if value is not None and value.tzinfo is None:
            raise ValueError("een tijdstip zonder tijdzone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """From the store, as UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Basis(DeclarativeBase):
    """The tables of the story store."""


class Verhaal(Basis):
    """A story: of an area and themes; its words are in its revisions."""

    __tablename__ = "verhaal"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    gebied: Mapped[str] = mapped_column(String(10), index=True)
    grensjaar: Mapped[int]
    themas: Mapped[list[str]] = mapped_column(JSON)
    gemaakt_op: Mapped[datetime] = mapped_column(Moment)

    revisies: Mapped[list[Revisie]] = relationship(
        back_populates="verhaal", order_by="Revisie.nummer", lazy="selectin"
    )
    koppelingen: Mapped[list[Koppeling]] = relationship(
        back_populates="verhaal", order_by="Koppeling.op", lazy="selectin"
    )

    @property
    def nu(self) -> Revisie:
        """The newest revision."""
        return self.revisies[-1]


class Revisie(Basis):
    """One version of a story's words. Only added, never changed; `nummer` counts from 1."""

    __tablename__ = "revisie"
    __table_args__ = (UniqueConstraint("verhaal_id", "nummer", name="uq_revisie_nummer"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    verhaal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("verhaal.id"), index=True)
    nummer: Mapped[int]
    tekst: Mapped[str] = mapped_column(Text)
    soort: Mapped[str] = mapped_column(String(20))
    rol: Mapped[str] = mapped_column(String(30))
    opgehaald_op: Mapped[date | None]
    opgehaald_hoe: Mapped[str] = mapped_column(String(200), default="")
    bron: Mapped[str] = mapped_column(String(200), default="")
    toestemming: Mapped[bool] = mapped_column(default=False)
    anoniem: Mapped[bool] = mapped_column(default=True)
    richting: Mapped[str | None] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), default="concept")
    door: Mapped[str] = mapped_column(String(100))
    op: Mapped[datetime] = mapped_column(Moment)

    verhaal: Mapped[Verhaal] = relationship(back_populates="revisies")


class Koppeling(Basis):
    """A story bound to a figure as it stood: area, year, value and publication as quoted.

    `nieuwste_jaar` is the newest year of the figure at that moment: only a later one is new.
    """

    __tablename__ = "koppeling"

    id: Mapped[int] = mapped_column(primary_key=True)
    verhaal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("verhaal.id"), index=True)
    gebied: Mapped[str] = mapped_column(String(10), index=True)
    grensjaar: Mapped[int]
    indicator: Mapped[str] = mapped_column(String(60), index=True)
    jaar: Mapped[int]
    waarde: Mapped[float | None]
    ontbreekt_door: Mapped[str | None] = mapped_column(String(30))
    publicatie: Mapped[str] = mapped_column(String(80))
    nieuwste_jaar: Mapped[int]
    houding: Mapped[str] = mapped_column(String(20))
    gekoppeld_door: Mapped[str] = mapped_column(String(100))
    op: Mapped[datetime] = mapped_column(Moment)

    verhaal: Mapped[Verhaal] = relationship(back_populates="koppelingen")
    merken: Mapped[list[Merk]] = relationship(
        back_populates="koppeling", order_by="Merk.id", lazy="selectin"
    )


class Merk(Basis):
    """A binding that asks for another look, because of a publication.

    `soort` is te_herzien (the quoted figure was corrected) or nieuw_jaar (a later year came).
    """

    __tablename__ = "merk"
    __table_args__ = (
        UniqueConstraint("koppeling_id", "soort", "publicatie", name="uq_merk_publicatie"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    koppeling_id: Mapped[int] = mapped_column(ForeignKey("koppeling.id"), index=True)
    soort: Mapped[str] = mapped_column(String(20))
    publicatie: Mapped[str] = mapped_column(String(80))
    toen_jaar: Mapped[int]
    toen: Mapped[float | None]
    nu_jaar: Mapped[int]
    nu: Mapped[float | None]
    nu_ontbreekt: Mapped[str | None] = mapped_column(String(30))
    oorzaak: Mapped[str] = mapped_column(String(20))
    op: Mapped[datetime] = mapped_column(Moment)
    afgehandeld_op: Mapped[datetime | None] = mapped_column(Moment)
    afgehandeld_door: Mapped[str | None] = mapped_column(String(100))

    koppeling: Mapped[Koppeling] = relationship(back_populates="merken")


class Logregel(Basis):
    """Who did what, when. Never the text: its sha256, so that a wipe stays provable."""

    __tablename__ = "logregel"

    id: Mapped[int] = mapped_column(primary_key=True)
    op: Mapped[datetime] = mapped_column(Moment)
    wie: Mapped[str] = mapped_column(String(100))
    wat: Mapped[str] = mapped_column(String(40))
    verhaal_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    over: Mapped[str] = mapped_column(String(120), default="")
    sha256: Mapped[str | None] = mapped_column(String(64))

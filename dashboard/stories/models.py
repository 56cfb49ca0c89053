"""What a story is made of: the tables of the story store.

Words people told (`Revisie`) are kept apart from their binding to figures (`Koppeling`): the one
is a voice, the other an interpretation signed by whoever bound it. Revisions, bindings and log
lines are only ever added; erasure alone may empty words, and the mapper refuses the rest (`VAST`).
"""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, String, Text, UniqueConstraint, event, inspect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, object_session, relationship
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
    """A story: of areas and themes; its words are in its revisions.

    `gebied` is where it was told; `ook_over` are other areas it speaks about. `sleutel` is the
    sender's own key of the submission: the same key twice is one story.
    """

    __tablename__ = "verhaal"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    gebied: Mapped[str] = mapped_column(String(10), index=True)
    grensjaar: Mapped[int]
    themas: Mapped[list[str]] = mapped_column(JSON)
    gemaakt_op: Mapped[datetime] = mapped_column(Moment)
    gemaakt_door: Mapped[uuid.UUID | None]
    sleutel: Mapped[str | None] = mapped_column(String(64), unique=True)
    bewaren_tot: Mapped[date | None]
    gewist_op: Mapped[datetime | None] = mapped_column(Moment)

    ook_over: Mapped[list[VerhaalGebied]] = relationship(lazy="selectin")
    revisies: Mapped[list[Revisie]] = relationship(
        back_populates="verhaal", order_by="Revisie.nummer", lazy="selectin"
    )
    koppelingen_ooit: Mapped[list[Koppeling]] = relationship(
        back_populates="verhaal", order_by="Koppeling.id", lazy="selectin"
    )
    nalezingen: Mapped[list[Nalezing]] = relationship(order_by="Nalezing.id", lazy="selectin")

    @property
    def koppelingen(self) -> list[Koppeling]:
        """The bindings that hold now; `koppelingen_ooit` also has what was superseded or undone."""
        voorbij = {k.vervangt_id for k in self.koppelingen_ooit}
        return [k for k in self.koppelingen_ooit if k.id not in voorbij and not k.los]

    @property
    def gebieden(self) -> list[str]:
        """All areas it speaks about, the one where it was told first."""
        return [self.gebied, *(g.gebied for g in self.ook_over if g.gebied != self.gebied)]

    @property
    def nu(self) -> Revisie:
        """The newest revision."""
        return self.revisies[-1]


class VerhaalGebied(Basis):
    """Another area that a story speaks about."""

    __tablename__ = "verhaal_gebied"

    verhaal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("verhaal.id"), primary_key=True)
    gebied: Mapped[str] = mapped_column(String(10), primary_key=True, index=True)
    grensjaar: Mapped[int]


class Revisie(Basis):
    """One version of a story's words. Only added, never changed; `nummer` counts from 1.

    `rol` tells it; `perspectief` is whose experience it is, when that is someone else's.
    """

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
    perspectief: Mapped[str | None] = mapped_column(String(30))
    status: Mapped[str] = mapped_column(String(20), default="concept")
    door: Mapped[str] = mapped_column(String(100))
    op: Mapped[datetime] = mapped_column(Moment)

    verhaal: Mapped[Verhaal] = relationship(back_populates="revisies")


class Nalezing(Basis):
    """A second person read revision `nummer` for privacy and source; nothing is ratified by it."""

    __tablename__ = "nalezing"

    id: Mapped[int] = mapped_column(primary_key=True)
    verhaal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("verhaal.id"), index=True)
    nummer: Mapped[int]
    uitkomst: Mapped[str] = mapped_column(String(20))
    reden: Mapped[str] = mapped_column(Text, default="")
    door: Mapped[str] = mapped_column(String(100))
    op: Mapped[datetime] = mapped_column(Moment)


class Koppeling(Basis):
    """A story bound to a figure as it stood: area, year, value and publication as quoted.

    `nieuwste_jaar` is the newest year of the figure at that moment: only a later one is new.
    Another stance or figure is a new row that `vervangt` the old one; `los` undoes a binding.
    `definitie` is what the figure meant when it was quoted (`indicators.changes.definitie`).
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
    definitie: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    vervangt_id: Mapped[int | None] = mapped_column(ForeignKey("koppeling.id"), unique=True)
    los: Mapped[bool] = mapped_column(default=False)

    verhaal: Mapped[Verhaal] = relationship(back_populates="koppelingen_ooit")
    merken: Mapped[list[Merk]] = relationship(
        back_populates="koppeling", order_by="Merk.id", lazy="selectin"
    )


class Merk(Basis):
    """A binding that asks for another look, because of a publication.

    `soort` is te_herzien (the quoted figure was corrected) or nieuw_jaar (a later year came);
    `oorzaak` what kind of change, `wat` what changed when that is more than a value.
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
    wat: Mapped[str] = mapped_column(String(300), default="")
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


VAST: dict[type[Basis], frozenset[str]] = {
    Revisie: frozenset({"tekst", "bron", "opgehaald_hoe", "status"}),
    Nalezing: frozenset({"reden"}),
    Koppeling: frozenset({"definitie"}),
    Logregel: frozenset({"sha256"}),
}
"""Tables that are only added to, with the columns that erasure may empty (and, of a binding, the
definition that an older version did not keep)."""


def _alleen_toevoegen(_mapper: Any, _verbinding: Any, rij: Basis) -> None:
    staat = inspect(rij)
    veranderd = {
        a.key for a in staat.mapper.column_attrs if staat.attrs[a.key].history.has_changes()
    }
    sessie = object_session(rij)
    if sessie is not None and sessie.info.get("wissen") and veranderd <= VAST[type(rij)]:
        return
    if veranderd:
        raise RuntimeError(f"{type(rij).__name__} wordt alleen toegevoegd: {sorted(veranderd)}")


for _tabel in VAST:
    event.listen(_tabel, "before_update", _alleen_toevoegen)

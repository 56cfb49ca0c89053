"""Tables of sheets in the story store: versions, tables they were put before, remarks, archive."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.stories.models import Basis, Moment


class Buurtblad(Basis):
    """The sheet of an area; what is on it stands in its versions."""

    __tablename__ = "buurtblad"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    gebied: Mapped[str] = mapped_column(String(10), index=True)
    grensjaar: Mapped[int]
    gemaakt_op: Mapped[datetime] = mapped_column(Moment)

    versies: Mapped[list[BladVersie]] = relationship(
        back_populates="blad", order_by="(BladVersie.nummer, BladVersie.letter)", lazy="selectin"
    )

    @property
    def nu(self) -> BladVersie:
        """The newest version: an open concept before a reissue of what was frozen earlier."""
        return self.versies[-1]

    def tafels(self, nummer: int) -> list[BladTafel]:
        """What a version was put before, whichever of its letters was on the table."""
        return [t for v in self.versies if v.nummer == nummer for t in v.tafels]

    def opmerkingen(self, nummer: int) -> list[BladOpmerking]:
        """The remarks at a version, whichever of its letters they were written at."""
        return [o for v in self.versies if v.nummer == nummer for o in v.opmerkingen]


class BladVersie(Basis):
    """One version: the editor's part, and once frozen the whole sheet with its checksums.

    `letter` is empty, or `b` and on when a passage was removed afterwards. `revisie` counts saves
    of a concept, so that a second writer hears it. `publicatie` and `catalogus` are pinned when
    it is frozen, `opmaak` holds the versions of layout, Typst and fonts.
    """

    __tablename__ = "blad_versie"
    __table_args__ = (UniqueConstraint("blad_id", "nummer", "letter", name="uq_blad_versie"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    blad_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("buurtblad.id"), index=True)
    nummer: Mapped[int]
    letter: Mapped[str] = mapped_column(String(2), default="")
    status: Mapped[str] = mapped_column(String(20), default="concept")
    revisie: Mapped[int] = mapped_column(default=1)
    redactie: Mapped[dict[str, Any]] = mapped_column(JSON)
    vel: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    publicatie: Mapped[str | None] = mapped_column(String(80), index=True)
    catalogus: Mapped[str | None] = mapped_column(String(64))
    opmaak: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    invoer_sha256: Mapped[str | None] = mapped_column(String(64))
    pdf_sha256: Mapped[str | None] = mapped_column(String(64))
    door: Mapped[str] = mapped_column(String(100))
    op: Mapped[datetime] = mapped_column(Moment)
    vastgezet_op: Mapped[datetime | None] = mapped_column(Moment)

    blad: Mapped[Buurtblad] = relationship(back_populates="versies")
    tafels: Mapped[list[BladTafel]] = relationship(order_by="BladTafel.id", lazy="selectin")
    opmerkingen: Mapped[list[BladOpmerking]] = relationship(
        order_by="BladOpmerking.id", lazy="selectin"
    )

    @property
    def naam(self) -> str:
        """What is printed: `concept`, `versie 2`, `versie 2b`."""
        if self.vel is None:
            return "concept"
        return f"versie {self.nummer}{self.letter}"


class BladTafel(Basis):
    """A version before one table (bestuur or rvc): when, the outcome, and what came of it."""

    __tablename__ = "blad_tafel"
    __table_args__ = (UniqueConstraint("versie_id", "tafel", name="uq_blad_tafel"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    versie_id: Mapped[int] = mapped_column(ForeignKey("blad_versie.id"), index=True)
    tafel: Mapped[str] = mapped_column(String(20))
    vergadering_op: Mapped[date]
    status: Mapped[str] = mapped_column(String(20), default="voorgelegd")
    uitkomst: Mapped[str] = mapped_column(Text, default="")
    vastgelegd_door: Mapped[str | None] = mapped_column(String(100))
    vastgelegd_op: Mapped[datetime | None] = mapped_column(Moment)
    terugkijken_op: Mapped[date | None]
    gevolg: Mapped[str] = mapped_column(Text, default="")
    gevolg_door: Mapped[str | None] = mapped_column(String(100))


class BladOpmerking(Basis):
    """A remark at one block of a version."""

    __tablename__ = "blad_opmerking"

    id: Mapped[int] = mapped_column(primary_key=True)
    versie_id: Mapped[int] = mapped_column(ForeignKey("blad_versie.id"), index=True)
    blok: Mapped[str] = mapped_column(String(20))
    tekst: Mapped[str] = mapped_column(Text)
    rol: Mapped[str] = mapped_column(String(30))
    door: Mapped[str] = mapped_column(String(100))
    op: Mapped[datetime] = mapped_column(Moment)


class BladArchief(Basis):
    """What was approved: the bytes and the figures in them. Bytes go when a passage is removed.

    They are kept as base64, so that a backup is JSON like the rest.
    """

    __tablename__ = "blad_archief"

    versie_id: Mapped[int] = mapped_column(ForeignKey("blad_versie.id"), primary_key=True)
    pdf64: Mapped[str | None] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    cijfers: Mapped[list[Any]] = mapped_column(JSON)
    op: Mapped[datetime] = mapped_column(Moment)
    gewist_op: Mapped[datetime | None] = mapped_column(Moment)

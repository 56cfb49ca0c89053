"""Tables of what we do in an area: the inzetkaart and its revisions."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.stories.models import Basis, Moment


class Inzetkaart(Basis):
    """Something that is done in an area; what it is stands in its revisions."""

    __tablename__ = "inzetkaart"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    gebied: Mapped[str] = mapped_column(String(10), index=True)
    grensjaar: Mapped[int]
    sleutel: Mapped[str | None] = mapped_column(String(64), unique=True)
    gemaakt_op: Mapped[datetime] = mapped_column(Moment)
    gewist_op: Mapped[datetime | None] = mapped_column(Moment)

    revisies: Mapped[list[InzetRevisie]] = relationship(
        order_by="InzetRevisie.nummer", lazy="selectin"
    )

    @property
    def nu(self) -> InzetRevisie:
        """The newest revision."""
        return self.revisies[-1]


class InzetRevisie(Basis):
    """One version of an inzetkaart: the four questions of the field, and what it should move."""

    __tablename__ = "inzet_revisie"
    __table_args__ = (UniqueConstraint("inzet_id", "nummer", name="uq_inzet_nummer"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    inzet_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("inzetkaart.id"), index=True)
    nummer: Mapped[int]
    titel: Mapped[str] = mapped_column(String(120))
    doel: Mapped[str] = mapped_column(Text)
    werkwijze: Mapped[str] = mapped_column(Text)
    beoogd_effect: Mapped[str] = mapped_column(Text)
    nodig: Mapped[str] = mapped_column(Text)
    thema: Mapped[str] = mapped_column(String(40))
    wie: Mapped[str] = mapped_column(String(200))
    begin: Mapped[date | None]
    einde: Mapped[date | None]
    terugkijken_op: Mapped[date | None]
    indicator: Mapped[str | None] = mapped_column(String(60))
    verhaal_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("verhaal.id"))
    status: Mapped[str] = mapped_column(String(20), default="loopt")
    door: Mapped[str] = mapped_column(String(100))
    op: Mapped[datetime] = mapped_column(Moment)

"""Tables of phones: what was paired for whom, which submission became which story, and photos."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.stories.models import Basis, Moment


class Toestel(Basis):
    """A phone, from the pairing link on: for whom, in which role, about which areas.

    The link and the phone hold their keys, here is only the sha256 of each; that of the link goes
    when it was used. `gebieden` and `plekken` (both empty: everywhere) bound what it may tell
    about. `account_id` is whose phone it is, when that person has an account: without the account
    it stops. `gezien_op` changes once a day at most.
    """

    __tablename__ = "toestel"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    naam: Mapped[str] = mapped_column(String(100))
    rol: Mapped[str] = mapped_column(String(30))
    gebieden: Mapped[list[str]] = mapped_column(JSON, default=list)
    plekken: Mapped[list[str]] = mapped_column(JSON, default=list)
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    gemaakt_door: Mapped[str] = mapped_column(String(100))
    maker_id: Mapped[uuid.UUID | None]
    gemaakt_op: Mapped[datetime] = mapped_column(Moment)
    code_sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    code_tot: Mapped[datetime] = mapped_column(Moment)
    sleutel_sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    gekoppeld_op: Mapped[datetime | None] = mapped_column(Moment)
    gezien_op: Mapped[datetime | None] = mapped_column(Moment)
    ingetrokken_op: Mapped[datetime | None] = mapped_column(Moment)


class ToestelInzending(Basis):
    """What a phone sent under its own number: the same number twice is one story.

    `sha256` is of all that was sent; other words under the same number are refused by it.
    `verhaal_id` is chosen before the story is kept, so it refers to nothing yet.
    """

    __tablename__ = "toestel_inzending"
    __table_args__ = (UniqueConstraint("toestel_id", "nummer", name="uq_toestel_inzending"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    toestel_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("toestel.id"), index=True)
    nummer: Mapped[uuid.UUID]
    sha256: Mapped[str | None] = mapped_column(String(64))
    verhaal_id: Mapped[uuid.UUID] = mapped_column(index=True)
    plek: Mapped[str] = mapped_column(String(120))
    op: Mapped[datetime] = mapped_column(Moment)


class Foto(Basis):
    """A photo with a story: pixels only, as JPEG in base64 so that a backup is JSON like the rest.

    A wipe empties `jpeg64` and `sha256`, and leaves the mark that there was one.
    """

    __tablename__ = "verhaal_foto"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    verhaal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("verhaal.id"), index=True)
    jpeg64: Mapped[str | None] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(String(64))
    breed: Mapped[int]
    hoog: Mapped[int]
    op: Mapped[datetime] = mapped_column(Moment)
    gewist_op: Mapped[datetime | None] = mapped_column(Moment)

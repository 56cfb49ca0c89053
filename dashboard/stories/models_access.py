"""Tables of accounts: who may come in, in which role, where, and what was put before whom."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.stories.models import Basis, Moment


class Account(Basis):
    """Someone who can sign in. The password is kept as an argon2id hash only."""

    __tablename__ = "account"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    inlognaam: Mapped[str] = mapped_column(String(80), unique=True)
    naam: Mapped[str] = mapped_column(String(100))
    wachtwoord: Mapped[str] = mapped_column(String(200))
    actief: Mapped[bool] = mapped_column(default=True)
    gemaakt_op: Mapped[datetime] = mapped_column(Moment)

    rollen: Mapped[list[Rolverlening]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="Rolverlening.id"
    )


class Rolverlening(Basis):
    """A role of an account: everywhere (`gebieden` empty) or in some areas, until `tot`.

    A gast or rvc sees only `items`: `buurt:CODE`, `verhaal:ID` or `blad:ID`.
    """

    __tablename__ = "rolverlening"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), index=True)
    rol: Mapped[str] = mapped_column(String(30))
    gebieden: Mapped[list[str]] = mapped_column(JSON, default=list)
    items: Mapped[list[str]] = mapped_column(JSON, default=list)
    tot: Mapped[datetime | None] = mapped_column(Moment)


class Aanmelding(Basis):
    """A session on the server; the browser holds the key, here is only its sha256."""

    __tablename__ = "aanmelding"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    begonnen_op: Mapped[datetime] = mapped_column(Moment)
    gezien_op: Mapped[datetime] = mapped_column(Moment)


class Poging(Basis):
    """A sign-in that failed, by hash of name and of address; kept for a day at most."""

    __tablename__ = "poging"

    id: Mapped[int] = mapped_column(primary_key=True)
    waarop: Mapped[str] = mapped_column(String(64), index=True)
    op: Mapped[datetime] = mapped_column(Moment, index=True)

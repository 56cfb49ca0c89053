"""Sheets: versions, the tables they were put before, remarks, and what was approved."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True)


def _versie(**anders: Any) -> sa.Column:
    return sa.Column(
        "versie_id", sa.Integer(), sa.ForeignKey("blad_versie.id"), nullable=False, **anders
    )


def upgrade() -> None:
    op.create_table(
        "buurtblad",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("gebied", sa.String(10), nullable=False, index=True),
        sa.Column("grensjaar", sa.Integer(), nullable=False),
        sa.Column("gemaakt_op", MOMENT, nullable=False),
    )
    op.create_table(
        "blad_versie",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("blad_id", sa.Uuid(), sa.ForeignKey("buurtblad.id"), nullable=False, index=True),
        sa.Column("nummer", sa.Integer(), nullable=False),
        sa.Column("letter", sa.String(2), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("revisie", sa.Integer(), nullable=False),
        sa.Column("redactie", sa.JSON(), nullable=False),
        sa.Column("vel", JSON),
        sa.Column("publicatie", sa.String(80), index=True),
        sa.Column("catalogus", sa.String(64)),
        sa.Column("opmaak", JSON),
        sa.Column("invoer_sha256", sa.String(64)),
        sa.Column("pdf_sha256", sa.String(64)),
        sa.Column("door", sa.String(100), nullable=False),
        sa.Column("op", MOMENT, nullable=False),
        sa.Column("vastgezet_op", MOMENT),
        sa.UniqueConstraint("blad_id", "nummer", "letter", name="uq_blad_versie"),
    )
    op.create_table(
        "blad_tafel",
        sa.Column("id", sa.Integer(), primary_key=True),
        _versie(index=True),
        sa.Column("tafel", sa.String(20), nullable=False),
        sa.Column("vergadering_op", sa.Date(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("uitkomst", sa.Text(), nullable=False),
        sa.Column("vastgelegd_door", sa.String(100)),
        sa.Column("vastgelegd_op", MOMENT),
        sa.Column("terugkijken_op", sa.Date()),
        sa.Column("gevolg", sa.Text(), nullable=False),
        sa.Column("gevolg_door", sa.String(100)),
        sa.UniqueConstraint("versie_id", "tafel", name="uq_blad_tafel"),
    )
    op.create_table(
        "blad_opmerking",
        sa.Column("id", sa.Integer(), primary_key=True),
        _versie(index=True),
        sa.Column("blok", sa.String(20), nullable=False),
        sa.Column("tekst", sa.Text(), nullable=False),
        sa.Column("rol", sa.String(30), nullable=False),
        sa.Column("door", sa.String(100), nullable=False),
        sa.Column("op", MOMENT, nullable=False),
    )
    op.create_table(
        "blad_archief",
        _versie(primary_key=True),
        sa.Column("pdf64", sa.Text()),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("cijfers", sa.JSON(), nullable=False),
        sa.Column("op", MOMENT, nullable=False),
        sa.Column("gewist_op", MOMENT),
    )


def downgrade() -> None:
    for tabel in ("blad_archief", "blad_opmerking", "blad_tafel", "blad_versie", "buurtblad"):
        op.drop_table(tabel)

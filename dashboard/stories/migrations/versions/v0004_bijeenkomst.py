"""Meetings: their rounds, who takes part by handle, and notes."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True)


def _van() -> sa.Column:
    return sa.Column(
        "bijeenkomst_id", sa.Uuid(), sa.ForeignKey("bijeenkomst.id"), nullable=False, index=True
    )


def _bijeenkomst() -> None:
    op.create_table(
        "bijeenkomst",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("gebied", sa.String(10), nullable=False, index=True),
        sa.Column("grensjaar", sa.Integer(), nullable=False),
        sa.Column("naam", sa.String(120), nullable=False),
        sa.Column("code", sa.String(8), unique=True),
        sa.Column("code_tot", MOMENT, nullable=False),
        sa.Column("ronde", sa.Integer(), nullable=False),
        sa.Column("fase", sa.String(20), nullable=False),
        sa.Column("stap", sa.Integer(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("door", sa.String(100), nullable=False),
        sa.Column("begonnen_op", MOMENT, nullable=False),
        sa.Column("gesloten_op", MOMENT),
    )
    op.create_table(
        "bijeenkomst_ronde",
        sa.Column("id", sa.Integer(), primary_key=True),
        _van(),
        sa.Column("nummer", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(60), nullable=False),
        sa.Column("vraag", sa.JSON(), nullable=False),
        sa.Column("onthuld", JSON),
        sa.Column("publicatie", sa.String(80)),
        sa.Column("onthuld_op", MOMENT),
        sa.Column("handen", JSON),
        sa.UniqueConstraint("bijeenkomst_id", "nummer", name="uq_bijeenkomst_ronde"),
    )


def upgrade() -> None:
    _bijeenkomst()
    op.create_table(
        "bijeenkomst_deelnemer",
        sa.Column("id", sa.Integer(), primary_key=True),
        _van(),
        sa.Column("sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("naam", sa.String(40), nullable=False),
        sa.Column("rol", sa.String(30), nullable=False),
        sa.Column("toestemming", sa.Boolean(), nullable=False),
        sa.Column("begonnen_op", MOMENT, nullable=False),
        sa.UniqueConstraint("bijeenkomst_id", "naam", name="uq_bijeenkomst_deelnemer"),
    )
    op.create_table(
        "bijeenkomst_notitie",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _van(),
        sa.Column(
            "deelnemer_id", sa.Integer(), sa.ForeignKey("bijeenkomst_deelnemer.id"), index=True
        ),
        sa.Column("ronde", sa.Integer(), nullable=False),
        sa.Column("soort", sa.String(20), nullable=False),
        sa.Column("tekst", sa.Text(), nullable=False),
        sa.Column("kant", sa.String(20)),
        sa.Column("schatting", sa.Double()),
        sa.Column("vast", sa.Boolean(), nullable=False),
        sa.Column("sleutel", sa.String(64), unique=True),
        sa.Column("verhaal_id", sa.Uuid(), sa.ForeignKey("verhaal.id"), index=True),
        sa.Column("op", MOMENT, nullable=False),
    )


def downgrade() -> None:
    for tabel in ("bijeenkomst_notitie", "bijeenkomst_deelnemer", "bijeenkomst_ronde",
                  "bijeenkomst"):  # fmt: skip
        op.drop_table(tabel)

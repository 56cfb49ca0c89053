"""Phones: pairing, submissions by their own number, photos."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "toestel",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("naam", sa.String(100), nullable=False),
        sa.Column("rol", sa.String(30), nullable=False),
        sa.Column("gebieden", sa.JSON(), nullable=False),
        sa.Column("plekken", sa.JSON(), nullable=False),
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("account.id"), index=True),
        sa.Column("gemaakt_door", sa.String(100), nullable=False),
        sa.Column("maker_id", sa.Uuid()),
        sa.Column("gemaakt_op", MOMENT, nullable=False),
        sa.Column("code_sha256", sa.String(64), unique=True),
        sa.Column("code_tot", MOMENT, nullable=False),
        sa.Column("sleutel_sha256", sa.String(64), unique=True),
        sa.Column("gekoppeld_op", MOMENT),
        sa.Column("gezien_op", MOMENT),
        sa.Column("ingetrokken_op", MOMENT),
    )
    op.create_table(
        "toestel_inzending",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("toestel_id", sa.Uuid(), sa.ForeignKey("toestel.id"), nullable=False, index=True),
        sa.Column("nummer", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(64)),
        sa.Column("verhaal_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("plek", sa.String(120), nullable=False),
        sa.Column("op", MOMENT, nullable=False),
        sa.UniqueConstraint("toestel_id", "nummer", name="uq_toestel_inzending"),
    )
    op.create_table(
        "verhaal_foto",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("verhaal_id", sa.Uuid(), sa.ForeignKey("verhaal.id"), nullable=False, index=True),
        sa.Column("jpeg64", sa.Text()),
        sa.Column("sha256", sa.String(64)),
        sa.Column("breed", sa.Integer(), nullable=False),
        sa.Column("hoog", sa.Integer(), nullable=False),
        sa.Column("op", MOMENT, nullable=False),
        sa.Column("gewist_op", MOMENT),
    )


def downgrade() -> None:
    for tabel in ("verhaal_foto", "toestel_inzending", "toestel"):
        op.drop_table(tabel)

"""The first tables: verhaal, revisie, koppeling, merk, logregel."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _verhaal() -> None:
    op.create_table(
        "verhaal",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("gebied", sa.String(10), nullable=False, index=True),
        sa.Column("grensjaar", sa.Integer(), nullable=False),
        sa.Column("themas", sa.JSON(), nullable=False),
        sa.Column("gemaakt_op", MOMENT, nullable=False),
    )
    op.create_table(
        "revisie",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("verhaal_id", sa.Uuid(), sa.ForeignKey("verhaal.id"), nullable=False, index=True),
        sa.Column("nummer", sa.Integer(), nullable=False),
        sa.Column("tekst", sa.Text(), nullable=False),
        sa.Column("soort", sa.String(20), nullable=False),
        sa.Column("rol", sa.String(30), nullable=False),
        sa.Column("opgehaald_op", sa.Date()),
        sa.Column("opgehaald_hoe", sa.String(200), nullable=False),
        sa.Column("bron", sa.String(200), nullable=False),
        sa.Column("toestemming", sa.Boolean(), nullable=False),
        sa.Column("anoniem", sa.Boolean(), nullable=False),
        sa.Column("richting", sa.String(20)),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("door", sa.String(100), nullable=False),
        sa.Column("op", MOMENT, nullable=False),
        sa.UniqueConstraint("verhaal_id", "nummer", name="uq_revisie_nummer"),
    )


def _koppeling() -> None:
    op.create_table(
        "koppeling",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("verhaal_id", sa.Uuid(), sa.ForeignKey("verhaal.id"), nullable=False, index=True),
        sa.Column("gebied", sa.String(10), nullable=False, index=True),
        sa.Column("grensjaar", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(60), nullable=False, index=True),
        sa.Column("jaar", sa.Integer(), nullable=False),
        sa.Column("waarde", sa.Double()),
        sa.Column("ontbreekt_door", sa.String(30)),
        sa.Column("publicatie", sa.String(80), nullable=False),
        sa.Column("nieuwste_jaar", sa.Integer(), nullable=False),
        sa.Column("houding", sa.String(20), nullable=False),
        sa.Column("gekoppeld_door", sa.String(100), nullable=False),
        sa.Column("op", MOMENT, nullable=False),
    )
    op.create_table(
        "merk",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "koppeling_id", sa.Integer(), sa.ForeignKey("koppeling.id"), nullable=False, index=True
        ),
        sa.Column("soort", sa.String(20), nullable=False),
        sa.Column("publicatie", sa.String(80), nullable=False),
        sa.Column("toen_jaar", sa.Integer(), nullable=False),
        sa.Column("toen", sa.Double()),
        sa.Column("nu_jaar", sa.Integer(), nullable=False),
        sa.Column("nu", sa.Double()),
        sa.Column("nu_ontbreekt", sa.String(30)),
        sa.Column("oorzaak", sa.String(20), nullable=False),
        sa.Column("op", MOMENT, nullable=False),
        sa.Column("afgehandeld_op", MOMENT),
        sa.Column("afgehandeld_door", sa.String(100)),
        sa.UniqueConstraint("koppeling_id", "soort", "publicatie", name="uq_merk_publicatie"),
    )


def upgrade() -> None:
    _verhaal()
    _koppeling()
    op.create_table(
        "logregel",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("op", MOMENT, nullable=False),
        sa.Column("wie", sa.String(100), nullable=False),
        sa.Column("wat", sa.String(40), nullable=False),
        sa.Column("verhaal_id", sa.Uuid(), index=True),
        sa.Column("over", sa.String(120), nullable=False),
        sa.Column("sha256", sa.String(64)),
    )


def downgrade() -> None:
    for tabel in ("logregel", "merk", "koppeling", "revisie", "verhaal"):
        op.drop_table(tabel)

"""More of a story (areas, perspective, reading, history of bindings); inzetkaart; accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _verhaal() -> None:
    with op.batch_alter_table("verhaal") as tabel:
        tabel.add_column(sa.Column("gemaakt_door", sa.Uuid()))
        tabel.add_column(sa.Column("sleutel", sa.String(64)))
        tabel.add_column(sa.Column("bewaren_tot", sa.Date()))
        tabel.add_column(sa.Column("gewist_op", MOMENT))
        tabel.create_unique_constraint("uq_verhaal_sleutel", ["sleutel"])
    with op.batch_alter_table("revisie") as tabel:
        tabel.add_column(sa.Column("perspectief", sa.String(30)))
    with op.batch_alter_table("koppeling") as tabel:
        tabel.add_column(sa.Column("definitie", sa.JSON()))
        tabel.add_column(sa.Column("vervangt_id", sa.Integer()))
        tabel.add_column(sa.Column("los", sa.Boolean(), nullable=False, server_default=sa.false()))
        tabel.create_unique_constraint("uq_koppeling_vervangt", ["vervangt_id"])
        tabel.create_foreign_key("fk_koppeling_vervangt", "koppeling", ["vervangt_id"], ["id"])
    with op.batch_alter_table("merk") as tabel:
        tabel.add_column(sa.Column("wat", sa.String(300), nullable=False, server_default=""))
    op.create_table(
        "verhaal_gebied",
        sa.Column("verhaal_id", sa.Uuid(), sa.ForeignKey("verhaal.id"), primary_key=True),
        sa.Column("gebied", sa.String(10), primary_key=True, index=True),
        sa.Column("grensjaar", sa.Integer(), nullable=False),
    )
    op.create_table(
        "nalezing",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("verhaal_id", sa.Uuid(), sa.ForeignKey("verhaal.id"), nullable=False, index=True),
        sa.Column("nummer", sa.Integer(), nullable=False),
        sa.Column("uitkomst", sa.String(20), nullable=False),
        sa.Column("reden", sa.Text(), nullable=False),
        sa.Column("door", sa.String(100), nullable=False),
        sa.Column("op", MOMENT, nullable=False),
    )


def _inzet() -> None:
    op.create_table(
        "inzetkaart",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("gebied", sa.String(10), nullable=False, index=True),
        sa.Column("grensjaar", sa.Integer(), nullable=False),
        sa.Column("sleutel", sa.String(64), unique=True),
        sa.Column("gemaakt_op", MOMENT, nullable=False),
        sa.Column("gewist_op", MOMENT),
    )
    op.create_table(
        "inzet_revisie",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "inzet_id", sa.Uuid(), sa.ForeignKey("inzetkaart.id"), nullable=False, index=True
        ),
        sa.Column("nummer", sa.Integer(), nullable=False),
        sa.Column("titel", sa.String(120), nullable=False),
        *(
            sa.Column(v, sa.Text(), nullable=False)
            for v in ("doel", "werkwijze", "beoogd_effect", "nodig")
        ),
        sa.Column("thema", sa.String(40), nullable=False),
        sa.Column("wie", sa.String(200), nullable=False),
        *(sa.Column(v, sa.Date()) for v in ("begin", "einde", "terugkijken_op")),
        sa.Column("indicator", sa.String(60)),
        sa.Column("verhaal_id", sa.Uuid(), sa.ForeignKey("verhaal.id")),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("door", sa.String(100), nullable=False),
        sa.Column("op", MOMENT, nullable=False),
        sa.UniqueConstraint("inzet_id", "nummer", name="uq_inzet_nummer"),
    )


def _accounts() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("inlognaam", sa.String(80), nullable=False, unique=True),
        sa.Column("naam", sa.String(100), nullable=False),
        sa.Column("wachtwoord", sa.String(200), nullable=False),
        sa.Column("actief", sa.Boolean(), nullable=False),
        sa.Column("gemaakt_op", MOMENT, nullable=False),
    )
    op.create_table(
        "rolverlening",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("account.id"), nullable=False, index=True),
        sa.Column("rol", sa.String(30), nullable=False),
        sa.Column("gebieden", sa.JSON(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("tot", MOMENT),
    )
    op.create_table(
        "aanmelding",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("account.id"), nullable=False, index=True),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("begonnen_op", MOMENT, nullable=False),
        sa.Column("gezien_op", MOMENT, nullable=False),
    )
    op.create_table(
        "poging",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("waarop", sa.String(64), nullable=False, index=True),
        sa.Column("op", MOMENT, nullable=False, index=True),
    )


def upgrade() -> None:
    _verhaal()
    _inzet()
    _accounts()


def downgrade() -> None:
    for tabel in ("poging", "aanmelding", "rolverlening", "account", "inzet_revisie", "inzetkaart",
                  "nalezing", "verhaal_gebied"):  # fmt: skip
        op.drop_table(tabel)
    with op.batch_alter_table("merk") as weg:
        weg.drop_column("wat")
    # an older version knows no superseded bindings: only those that hold are left
    voorbij = "SELECT vervangt_id FROM koppeling WHERE vervangt_id IS NOT NULL"
    op.execute(f"UPDATE koppeling SET jaar = -1 WHERE los OR id IN ({voorbij})")  # noqa: S608
    op.execute("UPDATE koppeling SET vervangt_id = NULL")
    op.execute("DELETE FROM merk WHERE koppeling_id IN (SELECT id FROM koppeling WHERE jaar = -1)")
    op.execute("DELETE FROM koppeling WHERE jaar = -1")
    with op.batch_alter_table("koppeling") as weg:
        weg.drop_constraint("fk_koppeling_vervangt", type_="foreignkey")
        weg.drop_constraint("uq_koppeling_vervangt", type_="unique")
        for kolom in ("los", "vervangt_id", "definitie"):
            weg.drop_column(kolom)
    with op.batch_alter_table("revisie") as weg:
        weg.drop_column("perspectief")
    with op.batch_alter_table("verhaal") as weg:
        weg.drop_constraint("uq_verhaal_sleutel", type_="unique")
        for kolom in ("gewist_op", "bewaren_tot", "sleutel", "gemaakt_door"):
            weg.drop_column(kolom)

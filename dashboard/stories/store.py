"""The story store's engine: SQLite in WAL mode, or PostgreSQL by another URL; and migrations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import StaticPool

WACHT_SECONDEN = 10
VERBINDINGEN = 20
"""Of PostgreSQL, kept open: more than the server has threads, so nobody waits for one."""


def maak_motor(url: str) -> Engine:
    """An engine with the settings the house needs; makes the folder of an SQLite file.

    Errors name the statement and never its values: those are words of stories.
    """
    adres = make_url(url)
    if adres.get_backend_name() != "sqlite":
        return create_engine(
            adres, pool_pre_ping=True, hide_parameters=True, pool_size=VERBINDINGEN
        )
    if adres.database and adres.database != ":memory:":
        Path(adres.database).parent.mkdir(parents=True, exist_ok=True)
    slot: dict[str, Any] = {"timeout": WACHT_SECONDEN}
    if adres.database and adres.database != ":memory:":
        motor = create_engine(adres, connect_args=slot, hide_parameters=True)
    else:  # one connection, else each has an empty store of its own
        slot["check_same_thread"] = False
        motor = create_engine(adres, connect_args=slot, poolclass=StaticPool, hide_parameters=True)

    @event.listens_for(motor, "connect")
    def _instellen(verbinding: Any, _: Any) -> None:
        cursor = verbinding.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    return motor


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "dashboard.stories:migrations")
    return config


def migreer(motor: Engine, naar: str = "head") -> None:
    """Brings the store to a version of its schema, up or down (`base` empties it).

    All or nothing, and one at a time. SQLite rebuilds tables to change them; its references are
    checked afterwards instead of halfway.

    Raises:
        RuntimeError: when a reference would be left hanging; nothing is changed.
    """
    config, omlaag = _config(), naar != "head"
    with motor.connect() as verbinding:
        sqlite = verbinding.dialect.name == "sqlite"
        if sqlite:
            verbinding.exec_driver_sql("PRAGMA foreign_keys=OFF")
            verbinding.commit()
        try:
            with verbinding.begin():
                if sqlite:
                    verbinding.exec_driver_sql("BEGIN IMMEDIATE")
                config.attributes["verbinding"] = verbinding
                (command.downgrade if omlaag else command.upgrade)(config, naar)
                los = verbinding.exec_driver_sql("PRAGMA foreign_key_check") if sqlite else None
                if los is not None and (rij := los.first()) is not None:
                    raise RuntimeError(f"de migratie laat een verwijzing los in {rij[0]}")
        finally:
            if sqlite:
                verbinding.exec_driver_sql("PRAGMA foreign_keys=ON")
                verbinding.commit()

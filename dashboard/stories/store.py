"""The story store's engine: SQLite in WAL mode, or PostgreSQL by another URL; and migrations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url

WACHT_SECONDEN = 10


def maak_motor(url: str) -> Engine:
    """An engine with the settings the house needs; makes the folder of an SQLite file."""
    adres = make_url(url)
    if adres.get_backend_name() != "sqlite":
        return create_engine(adres, pool_pre_ping=True)
    if adres.database and adres.database != ":memory:":
        Path(adres.database).parent.mkdir(parents=True, exist_ok=True)
    motor = create_engine(adres, connect_args={"timeout": WACHT_SECONDEN})

    @event.listens_for(motor, "connect")
    def _instellen(verbinding: Any, _: Any) -> None:
        cursor = verbinding.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.close()

    return motor


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "dashboard.stories:migrations")
    return config


def migreer(motor: Engine, naar: str = "head") -> None:
    """Brings the store to a version of its schema, up or down (`base` empties it)."""
    config = _config()
    with motor.begin() as verbinding:
        config.attributes["verbinding"] = verbinding
        if naar == "head":
            command.upgrade(config, naar)
        else:
            command.downgrade(config, naar)

"""Bring a database to the newest schema, or say whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url

HERE = Path(__file__).parent


def sync_engine(url: str) -> Engine:
    """A synchronous engine for schema work: the demo and the commands migrate without a loop.

    On SQLite the driver would commit around DDL by itself, so we say BEGIN; and foreign keys stay
    off, since a batch change drops the old table and would take the child rows with it.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed.set(drivername="postgresql+psycopg"))
    Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed.set(drivername="sqlite"))

    @event.listens_for(engine, "connect")
    def _configure(connection, _record) -> None:  # type: ignore[no-untyped-def]
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA foreign_keys=OFF")

    @event.listens_for(engine, "begin")
    def _begin(connection) -> None:  # type: ignore[no-untyped-def]
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def config_for(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["url"] = url
    return config


def migrate(url: str, revision: str = "head") -> None:
    """Bring the database to `revision`. Nothing happens when it is there already."""
    command.upgrade(config_for(url), revision)


def is_at_head(url: str) -> bool:
    """Whether the schema is the one this version of the code expects."""
    engine = sync_engine(url)
    with engine.connect() as connection:
        now = MigrationContext.configure(connection).get_current_heads()
    engine.dispose()
    return set(now) == set(ScriptDirectory.from_config(config_for(url)).get_heads())

"""Bring a database to the newest schema, or say whether it is there.

Every server asks the second; only the first needs Alembic (11 MiB and a tenth of a start), so that it is
loaded there.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url

if TYPE_CHECKING:
    from alembic.config import Config

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
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA foreign_keys=OFF")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def config_for(url: str) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["url"] = url
    return config


def migrate(url: str, revision: str = "head") -> None:
    """Bring the database to `revision`. Nothing happens when it is there already."""
    from alembic import command

    command.upgrade(config_for(url), revision)


def known_revisions() -> frozenset[str]:
    """Revisions are called as their files, which are numbered: 0001_foundations and so on."""
    return frozenset(file.stem for file in (HERE / "versions").glob("[0-9]*.py"))


def newest_revision() -> str:
    """The schema that this version of the code expects."""
    return max(known_revisions())


def is_at_head(url: str) -> bool:
    """Whether the schema is the one this version of the code expects."""
    engine = sync_engine(url)
    with engine.connect() as connection:
        is_begun = inspect(connection).has_table("alembic_version")
        found = (
            connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
            if is_begun
            else []
        )
    engine.dispose()
    return found == [newest_revision()]

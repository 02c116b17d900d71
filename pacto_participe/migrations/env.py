"""Alembic's environment: one synchronous way for both databases."""

from alembic import context
from sqlalchemy import text
from sqlmodel import SQLModel

from pacto_participe.migrations import all_tables  # noqa: F401  fills the metadata
from pacto_participe.migrations.runner import sync_engine

engine = sync_engine(context.config.attributes["url"])
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        if broken:
            raise RuntimeError(f"the migration left rows that point nowhere: {broken[:5]}")
engine.dispose()

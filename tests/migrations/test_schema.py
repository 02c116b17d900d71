"""The schema from nothing, on both databases."""

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from checks.migrations import noting_triggers, of_database, triggers_of
from pacto_participe.migrations.runner import (
    config_for,
    is_at_head,
    migrate,
    newest_revision,
    sync_engine,
)


def test_migrations_from_nothing_end_at_what_the_tables_say(empty_database_url):
    problems = list(of_database(empty_database_url))

    assert problems == []
    assert is_at_head(empty_database_url)


def test_an_empty_database_is_not_at_head(empty_database_url):
    assert not is_at_head(empty_database_url)


def test_the_newest_revision_is_the_one_that_alembic_finds():
    """A server that starts reads it from the names of the files, without Alembic."""
    script = ScriptDirectory.from_config(config_for("sqlite://"))

    assert script.get_heads() == [newest_revision()]


def test_migrating_twice_changes_nothing(database_url):
    before = triggers_of(database_url)

    migrate(database_url)

    assert is_at_head(database_url)
    assert triggers_of(database_url) == before


def test_a_guard_that_a_rebuilt_table_has_lost_is_noticed(tmp_path):
    url = f"sqlite:///{tmp_path / 'guards.db'}"
    engine = sync_engine(url)

    with noting_triggers() as created, engine.begin() as connection:
        connection.execute(text("CREATE TABLE town (name TEXT)"))
        connection.execute(
            text(
                "CREATE TRIGGER town_refuses_delete BEFORE DELETE ON town "
                "BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
        )
        connection.execute(text("DROP TABLE town"))
    engine.dispose()

    assert created - triggers_of(url) == {"town_refuses_delete"}


@pytest.mark.parametrize(
    "change", ["UPDATE event SET tag = 'other'", "DELETE FROM event"], ids=["update", "delete"]
)
def test_the_journal_can_only_be_added_to(database_url, change):
    engine = sync_engine(database_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO event (collectivity_id, event_id, at, tag, body) "
                "VALUES ('09', 'e1', '2026-11-24 10:00:00', 'vote:opened', '{}')"
            )
        )

    with pytest.raises(DBAPIError, match="can only be added to"), engine.begin() as connection:
        connection.execute(text(change))

    engine.dispose()

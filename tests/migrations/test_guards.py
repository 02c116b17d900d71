"""The guards of the database: the doctor knows each by name, and notices when one is gone."""

import pytest
from sqlalchemy import text

from checks.migrations import triggers_of
from pacto_participe.migrations.guards import guards, missing_guards
from pacto_participe.migrations.runner import sync_engine


def test_the_guards_that_are_looked_for_are_those_that_migrations_make(database_url):
    dialect = "sqlite" if database_url.startswith("sqlite") else "postgresql"

    assert {name for name, _table in guards(dialect)} == triggers_of(database_url)
    assert not missing_guards(database_url)


def test_a_guard_that_somebody_took_away_is_named(database_url):
    engine = sync_engine(database_url)
    is_sqlite = engine.dialect.name == "sqlite"
    guard = "event_refuses_delete" if is_sqlite else "event_refuses_change"
    with engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER {guard}" + ("" if is_sqlite else " ON event")))
    engine.dispose()

    assert missing_guards(database_url) == {guard}


@pytest.mark.parametrize("how", ["DISABLE", "ENABLE REPLICA"])
def test_a_guard_that_is_switched_off_is_named(postgres_url, how):
    engine = sync_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE event {how} TRIGGER event_refuses_truncate"))
    engine.dispose()

    assert missing_guards(postgres_url) == {"event_refuses_truncate"}


def told(url: str, statement: str) -> None:
    engine = sync_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_a_guard_that_says_nothing_any_more_is_named(sqlite_url, postgres_url):
    told(sqlite_url, "DROP TRIGGER event_refuses_delete")
    told(
        sqlite_url,
        "CREATE TRIGGER event_refuses_delete BEFORE DELETE ON event BEGIN SELECT 'do'; END",
    )
    told(
        postgres_url,
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$ "
        "BEGIN RETURN OLD; END $$ LANGUAGE plpgsql",
    )

    assert missing_guards(sqlite_url) == {"event_refuses_delete"}
    assert "event_refuses_change" in missing_guards(postgres_url)


@pytest.mark.parametrize(
    ("guard", "moment"),
    [
        ("event_refuses_replace", "BEFORE INSERT ON event"),
        ("event_refuses_negative", "AFTER INSERT ON event"),
        ("vote_keeps_its_key", "BEFORE UPDATE ON vote"),
    ],
)
def test_a_guard_against_replacing_that_says_nothing_any_more_is_named(sqlite_url, guard, moment):
    told(sqlite_url, f"DROP TRIGGER {guard}")
    assert missing_guards(sqlite_url) == {guard}

    told(sqlite_url, f"CREATE TRIGGER {guard} {moment} BEGIN SELECT 'do'; END")

    assert missing_guards(sqlite_url) == {guard}


def test_a_guard_of_the_right_name_on_another_table_is_none(sqlite_url):
    told(sqlite_url, "DROP TRIGGER event_refuses_delete")
    told(
        sqlite_url,
        "CREATE TRIGGER event_refuses_delete BEFORE DELETE ON draft "
        "BEGIN SELECT RAISE(ABORT, 'no'); END",
    )

    assert missing_guards(sqlite_url) == {"event_refuses_delete"}

"""The schema from nothing, on both databases."""

import time

from checks.migrations import of_database, triggers_of
from pacto_participe.migrations.runner import is_at_head, migrate

LONGEST_SECONDS = 3.0  # performance.md has the same bound for the machine of an operator


def test_migrations_from_nothing_end_at_what_the_tables_say(empty_database_url):
    migrate(empty_database_url)

    assert is_at_head(empty_database_url)
    assert list(of_database(empty_database_url)) == []


def test_an_empty_database_is_not_at_head(empty_database_url):
    assert not is_at_head(empty_database_url)


def test_migrating_twice_changes_nothing(database_url):
    before = triggers_of(database_url)

    migrate(database_url)

    assert is_at_head(database_url)
    assert triggers_of(database_url) == before


def test_an_empty_database_is_at_head_in_seconds(empty_database_url):
    begun = time.perf_counter()

    migrate(empty_database_url)

    assert time.perf_counter() - begun < LONGEST_SECONDS

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


def test_no_ballot_is_lost_when_what_boxes_count_by_leaves_the_fingerprint(empty_database_url):
    """A vote that is open at the upgrade keeps the old pseudonyms; elsewhere they become random ids."""
    migrate(empty_database_url, "0010_resident_cases")
    engine = sync_engine(empty_database_url)
    town = (
        "INSERT INTO collectivity (collectivity_id, type, slug, name_fr, name_ar, population, "
        "population_year, searched) VALUES ('{0}', 'commune_urban', '{0}', '', '', 1, 2024, '')"
    )
    held = (
        "INSERT INTO consultation (collectivity_id, consultation_id, kind, slug, title, summary, "
        "budget_cents, currency, is_demo) VALUES ('{0}', 'c', '', '', '', '', 1, 'MAD', FALSE)"
    )
    vote = (
        "INSERT INTO vote (collectivity_id, vote_id, consultation_id, edition, charter, fingerprint, "
        "opens_at, closes_at, sealed_at, awaits_lot, is_imported) VALUES ('{0}', 'v', 'c', '', '', '', "
        "'2026-11-01 00:00:00.000000', '2026-12-01 00:00:00.000000', {1}, FALSE, FALSE)"
    )
    home = (
        "INSERT INTO residence (collectivity_id, residence_id, identity, district, method, "
        "verified_by, verified_at) VALUES ('{0}', 'r', 'fingerprint', '', 'list', '', "
        "'2026-11-01 00:00:00.000000')"
    )
    sealed = "'2026-12-01 00:00:00.000000'"
    with engine.begin() as connection:
        for name, sealed_at in (("open", "NULL"), ("sealed", sealed), ("quiet", "")):
            connection.execute(text(town.format(name)))
            connection.execute(text(home.format(name)))
            if sealed_at:
                connection.execute(text(held.format(name)))
                connection.execute(text(vote.format(name, sealed_at)))

    migrate(empty_database_url)

    with engine.connect() as connection:
        rows = connection.execute(text("SELECT collectivity_id, identity, card FROM residence"))
        found = {town: (identity, card) for town, identity, card in rows}
        versions = set(connection.execute(text("SELECT collectivity_id, version FROM card_key")))
    engine.dispose()
    assert found == {
        "open": ("fingerprint", "fingerprint"),
        "sealed": ("r", "fingerprint"),
        "quiet": ("r", "fingerprint"),
    }
    assert versions == {("open", 1), ("sealed", 1), ("quiet", 1)}


def test_residents_from_before_are_of_no_known_nationality_and_live_here(empty_database_url):
    migrate(empty_database_url, "0019_national_sign_in")
    engine = sync_engine(empty_database_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO residence (collectivity_id, residence_id, identity, card, district, method, "
                "verified_by, verified_at) "
                "VALUES ('09', 'r1', 'r1', 'c1', 'Centre', 'counter', 'clerk', '2026-11-24 10:00:00')"
            )
        )

    migrate(empty_database_url)

    with engine.begin() as connection:
        (row,) = connection.execute(text("SELECT nationality, tie FROM residence")).all()
    engine.dispose()
    assert tuple(row) == ("unknown", "lives")


def test_requests_from_before_an_act_was_added_stay_as_they_were_and_under_their_guards(
    empty_database_url,
):
    migrate(empty_database_url, "0024_votes_that_are_prepared")
    engine = sync_engine(empty_database_url)
    now = "'2026-11-24 10:00:00.000000'"
    with engine.begin() as connection:
        for statement in (
            "INSERT INTO collectivity (collectivity_id, type, slug, name_fr, name_ar, population, "
            "population_year, searched) VALUES ('09', 'commune_urban', '09', '', '', 1, 2024, '')",
            "INSERT INTO approval (collectivity_id, approval_id, act, subject, reason, asked_by, asked_at) "
            f"VALUES ('09', 'a', 'freeze_roll', '2026', 'x', 'p', {now})",
            "INSERT INTO approval_decision (collectivity_id, approval_id, verdict, decided_by, decided_at) "
            f"VALUES ('09', 'a', 'approval_confirmed', 'q', {now})",
        ):
            connection.execute(text(statement))
    guards = triggers_of(empty_database_url)

    migrate(empty_database_url)

    assert guards <= triggers_of(empty_database_url)
    with engine.begin() as connection:
        kept = connection.execute(
            text("SELECT act, asked_by FROM approval NATURAL JOIN approval_decision")
        )
        assert kept.all() == [("freeze_roll", "p")]
    for statement in (
        "DELETE FROM approval",
        "INSERT INTO approval (collectivity_id, approval_id, act, subject, reason, asked_by, asked_at) "
        f"VALUES ('09', 'b', 'do_anything', '2026', 'x', 'p', {now})",
    ):
        with pytest.raises(DBAPIError), engine.begin() as connection:
            connection.execute(text(statement))
    engine.dispose()

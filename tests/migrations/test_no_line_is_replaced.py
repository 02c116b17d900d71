"""Lines that can only be added to, and the rules of a vote, are not rewritten under another name either."""

import sqlite3

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from pacto_participe.migrations.guards import APPEND_ONLY, KEPT
from pacto_participe.migrations.runner import migrate, sync_engine

GUARDED = (*APPEND_ONLY, *KEPT)
DAY = "'2026-11-24 10:00:00.000000'"
REFUSED = r"can only be added to|these rows stay|this part is closed"
# A line of each, as it was written; a column of it that somebody would like to read otherwise.
LINES = {
    "approval": {
        "collectivity_id": "'09'", "approval_id": "'a'", "act": "'freeze_roll'", "subject": "'2026'",
        "reason": "'in time'", "asked_by": "'first'", "asked_at": DAY,
    },
    "approval_decision": {
        "collectivity_id": "'09'", "approval_id": "'a'", "verdict": "'approval_confirmed'",
        "decided_by": "'second'", "decided_at": DAY,
    },
    "delivery_update": {
        "collectivity_id": "'09'", "vote_id": "'v'", "project": "4", "place": "1", "written_at": DAY,
        "status": "'works'", "spent_cents": "100", "bureau": "'technical_service'", "text_ar": "''",
        "text_fr": "'Les travaux avancent'", "milestone": "'works_end'", "next_on": "'2027-02-01'",
        "decision": "''",
    },
    "event": {
        "collectivity_id": "'09'", "event_id": "'e'", "at": DAY, "tag": "'vote:opened'", "body": "'{}'",
    },
    "published_file": {
        "collectivity_id": "'09'", "vote_id": "'v'", "name": "'result.json'", "media_type": "''",
        "content": "'7'", "sha256": "'7'",
    },
    "roll": {
        "collectivity_id": "'09'", "vote_id": "'v'", "moment": "'frozen'", "people": "7",
        "departed": "0", "fingerprint": "'7'", "fixed_at": DAY, "fixed_by": "''", "reason": "''",
    },
    "roll_line": {
        "collectivity_id": "'09'", "vote_id": "'v'", "line": "'l'", "moment": "'frozen'",
    },
    "vote": {
        "collectivity_id": "'09'", "vote_id": "'v'", "consultation_id": "'c'", "edition": "'2026'",
        "charter": "'true'", "fingerprint": "'7'", "opens_at": DAY, "closes_at": DAY,
        "awaits_lot": "FALSE", "is_imported": "FALSE",
    },
}  # fmt: skip
WISHED = {
    "approval": {"asked_by": "'another'"},
    "approval_decision": {"decided_by": "'another'"},
    "delivery_update": {"text_fr": "'another'"},
    "event": {"body": "'another'"},
    "published_file": {"sha256": "'another'"},
    "roll": {"people": "8"},
    "roll_line": {"moment": "'closed'"},
    "vote": {"charter": "'another'"},
}
NEXT = {  # what makes a line of the day after
    "approval": {"approval_id": "'b'"},
    "approval_decision": {"approval_id": "'b'"},
    "delivery_update": {"place": "2"},
    "event": {"event_id": "'f'"},
    "published_file": {"name": "'minutes.pdf'"},
    "roll": {"moment": "'closed'"},
    "roll_line": {"line": "'m'"},
    "vote": {"vote_id": "'w'", "edition": "'2027'"},
}


def written(table: str, line: dict[str, str], how: str = "INSERT") -> str:
    return f"{how} INTO {table} ({', '.join(line)}) VALUES ({', '.join(line.values())})"


def without_foreign_keys(url: str) -> Engine:
    """Whoever holds the file or the password chooses the settings of the connection."""
    engine = sync_engine(url)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            for table in GUARDED:
                for (name,) in connection.execute(
                    text(
                        "SELECT conname FROM pg_constraint WHERE contype = 'f' "
                        f"AND conrelid = '{table}'::regclass"
                    )
                ).all():
                    connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
    return engine


def told(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


def lines_of(engine: Engine, table: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}"))]


def holding_a_line_each(url: str) -> Engine:
    engine = without_foreign_keys(url)
    # A fixed roll comes last: it shuts the part in which its lines are.
    for table in sorted(GUARDED, key=lambda table: table == "roll"):
        told(engine, written(table, LINES[table]))
    return engine


@pytest.fixture
def held(database_url: str):
    """A line in each guarded table."""
    engine = holding_a_line_each(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def held_in_a_file(sqlite_url: str):
    engine = holding_a_line_each(sqlite_url)
    yield engine
    engine.dispose()


def unique_keys(engine: Engine, table: str) -> list[tuple[str, ...]]:
    """As the database knows them: a unique index of tomorrow is among them."""
    with engine.connect() as connection:
        indexes = connection.execute(text(f"PRAGMA index_list({table})")).mappings().all()
        return [
            tuple(
                row["name"]
                for row in connection.execute(
                    text(f"PRAGMA index_info({index['name']})")
                ).mappings()
            )
            for index in indexes
            if index["unique"]
        ]


def refused(engine: Engine, table: str, statement: str) -> None:
    before = lines_of(engine, table)
    with pytest.raises(DBAPIError, match=REFUSED):
        told(engine, statement)
    assert lines_of(engine, table) == before


def is_numbered(engine: Engine, table: str) -> bool:
    with engine.connect() as connection:
        statement = text(f"SELECT wr FROM pragma_table_list WHERE name = '{table}'")
        return connection.execute(statement).scalar_one() == 0


@pytest.mark.parametrize("table", [table for table in GUARDED if table != "roll_line"])
def test_ordinary_lines_are_added_as_ever(held, table):
    told(held, written(table, {**LINES[table], **NEXT[table]}))

    assert len(lines_of(held, table)) == 2


def test_lines_of_a_roll_are_added_until_their_part_is_closed(database_url):
    engine = without_foreign_keys(database_url)
    for line in (LINES["roll_line"], {**LINES["roll_line"], **NEXT["roll_line"]}):
        told(engine, written("roll_line", line))

    assert len(lines_of(engine, "roll_line")) == 2
    engine.dispose()


@pytest.mark.parametrize("table", GUARDED)
def test_a_line_is_not_replaced_by_whatever_it_is_known_by(held_in_a_file, table):
    ways = unique_keys(held_in_a_file, table)
    assert ways

    for way in ways:
        others = {name: value for name, value in NEXT[table].items() if name not in way}
        line = {**LINES[table], **others, **WISHED[table]}
        for how in ("INSERT OR REPLACE", "REPLACE"):
            refused(held_in_a_file, table, written(table, line, how))


@pytest.mark.parametrize("table", GUARDED)
@pytest.mark.parametrize("name", ["rowid", "_rowid_", "oid"])
def test_a_line_is_not_replaced_by_its_number(held_in_a_file, table, name):
    if not is_numbered(held_in_a_file, table):
        with pytest.raises(DBAPIError, match="no column named"):
            told(held_in_a_file, written(table, {**LINES[table], name: "1"}))
        return
    line = {**LINES[table], **NEXT[table], **WISHED[table]}

    for number in ("1", "'1'", "1.0"):
        refused(held_in_a_file, table, written(table, {name: number, **line}, "INSERT OR REPLACE"))


@pytest.mark.parametrize("table", sorted(set(GUARDED) - {"roll_line"}))
def test_no_line_is_given_the_number_of_lines_without_one(sqlite_url, table):
    """A line that will get its number has the number -1 until then: one that had it could be replaced."""
    engine = without_foreign_keys(sqlite_url)
    for number in ("-1", "-2"):
        refused(engine, table, written(table, {"rowid": number, **LINES[table]}))
        refused(engine, table, written(table, {"rowid": number, **LINES[table]}, "REPLACE"))

    told(engine, written(table, LINES[table]))
    engine.dispose()


@pytest.mark.parametrize("table", GUARDED)
def test_a_line_is_not_rewritten_when_it_is_in_the_way(held, table):
    (column, value), *_ = WISHED[table].items()
    keys = {
        "approval": "approval_id",
        "approval_decision": "approval_id",
        "delivery_update": "vote_id, project, place",
        "event": "event_id",
        "published_file": "vote_id, name",
        "roll": "vote_id, moment",
        "roll_line": "vote_id, line",
        "vote": "vote_id",
    }
    line = {**LINES[table], **WISHED[table]}
    upsert = (
        f"{written(table, line)} ON CONFLICT (collectivity_id, {keys[table]}) "
        f"DO UPDATE SET {column} = {value}"
    )
    before = lines_of(held, table)

    with pytest.raises(DBAPIError, match=REFUSED + "|is frozen"):
        told(held, upsert)

    assert lines_of(held, table) == before


@pytest.mark.parametrize("table", sorted(set(GUARDED) - {"roll_line"}))
def test_a_line_written_twice_is_refused_as_any_key_that_is_taken(held, table):
    """A service that asks for one line a key is told so by the same error on both databases."""
    with pytest.raises(IntegrityError):
        told(held, written(table, LINES[table]))


@pytest.mark.parametrize("table", GUARDED)
@pytest.mark.parametrize("how", ["UPDATE", "UPDATE OR REPLACE", "UPDATE OR IGNORE"])
def test_a_line_does_not_take_the_key_or_the_number_of_another(held_in_a_file, table, how):
    if table != "roll_line":
        told(held_in_a_file, written(table, {**LINES[table], **NEXT[table]}))
    for column in NEXT[table]:
        refused(
            held_in_a_file, table, f"{how} {table} SET {column} = {LINES[table][column]} || 'x'"
        )
        refused(
            held_in_a_file,
            table,
            f"{how} {table} SET {column} = 'y' WHERE {column} = {LINES[table][column]}",
        )
    if is_numbered(held_in_a_file, table):
        refused(held_in_a_file, table, f"{how} {table} SET rowid = 3 - rowid")
        refused(held_in_a_file, table, f"{how} {table} SET rowid = 1 WHERE rowid = 2")


@pytest.mark.parametrize("table", GUARDED)
def test_no_setting_of_the_connection_lets_a_line_be_replaced(held_in_a_file, table):
    for setting in ("ON", "OFF"):
        connection = sqlite3.connect(held_in_a_file.url.database)
        connection.execute(f"PRAGMA recursive_triggers={setting}")
        with pytest.raises(sqlite3.IntegrityError, match=REFUSED):
            connection.execute(written(table, {**LINES[table], **WISHED[table]}, "REPLACE"))
        connection.close()


def test_frozen_rules_do_not_come_anew_by_taking_their_vote_away(held):
    for statement in (
        "DELETE FROM vote",
        "UPDATE vote SET vote_id = 'old', edition = 'old'",
        "UPDATE vote SET edition = 'old'",
        "UPDATE vote SET collectivity_id = '10'",
        *(["TRUNCATE vote CASCADE"] if held.dialect.name == "postgresql" else []),
    ):
        with pytest.raises(DBAPIError, match=REFUSED):
            told(held, statement)

    told(held, "UPDATE vote SET sealed_at = '2026-11-24 10:00:00.000000', edition = edition")
    assert len(lines_of(held, "vote")) == 1


def test_a_journal_of_before_gets_the_guards_and_goes_on(empty_database_url):
    migrate(empty_database_url, "0024_votes_that_are_prepared")
    engine = sync_engine(empty_database_url)
    told(engine, written("event", LINES["event"]))

    migrate(empty_database_url)

    with pytest.raises(IntegrityError):
        told(engine, written("event", LINES["event"]))
    told(engine, written("event", {**LINES["event"], **NEXT["event"]}))
    assert len(lines_of(engine, "event")) == 2
    engine.dispose()

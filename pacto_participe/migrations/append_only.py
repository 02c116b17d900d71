"""Guards in the database itself: a journal can be added to, and nothing else."""

from alembic import op

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'this table can only be added to'; END $$ LANGUAGE plpgsql
"""


def make_append_only(table: str) -> None:
    """Refuse UPDATE and DELETE on a table. A batch change on SQLite loses it: make it again there.

    Follow it by `refuse_truncate` and `refuse_replace`, which migrations 0017 and 0025 did for the tables
    before them.
    """
    if op.get_bind().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{action.lower()} BEFORE {action} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'this table can only be added to'); END"
            )
        return
    op.execute(_POSTGRES_FUNCTION)
    op.execute(
        f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def refuse_truncate(table: str) -> None:
    """On PostgreSQL a table can be emptied without touching a row: refuse that too. SQLite cannot."""
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute(_POSTGRES_FUNCTION)
    op.execute(
        f"CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def refuse_replace(table: str, *keys: tuple[str, ...], has_rowid: bool = True) -> None:
    """On SQLite, INSERT OR REPLACE removes the row in its way and fires no trigger of DELETE: refuse that.

    `keys` are the primary key and all unique indexes; whatever is in the way on one of them stays. A row
    that was given no number has the number -1 here, so that no row may be given a negative one. ON
    CONFLICT DO NOTHING is refused with it: ask for the row first. On PostgreSQL, whatever replaces a row
    is an UPDATE.
    """
    if op.get_bind().dialect.name != "sqlite":
        return
    ways = (*keys, ("rowid",)) if has_rowid else keys
    is_there = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} AS old WHERE "
        + " AND ".join(f"old.{column} = NEW.{column}" for column in way)
        + ")"
        for way in ways
    )
    refused = "SELECT RAISE(ABORT, 'this table can only be added to')"
    op.execute(
        f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} WHEN {is_there} "
        f"BEGIN {refused}; END"
    )
    if has_rowid:
        op.execute(
            f"CREATE TRIGGER {table}_refuses_negative AFTER INSERT ON {table} WHEN NEW.rowid < 0 "
            f"BEGIN {refused}; END"
        )


def keep_rows(table: str, *columns: str) -> None:
    """Refuse DELETE, and to change what a row is known by: else what is frozen in it comes and goes with it.

    On SQLite, UPDATE OR REPLACE also removes the row whose `columns` it takes.
    """
    changes = " OR ".join(f"NEW.{column} <> OLD.{column}" for column in columns)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table} "
            "BEGIN SELECT RAISE(ABORT, 'these rows stay'); END"
        )
        op.execute(
            f"CREATE TRIGGER {table}_keeps_its_key BEFORE UPDATE ON {table} "
            f"WHEN {changes} OR NEW.rowid <> OLD.rowid "
            "BEGIN SELECT RAISE(ABORT, 'these rows stay'); END"
        )
        return
    op.execute(_POSTGRES_FUNCTION)
    op.execute(
        f"CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_keeps_its_key BEFORE UPDATE OF {', '.join(columns)} ON {table} "
        f"FOR EACH ROW WHEN ({changes}) EXECUTE FUNCTION refuse_change()"
    )


def make_frozen(table: str, column: str) -> None:
    """Refuse to change a column once it is set (NULL may become a value, a value stays)."""
    name = f"{table}_{column}_is_frozen"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE UPDATE OF {column} ON {table} "
            f"WHEN OLD.{column} IS NOT NULL AND NEW.{column} IS NOT OLD.{column} "
            f"BEGIN SELECT RAISE(ABORT, '{column} is frozen'); END"
        )
        return
    op.execute(_POSTGRES_FUNCTION)
    op.execute(
        f"CREATE TRIGGER {name} BEFORE UPDATE OF {column} ON {table} FOR EACH ROW "
        f"WHEN (OLD.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column}) "
        "EXECUTE FUNCTION refuse_change()"
    )


def shut_behind(table: str, lid: str, columns: tuple[str, ...]) -> None:
    """Refuse INSERT into `table` where `lid` has a row with the same `columns` already."""
    same = " AND ".join(f"{lid}.{column} = NEW.{column}" for column in columns)
    name = f"{table}_is_shut_behind_{lid}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {lid} WHERE {same}) "
            "BEGIN SELECT RAISE(ABORT, 'this part is closed'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger AS $$ BEGIN "
        f"IF EXISTS (SELECT 1 FROM {lid} WHERE {same}) THEN "
        "RAISE EXCEPTION 'this part is closed'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )

"""Guards in the database itself: a journal can be added to, and nothing else."""

from alembic import op

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'this table can only be added to'; END $$ LANGUAGE plpgsql
"""


def make_append_only(table: str) -> None:
    """Refuse UPDATE and DELETE on a table. A batch change on SQLite loses it: make it again there.

    Follow it by `refuse_truncate`, which migration 0017 did for the tables before it.
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

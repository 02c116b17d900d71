"""The guards that the database keeps by itself: which they are, and whether they stand."""

from sqlalchemy import text

from pacto_participe.migrations.runner import sync_engine

APPEND_ONLY = ("approval", "approval_decision", "event", "published_file", "roll", "roll_line")
FROZEN = (("vote", "charter"), ("vote", "fingerprint"), ("vote", "lot_completion"))
SHUT_BEHIND = (("roll_line", "roll"),)
_ACTIONS = {"sqlite": ("update", "delete"), "postgresql": ("change", "truncate")}
_STANDING = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    # Switched off ('D'), or on for replication only ('R'), a trigger guards nothing.
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')",
}


def guards(dialect: str) -> frozenset[str]:
    """The triggers of append_only.py that a database at the newest schema has."""
    return frozenset(
        (
            *(f"{table}_refuses_{action}" for table in APPEND_ONLY for action in _ACTIONS[dialect]),
            *(f"{table}_{column}_is_frozen" for table, column in FROZEN),
            *(f"{table}_is_shut_behind_{lid}" for table, lid in SHUT_BEHIND),
        )
    )


def missing_guards(url: str) -> frozenset[str]:
    """Those that somebody with the database's password took away or switched off."""
    engine = sync_engine(url)
    dialect = engine.dialect.name
    with engine.connect() as connection:
        standing = set(connection.execute(text(_STANDING[dialect])).scalars())
    engine.dispose()
    return guards(dialect) - standing

"""The guards that the database keeps by itself: which they are, and whether they stand."""

from sqlalchemy import text

from pacto_participe.migrations.runner import sync_engine

APPEND_ONLY = (
    "approval", "approval_decision", "delivery_update", "event", "published_file", "roll", "roll_line",
)  # fmt: skip
FROZEN = (("vote", "charter"), ("vote", "fingerprint"), ("vote", "lot_completion"))
KEPT = ("vote",)
SHUT_BEHIND = (("roll_line", "roll"),)
WITHOUT_ROWID = ("roll_line",)
_ACTIONS = {"sqlite": ("update", "delete", "replace"), "postgresql": ("change", "truncate")}
_KEEPING = {"sqlite": ("delete", "replace"), "postgresql": ("delete", "truncate")}
_STANDING = {
    "sqlite": (
        "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT%'"
    ),
    # Switched off ('D'), or on for replication only ('R'), a trigger guards nothing; nor does a function
    # that was emptied.
    "postgresql": (
        "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') "
        "AND p.prosrc LIKE '%RAISE EXCEPTION%'"
    ),
}


def guards(dialect: str) -> frozenset[tuple[str, str]]:
    """The triggers of append_only.py in a database at the newest schema, and the table each stands on."""
    return frozenset(
        (
            *(
                (f"{table}_refuses_{action}", table)
                for table in APPEND_ONLY
                for action in _ACTIONS[dialect]
            ),
            *(
                (f"{table}_refuses_negative", table)
                for table in (*APPEND_ONLY, *KEPT)
                if dialect == "sqlite" and table not in WITHOUT_ROWID
            ),
            *((f"{table}_{column}_is_frozen", table) for table, column in FROZEN),
            *(
                (f"{table}_refuses_{action}", table)
                for table in KEPT
                for action in _KEEPING[dialect]
            ),
            *((f"{table}_keeps_its_key", table) for table in KEPT),
            *((f"{table}_is_shut_behind_{lid}", table) for table, lid in SHUT_BEHIND),
        )
    )


def missing_guards(url: str) -> frozenset[str]:
    """Those that somebody with the database's password took away, emptied or switched off."""
    engine = sync_engine(url)
    dialect = engine.dialect.name
    with engine.connect() as connection:
        standing = {(row[0], row[1]) for row in connection.execute(text(_STANDING[dialect]))}
    engine.dispose()
    return frozenset(name for name, _table in guards(dialect) - standing)

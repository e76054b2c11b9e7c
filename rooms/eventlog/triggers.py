"""Triggers that make the events table append-only, on PostgreSQL and on SQLite.

A migration that rebuilds the table on SQLite (any change of a column) drops its triggers
and has to call :func:`create_triggers` again.
"""

from typing import Any

_POSTGRESQL = """
CREATE OR REPLACE FUNCTION rooms_event_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the event log is append-only'; END $$;
CREATE TRIGGER rooms_event_append_only BEFORE UPDATE OR DELETE ON rooms_event
FOR EACH STATEMENT EXECUTE FUNCTION rooms_event_append_only();
"""

_SQLITE = """
CREATE TRIGGER rooms_event_no_{verb} BEFORE {verb} ON rooms_event
BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END;
"""


def create_triggers(_apps: Any, editor: Any) -> None:
    """Create the triggers; ``editor`` is a schema editor."""
    if editor.connection.vendor == "postgresql":
        editor.execute(_POSTGRESQL)
    elif editor.connection.vendor == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            editor.execute(_SQLITE.format(verb=verb))
    else:
        raise NotImplementedError("livedebate runs on PostgreSQL or SQLite")


def drop_triggers(_apps: Any, editor: Any) -> None:
    """Drop the triggers; for undoing the migration."""
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP FUNCTION rooms_event_append_only() CASCADE")
    else:
        for verb in ("UPDATE", "DELETE"):
            editor.execute(f"DROP TRIGGER rooms_event_no_{verb}")

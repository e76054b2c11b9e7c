"""What all tests share."""

import pytest
from django.core.management.commands import flush
from django.db import connection

from rooms.eventlog.triggers import create_triggers, drop_triggers


@pytest.fixture(autouse=True)
def _flush_past_the_triggers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the tests empty the tables between them: on SQLite that is a DELETE like any other."""
    empty = flush.Command.handle

    def handle(command: flush.Command, **options: object) -> None:
        if connection.vendor != "sqlite":
            return empty(command, **options)
        with connection.schema_editor() as editor:
            drop_triggers(None, editor)
        empty(command, **options)
        with connection.schema_editor() as editor:
            create_triggers(None, editor)
        return None

    monkeypatch.setattr(flush.Command, "handle", handle)

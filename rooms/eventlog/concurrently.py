"""Indexes that are made and dropped beside people who write: for tables that are large.

In a migration of their own, with ``atomic = False``. SQLite, where one writes at a time, does it
as ever.
"""

from typing import Any

from django.contrib.postgres import operations
from django.db.migrations import AddIndex, RemoveIndex


def _is_postgresql(editor: Any) -> bool:
    return bool(editor.connection.vendor == "postgresql")


class AddIndexConcurrently(operations.AddIndexConcurrently):
    """Makes an index; nobody who writes waits for it."""

    def database_forwards(self, app: str, editor: Any, before: Any, after: Any) -> None:
        if _is_postgresql(editor):
            super().database_forwards(app, editor, before, after)
        else:
            AddIndex.database_forwards(self, app, editor, before, after)

    def database_backwards(self, app: str, editor: Any, before: Any, after: Any) -> None:
        if _is_postgresql(editor):
            super().database_backwards(app, editor, before, after)
        else:
            AddIndex.database_backwards(self, app, editor, before, after)


class RemoveIndexConcurrently(operations.RemoveIndexConcurrently):
    """Drops an index; nobody who writes waits for it."""

    def database_forwards(self, app: str, editor: Any, before: Any, after: Any) -> None:
        if _is_postgresql(editor):
            super().database_forwards(app, editor, before, after)
        else:
            RemoveIndex.database_forwards(self, app, editor, before, after)

    def database_backwards(self, app: str, editor: Any, before: Any, after: Any) -> None:
        if _is_postgresql(editor):
            super().database_backwards(app, editor, before, after)
        else:
            RemoveIndex.database_backwards(self, app, editor, before, after)

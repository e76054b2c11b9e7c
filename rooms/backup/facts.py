"""What a database holds: to seal a backup with, and to hold a restored database against."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from rooms.backup.archive import BackupError, Facts

Fetch = Callable[[str], Iterable[tuple[Any, ...]]]


def facts(fetch: Fetch) -> Facts:
    """Return what a database holds; ``fetch`` reads rows of it, all of one moment."""
    ((rooms,),) = fetch("SELECT count(*) FROM rooms_room")
    ((events,),) = fetch("SELECT count(*) FROM rooms_event")
    applied = fetch("SELECT app, name FROM django_migrations ORDER BY id")
    at = datetime.now(UTC).isoformat(timespec="seconds")
    return Facts(at, rooms, events, [f"{app}.{name}" for app, name in applied])


def facts_of_default() -> Facts:
    """Return what the site's own database holds."""

    def fetch(query: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())

    return facts(fetch)


def holds_something() -> bool:
    """Tell whether the site's database has anything that a restore would take away.

    Tables that were just made for a site that nobody has used are nothing.
    """
    tables = set(connection.introspection.table_names())
    ours = ("django_", *(f"{app.label}_" for app in apps.get_app_configs()))
    if not all(table.startswith(ours) for table in tables):
        return True
    with connection.cursor() as cursor:
        for table in {"rooms_room", "rooms_user"} & tables:
            cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")
            if cursor.fetchone():
                return True
    return False


def require_known(migrations: Iterable[str]) -> None:
    """Raise ``BackupError`` for a backup that a newer version of the code made."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if unknown := sorted(set(migrations) - known):
        raise BackupError(
            f"This version knows nothing of {unknown[0]}, which the backup was made with: "
            "restore it with the version that made it, or a later one."
        )

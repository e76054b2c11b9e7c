"""Restoring: the database, what must not come back, and a new beginning for browsers."""

from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from django.core.management import call_command
from django.db import DatabaseError, connection

from rooms.backup import postgresql, sqlite
from rooms.backup.archive import BackupError, Manifest, check_archive, opened
from rooms.backup.facts import facts_of_default, holds_something, require_known
from rooms.backup.removals import Applied, Removals, apply, collect, read_removals
from rooms.privacy.erasure import end_account_sessions

STORES: dict[str, ModuleType] = {"postgresql": postgresql, "sqlite": sqlite}


@dataclass
class Restored:
    """What came of a restore: ``lists`` is how many lists of removals were gone through."""

    manifest: Manifest
    lists: int = 0
    sessions: int = 0
    applied: list[Applied] = field(default_factory=list)


def store() -> ModuleType:
    """Return what dumps and replaces the site's kind of database."""
    return STORES[connection.vendor]


def restore(path: Path, *, overwrite: bool, removals: Path | None) -> Restored:
    """Put a backup in the place of the database; raises ``BackupError``.

    The whole archive is checked before anything is touched. If anything fails before the end, the
    database is what it was. What was removed or erased since the backup is taken away again, as
    far as ``removals`` or the database that is replaced know of it. Every room has a new epoch,
    and every account signs in again.
    """
    manifest = check_archive(path)
    _require_fit(manifest, overwrite)
    lists = [read_removals(removals)] if removals else []
    lists += _known_here()
    store().require_alone()
    done = Restored(manifest, len(lists))
    with store().replaced():
        with opened(path) as (_manifest, stream):
            store().load(stream)
        _require_same(manifest)
        call_command("migrate", interactive=False, verbosity=0)
        done.applied = [apply(one) for one in lists]
        done.sessions = end_account_sessions()
        call_command("newepoch", verbosity=0)
    return done


def _require_fit(manifest: Manifest, overwrite: bool) -> None:
    if manifest.engine != connection.vendor:
        raise BackupError(
            f"This is a backup of {manifest.engine}; the site's database is {connection.vendor}."
        )
    require_known(manifest.facts.migrations)
    if not overwrite and holds_something():
        raise BackupError(
            "The database is not empty: a restore takes away all that is in it. Back it up, and"
            " say --overwrite if that is what you want."
        )


def _known_here() -> list[Removals]:
    """Return what the database that is replaced knows of removals, if it can be asked."""
    try:
        return [collect()] if holds_something() else []
    except DatabaseError:
        connection.close()
        return []


def _require_same(manifest: Manifest) -> None:
    found, sealed = facts_of_default(), manifest.facts
    if (found.rooms, found.events) != (sealed.rooms, sealed.events):
        raise BackupError(
            f"{sealed.rooms} rooms and {sealed.events} events were backed up, {found.rooms} and"
            f" {found.events} came back."
        )

"""``manage.py restore FILE``: puts a backup in the place of the database."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from rooms.backup.archive import BackupError
from rooms.backup.restoring import Restored, restore


class Command(BaseCommand):
    # Needs the database alone: it works also where pages do not.
    requires_system_checks: list[str] = []
    help = (
        "Checks a backup and restores it, into an empty database unless told to overwrite; brings "
        "it up to this version, takes away again what was removed or erased since, gives every "
        "room a new epoch, and checks every log. Stop workers and clock first. If it fails, the "
        "database is what it was."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--overwrite", action="store_true", help="replace a database that is not empty"
        )
        parser.add_argument(
            "--removals",
            type=Path,
            metavar="LIST",
            help="the last list that `manage.py removals` wrote",
        )

    def handle(
        self,
        *_args: Any,
        file: Path,
        overwrite: bool,
        removals: Path | None = None,
        **_options: Any,
    ) -> None:
        try:
            done = restore(file, overwrite=overwrite, removals=removals)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self._report(done)
        call_command("checklog", stdout=self.stdout, stderr=self.stderr)

    def _report(self, done: Restored) -> None:
        held = done.manifest.facts
        self.stdout.write(f"restored {held.rooms} rooms and {held.events} events of {held.at}")
        self.stdout.write(f"signed out {done.sessions} sessions of accounts")
        for one in done.applied:
            self.stdout.write(
                f"taken away again: {one.messages} messages, {one.people} people, "
                f"{one.accounts} accounts"
            )
            for failed in one.failed:
                self.stderr.write(f"NOT taken away again, look at it by hand: {failed}")
        if not done.lists:
            self.stderr.write(
                f"Nothing is known of what was removed or erased after {held.at}: what was, is "
                "back. Take it away again by hand before you let anybody in."
            )

"""``manage.py backup FILE``: writes a backup of the whole site, while it runs."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from rooms.backup.archive import BackupError, check_archive, write_archive
from rooms.backup.restoring import store


class Command(BaseCommand):
    # Needs the database alone: it works also where pages do not.
    requires_system_checks: list[str] = []
    help = (
        "Writes everything that the site knows, as it is at one moment, to a new file, and reads "
        "it again to check it. The site may run meanwhile. With --check, only reads a file that is "
        "there."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--check", action="store_true", help="check a backup, write nothing")

    def handle(self, *_args: Any, file: Path, check: bool, **_options: Any) -> None:
        try:
            if not check:
                write_archive(file, connection.vendor, store().dump)
            manifest = check_archive(file)
        except BackupError as error:
            raise CommandError(str(error)) from error
        held = manifest.facts
        self.stdout.write(
            f"{file}: whole; {held.rooms} rooms and {held.events} events of {held.at}, "
            f"{manifest.size} bytes of {manifest.engine}"
        )

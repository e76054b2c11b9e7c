"""``manage.py removals FILE``: writes down what was removed and erased, for a later restore."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rooms.backup.archive import BackupError
from rooms.backup.removals import collect, write_removals


class Command(BaseCommand):
    # Needs the database alone: it works also where pages do not.
    requires_system_checks: list[str] = []
    help = (
        "Writes the list of everything that was removed or erased: numbers and keyed digests, no "
        "texts, names or addresses. Run it every few minutes, and keep the file where the backups "
        "are: `restore --removals` then brings back nothing of it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, file: Path, **_options: Any) -> None:
        found = collect()
        try:
            write_removals(file, found)
        except BackupError as error:
            raise CommandError(str(error)) from error
        counts = (len(found[name]) for name in ("messages", "people", "accounts"))
        self.stdout.write("{} messages, {} people and {} accounts".format(*counts))

"""``manage.py checklog``: proves that the log is whole and that all state follows from it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rooms.eventlog.fold import differences, gaps
from rooms.eventlog.models import Room
from rooms.messages.vault import misplaced


class Command(BaseCommand):
    help = (
        "Checks every room: sequences without a gap, state equal to the folded log, "
        "no text where it may not be."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slugs", nargs="*", help="only these rooms")

    def handle(self, *_args: Any, slugs: list[str], **_options: Any) -> None:
        rooms = Room.objects.filter(slug__in=slugs) if slugs else Room.objects.all()
        faults = 0
        for room in rooms.order_by("pk"):
            for check in (gaps, differences, misplaced):
                for fault in check(room.pk):
                    faults += 1
                    self.stderr.write(f"{room.slug}: {check.__name__}: {fault}")
        if faults:
            raise CommandError(f"{faults} faults found")
        self.stdout.write(f"{rooms.count()} rooms checked, no fault found")

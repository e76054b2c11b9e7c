"""``manage.py checklog``: proves that the log is whole and that all state follows from it."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rooms.eventlog.fold import differences, gaps
from rooms.eventlog.models import Room
from rooms.ledger.verify import first_fault
from rooms.messages.vault import misplaced


class Command(BaseCommand):
    # Needs the database alone: it works also where pages do not.
    requires_system_checks: list[str] = []
    help = (
        "Checks every room: sequences without a gap, a ledger whose digests fit the log, "
        "state equal to the folded log, no text where it may not be."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slugs", nargs="*", help="only these rooms")

    def handle(self, *_args: Any, slugs: list[str], **_options: Any) -> None:
        rooms = Room.objects.filter(slug__in=slugs) if slugs else Room.objects.all()
        faults = 0
        for room in rooms.order_by("pk"):
            for fault in faults_of(room):
                faults += 1
                self.stderr.write(f"{room.slug}: {fault}")
        if faults:
            raise CommandError(f"{faults} faults found")
        self.stdout.write(f"{rooms.count()} rooms checked, no fault found")


def faults_of(room: Room) -> list[str]:
    """Return everything that is wrong with a room, each named; [] when it is whole."""
    checks: dict[str, Callable[[], Iterable[object]]] = {
        "gap: the sequence breaks at": lambda: gaps(room.pk),
        "ledger: the digest does not fit the log at": lambda: _broken_links(room),
        "state:": lambda: differences(room.pk),
        "text: not where its state wants it, of message": lambda: misplaced(room.pk),
    }
    return [f"{name} {fault}" for name, check in checks.items() for fault in check()]


def _broken_links(room: Room) -> list[int]:
    broken = first_fault(room)
    return [] if broken is None else [broken]

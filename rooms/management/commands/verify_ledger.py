"""``manage.py verify_ledger``: proves that the public ledger was not rewritten."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rooms.eventlog.models import Room
from rooms.ledger.chain import head_digest
from rooms.ledger.verify import first_fault, first_fault_in_export, first_rewritten


class Command(BaseCommand):
    help = (
        "Computes every room's ledger again from its log and names the first entry that differs. "
        "With --against, checks an exported ledger by itself and then against the log."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slugs", nargs="*", help="only these rooms")
        parser.add_argument("--against", metavar="FILE", help="a ledger.json somebody kept")

    def handle(
        self, *_args: Any, slugs: list[str], against: str | None = None, **_options: Any
    ) -> None:
        if against is not None:
            self._check_file(Path(against))
            return
        rooms = Room.objects.filter(slug__in=slugs) if slugs else Room.objects.all()
        faults = 0
        for room in rooms.order_by("pk"):
            fault = first_fault(room)
            if fault is None:
                self.stdout.write(f"{room.slug}: {head_digest(room)}")
            else:
                faults += 1
                self.stderr.write(f"{room.slug}: differs from the log at {fault}")
        if faults:
            raise CommandError(f"{faults} ledgers do not say what the log says")
        self.stdout.write(f"{rooms.count()} ledgers checked, no fault found")

    def _check_file(self, path: Path) -> None:
        try:
            exported = json.loads(path.read_text())
            fault = first_fault_in_export(exported)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(f"{path} is no exported ledger: {error!r}") from error
        if fault is not None:
            raise CommandError(f"{path}: the digest does not fit at {fault}")
        room = Room.objects.filter(slug=exported["room"]).first()
        if room is None:
            self.stdout.write(f"{path}: whole; its room is not on this site")
            return
        fault = first_fault(room)
        if fault is None:
            fault = first_rewritten(room, exported["entries"])
        if fault is not None:
            raise CommandError(f"{room.slug}: the ledger was rewritten at {fault}")
        self.stdout.write(f"{path}: whole, and {room.slug} still has every entry of it")

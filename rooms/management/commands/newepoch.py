"""``manage.py newepoch``: to be run once after a database was restored from a backup."""

from typing import Any

from django.core.management.base import BaseCommand

from rooms.eventlog.models import Room, new_epoch


class Command(BaseCommand):
    help = (
        "Gives every room a new epoch, so that browsers forget what the restored log does not hold."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        for room in Room.objects.all():
            Room.objects.filter(pk=room.pk).update(epoch=new_epoch())
        self.stdout.write(f"{Room.objects.count()} rooms have a new epoch")

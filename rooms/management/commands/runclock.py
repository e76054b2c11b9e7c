"""``manage.py runclock``: opens and closes rooms on time."""

import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections

from rooms.lifecycle.schedule import tick
from rooms.messages.vault import purge_vault
from rooms.people.sign_in import forget_unconfirmed

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Opens and closes rooms on time, deletes removed texts once no appeal is possible, "
        "and forgets accounts that nobody confirmed. "
        "Several copies may run at once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="look once, then stop")
        parser.add_argument("--every", type=float, default=1.0, help="seconds between looks")

    def handle(self, *_args: Any, once: bool, every: float, **_options: Any) -> None:
        stop = threading.Event()
        if once:
            look()
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        run(stop, every)


def run(stop: threading.Event, every: float = 1.0) -> None:
    """Look until told to stop. A database that is away is tried again."""
    while not stop.is_set():
        try:
            look()
        except DatabaseError:
            logger.exception("the clock cannot reach the database; trying again")
        close_old_connections()
        stop.wait(every)


def look() -> None:
    """Do everything that has fallen due."""
    for room_id in tick():
        logger.info("room %s opened or closed on time", room_id)
    purge_vault()
    forget_unconfirmed()

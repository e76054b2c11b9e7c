"""``manage.py runclock``: opens and closes rooms on time, and sends letters."""

import logging
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

from rooms.initiatives.binding import open_due_action_rooms
from rooms.initiatives.letters import send_confirmations
from rooms.initiatives.signing import forget_sources
from rooms.lifecycle.schedule import tick
from rooms.messages.vault import purge_vault
from rooms.notifications.inbox import forget_old
from rooms.notifications.letters import hand_over_letters
from rooms.notifications.push import hand_over_pushes
from rooms.people.sign_in import forget_unconfirmed
from rooms.privacy.erasure import forget_erasures
from rooms.redress.mail import send_letters
from rooms.redress.notices import forget_senders

logger = logging.getLogger(__name__)

LAST_LETTER = 15.0
"""Seconds that a letter under way gets at the end."""
TIDY = 3600.0
"""Seconds between two times that what nobody needs any more is deleted."""
TASKS_KEPT = timedelta(days=2)
"""How long it can be seen what became of a task."""


class Command(BaseCommand):
    help = (
        "Opens and closes rooms on time, deletes removed texts once no appeal is possible, "
        "sends letters by e-mail, "
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
            send_post()
            tidy()
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        run(stop, every)


def run(stop: threading.Event, every: float = 1.0) -> None:
    """Look until told to stop; letters leave beside that: a slow mail server delays no opening."""
    post = threading.Thread(target=_repeat, args=(send_post, stop, every), daemon=True)
    post.start()
    threading.Thread(target=_repeat, args=(tidy, stop, TIDY), daemon=True).start()
    _repeat(look, stop, every)
    post.join(LAST_LETTER)


def _repeat(act: Callable[[], object], stop: threading.Event, every: float) -> None:
    """Act until told to stop. A database that is away is tried again."""
    while not stop.is_set():
        try:
            act()
        except DatabaseError:
            logger.exception("the clock cannot reach the database; trying again")
        close_old_connections()
        stop.wait(every)


def look() -> None:
    """Do everything that has fallen due."""
    for room_id in tick():
        logger.info("room %s opened or closed on time", room_id)
    for room in open_due_action_rooms():
        logger.info("action room %s opened: its initiative has reached its threshold", room.pk)
    purge_vault()
    forget_unconfirmed()
    forget_senders()
    forget_sources()


def send_post() -> None:
    """Send every letter that is due, and do the tasks that wait, beside whoever else does."""
    send_letters()
    send_confirmations()
    hand_over_letters()
    hand_over_pushes()
    work()


def work() -> None:
    """Do every task that waits; ``manage.py db_worker``, on more machines, does them as well."""
    worker = Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    )
    while (task := _claim(worker.worker_id)) is not None:
        worker.run_task(task)


def _claim(worker_id: str) -> "DBTaskResult[Any, Any] | None":
    """Take one task that waits, which no other worker gets."""
    ready = DBTaskResult.objects.ready()
    if not ready.exists():
        return None
    with exclusive_transaction():
        task = ready.get_locked()
        if task is not None:
            task.claim(worker_id)
    return task


def tidy() -> None:
    """Delete what nobody needs any more."""
    forget_old()
    forget_erasures()
    ended = DBTaskResult.objects.finished()
    ended.filter(finished_at__lt=timezone.now() - TASKS_KEPT).delete()

"""``manage.py migrate``: Django's, beside workers that go on."""

import time
from typing import Any

from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.db.migrations import Migration
from psycopg.errors import LockNotAvailable

PATIENCE = "500ms"
"""How long a migration waits for a table: for as long, whoever posts waits behind it."""
PAUSE = 1.0
"""Seconds between two attempts, in which everybody posts."""
ATTEMPTS = 300


class Command(migrate.Command):
    """Changes tables while people write to them.

    On PostgreSQL a change that waits for a table holds up all who come after it. So it waits
    shortly, lets them through, and tries again. How long a statement may take, which is limited for
    pages, is not: a large table takes its time.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        self._database = connections[options["database"]]
        if self._database.vendor != "postgresql" or self._database.in_atomic_block:
            super().handle(*args, **options)
            return
        try:
            self._try(*args, **options)
        finally:
            for name in (
                "lock_timeout",
                "statement_timeout",
                "idle_in_transaction_session_timeout",
            ):
                self._say(f"RESET {name}")

    def _try(self, *args: Any, **options: Any) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            self._say("SET statement_timeout = 0")
            self._say("SET idle_in_transaction_session_timeout = 0")
            try:
                super().handle(*args, **options)
            except OperationalError as error:
                if not isinstance(error.__cause__, LockNotAvailable) or attempt == ATTEMPTS:
                    raise
                self.stderr.write(f"A table is in use; attempt {attempt} waits no longer.")
                time.sleep(PAUSE)
            else:
                return

    def migration_progress_callback(
        self, action: str, migration: Migration | None = None, fake: bool = False
    ) -> None:
        if migration is not None and self._database.vendor == "postgresql":
            # Indexes that are made concurrently wait for everybody else, and nobody for them.
            self._say(f"SET lock_timeout = '{PATIENCE if migration.atomic else 0}'")
        super().migration_progress_callback(action, migration, fake)

    def _say(self, statement: str) -> None:
        with self._database.cursor() as cursor:
            cursor.execute(statement)

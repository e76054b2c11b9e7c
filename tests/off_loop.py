"""Using the database from an asynchronous test, and beside any."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from django.db import connection, connections, transaction

from rooms.eventlog.models import Room

P = ParamSpec("P")
T = TypeVar("T")


async def off_loop(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run something in a thread, however long it takes, and leave no connection behind."""

    def run() -> T:
        try:
            return call(*args, **kwargs)
        finally:
            connections.close_all()

    return await asyncio.to_thread(run)


@contextmanager
def writer_hanging_in(*rooms: Room) -> Iterator[None]:
    """Hold the locks of rooms of PostgreSQL, as somebody does who hangs while they write there."""
    holds, done = threading.Event(), threading.Event()

    def hang() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
                pks = [room.pk for room in rooms]
                list(Room.objects.select_for_update(no_key=True).filter(pk__in=pks))
                holds.set()
                assert done.wait(60)
        finally:
            connections.close_all()

    thread = threading.Thread(target=hang)
    thread.start()
    try:
        assert holds.wait(60)
        yield
    finally:
        done.set()
        thread.join()

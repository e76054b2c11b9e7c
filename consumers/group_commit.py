"""Posts of many sockets to one room, committed together while the database is busy."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

from consumers.threads import DatabaseUnavailable, in_database
from rooms.eventlog.append import append
from rooms.eventlog.errors import Refused
from rooms.eventlog.models import Event
from rooms.eventlog.payload import Draft

MAX_BATCH = 64
MAX_QUEUED = 1000
"""Drafts that may wait in one room; more means that the database does not keep up."""

Append = Callable[[int, Sequence[Draft]], list[Event | Refused]]
Waiting = tuple[Draft, "asyncio.Future[Event]"]


class GroupCommit:
    """Appends drafts in the order they come: at once when idle, together when busy.

    Every caller gets the event of their own draft or the refusal of it, whatever became of
    the others in the same transaction.
    """

    def __init__(self, append: Append = append) -> None:
        self._append = append
        self._queues: dict[int, deque[Waiting]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def submit(self, room_id: int, draft: Draft) -> Event:
        """Return the draft's event; raises ``Refused`` or ``DatabaseUnavailable``."""
        queue = self._queues.get(room_id)
        if queue is not None and len(queue) >= MAX_QUEUED:
            raise DatabaseUnavailable("too many drafts are waiting")
        future: asyncio.Future[Event] = asyncio.get_running_loop().create_future()
        if queue is None:
            queue = self._queues[room_id] = deque()
            task = asyncio.create_task(self._work_off(room_id, queue))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        queue.append((draft, future))
        return await future

    async def _work_off(self, room_id: int, queue: deque[Waiting]) -> None:
        try:
            while queue:
                batch = [queue.popleft() for _ in range(min(len(queue), MAX_BATCH))]
                try:
                    await self._commit(room_id, batch)
                except DatabaseUnavailable as error:
                    # Those behind have waited as long; nobody is told later than need be.
                    _fail([*batch, *queue], error)
                    queue.clear()
                except Exception as error:
                    _fail(batch, error)
        finally:
            del self._queues[room_id]

    async def _commit(self, room_id: int, batch: list[Waiting]) -> None:
        drafts = [draft for draft, _future in batch]
        outcomes = await in_database(self._append, room_id, drafts)
        for (_draft, future), outcome in zip(batch, outcomes, strict=True):
            _settle(future, outcome)


def _fail(batch: list[Waiting], error: Exception) -> None:
    for _draft, future in batch:
        _settle(future, error)


def _settle(future: "asyncio.Future[Event]", outcome: Event | Exception) -> None:
    if future.done():
        return  # Whoever asked has left.
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)

"""Work of many sockets on one room, done together while the database is busy."""

import asyncio
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from consumers.threads import DatabaseUnavailable, in_database

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
R = TypeVar("R")

MAX_BATCH = 64
MAX_QUEUED = 1000
"""Items that may wait in one room, if nothing else is said: more means that the database does not
keep up."""


class Together(Generic[K, T, R]):
    """Does what comes in the order it comes: at once when idle, together when busy.

    ``work`` is given what names a room, and the room's items, in a thread, and returns a result or
    an exception for each; a room's next items wait until it is done. Every caller gets what became
    of their own item, whatever became of the others. ``weigh`` tells what an item counts: at most
    :data:`MAX_BATCH` in all, and at least one item. ``most`` may wait in one room.
    """

    def __init__(
        self,
        work: Callable[[K, Sequence[T]], Sequence[R | Exception]],
        weigh: Callable[[T], float] = lambda _item: 1,
        most: int = MAX_QUEUED,
    ) -> None:
        self._work = work
        self._weigh = weigh
        self._most = most
        self._queues: dict[K, deque[tuple[T, asyncio.Future[R]]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def submit(self, room: K, item: T) -> R:
        """Return the item's result; raises its exception, or ``DatabaseUnavailable``."""
        queue = self._queues.get(room)
        if queue is not None and len(queue) >= self._most:
            raise DatabaseUnavailable("too much is waiting")
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        if queue is None:
            queue = self._queues[room] = deque()
            task = asyncio.create_task(self._work_off(room, queue))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        queue.append((item, future))
        return await future

    async def _work_off(self, room: K, queue: deque[tuple[T, "asyncio.Future[R]"]]) -> None:
        try:
            while queue:
                batch = self._next(queue)
                try:
                    await self._do(room, batch)
                except DatabaseUnavailable as error:
                    # Those behind have waited as long; nobody is told later than need be.
                    _fail([*batch, *queue], error)
                    queue.clear()
                except Exception as error:
                    _fail(batch, error)
        finally:
            del self._queues[room]

    def _next(
        self, queue: deque[tuple[T, "asyncio.Future[R]"]]
    ) -> list[tuple[T, "asyncio.Future[R]"]]:
        batch = [queue.popleft()]
        weight = self._weigh(batch[0][0])
        while queue and (weight := weight + self._weigh(queue[0][0])) <= MAX_BATCH:
            batch.append(queue.popleft())
        return batch

    async def _do(self, room: K, batch: list[tuple[T, "asyncio.Future[R]"]]) -> None:
        outcomes = await in_database(self._work, room, [item for item, _future in batch])
        for (_item, future), outcome in zip(batch, outcomes, strict=True):
            _settle(future, outcome)


def _fail(batch: Sequence[tuple[T, "asyncio.Future[R]"]], error: Exception) -> None:
    for _item, future in batch:
        _settle(future, error)


def _settle(future: "asyncio.Future[R]", outcome: R | Exception) -> None:
    if future.done():
        return  # Whoever asked has left.
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)

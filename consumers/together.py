"""Work of many sockets, done together while the database is busy."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from functools import partial
from itertools import islice
from typing import Generic, TypeVar

from consumers.threads import PATIENCE, DatabaseUnavailable, in_database_for
from rooms.eventlog.append import RoomIsBusy

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
R = TypeVar("R")
logger = logging.getLogger(__name__)

MAX_BATCH = 64
MAX_ROOMS = 32
"""Items, and rooms, that are done together: each room's locks are held until all are done."""
MAX_QUEUED = 1000
"""Items that may wait in one room, if nothing else is said: more means that the database does not
keep up."""
LANES = 2
"""Batches at a time."""
WAITING = 1
"""Rooms at a time that are waited for while others write there: each of them holds a thread."""
ENOUGH = 0.3
"""Seconds of patience that are left, at least, to somebody whose item is begun."""
PAUSE, LONGEST_PAUSE = 0.02, 0.32
"""Seconds until a room that is busy is tried again, twice as many each time."""


class _Item(Generic[T, R]):
    """What is to be done, and who waits for it, until when."""

    def __init__(self, asked: T, weight: float, patience: float) -> None:
        loop = asyncio.get_running_loop()
        self.asked = asked
        self.weight = weight
        self.until = _now() + patience
        self.done: asyncio.Future[R] = loop.create_future()
        self._timer = loop.call_later(patience, self.tell_late)

    def tell_late(self) -> None:
        self.settle(DatabaseUnavailable("the database does not keep up"))

    def settle(self, outcome: R | Exception) -> None:
        self._timer.cancel()
        if self.done.done():
            return  # Whoever asked has left, or was told that it takes too long.
        if isinstance(outcome, Exception):
            self.done.set_exception(outcome)
        else:
            self.done.set_result(outcome)


class _Room(Generic[K, T, R]):
    """What waits in one room, the oldest first."""

    def __init__(self, name: K) -> None:
        self.name = name
        self.waiting: deque[_Item[T, R]] = deque()
        self.tries = 0
        """How often it could not be done together with others, or was busy."""

    def take(self, most: float) -> list[_Item[T, R]]:
        """Take items that weigh as much at most, or the first one if it weighs more."""
        taken = [self.waiting.popleft()]
        left = most - taken[0].weight
        while self.waiting and (left := left - self.waiting[0].weight) >= 0:
            taken.append(self.waiting.popleft())
        return taken


Batch = list[tuple[_Room[K, T, R], list[_Item[T, R]]]]


class Together(Generic[K, T, R]):
    """Does what comes in the order it comes: at once when idle, together when busy.

    ``work`` is given items in a thread, those of a room in order, and returns a result or an
    exception for each; a room's next items wait until it is done. Every caller gets what became
    of their own item, whatever became of the others, or is told after ``patience`` seconds that it
    takes too long. ``weigh`` tells what an item counts: at most :data:`MAX_BATCH` in all, and at
    least one item. ``most`` may wait in one room.

    Items of several rooms are done together, too, but no room waits for another: ``work`` is told
    whether it may wait until others have written in a room, which it never may with several. Where
    it may not, and ``RoomIsBusy`` is an outcome or it raises, each room is tried again by itself.
    """

    def __init__(
        self,
        work: Callable[[Sequence[T], bool], Sequence[R | Exception]],
        weigh: Callable[[T], float] = lambda _item: 1,
        most: int = MAX_QUEUED,
        patience: float = PATIENCE,
    ) -> None:
        self._work = work
        self._patience = patience
        self._weigh = weigh
        self._most = most
        self._rooms: dict[K, _Room[K, T, R]] = {}
        """Each is being done, or ready, or about to be tried again."""
        self._ready: deque[_Room[K, T, R]] = deque()
        self._lanes: set[asyncio.Task[None] | None] = set()
        self._waited_for = 0

    async def submit(self, name: K, asked: T) -> R:
        """Return the item's result; raises its exception, or ``DatabaseUnavailable``."""
        room = self._rooms.get(name)
        if room is None:
            room = self._rooms[name] = _Room(name)
            self._make_ready(room)
        elif len(room.waiting) >= self._most:
            raise DatabaseUnavailable("too much is waiting")
        item = _Item[T, R](asked, self._weigh(asked), self._patience)
        room.waiting.append(item)
        return await item.done

    def _make_ready(self, room: _Room[K, T, R]) -> None:
        self._ready.append(room)
        if len(self._lanes) < LANES:
            self._lanes.add(asyncio.create_task(self._work_off()))

    async def _work_off(self) -> None:
        """Do what is ready, one batch after the other."""
        try:
            while batch := self._next():
                await self._do(batch)
        finally:
            self._lanes.discard(asyncio.current_task())

    def _next(self) -> Batch[K, T, R]:
        """Take what goes together of what is ready; nothing if nothing is."""
        batch: Batch[K, T, R] = []
        left: float = MAX_BATCH
        while self._ready and left > 0 and len(batch) < MAX_ROOMS:
            room = self._ready[0]
            while room.waiting and _left(room.waiting[0]) < ENOUGH:
                room.waiting.popleft().tell_late()
            if not room.waiting:
                del self._rooms[self._ready.popleft().name]
                continue
            if batch and (room.tries or room.waiting[0].weight > left):
                break
            self._ready.popleft()
            items = room.take(left)
            left -= sum(item.weight for item in items)
            batch.append((room, items))
            if room.tries:
                break
        return batch

    async def _do(self, batch: Batch[K, T, R]) -> None:
        items = [item for _room, some in batch for item in some]
        may_wait = len(batch) == 1 and self._waited_for < WAITING
        self._waited_for += may_wait
        work = partial(self._work, [item.asked for item in items], may_wait)
        patience = min(PATIENCE, max(map(_left, items)))
        outcomes: Sequence[R | Exception]
        try:
            outcomes = await in_database_for(patience, work, partial(self._is_done, may_wait))
            settled = list(zip(items, outcomes, strict=True))
        except DatabaseUnavailable as error:
            if not may_wait:  # So it is not others in the room who take long.
                batch += [(room, []) for room in self._ready]
                self._ready.clear()
            for room, some in batch:
                del self._rooms[room.name]
                for item in (*some, *room.waiting):
                    item.settle(error)
            return
        except Exception as error:
            if not may_wait:
                logger.exception("rooms cannot be done together; each is tried by itself")
            settled = [(item, error if may_wait else RoomIsBusy()) for item in items]
        answers = iter(settled)
        for room, some in batch:
            self._settle(room, list(islice(answers, len(some))))

    def _is_done(self, was_waited_for: bool) -> None:
        self._waited_for -= was_waited_for

    def _settle(
        self, room: _Room[K, T, R], settled: list[tuple[_Item[T, R], R | Exception]]
    ) -> None:
        """Answer. Who is not done is tried again, before those who came since."""
        busy = []
        for item, outcome in settled:
            if isinstance(outcome, RoomIsBusy):
                busy.append(item)
            else:
                item.settle(outcome)
        if busy:
            room.waiting.extendleft(reversed(busy))
            room.tries += 1
            if self._waited_for < WAITING:
                self._make_ready(room)
            else:
                pause = min(LONGEST_PAUSE, PAUSE * 2 ** (room.tries - 1))
                asyncio.get_running_loop().call_later(pause, self._make_ready, room)
        elif room.waiting:
            room.tries = 0
            self._make_ready(room)
        else:
            del self._rooms[room.name]


def _left(item: _Item[T, R]) -> float:
    """Return for how many seconds somebody waits yet."""
    return item.until - _now()


def _now() -> float:
    return asyncio.get_running_loop().time()

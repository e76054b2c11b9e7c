"""One room's events on their way to everybody in this process who is in the room."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from consumers.catch_up import CatchUp
from consumers.connection import Connection, Reading
from consumers.cursor import Cursor, Step
from consumers.pages import Pages, Shelf, read_events
from consumers.protocol import Ready, Resync
from consumers.rendering import Rendering
from consumers.shown import Shown, settle
from consumers.threads import DatabaseUnavailable, in_database
from rooms.eventlog.backlog import PAGE, heads
from rooms.eventlog.broadcast import Batch

logger = logging.getLogger(__name__)

GRACE = 0.02
"""Seconds that a missing event is waited for before it is read from the log."""
REST = 2.0
"""Rest after a flush, as a multiple of the processor's time that it took."""
LONGEST_REST = 0.1
"""Seconds of rest after one flush."""
CREDIT = 0.2
"""Seconds of rest that may be put off: what comes now and then goes out at once."""
SLICE = 200
"""Sockets that are served before others get a turn at the event loop."""


class Feed:
    """Takes batches in any order and hands them on in order, to each connection exactly once.

    Connections that are live stand where the cursor stands and get each flush as it is
    made; what comes while a flush is running leaves with the next one. The others read
    pages up to the cursor, and go live at the moment they reach it.
    """

    def __init__(
        self,
        room_id: int,
        epoch: str,
        head: int,
        shelf: Shelf,
        concerned: Callable[["Feed", list[Connection]], None],
    ) -> None:
        self.room_id = room_id
        self.cursor = Cursor[Shown](epoch, head)
        self.connections: set[Connection] = set()
        self.here = 0
        self._concerned = concerned
        self._live: set[Connection] = set()
        self.pages = Pages(room_id, shelf)
        self.catch_up = CatchUp(self)
        self._pump: asyncio.Task[None] | None = None
        self._rested_at = 0.0
        self._asking = asyncio.Lock()
        self._asked: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def leave(self, connection: Connection) -> None:
        """Forget a connection."""
        self.connections.discard(connection)
        self.set_aside(connection, Reading.IDLE)

    def stop(self) -> None:
        """Stop all work."""
        for task in (*self._tasks, self._pump, self._asked):
            if task is not None:
                task.cancel()

    # --- what comes in ---------------------------------------------------------------

    def take(self, batch: Batch) -> None:
        """Take committed events, in whatever order they come."""
        step = self.cursor.offer(batch.epoch, ((view.seq, Shown(view)) for view in batch.views))
        if step is Step.RESYNC:
            # Late news of a history that is over, or the first of a new one: the log knows.
            self.start(self._look())
        else:
            self._go_on(step)

    def compare(self, epoch: str, head: int, seq_before: int) -> None:
        """Compare with the log's head, which was read when the cursor stood at ``seq_before``."""
        step = self.cursor.notice(epoch, head, seq_before=seq_before)
        if step is Step.RESYNC:
            self._start_again(epoch, head)
        else:
            self._go_on(step)

    async def refresh(self) -> None:
        """Get to where the log is now; raises ``DatabaseUnavailable``.

        Whoever asks while a look at the log is under way shares the next one.
        """
        if self._asked is None:
            self._asked = asyncio.create_task(self._ask())
        await asyncio.shield(self._asked)
        if self._pump is not None:
            await asyncio.wait([self._pump])

    async def _ask(self) -> None:
        async with self._asking:
            self._asked = None
            before = self.cursor.seq
            found = await in_database(heads, [self.room_id])
            if self.room_id in found:
                self.compare(*found[self.room_id], before)

    async def _look(self) -> None:
        try:
            await self.refresh()
        except DatabaseUnavailable:
            return  # The next comparison with the head finds it.

    def _go_on(self, step: Step) -> None:
        if step is not Step.DROP and self._pump is None:
            self._pump = asyncio.create_task(self._work_off())

    async def _work_off(self) -> None:
        """Deliver what is at hand and read what is missing until there is nothing more to do."""
        try:
            while (step := self.cursor.step) is not Step.DROP:
                if step is Step.DELIVER:
                    await self._pause()
                    await self._deliver(settle(self.cursor.take(PAGE)))
                elif not await self._fill():
                    return
        except Exception:
            # Tried again at the next event, or at the next comparison with the head.
            logger.exception("room %s stands still at %s", self.room_id, self.cursor.seq)
        finally:
            self._pump = None

    async def _pause(self) -> None:
        """Rest after flushes, in proportion to what they took. What comes meanwhile goes together.

        So a full room takes a share of the event loop, however much is posted, and leaves the
        rest to those who post. As long as flushes take less than that share nothing waits here.
        """
        if (rest := self._rested_at - CREDIT - time.monotonic()) > 0:
            await asyncio.sleep(rest)

    async def _fill(self) -> bool:
        """Read what is missing from the log, unless it still comes by itself."""
        await asyncio.sleep(GRACE)
        if self.cursor.step is not Step.FILL:
            return True
        epoch = self.cursor.epoch
        try:
            run = await in_database(read_events, self.room_id, self.cursor.seq)
        except DatabaseUnavailable:
            return False
        self.cursor.offer(epoch, ((shown.seq, shown) for shown in run))
        return bool(run)

    def _start_again(self, epoch: str, head: int) -> None:
        self.cursor = Cursor(epoch, head)
        self.pages.forget()
        for connection in self.connections:
            self.set_aside(connection, Reading.IDLE)
            self.start(connection.reply(Resync(epoch=epoch, head=head)))

    # --- what goes out ---------------------------------------------------------------

    async def _deliver(self, run: list[Shown]) -> None:
        self.pages.remember(run)
        rendering = Rendering(run)
        live, used = tuple(self._live), 0.0
        for start in range(0, len(live), SLICE):
            if start:
                await asyncio.sleep(0)
            began = time.thread_time()
            self._serve(live[start : start + SLICE], rendering, run[0].seq - 1)
            used += time.thread_time() - began
        self._rest_after(used)
        subjects = {s.view.participant.id for s in run if s.view.participant}
        if subjects:
            self._concerned(self, [c for c in self.connections if c.you and c.you.id in subjects])

    def _serve(self, some: Sequence[Connection], rendering: Rendering, base: int) -> None:
        for connection in some:
            # Whoever resumed while others were served has its own way to get these events.
            if connection.reading is Reading.LIVE and connection.window.sent == base:
                self._push(connection, rendering)
            elif connection.reading is Reading.LIVE and connection.window.sent < base:
                self._fall_behind(connection)

    def _rest_after(self, used: float) -> None:
        rest = min(REST * used, LONGEST_REST)
        self._rested_at = max(self._rested_at + used, time.monotonic()) + rest

    def _push(self, connection: Connection, rendering: Rendering) -> None:
        wire, window = connection.wire, connection.window
        for frame in rendering.frames_of(connection):
            if not (wire.is_free and window.takes(frame.extent)):
                self._fall_behind(connection)
                return
            window.note_sent(frame.extent)
            wire.send_now(frame)

    def go_live(self, connection: Connection) -> None:
        """Let a connection that stands where the cursor stands get what comes from here on.

        No event falls between its last page and its first flush: nothing here waits.
        """
        connection.reading = Reading.LIVE
        self._live.add(connection)
        if connection.awaits_ready and connection.mention(Ready(head=self.cursor.seq)):
            connection.awaits_ready = False

    def _fall_behind(self, connection: Connection) -> None:
        self.set_aside(connection, Reading.WAITING)
        self.catch_up.go_on(connection)

    def set_aside(self, connection: Connection, reading: Reading) -> None:
        """Let a connection not be live; work begun for it before is dropped."""
        self._live.discard(connection)
        connection.reading = reading
        connection.turn += 1

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside everything else, for as long as this room is followed."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

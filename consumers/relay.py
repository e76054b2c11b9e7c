"""The fast path between workers: batches go out and come in by the channel layer.

Nothing here is needed for anything to arrive, only for it to arrive at once. Every call is
bounded in time, no failure leaves this module, and no queue grows without bound.
"""

import asyncio
import contextlib
import logging
import uuid
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import msgspec
from channels.layers import get_channel_layer

from consumers.patience import within
from rooms.eventlog.broadcast import Batch, group_name, layer_message
from rooms.eventlog.views import decode_views

logger = logging.getLogger(__name__)

PATIENCE = 1.0
"""Seconds that a call to the channel layer may take."""
MAX_QUEUED = 1000
"""Batches that may wait to be sent; the oldest are dropped, and the other workers read the log."""
PAUSE = 1.0
"""Seconds between attempts to listen again."""


class Relay:
    """This process at the channel layer: one channel, in the group of every room it follows."""

    def __init__(self, deliver: Callable[[Batch], None]) -> None:
        self._deliver = deliver
        self._layer: Any = get_channel_layer()
        self._origin = uuid.uuid4().hex
        self._channel = ""
        self._wanted: set[int] = set()
        self._queue: deque[Batch] = deque(maxlen=MAX_QUEUED)
        self._queued = asyncio.Event()
        self._changing = asyncio.Lock()
        self._healthy = True
        self._followed: set[int] = set()
        self._listening = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._start(self._send_all())
        self._start(self._receive_all())
        self._start(self._repair())

    async def stop(self) -> None:
        """Stop sending and listening."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def send(self, batch: Batch) -> None:
        """Send a batch to the other workers, soon, and in order with the others."""
        self._queue.append(batch)
        self._queued.set()

    async def follow(self, room_id: int) -> None:
        """Receive a room's batches, from here on if the layer answers in time."""
        self._wanted.add(room_id)
        change = self._start(self._change(room_id))
        if self._healthy:
            await asyncio.wait([change], timeout=PATIENCE)

    def unfollow(self, room_id: int) -> None:
        """Stop receiving a room's batches, soon."""
        self._wanted.discard(room_id)
        self._start(self._change(room_id))

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _change(self, room_id: int) -> None:
        await self._listening.wait()
        async with self._changing:
            # What is wanted may have changed while others were changing it.
            wanted = room_id in self._wanted
            change = self._layer.group_add if wanted else self._layer.group_discard
            done = await self._bounded(change, group_name(room_id), self._channel)
            (self._followed.add if done and wanted else self._followed.discard)(room_id)

    async def _send_all(self) -> None:
        while True:
            await self._queued.wait()
            self._queued.clear()
            while self._queue:
                batch = self._queue.popleft()
                message = {**layer_message(batch), "origin": self._origin}
                if not await self._bounded(
                    self._layer.group_send, group_name(batch.room_id), message
                ):
                    # The others have read the rest from the log before it could arrive.
                    self._queue.clear()

    async def _receive_all(self) -> None:
        while True:
            try:
                await self._listen()
            except Exception as error:
                self._note(error)
                await asyncio.sleep(PAUSE)

    async def _listen(self) -> None:
        self._channel = await within(PATIENCE, self._layer.new_channel())
        self._listening.set()
        self._followed.clear()
        for room_id in list(self._wanted):
            await self._change(room_id)
        while True:
            self._receive(await self._layer.receive(self._channel))

    async def _repair(self) -> None:
        """Follow, once the layer is back, what could not be followed at the time."""
        while True:
            await asyncio.sleep(2 * PAUSE)
            for room_id in self._wanted - self._followed:
                await self._change(room_id)

    def _receive(self, message: dict[str, Any]) -> None:
        if message.get("origin") == self._origin:
            return
        with contextlib.suppress(msgspec.MsgspecError):  # from a worker of another version
            views = decode_views(message["views"])
            self._deliver(Batch(message["room"], message["epoch"], views))

    async def _bounded(self, call: Callable[..., Awaitable[None]], *args: Any) -> bool:
        try:
            await within(PATIENCE, call(*args))
        except Exception as error:
            self._note(error)
            return False
        if not self._healthy:
            self._healthy = True
            logger.info("the channel layer is back")
        return True

    def _note(self, error: Exception) -> None:
        """Log the first failure of a row: a layer that is down for an hour is one problem."""
        if self._healthy:
            self._healthy = False
            logger.warning("the channel layer fails, workers read the log instead: %r", error)

"""A hub in the test's own event loop, and sockets that are lists of frames."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from consumers.connection import Connection
from consumers.feed import Feed
from consumers.hub import Hub, current_hub
from consumers.wire import Wire


class Listener:
    """A socket in a hub: what it was sent, and whether it takes any more."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.takes = asyncio.Event()
        self.takes.set()
        self.changed = asyncio.Event()
        self.connection = Connection(Wire(self._take), "en", "")
        self.connection.heard_at = self.connection.checked_at = time.monotonic()
        self.feed: Feed

    async def _take(self, message: dict[str, Any]) -> None:
        await self.takes.wait()
        self.frames.append(json.loads(message["text"]))
        self.changed.set()

    @property
    def seqs(self) -> list[int]:
        return [e["seq"] for f in self.frames if f["type"] == "push" for e in f["events"]]

    def types(self) -> list[str]:
        return [frame["type"] for frame in self.frames]

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not holds():
                self.changed.clear()
                await self.changed.wait()

    async def until_seq(self, seq: int) -> None:
        await self.until(lambda: bool(self.seqs) and self.seqs[-1] >= seq)

    def resume(self, after: int, epoch: str = "") -> None:
        self.feed.catch_up.resume(self.connection, epoch or self.feed.cursor.epoch, after)

    def seen(self, seq: int) -> bool:
        return self.feed.catch_up.acknowledge(self.connection, seq)


Listen = Callable[..., Any]


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    hub = current_hub()
    yield hub
    await hub.stop()


@pytest.fixture
def listen(hub: Hub) -> Listen:
    """Attach a listener to a room, and resume from a sequence unless it is None."""

    async def attach(room_id: int, after: int | None = 0) -> Listener:
        listener = Listener()
        listener.feed = await hub.attach(listener.connection, room_id)
        if after is not None:
            listener.resume(after)
            await listener.until(lambda: "ready" in listener.types())
        return listener

    return attach

"""A participant at the other end of the protocol: joins by HTTP, talks by socket, comes back.

Used by ``manage.py replay``. Knows nothing but URLs, so it works against any server.
"""

import asyncio
import json
import random
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from consumers import guest
from consumers.close_codes import TERMINAL
from consumers.link import Frame, Link

ACKNOWLEDGE_EACH = 512
ACKNOWLEDGE_SIZE = 192 * 1024
ACKNOWLEDGE_AFTER = 10.0
"""Events, or seconds, after which the server is told what was applied."""
BACK_OFF = (0.5, 15.0)
"""Seconds of the first and of the longest wait before coming back."""

Heard = Callable[[Frame, float], None]


class Disorder(Exception):
    """The server pushed events with a gap, twice, or out of order."""


class Ended(Exception):
    """The server does not want this participant at its socket, now or later."""


class RoomClient:
    """One guest in one room, with a socket of its own.

    Applies events and checks that each sequence comes exactly once and in order, also over
    reconnections. ``heard`` is told each event and the ``time.monotonic()`` of its arrival.
    What the server does wrong is raised, as ``Disorder`` or ``Ended``, by whatever is called next.
    """

    def __init__(self, url: str, slug: str, heard: Heard = lambda _event, _at: None) -> None:
        parts = urlsplit(url)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._slug = slug
        self._heard = heard
        self._http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self._link: Link | None = None
        self._epoch = ""
        self._acknowledged = 0
        self._size = 0
        self._acknowledging: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._applied = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self.name = ""
        self.seq = 0
        self.reconnects = 0

    async def join(self, name: str, code: str = "") -> None:
        """Enter the room as a guest with a name; raises ``CannotJoin``."""
        await guest.join(self._http, self._origin, self._slug, name, code)
        self.name = name

    async def start(self, *, from_head: bool = True) -> None:
        """Connect and stay connected until :meth:`stop`; return once everything new arrives."""
        self._running = asyncio.create_task(self._run(from_head))
        self._running.add_done_callback(self._wake)
        await self._ready.wait()
        self._raise_if_ended()

    async def stop(self) -> None:
        """Leave."""
        for task in (self._acknowledging, self._running):
            if task is not None:
                task.cancel()
                await asyncio.wait([task])
        await self._http.close()

    async def post(self, text: str, client_id: str, **fields: Any) -> Frame:
        """Send a message and return its ack or nack; it counts once, however often it is sent."""
        return await self.insist({"type": "post", "id": client_id, "text": text, **fields})

    async def insist(self, command: Frame) -> Frame:
        """Send a command and return its answer.

        Sends it again for as long as the connection was lost in between.
        """
        while True:
            await self._ready.wait()
            self._raise_if_ended()
            try:
                return await self.ask(command)
            except ConnectionError:
                await asyncio.sleep(0)  # Let the loss be noticed.

    async def ask(self, command: Frame) -> Frame:
        """Send a command and return its answer; raises ``ConnectionError`` if none can come."""
        if self._link is None:
            raise ConnectionError
        return await self._link.ask(command)

    async def until(self, seq: int, patience: float) -> bool:
        """Wait until everything up to ``seq`` was applied; tell whether it was in time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while self.seq < seq:
                    self._raise_if_ended()
                    self._applied.clear()
                    await self._applied.wait()
        return self.seq >= seq

    def _wake(self, _task: "asyncio.Task[None]") -> None:
        """Let nobody wait for what will not come: they find the task done."""
        self._ready.set()
        self._applied.set()

    def _raise_if_ended(self) -> None:
        if self._running is not None and self._running.done():
            self._running.result()

    async def _run(self, from_head: bool) -> None:
        """Connect, for as long as coming back makes sense."""
        failures = 0
        while True:
            code = None
            with suppress(aiohttp.ClientError, OSError):
                code = await self._connect(from_head and not self._epoch)
            if code in TERMINAL:
                raise Ended(f"{self.name!r} was closed with {code}")
            failures = 0 if self._ready.is_set() else failures + 1
            self._ready.clear()
            longest = min(BACK_OFF[1], BACK_OFF[0] * 2.0 ** (failures + 1))
            await asyncio.sleep(random.uniform(BACK_OFF[0], longest))
            self.reconnects += 1

    async def _connect(self, from_head: bool) -> int | None:
        """Serve one connection to its end; return the code that it was closed with."""
        url = f"{self._origin}/ws/rooms/{self._slug}/"
        try:
            async with self._http.ws_connect(url, origin=self._origin, max_msg_size=0) as socket:
                self._link = Link(socket)
                await self._listen(socket, self._link, from_head)
                return socket.close_code
        except aiohttp.WSServerHandshakeError as refusal:
            if 400 <= refusal.status < 500 and refusal.status != 429:
                raise Ended(f"{self.name!r} gets no socket: {refusal.status}") from refusal
            return None

    async def _listen(
        self, socket: aiohttp.ClientWebSocketResponse, link: Link, from_head: bool
    ) -> None:
        heart = asyncio.create_task(link.beat())
        try:
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._size += len(message.data)
                    await self._take(json.loads(message.data), link, from_head)
        finally:
            heart.cancel()
            self._link = None
            link.lose()

    async def _take(self, frame: Frame, link: Link, from_head: bool) -> None:
        match frame["type"]:
            case "hello":
                if from_head:
                    self.seq = self._acknowledged = frame["head"]
                self._epoch = self._epoch or frame["epoch"]
                await link.say({"type": "resume", "epoch": self._epoch, "after": self.seq})
            case "push":
                await self._apply(frame["events"])
            case "ready":
                self._ready.set()
            case "resync":
                raise Disorder(f"{self.name!r} was told that this is another log")
            case "ack" | "nack" | "pong":
                link.answer(frame)

    async def _apply(self, events: list[Frame]) -> None:
        now = time.monotonic()
        for event in events:
            if event["seq"] != self.seq + 1:
                raise Disorder(f"{self.name!r} got {event['seq']} after {self.seq}")
            self.seq = event["seq"]
            self._heard(event, now)
        self._applied.set()
        if self.seq - self._acknowledged >= ACKNOWLEDGE_EACH or self._size >= ACKNOWLEDGE_SIZE:
            await self._acknowledge()
        elif self._acknowledging is None or self._acknowledging.done():
            self._acknowledging = asyncio.create_task(self._acknowledge_soon())

    async def _acknowledge_soon(self) -> None:
        await asyncio.sleep(ACKNOWLEDGE_AFTER)
        await self._acknowledge()

    async def _acknowledge(self) -> None:
        if self.seq > self._acknowledged and self._link is not None:
            self._acknowledged = self.seq
            self._size = 0
            with suppress(ConnectionError):
                await self._link.say({"type": "seen", "seq": self.seq})

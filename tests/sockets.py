"""A client for tests: one browser at a room's socket, which holds the log as a page does."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore

from rooms.eventlog.models import Room
from rooms.people.guests import SESSION_KEY
from rooms.people.membership import join_room
from rooms.people.models import Participant
from tests.servers import Server

PATIENCE = 30.0
Frame = dict[str, Any]


@dataclass(frozen=True)
class Person:
    """Somebody in a room, with the session of their browser."""

    participant: Participant
    session: str

    @property
    def cookies(self) -> dict[str, str]:
        return {settings.SESSION_COOKIE_NAME: self.session}


def new_session(guest_key: str) -> str:
    """Return the key of a browser session that belongs to a guest."""
    session = SessionStore()
    session[SESSION_KEY] = guest_key
    session.save()
    return str(session.session_key)


def join(room: Room, name: str) -> Person:
    """Let a new guest join a room."""
    person = join_room(room=room, name=name, guest_key=name)
    return Person(person, new_session(name))


@dataclass
class Client:
    """A socket that applies pushes, and fails at once on a gap, a duplicate or a disorder."""

    socket: aiohttp.ClientWebSocketResponse
    acknowledges: bool = True
    epoch: str = ""
    seq: int = 0
    events: list[Frame] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._refs = (f"r{number}" for number in itertools.count(1))
        self._changed = asyncio.Condition()
        self._reader = asyncio.create_task(self._read())

    async def send(self, **frame: Any) -> None:
        await self.socket.send_str(json.dumps(frame))

    async def ask(self, **frame: Any) -> Frame:
        """Send a command and return its answer."""
        ref = next(self._refs)
        await self.send(ref=ref, **frame)
        return await self.find(lambda got: got.get("ref") == ref)

    async def post(self, text: str, **fields: Any) -> Frame:
        return await self.ask(type="post", id=fields.pop("id", text), text=text, **fields)

    async def resume(self, after: int = 0) -> None:
        """Resume and wait for ready."""
        self.seq = after
        seen = len(self.frames)
        await self.send(type="resume", epoch=self.epoch, after=after)
        await self.find(lambda got: got["type"] == "ready", since=seen)

    async def find(self, wanted: Any, since: int = 0) -> Frame:
        """Return the first frame that fits; waits for it."""
        await self.until(lambda: any(wanted(frame) for frame in self.frames[since:]))
        return next(frame for frame in self.frames[since:] if wanted(frame))

    async def of_type(self, name: str, since: int = 0) -> Frame:
        return await self.find(lambda got: got["type"] == name, since)

    async def until(self, holds: Any, patience: float = PATIENCE) -> None:
        """Wait until something holds; raises what the reader met, or ``TimeoutError``."""
        async with asyncio.timeout(patience), self._changed:
            while not holds():
                if self._reader.done():
                    self._reader.result()
                    raise ConnectionError(f"closed with {self.socket.close_code}")
                await self._changed.wait()

    async def until_seq(self, seq: int, patience: float = PATIENCE) -> None:
        await self.until(lambda: self.seq >= seq, patience)

    async def closed(self) -> int | None:
        """Wait until the server has closed the socket; return its code."""
        async with asyncio.timeout(PATIENCE):
            await asyncio.wait([self._reader])
        return self.socket.close_code

    @property
    def is_open(self) -> bool:
        return not self._reader.done()

    async def leave(self) -> None:
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)
        await self.socket.close()

    async def _read(self) -> None:
        try:
            async for message in self.socket:
                assert message.type is aiohttp.WSMsgType.TEXT
                await self._apply(json.loads(message.data))
        finally:
            async with self._changed:
                self._changed.notify_all()

    async def _apply(self, frame: Frame) -> None:
        if frame["type"] in ("hello", "resync"):
            self.epoch = frame["epoch"]
        if frame["type"] == "push":
            for event in frame["events"]:
                assert event["seq"] == self.seq + 1, (event["seq"], self.seq)
                self.seq += 1
                self.events.append(event)
            if self.acknowledges:
                await self.send(type="seen", seq=self.seq)
        async with self._changed:
            self.frames.append(frame)
            self._changed.notify_all()


@asynccontextmanager
async def connected(
    server: Server,
    slug: str,
    person: Person | str | None = None,
    *,
    language: str = "en",
    acknowledges: bool = True,
    **options: Any,
) -> AsyncIterator[Client]:
    """Connect to a room, as somebody or with the key of a session, and wait for hello."""
    async with raw(server, slug, person, language=language, **options) as socket:
        client = Client(socket, acknowledges)
        try:
            await client.of_type("hello")
            yield client
        finally:
            await client.leave()


@asynccontextmanager
async def raw(
    server: Server,
    slug: str,
    person: Person | str | None = None,
    *,
    language: str = "en",
    **options: Any,
) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """Open a socket to a room."""
    url = f"{server.url}/ws/rooms/{slug}/?lang={language}"
    headers = {"Origin": server.url, **options.pop("headers", {})}
    key = person.session if isinstance(person, Person) else person
    cookies = {settings.SESSION_COOKIE_NAME: key} if key else {}
    async with (
        aiohttp.ClientSession(cookies=cookies) as session,
        session.ws_connect(url, headers=headers, max_msg_size=0, **options) as socket,
    ):
        yield socket

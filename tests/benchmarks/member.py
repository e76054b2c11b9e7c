"""One connection of the load generator: it checks every sequence and notes every arrival."""

import asyncio
import itertools
import json
import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from tests.benchmarks.socket import Socket

ACKNOWLEDGE_EACH, ACKNOWLEDGE_SIZE = 512, 192 * 1024
PATIENCE = 60.0
KEPT = 64
"""Frames that are recognised when they come again."""


class _Sequence(msgspec.Struct):
    seq: int


class _Frame(msgspec.Struct):
    type: str
    ref: str | None = None
    seq: int = 0
    head: int = 0
    epoch: str = ""
    status: str = ""
    rule: str = ""
    retry_after: float | None = None
    events: list[_Sequence] = []


_decode = msgspec.json.Decoder(_Frame).decode


class Frames:
    """Frames as they come; the same one comes to many, and is read once. Checks for gaps."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, bytes], tuple[bytes, _Frame]] = {}

    def read(self, payload: bytes) -> _Frame:
        key = len(payload), payload[:96]
        known = self._known.get(key)
        if known is not None and known[0] == payload:
            return known[1]
        frame = _decode(payload)
        sequences = [event.seq for event in frame.events]
        if sequences and sequences != list(range(sequences[0], sequences[-1] + 1)):
            raise AssertionError(f"a frame holds {sequences}")
        if len(self._known) >= KEPT:
            self._known.clear()
        self._known[key] = payload, frame
        return frame


class Arrivals:
    """When each event reached its first and its latest receiver so far, and how many it has."""

    def __init__(self) -> None:
        self.frames = Frames()
        self._runs: dict[tuple[int, int], list[float]] = {}

    def note(self, first: int, last: int) -> None:
        """Note that somebody got a run of events."""
        now = time.monotonic()
        run = self._runs.get((first, last))
        if run is None:
            self._runs[first, last] = [now, now, 1]
        else:
            run[1] = now
            run[2] += 1

    def alone(self, number: int) -> int:
        """Return how many got this event in a run of its own, as all of a peer's come."""
        run = self._runs.get((number, number))
        return int(run[2]) if run else 0

    def of(self, numbers: Iterable[int]) -> dict[int, "Arrival"]:
        """Return what is known of each of these events."""
        found = {number: Arrival() for number in numbers}
        for (first, last), (earliest, latest, count) in self._runs.items():
            for number in range(first, last + 1):
                if arrival := found.get(number):
                    arrival.first = min(arrival.first, earliest)
                    arrival.latest = max(arrival.latest, latest)
                    arrival.count += int(count)
        return found


@dataclass
class Arrival:
    first: float = math.inf
    latest: float = -math.inf
    count: int = 0


class Member:
    """A participant with a socket of their own."""

    def __init__(self, arrivals: Arrivals, behind: int = 0) -> None:
        self.seq = 0
        self.behind = behind
        """How many events before the head this member stands when it comes."""
        self.put_off = 0
        self.ready = asyncio.Event()
        self.reading: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Ends when something is wrong."""
        self._socket = Socket(self.hear)
        self._socket.closed.add_done_callback(self._gone)
        self._arrivals = arrivals
        self._acknowledged = 0
        self._size = 0
        self._answers: dict[str, asyncio.Future[_Frame]] = {}
        self._refs = itertools.count(time.time_ns())  # None is of an earlier run.

    async def enter(self, url: str, slug: str, session: str, *, compress: bool) -> None:
        """Connect; return once everything will reach this member."""
        address, cookie = f"{url}/ws/rooms/{slug}/", f"sessionid={session}"
        await self._socket.connect(address, cookie=cookie, compress=compress)
        ready = asyncio.create_task(self.ready.wait())
        waits: list[asyncio.Future[Any]] = [ready, self._socket.closed]
        await asyncio.wait(waits, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        if not ready.done():
            ready.cancel()
            if self.reading.done():
                self.reading.exception()  # It is what is raised here.
            raise ConnectionError("closed" if self._socket.closed.done() else "never ready")

    async def post(self, text: str) -> int:
        """Send a message, again if asked to; return its sequence once it is acknowledged."""
        ref = str(next(self._refs))
        while True:
            answer: asyncio.Future[_Frame] = asyncio.get_running_loop().create_future()
            self._answers[ref] = answer
            self._say(type="post", ref=ref, id=ref, text=text)
            frame = await answer
            if frame.type == "ack":
                assert frame.status == "posted", frame
                return frame.seq
            assert frame.retry_after is not None, frame
            self.put_off += 1
            await asyncio.sleep(frame.retry_after)

    def acknowledge(self) -> None:
        """Tell the server what was applied, if it does not know."""
        if self.seq > self._acknowledged:
            self._acknowledged = self.seq
            self._size = 0
            self._socket.send(f'{{"type":"seen","seq":{self.seq}}}')

    def ping(self) -> None:
        """Say that this member is there, as a page does."""
        self._say(type="ping", ref="beat")

    async def leave(self) -> None:
        self._socket.closed.remove_done_callback(self._gone)
        await self._socket.close()

    def hear(self, payload: bytes) -> None:
        """Take a frame; whatever is wrong with it ends :attr:`reading`."""
        self._size += len(payload)
        try:
            self._take(self._arrivals.frames.read(payload), payload)
        except Exception as error:
            if not self.reading.done():
                self.reading.set_exception(error)

    def _take(self, frame: _Frame, payload: bytes) -> None:
        if frame.type == "push":
            self._apply(frame.events[0].seq, frame.events[-1].seq)
        elif frame.type == "hello":
            self.seq = self._acknowledged = max(0, frame.head - self.behind)
            self._say(type="resume", epoch=frame.epoch, after=self.seq)
        elif frame.type == "ready":
            self.ready.set()
        elif frame.ref in self._answers:
            self._answers.pop(frame.ref).set_result(frame)
        elif frame.type in ("nack", "resync"):
            raise AssertionError(payload)

    def _say(self, **frame: object) -> None:
        self._socket.send(json.dumps(frame))

    def _gone(self, closed: "asyncio.Future[int]") -> None:
        if not self.reading.done():
            self.reading.set_exception(AssertionError(f"closed with {closed.result()}"))

    def _apply(self, first: int, last: int) -> None:
        if first != self.seq + 1:
            raise AssertionError(f"got {first} after {self.seq}")
        self.seq = last
        self._arrivals.note(first, last)
        if last - self._acknowledged >= ACKNOWLEDGE_EACH or self._size >= ACKNOWLEDGE_SIZE:
            self.acknowledge()


async def acknowledge_by_turns(members: Sequence[Member]) -> None:
    """Acknowledge within ten seconds what was applied, not all at once: as pages do."""
    for tick in itertools.count():
        await asyncio.sleep(0.1)
        for member in members[tick % 100 :: 100]:
            member.acknowledge()


async def enter(
    url: str,
    slug: str,
    session: str,
    arrivals: Arrivals,
    *,
    compress: bool = False,
    behind: int = 0,
) -> Member:
    """Connect somebody by their session; return them once everything will reach them.

    Raises ``ConnectionError``.
    """
    member = Member(arrivals, behind)
    await member.enter(url, slug, session, compress=compress)
    return member

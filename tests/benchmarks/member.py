"""One connection of the load generator: it checks every sequence and notes every arrival."""

import asyncio
import itertools
import json
import time
from collections import Counter
from functools import lru_cache

import aiohttp
import msgspec

ACKNOWLEDGE_EACH = 256
PATIENCE = 60.0


class _Sequence(msgspec.Struct):
    seq: int


class _Frame(msgspec.Struct):
    type: str
    ref: str | None = None
    seq: int = 0
    head: int = 0
    epoch: str = ""
    status: str = ""
    retry_after: float | None = None
    events: list[_Sequence] = []


_decode = msgspec.json.Decoder(_Frame).decode


@lru_cache(maxsize=64)
def read(text: str) -> _Frame:
    """Return a frame; all members get the same ones, and one reads them. Checks for gaps."""
    frame = _decode(text)
    sequences = [event.seq for event in frame.events]
    if sequences and sequences != list(range(sequences[0], sequences[-1] + 1)):
        raise AssertionError(f"a frame holds {sequences}")
    return frame


class Arrivals:
    """When each event reached its latest receiver so far, and how many it has reached."""

    def __init__(self) -> None:
        self.first: dict[int, float] = {}
        self.latest: dict[int, float] = {}
        self.count: Counter[int] = Counter()

    def note(self, first: int, last: int) -> None:
        now = time.monotonic()
        for seq in range(first, last + 1):
            self.first.setdefault(seq, now)
            self.latest[seq] = now
            self.count[seq] += 1


class Member:
    """A participant with a socket of their own."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, arrivals: Arrivals) -> None:
        self.seq = 0
        self.put_off = 0
        self.ready = asyncio.Event()
        self.reading = asyncio.create_task(self._read())
        self._socket = socket
        self._arrivals = arrivals
        self._acknowledged = 0
        self._answers: dict[str, asyncio.Future[_Frame]] = {}
        self._refs = itertools.count(time.time_ns())  # None is of an earlier run.

    async def post(self, text: str) -> int:
        """Send a message, again if asked to; return its sequence once it is acknowledged."""
        ref = str(next(self._refs))
        while True:
            answer: asyncio.Future[_Frame] = asyncio.get_running_loop().create_future()
            self._answers[ref] = answer
            await self._say(type="post", ref=ref, id=ref, text=text)
            frame = await answer
            if frame.type == "ack":
                assert frame.status == "posted", frame
                return frame.seq
            assert frame.retry_after is not None, frame
            self.put_off += 1
            await asyncio.sleep(frame.retry_after)

    async def acknowledge(self) -> None:
        """Tell the server what was applied, if it does not know."""
        if self.seq > self._acknowledged:
            self._acknowledged = self.seq
            await self._say(type="seen", seq=self.seq)

    async def leave(self) -> None:
        self.reading.cancel()
        await self._socket.close()

    async def _say(self, **frame: object) -> None:
        await self._socket.send_str(json.dumps(frame))

    async def _read(self) -> None:
        async for message in self._socket:
            frame = read(message.data)
            if frame.type == "push":
                await self._apply(frame.events[0].seq, frame.events[-1].seq)
            elif frame.type == "hello":
                self.seq = self._acknowledged = frame.head
                await self._say(type="resume", epoch=frame.epoch, after=frame.head)
            elif frame.type == "ready":
                self.ready.set()
            elif frame.ref in self._answers:
                self._answers.pop(frame.ref).set_result(frame)
            elif frame.type in ("nack", "resync"):
                raise AssertionError(message.data)
        raise AssertionError(f"closed with {self._socket.close_code}")

    async def _apply(self, first: int, last: int) -> None:
        if first != self.seq + 1:
            raise AssertionError(f"got {first} after {self.seq}")
        self.seq = last
        self._arrivals.note(first, last)
        if last - self._acknowledged >= ACKNOWLEDGE_EACH:
            await self.acknowledge()


async def enter(
    http: aiohttp.ClientSession,
    url: str,
    slug: str,
    session: str,
    arrivals: Arrivals,
    *,
    compress: bool = False,
) -> Member:
    """Connect somebody by their session; return them once everything will reach them."""
    socket = await http.ws_connect(
        f"{url}/ws/rooms/{slug}/",
        origin=url,
        headers={"Cookie": f"sessionid={session}"},
        compress=15 if compress else 0,
        max_msg_size=0,
    )
    member = Member(socket, arrivals)
    done, _rest = await asyncio.wait(
        [member.reading, ready := asyncio.create_task(member.ready.wait())],
        timeout=PATIENCE,
        return_when=asyncio.FIRST_COMPLETED,
    )
    if ready not in done:
        ready.cancel()
        raise TimeoutError("a member could not enter")
    return member

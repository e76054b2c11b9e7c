"""The load generator for peers, a process of its own: as ``crowd`` is for us, with less to check.

Reads a ``PeerTask`` on standard input, writes a ``PeerResult`` on standard output.
"""

import asyncio
import sys
import time
from collections.abc import Sequence

import aiohttp
import uvloop

from tests.benchmarks import gauge
from tests.benchmarks.crowd import FIRST, TOGETHER
from tests.benchmarks.member import PATIENCE, Arrivals
from tests.benchmarks.peers.dialects import DIALECTS, Dialect, Say, numbers_in, text_of
from tests.benchmarks.socket import Socket
from tests.benchmarks.task import PeerResult, PeerTask, decode_peer_task, encode
from tests.benchmarks.timetable import steady, timetable


class Onlookers:
    """Everybody at a peer."""

    def __init__(self, http: aiohttp.ClientSession, task: PeerTask, dialect: Dialect) -> None:
        self._http = http
        self._task = task
        self._dialect = dialect
        self._arrivals = Arrivals()
        self._sockets: list[Socket] = []
        self._posters: list[Say] = []
        self._said = 0

    async def measure(self) -> PeerResult:
        """Do everything in turn, as it is done with us; raises when something does not arrive."""
        task, bounds = self._task, self._task.bounds
        await self._enter(FIRST)
        sockets = self._sockets[: bounds.posters]
        self._posters = [self._dialect.say(self._http, task.url, one) for one in sockets]
        await self._burst(bounds.burst)
        await asyncio.sleep(bounds.settle)
        before = gauge.memory(task.pid)
        await self._enter(task.connections - FIRST)
        await asyncio.sleep(bounds.settle)
        memory = (gauge.memory(task.pid) - before) / (task.connections - FIRST)
        await self._burst(bounds.burst)
        at_rates = [steady(rate, await self._steady(rate)) for rate in bounds.rates]
        server, generator = gauge.cpu(task.pid), time.process_time()
        seconds = sum([await self._burst(bounds.burst) for _ in range(bounds.bursts)])
        return PeerResult(
            connections=len(self._sockets),
            memory=memory,
            deliveries=bounds.burst * bounds.bursts * len(self._sockets) / seconds,
            server_cpu=(gauge.cpu(task.pid) - server) / seconds,
            generator_cpu=(time.process_time() - generator) / seconds,
            steady=at_rates,
        )

    async def leave(self) -> None:
        await asyncio.gather(*(socket.close() for socket in self._sockets))

    async def _enter(self, count: int) -> None:
        turn = asyncio.Semaphore(TOGETHER)

        async def come() -> None:
            async with turn:
                onlooker = _Onlooker(self._dialect, self._arrivals)
                self._sockets.append(await onlooker.enter(self._task.url))

        await asyncio.gather(*(come() for _ in range(count)))

    async def _say(self, poster: int) -> int:
        self._said += 1
        number = self._said
        await self._posters[poster % len(self._posters)](text_of(number))
        return number

    async def _steady(self, rate: float) -> list[float]:
        """Return, for each message, the seconds from when it was due to its last receiver."""
        dues, said = [], []
        async for index, due in timetable(rate, self._task.bounds.seconds):
            dues.append(due)
            said.append(asyncio.create_task(self._say(index)))
        numbers = await asyncio.gather(*said)
        await self._arrived(numbers)
        arrivals = self._arrivals.of(numbers)
        return [arrivals[number].latest - due for number, due in zip(numbers, dues, strict=True)]

    async def _burst(self, messages: int) -> float:
        """Let all posters post at once; return the seconds from first sending to last arrival."""
        began = time.monotonic()
        numbers = await asyncio.gather(*(self._say(n) for n in range(messages)))
        await self._arrived(numbers)
        return max(one.latest for one in self._arrivals.of(numbers).values()) - began

    async def _arrived(self, numbers: Sequence[int]) -> None:
        """Wait until everybody has everything; peers may lose messages, which is told."""
        deadline = time.monotonic() + PATIENCE
        everybody = len(self._sockets)
        while missing := self._missing(numbers, everybody):
            if any(socket.closed.done() for socket in self._sockets):
                raise ConnectionError("a socket was closed")
            if time.monotonic() > deadline:
                raise TimeoutError(f"{missing} deliveries are missing after {PATIENCE} s")
            await asyncio.sleep(0.01)

    def _missing(self, numbers: Sequence[int], everybody: int) -> int:
        return sum(everybody - self._arrivals.alone(number) for number in numbers)


class _Onlooker:
    """One connection to a peer."""

    def __init__(self, dialect: Dialect, arrivals: Arrivals) -> None:
        self._dialect = dialect
        self._arrivals = arrivals
        self._welcome = dialect.welcome.encode()
        self._ping = dialect.ping.encode()
        self._welcomed = asyncio.Event()
        self._socket = Socket(self._hear)

    async def enter(self, url: str) -> Socket:
        await self._socket.connect(url + self._dialect.path)
        if self._dialect.greeting:
            self._socket.send(self._dialect.greeting)
        if self._welcome:
            await asyncio.wait_for(self._welcomed.wait(), PATIENCE)
        return self._socket

    def _hear(self, payload: bytes) -> None:
        for number in numbers_in(payload):
            self._arrivals.note(number, number)
        if payload == self._ping:
            self._socket.send(self._dialect.pong)
        elif self._welcome and payload.startswith(self._welcome):
            self._welcomed.set()


async def _main(task: PeerTask) -> PeerResult:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:
        onlookers = Onlookers(http, task, DIALECTS[task.name])
        try:
            return await onlookers.measure()
        finally:
            await onlookers.leave()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        found = runner.run(_main(decode_peer_task(sys.stdin.buffer.read())))
    sys.stdout.buffer.write(encode(found))

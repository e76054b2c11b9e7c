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
from tests.benchmarks.peers.dialects import DIALECTS, Dialect, Say, Socket, numbers_in, text_of
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
        self._reading: list[asyncio.Task[None]] = []
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
        for reading in self._reading:
            reading.cancel()
        await asyncio.gather(*(socket.close() for socket in self._sockets))

    async def _enter(self, count: int) -> None:
        turn = asyncio.Semaphore(TOGETHER)

        async def come() -> None:
            async with turn:
                url = self._task.url + self._dialect.path
                socket = await self._http.ws_connect(url, compress=0, max_msg_size=0)
                if self._dialect.greeting:
                    await socket.send_str(self._dialect.greeting)
                while self._dialect.welcome:
                    if (await socket.receive_str(timeout=PATIENCE)).startswith(
                        self._dialect.welcome
                    ):
                        break
                self._sockets.append(socket)
                self._reading.append(asyncio.create_task(self._read(socket)))

        await asyncio.gather(*(come() for _ in range(count)))

    async def _read(self, socket: Socket) -> None:
        async for message in socket:
            if message.data == self._dialect.ping:
                await socket.send_str(self._dialect.pong)
            for number in numbers_in(message.data):
                self._arrivals.note(number, number)
        raise AssertionError(f"closed with {socket.close_code}")

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
        waits = zip(numbers, dues, strict=True)
        return [self._arrivals.latest[number] - due for number, due in waits]

    async def _burst(self, messages: int) -> float:
        """Let all posters post at once; return the seconds from first sending to last arrival."""
        began = time.monotonic()
        numbers = await asyncio.gather(*(self._say(n) for n in range(messages)))
        await self._arrived(numbers)
        return max(self._arrivals.latest[number] for number in numbers) - began

    async def _arrived(self, numbers: Sequence[int]) -> None:
        """Wait until everybody has everything; peers may lose messages, which is told."""
        deadline = time.monotonic() + PATIENCE
        everybody = len(self._sockets)
        while any(self._arrivals.count[number] < everybody for number in numbers):
            for reading in self._reading:
                if reading.done():
                    reading.result()
            if time.monotonic() > deadline:
                missing = sum(everybody - self._arrivals.count[number] for number in numbers)
                raise TimeoutError(f"{missing} deliveries are missing after {PATIENCE} s")
            await asyncio.sleep(0.01)


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

"""The load generator: a process of its own, so that it shares no processor with the server.

Reads a ``Task`` on standard input, writes a ``Result`` on standard output. Its sockets are
our own on uvloop, and a frame that comes to many is read once.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable
from typing import TypeVar

import uvloop

from tests.benchmarks import gauge
from tests.benchmarks.member import PATIENCE, Arrivals, Member, acknowledge_by_turns, enter
from tests.benchmarks.task import Result, Task, decode_task, encode
from tests.benchmarks.timetable import steady, timetable
from tests.benchmarks.words import proposal

T = TypeVar("T")

TOGETHER = 50
"""Handshakes at the same time."""
FIRST = 20
"""Connections that are there, and have been used, before memory is first read."""


class Crowd:
    """Everybody at the room."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self.members: list[Member] = []
        self._arrivals = Arrivals()
        self._said = 0
        self._checked = 0

    async def measure(self) -> Result:
        """Do everything in turn; raises on the first event that is missing or out of order."""
        task, bounds = self._task, self._task.bounds
        await self._enter(task.sessions[:FIRST])
        await self._burst(bounds.burst)
        memory = await self._memory_of(task.sessions[FIRST:])
        await self._burst(bounds.burst)
        at_rates = [steady(rate, await self._steady(rate)) for rate in bounds.rates]
        fan_out = await self._fan_out()
        server, generator = gauge.cpu(task.pid), time.process_time()
        seconds = sum([await self._burst(bounds.burst) for _ in range(bounds.bursts)])
        said = bounds.burst * bounds.bursts
        return Result(
            connections=len(self.members),
            memory=memory,
            resident=gauge.memory(task.pid),
            deliveries=said * len(self.members) / seconds,
            fan_out=fan_out,
            messages=said / seconds,
            put_off=sum(member.put_off for member in self.members),
            server_cpu=(gauge.cpu(task.pid) - server) / seconds,
            generator_cpu=(time.process_time() - generator) / seconds,
            steady=at_rates,
            checked=self._checked,
        )

    async def leave(self) -> None:
        await asyncio.gather(*(member.leave() for member in self.members))

    async def _enter(self, sessions: list[str]) -> None:
        turn = asyncio.Semaphore(TOGETHER)

        async def come(session: str) -> None:
            async with turn:
                member = await enter(
                    self._task.url,
                    self._task.slug,
                    session,
                    self._arrivals,
                    compress=self._task.compress,
                )
                self.members.append(member)

        await asyncio.gather(*map(come, sessions))

    async def _memory_of(self, sessions: list[str]) -> float:
        await asyncio.sleep(self._task.bounds.settle)
        before = gauge.memory(self._task.pid)
        await self._enter(sessions)
        await asyncio.sleep(self._task.bounds.settle)
        return (gauge.memory(self._task.pid) - before) / len(sessions)

    async def _say(self, poster: Member, due: float) -> tuple[int, float]:
        """Post something new; return its sequence and when it was due."""
        self._said += 1
        return await poster.post(proposal(self._said)), due

    async def _steady(self, rate: float) -> list[float]:
        """Return, for each message, the seconds from when it was due to its last receiver."""
        said = []
        async for index, due in timetable(rate, self._task.bounds.seconds):
            poster = self.members[index % self._task.bounds.posters]
            said.append(asyncio.create_task(self._say(poster, due)))
        sent = await self._or_fail(asyncio.gather(*said))
        await self._arrived([seq for seq, _due in sent])
        arrivals = self._arrivals.of(seq for seq, _due in sent)
        return [arrivals[seq].latest - due for seq, due in sent]

    async def _burst(self, messages: int) -> float:
        """Let all posters post at once; return the seconds from first sending to last arrival."""
        posters = self.members[: self._task.bounds.posters]
        began = time.monotonic()
        sent = await self._or_fail(
            asyncio.gather(*(self._say(posters[n % len(posters)], began) for n in range(messages)))
        )
        sequences = [seq for seq, _due in sent]
        await self._arrived(sequences)
        return max(one.latest for one in self._arrivals.of(sequences).values()) - began

    async def _fan_out(self) -> float:
        """Return the deliveries a second of bursts that another process commits."""
        bounds = self._task.bounds
        press = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.benchmarks.press", self._task.slug, str(bounds.burst)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert press.stdin is not None and press.stdout is not None
        deliveries, seconds = 0, 0.0
        for _burst in range(bounds.bursts):
            press.stdin.write(b"\n")
            first, last = map(int, (await self._or_fail(press.stdout.readline())).split())
            await self._arrived(list(range(first, last + 1)))
            deliveries += (last - first + 1) * len(self.members)
            arrivals = self._arrivals.of((first, last))
            seconds += arrivals[last].latest - arrivals[first].first
        press.stdin.close()
        await press.wait()
        return deliveries / seconds

    async def _arrived(self, sequences: list[int]) -> None:
        """Wait until everybody has everything; each must have come to each exactly once."""
        deadline = time.monotonic() + PATIENCE
        while any(member.seq < max(sequences) for member in self.members):
            if time.monotonic() > deadline:
                raise TimeoutError(f"after {PATIENCE} s something is still missing")
            await self._or_fail(asyncio.sleep(0.01))
        everybody = len(self.members)
        assert len(set(sequences)) == len(sequences)
        assert all(one.count == everybody for one in self._arrivals.of(sequences).values())
        self._checked += len(sequences) * everybody

    async def _or_fail(self, work: Awaitable[T]) -> T:
        """Wait for something unless a member meets a fault, which is raised then."""
        ended = [member.reading for member in self.members if member.reading.done()]
        for task in ended:
            task.result()
        async with asyncio.timeout(PATIENCE):
            return await work


async def _main(task: Task) -> Result:
    crowd = Crowd(task)
    acknowledging = asyncio.create_task(acknowledge_by_turns(crowd.members))
    try:
        return await crowd.measure()
    finally:
        acknowledging.cancel()
        await crowd.leave()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        found = runner.run(_main(decode_task(sys.stdin.buffer.read())))
    sys.stdout.buffer.write(encode(found))

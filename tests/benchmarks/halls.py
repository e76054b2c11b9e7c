"""Everybody in one or many halls, in a process of their own, at one worker or at several.

Reads ``Halls`` on standard input, writes ``HallsResult`` on standard output.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Sequence
from typing import TypeVar

import uvloop

from tests.benchmarks import gauge
from tests.benchmarks.member import PATIENCE, Arrivals, Member, acknowledge_by_turns, enter
from tests.benchmarks.task import HallRate, Halls, HallsResult, Steady, decode_halls, encode
from tests.benchmarks.timetable import steady, timetable
from tests.benchmarks.words import proposal

T = TypeVar("T")
TOGETHER = 50
"""Handshakes at the same time."""
BURST = 200
"""Messages of one burst, each from another person as far as there are as many."""


class Hall:
    """One room, and everybody in it."""

    def __init__(self) -> None:
        self.arrivals = Arrivals()
        self.members: list[Member] = []

    async def arrived(self, last: int) -> None:
        """Wait until everybody has everything up to a sequence; raises what a member met."""
        async with asyncio.timeout(PATIENCE):
            while any(member.seq < last for member in self.members):
                for member in self.members:
                    if member.reading.done():
                        member.reading.result()
                await asyncio.sleep(0.005)


class Visit:
    """All of it: people come in, talk at a rate, and in bursts."""

    def __init__(self, task: Halls) -> None:
        self._task = task
        self.members: list[Member] = []
        self._halls: dict[str, Hall] = {}
        self._said = time.time_ns()

    async def enter(self) -> None:
        turn = asyncio.Semaphore(TOGETHER)

        async def come(url: str, slug: str, session: str) -> None:
            async with turn:
                hall = self._halls.setdefault(slug, Hall())
                member = await enter(url, slug, session, hall.arrivals)
                hall.members.append(member)
                self.members.append(member)

        await asyncio.gather(*(come(*seat) for seat in self._task.seats))

    async def at_rate(self, rate: float) -> HallRate:
        """Post at an even rate, by turns in all rooms; return how it went."""
        halls = list(self._halls.values())
        cpu, began = self._cpu(), time.monotonic()
        posted = []
        async for index, due in timetable(rate, self._task.seconds):
            hall = halls[index % len(halls)]
            member = hall.members[index // len(halls) % len(hall.members)]
            posted.append(asyncio.create_task(self._post(hall, member, due)))
        said = await asyncio.gather(*posted)
        took = time.monotonic() - began
        for hall in halls:
            await hall.arrived(max((seq for at, seq, _due in said if at is hall), default=0))
        waits = []
        for hall in halls:
            dues = {seq: due for at, seq, due in said if at is hall}
            arrivals = hall.arrivals.of(dues)
            assert all(one.count == len(hall.members) for one in arrivals.values())
            waits += [arrivals[seq].latest - due for seq, due in dues.items()]
        cpus = [(now - then) / took for now, then in zip(self._cpu(), cpu, strict=True)]
        return HallRate(steady(rate, waits), cpus, len(said) / took)

    async def talk(self, rate: float, until: "asyncio.Event") -> Steady:
        """Post at an even rate in the first room until told to stop; return how it went."""
        hall = next(iter(self._halls.values()))
        posted = []
        async for index, due in timetable(rate, PATIENCE):
            member = hall.members[index % len(hall.members)]
            posted.append(asyncio.create_task(self._post(hall, member, due)))
            if until.is_set():
                break
        said = await asyncio.gather(*posted)
        await hall.arrived(max(seq for _hall, seq, _due in said))
        arrivals = hall.arrivals.of(seq for _hall, seq, _due in said)
        return steady(rate, [arrivals[seq].latest - due for _hall, seq, due in said])

    async def burst(self) -> tuple[float, float]:
        """Post a burst in the first room; return deliveries a second, and a second of processor."""
        hall = next(iter(self._halls.values()))
        cpu, began = sum(self._cpu()), time.monotonic()
        members = hall.members
        said = await asyncio.gather(
            *(self._post(hall, members[n % len(members)], began) for n in range(BURST))
        )
        await hall.arrived(max(seq for _hall, seq, _due in said))
        arrivals = hall.arrivals.of(seq for _hall, seq, _due in said)
        deliveries = BURST * len(members)
        seconds = max(one.latest for one in arrivals.values()) - began
        return deliveries / seconds, deliveries / max(sum(self._cpu()) - cpu, 1e-3)

    async def leave(self) -> None:
        await asyncio.gather(*(member.leave() for member in self.members))

    async def _post(self, hall: Hall, member: Member, due: float) -> tuple[Hall, int, float]:
        self._said += 1
        return hall, await member.post(proposal(self._said)), due

    def _cpu(self) -> Sequence[float]:
        return [gauge.cpu(pid) for pid in self._task.pids]


async def _bounded(work: Awaitable[T]) -> T:
    async with asyncio.timeout(4 * PATIENCE):
        return await work


async def _main(task: Halls) -> HallsResult:
    visit = Visit(task)
    acknowledging = asyncio.create_task(acknowledge_by_turns(visit.members))
    await _bounded(visit.enter())
    try:
        await visit.at_rate(min(task.rates))  # What is first is not like the rest.
        rates = [await _bounded(visit.at_rate(rate)) for rate in task.rates]
        bursts = sorted([await _bounded(visit.burst()) for _ in range(task.bursts)])
        deliveries, per_cpu = bursts[len(bursts) // 2] if bursts else (0.0, 0.0)
        memory = [gauge.memory(pid) for pid in task.pids]
        return HallsResult(rates, deliveries, per_cpu, memory)
    finally:
        acknowledging.cancel()
        await visit.leave()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        found = runner.run(_main(decode_halls(sys.stdin.buffer.read())))
    sys.stdout.buffer.write(encode(found))

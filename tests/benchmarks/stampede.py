"""Thousands who come back at once, and a few in another room: in a process of their own.

Reads a ``Herd`` on standard input, writes a ``HerdResult`` on standard output.
"""

import asyncio
import random
import sys
import time

import uvloop

from consumers.replay.report import percentile
from tests.benchmarks import gauge
from tests.benchmarks.halls import Visit
from tests.benchmarks.member import PATIENCE, Arrivals, Member, enter
from tests.benchmarks.task import Halls, Herd, HerdResult, decode_herd, encode


class Stampede:
    def __init__(self, task: Herd) -> None:
        self._task = task
        self._arrivals = Arrivals()
        self._there: list[float] = []
        self._came_again = 0

    async def come(self) -> list[Member]:
        """Let all come at once; return them when each has read everything."""
        began = time.monotonic()
        return list(await asyncio.gather(*(self._come(*seat, began) for seat in self._task.herd)))

    async def _come(self, slug: str, session: str, began: float) -> Member:
        """Come, and again after a moment, as pages do, until the worker has time."""
        wait = 1.0
        while True:
            try:
                member = await enter(
                    self._task.url, slug, session, self._arrivals, behind=self._task.behind
                )
            except OSError:
                self._came_again += 1
                await asyncio.sleep(random.uniform(0.5, wait))
                wait = min(2 * wait, 15.0)
            else:
                self._there.append(time.monotonic() - began)
                return member

    async def measure(self) -> HerdResult:
        task = self._task
        seats = [(task.url, slug, session) for slug, session in task.calm]
        visit = Visit(Halls(seats, [task.pid], [task.rate], task.seconds, 0))
        await visit.enter()
        before = (await visit.at_rate(task.rate)).steady
        gauge.forget_peak(task.pid)
        over = asyncio.Event()
        talking = asyncio.create_task(visit.talk(task.rate, over))
        async with asyncio.timeout(4 * PATIENCE):
            members = await self.come()
        over.set()
        during = await talking
        self._there.sort()
        peak = gauge.peak(task.pid)
        await asyncio.sleep(2)
        memory = gauge.memory(task.pid)
        await asyncio.gather(*(member.leave() for member in members), visit.leave())
        return HerdResult(
            half=percentile(self._there, 50),
            most=percentile(self._there, 99),
            all=self._there[-1],
            came_again=self._came_again,
            memory=memory,
            peak=peak,
            before=before,
            during=during,
        )


async def _main(task: Herd) -> HerdResult:
    return await Stampede(task).measure()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        found = runner.run(_main(decode_herd(sys.stdin.buffer.read())))
    sys.stdout.buffer.write(encode(found))

"""People who post, in a process of their own.

Reads a ``Posting`` on standard input, writes a ``Posted`` on standard output.
"""

import asyncio
import sys
import time
from collections import defaultdict

import uvloop

from consumers.replay.report import percentile
from tests.benchmarks import gauge
from tests.benchmarks.member import Arrivals, Member, enter
from tests.benchmarks.task import Posted, Posting, decode_posting, encode
from tests.benchmarks.timetable import timetable
from tests.benchmarks.words import proposal


class Posters:
    """Everybody who posts, each at a socket of their own."""

    def __init__(self, members: list[Member], posting: Posting) -> None:
        self._members = members
        self._posting = posting
        self._said = time.time_ns()  # no text of an earlier run is said again
        self._waits: list[float] = []

    async def post(self) -> Posted:
        """Post for as long as asked; raises when an answer is a refusal."""
        posting = self._posting
        cpu, began = gauge.cpu(posting.pid), time.monotonic()
        if posting.rate:
            await self._at_rate()
        else:
            await asyncio.gather(*(self._on_and_on(m, began) for m in self._members))
        seconds = time.monotonic() - began
        waits = sorted(self._waits)
        return Posted(
            rate=len(waits) / seconds,
            put_off=sum(member.put_off for member in self._members) / len(waits),
            server_cpu=(gauge.cpu(posting.pid) - cpu) / seconds,
            p50=percentile(waits, 50),
            p99=percentile(waits, 99),
        )

    async def _on_and_on(self, member: Member, began: float) -> None:
        while time.monotonic() - began < self._posting.seconds:
            await self._say(member, time.monotonic())

    async def _at_rate(self) -> None:
        """Post at the times of an even rate; one that leaves late has waited since its time."""
        said = []
        async for index, due in timetable(self._posting.rate, self._posting.seconds):
            member = self._members[index % len(self._members)]
            said.append(asyncio.create_task(self._say(member, due)))
        await asyncio.gather(*said)

    async def _say(self, member: Member, due: float) -> None:
        self._said += 1
        await member.post(proposal(self._said))
        self._waits.append(time.monotonic() - due)


async def _main(posting: Posting) -> Posted:
    arrivals: defaultdict[str, Arrivals] = defaultdict(Arrivals)
    members = [
        await enter(posting.url, slug, session, arrivals[slug]) for slug, session in posting.seats
    ]
    try:
        return await Posters(members, posting).post()
    finally:
        await asyncio.gather(*(member.leave() for member in members))


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        found = runner.run(_main(decode_posting(sys.stdin.buffer.read())))
    sys.stdout.buffer.write(encode(found))

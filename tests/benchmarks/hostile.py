"""What hostile clients cost a worker, and those who share it with them.

    uv run python -m tests.benchmarks.hostile

For each kind, 50 of it: messages go to 100 good clients at an even rate, first without and then
with the hostile ones, by turns in one run. Everything is real: sockets, screening, commits that
PostgreSQL syncs, Redis. Good clients check every sequence. It ends within five minutes.
"""

import argparse
import asyncio
import os
import platform
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

import uvloop

from consumers.replay.report import percentile
from tests.benchmarks import gauge
from tests.benchmarks.member import PATIENCE, Arrivals, Member, enter
from tests.benchmarks.site import fill_room, provide
from tests.benchmarks.timetable import timetable
from tests.benchmarks.words import proposal
from tests.hostile import KINDS, Crew, at_work
from tests.servers import Kind, Server

GOOD, HOSTILE = 100, 50
POSTERS = 20
LONGEST = 270.0
"""Seconds after which nothing more is begun."""
HEADER = (
    "| 50 clients that each … | server | memory/socket | good clients' p50 without | with | p99 "
    "without | with |",
    "|---|---|" + 5 * "--:|",
)


@dataclass(frozen=True)
class Row:
    """``memory``: bytes of the server for one hostile client, at most; waits in seconds."""

    kind: str
    server: Kind
    memory: float
    calm: list[float]
    disturbed: list[float]


class Waits(Arrivals):
    """Of every delivery, how long after it was due it came."""

    def __init__(self) -> None:
        super().__init__()
        self.came: list[tuple[int, float]] = []

    def note(self, first: int, last: int) -> None:
        super().note(first, last)
        now = time.monotonic()
        self.came += [(seq, now) for seq in range(first, last + 1)]


class Hall:
    """The good clients."""

    def __init__(self, members: list[Member], waits: Waits, rate: float, seconds: float) -> None:
        self._members = members
        self._waits = waits
        self._rate = rate
        self._seconds = seconds
        self._said = 0

    async def talk(self) -> list[float]:
        """Post for a while; return how long each delivery took, in order of length."""
        self._waits.came.clear()
        said = []
        async for index, due in timetable(self._rate, self._seconds):
            self._said += 1
            post = self._members[index % POSTERS].post(proposal(self._said))
            said.append((asyncio.create_task(post), due))
        dues = {await posted: due for posted, due in said}
        await self._arrived(max(dues))
        waits = sorted(came - dues[seq] for seq, came in self._waits.came if seq in dues)
        assert len(waits) == len(dues) * len(self._members)
        return waits

    async def _arrived(self, seq: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while any(member.seq < seq for member in self._members):
                for member in self._members:
                    if member.reading.done():
                        member.reading.result()
                    member.acknowledge()
                await asyncio.sleep(0.01)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--server", choices=get_args(Kind), nargs="*", default=get_args(Kind))
    parser.add_argument("--kind", choices=list(KINDS), nargs="*", default=list(KINDS))
    parser.add_argument("--seconds", type=float, default=2.0, help="of each part")
    parser.add_argument("--rate", type=float, default=20.0, help="messages a second")
    options = parser.parse_args()
    for line in [f"{os.cpu_count()} processors, Python {platform.python_version()}", *provide()]:
        print(line, file=sys.stderr)
    rows: list[Row] = []
    until = time.monotonic() + LONGEST
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for server in options.server:
            measured = _measure(server, options.kind, options.rate, options.seconds, until)
            rows += runner.run(measured)
    rows.sort(key=lambda row: list(KINDS).index(row.kind))
    print("\n".join([*HEADER, *map(_shown, rows)]))


async def _measure(
    kind: Kind, hostile: list[str], rate: float, seconds: float, until: float
) -> list[Row]:
    slug, sessions = await asyncio.to_thread(fill_room, GOOD)
    server = Server(kind, {})
    await asyncio.to_thread(server.start)
    rows = []
    try:
        waits = Waits()
        members = [await enter(server.url, slug, one, waits) for one in sessions]
        hall = Hall(members, waits, rate, seconds)
        await hall.talk()
        for name in hostile:
            if time.monotonic() > until:
                print(f"{kind}: no time is left for {name!r}", file=sys.stderr)
                continue
            rows.append(await _against(name, server, slug, hall))
            print(_shown(rows[-1]), file=sys.stderr, flush=True)
        for member in members:
            await member.leave()
    finally:
        await asyncio.to_thread(server.stop)
    if "Traceback" in server.output():
        raise SystemExit(server.output())
    return rows


async def _against(name: str, server: Server, slug: str, hall: Hall) -> Row:
    """Measure without hostile clients of a kind and then with them."""
    await hall.talk()  # What is left of those before them is over then.
    calm = await hall.talk()
    crew = Crew(name, HOSTILE, server.port, server.url, slug, await asyncio.to_thread(_epoch, slug))
    before = gauge.memory(server.process.pid)
    gauge.forget_peak(server.process.pid)
    crews = at_work(crew)
    await asyncio.to_thread(crews.__enter__)
    try:
        disturbed = await hall.talk()
    finally:
        await asyncio.to_thread(crews.__exit__, None, None, None)
    memory = (gauge.peak(server.process.pid) - before) / HOSTILE
    return Row(name, server.kind, memory, calm, disturbed)


def _epoch(slug: str) -> str:
    from django.db import connections

    from rooms.eventlog.models import Room  # Models: only after django.setup().

    try:
        return Room.objects.get(slug=slug).epoch
    finally:
        connections.close_all()


def _shown(row: Row) -> str:
    cells: Iterator[str] = (
        f"{percentile(waits, share) * 1000:,.0f} ms"
        for share in (50, 99)
        for waits in (row.calm, row.disturbed)
    )
    memory = f"{max(row.memory, 0) / 1024:,.0f} KiB"
    return f"| {row.kind} | {row.server} | {memory} | {' | '.join(cells)} |"


if __name__ == "__main__":
    main()

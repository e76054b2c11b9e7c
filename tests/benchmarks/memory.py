"""What a connection costs that does nothing, and where its memory goes.

    uv run python -m tests.benchmarks.memory --connections 500

Idle sockets with a session each, at one room: how much each has allocated by which file, and by how
much a process grows for it that does not trace that. It may grow by less: part of what is new takes
the place of what is gone. Then what they take of the processor, with the pings of a page and of the
protocol, and with their sessions looked at.
"""

import argparse
import asyncio
import os
import re
import signal
import sys
import time
import tracemalloc
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

from tests.benchmarks import gauge
from tests.benchmarks.member import Arrivals, Member, enter
from tests.benchmarks.options import open_many_files
from tests.benchmarks.site import fill_room, provide
from tests.servers import ROOT, Server
from tests.services import WAIT, throw_away

T = TypeVar("T")
FIRST = 50
"""Connections that are there before anything is counted: what is made once is made by then."""
SETTLE = 3.0
"""Seconds before memory is read."""
BEAT, BEATS = 20.0, 3
"""Seconds between two pings of a page, and how many are waited for."""
LARGEST = 20
"""Files that are named."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--connections", type=int, default=500)
    options = parser.parse_args()
    open_many_files()
    for line in provide():
        print(line, file=sys.stderr)
    slug, sessions = fill_room(FIRST + options.connections)
    with Server("uvicorn", {}) as server:
        few, many = asyncio.run(_grow(server, slug, sessions, _memory))
    resident = (many - few) / options.connections
    with Server("uvicorn", {}) as server:
        idle, busy = asyncio.run(_grow(server, slug, sessions, _processor))
    share = (busy - idle) / options.connections
    dump = throw_away("weighed") / "dump"
    traced = {"PYTHONTRACEMALLOC": "1", "WEIGHED": str(dump)}
    with Server("uvicorn", traced, application="tests.benchmarks.weighed:application") as server:
        grown = _grow(server, slug, sessions, lambda pid, _: asyncio.to_thread(_dump, pid, dump))
        small, large = asyncio.run(grown)
    print("\n".join(_table(resident, small, large, options.connections)))
    print(f"\nOf a processor each takes {share * 1e6:.1f} µs a second.")


async def _grow(
    server: Server,
    slug: str,
    sessions: Sequence[str],
    measure: Callable[[int, Sequence[Member]], Awaitable[T]],
) -> tuple[T, T]:
    """Return what is measured of the process with a few connections, and with all."""
    arrivals, members = Arrivals(), list[Member]()
    measured = []
    for part in (sessions[:FIRST], sessions[FIRST:]):
        for session in part:
            members.append(await enter(server.url, slug, session, arrivals))
        await asyncio.sleep(SETTLE)
        measured.append(await measure(server.process.pid, members))
    await asyncio.gather(*(member.leave() for member in members))
    return measured[0], measured[1]


async def _memory(pid: int, _members: Sequence[Member]) -> int:
    return gauge.memory(pid)


async def _processor(pid: int, members: Sequence[Member]) -> float:
    """Return a process's share of a processor beside members who do nothing."""
    before, began = gauge.cpu(pid), time.monotonic()
    for _beat in range(BEATS):
        for member in members:
            member.ping()
        await asyncio.sleep(BEAT)
    return (gauge.cpu(pid) - before) / (time.monotonic() - began)


def _dump(pid: int, path: Path) -> tracemalloc.Snapshot:
    """Let a process say what its memory is used for."""
    path.unlink(missing_ok=True)
    os.kill(pid, signal.SIGUSR1)
    deadline = time.monotonic() + WAIT
    while not path.exists():
        if time.monotonic() > deadline:
            raise TimeoutError("the process does not tell")
        time.sleep(0.1)
    return tracemalloc.Snapshot.load(str(path))


def _table(
    resident: float, small: tracemalloc.Snapshot, large: tracemalloc.Snapshot, connections: int
) -> list[str]:
    of_files = large.compare_to(small, "filename")
    named = [(_short(one.traceback[0].filename), one.size_diff / connections) for one in of_files]
    rows = [f"| {name} | {size / 1024:.2f} |" for name, size in named[:LARGEST]]
    rest = sum(size for _name, size in named[LARGEST:])
    all_of_it = sum(size for _name, size in named)
    return [
        "| | KiB a connection |",
        "|---|--:|",
        *rows,
        f"| other files | {rest / 1024:.2f} |",
        f"| by Python, all in all | {all_of_it / 1024:.2f} |",
        f"| what the process grows by | {resident / 1024:.2f} |",
    ]


def _short(path: str) -> str:
    """Return a path within the project, else from its package on."""
    if path.startswith(f"{ROOT}{os.sep}") and "site-packages" not in path:
        return str(Path(path).relative_to(ROOT))
    return re.split(r"site-packages/|lib/python[\d.]+/", path)[-1]


if __name__ == "__main__":
    main()

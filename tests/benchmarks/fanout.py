"""How many deliveries a worker makes, how soon, and what a connection costs.

    uv run python -m tests.benchmarks.fanout --connections 200,1000 --server daphne,uvicorn

Everything is real: sockets with a session each, screening, commits that PostgreSQL syncs,
Redis; and every sequence at every connection is checked in the same run.
"""

import argparse
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from typing import get_args

import msgspec

from tests.benchmarks.options import integers, open_many_files, some_of
from tests.benchmarks.site import fill_room, provide
from tests.benchmarks.task import Bounds, Result, Task, decode_result, encode
from tests.servers import ROOT, Kind, Server

Run = tuple[Kind, Result]


def main() -> None:
    options = _options()
    open_many_files()
    bounds = Bounds(seconds=options.seconds, bursts=options.bursts)
    for line in [f"{os.cpu_count()} processors, Python {platform.python_version()}", *provide()]:
        print(line, file=sys.stderr)
    runs = []
    for run in _runs(options.server, options.connections, options.compress, bounds):
        print(_row(run), file=sys.stderr, flush=True)
        runs.append(run)
    print("\n".join([*_HEADER, *map(_row, runs)]))
    if options.json:
        rows = [{"server": kind, **msgspec.to_builtins(result)} for kind, result in runs]
        options.json.write(encode(rows))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--connections", type=integers, default=[200, 1000])
    parser.add_argument("--server", type=some_of(get_args(Kind)), default=list(get_args(Kind)))
    parser.add_argument("--compress", action="store_true", help="offer permessage-deflate")
    parser.add_argument("--seconds", type=float, default=Bounds.seconds, help="of the steady part")
    parser.add_argument("--bursts", type=int, default=Bounds.bursts)
    parser.add_argument("--json", type=argparse.FileType("wb"), help="where to write the numbers")
    return parser.parse_args()


def _runs(
    kinds: list[Kind], connections: list[int], compress: bool, bounds: Bounds
) -> Iterator[Run]:
    for kind in kinds:
        for count in connections:
            slug, sessions = fill_room(count)
            with Server(kind, {}) as server:
                pid = server.process.pid
                task = Task(server.url, slug, pid, sessions, compress, bounds)
                yield kind, measure(task)
            server.check()


def measure(task: Task) -> Result:
    """Run the load generator; return what it found."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.crowd"],
        cwd=ROOT,
        input=encode(task),
        stdout=subprocess.PIPE,
        check=True,
    )
    return decode_result(done.stdout)


_HEADER = (
    "| server | connections | deliveries/s | messages/s | put off | server CPU | generator CPU "
    "| fan-out alone | memory/connection | to the last receiver: p50 | p99 | max | checked |",
    "|---|" + 12 * "--:|",
)


def _row(run: Run) -> str:
    kind, found = run
    cells = (
        kind,
        f"{found.connections:,}",
        f"{found.deliveries:,.0f}",
        f"{found.messages:,.0f}",
        f"{found.put_off}",
        f"{found.server_cpu:.0%}",
        f"{found.generator_cpu:.0%}",
        f"{found.fan_out:,.0f}",
        f"{found.memory / 1024:,.0f} KiB",
        f"{found.steady[0].p50 * 1000:,.0f} ms",
        f"{found.steady[0].p99 * 1000:,.0f} ms",
        f"{found.steady[0].max * 1000:,.0f} ms",
        f"{found.checked:,}",
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()

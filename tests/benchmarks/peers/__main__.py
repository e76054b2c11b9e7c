"""Ours beside what people would pick instead, by turns in one run.

    uv run python -m tests.benchmarks.peers --connections 200,1000 --rates 10,100

Ours is the whole path: a session for each socket, screening, a commit that PostgreSQL syncs,
Redis, and every sequence checked. nchan keeps and checks nothing, the tutorial's chat and
socket.io go through Redis. One server process each; the generator has another processor.
"""

import argparse
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import get_args

from tests.benchmarks.fanout import measure
from tests.benchmarks.options import integers, open_many_files, some_of
from tests.benchmarks.peers.plot import bars
from tests.benchmarks.peers.servers import Missing, Name, running
from tests.benchmarks.site import fill_room, provide
from tests.benchmarks.task import (
    Bounds,
    PeerResult,
    PeerTask,
    Result,
    Task,
    decode_peer_result,
    encode,
)
from tests.servers import ROOT, Server

OURS = "livedebate"
Found = Result | PeerResult


def main() -> None:
    options = _options()
    open_many_files()
    for line in provide():
        print(line, file=sys.stderr)
    bounds = Bounds(seconds=options.seconds, rates=tuple(options.rates))
    runs: dict[tuple[str, int], list[Found]] = {}
    for connections in options.connections:
        for _round in range(options.rounds):
            for name, found in _round_of(options.only, connections, bounds):
                runs.setdefault((name, connections), []).append(found)
                print(_row(name, [found], [found]), file=sys.stderr, flush=True)
    print("\n".join(_table(runs, bounds)))
    if options.plot:
        options.plot.write_text(bars(_deliveries(runs)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--connections", type=integers, default=[200, 1000])
    parser.add_argument("--rates", type=integers, default=[10], help="messages/s, open loop")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each steady rate")
    parser.add_argument("--only", type=some_of(get_args(Name)), default=[*get_args(Name)])
    parser.add_argument("--plot", type=Path, help="where to write an SVG of the bursts")
    return parser.parse_args()


def _round_of(names: list[Name], connections: int, bounds: Bounds) -> Iterator[tuple[str, Found]]:
    slug, sessions = fill_room(connections)
    with Server("uvicorn", {}) as server:
        task = Task(server.url, slug, server.process.pid, sessions, False, bounds)
        yield OURS, measure(task)
    server.check()
    for name in names:
        try:
            with running(name) as peer:
                asked = PeerTask(name, peer.url, peer.pid, connections, bounds)
                yield name, _measure(asked)
        except Missing as missing:
            print(f"{name} is left out: {missing}", file=sys.stderr)
        except subprocess.CalledProcessError as failed:
            print(f"{name} fails with {connections} connections: {failed}", file=sys.stderr)


def _measure(task: PeerTask) -> PeerResult:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.peers.onlookers"],
        cwd=ROOT,
        input=encode(task),
        stdout=subprocess.PIPE,
        check=True,
    )
    return decode_peer_result(done.stdout)


def _table(runs: dict[tuple[str, int], list[Found]], bounds: Bounds) -> Iterator[str]:
    at_rates = " | ".join(f"p50 / p99 at {rate:g}/s" for rate in bounds.rates)
    yield (
        "| | connections | deliveries/s, in bursts | of ours | server CPU | generator CPU "
        f"| memory/connection | {at_rates} |"
    )
    yield "|---|" + (6 + len(bounds.rates)) * "--:|"
    for (name, connections), found in runs.items():
        yield _row(name, found, runs[OURS, connections])


def _row(name: str, found: list[Found], ours: list[Found]) -> str:
    """Return a row of medians over the rounds."""
    deliveries = _median([one.deliveries for one in found])
    cells = [
        name,
        f"{found[0].connections:,}",
        f"{deliveries:,.0f}",
        f"{deliveries / _median([one.deliveries for one in ours]):.2f}",
        f"{_median([one.server_cpu for one in found]):.0%}",
        f"{_median([one.generator_cpu for one in found]):.0%}",
        f"{_median([one.memory for one in found]) / 1024:,.0f} KiB",
    ]
    for at_rate in zip(*(one.steady for one in found), strict=True):
        p50, p99 = _median([at.p50 for at in at_rate]), _median([at.p99 for at in at_rate])
        cells.append(f"{p50 * 1000:,.0f} / {p99 * 1000:,.0f} ms")
    return f"| {' | '.join(cells)} |"


def _median(values: list[float]) -> float:
    return statistics.median(values)


def _deliveries(runs: dict[tuple[str, int], list[Found]]) -> dict[str, dict[str, float]]:
    """Return the deliveries a second by number of connections and name."""
    groups: dict[str, dict[str, float]] = {}
    for (name, connections), found in runs.items():
        group = groups.setdefault(f"{connections:,} connections", {})
        group[name] = _median([one.deliveries for one in found])
    return groups


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()

"""How soon messages reach everybody, by their rate, viewers, rooms and workers.

    uv run python -m tests.benchmarks.grid --viewers 100,1000,5000 --rates 1,10,100,500

Everything is real, as in ``tests.benchmarks.fanout``. With ``--rooms 500`` the viewers are spread
over as many rooms; with ``--workers 2`` over two workers, which then share two processors with the
generator, PostgreSQL and Redis: what two can do is told by their processor time.
"""

import argparse
import os
import subprocess
import sys
from contextlib import ExitStack

from redis import Redis

from tests.benchmarks.options import integers, open_many_files
from tests.benchmarks.site import fill_room, provide
from tests.benchmarks.task import Halls, HallsResult, decode_halls_result, encode
from tests.servers import ROOT, Server

HEADER = (
    "| viewers | rooms | workers | messages/s | to the last viewer: p50 | p99 | processor of the "
    "workers | deliveries/s in bursts | deliveries per second of processor |",
    "|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
)


def main() -> None:
    options = _options()
    open_many_files()
    for line in provide(shards=options.shards):
        print(line, file=sys.stderr)
    rows: list[str] = []
    for rooms in options.rooms:
        filled = [fill_room(max(options.viewers) // rooms) for _ in range(rooms)]
        for viewers in options.viewers:
            seats = [(slug, s) for slug, all_ in filled for s in all_[: max(1, viewers // rooms)]]
            for workers in options.workers:
                found = _measure(seats, workers, options)
                rows += _rows(viewers, rooms, workers, found)
                print(*rows[-len(found.rates) :], sep="\n", file=sys.stderr, flush=True)
    print("\n".join([*HEADER, *rows]))
    if options.shards > 1:
        print("published by each Redis:", ", ".join(map(str, _published())))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--viewers", type=integers, default=[100, 1000, 5000])
    parser.add_argument("--rates", type=integers, default=[1, 10, 100, 500])
    parser.add_argument("--rooms", type=integers, default=[1])
    parser.add_argument("--workers", type=integers, default=[1])
    parser.add_argument("--shards", type=int, default=1, help="Redis servers")
    parser.add_argument("--seconds", type=float, default=8.0, help="of each rate")
    parser.add_argument("--bursts", type=int, default=5)
    return parser.parse_args()


def _published() -> list[int]:
    """Return how many batches went through each Redis."""
    counts = []
    for url in os.environ["REDIS_URL"].split(","):
        with Redis.from_url(url) as client:
            counts.append(client.info("commandstats").get("cmdstat_publish", {}).get("calls", 0))
    return counts


def _measure(
    seats: list[tuple[str, str]], workers: int, options: argparse.Namespace
) -> HallsResult:
    with ExitStack() as stack:
        servers = [stack.enter_context(Server("uvicorn", {})) for _ in range(workers)]
        task = Halls(
            seats=[(servers[n % workers].url, *seat) for n, seat in enumerate(seats)],
            pids=[server.process.pid for server in servers],
            rates=options.rates,
            seconds=options.seconds,
            bursts=options.bursts,
        )
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.halls"],
            cwd=ROOT,
            input=encode(task),
            stdout=subprocess.PIPE,
            check=True,
        )
    for server in servers:
        server.check()
    return decode_halls_result(done.stdout)


def _rows(viewers: int, rooms: int, workers: int, found: HallsResult) -> list[str]:
    rows = []
    for index, at in enumerate(found.rates):
        bursts = (f"{found.deliveries:,.0f}", f"{found.per_cpu:,.0f}") if index == 0 else ("", "")
        kept_up = at.accepted >= 0.95 * at.steady.rate
        cells = (
            f"{viewers:,}",
            f"{rooms}",
            f"{workers}",
            f"{at.steady.rate:g}" if kept_up else f"{at.steady.rate:g} (got {at.accepted:,.0f})",
            f"{at.steady.p50 * 1000:,.0f} ms",
            f"{at.steady.p99 * 1000:,.0f} ms",
            " + ".join(f"{cpu:.0%}" for cpu in at.cpus),
            *bursts,
        )
        rows.append(f"| {' | '.join(cells)} |")
    return rows


if __name__ == "__main__":
    main()

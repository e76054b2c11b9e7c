"""Thousands come back to one worker at once, each so many events behind.

    uv run python -m tests.benchmarks.herd --clients 1000,5000 --behind 1000

Everything is real, and each client checks every sequence. Fifty people in another room talk on
meanwhile: what they notice of it is measured, too.
"""

import argparse
import subprocess
import sys

from tests.benchmarks import gauge
from tests.benchmarks.options import integers, open_many_files
from tests.benchmarks.site import fill_room, provide
from tests.benchmarks.task import Herd, HerdResult, decode_herd_result, encode
from tests.servers import ROOT, Server

CALM = 50
HEADER = (
    "| come back | events behind | half are there after | 99 % | all | had to come again | memory "
    "before | peak | after | another room's p50 / p99 before | meanwhile |",
    "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
)


def main() -> None:
    options = _options()
    open_many_files()
    for line in provide():
        print(line, file=sys.stderr)
    slug, sessions = fill_room(max(options.clients))
    _say(slug, options.behind)
    other, calm = fill_room(CALM)
    rows = []
    for count in options.clients:
        seats = [(slug, session) for session in sessions[:count]]
        rows.append(_row(count, options.behind, _measure(seats, options, other, calm)))
        print(rows[-1], file=sys.stderr, flush=True)
    print("\n".join([*HEADER, *rows]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--clients", type=integers, default=[1000, 5000])
    parser.add_argument("--behind", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=10.0, help="messages/s in another room")
    parser.add_argument("--seconds", type=float, default=10.0, help="of the other room alone")
    return parser.parse_args()


def _say(slug: str, messages: int) -> None:
    """Let messages be said in a room."""
    subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.press", slug, str(messages)],
        cwd=ROOT,
        input=b"\n",
        stdout=subprocess.DEVNULL,
        check=True,
    )


def _measure(
    herd: list[tuple[str, str]], options: argparse.Namespace, other: str, calm: list[str]
) -> tuple[int, HerdResult]:
    with Server("uvicorn", {}) as server:
        pid = server.process.pid
        memory = gauge.memory(pid)
        task = Herd(
            url=server.url,
            pid=pid,
            herd=herd,
            behind=options.behind,
            calm=[(other, session) for session in calm],
            rate=options.rate,
            seconds=options.seconds,
        )
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.stampede"],
            cwd=ROOT,
            input=encode(task),
            stdout=subprocess.PIPE,
            check=True,
        )
    if "Traceback" in server.output():
        raise SystemExit(server.output())
    return memory, decode_herd_result(done.stdout)


def _row(count: int, behind: int, measured: tuple[int, HerdResult]) -> str:
    memory, found = measured
    cells = (
        f"{count:,}",
        f"{behind:,}",
        *(f"{seconds:.1f} s" for seconds in (found.half, found.most, found.all)),
        f"{found.came_again:,}",
        *(f"{size / 2**20:,.0f} MiB" for size in (memory, found.peak, found.memory)),
        *(f"{at.p50 * 1000:,.0f} / {at.p99 * 1000:,.0f} ms" for at in (found.before, found.during)),
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()

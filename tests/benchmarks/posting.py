"""How many posts a worker accepts beside single-row inserts by pgbench, and how soon.

    uv run python -m tests.benchmarks.posting --clients 20,50 --rooms 1,20

Everything is real: a session for each socket, screening, commits that PostgreSQL syncs, Redis.
Posters post as soon as their last post was acknowledged, as pgbench's clients do; then at half
that rate, each at its time whether the one before was answered or not.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.options import integers
from tests.benchmarks.site import fill_room, provide
from tests.benchmarks.task import Posted, Posting, decode_posted, encode
from tests.servers import ROOT, Server

INSERT = """\
\\set n random(1, 1000000000)
INSERT INTO pgbench_posts (room, author, at, text) VALUES (1, :n, now(), repeat('proposal ', 16));
"""
TABLE = """
CREATE TABLE IF NOT EXISTS pgbench_posts
(id bigserial PRIMARY KEY, room bigint, author bigint, at timestamptz, text text)
"""
CONNECTIONS = 250
"""Of pgbench, at most: PostgreSQL takes 300 (``tests.services``), and the worker has some."""
HEADER = (
    "| clients | rooms | posts/s | put off | pgbench/s | ratio | server CPU/post | to the "
    "acknowledgement, at half the rate: p50 | p99 |",
    "|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
)


def main() -> None:
    options = _options()
    for line in provide():
        print(line, file=sys.stderr)
    rows = []
    for clients in options.clients:
        for rooms in options.rooms:
            rows.append(_row(clients, rooms, *_measure(clients, rooms, options.seconds)))
            print(rows[-1], file=sys.stderr, flush=True)
    print("\n".join([*HEADER, *rows]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--clients", type=integers, default=[20, 50])
    parser.add_argument("--rooms", type=integers, default=[1, 20])
    parser.add_argument("--seconds", type=float, default=10.0)
    return parser.parse_args()


def _measure(clients: int, rooms: int, seconds: float) -> tuple[Posted, Posted, float]:
    """Return what was posted as fast as it went, at half that rate, and pgbench's inserts/s."""
    filled = [fill_room(-(-clients // rooms)) for _ in range(min(rooms, clients))]
    seats = [(slug, session) for slug, sessions in filled for session in sessions][:clients]
    with Server("uvicorn", {}) as server:
        pid, url = server.process.pid, server.url
        full = _post(Posting(url, pid, seats, seconds, 0.0))
        inserts = _pgbench(clients, seconds)
        half = _post(Posting(url, pid, seats, seconds, full.rate / 2))
    if "Traceback" in server.output():
        raise SystemExit(server.output())
    return full, half, inserts


def _post(posting: Posting) -> Posted:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.posters"],
        cwd=ROOT,
        input=encode(posting),
        stdout=subprocess.PIPE,
        check=True,
    )
    return decode_posted(done.stdout)


def _pgbench(clients: int, seconds: float) -> float:
    """Return how many rows a second pgbench inserts, each in a transaction of its own.

    By as many clients, or by as many as the server lets connect.
    """
    from django.db import connection  # Only after django.setup().

    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(INSERT)
        script.flush()
        command = [_program(), "-n", "-j2", f"-c{min(clients, CONNECTIONS)}", f"-T{seconds:.0f}"]
        done = subprocess.run(
            [*command, "-f", script.name, os.environ["DATABASE_URL"]],
            capture_output=True,
            text=True,
            check=True,
        )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    assert found, done.stdout
    return float(found[1])


def _program() -> str:
    """Return where pgbench is; raises where it is not."""
    folders = [os.environ["PATH"], *map(str, Path("/usr/lib/postgresql").glob("*/bin"))]
    if found := shutil.which("pgbench", path=os.pathsep.join(folders)):
        return found
    raise SystemExit("Install pgbench: it comes with PostgreSQL's server.")


def _row(clients: int, rooms: int, full: Posted, half: Posted, inserts: float) -> str:
    cells = (
        f"{clients}",
        f"{rooms}",
        f"{full.rate:,.0f}",
        f"{full.put_off:.0%}",
        f"{inserts:,.0f}",
        f"{full.rate / inserts:.2f}",
        f"{full.server_cpu / full.rate * 1000:.1f} ms",
        f"{half.p50 * 1000:,.0f} ms",
        f"{half.p99 * 1000:,.0f} ms",
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()

"""A debate while everything goes wrong: ``uv run python -m tests.faults.run --seconds 600``.

Forty people talk at two workers, or at one on SQLite, a moderator decides, and two clocks open and
close rooms, while processes, stores, clocks and links fail in an order that a seed decides. Then
everything is healed, everybody has to arrive at the head of the log, and the checker says whether
every promise was kept. Fails if one was not.
"""

import argparse
import asyncio
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.checker import check
from tests.faults.debate import SETTLED, Debate
from tests.faults.figures import Figures, Happened, OfFault, of_faults
from tests.faults.history import History, read_history
from tests.faults.log import read_log
from tests.faults.nemesis import LONGEST, WRONG, Nemesis
from tests.faults.schedule import count_turns, judge_rooms, make_rooms
from tests.faults.site import Site, Store, Worker, running
from tests.servers import Kind
from tests.services import throw_away

PEOPLE = 40


@dataclass
class Outcome:
    """What came of a run. ``wrong`` is empty if every promise was kept."""

    wrong: list[str] = field(default_factory=list)
    faults: list[Happened] = field(default_factory=list)
    exits: list[float] = field(default_factory=list)
    """Seconds that each graceful stop took."""
    logged: Counter[str] = field(default_factory=Counter)
    """Events of the log, by type."""
    turns: int = 0
    """Openings and closings of other rooms, by the clocks."""
    figures: Figures = field(default_factory=Figures)
    of_faults: dict[str, OfFault] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """Return all of it as lines for a person."""
        verdict = f"{len(self.wrong)} violations" if self.wrong else "every promise was kept"
        slowest = max(self.exits, default=0.0)
        return [
            f"faults        {len(self.faults)}",
            *self.figures.lines(),
            f"by clocks     {self.turns} openings and closings",
            f"stops         {len(self.exits)} by SIGTERM, {slowest:.1f} s at most",
            *(f"VIOLATION     {line}" for line in self.wrong[:50]),
            f"verdict       {verdict}",
        ]

    def table(self) -> list[str]:
        """Return what each kind of fault cost, and tried, as a table; promises by their numbers."""
        rows = [
            f"| {kind} | {of.times} | {of.acknowledged:,} | {of.again} | {of.delivered:,}"
            f" | {of.resumed} | {of.late:.1f} s | {of.muted} | {of.removed}"
            f" | {of.silence:.1f} s | {of.wait:.1f} s |"
            for kind, of in self.of_faults.items()
        ]
        return [
            "| Fault | times | 1, 4: acknowledged | 2: sent again | 3: delivered | 5: resumed "
            "| 6, 7: late | 11: muted | 13: removed | 8: silence | wait |",
            "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
            *rows,
        ]


async def run(
    *,
    seconds: float,
    seed: int,
    kinds: Sequence[Kind],
    path: Path,
    people: int = PEOPLE,
    longest: float = LONGEST,
    only: str = "",
    store: Store = "postgresql",
) -> Outcome:
    """Let people talk for so long while things go wrong, and return what came of it."""
    rng = random.Random(seed)
    outcome = Outcome()
    history = History(path)
    async with running(kinds, store=store) as site:
        debate = Debate(site, history, rng, people)
        nemesis = Nemesis(site, rng, _Clock(), longest=longest, only=only)
        try:
            await debate.enter()
            await asyncio.to_thread(make_rooms, site, seconds, WRONG)
            await _harm(debate, nemesis, seconds)
            await debate.settle()
        finally:
            await debate.leave()
            history.close()
        outcome.faults = nemesis.done
        outcome.exits = [took for worker in site.workers for took in worker.exits]
        log = await asyncio.to_thread(read_log, site.database, site.slug)
        outcome.turns = count_turns(site)
        outcome.logged = Counter(event.type for event in log)
        outcome.wrong = [
            *debate.wrong,
            *await asyncio.to_thread(judge_rooms, site),
            *await asyncio.to_thread(judge, site, path),
        ]
    records = list(read_history(path))
    outcome.figures = Figures.of(records)
    outcome.of_faults = of_faults(records, outcome.faults)
    return outcome


async def _harm(debate: Debate, nemesis: Nemesis, seconds: float) -> None:
    """Let people talk, and things go wrong, for so long; then let all be healed and answered."""
    over, healed = asyncio.Event(), asyncio.Event()
    talking = asyncio.create_task(debate.talk(healed))
    harming = asyncio.create_task(nemesis.run(over))
    await asyncio.wait([talking, harming], timeout=seconds)
    over.set()
    await harming
    healed.set()
    _done, late = await asyncio.wait([talking], timeout=SETTLED)
    for task in late:
        debate.wrong.append(f"somebody had no answer {SETTLED:.0f} s after all was healed")
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def judge(site: Site, path: Path) -> list[str]:
    """Return what is wrong with what clients saw, with the log and with the workers."""
    log = read_log(site.database, site.slug)
    wrong = [str(violation) for violation in check(read_history(path), log)]
    try:
        site.manage("checklog")
    except subprocess.CalledProcessError as error:
        wrong.append(f"checklog: {error}")
    for worker in site.workers:
        wrong += [f"{worker.name} logged {trace}" for trace in _tracebacks(worker)]
    # A clock that cannot reach the database says so, and goes on.
    ended = [clock.name for clock in site.clocks if clock.program.process.poll() is not None]
    return wrong + [f"{name} has ended" for name in ended]


def _tracebacks(worker: Worker) -> list[str]:
    """Return what a worker has logged of errors that nobody expected, each once."""
    output = worker.program.log.read_text()
    traces = re.findall(r"^Traceback .*\n(?:[ +|].*\n|\n)*.*$", output, re.M)
    return sorted(set(traces))


class _Clock:
    """Says what happens, with the seconds since it began."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self, what: str) -> None:
        print(f"{time.monotonic() - self._began:7.1f}  {what}", flush=True)


def main() -> int:
    """Run as the command line says; return how much is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--longest", type=float, default=LONGEST, help="seconds of a fault")
    parser.add_argument("--only", default="", help="a pattern of the faults that happen")
    parser.add_argument(
        "--server", choices=["daphne", "uvicorn"], help="both workers; else one each"
    )
    parser.add_argument(
        "--store",
        choices=["postgresql", "lossy", "sqlite"],
        default="postgresql",
        help="lossy: PostgreSQL that forgets commits, to see that noticed",
    )
    parser.add_argument("--history", type=Path, help="where to keep what clients saw")
    options = parser.parse_args()
    kinds: list[Kind] = [options.server] * 2 if options.server else ["daphne", "uvicorn"]
    kinds = kinds[-1:] if options.store == "sqlite" else kinds
    path = options.history or throw_away("history") / "history.jsonl"
    print(f"seed {options.seed}, {options.seconds:.0f} s, workers {' and '.join(kinds)}")
    outcome = asyncio.run(
        run(
            seconds=options.seconds,
            seed=options.seed,
            kinds=kinds,
            path=path,
            people=options.people,
            longest=options.longest,
            only=options.only,
            store=options.store,
        )
    )
    print(*outcome.lines(), *outcome.table(), sep="\n")
    return min(len(outcome.wrong), 1)


if __name__ == "__main__":
    sys.exit(main())

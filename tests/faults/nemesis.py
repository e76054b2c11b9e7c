"""What does the harm: faults of every kind, in an order that a seed decides."""

import asyncio
import os
import random
import re
import signal
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing

from tests.faults.figures import Happened
from tests.faults.link import Link
from tests.faults.site import Site, Worker
from tests.services import Postgresql

SHORTEST, LONGEST = 0.3, 3.0
"""Seconds that a fault lasts."""
BETWEEN = (0.3, 2.0)
"""Seconds from one to the next."""
TOGETHER = 0.2
"""How often a second fault comes on top of the first."""
WRONG = 1800.0
"""Seconds by which a clock jumps: less than a mute lasts."""

Fault = Callable[[], AbstractAsyncContextManager[None]]


class Nemesis:
    """Does harm to a site, and undoes it, until told to stop.

    A fault lasts at most ``longest`` seconds; ``only`` is a pattern of those that happen.
    """

    def __init__(
        self,
        site: Site,
        rng: random.Random,
        say: Callable[[str], None],
        *,
        longest: float = LONGEST,
        only: str = "",
    ) -> None:
        self._rng = rng
        self._longest = longest
        self._say = say
        self._turns: list[str] = []
        self.catalogue = {n: fault for n, fault in catalogue(site).items() if re.search(only, n)}
        self.done: list[Happened] = []

    async def run(self, until: asyncio.Event) -> None:
        """Let one thing after the other go wrong; everything is whole again at the end.

        Everything in the catalogue has its turn before anything comes again.
        """
        while not until.is_set():
            together = self._next("")
            if self._rng.random() < TOGETHER:
                together += self._next(_victim(together[0]))
            await asyncio.gather(*map(self.inflict, together))
            await asyncio.sleep(self._rng.uniform(*BETWEEN))

    def _next(self, spared: str) -> list[str]:
        """Return what has its turn, if anything; nothing happens to the one who is spared."""
        for _round in range(2):
            for name in self._turns:
                if _victim(name) != spared:
                    self._turns.remove(name)
                    return [name]
            self._turns += self._rng.sample(sorted(self.catalogue), len(self.catalogue))
        return []

    async def inflict(self, name: str) -> None:
        """Let one thing go wrong for a while."""
        lasting = self._rng.uniform(SHORTEST, self._longest)
        self._say(f"{name}, for {lasting:.1f} s")
        began = time.monotonic()
        async with self.catalogue[name]():
            await asyncio.sleep(lasting)
        self.done.append(Happened(name, began, time.monotonic()))


def _victim(name: str) -> str:
    return name.split(":")[0]


def catalogue(site: Site) -> dict[str, Fault]:
    """Return every fault there is, by ``victim: what happens to it``."""
    faults: dict[str, Fault] = {}
    if (postgresql := site.postgresql) is not None:
        faults |= {
            "PostgreSQL: stop": lambda: _stopped(postgresql, at_once=False),
            "PostgreSQL: immediate stop": lambda: _stopped(postgresql, at_once=True),
            "PostgreSQL: freeze": lambda: _pair(postgresql.freeze, postgresql.thaw),
        }
    else:
        faults["SQLite: locked"] = lambda: _locked(site.database)
    if (redis := site.redis) is not None:
        faults |= {
            "Redis: restart": lambda: _pair(redis.kill, redis.start),
            "Redis: CLIENT KILL": lambda: _once(redis.kill_clients),
            "Redis: FLUSHALL": lambda: _once(redis.flush),
            "Redis: freeze": lambda: _pair(redis.freeze, redis.thaw),
        }
    for worker in [*site.workers, *site.clocks]:
        faults |= _of_worker(worker)
    return faults


def _of_worker(worker: Worker) -> dict[str, Fault]:
    faults: dict[str, Fault] = {
        f"{worker.name}: SIGKILL": lambda: _killed(worker),
        f"{worker.name}: SIGSTOP": lambda: _suspended(worker),
        f"{worker.name}: SIGTERM": lambda: _restarted(worker),
        f"{worker.name}: clock ahead": lambda: _skewed(worker, WRONG),
        f"{worker.name}: clock behind": lambda: _skewed(worker, -WRONG),
    }
    for where, link in worker.links.items():
        for what, harm in HARM.items():
            faults[f"{worker.name}: {where} {what}"] = _on(link, harm)
    return faults


def _delay(link: Link) -> None:
    link.delay = 0.3


def _narrow(link: Link) -> None:
    link.rate = 20_000


HARM: dict[str, Callable[[Link], None]] = {
    "delayed": _delay,
    "narrow": _narrow,
    "cut": Link.cut,
    "black hole": Link.freeze,
    "black hole up": lambda link: link.freeze("up"),
    "black hole down": lambda link: link.freeze("down"),
    "half closed up": lambda link: link.half_close("up"),
    "half closed down": lambda link: link.half_close("down"),
}
"""What can go wrong with a link."""


def _on(link: Link, harm: Callable[[Link], None]) -> Fault:
    @asynccontextmanager
    async def fault() -> AsyncIterator[None]:
        harm(link)
        try:
            yield
        finally:
            link.heal()

    return fault


@asynccontextmanager
async def _pair(begin: Callable[[], None], end: Callable[[], None]) -> AsyncIterator[None]:
    await asyncio.to_thread(begin)
    try:
        yield
    finally:
        await asyncio.to_thread(end)


def _once(what: Callable[[], None]) -> AbstractAsyncContextManager[None]:
    return _pair(what, lambda: None)


def _stopped(postgresql: Postgresql, *, at_once: bool) -> AbstractAsyncContextManager[None]:
    return _pair(lambda: postgresql.stop(at_once=at_once), postgresql.start)


@asynccontextmanager
async def _locked(database: str) -> AsyncIterator[None]:
    """Let somebody else have the file to write to, as a backup's tool or a shell would."""
    path = database.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, timeout=30, check_same_thread=False)) as connection:
        await asyncio.to_thread(connection.execute, "BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.rollback()


def _killed(worker: Worker) -> AbstractAsyncContextManager[None]:
    def kill() -> None:
        worker.program.process.kill()
        worker.program.process.wait()

    return _pair(kill, worker.start)


def _suspended(worker: Worker) -> AbstractAsyncContextManager[None]:
    pid = worker.program.process.pid
    return _pair(
        lambda: os.kill(pid, signal.SIGSTOP),
        lambda: os.kill(pid, signal.SIGCONT),
    )


def _skewed(worker: Worker, seconds: float) -> AbstractAsyncContextManager[None]:
    return _pair(lambda: worker.clock.put_clock(seconds), lambda: worker.clock.put_clock(0))


def _restarted(worker: Worker) -> AbstractAsyncContextManager[None]:
    return _pair(worker.stop, worker.start)

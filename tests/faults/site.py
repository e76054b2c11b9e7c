"""A site to do harm to: its workers and clocks, its stores, and a link between any two of them."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from tests.faults.link import Link
from tests.faults.redis import Redis
from tests.faults.skewed import RunClock, Skewed, SkewedServer
from tests.servers import Kind, embedded_environ, manage
from tests.services import Postgresql

MAKE_ROOM = (
    "from django.core.management import call_command;"
    "call_command('migrate', verbosity=0);"
    "from rooms.lifecycle.schedule import create_room;"
    "from tests.sockets import new_session;"
    "room = create_room(title='Faults', owner_name='Olga', guest_key='olga');"
    "print(room.slug, new_session('olga'))"
)
CALM = {"RATE_LIMITS": "", "DEBUG": "1"}
CLOCKS = 2
Store = Literal["postgresql", "lossy", "sqlite"]
"""PostgreSQL and Redis; the same, but it forgets commits when it is ended; or the embedded default,
which has one worker."""


@dataclass
class Worker:
    """A process of the site, its clock and its links: clients come by the one of that name."""

    name: str
    program: SkewedServer | RunClock
    clock: Skewed
    links: dict[str, Link] = field(default_factory=dict)
    exits: list[float] = field(default_factory=list)
    """Seconds that each graceful stop took."""

    def start(self) -> None:
        """Start the process, with what it was started with before."""
        self.program.start()

    def stop(self) -> None:
        """Stop the process gracefully, and note how long that took."""
        began = time.monotonic()
        self.program.stop()
        self.exits.append(time.monotonic() - began)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.links['clients'].port}"


@dataclass
class Site:
    """Everything that runs, and one open room in it with the session of its owner."""

    database: str
    """The URL of the database, by no link."""
    workers: list[Worker]
    clocks: list[Worker]
    postgresql: Postgresql | None = None
    redis: Redis | None = None
    slug: str = ""
    session: str = ""

    @property
    def urls(self) -> list[str]:
        return [worker.url for worker in self.workers]

    @property
    def links(self) -> list[Link]:
        return [link for worker in self.workers for link in worker.links.values()]

    def manage(self, *arguments: str) -> str:
        """Run a management command beside the workers, by no link."""
        return manage(*arguments, environ={"DATABASE_URL": self.database, "REDIS_URL": ""})


@asynccontextmanager
async def running(
    kinds: Sequence[Kind],
    environ: Mapping[str, str] = MappingProxyType({}),
    *,
    store: Store = "postgresql",
) -> AsyncIterator[Site]:
    """Run a site with a worker of each kind, and two clocks, on a new database."""
    site = await asyncio.to_thread(_with_stores, store)
    for number, kind in enumerate(kinds, 1):
        site.workers.append(await _worker(f"{kind} {number}", kind, site, environ))
    for number in range(1, CLOCKS + 1):
        site.clocks.append(_clock(f"clock {number}", site))
    making = asyncio.to_thread(site.manage, "shell", "-v0", "-c", MAKE_ROOM)
    try:
        starting = (asyncio.to_thread(worker.start) for worker in site.workers)
        made, _started = await asyncio.gather(making, asyncio.gather(*starting))
        site.slug, site.session = made.split()
        for clock in site.clocks:
            clock.start()
        yield site
    finally:
        both = [*site.workers, *site.clocks]
        await asyncio.gather(*(asyncio.to_thread(worker.program.stop) for worker in both))
        await asyncio.gather(*(link.stop() for link in site.links))
        if site.postgresql is not None:
            await asyncio.to_thread(site.postgresql.stop)
        if site.redis is not None:
            await asyncio.to_thread(site.redis.kill)


def _with_stores(store: Store) -> Site:
    """Return a site that has nothing but its stores yet."""
    if store == "sqlite":
        return Site(embedded_environ()["DATABASE_URL"], [], [])
    postgresql = Postgresql(synchronous_commit="off" if store == "lossy" else "on")
    redis = Redis()
    postgresql.start()
    redis.start()
    return Site(postgresql.url, [], [], postgresql, redis)


async def _worker(name: str, kind: Kind, site: Site, environ: Mapping[str, str]) -> Worker:
    clock, server = Skewed(), SkewedServer(kind, {})
    links = {"clients": await _link(server.port)}
    stores = {"DATABASE_URL": site.database, "REDIS_URL": ""}
    if site.postgresql is not None:
        to = links["PostgreSQL"] = await _link(site.postgresql.port)
        stores["DATABASE_URL"] = f"postgres://livedebate@127.0.0.1:{to.port}/postgres"
    if site.redis is not None:
        to = links["Redis"] = await _link(site.redis.port)
        stores["REDIS_URL"] = f"redis://127.0.0.1:{to.port}/0"
    worker = Worker(name, server, clock, links)
    server.environ = {**CALM, **environ, **stores, "ORIGINS": worker.url, **clock.environ}
    return worker


async def _link(port: int) -> Link:
    link = Link(port)
    await link.start()
    return link


def _clock(name: str, site: Site) -> Worker:
    """Return a clock that has not been started; its events come to the workers by no Redis."""
    clock = Skewed()
    stores = {"DATABASE_URL": site.database, "REDIS_URL": ""}
    return Worker(name, RunClock({**CALM, **stores, **clock.environ}), clock)

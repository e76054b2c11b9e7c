"""A site to do harm to: two workers, PostgreSQL and Redis, with a link between any two of them."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import MappingProxyType

from tests.faults.link import Link
from tests.faults.redis import Redis
from tests.faults.skewed import VARIABLE, SkewedServer
from tests.servers import Kind, manage
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


@dataclass
class Worker:
    """A server process, and its links: clients come by ``front``."""

    name: str
    server: SkewedServer
    front: Link
    to_postgresql: Link
    to_redis: Link
    exits: list[float] = field(default_factory=list)
    """Seconds that each graceful stop took."""

    def start(self) -> None:
        """Start the process, with what it was started with before."""
        self.server.start()

    def stop(self) -> None:
        """Stop the process gracefully, and note how long that took."""
        began = time.monotonic()
        self.server.stop()
        self.exits.append(time.monotonic() - began)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.front.port}"

    @property
    def links(self) -> dict[str, Link]:
        return {
            "clients": self.front,
            "PostgreSQL": self.to_postgresql,
            "Redis": self.to_redis,
        }


@dataclass
class Site:
    """Everything that runs, and one open room in it with the session of its owner."""

    workers: list[Worker]
    postgresql: Postgresql
    redis: Redis
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
        environ = {"DATABASE_URL": self.postgresql.url, "REDIS_URL": ""}
        return manage(*arguments, environ=environ)


@asynccontextmanager
async def running(
    kinds: Sequence[Kind],
    environ: Mapping[str, str] = MappingProxyType({}),
    *,
    is_lossy: bool = False,
) -> AsyncIterator[Site]:
    """Run a site with a worker of each kind, on a new database.

    ``is_lossy``: on one that forgets commits when it is ended.
    """
    postgresql, redis = await asyncio.to_thread(_start_stores, is_lossy)
    workers = [
        await _worker(n, kind, postgresql, redis, environ) for n, kind in enumerate(kinds, 1)
    ]
    site = Site(workers, postgresql, redis)
    making = asyncio.to_thread(site.manage, "shell", "-v0", "-c", MAKE_ROOM)
    try:
        starting = (asyncio.to_thread(worker.server.start) for worker in workers)
        made, _started = await asyncio.gather(making, asyncio.gather(*starting))
        site.slug, site.session = made.split()
        yield site
    finally:
        await asyncio.gather(*(asyncio.to_thread(worker.server.stop) for worker in workers))
        await asyncio.gather(*(link.stop() for link in site.links))
        await asyncio.to_thread(postgresql.stop)
        await asyncio.to_thread(redis.kill)


def _start_stores(is_lossy: bool) -> tuple[Postgresql, Redis]:
    postgresql = Postgresql(synchronous_commit="off" if is_lossy else "on")
    redis = Redis()
    postgresql.start()
    redis.start()
    return postgresql, redis


async def _worker(
    number: int, kind: Kind, postgresql: Postgresql, redis: Redis, environ: Mapping[str, str]
) -> Worker:
    server = SkewedServer(kind, {})
    server.put_clock(0)
    front, to_postgresql, to_redis = Link(server.port), Link(postgresql.port), Link(redis.port)
    for link in (front, to_postgresql, to_redis):
        await link.start()
    server.environ = {
        **CALM,
        **environ,
        "DATABASE_URL": f"postgres://livedebate@127.0.0.1:{to_postgresql.port}/postgres",
        "REDIS_URL": f"redis://127.0.0.1:{to_redis.port}/0",
        "ORIGINS": f"http://127.0.0.1:{front.port}",
        VARIABLE: f"{server.clock}",
    }
    return Worker(f"{kind} {number}", server, front, to_postgresql, to_redis)

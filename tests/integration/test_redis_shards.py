"""Several Redis servers: rooms are spread over them, and one that dies concerns its own alone."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest
from redis import Redis as Asking

from rooms.eventlog.models import Room
from rooms.lifecycle.schedule import create_room
from tests.faults.redis import Redis
from tests.integration.test_redis_away import arrives_at_once, two_clients
from tests.off_loop import off_loop
from tests.servers import Kind, Server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shards() -> Iterator[list[Redis]]:
    shards = [Redis(), Redis()]
    for one in shards:
        one.start()
    yield shards
    for one in shards:
        one.kill()


@pytest.fixture
def workers(
    kind: Kind, environ: dict[str, str], shards: list[Redis]
) -> Iterator[tuple[Server, Server]]:
    urls = ",".join(one.url for one in shards)
    ours = {**environ, "REDIS_URL": urls, "RATE_LIMITS": "1000/10"}
    with Server(kind, ours) as one, Server(kind, ours) as two:
        yield one, two
        for worker in (one, two):
            worker.check()


def followed(shard: Redis) -> set[bytes]:
    with Asking.from_url(shard.url) as client:
        return set(client.pubsub_channels("*room.*"))


async def test_rooms_are_spread_and_each_is_quick(
    workers: tuple[Server, Server], shards: list[Redis]
) -> None:
    rooms: list[Room] = [
        await off_loop(create_room, title=f"R{n}", owner_name="Olga", guest_key=f"o{n}")
        for n in range(10)  # The layer puts ten in a row on both.
    ]
    async with AsyncExitStack() as stack:
        pairs = [await stack.enter_async_context(two_clients(workers, room)) for room in rooms]
        await asyncio.gather(*(arrives_at_once(one, two) for one, two in pairs))
        spread = [await off_loop(followed, shard) for shard in shards]
        assert all(spread) and not spread[0] & spread[1]
        assert sum(map(len, spread)) == len(rooms)
        await off_loop(shards[1].kill)
        for one, two in pairs:
            answer = await one.post("Et maintenant ?", id="after")
            assert answer["type"] == "ack"
            await two.until_seq(answer["seq"])

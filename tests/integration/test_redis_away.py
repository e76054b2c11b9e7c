"""Without Redis everything still arrives, only later; and no socket is closed."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from rooms.eventlog.models import Room
from rooms.lifecycle.schedule import create_room
from tests.faults.redis import Redis
from tests.off_loop import off_loop
from tests.servers import Kind, Server
from tests.sockets import Client, connected, join

pytestmark = pytest.mark.django_db(transaction=True)

PROMISE = 2.5
BUSY = 15.0
"""Seconds that a busy machine may add to what is promised."""
AT_ONCE = 1.0
"""Seconds within which only the fast path delivers: the heads are compared every two."""
IN_A_ROW = 3


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    redis = Redis()
    redis.start()
    yield redis
    redis.kill()


@pytest.fixture(scope="module")
def workers(kind: Kind, environ: dict[str, str], redis: Redis) -> Iterator[tuple[Server, Server]]:
    ours = {**environ, "REDIS_URL": redis.url, "RATE_LIMITS": "1000/10"}
    one, two = Server(kind, ours).start(), Server(kind, ours).start()
    yield one, two
    for worker in (one, two):
        worker.stop()
        worker.check()


@pytest.fixture
def room() -> Room:
    return create_room(title="Redis", owner_name="Olga", guest_key="olga")


@asynccontextmanager
async def two_clients(workers: tuple[Server, Server], room: Room) -> AsyncIterator[list[Client]]:
    """Connect one person to each worker."""
    alice, bob = await off_loop(join, room, "Alice"), await off_loop(join, room, "Bob")
    one, two = workers
    async with connected(one, room.slug, alice) as here, connected(two, room.slug, bob) as there:
        await asyncio.gather(here.resume(), there.resume())
        yield [here, there]
        assert here.is_open and there.is_open
        common = min(here.seq, there.seq)
        assert here.events[:common] == there.events[:common]


async def seconds_to_arrive(sender: Client, receiver: Client, text: str) -> float:
    """Post something; return how long it took to arrive at somebody on the other worker."""
    start = time.monotonic()
    answer = await sender.post(text)
    assert answer["type"] == "ack", answer
    await receiver.until_seq(answer["seq"])
    return time.monotonic() - start


async def arrives_at_once(sender: Client, receiver: Client) -> None:
    """Wait until the fast path works: it does, without anybody doing anything.

    Several in a row: one may come right before a comparison of the heads, the next not again.
    """
    in_a_row = 0
    for number in range(30):
        quick = await seconds_to_arrive(sender, receiver, f"Back {number}?") < AT_ONCE
        in_a_row = in_a_row + 1 if quick else 0
        if in_a_row == IN_A_ROW:
            return
    raise AssertionError("the fast path did not come back")


async def test_killed_and_started_again(
    workers: tuple[Server, Server], room: Room, redis: Redis
) -> None:
    async with two_clients(workers, room) as (here, there):
        await arrives_at_once(here, there)
        redis.kill()
        assert await seconds_to_arrive(here, there, "killed") < PROMISE + BUSY
        assert await seconds_to_arrive(there, here, "still") < PROMISE + BUSY
        redis.start()
        await arrives_at_once(here, there)
        await arrives_at_once(there, here)


async def test_frozen_and_thawed(workers: tuple[Server, Server], room: Room, redis: Redis) -> None:
    async with two_clients(workers, room) as (here, there):
        redis.freeze()
        try:
            assert await seconds_to_arrive(here, there, "frozen") < PROMISE + BUSY
            assert await seconds_to_arrive(there, here, "still") < PROMISE + BUSY
            late = await off_loop(join, room, "Late")
            async with connected(workers[0], room.slug, late) as joiner:
                await joiner.resume()
                await here.until_seq(joiner.seq)
                assert joiner.events == here.events[: joiner.seq]
        finally:
            redis.thaw()
        await arrives_at_once(here, there)


async def test_flushed(workers: tuple[Server, Server], room: Room, redis: Redis) -> None:
    async with two_clients(workers, room) as (here, there):
        await off_loop(redis.flush)
        assert await seconds_to_arrive(here, there, "flushed") < PROMISE + BUSY


async def test_a_room_opened_without_redis_is_fast_once_it_is_back(
    workers: tuple[Server, Server], room: Room, redis: Redis
) -> None:
    redis.kill()
    try:
        async with two_clients(workers, room) as (here, there):
            assert await seconds_to_arrive(here, there, "without") < PROMISE + BUSY
            redis.start()
            await arrives_at_once(here, there)
    finally:
        if redis.process.poll() is not None:
            redis.start()

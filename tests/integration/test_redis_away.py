"""Without Redis everything still arrives, only later; and no socket is closed."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from redis import Redis as RedisClient

from rooms.eventlog.models import Room
from rooms.lifecycle.schedule import create_room
from tests.off_loop import off_loop
from tests.servers import Kind, Server
from tests.services import free_port, redis_binary, stop_at_exit, throw_away, wait_for_port
from tests.sockets import Client, connected, join

pytestmark = pytest.mark.django_db(transaction=True)

PROMISE = 2.5
BUSY = 15.0
"""Seconds that a busy machine may add to what is promised."""
AT_ONCE = 1.0
"""Seconds within which only the fast path delivers: the heads are compared every two."""


class Redis:
    """A Redis that can be killed, started again, and frozen."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [redis_binary(), "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""],
            stdout=subprocess.DEVNULL,
            cwd=throw_away("redis"),
        )
        stop_at_exit(self.process)
        wait_for_port(self.port, self.process)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def freeze(self) -> None:
        os.kill(self.process.pid, signal.SIGSTOP)

    def flush(self) -> None:
        with RedisClient.from_url(self.url) as client:
            client.flushall()

    def thaw(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    redis = Redis()
    yield redis
    redis.kill()


@pytest.fixture(scope="module")
def workers(kind: Kind, environ: dict[str, str], redis: Redis) -> Iterator[tuple[Server, Server]]:
    ours = {**environ, "REDIS_URL": redis.url, "RATE_LIMITS": "1000/10"}
    one, two = Server(kind, ours).start(), Server(kind, ours).start()
    yield one, two
    one.stop()
    two.stop()


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
    """Wait until the fast path works: it does, without anybody doing anything."""
    for number in range(20):
        if await seconds_to_arrive(sender, receiver, f"Back {number}?") < AT_ONCE:
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

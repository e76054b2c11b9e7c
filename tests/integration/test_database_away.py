"""Without its database a worker keeps its sockets, and says so to those who send."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from functools import partial

import aiohttp
import pytest
from aiohttp import WSMsgType
from django.conf import settings
from django.db import connection

from consumers.close_codes import CloseCode
from rooms.eventlog.models import Event, Room
from rooms.lifecycle.schedule import create_room
from tests.faults.proxy import Proxy
from tests.off_loop import off_loop, writer_hanging_in
from tests.servers import Kind, Server
from tests.sockets import Client, Person, connected, join, raw

pytestmark = pytest.mark.django_db(transaction=True)

ANSWER = 2.0
RECOVERY = 5.0
BUSY = 15.0
"""Seconds that a busy machine may add to what is promised."""


@pytest.fixture(scope="module")
def proxy(environ: dict[str, str]) -> Iterator[Proxy]:
    proxy = Proxy(int(environ["DATABASE_URL"].rsplit(":", 1)[1].split("/")[0]))
    yield proxy
    proxy.close()


@pytest.fixture(scope="module")
def worker(kind: Kind, environ: dict[str, str], proxy: Proxy) -> Iterator[Server]:
    database = environ["DATABASE_URL"].rsplit("/", 1)[1]
    url = f"postgres://livedebate@127.0.0.1:{proxy.port}/{database}"
    worker = Server(kind, {**environ, "DATABASE_URL": url, "RATE_LIMITS": "1000/10"}).start()
    yield worker
    worker.stop()
    worker.check()


@pytest.fixture
def room() -> Room:
    return create_room(title="Database", owner_name="Olga", guest_key="olga")


@pytest.fixture
def alice(room: Room) -> Person:
    return join(room, "Alice")


@pytest.fixture
def bob(room: Room) -> Person:
    return join(room, "Bob")


async def recovers(client: Client) -> None:
    """Send again until it is taken, as live.js does."""
    start = time.monotonic()
    while (answer := await client.post("Again", id="again"))["type"] == "nack":
        assert answer["code"] == "retry_later"
        assert time.monotonic() - start < RECOVERY + BUSY
    assert answer["status"] == "posted"


async def first_frame(worker: Server, room: Room, person: Person) -> str:
    """Connect, and return the type of the first frame, or ""."""
    async with raw(worker, room.slug, person) as socket:
        message = await socket.receive()
        return str(message.json()["type"]) if message.type is WSMsgType.TEXT else ""


@pytest.mark.parametrize("how", ["cut", "frozen"])
async def test_senders_are_told_soon_and_sockets_survive(
    worker: Server, proxy: Proxy, room: Room, alice: Person, bob: Person, how: str
) -> None:
    async with (
        connected(worker, room.slug, alice) as sender,
        connected(worker, room.slug, bob) as reader,
    ):
        await asyncio.gather(sender.resume(), reader.resume())
        assert (await sender.post("Before"))["status"] == "posted"
        with proxy.cut() if how == "cut" else proxy.frozen():
            start = time.monotonic()
            answers = await asyncio.gather(*(sender.post(f"During {n}") for n in range(5)))
            assert time.monotonic() - start < ANSWER + BUSY
            assert {answer["code"] for answer in answers} == {"retry_later"}
            assert all(answer["retry_after"] for answer in answers)
            assert (await reader.ask(type="ping"))["type"] == "pong"
        await recovers(sender)
        last = (await sender.post("After"))["seq"]
        await asyncio.gather(sender.until_seq(last), reader.until_seq(last))
        assert sender.is_open and reader.is_open
        assert sender.events == reader.events
    logged = await off_loop(Event.objects.filter(room=room).count)
    assert logged == last


async def test_who_comes_meanwhile_is_told_to_come_back(
    worker: Server, proxy: Proxy, room: Room, alice: Person
) -> None:
    with proxy.cut():
        async with raw(worker, room.slug, alice) as socket:
            await socket.receive()
            assert socket.close_code == CloseCode.AWAY
    start = time.monotonic()
    while await first_frame(worker, room, alice) != "hello":
        assert time.monotonic() - start < RECOVERY + BUSY


async def test_a_page_says_so_and_none_fails_for_a_connection_of_before(
    worker: Server, proxy: Proxy, room: Room
) -> None:
    async with aiohttp.ClientSession() as browser:

        async def look() -> int:
            async with browser.get(f"{worker.url}/rooms/{room.slug}/") as answer:
                return answer.status

        async def look_together() -> set[int]:
            return set(await asyncio.gather(*(look() for _ in range(12))))

        assert await look_together() == {200}
        with proxy.cut():
            pass
        assert await look_together() == {200}
        with proxy.cut():
            assert await look_together() == {503}
        assert await look_together() == {200}


def test_one_who_was_away_for_long_is_not_waited_for_as_long_again() -> None:
    """The pool doubles its waits until it gives up; then whoever needs a connection tries anew."""
    pool = settings.DATABASES["default"]["OPTIONS"]["pool"]
    assert pool["timeout"] + pool["reconnect_timeout"] < RECOVERY


def test_a_worker_that_hangs_in_a_transaction_gives_its_room_back() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert cursor.fetchone() == ("10s",)


async def test_a_writer_that_hangs_in_some_rooms_holds_up_no_other(
    worker: Server, room: Room, alice: Person
) -> None:
    stuck = [
        await off_loop(partial(create_room, title=f"R{n}", owner_name="Olga", guest_key="olga"))
        for n in range(settings.DATABASE_THREADS + 4)
    ]
    async with AsyncExitStack() as sockets:
        sender = await sockets.enter_async_context(connected(worker, room.slug, alice))
        others = [
            await sockets.enter_async_context(
                connected(worker, one.slug, await off_loop(join, one, "Bob"))
            )
            for one in stuck
        ]
        with writer_hanging_in(*stuck):
            waiting = [asyncio.create_task(insists(other)) for other in others]
            answers = [await sender.post(f"Meanwhile {n}") for n in range(10)]
            # Of all that waits for a machine that is busy, few have to be sent again.
            assert sum(answer["type"] == "ack" for answer in answers) > len(answers) / 2
            assert not any(task.done() for task in waiting)
        await asyncio.gather(*waiting)


async def insists(client: Client) -> None:
    """Send again as long as it is put off, without a pause."""
    while (answer := await client.post("Here"))["type"] == "nack":
        assert answer["code"] == "retry_later"
    assert answer["status"] == "posted"

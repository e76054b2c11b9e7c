"""A worker that is asked to stop says so to its sockets, and loses nothing."""

import asyncio
import time
import urllib.error
import urllib.request
from contextlib import ExitStack

import pytest

from consumers.close_codes import CloseCode
from rooms.eventlog.models import Room
from rooms.lifecycle.schedule import create_room
from rooms.messages.models import Message
from tests.off_loop import off_loop
from tests.servers import Kind, Server
from tests.sockets import Client, connected, join

pytestmark = pytest.mark.django_db(transaction=True)

EXIT = 10.0
NOTICE = {"STOP_NOTICE": "3"}
CALM = {"RATE_LIMITS": "100000/10"}


@pytest.fixture
def room() -> Room:
    return create_room(title="Shutdown", owner_name="Olga", guest_key="olga")


async def posts_until_closed(client: Client) -> set[str]:
    """Post one message after the other; return those that were acknowledged."""
    acknowledged: set[str] = set()
    for number in range(10_000):
        text = f"{id(client)}-{number}"
        try:
            answer = await client.post(text)
        except (ConnectionError, TimeoutError):
            break
        if answer["type"] == "ack":
            acknowledged.add(text)
    return acknowledged


async def test_sockets_are_closed_with_a_code_that_says_come_back(
    kind: Kind, environ: dict[str, str], room: Room
) -> None:
    worker = Server(kind, {**environ, **CALM}).start()
    people = [await off_loop(join, room, f"Person {number}") for number in range(3)]
    async with (
        connected(worker, room.slug, people[0]) as one,
        connected(worker, room.slug, people[1]) as two,
        connected(worker, room.slug, people[2]) as reader,
    ):
        await asyncio.gather(*(client.resume() for client in (one, two, reader)))
        posting = [asyncio.create_task(posts_until_closed(client)) for client in (one, two)]
        await reader.until(lambda: len(reader.events) > 20)
        start = time.monotonic()
        code = await asyncio.to_thread(worker.stop)
        assert time.monotonic() - start < EXIT
        acknowledged = set().union(*await asyncio.gather(*posting))
        closed = [await client.closed() for client in (one, two, reader)]
    assert closed == [CloseCode.RESTART] * 3
    assert code in (0, -15)
    ids = set(await off_loop(list, Message.objects.values_list("client_id", flat=True)))
    assert acknowledged and acknowledged <= ids
    worker.check()
    assert "Task was destroyed" not in worker.output()


def probe(server: Server, path: str) -> int:
    """Return the status that a probe gets, 0 where nothing listens any more."""
    try:
        with urllib.request.urlopen(server.url + path, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def until_not_ready(server: Server) -> int:
    """Ask a worker that is being stopped until it is ready no more; return its answer."""
    deadline = time.monotonic() + EXIT
    while (status := probe(server, "/readyz")) == 200:
        assert time.monotonic() < deadline, "it is asked to stop, and says that it is ready"
    return status


async def test_who_asks_hears_of_it_before_anybody_is_sent_away(
    kind: Kind, environ: dict[str, str], room: Room
) -> None:
    worker = Server(kind, {**environ, **CALM, **NOTICE}).start()
    alice, bob = [await off_loop(join, room, name) for name in ("Alice", "Bob")]
    async with connected(worker, room.slug, alice) as before:
        await before.resume()
        assert probe(worker, "/readyz") == 200
        began = time.monotonic()
        stopping = asyncio.create_task(asyncio.to_thread(worker.stop))
        assert await asyncio.to_thread(until_not_ready, worker) == 503
        # The listening socket still answers, the open ones still talk, and new ones come in.
        assert await asyncio.to_thread(probe, worker, "/healthz") == 200
        assert (await before.post("still here"))["type"] == "ack"
        async with connected(worker, room.slug, bob) as after:
            await after.resume()
            assert (await after.post("so am I"))["type"] == "ack"
            assert [await before.closed(), await after.closed()] == [CloseCode.RESTART] * 2
    assert await stopping in (0, -15)
    assert time.monotonic() - began < EXIT
    worker.check()


def test_asked_twice_it_stops_at_once(kind: Kind, environ: dict[str, str]) -> None:
    long = {"STOP_NOTICE": "60"}
    worker = Server(kind, {**environ, **long}).start()
    with ExitStack() as stack:
        stack.callback(worker.process.kill)
        worker.process.terminate()
        assert until_not_ready(worker) == 503
        worker.process.terminate()
        assert worker.process.wait(EXIT) in (0, -15)

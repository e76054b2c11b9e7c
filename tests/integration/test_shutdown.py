"""A worker that is asked to stop says so to its sockets, and loses nothing."""

import asyncio
import time

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
CODES = {"daphne": CloseCode.AWAY, "uvicorn": CloseCode.RESTART}


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
    worker = Server(kind, {**environ, "RATE_LIMITS": "100000/10"}).start()
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
    assert closed == [CODES[kind]] * 3
    assert code in (0, -15)
    ids = set(await off_loop(list, Message.objects.values_list("client_id", flat=True)))
    assert acknowledged and acknowledged <= ids
    assert "Traceback" not in worker.output(), worker.output()[-8000:]
    assert "Task was destroyed" not in worker.output()

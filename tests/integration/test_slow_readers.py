"""Clients that do not read, or do not acknowledge, cost little and hold up nobody."""

import asyncio
import json
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from consumers.protocol import WINDOW
from rooms.eventlog.append import append
from rooms.eventlog.models import Room
from rooms.lifecycle.schedule import create_room
from rooms.messages.posting import draft_post
from rooms.people.models import Participant
from tests.off_loop import off_loop
from tests.servers import Server
from tests.sockets import Client, Person, connected, join, raw

pytestmark = pytest.mark.django_db(transaction=True)

MIB = 1024 * 1024
STUCK = 10


@pytest.fixture
def room(settings: object) -> Room:
    settings.SCREENERS = []  # type: ignore[attr-defined]
    return create_room(title="Slow", owner_name="Olga", guest_key="olga")


@pytest.fixture
def alice(room: Room) -> Person:
    return join(room, "Alice")


@pytest.fixture
def bob(room: Room) -> Person:
    return join(room, "Bob")


def post_many(room: Room, author: Participant, count: int, first: int, size: int) -> int:
    """Post many long messages at once; return the sequence of the last."""
    drafts = [
        draft_post(room=room, author=author, client_id=f"{n}", text=f"{n} ".ljust(size, "x"))
        for n in range(first, first + count)
    ]
    for start in range(0, count, 50):
        append(room.pk, drafts[start : start + 50])
    room.refresh_from_db()
    return room.head


def memory_of(server: Server) -> int:
    """Return how much memory a worker has in use, in bytes."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024


async def test_those_who_do_not_read_hold_up_nobody_and_come_back(
    server: Server, room: Room, alice: Person, bob: Person
) -> None:
    async with AsyncExitStack() as stack:
        quick = await stack.enter_async_context(connected(server, room.slug, bob))
        await quick.resume()
        # What rendering and reading take once, they take before anything is measured.
        warm = await off_loop(post_many, room, alice.participant, 300, 10_000, 2000)
        await quick.until_seq(warm)
        stuck = [await stack.enter_async_context(raw(server, room.slug)) for _ in range(STUCK)]
        for socket in stuck:
            await socket.receive()
            resume = {"type": "resume", "epoch": quick.epoch, "after": warm}
            await socket.send_str(json.dumps(resume))
        await off_loop(post_many, room, alice.participant, 50, 0, 2000)
        before = memory_of(server)
        head = await off_loop(post_many, room, alice.participant, 600, 50, 2000)
        await quick.until_seq(head)
        assert (await quick.ask(type="ping"))["head"] == head
        assert memory_of(server) - before < (STUCK + 10) * MIB
        late = Client(stuck[0], seq=warm)
        await late.until_seq(head)
        assert late.events[-50:] == quick.events[-50:]
        await late.leave()


async def test_one_who_acknowledges_nothing_gets_a_window_and_no_more(
    server: Server, room: Room, alice: Person, bob: Person
) -> None:
    async with (
        connected(server, room.slug, bob) as quick,
        connected(server, room.slug, alice, acknowledges=False) as silent,
    ):
        await asyncio.gather(quick.resume(), silent.resume())
        start = silent.seq
        head = await off_loop(post_many, room, alice.participant, 2 * WINDOW, 0, 20)
        await quick.until_seq(head)
        assert (await silent.ask(type="ping"))["head"] == head
        assert silent.seq <= start + WINDOW
        silent.acknowledges = True
        await silent.send(type="seen", seq=silent.seq)
        await silent.until_seq(head)
        assert silent.events == quick.events

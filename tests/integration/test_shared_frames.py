"""Frames made once for many sockets, whatever compression each has agreed on."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from rooms.eventlog.models import Room
from rooms.lifecycle.schedule import create_room
from tests.benchmarks.words import proposal
from tests.off_loop import off_loop
from tests.servers import Server
from tests.sockets import connected, join

pytestmark = pytest.mark.django_db(transaction=True)

COMPRESS = (0, 15, 15, 9)
"""Bits of the window that each client offers, 0 for no compression at all."""


async def test_all_read_the_same_whatever_they_agreed_on(server: Server) -> None:
    room: Room = await off_loop(create_room, title="Frames", owner_name="O", guest_key="o")
    people = [await off_loop(join, room, f"Person {n}") for n in range(len(COMPRESS))]
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(connected(server, room.slug, one, compress=bits))
            for one, bits in zip(people, COMPRESS, strict=True)
        ]
        await asyncio.gather(*(client.resume() for client in clients))
        for round_ in range(3):
            answers = await asyncio.gather(
                *(
                    client.post(proposal(round_ * 100 + n) + " é 👩‍👩‍👧", id=f"{round_} {n}")
                    for n, client in enumerate(clients)
                )
            )
            head = max(answer["seq"] for answer in answers)
            await asyncio.gather(*(client.until_seq(head) for client in clients))
        late = await stack.enter_async_context(connected(server, room.slug, compress=15))
        await late.resume()
        first, *others = [[event["seq"] for event in client.events] for client in clients]
        assert all(other == first for other in others)
        assert [event["seq"] for event in late.events] == first
        bodies = [[e["parts"] for e in client.events] for client in (*clients, late)]
        assert all(body == bodies[0] for body in bodies)

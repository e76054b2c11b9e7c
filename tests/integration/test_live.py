"""A room over real sockets: what is posted on one worker arrives on all, in order."""

import asyncio

import pytest

from rooms.eventlog.models import Room
from rooms.lifecycle.schedule import create_room
from rooms.people.models import Participant
from tests.servers import Server
from tests.sockets import Person, connected, join, new_session

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room() -> Room:
    return create_room(title="Live", owner_name="Olga", guest_key="olga")


@pytest.fixture
def olga(room: Room) -> Person:
    return Person(Participant.objects.get(room=room, name="Olga"), new_session("olga"))


@pytest.fixture
def alice(room: Room) -> Person:
    return join(room, "Alice")


@pytest.fixture
def bob(room: Room) -> Person:
    return join(room, "Bob")


async def test_hello(server: Server, room: Room, alice: Person) -> None:
    async with connected(server, room.slug, alice) as client:
        hello = client.frames[0]
        assert hello["you"]["name"] == "Alice"
        assert hello["room"]["status"] == "open"
        assert hello["limits"] == {"text": 2000, "frame": 8192, "window": 256}


async def test_posted_on_one_worker_arrives_on_both(
    server: Server, other_server: Server, room: Room, alice: Person, bob: Person
) -> None:
    async with (
        connected(server, room.slug, alice) as here,
        connected(other_server, room.slug, bob) as there,
    ):
        await here.resume()
        await there.resume()
        answers = [await here.post(f"Message {number}", id=f"{number}") for number in range(4)]
        assert [answer["type"] for answer in answers] == ["ack"] * 4
        await asyncio.gather(
            here.until_seq(answers[-1]["seq"]), there.until_seq(answers[-1]["seq"])
        )
        assert here.events == there.events
        assert "Message 3" in there.events[-1]["parts"][0]["html"]

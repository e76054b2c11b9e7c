"""A room on the web: Olga made it, Max moderates, Alice and Bob joined with their names."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from rooms.eventlog.models import Room
from rooms.people.invites import make_invite
from rooms.people.models import Participant
from rooms.people.roles import Role

Send = Callable[..., int]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def olga(db: None) -> Client:
    return browser()


@pytest.fixture
def room(olga: Client) -> Room:
    return make_room(olga)


@pytest.fixture
def alice(room: Room) -> Client:
    return join(room, "Alice")


@pytest.fixture
def bob(room: Room) -> Client:
    return join(room, "Bob")


@pytest.fixture
def max_(room: Room) -> Client:
    client = browser()
    token = make_invite(room=room, role=Role.MODERATOR)
    client.post(reverse("rooms:by_invite", args=[room.slug, token]), {"name": "Max"})
    return client


@pytest.fixture
def send(room: Room) -> Send:
    """Post a message by the form; return its number."""
    ids = count(1)

    def post(client: Client, text: str, **fields: object) -> int:
        fields.setdefault("client_id", f"form-{next(ids)}")
        answer = client.post(
            address("post", room), {"text": text, **fields}, headers={"Accept": "application/json"}
        )
        assert answer.status_code == 200, answer.content
        number: int = answer.json()["number"]
        return number

    return post


@pytest.fixture
def held(olga: Client, room: Room, alice: Client, send: Send) -> int:
    """Return a message of Alice that waits for a moderator."""
    olga.post(address("words", room), {"words": "clown\nguignol"})
    return send(alice, "What a CLOWN show.")


def browser(**extra: object) -> Client:
    """Return a browser that reads English."""
    return Client(headers={"Accept-Language": "en"}, **extra)  # type: ignore[arg-type]


def make_room(client: Client, **fields: str) -> Room:
    """Create a room by the form."""
    form = {"title": "Free buses?", "kind": "debate", "language": "en", "access": "open"}
    answer = client.post(reverse("rooms:new"), {**form, "owner_name": "Olga", **fields})
    assert answer.status_code == 302, answer.content.decode()
    return Room.objects.get(slug=answer["Location"].split("/")[2])


def join(room: Room, name: str) -> Client:
    """Return a browser that has joined a room with its code and a name."""
    client = browser()
    answer = client.post(reverse("rooms:by_code", args=[room.code]), {"name": name})
    assert answer.status_code == 302
    return client


def address(name: str, room: Room, *args: object) -> str:
    """Return the address of one of a room's pages."""
    return reverse(f"rooms:{name}", args=[room.slug, *args])


def page(client: Client, url: str, status: int = 200) -> str:
    """Return a page's HTML."""
    answer = client.get(url)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def person(room: Room, name: str) -> Participant:
    return Participant.objects.get(room=room, name=name)

"""People of the domain tests: Olga organises, Max moderates, Alice and Bob take part."""

from collections.abc import Callable
from itertools import count

import pytest

from rooms.eventlog.models import Room
from rooms.lifecycle.schedule import create_room
from rooms.messages.posting import Receipt, post_message
from rooms.people.membership import join_room, set_role
from rooms.people.models import Participant
from rooms.people.roles import Role

Post = Callable[..., Receipt]


@pytest.fixture
def room(db: None) -> Room:
    return create_room(title="Gratuité des transports", owner_name="Olga", guest_key="olga")


@pytest.fixture
def olga(room: Room) -> Participant:
    return Participant.objects.get(room=room, role=Role.OWNER)


@pytest.fixture
def alice(room: Room) -> Participant:
    return join_room(room=room, name="Alice", guest_key="alice")


@pytest.fixture
def bob(room: Room) -> Participant:
    return join_room(room=room, name="Bob", guest_key="bob")


@pytest.fixture
def max_(room: Room, olga: Participant) -> Participant:
    person = join_room(room=room, name="Max", guest_key="max")
    set_role(room=room, actor=olga, participant_id=person.pk, role=Role.MODERATOR)
    person.refresh_from_db()
    return person


@pytest.fixture
def post(room: Room) -> Post:
    """Post as somebody; every call is another message unless ``client_id`` is given."""
    numbers = count(1)

    def send(author: Participant, text: str, **fields: object) -> Receipt:
        fields.setdefault("client_id", f"c{next(numbers)}")
        return post_message(room=room, author=author, text=text, **fields)  # type: ignore[arg-type]

    return send

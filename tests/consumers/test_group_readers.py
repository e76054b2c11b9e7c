"""A private group's sockets: let in and looked at again by the same rule as its pages."""

import pytest
from django.test import Client

from consumers.visitors import admit_all, look_again
from rooms.eventlog.models import Room
from rooms.groups.founding import GroupText, create_group, open_room_in
from rooms.groups.joining import answer_request, ask_to_join, leave_group
from rooms.groups.models import Group
from rooms.moderation.sanctions import ban_participant, unban_participant
from rooms.people.membership import find_participant, join_room
from rooms.people.models import Participant, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def gina() -> User:
    return User.objects.create_user("gina@example.org", name="Gina")


@pytest.fixture
def hugo() -> User:
    return User.objects.create_user("hugo@example.org", name="Hugo")


@pytest.fixture
def group(gina: User) -> Group:
    return create_group(user=gina, name="Gina", text=GroupText("Entre nous"), is_private=True)


@pytest.fixture
def debate(group: Group) -> Room:
    owner = Participant.objects.get(room=group.room)
    return open_room_in(group=group, actor=owner, kind="debate", title="Quel local ?")


def session(user: User) -> str:
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    key = client.session.session_key
    assert key is not None
    return key


def welcome(group: Group, user: User) -> Participant:
    """Let somebody in who asks."""
    person = ask_to_join(group=group, user=user, name=user.name)
    owner = Participant.objects.get(room=group.room, role="owner")
    answer_request(group=group, actor=owner, participant_id=person.pk, is_welcome=True)
    person.refresh_from_db()
    return person


def may_listen(room: Room, key: str) -> bool:
    """Tell what a new socket is told, which is what an old one is told again."""
    (again,) = look_again([(room.pk, key)])
    new = admit_all([(room.slug, key)])[0]
    assert (again is None) == (new is None)
    return new is not None


def test_members_alone_listen(group: Group, debate: Room, gina: User, hugo: User) -> None:
    for room in (group.room, debate):
        assert may_listen(room, session(gina))
        assert not may_listen(room, session(hugo)) and not may_listen(room, "")
    ask_to_join(group=group, user=hugo, name="Hugo")
    assert not may_listen(group.room, session(hugo))


def test_who_leaves_or_is_excluded_listens_no_more(group: Group, debate: Room, hugo: User) -> None:
    person, key = welcome(group, hugo), session(hugo)
    join_room(room=debate, name="Hugo", user=hugo)
    assert may_listen(group.room, key) and may_listen(debate, key)
    owner = Participant.objects.get(room=group.room, role="owner")
    ban_participant(room=group.room, actor=owner, participant_id=person.pk)
    assert not may_listen(group.room, key) and not may_listen(debate, key)
    unban_participant(room=group.room, actor=owner, participant_id=person.pk)
    assert may_listen(group.room, key) and may_listen(debate, key)
    known = find_participant(room=group.room, user=hugo)
    assert known is not None
    leave_group(actor=known)
    assert not may_listen(group.room, key) and not may_listen(debate, key)

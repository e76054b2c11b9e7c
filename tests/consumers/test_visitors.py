"""Who is at many sockets, looked up together: each as if alone."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consumers.actor import FRESH, Actor, SessionEnded, look
from consumers.visitors import Visitor, admit_all, look_again
from rooms.eventlog.models import Room
from rooms.lifecycle.schedule import create_room
from rooms.people.membership import join_room
from rooms.people.models import User
from tests.sockets import Person, join, new_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Room:
    return create_room(title="Visitors", owner_name="Olga", guest_key="olga")


@pytest.fixture
def people(room: Room) -> list[Person]:
    return [join(room, f"Guest {n}") for n in range(3)]


def again(room: Room, *keys: str) -> list[Visitor | None]:
    return look_again([(room.pk, key) for key in keys])


def who(visitors: list[Visitor | None]) -> list[str | None]:
    return [None if v is None else v.participant.name if v.participant else "" for v in visitors]


def sign_in(user: User) -> str:
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return str(client.session.session_key)


def test_each_is_who_they_are(room: Room, people: list[Person]) -> None:
    user = User.objects.create_user("anna@example.org", name="Anna")
    join_room(room=room, name="Anna", user=user)
    keys = [people[0].session, sign_in(user), "", "nonsense", new_session("elsewhere")]
    expected = ["Guest 0", "Anna", "", "", ""]
    assert who(again(room, *keys, people[0].session)) == [*expected, "Guest 0"]
    assert who(admit_all([(room.slug, key) for key in keys])) == expected


def test_each_is_who_they_are_in_that_room(room: Room, people: list[Person]) -> None:
    other = create_room(title="Another", owner_name="Olga", guest_key="olga")
    closed = create_room(title="Code", owner_name="Olga", guest_key="olga", access="code")
    user = User.objects.create_user("anna@example.org", name="Anna")
    for one, name in ((room, "Anna"), (other, "Anna Two")):
        join_room(room=one, name=name, user=user)
    anna, guest, elsewhere = sign_in(user), people[0].session, join(other, "Guest X").session
    asked = [(one, key) for key in (anna, guest, elsewhere) for one in (room, other, closed)]
    expected = ["Anna", "Anna Two", None, "Guest 0", "", None, "", "Guest X", None]
    assert who(look_again([(one.pk, key) for one, key in asked])) == expected
    assert who(admit_all([(one.slug, key) for one, key in asked])) == expected
    assert who(look_again([(room.pk, guest), (0, guest)])) == ["Guest 0", None]
    assert who(admit_all([("nowhere", guest), (room.slug, guest)])) == [None, "Guest 0"]


def test_guests_take_as_many_queries_as_one(room: Room, people: list[Person]) -> None:
    other = join(create_room(title="Another", owner_name="Olga", guest_key="olga"), "Guest X")
    counts = []
    for some in (people[:1], people, [*people, other]):
        with CaptureQueriesContext(connection) as queries:
            look_again([(person.participant.room_id, person.session) for person in some])
        counts.append(len(queries))
    assert counts == [3, 3, 3]


def test_a_session_that_is_over_is_nobodys(room: Room, people: list[Person]) -> None:
    over, changed, fine = (person.session for person in people)
    Session.objects.filter(pk=over).update(expire_date=timezone.now() - timedelta(seconds=1))
    data = Session.objects.get(pk=fine).session_data
    Session.objects.filter(pk=changed).update(
        session_data=data[:-1] + ("A" if data[-1] != "A" else "B")
    )
    assert who(again(room, over, changed, fine)) == ["", "", "Guest 2"]


def test_an_account_with_a_new_password_is_signed_out(room: Room) -> None:
    user = User.objects.create_user("anna@example.org", name="Anna")
    join_room(room=room, name="Anna", user=user)
    key = sign_in(user)
    assert who(again(room, key)) == ["Anna"]
    user.set_password("another")
    user.save()
    assert who(again(room, key)) == [""]


def test_those_who_act_together_are_looked_at_together(room: Room, people: list[Person]) -> None:
    actors = [Actor(one.session, room.pk, one.participant.pk) for one in people]
    Session.objects.filter(pk=people[1].session).delete()
    with CaptureQueriesContext(connection) as queries:
        look(actors)
    assert len(queries) == 3
    with CaptureQueriesContext(connection) as queries:
        names = [actors[n].act_as_seen(lambda _room, person: person.name) for n in (0, 2)]
    assert names == ["Guest 0", "Guest 2"] and len(queries) == 0
    with pytest.raises(SessionEnded):
        actors[1].act_as_seen(lambda _room, person: person.name)


def test_who_was_looked_at_just_now_acts_in_the_room_as_it_is_now(
    room: Room, people: list[Person]
) -> None:
    actor = Actor(people[0].session, room.pk, people[0].participant.pk)
    look([actor])
    Room.objects.filter(pk=room.pk).update(head=77)
    with CaptureQueriesContext(connection) as queries:
        assert actor.act(lambda found, _person: found.head) == 77
    assert len(queries) == 1


def test_who_is_gone_acts_no_more(room: Room, people: list[Person]) -> None:
    actor = Actor(people[0].session, room.pk, people[0].participant.pk)
    assert actor.act(lambda _room, person: person.name) == "Guest 0"
    Session.objects.filter(pk=people[0].session).delete()
    actor._looked_at -= FRESH + 1
    with pytest.raises(SessionEnded):
        actor.act(lambda _room, person: person.name)

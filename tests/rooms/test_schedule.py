"""Rooms open and close on time, once, whoever looks first."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from rooms.eventlog.errors import Code
from rooms.eventlog.models import Event, Room
from rooms.lifecycle.schedule import create_room, schedule_room, tick
from rooms.messages.posting import post_message
from rooms.people.membership import join_room
from rooms.people.models import Participant
from tests.rooms.conftest import Post
from tests.rooms.test_messages import refusal

HOUR = timedelta(hours=1)


def types(room: Room) -> list[str]:
    found = Event.objects.filter(room=room, type__startswith="room.").order_by("seq")
    return list(found.values_list("type", flat=True))


def past(room: Room, **times: int) -> None:
    """Let time pass: the room's own times move into the past by so many seconds ago."""
    now = timezone.now()
    fields = {name: now - timedelta(seconds=seconds) for name, seconds in times.items()}
    Room.objects.filter(pk=room.pk).update(**fields)


@pytest.mark.django_db
def test_a_scheduled_room_opens_and_closes_on_time() -> None:
    now = timezone.now()
    room = create_room(
        title="Demain", owner_name="O", guest_key="o", opens_at=now + HOUR, closes_at=now + 2 * HOUR
    )
    assert room.status == Room.Status.SCHEDULED and tick() == []
    past(room, opens_at=1)
    assert tick() == [room.pk] and tick() == []
    past(room, closes_at=1)
    call_command("runclock", once=True)
    assert types(room) == ["room.created", "room.opened", "room.closed"]


def test_a_late_message_is_refused_even_if_no_clock_runs(
    room: Room, alice: Participant, post: Post
) -> None:
    past(room, closes_at=1)
    assert refusal(post, alice, "trop tard").code is Code.CLOSED
    room.refresh_from_db()
    assert room.status == Room.Status.CLOSED and types(room)[-1] == "room.closed"


@pytest.mark.django_db
def test_an_early_message_is_refused_and_the_first_on_time_opens(post: Post, room: Room) -> None:
    soon = create_room(title="S", owner_name="O", guest_key="o", opens_at=timezone.now() + HOUR)
    alice = join_room(room=soon, name="Alice", guest_key="a")
    send = {"room": soon, "author": alice, "text": "Bonjour"}
    assert refusal(post_message, **send, client_id="1").code is Code.NOT_OPEN
    past(soon, opens_at=1)
    post_message(**send, client_id="2")  # type: ignore[arg-type]
    assert types(soon) == ["room.created", "room.opened"]


def test_a_room_is_rescheduled_by_its_owner(
    room: Room, olga: Participant, max_: Participant
) -> None:
    times = {"room": room, "opens_at": None, "closes_at": timezone.now() + HOUR}
    assert refusal(schedule_room, **times, actor=max_).code is Code.FORBIDDEN
    schedule_room(**times, actor=olga)  # type: ignore[arg-type]
    room.refresh_from_db()
    assert room.closes_at == times["closes_at"]
    wrong = {**times, "closes_at": timezone.now() - HOUR}
    assert refusal(schedule_room, **wrong, actor=olga).code is Code.BAD_SHAPE


@pytest.mark.django_db
def test_who_comes_after_both_times_finds_it_closed_though_nothing_ran() -> None:
    now = timezone.now()
    room = create_room(
        title="Hier", owner_name="O", guest_key="o", opens_at=now + HOUR, closes_at=now + 2 * HOUR
    )
    alice = join_room(room=room, name="Alice", guest_key="a")
    past(room, opens_at=7200, closes_at=3600)
    assert refusal(post_message, room=room, author=alice, text="?", client_id="1").code is (
        Code.CLOSED
    )
    assert types(room) == ["room.created", "room.opened", "room.closed"]

"""Readers who are silent, or whose session or access has ended."""

import asyncio

import pytest
from django.contrib.sessions.backends.db import SessionStore

from consumers import watch
from consumers.close_codes import CloseCode
from consumers.hub import Hub
from consumers.visitors import admit_all
from consumers.watch import Watch, recognise
from rooms.eventlog.models import Room
from rooms.lifecycle.schedule import create_room
from tests.consumers.conftest import Listen, Listener
from tests.off_loop import off_loop
from tests.sockets import Person, join

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room() -> Room:
    return create_room(title="Watch", owner_name="Olga", guest_key="olga")


@pytest.fixture
def alice(room: Room) -> Person:
    return join(room, "Alice")


async def look_round(listener: Listener, *, later: float = watch.RECHECK + 1) -> CloseCode | None:
    """Let time pass and the watch go round; return the code a socket is closed with."""
    connection = listener.connection
    connection.task = asyncio.create_task(asyncio.Event().wait())
    connection.checked_at -= later
    feeds = {listener.feed.room_id: listener.feed}
    await Watch(feeds).look_round()
    if connection.close_code:
        with pytest.raises(asyncio.CancelledError):
            await connection.task
    return connection.close_code


@pytest.fixture
async def listener(hub: Hub, listen: Listen, room: Room, alice: Person) -> Listener:
    listener: Listener = await listen(room.pk)
    listener.connection.session_key = alice.session
    recognise(listener.connection, (await off_loop(admit_all, [(room.slug, alice.session)]))[0])
    return listener


async def test_who_is_still_there_stays(listener: Listener) -> None:
    assert await look_round(listener) is None


async def test_one_whose_session_ended_is_closed(listener: Listener, alice: Person) -> None:
    await off_loop(SessionStore(alice.session).flush)
    assert await look_round(listener) is CloseCode.SESSION_ENDED


async def test_a_session_is_not_looked_at_all_the_time(listener: Listener, alice: Person) -> None:
    await off_loop(SessionStore(alice.session).flush)
    assert await look_round(listener, later=0) is None


async def test_a_reader_of_a_room_that_was_closed_to_the_public(
    hub: Hub, listen: Listen, room: Room
) -> None:
    reader = await listen(room.pk)
    assert await look_round(reader) is None
    await off_loop(Room.objects.filter(pk=room.pk).update, access=Room.Access.CODE)
    assert await look_round(reader) is CloseCode.FORBIDDEN


async def test_all_are_looked_at_in_several_goes(
    hub: Hub, listen: Listen, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "TOGETHER", 2)
    monkeypatch.setattr(watch, "PAUSE", 0.0)
    readers = [await listen(room.pk) for _ in range(5)]
    for reader in readers:
        reader.connection.task = asyncio.create_task(asyncio.Event().wait())
        reader.connection.checked_at -= watch.RECHECK + 1
    await off_loop(Room.objects.filter(pk=room.pk).update, access=Room.Access.CODE)
    await Watch({room.pk: readers[0].feed}).look_round()
    assert {reader.connection.close_code for reader in readers} == {CloseCode.FORBIDDEN}


async def test_one_who_is_silent_is_closed(listener: Listener) -> None:
    listener.connection.heard_at -= watch.SILENCE + 1
    assert await look_round(listener, later=0) is CloseCode.SILENT


def test_the_promise_is_kept() -> None:
    a_round = watch.PAUSE + watch.ROUND
    last_of_the_next = watch.PAUSE
    assert watch.RECHECK + a_round + last_of_the_next < 28, "and the looks take some time"

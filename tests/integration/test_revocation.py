"""Who has signed out no longer writes."""

import asyncio
import time

import pytest
from django.contrib.sessions.backends.db import SessionStore

from consumers.close_codes import CloseCode
from rooms.eventlog.models import Room
from rooms.lifecycle.schedule import create_room
from rooms.moderation.policy import set_words
from rooms.people.membership import join_room, set_role
from rooms.people.models import Participant, User
from rooms.people.roles import Role
from tests.off_loop import off_loop
from tests.servers import HastyServer, Kind, Server
from tests.sockets import Person, connected, join

pytestmark = pytest.mark.django_db(transaction=True)

PROMISE = 1.0
BUSY = 15.0
"""Seconds that a busy machine may add to what is promised."""


@pytest.fixture
def room() -> Room:
    return create_room(title="Revocation", owner_name="Olga", guest_key="olga")


@pytest.fixture
def guest(room: Room) -> Person:
    return join(room, "Alice")


@pytest.fixture
def member(room: Room) -> Person:
    """Return somebody who has signed in."""
    user = User.objects.create_user("maya@example.org", "secret")
    person = join_room(room=room, name="Maya", user=user)
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = "allauth.account.auth_backends.AuthenticationBackend"
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()
    return Person(person, str(session.session_key))


def sign_out(person: Person) -> None:
    SessionStore(person.session).flush()


def change_password(person: Person) -> None:
    user = Participant.objects.select_related("user").get(pk=person.participant.pk).user
    assert user is not None
    user.set_password("another")
    user.save()


async def writes_no_more(server: Server, room: Room, person: Person, end: object) -> None:
    async with connected(server, room.slug, person) as client:
        assert (await client.post("0"))["status"] == "posted"
        await off_loop(end, person)  # type: ignore[arg-type]
        ended = time.monotonic()
        posted = 0
        while client.is_open:
            posted += 1
            # Slower than what a socket is closed for as too fast.
            await asyncio.sleep(0.05)
            try:
                await client.post(f"{posted}")
            except (ConnectionError, TimeoutError):
                break
        assert time.monotonic() - ended < PROMISE + BUSY
        assert await client.closed() == CloseCode.SESSION_ENDED
    async with connected(server, room.slug, person) as client:
        assert client.frames[0]["you"] is None


async def test_a_guest_whose_session_is_gone(server: Server, room: Room, guest: Person) -> None:
    await writes_no_more(server, room, guest, sign_out)


async def test_a_member_who_has_signed_out(server: Server, room: Room, member: Person) -> None:
    await writes_no_more(server, room, member, sign_out)


async def test_a_member_whose_password_was_changed(
    server: Server, room: Room, member: Person
) -> None:
    await writes_no_more(server, room, member, change_password)


async def test_also_without_redis(environ: dict[str, str], room: Room, member: Person) -> None:
    with Server("uvicorn", {**environ, "REDIS_URL": ""}) as alone:
        await writes_no_more(alone, room, member, sign_out)


async def test_one_who_only_reads_also_without_redis(
    kind: Kind, environ: dict[str, str], room: Room, member: Person, guest: Person
) -> None:
    """The server waits a twentieth as long: of the 30 s tells ``test_the_promise_is_kept``."""
    with HastyServer(kind, {**environ, "REDIS_URL": ""}) as alone:
        async with connected(alone, room.slug, member) as reader:
            await reader.resume()
            await off_loop(sign_out, member)
            assert await reader.closed() == CloseCode.SESSION_ENDED
        async with connected(alone, room.slug, guest) as reader:
            await reader.resume()
            await reader.ask(type="ping")
            assert reader.is_open


async def test_a_moderator_who_is_one_no_longer_decides_nothing_and_sees_no_more(
    server: Server, room: Room, guest: Person, member: Person
) -> None:
    await decides_nothing_and_sees_no_more(server, room, guest, member)


async def test_nor_without_redis(
    environ: dict[str, str], room: Room, guest: Person, member: Person
) -> None:
    with Server("uvicorn", {**environ, "REDIS_URL": ""}) as alone:
        await decides_nothing_and_sees_no_more(alone, room, guest, member)


async def decides_nothing_and_sees_no_more(
    server: Server, room: Room, guest: Person, member: Person
) -> None:
    olga = await off_loop(Participant.objects.get, room=room, name="Olga")

    def make(role: Role) -> None:
        set_role(room=room, actor=olga, participant_id=member.participant.pk, role=role)

    await off_loop(make, Role.MODERATOR)
    await off_loop(set_words, room=room, actor=olga, words=["gros mot"])
    async with (
        connected(server, room.slug, member) as former,
        connected(server, room.slug, guest) as author,
    ):
        await former.resume()
        held = await author.post("un gros mot")
        assert held["status"] == "held"
        await former.until_seq(held["seq"])
        assert former.events[-1]["parts"]
        await off_loop(make, Role.PARTICIPANT)
        await former.find(lambda got: got["type"] == "you" and got["you"]["role"] == "participant")
        assert (await former.ask(type="approve", message=held["number"]))["code"] == "forbidden"
        other = await author.post("un autre gros mot")
        await former.until_seq(other["seq"])
        assert former.events[-1]["parts"] == []

"""Commands that may not, or not twice, be carried out, and who is told what."""

from collections.abc import AsyncIterator

import pytest

from consumers.close_codes import CloseCode
from consumers.throttle import SOCKETS_EACH
from rooms.eventlog.models import Room
from rooms.lifecycle.schedule import close_room, create_room
from rooms.people.models import Participant
from tests.off_loop import off_loop
from tests.servers import Server
from tests.sockets import Client, Person, connected, join, new_session, raw

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room() -> Room:
    return create_room(title="Protocol", owner_name="Olga", guest_key="olga")


@pytest.fixture
def olga(room: Room) -> Person:
    return Person(Participant.objects.get(room=room, name="Olga"), new_session("olga"))


@pytest.fixture
def alice(room: Room) -> Person:
    return join(room, "Alice")


@pytest.fixture
def bob(room: Room) -> Person:
    return join(room, "Bob")


@pytest.fixture
async def as_olga(server: Server, room: Room, olga: Person) -> AsyncIterator[Client]:
    async with connected(server, room.slug, olga) as client:
        yield client


@pytest.fixture
async def as_alice(server: Server, room: Room, alice: Person) -> AsyncIterator[Client]:
    async with connected(server, room.slug, alice) as client:
        yield client


@pytest.fixture
async def as_bob(server: Server, room: Room, bob: Person) -> AsyncIterator[Client]:
    async with connected(server, room.slug, bob) as client:
        yield client


async def test_a_repeated_send_gets_the_same_answer(as_alice: Client) -> None:
    first = await as_alice.post("Bonjour", id="1")
    again = await as_alice.post("Bonjour", id="1")
    assert {**again, "ref": ""} == {**first, "ref": ""}


async def test_also_from_another_worker(
    server: Server, other_server: Server, room: Room, alice: Person
) -> None:
    async with connected(server, room.slug, alice) as here:
        first = await here.post("Bonjour", id="1")
    async with connected(other_server, room.slug, alice) as there:
        again = await there.post("Bonjour", id="1")
    assert again["seq"] == first["seq"]


async def test_a_reused_id_with_another_text_is_a_conflict(as_alice: Client) -> None:
    await as_alice.post("Bonjour", id="1")
    assert (await as_alice.post("Bonsoir", id="1"))["code"] == "conflict"


async def test_every_command_is_answered_once_and_in_order(as_alice: Client) -> None:
    for number in range(20):
        await as_alice.send(type="ping", ref=f"p{number}")
        await as_alice.send(type="post", ref=f"m{number}", id=f"{number}", text=f"No. {number}")
    await as_alice.find(lambda frame: frame.get("ref") == "m19")
    refs = [frame["ref"] for frame in as_alice.frames if frame["type"] in ("ack", "nack")]
    assert refs == [f"m{number}" for number in range(20)]
    seqs = [frame["seq"] for frame in as_alice.frames if frame["type"] == "ack"]
    assert seqs == sorted(set(seqs))


@pytest.mark.parametrize(
    "command",
    [
        {"type": "approve", "message": 5},
        {"type": "reject", "message": 5, "reason": "other"},
        {"type": "mute", "participant": 1, "seconds": 60},
        {"type": "unmute", "participant": 1},
    ],
    ids=lambda command: command["type"],
)
async def test_moderators_commands_are_for_moderators(
    as_alice: Client, command: dict[str, object]
) -> None:
    assert (await as_alice.ask(**command))["code"] == "forbidden"


async def test_anothers_message_cannot_be_edited_or_removed(
    as_alice: Client, as_bob: Client
) -> None:
    number = (await as_alice.post("Mine"))["number"]
    edit = await as_bob.ask(type="edit", message=number, text="Yours")
    removal = await as_bob.ask(type="remove", message=number)
    assert (edit["code"], removal["code"]) == ("forbidden", "forbidden")


async def test_removing_twice_gives_the_same_answer(as_alice: Client) -> None:
    number = (await as_alice.post("Away with it"))["number"]
    first = await as_alice.ask(type="remove", message=number)
    again = await as_alice.ask(type="remove", message=number)
    assert first["type"] == "ack"
    assert {**again, "ref": ""} == {**first, "ref": ""}


@pytest.mark.parametrize("number", [0, 1, 999, 2**63 - 1])
async def test_a_message_that_is_not_there(as_alice: Client, number: int) -> None:
    for command in ({"type": "remove"}, {"type": "edit", "text": "x"}):
        assert (await as_alice.ask(message=number, **command))["code"] == "not_found"


async def test_a_person_that_is_not_there_cannot_be_muted(as_olga: Client) -> None:
    for participant in (0, 2**63 - 1):
        nack = await as_olga.ask(type="mute", participant=participant, seconds=60)
        assert nack["code"] == "forbidden"
    assert (await as_olga.ask(type="mute", participant=1, seconds=0))["code"] == "bad_shape"
    assert (await as_olga.ask(type="mute", participant=1, seconds=2**63 - 1))["code"] == "bad_shape"


async def test_an_unknown_reason_or_emoji(as_olga: Client, as_alice: Client) -> None:
    number = (await as_alice.post("Bonjour"))["number"]
    reaction = await as_olga.ask(type="react", message=number, emoji="x", on=True)
    removal = await as_olga.ask(type="remove", message=number, reason="because")
    assert (reaction["code"], removal["code"]) == ("bad_shape", "bad_shape")


async def test_a_mere_reader_may_not_write(server: Server, room: Room) -> None:
    async with connected(server, room.slug) as reader:
        assert reader.frames[0]["you"] is None
        await reader.resume()
        assert (await reader.post("Let me in"))["code"] == "forbidden"


async def test_after_closing_nothing_is_taken(as_olga: Client, room: Room, olga: Person) -> None:
    await off_loop(close_room, room=room, actor=olga.participant)
    assert (await as_olga.post("Too late"))["code"] == "closed"


@pytest.mark.parametrize("after", [1_000_000, 2**63 - 1])
async def test_a_cursor_beyond_the_head_means_resync(as_alice: Client, after: int) -> None:
    await as_alice.send(type="resume", epoch=as_alice.epoch, after=after)
    resync = await as_alice.of_type("resync")
    assert resync["head"] == as_alice.frames[0]["head"]
    await as_alice.resume(resync["head"])


async def test_another_epoch_means_resync(as_alice: Client) -> None:
    await as_alice.send(type="resume", epoch="restored", after=0)
    assert (await as_alice.of_type("resync"))["epoch"] == as_alice.frames[0]["epoch"]


async def test_an_unknown_room_and_a_closed_one_give_the_same_answer(
    server: Server, room: Room
) -> None:
    def lock() -> None:
        Room.objects.filter(pk=room.pk).update(access=Room.Access.CODE)

    await off_loop(lock)
    codes = []
    for slug in (room.slug, "no-such-room"):
        async with raw(server, slug) as socket:
            await socket.receive()
            codes.append(socket.close_code)
    assert codes == [CloseCode.NO_SUCH_ROOM] * 2


async def test_one_person_may_not_have_any_number_of_sockets(
    server: Server, room: Room, alice: Person, bob: Person
) -> None:
    async with raw(server, room.slug, alice) as first:
        others = [raw(server, room.slug, alice) for _ in range(SOCKETS_EACH)]
        sockets = [await other.__aenter__() for other in others]
        frames = [await socket.receive_json() for socket in (first, *sockets[:-1])]
        assert {frame["type"] for frame in frames} == {"hello"}
        await sockets[-1].receive()
        assert sockets[-1].close_code == CloseCode.TOO_FAST
        # A hall shares one address: the next person is let in.
        async with connected(server, room.slug, bob):
            pass
        for other in others:
            await other.__aexit__(None, None, None)
    async with connected(server, room.slug, alice):
        pass

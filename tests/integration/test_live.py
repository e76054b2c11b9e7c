"""A room over real sockets: what is posted on one worker arrives on all, in order."""

import asyncio
import itertools
from contextlib import AsyncExitStack

import pytest

from rooms.eventlog.models import Room
from rooms.lifecycle.schedule import create_room
from rooms.moderation.policy import set_words
from rooms.people.membership import join_room, set_role
from rooms.people.models import Participant
from rooms.people.roles import Role
from tests.off_loop import off_loop
from tests.servers import Server
from tests.sockets import Client, Person, connected, join, new_session

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


def parts(client: Client) -> list[tuple[str, str, str]]:
    """Return what a page has been told to change: type of event, where, and the HTML."""
    return [(e["type"], p["into"], p["html"]) for e in client.events for p in e["parts"]]


async def test_hello(server: Server, room: Room, alice: Person) -> None:
    async with connected(server, room.slug, alice) as client:
        hello = client.frames[0]
        assert hello["you"]["name"] == "Alice"
        assert "post" in hello["you"]["can"] and "mute" not in hello["you"]["can"]
        assert hello["room"]["status"] == "open"
        assert hello["limits"] == {"text": 2000, "frame": 8192, "window": 1024}
        pong = await client.ask(type="ping")
        assert pong["head"] == hello["head"]


async def test_posted_on_either_worker_arrives_on_both_in_one_order(
    server: Server, other_server: Server, room: Room
) -> None:
    people = [await off_loop(join, room, f"Person {number}") for number in range(8)]
    workers = [server, other_server] * 4
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(connected(worker, room.slug, person))
            for worker, person in zip(workers, people, strict=True)
        ]
        await asyncio.gather(*(client.resume() for client in clients))
        answers = await asyncio.gather(
            *(client.post(f"Message {n}", id=f"{n}") for client in clients for n in range(4))
        )
        head = max(answer["seq"] for answer in answers)
        await asyncio.gather(*(client.until_seq(head) for client in clients))
        assert {answer["status"] for answer in answers} == {"posted"}
        assert all(client.events == clients[0].events for client in clients)


async def test_who_comes_while_others_talk_misses_nothing(
    server: Server, other_server: Server, room: Room
) -> None:
    """At either worker, from the beginning, from where they were or from the head."""
    people = [await off_loop(join, room, f"Person {number}") for number in range(4)]
    over = asyncio.Event()

    async def talk(worker: Server, person: Person) -> int:
        async with connected(worker, room.slug, person) as client:
            last = 0
            for number in itertools.takewhile(lambda _: not over.is_set(), itertools.count()):
                answer = await client.post(f"{person.participant.name} says {number}, and more")
                last = answer["seq"] if answer["type"] == "ack" else last
            return last

    async def come(worker: Server, back: int) -> Client:
        client = await stack.enter_async_context(connected(worker, room.slug))
        await client.resume(max(0, client.frames[0]["head"] - back))
        return client

    workers = itertools.cycle([server, other_server])
    async with AsyncExitStack() as stack:
        talking = [
            asyncio.create_task(talk(worker, one))
            for worker, one in zip(workers, people, strict=False)
        ]
        come_in = [
            await come(worker, back)
            for worker, back in zip(workers, [1000, 3, 0, 1, 0] * 8, strict=False)
        ]
        over.set()
        head = max(await asyncio.gather(*talking))
        await asyncio.gather(*(client.until_seq(head) for client in come_in))
        whole = come_in[0].events
        assert [event["seq"] for event in whole] == [*range(1, len(whole) + 1)]
        for client in come_in:
            assert client.events == whole[-len(client.events) or len(whole) :]


async def test_languages_differ_and_sequences_do_not(
    server: Server, room: Room, alice: Person, bob: Person
) -> None:
    async with (
        connected(server, room.slug, alice, language="en") as english,
        connected(server, room.slug, bob, language="fr") as french,
    ):
        await asyncio.gather(english.resume(), french.resume())
        answer = await english.post("Bonjour")
        await asyncio.gather(english.until_seq(answer["seq"]), french.until_seq(answer["seq"]))
        assert 'lang="fr"' in parts(english)[-1][2]
        assert 'lang="fr"' not in parts(french)[-1][2]


async def test_a_held_message_is_shown_to_moderators_and_its_author_alone(
    server: Server, room: Room, olga: Person, alice: Person, bob: Person
) -> None:
    await off_loop(set_words, room=room, actor=olga.participant, words=["gros mot"])
    async with (
        connected(server, room.slug, olga) as moderator,
        connected(server, room.slug, alice) as author,
        connected(server, room.slug, bob) as other,
    ):
        clients = moderator, author, other
        await asyncio.gather(*(client.resume() for client in clients))
        answer = await author.post("un gros mot")
        assert answer["status"] == "held" and answer["rule"] == "words" and answer["reason"]
        await asyncio.gather(*(client.until_seq(answer["seq"]) for client in clients))
        assert parts(moderator)[-1][1] == "held"
        assert parts(author)[-1][1] == "own-holds"
        assert "gros mot" not in str(other.frames)

        approval = await moderator.ask(type="approve", message=answer["number"])
        await asyncio.gather(*(client.until_seq(approval["seq"]) for client in clients))
        assert "un gros mot" in parts(other)[-1][2]
        again = await moderator.ask(type="reject", message=answer["number"], reason="insult")
        assert again["code"] == "stale" and again["decided_by"] == "Olga"


async def test_a_mute_is_told_to_the_muted_and_counts_at_once(
    server: Server, other_server: Server, room: Room, olga: Person, alice: Person
) -> None:
    async with (
        connected(other_server, room.slug, olga) as moderator,
        connected(server, room.slug, alice) as muted,
    ):
        await muted.resume()
        mute = await moderator.ask(
            type="mute", participant=alice.participant.pk, seconds=300, reason="spam"
        )
        assert mute["status"] == "done"
        refusal = await muted.post("May I?")
        assert refusal["code"] == "muted" and refusal["retry_after"] > 290
        assert (await muted.of_type("you"))["you"]["muted_until"]
        seen = len(muted.frames)
        await moderator.ask(type="unmute", participant=alice.participant.pk)
        assert (await muted.of_type("you", seen))["you"]["muted_until"] is None
        assert (await muted.post("Thank you"))["status"] == "posted"


async def test_a_new_moderator_sees_what_is_held_from_then_on(
    server: Server, room: Room, olga: Person, alice: Person, bob: Person
) -> None:
    await off_loop(set_words, room=room, actor=olga.participant, words=["gros mot"])
    async with (
        connected(server, room.slug, alice) as author,
        connected(server, room.slug, bob) as promoted,
    ):
        await asyncio.gather(author.resume(), promoted.resume())
        await off_loop(
            set_role,
            room=room,
            actor=olga.participant,
            participant_id=bob.participant.pk,
            role=Role.MODERATOR,
        )
        you = (await promoted.of_type("you"))["you"]
        assert you["role"] == "moderator" and "decide_hold" in you["can"]
        answer = await author.post("un gros mot")
        await promoted.until_seq(answer["seq"])
        assert parts(promoted)[-1][1] == "held"


async def test_what_was_missed_is_there_after_coming_back(
    server: Server, other_server: Server, room: Room, alice: Person, bob: Person
) -> None:
    async with connected(other_server, room.slug, bob) as writer:
        async with connected(server, room.slug, alice) as first:
            await first.resume()
            await first.until_seq((await writer.post("One"))["seq"])
        last = [await writer.post(text) for text in ("Two", "Three")][-1]["seq"]
        async with connected(server, room.slug, alice) as again:
            again.seq = first.seq
            await again.resume(first.seq)
            assert again.seq == last
            await again.until_seq((await writer.post("Four"))["seq"])
        events = [*first.events, *again.events]
    assert [event["seq"] for event in events] == list(range(1, last + 2))


async def test_how_many_are_here_is_counted_over_the_workers(
    server: Server, other_server: Server, room: Room, alice: Person, bob: Person
) -> None:
    async with (
        connected(server, room.slug, alice) as here,
        connected(server, room.slug, alice),
        connected(other_server, room.slug, bob) as there,
        connected(other_server, room.slug),
    ):
        for client in (here, there):
            await client.find(lambda frame: frame["type"] == "presence" and frame["here"] == 3)


async def test_a_person_who_joins_is_known_at_the_next_command(
    server: Server, room: Room, olga: Person
) -> None:
    visitor = Person(olga.participant, await off_loop(new_session, "vera"))
    async with connected(server, room.slug, visitor) as client:
        assert client.frames[0]["you"] is None
        await off_loop(join_room, room=room, name="Vera", guest_key="vera")
        assert (await client.post("Here I am"))["status"] == "posted"

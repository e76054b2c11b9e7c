"""What moderators decide holds at once, on every worker, whoever else is writing."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack
from itertools import count
from typing import Any

import aiohttp
import pytest

from rooms.eventlog.errors import Code
from rooms.eventlog.fold import differences, gaps
from rooms.eventlog.models import Event, Room
from rooms.lifecycle.schedule import create_room
from rooms.messages.vault import misplaced
from rooms.moderation.modes import set_mode
from rooms.moderation.policy import set_words
from rooms.people.membership import set_role
from rooms.people.models import Participant
from rooms.people.roles import Role
from tests.off_loop import off_loop
from tests.servers import Server
from tests.sockets import Client, Frame, Person, connected, join, new_session

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 1000


@pytest.fixture(scope="session")
def calm(environ: dict[str, str]) -> dict[str, str]:
    """Return the environment of workers that let one person write as fast as a test does."""
    return {**environ, "RATE_LIMITS": "100000/1"}


@pytest.fixture(scope="module")
def workers(calm: dict[str, str]) -> Iterator[list[Server]]:
    servers = [Server("daphne", calm).start(), Server("uvicorn", calm).start()]
    yield servers
    for server in servers:
        server.stop()
        server.check()


@pytest.fixture
def room() -> Room:
    return create_room(title="Barrier", owner_name="Olga", guest_key="olga")


@pytest.fixture
def olga(room: Room) -> Person:
    return Person(Participant.objects.get(room=room, name="Olga"), new_session("olga"))


@pytest.fixture
def alice(room: Room) -> Person:
    return join(room, "Alice")


def whole(room: Room) -> bool:
    checks = (gaps, differences, misplaced)
    return all(check(room.pk) == [] for check in checks)


def log(room: Room) -> list[tuple[str, dict[str, object], int | None]]:
    events = Event.objects.filter(room=room).order_by("seq")
    return list(events.values_list("type", "payload", "actor_id"))


async def insist(client: Client, again: list[Frame], **command: Any) -> Frame:
    """Ask for something, and ``again`` where the server was too busy to tell what became of it."""
    while True:
        answer = await client.ask(**command)
        if answer.get("code") != Code.RETRY_LATER:
            return answer
        again.append(answer)


async def keep_posting(client: Client, name: str, stop: asyncio.Event, text: str) -> list[Frame]:
    """Post one message after the other; return what was acknowledged."""
    taken: list[Frame] = []
    for number in count():
        if stop.is_set():
            return taken
        answer = await client.post(text.format(name=name, number=number), id=f"{name}-{number}")
        if answer["type"] == "ack":
            taken.append(answer)
    raise AssertionError("unreachable")


async def race(
    workers: list[Server],
    room: Room,
    authors: list[Person],
    text: str,
    meanwhile: Coroutine[Any, Any, None],
) -> list[Frame]:
    """Let people write on two workers while something happens; return what they wrote."""
    async with AsyncExitStack() as stack:
        stop = asyncio.Event()
        clients = [
            await stack.enter_async_context(connected(workers[n // 4 % 2], room.slug, author))
            for n, author in enumerate(authors)
        ]
        sending = [
            asyncio.create_task(keep_posting(client, f"s{n}", stop, text))
            for n, client in enumerate(clients)
        ]
        try:
            await meanwhile
        finally:
            stop.set()
        return [answer for taken in await asyncio.gather(*sending) for answer in taken]


async def test_no_message_of_the_muted_follows_the_mute_on_any_worker(
    workers: list[Server], room: Room, olga: Person
) -> None:
    """A thousand mutes in all, of four people who write at two sockets each."""
    targets = [await off_loop(join, room, f"Target {number}") for number in range(4)]
    again: list[Frame] = []

    async def mute_and_unmute() -> None:
        async with AsyncExitStack() as stack:
            moderators = [
                await stack.enter_async_context(connected(workers[n % 2], room.slug, olga))
                for n in range(len(targets))
            ]
            await asyncio.gather(*map(rounds, moderators, targets))

    async def rounds(moderator: Client, target: Person) -> None:
        person = {"participant": target.participant.pk}
        for _round in range(ROUNDS // len(targets)):
            mute = await insist(
                moderator, again, type="mute", seconds=3600, reason="spam", **person
            )
            assert mute["status"] == "done"
            await insist(moderator, again, type="unmute", **person)

    taken = await race(workers, room, targets * 2, "{name} {number}", mute_and_unmute())
    muted: set[object] = set()
    mutes = posted = 0
    for kind, payload, actor in await off_loop(log, room):
        if kind == "participant.muted":
            muted.add(payload["participant"])
            mutes += 1
        elif kind == "participant.unmuted":
            muted.remove(payload["participant"])
        elif kind == "message.posted":
            assert actor not in muted
            posted += 1
    assert ROUNDS <= mutes <= ROUNDS + len(again)
    assert posted == len(taken) > ROUNDS / 10, "they did race"
    assert await off_loop(whole, room)


async def test_nothing_is_logged_under_a_policy_that_has_moved_on_any_worker(
    workers: list[Server], room: Room, olga: Person, alice: Person
) -> None:
    def change(number: int) -> None:
        room.refresh_from_db()
        if number % 3:
            set_words(room=room, actor=olga.participant, words=[f"mot{number % 2}"])
        else:
            mode = {"mode": "hold_all", "value": int(not room.hold_all)}
            set_mode(room=room, actor=olga.participant, **mode)  # type: ignore[arg-type]

    async def move() -> None:
        async with connected(workers[0], room.slug, olga) as moderator:
            for number in range(60):
                await off_loop(change, number)
                refused = count()
                while (await moderator.post(f"{number} {next(refused)}"))["type"] != "ack":
                    pass

    taken = await race(workers, room, [alice] * 8, "un mot1 de {name} {number}", move())
    version, hold_all = 0, False
    statuses = set()
    for kind, payload, _actor in await off_loop(log, room):
        if kind == "policy.changed":
            version = int(str(payload["version"]))
        if kind == "mode.changed":
            version, hold_all = version + 1, bool(payload["value"])
        if kind in ("message.posted", "message.held"):
            assert payload["policy"] == version
            statuses.add((kind, hold_all))
    assert len(taken) > 10 and len(statuses) > 2, "they did race"
    assert await off_loop(whole, room)


async def test_a_removed_text_comes_from_nowhere_and_a_restored_one_from_everywhere(
    workers: list[Server], room: Room, olga: Person, alice: Person
) -> None:
    one, other = workers
    async with (
        connected(one, room.slug, olga) as moderator,
        connected(other, room.slug, alice) as author,
    ):
        await asyncio.gather(moderator.resume(), author.resume())
        for number in range(20):
            text = f"Words {number} to be removed"
            answer = await author.post(text)
            seq = answer["seq"]
            await moderator.until_seq(seq)
            removal = await moderator.ask(type="remove", message=seq, reason="insult")
            for worker in workers:
                for after in (0, seq - 1):
                    async with connected(worker, room.slug) as back:
                        await back.resume(after)
                        await back.until_seq(removal["seq"])
                        assert text not in str(back.frames)
                async with connected(worker, room.slug) as page:
                    for path in ("", f"events?after=0&epoch={page.epoch}", "log?before=9999999"):
                        assert text not in await fetch(worker, f"/rooms/{room.slug}/{path}")
            restoring = await moderator.ask(type="restore", message=seq)
            assert restoring["type"] == "ack"
            await author.until_seq(restoring["seq"])
            assert text in str(author.events[-1]["parts"]), "those who are here see it again"
            for worker in workers:
                async with connected(worker, room.slug) as back:
                    await back.resume(seq - 1)
                    await back.until_seq(restoring["seq"])
                    assert text in str(back.frames)
                assert text in await fetch(worker, f"/rooms/{room.slug}/")


async def test_of_two_moderators_on_two_workers_one_decides(
    workers: list[Server], room: Room, olga: Person, alice: Person
) -> None:
    def make_moderator() -> Person:
        person = join(room, "Max")
        pk = person.participant.pk
        set_role(room=room, actor=olga.participant, participant_id=pk, role=Role.MODERATOR)
        return person

    max_ = await off_loop(make_moderator)
    await off_loop(set_words, room=room, actor=olga.participant, words=["gros mot"])
    async with (
        connected(workers[0], room.slug, olga) as first,
        connected(workers[1], room.slug, max_) as second,
        connected(workers[0], room.slug, alice) as author,
    ):
        for number in range(100):
            held = await author.post(f"gros mot {number}")
            assert held["status"] == "held"
            item = {"message": held["number"]}
            answers = await asyncio.gather(
                first.ask(type="approve", **item), second.ask(type="reject", reason="spam", **item)
            )
            assert sorted(answer["type"] for answer in answers) == ["ack", "nack"]
            winner = "Olga" if answers[0]["type"] == "ack" else "Max"
            (late,) = [answer for answer in answers if answer["type"] == "nack"]
            assert (late["code"], late["decided_by"]) == ("stale", winner)
    assert await off_loop(whole, room)


async def fetch(server: Server, path: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(server.url + path) as answer:
        assert answer.status == 200, path
        return await answer.text()

"""Many writers at once, each with a connection of its own, on a real PostgreSQL."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.fold import differences, gaps
from rooms.eventlog.models import Event, Room
from rooms.lifecycle.schedule import create_room
from rooms.messages.decisions import approve_message, reject_message
from rooms.messages.models import Message
from rooms.messages.posting import post_message
from rooms.messages.vault import misplaced
from rooms.moderation.policy import set_words
from rooms.moderation.sanctions import mute_participant, unmute_participant
from rooms.people.membership import join_room
from rooms.people.models import Participant
from rooms.people.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 8
Call = Callable[[], object]


@pytest.fixture
def race() -> Iterator[Callable[[list[Call]], list[object]]]:
    """Run calls at the same time; return what each gave or the refusal it met."""
    with ThreadPoolExecutor(WRITERS + 2) as pool:

        def run(calls: list[Call]) -> list[object]:
            return list(pool.map(_guarded, calls))

        yield run


def _guarded(call: Call) -> object:
    try:
        return call()
    except Refused as refusal:
        return refusal
    finally:
        connections.close_all()


@pytest.fixture
def room(settings: object) -> Room:
    settings.SCREENERS = ["rooms.moderation.screeners.words.Words"]  # type: ignore[attr-defined]
    return create_room(title="Course", owner_name="Olga", guest_key="olga")


@pytest.fixture
def olga(room: Room) -> Participant:
    return Participant.objects.get(room=room, role=Role.OWNER)


@pytest.fixture
def writers(room: Room) -> list[Participant]:
    return [join_room(room=room, name=f"W{n}", guest_key=f"w{n}") for n in range(WRITERS)]


def sender(room: Room, author: Participant, key: str, text: str = "Bonjour") -> Call:
    return lambda: post_message(room=room, author=author, client_id=key, text=text)


def whole(room: Room) -> None:
    assert gaps(room.pk) == []
    assert differences(room.pk) == []
    assert misplaced(room.pk) == []


def test_it_runs_on_postgresql() -> None:
    assert connection.vendor == "postgresql"


def test_sequences_have_no_gap_whoever_writes(
    room: Room, writers: list[Participant], race: Callable[[list[Call]], list[object]]
) -> None:
    # Every fourth send fails under the lock: a rolled back number must not leave a hole.
    calls = [
        sender(room, author, f"{n}", "x\x00" if n % 4 == 3 else "Bonjour")
        for n in range(40)
        for author in writers
    ]
    outcomes = race(calls)
    refused = [o for o in outcomes if isinstance(o, Refused)]
    assert {r.code for r in refused} == {Code.BAD_CHAR} and len(refused) == 10 * WRITERS
    assert Message.objects.count() == 30 * WRITERS
    whole(room)


def test_one_message_sent_by_many_at_once_is_logged_once(
    room: Room, writers: list[Participant], race: Callable[[list[Call]], list[object]]
) -> None:
    for number in range(30):
        outcomes = race([sender(room, writers[0], f"k{number}")] * WRITERS)
        assert len({repr(outcome) for outcome in outcomes}) == 1
    assert Message.objects.count() == 30
    whole(room)


def test_no_message_of_the_muted_follows_the_mute(
    room: Room,
    olga: Participant,
    writers: list[Participant],
    race: Callable[[list[Call]], list[object]],
) -> None:
    target = writers[0]
    for number in range(100):
        sends = [sender(room, target, f"{number}-{n}") for n in range(WRITERS)]
        mute: Any = {"room": room, "actor": olga, "participant_id": target.pk, "seconds": 3600}
        race([*sends[:4], partial(mute_participant, **mute), *sends[4:]])
        unmute_participant(room=room, actor=olga, participant_id=target.pk)
    muted = False
    for event in Event.objects.filter(room=room).order_by("seq"):
        if event.type in ("participant.muted", "participant.unmuted"):
            muted = event.type == "participant.muted"
        assert not (muted and event.type == "message.posted"), event.seq
    whole(room)


def test_of_two_decisions_one_counts_and_the_other_is_stale(
    room: Room,
    olga: Participant,
    writers: list[Participant],
    race: Callable[[list[Call]], list[object]],
) -> None:
    set_words(room=room, actor=olga, words=["gros mot"])
    room.refresh_from_db()
    for number in range(20):
        held = post_message(
            room=room, author=writers[0], client_id=f"{number}", text=f"gros mot {number}"
        )
        decide: Any = {"room": room, "actor": olga, "number": held.number}
        outcomes = race([partial(approve_message, **decide), partial(reject_message, **decide)])
        (refusal,) = [o for o in outcomes if isinstance(o, Refused)]
        assert refusal.code is Code.STALE and refusal.detail["decided_by"] == "Olga"
    whole(room)


def test_nothing_slips_in_under_rules_that_have_moved(
    room: Room,
    olga: Participant,
    writers: list[Participant],
    race: Callable[[list[Call]], list[object]],
) -> None:
    for number in range(20):
        fresh = Room.objects.get(pk=room.pk)
        word = f"mot{number}"
        sends = [sender(fresh, w, f"{number}", f"un {word} ici") for w in writers]
        words: Any = {"room": fresh, "actor": olga, "words": [word]}
        race([*sends[:4], partial(set_words, **words), *sends[4:]])
    judged = None
    for event in Event.objects.filter(room=room).order_by("seq"):
        if event.type == "policy.changed":
            judged = event.payload["version"]
        if event.type in ("message.posted", "message.held") and judged is not None:
            assert event.payload["policy"] == judged
    whole(room)

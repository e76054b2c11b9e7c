"""Many writers at once, each with a connection of its own, on a real PostgreSQL."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import msgspec
import pytest
from django.db import DataError, connection, connections

from rooms.eventlog.append import RoomIsBusy, append, append_where_free
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.fold import differences, gaps
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Draft
from rooms.lifecycle.schedule import create_room
from rooms.messages.decisions import approve_message, reject_message
from rooms.messages.models import Message
from rooms.messages.posting import draft_post, post_message
from rooms.messages.vault import misplaced
from rooms.moderation.policy import set_words
from rooms.moderation.sanctions import mute_participant, unmute_participant
from rooms.people.membership import join_room
from rooms.people.models import Participant
from rooms.people.roles import Role
from tests.off_loop import writer_hanging_in

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


def in_another(number: int) -> Participant:
    """Return somebody in another room."""
    room = create_room(title=f"Ailleurs {number}", owner_name="Olga", guest_key="olga")
    return join_room(room=room, name="Autre", guest_key="other")


def sender(room: Room, author: Participant, key: str, text: str = "Bonjour") -> Call:
    return lambda: post_message(room=room, author=author, client_id=key, text=text)


def sender_in_two(room: Room, author: Participant, other: Participant, key: str) -> Call:
    """Return a call that posts in the rooms of both in one transaction, each alone if it must."""

    def send() -> list[Event | Exception]:
        drafts = [(one.room_id, draft(one, key)) for one in (author, other)]
        outcomes = append_where_free(drafts)
        for index, (room_id, one) in enumerate(drafts):
            if isinstance(outcomes[index], RoomIsBusy):
                (outcomes[index],) = append(room_id, [one])
        return outcomes

    def draft(one: Participant, key: str) -> Draft:
        fresh = Room.objects.get(pk=one.room_id)
        return draft_post(room=fresh, author=one, client_id=key, text="Bonjour")

    return send


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


def test_also_where_several_rooms_commit_together(
    room: Room, writers: list[Participant], race: Callable[[list[Call]], list[object]]
) -> None:
    there = [in_another(n) for n in range(3)]
    calls = [
        sender_in_two(room, author, there[(n + number) % 3], f"{author.pk}-{n}")
        for n in range(20)
        for number, author in enumerate(writers)
    ]
    alone = [sender(one.room, one, f"{n}") for n in range(20) for one in there]
    outcomes = race([call for pair in zip(calls, alone * 3, strict=False) for call in pair])
    logged = [one for sent in outcomes if isinstance(sent, list) for one in sent]
    assert len(logged) == 40 * WRITERS and all(isinstance(one, Event) for one in logged)
    assert Message.objects.filter(room=room).count() == 20 * WRITERS
    assert Message.objects.exclude(room=room).count() == 20 * WRITERS + 20 * 3
    for one in (room, *(person.room for person in there)):
        whole(one)


def test_no_room_waits_for_another(room: Room, writers: list[Participant]) -> None:
    other = in_another(0)
    with writer_hanging_in(room):
        drafts = [
            (one.room_id, draft_post(room=one.room, author=one, client_id="c", text="Bonjour"))
            for one in (writers[0], other, writers[1])
        ]
        first, second, third = append_where_free(drafts)
    assert isinstance(first, RoomIsBusy) and isinstance(third, RoomIsBusy)
    assert isinstance(second, Event) and second.room.pk == other.room_id
    assert Message.objects.filter(room=room).count() == 0
    whole(room)
    whole(other.room)


def test_several_rooms_commit_together_or_not_at_all(
    room: Room, writers: list[Participant]
) -> None:
    other = in_another(0)
    good = draft_post(room=other.room, author=other, client_id="c", text="Bonjour")
    bad = Draft(msgspec.structs.replace(good.payload, client_id="c" * 65), writers[0].pk, "Non")
    with pytest.raises(DataError):
        append_where_free([(other.room_id, good), (room.pk, bad)])
    assert Message.objects.count() == 0
    whole(room)
    whole(other.room)


def test_each_room_refuses_for_itself(room: Room, olga: Participant) -> None:
    guest, other = join_room(room=room, name="Zoe", guest_key="zoe"), in_another(0)
    mute_participant(room=room, actor=olga, participant_id=guest.pk, seconds=60)
    drafts = [
        (one.room_id, draft_post(room=one.room, author=one, client_id=f"c{n}", text=f"Oui {n}"))
        for n, one in enumerate((guest, other, olga))
    ]
    elsewhere = Draft(drafts[0][1].payload, other.pk, "Non")
    muted, first, second, stranger = append_where_free([*drafts, (room.pk, elsewhere)])
    assert isinstance(muted, Refused) and muted.code is Code.MUTED
    assert isinstance(stranger, Refused) and stranger.code is Code.FORBIDDEN
    assert isinstance(first, Event) and isinstance(second, Event)
    assert (first.room.pk, second.room.pk) == (other.room_id, room.pk)
    whole(room)
    whole(other.room)


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
    target, other = writers[0], in_another(0)
    for number in range(100):
        sends = [
            sender_in_two(room, target, other, f"{number}-{n}")
            if n % 2
            else sender(room, target, f"{number}-{n}")
            for n in range(WRITERS)
        ]
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

"""Decisions of moderators and of the clock: each can be undone, and none is taken twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rooms.eventlog.errors import Code
from rooms.eventlog.fold import differences
from rooms.eventlog.models import Event, Room
from rooms.lifecycle.schedule import tick
from rooms.messages.bulk import decide_many, published_of, take_back, waiting_of
from rooms.messages.decisions import (
    approve_message,
    claim_message,
    reject_message,
    remove_message,
    restore_message,
    withhold_message,
)
from rooms.messages.models import Message, VaultedBody
from rooms.messages.selectors import held_queue, message_views, own_holds, timeline
from rooms.messages.vault import misplaced, purge_vault
from rooms.moderation.modes import set_hold_policy, set_mode
from rooms.moderation.policy import set_words
from rooms.moderation.sanctions import (
    ban_participant,
    slow_participant,
    unban_participant,
)
from rooms.people.membership import join_room
from rooms.people.models import Participant
from tests.rooms.conftest import Post
from tests.rooms.test_messages import refusal


@pytest.fixture
def held(room: Room, olga: Participant, alice: Participant, post: Post) -> int:
    set_words(room=room, actor=olga, words=["gros mot"])
    room.refresh_from_db()
    return post(alice, "un gros mot").number


def shown(room: Room) -> list[str | None]:
    messages = [view.message for view in timeline(room) if view.message]
    return [message.text for message in messages if message.status == "visible"]


def whole(room: Room) -> bool:
    return differences(room.pk) == [] and misplaced(room.pk) == []


def test_a_removal_is_undone_in_place(
    room: Room, max_: Participant, alice: Participant, bob: Participant, post: Post
) -> None:
    sent = post(alice, "Les bus gratuits")
    post(bob, "Oui, bien sûr")
    remove_message(room=room, actor=max_, number=sent.number, reason="insult")
    assert shown(room) == ["Oui, bien sûr"]
    restore_message(room=room, actor=max_, number=sent.number)
    assert shown(room) == ["Les bus gratuits", "Oui, bien sûr"]
    assert VaultedBody.objects.count() == 0
    assert refusal(restore_message, room=room, actor=max_, number=sent.number).code is Code.STALE
    assert whole(room)


def test_what_its_author_removed_stays_removed(
    room: Room, max_: Participant, alice: Participant, post: Post
) -> None:
    sent = post(alice, "Les bus gratuits")
    remove_message(room=room, actor=alice, number=sent.number)
    assert refusal(restore_message, room=room, actor=max_, number=sent.number).code is Code.STALE


def test_a_removal_is_final_once_its_text_is_deleted(
    room: Room, max_: Participant, alice: Participant, post: Post
) -> None:
    sent = post(alice, "Les bus gratuits")
    remove_message(room=room, actor=max_, number=sent.number, reason="insult")
    purge_vault(timezone.now() + timedelta(days=400))
    answer = refusal(restore_message, room=room, actor=max_, number=sent.number)
    assert answer.code is Code.TOO_LATE


def test_an_approval_and_a_rejection_are_undone(
    room: Room, max_: Participant, alice: Participant, held: int
) -> None:
    for decide in (approve_message, reject_message):
        decide(room=room, actor=max_, number=held)
        assert held_queue(room) == []
        withhold_message(room=room, actor=max_, number=held)
        (waiting,) = held_queue(room)
        assert waiting.message is not None and waiting.message.text == "un gros mot"
        assert shown(room) == []
        assert [view.message.status for view in own_holds(alice) if view.message] == ["held"]
    assert whole(room)


def test_what_was_published_and_waits_is_decided_in_place(
    room: Room, max_: Participant, alice: Participant, bob: Participant, post: Post
) -> None:
    first = post(alice, "Les bus gratuits")
    reply = post(bob, "Non, merci bien", reply_to=first.number)
    withhold_message(room=room, actor=max_, number=first.number)
    quote = message_views(room.pk, [first.number, reply.number])[reply.number].reply_to
    assert quote is not None and quote.excerpt is None, "a text that waits is quoted nowhere"
    approve_message(room=room, actor=max_, number=first.number)
    assert shown(room) == ["Les bus gratuits", "Non, merci bien"]
    withhold_message(room=room, actor=max_, number=first.number)
    reject_message(room=room, actor=max_, number=first.number, reason="insult")
    assert Message.objects.get(number=first.number).status == Message.Status.REMOVED
    assert whole(room)


def test_a_claim_is_one_moderators_for_a_minute(
    room: Room, olga: Participant, max_: Participant, held: int
) -> None:
    claim_message(room=room, actor=max_, number=held)
    answer = refusal(claim_message, room=room, actor=olga, number=held)
    assert (answer.code, answer.detail["decided_by"]) == (Code.STALE, "Max")
    claim_message(room=room, actor=max_, number=held)
    Message.objects.filter(number=held).update(claimed_at=timezone.now() - timedelta(minutes=2))
    claim_message(room=room, actor=olga, number=held)
    approve_message(room=room, actor=max_, number=held)
    assert Message.objects.get(number=held).claimed_by is None
    assert refusal(claim_message, room=room, actor=olga, number=held).code is Code.STALE


def test_a_claim_that_ones_own_decision_overtook_is_no_error(
    room: Room, olga: Participant, max_: Participant, held: int
) -> None:
    reject_message(room=room, actor=max_, number=held, reason="insult")
    head = claim_message(room=room, actor=max_, number=held).seq
    assert head == Message.objects.get(number=held).decided_seq, "nothing new is logged"
    assert refusal(claim_message, room=room, actor=olga, number=held).code is Code.STALE


@pytest.mark.parametrize(
    ("outcome", "kinds"),
    [
        ("release", ["message.approved", "message.restored"]),
        ("reject", ["message.rejected", "message.removed"]),
        ("keep", []),
    ],
)
def test_the_clock_decides_as_the_room_has_set_it(
    room: Room,
    max_: Participant,
    bob: Participant,
    held: int,
    post: Post,
    outcome: str,
    kinds: list[str],
) -> None:
    published = post(bob, "Les bus gratuits").number
    withhold_message(room=room, actor=max_, number=published)
    if outcome != "keep":
        set_hold_policy(room=room, actor=max_, outcome=outcome, minutes=30)
    assert tick() == ([] if outcome == "keep" else [room.pk])
    assert len(held_queue(room)) == 2, "their time is not over"
    tick(timezone.now() + timedelta(hours=1))
    past = timezone.now() - timedelta(minutes=31)
    Message.objects.filter(room=room).update(held_at=past)
    Room.objects.filter(holds_due_at__isnull=False).update(holds_due_at=past)
    tick()
    room.refresh_from_db()
    decided = Event.objects.filter(room=room, type__in=kinds, actor=None).order_by("type")
    assert list(decided.values_list("type", flat=True)) == kinds
    assert room.holds_due_at is None
    assert differences(room.pk) == [] or outcome == "keep", "times were moved for this test"


def test_a_paused_room_is_the_moderators(
    room: Room, max_: Participant, alice: Participant, post: Post
) -> None:
    set_mode(room=room, actor=max_, mode="is_paused", value=1, reason="off_topic")
    assert refusal(post, alice, "Bonjour").code is Code.PAUSED
    post(max_, "Une minute, s'il vous plaît")
    set_mode(room=room, actor=max_, mode="is_paused", value=0)
    again = refusal(set_mode, room=room, actor=max_, mode="is_paused", value=0)
    assert again.code is Code.STALE
    post(alice, "Bonjour")
    assert whole(room)


def test_a_locked_room_takes_nobody_new(room: Room, max_: Participant, alice: Participant) -> None:
    set_mode(room=room, actor=max_, mode="is_locked", value=1)
    assert refusal(join_room, room=room, name="Zoé", guest_key="zoe").code is Code.LOCKED
    assert join_room(room=room, name="Alice", guest_key="alice") == alice


def test_slow_mode_spaces_a_persons_messages(
    room: Room, max_: Participant, alice: Participant, bob: Participant, post: Post
) -> None:
    set_mode(room=room, actor=max_, mode="slow_seconds", value=60)
    post(alice, "Bonjour")
    answer = refusal(post, alice, "Encore moi")
    assert answer.code is Code.SLOW_DOWN and answer.retry_after == pytest.approx(60, abs=20)
    post(bob, "Bonsoir")
    set_mode(room=room, actor=max_, mode="slow_seconds", value=0)
    post(alice, "Encore moi")
    slow_participant(room=room, actor=max_, participant_id=bob.pk, seconds=60, reason="spam")
    assert refusal(post, bob, "Encore moi aussi").code is Code.SLOW_DOWN
    slow_participant(room=room, actor=max_, participant_id=bob.pk, seconds=0)
    post(bob, "Encore moi aussi")
    post(max_, "une")
    post(max_, "deux")
    assert whole(room)


def test_a_ban_takes_the_floor_and_leaves_ones_own_words(
    room: Room, max_: Participant, olga: Participant, alice: Participant, post: Post
) -> None:
    sent = post(alice, "Bonjour")
    ban_participant(room=room, actor=max_, participant_id=alice.pk, reason="hate")
    assert refusal(post, alice, "Encore moi").code is Code.BANNED
    remove_message(room=room, actor=alice, number=sent.number)
    ban = {"room": room, "actor": max_, "participant_id": alice.pk}
    assert refusal(ban_participant, **ban).code is Code.STALE
    ban["participant_id"] = olga.pk
    assert refusal(ban_participant, **ban).code is Code.FORBIDDEN
    unban_participant(room=room, actor=max_, participant_id=alice.pk)
    post(alice, "Encore moi")
    assert whole(room)


def test_what_is_screened_changes_with_the_mode_and_judges_again(
    room: Room, max_: Participant
) -> None:
    before = room.policy_version
    set_mode(room=room, actor=max_, mode="hold_all", value=1)
    room.refresh_from_db()
    assert room.policy_version == before + 1
    set_words(room=room, actor=max_, words=["gros mot"])
    assert whole(room)


@pytest.mark.parametrize(
    ("mode", "value"), [("is_paused", 2), ("slow_seconds", 601), ("slow_seconds", -1), ("epoch", 1)]
)
def test_modes_have_bounds(room: Room, max_: Participant, mode: str, value: int) -> None:
    answer = refusal(set_mode, room=room, actor=max_, mode=mode, value=value)
    assert answer.code is Code.BAD_SHAPE


def test_many_are_decided_at_once_and_what_was_decided_is_passed_by(
    room: Room, max_: Participant, alice: Participant, post: Post, held: int
) -> None:
    more = [post(alice, f"un gros mot {n}").number for n in "abc"]
    room.refresh_from_db()
    approve_message(room=room, actor=max_, number=more[0])
    numbers = [held, *more]
    decide = {"room": room, "numbers": numbers, "reason": "spam"}
    done = decide_many(**decide, actor=max_, decision="reject")  # type: ignore[arg-type]
    assert (done.decided, done.passed) == (3, 1)
    assert waiting_of(alice) == [] and published_of(alice) == [more[0]]
    answer = refusal(decide_many, **decide, actor=alice, decision="approve")
    assert answer.code is Code.FORBIDDEN
    assert whole(room)


def test_all_that_was_decided_at_once_is_taken_back_at_once(
    room: Room, max_: Participant, alice: Participant, bob: Participant, post: Post, held: int
) -> None:
    room.refresh_from_db()
    read = post(bob, "Les bus gratuits").number
    again = post(alice, "Oui, bien sûr").number
    withhold_message(room=room, actor=max_, number=again)
    numbers = [held, read, again]
    done = decide_many(room=room, actor=max_, numbers=numbers, decision="remove", reason="spam")
    states = dict(room.messages.values_list("number", "status"))
    assert states == {held: "rejected", read: "removed", again: "removed"}
    seqs = [event.seq for event in done.events]
    take_back(room=room, actor=max_, first=min(seqs), last=max(seqs))
    states = dict(room.messages.values_list("number", "status"))
    assert states == {held: "held", read: "visible", again: "held"}
    assert whole(room)


def test_nobody_takes_back_what_another_decided(
    room: Room, max_: Participant, olga: Participant, held: int
) -> None:
    seq = approve_message(room=room, actor=olga, number=held).seq
    assert take_back(room=room, actor=max_, first=seq, last=seq).decided == 0
    assert room.messages.get().status == "visible"

"""Whoever is restricted gets a statement of reasons, and it ends with the restriction."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rooms.eventlog.fold import differences
from rooms.eventlog.models import Room
from rooms.lifecycle.schedule import tick
from rooms.messages.decisions import (
    approve_message,
    reject_message,
    remove_message,
    restore_message,
    withhold_message,
)
from rooms.messages.models import Message
from rooms.moderation.modes import set_hold_policy
from rooms.moderation.policy import set_words
from rooms.moderation.sanctions import (
    ban_participant,
    mute_participant,
    slow_participant,
    unban_participant,
    unmute_participant,
)
from rooms.people.guests import claim_guest
from rooms.people.membership import join_room
from rooms.people.models import Participant, User
from rooms.redress.models import Letter, Statement
from rooms.redress.statements import is_about, standing, statements_of
from tests.rooms.conftest import Post

Kind = Statement.Kind


@pytest.fixture
def held(room: Room, olga: Participant, alice: Participant, post: Post) -> int:
    set_words(room=room, actor=olga, words=["gros mot"])
    room.refresh_from_db()
    return post(alice, "un gros mot").number


def test_a_rejection_says_why_by_which_rule_and_by_whom(
    room: Room, max_: Participant, alice: Participant, held: int
) -> None:
    reject_message(room=room, actor=max_, number=held, reason="hate")
    (statement,) = statements_of(alice)
    assert (statement.kind, statement.number, statement.reason) == (Kind.REJECTED, held, "hate")
    assert (statement.rule, statement.decided_by, statement.is_automated) == ("words", max_, False)
    assert statement.rests_on_law and statement.lifted_seq is None
    withheld = withhold_message(room=room, actor=max_, number=held)
    assert statements_of(alice).get().lifted_seq == withheld.seq
    assert differences(room.pk) == []


def test_the_rule_is_the_first_one_even_after_a_moderator_looked_again(
    room: Room, max_: Participant, alice: Participant, held: int
) -> None:
    approve_message(room=room, actor=max_, number=held)
    withhold_message(room=room, actor=max_, number=held)
    reject_message(room=room, actor=max_, number=held, reason="insult")
    statement = statements_of(alice).get()
    assert (statement.kind, statement.rule) == (Kind.REMOVED, "words")
    assert not statement.rests_on_law


def test_a_removal_is_stated_unless_it_is_the_authors_own(
    room: Room, max_: Participant, alice: Participant, post: Post
) -> None:
    own, other = post(alice, "Bonjour").number, post(alice, "Bonsoir").number
    remove_message(room=room, actor=alice, number=own)
    assert not statements_of(alice).exists()
    remove_message(room=room, actor=max_, number=other, reason="spam")
    statement = statements_of(alice).get()
    assert (statement.kind, statement.reason, statement.rule) == (Kind.REMOVED, "spam", "")
    restored = restore_message(room=room, actor=max_, number=other)
    assert statements_of(alice).get().lifted_seq == restored.seq
    assert differences(room.pk) == []


def test_what_the_clock_rejects_was_decided_by_no_human(
    room: Room, max_: Participant, alice: Participant, held: int
) -> None:
    set_hold_policy(room=room, actor=max_, outcome="reject", minutes=30)
    past = timezone.now() - timedelta(minutes=31)
    Message.objects.filter(room=room).update(held_at=past)
    Room.objects.update(holds_due_at=past)
    tick()
    statement = statements_of(alice).get()
    assert statement.is_automated and statement.decided_by is None
    assert (statement.kind, statement.reason, statement.rule) == ("rejected", "unreviewed", "words")


def test_sanctions_are_stated_with_their_end_and_lifted(
    room: Room, max_: Participant, alice: Participant
) -> None:
    who = {"room": room, "actor": max_, "participant_id": alice.pk}
    mute_participant(**who, seconds=60, reason="spam")  # type: ignore[arg-type]
    slow_participant(**who, seconds=30, reason="spam")  # type: ignore[arg-type]
    ban_participant(**who, reason="threat")  # type: ignore[arg-type]
    banned, slowed, muted = statements_of(alice)
    assert (muted.kind, slowed.kind, banned.kind) == (Kind.MUTED, Kind.SLOWED, Kind.BANNED)
    assert muted.until is not None
    assert (muted.until - muted.at).total_seconds() == pytest.approx(60, abs=5)
    assert slowed.seconds == 30 and banned.until is None
    assert standing(muted, muted.at) and not standing(muted, muted.at + timedelta(seconds=61))
    unmute_participant(**who)  # type: ignore[arg-type]
    slow_participant(**who, seconds=0)  # type: ignore[arg-type]
    unban_participant(**who)  # type: ignore[arg-type]
    assert all(statement.lifted_seq for statement in statements_of(alice))
    assert Statement.objects.count() == 3
    assert differences(room.pk) == []


def test_a_mute_that_ended_by_itself_is_not_taken_back_by_a_later_unmute(
    room: Room, max_: Participant, alice: Participant
) -> None:
    who = {"room": room, "actor": max_, "participant_id": alice.pk}
    mute_participant(**who, seconds=60, reason="spam")  # type: ignore[arg-type]
    over = timezone.now() - timedelta(seconds=1)
    Statement.objects.update(until=over)
    mute_participant(**who, seconds=600, reason="spam")  # type: ignore[arg-type]
    unmute_participant(**who)  # type: ignore[arg-type]
    later, first = statements_of(alice)
    assert first.lifted_seq is None and later.lifted_seq is not None


def test_a_guest_who_signs_in_keeps_what_was_decided_about_them(
    room: Room, max_: Participant, alice: Participant
) -> None:
    mute_participant(room=room, actor=max_, participant_id=alice.pk, seconds=60, reason="spam")
    user = User.objects.create_user("alice@example.org")
    own = join_room(room=room, name="Alice", user=user)
    statement = Statement.objects.get()
    assert not is_about(statement, own)
    claim_guest(guest_key="alice", user=user)
    assert statements_of(own).get() == statement
    assert is_about(Statement.objects.get(), own) and not is_about(Statement.objects.get(), max_)


def test_each_statement_has_a_secret_of_its_own(
    room: Room, max_: Participant, alice: Participant, bob: Participant
) -> None:
    for person in (alice, bob):
        ban_participant(room=room, actor=max_, participant_id=person.pk)
    tokens = set(Statement.objects.values_list("token", flat=True))
    assert len(tokens) == 2 and {len(token) for token in tokens} == {22}


def test_a_letter_waits_for_those_whose_address_is_known(
    room: Room, max_: Participant, alice: Participant
) -> None:
    user = User.objects.create_user("zoe@example.org")
    zoe = join_room(room=room, name="Zoé", user=user)
    for person in (alice, zoe):
        ban_participant(room=room, actor=max_, participant_id=person.pk)
    letter = Letter.objects.get()
    statement = statements_of(zoe).get()
    assert (letter.kind, letter.seq) == (Letter.Kind.STATEMENT, statement.seq)
    assert letter.due_at - statement.at == timedelta(seconds=15)
    assert differences(room.pk) == [] and Letter.objects.count() == 1

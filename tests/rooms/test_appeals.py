"""Decisions are contested, talked about, and decided on by somebody else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from rooms.eventlog.errors import Code
from rooms.eventlog.fold import differences
from rooms.eventlog.models import Event, Room
from rooms.messages.decisions import reject_message, remove_message, restore_message
from rooms.messages.models import Message, MessageBody, VaultedBody
from rooms.messages.vault import misplaced, purge_vault
from rooms.moderation.policy import set_words
from rooms.moderation.sanctions import ban_participant, mute_participant, slow_participant
from rooms.people.membership import join_room, set_role
from rooms.people.models import Participant, User
from rooms.people.roles import Role
from rooms.redress.appeals import (
    answer_appeal,
    appeal_about,
    decide_appeal,
    dialogue,
    may_decide,
    open_appeal,
    open_appeals,
)
from rooms.redress.models import Appeal, Letter, Statement
from rooms.redress.statements import statements_of
from tests.rooms.conftest import Post
from tests.rooms.test_messages import refusal

Removed = Callable[[], Statement]


@pytest.fixture
def sent(alice: Participant, post: Post) -> int:
    return post(alice, "Les bus gratuits").number


@pytest.fixture
def removed(room: Room, max_: Participant, sent: int) -> Statement:
    remove_message(room=room, actor=max_, number=sent, reason="insult")
    return Statement.objects.get()


def whole(room: Room) -> bool:
    return differences(room.pk) == [] and misplaced(room.pk) == []


def test_a_removal_is_contested_and_reversed_in_place(
    room: Room, olga: Participant, alice: Participant, sent: int, removed: Statement
) -> None:
    open_appeal(statement=removed, actor=alice, text="Ce n'est pas une insulte.")
    (pending,) = open_appeals(room)
    assert pending.statement == removed and not pending.is_overdue
    event = decide_appeal(statement=removed, actor=olga, outcome="reversed", text="En effet.")
    restored = Event.objects.get(room=room, seq=event.seq + 1)
    assert (restored.type, restored.actor, restored.at) == ("message.restored", olga, event.at)
    assert MessageBody.objects.get(number=sent).text == "Les bus gratuits"
    removed.refresh_from_db()
    assert removed.lifted_seq == restored.seq
    appeal = appeal_about(removed)
    assert appeal is not None and (appeal.outcome, appeal.decided_by) == ("reversed", olga)
    assert [(turn.is_moderators, turn.text) for turn in dialogue(removed)] == [
        (False, "Ce n'est pas une insulte."),
        (True, "En effet."),
    ]
    assert VaultedBody.objects.count() == 0 and whole(room)


def test_a_rejection_that_was_wrong_is_published(
    room: Room, olga: Participant, max_: Participant, alice: Participant, post: Post
) -> None:
    set_words(room=room, actor=max_, words=["gros mot"])
    room.refresh_from_db()
    held = post(alice, "un gros mot").number
    reject_message(room=room, actor=max_, number=held, reason="insult")
    statement = Statement.objects.get()
    open_appeal(statement=statement, actor=alice, text="Je le citais.")
    event = decide_appeal(statement=statement, actor=olga, outcome="reversed", text="C'est vrai.")
    after = Event.objects.filter(room=room, seq__gt=event.seq).order_by("seq")
    assert [one.type for one in after] == ["message.withheld", "message.approved"]
    assert MessageBody.objects.get(number=held).text == "un gros mot"
    assert whole(room)


def test_an_upheld_decision_stands_and_the_text_is_kept_for_a_while(
    room: Room, olga: Participant, alice: Participant, sent: int, removed: Statement
) -> None:
    open_appeal(statement=removed, actor=alice, text="Ce n'est pas une insulte.")
    purge_vault(timezone.now() + timedelta(days=400))
    assert VaultedBody.objects.filter(number=sent).exists(), "kept as long as it is contested"
    event = decide_appeal(statement=removed, actor=olga, outcome="upheld", text="C'en est une.")
    assert Room.objects.get(pk=room.pk).head == event.seq
    kept = VaultedBody.objects.get(number=sent).until
    assert kept == removed.at + timedelta(days=183)
    assert Message.objects.get(number=sent).status == "removed" and whole(room)


def test_a_text_contested_on_the_last_day_is_kept_a_month_after_the_decision(
    room: Room, olga: Participant, alice: Participant, sent: int, removed: Statement
) -> None:
    Statement.objects.update(at=timezone.now() - timedelta(days=182))
    open_appeal(statement=removed, actor=alice, text="Ce n'est pas une insulte.")
    event = decide_appeal(statement=removed, actor=olga, outcome="upheld", text="C'en est une.")
    assert VaultedBody.objects.get(number=sent).until == event.at + timedelta(days=30)


def test_it_is_recorded_that_a_decision_was_wrong_even_if_the_text_is_gone(
    room: Room, olga: Participant, alice: Participant, sent: int, removed: Statement
) -> None:
    open_appeal(statement=removed, actor=alice, text="Ce n'est pas une insulte.")
    VaultedBody.objects.all().delete()
    event = decide_appeal(statement=removed, actor=olga, outcome="reversed", text="En effet.")
    assert Room.objects.get(pk=room.pk).head == event.seq
    removed.refresh_from_db()
    assert removed.lifted_seq is None and Appeal.objects.get().outcome == "reversed"
    assert Message.objects.get(number=sent).status == "removed" and whole(room)


@pytest.mark.parametrize("kind", ["muted", "banned", "slowed"])
def test_a_sanction_is_lifted(
    room: Room, olga: Participant, max_: Participant, alice: Participant, post: Post, kind: str
) -> None:
    post(alice, "Bonjour")
    who = {"room": room, "actor": max_, "participant_id": alice.pk, "reason": "spam"}
    act = {
        "muted": lambda: mute_participant(**who, seconds=600),  # type: ignore[arg-type]
        "banned": lambda: ban_participant(**who),  # type: ignore[arg-type]
        "slowed": lambda: slow_participant(**who, seconds=600),  # type: ignore[arg-type]
    }
    act[kind]()
    statement = Statement.objects.get()
    open_appeal(statement=statement, actor=alice, text="Je n'ai rien fait.")
    assert refusal(post, alice, "Encore moi").code in (Code.MUTED, Code.BANNED, Code.SLOW_DOWN)
    decide_appeal(statement=statement, actor=olga, outcome="reversed", text="Pardon.")
    post(alice, "Encore moi")
    assert whole(room)


def test_reversing_an_older_mute_leaves_the_one_in_force(
    room: Room, olga: Participant, max_: Participant, alice: Participant, post: Post
) -> None:
    for seconds in (300, 900):
        who = {"room": room, "actor": max_, "participant_id": alice.pk, "seconds": seconds}
        mute_participant(**who)  # type: ignore[arg-type]
    _later, first = statements_of(alice)
    open_appeal(statement=first, actor=alice, text="Je n'ai rien fait.")
    decide_appeal(statement=first, actor=olga, outcome="reversed", text="Pardon.")
    assert refusal(post, alice, "Bonjour").code is Code.MUTED
    assert whole(room)


def test_who_took_a_decision_does_not_decide_on_it_again(
    room: Room, olga: Participant, max_: Participant, alice: Participant, removed: Statement
) -> None:
    open_appeal(statement=removed, actor=alice, text="Ce n'est pas une insulte.")
    decide = {"statement": removed, "outcome": "upheld", "text": "C'en est une."}
    assert not may_decide(removed, max_) and may_decide(removed, olga)
    assert refusal(decide_appeal, **decide, actor=max_).code is Code.FORBIDDEN
    assert refusal(decide_appeal, **decide, actor=alice).code is Code.FORBIDDEN
    decide_appeal(**decide, actor=olga)  # type: ignore[arg-type]
    answer = refusal(decide_appeal, **{**decide, "outcome": "reversed"}, actor=olga)
    assert (answer.code, answer.detail["decided_by"]) == (Code.STALE, "Olga")


def test_the_only_moderator_decides_on_their_own_decision(
    room: Room, olga: Participant, alice: Participant, sent: int
) -> None:
    remove_message(room=room, actor=olga, number=sent, reason="insult")
    statement = Statement.objects.get()
    open_appeal(statement=statement, actor=alice, text="Ce n'est pas une insulte.")
    assert may_decide(statement, olga)
    decide_appeal(statement=statement, actor=olga, outcome="upheld", text="C'en est une.")
    assert Appeal.objects.get().decided_by == olga


def test_a_moderator_never_decides_on_their_own_appeal(
    room: Room, olga: Participant, max_: Participant
) -> None:
    mute_participant(room=room, actor=olga, participant_id=max_.pk, seconds=600)
    statement = Statement.objects.get()
    eve = join_room(room=room, name="Ève", guest_key="eve")
    set_role(room=room, actor=olga, participant_id=eve.pk, role=Role.MODERATOR)
    eve.refresh_from_db()
    open_appeal(statement=statement, actor=max_, text="Je n'ai rien fait.")
    decide = {"statement": statement, "outcome": "reversed", "text": "Pardon."}
    assert refusal(decide_appeal, **decide, actor=max_).code is Code.FORBIDDEN
    answer = refusal(decide_appeal, **decide, actor=eve)
    assert answer.code is Code.FORBIDDEN, "she could not lift the mute of another moderator"
    decide_appeal(**decide, actor=olga)  # type: ignore[arg-type]
    statement.refresh_from_db()
    assert statement.lifted_seq is not None and whole(room)


def test_what_the_machine_decided_any_moderator_decides_on(
    room: Room, max_: Participant, alice: Participant, sent: int, removed: Statement
) -> None:
    Statement.objects.update(decided_by=None, is_automated=True)
    removed.refresh_from_db()
    open_appeal(statement=removed, actor=alice, text="Ce n'est pas une insulte.")
    decide_appeal(statement=removed, actor=max_, outcome="reversed", text="En effet.")
    assert Message.objects.get(number=sent).status == "visible"


def test_who_may_contest_what_and_when(
    room: Room, max_: Participant, alice: Participant, bob: Participant, removed: Statement
) -> None:
    contest = {"statement": removed, "text": "Ce n'est pas une insulte."}
    for stranger in (bob, max_):
        assert refusal(open_appeal, **contest, actor=stranger).code is Code.FORBIDDEN
    Statement.objects.update(at=timezone.now() - timedelta(days=184))
    assert refusal(open_appeal, **contest, actor=alice).code is Code.TOO_LATE
    Statement.objects.update(at=timezone.now())
    restore_message(room=room, actor=max_, number=removed.number or 0)
    assert refusal(open_appeal, **contest, actor=alice).code is Code.STALE
    assert not Appeal.objects.exists()


def test_a_form_sent_twice_opens_and_answers_once(
    room: Room, alice: Participant, max_: Participant, removed: Statement
) -> None:
    contest = {"statement": removed, "actor": alice}
    first = open_appeal(**contest, text="Ce n'est pas une insulte.")  # type: ignore[arg-type]
    again = open_appeal(**contest, text="Ce n'est pas une insulte.")  # type: ignore[arg-type]
    assert again.seq == first.seq
    assert refusal(open_appeal, **contest, text="Autre chose").code is Code.STALE
    for _ in range(2):
        answer_appeal(statement=removed, actor=max_, text="Pourquoi donc ?")
    assert [turn.text for turn in dialogue(removed)] == [
        "Ce n'est pas une insulte.",
        "Pourquoi donc ?",
    ]
    assert whole(room)


def test_both_sides_talk_until_it_is_decided(
    room: Room, olga: Participant, alice: Participant, bob: Participant, removed: Statement
) -> None:
    answer = {"statement": removed, "text": "Pourquoi donc ?"}
    assert refusal(answer_appeal, **answer, actor=olga).code is Code.NOT_FOUND
    open_appeal(statement=removed, actor=alice, text="un")
    assert refusal(answer_appeal, **answer, actor=bob).code is Code.FORBIDDEN
    for text in ("deux", "trois", "quatre", "cinq"):
        answer_appeal(statement=removed, actor=alice, text=text)
    spam = refusal(answer_appeal, statement=removed, actor=alice, text="six")
    assert spam.code is Code.SLOW_DOWN
    answer_appeal(**answer, actor=olga)  # type: ignore[arg-type]
    answer_appeal(statement=removed, actor=alice, text="six")
    decide_appeal(statement=removed, actor=olga, outcome="upheld", text="C'en est une.")
    assert refusal(answer_appeal, **answer, actor=alice).code is Code.STALE
    assert whole(room)


def test_moderators_words_and_the_decision_are_mailed(
    room: Room, max_: Participant, olga: Participant
) -> None:
    user = User.objects.create_user("zoe@example.org")
    zoe = join_room(room=room, name="Zoé", user=user)
    ban_participant(room=room, actor=max_, participant_id=zoe.pk)
    statement = Statement.objects.get()
    open_appeal(statement=statement, actor=zoe, text="Je n'ai rien fait.")
    answered = answer_appeal(statement=statement, actor=max_, text="Pourquoi donc ?")
    answer_appeal(statement=statement, actor=zoe, text="Je citais quelqu'un.")
    decided = decide_appeal(statement=statement, actor=olga, outcome="upheld", text="Non.")
    letters = Letter.objects.exclude(kind=Letter.Kind.STATEMENT).values_list("kind", "seq")
    assert list(letters.order_by("seq")) == [
        (Letter.Kind.APPEAL_ANSWERED, answered.seq),
        (Letter.Kind.APPEAL_DECIDED, decided.seq),
    ]


def test_the_oldest_appeal_comes_first_and_a_late_one_is_marked(
    room: Room, max_: Participant, alice: Participant, post: Post, settings: Settings
) -> None:
    settings.APPEAL_DECISION_DAYS = 7
    for text in ("un", "deux"):
        number = post(alice, text).number
        remove_message(room=room, actor=max_, number=number, reason="spam")
    second, first = statements_of(alice)
    for statement in (second, first):
        open_appeal(statement=statement, actor=alice, text="Je n'ai rien fait.")
    assert [pending.statement for pending in open_appeals(room)] == [second, first]
    now = timezone.now()
    Appeal.objects.filter(decision=second.seq).update(opened_at=now - timedelta(days=8))
    assert [pending.is_overdue for pending in open_appeals(room)] == [True, False]

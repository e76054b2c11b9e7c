"""Anybody's notice of illegal content is received, decided on, and answered."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from rooms.eventlog.errors import Code
from rooms.eventlog.fold import differences
from rooms.eventlog.models import Event, Room
from rooms.messages.decisions import remove_message, restore_message, withhold_message
from rooms.messages.models import Message
from rooms.messages.vault import misplaced
from rooms.moderation.policy import set_words
from rooms.people.models import Participant
from rooms.redress.models import Letter, Notice, NoticeText
from rooms.redress.notices import HALL, decide_notice, file_notice, forget_senders, open_notices
from rooms.redress.statements import statements_of
from tests.rooms.conftest import Post
from tests.rooms.test_messages import refusal

SENDER = {
    "ground": "hate",
    "explanation": "Ce message appelle à la haine.",
    "name": "Nadia",
    "email": "nadia@example.org",
}


@pytest.fixture
def sent(alice: Participant, post: Post) -> int:
    return post(alice, "Les bus gratuits").number


@pytest.fixture
def notice(room: Room, sent: int) -> Notice:
    text = file_notice(room=room, number=sent, **SENDER)
    return Notice.objects.get(room=room, seq=text.seq)


def test_a_notice_is_received_without_an_account(room: Room, sent: int) -> None:
    text = file_notice(room=room, number=sent, address="192.0.2.7", **SENDER)
    (notice,) = open_notices(room)
    assert (notice.seq, notice.number, notice.ground) == (text.seq, sent, "hate")
    event = Event.objects.get(room=room, seq=notice.seq)
    assert event.payload == {"message": sent, "ground": "hate"} and event.actor is None
    letter = Letter.objects.get()
    assert (letter.kind, letter.due_at) == (Letter.Kind.NOTICE_RECEIVED, event.at)
    assert "192" not in text.sender and len(text.token) == 22
    assert differences(room.pk) == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name": " "}, Code.EMPTY),
        ({"email": ""}, Code.BAD_SHAPE),
        ({"email": "nadia"}, Code.BAD_SHAPE),
        ({"explanation": "\u200b"}, Code.EMPTY),
        ({"ground": "boredom"}, Code.BAD_SHAPE),
        ({"ground": "child_abuse", "email": "nadia"}, Code.BAD_SHAPE),
    ],
)
def test_what_a_notice_needs(room: Room, sent: int, wrong: dict[str, str], code: Code) -> None:
    answer = refusal(file_notice, room=room, number=sent, **{**SENDER, **wrong})
    assert answer.code is code
    assert not Event.objects.filter(type="notice.received").exists()


def test_sexual_abuse_of_children_is_notified_without_a_name(room: Room, sent: int) -> None:
    nameless = {**SENDER, "ground": "child_abuse", "name": "", "email": ""}
    assert file_notice(room=room, number=sent, **nameless).email == ""


def test_what_was_never_published_or_is_gone_takes_no_notice(
    room: Room, max_: Participant, alice: Participant, post: Post, sent: int
) -> None:
    set_words(room=room, actor=max_, words=["gros mot"])
    room.refresh_from_db()
    held = post(alice, "un gros mot").number
    for number in (held, 999):
        answer = refusal(file_notice, room=room, number=number, **SENDER)
        assert answer.code is Code.NOT_FOUND
    remove_message(room=room, actor=alice, number=sent)
    assert refusal(file_notice, room=room, number=sent, **SENDER).code is Code.STALE


def test_one_sender_at_one_address_sends_so_many(room: Room, sent: int, settings: Settings) -> None:
    settings.NOTICE_RATE = (2, 3600)
    fields = {"room": room, "number": sent, **SENDER}
    for _ in range(2):
        file_notice(**fields, address="192.0.2.7")  # type: ignore[arg-type]
    assert refusal(file_notice, **fields, address="192.0.2.7").code is Code.SLOW_DOWN
    file_notice(**fields, address="192.0.2.8")  # type: ignore[arg-type]
    other = {**fields, "email": "noe@example.org"}
    file_notice(**other, address="192.0.2.7")  # type: ignore[arg-type]
    forget_senders()
    assert refusal(file_notice, **fields, address="192.0.2.7").code is Code.SLOW_DOWN
    NoticeText.objects.update(at=NoticeText.objects.earliest("at").at - timedelta(hours=2))
    file_notice(**fields, address="192.0.2.7")  # type: ignore[arg-type]
    forget_senders()
    assert NoticeText.objects.exclude(sender="").count() == 1


def test_a_hall_sends_more_and_one_who_takes_many_names_there_is_bounded(
    room: Room, sent: int, settings: Settings
) -> None:
    settings.NOTICE_RATE = (1, 3600)
    for number in range(HALL):
        fields = {"room": room, "number": sent, **SENDER, "email": f"n{number}@example.org"}
        file_notice(**fields, address="192.0.2.7")  # type: ignore[arg-type]
    fields["email"] = "one-more@example.org"
    assert refusal(file_notice, **fields, address="192.0.2.7").code is Code.SLOW_DOWN


def test_removing_through_a_notice_states_its_reasons_to_the_author(
    room: Room, max_: Participant, alice: Participant, notice: Notice
) -> None:
    decide = {"room": room, "actor": max_, "notice": notice, "outcome": "removed"}
    event = decide_notice(**decide, reason="hate", answer="Vous avez raison.")  # type: ignore[arg-type]
    removed = Event.objects.get(room=room, seq=event.seq + 1)
    assert (removed.type, removed.actor) == ("message.removed", max_)
    assert statements_of(alice).get().reason == "hate"
    notice.refresh_from_db()
    assert (notice.outcome, notice.decided_by, notice.decided_seq) == ("removed", max_, event.seq)
    assert NoticeText.objects.get().answer == "Vous avez raison."
    assert Letter.objects.filter(kind=Letter.Kind.NOTICE_DECIDED, seq=event.seq).exists()
    assert differences(room.pk) == [] and misplaced(room.pk) == []


def test_what_waits_for_a_moderator_is_removed_through_a_notice_too(
    room: Room, max_: Participant, notice: Notice
) -> None:
    withhold_message(room=room, actor=max_, number=notice.number)
    keep = {"room": room, "actor": max_, "notice": notice}
    answer = refusal(decide_notice, **keep, outcome="kept", answer="Il reste.")
    assert answer.code is Code.STALE, "it does not stay as long as it is not published"
    decide_notice(**keep, outcome="removed", reason="hate", answer="")  # type: ignore[arg-type]
    assert Message.objects.get(number=notice.number).status == "removed"
    assert differences(room.pk) == []


def test_keeping_needs_words(room: Room, max_: Participant, notice: Notice) -> None:
    keep = {"room": room, "actor": max_, "notice": notice, "outcome": "kept"}
    assert refusal(decide_notice, **keep, answer=" ").code is Code.EMPTY
    decide_notice(**keep, answer="C'est une opinion.")  # type: ignore[arg-type]
    assert Message.objects.get(number=notice.number).status == "visible"
    assert open_notices(room) == []


def test_the_second_decision_learns_who_took_the_first(
    room: Room, max_: Participant, olga: Participant, alice: Participant, notice: Notice
) -> None:
    keep = {"room": room, "notice": notice, "outcome": "kept", "answer": "C'est une opinion."}
    decide_notice(**keep, actor=max_)  # type: ignore[arg-type]
    answer = refusal(decide_notice, **keep, actor=olga)
    assert (answer.code, answer.detail["decided_by"]) == (Code.STALE, "Max")
    assert refusal(decide_notice, **keep, actor=alice).code is Code.FORBIDDEN


def test_nobody_decides_on_a_notice_about_themselves_if_another_can(
    room: Room, max_: Participant, olga: Participant, post: Post
) -> None:
    number = post(max_, "Bonjour à toutes et à tous").number
    text = file_notice(room=room, number=number, **SENDER)
    notice = Notice.objects.get(seq=text.seq)
    keep = {"room": room, "notice": notice, "outcome": "kept", "answer": "C'est une opinion."}
    assert refusal(decide_notice, **keep, actor=max_).code is Code.FORBIDDEN
    decide_notice(**keep, actor=olga)  # type: ignore[arg-type]


def test_a_notice_about_what_is_removed_meanwhile_needs_only_an_answer(
    room: Room, max_: Participant, olga: Participant, notice: Notice
) -> None:
    remove_message(room=room, actor=max_, number=notice.number, reason="hate")
    head = Room.objects.get(pk=room.pk).head
    decide = {"room": room, "notice": notice, "outcome": "removed", "reason": "hate"}
    decide_notice(**decide, actor=olga, answer="Déjà retiré.")  # type: ignore[arg-type]
    assert Room.objects.get(pk=room.pk).head == head + 1, "it is not removed again"
    restore_message(room=room, actor=max_, number=notice.number)
    assert differences(room.pk) == []

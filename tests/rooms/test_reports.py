"""Reports reach moderators alone; enough people's withhold a message until one has looked."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from rooms.eventlog.backlog import backlog, present
from rooms.eventlog.errors import Code
from rooms.eventlog.fold import differences
from rooms.eventlog.models import Event, Room
from rooms.eventlog.rendering import Audience, render
from rooms.messages.decisions import (
    approve_message,
    reject_message,
    remove_message,
    restore_message,
    withhold_message,
)
from rooms.messages.models import Message
from rooms.moderation.sanctions import ban_participant, mute_participant
from rooms.people.membership import join_room, set_role
from rooms.people.models import Participant
from rooms.people.roles import Role
from rooms.redress.models import Report
from rooms.redress.reports import (
    dismiss_reports,
    has_reported,
    report_message,
    reported_messages,
    reports_of,
)
from rooms.redress.statements import statements_of
from tests.rooms.conftest import Post
from tests.rooms.test_messages import refusal


@pytest.fixture
def crowd(room: Room) -> list[Participant]:
    people = [join_room(room=room, name=f"Voix {n}", guest_key=f"g{n}") for n in range(6)]
    Participant.objects.update(joined_at=timezone.now() - timedelta(hours=1))
    return people


@pytest.fixture
def sent(alice: Participant, post: Post) -> int:
    return post(alice, "Les bus gratuits").number


def status(number: int) -> str:
    return str(Message.objects.get(number=number).status)


def test_a_report_waits_for_a_moderator_with_its_words(
    room: Room, bob: Participant, olga: Participant, sent: int
) -> None:
    report_message(room=room, actor=bob, number=sent, reason="insult", words=" Il m'insulte. ")
    report_message(room=room, actor=olga, number=sent, reason="spam")
    (about,) = reported_messages(room)
    assert about.message.number == sent
    assert about.reasons == {"insult": 1, "spam": 1}
    said = [(report.reporter, words) for report, words in about.reports]
    assert said == [(bob, "Il m'insulte."), (olga, "")]
    event = Event.objects.get(type="report.filed", actor=bob)
    assert event.payload == {"message": sent, "reason": "insult"}, "no free text in the log"
    assert differences(room.pk) == []


def test_a_second_report_by_the_same_person_is_the_first(
    room: Room, bob: Participant, sent: int
) -> None:
    first = report_message(room=room, actor=bob, number=sent, reason="insult", words="une")
    again = report_message(room=room, actor=bob, number=sent, reason="spam", words="deux")
    assert again.seq == first.seq
    assert Report.objects.get().reason == "insult" and has_reported(bob, sent)


def test_nobody_but_moderators_is_shown_who_reported(
    room: Room, alice: Participant, bob: Participant, sent: int
) -> None:
    event = report_message(room=room, actor=bob, number=sent, reason="insult")
    (view,) = present(backlog(room.pk, event.seq - 1))
    for audience in (Audience(), Audience(participant=alice.pk), Audience(participant=bob.pk)):
        assert render(view, language="en", audience=audience) == []
    (part,) = render(view, language="en", audience=Audience(moderator=True))
    assert part.into == "reports" and f'id="reported-{sent}"' in part.html


def test_who_may_report(
    room: Room,
    max_: Participant,
    olga: Participant,
    alice: Participant,
    bob: Participant,
    sent: int,
) -> None:
    own = refusal(report_message, room=room, actor=alice, number=sent, reason="spam")
    assert own.code is Code.FORBIDDEN
    set_role(room=room, actor=olga, participant_id=bob.pk, role=Role.OBSERVER)
    mute_participant(room=room, actor=max_, participant_id=bob.pk, seconds=60)
    report_message(room=room, actor=bob, number=sent, reason="spam")
    zoe = join_room(room=room, name="Zoé", guest_key="zoe")
    ban_participant(room=room, actor=max_, participant_id=zoe.pk)
    banned = refusal(report_message, room=room, actor=zoe, number=sent, reason="spam")
    assert banned.code is Code.BANNED
    wrong = refusal(report_message, room=room, actor=max_, number=sent, reason="unreviewed")
    assert wrong.code is Code.BAD_SHAPE
    remove_message(room=room, actor=alice, number=sent)
    gone = refusal(report_message, room=room, actor=max_, number=sent, reason="spam")
    assert gone.code is Code.NOT_FOUND


def test_a_person_files_so_many_reports_in_a_room(
    room: Room, alice: Participant, bob: Participant, post: Post, settings: Settings
) -> None:
    settings.REPORT_RATE = (2, 3600)
    numbers = [post(alice, f"Bonjour {n}").number for n in "abc"]
    for number in numbers[:2]:
        report_message(room=room, actor=bob, number=number, reason="spam")
    answer = refusal(report_message, room=room, actor=bob, number=numbers[2], reason="spam")
    assert answer.code is Code.SLOW_DOWN
    assert answer.retry_after is not None and 3500 < answer.retry_after <= 3600
    report_message(room=room, actor=bob, number=numbers[0], reason="spam")


def test_several_people_withhold_a_message_in_one_transaction(
    room: Room, max_: Participant, alice: Participant, crowd: list[Participant], sent: int
) -> None:
    for person in crowd[:2]:
        report_message(room=room, actor=person, number=sent, reason="insult")
    assert status(sent) == "visible"
    third = report_message(room=room, actor=crowd[2], number=sent, reason="insult")
    withheld = Event.objects.get(room=room, seq=third.seq + 1)
    assert (withheld.type, withheld.actor) == ("message.withheld", None)
    assert withheld.payload == {"message": sent, "rule": "reports"} and withheld.at == third.at
    reject_message(room=room, actor=max_, number=sent, reason="insult")
    assert set(Report.objects.values_list("outcome", flat=True)) == {"removed"}
    statement = statements_of(alice).get()
    assert (statement.rule, statement.is_automated) == ("reports", False)
    assert reported_messages(room) == [] and differences(room.pk) == []


def test_what_a_moderator_kept_no_machine_withholds_again(
    room: Room, max_: Participant, crowd: list[Participant], sent: int
) -> None:
    for person in crowd[:3]:
        report_message(room=room, actor=person, number=sent, reason="insult")
    approve_message(room=room, actor=max_, number=sent)
    assert set(Report.objects.values_list("outcome", "settled_by")) == {("kept", max_.pk)}
    for person in crowd[3:]:
        report_message(room=room, actor=person, number=sent, reason="insult")
    assert status(sent) == "visible"
    assert len(reported_messages(room)) == 1, "moderators still see that people report it"
    assert differences(room.pk) == []


def test_dismissing_settles_what_was_reported_so_far(
    room: Room, max_: Participant, olga: Participant, crowd: list[Participant], sent: int
) -> None:
    for person in crowd[:2]:
        report_message(room=room, actor=person, number=sent, reason="insult")
    dismiss_reports(room=room, actor=max_, number=sent)
    answer = refusal(dismiss_reports, room=room, actor=olga, number=sent)
    assert (answer.code, answer.detail["decided_by"]) == (Code.STALE, "Max")
    for person in crowd[2:4]:
        report_message(room=room, actor=person, number=sent, reason="insult")
    assert status(sent) == "visible"
    denied = refusal(dismiss_reports, room=room, actor=crowd[0], number=sent)
    assert denied.code is Code.FORBIDDEN
    assert differences(room.pk) == []


def test_no_number_of_reports_withholds_a_moderators_message(
    room: Room,
    max_: Participant,
    olga: Participant,
    crowd: list[Participant],
    post: Post,
) -> None:
    number = post(max_, "Restons courtois").number
    for person in crowd:
        report_message(room=room, actor=person, number=number, reason="off_topic")
    assert status(number) == "visible" and len(reported_messages(room)[0].reports) == 6
    answer = refusal(dismiss_reports, room=room, actor=max_, number=number)
    assert answer.code is Code.FORBIDDEN, "it is about him, and Olga can decide"
    dismiss_reports(room=room, actor=olga, number=number)


def test_without_a_threshold_reports_withhold_nothing(
    room: Room, crowd: list[Participant], sent: int, settings: Settings
) -> None:
    settings.REPORT_THRESHOLD = 0
    for person in crowd:
        report_message(room=room, actor=person, number=sent, reason="insult")
    assert status(sent) == "visible"


def test_the_reporter_learns_what_became_of_it(
    room: Room, max_: Participant, bob: Participant, sent: int
) -> None:
    report_message(room=room, actor=bob, number=sent, reason="insult")

    def told() -> str:
        ((report, author),) = reports_of(bob)
        assert author == "Alice"
        return str(report.outcome)

    assert told() == ""
    withhold_message(room=room, actor=max_, number=sent)
    assert told() == ""
    reject_message(room=room, actor=max_, number=sent, reason="insult")
    assert told() == "removed"
    restore_message(room=room, actor=max_, number=sent)
    assert told() == "kept"
    assert differences(room.pk) == []

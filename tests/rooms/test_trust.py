"""Nobody slips out of a decision, decides about themselves, or undoes what another decided."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation
from pytest_django import Settings

from rooms.eventlog.errors import Code
from rooms.eventlog.fold import differences
from rooms.eventlog.models import Room
from rooms.lifecycle.schedule import create_room, tick
from rooms.messages.bulk import take_back
from rooms.messages.decisions import (
    approve_message,
    reject_message,
    remove_message,
    restore_message,
    withhold_message,
)
from rooms.messages.editing import edit_message
from rooms.messages.models import Message
from rooms.messages.reactions import react
from rooms.moderation.modes import set_hold_policy, set_mode
from rooms.moderation.policy import set_words
from rooms.moderation.sanctions import (
    ban_participant,
    mute_participant,
    slow_participant,
    unban_participant,
)
from rooms.people.guests import claim_guest
from rooms.people.invites import make_invite
from rooms.people.membership import join_room, set_role, set_team_member
from rooms.people.models import Participant, User
from rooms.people.roles import Role
from rooms.redress.appeals import decide_appeal, open_appeal
from rooms.redress.models import Notice, Report, Statement
from rooms.redress.notices import decide_notice, file_notice
from rooms.redress.reports import report_message
from rooms.redress.statements import standing
from rooms.redress.words import explain_statement
from tests.rooms.conftest import Post
from tests.rooms.test_messages import refusal


@pytest.fixture
def sent(alice: Participant, post: Post) -> int:
    return post(alice, "Les bus gratuits").number


@pytest.fixture
def held(room: Room, olga: Participant, alice: Participant, post: Post) -> int:
    set_words(room=room, actor=olga, words=["gros mot"])
    room.refresh_from_db()
    return post(alice, "un gros mot").number


def message(number: int) -> Message:
    return Message.objects.get(number=number)


def test_a_moderator_who_is_excluded_moderates_no_more(
    room: Room, olga: Participant, max_: Participant, bob: Participant, sent: int
) -> None:
    ban_participant(room=room, actor=olga, participant_id=max_.pk)
    assert refusal(remove_message, room=room, actor=max_, number=sent).code is Code.FORBIDDEN
    mute = {"room": room, "actor": max_, "participant_id": bob.pk, "seconds": 60}
    assert refusal(mute_participant, **mute).code is Code.BANNED
    mode = {"room": room, "actor": max_, "mode": "is_paused", "value": 1}
    assert refusal(set_mode, **mode).code is Code.BANNED
    max_.refresh_from_db()
    assert not max_.is_moderator


def test_nobody_takes_a_role_back_that_was_taken(room: Room, olga: Participant) -> None:
    invite = make_invite(room=room, role=Role.MODERATOR, actor=olga)
    zoe = join_room(room=room, name="Zoé", guest_key="zoe", invite=invite)
    set_role(room=room, actor=olga, participant_id=zoe.pk, role=Role.OBSERVER)
    for again in ("", invite):
        assert join_room(room=room, name="Zoé", guest_key="zoe", invite=again).role == "observer"
    later = make_invite(room=room, role=Role.MODERATOR, actor=olga)
    assert join_room(room=room, name="Zoé", guest_key="zoe", invite=later).role == "moderator"
    ban_participant(room=room, actor=olga, participant_id=zoe.pk)
    set_role(room=room, actor=olga, participant_id=zoe.pk, role=Role.PARTICIPANT)
    newest = make_invite(room=room, role=Role.MODERATOR, actor=olga)
    assert join_room(room=room, name="Zoé", guest_key="zoe", invite=newest).role == "participant"


def test_undoing_leaves_alone_what_another_decided_since(
    room: Room, olga: Participant, max_: Participant, held: int
) -> None:
    approved = approve_message(room=room, actor=max_, number=held).seq
    remove_message(room=room, actor=olga, number=held, reason="hate")
    take_back(room=room, actor=max_, first=approved, last=approved)
    single = {"room": room, "actor": max_, "number": held, "undoes": approved}
    assert refusal(withhold_message, **single).code is Code.STALE
    assert message(held).status == "removed"
    assert standing(Statement.objects.get(), timezone.now())


def test_a_shorter_mute_takes_nothing_from_a_longer_one(
    room: Room, olga: Participant, max_: Participant, bob: Participant
) -> None:
    mute_participant(room=room, actor=olga, participant_id=bob.pk, seconds=3600)
    mute = {"room": room, "actor": max_, "participant_id": bob.pk, "seconds": 300}
    assert refusal(mute_participant, **mute).code is Code.STALE
    bob.refresh_from_db()
    assert bob.muted_until is not None
    assert bob.muted_until > timezone.now() + timedelta(minutes=50)


def test_of_one_pace_after_another_only_the_last_stands(
    room: Room, max_: Participant, bob: Participant
) -> None:
    for seconds in (30, 600):
        slow_participant(room=room, actor=max_, participant_id=bob.pk, seconds=seconds)
    now = timezone.now()
    assert [one.seconds for one in Statement.objects.all() if standing(one, now)] == [600]
    assert differences(room.pk) == []


def test_nobody_decides_about_their_own_message(
    room: Room, olga: Participant, max_: Participant, post: Post
) -> None:
    number = post(max_, "Je modère et je parle").number
    remove_message(room=room, actor=olga, number=number, reason="insult")
    own = {"room": room, "actor": max_, "number": number}
    assert refusal(restore_message, **own).code is Code.FORBIDDEN
    restore_message(room=room, actor=olga, number=number)
    withhold_message(room=room, actor=olga, number=number)
    assert refusal(approve_message, **own).code is Code.FORBIDDEN
    approve_message(room=room, actor=olga, number=number)


def test_who_is_alone_may(room: Room, olga: Participant, post: Post) -> None:
    number = post(olga, "Je suis seule").number
    withhold_message(room=room, actor=olga, number=number)
    approve_message(room=room, actor=olga, number=number)
    assert message(number).status == "visible"


def test_an_appeal_is_not_decided_by_the_same_person_signed_in(
    room: Room, olga: Participant, alice: Participant, sent: int
) -> None:
    user = User.objects.create_user("mia@example.org")
    invite = make_invite(room=room, role=Role.MODERATOR, actor=olga)
    account = join_room(room=room, name="Mia", user=user, invite=invite)
    guest = join_room(room=room, name="Mia aussi", guest_key="mia", invite=invite)
    remove_message(room=room, actor=guest, number=sent, reason="insult")
    claim_guest(guest_key="mia", user=user)
    statement = Statement.objects.get()
    open_appeal(statement=statement, actor=alice, text="Non.")
    decide: dict[str, Any] = {"statement": statement, "outcome": "upheld", "text": "Si."}
    assert refusal(decide_appeal, actor=account, **decide).code is Code.FORBIDDEN
    decide_appeal(actor=olga, **decide)


def test_a_moderator_of_the_site_is_another_one(
    room: Room, olga: Participant, alice: Participant, sent: int
) -> None:
    remove_message(room=room, actor=olga, number=sent, reason="insult")
    statement = Statement.objects.get()
    open_appeal(statement=statement, actor=alice, text="Non.")
    tina = User.objects.create_user("tina@example.org")
    set_team_member(user=tina, member=True)
    decide: dict[str, Any] = {"statement": statement, "outcome": "reversed", "text": "Oui."}
    assert refusal(decide_appeal, actor=olga, **decide).code is Code.FORBIDDEN
    decide_appeal(actor=join_room(room=room, name="Tina", user=tina), **decide)
    assert message(sent).status == "visible"


def test_one_person_with_many_windows_withholds_nothing(
    room: Room, max_: Participant, sent: int
) -> None:
    windows = [join_room(room=room, name=f"F{n}", guest_key=f"f{n}") for n in range(4)]
    for window in windows:
        report_message(room=room, actor=window, number=sent, reason="spam")
    assert message(sent).status == "visible" and Report.objects.count() == 4
    user = User.objects.create_user("many@example.org")
    for window in windows[1:]:
        claim_guest(guest_key=window.guest_key, user=user)
    join_room(room=room, name="F9", guest_key="f9")
    report_message(
        room=room, actor=join_room(room=room, name="F9", guest_key="f9"), number=sent, reason="spam"
    )
    assert message(sent).status == "visible"


def test_reports_of_the_excluded_do_not_count(
    room: Room, max_: Participant, bob: Participant, sent: int, settings: Settings
) -> None:
    settings.REPORT_THRESHOLD = 2
    people = [join_room(room=room, name=f"F{n}", guest_key=f"f{n}") for n in range(2)]
    Participant.objects.update(joined_at=timezone.now() - timedelta(hours=1))
    report_message(room=room, actor=people[0], number=sent, reason="spam")
    ban_participant(room=room, actor=max_, participant_id=people[0].pk)
    report_message(room=room, actor=people[1], number=sent, reason="spam")
    assert message(sent).status == "visible"
    report_message(room=room, actor=bob, number=sent, reason="spam")
    assert message(sent).status == "held"


def test_what_the_clock_releases_nobody_has_looked_at(
    room: Room, max_: Participant, bob: Participant, sent: int, settings: Settings
) -> None:
    settings.REPORT_THRESHOLD = 1
    set_hold_policy(room=room, actor=max_, outcome="release", minutes=5)
    Participant.objects.update(joined_at=timezone.now() - timedelta(hours=1))
    report_message(room=room, actor=bob, number=sent, reason="spam")
    assert message(sent).status == "held"
    Room.objects.update(holds_due_at=timezone.now())
    Message.objects.update(held_at=timezone.now() - timedelta(hours=1))
    tick()
    assert message(sent).status == "visible"
    assert Report.objects.get().outcome == ""


def test_to_remove_what_nobody_has_read_is_to_reject_it(
    room: Room, olga: Participant, max_: Participant, alice: Participant, held: int
) -> None:
    remove_message(room=room, actor=max_, number=held, reason="insult")
    assert message(held).status == "rejected"
    statement = Statement.objects.get()
    assert (statement.kind, statement.rule) == ("rejected", "words")
    open_appeal(statement=statement, actor=alice, text="Non.")
    decide_appeal(statement=statement, actor=olga, outcome="reversed", text="Oui.")
    assert message(held).status == "visible"


def test_undoing_a_rejection_keeps_why_it_was_held(
    room: Room, max_: Participant, held: int
) -> None:
    before = (message(held).rule, message(held).span)
    seq = reject_message(room=room, actor=max_, number=held, reason="insult").seq
    withhold_message(room=room, actor=max_, number=held, undoes=seq)
    assert (message(held).rule, message(held).span) == before
    assert differences(room.pk) == []


def test_a_statement_says_that_a_notice_led_to_it(room: Room, max_: Participant, sent: int) -> None:
    sender = {"name": "Nadia", "email": "n@example.org", "explanation": "Voyez."}
    text = file_notice(room=room, number=sent, ground="hate", **sender)
    notice = Notice.objects.get(seq=text.seq)
    decide_notice(room=room, actor=max_, notice=notice, outcome="removed", reason="hate", answer="")
    with translation.override("en"):
        assert "notice of illegal content" in explain_statement(Statement.objects.get()).found


def test_signing_in_carries_over_what_binds_a_guest(
    room: Room, max_: Participant, post: Post
) -> None:
    user = User.objects.create_user("zoe@example.org")
    account = join_room(room=room, name="Zoé", user=user)
    guest = join_room(room=room, name="Invitée", guest_key="zoe")
    said = post(guest, "Je parle comme invitée").number
    ban_participant(room=room, actor=max_, participant_id=guest.pk)
    claim_guest(guest_key="zoe", user=user)
    account.refresh_from_db()
    assert refusal(post, account, "Et maintenant ?").code is Code.BANNED
    remove_message(room=room, actor=account, number=said)
    unban_participant(room=room, actor=max_, participant_id=account.pk)
    account.refresh_from_db()
    post(account, "Me revoilà")
    assert differences(room.pk) == []


def test_reactions_and_edits_have_a_pace(
    room: Room, alice: Participant, bob: Participant, sent: int
) -> None:
    turns = {"room": room, "actor": bob, "number": sent, "emoji": "👍"}
    for turn in range(20):
        react(**turns, on=turn % 2 == 0)  # type: ignore[arg-type]
    assert refusal(react, **turns, on=True).code is Code.SLOW_DOWN
    for turn in range(20):
        edit_message(room=room, actor=alice, number=sent, text=f"Les bus gratuits, {turn}")
    edit = {"room": room, "actor": alice, "number": sent, "text": "Encore"}
    assert refusal(edit_message, **edit).code is Code.SLOW_DOWN


@pytest.mark.parametrize("text", ["Les arabes sont de la vermine", "Appelez 06 12 34 56 78"])
def test_names_and_titles_are_screened_too(room: Room, text: str) -> None:
    call = {"room": room, "name": text, "guest_key": "eve"}
    assert refusal(join_room, **call).code is Code.REJECTED
    made = {"owner_name": "Eve", "guest_key": "eve"}
    assert refusal(create_room, title=text, **made).code is Code.REJECTED
    assert refusal(create_room, title="Bus", brief=text, **made).code is Code.REJECTED
    assert not Participant.objects.filter(guest_key="eve").exists()


def test_a_slogan_that_comes_by_edits_is_a_wave_too(room: Room, post: Post) -> None:
    slogan = "Rendez-nous le mammouth laineux dans chaque square de la République"
    people = [join_room(room=room, name=f"P{n}", guest_key=f"p{n}") for n in range(4)]
    for number, person in enumerate(people[:3]):
        said = post(person, f"Bonjour, ici {number}").number
        edit = {"room": room, "actor": person, "number": said, "text": slogan}
        if number < 2:
            edit_message(**edit)  # type: ignore[arg-type]
        else:
            assert refusal(edit_message, **edit).code is Code.HELD
    assert post(people[3], slogan).status == "held"

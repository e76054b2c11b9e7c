"""The log: one way in, no way to rewrite it, and all state follows from it."""

import ast
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import TestCase
from django.utils import timezone

from rooms.eventlog import registry
from rooms.eventlog.append import append
from rooms.eventlog.backlog import backlog
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.fold import differences, gaps
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Draft
from rooms.groups.founding import GroupText, create_group, describe_group, open_room_in
from rooms.groups.joining import answer_request, ask_to_join, join_group, leave_group
from rooms.initiatives.binding import open_bound_room
from rooms.initiatives.models import Initiative
from rooms.initiatives.promotion import make_promotion
from rooms.initiatives.proposing import (
    accept_promotion,
    archive_initiative,
    leave_promotion,
    propose_initiative,
    save_draft,
)
from rooms.initiatives.reporting import report_back
from rooms.initiatives.selectors import promoters_of
from rooms.initiatives.signing import Signer, sign_as, withdraw_signature
from rooms.lifecycle.events import RoomClosed
from rooms.lifecycle.schedule import create_room
from rooms.messages.decisions import (
    approve_message,
    claim_message,
    reject_message,
    remove_message,
    restore_message,
    withhold_message,
)
from rooms.messages.editing import edit_message
from rooms.messages.models import Message
from rooms.messages.posting import draft_post, post_message
from rooms.messages.reactions import react
from rooms.messages.vault import misplaced
from rooms.moderation.events import ParticipantMuted
from rooms.moderation.modes import set_hold_policy, set_mode
from rooms.moderation.policy import set_words
from rooms.moderation.sanctions import (
    ban_participant,
    mute_participant,
    slow_participant,
    unban_participant,
    unmute_participant,
)
from rooms.organizing.announcements import acknowledge, announce, edit_announcement
from rooms.organizing.meetup_models import Answer
from rooms.organizing.meetups import (
    MeetupPlan,
    answer_meetup,
    call_meetup,
    cancel_meetup,
    change_meetup,
)
from rooms.organizing.models import State
from rooms.organizing.tasks import (
    TaskWords,
    add_shift,
    cancel_task,
    change_task,
    create_task,
    hand_over,
    take_step,
)
from rooms.people.guests import claim_guest
from rooms.people.membership import join_room
from rooms.people.models import Participant, User
from rooms.privacy.erasure import erase_guest
from rooms.redress.appeals import answer_appeal, decide_appeal, open_appeal
from rooms.redress.models import Notice, Statement
from rooms.redress.notices import decide_notice, file_notice
from rooms.redress.reports import dismiss_reports, report_message
from tests.rooms.conftest import Post

SOURCES = [p for top in ("rooms", "consumers", "livedebate") for p in Path(top).rglob("*.py")]


@pytest.mark.parametrize(
    "statement", ["UPDATE rooms_event SET type = 'x'", "DELETE FROM rooms_event"]
)
def test_the_database_refuses_to_rewrite_events(room: Room, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)
    assert gaps(room.pk) == []


def test_only_append_creates_events() -> None:
    writers = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and _creates_events(ast.unparse(node.func)):
                writers.add(path.as_posix())
    assert writers == {"rooms/eventlog/append.py"}


def _creates_events(called: str) -> bool:
    creating = ("create", "bulk_create", "get_or_create", "update_or_create")
    return called == "Event" or called in {f"Event.objects.{verb}" for verb in creating}


def test_everything_at_once_folds_to_the_same_state(
    room: Room,
    olga: Participant,
    max_: Participant,
    alice: Participant,
    bob: Participant,
    post: Post,
) -> None:
    first = post(alice, "Les bus doivent être gratuits.", side="for")
    post(bob, "Qui paie ?", side="against", reply_to=first.number)
    edit_message(room=room, actor=alice, number=first.number, text="Les bus et trams gratuits.")
    edit_message(room=room, actor=alice, number=first.number, text="Tout doit être gratuit.")
    react(room=room, actor=bob, number=first.number, emoji="👍", on=True)
    react(room=room, actor=bob, number=first.number, emoji="👍", on=False)
    react(room=room, actor=alice, number=first.number, emoji="👏", on=True)
    set_words(room=room, actor=max_, words=["gros mot"])
    room.refresh_from_db()
    held = [post(bob, f"un gros mot {n}") for n in "abc"]
    approve_message(room=room, actor=max_, number=held[0].number)
    edit_message(room=room, actor=bob, number=held[0].number, text="un mot poli")
    reject_message(room=room, actor=max_, number=held[1].number, reason="insult")
    remove_message(room=room, actor=max_, number=held[0].number, reason="insult")
    remove_message(room=room, actor=alice, number=first.number)
    mute_participant(room=room, actor=max_, participant_id=bob.pk, seconds=60)
    unmute_participant(room=room, actor=max_, participant_id=bob.pk)
    mute_participant(room=room, actor=max_, participant_id=alice.pk, seconds=60)
    restore_message(room=room, actor=max_, number=held[0].number)
    claim_message(room=room, actor=max_, number=held[2].number)
    withhold_message(room=room, actor=max_, number=held[1].number)
    slow_participant(room=room, actor=max_, participant_id=bob.pk, seconds=60)
    ban_participant(room=room, actor=max_, participant_id=bob.pk)
    unban_participant(room=room, actor=max_, participant_id=bob.pk)
    set_mode(room=room, actor=max_, mode="hold_newcomers", value=1)
    set_hold_policy(room=room, actor=max_, outcome="release", minutes=30)
    report_message(room=room, actor=olga, number=held[0].number, reason="insult", words="Voyez.")
    dismiss_reports(room=room, actor=max_, number=held[0].number)
    notify(room, held[0].number, max_)
    contest(Statement.objects.get(room=room, kind="muted", participant=alice), alice, olga)
    sign_in_with_a_second_self(room)
    erase_guest("bob")
    an_initiative(room, held[0].number)
    an_action()
    a_group()
    written = set(Event.objects.values_list("type", flat=True))
    assert set(registry.event_types()) - written <= {"room.scheduled", "room.closed"}

    for each in Room.objects.all():
        assert gaps(each.pk) == []
        assert differences(each.pk) == []
        assert misplaced(each.pk) == []


def sign_in_with_a_second_self(room: Room) -> None:
    """Let somebody be in the room as an account and as a guest, who then turn out to be one."""
    zoe = User.objects.create_user("zoe@example.org")
    join_room(room=room, name="Zoé", user=zoe)
    join_room(room=room, name="Zoé aussi", guest_key="zoe")
    claim_guest(guest_key="zoe", user=zoe)


def refreshed(initiative: Initiative) -> Initiative:
    return Initiative.objects.select_related("room").get(pk=initiative.pk)


def an_initiative(source_room: Room, source_number: int) -> None:
    """Propose, sign, and end an initiative with two promoters, made from a message."""
    paula, tina = (User.objects.create_user(f"{n}@example.org", name=n) for n in ("paula", "tina"))
    draft = save_draft(
        user=paula,
        title="Un abribus",
        brief="À chaque arrêt.",
        language="fr",
        threshold=5,
        source_room=source_room,
        source_number=source_number,
    )
    with TestCase.captureOnCommitCallbacks(execute=True):
        initiative = propose_initiative(draft=draft, name="Paula")
    first = promoters_of(initiative)[0]
    token = make_promotion(initiative=initiative, actor=first)
    accept_promotion(initiative=initiative, user=tina, name="Tina", token=token)
    for number in range(5):
        user = User.objects.create_user(f"s{number}@example.org")
        signature = sign_as(initiative=initiative, user=user, signer=Signer("Sam"))
    withdraw_signature(signature)
    debate, desk = (
        open_bound_room(initiative=initiative, actor=first, kind=k) for k in ("debate", "action")
    )
    a_task_from_elsewhere(debate, desk, paula)
    with TestCase.captureOnCommitCallbacks(execute=True):
        report_back(initiative=refreshed(initiative), actor=first, client_id="r", text="Fait.")
    leave_promotion(initiative=initiative, actor=first)
    draft = save_draft(user=paula, title="Un banc", brief="Au soleil.", language="fr")
    ended = propose_initiative(draft=draft, name="Paula")
    archive_initiative(initiative=ended, actor=promoters_of(ended)[0])


def a_task_from_elsewhere(debate: Room, desk: Room, user: User) -> None:
    """Make a task in one room of what was said in another."""
    author, organiser = (join_room(room=room, name="Paula", user=user) for room in (debate, desk))
    said = post_message(room=debate, author=author, client_id="s", text="Des bancs !")
    with TestCase.captureOnCommitCallbacks(execute=True):
        create_task(
            room=desk,
            actor=organiser,
            client_id="t",
            words=TaskWords("Poser un banc"),
            from_message=said.number,
            from_room=debate,
        )


def an_action() -> None:
    """Make, take, hand over, divide and cancel tasks."""
    room = create_room(title="Berges", kind="action", owner_name="Olga", guest_key="olga")
    olga = Participant.objects.get(room=room)
    alice = join_room(room=room, name="Alice", guest_key="alice")
    words = TaskWords("Porter des sacs", place="Pont Vert")
    number = create_task(room=room, actor=olga, client_id="t", words=words).number
    take_step(room=room, actor=alice, number=number, state=State.OFFERED, client_id="a")
    hand_over(
        room=room, actor=alice, number=number, participant_id=alice.pk, to=olga.pk, client_id="g"
    )
    shared = create_task(room=room, actor=olga, client_id="w", words=words).number
    soon = timezone.now() + timedelta(days=1)
    add_shift(room=room, actor=olga, client_id="s", number=shared, starts_at=soon)
    later = {"starts_at": soon, "ends_at": None, "capacity": 2, "client_id": "c", "words": words}
    change_task(room=room, actor=olga, number=shared, **later)  # type: ignore[arg-type]
    cancel_task(room=room, actor=olga, number=shared)
    cancel_task(room=room, actor=olga, number=number)
    a_meetup(room, olga, alice)
    told = announce(room=room, actor=olga, client_id="n", text="On part à 9 h.")
    acknowledge(room=room, actor=alice, number=told.seq)
    for again in (False, True):
        change = {"number": told.seq, "client_id": f"e{again}", "text": "À 10 h.", "again": again}
        edit_announcement(room=room, actor=olga, **change)  # type: ignore[arg-type]


def a_group() -> None:
    """Found a private group that lets one in and another not; leave a public one and return."""
    gina, hugo, ines = (User.objects.create_user(f"{n}@example.org") for n in "ghi")
    group = create_group(user=gina, name="Gina", text=GroupText("Vélos"), is_private=True)
    owner = Participant.objects.get(room=group.room)
    for user in (hugo, ines):
        asks = ask_to_join(group=group, user=user, name="Vous").pk
        welcome = user == hugo
        answer_request(group=group, actor=owner, participant_id=asks, is_welcome=welcome)
    open_room_in(group=group, actor=owner, kind="debate", title="Où ?")
    describe_group(group=group, actor=owner, text=GroupText("Trottinettes"))
    public = create_group(user=gina, name="Gina", text=GroupText("Arbres"))
    leave_group(actor=join_group(group=public, user=hugo, name="Hugo"))
    join_group(group=public, user=hugo, name="Hugo")


def a_meetup(room: Room, olga: Participant, alice: Participant) -> None:
    """Call a meetup with one place, for which two come, and in the end cancel it."""
    plan = MeetupPlan("Bilan", timezone.now() + timedelta(days=1), capacity=1, town="Paris (75)")
    number = call_meetup(room=room, actor=olga, client_id="b", plan=plan).number
    coming = {"room": room, "number": number, "client_id": "r"}
    for person in (olga, alice):
        answer_meetup(actor=person, answer=Answer.YES, **coming)  # type: ignore[arg-type]
    change_meetup(room=room, actor=olga, number=number, client_id="c", plan=replace(plan, spot="A"))
    answer_meetup(room=room, actor=olga, number=number, answer=Answer.NO, client_id="no")
    cancel_meetup(room=room, actor=olga, number=number)


def notify(room: Room, number: int, moderator: Participant) -> None:
    """Send a notice, and decide on it."""
    sender = {"name": "Nadia", "email": "nadia@example.org", "explanation": "Voyez vous-mêmes."}
    text = file_notice(room=room, number=number, ground="hate", **sender)
    notice = Notice.objects.get(room=room, seq=text.seq)
    fields = {"outcome": "removed", "reason": "hate", "answer": ""}
    decide_notice(room=room, actor=moderator, notice=notice, **fields)


def contest(statement: Statement, subject: Participant, moderator: Participant) -> None:
    """Open an appeal, talk about it, and reverse the decision."""
    open_appeal(statement=statement, actor=subject, text="Je n'ai rien fait.")
    answer_appeal(statement=statement, actor=moderator, text="Vraiment ?")
    decide_appeal(statement=statement, actor=moderator, outcome="reversed", text="En effet.")


def test_a_difference_between_state_and_log_is_found(
    room: Room, alice: Participant, post: Post
) -> None:
    sent = post(alice, "Bonjour à toutes et à tous")
    Message.objects.filter(number=sent.number).update(side="for")
    assert len(differences(room.pk)) == 1
    assert Message.objects.get(number=sent.number).side == "for", "looking changes nothing"


def test_many_drafts_commit_together_and_each_has_its_own_outcome(
    room: Room, olga: Participant, alice: Participant, bob: Participant
) -> None:
    def draft(author: Participant, text: str) -> Draft:
        return draft_post(room=room, author=author, client_id=text, text=text)

    mute = ParticipantMuted(participant=bob.pk, until=_far(), reason="spam")  # type: ignore[arg-type]
    one, muted, two, three, again = append(
        room.pk,
        [
            draft(alice, "un"),
            Draft(mute, olga.pk),
            draft(bob, "deux"),
            draft(alice, "trois"),
            draft(alice, "un"),
        ],
    )
    assert isinstance(one, Event) and isinstance(three, Event) and isinstance(again, Event)
    assert isinstance(muted, Event)
    assert isinstance(two, Refused) and two.code is Code.MUTED
    assert (muted.seq, three.seq) == (one.seq + 1, one.seq + 2)
    assert again.seq == one.seq
    assert [e.seq for e in backlog(room.pk, one.seq - 1)] == [one.seq, muted.seq, three.seq]


def _far() -> object:
    from datetime import UTC, datetime

    return datetime(2100, 1, 1, tzinfo=UTC)


def test_backlog_pages_from_any_cursor_to_the_head(
    room: Room, alice: Participant, post: Post
) -> None:
    for text in ("un", "deux", "trois", "quatre", "cinq"):
        post(alice, text)
    room.refresh_from_db()
    for start in range(room.head + 1):
        after, seen = start, []
        while page := backlog(room.pk, after, limit=2):
            seen += [event.seq for event in page]
            after = seen[-1]
        assert seen == list(range(start + 1, room.head + 1))


def test_a_refusal_leaves_nothing_behind(room: Room, alice: Participant) -> None:
    before = Room.objects.get(pk=room.pk).head
    (outcome,) = append(room.pk, [Draft(RoomClosed(), alice.pk)])
    assert isinstance(outcome, Refused) and outcome.code is Code.FORBIDDEN
    assert Room.objects.get(pk=room.pk).head == before


def test_payloads_survive_the_trip_through_the_database(
    room: Room, olga: Participant, alice: Participant, post: Post
) -> None:
    post(alice, "Bonjour à toutes et à tous")
    mute_participant(room=room, actor=olga, participant_id=alice.pk, seconds=5)
    for event in Event.objects.filter(room=room):
        assert registry.encode(registry.decode(event.type, event.payload)) == event.payload

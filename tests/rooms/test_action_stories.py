"""What people are told of tasks, shifts and meetups: what others did, and what begins soon."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest
from django.utils import timezone, translation

from rooms.eventlog.fold import differences
from rooms.eventlog.models import Room
from rooms.management.commands.runclock import work
from rooms.notifications.inbox import inbox, story_of
from rooms.notifications.kinds import Story
from rooms.notifications.models import Notification
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
from rooms.organizing.tasks import TaskWords, cancel_task, change_task, hand_over
from rooms.people.guests import claim_guest
from rooms.people.membership import join_room
from rooms.people.models import Participant, User
from rooms.privacy.erasure import erase_guest
from tests.rooms.test_tasks import Make, Step, make, room, step

__all__ = ["make", "room", "step"]


@pytest.fixture
def zoe(room: Room) -> Participant:
    user = User.objects.create_user("zoe@example.org", name="Zoé")
    return join_room(room=room, name="Zoé", user=user)


@pytest.fixture
def sam(room: Room) -> Participant:
    user = User.objects.create_user("sam@example.org", name="Sam")
    return join_room(room=room, name="Sam", user=user)


@pytest.fixture
def start() -> datetime:
    return timezone.now() + timedelta(days=3)


def account(person: Participant) -> User:
    assert person.user is not None
    return person.user


def told(person: Participant) -> list[str]:
    """Return the titles of what somebody was told, the first thing first."""
    work()
    with translation.override("en"):
        return [one.story.title for one in reversed(inbox(account(person)))]


def ahead(person: Participant) -> list[tuple[str, datetime]]:
    """Return what somebody will be told, and when."""
    later = Notification.objects.filter(user=account(person), at__gt=timezone.now())
    return list(later.order_by("at").values_list("kind", "at"))


def when_told(person: Participant) -> list[Story | None]:
    """Return what somebody's reminders would say now."""
    later = Notification.objects.filter(user=account(person), at__gt=timezone.now())
    with translation.override("en"):
        return [story_of(row) for row in later.order_by("at")]


def test_who_is_asked_expected_and_no_longer_is_told(
    room: Room, olga: Participant, zoe: Participant, sam: Participant, make: Make, step: Step
) -> None:
    number = make()
    step(olga, number, State.ASKED, participant_id=zoe.pk)
    assert told(zoe) == ["You are asked: Porter des sacs"]
    step(zoe, number, State.CONFIRMED)
    assert told(zoe) == [], "what one did oneself is no news, and nobody is asked any more"
    giving = {"room": room, "actor": zoe, "number": number, "client_id": "g"}
    hand_over(**giving, participant_id=zoe.pk, to=sam.pk)  # type: ignore[arg-type]
    assert told(sam) == ["You are asked: Porter des sacs"]
    step(olga, number, State.WITHDRAWN, participant_id=sam.pk)
    assert told(sam) == ["You are no longer expected: Porter des sacs"]
    step(sam, number, State.OFFERED)
    step(olga, number, State.CONFIRMED, participant_id=sam.pk)
    assert told(sam) == ["You are expected: Porter des sacs"]
    assert differences(room.pk) == []


def test_people_are_reminded_a_day_and_an_hour_before(
    room: Room, zoe: Participant, make: Make, step: Step, start: datetime
) -> None:
    number = make(starts_at=start)
    step(zoe, number, State.OFFERED)
    day, hour = start - timedelta(hours=24), start - timedelta(hours=1)
    assert ahead(zoe) == [("task.soon", day), ("task.soon", hour)]
    assert [story and story.title for story in when_told(zoe)] == ["Soon: Porter des sacs"] * 2
    assert all(story and "Pont Vert" in story.line for story in when_told(zoe))
    step(zoe, number, State.WITHDRAWN)
    assert ahead(zoe) == [], "given up, it is forgotten"
    step(zoe, number, State.OFFERED)
    assert len(ahead(zoe)) == 2, "and taken again, told again"


def test_a_moved_task_moves_its_reminders_and_tells_who_takes_it(
    room: Room, olga: Participant, zoe: Participant, make: Make, step: Step, start: datetime
) -> None:
    number = make(starts_at=start)
    step(zoe, number, State.OFFERED)
    later = start + timedelta(days=1)
    words = TaskWords("Porter des sacs", place="Pont Vert")
    moved = {"room": room, "actor": olga, "number": number, "words": words, "capacity": 2}
    change_task(**moved, client_id="1", starts_at=start, ends_at=None)  # type: ignore[arg-type]
    assert told(zoe) == [], "more places are no news to who has one"
    change_task(**moved, client_id="2", starts_at=later, ends_at=None)  # type: ignore[arg-type]
    assert told(zoe) == ["Another time or place: Porter des sacs"]
    assert [at for _kind, at in ahead(zoe)] == [
        later - timedelta(hours=24),
        later - timedelta(hours=1),
    ]
    cancel_task(room=room, actor=olga, number=number)
    assert told(zoe) == ["Cancelled: Porter des sacs"]
    assert ahead(zoe) == []


def test_organisers_are_asked_who_came_only_if_somebody_was_not_seen(
    room: Room, olga: Participant, zoe: Participant, make: Make, step: Step, start: datetime
) -> None:
    olga.user, olga.guest_key = User.objects.create_user("olga@example.org"), ""
    olga.save()
    number = make(starts_at=start)
    step(zoe, number, State.OFFERED)
    step(olga, number, State.CONFIRMED, participant_id=zoe.pk)
    assert ahead(olga) == [("task.missing", start + timedelta(minutes=30))]
    assert when_told(olga) == [None], "before the start nobody is missing"


def test_what_a_guest_took_is_remembered_for_the_account(
    room: Room, alice: Participant, make: Make, step: Step, start: datetime
) -> None:
    step(alice, make(starts_at=start), State.OFFERED)
    user = User.objects.create_user("alice@example.org")
    claim_guest(guest_key="alice", user=user)
    alice.refresh_from_db()
    assert [kind for kind, _at in ahead(alice)] == ["task.soon"] * 2


@pytest.fixture
def plan(start: datetime) -> MeetupPlan:
    return MeetupPlan("Réunion", start, capacity=1, spot="Mairie")


@pytest.fixture
def rsvp(room: Room, olga: Participant, plan: MeetupPlan) -> Callable[..., int]:
    number = call_meetup(room=room, actor=olga, client_id="m", plan=plan).number
    keys = count(1)

    def answer(person: Participant, said: Answer = Answer.YES) -> int:
        sent = {"number": number, "answer": said, "client_id": f"r{next(keys)}"}
        answer_meetup(room=room, actor=person, **sent)  # type: ignore[arg-type]
        return number

    return answer


def test_who_moves_up_is_told_and_reminded(
    zoe: Participant, sam: Participant, rsvp: Callable[..., int]
) -> None:
    for person in (zoe, sam):
        rsvp(person)
    assert (len(ahead(zoe)), ahead(sam)) == (2, [])
    rsvp(zoe, Answer.NO)
    assert (ahead(zoe), len(ahead(sam))) == ([], 2)
    assert told(sam) == ["You have a place: Réunion"]
    rsvp(sam, Answer.NO)
    assert told(sam) == [], "what is no longer so is not told"


def test_who_answered_is_told_that_a_meetup_moved_or_does_not_take_place(
    room: Room,
    olga: Participant,
    zoe: Participant,
    sam: Participant,
    plan: MeetupPlan,
    rsvp: Callable[..., int],
) -> None:
    number = rsvp(zoe, Answer.MAYBE)
    rsvp(sam, Answer.NO)
    later = replace(plan, starts_at=plan.starts_at + timedelta(days=1))
    change_meetup(room=room, actor=olga, number=number, client_id="1", plan=later)
    assert told(zoe) == ["Another time or place: Réunion"]
    assert told(sam) == []
    assert [at for _kind, at in ahead(zoe)][-1] == later.starts_at - timedelta(hours=1)
    cancel_meetup(room=room, actor=olga, number=number)
    assert told(zoe) == ["Cancelled: Réunion"]
    assert ahead(zoe) == []


def test_an_announcement_is_told_until_it_was_read_and_again_if_it_is_asked_again(
    room: Room, olga: Participant, zoe: Participant
) -> None:
    number = announce(room=room, actor=olga, client_id="a", text="On part à 9 h.").seq
    assert told(zoe) == ["To read: Berges"]
    (line,) = [one.story.line for one in inbox(account(zoe))]
    assert line == "On part à 9 h."
    acknowledge(room=room, actor=zoe, number=number)
    assert told(zoe) == []
    change = {"room": room, "actor": olga, "number": number, "text": "On part à 10 h."}
    edit_announcement(**change, client_id="1", again=False)  # type: ignore[arg-type]
    assert told(zoe) == []
    edit_announcement(**change, client_id="2", again=True)  # type: ignore[arg-type]
    assert told(zoe) == ["To read: Berges"]
    erase_guest("olga")
    assert told(zoe) == [], "what was deleted is not told"


def test_the_stories_hold_numbers_alone(
    room: Room, olga: Participant, zoe: Participant, make: Make, step: Step, start: datetime
) -> None:
    step(zoe, make(starts_at=start), State.OFFERED)
    announce(room=room, actor=olga, client_id="a", text="On part à 9 h.")
    told(zoe)
    for args in Notification.objects.values_list("args", flat=True):
        assert isinstance(args, dict)
        assert all(isinstance(value, int) for value in args.values())

"""Tasks made of what was said in another room of the same initiative, told in both."""

import pytest
from django.test import TestCase

from rooms.eventlog.errors import Code
from rooms.eventlog.fold import differences
from rooms.eventlog.models import Event, Room
from rooms.initiatives.binding import desks_for, open_bound_room
from rooms.initiatives.models import Initiative
from rooms.initiatives.selectors import promoters_of
from rooms.management.commands.runclock import work
from rooms.messages.decisions import remove_message
from rooms.messages.posting import post_message
from rooms.organizing.models import Task
from rooms.organizing.promotion import promoted_from
from rooms.organizing.selectors import tasks_from
from rooms.organizing.tasks import TaskWords, create_task
from rooms.people.membership import find_participant, join_room
from rooms.people.models import Participant, User
from tests.rooms.test_initiatives import Propose, paula, propose
from tests.rooms.test_messages import refusal

__all__ = ["paula", "propose"]


@pytest.fixture
def initiative(propose: Propose) -> Initiative:
    return propose()


def bound(initiative: Initiative, kind: str) -> Room:
    return open_bound_room(initiative=initiative, actor=promoters_of(initiative)[0], kind=kind)


@pytest.fixture
def debate(initiative: Initiative) -> Room:
    return bound(initiative, Room.Kind.DEBATE)


@pytest.fixture
def desk(initiative: Initiative) -> Room:
    return bound(initiative, Room.Kind.ACTION)


@pytest.fixture
def organiser(desk: Room, paula: User) -> Participant:
    found = find_participant(room=desk, user=paula, guest_key="")
    assert found is not None
    return found


@pytest.fixture
def said(debate: Room) -> int:
    alice = join_room(room=debate, name="Alice", guest_key="alice")
    text = "Il faut un toit à chaque arrêt."
    return post_message(room=debate, author=alice, client_id="c", text=text).number


def promote(desk: Room, organiser: Participant, debate: Room, said: int) -> Task:
    with TestCase.captureOnCommitCallbacks(execute=True):
        return create_task(
            room=desk,
            actor=organiser,
            client_id="t",
            words=TaskWords("Poser un toit"),
            from_message=said,
            from_room=debate,
        )


def test_what_was_said_becomes_a_task_once_and_both_rooms_tell(
    desk: Room, organiser: Participant, debate: Room, said: int
) -> None:
    task = promote(desk, organiser, debate, said)
    assert promote(desk, organiser, debate, said) == task
    assert (task.source_room, task.source_number) == (debate, said)
    assert promoted_from(debate, said) == [task] and tasks_from(desk, said) == []
    (told,) = Event.objects.filter(room=debate, type="message.tasked")
    assert told.payload == {"message": said, "room": desk.pk, "task": task.number}
    assert Event.objects.filter(room=desk, type="task.promoted").count() == 1
    assert differences(desk.pk) == differences(debate.pk) == []


def test_the_clock_tells_what_a_worker_that_was_lost_could_not(
    desk: Room, organiser: Participant, debate: Room, said: int
) -> None:
    words = TaskWords("Poser un toit")
    source = {"from_message": said, "from_room": debate}
    create_task(room=desk, actor=organiser, client_id="t", words=words, **source)  # type: ignore[arg-type]
    told = Event.objects.filter(room=debate, type="message.tasked")
    assert not told.exists(), "nothing that follows a commit was done"
    work()
    assert told.count() == 1
    with TestCase.captureOnCommitCallbacks(execute=True):
        create_task(room=desk, actor=organiser, client_id="u", words=words, **source)  # type: ignore[arg-type]
    assert told.count() == 2
    work()
    assert told.count() == 2


def test_what_was_removed_becomes_no_task(
    desk: Room, organiser: Participant, debate: Room, said: int, paula: User
) -> None:
    owner = find_participant(room=debate, user=paula, guest_key="")
    assert owner is not None
    remove_message(room=debate, actor=owner, number=said)
    answer = refusal(
        create_task,
        room=desk,
        actor=organiser,
        client_id="t",
        words=TaskWords("Poser un toit"),
        from_message=said,
        from_room=debate,
    )
    assert answer.code is Code.NOT_FOUND and not Task.objects.exists()


def test_only_those_who_organise_the_same_initiative_are_offered_its_desk(
    initiative: Initiative, desk: Room, debate: Room, paula: User, room: Room
) -> None:
    tim = User.objects.create_user("tim@example.org")
    join_room(room=desk, name="Tim", user=tim)
    assert desks_for(debate, user=paula, guest_key="") == [desk]
    assert desks_for(initiative.room, user=paula, guest_key="") == [desk]
    assert desks_for(desk, user=paula, guest_key="") == []
    assert desks_for(debate, user=tim, guest_key="") == []
    assert desks_for(debate, user=None, guest_key="alice") == []
    assert desks_for(room, user=paula, guest_key="") == []

"""Changing tasks and announcements: what stays, what is asked again, and who may."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rooms.eventlog.errors import Code
from rooms.eventlog.fold import differences
from rooms.eventlog.models import Event, Room
from rooms.eventlog.views import TaskView
from rooms.moderation.policy import set_words
from rooms.organizing.announcements import (
    Read,
    acknowledge,
    all_of,
    announce,
    edit_announcement,
    pinned_for,
)
from rooms.organizing.models import AnnouncementText, State, TaskText
from rooms.organizing.selectors import task_view
from rooms.organizing.tasks import TaskWords, add_shift, cancel_task, change_task
from rooms.people.models import Participant
from rooms.privacy.erasure import erase_guest
from tests.rooms.test_tasks import Make, Step, how, make, refusal, room, step

__all__ = ["make", "room", "step"]


def change(room: Room, actor: Participant, number: int, **fields: object) -> Event:
    form = {"client_id": "c1", "words": TaskWords("Porter des caisses", place="Pont Vert")}
    times = {"starts_at": None, "ends_at": None, "capacity": 1}
    sent = {**form, **times, **fields}
    return change_task(room=room, actor=actor, number=number, **sent)  # type: ignore[arg-type]


def look(room: Room, number: int) -> TaskView:
    view = task_view(room, number)
    assert view is not None
    return view


def test_a_changed_task_keeps_those_who_take_it(
    room: Room, olga: Participant, alice: Participant, make: Make, step: Step
) -> None:
    number = make(capacity=2)
    step(alice, number, State.OFFERED)
    event = change(room, olga, number)
    assert event.payload["moved"] is False
    assert (look(room, number).title, look(room, number).capacity) == ("Porter des caisses", 1)
    assert how(room, number, alice) == State.OFFERED
    later = timezone.now() + timedelta(days=1)
    assert change(room, olga, number, starts_at=later, client_id="c2").payload["moved"] is True
    assert "caisses" not in str(event.payload)
    assert differences(room.pk) == []


def test_there_are_never_fewer_places_than_people(
    room: Room, olga: Participant, alice: Participant, bob: Participant, make: Make, step: Step
) -> None:
    number = make(capacity=2)
    for person in (alice, bob):
        step(person, number, State.OFFERED)
    assert refusal(lambda: change(room, olga, number)) is Code.CONFLICT
    assert look(room, number).title == "Porter des sacs"


def test_what_is_sent_again_does_not_undo_what_came_after(
    room: Room, olga: Participant, make: Make
) -> None:
    number = make()
    first = change(room, olga, number, words=TaskWords("Un"))
    change(room, olga, number, words=TaskWords("Deux"), client_id="c2")
    assert change(room, olga, number, words=TaskWords("Un")).seq == first.seq
    assert look(room, number).title == "Deux"


def test_a_shift_needs_a_time_and_no_title(room: Room, olga: Participant, make: Make) -> None:
    number, start = make("Tenir le stand"), timezone.now() + timedelta(days=1)
    shift = add_shift(room=room, actor=olga, client_id="s", number=number, starts_at=start).number
    words = TaskWords("", role="cuisine")
    assert refusal(lambda: change(room, olga, shift, words=words)) is Code.BAD_SHAPE
    change(room, olga, shift, words=words, starts_at=start + timedelta(hours=1))
    assert (look(room, shift).title, look(room, shift).role) == ("Tenir le stand", "cuisine")
    assert refusal(lambda: change(room, olga, number, words=words)) is Code.EMPTY


def test_only_organisers_change_what_is_not_cancelled_and_words_are_screened(
    room: Room, olga: Participant, alice: Participant, make: Make
) -> None:
    number = make()
    assert refusal(lambda: change(room, alice, number)) is Code.FORBIDDEN
    set_words(room=room, actor=olga, words=["gros mot"])
    room.refresh_from_db()
    assert refusal(lambda: change(room, olga, number, words=TaskWords("gros mot"))) is Code.HELD
    cancel_task(room=room, actor=olga, number=number)
    assert refusal(lambda: change(room, olga, number)) is Code.CLOSED
    assert refusal(lambda: change(room, olga, 999)) is Code.NOT_FOUND


@pytest.fixture
def told(room: Room, olga: Participant) -> int:
    return announce(room=room, actor=olga, client_id="a", text="On part à 9 h.").seq


def edit(room: Room, actor: Participant, number: int, text: str, *, again: bool) -> Event:
    sent = {"number": number, "client_id": text, "text": text, "again": again}
    return edit_announcement(room=room, actor=actor, **sent)  # type: ignore[arg-type]


def reading(room: Room) -> Read:
    (found,) = all_of(room)
    return found


def test_a_quiet_change_asks_nobody_again_and_says_who_read_the_old_words(
    room: Room, olga: Participant, alice: Participant, bob: Participant, told: int
) -> None:
    acknowledge(room=room, actor=alice, number=told)
    edit(room, olga, told, "On part à 9 heures.", again=False)
    assert pinned_for(room, alice) == []
    assert [view.text for view in pinned_for(room, bob)] == ["On part à 9 heures."]
    acknowledge(room=room, actor=bob, number=told)
    assert (reading(room).readers, reading(room).before) == (2, 1)
    assert differences(room.pk) == []


def test_another_text_is_asked_of_everybody_again(
    room: Room, olga: Participant, alice: Participant, told: int
) -> None:
    acknowledge(room=room, actor=alice, number=told)
    renewed = edit(room, olga, told, "On part à 10 h.", again=True)
    assert [view.version for view in pinned_for(room, alice)] == [renewed.seq]
    assert reading(room).readers == 0
    assert refusal(lambda: acknowledge(room=room, actor=alice, number=told)) is Code.STALE
    assert reading(room).readers == 0, "a tap made before the change has not read it"
    acknowledge(room=room, actor=alice, number=told, version=renewed.seq)
    assert (reading(room).readers, reading(room).before) == (1, 0)
    assert differences(room.pk) == []


def test_an_old_change_sent_again_changes_nothing(
    room: Room, olga: Participant, alice: Participant, told: int
) -> None:
    first = edit(room, olga, told, "Un", again=True)
    acknowledge(room=room, actor=alice, number=told, version=first.seq)
    edit(room, olga, told, "Deux", again=False)
    assert edit(room, olga, told, "Un", again=True).seq == first.seq
    assert reading(room).announcement.text == "Deux"
    assert reading(room).readers == 1
    assert refusal(lambda: edit(room, alice, told, "Trois", again=False)) is Code.FORBIDDEN


def test_words_go_with_who_wrote_them_last(
    room: Room, olga: Participant, max_: Participant, make: Make, told: int
) -> None:
    change(room, max_, make())
    edit(room, max_, told, "On part à 10 h.", again=False)
    erase_guest("max")
    assert not TaskText.objects.exists() and not AnnouncementText.objects.exists()
    assert differences(room.pk) == []

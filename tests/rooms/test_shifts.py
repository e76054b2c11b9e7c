"""Shifts: taken in place of their task, never two at once without a warning, nobody accused."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.fold import differences
from rooms.eventlog.models import Event, Room
from rooms.organizing.models import State, Task
from rooms.organizing.selectors import missing, shifts_of, task_view, tasks_of
from rooms.organizing.tasks import add_shift, cancel_task, hand_over
from rooms.people.models import Participant
from rooms.privacy.erasure import erase_guest
from tests.rooms.test_tasks import Make, Step, how, make, refusal, room, step

__all__ = ["make", "room", "step"]


@pytest.fixture
def nine() -> datetime:
    return (timezone.now() + timedelta(days=3)).replace(hour=9, minute=0, second=0, microsecond=0)


def shift(room: Room, actor: Participant, number: int, start: datetime, **fields: object) -> int:
    fields.setdefault("client_id", f"shift-{start:%d%H%M}")
    fields.setdefault("ends_at", start + timedelta(hours=2))
    made = add_shift(room=room, actor=actor, number=number, starts_at=start, **fields)  # type: ignore[arg-type]
    return made.number


def test_shifts_are_taken_in_place_of_the_task(
    room: Room, olga: Participant, alice: Participant, make: Make, step: Step, nine: datetime
) -> None:
    number = make("Tenir le stand")
    one = shift(room, olga, number, nine, role="conductrice", capacity=2)
    two = shift(room, olga, number, nine + timedelta(hours=2), place="Gare")
    assert [view.number for view in tasks_of(room.pk)] == [one, two] == _numbers(room, number)
    first, second = shifts_of(room, number)
    assert (first.title, first.role, first.place) == ("Tenir le stand", "conductrice", "Pont Vert")
    assert (second.title, second.place, second.of) == ("Tenir le stand", "Gare", number)
    assert refusal(lambda: step(alice, number, State.OFFERED)) is Code.CONFLICT
    step(alice, one, State.OFFERED)
    step(olga, one, State.CONFIRMED, participant_id=alice.pk)
    step(alice, one, State.HERE)
    assert how(room, one, alice) == State.HERE
    assert differences(room.pk) == []


def _numbers(room: Room, number: int) -> list[int]:
    return [view.number for view in shifts_of(room, number)]


def test_a_task_that_somebody_took_is_not_divided(
    room: Room, olga: Participant, alice: Participant, make: Make, step: Step, nine: datetime
) -> None:
    number = make()
    step(alice, number, State.OFFERED)
    assert refusal(lambda: shift(room, olga, number, nine)) is Code.CONFLICT
    step(alice, number, State.WITHDRAWN)
    one = shift(room, olga, number, nine)
    assert refusal(lambda: shift(room, olga, one, nine, client_id="x")) is Code.FORBIDDEN
    assert refusal(lambda: shift(room, alice, number, nine)) is Code.FORBIDDEN


def test_a_shift_sent_again_is_one_shift(
    room: Room, olga: Participant, make: Make, nine: datetime
) -> None:
    number = make()
    assert shift(room, olga, number, nine) == shift(room, olga, number, nine)
    assert _numbers(room, number) == [Task.objects.get(whole__number=number).number]


def test_nobody_is_in_two_places_at_once_without_a_warning(
    room: Room, olga: Participant, alice: Participant, make: Make, step: Step, nine: datetime
) -> None:
    number, other = make("Tenir le stand"), make("Conduire", starts_at=nine + timedelta(hours=1))
    one = shift(room, olga, number, nine)
    after = shift(room, olga, number, nine + timedelta(hours=2))
    step(alice, one, State.OFFERED)
    with pytest.raises(Refused) as caught:
        step(alice, other, State.OFFERED)
    assert caught.value.code is Code.OVERLAPS
    assert "Tenir le stand" in str(caught.value.message)
    step(alice, after, State.OFFERED)
    step(alice, other, State.OFFERED, despite=True)
    assert how(room, other, alice) == State.OFFERED
    assert differences(room.pk) == []


def test_who_is_asked_is_warned_when_they_say_yes(
    room: Room, olga: Participant, bob: Participant, make: Make, step: Step, nine: datetime
) -> None:
    one, two = make(starts_at=nine), make(starts_at=nine)
    step(bob, one, State.OFFERED)
    step(olga, two, State.ASKED, participant_id=bob.pk)
    assert refusal(lambda: step(bob, two, State.CONFIRMED)) is Code.OVERLAPS
    step(bob, one, State.WITHDRAWN)
    step(bob, two, State.CONFIRMED)


def test_nobody_is_missing_before_the_start_and_then_only_an_organiser_says_so(
    room: Room, olga: Participant, alice: Participant, make: Make, step: Step
) -> None:
    now = timezone.now()
    ahead = make(starts_at=now + timedelta(hours=1))
    begun = make(starts_at=now - timedelta(minutes=20))
    for number in (ahead, begun):
        step(alice, number, State.OFFERED)
        step(olga, number, State.CONFIRMED, participant_id=alice.pk)
    absent = {"participant_id": alice.pk}
    assert refusal(lambda: step(olga, ahead, State.NO_SHOW, **absent)) is Code.NOT_OPEN
    assert missing(room, now) == []
    ((task, crew),) = missing(room, now + timedelta(minutes=10))
    assert (task.number, crew[0].person.id) == (begun, alice.pk)
    assert how(room, begun, alice) == State.CONFIRMED, "asked after, and not accused"
    step(olga, begun, State.HERE, **absent)
    assert missing(room, now + timedelta(minutes=10)) == []


def test_who_came_without_being_confirmed_is_checked_in_by_an_organiser(
    room: Room, olga: Participant, alice: Participant, make: Make, step: Step
) -> None:
    number = make()
    step(alice, number, State.OFFERED)
    assert refusal(lambda: step(alice, number, State.HERE)) is Code.STALE
    step(olga, number, State.HERE, participant_id=alice.pk)
    assert how(room, number, alice) == State.HERE


def test_a_cancelled_task_takes_its_shifts_with_it(
    room: Room, olga: Participant, alice: Participant, make: Make, step: Step, nine: datetime
) -> None:
    number = make()
    one = shift(room, olga, number, nine)
    cancel_task(room=room, actor=olga, number=number)
    assert refusal(lambda: step(alice, one, State.OFFERED)) is Code.CLOSED
    assert refusal(lambda: shift(room, olga, number, nine + timedelta(hours=9))) is Code.CLOSED
    assert Event.objects.filter(room=room, type="task.cancelled").count() == 2
    assert differences(room.pk) == []


def test_a_place_handed_over_twice_by_one_tap_is_handed_over_once(
    room: Room, alice: Participant, bob: Participant, make: Make, step: Step
) -> None:
    number = make()
    step(alice, number, State.OFFERED)
    giving = {"room": room, "actor": alice, "number": number, "client_id": "give"}
    first = hand_over(**giving, participant_id=alice.pk, to=bob.pk)  # type: ignore[arg-type]
    step(bob, number, State.WITHDRAWN)
    again = hand_over(**giving, participant_id=alice.pk, to=bob.pk)  # type: ignore[arg-type]
    assert again.seq == first.seq
    assert how(room, number, bob) == State.WITHDRAWN, "what came after the first tap stands"


def test_the_words_of_a_shift_go_with_their_author(
    room: Room, olga: Participant, make: Make, nine: datetime
) -> None:
    number = make()
    one = shift(room, olga, number, nine, role="un secret")
    erase_guest("olga")
    view = task_view(room, one)
    assert view is not None and (view.title, view.role) == ("", "")

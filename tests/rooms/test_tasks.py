"""Tasks: who may do what, in which order, and never more people than there are places."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.fold import differences
from rooms.eventlog.models import Event, Room
from rooms.lifecycle.schedule import create_room
from rooms.messages.decisions import remove_message
from rooms.moderation.policy import set_words
from rooms.moderation.sanctions import mute_participant
from rooms.organizing.models import State, Task, TaskText
from rooms.organizing.selectors import task_view, tasks_from, tasks_of
from rooms.organizing.tasks import TaskWords, cancel_task, create_task, hand_over, take_step
from rooms.people.guests import claim_guest
from rooms.people.membership import join_room
from rooms.people.models import Participant, User
from rooms.privacy.erasure import erase_guest
from rooms.privacy.export import export_guest
from tests.rooms.conftest import Post

Step = Callable[..., Event]
Make = Callable[..., int]


@pytest.fixture
def room(db: None) -> Room:
    return create_room(title="Berges", kind="action", owner_name="Olga", guest_key="olga")


@pytest.fixture
def make(room: Room, olga: Participant) -> Make:
    numbers = count(1)

    def task(title: str = "Porter des sacs", **fields: object) -> int:
        fields.setdefault("client_id", f"t{next(numbers)}")
        words = TaskWords(title, place="Pont Vert")
        made = create_task(room=room, actor=olga, words=words, **fields)  # type: ignore[arg-type]
        return made.number

    return task


@pytest.fixture
def step(room: Room) -> Step:
    numbers = count(1)

    def take(actor: Participant, number: int, state: State, **fields: object) -> Event:
        fields.setdefault("client_id", f"s{next(numbers)}")
        return take_step(room=room, actor=actor, number=number, state=state, **fields)  # type: ignore[arg-type]

    return take


def how(room: Room, number: int, person: Participant) -> str:
    view = task_view(room, number)
    assert view is not None
    return view.state_of(person.pk)


def refusal(act: Callable[[], object]) -> Code:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


def test_the_whole_way_of_somebody_who_offers(
    room: Room, olga: Participant, alice: Participant, make: Make, step: Step
) -> None:
    number = make()
    step(alice, number, State.OFFERED)
    assert refusal(lambda: step(alice, number, State.CONFIRMED)) is Code.STALE
    step(olga, number, State.CONFIRMED, participant_id=alice.pk)
    for state in (State.ON_WAY, State.HERE, State.DONE):
        step(alice, number, state)
        assert how(room, number, alice) == state
    assert refusal(lambda: step(alice, number, State.WITHDRAWN)) is Code.STALE
    assert tasks_of(room.pk)[0].column == "done"
    assert differences(room.pk) == []


def test_who_is_asked_confirms_and_nobody_else_does(
    room: Room, olga: Participant, alice: Participant, bob: Participant, make: Make, step: Step
) -> None:
    number = make()
    step(olga, number, State.ASKED, participant_id=alice.pk)
    for other in (olga, bob):
        asked = {"participant_id": alice.pk}
        with pytest.raises(Refused):
            step(other, number, State.CONFIRMED, **asked)
    step(alice, number, State.CONFIRMED)
    assert how(room, number, alice) == State.CONFIRMED


@pytest.mark.parametrize("state", [State.ASKED, State.NO_SHOW, State.HERE, State.WITHDRAWN])
def test_participants_decide_for_nobody_else(
    room: Room, alice: Participant, bob: Participant, make: Make, step: Step, state: State
) -> None:
    number = make(capacity=2)
    step(alice, number, State.OFFERED)
    theirs = {"participant_id": alice.pk}
    assert refusal(lambda: step(bob, number, state, **theirs)) is Code.FORBIDDEN
    assert how(room, number, alice) == State.OFFERED


def test_participants_neither_make_nor_cancel_tasks(
    room: Room, alice: Participant, make: Make
) -> None:
    words = TaskWords("Porter des sacs")
    making = {"room": room, "actor": alice, "client_id": "x", "words": words}
    assert refusal(lambda: create_task(**making)) is Code.FORBIDDEN  # type: ignore[arg-type]
    number = make()
    assert refusal(lambda: cancel_task(room=room, actor=alice, number=number)) is Code.FORBIDDEN


def test_a_full_task_takes_nobody_until_somebody_goes(
    room: Room, olga: Participant, alice: Participant, bob: Participant, make: Make, step: Step
) -> None:
    number = make()
    step(alice, number, State.OFFERED)
    assert refusal(lambda: step(bob, number, State.OFFERED)) is Code.CONFLICT
    step(alice, number, State.WITHDRAWN)
    step(bob, number, State.OFFERED)
    assert refusal(lambda: step(alice, number, State.OFFERED)) is Code.CONFLICT
    step(olga, number, State.CONFIRMED, participant_id=bob.pk)
    step(olga, number, State.NO_SHOW, participant_id=bob.pk)
    step(alice, number, State.OFFERED)
    late = {"participant_id": bob.pk}
    assert refusal(lambda: step(olga, number, State.HERE, **late)) is Code.CONFLICT


def test_the_same_tap_counts_once_also_after_things_moved_on(
    room: Room, olga: Participant, alice: Participant, make: Make, step: Step
) -> None:
    number = make()
    first = step(alice, number, State.OFFERED, client_id="tap")
    step(olga, number, State.CONFIRMED, participant_id=alice.pk)
    assert step(alice, number, State.OFFERED, client_id="tap").seq == first.seq
    assert how(room, number, alice) == State.CONFIRMED
    assert Event.objects.filter(room=room, type="task.taken").count() == 2
    assert make(client_id="twice") == make(client_id="twice")


def test_a_place_is_handed_over_and_the_other_is_asked(
    room: Room, alice: Participant, bob: Participant, make: Make, step: Step
) -> None:
    number = make()
    step(alice, number, State.OFFERED)
    hand_over(
        room=room, actor=alice, number=number, participant_id=alice.pk, to=bob.pk, client_id="g"
    )
    assert how(room, number, alice) == State.WITHDRAWN
    assert how(room, number, bob) == State.ASKED
    theft = {"participant_id": bob.pk, "to": alice.pk, "client_id": "theft"}
    stealing = {"room": room, "actor": alice, "number": number, **theft}
    assert refusal(lambda: hand_over(**stealing)) is Code.FORBIDDEN  # type: ignore[arg-type]
    step(bob, number, State.CONFIRMED)
    assert differences(room.pk) == []


def test_nobody_takes_a_cancelled_task(
    room: Room, olga: Participant, max_: Participant, alice: Participant, make: Make, step: Step
) -> None:
    number = make()
    first = cancel_task(room=room, actor=olga, number=number)
    assert refusal(lambda: step(alice, number, State.OFFERED)) is Code.CLOSED
    assert cancel_task(room=room, actor=olga, number=number).seq == first.seq
    assert refusal(lambda: cancel_task(room=room, actor=max_, number=number)) is Code.CLOSED


def test_who_is_muted_takes_nothing(
    room: Room, olga: Participant, alice: Participant, make: Make, step: Step
) -> None:
    number = make()
    mute_participant(room=room, actor=olga, participant_id=alice.pk, seconds=60)
    assert refusal(lambda: step(alice, number, State.OFFERED)) is Code.MUTED


def test_a_task_knows_its_message_and_the_message_its_task(
    room: Room, olga: Participant, bob: Participant, post: Post, make: Make
) -> None:
    said = post(bob, "Il faut deux personnes pour le frigo.").number
    number = make(from_message=said)
    assert [view.number for view in tasks_from(room, said)] == [number]
    remove_message(room=room, actor=olga, number=said, reason="other")
    assert refusal(lambda: make(from_message=said)) is Code.NOT_FOUND


def test_the_words_are_screened_and_stay_out_of_the_log(
    room: Room, olga: Participant, make: Make
) -> None:
    number = make("Un secret bien gardé")
    assert "secret" not in str(Event.objects.get(room=room, seq=number).payload)
    set_words(room=room, actor=olga, words=["gros mot"])
    room.refresh_from_db()
    assert refusal(lambda: make("Quel gros mot")) is Code.HELD
    assert Task.objects.filter(room=room).count() == 1


def test_tasks_that_nobody_could_do_are_refused(make: Make) -> None:
    now = timezone.now()
    assert refusal(lambda: make(capacity=0)) is Code.BAD_SHAPE
    assert refusal(lambda: make(starts_at=now, ends_at=now)) is Code.BAD_SHAPE
    assert refusal(lambda: make(ends_at=now + timedelta(hours=1))) is Code.BAD_SHAPE


def test_the_board_goes_by_time(room: Room, make: Make) -> None:
    now = timezone.now()
    never, late = make(), make(starts_at=now + timedelta(hours=2))
    soon = make(starts_at=now + timedelta(hours=1))
    assert [view.number for view in tasks_of(room.pk)] == [soon, late, never]


def test_a_debate_has_no_tasks(db: None) -> None:
    debate = create_room(title="Bus ?", owner_name="Olga", guest_key="o")
    olga = Participant.objects.get(room=debate)
    making = {"room": debate, "actor": olga, "client_id": "x", "words": TaskWords("Porter")}
    assert refusal(lambda: create_task(**making)) is Code.FORBIDDEN  # type: ignore[arg-type]


def test_erasure_frees_places_and_deletes_words(
    room: Room, olga: Participant, alice: Participant, make: Make, step: Step
) -> None:
    number = make()
    step(alice, number, State.OFFERED)
    (mine,) = export_guest("alice")["rooms"]
    assert mine["tasks"][0]["your_state"] == State.OFFERED
    assert mine["tasks"][0]["words"] is None, "these are somebody else's"
    (hers,) = export_guest("olga")["rooms"]
    assert hers["tasks"][0]["words"]["place"] == "Pont Vert"
    erase_guest("alice")
    assert how(room, number, alice) == State.WITHDRAWN
    erase_guest("olga")
    assert not TaskText.objects.exists()
    assert differences(room.pk) == []


def test_who_signs_in_keeps_the_tasks_of_the_guest(
    room: Room, alice: Participant, make: Make, step: Step
) -> None:
    user = User.objects.create_user("alice@example.org", name="Alice")
    own = join_room(room=room, name="Alice at home", user=user)
    only_guest, both = make(), make(capacity=2)
    step(alice, only_guest, State.OFFERED)
    for person in (alice, own):
        step(person, both, State.OFFERED)
    claim_guest(guest_key="alice", user=user)
    assert how(room, only_guest, own) == State.OFFERED
    assert (how(room, both, own), how(room, both, alice)) == (State.OFFERED, State.WITHDRAWN)
    assert differences(room.pk) == []


def test_nobody_taps_faster_than_anybody_means_to(
    alice: Participant, make: Make, step: Step
) -> None:
    number = make()
    for _time in range(10):
        step(alice, number, State.OFFERED)
        step(alice, number, State.WITHDRAWN)
    assert refusal(lambda: step(alice, number, State.OFFERED)) is Code.SLOW_DOWN

"""Clocks that jump, and clocks that differ: what is promised of time, and what is not."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from rooms.eventlog.clocks import SKEW
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.fold import differences, gaps
from rooms.eventlog.models import Event, Room
from rooms.lifecycle.schedule import create_room, open_room, schedule_room, tick
from rooms.messages.models import Message
from rooms.messages.reactions import react
from rooms.moderation.modes import set_hold_policy, set_mode
from rooms.moderation.sanctions import mute_participant
from rooms.people.membership import join_room
from rooms.people.models import Participant
from rooms.redress.reports import report_message
from tests.rooms.conftest import Post

HOUR = timedelta(hours=1)
APART = timedelta(seconds=30)
"""By how much the clocks of two workers differ here."""


class Clock:
    """What ``timezone.now`` tells: the time, and as much more as somebody has put it forward."""

    def __init__(self) -> None:
        self._now = timezone.now
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return self._now() + self.ahead


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock)
    return clock


@pytest.fixture(autouse=True)
def _the_log_is_whole(db: None) -> Iterator[None]:
    """Whatever the clocks say, the log has no gap, and all state follows from it."""
    yield
    for room in Room.objects.all():
        assert gaps(room.pk) == [] and differences(room.pk) == []


def wait_of(send: Callable[[], object]) -> float:
    """Return how long somebody who is too fast is told to wait."""
    with pytest.raises(Refused) as refused:
        send()
    assert refused.value.code is Code.SLOW_DOWN
    return refused.value.retry_after or 0.0


def test_set_back_nobody_waits_until_that_time_comes_again(
    clock: Clock, settings: Settings, room: Room, alice: Participant, post: Post
) -> None:
    settings.RATE_LIMITS = [(2, 10)]
    clock.ahead = HOUR
    for text in ("Bonjour à toutes et à tous", "Je commence par les bus"):
        post(alice, text)
    assert 0 < wait_of(lambda: post(alice, "trop vite")) <= 10
    clock.ahead = timedelta(0)
    post(alice, "Bonjour à toutes et à tous")  # No duplicate either: that was in the future.
    post(alice, "deux")
    assert 0 < wait_of(lambda: post(alice, "trois")) <= 10


def test_set_back_slow_mode_is_as_slow_as_it_was(
    clock: Clock, room: Room, olga: Participant, alice: Participant, post: Post
) -> None:
    set_mode(room=room, actor=olga, mode="slow_seconds", value=60)
    clock.ahead = HOUR
    post(alice, "un")
    clock.ahead = timedelta(0)
    post(alice, "deux")
    assert 0 < wait_of(lambda: post(alice, "trois")) <= 60


def test_set_back_reactions_and_reports_are_counted_as_before(
    clock: Clock,
    settings: Settings,
    room: Room,
    alice: Participant,
    bob: Participant,
    post: Post,
) -> None:
    settings.REPORT_RATE = (2, 3600)
    numbers = [post(alice, text).number for text in ("un", "deux", "trois", "quatre")]
    clock.ahead = HOUR
    for turn in range(20):
        react(room=room, actor=bob, number=numbers[0], emoji="👍", on=turn % 2 == 0)
    with pytest.raises(Refused):
        react(room=room, actor=bob, number=numbers[0], emoji="👍", on=True)
    for number in numbers[:2]:
        report_message(room=room, actor=bob, number=number, reason="spam")
    clock.ahead = timedelta(0)
    react(room=room, actor=bob, number=numbers[0], emoji="👍", on=True)
    report_message(room=room, actor=bob, number=numbers[2], reason="spam")
    report_message(room=room, actor=bob, number=numbers[3], reason="spam")


def test_of_two_workers_that_differ_none_lets_more_through(
    clock: Clock, settings: Settings, room: Room, alice: Participant, post: Post
) -> None:
    settings.RATE_LIMITS = [(2, 10)]
    assert APART < SKEW
    clock.ahead = APART
    post(alice, "un")
    post(alice, "deux")
    clock.ahead = timedelta(0)
    assert 0 < wait_of(lambda: post(alice, "trois")) <= 10 + APART.total_seconds()


def test_what_one_worker_has_closed_the_other_has_closed(
    clock: Clock, olga: Participant, room: Room, alice: Participant, post: Post
) -> None:
    """Its clock is behind, and by it the room is open still: the lock and the log decide."""
    schedule_room(
        room=room, actor=olga, opens_at=None, closes_at=timezone.now() + timedelta(seconds=20)
    )
    post(alice, "à temps")
    clock.ahead = APART
    tick()
    clock.ahead = timedelta(0)
    with pytest.raises(Refused) as refused:
        post(alice, "trop tard")
    assert refused.value.code is Code.CLOSED
    assert Event.objects.filter(room=room).order_by("-seq")[0].type == "room.closed"
    assert tick() == []


def test_put_forward_a_room_opens_and_closes_early_and_once(clock: Clock) -> None:
    opens_at, closes_at = timezone.now() + HOUR / 4, timezone.now() + HOUR / 2
    room = create_room(title="Demain", owner_name="Olga", opens_at=opens_at, closes_at=closes_at)
    clock.ahead = HOUR
    assert tick() == [room.pk] and tick() == []
    clock.ahead = timedelta(0)
    assert tick() == []
    types = list(Event.objects.filter(room=room).order_by("seq").values_list("type", flat=True))
    assert types[-2:] == ["room.opened", "room.closed"]
    # It stays so, as people have seen it, until somebody says otherwise.
    room.refresh_from_db()
    assert room.status == Room.Status.CLOSED
    owner = Participant.objects.get(room=room)
    schedule_room(room=room, actor=owner, opens_at=None, closes_at=timezone.now() + 2 * HOUR)
    open_room(room=room, actor=owner)
    room.refresh_from_db()
    assert room.status == Room.Status.OPEN and tick() == []


def test_a_mute_lasts_as_long_as_the_clock_says(
    clock: Clock, room: Room, olga: Participant, alice: Participant, post: Post
) -> None:
    mute_participant(room=room, actor=olga, participant_id=alice.pk, seconds=600)
    clock.ahead = HOUR
    post(alice, "Il est déjà plus tard")
    clock.ahead = timedelta(0)
    with pytest.raises(Refused) as refused:
        post(alice, "Ou pas")
    assert refused.value.code is Code.MUTED, "a jump forward lets go only while it lasts"
    clock.ahead = timedelta(seconds=600) + APART
    post(alice, "Maintenant")


def test_put_forward_a_hold_is_decided_early_and_once(
    clock: Clock, room: Room, olga: Participant, alice: Participant, post: Post
) -> None:
    set_mode(room=room, actor=olga, mode="hold_all", value=1)
    set_hold_policy(room=room, actor=olga, outcome="release", minutes=30)
    room.refresh_from_db()
    held = post(alice, "Cela peut attendre")
    assert held.status == "held"
    clock.ahead = HOUR
    assert tick() == [room.pk] and tick() == []
    clock.ahead = timedelta(0)
    assert tick() == []
    assert Message.objects.get(number=held.number).status == Message.Status.VISIBLE
    decided = Event.objects.filter(room=room, type="message.approved")
    assert decided.count() == 1


def test_set_back_a_room_stays_open_and_the_log_in_order(
    clock: Clock, room: Room, alice: Participant, post: Post
) -> None:
    clock.ahead = HOUR
    post(alice, "dans une heure")
    clock.ahead = timedelta(0)
    bob = join_room(room=room, name="Bob", guest_key="bob")
    post(bob, "maintenant")
    assert tick() == []
    events = list(Event.objects.filter(room=room).order_by("seq"))
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert events[-1].at < events[-3].at, "the order is that of the numbers, not of the times"

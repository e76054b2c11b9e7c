"""Many people tap for the same shifts at the same moment, and some give theirs away meanwhile."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.utils import timezone

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.fold import differences
from rooms.lifecycle.schedule import create_room
from rooms.organizing.models import BUSY, State
from rooms.organizing.selectors import shifts_of
from rooms.organizing.tasks import TaskWords, add_shift, create_task, hand_over, take_step
from rooms.people.membership import join_room
from rooms.people.models import Participant


@pytest.mark.django_db(transaction=True)
def test_no_shift_has_too_many_and_nobody_two_at_once() -> None:
    room = create_room(title="Berges", kind="action", owner_name="Olga", guest_key="olga")
    olga = Participant.objects.get(room=room)
    words = TaskWords("Tenir le stand")
    number = create_task(room=room, actor=olga, client_id="t", words=words).number
    start = timezone.now() + timedelta(days=1)
    # Two at the same time, and one after them.
    starts = [start, start, start + timedelta(hours=2)]
    shifts = [
        add_shift(
            room=room,
            actor=olga,
            client_id=f"s{n}",
            number=number,
            starts_at=at,
            ends_at=at + timedelta(hours=2),
            capacity=2,
        ).number
        for n, at in enumerate(starts)
    ]
    people = [join_room(room=room, name=f"P{n}", guest_key=f"p{n}") for n in range(8)]
    barrier, codes = Barrier(8), set[str]()

    def act(index: int) -> None:
        me, other = people[index], people[index - 1]
        barrier.wait()
        for turn in range(3):
            shift = shifts[(index + turn) % 3]
            try:
                take_step(
                    room=room, actor=me, number=shift, state=State.OFFERED, client_id=f"take-{turn}"
                )
                if index % 4 == 0:
                    giving = {"participant_id": me.pk, "to": other.pk, "client_id": "give"}
                    hand_over(room=room, actor=me, number=shift, **giving)  # type: ignore[arg-type]
            except Refused as refusal:
                codes.add(refusal.code)
        connections.close_all()

    threads = [Thread(target=act, args=(index,)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first, second, later = shifts_of(room, number)
    assert all(view.taken <= 2 for view in (first, second, later))
    assert later.taken == 2
    for person in people:
        at_once = [view.state_of(person.pk) in BUSY for view in (first, second)]
        assert sum(at_once) < 2
    assert codes <= {Code.CONFLICT, Code.OVERLAPS, Code.STALE}
    assert differences(room.pk) == []

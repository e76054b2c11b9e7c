"""Many people tap for the same few places at the same moment."""

from threading import Barrier, Thread

import pytest
from django.db import connections

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.fold import differences
from rooms.lifecycle.schedule import create_room
from rooms.organizing.models import State
from rooms.organizing.selectors import task_view
from rooms.organizing.tasks import TaskWords, create_task, take_step
from rooms.people.membership import join_room
from rooms.people.models import Participant


@pytest.mark.django_db(transaction=True)
def test_no_more_people_than_places_and_everybody_is_told() -> None:
    room = create_room(title="Berges", kind="action", owner_name="Olga", guest_key="olga")
    olga = Participant.objects.get(room=room)
    words = TaskWords("Porter des sacs")
    task = create_task(room=room, actor=olga, client_id="t", words=words, capacity=3)
    people = [join_room(room=room, name=f"P{n}", guest_key=f"p{n}") for n in range(12)]
    barrier, outcomes = Barrier(4), list[str]()

    def offer(mine: list[Participant]) -> None:
        barrier.wait()
        for person in mine:
            # Each taps twice, as a phone does that has heard no answer.
            for _again in range(2):
                tap = {"state": State.OFFERED, "client_id": "tap"}
                try:
                    take_step(room=room, actor=person, number=task.number, **tap)  # type: ignore[arg-type]
                    outcomes.append("taken")
                except Refused as refusal:
                    outcomes.append(refusal.code)
        connections.close_all()

    threads = [Thread(target=offer, args=(people[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    view = task_view(room, task.number)
    assert view is not None and view.taken == 3 == len(view.people)
    assert sorted(outcomes) == [Code.CONFLICT] * 18 + ["taken"] * 6
    assert differences(room.pk) == []

"""Many people answer at the same moment, some change their minds: no place too many."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.utils import timezone

from rooms.eventlog.fold import differences
from rooms.eventlog.models import Event
from rooms.lifecycle.schedule import create_room
from rooms.organizing.meetup_models import Answer
from rooms.organizing.meetup_selectors import meetup_view
from rooms.organizing.meetups import MeetupPlan, answer_meetup, call_meetup
from rooms.people.membership import join_room
from rooms.people.models import Participant


@pytest.mark.django_db(transaction=True)
def test_places_are_kept_and_the_line_moves_up_in_order() -> None:
    room = create_room(title="Berges", kind="action", owner_name="Olga", guest_key="olga")
    olga = Participant.objects.get(room=room)
    plan = MeetupPlan("Réunion", timezone.now() + timedelta(days=1), capacity=4)
    number = call_meetup(room=room, actor=olga, client_id="m", plan=plan).number
    people = [join_room(room=room, name=f"P{n}", guest_key=f"p{n}") for n in range(12)]
    barrier = Barrier(6)

    def act(index: int) -> None:
        barrier.wait()
        for person in people[index::6]:
            for answer in (Answer.YES, Answer.NO) if index < 2 else (Answer.YES,):
                # Each is sent twice, as a phone does that has heard no answer.
                for _again in range(2):
                    tap = {"answer": answer, "client_id": answer.value}
                    answer_meetup(room=room, actor=person, number=number, **tap)  # type: ignore[arg-type]
        connections.close_all()

    threads = [Thread(target=act, args=(index,)) for index in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    view = meetup_view(room, number)
    assert view is not None
    assert (view.taken, len(view.line)) == (4, 4)
    assert Event.objects.filter(room=room, type="rsvp.given").count() == 16
    came = Event.objects.filter(room=room, type="rsvp.given", payload__answer="yes").order_by("seq")
    stayed = [person.pk for index in range(2, 6) for person in people[index::6]]
    in_order = [one for one in came.values_list("actor", flat=True) if one in stayed]
    assert {one.person.id for one in view.coming} == set(in_order[:4])
    assert [one.person.id for one in view.line] == in_order[4:]
    assert differences(room.pk) == []

"""Calling, changing and cancelling meetups, and answering whether one comes."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from rooms.eventlog.append import append_one
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Draft
from rooms.organizing.checks import require_key
from rooms.organizing.meetup_events import MeetupCalled, MeetupCancelled, MeetupChanged
from rooms.organizing.meetup_models import Answer, Meetup, MeetupText, Rsvp
from rooms.organizing.rsvp_events import RsvpGiven
from rooms.organizing.writing import log_words, optional
from rooms.people.models import Participant
from rooms.places.gazetteer import get_place
from rooms.text import clean


@dataclass(frozen=True)
class MeetupPlan:
    """What a meetup is. ``place`` is a code of the gazetteer, ``town`` its name or any other."""

    title: str
    starts_at: datetime
    ends_at: datetime | None = None
    capacity: int | None = None
    place: str = ""
    town: str = ""
    spot: str = ""
    note: str = ""


def call_meetup(*, room: Room, actor: Participant, client_id: str, plan: MeetupPlan) -> Meetup:
    """Call people to meet; the same ``client_id`` does it once. Raises ``Refused``."""
    require_key(client_id)
    words = _words(plan)
    event = log_words(
        room=room,
        actor=actor,
        text=_joined(words),
        build=lambda policy: MeetupCalled(client_id, *_frame(plan), policy),
        keep=lambda event: _keep(event, event.seq, words),
    )
    return Meetup.objects.get(room=room, number=event.seq)


def change_meetup(
    *, room: Room, actor: Participant, number: int, client_id: str, plan: MeetupPlan
) -> Event:
    """Make a meetup another one. Where its time or place moves, who answered is told so.

    The same ``client_id`` does it once. Raises ``Refused``.
    """
    require_key(client_id)
    words = _words(plan)
    moved = _is_moved(room, number, plan, words)
    return log_words(
        room=room,
        actor=actor,
        text=_joined(words),
        build=lambda policy: MeetupChanged(number, client_id, *_frame(plan), moved, policy),
        keep=lambda event: _keep(event, number, words),
    )


def cancel_meetup(*, room: Room, actor: Participant, number: int) -> Event:
    """Cancel a meetup; again by the same person changes nothing. Raises ``Refused``."""
    return append_one(room.pk, Draft(MeetupCancelled(number), actor.pk))


def answer_meetup(
    *,
    room: Room,
    actor: Participant,
    number: int,
    answer: Answer,
    client_id: str,
    companions: int | None = None,
) -> Event:
    """Say whether one comes, and with how many; the same ``client_id`` does it once.

    Who says nothing of companions brings as many as they said before. Who finds no place
    stands in the line, and moves up in order. Raises ``Refused``.
    """
    require_key(client_id)
    if answer is not Answer.YES:
        companions = 0
    elif companions is None:
        mine = Rsvp.objects.filter(meetup__room=room, meetup__number=number, participant=actor)
        companions = mine.values_list("companions", flat=True).first() or 0
    given = RsvpGiven(number, actor.pk, answer, companions, client_id)
    return append_one(room.pk, Draft(given, actor.pk))


def _keep(event: Event, number: int, words: dict[str, str]) -> None:
    written = {**words, "writer_id": event.actor_id}
    MeetupText.objects.update_or_create(room=event.room, number=number, defaults=written)


def forget_meetups(person: Participant) -> None:
    """Delete what somebody wrote about meetups."""
    called = Meetup.objects.filter(author=person).values("number")
    words = MeetupText.objects.filter(room=person.room_id)
    words.filter(Q(number__in=called) | Q(writer=person)).delete()


def _frame(plan: MeetupPlan) -> tuple[datetime, datetime | None, int | None, str]:
    if plan.place and get_place(plan.place) is None:
        raise Refused(Code.BAD_SHAPE)
    return plan.starts_at, plan.ends_at, plan.capacity, plan.place


def _words(plan: MeetupPlan) -> dict[str, str]:
    return {
        "title": clean(plan.title, limit=120),
        "town": optional(plan.town, 80),
        "spot": optional(plan.spot, 200),
        "note": optional(plan.note, 1000),
    }


def _joined(words: dict[str, str]) -> str:
    return "\n".join(filter(None, words.values()))


def _is_moved(room: Room, number: int, plan: MeetupPlan, words: dict[str, str]) -> bool:
    """Tell whether somebody who knew the meetup as it was would come at a wrong time or place."""
    before = Meetup.objects.filter(room=room, number=number).first()
    text = MeetupText.objects.filter(room=room, number=number).first()
    if before is None:
        return True
    times = (before.starts_at, before.ends_at) != (plan.starts_at, plan.ends_at)
    was = (before.place, *((text.town, text.spot) if text else ("", "")))
    return times or was != (plan.place, words["town"], words["spot"])

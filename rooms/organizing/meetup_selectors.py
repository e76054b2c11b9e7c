"""Reading meetups: who comes, who waits."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from rooms.eventlog.models import Room
from rooms.eventlog.registry import present_meetups
from rooms.eventlog.views import GuestView, MeetupView
from rooms.organizing.meetup_models import Answer, Meetup, MeetupText, Rsvp
from rooms.organizing.models import LENGTH
from rooms.people.events import person_view


def meetups_of(room_id: int) -> list[MeetupView]:
    """Return a room's meetups, the earliest first. Three queries."""
    return _views(room_id, Meetup.objects.filter(room=room_id).order_by("starts_at", "number"))


def meetups_ahead(room_id: int, now: datetime) -> list[MeetupView]:
    """Return the meetups that are not over, the earliest first."""
    return [view for view in meetups_of(room_id) if not is_over(view, now)]


def is_over(meetup: MeetupView, now: datetime) -> bool:
    """Tell whether a meetup is over, as far as anybody can tell."""
    return (meetup.ends_at or meetup.starts_at + LENGTH) <= now


def meetup_view(room: Room, number: int) -> MeetupView | None:
    """Return one meetup of a room."""
    found = _views(room.pk, Meetup.objects.filter(room=room, number=number))
    return found[0] if found else None


def _views(room_id: int, found: QuerySet[Meetup]) -> list[MeetupView]:
    meetups = list(found)
    texts = MeetupText.objects.filter(room=room_id, number__in=[one.number for one in meetups])
    by_number = {text.number: text for text in texts}
    rsvps: dict[int, list[Rsvp]] = {meetup.pk: [] for meetup in meetups}
    rows = Rsvp.objects.filter(meetup__in=meetups).select_related("participant")
    for row in rows.order_by("seq", "pk"):
        rsvps[row.meetup_id].append(row)
    return [_view(one, by_number.get(one.number), rsvps[one.pk]) for one in meetups]


def _view(meetup: Meetup, text: MeetupText | None, rsvps: Sequence[Rsvp]) -> MeetupView:
    line = sorted(row.line_seq for row in rsvps if row.line_seq is not None)
    return MeetupView(
        number=meetup.number,
        title=text.title if text else "",
        town=text.town if text else "",
        spot=text.spot if text else "",
        note=text.note if text else "",
        place=meetup.place,
        starts_at=meetup.starts_at,
        ends_at=meetup.ends_at,
        capacity=meetup.capacity,
        is_cancelled=meetup.is_cancelled,
        has_moved=meetup.moved_seq > meetup.number,
        taken=sum(row.seats for row in rsvps if row.line_seq is None),
        guests=[_guest(meetup, row, line) for row in rsvps],
    )


def _guest(meetup: Meetup, row: Rsvp, line: Sequence[int]) -> GuestView:
    return GuestView(
        person=person_view(row.participant),
        answer=row.answer,
        companions=row.companions,
        waits=0 if row.line_seq is None else line.index(row.line_seq) + 1,
        is_outdated=row.seq < meetup.moved_seq and row.answer != Answer.NO,
    )


def _present(room_id: int, numbers: list[int]) -> dict[int, MeetupView]:
    found = _views(room_id, Meetup.objects.filter(room=room_id, number__in=set(numbers)))
    return {meetup.number: meetup for meetup in found}


present_meetups.append(_present)

"""Reading the log: pages of events, and what the templates need to show them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from django.db.models import Q

from rooms.eventlog import registry
from rooms.eventlog.models import Event, Room
from rooms.eventlog.views import (
    AnnouncementView,
    EventView,
    LinkView,
    MeetupView,
    MessageView,
    PersonView,
    RoomView,
    TaskView,
)

PAGE = 100


def backlog(room_id: int, after: int, limit: int = PAGE) -> list[Event]:
    """Return at most ``limit`` events with a sequence above ``after``, in order."""
    events = Event.objects.filter(room_id=room_id, seq__gt=after).order_by("seq")
    return list(events.select_related("room")[:limit])


def heads(room_ids: Sequence[int]) -> dict[int, tuple[str, int]]:
    """Return (epoch, head) for each room, by one query."""
    rows = Room.objects.filter(pk__in=room_ids).values_list("pk", "epoch", "head")
    return {pk: (epoch, head) for pk, epoch, head in rows}


def present(
    events: Sequence[Event], known: Mapping[int, MessageView] = MappingProxyType({})
) -> list[EventView]:
    """Return the events of one room with what they concern as it stands now.

    ``known`` has messages that need not be read again, by number.
    """
    if not events:
        return []
    room = events[0].room
    payloads = [registry.decode(e.type, e.payload) for e in events]
    numbers = [p.message_number(e.seq) for p, e in zip(payloads, events, strict=True)]
    of_tasks = [p.task_number(e.seq) for p, e in zip(payloads, events, strict=True)]
    tasks = _tasks(room.pk, [n for n in of_tasks if n is not None])
    told = [p.announcement_number(e.seq) for p, e in zip(payloads, events, strict=True)]
    announcements = _announcements(room.pk, [n for n in told if n is not None])
    met = [p.meetup_number(e.seq) for p, e in zip(payloads, events, strict=True)]
    meetups = _meetups(room.pk, [n for n in met if n is not None])
    subjects = [p.participant_id() for p in payloads]
    unknown = {n for n in numbers if n is not None} - known.keys()
    messages = {**known, **_messages(room.pk, list(unknown))}
    people = {message.author.id: message.author for message in known.values()}
    named = {i for i in (*subjects, *(e.actor_id for e in events)) if i is not None}
    people.update(_people(list(named - people.keys())))
    links = _links(room.pk, {i for p in payloads if (i := p.linked_room_id()) is not None})
    shown = room_view(room)
    return [
        EventView(
            room=shown,
            seq=event.seq,
            type=event.type,
            at=event.at,
            payload=event.payload,
            actor=people.get(event.actor_id) if event.actor_id else None,
            message=(message := messages.get(number) if number else None),
            task=tasks.get(task) if task else None,
            announcement=announcements.get(said) if said else None,
            meetup=meetups.get(meetup) if meetup else None,
            participant=people.get(subject) if subject else None,
            to=message.author.id if message else subject,
            link=links.get(payload.linked_room_id() or 0),
        )
        for event, payload, number, task, said, meetup, subject in zip(
            events, payloads, numbers, of_tasks, told, met, subjects, strict=True
        )
    ]


def room_view(room: Room) -> RoomView:
    """Return what the templates need of a room."""
    return RoomView(
        id=room.pk,
        slug=room.slug,
        kind=room.kind,
        language=room.language,
        status=room.status,
        opens_at=room.opens_at,
        closes_at=room.closes_at,
        is_paused=room.is_paused,
        is_locked=room.is_locked,
        slow_seconds=room.slow_seconds,
        hold_all=room.hold_all,
        hold_newcomers=room.hold_newcomers,
        hold_outcome=room.hold_outcome,
        hold_minutes=room.hold_minutes,
        signature_count=room.signature_count,
        threshold=room.threshold,
    )


def _messages(room_id: int, numbers: list[int]) -> dict[int, MessageView]:
    found: dict[int, MessageView] = {}
    for present_messages in registry.present_messages if numbers else []:
        found.update(present_messages(room_id, numbers))
    return found


def _tasks(room_id: int, numbers: list[int]) -> dict[int, TaskView]:
    found: dict[int, TaskView] = {}
    for present_tasks in registry.present_tasks if numbers else []:
        found.update(present_tasks(room_id, numbers))
    return found


def _links(room_id: int, ids: set[int]) -> dict[int, LinkView]:
    """Return the rooms that whoever reads this one may read, too."""
    ours = Q(access=Room.Access.MEMBERS, group=room_id)
    readable = Q(access=Room.Access.OPEN) | ours
    rooms = Room.objects.filter(readable, pk__in=ids) if ids else []
    return {room.pk: LinkView(room.slug, room.title, room.kind) for room in rooms}


def _announcements(room_id: int, numbers: list[int]) -> dict[int, AnnouncementView]:
    found: dict[int, AnnouncementView] = {}
    for present_announcements in registry.present_announcements if numbers else []:
        found.update(present_announcements(room_id, numbers))
    return found


def _meetups(room_id: int, numbers: list[int]) -> dict[int, MeetupView]:
    found: dict[int, MeetupView] = {}
    for present_meetups in registry.present_meetups if numbers else []:
        found.update(present_meetups(room_id, numbers))
    return found


def _people(ids: list[int]) -> dict[int, PersonView]:
    found: dict[int, PersonView] = {}
    for present_people in registry.present_people if ids else []:
        found.update(present_people(ids))
    return found

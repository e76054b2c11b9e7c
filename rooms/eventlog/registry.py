"""The closed set of event types: one frozen payload class each."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from rooms.eventlog.models import Room
from rooms.eventlog.payload import Context, Draft, Entry, Part, Payload
from rooms.eventlog.views import (
    AnnouncementView,
    EventView,
    MeetupView,
    MessageView,
    PersonView,
    TaskView,
)

P = TypeVar("P", bound=type[Payload])
_classes: dict[str, type[Payload]] = {}
_names: dict[type[Payload], str] = {}

Due = Callable[[Room, Any], Iterable[Draft]]
due: list[Due] = []
"""Functions (room, now) -> drafts that have fallen due; ``append`` logs them first."""

Observer = Callable[[Context, Draft, Entry], None]
observers: list[Observer] = []
"""Called for every event right after it was applied, in the same transaction, and when the log
is folded again: what follows from events of many types."""

prepare: list[Callable[[Sequence[tuple[Context, Sequence[Draft]]]], None]] = []
"""Called once before the drafts of an append are looked at, with those of each of its rooms: reads
for all of them in one go."""
flush: list[Callable[[Context], None]] = []
"""Called once after the drafts of a room were applied: what is to be written for all of them in
one go, which new rows in ``Context.rows`` are."""

shortcuts: dict[str, Callable[[EventView, Part], str | None]] = {}
"""By event type, what gives the HTML of a part as its template would; None: let the template."""

present_messages: list[Callable[[int, list[int]], dict[int, MessageView]]] = []
present_tasks: list[Callable[[int, list[int]], dict[int, TaskView]]] = []
present_announcements: list[Callable[[int, list[int]], dict[int, AnnouncementView]]] = []
present_meetups: list[Callable[[int, list[int]], dict[int, MeetupView]]] = []
present_people: list[Callable[[list[int]], dict[int, PersonView]]] = []


@dataclass(frozen=True)
class ReadModel:
    """Tables derived from the log: how to empty them, and what they hold for a room."""

    reset: Callable[[int], None]
    snapshot: Callable[[int], Any]


read_models: list[ReadModel] = []


def event_type(name: str) -> Callable[[P], P]:
    """Register a payload class under its event type, ``noun.past-participle``."""

    def register(cls: P) -> P:
        if name in _classes:
            raise ValueError(f"event type {name} is registered twice")
        _classes[name] = cls
        _names[cls] = name
        return cls

    return register


def event_types() -> dict[str, type[Payload]]:
    """Return every registered event type."""
    return dict(_classes)


def name_of(payload: Payload) -> str:
    """Return the event type of a payload."""
    return _names[type(payload)]


def decode(type_name: str, payload: dict[str, Any]) -> Payload:
    """Return the typed payload of a logged event; raises on one that does not fit."""
    return msgspec.convert(payload, _classes[type_name])


def encode(payload: Payload) -> dict[str, Any]:
    """Return a payload as JSON values."""
    result: dict[str, Any] = msgspec.to_builtins(payload)
    return result


def timeline_types() -> list[str]:
    """Return the event types that add a line to the log on screen."""
    shown = Part("log")
    return [name for name, cls in _classes.items() if shown in cls.parts]

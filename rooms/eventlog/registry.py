"""The closed set of event types: one frozen payload class each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import msgspec

if TYPE_CHECKING:
    from rooms.eventlog.append import Context, Draft, Entry
    from rooms.eventlog.models import Room
    from rooms.eventlog.views import MessageView, PersonView


class To(StrEnum):
    """Who sees a part of an event on screen."""

    EVERYONE = "everyone"
    MODERATORS = "moderators"
    AUTHOR = "author"


@dataclass(frozen=True)
class Part:
    """How an event changes a page: ``swap`` what its template gives ``into`` an element.

    ``into`` is a DOM id; ``{n}`` stands for the number of the message concerned.
    Swap "delete" takes the element away and needs no template.
    """

    into: str
    swap: str = "beforeend"
    to: To = To.EVERYONE


class Payload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an event type records, whom it lets do so, and what it changes.

    No free text and no identity belongs here: the log is never rewritten, and both must
    remain erasable.
    """

    parts: ClassVar[tuple[Part, ...]] = ()

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        """Return the sequence of the event that already did this, if one did."""
        return None

    def permit(self, ctx: Context, draft: Draft) -> None:
        """Raise ``Refused`` unless the actor may do this now; runs under the room's lock."""
        raise NotImplementedError

    def apply(self, ctx: Context, entry: Entry) -> None:
        """Change the read models. Must give the same result when the log is folded again."""

    def message_number(self, seq: int) -> int | None:
        """Return the number of the message concerned, if any."""
        return None

    def participant_id(self) -> int | None:
        """Return the participant acted on, if any."""
        return None


P = TypeVar("P", bound=type[Payload])
_classes: dict[str, type[Payload]] = {}
_names: dict[type[Payload], str] = {}

Due = Callable[["Room", Any], Iterable["Draft"]]
due: list[Due] = []
"""Functions (room, now) -> drafts that have fallen due; ``append`` logs them first."""

present_messages: list[Callable[[int, list[int]], dict[int, MessageView]]] = []
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

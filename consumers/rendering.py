"""Frames of events: each event is rendered once for all who see the same of it."""

import logging
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from consumers.frames import encode
from consumers.protocol import Push, PushedEvent, PushedPart
from rooms.eventlog.rendering import Audience, is_private, render
from rooms.eventlog.views import EventView, MessageView

logger = logging.getLogger(__name__)

FRAME_BYTES = 64 * 1024
"""A frame ends with the event that brings it over this."""


class Frame(NamedTuple):
    """A push frame: the last sequence in it, its text, and its size in bytes."""

    last: int
    text: str
    size: int


class Rendering:
    """Consecutive events as frames, for any language and audience, made on demand and kept."""

    def __init__(self, views: Sequence[EventView]) -> None:
        self.views = views
        self._events: dict[tuple[int, str, Audience], bytes] = {}
        self._frames: dict[tuple[str, Audience], list[Frame]] = {}
        self._addressees = {view.to for view in views if is_private(view)}

    def is_ready(self, language: str, audience: Audience) -> bool:
        """Tell whether :meth:`frames` has nothing left to render."""
        return (language, self._shared(audience)) in self._frames

    def frames(self, language: str, audience: Audience) -> list[Frame]:
        """Return the events as frames for one reader, the same objects for all alike."""
        key = language, self._shared(audience)
        if key not in self._frames:
            self._frames[key] = self._build(*key)
        return self._frames[key]

    def _shared(self, audience: Audience) -> Audience:
        """Return the audience without the person, unless something here is addressed to them."""
        if audience.participant in self._addressees:
            return audience
        return Audience(moderator=audience.moderator)

    def _build(self, language: str, audience: Audience) -> list[Frame]:
        frames: list[Frame] = []
        events: list[msgspec.Raw] = []
        size = 0
        for view in self.views:
            event = self._event(view, language, audience.narrow(view))
            events.append(msgspec.Raw(event))
            size += len(event)
            if size >= FRAME_BYTES or view is self.views[-1]:
                push = Push(events=events, head=self.views[-1].seq)
                frames.append(Frame(view.seq, encode(push), size))
                events, size = [], 0
        return frames

    def _event(self, view: EventView, language: str, audience: Audience) -> bytes:
        key = view.seq, language, audience
        if key not in self._events:
            self._events[key] = event_json(view, language, audience)
        return self._events[key]


def event_json(view: EventView, language: str, audience: Audience) -> bytes:
    """Return an event as one audience sees it, as JSON.

    An event whose template fails still moves the sequence: one bad template must not stop
    a room.
    """
    try:
        rendered = render(view, language=language, audience=audience)
    except Exception:
        logger.exception("event %s of room %s cannot be shown", view.seq, view.room.id)
        rendered = []
    parts = [PushedPart(part.into, part.swap, part.html) for part in rendered]
    return msgspec.json.encode(PushedEvent(view.seq, view.type, parts))


def settle(views: list[EventView]) -> list[EventView]:
    """Show every message in a run of events as the run's last event leaves it.

    So a text that was removed while its posting was still waiting to be sent is not sent.
    """
    latest = {view.message.number: view.message for view in views if view.message}
    return [_settled(view, latest) for view in views]


def _settled(view: EventView, latest: dict[int, MessageView]) -> EventView:
    if view.message is None:
        return view
    message = latest[view.message.number]
    quote = message.reply_to
    quoted = latest.get(quote.number) if quote else None
    if quote and quoted and quoted.status != "visible":
        message = replace(message, reply_to=replace(quote, excerpt=None))
    return view if message is view.message else replace(view, message=message)

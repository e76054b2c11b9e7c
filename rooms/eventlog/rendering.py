"""Turning events into the HTML that the page, HTMX and the socket all use."""

from contextlib import nullcontext
from typing import NamedTuple

import msgspec
from django.template.loader import render_to_string
from django.utils import translation

from rooms.eventlog import registry
from rooms.eventlog.payload import Part, To
from rooms.eventlog.views import EventView


class Audience(NamedTuple):
    """Who looks at an event: what they may see decides what is rendered, and rendered once.

    ``participant`` matters only for events addressed to that one person; ``narrow`` drops
    it from all others, so that thousands of viewers share one rendering.
    """

    moderator: bool = False
    participant: int | None = None

    def narrow(self, view: EventView) -> "Audience":
        """Return the key under which this viewer's rendering of ``view`` may be shared."""
        mine = self.participant is not None and self.participant == view.to
        return Audience(self.moderator, self.participant if mine and is_private(view) else None)

    def sees(self, part: Part, view: EventView) -> bool:
        """Tell whether this viewer is shown a part."""
        if part.to is To.MODERATORS:
            return self.moderator
        if part.to is To.AUTHOR:
            return self.participant is not None and self.participant == view.to
        return True


class RenderedPart(msgspec.Struct, frozen=True):
    """A change to a page: put ``html`` ``into`` the element with that DOM id by ``swap``."""

    into: str
    swap: str
    html: str


def is_private(view: EventView) -> bool:
    """Tell whether an event has parts addressed to one person."""
    return any(p.to is To.AUTHOR for p in registry.event_types()[view.type].parts)


def render(view: EventView, *, language: str, audience: Audience) -> list[RenderedPart]:
    """Return the parts of an event that ``audience`` may see; [] if it sees nothing of it."""
    parts = registry.event_types()[view.type].parts
    # To set a language that is set already costs more than to look.
    is_set = translation.get_language() == language
    with nullcontext() if is_set else translation.override(language):
        return [_render_part(view, part) for part in parts if audience.sees(part, view)]


def _render_part(view: EventView, part: Part) -> RenderedPart:
    numbers = {
        "n": view.message and view.message.number,
        "task": view.task and view.task.number,
        "of": view.task and view.task.of,
        "announcement": view.announcement and view.announcement.number,
        "meetup": view.meetup and view.meetup.number,
    }
    into = part.into.format(**numbers)
    if part.swap == "delete":
        return RenderedPart(into, part.swap, "")
    shortcut = registry.shortcuts.get(view.type)
    html = shortcut(view, part) if shortcut else None
    return RenderedPart(into, part.swap, html or _from_template(view, part))


def _from_template(view: EventView, part: Part) -> str:
    context = {
        "view": view,
        "message": view.message,
        "task": view.task,
        "meetup": view.meetup,
        "room": view.room,
        "part": part,
    }
    return render_to_string(f"rooms/events/{view.type}.html", context).strip()

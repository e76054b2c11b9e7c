"""Plain messages as HTML, cast in molds that their template made once, instead of each by itself.

A mold is the template's own output for a stand-in, cut where what is the message's alone stands.
So the template remains the only place that says how a message looks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.autoreload import file_changed
from django.utils.html import escape, urlize
from msgspec.structs import replace

from rooms.eventlog import registry
from rooms.eventlog.payload import Part
from rooms.eventlog.views import EventView, MessageView, PersonView, RoomView, clock

POSTED = "message.posted"
# Without any of these Django's urlize finds no address: it does no more than escape.
_MAY_LINK = re.compile(r"[.:]\S|@")


@dataclass(frozen=True)
class _Kind:
    """All that decides how a plain message looks but what is its own."""

    language: str
    room_language: str
    side: str
    role: str
    part: Part


def cast(view: EventView, part: Part) -> str | None:
    """Return the HTML of a plain message; None for any other, which its template renders."""
    message = view.message
    if message is None or not _is_plain(message):
        return None
    language = translation.get_language() or ""
    kind = _Kind(language, view.room.language, message.side, message.author.role, part)
    pieces = _mold(kind)
    if pieces is None:
        return None
    own = _own(view, message)
    return "".join([own[piece] if odd % 2 else piece for odd, piece in enumerate(pieces)])


def _is_plain(message: MessageView) -> bool:
    return (
        message.status == "visible"
        and message.text is not None
        and not message.edited
        and not message.reactions
        and message.reply_to is None
    )


def _own(view: EventView, message: MessageView) -> dict[str, str]:
    """Return what is a message's own, as the template would write it."""
    text = message.text or ""
    return {
        "number": str(message.number),
        "seq": str(view.seq),
        "author": str(message.author.id),
        "name": escape(message.author.name),
        "slug": view.room.slug,
        "at": timezone.localtime(message.at).isoformat(),
        "clock": clock(message.at),
        "text": urlize(text, nofollow=True, autoescape=True)
        if _MAY_LINK.search(text)
        else escape(text),
    }


@lru_cache(maxsize=256)
def _mold(kind: _Kind) -> Sequence[str] | None:
    """Return HTML and names of what comes between, by turns; None if there is no telling.

    Two stand-ins that differ in all that is their own have to leave the same mold: else something
    of a message decides more than what it stands for.
    """
    one, other = _cut(kind, 1), _cut(kind, 2)
    return one if one == other else None


def _cut(kind: _Kind, n: int) -> Sequence[str]:
    view = _stand_in(kind, n)
    assert view.message is not None
    context = {"view": view, "message": view.message, "room": view.room, "part": kind.part}
    html = render_to_string(f"rooms/events/{POSTED}.html", context).strip()
    names = {value: name for name, value in _own(view, view.message).items()}
    marks = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return [names.get(piece, piece) for piece in re.split(f"({marks})", html)]


def _stand_in(kind: _Kind, n: int) -> EventView:
    """Return a message whose every own value is found again in its HTML, and is nobody else's."""
    at = datetime(2001, n, 2 + n, 4 + n, 5 + n, 6 + n, tzinfo=UTC)
    room = RoomView(
        id=0,
        slug=f"stand-in-{n}-slug",
        kind="debate",
        language=kind.room_language,
        status="open",
        opens_at=None,
        closes_at=None,
    )
    author = PersonView(9_111_000_111_000 + n, f"StandIn{n}Name", kind.role)
    message = MessageView(
        number=9_222_000_222_000 + n,
        author=author,
        at=at,
        side=kind.side,
        text=f"StandIn{n}Text",
        status="visible",
        was_published=True,
    )
    view = EventView(room=room, seq=0, type=POSTED, at=at, payload={}, actor=author)
    return replace(view, seq=9_333_000_333_000 + n, message=message, to=author.id)


def forget(**_signal: object) -> None:
    """Make the molds anew: a template has been changed."""
    _mold.cache_clear()


file_changed.connect(forget)
registry.shortcuts[POSTED] = cast

"""Trying a pattern on what was said, before it holds anything."""

import time
from collections import Counter
from dataclasses import dataclass, field

from rooms.eventlog.models import Room
from rooms.messages.models import Message, MessageBody, Side
from rooms.moderation.patterns import Patterns, check
from rooms.moderation.screening import Pattern

HISTORY = 1000
"""Last readable messages that are searched."""
EXAMPLES = 20
AROUND = 80
"""Characters of an example on each side of the match."""
BUDGET = 1.0
"""Seconds after which a search ends, with what it has found."""


@dataclass(frozen=True)
class Example:
    """A message that a pattern matches: its part around the match, and the match's span in it."""

    number: int
    side: str
    text: str
    span: tuple[int, int]


@dataclass
class Trial:
    """What a pattern would have held of the last ``searched`` messages, the latest first.

    ``sides`` has (side, matched, searched) in debates, so that it shows whom a pattern hits.
    """

    searched: int = 0
    caught: int = 0
    examples: list[Example] = field(default_factory=list)
    sides: list[tuple[str, int, int]] = field(default_factory=list)


def try_pattern(*, room: Room, pattern: Pattern) -> Trial:
    """Return what a pattern would have held in a room; raises ``Refused`` for a bad one.

    Only what everybody can read is searched: nothing removed, rejected or waiting.
    """
    patterns = Patterns([check(pattern)])
    trial, caught, searched = Trial(), Counter[str](), Counter[str]()
    until = time.monotonic() + BUDGET
    for number, side, text in _readable(room):
        if trial.searched and time.monotonic() > until:
            break
        trial.searched += 1
        searched[side] += 1
        if (span := patterns.find(text)) is None:
            continue
        trial.caught += 1
        caught[side] += 1
        if len(trial.examples) < EXAMPLES:
            trial.examples.append(_example(number, side, text, span))
    if room.kind == Room.Kind.DEBATE:
        trial.sides = [(side, caught[side], searched[side]) for side in (*Side.values, "")]
    return trial


def _readable(room: Room) -> list[tuple[int, str, str]]:
    """Return the last readable messages as (number, side, text), the latest first."""
    bodies = MessageBody.objects.filter(room=room).order_by("-number")
    texts = list(bodies.values_list("number", "text")[:HISTORY])
    oldest = texts[-1][0] if texts else 0
    visible = Message.objects.filter(room=room, number__gte=oldest, status=Message.Status.VISIBLE)
    sides = dict(visible.values_list("number", "side"))
    return [(number, sides[number], text) for number, text in texts if number in sides]


def _example(number: int, side: str, text: str, span: tuple[int, int]) -> Example:
    start, end = span[0], min(span[1], span[0] + 2 * AROUND)
    first, last = max(0, start - AROUND), min(len(text), end + AROUND)
    before, after = "…" if first else "", "…" if last < len(text) else ""
    moved = len(before) - first
    return Example(number, side, f"{before}{text[first:last]}{after}", (start + moved, end + moved))

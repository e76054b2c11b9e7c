"""Rules against unlawful speech: a target and what is said about it, never a bare word.

Each rule looks at one sentence: who is spoken of, what is said, and whether it is the
speaker who says so. Harsh words about those in power, doctrines, laws and things pass.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from rooms.moderation.speech.clauses import Sentence, sentences
from rooms.moderation.speech.contempt import (
    asked_about,
    hated,
    insulted,
    is_called,
    these,
    worthless,
)
from rooms.moderation.speech.harm import denied, to_be_harmed, to_harm
from rooms.moderation.speech.reported import is_reported
from rooms.moderation.speech.slurs import slurs
from rooms.moderation.speech.targets import Target, targets_of
from rooms.moderation.speech.threats import threats


@dataclass(frozen=True, slots=True)
class Finding:
    """``rule`` is "hate" or "threat"; ``span`` is (start, end) in code points of the text."""

    rule: str
    span: tuple[int, int]


def find_unlawful(text: str) -> Finding | None:
    """Return the first thing in a text that looks unlawful; None for what may be said."""
    carry: Target | None = None
    since = 0
    asked = ""
    for sentence in sentences(text):
        targets = targets_of(sentence, carry)
        for rule, start, end in _judge(sentence, targets, carry, bool(asked)):
            if not is_reported(sentence, start, end):
                return Finding(rule, sentence.span(start, min(end, len(sentence.words))))
        named = [target for target in targets if not (target.pronoun or target.place)]
        if named:
            carry, since = named[-1], 0
        elif sentence.hits.get("others") or since >= 2:
            carry = None
        else:
            since += 1
        last_other = max((hit.start for hit in sentence.of("others")), default=-1)
        if carry and named and last_other > named[-1].end:
            carry = None
        asked = sentence.ends if named and len(sentence.words) <= 8 else ""
    return None


def _judge(
    s: Sentence, targets: list[Target], carry: Target | None, asked: bool
) -> Iterator[tuple[str, int, int]]:
    yield from slurs(s)
    for target in targets:
        if target.weak or target.place:
            yield from to_harm(s, target)
            continue
        yield from hated(s, target)
        yield from worthless(s, target)
        yield from is_called(s, target)
        yield from insulted(s, target)
        yield from to_be_harmed(s, target)
        yield from to_harm(s, target)
        yield from denied(s, target)
    if asked and carry and asked_about(s):
        yield "hate", 0, len(s.words)
    if targets or carry:
        yield from these(s)
    yield from threats(s)

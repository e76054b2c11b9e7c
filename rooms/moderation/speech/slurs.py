"""Slurs, less the harmless uses of such words and what people call themselves."""

from collections.abc import Iterator
from itertools import pairwise

from rooms.moderation.speech.clauses import Sentence
from rooms.moderation.speech.lexicon import grammar

_OUR_OWN = grammar("our_own")
_SAID_OF_OTHERS = grammar("said_of_others")
_ADDRESSING = grammar("addressing")
_ADDRESSING_WEAKLY = grammar("addressing_weakly")
_SELF = grammar("self")


def slurs(s: Sentence) -> Iterator[tuple[str, int, int]]:
    soft = {(hit.start, hit.end) for hit in s.of("soft_slurs")}
    for hit in s.of("slurs", "soft_slurs"):
        place = hit.start, hit.end
        if _is_safe(s, hit.start, hit.end) or _is_reclaimed(s, hit.start):
            continue
        if place not in soft or _is_address(s, hit.start):
            yield "hate", hit.start, hit.end


def _is_safe(s: Sentence, start: int, end: int) -> bool:
    return any(hit.start <= start < hit.end for hit in s.of("safe_slur_context")) or any(
        hit.start <= start + 1 and hit.end >= end and hit.end - hit.start > 1
        for hit in s.of("safe_slur_context")
        if hit.start >= start - 1
    )


def _is_reclaimed(s: Sentence, start: int) -> bool:
    """Tell whether people speak of themselves by a word that others use as a slur."""
    if {"proud", "fier", "fiere", "fiers", "pride"} & set(s.words) and not {
        "you",
        "they",
        "tu",
        "ils",
        "vous",
    } & set(s.words):
        return True
    near = s.words[max(0, start - 6) : start]
    for index, pair in enumerate(pairwise(near)):
        if pair in (("i", "am"), ("we", "are"), ("je", "suis"), ("nous", "les")) and all(
            word in _SELF for word in near[index + 2 :]
        ):
            return True
    near = near[-4:]
    if {"as", "en", "tant"} & set(near) and {"i", "je", "m", "me", "we"} & set(near):
        return True
    own = any(word in _OUR_OWN for word in near[-2:])
    return own and not _SAID_OF_OTHERS & set(near)


def _is_address(s: Sentence, start: int) -> bool:
    """Tell whether a word that may be harmless is said to or of somebody."""
    before = s.words[max(0, start - 3) : start]
    said = _ADDRESSING
    weak = _ADDRESSING_WEAKLY
    strong = said & set(before)
    return bool(strong - weak) or (bool(strong) and s.ends == "!")

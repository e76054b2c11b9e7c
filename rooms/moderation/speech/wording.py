"""Negation, and what stands between two places of a sentence."""

from rooms.moderation.speech.clauses import Sentence
from rooms.moderation.speech.lexicon import grammar
from rooms.moderation.speech.targets import Target

_RELATIVE = grammar("relative")
_NEGATIONS = grammar("negations")


def negated(s: Sentence, start: int, end: int) -> bool:
    before = s.words[max(0, start - 3) : start]
    after = s.words[end : end + 1]
    words = _NEGATIONS
    if s.words[end : end + 2] == ["plus", "que"]:
        after = []
    if words & set(before) or after in (["pas"], ["jamais"], ["plus"], ["point"]):
        return True
    return bool({"ne", "n", "pas", "jamais"} & set(before[-2:]))


def negated_after(s: Sentence, modal: object) -> bool:
    end = modal.end  # type: ignore[attr-defined]
    return bool({"not", "never", "pas", "jamais"} & set(s.words[end : end + 2]))


def breaks(s: Sentence, start: int, end: int) -> bool:
    return bool({",", *_RELATIVE} & set(s.words[start:end]))


def words_between(s: Sentence, end: int, target: Target) -> list[str] | None:
    """Return the words between a place and a group after it; None if it is not after it."""
    begin = max(end, target.start)
    return s.words[end:begin] if target.head >= end else None


def is_idiom(s: Sentence) -> bool:
    return bool(s.of("idioms"))

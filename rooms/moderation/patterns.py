"""Moderators' patterns: RE2's syntax, which takes time linear in the text whatever is asked.

A pattern is matched against the folded text (``rooms.text.fold``: compatible forms and case are
one, accents count) and in any case. ``^`` and ``$`` are the ends of the text. Of RE2's own, ``\\b``
and ``\\w`` know ASCII only: for French there are whole words, ``\\pL`` for a letter and ``\\pN``
for a figure. Syntax: https://github.com/google/re2/wiki/Syntax
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import prod
from typing import Any

import re2
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from rooms.eventlog.errors import Code, Refused
from rooms.moderation.screening import Pattern
from rooms.text import Folded, fold

MAX_LENGTH = 500
"""Characters of one pattern."""
MAX_PATTERNS = 200
"""Patterns of one room."""
MAX_WEIGHT = 20_000
"""Characters of all patterns of one room, each as often as it is to be repeated: what bounds the
time that a text takes."""
MEMORY = 1 << 20
"""Bytes that one pattern may take, compiled."""
MEMORY_TOGETHER = 8 << 20
"""Bytes that many patterns may take together: enough for 10,000 phrases."""

# Our own pattern, linear in the source: how often something is repeated at most.
_COUNT = re.compile(r"\{(?:\d+,)?(\d{1,4})\}")
# A named group: two patterns with the same name could not be matched together.
_NAME = re.compile(r"\(\?P?<\w")
Expression = Any
"""A compiled pattern; re2 comes without types."""

# A word's letters, figures and marks in every script, and the ends of the text beside them.
_BEFORE, _AFTER = r"(?:^|[^\pL\pN\pM_])", r"(?:$|[^\pL\pN\pM_])"

_PROBLEMS: tuple[tuple[str, StrOrPromise], ...] = (
    ("missing )", _("A round bracket is opened and not closed. To mean the sign, write \\(.")),
    (
        "unexpected )",
        _("A round bracket is closed and was not opened. To mean the sign, write \\)."),
    ),
    ("missing ]", _("A square bracket is opened and not closed. To mean the sign, write \\[.")),
    ("trailing \\", _("The pattern ends with a backslash. To mean the sign, write \\\\.")),
    (
        "invalid perl operator",
        _("Nothing can look ahead or behind, and no group has a name. Remove what begins with (?."),
    ),
    (
        "invalid escape",
        _("A backslash stands before a letter or figure where it means nothing. Remove it."),
    ),
    ("invalid repetition size", _("A repetition is too long: 1,000 times at most, all in all.")),
    (
        "no argument for repetition",
        _("A *, + or ? has nothing before it to repeat. To mean the sign, write \\ before it."),
    ),
    ("bad repetition", _("Two signs of repetition follow each other. Keep one of them.")),
    ("invalid character class", _("What stands in square brackets, or after \\p, is not a range.")),
    ("pattern too large", _("The pattern stands for too much. Use shorter repetitions.")),
)


class Patterns:
    """Patterns of one room, found together in one pass for whole words and one for the others."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        """Raises ``Refused`` where they are too large together."""
        whole = _together(pattern for pattern in patterns if pattern.whole)
        loose = _together(pattern for pattern in patterns if not pattern.whole)
        self._whole = _compile(f"{_BEFORE}({whole}){_AFTER}", MEMORY_TOGETHER) if whole else None
        self._loose = _compile(f"({loose})", MEMORY_TOGETHER) if loose else None

    def find(self, text: str) -> tuple[int, int] | None:
        """Return the span in ``text`` of what the patterns match first."""
        folded = fold(text)
        spans = [
            span
            for expression in (self._whole, self._loose)
            if expression is not None and (span := _search(expression, folded))
        ]
        return min(spans, default=None)


@lru_cache(maxsize=32)
def compiled(patterns: tuple[Pattern, ...]) -> Patterns:
    """Return patterns ready for use; remembered for the rooms that speak at this moment."""
    return Patterns(patterns)


def check(pattern: Pattern) -> Pattern:
    """Return a pattern fit for use, without outer white space.

    Raises ``Refused``, in words that say what is wrong with it: too long, not of RE2's syntax,
    or matching where there is nothing at all, and so in every message.
    """
    source = pattern.source.strip()
    if not source:
        raise Refused(Code.EMPTY, _("Write a pattern first: a word is one."))
    if len(source) > MAX_LENGTH:
        raise Refused(Code.TOO_LONG, _("A pattern has at most 500 characters. Make two of it."))
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in source):
        raise Refused(Code.BAD_CHAR, _("A pattern is one line, without control characters."))
    if _NAME.search(source):
        raise Refused(Code.BAD_SHAPE, _explain("invalid perl operator"))
    _compile(_fold_source(source), MEMORY)
    checked = Pattern(source, pattern.whole)
    Patterns([checked])
    if _matches_nothing(source):
        raise Refused(
            Code.BAD_SHAPE,
            _("This pattern also matches where there is nothing, so it would hold every message."),
        )
    return checked


def check_all(patterns: Sequence[Pattern]) -> tuple[Pattern, ...]:
    """Return all patterns of a room fit for use; raises ``Refused`` as :func:`check` does."""
    checked = tuple(check(pattern) for pattern in patterns)
    if len(checked) > MAX_PATTERNS or sum(map(_weight, checked)) > MAX_WEIGHT:
        raise Refused(
            Code.TOO_LONG,
            _("These are too many patterns. Remove some, or make repetitions shorter."),
        )
    Patterns(checked)
    return checked


def _weight(pattern: Pattern) -> int:
    counts = [int(count) for count in _COUNT.findall(pattern.source)]
    return len(pattern.source) * min(1000, prod(max(count, 1) for count in counts))


def _together(patterns: Iterable[Pattern]) -> str:
    # Sorted, so that RE2 shares what they begin with: ten thousand phrases then fit.
    return "|".join(sorted(f"(?:{_fold_source(pattern.source)})" for pattern in patterns))


def _search(expression: Expression, folded: Folded) -> tuple[int, int] | None:
    match = expression.search(folded.text)
    return folded.span(*match.span(1)) if match else None


def _compile(source: str, memory: int) -> Expression:
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    options.max_mem = memory
    try:
        return re2.compile(source, options)
    except re2.error as error:
        told = error.args[0].decode(errors="replace")
        raise Refused(Code.BAD_SHAPE, _explain(told)) from None


def _explain(told: str) -> StrOrPromise:
    """Return in plain words what RE2 says is wrong with a pattern."""
    words = (words for start, words in _PROBLEMS if told.startswith(start))
    return next(words, _("This pattern cannot be read."))


def _fold_source(source: str) -> str:
    """Return a pattern with its letters outside ASCII in the form that folded texts have.

    What is ASCII is left: case means something there (``\\W``), and RE2 ignores it elsewhere.
    """
    composed = unicodedata.normalize("NFC", source)
    return "".join(char if char.isascii() else _fold_char(char) for char in composed)


def _fold_char(char: str) -> str:
    folded = fold(char).text
    return re2.escape(folded) if folded.isascii() else folded


def _matches_nothing(source: str) -> bool:
    """Tell whether a pattern matches the empty string, between whatever two characters."""
    sides = ("", "\n", "a", "-")
    between = ((before, after) for before in sides for after in sides)
    folded = _fold_source(source)
    return any(
        _compile(f"{before}(?:{folded}){after}", MEMORY).fullmatch(before + after)
        for before, after in between
    )

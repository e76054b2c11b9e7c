"""Expressions that a moderator must look at: the site's lists and the room's own."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path

from django.conf import settings

from rooms.moderation.screening import ALLOW, Outcome, Rule, Submission, Verdict
from rooms.moderation.speech.normal import Word, plain
from rooms.moderation.speech.normal import words as read_words
from rooms.text import fold

# A fixed pattern of ours, linear in the text; no moderator's input is ever compiled by re.
_WORD = re.compile(r"\w+")

Phrase = tuple[str, ...]


class Phrases:
    """A set of expressions of one or more words, found in time linear in the text.

    A word is meant with its accents; where it is disguised, by figures for letters, look-alikes
    of other alphabets, stretched or spaced-out letters, whatever it may be read as counts.
    """

    def __init__(self, expressions: Iterable[str]) -> None:
        self._phrases: dict[str, list[Phrase]] = {}
        self._plain: dict[str, list[Phrase]] = {}
        for expression in expressions:
            words = tuple(_WORD.findall(fold(expression).text))
            if words:
                self._phrases.setdefault(words[0], []).append(words)
                bare = tuple(map(plain, words))
                self._plain.setdefault(bare[0], []).append(bare)

    def find(self, text: str) -> tuple[int, int] | None:
        """Return the span in ``text`` of the first expression found in it."""
        if not self._phrases:
            return None
        found = _read(text)
        if self._phrases.keys().isdisjoint(found.written) and self._plain.keys().isdisjoint(
            found.forms
        ):
            return None
        return self._find_written(text, found) or self._find_disguised(text, found)

    def _find_disguised(self, text: str, found: "_Read") -> tuple[int, int] | None:
        for index, word in enumerate(found.words):
            for form in word.forms:
                for phrase in self._plain.get(form, ()):
                    run = found.words[index : index + len(phrase)]
                    fits = len(run) == len(phrase) and all(
                        part in one.forms for part, one in zip(phrase, run, strict=True)
                    )
                    if fits and any(_is_disguised(text, one) for one in run):
                        return run[0].start, run[-1].end
        return None

    def _find_written(self, text: str, found: "_Read") -> tuple[int, int] | None:
        for index, word in enumerate(found.written):
            for phrase in self._phrases.get(word, ()):
                if tuple(found.written[index : index + len(phrase)]) == phrase:
                    folded = fold(text)
                    at = [match.span() for match in _WORD.finditer(folded.text)]
                    return folded.span(at[index][0], at[index + len(phrase) - 1][1])
        return None


@dataclass(frozen=True)
class _Read:
    """The words of a text as written, and as they may be meant; ``forms`` has all that any of
    them may be."""

    written: list[str]
    words: list[Word]
    forms: frozenset[str]


@lru_cache(maxsize=16)
def _read(text: str) -> _Read:
    """Read a text. Remembered for a moment: it is held against several lists."""
    meant = [word for word in read_words(text) if word.text[0].isalnum()]
    forms = frozenset(chain.from_iterable([word.forms for word in meant]))
    return _Read(_WORD.findall(fold(text).text), meant, forms)


def _is_disguised(text: str, word: Word) -> bool:
    """Tell whether a word is not simply written: with its accents or without."""
    written = unicodedata.normalize("NFD", fold(text[word.start : word.end]).text)
    bare = "".join(char for char in written if not unicodedata.combining(char))
    return bare != word.text or len(word.forms) > 1


class Words:
    """Holds a text with an expression from a list, however it is disguised by Unicode."""

    def screen(self, submission: Submission) -> Verdict:
        for phrases in (_site_phrases(settings.WORD_LISTS), _room_phrases(submission.rules.words)):
            span = phrases.find(submission.text)
            if span is not None:
                return Verdict(Outcome.HOLD, Rule.WORDS, span=span)
        return ALLOW


@lru_cache(maxsize=8)
def _site_phrases(folder: Path) -> Phrases:
    lines = (
        line for path in sorted(folder.glob("*.txt")) for line in path.read_text().splitlines()
    )
    return Phrases(line for line in lines if not line.startswith("#"))


@lru_cache(maxsize=256)
def _room_phrases(expressions: tuple[str, ...]) -> Phrases:
    return Phrases(expressions)

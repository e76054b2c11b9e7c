"""Text as people type it: what is stored, and the form that is used for matching only."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rooms.eventlog.errors import Code, Refused

MAX_MARKS = 8
"""Combining marks allowed on one base character; more are used to overprint neighbours."""

BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# Default-ignorable characters (Unicode 15, DerivedCoreProperties), as ranges of code points.
_IGNORABLE_RANGES = (
    *((point, point) for point in (0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5)),
    *((point, point) for point in (0x3164, 0xFEFF, 0xFFA0)),
    *((0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0xFE00, 0xFE0F)),
    *((0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF)),
)
IGNORABLE = frozenset(
    chr(point) for first, last in _IGNORABLE_RANGES for point in range(first, last + 1)
)


REMEMBERED = 4096
"""Characters with their marks whose folding is kept."""
# None of them is beyond these two planes.
_MARKS = frozenset(filter(unicodedata.combining, map(chr, range(0x20000))))
# Combining marks, which are folded together with the character before them, and what is dropped.
_JOINS = IGNORABLE | _MARKS
# Our own patterns, linear in the text. Control characters but line feed and tab; surrogates.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BIDI = re.compile(f"[{''.join(sorted(BIDI_CONTROLS))}]")
_STACK = re.compile(f"[{''.join(sorted(_MARKS))}]{{{MAX_MARKS + 1}}}")

guards: list[Callable[[str], None]] = []
"""Called with names and titles, which nobody can hold back: they raise ``Refused``."""


def require_fit(text: str) -> None:
    """Raise ``Refused`` for a name or a title that must not stand anywhere."""
    for guard in guards:
        guard(text)


def clean(raw: str, *, limit: int) -> str:
    """Return text fit for storage: bidirectional overrides and outer white space removed.

    Raises ``Refused``: bad_char for control characters, lone surrogates and stacked
    combining marks, empty where nothing can be read, too_long over ``limit`` code points.
    Emoji sequences, and all else a writing system needs, are left alone.
    """
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    text = _BIDI.sub("", text).strip()
    if _FORBIDDEN.search(text) or _stacks_marks(text):
        raise Refused(Code.BAD_CHAR)
    if not any(_is_readable(char) for char in text):
        raise Refused(Code.EMPTY)
    if len(text) > limit:
        raise Refused(Code.TOO_LONG, limit=limit, length=len(text))
    return text


def _is_readable(char: str) -> bool:
    # U+2800 is a blank braille pattern: a symbol by category, invisible on screen.
    return not (char.isspace() or char in IGNORABLE or char == "\u2800")


def _stacks_marks(text: str) -> bool:
    # There is no mark before U+0300, and what comes before it decomposes into few.
    if not text or max(text) < "\u0300":
        return False
    return _STACK.search(unicodedata.normalize("NFD", text)) is not None


@dataclass(frozen=True)
class Folded:
    """Text folded for matching. ``offsets[i]`` is where ``text[i]`` came from in the source."""

    text: str
    offsets: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the source that ``text[start:end]`` came from."""
        return self.offsets[start], self.offsets[end - 1] + 1


@lru_cache(maxsize=256)
def fold(source: str) -> Folded:
    """Fold text for matching, never for storage: NFKC, casefold, default-ignorables dropped.

    Each base character is folded together with its marks, so that a decomposed letter
    matches a composed one. Remembered for a while: several screeners look at one text.
    """
    if _JOINS.isdisjoint(source):
        pieces = [_folded[char] for char in source]
        text = "".join(pieces)
        if len(text) == len(source) and "" not in pieces:
            return Folded(text, range(len(source)))
    folded: list[str] = []
    offsets: list[int] = []
    for start, cluster in _clusters(source):
        text = _folded[cluster]
        folded.append(text)
        offsets.extend([start] * len(text))
    return Folded("".join(folded), tuple(offsets))


class _Clusters(dict[str, str]):
    """Each character with its marks, folded; worked out once: texts are made of few of them."""

    def __missing__(self, cluster: str) -> str:
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", cluster).casefold())
        text = "".join(char for char in folded if char not in IGNORABLE)
        if len(self) >= REMEMBERED:
            self.clear()
        self[cluster] = text
        return text


_folded = _Clusters()


def _clusters(source: str) -> list[tuple[int, str]]:
    clusters: list[tuple[int, str]] = []
    for index, char in enumerate(source):
        if clusters and unicodedata.combining(char):
            start, cluster = clusters[-1]
            clusters[-1] = (start, cluster + char)
        elif char not in IGNORABLE:
            clusters.append((index, char))
    return clusters

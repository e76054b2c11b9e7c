"""Text as people type it: what is stored, and the form that is used for matching only."""

import unicodedata
from dataclasses import dataclass

from rooms.eventlog.errors import Code, Refused

MAX_MARKS = 8
"""Combining marks allowed on one base character; more are used to overprint neighbours."""

BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_KEPT_CONTROLS = frozenset("\n\t")


def _is_ignorable(char: str) -> bool:
    """Tell whether a character is default-ignorable (Unicode 15, DerivedCoreProperties)."""
    point = ord(char)
    return (
        point in (0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFEFF, 0xFFA0)
        or 0x180B <= point <= 0x180F
        or 0x200B <= point <= 0x200F
        or 0x202A <= point <= 0x202E
        or 0x2060 <= point <= 0x206F
        or 0xFE00 <= point <= 0xFE0F
        or 0xFFF0 <= point <= 0xFFF8
        or 0x1BCA0 <= point <= 0x1BCA3
        or 0x1D173 <= point <= 0x1D17A
        or 0xE0000 <= point <= 0xE0FFF
    )


def clean(raw: str, *, limit: int) -> str:
    """Return text fit for storage: bidirectional overrides and outer white space removed.

    Raises ``Refused``: bad_char for control characters, lone surrogates and stacked
    combining marks, empty where nothing can be read, too_long over ``limit`` code points.
    Emoji sequences, and all else a writing system needs, are left alone.
    """
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(char for char in text if char not in BIDI_CONTROLS).strip()
    if any(_is_forbidden(char) for char in text) or _stacks_marks(text):
        raise Refused(Code.BAD_CHAR)
    if not any(_is_readable(char) for char in text):
        raise Refused(Code.EMPTY)
    if len(text) > limit:
        raise Refused(Code.TOO_LONG, limit=limit, length=len(text))
    return text


def _is_forbidden(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cs") and char not in _KEPT_CONTROLS


def _is_readable(char: str) -> bool:
    # U+2800 is a blank braille pattern: a symbol by category, invisible on screen.
    return not (char.isspace() or _is_ignorable(char) or char == "\u2800")


def _stacks_marks(text: str) -> bool:
    run = 0
    for char in unicodedata.normalize("NFD", text):
        run = run + 1 if unicodedata.combining(char) else 0
        if run > MAX_MARKS:
            return True
    return False


@dataclass(frozen=True)
class Folded:
    """Text folded for matching. ``offsets[i]`` is where ``text[i]`` came from in the source."""

    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the source that ``text[start:end]`` came from."""
        return self.offsets[start], self.offsets[end - 1] + 1


def fold(source: str) -> Folded:
    """Fold text for matching, never for storage: NFKC, casefold, default-ignorables dropped.

    Each base character is folded together with its marks, so that a decomposed letter
    matches a composed one.
    """
    folded: list[str] = []
    offsets: list[int] = []
    for start, cluster in _clusters(source):
        for char in unicodedata.normalize(
            "NFKC", unicodedata.normalize("NFKC", cluster).casefold()
        ):
            if not _is_ignorable(char):
                folded.append(char)
                offsets.append(start)
    return Folded("".join(folded), tuple(offsets))


def _clusters(source: str) -> list[tuple[int, str]]:
    clusters: list[tuple[int, str]] = []
    for index, char in enumerate(source):
        if clusters and unicodedata.combining(char):
            start, cluster = clusters[-1]
            clusters[-1] = (start, cluster + char)
        elif not _is_ignorable(char):
            clusters.append((index, char))
    return clusters

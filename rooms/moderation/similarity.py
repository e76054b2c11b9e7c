"""Whether texts are nearly the same, by small sketches of them instead of the texts.

A sketch holds the least hashes of a text's shingles (bottom-k sketch; A. Broder, "On the
resemblance and containment of documents", 1997): what two sketches share estimates what the
texts share. A text cannot be read out of it.
"""

from collections.abc import Iterator
from functools import lru_cache
from zlib import crc32

from rooms.text import fold

SIZE = 16
"""Hashes in a sketch."""
SHINGLE = 6
"""Characters in a shingle."""
MIN_LENGTH = 24
"""Shorter texts, "I agree" or "thank you all", many people may well say: they have no sketch."""
NEAR = 0.5
"""Share of shingles from which texts count as nearly the same."""

Sketch = frozenset[int]


def mark(text: str) -> int:
    """Return a number that is equal for texts that are the same after folding.

    Salted by the process: it means nothing anywhere else.
    """
    return hash(fold(text).text)


@lru_cache(maxsize=2048)
def sketch(text: str) -> Sketch:
    """Return the sketch of a text; empty for one that is too short to be compared."""
    letters = " ".join("".join(c if c.isalnum() else " " for c in fold(text).text).split())
    if len(letters) < MIN_LENGTH:
        return frozenset()
    return frozenset(sorted(set(_hashes(letters)))[:SIZE])


def near(one: Sketch, other: Sketch) -> bool:
    """Tell whether two texts are nearly the same."""
    common = one & other
    if len(common) < SIZE // 4:
        return False
    least = sorted(one | other)[:SIZE]
    return sum(value in common for value in least) >= NEAR * len(least)


def _hashes(letters: str) -> Iterator[int]:
    raw = letters.encode()
    return (crc32(raw[i : i + SHINGLE]) for i in range(len(raw) - SHINGLE + 1))

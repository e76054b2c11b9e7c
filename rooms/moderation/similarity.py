"""Whether texts are nearly the same, by small sketches of them instead of the texts.

A sketch holds the least hashes of a text's shingles (bottom-k sketch; A. Broder, "On the
resemblance and containment of documents", 1997): what two sketches share estimates what the
texts share. A text cannot be read out of it.
"""

import re
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
REMEMBERED = 4096
"""Sketches that are kept, by the hashes of their texts."""

Sketch = frozenset[int]
_remembered: dict[int, Sketch] = {}
# Our own pattern, linear in the text.
_NO_LETTERS = re.compile(r"[\W_]+")


def mark(text: str) -> int:
    """Return a number that is equal for texts that are the same after folding.

    Salted by the process: it means nothing anywhere else.
    """
    return hash(fold(text).text)


def sketch(text: str) -> Sketch:
    """Return the sketch of a text; empty for one that is too short to be compared.

    Remembered for a while, without the text.
    """
    key = hash(text)
    known = _remembered.get(key)
    if known is None:
        known = _sketch(_NO_LETTERS.sub(" ", fold(text).text).strip())
        if len(_remembered) >= REMEMBERED:
            _remembered.clear()
        _remembered[key] = known
    return known


def near(one: Sketch, other: Sketch) -> bool:
    """Tell whether two texts are nearly the same."""
    common = one & other
    if not common or not may_be_near(len(common), one, other):
        return False
    least = sorted(one | other)[:SIZE]
    return sum(value in common for value in least) >= NEAR * len(least)


def may_be_near(common: int, one: Sketch, other: Sketch) -> bool:
    """Tell whether two sketches with so many hashes in common can be of texts that are near."""
    return common >= NEAR * max(len(one), len(other))


def _sketch(letters: str) -> Sketch:
    if len(letters) < MIN_LENGTH:
        return frozenset()
    raw = letters.encode()
    hashes = {crc32(raw[i : i + SHINGLE]) for i in range(len(raw) - SHINGLE + 1)}
    # Of a long text nearly all hashes are far too large to be among the least.
    small = [value for value in hashes if value * len(hashes) < 4 * SIZE << 32]
    return frozenset(sorted(small if len(small) >= SIZE else hashes)[:SIZE])

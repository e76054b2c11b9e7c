"""Texts as words in one normal form, for matching only: disguises are undone, offsets are kept.

Compatibility forms, case, accents, look-alikes of other alphabets, invisible characters,
letters written as figures or signs, stretched and spaced-out letters.
"""

import re
import unicodedata
from bisect import bisect
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from rooms.text import IGNORABLE

# Letters of other alphabets that look like Latin ones: the part of Unicode's confusables.txt
# (UTS 39) that concerns small letters, after case folding.
_LOOK_ALIKES = str.maketrans(
    "аеорсухіјѕһԁԛԝɡαορνικτυχεηƅɑıłøßđ",
    "aeopcyxijshdqwgaopviktuxenbailosd",
)
_LEET = str.maketrans("013457@$!|€", "oieastasiie")
_ONE_AS_L = str.maketrans("013457@$!|€", "oleastasile")
_SIGNS = "@$!|€"
_WORD = re.compile(rf"[^\W_]+(?:[{re.escape(_SIGNS)}*#.·_-]+[^\W_]+)*[{re.escape(_SIGNS[:2])}*]*")
_MARK = re.compile(r"[.!?;:\n…,()«»\"“”„]|(?<!\w)['‘]|['’](?!\w)|—|–| - ")
_SPACED = re.compile(r"(?:(?<!\w)\w(?!\w)\W{1,3}){2}\w(?!\w)")
_STRETCHED = re.compile(r"(.)\1{2,}")


class Word(NamedTuple):
    """One word (``forms``: readings of it, the likeliest first) or mark, and where it stands."""

    forms: tuple[str, ...]
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.forms[0]


class _Plain(dict[str, str]):
    """Each character in plain Latin letters, "" where nothing of it is seen; worked out once."""

    def __missing__(self, char: str) -> str:
        folded = unicodedata.normalize("NFKC", char).casefold()
        bare = (c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c))
        plain = "".join(c for c in bare if c not in IGNORABLE).translate(_LOOK_ALIKES)
        self[char] = plain.replace("œ", "oe").replace("æ", "ae").replace("’", "'").replace("ʼ", "'")
        return self[char]


_plain = _Plain()


def plain(text: str) -> str:
    """Return a text in small Latin letters without accents, as far as it looks so."""
    return "".join([_plain[char] for char in text])


@lru_cache(maxsize=16)
def words(source: str) -> Sequence[Word]:
    """Return the words and marks of a text, in order; offsets are code points of ``source``.

    Remembered for a moment: several screeners look at one text, and few texts at a time.
    """
    pieces = [_plain[char] for char in source]
    line = "".join(pieces)
    offsets: Sequence[int] = range(len(source))
    if len(line) != len(source) or "" in pieces:
        offsets = [index for index, piece in enumerate(pieces) for _char in piece]
    result: list[Word] = []
    for start, end, is_word in _pieces(line):
        raw = line[start:end]
        forms = readings(raw) if is_word else (raw.strip() or "\n",)
        if "-" not in forms[0]:
            result.append(Word(forms, offsets[start], offsets[end - 1] + 1))
            continue
        for form, first, last in _parts(forms, start, end):
            result.append(Word(form, offsets[first], offsets[last - 1] + 1))
    return join_spaced(result) if _SPACED.search(line) else result


def _pieces(line: str) -> list[tuple[int, int, bool]]:
    """Return (start, end, is a word) of the words, and of the marks that are not inside one."""
    found = [(*match.span(), True) for match in _WORD.finditer(line)]
    starts = [start for start, _end, _is_word in found]
    for mark in _MARK.finditer(line):
        before = bisect(starts, mark.start()) - 1
        if before < 0 or mark.start() >= found[before][1]:
            found.append((*mark.span(), False))
    return sorted(found)


def _parts(forms: tuple[str, ...], start: int, end: int) -> list[tuple[tuple[str, ...], int, int]]:
    """Split a hyphenated word into its parts."""
    parts, at = [], start
    for part in forms[0].split("-"):
        if part:
            parts.append((readings(part), at, at + len(part)))
        at += len(part) + 1
    return parts or [(forms, start, end)]


@lru_cache(maxsize=16384)
def readings(raw: str) -> tuple[str, ...]:
    """Return how a word may be meant: as it stands, with figures as letters, unstretched."""
    forms = [raw]
    inner = raw.strip("*#.·_")
    if any(c.isdigit() or c in _SIGNS for c in raw) and any(c.isalpha() for c in raw):
        forms += [raw.translate(_LEET), raw.translate(_ONE_AS_L)]
    if any(c in "*#.·_" for c in inner):
        forms.append(re.sub(r"[.·_#*]+", "", inner))
    if "-" in raw and all(len(part) == 1 for part in raw.split("-")):
        forms.insert(0, raw.replace("-", ""))
    for form in tuple(forms):
        if _STRETCHED.search(form):
            forms += [_STRETCHED.sub(r"\1", form), _STRETCHED.sub(r"\1\1", form)]
    return tuple(dict.fromkeys(forms))


def join_spaced(found: list[Word]) -> list[Word]:
    """Join runs of at least three single letters into one word."""
    result: list[Word] = []
    run: list[Word] = []

    def end_run() -> None:
        if len(run) >= 3:
            joined = "".join(word.text for word in run)
            forms = readings(joined)
            # "a b a d word": the first letter may be a word of its own.
            forms += readings(joined[1:]) if joined[0] in "ai" and len(joined) > 4 else ()
            result.append(Word(forms, run[0].start, run[-1].end))
        else:
            result.extend(run)
        run.clear()

    for word in found:
        if len(word.text) == 1 and word.text.isalnum():
            run.append(word)
        elif run and len(run) >= 2 and word.text in ".*":
            continue
        else:
            end_run()
            result.append(word)
    end_run()
    return result

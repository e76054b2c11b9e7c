"""What a report is made of: figures under the headings of articles."""

from dataclasses import dataclass
from datetime import timedelta

from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Share:
    """A part of a whole; nothing can be said where the whole is 0."""

    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        return 100 * self.part / self.whole if self.whole else None


@dataclass(frozen=True)
class Wait:
    """A median time; None where nothing was waited for."""

    median: timedelta | None


Value = int | Share | Wait | None


@dataclass(frozen=True)
class Row:
    """One figure. ``key`` names it for programs, for ever.

    ``code`` tells several of one kind apart for programs, ``detail`` for people.
    ``value``: a count, a share, a median time, or None where nothing is recorded.
    """

    key: str
    label: StrOrPromise
    value: Value
    code: str = ""
    detail: StrOrPromise = ""


@dataclass(frozen=True)
class Section:
    """What one article asks for."""

    article: str
    title: StrOrPromise
    rows: list[Row]
    words: StrOrPromise = ""

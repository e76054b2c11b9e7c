"""Which texts may be shown where: what was removed, from which sequence on, and until which."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from tests.faults.history import Seen
from tests.faults.log import Logged
from tests.faults.page import Page

GONE = ("message.removed", "message.withheld")
BACK = ("message.restored", "message.approved")


class Removals:
    """The removals of a log, and those that somebody outside has learnt of so far."""

    def __init__(self, log: Sequence[Logged]) -> None:
        marks = {event.seq: event.client_id for event in log if event.client_id}
        self._spans: dict[str, list[tuple[int, int | None]]] = defaultdict(list)
        self._number = {mark: seq for seq, mark in marks.items()}
        self._removing: dict[int, str] = {}
        for event in log:
            mark = marks.get(event.about, "")
            if mark and event.type in GONE:
                self._removing[event.seq] = mark
                self._begin(mark, event.seq)
            elif mark and event.type in BACK:
                self._end(mark, event.seq)
        self._coming_back: set[str] = set()
        self.known: set[str] = set()
        """Marks of messages that are gone for good, and are known to be by now."""

    def note(self, seq: int) -> None:
        """Take note that somebody has heard of an event."""
        mark = self._removing.get(seq)
        if mark is None:
            return
        began, ended = self._spans[mark][-1]
        if ended is None and began <= seq:
            self.known.add(mark)

    def note_restoring(self, number: int) -> None:
        """Take note that somebody has asked for a message to be shown again."""
        self._coming_back |= {mark for mark, seq in self._number.items() if seq == number}

    def wrongly_shown(self, event: Seen, forbidden: Iterable[str]) -> Iterator[str]:
        """Return the marks in an event that were gone when it happened, or when it was asked for.

        ``forbidden`` are those that were known to be gone before the reader asked. Once a message
        is back, also the events of the time when it was gone show it as it is now.
        """
        shown = {mark for change in event.changes for mark in change.marks}
        for mark in sorted(shown):
            if mark in frozenset(forbidden) or self._is_gone(mark, event.seq):
                yield mark

    def shown(self, page: Page) -> list[tuple[str, str]]:
        """Return (element, mark) for what is gone at the end and is still on a page."""
        ended = [mark for mark, spans in self._spans.items() if spans[-1][1] is None]
        elements = [(f"m-{self._number[mark]}", mark) for mark in ended]
        return [(name, mark) for name, mark in elements if mark in page.marks(name)]

    def _begin(self, mark: str, seq: int) -> None:
        if not self._spans[mark] or self._spans[mark][-1][1] is not None:
            self._spans[mark].append((seq, None))

    def _end(self, mark: str, seq: int) -> None:
        if self._spans[mark] and self._spans[mark][-1][1] is None:
            self._spans[mark][-1] = (self._spans[mark][-1][0], seq)

    def _is_gone(self, mark: str, seq: int) -> bool:
        back = mark in self._coming_back
        spans = self._spans.get(mark, ())
        return any(a <= seq and (seq < b if b and not back else b is None) for a, b in spans)

"""What was sent in a room in the last minutes, as this process knows it: marks, no texts.

What this process commits it notes at once; what others did it reads from the log, at most every
:data:`FRESH` seconds and only from where it stopped. Sequences have no gap and commit in order,
so nothing can come in behind what was read.
"""

import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction

from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Context, Draft, Entry
from rooms.eventlog.registry import name_of, observers
from rooms.messages.vault import latest_texts
from rooms.moderation.screening import Recent
from rooms.moderation.similarity import Sketch, mark, may_be_near, sketch

SENT = ("message.posted", "message.held", "message.edited")
"""Events that bring a text: who sends a slogan by changing a message sends it, too."""
AGE = timedelta(minutes=10)
FRESH = 0.2
"""Seconds after which the log is read again for what other processes committed."""
KEPT = 2000
"""Messages of a room that are remembered."""
AUTHORS = 50
"""Authors who share one hash of a sketch, more than which are not compared: the last ones are."""
AT_FIRST = 500
"""Messages that are read when a room is met for the first time."""
ROOMS = 500
"""Rooms that are remembered; the one that was silent longest is forgotten."""


class _Memory:
    """The recent messages of one room, with those of each author, and of each hash, at hand."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seq = 0
        self._noted: set[int] = set()
        self._read_at: float | None = None
        self._messages: deque[Recent] = deque()
        self._by_author: dict[int, deque[Recent]] = {}
        self._by_hash: dict[int, dict[int, Recent]] = {}

    def look_up(
        self, room: Room, author: int, sought: Sketch, now: datetime
    ) -> tuple[tuple[Recent, ...], tuple[Recent, ...]]:
        """Read what is new, forget what is old, and return what :func:`recent_messages` does."""
        with self._lock:
            if not self._is_fresh():
                for recent in self._new(room, now):
                    self._add(recent)
            while self._messages and self._is_over(now):
                self._forget(self._messages.popleft())
            own = self._by_author.get(author, ())
            return tuple(reversed(own)), tuple(self._alike(sought, author))

    def note(self, seq: int, recent: Recent) -> None:
        """Add what this process has committed, unless it was read already or is about to be."""
        with self._lock:
            if self._read_at is not None and seq > self._seq and seq not in self._noted:
                self._noted.add(seq)
                self._add(recent)

    def _is_fresh(self) -> bool:
        """Within a transaction nothing is noted before its end, so that the log has to be read."""
        if self._read_at is None or transaction.get_connection().in_atomic_block:
            return False
        return time.monotonic() - self._read_at < FRESH

    def _new(self, room: Room, now: datetime) -> Iterator[Recent]:
        # By sequence: of a room that was silent for long the time alone would find nothing, and
        # only after all of its log.
        after = max(self._seq, room.head - KEPT)
        sent = Event.objects.filter(
            room=room, seq__gt=after, at__gt=now - AGE, type__in=SENT, actor__isnull=False
        )
        rows = sent.values_list("seq", "at", "actor_id", "payload").order_by("-seq")
        found = list(rows[: KEPT if self._seq else AT_FIRST])
        new = [row for row in reversed(found) if row[0] not in self._noted]
        numbers = {payload.get("message", seq) for seq, _at, _by, payload in new}
        texts = latest_texts(room, numbers) if numbers else {}
        self._read_at = time.monotonic()
        if found:
            self._seq = found[0][0]
            self._noted = {seq for seq in self._noted if seq > self._seq}
        for seq, at, author, payload in new:
            text = texts.get(payload.get("message", seq), "")
            yield Recent(at, author, mark(text), sketch(text))

    def _is_over(self, now: datetime) -> bool:
        return len(self._messages) > KEPT or now - self._messages[0].at > AGE

    def _add(self, recent: Recent) -> None:
        self._messages.append(recent)
        self._by_author.setdefault(recent.author, deque()).append(recent)
        for value in recent.sketch:
            authors = self._by_hash.setdefault(value, {})
            authors.pop(recent.author, None)
            authors[recent.author] = recent

    def _forget(self, recent: Recent) -> None:
        own = self._by_author[recent.author]
        own.popleft()
        if not own:
            del self._by_author[recent.author]
        for value in recent.sketch:
            authors = self._by_hash.get(value, {})
            if authors.get(recent.author) is recent:
                del authors[recent.author]
                if not authors:
                    del self._by_hash[value]

    def _alike(self, sought: Sketch, author: int) -> list[Recent]:
        common = Counter(
            recent
            for value in sought
            for recent in islice(reversed(self._by_hash.get(value, {}).values()), AUTHORS)
            if recent.author != author
        )
        return [one for one, count in common.items() if may_be_near(count, one.sketch, sought)]


_rooms: OrderedDict[tuple[int, str], _Memory] = OrderedDict()
_lock = threading.Lock()


def recent_messages(
    *, room: Room, author: int, text: str, now: datetime
) -> tuple[tuple[Recent, ...], tuple[Recent, ...]]:
    """Return what the author sent within :data:`AGE`, and what others did that is like a text.

    The author's are the newest first. Of each other person the last one counts.
    """
    key = room.pk, room.epoch
    with _lock:
        memory = _rooms.pop(key, None) or _Memory()
        _rooms[key] = memory
        if len(_rooms) > ROOMS:
            _rooms.popitem(last=False)
    return memory.look_up(room, author, sketch(text), now)


def unlogged(
    before: Iterable[tuple[int, str]], *, author: int, text: str, now: datetime
) -> tuple[list[Recent], list[Recent]]:
    """Return the same of messages, (author, text) each, that come right before and are not logged.

    As if they were: else those that are sent at the same moment would not count for each other.
    """
    sought = sketch(text)
    mine: list[Recent] = []
    others: dict[int, Recent] = {}
    for by, said in before:
        if by == author:
            mine.insert(0, Recent(now, by, mark(said), sketch(said)))
        elif (common := len(sought & sketch(said))) and may_be_near(common, sketch(said), sought):
            others[by] = Recent(now, by, mark(said), sketch(said))
    return mine, list(others.values())


def _observe(ctx: Context, draft: Draft, entry: Entry) -> None:
    """Note a text that is sent, once it is committed."""
    if entry.folding or entry.actor_id is None or name_of(draft.payload) not in SENT:
        return
    memory = _rooms.get((ctx.room.pk, ctx.room.epoch))
    if memory is not None:
        recent = Recent(entry.at, entry.actor_id, mark(entry.text), sketch(entry.text))
        transaction.on_commit(lambda: memory.note(entry.seq, recent))


observers.append(_observe)

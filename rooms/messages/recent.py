"""What was sent in a room in the last minutes, as this process knows it: marks, no texts.

What this process commits it notes at once; what others did it reads from the log, at most every
:data:`FRESH` seconds, only from where it stopped, and only where the room's head says that there is
more. Sequences have no gap and commit in order, so nothing can come in behind what was read.
"""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Context, Draft, Entry
from rooms.eventlog.registry import name_of, observers
from rooms.messages.alike import Alike
from rooms.messages.vault import latest_texts
from rooms.moderation.screening import Recent
from rooms.moderation.similarity import Sketch, mark, sketch

SENT = ("message.posted", "message.held", "message.edited")
"""Events that bring a text: who sends a slogan by changing a message sends it, too."""
AGE = timedelta(minutes=10)
FRESH = 0.2
"""Seconds after which the log is read again for what other processes committed."""
KEPT = 2000
"""Messages of a room that are remembered."""
AT_FIRST = 500
"""Messages that are read when a room is met for the first time."""
ROOMS = 500
"""Rooms that are remembered; the one that was silent longest is forgotten."""


class _Memory:
    """The recent messages of one room: all, those of each author, and those alike at hand."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seq = 0
        self._noted: set[int] = set()
        self._read_at: float | None = None
        self._messages: deque[Recent] = deque()
        self._by_author: dict[int, deque[Recent]] = {}
        self._alike = Alike()

    def look_up(
        self, room: Room, author: int, sought: Sketch, now: datetime
    ) -> tuple[tuple[Recent, ...], tuple[Recent, ...]]:
        """Read what is new, forget what is old, and return what :func:`recent_messages` does."""
        with self._lock:
            if not self._is_fresh(room):
                for recent in self._new(room, now):
                    self._add(recent)
            while self._messages and self._is_over(now):
                self._forget(self._messages.popleft())
            own = self._by_author.get(author, ())
            return tuple(reversed(own)), tuple(self._alike.to(sought, author))

    def note(self, seq: int, recent: Recent | None) -> None:
        """Add what this process has committed, unless it was read already or is about to be.

        None: an event that brought no text.
        """
        with self._lock:
            if self._read_at is None or seq <= self._seq or seq in self._noted:
                return
            if recent is not None:
                self._add(recent)
            elif seq != self._seq + 1:
                return  # Something is read before it anyway; a room may go on for long like this.
            self._noted.add(seq)
            while self._seq + 1 in self._noted:
                self._seq += 1
                self._noted.remove(self._seq)

    def _is_fresh(self, room: Room) -> bool:
        """Within a transaction nothing is noted before its end, so that the log has to be read."""
        if self._read_at is None or transaction.get_connection().in_atomic_block:
            return False
        return room.head <= self._seq or time.monotonic() - self._read_at < FRESH

    def _new(self, room: Room, now: datetime) -> Iterator[Recent]:
        # By sequence: of a room that was silent for long the time alone would find nothing, and
        # only after all of its log.
        after = max(self._seq, room.head - KEPT)
        sent = Event.objects.filter(
            room=room, seq__gt=after, at__gt=now - AGE, type__in=SENT, actor__isnull=False
        )
        rows = sent.values_list("seq", "at", "actor_id", "payload").order_by("-seq")
        found = list(rows[: AT_FIRST if self._read_at is None else KEPT])
        new = [row for row in reversed(found) if row[0] not in self._noted]
        numbers = {payload.get("message", seq) for seq, _at, _by, payload in new}
        texts = latest_texts(room, numbers) if numbers else {}
        self._read_at = time.monotonic()
        # Of a head that is rolled back, another's events would be taken for read.
        head = 0 if transaction.get_connection().in_atomic_block else room.head
        self._seq = max(self._seq, head, *(row[0] for row in found[:1]))
        self._noted = {seq for seq in self._noted if seq > self._seq}
        for seq, at, author, payload in new:
            text = texts.get(payload.get("message", seq), "")
            yield Recent(at, author, mark(text), sketch(text))

    def _is_over(self, now: datetime) -> bool:
        return len(self._messages) > KEPT or now - self._messages[0].at > AGE

    def _add(self, recent: Recent) -> None:
        self._messages.append(recent)
        self._by_author.setdefault(recent.author, deque()).append(recent)
        self._alike.add(recent)

    def _forget(self, recent: Recent) -> None:
        own = self._by_author[recent.author]
        own.popleft()
        if not own:
            del self._by_author[recent.author]
        self._alike.forget(recent)


_rooms: OrderedDict[tuple[int, str], _Memory] = OrderedDict()
_lock = threading.Lock()


def recent_messages(
    *, room: Room, author: int, text: str, now: datetime
) -> tuple[tuple[Recent, ...], tuple[Recent, ...]]:
    """Return what the author sent within :data:`AGE`, and what others did that is like a text.

    The author's are the newest first.
    """
    key = room.pk, room.epoch
    with _lock:
        memory = _rooms.pop(key, None) or _Memory()
        _rooms[key] = memory
        if len(_rooms) > ROOMS:
            _rooms.popitem(last=False)
    return memory.look_up(room, author, sketch(text), now)


class Unlogged:
    """Messages to one room that are sent at one moment and are not logged yet.

    Each counts for those after it as if it were: else they would not count for each other.
    """

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._alike = Alike()
        self._by_author: dict[int, list[tuple[str, Recent]]] = {}

    def add(self, author: int, client_id: str, text: str) -> None:
        """Add the next message."""
        recent = Recent(self._now, author, mark(text), sketch(text))
        self._by_author.setdefault(author, []).insert(0, (client_id, recent))
        self._alike.add(recent)

    def look_up(
        self, author: int, client_id: str, text: str
    ) -> tuple[tuple[Recent, ...], tuple[Recent, ...]]:
        """Return what :func:`recent_messages` does. A message does not count for its retry."""
        own = self._by_author.get(author, ())
        mine = tuple(recent for sent_as, recent in own if sent_as != client_id)
        return mine, tuple(self._alike.to(sketch(text), author))


def _observe(ctx: Context, draft: Draft, entry: Entry) -> None:
    """Note an event, and the text that it brings, once it is committed."""
    memory = None if entry.folding else _rooms.get((ctx.room.pk, ctx.room.epoch))
    if memory is None:
        return
    recent = None
    if entry.actor_id is not None and name_of(draft.payload) in SENT:
        recent = Recent(entry.at, entry.actor_id, mark(entry.text), sketch(entry.text))
    transaction.on_commit(lambda: memory.note(entry.seq, recent))


observers.append(_observe)

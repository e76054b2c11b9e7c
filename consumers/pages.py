"""Pages of a room's log for those who are not live."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Coroutine, Sequence
from itertools import islice
from typing import Any

from consumers.pushes import PushFrame
from consumers.rendering import Rendering
from consumers.shown import Shown, settle
from consumers.threads import in_database
from rooms.eventlog.backlog import PAGE, backlog, present
from rooms.eventlog.registry import event_types
from rooms.eventlog.rendering import Audience

RECENT = 128
"""Events that are kept in memory: whoever was away for a moment needs no database."""
KEPT = 64
"""Pages of all rooms that are kept; as many readers at as many places must not fill the memory."""
Key = tuple[int, int, int]
"""A room, the sequence before a page, and the last one in it."""


class Shelf:
    """Pages of all rooms in this process that were read from the log, the last ones asked for.

    ``readers`` are those that read at the same time: it leaves threads to those who write.
    """

    def __init__(self, readers: int) -> None:
        self.readers = asyncio.Semaphore(readers)
        self._pages: OrderedDict[Key, asyncio.Task[Rendering]] = OrderedDict()

    def page(
        self, key: Key, read: Callable[[], Coroutine[Any, Any, Rendering]]
    ) -> asyncio.Task[Rendering]:
        """Return a page, once for all who ask for it."""
        page = self._pages.pop(key, None)
        if page is None or (page.done() and (page.cancelled() or page.exception())):
            page = asyncio.create_task(read())
        self._pages[key] = page
        if len(self._pages) > KEPT:
            self._pages.popitem(last=False)
        return page

    def forget(self, room_id: int) -> None:
        """Keep nothing of a room: something in it may look otherwise now."""
        for key in [key for key in self._pages if key[0] == room_id]:
            del self._pages[key]


class Pages:
    """Gives the events after a sequence, at most up to where the feed stands.

    The last events come from memory, at once: so a reader catches up with the feed however
    much is posted meanwhile. Earlier ones are read from the log, each page once for all
    who ask for it until something happens to what was there before.
    """

    def __init__(self, room_id: int, shelf: Shelf) -> None:
        self._room_id = room_id
        self._shelf = shelf
        self._recent: deque[Shown] = deque(maxlen=RECENT)
        self._recent_pages: dict[int, Rendering] = {}

    def remember(self, run: Sequence[Shown]) -> None:
        """Keep the events that the feed has just delivered."""
        self._recent.extend(run)
        self._recent_pages.clear()
        types = event_types()
        if not all(types[shown.view.type].adds for shown in run):
            self._shelf.forget(self._room_id)

    def forget(self) -> None:
        """Keep nothing: the log is another one."""
        self._recent.clear()
        self._recent_pages.clear()
        self._shelf.forget(self._room_id)

    async def frames(
        self, after: int, until: int, language: str, audience: Audience
    ) -> list[PushFrame]:
        """Return the next page after a sequence; raises ``DatabaseUnavailable``."""
        if recent := self._from_memory(after):
            return recent.frames(language, audience)
        rendering = await asyncio.shield(self._page(after, until))
        if rendering.is_ready(language, audience):
            return rendering.frames(language, audience)
        async with self._shelf.readers:
            return await in_database(rendering.frames, language, audience)

    def _from_memory(self, after: int) -> Rendering | None:
        if not self._recent or after < self._recent[0].seq - 1:
            return None
        if after not in self._recent_pages:
            start = after + 1 - self._recent[0].seq
            run = settle(list(islice(self._recent, start, None)))
            self._recent_pages[after] = Rendering(run[:PAGE])
        return self._recent_pages[after]

    def _page(self, after: int, until: int) -> asyncio.Task[Rendering]:
        # A full page is the same however much comes after it.
        last = min(until, after + PAGE)
        return self._shelf.page((self._room_id, after, last), lambda: self._read(after, last))

    async def _read(self, after: int, until: int) -> Rendering:
        async with self._shelf.readers:
            return Rendering(await in_database(read_events, self._room_id, after, until))


def read_events(room_id: int, after: int, until: int | None = None) -> list[Shown]:
    """Return the next page of events as they stand now, at most up to ``until``."""
    events = backlog(room_id, after)
    return [Shown(view) for view in present([e for e in events if until is None or e.seq <= until])]

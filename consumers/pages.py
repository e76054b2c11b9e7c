"""Pages of a room's log for those who are not live."""

import asyncio
from collections import deque
from collections.abc import Sequence
from itertools import islice

from consumers.pushes import Frame
from consumers.rendering import Rendering
from consumers.shown import Shown, settle
from consumers.threads import in_database
from rooms.eventlog.backlog import PAGE, backlog, present
from rooms.eventlog.rendering import Audience

RECENT = 128
"""Events that are kept in memory: whoever was away for a moment needs no database."""
KEPT = 16
"""Pages that are kept; a thousand readers at as many places must not fill the memory."""


class Pages:
    """Gives the events after a sequence, at most up to where the feed stands.

    The last events come from memory, at once: so a reader catches up with the feed however
    much is posted meanwhile. Earlier ones are read from the log, each page once for all
    who ask for it while nothing new happens; ``readers`` leaves threads to those who write.
    """

    def __init__(self, room_id: int, readers: asyncio.Semaphore) -> None:
        self._room_id = room_id
        self._readers = readers
        self._recent: deque[Shown] = deque(maxlen=RECENT)
        self._pages: dict[tuple[int, int], asyncio.Task[Rendering]] = {}
        self._recent_pages: dict[int, Rendering] = {}

    def remember(self, run: Sequence[Shown]) -> None:
        """Keep the events that the feed has just delivered."""
        self._recent.extend(run)
        self._pages.clear()
        self._recent_pages.clear()

    def forget(self) -> None:
        """Keep nothing: the log is another one."""
        self._recent.clear()
        self.remember([])

    async def frames(
        self, after: int, until: int, language: str, audience: Audience
    ) -> list[Frame]:
        """Return the next page after a sequence; raises ``DatabaseUnavailable``."""
        if recent := self._from_memory(after):
            return recent.frames(language, audience)
        rendering = await asyncio.shield(self._page(after, until))
        if rendering.is_ready(language, audience):
            return rendering.frames(language, audience)
        async with self._readers:
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
        key = after, until
        page = self._pages.get(key)
        if page is None or (page.done() and (page.cancelled() or page.exception())):
            page = self._pages[key] = asyncio.create_task(self._read(after, until))
            if len(self._pages) > KEPT:
                del self._pages[next(iter(self._pages))]
        return page

    async def _read(self, after: int, until: int) -> Rendering:
        async with self._readers:
            return Rendering(await in_database(read_events, self._room_id, after, until))


def read_events(room_id: int, after: int, until: int | None = None) -> list[Shown]:
    """Return the next page of events as they stand now, at most up to ``until``."""
    events = backlog(room_id, after)
    return [Shown(view) for view in present([e for e in events if until is None or e.seq <= until])]

"""Pages of a room's log for those who are not live."""

import asyncio

from consumers.rendering import Frame, Rendering
from consumers.threads import in_database
from rooms.eventlog.backlog import backlog, present
from rooms.eventlog.rendering import Audience
from rooms.eventlog.views import EventView

KEPT = 16
"""Pages of a room that are kept; a thousand readers at as many places must not fill the memory."""


class Pages:
    """Reads pages, each once for all who ask for it while nothing new happens.

    After a restart everybody comes back at the same place: that is one page, not a
    thousand. A page ends where the feed stands, so it never runs ahead of a removal that
    the feed has seen. ``readers`` leaves threads to those who write.
    """

    def __init__(self, room_id: int, readers: asyncio.Semaphore) -> None:
        self._room_id = room_id
        self._readers = readers
        self._pages: dict[tuple[int, int], asyncio.Task[Rendering]] = {}

    def forget(self) -> None:
        """Read anew what is asked for from here on: something happened."""
        self._pages.clear()

    async def frames(
        self, after: int, until: int, language: str, audience: Audience
    ) -> list[Frame]:
        """Return the next page after a sequence; raises ``DatabaseUnavailable``."""
        rendering = await asyncio.shield(self._page(after, until))
        if rendering.is_ready(language, audience):
            return rendering.frames(language, audience)
        async with self._readers:
            return await in_database(rendering.frames, language, audience)

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
            return Rendering(await in_database(read_views, self._room_id, after, until))


def read_views(room_id: int, after: int, until: int | None = None) -> list[EventView]:
    """Return the next page of events as they stand now, at most up to ``until``."""
    events = backlog(room_id, after)
    return present([event for event in events if until is None or event.seq <= until])

"""Whether those who are connected are still there, and still who they were."""

import asyncio
import logging
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from consumers.close_codes import CloseCode
from consumers.connection import Connection
from consumers.protocol import YouChanged
from consumers.threads import DatabaseUnavailable, in_database
from consumers.visitors import Visitor, look_again, you_of

if TYPE_CHECKING:
    from consumers.feed import Feed

logger = logging.getLogger(__name__)

ROUND = 5.0
"""Seconds between two rounds."""
SILENCE = 60.0
"""Seconds without a frame after which a socket is closed."""
RECHECK = 15.0
"""Seconds after which a reader's session is looked at again: once ended, it reads 30 s at most,
also who was due right after a round had begun, and comes last in the next."""
TOGETHER = 50
"""Sessions that are looked at in one go."""
PAUSE, LONGEST_PAUSE = 3.0, 0.1
"""Seconds of rest in one round, and between two goes: who came together is due together, and what
is said meanwhile must not wait for a thousand looks."""


def recognise(connection: Connection, visitor: Visitor | None) -> bool:
    """Take note of who is at a connection now; tell whether they may stay.

    One who was somebody and is nobody any more has to know: their writing would be lost.
    """
    connection.checked_at = time.monotonic()
    participant = visitor.participant if visitor else None
    if connection.you and (participant is None or participant.pk != connection.you.id):
        connection.end(CloseCode.SESSION_ENDED)
    elif visitor is None:
        connection.end(CloseCode.FORBIDDEN)
    else:
        connection.you = you_of(participant)
        connection.is_moderator = participant is not None and participant.is_moderator
    return connection.close_code is None


class Watch:
    """Closes sockets that are silent, and those whose session or access has ended."""

    def __init__(self, feeds: Mapping[int, "Feed"]) -> None:
        self._feeds = feeds

    async def look_round(self) -> None:
        """Look at all who are silent or were not looked at for a while."""
        due = [some for feed in self._feeds.values() for some in self._due(feed)]
        for number, (feed, some) in enumerate(due):
            if number:
                await asyncio.sleep(min(LONGEST_PAUSE, PAUSE / len(due)))
            await self._look_at(feed, some)

    def concern(self, feed: "Feed", connections: list[Connection]) -> None:
        """Look at connections at once: something has just happened to these people."""
        if connections:
            feed.start(self._look_at(feed, connections))

    def _due(self, feed: "Feed") -> Iterator[tuple["Feed", list[Connection]]]:
        """Close who is silent, and yield who is to be looked at in one go."""
        now = time.monotonic()
        for connection in feed.connections:
            if now - connection.heard_at > SILENCE:
                connection.end(CloseCode.SILENT)
        due = [c for c in feed.connections if now - c.checked_at > RECHECK]
        for start in range(0, len(due), TOGETHER):
            yield feed, due[start : start + TOGETHER]

    async def _look_at(self, feed: "Feed", connections: list[Connection]) -> None:
        asked = [(feed.room_id, connection.session_key) for connection in connections]
        try:
            visitors = await in_database(look_again, asked)
        except DatabaseUnavailable:
            return  # Who is known stays known until it can be looked up.
        for connection, visitor in zip(connections, visitors, strict=True):
            before = connection.you
            if recognise(connection, visitor) and connection.you != before:
                feed.start(connection.reply(YouChanged(you=connection.you)))

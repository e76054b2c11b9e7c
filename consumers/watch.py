"""Whether those who are connected are still there, and still who they were."""

import logging
import time
from collections.abc import Mapping
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
RECHECK = 20.0
"""Seconds after which a reader's session is looked at again: once ended, it reads 30 s at most."""
TOGETHER = 50
"""Sessions that are looked at in one go."""


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
        for feed in list(self._feeds.values()):
            await self._look_into(feed)

    def concern(self, feed: "Feed", connections: list[Connection]) -> None:
        """Look at connections at once: something has just happened to these people."""
        if connections:
            feed.start(self._look_at(feed, connections))

    async def _look_into(self, feed: "Feed") -> None:
        now = time.monotonic()
        for connection in feed.connections:
            if now - connection.heard_at > SILENCE:
                connection.end(CloseCode.SILENT)
        due = [c for c in feed.connections if now - c.checked_at > RECHECK]
        for start in range(0, len(due), TOGETHER):
            await self._look_at(feed, due[start : start + TOGETHER])

    async def _look_at(self, feed: "Feed", connections: list[Connection]) -> None:
        keys = [connection.session_key for connection in connections]
        try:
            visitors = await in_database(look_again, feed.room_id, keys)
        except DatabaseUnavailable:
            return  # Who is known stays known until it can be looked up.
        for connection, visitor in zip(connections, visitors, strict=True):
            before = connection.you
            if recognise(connection, visitor) and connection.you != before:
                feed.start(connection.reply(YouChanged(you=connection.you)))

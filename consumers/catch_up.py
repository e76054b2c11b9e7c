"""Bringing a connection from where it stands to where its room's log is."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Protocol

from consumers.connection import Connection, Reading
from consumers.cursor import Cursor, Step, resume
from consumers.pages import Pages
from consumers.protocol import Resync
from consumers.shown import Shown
from consumers.threads import DatabaseUnavailable
from consumers.window import Window

logger = logging.getLogger(__name__)

RETRY = 1.0
"""Seconds between attempts to read a log that cannot be read."""


class Followed(Protocol):
    """What catching up needs of the feed that it leads to."""

    cursor: Cursor[Shown]
    pages: Pages

    def set_aside(self, connection: Connection, reading: Reading) -> None: ...

    def go_live(self, connection: Connection) -> None: ...

    def start(self, work: Coroutine[Any, Any, None]) -> None: ...

    async def refresh(self) -> None: ...


class CatchUp:
    """Serves the connections of a feed that are not live, each at its own pace."""

    def __init__(self, feed: Followed) -> None:
        self._feed = feed

    def resume(self, connection: Connection, epoch: str, after: int) -> None:
        """Send everything after a sequence, then ready, then all that follows; or resync."""
        self._feed.set_aside(connection, Reading.CATCHING_UP)
        self._feed.start(self._resume(connection, connection.turn, epoch, after))

    def acknowledge(self, connection: Connection, seq: int) -> bool:
        """Note what a connection has applied; False if it was never sent that."""
        known = connection.window.note_seen(seq)
        self.go_on(connection)
        return known

    def go_on(self, connection: Connection) -> None:
        """Send a waiting connection more, if it takes more."""
        if connection.reading is Reading.WAITING and connection.window.wants_refill:
            connection.reading = Reading.CATCHING_UP
            self._feed.start(self._catch_up(connection, connection.turn))

    async def _resume(self, connection: Connection, turn: int, epoch: str, after: int) -> None:
        await self._hear_of_all(epoch, after)
        if connection.turn != turn:
            return
        at = self._feed.cursor
        step = resume(epoch=epoch, after=after, log_epoch=at.epoch, head=at.seq)
        if step is Step.RESYNC:
            self._feed.set_aside(connection, Reading.IDLE)
            await connection.reply(Resync(epoch=at.epoch, head=at.seq))
            return
        connection.window = Window(after)
        connection.awaits_ready = True
        await self._catch_up(connection, turn)

    async def _hear_of_all(self, epoch: str, after: int) -> None:
        """Ask the log, unless the client stands where this process does.

        The client may know more than this process: from another worker, whose news has not
        come here yet. And what is kept in memory may have been removed by another worker:
        nobody who comes back is shown it.
        """
        while (epoch, after) != (self._feed.cursor.epoch, self._feed.cursor.seq):
            try:
                await self._feed.refresh()
            except DatabaseUnavailable:
                await asyncio.sleep(RETRY)
            else:
                return

    async def _catch_up(self, connection: Connection, turn: int) -> None:
        """Send pages until the connection is where the feed is, or takes no more."""
        await connection.wire.drain()
        while connection.turn == turn and not connection.wire.gone:
            if connection.window.sent == self._feed.cursor.seq:
                self._feed.go_live(connection)
                return
            if not connection.window.wants_refill:
                connection.reading = Reading.WAITING
                return
            if not await self._send_page(connection, turn):
                await asyncio.sleep(RETRY)

    async def _send_page(self, connection: Connection, turn: int) -> bool:
        """Send the next page; False if there is none to be had now."""
        window = connection.window
        try:
            frames = await self._feed.pages.frames(
                window.sent, self._feed.cursor.seq, connection.language, connection.audience
            )
        except DatabaseUnavailable:
            return False
        except Exception:
            logger.exception("a page after %s cannot be shown", window.sent)
            return False
        for frame in frames:
            if connection.turn != turn or not window.takes(frame.extent):
                break
            window.note_sent(frame.extent)
            await connection.wire.send(frame)
        return bool(frames)

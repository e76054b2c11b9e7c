"""The fan-out of this process: one subscription and one cursor for each room with viewers."""

import asyncio
import logging
import weakref
from collections.abc import Awaitable, Callable

from django.conf import settings

from consumers.close_codes import CloseCode
from consumers.connection import Connection
from consumers.draining import before_daphne_stops, give_notice
from consumers.feed import Feed
from consumers.handshake import Application, Receive, Scope, Send
from consumers.pages import Shelf
from consumers.posting import Posting
from consumers.presence import TICK, Presence
from consumers.relay import Relay
from consumers.threads import DatabaseUnavailable, in_database
from consumers.throttle import SocketLimit
from consumers.together import Together
from consumers.visitors import Visitor, admit_all
from consumers.watch import ROUND, Watch
from rooms.eventlog.backlog import heads
from rooms.eventlog.broadcast import Batch, set_publisher

logger = logging.getLogger(__name__)

POLL = 2.0
"""Seconds between comparisons with the heads of all rooms: a lost last event is that late."""
READERS = 4
"""Pages of the log that are read at the same time."""
EARLY = 100
"""Batches that are kept for a room while it is being opened."""
DRAIN = 5.0
"""Seconds that commands may take to be answered before their sockets are closed."""
HERD = 20_000
HERD_PATIENCE = 60.0
"""Who may wait to be let into one room, for so many seconds while the database answers: to send
them away costs another handshake each."""
FLUSH = 0.3
"""Seconds for the last frames to be written, and for clients that still send to read theirs: to
end a connection with something unread in it takes away what the other side has not read yet."""

_hubs: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = weakref.WeakKeyDictionary()


def current_hub() -> "Hub":
    """Return the hub of the running event loop, making it on first use."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub(loop)
    return _hubs[loop]


class WithHub:
    """An ASGI application in a process whose commits reach its own sockets and other workers.

    From the first request on, also one by HTTP: what is posted by a form goes out without
    the form waiting for the channel layer.
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        current_hub()
        await self._application(scope, receive, send)


class Hub:
    """Takes what this process and the others have committed, and feeds it to the rooms here."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._feeds: dict[int, Feed] = {}
        self._opening: dict[int, asyncio.Task[Feed]] = {}
        self._early: dict[int, list[Batch]] = {}
        self._shelf = Shelf(READERS)
        self._relay = Relay(self._take)
        self._watch = Watch(self._feeds)
        self._presence = Presence(self._feeds)
        self.sockets = SocketLimit()
        self.served: set[Connection] = set()
        """Every socket from before its farewell until after it, in a room or not."""
        self.posting = Posting()
        self.admission = Together[str, tuple[str, str], Visitor | None](
            lambda asked, _may_wait: admit_all(asked), most=HERD, patience=HERD_PATIENCE
        )
        self._tasks = [
            asyncio.create_task(_repeat(POLL, self._compare)),
            asyncio.create_task(_repeat(ROUND, self._watch.look_round)),
            asyncio.create_task(_repeat(TICK, self._presence.count)),
        ]
        set_publisher(self.publish)
        give_notice(loop, settings.STOP_NOTICE)
        before_daphne_stops(self.send_away)

    def send_away(self) -> Awaitable[None]:
        """Close all sockets of this process; they come back to another one, or to the next.

        Each is told why before this returns; what is returned waits until all are gone.
        """
        connections = list(self.served)
        for connection in connections:
            connection.end(CloseCode.RESTART)
        return _gone([connection.task for connection in connections if connection.task])

    async def stop(self) -> None:
        """Stop all work of the hub."""
        set_publisher(None)
        for feed in self._feeds.values():
            feed.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._relay.stop()
        await self._presence.stop()
        _hubs.pop(self._loop, None)

    def publish(self, batch: Batch) -> None:
        """Take what this process has committed, from any thread."""
        self._loop.call_soon_threadsafe(self._publish, batch)

    async def attach(self, connection: Connection, room_id: int) -> Feed:
        """Let a connection have a room's events; raises ``DatabaseUnavailable``."""
        while True:
            feed = self._feeds.get(room_id)
            if feed is None:
                feed = await asyncio.shield(self._open(room_id))
            # Everybody else may have left while this one was waiting.
            if self._feeds.get(room_id) is feed:
                feed.connections.add(connection)
                return feed

    def detach(self, connection: Connection, feed: Feed) -> None:
        """Forget a connection, and the room if it was the last one there."""
        feed.leave(connection)
        if not feed.connections and self._feeds.get(feed.room_id) is feed:
            del self._feeds[feed.room_id]
            feed.stop()
            self._relay.unfollow(feed.room_id)

    def _publish(self, batch: Batch) -> None:
        self._relay.send(batch)
        self._take(batch)

    def _take(self, batch: Batch) -> None:
        if feed := self._feeds.get(batch.room_id):
            feed.take(batch)
        elif (early := self._early.get(batch.room_id)) is not None and len(early) < EARLY:
            early.append(batch)

    def _open(self, room_id: int) -> asyncio.Task[Feed]:
        if room_id not in self._opening:
            self._opening[room_id] = asyncio.create_task(self._follow(room_id))
        return self._opening[room_id]

    async def _follow(self, room_id: int) -> Feed:
        """Subscribe first, then read where the log is: what comes in between is kept."""
        self._early[room_id] = []
        try:
            await self._relay.follow(room_id)
            found = await in_database(heads, [room_id])
            epoch, head = found[room_id]
            feed = Feed(room_id, epoch, head, self._shelf, self._watch.concern)
            self._feeds[room_id] = feed
            for batch in self._early[room_id]:
                feed.take(batch)
            return feed
        except Exception:
            self._relay.unfollow(room_id)
            raise
        finally:
            del self._opening[room_id], self._early[room_id]

    async def _compare(self) -> None:
        """Compare the heads of all rooms with the log, by one query."""
        feeds = dict(self._feeds)
        if not feeds:
            return
        before = {room_id: feed.cursor.seq for room_id, feed in feeds.items()}
        try:
            found = await in_database(heads, list(feeds))
        except DatabaseUnavailable as error:
            logger.warning("the log cannot be read: %s", error)
            return
        for room_id, (epoch, head) in found.items():
            feeds[room_id].compare(epoch, head, before[room_id])


async def _gone(tasks: list[asyncio.Task[object]]) -> None:
    if tasks:
        await asyncio.wait(tasks, timeout=DRAIN)
        await asyncio.sleep(FLUSH)


async def _repeat(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    """Do something again and again; one failure is not the last of it."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await work()
        except Exception:
            logger.exception("%r failed; it will be tried again", work)

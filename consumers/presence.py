"""How many people are in a room, over all workers. Never in the log, and exact enough.

Each worker writes who is at its sockets into a sorted set for each room, with the time until
which they count, by Redis's clock: those of workers differ. What a worker that died has written
runs out by itself. Without Redis, the people of this worker are counted.
"""

import logging
import time
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from redis.asyncio import Redis

from consumers import protocol
from consumers.frames import encode
from consumers.patience import within
from consumers.pushes import Frame

if TYPE_CHECKING:
    from consumers.feed import Feed

logger = logging.getLogger(__name__)

TICK = 2.0
"""Seconds between two counts: the number on screen changes no more often."""
REWRITE = 5.0
"""Seconds after which everybody is written again."""
LASTING = 15
"""Seconds for which somebody counts without being written again."""
LEAVING = 8
"""Seconds for which one who left counts: time for another worker to write where they went."""

PATIENCE = 1.0
"""Seconds that Redis may take to answer."""


class Presence:
    """Counts who is here, and tells the rooms of this process when that has changed."""

    def __init__(self, feeds: Mapping[int, "Feed"]) -> None:
        self._feeds = feeds
        self._worker = uuid.uuid4().hex[:8]
        self._written: dict[int, set[str]] = {}
        self._rewritten_at = 0.0
        self._ahead: float | None = None
        """Seconds from this process's count of time to the clock of Redis, once that is known."""
        self._redis = (
            Redis.from_url(settings.REDIS_URL, socket_timeout=PATIENCE)
            if settings.REDIS_URL
            else None
        )

    async def count(self) -> None:
        """Count who is in the rooms of this process, and tell them."""
        people = {room_id: self._people(feed) for room_id, feed in self._feeds.items()}
        for room_id, here in (await self._count(people)).items():
            if feed := self._feeds.get(room_id):
                tell(feed, here)

    async def stop(self) -> None:
        """Let this worker's people leave."""
        if self._redis is not None:
            await self._count({})
            await self._redis.aclose()

    def _people(self, feed: "Feed") -> set[str]:
        """Return the names under which people count: a participant has one on all workers."""
        return {f"p{c.you.id}" if c.you else f"{self._worker}-{id(c)}" for c in feed.connections}

    async def _count(self, people: dict[int, set[str]]) -> dict[int, int]:
        here = {room_id: len(names) for room_id, names in people.items()}
        if self._redis is not None and (people or self._written):
            try:
                here.update(await within(PATIENCE, self._exchange(self._redis, people)))
            except Exception as error:
                logger.debug("only this worker's people are counted: %r", error)
                self._written, self._ahead = {}, None
        return here

    async def _exchange(self, redis: "Redis", people: dict[int, set[str]]) -> dict[int, int]:
        """Write what has changed and read the counts, in one round trip."""
        now = await self._now(redis)
        anew = now - self._rewritten_at > REWRITE
        pipe: Any = redis.pipeline(transaction=False)
        counts: dict[int, int] = {}
        for room_id in people.keys() | self._written.keys():
            key = f"livedebate.here.{room_id}"
            names, written = people.get(room_id, set()), self._written.get(room_id, set())
            if coming := names if anew else names - written:
                pipe.zadd(key, dict.fromkeys(coming, now + LASTING))
                pipe.expire(key, LASTING)
            if leaving := written - names:
                # Only ever brought forward: another worker may have written them again.
                pipe.zadd(key, dict.fromkeys(leaving, now + LEAVING), xx=True, lt=True)
            pipe.zremrangebyscore(key, "-inf", now)
            counts[room_id] = len(pipe)
            pipe.zcard(key)
        answers = await pipe.execute()
        self._written = people
        self._rewritten_at = now if anew else self._rewritten_at
        return {room_id: answers[counts[room_id]] for room_id in people}

    async def _now(self, redis: "Redis") -> float:
        """Return what time it is for all workers; asked for once, it is counted on from there."""
        if self._ahead is None:
            seconds, microseconds = await redis.time()
            self._ahead = seconds + microseconds / 1e6 - time.monotonic()
        return time.monotonic() + self._ahead


def tell(feed: "Feed", here: int) -> None:
    """Tell everybody in a room who has not heard how many are here."""
    feed.here = here
    frame = Frame(encode(protocol.Presence(here=here)))
    for connection in feed.connections:
        if connection.here != here and connection.wire.is_free:
            connection.here = here
            connection.wire.send_now(frame)

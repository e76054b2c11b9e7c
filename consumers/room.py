"""The consumer of a room's socket: it lets people in, translates, and answers."""

import asyncio
import logging
import time
from collections.abc import Hashable
from contextlib import suppress

from django.utils import timezone

from consumers import answers, handshake, protocol
from consumers.actor import Actor, SessionEnded
from consumers.close_codes import CloseCode
from consumers.commands import carry_out
from consumers.connection import Connection
from consumers.feed import Feed
from consumers.frames import BadFrame, decode
from consumers.hub import Hub, current_hub
from consumers.patience import within
from consumers.posting import Posting
from consumers.pushes import EXTENSION
from consumers.threads import DatabaseUnavailable
from consumers.throttle import RESUME, FrameThrottle, Pace
from consumers.visitors import room_state
from consumers.watch import recognise
from consumers.wire import Wire
from rooms.eventlog.errors import Code, Refused

logger = logging.getLogger(__name__)

IN_FLIGHT = 32
"""Commands of one connection that may be waiting for their answer."""
FAREWELL = 1.0
"""Seconds that the last frame to a socket may take."""


async def room_socket(
    slug: str, scope: handshake.Scope, receive: handshake.Receive, send: handshake.Send
) -> None:
    """Serve one socket to the room of that name."""
    await receive()
    wire = Wire(send, scope.get("extensions", {}).get(EXTENSION))
    connection = Connection(wire, handshake.language(scope), handshake.session_key(scope))
    served = current_hub().served
    served.add(connection)
    try:
        await _see_through(connection, slug, receive)
    finally:
        served.discard(connection)


async def _see_through(connection: Connection, slug: str, receive: handshake.Receive) -> None:
    """Serve a socket, and close it with what it ended for."""
    wire = connection.wire
    try:
        code = await _serve(connection, slug, receive)
    except asyncio.CancelledError:
        # Ended by the hub, with a code, or by the server.
        await _say_farewell(wire, connection.close_code or CloseCode.AWAY)
        if connection.close_code is None:
            raise
    except Exception:
        logger.exception("a socket to room %s failed", slug)
        await _say_farewell(wire, CloseCode.AWAY)
    else:
        await _say_farewell(wire, code)


async def _say_farewell(wire: Wire, code: CloseCode | None) -> None:
    if code is not None:
        with suppress(TimeoutError):
            await within(FAREWELL, wire.close(code))


async def _serve(connection: Connection, slug: str, receive: handshake.Receive) -> CloseCode | None:
    """Let somebody in and serve them; return the code to close with, None if they have left.

    Closed after accepting: a page is shown no reason for a handshake that was rejected.
    """
    hub = current_hub()
    try:
        visitor = await hub.admission.submit(slug, (slug, connection.session_key))
    except DatabaseUnavailable:
        return CloseCode.AWAY
    await connection.wire.accept()
    if visitor is None or not recognise(connection, visitor):
        return CloseCode.NO_SUCH_ROOM
    owners = _owners(connection)
    if not hub.sockets.enter(owners):
        return CloseCode.TOO_FAST
    room_id, room = visitor.room.pk, room_state(visitor.room)
    del visitor  # It would stay for as long as the socket does.
    try:
        return await _enter(hub, connection, room_id, room, receive)
    finally:
        hub.sockets.leave(owners)


def _owners(connection: Connection) -> list[Hashable]:
    """Return by whom a socket is counted: not by its address, which a whole hall may share."""
    owners: list[Hashable] = [connection.session_key] if connection.session_key else []
    return [*owners, connection.you.id] if connection.you else owners


async def _enter(
    hub: Hub,
    connection: Connection,
    room_id: int,
    room: protocol.RoomState,
    receive: handshake.Receive,
) -> CloseCode | None:
    try:
        feed = await hub.attach(connection, room_id)
    except DatabaseUnavailable:
        return CloseCode.AWAY
    socket = RoomSocket(connection, feed, hub.posting)
    try:
        await socket.greet(room)
        return await socket.listen(receive)
    finally:
        hub.detach(connection, feed)
        await socket.finish()


class RoomSocket:
    """One person at one socket: hears frames, and answers each command once and in order."""

    def __init__(self, connection: Connection, feed: Feed, posting: Posting) -> None:
        self._connection = connection
        self._feed = feed
        self._posting = posting
        you = connection.you
        self._actor = Actor(connection.session_key, feed.room_id, you.id if you else None)
        self._throttle = FrameThrottle(time.monotonic())
        self._waiting: list[protocol.Asked] = []
        self._worker: asyncio.Task[None] | None = None

    async def greet(self, room: protocol.RoomState) -> None:
        """Say who is here, and where the log is."""
        at = self._feed.cursor
        hello = protocol.Hello(
            epoch=at.epoch,
            head=at.seq,
            now=timezone.now(),
            you=self._connection.you,
            room=room,
        )
        self._connection.heard_at = time.monotonic()
        await self._connection.reply(hello)

    async def listen(self, receive: handshake.Receive) -> CloseCode | None:
        """Hear frames until the client leaves, or is to be closed with a code."""
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                self._connection.wire.gone = True
                return None
            self._connection.heard_at = time.monotonic()
            pace = self._throttle.take(self._connection.heard_at)
            if pace is Pace.CLOSE:
                return CloseCode.TOO_FAST
            await self._hear(message.get("text"), pace)

    async def finish(self) -> None:
        """Let what was heard before the client left be done."""
        if self._worker is not None:
            await asyncio.wait([self._worker], timeout=FAREWELL)

    async def _hear(self, text: str | None, pace: Pace) -> None:
        try:
            command = decode(text)
        except BadFrame as bad:
            language = self._connection.language
            await self._connection.reply(answers.bad_frame(bad.ref, bad.code, language))
            return
        if isinstance(command, protocol.Resume) and pace is Pace.FINE:
            pace = self._throttle.take(self._connection.heard_at, RESUME)
        if pace is not Pace.FINE:
            await self._refuse(command, answers.slow_down(self._throttle.retry_after))
        else:
            await self._take(command)

    async def _take(self, command: protocol.Command) -> None:
        match command:
            case protocol.Resume(epoch=epoch, after=after):
                self._feed.catch_up.resume(self._connection, epoch, after)
            case protocol.Seen(seq=seq):
                if not self._feed.catch_up.acknowledge(self._connection, seq):
                    await self._refuse(command, Refused(Code.BAD_SHAPE))
            case protocol.Ping(ref=ref):
                head = self._feed.cursor.seq
                await self._connection.reply(protocol.Pong(ref=ref, head=head, now=timezone.now()))
            case protocol.Asked() if len(self._waiting) < IN_FLIGHT:
                self._waiting.append(command)
                if self._worker is None:
                    self._worker = asyncio.create_task(self._work_off())
            case _:
                await self._refuse(command, answers.slow_down(self._throttle.retry_after))

    async def _work_off(self) -> None:
        try:
            while self._waiting:
                await self._answer(self._waiting.pop(0))
        finally:
            self._worker = None

    async def _answer(self, command: protocol.Asked) -> None:
        """Carry out a command and answer it; whatever goes wrong, the socket stays."""
        try:
            receipt = await carry_out(command, self._actor, self._posting)
        except Refused as refusal:
            await self._refuse(command, refusal)
        except SessionEnded:
            self._connection.end(CloseCode.SESSION_ENDED)
        except DatabaseUnavailable:
            # The others have waited as long; and none may overtake the one that failed.
            for one in (command, *self._drain()):
                await self._refuse(one, answers.retry_later())
        except Exception:
            logger.exception("command %s failed", type(command).__name__)
            await self._refuse(command, answers.retry_later())
        else:
            language = self._connection.language
            await self._connection.reply(answers.ack(command.ref, receipt, language))

    def _drain(self) -> list[protocol.Asked]:
        waiting = list(self._waiting)
        self._waiting.clear()
        return waiting

    async def _refuse(self, command: protocol.Command, refusal: Refused) -> None:
        ref = command.ref if isinstance(command, protocol.Asked) else None
        await self._connection.reply(answers.nack(ref, refusal, self._connection.language))

"""A link between two processes, as a TCP proxy that can do what networks do."""

import asyncio
import socket
import struct
from contextlib import suppress
from typing import Any, Literal

Way = Literal["up", "down"]
"""From who connects to who is connected to, and back."""
CHUNK = 65536
UNDER_WAY = 64
"""Chunks that a slow link holds before it takes no more, as a network's buffers do."""


class Link:
    """Forwards to a port of this machine, every connection alike.

    Whatever is done to it concerns the connections that are there and those that come. Used
    within one event loop.
    """

    def __init__(self, target: int) -> None:
        self.delay = 0.0
        """Seconds that everything is late by, each way."""
        self.rate: float | None = None
        """Bytes a second that pass each way of a connection; None for any number."""
        self.port = 0
        self._target = target
        self._is_cut = False
        self._moves: dict[Way, asyncio.Event] = {"up": asyncio.Event(), "down": asyncio.Event()}
        self._pipes: set[_Pipe] = set()
        self._server: asyncio.Server | None = None
        self.heal()

    async def start(self) -> None:
        """Take connections, at :attr:`port`."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """End all connections, and take no more."""
        self.heal()
        self.cut()
        if self._server is not None:
            self._server.close()
        while tasks := [pipe.task for pipe in self._pipes]:
            await asyncio.wait(tasks)

    def cut(self) -> None:
        """Reset all connections, and each new one at once."""
        self._is_cut = True
        for pipe in self._pipes:
            pipe.abort()

    def freeze(self, *ways: Way) -> None:
        """Let nothing through, one way or both; connections stay open, as in a black hole."""
        for way in ways or self._moves:
            self._moves[way].clear()

    def half_close(self, way: Way = "up") -> None:
        """End one way of all connections that are there; the other goes on."""
        for pipe in self._pipes:
            pipe.end(way)

    def heal(self) -> None:
        """Take back everything but what is lost: what was frozen arrives now."""
        self._is_cut, self.delay, self.rate = False, 0.0, None
        for moves in self._moves.values():
            moves.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self._is_cut:
                raise ConnectionResetError
            there = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            _reset(writer)
            return
        pipe = _Pipe(self, (reader, writer), there)
        self._pipes.add(pipe)
        if self._is_cut:
            pipe.abort()
        try:
            await pipe.forward()
        finally:
            self._pipes.discard(pipe)

    async def travel(self, way: Way, size: int, sent_at: float) -> None:
        """Return when something of that size has come through."""
        late = sent_at + self.delay - asyncio.get_running_loop().time()
        if self.rate:
            late = max(late, 0.0) + size / self.rate
        if late > 0:
            await asyncio.sleep(late)
        await self._moves[way].wait()


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Chunks = asyncio.Queue[tuple[bytes, float]]


class _Pipe:
    """One connection, which is two: to the proxy, and from it."""

    def __init__(self, link: Link, here: Streams, there: Streams) -> None:
        self._link = link
        self._here, self._there = here, there
        self._ended: set[Way] = set()
        task = asyncio.current_task()
        assert task is not None
        self.task: asyncio.Task[Any] = task

    async def forward(self) -> None:
        """Forward both ways until both have ended, or either side is gone."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._carry("up"))
                group.create_task(self._carry("down"))
        except* OSError:
            self.abort()
        finally:
            for _reader, writer in (self._here, self._there):
                writer.close()

    def abort(self) -> None:
        """Reset both connections."""
        for _reader, writer in (self._here, self._there):
            _reset(writer)

    def end(self, way: Way) -> None:
        """Say to one side that nothing more comes."""
        self._ended.add(way)
        writer = self._streams(way)[1]
        with suppress(OSError):
            if not writer.is_closing():
                writer.write_eof()

    def _streams(self, way: Way) -> Streams:
        """Return where one way is read, and where it is written."""
        if way == "up":
            return self._here[0], self._there[1]
        return self._there[0], self._here[1]

    async def _carry(self, way: Way) -> None:
        reader, writer = self._streams(way)
        chunks: Chunks = asyncio.Queue(UNDER_WAY)
        reading = asyncio.create_task(_read(reader, chunks))
        try:
            while True:
                data, sent_at = await chunks.get()
                await self._link.travel(way, len(data), sent_at)
                if not data:
                    self.end(way)
                    return
                # After its end a way goes nowhere.
                if way not in self._ended:
                    writer.write(data)
                    await writer.drain()
        finally:
            reading.cancel()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close a connection so that the other side is told of a reset, not of an end."""
    if not writer.is_closing():
        end: socket.socket = writer.get_extra_info("socket")
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()


async def _read(reader: asyncio.StreamReader, chunks: Chunks) -> None:
    """Take what comes, with its time; at the end, or when the other side is gone, b""."""
    while True:
        try:
            data = await reader.read(CHUNK)
        except OSError:
            data = b""
        await chunks.put((data, asyncio.get_running_loop().time()))
        if not data:
            return

"""A TCP proxy between a server and what it depends on, to take that away and give it back."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator


class Proxy:
    """Forwards to a port; can be cut (connections refused and reset) and frozen (nothing moves).

    Runs in a thread of its own, so that synchronous fixtures may use it as well.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._moves = asyncio.Event()
        self._moves.set()
        self._is_cut = False
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._accept, "127.0.0.1", 0), self._loop
        ).result()
        self.port: int = self._server.sockets[0].getsockname()[1]

    @contextlib.contextmanager
    def cut(self) -> Iterator[None]:
        """Reset all connections and refuse new ones."""
        self._call(self._set_cut, True)
        try:
            yield
        finally:
            self._call(self._set_cut, False)

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """Let nothing through; connections stay open."""
        self._call(self._moves.clear)
        try:
            yield
        finally:
            self._call(self._moves.set)

    def stop(self) -> None:
        """End the proxy and its connections."""
        self._call(self._set_cut, True)
        self._call(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, function: object, *args: object) -> None:
        async def run() -> None:
            function(*args)  # type: ignore[operator]
            await asyncio.sleep(0)

        asyncio.run_coroutine_threadsafe(run(), self._loop).result()

    def _set_cut(self, is_cut: bool) -> None:
        self._is_cut = is_cut
        for writer in self._writers if is_cut else ():
            writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            if self._is_cut:
                writer.transport.abort()
                return
            there_reader, there = await asyncio.open_connection("127.0.0.1", self._target)
            self._writers.add(there)
            await asyncio.gather(self._pipe(reader, there), self._pipe(there_reader, writer))
        except OSError:
            writer.transport.abort()
        finally:
            self._writers.discard(writer)

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                await self._moves.wait()
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

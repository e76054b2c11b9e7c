"""One connection of a client: frames out, and answers to those that ask for one."""

import asyncio
import json
from contextlib import suppress
from typing import Any

import aiohttp

HEARTBEAT = 20.0
"""Seconds between pings; one that is not answered before the next is due ends the connection."""

Frame = dict[str, Any]


class Link:
    """A socket with commands under way. Not used again once it is closed."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._answers: dict[str, asyncio.Future[Frame]] = {}
        self._refs = 0

    async def say(self, frame: Frame) -> None:
        """Send a frame; raises ``ConnectionError``."""
        if self._socket.closed:
            raise ConnectionError
        # As UTF-8: escapes could make a frame too long that holds a permitted text.
        await self._socket.send_str(json.dumps(frame, ensure_ascii=False))

    async def ask(self, frame: Frame) -> Frame:
        """Send a command and return its answer; raises ``ConnectionError`` if none can come."""
        self._refs += 1
        ref = str(self._refs)
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._answers[ref] = answer
        try:
            await self.say({**frame, "ref": ref})
            return await answer
        finally:
            self._answers.pop(ref, None)

    def answer(self, frame: Frame) -> None:
        """Hand a reply to whoever asked."""
        answer = self._answers.get(frame["ref"] or "")
        if answer is not None and not answer.done():
            answer.set_result(frame)

    async def beat(self) -> None:
        """Ping for as long as the answers come, then close."""
        with suppress(TimeoutError, ConnectionError):
            while True:
                await asyncio.sleep(HEARTBEAT)
                await asyncio.wait_for(self.ask({"type": "ping"}), HEARTBEAT)
        await self._socket.close()

    def lose(self) -> None:
        """Let nobody wait for an answer that can't come any more."""
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(ConnectionError())

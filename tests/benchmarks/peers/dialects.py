"""How each peer is spoken to, so that one generator measures them all.

What is said is ``#number#`` and then words, 100 bytes in all.
"""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp

from tests.benchmarks.peers.servers import Name
from tests.benchmarks.socket import Socket

LENGTH = 100
_MARK = re.compile(rb"#(\d+)#")
Say = Callable[[str], Awaitable[None]]


def text_of(number: int) -> str:
    """Return what is said as this number: 100 bytes."""
    return f"#{number}# who pays for it, and who would have the use of it? ".ljust(LENGTH, ".")


def numbers_in(frame: bytes) -> list[int]:
    """Return the numbers of everything said in a frame."""
    return [int(found) for found in _MARK.findall(frame)]


@dataclass(frozen=True)
class Dialect:
    """``path`` is where sockets go; ``greeting`` is sent first, ``welcome`` answers it."""

    path: str
    greeting: str = ""
    welcome: str = ""
    ping: str = ""
    pong: str = ""

    def say(self, http: aiohttp.ClientSession, url: str, socket: Socket) -> Say:
        """Return what says something, as the one at a socket."""
        raise NotImplementedError


class _Nchan(Dialect):
    def say(self, http: aiohttp.ClientSession, url: str, socket: Socket) -> Say:
        async def publish(text: str) -> None:
            async with http.post(f"{url}/pub", data=text) as answer:
                assert answer.status in (201, 202), answer.status

        return publish


class _SocketIo(Dialect):
    def say(self, http: aiohttp.ClientSession, url: str, socket: Socket) -> Say:
        return _at_once(lambda text: socket.send("42" + json.dumps(["say", text])))


class _Tutorial(Dialect):
    def say(self, http: aiohttp.ClientSession, url: str, socket: Socket) -> Say:
        return _at_once(lambda text: socket.send(json.dumps({"message": text})))


def _at_once(send: Callable[[str], None]) -> Say:
    async def say(text: str) -> None:
        send(text)

    return say


DIALECTS: dict[Name, Dialect] = {
    "nchan": _Nchan("/sub"),
    "socket.io": _SocketIo(
        "/socket.io/?EIO=4&transport=websocket", greeting="40", welcome="40{", ping="2", pong="3"
    ),
    "tutorial": _Tutorial("/ws/chat/hall/"),
}

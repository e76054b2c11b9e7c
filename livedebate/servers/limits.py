"""What one connection may cost a worker before and beside what the application hears of it."""

import socket
from typing import Protocol

HEAD = 10.0
"""Seconds from a connection, or from the last answer on it, to the whole head of a request."""
REQUEST = 60.0
"""Seconds from the head of a request to its end."""
HEAD_BYTES = 64 * 1024
"""Bytes of the head of a request."""
MESSAGE = 128 * 1024
"""Bytes of a message; a longer one ends the socket, one over ``MAX_READ`` is answered."""
SLICE = 4 * 1024
"""Bytes that are taken apart before the application has heard what was in them, and before others
get a turn: of the smallest frames, there are 700 in it."""
UNREAD = 60.0
"""Seconds after which a connection ends whose other end takes nothing, or is not there any more."""
LINGER = 5.0
"""Seconds that the last bytes to a socket may take, once nobody serves it any more."""


class Options(Protocol):
    """What sets the options of a connection."""

    def setsockopt(self, level: int, option: int, value: int, /) -> object: ...


def bound(connection: Options) -> None:
    """Let the kernel end a connection on which nothing moves, whoever still waits for it."""
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux alone has it.
        milliseconds = round(UNREAD * 1000)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)

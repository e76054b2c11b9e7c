"""Which address leads to which socket."""

import re

from consumers.handshake import Receive, SameOrigin, Scope, Send, deny
from consumers.room import room_socket

_ROOM = re.compile(r"/ws/rooms/([-a-zA-Z0-9_]{1,80})/")


async def _route(scope: Scope, receive: Receive, send: Send) -> None:
    match = _ROOM.fullmatch(scope["path"].removeprefix(scope.get("root_path", "")))
    if match:
        await room_socket(match[1], scope, receive, send)
    else:
        await deny(scope, receive, send)


sockets = SameOrigin(_route)
"""Every socket of the site, for its own pages only."""

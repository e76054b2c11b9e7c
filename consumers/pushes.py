"""Push frames on their way to many sockets. Knows nothing of Django: the server loads it first."""

from functools import cached_property

from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Frame as WireFrame
from websockets.frames import Opcode

EXTENSION = "livedebate.frames"
"""In a scope: what writes a frame that is made for many sockets, where the server can."""
WINDOW_BITS = 15
"""Of the compression of shared frames; a socket that wants fewer gets them as they are."""


class Frame:
    """A push frame: the last sequence in it, its text, and the size of its events in bytes.

    What goes over the network is the same for everybody, so it is made once: frames from a server
    are not masked, and what is compressed without context does not depend on what went before.
    """

    def __init__(self, last: int, text: str, size: int) -> None:
        self.last = last
        self.text = text
        self.size = size

    @cached_property
    def plain(self) -> bytes:
        """The bytes of the frame on the wire (RFC 6455)."""
        return self._on_the_wire()

    @cached_property
    def deflated(self) -> bytes:
        """The same, compressed without context (RFC 7692, permessage-deflate)."""
        return self._on_the_wire(_DEFLATE)

    def _on_the_wire(self, *extensions: PerMessageDeflate) -> bytes:
        frame = WireFrame(Opcode.TEXT, self.text.encode())
        return bytes(frame.serialize(mask=False, extensions=extensions))


_DEFLATE = PerMessageDeflate(True, True, WINDOW_BITS, WINDOW_BITS)

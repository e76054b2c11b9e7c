"""Frames on their way to sockets. Knows nothing of Django: the server loads it first."""

from functools import cached_property

from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Frame as WireFrame
from websockets.frames import Opcode

EXTENSION = "livedebate.frames"
"""In a scope: what writes a frame as it goes over the network, where the server can."""
WINDOW_BITS = 15
"""Of the compression of frames; a socket that wants fewer gets them as they are."""
WORTH_IT = 256
"""Characters from which a text is compressed: a compressor costs more than it saves before."""


class Frame:
    """What is sent to sockets: a text, and what of it goes over the network.

    That is the same for everybody, so it is made once: frames from a server are not masked, and
    what is compressed without context does not depend on what went before.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def plain(self) -> bytes:
        """The bytes of the frame on the wire (RFC 6455)."""
        return self._on_the_wire()

    @cached_property
    def deflated(self) -> bytes:
        """The same, compressed without context (RFC 7692, permessage-deflate); a short one as it
        is, which a socket with compression takes, too."""
        return self._on_the_wire(_DEFLATE) if len(self.text) >= WORTH_IT else self.plain

    def _on_the_wire(self, *extensions: PerMessageDeflate) -> bytes:
        frame = WireFrame(Opcode.TEXT, self.text.encode())
        return bytes(frame.serialize(mask=False, extensions=extensions))


Extent = tuple[int, int]
"""Of a frame: the last sequence in it, and the size of its events in bytes."""


class PushFrame(Frame):
    """Events on their way."""

    def __init__(self, text: str, extent: Extent) -> None:
        super().__init__(text)
        self.extent = extent


_DEFLATE = PerMessageDeflate(True, True, WINDOW_BITS, WINDOW_BITS)

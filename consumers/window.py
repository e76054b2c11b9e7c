"""Flow control: how much a client was sent and has not acknowledged yet."""

from consumers.protocol import WINDOW
from consumers.pushes import Extent

WINDOW_BYTES = 768 * 1024
REFILL = WINDOW // 2
"""A client that fell behind is sent more once so many events fit: few pages, not many tiny."""


class Window:
    """What is on its way to one client. Pure bookkeeping, in sequences and in bytes.

    Guarantees that no more than ``WINDOW`` events and ``WINDOW_BYTES`` bytes are
    unacknowledged, except that a single frame always fits an empty window.
    """

    __slots__ = ("_bytes", "_frames", "acknowledged", "sent")

    def __init__(self, after: int = 0) -> None:
        self.sent = after
        self.acknowledged = after
        self._bytes = 0
        self._frames: list[Extent] = []  # An empty deque takes ten times as much.

    def takes(self, extent: Extent) -> bool:
        """Tell whether a frame may be sent now."""
        if not self._frames:
            return True
        last, size = extent
        return last - self.acknowledged <= WINDOW and self._bytes + size <= WINDOW_BYTES

    def note_sent(self, extent: Extent) -> None:
        """Count a frame as sent. It is not copied: a thousand windows hold the same one."""
        self.sent, size = extent
        self._bytes += size
        self._frames.append(extent)

    def note_seen(self, seq: int) -> bool:
        """Count everything up to ``seq`` as applied; False if that was never sent."""
        if seq > self.sent:
            return False
        self.acknowledged = max(self.acknowledged, seq)
        done = 0
        for last, size in self._frames:
            if last > seq:
                break
            self._bytes -= size
            done += 1
        del self._frames[:done]
        return True

    @property
    def wants_refill(self) -> bool:
        """Tell whether it is worth reading another page for a client that fell behind."""
        if not self._frames:
            return True
        room = WINDOW - (self.sent - self.acknowledged)
        return room >= REFILL and self._bytes <= WINDOW_BYTES // 2

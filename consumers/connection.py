"""One socket as the fan-out sees it: who is there, and how far they have read."""

import asyncio
from dataclasses import dataclass, field
from enum import Enum

from consumers.close_codes import CloseCode
from consumers.frames import encode
from consumers.protocol import Reply, You
from consumers.pushes import Frame
from consumers.window import Window
from consumers.wire import Wire
from rooms.eventlog.rendering import Audience


class Reading(Enum):
    """How a connection gets its events."""

    IDLE = "idle"
    """Not at all: it has not said resume, or has been told to resync."""
    LIVE = "live"
    """As they are committed."""
    CATCHING_UP = "catching up"
    """Page by page from the log."""
    WAITING = "waiting"
    """From the log, once it has acknowledged more of what it was sent."""


@dataclass(eq=False, slots=True)
class Connection:
    """A socket in a room. ``turn`` counts its resumes: work begun in an earlier turn is dropped."""

    wire: Wire
    language: str
    session_key: str
    you: You | None = None
    is_moderator: bool = False
    window: Window = field(default_factory=Window)
    reading: Reading = Reading.IDLE
    turn: int = 0
    awaits_ready: bool = False
    here: int = -1
    heard_at: float = 0.0
    checked_at: float = 0.0
    close_code: CloseCode | None = None
    task: "asyncio.Task[object] | None" = field(default_factory=asyncio.current_task)

    @property
    def audience(self) -> Audience:
        """Return what this person is shown of events."""
        return Audience(self.is_moderator, self.you.id if self.you else None)

    async def reply(self, reply: Reply) -> None:
        """Send a frame, waiting until the socket takes it."""
        await self.wire.send(Frame(encode(reply)))

    def mention(self, reply: Reply) -> bool:
        """Send a frame if the socket takes it at once; tell whether it was sent."""
        if not self.wire.is_free:
            return False
        self.wire.send_now(Frame(encode(reply)))
        return True

    def end(self, code: CloseCode) -> None:
        """Close the socket, from outside the task that serves it."""
        if self.close_code is None and self.task is not None:
            self.close_code = code
            if not self.task.cancelling():
                self.task.cancel()

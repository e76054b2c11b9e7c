"""The frames of the socket as closed types: what may be said, and nothing else.

``asyncapi.yaml`` documents the same frames; a test holds the two against each other.
"""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Raw, Struct

from rooms.moderation.screening import MAX_LENGTH

MAX_FRAME = 8 * 1024
"""Bytes of a frame; a longer one is refused."""
MAX_READ = 64 * 1024
"""Bytes of a frame that is still read for its ref; a longer one is dropped unread."""
WINDOW = 1024
"""Events a client may be sent beyond the last one it acknowledged."""

Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Ref = Annotated[str, Meta(min_length=1, max_length=64)]
Word = Annotated[str, Meta(max_length=32)]


class Command(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", kw_only=True):
    """A frame from a client."""


class Resume(Command, tag="resume", frozen=True, kw_only=True):
    """Send everything after a sequence, then all that follows."""

    epoch: Annotated[str, Meta(max_length=64)]
    after: Count


class Seen(Command, tag="seen", frozen=True, kw_only=True):
    """Everything up to a sequence was applied."""

    seq: Count


class Asked(Command, frozen=True, kw_only=True):
    """A command that is answered exactly once, with its ref."""

    ref: Ref


class Ping(Asked, tag="ping", frozen=True, kw_only=True):
    """Answer with pong: the connection is alive."""


class Post(Asked, tag="post", frozen=True, kw_only=True):
    """Send a message. The same id and text always give the same answer."""

    id: Annotated[str, Meta(min_length=1, max_length=64)]
    text: str
    side: Literal["", "for", "against", "neutral"] = ""
    reply_to: Count | None = None


class Edit(Asked, tag="edit", frozen=True, kw_only=True):
    message: Count
    text: str


class Remove(Asked, tag="remove", frozen=True, kw_only=True):
    message: Count
    reason: Word = "other"


class React(Asked, tag="react", frozen=True, kw_only=True):
    message: Count
    emoji: Annotated[str, Meta(min_length=1, max_length=8)]
    on: bool


class Approve(Asked, tag="approve", frozen=True, kw_only=True):
    message: Count


class Reject(Asked, tag="reject", frozen=True, kw_only=True):
    message: Count
    reason: Word


class Mute(Asked, tag="mute", frozen=True, kw_only=True):
    participant: Count
    seconds: Count
    reason: Word = "other"


class Unmute(Asked, tag="unmute", frozen=True, kw_only=True):
    participant: Count


class Withhold(Asked, tag="withhold", frozen=True, kw_only=True):
    message: Count


class Restore(Asked, tag="restore", frozen=True, kw_only=True):
    message: Count


class Claim(Asked, tag="claim", frozen=True, kw_only=True):
    message: Count


class Ban(Asked, tag="ban", frozen=True, kw_only=True):
    participant: Count
    reason: Word = "other"


class Unban(Asked, tag="unban", frozen=True, kw_only=True):
    participant: Count


class Slow(Asked, tag="slow", frozen=True, kw_only=True):
    participant: Count
    seconds: Count
    reason: Word = "other"


class SetMode(Asked, tag="mode", frozen=True, kw_only=True):
    mode: Word
    value: Count
    reason: Word = "other"


class Reply(Struct, frozen=True, tag_field="type", kw_only=True):
    """A frame from the server."""


class You(Struct, frozen=True):
    """Who the person at this connection is in the room, and what they may do."""

    id: int
    name: str
    role: str
    muted_until: datetime | None
    banned: bool
    can: list[str]


class RoomState(Struct, frozen=True):
    slug: str
    kind: str
    status: str
    opens_at: datetime | None
    closes_at: datetime | None


class Limits(Struct, frozen=True):
    text: int = MAX_LENGTH
    frame: int = MAX_FRAME
    window: int = WINDOW


class Hello(Reply, tag="hello", frozen=True, kw_only=True):
    epoch: str
    head: int
    now: datetime
    you: You | None
    room: RoomState
    limits: Limits = Limits()


class PushedPart(Struct, frozen=True):
    into: str
    swap: str
    html: str


class PushedEvent(Struct, frozen=True):
    """An event as one audience sees it; without parts where it sees nothing of it."""

    seq: int
    type: str
    parts: list[PushedPart]


class Push(Reply, tag="push", frozen=True, kw_only=True):
    """Consecutive events, each the JSON of a :class:`PushedEvent`, encoded once for many."""

    events: list[Raw]
    head: int


class Ready(Reply, tag="ready", frozen=True, kw_only=True):
    """The backlog was sent; everything committed after ``head`` arrives."""

    head: int


class Ack(Reply, tag="ack", frozen=True, kw_only=True, omit_defaults=True):
    ref: str
    seq: int
    status: Literal["posted", "held", "done"]
    number: int | None = None
    rule: str = ""
    reason: str = ""


class Nack(Reply, tag="nack", frozen=True, kw_only=True, omit_defaults=True):
    ref: str | None
    code: str
    message: str
    retry_after: float | None
    rule: str = ""
    span: tuple[int, int] | None = None
    status: str = ""
    decided_by: str = ""


class Resync(Reply, tag="resync", frozen=True, kw_only=True):
    """The cursor is of another history: reload the state, and resume from there."""

    epoch: str
    head: int


class YouChanged(Reply, tag="you", frozen=True, kw_only=True):
    you: You | None


class Presence(Reply, tag="presence", frozen=True, kw_only=True):
    here: int


class Pong(Reply, tag="pong", frozen=True, kw_only=True):
    ref: str
    head: int
    now: datetime


COMMANDS: dict[str, type[Command]] = {
    str(cls.__struct_config__.tag): cls
    for cls in (
        Resume,
        Seen,
        Ping,
        Post,
        Edit,
        Remove,
        React,
        Approve,
        Reject,
        Mute,
        Unmute,
        Withhold,
        Restore,
        Claim,
        Ban,
        Unban,
        Slow,
        SetMode,
    )
}

REPLIES: dict[str, type[Reply]] = {
    str(cls.__struct_config__.tag): cls
    for cls in (Hello, Push, Ready, Ack, Nack, Resync, YouChanged, Presence, Pong)
}

"""Letters that wait to be sent; the clock sends them, never a request."""

from datetime import datetime, timedelta

from rooms.eventlog.payload import Context, Entry
from rooms.redress.models import Letter

SECOND_THOUGHTS = timedelta(seconds=15)
"""How long a statement waits: a moderator may take a decision back for 10 s, and then there
is nothing to tell."""


def write_letter(
    ctx: Context, entry: Entry, kind: Letter.Kind, *, wait: timedelta = timedelta(0)
) -> None:
    """Let a letter about an event be sent, once it is committed; nothing while folding."""
    if not entry.folding:
        due: datetime = entry.at + wait
        Letter.objects.create(kind=kind, room=ctx.room, seq=entry.seq, due_at=due)

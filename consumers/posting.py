"""Posts from many sockets, of one room or several: screened and committed together, in one turn
in a thread."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from consumers.actor import Actor, SessionEnded, look
from consumers.protocol import Post
from consumers.together import Together
from rooms.eventlog.append import append, append_where_free
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event, Room
from rooms.messages.posting import ATTEMPTS, Receipt, Writing, draft_posts, receipt
from rooms.people.models import Participant

T = TypeVar("T")
R = TypeVar("R")
Asked = tuple[Actor, Post]
SHORT = 250
"""Characters that count as one message where texts are screened together: long ones take longer."""


class Posting:
    """Posts of this process: a room's next wait until its last are committed."""

    def __init__(self) -> None:
        self._posts = Together[int, Asked, Event](_post_all, _weigh)

    async def post(self, post: Post, actor: Actor) -> Receipt:
        """Raises ``Refused``, ``SessionEnded`` and ``DatabaseUnavailable``."""
        for _attempt in range(ATTEMPTS):
            try:
                return receipt(await self._posts.submit(actor.room_id, (actor, post)))
            except Refused as refusal:
                if refusal.code is not Code.POLICY_MOVED:
                    raise
        raise Refused(Code.POLICY_MOVED)


def _weigh(asked: Asked) -> float:
    return max(1.0, len(asked[1].text) / SHORT)


def _post_all(asked: Sequence[Asked], may_wait: bool) -> list[Event | Exception]:
    """Return an event for each post, or why there is none; ``may_wait`` for their only room."""
    look([actor for actor, _post in asked])
    writings = [_write(actor, post) for actor, post in asked]
    drafts = _made_of(writings, draft_posts)
    rooms = [actor.room_id for actor, _post in asked]
    if may_wait:
        return _made_of(drafts, partial(append, rooms[0]))
    placed = [
        one if isinstance(one, Exception) else (room_id, one)
        for room_id, one in zip(rooms, drafts, strict=True)
    ]
    return _made_of(placed, append_where_free)


def _made_of(
    items: Sequence[T | Exception], work: Callable[[list[T]], Sequence[R | Exception]]
) -> list[R | Exception]:
    """Return what is made of items together, each in its place among those that failed before."""
    chosen = [one for one in items if not isinstance(one, Exception)]
    made = iter(work(chosen) if chosen else ())
    return [one if isinstance(one, Exception) else next(made) for one in items]


def _write(actor: Actor, post: Post) -> Writing | Refused | SessionEnded:
    def write(room: Room, author: Participant) -> Writing:
        return Writing(room, author, post.id, post.text, post.side, post.reply_to)

    try:
        return actor.act_as_seen(write)
    except (Refused, SessionEnded) as refusal:
        return refusal

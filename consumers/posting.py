"""Posts from many sockets: screened and committed together, in one turn in a thread."""

from collections.abc import Sequence

from consumers.actor import Actor, SessionEnded, look
from consumers.protocol import Post
from consumers.together import Together
from rooms.eventlog.append import append
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Draft
from rooms.messages.posting import ATTEMPTS, Receipt, Writing, draft_posts, receipt
from rooms.people.models import Participant

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
                actor.forget()
        raise Refused(Code.POLICY_MOVED)


def _weigh(asked: Asked) -> float:
    return max(1.0, len(asked[1].text) / SHORT)


def _post_all(room_id: int, asked: Sequence[Asked]) -> list[Event | Exception]:
    """Return an event for each post, or why there is none."""
    look(actor for actor, _post in asked)
    writings = [_write(actor, post) for actor, post in asked]
    written = iter(draft_posts([one for one in writings if isinstance(one, Writing)]))
    drafts = [next(written) if isinstance(one, Writing) else one for one in writings]
    fair = [draft for draft in drafts if isinstance(draft, Draft)]
    events = iter(append(room_id, fair) if fair else [])
    return [next(events) if isinstance(draft, Draft) else draft for draft in drafts]


def _write(actor: Actor, post: Post) -> Writing | Refused | SessionEnded:
    def write(room: Room, author: Participant) -> Writing:
        return Writing(room, author, post.id, post.text, post.side, post.reply_to)

    try:
        return actor.act(write)
    except (Refused, SessionEnded) as refusal:
        return refusal

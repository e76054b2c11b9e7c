"""Messages on their way into the log: screened together, then committed together."""

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
    """Posts of this process. While a room's texts are being committed, its next are screened."""

    def __init__(self) -> None:
        self._drafts = Together[int, Asked, Draft](_draft_all, _weigh)
        self._commits = Together[int, Draft, Event](append)

    async def post(self, post: Post, actor: Actor) -> Receipt:
        """Raises ``Refused``, ``SessionEnded`` and ``DatabaseUnavailable``."""
        for _attempt in range(ATTEMPTS):
            draft = await self._drafts.submit(actor.room_id, (actor, post))
            try:
                return receipt(await self._commits.submit(actor.room_id, draft))
            except Refused as refusal:
                if refusal.code is not Code.POLICY_MOVED:
                    raise
                actor.forget()
        raise Refused(Code.POLICY_MOVED)


def _weigh(asked: Asked) -> float:
    return max(1.0, len(asked[1].text) / SHORT)


def _draft_all(_room_id: int, asked: Sequence[Asked]) -> list[Draft | Exception]:
    """Return a draft for each post, or why there is none."""
    look(actor for actor, _post in asked)
    writings = [_write(actor, post) for actor, post in asked]
    drafts = iter(draft_posts([one for one in writings if isinstance(one, Writing)]))
    return [next(drafts) if isinstance(one, Writing) else one for one in writings]


def _write(actor: Actor, post: Post) -> Writing | Refused | SessionEnded:
    def write(room: Room, author: Participant) -> Writing:
        return Writing(room, author, post.id, post.text, post.side, post.reply_to)

    try:
        return actor.act(write)
    except (Refused, SessionEnded) as refusal:
        return refusal

"""Reading messages: for the page, for the socket, for moderators and for authors."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta

from django.db.models import Case, Count, Q, QuerySet, When
from django.utils import timezone

from rooms.eventlog.backlog import present
from rooms.eventlog.models import Event, Room
from rooms.eventlog.registry import present_messages, timeline_types
from rooms.eventlog.views import EventView, MessageView, QuoteView, ReactionView
from rooms.messages.models import Message, MessageBody, Reaction, VaultedBody
from rooms.people.events import person_view
from rooms.people.models import Participant
from rooms.people.roles import Role

EXCERPT = 80
SHOWN = timedelta(hours=1)
"""How long a message that was not published stands beneath the log for its author."""
UNPUBLISHED = (Message.Status.HELD, Message.Status.REJECTED)


def timeline(room: Room, *, before: int | None = None, limit: int = 50) -> list[EventView]:
    """Return the last events that show a line in the log, oldest first; ``before`` is exclusive."""
    events = Event.objects.filter(room=room, type__in=timeline_types()).select_related("room")
    if before is not None:
        events = events.filter(seq__lt=before)
    return present(list(events.order_by("-seq")[:limit])[::-1])


def held_queue(room: Room, *, limit: int | None = None) -> list[EventView]:
    """Return the messages that wait for a moderator, longest first, with their texts."""
    return _holds(room, Message.objects.filter(room=room, status=Message.Status.HELD), limit)


def own_holds(participant: Participant) -> list[EventView]:
    """Return a person's own messages that wait, and those that were lately not published.

    Only while the text is kept; what was decided stays among the decisions about the person.
    """
    mine = Message.objects.filter(author=participant)
    lately = Q(status=Message.Status.REJECTED, at__gt=timezone.now() - SHOWN)
    kept = VaultedBody.objects.filter(room=participant.room_id).values("number")
    own = mine.filter(Q(status=Message.Status.HELD) | lately, number__in=kept)
    return _holds(participant.room, own)


def history(room: Room, number: int) -> list[str]:
    """Return every text a message has had and that is still kept, oldest first: for moderators."""
    texts: dict[int, str] = {}
    for model in (VaultedBody, MessageBody):
        rows = model.objects.filter(room=room, number=number)
        texts.update(rows.values_list("revision", "text"))
    return [texts[revision] for revision in sorted(texts)]


def message_views(room_id: int, numbers: Iterable[int]) -> dict[int, MessageView]:
    """Return messages as they stand now.

    A held or rejected message comes with its text, since only moderators and its author
    are ever shown it; a removed one never does.
    """
    wanted = set(numbers)
    rows = Message.objects.filter(room_id=room_id, number__in=wanted)
    found = list(rows.select_related("author", "decided_by", "claimed_by"))
    parents = {m.reply_to for m in found if m.reply_to is not None}
    rows = Message.objects.filter(room_id=room_id, number__in=parents)
    quoted = {m.number: m for m in rows.select_related("author")} if parents else {}
    unpublished = [m.number for m in found if m.status in UNPUBLISHED]
    texts = {
        **_texts(MessageBody, room_id, wanted | parents),
        **_texts(VaultedBody, room_id, unpublished),
    }
    reactions = _reactions(room_id, wanted)
    return {m.number: _view(m, texts, quoted, reactions[m.number]) for m in found}


def new_view(message: Message, author: Participant, text: str) -> MessageView:
    """Return a message that is being made, and that replies to none, without reading it."""
    message.author = author
    return _view(message, {message.number: text}, {}, [])


def _texts(
    model: type[MessageBody] | type[VaultedBody], room_id: int, numbers: Collection[int]
) -> dict[int, str]:
    if not numbers:
        return {}
    rows = model.objects.filter(room_id=room_id, number__in=numbers)
    return dict(rows.values_list("number", "text"))


def _view(
    message: Message,
    texts: Mapping[int, str],
    quoted: Mapping[int, Message],
    reactions: list[ReactionView],
) -> MessageView:
    parent = quoted.get(message.reply_to) if message.reply_to is not None else None
    return MessageView(
        number=message.number,
        author=person_view(message.author),
        at=message.at,
        side=message.side,
        text=texts.get(message.number),
        status=message.status,
        edited=message.revision > 0,
        removed_by=_removed_by(message),
        reason=message.reason,
        rule=message.rule,
        span=tuple(message.span) if message.span else None,
        decided_by=person_view(message.decided_by) if message.decided_by else None,
        held_at=message.held_at,
        claimed_by=person_view(message.claimed_by) if message.claimed_by else None,
        claimed_at=message.claimed_at,
        was_published=message.published_seq is not None,
        reply_to=_quote(parent, texts) if parent else None,
        reactions=reactions,
    )


def _removed_by(message: Message) -> str:
    if message.status != Message.Status.REMOVED:
        return ""
    if message.erased_seq is not None and message.decided_seq == message.erased_seq:
        return "erasure"
    return "author" if message.decided_by_id == message.author_id else Role.MODERATOR


def _quote(parent: Message, texts: Mapping[int, str]) -> QuoteView:
    text = texts.get(parent.number) if parent.status == Message.Status.VISIBLE else None
    excerpt = text if text is None or len(text) <= EXCERPT else f"{text[: EXCERPT - 1]}…"
    return QuoteView(parent.number, person_view(parent.author), excerpt)


def _reactions(room_id: int, numbers: set[int]) -> dict[int, list[ReactionView]]:
    found: dict[int, list[ReactionView]] = defaultdict(list)
    rows = Reaction.objects.filter(room_id=room_id, number__in=numbers)
    counts = rows.values_list("number", "emoji").annotate(count=Count("pk")).order_by("emoji")
    for number, emoji, count in counts:
        found[number].append(ReactionView(emoji, count))
    return found


def _holds(room: Room, messages: QuerySet[Message], limit: int | None = None) -> list[EventView]:
    # What was published before waits since it was withheld.
    since = Case(When(published_seq=None, then="number"), default="decided_seq")
    seqs = messages.annotate(since=since).values("since")
    events = Event.objects.filter(room=room, seq__in=seqs)
    return present(list(events.select_related("room").order_by("seq")[:limit]))


def _present(room_id: int, numbers: list[int]) -> dict[int, MessageView]:
    return message_views(room_id, numbers)


present_messages.append(_present)

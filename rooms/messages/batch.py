"""The messages of one append: looked for together before, inserted together after.

So a batch of many posts costs as many statements as one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Model

from rooms.eventlog import registry
from rooms.eventlog.inserts import insert
from rooms.eventlog.payload import Context, Draft
from rooms.eventlog.prepared import Prepared
from rooms.messages.models import Message, MessageBody, VaultedBody

Sent = tuple[int | None, str]
"""Who sent a message, and under which id of theirs."""
Body = MessageBody | VaultedBody
TOGETHER = 500
"""Messages of a fold that are inserted together."""
_sent = Prepared(
    lambda authors, ids: Message.objects.filter(author__in=authors, client_id__in=ids), [1], ["a"]
)


@dataclass
class Batch:
    """``known`` has what was sent before, or earlier in this batch; None: it is to be looked up."""

    known: dict[Sent, Message] = field(default_factory=dict)
    looked_up: set[Sent] = field(default_factory=set)
    messages: list[Message] = field(default_factory=list)
    bodies: list[Body] = field(default_factory=list)


def batch_of(ctx: Context) -> Batch:
    """Return the messages of an append."""
    batch: Batch = ctx.memo.setdefault("messages", Batch())
    return batch


def find_sent(ctx: Context, sent: Sent) -> Message | None:
    """Return the message that somebody sent under an id of theirs, if they did."""
    batch = batch_of(ctx)
    if sent not in batch.known and sent not in batch.looked_up:
        _look_up([(batch, sent)])
    return batch.known.get(sent)


def add(ctx: Context, message: Message, body: Body | None) -> None:
    """Insert a message and its text with the others; without text where the log is folded."""
    batch = batch_of(ctx)
    batch.messages.append(message)
    if body is not None:
        batch.known[message.author_id, message.client_id] = message
        batch.bodies.append(body)
    elif len(batch.messages) >= TOGETHER:
        flush(ctx)


def flush(ctx: Context) -> None:
    """Insert what was added. Whoever reads messages under the room's lock does this first."""
    insert(_taken(ctx))


def _taken(ctx: Context) -> list[Model]:
    batch = batch_of(ctx)
    taken: list[Model] = [*batch.messages, *batch.bodies]
    batch.messages, batch.bodies = [], []
    return taken


def _hand_over(ctx: Context) -> None:
    ctx.rows.extend(_taken(ctx))


def prepare(turns: Sequence[tuple[Context, Sequence[Draft]]]) -> None:
    """Look up in one go what was sent before."""
    sent = [
        (batch_of(ctx), (draft.actor_id, client_id))
        for ctx, drafts in turns
        for draft in drafts
        if (client_id := getattr(draft.payload, "client_id", None))
    ]
    if sent:
        _look_up(sent)


def _look_up(asked: Sequence[tuple[Batch, Sent]]) -> None:
    batches = {sent: batch for batch, sent in asked}
    authors = {author for author, _id in batches if author is not None}
    ids = {client_id for _author, client_id in batches}
    for sent, batch in batches.items():
        batch.looked_up.add(sent)
    for message in _sent.fetch(list(authors), list(ids)):
        sent = message.author_id, message.client_id
        if sent in batches:
            batches[sent].known[sent] = message


registry.prepare.append(prepare)
registry.flush.append(_hand_over)

"""The only way into the log."""

from collections.abc import Mapping, Sequence

from django.db import DatabaseError, transaction
from django.utils import timezone

from rooms.eventlog import broadcast, registry
from rooms.eventlog.errors import Refused
from rooms.eventlog.inserts import insert
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Context, Draft, Entry
from rooms.eventlog.prepared import Prepared

_locked = Prepared(lambda pk: Room.objects.select_for_update(no_key=True).filter(pk=pk), 1)
_HEAD = "UPDATE rooms_room SET head = %s WHERE id = %s"


def append(room_id: int, drafts: Sequence[Draft]) -> list[Event | Refused]:
    """Log the drafts in order in one transaction; return an event or a refusal for each.

    Guarantees: sequences are 1..head without a gap, in commit order; permission is checked
    under the room's lock, so no mute and no closing can be overtaken; an event and what it
    changes commit together; what was committed is broadcast, and only that. A draft that
    was logged before (``Payload.existing``) gives the first event again.
    Events that have fallen due, such as a closing time, are logged first; those that follow
    from one (``Context.then``) right after it.
    """
    try:
        return _append(room_id, drafts)
    except DatabaseError:
        # One draft the database cannot take must not fail its neighbours.
        if len(drafts) < 2 or transaction.get_connection().in_atomic_block:
            raise
    return [_append(room_id, [draft])[0] for draft in drafts]


def append_one(room_id: int, draft: Draft) -> Event:
    """Log one draft; raises ``Refused``."""
    outcome = append(room_id, [draft])[0]
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def _append(room_id: int, drafts: Sequence[Draft]) -> list[Event | Refused]:
    with transaction.atomic():
        room = _lock(room_id)
        before = dict(vars(room))
        actors = frozenset(d.actor_id for d in drafts if d.actor_id is not None)
        ctx = Context(room=room, now=timezone.now(), actor_ids=actors)
        for due in registry.due:
            for draft in due(room, ctx.now):
                _log(ctx, draft)
        for prepare in registry.prepare:
            prepare(ctx, drafts)
        outcomes = [_admit(ctx, draft) for draft in drafts]
        if ctx.events:
            for flush in registry.flush:
                flush(ctx)
            _write(ctx, before)
            broadcast.after_commit(room, ctx.events, ctx.views)
    return outcomes


def _lock(room_id: int) -> Room:
    found = _locked.fetch(room_id)
    if not found:
        raise Room.DoesNotExist(f"there is no room {room_id}")
    return found[0]


def _write(ctx: Context, before: Mapping[str, object]) -> None:
    room = ctx.room
    insert([*ctx.rows, *ctx.events], then=_HEAD, values=[room.head, room.pk])
    changed = [name for name, value in vars(room).items() if before.get(name, value) != value]
    if rest := set(changed) - {"head"}:
        room.save(update_fields=rest)


def _admit(ctx: Context, draft: Draft) -> Event | Refused:
    try:
        seq = draft.payload.existing(ctx, draft)
        if seq is not None:
            return _find(ctx, seq)
        draft.payload.permit(ctx, draft)
    except Refused as refusal:
        return refusal
    return _log(ctx, draft)


def _find(ctx: Context, seq: int) -> Event:
    for event in ctx.events:
        if event.seq == seq:
            return event
    return Event.objects.get(room=ctx.room, seq=seq)


def _log(ctx: Context, draft: Draft) -> Event:
    ctx.room.head += 1
    event = Event(
        room=ctx.room,
        seq=ctx.room.head,
        type=registry.name_of(draft.payload),
        at=ctx.now,
        actor_id=draft.actor_id,
        payload=registry.encode(draft.payload),
    )
    entry = Entry(event.seq, ctx.now, draft.actor_id, draft.text)
    draft.payload.apply(ctx, entry)
    ctx.events.append(event)
    for observe in registry.observers:
        observe(ctx, draft, entry)
    while ctx.then:
        _admit(ctx, ctx.then.pop(0))
    return event

"""The only way into the log."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.db import DatabaseError, OperationalError, transaction
from django.db.models import Model
from django.utils import timezone
from psycopg import errors

from rooms.eventlog import broadcast, registry
from rooms.eventlog.errors import Refused
from rooms.eventlog.inserts import insert
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Context, Draft, Entry
from rooms.eventlog.prepared import Prepared

_locked = Prepared(lambda pk: Room.objects.select_for_update(no_key=True).filter(pk=pk), 1)
_locked_if_free = Prepared(
    lambda pks: Room.objects.select_for_update(no_key=True, skip_locked=True).filter(pk__in=pks),
    [1],
)
_HEAD = "UPDATE rooms_room SET head = %s WHERE id = %s"
_IN_THE_WAY = (errors.DeadlockDetected, errors.LockNotAvailable, errors.QueryCanceled)
"""What others do in one of the rooms, which fails a transaction."""


class RoomIsBusy(Exception):
    """Somebody else is writing in the room, and others were not to wait for that."""


@dataclass(frozen=True)
class _Turn:
    """The drafts of one room, which is locked, and what its row held before."""

    ctx: Context
    drafts: Sequence[Draft]
    before: Mapping[str, object]


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
        return _append({room_id: drafts}, _lock)[room_id]
    except DatabaseError:
        # One draft the database cannot take must not fail its neighbours.
        if len(drafts) < 2 or transaction.get_connection().in_atomic_block:
            raise
    return [_append({room_id: [draft]}, _lock)[room_id][0] for draft in drafts]


def append_one(room_id: int, draft: Draft) -> Event:
    """Log one draft; raises ``Refused``."""
    outcome = append(room_id, [draft])[0]
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def append_where_free(drafts: Sequence[tuple[int, Draft]]) -> list[Event | Exception]:
    """Log drafts of several rooms, given by their numbers, each room's as :func:`append` does.

    All in one transaction: they commit together or not at all. No room is waited for:
    ``RoomIsBusy`` is the outcome of drafts of one in which somebody else writes just now, or of
    all if that is found late.
    """
    wanted: dict[int, list[Draft]] = {}
    for room_id, draft in drafts:
        wanted.setdefault(room_id, []).append(draft)
    logged: dict[int, list[Event | Refused]] = {}
    try:
        logged = _append(wanted, _locked_if_free.fetch)
    except OperationalError as error:
        if not isinstance(error.__cause__, _IN_THE_WAY):
            raise
    left = {room_id: iter(outcomes) for room_id, outcomes in logged.items()}
    return [next(left[pk]) if pk in left else RoomIsBusy() for pk, _draft in drafts]


def _append(
    wanted: Mapping[int, Sequence[Draft]], lock: Callable[[list[int]], list[Room]]
) -> dict[int, list[Event | Refused]]:
    """Return what became of the drafts, by room, for each room that ``lock`` has locked."""
    with transaction.atomic():
        rooms = lock(list(wanted))
        now = timezone.now()
        turns = [
            _Turn(Context(room=room, now=now), wanted[room.pk], dict(vars(room))) for room in rooms
        ]
        for turn in turns:
            for due in registry.due:
                for draft in due(turn.ctx.room, now):
                    _log(turn.ctx, draft)
        for prepare in registry.prepare:
            prepare([(turn.ctx, turn.drafts) for turn in turns])
        outcomes = {
            turn.ctx.room.pk: [_admit(turn.ctx, draft) for draft in turn.drafts] for turn in turns
        }
        _write([turn for turn in turns if turn.ctx.events])
    return outcomes


def _lock(room_ids: list[int]) -> list[Room]:
    """Return the only room, locked as soon as nobody else writes in it."""
    found = _locked.fetch(*room_ids)
    if not found:
        raise Room.DoesNotExist(f"there is no room {room_ids[0]}")
    return found


def _write(turns: Sequence[_Turn]) -> None:
    if not turns:
        return
    rows: list[Model] = []
    for turn in turns:
        for flush in registry.flush:
            flush(turn.ctx)
        rows += [*turn.ctx.rows, *turn.ctx.events]
    heads = [(turn.ctx.room.head, turn.ctx.room.pk) for turn in turns]
    insert(rows, then=_HEAD, values=heads)
    for turn in turns:
        room = turn.ctx.room
        changed = [n for n, value in vars(room).items() if turn.before.get(n, value) != value]
        if rest := set(changed) - {"head"}:
            room.save(update_fields=rest)
        broadcast.after_commit(room, turn.ctx.events, turn.ctx.views)


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

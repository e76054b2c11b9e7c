"""Proof that the read models say what the log says."""

from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, transaction
from django.utils import timezone

from rooms.eventlog import registry
from rooms.eventlog.inserts import insert
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Context, Draft, Entry

SHOWN = 200
"""Characters of a difference that are written out."""


class _Undo(Exception):
    """Rolls the fold back; it only looks."""


class _Unfoldable(Exception):
    """An event that cannot be applied where it stands."""


@dataclass(frozen=True)
class Difference:
    """What does not follow from the log: the area it belongs to, as it is and as it should be."""

    area: str
    state: Any
    folded: Any

    def __str__(self) -> str:
        return f"{self.area}: is {_brief(self.state)}, folds to {_brief(self.folded)}"


def gaps(room_id: int) -> list[int]:
    """Return where the sequence of a room is not 1..head without a gap; [] when it is."""
    seqs = Event.objects.filter(room_id=room_id).order_by("seq").values_list("seq", flat=True)
    wrong: list[int] = []
    expected = 0
    for seq in seqs.iterator():
        expected += 1
        if seq != expected:
            wrong.append(expected)
            expected = seq
    if expected != Room.objects.get(pk=room_id).head:
        wrong.append(expected + 1)
    return wrong


def differences(room_id: int) -> list[Difference]:
    """Return what differs between the read models and the fold of the log; [] when all agree.

    Derives the read models again from the log inside a transaction that is rolled back.
    """
    found: list[Difference] = []
    try:
        with transaction.atomic():
            Room.objects.select_for_update(no_key=True).get(pk=room_id)
            state = [model.snapshot(room_id) for model in registry.read_models]
            _fold(room_id)
            folded = [model.snapshot(room_id) for model in registry.read_models]
            for model, one, other in zip(registry.read_models, state, folded, strict=True):
                if one != other:
                    area = model.snapshot.__module__.removeprefix("rooms.")
                    found.append(Difference(area, *_apart(one, other)))
            raise _Undo
    except _Undo:
        return found
    except _Unfoldable as error:
        return [Difference(str(error), "in the log", repr(error.__cause__))]


def _fold(room_id: int) -> None:
    for model in registry.read_models:
        model.reset(room_id)
    room = Room.objects.get(pk=room_id)
    memo: dict[str, Any] = {}
    for event in Event.objects.filter(room_id=room_id).order_by("seq").iterator():
        try:
            _apply(Context(room=room, now=event.at, memo=memo), event)
        except OperationalError:
            raise
        except Exception as error:
            raise _Unfoldable(f"event {event.seq}, {event.type}") from error
    last = Context(room=room, now=timezone.now(), memo=memo)
    for flush in registry.flush:
        flush(last)
    insert(last.rows)
    room.save()


def _apply(ctx: Context, event: Event) -> None:
    payload = registry.decode(event.type, event.payload)
    entry = Entry(event.seq, event.at, event.actor_id, folding=True)
    payload.apply(ctx, entry)
    for observe in registry.observers:
        observe(ctx, Draft(payload, event.actor_id), entry)


def _apart(state: Any, folded: Any) -> tuple[Any, Any]:
    """Return of two snapshots what one has and the other has not: rows, of those that have rows."""
    while isinstance(state, list) and isinstance(folded, list):
        state, folded = _only_in(state, folded), _only_in(folded, state)
        if len(state) != 1 or len(folded) != 1:
            break
        state, folded = state[0], folded[0]
    return state, folded


def _only_in(rows: list[Any], others: list[Any]) -> list[Any]:
    known = set(map(repr, others))
    return [row for row in rows if repr(row) not in known]


def _brief(found: Any) -> str:
    text = repr(found)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"

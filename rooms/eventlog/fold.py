"""Proof that the read models say what the log says."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from rooms.eventlog import registry
from rooms.eventlog.inserts import insert
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Context, Draft, Entry


class _Undo(Exception):
    """Rolls the fold back; it only looks."""


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


def differences(room_id: int) -> list[tuple[Any, Any]]:
    """Return (state, fold of the log) for each read model that differs; [] when all agree.

    Derives the read models again from the log inside a transaction that is rolled back.
    """
    found: list[tuple[Any, Any]] = []
    try:
        with transaction.atomic():
            Room.objects.select_for_update(no_key=True).get(pk=room_id)
            state = [model.snapshot(room_id) for model in registry.read_models]
            _fold(room_id)
            folded = [model.snapshot(room_id) for model in registry.read_models]
            pairs = zip(state, folded, strict=True)
            found = [(one, other) for one, other in pairs if one != other]
            raise _Undo
    except _Undo:
        return found


def _fold(room_id: int) -> None:
    for model in registry.read_models:
        model.reset(room_id)
    room = Room.objects.get(pk=room_id)
    memo: dict[str, Any] = {}
    for event in Event.objects.filter(room_id=room_id).order_by("seq").iterator():
        ctx = Context(room=room, now=event.at, memo=memo)
        payload = registry.decode(event.type, event.payload)
        entry = Entry(event.seq, event.at, event.actor_id, folding=True)
        payload.apply(ctx, entry)
        for observe in registry.observers:
            observe(ctx, Draft(payload, event.actor_id), entry)
    last = Context(room=room, now=timezone.now(), memo=memo)
    for flush in registry.flush:
        flush(last)
    insert(last.rows)
    room.save()

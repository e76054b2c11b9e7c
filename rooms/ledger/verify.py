"""Checking the ledger: against the log, and an exported one against itself and the log."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Any

from rooms.eventlog.models import Event, Room
from rooms.ledger.chain import Chain
from rooms.ledger.models import LedgerEntry
from rooms.ledger.records import FIELDS, first_digest, logged, next_digest

_COMPARED = [f.attname for f in LedgerEntry._meta.concrete_fields if f.name != "id"]


def first_fault(room: Room) -> int | None:
    """Return the sequence of the first entry that is not what the log says; None if all are.

    Looks no further than the head at this moment, so that a live room can be checked.
    """
    head = Room.objects.values_list("head", flat=True).get(pk=room.pk)
    stored = LedgerEntry.objects.filter(room=room, seq__lte=head).order_by("seq").iterator()
    for kept, made in zip_longest(stored, _again(room, head)):
        if kept is None or made is None:
            return min(entry.seq for entry in (kept, made) if entry is not None)
        if any(getattr(kept, name) != getattr(made, name) for name in _COMPARED):
            return min(kept.seq, made.seq)
    return None


def first_fault_in_export(exported: dict[str, Any]) -> int | None:
    """Return the sequence of the first record of an export that its digest does not fit.

    Needs no database. Raises ``KeyError`` or ``TypeError`` for what is no export.
    """
    digest = exported["previous"]
    if exported["after"] == 0 and digest != first_digest(exported["room"]):
        return 0
    for line in exported["entries"]:
        record = {name: value for name, value in line.items() if name != "digest"}
        digest = next_digest(digest, record)
        if line["digest"] != digest:
            return int(line["seq"])
    return None if exported["head"] == digest else int(exported["after"])


def first_rewritten(room: Room, entries: Iterable[dict[str, Any]]) -> int | None:
    """Return the first exported sequence whose digest the room's ledger no longer has."""
    expected = [(line["seq"], line["digest"]) for line in entries]
    if not expected:
        return None
    first, last = expected[0][0], expected[-1][0]
    rows = LedgerEntry.objects.filter(room=room, seq__gte=first, seq__lte=last).order_by("seq")
    for one, other in zip_longest(expected, rows.values_list("seq", "digest")):
        if one != other:
            return int(min(pair[0] for pair in (one, other) if pair is not None))
    return None


def _again(room: Room, head: int) -> Iterator[LedgerEntry]:
    """Yield the entries that the log makes up to its head."""
    chain = Chain(room.pk, first_digest(room.slug))
    events = Event.objects.filter(room=room, type__in=FIELDS, seq__lte=head).order_by("seq")
    for event in events.iterator():
        chain.add(logged(event), folding=True)
        yield from chain.pending
        chain.pending.clear()

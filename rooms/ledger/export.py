"""The ledger as files that anybody can check without this program."""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

from rooms.eventlog.models import Event, Room
from rooms.ledger.models import LedgerEntry
from rooms.ledger.records import FIELDS, first_digest, logged, public_record

LIMIT = 10_000
"""Records in one file; a longer ledger goes on in the next one."""

COLUMNS = [
    "seq",
    "type",
    "at",
    "by",
    "message",
    "participant",
    *sorted({name for names in FIELDS.values() for name in names} - {"message", "participant"}),
    "digest",
]


def export(room: Room, after: int = 0, limit: int = LIMIT) -> dict[str, Any]:
    """Return at most ``limit`` public records after a sequence, each with its digest.

    ``previous`` is what the first of them is chained to, ``head`` the digest of the last one,
    ``next`` the ``after`` of the file that follows; None where this is the last.
    """
    rows = LedgerEntry.objects.filter(room=room).order_by("seq")
    before = rows.filter(seq__lte=after).values_list("digest", flat=True).last()
    previous = before or first_digest(room.slug)
    sealed = list(rows.filter(seq__gt=after).values_list("seq", "digest")[: limit + 1])
    entries = list(_lines(room, sealed[:limit]))
    return {
        "room": room.slug,
        "after": after,
        "previous": previous,
        "head": entries[-1]["digest"] if entries else previous,
        "next": entries[-1]["seq"] if len(sealed) > limit else None,
        "entries": entries,
    }


def as_json(exported: dict[str, Any]) -> str:
    """Return an export as JSON, one record a line."""
    head = {name: value for name, value in exported.items() if name != "entries"}
    lines = (json.dumps(line, ensure_ascii=False) for line in exported["entries"])
    return (
        json.dumps(head, ensure_ascii=False)[:-1]
        + ', "entries": [\n'
        + ",\n".join(lines)
        + "\n]}\n"
    )


def as_csv(exported: dict[str, Any]) -> str:
    """Return the records of an export as CSV with one column for each field there is."""
    written = StringIO()
    writer = csv.DictWriter(written, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(exported["entries"])
    return written.getvalue()


def _lines(room: Room, sealed: list[tuple[int, str]]) -> Iterator[dict[str, Any]]:
    if not sealed:
        return
    events = Event.objects.filter(room=room, type__in=FIELDS).order_by("seq")
    within = events.filter(seq__gte=sealed[0][0], seq__lte=sealed[-1][0])
    for event, (_seq, digest) in zip(within.iterator(), sealed, strict=True):
        yield {**public_record(logged(event)), "digest": digest}

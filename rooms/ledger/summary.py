"""What a ledger adds up to, as files: of one room, or of all that everybody may read."""

import csv
from io import StringIO
from typing import Any

from rooms.eventlog.models import Room
from rooms.ledger import stats
from rooms.ledger.selectors import entries_of, messages_of

COLUMNS = ["figure", "of", "value"]


def summary(room: Room | None) -> dict[str, Any]:
    """Return the figures of a ledger's page as JSON values; times are seconds."""
    entries = entries_of(room)
    holds, appeals = stats.holds(messages_of(room)), stats.appeals(entries)
    wait = stats.median_wait(entries)
    return {
        "room": room.slug if room else None,
        "entries": entries.count(),
        "measures": [
            {"rule": one.basis, "machine": one.machine, "moderator": one.moderator}
            for one in stats.measures(entries)
        ],
        "sides": [
            {"side": one.side, "posted": one.posted, "held": one.held, "gone": one.gone}
            for one in (stats.sides(messages_of(room)) if room else [])
        ],
        "holds": {"held": holds.held, "decided": holds.decided, "published": holds.published},
        "median_seconds_to_decision": wait.total_seconds() if wait else None,
        "appeals": {
            "opened": appeals.opened,
            "decided": appeals.decided,
            "reversed": appeals.reversed,
        },
    }


def as_csv(found: dict[str, Any]) -> str:
    """Return a summary as a table: a figure, of what, and its value."""
    rows: list[tuple[str, str, Any]] = [
        ("entries", "", found["entries"]),
        ("median_seconds_to_decision", "", found["median_seconds_to_decision"]),
    ]
    for one in found["measures"]:
        rows += [(f"measures_by_{by}", one["rule"], one[by]) for by in ("machine", "moderator")]
    for one in found["sides"]:
        rows += [(name, one["side"] or "none", one[name]) for name in ("posted", "held", "gone")]
    for whole in ("holds", "appeals"):
        rows += [(whole, name, value) for name, value in found[whole].items()]
    written = StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows((name, of, "" if value is None else value) for name, of, value in rows)
    return written.getvalue()
